/* Guards speak when they should, and only then; and they fire on the naive analyses that mislead. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "golden.h"
#include "muster/impact/guards.h"

#define QUIET(call)                      \
  do {                                   \
    assert_int_equal((call), MUSTER_OK); \
    assert_int_equal(list.count, 0);     \
  } while (0)

#define SPEAKS(call, guard_id, level)                                     \
  do {                                                                    \
    assert_int_equal((call), MUSTER_OK);                                  \
    const muster_warning *spoken = muster_warnings_find(&list, guard_id); \
    assert_non_null(spoken);                                              \
    assert_int_equal(spoken->severity, level);                            \
    assert_true(spoken->says[0] && spoken->means[0] && spoken->todo[0]);  \
    muster_warnings_free(&list);                                          \
  } while (0)

static muster_warnings list;
static muster_error err;

static void few_clusters_name_the_smallest_p(void **state) {
  (void)state;
  assert_close(muster_smallest_p(3, 3), 0.1, 1e-15); /* 2 of 20 */
  assert_close(muster_smallest_p(1, 38), 1.0 / 39, 1e-15);
  assert_close(muster_smallest_p(2, 6), 1.0 / 28, 1e-15);
  assert_close(muster_smallest_p(1, 1), 1, 0);
  assert_true(muster_smallest_p(500, 500) < 1e-200);
  assert_int_equal(muster_guard_clusters(3, 3, &list, &err), MUSTER_OK);
  assert_non_null(strstr(list.at[0].says, "0.1, so 5% significance is out of reach"));
  assert_true(muster_warnings_severe(&list));
  muster_warnings_free(&list);
  SPEAKS(muster_guard_clusters(4, 30, &list, &err), MUSTER_GUARD_few_clusters, MUSTER_SEVERITY_CAUTION);
  SPEAKS(muster_guard_clusters(15, 20, &list, &err), MUSTER_GUARD_few_clusters, MUSTER_SEVERITY_CAUTION);
  SPEAKS(muster_guard_clusters(0, 20, &list, &err), MUSTER_GUARD_few_clusters, MUSTER_SEVERITY_SEVERE);
  QUIET(muster_guard_clusters(20, 20, &list, &err));
  SPEAKS(muster_guard_narrow("imputation", 82, 88, &list, &err), MUSTER_GUARD_narrow_intervals,
         MUSTER_SEVERITY_CAUTION);
}

static void chosen_pupils_are_seen(void **state) {
  (void)state;
  QUIET(muster_guard_selection(0.07, 0.066, 0.065, 0.08, NAN, &list, &err));
  QUIET(muster_guard_selection(0.16, 0.16, 0.065, 0.08, -0.03, &list, &err)); /* chosen alike */
  assert_int_equal(muster_guard_selection(0.16, 0.06, 0.065, 0.08, -0.03, &list, &err), MUSTER_OK);
  assert_non_null(strstr(list.at[0].says, "-0.03"));
  SPEAKS(muster_guard_selection(0.16, NAN, 0.065, 0.08, NAN, &list, &err), MUSTER_GUARD_selected_on_outcome,
         MUSTER_SEVERITY_SEVERE);
  SPEAKS(muster_guard_no_comparison(false, &list, &err), MUSTER_GUARD_no_comparison, MUSTER_SEVERITY_SEVERE);
  QUIET(muster_guard_no_comparison(true, &list, &err));
}

static muster_study_window window(int y1, int m1, int d1, int y2, int m2, int d2) {
  return (muster_study_window){.from = muster_date_of(y1, m1, d1), .to = muster_date_of(y2, m2, d2)};
}

