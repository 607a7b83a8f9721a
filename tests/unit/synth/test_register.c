/* Marks and pupils of a school hold together, and depend on seed and index alone. */
#include "help.h"

typedef struct watch {
  int year;
  muster_map ids;
  size_t pupils, joiners, leavers;
} watch;

static bool known_code(const char *code, int year) {
  static const char *const both[] = {"/", "\\", "L", "B", "P", "V", "W", "D", "I", "M",
                                     "R", "S",  "T", "E", "C", "G", "N", "O", "U", NULL};
  static const char *const from_2024[] = {"K", "C1", "C2", "J1", "Y1", "Y3", NULL};
  static const char *const to_2024[] = {"J", "H", "Y", NULL};
  const char *const *extra = year >= 2024 ? from_2024 : to_2024;
  for (size_t i = 0; both[i]; i++)
    if (strcmp(code, both[i]) == 0) return true;
  for (size_t i = 0; extra[i]; i++)
    if (strcmp(code, extra[i]) == 0) return true;
  return false;
}

static void see_pupil(const muster_synth_school *school, size_t i, watch *w) {
  const muster_synth_pupil *p = &school->pupils[i];
  const uint8_t *marks = school->marks + i * school->sessions;
  unsigned possible = 0, absent = 0;
  for (size_t s = 0; s < school->sessions; s++) {
    muster_date date = school->open_days[s / 2];
    bool on_roll = (p->start == MUSTER_NO_DATE || date >= p->start) && (p->end == MUSTER_NO_DATE || date <= p->end);
    if ((marks[s] != 0) != on_roll) fail_msg("a mark off roll, or none on roll, at session %zu", s);
    if (!marks[s]) continue;
    const char *code = muster_synth_code_text(marks[s]);
    if (!known_code(code, w->year)) fail_msg("code %s in %d", code, w->year);
    if (strcmp(code, s & 1 ? "/" : "\\") == 0) fail_msg("code %s in session %zu", code, s);
    possible += muster_synth_code_possible(marks[s]);
    absent += muster_synth_code_absent(marks[s]);
  }
  assert_int_equal(possible, p->possible);
  assert_int_equal(absent, p->absent);
  assert_true(p->end_session > p->first_session && p->end_session <= school->sessions);
  assert_true(p->possible > 0);
  unsigned first_year = school->phase == MUSTER_SYNTH_SECONDARY ? 7 : 1;
  unsigned last_year = school->phase == MUSTER_SYNTH_PRIMARY ? 6 : 11;
  assert_in_range(p->year_group, first_year, last_year);
  muster_date first_birth = muster_date_of(w->year - 5 - p->year_group, 9, 1);
  assert_in_range(p->birth - first_birth, 0, 365);
  assert_true(p->sex == 'F' || p->sex == 'M');
  assert_int_equal(p->fsm == MUSTER_SYNTH_FSM_UNKNOWN, p->sen == '\0');
  assert_int_equal(atoi(p->group), p->year_group);
  bool added;
  assert_int_not_equal(muster_map_add(&w->ids, muster_text_of(p->id), &added), MUSTER_NONE);
  assert_true(added);
  assert_int_equal(strlen(p->id), 8);
  w->joiners += p->start != MUSTER_NO_DATE;
  w->leavers += p->end != MUSTER_NO_DATE && p->year_group != 11;
  w->pupils++;
}

static void see_school(const muster_synth_school *school, void *context) {
  watch *w = context;
  assert_non_null(strstr(school->name, "(synthetic)"));
  for (size_t i = 0; i < school->pupil_count; i++) see_pupil(school, i, w);
}

static void marks_stand_in_open_sessions_on_roll_with_codes_of_the_year(void **state) {
  (void)state;
  static const int years[] = {2000, 2017, 2023, 2024, 2025, 2198};
  for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
    muster_synth_spec spec = spec_of(20, 4000, 11 + i);
    spec.year = years[i];
    watch w = {.year = years[i]};
    each_school(&spec, see_school, &w);
    assert_int_equal(w.pupils, 4000);
    assert_in_range(w.joiners, 40, 240); /* a few per cent */
    assert_in_range(w.leavers, 40, 240);
    muster_map_free(&w.ids);
  }
}

