/* What changed between two packs, in words. */
#ifndef MUSTER_CLI_PACK_WORDS_H
#define MUSTER_CLI_PACK_WORDS_H

#include "packs.h"

/** Adds a line for everything of `new_` that is not as in `old`: manifest, rules, thresholds, levels, plans, files.
 * @return how many lines */
size_t cli_pack_words(const muster_pack *old, const muster_pack *new_, muster_arena *arena, muster_buf *out);

#endif
