/* The questions of a desk, for pupils, groups, schools and units with totals only. */
#include "support.h"

#include <math.h>

/* Three pupils at one school, two weeks from Monday 1 September 2025, a third week for ann that only she has. */
typedef struct small_school {
  muster_register *reg;
  uint32_t ann, bob, cat;
} small_school;

static small_school make(void) {
  small_school s = {.reg = muster_register_new()};
  s.ann = enrol(s.reg, "ann", "oak");
  s.bob = enrol(s.reg, "bob", "oak");
  s.cat = enrol(s.reg, "cat", "oak");
  open_weeks(s.reg, "2025-09-01", 3);
  type_marks(s.reg, s.ann, "2025-09-01", "/\\/\\/\\/\\II /\\/\\/\\/\\OO IIIIIIIIII");
  type_marks(s.reg, s.bob, "2025-09-01", "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  type_marks(s.reg, s.cat, "2025-09-01", "IIIIIIIIII IIII/\\/\\L-");
  const char *fsm[] = {"true", "false", "Y"}, *year[] = {"7", "7", "8"};
  for (uint32_t i = 0; i < 3; i++) {
    set_pupil(s.reg, i, "fsm", fsm[i]);
    set_pupil(s.reg, i, "year_group", year[i]);
  }
  seal(s.reg);
  return s;
}

static void a_pupil_is_counted_to_the_as_of_date_and_no_further(void **state) {
  (void)state;
  small_school s = make();
  muster_desk *desk = desk_at(s.reg, NULL, "2025-09-11");
  muster_subject ann = pupil_subject(s.reg, s.ann);
  assert_int_equal(absences(desk, &ann, "year"), 2);
  muster_desk_set_as_of(desk, day("2025-09-12"));
  assert_int_equal(absences(desk, &ann, "year"), 4);
  assert_int_equal(absences(desk, &ann, "last 1 school week"), 2);
  assert_int_equal(absences(desk, &ann, "2025-09-01..2025-09-05"), 2);
  double rate;
  assert_true(muster_desk_rate(desk, &ann, MUSTER_KIND_ILLNESS, window(desk, "year"), &rate));
  assert_true(fabs(rate - 0.1) < 1e-12);
  assert_false(muster_desk_rate(desk, &ann, MUSTER_KIND_ABSENT, window(desk, "last year"), &rate));
  uint64_t yes, of;
  muster_desk_persistent(desk, &ann, window(desk, "year"), &yes, &of);
  assert_int_equal(yes, 1);
  assert_int_equal(of, 1);
  muster_desk_close(desk);
  muster_register_free(s.reg);
}

static void schools_and_groups_are_pooled_over_their_pupils(void **state) {
  (void)state;
  small_school s = make();
  muster_desk *desk = desk_at(s.reg, NULL, "2025-09-12");
  muster_subject oak = school_subject(0), seven = {.kind = MUSTER_SUBJECT_GROUP};
  seven.by =
      (uint32_t)(muster_attribute_find(&s.reg->pupil_attributes, "year_group") - s.reg->pupil_attributes.columns);
  seven.group = muster_map_find(&s.reg->texts, MUSTER_TEXT("7"));
  assert_int_equal(absences(desk, &oak, "year"), 4 + 14);
  assert_int_equal(absences(desk, &seven, "year"), 4);
  assert_int_equal(muster_desk_count(desk, &oak, MUSTER_KIND_POSSIBLE, window(desk, "year"), NULL), 20 + 20 + 19);
  assert_int_equal(muster_desk_count(desk, &oak, MUSTER_KIND_MISSING, window(desk, "year"), NULL), 1);
  uint64_t yes, of;
  muster_desk_persistent(desk, &oak, window(desk, "year"), &yes, &of);
  assert_int_equal(yes, 2);
  assert_int_equal(of, 3);
  muster_desk_severe(desk, &oak, window(desk, "year"), &yes, &of);
  assert_int_equal(yes, 1);
  double gap;
  assert_true(muster_desk_gap(desk, &oak, "fsm", window(desk, "year"), &gap));
  assert_true(fabs(gap - 18.0 / 39) < 1e-12);
  assert_false(muster_desk_gap(desk, &oak, "eal", window(desk, "year"), &gap));
  const char *names[] = {"fsm", "year_group"}, *values[] = {"true", "8"};
  assert_int_equal(muster_desk_pupils(desk, &oak, names, values, 1), 2);
  assert_int_equal(muster_desk_pupils(desk, &oak, names, values, 2), 1);
  assert_int_equal(muster_desk_pupils(desk, &oak, NULL, NULL, 0), 3);
  muster_desk_close(desk);
  muster_register_free(s.reg);
}

static void ranks_compare_fractions_and_share_places(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  const char *marks[] = {"IIII/\\/\\/\\", "II/\\/\\/\\/\\", "II/\\/\\/\\/\\", "/\\/\\/\\/\\/\\", "----------"};
  const char *ids[] = {"a", "b", "c", "d", "e"};
  for (uint32_t i = 0; i < 5; i++) type_marks(reg, enrol(reg, ids[i], "oak"), "2025-09-01", marks[i]);
  seal(reg);
  muster_desk *desk = desk_at(reg, NULL, "2025-09-05");
  uint32_t expected[] = {1, 2, 2, 4};
  for (uint32_t i = 0; i < 4; i++) {
    muster_subject s = pupil_subject(reg, i);
    uint32_t rank, of;
    assert_true(muster_desk_rank(desk, &s, MUSTER_KIND_ABSENT, window(desk, "year"), &rank, &of));
    assert_int_equal(rank, expected[i]);
    assert_int_equal(of, 4);
  }
  muster_subject e = pupil_subject(reg, 4);
  uint32_t rank, of;
  assert_false(muster_desk_rank(desk, &e, MUSTER_KIND_ABSENT, window(desk, "year"), &rank, &of));
  muster_subject near[20], a = pupil_subject(reg, 0);
  assert_int_equal(muster_desk_similar(desk, &a, near), 3);
  assert_int_equal(near[0].pupil, 1);
  assert_int_equal(near[2].pupil, 3);
  muster_desk_close(desk);
  muster_register_free(reg);
}

static void weeks_weekdays_and_trend(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "oak");
  type_marks(reg, ann, "2025-09-01", "/\\/\\/\\/\\/I /\\/\\/\\/\\II /\\/\\/\\/III /\\/\\/\\IIII");
  seal(reg);
  muster_desk *desk = desk_at(reg, NULL, "2025-09-26");
  muster_subject s = pupil_subject(reg, ann);
  const muster_week_counts *weeks;
  size_t n;
  assert_int_equal(muster_desk_weeks(desk, &s, window(desk, "year"), &weeks, &n, NULL), MUSTER_OK);
  assert_int_equal(n, 4);
  assert_int_equal(weeks[0].start, day("2025-09-01"));
  for (size_t i = 0; i < n; i++) {
    assert_int_equal(weeks[i].possible, 10);
    assert_int_equal(weeks[i].absent, i + 1);
    assert_int_equal(weeks[i].present, 9 - i);
  }
  muster_weekday_counts days;
  muster_desk_weekdays(desk, &s, MUSTER_KIND_ABSENT, window(desk, "year"), &days);
  assert_int_equal(days.count[9], 4);
  assert_int_equal(days.count[8], 3);
  assert_int_equal(days.possible[0], 4);
  muster_trend trend;
  assert_true(muster_desk_trend(desk, &s, MUSTER_KIND_ABSENT, window(desk, "year"), &trend));
  assert_int_equal(trend.weeks, 4);
  assert_true(fabs(trend.slope - 0.1) < 1e-9);
  assert_true(trend.low <= trend.slope && trend.slope <= trend.high);
  assert_false(muster_desk_trend(desk, &s, MUSTER_KIND_ABSENT, window(desk, "last 2 school weeks"), &trend));
  muster_desk_close(desk);
  muster_register_free(reg);
}

