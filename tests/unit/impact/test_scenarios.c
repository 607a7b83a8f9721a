/* The naive analyses that attendance data invites, on registers in which nothing was done: each finds an "effect", and
 * each must be met by its guard, while the honest comparison finds none. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "muster/impact/before_after.h"
#include "muster/impact/guards.h"

/* --- a town of registers: pupils with a level of their own, spells that last, weeks that schools share, a winter ---
 */

enum { SCHOOLS = 30, PUPILS = 80, WEEKS = 39, TOWN = SCHOOLS * PUPILS };
static unsigned char absent[TOWN][WEEKS];
static uint64_t random_state;

static double uniform(void) {
  uint64_t z = (random_state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void) { return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()); }

static void make_town(uint64_t seed) {
  random_state = seed;
  for (size_t s = 0; s < SCHOOLS; s++) {
    double shock[WEEKS], school = 0.15 * normal();
    for (size_t w = 0; w < WEEKS; w++)
      shock[w] = (w ? 0.7 * shock[w - 1] : 0) + 0.12 * normal() + 0.5 * exp(-pow(((double)w - 14) / 4, 2));
    for (size_t p = s * PUPILS; p < (s + 1) * PUPILS; p++) {
      double level = log(0.04) + 0.9 * normal() + school, spell = 0.6 * normal();
      for (size_t w = 0; w < WEEKS; w++) {
        spell = 0.9 * spell + 0.26 * normal();
        double share = fmin(exp(level + spell + shock[w]), 0.95);
        absent[p][w] = 0;
        for (int session = 0; session < 10; session++) absent[p][w] += uniform() < share;
      }
    }
  }
}

/** Absence rate of a pupil in weeks [from, to). */
static double rate(size_t pupil, size_t from, size_t to) {
  double sum = 0;
  for (size_t w = from; w < to; w++) sum += absent[pupil][w];
  return sum / (10 * (double)(to - from));
}

static double school_rate(size_t school, size_t from, size_t to) {
  double sum = 0;
  for (size_t p = school * PUPILS; p < (school + 1) * PUPILS; p++) sum += rate(p, from, to) / PUPILS;
  return sum;
}

static muster_warnings list;
static muster_error err;

static muster_severity severity_of(muster_guard_id guard) {
  const muster_warning *warning = muster_warnings_find(&list, guard);
  assert_non_null(warning);
  muster_severity severity = warning->severity;
  muster_warnings_free(&list);
  return severity;
}

/** Treated against comparison schools, Welch on the changes of school means; odd schools are treated. */
static muster_before_after did_of_schools(double (*change)(size_t school)) {
  double arm[2][SCHOOLS];
  size_t n[2] = {0, 0};
  for (size_t s = 0; s < SCHOOLS; s++) {
    arm[s % 2][n[s % 2]] = change(s);
    n[s % 2]++;
  }
  muster_before_after result;
  assert_int_equal(muster_before_after_welch(arm[0], n[0], arm[1], n[1], &result, &err), MUSTER_OK);
  return result;
}

/* --- the scenarios --- */

static void mentored_pupils_improve_by_themselves(void **state) {
  (void)state;
  static double earlier[TOWN], selection[TOWN], followup[TOWN];
  static unsigned char mentored[TOWN];
  double eligible = 0, ancova = 0, raw = 0, adjusted = 0;
  enum { TOWNS = 6 };
  for (uint64_t seed = 1; seed <= TOWNS; seed++) {
    make_town(seed);
    for (size_t p = 0; p < TOWN; p++) {
      earlier[p] = rate(p, 0, 6);
      selection[p] = rate(p, 20, 26); /* windows of like season, so that season is not the story */
      followup[p] = rate(p, 28, 34);
      mentored[p] = selection[p] >= 0.1 && uniform() < 0.5;
    }
    muster_rtm_columns columns = {TOWN, earlier, selection, followup, mentored, 0.1};
    muster_rtm_study study;
    assert_int_equal(muster_rtm_study_of(&columns, &study, &err), MUSTER_OK);
    assert_true(study.before_after.estimate / study.before_after.std_error < -5); /* "highly significant" */
    assert_true(study.did_all.estimate / study.did_all.std_error < -5);           /* a comparison group does not help */
    assert_true(study.improved_treated > 0.55);                                   /* "most of them improved" */
    assert_true(study.selected_on_outcome);
    assert_true(study.expected_change < 0);
    raw += study.before_after.estimate / TOWNS;
    eligible += study.did_eligible.estimate / study.did_eligible.std_error / sqrt(TOWNS);
    ancova += study.ancova.estimate / study.ancova.std_error / sqrt(TOWNS);
    adjusted += study.adjusted.estimate / TOWNS;
  }
  assert_true(fabs(eligible) < 3 && fabs(ancova) < 3);
  assert_true(fabs(adjusted) < 0.6 * fabs(raw));
  double all = 0, squares = 0, treated = 0, others = 0, n = 0;
  for (size_t p = 0; p < TOWN; p++) {
    all += selection[p] / TOWN;
    n += mentored[p];
    *(mentored[p] ? &treated : &others) += selection[p];
  }
  for (size_t p = 0; p < TOWN; p++) squares += pow(selection[p] - all, 2) / (TOWN - 1);
  assert_int_equal(muster_guard_selection(treated / n, others / (TOWN - n), all, sqrt(squares), raw, &list, &err),
                   MUSTER_OK);
  assert_int_equal(severity_of(MUSTER_GUARD_selected_on_outcome), MUSTER_SEVERITY_SEVERE);
}

