/* What a file reads of the data, seen in its tokens. */
#include "muster/script/uses.h"

#include <string.h>

#include "lex.h"
#include "lint.h"
#include "pack_private.h"
#include "subject.h"

enum { MOST_NAMES = 128, MOST_PARAMETERS = 16 };

typedef struct name_list {
  const char *names[MOST_NAMES + 1]; /* sorted, without doubles */
  size_t n;
} name_list;

typedef struct using {
  muster_arena *arena;
  const muster_pack *pack;
  uint64_t libraries; /* that were read, a bit each */
  name_list methods, kinds, attributes;
  muster_text parameters[MOST_PARAMETERS]; /* second arguments of the file's functions: `p` in function(pupil, p) */
  size_t parameter_count;
  bool failed;
}
using;

static void note(using *u, name_list *list, const char *prefix, muster_text name) {
  const char *text = muster_arena_printf(u->arena, "%s%.*s", prefix, (int)name.n, name.at);
  u->failed = u->failed || !text;
  if (!text || list->n == MOST_NAMES) return;
  size_t place = 0;
  while (place < list->n && strcmp(list->names[place], text) < 0) place++;
  if (place < list->n && strcmp(list->names[place], text) == 0) return;
  memmove(list->names + place + 1, list->names + place, (list->n - place) * sizeof *list->names);
  list->names[place] = text;
  list->n++;
}

static bool is_attribute(muster_text name) {
  static const char *const own[] = {"id", "school", "by", "as_of", "attr", NULL}; /* which are no data of their own */
  for (size_t i = 0; own[i]; i++)
    if (muster_text_equal(name, muster_text_of(own[i]))) return false;
  return subject_is_attribute(name);
}

static bool is_parameter_table(const using *u, muster_text name) {
  for (size_t i = 0; i < u->parameter_count; i++)
    if (muster_text_equal(u->parameters[i], name)) return true;
  return false;
}

static void note_function(using *u, lexer lex) {
  muster_text table;
  if (lex_second_parameter(lex, &table) && u->parameter_count < MOST_PARAMETERS)
    u->parameters[u->parameter_count++] = table;
}

/* Kinds of sessions that a method looks at without being told. */
static void note_implied(using *u, const char *method) {
  static const struct {
    const char *method, *kind;
  } implied[] = {{"broken_weeks", "absent"}, {"broken_weeks", "attended"}, {"gap", "absent"},    {"gap", "possible"},
                 {"persistent", "absent"},   {"persistent", "possible"},   {"rate", "possible"}, {"severe", "absent"},
                 {"severe", "possible"},     {"similar", "absent"},        {"weeks", "absent"},  {"weeks", "possible"}};
  for (size_t i = 0; i < sizeof implied / sizeof *implied; i++)
    if (strcmp(implied[i].method, method) == 0) note(u, &u->kinds, "", muster_text_of(implied[i].kind));
}

/* Behind `:method`: its first argument, where that is a plain text. */
static void note_call(using *u, const subject_method *method, lexer lex) {
  note(u, &u->methods, "", muster_text_of(method->name));
  note_implied(u, method->name);
  lex_token t = lex_next(&lex);
  if (lex_is(&t, "(")) t = lex_next(&lex);
  if (t.kind != LEX_STRING || !t.plain) return;
  if (method->kind_arg == 1) note(u, &u->kinds, "", t.text);
  if (strcmp(method->name, "gap") == 0) note(u, &u->attributes, "", t.text);
}

static void read_tokens(using *u, muster_text source);

static bool note_codes(void *context, muster_text text) {
  using *u = context;
  note(u, &u->kinds, "codes ", text);
  return true;
}

static void read_file(using *u, muster_text source) {
  read_tokens(u, source);
  lint_codes(source, note_codes, u);
}

/* Behind `require`: all that the library reads, as if it stood in the file. */
static void note_library(using *u, lexer lex) {
  lex_token t = lex_next(&lex);
  if (lex_is(&t, "(")) t = lex_next(&lex);
  for (size_t i = 0; t.kind == LEX_STRING && i < u->pack->library_count; i++) {
    const char *path = u->pack->libraries[i].path + sizeof "lib/" - 1;
    if (u->libraries >> i & 1 || !muster_text_equal(t.text, (muster_text){path, strlen(path) - sizeof ".lua" + 1}))
      continue;
    u->libraries |= UINT64_C(1) << i;
    read_file(u, u->pack->libraries[i].source);
  }
}

