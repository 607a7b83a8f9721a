/* Counts, spells, weeks and the tests for persistent and severe absence, on typed marks. */
#include <stdlib.h>

#include "../../../core/register/derive.h"
#include "support.h"

static void exactly_ten_per_cent_is_persistent(void **state) {
  (void)state;
  assert_true(muster_persistent(1, 10));
  assert_false(muster_persistent(1, 11));
  assert_true(muster_persistent(38, 380));
  assert_false(muster_persistent(37, 380));
  assert_false(muster_persistent(0, 0));
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S"), ben = enrol(reg, "ben", "S");
  type_marks(reg, ann, "2025-09-01", "I\\/\\/\\/\\/\\");
  type_marks(reg, ben, "2025-09-01", "I\\/\\/\\/\\/\\ /");
  seal(reg);
  muster_view view = view_of(reg, ann, "2025-09-12");
  muster_tally tally = muster_view_tally(&view, everything);
  assert_int_equal(tally.possible, 10);
  assert_int_equal(tally.persistent, 1);
  muster_view_set(&view, ben, day("2025-09-12"));
  assert_int_equal(muster_view_tally(&view, everything).persistent, 0);
  muster_view_close(&view);
  muster_register_free(reg);
}

static void exactly_half_is_severe(void **state) {
  (void)state;
  assert_true(muster_severe(1, 2));
  assert_false(muster_severe(189, 380));
  assert_true(muster_severe(190, 380));
  assert_false(muster_severe(0, 0));
}

/* FFT's worked example: Monday 8 to Tuesday 16 November 2021 is one spell of 14 sessions. */
static void a_spell_runs_over_the_weekend(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  type_marks(reg, ann, "2021-11-01", "/\\/\\/\\/\\/\\ IIIIIIIIII IIII/\\/\\/\\");
  seal(reg);
  muster_view view = view_of(reg, ann, "2021-11-19");
  muster_spell spell = muster_view_longest(&view, MUSTER_KIND_ABSENT, everything);
  assert_int_equal(spell.sessions, 14);
  assert_int_equal(spell.days, 7);
  assert_int_equal(muster_session_date(spell.first), day("2021-11-08"));
  assert_int_equal(muster_session_date(spell.last), day("2021-11-16"));
  assert_int_equal(muster_view_current(&view, MUSTER_KIND_ABSENT, everything).sessions, 0);
  muster_view_set(&view, ann, day("2021-11-10"));
  assert_int_equal(muster_view_current(&view, MUSTER_KIND_ABSENT, everything).sessions, 6);
  muster_view_close(&view);
  muster_register_free(reg);
}

/* The same with Thursday and Friday at the other school: 10 sessions, still one spell. */
static void dual_registration_does_not_break_a_spell(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  type_marks(reg, ann, "2021-11-08", "IIIIIIDDDD IIII/\\/\\/\\");
  seal(reg);
  muster_view view = view_of(reg, ann, "2021-11-19");
  muster_spell spell;
  muster_session from = INT32_MIN;
  assert_true(muster_view_spell(&view, MUSTER_KIND_ABSENT, everything, &from, &spell));
  assert_int_equal(spell.sessions, 10);
  assert_false(muster_view_spell(&view, MUSTER_KIND_ABSENT, everything, &from, &spell));
  muster_view_close(&view);
  muster_register_free(reg);
}

/* Ill on Friday morning, at the doctor's in the afternoon, back on Wednesday morning: one spell of 6 sessions. */
static void a_spell_may_change_its_code(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  type_marks(reg, ann, "2021-11-08", "/\\/\\/\\/\\IM IIII/\\/\\/\\");
  seal(reg);
  muster_view view = view_of(reg, ann, "2021-11-19");
  assert_int_equal(muster_view_longest(&view, MUSTER_KIND_ABSENT, everything).sessions, 6);
  assert_int_equal(muster_view_longest(&view, MUSTER_KIND_ILLNESS, everything).sessions, 4);
  muster_view_close(&view);
  muster_register_free(reg);
}

static void a_session_without_a_mark_ends_a_spell(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S"), ben = enrol(reg, "ben", "S");
  type_marks(reg, ann, "2025-09-01", "IIII-III/\\");
  type_marks(reg, ben, "2025-09-01", "/\\/\\/\\/\\/\\");
  seal(reg);
  muster_view view = view_of(reg, ann, "2025-09-05");
  assert_int_equal(muster_view_longest(&view, MUSTER_KIND_ABSENT, everything).sessions, 4);
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_MISSING, everything), 1);
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_POSSIBLE, everything), 9);
  muster_view_close(&view);
  muster_register_free(reg);
}

static void a_broken_week_has_some_absence_and_some_attendance(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  type_marks(reg, ann, "2025-09-01", "I\\/\\/\\/\\/\\ IIIIIIIIII /\\/\\/\\/\\/\\ /\\/\\/\\/\\/U");
  seal(reg);
  muster_view view = view_of(reg, ann, "2025-09-26");
  int32_t weeks[8];
  assert_int_equal(muster_view_broken_weeks(&view, everything, weeks, 8), 2);
  assert_int_equal(muster_week_monday(weeks[0]), day("2025-09-01"));
  assert_int_equal(muster_week_monday(weeks[1]), day("2025-09-22"));
  muster_view_close(&view);
  muster_register_free(reg);
}

