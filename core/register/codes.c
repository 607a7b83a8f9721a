/* The national attendance codes and the table that turns a code and a date into a mark. */
#include "muster/register/codes.h"

#include <stdio.h>
#include <string.h>

enum {
  PRESENT = MUSTER_MARKED | MUSTER_POSSIBLE | MUSTER_PRESENT,
  ACTIVITY = MUSTER_MARKED | MUSTER_POSSIBLE | MUSTER_APPROVED,
  AUTHORISED = MUSTER_MARKED | MUSTER_POSSIBLE | MUSTER_AUTHORISED,
  UNAUTHORISED = MUSTER_MARKED | MUSTER_POSSIBLE | MUSTER_UNAUTHORISED,
  UNCOUNTED = MUSTER_MARKED,
  POSSIBLE_ONLY = MUSTER_MARKED | MUSTER_POSSIBLE
};

/* Days since 1970-01-01, so that the table can be constant; test_codes.c checks each against its date. */
enum {
  ALWAYS = MUSTER_NO_DATE,
  LAST_OLD_SET = 19953,   /* 2024-08-18 */
  FIRST_NEW_SET = 19954,  /* 2024-08-19 */
  LAST_F = 16313,         /* 2014-08-31 */
  LAST_COUNTED_D = 15217, /* 2011-08-31 */
  FIRST_COVID_X = 18475,  /* 2020-08-01 */
  LAST_COVID_X = 19082    /* 2022-03-31 */
};

static const muster_code national[] = {
    {"/", PRESENT, ALWAYS, ALWAYS, "present in the morning"},
    {"\\", PRESENT, ALWAYS, ALWAYS, "present in the afternoon"},
    {"L", PRESENT | MUSTER_LATE, ALWAYS, ALWAYS, "late, before the register closed"},
    {"K", ACTIVITY, FIRST_NEW_SET, ALWAYS, "education arranged by the local authority"},
    {"V", ACTIVITY, ALWAYS, ALWAYS, "educational visit or trip"},
    {"P", ACTIVITY, ALWAYS, ALWAYS, "approved sporting activity"},
    {"W", ACTIVITY, ALWAYS, ALWAYS, "work experience"},
    {"B", ACTIVITY, ALWAYS, ALWAYS, "other approved educational activity"},
    {"C1", AUTHORISED, FIRST_NEW_SET, ALWAYS, "leave for a regulated performance or employment abroad"},
    {"C2", AUTHORISED, FIRST_NEW_SET, ALWAYS, "leave for a temporary part-time timetable"},
    {"C", AUTHORISED, ALWAYS, ALWAYS, "leave in exceptional circumstances"},
    {"J1", AUTHORISED, FIRST_NEW_SET, ALWAYS, "leave for an interview"},
    {"M", AUTHORISED, ALWAYS, ALWAYS, "medical or dental appointment"},
    {"S", AUTHORISED, ALWAYS, ALWAYS, "study leave"},
    {"T", AUTHORISED, ALWAYS, ALWAYS, "parent travelling for work"},
    {"R", AUTHORISED, ALWAYS, ALWAYS, "religious observance"},
    {"I", AUTHORISED | MUSTER_ILLNESS, ALWAYS, ALWAYS, "illness"},
    {"E", AUTHORISED, ALWAYS, ALWAYS, "suspended or excluded, no provision made"},
    {"G", UNAUTHORISED, ALWAYS, ALWAYS, "holiday not granted"},
    {"N", UNAUTHORISED, ALWAYS, ALWAYS, "reason not yet established"},
    {"O", UNAUTHORISED, ALWAYS, ALWAYS, "absent without a code that applies"},
    {"U", UNAUTHORISED | MUSTER_LATE, ALWAYS, ALWAYS, "arrived after the register closed"},
    {"D", UNCOUNTED, LAST_COUNTED_D + 1, ALWAYS, "at another school where also registered"},
    {"X", UNCOUNTED, ALWAYS, FIRST_COVID_X - 1, "not of compulsory school age, not required"},
    {"X", POSSIBLE_ONLY, FIRST_COVID_X, LAST_COVID_X, "not attending because of coronavirus, or not required"},
    {"X", UNCOUNTED, LAST_COVID_X + 1, ALWAYS, "not of compulsory school age, not required"},
    {"Q", UNCOUNTED, FIRST_NEW_SET, ALWAYS, "local authority arrangement not made"},
    {"Y1", UNCOUNTED, FIRST_NEW_SET, ALWAYS, "transport not available"},
    {"Y2", UNCOUNTED, FIRST_NEW_SET, ALWAYS, "widespread disruption to travel"},
    {"Y3", UNCOUNTED, FIRST_NEW_SET, ALWAYS, "part of the premises closed"},
    {"Y4", UNCOUNTED, FIRST_NEW_SET, ALWAYS, "site closed unexpectedly"},
    {"Y5", UNCOUNTED, FIRST_NEW_SET, ALWAYS, "criminal justice detention"},
    {"Y6", UNCOUNTED, FIRST_NEW_SET, ALWAYS, "public health guidance or law"},
    {"Y7", UNCOUNTED, FIRST_NEW_SET, ALWAYS, "other unavoidable cause"},
    {"Z", UNCOUNTED, ALWAYS, ALWAYS, "not yet on the admission register"},
    {"#", UNCOUNTED, ALWAYS, ALWAYS, "planned closure"},
    {"J", ACTIVITY, ALWAYS, LAST_OLD_SET, "interview"},
    {"H", AUTHORISED, ALWAYS, LAST_OLD_SET, "authorised holiday"},
    {"F", AUTHORISED, ALWAYS, LAST_F, "extended family holiday, authorised"},
    {"Y", UNCOUNTED, ALWAYS, LAST_OLD_SET, "unable to attend, exceptional circumstances"},
    {"D", ACTIVITY, ALWAYS, LAST_COUNTED_D, "at another school where also registered"},
};

