/* Persistent and overall absence against the official figures, for the same mix of pupils.
 * With MUSTER_SYNTH_SEEDS=n the whole size is run on n seeds and the figures are printed (tests/bench). */
#include <math.h>

#include "help.h"

enum { PHASES = MUSTER_SYNTH_PHASES, GROUPS = PHASES + 3 + 3 + 1 }; /* phases, free meals, needs, all */

static const char *const group_names[GROUPS] = {
    "primary",       "secondary",       "special", "not eligible", "eligible",
    "meals unknown", "no special need", "need",    "need unknown", "all"};

typedef struct tally {
  double pupils, persistent, severe, expected, expected_severe, variance;
  double absent, possible, published; /* published: sum over pupils of their phase's overall absence */
} tally;

/* Where the expected shares come from: the room's table, or the official file itself. */
typedef bool (*official)(const char *level, muster_synth_phase phase, muster_synth_fsm fsm, bool sen, char sex,
                         unsigned year, double shares[MUSTER_SYNTH_BANDS]);

typedef struct survey {
  const char *level;
  official shares;
  tally groups[GROUPS];
} survey;

static void add_pupil(tally *t, const muster_synth_pupil *p, const double *shares, double published) {
  double persistent = 0;
  for (int k = 2; k < MUSTER_SYNTH_BANDS; k++) persistent += shares[k];
  t->pupils++;
  t->persistent += 10u * p->absent >= p->possible;
  t->severe += 2u * p->absent >= p->possible;
  t->expected += persistent;
  t->expected_severe += shares[MUSTER_SYNTH_BANDS - 1];
  t->variance += persistent * (1 - persistent);
  t->absent += p->absent;
  t->possible += p->possible;
  t->published += published;
}

static void see_school(const muster_synth_school *school, void *context) {
  survey *s = context;
  double absence, persistent, severe, shares[MUSTER_SYNTH_BANDS];
  assert_true(muster_synth_published(s->level, school->phase, &absence, &persistent, &severe));
  for (size_t i = 0; i < school->pupil_count; i++) {
    const muster_synth_pupil *p = &school->pupils[i];
    bool need = p->sen == 'K' || p->sen == 'E';
    assert_true(s->shares(s->level, school->phase, p->fsm, need, p->sex, p->year_group, shares));
    add_pupil(&s->groups[school->phase], p, shares, absence);
    add_pupil(&s->groups[PHASES + p->fsm], p, shares, absence);
    add_pupil(&s->groups[PHASES + 3 + (need ? 1 : p->sen ? 0 : 2)], p, shares, absence);
    add_pupil(&s->groups[GROUPS - 1], p, shares, absence);
  }
}

static double off(double got, double expected, double pupils) { return 100 * (got - expected) / pupils; }

/* `margin` is for the whole, in points; groups get three standard errors of plain sampling beside it. */
static void check(const survey *s, double margin) {
  for (int g = 0; g < GROUPS; g++) {
    const tally *t = &s->groups[g];
    if (t->pupils < 100) continue;
    double room = g == GROUPS - 1 ? margin : margin + 300 * sqrt(t->variance) / t->pupils;
    double persistent = off(t->persistent, t->expected, t->pupils),
           severe = off(t->severe, t->expected_severe, t->pupils);
    if (fabs(persistent) > room)
      fail_msg("%s: persistent absence is off by %.2f points, more than %.2f", group_names[g], persistent, room);
    if (fabs(severe) > room) fail_msg("%s: severe absence is off by %.2f points", group_names[g], severe);
    double overall = 100 * (t->absent / t->possible - t->published / t->pupils);
    if (g == GROUPS - 1 && fabs(overall) > margin) fail_msg("overall absence is off by %.2f points", overall);
    if (g < PHASES && fabs(overall) > 2 * margin + 60 / sqrt(t->pupils)) fail_msg("%s: %.2f", group_names[g], overall);
  }
}

static void run(survey *s, size_t schools, size_t pupils, uint64_t seed) {
  muster_synth_spec spec = spec_of(schools, pupils, seed);
  spec.level = s->level;
  each_school(&spec, see_school, s);
}

static void fifty_schools_are_within_three_tenths_of_a_point(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    survey s = {.level = "2022-23", .shares = muster_synth_official};
    run(&s, 50, 50000, seed);
    check(&s, 0.3);
    assert_true(fabs(off(s.groups[GROUPS - 1].persistent, 0, s.groups[GROUPS - 1].pupils) - 21.22) < 0.5);
  }
}

static void other_years_are_reached_by_tilting(void **state) {
  (void)state;
  static const char *const levels[] = {"2018-19", "2023-24", "2024-25"};
  for (int i = 0; i < 3; i++) {
    survey s = {.level = levels[i], .shares = muster_synth_official};
    run(&s, 50, 50000, 9);
    check(&s, 0.3);
    for (int phase = 0; phase < PHASES; phase++) { /* the mix is England's, so phases meet the published rates */
      double absence, persistent, severe;
      assert_true(muster_synth_published(levels[i], (muster_synth_phase)phase, &absence, &persistent, &severe));
      const tally *t = &s.groups[phase];
      assert_true(fabs(t->expected / t->pupils - persistent) < 0.005);
      assert_true(fabs(t->expected_severe / t->pupils - severe) < 0.002);
    }
  }
}

static void small_systems_scatter_no_more_than_chance(void **state) {
  (void)state;
  tally sum = {0};
  for (uint64_t seed = 100; seed < 130; seed++) {
    survey s = {.level = "2022-23", .shares = muster_synth_official};
    run(&s, 4, 800, seed);
    const tally *t = &s.groups[GROUPS - 1];
    double error = sqrt(t->variance);
    assert_true(fabs(t->persistent - t->expected) < 4 * error);
    sum.persistent += t->persistent;
    sum.expected += t->expected;
    sum.variance += t->variance;
  }
  assert_true(fabs(sum.persistent - sum.expected) < 3 * sqrt(sum.variance));
}

