/* Reads the reference values with libcsv and keeps the tally. */
#include "golden.h"

#include <csv.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const char *golden_path(const char *below) {
  static char path[1024];
  const char *shared = getenv("MUSTER_SHARED");
  snprintf(path, sizeof path, "%s/impact/%s", shared && *shared ? shared : MUSTER_SOURCE "/../shared", below);
  return muster_is_file(path) ? path : NULL;
}

typedef struct reading {
  golden_csv *csv;
  size_t capacity, cells, at, line;
} reading;

static void on_field(void *bytes, size_t n, void *context) {
  reading *r = context;
  char *copy = muster_arena_copy(&r->csv->arena, bytes, n);
  assert_non_null(copy);
  if (r->line == 0) {
    char **grown = muster_realloc(r->csv->name, r->csv->columns + 1, sizeof *grown);
    assert_non_null(grown);
    r->csv->name = grown;
    r->csv->name[r->csv->columns++] = copy;
    return;
  }
  if (r->at++ >= r->csv->columns) return;
  assert_true(MUSTER_GROW(r->csv->cell, r->capacity, r->cells));
  r->csv->cell[r->cells++] = copy;
}

static void on_row(int end, void *context) {
  reading *r = context;
  (void)end;
  if (r->line++ == 0) return;
  while (r->at++ < r->csv->columns) { /* short rows end in blanks */
    assert_true(MUSTER_GROW(r->csv->cell, r->capacity, r->cells));
    r->csv->cell[r->cells++] = muster_arena_copy(&r->csv->arena, "", 0);
  }
  r->at = 0;
  r->csv->rows++;
}

static bool read_into(golden_csv *csv, const char *below) {
  const char *path = golden_path(below);
  if (!path) return false;
  char *bytes;
  size_t n;
  muster_error err;
  assert_int_equal(muster_file_read(path, 64u << 20, &bytes, &n, &err), MUSTER_OK);
  struct csv_parser parser;
  reading r = {.csv = csv};
  assert_int_equal(csv_init(&parser, CSV_APPEND_NULL), 0);
  assert_int_equal(csv_parse(&parser, bytes, n, on_field, on_row, &r), n);
  csv_fini(&parser, on_field, on_row, &r);
  csv_free(&parser);
  muster_free(bytes);
  return true;
}

golden_csv golden_read(const char *below) {
  golden_csv csv = {0};
  if (!read_into(&csv, below)) {
    print_message("SKIPPED: %s is not there (set MUSTER_SHARED)\n", below);
    skip();
  }
  return csv;
}

void golden_free(golden_csv *csv) {
  muster_free(csv->name);
  muster_free(csv->cell);
  muster_arena_free(&csv->arena);
  *csv = (golden_csv){0};
}

size_t golden_column(const golden_csv *csv, const char *name) {
  for (size_t c = 0; c < csv->columns; c++) {
    if (strcmp(csv->name[c], name) == 0) return c;
  }
  fail_msg("no column %s", name);
  return 0;
}

const char *golden_text(const golden_csv *csv, size_t row, const char *name) {
  return csv->cell[row * csv->columns + golden_column(csv, name)];
}

static double number_of(const char *text) {
  double value;
  return muster_text_number(muster_text_of(text), &value) ? value : NAN;
}

double *golden_numbers(const golden_csv *csv, const char *name) {
  size_t column = golden_column(csv, name);
  double *out = muster_alloc(csv->rows, sizeof *out);
  assert_non_null(out);
  for (size_t row = 0; row < csv->rows; row++) out[row] = number_of(csv->cell[row * csv->columns + column]);
  return out;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

uint32_t *golden_factor(const golden_csv *csv, const char *name, size_t *levels) {
  size_t column = golden_column(csv, name), n = csv->rows, distinct = 0;
  uint32_t *out = muster_alloc(n, sizeof *out);
  double *values = golden_numbers(csv, name), *sorted = golden_numbers(csv, name);
  char **texts = muster_alloc(n, sizeof *texts);
  assert_true(out && texts);
  bool numeric = true;
  for (size_t i = 0; i < n; i++) {
    texts[i] = csv->cell[i * csv->columns + column];
    numeric = numeric && !isnan(values[i]);
  }
  if (numeric) {
    qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t i = 0; i < n; i++)
      if (!distinct || sorted[i] != sorted[distinct - 1]) sorted[distinct++] = sorted[i];
    for (size_t i = 0; i < n; i++) {
      const double *at = bsearch(&values[i], sorted, distinct, sizeof *sorted, by_value);
      out[i] = (uint32_t)(at - sorted);
    }
  } else {
    qsort(texts, n, sizeof *texts, by_text);
    for (size_t i = 0; i < n; i++)
      if (!distinct || strcmp(texts[i], texts[distinct - 1]) != 0) texts[distinct++] = texts[i];
    for (size_t i = 0; i < n; i++) {
      char *const *at = bsearch(&csv->cell[i * csv->columns + column], texts, distinct, sizeof *texts, by_text);
      out[i] = (uint32_t)(at - texts);
    }
  }
  if (levels) *levels = distinct;
  muster_free(values);
  muster_free(sorted);
  muster_free(texts);
  return out;
}

