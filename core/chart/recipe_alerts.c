/* Charts of alerts: how good the rules are, and what was done about what they found. */
#include "recipe_util.h"

/* ---- rules ---- */

static muster_chart_layer *line_layer(muster_chart *chart, const muster_chart_frame *frame, const char *x,
                                      const char *y) {
  muster_chart_layer *line = muster_chart_add(chart, MUSTER_MARK_LINE);
  line->data = frame;
  muster_chart_bind(line, MUSTER_CHANNEL_X, x);
  muster_chart_bind(line, MUSTER_CHANNEL_Y, y);
  return line;
}

/* Where precision and recall have the same harmonic mean F: precision = F recall / (2 recall - F). */
static muster_status add_f1_curves(muster_chart *chart, muster_error *err) {
  enum { POINTS = 60 };
  static const double scores[] = {0.4, 0.5, 0.6};
  for (size_t s = 0; s < 3; s++) {
    muster_chart_frame *frame = muster_chart_frame_new(chart, POINTS, "recall precision", "label");
    RECIPE_FRAME(chart, frame, err);
    double *recall = muster_chart_numbers(frame, "recall"), *precision = muster_chart_numbers(frame, "precision");
    const char **label = muster_chart_texts(frame, "label"), *said = SAY(chart, "F1 %.1f", scores[s]);
    double first = scores[s] / (2 - scores[s]); /* where precision is 1 */
    for (int k = 0; k < POINTS; k++) {
      double r = first + (1 - first) * k / (POINTS - 1);
      recall[k] = 100 * r, precision[k] = 100 * scores[s] * r / (2 * r - scores[s]), label[k] = said;
    }
    muster_chart_layer *line = line_layer(chart, frame, "recall", "precision");
    muster_chart_bind(line, MUSTER_CHANNEL_LABEL, "label");
    line->colour = MUSTER_COLOUR_CONTEXT, line->width = 1.4, line->alpha = 0.6;
    line->dash_count = 2, line->dash[0] = 4, line->dash[1] = 5;
  }
  return recipe_end(chart, err);
}

/* Rules that no other rule beats in both recall and precision, by recall. */
static size_t pareto(const muster_recipe_rules *in, size_t *out) {
  size_t n = 0;
  for (size_t i = 0; i < in->count; i++) {
    bool beaten = isnan(in->rules[i].recall) || isnan(in->rules[i].precision);
    for (size_t k = 0; k < in->count && !beaten; k++)
      beaten = k != i && in->rules[k].recall >= in->rules[i].recall &&
               in->rules[k].precision >= in->rules[i].precision &&
               (in->rules[k].recall > in->rules[i].recall || in->rules[k].precision > in->rules[i].precision || k < i);
    if (beaten) continue;
    size_t at = n++;
    while (at > 0 && in->rules[out[at - 1]].recall > in->rules[i].recall) out[at] = out[at - 1], at--;
    out[at] = i;
  }
  return n;
}

