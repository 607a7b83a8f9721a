/* Randomised trials: STAR, the awards trial, instruments, effect sizes; balanced designs with known answers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "golden.h"
#include "muster/impact/rct.h"
#include "muster/impact/rows.h"

static const double CLOSED = 1e-10, RESTRICTED = 1e-5;

typedef struct star {
  size_t n, schools;
  double *score, *aide, *one, *small;
  unsigned char *treated;
  uint32_t *school;
} star;

/** Kindergarten pupils with both scores; with the aide classes or without. */
static star read_star(bool aides) {
  golden_csv csv = golden_read("data/star_k.csv");
  double *read = golden_numbers(&csv, "readk"), *math = golden_numbers(&csv, "mathk");
  size_t rows = csv.rows;
  star s = {.score = muster_alloc(rows, sizeof(double)),
            .aide = muster_alloc(rows, sizeof(double)),
            .one = muster_alloc(rows, sizeof(double)),
            .small = muster_alloc(rows, sizeof(double)),
            .treated = muster_alloc(rows, 1)};
  uint32_t *school = golden_factor(&csv, "schoolidk", NULL), most = 0;
  s.school = muster_alloc(rows, sizeof *s.school);
  uint32_t seen[512] = {0};
  for (size_t i = 0; i < rows; i++) {
    const char *type = golden_text(&csv, i, "stark");
    if (isnan(read[i]) || isnan(math[i]) || (!aides && strcmp(type, "regular+aide") == 0)) continue;
    s.score[s.n] = read[i] + math[i];
    s.aide[s.n] = strcmp(type, "regular+aide") == 0;
    s.treated[s.n] = strcmp(type, "small") == 0;
    s.small[s.n] = s.treated[s.n];
    s.one[s.n] = 1;
    if (!seen[school[i]]) seen[school[i]] = ++most;
    s.school[s.n++] = seen[school[i]] - 1;
  }
  s.schools = most;
  muster_free(read), muster_free(math), muster_free(school);
  golden_free(&csv);
  return s;
}

static void free_star(star *s) {
  muster_free(s->score), muster_free(s->aide), muster_free(s->one), muster_free(s->small);
  muster_free(s->treated), muster_free(s->school);
}

static void class_size_agrees(void **state) {
  (void)state;
  star s = read_star(true);
  const double *x[] = {s.aide};
  muster_trial trial = {.n = s.n, .y = s.score, .treated = s.treated, .k = 1, .x = x};
  muster_itt itt;
  muster_error err;
  assert_int_equal(muster_itt_of(&trial, true, MUSTER_HC1, &itt, &err), MUSTER_OK);
  golden_check("star_k", "const_est", itt.constant, CLOSED);
  golden_check("star_k", "const_se", itt.constant_se, CLOSED);
  golden_check("star_k", "small_est", itt.estimate, CLOSED);
  golden_check("star_k", "small_se", itt.std_error, CLOSED);
  golden_check("star_k", "n", (double)itt.n, CLOSED);
  /* the other arm in turn */
  unsigned char *aide = muster_alloc(s.n, 1);
  for (size_t i = 0; i < s.n; i++) aide[i] = s.aide[i] == 1;
  x[0] = s.small;
  trial.treated = aide;
  assert_int_equal(muster_itt_of(&trial, true, MUSTER_HC1, &itt, &err), MUSTER_OK);
  golden_check("star_k", "aide_est", itt.estimate, CLOSED);
  golden_check("star_k", "aide_se", itt.std_error, CLOSED);
  assert_int_equal(muster_itt_of(&trial, true, MUSTER_CR2, &itt, &err), MUSTER_DATA); /* no schools given */
  muster_free(aide);
  free_star(&s);
}

