/* What must not change an answer, and input that must be refused, for every panel estimator. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "find.h"
#include "frames.h"

/* All rows of all panel estimators on one panel. */
static muster_status everything(const muster_panel *p, muster_estimates *rows, muster_error *err) {
  muster_regression_options regression = {.outcome = "y"};
  MUSTER_TRY(muster_twfe(p, &regression, rows, err));
  MUSTER_TRY(muster_event_study_rows(p, &(muster_event_options){.regression = regression}, rows, err));
  MUSTER_TRY(muster_callaway_santanna(p, &(muster_cs_options){.outcome = "y", .bootstrap = 99}, rows, err));
  MUSTER_TRY(muster_imputation_rows(p, &regression, rows, err));
  MUSTER_TRY(muster_wild_bootstrap(p, &(muster_wild_options){.regression = regression, .draws = 199}, rows, err));
  MUSTER_TRY(muster_pairs_bootstrap(p, &(muster_pairs_options){.regression = regression, .draws = 49}, rows, err));
  return muster_permutation_rows(p, &(muster_permutation_options){.outcome = "y", .most_exact = 10, .draws = 99}, rows,
                                 err);
}

static muster_estimates all_rows(const muster_columns *columns) {
  muster_panel p = toy_panel(columns);
  muster_estimates rows = {0};
  muster_error err = {0};
  if (everything(&p, &rows, &err) != MUSTER_OK) fail_msg("%s", err.what);
  muster_panel_free(&p);
  return rows;
}

static toy common_toy(void) {
  static const double starts[] = {0, 5, 7};
  toy t = toy_make(30, 9, starts, 3, 0.7);
  t.columns.n_covariates = 1;
  return t;
}

/* Rows in reverse and in a stride. */
static void the_order_of_rows_changes_no_bit(void **state) {
  (void)state;
  toy t = common_toy(), s = common_toy();
  for (size_t i = 0; i < t.n; i++) {
    size_t from = (i * 101 + 17) % t.n; /* 101 and 270 have no common factor */
    s.unit[i] = t.unit[from];
    s.time[i] = t.time[from];
    s.y[i] = t.y[from];
    s.cohort[i] = t.cohort[from];
    s.x[i] = t.x[from];
  }
  muster_estimates a = all_rows(&t.columns), b = all_rows(&s.columns);
  muster_buf first, second;
  muster_buf_init(&first, 1 << 20);
  muster_buf_init(&second, 1 << 20);
  muster_estimates_csv(&a, "s", &first);
  muster_estimates_csv(&b, "s", &second);
  assert_true(first.n > 1000);
  assert_string_equal(first.at, second.at);
  muster_buf_free(&first);
  muster_buf_free(&second);
  muster_estimates_free(&a);
  muster_estimates_free(&b);
  toy_free(&t);
  toy_free(&s);
}

static bool scale_free(const char *term) { return strcmp(term, "pretrend") == 0 || strcmp(term, "pretest") == 0; }

static void shifts_change_nothing_and_scales_scale(void **state) {
  (void)state;
  toy t = common_toy();
  muster_estimates a = all_rows(&t.columns);
  for (size_t i = 0; i < t.n; i++) t.y[i] = 1000 - 2 * t.y[i];
  muster_estimates b = all_rows(&t.columns);
  assert_int_equal(a.count, b.count);
  for (size_t i = 0; i < a.count; i++) {
    double times = scale_free(a.at[i].term) ? 1 : strcmp(a.at[i].term, "pretrend_slope_mde") == 0 ? 2 : -2;
    assert_string_equal(a.at[i].term, b.at[i].term);
    double tolerance = 1e-7 * (fabs(times * a.at[i].estimate) + 0.1);
    if (!isnan(a.at[i].estimate)) assert_true(fabs(b.at[i].estimate - times * a.at[i].estimate) < tolerance);
    if (!isnan(a.at[i].std_error)) assert_true(fabs(b.at[i].std_error - 2 * a.at[i].std_error) < 1e-6);
    if (a.at[i].p_value > 1e-9) assert_true(fabs(b.at[i].p_value - a.at[i].p_value) < 1e-6);
  }
  muster_estimates_free(&a);
  muster_estimates_free(&b);
  toy_free(&t);
}

