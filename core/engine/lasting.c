/* Stretches of school time: how they are written, when they end, and which days to come are school days.
 * Nothing here looks at a mark or an inferred open day later than the date that is known. */

#include "muster/engine/rule.h"
#include "muster/register/lanes.h"

enum { MOST_DAYS = 400, MOST_WEEKS = 80, INFERRED_HALF_TERM_WEEKS = 7 };

/* ---- reading ---- */

static const struct {
  const char *text;
  int kind;
} untils[] = {{"until half-term end", MUSTER_LASTS_HALF_TERM}, {"until half term end", MUSTER_LASTS_HALF_TERM},
              {"until term end", MUSTER_LASTS_TERM},           {"until year end", MUSTER_LASTS_YEAR},
              {"until school year end", MUSTER_LASTS_YEAR},    {NULL, 0}};

static muster_status not_lasting(muster_text text, muster_error *err) {
  muster_fail(err, MUSTER_PACK, "\"%.*s\" is not a stretch of school time", (int)(text.n > 60 ? 60 : text.n), text.at);
  muster_error_expected(err,
                        "\"3 school days\", \"2 school weeks\", \"until half-term end\", \"until term end\" or "
                        "\"until year end\"");
  return MUSTER_PACK;
}

muster_status muster_lasting_parse(muster_text text, muster_lasting *lasting, muster_error *err) {
  muster_text t = muster_text_trim(text);
  for (size_t i = 0; untils[i].text; i++) {
    if (!muster_text_equal_nocase(t, muster_text_of(untils[i].text))) continue;
    lasting->kind = untils[i].kind;
    lasting->n = 1;
    return MUSTER_OK;
  }
  size_t digits = 0;
  while (digits < t.n && t.at[digits] >= '0' && t.at[digits] <= '9') digits++;
  int64_t n;
  if (!digits || digits == t.n || !muster_text_int((muster_text){t.at, digits}, &n)) return not_lasting(text, err);
  muster_text unit = muster_text_trim((muster_text){t.at + digits, t.n - digits});
  bool days = muster_text_equal_nocase(unit, MUSTER_TEXT("school days")) ||
              muster_text_equal_nocase(unit, MUSTER_TEXT("school day"));
  bool weeks = muster_text_equal_nocase(unit, MUSTER_TEXT("school weeks")) ||
               muster_text_equal_nocase(unit, MUSTER_TEXT("school week"));
  if (!days && !weeks) return not_lasting(text, err);
  if (n > (days ? MOST_DAYS : MOST_WEEKS)) {
    muster_fail(err, MUSTER_PACK, "\"%.*s\" is too long", (int)text.n, text.at);
    muster_error_expected(err, "at most %d school days or %d school weeks", MOST_DAYS, MOST_WEEKS);
    return MUSTER_PACK;
  }
  lasting->kind = days ? MUSTER_LASTS_SCHOOL_DAYS : MUSTER_LASTS_SCHOOL_WEEKS;
  lasting->n = (int)n;
  return MUSTER_OK;
}

/* ---- days to come ---- */

static muster_date last_open_day(const muster_open_days *open) {
  for (int32_t w = open->weeks - 1; w >= 0; w--)
    if (open->lanes[w]) return muster_week_monday(open->first_week + w) + (31 - __builtin_clz(open->lanes[w])) / 2;
  return MUSTER_NO_DATE;
}

static bool lane_open(const muster_open_days *open, muster_date date) {
  int32_t week = muster_week_of(date);
  return muster_open_lane(open, week) >> 2 * (date - muster_week_monday(week)) & 3;
}

muster_date muster_calendar_end(const muster_register *reg, uint32_t school) {
  if (reg->calendar_given) return last_open_day(&reg->schools[school].open);
  if (reg->terms_given && reg->half_term_count) return reg->half_terms[reg->half_term_count - 1].end;
  return MUSTER_NO_DATE;
}

bool muster_open_ahead(const muster_register *reg, uint32_t school, muster_date date, muster_date known) {
  if (date <= known) return lane_open(&reg->schools[school].open, date);
  bool weekday = muster_date_weekday(date) < 5;
  if (date > muster_calendar_end(reg, school)) return weekday;
  if (reg->calendar_given) return lane_open(&reg->schools[school].open, date);
  for (size_t i = 0; i < reg->half_term_count; i++)
    if (reg->half_terms[i].start <= date && date <= reg->half_terms[i].end) return weekday;
  return false;
}

static bool week_open_ahead(const muster_register *reg, uint32_t school, int32_t week, muster_date known) {
  for (muster_date day = muster_week_monday(week), end = day + 7; day < end; day++)
    if (muster_open_ahead(reg, school, day, known)) return true;
  return false;
}

/* ---- ends ---- */

static muster_date days_end(const muster_register *reg, uint32_t school, muster_date from, int n, muster_date known) {
  for (int left = n; left > 0;) left -= muster_open_ahead(reg, school, ++from, known);
  return from;
}