static void the_random_intercept_agrees(void **state) {
  (void)state;
  star s = read_star(false);
  const double *x[] = {s.one, s.small};
  muster_mixed fit = {0};
  muster_error err;
  muster_design design = {.n = s.n, .k = 2, .x = x, .y = s.score};
  assert_int_equal(muster_mixed_fit(&design, s.school, s.schools, &fit, &err), MUSTER_OK);
  golden_check("star_mlm", "estimate", fit.beta[1], RESTRICTED);
  golden_check("star_mlm", "se", fit.std_error[1], RESTRICTED);
  golden_check("star_mlm", "tau2", fit.between, RESTRICTED);
  golden_check("star_mlm", "sigma2", fit.within, RESTRICTED);
  golden_check("star_mlm", "icc", fit.icc, RESTRICTED);
  assert_true(fit.df[1] > 3000 && fit.df[1] < (double)s.n); /* pupils were drawn within schools */
  assert_true(fit.df[0] < 2 * (double)s.schools);           /* and the level is known from schools */
  muster_mixed_free(&fit);
  free_star(&s);
}

/** Balanced one-way layout: restricted maximum likelihood is analysis of variance, and a treatment of whole clusters
 * has J - 2 degrees of freedom. */
enum { SCHOOLS = 8, PUPILS = 5, ALL = SCHOOLS * PUPILS };
static double made_y[ALL], made_one[ALL], made_treated[ALL];
static unsigned char made_arm[ALL];
static uint32_t made_school[ALL];

static muster_trial make_trial(void) {
  uint32_t state = 17;
  for (size_t i = 0; i < ALL; i++) {
    state = state * 1664525u + 1013904223u;
    made_school[i] = (uint32_t)(i / PUPILS);
    made_arm[i] = made_school[i] % 2;
    made_treated[i] = made_arm[i];
    made_one[i] = 1;
    made_y[i] = (double)(state >> 8) / (1 << 24) + 0.5 * made_arm[i] + 0.9 * ((made_school[i] * 7) % 5);
  }
  return (muster_trial){.n = ALL, .y = made_y, .treated = made_arm, .cluster = made_school, .n_clusters = SCHOOLS};
}

static void balanced_clusters_have_a_closed_form(void **state) {
  (void)state;
  make_trial();
  const double *x[] = {made_one, made_treated};
  muster_mixed fit = {0};
  muster_error err;
  muster_design design = {.n = ALL, .k = 2, .x = x, .y = made_y};
  assert_int_equal(muster_mixed_fit(&design, made_school, SCHOOLS, &fit, &err), MUSTER_OK);
  double mean[SCHOOLS] = {0}, arm[2] = {0}, between = 0, within = 0;
  for (size_t i = 0; i < ALL; i++) mean[made_school[i]] += made_y[i] / PUPILS;
  for (size_t g = 0; g < SCHOOLS; g++) arm[g % 2] += mean[g] / (SCHOOLS / 2);
  for (size_t g = 0; g < SCHOOLS; g++) between += PUPILS * pow(mean[g] - arm[g % 2], 2) / (SCHOOLS - 2);
  for (size_t i = 0; i < ALL; i++) within += pow(made_y[i] - mean[made_school[i]], 2) / (ALL - SCHOOLS);
  assert_close(fit.within, within, 1e-10);
  assert_close(fit.between, (between - within) / PUPILS, 1e-9);
  assert_close(fit.beta[1], arm[1] - arm[0], 1e-12);
  assert_close(fit.std_error[1], sqrt(4 * between / ALL), 1e-9);
  assert_close(fit.df[1], SCHOOLS - 2, 1e-6);
  assert_close(fit.icc, fit.between / (fit.between + fit.within), 1e-14);
  muster_mixed_free(&fit);
}

