/* The transparency record of a loaded pack: gathered from its manifest, its files and its tests. */
#ifndef MUSTER_CLI_PACK_FACTS_H
#define MUSTER_CLI_PACK_FACTS_H

#include "packs.h"

/** Fills `facts`; all texts are the arena's or the pack's.
 * @param results    of the pack's tests with coverage; NULL = it has none that could be run
 * @param signature  in words */
muster_status cli_pack_facts(const muster_pack *pack, const muster_test_results *results, const char *signature,
                             muster_arena *arena, muster_pack_facts *facts, muster_error *err);

/** Bounds of a parameter in words: "1 to 100", "at least 0", "one of a, b", or "". NULL when there is no memory. */
const char *cli_param_bounds(const muster_param *param, muster_arena *arena);

#endif
