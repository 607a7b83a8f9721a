/* Cumulative absence against the threshold: who has used up the year's allowance, and who will. */
#include "recipe_util.h"

typedef struct standing {
  double total, projected;
  enum { OTHER, ON_COURSE, OVER } is;
} standing;

static const char *const standing_names[] = {"other", "on course", "over"};

/* The axis ends where the threshold stays in sight: projections of the most absent leave the picture, and are counted.
 */
enum { THRESHOLDS_HIGH = 4 };

/* A subject that fits into the title: "Year 8". */
enum { SHORT_SUBJECT = 12 };

/* What the words and the axis are made from. */
typedef struct summary {
  size_t count[3], beyond; /* beyond: projections that leave the picture */
  double mean[3], top;     /* mean: of the projections, as far as they are in the picture */
  const char *month;       /* in which the year ends */
} summary;

static standing standing_of(const muster_recipe_cumulative *in, size_t p) {
  standing s = {0, 0, OTHER};
  for (size_t d = 0; d < in->day_count; d++)
    if (in->missed[p][d] > 0) s.total += in->missed[p][d];
  s.projected = in->day_count ? s.total * (double)(in->day_count + in->days_left) / (double)in->day_count : s.total;
  s.is = s.total >= in->threshold ? OVER : s.projected >= in->threshold ? ON_COURSE : OTHER;
  return s;
}

/* A line a pupil who is over or on course, a projection each; band and median of the rest. */
static muster_status add_lines(muster_chart *chart, const muster_recipe_cumulative *in, const standing *all, int which,
                               double width, double alpha, muster_error *err) {
  size_t pupils = 0;
  for (size_t p = 0; p < in->pupil_count; p++) pupils += (int)all[p].is == which;
  if (!pupils || !in->day_count) return MUSTER_OK;
  muster_chart_frame *lines = muster_chart_frame_new(chart, pupils * in->day_count, "date missed", "pupil standing");
  muster_chart_frame *ahead = muster_chart_frame_new(chart, pupils * 2, "date missed", "pupil standing");
  RECIPE_FRAME(chart, lines, err);
  RECIPE_FRAME(chart, ahead, err);
  double *date = muster_chart_numbers(lines, "date"), *missed = muster_chart_numbers(lines, "missed");
  double *later = muster_chart_numbers(ahead, "date"), *then = muster_chart_numbers(ahead, "missed");
  const char **pupil = muster_chart_texts(lines, "pupil"), **is = muster_chart_texts(lines, "standing");
  const char **who = muster_chart_texts(ahead, "pupil"), **as = muster_chart_texts(ahead, "standing");
  size_t row = 0, k = 0;
  for (size_t p = 0; p < in->pupil_count; p++) {
    if ((int)all[p].is != which) continue;
    const char *name = SAY(chart, "%zu", p);
    double sum = 0;
    for (size_t d = 0; d < in->day_count; d++, row++) {
      if (in->missed[p][d] > 0) sum += in->missed[p][d];
      date[row] = in->days[d], missed[row] = sum, pupil[row] = name, is[row] = standing_names[which];
    }
    later[k] = in->days[in->day_count - 1], then[k] = sum, who[k] = name, as[k] = standing_names[which], k++;
    later[k] = in->year_end, then[k] = all[p].projected, who[k] = name, as[k] = standing_names[which], k++;
  }
  muster_chart_layer *step = muster_chart_add(chart, MUSTER_MARK_STEP),
                     *dots = muster_chart_add(chart, MUSTER_MARK_LINE);
  step->data = lines, dots->data = ahead;
  muster_chart_layer *const both[] = {step, dots};
  for (int i = 0; i < 2; i++) {
    muster_chart_bind(both[i], MUSTER_CHANNEL_X, "date");
    muster_chart_bind(both[i], MUSTER_CHANNEL_Y, "missed");
    muster_chart_bind(both[i], MUSTER_CHANNEL_BY, "standing");
    muster_chart_bind(both[i], MUSTER_CHANNEL_GROUP, "pupil");
    both[i]->hidden_key = true;
  }
  step->width = width, step->alpha = alpha;
  dots->width = 1.7, dots->alpha = 0.9;
  dots->dash_count = 2, dots->dash[0] = 3, dots->dash[1] = 5;
  return recipe_end(chart, err);
}

