/* Sheets: collected cell by cell, written as a table, CSV or JSON. */
#include "muster/report/sheet.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct cell {
  enum { CELL_NONE, CELL_TEXT, CELL_COUNT, CELL_NUMBER } kind;
  uint32_t length; /* of a text */
  union {
    const char *text;
    int64_t count;
    double number;
  };
} cell;

static muster_text text_of(const cell *c) { return (muster_text){c->text, c->length}; }

struct muster_sheet {
  const muster_column *columns;
  size_t column_count;
  cell *cells;
  size_t count, capacity;
  bool out_of_memory;
  muster_buf *csv; /* where rows go as soon as there are enough of them, or NULL */
  bool headed;     /* the header has been written there */
  muster_arena arena;
};

bool muster_form_of(const char *name, muster_form *format) {
  static const char *const names[] = {"table", "csv", "json"};
  for (int i = 0; i < 3; i++)
    if (strcmp(name, names[i]) == 0) return *format = (muster_form)i, true;
  return false;
}

muster_sheet *muster_sheet_new(const muster_column *columns, size_t n) {
  muster_sheet *sheet = muster_alloc(1, sizeof *sheet);
  if (sheet) *sheet = (muster_sheet){.columns = columns, .column_count = n};
  return sheet;
}

void muster_sheet_free(muster_sheet *sheet) {
  if (!sheet) return;
  muster_free(sheet->cells);
  muster_arena_free(&sheet->arena);
  muster_free(sheet);
}

static void write_csv(muster_sheet *sheet, muster_buf *out);

enum { ROWS_AT_ONCE = 1024 };

static void put(muster_sheet *sheet, cell value) {
  if (!MUSTER_GROW(sheet->cells, sheet->capacity, sheet->count)) {
    sheet->out_of_memory = true;
    return;
  }
  sheet->cells[sheet->count++] = value;
  if (sheet->csv && sheet->count == ROWS_AT_ONCE * sheet->column_count) write_csv(sheet, sheet->csv);
}

void muster_sheet_stream(muster_sheet *sheet, muster_buf *csv) { sheet->csv = csv; }

static inline muster_column_kind kind_here(const muster_sheet *sheet) {
  return sheet->columns[sheet->count % sheet->column_count].kind;
}

void muster_sheet_borrow(muster_sheet *sheet, muster_text text) {
  assert(kind_here(sheet) == MUSTER_COLUMN_TEXT || kind_here(sheet) == MUSTER_COLUMN_JSON);
  assert(text.n <= UINT32_MAX);
  put(sheet, (cell){.kind = CELL_TEXT, .length = (uint32_t)text.n, .text = text.at});
}

void muster_sheet_text(muster_sheet *sheet, muster_text text) {
  char *copy = muster_arena_copy(&sheet->arena, text.at, text.n);
  if (!copy) sheet->out_of_memory = true;
  muster_sheet_borrow(sheet, copy ? (muster_text){copy, text.n} : MUSTER_TEXT(""));
}

void muster_sheet_count(muster_sheet *sheet, int64_t count) {
  assert(kind_here(sheet) == MUSTER_COLUMN_COUNT);
  put(sheet, (cell){.kind = CELL_COUNT, .count = count});
}

void muster_sheet_number(muster_sheet *sheet, double number) {
  assert(kind_here(sheet) == MUSTER_COLUMN_RATE || kind_here(sheet) == MUSTER_COLUMN_NUMBER);
  put(sheet, isfinite(number) ? (cell){.kind = CELL_NUMBER, .number = number} : (cell){.kind = CELL_NONE});
}

void muster_sheet_date(muster_sheet *sheet, muster_date date) {
  char text[MUSTER_DATE_TEXT];
  muster_sheet_text(sheet, muster_text_of(muster_date_format(date, text)));
}

void muster_sheet_none(muster_sheet *sheet) { put(sheet, (cell){.kind = CELL_NONE}); }

size_t muster_sheet_rows(const muster_sheet *sheet) { return sheet->count / sheet->column_count; }

/* ---- CSV ---- */

/* A short text that reads back as the same number: 40 stays 40, a tenth stays 0.1. */
static void shortest(double number, char out[32]) {
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(out, 32, "%.*g", digits, number);
    double back;
    if (muster_text_number(muster_text_of(out), &back) && back == number) return;
  }
}

