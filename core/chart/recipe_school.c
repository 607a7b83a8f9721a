/* Charts of schools over time: lines with intervals, calendars, small multiples. */
#include <stdlib.h>

#include "recipe_util.h"

static double mean_of(const double *values, size_t n) {
  double sum = 0, known = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(values[i])) sum += values[i], known++;
  return known > 0 ? sum / known : NAN;
}

/* ---- lines ---- */

static void lines_words(muster_chart *chart, const muster_recipe_lines *in) {
  const char *measure = in->measure ? in->measure : "Rate", *unit = in->unit ? in->unit : "";
  muster_buf text;
  recipe_buf(&text);
  if (in->group_count == 2) {
    double a = mean_of(in->groups[0].value, in->date_count), b = mean_of(in->groups[1].value, in->date_count);
    const char *high = in->groups[a >= b ? 0 : 1].name, *low = in->groups[a >= b ? 1 : 0].name;
    double ratio = fmin(a, b) > 0 ? fmax(a, b) / fmin(a, b) : NAN;
    muster_buf_printf(&text, "%s: ", measure);
    if (ratio > 1.15)
      muster_buf_printf(&text, "%s %s times %s", high, recipe_number(chart, ratio, 1, false), low);
    else
      muster_buf_printf(&text, "%s and %s are close", high, low);
  } else if (in->group_count == 1) {
    double mean = mean_of(in->groups[0].value, in->date_count);
    muster_buf_printf(&text, "%s of %s averaged %s%s", measure, in->groups[0].name,
                      recipe_number(chart, mean, 1, false), unit);
  } else {
    muster_buf_printf(&text, "%s by group", measure);
  }
  const char *finding = recipe_capital(chart, recipe_say(chart, &text));
  if (!chart->title) chart->title = finding;
  bool intervals = false;
  for (size_t g = 0; g < in->group_count; g++) intervals = intervals || in->groups[g].lo;
  if (!chart->subtitle)
    chart->subtitle =
        SAY(chart, "%s%s%s%s%s", measure, *unit ? ", " : "", unit, intervals ? ". Shaded: 95% confidence interval" : "",
            in->holiday_count ? ". Grey: school holidays" : "");
}

muster_status muster_recipe_draw_lines(muster_chart *chart, const muster_recipe_lines *in, muster_error *err) {
  recipe_begin(chart, &in->words);
  recipe_holidays(chart, in->holidays, in->holiday_count);
  muster_chart_frame *frame =
      muster_chart_frame_new(chart, in->group_count * in->date_count, "date value low high", "group");
  RECIPE_FRAME(chart, frame, err);
  double *date = muster_chart_numbers(frame, "date"), *value = muster_chart_numbers(frame, "value");
  double *lo = muster_chart_numbers(frame, "low"), *hi = muster_chart_numbers(frame, "high");
  const char **group = muster_chart_texts(frame, "group");
  size_t row = 0;
  bool intervals = false;
  for (size_t g = 0; g < in->group_count; g++) {
    const muster_recipe_group *own = &in->groups[g];
    if (own->colour) muster_chart_colour(chart, own->name, own->colour);
    intervals = intervals || (own->lo && own->hi);
    for (size_t d = 0; d < in->date_count; d++, row++) {
      date[row] = in->dates[d], value[row] = own->value[d], group[row] = own->name;
      lo[row] = own->lo ? own->lo[d] : NAN, hi[row] = own->hi ? own->hi[d] : NAN;
    }
  }
  if (intervals) {
    muster_chart_layer *ribbon = muster_chart_add(chart, MUSTER_MARK_RIBBON);
    ribbon->data = frame;
    muster_chart_bind(ribbon, MUSTER_CHANNEL_X, "date");
    muster_chart_bind(ribbon, MUSTER_CHANNEL_LO, "low");
    muster_chart_bind(ribbon, MUSTER_CHANNEL_HI, "high");
    muster_chart_bind(ribbon, MUSTER_CHANNEL_BY, "group");
    ribbon->gap = true;
  }
  if (!isnan(in->reference)) {
    muster_chart_layer *rule = muster_chart_add(chart, MUSTER_MARK_RULE);
    muster_chart_bind_number(rule, MUSTER_CHANNEL_Y, in->reference);
    if (in->reference_label) muster_chart_bind(rule, MUSTER_CHANNEL_LABEL, in->reference_label);
    rule->dash_count = 2, rule->dash[0] = 3, rule->dash[1] = 6;
  }
  muster_chart_layer *line = muster_chart_add(chart, MUSTER_MARK_LINE);
  line->data = frame;
  muster_chart_bind(line, MUSTER_CHANNEL_X, "date");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "value");
  muster_chart_bind(line, MUSTER_CHANNEL_BY, "group");
  line->gap = line->end = true;
  chart->x.time = MUSTER_TIME_CALENDAR;
  chart->y.unit = in->unit;
  chart->table = frame;
  lines_words(chart, in);
  return recipe_end(chart, err);
}

