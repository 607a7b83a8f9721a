/* Power and detectable effects: reference values in closed form, the far tail, simulation, bad designs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "golden.h"
#include "muster/impact/distribution.h"
#include "muster/impact/power.h"
#include "muster/impact/twfe.h"

static const double CLOSED = 1e-10;

static double mdes_of(muster_mdes_plan plan) {
  muster_mdes_result out;
  muster_error err = {0};
  plan.alpha = 0.05;
  plan.power = 0.8;
  if (muster_mdes(&plan, &out, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return out.mdes;
}

static void replay_mdes(const char *id, const char *quantity, void *context) {
  size_t *count = context;
  muster_mdes_plan plan = {.treated_share = 0.5, .r2_between = 0.5, .r2_within = 0.5, .covariates = 1};
  int groups, pupils;
  if (sscanf(id, "mdes_cra2_J%d_rho%lf", &groups, &plan.icc) == 2) {
    plan.design = MUSTER_MDES_CLUSTERS;
    plan.groups = groups;
    plan.pupils = 100;
  } else if (sscanf(id, "mdes_ira_n%d", &pupils) == 1) {
    plan.design = MUSTER_MDES_PUPILS;
    plan.pupils = pupils;
  } else if (strcmp(id, "mdes_bira2") == 0) {
    plan.design = MUSTER_MDES_BLOCKS;
    plan.groups = 40;
    plan.pupils = 20;
  } else {
    return;
  }
  golden_check(id, quantity, mdes_of(plan), CLOSED);
  ++*count;
}

static void detectable_effects_agree(void **state) {
  (void)state;
  size_t count = 0;
  golden_each("11_power_mdes.csv", NULL, replay_mdes, &count);
  assert_true(count >= 20);
  golden_check("mult_inf", "M", muster_mdes_multiplier(0.05, 0.8, INFINITY), CLOSED);
}

static void power_agrees(void **state) {
  (void)state;
  muster_error err;
  golden_check("power_t", "power", muster_power_t(sqrt(10), 38, 0.05, false), CLOSED);
  golden_check("power_t_strict", "power", muster_power_t(sqrt(10), 38, 0.05, true), CLOSED);
  golden_check("power_crt_d0.2", "power", muster_power_clusters(0.2, 40, 50, 0.1, 0.05), CLOSED);
  golden_check("power_crt_d0.3", "power", muster_power_clusters(0.3, 40, 50, 0.1, 0.05), CLOSED);
  double exact = muster_power_did(0.25, 40, 19, 20, 0.6, 1, 0.05);
  golden_check("power_did_sim", "power_exact", exact, CLOSED);
  golden_check("power_did_sim", "power_sim", exact, 4 * 0.0035 / 0.25);
  /* R's sample sizes come from a root finder with tolerance eps^(1/4); ours solve the equation */
  double n;
  assert_int_equal(muster_sample_two_means(1, 1, 0.05, 0.9, &n, &err), MUSTER_OK);
  golden_check("power_t", "n_per_arm", n, 2e-7);
  assert_true(fabs(muster_power_t(sqrt(n / 2), 2 * n - 2, 0.05, false) - 0.9) < 1e-12);
  assert_int_equal(muster_sample_two_shares(0.2, 0.17, 0.05, 0.8, &n, &err), MUSTER_OK);
  golden_check("power_prop", "n_per_arm", n, 2e-9);
  golden_check("power_prop", "n_per_arm_deff", n * muster_design_effect(100, 0, 0.03), 2e-9);
}

static void the_noncentral_t_keeps_its_tails(void **state) {
  (void)state;
  /* shift 0 is the central t; 30 digits from the incomplete beta function */
  assert_close(muster_noncentral_t_above(2, 10, 0), 0.036694017385370182, 1e-15);
  assert_close(muster_noncentral_t_above(1, 1, 0), 0.25, 1e-14);
  /* T <= 0 is Z <= -shift, whatever the degrees of freedom */
  for (double df = 1; df < 1e6; df *= 10)
    assert_close(muster_noncentral_t_above(0, df, 1.5), 0.93319279873114191, 1e-13);
  assert_close(muster_noncentral_t_above(2, INFINITY, 3), 0.84134474606854293, 1e-15);
  for (double t = -5; t < 5; t += 0.5)
    assert_close(muster_noncentral_t_above(t, 7, 1.3) + muster_noncentral_t_above(-t, 7, -1.3), 1, 1e-13);
  assert_true(isnan(muster_noncentral_t_above(1, 0.5, 0)));
  assert_true(isnan(muster_power_t(1, 10, 0, true)));
}

static void more_pupils_never_hurt(void **state) {
  (void)state;
  double last = 1;
  for (double schools = 6; schools < 200; schools += 7) {
    double now = mdes_of((muster_mdes_plan){
        .design = MUSTER_MDES_CLUSTERS, .groups = schools, .pupils = 80, .icc = 0.084, .treated_share = 0.5});
    assert_true(now < last || schools == 6);
    last = now;
  }
  assert_close(muster_design_effect(30, 0, 0.1), 3.9, 1e-12);
  assert_true(muster_design_effect(30, 0.5, 0.1) > 3.9);
}