static void nothing_after_the_as_of_date_is_seen(void **state) {
  (void)state;
  const char *before = "/\\/\\II/\\/\\ /\\IIII", *after = "IIII IIIIIIIIII OOOOOOOOOO";
  muster_register *less = muster_register_new(), *more = muster_register_new();
  uint32_t a = enrol(less, "ann", "S"), b = enrol(more, "ann", "S");
  type_marks(less, a, "2025-09-01", before);
  char all[128];
  snprintf(all, sizeof all, "%s%s", before, after);
  type_marks(more, b, "2025-09-01", all);
  seal(less);
  seal(more);
  muster_view x = view_of(less, a, "2025-09-10"), y = view_of(more, b, "2025-09-10");
  for (int kind = 0; kind < MUSTER_KIND_CODES; kind++) {
    assert_int_equal(x.words, y.words);
    assert_memory_equal(muster_view_bits(&x, kind), muster_view_bits(&y, kind), x.words * sizeof(uint64_t));
  }
  muster_view_close(&x);
  muster_view_close(&y);
  muster_register_free(less);
  muster_register_free(more);
}

static void codes_have_bitmaps_of_their_own(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  type_marks(reg, ann, "2025-09-01", "GNOUI\\/\\GG");
  seal(reg);
  muster_code_set sets[2];
  assert_int_equal(muster_code_set_parse(&reg->codes, MUSTER_TEXT("G N O U"), &sets[0], NULL), MUSTER_OK);
  assert_int_equal(muster_code_set_parse(&reg->codes, MUSTER_TEXT("G"), &sets[1], NULL), MUSTER_OK);
  muster_error err;
  muster_code_set bad;
  assert_int_equal(muster_code_set_parse(&reg->codes, MUSTER_TEXT("G Ä"), &bad, &err), MUSTER_PACK);
  muster_view view;
  assert_int_equal(muster_view_open(&view, reg, sets, 2, NULL), MUSTER_OK);
  muster_view_set(&view, ann, day("2025-09-05"));
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_CODES, everything), 6);
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_CODES + 1, everything), 3);
  assert_true(muster_view_put(&view, muster_session_of(day("2025-09-05")),
                              muster_codes_mark(&reg->codes, MUSTER_TEXT("/"), day("2025-09-05"))));
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_CODES + 1, everything), 2);
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_ABSENT, everything), 6);
  assert_false(muster_view_put(&view, muster_session_of(day("2025-09-08")), 1));
  muster_view_close(&view);
  muster_register_free(reg);
}

/* Every window of random marks counted by walking, and by the view. */
static void counts_agree_with_walking_the_marks(void **state) {
  (void)state;
  const char codes[] = "/\\LIOUGNBVMCXD#-";
  srand(7);
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  char marks[2 * 5 * 60 + 1];
  for (size_t i = 0; i < sizeof marks - 1; i++) marks[i] = codes[(size_t)rand() % (sizeof codes - 1)];
  marks[sizeof marks - 1] = '\0';
  type_marks(reg, ann, "2025-01-06", marks);
  seal(reg);
  muster_view view = view_of(reg, ann, "2026-07-31");
  const uint8_t masks[] = {MUSTER_POSSIBLE,     MUSTER_PRESENT, MUSTER_APPROVED, MUSTER_AUTHORISED,
                           MUSTER_UNAUTHORISED, MUSTER_LATE,    MUSTER_ILLNESS};
  muster_session start = muster_session_of(day("2025-01-06"));
  for (int round = 0; round < 300; round++) {
    muster_range range = {start + rand() % 900, start + rand() % 960};
    for (int kind = 0; kind < 7; kind++) {
      uint32_t walked = 0;
      for (size_t i = 0; i < sizeof marks - 1; i++) {
        muster_session s = start + (muster_session)(i / 10 * MUSTER_LANE + i % 10);
        if (marks[i] == '-' || s < range.begin || s >= range.end) continue;
        uint8_t mark = muster_codes_mark(&reg->codes, (muster_text){&marks[i], 1}, muster_session_date(s));
        walked += (reg->codes.categories[mark] & masks[kind]) != 0;
      }
      assert_int_equal(muster_view_count(&view, kind, range), walked);
    }
  }
  muster_view_close(&view);
  muster_register_free(reg);
}

static void vectors_and_plain_code_derive_the_same_lanes(void **state) {
  (void)state;
  uint8_t marks[53 * 16], categories[256];
  srand(3);
  for (int round = 0; round < 50; round++) {
    for (size_t i = 0; i < 256; i++) categories[i] = (uint8_t)rand();
    for (size_t i = 0; i < sizeof marks; i++) marks[i] = (uint8_t)(rand() % (round < 25 ? 60 : 256));
    uint16_t a[8][53], b[8][53], *pa[8], *pb[8];
    for (int k = 0; k < 8; k++) pa[k] = a[k], pb[k] = b[k];
    muster__derive_weeks(marks, 53, categories, pa);
    muster__derive_weeks_portable(marks, 53, categories, pb);
    assert_memory_equal(a, b, sizeof a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exactly_ten_per_cent_is_persistent),
      cmocka_unit_test(exactly_half_is_severe),
      cmocka_unit_test(a_spell_runs_over_the_weekend),
      cmocka_unit_test(dual_registration_does_not_break_a_spell),
      cmocka_unit_test(a_spell_may_change_its_code),
      cmocka_unit_test(a_session_without_a_mark_ends_a_spell),
      cmocka_unit_test(a_broken_week_has_some_absence_and_some_attendance),
      cmocka_unit_test(nothing_after_the_as_of_date_is_seen),
      cmocka_unit_test(codes_have_bitmaps_of_their_own),
      cmocka_unit_test(counts_agree_with_walking_the_marks),
      cmocka_unit_test(vectors_and_plain_code_derive_the_same_lanes),
  };
  return cmocka_run_group_tests_name("measure", tests, NULL, NULL);
}
