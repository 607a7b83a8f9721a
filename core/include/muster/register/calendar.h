/* muster/register/calendar.h - sessions as numbers, school weeks, terms and half terms.
 *
 * A session is one number: 16 to a week (Monday AM = 0, Monday PM = 1, ... Sunday PM = 13, two unused), counted from
 * Monday 5 January 1970. So a date, a week and a session turn into each other by arithmetic, weekends need no special
 * case, and a week of any bitmap is one 16-bit lane. */
#ifndef MUSTER_REGISTER_CALENDAR_H
#define MUSTER_REGISTER_CALENDAR_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

typedef int32_t muster_session;

enum { MUSTER_LANE = 16 };      /* sessions a week on the session axis */
#define MUSTER_WEEKDAYS 0x03FFu /* the Monday to Friday bits of a lane */

static inline int32_t muster_week_of(muster_date date) {
  int32_t shifted = date - 4; /* 5 January 1970 was a Monday */
  return shifted >= 0 ? shifted / 7 : -((6 - shifted) / 7);
}

static inline muster_date muster_week_monday(int32_t week) { return week * 7 + 4; }

/** Session number of a date's morning; its afternoon is one more. */
static inline muster_session muster_session_of(muster_date date) {
  int32_t week = muster_week_of(date);
  return week * MUSTER_LANE + (date - muster_week_monday(week)) * 2;
}

static inline int32_t muster_session_week(muster_session s) {
  return s >= 0 ? s / MUSTER_LANE : -((MUSTER_LANE - 1 - s) / MUSTER_LANE);
}

static inline muster_date muster_session_date(muster_session s) {
  int32_t week = muster_session_week(s);
  return muster_week_monday(week) + (s - week * MUSTER_LANE) / 2;
}

/** A half-open range of sessions. Empty when begin >= end. */
typedef struct muster_range {
  muster_session begin, end;
} muster_range;

/** All sessions from the first to the last date, both inclusive. */
static inline muster_range muster_range_of(muster_date first, muster_date last) {
  return (muster_range){muster_session_of(first), muster_session_of(last + 1)};
}

/** The date of the last session of a range that is not empty. A range that ends with a Sunday ends after the two unused
 * numbers of its week, which belong to no date. */
static inline muster_date muster_range_last(muster_range range) {
  int32_t week = muster_session_week(range.end - 1), slot = range.end - 1 - week * MUSTER_LANE;
  return muster_week_monday(week) + (slot < 14 ? slot / 2 : 6);
}

typedef enum muster_term_name { MUSTER_AUTUMN, MUSTER_SPRING, MUSTER_SUMMER } muster_term_name;

/** One half term. `half_term` is 1 to 6 within the school year, `year` the calendar year of its September. */
typedef struct muster_half_term {
  muster_date start, end; /* both inclusive */
  int year, half_term;
  muster_term_name term;
} muster_half_term;

static inline bool muster_same_term(const muster_half_term *a, const muster_half_term *b) {
  return a->year == b->year && a->term == b->term;
}

/** A lane bitmap of open sessions over weeks first .. first+weeks-1. */
typedef struct muster_open_days {
  int32_t first_week, weeks;
  uint16_t *lanes;
} muster_open_days;

static inline uint16_t muster_open_lane(const muster_open_days *open, int32_t week) {
  int32_t i = week - open->first_week;
  return i >= 0 && i < open->weeks ? open->lanes[i] : 0;
}

static inline bool muster_is_open(const muster_open_days *open, muster_session s) {
  int32_t week = muster_session_week(s);
  return muster_open_lane(open, week) >> (s - week * MUSTER_LANE) & 1;
}

/** Open sessions in a range. */
uint32_t muster_open_count(const muster_open_days *open, muster_range range);

/** The date `days` open days after `date` (days >= 0; 0 gives `date`), or before it (days < 0).
 * Where the calendar ends, Monday to Friday are taken to be open, so that a due date always exists. */
muster_date muster_open_day_after(const muster_open_days *open, muster_date date, int days);

/** Open days from `from` (exclusive) to `to` (inclusive); negative when `to` is earlier. */
int muster_open_days_between(const muster_open_days *open, muster_date from, muster_date to);

/** First date of the school weeks that make up the last `n` school weeks up to `as_of`. A school week is a week with at
 * least one open session; the week of `as_of` counts as soon as one of its open sessions is reached. */
muster_date muster_school_weeks_back(const muster_open_days *open, muster_date as_of, int n);

/** First of the last `n` open days up to and including `as_of`. */
muster_date muster_school_days_back(const muster_open_days *open, muster_date as_of, int n);

/** Half terms found in a calendar: a school week is one with open days, and a whole week without any ends a half term.
 * Terms follow the census windows: autumn to 31 December, spring to Easter Sunday, then summer (Department for
 * Education, methodology of the absence statistics). A third stretch within a term is joined to its second.
 * @param[out] half_terms  room for `most`  @return how many */
size_t muster_half_terms_infer(const muster_open_days *open, muster_half_term *half_terms, size_t most);

MUSTER_END_DECLS
#endif
