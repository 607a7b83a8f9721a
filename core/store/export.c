/* Measures by school and by one attribute, with small numbers suppressed. */
#include "muster/store/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VALUES = 1000 };

typedef struct export_work {
  const muster_register *reg;
  const muster_export_options *options;
  const muster_attribute *attribute; /* NULL = schools alone */
  uint32_t *values;                  /* texts of the attribute, in order; MUSTER_NONE = no value */
  size_t value_count, value_capacity;
  size_t rows, columns; /* schools and values, and one more of each for all */
  muster_tally *cells;
  uint64_t *counts; /* room for two tables */
  uint8_t *hidden[3];
} export_work;

enum { PUPILS, PERSISTENT, SEVERE };

/* ---- counting ---- */

static muster_text value_text(const export_work *w, uint32_t value) {
  return value == MUSTER_NONE ? (muster_text){"", 0} : muster_map_name(&w->reg->texts, value);
}

static uint32_t value_of(const export_work *w, uint32_t pupil) {
  return pupil < w->attribute->capacity ? w->attribute->values[pupil] : MUSTER_NONE;
}

static size_t place_of(const export_work *w, uint32_t value) {
  for (size_t i = 0; i < w->value_count; i++)
    if (w->values[i] == value) return i;
  return SIZE_MAX;
}

static muster_status find_values(export_work *w, muster_error *err) {
  for (uint32_t p = 0; w->attribute && p < w->reg->pupil_count; p++) {
    uint32_t value = value_of(w, p);
    if (place_of(w, value) != SIZE_MAX) continue;
    if (w->value_count == MOST_VALUES) {
      muster_fail(err, MUSTER_USAGE, "'%s' has more than %d values", w->attribute->name, MOST_VALUES);
      muster_error_todo(err, "export by an attribute of few values");
      return MUSTER_USAGE;
    }
    if (!MUSTER_GROW(w->values, w->value_capacity, w->value_count)) return muster_fail_memory(err);
    size_t at = w->value_count++;
    for (; at > 0 && muster_text_compare(value_text(w, value), value_text(w, w->values[at - 1])) < 0; at--)
      w->values[at] = w->values[at - 1];
    w->values[at] = value;
  }
  return MUSTER_OK;
}

static muster_status count(export_work *w, muster_error *err) {
  const muster_register *reg = w->reg;
  const muster_definition *definition = w->options->definition;
  size_t definitions;
  if (!definition) definition = muster_definitions(&definitions);
  muster_view view;
  MUSTER_TRY(muster_view_open(&view, reg, NULL, 0, err));
  for (uint32_t p = 0; p < reg->pupil_count; p++) {
    muster_view_set(&view, p, w->options->as_of);
    muster_tally tally = muster_view_measure(&view, w->options->range, definition);
    if (!tally.pupils) continue;
    size_t row = reg->pupils[p].school, last_row = w->rows - 1, last = w->columns - 1;
    size_t column = w->attribute ? place_of(w, value_of(w, p)) : last;
    muster_tally_add(&w->cells[row * w->columns + last], &tally);
    muster_tally_add(&w->cells[last_row * w->columns + last], &tally);
    if (column == last) continue;
    muster_tally_add(&w->cells[row * w->columns + column], &tally);
    muster_tally_add(&w->cells[last_row * w->columns + column], &tally);
  }
  muster_view_close(&view);
  return MUSTER_OK;
}

/* ---- hiding ---- */

/* Pupils first, then counts of some of them. */
static muster_status hide(export_work *w, muster_error *err) {
  size_t n = w->rows * w->columns;
  const muster_small_rule *rule = &w->options->small;
  uint64_t *pupils = w->counts, *some = w->counts + n;
  for (size_t i = 0; i < n; i++) pupils[i] = w->cells[i].pupils;
  MUSTER_TRY(muster_suppress(pupils, w->rows, w->columns, rule, w->hidden[PUPILS], err));
  for (int table = PERSISTENT; table <= SEVERE; table++) {
    for (size_t i = 0; i < n; i++) some[i] = table == PERSISTENT ? w->cells[i].persistent : w->cells[i].severe;
    MUSTER_TRY(muster_suppress_some(some, pupils, w->hidden[PUPILS], w->rows, w->columns, rule, w->hidden[table], err));
  }
  return MUSTER_OK;
}

/* ---- writing ---- */

/* The file is opened in spreadsheets: a blank before what one would take for a formula. */
static void put_text(muster_buf *out, muster_text text) {
  if (!text.n || !strchr("=+-@\t\r", text.at[0]) || !text.at[0]) {
    muster_buf_csv(out, text);
    return;
  }
  muster_buf plain;
  muster_buf_init(&plain, 1 << 24);
  muster_buf_putc(&plain, ' ');
  muster_buf_add(&plain, text.at, text.n);
  muster_buf_csv(out, (muster_text){plain.failed ? "" : plain.at, plain.failed ? 0 : plain.n});
  out->failed = out->failed || plain.failed;
  muster_buf_free(&plain);
}

