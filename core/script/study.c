/* study.lua into calls of muster_study_put. */
#include "muster/script/study.h"

#include <stdio.h>
#include <string.h>

#include "describe.h"
#include "libraries.h"

enum { MOST_DEPTH = 3 };

typedef struct reading {
  const script_file *file;
  muster_study *study;
  muster_arena arena;
} reading;

/* Raises s->error at the keys given; NULL ends them. */
static void raise_at(lua_State *L, const char *first, const char *second, const char *third) {
  script *s = script_of(L);
  s->path[0] = first;
  s->path[1] = second;
  s->path[2] = third;
  s->path_length = first ? second ? third ? 3 : 2 : 1 : 0;
  script_raise(L);
}

/* The name of the part on top, behind whose frozen table its fields are pushed; NULL when it is none. [-0, +(0|1)] */
static const char *part_on_top(lua_State *L, reading *r) {
  if (lua_type(L, -1) != LUA_TTABLE) return NULL;
  lua_pushvalue(L, -1);
  describe_unfreeze(L);
  const char *name = describe_text(L, -1, "part", &r->arena);
  if (name && describe_table(L, -1, "given")) {
    lua_remove(L, -2);
    return name;
  }
  lua_pop(L, 1);
  return NULL;
}

static void read_value(lua_State *L, reading *r, int depth, muster_given *value);

/* The plain table on top: a list, or a map in the order of its keys. */
static void read_table(lua_State *L, reading *r, int depth, muster_given *value) {
  int table = lua_gettop(L);
  lua_Integer length = (lua_Integer)lua_rawlen(L, table);
  library_sorted_keys(L, table);
  lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
  muster_given *items = describe_alloc(L, &r->arena, (size_t)n, sizeof *items);
  value->kind = length == n && n > 0 ? MUSTER_GIVEN_LIST : MUSTER_GIVEN_MAP;
  if (n == 0) value->kind = MUSTER_GIVEN_LIST;
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, table + 1, i);
    if (value->kind == MUSTER_GIVEN_MAP) {
      items[i - 1].name = describe_copy(L, &r->arena, luaL_tolstring(L, -1, NULL));
      lua_pop(L, 1);
    }
    lua_rawget(L, table);
    const char *name = items[i - 1].name;
    read_value(L, r, depth + 1, &items[i - 1]);
    items[i - 1].name = name;
    lua_settop(L, table + 1);
  }
  value->items = items;
  value->count = (size_t)n;
  lua_settop(L, table);
}

/* The value on top, which stays. */
static void read_value(lua_State *L, reading *r, int depth, muster_given *value) {
  *value = (muster_given){.kind = MUSTER_GIVEN_TEXT, .text = ""};
  luaL_checkstack(L, 12, NULL);
  int top = lua_gettop(L);
  switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN:
      value->kind = MUSTER_GIVEN_FLAG;
      value->flag = lua_toboolean(L, -1);
      break;
    case LUA_TNUMBER:
      value->kind = MUSTER_GIVEN_NUMBER;
      value->number = lua_tonumber(L, -1);
      break;
    case LUA_TSTRING: value->text = describe_copy(L, &r->arena, lua_tostring(L, -1)); break;
    default:
      if (depth > MOST_DEPTH || lua_type(L, -1) != LUA_TTABLE) script_refuse(L, "a value that no study has");
      if (!part_on_top(L, r)) {
        lua_pushvalue(L, -1);
        describe_unfreeze(L);
      }
      read_table(L, r, depth, value);
      break;
  }
  lua_settop(L, top);
}

/* Every key of the plain table on top into a part; `first` and `second` lead to the table. */
static void fill(lua_State *L, reading *r, const char *name, const char *first, const char *second) {
  script *s = script_of(L);
  int table = lua_gettop(L);
  muster_part *part;
  if (muster_study_part(r->study, name, &part, &s->error) != MUSTER_OK) raise_at(L, first, second, NULL);
  library_sorted_keys(L, table);
  lua_Integer n = (lua_Integer)lua_rawlen(L, table + 1);
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, table + 1, i);
    bool positional = lua_type(L, -1) != LUA_TSTRING;
    const char *key = describe_copy(L, &r->arena, luaL_tolstring(L, -1, NULL));
    lua_pop(L, 1);
    lua_rawget(L, table);
    muster_given value;
    read_value(L, r, 0, &value);
    lua_settop(L, table + 1);
    const char *path[3] = {first ? first : key, first ? second ? second : key : NULL, second ? key : NULL};
    if (positional) {
      muster_fail(&s->error, MUSTER_PACK, "%s has a value without a name", name);
      muster_error_expected(&s->error, "name = value");
      raise_at(L, path[0], path[1], path[2]);
    }
    if (muster_study_put(r->study, part, key, &value, &s->error) != MUSTER_OK) raise_at(L, path[0], path[1], path[2]);
  }
  lua_settop(L, table);
}