static void no_variance_between_clusters_is_least_squares(void **state) {
  (void)state;
  make_trial();
  for (size_t i = 0; i < ALL; i++) made_y[i] = (double)((i * 7) % PUPILS) + made_arm[i]; /* all schools alike */
  const double *x[] = {made_one, made_treated};
  muster_mixed fit = {0};
  muster_error err;
  muster_design design = {.n = ALL, .k = 2, .x = x, .y = made_y};
  assert_int_equal(muster_mixed_fit(&design, made_school, SCHOOLS, &fit, &err), MUSTER_OK);
  assert_close(fit.between, 0, 0);
  assert_close(fit.beta[1], 1, 1e-12);
  assert_close(fit.df[1], ALL - 2, 0);
  muster_mixed_free(&fit);
}

/* A figure of the school given to each of its pupils: REML has no maximum, and its errors would be too small. */
static void an_outcome_of_schools_has_no_random_intercept(void **state) {
  (void)state;
  make_trial();
  for (size_t i = 0; i < ALL; i++) made_y[i] = (double)(made_school[i] * made_school[i] % 7);
  const double *x[] = {made_one, made_treated};
  muster_mixed fit = {0};
  muster_error err;
  muster_design design = {.n = ALL, .k = 2, .x = x, .y = made_y};
  assert_int_equal(muster_mixed_fit(&design, made_school, SCHOOLS, &fit, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "does not vary within"));
  for (size_t i = 0; i < ALL; i++) made_y[i] = 3;
  assert_int_equal(muster_mixed_fit(&design, made_school, SCHOOLS, &fit, &err), MUSTER_DATA);
  assert_null(fit.beta);
}

static void icc_is_analysis_of_variance(void **state) {
  (void)state;
  double y[] = {1, 2, 3, 5, 6, 7, 2, 3, 4};
  uint32_t cluster[] = {0, 0, 0, 1, 1, 1, 2, 2, 2};
  muster_icc icc;
  muster_error err;
  assert_int_equal(muster_icc_of(y, cluster, 9, 3, &icc, &err), MUSTER_OK);
  /* means 2, 6, 3: MSB = 3 (25/9 + ... ) = 13, MSW = 1, n0 = 3 */
  assert_close(icc.ms_between, 13, 1e-12);
  assert_close(icc.ms_within, 1, 1e-12);
  assert_close(icc.mean_n, 3, 1e-12);
  assert_close(icc.icc, 12.0 / 15, 1e-12);
  assert_true(icc.conf_low < icc.icc && icc.conf_high > icc.icc && icc.conf_high < 1);
  double alike[] = {1, 1, 1, 5, 5, 5, 2, 2, 2}; /* schools tell everything */
  assert_int_equal(muster_icc_of(alike, cluster, 9, 3, &icc, &err), MUSTER_OK);
  assert_true(icc.icc == 1 && icc.conf_low == 1 && icc.conf_high == 1);
  y[4] = NAN;
  assert_int_equal(muster_icc_of(y, cluster, 9, 3, &icc, &err), MUSTER_DATA);
  assert_int_equal(muster_icc_of(y, cluster, 9, 1, &icc, &err), MUSTER_DATA);
}

static void effect_sizes_agree(void **state) {
  (void)state;
  muster_error err;
  static const double rho[] = {0, 0.05, 0.15, 0.2};
  for (size_t r = 0; r < 4; r++) {
    double d, variance;
    char id[32];
    snprintf(id, sizeof id, "hedges2007_rho%.2f", rho[r]);
    assert_int_equal(muster_d_total(0.2, 25, 20, 20, rho[r], &d, &variance, &err), MUSTER_OK);
    golden_check(id, "d_T", d, CLOSED);
    golden_check(id, "var_d_T", variance, CLOSED);
  }
  muster_effect_size g;
  assert_int_equal(muster_hedges_g(1, 2, 6, 6, &g, &err), MUSTER_OK);
  assert_close(g.correction, 0.92274560805, 1e-10); /* Gamma(5) / (sqrt(5) Gamma(4.5)) */
  assert_close(g.g, 0.5 * g.correction, 1e-15);
  assert_close((g.conf_low + g.conf_high) / 2, g.g, 1e-14);
  assert_true(fabs(muster_hedges_j(1000) - (1 - 3.0 / 3999)) < 1e-6);
  assert_true(isnan(muster_hedges_j(1)));
  assert_int_equal(muster_hedges_g(1, 0, 6, 6, &g, &err), MUSTER_DATA);
  assert_int_equal(muster_hedges_g(1, 1, 1, 1, &g, &err), MUSTER_DATA);
}

