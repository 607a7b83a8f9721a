/* The names of the rule language, read from the environments themselves. */
#include "muster/script/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "freeze.h"
#include "sandbox.h"
#include "subject.h"

typedef struct listing {
  muster_arena *arena;
  const char **names;
  size_t n, capacity;
  bool failed;
} listing;

static void add(listing *l, const char *kind, const char *before, const char *between, const char *name) {
  const char *text = muster_arena_printf(l->arena, "%s %s%s%s", kind, before, between, name);
  if (!text || !MUSTER_GROW(l->names, l->capacity, l->n))
    l->failed = true;
  else
    l->names[l->n++] = text;
}

/* The table behind what is on top, with "" or "math." before its names. */
static void list_table(lua_State *L, listing *l, const char *library, const char *function) {
  luaL_checkstack(L, 8, NULL);
  if (!frozen(L, -1)) return;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    const char *name = lua_tostring(L, -2);
    const char *dot = library[0] ? "." : "";
    if (lua_type(L, -1) == LUA_TFUNCTION)
      add(l, function, library, dot, name);
    else if (lua_type(L, -1) == LUA_TTABLE && !frozen_kind(L, -1))
      list_table(L, l, name, "function");
    else if (lua_type(L, -1) == LUA_TTABLE)
      add(l, "constant", library, dot, name);
    else
      add(l, luaL_typename(L, -1), library, dot, name);
  }
  lua_pop(L, 1);
}

static int list_environments(lua_State *L) {
  listing *l = lua_touserdata(L, 1);
  sandbox_rule_environment(L);
  list_table(L, l, "", "function");
  sandbox_description_environment(L);
  list_table(L, l, "", "constructor");
  sandbox_chart_environment(L);
  list_table(L, l, "", "layer");
  lua_pushliteral(L, ""); /* what a text can be asked for, through its metatable */
  if (lua_getmetatable(L, -1)) {
    lua_getfield(L, -1, "__index");
    list_table(L, l, "text value", "function");
  }
  return 0;
}

static void list_subjects(listing *l) {
  static const char *const scopes[] = {"pupil", "group", "school"};
  for (int kind = 0; kind < 3; kind++) {
    for (const char *const *name = subject_attribute_names((muster_subject_kind)kind); *name; name++)
      add(l, "attribute", scopes[kind], ".", *name);
    for (size_t t = 0; subject_methods[t]; t++)
      for (const subject_method *m = subject_methods[t]; m->name; m++)
        if (m->scopes & 1 << kind) add(l, "method", scopes[kind], ":", m->name);
  }
}

static int by_bytes(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Is "kind name" among the sorted names, those kept so far and those to come. */
static bool listed(const listing *l, size_t kept, size_t i, const char *kind, const char *name) {
  char text[128];
  const char *key = text;
  snprintf(text, sizeof text, "%s%s", kind, name);
  return bsearch(&key, l->names, kept, sizeof *l->names, by_bytes) ||
         bsearch(&key, l->names + i, l->n - i, sizeof *l->names, by_bytes);
}

/* Sorted, each once; a description sees the functions too, and they are not constructors; nor is what charts share with
 * other descriptions a layer. */
static void tidy(listing *l) {
  qsort(l->names, l->n, sizeof *l->names, by_bytes);
  size_t kept = 0;
  for (size_t i = 0; i < l->n; i++) {
    const char *blank = strchr(l->names[i], ' ');
    bool layer = strncmp(l->names[i], "layer ", 6) == 0, constructor = strncmp(l->names[i], "constructor ", 12) == 0;
    bool doubled = kept && strcmp(l->names[kept - 1], l->names[i]) == 0;
    if (!doubled && (layer || constructor)) doubled = listed(l, kept, i, "function", blank);
    if (!doubled && layer && strcmp(blank, " require") == 0) doubled = listed(l, kept, i, "constructor", blank);
    if (!doubled) l->names[kept++] = l->names[i];
  }
  l->n = kept;
}

muster_status muster_language_names(muster_arena *arena, const char ***names, size_t *n, muster_error *err) {
  *names = NULL;
  *n = 0;
  listing l = {.arena = arena};
  muster_limits limits = muster_limits_default();
  script s;
  MUSTER_TRY(script_open(&s, &limits, err));
  muster_status status = script_call(&s, list_environments, &l, err);
  script_close(&s);
  list_subjects(&l);
  if (status == MUSTER_OK && !l.failed) {
    tidy(&l);
    *names = muster_arena_alloc(arena, (l.n + 1) * sizeof **names);
    if (*names) memcpy(*names, l.names, l.n * sizeof *l.names), *n = l.n;
  }
  if (status == MUSTER_OK && !*names) status = muster_fail_memory(err);
  muster_free(l.names);
  return status;
}
