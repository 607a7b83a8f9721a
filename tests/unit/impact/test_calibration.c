/* Known truth: with no effect few-cluster inference rejects one time in twenty, and with a staggered, growing effect
 * the group-time estimator covers it where the static coefficient does not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "find.h"
#include "frames.h"

enum { MOST_SCHOOLS = 60, PUPILS = 3, WEEKS = 12, MOST = MOST_SCHOOLS * PUPILS * WEEKS };

typedef struct town {
  uint32_t unit[MOST], school[MOST];
  double week[MOST], y[MOST], start[MOST];
} town;

/* Pupils in schools whose weeks hang together; school s starts at starts[s % n_starts] (0 = never) with an effect that
 * grows by `growth` a week. */
static muster_panel make_town(town *t, gsl_rng *rng, size_t schools, const double *starts, size_t n_starts,
                              double growth) {
  size_t at = 0;
  for (uint32_t s = 0; s < schools; s++) {
    double shock[WEEKS], level = gsl_ran_gaussian(rng, 1);
    for (size_t w = 0; w < WEEKS; w++) shock[w] = (w ? 0.5 * shock[w - 1] : 0) + gsl_ran_gaussian(rng, 0.5);
    for (uint32_t p = 0; p < PUPILS; p++) {
      double own = gsl_ran_gaussian(rng, 1);
      for (size_t w = 0; w < WEEKS; w++, at++) {
        double week = (double)w + 1, start = starts[s % n_starts];
        t->unit[at] = s * PUPILS + p;
        t->school[at] = s;
        t->week[at] = week;
        t->start[at] = start > 0 ? start : NAN;
        t->y[at] = level + own + shock[w] + sin(week) + gsl_ran_gaussian(rng, 1);
        if (start > 0 && week >= start) t->y[at] += growth * (week - start + 1);
      }
    }
  }
  return toy_panel(&(muster_columns){
      .n = at, .unit = t->unit, .time = t->week, .y = t->y, .cluster = t->school, .cohort = t->start});
}

static town one_town;

static void no_effect_is_found_one_time_in_twenty(void **state) {
  (void)state;
  enum { TOWNS = 400 };
  const double starts[] = {0, 7};
  double found[3] = {0, 0, 0}; /* CR2, WCR, permutation */
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_rng_set(rng, 17);
  for (uint64_t k = 0; k < TOWNS; k++) {
    muster_panel p = make_town(&one_town, rng, 14, starts, 2, 0);
    muster_estimates rows = {0};
    muster_regression_options cr2 = {.outcome = "y", .errors = MUSTER_ERRORS_CR2};
    muster_wild_options wild = {.draws = 199, .seed = k};
    muster_permutation_options permute = {.most_exact = 1, .draws = 199, .seed = k, .no_interval = true};
    muster_wild w;
    muster_permutation x;
    assert_int_equal(muster_twfe(&p, &cr2, &rows, NULL), MUSTER_OK);
    assert_int_equal(muster_wild_fit(&p, &wild, &w, NULL), MUSTER_OK);
    assert_int_equal(muster_permutation_fit(&p, &permute, &x, NULL), MUSTER_OK);
    found[0] += rows.at[0].p_value < 0.05;
    found[1] += w.p < 0.05;
    found[2] += x.p <= 0.05;
    muster_estimates_free(&rows);
    muster_panel_free(&p);
  }
  gsl_rng_free(rng);
  double spread = 3 * sqrt(0.05 * 0.95 / TOWNS);
  print_message("found at 5%%: CR2 %.3f, WCR %.3f, permutation %.3f\n", found[0] / TOWNS, found[1] / TOWNS,
                found[2] / TOWNS);
  for (size_t i = 0; i < 3; i++) assert_true(fabs(found[i] / TOWNS - 0.05) < spread);
}

static void a_growing_staggered_effect_is_covered(void **state) {
  (void)state;
  enum { TOWNS = 200 };
  const double starts[] = {0, 4, 0, 7, 0, 10}, growth = 0.3;
  double truth = 0, cells = 0, covered = 0, covered_static = 0, covered_imputed = 0, mean = 0, mean_static = 0;
  for (size_t g = 1; g < 6; g += 2) {
    for (double week = starts[g]; week <= WEEKS; week++, cells++) truth += growth * (week - starts[g] + 1);
  }
  truth /= cells; /* groups are equally large */
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_rng_set(rng, 23);
  for (size_t k = 0; k < TOWNS; k++) {
    muster_panel p = make_town(&one_town, rng, MOST_SCHOOLS, starts, 6, growth);
    muster_estimates rows = {0};
    muster_regression_options options = {.outcome = "y"};
    assert_int_equal(muster_twfe(&p, &options, &rows, NULL), MUSTER_OK);
    assert_int_equal(muster_imputation_rows(&p, &options, &rows, NULL), MUSTER_OK);
    assert_int_equal(muster_callaway_santanna(&p, &(muster_cs_options){.outcome = "y", .no_bands = true}, &rows, NULL),
                     MUSTER_OK);
    const muster_estimate *fixed = estimates_find(&rows, "twfe", "treated", NAN, NAN);
    const muster_estimate *simple = estimates_find(&rows, "callaway_santanna", "simple", NAN, NAN);
    const muster_estimate *imputed = estimates_find(&rows, "imputation", "treated", NAN, NAN);
    covered_static += fixed->conf_low <= truth && truth <= fixed->conf_high;
    covered += simple->conf_low <= truth && truth <= simple->conf_high;
    covered_imputed += imputed->conf_low <= truth && truth <= imputed->conf_high;
    mean += simple->estimate / TOWNS;
    mean_static += fixed->estimate / TOWNS;
    muster_estimates_free(&rows);
    muster_panel_free(&p);
  }
  gsl_rng_free(rng);
  print_message("truth %.3f: group-time %.3f (covers %.2f), imputation covers %.2f, static %.3f (covers %.2f)\n", truth,
                mean, covered / TOWNS, covered_imputed / TOWNS, mean_static, covered_static / TOWNS);
  assert_true(covered / TOWNS > 0.90 && covered_imputed / TOWNS > 0.90);
  assert_true(fabs(mean - truth) < 0.03);
  assert_true(mean_static < 0.9 * truth && covered_static / TOWNS < 0.8);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_effect_is_found_one_time_in_twenty),
      cmocka_unit_test(a_growing_staggered_effect_is_covered),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