static void seasons_are_compared(void **state) {
  (void)state;
  muster_study_window autumn = window(2023, 9, 4, 2023, 10, 20), spring = window(2024, 1, 8, 2024, 2, 9);
  muster_study_window next_autumn = window(2024, 9, 2, 2024, 10, 18), long_autumn = window(2024, 9, 2, 2024, 12, 20);
  QUIET(muster_guard_windows(&autumn, &next_autumn, false, true, &list, &err));
  SPEAKS(muster_guard_windows(&autumn, &spring, false, false, &list, &err), MUSTER_GUARD_season,
         MUSTER_SEVERITY_SEVERE);
  SPEAKS(muster_guard_windows(&autumn, &spring, true, false, &list, &err), MUSTER_GUARD_season, MUSTER_SEVERITY_NOTE);
  SPEAKS(muster_guard_windows(&autumn, &long_autumn, true, true, &list, &err), MUSTER_GUARD_window_length,
         MUSTER_SEVERITY_SEVERE);
  autumn.first_half_term = autumn.last_half_term = 1;
  next_autumn.first_half_term = 1;
  next_autumn.last_half_term = 2;
  SPEAKS(muster_guard_windows(&autumn, &next_autumn, false, false, &list, &err), MUSTER_GUARD_half_terms,
         MUSTER_SEVERITY_CAUTION);
  muster_study_window unknown = {MUSTER_NO_DATE, MUSTER_NO_DATE, 0, 0};
  QUIET(muster_guard_windows(&unknown, &spring, false, false, &list, &err));
  muster_study_window backwards = window(2024, 2, 1, 2024, 1, 1);
  assert_int_equal(muster_guard_windows(&autumn, &backwards, false, false, &list, &err), MUSTER_DATA);
}

static void changes_of_codes_are_named(void **state) {
  (void)state;
  muster_date before = muster_date_of(2023, 9, 1), after = muster_date_of(2025, 7, 20);
  assert_int_equal(muster_guard_codes(before, after, false, &list, &err), MUSTER_OK);
  assert_int_equal(list.count, 1);
  assert_non_null(strstr(list.at[0].says, "19 August 2024"));
  SPEAKS(muster_guard_codes(before, after, false, &list, &err), MUSTER_GUARD_code_change, MUSTER_SEVERITY_SEVERE);
  SPEAKS(muster_guard_codes(before, after, true, &list, &err), MUSTER_GUARD_code_change, MUSTER_SEVERITY_NOTE);
  QUIET(muster_guard_codes(muster_date_of(2024, 8, 19), after, false, &list, &err));
  QUIET(muster_guard_codes(before, muster_date_of(2024, 8, 18), false, &list, &err));
  assert_int_equal(muster_guard_codes(muster_date_of(2019, 9, 1), after, false, &list, &err), MUSTER_OK);
  assert_int_equal(list.count, 2); /* COVID X as well */
  assert_non_null(strstr(list.at[1].says, "COVID"));
  muster_warnings_free(&list);
  QUIET(muster_guard_codes(MUSTER_NO_DATE, after, false, &list, &err));
}

static void who_was_compared_is_judged(void **state) {
  (void)state;
  SPEAKS(muster_guard_ageing(1, false, &list, &err), MUSTER_GUARD_ageing, MUSTER_SEVERITY_CAUTION);
  QUIET(muster_guard_ageing(1, true, &list, &err));
  QUIET(muster_guard_ageing(0.2, false, &list, &err));

  muster_matches fine = {.n_treated = 100, .n_pairs = 98, .n_controls = 98, .effective = 98};
  QUIET(muster_guard_support(&fine, &list, &err));
  muster_matches thin = {.n_treated = 100, .n_pairs = 40, .n_controls = 40, .effective = 40};
  SPEAKS(muster_guard_support(&thin, &list, &err), MUSTER_GUARD_thin_support, MUSTER_SEVERITY_SEVERE);
  muster_matches leaning = {.n_treated = 100, .n_pairs = 100, .n_controls = 30, .effective = 12, .replacement = true};
  SPEAKS(muster_guard_support(&leaning, &list, &err), MUSTER_GUARD_thin_support, MUSTER_SEVERITY_CAUTION);
  leaning.effective = 60;
  leaning.n_tied = 24;
  SPEAKS(muster_guard_support(&leaning, &list, &err), MUSTER_GUARD_thin_support, MUSTER_SEVERITY_NOTE);

  muster_balance rows[] = {{.covariate = "age", .smd = 0.05}, {.covariate = "fsm", .smd = -0.12}};
  QUIET(muster_guard_balance(rows, 1, &list, &err));
  assert_int_equal(muster_guard_balance(rows, 2, &list, &err), MUSTER_OK);
  assert_non_null(strstr(list.at[0].says, "fsm with -0.12"));
  SPEAKS(muster_guard_balance(rows, 2, &list, &err), MUSTER_GUARD_balance, MUSTER_SEVERITY_CAUTION);
  rows[0].smd = 0.3;
  SPEAKS(muster_guard_balance(rows, 2, &list, &err), MUSTER_GUARD_balance, MUSTER_SEVERITY_SEVERE);
  rows[0].smd = NAN; /* a covariate without spread among the treated is not balanced */
  SPEAKS(muster_guard_balance(rows, 2, &list, &err), MUSTER_GUARD_balance, MUSTER_SEVERITY_SEVERE);

  SPEAKS(muster_guard_cells(9, "girls of year 11", &list, &err), MUSTER_GUARD_small_cells, MUSTER_SEVERITY_CAUTION);
  QUIET(muster_guard_cells(10, "girls of year 11", &list, &err));
  SPEAKS(muster_guard_baseline_gap(0.02, 0.1, &list, &err), MUSTER_GUARD_baseline_gap, MUSTER_SEVERITY_NOTE);
  QUIET(muster_guard_baseline_gap(0.005, 0.1, &list, &err));
}