typedef struct spread {
  double n, sum, squares;
} spread;

static void see_rate(const muster_synth_school *school, void *context) {
  spread *s = context;
  double persistent = 0;
  for (size_t i = 0; i < school->pupil_count; i++)
    persistent += 10u * school->pupils[i].absent >= school->pupils[i].possible;
  double rate = persistent / (double)school->pupil_count;
  s->n++;
  s->sum += rate;
  s->squares += rate * rate;
}

static void schools_differ_more_than_chance_explains(void **state) {
  (void)state;
  muster_synth_spec spec = spec_of(60, 54000, 8);
  spec.phases[0] = spec.phases[2] = 0;
  spread s = {0};
  each_school(&spec, see_rate, &s);
  double mean = s.sum / s.n, deviation = sqrt(s.squares / s.n - mean * mean);
  double chance = sqrt(mean * (1 - mean) / 900);
  assert_true(deviation > 2.5 * chance && deviation < 0.13);
}

/* The official file itself, when it is at hand: cells of the room's table, summed over local authorities. */
static double official_cells[PHASES][3][3][2][12][MUSTER_SYNTH_BANDS];

static int number_of(const char *field, const char *const *names, int n) {
  for (int i = 0; i < n; i++)
    if (strcmp(field, names[i]) == 0) return i;
  return -1;
}

static bool read_official(const char *path) {
  static const char *const phases[] = {"State-funded primary", "State-funded secondary", "Special"};
  static const char *const meals[] = {"Not Eligible", "Eligible", "Unclassified"};
  static const char *const needs[] = {"No identified special educational need", "Any special educational need",
                                      "Unclassified"};
  static const char *const sexes[] = {"Female", "Male"};
  FILE *file = fopen(path, "r");
  if (!file) return false;
  char line[1024];
  while (fgets(line, sizeof line, file)) {
    char *fields[32], *rest = line;
    int n = 0;
    while (n < 32 && (fields[n] = strsep(&rest, ",\r\n"))) n++;
    if (n < 26 || strcmp(fields[2], "Local authority") != 0) continue;
    int phase = number_of(fields[10], phases, 3), fsm = number_of(fields[11], meals, 3);
    int sen = number_of(fields[12], needs, 3), sex = number_of(fields[13], sexes, 2), year = atoi(fields[14]);
    if (phase < 0 || fsm < 0 || sen < 0 || sex < 0 || year < 1 || year > 11) continue;
    if (fsm == 2) sen = 2;
    if (phase == 2 && sen == 0) sen = 1;
    for (int k = 0; k < MUSTER_SYNTH_BANDS; k++) official_cells[phase][fsm][sen][sex][year][k] += atof(fields[15 + k]);
  }
  fclose(file);
  return true;
}

static bool from_file(const char *level, muster_synth_phase phase, muster_synth_fsm fsm, bool sen, char sex,
                      unsigned year, double shares[MUSTER_SYNTH_BANDS]) {
  (void)level;
  const double *counts = official_cells[phase][fsm][fsm == MUSTER_SYNTH_FSM_UNKNOWN ? 2 : sen][sex == 'M'][year];
  double sum = 0;
  for (int k = 0; k < MUSTER_SYNTH_BANDS; k++) sum += counts[k];
  for (int k = 0; k < MUSTER_SYNTH_BANDS; k++) shares[k] = sum > 0 ? counts[k] / sum : 0;
  return sum > 0;
}

static void the_official_file_agrees(void **state) {
  (void)state;
  const char *shared = getenv("MUSTER_SHARED");
  char path[512];
  snprintf(path, sizeof path, "%s/data/dfe/absence_bands_2022-23.csv", shared ? shared : MUSTER_SOURCE "/../shared");
  if (!read_official(path)) {
    print_message("SKIPPED: no official file at %s\n", path);
    skip();
  }
  survey s = {.level = "2022-23", .shares = from_file};
  run(&s, 50, 50000, 21);
  check(&s, 0.3);
}

static void print_figures(const survey *s, uint64_t seed) {
  for (int g = 0; g < GROUPS; g++) {
    const tally *t = &s->groups[g];
    printf("%llu,%s,%.0f,%.2f,%.2f,%.2f,%.2f,%.2f,%.2f\n", (unsigned long long)seed, group_names[g], t->pupils,
           off(t->persistent, 0, t->pupils), off(t->expected, 0, t->pupils), off(t->severe, 0, t->pupils),
           off(t->expected_severe, 0, t->pupils), 100 * t->absent / t->possible, 100 * t->published / t->pupils);
  }
}

static void all_seeds_that_were_asked_for(void **state) {
  (void)state;
  const char *asked = getenv("MUSTER_SYNTH_SEEDS"), *level = getenv("MUSTER_SYNTH_LEVEL");
  if (!asked) skip();
  printf("seed,group,pupils,persistent,official,severe,official_severe,absence,published_absence_of_the_phases\n");
  for (uint64_t seed = 1; seed <= strtoull(asked, NULL, 10); seed++) {
    survey s = {.level = level ? level : "2022-23", .shares = muster_synth_official};
    run(&s, 50, 50000, seed);
    print_figures(&s, seed);
    check(&s, 0.3);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fifty_schools_are_within_three_tenths_of_a_point),
      cmocka_unit_test(other_years_are_reached_by_tilting),
      cmocka_unit_test(small_systems_scatter_no_more_than_chance),
      cmocka_unit_test(schools_differ_more_than_chance_explains),
      cmocka_unit_test(the_official_file_agrees),
      cmocka_unit_test(all_seeds_that_were_asked_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
