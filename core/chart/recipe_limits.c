/* Funnel plot and XmR chart: what chance alone would do. */
#include <stdlib.h>

#include "recipe_util.h"

/* ---- binomial limits ---- */

double muster_funnel_limit(double expected, double n, double tail) {
  if (!(n >= 1) || !(n <= 1e7) || !(expected > 0 && expected < 1) || !(tail > 0 && tail < 1)) return NAN;
  double whole = floor(n), odds = log(expected) - log1p(-expected);
  double log_mass = whole * log1p(-expected), below = 0; /* of r = 0; P(R < r) */
  for (double r = 0;; r++) {
    double mass = exp(log_mass);
    if (below + mass >= tail || r >= whole) {
      double share = mass > 0 ? (below + mass - tail) / mass : 0; /* (P(R <= r) - q) / P(R = r) */
      return (r - share) / whole;
    }
    below += mass;
    log_mass += log((whole - r) / (r + 1)) + odds;
  }
}

/* Expected share, and dispersion from winsorised z-scores. */
static void find_dispersion(const muster_recipe_funnel *in, double *z, muster_funnel_limits *found) {
  double pupils = 0, count = 0;
  size_t k = 0;
  for (size_t i = 0; i < in->count; i++)
    if (in->schools[i].pupils > 0) pupils += in->schools[i].pupils, count += in->schools[i].count;
  found->expected = in->expected > 0 ? in->expected : pupils > 0 ? count / pupils : NAN;
  found->phi = 1;
  double p = found->expected;
  if (!(p > 0 && p < 1) || in->no_dispersion) return;
  for (size_t i = 0; i < in->count; i++) {
    const muster_recipe_funnel_school *s = &in->schools[i];
    if (s->pupils > 0) z[k++] = (s->count / s->pupils - p) / sqrt(p * (1 - p) / s->pupils);
  }
  if (k < 3) return;
  double low = recipe_quantile(z, k, 0.1), high = recipe_quantile(z, k, 0.9), sum = 0;
  for (size_t i = 0; i < k; i++) {
    double held = fmin(fmax(z[i], low), high);
    sum += held * held;
  }
  double phi = sum / (double)k;
  if (phi > 1 + 2 * sqrt(2 / (double)k)) found->phi = phi;
}

static double widened(const muster_funnel_limits *found, double n, double tail) {
  double limit = muster_funnel_limit(found->expected, n, tail);
  return found->expected + sqrt(found->phi) * (limit - found->expected);
}

static muster_status add_limits(muster_chart *chart, const muster_funnel_limits *found, double most, double top,
                                muster_error *err) {
  enum { POINTS = 90 };
  static const struct {
    double tail;
    const char *label;
  } limits[] = {{0.999, "99.8% limit"}, {0.975, "95% limit"}, {0.025, "95% limit"}, {0.001, "99.8% limit"}};
  for (size_t i = 0; i < 4; i++) {
    muster_chart_frame *frame = muster_chart_frame_new(chart, POINTS, "n limit", "label");
    RECIPE_FRAME(chart, frame, err);
    double *n = muster_chart_numbers(frame, "n"), *limit = muster_chart_numbers(frame, "limit");
    const char **label = muster_chart_texts(frame, "label");
    for (int k = 0; k < POINTS; k++) { /* denser where the curve bends */
      double share = (double)(k + 1) / POINTS;
      n[k] = fmax(floor(most * share * share), 1);
      limit[k] = 100 * widened(found, n[k], limits[i].tail);
      if (limit[k] <= 0 || limit[k] >= top) limit[k] = NAN; /* a curve stops where it reaches the edge */
      label[k] = limits[i].label;
    }
    muster_chart_layer *line = muster_chart_add(chart, MUSTER_MARK_LINE);
    line->data = frame;
    muster_chart_bind(line, MUSTER_CHANNEL_X, "n");
    muster_chart_bind(line, MUSTER_CHANNEL_Y, "limit");
    muster_chart_bind(line, MUSTER_CHANNEL_LABEL, "label");
    bool outer = i == 0 || i == 3;
    line->colour = outer ? MUSTER_COLOUR_QUIET : MUSTER_COLOUR_CONTEXT;
    line->width = outer ? 2.4 : 1.9;
    if (!outer) line->dash_count = 2, line->dash[0] = 9, line->dash[1] = 6;
  }
  return recipe_end(chart, err);
}

