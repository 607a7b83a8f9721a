/* Least squares and its covariances against the reference packages, each under its named convention. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"
#include "muster/impact.h"

static const double TIGHT = 1e-9;

static muster_fit fit_of(const muster_design *design) {
  muster_fit fit;
  muster_error err = {0};
  if (muster_least_squares(design, &fit, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return fit;
}

static muster_vcov vcov_of(const muster_fit *fit, const muster_covariance *how) {
  muster_vcov vcov;
  muster_error err = {0};
  if (muster_vcov_of(fit, how, &vcov, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return vcov;
}

static double se_of(const muster_fit *fit, const muster_covariance *how, size_t j) {
  muster_vcov vcov = vcov_of(fit, how);
  double se = muster_vcov_se(&vcov, j);
  muster_vcov_free(&vcov);
  return se;
}

static void grunfeld_agrees(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/grunfeld.csv");
  size_t firms, years;
  uint32_t *firm = golden_factor(&csv, "firm", &firms), *year = golden_factor(&csv, "year", &years);
  double *inv = golden_numbers(&csv, "inv"), *capital = golden_numbers(&csv, "capital");
  double *one = muster_alloc(csv.rows, sizeof *one);
  for (size_t i = 0; i < csv.rows; i++) one[i] = 1;
  const double *x[] = {capital, one};

  muster_design ols = {.n = csv.rows, .k = 2, .x = x, .y = inv};
  muster_fit fit = fit_of(&ols);
  golden_check("grunfeld_ols", "se_iid", se_of(&fit, &(muster_covariance){.kind = MUSTER_IID}, 0), TIGHT);
  golden_check("grunfeld_ols", "se_HC1", se_of(&fit, &(muster_covariance){.kind = MUSTER_HC1}, 0), TIGHT);
  muster_fit_free(&fit);

  muster_design twoway = {
      .n = csv.rows, .k = 1, .x = x, .y = inv, .absorb = firm, .n_absorb = firms, .dummies = year, .n_dummies = years};
  fit = fit_of(&twoway);
  golden_check("grunfeld_twfe", "estimate", fit.beta[0], TIGHT);
  muster_covariance iid = {.kind = MUSTER_IID};
  muster_vcov v = vcov_of(&fit, &iid);
  golden_check("grunfeld_twfe", "se_iid", muster_vcov_se(&v, 0), TIGHT);
  golden_check("grunfeld_twfe", "p_iid", muster_t_p(fit.beta[0] / muster_vcov_se(&v, 0), v.df[0]), TIGHT);
  muster_vcov_free(&v);
  muster_covariance cr = {.kind = MUSTER_CR1, .ways = 1, .cluster = {firm, year}, .n_clusters = {firms, years}};
  golden_check("grunfeld_twfe", "se_cluster_fixest_stata", se_of(&fit, &cr, 0), TIGHT);
  cr.fe_count = MUSTER_FE_FULL;
  golden_check("grunfeld_twfe", "se_cluster_lm_HC1", se_of(&fit, &cr, 0), TIGHT);
  cr.kind = MUSTER_CR0;
  golden_check("grunfeld_twfe", "se_cluster_plm_CR0", se_of(&fit, &cr, 0), TIGHT);
  cr = (muster_covariance){.kind = MUSTER_CR1, .ways = 2, .cluster = {firm, year}, .n_clusters = {firms, years}};
  golden_check("grunfeld_twfe", "se_twoway_min", se_of(&fit, &cr, 0), TIGHT);
  cr.each_way = true;
  golden_check("grunfeld_twfe", "se_twoway_conv", se_of(&fit, &cr, 0), TIGHT);
  muster_covariance nw = {.kind = MUSTER_NEWEY_WEST,
                          .unit = firm,
                          .n_units = firms,
                          .time = year,
                          .n_times = years,
                          .lag = (size_t)floor(pow((double)years, 0.25))};
  golden_check("grunfeld_twfe", "se_NW", se_of(&fit, &nw, 0), TIGHT);
  nw.adjust = MUSTER_HAC_NONE;
  golden_check("grunfeld_twfe", "se_NW_plm", se_of(&fit, &nw, 0), TIGHT);
  nw.kind = MUSTER_DRISCOLL_KRAAY;
  golden_check("grunfeld_twfe", "se_DK_plm", se_of(&fit, &nw, 0), TIGHT);
  nw.adjust = MUSTER_HAC_PANEL;
  golden_check("grunfeld_twfe", "se_DK", se_of(&fit, &nw, 0), TIGHT);
  muster_fit_free(&fit);

  muster_free(one);
  muster_free(inv);
  muster_free(capital);
  muster_free(firm);
  muster_free(year);
  golden_free(&csv);
}

static void base_did_agrees(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/base_did.csv");
  size_t ids, periods;
  uint32_t *id = golden_factor(&csv, "id", &ids), *period = golden_factor(&csv, "period", &periods);
  double *y = golden_numbers(&csv, "y"), *x1 = golden_numbers(&csv, "x1"), *treat = golden_numbers(&csv, "treat"),
         *post = golden_numbers(&csv, "post");
  double *one = muster_alloc(csv.rows, sizeof *one);
  for (size_t i = 0; i < csv.rows; i++) {
    one[i] = 1;
    treat[i] *= post[i];
  }
  const double *x[] = {x1, one}, *xt[] = {treat, x1};
  muster_covariance by_id = {.kind = MUSTER_CR1, .ways = 1, .cluster = {id, period}, .n_clusters = {ids, periods}};
  muster_covariance by_period = {.kind = MUSTER_CR1, .ways = 1, .cluster = {period}, .n_clusters = {periods}};
  muster_covariance nw = {
      .kind = MUSTER_NEWEY_WEST, .unit = id, .n_units = ids, .time = period, .n_times = periods, .lag = 1};

  muster_design ols = {.n = csv.rows, .k = 2, .x = x, .y = y};
  muster_fit fit = fit_of(&ols);
  golden_check("basedid_ols", "se_NW1", se_of(&fit, &nw, 0), TIGHT);
  golden_check("basedid_ols", "se_cluster", se_of(&fit, &by_id, 0), TIGHT);
  muster_fit_free(&fit);

  muster_design oneway = {.n = csv.rows, .k = 1, .x = x, .y = y, .dummies = period, .n_dummies = periods};
  fit = fit_of(&oneway);
  golden_check("basedid_fe1", "estimate", fit.beta[0], TIGHT);
  golden_check("basedid_fe1", "se_cluster_id", se_of(&fit, &by_id, 0), TIGHT);
  golden_check("basedid_fe1", "se_cluster_period", se_of(&fit, &by_period, 0), TIGHT);
  by_id.ways = 2;
  golden_check("basedid_fe1", "se_twoway", se_of(&fit, &by_id, 0), TIGHT);
  nw.lag = 2;
  golden_check("basedid_fe1", "se_NW2", se_of(&fit, &nw, 0), TIGHT);
  muster_fit_free(&fit);

  muster_design twoway = {
      .n = csv.rows, .k = 2, .x = xt, .y = y, .absorb = id, .n_absorb = ids, .dummies = period, .n_dummies = periods};
  fit = fit_of(&twoway);
  golden_check("basedid_twfe", "estimate", fit.beta[0], TIGHT);
  golden_check("basedid_twfe", "x1", fit.beta[1], TIGHT);
  golden_check("basedid_twfe", "se_iid", se_of(&fit, &(muster_covariance){.kind = MUSTER_IID}, 0), TIGHT);
  golden_check("basedid_twfe", "se_hetero", se_of(&fit, &(muster_covariance){.kind = MUSTER_HC1}, 0), TIGHT);
  golden_check("basedid_twfe", "se_twoway", se_of(&fit, &by_id, 0), TIGHT);
  by_id.each_way = true;
  golden_check("basedid_twfe", "se_twoway_conv", se_of(&fit, &by_id, 0), TIGHT);
  by_id.ways = 1;
  golden_check("basedid_twfe", "se_cluster_id", se_of(&fit, &by_id, 0), TIGHT);
  by_id.fe_count = MUSTER_FE_FULL;
  golden_check("basedid_twfe", "se_cluster_id_full", se_of(&fit, &by_id, 0), TIGHT);
  by_id.fe_count = MUSTER_FE_NONE;
  golden_check("basedid_twfe", "se_cluster_id_none", se_of(&fit, &by_id, 0), TIGHT);
  by_id.kind = MUSTER_CR0;
  golden_check("basedid_twfe", "se_cluster_id_CR0", se_of(&fit, &by_id, 0), TIGHT);
  golden_check("basedid_twfe", "se_NW2", se_of(&fit, &nw, 0), TIGHT);
  nw.kind = MUSTER_DRISCOLL_KRAAY;
  golden_check("basedid_twfe", "se_DK2", se_of(&fit, &nw, 0), TIGHT);
  by_id.kind = MUSTER_CR2;
  muster_vcov v = vcov_of(&fit, &by_id);
  golden_check("basedid_twfe", "se_CR2", muster_vcov_se(&v, 0), TIGHT);
  golden_check("basedid_twfe", "df_CR2", v.df[0], TIGHT);
  golden_check("basedid_twfe", "p_CR2", muster_t_p(fit.beta[0] / muster_vcov_se(&v, 0), v.df[0]), TIGHT);
  muster_vcov_free(&v);
  muster_fit_free(&fit);

  muster_free(one);
  muster_free(y);
  muster_free(x1);
  muster_free(treat);
  muster_free(post);
  muster_free(id);
  muster_free(period);
  golden_free(&csv);
}

/* A small weighted regression with both kinds of fixed effects. */
static const double ys[] = {1, 3, 2, 5, 4, 4, 6, 9, 8, 7, 9, 14}, xs[] = {1, 2, 1, 4, 3, 1, 2, 6, 5, 2, 1, 8},
                    ws[] = {1, 2, 1, 1, 3, 1, 2, 1, 1, 2, 1, 1};
