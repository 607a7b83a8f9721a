/* Charts that compare schools: dumbbell, attendance bands, ranked bars, band transitions. */
#include <stdlib.h>

#include "recipe_util.h"

/* ---- dumbbell ---- */

static const char *interval_text(muster_chart *chart, double lo, double hi) {
  if (isnan(lo) || isnan(hi)) return NULL;
  return SAY(chart, "%s to %s", recipe_number(chart, lo, 1, true), recipe_number(chart, hi, 1, true));
}

static void dumbbell_dot(muster_chart *chart, const muster_chart_frame *frame, const char *column, bool ring) {
  muster_chart_layer *dot = muster_chart_add(chart, MUSTER_MARK_DOT);
  dot->data = frame;
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "school");
  muster_chart_bind(dot, MUSTER_CHANNEL_X, column);
  muster_chart_bind(dot, MUSTER_CHANNEL_LABEL, "%.1f");
  dot->shape = ring ? MUSTER_SHAPE_RING : MUSTER_SHAPE_CIRCLE;
  if (ring)
    dot->colour = MUSTER_COLOUR_CONTEXT;
  else
    muster_chart_bind(dot, MUSTER_CHANNEL_BY, "direction");
  dot->hidden_key = true;
}

static void dumbbell_column(muster_chart *chart, const muster_chart_frame *frame, const char *column,
                            const char *header, bool coloured) {
  muster_chart_layer *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  text->data = frame;
  muster_chart_bind(text, MUSTER_CHANNEL_Y, "school");
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, column);
  if (coloured) {
    muster_chart_bind(text, MUSTER_CHANNEL_STRONG, "clear");
    muster_chart_bind(text, MUSTER_CHANNEL_BY, "said_as");
  }
  text->at = MUSTER_AT_RIGHT;
  text->header = header;
}

typedef struct dumbbell_facts {
  muster_chart_frame *frame;
  size_t fell, clear_better, clear_worse;
  bool any_interval;
} dumbbell_facts;

static muster_status dumbbell_frame(muster_chart *chart, const muster_recipe_dumbbell *in, dumbbell_facts *facts,
                                    muster_error *err) {
  muster_chart_frame *frame =
      muster_chart_frame_new(chart, in->count, "before after change clear", "school direction said_as shown interval");
  RECIPE_FRAME(chart, frame, err);
  double *before = muster_chart_numbers(frame, "before"), *after = muster_chart_numbers(frame, "after");
  double *change = muster_chart_numbers(frame, "change"), *clear = muster_chart_numbers(frame, "clear");
  const char **school = muster_chart_texts(frame, "school"), **direction = muster_chart_texts(frame, "direction");
  const char **as = muster_chart_texts(frame, "said_as"), **shown = muster_chart_texts(frame, "shown"),
             **interval = muster_chart_texts(frame, "interval");
  *facts = (dumbbell_facts){.frame = frame};
  for (size_t i = 0; i < in->count; i++) {
    const muster_recipe_change *c = &in->changes[i];
    double d = c->after - c->before;
    bool worse = in->more_is_better ? d < 0 : d > 0;
    before[i] = c->before, after[i] = c->after, change[i] = d, school[i] = c->name;
    clear[i] = c->lo > 0 || c->hi < 0;
    direction[i] = worse ? "worse" : "better";
    as[i] = clear[i] != 0 ? direction[i] : "unclear";
    shown[i] = isnan(d) ? NULL : recipe_number(chart, d, 1, true);
    interval[i] = interval_text(chart, c->lo, c->hi);
    facts->any_interval = facts->any_interval || interval[i];
    facts->fell += d < 0;
    facts->clear_better += clear[i] != 0 && !worse, facts->clear_worse += clear[i] != 0 && worse;
  }
  return MUSTER_OK;
}

