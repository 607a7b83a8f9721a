/* Interrupted time series: Sicily's smoking ban, Britain's seat belts, planted changes, short and broken series. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "find.h"
#include "golden.h"
#include "muster/impact/its.h"
#include "muster/impact/rows.h"

static const double CLOSED = 1e-10, ITERATED = 1e-8;

static muster_its rate_of(const muster_its_series *series, bool quasi) {
  muster_its fit = {0};
  muster_error err = {0};
  if (muster_its_rate(series, quasi, &fit, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return fit;
}

static muster_its fit_of(const muster_its_series *series, muster_its_errors errors, size_t lag) {
  muster_its fit = {0};
  muster_error err = {0};
  if (muster_its_fit(series, errors, lag, &fit, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return fit;
}

typedef struct sicily {
  golden_csv csv;
  double *aces, *population, *rate;
  size_t start;
} sicily;

static sicily read_sicily(void) {
  sicily s = {.csv = golden_read("data/sicily.csv")};
  s.aces = golden_numbers(&s.csv, "aces");
  s.population = golden_numbers(&s.csv, "stdpop");
  s.rate = golden_numbers(&s.csv, "aces");
  double *ban = golden_numbers(&s.csv, "smokban");
  for (size_t i = 0; i < s.csv.rows; i++) {
    s.rate[i] = s.aces[i] / s.population[i] * 1e5;
    s.start += ban[i] == 0;
  }
  muster_free(ban);
  return s;
}

static void free_sicily(sicily *s) {
  muster_free(s->aces), muster_free(s->population), muster_free(s->rate);
  golden_free(&s->csv);
}

static void rates_agree(void **state) {
  (void)state;
  sicily s = read_sicily();
  muster_its_series series = {.n = s.csv.rows, .start = s.start, .y = s.aces, .exposure = s.population};
  for (int quasi = 0; quasi < 2; quasi++) {
    const char *id = quasi ? "sicily_qpois" : "sicily_pois";
    muster_its fit = rate_of(&series, quasi);
    golden_check(id, "log_rr", fit.beta[MUSTER_ITS_LEVEL], ITERATED);
    golden_check(id, "se", fit.std_error[MUSTER_ITS_LEVEL], ITERATED);
    golden_check(id, "rr", exp(fit.beta[MUSTER_ITS_LEVEL]), ITERATED);
    golden_check(id, "rr_lo", exp(fit.level_low), ITERATED);
    golden_check(id, "rr_hi", exp(fit.level_high), ITERATED);
    golden_check(id, "time", fit.beta[MUSTER_ITS_TREND], ITERATED);
    golden_check(id, "dispersion", fit.dispersion, ITERATED);
    golden_check(id, "deviance", fit.deviance, ITERATED);
    muster_its_free(&fit);
  }
  series.period = 12;
  series.harmonics = 2;
  muster_its level = rate_of(&series, true);
  series.slope_change = true;
  series.level_lead = 1;
  muster_its slope = rate_of(&series, true);
  golden_check("sicily_slope", "slope_change", slope.beta[MUSTER_ITS_SLOPE], ITERATED);
  golden_check("sicily_slope", "slope_change_se", slope.std_error[MUSTER_ITS_SLOPE], ITERATED);
  golden_check("sicily_slope", "level_change", slope.beta[MUSTER_ITS_LEVEL], ITERATED);
  golden_check("sicily_slope", "level_change_se", slope.std_error[MUSTER_ITS_LEVEL], ITERATED);
  double f, p;
  muster_error err;
  assert_int_equal(muster_its_compare(&level, &slope, &f, &p, &err), MUSTER_OK);
  golden_check("sicily_slope", "F", f, ITERATED);
  golden_check("sicily_slope", "F_p", p, ITERATED);
  assert_int_equal(muster_its_compare(&slope, &level, &f, &p, &err), MUSTER_DATA);
  muster_its_free(&level), muster_its_free(&slope);
  free_sicily(&s);
}

static void newey_west_agrees(void **state) {
  (void)state;
  sicily s = read_sicily();
  muster_its_series series = {.n = s.csv.rows, .start = s.start, .y = s.rate, .period = 12, .harmonics = 2};
  static const struct {
    size_t lag;
    const char *quantity;
  } lags[] = {{0, "se_lag0"}, {3, "se_lag3"}, {12, "se_lag12"}};
  for (size_t l = 0; l < 3; l++) {
    muster_its fit = fit_of(&series, MUSTER_ITS_NEWEY_WEST, lags[l].lag);
    golden_check("sicily_ols_nw", lags[l].quantity, fit.std_error[MUSTER_ITS_LEVEL], CLOSED);
    golden_check("sicily_ols_nw", "estimate", fit.beta[MUSTER_ITS_LEVEL], CLOSED);
    assert_non_null(strstr(fit.note, "Newey-West"));
    muster_its_free(&fit);
  }
  free_sicily(&s);
}

static void seat_belts_need_their_memory(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/seatbelts.csv");
  double *drivers = golden_numbers(&csv, "drivers");
  for (size_t i = 0; i < csv.rows; i++) drivers[i] = log(drivers[i]);
  muster_its_series series = {
      .n = csv.rows, .start = 169, .y = drivers, .period = 12, .season_dummies = true, .slope_change = true};
  muster_its iid = fit_of(&series, MUSTER_ITS_IID, 0), nw = fit_of(&series, MUSTER_ITS_NEWEY_WEST, 12);
  muster_its pw = fit_of(&series, MUSTER_ITS_PRAIS_WINSTEN, 0), gls = fit_of(&series, MUSTER_ITS_GLS, 0);
  assert_close(iid.std_error[MUSTER_ITS_LEVEL], 0.0381, 5e-5);
  assert_close(nw.std_error[MUSTER_ITS_LEVEL], 0.0214, 5e-5);
  assert_close(gls.std_error[MUSTER_ITS_LEVEL], 0.0569, 5e-5);
  assert_true(fabs(pw.rho - gls.rho) < 0.05 && gls.rho > 0.4);
  assert_true(fabs(pw.durbin_watson - 2) < fabs(iid.durbin_watson - 2));
  muster_its_free(&iid), muster_its_free(&nw), muster_its_free(&pw), muster_its_free(&gls);
  muster_free(drivers);
  golden_free(&csv);
}

/* --- what needs no reference --- */