/* --- reference values --- */

static golden_csv reference;
static bool *replayed;
static size_t column_file, column_id, column_quantity, column_value;

static const char *cell(size_t row, size_t column) { return reference.cell[row * reference.columns + column]; }

static void load_reference(void) {
  if (reference.rows) return;
  reference = golden_read("golden/reference_values.csv");
  replayed = muster_alloc(reference.rows, sizeof *replayed);
  assert_non_null(replayed);
  column_file = golden_column(&reference, "file");
  column_id = golden_column(&reference, "id");
  column_quantity = golden_column(&reference, "quantity");
  column_value = golden_column(&reference, "value");
}

/* A row number, or the count of rows when there is none. */
static size_t find(const char *id, const char *quantity) {
  load_reference();
  size_t row = 0;
  while (row < reference.rows &&
         (strcmp(cell(row, column_id), id) != 0 || strcmp(cell(row, column_quantity), quantity) != 0))
    row++;
  return row;
}

double golden_value(const char *id, const char *quantity) {
  size_t row = find(id, quantity);
  return row < reference.rows ? number_of(cell(row, column_value)) : NAN;
}

void golden_check(const char *id, const char *quantity, double value, double tolerance) {
  size_t row = find(id, quantity);
  if (row == reference.rows) {
    fail_msg("no reference value %s %s", id, quantity);
    return;
  }
  double expected = number_of(cell(row, column_value));
  bool tiny_p = fabs(expected) < 1e-10 && fabs(expected) > 0 && quantity[0] && strchr(quantity, 'p');
  double off = fabs(value - expected), scale = fabs(expected) > 1e-12 / tolerance ? fabs(expected) * tolerance : 1e-12;
  if (!(off <= scale) && !(tiny_p && fabs(value) < 1e-9))
    fail_msg("%s %s: %.17g, reference %.17g, off by %.3g", id, quantity, value, expected, off / fabs(expected));
  for (; row < reference.rows; row++) { /* the same quantity may stand there more than once */
    if (strcmp(cell(row, column_id), id) == 0 && strcmp(cell(row, column_quantity), quantity) == 0 &&
        number_of(cell(row, column_value)) == expected)
      replayed[row] = true;
  }
}

void golden_each(const char *file, const char *id, void (*visit)(const char *id, const char *quantity, void *context),
                 void *context) {
  load_reference();
  for (size_t row = 0; row < reference.rows; row++) {
    if (strcmp(cell(row, column_file), file) != 0 || (id && strcmp(cell(row, column_id), id) != 0)) continue;
    visit(cell(row, column_id), cell(row, column_quantity), context);
  }
}

int golden_tally(void **state) {
  (void)state;
  for (size_t row = 0; row < reference.rows; row++) {
    const char *file = cell(row, column_file);
    if (row && strcmp(file, cell(row - 1, column_file)) == 0) continue;
    size_t known = 0, seen = 0;
    for (size_t i = 0; i < reference.rows; i++) {
      if (strcmp(cell(i, column_file), file) != 0) continue;
      known++;
      seen += replayed[i];
    }
    if (seen) print_message("reference values of %s: %zu replayed of %zu\n", file, seen, known);
    for (size_t i = 0; seen && getenv("MUSTER_GOLDEN_MISSING") && i < reference.rows; i++) {
      if (strcmp(cell(i, column_file), file) == 0 && !replayed[i])
        print_message("  not replayed: %s %s\n", cell(i, column_id), cell(i, column_quantity));
    }
  }
  if (reference.rows) golden_free(&reference);
  muster_free(replayed);
  replayed = NULL;
  return 0;
}
