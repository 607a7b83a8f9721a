/* Before/after, and the change to expect under no effect: closed forms, the table of the study's own pupils. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "find.h"
#include "golden.h"
#include "muster/impact/before_after.h"
#include "muster/impact/regression_to_the_mean.h"
#include "muster/impact/rows.h"

static const double CLOSED = 1e-10;

static double pick(const muster_rtm_expected *e, const char *quantity) {
  if (strcmp(quantity, "share") == 0 || strcmp(quantity, "pa_share") == 0) return e->share;
  if (strcmp(quantity, "mean1") == 0 || strcmp(quantity, "rate1") == 0) return e->first;
  if (strcmp(quantity, "mean2") == 0 || strcmp(quantity, "rate2") == 0) return e->second;
  if (strcmp(quantity, "change") == 0) return e->change;
  if (strcmp(quantity, "change_pp") == 0) return 100 * e->change;
  if (strcmp(quantity, "rel") == 0) return e->relative;
  if (strcmp(quantity, "p_improve") == 0) return e->improve;
  if (strcmp(quantity, "still_pa") == 0) return e->still;
  return NAN;
}

static void replay(const char *id, const char *quantity, void *context) {
  size_t *count = context;
  muster_error err;
  muster_rtm_expected expected;
  muster_rtm_normal_setting normal = {.mean = 60, .sd = 15, .cut = 40};
  unsigned whole;
  if (sscanf(id, "rtm_normal_rho%lf_m%lf", &normal.correlation, &normal.baselines) == 2) {
    muster_rtm_normal_result out;
    assert_int_equal(muster_rtm_normal(&normal, &out, &err), MUSTER_OK);
    golden_check(id, quantity, strcmp(quantity, "rtm_exact") == 0 ? out.expected : out.published, CLOSED);
  } else if (sscanf(id, "rtm_nb_c%u", &whole) == 1) {
    assert_int_equal(muster_rtm_gamma_poisson(13.3, 1.1, whole, &expected, &err), MUSTER_OK);
    golden_check(id, quantity, pick(&expected, quantity), CLOSED);
  } else if (sscanf(id, "rtm_bb_n%u", &whole) == 1) {
    assert_int_equal(muster_rtm_beta_binomial(0.75, 9.5, whole, 120, 0.1, &expected, &err), MUSTER_OK);
    golden_check(id, quantity, pick(&expected, quantity), CLOSED);
  } else {
    return;
  }
  ++*count;
}

static void closed_forms_agree(void **state) {
  (void)state;
  size_t count = 0;
  golden_each("08_regression_to_mean.csv", NULL, replay, &count);
  assert_int_equal(count, 75);
}

static void selection_above_mirrors_selection_below(void **state) {
  (void)state;
  muster_rtm_normal_setting below = {.mean = 0, .sd = 2, .correlation = 0.4, .baselines = 2, .cut = -1};
  muster_rtm_normal_setting above = below;
  above.cut = 1;
  above.select_above = true;
  muster_rtm_normal_result a, b;
  muster_error err;
  assert_int_equal(muster_rtm_normal(&below, &a, &err), MUSTER_OK);
  assert_int_equal(muster_rtm_normal(&above, &b, &err), MUSTER_OK);
  assert_memory_equal(&a, &b, sizeof a);
  above.cut = 400; /* far beyond where the tail underflows */
  assert_int_equal(muster_rtm_normal(&above, &b, &err), MUSTER_OK);
  assert_true(isfinite(b.expected) && b.expected > 100);
}

static void posteriors_shrink_to_the_mean(void **state) {
  (void)state;
  assert_close(muster_gamma_poisson_posterior(10, 2, 22), 20, 1e-12);
  assert_close(muster_beta_binomial_posterior(1, 9, 10, 40), 0.22, 1e-12);
}

static void absurd_settings_are_refused(void **state) {
  (void)state;
  muster_error err;
  muster_rtm_normal_result normal;
  muster_rtm_expected expected;
  assert_int_equal(muster_rtm_normal(&(muster_rtm_normal_setting){.sd = 0, .baselines = 1}, &normal, &err),
                   MUSTER_DATA);
  assert_int_equal(
      muster_rtm_normal(&(muster_rtm_normal_setting){.sd = 1, .correlation = 1.1, .baselines = 1}, &normal, &err),
      MUSTER_DATA);
  assert_int_equal(muster_rtm_gamma_poisson(-1, 1, 3, &expected, &err), MUSTER_DATA);
  assert_int_equal(muster_rtm_gamma_poisson(2, 50, 5000, &expected, &err), MUSTER_DATA);
  assert_int_equal(muster_rtm_beta_binomial(1, 1, 0, 10, 0.1, &expected, &err), MUSTER_DATA);
  assert_int_equal(muster_rtm_beta_binomial(NAN, 1, 10, 10, 0.1, &expected, &err), MUSTER_DATA);
}

/* --- the study's own pupils --- */

typedef struct mentors {
  size_t n;
  double *earlier, *selection, *followup;
  unsigned char *treated;
} mentors;

