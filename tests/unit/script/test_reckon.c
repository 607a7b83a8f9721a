/* Verdicts that are reckoned are the verdicts of a call, for every pupil on every day; and what is plain is reckoned.
 */
#include "../../../core/script/reckon.h"

#include "../../../core/script/budget.h"
#include "../../../core/script/freeze.h"
#include "../../../core/script/sandbox.h"
#include "support.h"

typedef struct trial {
  const char *body;
  int least; /* how many of the verdicts have to be reckoned, in hundredths */
} trial;

#define PARAMS                                                                                                         \
  "scope = \"pupil\", message = \"so\", params = { n = integer { 2 }, r = rate { 0.1 }, w = window { \"last 2 school " \
  "weeks\" }, "                                                                                                        \
  "c = codes { \"G O\" }, s = choice { \"some\", of = { \"some\", \"all\" } }, b = boolean { true } }"

static const trial trials[] = {
    {"return pupil:count(\"absent\") >= p.n", 100},
    {"local a, b = pupil:count(\"absent\"), pupil:count(\"possible\")\n"
     "if b >= 20 and 10 * a >= b then return { rate = a / b, late = pupil:count(\"late\") } end",
     100},
    {"local r = pupil:rate(\"absent\", p.w) return r and r > p.r", 100},
    {"if not pupil:rate(\"absent\", p.w) then return true end", 100},
    {"return pupil:count(p.c, p.w) > 0", 100},
    {"local n = pupil:count(codes\"G O\") if n > 1 then return { n = pupil:count(codes\"G\"), c = n } end", 100},
    {"local w = pupil:broken_weeks() if #w >= p.n then return { first = w[1].start, last = w[#w].start } end", 100},
    {"return pupil:persistent(\"this half-term\")", 100},
    {"return pupil:severe() or pupil:persistent(p.w)", 100},
    {"local n, of = pupil:projected(\"absent\") return n and n / of >= 0.1 and of - n < 75.5", 100},
    {"local s = pupil:current(\"absent\") if s.sessions >= 4 then return { first = s.first, days = s.days } end", 100},
    {"local s = pupil:longest(\"absent\", p.w) return s.sessions > s.days and s.days ~= 3", 100},
    {"local a = pupil:count(\"absent\") return -a < -2 and a - 1.5 > 0.5 and a * a ~= 36 and a / 4 <= 3", 100},
    {"local a = pupil:count(\"absent\") + 9223372036854775807 return a < 0", 100},
    {"local a = pupil:count(\"absent\") return a == 6.0 or a == 2 or a ~= a", 100},
    {"local a = pupil:count(\"absent\") / 0 return a > 1 or not (a == a)", 100},
    {"local a = pupil:count(\"absent\") return a > 9007199254740993.0 or a <= 1e300", 0},
    {"return p.s == \"some\" and p.b and pupil:count(\"late\") == 1", 100},
    {"return p.s == \"all\" or p.b == false or pupil:count(\"late\") > 0", 100},
    {"local x if pupil:count(\"late\") > 0 then x = 1 end return x ~= nil", 100},
    {"local b = pupil:count(\"late\") > 0 return b == true", 100},
    {"return", 100},
    {"local d = pupil:weekdays(\"absent\", p.w) return (d.mon_am or 0) + (d.mon_pm or 0) > (d.fri_pm or p.r)", 100},
    {"local d = pupil:weekdays(\"absent\") if d.nothing == nil and d.tue_am then return d end", 100},
    {"return pupil:weekdays(p.c).wed_pm == pupil:weekdays(\"late\", p.w).wed_pm", 100},
    /* beyond what is followed: the call is made */
    {"return pupil:weekdays(\"absent\").mon_am and pupil:weekdays(\"late\") and pupil:weekdays(\"absent\")", 0},
    {"return #pupil:weekdays(\"absent\") == 0", 0},
    {"return pupil.year_group == 8 and pupil:count(\"absent\") > 2", 0},
    {"local n = 0 for i = 1, pupil:count(\"absent\") do n = n + i end return n > 20", 0},
    {"return math.max(pupil:count(\"absent\"), 3) > 3", 0},
    {"return pupil:had(\"mentor\") and true", 0},
    {"local a = pupil:count(\"absent\") return a % 2 == 0 and a // 2 > 2", 0},
    {"local t = { pupil:count(\"absent\") } return t[1] > 2", 0},
    /* errors: the same ones */
    {"return pupil:rate(\"absent\", \"last 1 school week\") < 0.1", 0},
    {"return pupil:count(\"absent\")", 0},
    {"return pupil:count(p.s) > 1", 0},
    {"return pupil:count(\"absent\", p.s) > 1", 0},
    {"return pupil:broken_weeks()[2].start", 0},
    {"return pupil:weekdays(\"absent\", \"this week\").fri_pm < 0.1", 0},
    {"return pupil:weekdays(\"absent\").mon_am", 0},
    {"return pupil:count(\"absent\") < p.s", 0},
};