static void halved_and_doubled_rows_leave_the_estimate(void **state) {
  (void)state;
  toy t = common_toy();
  size_t n = t.n;
  uint32_t *unit = muster_alloc(2 * n, sizeof *unit);
  double *room = muster_alloc(10 * n, sizeof *room);
  double *time = room, *y = room + 2 * n, *cohort = room + 4 * n, *x = room + 6 * n, *weight = room + 8 * n;
  for (size_t i = 0; i < 2 * n; i++) {
    unit[i] = t.unit[i / 2];
    time[i] = t.time[i / 2];
    y[i] = t.y[i / 2];
    cohort[i] = t.cohort[i / 2];
    x[i] = t.x[i / 2];
    weight[i] = 0.5;
  }
  const double *covariates[] = {x}, never = 0;
  muster_columns twice = {.n = 2 * n,
                          .unit = unit,
                          .time = time,
                          .y = y,
                          .cohort = cohort,
                          .never = &never,
                          .n_never = 1,
                          .weight = weight,
                          .n_covariates = 1,
                          .covariates = covariates,
                          .names = t.columns.names};
  muster_panel once = toy_panel(&t.columns), doubled = toy_panel(&twice);
  assert_true(doubled.repeated);
  muster_coefficients a, b;
  muster_regression_options cr0 = {.errors = MUSTER_ERRORS_CR0};
  assert_int_equal(muster_twfe_fit(&once, &cr0, &a, NULL), MUSTER_OK);
  assert_int_equal(muster_twfe_fit(&doubled, &cr0, &b, NULL), MUSTER_OK);
  for (size_t j = 0; j < 2; j++) {
    assert_true(fabs(a.beta[j] - b.beta[j]) < 1e-11);
    assert_true(fabs(a.v[j * 3] / b.v[j * 3] - 1) < 1e-10);
  }
  muster_coefficients_free(&a);
  muster_coefficients_free(&b);
  muster_panel_free(&once);
  muster_panel_free(&doubled);
  muster_free(unit);
  muster_free(room);
  toy_free(&t);
}

/* The way through sums and the way through columns are two programs for one thing. */
static void both_ways_agree_on_ragged_weighted_panels(void **state) {
  (void)state;
  toy t = common_toy();
  t.columns.weight = t.weight;
  t.columns.cluster = t.cluster;
  for (size_t i = 0; i < t.n; i++) {
    t.weight[i] *= 1 + 0.1 * (double)(i % 7);
    if (i % 11 == 3) t.y[i] = NAN;
  }
  muster_panel p = toy_panel(&t.columns);
  assert_true(!p.balanced && p.dropped > 10);
  size_t n = p.n_obs;
  const double *x[] = {p.treated, p.covariate[0]};
  muster_design design = {.n = n,
                          .k = 2,
                          .x = x,
                          .y = p.y,
                          .weight = p.weight,
                          .absorb = p.unit,
                          .n_absorb = p.n_units,
                          .dummies = p.time,
                          .n_dummies = p.n_times};
  muster_fit fit;
  muster_vcov vcov;
  muster_covariance how = {.kind = MUSTER_CR1, .ways = 1, .cluster = {p.cluster}, .n_clusters = {p.n_clusters}};
  assert_int_equal(muster_least_squares(&design, &fit, NULL), MUSTER_OK);
  for (int count = MUSTER_FE_NESTED; count <= MUSTER_FE_NONE; count++) {
    how.fe_count = (muster_fe_count)count;
    assert_int_equal(muster_vcov_of(&fit, &how, &vcov, NULL), MUSTER_OK);
    muster_coefficients twfe;
    muster_regression_options options = {.fe_count = (muster_fe_count)count};
    assert_int_equal(muster_twfe_fit(&p, &options, &twfe, NULL), MUSTER_OK);
    for (size_t j = 0; j < 2; j++) {
      assert_true(fabs(twfe.beta[j] - fit.beta[j]) < 1e-10);
      assert_true(fabs(sqrt(twfe.v[j * 3]) / muster_vcov_se(&vcov, j) - 1) < 1e-9);
    }
    muster_coefficients_free(&twfe);
    muster_vcov_free(&vcov);
  }
  muster_fit_free(&fit);
  muster_panel_free(&p);
  toy_free(&t);
}