static double winter_change(size_t s) { return school_rate(s, 13, 18) - school_rate(s, 2, 7); }

static void a_club_that_starts_in_winter_meets_the_season(void **state) {
  (void)state;
  make_town(11);
  double before[SCHOOLS], after[SCHOOLS];
  for (size_t s = 0; s < SCHOOLS; s++) {
    before[s] = school_rate(s, 2, 7);
    after[s] = school_rate(s, 13, 18);
  }
  muster_before_after raw;
  assert_int_equal(muster_before_after_paired(before, after, SCHOOLS, &raw, &err), MUSTER_OK);
  assert_true(raw.p_value < 1e-6 && raw.estimate > 0.01);
  muster_before_after fair = did_of_schools(winter_change);
  assert_true(fabs(fair.estimate) < 3 * fair.std_error);
  muster_study_window autumn = {.from = muster_date_of(2024, 9, 16), .to = muster_date_of(2024, 10, 18)};
  muster_study_window winter = {.from = muster_date_of(2024, 12, 2), .to = muster_date_of(2025, 1, 17)};
  assert_int_equal(muster_guard_windows(&autumn, &winter, false, false, &list, &err), MUSTER_OK);
  assert_int_equal(severity_of(MUSTER_GUARD_season), MUSTER_SEVERITY_SEVERE);
}

static void one_year_alone_is_no_series(void **state) {
  (void)state;
  double treated[WEEKS] = {0}, control[WEEKS] = {0};
  make_town(12);
  for (size_t w = 0; w < WEEKS; w++)
    for (size_t s = 0; s < SCHOOLS; s++) (s % 2 ? treated : control)[w] += school_rate(s, w, w + 1) / (SCHOOLS / 2.0);
  muster_its fit = {0};
  muster_its_series series = {.n = WEEKS, .start = 17, .y = treated, .slope_change = true};
  assert_int_equal(muster_its_fit(&series, MUSTER_ITS_IID, 0, &fit, &err), MUSTER_OK);
  assert_true(fabs(fit.beta[MUSTER_ITS_LEVEL]) > 2 * fit.std_error[MUSTER_ITS_LEVEL]);
  assert_int_equal(muster_guard_series(&series, &fit, &list, &err), MUSTER_OK);
  assert_non_null(muster_warnings_find(&list, MUSTER_GUARD_memory));
  assert_int_equal(severity_of(MUSTER_GUARD_season), MUSTER_SEVERITY_SEVERE);
  muster_its_free(&fit);
  series.control = control;
  assert_int_equal(muster_its_fit(&series, MUSTER_ITS_GLS, 0, &fit, &err), MUSTER_OK);
  assert_true(fabs(fit.beta[MUSTER_ITS_LEVEL]) < 3 * fit.std_error[MUSTER_ITS_LEVEL]);
  muster_its_free(&fit);
}

static size_t recoded(size_t s, size_t p,
                      size_t w) { /* possible sessions lost to a new code, treated schools, from week 20 */
  return s % 2 && w >= 20 && (p * 7 + w) % 12 == 0 ? absent[p][w] : 0;
}

static double possible_change(size_t s) {
  double change = 0;
  for (size_t p = s * PUPILS; p < (s + 1) * PUPILS; p++)
    for (size_t w = 20; w < WEEKS; w++) change -= (double)recoded(s, p, w);
  return change / (PUPILS * (WEEKS - 20.0));
}

