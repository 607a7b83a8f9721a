/* Builds the environments of scripts: libraries, constructors, and nothing else. */
#include "sandbox.h"

#include <string.h>

#include "embedded.h"
#include "freeze.h"
#include "host.h"
#include "libraries.h"
#include "require.h"
#include "state.h"

static const char rule_environment[1], description_environment[1],
    chart_environment[1]; /* registry slots, by address */

void sandbox_rule_environment(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, rule_environment); }

void sandbox_description_environment(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, description_environment); }

void sandbox_chart_environment(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, chart_environment); }

bool sandbox_has(lua_State *L, const char *name) {
  sandbox_rule_environment(L);
  bool has = false;
  if (frozen(L, -1)) {
    lua_pushstring(L, name);
    has = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
  }
  lua_pop(L, 1);
  return has;
}

/* Things of Lua that rules do not have, and what they have in their place. */
static const struct {
  const char *name, *instead;
} missing[] = {{"os", "there is no clock: use the subject's as_of and dates.*"},
               {"io", "a rule reads no files: it asks its subject"},
               {"require", "put it at the top of the file: local name = require \"name\""},
               {"print", "give what you found as evidence"},
               {"pcall", "an error ends the pack, so that nothing is hidden"},
               {"next", "use pairs, or #"},
               {"utf8", "use text.* and string.*"}};

/* The name is not in the environment kept at `slot`. */
static void unknown_in(lua_State *L, const void *slot, const char *name) {
  script *s = script_of(L);
  muster_fail(&s->error, MUSTER_PACK, "there is no \"%.60s\" here", name);
  for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
    if (strcmp(name, missing[i].name) == 0) {
      muster_error_todo(&s->error, "%s", missing[i].instead);
      return;
    }
  const char *names[128];
  size_t n = 0;
  luaL_checkstack(L, 8, NULL);
  lua_rawgetp(L, LUA_REGISTRYINDEX, slot);
  frozen(L, -1);
  for (lua_pushnil(L); lua_next(L, -2) && n < 127; lua_pop(L, 1))
    if (lua_type(L, -2) == LUA_TSTRING) names[n++] = lua_tostring(L, -2);
  names[n] = NULL;
  const char *near = muster_nearest(name, names);
  if (near)
    muster_error_todo(&s->error, "did you mean %s?", near);
  else
    muster_error_todo(&s->error, "write \"local\" before the names that are yours");
  lua_pop(L, 2);
}

void sandbox_unknown(lua_State *L, const char *name) { unknown_in(L, rule_environment, name); }

/* Upvalue: the slot of the environment. */
static int unknown_name(lua_State *L) {
  unknown_in(L, lua_touserdata(L, lua_upvalueindex(1)),
             lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2));
  return script_raise(L);
}

/* "abc"(x) is what pupil:school() comes to, as pupil.school is the school's id. */
static int call_text(lua_State *L) { return host_call_text(L); }

static void string_metatable(lua_State *L, int strings) {
  lua_pushliteral(L, "");
  lua_createtable(L, 0, 3);
  lua_pushvalue(L, strings);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, call_text);
  lua_setfield(L, -2, "__call");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

/* Freezes the table of names on top and keeps it; a name that is not in it is an error. */
static void keep_environment(lua_State *L, const void *slot) {
  lua_createtable(L, 0, 1);
  lua_pushlightuserdata(L, (void *)slot);
  lua_pushcclosure(L, unknown_name, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2); /* of the table behind the frozen one */
  freeze_shallow(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, slot);
}

/* use "name": what lua/muster/name.lua returns, run once. Upvalue 1: what has been used; 2: the environment of those
 * files. */
static int use(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  lua_pop(L, 1);
  for (const embedded *e = script_embedded; e->name; e++) {
    if (strcmp(e->name, name) != 0) continue;
    script_load(L, lua_pushfstring(L, "=muster/%s.lua", name), (const char *)e->text, e->n);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 1);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, lua_upvalueindex(1));
    return 1;
  }
  return script_refuse(L, "lua/muster has no %s.lua", name);
}

static void library(lua_State *L, int into, int memo, const char *name, void (*push)(lua_State *)) {
  push(L);
  freeze(L, memo);
  lua_setfield(L, into, name);
}

