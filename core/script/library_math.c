/* Lua's own math library without random numbers. */
#include <lualib.h>

#include "libraries.h"
#include "state.h"

void library_math(lua_State *L) {
  static const char *const kept[] = {"abs", "ceil",       "exp",        "floor", "fmod", "huge",      "log",  "max",
                                     "min", "maxinteger", "mininteger", "pi",    "sqrt", "tointeger", "type", NULL};
  lua_pushcfunction(L, luaopen_math);
  lua_call(L, 0, 1);
  lua_newtable(L);
  for (size_t i = 0; kept[i]; i++) {
    lua_getfield(L, -2, kept[i]);
    lua_setfield(L, -2, kept[i]);
  }
  lua_remove(L, -2);
}
