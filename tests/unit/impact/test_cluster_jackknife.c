/* Leaving clusters out: against the closed form for a difference of cluster means, and panels cut to some units. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "frames.h"

static muster_status static_effect(const muster_panel *panel, void *context, double *estimate, muster_error *err) {
  ++*(size_t *)context;
  muster_coefficients fit;
  MUSTER_TRY(muster_twfe_fit(panel, &(muster_regression_options){0}, &fit, err));
  *estimate = fit.beta[0];
  muster_coefficients_free(&fit);
  return MUSTER_OK;
}

/* With one start and a balanced panel the effect is a difference of mean changes, c_u. Without unit u of an arm of n
 * the mean of the arm moves by (c_u - mean)/(n - 1). */
static void a_difference_of_means_has_its_closed_form(void **state) {
  (void)state;
  const double starts[] = {0, 4, 0};
  toy t = toy_make(13, 8, starts, 3, 1);
  t.columns.cluster = NULL;
  muster_panel p = toy_panel(&t.columns);
  double change[13] = {0}, mean[2] = {0}, n[2] = {0}, part[2] = {0};
  for (size_t i = 0; i < p.n_obs; i++) change[p.unit[i]] += p.y[i] / (p.times[p.time[i]] >= 4 ? 5.0 : -3.0);
  for (size_t u = 0; u < 13; u++) {
    mean[!isnan(p.cohort[u])] += change[u];
    n[!isnan(p.cohort[u])]++;
  }
  for (int a = 0; a < 2; a++) mean[a] /= n[a];
  for (size_t u = 0; u < 13; u++) {
    int a = !isnan(p.cohort[u]);
    part[a] += pow((change[u] - mean[a]) / (n[a] - 1), 2);
  }
  double all = part[0] + part[1];
  muster_jackknife found;
  muster_error err;
  size_t calls = 0;
  assert_int_equal(muster_cluster_jackknife(&p, static_effect, &calls, &found, &err), MUSTER_OK);
  assert_int_equal(calls, 14);
  assert_close(found.estimate, mean[1] - mean[0], 1e-10);
  assert_close(found.std_error, sqrt(12.0 / 13 * all), 1e-10);
  assert_close(found.df, all * all / (part[0] * part[0] / (n[0] - 1) + part[1] * part[1] / (n[1] - 1)), 1e-8);
  assert_true(found.least < found.estimate && found.estimate < found.most);
  muster_panel_free(&p);
  toy_free(&t);
}

static void an_arm_of_one_cluster_is_refused(void **state) {
  (void)state;
  const double starts[] = {4, 0, 0, 0, 0};
  toy t = toy_make(5, 8, starts, 5, 1);
  muster_panel p = toy_panel(&t.columns);
  muster_jackknife found;
  muster_error err;
  size_t calls = 0;
  assert_int_equal(muster_cluster_jackknife(&p, static_effect, &calls, &found, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "without cluster 1 of 5"));
  muster_panel_free(&p);
  toy_free(&t);
}

static void some_units_are_a_panel(void **state) {
  (void)state;
  const double starts[] = {0, 4, 8};
  toy t = toy_make(9, 8, starts, 3, 1);
  t.columns.n_covariates = 1;
  t.columns.weight = t.weight;
  muster_panel p = toy_panel(&t.columns), cut;
  muster_error err;
  unsigned char keep[9];
  memset(keep, 1, sizeof keep);
  assert_int_equal(muster_panel_of_units(&p, keep, &cut, &err), MUSTER_OK);
  assert_int_equal(cut.n_obs, p.n_obs);
  assert_memory_equal(cut.y, p.y, p.n_obs * sizeof *p.y);
  assert_memory_equal(cut.weight, p.weight, p.n_obs * sizeof *p.weight);
  assert_memory_equal(cut.covariate[0], p.covariate[0], p.n_obs * sizeof *p.y);
  assert_string_equal(cut.name[0], p.name[0]);
  muster_panel_free(&cut);
  keep[0] = keep[4] = 0;
  assert_int_equal(muster_panel_of_units(&p, keep, &cut, &err), MUSTER_OK);
  assert_int_equal(cut.n_units, 7);
  assert_int_equal(cut.unit_id[3], p.unit_id[5]);
  assert_true(cut.cohort[0] == p.cohort[1] && cut.y[0] == p.y[p.first_row[1]]);
  muster_panel_free(&cut);
  memset(keep, 0, sizeof keep);
  assert_int_equal(muster_panel_of_units(&p, keep, &cut, &err), MUSTER_DATA);
  muster_panel_free(&p);
  toy_free(&t);
}

static void want_of_memory_is_survived(void **state) {
  (void)state;
  const double starts[] = {0, 4};
  toy t = toy_make(4, 8, starts, 2, 1);
  muster_panel p = toy_panel(&t.columns);
  muster_error err;
  muster_jackknife found;
  size_t calls = 0;
  for (long nth = 1;; nth++) {
    muster_alloc_fail_at(nth);
    muster_status status = muster_cluster_jackknife(&p, static_effect, &calls, &found, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_panel_free(&p);
  toy_free(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_difference_of_means_has_its_closed_form),
      cmocka_unit_test(an_arm_of_one_cluster_is_refused),
      cmocka_unit_test(some_units_are_a_panel),
      cmocka_unit_test(want_of_memory_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
