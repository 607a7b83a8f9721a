/* Ends and ticks of an axis. Numbers: steps of 1, 2 or 5 times a power of ten (the rule of d3-array's ticks). Dates: a
 * ladder from days to school years; months are intervals, ticked at their boundary and labelled in their middle. */
#include <math.h>
#include <string.h>

#include "axis.h"
#include "words.h"

static double step_of(double span, int count) {
  double raw = span / (count > 0 ? count : 1), power = pow(10, floor(log10(raw))), error = raw / power;
  if (error >= sqrt(50)) return power * 10;
  if (error >= sqrt(10)) return power * 5;
  if (error >= sqrt(2)) return power * 2;
  return power;
}

static bool is_rate(const axis *a) { return a->spec->unit && strcmp(a->spec->unit, "%") == 0; }

/* @return the step of the ticks */
static double number_domain(axis *a, int count) {
  const muster_chart_scale *spec = a->spec;
  bool fixed_lo = !isnan(spec->from), fixed_hi = !isnan(spec->to);
  if (!a->used) a->lo = 0, a->hi = 1;
  if (fixed_lo) a->lo = spec->from;
  if (fixed_hi) a->hi = spec->to;
  if (!fixed_lo && a->lo > 0 && (a->zero_based || (a->vertical && a->lo <= a->hi * 0.5))) a->lo = 0, fixed_lo = true;
  if (!fixed_hi && a->hi < 0 && a->zero_based) a->hi = 0, fixed_hi = true;
  double least = a->vertical && is_rate(a) && !a->spec->sign ? 5 : 0; /* so that noise is not blown up */
  double smallest = 1e-9 * fmax(fabs(a->lo), fabs(a->hi));            /* of a span that steps can divide */
  if (!(a->hi - a->lo > fmax(least, smallest)) && !(fixed_lo && fixed_hi)) {
    double missing = least - (a->hi - a->lo);
    if (missing <= 0 || least == 0) missing = fabs(a->hi) > 1e-300 ? fabs(a->hi) * 0.2 : 1;
    if (fixed_lo || (is_rate(a) && a->lo - missing / 2 < 0 && a->lo >= 0)) {
      if (!fixed_lo) a->lo = 0;
      a->hi += missing;
    } else if (fixed_hi) {
      a->lo -= missing;
    } else {
      a->lo -= missing / 2, a->hi += missing / 2;
    }
  }
  if (!(a->hi - a->lo > smallest)) a->hi = a->lo + fmax(1, fabs(a->lo) * 1e-3);
  double step = step_of(a->hi - a->lo, count);
  if (spec->integer && step < 1) step = 1;
  bool zero_at_end = a->lo == 0;
  double snap = a->vertical || !spec->time ? step : 0;
  if (spec->integer && !a->vertical) { /* counted steps: room of a little more than half a step at either end */
    if (!fixed_lo) a->lo -= 0.6;
    if (!fixed_hi) a->hi += 0.6;
    return step;
  }
  if (!fixed_lo && snap > 0) a->lo = floor(a->lo / snap * (1 + 1e-12)) * snap;
  if (!fixed_hi && snap > 0) {
    double room = a->vertical && zero_at_end ? (a->hi - a->lo) * 0.02 : 0;
    double unit = a->vertical ? snap / 2 : snap, nice = ceil((a->hi + room) / unit * (1 - 1e-12)) * unit;
    bool wasteful = a->continuous && nice - a->hi > 0.04 * (a->hi - a->lo);
    a->hi = wasteful ? a->hi + fmin(a->step, 0.02 * (a->hi - a->lo)) : nice;
  }
  return step;
}

static bool add_tick(axis *a, double value, double label_at, const char *label, const char *second) {
  if (a->tick_count < TICKS_MAX) a->ticks[a->tick_count++] = (tick){value, label_at, label, second};
  return label != NULL;
}