/* Rates 0.1, 0.3, 0.2, 0.3: least squares by hand, with the t quantile of 2 degrees of freedom. */
static void the_interval_of_a_trend_is_the_t_interval(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "oak");
  type_marks(reg, ann, "2025-09-01", "/\\/\\/\\/\\/I /\\/\\/\\/III /\\/\\/\\/\\II /\\/\\/\\/III");
  seal(reg);
  muster_desk *desk = desk_at(reg, NULL, "2025-09-26");
  muster_subject s = pupil_subject(reg, ann);
  muster_trend trend;
  assert_true(muster_desk_trend(desk, &s, MUSTER_KIND_ABSENT, window(desk, "year"), &trend));
  /* residual variance 0.015/2, Sxx = 5, t(0.975, 2) = 4.3026527 */
  double half = 4.30265272974946 * sqrt(0.015 / 2 / 5);
  assert_true(fabs(trend.slope - 0.05) < 1e-9);
  assert_true(fabs(trend.low - (0.05 - half)) < 1e-9);
  assert_true(fabs(trend.high - (0.05 + half)) < 1e-9);
  muster_desk_close(desk);
  muster_register_free(reg);
}

static void a_projection_uses_what_is_left_of_the_year(void **state) {
  (void)state;
  for (int given = 0; given < 2; given++) {
    muster_register *reg = muster_register_new();
    uint32_t ann = enrol(reg, "ann", "oak");
    if (given) open_weeks(reg, "2025-09-01", 4);
    type_marks(reg, ann, "2025-09-01", "/\\/\\/\\/\\II /\\/\\/\\/\\/\\");
    seal(reg);
    muster_desk *desk = desk_at(reg, NULL, "2025-09-05");
    muster_subject s = pupil_subject(reg, ann);
    double count, possible;
    assert_true(muster_desk_projected(desk, &s, MUSTER_KIND_ABSENT, &count, &possible));
    assert_true(fabs(possible - (given ? 40 : 380)) < 1e-9); /* the inferred second week is not known yet */
    assert_true(fabs(count - 0.2 * possible) < 1e-9);
    muster_desk_close(desk);
    muster_register_free(reg);
  }
}