static void machine_text(const cell *c, muster_column_kind kind, char out[32]) {
  if (c->kind == CELL_COUNT)
    snprintf(out, 32, "%lld", (long long)c->count);
  else if (kind == MUSTER_COLUMN_RATE)
    snprintf(out, 32, "%.6f", c->number);
  else
    shortest(c->number == 0 ? 0 : c->number, out); /* no "-0" */
}

/* Writes the rows there are and, when they go to the stream, lets them go. */
static void write_csv(muster_sheet *sheet, muster_buf *out) {
  for (size_t k = 0; !sheet->headed && k < sheet->column_count; k++) {
    if (k) muster_buf_putc(out, ',');
    muster_buf_csv(out, muster_text_of(sheet->columns[k].name));
  }
  if (!sheet->headed) muster_buf_putc(out, '\n');
  for (size_t i = 0; i < sheet->count; i++) {
    size_t k = i % sheet->column_count;
    const cell *c = &sheet->cells[i];
    if (k) muster_buf_putc(out, ',');
    if (c->kind == CELL_TEXT) {
      muster_buf_csv(out, text_of(c));
    } else if (c->kind != CELL_NONE) {
      char text[32];
      machine_text(c, sheet->columns[k].kind, text);
      muster_buf_puts(out, text);
    }
    if (k + 1 == sheet->column_count) muster_buf_putc(out, '\n');
  }
  if (out != sheet->csv) return;
  sheet->headed = true;
  sheet->count = 0;
  muster_arena_free(&sheet->arena);
}

/* ---- JSON ---- */

static json_t *json_cell(const cell *c, muster_column_kind kind) {
  if (c->kind == CELL_NONE) return json_null();
  if (c->kind == CELL_COUNT) return json_integer(c->count);
  if (c->kind == CELL_TEXT) {
    json_t *value = kind == MUSTER_COLUMN_JSON ? json_loadb(c->text, c->length, JSON_DECODE_ANY, NULL) : NULL;
    return value ? value : json_stringn(c->text, c->length);
  }
  return json_real(kind == MUSTER_COLUMN_RATE ? nearbyint(c->number * 1e6) / 1e6 : c->number);
}

static int add_bytes(const char *bytes, size_t n, void *out) {
  muster_buf_add(out, bytes, n);
  return ((muster_buf *)out)->failed ? -1 : 0;
}

static muster_status write_json(const muster_sheet *sheet, muster_buf *out, muster_error *err) {
  json_t *rows = json_array();
  bool good = rows != NULL;
  for (size_t i = 0; good && i < sheet->count; i += sheet->column_count) {
    json_t *row = json_object();
    for (size_t k = 0; row && k < sheet->column_count; k++)
      good = good && json_object_set_new(row, sheet->columns[k].name,
                                         json_cell(&sheet->cells[i + k], sheet->columns[k].kind)) == 0;
    good = json_array_append_new(rows, row) == 0 && good;
  }
  good = good && json_dump_callback(rows, add_bytes, out, JSON_INDENT(1) | JSON_REAL_PRECISION(15)) == 0;
  json_decref(rows);
  if (!good) return muster_fail_memory(err);
  muster_buf_putc(out, '\n');
  return MUSTER_OK;
}

/* ---- the table for people ---- */

static size_t characters(muster_text t) {
  size_t n = 0;
  for (size_t i = 0; i < t.n; i++) n += ((unsigned char)t.at[i] & 0xC0) != 0x80;
  return n;
}

/* 1234567 as 1,234,567 */
static void with_commas(int64_t count, char out[32]) {
  char digits[24];
  int n = snprintf(digits, sizeof digits, "%lld", (long long)count), put_at = 0;
  for (int i = 0; i < n; i++) {
    out[put_at++] = digits[i];
    int left = n - 1 - i;
    if (left && left % 3 == 0 && digits[i] != '-') out[put_at++] = ',';
  }
  out[put_at] = '\0';
}

static muster_text human_text(const cell *c, muster_column_kind kind, char out[32]) {
  if (c->kind == CELL_TEXT) return text_of(c);
  if (c->kind == CELL_NONE)
    snprintf(out, 32, "-");
  else if (c->kind == CELL_COUNT)
    with_commas(c->count, out);
  else if (kind == MUSTER_COLUMN_RATE)
    snprintf(out, 32, "%.2f%%", 100 * c->number);
  else
    snprintf(out, 32, "%.4g", c->number);
  return muster_text_of(out);
}

