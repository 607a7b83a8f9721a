/* One digest for one content: numbers, column order and unused codes do not matter, everything that is said does. */
#include "support.h"

#include <stdio.h>

enum { COLUMNS_BACKWARDS = 1, LOCAL_CODES = 2 };

typedef struct change {
  const char *first_marks, *second_name, *second_fsm, *sen;
  int how;
} change;

static const change plain = {"/\\II/\\", "ben", "true", "K", 0};

static void local_code(muster_register *reg, const char *text) {
  muster_code code = {.categories = MUSTER_POSSIBLE | MUSTER_PRESENT, .from = MUSTER_NO_DATE, .to = MUSTER_NO_DATE};
  snprintf(code.text, sizeof code.text, "%s", text);
  code.meaning = "local";
  assert_int_equal(muster_codes_add(&reg->codes, &code, NULL), MUSTER_OK);
}

static void digest_of(change c, unsigned jobs, char out[MUSTER_DIGEST_TEXT]) {
  muster_register *reg = muster_register_new();
  assert_non_null(reg);
  if (c.how & LOCAL_CODES) local_code(reg, "ZZ"), local_code(reg, "%");
  if (c.how & COLUMNS_BACKWARDS) {
    uint32_t text = muster_map_add(&reg->texts, MUSTER_TEXT("not used"), NULL);
    assert_int_not_equal(text, MUSTER_NONE);
  }
  uint32_t ann = enrol(reg, "ann", "S1"), ben = enrol(reg, c.second_name, "S1");
  const char *const columns[] = {"sen", "fsm"};
  for (int k = 0; k < 2; k++) {
    bool fsm = (k == 1) != ((c.how & COLUMNS_BACKWARDS) != 0);
    assert_true(muster_register_set(reg, &reg->pupil_attributes, columns[fsm], fsm ? ben : ann,
                                    muster_text_of(fsm ? c.second_fsm : c.sen)));
  }
  type_marks(reg, ann, "2025-09-01", c.first_marks);
  type_marks(reg, ben, "2025-09-01", "/\\/\\/\\ /\\/\\ /\\/\\/\\/\\/\\");
  seal(reg);
  assert_int_equal(muster_register_digest(reg, jobs, out, NULL), MUSTER_OK);
  muster_register_free(reg);
}

static void same(change a, change b) {
  char x[MUSTER_DIGEST_TEXT], y[MUSTER_DIGEST_TEXT];
  digest_of(a, 1, x);
  digest_of(b, 2, y);
  assert_string_equal(x, y);
}

static void differ(change a, change b) {
  char x[MUSTER_DIGEST_TEXT], y[MUSTER_DIGEST_TEXT];
  digest_of(a, 1, x);
  digest_of(b, 1, y);
  assert_string_not_equal(x, y);
}

static change with_marks(const char *marks, int how) {
  change c = plain;
  c.first_marks = marks;
  c.how = how;
  return c;
}

static void threads_and_how_it_came_do_not_matter(void **state) {
  (void)state;
  same(plain, plain);
  same(plain, with_marks(plain.first_marks, COLUMNS_BACKWARDS));
  same(plain, with_marks(plain.first_marks, LOCAL_CODES));
}

static void every_mark_matters(void **state) {
  (void)state;
  differ(plain, with_marks("/\\IM/\\", 0));
  differ(plain, with_marks("/\\II/", 0));
  differ(plain, with_marks("/\\II/\\/\\/\\", 0));
  differ(with_marks("I", 0), with_marks("-I", 0));
  differ(with_marks("I---------", 0), with_marks("---------- I", 0));
}

static void names_and_attributes_matter(void **state) {
  (void)state;
  change other = plain;
  other.second_name = "cem";
  differ(plain, other);
  other = plain;
  other.second_fsm = "false";
  differ(plain, other);
  other = plain; /* the same texts, told of the other column */
  other.sen = "true";
  other.second_fsm = "K";
  differ(plain, other);
}

/* A used local code, added before or after another, is the same code; another of the same category is not. */
static void digest_with_codes(const char *first, const char *second, const char *used, char out[MUSTER_DIGEST_TEXT]) {
  muster_register *reg = muster_register_new();
  assert_non_null(reg);
  local_code(reg, first);
  if (second) local_code(reg, second);
  uint32_t ann = enrol(reg, "ann", "S1");
  type_marks(reg, ann, "2025-09-01", used);
  seal(reg);
  assert_int_equal(muster_register_digest(reg, 1, out, NULL), MUSTER_OK);
  muster_register_free(reg);
}

static void local_codes_go_in_by_what_they_are(void **state) {
  (void)state;
  char x[MUSTER_DIGEST_TEXT], y[MUSTER_DIGEST_TEXT];
  digest_with_codes("%", "!", "/\\%!", x);
  digest_with_codes("!", "%", "/\\%!", y);
  assert_string_equal(x, y);
  digest_with_codes("%", NULL, "/\\%", x);
  digest_with_codes("!", "%", "/\\%", y);
  assert_string_equal(x, y);
  digest_with_codes("!", NULL, "/\\!", y);
  assert_string_not_equal(x, y);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(threads_and_how_it_came_do_not_matter),
      cmocka_unit_test(every_mark_matters),
      cmocka_unit_test(names_and_attributes_matter),
      cmocka_unit_test(local_codes_go_in_by_what_they_are),
  };
  return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
