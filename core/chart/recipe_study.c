/* Charts of impact studies: event study, difference-in-differences, interrupted time series. */
#include "recipe_util.h"

static const char *points(muster_chart *chart, double v) { return recipe_number(chart, v, 1, true); }

static const char *interval_of(muster_chart *chart, double level) {
  return SAY(chart, "%.10g%% interval", 100 * (level > 0 ? level : 0.95));
}

static muster_chart_layer *end_text(muster_chart *chart, double at, const char *label, const char *sub,
                                    muster_colour colour, bool bold) {
  muster_chart_layer *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  muster_chart_bind_number(text, MUSTER_CHANNEL_Y, at);
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, label);
  if (sub) muster_chart_bind(text, MUSTER_CHANNEL_SUB, sub);
  text->at = MUSTER_AT_END;
  text->colour = colour;
  text->bold = bold;
  return text;
}

static muster_chart_layer *corner_text(muster_chart *chart, muster_at at, const char *label, const char *sub) {
  muster_chart_layer *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, label);
  if (sub) muster_chart_bind(text, MUSTER_CHANNEL_SUB, sub);
  text->at = at;
  return text;
}

static void upright(muster_chart *chart, double at, const char *label, bool left) {
  muster_chart_layer *rule = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(rule, MUSTER_CHANNEL_X, at);
  if (label) muster_chart_bind(rule, MUSTER_CHANNEL_LABEL, label);
  rule->dash_count = 2, rule->dash[0] = 6, rule->dash[1] = 5;
  if (left) rule->place = MUSTER_PLACE_LEFT;
}

/* ---- event study ---- */

/* The part of the width, as one over this, that the words on the time before the start take. */
static const double WORDS_WIDE = 3.2;

static void event_words(muster_chart *chart, const muster_recipe_event_study *in) {
  const char *outcome = in->outcome ? in->outcome : "the outcome",
             *treatment = in->treatment ? in->treatment : "the start";
  bool clear = in->average_lo > 0 || in->average_hi < 0, before = in->pretrend_p < 0.05;
  muster_buf text;
  recipe_buf(&text);
  muster_buf_printf(&text, "%s ", outcome);
  if (isnan(in->average)) {
    muster_buf_printf(&text, "before and after %s", treatment);
  } else if (!clear) {
    muster_buf_printf(&text, "did not clearly change after %s", treatment);
  } else {
    muster_buf_printf(&text, "%s by %s points after %s%s", in->average < 0 ? "fell" : "rose",
                      recipe_number(chart, fabs(in->average), 1, false), treatment,
                      before ? ", but groups differed before" : "");
  }
  const char *finding = recipe_capital(chart, recipe_say(chart, &text));
  if (!chart->title) chart->title = finding;
  bool bands = false;
  for (size_t i = 0; i < in->count; i++) bands = bands || !isnan(in->estimates[i].band_lo);
  if (!chart->subtitle)
    chart->subtitle = SAY(chart,
                          bands ? "Effect on %s, percentage points. Thick bar: %s; thin bar: simultaneous band"
                                : "Effect on %s, percentage points. Bar: %s",
                          outcome, interval_of(chart, in->level));
  chart->alt = isnan(in->average)
                   ? SAY(chart, "Event study of %s: %zu estimates by period since %s, each with its %s. %s.", outcome,
                         in->count, treatment, interval_of(chart, in->level), finding)
                   : SAY(chart,
                         "Event study of %s: %zu estimates by period since %s. Average after the start %s points, "
                         "%s %s to %s. %s.",
                         outcome, in->count, treatment, points(chart, in->average), interval_of(chart, in->level),
                         points(chart, in->average_lo), points(chart, in->average_hi), finding);
}