static void instruments_agree(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/sim_rtm_mentors.csv");
  double *pupil = golden_numbers(&csv, "pupil"), *drawn = golden_numbers(&csv, "mentored");
  double *baseline = golden_numbers(&csv, "absent_b2"), *y = golden_numbers(&csv, "absent_f");
  double *taken = muster_alloc(csv.rows, sizeof *taken);
  size_t n = 0;
  for (size_t i = 0; i < csv.rows; i++) {
    if (baseline[i] < 6) continue;
    taken[n] = drawn[i] == 1 && fmod(pupil[i], 10) < 7;
    drawn[n] = drawn[i];
    baseline[n] = baseline[i] / 60;
    y[n++] = y[i] / 60;
  }
  const double *z[] = {drawn}, *x[] = {baseline};
  muster_instrument data = {.n = n, .y = y, .taken = taken, .n_instruments = 1, .z = z, .k = 1, .x = x};
  muster_cace cace;
  muster_error err;
  assert_int_equal(muster_cace_of(&data, &cace, &err), MUSTER_OK);
  golden_check("cace_sim", "wald", cace.wald, CLOSED);
  golden_check("cace_sim", "itt_y", cace.itt_y, CLOSED);
  golden_check("cace_sim", "compliance", cace.itt_taken, CLOSED);
  golden_check("cace_sim", "cace_2sls", cace.estimate, CLOSED);
  golden_check("cace_sim", "cace_2sls_se", cace.std_error, CLOSED);
  assert_true(cace.first_stage_f > 1000);
  data.k = 0; /* without covariates two-stage least squares is Wald's ratio */
  assert_int_equal(muster_cace_of(&data, &cace, &err), MUSTER_OK);
  assert_close(cace.estimate, cace.wald, 1e-12);
  memset(taken, 0, n * sizeof *taken);
  assert_int_equal(muster_cace_of(&data, &cace, &err), MUSTER_DATA);
  muster_free(pupil), muster_free(drawn), muster_free(baseline), muster_free(y), muster_free(taken);
  golden_free(&csv);
}

static void several_instruments_are_used_together(void **state) {
  (void)state;
  /* Stock & Watson's cigarette demand, 1995: -1.14 (0.37) on one instrument, -1.28 (0.25) on both */
  golden_csv csv = golden_read("data/cigarettes_sw_1995.csv");
  double *packs = golden_numbers(&csv, "packs"), *price = golden_numbers(&csv, "rprice");
  double *income = golden_numbers(&csv, "rincome"), *sales = golden_numbers(&csv, "tdiff"),
         *rtax = golden_numbers(&csv, "rtax");
  for (size_t i = 0; i < csv.rows; i++) {
    packs[i] = log(packs[i]);
    price[i] = log(price[i]);
    income[i] = log(income[i]);
  }
  const double *z[] = {sales, rtax}, *x[] = {income};
  muster_instrument data = {.n = csv.rows, .y = packs, .taken = price, .n_instruments = 1, .z = z, .k = 1, .x = x};
  muster_cace cace;
  muster_error err;
  assert_int_equal(muster_cace_of(&data, &cace, &err), MUSTER_OK);
  assert_close(cace.estimate, -1.14, 0.005);
  assert_close(cace.std_error, 0.37, 0.005);
  data.n_instruments = 2;
  assert_int_equal(muster_cace_of(&data, &cace, &err), MUSTER_OK);
  assert_close(cace.estimate, -1.28, 0.005);
  assert_close(cace.std_error, 0.25, 0.005);
  assert_true(isnan(cace.wald));
  muster_free(packs), muster_free(price), muster_free(income), muster_free(sales), muster_free(rtax);
  golden_free(&csv);
}