static void read_tokens(using *u, muster_text source) {
  lexer lex = lex_begin(source);
  lex_token before = {.kind = LEX_END}, object = before; /* the token before, and the one before that */
  for (lex_token t = lex_next(&lex); t.kind != LEX_END; object = before, before = t, t = lex_next(&lex)) {
    if (lex_is(&t, "function")) note_function(u, lex);
    if (t.kind != LEX_NAME) continue;
    if (lex_is(&t, "require")) note_library(u, lex);
    if (lex_is(&before, ":")) {
      const subject_method *method = subject_method_find(t.text);
      if (method) note_call(u, method, lex);
    } else if (lex_is(&before, ".") && lex_is(&object, "attr")) {
      note(u, &u->attributes, "attr.", t.text);
    } else if (lex_is(&before, ".") && is_attribute(t.text) && !is_parameter_table(u, object.text)) {
      note(u, &u->attributes, "", t.text);
    }
  }
}

/* Attributes that a message names in curly brackets: "{name}", "{birth_date:date}". */
static void read_message(using *u, const char *message) {
  while ((message = strchr(message, '{')) != NULL) {
    muster_text name = {++message, strcspn(message, ":}")};
    if (is_attribute(name)) note(u, &u->attributes, "", name);
  }
}

static void read_params(using *u, const muster_param *params, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (params[i].kind == MUSTER_PARAM_CODES) note(u, &u->kinds, "codes ", muster_text_of(params[i].value));
}

/* What follows "Authority:" in the comments at the top, up to their end or an empty one. */
static const char *read_authority(muster_text source, muster_arena *arena) {
  static const char word[] = "Authority:";
  muster_buf found;
  muster_buf_init(&found, source.n + 1);
  bool inside = false;
  while (source.n >= 2 && memcmp(source.at, "--", 2) == 0) {
    const char *end = memchr(source.at, '\n', source.n);
    muster_text line = {source.at, end ? (size_t)(end - source.at) : source.n};
    size_t used = line.n + (end != NULL);
    source = (muster_text){source.at + used, source.n - used};
    while (line.n && line.at[0] == '-') line.at++, line.n--;
    if (line.n && line.at[line.n - 1] == '\r') line.n--;
    line = muster_text_trim(line);
    if (!inside && line.n >= sizeof word - 1 && memcmp(line.at, word, sizeof word - 1) == 0) {
      inside = true;
      line = muster_text_trim((muster_text){line.at + sizeof word - 1, line.n - (sizeof word - 1)});
    }
    if (!inside) continue;
    if (!line.n) break;
    if (found.n) muster_buf_putc(&found, ' ');
    muster_buf_add(&found, line.at, line.n);
  }
  const char *authority = found.failed ? NULL : muster_arena_copy(arena, found.n ? found.at : "", found.n);
  muster_buf_free(&found);
  return authority;
}

static const char *const *finish(using *u, const name_list *list) {
  const char **copy = muster_arena_alloc(u->arena, (list->n + 1) * sizeof *copy);
  if (copy && list->n) memcpy(copy, list->names, list->n * sizeof *copy);
  u->failed = u->failed || !copy;
  return copy;
}

muster_status muster_pack_uses(const muster_pack *pack, const char *file, muster_arena *arena, muster_uses *uses,
                               muster_error *err) {
  using u = {.arena = arena, .pack = pack};
  const script_file *found = NULL;
  const char *authority = NULL;
  for (size_t i = 0; i < pack->rule_count; i++) {
    if (strcmp(pack->rules[i].file.path, file) != 0) continue;
    found = &pack->rules[i].file;
    if (pack->infos[i].authority[0]) authority = pack->infos[i].authority;
    if (pack->rules[i].by) note(&u, &u.attributes, "", muster_text_of(pack->rules[i].by));
    read_message(&u, pack->infos[i].message);
    read_params(&u, pack->infos[i].params, pack->infos[i].param_count);
  }
  for (size_t i = 0; i < pack->plan_count; i++)
    if (strcmp(pack->plan_files[i].path, file) == 0) found = &pack->plan_files[i];
  if (!found) return muster_fail(err, MUSTER_USAGE, "the pack has no rule or plan %s", file);
  read_file(&u, found->source);
  if (!authority) authority = read_authority(found->source, arena);
  *uses = (muster_uses){finish(&u, &u.methods), finish(&u, &u.kinds), finish(&u, &u.attributes), authority};
  return u.failed || !authority ? muster_fail_memory(err) : MUSTER_OK;
}
