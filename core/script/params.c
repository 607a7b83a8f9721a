/* Parameters: read from their constructors, set from text, handed to rules. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "evidence.h"
#include "freeze.h"
#include "host.h"
#include "libraries.h"
#include "pack_private.h"

static const char *const kinds[] = {"integer", "number", "rate", "string", "choice", "boolean", "codes", "window"};

const char *muster_param_kind_text(muster_param_kind kind) {
  return (size_t)kind < sizeof kinds / sizeof *kinds ? kinds[kind] : "";
}

static muster_param_kind kind_of(const char *text) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i], text) == 0) return (muster_param_kind)i;
  return MUSTER_PARAM_STRING;
}

/* The default on top as text, as a setting would give it. */
static const char *value_text(lua_State *L, muster_arena *arena) {
  muster_buf text;
  char small[48];
  switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN: return lua_toboolean(L, -1) ? "true" : "false";
    case LUA_TNUMBER:
      if (lua_isinteger(L, -1)) {
        snprintf(small, sizeof small, "%lld", (long long)lua_tointeger(L, -1));
        return describe_copy(L, arena, small);
      }
      muster_buf_init(&text, 64);
      evidence_number(&text, lua_tonumber(L, -1));
      snprintf(small, sizeof small, "%s", text.failed ? "0" : text.at);
      muster_buf_free(&text);
      return describe_copy(L, arena, small);
    case LUA_TSTRING: return describe_copy(L, arena, lua_tostring(L, -1));
    default: return "";
  }
}

static void read_one(lua_State *L, int made, muster_arena *arena, muster_param *param) {
  param->kind = kind_of(describe_text_or_empty(L, made, "kind", arena));
  param->doc = describe_text_or_empty(L, made, "doc", arena);
  param->min = param->max = NAN;
  if (param->kind == MUSTER_PARAM_RATE) param->min = 0, param->max = 1;
  describe_number(L, made, "min", &param->min);
  describe_number(L, made, "max", &param->max);
  param->choices = describe_texts(L, made, "of", arena);
  lua_pushliteral(L, "default");
  lua_rawget(L, made);
  param->value = param->default_value = value_text(L, arena);
  lua_pop(L, 1);
}

muster_param *pack_params_read(lua_State *L, int table, muster_arena *arena, size_t *n) {
  *n = 0;
  if (!describe_table(L, table, "params")) return NULL;
  int params = lua_gettop(L);
  library_sorted_keys(L, params);
  int keys = params + 1;
  size_t count = lua_rawlen(L, keys);
  muster_param *list = describe_alloc(L, arena, count, sizeof *list);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, keys, (lua_Integer)i + 1);
    list[i].name = describe_copy(L, arena, lua_tostring(L, -1));
    lua_rawget(L, params);
    describe_unfreeze(L);
    read_one(L, lua_gettop(L), arena, &list[i]);
    lua_pop(L, 1);
  }
  lua_settop(L, params - 1);
  *n = count;
  return list;
}

static muster_status out_of_bounds(const muster_param *param, const char *value, muster_error *err) {
  muster_fail(err, MUSTER_PACK, "%s = %s is out of bounds", param->name, value);
  if (!isnan(param->min) && !isnan(param->max))
    muster_error_expected(err, "from %g to %g", param->min, param->max);
  else if (!isnan(param->min))
    muster_error_expected(err, "at least %g", param->min);
  else
    muster_error_expected(err, "at most %g", param->max);
  return MUSTER_PACK;
}

static muster_status not_a(const muster_param *param, const char *value, const char *what, muster_error *err) {
  muster_fail(err, MUSTER_PACK, "%s = %.60s is not %s", param->name, value, what);
  return MUSTER_PACK;
}

static muster_status check_number(const muster_param *param, const char *value, muster_error *err) {
  double number;
  int64_t whole;
  bool integer = param->kind == MUSTER_PARAM_INTEGER;
  if (integer ? !muster_text_int(muster_text_of(value), &whole) : !muster_text_number(muster_text_of(value), &number))
    return not_a(param, value, integer ? "a whole number" : "a number", err);
  if (integer) number = (double)whole;
  if (!isfinite(number)) return not_a(param, value, "a number", err);
  return number < param->min || number > param->max ? out_of_bounds(param, value, err) : MUSTER_OK;
}

muster_status pack_param_check(const muster_pack *pack, const muster_param *param, const char *value,
                               muster_error *err) {
  switch (param->kind) {
    case MUSTER_PARAM_INTEGER:
    case MUSTER_PARAM_NUMBER:
    case MUSTER_PARAM_RATE: return check_number(param, value, err);
    case MUSTER_PARAM_BOOLEAN:
      if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0) return MUSTER_OK;
      return not_a(param, value, "true or false", err);
    case MUSTER_PARAM_CHOICE: {
      for (size_t i = 0; param->choices && param->choices[i]; i++)
        if (strcmp(param->choices[i], value) == 0) return MUSTER_OK;
      muster_status status = not_a(param, value, "one of its choices", err);
      char all[200] = "";
      for (size_t i = 0; param->choices && param->choices[i]; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "", param->choices[i]);
      muster_error_expected(err, "%s", all);
      const char *near = param->choices ? muster_nearest(value, param->choices) : NULL;
      if (near) muster_error_todo(err, "did you mean %s?", near);
      return status;
    }
    case MUSTER_PARAM_CODES: {
      muster_code_set set;
      return muster_code_set_parse(&pack->codes, muster_text_of(value), &set, err);
    }
    case MUSTER_PARAM_WINDOW: {
      muster_window window;
      return muster_window_parse(muster_text_of(value), &window, err);
    }
    case MUSTER_PARAM_STRING: break;
  }
  return MUSTER_OK;
}

void pack_param_push(lua_State *L, const muster_param *param) {
  double number = 0;
  int64_t whole = 0;
  switch (param->kind) {
    case MUSTER_PARAM_INTEGER:
      if (!muster_text_int(muster_text_of(param->value), &whole)) whole = 0;
      lua_pushinteger(L, whole);
      break;
    case MUSTER_PARAM_NUMBER:
    case MUSTER_PARAM_RATE:
      if (!muster_text_number(muster_text_of(param->value), &number)) number = 0;
      lua_pushnumber(L, number);
      break;
    case MUSTER_PARAM_BOOLEAN: lua_pushboolean(L, strcmp(param->value, "true") == 0); break;
    case MUSTER_PARAM_CODES: lua_pushfstring(L, HOST_CODES "%s", param->value); break;
    case MUSTER_PARAM_STRING:
    case MUSTER_PARAM_CHOICE:
    case MUSTER_PARAM_WINDOW: lua_pushstring(L, param->value); break;
  }
}