/* A first and a last week are given: when they are over nothing is left, whatever 190 days would say. */
static void after_a_given_year_nothing_is_left_to_project(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "oak");
  open_weeks(reg, "2025-09-01", 1);
  open_weeks(reg, "2026-07-13", 1);
  type_marks(reg, ann, "2025-09-01", "/\\/\\/\\/\\II");
  type_marks(reg, ann, "2026-07-13", "/\\/\\/\\/\\II");
  seal(reg);
  muster_subject s = pupil_subject(reg, ann);
  const char *days[] = {"2026-07-16", "2026-07-17", "2026-07-24"};
  for (int i = 0; i < 3; i++) {
    muster_desk *desk = desk_at(reg, NULL, days[i]);
    double count, possible;
    assert_true(muster_desk_projected(desk, &s, MUSTER_KIND_ABSENT, &count, &possible));
    assert_true(fabs(possible - 20) < 1e-9);
    muster_desk_close(desk);
  }
  muster_register_free(reg);
}

static void acts_are_seen_from_the_day_they_began(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "oak"), bob = enrol(reg, "bob", "oak");
  type_marks(reg, ann, "2025-09-01", "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  type_marks(reg, bob, "2025-09-01", "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  uint32_t mentor = muster_map_add(&reg->texts, MUSTER_TEXT("mentor"), NULL),
           letter = muster_map_add(&reg->texts, MUSTER_TEXT("letter"), NULL);
  uint32_t survey = muster_map_add(&reg->texts, MUSTER_TEXT("survey"), NULL),
           q1 = muster_map_add(&reg->texts, MUSTER_TEXT("q1"), NULL);
  muster_intervention acts[] = {
      {MUSTER_SUBJECT_PUPIL, reg->pupils[ann].id, mentor, MUSTER_NONE, day("2025-09-03"), MUSTER_NO_DATE, NAN, NAN},
      {MUSTER_SUBJECT_SCHOOL, 0, letter, MUSTER_NONE, day("2025-09-10"), day("2025-09-10"), NAN, NAN}};
  for (int i = 0; i < 2; i++) assert_true(muster_register_intervention(reg, &acts[i]));
  muster_response said[] = {{q1, survey, q1, reg->pupils[ann].id, 0, day("2025-09-02"), 2},
                            {q1, survey, q1, reg->pupils[ann].id, 0, day("2025-09-11"), 5}};
  for (int i = 0; i < 2; i++) assert_true(muster_register_response(reg, &said[i]));
  seal(reg);
  muster_desk *desk = desk_at(reg, NULL, "2025-09-02");
  muster_subject a = pupil_subject(reg, ann), b = pupil_subject(reg, bob);
  uint32_t year = window(desk, "year");
  assert_null(muster_desk_had(desk, &a, MUSTER_TEXT("mentor"), year));
  muster_desk_set_as_of(desk, day("2025-09-12"));
  assert_non_null(muster_desk_had(desk, &a, MUSTER_TEXT("mentor"), year));
  assert_null(muster_desk_had(desk, &b, MUSTER_TEXT("mentor"), year));
  assert_int_equal(muster_desk_had(desk, &a, MUSTER_TEXT(""), year)->kind, letter);
  assert_non_null(muster_desk_had(desk, &b, MUSTER_TEXT("Letter"), year));
  assert_null(muster_desk_had(desk, &b, MUSTER_TEXT("letter"), window(desk, "2025-09-01..2025-09-09")));
  muster_response_summary sum;
  assert_true(muster_desk_responses(desk, &a, MUSTER_TEXT("survey"), MUSTER_TEXT("q1"), &sum));
  assert_int_equal(sum.n, 2);
  assert_true(fabs(sum.mean - 3.5) < 1e-12 && fabs(sum.latest - 5) < 1e-12);
  muster_desk_set_as_of(desk, day("2025-09-05"));
  assert_true(muster_desk_responses(desk, &a, MUSTER_TEXT("survey"), MUSTER_TEXT(""), &sum));
  assert_int_equal(sum.n, 1);
  assert_false(muster_desk_responses(desk, &b, MUSTER_TEXT("survey"), MUSTER_TEXT("q1"), &sum));
  muster_subject oak = school_subject(0);
  assert_true(muster_desk_responses(desk, &oak, MUSTER_TEXT("survey"), MUSTER_TEXT("q1"), &sum));
  muster_desk_close(desk);
  muster_register_free(reg);
}

