/* Effects by subgroup: the figures of separate models, and a test of the difference that knows its clusters. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "frames.h"

enum { UNITS = 24, TIMES = 6 };

/* Units by turns: starts alternate, groups follow u / 2 % 3, a cluster holds units of every group. */
static toy panel_of(uint32_t *level, double *treated) {
  static const double starts[] = {4, 0};
  toy t = toy_make(UNITS, TIMES, starts, 2, -1);
  for (size_t i = 0; i < t.n; i++) {
    level[i] = t.unit[i] / 2 % 3;
    t.cluster[i] = t.unit[i] % 8;
    treated[i] = t.cohort[i] > 0 && t.time[i] >= t.cohort[i];
    t.y[i] += treated[i] * level[i] * 0.5;
  }
  t.columns.cohort = NULL;
  t.columns.treated = treated;
  t.columns.cluster = t.cluster;
  t.columns.n_covariates = 1;
  return t;
}

static void as_separate_models(void **state) {
  (void)state;
  uint32_t level[UNITS * TIMES];
  double treated[UNITS * TIMES], y[UNITS * TIMES];
  toy t = panel_of(level, treated);
  muster_subgroups s;
  muster_error err = {0};
  muster_regression_options options = {.errors = MUSTER_ERRORS_CR0};
  if (muster_subgroups_fit(&t.columns, level, 3, false, &options, &s, &err) != MUSTER_OK) fail_msg("%s", err.what);
  for (uint32_t g = 0; g < 3; g++) {
    for (size_t i = 0; i < t.n; i++) y[i] = level[i] == g ? t.y[i] : NAN;
    muster_columns columns = t.columns;
    columns.y = y;
    muster_panel alone = toy_panel(&columns);
    muster_coefficients fit;
    assert_int_equal(muster_twfe_fit(&alone, &options, &fit, &err), MUSTER_OK);
    assert_close(s.at[g].estimate, fit.beta[0], 1e-9);
    assert_close(s.at[g].std_error, sqrt(fit.v[0]), 1e-9);
    assert_int_equal(s.at[g].n_units, alone.n_units);
    muster_coefficients_free(&fit);
    muster_panel_free(&alone);
  }
  /* clusters hold units of several groups, so the difference is not that of independent estimates */
  double estimate, std_error, df;
  muster_subgroups_difference(&s, 1, 0, &estimate, &std_error, &df);
  assert_close(estimate, s.at[1].estimate - s.at[0].estimate, 1e-12);
  assert_true(fabs(std_error - hypot(s.at[0].std_error, s.at[1].std_error)) > 1e-6);
  assert_int_equal(s.n_equal, 2);
  assert_true(s.equal.df1 == 2 && s.equal.df2 == 7);
  muster_subgroups_free(&s);
  toy_free(&t);
}

static void two_groups_are_one_interaction(void **state) {
  (void)state;
  uint32_t level[UNITS * TIMES];
  double treated[UNITS * TIMES];
  toy t = panel_of(level, treated);
  for (size_t i = 0; i < t.n; i++) level[i] = level[i] > 0;
  muster_subgroups s;
  muster_error err = {0};
  assert_int_equal(muster_subgroups_fit(&t.columns, level, 2, false, &(muster_regression_options){0}, &s, &err),
                   MUSTER_OK);
  double estimate, std_error, df;
  muster_subgroups_difference(&s, 1, 0, &estimate, &std_error, &df);
  assert_close(s.equal.f, pow(estimate / std_error, 2), 1e-9);
  muster_subgroups_free(&s);
  toy_free(&t);
}