static void impossible_designs_are_refused(void **state) {
  (void)state;
  muster_mdes_result out;
  muster_error err;
  muster_mdes_plan plan = {.design = MUSTER_MDES_CLUSTERS,
                           .groups = 3,
                           .pupils = 50,
                           .icc = 0.1,
                           .treated_share = 0.5,
                           .covariates = 1,
                           .alpha = 0.05,
                           .power = 0.8};
  assert_int_equal(muster_mdes(&plan, &out, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "degrees of freedom"));
  plan.groups = 10;
  plan.icc = 1.5;
  assert_int_equal(muster_mdes(&plan, &out, &err), MUSTER_DATA);
  plan.icc = NAN;
  assert_int_equal(muster_mdes(&plan, &out, &err), MUSTER_DATA);
  double n;
  assert_int_equal(muster_sample_two_means(0, 1, 0.05, 0.8, &n, &err), MUSTER_DATA);
  assert_int_equal(muster_sample_two_shares(0.2, 0.2, 0.05, 0.8, &n, &err), MUSTER_DATA);
  assert_true(isnan(muster_power_clusters(0.2, 2, 50, 0.1, 0.05)));
  assert_true(isnan(muster_power_did(0.2, 3, 5, 5, 0.5, 1, 0.05)));
}

/* --- simulation --- */

enum { CLUSTERS = 20, TIMES = 8 };

static muster_panel small_panel(void) {
  static uint32_t unit[CLUSTERS * TIMES];
  static double time[CLUSTERS * TIMES], y[CLUSTERS * TIMES], cohort[CLUSTERS * TIMES];
  uint32_t state = 7;
  for (size_t i = 0; i < CLUSTERS * TIMES; i++) {
    state = state * 1664525u + 1013904223u;
    unit[i] = (uint32_t)(i / TIMES);
    time[i] = (double)(i % TIMES);
    y[i] = unit[i] * 0.3 + time[i] * 0.1 + (double)(state >> 8) / (1 << 24);
    cohort[i] = NAN;
  }
  muster_columns columns = {.n = CLUSTERS * TIMES, .unit = unit, .time = time, .y = y, .cohort = cohort};
  muster_panel panel;
  muster_error err;
  if (muster_panel_build(&columns, &panel, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return panel;
}

static muster_status twfe(void *context, const muster_panel *panel, double *estimate, double *std_error, double *df,
                          muster_error *err) {
  (void)context;
  muster_coefficients fit;
  MUSTER_TRY(muster_twfe_fit(panel, &(muster_regression_options){0}, &fit, err));
  *estimate = fit.beta[0];
  *std_error = sqrt(fit.v[0]);
  *df = fit.df[0];
  muster_coefficients_free(&fit);
  return MUSTER_OK;
}

static void simulation_finds_what_was_planted(void **state) {
  (void)state;
  muster_panel panel = small_panel();
  muster_power_plan plan = {
      .panel = &panel, .treated_clusters = 10, .start = 4, .effect = 0, .alpha = 0.05, .draws = 400, .seed = 1};
  muster_power_found none, some, threads;
  muster_error err;
  assert_int_equal(muster_power_simulate(&plan, twfe, NULL, NULL, &none, &err), MUSTER_OK);
  assert_true(fabs(none.power - 0.05) < 4 * sqrt(0.05 * 0.95 / 400) + 0.02);
  assert_true(fabs(none.mean) < 4 * none.sd / 20);
  assert_close(none.coverage, 1 - none.power, 1e-12); /* interval and test are one */
  plan.effect = 0.5;
  assert_int_equal(muster_power_simulate(&plan, twfe, NULL, NULL, &some, &err), MUSTER_OK);
  assert_close(some.mean - none.mean, 0.5, 1e-9);
  assert_close(some.sd, none.sd, 1e-9);
  assert_true(some.power > 0.95);
  plan.jobs = 3;
  assert_int_equal(muster_power_simulate(&plan, twfe, NULL, NULL, &threads, &err), MUSTER_OK);
  assert_memory_equal(&some, &threads, sizeof some);
  plan.start = 0;
  assert_int_equal(muster_power_simulate(&plan, twfe, NULL, NULL, &some, &err), MUSTER_DATA);
  plan.start = 4;
  plan.treated_clusters = CLUSTERS;
  assert_int_equal(muster_power_simulate(&plan, twfe, NULL, NULL, &some, &err), MUSTER_DATA);
  muster_panel_free(&panel);
}

static muster_status no_answer(void *context, const muster_panel *panel, double *estimate, double *std_error,
                               double *df, muster_error *err) {
  (void)context, (void)panel, (void)estimate, (void)std_error, (void)df;
  return muster_fail(err, MUSTER_DATA, "no");
}

static void simulation_survives_want_of_memory_and_answers(void **state) {
  (void)state;
  muster_panel panel = small_panel();
  muster_power_plan plan = {
      .panel = &panel, .treated_clusters = 5, .start = 4, .effect = 1, .alpha = 0.05, .draws = 3, .seed = 1};
  muster_power_found found;
  muster_error err;
  assert_int_equal(muster_power_simulate(&plan, no_answer, NULL, NULL, &found, &err), MUSTER_DATA);
  muster_status status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 500; nth++) {
    muster_alloc_fail_at(nth);
    status = muster_power_simulate(&plan, twfe, NULL, NULL, &found, &err);
    muster_alloc_fail_at(0);
  }
  assert_int_equal(status, MUSTER_OK);
  muster_panel_free(&panel);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(detectable_effects_agree),
      cmocka_unit_test(power_agrees),
      cmocka_unit_test(the_noncentral_t_keeps_its_tails),
      cmocka_unit_test(more_pupils_never_hurt),
      cmocka_unit_test(impossible_designs_are_refused),
      cmocka_unit_test(simulation_finds_what_was_planted),
      cmocka_unit_test(simulation_survives_want_of_memory_and_answers),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
