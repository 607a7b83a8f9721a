/* The pictures of a study: trends, estimates by time from the start, balance, the interrupted series. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "study_words.h"

enum { MOST_NAMES = 16 }; /* of times on an axis */

typedef struct sketch {
  const muster_study_record *record;
  const muster_study_finding *f;
  muster_arena *arena;
  double scale;      /* 100 for shares */
  const char *words; /* the outcome's */
  const char *unit;  /* "%" or NULL */
} sketch;

static const char *source_of(const sketch *s) {
  return muster_arena_printf(s->arena, "Source: %s, %zu %s", s->record->data->source, s->f->n_units,
                             s->record->data->unit_noun);
}

static const char *capital(const sketch *s, const char *text) {
  char *copy = text ? muster_arena_copy(s->arena, text, strlen(text)) : NULL;
  if (copy && copy[0] >= 'a' && copy[0] <= 'z') copy[0] = (char)(copy[0] - 'a' + 'A');
  return copy;
}

static double *scaled(const sketch *s, const double *values, size_t n) {
  double *out = muster_arena_alloc(s->arena, (n + 1) * sizeof *out);
  for (size_t i = 0; out && i < n; i++) out[i] = s->scale * values[i];
  return out;
}

const char *muster_study_picture_name(const muster_study_record *record, size_t finding, muster_study_picture which,
                                      muster_arena *arena) {
  static const char *const names[] = {"trends", "event-study", "balance", "interrupted-series"};
  if (record->results->count < 2) return names[which];
  char *name = muster_arena_printf(arena, "%s-%s", names[which], record->results->findings[finding].outcome);
  for (char *at = name; at && *at; at++)
    if (!((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z'))) *at = '-';
  return name;
}

/* ---- trends ---- */

static const muster_study_period *period_at(const sketch *s, double time) {
  const muster_study_data *d = s->record->data;
  for (size_t k = 0; k < d->n_periods; k++)
    if (d->period[k].time == time) return &d->period[k];
  return NULL;
}

static void mark_start(muster_chart *chart, double at, const char *label) {
  muster_chart_layer *rule = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(rule, MUSTER_CHANNEL_X, at);
  muster_chart_bind(rule, MUSTER_CHANNEL_LABEL, label);
  rule->dash_count = 2, rule->dash[0] = 6, rule->dash[1] = 5;
}

/* One line a group: over dates where they are known, over the names of few times, else over numbers. */
static muster_status draw_lines(const sketch *s, muster_chart *chart, muster_error *err) {
  const muster_study_trend *t = &s->f->trend;
  size_t groups = t->comparison ? 2 : 1;
  const muster_study_period *first = period_at(s, t->time[0]);
  bool dates = first && first->from != MUSTER_NO_DATE, few = !dates && t->n <= MOST_NAMES;
  muster_chart_frame *frame = muster_chart_frame_new(chart, groups * t->n, "time value", "group name");
  if (!frame) return muster_fail_memory(err);
  double *time = muster_chart_numbers(frame, "time"), *value = muster_chart_numbers(frame, "value");
  const char **group = muster_chart_texts(frame, "group"), **name = muster_chart_texts(frame, "name");
  for (size_t i = 0; i < groups * t->n; i++) {
    size_t k = i % t->n;
    const muster_study_period *p = period_at(s, t->time[k]);
    time[i] = p && dates ? p->from : t->time[k];
    name[i] = p ? p->name : "";
    value[i] = s->scale * (i < t->n ? t->treated[k] : t->comparison[k]);
    group[i] = i < t->n ? "Treated" : "Comparison";
  }
  muster_chart_layer *line = muster_chart_add(chart, MUSTER_MARK_LINE);
  line->data = frame;
  muster_chart_bind(line, MUSTER_CHANNEL_X, few ? "name" : "time");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "value");
  muster_chart_bind(line, MUSTER_CHANNEL_BY, "group");
  line->end = true;
  line->points = few;
  line->gap = dates;
  muster_chart_colour(chart, "Treated", MUSTER_COLOUR_BASE);
  muster_chart_colour(chart, "Comparison", MUSTER_COLOUR_CONTEXT);
  if (t->start < t->n)
    mark_start(chart, few ? (double)t->start + 0.5 : dates ? time[t->start] : t->time[t->start] - 0.5, "Start");
  chart->x.time = dates ? MUSTER_TIME_CALENDAR : MUSTER_TIME_NONE;
  chart->x.integer = !dates && !few;
  if (!dates) chart->x.label = capital(s, s->record->data->time_name);
  chart->y.unit = s->unit;
  chart->y.label = capital(s, s->words);
  chart->table = frame;
  chart->noun = "Line chart";
  return chart->failed ? muster_fail_memory(err) : MUSTER_OK;
}

static muster_status draw_trends(const sketch *s, muster_chart *chart, muster_error *err) {
  const muster_study_trend *t = &s->f->trend;
  muster_chart_init(chart);
  chart->title =
      capital(s, muster_arena_printf(s->arena, t->comparison ? "%s of treated and comparison %s" : "%s of treated %s",
                                     s->words, s->record->data->unit_noun));
  chart->subtitle = muster_arena_printf(
      s->arena, "Mean of %s%s%s%s", s->words, s->unit ? ", " : "", s->unit ? s->unit : "",
      t->start < t->n ? "; the dashed line marks the start" : "; starts differ between units");
  chart->source = source_of(s);
  if (!chart->title || !chart->subtitle || !chart->source) return muster_fail_memory(err);
  return draw_lines(s, chart, err);
}

/* ---- estimates by time from the start ---- */

typedef struct event_rows {
  const char *estimator, *term, *band;
} event_rows;

static const event_rows event_sources[] = {{"event_study", "event", "event_band"},
                                           {"callaway_santanna", "dynamic", "dynamic_band"},
                                           {"imputation", "event", NULL}};

static size_t collect_events(const sketch *s, const event_rows *from, muster_recipe_estimate *out) {
  const muster_estimates *list = &s->record->results->estimates;
  size_t n = 0;
  for (size_t i = s->f->first; i < s->f->first + s->f->count; i++) {
    const muster_estimate *row = &list->at[i];
    if (strcmp(row->estimator, from->estimator) != 0 || strcmp(row->term, from->term) != 0 || isnan(row->time))
      continue;
    if (out)
      out[n] = (muster_recipe_estimate){row->time,
                                        s->scale * row->estimate,
                                        s->scale * (isnan(row->conf_low) ? row->estimate : row->conf_low),
                                        s->scale * (isnan(row->conf_high) ? row->estimate : row->conf_high),
                                        NAN,
                                        NAN};
    n++;
  }
  for (size_t i = s->f->first; out && from->band && i < s->f->first + s->f->count; i++) {
    const muster_estimate *row = &list->at[i];
    if (strcmp(row->estimator, from->estimator) != 0 || strcmp(row->term, from->band) != 0) continue;
    for (size_t k = 0; k < n; k++)
      if (out[k].period == row->time) {
        out[k].band_lo = s->scale * row->conf_low;
        out[k].band_hi = s->scale * row->conf_high;
      }
  }
  return n;
}

static int by_period(const void *a, const void *b) {
  double x = ((const muster_recipe_estimate *)a)->period, y = ((const muster_recipe_estimate *)b)->period;
  return (x > y) - (x < y);
}

static muster_status draw_events(const sketch *s, muster_chart *chart, bool *drawn, muster_error *err) {
  const muster_estimates *list = &s->record->results->estimates;
  /* with several starts the coefficients of an event study mix cohorts: group-time effects are drawn first */
  static const size_t orders[2][3] = {{0, 1, 2}, {1, 2, 0}};
  const size_t *order = orders[s->f->n_starts > 1];
  for (size_t place = 0; place < sizeof event_sources / sizeof *event_sources; place++) {
    size_t k = order[place];
    const event_rows *from = &event_sources[k];
    size_t n = collect_events(s, from, NULL);
    if (n < 2) continue;
    muster_recipe_estimate *events = muster_arena_alloc(s->arena, n * sizeof *events);
    if (!events) return muster_fail_memory(err);
    collect_events(s, from, events);
    qsort(events, n, sizeof *events, by_period);
    double reference = NAN;
    for (size_t i = 0; i < n; i++)
      if (events[i].estimate == 0 && events[i].lo == events[i].hi) reference = events[i].period;
    const char *said = muster_study_label(s->f);
    bool effect = strcmp(said, "effect") == 0;
    muster_recipe_event_study in = {.words = {.source = source_of(s)},
                                    .outcome = s->words,
                                    .treatment = "the start",
                                    .period = "Periods since the start",
                                    .estimates = events,
                                    .count = n,
                                    .reference = reference,
                                    .average = NAN,
                                    .average_lo = NAN,
                                    .average_hi = NAN,
                                    .pretrend_p = s->f->pretrend_p,
                                    .level = study_interval_level(s->record->study, from->estimator)};
    for (size_t i = s->f->first; k == 1 && i < s->f->first + s->f->count; i++) {
      const muster_estimate *row = &list->at[i];
      if (strcmp(row->estimator, "callaway_santanna") != 0 || strcmp(row->term, "dynamic") != 0 || !isnan(row->time))
        continue;
      in.average = s->scale * row->estimate;
      in.average_lo = s->scale * row->conf_low;
      in.average_hi = s->scale * row->conf_high;
    }
    in.words.title = muster_arena_printf(s->arena, "%s by time since the start", s->words);
    in.words.title = capital(s, in.words.title);
    const char *what = effect ? "Effect on" : "Difference in";
    in.words.subtitle = muster_arena_printf(s->arena, "%s %s%s. Thick: %s; thin: simultaneous band", what, s->words,
                                            s->unit ? ", percentage points" : "",
                                            study_interval_words(s->record->study, from->estimator, s->arena));
    const char *label = muster_arena_printf(s->arena, "%s %s%s", what, s->words, s->unit ? ", points" : "");
    if (!in.words.title || !in.words.subtitle || !label) return muster_fail_memory(err);
    *drawn = true;
    MUSTER_TRY(muster_recipe_draw_event_study(chart, &in, err));
    chart->y.label = label;
    return MUSTER_OK;
  }
  return MUSTER_OK;
}

/* ---- balance ---- */

static muster_status draw_balance(const sketch *s, muster_chart *chart, bool *drawn, muster_error *err) {
  const muster_study_finding *f = s->f;
  muster_recipe_balance *rows = muster_arena_alloc(s->arena, (f->balance_count + 1) * sizeof *rows);
  if (!rows) return muster_fail_memory(err);
  size_t n = 0;
  const char *after = NULL;
  for (size_t i = 0; i < f->balance_count; i++) {
    const muster_study_balance *b = &f->balance[i];
    if (strcmp(b->sample, "all") == 0) {
      rows[n++] = (muster_recipe_balance){muster_study_words(b->row.covariate, s->arena), b->row.smd, NAN};
      if (!rows[n - 1].name) return muster_fail_memory(err);
    } else if (!after || strcmp(after, b->sample) == 0) {
      after = b->sample;
      for (size_t k = 0; k < n; k++)
        if (strcmp(rows[k].name, muster_study_words(b->row.covariate, s->arena)) == 0) rows[k].after = b->row.smd;
    }
  }
  size_t kept = 0;
  for (size_t k = 0; k < n; k++)
    if (!isnan(rows[k].before)) rows[kept++] = rows[k];
  if (!kept) return MUSTER_OK;
  for (size_t k = 0; k < kept; k++)
    if (isnan(rows[k].after)) rows[k].after = rows[k].before;
  muster_recipe_love in = {.words = {.source = source_of(s)},
                           .before_name = "all units",
                           .after_name = !after                          ? "all units"
                                         : strcmp(after, "matched") == 0 ? "after matching"
                                                                         : "after weighting",
                           .rows = rows,
                           .count = kept};
  if (!after) in.words.title = "Treated and comparison before the start";
  if (!after) in.words.subtitle = "Standardised mean differences before the start; no adjustment was made";
  *drawn = true;
  return muster_recipe_draw_love(chart, &in, err);
}

/* ---- interrupted series ---- */

static muster_status draw_series(const sketch *s, muster_chart *chart, bool *drawn, muster_error *err) {
  const muster_study_trend *t = &s->f->trend;
  const muster_estimates *list = &s->record->results->estimates;
  if (!t->fitted || t->start >= t->n) return MUSTER_OK;
  double *expected = scaled(s, t->expected, t->n), *none = muster_arena_alloc(s->arena, t->n * sizeof *none);
  muster_recipe_its in = {.words = {.source = source_of(s)},
                          .measure = capital(s, s->words),
                          .unit = s->unit,
                          .period = capital(s, s->record->data->time_name),
                          .change = "Start",
                          .time = t->time,
                          .value = scaled(s, t->treated, t->n),
                          .fitted = scaled(s, t->fitted, t->n),
                          .expected = expected,
                          .expected_lo = none,
                          .expected_hi = none,
                          .count = t->n,
                          .start = (t->time[t->start] + t->time[t->start - 1]) / 2,
                          .effect = NAN,
                          .lo = NAN,
                          .hi = NAN,
                          .level = study_interval_level(s->record->study, "its")};
  if (!expected || !none || !in.value || !in.fitted || !in.measure) return muster_fail_memory(err);
  for (size_t k = 0; k < t->n; k++) {
    none[k] = NAN;
    if (k < t->start) expected[k] = NAN;
  }
  for (size_t i = s->f->first; i < s->f->first + s->f->count; i++) {
    const muster_estimate *row = &list->at[i];
    bool last = strcmp(row->term, "end") == 0 || strcmp(row->term, "level") == 0;
    if (strncmp(row->estimator, "its", 3) != 0 || !last || strstr(row->note, "rate ratios"))
      continue; /* `end` stands after `level`, and wins */
    in.controlled = strcmp(row->estimator, "its_controlled") == 0;
    in.effect = s->scale * row->estimate;
    in.lo = s->scale * row->conf_low;
    in.hi = s->scale * row->conf_high;
  }
  in.words.title = muster_arena_printf(s->arena, "%s before and after the start", in.measure);
  in.words.subtitle = muster_arena_printf(
      s->arena, "%s%s%s. Points: observed; lines: fitted; dashed: expected without the start; in brackets: %s",
      in.measure, s->unit ? ", " : "", s->unit ? s->unit : "", study_interval_words(s->record->study, "its", s->arena));
  if (!in.words.title || !in.words.subtitle) return muster_fail_memory(err);
  *drawn = true;
  return muster_recipe_draw_its(chart, &in, err);
}

muster_status muster_study_draw(const muster_study_record *record, size_t finding, muster_study_picture which,
                                muster_arena *arena, muster_chart *chart, bool *drawn, muster_error *err) {
  const muster_study_finding *f = &record->results->findings[finding];
  sketch s = {.record = record,
              .f = f,
              .arena = arena,
              .scale = f->rate ? 100 : 1,
              .words = muster_study_words(f->outcome, arena),
              .unit = f->rate ? "%" : NULL};
  *drawn = false;
  if (!s.words) return muster_fail_memory(err);
  muster_status status = MUSTER_OK;
  switch (which) {
    case MUSTER_STUDY_TRENDS:
      if (f->trend.n < 2) return MUSTER_OK;
      *drawn = true;
      status = draw_trends(&s, chart, err);
      break;
    case MUSTER_STUDY_EVENTS: status = draw_events(&s, chart, drawn, err); break;
    case MUSTER_STUDY_BALANCE: status = draw_balance(&s, chart, drawn, err); break;
    case MUSTER_STUDY_SERIES: status = draw_series(&s, chart, drawn, err); break;
    case MUSTER_STUDY_PICTURES: break;
  }
  if (status != MUSTER_OK && *drawn) {
    muster_chart_free(chart);
    *drawn = false;
  }
  return status;
}
