/* Files and their descriptions. */
#include "describe.h"

#include <string.h>

#include "freeze.h"
#include "lex.h"
#include "lint.h"
#include "sandbox.h"

enum { DESCRIPTION_FACTOR = 20 }; /* a description may use more than a call: it runs once, and its checks are in it */

void describe_unfreeze(lua_State *L) {
  if (frozen(L, -1)) lua_replace(L, -2);
}

void describe_chunk(lua_State *L, const script_file *file, const char *kind) {
  script *s = script_of(L);
  const script_file *outer = s->reading;
  s->reading = file;
  luaL_checkstack(L, 12, NULL);
  lua_pushfstring(L, "@%s", file->name);
  script_load(L, lua_tostring(L, -1), file->source.at, file->source.n);
  lint_check(L, file->name, file->source);
  int chunk = lua_gettop(L);
  if (kind && strcmp(kind, "chart") == 0)
    sandbox_chart_environment(L);
  else
    sandbox_description_environment(L);
  lua_setupvalue(L, chunk, 1);
  lua_pushvalue(L, chunk);
  lua_call(L, 0, 1);
  sandbox_rule_environment(L); /* from here on its functions see this */
  lua_setupvalue(L, chunk, 1);
  lua_replace(L, chunk - 1);
  lua_settop(L, chunk - 1);
  s->reading = outer;
}

void describe_begin(lua_State *L) {
  script *s = script_of(L);
  budget_begin(&s->budget, s->budget.limits.instructions * DESCRIPTION_FACTOR, true);
}

void describe_run(lua_State *L, const script_file *file, const char *kind) {
  script *s = script_of(L);
  describe_begin(L);
  describe_chunk(L, file, kind);
  const char *found = frozen_kind(L, -1);
  if (kind && (!found || strcmp(found, kind) != 0)) {
    if (found)
      muster_fail(&s->error, MUSTER_PACK, "the file returns %s{}", found);
    else
      muster_fail(&s->error, MUSTER_PACK, "the file returns a %s", luaL_typename(L, -1));
    muster_error_expected(&s->error, "return %s { ... }", kind);
    script_raise(L);
  }
  describe_unfreeze(L);
}

muster_status describe_call(script *s, lua_CFunction function, void *context, const script_file *file,
                            muster_error *err) {
  muster_status status = script_call(s, function, context, err);
  if (status == MUSTER_OK || status == MUSTER_MEMORY || !err || err->where[0]) return status;
  if (s->reading) file = s->reading; /* a library that the file requires */
  int line = lex_locate(file->source, s->path, s->path_length);
  if (line)
    muster_error_where(err, "%s:%d", file->name, line);
  else
    muster_error_where(err, "%s", file->name);
  return status;
}

muster_status describe_read(const char *folder, const char *path, muster_arena *arena, script_file *file,
                            muster_error *err) {
  *file = (script_file){0};
  file->path = muster_arena_copy(arena, path, strlen(path));
  file->name = muster_path_join(arena, folder, path);
  if (!file->path || !file->name) return muster_fail_memory(err);
  if (muster_is_link(file->name)) {
    muster_fail(err, MUSTER_PACK, "is a link, and what it leads to is not part of the pack");
    muster_error_where(err, "%s", file->name);
    muster_error_todo(err, "put the file itself there");
    return MUSTER_PACK;
  }
  if (folder[0] && !muster_is_file(file->name)) { /* what a user names by itself may be a pipe */
    muster_fail(err, MUSTER_PACK, "is no file");
    muster_error_where(err, "%s", file->name);
    muster_error_expected(err, "Lua in a plain file: no folder, pipe or device");
    return MUSTER_PACK;
  }
  char *bytes;
  size_t n;
  muster_status status = muster_file_read(file->name, MUSTER_SCRIPT_BYTES, &bytes, &n, err);
  if (status == MUSTER_DATA) {
    muster_fail(err, status = MUSTER_PACK, "the file is larger than %d bytes", MUSTER_SCRIPT_BYTES);
    muster_error_where(err, "%s", file->name);
    muster_error_todo(err, "split it");
  }
  if (status != MUSTER_OK) return status;
  size_t mark = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* an editor's byte order mark */
  file->source.at = muster_arena_copy(arena, bytes + mark, n - mark);
  file->source.n = n - mark;
  muster_free(bytes);
  return file->source.at ? MUSTER_OK : muster_fail_memory(err);
}

