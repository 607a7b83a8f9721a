/* Tailoring: overlays and settings, within the pack's own bounds and all or nothing. */
#include "support.h"

static void open_pack(bench_pack *b) {
  pack_begin(b);
  pack_write(b, "pack.lua",
             "return pack { name = \"trial\", version = \"1.0.0\", api = 1, licence = \"CC0\", params = { judged = "
             "integer { 20, min = 1 } } }");
  pack_rule(
      b, "one",
      "scope = \"pupil\", message = \"m\", params = { weeks = integer { 2, min = 1, max = 7 }, share = rate { 0.1, min "
      "= 0.05 }, marks = codes { \"G\" },\n"
      "over = window { \"year\" }, on = boolean { true }, of = choice { \"mean\", of = { \"mean\", \"median\" } }, t = "
      "string { \"x\" } }",
      "    return { weeks = p.weeks, judged = p.judged, n = pupil:count(p.marks, p.over), on = p.on, of = p.of }");
  pack_rule(b, "two", "scope = \"pupil\", message = \"m\"", "");
  b->reg = small_register();
  assert_int_equal(muster_pack_load(b->folder, NULL, &b->pack, &b->err), MUSTER_OK);
}

static muster_status apply(bench_pack *b, const char *text) {
  char path[128];
  pack_write(b, "local.lua", text);
  snprintf(path, sizeof path, "%s/local.lua", b->folder);
  return muster_pack_overlay(b->pack, path, &b->err);
}

static void an_overlay_is_applied(void **state) {
  (void)state;
  bench_pack b;
  muster_run run;
  size_t n;
  open_pack(&b);
  muster_status status = apply(&b,
                               "return overlay { params = { [\"one.weeks\"] = 3, [\"trial/one.share\"] = 0.25, "
                               "[\"trial.judged\"] = 40, [\"one.marks\"] = codes \"O N\",\n"
                               "  [\"one.on\"] = false, [\"one.of\"] = \"median\", [\"other/rule.x\"] = 1 }, disable = "
                               "{ \"two\" }, level = { one = \"urgent\" },\n"
                               "  silence = { two = \"2025-12-19\" } }");
  if (status != MUSTER_OK) show(&b.err);
  assert_int_equal(status, MUSTER_OK);
  const muster_rule_info *rules = muster_pack_rules(b.pack, &n);
  assert_int_equal(rules[0].level, MUSTER_URGENT);
  assert_int_equal(rules[0].own_level, MUSTER_INFO);
  assert_true(rules[1].disabled);
  assert_true(muster_pack_param(b.pack, "one.weeks")->changed);
  assert_false(muster_pack_param(b.pack, "one.over")->changed);
  assert_string_equal(muster_pack_param(b.pack, "one.weeks")->default_value, "2");
  assert_int_equal(muster_ruleset_make(&b.pack, 1, &b.reg->codes, &b.set, &b.err), MUSTER_OK);
  assert_int_equal(b.set->rules[1].silence, muster_date_of(2025, 12, 19));
  assert_int_equal(b.set->rules[0].level, MUSTER_URGENT);
  assert_int_equal(pack_run(&b, muster_date_of(2025, 10, 10), &run), MUSTER_OK);
  assert_int_equal(run.finding_count, 3);
  assert_string_equal(run.findings[0].evidence, "{\"judged\":40,\"n\":2,\"of\":\"median\",\"on\":false,\"weeks\":3}");
  muster_run_free(&run);
  pack_end(&b);
}

typedef struct wrong {
  const char *text, *says, *todo;
  int line;
} wrong;