static void add_average(muster_chart *chart, const muster_recipe_event_study *in, double last) {
  muster_chart_layer *band = muster_chart_add(chart, MUSTER_MARK_BAND);
  muster_chart_bind_number(band, MUSTER_CHANNEL_X, -0.3);
  muster_chart_bind_number(band, MUSTER_CHANNEL_X2, last + 0.3);
  muster_chart_bind_number(band, MUSTER_CHANNEL_Y, in->average_lo);
  muster_chart_bind_number(band, MUSTER_CHANNEL_Y2, in->average_hi);
  muster_chart_layer *rule = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(rule, MUSTER_CHANNEL_Y, in->average);
  bool good = (in->average > 0) == in->more_is_better;
  band->colour = rule->colour = good ? MUSTER_COLOUR_GOOD : MUSTER_COLOUR_ACCENT;
  band->alpha = 0.16;
  rule->start = -0.3, rule->stop = last + 0.3, rule->width = 2;
}

/* The estimates; how many lie before the start, and the last period. */
typedef struct event_facts {
  muster_chart_frame *frame;
  size_t before;
  double last;
} event_facts;

static muster_status event_frame(muster_chart *chart, const muster_recipe_event_study *in, event_facts *facts,
                                 muster_error *err) {
  muster_chart_frame *frame = muster_chart_frame_new(chart, in->count, "k est lo hi slo shi", "when label");
  RECIPE_FRAME(chart, frame, err);
  *facts = (event_facts){.frame = frame};
  double *k = muster_chart_numbers(frame, "k"), *est = muster_chart_numbers(frame, "est");
  double *lo = muster_chart_numbers(frame, "lo"), *hi = muster_chart_numbers(frame, "hi");
  double *slo = muster_chart_numbers(frame, "slo"), *shi = muster_chart_numbers(frame, "shi");
  const char **when = muster_chart_texts(frame, "when"), **label = muster_chart_texts(frame, "label");
  for (size_t i = 0; i < in->count; i++) {
    const muster_recipe_estimate *e = &in->estimates[i];
    bool wide = !isnan(e->band_lo) && !isnan(e->band_hi);
    k[i] = e->period, est[i] = e->estimate, lo[i] = e->lo, hi[i] = e->hi;
    slo[i] = wide ? e->band_lo : e->lo, shi[i] = wide ? e->band_hi : e->hi;
    when[i] = e->period < 0 ? "before" : "after";
    if (e->period == in->reference) label[i] = "Baseline";
    facts->before += e->period < 0;
    if (e->period > facts->last) facts->last = e->period;
  }
  return MUSTER_OK;
}

static void event_marks(muster_chart *chart, const muster_recipe_event_study *in, const event_facts *facts) {
  if (facts->before) {
    muster_chart_layer *band = muster_chart_add(chart, MUSTER_MARK_BAND);
    muster_chart_bind_number(band, MUSTER_CHANNEL_X, -INFINITY);
    muster_chart_bind_number(band, MUSTER_CHANNEL_X2, -0.5);
    muster_chart_bind(band, MUSTER_CHANNEL_LABEL, "Before");
    upright(chart, -0.5, "After", false);
  }
  muster_chart_layer *zero = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(zero, MUSTER_CHANNEL_Y, 0);
  if (!isnan(in->average)) add_average(chart, in, facts->last);
  muster_chart_layer *interval = muster_chart_add(chart, MUSTER_MARK_INTERVAL);
  interval->data = facts->frame;
  muster_chart_bind(interval, MUSTER_CHANNEL_X, "k");
  muster_chart_bind(interval, MUSTER_CHANNEL_LO, "slo");
  muster_chart_bind(interval, MUSTER_CHANNEL_HI, "shi");
  muster_chart_bind(interval, MUSTER_CHANNEL_INNER_LO, "lo");
  muster_chart_bind(interval, MUSTER_CHANNEL_INNER_HI, "hi");
  muster_chart_bind(interval, MUSTER_CHANNEL_MID, "est");
  muster_chart_bind(interval, MUSTER_CHANNEL_BY, "when");
  muster_chart_bind(interval, MUSTER_CHANNEL_LABEL, "label");
  interval->hollow = in->reference;
  interval->hidden_key = true;
  muster_chart_colour(chart, "before", MUSTER_COLOUR_QUIET);
  muster_chart_colour(chart, "after", MUSTER_COLOUR_BASE);
}