static void put_count(muster_buf *out, uint64_t count, uint8_t hidden, muster_export_report *report) {
  if (hidden)
    muster_buf_puts(out, "," MUSTER_SUPPRESSED);
  else
    muster_buf_printf(out, ",%llu", (unsigned long long)count);
  report->hidden_small += hidden == 1;
  report->hidden_second += hidden == 2;
}

static void put_rate(muster_buf *out, uint64_t part, uint64_t of, uint8_t hidden) {
  if (hidden)
    muster_buf_puts(out, "," MUSTER_SUPPRESSED);
  else if (of)
    muster_buf_printf(out, ",%.6f", (double)part / (double)of);
  else
    muster_buf_putc(out, ',');
}

static void put_cell(const export_work *w, size_t row, size_t column, muster_buf *out, muster_export_report *report) {
  const muster_register *reg = w->reg;
  size_t at = row * w->columns + column;
  const muster_tally *t = &w->cells[at];
  bool one_school = row + 1 < w->rows, one_value = column + 1 < w->columns;
  uint8_t pupils = w->hidden[PUPILS][at], persistent = w->hidden[PERSISTENT][at], severe = w->hidden[SEVERE][at];
  if (t->pupils == 0 && !pupils && (one_school || one_value)) return; /* nobody there, nothing to say */
  if (one_school) put_text(out, muster_school_id(reg, (uint32_t)row));
  muster_buf_putc(out, ',');
  if (one_school) put_text(out, muster_school_name(reg, (uint32_t)row));
  muster_buf_putc(out, ',');
  if (one_value) put_text(out, muster_text_of(w->attribute->name));
  muster_buf_putc(out, ',');
  if (one_value) put_text(out, value_text(w, w->values[column]));
  put_count(out, t->pupils, pupils, report);
  put_count(out, t->possible, pupils, report);
  put_count(out, muster_tally_absent(t), pupils, report);
  put_rate(out, muster_tally_absent(t), t->possible, pupils);
  uint64_t of = pupils && !t->pupils ? 1 : t->pupils; /* an empty rate would tell that the hidden number is 0 */
  put_count(out, t->persistent, persistent, report);
  put_rate(out, t->persistent, of, persistent);
  put_count(out, t->severe, severe, report);
  put_rate(out, t->severe, of, severe);
  muster_buf_printf(out, ",marks%s%s\n", reg->presence_implied ? "; presence implied" : "",
                    reg->calendar_given ? "" : "; calendar inferred");
  report->rows++;
}

static muster_status work(export_work *w, muster_buf *out, muster_export_report *report, muster_error *err) {
  MUSTER_TRY(find_values(w, err));
  w->rows = w->reg->school_count + 1;
  w->columns = w->value_count + 1;
  size_t n = w->rows * w->columns;
  w->cells = muster_alloc(n, sizeof *w->cells);
  w->counts = muster_alloc(2 * n, sizeof *w->counts);
  for (int i = 0; i < 3; i++) w->hidden[i] = muster_alloc(n, 1);
  if (!w->cells || !w->counts || !w->hidden[0] || !w->hidden[1] || !w->hidden[2]) return muster_fail_memory(err);
  MUSTER_TRY(count(w, err));
  MUSTER_TRY(hide(w, err));
  muster_buf_puts(out,
                  "school,name,attribute,value,pupils,possible,absent,absence_rate,persistent,persistent_rate,severe,"
                  "severe_rate,source\n");
  for (size_t r = 0; r < w->rows; r++)
    for (size_t c = 0; c < w->columns; c++) put_cell(w, r, c, out, report);
  return out->failed ? muster_fail_memory(err) : MUSTER_OK;
}

muster_status muster_export(const muster_register *reg, const muster_export_options *options, muster_buf *out,
                            muster_export_report *report, muster_error *err) {
  muster_export_report ours;
  if (!report) report = &ours;
  *report = (muster_export_report){0};
  export_work w = {.reg = reg, .options = options};
  if (options->by) w.attribute = muster_attribute_find(&reg->pupil_attributes, options->by);
  if (options->by && !w.attribute) {
    muster_fail(err, MUSTER_USAGE, "pupils have no attribute '%s'", options->by);
    muster_error_todo(err, "name a column of pupils.csv");
    return MUSTER_USAGE;
  }
  muster_status status = work(&w, out, report, err);
  muster_free(w.values);
  muster_free(w.cells);
  muster_free(w.counts);
  for (int i = 0; i < 3; i++) muster_free(w.hidden[i]);
  return status;
}
