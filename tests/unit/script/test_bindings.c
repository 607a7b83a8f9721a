/* Every attribute and method of subjects, asked by rules over a small register; what they answer is evidence. */
#include "support.h"

typedef struct probe {
  const char *scope, *subject, *body, *evidence;
} probe;

#define PUPIL "scope = \"pupil\""
#define SCHOOL "scope = \"school\""
#define GROUP "scope = \"group\", by = \"year_group\""

/* ann by 10 October: 60 possible, 6 absent (II in week 1, OO in week 2, GG in week 5), late once in week 6. */
static const probe probes[] = {
    {PUPIL, "ann",
     "return { id = pupil.id, school = pupil.school, year = pupil.year_group, fsm = pupil.fsm, sen = pupil.sen }",
     "{\"fsm\":true,\"id\":\"ann\",\"school\":\"100234\",\"sen\":\"K\",\"year\":8}"},
    {PUPIL, "ben",
     "return { year = pupil.year_group, fsm = pupil.fsm, sen = pupil.sen, sex = pupil.sex == nil, eal = pupil.eal == "
     "nil }",
     "{\"eal\":true,\"fsm\":false,\"sen\":\"N\",\"sex\":true,\"year\":\"R\"}"},
    {PUPIL, "cat", "return { fsm = pupil.fsm == nil, start = pupil.start_date == nil, as_of = pupil.as_of }",
     "{\"as_of\":\"2025-10-10\",\"fsm\":true,\"start\":true}"},
    {PUPIL, "ann", "return { a = pupil.attr.score, b = pupil.attr.SCORE, c = pupil.attr.none == nil }",
     "{\"a\":\"007\",\"b\":\"007\",\"c\":true}"},
    {PUPIL, "ben", "return { score = type(pupil.attr.score) == \"number\" and pupil.attr.score + 1 }",
     "{\"score\":3.5}"},
    {PUPIL, "ann",
     "return { possible = pupil:count(\"possible\"), absent = pupil:count(\"absent\"), unauthorised = "
     "pupil:count(\"unauthorised\"), "
     "illness = pupil:count(\"illness\"), late = pupil:count(\"late\"), missing = pupil:count(\"missing\") }",
     "{\"absent\":6,\"illness\":2,\"late\":1,\"missing\":0,\"possible\":60,\"unauthorised\":4}"},
    {PUPIL, "ann",
     "return { n = pupil:count(codes\"G O\"), one = pupil:count(codes \"G\", \"last 2 school weeks\"), p = "
     "pupil:count(p.marks) }",
     "{\"n\":4,\"one\":2,\"p\":2}"},
    {PUPIL, "ann",
     "return { rate = pupil:rate(\"absent\"), late = pupil:rate(\"late\", \"last 1 school week\"), none = "
     "pupil:rate(\"absent\", \"2026-01-01..2026-02-01\") == nil }",
     "{\"late\":0.1,\"none\":true,\"rate\":0.1}"},
    {PUPIL, "ann",
     "return { persistent = pupil:persistent(), severe = pupil:severe(), then_ = "
     "pupil:severe(\"2025-09-04..2025-09-05\") }",
     "{\"persistent\":true,\"severe\":false,\"then_\":true}"},
    {PUPIL, "ann", "return { spells = pupil:spells(\"absent\", \"year\") }",
     "{\"spells\":[{\"days\":1,\"first\":\"2025-09-04\",\"last\":\"2025-09-04\",\"sessions\":2},"
     "{\"days\":1,\"first\":\"2025-09-08\",\"last\":\"2025-09-08\",\"sessions\":2},"
     "{\"days\":1,\"first\":\"2025-10-03\",\"last\":\"2025-10-03\",\"sessions\":2}]}"},
    {PUPIL, "cat", "return { longest = pupil:longest(\"absent\"), now = pupil:current(\"absent\") }",
     "{\"longest\":{\"days\":6,\"first\":\"2025-09-11\",\"last\":\"2025-09-18\",\"sessions\":12},\"now\":{\"days\":0,"
     "\"sessions\":0}}"},
    {PUPIL, "ann", "return { weeks = pupil:broken_weeks() }",
     "{\"weeks\":[{\"absent\":2,\"attended\":8,\"start\":\"2025-09-01\"},{\"absent\":2,\"attended\":8,\"start\":\"2025-"
     "09-08\"},"
     "{\"absent\":2,\"attended\":8,\"start\":\"2025-09-29\"}]}"},
    {PUPIL, "ann", "local w = pupil:weeks(\"last 2 school weeks\") return { n = #w, first = w[1] }",
     "{\"first\":{\"absent\":2,\"authorised\":0,\"late\":0,\"missing\":0,\"possible\":10,\"present\":8,\"rate\":0.2,"
     "\"start\":\"2025-09-29\",\"unauthorised\":2},\"n\":2}"},
    {PUPIL, "ann", "local d = pupil:weekdays(\"absent\") return { thu = d.thu_am, fri = d.fri_pm, tue = d.tue_am }",
     "{\"fri\":0.16666666666666666,\"thu\":0.16666666666666666,\"tue\":0.0}"},
    {PUPIL, "ann",
     "local t = pupil:trend(\"absent\") if not t then return { none = true } end return { weeks = t.weeks, falls = "
     "t.slope < 0, inside = t.low < t.slope and t.slope < t.high }",
     "{\"falls\":true,\"inside\":true,\"weeks\":6}"},
    {PUPIL, "ann", "local rank, of = pupil:rank(\"absent\") return { rank = rank, of = of }", "{\"of\":3,\"rank\":2}"},
    {PUPIL, "ann", "local n, of = pupil:projected(\"absent\") return { n = n, of = of }", "{\"n\":8.0,\"of\":80.0}"},
    {PUPIL, "ann", "local m = pupil:had(\"mentor\", \"this term\") return { m = m, no = pupil:had(\"nobody\") }",
     "{\"m\":{\"cost\":0.0,\"dose\":2.0,\"kind\":\"mentor\",\"start\":\"2025-09-15\"},\"no\":false}"},
    {PUPIL, "ben", "return { m = pupil:had(\"mentor\") }", "{\"m\":false}"},
    {PUPIL, "ann",
     "return { r = pupil:responses(\"pulse\", \"belonging\"), none = pupil:responses(\"pulse\", \"x\") == nil }",
     "{\"none\":true,\"r\":{\"date\":\"2025-09-11\",\"latest\":4.0,\"mean\":3.5,\"n\":2}}"},
    {PUPIL, "ann",
     "return { plan = pupil:plan(\"x\") == nil, school = pupil:school().name, phase = pupil:school().phase }",
     "{\"phase\":\"Secondary\",\"plan\":true,\"school\":\"100234\"}"},
    {PUPIL, "ann", "local s = pupil:similar() return { n = #s, kind = type(s[1]), who = s[1] and s[1].id }",
     "{\"kind\":\"userdata\",\"n\":1,\"who\":\"cat\"}"},
    {SCHOOL, "100234",
     "return { id = pupil.id, absent = pupil:count(\"absent\"), possible = pupil:count(\"possible\") }",
     "{\"absent\":18,\"id\":\"100234\",\"possible\":148}"},
    {SCHOOL, "100234", "local n, of = pupil:persistent() return { n = n, of = of, severe = pupil:severe() }",
     "{\"n\":2,\"of\":3,\"severe\":0}"},
    {SCHOOL, "100234",
     "return { all = pupil:pupils(), eight = pupil:pupils { year_group = 8 }, both = pupil:pupils { year_group = 8, "
     "fsm = true } }",
     "{\"all\":3,\"both\":1,\"eight\":2}"},
    {SCHOOL, "100234", "return { gap = pupil:gap(\"fsm\"), same = pupil:school().id }",
     "{\"gap\":0.1,\"same\":\"100234\"}"},
    {GROUP, "8",
     "return { id = pupil.id, by = pupil.by, absent = pupil:count(\"absent\"), in_school = "
     "pupil:school():count(\"absent\") }",
     "{\"absent\":18,\"by\":\"year_group\",\"id\":\"8\",\"in_school\":18}"},
    {PUPIL, "ann",
     "return { d = dates.days(\"2025-09-01\", pupil.as_of), a = dates.add(\"2025-02-28\", 1), w = "
     "dates.weekday(\"2025-10-10\"), "
     "m = dates.month(\"2025-10-10\"), y = dates.school_year(\"2025-07-31\") }",
     "{\"a\":\"2025-03-01\",\"d\":39,\"m\":10,\"w\":\"fri\",\"y\":2024}"},
    {PUPIL, "ann",
     "return { s = text.split(\"a, b\", \", \"), t = text.trim(\"  x \"), r = text.replace(\"aXbX\", \"X\", \"--\"), c "
     "= text.contains(\"abc\", \"bc\") }",
     "{\"c\":true,\"r\":\"a--b--\",\"s\":[\"a\",\"b\"],\"t\":\"x\"}"},
    {PUPIL, "ann",
     "local t = { { 2, \"b\" }, { 1, \"x\" }, { 2, \"a\" } } table.sort(t, function(a, b) return a[1] < b[1] end) "
     "return { order = t[1][2] .. t[2][2] .. t[3][2] }",
     "{\"order\":\"xba\"}"},
    {PUPIL, "ann",
     "local keys = {} for k in pairs { b = 1, a = 2, [2] = 0, [1] = 0, [1.5] = 0 } do keys[#keys + 1] = tostring(k) "
     "end "
     "return { keys = table.concat(keys, \" \") }",
     "{\"keys\":\"1 1.5 2 a b\"}"},
    {PUPIL, "ann",
     "local t = { 1, 2, 3, 4 } for k in pairs(t) do if k == 2 then t[3] = nil end t[k] = t[k] * 2 end "
     "return { a = t[1], b = t[2], c = t[3] == nil, d = t[4] }",
     "{\"a\":2,\"b\":4,\"c\":true,\"d\":8}"},
    {PUPIL, "ann",
     "return { quote = \"\\\"\\\\\\n\\t\\1\", cut = string.sub(\"\\xC3\\xA9\", 1, 1), nan = 0 / 0 ~= 0 / 0, inf = 1 / "
     "0, big = 1e300, third = 1 / 3 }",
     "{\"big\":1e+300,\"cut\":\"\xEF\xBF\xBD\",\"inf\":null,\"nan\":true,\"quote\":\"\\\"\\\\\\u000a\\u0009\\u0001\","
     "\"third\":0.3333333333333333}"},
    {PUPIL, "ann", "return true", "{}"},
};