/* The average after the start, and the test of what was before it. */
static void event_results(muster_chart *chart, const muster_recipe_event_study *in, const event_facts *facts) {
  if (!isnan(in->average)) {
    muster_chart_layer *text = recipe_text(chart, floor(facts->last / 2) + 0.5, in->average_hi,
                                           SAY(chart, "Average after start: %s points", points(chart, in->average)));
    muster_chart_bind(text, MUSTER_CHANNEL_SUB,
                      SAY(chart, "%s %s to %s", interval_of(chart, in->level), points(chart, in->average_lo),
                          points(chart, in->average_hi)));
    text->sub_colour = text->colour =
        (in->average > 0) == in->more_is_better ? MUSTER_COLOUR_GOOD : MUSTER_COLOUR_ACCENT;
    text->bold = text->leader = true;
  }
  if (!isnan(in->pretrend_p) && facts->before) {
    const char *test =
        SAY(chart, "Joint test of the estimates before: p %s%.*f", in->pretrend_p < 0.001 ? "below " : "= ",
            in->pretrend_p < 0.1 ? 3 : 2, fmax(in->pretrend_p, 0.001));
    if (WORDS_WIDE * (double)facts->before >= (double)in->count) /* wide enough to hold the words left of the start */
      corner_text(
          chart, MUSTER_AT_BOTTOM_LEFT,
          in->pretrend_p < 0.05 ? "The groups differed before the start" : "No clear difference before the start",
          test);
    else
      recipe_source(chart, test);
  }
}

muster_status muster_recipe_draw_event_study(muster_chart *chart, const muster_recipe_event_study *in,
                                             muster_error *err) {
  event_facts facts = {0};
  recipe_begin(chart, &in->words);
  MUSTER_TRY(event_frame(chart, in, &facts, err));
  event_marks(chart, in, &facts);
  event_results(chart, in, &facts);
  chart->x.label = in->period ? in->period : "Periods since the start";
  chart->x.integer = chart->x.sign = true;
  chart->y.sign = true;
  chart->y.label = SAY(chart, "Effect on %s, percentage points", in->outcome ? in->outcome : "the outcome");
  chart->y.note = in->more_is_better ? "Above zero: more than without it" : "Below zero: less than without it";
  chart->noun = "Event study";
  chart->table = facts.frame;
  event_words(chart, in);
  return recipe_end(chart, err);
}

/* ---- difference-in-differences ---- */

