/* Two-way fixed effects, the 2x2 and the event study against the reference packages, and against themselves. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "frames.h"

static const double TIGHT = 1e-9;

static muster_coefficients twfe_of(const muster_panel *panel, muster_regression_options options) {
  muster_coefficients fit;
  muster_error err = {0};
  if (muster_twfe_fit(panel, &options, &fit, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return fit;
}

static double se(const muster_coefficients *fit, size_t j) { return sqrt(fit->v[j * fit->k + j]); }

static void check_se(const muster_panel *panel, muster_regression_options options, const char *id,
                     const char *quantity) {
  muster_coefficients fit = twfe_of(panel, options);
  golden_check(id, quantity, se(&fit, 0), TIGHT);
  muster_coefficients_free(&fit);
}

static void base_did_agrees(void **state) {
  (void)state;
  muster_panel p = frame_base_did("data/base_did.csv", "x1");
  muster_coefficients fit = twfe_of(&p, (muster_regression_options){0});
  golden_check("basedid_twfe", "estimate", fit.beta[0], TIGHT);
  golden_check("basedid_twfe", "x1", fit.beta[1], TIGHT);
  golden_check("basedid_twfe", "se_cluster_id", se(&fit, 0), TIGHT);
  muster_coefficients_free(&fit);
  check_se(&p, (muster_regression_options){.errors = MUSTER_ERRORS_CR0}, "basedid_twfe", "se_cluster_id_CR0");
  check_se(&p, (muster_regression_options){.fe_count = MUSTER_FE_FULL}, "basedid_twfe", "se_cluster_id_full");
  check_se(&p, (muster_regression_options){.fe_count = MUSTER_FE_NONE}, "basedid_twfe", "se_cluster_id_none");
  check_se(&p, (muster_regression_options){.errors = MUSTER_ERRORS_HC1}, "basedid_twfe", "se_hetero");
  check_se(&p, (muster_regression_options){.errors = MUSTER_ERRORS_IID}, "basedid_twfe", "se_iid");
  check_se(&p, (muster_regression_options){.errors = MUSTER_ERRORS_TWO_WAY}, "basedid_twfe", "se_twoway");
  check_se(&p, (muster_regression_options){.errors = MUSTER_ERRORS_TWO_WAY, .each_way = true}, "basedid_twfe",
           "se_twoway_conv");
  check_se(&p, (muster_regression_options){.errors = MUSTER_ERRORS_NEWEY_WEST, .lag = 2}, "basedid_twfe", "se_NW2");
  check_se(&p, (muster_regression_options){.errors = MUSTER_ERRORS_DRISCOLL_KRAAY, .lag = 2}, "basedid_twfe", "se_DK2");
  check_se(&p, (muster_regression_options){.errors = MUSTER_ERRORS_CR2}, "basedid_twfe", "se_CR2");
  muster_panel_free(&p);
}

static void small_g_agrees(void **state) {
  (void)state;
  muster_panel p = frame_base_did("data/base_did_g12.csv", "x1");
  muster_coefficients fit = twfe_of(&p, (muster_regression_options){.errors = MUSTER_ERRORS_CR2});
  golden_check("basedid12_CR2", "se", se(&fit, 0), TIGHT);
  golden_check("basedid12_CR2", "df", fit.df[0], TIGHT);
  golden_check("basedid12_CR2", "p", muster_t_p(fit.beta[0] / se(&fit, 0), fit.df[0]), TIGHT);
  muster_coefficients_free(&fit);
  muster_panel_free(&p);
}

static void mpdta_agrees(void **state) {
  (void)state;
  muster_panel p = frame_panel(&(frame_spec){
      .file = "data/mpdta.csv", .unit = "countyreal", .time = "year", .y = "lemp", .cohort = "first.treat"});
  muster_estimates rows = {0};
  assert_int_equal(muster_twfe(&p, &(muster_regression_options){.outcome = "lemp"}, &rows, NULL), MUSTER_OK);
  assert_int_equal(rows.count, 1);
  golden_check("mpdta_twfe", "estimate", rows.at[0].estimate, TIGHT);
  golden_check("mpdta_twfe", "se_cluster", rows.at[0].std_error, TIGHT);
  golden_check("mpdta_twfe", "p", rows.at[0].p_value, TIGHT);
  assert_string_equal(rows.at[0].term, "treated");
  assert_non_null(strstr(rows.at[0].note, "CR1 G/(G-1) x (N-1)/(N-K)"));
  assert_non_null(strstr(rows.at[0].note, "staggered"));
  muster_estimates_free(&rows);
  muster_panel_free(&p);
}

static void event_study_agrees(void **state) {
  (void)state;
  muster_panel p = frame_base_did("data/base_did.csv", "x1");
  muster_event_options options = {.regression = {.outcome = "y"}};
  muster_event_study s;
  assert_int_equal(muster_event_study_fit(&p, &options, &s, NULL), MUSTER_OK);
  assert_int_equal(s.n_events, 9);
  assert_true(s.reference == -1);
  for (size_t e = 0; e < s.n_events; e++) {
    char name[32];
    int period = (int)s.event[e] + 6;
    snprintf(name, sizeof name, "es_p%d_est", period);
    golden_check("basedid_es", name, s.fit.beta[e], TIGHT);
    snprintf(name, sizeof name, "es_p%d_se", period);
    golden_check("basedid_es", name, se(&s.fit, e), TIGHT);
    snprintf(name, sizeof name, "es_p%d_p", period);
    golden_check("basedid_es", name, muster_t_p(s.fit.beta[e] / se(&s.fit, e), s.fit.df[e]), 1e-8);
  }
  golden_check("basedid_es", "x1_est", s.fit.beta[9], TIGHT);
  golden_check("basedid_es", "x1_se", se(&s.fit, 9), TIGHT);
  golden_check("basedid_es", "x1_p", muster_t_p(s.fit.beta[9] / se(&s.fit, 9), s.fit.df[9]), TIGHT);

  golden_csv csv = golden_read("golden/02_basedid_es_vcov.csv"); /* x1 first, then the periods */
  for (size_t a = 0; a < 10; a++) {
    double *column = golden_numbers(&csv, csv.name[a + 1]);
    for (size_t b = 0; b < 10; b++) {
      size_t at = (a ? a - 1 : 9) * 10 + (b ? b - 1 : 9);
      assert_true(fabs(s.fit.v[at] - column[b]) <= 1e-9 * (fabs(column[b]) + 1e-3));
    }
    muster_free(column);
  }
  golden_free(&csv);
  muster_event_study_free(&s);

  options.regression.errors = MUSTER_ERRORS_CR2;
  assert_int_equal(muster_event_study_fit(&p, &options, &s, NULL), MUSTER_OK);
  golden_check("basedid_pretrend_HTZ", "Fstat", s.pretrend.f, TIGHT);
  golden_check("basedid_pretrend_HTZ", "df_num", s.pretrend.df1, TIGHT);
  golden_check("basedid_pretrend_HTZ", "df_denom", s.pretrend.df2, TIGHT);
  golden_check("basedid_pretrend_HTZ", "p_val", s.pretrend.f_p, TIGHT);
  muster_event_study_free(&s);
  muster_panel_free(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base_did_agrees),
      cmocka_unit_test(small_g_agrees),
      cmocka_unit_test(mpdta_agrees),
      cmocka_unit_test(event_study_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
