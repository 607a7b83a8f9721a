/* Panels cut from a register: periods, outcomes, starts, who is in; each against counting by hand. */
#include <math.h>
#include <string.h>

#include "support.h"

/* Three weeks from 1 September 2025. ann misses 5 of 10, 0, 2; ben 0, 1, 0; cay (school T) 10, 10, 10; dan joins in
 * week 2 with 0, 0. */
static muster_register *small(void) {
  muster_register *reg = register_new("2025-09-01", 3);
  pupil(reg, "ann", "S", "2025-09-01", "/\\/\\/OOOOO/\\/\\/\\/\\/\\OO/\\/\\/\\/\\");
  pupil(reg, "ben", "S", "2025-09-01", "/\\/\\/\\/\\/\\I\\/\\/\\/\\/\\/\\/\\/\\/\\/\\");
  pupil(reg, "cay", "T", "2025-09-01", "OOOOOOOOOOOOOOOOOOOOOOOOOOOOOO");
  pupil(reg, "dan", "T", "2025-09-01", "          /\\/\\/\\/\\/\\/\\/\\/\\/\\/\\");
  return reg;
}

static uint32_t id_of(const muster_register *reg, const char *name) {
  return muster_map_find(&reg->pupil_ids, muster_text_of(name));
}

static muster_study *mentors(void) {
  muster_study *s = study_new();
  put_text(s, "panel", "outcome", "absence_rate");
  treated_by(s, "mentor");
  use(s, "twfe");
  return s;
}

static void read(const muster_study *s, const muster_register *reg, muster_study_data *d) {
  muster_error err = {0};
  if (muster_study_read_register(s, reg, false, d, &err) != MUSTER_OK) fail_msg("%s", err.what);
}

static void refused(const muster_study *s, const muster_register *reg, muster_status status, const char *says) {
  muster_error err = {0};
  muster_study_data d;
  assert_int_equal(muster_study_read_register(s, reg, false, &d, &err), status);
  if (!strstr(err.what, says)) fail_msg("'%s' does not say '%s'", err.what, says);
}

static void weeks_of_pupils(void **state) {
  (void)state;
  muster_register *reg = small();
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "ann"), "mentor", "2025-09-15", "A", 3);
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "ann"), "mentor", "2025-09-08", "A", 3); /* the first counts */
  seal(reg);
  muster_study *s = mentors();
  muster_study_data d;
  read(s, reg, &d);
  assert_int_equal(d.n_periods, 3);
  assert_string_equal(d.period[1].name, "2025-09-08");
  assert_int_equal(d.period[1].from, day("2025-09-08"));
  assert_int_equal(d.period[1].to, day("2025-09-12"));
  assert_int_equal(d.n, 11); /* dan's first week has no session: missing, not zero */
  const double rates[] = {0.5, 0, 0.2, 0, 0.1, 0, 1, 1, 1, 0, 0};
  for (size_t i = 0; i < d.n; i++) {
    assert_true(d.y[0][i] == rates[i]);
    assert_true(d.weight[0][i] == 10);
    assert_true(i < 3 ? d.cohort[i] == 2 : isnan(d.cohort[i]));
  }
  assert_true(d.rate[0] && !d.threshold[0]);
  assert_int_equal(d.units_partial, 0);
  muster_study_data_free(&d);
  muster_study_free(s);
  muster_register_free(reg);
}

static void outcomes_and_schools(void **state) {
  (void)state;
  muster_register *reg = small();
  intervention(reg, MUSTER_SUBJECT_SCHOOL, 1, "mentor", "2025-09-15", NULL, NAN);
  seal(reg);
  muster_study *s = mentors();
  const char *names[] = {"absence_rate", "persistent", "severe", "absent", "illness", "unauthorised_rate", "possible"};
  muster_given items[7];
  for (size_t i = 0; i < 7; i++) items[i] = (muster_given){.kind = MUSTER_GIVEN_TEXT, .text = names[i]};
  put(s, "panel", "outcome", &(muster_given){.kind = MUSTER_GIVEN_LIST, .items = items, .count = 7});
  put_text(s, "panel", "unit", "school");
  muster_study_data d;
  read(s, reg, &d);
  assert_int_equal(d.n, 6);
  const double expected[7][6] = {{5. / 20, 1. / 20, 2. / 20, 1, 10. / 20, 10. / 20},
                                 {0.5, 0.5, 0.5, 1, 0.5, 0.5}, /* a tenth exactly is persistent */
                                 {0.5, 0, 0, 1, 0.5, 0.5},
                                 {5, 1, 2, 10, 10, 10},
                                 {0, 1, 0, 0, 0, 0},
                                 {5. / 20, 0, 2. / 20, 1, 0.5, 0.5},
                                 {20, 20, 20, 10, 20, 20}};
  for (size_t k = 0; k < 7; k++)
    for (size_t i = 0; i < 6; i++) assert_true(d.y[k][i] == expected[k][i]);
  assert_true(d.threshold[1] && d.threshold[2] && !d.threshold[3] && !d.rate[3]);
  assert_true(d.weight[0][3] == 10 && d.weight[1][4] == 2 && d.weight[3][0] == 1);
  assert_true(isnan(d.cohort[0]) && d.cohort[3] == 3);
  muster_study_data_free(&d);
  muster_study_free(s);
  muster_register_free(reg);
}