static muster_status add_schools(muster_chart *chart, const muster_recipe_funnel *in, muster_funnel_limits *found,
                                 bool own, muster_error *err) {
  size_t n = 0;
  for (size_t i = 0; i < in->count; i++) n += in->schools[i].own == own && in->schools[i].pupils > 0;
  muster_chart_frame *frame = muster_chart_frame_new(chart, n, "n share outside", "school limit label shown");
  RECIPE_FRAME(chart, frame, err);
  double *pupils = muster_chart_numbers(frame, "n"), *share = muster_chart_numbers(frame, "share");
  double *outside = muster_chart_numbers(frame, "outside");
  const char **school = muster_chart_texts(frame, "school"), **limit = muster_chart_texts(frame, "limit");
  const char **label = muster_chart_texts(frame, "label"), **shown = muster_chart_texts(frame, "shown");
  size_t row = 0;
  for (size_t i = 0; i < in->count; i++) {
    const muster_recipe_funnel_school *s = &in->schools[i];
    if (s->own != own || !(s->pupils > 0)) continue;
    double value = s->count / s->pupils;
    pupils[row] = s->pupils;
    share[row] = 100 * value;
    limit[row] = !own ? "comparator" : "Within limits: no signal";
    if (own && value > widened(found, s->pupils, 0.999))
      limit[row] = "Above the 99.8% limit: look closer", found->above++;
    if (own && value < widened(found, s->pupils, 0.001))
      limit[row] = "Below the 99.8% limit: learn from", found->below++;
    outside[row] = own && strcmp(limit[row], "Within limits: no signal") != 0;
    school[row] = s->name;
    label[row] = outside[row] ? s->name : NULL;
    shown[row] = outside[row] ? SAY(chart, "%.1f%%", 100 * value) : NULL;
    row++;
  }
  if (own) found->own = n;
  muster_chart_layer *dot = muster_chart_add(chart, MUSTER_MARK_DOT);
  dot->data = frame;
  muster_chart_bind(dot, MUSTER_CHANNEL_X, "n");
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "share");
  if (!own) {
    dot->colour = MUSTER_COLOUR_CONTEXT;
    dot->size = 4.6, dot->alpha = 0.55;
    return recipe_end(chart, err);
  }
  muster_chart_bind(dot, MUSTER_CHANNEL_BY, "limit");
  muster_chart_layer *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  text->data = frame;
  muster_chart_bind(text, MUSTER_CHANNEL_X, "n");
  muster_chart_bind(text, MUSTER_CHANNEL_Y, "share");
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, "label");
  muster_chart_bind(text, MUSTER_CHANNEL_SUB, "shown");
  muster_chart_bind(text, MUSTER_CHANNEL_BY, "limit");
  muster_chart_bind(text, MUSTER_CHANNEL_STRONG, "outside");
  text->avoid = true;
  text->max = 8;
  chart->table = frame;
  return recipe_end(chart, err);
}

