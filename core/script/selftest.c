/* Known faults of Lua 5.4's compiler, looked for in the Lua that is running: distributions carry old releases with some
 * fixes, so that a version number does not tell. Both were fixed upstream: the first in 5.4.8, the second in 5.4.5. */
#include <lauxlib.h>
#include <stdio.h>
#include <threads.h>

#include "muster/script/limits.h"

static once_flag once = ONCE_FLAG_INIT;
static muster_script_faults faults;
static char version[240];

/* Does the text run and give true. */
static bool holds(const char *text) {
  lua_State *L = luaL_newstate();
  if (!L) return true; /* no memory says nothing about the compiler */
  bool good = luaL_loadstring(L, text) == LUA_OK && lua_pcall(L, 0, 1, 0) == LUA_OK && lua_toboolean(L, -1);
  lua_close(L);
  return good;
}

static void run(void) {
  faults.comparison_as_index =
      !holds("local t = { [true] = 1 } local function f(a, b) return t[a < b] end return f(1, 2) == 1");
  muster_buf many;
  muster_buf_init(&many, 1 << 16);
  muster_buf_puts(&many, "local x ");
  for (int i = 0; i < 300; i++) muster_buf_printf(&many, "x = %d.5 ", i);
  muster_buf_puts(&many, "return (1 ~ (2 or 3)) == 3 and (1 | (2 or 3)) == 3");
  faults.constant_after_many = !many.failed && !holds(many.at);
  muster_buf_free(&many);
  bool first = faults.comparison_as_index, second = faults.constant_after_many;
  snprintf(version, sizeof version, "%s%s%s%s%s%s", LUA_RELEASE,
           first || second ? " (scripts are refused that would meet faults of its compiler: " : "",
           first ? "a comparison as an index" : "", first && second ? ", " : "",
           second ? "bitwise operators in a function of many constants" : "", first || second ? ")" : "");
}

const char *muster_script_version(void) {
  call_once(&once, run);
  return version;
}

muster_script_faults muster_script_self_test(void) {
  call_once(&once, run);
  return faults;
}
