/* The transparency record. */
#include "support.h"

static const char *const kinds[] = {"absent", "codes G N O U", NULL}, *const attributes[] = {"attr.house", "fsm", NULL},
                         *const methods[] = {"count", "had", NULL}, *const sex[] = {"sex", NULL},
                         *const authors[] = {"Anna", "Ben", NULL};
static const muster_fact_param params[] = {{"sessions", "integer", "10", "1 to 100", "unauthorised sessions"}};
static const muster_fact_rule rules[] = {
    {"ten",
     "Ten sessions",
     "pupil",
     "urgent",
     "What it is for.",
     "Regulations 2024",
     "panel",
     {methods, kinds, attributes},
     params,
     1,
     4,
     true},
    {"bare", "Bare", "school", "info", "", "", "", {NULL, NULL, NULL}, NULL, 0, 0, false}};
static const muster_fact_plan plans[] = {{"panel", "Panel", 3, {NULL, NULL, sex}}};
static const muster_fact_pair needs[] = {{"base", "^1.2"}};
static const muster_pack_facts facts = {.name = "sample",
                                        .version = "1.0.0",
                                        .licence = "MIT",
                                        .about = "About.",
                                        .digest = "d1",
                                        .signature = "unsigned",
                                        .authors = authors,
                                        .needs = needs,
                                        .need_count = 1,
                                        .rules = rules,
                                        .rule_count = 2,
                                        .plans = plans,
                                        .plan_count = 1,
                                        .cases = 4,
                                        .failed = 1};

static void the_record_says_it_all(void **state) {
  (void)state;
  muster_buf out;
  muster_buf_init(&out, 1 << 16);
  muster_facts_human(&facts, false, &out);
  static const char *const said[] = {"sample 1.0.0\n",
                                     "Anna, Ben\n",
                                     "signature   unsigned\n",
                                     "needs       base ^1.2\n",
                                     "3 of 4 cases pass",
                                     "personal characteristics: fsm, sex\n",
                                     "attributes: attr.house, fsm, sex\n",
                                     "sessions = 10 (integer, 1 to 100): unauthorised sessions",
                                     "Regulations 2024",
                                     "rests on:\n      not said\n",
                                     "interventions: ",
                                     "panel: Panel, 3 steps",
                                     "4 cases, firing, silent and at every boundary",
                                     "0 cases, not covered on all sides"};
  for (size_t i = 0; i < sizeof said / sizeof *said; i++)
    if (!strstr(out.at, said[i])) fail_msg("not said: %s\n%s", said[i], out.at);
  assert_null(strstr(out.at, "surveys"));
  muster_buf_free(&out);
}

static void the_json_is_the_same_every_time_and_parses(void **state) {
  (void)state;
  muster_buf a, b;
  muster_buf_init(&a, 1 << 16);
  muster_buf_init(&b, 1 << 16);
  muster_facts_json(&facts, &a);
  muster_facts_json(&facts, &b);
  assert_string_equal(a.at, b.at);
  assert_non_null(strstr(a.at, "\"personal_characteristics\": [\n    \"fsm\",\n    \"sex\"\n  ]"));
  assert_non_null(strstr(a.at, "\"requires\": {\n    \"base\": \"^1.2\"\n  }"));
  if (has_tool("python3")) {
    char folder[64];
    new_folder(folder);
    put(folder, "facts.json", a.at);
    assert_int_equal(shell("python3 -c \"import json; d = json.load(open('%s/facts.json')); "
                           "assert d['rules'][0]['params'][0]['bounds'] == '1 to 100'; assert d['tests'] == {'cases': "
                           "4, 'failed': 1}\"",
                           folder),
                     0);
    remove_folder(folder);
  }
  muster_buf_free(&a);
  muster_buf_free(&b);
}

static void what_is_no_text_is_a_failure_and_no_crash(void **state) {
  (void)state;
  muster_pack_facts bad = facts;
  bad.about = "\xff";
  muster_buf out;
  muster_buf_init(&out, 1 << 16);
  muster_facts_json(&bad, &out);
  assert_true(out.failed);
  muster_buf_init(&out, 10); /* and so is a buffer that is too small */
  muster_facts_json(&facts, &out);
  assert_true(out.failed);
  muster_facts_human(&facts, true, &out);
  assert_true(out.failed);
}

static void personal_characteristics(void **state) {
  (void)state;
  static const char *const yes[] = {"sex", "fsm", "sen", "eal", "ethnicity", "birth_date"}, *const no[] = {
                                                                                                "year_group", "group",
                                                                                                "attr.sex", ""};
  for (size_t i = 0; i < 6; i++) assert_true(muster_fact_personal(yes[i]));
  for (size_t i = 0; i < 4; i++) assert_false(muster_fact_personal(no[i]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_record_says_it_all),
      cmocka_unit_test(the_json_is_the_same_every_time_and_parses),
      cmocka_unit_test(what_is_no_text_is_a_failure_and_no_crash),
      cmocka_unit_test(personal_characteristics),
  };
  return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
