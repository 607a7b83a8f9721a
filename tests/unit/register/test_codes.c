/* Codes mean what they meant on the day. */
#include "support.h"

static muster_codes table;

static uint8_t counts_as(const char *code, const char *date) {
  return table.categories[muster_codes_mark(&table, muster_text_of(code), day(date))];
}

static void j_attends_before_august_2024_and_j1_does_not_after(void **state) {
  (void)state;
  assert_true(counts_as("J", "2023-11-06") & MUSTER_APPROVED);
  assert_true(counts_as("J", "2024-08-18") & MUSTER_APPROVED);
  assert_int_equal(muster_codes_mark(&table, MUSTER_TEXT("J"), day("2024-08-19")), 0);
  assert_int_equal(muster_codes_mark(&table, MUSTER_TEXT("J1"), day("2024-08-18")), 0);
  assert_true(counts_as("J1", "2024-08-19") & MUSTER_AUTHORISED);
  assert_true(counts_as("J1", "2025-01-10") & MUSTER_AUTHORISED);
  char why[160];
  muster_codes_explain(&table, MUSTER_TEXT("J"), day("2025-01-10"), why);
  assert_string_equal(why, "code not valid on that date: it ended on 2024-08-18");
  muster_codes_explain(&table, MUSTER_TEXT("J1"), day("2023-01-10"), why);
  assert_string_equal(why, "code not valid on that date: it starts on 2024-08-19");
  muster_codes_explain(&table, MUSTER_TEXT("!"), day("2023-01-10"), why);
  assert_string_equal(why, "unknown code");
}

static void codes_that_are_not_possible_sessions(void **state) {
  (void)state;
  const char *const codes[] = {"D", "X", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Z", "#"};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    assert_int_equal(counts_as(codes[i], "2025-10-01"), MUSTER_MARKED);
}

static void late_is_l_and_u_and_only_u_is_absent(void **state) {
  (void)state;
  assert_int_equal(counts_as("L", "2025-10-01") & (MUSTER_LATE | MUSTER_PRESENT), MUSTER_LATE | MUSTER_PRESENT);
  assert_int_equal(counts_as("U", "2025-10-01") & (MUSTER_LATE | MUSTER_UNAUTHORISED),
                   MUSTER_LATE | MUSTER_UNAUTHORISED);
}

static void every_code_of_the_new_set_is_known(void **state) {
  (void)state;
  const char *authorised = "C1 C2 C J1 M S T R I E", *unauthorised = "G N O U", *activity = "K V P W B";
  muster_code_set set;
  assert_int_equal(muster_code_set_parse(&table, muster_text_of(authorised), &set, NULL), MUSTER_OK);
  const struct {
    const char *codes;
    uint8_t category;
  } groups[] = {{authorised, MUSTER_AUTHORISED}, {unauthorised, MUSTER_UNAUTHORISED}, {activity, MUSTER_APPROVED}};
  for (size_t g = 0; g < 3; g++) {
    for (const char *at = groups[g].codes; *at;) {
      size_t n = strcspn(at, " ");
      uint8_t mark = muster_codes_mark(&table, (muster_text){at, n}, day("2025-10-01"));
      assert_int_not_equal(mark, 0);
      assert_int_equal(table.categories[mark] & (MUSTER_ATTENDED | MUSTER_ABSENT), groups[g].category);
      assert_true(table.categories[mark] & MUSTER_POSSIBLE);
      at += n + strspn(at + n, " ");
    }
  }
}

static void withdrawn_codes_and_their_last_days(void **state) {
  (void)state;
  assert_true(counts_as("H", "2024-08-18") & MUSTER_AUTHORISED);
  assert_int_equal(counts_as("H", "2024-08-19"), 0);
  assert_int_equal(counts_as("Y", "2024-08-18"), MUSTER_MARKED);
  assert_int_equal(counts_as("Y", "2024-08-19"), 0);
  assert_true(counts_as("F", "2014-08-31") & MUSTER_AUTHORISED);
  assert_int_equal(counts_as("F", "2014-09-01"), 0);
}

static void dual_registration_counted_as_attendance_until_2011(void **state) {
  (void)state;
  assert_true(counts_as("D", "2011-08-31") & MUSTER_APPROVED);
  assert_int_equal(counts_as("D", "2011-09-01"), MUSTER_MARKED);
}

static void covid_x_is_possible_but_not_absence(void **state) {
  (void)state;
  assert_int_equal(counts_as("X", "2020-11-02"), MUSTER_MARKED | MUSTER_POSSIBLE);
  assert_int_equal(counts_as("X", "2022-03-31"), MUSTER_MARKED | MUSTER_POSSIBLE);
  assert_int_equal(counts_as("X", "2022-04-01"), MUSTER_MARKED);
  assert_int_equal(counts_as("X", "2019-11-04"), MUSTER_MARKED);
}

static void a_code_is_never_split(void **state) {
  (void)state;
  assert_int_equal(muster_codes_mark(&table, MUSTER_TEXT("C3"), day("2025-10-01")), 0);
  assert_int_equal(muster_codes_mark(&table, MUSTER_TEXT("c"), day("2025-10-01")), 0);
  assert_int_equal(muster_codes_mark(&table, MUSTER_TEXT(""), day("2025-10-01")), 0);
  assert_int_equal(muster_codes_mark(&table, MUSTER_TEXT("/////////"), day("2025-10-01")), 0);
}

static void a_local_code_may_not_change_a_national_one(void **state) {
  (void)state;
  muster_codes codes;
  muster_codes_init(&codes);
  muster_error err;
  muster_code mine = {"I", MUSTER_MARKED, MUSTER_NO_DATE, MUSTER_NO_DATE, "not ill"};
  assert_int_equal(muster_codes_add(&codes, &mine, &err), MUSTER_DATA);
  mine = (muster_code){"I9", MUSTER_MARKED | MUSTER_POSSIBLE | MUSTER_AUTHORISED | MUSTER_ILLNESS, MUSTER_NO_DATE,
                       MUSTER_NO_DATE, "flu"};
  assert_int_equal(muster_codes_add(&codes, &mine, &err), MUSTER_OK);
  assert_int_not_equal(muster_codes_mark(&codes, MUSTER_TEXT("I9"), day("2025-10-01")), 0);
  assert_int_equal(muster_codes_add(&codes, &mine, &err), MUSTER_DATA);
  mine = (muster_code){"J", MUSTER_MARKED, day("2024-08-19"), MUSTER_NO_DATE, "local, after J ended"};
  assert_int_equal(muster_codes_add(&codes, &mine, &err), MUSTER_OK);
}

static int set_up(void **state) {
  (void)state;
  muster_codes_init(&table);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(j_attends_before_august_2024_and_j1_does_not_after),
      cmocka_unit_test(codes_that_are_not_possible_sessions),
      cmocka_unit_test(late_is_l_and_u_and_only_u_is_absent),
      cmocka_unit_test(every_code_of_the_new_set_is_known),
      cmocka_unit_test(withdrawn_codes_and_their_last_days),
      cmocka_unit_test(dual_registration_counted_as_attendance_until_2011),
      cmocka_unit_test(covid_x_is_possible_but_not_absence),
      cmocka_unit_test(a_code_is_never_split),
      cmocka_unit_test(a_local_code_may_not_change_a_national_one),
  };
  return cmocka_run_group_tests_name("codes", tests, set_up, NULL);
}