static mentors read_mentors(void) {
  golden_csv csv = golden_read("data/sim_rtm_mentors.csv");
  mentors m = {csv.rows, golden_numbers(&csv, "absent_b1"), golden_numbers(&csv, "absent_b2"),
               golden_numbers(&csv, "absent_f"), muster_alloc(csv.rows, 1)};
  double *flag = golden_numbers(&csv, "mentored");
  for (size_t i = 0; i < m.n; i++) {
    m.earlier[i] /= 60;
    m.selection[i] /= 60;
    m.followup[i] /= 60;
    m.treated[i] = flag[i] == 1;
  }
  muster_free(flag);
  golden_free(&csv);
  return m;
}

static void free_mentors(mentors *m) {
  muster_free(m->earlier);
  muster_free(m->selection);
  muster_free(m->followup);
  muster_free(m->treated);
}

static void the_mentor_table_is_reproduced(void **state) {
  (void)state;
  mentors m = read_mentors();
  muster_rtm_columns columns = {m.n, m.earlier, m.selection, m.followup, m.treated, 0.1};
  muster_rtm_study s;
  muster_error err;
  assert_int_equal(muster_rtm_study_of(&columns, &s, &err), MUSTER_OK);
  assert_int_equal(s.n_treated, 400);
  assert_int_equal(s.n_eligible, 820);
  assert_close(100 * s.before_after.estimate, -4.06, 0.005);
  assert_close(s.before_after.estimate / s.before_after.std_error, -7.6, 0.05);
  assert_close(100 * s.did_all.estimate, -4.41, 0.005);
  assert_close(100 * s.did_eligible.estimate, -1.54, 0.005);
  assert_close(100 * s.ancova.estimate, -1.26, 0.005);
  assert_close(100 * s.ancova.std_error, 0.55, 0.005);
  assert_close(100 * s.adjusted.estimate, -1.14, 0.005);
  assert_close(100 * s.against_earlier.estimate, -0.92, 0.005);
  assert_close(100 * s.improved_treated, 68, 0.5);
  assert_close(100 * s.improved_eligible, 60, 0.5);
  assert_true(s.selected_on_outcome);
  /* what was to be expected and what is left make up the raw change */
  assert_close(s.expected_change + s.adjusted.estimate, s.before_after.estimate, 1e-12);

  muster_estimates rows = {0};
  assert_int_equal(muster_rtm_rows(&s, "absence_rate", &rows, &err), MUSTER_OK);
  assert_int_equal(rows.count, 9);
  const muster_estimate *raw = estimates_find(&rows, "regression_to_the_mean", "before_after", NAN, NAN);
  assert_non_null(raw);
  assert_non_null(strstr(raw->note, "no evidence of effect"));
  muster_estimates_free(&rows);
  free_mentors(&m);
}

static void a_study_without_an_earlier_window_says_less(void **state) {
  (void)state;
  mentors m = read_mentors();
  muster_rtm_columns columns = {m.n, NULL, m.selection, m.followup, m.treated, 0.1};
  muster_rtm_study s;
  muster_error err;
  assert_int_equal(muster_rtm_study_of(&columns, &s, &err), MUSTER_OK);
  assert_true(isnan(s.adjusted.estimate) && isnan(s.expected_change) && isnan(s.against_earlier.estimate));
  assert_true(isfinite(s.ancova.estimate));
  muster_estimates rows = {0};
  assert_int_equal(muster_rtm_rows(&s, "absence_rate", &rows, &err), MUSTER_OK);
  assert_null(estimates_find(&rows, "regression_to_the_mean", "adjusted", NAN, NAN));
  muster_estimates_free(&rows);
  free_mentors(&m);
}

static void scaling_the_outcome_scales_the_table(void **state) {
  (void)state;
  mentors m = read_mentors();
  muster_rtm_columns columns = {m.n, m.earlier, m.selection, m.followup, m.treated, 0.1};
  muster_rtm_study a, b;
  muster_error err;
  assert_int_equal(muster_rtm_study_of(&columns, &a, &err), MUSTER_OK);
  for (size_t i = 0; i < m.n; i++) {
    m.earlier[i] *= 64; /* a power of two: every figure must scale to the last bit but for sums */
    m.selection[i] *= 64;
    m.followup[i] *= 64;
  }
  columns.cut *= 64;
  assert_int_equal(muster_rtm_study_of(&columns, &b, &err), MUSTER_OK);
  assert_close(b.adjusted.estimate / 64, a.adjusted.estimate, 1e-14);
  assert_close(b.ancova.estimate / 64, a.ancova.estimate, 1e-14);
  assert_close(b.did_eligible.std_error / 64, a.did_eligible.std_error, 1e-14);
  assert_close(b.slope, a.slope, 1e-13);
  free_mentors(&m);
}

