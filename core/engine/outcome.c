/* Outcomes, and the day each was settled. */
#include "outcome.h"

#include "muster/register/lanes.h"

enum { TEN = 10, TEN_WEEKS = 10 };

static const char *const names[] = {"persistent", "severe", "ten-sessions-next-half-term", "unauthorised-10", NULL};

const char *muster_outcome_text(muster_outcome outcome) { return names[outcome]; }

/* The same letters, whatever the case and the hyphens: "unauthorised10" is "unauthorised-10". */
static bool same_name(muster_text text, const char *name) {
  size_t i = 0;
  for (;; i++, name++) {
    while (i < text.n && text.at[i] == '-') i++;
    while (*name == '-') name++;
    if (i >= text.n || !*name) return i >= text.n && !*name;
    if (!muster_text_equal_nocase((muster_text){text.at + i, 1}, (muster_text){name, 1})) return false;
  }
}

muster_status muster_outcome_parse(muster_text text, muster_outcome *outcome, muster_error *err) {
  for (int i = 0; names[i]; i++) {
    if (!same_name(text, names[i])) continue;
    *outcome = (muster_outcome)i;
    return MUSTER_OK;
  }
  muster_fail(err, MUSTER_USAGE, "\"%.*s\" is not an outcome", (int)(text.n > 60 ? 60 : text.n), text.at);
  muster_error_expected(err, "persistent, severe, ten-sessions-next-half-term or unauthorised-10");
  return MUSTER_USAGE;
}

bool muster_every_parse(muster_text text, muster_every *every) {
  static const char *const texts[] = {"week", "day", "half-term", "half term"};
  for (int i = 0; i < 4; i++) {
    if (!muster_text_equal_nocase(text, muster_text_of(texts[i]))) continue;
    *every = i < 2 ? (muster_every)i : MUSTER_EVERY_HALF_TERM;
    return true;
  }
  return false;
}

/* ---- cases ---- */

static muster_status half_term_cases(const muster_register *reg, muster_date first, muster_date last,
                                     muster_cases *cases, muster_error *err) {
  const muster_half_term *before = NULL;
  for (size_t i = 0; i < reg->half_term_count; i++) {
    const muster_half_term *h = &reg->half_terms[i];
    if (h->start < first || h->start > last) continue;
    if (before && cases->count < MUSTER_MOST_CASES)
      cases->at[cases->count++] = (muster_case){before->start, h->start - 1, muster_range_of(h->start, h->end)};
    before = h;
  }
  if (cases->count) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "the school year has no two half terms");
  muster_error_todo(err, "choose another outcome, or give terms.csv");
  return MUSTER_DATA;
}

muster_status muster_cases_of(const muster_register *reg, muster_outcome outcome, int year, muster_cases *cases,
                              muster_error *err) {
  muster_date first = muster_date_of(year, 8, 1), last = muster_date_of(year + 1, 7, 31);
  *cases = (muster_cases){.outcome = outcome};
  if (outcome == MUSTER_OUTCOME_TEN_NEXT_HALF_TERM) return half_term_cases(reg, first, last, cases, err);
  cases->at[cases->count++] = (muster_case){first, last, muster_range_of(first, last)};
  return MUSTER_OK;
}

/* ---- the day an outcome was settled ---- */

/* The day of the n-th session of a kind in a range; MUSTER_NO_DATE when there are fewer. */
static muster_date day_of_nth(muster_view *view, int kind, muster_range range, uint64_t n) {
  const uint64_t *bits = muster_view_bits(view, kind);
  uint64_t seen = 0;
  for (int32_t lane = 0; n && lane < view->weeks; lane++) {
    uint16_t in = muster_view_lane(bits, lane) & muster_lane_mask(view->first_week + lane, range);
    uint64_t here = (uint64_t)__builtin_popcount(in);
    if (seen + here < n) {
      seen += here;
      continue;
    }
    for (; seen + 1 < n; seen++) in &= (uint16_t)(in - 1);
    return muster_week_monday(view->first_week + lane) + __builtin_ctz(in) / 2;
  }
  return MUSTER_NO_DATE;
}

/* The first day on which ten unauthorised sessions lie in the ten school weeks up to it. */
static muster_date day_of_ten_unauthorised(muster_view *view, muster_range range) {
  const muster_register *reg = view->reg;
  const muster_open_days *open = &reg->schools[reg->pupils[view->pupil].school].open;
  const uint64_t *bits = muster_view_bits(view, MUSTER_KIND_UNAUTHORISED);
  for (int32_t lane = 0; lane < view->weeks; lane++) {
    int32_t week = view->first_week + lane;
    uint16_t in = muster_view_lane(bits, lane) & muster_lane_mask(week, range);
    for (int day = 0; day < 7; day++) {
      if (!(in >> 2 * day & 3)) continue; /* it can only come true on a day with such a session */
      muster_date date = muster_week_monday(week) + day;
      muster_date from = muster_school_weeks_back(open, date, TEN_WEEKS);
      if (muster_view_count(view, MUSTER_KIND_UNAUTHORISED, muster_range_of(from, date)) >= TEN) return date;
    }
  }
  return MUSTER_NO_DATE;
}

bool muster_case_counts(const muster_cases *cases, size_t k, muster_view *view, muster_date *settled) {
  muster_range about = cases->at[k].about;
  uint64_t possible = muster_view_count(view, MUSTER_KIND_POSSIBLE, about);
  *settled = MUSTER_NO_DATE;
  if (!possible) return false;
  switch (cases->outcome) {
    case MUSTER_OUTCOME_PERSISTENT: *settled = day_of_nth(view, MUSTER_KIND_ABSENT, about, (possible + 9) / 10); break;
    case MUSTER_OUTCOME_SEVERE: *settled = day_of_nth(view, MUSTER_KIND_ABSENT, about, (possible + 1) / 2); break;
    case MUSTER_OUTCOME_TEN_NEXT_HALF_TERM: *settled = day_of_nth(view, MUSTER_KIND_ABSENT, about, TEN); break;
    case MUSTER_OUTCOME_UNAUTHORISED_10: *settled = day_of_ten_unauthorised(view, about); break;
  }
  return true;
}
