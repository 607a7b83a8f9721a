/* Rubin's rules by hand, and imputation where leaving out the missing is wrong. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "close.h"
#include "muster/impact/multiple_imputation.h"

/* R 4.2, the formulas of Barnard & Rubin (1999) typed in: lambda, df = 1/(1/dfold + 1/dfobs), fmi. */
static void rules_agree(void **state) {
  (void)state;
  const double estimate[] = {1.1, 0.9, 1.3, 1.0, 1.2}, variance[] = {0.04, 0.05, 0.045, 0.05, 0.04};
  muster_pooled p;
  muster_pool(estimate, variance, 5, 60, &p);
  assert_close(p.estimate, 1.1, 1e-15);
  assert_close(p.within, 0.045, 1e-15);
  assert_close(p.between, 0.025, 1e-15);
  assert_close(p.std_error, 0.27386127875258304, 1e-12);
  assert_close(p.df, 14.558472553699284, 1e-9);
  assert_close(p.missing, 0.46834307462280822, 1e-12);
  muster_pool(estimate, variance, 5, INFINITY, &p);
  assert_close(p.df, 24.999999999999996, 1e-9);
  const double same[] = {1, 1, 1};
  muster_pool(same, variance, 3, 60, &p); /* nothing between: the complete data's own degrees of freedom, nearly */
  assert_close(p.std_error, 0.21213203435596426, 1e-12);
  assert_close(p.df, 60 * 61 / 63.0, 1e-9);
}

enum { PUPILS = 2000 };

typedef struct town {
  double y[PUPILS], whole[PUPILS], before[PUPILS];
  unsigned char treated[PUPILS];
  const double *x[1];
  muster_trial trial;
} town;

/* The effect is -before; those far above the mean who were treated are lost most often. */
static void make(town *t, unsigned long seed) {
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_rng_set(rng, seed);
  for (size_t i = 0; i < PUPILS; i++) {
    t->before[i] = gsl_ran_gaussian(rng, 1);
    t->treated[i] = i % 2;
    t->whole[i] = 0.5 * t->before[i] - (t->treated[i] ? 1 + t->before[i] : 0) + gsl_ran_gaussian(rng, 0.7);
    bool lost = gsl_rng_uniform(rng) < (t->treated[i] && t->before[i] > 0.5 ? 0.7 : 0.1);
    t->y[i] = lost ? NAN : t->whole[i];
  }
  gsl_rng_free(rng);
  t->x[0] = t->before;
  t->trial = (muster_trial){.n = PUPILS, .y = t->y, .treated = t->treated, .k = 1, .x = t->x};
}

static void lost_pupils_are_brought_back(void **state) {
  (void)state;
  static town t;
  muster_error err = {0};
  double bias[2] = {0, 0};
  enum { TRIALS = 20 };
  for (unsigned long seed = 1; seed <= TRIALS; seed++) {
    make(&t, seed);
    muster_imputed found;
    if (muster_impute_trial(&t.trial, MUSTER_HC2, &(muster_imputing){.draws = 20, .seed = seed}, &found, &err))
      fail_msg("%s", err.what);
    muster_trial whole = t.trial;
    muster_itt truth;
    whole.y = t.whole;
    assert_int_equal(muster_itt_of(&whole, true, MUSTER_HC2, &truth, &err), MUSTER_OK);
    bias[0] += (found.complete.estimate - truth.estimate) / TRIALS;
    bias[1] += (found.pooled.estimate - truth.estimate) / TRIALS;
    assert_true(found.pooled.std_error > truth.std_error);
    assert_true(found.pooled.missing > 0.05 && found.pooled.missing < 0.6);
    assert_true(found.lost.lost[1] > found.lost.lost[0] + 0.1);
  }
  assert_true(fabs(bias[0]) > 0.05); /* leaving them out hides those who gained most */
  assert_true(fabs(bias[1]) < 0.02);
}

static void seeds_and_shifts(void **state) {
  (void)state;
  static town t;
  muster_error err = {0};
  make(&t, 3);
  muster_imputed a, b, moved;
  muster_imputing how = {.draws = 5, .seed = 9};
  assert_int_equal(muster_impute_trial(&t.trial, MUSTER_HC2, &how, &a, &err), MUSTER_OK);
  assert_int_equal(muster_impute_trial(&t.trial, MUSTER_HC2, &how, &b, &err), MUSTER_OK);
  assert_memory_equal(&a.pooled, &b.pooled, sizeof a.pooled);
  how.shift = 1; /* of the treated, that many are lost */
  assert_int_equal(muster_impute_trial(&t.trial, MUSTER_HC2, &how, &moved, &err), MUSTER_OK);
  assert_true(moved.pooled.estimate > a.pooled.estimate + 0.5 * a.lost.lost[1]);
  how.seed = 10, how.shift = 0;
  assert_int_equal(muster_impute_trial(&t.trial, MUSTER_HC2, &how, &b, &err), MUSTER_OK);
  assert_true(a.pooled.estimate != b.pooled.estimate);
  memcpy(t.y, t.whole, sizeof t.y);
  assert_int_equal(muster_impute_trial(&t.trial, MUSTER_HC2, &how, &b, &err), MUSTER_DATA);
  for (size_t i = 0; i < PUPILS; i++)
    if (t.treated[i] && i > 3) t.y[i] = NAN;
  assert_int_equal(muster_impute_trial(&t.trial, MUSTER_HC2, &how, &b, &err), MUSTER_DATA);
}

static void want_of_memory_is_survived(void **state) {
  (void)state;
  static town t;
  make(&t, 5);
  t.trial.n = 200;
  muster_status status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 4000; nth++) {
    muster_imputed found;
    muster_error err;
    muster_alloc_fail_at(nth);
    status = muster_impute_trial(&t.trial, MUSTER_HC2, &(muster_imputing){.draws = 2}, &found, &err);
    muster_alloc_fail_at(0);
  }
  assert_int_equal(status, MUSTER_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rules_agree),
      cmocka_unit_test(lost_pupils_are_brought_back),
      cmocka_unit_test(seeds_and_shifts),
      cmocka_unit_test(want_of_memory_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
