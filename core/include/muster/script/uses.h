/* muster/script/uses.h - what a file of a pack reads of the data and where its thresholds come from, as its own text
 * shows: for the transparency record of a pack. */
#ifndef MUSTER_SCRIPT_USES_H
#define MUSTER_SCRIPT_USES_H

#include "muster/script/pack.h"

MUSTER_BEGIN_DECLS

/** Lists are sorted by bytes, without doubles, and NULL-terminated. */
typedef struct muster_uses {
  const char *const *methods;    /* asked of subjects: "count", "rate" */
  const char *const *kinds;      /* of sessions: "absent", "codes G N O U", also those of parameters' defaults */
  const char *const *attributes; /* "fsm", "attr.house", also those of a rule's `by` and message */
  const char *authority; /* the rule's own field, else what follows "Authority:" in the comment at the top, or "" */
} muster_uses;

/** Reads the text of a rule or plan of the pack, by its path within it ("rules/broken-weeks.lua"), and of the libraries
 * it requires, whole. What a script puts
 * together while it runs is not seen: kinds and attributes are then those it could name, not those it did.
 * @retval MUSTER_USAGE  the pack has no such rule or plan */
MUSTER_CHECK muster_status muster_pack_uses(const muster_pack *pack, const char *file, muster_arena *arena,
                                            muster_uses *uses, muster_error *err);

MUSTER_END_DECLS
#endif
