/* What the recipes compute: limits, signals, and titles whose counts are those of the data. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "samples.h"

static void funnel_limits_are_the_interpolated_binomial_ones(void **state) {
  (void)state;
  /* computed with exact binomial coefficients */
  static const struct {
    double expected, n, tail, limit;
  } cases[] = {{0.2, 100, 0.999, 0.3267658515165765},  {0.2, 100, 0.975, 0.2764760850335881},
               {0.2, 100, 0.025, 0.1197422327150688},  {0.2, 100, 0.001, 0.08097825256459949},
               {0.187, 40, 0.999, 0.3857499041673951}, {0.187, 1000, 0.001, 0.14930523447279107}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_true(fabs(muster_funnel_limit(cases[i].expected, cases[i].n, cases[i].tail) - cases[i].limit) < 1e-9);
  assert_true(isnan(muster_funnel_limit(0, 100, 0.5)));
  assert_true(isnan(muster_funnel_limit(0.2, 0, 0.5)));
}

static void a_funnel_counts_the_schools_outside_its_limits(void **state) {
  (void)state;
  const muster_recipe_funnel_school schools[] = {{"Far above", 200, 90, true},
                                                 {"Far below", 200, 5, true},
                                                 {"Usual", 200, 40, true},
                                                 {NULL, 200, 95, false},
                                                 {NULL, 200, 38, false}};
  muster_recipe_funnel in = {.schools = schools, .count = 5, .expected = 0.2, .no_dispersion = true};
  muster_chart chart;
  muster_funnel_limits found;
  muster_error err;
  assert_int_equal(muster_recipe_draw_funnel(&chart, &in, &found, &err), MUSTER_OK);
  assert_int_equal(found.own, 3);
  assert_int_equal(found.above, 1);
  assert_int_equal(found.below, 1);
  assert_true(found.phi == 1);
  assert_string_equal(chart.title, "One of our 3 schools has more persistent absence than chance explains");
  muster_chart_free(&chart);
  in.schools = schools + 2, in.count = 1;
  assert_int_equal(muster_recipe_draw_funnel(&chart, &in, &found, &err), MUSTER_OK);
  assert_int_equal(memcmp(chart.title, "None of our", 11), 0);
  assert_true(chart.y.to > 100 * muster_funnel_limit(0.2, 200, 0.999)); /* the limit is in sight without an outlier */
  muster_chart_free(&chart);
  const muster_recipe_funnel_school wrong[] = {{"Too many", 10, 11, true}};
  in.schools = wrong, in.count = 1;
  assert_int_equal(muster_recipe_draw_funnel(&chart, &in, NULL, &err), MUSTER_DATA);
  muster_chart_free(&chart);
  in.count = 0, in.expected = NAN;
  assert_int_equal(muster_recipe_draw_funnel(&chart, &in, NULL, &err), MUSTER_DATA);
  muster_chart_free(&chart);
}

static void xmr_limits_and_signals_follow_the_rules(void **state) {
  (void)state;
  double values[24];
  signed char signal[24];
  muster_xmr_limits found;
  for (int i = 0; i < 24; i++) values[i] = i % 2 ? 6 : 5; /* mean 5.5, moving range 1 */
  muster_xmr_signals(values, 24, 0, signal, &found);
  assert_true(fabs(found.mean - 5.5) < 1e-12 && fabs(found.upper - 8.16) < 1e-12 && fabs(found.lower - 2.84) < 1e-12);
  assert_int_equal(found.signals, 0);
  values[20] = 9; /* outside */
  muster_xmr_signals(values, 24, 20, signal, &found);
  assert_int_equal(found.signals, 1);
  assert_int_equal(signal[20], 1);
  for (int i = 10; i < 17; i++) values[i] = 5.2; /* seven on one side, in the second half of a baseline of ten */
  values[20] = 5, values[17] = 6;
  muster_xmr_signals(values, 24, 10, signal, &found);
  assert_int_equal(found.signals, 7);
  assert_true(signal[10] == -1 && signal[16] == -1 && signal[17] == 0);
  values[16] = 6; /* six are not enough */
  muster_xmr_signals(values, 24, 10, signal, &found);
  assert_int_equal(found.signals, 0);
  for (int i = 10; i < 17; i++) values[i] = 5.1 + 0.1 * i - 1; /* seven rising */
  muster_xmr_signals(values, 24, 10, signal, &found);
  assert_true(signal[10] == 1 && signal[16] == 1);
  for (int i = 10; i < 17; i++) values[i] = i % 2 ? 6 : 5;
  values[12] = values[14] = 7.5; /* two of three in the outer third */
  muster_xmr_signals(values, 24, 10, signal, &found);
  assert_int_equal(found.signals, 2);
  assert_true(signal[12] == 1 && signal[14] == 1 && signal[13] == 0);
  values[3] = NAN;
  muster_xmr_signals(values, 0, 0, signal, &found);
  assert_true(isnan(found.mean) && found.signals == 0);
}