/* ---- calendar ---- */

enum { WEEKDAYS = 5, HIGHEST = 3 };
static const char *const weekday_names[WEEKDAYS] = {"Mon", "Tue", "Wed", "Thu", "Fri"};
static const char *const weekday_long[WEEKDAYS] = {"Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays"};

typedef struct calendar_facts {
  double mean[WEEKDAYS], overall;
  size_t worst, highest[HIGHEST], found; /* highest: indices of dates */
} calendar_facts;

static calendar_facts facts_of(const muster_recipe_calendar *in, const double *value) {
  calendar_facts f = {.overall = mean_of(value, in->date_count)};
  double sum[WEEKDAYS] = {0}, known[WEEKDAYS] = {0};
  for (size_t d = 0; d < in->date_count; d++) {
    int day = muster_date_weekday(in->dates[d]);
    if (isnan(value[d]) || day >= WEEKDAYS) continue;
    sum[day] += value[d], known[day]++;
    size_t at = f.found;
    while (at > 0 && value[d] > value[f.highest[at - 1]]) at--;
    if (at == HIGHEST) continue;
    if (f.found < HIGHEST) f.found++;
    for (size_t k = f.found - 1; k > at; k--) f.highest[k] = f.highest[k - 1];
    f.highest[at] = d;
  }
  for (size_t w = 0; w < WEEKDAYS; w++) {
    f.mean[w] = known[w] > 0 ? sum[w] / known[w] : NAN;
    if (isnan(f.mean[f.worst]) || f.mean[w] > f.mean[f.worst]) f.worst = w;
  }
  return f;
}

static muster_status calendar_cells(muster_chart *chart, const muster_recipe_calendar *in, const calendar_facts *facts,
                                    muster_error *err) {
  muster_chart_frame *cells =
      muster_chart_frame_new(chart, in->group_count * in->date_count, "week rate date", "weekday group letter");
  RECIPE_FRAME(chart, cells, err);
  double *week = muster_chart_numbers(cells, "week"), *rate = muster_chart_numbers(cells, "rate"),
         *date = muster_chart_numbers(cells, "date");
  const char **weekday = muster_chart_texts(cells, "weekday"), **group = muster_chart_texts(cells, "group"),
             **letter = muster_chart_texts(cells, "letter");
  static const char *const letters[HIGHEST] = {"A", "B", "C"};
  size_t row = 0;
  for (size_t g = 0; g < in->group_count; g++)
    for (size_t w = 0; w < WEEKDAYS; w++) /* weekday by weekday, so that the rows come in order */
      for (size_t d = 0; d < in->date_count; d++) {
        if ((size_t)muster_date_weekday(in->dates[d]) != w) continue;
        week[row] = muster_date_monday(in->dates[d]), date[row] = in->dates[d], rate[row] = in->groups[g].value[d];
        weekday[row] = weekday_names[w], group[row] = in->groups[g].name;
        for (size_t k = 0; k < facts[g].found; k++)
          if (facts[g].highest[k] == d) letter[row] = letters[k];
        row++;
      }
  cells->rows = row;
  muster_chart_layer *cell = muster_chart_add(chart, MUSTER_MARK_CELL);
  cell->data = cells;
  muster_chart_bind(cell, MUSTER_CHANNEL_X, "week");
  muster_chart_bind(cell, MUSTER_CHANNEL_Y, "weekday");
  muster_chart_bind(cell, MUSTER_CHANNEL_FILL, "rate");
  muster_chart_bind(cell, MUSTER_CHANNEL_LABEL, "letter");
  static const double breaks[] = {0, 5, 7.5, 10, 15, 20, 25};
  cell->break_count = sizeof breaks / sizeof *breaks;
  memcpy(cell->breaks, breaks, sizeof breaks);
  cell->size = 17;
  return recipe_end(chart, err);
}

