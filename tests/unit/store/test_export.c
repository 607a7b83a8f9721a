/* Figures that may leave the house give no small number away. */
#include "support.h"

static uint32_t random_state = 1;
static uint32_t draw(uint32_t n) {
  random_state = random_state * 1664525u + 1013904223u;
  return (random_state >> 8) % n;
}

enum { MOST = 8 };

static void add_up(uint64_t *counts, size_t rows, size_t columns) {
  for (size_t r = 0; r + 1 < rows; r++) {
    counts[r * columns + columns - 1] = 0;
    for (size_t c = 0; c + 1 < columns; c++) counts[r * columns + columns - 1] += counts[r * columns + c];
  }
  for (size_t c = 0; c < columns; c++) {
    counts[(rows - 1) * columns + c] = 0;
    for (size_t r = 0; r + 1 < rows; r++) counts[(rows - 1) * columns + c] += counts[r * columns + c];
  }
}

static void small_cells_and_one_more_of_their_line_are_hidden(void **state) {
  (void)state;
  uint64_t counts[] = {20, 3, 30, 0, /**/ 15, 40, 25, 0, /**/ 50, 60, 70, 0, /**/ 0, 0, 0, 0};
  uint8_t hidden[16] = {0};
  muster_small_rule rule = {.least = 5};
  muster_error err;
  add_up(counts, 4, 4);
  assert_int_equal(muster_suppress(counts, 4, 4, &rule, hidden, &err), MUSTER_OK);
  static const uint8_t expected[16] = {2, 1, 0, 0, /**/ 2, 2, 0, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, 0};
  assert_memory_equal(hidden, expected, sizeof hidden);

  memset(hidden, 0, sizeof hidden);
  rule.without_second = true;
  assert_int_equal(muster_suppress(counts, 4, 4, &rule, hidden, &err), MUSTER_OK);
  static const uint8_t alone[16] = {0, 1};
  assert_memory_equal(hidden, alone, sizeof hidden);

  memset(hidden, 0, sizeof hidden);
  rule = (muster_small_rule){.least = 0};
  assert_int_equal(muster_suppress(counts, 4, 4, &rule, hidden, &err), MUSTER_OK);
  static const uint8_t nothing[16] = {0};
  assert_memory_equal(hidden, nothing, sizeof hidden);
}

/* All whole numbers that the hidden cells of the inside could be, given everything that is shown: is the cell `at` the
 * same in all of them. */
typedef struct attack {
  const uint64_t *counts;
  const uint8_t *hidden;
  size_t rows, columns, at;
  uint64_t guess[MOST * MOST];
  uint64_t value;
  int different;
  uint64_t least, most;
} attack;

static bool sums_hold(const attack *a) {
  uint64_t all = 0;
  for (size_t r = 0; r + 1 < a->rows; r++) {
    uint64_t sum = 0;
    for (size_t c = 0; c + 1 < a->columns; c++) sum += a->guess[r * a->columns + c];
    size_t total = r * a->columns + a->columns - 1;
    if (!a->hidden[total] && a->counts[total] != sum) return false;
    all += sum;
  }
  for (size_t c = 0; c + 1 < a->columns; c++) {
    uint64_t sum = 0;
    for (size_t r = 0; r + 1 < a->rows; r++) sum += a->guess[r * a->columns + c];
    size_t total = (a->rows - 1) * a->columns + c;
    if (!a->hidden[total] && a->counts[total] != sum) return false;
  }
  size_t total = a->rows * a->columns - 1;
  return a->hidden[total] || a->counts[total] == all;
}

static void guess_from(attack *a, size_t cell) {
  size_t inside = (a->rows - 1) * (a->columns - 1);
  if (a->different) return;
  if (cell == inside) {
    if (!sums_hold(a)) return;
    uint64_t value = a->guess[a->at];
    a->different = a->value != UINT64_MAX && a->value != value;
    a->value = value;
    return;
  }
  size_t at = cell / (a->columns - 1) * a->columns + cell % (a->columns - 1);
  if (!a->hidden[at]) {
    a->guess[at] = a->counts[at];
    guess_from(a, cell + 1);
    return;
  }
  for (uint64_t value = a->least; value <= a->most; value++) {
    a->guess[at] = value;
    guess_from(a, cell + 1);
  }
}

