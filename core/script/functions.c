/* Functions of files, found by their tokens. */
#include "muster/script/functions.h"

#include <stdio.h>
#include <string.h>

#include "lex.h"
#include "pack_private.h"
#include "subject.h"

enum { MOST_NAMES = 128, MOST_PARTS = 64, MOST_TABLES = 16, MOST_ASK = 120 };

typedef struct name_list {
  const char *names[MOST_NAMES + 1]; /* sorted, without doubles */
  size_t n;
} name_list;

typedef struct reading {
  muster_arena *arena;
  muster_text source;
  const muster_plan *plan; /* of a plan's file */
  size_t conditions;       /* of steps, met so far */
  muster_function parts[MOST_PARTS];
  size_t part_count;
  name_list requires;
  muster_text tables[MOST_TABLES]; /* second arguments of functions: what p is called */
  size_t table_count;
  bool failed;
} reading;

static void note(reading *r, name_list *list, const char *text) {
  if (!text) r->failed = true;
  if (!text || list->n == MOST_NAMES) return;
  size_t place = 0;
  while (place < list->n && strcmp(list->names[place], text) < 0) place++;
  if (place < list->n && strcmp(list->names[place], text) == 0) return;
  memmove(list->names + place + 1, list->names + place, (list->n - place) * sizeof *list->names);
  list->names[place] = text;
  list->n++;
}

static const char *const *keep(reading *r, const name_list *list) {
  const char **copy = muster_arena_alloc(r->arena, (list->n + 1) * sizeof *copy);
  if (copy && list->n) memcpy(copy, list->names, list->n * sizeof *copy);
  r->failed = r->failed || !copy;
  return copy;
}

static int nesting(const lex_token *t) {
  if (t->kind != LEX_KEYWORD) return 0;
  if (lex_is(t, "function") || lex_is(t, "do") || lex_is(t, "if") || lex_is(t, "repeat")) return 1;
  return lex_is(t, "end") || lex_is(t, "until") ? -1 : 0;
}

/* ---- what a stretch of tokens says ---- */

/* The call behind ":" as it is written, blanks joined; NULL when it is too long to show. */
static const char *call_text(reading *r, const lex_token *method, lexer lex) {
  const char *end = method->text.at + method->text.n;
  lex_token t = lex_next(&lex);
  int depth = 0;
  if (t.kind == LEX_STRING) end = lex.at;
  for (; lex_is(&t, "(") || (depth && t.kind != LEX_END); t = lex_next(&lex)) {
    depth += lex_is(&t, "(") - lex_is(&t, ")");
    end = lex.at;
    if (depth == 0) break;
  }
  char text[MOST_ASK];
  size_t n = 0;
  for (const char *at = method->text.at; at < end; at++) {
    bool blank = *at == ' ' || *at == '\t' || *at == '\n' || *at == '\r';
    if (blank && n && text[n - 1] == ' ') continue;
    if (n == sizeof text) return muster_arena_printf(r->arena, "%.*s(...)", (int)method->text.n, method->text.at);
    text[n++] = blank ? ' ' : *at;
  }
  return muster_arena_copy(r->arena, text, n);
}

static bool is_table(const reading *r, muster_text name) {
  for (size_t i = 0; i < r->table_count; i++)
    if (muster_text_equal(r->tables[i], name)) return true;
  return false;
}

static void note_parameters(reading *r, lexer lex) {
  muster_text table;
  if (lex_second_parameter(lex, &table) && r->table_count < MOST_TABLES && !is_table(r, table))
    r->tables[r->table_count++] = table;
}

static const char *copy(reading *r, const char *prefix, muster_text text) {
  return muster_arena_printf(r->arena, "%s%.*s", prefix, (int)text.n, text.at);
}

/* The part from `begin` to `end`, which are places in the source at the limits of tokens. */
static void add_part(reading *r, const char *name, lexer begin, const char *end) {
  if (r->part_count == MOST_PARTS || !name) {
    r->failed = r->failed || !name;
    return;
  }
  muster_function *part = &r->parts[r->part_count++];
  name_list asks = {.n = 0}, parameters = {.n = 0};
  muster_buf tokens;
  muster_buf_init(&tokens, 4 * r->source.n + 1024);
  lex_token before = {.kind = LEX_END}, object = before;
  *part = (muster_function){.name = name};
  for (lex_token t = lex_next(&begin); t.kind != LEX_END && t.text.at < end;
       object = before, before = t, t = lex_next(&begin)) {
    if (!part->first) part->first = t.line;
    part->last = begin.line;
    muster_buf_printf(&tokens, "%s%.*s ", t.kind == LEX_STRING ? "'" : "", (int)t.text.n, t.text.at);
    if (lex_is(&t, "function")) note_parameters(r, begin);
    if (t.kind != LEX_NAME) continue;
    if (lex_is(&before, ":") && subject_method_find(t.text))
      note(r, &asks, call_text(r, &t, begin));
    else if (lex_is(&before, ".") && is_table(r, object.text))
      note(r, &parameters, copy(r, "", t.text));
    else if (lex_is(&before, ".") && lex_is(&object, "attr"))
      note(r, &asks, copy(r, "attr.", t.text));
    else if (lex_is(&before, ".") && subject_is_attribute(t.text) && !muster_text_equal(t.text, MUSTER_TEXT("attr")))
      note(r, &asks, copy(r, "", t.text));
  }
  if (!part->first) { /* nothing in it */
    r->part_count--;
    muster_buf_free(&tokens);
    return;
  }
  const char *first = r->source.at, *stop = r->source.at + r->source.n;
  for (int line = 1; line < part->first; line++) first = (const char *)memchr(first, '\n', (size_t)(stop - first)) + 1;
  const char *last = first;
  for (int line = part->first; last < stop && line <= part->last; line++) {
    const char *newline = memchr(last, '\n', (size_t)(stop - last));
    last = newline ? newline + 1 : stop;
  }
  part->text = muster_arena_copy(r->arena, first, (size_t)(last - first));
  part->tokens = tokens.failed ? NULL : muster_arena_copy(r->arena, tokens.n ? tokens.at : "", tokens.n);
  muster_buf_free(&tokens);
  part->asks = keep(r, &asks);
  part->parameters = keep(r, &parameters);
  r->failed = r->failed || !part->text || !part->tokens;
}