static muster_date weeks_end(const muster_register *reg, uint32_t school, muster_date from, int n, muster_date known) {
  int32_t week = muster_week_of(from);
  int weekday = muster_date_weekday(from);
  for (int left = n; left > 0;) left -= week_open_ahead(reg, school, ++week, known);
  muster_date wanted = muster_week_monday(week) + weekday, end = muster_week_monday(week) + 6, last = wanted;
  for (muster_date day = wanted; day <= end; day++)
    if (muster_open_ahead(reg, school, day, known)) return day;
  while (last >= muster_week_monday(week) && !muster_open_ahead(reg, school, last, known)) last--;
  return last >= muster_week_monday(week) ? last : wanted;
}

/* The end of the half term that runs on `from`, or of its term. */
static muster_date stretch_end(const muster_register *reg, muster_date from, bool whole_term, muster_date known) {
  const muster_half_term *at = muster_half_term_at(reg, from);
  int weeks = INFERRED_HALF_TERM_WEEKS * (whole_term ? 2 : 1);
  if (!at) return muster_week_monday(muster_week_of(from)) + weeks * 7 - 3;
  const muster_half_term *last = at, *end = reg->half_terms + reg->half_term_count;
  muster_date start = at->start;
  if (whole_term) {
    while (last + 1 < end && muster_same_term(last + 1, at)) last++;
    while (at > reg->half_terms && muster_same_term(at - 1, last)) start = (--at)->start;
  }
  bool over = last + 1 < end && last[1].start <= known;
  if (reg->terms_given || over) return last->end > from ? last->end : from;
  muster_date guess = muster_week_monday(muster_week_of(start)) + weeks * 7 - 3;
  return guess > from ? guess : from;
}

static muster_date year_end(const muster_register *reg, muster_date from) {
  int year = muster_date_school_year(from);
  muster_date end = muster_date_of(year + 1, 7, 31);
  if (!reg->terms_given) return end;
  for (size_t i = reg->half_term_count; i-- > 0;) {
    const muster_half_term *h = &reg->half_terms[i];
    if (h->end <= end && muster_date_school_year(h->end) == year) return h->end > from ? h->end : from;
  }
  return end;
}

muster_date muster_lasting_end(const muster_register *reg, uint32_t school, muster_date from, muster_lasting lasting,
                               muster_date known) {
  switch (lasting.kind) {
    case MUSTER_LASTS_SCHOOL_DAYS: return days_end(reg, school, from, lasting.n, known);
    case MUSTER_LASTS_SCHOOL_WEEKS: return weeks_end(reg, school, from, lasting.n, known);
    case MUSTER_LASTS_HALF_TERM: return stretch_end(reg, from, false, known);
    case MUSTER_LASTS_TERM: return stretch_end(reg, from, true, known);
    case MUSTER_LASTS_YEAR: return year_end(reg, from);
    case MUSTER_LASTS_NOT: break;
  }
  return from;
}

/* ---- where a day stands to an end ---- */

static int sign(int n) { return (n > 0) - (n < 0); }

static int open_weeks_between(const muster_open_days *open, muster_date from, muster_date to) {
  int n = 0;
  for (int32_t week = muster_week_of(from) + 1; week <= muster_week_of(to); week++)
    n += (muster_open_lane(open, week) & muster_lane_mask(week, muster_range_of(from, to))) != 0;
  return n;
}

static int open_days_between(const muster_open_days *open, muster_date from, muster_date to) {
  int n = 0;
  for (muster_date day = from + 1; day <= to; day++) n += lane_open(open, day);
  return n;
}

static int stretch_passed(const muster_register *reg, muster_date from, muster_date date, bool whole_term) {
  const muster_half_term *a = muster_half_term_at(reg, from), *b = muster_half_term_at(reg, date);
  if (a == b) return -1;
  return a && whole_term && muster_same_term(a, b) ? -1 : 1;
}

int muster_lasting_passed(const muster_register *reg, uint32_t school, muster_date from, muster_lasting lasting,
                          muster_date date) {
  const muster_open_days *open = &reg->schools[school].open;
  if (date < from) return -1;
  switch (lasting.kind) {
    case MUSTER_LASTS_SCHOOL_DAYS: return sign(open_days_between(open, from, date) - lasting.n);
    case MUSTER_LASTS_SCHOOL_WEEKS: {
      int weeks = open_weeks_between(open, from, date);
      if (weeks != lasting.n) return sign(weeks - lasting.n);
      return sign(date - (lasting.n ? weeks_end(reg, school, from, lasting.n, date) : from));
    }
    case MUSTER_LASTS_HALF_TERM: return stretch_passed(reg, from, date, false);
    case MUSTER_LASTS_TERM: return stretch_passed(reg, from, date, true);
    case MUSTER_LASTS_YEAR: return muster_date_school_year(from) == muster_date_school_year(date) ? -1 : 1;
    case MUSTER_LASTS_NOT: break;
  }
  return sign(date - from);
}
