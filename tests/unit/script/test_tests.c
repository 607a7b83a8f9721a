/* A pack's own tests: typed marks, exact expectations, what is said of a difference, coverage. */
#include "support.h"

typedef struct typed {
  const char *text, *codes; /* separated by blanks; "." = no mark */
} typed;

static const typed right[] = {
    {"/\\", "/ \\"},
    {"", ""},
    {"X*3", "X X X"},
    {"(/\\)*2 I", "/ \\ / \\ I"},
    {"{C2}*2-", "C2 C2 ."},
    {"((/\\)*2I)*2", "/ \\ / \\ I / \\ / \\ I"},
    {"/ \\\n\tI *2", "/ \\ I I"},
    {"{Y1}{J1}", "Y1 J1"},
};

static const char *const unreadable[] = {"*3",
                                         "X*",
                                         "X*0",
                                         "X*1001",
                                         "(/\\",
                                         "/\\)",
                                         "{C2",
                                         "{}",
                                         "}",
                                         "{LONGCODE}",
                                         "(X*1000)*1000",
                                         "é",
                                         "((((((((((X))))))))))"};

static void marks_as_people_type_them(void **state) {
  (void)state;
  muster_typed_mark marks[400];
  muster_error err;
  size_t n;
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    muster_buf all;
    muster_buf_init(&all, 4096);
    muster_buf_puts(&all, "");
    assert_int_equal(muster_marks_parse(muster_text_of(right[i].text), marks, 400, &n, &err), MUSTER_OK);
    for (size_t k = 0; k < n; k++)
      muster_buf_printf(&all, "%s%s", k ? " " : "", marks[k].code[0] ? marks[k].code : ".");
    assert_string_equal(all.at ? all.at : "", right[i].codes);
    muster_buf_free(&all);
  }
  for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++) {
    assert_int_equal(muster_marks_parse(muster_text_of(unreadable[i]), marks, 400, &n, &err), MUSTER_PACK);
    assert_int_equal(n, 0);
  }
  assert_int_equal(muster_marks_parse(MUSTER_TEXT("X*11"), marks, 10, &n, &err), MUSTER_PACK);
}

static void begin(bench_pack *b, const char *tests) {
  pack_begin(b);
  pack_rule(
      b, "broken-weeks",
      "scope = \"pupil\", message = \"{weeks} since {first}\", params = { weeks = integer { 2, min = 1, max = 7 } }",
      "    local broken = pupil:broken_weeks(\"this half-term\")\n"
      "    if #broken >= p.weeks then return { weeks = #broken, first = broken[1].start } end");
  pack_write(b, "rules/broken-weeks_test.lua", tests);
  assert_int_equal(muster_pack_load(b->folder, NULL, &b->pack, &b->err), MUSTER_OK);
}

#define HEAD "return tests \"broken-weeks\" { calendar = { from = \"2025-09-01\", to = \"2025-10-24\" },\n"
#define TWO "ann = \"/\\\\/\\\\II/\\\\/\\\\  /\\\\/\\\\/\\\\/\\\\/\\\\  OO/\\\\/\\\\/\\\\/\\\\\""

static const char contract[] = HEAD "  case \"two broken weeks are reported\" { given = { " TWO
                                    " }, as_of = \"2025-09-19\", expect = { { subject = \"ann\", weeks = 2 } } },\n"
                                    "  case \"one is not\" { given = { ann = \"/\\\\/\\\\II/\\\\/\\\\ (/\\\\)*10\" }, "
                                    "as_of = \"2025-09-19\", expect = none },\n}\n";

static void the_example_of_the_documentation_passes(void **state) {
  (void)state;
  bench_pack b;
  muster_test_results r;
  begin(&b, contract);
  assert_int_equal(muster_pack_test(b.pack, &(muster_test_options){.coverage = true}, &r, &b.err), MUSTER_OK);
  assert_int_equal(r.case_count, 2);
  assert_int_equal(r.failed, 0);
  assert_int_equal(r.cases[0].line, 2);
  assert_string_equal(r.cases[1].name, "one is not");
  assert_string_equal(r.cases[0].rule, "broken-weeks");
  assert_int_equal(r.cases[0].findings, 1);
  assert_true(r.coverage[0].fires && r.coverage[0].silent);
  assert_null(r.coverage[0].no_boundary[0]);
  assert_int_equal(r.uncovered, 0);
  muster_test_results_free(&r);
  pack_end(&b);
}

