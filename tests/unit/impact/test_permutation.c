/* Randomisation inference and multiple testing against enumeration and p.adjust. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "frames.h"

static const double TIGHT = 1e-9;

static void darwin_agrees(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/darwin_maize.csv");
  double *difference = golden_numbers(&csv, "diff8");
  muster_signflip test;
  assert_int_equal(muster_signflip_test(difference, csv.rows, 0, 0, &test, NULL), MUSTER_OK);
  golden_check("darwin", "sum", test.sum, TIGHT);
  golden_check("darwin", "n_upper", (double)test.n_upper, TIGHT);
  golden_check("darwin", "p_two_sided", test.p, TIGHT);
  double one[15];
  for (size_t i = 0; i < 15; i++) one[i] = 1;
  const double *x[] = {one};
  muster_design design = {.n = 15, .k = 1, .x = x, .y = difference};
  muster_fit fit;
  muster_vcov vcov;
  assert_int_equal(muster_least_squares(&design, &fit, NULL), MUSTER_OK);
  assert_int_equal(muster_vcov_of(&fit, &(muster_covariance){.kind = MUSTER_IID}, &vcov, NULL), MUSTER_OK);
  double t = fit.beta[0] / muster_vcov_se(&vcov, 0);
  golden_check("darwin", "t", t, TIGHT);
  golden_check("darwin", "p", muster_t_p(t, vcov.df[0]), TIGHT);
  muster_vcov_free(&vcov);
  muster_fit_free(&fit);
  muster_free(difference);
  golden_free(&csv);
}

static void twelve_units_agree(void **state) {
  (void)state;
  muster_panel p = frame_base_did("data/base_did_g12.csv", NULL);
  muster_permutation x;
  assert_int_equal(muster_permutation_fit(&p, &(muster_permutation_options){0}, &x, NULL), MUSTER_OK);
  assert_true(x.exact && x.n_assignments == 924);
  golden_check("did_ri_g12", "did", x.estimate, TIGHT);
  golden_check("did_ri_g12", "p", x.p, TIGHT);
  golden_check("did_ri_g12", "n_extreme", (double)x.n_extreme, TIGHT);
  golden_check("did_ri_g12", "t", x.t, TIGHT);
  golden_check("did_ri_g12", "p_student", x.p_student, TIGHT);
  golden_check("did_ri_g12", "ci_lo", x.conf_low, 1e-6);
  golden_check("did_ri_g12", "ci_hi", x.conf_high, 1e-6);
  assert_true(fabs(x.smallest_p - 2.0 / 924) < 1e-12);

  muster_permutation drawn;
  muster_permutation_options options = {.most_exact = 10, .draws = 2000, .seed = 5};
  assert_int_equal(muster_permutation_fit(&p, &options, &drawn, NULL), MUSTER_OK);
  assert_true(!drawn.exact && fabs(drawn.p - x.p) < 4 * sqrt(x.p * (1 - x.p) / 2000));
  muster_coefficients twfe;
  assert_int_equal(muster_twfe_fit(&p, &(muster_regression_options){0}, &twfe, NULL), MUSTER_OK);
  assert_true(fabs(twfe.beta[0] - x.estimate) < 1e-10);
  muster_coefficients_free(&twfe);
  muster_panel_free(&p);
}

static void westfall_young_agrees(void **state) {
  (void)state;
  muster_panel p = frame_base_did("data/base_did_g12.csv", NULL);
  double value[5][12];
  const double *values[5];
  uint32_t treated[12];
  for (size_t u = 0; u < 12; u++) {
    double before = 0;
    treated[u] = !isnan(p.cohort[u]);
    for (size_t t = 0; t < 5; t++) before += p.y[p.first_row[u] + t] / 5;
    for (size_t t = 0; t < 5; t++) value[t][u] = p.y[p.first_row[u] + 5 + t] - before;
  }
  for (size_t t = 0; t < 5; t++) values[t] = value[t];
  double t[5], raw[5], adjusted[5];
  muster_permutation_options options = {0};
  assert_int_equal(muster_westfall_young(values, 5, treated, NULL, 12, &options, t, raw, adjusted, NULL), MUSTER_OK);
  for (int k = 0; k < 5; k++) {
    char name[16];
    snprintf(name, sizeof name, "t_p%d", k + 6);
    golden_check("wy_g12", name, t[k], TIGHT);
    snprintf(name, sizeof name, "p_raw_p%d", k + 6);
    golden_check("wy_g12", name, raw[k], TIGHT);
    snprintf(name, sizeof name, "p_adj_p%d", k + 6);
    golden_check("wy_g12", name, adjusted[k], TIGHT);
  }
  muster_panel_free(&p);
}

static void adjustments_agree(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/bh1995_pvalues.csv");
  double *p = golden_numbers(&csv, "p"), out[15];
  assert_int_equal(csv.rows, 15);
  for (int how = MUSTER_BONFERRONI; how <= MUSTER_BENJAMINI_YEKUTIELI; how++) {
    char id[48], quantity[16];
    double rejected = 0;
    assert_int_equal(muster_p_adjust((muster_adjustment)how, p, 15, out, NULL), MUSTER_OK);
    snprintf(id, sizeof id, "bh1995_%s", muster_adjustment_name((muster_adjustment)how));
    for (int i = 0; i < 15; i++) {
      snprintf(quantity, sizeof quantity, "padj_%02d", i + 1);
      if (!isnan(golden_value(id, quantity))) golden_check(id, quantity, out[i], 1e-12);
      rejected += out[i] <= 0.05;
    }
    if (!isnan(golden_value(id, "n_reject_05"))) golden_check(id, "n_reject_05", rejected, 1e-12);
  }
  muster_free(p);
  golden_free(&csv);

  const double given[] = {0.01, NAN, 0.02, 0.03, 0.5};
  double holm[5], bad[] = {0.5, 1.5};
  assert_int_equal(muster_p_adjust(MUSTER_HOLM, given, 5, holm, NULL), MUSTER_OK);
  assert_true(fabs(holm[0] - 0.04) < 1e-15 && isnan(holm[1]) && fabs(holm[2] - 0.06) < 1e-15);
  assert_true(fabs(holm[3] - 0.06) < 1e-15 && holm[4] == 0.5);
  muster_error err;
  assert_int_equal(muster_p_adjust(MUSTER_HOLM, bad, 2, holm, &err), MUSTER_DATA);
  double single = 0.2;
  for (int how = MUSTER_BONFERRONI; how <= MUSTER_BENJAMINI_YEKUTIELI; how++) {
    assert_int_equal(muster_p_adjust((muster_adjustment)how, &single, 1, holm, NULL), MUSTER_OK);
    assert_true(fabs(holm[0] - 0.2) < 1e-15);
  }
}

static void six_schools_can_never_reach_five_per_cent(void **state) {
  (void)state;
  const double starts[] = {0, 4};
  toy t = toy_make(6, 8, starts, 2, 50);
  muster_panel p = toy_panel(&t.columns);
  muster_permutation x;
  assert_int_equal(muster_permutation_fit(&p, &(muster_permutation_options){0}, &x, NULL), MUSTER_OK);
  assert_true(x.n_assignments == 20 && fabs(x.p - 0.1) < 1e-12 && fabs(x.smallest_p - 0.1) < 1e-12);
  assert_true(isinf(x.conf_low) && isinf(x.conf_high));
  muster_panel_free(&p);
  toy_free(&t);
}

static void strata_keep_their_own(void **state) {
  (void)state;
  const double starts[] = {0, 4};
  toy t = toy_make(8, 8, starts, 2, 1);
  uint32_t stratum[64];
  for (size_t i = 0; i < 64; i++) stratum[i] = t.unit[i] / 4; /* two and two in each */
  t.columns.stratum = stratum;
  muster_panel p = toy_panel(&t.columns);
  muster_permutation x;
  assert_int_equal(muster_permutation_fit(&p, &(muster_permutation_options){0}, &x, NULL), MUSTER_OK);
  assert_int_equal(x.n_assignments, 36);
  muster_panel_free(&p);
  toy_free(&t);
}

