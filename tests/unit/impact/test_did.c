/* The 2x2 against the published and reference values of Card & Krueger (1994), and CR2 on state panels. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "find.h"
#include "frames.h"

static const double TIGHT = 1e-9;

static muster_fit fit_of(const muster_design *design) {
  muster_fit fit;
  muster_error err = {0};
  if (muster_least_squares(design, &fit, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return fit;
}

static muster_vcov vcov_of(const muster_fit *fit, muster_covariance how) {
  muster_vcov vcov;
  muster_error err = {0};
  if (muster_vcov_of(fit, &how, &vcov, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return vcov;
}

static void check_se(const muster_fit *fit, muster_covariance how, size_t j, const char *id, const char *quantity) {
  muster_vcov vcov = vcov_of(fit, how);
  golden_check(id, quantity, muster_vcov_se(&vcov, j), TIGHT);
  muster_vcov_free(&vcov);
}

/* Card & Krueger as a panel: New Jersey starts in the second wave. `balanced` keeps stores seen twice. */
static muster_panel stores(bool balanced) {
  golden_csv csv = golden_read("data/njmin.csv");
  uint32_t *id = golden_factor(&csv, "id", NULL);
  double *nj = golden_numbers(&csv, "nj"), *d = golden_numbers(&csv, "d"), *fte = golden_numbers(&csv, "fte"),
         *demp = golden_numbers(&csv, "demp");
  for (size_t i = 0; i < csv.rows; i++) {
    nj[i] = nj[i] > 0 ? 1 : NAN;
    if (balanced && isnan(demp[i])) fte[i] = NAN;
  }
  muster_columns columns = {.n = csv.rows, .unit = id, .time = d, .y = fte, .cohort = nj};
  muster_panel panel = toy_panel(&columns);
  muster_free(id);
  muster_free(nj);
  muster_free(d);
  muster_free(fte);
  muster_free(demp);
  golden_free(&csv);
  return panel;
}