static void funnel_words(muster_chart *chart, const muster_recipe_funnel *in, const muster_funnel_limits *found) {
  size_t others = in->count - found->own;
  if (!chart->title) {
    muster_buf text;
    recipe_buf(&text);
    if (found->above)
      put_count(&text, found->above, true);
    else
      muster_buf_puts(&text, "None");
    muster_buf_printf(&text, " of our %zu schools %s more persistent absence than chance explains", found->own,
                      found->above <= 1 ? "has" : "have");
    chart->title = recipe_say(chart, &text);
  }
  if (!chart->subtitle)
    chart->subtitle =
        others ? SAY(chart,
                     "Persistently absent pupils, %%, by number of pupils. {base:Our %zu schools} and %zu "
                     "{context:comparator schools}",
                     found->own, others)
               : SAY(chart, "Persistently absent pupils, %%, by number of pupils. {base:Our %zu schools}", found->own);
  const char *phi = found->phi > 1
                        ? SAY(chart, "widened for over-dispersion (phi = %.1f, Spiegelhalter 2005)", found->phi)
                        : "no sign of over-dispersion";
  recipe_source(chart, SAY(chart, "Limits: exact binomial, %s", phi));
  chart->alt = SAY(
      chart,
      "Funnel plot of persistent absence by number of pupils for %zu schools, expected %.1f%%. %zu of our %zu schools "
      "%s above the 99.8%% limit and %zu below it; the others are within limits.",
      in->count, 100 * found->expected, found->above, found->own, found->above == 1 ? "is" : "are", found->below);
}

muster_status muster_recipe_draw_funnel(muster_chart *chart, const muster_recipe_funnel *in,
                                        muster_funnel_limits *found, muster_error *err) {
  muster_funnel_limits own = {0};
  recipe_begin(chart, &in->words);
  double *z = muster_alloc(in->count, sizeof *z);
  if (!z) return muster_fail_memory(err);
  find_dispersion(in, z, &own);
  muster_free(z);
  if (!(own.expected > 0 && own.expected < 1))
    return muster_fail(err, MUSTER_DATA, "a funnel needs an expected share between 0 and 1, and pupils");
  double most = 0, top = 100 * own.expected;
  for (size_t i = 0; i < in->count; i++) {
    const muster_recipe_funnel_school *s = &in->schools[i];
    if (!(s->count >= 0 && s->count <= s->pupils))
      return muster_fail(err, MUSTER_DATA, "school %zu of the funnel counts %g of %g pupils", i + 1, s->count,
                         s->pupils);
    most = fmax(most, s->pupils);
    if (s->pupils > 0) top = fmax(top, 100 * s->count / s->pupils);
  }
  top = fmax(top, 100 * widened(&own, most, 0.999)); /* the limit of the largest is in the picture */
  top = fmin(ceil(top * 1.12 / 5) * 5, 100);
  MUSTER_TRY(add_limits(chart, &own, fmax(most * 1.04, 10), top, err));
  muster_chart_layer *rule = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(rule, MUSTER_CHANNEL_Y, 100 * own.expected);
  muster_chart_bind(rule, MUSTER_CHANNEL_LABEL, SAY(chart, "Expected %.1f%%", 100 * own.expected));
  rule->at = MUSTER_AT_END;
  rule->bold = true;
  rule->colour = MUSTER_COLOUR_DARK;
  MUSTER_TRY(add_schools(chart, in, &own, false, err));
  MUSTER_TRY(add_schools(chart, in, &own, true, err));
  muster_chart_colour(chart, "Above the 99.8% limit: look closer", MUSTER_COLOUR_ACCENT);
  muster_chart_colour(chart, "Within limits: no signal", MUSTER_COLOUR_BASE);
  muster_chart_colour(chart, "Below the 99.8% limit: learn from", MUSTER_COLOUR_GOOD);
  muster_chart_shape(chart, "Above the 99.8% limit: look closer", MUSTER_SHAPE_UP);
  muster_chart_shape(chart, "Below the 99.8% limit: learn from", MUSTER_SHAPE_DOWN);
  chart->x.label = "Pupils on roll";
  chart->x.from = 0;
  chart->y.unit = "%";
  chart->y.label = "Persistently absent pupils";
  chart->y.from = 0, chart->y.to = top;
  chart->key = MUSTER_KEY_ON;
  chart->noun = "Funnel plot";
  funnel_words(chart, in, &own);
  if (found) *found = own;
  return recipe_end(chart, err);
}

/* ---- XmR ---- */

static void mark_run(signed char *signal, size_t from, size_t to, signed char side) {
  for (size_t i = from; i < to; i++)
    if (!signal[i]) signal[i] = side;
}

static int side_of(double value, double mean) { return isnan(value) || value == mean ? 0 : value > mean ? 1 : -1; }

