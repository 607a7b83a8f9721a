/* The libraries of the rule language: what of Lua's own is safe, guarded where it is not, and what replaces the rest.
 * Each pushes a plain table (or fills the one on top); the sandbox freezes it. Work in C is charged to the script by
 * its size. */
#ifndef SCRIPT_LIBRARIES_H
#define SCRIPT_LIBRARIES_H

#include <lua.h>

/** Longest text a library function makes, and most values one hands back. */
enum { LIBRARY_TEXT = 1 << 20, LIBRARY_VALUES = 250 };

void library_base(lua_State *L); /* into the table on top: assert error ipairs pairs select tonumber tostring type */
int library_pairs_step(lua_State *L); /* what pairs gives: the one function that remembers something */
void library_math(lua_State *L);      /* [-0, +1, m] */
void library_table(lua_State *L);     /* concat insert remove sort (stable) unpack */
void library_string(lua_State *L);
void library_text(lua_State *L);   /* contains ends replace split starts trim: plain text, linear time */
void library_chance(lua_State *L); /* at_least z: binomial tails */
void library_dates(lua_State *L);  /* add days month weekday year school_year */

/** An ISO date argument. */
int library_date(lua_State *L, int arg);

/** Pushes the keys of the table at `index` in order: numbers, then texts by bytes, then false and true. [-0, +1, e] */
void library_sorted_keys(lua_State *L, int index);

#endif