static muster_estimates did_of(const muster_panel *panel, muster_errors errors) {
  muster_estimates rows = {0};
  muster_error err = {0};
  muster_regression_options options = {.outcome = "fte", .errors = errors};
  if (muster_did(panel, &options, &rows, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return rows;
}

static double did_se(const muster_panel *panel, muster_errors errors) {
  muster_estimates rows = did_of(panel, errors);
  double se = rows.at[0].std_error;
  muster_estimates_free(&rows);
  return se;
}

static void all_stores_agree(void **state) {
  (void)state;
  muster_panel p = stores(false);
  muster_estimates rows = did_of(&p, MUSTER_ERRORS_CLUSTER);
  const muster_estimate *did = estimates_find(&rows, "did", "treated", NAN, NAN);
  golden_check("ck_did", "estimate", did->estimate, TIGHT);
  golden_check("ck_did", "nobs", (double)did->n_obs, TIGHT);
  golden_check("ck_did", "se_CR1_stata", did->std_error, TIGHT);
  golden_check("ck_did", "se_fixest_cluster", did->std_error, TIGHT);
  golden_check("ck_did", "t_df", did->df, TIGHT);
  golden_check("ck_did", "p_fixest_cluster", did->p_value, TIGHT);
  golden_check("ck_did", "ci_lo", did->conf_low, TIGHT);
  golden_check("ck_did", "ci_hi", did->conf_high, TIGHT);
  const char *const cells[] = {"ck_cell_nj0_d0", "ck_cell_nj0_d1", "ck_cell_nj1_d0", "ck_cell_nj1_d1"};
  const char *const terms[] = {"mean_control_before", "mean_control_after", "mean_treated_before",
                               "mean_treated_after"};
  for (size_t c = 0; c < 4; c++) {
    if (isnan(golden_value(cells[c], "mean"))) continue;
    const muster_estimate *cell = estimates_find(&rows, "did", terms[c], NAN, NAN);
    golden_check(cells[c], "mean", cell->estimate, TIGHT);
    golden_check(cells[c], "se", cell->std_error, TIGHT);
    golden_check(cells[c], "n", (double)cell->n_obs, TIGHT);
  }
  muster_estimates_free(&rows);
  golden_check("ck_did", "se_iid", did_se(&p, MUSTER_ERRORS_IID), TIGHT);
  golden_check("ck_did", "se_HC1", did_se(&p, MUSTER_ERRORS_HC1), TIGHT);
  golden_check("ck_did", "se_CR0", did_se(&p, MUSTER_ERRORS_CR0), TIGHT);
  rows = did_of(&p, MUSTER_ERRORS_CR2);
  golden_check("ck_did", "se_CR2", rows.at[0].std_error, TIGHT);
  golden_check("ck_did", "df_satt", rows.at[0].df, TIGHT);
  golden_check("ck_did", "p_CR2", rows.at[0].p_value, TIGHT);
  muster_estimates_free(&rows);

  size_t n = p.n_obs; /* the rest straight from least squares */
  double *made = muster_alloc(4 * n, sizeof *made);
  const double *x[4];
  for (size_t j = 0; j < 4; j++) x[j] = made + j * n;
  for (size_t i = 0; i < n; i++) {
    made[n + i] = !isnan(p.cohort[p.unit[i]]);
    made[2 * n + i] = p.times[p.time[i]];
    made[i] = made[n + i] * made[2 * n + i];
    made[3 * n + i] = 1;
  }
  muster_design design = {.n = n, .k = 4, .x = x, .y = p.y};
  muster_fit fit = fit_of(&design);
  golden_check("ck_did", "df_resid", fit.df_residual, TIGHT);
  check_se(&fit, (muster_covariance){.kind = MUSTER_HC0}, 0, "ck_did", "se_HC0");
  check_se(&fit, (muster_covariance){.kind = MUSTER_HC2}, 0, "ck_did", "se_HC2");
  check_se(&fit, (muster_covariance){.kind = MUSTER_HC3}, 0, "ck_did", "se_HC3");
  muster_fit_free(&fit);
  muster_free(made);
  muster_panel_free(&p);
}

static void balanced_stores_agree(void **state) {
  (void)state;
  muster_panel p = stores(true);
  muster_estimates rows = did_of(&p, MUSTER_ERRORS_CLUSTER);
  golden_check("ck_did_bal", "se_CR1_pooled", rows.at[0].std_error, TIGHT);
  const muster_estimate *fd = estimates_find(&rows, "did", "first_difference", NAN, NAN);
  golden_check("ck_did_bal", "estimate", fd->estimate, TIGHT);
  golden_check("ck_did_bal", "se_HC2_fd", fd->std_error, TIGHT);
  muster_estimates_free(&rows);

  muster_coefficients twfe;
  assert_int_equal(muster_twfe_fit(&p, &(muster_regression_options){0}, &twfe, NULL), MUSTER_OK);
  golden_check("ck_did_bal", "estimate_twfe", twfe.beta[0], TIGHT);
  golden_check("ck_did_bal", "se_cluster_twfe", sqrt(twfe.v[0]), TIGHT);
  golden_check("ck_did_bal", "p_cluster_twfe", muster_t_p(twfe.beta[0] / sqrt(twfe.v[0]), twfe.df[0]), TIGHT);
  golden_check("ck_did_bal", "n_units", (double)twfe.n_units, TIGHT);
  muster_coefficients_free(&twfe);

  size_t n = p.n_units, nj = 0;
  double *change = muster_alloc(n, sizeof *change), *group = muster_alloc(n, sizeof *group);
  double *one = muster_alloc(n, sizeof *one), *before = muster_alloc(n, sizeof *before),
         *after = muster_alloc(n, sizeof *after), *treated_change = muster_alloc(n, sizeof *treated_change);
  for (size_t u = 0; u < n; u++) {
    before[u] = p.y[p.first_row[u]];
    after[u] = p.y[p.first_row[u] + 1];
    change[u] = after[u] - before[u];
    group[u] = !isnan(p.cohort[u]);
    one[u] = 1;
    if (group[u] > 0) treated_change[nj++] = change[u];
  }
  const double *x[] = {group, one, before}, *ones[] = {one};
  muster_fit fit = fit_of(&(muster_design){.n = n, .k = 2, .x = x, .y = change});
  check_se(&fit, (muster_covariance){.kind = MUSTER_IID}, 0, "ck_did_bal", "se_iid_fd");
  check_se(&fit, (muster_covariance){.kind = MUSTER_HC1}, 0, "ck_did_bal", "se_HC1_fd");
  muster_fit_free(&fit);
  fit = fit_of(&(muster_design){.n = n, .k = 3, .x = x, .y = after});
  golden_check("ck_ancova", "estimate", fit.beta[0], TIGHT);
  golden_check("ck_ancova", "beta_pre", fit.beta[2], TIGHT);
  check_se(&fit, (muster_covariance){.kind = MUSTER_IID}, 0, "ck_ancova", "se_iid");
  check_se(&fit, (muster_covariance){.kind = MUSTER_HC2}, 0, "ck_ancova", "se_HC2");
  muster_fit_free(&fit);
  fit = fit_of(&(muster_design){.n = nj, .k = 1, .x = ones, .y = treated_change});
  muster_vcov v = vcov_of(&fit, (muster_covariance){.kind = MUSTER_IID});
  muster_estimate row = muster_estimate_blank("", "", "");
  muster_estimate_fill(&row, fit.beta[0], muster_vcov_se(&v, 0), v.df[0], 0.95);
  golden_check("ck_paired_change_nj1", "estimate", row.estimate, TIGHT);
  golden_check("ck_paired_change_nj1", "se", row.std_error, TIGHT);
  golden_check("ck_paired_change_nj1", "t", row.estimate / row.std_error, TIGHT);
  golden_check("ck_paired_change_nj1", "df", row.df, TIGHT);
  golden_check("ck_paired_change_nj1", "p", row.p_value, TIGHT);
  golden_check("ck_paired_change_nj1", "ci_lo", row.conf_low, TIGHT);
  golden_check("ck_paired_change_nj1", "ci_hi", row.conf_high, TIGHT);
  muster_vcov_free(&v);
  muster_fit_free(&fit);
  muster_free(change);
  muster_free(group);
  muster_free(one);
  muster_free(before);
  muster_free(after);
  muster_free(treated_change);
  muster_panel_free(&p);
}

/* Deaths and the drinking age, 50 states by 14 years: absorbed states, years as dummies. */
static void deaths_agree(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/mlda_mv_deaths.csv");
  size_t states, years;
  uint32_t *home = golden_factor(&csv, "state", &states), *year = golden_factor(&csv, "year", &years);
  double *rate = golden_numbers(&csv, "mrate"), *legal = golden_numbers(&csv, "legal"),
         *beer = golden_numbers(&csv, "beertaxa"), *pop = golden_numbers(&csv, "pop");
  const double *x[] = {legal, beer};
  const char *const names[] = {"legal", "beertaxa"};
  const muster_covariance_kind kinds[] = {MUSTER_CR1P, MUSTER_CR2};
  for (int weighted = 0; weighted < 2; weighted++) {
    muster_design d = {.n = csv.rows,
                       .k = 2,
                       .x = x,
                       .y = rate,
                       .weight = weighted ? pop : NULL,
                       .absorb = home,
                       .n_absorb = states,
                       .dummies = year,
                       .n_dummies = years};
    muster_fit fit = fit_of(&d);
    for (int kind = 0; kind < 2; kind++) {
      muster_vcov v =
          vcov_of(&fit, (muster_covariance){.kind = kinds[kind], .ways = 1, .cluster = {home}, .n_clusters = {states}});
      char id[32], quantity[32];
      snprintf(id, sizeof id, "mlda_%c_CR%d", weighted ? 'w' : 'u', kind + 1);
      for (size_t j = 0; j < 2; j++) {
        double se = muster_vcov_se(&v, j);
        const double values[] = {fit.beta[j], se, v.df[j], muster_t_p(fit.beta[j] / se, v.df[j])};
        const char *const suffix[] = {"est", "se", "df", "p"};
        for (size_t s = 0; s < 4; s++) {
          snprintf(quantity, sizeof quantity, "%s_%s", names[j], suffix[s]);
          if (!isnan(golden_value(id, quantity))) golden_check(id, quantity, values[s], TIGHT);
        }
      }
      muster_vcov_free(&v);
    }
    muster_covariance cr = {.kind = MUSTER_CR1, .ways = 1, .cluster = {home}, .n_clusters = {states}};
    muster_vcov v = vcov_of(&fit, cr);
    const char *id = weighted ? "mlda_fixest_w" : "mlda_fixest";
    golden_check(id, "legal_est", fit.beta[0], TIGHT);
    golden_check(id, "legal_se", muster_vcov_se(&v, 0), TIGHT);
    if (!weighted) {
      golden_check(id, "legal_p", muster_t_p(fit.beta[0] / muster_vcov_se(&v, 0), v.df[0]), TIGHT);
      const size_t which[] = {0, 1};
      muster_wald wald;
      assert_int_equal(muster_wald_htz(&fit, &cr, which, 2, &wald, NULL), MUSTER_OK);
      golden_check("mlda_u_HTZ", "F", wald.f, TIGHT);
      golden_check("mlda_u_HTZ", "df_num", wald.df1, TIGHT);
      golden_check("mlda_u_HTZ", "df_denom", wald.df2, TIGHT);
      golden_check("mlda_u_HTZ", "p", wald.f_p, TIGHT);
      cr.kind = MUSTER_CR0;
      check_se(&fit, cr, 0, "mlda_u_other", "legal_se_CR0");
      cr.kind = MUSTER_CR1;
      cr.fe_count = MUSTER_FE_FULL;
      check_se(&fit, cr, 0, "mlda_u_other", "legal_se_CR1S");
    }
    muster_vcov_free(&v);
    muster_fit_free(&fit);
  }
  muster_free(home);
  muster_free(year);
  muster_free(rate);
  muster_free(legal);
  muster_free(beer);
  muster_free(pop);
  golden_free(&csv);
}

static void imputation_agrees(void **state) {
  (void)state;
  muster_panel p = frame_panel(&(frame_spec){
      .file = "data/mpdta.csv", .unit = "countyreal", .time = "year", .y = "lemp", .cohort = "first.treat"});
  muster_imputation fit;
  assert_int_equal(muster_imputation_fit(&p, &fit, NULL), MUSTER_OK);
  golden_check("mpdta_imputation", "att", fit.att, TIGHT);
  for (size_t e = 0; e < fit.n_events; e++) {
    char name[16];
    snprintf(name, sizeof name, "e_%g", fit.event[e]);
    golden_check("mpdta_imputation", name, fit.estimate[e], TIGHT);
    assert_true(fit.event_se[e] > 0);
  }
  muster_imputation_free(&fit);
  muster_panel_free(&p);
}

/* With two times, imputation is the difference of mean changes, and both influence functions are one. */
static void imputation_is_the_2x2(void **state) {
  (void)state;
  const double starts[] = {0, 2, 2};
  toy t = toy_make(15, 2, starts, 3, 1.5);
  t.columns.weight = t.weight;
  muster_panel p = toy_panel(&t.columns);
  muster_imputation fit;
  muster_cs cs;
  assert_int_equal(muster_imputation_fit(&p, &fit, NULL), MUSTER_OK);
  assert_int_equal(muster_cs_fit(&p, &(muster_cs_options){0}, &cs, NULL), MUSTER_OK);
  assert_true(fabs(fit.att - cs.cell[0].att) < 1e-10);
  assert_true(fabs(fit.se / cs.cell[0].se - 1) < 1e-10);
  muster_cs_free(&cs);
  muster_imputation_free(&fit);
  muster_panel_free(&p);
  toy_free(&t);
}

static void imputation_recovers_a_growing_effect(void **state) {
  (void)state;
  const double starts[] = {0, 4, 7, 10};
  toy t = toy_make(400, 12, starts, 4, 2);
  t.columns.n_covariates = 1;
  muster_panel p = toy_panel(&t.columns);
  muster_estimates rows = {0};
  muster_regression_options options = {.outcome = "y"};
  assert_int_equal(muster_imputation_rows(&p, &options, &rows, NULL), MUSTER_OK);
  for (int e = 0; e < 8; e++) {
    const muster_estimate *row = estimates_find(&rows, "imputation", "event", NAN, e);
    assert_true(fabs(row->estimate - 2 * (e + 1)) < 5 * row->std_error);
  }
  for (long nth = 1;; nth++) {
    muster_estimates some = {0};
    muster_alloc_fail_at(nth);
    muster_status status = muster_imputation_rows(&p, &options, &some, NULL);
    muster_alloc_fail_at(0);
    muster_estimates_free(&some);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_estimates_free(&rows);
  muster_panel_free(&p);
  toy_free(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_stores_agree),      cmocka_unit_test(balanced_stores_agree),
      cmocka_unit_test(deaths_agree),          cmocka_unit_test(imputation_agrees),
      cmocka_unit_test(imputation_is_the_2x2), cmocka_unit_test(imputation_recovers_a_growing_effect),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