static void what_moves_with_the_treatment_is_named(void **state) {
  (void)state;
  QUIET(muster_guard_placebo("possible sessions", 0.1, 0.1, 39, &list, &err));
  SPEAKS(muster_guard_placebo("possible sessions", -0.3, 0.1, 39, &list, &err), MUSTER_GUARD_denominator,
         MUSTER_SEVERITY_CAUTION);
  SPEAKS(muster_guard_placebo("share of code B", 0.9, 0.1, 39, &list, &err), MUSTER_GUARD_denominator,
         MUSTER_SEVERITY_SEVERE);

  muster_composition same = {.stayers = {900, 900},
                             .leavers = {50, 52},
                             .joiners = {40, 41},
                             .stayer_baseline = {0.06, 0.06},
                             .leaver_baseline = {0.09, 0.09},
                             .estimate_all = -0.01,
                             .estimate_stayers = -0.011,
                             .std_error_all = 0.004};
  QUIET(muster_guard_composition(&same, &list, &err));
  muster_composition off_roll = same;
  off_roll.leavers[1] = 90;
  SPEAKS(muster_guard_composition(&off_roll, &list, &err), MUSTER_GUARD_composition, MUSTER_SEVERITY_CAUTION);
  off_roll = same;
  off_roll.leaver_baseline[1] = 0.2;
  SPEAKS(muster_guard_composition(&off_roll, &list, &err), MUSTER_GUARD_composition, MUSTER_SEVERITY_CAUTION);
  off_roll = same;
  off_roll.estimate_stayers = 0.002;
  SPEAKS(muster_guard_composition(&off_roll, &list, &err), MUSTER_GUARD_composition, MUSTER_SEVERITY_SEVERE);
  QUIET(muster_guard_composition(&(muster_composition){.std_error_all = 0}, &list, &err));

  muster_attrition even = {.lost = {0.1, 0.11}, .difference = 0.01, .overall = 0.105};
  QUIET(muster_guard_attrition(&even, &list, &err));
  even.overall = 0.3;
  SPEAKS(muster_guard_attrition(&even, &list, &err), MUSTER_GUARD_attrition, MUSTER_SEVERITY_CAUTION);
  even.difference = -0.08;
  SPEAKS(muster_guard_attrition(&even, &list, &err), MUSTER_GUARD_attrition, MUSTER_SEVERITY_SEVERE);
}

static void trends_and_series_are_judged(void **state) {
  (void)state;
  SPEAKS(muster_guard_pretrend(0.01, NAN, -0.01, &list, &err), MUSTER_GUARD_pretrend, MUSTER_SEVERITY_SEVERE);
  SPEAKS(muster_guard_pretrend(0.6, 0.02, -0.01, &list, &err), MUSTER_GUARD_pretrend_weak, MUSTER_SEVERITY_CAUTION);
  SPEAKS(muster_guard_pretrend(0.6, 0.002, -0.01, &list, &err), MUSTER_GUARD_pretrend_weak, MUSTER_SEVERITY_NOTE);
  SPEAKS(muster_guard_pretrend(0.6, NAN, -0.01, &list, &err), MUSTER_GUARD_pretrend_weak, MUSTER_SEVERITY_NOTE);
  QUIET(muster_guard_pretrend(NAN, NAN, NAN, &list, &err));
  SPEAKS(muster_guard_staggered(3, -0.024, &list, &err), MUSTER_GUARD_staggered, MUSTER_SEVERITY_CAUTION);
  QUIET(muster_guard_staggered(1, NAN, &list, &err));
  SPEAKS(muster_guard_instrument(4, &list, &err), MUSTER_GUARD_weak_instrument, MUSTER_SEVERITY_SEVERE);
  QUIET(muster_guard_instrument(50, &list, &err));
  QUIET(muster_guard_instrument(NAN, &list, &err));

  double control[100] = {0};
  muster_its fit = {.rho = 0.05};
  muster_its_series series = {.n = 100, .start = 80, .control = control, .period = 39, .harmonics = 2};
  QUIET(muster_guard_series(&series, &fit, &list, &err));
  fit.rho = 0.5;
  SPEAKS(muster_guard_series(&series, &fit, &list, &err), MUSTER_GUARD_memory, MUSTER_SEVERITY_CAUTION);
  series.start = 40;
  SPEAKS(muster_guard_series(&series, NULL, &list, &err), MUSTER_GUARD_short_series, MUSTER_SEVERITY_CAUTION);
  series.control = NULL;
  series.harmonics = 0;
  SPEAKS(muster_guard_series(&series, NULL, &list, &err), MUSTER_GUARD_season, MUSTER_SEVERITY_SEVERE);
}