static void a_register_says_how_few_make_most_of_the_absence(void **state) {
  (void)state;
  enum { DAYS = 10, SESSIONS = 20 };
  muster_date days[DAYS];
  assert_int_equal(sample_days(muster_date_of(2025, 11, 3), muster_date_of(2025, 11, 14), days, DAYS), DAYS);
  char codes[SESSIONS + 1];
  unsigned char full[SESSIONS], away[SESSIONS], once[SESSIONS];
  memset(codes, '/', SESSIONS);
  codes[SESSIONS] = '\0';
  memset(full, MUSTER_CLASS_PRESENT, sizeof full);
  memset(away, MUSTER_CLASS_UNAUTHORISED, sizeof away);
  memset(once, MUSTER_CLASS_PRESENT, sizeof once);
  once[0] = MUSTER_CLASS_ILLNESS, once[1] = MUSTER_CLASS_ILLNESS; /* 18 of 20: exactly 90% */
  muster_recipe_pupil pupils[8];
  for (int p = 0; p < 8; p++)
    pupils[p] = (muster_recipe_pupil){(const char *const[]){"A", "B", "C", "D", "E", "F", "G", "H"}[p], NULL, codes,
                                      p == 3   ? away
                                      : p == 5 ? once
                                               : full};
  muster_recipe_register in = {
      .words = {.subject = "9B"}, .days = days, .day_count = DAYS, .pupils = pupils, .pupil_count = 8};
  muster_chart chart;
  muster_error err;
  assert_int_equal(muster_recipe_draw_register(&chart, &in, &err), MUSTER_OK);
  assert_string_equal(chart.title, "One of 8 pupils accounts for 91% of their absence");
  muster_buf csv;
  muster_buf_init(&csv, 1 << 16);
  muster_chart_table(&chart, &csv);
  assert_non_null(strstr(csv.at, "\n0,1,D,,below,0%\n"));
  assert_non_null(strstr(csv.at, "\n90,0,F,,enough,90%\n")); /* 90% is not below 90% */
  muster_buf_free(&csv);
  muster_chart_free(&chart);
  in.pupil_count = 3;
  assert_int_equal(muster_recipe_draw_register(&chart, &in, &err), MUSTER_OK);
  assert_string_equal(chart.title, "None of 3 pupils missed a session");
  muster_chart_free(&chart);
}

static void cumulative_absence_counts_at_the_threshold(void **state) {
  (void)state;
  enum { DAYS = 20 };
  muster_date days[DAYS];
  sample_days(muster_date_of(2025, 9, 1), muster_date_of(2025, 9, 30), days, DAYS);
  double over[DAYS] = {0}, course[DAYS] = {0}, fine[DAYS] = {0}, exact[DAYS] = {0};
  for (int d = 0; d < DAYS; d++) over[d] = 2;
  for (int d = 0; d < 19; d++) exact[d] = 2; /* 38 */
  for (int d = 0; d < 5; d++) course[d] = 2; /* 10, and 40 at the same rate over four times the days */
  fine[0] = 1;
  const double *missed[] = {over, course, fine, exact};
  muster_recipe_cumulative in = {.days = days,
                                 .day_count = DAYS,
                                 .missed = missed,
                                 .pupil_count = 4,
                                 .threshold = 38,
                                 .possible = 380,
                                 .year_start = muster_date_of(2025, 9, 1),
                                 .year_end = muster_date_of(2026, 7, 21),
                                 .days_left = 60};
  muster_chart chart;
  muster_error err;
  assert_int_equal(muster_recipe_draw_cumulative(&chart, &in, &err), MUSTER_OK);
  assert_string_equal(chart.title, "Two pupils have already missed enough to be persistently absent all year");
  assert_non_null(strstr(chart.alt, "2 have passed them, 1 are on course"));
  muster_chart_free(&chart);
}

