/* Counting: sums, rates, weeks, weekdays, trend and projection of any subject. A pupil is read off its view; groups and
 * schools are summed over their pupils; units without pupils answer from totals. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <math.h>
#include <string.h>

#include "desk_private.h"

enum { SESSIONS_A_YEAR = 380 }; /* 190 days: The Education (School Day and School Year) (England) Regulations 1999 */

/* ---- sums ---- */

static uint64_t sum_column(muster_desk *desk, const muster_subject *s, int kind, uint32_t window) {
  const muster_column *column = muster_desk_column(desk, s->school, kind, window);
  if (!column) return 0;
  const muster_school *school = &desk->reg->schools[s->school];
  const uint32_t *pupils = desk->reg->by_school + school->first;
  uint64_t sum = 0;
  for (uint32_t i = 0; i < school->count; i++)
    if (s->kind == MUSTER_SUBJECT_SCHOOL || muster_desk_belongs(desk, s, pupils[i])) sum += column->counts[i];
  return sum;
}

static int64_t total_of_kind(const muster_total *total, int kind) {
  switch (kind) {
    case MUSTER_KIND_POSSIBLE: return total->possible;
    case MUSTER_KIND_ABSENT: return total->absent;
    case MUSTER_KIND_AUTHORISED: return total->authorised;
    case MUSTER_KIND_UNAUTHORISED: return total->unauthorised;
    default: return -1;
  }
}

uint64_t muster_desk_count(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, bool *known) {
  if (known) *known = true;
  desk->last_kind = kind;
  if (s->kind == MUSTER_SUBJECT_PUPIL)
    return muster_view_count(muster_desk_view(desk, s), kind, muster_desk_school_range(desk, s->school, window));
  if (!muster_desk_from_totals(desk, s)) return sum_column(desk, s, kind, window);
  muster_total total;
  int64_t n = muster_desk_total(desk, s->school, window, &total) ? total_of_kind(&total, kind) : -1;
  if (known) *known = n >= 0;
  return n >= 0 ? (uint64_t)n : 0;
}

bool muster_desk_rate(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, double *rate) {
  bool known;
  uint64_t possible = muster_desk_count(desk, s, MUSTER_KIND_POSSIBLE, window, &known);
  desk->last_kind = kind;
  if (!known || !possible) return false;
  uint64_t count = muster_desk_count(desk, s, kind, window, &known);
  *rate = (double)count / (double)possible;
  return known;
}

typedef bool (*test)(uint64_t absent, uint64_t possible);

static bool persistent(uint64_t absent, uint64_t possible) { return muster_persistent(absent, possible); }
static bool severe(uint64_t absent, uint64_t possible) { return muster_severe(absent, possible); }

static void count_pupils(muster_desk *desk, const muster_subject *s, uint32_t window, test is, uint64_t *yes,
                         uint64_t *all) {
  *yes = *all = 0;
  if (s->kind == MUSTER_SUBJECT_PUPIL) {
    uint64_t possible = muster_desk_count(desk, s, MUSTER_KIND_POSSIBLE, window, NULL);
    *yes = is(muster_desk_count(desk, s, MUSTER_KIND_ABSENT, window, NULL), possible);
    *all = possible > 0;
    return;
  }
  const muster_column *possible = muster_desk_column(desk, s->school, MUSTER_KIND_POSSIBLE, window);
  const muster_column *absent = possible ? muster_desk_column(desk, s->school, MUSTER_KIND_ABSENT, window) : NULL;
  if (!absent) return;
  const muster_school *school = &desk->reg->schools[s->school];
  for (uint32_t i = 0; i < school->count; i++) {
    if (!muster_desk_belongs(desk, s, desk->reg->by_school[school->first + i])) continue;
    *yes += is(absent->counts[i], possible->counts[i]);
    *all += possible->counts[i] > 0;
  }
}

/* Enrolments of a total, and how many of them are persistent or severe. */
static void count_total(muster_desk *desk, const muster_subject *s, uint32_t window, bool is_severe, uint64_t *yes,
                        uint64_t *all) {
  muster_total total;
  *yes = *all = 0;
  if (!muster_desk_total(desk, s->school, window, &total)) return;
  int64_t n = is_severe ? total.severe : total.persistent;
  if (n < 0 || total.enrolments < 0) return;
  *yes = (uint64_t)n;
  *all = (uint64_t)total.enrolments;
}

void muster_desk_persistent(muster_desk *desk, const muster_subject *s, uint32_t window, uint64_t *yes,
                            uint64_t *pupils) {
  if (muster_desk_from_totals(desk, s)) {
    count_total(desk, s, window, false, yes, pupils);
  } else {
    count_pupils(desk, s, window, persistent, yes, pupils);
  }
}

