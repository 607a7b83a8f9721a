/* Frames: columns from rows, from files, from functions. */
#include "chart_frame.h"

#include <math.h>
#include <string.h>

#include "describe.h"
#include "freeze.h"
#include "libraries.h"
#include "muster/load.h"

enum { COLUMNS_MOST = MUSTER_CHART_COLUMNS_MAX, TEXT_MOST = 2000 };

typedef enum column_kind { COLUMN_EMPTY, COLUMN_NUMBER, COLUMN_DATE, COLUMN_TEXT } column_kind;

static column_kind kind_of_text(muster_text text) {
  muster_date date;
  return muster_date_parse(text, &date) ? COLUMN_DATE : COLUMN_TEXT;
}

static column_kind kind_of(lua_State *L, const char *name) {
  muster_text text;
  switch (lua_type(L, -1)) {
    case LUA_TNIL: return COLUMN_EMPTY;
    case LUA_TNUMBER:
    case LUA_TBOOLEAN: return COLUMN_NUMBER;
    case LUA_TSTRING: text.at = lua_tolstring(L, -1, &text.n); return kind_of_text(text);
    default:
      script_refuse(L, "the column \"%.60s\" has a %s in it; rows hold texts, numbers, true and false", name,
                    luaL_typename(L, -1));
      return COLUMN_EMPTY;
  }
}

static column_kind both(column_kind a, column_kind b) {
  if (a == COLUMN_EMPTY) return b;
  if (b == COLUMN_EMPTY || a == b) return a;
  return COLUMN_TEXT;
}

/* Pushes the value of a row; the row may be frozen. */
static void push_cell(lua_State *L, int rows, size_t row, const char *name) {
  lua_geti(L, rows, (lua_Integer)row + 1);
  if (lua_type(L, -1) != LUA_TTABLE) script_refuse(L, "row %zu is a %s, not a table", row + 1, luaL_typename(L, -1));
  lua_getfield(L, -1, name);
  lua_remove(L, -2);
}

