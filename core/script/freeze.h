/* Tables that cannot be changed: an empty table whose metatable shows another.
 * Scripts have no way to reach a metatable, so what is behind a frozen table is out of their reach. Frozen tables
 * answer #, pairs, ipairs and indexing as the table behind them does. Stack effects as in the manual of Lua. */
#ifndef SCRIPT_FREEZE_H
#define SCRIPT_FREEZE_H

#include <lua.h>
#include <stdbool.h>

/** Replaces the table on top by a frozen one, with all tables in it. A table that was met before gives the same frozen
 * table: `memo` is the place of a table from the old to the new. [-1, +1, m] */
void freeze(lua_State *L, int memo);

/** The same, with a kind: what a constructor made. `kind` is static. [-1, +1, m] */
void freeze_as(lua_State *L, const char *kind);

/** One table whose values are left as they are. [-1, +1, m] */
void freeze_shallow(lua_State *L);

/** Pushes the table behind a frozen one. Pushes nothing and answers false when the value is not one. [-0, +(0|1), -] */
bool frozen(lua_State *L, int index);

/** The kind given to freeze_as; NULL for everything else. */
const char *frozen_kind(lua_State *L, int index);

#endif
