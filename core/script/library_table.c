/* Lists. The functions of Lua's table library take their bounds from the script; these take them from the list. */
#include <string.h>

#include "libraries.h"
#include "state.h"

static const lua_Integer longest = (lua_Integer)1 << 40; /* more than any memory holds */

/* A border that a script made up can be any number: places are counted from it, and one more must be a number too. */
static lua_Integer length_of(lua_State *L, int arg) {
  luaL_checktype(L, arg, LUA_TTABLE);
  lua_Integer n = luaL_len(L, arg);
  if (n >= longest) script_refuse(L, "a list of %lld items", (long long)n);
  return n;
}

static int l_insert(lua_State *L) {
  lua_Integer n = length_of(L, 1), at = n + 1;
  int args = lua_gettop(L);
  if (args != 2 && args != 3) return script_refuse(L, "table.insert takes a list, a place if you like, and a value");
  if (args == 3) {
    at = luaL_checkinteger(L, 2);
    luaL_argcheck(L, at >= 1 && at <= n + 1, 2, "place out of bounds");
    budget_charge(L, (uint64_t)(n - at + 1) / 4);
    for (lua_Integer i = n; i >= at; i--) {
      lua_geti(L, 1, i);
      lua_seti(L, 1, i + 1);
    }
  }
  lua_seti(L, 1, at);
  return 0;
}

static int l_remove(lua_State *L) {
  lua_Integer n = length_of(L, 1), at = luaL_optinteger(L, 2, n);
  if (n == 0) {
    lua_pushnil(L);
    return 1;
  }
  luaL_argcheck(L, at >= 1 && at <= n, 2, "place out of bounds");
  budget_charge(L, (uint64_t)(n - at) / 4);
  lua_geti(L, 1, at);
  for (lua_Integer i = at; i < n; i++) {
    lua_geti(L, 1, i + 1);
    lua_seti(L, 1, i);
  }
  lua_pushnil(L);
  lua_seti(L, 1, n);
  return 1;
}

static int l_concat(lua_State *L) {
  lua_Integer n = length_of(L, 1);
  size_t between;
  const char *separator = luaL_optlstring(L, 2, "", &between);
  lua_Integer first = luaL_optinteger(L, 3, 1), last = luaL_optinteger(L, 4, n);
  luaL_argcheck(L, first >= 1, 3, "before the list");
  luaL_argcheck(L, last <= n, 4, "beyond the list");
  if (first <= last) budget_charge(L, (uint64_t)(last - first) / 2);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (lua_Integer i = first; i <= last; i++) {
    int type = lua_geti(L, 1, i);
    if (type != LUA_TSTRING && type != LUA_TNUMBER)
      return script_refuse(L, "item %lld of the list is a %s, and only texts and numbers can be put together",
                           (long long)i, luaL_typename(L, -1));
    luaL_addvalue(&b);
    if (i < last) luaL_addlstring(&b, separator, between);
    if (luaL_bufflen(&b) > LIBRARY_TEXT) return script_refuse(L, "the text is longer than %d bytes", LIBRARY_TEXT);
  }
  luaL_pushresult(&b);
  return 1;
}

static int l_unpack(lua_State *L) {
  lua_Integer n = length_of(L, 1);
  lua_Integer first = luaL_optinteger(L, 2, 1), last = luaL_optinteger(L, 3, n);
  luaL_argcheck(L, first >= 1, 2, "before the list");
  luaL_argcheck(L, last <= n, 3, "beyond the list");
  if (first > last) return 0;
  if (last - first >= LIBRARY_VALUES) return script_refuse(L, "unpack gives at most %d values", LIBRARY_VALUES);
  int count = (int)(last - first) + 1;
  luaL_checkstack(L, count, NULL);
  for (lua_Integer i = first; i <= last; i++) lua_geti(L, 1, i);
  return count;
}

/* Does the value at `b` come before the one at `a`; then `a` has to wait. Equal ones keep their order. */
static bool before(lua_State *L, int b, int a) {
  if (!lua_isnil(L, 2)) {
    lua_pushvalue(L, 2);
    lua_pushvalue(L, b);
    lua_pushvalue(L, a);
    lua_call(L, 2, 1);
    bool answer = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return answer;
  }
  int type = lua_type(L, a);
  if (type != lua_type(L, b) || (type != LUA_TNUMBER && type != LUA_TSTRING))
    return script_refuse(L, "a %s and a %s have no order", luaL_typename(L, b), luaL_typename(L, a)) != 0;
  if (type == LUA_TNUMBER) {
    if (lua_tonumber(L, a) != lua_tonumber(L, a) || lua_tonumber(L, b) != lua_tonumber(L, b))
      script_refuse(L, "a number that is not a number (0/0) has no order");
    return lua_compare(L, b, a, LUA_OPLT);
  }
  muster_text x, y;
  x.at = lua_tolstring(L, b, &x.n);
  y.at = lua_tolstring(L, a, &y.n);
  return muster_text_compare(x, y) < 0;
}

/* One pass of a merge sort: runs of `width` from the table at `from` into the table at `to`. */
static void merge(lua_State *L, int from, int to, lua_Integer n, lua_Integer width) {
  for (lua_Integer low = 1; low <= n; low += 2 * width) {
    lua_Integer left = low, middle = low + width, right = middle, end = low + 2 * width;
    if (middle > n + 1) middle = right = n + 1;
    if (end > n + 1) end = n + 1;
    for (lua_Integer k = low; k < end; k++) {
      bool take_right = left >= middle;
      if (!take_right && right < end) {
        lua_rawgeti(L, from, right);
        lua_rawgeti(L, from, left);
        take_right = before(L, lua_gettop(L) - 1, lua_gettop(L));
        lua_pop(L, 2);
      }
      lua_rawgeti(L, from, take_right ? right++ : left++);
      lua_rawseti(L, to, k);
    }
  }
}

static int l_sort(lua_State *L) {
  lua_Integer n = length_of(L, 1);
  lua_settop(L, 2);
  if (!lua_isnil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  if (n > 1 << 20) return script_refuse(L, "the list is too long to sort");
  budget_charge(L, (uint64_t)n * 8);
  lua_createtable(L, (int)n, 0);
  lua_createtable(L, (int)n, 0);
  int from = 3, to = 4;
  for (lua_Integer i = 1; i <= n; i++) {
    lua_geti(L, 1, i);
    lua_rawseti(L, from, i);
  }
  for (lua_Integer width = 1; width < n; width *= 2) {
    budget_charge(L, (uint64_t)n);
    merge(L, from, to, n, width);
    int was = from;
    from = to;
    to = was;
  }
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, from, i);
    lua_seti(L, 1, i);
  }
  return 0;
}

void library_table(lua_State *L) {
  static const luaL_Reg functions[] = {{"concat", l_concat}, {"insert", l_insert}, {"remove", l_remove},
                                       {"sort", l_sort},     {"unpack", l_unpack}, {NULL, NULL}};
  luaL_newlib(L, functions);
}
