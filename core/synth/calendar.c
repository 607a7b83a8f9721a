/* Term dates as English authorities set them, bank holidays, and what each school adds: INSET days and one closure. */
#include "calendar.h"

#include <string.h>

enum { YEAR_FIRST = 2000, YEAR_LAST = 2198, TERM_DAYS = 195 };

/* First such weekday (0 = Monday) on or after a date. */
static muster_date weekday_from(muster_date date, int weekday) {
  return date + (weekday - muster_date_weekday(date) + 7) % 7;
}

/* The spring bank holiday was moved for three jubilees, the early May one for two anniversaries. */
static muster_date spring_bank_holiday(int year) {
  switch (year) {
    case 2002: return muster_date_of(2002, 6, 4);
    case 2012: return muster_date_of(2012, 6, 4);
    case 2022: return muster_date_of(2022, 6, 2);
    default: return weekday_from(muster_date_of(year, 5, 25), 0);
  }
}

static muster_date may_day(int year) {
  return year == 2020 ? muster_date_of(2020, 5, 8) : weekday_from(muster_date_of(year, 5, 1), 0);
}

static bool one_off(int year, int month, int day) {
  static const int dates[][3] = {{2002, 6, 3}, {2011, 4, 29}, {2012, 6, 5}, {2022, 6, 3}, {2022, 9, 19}, {2023, 5, 8}};
  for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
    if (dates[i][0] == year && dates[i][1] == month && dates[i][2] == day) return true;
  return false;
}

bool muster_synth_bank_holiday(muster_date date) {
  int year, month, day, weekday = muster_date_weekday(date);
  muster_date_civil(date, &year, &month, &day);
  if (weekday > 4) return false;
  muster_date easter = muster_date_easter(year);
  if (date == easter - 2 || date == easter + 1 || date == may_day(year) || date == spring_bank_holiday(year))
    return true;
  if (date == weekday_from(muster_date_of(year, 8, 25), 0) || one_off(year, month, day)) return true;
  if (month == 1) return day == 1 || (weekday == 0 && day <= 3); /* a weekend's New Year moves to Monday */
  if (month != 12) return false;
  return day == 25 || day == 26 || (day == 27 && weekday <= 1) || (day == 28 && weekday <= 1);
}

static muster_date school_day(muster_date date, int step) {
  while (muster_date_weekday(date) > 4 || muster_synth_bank_holiday(date)) date += step;
  return date;
}

static int school_days(muster_date first, muster_date last) {
  int n = 0;
  for (muster_date d = first; d <= last; d++) n += muster_date_weekday(d) <= 4 && !muster_synth_bank_holiday(d);
  return n;
}

/* Two weeks, and the days that a bank holiday adds to them. */
static void easter_break(int year, muster_date *first, muster_date *last) {
  muster_date easter = muster_date_easter(year), monday;
  if (easter <= muster_date_of(year, 4, 2))
    monday = easter + 1;
  else if (easter <= muster_date_of(year, 4, 16))
    monday = easter - 6;
  else
    monday = easter - 13;
  *first = monday;
  *last = monday + 13;
}

bool muster_synth_terms(int year, muster_synth_half_term out[MUSTER_SYNTH_HALF_TERMS]) {
  if (year < YEAR_FIRST || year > YEAR_LAST) return false;
  static const char *const terms[] = {"Autumn", "Autumn", "Spring", "Spring", "Summer", "Summer"};
  static const char *const names[] = {"HT1", "HT2", "HT3", "HT4", "HT5", "HT6"};
  muster_date september = muster_date_of(year, 9, 1), october = weekday_from(muster_date_of(year, 10, 22), 0);
  muster_date february = weekday_from(muster_date_of(year + 1, 2, 12), 0);
  muster_date whit = muster_date_monday(spring_bank_holiday(year + 1)), away, back;
  muster_date christmas = weekday_from(muster_date_of(year, 12, 16), 4); /* the last Friday */
  easter_break(year + 1, &away, &back);
  muster_date firsts[] = {muster_date_weekday(september) <= 3 ? september : weekday_from(september, 0),
                          october + 7,
                          christmas + 17,
                          february + 7,
                          back + 1,
                          whit + 7};
  muster_date lasts[] = {october - 3, christmas, february - 3, away - 1, whit - 3, 0};
  int days = 0;
  for (int h = 0; h < MUSTER_SYNTH_HALF_TERMS; h++) {
    out[h] = (muster_synth_half_term){terms[h], names[h], school_day(firsts[h], 1), 0};
    if (h < MUSTER_SYNTH_HALF_TERMS - 1) {
      out[h].last = school_day(lasts[h], -1);
      days += school_days(out[h].first, out[h].last);
      continue;
    }
    for (out[h].last = out[h].first; days + school_days(out[h].first, out[h].last) < TERM_DAYS;) out[h].last++;
  }
  return true;
}

