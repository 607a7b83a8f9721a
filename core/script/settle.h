/* Makes functions of a file fit to be called over and over: what they carry with them cannot change, and what they do
 * is known. */
#ifndef SCRIPT_SETTLE_H
#define SCRIPT_SETTLE_H

#include <lua.h>

#include "muster/base.h"

typedef struct settled {
  const char *name; /* of the file, for messages */
  muster_text source;
  size_t functions;    /* that can be reached: 1 = only itself */
  size_t instructions; /* of them all */
  bool loops;          /* one of them loops or makes functions */
} settled;

/** Checks the function at `index` and all it can reach, and freezes the tables among them. Raises when one of them
 * assigns to what outlives a call, or reads a name that is not there. [-0, +0, e]
 * @param out  name and source filled by the caller */
void settle(lua_State *L, int index, settled *out);

/** The same for the table on top, which is replaced by a frozen one, and for all functions in it. [-1, +1, e] */
void settle_table(lua_State *L, settled *out);

/** Does a call of it end by itself within so many instructions. */
static inline bool settled_ends_within(const settled *s, uint64_t instructions) {
  return s->functions == 1 && !s->loops && s->instructions <= instructions;
}

#endif
