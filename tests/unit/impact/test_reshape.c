/* A panel as a block, as series, as two windows; and the rows that follow. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "find.h"
#include "muster/impact/reshape.h"
#include "muster/impact/rows.h"

/* Three units, four times; unit 20 starts at time 3, the rows stand in disorder. y = 10 unit + time, doubled weight in
 * the last time. */
enum { ROWS = 12 };
static uint32_t unit[ROWS], cluster[ROWS];
static double time_of[ROWS], y[ROWS], weight[ROWS], cohort[ROWS], x1[ROWS];

static muster_panel build(size_t n) {
  for (size_t i = 0; i < ROWS; i++) {
    size_t cell = (i * 5) % ROWS;
    unit[i] = 10 * (uint32_t)(cell / 4 + 1);
    cluster[i] = 100 + unit[i] / 20;
    time_of[i] = 1 + (double)(cell % 4);
    y[i] = unit[i] + time_of[i];
    weight[i] = time_of[i] == 4 ? 2 : 1;
    cohort[i] = unit[i] == 20 ? 3 : NAN;
    x1[i] = unit[i] / 10.0;
  }
  static const double *const covariates[] = {x1};
  static const char *const names[] = {"x1"};
  muster_columns columns = {.n = n,
                            .unit = unit,
                            .time = time_of,
                            .y = y,
                            .weight = weight,
                            .cluster = cluster,
                            .cohort = cohort,
                            .n_covariates = 1,
                            .covariates = covariates,
                            .names = names};
  muster_panel panel;
  muster_error err = {0};
  if (muster_panel_build(&columns, &panel, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return panel;
}

static void a_balanced_panel_is_a_block(void **state) {
  (void)state;
  muster_panel panel = build(ROWS);
  muster_block block;
  muster_error err;
  assert_int_equal(muster_block_of(&panel, &block, &err), MUSTER_OK);
  assert_int_equal(block.panel.n_units, 3);
  assert_int_equal(block.panel.n_before, 2);
  assert_true(!block.treated[0] && block.treated[1] && !block.treated[2]);
  assert_close(block.y[1 * 4 + 2], 23, 0);
  muster_block_free(&block);
  muster_panel_free(&panel);
  panel = build(ROWS - 1);
  assert_int_equal(muster_block_of(&panel, &block, &err), MUSTER_DATA);
  assert_non_null(strstr(err.expected, "balanced"));
  muster_panel_free(&panel);
}

static void series_are_weighted_means(void **state) {
  (void)state;
  muster_panel panel = build(ROWS);
  muster_series series;
  muster_error err;
  assert_int_equal(muster_series_of(&panel, &series, &err), MUSTER_OK);
  assert_int_equal(series.start, 2);
  for (size_t t = 0; t < 4; t++) {
    assert_close(series.treated[t], 21 + (double)t, 1e-12);
    assert_close(series.control[t], 21 + (double)t, 1e-12);
  }
  muster_series_free(&series);
  muster_panel_free(&panel);
}

static void windows_pool_by_weight(void **state) {
  (void)state;
  muster_panel panel = build(ROWS);
  muster_two_windows w;
  muster_error err;
  assert_int_equal(muster_two_windows_of(&panel, true, false, &w, &err), MUSTER_OK);
  assert_int_equal(w.n, 3);
  assert_int_equal(w.n_clusters, 2);
  assert_close(w.earlier[1], 21, 1e-12);
  assert_close(w.before[1], 22, 1e-12);
  assert_close(w.after[1], (23 + 2 * 24) / 3.0, 1e-12);
  assert_close(w.covariate[0][2], 3, 0);
  assert_int_equal(w.treated[1], 1);
  muster_two_windows_free(&w);
  assert_int_equal(muster_two_windows_of(&panel, false, false, &w, &err), MUSTER_OK);
  assert_close(w.before[1], 21.5, 1e-12);
  assert_true(isnan(w.earlier[1]));
  muster_two_windows_free(&w);
  muster_panel_free(&panel);
}

static void staggered_and_untreated_panels_are_refused(void **state) {
  (void)state;
  muster_panel panel = build(ROWS);
  uint32_t start;
  muster_error err;
  panel.cohort[0] = 2;
  assert_int_equal(muster_panel_start(&panel, &start, &err), MUSTER_DATA);
  assert_non_null(strstr(err.todo, "callaway_santanna"));
  panel.cohort[0] = panel.cohort[1] = NAN;
  assert_int_equal(muster_panel_start(&panel, &start, &err), MUSTER_DATA);
  panel.cohort[1] = 1; /* treated from the first time */
  assert_int_equal(muster_panel_start(&panel, &start, &err), MUSTER_DATA);
  muster_panel_free(&panel);
}

static void results_become_rows(void **state) {
  (void)state;
  muster_panel panel = build(ROWS);
  muster_block block;
  muster_synthetic_control fit = {0};
  muster_sdid sdid = {0};
  muster_estimates rows = {0};
  muster_error err;
  assert_int_equal(muster_block_of(&panel, &block, &err), MUSTER_OK);
  assert_int_equal(muster_synthetic_control_fit(&block.panel, &fit, &err), MUSTER_OK);
  assert_int_equal(muster_synthetic_control_rows(&fit, 2, 0, panel.times, panel.unit_id, 1, 1.0 / 3, "y", &rows, &err),
                   MUSTER_OK);
  const muster_estimate *att = estimates_find(&rows, "synthetic_control", "att", NAN, NAN);
  assert_non_null(att);
  assert_close(att->p_value, 1.0 / 3, 1e-15);
  assert_non_null(estimates_find(&rows, "synthetic_control", "gap", NAN, 3));
  assert_close(estimates_find(&rows, "synthetic_control", "weight", 10, NAN)->estimate, 0.5, 1e-12);
  assert_int_equal(muster_sdid_fit(&block.panel, &sdid, &err), MUSTER_OK);
  assert_int_equal(muster_sdid_rows(&sdid, panel.times, panel.unit_id, "y", &rows, &err), MUSTER_OK);
  assert_close(estimates_find(&rows, "sdid", "att", NAN, NAN)->estimate, 0, 1e-12);
  muster_estimates_free(&rows);
  muster_sdid_free(&sdid);
  muster_synthetic_control_free(&fit);
  muster_block_free(&block);
  muster_panel_free(&panel);
}

static void want_of_memory_is_survived(void **state) {
  (void)state;
  muster_panel panel = build(ROWS);
  muster_error err;
  muster_status status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 100; nth++) {
    muster_block block = {.y = NULL};
    muster_series series = {.n = 0};
    muster_two_windows windows = {.n = 0};
    muster_alloc_fail_at(nth);
    status = muster_block_of(&panel, &block, &err);
    if (status == MUSTER_OK) status = muster_series_of(&panel, &series, &err);
    if (status == MUSTER_OK) status = muster_two_windows_of(&panel, true, false, &windows, &err);
    muster_alloc_fail_at(0);
    muster_block_free(&block);
    muster_series_free(&series);
    muster_two_windows_free(&windows);
  }
  assert_int_equal(status, MUSTER_OK);
  muster_panel_free(&panel);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_balanced_panel_is_a_block), cmocka_unit_test(series_are_weighted_means),
      cmocka_unit_test(windows_pool_by_weight),      cmocka_unit_test(staggered_and_untreated_panels_are_refused),
      cmocka_unit_test(results_become_rows),         cmocka_unit_test(want_of_memory_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
