/* School weeks, half terms, terms and years of a register as the times of a panel. */
#include <stdio.h>
#include <string.h>

#include "register_panel.h"

/* First and last open day of any school within [from, to]; false when there is none. */
static bool open_span(const register_panel *p, muster_date from, muster_date to, muster_date *first,
                      muster_date *last) {
  *first = *last = MUSTER_NO_DATE;
  if (from < p->from) from = p->from;
  if (to > p->to) to = p->to;
  for (muster_date day = from; day <= to; day++)
    for (size_t s = 0; s < p->reg->school_count; s++) {
      muster_session morning = muster_session_of(day);
      if (!muster_is_open(&p->reg->schools[s].open, morning) && !muster_is_open(&p->reg->schools[s].open, morning + 1))
        continue;
      if (*first == MUSTER_NO_DATE) *first = day;
      *last = day;
      break;
    }
  return *first != MUSTER_NO_DATE;
}

static int half_term_of(const muster_register *reg, muster_date first, muster_date last) {
  const muster_half_term *a = muster_half_term_at(reg, first), *b = muster_half_term_at(reg, last);
  return a && a == b ? a->half_term : 0;
}

static muster_status add(register_panel *p, size_t *capacity, muster_date from, muster_date to, double time,
                         const char *name, muster_error *err) {
  muster_study_data *d = p->d;
  muster_study_period period = {.time = time};
  if (!open_span(p, from, to, &period.from, &period.to)) return MUSTER_OK;
  if (!MUSTER_GROW(d->period, *capacity, d->n_periods)) return muster_fail_memory(err);
  if (time == 0) period.time = (double)d->n_periods + 1;
  period.half_term = half_term_of(p->reg, period.from, period.to);
  if (name)
    snprintf(period.name, sizeof period.name, "%s", name);
  else
    muster_date_format(muster_date_monday(period.from), period.name);
  d->period[d->n_periods++] = period;
  return MUSTER_OK;
}

static const char *year_name(int year, char out[12]) {
  snprintf(out, 12, "%d/%02d", year, (year + 1) % 100);
  return out;
}

static muster_status add_half_terms(register_panel *p, bool terms, muster_error *err) {
  size_t capacity = 0, n = p->reg->half_term_count;
  const muster_half_term *all = p->reg->half_terms;
  char year[12], name[24];
  for (size_t i = 0; i < n;) {
    size_t j = i + 1;
    while (terms && j < n && all[j].year == all[i].year && all[j].term == all[i].term) j++;
    year_name(all[i].year, year);
    if (terms)
      snprintf(name, sizeof name, "%s %s", year, muster_term_text(all[i].term));
    else
      snprintf(name, sizeof name, "%s HT%d", year, all[i].half_term);
    MUSTER_TRY(add(p, &capacity, all[i].start, all[j - 1].end, 0, name, err));
    i = j;
  }
  return MUSTER_OK;
}

static muster_status add_weeks(register_panel *p, muster_error *err) {
  size_t capacity = 0;
  for (muster_date monday = muster_date_monday(p->from); monday <= p->to; monday += 7)
    MUSTER_TRY(add(p, &capacity, monday, monday + 6, 0, NULL, err));
  return MUSTER_OK;
}

static muster_status add_years(register_panel *p, muster_error *err) {
  size_t capacity = 0;
  char name[12];
  for (int year = muster_date_school_year(p->from); year <= muster_date_school_year(p->to); year++)
    MUSTER_TRY(add(p, &capacity, muster_date_of(year, 8, 1), muster_date_of(year + 1, 7, 31), year,
                   year_name(year, name), err));
  return MUSTER_OK;
}

muster_status register_periods(register_panel *p, muster_error *err) {
  static const char *const names[] = {"school week", "half term", "term", "school year"};
  size_t every = muster_part_choice(p->panel, "every");
  p->d->time_name = names[every];
  if (every == 0)
    MUSTER_TRY(add_weeks(p, err));
  else if (every == 3)
    MUSTER_TRY(add_years(p, err));
  else
    MUSTER_TRY(add_half_terms(p, every == 2, err));
  if (p->d->n_periods) return MUSTER_OK;
  char from[MUSTER_DATE_TEXT], to[MUSTER_DATE_TEXT];
  muster_fail(err, MUSTER_DATA, "no school was open from %s to %s", muster_date_format(p->from, from),
              muster_date_format(p->to, to));
  muster_error_todo(err, "look at from and to of the panel, and at the calendar of the data");
  return MUSTER_DATA;
}
