/* Verdicts that are known from the answers are the verdicts that a call would give. */
#include "../../../core/script/recall.h"
#include "support.h"

static muster_date day(const char *text) {
  muster_date date;
  assert_true(muster_date_parse(muster_text_of(text), &date));
  return date;
}

typedef struct trial {
  muster_register *reg;
  muster_desk *desk;
  recall tree;
  uint32_t year;
} trial;

static trial begin(void) {
  trial t = {.reg = small_register()};
  assert_int_equal(muster_desk_open(&t.desk, t.reg, NULL, NULL), MUSTER_OK);
  assert_int_equal(muster_desk_window(t.desk, MUSTER_TEXT("year"), &t.year, NULL), MUSTER_OK);
  muster_desk_set_as_of(t.desk, day("2025-10-24"));
  assert_true(recall_open(&t.tree, t.desk, 2));
  return t;
}

static void end(trial *t) {
  recall_close(&t->tree);
  muster_desk_close(t->desk);
  muster_register_free(t->reg);
}

static muster_subject pupil(uint32_t number) { return (muster_subject){.kind = MUSTER_SUBJECT_PUPIL, .pupil = number}; }

/* What a rule would do that asks for absence, and when there is some for unauthorised absence. */
static void call(trial *t, const muster_subject *s) {
  recall_touch(&t->tree);
  recall_note(&t->tree, s, (recall_question){RECALL_COUNT, MUSTER_KIND_ABSENT, t->year});
  uint64_t n = muster_desk_count(t->desk, s, MUSTER_KIND_ABSENT, t->year, NULL);
  if (n) {
    recall_touch(&t->tree);
    recall_note(&t->tree, s, (recall_question){RECALL_COUNT, MUSTER_KIND_UNAUTHORISED, t->year});
    n = muster_desk_count(t->desk, s, MUSTER_KIND_UNAUTHORISED, t->year, NULL);
  }
  recall_end(&t->tree, n > 0);
}

static void the_same_answers_give_the_same_verdict(void **state) {
  (void)state;
  trial t = begin();
  muster_subject ann = pupil(0), ben = pupil(1), cat = pupil(2);
  assert_int_equal(recall_ask(&t.tree, 0, &ann), RECALL_UNKNOWN);
  call(&t, &ann);
  assert_int_equal(recall_ask(&t.tree, 0, &ann), RECALL_TRUE);
  assert_int_equal(recall_ask(&t.tree, 0, &ben), RECALL_UNKNOWN); /* other answers */
  call(&t, &ben);
  assert_int_equal(recall_ask(&t.tree, 0, &ben), RECALL_FALSE);
  assert_int_equal(recall_ask(&t.tree, 0, &cat), RECALL_UNKNOWN);
  call(&t, &cat);
  assert_int_equal(recall_ask(&t.tree, 0, &cat), RECALL_FALSE);
  assert_int_equal(recall_ask(&t.tree, 1, &ann), RECALL_UNKNOWN); /* another rule */
  muster_desk_set_as_of(t.desk, day("2025-09-02"));
  assert_int_equal(recall_ask(&t.tree, 0, &ann), RECALL_FALSE); /* no absence yet, as with ben */
  end(&t);
}

static void a_call_that_asks_for_more_is_made_each_time(void **state) {
  (void)state;
  trial t = begin();
  muster_subject ann = pupil(0), ben = pupil(1);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(recall_ask(&t.tree, 0, &ann), RECALL_UNKNOWN);
    recall_touch(&t.tree); /* nobody says what it was */
    recall_touch(&t.tree);
    recall_note(&t.tree, &ann, (recall_question){RECALL_COUNT, MUSTER_KIND_ABSENT, t.year});
    recall_end(&t.tree, true);
  }
  for (int i = 0; i < 3; i++) {
    assert_int_equal(recall_ask(&t.tree, 1, &ann), RECALL_UNKNOWN);
    recall_touch(&t.tree);
    recall_note(&t.tree, &ben, (recall_question){RECALL_COUNT, MUSTER_KIND_ABSENT, t.year}); /* of somebody else */
    recall_end(&t.tree, true);
  }
  end(&t);
}

static void a_call_that_failed_leaves_no_verdict(void **state) {
  (void)state;
  trial t = begin();
  muster_subject ann = pupil(0);
  assert_int_equal(recall_ask(&t.tree, 0, &ann), RECALL_UNKNOWN);
  recall_touch(&t.tree);
  recall_note(&t.tree, &ann, (recall_question){RECALL_AS_OF, 0, 0});
  recall_stop(&t.tree);
  recall_end(&t.tree, true);
  assert_int_equal(recall_ask(&t.tree, 0, &ann), RECALL_UNKNOWN);
  end(&t);
}

static void a_tree_that_is_full_is_begun_anew(void **state) {
  (void)state;
  trial t = begin();
  muster_subject ann = pupil(0);
  size_t before = 0;
  bool anew = false;
  for (muster_date date = day("2025-09-01"), k = 0; k < 100000 && !anew; date++, k++) {
    muster_desk_set_as_of(t.desk, date);
    if (recall_ask(&t.tree, k % 2, &ann) != RECALL_UNKNOWN) fail();
    recall_touch(&t.tree);
    recall_note(&t.tree, &ann, (recall_question){RECALL_AS_OF, 0, 0});
    recall_end(&t.tree, k % 2);
    anew = t.tree.node_count < before;
    before = t.tree.node_count;
    for (int again = 0; again < 3 && !anew; again++)
      assert_int_equal(recall_ask(&t.tree, k % 2, &ann), k % 2 ? RECALL_TRUE : RECALL_FALSE);
  }
  assert_true(anew);
  end(&t);
}

