/* The tokens of Lua 5.4 (reference manual, section 3.1). Files have been through the real parser before they come here.
 */
#include "lex.h"

#include <stdio.h>
#include <string.h>

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static char peek(const lexer *lex, size_t ahead) {
  return ahead < (size_t)(lex->end - lex->at) ? lex->at[ahead] : '\0';
}

static void advance(lexer *lex, size_t n) {
  for (; n && lex->at < lex->end; n--)
    if (*lex->at++ == '\n') lex->line++;
}

/* Number of = in "[==[", or -1. */
static int long_bracket(const lexer *lex) {
  if (peek(lex, 0) != '[') return -1;
  int level = 0;
  while (peek(lex, (size_t)level + 1) == '=') level++;
  return peek(lex, (size_t)level + 1) == '[' ? level : -1;
}

/* Passes a long bracket and gives what is in it. */
static muster_text long_text(lexer *lex, int level) {
  advance(lex, (size_t)level + 2);
  if (peek(lex, 0) == '\r') advance(lex, 1);
  if (peek(lex, 0) == '\n') advance(lex, 1);
  const char *from = lex->at;
  for (; lex->at < lex->end; advance(lex, 1)) {
    if (*lex->at != ']') continue;
    int equals = 0;
    while (peek(lex, (size_t)equals + 1) == '=') equals++;
    if (equals != level || peek(lex, (size_t)level + 1) != ']') continue;
    muster_text text = {from, (size_t)(lex->at - from)};
    advance(lex, (size_t)level + 2);
    return text;
  }
  return (muster_text){from, (size_t)(lex->at - from)};
}

static void skip_blanks_and_comments(lexer *lex) {
  for (;;) {
    char c = peek(lex, 0);
    if (lex->at >= lex->end) return;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      advance(lex, 1);
    } else if (c == '-' && peek(lex, 1) == '-') {
      advance(lex, 2);
      int level = long_bracket(lex);
      if (level >= 0)
        long_text(lex, level);
      else
        while (lex->at < lex->end && *lex->at != '\n') advance(lex, 1);
    } else {
      return;
    }
  }
}

static bool is_keyword(muster_text word) {
  static const char *const words[] = {"and",      "break",  "do",   "else", "elseif", "end",   "false", "for",
                                      "function", "goto",   "if",   "in",   "local",  "nil",   "not",   "or",
                                      "repeat",   "return", "then", "true", "until",  "while", NULL};
  for (size_t i = 0; words[i]; i++)
    if (muster_text_equal(word, muster_text_of(words[i]))) return true;
  return false;
}

static void quoted(lexer *lex, lex_token *token) {
  char quote = *lex->at;
  advance(lex, 1);
  const char *from = lex->at;
  token->kind = LEX_STRING;
  token->plain = true;
  while (lex->at < lex->end && *lex->at != quote) {
    if (*lex->at == '\\') token->plain = false, advance(lex, 1);
    advance(lex, 1);
  }
  token->text = (muster_text){from, (size_t)(lex->at - from)};
  advance(lex, 1);
}

static size_t number_length(const lexer *lex) {
  bool hex = peek(lex, 0) == '0' && (peek(lex, 1) == 'x' || peek(lex, 1) == 'X');
  size_t n = hex ? 2 : 0;
  for (;; n++) {
    char c = peek(lex, n);
    bool exponent = hex ? c == 'p' || c == 'P' : c == 'e' || c == 'E';
    if (exponent && (peek(lex, n + 1) == '+' || peek(lex, n + 1) == '-'))
      n++;
    else if (!is_digit(c) && !is_letter(c) && !(c == '.' && peek(lex, n + 1) != '.'))
      return n;
  }
}

static size_t sign_length(const lexer *lex) {
  static const char *const signs[] = {"...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>", NULL};
  for (size_t i = 0; signs[i]; i++) {
    size_t n = strlen(signs[i]);
    if ((size_t)(lex->end - lex->at) >= n && memcmp(lex->at, signs[i], n) == 0) return n;
  }
  return 1;
}

lex_token lex_next(lexer *lex) {
  skip_blanks_and_comments(lex);
  lex_token token = {.kind = LEX_END, .text = {lex->at, 0}, .line = lex->line};
  if (lex->at >= lex->end) return token;
  char c = *lex->at;
  int level = long_bracket(lex);
  size_t n;
  if (is_letter(c)) {
    for (n = 1; is_letter(peek(lex, n)) || is_digit(peek(lex, n));) n++;
    token.text.n = n;
    token.kind = is_keyword(token.text) ? LEX_KEYWORD : LEX_NAME;
  } else if (c == '"' || c == '\'') {
    quoted(lex, &token);
    return token;
  } else if (level >= 0) {
    token.text = long_text(lex, level);
    token.kind = LEX_STRING;
    token.plain = true;
    return token;
  } else if (is_digit(c) || (c == '.' && is_digit(peek(lex, 1)))) {
    n = number_length(lex);
    token.kind = LEX_NUMBER;
  } else {
    n = sign_length(lex);
    token.kind = LEX_SIGN;
  }
  token.text.n = n;
  advance(lex, n);
  return token;
}