static bool to_the_left(muster_column_kind kind) { return kind == MUSTER_COLUMN_TEXT || kind == MUSTER_COLUMN_JSON; }

enum { WIDEST = 60, CUT_TO = 16, GAP = 2 };

/* The bytes of the character at `i`, or 0 for one that must not reach a terminal: data may not speak to it. */
static size_t printable(muster_text text, size_t i) {
  size_t n = 1;
  while (i + n < text.n && ((unsigned char)text.at[i + n] & 0xC0) == 0x80) n++;
  return muster_text_control((muster_text){text.at + i, n}) ? 0 : n;
}

/* To the width of its column; what is longer is cut, and ends in an ellipsis. */
static void put_padded(muster_buf *out, muster_text text, size_t width, bool left, bool last) {
  size_t n = characters(text), shown = n > width ? width : n, seen = 0;
  for (size_t i = shown; !left && i < width; i++) muster_buf_putc(out, ' ');
  for (size_t i = 0; i < text.n && seen < shown - (n > width); seen++) {
    size_t bytes = printable(text, i);
    if (bytes)
      muster_buf_add(out, text.at + i, bytes);
    else
      muster_buf_putc(out, '?');
    for (i++; i < text.n && ((unsigned char)text.at[i] & 0xC0) == 0x80;) i++;
  }
  if (n > width) muster_buf_puts(out, "…");
  for (size_t i = shown; left && !last && i < width; i++) muster_buf_putc(out, ' ');
}

static void heading(const char *name, char out[64]) {
  snprintf(out, 64, "%s", name);
  for (char *at = out; *at; at++)
    if (*at == '_') *at = ' ';
}

/* A table while it is laid out: the columns people see, and how wide each is. */
typedef struct layout {
  const muster_sheet *sheet;
  size_t rows;
  size_t *columns, *widths, count;
} layout;

static muster_column_kind kind_of(const layout *l, size_t k) { return l->sheet->columns[l->columns[k]].kind; }

static muster_text text_at(const layout *l, size_t row, size_t k, char room[32]) {
  const muster_sheet *sheet = l->sheet;
  return human_text(&sheet->cells[row * sheet->column_count + l->columns[k]], kind_of(l, k), room);
}

static void measure_columns(layout *l) {
  char text[64];
  for (size_t k = 0; k < l->sheet->column_count; k++)
    if (!l->sheet->columns[k].machine_only) l->columns[l->count++] = k;
  for (size_t k = 0; k < l->count; k++) {
    heading(l->sheet->columns[l->columns[k]].name, text);
    l->widths[k] = characters(muster_text_of(text));
    for (size_t r = 0; r < l->rows; r++) {
      size_t n = characters(text_at(l, r, k, text));
      if (n > WIDEST) n = WIDEST;
      if (n > l->widths[k]) l->widths[k] = n;
    }
  }
}

static size_t width_of(const layout *l) {
  size_t sum = 0;
  for (size_t k = 0; k < l->count; k++) sum += l->widths[k] + (k ? GAP : 0);
  return sum;
}

/* Cuts the widest texts when that is enough to fit; else only what no line could hold. */
static void fit(layout *l, size_t width) {
  size_t over = width_of(l) > width ? width_of(l) - width : 0, spare = 0;
  for (size_t k = 0; k < l->count; k++)
    if (to_the_left(kind_of(l, k)) && l->widths[k] > CUT_TO) spare += l->widths[k] - CUT_TO;
  for (bool cut = spare >= over; cut && over; over--) {
    size_t widest = SIZE_MAX;
    for (size_t k = 0; k < l->count; k++)
      if (to_the_left(kind_of(l, k)) && (widest == SIZE_MAX || l->widths[k] > l->widths[widest])) widest = k;
    l->widths[widest]--;
  }
  size_t most = width > 2 * CUT_TO + GAP ? width - CUT_TO - GAP : CUT_TO;
  for (size_t k = 0; over && k < l->count; k++)
    if (to_the_left(kind_of(l, k)) && l->widths[k] > most) l->widths[k] = most;
}