static void staggered_starts_use_the_regression(void **state) {
  (void)state;
  const double starts[] = {0, 4, 6};
  toy t = toy_make(9, 8, starts, 3, 1);
  muster_panel p = toy_panel(&t.columns);
  muster_permutation x;
  muster_coefficients twfe;
  assert_int_equal(muster_permutation_fit(&p, &(muster_permutation_options){0}, &x, NULL), MUSTER_OK);
  assert_int_equal(muster_twfe_fit(&p, &(muster_regression_options){0}, &twfe, NULL), MUSTER_OK);
  assert_int_equal(x.n_assignments, 1680);
  assert_true(fabs(x.estimate - twfe.beta[0]) < 1e-10);
  assert_true(isnan(x.t));
  muster_coefficients_free(&twfe);
  muster_panel_free(&p);
  toy_free(&t);
}

/* An outcome that stands still in every cluster: nothing was found, and the others are ranked without it. */
static void an_outcome_that_stands_still_has_p_1(void **state) {
  (void)state;
  const uint32_t treated[] = {1, 1, 1, 0, 0, 0};
  const double still[6] = {0}, strong[] = {5, 6, 7, 1, 2, 3}, weak[] = {1, 4, 2, 1, 3, 1};
  const double *const with[] = {weak, still, strong}, *const alone[] = {weak, strong};
  double t[3], raw[3], adjusted[3], t2[2], raw2[2], adjusted2[2];
  muster_permutation_options options = {0};
  assert_int_equal(muster_westfall_young(with, 3, treated, NULL, 6, &options, t, raw, adjusted, NULL), MUSTER_OK);
  assert_int_equal(muster_westfall_young(alone, 2, treated, NULL, 6, &options, t2, raw2, adjusted2, NULL), MUSTER_OK);
  assert_true(t[1] == 0 && raw[1] == 1 && adjusted[1] == 1);
  assert_true(raw[2] == raw2[1] && adjusted[2] == adjusted2[1] && adjusted[0] == adjusted2[0]);
}