/* ---- a file ---- */

/* What the function of that key is called. */
static const char *function_name(reading *r, muster_text key) {
  if (!r->plan) return muster_text_equal(key, MUSTER_TEXT("when")) ? "condition" : copy(r, "", key);
  if (muster_text_equal(key, MUSTER_TEXT("success"))) return "success test of the review";
  size_t k = r->conditions++;
  for (size_t i = 0; i < r->plan->step_count; i++)
    if (r->plan->steps[i].conditional && k-- == 0)
      return muster_arena_printf(r->arena, "condition of %s", r->plan->steps[i].id);
  return copy(r, "", key);
}

/* `key = function ... end` in the description. */
static void add_functions(reading *r, lexer lex) {
  lex_token before = {.kind = LEX_END}, key = before;
  lexer begin = lex;
  for (lex_token t = lex_next(&lex); t.kind != LEX_END; key = before, before = t, begin = lex, t = lex_next(&lex)) {
    if (!lex_is(&t, "function")) continue;
    lexer from = begin;
    int depth = 1;
    while (depth > 0 && t.kind != LEX_END) t = lex_next(&lex), depth += nesting(&t);
    if (lex_is(&before, "=") && key.kind == LEX_NAME) add_part(r, function_name(r, key.text), from, lex.at);
  }
}

static void read_file(reading *r, bool library) {
  lexer lex = lex_begin(r->source), start = lex, before = lex, description = lex;
  const char *end = NULL;
  int depth = 0, brackets = 0;
  for (lex_token t = lex_next(&lex), last = {.kind = LEX_END}; t.kind != LEX_END;
       last = t, before = lex, t = lex_next(&lex)) {
    if (lex_is(&last, "require")) {
      lexer ahead = before;
      lex_token name = lex_next(&ahead);
      if (lex_is(&name, "(")) name = lex_next(&ahead);
      if (name.kind == LEX_STRING) note(r, &r->requires, copy(r, "", name.text));
    }
    brackets += (lex_is(&t, "{") || lex_is(&t, "(")) - (lex_is(&t, "}") || lex_is(&t, ")"));
    if (depth == 0 && brackets == 0 && !end && lex_is(&t, "return")) end = t.text.at, description = lex;
    depth += nesting(&t);
  }
  if (library)
    add_part(r, "code", start, r->source.at + r->source.n);
  else if (end)
    add_part(r, "code before it", start, end);
  if (!library) add_functions(r, description);
}

muster_status muster_pack_functions(const muster_pack *pack, const char *file, muster_arena *arena,
                                    muster_functions *functions, muster_error *err) {
  *functions = (muster_functions){0};
  const script_file *found = NULL;
  const muster_plan *plan = NULL;
  bool library = false;
  for (size_t i = 0; i < pack->rule_count; i++)
    if (strcmp(pack->rules[i].file.path, file) == 0) found = &pack->rules[i].file;
  for (size_t i = 0; i < pack->plan_count; i++)
    if (strcmp(pack->plan_files[i].path, file) == 0) found = &pack->plan_files[i], plan = &pack->plans[i];
  for (size_t i = 0; i < pack->library_count; i++)
    if (strcmp(pack->libraries[i].path, file) == 0) found = &pack->libraries[i], library = true;
  if (!found) return muster_fail(err, MUSTER_USAGE, "the pack has no rule, plan or library %s", file);
  reading *r = muster_alloc(1, sizeof *r);
  if (!r) return muster_fail_memory(err);
  r->arena = arena;
  r->source = found->source;
  r->plan = plan;
  read_file(r, library);
  muster_function *parts = muster_arena_alloc(arena, (r->part_count + 1) * sizeof *parts);
  if (parts) memcpy(parts, r->parts, r->part_count * sizeof *parts);
  *functions = (muster_functions){parts, r->part_count, keep(r, &r->requires)};
  bool failed = r->failed || !parts;
  muster_free(r);
  return failed ? muster_fail_memory(err) : MUSTER_OK;
}