/* A year and its autumn, in either order: the year is the whole, and all is not the autumn twice. */
static void a_part_of_a_year_stands_beside_its_whole(void **state) {
  (void)state;
  for (int autumn_last = 0; autumn_last < 2; autumn_last++) {
    muster_register *reg = muster_register_new();
    uint32_t a = school_of(reg, "a"), periods[2];
    periods[!autumn_last] = muster_map_add(&reg->texts, MUSTER_TEXT("2018/19"), NULL);
    periods[autumn_last] = muster_map_add(&reg->texts, MUSTER_TEXT("2018-09-01..2018-12-21"), NULL);
    for (int i = 0; i < 2; i++) {
      bool autumn = i == autumn_last;
      muster_total total = {a, periods[i], autumn ? 400 : 1000, -1, -1, autumn ? 8 : 50, 10, -1, -1};
      assert_true(muster_register_total(reg, &total));
    }
    seal(reg);
    muster_desk *desk = desk_at(reg, NULL, "2019-07-31");
    muster_subject s = school_subject(a);
    assert_int_equal(absences(desk, &s, "year"), 50);
    assert_int_equal(absences(desk, &s, "all"), 50);
    assert_int_equal(absences(desk, &s, "2018-09-01..2018-12-21"), 8);
    muster_desk_close(desk);
    muster_register_free(reg);
  }
}

