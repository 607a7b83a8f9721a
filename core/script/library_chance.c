/* What chance alone explains. Both functions cost the same whatever their arguments. */
#include <math.h>

#include "libraries.h"
#include "muster/engine/chance.h"
#include "state.h"

static int push(lua_State *L, double value) {
  if (isnan(value))
    lua_pushnil(L);
  else
    lua_pushnumber(L, value);
  return 1;
}

/* A count: a whole number from 0 on, written as an integer or as a float that is whole. */
static uint64_t count(lua_State *L, int arg) {
  lua_Integer n = luaL_checkinteger(L, arg);
  luaL_argcheck(L, n >= 0 && n <= UINT32_MAX, arg, "a count is expected");
  return (uint64_t)n;
}

static int l_at_least(lua_State *L) {
  return push(L, muster_chance_at_least(count(L, 1), count(L, 2), luaL_checknumber(L, 3)));
}

static int l_z(lua_State *L) { return push(L, muster_chance_z(count(L, 1), count(L, 2), luaL_checknumber(L, 3))); }

void library_chance(lua_State *L) {
  static const luaL_Reg functions[] = {{"at_least", l_at_least}, {"z", l_z}, {NULL, NULL}};
  luaL_newlib(L, functions);
}
