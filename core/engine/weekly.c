/* Weeks: each school is summed by one thread into its own lines, so the sums do not depend on the number of threads. */
#include "muster/engine/weekly.h"

#include <string.h>

#include "muster/register/lanes.h"

typedef struct job {
  const muster_register *reg;
  const muster_attribute *attribute;
  muster_date as_of;
  muster_weekly *out;
  muster_view *views;
} job;

static void add(muster_week_part *into, const muster_week_part *part) {
  into->possible += part->possible;
  into->absent += part->absent;
  into->unauthorised += part->unauthorised;
  into->pupils += part->pupils;
  into->rate_sum += part->rate_sum;
  into->rate_square_sum += part->rate_square_sum;
}

static muster_status sum_school(void *context, unsigned worker, size_t s, muster_error *err) {
  (void)err;
  job *j = context;
  const muster_register *reg = j->reg;
  muster_view *view = &j->views[worker];
  muster_week_sum *weeks = j->out->weeks + s * j->out->week_count;
  for (uint32_t k = 0; k < reg->schools[s].count; k++) {
    uint32_t pupil = reg->by_school[reg->schools[s].first + k];
    bool yes = muster_text_is_true(muster_attribute_value(reg, j->attribute, pupil));
    muster_view_set(view, pupil, j->as_of);
    const uint64_t *possible = muster_view_bits(view, MUSTER_KIND_POSSIBLE),
                   *absent = muster_view_bits(view, MUSTER_KIND_ABSENT);
    const uint64_t *unauthorised = muster_view_bits(view, MUSTER_KIND_UNAUTHORISED);
    for (size_t w = 0; w < j->out->week_count; w++) {
      int32_t lane = weeks[w].week - view->first_week;
      if (lane < 0 || lane >= view->weeks) continue;
      unsigned of = (unsigned)__builtin_popcount(muster_view_lane(possible, lane)),
               missed = (unsigned)__builtin_popcount(muster_view_lane(absent, lane));
      if (!of) continue;
      double rate = (double)missed / of;
      muster_week_part one = {of, missed, (uint64_t)__builtin_popcount(muster_view_lane(unauthorised, lane)),
                              1,  rate,   rate * rate};
      add(yes ? &weeks[w].yes : &weeks[w].no, &one);
    }
  }
  return MUSTER_OK;
}

/* Weeks of the school year in which any school was open up to the date. */
static size_t weeks_in_use(const muster_register *reg, muster_date as_of, int32_t *weeks) {
  muster_date first = muster_date_of(muster_date_school_year(as_of), 8, 1);
  muster_range range = muster_range_of(first, as_of);
  size_t n = 0;
  for (int32_t week = muster_week_of(first); week <= muster_week_of(as_of); week++) {
    bool open = false;
    for (size_t s = 0; s < reg->school_count && !open; s++)
      open = muster_open_lane(&reg->schools[s].open, week) & muster_lane_mask(week, range);
    if (open) weeks[n++] = week;
  }
  return n;
}

muster_status muster_weekly_sum(const muster_register *reg, const char *attribute, muster_date as_of, unsigned jobs,
                                muster_weekly *out, muster_error *err) {
  int32_t weeks[60];
  *out = (muster_weekly){.school_count = reg->school_count, .week_count = weeks_in_use(reg, as_of, weeks)};
  if (!jobs) jobs = 1;
  job j = {reg, muster_attribute_find(&reg->pupil_attributes, attribute), as_of, out,
           muster_alloc(jobs, sizeof *j.views)};
  out->weeks = muster_alloc(out->school_count * out->week_count + 1, sizeof *out->weeks);
  muster_status status = j.views && out->weeks ? MUSTER_OK : muster_fail_memory(err);
  for (size_t i = 0; status == MUSTER_OK && i < out->school_count * out->week_count; i++)
    out->weeks[i].week = weeks[i % out->week_count];
  unsigned opened = 0;
  while (status == MUSTER_OK && opened < jobs) status = muster_view_open(&j.views[opened++], reg, NULL, 0, err);
  if (status == MUSTER_OK) status = muster_parallel(jobs, reg->school_count, sum_school, &j, err);
  for (unsigned i = 0; i < opened; i++) muster_view_close(&j.views[i]);
  muster_free(j.views);
  if (status != MUSTER_OK) muster_weekly_free(out);
  return status;
}

void muster_weekly_free(muster_weekly *weekly) {
  muster_free(weekly->weeks);
  *weekly = (muster_weekly){0};
}

muster_week_sum muster_weekly_all(const muster_weekly *weekly, size_t k) {
  muster_week_sum all = weekly->weeks[k];
  for (size_t s = 1; s < weekly->school_count; s++) {
    const muster_week_sum *w = &weekly->weeks[s * weekly->week_count + k];
    add(&all.yes, &w->yes);
    add(&all.no, &w->no);
  }
  return all;
}
