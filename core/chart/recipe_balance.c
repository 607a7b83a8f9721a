/* Love plots: are the groups alike before and after they were made so. */
#include "recipe_util.h"

static void love_dot(muster_chart *chart, const muster_chart_frame *frame, const char *column, const char *name,
                     bool ring) {
  muster_chart_layer *dot = muster_chart_add(chart, MUSTER_MARK_DOT);
  dot->data = frame;
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "measure");
  muster_chart_bind(dot, MUSTER_CHANNEL_X, column);
  dot->shape = ring ? MUSTER_SHAPE_RING : MUSTER_SHAPE_CIRCLE;
  dot->colour = ring ? MUSTER_COLOUR_CONTEXT : MUSTER_COLOUR_BASE;
  dot->name = name;
}

/* The measures by what they differed before; how many lie outside the tolerance, the largest difference after, and the
 * largest of all. */
typedef struct love_facts {
  muster_chart_frame *frame;
  double tolerance, worst, widest;
  size_t off_before, off_after;
} love_facts;

static muster_status love_frame(muster_chart *chart, const muster_recipe_love *in, love_facts *facts,
                                muster_error *err) {
  muster_chart_frame *frame = muster_chart_frame_new(chart, in->count, "before after size", "measure");
  RECIPE_FRAME(chart, frame, err);
  double *before = muster_chart_numbers(frame, "before"), *after = muster_chart_numbers(frame, "after"),
         *size = muster_chart_numbers(frame, "size");
  const char **measure = muster_chart_texts(frame, "measure");
  *facts = (love_facts){.frame = frame, .tolerance = in->tolerance > 0 ? in->tolerance : 0.1};
  for (size_t i = 0; i < in->count; i++) {
    before[i] = in->rows[i].before, after[i] = in->rows[i].after, measure[i] = in->rows[i].name;
    size[i] = fabs(before[i]);
    facts->off_before += size[i] > facts->tolerance, facts->off_after += fabs(after[i]) > facts->tolerance;
    facts->worst = fmax(facts->worst, fabs(after[i]));
    facts->widest = fmax(facts->widest, fmax(size[i], fabs(after[i])));
  }
  for (size_t i = 1; i < in->count; i++) /* largest difference before first: an insertion sort keeps equals in place */
    for (size_t k = i; k > 0 && (size[k] > size[k - 1] || (isnan(size[k - 1]) && !isnan(size[k]))); k--) {
      double t = size[k], b = before[k], a = after[k];
      const char *m = measure[k];
      size[k] = size[k - 1], before[k] = before[k - 1], after[k] = after[k - 1], measure[k] = measure[k - 1];
      size[k - 1] = t, before[k - 1] = b, after[k - 1] = a, measure[k - 1] = m;
    }
  return MUSTER_OK;
}

static void love_words(muster_chart *chart, const muster_recipe_love *in, const love_facts *facts, const char *before,
                       const char *after) {
  if (!chart->title) {
    muster_buf text;
    recipe_buf(&text);
    if (facts->off_after == 0) {
      muster_buf_printf(&text, "The groups look alike on every measure %s", after);
    } else {
      put_count(&text, facts->off_after, true);
      muster_buf_printf(&text, " of %zu measures still differ%s %s", in->count, facts->off_after == 1 ? "s" : "",
                        after);
    }
    chart->title = recipe_say(chart, &text);
  }
  if (!chart->subtitle)
    chart->subtitle =
        SAY(chart, "Standardised mean difference, {context:%s} and {base:%s}. Shaded: within %g, the usual tolerance",
            before, after, facts->tolerance);
  const char *heading =
      SAY(chart, "Love plot of standardised mean differences on %zu measure%s", in->count, in->count == 1 ? "" : "s");
  chart->alt = strcmp(before, after) == 0
                   ? SAY(chart, "%s, %s: %zu outside %g; the largest is %.2f.", heading, after, facts->off_after,
                         facts->tolerance, facts->worst)
                   : SAY(chart, "%s. Outside %g: %zu %s, %zu %s; the largest left is %.2f.", heading, facts->tolerance,
                         facts->off_before, before, facts->off_after, after, facts->worst);
}

muster_status muster_recipe_draw_love(muster_chart *chart, const muster_recipe_love *in, muster_error *err) {
  love_facts facts = {0};
  recipe_begin(chart, &in->words);
  MUSTER_TRY(love_frame(chart, in, &facts, err));
  const char *before_name = in->before_name ? in->before_name : "before adjustment",
             *after_name = in->after_name ? in->after_name : "after adjustment";
  double tolerance = facts.tolerance;
  muster_chart_layer *band = muster_chart_add(chart, MUSTER_MARK_BAND),
                     *zero = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(band, MUSTER_CHANNEL_X, -tolerance);
  muster_chart_bind_number(band, MUSTER_CHANNEL_X2, tolerance);
  band->colour = MUSTER_COLOUR_GOOD, band->alpha = 0.13;
  muster_chart_bind_number(zero, MUSTER_CHANNEL_X, 0);
  muster_chart_layer *link = muster_chart_add(chart, MUSTER_MARK_LINK);
  link->data = facts.frame;
  muster_chart_bind(link, MUSTER_CHANNEL_Y, "measure");
  muster_chart_bind(link, MUSTER_CHANNEL_FROM, "before");
  muster_chart_bind(link, MUSTER_CHANNEL_TO, "after");
  love_dot(chart, facts.frame, "before", before_name, true);
  love_dot(chart, facts.frame, "after", after_name, false);
  chart->x.sign = true;
  chart->x.label = "Standardised mean difference";
  bool small = facts.widest < 2 * tolerance; /* it is to look small */
  if (small) chart->x.from = -2 * tolerance, chart->x.to = 2 * tolerance;
  love_words(chart, in, &facts, before_name, after_name);
  chart->noun = "Love plot";
  chart->table = facts.frame;
  return recipe_end(chart, err);
}