static void units_with_totals_answer_from_them_alone(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t a = school_of(reg, "100000"), b = school_of(reg, "100001");
  uint32_t old = muster_map_add(&reg->texts, MUSTER_TEXT("2017/18"), NULL),
           now = muster_map_add(&reg->texts, MUSTER_TEXT("201819"), NULL);
  muster_total totals[] = {{a, old, 1000, 40, 10, 50, 100, 11, -1},
                           {a, now, 2000, 100, 20, 120, 110, 15, 2},
                           {b, now, 1000, -1, -1, 90, 80, -1, -1}};
  for (int i = 0; i < 3; i++) assert_true(muster_register_total(reg, &totals[i]));
  seal(reg);
  muster_desk *desk = desk_at(reg, NULL, "2019-07-31");
  muster_subject sa = school_subject(a), sb = school_subject(b);
  bool known;
  uint32_t year = window(desk, "year");
  assert_int_equal(muster_desk_count(desk, &sa, MUSTER_KIND_ABSENT, year, &known), 120);
  assert_int_equal(muster_desk_count(desk, &sa, MUSTER_KIND_ABSENT, window(desk, "last year"), &known), 50);
  assert_int_equal(muster_desk_count(desk, &sa, MUSTER_KIND_POSSIBLE, window(desk, "all"), &known), 3000);
  assert_true(known);
  assert_int_equal(muster_desk_count(desk, &sa, MUSTER_KIND_ILLNESS, year, &known), 0);
  assert_false(known);
  muster_desk_count(desk, &sa, MUSTER_KIND_ABSENT, window(desk, "last 6 school weeks"), &known);
  assert_false(known);
  muster_desk_count(desk, &sb, MUSTER_KIND_AUTHORISED, year, &known);
  assert_false(known);
  uint64_t yes, of;
  muster_desk_persistent(desk, &sa, year, &yes, &of);
  assert_int_equal(yes, 15);
  assert_int_equal(of, 110);
  muster_desk_severe(desk, &sa, year, &yes, &of);
  assert_int_equal(yes, 2);
  muster_desk_persistent(desk, &sb, year, &yes, &of);
  assert_int_equal(of, 0);
  uint32_t rank, out_of;
  assert_true(muster_desk_rank(desk, &sb, MUSTER_KIND_ABSENT, year, &rank, &out_of));
  assert_int_equal(rank, 1);
  assert_int_equal(out_of, 2);
  muster_desk_set_as_of(desk, day("2018-07-31"));
  assert_int_equal(muster_desk_count(desk, &sa, MUSTER_KIND_ABSENT, year, &known), 50);
  muster_desk_close(desk);
  muster_register_free(reg);
}

static void suppositions_change_the_answers_and_then_go(void **state) {
  (void)state;
  small_school s = make();
  muster_desk *desk = desk_at(s.reg, NULL, "2025-09-12");
  muster_subject ann = pupil_subject(s.reg, s.ann), oak = school_subject(0);
  muster_session friday = muster_session_of(day("2025-09-05"));
  assert_true(muster_desk_suppose(desk, s.ann, friday, MUSTER_POSSIBLE | MUSTER_PRESENT));
  assert_int_equal(absences(desk, &ann, "year"), 3);
  assert_int_equal(absences(desk, &oak, "year"), 3 + 14);
  /* after the as-of date nothing but what is supposed can be seen */
  muster_session next = muster_session_of(day("2025-09-15"));
  assert_true(muster_desk_suppose(desk, s.ann, next, MUSTER_POSSIBLE | MUSTER_UNAUTHORISED));
  muster_desk_set_as_of(desk, day("2025-09-19"));
  assert_int_equal(absences(desk, &ann, "year"), 4);
  muster_desk_suppose_nothing(desk);
  assert_int_equal(absences(desk, &ann, "year"), 4 + 10);
  muster_desk_close(desk);
  muster_register_free(s.reg);
}

