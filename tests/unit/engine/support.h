/* Registers from typed marks and rulesets written in C, for the tests of this room. */
#ifndef TEST_ENGINE_SUPPORT_H
#define TEST_ENGINE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/engine.h"

/* ---- registers ---- */

static inline muster_date day(const char *iso) {
  muster_date date;
  assert_true(muster_date_parse(muster_text_of(iso), &date));
  return date;
}

static inline uint32_t school_of(muster_register *reg, const char *id) {
  return muster_register_school(reg, muster_text_of(id), NULL);
}

static inline uint32_t enrol_from(muster_register *reg, const char *id, const char *school, muster_date start,
                                  muster_date end) {
  uint32_t pupil;
  assert_int_equal(muster_register_enrol(reg, muster_text_of(id), school_of(reg, school), start, end, &pupil, NULL),
                   MUSTER_OK);
  return pupil;
}

static inline uint32_t enrol(muster_register *reg, const char *id, const char *school) {
  return enrol_from(reg, id, school, MUSTER_NO_DATE, MUSTER_NO_DATE);
}

static inline void set_pupil(muster_register *reg, uint32_t pupil, const char *name, const char *value) {
  assert_true(muster_register_set(reg, &reg->pupil_attributes, name, pupil, muster_text_of(value)));
}

static inline void put_mark(muster_register *reg, uint32_t pupil, muster_date date, int half, const char *code) {
  muster_place place;
  assert_int_equal(muster_register_place(reg, date, &place, NULL), MUSTER_OK);
  uint8_t mark = muster_codes_mark(&reg->codes, muster_text_of(code), date);
  assert_int_not_equal(mark, 0);
  muster_register_row(reg, pupil, place.year)[place.offset + (uint32_t)half] = mark;
}

/* One character a session from the morning of `from`, Monday to Friday; '-' is no mark, a blank is skipped. */
static inline muster_date type_marks(muster_register *reg, uint32_t pupil, const char *from, const char *marks) {
  muster_date date = day(from), last = date;
  int half = 0;
  for (; *marks; marks++) {
    if (*marks == ' ') continue;
    while (muster_date_weekday(date) > 4) date++;
    char code[2] = {*marks, 0};
    if (*marks != '-') put_mark(reg, pupil, date, half, code);
    last = date;
    if (half) date++;
    half = !half;
  }
  return last;
}

static inline void seal(muster_register *reg) {
  muster_error err = {0};
  muster_status status = muster_register_seal(reg, &err);
  assert_string_equal(err.what, "");
  assert_int_equal(status, MUSTER_OK);
}

/* Days of `n` weeks from a Monday, open for every school. */
static inline void open_weeks(muster_register *reg, const char *monday, int n) {
  muster_date first = day(monday);
  for (int i = 0; i < 7 * n; i++)
    if (i % 7 < 5) assert_int_equal(muster_register_day(reg, MUSTER_NONE, first + i, MUSTER_DAY_OPEN, NULL), MUSTER_OK);
}

/* One half term, and in it a week named closed for one school. */
static inline void close_week(muster_register *reg, const char *school, const char *monday, const char *start,
                              const char *end) {
  muster_half_term half = {day(start), day(end), 2025, 1, MUSTER_AUTUMN};
  assert_int_equal(muster_register_half_term(reg, &half, NULL), MUSTER_OK);
  for (int i = 0; i < 5; i++)
    assert_int_equal(muster_register_day(reg, school_of(reg, school), day(monday) + i, MUSTER_DAY_CLOSED, NULL),
                     MUSTER_OK);
}

/* A register of many pupils whose absences come and go, from a small generator of its own. Fewer weeks are the same
 * marks cut short. */
static inline muster_register *restless(int pupils, int weeks) {
  muster_register *reg = muster_register_new();
  uint32_t seed = 12345;
  for (int p = 0; p < pupils; p++) {
    char id[16];
    snprintf(id, sizeof id, "p%03d", p);
    uint32_t pupil = enrol(reg, id, p % 2 ? "oak" : "elm");
    set_pupil(reg, pupil, "year_group", p % 3 ? "7" : "8");
    bool away = false;
    for (int i = 0; i < 7 * 12; i++) {
      bool holiday = i / 7 == 3 || i / 7 == 8;
      if (i % 7 > 4 || holiday) continue;
      seed = seed * 1664525u + 1013904223u;
      if ((seed >> 24) < (away ? 90u : 20u + (unsigned)p)) away = !away;
      if (i >= 7 * weeks) continue;
      for (int half = 0; half < 2; half++)
        put_mark(reg, pupil, day("2025-09-01") + i, half, away ? "I" : half ? "\\" : "/");
    }
  }
  seal(reg);
  return reg;
}

