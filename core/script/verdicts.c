/* The digest of what a pack's verdicts depend on: its code by its tokens, what the manifest and the parameters say by
 * their values. Charts, comments, layout, and texts for people are no part of it. */
#include <string.h>

#include "lex.h"
#include "pack_private.h"

/* Every part has its length in front, so that no two packs give the same bytes. */
static void put(muster_buf *out, char what, muster_text text) {
  muster_buf_printf(out, "%c%zu:", what, text.n);
  muster_buf_add(out, text.at, text.n);
}

static void put_text(muster_buf *out, char what, const char *text) { put(out, what, muster_text_of(text ? text : "")); }

static void put_token(muster_buf *out, const lex_token *t) {
  static const char kinds[] = {
      [LEX_END] = 'e', [LEX_NAME] = 'n', [LEX_KEYWORD] = 'k', [LEX_STRING] = 's', [LEX_NUMBER] = 'd', [LEX_SIGN] = 'g'};
  bool escaped = t->kind == LEX_STRING && !t->plain;
  put(out, escaped ? 'q' : kinds[t->kind], t->text);
}

/* Keys of a description whose values no verdict can see; those of `params` are put by value. */
static bool is_for_people(const lex_token *key) {
  static const char *const keys[] = {"authority", "level", "message", "params", "title", NULL};
  for (size_t i = 0; keys[i]; i++)
    if (key->kind == LEX_NAME && lex_is(key, keys[i])) return true;
  return false;
}

/* Does the description belong to the constructor itself: is that the only place where it is named. */
static bool named_once(muster_text source, const char *constructor) {
  lexer lex = lex_begin(source);
  size_t times = 0;
  for (lex_token t = lex_next(&lex); t.kind != LEX_END; t = lex_next(&lex))
    times += t.kind == LEX_NAME && lex_is(&t, constructor);
  return times == 1;
}

/* Past the value of an item of a table, up to the sign that ends it. */
static void pass_value(lexer *lex) {
  int depth = 0;
  for (;;) {
    lexer before = *lex;
    lex_token t = lex_next(lex);
    if (t.kind == LEX_END) return;
    bool ends = depth == 0 && (lex_is(&t, ",") || lex_is(&t, ";") || lex_is(&t, "}"));
    if (ends) {
      *lex = before;
      return;
    }
    depth += lex_nesting(&t);
  }
}

/* All tokens, and of what stands in `return constructor { ... }` neither the items for people nor the signs between
 * items, so that a line of a description that comes or goes leaves nothing behind. */
static void put_description(muster_buf *out, muster_text source, const char *constructor) {
  bool own = constructor && named_once(source, constructor);
  lexer lex = lex_begin(source);
  lex_token before = {.kind = LEX_END}, last = before;
  int depth = -1; /* of brackets and blocks inside the description; -1 = not in it */
  for (lex_token t = lex_next(&lex); t.kind != LEX_END; before = last, last = t, t = lex_next(&lex)) {
    if (depth < 0 && own && lex_is(&before, "return") && last.kind == LEX_NAME && lex_is(&last, constructor) &&
        lex_is(&t, "{"))
      depth = 0;
    if (depth >= 0) depth += lex_nesting(&t);
    bool between = depth == 1 && (lex_is(&t, ",") || lex_is(&t, ";"));
    bool begins = depth == 1 && (lex_is(&last, "{") || lex_is(&last, ",") || lex_is(&last, ";"));
    lexer ahead = lex;
    lex_token equals = lex_next(&ahead);
    if (begins && is_for_people(&t) && lex_is(&equals, "="))
      pass_value(&lex);
    else if (!between)
      put_token(out, &t);
    if (depth == 0) depth = -1;
  }
}

static void put_params(muster_buf *out, const muster_param *params, size_t n) {
  for (size_t i = 0; i < n; i++) {
    put_text(out, 'P', params[i].name);
    put_text(out, 'K', muster_param_kind_text(params[i].kind));
    put_text(out, 'V', params[i].value);
  }
}

static void put_manifest(muster_buf *out, const muster_manifest *m) {
  put_text(out, 'M', m->name);
  for (size_t i = 0; i < m->requirement_count; i++) {
    put_text(out, 'R', m->requires[i].pack);
    put_text(out, 'V', m->requires[i].versions);
  }
  for (size_t i = 0; i < m->condition_count; i++) {
    put_text(out, 'A', m->applies[i].name);
    for (size_t k = 0; m->applies[i].values[k]; k++) put_text(out, 'V', m->applies[i].values[k]);
  }
  for (size_t i = 0; i < m->code_count; i++) {
    const muster_code *c = &m->codes[i];
    put_text(out, 'C', c->text);
    muster_buf_printf(out, "%u %d %d;", (unsigned)c->categories, (int)c->from, (int)c->to);
  }
  put_params(out, m->params, m->param_count);
}

muster_status muster_pack_verdicts(const muster_pack *pack, char digest[MUSTER_DIGEST_TEXT], muster_error *err) {
  muster_buf out;
  muster_buf_init(&out, (size_t)256 << 20);
  put_manifest(&out, &pack->manifest);
  for (size_t i = 0; i < pack->library_count; i++) {
    put_text(&out, 'F', pack->libraries[i].path);
    put_description(&out, pack->libraries[i].source, NULL);
  }
  for (size_t i = 0; i < pack->plan_count; i++) {
    put_text(&out, 'F', pack->plan_files[i].path);
    put_description(&out, pack->plan_files[i].source, "plan");
  }
  for (size_t i = 0; i < pack->rule_count; i++) {
    put_text(&out, 'F', pack->rules[i].file.path);
    muster_buf_printf(&out, "%d %d;", pack->infos[i].disabled, (int)pack->rules[i].silence);
    put_params(&out, pack->infos[i].params, pack->infos[i].param_count);
    put_description(&out, pack->rules[i].file.source, "rule");
  }
  bool failed = out.failed;
  if (!failed) muster_digest(out.at, out.n, digest);
  muster_buf_free(&out);
  return failed ? muster_fail_memory(err) : MUSTER_OK;
}
