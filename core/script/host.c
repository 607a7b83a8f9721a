/* The C half of the constructors in lua/muster. */
#include "host.h"

#include <string.h>

#include "freeze.h"
#include "message.h"
#include "muster/engine.h"
#include "state.h"

static const char *text_at(lua_State *L, int arg) {
  return lua_type(L, arg) == LUA_TSTRING ? lua_tostring(L, arg) : NULL;
}

/* host.fail(path, what, expected, todo): path is a list of keys of the table the file returns. With path.here it is one
 * of the constructor that is being called, and the line of the call is the place. */
static int fail(lua_State *L) {
  script *s = script_of(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  s->path_length = 0;
  size_t most = sizeof s->path / sizeof *s->path, n = (size_t)luaL_len(L, 1);
  if (lua_getfield(L, 1, "here") != LUA_TNIL) n = 0;
  lua_pop(L, 1);
  for (size_t i = 0; i < n && i < most; i++) {
    lua_geti(L, 1, (lua_Integer)i + 1);
    const char *key = luaL_tolstring(L, -1, NULL);
    char *copy = muster_arena_copy(&s->keys, key, strlen(key));
    if (copy) s->path[s->path_length++] = copy;
    lua_pop(L, 2);
  }
  muster_fail(&s->error, MUSTER_PACK, "%s", luaL_checkstring(L, 2));
  if (text_at(L, 3)) muster_error_expected(&s->error, "%s", text_at(L, 3));
  if (text_at(L, 4)) muster_error_todo(&s->error, "%s", text_at(L, 4));
  return script_raise(L);
}

/* host.nearest(name, list of names): the one it may have meant, or nil */
static int nearest(lua_State *L) {
  const char *names[256];
  size_t n = 0;
  const char *name = luaL_checkstring(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  while (n < 255 && lua_rawgeti(L, 2, (lua_Integer)n + 1) == LUA_TSTRING) {
    names[n++] = lua_tostring(L, -1);
    lua_pop(L, 1); /* the list keeps it alive */
  }
  names[n] = NULL;
  lua_pushstring(L, muster_nearest(name, names));
  return 1;
}

/* host.seal(kind, table): the same, unchangeable and known to be ours */
static int seal(lua_State *L) {
  static const char *const kinds[] = {"param",   "rule",  "plan",  "pack", "tests", "case", "none", "source",
                                      "overlay", "chart", "layer", "csv",  "study", "part", NULL};
  int kind = luaL_checkoption(L, 1, NULL, kinds);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  freeze_as(L, kinds[kind]);
  return 1;
}

/* host.kind(value): of a sealed table, else nil */
static int kind_of(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushstring(L, frozen_kind(L, 1));
  return 1;
}

/* A word of the engine is right (true), or wrong: what is wrong, what would be right. */
static int answer(lua_State *L, muster_status status) {
  script *s = script_of(L);
  if (status == MUSTER_OK) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushboolean(L, 0);
  lua_pushstring(L, s->error.what);
  lua_pushstring(L, s->error.expected);
  lua_pushstring(L, s->error.todo);
  return 4;
}

static muster_text argument(lua_State *L, int arg) {
  muster_text t;
  t.at = luaL_checklstring(L, arg, &t.n);
  return t;
}

static int window(lua_State *L) {
  muster_window w;
  return answer(L, muster_window_parse(argument(L, 1), &w, &script_of(L)->error));
}

static int lasting(lua_State *L) {
  muster_lasting l;
  return answer(L, muster_lasting_parse(argument(L, 1), &l, &script_of(L)->error));
}

static int date(lua_State *L) {
  muster_date d;
  lua_pushboolean(L, muster_date_parse(argument(L, 1), &d));
  return 1;
}

static int message(lua_State *L) { return answer(L, message_check(argument(L, 1), &script_of(L)->error)); }

/* host.name(text): is it fit for an id: a-z, 0-9 and "-", beginning with a letter */
static int name(lua_State *L) {
  muster_text t = argument(L, 1);
  bool good = t.n > 0 && t.n <= 64 && t.at[0] >= 'a' && t.at[0] <= 'z';
  for (size_t i = 0; i < t.n && good; i++)
    good = (t.at[i] >= 'a' && t.at[i] <= 'z') || (t.at[i] >= '0' && t.at[i] <= '9') || t.at[i] == '-';
  lua_pushboolean(L, good);
  return 1;
}

void host_functions(lua_State *L) {
  static const luaL_Reg functions[] = {{"date", date},       {"fail", fail}, {"kind", kind_of},    {"lasting", lasting},
                                       {"message", message}, {"name", name}, {"nearest", nearest}, {"seal", seal},
                                       {"window", window},   {NULL, NULL}};
  luaL_newlib(L, functions);
}

int host_codes(lua_State *L) {
  if (lua_type(L, 1) == LUA_TSTRING) {
    lua_pushfstring(L, HOST_CODES "%s", lua_tostring(L, 1));
    return 1;
  }
  if (lua_isnil(L, lua_upvalueindex(1))) return script_refuse(L, "codes takes a text such as \"G N O U\"");
  lua_settop(L, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 1, 1);
  return 1;
}