static void attrition_is_counted_by_arm(void **state) {
  (void)state;
  unsigned char treated[] = {1, 1, 1, 1, 0, 0, 0, 0}, measured[] = {1, 1, 0, 0, 1, 1, 1, 0};
  muster_attrition a;
  muster_error err;
  assert_int_equal(muster_attrition_of(treated, measured, 8, &a, &err), MUSTER_OK);
  assert_close(a.lost[1], 0.5, 1e-15);
  assert_close(a.lost[0], 0.25, 1e-15);
  assert_close(a.difference, 0.25, 1e-15);
  assert_close(a.overall, 0.375, 1e-15);
  memset(treated, 1, sizeof treated);
  assert_int_equal(muster_attrition_of(treated, measured, 8, &a, &err), MUSTER_DATA);
}

static void shift_and_scale_do_what_they_must(void **state) {
  (void)state;
  muster_trial trial = make_trial();
  muster_itt a, b;
  muster_error err;
  assert_int_equal(muster_itt_of(&trial, false, MUSTER_CR2, &a, &err), MUSTER_OK);
  const double *x[] = {made_one, made_treated};
  muster_design design = {.n = ALL, .k = 2, .x = x, .y = made_y};
  muster_mixed m = {0}, k = {0};
  assert_int_equal(muster_mixed_fit(&design, made_school, SCHOOLS, &m, &err), MUSTER_OK);
  for (size_t i = 0; i < ALL; i++) made_y[i] = 100 + 8 * made_y[i];
  assert_int_equal(muster_itt_of(&trial, false, MUSTER_CR2, &b, &err), MUSTER_OK);
  assert_int_equal(muster_mixed_fit(&design, made_school, SCHOOLS, &k, &err), MUSTER_OK);
  assert_close(b.estimate, 8 * a.estimate, 1e-11);
  assert_close(b.std_error, 8 * a.std_error, 1e-11);
  assert_close(b.df, a.df, 1e-9);
  assert_close(k.between, 64 * m.between, 1e-8);
  assert_close(k.df[1], m.df[1], 1e-6);
  muster_mixed_free(&m), muster_mixed_free(&k);
}

static void the_rows_hold_what_a_report_needs(void **state) {
  (void)state;
  muster_trial trial = make_trial();
  const double *x[] = {made_one};
  double baseline[ALL];
  for (size_t i = 0; i < ALL; i++) baseline[i] = (double)((i * 13) % 11);
  x[0] = baseline;
  trial.k = 1;
  trial.x = x;
  muster_estimates rows = {0};
  muster_error err;
  assert_int_equal(muster_rct_rows(&trial, "absence_rate", &rows, &err), MUSTER_OK);
  static const char *const terms[] = {"itt", "itt_adjusted", "multilevel", "icc", "hedges_g", "hedges_d_total"};
  assert_int_equal(rows.count, 6);
  for (size_t t = 0; t < 6; t++) assert_string_equal(rows.at[t].term, terms[t]);
  assert_int_equal(rows.at[0].n_clusters, SCHOOLS);
  assert_non_null(strstr(rows.at[0].note, "CR2"));
  muster_estimates_free(&rows);
  trial.cluster = NULL;
  assert_int_equal(muster_rct_rows(&trial, "absence_rate", &rows, &err), MUSTER_OK);
  assert_int_equal(rows.count, 4);
  muster_effect_size size;
  double arms[2] = {0, 0}, mean[2] = {0, 0}, squares = 0;
  for (size_t i = 0; i < ALL; i++) arms[trial.treated[i]]++;
  for (size_t i = 0; i < ALL; i++) mean[trial.treated[i]] += trial.y[i] / arms[trial.treated[i]];
  for (size_t i = 0; i < ALL; i++) squares += pow(trial.y[i] - mean[trial.treated[i]], 2);
  assert_int_equal(muster_hedges_g(mean[1] - mean[0], sqrt(squares / (ALL - 2)), arms[1], arms[0], &size, &err),
                   MUSTER_OK);
  assert_string_equal(rows.at[3].term, "hedges_g_plain");
  assert_close(rows.at[3].estimate, size.g, 1e-12);
  assert_close(rows.at[3].conf_high, size.conf_high, 1e-12);
  muster_estimates_free(&rows);
}