/* More leads than clusters: their covariance is singular, and no line through them may look as if it were exact. */
static void more_leads_than_clusters_give_no_slope(void **state) {
  (void)state;
  const double starts[] = {0, 10};
  for (size_t units = 4; units < 9; units++) {
    for (size_t times = 11; times < 15; times++) {
      toy t = toy_make(units, times, starts, 2, 1);
      for (size_t i = 0; i < t.n; i++) t.y[i] += sin((double)(i * i)); /* uneven, so that rounding leaves its mark */
      muster_panel p = toy_panel(&t.columns);
      muster_event_study s;
      assert_int_equal(muster_event_study_fit(&p, &(muster_event_options){.no_bands = true}, &s, NULL), MUSTER_OK);
      assert_int_equal(s.n_leads, 8);
      assert_true(isnan(s.pretrend.f) && isnan(s.slope) && isnan(s.slope_mde));
      muster_event_study_free(&s);
      muster_panel_free(&p);
      toy_free(&t);
    }
  }
}

static void pooled_ends_of_an_event_study(void **state) {
  (void)state;
  toy t = common_toy();
  muster_panel p = toy_panel(&t.columns);
  muster_event_study s;
  muster_event_options options = {.leads = 3, .lags = 2};
  assert_int_equal(muster_event_study_fit(&p, &options, &s, NULL), MUSTER_OK);
  const double events[] = {-3, -2, 0, 1};
  assert_int_equal(s.n_events, 4);
  assert_memory_equal(s.event, events, sizeof events);
  assert_int_equal(s.n_leads, 2);
  assert_true(s.slope_mde > 0 && s.critical > 1.96);
  muster_event_study_free(&s);
  options = (muster_event_options){.reference_given = true, .reference = -4};
  assert_int_equal(muster_event_study_fit(&p, &options, &s, NULL), MUSTER_OK);
  assert_true(s.reference == -4);
  muster_event_study_free(&s);
  muster_error err;
  options.reference = 0.5;
  assert_int_equal(muster_event_study_fit(&p, &options, &s, &err), MUSTER_DATA);
  muster_panel_free(&p);
  toy_free(&t);
}

static void growing_effects_fool_twfe_alone(void **state) {
  (void)state;
  muster_panel p = frame_panel(&(frame_spec){.file = "data/base_stagg.csv",
                                             .unit = "id",
                                             .time = "year",
                                             .y = "y",
                                             .cohort = "year_treated",
                                             .covariates = {"x1"}});
  for (size_t u = 0; u < p.n_units; u++) assert_true(isnan(p.cohort[u]) || p.cohort[u] <= 10); /* 10000 is never */
  muster_coefficients twfe;
  muster_twfe_weighting weights;
  assert_int_equal(muster_twfe_fit(&p, &(muster_regression_options){0}, &twfe, NULL), MUSTER_OK);
  assert_int_equal(muster_twfe_weights(&p, &weights, NULL), MUSTER_OK);
  assert_true(fabs(twfe.beta[0] + 3.68) < 0.005); /* the truth is -1 */
  assert_true(fabs(weights.negative + 0.024) < 0.0005);
  muster_coefficients_free(&twfe);
  muster_panel_free(&p);
}

