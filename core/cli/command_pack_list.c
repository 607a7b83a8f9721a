/* muster pack list: what is installed, and is it still what was installed. */
#include <string.h>

#include "packs.h"
#include "shipped.h"
#include "terminal.h"

static const muster_column columns[] = {
    {"pack", MUSTER_COLUMN_TEXT, false},    {"version", MUSTER_COLUMN_TEXT, false},
    {"use", MUSTER_COLUMN_TEXT, false},     {"signature", MUSTER_COLUMN_TEXT, false},
    {"overlay", MUSTER_COLUMN_TEXT, false}, {"requires", MUSTER_COLUMN_TEXT, false},
    {"state", MUSTER_COLUMN_TEXT, false},   {"digest", MUSTER_COLUMN_TEXT, true}};

static muster_status needs_text(const muster_kept *kept, muster_buf *out) {
  muster_buf_clear(out);
  for (size_t i = 0; i < kept->need_count; i++)
    muster_buf_printf(out, "%s%s %s", i ? ", " : "", kept->needs[i].pack, kept->needs[i].versions);
  return out->failed ? MUSTER_MEMORY : MUSTER_OK;
}

/* "good", or why it would not be used. */
static muster_status state_of(const cli_call *call, const char *name, const char *version, muster_arena *arena,
                              const char **state, muster_error *err) {
  const char *text = muster_arena_printf(arena, "%s@%s", name, version);
  if (!text) return muster_fail_memory(err);
  muster_opened opened;
  muster_error found = {0};
  muster_status status = muster_home_open(cli_packs_home(call), text, false, &opened, &found);
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  *state = status == MUSTER_OK ? "good" : muster_arena_copy(arena, found.what, strlen(found.what));
  muster_opened_free(&opened);
  return *state ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status put_version(const cli_call *call, const muster_installed *pack, const muster_kept *kept,
                                 muster_arena *arena, muster_buf *needs, muster_sheet *sheet, muster_error *err) {
  const char *state;
  MUSTER_TRY(state_of(call, pack->name, kept->version, arena, &state, err));
  if (needs_text(kept, needs) != MUSTER_OK) return muster_fail_memory(err);
  muster_sheet_text(sheet, muster_text_of(pack->name));
  muster_sheet_text(sheet, muster_text_of(kept->version));
  muster_sheet_text(sheet, muster_text_of(strcmp(kept->version, pack->current) == 0 ? "in use" : "kept"));
  muster_sheet_text(sheet, muster_text_of(kept->signature));
  muster_sheet_text(sheet, muster_text_of(kept->overlay ? kept->overlay : ""));
  muster_sheet_text(sheet, (muster_text){needs->at ? needs->at : "", needs->n});
  muster_sheet_text(sheet, muster_text_of(state));
  muster_sheet_text(sheet, muster_text_of(kept->digest));
  return MUSTER_OK;
}

static muster_status put_all(const cli_call *call, const muster_lock *lock, muster_sheet *sheet, muster_error *err) {
  muster_arena arena = {0};
  muster_buf needs;
  muster_buf_init(&needs, 1 << 20);
  muster_status status = MUSTER_OK;
  for (size_t i = 0; status == MUSTER_OK && i < lock->count; i++)
    for (size_t v = 0; status == MUSTER_OK && v < lock->packs[i].version_count; v++)
      status = put_version(call, &lock->packs[i], &lock->packs[i].versions[v], &arena, &needs, sheet, err);
  muster_buf_free(&needs);
  muster_arena_free(&arena);
  return status;
}

/* A note, since what ships was not installed by anybody here. */
static muster_status note_shipped(muster_error *err) {
  muster_arena arena = {0};
  muster_buf text;
  muster_buf_init(&text, 1 << 16);
  const char *folder = cli_shipped_packs(&arena), **names = NULL;
  size_t count = 0;
  muster_status status = folder ? muster_folder_list(folder, "", &arena, &names, &count, err) : MUSTER_OK;
  for (size_t i = 0; i < count; i++) muster_buf_printf(&text, "%s%s", i ? ", " : "", names[i]);
  if (text.failed) status = muster_fail_memory(err);
  if (status == MUSTER_OK && count) cli_note("packs that came with muster, by their names: %s", text.at);
  muster_buf_free(&text);
  muster_arena_free(&arena);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  muster_form form;
  MUSTER_TRY(cli_format(call, &form, err));
  muster_lock lock;
  MUSTER_TRY(muster_lock_read(cli_packs_home(call), &lock, err));
  muster_sheet *sheet = muster_sheet_new(columns, sizeof columns / sizeof *columns);
  muster_status status = sheet ? put_all(call, &lock, sheet, err) : muster_fail_memory(err);
  if (status == MUSTER_OK && !lock.count) cli_note("no packs are installed in %s", cli_packs_home(call));
  if (status == MUSTER_OK) status = note_shipped(err);
  if (status == MUSTER_OK) status = cli_put_sheet(call, sheet, err);
  muster_sheet_free(sheet);
  muster_lock_free(&lock);
  return status;
}

static const cli_option options[] = {CLI_PACKS_OPTION, CLI_FORMAT, CLI_HELP, CLI_END};

const cli_command cli_pack_list = {
    .name = "pack list",
    .arguments = "",
    .summary = "installed packs, who signed them, and whether they are unchanged",
    .details = "Every version that is kept is read again and held against the lock file and the trusted keys.",
    .examples = "  muster pack list\n  muster pack list --packs /srv/packs --format json",
    .options = options,
    .run = run,
};