static void put_line(const layout *l, size_t row, size_t from, size_t to, const muster_sheet_style *style,
                     muster_buf *out) {
  bool header = row == SIZE_MAX;
  char text[64];
  if (header && style->colour) muster_buf_puts(out, "\033[1m");
  for (size_t i = from ? from - 1 : 0; i < to; i++) {
    size_t k = from && i == from - 1 ? 0 : i; /* each part begins with the first column */
    muster_text t;
    if (header)
      heading(l->sheet->columns[l->columns[k]].name, text), t = muster_text_of(text);
    else
      t = text_at(l, row, k, text);
    put_padded(out, t, l->widths[k], to_the_left(kind_of(l, k)), i + 1 == to);
    if (i + 1 < to) muster_buf_puts(out, "  ");
  }
  if (header && style->colour) muster_buf_puts(out, "\033[0m");
  muster_buf_putc(out, '\n');
}

/* In as many parts below one another as the width asks for. */
static void put_parts(const layout *l, const muster_sheet_style *style, muster_buf *out) {
  for (size_t from = 0, to; from < l->count; from = to) {
    size_t used = from ? l->widths[0] + GAP + l->widths[from] : l->widths[0];
    for (to = from + 1; to < l->count; to++) {
      used += GAP + l->widths[to];
      if (style->width && used > style->width) break;
    }
    if (from) muster_buf_putc(out, '\n');
    put_line(l, SIZE_MAX, from, to, style, out);
    for (size_t r = 0; r < l->rows; r++) put_line(l, r, from, to, style, out);
  }
}

static muster_status write_table(const muster_sheet *sheet, const muster_sheet_style *style, muster_buf *out,
                                 muster_error *err) {
  static const muster_sheet_style plain;
  if (!style) style = &plain;
  size_t rows = muster_sheet_rows(sheet), shown = style->most_rows && rows > style->most_rows ? style->most_rows : rows;
  size_t *room = muster_alloc(2 * sheet->column_count, sizeof *room);
  if (!room) return muster_fail_memory(err);
  layout l = {.sheet = sheet, .rows = shown, .columns = room, .widths = room + sheet->column_count};
  measure_columns(&l);
  if (style->width) fit(&l, style->width);
  put_parts(&l, style, out);
  if (shown < rows) muster_buf_printf(out, "... and %zu more; --format csv shows all\n", rows - shown);
  muster_free(room);
  return MUSTER_OK;
}

muster_status muster_sheet_write(muster_sheet *sheet, muster_form format, const muster_sheet_style *style,
                                 muster_buf *out, muster_error *err) {
  if (sheet->out_of_memory) return muster_fail_memory(err);
  assert(sheet->count % sheet->column_count == 0);
  if (format == MUSTER_FORM_CSV)
    write_csv(sheet, out);
  else if (format == MUSTER_FORM_JSON)
    MUSTER_TRY(write_json(sheet, out, err));
  else
    MUSTER_TRY(write_table(sheet, style, out, err));
  return out->failed ? muster_fail_memory(err) : MUSTER_OK;
}

muster_status muster_sheet_begin(muster_sheet_file *file, const char *folder, const char *name, int mode,
                                 muster_error *err) {
  muster_arena arena = {0};
  const char *path = muster_path_join(&arena, folder, name);
  *file = (muster_sheet_file){0};
  muster_status status = path ? muster_draft_begin(path, mode, &file->draft, err) : muster_fail_memory(err);
  muster_arena_free(&arena);
  muster_buf_init(&file->csv, SIZE_MAX / 2);
  muster_buf_into(&file->csv, muster_draft_add, file->draft);
  return status;
}

muster_status muster_sheet_save(muster_sheet_file *file, muster_sheet *sheet, muster_error *err) {
  muster_error why;
  muster_status status =
      sheet ? muster_sheet_write(sheet, MUSTER_FORM_CSV, NULL, &file->csv, &why) : muster_fail_memory(&why);
  if (status == MUSTER_OK) {
    muster_buf_drain(&file->csv);
    if (file->csv.failed) status = muster_fail_memory(&why);
  }
  bool refused = !muster_draft_add(file->draft, "", 0); /* the draft knows better why */
  if (status == MUSTER_OK || refused) {
    status = muster_draft_end(file->draft, err);
  } else {
    muster_draft_drop(file->draft);
    if (err) *err = why;
  }
  muster_buf_free(&file->csv);
  *file = (muster_sheet_file){0};
  return status;
}
