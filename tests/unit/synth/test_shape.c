/* Codes, weekdays, half terms and spells look like registers in England. */
#include "help.h"

#include <unistd.h>

enum { PHASES = MUSTER_SYNTH_PHASES };

typedef struct shape {
  int year;
  double possible[PHASES], absent[PHASES], codes[PHASES][MUSTER_SYNTH_CODES];
  double weekday[PHASES][5][2][2]; /* absent, possible */
  double half_term[PHASES][MUSTER_SYNTH_HALF_TERMS][2];
  double year_7[MUSTER_SYNTH_HALF_TERMS][2], weeks[60][2];
  double spells, short_spells;
  muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS];
} shape;

static void see_row(const muster_synth_school *school, size_t i, shape *f) {
  const uint8_t *marks = school->marks + i * school->sessions;
  int p = school->phase, run = 0;
  for (size_t s = 0, h = 0; s <= school->sessions; s++) {
    bool marked = s < school->sessions && marks[s];
    bool possible = marked && muster_synth_code_possible(marks[s]),
         absent = marked && muster_synth_code_absent(marks[s]);
    if (run && (possible || s == school->sessions) && !absent) {
      f->spells++;
      f->short_spells += run >= 2 && run <= 4;
      run = 0;
    }
    if (!marked) continue;
    muster_date date = school->open_days[s / 2];
    while (date > f->terms[h].last) h++;
    run += absent;
    f->possible[p] += possible;
    f->absent[p] += absent;
    f->codes[p][marks[s]]++;
    bool year_7 = school->pupils[i].year_group == 7;
    double *cells[] = {f->weekday[p][muster_date_weekday(date)][s & 1], f->half_term[p][h],
                       f->weeks[(date - muster_date_monday(f->terms[0].first)) / 7], f->year_7[h]};
    for (int k = 0; k < 3 + year_7; k++) {
      cells[k][0] += absent;
      cells[k][1] += possible;
    }
  }
}

static void see_school(const muster_synth_school *school, void *context) {
  for (size_t i = 0; i < school->pupil_count; i++) see_row(school, i, context);
}

static double per_cent(const double cell[2]) { return 100 * cell[0] / cell[1]; }

static double code(const shape *f, int phase, const char *text) {
  for (unsigned mark = 1; mark < MUSTER_SYNTH_CODES; mark++)
    if (strcmp(muster_synth_code_text((uint8_t)mark), text) == 0)
      return 100 * f->codes[phase][mark] / f->possible[phase];
  return -1;
}

static shape made;

static int make(void **state) {
  (void)state;
  muster_synth_spec spec = spec_of(50, 50000, 17);
  spec.level = "2024-25";
  made.year = 2025;
  if (!muster_synth_terms(2025, made.terms)) return -1;
  each_school(&spec, see_school, &made);
  return 0;
}

/* Shares of possible sessions by code, national daily data 2024/25, per cent; a third either way, and what a small
 * number needs. */
static void code_shares_are_near_the_published_ones(void **state) {
  (void)state;
  static const struct {
    const char *code;
    double share[2];
  } published[] = {{"I", {2.86, 3.63}},   {"O", {0.73, 2.59}},   {"G", {0.56, 0.34}},  {"C", {0.32, 0.46}},
                   {"M", {0.26, 0.37}},   {"U", {0.16, 0.30}},   {"C2", {0.13, 0.31}}, {"E", {0.03, 0.31}},
                   {"N", {0.05, 0.07}},   {"S", {0.00, 0.10}},   {"L", {1.10, 2.86}},  {"J1", {0.02, 0.02}},
                   {"V", {0.76, 0.82}},   {"B", {0.18, 0.31}},   {"P", {0.09, 0.15}},  {"W", {0.00, 0.31}},
                   {"T", {0.015, 0.003}}, {"C1", {0.003, 0.004}}};
  for (size_t i = 0; i < sizeof published / sizeof *published; i++)
    for (int phase = 0; phase < 2; phase++) {
      double expected = published[i].share[phase], got = code(&made, phase, published[i].code);
      if (got < expected * 0.66 - 0.02 || got > expected * 1.34 + 0.02)
        fail_msg("%s %s: %.3f, published %.3f", muster_synth_phase_name((muster_synth_phase)phase), published[i].code,
                 got, expected);
    }
  assert_true(code(&made, 0, "W") == 0 && code(&made, 0, "S") == 0);
  assert_true(code(&made, 1, "D") > 0 && code(&made, 1, "Y3") + code(&made, 0, "Y3") > 0);
}

