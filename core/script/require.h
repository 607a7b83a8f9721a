/* lib/NAME.lua of a pack: code that its rules, plans, charts and tests share.
 *
 * A library is read once an interpreter, when it is first asked for; what it returns is frozen to the bottom, and its
 * functions keep nothing, like those of a rule. A pack reaches its own libraries by their names and nothing else. */
#ifndef SCRIPT_REQUIRE_H
#define SCRIPT_REQUIRE_H

#include <lua.h>

/** require "name", for descriptions: the frozen table that lib/name.lua of the pack being read returns. A
 * lua_CFunction. */
int require_library(lua_State *L);

/** Reads the i-th library of the pack being read, unless that was done. [-0, +0, e] */
void require_read(lua_State *L, size_t i);

#endif