enum { N = 60, START = 40 };
static double series_y[N], series_control[N];

/** Trend, season, noise; the series drops by 2 at the start and then by 0.1 a step. */
static muster_its_series make_series(void) {
  uint32_t state = 5;
  for (int t = 0; t < N; t++) {
    state = state * 1664525u + 1013904223u;
    double season = sin(6.283185307179586 * (t + 1) / 12), noise = (double)(state >> 8) / (1 << 24) - 0.5;
    series_control[t] = 20 + 0.05 * t + 3 * season + 0.2 * noise;
    series_y[t] = series_control[t] + 1 + (t >= START ? -2 - 0.1 * (t - START) : 0);
  }
  return (muster_its_series){.n = N,
                             .start = START,
                             .y = series_y,
                             .control = series_control,
                             .slope_change = true,
                             .period = 12,
                             .harmonics = 1};
}

static void a_comparison_series_removes_season_and_noise(void **state) {
  (void)state;
  muster_its_series series = make_series();
  muster_its fit = fit_of(&series, MUSTER_ITS_IID, 0);
  assert_close(fit.beta[MUSTER_ITS_CONSTANT], 1, 1e-10);
  assert_close(fit.beta[MUSTER_ITS_LEVEL], -2, 1e-10);
  assert_close(fit.beta[MUSTER_ITS_SLOPE], -0.1, 1e-11);
  muster_its_free(&fit);
  series.control = NULL;
  fit = fit_of(&series, MUSTER_ITS_GLS, 0);
  assert_close(fit.beta[MUSTER_ITS_LEVEL], -2, 0.2);
  muster_its_free(&fit);
  series = make_series();
  double exposure[N], doubled[N];
  for (int t = 0; t < N; t++) {
    exposure[t] = 1e6 + 100 * t;
    series_y[t] = floor(exposure[t] * (t >= START ? 0.06 : 0.08));
    series_control[t] = floor(exposure[t] * 0.05);
    doubled[t] = 2 * exposure[t];
  }
  series.exposure = exposure;
  series.control_exposure = exposure;
  muster_its one = rate_of(&series, true);
  assert_close(exp(one.beta[MUSTER_ITS_LEVEL]), 0.75, 1e-4);
  series.exposure = series.control_exposure = doubled; /* half the rates, the same ratio */
  muster_its two = rate_of(&series, true);
  assert_close(one.beta[MUSTER_ITS_LEVEL], two.beta[MUSTER_ITS_LEVEL], 1e-10);
  assert_close(one.std_error[MUSTER_ITS_LEVEL], two.std_error[MUSTER_ITS_LEVEL], 1e-10);
  muster_its_free(&one), muster_its_free(&two);
}