static void two_way_is_what_first_differences_are(void **state) {
  (void)state;
  const double starts[] = {0, 2};
  toy t = toy_make(14, 2, starts, 2, 3);
  muster_panel p = toy_panel(&t.columns);
  muster_estimates rows = {0};
  muster_regression_options options = {.outcome = "y"};
  assert_int_equal(muster_did(&p, &options, &rows, NULL), MUSTER_OK);
  assert_int_equal(muster_twfe(&p, &options, &rows, NULL), MUSTER_OK);
  double pooled = estimates_find(&rows, "did", "treated", NAN, NAN)->estimate;
  assert_true(fabs(pooled - estimates_find(&rows, "did", "first_difference", NAN, NAN)->estimate) < 1e-12);
  assert_true(fabs(pooled - estimates_find(&rows, "twfe", "treated", NAN, NAN)->estimate) < 1e-12);
  muster_estimates_free(&rows);
  muster_panel_free(&p);
  toy_free(&t);
}

/* --- input that must be refused or survived --- */

/* Every estimator refuses with DATA and says why, or succeeds; none crashes. @return how many succeed */
static int outcome_of(const muster_columns *columns) {
  muster_panel p;
  muster_error err = {0};
  muster_status status = muster_panel_build(columns, &p, &err);
  if (status != MUSTER_OK) {
    assert_int_equal(status, MUSTER_DATA);
    assert_true(err.what[0]);
    return -1;
  }
  muster_estimates rows = {0};
  muster_regression_options r = {.outcome = "y"};
  int fine = 0;
#define TRY_ONE(call)                        \
  do {                                       \
    err = (muster_error){0};                 \
    status = (call);                         \
    fine += status == MUSTER_OK;             \
    if (status != MUSTER_OK) {               \
      assert_int_equal(status, MUSTER_DATA); \
      assert_true(err.what[0]);              \
    }                                        \
  } while (0)
  TRY_ONE(muster_twfe(&p, &r, &rows, &err));
  r.errors = MUSTER_ERRORS_CR2;
  TRY_ONE(muster_twfe(&p, &r, &rows, &err));
  r.errors = MUSTER_ERRORS_CLUSTER;
  TRY_ONE(muster_did(&p, &r, &rows, &err));
  TRY_ONE(muster_event_study_rows(&p, &(muster_event_options){.regression = r}, &rows, &err));
  TRY_ONE(muster_callaway_santanna(&p, &(muster_cs_options){.outcome = "y"}, &rows, &err));
  TRY_ONE(muster_imputation_rows(&p, &r, &rows, &err));
  TRY_ONE(muster_wild_bootstrap(&p, &(muster_wild_options){.regression = r, .draws = 99}, &rows, &err));
  TRY_ONE(muster_pairs_bootstrap(&p, &(muster_pairs_options){.regression = r, .draws = 19}, &rows, &err));
  TRY_ONE(muster_permutation_rows(&p, &(muster_permutation_options){.outcome = "y", .draws = 99}, &rows, &err));
#undef TRY_ONE
  for (size_t i = 0; i < rows.count; i++) assert_false(isinf(rows.at[i].std_error));
  muster_estimates_free(&rows);
  muster_panel_free(&p);
  return fine;
}

static void poor_panels_are_refused(void **state) {
  (void)state;
  const double mixed[] = {0, 3}, all[] = {3}, none[] = {0}, always[] = {0, 1};
  toy t = toy_make(1, 6, all, 1, 1);
  assert_int_equal(outcome_of(&t.columns), 0); /* one unit */
  toy_free(&t);
  t = toy_make(6, 1, mixed, 2, 1);
  assert_int_equal(outcome_of(&t.columns), 0); /* one time */
  toy_free(&t);
  t = toy_make(6, 6, all, 1, 1);
  assert_true(outcome_of(&t.columns) <= 1); /* all treated at once: nothing but an event study's lags */
  toy_free(&t);
  t = toy_make(6, 6, none, 1, 1);
  assert_int_equal(outcome_of(&t.columns), 0); /* nobody treated */
  toy_free(&t);
  t = toy_make(6, 6, always, 2, 1);
  assert_int_equal(outcome_of(&t.columns), 0); /* treated from the first time */
  toy_free(&t);
  t = toy_make(8, 6, mixed, 2, 1);
  for (size_t i = 0; i < t.n; i++) t.y[i] = 0.1;
  outcome_of(&t.columns); /* a constant outcome */
  for (size_t i = 0; i < t.n; i++) t.y[i] = NAN;
  assert_int_equal(outcome_of(&t.columns), -1); /* nothing but blanks */
  toy_free(&t);
}

