/* From a register to the charts that compare days and schools. */
#include <math.h>
#include <stdio.h>

#include "muster/report/pictures.h"

/* Schools with fewer pupils say more about a pupil than about a school. */
enum { LEAST_PUPILS = 10 };

static muster_range year_to_date(muster_date as_of) {
  return muster_range_of(muster_date_of(muster_date_school_year(as_of), 8, 1), as_of);
}

static const char *source_of(muster_arena *arena, size_t pupils, size_t left_out) {
  char count[32];
  if (pupils >= 1000)
    snprintf(count, sizeof count, "%zu,%03zu", pupils / 1000, pupils % 1000);
  else
    snprintf(count, sizeof count, "%zu", pupils);
  const char *start = muster_arena_printf(arena, "Source: school registers, %s pupil%s, school year to date.", count,
                                          pupils == 1 ? "" : "s");
  if (!left_out || !start) return start;
  return muster_arena_printf(arena, "%s Not shown: %zu school%s with fewer than %d pupils.", start, left_out,
                             left_out == 1 ? "" : "s", LEAST_PUPILS);
}

/* ---- days ---- */

/* Absence of all the pupils on each Monday to Friday, in per cent; NaN where nothing was possible. */
static muster_status fill_days(const muster_register *reg, const uint32_t *pupils, size_t n, muster_date as_of,
                               const muster_date *dates, size_t count, muster_arena *arena, double **values,
                               muster_error *err) {
  uint64_t *possible = muster_arena_alloc(arena, count * sizeof *possible),
           *absent = muster_arena_alloc(arena, count * sizeof *absent);
  *values = muster_arena_alloc(arena, count * sizeof **values);
  if (!possible || !absent || !*values) return muster_fail_memory(err);
  muster_view view = {0};
  MUSTER_TRY(muster_view_open(&view, reg, NULL, 0, err));
  for (size_t i = 0; i < n; i++) {
    muster_view_set(&view, pupils[i], as_of);
    for (size_t d = 0; d < count; d++) {
      muster_range day = muster_range_of(dates[d], dates[d]);
      possible[d] += muster_view_count(&view, MUSTER_KIND_POSSIBLE, day);
      absent[d] += muster_view_count(&view, MUSTER_KIND_ABSENT, day);
    }
  }
  muster_view_close(&view);
  for (size_t d = 0; d < count; d++) (*values)[d] = possible[d] ? 100.0 * (double)absent[d] / (double)possible[d] : NAN;
  return MUSTER_OK;
}

muster_status muster_picture_calendar(muster_chart *chart, const muster_register *reg, const uint32_t *pupils, size_t n,
                                      muster_date as_of, const char *subject, muster_arena *arena, muster_error *err) {
  if (!n) return muster_fail(err, MUSTER_DATA, "there is no pupil to draw");
  muster_date first = muster_date_monday(muster_date_of(muster_date_school_year(as_of), 9, 1));
  muster_date *dates = muster_arena_alloc(arena, (size_t)(as_of - first + 8) * sizeof *dates);
  size_t count = 0;
  if (!dates) return muster_fail_memory(err);
  for (muster_date week = first; week <= as_of; week += 7)
    for (int day = 0; day < 5; day++) dates[count++] = week + day;
  muster_recipe_calendar_group group = {.name = subject};
  double *values;
  MUSTER_TRY(fill_days(reg, pupils, n, as_of, dates, count, arena, &values, err));
  group.value = values;
  muster_recipe_calendar in = {.words = {.subject = subject, .source = source_of(arena, n, 0)},
                               .dates = dates,
                               .date_count = count,
                               .groups = &group,
                               .group_count = 1};
  return in.words.source ? muster_recipe_draw_calendar(chart, &in, err) : muster_fail_memory(err);
}

/* ---- schools ---- */

typedef struct school_count {
  double pupils, persistent, bands[5]; /* bands as those of the recipe */
} school_count;

/* Attendance bands by whole numbers: half missed or more, a fifth, a tenth, more than a twentieth, less. A tenth missed
 * is persistently absent, so it is below 90%. */