/* Who knows the rule knows that zeros are shown, so that hidden cells are at least 1. */
static void no_small_cell_can_be_worked_out(void **state) {
  (void)state;
  for (int round = 0; round < 1000; round++) {
    size_t rows = 3, columns = 3 + draw(2);
    uint64_t counts[MOST * MOST] = {0};
    uint8_t hidden[MOST * MOST] = {0};
    for (size_t r = 0; r + 1 < rows; r++)
      for (size_t c = 0; c + 1 < columns; c++) counts[r * columns + c] = draw(3) ? 3 + draw(7) : draw(5);
    add_up(counts, rows, columns);
    muster_small_rule rule = {.least = 4};
    muster_error err;
    assert_int_equal(muster_suppress(counts, rows, columns, &rule, hidden, &err), MUSTER_OK);
    for (size_t r = 0; r + 1 < rows; r++)
      for (size_t c = 0; c + 1 < columns; c++) {
        size_t at = r * columns + c;
        assert_int_equal(hidden[at] == 1, counts[at] > 0 && counts[at] < 4);
        if (hidden[at] != 1) continue;
        attack a = {counts, hidden, rows, columns, at, {0}, UINT64_MAX, 0, 0, 12};
        guess_from(&a, 0);
        assert_true(a.different);
      }
  }
}

/* In tables too large to try everything: no hidden cell is the only unknown of any sum of lines. A cell is determined
 * when a change of it alone cannot be made good by the other hidden cells: by elimination. */
static bool determined(const uint8_t *hidden, size_t rows, size_t columns, size_t at) {
  static double m[2 * MOST][MOST * MOST];
  size_t unknown[MOST * MOST], n = 0, lines = rows + columns, wanted = 0;
  for (size_t i = 0; i < rows * columns; i++) {
    if (!hidden[i]) continue;
    if (i == at) wanted = n;
    unknown[n++] = i;
  }
  memset(m, 0, sizeof m);
  for (size_t k = 0; k < n; k++) {
    size_t r = unknown[k] / columns, c = unknown[k] % columns;
    m[r][k] = c + 1 == columns ? -1 : 1;
    m[rows + c][k] = r + 1 == rows ? -1 : 1;
  }
  /* Columns in the order of the others first: the cell is determined when its column adds a pivot of its own. */
  size_t pivots = 0;
  for (size_t step = 0; step < n; step++) {
    size_t k = step + 1 == n ? wanted : step < wanted ? step : step + 1;
    size_t pivot = pivots;
    while (pivot < lines && (m[pivot][k] > -1e-9 && m[pivot][k] < 1e-9)) pivot++;
    if (step + 1 == n) return pivot < lines;
    if (pivot == lines) continue;
    for (size_t i = 0; i < n; i++) {
      double swap = m[pivot][i];
      m[pivot][i] = m[pivots][i];
      m[pivots][i] = swap;
    }
    for (size_t l = 0; l < lines; l++) {
      if (l == pivots) continue;
      double factor = m[l][k] / m[pivots][k];
      for (size_t i = 0; i < n; i++) m[l][i] -= factor * m[pivots][i];
    }
    pivots++;
  }
  return false;
}

static void no_hidden_cell_is_a_sum_of_shown_ones(void **state) {
  (void)state;
  for (int round = 0; round < 3000; round++) {
    size_t rows = 2 + draw(MOST - 2), columns = 2 + draw(MOST - 2);
    uint64_t counts[MOST * MOST] = {0};
    uint8_t hidden[MOST * MOST] = {0};
    for (size_t r = 0; r + 1 < rows; r++)
      for (size_t c = 0; c + 1 < columns; c++) counts[r * columns + c] = draw(6) ? 20 + draw(90) : draw(10);
    add_up(counts, rows, columns);
    muster_small_rule rule = {.least = 10};
    muster_error err;
    assert_int_equal(muster_suppress(counts, rows, columns, &rule, hidden, &err), MUSTER_OK);
    for (size_t at = 0; at < rows * columns; at++)
      if (hidden[at] == 1) assert_false(determined(hidden, rows, columns, at));
  }
}

