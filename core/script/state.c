/* The one door into Lua: protected calls, what an error becomes, the states themselves. */
#include "state.h"

#include <stdio.h>
#include <string.h>

#include "sandbox.h"

int script_raise(lua_State *L) {
  script *s = script_of(L);
  s->raised = true;
  lua_pushlightuserdata(L, s); /* a mark that needs no memory; the text is in s->error */
  return lua_error(L);
}

int script_refuse(lua_State *L, const char *what, ...) {
  script *s = script_of(L);
  char text[sizeof s->error.what];
  va_list args;
  va_start(args, what);
  vsnprintf(text, sizeof text, what, args);
  va_end(args);
  muster_fail(&s->error, MUSTER_PACK, "%s", text);
  return script_raise(L);
}

void script_check(lua_State *L, muster_status status) {
  if (status != MUSTER_OK) script_raise(L);
}

/* Without the "file:line: " that the interpreter puts before its messages. */
static const char *bare_message(lua_State *L, const char *message) {
  lua_Debug ar;
  for (int level = 0; lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "Sl", &ar);
    if (ar.currentline <= 0) continue;
    char prefix[LUA_IDSIZE + 16];
    int n = snprintf(prefix, sizeof prefix, "%s:%d: ", ar.short_src, ar.currentline);
    if (strncmp(message, prefix, (size_t)n) == 0) return message + n;
  }
  return message;
}

/* Runs where the error was raised, before anything is unwound. Takes nothing from the interpreter but its texts. */
static int on_error(lua_State *L) {
  script *s = script_of(L);
  if (s->budget.broke) return 1;
  if (!s->raised && lua_type(L, 1) == LUA_TSTRING)
    muster_fail(&s->error, MUSTER_PACK, "%s", bare_message(L, lua_tostring(L, 1)));
  else if (!s->raised)
    muster_fail(&s->error, MUSTER_PACK, "an error that is no text");
  s->raised = true;
  char source[256];
  int line;
  if (!s->path_length && budget_place(L, source, sizeof source, &line))
    muster_error_where(&s->error, "%s:%d", source, line);
  return 1;
}

static muster_status over_the_limit(const script *s, muster_error *err) {
  char limit[64];
  budget_describe(&s->budget, limit, sizeof limit);
  muster_status status = muster_fail(err, MUSTER_PACK, "the script used more than it may: %s", limit);
  if (s->budget.source[0]) muster_error_where(err, "%s:%d", s->budget.source, s->budget.line);
  if (s->budget.fixed) {
    muster_error_todo(err, "write it out as plain data: nothing in it needs to run");
    return status;
  }
  switch (s->budget.broke) {
    case BUDGET_INSTRUCTIONS: muster_error_todo(err, "do less, or allow more with --limit-instructions"); break;
    case BUDGET_TIME: muster_error_todo(err, "do less, or allow more with --limit-time"); break;
    case BUDGET_TEXT: muster_error_todo(err, "make shorter texts"); break;
    default: muster_error_todo(err, "keep less, or allow more with --limit-memory"); break;
  }
  return status;
}

/* Decided by our own marks, never by the message: a script can raise any text. */
static muster_status failure(script *s, int code, muster_error *err) {
  if (s->budget.broke || (code == LUA_ERRMEM && s->budget.refused)) return over_the_limit(s, err);
  if (code == LUA_ERRMEM) return muster_fail_memory(err);
  if (s->raised) {
    if (err) *err = s->error;
    return s->error.status;
  }
  return muster_fail(err, MUSTER_PACK, "the script failed while it was failing");
}

muster_status script_call(script *s, lua_CFunction function, void *context, muster_error *err) {
  lua_State *L = s->L;
  int top = lua_gettop(L);
  s->raised = false;
  s->path_length = 0;
  s->error = (muster_error){0};
  s->reading = NULL;
  s->requiring = 0;
  if (!lua_checkstack(L, 8)) return muster_fail_memory(err);
  lua_pushcfunction(L, on_error);
  lua_pushcfunction(L, function);
  lua_pushlightuserdata(L, context);
  int code = lua_pcall(L, 1, 0, top + 1);
  budget_end(&s->budget);
  muster_status status = code == LUA_OK ? MUSTER_OK : failure(s, code, err);
  s->budget.broke = BUDGET_WHOLE;
  s->budget.refused = false;
  lua_settop(L, top);
  return status;
}

void script_load(lua_State *L, const char *name, const char *text, size_t n) {
  script *s = script_of(L);
  if (n > MUSTER_SCRIPT_BYTES) {
    muster_fail(&s->error, MUSTER_PACK, "the file has %zu bytes", n);
    muster_error_expected(&s->error, "at most %d bytes", MUSTER_SCRIPT_BYTES);
    muster_error_todo(&s->error, "split it");
    script_raise(L);
  }
  luaL_checkstack(L, 4, NULL);
  if (n && (unsigned char)text[0] == LUA_SIGNATURE[0]) script_refuse(L, "compiled code is not run; give the source");
  lua_gc(L, LUA_GCSTOP); /* nothing is collected while the parser holds half of a function */
  int code = luaL_loadbufferx(L, text, n, name, "t");
  lua_gc(L, LUA_GCRESTART);
  if (code == LUA_OK) return;
  if (code == LUA_ERRMEM) lua_error(L);
  /* "name:line: message near token" */
  const char *message = lua_tostring(L, -1);
  const char *colon = message ? strstr(message, ": ") : NULL;
  const char *number = colon;
  while (number && number > message && number[-1] >= '0' && number[-1] <= '9') number--;
  muster_fail(&s->error, MUSTER_PACK, "%s", colon ? colon + 2 : "not Lua");
  muster_error_where(&s->error, "%s:%.*s", name + 1, number ? (int)(colon - number) : 0, number ? number : "");
  script_raise(L);
}

static int build(lua_State *L) {
  sandbox_build(L);
  return 0;
}

muster_status script_open(script *s, const muster_limits *limits, muster_error *err) {
  *s = (script){0};
  s->L = budget_open(&s->budget, limits);
  if (!s->L) return muster_fail_memory(err);
  muster_status status = script_call(s, build, NULL, err);
  if (status != MUSTER_OK) {
    script_close(s);
    if (status != MUSTER_MEMORY) {
      muster_error_wrap(err, "the rule language cannot start");
      if (s->budget.limits.memory >= (size_t)1 << 20) status = MUSTER_DEFECT;
    }
  }
  return status;
}

void script_close(script *s) {
  if (s->L) lua_close(s->L);
  s->L = NULL;
  muster_arena_free(&s->keys);
}