static void fill_numbers(lua_State *L, int rows, size_t n, const char *name, double *numbers) {
  for (size_t i = 0; i < n; i++) {
    push_cell(L, rows, i, name);
    numbers[i] = lua_isnil(L, -1) ? NAN : lua_type(L, -1) == LUA_TBOOLEAN ? lua_toboolean(L, -1) : lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
}

static void fill_dates(lua_State *L, int rows, size_t n, const char *name, double *numbers) {
  for (size_t i = 0; i < n; i++) {
    push_cell(L, rows, i, name);
    muster_date date;
    bool is = lua_type(L, -1) == LUA_TSTRING && muster_date_parse(muster_text_of(lua_tostring(L, -1)), &date);
    numbers[i] = is ? date : NAN;
    lua_pop(L, 1);
  }
}

const char *chart_text(lua_State *L, muster_arena *arena) {
  size_t n;
  const char *text = lua_tolstring(L, -1, &n);
  if (n > TEXT_MOST) script_refuse(L, "a text of %zu bytes in a picture; at most %d", n, TEXT_MOST);
  return describe_copy(L, arena, text);
}

static void fill_texts(lua_State *L, int rows, size_t n, const char *name, muster_arena *arena, const char **texts) {
  for (size_t i = 0; i < n; i++) {
    push_cell(L, rows, i, name);
    texts[i] = NULL;
    if (!lua_isnil(L, -1)) {
      luaL_tolstring(L, -1, NULL);
      texts[i] = chart_text(L, arena);
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
}

/* Names of all columns, in the order of their bytes: as the keys of a table that collects them. */
static void collect_names(lua_State *L, int rows, size_t n) {
  lua_newtable(L);
  int names = lua_gettop(L);
  for (size_t i = 0; i < n; i++) {
    lua_geti(L, rows, (lua_Integer)i + 1);
    if (lua_type(L, -1) != LUA_TTABLE) script_refuse(L, "row %zu is a %s, not a table", i + 1, luaL_typename(L, -1));
    describe_unfreeze(L);
    int row = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, row); lua_pop(L, 1)) {
      if (lua_type(L, -2) != LUA_TSTRING) script_refuse(L, "row %zu has a value without a name", i + 1);
      lua_pushvalue(L, -2);
      lua_pushboolean(L, 1);
      lua_rawset(L, names);
    }
    lua_settop(L, names);
  }
  library_sorted_keys(L, names);
  lua_remove(L, names);
}

const muster_chart_frame *chart_frame(lua_State *L, muster_arena *arena) {
  luaL_checkstack(L, 12, NULL);
  int rows = lua_gettop(L);
  size_t n = (size_t)luaL_len(L, rows);
  budget_charge(L, n);
  collect_names(L, rows, n);
  int names = lua_gettop(L);
  size_t count = lua_rawlen(L, names);
  if (count >= COLUMNS_MOST) script_refuse(L, "a chart has at most %d columns", COLUMNS_MOST - 1);
  muster_chart_column *columns = describe_alloc(L, arena, count + 1, sizeof *columns);
  for (size_t c = 0; c < count; c++) {
    lua_rawgeti(L, names, (lua_Integer)c + 1);
    const char *name = describe_copy(L, arena, lua_tostring(L, -1));
    lua_pop(L, 1);
    column_kind kind = COLUMN_EMPTY;
    for (size_t i = 0; i < n; i++) {
      push_cell(L, rows, i, name);
      kind = both(kind, kind_of(L, name));
      lua_pop(L, 1);
    }
    columns[c].name = name;
    if (kind == COLUMN_TEXT) {
      const char **texts = describe_alloc(L, arena, n, sizeof *texts);
      fill_texts(L, rows, n, name, arena, texts);
      columns[c].texts = texts;
    } else {
      double *numbers = describe_alloc(L, arena, n, sizeof *numbers);
      if (kind == COLUMN_DATE)
        fill_dates(L, rows, n, name, numbers);
      else
        fill_numbers(L, rows, n, name, numbers);
      columns[c].numbers = numbers;
    }
  }
  muster_chart_frame *frame = describe_alloc(L, arena, 1, sizeof *frame);
  *frame = (muster_chart_frame){columns, count, n};
  lua_settop(L, rows - 1);
  return frame;
}

const muster_chart_frame *chart_frame_with(lua_State *L, muster_arena *arena, const muster_chart_frame *frame, int rows,
                                           int function, const char *name) {
  if (frame->column_count + 1 >= COLUMNS_MOST) script_refuse(L, "a chart has at most %d columns", COLUMNS_MOST - 1);
  const char **texts = describe_alloc(L, arena, frame->rows, sizeof *texts);
  for (size_t i = 0; i < frame->rows; i++) {
    lua_pushvalue(L, function);
    lua_geti(L, rows, (lua_Integer)i + 1);
    lua_call(L, 1, 1);
    bool said = lua_toboolean(L, -1) && (lua_type(L, -1) == LUA_TSTRING || lua_type(L, -1) == LUA_TNUMBER);
    if (lua_toboolean(L, -1) && !said)
      script_refuse(L, "a label is a text; the function gave a %s", luaL_typename(L, -1));
    texts[i] = said ? chart_text(L, arena) : NULL;
    lua_pop(L, 1);
  }
  muster_chart_column *columns = describe_alloc(L, arena, frame->column_count + 1, sizeof *columns);
  memcpy(columns, frame->columns, frame->column_count * sizeof *columns);
  columns[frame->column_count] = (muster_chart_column){.name = name, .texts = texts};
  muster_chart_frame *more = describe_alloc(L, arena, 1, sizeof *more);
  *more = (muster_chart_frame){columns, frame->column_count + 1, frame->rows};
  return more;
}

/* ---- files ---- */

static column_kind kind_of_column(const muster_table *table, size_t column) {
  column_kind kind = COLUMN_EMPTY;
  for (size_t row = 0; row < table->rows; row++) {
    muster_text cell = muster_table_cell(table, row, column);
    double number;
    if (cell.n == 0) continue;
    kind = both(kind, muster_text_number(cell, &number) ? COLUMN_NUMBER : kind_of_text(cell));
  }
  return kind;
}

static bool fill_column(const muster_table *table, size_t c, muster_arena *arena, muster_chart_column *column) {
  column_kind kind = kind_of_column(table, c);
  const char **texts = NULL;
  double *numbers = NULL;
  if (kind == COLUMN_TEXT)
    column->texts = texts = muster_arena_alloc(arena, (table->rows + 1) * sizeof *texts);
  else
    column->numbers = numbers = muster_arena_alloc(arena, (table->rows + 1) * sizeof *numbers);
  if (!texts && !numbers) return false;
  column->name = muster_arena_copy(arena, table->names[c], strlen(table->names[c]));
  for (size_t row = 0; row < table->rows; row++) {
    muster_text cell = muster_table_cell(table, row, c);
    muster_date date;
    if (texts && cell.n && !(texts[row] = muster_arena_copy(arena, cell.at, cell.n))) return false;
    if (!numbers) continue;
    numbers[row] = NAN;
    if (kind == COLUMN_DATE && muster_date_parse(cell, &date)) numbers[row] = date;
    if (kind == COLUMN_NUMBER && !muster_text_number(cell, &numbers[row])) numbers[row] = NAN;
  }
  return column->name != NULL;
}

muster_status chart_frame_csv(const char *path, muster_arena *arena, const muster_chart_frame **out,
                              muster_error *err) {
  muster_table table;
  MUSTER_TRY(muster_table_read(path, 0, &table, err));
  muster_status status = MUSTER_OK;
  muster_chart_frame *frame = muster_arena_alloc(arena, sizeof *frame);
  muster_chart_column *columns = muster_arena_alloc(arena, (table.columns + 1) * sizeof *columns);
  if (table.columns >= COLUMNS_MOST) {
    status = muster_fail(err, MUSTER_PACK, "the file has more than %d columns", COLUMNS_MOST - 1);
    muster_error_where(err, "%s", path);
  } else if (!frame || !columns) {
    status = muster_fail_memory(err);
  } else {
    for (size_t c = 0; c < table.columns && status == MUSTER_OK; c++)
      if (!fill_column(&table, c, arena, &columns[c])) status = muster_fail_memory(err);
    *frame = (muster_chart_frame){columns, table.columns, table.rows};
    *out = frame;
  }
  muster_table_free(&table);
  return status;
}