static muster_status add_quality(muster_chart *chart, const muster_recipe_rules *in, muster_error *err) {
  MUSTER_TRY(add_f1_curves(chart, err));
  size_t *best = muster_arena_alloc(&chart->arena, (in->count + 1) * sizeof *best);
  if (!best) return muster_fail_memory(err);
  size_t n = pareto(in, best);
  muster_chart_frame *front = muster_chart_frame_new(chart, n, "recall precision", "");
  muster_chart_frame *frame = muster_chart_frame_new(chart, in->count, "recall precision strong", "rule is said_as");
  RECIPE_FRAME(chart, front, err);
  RECIPE_FRAME(chart, frame, err);
  double *fx = muster_chart_numbers(front, "recall"), *fy = muster_chart_numbers(front, "precision");
  for (size_t i = 0; i < n; i++) fx[i] = 100 * in->rules[best[i]].recall, fy[i] = 100 * in->rules[best[i]].precision;
  double *recall = muster_chart_numbers(frame, "recall"), *precision = muster_chart_numbers(frame, "precision"),
         *strong = muster_chart_numbers(frame, "strong");
  const char **rule = muster_chart_texts(frame, "rule"), **is = muster_chart_texts(frame, "is"),
             **as = muster_chart_texts(frame, "said_as");
  for (size_t i = 0; i < in->count; i++) {
    recall[i] = 100 * in->rules[i].recall, precision[i] = 100 * in->rules[i].precision;
    rule[i] = in->rules[i].name, strong[i] = i == in->recommended,
    is[i] = i == in->recommended ? "recommended" : "other";
    as[i] = i == in->recommended ? "recommended" : "named";
  }
  muster_chart_layer *line = line_layer(chart, front, "recall", "precision");
  line->colour = MUSTER_COLOUR_BASE, line->width = 2, line->alpha = 0.5;
  if (in->prevalence > 0) {
    muster_chart_layer *guess = muster_chart_add(chart, MUSTER_MARK_RULE);
    muster_chart_bind_number(guess, MUSTER_CHANNEL_Y, 100 * in->prevalence);
    muster_chart_bind(guess, MUSTER_CHANNEL_LABEL, SAY(chart, "Guessing: %.0f%%", 100 * in->prevalence));
    guess->place = MUSTER_PLACE_RIGHT, guess->colour = MUSTER_COLOUR_QUIET, guess->width = 1.6;
  }
  muster_chart_layer *dot = muster_chart_add(chart, MUSTER_MARK_DOT), *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  dot->data = text->data = frame;
  muster_chart_layer *const both[] = {dot, text};
  for (int i = 0; i < 2; i++) {
    muster_chart_bind(both[i], MUSTER_CHANNEL_X, "recall");
    muster_chart_bind(both[i], MUSTER_CHANNEL_Y, "precision");
    muster_chart_bind(both[i], MUSTER_CHANNEL_STRONG, "strong");
  }
  muster_chart_bind(dot, MUSTER_CHANNEL_BY, "is");
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, "rule");
  muster_chart_bind(text, MUSTER_CHANNEL_BY, "said_as");
  text->avoid = true;
  dot->hidden_key = true;
  chart->table = frame;
  return recipe_end(chart, err);
}

static muster_status add_warning(muster_chart *chart, const muster_recipe_rules *in, muster_error *err) {
  muster_chart_frame *frame = muster_chart_frame_new(chart, in->count, "lead lo hi strong", "rule is shown");
  RECIPE_FRAME(chart, frame, err);
  double *lead = muster_chart_numbers(frame, "lead"), *lo = muster_chart_numbers(frame, "lo"),
         *hi = muster_chart_numbers(frame, "hi");
  double *strong = muster_chart_numbers(frame, "strong");
  const char **rule = muster_chart_texts(frame, "rule"), **is = muster_chart_texts(frame, "is"),
             **shown = muster_chart_texts(frame, "shown");
  size_t *order = muster_arena_alloc(&chart->arena, (in->count + 1) * sizeof *order);
  if (!order) return muster_fail_memory(err);
  for (size_t i = 0; i < in->count; i++) { /* longest warning first */
    size_t at = i;
    while (at > 0 && in->rules[order[at - 1]].lead < in->rules[i].lead) order[at] = order[at - 1], at--;
    order[at] = i;
  }
  for (size_t k = 0; k < in->count; k++) {
    const muster_recipe_rule *r = &in->rules[order[k]];
    lead[k] = r->lead, lo[k] = r->lead_lo, hi[k] = r->lead_hi, rule[k] = r->name;
    strong[k] = order[k] == in->recommended;
    is[k] = order[k] == in->recommended ? "recommended" : "other";
    shown[k] = isnan(r->lead) ? NULL : SAY(chart, "%.0f", r->lead);
  }
  muster_chart_layer *interval = muster_chart_add(chart, MUSTER_MARK_INTERVAL),
                     *dot = muster_chart_add(chart, MUSTER_MARK_DOT);
  interval->data = dot->data = frame;
  muster_chart_bind(interval, MUSTER_CHANNEL_Y, "rule");
  muster_chart_bind(interval, MUSTER_CHANNEL_LO, "lo");
  muster_chart_bind(interval, MUSTER_CHANNEL_HI, "hi");
  muster_chart_bind(interval, MUSTER_CHANNEL_BY, "is");
  interval->width = 8, interval->alpha = 0.35;
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "rule");
  muster_chart_bind(dot, MUSTER_CHANNEL_X, "lead");
  muster_chart_bind(dot, MUSTER_CHANNEL_BY, "is");
  muster_chart_bind(dot, MUSTER_CHANNEL_LABEL, "shown");
  dot->place = MUSTER_PLACE_ABOVE;
  interval->hidden_key = dot->hidden_key = true;
  chart->x.from = 0;
  chart->x.label = "School days, median and middle half";
  chart->y.strong = "strong";
  chart->heading = "Days of warning";
  return recipe_end(chart, err);
}

