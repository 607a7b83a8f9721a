/* Functions held against each other: their tokens decide, their lines are shown. */
#include "code_words.h"

#include <stdio.h>
#include <string.h>

#include "muster/script/functions.h"

enum { MOST_LINES = 400 };

/* ---- lines that came and went ---- */

typedef struct text_lines {
  muster_text at[MOST_LINES];
  size_t n;
} text_lines;

static void split(const char *text, text_lines *lines) {
  lines->n = 0;
  while (*text && lines->n < MOST_LINES) {
    size_t n = strcspn(text, "\n");
    lines->at[lines->n++] = muster_text_trim((muster_text){text, n});
    text += n + (text[n] == '\n');
  }
}

/* The longest common lines stay; what is left of the old text went, what is left of the new one came. */
static void put_lines(const char *old, const char *new_, muster_buf *out) {
  text_lines *a = muster_alloc(1, sizeof *a), *b = muster_alloc(1, sizeof *b);
  uint16_t(*common)[MOST_LINES + 1] = muster_alloc(MOST_LINES + 1, sizeof *common);
  if (!a || !b || !common) {
    out->failed = true;
  } else {
    split(old, a);
    split(new_, b);
    for (size_t i = a->n; i-- > 0;)
      for (size_t k = b->n; k-- > 0;)
        common[i][k] = muster_text_equal(a->at[i], b->at[k]) ? (uint16_t)(common[i + 1][k + 1] + 1)
                       : common[i + 1][k] > common[i][k + 1] ? common[i + 1][k]
                                                             : common[i][k + 1];
    for (size_t i = 0, k = 0; i < a->n || k < b->n;) {
      if (i < a->n && k < b->n && muster_text_equal(a->at[i], b->at[k])) {
        i++;
        k++;
      } else if (k == b->n || (i < a->n && common[i + 1][k] >= common[i][k + 1])) {
        muster_buf_printf(out, "    - %.*s\n", (int)a->at[i].n, a->at[i].at);
        i++;
      } else {
        muster_buf_printf(out, "    + %.*s\n", (int)b->at[k].n, b->at[k].at);
        k++;
      }
    }
  }
  muster_free(a);
  muster_free(b);
  muster_free(common);
}

/* ---- what is asked ---- */

static bool has(const char *const *list, const char *name) {
  for (size_t i = 0; list[i]; i++)
    if (strcmp(list[i], name) == 0) return true;
  return false;
}

/* "OF: the NAME VERB a, b": what is in one list and not in the other. */
static size_t put_more(const char *of, const char *name, const char *verb, const char *const *these,
                       const char *const *those, muster_buf *out) {
  size_t n = 0;
  for (size_t i = 0; these[i]; i++) {
    if (has(those, these[i])) continue;
    if (n++)
      muster_buf_printf(out, ", %s", these[i]);
    else
      muster_buf_printf(out, "%s: the %s %s %s", of, name, verb, these[i]);
  }
  if (n) muster_buf_putc(out, '\n');
  return n > 0;
}

static const char *const none[] = {NULL};

static size_t put_asked(const char *of, const muster_function *a, const muster_function *b, muster_buf *out) {
  const char *const *asked = a ? a->asks : none, *const *read = a ? a->parameters : none;
  return put_more(of, b->name, a ? "now asks" : "asks", b->asks, asked, out) +
         put_more(of, b->name, "no longer asks", asked, b->asks, out) +
         put_more(of, b->name, a ? "now reads the parameters" : "reads the parameters", b->parameters, read, out) +
         put_more(of, b->name, "no longer reads the parameters", read, b->parameters, out);
}

/* ---- functions ---- */

static const muster_function *part_named(const muster_functions *code, const char *name) {
  for (size_t i = 0; i < code->count; i++)
    if (strcmp(code->at[i].name, name) == 0) return &code->at[i];
  return NULL;
}

static size_t put_part(const char *of, const char *file, const muster_function *a, const muster_function *b,
                       muster_buf *out) {
  if (a && strcmp(a->tokens, b->tokens) == 0) return 0;
  muster_buf_printf(out, "%s: the %s %s (%s:%d-%d", of, b->name, a ? "changed" : "is new", file, b->first, b->last);
  if (a && (a->first != b->first || a->last != b->last)) muster_buf_printf(out, ", before %d-%d", a->first, a->last);
  muster_buf_puts(out, ")\n");
  put_lines(a ? a->text : "", b->text, out);
  return 1 + put_asked(of, a, b, out);
}

size_t cli_code_words(const muster_pack *old, const muster_pack *new_, const char *of, const char *file,
                      muster_arena *arena, muster_buf *out) {
  muster_functions a, b;
  size_t said = 0;
  if (muster_pack_functions(old, file, arena, &a, NULL) != MUSTER_OK ||
      muster_pack_functions(new_, file, arena, &b, NULL) != MUSTER_OK) {
    out->failed = true;
    return 0;
  }
  for (size_t i = 0; i < b.count; i++) said += put_part(of, file, part_named(&a, b.at[i].name), &b.at[i], out);
  for (size_t i = 0; i < a.count; i++) {
    if (part_named(&b, a.at[i].name)) continue;
    muster_buf_printf(out, "%s: the %s is gone (%s:%d-%d before)\n", of, a.at[i].name, file, a.at[i].first,
                      a.at[i].last);
    put_lines(a.at[i].text, "", out);
    said++;
  }
  return said;
}

/* ---- who requires a library ---- */

static bool requires(const muster_pack *pack, const char *file, const char *library, muster_arena *arena) {
  muster_functions code;
  return muster_pack_functions(pack, file, arena, &code, NULL) == MUSTER_OK && has(code.requires, library);
}

const char *cli_code_users(const muster_pack *pack, const char *library, muster_arena *arena) {
  size_t n;
  const char *const *files = muster_pack_files(pack, &n), *users = "";
  for (size_t i = 0; i < n && users; i++) {
    bool code =
        strncmp(files[i], "rules/", 6) == 0 || strncmp(files[i], "plans/", 6) == 0 || strncmp(files[i], "lib/", 4) == 0;
    if (code && requires(pack, files[i], library, arena))
      users = muster_arena_printf(arena, "%s%s%s", users, *users ? ", " : "", files[i]);
  }
  return users ? users : "";
}