static void small_groups_are_not_fitted(void **state) {
  (void)state;
  uint32_t level[UNITS * TIMES];
  double treated[UNITS * TIMES];
  toy t = panel_of(level, treated);
  for (size_t i = 0; i < t.n; i++) level[i] = t.unit[i] < 2 ? 1 : t.unit[i] == 2 ? MUSTER_NONE : 0;
  muster_subgroups s;
  muster_error err = {0};
  assert_int_equal(muster_subgroups_fit(&t.columns, level, 2, false, &(muster_regression_options){0}, &s, &err),
                   MUSTER_OK);
  assert_false(s.at[1].fitted);
  assert_true(isnan(s.at[1].estimate));
  assert_int_equal(s.at[0].n_units, UNITS - 3);
  assert_int_equal(s.n_equal, 0);
  muster_subgroups_free(&s);
  for (size_t i = 0; i < t.n; i++) level[i] = MUSTER_NONE;
  assert_int_equal(muster_subgroups_fit(&t.columns, level, 2, false, &(muster_regression_options){0}, &s, &err),
                   MUSTER_DATA);
  toy_free(&t);
}

static void want_of_memory_is_survived(void **state) {
  (void)state;
  uint32_t level[UNITS * TIMES];
  double treated[UNITS * TIMES];
  toy t = panel_of(level, treated);
  for (int cross_section = 0; cross_section < 2; cross_section++) {
    muster_status status = MUSTER_MEMORY;
    for (long nth = 1; status == MUSTER_MEMORY && nth < 4000; nth++) {
      muster_subgroups s = {0};
      muster_error err;
      muster_alloc_fail_at(nth);
      status = muster_subgroups_fit(&t.columns, level, 3, cross_section, &(muster_regression_options){0}, &s, &err);
      muster_alloc_fail_at(0);
      muster_subgroups_free(&s);
    }
    assert_int_equal(status, MUSTER_OK);
  }
  toy_free(&t);
}

/* R 4.2: lm(score ~ 0 + lunch + small:lunch) of STAR kindergarten, CR1 by school from crossprod of the cluster sums. */
static void star_agrees(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/star_k.csv");
  double *read = golden_numbers(&csv, "readk"), *math = golden_numbers(&csv, "mathk"),
         *y = muster_alloc(2 * csv.rows, sizeof *y), *treated = y + csv.rows;
  uint32_t *where = golden_factor(&csv, "schoolidk", NULL), *unit = muster_alloc(3 * csv.rows, sizeof *unit),
           *school = unit + csv.rows, *level = school + csv.rows;
  size_t n = 0;
  for (size_t i = 0; i < csv.rows; i++) {
    const char *arm = golden_text(&csv, i, "stark"), *lunch = golden_text(&csv, i, "lunchk");
    bool small = strcmp(arm, "small") == 0;
    if (isnan(read[i]) || isnan(math[i]) || (!small && strcmp(arm, "regular") != 0)) continue;
    y[n] = read[i] + math[i];
    treated[n] = small;
    unit[n] = (uint32_t)n;
    school[n] = where[i];
    level[n++] = strcmp(lunch, "free") == 0 ? 0 : strcmp(lunch, "non-free") == 0 ? 1 : MUSTER_NONE;
  }
  muster_columns columns = {.n = n, .unit = unit, .y = y, .treated = treated, .cluster = school};
  muster_subgroups s;
  muster_error err = {0};
  assert_int_equal(muster_subgroups_fit(&columns, level, 2, true, &(muster_regression_options){0}, &s, &err),
                   MUSTER_OK);
  assert_close(s.at[0].estimate, 13.7852631578949, 1e-9);
  assert_close(s.at[0].std_error, 5.30880676757428, 1e-9);
  assert_close(s.at[1].estimate, 14.2632833904610, 1e-9);
  assert_close(s.at[1].std_error, 5.02806239754077, 1e-9);
  double estimate, std_error, df;
  muster_subgroups_difference(&s, 1, 0, &estimate, &std_error, &df);
  assert_close(std_error, 6.126995338973483, 1e-9);
  muster_subgroups_free(&s);
  muster_free(read), muster_free(math), muster_free(where), muster_free(y), muster_free(unit);
  golden_free(&csv);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(as_separate_models),
      cmocka_unit_test(two_groups_are_one_interaction),
      cmocka_unit_test(small_groups_are_not_fitted),
      cmocka_unit_test(want_of_memory_is_survived),
      cmocka_unit_test(star_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