/* Eid al-Fitr and Eid al-Adha by the tabular Islamic calendar (civil epoch), a day either side of the sighting. */
static muster_date islamic(int year, int month, int day) {
  return day + (59 * (month - 1) + 1) / 2 + (year - 1) * 354 + (3 + 11 * year) / 30 - 492149;
}

static void find_festivals(synth_calendar *c) {
  int from, m, d;
  muster_date_civil(c->days[0].date, &from, &m, &d);
  int year = (from - 622) * 33 / 32; /* near enough to look around it */
  for (int y = year - 1; y <= year + 3; y++)
    for (int k = 0; k < 2; k++) {
      muster_date feast = k ? islamic(y, 12, 10) : islamic(y, 10, 1);
      for (size_t i = 0; i < c->open_count && c->festivals < 4; i++)
        if (c->open[i] == feast) c->festival[c->festivals++] = (uint16_t)i;
    }
}

static muster_synth_day *nth_of(synth_calendar *c, const muster_synth_half_term *h, int nth) {
  muster_synth_day *last = NULL;
  for (size_t i = 0; i < c->day_count; i++) {
    if (c->days[i].date < h->first || c->days[i].date > h->last || c->days[i].kind != MUSTER_SYNTH_OPEN) continue;
    last = &c->days[i];
    if (nth-- == 0) return last;
  }
  return last;
}

static void inset(synth_calendar *c, const muster_synth_half_term *h, int nth) {
  enum { LAST = 1000 };
  muster_synth_day *day = nth_of(c, h, nth < 0 ? LAST : nth);
  if (day) day->kind = MUSTER_SYNTH_INSET;
}

void synth_calendar_make(const muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS], synth_random *r,
                         synth_calendar *out) {
  memset(out, 0, sizeof *out);
  for (int h = 0; h < MUSTER_SYNTH_HALF_TERMS; h++)
    for (muster_date d = terms[h].first; d <= terms[h].last; d++)
      if (muster_date_weekday(d) <= 4 && out->day_count < SYNTH_DAYS_MOST)
        out->days[out->day_count++] =
            (muster_synth_day){d, muster_synth_bank_holiday(d) ? MUSTER_SYNTH_CLOSED : MUSTER_SYNTH_OPEN};
  inset(out, &terms[0], 0);
  if (synth_chance(r, 0.5))
    inset(out, &terms[0], 0); /* the second day, now that the first is taken */
  else
    inset(out, &terms[1], 0);
  inset(out, &terms[2], 0);
  switch (synth_below(r, 3)) {
    case 0: inset(out, &terms[3], 0); break;
    case 1: inset(out, &terms[4], 0); break;
    default: inset(out, &terms[2], -1); break;
  }
  inset(out, &terms[5], synth_chance(r, 0.5) ? -1 : 0);
  /* one closure, boiler or snow, on a winter day */
  const muster_synth_half_term *winter = &terms[1 + synth_below(r, 3)];
  muster_synth_day *closed = nth_of(out, winter, (int)synth_between(r, 5, 20));
  if (closed) closed->kind = MUSTER_SYNTH_CLOSED;
  int year, m, d;
  muster_date_civil(terms[2].first, &year, &m, &d);
  muster_date census = weekday_from(muster_date_of(year, 1, 15), 3);
  for (size_t i = 0; i < out->day_count; i++) {
    if (out->days[i].kind != MUSTER_SYNTH_OPEN) continue;
    int h = 0;
    while (out->days[i].date > terms[h].last) h++;
    if (out->days[i].date < census) out->census = (uint16_t)(out->open_count + 1);
    out->half_term[out->open_count] = (uint8_t)h;
    out->open[out->open_count++] = out->days[i].date;
    out->end_open[h] = (uint16_t)out->open_count;
  }
  for (int h = 1; h < MUSTER_SYNTH_HALF_TERMS; h++) out->first_open[h] = out->end_open[h - 1];
  find_festivals(out);
}