static void dumbbell_words(muster_chart *chart, const muster_recipe_dumbbell *in, const dumbbell_facts *facts) {
  const char *before_name = in->before_name ? in->before_name : "before",
             *after_name = in->after_name ? in->after_name : "after";
  const char *measure = in->measure ? in->measure : "Rate", *unit = in->unit ? in->unit : "";
  if (!chart->title) {
    muster_buf text;
    recipe_buf(&text);
    put_count(&text, facts->fell, true);
    muster_buf_puts(&text, " of ");
    put_count(&text, in->count, false);
    muster_buf_printf(&text, " schools %s %s", in->more_is_better ? "lost" : "cut",
                      in->words.subject ? in->words.subject : "absence");
    chart->title = recipe_say(chart, &text);
  }
  if (!chart->subtitle)
    chart->subtitle =
        SAY(chart, "%s%s%s. {context:%s} to {base:%s}, or {accent:%s where it %s}", measure, *unit ? ", " : "", unit,
            before_name, after_name, after_name, in->more_is_better ? "fell" : "rose");
  chart->alt = SAY(chart,
                   "Dumbbell chart of %s at %zu schools, %s to %s, largest fall first. %zu fell; the change is clear "
                   "of zero for better at %zu and for worse at %zu.",
                   measure, in->count, before_name, after_name, facts->fell, facts->clear_better, facts->clear_worse);
}

muster_status muster_recipe_draw_dumbbell(muster_chart *chart, const muster_recipe_dumbbell *in, muster_error *err) {
  dumbbell_facts facts = {0};
  recipe_begin(chart, &in->words);
  MUSTER_TRY(dumbbell_frame(chart, in, &facts, err));
  muster_chart_frame *frame = facts.frame;
  muster_chart_layer *link = muster_chart_add(chart, MUSTER_MARK_LINK);
  link->data = frame;
  muster_chart_bind(link, MUSTER_CHANNEL_Y, "school");
  muster_chart_bind(link, MUSTER_CHANNEL_FROM, "before");
  muster_chart_bind(link, MUSTER_CHANNEL_TO, "after");
  muster_chart_bind(link, MUSTER_CHANNEL_BY, "direction");
  link->sort = "diff";
  link->width = 5;
  dumbbell_dot(chart, frame, "before", true);
  dumbbell_dot(chart, frame, "after", false);
  dumbbell_column(chart, frame, "shown", "Change", true);
  if (facts.any_interval) dumbbell_column(chart, frame, "interval", "95% interval", false);
  muster_chart_colour(chart, "better", MUSTER_COLOUR_BASE);
  muster_chart_colour(chart, "worse", MUSTER_COLOUR_ACCENT);
  muster_chart_colour(chart, "unclear", MUSTER_COLOUR_QUIET);
  chart->x.unit = in->unit;
  chart->x.top = true;
  chart->y.rows = true;
  chart->noun = "Dumbbell chart";
  chart->table = frame;
  dumbbell_words(chart, in, &facts);
  return recipe_end(chart, err);
}

/* ---- bands ---- */

enum { BANDS = 5, BELOW_90 = 3 };
static const char *const band_names[BANDS] = {"Below 50%", "50% to 80%", "80% to 90%", "90% to 95%", "95% and over"};

static double band_share(const muster_recipe_band_row *row, size_t first, size_t last) {
  double part = 0, whole = 0;
  for (size_t b = 0; b < BANDS; b++) {
    whole += row->pupils[b];
    if (b >= first && b <= last) part += row->pupils[b];
  }
  return whole > 0 ? 100 * part / whole : NAN;
}

typedef struct band_place {
  double share;
  bool total;
  size_t number;
} band_place;

static int most_below_first(const void *a, const void *b) {
  const band_place *l = a, *r = b;
  if (l->total != r->total) return l->total ? 1 : -1;
  if (l->share > r->share) return -1;
  if (l->share < r->share) return 1;
  return (l->number > r->number) - (l->number < r->number);
}

static void band_heading(muster_chart *chart, const char *label, muster_colour colour, muster_side place) {
  muster_chart_layer *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  muster_chart_bind_number(text, MUSTER_CHANNEL_X, 0);
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, label);
  text->at = MUSTER_AT_TOP;
  text->place = place;
  text->colour = colour;
  text->bold = true;
}

