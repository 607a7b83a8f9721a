/* What a rule gives back, as a JSON object with sorted keys. Written here and not by a JSON library because the numbers
 * must be the shortest that read back the same, which those do not offer. */
#ifndef SCRIPT_EVIDENCE_H
#define SCRIPT_EVIDENCE_H

#include <lua.h>

#include "muster/base.h"

/** Adds the value at `index`. Whole numbers stay whole; dates are the texts they are; a number that is not one is null.
 * Raises for values that are no data. [-0, +0, e] */
void evidence_json(lua_State *L, int index, muster_buf *out);

/** Adds a text, a number as JSON. */
void evidence_text(muster_buf *out, muster_text text);
void evidence_number(muster_buf *out, double number);

#endif