/* Runs of at least seven whose sign (of `what`) is the same. */
static void mark_sides(const double *values, size_t n, double mean, signed char *signal) {
  for (size_t i = 0; i < n;) {
    int side = side_of(values[i], mean);
    size_t end = i + 1;
    while (end < n && side && side_of(values[end], mean) == side) end++;
    if (side && end - i >= 7) mark_run(signal, i, end, (signed char)side);
    i = end;
  }
}

static void mark_trends(const double *values, size_t n, signed char *signal) {
  for (size_t i = 0; i + 1 < n;) {
    int way = values[i + 1] > values[i] ? 1 : values[i + 1] < values[i] ? -1 : 0;
    size_t end = i + 1;
    while (end + 1 < n && way && (values[end + 1] > values[end] ? 1 : values[end + 1] < values[end] ? -1 : 0) == way)
      end++;
    if (way && end - i + 1 >= 7) mark_run(signal, i, end + 1, (signed char)way);
    i = end;
  }
}

void muster_xmr_signals(const double *values, size_t n, size_t baseline, signed char *signal,
                        muster_xmr_limits *found) {
  size_t base = baseline && baseline < n ? baseline : n, known = 0, moves = 0;
  double sum = 0, moved = 0, before = NAN;
  for (size_t i = 0; i < base; i++) {
    if (isnan(values[i])) continue;
    sum += values[i], known++;
    if (!isnan(before)) moved += fabs(values[i] - before), moves++;
    before = values[i];
  }
  found->mean = known ? sum / (double)known : NAN;
  double reach = moves ? 2.66 * moved / (double)moves : 0;
  found->lower = found->mean - reach, found->upper = found->mean + reach;
  memset(signal, 0, n);
  for (size_t i = 0; i < n; i++) {
    if (values[i] > found->upper) signal[i] = 1;
    if (values[i] < found->lower) signal[i] = -1;
  }
  mark_sides(values, n, found->mean, signal);
  mark_trends(values, n, signal);
  for (size_t i = 2; i < n; i++) { /* two of three beyond two thirds of the way to a limit */
    int high = 0, low = 0;
    for (size_t k = i - 2; k <= i; k++)
      high += values[k] > found->mean + reach * 2 / 3, low += values[k] < found->mean - reach * 2 / 3;
    for (size_t k = i - 2; k <= i; k++) {
      if (high >= 2 && values[k] > found->mean + reach * 2 / 3) mark_run(signal, k, k + 1, 1);
      if (low >= 2 && values[k] < found->mean - reach * 2 / 3) mark_run(signal, k, k + 1, -1);
    }
  }
  found->signals = 0;
  for (size_t i = 0; i < n; i++) found->signals += signal[i] != 0;
}

static void xmr_rule(muster_chart *chart, double at, const char *label, bool dash) {
  muster_chart_layer *rule = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(rule, MUSTER_CHANNEL_Y, at);
  muster_chart_bind(rule, MUSTER_CHANNEL_LABEL, SAY(chart, "%s %s", label, recipe_number(chart, at, 1, false)));
  rule->at = MUSTER_AT_END;
  rule->colour = MUSTER_COLOUR_QUIET;
  rule->bold = !dash;
  if (dash) rule->dash_count = 2, rule->dash[0] = 8, rule->dash[1] = 5;
}