typedef struct differing {
  const char *tests;
  const char *says[4]; /* each of them in what differs */
} differing;

static const differing differences[] = {
    {HEAD "case \"c\" { given = { " TWO
          " }, as_of = \"2025-09-19\", expect = { { subject = \"ann\", weeks = 3, first = \"2025-09-01\" } } } }",
     {"ann: weeks: expected 3, found 2", "/\\/\\II/\\/\\ /\\/\\/\\/\\/\\ OO/\\", "^ 2025-09-01 (as of 2025-09-19)"}},
    {HEAD "case \"c\" { given = { " TWO " }, as_of = \"2025-09-19\", expect = none } }",
     {"ann: found, and not expected: 2 since 2025-09-01 {\"first\":\"2025-09-01\",\"weeks\":2}", "^ 2025-09-01"}},
    {HEAD
     "case \"c\" { given = { ann = \"(/\\\\)*10\" }, as_of = \"2025-09-12\", expect = { { subject = \"ann\" } } } }",
     {"ann: expected, and not found", "    /\\/\\/\\/\\/\\ /\\", "^ 2025-09-12"}},
    {HEAD "case \"c\" { given = { " TWO
          " }, as_of = \"2025-09-19\", expect = { { subject = \"ann\", reason = \"x\" } } } }",
     {"ann: reason: expected \"x\", found nothing"}},
    {HEAD "case \"c\" { given = { " TWO
          " }, as_of = \"2025-09-19\", expect = { { subject = \"ann\", message = \"m\", level = \"watch\" } } } }",
     {"ann: level: expected \"watch\", found \"info\"", "ann: message: expected \"m\", found \"2 since 2025-09-01\""}},
    {HEAD "case \"c\" { given = { ann = \"JJ\" }, expect = none } }", {"_test.lua:2: the marks of ann have J"}},
    {HEAD "case \"c\" { given = { ann = \"X*\" }, expect = none } }", {"cannot be read at character 2"}},
    {HEAD "case \"c\" { given = { ann = \"(/\\\\)*50\" }, expect = none } }",
     {"has 100 marks, and the calendar has room for 80"}},
    {HEAD "case \"c\" { given = { ann = \"/\" }, params = { weeks = 99 }, expect = none } }",
     {"weeks = 99 is out of bounds"}},
    {HEAD "case \"c\" { given = { ann = \"/\" }, params = { week = 1 }, expect = none } }", {"no parameter \"week\""}},
};

static void differences_are_said(void **state) {
  (void)state;
  size_t failed = 0;
  for (size_t i = 0; i < sizeof differences / sizeof *differences; i++) {
    bench_pack b;
    muster_test_results r;
    begin(&b, differences[i].tests);
    muster_status status = muster_pack_test(b.pack, NULL, &r, &b.err);
    if (status != MUSTER_OK) show(&b.err);
    assert_int_equal(status, MUSTER_OK);
    assert_int_equal(r.failed, 1);
    for (int k = 0; k < 4 && differences[i].says[k]; k++) {
      if (strstr(r.cases[0].difference, differences[i].says[k])) continue;
      print_error("wanted %s\n   in %s\n", differences[i].says[k], r.cases[0].difference);
      failed++;
    }
    muster_test_results_free(&r);
    pack_end(&b);
  }
  assert_int_equal(failed, 0);
}

typedef struct broken {
  const char *tests, *says;
  int line;
} broken;