/* --- the mentors: what a naive report would say must be stopped --- */

static void the_mentor_study_is_stopped(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/sim_rtm_mentors.csv");
  double *selection = golden_numbers(&csv, "absent_b2"), *mentored = golden_numbers(&csv, "mentored");
  double all = 0, squares = 0, treated = 0, others = 0, n = 0, rest = 0;
  for (size_t i = 0; i < csv.rows; i++) {
    all += selection[i] / (double)csv.rows;
    *(mentored[i] == 1 ? &treated : &others) += selection[i];
    *(mentored[i] == 1 ? &n : &rest) += 1;
  }
  for (size_t i = 0; i < csv.rows; i++) squares += pow(selection[i] - all, 2);
  double sd = sqrt(squares / ((double)csv.rows - 1));
  SPEAKS(muster_guard_selection(treated / n, others / rest, all, sd, NAN, &list, &err),
         MUSTER_GUARD_selected_on_outcome, MUSTER_SEVERITY_SEVERE);
  muster_free(selection), muster_free(mentored);
  golden_free(&csv);
}

/* --- a panel by itself --- */

enum { PUPILS = 60, TIMES = 4 };
static uint32_t unit[PUPILS * TIMES], school[PUPILS * TIMES];
static double when[PUPILS * TIMES], y[PUPILS * TIMES], cohort[PUPILS * TIMES];

/** Pupils in 50 schools, 30 treated from time 3 on, absence of all alike; every unit seen in every time. */
static void fill_columns(void) {
  for (size_t i = 0; i < PUPILS * TIMES; i++) {
    unit[i] = (uint32_t)(i / TIMES);
    school[i] = unit[i] % 50;
    when[i] = 1 + (double)(i % TIMES);
    y[i] = 0.05 + 0.001 * ((unit[i] / 2 * 7) % 11);
    cohort[i] = unit[i] % 2 ? 3 : NAN;
  }
}

