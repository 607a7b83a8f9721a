/* Register strip and cumulative absence: pupil by pupil. */
#include <stdlib.h>

#include "recipe_util.h"

static const char *const class_names[] = {NULL,         "present",      "late",      "illness",
                                          "authorised", "unauthorised", "suspended", "not required"};

typedef struct tally {
  size_t possible, attended;
} tally;

static tally tally_of(const muster_recipe_pupil *pupil, size_t sessions) {
  tally t = {0, 0};
  for (size_t s = 0; s < sessions; s++) {
    unsigned char c = pupil->classes[s];
    if (c == MUSTER_CLASS_NONE || c == MUSTER_CLASS_NOT_REQUIRED) continue;
    t.possible++;
    t.attended += c == MUSTER_CLASS_PRESENT || c == MUSTER_CLASS_LATE;
  }
  return t;
}

static int by_most(const void *a, const void *b) {
  const size_t *l = a, *r = b;
  return (*l < *r) - (*l > *r);
}

/* "Five of 26 pupils account for three-quarters of their absence": the fewest who make seven tenths. The pupils may be
 * a choice from a school, so nothing is said of its absence. */
static void title_of_register(muster_chart *chart, const muster_recipe_register *in) {
  size_t *missed = muster_alloc(in->pupil_count, sizeof *missed), total = 0, absent = 0, possible = 0;
  if (!missed) {
    chart->failed = true;
    return;
  }
  for (size_t p = 0; p < in->pupil_count; p++) {
    tally t = tally_of(&in->pupils[p], in->day_count * 2);
    missed[p] = t.possible - t.attended;
    total += missed[p];
    possible += t.possible;
    absent += missed[p] > 0;
  }
  qsort(missed, in->pupil_count, sizeof *missed, by_most);
  size_t few = 0, sum = 0;
  while (few < in->pupil_count && (double)sum < 0.7 * (double)total) sum += missed[few++];
  muster_buf text;
  recipe_buf(&text);
  if (in->pupil_count == 1) {
    muster_buf_printf(&text, "One pupil missed %zu of %zu sessions", total, possible);
  } else if (total == 0) {
    muster_buf_printf(&text, "None of %zu pupils missed a session", in->pupil_count);
  } else if (few * 2 > in->pupil_count && in->pupil_count > 2) {
    put_count(&text, absent, true);
    muster_buf_printf(&text, " of %zu pupils share the absence", in->pupil_count);
  } else {
    put_count(&text, few, true);
    muster_buf_printf(&text, " of %zu pupils account%s for ", in->pupil_count, few == 1 ? "s" : "");
    if (sum == total)
      muster_buf_puts(&text, "all");
    else
      put_share(&text, (double)sum / (double)total);
    muster_buf_puts(&text, " of their absence");
  }
  if (!chart->title) chart->title = recipe_say(chart, &text);
  muster_buf_free(&text);
  double share = total ? (double)sum / (double)total * 100 : 0;
  chart->alt =
      SAY(chart,
          "Register strip of %zu pupils over %zu sessions, lowest attendance first. %zu pupil%s had an absence; "
          "%zu of them make up %.0f%% of the %zu sessions missed. Every session that is not present carries its code "
          "letter.",
          in->pupil_count, in->day_count * 2, absent, absent == 1 ? "" : "s", few, share, total);
  muster_free(missed);
}

static void subtitle_of_register(muster_chart *chart, const muster_recipe_register *in) {
  muster_buf text;
  recipe_buf(&text);
  if (in->words.subject) {
    muster_buf_printf(&text, "%s, every session from ", in->words.subject);
  } else {
    muster_buf_puts(&text, "Every session from ");
  }
  if (in->day_count) put_dates(&text, in->days[0], in->days[in->day_count - 1]);
  muster_buf_puts(&text, ", morning then afternoon, lowest attendance first");
  chart->subtitle = recipe_capital(chart, recipe_say(chart, &text));
}