static void rule_colours(muster_chart *chart) {
  muster_chart_colour(chart, "recommended", MUSTER_COLOUR_ACCENT);
  muster_chart_colour(chart, "other", MUSTER_COLOUR_BASE);
  muster_chart_colour(chart, "named", MUSTER_COLOUR_INK);
}

muster_status muster_recipe_draw_rules(muster_chart *chart, const muster_recipe_rules *in, muster_error *err) {
  recipe_begin(chart, &in->words);
  rule_colours(chart);
  MUSTER_TRY(add_quality(chart, in, err));
  const char *outcome = in->outcome ? in->outcome : "pupils concerned";
  chart->heading = "How many it finds, how often it is right";
  chart->x.label = SAY(chart, "Recall: share of %s alerted", outcome);
  chart->y.label = "Precision: share of alerts that were right";
  chart->x.unit = chart->y.unit = "%";
  chart->x.from = chart->y.from = 0, chart->x.to = chart->y.to = 100;
  /* the second plot lives in the arena of the first, and so does all that it holds */
  muster_chart *lead = muster_arena_alloc(&chart->arena, sizeof *lead);
  if (!lead) return muster_fail_memory(err);
  muster_chart_init(lead);
  lead->arena = chart->arena;
  lead->row_height = 92;
  muster_status status = add_warning(lead, in, err);
  rule_colours(lead);
  chart->arena = lead->arena;
  lead->arena = (muster_arena){0};
  if (status != MUSTER_OK) return status;
  chart->beside = lead;
  const muster_recipe_rule *best = in->recommended < in->count ? &in->rules[in->recommended] : NULL;
  if (!chart->title)
    chart->title = best ? SAY(chart, "%s finds %.0f in 10 %s, a median of %.0f school days early", best->name,
                              10 * best->recall, outcome, best->lead)
                        : SAY(chart, "What %zu alert rules find, and how early", in->count);
  if (!chart->subtitle)
    chart->subtitle = SAY(chart, "%zu alert rules by recall and precision, and days of warning", in->count);
  chart->noun = "Two plots of alert rules";
  chart->alt = best ? SAY(chart,
                          "Dot plot of precision against recall for %zu alert rules, beside their days of warning. %s "
                          "finds %.0f%% of %s, %.0f%% of its alerts are right, and warns %.0f school days ahead.",
                          in->count, best->name, 100 * best->recall, outcome, 100 * best->precision, best->lead)
                    : SAY(chart,
                          "Dot plot of precision against recall for %zu alert rules, beside their median days of "
                          "warning with the middle half of pupils.",
                          in->count);
  return recipe_end(chart, err);
}

/* ---- timeline ---- */

typedef struct event_frame {
  muster_chart_frame *frame;
  double *day, *to;
  const char **pupil, **kind;
  size_t rows;
} event_frame;

static bool open_events(muster_chart *chart, event_frame *e, size_t rows) {
  e->frame = muster_chart_frame_new(chart, rows, "day to", "pupil kind");
  if (!e->frame) return false;
  e->day = muster_chart_numbers(e->frame, "day"), e->to = muster_chart_numbers(e->frame, "to");
  e->pupil = muster_chart_texts(e->frame, "pupil"), e->kind = muster_chart_texts(e->frame, "kind");
  e->rows = 0;
  return true;
}

static void add_event(event_frame *e, const char *pupil, double day, double to, const char *kind) {
  e->day[e->rows] = day, e->to[e->rows] = to, e->pupil[e->rows] = pupil, e->kind[e->rows] = kind;
  e->rows++;
}