static void an_export_shows_what_it_may(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  muster_buf pupils, marks;
  muster_buf_init(&pupils, 1 << 20);
  muster_buf_init(&marks, 1 << 20);
  muster_buf_puts(&pupils, "pupil_id,school_id,fsm\n");
  muster_buf_puts(&marks, "pupil_id,start_date,marks\n");
  for (int p = 0; p < 60; p++) {
    bool fsm = p < 12 || (p >= 30 && p < 33); /* 12 of 30 at S1, 3 of 30 at S2 */
    muster_buf_printf(&pupils, "p%d,%s,%s\n", p, p < 30 ? "S1" : "S2", fsm ? "true" : "false");
    muster_buf_printf(&marks, "p%d,2025-09-01,/\\/\\/\\/\\/%s\n", p, p % 3 ? "\\" : "N");
  }
  shelf_file(&s, "pupils.csv", pupils.at);
  shelf_file(&s, "marks.csv", marks.at);
  muster_ledger *ledger;
  muster_register *reg = shelf_read(&s, &ledger);
  muster_export_options options = {.by = "FSM",
                                   .range = muster_range_of(day("2025-09-01"), day("2025-09-30")),
                                   .as_of = day("2025-09-30"),
                                   .small = {.least = 6}};
  muster_buf out;
  muster_buf_init(&out, 1 << 20);
  muster_export_report report;
  must(&s, muster_export(reg, &options, &out, &report, &s.err));
  assert_string_equal(
      out.at,
      "school,name,attribute,value,pupils,possible,absent,absence_rate,persistent,persistent_rate,severe,severe_rate,"
      "source\n"
      "S1,S1,fsm,false,c,c,c,c,c,c,0,0.000000,marks; calendar inferred\n"
      "S1,S1,fsm,true,c,c,c,c,c,c,0,0.000000,marks; calendar inferred\n"
      "S1,S1,,,30,300,10,0.033333,10,0.333333,0,0.000000,marks; calendar inferred\n"
      "S2,S2,fsm,false,c,c,c,c,c,c,0,0.000000,marks; calendar inferred\n"
      "S2,S2,fsm,true,c,c,c,c,c,c,0,0.000000,marks; calendar inferred\n"
      "S2,S2,,,30,300,10,0.033333,10,0.333333,0,0.000000,marks; calendar inferred\n"
      ",,fsm,false,45,450,15,0.033333,c,c,0,0.000000,marks; calendar inferred\n"
      ",,fsm,true,15,150,5,0.033333,c,c,0,0.000000,marks; calendar inferred\n"
      ",,,,60,600,20,0.033333,20,0.333333,0,0.000000,marks; calendar inferred\n");
  muster_buf_free(&out);
  (void)report;
  options.by = "nothing";
  muster_buf_init(&out, 1 << 20);
  assert_int_equal(muster_export(reg, &options, &out, NULL, &s.err), MUSTER_USAGE);
  options.by = NULL;
  must(&s, muster_export(reg, &options, &out, &report, &s.err));
  assert_int_equal(report.rows, 3);
  assert_int_equal(report.hidden_small + report.hidden_second, 0);
  for (long nth = 1;; nth++) {
    muster_buf_free(&out);
    muster_buf_init(&out, 1 << 20);
    options.by = "fsm";
    muster_alloc_fail_at(nth);
    muster_status status = muster_export(reg, &options, &out, NULL, &s.err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_buf_free(&out);
  muster_buf_free(&pupils);
  muster_buf_free(&marks);
  muster_register_free(reg);
  muster_ledger_free(ledger);
  shelf_end(&s);
}

/* The zero at S2 is hidden so that its neighbours cannot be worked out; nothing in its line may tell that it is one. */
static void a_hidden_nobody_looks_like_somebody(void **state) {
  (void)state;
  static const int table[3][3] = {{0, 4, 6}, {6, 4, 0}, {1, 0, 0}};
  shelf s;
  shelf_begin(&s);
  muster_buf pupils, marks, out;
  muster_buf_init(&pupils, 1 << 20);
  muster_buf_init(&marks, 1 << 20);
  muster_buf_init(&out, 1 << 20);
  muster_buf_puts(&pupils, "pupil_id,school_id,group\n");
  muster_buf_puts(&marks, "pupil_id,start_date,marks\n");
  int p = 0;
  for (int school = 0; school < 3; school++)
    for (int value = 0; value < 3; value++)
      for (int k = 0; k < table[school][value]; k++, p++) {
        muster_buf_printf(&pupils, "p%d,S%d,v%d\n", p, school + 1, value + 1);
        muster_buf_printf(&marks, "p%d,2025-09-01,/\\\n", p);
      }
  shelf_file(&s, "pupils.csv", pupils.at);
  shelf_file(&s, "marks.csv", marks.at);
  muster_ledger *ledger;
  muster_register *reg = shelf_read(&s, &ledger);
  muster_export_options options = {.by = "group",
                                   .range = muster_range_of(day("2025-09-01"), day("2025-09-30")),
                                   .as_of = day("2025-09-30"),
                                   .small = {.least = 6}};
  must(&s, muster_export(reg, &options, &out, NULL, &s.err));
  assert_non_null(strstr(out.at, "\nS2,S2,group,v1,c,c,c,c,0,0.000000,0,0.000000,"));
  assert_non_null(strstr(out.at, "\nS2,S2,group,v3,c,c,c,c,0,0.000000,0,0.000000,"));
  muster_buf_free(&out);
  muster_buf_free(&pupils);
  muster_buf_free(&marks);
  muster_register_free(reg);
  muster_ledger_free(ledger);
  shelf_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_cells_and_one_more_of_their_line_are_hidden),
      cmocka_unit_test(no_small_cell_can_be_worked_out),
      cmocka_unit_test(no_hidden_cell_is_a_sum_of_shown_ones),
      cmocka_unit_test(an_export_shows_what_it_may),
      cmocka_unit_test(a_hidden_nobody_looks_like_somebody),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