/* ---- places ---- */

int lex_nesting(const lex_token *t) {
  if (t->kind == LEX_SIGN) {
    if (lex_is(t, "(") || lex_is(t, "[") || lex_is(t, "{")) return 1;
    if (lex_is(t, ")") || lex_is(t, "]") || lex_is(t, "}")) return -1;
  } else if (t->kind == LEX_KEYWORD) {
    if (lex_is(t, "function") || lex_is(t, "do") || lex_is(t, "if") || lex_is(t, "repeat")) return 1;
    if (lex_is(t, "end") || lex_is(t, "until")) return -1;
  }
  return 0;
}

/* Finds path[0] among the items of the table whose "{" has just been read. */
static int locate_in(lexer *lex, const char *const *path, size_t n) {
  char place[24];
  long position = 0;
  for (;;) {
    lexer item = *lex;
    lex_token first = lex_next(lex);
    if (first.kind == LEX_END || lex_is(&first, "}")) return 0;
    lexer ahead = *lex;
    lex_token second = lex_next(&ahead);
    muster_text key = {"", 0};
    lexer value = item;
    if (first.kind == LEX_NAME && lex_is(&second, "=")) {
      key = first.text;
      value = ahead;
    } else if (lex_is(&first, "[")) {
      lex_token close = lex_next(&ahead), equals = lex_next(&ahead);
      if (lex_is(&close, "]") && lex_is(&equals, "=")) {
        key = second.text;
        value = ahead;
      }
    } else {
      snprintf(place, sizeof place, "%ld", ++position);
      key = muster_text_of(place);
    }
    if (muster_text_equal(key, muster_text_of(path[0]))) {
      if (n == 1) return first.line;
      for (;;) { /* into the first table of the value */
        lex_token t = lex_next(&value);
        if (t.kind == LEX_END || lex_is(&t, ",") || lex_is(&t, "function")) return first.line;
        if (!lex_is(&t, "{")) continue;
        int line = locate_in(&value, path + 1, n - 1);
        return line ? line : first.line;
      }
    }
    *lex = value;
    for (int depth = 0;;) { /* past the value */
      lexer before = *lex;
      lex_token t = lex_next(lex);
      if (t.kind == LEX_END) return 0;
      if (depth == 0 && (lex_is(&t, ",") || lex_is(&t, ";"))) break;
      if (depth == 0 && lex_is(&t, "}")) {
        *lex = before;
        break;
      }
      depth += lex_nesting(&t);
    }
  }
}

int lex_locate(muster_text source, const char *const *path, size_t n) {
  lexer lex = lex_begin(source), from = lex;
  int line = 0, depth = 0;
  for (lex_token t = lex_next(&lex); t.kind != LEX_END; t = lex_next(&lex)) {
    if (depth == 0 && lex_is(&t, "return")) from = lex, line = t.line;
    depth += lex_nesting(&t);
  }
  if (n == 0) return line;
  for (lex_token t = lex_next(&from); t.kind != LEX_END; t = lex_next(&from)) {
    if (!lex_is(&t, "{")) continue;
    int found = locate_in(&from, path, n);
    return found ? found : line;
  }
  return line;
}

const char *lex_doc(muster_text source, muster_arena *arena) {
  muster_buf doc;
  muster_buf_init(&doc, source.n + 16);
  const char *at = source.at, *end = source.at + source.n;
  while (end - at >= 3 && memcmp(at, "---", 3) == 0) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    if (!stop) stop = end;
    muster_text line = {at + 3, (size_t)(stop - at - 3)};
    if (line.n && line.at[line.n - 1] == '\r') line.n--;
    line = muster_text_trim(line);
    if (doc.n && line.n) muster_buf_putc(&doc, ' ');
    muster_buf_add(&doc, line.at, line.n);
    at = stop < end ? stop + 1 : end;
  }
  const char *copy = doc.failed ? NULL : muster_arena_copy(arena, doc.n ? doc.at : "", doc.n);
  muster_buf_free(&doc);
  return copy;
}

bool lex_second_parameter(lexer lex, muster_text *name) {
  lex_token t = lex_next(&lex);
  while (t.kind == LEX_NAME || lex_is(&t, ".")) t = lex_next(&lex);
  if (!lex_is(&t, "(")) return false;
  lex_token first = lex_next(&lex), comma = lex_next(&lex), second = lex_next(&lex);
  *name = second.text;
  return first.kind == LEX_NAME && lex_is(&comma, ",") && second.kind == LEX_NAME;
}
