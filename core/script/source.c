/* source.lua into calls of muster_source_put. */
#include "muster/script/source.h"

#include <stdio.h>
#include <string.h>

#include "describe.h"
#include "libraries.h"

typedef struct reading {
  const script_file *file;
  muster_source *source;
  muster_arena arena;
} reading;

/* Raises what the load room said, at the key. */
static void put(lua_State *L, const reading *r, const char *kind, const char *key, const char *name,
                const char *value) {
  script *s = script_of(L);
  muster_status status = muster_source_put(r->source, kind, key, name, value, &s->error);
  if (status == MUSTER_OK) return;
  s->path[0] = kind;
  s->path[1] = key;
  s->path[2] = name;
  s->path_length = name ? 3 : 2;
  script_raise(L);
}

static void wrong(lua_State *L, const char *kind, const char *key, const char *name, const char *expected) {
  script *s = script_of(L);
  muster_fail(&s->error, MUSTER_DATA, "%s%s%s cannot be a %s", key, name ? "." : "", name ? name : "",
              luaL_typename(L, -1));
  muster_error_expected(&s->error, "%s", expected);
  s->path[0] = kind;
  s->path[1] = key;
  s->path[2] = name;
  s->path_length = name ? 3 : 2;
  script_raise(L);
}

/* The value on top as text; raises for what is none. */
static const char *scalar(lua_State *L, const reading *r, const char *kind, const char *key, const char *name) {
  int type = lua_type(L, -1);
  if (type != LUA_TSTRING && type != LUA_TNUMBER && type != LUA_TBOOLEAN)
    wrong(L, kind, key, name, "a text or a number");
  const char *text = describe_copy(L, (muster_arena *)&r->arena, luaL_tolstring(L, -1, NULL));
  lua_pop(L, 1);
  return text;
}

/* A text, or a list of texts on top: one call of put for each. [-0, +0, e] */
static void put_values(lua_State *L, reading *r, const char *kind, const char *key, const char *name) {
  if (lua_type(L, -1) != LUA_TTABLE) {
    put(L, r, kind, key, name, scalar(L, r, kind, key, name));
    return;
  }
  int top = lua_gettop(L);
  lua_pushvalue(L, top);
  describe_unfreeze(L);
  int list = top + 1;
  library_sorted_keys(L, list);
  lua_Integer n = (lua_Integer)lua_rawlen(L, list), keys = (lua_Integer)lua_rawlen(L, -1);
  if (n != keys) wrong(L, kind, key, name, "a text, or a list of texts");
  if (n == 0) put(L, r, kind, key, name, NULL);
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, list, i);
    put(L, r, kind, key, name, scalar(L, r, kind, key, name));
    lua_settop(L, list + 1);
  }
  lua_settop(L, top);
}

/* Calls `each` with the keys of the plain table at `table` in order; its value is on top. */
static void for_each(lua_State *L, int table, reading *r, const char *kind, const char *key,
                     void (*each)(lua_State *, reading *, const char *, const char *, const char *)) {
  int top = lua_gettop(L);
  library_sorted_keys(L, table);
  lua_Integer n = (lua_Integer)lua_rawlen(L, top + 1);
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, top + 1, i);
    const char *name = describe_copy(L, &r->arena, luaL_tolstring(L, -1, NULL));
    lua_pop(L, 1);
    lua_rawget(L, table);
    each(L, r, kind, key, name);
    lua_settop(L, top + 1);
  }
  lua_settop(L, top);
}

static void read_key(lua_State *L, reading *r, const char *kind, const char *unused, const char *key) {
  (void)unused;
  if (!muster_source_key_is_table(key)) {
    if (lua_type(L, -1) == LUA_TTABLE && !muster_source_key_is_list(key)) {
      put(L, r, kind, key, NULL, ""); /* an unknown key is named as such before its value is looked at */
      wrong(L, kind, key, NULL, "a text or a number");
    }
    put_values(L, r, kind, key, NULL);
    return;
  }
  if (lua_type(L, -1) != LUA_TTABLE) wrong(L, kind, key, NULL, "a table of name = value");
  describe_unfreeze(L);
  for_each(L, lua_gettop(L), r, kind, key, put_values);
}

static void unknown_code_key(lua_State *L, const char *key) {
  script *s = script_of(L);
  muster_fail(&s->error, MUSTER_DATA, "a code does not know \"%.60s\"", key);
  const char *near = muster_nearest(key, muster_source_code_keys);
  if (near) muster_error_todo(&s->error, "did you mean \"%s\"?", near);
  s->path[0] = "codes";
  s->path_length = 1;
  script_raise(L);
}