void muster_desk_severe(muster_desk *desk, const muster_subject *s, uint32_t window, uint64_t *yes, uint64_t *pupils) {
  if (muster_desk_from_totals(desk, s)) {
    count_total(desk, s, window, true, yes, pupils);
  } else {
    count_pupils(desk, s, window, severe, yes, pupils);
  }
}

/* ---- the pupils of a subject, one view after another ---- */

typedef void (*with_view)(void *context, muster_view *view);

static void each_view(muster_desk *desk, const muster_subject *s, with_view with, void *context) {
  if (s->kind == MUSTER_SUBJECT_PUPIL) {
    with(context, muster_desk_view(desk, s));
    return;
  }
  const muster_school *school = &desk->reg->schools[s->school];
  for (uint32_t i = 0; i < school->count; i++) {
    uint32_t pupil = desk->reg->by_school[school->first + i];
    if (!muster_desk_belongs(desk, s, pupil)) continue;
    muster_view *view = muster_desk_pool(desk, pupil);
    if (!view) return;
    with(context, view);
  }
}

static uint16_t lane_of(const uint64_t *bits, const muster_view *view, int32_t week) {
  int32_t lane = week - view->first_week;
  return lane >= 0 && lane < view->weeks ? muster_view_lane(bits, lane) : 0;
}

/* ---- weeks ---- */

typedef struct week_sums {
  muster_week_counts *weeks;
  size_t n;
  muster_range range;
  int kind; /* one kind, into `possible` and `absent` only; or -1 for all */
} week_sums;

static uint32_t in_week(muster_view *view, int kind, int32_t week, muster_range range) {
  return (uint32_t)__builtin_popcount(lane_of(muster_view_bits(view, kind), view, week) &
                                      muster_lane_mask(week, range));
}

static void add_weeks(void *context, muster_view *view) {
  week_sums *sums = context;
  for (size_t i = 0; i < sums->n; i++) {
    muster_week_counts *w = &sums->weeks[i];
    int32_t week = muster_week_of(w->start);
    w->possible += in_week(view, MUSTER_KIND_POSSIBLE, week, sums->range);
    w->absent += in_week(view, sums->kind < 0 ? MUSTER_KIND_ABSENT : sums->kind, week, sums->range);
    if (sums->kind >= 0) continue;
    w->present += in_week(view, MUSTER_KIND_PRESENT, week, sums->range);
    w->authorised += in_week(view, MUSTER_KIND_AUTHORISED, week, sums->range);
    w->unauthorised += in_week(view, MUSTER_KIND_UNAUTHORISED, week, sums->range);
    w->late += in_week(view, MUSTER_KIND_LATE, week, sums->range);
    w->missing += in_week(view, MUSTER_KIND_MISSING, week, sums->range);
  }
}

/* The school weeks of a range, empty, in desk->weeks. */
static bool lay_weeks(muster_desk *desk, uint32_t school, muster_range range, size_t *n) {
  const muster_open_days *open = &desk->reg->schools[school].open;
  *n = 0;
  for (int32_t i = 0; i < open->weeks; i++) {
    int32_t week = open->first_week + i;
    if (!(open->lanes[i] & muster_lane_mask(week, range))) continue;
    if (!MUSTER_GROW(desk->weeks, desk->week_capacity, *n)) return false;
    desk->weeks[(*n)++] = (muster_week_counts){.start = muster_week_monday(week)};
  }
  return true;
}

static bool count_weeks(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, size_t *n) {
  muster_range range = muster_desk_school_range(desk, s->school, window);
  if (!lay_weeks(desk, s->school, range, n)) return false;
  week_sums sums = {desk->weeks, *n, range, kind};
  each_view(desk, s, add_weeks, &sums);
  return true;
}

muster_status muster_desk_weeks(muster_desk *desk, const muster_subject *s, uint32_t window,
                                const muster_week_counts **weeks, size_t *n, muster_error *err) {
  if (!count_weeks(desk, s, -1, window, n)) return muster_fail_memory(err);
  *weeks = desk->weeks;
  return MUSTER_OK;
}

/* ---- weekdays ---- */

typedef struct weekday_sums {
  muster_weekday_counts *out;
  muster_range range;
  int kind;
} weekday_sums;

static void add_lane(uint64_t counts[10], uint16_t lane) {
  for (lane &= MUSTER_WEEKDAYS; lane; lane &= (uint16_t)(lane - 1)) counts[__builtin_ctz(lane)]++;
}