static const broken brokens[] = {
    {"return tests \"broken-week\" { case \"c\" { counts = {}, expect = none } }", "no such rule", 0},
    {"return tests \"broken-weeks\" {\n case \"c\" { given = { ann = \"/\" }, expect = none } }", "has no calendar", 2},
    {HEAD "case \"c\" { given = { ann = \"/\" } } }", "says nothing of expect", 2},
    {HEAD "case \"c\" { given = { ann = \"/\" }, expect = {} } }", "empty list", 2},
    {HEAD "case \"c\" { given = { ann = \"/\" }, expect = none, expects = none } }", "does not know \"expects\"", 2},
    {HEAD "case \"c\" { expect = none } }", "gives no marks", 2},
    {HEAD "\ncase \"c\" { given = { ann = \"/\" }, as_of = \"tomorrow\", expect = none } }", "tomorrow", 3},
    {"return tests \"broken-weeks\" {\n calendar = { from = \"2025-09-01\" }, case \"c\" { given = { a = \"/\" }, "
     "expect = none } }",
     "says nothing of to", 2},
    {"return tests \"broken-weeks\" {}", "no case in it", 1},
    {"return 5", "returns a number", 1},
};

static void test_files_that_are_wrong(void **state) {
  (void)state;
  size_t failed = 0;
  for (size_t i = 0; i < sizeof brokens / sizeof *brokens; i++) {
    bench_pack b;
    muster_test_results r;
    char where[160];
    begin(&b, brokens[i].tests);
    muster_status status = muster_pack_test(b.pack, NULL, &r, &b.err);
    snprintf(where, sizeof where, brokens[i].line ? "%s/rules/broken-weeks_test.lua:%d" : "%s/rules", b.folder,
             brokens[i].line);
    if (status != MUSTER_PACK || !strstr(b.err.what, brokens[i].says) ||
        strncmp(b.err.where, where, strlen(where)) != 0) {
      print_error("wanted %s: %s\n   got ", where, brokens[i].says);
      show(&b.err);
      failed++;
    }
    pack_end(&b);
  }
  assert_int_equal(failed, 0);
}

static void nothing_run_is_a_failure(void **state) {
  (void)state;
  bench_pack b;
  muster_test_results r;
  begin(&b, contract);
  assert_int_equal(muster_pack_test(b.pack, &(muster_test_options){.rule = "none"}, &r, &b.err), MUSTER_FAILED);
  pack_end(&b);
  pack_begin(&b);
  pack_rule(&b, "one", "scope = \"pupil\", message = \"m\"", "");
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  assert_int_equal(muster_pack_test(b.pack, NULL, &r, &b.err), MUSTER_FAILED);
  pack_end(&b);
}

