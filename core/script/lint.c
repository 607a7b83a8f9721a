/* Checks on the tokens of a file, before it runs. */
#include "lint.h"

#include <string.h>

#include "lex.h"
#include "muster/script/limits.h"
#include "subject.h"

static void at_line(lua_State *L, const char *name, int line) {
  muster_error_where(&script_of(L)->error, "%s:%d", name, line);
  script_raise(L);
}

static bool compares(const lex_token *t) {
  static const char *const signs[] = {"<", ">", "<=", ">=", "==", "~=", "not", NULL};
  for (size_t i = 0; signs[i]; i++)
    if (lex_is(t, signs[i])) return true;
  return false;
}

/* Can an index follow this token: is it the end of an expression. */
static bool ends_expression(const lex_token *t) {
  return t->kind == LEX_NAME || t->kind == LEX_STRING || lex_is(t, ")") || lex_is(t, "]") || lex_is(t, "}");
}

static void index_comparison(lua_State *L, const char *name, lexer lex) {
  int depth = 1;
  for (lex_token t = lex_next(&lex); t.kind != LEX_END && depth > 0; t = lex_next(&lex)) {
    if (lex_is(&t, "[") || lex_is(&t, "(") || lex_is(&t, "{")) depth++;
    if (lex_is(&t, "]") || lex_is(&t, ")") || lex_is(&t, "}")) depth--;
    if (!compares(&t)) continue;
    script *s = script_of(L);
    muster_fail(&s->error, MUSTER_PACK, "a comparison stands as an index, and this Lua reads that wrongly");
    muster_error_todo(&s->error, "give it a name first: local larger = a > b; then t[larger]");
    at_line(L, name, t.line);
  }
}

/* The arguments of `:method(` that are plain texts. */
static void method_call(lua_State *L, const char *name, const subject_method *method, lexer lex) {
  script *s = script_of(L);
  lex_token t = lex_next(&lex);
  if (!lex_is(&t, "(")) return;
  for (int arg = 1;; arg++) {
    lex_token value = lex_next(&lex), after = lex_next(&lex);
    bool last = lex_is(&after, ")");
    if (value.kind == LEX_STRING && value.plain && (last || lex_is(&after, ","))) {
      char text[128];
      size_t n = value.text.n < sizeof text ? value.text.n : sizeof text - 1;
      memcpy(text, value.text.at, n);
      text[n] = '\0';
      muster_window window;
      if (arg == method->window_arg && muster_window_parse(value.text, &window, &s->error) != MUSTER_OK)
        at_line(L, name, value.line);
      if (arg == method->kind_arg && muster_kind_of(text) < 0) {
        subject_kind_unknown(L, text);
        at_line(L, name, value.line);
      }
    } else if (!lex_is(&after, ",")) {
      return;
    }
    if (last) return;
  }
}

void lint_check(lua_State *L, const char *name, muster_text source) {
  bool faulty = muster_script_self_test().comparison_as_index;
  lexer lex = lex_begin(source);
  lex_token before = {.kind = LEX_END};
  for (lex_token t = lex_next(&lex); t.kind != LEX_END; before = t, t = lex_next(&lex)) {
    if (t.kind == LEX_NAME && lex_is(&t, "_ENV")) {
      muster_fail(&script_of(L)->error, MUSTER_PACK, "_ENV is not for scripts");
      at_line(L, name, t.line);
    }
    if (faulty && lex_is(&t, "[") && ends_expression(&before)) index_comparison(L, name, lex);
    if (t.kind == LEX_NAME && lex_is(&before, ":")) {
      const subject_method *method = subject_method_find(t.text);
      if (method && (method->kind_arg || method->window_arg)) method_call(L, name, method, lex);
    }
  }
}

bool lint_codes(muster_text source, bool (*more)(void *context, muster_text text), void *context) {
  lexer lex = lex_begin(source);
  bool codes = false;
  for (lex_token t = lex_next(&lex); t.kind != LEX_END; t = lex_next(&lex)) {
    if (codes && lex_is(&t, "(")) continue;
    if (codes && t.kind == LEX_STRING && t.plain && !more(context, t.text)) return false;
    codes = t.kind == LEX_NAME && lex_is(&t, "codes");
  }
  return true;
}

bool lint_bitwise(muster_text source) {
  lexer lex = lex_begin(source);
  for (lex_token t = lex_next(&lex); t.kind != LEX_END; t = lex_next(&lex))
    if (lex_is(&t, "|") || lex_is(&t, "&") || lex_is(&t, "~")) return true;
  return false;
}