/* string { "x" } makes a parameter in a description; string.upper is a function everywhere. Upvalue: the constructor.
 */
static int call_library(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_replace(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

/* stack: ..., constructor -> ...; makes the library of that name in the table at `names` callable. */
static void make_callable(lua_State *L, int names, const char *name) {
  lua_getfield(L, names, name);
  frozen(L, -1);
  freeze_shallow(L);
  lua_getmetatable(L, -1);
  lua_pushvalue(L, -4);
  lua_pushcclosure(L, call_library, 1);
  lua_setfield(L, -2, "__call");
  lua_pop(L, 1);
  lua_setfield(L, names, name);
  lua_pop(L, 2);
}

static void copy_all(lua_State *L, int from, int to) {
  for (lua_pushnil(L); lua_next(L, from);) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, to);
  }
}

/* Adds what every file of lua/muster exports as `exports` to the table at `names`. `use` is on top. [-1, +0, e] */
static void add_constructors(lua_State *L, int names, const char *exports) {
  int user = lua_gettop(L);
  for (const embedded *e = script_embedded; e->name; e++) {
    lua_pushvalue(L, user);
    lua_pushstring(L, e->name);
    lua_call(L, 1, 1);
    if (lua_getfield(L, -1, exports) == LUA_TTABLE) copy_all(L, lua_gettop(L), names);
    lua_settop(L, user);
  }
  lua_pop(L, 1);
}

void sandbox_build(lua_State *L) {
  luaL_checkstack(L, 32, NULL);
  lua_newtable(L);
  int memo = lua_gettop(L);
  lua_newtable(L);
  int names = lua_gettop(L);
  library_base(L);
  library(L, names, memo, "chance", library_chance);
  library(L, names, memo, "dates", library_dates);
  library(L, names, memo, "math", library_math);
  library(L, names, memo, "string", library_string);
  library(L, names, memo, "table", library_table);
  library(L, names, memo, "text", library_text);
  lua_getfield(L, names, "string");
  string_metatable(L, lua_gettop(L));
  lua_pop(L, 1);
  lua_newtable(L); /* names of a description */
  int descriptions = lua_gettop(L);
  copy_all(L, names, descriptions);

  lua_newtable(L); /* what lua/muster sees */
  int inside = lua_gettop(L);
  copy_all(L, names, inside);
  host_functions(L);
  lua_setfield(L, inside, "host");
  lua_newtable(L);
  lua_pushvalue(L, inside);
  lua_pushcclosure(L, use, 2);
  lua_pushvalue(L, -1);
  lua_setfield(L, inside, "use");
  lua_pushvalue(L, -1);
  add_constructors(L, descriptions, "export");
  lua_newtable(L); /* names of the description of a chart */
  int charts = lua_gettop(L);
  copy_all(L, names, charts);
  lua_getfield(L, names, "text");
  lua_pushvalue(L, -3);
  add_constructors(L, charts, "charts");
  lua_getfield(L, charts, "text"); /* the layer; the library takes its place back, callable */
  lua_insert(L, -2);
  lua_setfield(L, charts, "text");
  make_callable(L, charts, "text");

  lua_getfield(L, descriptions, "string_parameter");
  make_callable(L, descriptions, "string");
  lua_pushnil(L);
  lua_setfield(L, descriptions, "string_parameter");
  lua_getfield(L, descriptions, "codes_parameter");
  lua_pushcclosure(L, host_codes, 1);
  lua_setfield(L, descriptions, "codes");
  lua_pushnil(L);
  lua_setfield(L, descriptions, "codes_parameter");
  lua_pushnil(L);
  lua_pushcclosure(L, host_codes, 1);
  lua_setfield(L, names, "codes");

  lua_pushcfunction(L, require_library);
  lua_setfield(L, descriptions, "require");
  lua_pushcfunction(L, require_library);
  lua_setfield(L, charts, "require");

  lua_pushvalue(L, names);
  keep_environment(L, rule_environment);
  lua_pushvalue(L, descriptions);
  keep_environment(L, description_environment);
  lua_pushvalue(L, charts);
  keep_environment(L, chart_environment);
  lua_settop(L, memo - 1);
}