/* What a case can give beside marks, and rules of schools and groups. */
static void everything_can_be_given(void **state) {
  (void)state;
  bench_pack b;
  muster_test_results r;
  pack_begin(&b);
  pack_rule(&b, "all", "scope = \"pupil\", message = \"{id}\"",
            "    local mentor, said = pupil:had(\"mentor\"), pupil:responses(\"pulse\", \"trust\")\n"
            "    return { year = pupil.year_group, fsm = pupil.fsm, house = pupil.attr.house, phase = "
            "pupil:school().phase, name = pupil:school().name,\n"
            "      mentor = mentor and mentor.start, said = said and said.mean, possible = pupil:count(\"possible\"), "
            "half = pupil:count(\"possible\", \"HT2\") }");
  pack_rule(&b, "totals", "scope = \"school\", message = \"{id}\"",
            "    return { rate = pupil:rate(\"absent\"), n = pupil:persistent() }");
  pack_rule(&b, "groups", "scope = \"group\", by = \"house\", message = \"{id}\"",
            "    return { n = pupil:pupils(), absent = pupil:count(\"absent\") }");
  pack_write(&b, "tests/all.lua",
             "return tests \"all\" { case \"everything\" {\n"
             "  calendar = { from = \"2025-09-01\", to = \"2025-11-14\", closed = { \"2025-10-27..2025-10-31\", "
             "\"2025-09-02\" }, days = { \"mon\", \"tue\" },\n"
             "    half_terms = { HT1 = \"2025-09-01..2025-10-24\", HT2 = \"2025-11-03..2025-12-19\" } },\n"
             "  schools = { s = { name = \"Oak\", phase = \"Secondary\" } },\n"
             "  given = { ann = { marks = \"/\\\\*37\", school = \"s\", year_group = 8, fsm = true, attr = { house = "
             "\"Elm\" } } },\n"
             "  interventions = { { pupil = \"ann\", kind = \"mentor\", start = \"2025-09-08\" } },\n"
             "  responses = { { pupil = \"ann\", date = \"2025-09-08\", instrument = \"pulse\", item = \"trust\", "
             "value = 4 } },\n"
             "  expect = { { subject = \"ann\", year = 8, fsm = true, house = \"Elm\", phase = \"Secondary\", name = "
             "\"Oak\", mentor = \"2025-09-08\", said = 4, possible = 38, half = 8, school = \"s\" } } } }");
  pack_write(&b, "tests/totals.lua",
             "return tests \"totals\" { case \"of a year\" { counts = { [\"1\"] = { period = \"2018/19\", possible = "
             "1000, authorised = 30, unauthorised = 20, enrolments = 10, persistent = 3 } },\n"
             "  as_of = \"2019-07-31\", expect = { { subject = \"1\", rate = 0.05, n = 3 } } } }");
  pack_write(
      &b, "tests/groups.lua",
      "return tests \"groups\" { calendar = { from = \"2025-09-01\", to = \"2025-09-05\" }, case \"of houses\" {\n"
      "  given = { a = { marks = \"II\", attr = { house = \"Elm\" } }, b = { marks = \"/I\", attr = { house = \"Elm\" "
      "} }, c = { marks = \"/\\\\\", attr = { house = \"Ash\" } } },\n"
      "  expect = { { subject = \"Elm\", n = 2, absent = 3 }, { subject = \"Ash\", n = 1, absent = 0 } } } }");
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  muster_status status = muster_pack_test(b.pack, NULL, &r, &b.err);
  if (status != MUSTER_OK) show(&b.err);
  assert_int_equal(status, MUSTER_OK);
  for (size_t i = 0; i < r.case_count; i++)
    if (!r.cases[i].passed) print_error("%s: %s\n", r.cases[i].name, r.cases[i].difference);
  assert_int_equal(r.case_count, 3);
  assert_int_equal(r.failed, 0);
  muster_test_results_free(&r);
  pack_end(&b);
}

/* A placeholder that nothing fills is shown to people as unknown; a test fails. */
static void a_message_must_be_complete(void **state) {
  (void)state;
  bench_pack b;
  muster_test_results r;
  pack_begin(&b);
  pack_rule(&b, "one", "scope = \"pupil\", message = \"{weks}\"", "    return { weeks = 1 }");
  pack_write(&b, "tests/one.lua",
             "return tests \"one\" { calendar = { from = \"2025-09-01\", to = \"2025-09-05\" }, case \"c\" { given = { "
             "a = \"/\" }, expect = { { subject = \"a\" } } } }");
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  assert_int_equal(muster_pack_test(b.pack, NULL, &r, &b.err), MUSTER_OK);
  assert_int_equal(r.failed, 1);
  assert_non_null(strstr(r.cases[0].difference, "{weks}"));
  muster_test_results_free(&r);
  pack_end(&b);
}