static void projections_do_not_push_the_threshold_out_of_sight(void **state) {
  (void)state;
  enum { DAYS = 40, LEFT = 150 };
  muster_date days[DAYS];
  double always[DAYS], never[DAYS];
  for (int d = 0; d < DAYS; d++) days[d] = 20000 + d, always[d] = 2, never[d] = 0;
  const double *missed[] = {always, never, never};
  muster_recipe_cumulative in = {.words = {.subject = "A school whose name is long", .source = "registers"},
                                 .days = days,
                                 .day_count = DAYS,
                                 .missed = missed,
                                 .pupil_count = 3,
                                 .threshold = 38,
                                 .possible = 380,
                                 .year_start = 20000,
                                 .year_end = 20320,
                                 .days_left = LEFT};
  muster_chart chart;
  muster_error err;
  assert_int_equal(muster_recipe_draw_cumulative(&chart, &in, &err), MUSTER_OK);
  assert_true(chart.y.to == 4 * 38); /* 80 missed, 380 projected */
  assert_string_equal(chart.title, "One pupil has already missed enough to be persistently absent all year");
  assert_non_null(strstr(chart.subtitle, "A school whose name is long, sessions missed to "));
  assert_non_null(strstr(chart.source, "registers. 38 sessions: a tenth of the year's 380. "));
  assert_non_null(strstr(chart.source, "; 1 ends above the picture. Grey: median and middle 80%."));
  muster_chart_free(&chart);
  in.words.subject = "Year 8", in.pupil_count = 1, in.days_left = 0;
  assert_int_equal(muster_recipe_draw_cumulative(&chart, &in, &err), MUSTER_OK);
  assert_true(chart.y.to > 80 && chart.y.to < 100); /* what was missed is always in the picture */
  assert_string_equal(chart.title, "One Year 8 pupil has already missed enough to be persistently absent all year");
  assert_null(strstr(chart.source, "above the picture"));
  assert_null(strstr(chart.source, "Grey"));
  muster_chart_free(&chart);
}

static void a_transition_table_counts_moves(void **state) {
  (void)state;
  const char *bands[] = {"low", "high"};
  const double pupils[] = {6, 4, 1, 9};
  muster_recipe_transition in = {
      .bands = bands, .count = 2, .pupils = pupils, .before_name = "autumn", .after_name = "spring"};
  muster_chart chart;
  muster_error err;
  assert_int_equal(muster_recipe_draw_transition(&chart, &in, &err), MUSTER_OK);
  assert_string_equal(chart.title, "20% of pupils moved up at least one band by spring, 5% moved down");
  muster_chart_free(&chart);
  in.count = 11;
  assert_int_equal(muster_recipe_draw_transition(&chart, &in, &err), MUSTER_DATA);
  muster_chart_free(&chart);
}

static void bands_name_the_school_with_most_persistent_absence(void **state) {
  (void)state;
  const muster_recipe_band_row rows[] = {
      {"All", {50, 50, 50, 10, 10}, true}, {"A", {1, 2, 7, 20, 70}, false}, {"B", {5, 10, 10, 25, 50}, false}};
  muster_recipe_bands in = {.rows = rows, .count = 3};
  muster_chart chart;
  muster_error err;
  assert_int_equal(muster_recipe_draw_bands(&chart, &in, &err), MUSTER_OK);
  assert_string_equal(chart.title, "At B one pupil in four is persistently absent");
  assert_non_null(strstr(chart.alt, "at 2 schools")); /* the total is none */
  muster_chart_free(&chart);
  const muster_recipe_band_row much[] = {{"A", {4, 10, 30, 26, 30}, false}};
  in.rows = much, in.count = 1;
  assert_int_equal(muster_recipe_draw_bands(&chart, &in, &err), MUSTER_OK);
  assert_string_equal(chart.title, "At A 44% of pupils are persistently absent"); /* and not one in two */
  muster_chart_free(&chart);
}

static void a_total_is_on_the_first_page_of_many_bands(void **state) {
  (void)state;
  enum { SCHOOLS = 40 };
  muster_recipe_band_row rows[SCHOOLS + 1];
  char names[SCHOOLS][8];
  for (int i = 0; i < SCHOOLS; i++) {
    snprintf(names[i], sizeof names[i], "S%d", i);
    rows[i] = (muster_recipe_band_row){names[i], {1, 2, 7, 20, 70}, false};
  }
  rows[SCHOOLS] = (muster_recipe_band_row){"All", {1, 2, 7, 20, 70}, true};
  muster_recipe_bands in = {.rows = rows, .count = SCHOOLS + 1};
  muster_chart chart;
  muster_error err;
  muster_list list = {0};
  muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
  assert_int_equal(muster_recipe_draw_bands(&chart, &in, &err), MUSTER_OK);
  assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
  bool seen = false;
  for (size_t i = 0; i < list.count; i++)
    seen = seen || (list.ops[i].kind == MUSTER_DRAW_TEXT && strcmp(muster_list_text(&list, &list.ops[i]), "All") == 0);
  assert_true(seen);
  muster_list_free(&list);
  muster_chart_free(&chart);
}