/* Most weeks are whole weeks of possible sessions, so those are counted as such. */
static void add_weekdays(void *context, muster_view *view) {
  weekday_sums *sums = context;
  const uint64_t *kind = muster_view_bits(view, sums->kind), *possible = muster_view_bits(view, MUSTER_KIND_POSSIBLE);
  int32_t first = muster_session_week(sums->range.begin), end = muster_session_week(sums->range.end - 1) + 1;
  if (first < view->first_week) first = view->first_week;
  if (end > view->first_week + view->weeks) end = view->first_week + view->weeks;
  uint64_t whole = 0;
  for (int32_t week = first; week < end; week++) {
    uint16_t mask = muster_lane_mask(week, sums->range) & MUSTER_WEEKDAYS;
    uint16_t k = lane_of(kind, view, week) & mask, p = lane_of(possible, view, week) & mask;
    add_lane(sums->out->count, k);
    if (p == MUSTER_WEEKDAYS) {
      whole++;
    } else {
      add_lane(sums->out->possible, p);
    }
  }
  for (int i = 0; i < 10; i++) sums->out->possible[i] += whole;
}

void muster_desk_weekdays(muster_desk *desk, const muster_subject *s, int kind, uint32_t window,
                          muster_weekday_counts *out) {
  desk->last_kind = kind;
  *out = (muster_weekday_counts){0};
  weekday_sums sums = {out, muster_desk_school_range(desk, s->school, window), kind};
  if (sums.range.begin < sums.range.end) each_view(desk, s, add_weekdays, &sums);
}

/* ---- trend ---- */

enum { MOST_TREND_WEEKS = 1024 };

bool muster_desk_trend(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, muster_trend *out) {
  desk->last_kind = kind;
  size_t n, k = 0;
  if (!count_weeks(desk, s, kind, window, &n)) {
    desk->failed = true;
    return false;
  }
  double x[MOST_TREND_WEEKS], y[MOST_TREND_WEEKS];
  for (size_t i = n > MOST_TREND_WEEKS ? n - MOST_TREND_WEEKS : 0; i < n; i++) {
    const muster_week_counts *w = &desk->weeks[i];
    if (!w->possible) continue;
    x[k] = (double)i;
    y[k++] = (double)w->absent / w->possible;
  }
  if (k < 3) return false;
  double level, slope, var_level, cov, var_slope, squares;
  gsl_fit_linear(x, 1, y, 1, k, &level, &slope, &var_level, &cov, &var_slope, &squares);
  double half = gsl_cdf_tdist_Pinv(0.975, (double)(k - 2)) * sqrt(var_slope > 0 ? var_slope : 0);
  *out = (muster_trend){slope, slope - half, slope + half, k};
  return true;
}

/* ---- projection ---- */

static int count_left(const muster_desk *desk, uint32_t school) {
  muster_date as_of = desk->as_of;
  int year = muster_date_school_year(as_of), left = 0;
  muster_date last = muster_calendar_end(desk->given, school), year_end = muster_date_of(year + 1, 7, 31);
  if (last > as_of) {
    if (last > year_end) last = year_end;
    for (muster_date day = as_of + 1; day <= last; day++)
      left += 2 * muster_open_ahead(desk->given, school, day, as_of);
    return left;
  }
  if (last >= muster_date_of(year + 1, 6, 1)) return 0; /* given to the summer, and over */
  muster_range so_far = muster_range_of(muster_date_of(year, 8, 1), as_of);
  left = SESSIONS_A_YEAR - (int)muster_open_count(&desk->reg->schools[school].open, so_far);
  return left > 0 ? left : 0;
}

static int sessions_left(muster_desk *desk, uint32_t school) {
  if (desk->left_epoch != desk->epoch || desk->left_school != school) {
    desk->left = count_left(desk, school);
    desk->left_epoch = desk->epoch;
    desk->left_school = school;
  }
  return desk->left;
}

static bool project_pupil(muster_desk *desk, muster_view *view, uint32_t school, int kind, int left, double *count,
                          double *possible) {
  muster_range year = muster_desk_school_range(desk, school, MUSTER_WINDOW_OF_YEAR);
  uint32_t so_far = muster_view_count(view, MUSTER_KIND_POSSIBLE, year);
  if (!so_far) return false;
  double all = so_far + (double)left;
  *possible += all;
  *count += muster_view_count(view, kind, year) * (all / so_far);
  return true;
}

bool muster_desk_projected(muster_desk *desk, const muster_subject *s, int kind, double *count, double *possible) {
  desk->last_kind = kind;
  *count = *possible = 0;
  if (muster_desk_from_totals(desk, s)) return false;
  int left = sessions_left(desk, s->school);
  if (s->kind == MUSTER_SUBJECT_PUPIL)
    return project_pupil(desk, muster_desk_view(desk, s), s->school, kind, left, count, possible);
  const muster_school *school = &desk->reg->schools[s->school];
  bool any = false;
  for (uint32_t i = 0; i < school->count; i++) {
    uint32_t pupil = desk->reg->by_school[school->first + i];
    if (!muster_desk_belongs(desk, s, pupil) || !muster_on_roll(&desk->reg->pupils[pupil], desk->as_of)) continue;
    muster_view *view = muster_desk_pool(desk, pupil);
    if (!view) return false;
    any |= project_pupil(desk, view, s->school, kind, left, count, possible);
  }
  return any;
}