enum { TRIALS = sizeof trials / sizeof *trials };

typedef struct asker {
  muster_desk *desk;
  void *state;
} asker;

static asker asker_open(const bench_pack *b, bool anew) {
  asker a;
  muster_error err;
  assert_int_equal(muster_desk_open(&a.desk, b->reg, b->set, &err), MUSTER_OK);
  muster_desk_set_wants_texts(a.desk, false);
  muster_desk_set_asks_anew(a.desk, anew);
  assert_int_equal(b->set->class_->open(b->set, a.desk, &a.state, &err), MUSTER_OK);
  return a;
}

static void asker_close(const bench_pack *b, asker *a) {
  b->set->class_->close(a->state);
  muster_desk_close(a->desk);
}

static muster_status verdict(const bench_pack *b, const asker *a, muster_date day, uint32_t pupil, bool *truth,
                             muster_error *err) {
  muster_subject s = {.kind = MUSTER_SUBJECT_PUPIL, .pupil = pupil};
  size_t n;
  muster_desk_set_as_of(a->desk, day);
  muster_desk_clear(a->desk);
  muster_status status = b->set->class_->evaluate(a->state, &s, 1, &(uint32_t){0}, 1, err);
  muster_desk_verdicts(a->desk, &n);
  *truth = n > 0;
  return status;
}

static void a_verdict_is_that_of_a_call(void **state) {
  (void)state;
  for (size_t t = 0; t < TRIALS; t++) {
    bench_pack b;
    pack_begin(&b);
    b.reg = small_register();
    pack_rule(&b, "trial", PARAMS, trials[t].body);
    if (pack_open(&b) != MUSTER_OK) show(&b.err), fail();
    asker quick = asker_open(&b, false), called = asker_open(&b, true);
    bool over = false; /* a run ends with the first error */
    for (muster_date day = muster_date_of(2025, 9, 1); day <= muster_date_of(2025, 10, 24); day++)
      for (uint32_t pupil = 0; pupil < 3 && !over; pupil++) {
        bool one, other;
        muster_error err = {0}, other_err = {0};
        muster_status status = verdict(&b, &quick, day, pupil, &one, &err);
        muster_status other_status = verdict(&b, &called, day, pupil, &other, &other_err);
        if (status != other_status || one != other) print_error("%s: %s\n", trials[t].body, other_err.what);
        assert_int_equal(status, other_status);
        assert_int_equal(one, other);
        assert_string_equal(err.what, other_err.what);
        assert_string_equal(err.where, other_err.where);
        over = status != MUSTER_OK;
      }
    asker_close(&b, &quick);
    asker_close(&b, &called);
    pack_end(&b);
  }
}

/* ---- limits ---- */