static void an_effect_that_may_be_nothing_is_not_claimed(void **state) {
  (void)state;
  muster_recipe_estimate e[] = {{-1, 0, NAN, NAN, NAN, NAN}, {0, -0.4, -1, 0.2, NAN, NAN}};
  muster_recipe_event_study in = {.outcome = "absence",
                                  .treatment = "the mentors came",
                                  .estimates = e,
                                  .count = 2,
                                  .reference = -1,
                                  .average = -0.4,
                                  .average_lo = -1,
                                  .average_hi = 0.2,
                                  .pretrend_p = NAN};
  muster_chart chart;
  muster_error err;
  assert_int_equal(muster_recipe_draw_event_study(&chart, &in, &err), MUSTER_OK);
  assert_string_equal(chart.title, "Absence did not clearly change after the mentors came");
  muster_chart_free(&chart);
  in.average_hi = -0.1;
  assert_int_equal(muster_recipe_draw_event_study(&chart, &in, &err), MUSTER_OK);
  assert_string_equal(chart.title, "Absence fell by 0.4 points after the mentors came");
  muster_chart_free(&chart);
  in.level = 0.9; /* words, picture and alt text speak of the level that the intervals have */
  in.pretrend_p = 0.3;
  assert_int_equal(muster_recipe_draw_event_study(&chart, &in, &err), MUSTER_OK);
  assert_string_equal(chart.title,
                      "Absence fell by 0.4 points after the mentors came"); /* no test shows "not before" */
  assert_non_null(strstr(chart.subtitle, "Bar: 90% interval"));
  assert_non_null(strstr(chart.alt, "90% interval −1.0 to −0.1"));
  assert_null(strstr(chart.alt, "95%"));
  muster_chart_free(&chart);
  in.pretrend_p = 0.01;
  assert_int_equal(muster_recipe_draw_event_study(&chart, &in, &err), MUSTER_OK);
  assert_string_equal(chart.title, "Absence fell by 0.4 points after the mentors came, but groups differed before");
  muster_chart_free(&chart);
  const double series[] = {5, 5, 4, 4}, nothing[] = {NAN, NAN, NAN, NAN}, expected[] = {NAN, NAN, 5, 5},
               at[] = {1, 2, 3, 4};
  muster_recipe_its its = {.measure = "Absence",
                           .time = at,
                           .value = series,
                           .fitted = series,
                           .expected = expected,
                           .expected_lo = nothing,
                           .expected_hi = nothing,
                           .count = 4,
                           .start = 2.5,
                           .effect = -1,
                           .lo = -2,
                           .hi = -0.5,
                           .level = 0.9,
                           .controlled = true};
  assert_int_equal(muster_recipe_draw_its(&chart, &its, &err), MUSTER_OK);
  assert_non_null(strstr(chart.alt, "90% interval"));
  assert_null(strstr(chart.alt, "weak evidence"));
  muster_chart_free(&chart);
  muster_recipe_did wrong = {.count = 4, .start = 4};
  assert_int_equal(muster_recipe_draw_did(&chart, &wrong, &err), MUSTER_DATA);
  muster_chart_free(&chart);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(funnel_limits_are_the_interpolated_binomial_ones),
                                     cmocka_unit_test(a_funnel_counts_the_schools_outside_its_limits),
                                     cmocka_unit_test(xmr_limits_and_signals_follow_the_rules),
                                     cmocka_unit_test(a_register_says_how_few_make_most_of_the_absence),
                                     cmocka_unit_test(cumulative_absence_counts_at_the_threshold),
                                     cmocka_unit_test(projections_do_not_push_the_threshold_out_of_sight),
                                     cmocka_unit_test(a_transition_table_counts_moves),
                                     cmocka_unit_test(bands_name_the_school_with_most_persistent_absence),
                                     cmocka_unit_test(a_total_is_on_the_first_page_of_many_bands),
                                     cmocka_unit_test(an_effect_that_may_be_nothing_is_not_claimed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
