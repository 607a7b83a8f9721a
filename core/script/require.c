/* Libraries of packs, and who may ask for them. */
#include "require.h"

#include <string.h>

#include "freeze.h"
#include "pack_private.h"
#include "settle.h"

enum { DEEPEST = 16 };

/* "lib/terms.lua" -> "terms" */
static muster_text name_of(const script_file *library) {
  static const size_t head = sizeof "lib/" - 1, tail = sizeof ".lua" - 1;
  return (muster_text){library->path + head, strlen(library->path) - head - tail};
}

static const script_file *find(lua_State *L, const muster_pack *pack, muster_text name) {
  for (size_t i = 0; i < pack->library_count; i++)
    if (muster_text_equal(name_of(&pack->libraries[i]), name)) return &pack->libraries[i];
  script *s = script_of(L);
  const char *names[MUSTER_PACK_LIBRARIES + 1] = {NULL};
  for (size_t i = 0; i < pack->library_count; i++) {
    muster_text known = name_of(&pack->libraries[i]);
    names[i] = lua_pushlstring(L, known.at, known.n);
  }
  muster_fail(&s->error, MUSTER_PACK, "the pack has no lib/%.60s.lua", name.at);
  muster_error_expected(&s->error, "the name of a file in its folder lib/, without \".lua\"");
  const char *near = muster_nearest(name.at, names);
  if (near) muster_error_todo(&s->error, "did you mean \"%s\"?", near);
  script_raise(L);
  return NULL;
}

/* Pushes what this interpreter has read of the pack: name = frozen table, or false while it is being read. */
static void push_read(lua_State *L, const muster_pack *pack) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, pack) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, pack);
}

/* Pushes what the library returns, fit to be shared. */
static void read_library(lua_State *L, const script_file *library) {
  script *s = script_of(L);
  if (s->requiring == DEEPEST) script_refuse(L, "libraries require each other more than %d deep", DEEPEST);
  s->requiring++;
  describe_chunk(L, library, NULL);
  if (lua_type(L, -1) != LUA_TTABLE || frozen_kind(L, -1)) {
    const char *kind = frozen_kind(L, -1);
    muster_fail(&s->error, MUSTER_PACK, "%s returns %s%s", library->path, kind ? kind : "a ",
                kind ? "{}" : luaL_typename(L, -1));
    muster_error_where(&s->error, "%s", library->name);
    muster_error_expected(&s->error, "return { name = function(...) ... end, ... }");
    script_raise(L);
  }
  settle_table(L, &(settled){.name = library->name, .source = library->source});
  s->requiring--;
}

static void require_one(lua_State *L, const script_file *library) {
  script *s = script_of(L);
  luaL_checkstack(L, 12, NULL);
  muster_text name = name_of(library);
  push_read(L, s->pack);
  lua_pushlstring(L, name.at, name.n);
  int known = lua_rawget(L, -2);
  if (known == LUA_TTABLE) {
    lua_remove(L, -2);
    return;
  }
  if (known == LUA_TBOOLEAN) script_refuse(L, "%s requires itself, directly or by way of others", library->path);
  lua_pop(L, 1);
  lua_pushlstring(L, name.at, name.n);
  lua_pushboolean(L, 0);
  lua_rawset(L, -3);
  read_library(L, library);
  lua_pushlstring(L, name.at, name.n);
  lua_pushvalue(L, -2);
  lua_rawset(L, -4);
  lua_remove(L, -2);
}

int require_library(lua_State *L) {
  script *s = script_of(L);
  if (!s->reading) return script_refuse(L, "require is for the top of a file, not for what is called later");
  if (!s->pack) return script_refuse(L, "require is for the rules, plans, charts and tests of a pack");
  if (lua_gettop(L) != 1 || lua_type(L, 1) != LUA_TSTRING)
    return script_refuse(L, "require takes one name: require \"terms\"");
  muster_text name;
  name.at = lua_tolstring(L, 1, &name.n);
  require_one(L, find(L, s->pack, name));
  return 1;
}

void require_read(lua_State *L, size_t i) {
  require_one(L, &script_of(L)->pack->libraries[i]);
  lua_pop(L, 1);
}