static muster_status did_frames(muster_chart *chart, const muster_recipe_did *in, double gap, muster_error *err) {
  muster_chart_frame *both = muster_chart_frame_new(chart, 2 * in->count, "value", "period year group");
  muster_chart_frame *path = muster_chart_frame_new(chart, in->count, "expected seen", "period year label");
  RECIPE_FRAME(chart, both, err);
  RECIPE_FRAME(chart, path, err);
  double *value = muster_chart_numbers(both, "value"), *expected = muster_chart_numbers(path, "expected");
  double *seen = muster_chart_numbers(path, "seen");
  const char **period = muster_chart_texts(both, "period"), **year = muster_chart_texts(both, "year");
  const char **group = muster_chart_texts(both, "group"), **at = muster_chart_texts(path, "period"),
             **label = muster_chart_texts(path, "label");
  const char **later = muster_chart_texts(path, "year");
  for (size_t i = 0; i < 2 * in->count; i++) {
    size_t k = i < in->count ? i : i - in->count;
    value[i] = i < in->count ? in->comparison[k] : in->treated[k];
    period[i] = in->periods[k];
    year[i] = in->years ? in->years[k] : NULL;
    group[i] = i < in->count ? in->comparison_name : in->treated_name;
  }
  for (size_t i = 0; i < in->count; i++) { /* from the last period before: the comparison, moved by the gap before */
    bool shown = i + 1 >= in->start;
    at[i] = in->periods[i];
    later[i] = in->years ? in->years[i] : NULL;
    seen[i] = shown ? in->treated[i] : NAN;
    expected[i] = !shown ? NAN : i + 1 == in->start ? in->treated[i] : in->comparison[i] + gap;
    label[i] = "Expected without it";
  }
  muster_chart_layer *ribbon = muster_chart_add(chart, MUSTER_MARK_RIBBON),
                     *dash = muster_chart_add(chart, MUSTER_MARK_LINE);
  muster_chart_layer *line = muster_chart_add(chart, MUSTER_MARK_LINE);
  ribbon->data = dash->data = path, line->data = both;
  muster_chart_bind(ribbon, MUSTER_CHANNEL_X, "period");
  muster_chart_bind(ribbon, MUSTER_CHANNEL_LO, "seen");
  muster_chart_bind(ribbon, MUSTER_CHANNEL_HI, "expected");
  ribbon->colour = MUSTER_COLOUR_BASE, ribbon->alpha = 0.12;
  muster_chart_bind(dash, MUSTER_CHANNEL_X, "period");
  muster_chart_bind(dash, MUSTER_CHANNEL_Y, "expected");
  muster_chart_bind(dash, MUSTER_CHANNEL_LABEL, "label");
  dash->colour = MUSTER_COLOUR_BASE, dash->width = 3;
  dash->dash_count = 2, dash->dash[0] = 10, dash->dash[1] = 8;
  muster_chart_bind(line, MUSTER_CHANNEL_X, "period");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "value");
  muster_chart_bind(line, MUSTER_CHANNEL_BY, "group");
  line->end = line->points = true;
  line->width = 3.8;
  if (in->years) chart->x.group = "year";
  chart->table = both;
  return recipe_end(chart, err);
}

muster_status muster_recipe_draw_did(muster_chart *chart, const muster_recipe_did *in, muster_error *err) {
  recipe_begin(chart, &in->words);
  if (in->start == 0 || in->start >= in->count)
    return muster_fail(err, MUSTER_DATA, "the treated periods must begin after the first and before the end");
  double gap = 0, known = 0;
  for (size_t i = 0; i < in->start; i++) {
    double d = in->treated[i] - in->comparison[i];
    if (!isnan(d)) gap += d, known++;
  }
  gap = known > 0 ? gap / known : 0;
  MUSTER_TRY(did_frames(chart, in, gap, err));
  upright(chart, (double)in->start + 0.5, in->treatment, false);
  bool clear = in->lo > 0 || in->hi < 0;
  if (!isnan(in->effect)) {
    /* on the wider side of the start, so that the words do not cross its line */
    muster_chart_layer *text =
        corner_text(chart, 2 * in->start > in->count ? MUSTER_AT_BOTTOM_LEFT : MUSTER_AT_BOTTOM_RIGHT,
                    SAY(chart, "Difference-in-differences: %s points", points(chart, in->effect)),
                    SAY(chart, "%s %s to %s%s%s", interval_of(chart, in->level), points(chart, in->lo),
                        points(chart, in->hi), in->method ? ", " : "", in->method ? in->method : ""));
    text->colour = MUSTER_COLOUR_BASE, text->sub_colour = MUSTER_COLOUR_QUIET, text->bold = true;
  }
  muster_chart_colour(chart, in->treated_name, MUSTER_COLOUR_BASE);
  muster_chart_colour(chart, in->comparison_name, MUSTER_COLOUR_CONTEXT);
  chart->y.unit = in->unit;
  chart->y.label = in->measure;
  const char *measure = in->measure ? in->measure : "The outcome";
  if (!chart->title)
    chart->title =
        clear ? SAY(chart, "%s in %s %s %s points against %s", measure, in->treated_name,
                    in->effect < 0 ? "fell" : "rose", recipe_number(chart, fabs(in->effect), 1, false),
                    in->comparison_name)
              : SAY(chart, "%s in %s did not clearly part from %s", measure, in->treated_name, in->comparison_name);
  if (!chart->subtitle)
    chart->subtitle =
        SAY(chart, "%s%s%s. {base:%s}, {context:%s} and {base:what %s would have had} (dashed)", measure,
            in->unit ? ", " : "", in->unit ? in->unit : "", in->treated_name, in->comparison_name, in->treated_name);
  chart->alt = SAY(chart,
                   "Line chart of %s over %zu periods: %s against %s, and where the first would have been without it. "
                   "Difference-in-differences %s points, %s %s to %s.",
                   measure, in->count, in->treated_name, in->comparison_name, points(chart, in->effect),
                   interval_of(chart, in->level), points(chart, in->lo), points(chart, in->hi));
  chart->noun = "Line chart";
  return recipe_end(chart, err);
}

