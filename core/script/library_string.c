/* Texts: Lua's own functions where their work is bounded by the text, guarded ones where it is not. There are no
 * patterns: matching takes time that no budget sees. */
#include <lualib.h>
#include <string.h>

#include "libraries.h"
#include "state.h"

static int l_rep(lua_State *L) {
  size_t n, between;
  const char *s = luaL_checklstring(L, 1, &n);
  lua_Integer times = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &between);
  if (times <= 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  if (times > LIBRARY_TEXT || (n + between) * (size_t)times > LIBRARY_TEXT)
    return script_refuse(L, "the text would be longer than %d bytes", LIBRARY_TEXT);
  budget_charge(L, (uint64_t)times / 4);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (lua_Integer i = 1; i <= times; i++) {
    luaL_addlstring(&b, s, n);
    if (i < times) luaL_addlstring(&b, separator, between);
  }
  luaL_pushresult(&b);
  return 1;
}

/* upvalue: Lua's own */
static int l_format(lua_State *L) {
  size_t n, total = 0;
  const char *format = luaL_checklstring(L, 1, &n);
  for (size_t i = 0; i + 1 < n; i++) {
    if (format[i] != '%') continue;
    i++;
    while (i < n && strchr("-+ #0123456789.", format[i])) i++;
    if (i < n && !strchr("diuoxXcsfeEgG%", format[i]))
      return script_refuse(L, "%%%c is not known to string.format here", format[i]);
  }
  int args = lua_gettop(L);
  for (int i = 1; i <= args; i++) {
    size_t length = 0;
    int type = lua_type(L, i);
    if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA)
      return script_refuse(L, "string.format takes texts and numbers; argument %d is a %s", i, luaL_typename(L, i));
    if (type == LUA_TSTRING) lua_tolstring(L, i, &length);
    total += length + 16;
  }
  if (total > LIBRARY_TEXT) return script_refuse(L, "the text is longer than %d bytes", LIBRARY_TEXT);
  budget_charge(L, total / 16);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, args, 1);
  return 1;
}

static int l_byte(lua_State *L) {
  size_t n;
  const char *s = luaL_checklstring(L, 1, &n);
  lua_Integer first = luaL_optinteger(L, 2, 1), last = luaL_optinteger(L, 3, first), length = (lua_Integer)n;
  if (first < 0) first = first < -length ? 1 : length + first + 1;
  if (last < 0) last = last < -length ? 0 : length + last + 1;
  if (first < 1) first = 1;
  if (last > length) last = length;
  if (first > last) return 0;
  if (last - first >= LIBRARY_VALUES) return script_refuse(L, "string.byte gives at most %d values", LIBRARY_VALUES);
  luaL_checkstack(L, (int)(last - first) + 1, NULL);
  for (lua_Integer i = first; i <= last; i++) lua_pushinteger(L, (unsigned char)s[i - 1]);
  return (int)(last - first) + 1;
}

/* Place of the second text in the first, from byte `init` on; or nil. */
static int l_find(lua_State *L) {
  size_t n, m;
  const char *s = luaL_checklstring(L, 1, &n), *wanted = luaL_checklstring(L, 2, &m);
  lua_Integer init = luaL_optinteger(L, 3, 1);
  if (init < 1) init = 1;
  budget_charge(L, n / 16 + n / 64 * (m / 16));
  for (size_t i = (size_t)init - 1; m <= n && i <= n - m; i++) {
    const char *at = m ? memchr(s + i, wanted[0], n - m - i + 1) : s + i;
    if (!at) break;
    i = (size_t)(at - s);
    if (memcmp(at, wanted, m) != 0) continue;
    lua_pushinteger(L, (lua_Integer)i + 1);
    lua_pushinteger(L, (lua_Integer)(i + m));
    return 2;
  }
  lua_pushnil(L);
  return 1;
}

void library_string(lua_State *L) {
  static const char *const kept[] = {"char", "len", "lower", "reverse", "sub", "upper", NULL};
  static const luaL_Reg guarded[] = {{"byte", l_byte}, {"find", l_find}, {"rep", l_rep}, {NULL, NULL}};
  lua_pushcfunction(L, luaopen_string);
  lua_call(L, 0, 1);
  luaL_newlib(L, guarded);
  for (size_t i = 0; kept[i]; i++) {
    lua_getfield(L, -2, kept[i]);
    lua_setfield(L, -2, kept[i]);
  }
  lua_getfield(L, -2, "format");
  lua_pushcclosure(L, l_format, 1);
  lua_setfield(L, -2, "format");
  lua_remove(L, -2);
}