static void tell(void *context, const char *method, const char *argument, const char *w, const char *answer) {
  snprintf(context, 256, "%s(%s, %s) = %s", method, argument, w, answer);
}

static void a_witness_is_told_of_questions(void **state) {
  (void)state;
  small_school s = make();
  muster_desk *desk = desk_at(s.reg, NULL, "2025-09-12");
  char heard[256] = "";
  uint32_t w = window(desk, "this term");
  muster_desk_tell(desk, "count", "absent", w, "%d", 4);
  assert_string_equal(heard, "");
  muster_desk_set_witness(desk, tell, heard);
  muster_desk_tell(desk, "count", "absent", w, "%d", 4);
  assert_string_equal(heard, "count(absent, this term) = 4");
  muster_desk_close(desk);
  muster_register_free(s.reg);
}

static void keeping_a_school_changes_no_answer(void **state) {
  (void)state;
  small_school s = make();
  muster_code_set codes[2];
  assert_int_equal(muster_code_set_parse(&s.reg->codes, MUSTER_TEXT("O"), &codes[0], NULL), MUSTER_OK);
  assert_int_equal(muster_code_set_parse(&s.reg->codes, MUSTER_TEXT("I L"), &codes[1], NULL), MUSTER_OK);
  muster_ruleset set = {.sets = codes, .set_count = 2};
  muster_desk *plain = desk_at(s.reg, &set, "2025-09-01"), *kept = desk_at(s.reg, &set, "2025-09-01");
  muster_desk_keep(kept, 0);
  uint64_t sum = 0;
  for (muster_date date = day("2025-09-01"); date <= day("2025-09-22"); date++) {
    muster_desk_set_as_of(plain, date);
    muster_desk_set_as_of(kept, date);
    for (uint32_t p = 3; p-- > 0;) { /* backward: not the order in which a school is gone through */
      muster_subject one = pupil_subject(s.reg, p), oak = school_subject(0);
      for (int kind = 0; kind < MUSTER_KIND_CODES + 2; kind++) {
        uint64_t n = muster_desk_count(plain, &one, kind, window(plain, "year"), NULL);
        assert_int_equal(muster_desk_count(kept, &one, kind, window(kept, "year"), NULL), n);
        assert_int_equal(muster_desk_count(kept, &oak, kind, window(kept, "this week"), NULL),
                         muster_desk_count(plain, &oak, kind, window(plain, "this week"), NULL));
        sum += n;
      }
    }
  }
  assert_true(sum > 1000);
  /* nor does it hide what is supposed */
  muster_subject ann = pupil_subject(s.reg, s.ann);
  muster_desk_set_as_of(kept, day("2025-09-12"));
  assert_int_equal(absences(kept, &ann, "year"), 4);
  assert_true(
      muster_desk_suppose(kept, s.ann, muster_session_of(day("2025-09-01")), MUSTER_POSSIBLE | MUSTER_AUTHORISED));
  assert_int_equal(absences(kept, &ann, "year"), 5);
  assert_true(
      muster_desk_suppose(kept, s.ann, muster_session_of(day("2025-09-02")), MUSTER_POSSIBLE | MUSTER_AUTHORISED));
  assert_int_equal(absences(kept, &ann, "year"), 6);
  muster_desk_suppose_nothing(kept);
  assert_int_equal(absences(kept, &ann, "year"), 4);
  muster_desk_close(plain);
  muster_desk_close(kept);
  muster_register_free(s.reg);
}

static void a_wrong_window_is_the_pack_s_fault(void **state) {
  (void)state;
  small_school s = make();
  muster_desk *desk = desk_at(s.reg, NULL, "2025-09-12");
  uint32_t w;
  muster_error err = {0};
  assert_int_equal(muster_desk_window(desk, MUSTER_TEXT("last fortnight"), &w, &err), MUSTER_PACK);
  assert_int_equal(window(desk, "this term"), window(desk, "this term"));
  muster_desk_close(desk);
  muster_register_free(s.reg);
}