static bool number_ticks(axis *a, double step, muster_arena *arena) {
  a->decimals = !isnan(a->spec->decimals) ? (int)fmin(fmax(a->spec->decimals, 0), 9)
                                          : (int)fmin(fmax(ceil(-log10(step) - 1e-9), 0), 9);
  double first = ceil(a->lo / step - 1e-9), last = floor(a->hi / step + 1e-9);
  if (!(last - first < TICKS_MAX)) return true; /* a span beyond what numbers can step through */
  bool failed = false;
  int steps = (int)(last - first);
  for (int i = 0; i <= steps; i++) {
    double value = (first + i) * step + 0.0;
    muster_buf text;
    muster_buf_init(&text, 64);
    put_number(&text, value, value == 0 ? 0 : a->decimals, a->spec->sign);
    if (i == steps && a->spec->unit && strlen(a->spec->unit) < 8) muster_buf_puts(&text, a->spec->unit);
    if (!add_tick(a, value, value, say(arena, &failed, &text), NULL)) return false;
  }
  return !failed;
}

static muster_date month_start(muster_date date, int add) {
  int year, month, day;
  muster_date_civil(date, &year, &month, &day);
  month += add;
  while (month > 12) month -= 12, year++;
  return muster_date_of(year, month, 1);
}

static bool month_ticks(axis *a, muster_arena *arena) {
  muster_date lo = (muster_date)floor(a->lo), hi = (muster_date)ceil(a->hi);
  bool failed = false, first = true;
  for (muster_date m = month_start(lo, 0); m <= hi; m = month_start(m, 1)) {
    muster_date next = month_start(m, 1);
    double from = m < a->lo ? a->lo : m, to = next > a->hi ? a->hi : next;
    int year, month, day;
    muster_date_civil(m, &year, &month, &day);
    if (to <= from) continue;
    bool narrow = to - from < 10; /* too little of a month to name it */
    if (narrow && m < a->lo) continue;
    const char *label = narrow ? "" : sayf(arena, &failed, "%.3s", muster_month_name(month));
    const char *second = !narrow && (first || month == 1) ? sayf(arena, &failed, "%d", year) : NULL;
    if (!narrow) first = false;
    if (!add_tick(a, from, (from + to) / 2, label, second)) return false;
  }
  return !failed;
}

static bool day_ticks(axis *a, int every, muster_arena *arena) {
  muster_date lo = (muster_date)ceil(a->lo), hi = (muster_date)floor(a->hi);
  if (every == 7) lo = muster_date_monday(lo + 6);
  bool failed = false;
  for (muster_date d = lo; d <= hi; d += every) {
    if (every == 1 && muster_date_weekday(d) > 4) continue;
    muster_buf text;
    muster_buf_init(&text, 64);
    put_date(&text, d, false);
    if (!add_tick(a, d, d, say(arena, &failed, &text), NULL)) return false;
  }
  return !failed;
}

static bool year_ticks(axis *a, muster_arena *arena) {
  int first = muster_date_school_year((muster_date)a->lo), last = muster_date_school_year((muster_date)a->hi);
  int every = (last - first) / 12 + 1;
  bool failed = false;
  for (int y = first; y <= last; y += every) {
    double from = muster_date_of(y, 9, 1), to = muster_date_of(y + 1, 9, 1);
    if (from < a->lo) from = a->lo;
    if (to > a->hi) to = a->hi;
    if (to - from < 60) continue;
    if (!add_tick(a, from, (from + to) / 2, sayf(arena, &failed, "%d/%02d", y, (y + 1) % 100), NULL)) return false;
  }
  return !failed;
}