/* Eight school years in which every week is broken: asking for all of them is more work than a small limit allows. */
static muster_register *broken_register(void) {
  muster_register *reg = muster_register_new();
  uint32_t school = muster_register_school(reg, MUSTER_TEXT("100234"), NULL), pupil;
  assert_int_equal(muster_register_enrol(reg, MUSTER_TEXT("ann"), school, MUSTER_NO_DATE, MUSTER_NO_DATE, &pupil, NULL),
                   MUSTER_OK);
  for (muster_date day = muster_date_of(2017, 9, 4); day <= muster_date_of(2025, 7, 18); day++) {
    muster_place place;
    if (muster_date_weekday(day) >= 5) continue;
    assert_int_equal(muster_register_day(reg, MUSTER_NONE, day, MUSTER_DAY_OPEN, NULL), MUSTER_OK);
    assert_int_equal(muster_register_place(reg, day, &place, NULL), MUSTER_OK);
    muster_text code = muster_date_weekday(day) ? MUSTER_TEXT("/") : MUSTER_TEXT("I");
    muster_register_row(reg, pupil, place.year)[place.offset] = muster_codes_mark(&reg->codes, code, day);
  }
  assert_int_equal(muster_register_seal(reg, NULL), MUSTER_OK);
  return reg;
}

static muster_status status_within(uint64_t limit, const char *body) {
  bench_pack b;
  muster_limits limits = muster_limits_default();
  limits.instructions = limit;
  pack_begin(&b);
  b.reg = broken_register();
  pack_rule(&b, "trial", "scope = \"pupil\", message = \"so\"", body);
  assert_int_equal(muster_pack_load(b.folder, &limits, &b.pack, &b.err), MUSTER_OK);
  assert_int_equal(muster_ruleset_make(&b.pack, 1, &b.reg->codes, &b.set, &b.err), MUSTER_OK);
  asker quick = asker_open(&b, false), called = asker_open(&b, true);
  bool one = false, other = false;
  muster_error err = {0}, other_err = {0};
  muster_status status = verdict(&b, &quick, muster_date_of(2025, 7, 18), 0, &one, &err);
  assert_int_equal(verdict(&b, &called, muster_date_of(2025, 7, 18), 0, &other, &other_err), status);
  assert_int_equal(one, other);
  assert_string_equal(err.what, other_err.what);
  asker_close(&b, &quick);
  asker_close(&b, &called);
  pack_end(&b);
  return status;
}

static void a_limit_breaks_as_in_a_call(void **state) {
  (void)state;
  char many[1600] = "local n = 0"; /* few instructions, and much work */
  for (int i = 0; i < 30; i++)
    snprintf(many + strlen(many), sizeof many - strlen(many), " + pupil:projected(\"absent\")");
  snprintf(many + strlen(many), sizeof many - strlen(many), " return n > 3");
  const char *const bodies[] = {"return #pupil:broken_weeks(\"all\") > 3", many};
  for (int k = 0; k < 2; k++) {
    for (uint64_t limit = 1000; limit <= 3000; limit += 250) (void)status_within(limit, bodies[k]);
    assert_int_equal(status_within(1000, bodies[k]), MUSTER_PACK);
    assert_int_equal(status_within(3000, bodies[k]), MUSTER_OK);
  }
}

/* What one call was charged does not hang on what others asked before: a window is as dear the second time. */
static void what_was_asked_before_changes_no_limit(void **state) {
  (void)state;
  bench_pack b;
  muster_limits limits = muster_limits_default();
  char body[1600] = "local n = #p.s";
  for (int day = 1; day <= 30; day++)
    snprintf(body + strlen(body), sizeof body - strlen(body), " + pupil:count(\"late\", \"last %d days\")", day);
  snprintf(body + strlen(body), sizeof body - strlen(body), " return n > 100");
  unsigned broken = 0, all = 0;
  for (limits.instructions = 280; limits.instructions <= 1300; limits.instructions += 20) {
    muster_status first = MUSTER_OK;
    pack_begin(&b);
    b.reg = small_register();
    pack_rule(&b, "trial", PARAMS, body);
    if (muster_pack_load(b.folder, &limits, &b.pack, &b.err) == MUSTER_OK) {
      assert_int_equal(muster_ruleset_make(&b.pack, 1, &b.reg->codes, &b.set, &b.err), MUSTER_OK);
      asker called = asker_open(&b, true);
      for (int again = 0; again < 3; again++) {
        bool truth;
        muster_status status = verdict(&b, &called, muster_date_of(2025, 10, 24), 0, &truth, &b.err);
        if (again == 0) first = status;
        assert_int_equal(status, first);
      }
      all++, broken += first != MUSTER_OK;
      asker_close(&b, &called);
    }
    pack_end(&b);
  }
  assert_true(broken > 0 && broken < all);
}