enum { PROBES = sizeof probes / sizeof *probes };

static const muster_finding *finding_of(const bench_pack *b, const muster_run *run, size_t rule, const char *subject) {
  for (size_t i = 0; i < run->finding_count; i++) {
    const muster_finding *f = &run->findings[i];
    if (f->rule == rule && muster_text_equal(muster_subject_id(b->reg, &f->subject), muster_text_of(subject))) return f;
  }
  return NULL;
}

static void answers(void **state) {
  (void)state;
  bench_pack b;
  pack_begin(&b);
  b.reg = small_register();
  for (size_t i = 0; i < PROBES; i++) {
    char id[16], more[256];
    snprintf(id, sizeof id, "r%02zu", i);
    snprintf(more, sizeof more, "%s, message = \"{id}\", params = { marks = codes { \"G\" } }", probes[i].scope);
    pack_rule(&b, id, more, probes[i].body);
  }
  muster_run run;
  muster_status status = pack_open(&b);
  if (status == MUSTER_OK) status = pack_run(&b, muster_date_of(2025, 10, 10), &run);
  if (status != MUSTER_OK) show(&b.err);
  assert_int_equal(status, MUSTER_OK);
  size_t wrong = 0;
  for (size_t i = 0; i < PROBES; i++) {
    const muster_finding *f = finding_of(&b, &run, i, probes[i].subject);
    if (f && strcmp(f->evidence, probes[i].evidence) == 0 && strcmp(f->message, probes[i].subject) == 0) continue;
    print_error("%s\n  wanted %s\n  got    %s\n", probes[i].body, probes[i].evidence, f ? f->evidence : "nothing");
    wrong++;
  }
  assert_int_equal(wrong, 0);
  muster_run_free(&run);
  pack_end(&b);
}