static const wrong wrongs[] = {
    {"return overlay {\n params = { [\"one.weeks\"] = 9 } }", "weeks = 9 is out of bounds", "", 2},
    {"return overlay {\n params = {\n [\"one.weeks\"] = 3,\n [\"one.week\"] = 3 } }", "no parameter \"one.week\"",
     "did you mean one.weeks?", 4},
    {"return overlay {\n params = { [\"three.weeks\"] = 3 } }", "no parameter \"three.weeks\"", "", 2},
    {"return overlay {\n params = { weeks = 3 } }", "weeks is \"weeks\"", "", 2},
    {"return overlay {\n params = { [\"one.share\"] = \"much\" } }", "is not a number", "", 2},
    {"return overlay {\n params = { [\"one.of\"] = \"mode\" } }", "is not one of its choices", "", 2},
    {"return overlay {\n params = { [\"one.on\"] = 1 } }", "is not true or false", "", 2},
    {"return overlay {\n params = { [\"one.marks\"] = \"QX\" } }", "QX", "", 2},
    {"return overlay {\n params = { [\"one.over\"] = \"lately\" } }", "lately", "", 2},
    {"return overlay {\n disable = { \"tow\" } }", "no rule \"tow\"", "did you mean two?", 2},
    {"return overlay {\n level = { two = \"uregnt\" } }", "two is \"uregnt\"", "did you mean \"urgent\"?", 2},
    {"return overlay {\n silence = { two = \"soon\" } }", "two is \"soon\"", "", 2},
    {"return overlay {\n parms = {} }", "does not know \"parms\"", "did you mean \"params\"?", 2},
    {"return { params = {} }", "the file returns a table", "", 1},
    {"return overlay { params = { [\"one.weeks\"] = function() end } }", "is a function", "", 1},
};

static void wrong_overlays_change_nothing(void **state) {
  (void)state;
  bench_pack b;
  size_t failed = 0;
  open_pack(&b);
  for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
    char where[160];
    muster_status status = apply(&b, wrongs[i].text);
    snprintf(where, sizeof where, "%s/local.lua:%d", b.folder, wrongs[i].line);
    bool whole = strcmp(muster_pack_param(b.pack, "one.weeks")->value, "2") == 0;
    if (status == MUSTER_PACK && whole && strstr(b.err.what, wrongs[i].says) && strstr(b.err.todo, wrongs[i].todo) &&
        strcmp(b.err.where, where) == 0)
      continue;
    print_error("wanted %s: %s; %s\n   got ", where, wrongs[i].says, wrongs[i].todo);
    show(&b.err);
    failed++;
  }
  assert_int_equal(failed, 0);
  pack_end(&b);
}

static void a_level_is_raised_and_not_lowered(void **state) {
  (void)state;
  bench_pack b;
  open_pack(&b);
  assert_int_equal(apply(&b, "return overlay { level = { one = \"review\" } }"), MUSTER_OK);
  assert_int_equal(apply(&b, "return overlay { level = { one = \"info\" } }"), MUSTER_OK); /* as the pack has it */
  pack_write(&b, "rules/three.lua",
             "return rule { id = \"three\", title = \"t\", scope = \"pupil\", level = \"review\", message = \"m\", "
             "when = function() end }");
  muster_pack_free(b.pack);
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  assert_int_equal(apply(&b, "return overlay { level = { three = \"watch\" } }"), MUSTER_PACK);
  assert_non_null(strstr(b.err.what, "is lower"));
  pack_end(&b);
}

static void single_settings(void **state) {
  (void)state;
  bench_pack b;
  open_pack(&b);
  assert_int_equal(muster_pack_set(b.pack, "one.weeks=7", &b.err), MUSTER_OK);
  assert_string_equal(muster_pack_param(b.pack, "trial/one.weeks")->value, "7");
  assert_int_equal(muster_pack_set(b.pack, "one.marks=O U", &b.err), MUSTER_OK);
  assert_int_equal(muster_pack_set(b.pack, "one.t=a=b", &b.err), MUSTER_OK);
  assert_string_equal(muster_pack_param(b.pack, "one.t")->value, "a=b");
  static const char *const bad[] = {"one.weeks",     "one.weeks=8",   "one.weeks=2.5", "one.weeks=",   "one.weeks=nan",
                                    "one.share=nan", "one.share=1.5", "one.none=1",    "none.weeks=1", "=1",
                                    ".=1",           "one.=1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(muster_pack_set(b.pack, bad[i], &b.err), MUSTER_USAGE);
    assert_int_equal(b.err.status, MUSTER_USAGE);
  }
  assert_string_equal(muster_pack_param(b.pack, "one.weeks")->value, "7");
  pack_end(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_overlay_is_applied),
      cmocka_unit_test(wrong_overlays_change_nothing),
      cmocka_unit_test(a_level_is_raised_and_not_lowered),
      cmocka_unit_test(single_settings),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