/* codes = { { code = "+", categories = { ... }, from = ..., to = ..., meaning = ... } } */
static void read_codes(lua_State *L, reading *r) {
  script *s = script_of(L);
  int list = lua_gettop(L);
  lua_Integer n = (lua_Integer)lua_rawlen(L, list);
  s->path[0] = "codes";
  for (lua_Integer i = 1; i <= n && describe_item(L, list, i); i++) {
    int item = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, item); lua_pop(L, 1)) {
      const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "a value without a name";
      bool known = false;
      for (size_t k = 0; muster_source_code_keys[k]; k++) known = known || strcmp(key, muster_source_code_keys[k]) == 0;
      if (!known) unknown_code_key(L, key);
    }
    uint8_t categories = 0;
    const char *const *names = describe_texts(L, item, "categories", &r->arena);
    for (size_t k = 0; names && names[k]; k++) {
      uint8_t one = muster_category_of(names[k]);
      if (!one) {
        muster_fail(&s->error, MUSTER_DATA, "\"%.40s\" is no category of codes", names[k]);
        muster_error_expected(&s->error, "possible, present, approved, authorised, unauthorised, late, illness");
        s->path_length = 1;
        script_raise(L);
      }
      categories |= one;
    }
    muster_status status = muster_source_code(r->source, describe_text_or_empty(L, item, "code", &r->arena), categories,
                                              describe_date(L, item, "from"), describe_date(L, item, "to"),
                                              describe_text_or_empty(L, item, "meaning", &r->arena), &s->error);
    if (status != MUSTER_OK) {
      s->path_length = 1;
      script_raise(L);
    }
    lua_settop(L, list);
  }
}

static void read_kind(lua_State *L, reading *r, const char *unused, const char *unused_too, const char *kind) {
  (void)unused;
  (void)unused_too;
  script *s = script_of(L);
  if (lua_type(L, -1) != LUA_TTABLE) {
    muster_fail(&s->error, MUSTER_DATA, "%s is a %s", kind, luaL_typename(L, -1));
    muster_error_expected(&s->error, "a table");
    s->path[0] = kind;
    s->path_length = 1;
    script_raise(L);
  }
  describe_unfreeze(L);
  bool codes = strcmp(kind, "codes") == 0;
  size_t known = 0;
  while (!codes && muster_source_kinds[known] && strcmp(kind, muster_source_kinds[known]) != 0) known++;
  if (!codes && !muster_source_kinds[known]) put(L, r, kind, "file", NULL, NULL); /* which says so, and the nearest */
  if (codes)
    read_codes(L, r);
  else
    for_each(L, lua_gettop(L), r, kind, NULL, read_key);
}

static int read_source(lua_State *L) {
  reading *r = lua_touserdata(L, 1);
  describe_run(L, r->file, "source");
  for_each(L, lua_gettop(L), r, NULL, NULL, read_kind);
  return 0;
}

static muster_status read(const script_file *file, muster_source **source, muster_error *err) {
  *source = NULL;
  muster_limits limits = muster_limits_default();
  reading r = {.file = file, .source = muster_source_new()};
  if (!r.source) return muster_fail_memory(err);
  script s;
  muster_status status = script_open(&s, &limits, err);
  if (status == MUSTER_OK) {
    s.budget.fixed = true; /* a source is data, and small */
    status = describe_call(&s, read_source, &r, file, err);
    script_close(&s);
  }
  muster_arena_free(&r.arena);
  if (status != MUSTER_OK) {
    muster_source_free(r.source);
    if (status == MUSTER_PACK) { /* it is the data that is described wrongly */
      status = MUSTER_DATA;
      if (err) err->status = status;
    }
    return status;
  }
  *source = r.source;
  return MUSTER_OK;
}

muster_status muster_script_source_text(const char *name, muster_text text, muster_source **source, muster_error *err) {
  return read(&(script_file){.path = name, .name = name, .source = text}, source, err);
}

muster_status muster_script_source(const char *path, muster_source **source, muster_error *err) {
  *source = NULL;
  muster_arena arena = {0};
  script_file file;
  muster_status status = describe_read("", path, &arena, &file, err);
  if (status == MUSTER_PACK) status = MUSTER_DATA;
  if (status == MUSTER_OK) status = read(&file, source, err);
  muster_arena_free(&arena);
  return status;
}