/* Wednesday is least, Friday afternoon most: 1.4 points more in primary, 1.8 in secondary schools. */
static void absence_is_least_midweek_and_most_on_friday_afternoon(void **state) {
  (void)state;
  static const double gap[] = {1.4, 1.8};
  for (int phase = 0; phase < 2; phase++) {
    double wednesday = (per_cent(made.weekday[phase][2][0]) + per_cent(made.weekday[phase][2][1])) / 2;
    double friday = per_cent(made.weekday[phase][4][1]);
    assert_true(friday - wednesday > gap[phase] - 0.5 && friday - wednesday < gap[phase] + 0.7);
    assert_true(friday >= per_cent(made.weekday[phase][4][0]));
    for (int day = 0; day < 5; day++)
      for (int half = 0; half < 2; half++) {
        double rate = per_cent(made.weekday[phase][day][half]);
        assert_true(rate <= friday + 1e-9);
        if (day != 2) assert_true(rate > wednesday - 0.15);
      }
  }
}

static void absence_rises_through_half_terms_and_falls_after_breaks(void **state) {
  (void)state;
  static const double published[2][MUSTER_SYNTH_HALF_TERMS] = {{4.57, 5.76, 5.41, 5.22, 4.81, 5.56},
                                                               {7.28, 8.63, 8.64, 8.69, 9.08, 9.54}};
  for (int phase = 0; phase < 2; phase++)
    for (int h = 0; h < MUSTER_SYNTH_HALF_TERMS; h++) {
      double got = per_cent(made.half_term[phase][h]);
      if (got < published[phase][h] - 0.9 || got > published[phase][h] + 0.9)
        fail_msg("phase %d, half term %d: %.2f, published %.2f", phase, h + 1, got, published[phase][h]);
    }
  int break_week = (made.terms[1].first - made.terms[0].first) / 7,
      last = (made.terms[1].last - made.terms[0].first) / 7;
  assert_true(per_cent(made.weeks[break_week - 2]) > per_cent(made.weeks[1]) + 1);
  assert_true(per_cent(made.weeks[break_week + 1]) < per_cent(made.weeks[break_week - 2]));
  for (int week = 1; week < last; week++)
    if (made.weeks[week][1] > 0) assert_true(per_cent(made.weeks[week]) < per_cent(made.weeks[last]));
}

static void year_7_starts_low(void **state) {
  (void)state;
  double first = per_cent(made.year_7[0]), second = per_cent(made.year_7[1]), last = per_cent(made.year_7[5]);
  assert_true(first < second * 0.8 && second < last);
}

/* Half of spells last two to four sessions (FFT Education Datalab, January 2022). */
static void most_spells_are_one_or_two_days(void **state) {
  (void)state;
  double share = made.short_spells / made.spells;
  assert_true(share > 0.40 && share < 0.55);
}

static void codes_change_in_august_2024(void **state) {
  (void)state;
  shape before = {.year = 2023}, after = {.year = 2024};
  muster_synth_spec spec = spec_of(10, 5000, 3);
  spec.year = 2023;
  assert_true(muster_synth_terms(2023, before.terms));
  each_school(&spec, see_school, &before);
  spec.year = 2024;
  assert_true(muster_synth_terms(2024, after.terms));
  each_school(&spec, see_school, &after);
  for (int p = 0; p < 2; p++) {
    assert_true(code(&before, p, "H") > 0 && code(&before, p, "J") > 0 && code(&before, p, "Y") > 0);
    assert_true(code(&before, p, "C2") == 0 && code(&before, p, "K") == 0 && code(&before, p, "J1") == 0);
    assert_true(code(&after, p, "H") == 0 && code(&after, p, "J") == 0 && code(&after, p, "Y") == 0);
    assert_true(code(&after, p, "C2") > 0 && code(&after, p, "J1") > 0);
  }
}

static void see_always_away(const muster_synth_school *school, void *context) {
  for (size_t i = 0; i < school->pupil_count; i++) {
    const muster_synth_pupil *p = &school->pupils[i];
    unsigned absent = 0;
    for (size_t s = 0; s < school->sessions; s++)
      absent += muster_synth_code_absent(school->marks[i * school->sessions + s]);
    assert_int_equal(absent, p->absent);
    *(unsigned *)context += p->absent == p->possible && (p->year_group == 6 || p->year_group == 11);
  }
}

/* Who is drawn to be absent from every session goes to no interview, which was attending before 2024. */
static void pupils_may_be_away_all_year(void **state) {
  (void)state;
  unsigned away = 0;
  muster_synth_spec spec = spec_of(10, 2000, 11);
  spec.year = 2023;
  spec.phases[0] = spec.phases[1] = 0;
  alarm(60); /* their absence once had no end */
  each_school(&spec, see_always_away, &away);
  alarm(0);
  assert_true(away > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(code_shares_are_near_the_published_ones),
      cmocka_unit_test(absence_is_least_midweek_and_most_on_friday_afternoon),
      cmocka_unit_test(absence_rises_through_half_terms_and_falls_after_breaks),
      cmocka_unit_test(year_7_starts_low),
      cmocka_unit_test(most_spells_are_one_or_two_days),
      cmocka_unit_test(codes_change_in_august_2024),
      cmocka_unit_test(pupils_may_be_away_all_year),
  };
  return cmocka_run_group_tests(tests, make, NULL);
}
