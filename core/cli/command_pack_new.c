/* muster pack new: a pack to begin with, whose tests pass. */
#include <string.h>
#include <sys/stat.h>

#include "muster/pack.h"
#include "terminal.h"

typedef struct template_file {
  const char *path, *text; /* in the text @ stands for the name of the pack */
} template_file;

static const template_file files[] = {
    {"pack.lua",
     "return pack {\n"
     "  name    = \"@\",\n"
     "  version = \"0.1.0\",\n"
     "  api     = 1,\n"
     "  licence = \"CC0-1.0\",\n"
     "  authors = { \"your name\" },\n"
     "  about   = \"What this pack is for, in one sentence.\",\n"
     "}\n"},
    {"rules/days-in-a-row.lua",
     "--- Away now, and for several sessions in a row.\n"
     "-- What the number rests on belongs here, behind the word Authority and a colon: guidance, a policy of the\n"
     "-- school, or your own judgement.\n"
     "return rule {\n"
     "  id     = \"days-in-a-row\",\n"
     "  title  = \"Several days away in a row\",\n"
     "  scope  = \"pupil\",\n"
     "  level  = \"watch\",\n"
     "  params = {\n"
     "    sessions = integer { 6, min = 2, max = 60, doc = \"sessions missed in a row; two are a school day\" },\n"
     "  },\n"
     "  when   = function(pupil, p)\n"
     "    local spell = pupil:current(\"absent\")\n"
     "    if spell.sessions >= p.sessions then\n"
     "      return { sessions = spell.sessions, first = spell.first }\n"
     "    end\n"
     "  end,\n"
     "  message = \"{sessions} sessions missed in a row, since {first:date}\",\n"
     "  plan    = \"first-contact\",\n"
     "}\n"},
    {"rules/days-in-a-row_test.lua",
     "return tests \"days-in-a-row\" {\n"
     "  calendar = { from = \"2025-09-01\", to = \"2025-10-24\" },\n"
     "  case \"three days away are reported\" {\n"
     "    given  = { ann = \"/\\\\/\\\\ I*6\" },\n"
     "    as_of  = \"2025-09-05\",\n"
     "    expect = { { subject = \"ann\", sessions = 6, first = \"2025-09-03\" } },\n"
     "  },\n"
     "  case \"five sessions are not\" {\n"
     "    given  = { ann = \"/\\\\/\\\\/ I*5\" },\n"
     "    as_of  = \"2025-09-05\",\n"
     "    expect = none,\n"
     "  },\n"
     "  case \"nor is who is back\" {\n"
     "    given  = { ann = \"/\\\\ I*6 /\\\\\" },\n"
     "    as_of  = \"2025-09-05\",\n"
     "    expect = none,\n"
     "  },\n"
     "}\n"},
    {"plans/first-contact.lua",
     "return plan {\n"
     "  id    = \"first-contact\",\n"
     "  title = \"First contact\",\n"
     "  steps = {\n"
     "    { id = \"call\", action = \"Call home and ask what is in the way\", owner = \"tutor\", due = \"1 school "
     "day\" },\n"
     "    { id = \"note\", action = \"Write down what was agreed\", owner = \"tutor\", due = \"3 school days\" },\n"
     "  },\n"
     "}\n"},
    {"README.md",
     "# @\n\n"
     "A pack of attendance rules for muster.\n\n"
     "| rule | asks |\n|---|---|\n| days-in-a-row | is the pupil away now, and for how many sessions in a row |\n\n"
     "```sh\n"
     "muster test @ --coverage                      # its own tests\n"
     "muster run @ DATA --out findings              # on a school's data\n"
     "muster pack check @                           # before it is shared\n"
     "muster pack sign @ --key school.key           # and signed\n"
     "```\n"},
};

static muster_status write_file(const template_file *file, const char *folder, const char *name, muster_error *err) {
  muster_arena arena = {0};
  muster_buf text;
  muster_buf_init(&text, 1 << 16);
  for (const char *at = file->text; *at; at++) {
    if (*at == '@')
      muster_buf_puts(&text, name);
    else
      muster_buf_putc(&text, *at);
  }
  char *path = muster_path_join(&arena, folder, file->path);
  char *slash = path ? strrchr(path, '/') : NULL;
  muster_status status = slash && !text.failed ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    *slash = '\0';
    status = muster_folder_make(path, err);
    *slash = '/';
  }
  if (status == MUSTER_OK) status = muster_file_write(path, text.at, text.n, 0644, err);
  muster_buf_free(&text);
  muster_arena_free(&arena);
  return status;
}

static muster_status say(const char *folder, muster_error *err) {
  muster_buf out;
  muster_buf_init(&out, 1 << 16);
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) muster_buf_printf(&out, "%s/%s\n", folder, files[i].path);
  muster_status status = out.failed ? muster_fail_memory(err) : cli_put(out.at, out.n, err);
  muster_buf_free(&out);
  cli_note("try it with: muster test %s --coverage", folder);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  const char *folder = call->arguments[0], *slash = strrchr(folder, '/'), *name = slash ? slash + 1 : folder;
  struct stat st;
  if (!muster_pack_name_ok(muster_text_of(name))) {
    muster_fail(err, MUSTER_USAGE, "pack new: '%s' cannot be the name of a pack", name);
    muster_error_expected(err, "small letters, digits and \"-\", such as my-school, and not \"trusted\"");
    return MUSTER_USAGE;
  }
  if (lstat(folder, &st) == 0) {
    muster_fail(err, MUSTER_IO, "is there already; nothing is overwritten");
    muster_error_where(err, "%s", folder);
    muster_error_todo(err, "give another name");
    return MUSTER_IO;
  }
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) MUSTER_TRY(write_file(&files[i], folder, name, err));
  return say(folder, err);
}

static const cli_option options[] = {CLI_HELP, CLI_END};

const cli_command cli_pack_new = {
    .name = "pack new",
    .arguments = "NAME",
    .summary = "write a pack to begin with, whose tests pass",
    .details = "Makes the folder NAME with one rule, its tests, one plan and a README. Nothing is ever overwritten.",
    .examples = "  muster pack new my-school\n  muster test my-school --coverage",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