/* ---- rulesets ---- */

typedef bool (*c_when)(muster_desk *desk, const muster_subject *s, char message[80], char evidence[80]);
typedef bool (*c_test)(muster_desk *desk, const muster_subject *s, muster_date plan_start);

typedef struct c_rules {
  muster_ruleset set; /* first: the class finds the rest behind it */
  c_when when[8];
  c_test wanted, success;
  muster_status fail_with; /* every evaluation fails, when not OK */
  size_t opened, closed;   /* only read when one job is used */
} c_rules;

typedef struct c_state {
  c_rules *rules;
  muster_desk *desk;
} c_state;

static inline muster_status c_open(const muster_ruleset *set, muster_desk *desk, void **state, muster_error *err) {
  c_state *made = muster_alloc(1, sizeof *made);
  if (!made) return muster_fail_memory(err);
  *made = (c_state){(c_rules *)(uintptr_t)set, desk};
  *state = made;
  return MUSTER_OK;
}

static inline muster_status c_evaluate(void *state, const muster_subject *subjects, size_t n, const uint32_t *rules,
                                       size_t rule_count, muster_error *err) {
  c_state *s = state;
  assert_true(n > 0 && n <= 256);
  if (s->rules->fail_with != MUSTER_OK) return muster_fail(err, s->rules->fail_with, "the rule broke");
  for (uint32_t i = 0; i < n; i++)
    for (size_t r = 0; r < rule_count; r++) {
      char message[80] = "", evidence[80] = "{}";
      if (subjects[i].kind != s->rules->set.rules[rules[r]].scope) return MUSTER_DEFECT;
      if (!s->rules->when[rules[r]](s->desk, &subjects[i], message, evidence)) continue;
      if (!muster_desk_flag(s->desk, rules[r], i, message, evidence)) return muster_fail_memory(err);
    }
  return MUSTER_OK;
}

static inline muster_status c_step_wanted(void *state, const muster_subject *subject, uint32_t rule, uint32_t plan,
                                          uint32_t step, muster_date plan_start, bool *wanted, muster_error *err) {
  c_state *s = state;
  (void)rule, (void)plan, (void)step, (void)err;
  *wanted = s->rules->wanted(s->desk, subject, plan_start);
  return MUSTER_OK;
}

static inline muster_status c_success(void *state, const muster_subject *subject, uint32_t rule, uint32_t plan,
                                      muster_date plan_start, bool *success, muster_error *err) {
  c_state *s = state;
  (void)rule, (void)plan, (void)err;
  *success = s->rules->success(s->desk, subject, plan_start);
  return MUSTER_OK;
}

static inline void c_close(void *state) { muster_free(state); }

static const muster_ruleset_class c_class = {c_open, c_evaluate, c_step_wanted, c_success, c_close};

static inline c_rules rules_in_c(const muster_rule *rules, size_t n) {
  return (c_rules){.set = {.class_ = &c_class, .rules = rules, .rule_count = n}};
}

/* A rule with nothing but a name and a scope. */
#define A_RULE(name, ...) \
  { .id = "test/" name, .pack = "test", .title = name, .silence = MUSTER_NO_DATE, __VA_ARGS__ }

static inline uint32_t window(muster_desk *desk, const char *text) {
  uint32_t w = 0;
  muster_error err = {0};
  assert_int_equal(muster_desk_window(desk, muster_text_of(text), &w, &err), MUSTER_OK);
  return w;
}

static inline uint64_t absences(muster_desk *desk, const muster_subject *s, const char *w) {
  return muster_desk_count(desk, s, MUSTER_KIND_ABSENT, window(desk, w), NULL);
}

static inline muster_subject pupil_subject(const muster_register *reg, uint32_t pupil) {
  return (muster_subject){.kind = MUSTER_SUBJECT_PUPIL, .school = reg->pupils[pupil].school, .pupil = pupil};
}

static inline muster_subject school_subject(uint32_t school) {
  return (muster_subject){.kind = MUSTER_SUBJECT_SCHOOL, .school = school};
}

static inline muster_desk *desk_at(const muster_register *reg, const muster_ruleset *set, const char *as_of) {
  muster_desk *desk = NULL;
  assert_int_equal(muster_desk_open(&desk, reg, set, NULL), MUSTER_OK);
  muster_desk_set_as_of(desk, day(as_of));
  return desk;
}

#endif