static void wrong_part(lua_State *L, const char *what, const char *expected, const char *first, const char *second) {
  script *s = script_of(L);
  muster_fail(&s->error, MUSTER_PACK, "%s is a %s", what, luaL_typename(L, -1));
  muster_error_expected(&s->error, "%s", expected);
  raise_at(L, first, second, NULL);
}

/* panel = panel { ... }; the study's plain table is at `study`. */
static void read_panel(lua_State *L, reading *r, int study) {
  lua_pushliteral(L, "panel");
  if (lua_rawget(L, study) == LUA_TNIL) return;
  const char *name = part_on_top(L, r);
  if (!name || strcmp(name, "panel") != 0) {
    if (name) lua_pop(L, 1);
    wrong_part(L, "panel", "panel = panel { ... }", "panel", NULL);
  }
  fill(L, r, name, "panel", NULL);
}

static void no_list(lua_State *L, const char *what) {
  script *s = script_of(L);
  muster_fail(&s->error, MUSTER_PACK, "estimators %s", what);
  muster_error_expected(&s->error, "a list: estimators = { twfe {}, callaway_santanna {}, ... }");
  raise_at(L, "estimators", NULL, NULL);
}

static void read_estimators(lua_State *L, reading *r, int study) {
  lua_pushliteral(L, "estimators");
  if (lua_rawget(L, study) == LUA_TNIL) return;
  if (lua_type(L, -1) != LUA_TTABLE) no_list(L, "is no table");
  if (part_on_top(L, r)) no_list(L, "is a single one");
  describe_unfreeze(L);
  int list = lua_gettop(L);
  lua_Integer n = (lua_Integer)lua_rawlen(L, list);
  library_sorted_keys(L, list);
  if ((lua_Integer)lua_rawlen(L, -1) != n) no_list(L, "has a key");
  for (lua_Integer i = 1; i <= n; i++) {
    lua_settop(L, list);
    char *place = describe_alloc(L, &r->arena, 24, 1);
    snprintf(place, 24, "%lld", (long long)i);
    lua_rawgeti(L, list, i);
    const char *name = part_on_top(L, r);
    if (!name) wrong_part(L, "an estimator", "an estimator such as twfe {}", "estimators", place);
    fill(L, r, name, "estimators", place);
  }
}

static int read_study(lua_State *L) {
  reading *r = lua_touserdata(L, 1);
  describe_run(L, r->file, "study");
  int study = lua_gettop(L);
  read_panel(L, r, study);
  lua_settop(L, study);
  read_estimators(L, r, study);
  lua_settop(L, study);
  lua_newtable(L); /* the keys of the study itself */
  int own = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, study);) {
    bool part = lua_type(L, -2) == LUA_TSTRING &&
                (strcmp(lua_tostring(L, -2), "panel") == 0 || strcmp(lua_tostring(L, -2), "estimators") == 0);
    if (!part) {
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, own);
    } else {
      lua_pop(L, 1);
    }
  }
  fill(L, r, "study", NULL, NULL);
  const char *part, *key;
  if (muster_study_check(r->study, &part, &key, &script_of(L)->error) != MUSTER_OK)
    raise_at(L, part && strcmp(part, "panel") == 0 ? part : NULL, key, NULL);
  return 0;
}

/* "folder/mentors.lua": the folder, and "mentors". */
static muster_study *named_study(const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  size_t n = strlen(name);
  if (n > 4 && strcmp(name + n - 4, ".lua") == 0) n -= 4;
  muster_arena arena = {0};
  char *id = muster_arena_copy(&arena, name, n);
  char *folder = muster_arena_copy(&arena, path, slash ? (size_t)(slash - path) + (slash == path) : 0);
  muster_study *study = id && folder ? muster_study_new(id, folder) : NULL;
  muster_arena_free(&arena);
  return study;
}

static muster_status read(const script_file *file, const muster_limits *limits, muster_study **study,
                          muster_error *err) {
  *study = NULL;
  muster_limits usual = muster_limits_default();
  reading r = {.file = file, .study = named_study(file->name)};
  if (!r.study) return muster_fail_memory(err);
  muster_digest(file->source.at, file->source.n, r.study->digest);
  script s;
  muster_status status = script_open(&s, limits ? limits : &usual, err);
  if (status == MUSTER_OK) {
    status = describe_call(&s, read_study, &r, file, err);
    script_close(&s);
  }
  muster_arena_free(&r.arena);
  if (status == MUSTER_OK)
    *study = r.study;
  else
    muster_study_free(r.study);
  return status;
}

muster_status muster_script_study_text(const char *name, muster_text text, const muster_limits *limits,
                                       muster_study **study, muster_error *err) {
  return read(&(script_file){.path = name, .name = name, .source = text}, limits, study, err);
}

muster_status muster_script_study(const char *path, const muster_limits *limits, muster_study **study,
                                  muster_error *err) {
  *study = NULL;
  muster_arena arena = {0};
  script_file file;
  muster_status status = describe_read("", path, &arena, &file, err);
  if (status == MUSTER_OK) status = read(&file, limits, study, err);
  muster_arena_free(&arena);
  return status;
}
