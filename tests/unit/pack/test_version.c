/* Versions and ranges. */
#include "support.h"

static void what_is_a_version(void **state) {
  (void)state;
  static const struct {
    const char *text, *back;
  } good[] = {{"0.0.0", "0.0.0"},           {"1.2.3", "1.2.3"},
              {"10.20.30", "10.20.30"},     {"999999999.0.1", "999999999.0.1"},
              {"1.0.0-rc.1", "1.0.0-rc.1"}, {"1.0.0-alpha-2.0", "1.0.0-alpha-2.0"},
              {"1.0.0+build.007", "1.0.0"}, {"1.0.0-x+y-z", "1.0.0-x"}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    muster_version v;
    char text[MUSTER_VERSION_TEXT];
    assert_int_equal(muster_version_parse(muster_text_of(good[i].text), &v, NULL), MUSTER_OK);
    assert_string_equal(muster_version_format(&v, text), good[i].back);
  }
  static const char *const bad[] = {"",
                                    "1",
                                    "1.2",
                                    "1.2.3.4",
                                    "v1.2.3",
                                    "1.02.3",
                                    "1..3",
                                    "1.2.",
                                    ".1.2",
                                    "-1.2.3",
                                    "1.2.3-",
                                    "1.2.3-a..b",
                                    "1.2.3-01",
                                    "1.2.3-\xc3\xa9",
                                    "1.2.3+",
                                    "1.2.3+a_b",
                                    "4294967296.0.0",
                                    " 1.2.3",
                                    "1.2.3 ",
                                    "1.2.3-0123456789012345678901234567890123456789"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    muster_version v;
    muster_error err;
    assert_int_equal(muster_version_parse(muster_text_of(bad[i]), &v, &err), MUSTER_USAGE);
    assert_non_null(strstr(err.expected, "1.2.0"));
  }
}

/* The order of precedence that the specification gives as its example, and of numbers. */
static void versions_have_the_order_of_the_specification(void **state) {
  (void)state;
  static const char *const order[] = {"0.9.9",      "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                      "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
                                      "1.0.0",      "1.0.1",        "1.2.0",         "1.10.0",
                                      "2.0.0"};
  enum { N = sizeof order / sizeof *order };
  for (size_t i = 0; i < N; i++) {
    for (size_t k = 0; k < N; k++) {
      muster_version a, b;
      assert_int_equal(muster_version_parse(muster_text_of(order[i]), &a, NULL), MUSTER_OK);
      assert_int_equal(muster_version_parse(muster_text_of(order[k]), &b, NULL), MUSTER_OK);
      int found = muster_version_compare(&a, &b);
      assert_int_equal((found > 0) - (found < 0), (i > k) - (i < k));
    }
  }
}

static bool in_range(const char *range_text, const char *version_text) {
  muster_version_range range;
  muster_version version;
  assert_int_equal(muster_version_range_parse(muster_text_of(range_text), &range, NULL), MUSTER_OK);
  assert_int_equal(muster_version_parse(muster_text_of(version_text), &version, NULL), MUSTER_OK);
  return muster_version_range_has(&range, &version);
}

static void ranges_hold_what_they_say(void **state) {
  (void)state;
  static const struct {
    const char *range, *in, *out; /* versions that are in it, and that are not, separated by blanks */
  } cases[] = {
      {"*", "0.0.0 1.2.3 99.0.0", "1.0.0-rc.1"},
      {"1.2", "1.2.0 1.2.99", "1.1.9 1.3.0 2.2.0"},
      {"1", "1.0.0 1.99.0", "0.9.0 2.0.0"},
      {"=1.2", "1.2.7", "1.3.0"},
      {"1.2.3", "1.2.3", "1.2.2 1.2.4"},
      {"=1.2.3", "1.2.3", "1.2.4"},
      {"^1.2", "1.2.0 1.9.9", "1.1.9 2.0.0 2.0.0-rc.1"},
      {"^1.2.3", "1.2.3 1.3.0", "1.2.2 2.0.0"},
      {"^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0 1.0.0"},
      {"^0.0.3", "0.0.3", "0.0.2 0.0.4"},
      {"^0.0", "0.0.0 0.0.9", "0.1.0"},
      {"^0", "0.0.0 0.9.9", "1.0.0"},
      {"~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0"},
      {"~1.2", "1.2.0 1.2.9", "1.3.0"},
      {"~1", "1.0.0 1.9.0", "2.0.0"},
      {">=1.0 <2.0", "1.0.0 1.9.9", "0.9.9 2.0.0"},
      {">1.2", "1.3.0 2.0.0", "1.2.0 1.2.9"},
      {">1.2.3", "1.2.4", "1.2.3"},
      {"<=1.2", "1.2.9 0.1.0", "1.3.0"},
      {"<=1.2.3", "1.2.3", "1.2.4"},
      {"<1.2", "1.1.9", "1.2.0"},
      {"  >=1   <3\t", "1.0.0 2.9.9", "3.0.0"},
      {">=1.0.0-rc.1 <2", "1.0.0-rc.1 1.0.0-rc.2 1.0.0", "1.0.0-beta 1.1.0-rc.1"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int yes = 0; yes < 2; yes++) {
      char list[128];
      snprintf(list, sizeof list, "%s", yes ? cases[i].in : cases[i].out);
      for (char *rest = list, *version; (version = strtok_r(rest, " ", &rest));)
        if (in_range(cases[i].range, version) != yes) fail_msg("%s in %s", version, cases[i].range);
    }
  }
}

static void what_is_no_range_is_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"",           "  ",   "^",      "^^1.2", "1.2.3.4",           "latest", ">= 1.0",
                                    "1.2 || 1.3", "^1.x", "1.2-rc", "~*",    "1 1 1 1 1 1 1 1 1", "01.2",   ">"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    muster_version_range range;
    muster_error err;
    if (muster_version_range_parse(muster_text_of(bad[i]), &range, &err) != MUSTER_USAGE)
      fail_msg("'%s' is a range", bad[i]);
    assert_non_null(strstr(err.expected, "^1.2"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_a_version),
      cmocka_unit_test(versions_have_the_order_of_the_specification),
      cmocka_unit_test(ranges_hold_what_they_say),
      cmocka_unit_test(what_is_no_range_is_refused),
  };
  return cmocka_run_group_tests_name("versions", tests, NULL, NULL);
}