/* ---- interrupted time series ---- */

static void its_line(muster_chart *chart, const muster_chart_frame *frame, const char *column, muster_colour colour,
                     bool dash) {
  muster_chart_layer *line = muster_chart_add(chart, MUSTER_MARK_LINE);
  line->data = frame;
  muster_chart_bind(line, MUSTER_CHANNEL_X, "time");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, column);
  line->colour = colour;
  line->width = dash ? 3 : 4;
  if (dash) line->dash_count = 2, line->dash[0] = 10, line->dash[1] = 7;
}

/* The series, and where its two paths end. */
typedef struct its_facts {
  muster_chart_frame *frame;
  double last_fit, last_expected;
} its_facts;

static muster_status its_frame(muster_chart *chart, const muster_recipe_its *in, its_facts *facts, muster_error *err) {
  muster_chart_frame *frame =
      muster_chart_frame_new(chart, in->count, "time value before after expected lo hi", "when");
  RECIPE_FRAME(chart, frame, err);
  double *time = muster_chart_numbers(frame, "time"), *value = muster_chart_numbers(frame, "value");
  double *before = muster_chart_numbers(frame, "before"), *after = muster_chart_numbers(frame, "after");
  double *expected = muster_chart_numbers(frame, "expected"), *lo = muster_chart_numbers(frame, "lo"),
         *hi = muster_chart_numbers(frame, "hi");
  const char **when = muster_chart_texts(frame, "when");
  *facts = (its_facts){frame, NAN, NAN};
  for (size_t i = 0; i < in->count; i++) {
    bool late = in->time[i] > in->start;
    time[i] = in->time[i], value[i] = in->value[i];
    before[i] = late ? NAN : in->fitted[i], after[i] = late ? in->fitted[i] : NAN;
    expected[i] = in->expected[i], lo[i] = in->expected_lo[i], hi[i] = in->expected_hi[i];
    when[i] = late ? "after" : "before";
    if (late && !isnan(in->fitted[i])) facts->last_fit = in->fitted[i];
    if (late && !isnan(in->expected[i])) facts->last_expected = in->expected[i];
  }
  return MUSTER_OK;
}

static void its_marks(muster_chart *chart, const muster_recipe_its *in, const muster_chart_frame *frame) {
  muster_chart_layer *ribbon = muster_chart_add(chart, MUSTER_MARK_RIBBON),
                     *dot = muster_chart_add(chart, MUSTER_MARK_DOT);
  ribbon->data = dot->data = frame;
  muster_chart_bind(ribbon, MUSTER_CHANNEL_X, "time");
  muster_chart_bind(ribbon, MUSTER_CHANNEL_LO, "lo");
  muster_chart_bind(ribbon, MUSTER_CHANNEL_HI, "hi");
  ribbon->colour = MUSTER_COLOUR_CONTEXT, ribbon->alpha = 0.24;
  muster_chart_bind(dot, MUSTER_CHANNEL_X, "time");
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "value");
  muster_chart_bind(dot, MUSTER_CHANNEL_BY, "when");
  dot->size = 6.4, dot->alpha = 0.75;
  dot->hidden_key = true;
  its_line(chart, frame, "before", MUSTER_COLOUR_QUIET, false);
  its_line(chart, frame, "expected", MUSTER_COLOUR_QUIET, true);
  its_line(chart, frame, "after", MUSTER_COLOUR_BASE, false);
  upright(chart, in->start, in->change, true);
  muster_chart_colour(chart, "before", MUSTER_COLOUR_CONTEXT);
  muster_chart_colour(chart, "after", MUSTER_COLOUR_BASE);
}