/* The last run of signals on one side, in words. */
static void xmr_words(muster_chart *chart, const muster_recipe_xmr *in, const signed char *signal,
                      const muster_xmr_limits *found) {
  size_t end = in->count, run = 0;
  while (end > 0 && isnan(in->values[end - 1])) end--;
  while (run < end && signal[end - 1] && signal[end - 1 - run] == signal[end - 1]) run++;
  const char *subject = in->words.subject ? in->words.subject : "the measure";
  muster_buf text;
  recipe_buf(&text);
  if (run >= 7) {
    muster_buf_printf(&text, "%s has been %s its usual level for %zu points in a row", subject,
                      signal[end - 1] > 0 ? "above" : "below", run);
  } else if (run) {
    muster_buf_printf(&text, "The latest value of %s is a signal, %s its usual level", subject,
                      signal[end - 1] > 0 ? "above" : "below");
  } else {
    muster_buf_printf(&text, "%s shows no signal now", subject);
  }
  const char *finding = recipe_capital(chart, recipe_say(chart, &text));
  if (!chart->title) chart->title = finding;
  if (!chart->subtitle && in->measure)
    chart->subtitle = SAY(chart, "%s. Limits: mean of %zu values and 2.66 mean moving ranges", in->measure,
                          in->baseline && in->baseline < in->count ? in->baseline : in->count);
  chart->alt = SAY(
      chart,
      "XmR chart of %zu values. %s. Usual level %.1f, limits %.1f to %.1f; %zu value%s outside what chance would do.",
      in->count, finding, found->mean, found->lower, found->upper, found->signals,
      found->signals == 1 ? " is" : "s are");
}

muster_status muster_recipe_draw_xmr(muster_chart *chart, const muster_recipe_xmr *in, muster_xmr_limits *found,
                                     muster_error *err) {
  muster_xmr_limits own;
  recipe_begin(chart, &in->words);
  muster_chart_frame *frame = muster_chart_frame_new(chart, in->count, "period value", "signal");
  RECIPE_FRAME(chart, frame, err);
  signed char *signal = muster_arena_alloc(&chart->arena, in->count + 1);
  if (!signal) return muster_fail_memory(err);
  muster_xmr_signals(in->values, in->count, in->baseline, signal, &own);
  double *period = muster_chart_numbers(frame, "period"), *value = muster_chart_numbers(frame, "value");
  const char **is = muster_chart_texts(frame, "signal");
  for (size_t i = 0; i < in->count; i++) {
    period[i] = (double)(i + 1), value[i] = in->values[i];
    is[i] = signal[i] > 0 ? "Signal above" : signal[i] < 0 ? "Signal below" : "No signal";
  }
  if (!isnan(own.mean)) {
    muster_chart_layer *band = muster_chart_add(chart, MUSTER_MARK_BAND);
    muster_chart_bind_number(band, MUSTER_CHANNEL_Y, own.lower);
    muster_chart_bind_number(band, MUSTER_CHANNEL_Y2, own.upper);
    xmr_rule(chart, own.upper, "Upper limit", true);
    xmr_rule(chart, own.mean, "Usual", false);
    xmr_rule(chart, own.lower, "Lower limit", true);
  }
  muster_chart_layer *line = muster_chart_add(chart, MUSTER_MARK_LINE), *dot = muster_chart_add(chart, MUSTER_MARK_DOT);
  line->data = dot->data = frame;
  muster_chart_bind(line, MUSTER_CHANNEL_X, "period");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "value");
  line->colour = MUSTER_COLOUR_QUIET, line->width = 2.4, line->alpha = 0.85;
  muster_chart_bind(dot, MUSTER_CHANNEL_X, "period");
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "value");
  muster_chart_bind(dot, MUSTER_CHANNEL_BY, "signal");
  dot->size = 7.4;
  muster_chart_colour(chart, "No signal", MUSTER_COLOUR_QUIET);
  muster_chart_colour(chart, "Signal above", in->more_is_better ? MUSTER_COLOUR_GOOD : MUSTER_COLOUR_ACCENT);
  muster_chart_colour(chart, "Signal below", in->more_is_better ? MUSTER_COLOUR_ACCENT : MUSTER_COLOUR_GOOD);
  muster_chart_shape(chart, "Signal above", MUSTER_SHAPE_UP);
  muster_chart_shape(chart, "Signal below", MUSTER_SHAPE_DOWN);
  chart->x.label = in->period;
  chart->x.integer = true;
  chart->y.label = in->measure;
  chart->y.unit = in->unit;
  chart->noun = "XmR chart";
  chart->table = frame;
  xmr_words(chart, in, signal, &own);
  if (found) *found = own;
  return recipe_end(chart, err);
}