/* Most persistent absence first, the total last; where the last rows may be on another page, the total is on this. */
static band_place *ordered_bands(muster_chart *chart, const muster_recipe_bands *in) {
  enum { MANY = 24 };
  band_place *order = muster_arena_alloc(&chart->arena, (in->count + 1) * sizeof *order);
  if (!order) return NULL;
  for (size_t i = 0; i < in->count; i++)
    order[i] = (band_place){band_share(&in->rows[i], 0, BELOW_90 - 1), in->rows[i].total, i};
  qsort(order, in->count, sizeof *order, most_below_first);
  if (in->count > MANY && order[in->count - 1].total) {
    band_place total = order[in->count - 1];
    memmove(order + 1, order, (in->count - 1) * sizeof *order);
    order[0] = total;
  }
  return order;
}

static void fill_bands(muster_chart *chart, const muster_recipe_bands *in, const band_place *order,
                       muster_chart_frame *parts, muster_chart_frame *totals) {
  double *value = muster_chart_numbers(parts, "value"), *strong = muster_chart_numbers(parts, "strong"),
         *space = muster_chart_numbers(parts, "space");
  const char **school = muster_chart_texts(parts, "school"), **band = muster_chart_texts(parts, "band"),
             **shown = muster_chart_texts(parts, "shown");
  double *at = muster_chart_numbers(totals, "at"), *persistent = muster_chart_numbers(totals, "persistent");
  const char **name = muster_chart_texts(totals, "school"), **said = muster_chart_texts(totals, "shown");
  /* outwards from the line at 90%: the bands nearest to it first */
  static const size_t outwards[BANDS] = {2, 1, 0, 3, 4};
  for (size_t i = 0; i < in->count; i++) {
    const muster_recipe_band_row *row = &in->rows[order[i].number];
    name[i] = row->name, persistent[i] = order[i].share, at[i] = -order[i].share;
    said[i] = isnan(order[i].share) ? NULL : SAY(chart, "%.0f%%", order[i].share);
    for (size_t b = 0; b < BANDS; b++) {
      size_t k = i * BANDS + b, which = outwards[b];
      double share = band_share(row, which, which);
      value[k] = which < BELOW_90 ? -share : share, school[k] = row->name, band[k] = band_names[which];
      shown[k] = isnan(share) ? NULL : SAY(chart, "%.0f", share);
      strong[k] = row->total, space[k] = row->total && i > 0;
    }
  }
}

static void title_of_bands(muster_chart *chart, const muster_recipe_band_row *worst, double share) {
  double one_in = share > 0 ? floor(100 / share + 0.5) : INFINITY;
  muster_buf words;
  recipe_buf(&words);
  muster_buf_printf(&words, "At %s ", worst->name);
  if (one_in > 1 && one_in <= 12 && fabs(share * one_in - 100) < 5) { /* 44% is not one in two */
    muster_buf_puts(&words, "one pupil in ");
    put_count(&words, (size_t)one_in, false);
    muster_buf_puts(&words, " is persistently absent");
  } else {
    muster_buf_printf(&words, "%.0f%% of pupils are persistently absent", share);
  }
  chart->title = recipe_say(chart, &words);
}

static void words_of_bands(muster_chart *chart, const muster_recipe_bands *in, const band_place *order) {
  const muster_recipe_band_row *worst = NULL;
  size_t schools = 0;
  for (size_t i = 0; i < in->count; i++) {
    schools += !order[i].total;
    if (!worst && !order[i].total && !isnan(order[i].share)) worst = &in->rows[order[i].number];
  }
  if (worst) {
    double share = band_share(worst, 0, BELOW_90 - 1);
    if (!chart->title) title_of_bands(chart, worst, share);
    chart->alt =
        SAY(chart,
            "Bars of attendance bands at %zu schools, aligned at 90%%. Persistent absence is highest at %s, %.0f%% of "
            "pupils, of whom %.0f%% attend less than half the time.",
            schools, worst->name, share, band_share(worst, 0, 0) / fmax(share, 1e-9) * 100);
  } else if (!chart->title) {
    chart->title = "Pupils by attendance band";
  }
  if (!chart->subtitle)
    chart->subtitle =
        "Share of pupils by attendance band, %. Left of the line: attendance below 90% (persistently absent)";
}

