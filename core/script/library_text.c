/* Plain text: what rules would otherwise want patterns for. */
#include <string.h>

#include "libraries.h"
#include "state.h"

static muster_text argument(lua_State *L, int arg) {
  muster_text t;
  t.at = luaL_checklstring(L, arg, &t.n);
  return t;
}

static const char *find(muster_text in, muster_text what, size_t from) {
  while (what.n <= in.n && from <= in.n - what.n) {
    const char *at = memchr(in.at + from, what.at[0], in.n - what.n - from + 1);
    if (!at) return NULL;
    if (memcmp(at, what.at, what.n) == 0) return at;
    from = (size_t)(at - in.at) + 1;
  }
  return NULL;
}

static void charge(lua_State *L, muster_text in, muster_text what) {
  budget_charge(L, in.n / 16 + in.n / 64 * (what.n / 16));
}

static int l_starts(lua_State *L) {
  muster_text t = argument(L, 1), with = argument(L, 2);
  budget_charge(L, with.n / 64);
  lua_pushboolean(L, with.n <= t.n && memcmp(t.at, with.at, with.n) == 0);
  return 1;
}

static int l_ends(lua_State *L) {
  muster_text t = argument(L, 1), with = argument(L, 2);
  budget_charge(L, with.n / 64);
  lua_pushboolean(L, with.n <= t.n && memcmp(t.at + t.n - with.n, with.at, with.n) == 0);
  return 1;
}

static int l_contains(lua_State *L) {
  muster_text t = argument(L, 1), what = argument(L, 2);
  charge(L, t, what);
  lua_pushboolean(L, what.n == 0 || find(t, what, 0) != NULL);
  return 1;
}

static int l_trim(lua_State *L) {
  muster_text whole = argument(L, 1), t = muster_text_trim(whole);
  budget_charge(L, (whole.n - t.n) / 16);
  lua_pushlstring(L, t.at, t.n);
  return 1;
}

static int l_split(lua_State *L) {
  muster_text t = argument(L, 1), at = argument(L, 2);
  luaL_argcheck(L, at.n > 0, 2, "empty: nothing to split at");
  charge(L, t, at);
  lua_newtable(L);
  size_t from = 0;
  lua_Integer k = 0;
  for (;;) {
    const char *found = find(t, at, from);
    size_t end = found ? (size_t)(found - t.at) : t.n;
    lua_pushlstring(L, t.at + from, end - from);
    lua_rawseti(L, -2, ++k);
    if (!found) return 1;
    from = end + at.n;
    budget_charge(L, 2);
  }
}

static int l_replace(lua_State *L) {
  muster_text t = argument(L, 1), what = argument(L, 2), by = argument(L, 3);
  luaL_argcheck(L, what.n > 0, 2, "empty: nothing to replace");
  charge(L, t, what);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (size_t from = 0;;) {
    const char *found = find(t, what, from);
    size_t end = found ? (size_t)(found - t.at) : t.n;
    luaL_addlstring(&b, t.at + from, end - from);
    if (!found) break;
    luaL_addlstring(&b, by.at, by.n);
    if (luaL_bufflen(&b) > LIBRARY_TEXT) return script_refuse(L, "the text is longer than %d bytes", LIBRARY_TEXT);
    from = end + what.n;
    budget_charge(L, 2);
  }
  luaL_pushresult(&b);
  return 1;
}

void library_text(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"contains", l_contains}, {"ends", l_ends}, {"replace", l_replace}, {"split", l_split}, {"starts", l_starts},
      {"trim", l_trim},         {NULL, NULL}};
  luaL_newlib(L, functions);
}