static const uint32_t unit[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3}, period[] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2},
                      all_one[12] = {0};

static void collinear_columns_are_left_out_in_order(void **state) {
  (void)state;
  double twice[12], one[12], two[12];
  for (size_t i = 0; i < 12; i++) {
    twice[i] = 2 * xs[i] + 3;
    one[i] = 1;
    two[i] = 2;
  }
  const double *x[] = {one, xs, twice, two};
  muster_fit fit = fit_of(&(muster_design){.n = 12, .k = 4, .x = x, .y = ys});
  assert_true(!isnan(fit.beta[0]) && !isnan(fit.beta[1]) && isnan(fit.beta[2]) && isnan(fit.beta[3]));
  assert_int_equal(fit.rank, 2);
  muster_covariance cr = {.kind = MUSTER_CR1, .ways = 1, .cluster = {unit}, .n_clusters = {4}};
  muster_vcov v = vcov_of(&fit, &cr);
  assert_true(muster_vcov_se(&v, 1) > 0 && isnan(v.v[2 * 4 + 2]));
  const size_t both[] = {1, 2};
  muster_wald wald;
  muster_error err;
  assert_int_equal(muster_wald_of(fit.beta, v.v, 4, both, 2, 3, &wald, &err), MUSTER_DATA);
  muster_vcov_free(&v);
  muster_fit_free(&fit);
}