static void shift_and_scale_do_what_they_must(void **state) {
  (void)state;
  muster_its_series series = make_series();
  series.control = NULL;
  for (int errors = MUSTER_ITS_IID; errors <= MUSTER_ITS_GLS; errors++) {
    make_series();
    muster_its a = fit_of(&series, (muster_its_errors)errors, 4);
    for (int t = 0; t < N; t++) series_y[t] = 3 * series_y[t] + 50;
    muster_its b = fit_of(&series, (muster_its_errors)errors, 4);
    assert_close(b.beta[MUSTER_ITS_LEVEL], 3 * a.beta[MUSTER_ITS_LEVEL], 1e-6);
    assert_close(b.std_error[MUSTER_ITS_LEVEL], 3 * a.std_error[MUSTER_ITS_LEVEL], 1e-6);
    assert_close(b.rho, a.rho, 1e-6);
    muster_its_free(&a), muster_its_free(&b);
  }
}

static void starts_in_the_past_tell_how_rare_the_change_is(void **state) {
  (void)state;
  muster_its_series series = make_series();
  series.control = NULL;
  muster_its_placebo placebo;
  muster_error err;
  assert_int_equal(muster_its_placebos(&series, 8, &placebo, &err), MUSTER_OK);
  assert_int_equal(placebo.n_placebos, START - 2 * 8 + 1);
  assert_int_equal(placebo.n_as_large, 0);
  assert_close(placebo.p_value, 1.0 / 26, 1e-15);
  assert_int_equal(muster_its_lag(39, 0), 2);
  assert_int_equal(muster_its_lag(81, 0), 3);
  assert_int_equal(muster_its_lag(81, 12), 12);
}

static void rows_name_their_terms(void **state) {
  (void)state;
  muster_its_series series = make_series();
  muster_its fit = fit_of(&series, MUSTER_ITS_IID, 0);
  muster_estimates rows = {0};
  muster_error err;
  assert_int_equal(muster_its_rows(&series, &fit, "absence_rate", &rows, &err), MUSTER_OK);
  assert_int_equal(rows.count, 3);
  const muster_estimate *level = estimates_find(&rows, "its_controlled", "level", NAN, NAN);
  assert_non_null(level);
  assert_close(level->estimate, -2, 1e-10);
  muster_estimates_free(&rows);
  muster_its_free(&fit);
}