static void starts_within_a_week(void **state) {
  (void)state;
  muster_register *reg = small();
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "ann"), "mentor", "2025-09-10", "A", 3);
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "ben"), "mentor", "2025-09-13", "B", 9); /* a Saturday */
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "cay"), "mentor", "2026-01-05", "B", 9); /* after the panel */
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "dan"), "mentor", NULL, "B", 9);         /* on no day */
  seal(reg);
  muster_study *s = mentors();
  muster_study_data d;
  read(s, reg, &d);
  assert_int_equal(d.units_partial, 1);
  assert_int_equal(d.units_excluded, 1);
  assert_true(d.cohort[0] == 2 && d.cohort[3] == 3 && isnan(d.cohort[6]) && isnan(d.cohort[9]));
  muster_study_data_free(&d);
  put_text(s, "panel", "partial", "drop");
  read(s, reg, &d);
  assert_int_equal(d.n, 10); /* ann's second week is left out */
  assert_true(d.cohort[0] == 3 && d.time[1] == 3);
  assert_int_equal(d.rows_left_out, 1);
  muster_study_data_free(&d);

  muster_given map[] = {{.name = "kind", .kind = MUSTER_GIVEN_TEXT, .text = "Mentor"},
                        {.name = "provider", .kind = MUSTER_GIVEN_TEXT, .text = "b"},
                        {.name = "dose", .kind = MUSTER_GIVEN_NUMBER, .number = 5}};
  put(s, "panel", "treated_from", &(muster_given){.kind = MUSTER_GIVEN_MAP, .items = map, .count = 3});
  read(s, reg, &d);
  assert_true(isnan(d.cohort[0]) && d.cohort[3] == 3);
  muster_study_data_free(&d);
  map[2].number = 10;
  put(s, "panel", "treated_from", &(muster_given){.kind = MUSTER_GIVEN_MAP, .items = map, .count = 3});
  refused(s, reg, MUSTER_DATA, "has the provider, dose and dates");
  muster_study_free(s);
  muster_register_free(reg);
}

static void who_is_in(void **state) {
  (void)state;
  muster_register *reg = small();
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "ann"), "mentor", "2025-09-15", NULL, NAN);
  assert_true(muster_register_set(reg, &reg->pupil_attributes, "fsm", 0, MUSTER_TEXT("true")));
  assert_true(muster_register_set(reg, &reg->pupil_attributes, "fsm", 2, MUSTER_TEXT("yes")));
  assert_true(muster_register_set(reg, &reg->pupil_attributes, "fsm", 1, MUSTER_TEXT("0")));
  assert_true(muster_register_set(reg, &reg->school_attributes, "trust", 1, MUSTER_TEXT("Oak")));
  seal(reg);
  muster_study *s = mentors();
  muster_study_data d;
  muster_given where[] = {{.name = "fsm", .kind = MUSTER_GIVEN_FLAG, .flag = true}};
  put(s, "panel", "where", &(muster_given){.kind = MUSTER_GIVEN_MAP, .items = where, .count = 1});
  read(s, reg, &d);
  assert_int_equal(d.n, 6);
  assert_int_equal(d.unit[5], 2);
  muster_study_data_free(&d);
  where[0] = (muster_given){.name = "trust", .kind = MUSTER_GIVEN_TEXT, .text = "oak"};
  put(s, "panel", "where", &(muster_given){.kind = MUSTER_GIVEN_MAP, .items = where, .count = 1});
  read(s, reg, &d);
  assert_int_equal(d.n, 5);
  muster_study_data_free(&d);
  where[0].name = "trst";
  put(s, "panel", "where", &(muster_given){.kind = MUSTER_GIVEN_MAP, .items = where, .count = 1});
  refused(s, reg, MUSTER_DATA, "no attribute \"trst\"");
  muster_study_free(s);

  s = mentors(); /* half of the first week away, exactly */
  muster_given fit[] = {{.name = "at_least", .kind = MUSTER_GIVEN_NUMBER, .number = 0.5},
                        {.name = "to", .kind = MUSTER_GIVEN_TEXT, .text = "2025-09-05"}};
  put(s, "panel", "eligible", &(muster_given){.kind = MUSTER_GIVEN_MAP, .items = fit, .count = 2});
  put_text(s, "panel", "cluster", "school");
  muster_given covariate = {.kind = MUSTER_GIVEN_TEXT, .text = "fsm"};
  put(s, "panel", "covariates", &(muster_given){.kind = MUSTER_GIVEN_LIST, .items = &covariate, .count = 1});
  read(s, reg, &d);
  assert_int_equal(d.n, 6); /* ann and cay */
  assert_true(d.unit[0] == 0 && d.unit[3] == 2 && d.cluster[0] != d.cluster[3] && d.covariate[0][0] == 1);
  muster_study_data_free(&d);
  muster_study_free(s);
  muster_register_free(reg);
}

