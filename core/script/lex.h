/* Lua source as tokens: for what has to be seen before it runs, or said about a place in a file. */
#ifndef SCRIPT_LEX_H
#define SCRIPT_LEX_H

#include "muster/base.h"

typedef enum lex_kind { LEX_END, LEX_NAME, LEX_KEYWORD, LEX_STRING, LEX_NUMBER, LEX_SIGN } lex_kind;

typedef struct lex_token {
  lex_kind kind;
  muster_text text; /* of a string: what is between the quotes */
  bool plain;       /* a string without escapes, so that its text is its value */
  int line;
} lex_token;

typedef struct lexer {
  const char *at, *end;
  int line;
} lexer;

static inline lexer lex_begin(muster_text source) { return (lexer){source.at, source.at + source.n, 1}; }

/** The next token; comments are passed over. LEX_END at the end, and where the text is no Lua. */
lex_token lex_next(lexer *lex);

static inline bool lex_is(const lex_token *token, const char *text) {
  return token->kind != LEX_STRING && muster_text_equal(token->text, muster_text_of(text));
}

/** How a token changes the depth of brackets and blocks: 1, 0 or -1. */
int lex_nesting(const lex_token *token);

/** Behind `function`: the second of its parameters, where there are two or more. */
bool lex_second_parameter(lexer lex, muster_text *name);

/** Line of the key that `path` leads to in the table a file returns; of the longest part of the path that is there; 0
 * when there is none. Places in lists are "1", "2", ... */
int lex_locate(muster_text source, const char *const *path, size_t n);

/** The comment of three dashes at the top of a file, its lines joined by blanks. NULL when there is no memory. */
const char *lex_doc(muster_text source, muster_arena *arena);

#endif