muster_status muster_recipe_draw_bands(muster_chart *chart, const muster_recipe_bands *in, muster_error *err) {
  recipe_begin(chart, &in->words);
  muster_chart_frame *parts =
      muster_chart_frame_new(chart, in->count * BANDS, "value strong space", "school band shown");
  muster_chart_frame *totals = muster_chart_frame_new(chart, in->count, "at persistent", "school shown");
  RECIPE_FRAME(chart, parts, err);
  RECIPE_FRAME(chart, totals, err);
  band_place *order = ordered_bands(chart, in);
  if (!order) return muster_fail_memory(err);
  fill_bands(chart, in, order, parts, totals);
  muster_chart_layer *bar = muster_chart_add(chart, MUSTER_MARK_BAR), *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  bar->data = parts, text->data = totals;
  muster_chart_bind(bar, MUSTER_CHANNEL_Y, "school");
  muster_chart_bind(bar, MUSTER_CHANNEL_VALUE, "value");
  muster_chart_bind(bar, MUSTER_CHANNEL_BY, "band");
  muster_chart_bind(bar, MUSTER_CHANNEL_LABEL, "shown");
  bar->stack = MUSTER_STACK_DIVERGE;
  muster_chart_bind(text, MUSTER_CHANNEL_Y, "school");
  muster_chart_bind(text, MUSTER_CHANNEL_X, "at");
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, "shown");
  text->place = MUSTER_PLACE_LEFT, text->bold = true, text->colour = MUSTER_COLOUR_BAND3, text->size = 20;
  muster_chart_layer *rule = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(rule, MUSTER_CHANNEL_X, 0);
  rule->width = 2.4;
  band_heading(chart, "Persistently absent", MUSTER_COLOUR_BAND3, MUSTER_PLACE_LEFT);
  band_heading(chart, "90% or more", MUSTER_COLOUR_BASE, MUSTER_PLACE_RIGHT);
  static const muster_colour colours[BANDS] = {MUSTER_COLOUR_BAND1, MUSTER_COLOUR_BAND2, MUSTER_COLOUR_BAND3,
                                               MUSTER_COLOUR_BAND4, MUSTER_COLOUR_BAND5};
  for (size_t b = 0; b < BANDS; b++) muster_chart_colour(chart, band_names[b], colours[b]);
  chart->y.strong = "strong", chart->y.space = "space";
  chart->x.hidden = true;
  chart->key = MUSTER_KEY_ON;
  chart->noun = "Stacked bar chart";
  chart->table = parts;
  words_of_bands(chart, in, order);
  return recipe_end(chart, err);
}

/* ---- ranked ---- */

