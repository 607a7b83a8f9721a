/* What is wrong with a file and can be seen in its text. */
#ifndef SCRIPT_LINT_H
#define SCRIPT_LINT_H

#include <lua.h>

#include "muster/base.h"

/** Raises for the first thing found: _ENV, a comparison as an index where this Lua reads it wrongly, a window or kind
 * that there is not as the argument of a method. [-0, +0, e] */
void lint_check(lua_State *L, const char *name, muster_text source);

/** Texts of codes"..." in a file, as written; `more` is called for each and stops it with false. */
bool lint_codes(muster_text source, bool (*more)(void *context, muster_text text), void *context);

/** Are there bitwise operators in it. */
bool lint_bitwise(muster_text source);

#endif