static void weights_are_as_good_as_repeats(void **state) {
  (void)state;
  double y[24], x1[24], one[24], plain[12];
  size_t n = 0;
  for (size_t i = 0; i < 12; i++) {
    plain[i] = 1;
    for (double times = 0; times < ws[i]; times++) {
      y[n] = ys[i];
      x1[n] = xs[i];
      one[n++] = 1;
    }
  }
  const double *repeated[] = {x1, one}, *once[] = {xs, plain};
  muster_fit a = fit_of(&(muster_design){.n = n, .k = 2, .x = repeated, .y = y});
  muster_fit b = fit_of(&(muster_design){.n = 12, .k = 2, .x = once, .y = ys, .weight = ws});
  assert_true(fabs(a.beta[0] - b.beta[0]) < 1e-13 && fabs(a.rss - b.rss) < 1e-12 && fabs(a.r2 - b.r2) < 1e-13);
  muster_fit_free(&a);
  muster_fit_free(&b);
}

static void poor_input_is_refused(void **state) {
  (void)state;
  double bad[12];
  memcpy(bad, ys, sizeof bad);
  bad[4] = NAN;
  const double *x[] = {xs}, *spoiled[] = {bad};
  muster_fit fit;
  muster_error err = {0};
  assert_int_equal(muster_least_squares(&(muster_design){.n = 12, .k = 1, .x = spoiled, .y = ys}, &fit, &err),
                   MUSTER_DATA);
  assert_string_equal(err.where, "row 5");
  assert_int_equal(muster_least_squares(&(muster_design){.n = 0, .k = 1, .x = x, .y = ys}, &fit, &err), MUSTER_DATA);
  const double *many[] = {xs, ys, ws};
  assert_int_equal(muster_least_squares(&(muster_design){.n = 2, .k = 3, .x = many, .y = ys}, &fit, &err), MUSTER_DATA);

  fit = fit_of(&(muster_design){.n = 12, .k = 1, .x = x, .y = ys, .absorb = unit, .n_absorb = 4});
  muster_vcov v;
  muster_covariance one = {.kind = MUSTER_CR1, .ways = 1, .cluster = {all_one}, .n_clusters = {1}};
  assert_int_equal(muster_vcov_of(&fit, &one, &v, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "fewer than two clusters"));
  muster_covariance crossed = {.kind = MUSTER_CR2, .ways = 1, .cluster = {period}, .n_clusters = {3}};
  assert_int_equal(muster_vcov_of(&fit, &crossed, &v, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "cross the clusters"));
  muster_covariance none = {.kind = MUSTER_CR1};
  assert_int_equal(muster_vcov_of(&fit, &none, &v, &err), MUSTER_DATA);
  muster_covariance twice = {.kind = MUSTER_NEWEY_WEST, .unit = all_one, .n_units = 1, .time = period, .n_times = 3};
  assert_int_equal(muster_vcov_of(&fit, &twice, &v, &err), MUSTER_DATA);
  muster_fit_free(&fit);
}