muster_status muster_recipe_draw_ranked(muster_chart *chart, const muster_recipe_ranked *in, muster_error *err) {
  recipe_begin(chart, &in->words);
  muster_chart_frame *frame = muster_chart_frame_new(chart, in->count, "value strong", "name is shown");
  RECIPE_FRAME(chart, frame, err);
  double *value = muster_chart_numbers(frame, "value"), *strong = muster_chart_numbers(frame, "strong");
  const char **name = muster_chart_texts(frame, "name"), **is = muster_chart_texts(frame, "is"),
             **shown = muster_chart_texts(frame, "shown");
  const char *unit = in->unit ? in->unit : "", *measure = in->measure ? in->measure : "Value";
  size_t most = SIZE_MAX, over = 0;
  for (size_t i = 0; i < in->count; i++) {
    value[i] = in->values[i], name[i] = in->names[i];
    strong[i] = in->highlight && strcmp(in->highlight, in->names[i]) == 0;
    is[i] = strong[i] != 0 ? "this" : "others";
    shown[i] = isnan(value[i]) ? NULL : SAY(chart, "%s%s", recipe_number(chart, value[i], 1, false), unit);
    if (!isnan(value[i]) && (most == SIZE_MAX || value[i] > value[most])) most = i;
    over += value[i] > in->reference;
  }
  muster_chart_layer *bar = muster_chart_add(chart, MUSTER_MARK_BAR);
  bar->data = frame;
  muster_chart_bind(bar, MUSTER_CHANNEL_Y, "name");
  muster_chart_bind(bar, MUSTER_CHANNEL_VALUE, "value");
  muster_chart_bind(bar, MUSTER_CHANNEL_BY, "is");
  muster_chart_bind(bar, MUSTER_CHANNEL_LABEL, "shown");
  muster_chart_bind(bar, MUSTER_CHANNEL_STRONG, "strong");
  bar->sort = "value";
  bar->hidden_key = true;
  if (!isnan(in->reference)) {
    muster_chart_layer *rule = muster_chart_add(chart, MUSTER_MARK_RULE);
    muster_chart_bind_number(rule, MUSTER_CHANNEL_X, in->reference);
    rule->dash_count = 2, rule->dash[0] = 6, rule->dash[1] = 5;
    rule->colour = MUSTER_COLOUR_INK;
    if (in->reference_label) {
      muster_chart_layer *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
      muster_chart_bind_number(text, MUSTER_CHANNEL_X, in->reference);
      muster_chart_bind(text, MUSTER_CHANNEL_LABEL, in->reference_label);
      text->at = MUSTER_AT_TOP;
    }
  }
  muster_chart_colour(chart, "this", MUSTER_COLOUR_ACCENT);
  muster_chart_colour(chart, "others", in->highlight ? MUSTER_COLOUR_FOCUS : MUSTER_COLOUR_BASE);
  chart->x.hidden = true;
  chart->y.strong = "strong";
  chart->noun = "Bar chart";
  chart->table = frame;
  if (most != SIZE_MAX) {
    if (!chart->title) chart->title = SAY(chart, "%s is highest at %s, %s", measure, in->names[most], shown[most]);
    chart->alt = SAY(chart, "Bar chart of %s for %zu, highest first. %s has most, %s%s.", measure, in->count,
                     in->names[most], shown[most],
                     isnan(in->reference) ? ""
                                          : SAY(chart, "; %zu are above the reference of %s%s", over,
                                                recipe_number(chart, in->reference, 1, false), unit));
  } else if (!chart->title) {
    chart->title = measure;
  }
  if (!chart->subtitle) chart->subtitle = SAY(chart, "%s%s%s, highest first", measure, *unit ? ", " : "", unit);
  return recipe_end(chart, err);
}

/* ---- transitions ---- */

static void transition_words(muster_chart *chart, const muster_recipe_transition *in, double up, double down,
                             double all) {
  const char *before = in->before_name ? in->before_name : "before", *after = in->after_name ? in->after_name : "after";
  muster_buf text;
  recipe_buf(&text);
  double share_up = all > 0 ? up / all : 0, share_down = all > 0 ? down / all : 0;
  if (all <= 0)
    muster_buf_puts(&text, "No pupils to compare");
  else
    muster_buf_printf(&text, "%.0f%% of pupils moved up at least one band by %s, %.0f%% moved down", 100 * share_up,
                      after, 100 * share_down);
  const char *finding = recipe_say(chart, &text);
  if (!chart->title) chart->title = finding;
  if (!chart->subtitle)
    chart->subtitle =
        SAY(chart, "Pupils by attendance band, %s (rows) to %s (columns). Number of pupils; shade: share of the row",
            before, after);
  chart->alt = SAY(chart,
                   "Table of pupils by attendance band in %s (rows) and %s (columns), %.0f pupils. %.0f moved up at "
                   "least one band, %.0f moved down, %.0f stayed.",
                   before, after, all, up, down, all - up - down);
}

typedef struct transition_facts {
  muster_chart_frame *cells, *rows;
  double up, down, all; /* pupils who moved up, down; all of them */
} transition_facts;