static void periods(void **state) {
  (void)state;
  muster_register *reg = register_new("2025-09-01", 4);
  muster_error err = {0};
  muster_half_term terms[] = {{day("2025-09-01"), day("2025-09-12"), 2025, 1, MUSTER_AUTUMN},
                              {day("2025-09-15"), day("2025-09-19"), 2025, 2, MUSTER_AUTUMN},
                              {day("2025-09-22"), day("2025-09-26"), 2025, 3, MUSTER_SPRING}};
  for (size_t i = 0; i < 3; i++) assert_int_equal(muster_register_half_term(reg, &terms[i], &err), MUSTER_OK);
  pupil(reg, "ann", "S", "2025-09-01", "OOOOOOOOOO/\\/\\/\\/\\/\\OO/\\/\\/\\/\\/\\/\\/\\/\\/\\");
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "ann"), "mentor", "2025-09-15", NULL, NAN);
  seal(reg);
  muster_study *s = mentors();
  muster_study_data d;
  put_text(s, "panel", "every", "half-term");
  read(s, reg, &d);
  assert_int_equal(d.n_periods, 3);
  assert_string_equal(d.period[0].name, "2025/26 HT1");
  assert_true(d.y[0][0] == 0.5 && d.y[0][1] == 0.2 && d.y[0][2] == 0 && d.cohort[0] == 2);
  muster_study_data_free(&d);
  put_text(s, "panel", "every", "term");
  read(s, reg, &d);
  assert_int_equal(d.n_periods, 2);
  assert_string_equal(d.period[0].name, "2025/26 autumn");
  assert_true(d.y[0][0] == 12. / 30 && d.cohort[0] == 1);
  assert_int_equal(d.units_always, 1);
  muster_study_data_free(&d);
  put_text(s, "panel", "every", "year");
  read(s, reg, &d);
  assert_true(d.n_periods == 1 && d.period[0].time == 2025);
  muster_study_data_free(&d);
  put_text(s, "panel", "every", "week");
  put_text(s, "panel", "from", "2025-09-03");
  put_text(s, "panel", "to", "2025-09-16");
  read(s, reg, &d);
  assert_int_equal(d.n_periods, 3);
  assert_int_equal(d.period[0].from, day("2025-09-03"));
  assert_true(d.weight[0][0] == 6 && d.y[0][0] == 1 && d.y[0][2] == 0.5);
  muster_study_data_free(&d);
  put_text(s, "panel", "from", "2024-09-01");
  put_text(s, "panel", "to", "2024-10-01");
  refused(s, reg, MUSTER_DATA, "no school was open");
  muster_study_free(s);
  muster_register_free(reg);
}

static void what_a_register_does_not_have(void **state) {
  (void)state;
  muster_register *reg = small();
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "ann"), "mentor", "2025-09-15", NULL, NAN);
  seal(reg);
  muster_study *s = mentors();
  put_text(s, "panel", "unit", "class");
  refused(s, reg, MUSTER_PACK, "no \"class\"");
  put_text(s, "panel", "unit", "school");
  refused(s, reg, MUSTER_DATA, "was given to pupils");
  put_text(s, "panel", "unit", "pupil");
  put_text(s, "panel", "outcome", "absense_rate");
  refused(s, reg, MUSTER_PACK, "no outcome \"absense_rate\"");
  put_text(s, "panel", "outcome", "absence_rate");
  put_text(s, "panel", "weight", "pupils");
  refused(s, reg, MUSTER_PACK, "weight is \"pupils\"");
  put_text(s, "panel", "weight", "none");
  put_text(s, "panel", "definition", "french");
  refused(s, reg, MUSTER_PACK, "no definition \"french\"");
  treated_by(s, "mentr");
  put_text(s, "panel", "definition", "dfe");
  refused(s, reg, MUSTER_DATA, "no intervention \"mentr\"");
  muster_study_free(s);
  muster_register_free(reg);
}