static void date_domain(axis *a) {
  const muster_date least = muster_date_of(1900, 1, 1), most = muster_date_of(2199, 12, 31);
  bool fixed_lo = !isnan(a->spec->from), fixed_hi = !isnan(a->spec->to);
  if (!a->used) a->lo = muster_date_of(2025, 9, 1), a->hi = a->lo + 7; /* no data: any week */
  if (fixed_lo) a->lo = a->spec->from;
  if (fixed_hi) a->hi = a->spec->to;
  if (!(a->lo >= least)) a->lo = least;
  if (!(a->lo <= most - 1)) a->lo = most - 1;
  if (!(a->hi <= most)) a->hi = most;
  if (!(a->hi > a->lo)) a->hi = a->lo + 1;
  if (a->kind == AXIS_WEEKS) {
    a->lo = muster_date_monday((muster_date)a->lo) - 3.5;
    a->hi = muster_date_monday((muster_date)a->hi) + 3.5;
    return;
  }
  double span = a->hi - a->lo;
  double step = a->step > 0 && a->step < span / 4 ? a->step : span * 0.02;
  if (!fixed_lo && span > 70) {
    muster_date start = month_start((muster_date)a->lo, 0);
    a->lo = a->lo - start < 12 ? fmin(start, a->lo - step * 0.4) : a->lo - step * 0.6;
  } else if (!fixed_lo) {
    a->lo -= step * 0.6;
  }
  if (!fixed_hi) a->hi += step;
}

static bool school_ticks(axis *a, muster_arena *arena) {
  bool failed = false, first = true;
  double days = (double)a->day_count;
  bool weeks = days <= 60 && a->hi - a->lo <= 80;
  int before = -1;
  for (size_t i = 0; i < a->day_count; i++) {
    int year, month, day;
    muster_date date = (muster_date)a->days[i];
    muster_date_civil(date, &year, &month, &day);
    int key = weeks ? (int)muster_date_monday(date) : month;
    if (key == before) continue;
    before = key;
    size_t end = i + 1;
    for (; end < a->day_count; end++) {
      int y, m, d;
      muster_date_civil((muster_date)a->days[end], &y, &m, &d);
      if ((weeks ? (int)muster_date_monday((muster_date)a->days[end]) : m) != key) break;
    }
    muster_buf text;
    muster_buf_init(&text, 64);
    if (weeks)
      put_date(&text, date, false);
    else
      muster_buf_printf(&text, "%.3s", muster_month_name(month));
    const char *second = !weeks && (first || month == 1) ? sayf(arena, &failed, "%d", year) : NULL;
    double middle = (a->days[i] + a->days[end - 1]) / 2;
    if (!add_tick(a, a->days[i], weeks ? a->days[i] : middle, say(arena, &failed, &text), second)) return false;
    first = false;
  }
  return !failed;
}

static bool week_ticks(axis *a, muster_arena *arena) { /* a month's label stands over the week of its first Monday */
  bool failed = false;
  int before = 0;
  for (double week = a->lo + 3.5; week < a->hi; week += 7) {
    int year, month, day;
    muster_date_civil((muster_date)week + (before ? 0 : 4), &year, &month, &day);
    if (month != before) {
      const char *second = before == 0 || month == 1 ? sayf(arena, &failed, "%d", year) : NULL;
      if (!add_tick(a, week, week, sayf(arena, &failed, "%.3s", muster_month_name(month)), second)) return false;
    }
    before = month;
  }
  return !failed;
}

bool axis_ticks(axis *a, int count, muster_arena *arena) {
  a->tick_count = 0;
  switch (a->kind) {
    case AXIS_NAMES: return true;
    case AXIS_NUMBER: return number_ticks(a, number_domain(a, count), arena);
    case AXIS_SCHOOL:
    case AXIS_WEEKS:
    case AXIS_DATE: break;
  }
  if (a->kind == AXIS_SCHOOL && a->day_count) return school_ticks(a, arena);
  date_domain(a);
  if (a->kind == AXIS_WEEKS) return week_ticks(a, arena);
  double span = a->hi - a->lo;
  if (span <= 21) return day_ticks(a, 1, arena);
  if (span <= 80) return day_ticks(a, 7, arena);
  if (span <= 430) return month_ticks(a, arena);
  return year_ticks(a, arena);
}