/* What a rule can see ends at the as-of date. */
static void nothing_after_the_date(void **state) {
  (void)state;
  bench_pack b;
  muster_run run;
  pack_begin(&b);
  b.reg = small_register();
  pack_rule(&b, "seen", "scope = \"pupil\", message = \"{n}\"",
            "    return { n = pupil:count(\"possible\", \"all\"), m = pupil:count(\"possible\", "
            "\"2025-09-01..2025-10-24\"), w = #pupil:weeks(\"all\") }");
  assert_int_equal(pack_open(&b), MUSTER_OK);
  assert_int_equal(pack_run(&b, muster_date_of(2025, 9, 3), &run), MUSTER_OK);
  assert_int_equal(run.finding_count, 3);
  for (size_t i = 0; i < 3; i++) assert_string_equal(run.findings[i].evidence, "{\"m\":6,\"n\":6,\"w\":1}");
  muster_run_free(&run);
  pack_end(&b);
}

typedef struct message {
  const char *text, *body, *shown;
} message;

static const message messages[] = {
    {"{a}", "return { a = \"one\\n\\27[1mtwo\\0\\255\\u{E9}\\u{202E}!\" }",
     "one  [1mtwo \xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD!"},
    {"{a}", "return { a = \"=1+1\" }", " =1+1"},
    {"at {a}", "return { a = \"=1+1\" }", "at =1+1"},
    {"{#a}", "return { a = 1 }", "unknown"},
    {"{a} of {b}", "return { a = 3, b = 10 }", "3 of 10"},
    {"{a:percent}, {a:percent0}, {a:3}", "return { a = 0.12345 }", "12.3%, 12%, 0.123"},
    {"{d:date} {d}", "return { d = \"2025-09-01\" }", "1 September 2025 2025-09-01"},
    {"{{{a}}}", "return { a = \"x\" }", "{x}"},
    {"year {year_group}, from {p.least}", "return true", "year 8, from 2"},
    {"{a} {b}", "return { a = true, b = 2.5 }", "yes 2.5"},
    {"{missing}", "return {}", "unknown"},
    {"{id}", "return { id = \"evidence first\" }", "evidence first"},
};

