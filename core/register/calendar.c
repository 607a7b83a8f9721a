/* Walking a calendar of open sessions, and finding half terms in it. */
#include "muster/register/calendar.h"

#include "muster/register/lanes.h"

uint32_t muster_open_count(const muster_open_days *open, muster_range range) {
  uint32_t n = 0;
  for (int32_t w = 0; w < open->weeks; w++)
    n += (uint32_t)__builtin_popcount(open->lanes[w] & muster_lane_mask(open->first_week + w, range));
  return n;
}

/* Outside the calendar Monday to Friday are taken to be open, so that walks always end. */
static bool day_open(const muster_open_days *open, muster_date date) {
  int32_t week = muster_week_of(date), day = date - muster_week_monday(week);
  bool known = week >= open->first_week && week < open->first_week + open->weeks;
  uint16_t lane = known ? open->lanes[week - open->first_week] : MUSTER_WEEKDAYS;
  return lane >> (2 * day) & 3;
}

muster_date muster_open_day_after(const muster_open_days *open, muster_date date, int days) {
  int step = days < 0 ? -1 : 1;
  for (int left = days * step; left > 0;) {
    date += step;
    left -= day_open(open, date);
  }
  return date;
}

int muster_open_days_between(const muster_open_days *open, muster_date from, muster_date to) {
  if (to < from) return -muster_open_days_between(open, to, from);
  int n = 0;
  for (muster_date date = from + 1; date <= to; date++) n += day_open(open, date);
  return n;
}

muster_date muster_school_weeks_back(const muster_open_days *open, muster_date as_of, int n) {
  int32_t week = muster_week_of(as_of), first = week + 1;
  for (int left = n; left > 0 && week >= open->first_week; week--) {
    muster_range seen = {muster_session_of(muster_week_monday(week)), muster_session_of(as_of + 1)};
    if (!(muster_open_lane(open, week) & muster_lane_mask(week, seen))) continue;
    first = week;
    left--;
  }
  return muster_week_monday(first);
}

muster_date muster_school_days_back(const muster_open_days *open, muster_date as_of, int n) {
  muster_date earliest = muster_week_monday(open->first_week), first = as_of + 1;
  for (muster_date date = as_of; n > 0 && date >= earliest; date--)
    if (day_open(open, date)) first = date, n--;
  return first;
}

static muster_term_name term_of(muster_date start) {
  int y, m, d;
  muster_date_civil(start, &y, &m, &d);
  if (m >= 8) return MUSTER_AUTUMN;
  return start <= muster_date_easter(y) ? MUSTER_SPRING : MUSTER_SUMMER;
}

/* Breaks within a term are in the last days of October, the middle of February and the week of the last Monday in May
 * (spring bank holiday): a term of which nothing is known before that begins with its second half term. */
static bool after_the_break(muster_date start) {
  int y, m, d;
  muster_date_civil(start, &y, &m, &d);
  if (m >= 8) return m >= 11 || (m == 10 && d >= 28);
  if (start <= muster_date_easter(y)) return m > 2 || (m == 2 && d >= 15);
  return start >= muster_date_monday(muster_date_of(y, 5, 31));
}

static muster_date first_open(const muster_open_days *open, int32_t week) {
  return muster_week_monday(week) + __builtin_ctz(muster_open_lane(open, week)) / 2;
}

static muster_date last_open(const muster_open_days *open, int32_t week) {
  return muster_week_monday(week) + (31 - __builtin_clz(muster_open_lane(open, week))) / 2;
}

size_t muster_half_terms_infer(const muster_open_days *open, muster_half_term *half_terms, size_t most) {
  size_t n = 0;
  int32_t end = open->first_week + open->weeks;
  for (int32_t week = open->first_week; week < end; week++) {
    if (!muster_open_lane(open, week)) continue;
    int32_t last = week;
    muster_date start = first_open(open, week);
    int year_end = muster_date_school_year(start) + 1;
    int32_t new_year = muster_week_of(muster_date_of(year_end, 1, 7)); /* the first that begins in it */
    while (last + 1 < end && muster_open_lane(open, last + 1) && (week >= new_year || last + 1 < new_year)) last++;
    muster_half_term found = {start, last_open(open, last), muster_date_school_year(start), 0, term_of(start)};
    muster_half_term *before = n ? &half_terms[n - 1] : NULL;
    bool same_term = before && before->year == found.year && before->term == found.term;
    if (same_term && before->half_term == 2 * (int)found.term + 2) {
      before->end = found.end;
    } else if (n < most) {
      found.half_term = 2 * (int)found.term + 1 + (same_term || after_the_break(start));
      half_terms[n++] = found;
    }
    week = last;
  }
  return n;
}