/* ---- what is reckoned ---- */

typedef struct reading {
  const char *body;
  muster_arena arena;
  reckon *made;
} reading;

static int read_rule(lua_State *L) {
  reading *r = lua_touserdata(L, 1);
  char text[2048];
  subject_open(L, subject_context_of(L));
  snprintf(text, sizeof text, "return function(pupil, p)\n%s\nend", r->body);
  script_load(L, "=trial", text, strlen(text));
  sandbox_rule_environment(L);
  lua_setupvalue(L, -2, 1);
  lua_call(L, 0, 1);
  lua_newtable(L);
  static const char *const texts[][2] = {{"w", "last 2 school weeks"}, {"c", "codes G O"}, {"s", "some"}};
  for (size_t i = 0; i < 3; i++) {
    lua_pushstring(L, texts[i][1]);
    lua_setfield(L, -2, texts[i][0]);
  }
  lua_pushinteger(L, 2);
  lua_setfield(L, -2, "n");
  lua_pushnumber(L, 0.1);
  lua_setfield(L, -2, "r");
  lua_pushboolean(L, 1);
  lua_setfield(L, -2, "b");
  lua_newtable(L);
  lua_insert(L, -2);
  freeze(L, -2);
  r->made = reckon_read(L, 2, lua_gettop(L), 1000000, &r->arena);
  return 0;
}

static void what_is_plain_is_reckoned(void **state) {
  (void)state;
  static const char *const set_texts[] = {"G O", "G", NULL};
  muster_register *reg = small_register();
  muster_code_set sets[2];
  for (int i = 0; i < 2; i++)
    assert_int_equal(muster_code_set_parse(&reg->codes, muster_text_of(set_texts[i]), &sets[i], NULL), MUSTER_OK);
  muster_ruleset set = {.sets = sets, .set_count = 2};
  for (size_t t = 0; t < TRIALS; t++) {
    subject_context *c = muster_alloc(1, sizeof *c);
    script s;
    muster_error err;
    muster_limits limits = muster_limits_default();
    assert_non_null(c);
    *c = (subject_context){.reg = reg, .set_texts = set_texts};
    assert_int_equal(muster_desk_open(&c->desk, reg, &set, &err), MUSTER_OK);
    assert_int_equal(script_open(&s, &limits, &err), MUSTER_OK);
    s.owner = c;
    reading r = {.body = trials[t].body};
    if (script_call(&s, read_rule, &r, &err) != MUSTER_OK) show(&err), fail();
    int asked = 0, known = 0;
    for (muster_date day = muster_date_of(2025, 9, 1); day <= muster_date_of(2025, 10, 24); day++)
      for (uint32_t pupil = 0; pupil < 3; pupil++) {
        muster_desk_set_as_of(c->desk, day);
        asked++;
        known +=
            reckon_ask(r.made, c, &(muster_subject){.kind = MUSTER_SUBJECT_PUPIL, .pupil = pupil}) != RECALL_UNKNOWN;
      }
    if (100 * known < trials[t].least * asked) print_error("%d of %d: %s\n", known, asked, trials[t].body);
    assert_true(100 * known >= trials[t].least * asked);
    script_close(&s);
    muster_desk_close(c->desk);
    muster_arena_free(&r.arena);
    muster_free(c);
  }
  muster_register_free(reg);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_verdict_is_that_of_a_call), cmocka_unit_test(a_limit_breaks_as_in_a_call),
      cmocka_unit_test(what_was_asked_before_changes_no_limit), cmocka_unit_test(what_is_plain_is_reckoned)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
