/* Wild and pairs cluster bootstrap: enumerated draws against the reference, random ones against enumeration. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "frames.h"

static const double TIGHT = 1e-9;

static muster_wild wild_of(const muster_panel *panel, muster_wild_options options) {
  muster_wild out;
  muster_error err = {0};
  if (muster_wild_fit(panel, &options, &out, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return out;
}

static void check(const char *id, const muster_wild *w) {
  golden_check(id, "beta", w->beta, TIGHT);
  golden_check(id, "t", w->t, TIGHT);
  golden_check(id, "p_strict", w->p_strict, TIGHT);
  golden_check(id, "p_weak", w->p, TIGHT);
}

static const muster_wild_options full = {.regression = {.fe_count = MUSTER_FE_FULL}, .weights = MUSTER_WILD_RADEMACHER};

static void grunfeld_agrees(void **state) {
  (void)state;
  muster_panel p = frame_panel(&(frame_spec){.file = "data/grunfeld.csv",
                                             .unit = "firm",
                                             .time = "year",
                                             .y = "inv",
                                             .treated = "capital",
                                             .covariates = {"value"}});
  muster_wild_options options = full;
  options.unrestricted = true;
  muster_wild wcu = wild_of(&p, options);
  assert_true(wcu.enumerated && wcu.n_draws == 1024);
  check("grunfeld_WCU", &wcu);
  golden_check("grunfeld_WCU", "q975_abs_t", wcu.quantile_upper, 1e-8);
  muster_wild wcr = wild_of(&p, full);
  assert_true(wcr.p_strict == 50.0 / 1024 && wcr.p == 52.0 / 1024); /* ties decide */
  muster_panel_free(&p);
}

static void twelve_clusters_agree(void **state) {
  (void)state;
  muster_panel p = frame_base_did("data/base_did_g12.csv", "x1");
  muster_wild wcr = wild_of(&p, full);
  assert_true(wcr.enumerated && wcr.n_draws == 4096);
  check("basedid12_WCR", &wcr);
  golden_check("basedid12_WCR", "q975_abs_t", wcr.quantile_upper, 1e-8);
  golden_check("basedid12_WCR", "ci_lo", wcr.conf_low, 1e-6);
  golden_check("basedid12_WCR", "ci_hi", wcr.conf_high, 1e-6);
  golden_check("basedid12_WCR", "p_fwildclusterboot", wcr.p_strict, TIGHT);
  golden_check("basedid12_WCR", "t_fwildclusterboot", wcr.t, TIGHT);
  muster_wild_options options = full;
  options.unrestricted = true;
  muster_wild wcu = wild_of(&p, options);
  check("basedid12_WCU", &wcu);
  golden_check("basedid12_WCU", "q975_abs_t", wcu.quantile_upper, 1e-8);

  muster_wild none =
      wild_of(&p, (muster_wild_options){.weights = MUSTER_WILD_RADEMACHER, .regression = {.fe_count = MUSTER_FE_NONE}});
  assert_true(none.p == wcr.p && none.p_strict == wcr.p_strict && none.t != wcr.t); /* factors cancel in p */
  options = full;
  options.draws = 2000;
  options.seed = 3;
  muster_wild drawn = wild_of(&p, options);
  double mc = sqrt(wcr.p * (1 - wcr.p) / 2000);
  assert_true(!drawn.enumerated && fabs(drawn.p - wcr.p) < 4 * mc);
  muster_wild again = wild_of(&p, options);
  assert_memory_equal(&drawn.p, &again.p, sizeof drawn.p);
  options.weights = MUSTER_WILD_WEBB;
  assert_true(fabs(wild_of(&p, options).p - wcr.p) < 0.1);
  options.weights = MUSTER_WILD_MAMMEN;
  assert_true(fabs(wild_of(&p, options).p - wcr.p) < 0.1);
  muster_panel_free(&p);

  p = frame_base_did("data/base_did_g12.csv", NULL);
  wcr = wild_of(&p, full);
  check("basedid12_nox_WCR", &wcr);
  golden_check("basedid12_nox_WCR", "q95_abs_t", wcr.quantile, 1e-8);
  golden_check("basedid12_nox_WCR", "p_fwildclusterboot", wcr.p_strict, TIGHT);
  muster_panel_free(&p);
}