static int band_of(const muster_tally *t) {
  uint64_t absent = muster_tally_absent(t);
  return 2 * absent >= t->possible    ? 0
         : 5 * absent >= t->possible  ? 1
         : 10 * absent >= t->possible ? 2
         : 20 * absent > t->possible  ? 3
                                      : 4;
}

/* Of each school of the register. */
static muster_status count_schools(const muster_register *reg, const uint32_t *pupils, size_t n, muster_date as_of,
                                   muster_arena *arena, school_count **counts, muster_error *err) {
  *counts = muster_arena_alloc(arena, (reg->school_count + 1) * sizeof **counts);
  if (!*counts) return muster_fail_memory(err);
  muster_view view = {0};
  MUSTER_TRY(muster_view_open(&view, reg, NULL, 0, err));
  for (size_t i = 0; i < n; i++) {
    muster_view_set(&view, pupils[i], as_of);
    muster_tally t = muster_view_tally(&view, year_to_date(as_of));
    if (!t.possible) continue;
    school_count *of = &(*counts)[reg->pupils[pupils[i]].school];
    of->pupils++;
    of->persistent += muster_persistent(muster_tally_absent(&t), t.possible);
    of->bands[band_of(&t)]++;
  }
  muster_view_close(&view);
  return MUSTER_OK;
}

static const char *name_of(const muster_register *reg, uint32_t school) { return muster_school_name(reg, school).at; }

static muster_status no_school(muster_error *err) {
  muster_fail(err, MUSTER_DATA, "there is no school to draw");
  muster_error_expected(err, "a school with at least %d pupils on roll that have possible sessions", LEAST_PUPILS);
  return MUSTER_DATA;
}

muster_status muster_picture_funnel(muster_chart *chart, const muster_register *reg, const uint32_t *pupils, size_t n,
                                    muster_date as_of, muster_arena *arena, muster_error *err) {
  school_count *counts;
  MUSTER_TRY(count_schools(reg, pupils, n, as_of, arena, &counts, err));
  muster_recipe_funnel_school *schools = muster_arena_alloc(arena, (reg->school_count + 1) * sizeof *schools);
  if (!schools) return muster_fail_memory(err);
  size_t kept = 0, left_out = 0;
  for (uint32_t s = 0; s < reg->school_count; s++) {
    if (counts[s].pupils >= LEAST_PUPILS)
      schools[kept++] = (muster_recipe_funnel_school){name_of(reg, s), counts[s].pupils, counts[s].persistent, true};
    else
      left_out += counts[s].pupils > 0;
  }
  if (!kept) return no_school(err);
  muster_recipe_funnel in = {
      .words = {.source = source_of(arena, n, left_out)}, .schools = schools, .count = kept, .expected = NAN};
  return in.words.source ? muster_recipe_draw_funnel(chart, &in, NULL, err) : muster_fail_memory(err);
}

muster_status muster_picture_bands(muster_chart *chart, const muster_register *reg, const uint32_t *pupils, size_t n,
                                   muster_date as_of, muster_arena *arena, muster_error *err) {
  school_count *counts;
  MUSTER_TRY(count_schools(reg, pupils, n, as_of, arena, &counts, err));
  muster_recipe_band_row *rows = muster_arena_alloc(arena, (reg->school_count + 1) * sizeof *rows);
  if (!rows) return muster_fail_memory(err);
  muster_recipe_band_row all = {.name = "All schools", .total = true};
  size_t kept = 0, left_out = 0;
  for (uint32_t s = 0; s < reg->school_count; s++) {
    if (counts[s].pupils < LEAST_PUPILS) {
      left_out += counts[s].pupils > 0;
      continue;
    }
    rows[kept].name = name_of(reg, s);
    for (int b = 0; b < 5; b++) rows[kept].pupils[b] = counts[s].bands[b], all.pupils[b] += counts[s].bands[b];
    kept++;
  }
  if (!kept) return no_school(err);
  if (kept > 1) rows[kept++] = all;
  muster_recipe_bands in = {.words = {.source = source_of(arena, n, left_out)}, .rows = rows, .count = kept};
  return in.words.source ? muster_recipe_draw_bands(chart, &in, err) : muster_fail_memory(err);
}