static void messages_are_filled(void **state) {
  (void)state;
  bench_pack b;
  muster_run run;
  pack_begin(&b);
  b.reg = small_register();
  size_t n = sizeof messages / sizeof *messages;
  for (size_t i = 0; i < n; i++) {
    char id[16], more[256];
    snprintf(id, sizeof id, "r%02zu", i);
    snprintf(more, sizeof more, "scope = \"pupil\", message = \"%s\", params = { least = integer { 2 } }",
             messages[i].text);
    pack_rule(&b, id, more, messages[i].body);
  }
  assert_int_equal(pack_open(&b), MUSTER_OK);
  assert_int_equal(pack_run(&b, muster_date_of(2025, 10, 10), &run), MUSTER_OK);
  for (size_t i = 0; i < n; i++) {
    const muster_finding *f = finding_of(&b, &run, i, "ann");
    assert_non_null(f);
    assert_string_equal(f->message, messages[i].shown);
  }
  muster_run_free(&run);
  pack_end(&b);
}

/* Any number of threads, the same bytes. */
static void threads_agree(void **state) {
  (void)state;
  bench_pack b;
  pack_begin(&b);
  b.reg = small_register();
  pack_rule(&b, "some", "scope = \"pupil\", message = \"{n}\"",
            "    return { n = pupil:count(\"absent\"), since = pupil:spells(\"absent\") }");
  assert_int_equal(pack_open(&b), MUSTER_OK);
  muster_run one, four;
  muster_run_options options = {.as_of = muster_date_of(2025, 10, 10), .jobs = 1};
  assert_int_equal(muster_run_rules(b.reg, b.set, &options, &one, &b.err), MUSTER_OK);
  options.jobs = 4;
  assert_int_equal(muster_run_rules(b.reg, b.set, &options, &four, &b.err), MUSTER_OK);
  assert_int_equal(one.finding_count, four.finding_count);
  for (size_t i = 0; i < one.finding_count; i++)
    assert_string_equal(one.findings[i].evidence, four.findings[i].evidence);
  muster_run_free(&one);
  muster_run_free(&four);
  pack_end(&b);
}

enum { VALUES = 16 };

/* 256 pupils, one for each pair of values; "pair" is the place of both. */
static muster_register *pairs_register(void) {
  muster_register *reg = muster_register_new();
  muster_error err;
  uint32_t school = muster_register_school(reg, MUSTER_TEXT("s"), NULL), pupil;
  for (int i = 0; i < VALUES * VALUES; i++) {
    char text[16];
    muster_place place;
    snprintf(text, sizeof text, "%d-%d", i / VALUES + 1, i % VALUES + 1);
    assert_int_equal(
        muster_register_enrol(reg, muster_text_of(text), school, MUSTER_NO_DATE, MUSTER_NO_DATE, &pupil, &err),
        MUSTER_OK);
    assert_true(muster_register_set(reg, &reg->pupil_attributes, "pair", pupil, muster_text_of(text)));
    assert_int_equal(muster_register_place(reg, muster_date_of(2025, 9, 1), &place, &err), MUSTER_OK);
    muster_register_row(reg, pupil, place.year)[place.offset] =
        muster_codes_mark(&reg->codes, MUSTER_TEXT("/"), muster_date_of(2025, 9, 1));
  }
  assert_int_equal(muster_register_seal(reg, &err), MUSTER_OK);
  return reg;
}