static void a_rule_whose_answers_do_not_repeat_is_left_alone(void **state) {
  (void)state;
  trial t = begin();
  muster_subject ann = pupil(0);
  muster_date date = day("2025-09-01");
  for (int k = 0; k < 25000; k++) {
    muster_desk_set_as_of(t.desk, date + k);
    assert_int_equal(recall_ask(&t.tree, 0, &ann), RECALL_UNKNOWN);
    recall_touch(&t.tree);
    recall_note(&t.tree, &ann, (recall_question){RECALL_AS_OF, 0, 0});
    recall_end(&t.tree, true);
  }
  assert_false(recall_keeping(&t.tree));
  assert_int_equal(recall_ask(&t.tree, 0, &ann), RECALL_UNKNOWN);
  assert_false(recall_keeping(&t.tree));
  end(&t);
}

static void without_memory_there_is_no_tree(void **state) {
  (void)state;
  trial t = begin();
  muster_subject ann = pupil(0);
  recall_close(&t.tree);
  for (long at = 1; at <= 3; at++) {
    muster_alloc_fail_at(at);
    assert_false(recall_open(&t.tree, t.desk, 2));
    muster_alloc_fail_at(0);
    assert_int_equal(recall_ask(&t.tree, 0, &ann), RECALL_UNKNOWN);
    recall_touch(&t.tree);
    recall_note(&t.tree, &ann, (recall_question){RECALL_AS_OF, 0, 0});
    recall_end(&t.tree, true);
  }
  end(&t);
}

/* One rule for every kind of question, some that are kept and some that are not. */
static const char *const bodies[] = {
    "return pupil:count(\"absent\", \"this week\") >= 1",
    "return pupil:count(codes\"O G\", \"last 2 school weeks\") >= 2",
    "return (pupil:rate(\"absent\") or 0) > 0.05",
    "return pupil:persistent() and not pupil:severe()",
    "local n, of = pupil:projected(\"absent\") return n and n / of > 0.08",
    "return pupil:longest(\"absent\").sessions >= 3 or pupil:current(\"absent\").days >= 2",
    "local w = pupil:broken_weeks() return #w >= 2 and w[#w].start > \"2025-09-15\"",
    "return pupil.fsm and pupil.as_of > \"2025-09-20\" and pupil:count(\"late\") > 0",
    "return pupil.attr.score == \"007\" and pupil:count(\"absent\") > 3",
    "return #pupil:spells(\"absent\") >= 2 or pupil.id == \"ben\"",
    "return pupil:school():rate(\"absent\") < pupil:rate(\"absent\")",
    "return (pupil:rank(\"absent\") or 9) == 1 and pupil.year_group == 8",
    "local s = pupil:had(\"mentor\") return s and s.start < pupil.as_of",
};
enum { BODIES = sizeof bodies / sizeof *bodies };

/* The days on which a rule is true of a pupil, by a run of its own for each day: nothing is known there from before. */
static void look_day_by_day(bench_pack *b, const muster_date *days, size_t n, bool *truth) {
  for (size_t k = 0; k < n; k++) {
    muster_run run;
    muster_run_options options = {.as_of = days[k], .jobs = 1, .without_lifecycle = true};
    assert_int_equal(muster_run_rules(b->reg, b->set, &options, &run, &b->err), MUSTER_OK);
    for (size_t i = 0; i < run.finding_count; i++)
      truth[(run.findings[i].rule * 3 + run.findings[i].subject.pupil) * n + k] = true;
    muster_run_free(&run);
  }
}

static void looking_back_sees_what_was_so_each_day(void **state) {
  (void)state;
  bench_pack b;
  pack_begin(&b);
  b.reg = small_register();
  for (size_t r = 0; r < BODIES; r++) {
    char id[16];
    snprintf(id, sizeof id, "rule-%02zu", r);
    pack_rule(&b, id, "scope = \"pupil\", message = \"so it is\", for_ = \"1 school day\"", bodies[r]);
  }
  muster_status status = pack_open(&b);
  if (status != MUSTER_OK) show(&b.err);
  assert_int_equal(status, MUSTER_OK);
  muster_date days[60];
  size_t n = 0, findings = 0;
  for (muster_date d = day("2025-09-01"); d <= day("2025-10-24"); d++)
    if (muster_date_weekday(d) < 5) days[n++] = d;
  bool *truth = calloc(BODIES * 3 * n, sizeof *truth);
  look_day_by_day(&b, days, n, truth);
  for (size_t k = 0; k < n; k++) {
    muster_run run;
    assert_int_equal(pack_run(&b, days[k], &run), MUSTER_OK);
    findings += run.finding_count;
    for (size_t i = 0; i < run.finding_count; i++) {
      const muster_finding *f = &run.findings[i];
      const bool *row = truth + (f->rule * 3 + f->subject.pupil) * n;
      size_t since = k;
      while (since > 0 && row[since - 1]) since--;
      assert_true(row[k]);
      assert_int_equal(f->since, days[since]);
    }
    muster_run_free(&run);
  }
  assert_true(findings > 200);
  free(truth);
  pack_end(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_answers_give_the_same_verdict),
      cmocka_unit_test(a_call_that_asks_for_more_is_made_each_time),
      cmocka_unit_test(a_call_that_failed_leaves_no_verdict),
      cmocka_unit_test(a_tree_that_is_full_is_begun_anew),
      cmocka_unit_test(a_rule_whose_answers_do_not_repeat_is_left_alone),
      cmocka_unit_test(without_memory_there_is_no_tree),
      cmocka_unit_test(looking_back_sees_what_was_so_each_day),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
