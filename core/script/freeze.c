/* Frozen tables. The metatable of one has __index, the table behind it, and marks that only C can ask for. */
#include "freeze.h"

#include "state.h"

static const char mark, kind_of; /* keys, by address */

enum { DEEPEST = 64 };

static int refuse_change(lua_State *L) {
  return script_refuse(L, "this table cannot be changed: a rule keeps nothing from one subject to the next");
}

static int length(lua_State *L) {
  frozen(L, 1);
  lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
  return 1;
}

/* stack: ..., behind -> ..., proxy */
static void wrap(lua_State *L, const char *kind) {
  int behind = lua_gettop(L);
  lua_createtable(L, 0, 0);
  lua_createtable(L, 0, 6);
  lua_pushvalue(L, behind);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, refuse_change);
  lua_setfield(L, -2, "__newindex");
  lua_pushcfunction(L, length);
  lua_setfield(L, -2, "__len");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushboolean(L, 1);
  lua_rawsetp(L, -2, &mark);
  if (kind) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)kind);
    lua_rawsetp(L, -2, &kind_of);
  }
  lua_setmetatable(L, -2);
  lua_replace(L, behind);
  lua_settop(L, behind);
}

void freeze_shallow(lua_State *L) {
  luaL_checkstack(L, 8, NULL);
  wrap(L, NULL);
}

bool frozen(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) return false;
  bool is = lua_rawgetp(L, -1, &mark) == LUA_TBOOLEAN;
  lua_pop(L, 1);
  if (!is) {
    lua_pop(L, 1);
    return false;
  }
  lua_pushliteral(L, "__index");
  lua_rawget(L, -2);
  lua_remove(L, -2);
  return true;
}

const char *frozen_kind(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) return NULL;
  lua_rawgetp(L, -1, &kind_of);
  const char *kind = lua_touserdata(L, -1);
  lua_pop(L, 2);
  return kind;
}

/* stack: ..., table -> ..., frozen table */
static void deep(lua_State *L, int memo, const char *kind, int depth) {
  luaL_checkstack(L, 12, NULL);
  int original = lua_gettop(L);
  if (depth > DEEPEST) script_refuse(L, "tables are nested more than %d deep", DEEPEST);
  lua_pushvalue(L, original);
  if (lua_rawget(L, memo) != LUA_TNIL || frozen(L, original)) {
    /* met before, or frozen already (then the table behind it is on top, and the original is the answer) */
    if (!lua_isnil(L, original + 1)) lua_replace(L, original);
    lua_settop(L, original);
    return;
  }
  lua_pop(L, 1);
  lua_createtable(L, 0, 0); /* behind */
  int behind = lua_gettop(L);
  lua_pushvalue(L, behind);
  wrap(L, kind);
  lua_pushvalue(L, original);
  lua_pushvalue(L, -2);
  lua_rawset(L, memo);
  int proxy = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, original); lua_pop(L, 1)) {
    int key = lua_type(L, -2);
    if (key != LUA_TSTRING && key != LUA_TNUMBER && key != LUA_TBOOLEAN)
      script_refuse(L, "a table that a rule reads has a key that is a %s", lua_typename(L, key));
    if (lua_type(L, -1) == LUA_TTABLE) deep(L, memo, NULL, depth + 1);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, behind);
  }
  lua_pushvalue(L, proxy);
  lua_replace(L, original);
  lua_settop(L, original);
}

void freeze(lua_State *L, int memo) { deep(L, lua_absindex(L, memo), NULL, 0); }

void freeze_as(lua_State *L, const char *kind) {
  luaL_checkstack(L, 4, NULL);
  lua_newtable(L);
  lua_insert(L, -2);
  deep(L, lua_gettop(L) - 1, kind, 0);
  lua_remove(L, -2);
}