static void bad_trials_are_refused(void **state) {
  (void)state;
  muster_trial trial = make_trial();
  muster_itt itt;
  muster_mixed fit = {0};
  muster_error err;
  const double *x[] = {made_one, made_one};
  muster_design design = {.n = ALL, .k = 2, .x = x, .y = made_y};
  assert_int_equal(muster_mixed_fit(&design, made_school, SCHOOLS, &fit, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "depend on each other"));
  design.k = 1;
  assert_int_equal(muster_mixed_fit(&design, made_school, 1, &fit, &err), MUSTER_DATA);
  assert_int_equal(muster_mixed_fit(&design, made_school, SCHOOLS - 1, &fit, &err), MUSTER_DATA);
  design.n = 1;
  assert_int_equal(muster_mixed_fit(&design, made_school, SCHOOLS, &fit, &err), MUSTER_DATA);
  memset(made_arm, 1, sizeof made_arm);
  assert_int_equal(muster_itt_of(&trial, false, MUSTER_CR2, &itt, &err), MUSTER_DATA);
  make_trial();
  made_y[3] = NAN;
  assert_int_equal(muster_itt_of(&trial, false, MUSTER_CR2, &itt, &err), MUSTER_DATA);
  double d, variance;
  assert_int_equal(muster_d_total(0.2, 25, 0, 20, 0.1, &d, &variance, &err), MUSTER_DATA);
  assert_int_equal(muster_d_total(0.2, 25, 20, 20, -0.1, &d, &variance, &err), MUSTER_DATA);
}

static void want_of_memory_is_survived(void **state) {
  (void)state;
  muster_trial trial = make_trial();
  muster_error err;
  muster_status status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 2000; nth++) {
    muster_estimates rows = {0};
    muster_cace cace;
    const double *z[] = {made_treated};
    muster_instrument data = {.n = ALL,
                              .y = made_y,
                              .taken = made_treated,
                              .n_instruments = 1,
                              .z = z,
                              .cluster = made_school,
                              .n_clusters = SCHOOLS};
    muster_alloc_fail_at(nth);
    status = muster_rct_rows(&trial, "absence_rate", &rows, &err);
    if (status == MUSTER_OK) status = muster_cace_of(&data, &cace, &err);
    if (status == MUSTER_OK) status = muster_cace_rows(&cace, ALL, "absence_rate", &rows, &err);
    muster_alloc_fail_at(0);
    muster_estimates_free(&rows);
  }
  assert_int_equal(status, MUSTER_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(class_size_agrees),
      cmocka_unit_test(the_random_intercept_agrees),
      cmocka_unit_test(balanced_clusters_have_a_closed_form),
      cmocka_unit_test(no_variance_between_clusters_is_least_squares),
      cmocka_unit_test(an_outcome_of_schools_has_no_random_intercept),
      cmocka_unit_test(icc_is_analysis_of_variance),
      cmocka_unit_test(effect_sizes_agree),
      cmocka_unit_test(instruments_agree),
      cmocka_unit_test(several_instruments_are_used_together),
      cmocka_unit_test(attrition_is_counted_by_arm),
      cmocka_unit_test(shift_and_scale_do_what_they_must),
      cmocka_unit_test(the_rows_hold_what_a_report_needs),
      cmocka_unit_test(bad_trials_are_refused),
      cmocka_unit_test(want_of_memory_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