/* Every answer about a date is the same whether or not later marks are there. */
static void later_marks_change_no_answer(void **state) {
  (void)state;
  double answers[2][12] = {{0}};
  for (int later = 0; later < 2; later++) {
    muster_register *reg = muster_register_new();
    uint32_t ann = enrol(reg, "ann", "oak"), bob = enrol(reg, "bob", "oak");
    type_marks(reg, ann, "2025-09-01", "/\\/\\/\\/\\II /\\/\\/\\/\\/\\ OO/\\/\\");
    type_marks(reg, bob, "2025-09-01", "/\\/\\/\\/\\/\\ /\\/\\/\\II/\\ /\\/\\/\\");
    if (later) {
      type_marks(reg, ann, "2025-09-18", "IIII IIIIIIIIII IIIIIIIIII");
      type_marks(reg, bob, "2025-09-18", "/\\/\\ /\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
    }
    seal(reg);
    muster_desk *desk = desk_at(reg, NULL, "2025-09-17");
    muster_subject s = pupil_subject(reg, ann), oak = school_subject(0);
    double *a = answers[later];
    uint32_t rank, of, w = window(desk, "last 2 school weeks");
    muster_trend trend = {0};
    a[0] = (double)absences(desk, &s, "year");
    a[1] = (double)absences(desk, &oak, "year");
    a[2] = (double)absences(desk, &s, "last 10 school days");
    a[3] = muster_desk_rank(desk, &s, MUSTER_KIND_ABSENT, w, &rank, &of) * 100 + rank * 10 + of;
    muster_desk_projected(desk, &s, MUSTER_KIND_ABSENT, &a[4], &a[5]);
    a[6] = muster_desk_trend(desk, &s, MUSTER_KIND_ABSENT, window(desk, "year"), &trend) + trend.slope + trend.high;
    a[7] = (double)muster_desk_count(desk, &s, MUSTER_KIND_MISSING, window(desk, "year"), NULL);
    a[8] =
        muster_lasting_end(reg, 0, day("2025-09-17"), (muster_lasting){MUSTER_LASTS_SCHOOL_DAYS, 5}, day("2025-09-17"));
    a[9] =
        muster_lasting_end(reg, 0, day("2025-09-17"), (muster_lasting){MUSTER_LASTS_HALF_TERM, 1}, day("2025-09-17"));
    a[10] = muster_school_closed(reg, 0, day("2025-09-20"));
    a[11] = (double)absences(desk, &s, "this half-term");
    muster_desk_close(desk);
    muster_register_free(reg);
  }
  for (int i = 0; i < 12; i++) assert_true(fabs(answers[0][i] - answers[1][i]) < 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_pupil_is_counted_to_the_as_of_date_and_no_further),
      cmocka_unit_test(schools_and_groups_are_pooled_over_their_pupils),
      cmocka_unit_test(ranks_compare_fractions_and_share_places),
      cmocka_unit_test(weeks_weekdays_and_trend),
      cmocka_unit_test(the_interval_of_a_trend_is_the_t_interval),
      cmocka_unit_test(a_projection_uses_what_is_left_of_the_year),
      cmocka_unit_test(after_a_given_year_nothing_is_left_to_project),
      cmocka_unit_test(acts_are_seen_from_the_day_they_began),
      cmocka_unit_test(a_part_of_a_year_stands_beside_its_whole),
      cmocka_unit_test(units_with_totals_answer_from_them_alone),
      cmocka_unit_test(suppositions_change_the_answers_and_then_go),
      cmocka_unit_test(a_witness_is_told_of_questions),
      cmocka_unit_test(keeping_a_school_changes_no_answer),
      cmocka_unit_test(a_wrong_window_is_the_pack_s_fault),
      cmocka_unit_test(later_marks_change_no_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
