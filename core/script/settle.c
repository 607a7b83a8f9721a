/* Functions of rules: no state, no unknown names, no tables that change. */
#include "settle.h"

#include <string.h>

#include "freeze.h"
#include "inspect.h"
#include "libraries.h"
#include "lint.h"
#include "pack_private.h"
#include "sandbox.h"
#include "state.h"

typedef struct walk {
  settled *out;
  const char *file; /* of the function that is looked at: its own, or a library that it calls */
  int seen;         /* table: functions that were looked at */
  int frozen;       /* table: from tables to frozen ones */
} walk;

static void wrong(lua_State *L, const walk *w, int line) {
  muster_error_where(&script_of(L)->error, "%s:%d", w->file, line);
  script_raise(L);
}

static int environment_of(lua_State *L, int function) {
  for (int k = 1;; k++) {
    const char *name = lua_getupvalue(L, function, k);
    if (!name) return 0;
    lua_pop(L, 1);
    if (strcmp(name, "_ENV") == 0) return k;
  }
}

static void keeps_nothing(lua_State *L, const walk *w, int function, const inspect *i) {
  script *s = script_of(L);
  if (i->write.line) {
    muster_fail(&s->error, MUSTER_PACK, "\"%s\" is assigned to, and is not a local of the function", i->write.text);
    muster_error_todo(&s->error, "write local %s = ...", i->write.text);
    wrong(L, w, i->write.line);
  }
  if (i->environment_escapes) {
    muster_fail(&s->error, MUSTER_PACK, "the environment is used as a value");
    wrong(L, w, i->environment_line);
  }
  for (int k = 0; k < INSPECT_UPVALUES; k++) {
    if (!i->written[k]) continue;
    const char *name = lua_getupvalue(L, function, k + 1);
    muster_fail(&s->error, MUSTER_PACK,
                "\"%s\" is assigned to, and lives on after the call: a rule keeps nothing from one "
                "subject to the next",
                name ? name : "?");
    muster_error_todo(&s->error, "declare it inside the function");
    wrong(L, w, i->written[k]);
  }
}

static void knows_its_names(lua_State *L, const walk *w, const inspect *i) {
  for (size_t k = 0; k < i->read_count; k++) {
    if (sandbox_has(L, i->reads[k].text)) continue;
    sandbox_unknown(L, i->reads[k].text);
    wrong(L, w, i->reads[k].line);
  }
}

/* The text of the file of the function that is looked at; of our own files, none. */
static muster_text source_of(lua_State *L, const walk *w) {
  const muster_pack *pack = script_of(L)->pack;
  if (strcmp(w->file, w->out->name) == 0) return w->out->source;
  for (size_t i = 0; pack && i < pack->library_count; i++)
    if (strcmp(w->file, pack->libraries[i].name) == 0) return pack->libraries[i].source;
  return (muster_text){"", 0};
}

static void function_in(lua_State *L, walk *w, int function);

/* Functions in a table that has been frozen. */
static void functions_of(lua_State *L, walk *w, int table) {
  luaL_checkstack(L, 8, NULL);
  if (!frozen(L, table)) return;
  int behind = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, behind); lua_pop(L, 1)) {
    int top = lua_gettop(L);
    if (lua_type(L, top) == LUA_TFUNCTION) function_in(L, w, top);
    if (lua_type(L, top) != LUA_TTABLE) continue;
    lua_pushvalue(L, top);
    bool new = lua_rawget(L, w->seen) == LUA_TNIL;
    lua_pop(L, 1);
    if (!new) continue;
    lua_pushvalue(L, top);
    lua_pushboolean(L, 1);
    lua_rawset(L, w->seen);
    functions_of(L, w, top);
  }
  lua_pop(L, 1);
}

static void function_in(lua_State *L, walk *w, int function) {
  if (lua_tocfunction(L, function) == library_pairs_step)
    script_refuse(L, "what pairs gave outside the function is kept, and remembers where it was");
  if (lua_iscfunction(L, function)) return;
  luaL_checkstack(L, 12, NULL);
  lua_pushvalue(L, function);
  bool new = lua_rawget(L, w->seen) == LUA_TNIL;
  lua_pop(L, 1);
  if (!new) return;
  lua_pushvalue(L, function);
  lua_pushboolean(L, 1);
  lua_rawset(L, w->seen);

  script *s = script_of(L);
  const char *outer = w->file;
  lua_Debug ar;
  lua_pushvalue(L, function);
  lua_getinfo(L, ">S", &ar);
  w->file = ar.source + 1; /* behind "@" or "="; the function keeps it alive */
  inspect *i = lua_newuserdatauv(L, sizeof *i, 0);
  lua_pushvalue(L, function);
  int environment = environment_of(L, function);
  if (!inspect_function(L, environment, i)) {
    muster_fail(&s->error, MUSTER_PACK, "the compiled form of a function cannot be read");
    wrong(L, w, 0);
  }
  lua_pop(L, 1);
  keeps_nothing(L, w, function, i);
  knows_its_names(L, w, i);
  if (i->most_constants > 255 && muster_script_self_test().constant_after_many && lint_bitwise(source_of(L, w)))
    script_refuse(
        L, "a function with more than 255 constants and bitwise operators, which this Lua compiles wrongly: split it");
  w->out->functions++;
  w->out->instructions += i->instructions;
  w->out->loops = w->out->loops || i->loops || i->makes_functions;
  lua_pop(L, 1);

  for (int k = 1; lua_getupvalue(L, function, k); k++) {
    if (k != environment && lua_type(L, -1) == LUA_TFUNCTION) function_in(L, w, lua_gettop(L));
    if (k != environment && lua_type(L, -1) == LUA_TTABLE) {
      freeze(L, w->frozen);
      functions_of(L, w, lua_gettop(L));
      lua_pushvalue(L, -1);
      lua_setupvalue(L, function, k);
    }
    lua_pop(L, 1);
  }
  w->file = outer;
}

void settle(lua_State *L, int index, settled *out) {
  index = lua_absindex(L, index);
  luaL_checkstack(L, 8, NULL);
  out->functions = out->instructions = 0;
  out->loops = false;
  int top = lua_gettop(L);
  lua_newtable(L);
  lua_newtable(L);
  walk w = {.out = out, .file = out->name, .seen = top + 1, .frozen = top + 2};
  function_in(L, &w, index);
  lua_settop(L, top);
}

void settle_table(lua_State *L, settled *out) {
  luaL_checkstack(L, 8, NULL);
  out->functions = out->instructions = 0;
  out->loops = false;
  int table = lua_gettop(L);
  lua_newtable(L);
  lua_newtable(L);
  walk w = {.out = out, .file = out->name, .seen = table + 1, .frozen = table + 2};
  lua_pushvalue(L, table);
  freeze(L, w.frozen);
  lua_replace(L, table);
  functions_of(L, &w, table);
  lua_settop(L, table);
}
