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
  int seen;         /* table: what is or was in the list */
  int frozen;       /* table: from tables to frozen ones */
  int list;         /* table: functions and frozen tables to be looked at; a chain of functions may be of any length */
  lua_Integer count;
} walk;

enum { FUNCTION_COSTS = 1000 }; /* instructions that looking at one is worth */

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

/* stack: ..., function or frozen table -> ...; into the list, when it is new there. */
static void look_later(lua_State *L, walk *w) {
  luaL_checkstack(L, 4, NULL);
  if (lua_tocfunction(L, -1) == library_pairs_step)
    script_refuse(L, "what pairs gave outside the function is kept, and remembers where it was");
  lua_pushvalue(L, -1);
  bool new = lua_rawget(L, w->seen) == LUA_TNIL && !lua_iscfunction(L, -2);
  lua_pop(L, 1);
  if (new) {
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, w->seen);
    lua_pushvalue(L, -1);
    lua_rawseti(L, w->list, ++w->count);
  }
  lua_pop(L, 1);
}

/* What is in a table that has been frozen. */
static void look_in_table(lua_State *L, walk *w, int table) {
  luaL_checkstack(L, 8, NULL);
  if (!frozen(L, table)) return;
  int behind = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, behind);) {
    if (lua_type(L, -1) == LUA_TFUNCTION || lua_type(L, -1) == LUA_TTABLE)
      look_later(L, w);
    else
      lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

static void look_at_code(lua_State *L, walk *w, int function, int environment) {
  script *s = script_of(L);
  lua_Debug ar;
  lua_pushvalue(L, function);
  lua_getinfo(L, ">S", &ar);
  w->file = ar.source + 1; /* behind "@" or "="; the function keeps it alive */
  inspect *i = lua_newuserdatauv(L, sizeof *i, 0);
  lua_pushvalue(L, function);
  if (!inspect_function(L, environment, i)) {
    muster_fail(&s->error, MUSTER_PACK, "the compiled form of a function cannot be read");
    wrong(L, w, 0);
  }
  lua_pop(L, 1);
  budget_charge(L, FUNCTION_COSTS + i->instructions);
  keeps_nothing(L, w, function, i);
  knows_its_names(L, w, i);
  if (i->most_constants > 255 && muster_script_self_test().constant_after_many && lint_bitwise(source_of(L, w)))
    script_refuse(
        L, "a function with more than 255 constants and bitwise operators, which this Lua compiles wrongly: split it");
  w->out->functions++;
  w->out->instructions += i->instructions;
  w->out->loops = w->out->loops || i->loops || i->makes_functions;
  lua_pop(L, 1);
}

/* Its code, and what it has from outside: tables there are frozen. */
static void look_in_function(lua_State *L, walk *w, int function) {
  luaL_checkstack(L, 12, NULL);
  int environment = environment_of(L, function);
  look_at_code(L, w, function, environment);
  for (int k = 1; lua_getupvalue(L, function, k); k++) {
    int type = lua_type(L, -1);
    if (k != environment && type == LUA_TTABLE) {
      freeze(L, w->frozen);
      lua_pushvalue(L, -1);
      lua_setupvalue(L, function, k);
    }
    if (k != environment && (type == LUA_TTABLE || type == LUA_TFUNCTION))
      look_later(L, w);
    else
      lua_pop(L, 1);
  }
}

/* stack: ..., table from tables to frozen ones, function or frozen table -> ...; everything that can be reached. */
static void look_through(lua_State *L, settled *out) {
  int start = lua_gettop(L);
  luaL_checkstack(L, 8, NULL);
  out->functions = out->instructions = 0;
  out->loops = false;
  lua_newtable(L);
  lua_newtable(L);
  walk w = {.out = out, .file = out->name, .frozen = start - 1, .seen = start + 1, .list = start + 2};
  lua_pushvalue(L, start);
  look_later(L, &w);
  for (lua_Integer i = 1; i <= w.count; i++) {
    lua_rawgeti(L, w.list, i);
    if (lua_type(L, -1) == LUA_TFUNCTION)
      look_in_function(L, &w, lua_gettop(L));
    else
      look_in_table(L, &w, lua_gettop(L));
    lua_settop(L, w.list);
  }
  lua_settop(L, start - 2);
}

void settle(lua_State *L, int index, settled *out) {
  index = lua_absindex(L, index);
  luaL_checkstack(L, 2, NULL);
  lua_newtable(L);
  lua_pushvalue(L, index);
  look_through(L, out);
}

void settle_table(lua_State *L, settled *out) {
  luaL_checkstack(L, 4, NULL);
  int table = lua_gettop(L);
  lua_newtable(L);
  lua_pushvalue(L, table);
  freeze(L, table + 1);
  lua_copy(L, -1, table);
  look_through(L, out);
}
