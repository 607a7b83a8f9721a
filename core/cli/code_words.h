/* What changed in the functions of a file between two packs, in words and lines. */
#ifndef MUSTER_CLI_CODE_WORDS_H
#define MUSTER_CLI_CODE_WORDS_H

#include "packs.h"

/** Adds lines that say which functions of a rule, plan or library are others, with the lines that came and went, and
 * what they ask of subjects and which parameters they read that they did not before, or no longer. Nothing for what
 * differs in blanks and comments only.
 * @param of  what begins each line: "rule broken-weeks"
 * @return how many things it said */
size_t cli_code_words(const muster_pack *old, const muster_pack *new_, const char *of, const char *file,
                      muster_arena *arena, muster_buf *out);

/** Rules and plans of a pack that require a library, as a list in words; "" for none. */
const char *cli_code_users(const muster_pack *pack, const char *library, muster_arena *arena);

#endif