/* Beside each group the means of its weekdays, below it a line of words. */
static muster_status calendar_margins(muster_chart *chart, const muster_recipe_calendar *in,
                                      const calendar_facts *facts, muster_error *err) {
  muster_chart_frame *means =
      muster_chart_frame_new(chart, in->group_count * WEEKDAYS, "mean strong", "weekday group shown is");
  muster_chart_frame *notes = muster_chart_frame_new(chart, in->group_count, "", "group note");
  RECIPE_FRAME(chart, means, err);
  RECIPE_FRAME(chart, notes, err);
  double *mean = muster_chart_numbers(means, "mean"), *strong = muster_chart_numbers(means, "strong");
  const char **weekday = muster_chart_texts(means, "weekday"), **group = muster_chart_texts(means, "group");
  const char **shown = muster_chart_texts(means, "shown"), **is = muster_chart_texts(means, "is");
  const char **who = muster_chart_texts(notes, "group"), **note = muster_chart_texts(notes, "note");
  for (size_t g = 0; g < in->group_count; g++) {
    for (size_t w = 0; w < WEEKDAYS; w++) {
      size_t row = g * WEEKDAYS + w;
      mean[row] = facts[g].mean[w], strong[row] = w == facts[g].worst;
      weekday[row] = weekday_names[w], group[row] = in->groups[g].name;
      shown[row] = isnan(mean[row]) ? NULL : SAY(chart, "%.1f%%", mean[row]);
      is[row] = w == facts[g].worst ? "highest" : "other";
    }
    muster_buf text;
    recipe_buf(&text);
    if (!isnan(facts[g].overall)) muster_buf_printf(&text, "Year to date %.1f%%.  Highest days:", facts[g].overall);
    for (size_t k = 0; k < facts[g].found; k++) {
      muster_buf_printf(&text, "   %c  ", (char)('A' + k));
      put_date(&text, in->dates[facts[g].highest[k]], false);
      muster_buf_printf(&text, ", %.1f%%", in->groups[g].value[facts[g].highest[k]]);
    }
    who[g] = in->groups[g].name;
    note[g] = recipe_say(chart, &text);
  }
  muster_chart_layer *bar = muster_chart_add(chart, MUSTER_MARK_BAR), *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  bar->data = means, text->data = notes;
  muster_chart_bind(bar, MUSTER_CHANNEL_Y, "weekday");
  muster_chart_bind(bar, MUSTER_CHANNEL_VALUE, "mean");
  muster_chart_bind(bar, MUSTER_CHANNEL_LABEL, "shown");
  muster_chart_bind(bar, MUSTER_CHANNEL_STRONG, "strong");
  muster_chart_bind(bar, MUSTER_CHANNEL_BY, "is");
  bar->at = MUSTER_AT_RIGHT, bar->header = "Mean";
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, "note");
  text->at = MUSTER_AT_BELOW;
  return MUSTER_OK;
}

static void calendar_words(muster_chart *chart, const muster_recipe_calendar *in, const calendar_facts *facts) {
  const char *subject = in->words.subject;
  if (in->group_count && !isnan(facts[0].overall)) {
    const char *worst = weekday_long[facts[0].worst];
    if (!chart->title)
      chart->title = SAY(chart, "%s carry the most absence%s%s", worst, subject ? " at " : "", subject ? subject : "");
    chart->alt = SAY(chart,
                     "Calendar heat map of absence by school day, %s. The rate is %.1f%% overall and highest on %s, "
                     "%.1f%%; the worst single day had %.1f%%.",
                     in->groups[0].name, facts[0].overall, worst, facts[0].mean[facts[0].worst],
                     in->groups[0].value[facts[0].highest[0]]);
  } else if (!chart->title) {
    chart->title = "No school day has a rate yet";
  }
  if (!chart->subtitle)
    chart->subtitle = SAY(chart, "Absence rate by school day%s%s. Each cell is one day, each column one week",
                          subject ? ", " : "", subject ? subject : "");
}