/* ---- fields ---- */

void *describe_alloc(lua_State *L, muster_arena *arena, size_t n, size_t size) {
  void *at = muster_arena_alloc(arena, n * size + 1);
  if (!at) script_check(L, muster_fail_memory(&script_of(L)->error));
  return at;
}

char *describe_copy(lua_State *L, muster_arena *arena, const char *text) {
  char *copy = muster_arena_copy(arena, text, strlen(text));
  if (!copy) script_check(L, muster_fail_memory(&script_of(L)->error));
  return copy;
}

static int field(lua_State *L, int table, const char *key) {
  table = lua_absindex(L, table);
  luaL_checkstack(L, 4, NULL);
  lua_pushstring(L, key);
  return lua_rawget(L, table);
}

void describe_readable(lua_State *L, int index, const char *key) {
  muster_text text;
  text.at = lua_tolstring(L, index, &text.n);
  script *s = script_of(L);
  size_t bad = 0;
  bool good = muster_text_utf8(text, &bad);
  for (size_t i = 0; good && i < text.n; i++) {
    bool break_ = text.at[i] == '\n' || text.at[i] == '\r' || text.at[i] == '\t';
    good = break_ || muster_text_control((muster_text){text.at + i, text.n - i}) == 0;
    bad = i;
  }
  if (good) return;
  muster_fail(&s->error, MUSTER_PACK, "%s has a character that cannot be shown, byte %zu", key, bad + 1);
  muster_error_expected(&s->error, "readable text in UTF-8");
  s->path[0] = key;
  s->path_length = 1;
  script_raise(L);
}

const char *describe_text(lua_State *L, int table, const char *key, muster_arena *arena) {
  const char *copy = NULL;
  if (field(L, table, key) == LUA_TSTRING) {
    describe_readable(L, -1, key);
    copy = describe_copy(L, arena, lua_tostring(L, -1));
  }
  lua_pop(L, 1);
  return copy;
}

const char *describe_text_or_empty(lua_State *L, int table, const char *key, muster_arena *arena) {
  const char *text = describe_text(L, table, key, arena);
  return text ? text : "";
}

bool describe_number(lua_State *L, int table, const char *key, double *number) {
  bool is = field(L, table, key) == LUA_TNUMBER;
  if (is) *number = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return is;
}

muster_date describe_date(lua_State *L, int table, const char *key) {
  muster_date date = MUSTER_NO_DATE;
  if (field(L, table, key) == LUA_TSTRING && !muster_date_parse(muster_text_of(lua_tostring(L, -1)), &date))
    date = MUSTER_NO_DATE;
  lua_pop(L, 1);
  return date;
}

bool describe_table(lua_State *L, int table, const char *key) {
  if (field(L, table, key) == LUA_TTABLE) {
    describe_unfreeze(L);
    return true;
  }
  lua_pop(L, 1);
  return false;
}

bool describe_item(lua_State *L, int list, lua_Integer place) {
  luaL_checkstack(L, 4, NULL);
  if (lua_rawgeti(L, list, place) == LUA_TTABLE) {
    describe_unfreeze(L);
    return true;
  }
  lua_pop(L, 1);
  return false;
}

const char *const *describe_texts(lua_State *L, int table, const char *key, muster_arena *arena) {
  if (!describe_table(L, table, key)) return NULL;
  size_t n = lua_rawlen(L, -1);
  const char **texts = describe_alloc(L, arena, n + 1, sizeof *texts);
  for (size_t i = 0; i < n; i++) {
    bool is = lua_rawgeti(L, -1, (lua_Integer)i + 1) == LUA_TSTRING;
    if (is) describe_readable(L, -1, key);
    texts[i] = describe_copy(L, arena, is ? lua_tostring(L, -1) : "");
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return texts;
}
