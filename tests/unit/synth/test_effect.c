/* The effect that was planted is the effect that is there, in every week; without one, chosen pupils only regress. */
#include <math.h>

#include "help.h"

typedef struct outcome {
  muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS];
  double treated, schools_treated;
  double before[2], after[2]; /* of the treated, absent and possible sessions before and from their start */
  double weeks[60][2];        /* of the treated, since their own start */
  double untreated[2];        /* of all others, over the year */
  muster_map starts;
} outcome;

static void see_school(const muster_synth_school *school, void *context) {
  outcome *o = context;
  o->schools_treated += school->treated_from != MUSTER_NO_DATE;
  for (size_t i = 0; i < school->pupil_count; i++) {
    const muster_synth_pupil *p = &school->pupils[i];
    const uint8_t *marks = school->marks + i * school->sessions;
    char start[MUSTER_DATE_TEXT];
    if (p->treated_from != MUSTER_NO_DATE) {
      o->treated++;
      assert_int_not_equal(muster_map_add(&o->starts, muster_text_of(muster_date_format(p->treated_from, start)), NULL),
                           MUSTER_NONE);
    }
    for (size_t s = 0; s < school->sessions; s++) {
      if (!muster_synth_code_possible(marks[s])) continue;
      muster_date date = school->open_days[s / 2];
      bool from_start = p->treated_from != MUSTER_NO_DATE && date >= p->treated_from;
      double *cell = p->treated_from == MUSTER_NO_DATE ? o->untreated : from_start ? o->after : o->before;
      double *week = from_start ? o->weeks[(date - muster_date_monday(p->treated_from)) / 7] : NULL;
      cell[0] += muster_synth_code_absent(marks[s]);
      cell[1]++;
      if (week) week[0] += muster_synth_code_absent(marks[s]), week[1]++;
    }
  }
}

static outcome run(const char *words, size_t schools, size_t pupils, uint64_t seed) {
  outcome o = {0};
  muster_error err;
  muster_synth_spec spec = spec_of(schools, pupils, seed);
  assert_int_equal(muster_synth_effect_parse(muster_text_of(words), &spec.effect, &err), MUSTER_OK);
  assert_true(muster_synth_terms(spec.year, o.terms));
  each_school(&spec, see_school, &o);
  return o;
}

static double rate(const double cell[2]) { return 100 * cell[0] / cell[1]; }

static void the_planted_size_is_there_in_every_week(void **state) {
  (void)state;
  static const struct {
    const char *with, *without;
    double size;
  } cases[] = {{"mentor:-2,cohorts=3", "mentor:0,cohorts=3", -2},
               {"letters:-0.75", "letters:0", -0.75},
               {"hub:1.5,cohorts=2", "hub:0,cohorts=2", 1.5},
               {"breakfast-club:-1", "breakfast-club:0", -1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    outcome with = run(cases[i].with, 16, 12000, 5), without = run(cases[i].without, 16, 12000, 5);
    assert_true(with.treated == without.treated && with.treated > 500);
    assert_true(with.before[0] == without.before[0] && with.before[1] == without.before[1]);
    assert_true(with.untreated[0] == without.untreated[0]);
    assert_true(with.after[1] == without.after[1]);
    assert_true(fabs(rate(with.after) - rate(without.after) - cases[i].size) < 0.02);
    for (int week = 0; week < 25; week++) {
      if (with.weeks[week][1] < 5000) continue;
      double moved = rate(with.weeks[week]) - rate(without.weeks[week]);
      if (fabs(moved - cases[i].size) > 0.2) fail_msg("%s, week %d: %.3f", cases[i].with, week, moved);
    }
    muster_map_free(&with.starts);
    muster_map_free(&without.starts);
  }
}

static void cohorts_start_apart_and_on_days_of_term(void **state) {
  (void)state;
  outcome o = run("mentor:-1,cohorts=4,stagger=5", 10, 6000, 2);
  assert_int_equal(o.starts.count, 4);
  for (uint32_t i = 0; i < 4; i++) {
    muster_date start;
    assert_true(muster_date_parse(muster_map_name(&o.starts, i), &start));
    bool in_term = false;
    for (int h = 0; h < MUSTER_SYNTH_HALF_TERMS; h++)
      in_term = in_term || (start >= o.terms[h].first && start <= o.terms[h].last);
    assert_true(in_term);
  }
  muster_map_free(&o.starts);
}

static void with_no_effect_chosen_pupils_regress_to_the_mean(void **state) {
  (void)state;
  outcome o = run("mentor:0", 20, 15000, 6), letters = run("letters:0", 20, 15000, 6);
  assert_true(rate(o.before) > rate(o.after) + 2); /* looks like a gain, and is none */
  assert_true(rate(o.before) > 2 * rate(o.untreated));
  assert_true(rate(letters.before) < rate(letters.after)); /* drawn at random: the year's own rise */
  muster_map_free(&o.starts);
  muster_map_free(&letters.starts);
}

static void whole_schools_are_treated_together(void **state) {
  (void)state;
  outcome o = run("hub:-1,share=0.25", 20, 4000, 3);
  assert_true(o.schools_treated == 5);
  assert_true(o.treated > 400 && o.treated < 2500);
  outcome one = run("hub:-1,share=0.01", 2, 400, 3);
  assert_true(one.schools_treated == 1); /* at least one */
  muster_map_free(&o.starts);
  muster_map_free(&one.starts);
}

static void an_effect_larger_than_the_absence_takes_what_there_is(void **state) {
  (void)state;
  outcome o = run("letters:-50,share=1", 3, 300, 3);
  assert_true(rate(o.after) < 1.5); /* appointments, suspensions and the like stay */
  outcome more = run("letters:50,share=1", 3, 300, 3);
  assert_true(rate(more.after) > 50);
  muster_map_free(&o.starts);
  muster_map_free(&more.starts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_planted_size_is_there_in_every_week),
      cmocka_unit_test(cohorts_start_apart_and_on_days_of_term),
      cmocka_unit_test(with_no_effect_chosen_pupils_regress_to_the_mean),
      cmocka_unit_test(whole_schools_are_treated_together),
      cmocka_unit_test(an_effect_larger_than_the_absence_takes_what_there_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
