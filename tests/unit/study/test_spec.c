/* Parts, keys and values: what a study may say, and how a wrong word is answered. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

static void refuse(muster_study *study, const char *part, const char *key, muster_given value, const char *says,
                   const char *todo) {
  muster_error err = {0};
  assert_int_equal(muster_study_put(study, part_of(study, part), key, &value, &err), MUSTER_PACK);
  if (!strstr(err.what, says)) fail_msg("'%s' does not say '%s'", err.what, says);
  if (todo && !strstr(err.todo, todo)) fail_msg("'%s' does not say '%s'", err.todo, todo);
}

static muster_given text(const char *t) { return (muster_given){.kind = MUSTER_GIVEN_TEXT, .text = t}; }
static muster_given number(double n) { return (muster_given){.kind = MUSTER_GIVEN_NUMBER, .number = n}; }

static void wrong_words_are_answered(void **state) {
  (void)state;
  muster_study *s = study_new();
  use(s, "twfe");
  use(s, "callaway_santanna");
  use(s, "permutation");
  refuse(s, "panel", "clustr", text("x"), "panel does not know \"clustr\"", "cluster");
  refuse(s, "twfe", "errors", text("CR3"), "errors is \"CR3\"", NULL);
  refuse(s, "twfe", "errors", number(1), "errors is 1", NULL);
  refuse(s, "twfe", "level", number(95), "level is 95", NULL);
  refuse(s, "twfe", "level", number(NAN), "level is", NULL);
  refuse(s, "callaway_santanna", "control", text("not-yet"), "control", "notyet");
  refuse(s, "permutation", "draws", number(99.5), "draws is 99.5", NULL);
  refuse(s, "panel", "from", text("01/09/2025"), "from is", NULL);
  refuse(s, "panel", "outcome", text("  "), "outcome is", NULL);
  refuse(s, "panel", "treated_from", number(3), "treated_from is 3", NULL);
  refuse(s, "study", "panel", text("x"), "panel is", NULL);
  muster_given inner = {.name = "knd", .kind = MUSTER_GIVEN_TEXT, .text = "mentor"};
  refuse(s, "panel", "treated_from", (muster_given){.kind = MUSTER_GIVEN_MAP, .items = &inner, .count = 1},
         "intervention does not know \"knd\"", "kind");
  inner.name = "at_lest";
  refuse(s, "panel", "eligible", (muster_given){.kind = MUSTER_GIVEN_MAP, .items = &inner, .count = 1},
         "eligible does not know", "at_least");
  muster_error err = {0};
  muster_part *part;
  assert_int_equal(muster_study_part(s, "twef", &part, &err), MUSTER_PACK);
  assert_non_null(strstr(err.todo, "twfe"));
  assert_int_equal(muster_study_part(s, "panel", &part, &err), MUSTER_PACK);
  muster_study_free(s);
}

static void values_come_back(void **state) {
  (void)state;
  muster_study *s = study_new();
  use(s, "twfe");
  put_text(s, "panel", "outcome", "absence_rate"); /* one is a list of one */
  assert_int_equal(muster_part_given(&s->panel, "outcome")->count, 1);
  put_text(s, "twfe", "errors", "CR2");
  put_text(s, "twfe", "errors", "HC1"); /* the last word counts */
  assert_int_equal(muster_part_choice(&s->estimators[0], "errors"), 5);
  assert_int_equal(muster_part_choice(&s->estimators[0], "effects_count"), 0);
  put_number(s, "study", "seed", 7);
  assert_int_equal(muster_part_count(&s->self, "seed", 0), 7);
  assert_true(muster_part_number(&s->self, "level", 0.9) == 0.9);
  assert_true(muster_part_flag(&s->estimators[0], "each_way", true));
  assert_null(muster_part_text(&s->self, "title"));
  muster_study_free(s);
}

static void a_study_is_whole_or_says_what_it_lacks(void **state) {
  (void)state;
  const char *part, *key;
  muster_error err = {0};
  muster_study *s = study_new();
  assert_int_equal(muster_study_check(s, &part, &key, &err), MUSTER_PACK);
  assert_non_null(strstr(err.what, "nothing of panel"));
  put_text(s, "panel", "outcome", "y");
  assert_int_equal(muster_study_check(s, &part, &key, &err), MUSTER_PACK);
  assert_non_null(strstr(err.what, "nothing of estimators"));
  use(s, "twfe");
  assert_int_equal(muster_study_check(s, &part, &key, &err), MUSTER_PACK);
  assert_non_null(strstr(err.what, "nothing of treated_from"));
  treated_by(s, "mentor");
  assert_int_equal(muster_study_check(s, &part, &key, &err), MUSTER_OK);
  put_text(s, "panel", "per", "possible"); /* of a table */
  assert_int_equal(muster_study_check(s, &part, &key, &err), MUSTER_PACK);
  assert_string_equal(part, "panel");
  assert_string_equal(key, "per");
  muster_study_free(s);

  s = study_new();
  use(s, "twfe");
  put_text(s, "panel", "csv", "p.csv");
  put_text(s, "panel", "outcome", "y");
  put_text(s, "panel", "unit", "id");
  put_text(s, "panel", "time", "t");
  assert_int_equal(muster_study_check(s, &part, &key, &err), MUSTER_PACK);
  put_text(s, "panel", "treated_from", "g");
  assert_int_equal(muster_study_check(s, &part, &key, &err), MUSTER_OK);
  put_text(s, "panel", "every", "week"); /* of a register */
  assert_int_equal(muster_study_check(s, &part, &key, &err), MUSTER_PACK);
  muster_study_free(s);
}

/* Every key stands in the documentation, and every estimator can be run. */
static void the_documentation_knows_every_key(void **state) {
  (void)state;
  char *docs, word[64];
  size_t n;
  muster_error err = {0};
  assert_int_equal(muster_file_read(MUSTER_SOURCE "/docs/studies.md", 1 << 20, &docs, &n, &err), MUSTER_OK);
  for (const muster_part_form *form = muster_study_forms; form->name; form++) {
    if (form->estimator) {
      snprintf(word, sizeof word, "| `%s` |", form->name);
      if (!strstr(docs, word)) fail_msg("docs/studies.md has no %s", word);
    }
    for (const muster_study_key *k = form->keys; k->name; k++) {
      snprintf(word, sizeof word, "%s", k->name);
      if (!strstr(docs, word)) fail_msg("docs/studies.md does not say what %s of %s is", k->name, form->name);
    }
  }
  muster_free(docs);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(wrong_words_are_answered), cmocka_unit_test(values_come_back),
                                     cmocka_unit_test(a_study_is_whole_or_says_what_it_lacks),
                                     cmocka_unit_test(the_documentation_knows_every_key)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