static void days_away(const muster_recipe_timeline *in, event_frame *blocks) {
  for (size_t i = 0; i < in->count; i++) {
    const muster_recipe_alert *a = &in->alerts[i];
    for (size_t k = 0; k < a->unauthorised_count; k++)
      add_event(blocks, a->name, a->unauthorised[k] + 0.5, NAN, "Unauthorised");
    for (size_t k = 0; k < a->illness_count; k++) add_event(blocks, a->name, a->illness[k] + 0.5, NAN, "Illness");
  }
  blocks->frame->rows = blocks->rows;
}

static muster_chart_layer *event_dots(muster_chart *chart, event_frame *events, const char *name, muster_shape shape,
                                      muster_colour colour, double dy, double size) {
  events->frame->rows = events->rows;
  muster_chart_layer *dot = muster_chart_add(chart, MUSTER_MARK_DOT);
  dot->data = events->frame;
  muster_chart_bind(dot, MUSTER_CHANNEL_X, "day");
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "pupil");
  dot->name = name, dot->shape = shape, dot->colour = colour, dot->dy = dy, dot->size = size;
  return dot;
}

static muster_status timeline_marks(muster_chart *chart, const muster_recipe_timeline *in, muster_error *err) {
  size_t away = 0;
  for (size_t i = 0; i < in->count; i++) away += in->alerts[i].unauthorised_count + in->alerts[i].illness_count;
  event_frame blocks, alerts, actions, crossed;
  bool good = open_events(chart, &blocks, away) && open_events(chart, &alerts, in->count) &&
              open_events(chart, &actions, in->count) && open_events(chart, &crossed, in->count);
  muster_chart_frame *rows =
      good ? muster_chart_frame_new(chart, in->count, "open always", "pupil detail done state") : NULL;
  size_t weekends = (size_t)((in->to - in->from) / 7 + 2);
  muster_chart_frame *weekend = rows ? muster_chart_frame_new(chart, weekends, "from to", "") : NULL;
  RECIPE_FRAME(chart, weekend, err);
  double *from = muster_chart_numbers(weekend, "from"), *to = muster_chart_numbers(weekend, "to");
  for (size_t w = 0; w < weekends; w++)
    from[w] = muster_date_monday(in->from) + 7 * (muster_date)w + 5, to[w] = from[w] + 2;
  days_away(in, &blocks);
  double *open = muster_chart_numbers(rows, "open"), *always = muster_chart_numbers(rows, "always");
  const char **pupil = muster_chart_texts(rows, "pupil"), **detail = muster_chart_texts(rows, "detail"),
             **done = muster_chart_texts(rows, "done");
  const char **state = muster_chart_texts(rows, "state");
  for (size_t i = 0; i < in->count; i++) {
    const muster_recipe_alert *a = &in->alerts[i];
    bool waits = a->alert != MUSTER_NO_DATE && a->action == MUSTER_NO_DATE;
    always[i] = 1, pupil[i] = a->name, detail[i] = a->detail, open[i] = waits, state[i] = waits ? "open" : "done";
    done[i] = waits ? SAY(chart, "No action, %zu day%s", a->waiting, a->waiting == 1 ? "" : "s") : a->action_name;
    if (a->alert != MUSTER_NO_DATE) add_event(&alerts, a->name, a->alert + 0.5, NAN, "Alert");
    if (a->action != MUSTER_NO_DATE)
      add_event(&actions, a->name, a->action + 0.5, a->alert == MUSTER_NO_DATE ? NAN : a->alert + 0.5, "Action");
    if (a->crossed != MUSTER_NO_DATE) add_event(&crossed, a->name, a->crossed + 0.5, NAN, "Crossed");
  }
  muster_chart_layer *band = muster_chart_add(chart, MUSTER_MARK_BAND),
                     *cell = muster_chart_add(chart, MUSTER_MARK_CELL);
  band->data = weekend, cell->data = blocks.frame;
  muster_chart_bind(band, MUSTER_CHANNEL_X, "from");
  muster_chart_bind(band, MUSTER_CHANNEL_X2, "to");
  muster_chart_bind(cell, MUSTER_CHANNEL_X, "day");
  muster_chart_bind(cell, MUSTER_CHANNEL_Y, "pupil");
  muster_chart_bind(cell, MUSTER_CHANNEL_BY, "kind");
  cell->width = 0.29, cell->dy = 0.12;
  actions.frame->rows = actions.rows;
  muster_chart_layer *link = muster_chart_add(chart, MUSTER_MARK_LINK);
  link->data = actions.frame;
  muster_chart_bind(link, MUSTER_CHANNEL_Y, "pupil");
  muster_chart_bind(link, MUSTER_CHANNEL_FROM, "to");
  muster_chart_bind(link, MUSTER_CHANNEL_TO, "day");
  link->colour = MUSTER_COLOUR_GOOD, link->alpha = 1, link->dy = -0.22, link->width = 2.2;
  event_dots(chart, &alerts, "Alert", MUSTER_SHAPE_UP, MUSTER_COLOUR_ACCENT, -0.22, 9.5);
  event_dots(chart, &actions, "Action logged", MUSTER_SHAPE_CIRCLE, MUSTER_COLOUR_GOOD, -0.22, 8.8);
  event_dots(chart, &crossed, "Crossed 10%", MUSTER_SHAPE_TICK, MUSTER_COLOUR_INK, 0, 23);
  muster_chart_layer *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  text->data = rows;
  muster_chart_bind(text, MUSTER_CHANNEL_Y, "pupil");
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, "done");
  muster_chart_bind(text, MUSTER_CHANNEL_STRONG, "open");
  muster_chart_bind(text, MUSTER_CHANNEL_BY, "state");
  text->at = MUSTER_AT_RIGHT;
  chart->table = rows;
  return recipe_end(chart, err);
}