static muster_status everything(muster_error *err) {
  const double *x[] = {xs};
  muster_design d = {
      .n = 12, .k = 1, .x = x, .y = ys, .weight = ws, .absorb = unit, .n_absorb = 4, .dummies = period, .n_dummies = 3};
  const muster_covariance_kind kinds[] = {MUSTER_IID, MUSTER_HC3,        MUSTER_CR1,
                                          MUSTER_CR2, MUSTER_NEWEY_WEST, MUSTER_DRISCOLL_KRAAY};
  for (int weighted = 0; weighted < 2; weighted++) {
    d.weight = weighted ? ws : NULL;
    muster_fit fit;
    MUSTER_TRY(muster_least_squares(&d, &fit, err));
    muster_status status = MUSTER_OK;
    muster_covariance how = {.cluster = {unit, period},
                             .n_clusters = {4, 3},
                             .unit = unit,
                             .n_units = 4,
                             .time = period,
                             .n_times = 3,
                             .lag = 1};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && status == MUSTER_OK; k++) {
      muster_vcov v;
      how.kind = kinds[k];
      how.ways = kinds[k] == MUSTER_CR1 ? 2 : 1;
      status = muster_vcov_of(&fit, &how, &v, err);
      if (status == MUSTER_OK) muster_vcov_free(&v);
    }
    const size_t which = 0;
    muster_wald wald;
    how.ways = 1;
    if (status == MUSTER_OK) status = muster_wald_htz(&fit, &how, &which, 1, &wald, err);
    muster_fit_free(&fit);
    if (status != MUSTER_OK) return status;
  }
  return MUSTER_OK;
}

static void memory_runs_out_cleanly(void **state) {
  (void)state;
  for (long nth = 1;; nth++) {
    muster_error err = {0};
    muster_alloc_fail_at(nth);
    muster_status status = everything(&err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(grunfeld_agrees),
      cmocka_unit_test(base_did_agrees),
      cmocka_unit_test(collinear_columns_are_left_out_in_order),
      cmocka_unit_test(weights_are_as_good_as_repeats),
      cmocka_unit_test(poor_input_is_refused),
      cmocka_unit_test(memory_runs_out_cleanly),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