/* At the right: both ends, and how far apart they are. */
static void its_ends(muster_chart *chart, const muster_recipe_its *in, double last_fit, double last_expected) {
  const char *unit = in->unit ? in->unit : "";
  end_text(chart, last_expected, "Expected without the change",
           SAY(chart, "%s%s", recipe_number(chart, last_expected, 1, false), unit), MUSTER_COLOUR_QUIET, true);
  end_text(chart, (last_fit + last_expected) / 2,
           SAY(chart, "%s (%s to %s)", points(chart, in->effect), points(chart, in->lo), points(chart, in->hi)), NULL,
           MUSTER_COLOUR_INK, true);
  end_text(chart, last_fit, "Fitted", SAY(chart, "%s%s", recipe_number(chart, last_fit, 1, false), unit),
           MUSTER_COLOUR_BASE, true);
  muster_chart_layer *bracket = muster_chart_add(chart, MUSTER_MARK_INTERVAL);
  bracket->at = MUSTER_AT_END;
  muster_chart_bind_number(bracket, MUSTER_CHANNEL_LO, last_fit);
  muster_chart_bind_number(bracket, MUSTER_CHANNEL_HI, last_expected);
}

static void its_words(muster_chart *chart, const muster_recipe_its *in) {
  bool clear = in->lo > 0 || in->hi < 0;
  const char *measure = in->measure ? in->measure : "The outcome", *subject = in->words.subject;
  if (!chart->title)
    chart->title = clear ? SAY(chart, "%s%s%s is now %s points %s its earlier path", measure, subject ? " at " : "",
                               subject ? subject : "", recipe_number(chart, fabs(in->effect), 1, false),
                               in->effect < 0 ? "below" : "above")
                         : SAY(chart, "%s%s%s has not clearly left its earlier path", measure, subject ? " at " : "",
                               subject ? subject : "");
  if (!chart->subtitle)
    chart->subtitle =
        SAY(chart, "%s%s%s. Points: observed; lines: fitted; shaded: %s of the path expected without the change",
            measure, in->unit ? ", " : "", in->unit ? in->unit : "", interval_of(chart, in->level));
  if (!in->controlled) recipe_source(chart, "A single series without comparison: weak evidence on cause");
  chart->alt =
      SAY(chart,
          "Interrupted time series of %s, %zu points. After the change it ends %s points from the path "
          "expected without it, %s %s to %s. %s.",
          measure, in->count, points(chart, in->effect), interval_of(chart, in->level), points(chart, in->lo),
          points(chart, in->hi),
          in->controlled ? "That path is from a comparison series" : "One series without comparison is weak evidence");
}

muster_status muster_recipe_draw_its(muster_chart *chart, const muster_recipe_its *in, muster_error *err) {
  its_facts facts = {0};
  recipe_begin(chart, &in->words);
  MUSTER_TRY(its_frame(chart, in, &facts, err));
  its_marks(chart, in, facts.frame);
  its_ends(chart, in, facts.last_fit, facts.last_expected);
  chart->x.label = in->period;
  chart->y.unit = in->unit;
  chart->y.label = in->measure;
  its_words(chart, in);
  chart->noun = "Interrupted time series";
  chart->table = facts.frame;
  return recipe_end(chart, err);
}
