/* The weekly page's picture: is the gap closing. */
#include <math.h>

#include "holidays.h"
#include "html.h"
#include "weekly_page.h"

/* A group's lines: rate and 95% interval between pupils, in per cent, of each week. */
typedef struct group_lines {
  double *rate, *lo, *hi;
} group_lines;

static bool fill_lines(const writing *w, bool disadvantaged, muster_arena *arena, group_lines *lines) {
  size_t n = w->weekly.week_count;
  lines->rate = muster_arena_alloc(arena, n * sizeof *lines->rate);
  lines->lo = muster_arena_alloc(arena, n * sizeof *lines->lo);
  lines->hi = muster_arena_alloc(arena, n * sizeof *lines->hi);
  if (!lines->rate || !lines->lo || !lines->hi) return false;
  for (size_t k = 0; k < n; k++) {
    muster_week_sum sum = muster_weekly_all(&w->weekly, k);
    const muster_week_part *part = disadvantaged ? &sum.yes : &sum.no;
    double rate = part->possible ? (double)part->absent / (double)part->possible : NAN;
    double count = (double)part->pupils, mean = part->pupils ? part->rate_sum / count : NAN;
    double error = part->pupils > 1 ? sqrt(fmax(0, part->rate_square_sum / count - mean * mean) / (count - 1)) : NAN;
    bool shown = !page_hides_count(w, sum.yes.pupils) && !page_hides_count(w, sum.no.pupils);
    lines->rate[k] = shown ? 100 * rate : NAN;
    lines->lo[k] = shown ? 100 * fmax(0, rate - 1.96 * error) : NAN;
    lines->hi[k] = shown ? 100 * (rate + 1.96 * error) : NAN;
  }
  return true;
}

static const char *title_of(const writing *w, muster_arena *arena) {
  double yes, no;
  page_year_rates(w, &yes, &no);
  double ratio = no > 0 ? yes / no : NAN;
  if (ratio > 1.15)
    return muster_arena_printf(arena, "Disadvantaged pupils miss %.1f times as much school as others", ratio);
  if (ratio < 1 / 1.15) return "Disadvantaged pupils miss less school than others";
  return "Disadvantaged pupils miss about as much school as others";
}

static muster_status put_lines(writing *w, muster_arena *arena, muster_error *err) {
  enum { HOLIDAYS = 8 };
  size_t n = w->weekly.week_count;
  group_lines yes, no;
  muster_date *weeks = muster_arena_alloc(arena, n * sizeof *weeks);
  const char *title = title_of(w, arena);
  if (!weeks || !title || !fill_lines(w, true, arena, &yes) || !fill_lines(w, false, arena, &no))
    return muster_fail_memory(err);
  for (size_t k = 0; k < n; k++) weeks[k] = muster_week_monday(w->weekly.weeks[k].week);
  muster_recipe_days holidays[HOLIDAYS];
  const muster_recipe_group groups[] = {
      {"Disadvantaged pupils", MUSTER_COLOUR_ACCENT, yes.rate, yes.lo, yes.hi},
      {"Other pupils", MUSTER_COLOUR_BASE, no.rate, no.lo, no.hi},
  };
  muster_recipe_lines in = {
      .words = {.title = title,
                .subtitle = "Absence, % of possible sessions, by the week. Shaded: 95% interval between pupils. Grey: "
                            "school holidays.",
                .source = "Source: school registers. Weeks still change while codes N are resolved."},
      .unit = "%",
      .measure = "Weekly absence",
      .dates = weeks,
      .date_count = n,
      .groups = groups,
      .group_count = 2,
      .reference = NAN,
      .holidays = holidays,
      .holiday_count = holidays_between(w->reg, weeks[0], w->as_of, holidays, HOLIDAYS)};
  muster_chart chart;
  muster_status status = muster_recipe_draw_lines(&chart, &in, err);
  if (status == MUSTER_OK) status = html_figure(w->out, &chart, "weekly", err);
  muster_chart_free(&chart);
  return status;
}

muster_status page_put_picture(writing *w, muster_error *err) {
  double yes, no;
  page_year_rates(w, &yes, &no);
  if (!w->has_fsm || w->weekly.week_count < 2) return MUSTER_OK;
  muster_buf_puts(w->out, "<h2>Disadvantaged pupils</h2>\n");
  if (isnan(yes) || isnan(no)) {
    muster_buf_puts(w->out,
                    "<p class=\"quiet\">Their weeks are not shown: there are few of them, or few others.</p>\n");
    w->small.hidden++;
    return MUSTER_OK;
  }
  muster_arena arena = {0};
  muster_status status = put_lines(w, &arena, err);
  muster_arena_free(&arena);
  return status;
}
