/* The base functions of the rule language. pairs goes in the order of the keys, so that no output depends on a hash. */
#include <stdlib.h>
#include <string.h>

#include "freeze.h"
#include "libraries.h"
#include "state.h"

static int l_type(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushstring(L, luaL_typename(L, 1));
  return 1;
}

static int l_tostring(lua_State *L) {
  luaL_checkany(L, 1);
  switch (lua_type(L, 1)) {
    case LUA_TNIL:
    case LUA_TBOOLEAN:
    case LUA_TNUMBER:
    case LUA_TSTRING: luaL_tolstring(L, 1, NULL); break;
    default: lua_pushstring(L, luaL_typename(L, 1)); /* never an address: it differs from run to run */
  }
  return 1;
}

static int l_tonumber(lua_State *L) {
  luaL_checkany(L, 1);
  if (lua_type(L, 1) == LUA_TNUMBER) {
    lua_settop(L, 1);
    return 1;
  }
  size_t n;
  const char *s = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &n) : NULL;
  if (s && n < 200 && lua_stringtonumber(L, s) == n + 1) return 1;
  lua_pushnil(L);
  return 1;
}

static int l_select(lua_State *L) {
  int n = lua_gettop(L);
  if (lua_type(L, 1) == LUA_TSTRING && strcmp(lua_tostring(L, 1), "#") == 0) {
    lua_pushinteger(L, n - 1);
    return 1;
  }
  lua_Integer i = luaL_checkinteger(L, 1);
  if (i < 0)
    i = n + i;
  else if (i > n)
    i = n;
  luaL_argcheck(L, i >= 1, 1, "index out of range");
  budget_charge(L, (uint64_t)n / 16);
  return n - (int)i;
}

static int l_error(lua_State *L) {
  if (lua_type(L, 1) != LUA_TSTRING) return script_refuse(L, "error takes a text, not a %s", luaL_typename(L, 1));
  return script_refuse(L, "%s", lua_tostring(L, 1)); /* never as an error value of its own: some texts mean something */
}

static int l_assert(lua_State *L) {
  luaL_checkany(L, 1);
  if (lua_toboolean(L, 1)) return lua_gettop(L);
  if (lua_isnoneornil(L, 2)) return script_refuse(L, "assertion failed");
  lua_remove(L, 1);
  return l_error(L);
}

static int next_item(lua_State *L) {
  lua_Integer i = luaL_checkinteger(L, 2);
  i = (lua_Integer)((lua_Unsigned)i + 1);
  lua_pushinteger(L, i);
  return lua_geti(L, 1, i) == LUA_TNIL ? 1 : 2;
}

static int l_ipairs(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushcfunction(L, next_item);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

typedef struct key {
  int rank; /* number, text, boolean */
  bool whole;
  lua_Integer integer;
  lua_Number number;
  muster_text text;
} key;

static int by_key(const void *a, const void *b) {
  const key *x = a, *y = b;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  if (x->rank == 1) return muster_text_compare(x->text, y->text);
  if (x->whole && y->whole) return x->integer < y->integer ? -1 : x->integer > y->integer;
  return x->number < y->number ? -1 : x->number > y->number;
}

static key key_at(lua_State *L, int index) {
  key k = {0};
  int type = lua_type(L, index);
  if (type == LUA_TNUMBER) {
    k.whole = lua_isinteger(L, index);
    k.number = lua_tonumber(L, index);
    k.integer = k.whole ? lua_tointeger(L, index) : 0;
  } else if (type == LUA_TSTRING) {
    k.rank = 1;
    k.text.at = lua_tolstring(L, index, &k.text.n);
  } else if (type == LUA_TBOOLEAN) {
    k.rank = 2;
    k.number = lua_toboolean(L, index);
  } else {
    script_refuse(L, "pairs goes over keys that are numbers, texts or booleans; this table has a key that is a %s",
                  lua_typename(L, type));
  }
  return k;
}

enum { FEW_KEYS = 24 }; /* which stay on the stack while they are sorted */

/* The keys at places from + 1 .. from + n of the stack, in order, into a list on top. */
static void sort_few(lua_State *L, int from, int n) {
  key keys[FEW_KEYS];
  int order[FEW_KEYS];
  for (int i = 0; i < n; i++) {
    int at = i;
    keys[i] = key_at(L, from + 1 + i);
    for (; at > 0 && by_key(&keys[order[at - 1]], &keys[i]) > 0; at--) order[at] = order[at - 1];
    order[at] = i;
  }
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_pushvalue(L, from + 1 + order[i]);
    lua_rawseti(L, -2, i + 1);
  }
}

static void sort_many(lua_State *L, int table, size_t n) {
  key *keys = lua_newuserdatauv(L, n * sizeof *keys, 0);
  size_t k = 0;
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) keys[k++] = key_at(L, -2);
  qsort(keys, n, sizeof *keys, by_key);
  lua_createtable(L, (int)n, 0);
  for (k = 0; k < n; k++) {
    if (keys[k].rank == 1)
      lua_pushlstring(L, keys[k].text.at, keys[k].text.n);
    else if (keys[k].rank == 2)
      lua_pushboolean(L, keys[k].number != 0);
    else if (keys[k].whole)
      lua_pushinteger(L, keys[k].integer);
    else
      lua_pushnumber(L, keys[k].number);
    lua_rawseti(L, -2, (lua_Integer)k + 1);
  }
}

void library_sorted_keys(lua_State *L, int index) {
  index = lua_absindex(L, index);
  luaL_checkstack(L, FEW_KEYS + 8, NULL);
  if (!frozen(L, index)) lua_pushvalue(L, index);
  int table = lua_gettop(L);
  size_t n = 0;
  for (lua_pushnil(L); lua_next(L, table); n++) {
    lua_pop(L, 1);
    if (n < FEW_KEYS) lua_pushvalue(L, -1); /* one stays, one goes on */
  }
  budget_charge(L, (uint64_t)n * 4);
  if (n <= FEW_KEYS) {
    sort_few(L, table, (int)n);
  } else {
    lua_settop(L, table);
    sort_many(L, table, n);
  }
  lua_replace(L, table);
  lua_settop(L, table);
}

int library_pairs_step(lua_State *L) {
  lua_Integer i = lua_tointeger(L, lua_upvalueindex(2));
  for (;;) {
    i++;
    if (lua_rawgeti(L, lua_upvalueindex(1), i) == LUA_TNIL) return 1;
    lua_pushvalue(L, -1);
    if (lua_gettable(L, 1) != LUA_TNIL) break; /* nil: taken out while the loop ran */
    lua_pop(L, 2);
  }
  lua_pushinteger(L, i);
  lua_copy(L, -1, lua_upvalueindex(2));
  lua_pop(L, 1);
  return 2;
}

static int l_pairs(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  library_sorted_keys(L, 1);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, library_pairs_step, 2);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

void library_base(lua_State *L) {
  static const luaL_Reg functions[] = {{"assert", l_assert},     {"error", l_error},   {"ipairs", l_ipairs},
                                       {"pairs", l_pairs},       {"select", l_select}, {"tonumber", l_tonumber},
                                       {"tostring", l_tostring}, {"type", l_type},     {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