static void the_table_survives_want_of_memory(void **state) {
  (void)state;
  double selection[] = {1, 2, 3, 4, 5, 6, 7, 8}, followup[] = {2, 1, 3, 4, 4, 5, 8, 6},
         earlier[] = {1, 1, 4, 3, 5, 7, 6, 6};
  unsigned char treated[] = {0, 0, 0, 0, 0, 1, 1, 0};
  muster_rtm_columns columns = {8, earlier, selection, followup, treated, 4};
  muster_rtm_study s;
  muster_error err;
  muster_status status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 200; nth++) {
    muster_alloc_fail_at(nth);
    status = muster_rtm_study_of(&columns, &s, &err);
    muster_alloc_fail_at(0);
  }
  assert_int_equal(status, MUSTER_OK);
  treated[6] = 0;
  assert_int_equal(muster_rtm_study_of(&columns, &s, &err), MUSTER_DATA);
  treated[6] = 1;
  followup[3] = NAN;
  assert_int_equal(muster_rtm_study_of(&columns, &s, &err), MUSTER_DATA);
}

/* --- before and after --- */

static void before_after_agrees(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/njmin.csv");
  double *nj = golden_numbers(&csv, "nj"), *d = golden_numbers(&csv, "d"), *fte = golden_numbers(&csv, "fte");
  size_t stores;
  uint32_t *id = golden_factor(&csv, "id", &stores);
  double *before = muster_alloc(3 * stores, sizeof *before), *after = before + stores, *all = before + 2 * stores;
  double *first = muster_alloc(csv.rows, sizeof *first), *second = muster_alloc(csv.rows, sizeof *second);
  for (size_t s = 0; s < 2 * stores; s++) before[s] = NAN;
  size_t n1 = 0, n2 = 0, n = 0;
  for (size_t i = 0; i < csv.rows; i++) {
    if (nj[i] != 1 || isnan(fte[i])) continue;
    if (d[i] == 1)
      second[n2++] = after[id[i]] = fte[i];
    else
      first[n1++] = before[id[i]] = fte[i];
  }
  for (size_t s = 0; s < stores; s++) {
    if (isnan(before[s]) || isnan(after[s])) continue;
    all[n] = after[s];
    before[n++] = before[s];
  }
  muster_before_after r;
  muster_error err;
  assert_int_equal(muster_before_after_paired(before, all, n, &r, &err), MUSTER_OK);
  golden_check("ck_paired_change_nj1", "estimate", r.estimate, CLOSED);
  golden_check("ck_paired_change_nj1", "se", r.std_error, CLOSED);
  golden_check("ck_paired_change_nj1", "t", r.estimate / r.std_error, CLOSED);
  golden_check("ck_paired_change_nj1", "df", r.df, CLOSED);
  golden_check("ck_paired_change_nj1", "p", r.p_value, CLOSED);
  golden_check("ck_paired_change_nj1", "ci_lo", r.conf_low, CLOSED);
  golden_check("ck_paired_change_nj1", "ci_hi", r.conf_high, CLOSED);
  assert_int_equal(muster_before_after_welch(first, n1, second, n2, &r, &err), MUSTER_OK);
  golden_check("ck_before_after_welch_nj", "estimate", r.estimate, CLOSED);
  golden_check("ck_before_after_welch_nj", "se", r.std_error, CLOSED);
  golden_check("ck_before_after_welch_nj", "df", r.df, CLOSED);
  golden_check("ck_before_after_welch_nj", "p", r.p_value, CLOSED);
  golden_check("ck_before_after_welch_nj", "ci_lo", r.conf_low, CLOSED);
  golden_check("ck_before_after_welch_nj", "ci_hi", r.conf_high, CLOSED);
  muster_free(nj), muster_free(d), muster_free(fte), muster_free(id);
  muster_free(before), muster_free(first), muster_free(second);
  golden_free(&csv);
}

static void before_after_never_stands_alone(void **state) {
  (void)state;
  double before[] = {5, 6, 7}, after[] = {4, 4, 7};
  muster_before_after r;
  muster_error err;
  assert_int_equal(muster_before_after_paired(before, after, 3, &r, &err), MUSTER_OK);
  muster_estimates rows = {0};
  assert_int_equal(muster_before_after_row(&r, true, "absence_rate", &rows, &err), MUSTER_OK);
  assert_string_equal(rows.at[0].note, muster_before_after_note);
  muster_estimates_free(&rows);
  assert_int_equal(muster_before_after_paired(before, after, 1, &r, &err), MUSTER_DATA);
  assert_int_equal(muster_before_after_welch(before, 3, after, 1, &r, &err), MUSTER_DATA);
  after[1] = NAN;
  assert_int_equal(muster_before_after_paired(before, after, 3, &r, &err), MUSTER_DATA);
  assert_int_equal(muster_before_after_paired(before, before, 3, &r, &err), MUSTER_OK);
  assert_true(r.estimate == 0 && isnan(r.p_value));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(closed_forms_agree),
      cmocka_unit_test(selection_above_mirrors_selection_below),
      cmocka_unit_test(posteriors_shrink_to_the_mean),
      cmocka_unit_test(absurd_settings_are_refused),
      cmocka_unit_test(the_mentor_table_is_reproduced),
      cmocka_unit_test(a_study_without_an_earlier_window_says_less),
      cmocka_unit_test(scaling_the_outcome_scales_the_table),
      cmocka_unit_test(the_table_survives_want_of_memory),
      cmocka_unit_test(before_after_agrees),
      cmocka_unit_test(before_after_never_stands_alone),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