muster_status muster_recipe_draw_timeline(muster_chart *chart, const muster_recipe_timeline *in, muster_error *err) {
  recipe_begin(chart, &in->words);
  if (in->to < in->from) return muster_fail(err, MUSTER_DATA, "the timeline ends before it begins");
  MUSTER_TRY(timeline_marks(chart, in, err));
  muster_chart_colour(chart, "Unauthorised", MUSTER_COLOUR_THIRD);
  muster_chart_colour(chart, "Illness", MUSTER_COLOUR_ILLNESS);
  muster_chart_colour(chart, "open", MUSTER_COLOUR_ACCENT);
  muster_chart_colour(chart, "done", MUSTER_COLOUR_QUIET);
  chart->x.time = MUSTER_TIME_CALENDAR;
  chart->x.from = in->from, chart->x.to = in->to + 1;
  chart->x.top = true;
  chart->y.left = chart->y.rows = true;
  chart->y.sub = "detail";
  chart->y.strong = "always";
  chart->key = MUSTER_KEY_ON;
  chart->row_height = 74;
  size_t alerts = 0, open = 0;
  for (size_t i = 0; i < in->count; i++) {
    alerts += in->alerts[i].alert != MUSTER_NO_DATE;
    open += in->alerts[i].alert != MUSTER_NO_DATE && in->alerts[i].action == MUSTER_NO_DATE;
  }
  muster_buf text;
  recipe_buf(&text);
  put_count(&text, alerts, true);
  muster_buf_printf(&text, " pupil%s raised alerts; ", alerts == 1 ? "" : "s");
  if (open) {
    put_count(&text, open, false);
    muster_buf_printf(&text, " %s had no action yet", open == 1 ? "has" : "have");
  } else {
    muster_buf_puts(&text, "all have had an action");
  }
  const char *finding = recipe_say(chart, &text);
  if (!chart->title) chart->title = finding;
  if (!chart->subtitle) {
    recipe_buf(&text);
    muster_buf_puts(&text, "Absence, alerts and actions, ");
    put_dates(&text, in->from, in->to);
    chart->subtitle = recipe_say(chart, &text);
  }
  chart->noun = "Timeline";
  chart->alt = SAY(chart,
                   "Timeline of absence days, alerts and actions for %zu pupils. %s. A line joins each alert to the "
                   "action taken on it; the right column says what was done.",
                   in->count, finding);
  return recipe_end(chart, err);
}