static muster_status transition_frames(muster_chart *chart, const muster_recipe_transition *in, transition_facts *facts,
                                       muster_error *err) {
  size_t n = in->count;
  muster_chart_frame *cells =
      muster_chart_frame_new(chart, n * n, "pupils share same", "from to number part row_total");
  muster_chart_frame *rows = muster_chart_frame_new(chart, n, "", "from up down");
  RECIPE_FRAME(chart, cells, err);
  RECIPE_FRAME(chart, rows, err);
  double *pupils = muster_chart_numbers(cells, "pupils"), *share = muster_chart_numbers(cells, "share"),
         *same = muster_chart_numbers(cells, "same");
  const char **from = muster_chart_texts(cells, "from"), **to = muster_chart_texts(cells, "to"),
             **number = muster_chart_texts(cells, "number");
  const char **part = muster_chart_texts(cells, "part"), **row_total = muster_chart_texts(cells, "row_total");
  const char **who = muster_chart_texts(rows, "from"), **up = muster_chart_texts(rows, "up"),
             **down = muster_chart_texts(rows, "down");
  *facts = (transition_facts){.cells = cells, .rows = rows};
  for (size_t i = 0; i < n; i++) {
    double total = 0, rose = 0, fell = 0;
    for (size_t j = 0; j < n; j++)
      total += in->pupils[i * n + j], rose += j > i ? in->pupils[i * n + j] : 0,
          fell += j < i ? in->pupils[i * n + j] : 0;
    const char *said = SAY(chart, "%s pupils", recipe_number(chart, total, 0, false));
    for (size_t j = 0; j < n; j++) {
      size_t k = i * n + j;
      pupils[k] = in->pupils[k], share[k] = total > 0 ? 100 * pupils[k] / total : NAN, same[k] = i == j;
      from[k] = in->bands[i], to[k] = in->bands[j], row_total[k] = said;
      number[k] = recipe_number(chart, pupils[k], 0, false);
      part[k] = !(total > 0) ? NULL : share[k] > 0 && share[k] < 0.5 ? "under 1%" : SAY(chart, "%.0f%%", share[k]);
    }
    who[i] = in->bands[i];
    up[i] = i + 1 < n && total > 0 ? SAY(chart, "%.0f%% moved up", 100 * rose / total) : NULL;
    down[i] = i > 0 && total > 0 ? SAY(chart, "%.0f%% moved down", 100 * fell / total) : NULL;
    facts->all += total, facts->up += rose, facts->down += fell;
  }
  return MUSTER_OK;
}

static void transition_marks(muster_chart *chart, const transition_facts *facts) {
  muster_chart_layer *cell = muster_chart_add(chart, MUSTER_MARK_CELL),
                     *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  cell->data = facts->cells, text->data = facts->rows;
  muster_chart_bind(cell, MUSTER_CHANNEL_X, "to");
  muster_chart_bind(cell, MUSTER_CHANNEL_Y, "from");
  muster_chart_bind(cell, MUSTER_CHANNEL_FILL, "share");
  muster_chart_bind(cell, MUSTER_CHANNEL_LABEL, "number");
  muster_chart_bind(cell, MUSTER_CHANNEL_SUB, "part");
  muster_chart_bind(cell, MUSTER_CHANNEL_STRONG, "same");
  cell->outline = true;
  static const double breaks[] = {0, 1, 7.5, 15, 40, 60, 100};
  cell->break_count = sizeof breaks / sizeof *breaks;
  memcpy(cell->breaks, breaks, sizeof breaks);
  muster_chart_bind(text, MUSTER_CHANNEL_Y, "from");
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, "up");
  muster_chart_bind(text, MUSTER_CHANNEL_SUB, "down");
  text->at = MUSTER_AT_RIGHT;
  text->colour = MUSTER_COLOUR_GOOD, text->sub_colour = MUSTER_COLOUR_ACCENT, text->bold = true;
}

muster_status muster_recipe_draw_transition(muster_chart *chart, const muster_recipe_transition *in,
                                            muster_error *err) {
  transition_facts facts = {0};
  recipe_begin(chart, &in->words);
  if (in->count < 2 || in->count > 10)
    return muster_fail(err, MUSTER_DATA, "a transition table of %zu bands cannot be drawn; 2 to 10 can", in->count);
  MUSTER_TRY(transition_frames(chart, in, &facts, err));
  transition_marks(chart, &facts);
  chart->scheme = MUSTER_SCHEME_BLUE;
  chart->x.top = true;
  chart->x.label = recipe_capital(chart, SAY(chart, "%s attendance", in->after_name ? in->after_name : "after"));
  chart->y.header = recipe_capital(chart, SAY(chart, "%s attendance", in->before_name ? in->before_name : "before"));
  chart->y.sub = "row_total";
  chart->row_height = 112;
  chart->key = MUSTER_KEY_OFF;
  chart->noun = "Transition table";
  chart->table = facts.cells;
  transition_words(chart, in, facts.up, facts.down, facts.all);
  return recipe_end(chart, err);
}