/* Pupils of whom no team is known are no team. */
static void a_cluster_that_is_not_known_is_refused(void **state) {
  (void)state;
  muster_register *reg = small();
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "ann"), "mentor", "2025-09-15", NULL, NAN);
  assert_true(muster_register_set(reg, &reg->pupil_attributes, "team", id_of(reg, "ann"), MUSTER_TEXT("blue")));
  seal(reg);
  muster_study *s = mentors();
  put_text(s, "panel", "cluster", "team");
  refused(s, reg, MUSTER_DATA, "cluster: 8 of 11 rows have no \"team\"");
  put_text(s, "panel", "cluster", "school");
  put_text(s, "panel", "stratum", "team");
  refused(s, reg, MUSTER_DATA, "stratum: 8 of 11 rows");
  muster_study_free(s);
  muster_register_free(reg);
}

/* A plan may know everything but the outcome. */
static void a_blind_read_sees_no_outcome(void **state) {
  (void)state;
  muster_error err = {0};
  muster_study_data open, blind, other;
  muster_register *reg = small();
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "ann"), "mentor", "2025-09-08", NULL, NAN);
  seal(reg);
  muster_study *s = mentors();
  read(s, reg, &open);
  assert_int_equal(muster_study_read_register(s, reg, true, &blind, &err), MUSTER_OK);
  for (size_t i = 0; i < blind.n; i++) assert_true(blind.y[0][i] == 0);
  assert_string_equal(open.digest_blind, blind.digest_blind);
  muster_register *present = register_new("2025-09-01", 3); /* the same, and nobody ever away */
  for (size_t i = 0; i < 4; i++) {
    const char *const names[] = {"ann", "ben", "cay", "dan"};
    pupil(present, names[i], i < 2 ? "S" : "T", "2025-09-01",
          i < 3 ? "/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\" : "          /\\/\\/\\/\\/\\/\\/\\/\\/\\/\\");
  }
  intervention(present, MUSTER_SUBJECT_PUPIL, id_of(present, "ann"), "mentor", "2025-09-08", NULL, NAN);
  seal(present);
  read(s, present, &other);
  assert_string_equal(other.digest_blind, blind.digest_blind);
  assert_string_not_equal(other.digest, open.digest);
  muster_study_data_free(&open);
  muster_study_data_free(&blind);
  muster_study_data_free(&other);
  muster_study_free(s);
  muster_register_free(reg);
  muster_register_free(present);
}

static void every_failing_allocation(void **state) {
  (void)state;
  muster_register *reg = small();
  intervention(reg, MUSTER_SUBJECT_PUPIL, id_of(reg, "ann"), "mentor", "2025-09-08", NULL, NAN);
  assert_true(muster_register_set(reg, &reg->pupil_attributes, "fsm", 0, MUSTER_TEXT("true")));
  assert_true(muster_register_set(reg, &reg->pupil_attributes, "sen", 0, MUSTER_TEXT("K")));
  assert_true(muster_register_set(reg, &reg->pupil_attributes, "sen", 1, MUSTER_TEXT("N")));
  seal(reg);
  muster_study *s = mentors();
  put_text(s, "panel", "cluster", "school");
  put_text(s, "panel", "factors", "sen");
  put_text(s, "panel", "covariates", "fsm");
  for (long nth = 1;; nth++) {
    muster_error err = {0};
    muster_study_data d;
    muster_alloc_fail_at(nth);
    muster_status status = muster_study_read_register(s, reg, false, &d, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) {
      muster_study_data_free(&d);
      assert_true(nth > 10);
      break;
    }
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_study_free(s);
  muster_register_free(reg);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(weeks_of_pupils),
                                     cmocka_unit_test(outcomes_and_schools),
                                     cmocka_unit_test(starts_within_a_week),
                                     cmocka_unit_test(who_is_in),
                                     cmocka_unit_test(periods),
                                     cmocka_unit_test(what_a_register_does_not_have),
                                     cmocka_unit_test(a_cluster_that_is_not_known_is_refused),
                                     cmocka_unit_test(a_blind_read_sees_no_outcome),
                                     cmocka_unit_test(every_failing_allocation)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