static void collinear_covariates_are_left_blank(void **state) {
  (void)state;
  const double starts[] = {0, 4};
  toy t = toy_make(12, 6, starts, 2, 1);
  double *twice = muster_alloc(t.n, sizeof *twice), *fixed = muster_alloc(t.n, sizeof *fixed);
  for (size_t i = 0; i < t.n; i++) {
    twice[i] = 2 * t.x[i];
    fixed[i] = 1e6 + t.unit[i];
  }
  const double *covariates[] = {t.x, twice, fixed, t.time};
  const char *const names[] = {"x", "twice", "fixed", "clock"};
  t.columns.n_covariates = 4;
  t.columns.covariates = covariates;
  t.columns.names = names;
  muster_panel p = toy_panel(&t.columns);
  for (int errors = MUSTER_ERRORS_CLUSTER; errors <= MUSTER_ERRORS_DRISCOLL_KRAAY; errors++) {
    muster_estimates rows = {0};
    muster_regression_options options = {.outcome = "y", .errors = (muster_errors)errors};
    assert_int_equal(muster_twfe(&p, &options, &rows, NULL), MUSTER_OK);
    assert_true(!isnan(estimates_find(&rows, "twfe", "x", NAN, NAN)->estimate));
    for (size_t k = 1; k < 4; k++) {
      const muster_estimate *row = estimates_find(&rows, "twfe", names[k], NAN, NAN);
      assert_true(isnan(row->estimate) && strstr(row->note, "not estimable"));
    }
    muster_estimates_free(&rows);
  }
  assert_true(outcome_of(&t.columns) >= 8);
  muster_panel_free(&p);
  muster_free(twice);
  muster_free(fixed);
  toy_free(&t);
}

static void memory_runs_out_cleanly(void **state) {
  (void)state;
  toy t = common_toy();
  t.columns.n_covariates = 0;
  muster_panel p = toy_panel(&t.columns);
  for (long nth = 1;; nth++) {
    muster_estimates rows = {0};
    muster_regression_options options = {.outcome = "y"};
    muster_alloc_fail_at(nth);
    muster_status status = muster_twfe(&p, &options, &rows, NULL);
    if (status == MUSTER_OK) {
      options.errors = MUSTER_ERRORS_CR2;
      status = muster_event_study_rows(&p, &(muster_event_options){.regression = options}, &rows, NULL);
    }
    if (status == MUSTER_OK) {
      options.errors = MUSTER_ERRORS_TWO_WAY;
      status = muster_twfe(&p, &options, &rows, NULL);
    }
    muster_alloc_fail_at(0);
    muster_estimates_free(&rows);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_panel_free(&p);
  toy_free(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_order_of_rows_changes_no_bit),
      cmocka_unit_test(shifts_change_nothing_and_scales_scale),
      cmocka_unit_test(halved_and_doubled_rows_leave_the_estimate),
      cmocka_unit_test(both_ways_agree_on_ragged_weighted_panels),
      cmocka_unit_test(more_leads_than_clusters_give_no_slope),
      cmocka_unit_test(pooled_ends_of_an_event_study),
      cmocka_unit_test(growing_effects_fool_twfe_alone),
      cmocka_unit_test(two_way_is_what_first_differences_are),
      cmocka_unit_test(poor_panels_are_refused),
      cmocka_unit_test(collinear_covariates_are_left_blank),
      cmocka_unit_test(memory_runs_out_cleanly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
