/* Study scripts into plain data: every kind of value arrives, every wrong word is answered at its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "muster/script/study.h"

static muster_study *read(const char *text) {
  muster_error err = {0};
  muster_study *study;
  if (muster_script_study_text("dir/s.lua", muster_text_of(text), NULL, &study, &err) != MUSTER_OK)
    fail_msg("%s: %s; %s", err.where, err.what, err.expected);
  return study;
}

static void refused(const char *text, const char *where, const char *says) {
  muster_error err = {0};
  muster_study *study;
  assert_int_equal(muster_script_study_text("s.lua", muster_text_of(text), NULL, &study, &err), MUSTER_PACK);
  assert_null(study);
  if (!strstr(err.what, says)) fail_msg("'%s' does not say '%s'", err.what, says);
  assert_string_equal(err.where, where);
}

static const char whole[] =
    "local years = { 2024, 2025 }\n"
    "return study {\n"
    "  title = 'Clubs', seed = 7,\n"
    "  panel = panel {\n"
    "    outcome = { 'absence_rate', 'persistent' }, unit = 'pupil', every = 'half-term',\n"
    "    treated_from = intervention { kind = 'club', dose = 2 },\n"
    "    where = { fsm = true, year_group = years[1] - 2016, school = 'S1' },\n"
    "  },\n"
    "  estimators = { callaway_santanna { control = 'notyet', anticipation = 1.5 }, twfe {}, twfe { errors = 'CR2', "
    "each_way = true } },\n"
    "}\n";

static void every_kind_of_value_arrives(void **state) {
  (void)state;
  muster_study *s = read(whole);
  assert_string_equal(s->id, "s");
  assert_string_equal(s->folder, "dir");
  assert_int_equal(strlen(s->digest), 64);
  assert_string_equal(muster_part_text(&s->self, "title"), "Clubs");
  assert_int_equal(muster_part_count(&s->self, "seed", 0), 7);
  const muster_given *outcome = muster_part_given(&s->panel, "outcome"),
                     *from = muster_part_given(&s->panel, "treated_from"),
                     *where = muster_part_given(&s->panel, "where");
  assert_true(outcome->kind == MUSTER_GIVEN_LIST && outcome->count == 2);
  assert_string_equal(outcome->items[1].text, "persistent");
  assert_true(from->kind == MUSTER_GIVEN_MAP && from->count == 2); /* in the order of the names */
  assert_string_equal(from->items[0].name, "dose");
  assert_true(from->items[0].number == 2);
  assert_string_equal(from->items[1].text, "club");
  assert_true(where->count == 3 && where->items[0].flag && where->items[2].number == 8);
  assert_int_equal(s->estimator_count, 3);
  assert_int_equal(muster_part_choice(&s->estimators[0], "control"), 1);
  assert_true(muster_part_number(&s->estimators[0], "anticipation", 0) == 1.5);
  assert_int_equal(s->estimators[1].count, 0);
  assert_true(muster_part_flag(&s->estimators[2], "each_way", false));
  muster_study_free(s);
  s = read(
      "return study { panel = panel { outcome = 'late', treated_from = intervention 'hub' }, estimators = { did {} } "
      "}");
  assert_string_equal(muster_part_given(&s->panel, "treated_from")->items[0].text, "hub");
  muster_study_free(s);
}

static void wrong_words_are_answered_at_their_line(void **state) {
  (void)state;
#define PANEL "panel = panel {\n outcome = 'late',\n treated_from = intervention 'hub' },\n"
  refused("return study { " PANEL " titel = 'x', estimators = { did {} } }", "s.lua:4",
          "study does not know \"titel\"");
  refused("return study { " PANEL " estimators = { did {},\n twfe { eror = 1 } } }", "s.lua:5",
          "twfe does not know \"eror\"");
  refused("return study { " PANEL " estimators = { did {},\n 'twfe' } }", "s.lua:5", "an estimator is a string");
  refused("return study { " PANEL " estimators = { did = did {} } }", "s.lua:4", "estimators has a key");
  refused("return study { " PANEL " estimators = { panel {} } }", "s.lua:4", "a study has one panel");
  refused("return study { " PANEL " estimators = did {} }", "s.lua:4", "estimators is a single one");
  refused("return study { panel = did {}, estimators = { did {} } }", "s.lua:1", "panel is a table");
  refused("return study { panel = panel { 'late' }, estimators = { did {} } }", "s.lua:1",
          "panel has a value without a name");
  refused("return study { panel = panel { outcome = { { { { { 1 } } } } } }, estimators = { did {} } }", "s.lua:1",
          "no study has");
  refused("return study { panel = panel { outcome = print }, estimators = { did {} } }", "s.lua:1", "no \"print\"");
  refused("return rule { id = 'x' }", "s.lua:1", "rule says nothing of");
  refused("return 1", "s.lua:1", "the file returns a number");
  refused("return study(1)", "s.lua:1", "study takes a table, not 1");
  refused("return study { panel = panel 'x' }", "s.lua:1", "panel takes a table");
}

static void every_failing_allocation(void **state) {
  (void)state;
  for (long nth = 1;; nth += 1 + nth / 50) {
    muster_error err = {0};
    muster_study *study;
    muster_alloc_fail_at(nth);
    muster_status status = muster_script_study_text("s.lua", muster_text_of(whole), NULL, &study, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) {
      muster_study_free(study);
      assert_true(nth > 50);
      break;
    }
    assert_int_equal(status, MUSTER_MEMORY);
    assert_null(study);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind_of_value_arrives),
                                     cmocka_unit_test(wrong_words_are_answered_at_their_line),
                                     cmocka_unit_test(every_failing_allocation)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
