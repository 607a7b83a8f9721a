/* What recipes share: words, holidays, quantiles. */
#include "recipe_util.h"

#include <stdlib.h>

void recipe_begin(muster_chart *chart, const muster_recipe_words *words) {
  muster_chart_init(chart);
  chart->title = words->title;
  chart->subtitle = words->subtitle;
  chart->source = words->source;
}

muster_status recipe_end(muster_chart *chart, muster_error *err) {
  return chart->failed ? muster_fail_memory(err) : MUSTER_OK;
}

void recipe_buf(muster_buf *buf) { muster_buf_init(buf, 1 << 16); }

const char *recipe_say(muster_chart *chart, muster_buf *buf) { return say(&chart->arena, &chart->failed, buf); }

const char *recipe_number(muster_chart *chart, double v, int decimals, bool sign) {
  muster_buf text;
  recipe_buf(&text);
  put_number(&text, v, decimals, sign);
  return recipe_say(chart, &text);
}

const char *recipe_capital(muster_chart *chart, const char *text) {
  if (text[0] < 'a' || text[0] > 'z') return text;
  return SAY(chart, "%c%s", text[0] - 'a' + 'A', text + 1);
}

void recipe_holidays(muster_chart *chart, const muster_recipe_days *days, size_t n) {
  muster_chart_frame *frame = n ? muster_chart_frame_new(chart, n, "from to", "") : NULL;
  if (!frame) return;
  double *from = muster_chart_numbers(frame, "from"), *to = muster_chart_numbers(frame, "to");
  for (size_t i = 0; i < n; i++) from[i] = days[i].from, to[i] = days[i].to + 1;
  muster_chart_layer *band = muster_chart_add(chart, MUSTER_MARK_BAND);
  band->data = frame;
  muster_chart_bind(band, MUSTER_CHANNEL_X, "from");
  muster_chart_bind(band, MUSTER_CHANNEL_X2, "to");
}

muster_chart_layer *recipe_text(muster_chart *chart, double x, double y, const char *label) {
  muster_chart_layer *text = muster_chart_add(chart, MUSTER_MARK_TEXT);
  muster_chart_bind_number(text, MUSTER_CHANNEL_X, x);
  muster_chart_bind_number(text, MUSTER_CHANNEL_Y, y);
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, label);
  return text;
}

static int by_value(const void *a, const void *b) {
  const double *l = a, *r = b;
  return (*l > *r) - (*l < *r);
}

double recipe_quantile(double *values, size_t n, double at) {
  if (n == 0) return NAN;
  qsort(values, n, sizeof *values, by_value);
  double place = at * (double)(n - 1);
  size_t low = (size_t)place;
  double share = place - (double)low;
  return low + 1 < n ? values[low] + share * (values[low + 1] - values[low]) : values[n - 1];
}

void recipe_source(muster_chart *chart, const char *sentence) {
  const char *before = chart->source ? chart->source : "";
  size_t n = strlen(before);
  if (sentence) chart->source = SAY(chart, "%s%s%s", before, !n ? "" : before[n - 1] == '.' ? " " : ". ", sentence);
}