/* A more severe rule that a case names inhibits the lesser one, in the case and in what a failure says. */
static void one_rule_inhibits_another(void **state) {
  (void)state;
  bench_pack b;
  muster_test_results r;
  pack_begin(&b);
  pack_rule(&b, "less", "scope = \"pupil\", message = \"\"", "    return pupil:count(\"absent\") >= 2");
  pack_rule(&b, "more", "scope = \"pupil\", message = \"\", inhibits = \"less\"",
            "    return pupil:count(\"absent\") >= 4");
  pack_write(
      &b, "tests/less.lua",
      "return tests \"less\" { calendar = { from = \"2025-09-01\", to = \"2025-09-05\" },\n"
      "case \"alone\" { given = { a = \"OOOO\" }, expect = { { subject = \"a\" } } },\n"
      "case \"together\" { with = \"more\", given = { a = \"OOOO\", b = \"OO\" }, expect = { { subject = \"b\" } } },\n"
      "case \"fails\" { with = { \"more\" }, given = { a = \"OOOO\" }, expect = { { subject = \"a\" } } } }");
  pack_write(
      &b, "tests/more.lua",
      "return tests \"more\" { with = \"less\", calendar = { from = \"2025-09-01\", to = \"2025-09-05\" },\n"
      "case \"its own findings alone\" { given = { a = \"OOOO\", b = \"OO\" }, expect = { { subject = \"a\" } } } }");
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  assert_int_equal(muster_pack_test(b.pack, NULL, &r, &b.err), MUSTER_OK);
  assert_int_equal(r.case_count, 4);
  assert_int_equal(r.failed, 1);
  assert_non_null(strstr(r.cases[2].difference, "a: expected, and not found (findings of the rules in `with`"));
  muster_test_results_free(&r);
  assert_int_equal(muster_pack_test(b.pack, &(muster_test_options){.coverage = true}, &r, &b.err), MUSTER_OK);
  assert_null(r.coverage[0].unshown);
  assert_null(r.coverage[1].unshown);
  muster_test_results_free(&r);
  assert_int_equal(muster_pack_test(b.pack, &(muster_test_options){.coverage = true, .rule = "more"}, &r, &b.err),
                   MUSTER_OK);
  assert_string_equal(r.coverage[1].unshown, "less");
  muster_test_results_free(&r);
  pack_write(&b, "tests/less.lua", /* asked together, and nothing to inhibit */
             "return tests \"less\" { with = \"more\", calendar = { from = \"2025-09-01\", to = \"2025-09-05\" },\n"
             "case \"c\" { given = { b = \"OO\" }, expect = { { subject = \"b\" } } } }");
  assert_int_equal(muster_pack_test(b.pack, &(muster_test_options){.coverage = true}, &r, &b.err), MUSTER_OK);
  assert_string_equal(r.coverage[1].unshown, "less");
  muster_test_results_free(&r);
  pack_write(&b, "tests/more.lua",
             "return tests \"more\" { with = \"les\", calendar = { from = \"2025-09-01\", to = \"2025-09-05\" },\n"
             "case \"c\" { given = { a = \"OOOO\" }, expect = none } }");
  assert_int_equal(muster_pack_test(b.pack, NULL, &r, &b.err), MUSTER_PACK);
  assert_string_equal(b.err.what, "with \"les\": the pack has no such rule");
  assert_string_equal(b.err.todo, "did you mean \"less\"?");
  pack_end(&b);
}

static void what_is_not_covered_is_named(void **state) {
  (void)state;
  bench_pack b;
  muster_test_results r;
  begin(&b, HEAD
        "case \"far from the boundary\" { given = { ann = \"(/\\\\/\\\\/\\\\/\\\\OO)*6\" }, as_of = \"2025-10-10\", "
        "expect = { { subject = \"ann\" } } } }");
  pack_rule(&b, "untested", "scope = \"pupil\", message = \"m\"", "");
  muster_pack_free(b.pack);
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  assert_int_equal(muster_pack_test(b.pack, &(muster_test_options){.coverage = true}, &r, &b.err), MUSTER_OK);
  assert_int_equal(r.coverage_count, 2);
  assert_int_equal(r.uncovered, 2);
  assert_true(r.coverage[0].fires && !r.coverage[0].silent);
  assert_string_equal(r.coverage[0].no_boundary[0], "weeks");
  assert_int_equal(r.coverage[1].cases, 0);
  muster_test_results_free(&r);
  pack_end(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(marks_as_people_type_them),    cmocka_unit_test(the_example_of_the_documentation_passes),
      cmocka_unit_test(differences_are_said),         cmocka_unit_test(test_files_that_are_wrong),
      cmocka_unit_test(nothing_run_is_a_failure),     cmocka_unit_test(everything_can_be_given),
      cmocka_unit_test(a_message_must_be_complete),   cmocka_unit_test(one_rule_inhibits_another),
      cmocka_unit_test(what_is_not_covered_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