static muster_status add_others(muster_chart *chart, const muster_recipe_cumulative *in, const standing *all, size_t n,
                                double top, muster_error *err) {
  if (!n || !in->day_count) return MUSTER_OK;
  muster_chart_frame *rest = muster_chart_frame_new(chart, 2 * in->day_count, "date low middle high", "");
  RECIPE_FRAME(chart, rest, err);
  double *date = muster_chart_numbers(rest, "date"), *low = muster_chart_numbers(rest, "low");
  double *middle = muster_chart_numbers(rest, "middle"), *high = muster_chart_numbers(rest, "high");
  double *sums = muster_alloc(in->pupil_count, sizeof *sums), *now = muster_alloc(n, sizeof *now);
  for (size_t d = 0; sums && now && d < in->day_count; d++) {
    size_t k = 0;
    for (size_t p = 0; p < in->pupil_count; p++) {
      if (in->missed[p][d] > 0) sums[p] += in->missed[p][d];
      if (all[p].is == OTHER) now[k++] = sums[p];
    }
    double at[3] = {recipe_quantile(now, k, 0.1), recipe_quantile(now, k, 0.5), recipe_quantile(now, k, 0.9)};
    size_t to = 2 * d + 1, from = 2 * d, before = d ? from - 1 : to; /* a step: flat until the day, then up */
    date[from] = date[to] = in->days[d];
    low[to] = at[0], middle[to] = at[1], high[to] = at[2];
    low[from] = low[before], middle[from] = middle[before], high[from] = high[before];
  }
  bool good = sums && now;
  muster_free(sums);
  muster_free(now);
  if (!good) return muster_fail_memory(err);
  muster_chart_layer *band = muster_chart_add(chart, MUSTER_MARK_RIBBON),
                     *line = muster_chart_add(chart, MUSTER_MARK_LINE);
  band->data = line->data = rest;
  muster_chart_bind(band, MUSTER_CHANNEL_X, "date");
  muster_chart_bind(band, MUSTER_CHANNEL_LO, "low");
  muster_chart_bind(band, MUSTER_CHANNEL_HI, "high");
  band->colour = MUSTER_COLOUR_CONTEXT, band->alpha = 0.3;
  muster_chart_bind(line, MUSTER_CHANNEL_X, "date");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "middle");
  line->colour = MUSTER_COLOUR_QUIET, line->width = 2.2, line->alpha = 0.85;
  double at = fmax(middle[2 * in->day_count - 1], 0.05 * top); /* clear of the axis */
  muster_chart_layer *text =
      recipe_text(chart, in->days[in->day_count - 1], at, SAY(chart, "%zu other pupil%s", n, n == 1 ? "" : "s"));
  text->colour = MUSTER_COLOUR_QUIET;
  text->place = MUSTER_PLACE_RIGHT;
  return recipe_end(chart, err);
}

static void add_end(muster_chart *chart, double at, const char *label, muster_colour colour) {
  muster_chart_layer *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  muster_chart_bind_number(text, MUSTER_CHANNEL_Y, at);
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, label);
  text->at = MUSTER_AT_END;
  text->colour = colour;
  text->bold = true;
}

static void title_of(muster_chart *chart, const muster_recipe_cumulative *in, const summary *sum) {
  const char *subject = in->words.subject;
  muster_buf text;
  recipe_buf(&text);
  put_count(&text, sum->count[OVER], true);
  if (subject && strlen(subject) <= SHORT_SUBJECT) muster_buf_printf(&text, " %s", subject);
  muster_buf_printf(&text, " pupil%s already missed enough to be persistently absent all year",
                    sum->count[OVER] == 1 ? " has" : "s have");
  chart->title = recipe_say(chart, &text);
}

static void subtitle_of(muster_chart *chart, const muster_recipe_cumulative *in, const summary *sum) {
  const char *subject = in->words.subject;
  muster_buf text;
  recipe_buf(&text);
  if (subject && strlen(subject) > SHORT_SUBJECT) muster_buf_printf(&text, "%s, ", subject);
  muster_buf_puts(&text, "sessions missed to ");
  put_date(&text, in->days[in->day_count - 1], true);
  muster_buf_printf(&text, ". {third:Already over %g}, {accent:on course to pass %g by %s}", in->threshold,
                    in->threshold, sum->month);
  chart->subtitle = recipe_capital(chart, recipe_say(chart, &text));
}

/* How to read it, behind where it is from. */
static void source_of(muster_chart *chart, const muster_recipe_cumulative *in, const summary *sum) {
  muster_buf text;
  recipe_buf(&text);
  if (in->possible > 0)
    muster_buf_printf(&text, "%g sessions: a tenth of the year's %g. ", in->threshold, in->possible);
  muster_buf_printf(&text, "Dotted: same rate to %s", sum->month);
  if (sum->beyond) muster_buf_printf(&text, "; %zu end%s above the picture", sum->beyond, sum->beyond == 1 ? "s" : "");
  muster_buf_putc(&text, '.');
  if (sum->count[OTHER] > 1) muster_buf_puts(&text, " Grey: median and middle 80%.");
  recipe_source(chart, recipe_say(chart, &text));
}