const muster_code *muster_national_codes(size_t *n) {
  *n = sizeof national / sizeof *national;
  return national;
}

static void append(muster_codes *codes, const muster_code *code) {
  codes->codes[codes->count++] = *code;
  codes->categories[codes->count] = code->categories;
}

void muster_codes_init(muster_codes *codes) {
  memset(codes, 0, sizeof *codes);
  for (size_t i = 0; i < sizeof national / sizeof *national; i++) append(codes, &national[i]);
}

static bool starts_by(const muster_code *code, muster_date date) {
  return code->from == MUSTER_NO_DATE || code->from <= date;
}

static bool valid_on(const muster_code *code, muster_date date) {
  return starts_by(code, date) && (code->to == MUSTER_NO_DATE || date <= code->to);
}

static bool overlap(const muster_code *a, const muster_code *b) {
  bool a_ends_first = a->to != MUSTER_NO_DATE && b->from != MUSTER_NO_DATE && a->to < b->from;
  bool b_ends_first = b->to != MUSTER_NO_DATE && a->from != MUSTER_NO_DATE && b->to < a->from;
  return !a_ends_first && !b_ends_first;
}

muster_status muster_codes_add(muster_codes *codes, const muster_code *code, muster_error *err) {
  size_t n = strlen(code->text);
  if (n == 0 || n >= MUSTER_CODE_TEXT)
    return muster_fail(err, MUSTER_DATA, "a code has 1 to %d characters", MUSTER_CODE_TEXT - 1);
  for (size_t i = 0; i < codes->count; i++) {
    if (strcmp(codes->codes[i].text, code->text) != 0 || !overlap(&codes->codes[i], code)) continue;
    muster_fail(err, MUSTER_DATA, "the code '%s' already means \"%s\" on some of those days", code->text,
                codes->codes[i].meaning);
    muster_error_expected(err, "a code that is not in use, or a period that does not overlap");
    return MUSTER_DATA;
  }
  if (codes->count == MUSTER_MOST_CODES) return muster_fail(err, MUSTER_DATA, "more than %d codes", MUSTER_MOST_CODES);
  append(codes, code);
  return MUSTER_OK;
}

static bool same_code(const muster_code *code, muster_text text) {
  return memcmp(code->text, text.at, text.n) == 0 && code->text[text.n] == '\0';
}

uint8_t muster_codes_mark(const muster_codes *codes, muster_text code, muster_date date) {
  if (code.n == 0 || code.n >= MUSTER_CODE_TEXT) return 0;
  for (size_t i = 0; i < codes->count; i++)
    if (same_code(&codes->codes[i], code) && valid_on(&codes->codes[i], date)) return (uint8_t)(i + 1);
  return 0;
}

void muster_codes_explain(const muster_codes *codes, muster_text code, muster_date date, char out[160]) {
  for (size_t i = 0; code.n > 0 && code.n < MUSTER_CODE_TEXT && i < codes->count; i++) {
    const muster_code *known = &codes->codes[i];
    if (!same_code(known, code)) continue;
    char end[MUSTER_DATE_TEXT];
    bool over = starts_by(known, date);
    snprintf(out, 160, "code not valid on that date: %s %s", over ? "it ended on" : "it starts on",
             muster_date_format(over ? known->to : known->from, end));
    return;
  }
  snprintf(out, 160, "unknown code");
}

const char *const muster_kind_names[] = {"possible",     "present", "approved", "attended", "absent", "authorised",
                                         "unauthorised", "late",    "illness",  "missing",  NULL};

uint8_t muster_category_of(const char *name) {
  static const uint8_t categories[] = {MUSTER_POSSIBLE,     MUSTER_PRESENT, MUSTER_APPROVED,
                                       MUSTER_ATTENDED,     MUSTER_ABSENT,  MUSTER_AUTHORISED,
                                       MUSTER_UNAUTHORISED, MUSTER_LATE,    MUSTER_ILLNESS};
  for (size_t i = 0; i < sizeof categories; i++)
    if (strcmp(name, muster_kind_names[i]) == 0) return categories[i];
  return 0;
}