muster_status muster_recipe_draw_calendar(muster_chart *chart, const muster_recipe_calendar *in, muster_error *err) {
  recipe_begin(chart, &in->words);
  calendar_facts *facts = muster_arena_alloc(&chart->arena, (in->group_count + 1) * sizeof *facts);
  if (!facts) return muster_fail_memory(err);
  for (size_t g = 0; g < in->group_count; g++) facts[g] = facts_of(in, in->groups[g].value);
  MUSTER_TRY(calendar_cells(chart, in, facts, err));
  MUSTER_TRY(calendar_margins(chart, in, facts, err));
  muster_chart_colour(chart, "highest", MUSTER_COLOUR_BAND2);
  muster_chart_colour(chart, "other", MUSTER_COLOUR_FOCUS);
  if (in->group_count > 1) chart->facet = "group";
  chart->x.time = MUSTER_TIME_WEEKS;
  chart->x.months = true;
  chart->fill_unit = "%", chart->fill_label = "Absence rate", chart->fill_missing = "School closed";
  chart->noun = "Calendar heat map";
  calendar_words(chart, in, facts);
  return recipe_end(chart, err);
}

/* ---- small multiples ---- */

typedef struct placed {
  double overall;
  size_t number;
} placed;

static int highest_first(const void *a, const void *b) {
  const placed *l = a, *r = b;
  if (l->overall > r->overall || (isnan(r->overall) && !isnan(l->overall))) return -1;
  if (l->overall < r->overall || (isnan(l->overall) && !isnan(r->overall))) return 1;
  return (l->number > r->number) - (l->number < r->number);
}

muster_status muster_recipe_draw_multiples(muster_chart *chart, const muster_recipe_multiples *in, muster_error *err) {
  recipe_begin(chart, &in->words);
  recipe_holidays(chart, in->holidays, in->holiday_count);
  muster_chart_frame *frame = muster_chart_frame_new(chart, in->count * in->date_count, "date value", "school overall");
  placed *order = muster_arena_alloc(&chart->arena, (in->count + 1) * sizeof *order);
  RECIPE_FRAME(chart, frame, err);
  if (!order) return muster_fail_memory(err);
  for (size_t s = 0; s < in->count; s++) {
    double overall = in->schools[s].overall;
    order[s] = (placed){isnan(overall) ? mean_of(in->schools[s].value, in->date_count) : overall, s};
  }
  qsort(order, in->count, sizeof *order, highest_first);
  double *date = muster_chart_numbers(frame, "date"), *value = muster_chart_numbers(frame, "value");
  const char **school = muster_chart_texts(frame, "school"), **overall = muster_chart_texts(frame, "overall");
  const char *unit = in->unit ? in->unit : "";
  for (size_t k = 0, row = 0; k < in->count; k++) {
    const muster_recipe_multiple *own = &in->schools[order[k].number];
    const char *said =
        isnan(order[k].overall) ? NULL : SAY(chart, "%s%s", recipe_number(chart, order[k].overall, 1, false), unit);
    for (size_t d = 0; d < in->date_count; d++, row++)
      date[row] = in->dates[d], value[row] = own->value[d], school[row] = own->name, overall[row] = said;
  }
  muster_chart_layer *line = muster_chart_add(chart, MUSTER_MARK_LINE);
  line->data = frame;
  muster_chart_bind(line, MUSTER_CHANNEL_X, "date");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "value");
  line->colour = MUSTER_COLOUR_BASE;
  line->gap = true;
  chart->facet = "school", chart->facet_sub = "overall", chart->facet_ghost = true;
  chart->x.time = MUSTER_TIME_CALENDAR;
  chart->y.unit = in->unit;
  chart->noun = "Small multiples";
  chart->table = frame;
  const char *measure = in->measure ? in->measure : "Rate";
  size_t n = in->count;
  if (n) {
    const char *top = in->schools[order[0].number].name, *low = in->schools[order[n - 1].number].name;
    const char *most = recipe_number(chart, order[0].overall, 1, false),
               *least = recipe_number(chart, order[n - 1].overall, 1, false);
    if (!chart->title)
      chart->title = SAY(chart, "%s runs from %s%s at %s to %s%s at %s", measure, least, unit, low, most, unit, top);
    chart->alt = SAY(chart,
                     "Small multiples: %s over time at each of %zu schools, highest first. %s has %s%s, %s %s%s; all "
                     "panels share their axes.",
                     measure, n, top, most, unit, low, least, unit);
  }
  muster_buf text;
  recipe_buf(&text);
  put_count(&text, n ? n - 1 : 0, false);
  const char *others = recipe_say(chart, &text);
  if (!chart->subtitle)
    chart->subtitle = SAY(chart, "%s%s%s. {base:Each school} against {context:the other %s}. Highest first", measure,
                          *unit ? ", " : "", unit, others);
  return recipe_end(chart, err);
}
