/* How far away the other answer is: the rule is asked about registers that might have been and might come to be. */
#include "desk_private.h"
#include "explain_private.h"

typedef struct walk {
  muster_asker *asker;
  const muster_register *reg;
  const muster_subject *subject;
  uint32_t rule;
  muster_date as_of;
  muster_error *err;
} walk;

static muster_status is_true(const walk *w, muster_date as_of, bool *truth) {
  return muster_ask_truth(w->asker, as_of, w->subject, 1, w->rule, truth, w->err);
}

static uint8_t attending(const walk *w, muster_session s) {
  muster_date date = muster_session_date(s);
  return muster_codes_mark(&w->reg->codes, s & 1 ? MUSTER_TEXT("\\") : MUSTER_TEXT("/"), date);
}

static muster_status suppose(const walk *w, muster_session s, uint8_t mark) {
  return muster_desk_suppose_mark(w->asker->desk, w->subject->pupil, s, mark) ? MUSTER_OK : muster_fail_memory(w->err);
}

static bool absent_at(const walk *w, muster_session s) {
  return w->reg->codes.categories[muster_mark_at(w->reg, w->subject->pupil, s)] & MUSTER_ABSENT;
}

/* The latest absences are attended one by one until the rule is no longer true. */
static muster_status attend_back(const walk *w, muster_distance *out) {
  if (!w->reg->year_count) return MUSTER_OK;
  muster_session first = w->reg->years[0].first_week * MUSTER_LANE;
  for (muster_session s = muster_session_of(w->as_of + 1) - 1; s >= first; s--) {
    if (!absent_at(w, s)) continue;
    MUSTER_TRY(suppose(w, s, attending(w, s)));
    out->sessions++;
    out->date = muster_session_date(s);
    bool truth;
    MUSTER_TRY(is_true(w, w->as_of, &truth));
    if (truth) continue;
    out->known = true;
    return MUSTER_OK;
  }
  return MUSTER_OK;
}

enum { DAYS_A_YEAR = 190 };

/* Open days to come, one after another; MUSTER_NO_DATE after the last of the school year. */
typedef struct days_ahead {
  muster_date day, last;
  int left; /* days, where no calendar says when the year ends */
} days_ahead;

/* Rows of marks end before the week of 1 August; a year without rows has no days to suppose. */
static days_ahead days_from(const walk *w) {
  int year = muster_row_year(w->as_of);
  muster_date year_end = muster_week_monday(muster_year_first_week(year + 1)) - 1;
  muster_date given = muster_calendar_end(w->reg, w->subject->school);
  bool has_rows = false;
  for (size_t y = 0; y < w->reg->year_count; y++) has_rows |= w->reg->years[y].year == year;
  if (!has_rows) return (days_ahead){w->as_of, w->as_of, 0};
  if (given > w->as_of) return (days_ahead){w->as_of, given < year_end ? given : year_end, INT32_MAX};
  muster_range so_far = muster_range_of(muster_date_of(year, 8, 1), w->as_of);
  int open = (int)muster_open_count(&w->reg->schools[w->subject->school].open, so_far) / 2;
  return (days_ahead){w->as_of, year_end, DAYS_A_YEAR - open};
}

static muster_date next_day(const walk *w, days_ahead *days) {
  while (days->left > 0 && days->day < days->last) {
    days->day++;
    if (!muster_open_ahead(w->reg, w->subject->school, days->day, w->as_of)) continue;
    days->left--;
    return days->day;
  }
  return MUSTER_NO_DATE;
}

/* Every session from now on is attended until the rule is no longer true. */
static muster_status attend_on(const walk *w, muster_distance *out) {
  days_ahead days = days_from(w);
  for (muster_date day; (day = next_day(w, &days)) != MUSTER_NO_DATE;) {
    muster_session morning = muster_session_of(day);
    for (muster_session s = morning; s < morning + 2; s++) MUSTER_TRY(suppose(w, s, attending(w, s)));
    out->sessions += 2;
    out->date = day;
    bool truth;
    MUSTER_TRY(is_true(w, day, &truth));
    if (truth) continue;
    out->known = true;
    return MUSTER_OK;
  }
  return MUSTER_OK;
}

/* Sessions from now on are missed with a code, one by one, until the rule is true. */
static muster_status miss_on(const walk *w, muster_text code, muster_distance *out) {
  days_ahead days = days_from(w);
  for (muster_date day; (day = next_day(w, &days)) != MUSTER_NO_DATE;) {
    uint8_t mark = muster_codes_mark(&w->reg->codes, code, day);
    if (!mark) return MUSTER_OK;
    muster_session morning = muster_session_of(day);
    MUSTER_TRY(suppose(w, morning + 1, attending(w, morning + 1)));
    out->date = day;
    for (muster_session s = morning; s < morning + 2; s++) {
      MUSTER_TRY(suppose(w, s, mark));
      out->sessions++;
      MUSTER_TRY(is_true(w, day, &out->known));
      if (out->known) return MUSTER_OK;
    }
  }
  return MUSTER_OK;
}

/* Each walk begins from the register as it is, at the as-of date. */
static void afresh(const walk *w) {
  muster_desk_suppose_nothing(w->asker->desk);
  muster_desk_set_as_of(w->asker->desk, w->as_of);
}

muster_status muster_explain_distance(muster_asker *asker, const muster_subject *subject, muster_date as_of,
                                      muster_explained *out, muster_error *err) {
  walk w = {asker, asker->reg, subject, out->rule, as_of, err};
  muster_distance none = {false, 0, MUSTER_NO_DATE};
  out->attended = out->clears = out->unauthorised = out->illness = none;
  out->has_distance = true;
  afresh(&w);
  muster_status status =
      out->flagged ? attend_back(&w, &out->attended) : miss_on(&w, MUSTER_TEXT("O"), &out->unauthorised);
  afresh(&w);
  if (status == MUSTER_OK)
    status = out->flagged ? attend_on(&w, &out->clears) : miss_on(&w, MUSTER_TEXT("I"), &out->illness);
  afresh(&w);
  return status;
}
