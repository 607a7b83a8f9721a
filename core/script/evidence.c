/* Evidence as JSON (RFC 8259). */
#include "evidence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "freeze.h"
#include "libraries.h"
#include "state.h"

enum { DEEPEST = 8, MOST_BYTES = 32 * 1024 };

/* The shortest digits that are read back as the number, and no fewer than fifteen tried. */
static void digits_of(double number, char out[32]) {
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(out, 32, "%.*g", digits, number);
    if (strtod(out, NULL) == number) break;
  }
  if (!strpbrk(out, ".e")) strcat(out, ".0");
}

/* Rates repeat from pupil to pupil, and finding their digits costs more than everything else about them. */
enum { KEPT_NUMBERS = 512 };
static _Thread_local struct {
  double number;
  char digits[32]; /* empty: nothing is kept here */
} kept[KEPT_NUMBERS];

void evidence_number(muster_buf *out, double number) {
  if (!isfinite(number)) {
    muster_buf_puts(out, "null");
    return;
  }
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  size_t place = bits * UINT64_C(0x9E3779B97F4A7C15) >> 55;
  if (!kept[place].digits[0] || memcmp(&kept[place].number, &number, sizeof number) != 0) {
    kept[place].number = number;
    digits_of(number, kept[place].digits);
  }
  muster_buf_puts(out, kept[place].digits);
}

/* How many letters from `at` on stand in JSON as they are, ASCII only. */
static size_t plain_letters(muster_text text, size_t at) {
  size_t n = at;
  for (; n < text.n; n++) {
    unsigned char c = (unsigned char)text.at[n];
    if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') break;
  }
  return n - at;
}

void evidence_text(muster_buf *out, muster_text text) {
  muster_buf_putc(out, '"');
  for (size_t i = 0; i < text.n;) {
    size_t plain = plain_letters(text, i);
    muster_buf_add(out, text.at + i, plain);
    i += plain;
    if (i == text.n) break;
    unsigned char c = (unsigned char)text.at[i];
    size_t n = muster_text_character((muster_text){text.at + i, text.n - i});
    if (n == 0) {
      muster_buf_puts(out, "\xEF\xBF\xBD"); /* the replacement character: a rule cut a text within a letter */
      n = 1;
    } else if (c == '"' || c == '\\') {
      muster_buf_putc(out, '\\');
      muster_buf_putc(out, (char)c);
    } else if (c < 0x20 || c == 0x7F) {
      muster_buf_printf(out, "\\u%04x", c);
    } else {
      muster_buf_add(out, text.at + i, n);
    }
    i += n;
  }
  muster_buf_putc(out, '"');
}

static void value(lua_State *L, int index, int depth, muster_buf *out);

static bool is_list(lua_State *L, int keys) {
  lua_Integer n = (lua_Integer)lua_rawlen(L, keys);
  if (n == 0) return false;
  lua_rawgeti(L, keys, n); /* sorted, numbers first: a list when the last is n */
  bool list = lua_isinteger(L, -1) && lua_tointeger(L, -1) == n;
  lua_rawgeti(L, keys, 1);
  list = list && lua_isinteger(L, -1) && lua_tointeger(L, -1) == 1;
  lua_pop(L, 2);
  return list;
}

static void table(lua_State *L, int index, int depth, muster_buf *out) {
  if (depth > DEEPEST) script_refuse(L, "evidence is nested more than %d deep", DEEPEST);
  luaL_checkstack(L, 8, NULL);
  library_sorted_keys(L, index);
  int keys = lua_gettop(L);
  bool list = is_list(L, keys);
  muster_buf_putc(out, list ? '[' : '{');
  lua_Integer n = (lua_Integer)lua_rawlen(L, keys);
  for (lua_Integer i = 1; i <= n; i++) {
    if (i > 1) muster_buf_putc(out, ',');
    lua_rawgeti(L, keys, i);
    if (!list) {
      if (lua_type(L, -1) != LUA_TSTRING)
        script_refuse(L, "evidence has a value without a name; a table of it has names or is a list");
      size_t size;
      const char *name = lua_tolstring(L, -1, &size);
      evidence_text(out, (muster_text){name, size});
      muster_buf_putc(out, ':');
    }
    lua_gettable(L, index);
    value(L, lua_gettop(L), depth + 1, out);
    lua_pop(L, 1);
  }
  muster_buf_putc(out, list ? ']' : '}');
  lua_pop(L, 1);
}

static void value(lua_State *L, int index, int depth, muster_buf *out) {
  switch (lua_type(L, index)) {
    case LUA_TNIL: muster_buf_puts(out, "null"); break;
    case LUA_TBOOLEAN: muster_buf_puts(out, lua_toboolean(L, index) ? "true" : "false"); break;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index))
        muster_buf_whole(out, lua_tointeger(L, index));
      else
        evidence_number(out, lua_tonumber(L, index));
      break;
    case LUA_TSTRING: {
      muster_text t;
      t.at = lua_tolstring(L, index, &t.n);
      budget_charge(L, t.n / 16);
      evidence_text(out, t);
      break;
    }
    case LUA_TTABLE: table(L, index, depth, out); break;
    default: script_refuse(L, "evidence is data, and a %s is in it", luaL_typename(L, index));
  }
  if (out->n > MOST_BYTES) script_refuse(L, "there is too much evidence: at most %d bytes a finding", MOST_BYTES);
  if (out->failed) script_check(L, muster_fail_memory(&script_of(L)->error));
}

void evidence_json(lua_State *L, int index, muster_buf *out) { value(L, lua_absindex(L, index), 0, out); }