static void one_school_of_one_pupil_can_be_made(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 200; seed++) {
    muster_synth_spec spec = spec_of(1, 1, seed);
    watch w = {.year = 2025};
    each_school(&spec, see_school, &w);
    assert_int_equal(w.pupils, 1);
    muster_map_free(&w.ids);
  }
}

static void any_single_phase_can_be_made(void **state) {
  (void)state;
  for (int phase = 0; phase < MUSTER_SYNTH_PHASES; phase++) {
    muster_synth_spec spec = spec_of(3, 300, 2);
    for (int p = 0; p < MUSTER_SYNTH_PHASES; p++) spec.phases[p] = p == phase;
    watch w = {.year = 2025};
    each_school(&spec, see_school, &w);
    assert_int_equal(w.pupils, 300);
    muster_map_free(&w.ids);
  }
}

static void take_digests(const muster_synth_plan *plan, size_t first, size_t step, char (*out)[MUSTER_DIGEST_TEXT]) {
  muster_synth_school school = {0};
  muster_error err;
  size_t n = muster_synth_plan_schools(plan);
  for (size_t k = 0; k < n; k++) {
    size_t i = (first + k * step) % n;
    assert_int_equal(muster_synth_school_make(plan, i, &school, &err), MUSTER_OK);
    muster_digest(school.marks, school.pupil_count * school.sessions, out[i]);
  }
  muster_synth_school_free(&school);
}

static void a_school_depends_on_seed_and_index_not_on_the_order_of_making(void **state) {
  (void)state;
  muster_synth_spec spec = spec_of(7, 700, 3);
  muster_synth_plan *plan, *other;
  muster_error err;
  char a[7][MUSTER_DIGEST_TEXT], b[7][MUSTER_DIGEST_TEXT], c[7][MUSTER_DIGEST_TEXT];
  assert_int_equal(muster_synth_plan_make(&spec, &plan, &err), MUSTER_OK);
  spec.seed = 4;
  assert_int_equal(muster_synth_plan_make(&spec, &other, &err), MUSTER_OK);
  take_digests(plan, 0, 1, a);
  take_digests(plan, 5, 3, b);
  take_digests(other, 0, 1, c);
  for (int i = 0; i < 7; i++) {
    assert_string_equal(a[i], b[i]);
    assert_string_not_equal(a[i], c[i]);
  }
  muster_synth_plan_free(plan);
  muster_synth_plan_free(other);
}

static void codes_have_texts_letters_and_categories(void **state) {
  (void)state;
  bool letters[256] = {false};
  for (unsigned mark = 1; mark < MUSTER_SYNTH_CODES; mark++) {
    const char *text = muster_synth_code_text((uint8_t)mark);
    unsigned char letter = (unsigned char)muster_synth_code_letter((uint8_t)mark);
    assert_true(strlen(text) == 1 || strlen(text) == 2);
    if (strlen(text) == 1) assert_int_equal(letter, text[0]);
    assert_false(letters[letter]);
    letters[letter] = true;
    bool absent = strchr("IMRSTECHGNOU", text[0]) != NULL || strcmp(text, "J1") == 0;
    assert_int_equal(muster_synth_code_absent((uint8_t)mark), absent);
    assert_int_equal(muster_synth_code_possible((uint8_t)mark), text[0] != 'D' && text[0] != 'Y');
  }
  assert_string_equal(muster_synth_code_text(0), "");
  assert_string_equal(muster_synth_code_text(255), "");
  assert_int_equal(muster_synth_code_letter(0), '-');
  assert_int_equal(muster_synth_code_letter(200), '-');
  assert_false(muster_synth_code_possible(200) || muster_synth_code_absent(200));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(marks_stand_in_open_sessions_on_roll_with_codes_of_the_year),
      cmocka_unit_test(one_school_of_one_pupil_can_be_made),
      cmocka_unit_test(any_single_phase_can_be_made),
      cmocka_unit_test(a_school_depends_on_seed_and_index_not_on_the_order_of_making),
      cmocka_unit_test(codes_have_texts_letters_and_categories),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