static void refusals_and_memory(void **state) {
  (void)state;
  const double starts[] = {0, 4};
  muster_error err;
  muster_permutation x;
  toy t = toy_make(6, 8, starts, 2, 1);
  t.columns.cluster = t.cluster;
  muster_panel p = toy_panel(&t.columns);
  assert_int_equal(muster_permutation_fit(&p, &(muster_permutation_options){0}, &x, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "different times"));
  muster_panel_free(&p);
  t.columns.cluster = NULL;
  p = toy_panel(&t.columns);
  muster_permutation_options options = {.outcome = "y"};
  for (long nth = 1;; nth++) {
    muster_estimates rows = {0};
    muster_alloc_fail_at(nth);
    muster_status status = muster_permutation_rows(&p, &options, &rows, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) assert_int_equal(rows.count, 2);
    muster_estimates_free(&rows);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_panel_free(&p);
  toy_free(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(darwin_agrees),
      cmocka_unit_test(twelve_units_agree),
      cmocka_unit_test(westfall_young_agrees),
      cmocka_unit_test(adjustments_agree),
      cmocka_unit_test(six_schools_can_never_reach_five_per_cent),
      cmocka_unit_test(strata_keep_their_own),
      cmocka_unit_test(staggered_starts_use_the_regression),
      cmocka_unit_test(an_outcome_that_stands_still_has_p_1),
      cmocka_unit_test(refusals_and_memory),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