static muster_panel panel_of(size_t n) {
  muster_columns columns = {.n = n, .unit = unit, .time = when, .y = y, .cluster = school, .cohort = cohort};
  muster_panel panel;
  if (muster_panel_build(&columns, &panel, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return panel;
}

static void a_panel_is_judged_by_itself(void **state) {
  (void)state;
  fill_columns();
  muster_panel panel = panel_of(PUPILS * TIMES);
  QUIET(muster_guard_panel(&panel, &list, &err));
  muster_panel_free(&panel);

  for (size_t i = 0; i < PUPILS * TIMES; i++)
    if (unit[i] % 2) y[i] += 0.1; /* the treated were chosen */
  panel = panel_of(PUPILS * TIMES);
  assert_int_equal(muster_guard_panel(&panel, &list, &err), MUSTER_OK);
  assert_non_null(muster_warnings_find(&list, MUSTER_GUARD_baseline_gap));
  assert_non_null(muster_warnings_find(&list, MUSTER_GUARD_selected_on_outcome));
  muster_warnings_free(&list);
  muster_panel_free(&panel);

  fill_columns();
  for (size_t i = 0; i < PUPILS * TIMES; i++) {
    if (unit[i] % 2) cohort[i] = unit[i] < 20 ? 2 : 3;
    school[i] = unit[i] % 6;
  }
  panel = panel_of(PUPILS * TIMES);
  assert_int_equal(muster_guard_panel(&panel, &list, &err), MUSTER_OK);
  assert_non_null(muster_warnings_find(&list, MUSTER_GUARD_staggered));
  assert_non_null(muster_warnings_find(&list, MUSTER_GUARD_few_clusters));
  muster_warnings_free(&list);
  muster_panel_free(&panel);

  fill_columns();
  for (size_t i = 0; i < PUPILS * TIMES; i++) {
    if (unit[i] % 2 && unit[i] > 40 && when[i] >= 3) y[i] = NAN; /* treated pupils leave */
    cohort[i] = unit[i] % 2 ? 3 : NAN;
  }
  panel = panel_of(PUPILS * TIMES);
  assert_int_equal(muster_guard_panel(&panel, &list, &err), MUSTER_OK);
  assert_non_null(muster_warnings_find(&list, MUSTER_GUARD_composition));
  muster_warnings_free(&list);
  muster_panel_free(&panel);

  fill_columns();
  for (size_t i = 0; i < PUPILS * TIMES; i++) cohort[i] = 3;
  panel = panel_of(PUPILS * TIMES);
  assert_int_equal(muster_guard_panel(&panel, &list, &err), MUSTER_OK);
  assert_true(muster_warnings_severe(&list));
  assert_non_null(muster_warnings_find(&list, MUSTER_GUARD_no_comparison));
  muster_warnings_free(&list);
  for (size_t u = 0; u < panel.n_units; u++) panel.cohort[u] = NAN;
  assert_int_equal(muster_guard_panel(&panel, &list, &err), MUSTER_DATA);
  muster_panel_free(&panel);
}

static void warnings_are_written_and_survive(void **state) {
  (void)state;
  assert_int_equal(muster_guard_cells(3, "a \"small\" cell", &list, &err), MUSTER_OK);
  muster_buf out;
  muster_buf_init(&out, 4096);
  muster_warnings_csv(&list, "mentors", &out);
  assert_int_equal(strncmp(out.at, "mentors,small_cells,caution,\"fewer than 10 in a \"\"small\"\" cell\",", 60), 0);
  muster_buf_free(&out);
  muster_warnings_free(&list);
  muster_alloc_fail_at(1);
  muster_status status = muster_guard_cells(3, "a cell", &list, &err);
  muster_alloc_fail_at(0);
  assert_int_equal(status, MUSTER_MEMORY);
  assert_int_equal(list.count, 0);
  assert_string_equal(muster_severity_text((muster_severity)9), "unknown");
}

static void marks_that_moved_are_named(void **state) {
  (void)state;
  muster_code_move moves[] = {{"illness", true, -0.010, 0.001},
                              {"unauthorised absence", true, -0.004, 0.20},
                              {"sessions that do not count", false, 0.006, 1e-6}};
  SPEAKS(muster_guard_code_mix(moves, 3, -0.010, &list, &err), MUSTER_GUARD_code_mix, MUSTER_SEVERITY_SEVERE);
  SPEAKS(muster_guard_code_mix(moves, 3, -0.020, &list, &err), MUSTER_GUARD_code_mix, MUSTER_SEVERITY_CAUTION);
  SPEAKS(muster_guard_code_mix(moves, 3, NAN, &list, &err), MUSTER_GUARD_code_mix, MUSTER_SEVERITY_CAUTION);
  moves[2].p = 0.06;
  QUIET(muster_guard_code_mix(moves, 3, -0.010, &list, &err)); /* less illness is what absence falls by */
  moves[1].estimate = 0.004;
  moves[1].p = 0.01;
  SPEAKS(muster_guard_code_mix(moves, 3, -0.010, &list, &err), MUSTER_GUARD_code_mix, MUSTER_SEVERITY_CAUTION);
  moves[0].p = moves[1].p = NAN;
  QUIET(muster_guard_code_mix(moves, 3, -0.010, &list, &err));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(few_clusters_name_the_smallest_p),
      cmocka_unit_test(chosen_pupils_are_seen),
      cmocka_unit_test(seasons_are_compared),
      cmocka_unit_test(changes_of_codes_are_named),
      cmocka_unit_test(marks_that_moved_are_named),
      cmocka_unit_test(marks_that_moved_are_named),
      cmocka_unit_test(who_was_compared_is_judged),
      cmocka_unit_test(what_moves_with_the_treatment_is_named),
      cmocka_unit_test(trends_and_series_are_judged),
      cmocka_unit_test(the_mentor_study_is_stopped),
      cmocka_unit_test(a_panel_is_judged_by_itself),
      cmocka_unit_test(warnings_are_written_and_survive),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