static void write_words(muster_chart *chart, const muster_recipe_cumulative *in, const summary *sum) {
  if (!chart->title) title_of(chart, in, sum);
  if (!chart->subtitle && in->day_count) subtitle_of(chart, in, sum);
  source_of(chart, in, sum);
  chart->alt = SAY(chart,
                   "Step chart of sessions missed by each of %zu pupils this year against the %g sessions that make a "
                   "pupil persistently absent. "
                   "%zu have passed them, %zu are on course to by the end of the year, %zu are not.",
                   in->pupil_count, in->threshold, sum->count[OVER], sum->count[ON_COURSE], sum->count[OTHER]);
}

static summary summarise(const muster_recipe_cumulative *in, standing *all) {
  summary sum = {.top = in->threshold};
  double furthest = 0, most = 0;
  for (size_t p = 0; p < in->pupil_count; p++) {
    all[p] = standing_of(in, p);
    sum.count[all[p].is]++;
    most = fmax(most, all[p].total);
    furthest = fmax(furthest, all[p].projected);
  }
  sum.top = fmax(fmax(most, in->threshold) * 1.1, fmin(furthest, THRESHOLDS_HIGH * in->threshold));
  for (size_t p = 0; p < in->pupil_count; p++) {
    sum.mean[all[p].is] += fmin(all[p].projected, sum.top) / (double)sum.count[all[p].is];
    sum.beyond += all[p].projected > sum.top;
  }
  int year, month, day;
  muster_date_civil(in->year_end, &year, &month, &day);
  sum.month = muster_month_name(month);
  return sum;
}

static void add_today(muster_chart *chart, muster_date last) {
  muster_chart_layer *today = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_buf text;
  recipe_buf(&text);
  put_date(&text, last, false);
  muster_chart_bind_number(today, MUSTER_CHANNEL_X, last);
  muster_chart_bind(today, MUSTER_CHANNEL_LABEL, recipe_say(chart, &text));
  today->dash_count = 2, today->dash[0] = 9, today->dash[1] = 6;
  today->place = MUSTER_PLACE_LEFT;
}

/* The labels stand right of the plot: within it, lines cross the threshold everywhere. */
static void add_threshold(muster_chart *chart, double threshold) {
  muster_chart_layer *rule = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(rule, MUSTER_CHANNEL_Y, threshold);
  rule->width = 2.6;
  add_end(chart, threshold, SAY(chart, "%g: persistently absent", threshold), MUSTER_COLOUR_INK);
}

muster_status muster_recipe_draw_cumulative(muster_chart *chart, const muster_recipe_cumulative *in,
                                            muster_error *err) {
  recipe_begin(chart, &in->words);
  standing *all = muster_arena_alloc(&chart->arena, (in->pupil_count + 1) * sizeof *all);
  if (!all) return muster_fail_memory(err);
  summary sum = summarise(in, all);
  recipe_holidays(chart, in->holidays, in->holiday_count);
  MUSTER_TRY(add_others(chart, in, all, sum.count[OTHER], sum.top, err));
  MUSTER_TRY(add_lines(chart, in, all, ON_COURSE, 1.7, 0.85, err));
  MUSTER_TRY(add_lines(chart, in, all, OVER, 2.8, 1, err));
  if (in->day_count) add_today(chart, in->days[in->day_count - 1]);
  if (sum.count[OVER])
    add_end(chart, sum.mean[OVER], SAY(chart, "%zu already over", sum.count[OVER]), MUSTER_COLOUR_THIRD);
  if (sum.count[ON_COURSE])
    add_end(chart, sum.mean[ON_COURSE],
            SAY(chart, "%zu on course to pass %g by %s", sum.count[ON_COURSE], in->threshold, sum.month),
            MUSTER_COLOUR_ACCENT);
  add_threshold(chart, in->threshold);
  muster_chart_colour(chart, "over", MUSTER_COLOUR_THIRD);
  muster_chart_colour(chart, "on course", MUSTER_COLOUR_ACCENT);
  chart->x.time = MUSTER_TIME_CALENDAR;
  chart->x.from = in->year_start;
  chart->x.to = in->year_end + 4;
  chart->y.from = 0;
  chart->y.to = sum.top;
  chart->y.integer = true;
  chart->y.label = "Sessions missed so far";
  chart->noun = "Step chart";
  write_words(chart, in, &sum);
  return recipe_end(chart, err);
}
