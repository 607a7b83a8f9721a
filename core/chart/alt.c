/* Description of a chart: kind, finding, a few numbers. A recipe writes its own; this one reads it off the data. */
#include <math.h>
#include <string.h>

#include "muster/chart/render.h"
#include "view.h"
#include "words.h"

enum { ALT_MOST = 250, NAMED_SERIES = 2 };

static const char *noun_of(const muster_chart *chart) {
  static const char *const nouns[MUSTER_MARK_COUNT] = {
      [MUSTER_MARK_LINE] = "Line chart",        [MUSTER_MARK_STEP] = "Step chart",
      [MUSTER_MARK_RIBBON] = "Band chart",      [MUSTER_MARK_DOT] = "Dot plot",
      [MUSTER_MARK_BAR] = "Bar chart",          [MUSTER_MARK_CELL] = "Heat map",
      [MUSTER_MARK_INTERVAL] = "Interval plot", [MUSTER_MARK_LINK] = "Range plot",
      [MUSTER_MARK_STRIP] = "Register strip"};
  static const muster_chart_mark order[] = {MUSTER_MARK_STRIP, MUSTER_MARK_CELL,     MUSTER_MARK_BAR,
                                            MUSTER_MARK_LINK,  MUSTER_MARK_INTERVAL, MUSTER_MARK_LINE,
                                            MUSTER_MARK_STEP,  MUSTER_MARK_DOT,      MUSTER_MARK_RIBBON};
  if (chart->noun) return chart->noun;
  for (size_t k = 0; k < sizeof order / sizeof *order; k++)
    for (size_t i = 0; i < chart->layer_count; i++)
      if (chart->layers[i]->mark == order[k]) return nouns[order[k]];
  return "Chart";
}

static void put_rate(muster_buf *out, const muster_chart *chart, double v) {
  put_number(out, v, v == floor(v) && fabs(v) >= 100 ? 0 : 1, chart->y.sign);
  if (chart->y.unit) muster_buf_puts(out, chart->y.unit);
}

static void tell_series(muster_buf *out, const muster_chart *chart, const view *v, const char *name) {
  double first = NAN, last = NAN, most = NAN, most_at = NAN;
  for (size_t r = 0; r < v->rows; r++) {
    const char *by = view_text(v, MUSTER_CHANNEL_BY, r);
    double y = view_number(v, MUSTER_CHANNEL_Y, r);
    if (isnan(y) || (name && (!by || strcmp(by, name) != 0))) continue;
    if (isnan(first)) first = y;
    if (isnan(most) || y > most) most = y, most_at = view_number(v, MUSTER_CHANNEL_X, r);
    last = y;
  }
  if (isnan(first)) return;
  muster_buf_printf(out, " %s starts at ", name ? name : "It");
  put_rate(out, chart, first);
  if (most > first && most > last) {
    muster_buf_puts(out, ", peaks at ");
    put_rate(out, chart, most);
    if (chart->x.time && most_at >= -25567 && most_at <= 84005) {
      int year, month, day;
      muster_date_civil((muster_date)most_at, &year, &month, &day);
      muster_buf_printf(out, " in %s", muster_month_name(month));
    }
  }
  muster_buf_puts(out, " and ends at ");
  put_rate(out, chart, last);
  muster_buf_putc(out, '.');
}

static void tell_lines(muster_buf *out, const muster_chart *chart, const view *v) {
  const char *told[NAMED_SERIES];
  size_t n = 0;
  for (size_t r = 0; r < v->rows && n < NAMED_SERIES; r++) {
    const char *by = view_text(v, MUSTER_CHANNEL_BY, r);
    bool known = !by && n > 0;
    for (size_t i = 0; i < n && by; i++) known = known || strcmp(told[i], by) == 0;
    if (known) continue;
    told[n++] = by ? by : "";
    tell_series(out, chart, v, by);
    if (!by) return;
  }
}