static double recoded_change(size_t s) {
  double missed = 0, possible = 0;
  for (size_t p = s * PUPILS; p < (s + 1) * PUPILS; p++)
    for (size_t w = 20; w < WEEKS; w++) {
      missed += (double)(absent[p][w] - recoded(s, p, w));
      possible += (double)(10 - recoded(s, p, w));
    }
  return missed / possible - school_rate(s, 0, 20);
}

static double honest_change(size_t s) { return school_rate(s, 20, WEEKS) - school_rate(s, 0, 20); }

static void a_new_code_looks_like_an_effect(void **state) {
  (void)state;
  make_town(13);
  muster_before_after honest = did_of_schools(honest_change), paper = did_of_schools(recoded_change);
  assert_true(paper.estimate < honest.estimate - 0.002); /* a comparison group does not remove it */
  muster_before_after possible = did_of_schools(possible_change);
  assert_int_equal(
      muster_guard_placebo("possible sessions", possible.estimate, possible.std_error, possible.df, &list, &err),
      MUSTER_OK);
  assert_int_equal(severity_of(MUSTER_GUARD_denominator), MUSTER_SEVERITY_SEVERE);
}

static int by_rate(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

static void pupils_who_leave_take_their_absence_along(void **state) {
  (void)state;
  make_town(14);
  static double rates[TOWN];
  for (size_t p = 0; p < TOWN; p++) rates[p] = rate(p, 0, 20);
  qsort(rates, TOWN, sizeof *rates, by_rate);
  double line = rates[TOWN / 20];
  muster_composition facts = {.estimate_all = NAN, .estimate_stayers = NAN};
  double stayed[2] = {0, 0}, left[2] = {0, 0};
  for (size_t p = 0; p < TOWN; p++) {
    size_t arm = p / PUPILS % 2;
    double before = rate(p, 0, 20);
    bool leaves = arm ? before >= line && uniform() < 0.4 : uniform() < 0.02;
    facts.leavers[arm] += leaves;
    facts.stayers[arm] += !leaves;
    (leaves ? left : stayed)[arm] += before;
  }
  for (int arm = 0; arm < 2; arm++) {
    facts.leaver_baseline[arm] = left[arm] / (double)facts.leavers[arm];
    facts.stayer_baseline[arm] = stayed[arm] / (double)facts.stayers[arm];
  }
  assert_int_equal(muster_guard_composition(&facts, &list, &err), MUSTER_OK);
  assert_int_equal(severity_of(MUSTER_GUARD_composition), MUSTER_SEVERITY_CAUTION);
}

static void facts_alone_are_enough_for_the_rest(void **state) {
  (void)state;
  assert_int_equal(muster_guard_clusters(3, 3, &list, &err), MUSTER_OK);
  assert_int_equal(severity_of(MUSTER_GUARD_few_clusters), MUSTER_SEVERITY_SEVERE);
  assert_int_equal(muster_guard_ageing(1, false, &list, &err), MUSTER_OK);
  assert_int_equal(severity_of(MUSTER_GUARD_ageing), MUSTER_SEVERITY_CAUTION);
  assert_int_equal(muster_guard_staggered(4, -0.02, &list, &err), MUSTER_OK);
  assert_int_equal(severity_of(MUSTER_GUARD_staggered), MUSTER_SEVERITY_CAUTION);
  assert_int_equal(muster_guard_codes(muster_date_of(2023, 9, 1), muster_date_of(2025, 7, 1), false, &list, &err),
                   MUSTER_OK);
  assert_int_equal(severity_of(MUSTER_GUARD_code_change), MUSTER_SEVERITY_SEVERE);
}

static void schools_that_did_nothing_differ_one_time_in_twenty(void **state) {
  (void)state;
  size_t found = 0;
  enum { TOWNS = 60 };
  for (uint64_t seed = 100; seed < 100 + TOWNS; seed++) {
    make_town(seed);
    found += did_of_schools(honest_change).p_value < 0.05;
  }
  assert_true(found <= 9); /* 3 expected; more than 9 has a chance below 1 in 500 */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mentored_pupils_improve_by_themselves),
      cmocka_unit_test(a_club_that_starts_in_winter_meets_the_season),
      cmocka_unit_test(one_year_alone_is_no_series),
      cmocka_unit_test(a_new_code_looks_like_an_effect),
      cmocka_unit_test(pupils_who_leave_take_their_absence_along),
      cmocka_unit_test(facts_alone_are_enough_for_the_rest),
      cmocka_unit_test(schools_that_did_nothing_differ_one_time_in_twenty),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