static void the_interval_inverts_the_test(void **state) {
  (void)state;
  muster_panel p = frame_base_did("data/base_did_g12.csv", "x1");
  muster_wild_options options = full;
  muster_wild w = wild_of(&p, options);
  options.null = w.conf_low - 1e-3;
  assert_true(wild_of(&p, options).p <= 0.05);
  options.null = w.conf_low + 1e-3;
  assert_true(wild_of(&p, options).p > 0.05);
  options.null = w.conf_high + 1e-3;
  assert_true(wild_of(&p, options).p <= 0.05);
  muster_panel_free(&p);
}

static void pairs_come_near_the_sandwich(void **state) {
  (void)state;
  muster_panel p = frame_base_did("data/base_did.csv", "x1");
  muster_pairs pairs;
  muster_pairs_options options = {.draws = 999, .seed = 11};
  assert_int_equal(muster_pairs_fit(&p, &options, &pairs, NULL), MUSTER_OK);
  golden_check("basedid_twfe", "estimate", pairs.beta, TIGHT);
  double se = golden_value("basedid_twfe", "se_cluster_id");
  assert_true(fabs(pairs.se / se - 1) < 0.12);
  assert_true(pairs.conf_low < pairs.beta && pairs.conf_high > pairs.beta && pairs.n_failed == 0);
  muster_panel_free(&p);
}

static void rows_name_the_rule(void **state) {
  (void)state;
  muster_panel p = frame_base_did("data/base_did_g12.csv", NULL);
  muster_estimates rows = {0};
  muster_wild_options wild = full;
  wild.regression.outcome = "y";
  assert_int_equal(muster_wild_bootstrap(&p, &wild, &rows, NULL), MUSTER_OK);
  muster_pairs_options pairs = {.regression = {.outcome = "y"}, .draws = 99};
  assert_int_equal(muster_pairs_bootstrap(&p, &pairs, &rows, NULL), MUSTER_OK);
  assert_int_equal(rows.count, 2);
  assert_non_null(strstr(rows.at[0].note, "all 4096 weight vectors, ties counted"));
  assert_non_null(strstr(rows.at[1].note, "99 draws"));
  muster_estimates_free(&rows);
  muster_panel_free(&p);
}

static void refusals_and_memory(void **state) {
  (void)state;
  const double starts[] = {0, 3};
  toy t = toy_make(6, 4, starts, 2, 1);
  muster_error err;
  muster_wild w;
  muster_panel p = toy_panel(&t.columns);
  for (long nth = 1;; nth++) {
    muster_alloc_fail_at(nth);
    muster_status status = muster_wild_fit(&p, &full, &w, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_pairs pairs;
  for (long nth = 1;; nth++) {
    muster_alloc_fail_at(nth);
    muster_status status = muster_pairs_fit(&p, &(muster_pairs_options){.draws = 20}, &pairs, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_panel_free(&p);
  for (size_t i = 0; i < t.n; i++) t.cluster[i] = 0;
  t.columns.cluster = t.cluster;
  p = toy_panel(&t.columns);
  assert_int_equal(muster_wild_fit(&p, &full, &w, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "one cluster"));
  muster_panel_free(&p);
  for (size_t i = 0; i < t.n; i++) t.cluster[i] = (uint32_t)i % 2;
  p = toy_panel(&t.columns);
  assert_int_equal(muster_wild_fit(&p, &full, &w, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "change their cluster"));
  muster_panel_free(&p);
  t.columns.cluster = NULL;
  for (size_t i = 0; i < t.n; i++) t.y[i] = 4;
  p = toy_panel(&t.columns);
  assert_int_equal(muster_wild_fit(&p, &full, &w, &err), MUSTER_DATA);
  muster_panel_free(&p);
  toy_free(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(grunfeld_agrees),
      cmocka_unit_test(twelve_clusters_agree),
      cmocka_unit_test(the_interval_inverts_the_test),
      cmocka_unit_test(pairs_come_near_the_sandwich),
      cmocka_unit_test(rows_name_the_rule),
      cmocka_unit_test(refusals_and_memory),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