static void tell_range(muster_buf *out, const muster_chart *chart, const view *v, muster_channel channel) {
  double lo = INFINITY, hi = -INFINITY;
  size_t n = 0;
  for (size_t r = 0; r < v->rows; r++) {
    double value = view_number(v, channel, r);
    if (!isfinite(value)) continue;
    lo = fmin(lo, value), hi = fmax(hi, value), n++;
  }
  const char *unit = chart->fill_unit ? chart->fill_unit
                     : chart->y.unit  ? chart->y.unit
                     : chart->x.unit  ? chart->x.unit
                                      : "";
  if (n == 0) {
    muster_buf_puts(out, " There are no values.");
    return;
  }
  put_count(out, n, true);
  muster_buf_puts(out, n == 1 ? " value, " : " values from ");
  if (n > 1) put_number(out, lo, 1, false), muster_buf_puts(out, " to ");
  put_number(out, hi, 1, false);
  muster_buf_printf(out, "%s.", unit);
}

static void tell_data(muster_buf *out, const muster_chart *chart) {
  for (size_t i = 0; i < chart->layer_count; i++) {
    view v = view_of(chart, chart->layers[i]);
    muster_chart_mark mark = v.layer->mark;
    if (mark == MUSTER_MARK_LINE || mark == MUSTER_MARK_STEP) {
      tell_lines(out, chart, &v);
      return;
    }
    muster_channel channel = mark == MUSTER_MARK_CELL                                         ? MUSTER_CHANNEL_FILL
                             : mark == MUSTER_MARK_BAR                                        ? MUSTER_CHANNEL_VALUE
                             : mark == MUSTER_MARK_LINK                                       ? MUSTER_CHANNEL_TO
                             : mark == MUSTER_MARK_INTERVAL                                   ? MUSTER_CHANNEL_MID
                             : mark == MUSTER_MARK_DOT && !view_is_text(&v, MUSTER_CHANNEL_Y) ? MUSTER_CHANNEL_Y
                             : mark == MUSTER_MARK_DOT                                        ? MUSTER_CHANNEL_X
                                                                                              : MUSTER_CHANNEL_COUNT;
    if (channel == MUSTER_CHANNEL_COUNT || !view_has(&v, channel)) continue;
    muster_buf_putc(out, ' ');
    tell_range(out, chart, &v, channel);
    return;
  }
}

/* No longer than ALT_MOST letters: whole sentences while they fit. */
static void shorten(muster_buf *whole, muster_buf *out) {
  size_t cut = whole->n;
  if (whole->n > ALT_MOST) {
    cut = 0;
    for (size_t i = 0; i + 1 < whole->n && i < ALT_MOST; i++)
      if (whole->at[i] == '.' && whole->at[i + 1] == ' ') cut = i + 1;
    if (cut < 60)
      for (cut = ALT_MOST; cut > 0 && whole->at[cut] != ' ';) cut--;
  }
  muster_buf_add(out, whole->at, cut);
}

void muster_chart_alt(const muster_chart *chart, muster_buf *out) {
  if (chart->alt && *chart->alt && strcmp(chart->alt, "auto") != 0) {
    muster_chart_plain(chart->alt, out);
    return;
  }
  muster_buf whole;
  muster_buf_init(&whole, 1 << 16);
  muster_buf_puts(&whole, noun_of(chart));
  muster_buf_puts(&whole, ".");
  if (chart->title && *chart->title) {
    muster_buf_putc(&whole, ' ');
    muster_chart_plain(chart->title, &whole);
    if (whole.n && whole.at[whole.n - 1] != '.') muster_buf_putc(&whole, '.');
  }
  if (chart->y.label) muster_buf_printf(&whole, " %s.", chart->y.label);
  tell_data(&whole, chart);
  for (size_t i = 0; i < chart->layer_count; i++)
    if (chart->layers[i]->mark == MUSTER_MARK_RIBBON && chart->layers[i]->level > 0) {
      muster_buf_printf(&whole, " Shaded: %g%% interval.", chart->layers[i]->level);
      break;
    }
  if (whole.failed)
    out->failed = true;
  else
    shorten(&whole, out);
  muster_buf_free(&whole);
}