static muster_status fill_register(muster_chart *chart, const muster_recipe_register *in, muster_error *err) {
  size_t sessions = in->day_count * 2, n = in->pupil_count * sessions, row = 0;
  muster_chart_frame *marks = muster_chart_frame_new(chart, n, "session", "pupil code class week");
  RECIPE_FRAME(chart, marks, err);
  const char **week = muster_arena_alloc(&chart->arena, (in->day_count + 1) * sizeof *week);
  if (!week) return muster_fail_memory(err);
  for (size_t d = 0; d < in->day_count; d++) {
    muster_buf text;
    recipe_buf(&text);
    put_date(&text, muster_date_monday(in->days[d]), false);
    week[d] = recipe_say(chart, &text);
  }
  double *session = muster_chart_numbers(marks, "session");
  const char **pupil = muster_chart_texts(marks, "pupil"), **code = muster_chart_texts(marks, "code");
  const char **class = muster_chart_texts(marks, "class"), **weeks = muster_chart_texts(marks, "week");
  for (size_t p = 0; p < in->pupil_count; p++)
    for (size_t s = 0; s < sessions; s++, row++) {
      unsigned char c = in->pupils[p].classes[s];
      session[row] = (double)s;
      pupil[row] = in->pupils[p].name;
      weeks[row] = week[s / 2];
      class[row] = c <= MUSTER_CLASS_NOT_REQUIRED ? class_names[c] : NULL;
      if (class[row]) code[row] = muster_arena_copy(&chart->arena, &in->pupils[p].codes[s], 1);
      if (class[row] && !code[row]) chart->failed = true;
    }
  muster_chart_layer *strip = muster_chart_add(chart, MUSTER_MARK_STRIP);
  strip->data = marks;
  muster_chart_bind(strip, MUSTER_CHANNEL_ROW, "pupil");
  muster_chart_bind(strip, MUSTER_CHANNEL_SESSION, "session");
  muster_chart_bind(strip, MUSTER_CHANNEL_CODE, "code");
  muster_chart_bind(strip, MUSTER_CHANNEL_BY, "class");
  muster_chart_bind(strip, MUSTER_CHANNEL_GROUP, "week");
  strip->letters = true;
  strip->sort_ascending = true;
  return recipe_end(chart, err);
}

muster_status muster_recipe_draw_register(muster_chart *chart, const muster_recipe_register *in, muster_error *err) {
  recipe_begin(chart, &in->words);
  double threshold = in->threshold > 0 ? in->threshold : 90;
  MUSTER_TRY(fill_register(chart, in, err));
  muster_chart_frame *pupils =
      muster_chart_frame_new(chart, in->pupil_count, "attendance strong", "pupil tag level shown");
  RECIPE_FRAME(chart, pupils, err);
  double *attendance = muster_chart_numbers(pupils, "attendance"), *strong = muster_chart_numbers(pupils, "strong");
  const char **pupil = muster_chart_texts(pupils, "pupil"), **tag = muster_chart_texts(pupils, "tag");
  const char **level = muster_chart_texts(pupils, "level"), **shown = muster_chart_texts(pupils, "shown");
  for (size_t p = 0; p < in->pupil_count; p++) {
    tally t = tally_of(&in->pupils[p], in->day_count * 2);
    attendance[p] = t.possible ? 100.0 * (double)t.attended / (double)t.possible : NAN;
    pupil[p] = in->pupils[p].name;
    tag[p] = in->pupils[p].tag;
    bool below = (double)t.attended * 100 < threshold * (double)t.possible;
    strong[p] = below;
    level[p] = below ? "below" : "enough";
    /* rounded down, so that nobody below the line seems to be on it */
    shown[p] = t.possible ? SAY(chart, "%d%%", (int)floor(attendance[p] + (below ? 0 : 0.5))) : "";
  }
  muster_chart_layer *bar = muster_chart_add(chart, MUSTER_MARK_BAR);
  bar->data = pupils;
  muster_chart_bind(bar, MUSTER_CHANNEL_Y, "pupil");
  muster_chart_bind(bar, MUSTER_CHANNEL_VALUE, "attendance");
  muster_chart_bind(bar, MUSTER_CHANNEL_BY, "level");
  muster_chart_bind(bar, MUSTER_CHANNEL_LABEL, "shown");
  muster_chart_bind(bar, MUSTER_CHANNEL_STRONG, "strong");
  bar->at = MUSTER_AT_RIGHT;
  bar->header = "Attendance";
  bar->limit = 100;
  bar->hidden_key = true;
  muster_chart_layer *rule = muster_chart_add(chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(rule, MUSTER_CHANNEL_X, threshold);
  muster_chart_bind(rule, MUSTER_CHANNEL_LABEL, SAY(chart, "%g%%", threshold));
  rule->dash_count = 2, rule->dash[0] = rule->dash[1] = 5;
  muster_chart_colour(chart, "below", MUSTER_COLOUR_THIRD);
  muster_chart_colour(chart, "enough", MUSTER_COLOUR_BASE);
  chart->y.left = true;
  chart->y.sub = "tag";
  chart->y.strong = "strong";
  chart->y.header = "Pupil";
  chart->key = MUSTER_KEY_ON;
  chart->noun = "Register strip";
  chart->table = pupils;
  title_of_register(chart, in);
  if (!chart->subtitle) subtitle_of_register(chart, in);
  return recipe_end(chart, err);
}