static const char *const methods[] = {"count",        "rate",     "persistent", "severe",    "projected",
                                      "rank",         "gap",      "pupils",     "spells",    "longest",
                                      "current",      "weeks",    "had",        "responses", "trend",
                                      "broken_weeks", "weekdays", "plan",       "similar",   "school"};
enum { METHODS = sizeof methods / sizeof *methods };

static void write_probe(const bench_pack *b, size_t m, int kind) {
  static const char *const values[VALUES] = {"nil",        "true",
                                             "12",         "0/0",
                                             "\"\"",       "\"absent\"",
                                             "\"year\"",   "\"last 99999999999999 school weeks\"",
                                             "{}",         "{ {} }",
                                             "subject",    "math",
                                             "math.floor", "(\"x\"):rep(70000)",
                                             "codes\"G\"", "math.mininteger"};
  static const char *const scopes[] = {PUPIL, "scope = \"group\", by = \"pair\"", PUPIL};
  char id[32], more[128];
  muster_buf body;
  muster_buf_init(&body, 1 << 16);
  snprintf(id, sizeof id, "m%02zu-%d", m, kind);
  snprintf(more, sizeof more, "%s, message = \"m\"", scopes[kind]);
  muster_buf_printf(&body, "    local subject = pupil%s\n    local v = {", kind == 2 ? ":school()" : "");
  for (size_t i = 0; i < VALUES; i++) muster_buf_printf(&body, "function() return %s end, ", values[i]);
  muster_buf_printf(&body,
                    "}\n    local pair = text.split(pupil.id, \"-\")\n    local answer = "
                    "subject:%s(v[tonumber(pair[1])](), v[tonumber(pair[2])]())\n"
                    "    return type(answer) == \"function\"",
                    methods[m]);
  pack_rule(b, id, more, body.at);
  muster_buf_free(&body);
}

/* Wrong values in every place of every method are refused or answered, and the evaluator goes on. */
static void wrong_types_are_refused(void **state) {
  (void)state;
  bench_pack b;
  pack_begin(&b);
  b.reg = pairs_register();
  for (size_t m = 0; m < METHODS; m++)
    for (int kind = 0; kind < 3; kind++) write_probe(&b, m, kind);
  if (pack_open(&b) != MUSTER_OK) show(&b.err);
  assert_non_null(b.set);
  muster_desk *desk;
  void *evaluator;
  assert_int_equal(muster_desk_open(&desk, b.reg, b.set, &b.err), MUSTER_OK);
  muster_desk_set_as_of(desk, muster_date_of(2025, 9, 1));
  assert_int_equal(b.set->class_->open(b.set, desk, &evaluator, &b.err), MUSTER_OK);
  const muster_attribute *pair = muster_attribute_find(&b.reg->pupil_attributes, "pair");
  size_t answered = 0, refused = 0;
  for (uint32_t rule = 0; rule < b.set->rule_count; rule++) {
    for (uint32_t pupil = 0; pupil < VALUES * VALUES; pupil++) {
      muster_subject s = {.kind = b.set->rules[rule].scope,
                          .pupil = pupil,
                          .group = pair->values[pupil],
                          .by = (uint32_t)(pair - b.reg->pupil_attributes.columns)};
      muster_status status = b.set->class_->evaluate(evaluator, &s, 1, &rule, 1, &b.err);
      if (status == MUSTER_OK)
        answered++;
      else
        refused++;
      assert_true(status == MUSTER_OK || (status == MUSTER_PACK && b.err.what[0] && b.err.where[0]));
    }
  }
  size_t flagged;
  muster_desk_verdicts(desk, &flagged);
  assert_int_equal(flagged, 0);
  assert_true(answered > 1000 && refused > 5000);
  b.set->class_->close(evaluator);
  muster_desk_close(desk);
  pack_end(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(answers),       cmocka_unit_test(nothing_after_the_date),  cmocka_unit_test(messages_are_filled),
      cmocka_unit_test(threads_agree), cmocka_unit_test(wrong_types_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