static void broken_series_are_refused(void **state) {
  (void)state;
  muster_its_series series = make_series();
  muster_its fit = {0};
  muster_error err;
  series.start = 2;
  assert_int_equal(muster_its_fit(&series, MUSTER_ITS_IID, 0, &fit, &err), MUSTER_DATA);
  series.start = N - 2;
  assert_int_equal(muster_its_fit(&series, MUSTER_ITS_IID, 0, &fit, &err), MUSTER_DATA);
  series.start = START;
  assert_int_equal(muster_its_fit(&series, MUSTER_ITS_NEWEY_WEST, N, &fit, &err), MUSTER_DATA);
  assert_int_equal(muster_its_rate(&series, true, &fit, &err), MUSTER_DATA); /* no exposure */
  series_control[7] = NAN;
  assert_int_equal(muster_its_fit(&series, MUSTER_ITS_IID, 0, &fit, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "period 8"));
  series = make_series();
  series.season_dummies = true;
  series.period = N;
  assert_int_equal(muster_its_fit(&series, MUSTER_ITS_IID, 0, &fit, &err), MUSTER_DATA);
}

/* Prais-Winsten runs in a circle over this series; its likelihood has a greatest value all the same. */
static void rounds_that_do_not_settle_are_refused(void **state) {
  (void)state;
  double y[] = {4, 4, 4, 8, 4, 0};
  muster_its_series series = {.n = 6, .start = 3, .y = y, .slope_change = true};
  muster_its fit = {0};
  muster_error err;
  assert_int_equal(muster_its_fit(&series, MUSTER_ITS_PRAIS_WINSTEN, 0, &fit, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "does not settle"));
  assert_null(fit.beta);
  fit = fit_of(&series, MUSTER_ITS_GLS, 0);
  assert_true(isfinite(fit.beta[MUSTER_ITS_LEVEL]));
  muster_its_free(&fit);
}

static void a_series_without_a_level_says_so(void **state) {
  (void)state;
  double y[] = {5, 6, 0, 4, 8, 8, 4, 1};
  muster_its_series series = {.n = 8, .start = 3, .y = y, .slope_change = true};
  muster_its fit = fit_of(&series, MUSTER_ITS_GLS, 0);
  assert_true(isfinite(fit.beta[MUSTER_ITS_LEVEL]) && isfinite(fit.std_error[MUSTER_ITS_LEVEL]));
  assert_non_null(strstr(fit.note, "at its bound"));
  muster_its_free(&fit);
}

static void want_of_memory_is_survived(void **state) {
  (void)state;
  muster_its_series series = make_series();
  double exposure[N];
  for (int t = 0; t < N; t++) exposure[t] = 100;
  series.control = NULL; /* the difference has no noise for an AR(1) to live on */
  series.exposure = series.control_exposure = exposure;
  muster_error err;
  for (int errors = MUSTER_ITS_IID; errors <= MUSTER_ITS_PRAIS_WINSTEN + 1; errors++) {
    muster_status status = MUSTER_MEMORY;
    for (long nth = 1; status == MUSTER_MEMORY && nth < 3000; nth++) {
      muster_its fit = {0};
      muster_alloc_fail_at(nth);
      status = errors > MUSTER_ITS_PRAIS_WINSTEN ? muster_its_rate(&series, true, &fit, &err)
                                                 : muster_its_fit(&series, (muster_its_errors)errors, 3, &fit, &err);
      muster_alloc_fail_at(0);
      muster_its_free(&fit);
    }
    assert_int_equal(status, MUSTER_OK);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rates_agree),
      cmocka_unit_test(newey_west_agrees),
      cmocka_unit_test(seat_belts_need_their_memory),
      cmocka_unit_test(a_comparison_series_removes_season_and_noise),
      cmocka_unit_test(shift_and_scale_do_what_they_must),
      cmocka_unit_test(starts_in_the_past_tell_how_rare_the_change_is),
      cmocka_unit_test(rows_name_their_terms),
      cmocka_unit_test(broken_series_are_refused),
      cmocka_unit_test(rounds_that_do_not_settle_are_refused),
      cmocka_unit_test(a_series_without_a_level_says_so),
      cmocka_unit_test(want_of_memory_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
