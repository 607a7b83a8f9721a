/* Bars, cells and bands. */
#include <math.h>
#include <string.h>

#include "layout.h"

/* ---- bars ---- */

static void bar_label(layout *l, const view *v, size_t row, const box *b, uint32_t fill, bool upright, double value,
                      bool stacked) {
  const theme *t = &l->theme;
  const char *text = label_of(l, v, MUSTER_CHANNEL_LABEL, row, fabs(value));
  if (!text) return;
  double breadth = upright ? b->x2 - b->x : b->y2 - b->y, size = fmin(t->note - 0.5, fmax(t->small, breadth * 0.6));
  double wide = width_of(l, text, size, 400), x = (b->x + b->x2) / 2, y = (b->y + b->y2) / 2;
  text_style style = {.size = (float)size, .weight = 400, .rgba = text_on(fill), .anchor = MUSTER_ANCHOR_MIDDLE};
  if (stacked) { /* inside, where the segment has room */
    double room = upright ? b->x2 - b->x - 6 : b->x2 - b->x - 12 * t->k;
    if (wide > room || (upright && b->y2 - b->y < size * 1.2)) return;
    put_line(l, MUSTER_PART_LABEL, x, y + mid_line(size), text, &style);
    return;
  }
  style.rgba = SECONDARY, style.halo = (float)t->halo;
  bool strong = view_strong(v, row);
  if (strong) style.weight = 600, style.rgba = row_text_colour(l, v, row);
  if (upright) {
    put_line(l, MUSTER_PART_LABEL, x, (value < 0 ? b->y2 + size * 1.1 : b->y - size * 0.4), text, &style);
  } else {
    style.anchor = value < 0 ? MUSTER_ANCHOR_END : MUSTER_ANCHOR_START;
    put_line(l, MUSTER_PART_LABEL, value < 0 ? b->x - 8 * t->k : b->x2 + 8 * t->k, y + mid_line(size), text, &style);
  }
}

typedef struct stacks {
  muster_map keys;
  double *sums, *totals; /* two each: of positive, of negative values */
} stacks;

static uint32_t stack_key(stacks *s, const view *v, muster_channel channel, size_t row) {
  char number[40];
  const char *key = view_text(v, channel, row);
  if (!key) {
    snprintf(number, sizeof number, "%.17g", view_number(v, channel, row));
    key = number;
  }
  return muster_map_add(&s->keys, muster_text_of(key), NULL);
}

static bool stacks_open(stacks *s, const panel *p, const view *v, muster_channel channel) {
  *s = (stacks){.sums = muster_alloc(2 * (v->rows + 1), sizeof(double)),
                .totals = muster_alloc(2 * (v->rows + 1), sizeof(double))};
  bool good = s->sums && s->totals;
  for (size_t row = 0; good && row < v->rows; row++) {
    uint32_t k = stack_key(s, v, channel, row);
    double value = view_number(v, MUSTER_CHANNEL_VALUE, row);
    good = k != MUSTER_NONE;
    if (good && row_in(p, v, row) && isfinite(value)) s->totals[2 * k + (value < 0)] += fabs(value);
  }
  return good;
}

static void stacks_close(stacks *s) {
  muster_map_free(&s->keys);
  muster_free(s->sums);
  muster_free(s->totals);
}

static void walk_bars(layout *l, const panel *p, const view *v, bool labels) {
  const muster_chart_layer *layer = v->layer;
  if (layer->at == MUSTER_AT_RIGHT) return;
  bool upright = view_has(v, MUSTER_CHANNEL_X) || !view_has(v, MUSTER_CHANNEL_Y),
       stacked = layer->stack != MUSTER_STACK_NONE;
  const axis *across = upright ? &p->x : &p->y, *along = upright ? &p->y : &p->x;
  muster_channel own = upright ? MUSTER_CHANNEL_X : MUSTER_CHANNEL_Y;
  double share = isnan(layer->width) ? (stacked ? 0.8 : 0.66) : fmin(fmax(layer->width, 0.02), 1);
  double half = axis_pitch(across) * share / 2, alpha = isnan(layer->alpha) ? 1 : layer->alpha;
  double least = 1.2 * l->theme.k; /* a white line between segments */
  stacks s;
  bool good = stacks_open(&s, p, v, own);
  if (!good) l->failed = true;
  for (size_t row = 0; good && row < v->rows; row++) {
    double at = axis_place(across, v, own, row), value = view_number(v, MUSTER_CHANNEL_VALUE, row);
    uint32_t k = stack_key(&s, v, own, row);
    if (!row_in(p, v, row) || isnan(at) || isnan(value) || k == MUSTER_NONE) continue;
    double from = 0, to = value;
    if (stacked) {
      double *sum = &s.sums[2 * k + (value < 0)], whole = s.totals[2 * k] + s.totals[2 * k + 1];
      from = *sum;
      to = *sum += value;
      if (layer->stack == MUSTER_STACK_FILL && whole > 0) from /= whole, to /= whole;
    }
    double a = axis_at(along, from), b = axis_at(along, to), lo = fmin(a, b), hi = fmax(a, b);
    box bounds = upright ? (box){at - half, lo, at + half, hi} : (box){lo, at - half, hi, at + half};
    uint32_t rgba = faded(row_colour(l, v, row), alpha);
    if (stacked && hi - lo > 3 * least) {
      if (upright)
        bounds.y += least;
      else
        bounds.x2 -= least;
    }
    if (labels)
      bar_label(l, v, row, &bounds, mixed(WHITE, rgba), upright, value, stacked);
    else
      draw_rect(l->list, MUSTER_PART_MARK, bounds.x, bounds.y, bounds.x2, bounds.y2, rgba);
  }
  stacks_close(&s);
}

void draw_bars(layout *l, const panel *p, const view *v) { walk_bars(l, p, v, false); }

/* After all marks: a reference line may cross where a label stands. */
void draw_bar_labels(layout *l, const panel *p, const view *v) {
  if (v->layer->bind[MUSTER_CHANNEL_LABEL].kind != MUSTER_UNBOUND) walk_bars(l, p, v, true);
}

/* ---- cells ---- */

static size_t step_of_value(const muster_chart_layer *layer, double value) {
  size_t step = 0;
  for (size_t b = 1; b + 1 < layer->break_count; b++) step += value >= layer->breaks[b];
  return step < SCHEME_STEPS ? step : SCHEME_STEPS - 1;
}

static void automatic_breaks(const view *v, muster_chart_layer *layer) { /* equal steps over the data */
  double lo = INFINITY, hi = -INFINITY;
  for (size_t r = 0; r < v->rows; r++) {
    double f = view_number(v, MUSTER_CHANNEL_FILL, r);
    if (isfinite(f)) lo = fmin(lo, f), hi = fmax(hi, f);
  }
  if (!(hi > lo)) hi = lo + 1;
  layer->break_count = SCHEME_STEPS + 1;
  for (size_t b = 0; b <= SCHEME_STEPS; b++) layer->breaks[b] = lo + (hi - lo) * (double)b / SCHEME_STEPS;
}

static void cell_text(layout *l, const view *v, size_t row, const box *b, uint32_t fill) {
  const theme *t = &l->theme;
  const char *text = label_of(l, v, MUSTER_CHANNEL_LABEL, row, view_number(v, MUSTER_CHANNEL_FILL, row));
  const char *sub = label_of(l, v, MUSTER_CHANNEL_SUB, row, view_number(v, MUSTER_CHANNEL_FILL, row));
  double w = b->x2 - b->x, h = b->y2 - b->y,
         size = isnan(v->layer->size) ? fmin(t->label * 1.15, h * 0.62) : v->layer->size * t->k;
  if (size < t->cell) size = t->cell;
  if (sub && h < size * 2.2) sub = NULL;
  if (!text || width_of(l, text, size, 600) > w - 2 || h < size * 0.9) return;
  double x = (b->x + b->x2) / 2, y = (b->y + b->y2) / 2, up = sub ? size * 0.48 : 0;
  text_style style = {.size = (float)size, .weight = 600, .rgba = text_on(fill), .anchor = MUSTER_ANCHOR_MIDDLE};
  put_line(l, MUSTER_PART_LABEL, x, y - up + mid_line(size), text, &style);
  double small = fmax(size * 0.68, t->small);
  if (!sub || width_of(l, sub, small, 400) > w - 2) return;
  style.size = (float)small, style.weight = 400;
  put_line(l, MUSTER_PART_LABEL, x, y + size * 0.62 + mid_line(small), sub, &style);
}

void draw_cells(layout *l, const panel *p, const view *v) {
  const theme *t = &l->theme;
  muster_chart_layer own = *v->layer; /* with breaks of the data where it has none of its own */
  bool filled = view_has(v, MUSTER_CHANNEL_FILL);
  if (filled && own.break_count == 0) automatic_breaks(v, &own);
  double w = axis_pitch(&p->x), h = axis_pitch(&p->y), gap = (w < 9 ? 0.8 : 2.5 * t->k) / 2;
  double tall = isnan(own.width) ? h : h * fmin(fmax(own.width, 0.05), 1), dy = isnan(own.dy) ? 0 : own.dy * h;
  for (size_t row = 0; row < v->rows; row++) {
    if (!row_in(p, v, row)) continue;
    double x = axis_place(&p->x, v, MUSTER_CHANNEL_X, row), y = axis_place(&p->y, v, MUSTER_CHANNEL_Y, row) + dy;
    if (isnan(x) || isnan(y)) continue;
    double value = view_number(v, MUSTER_CHANNEL_FILL, row);
    uint32_t rgba = !filled        ? row_colour(l, v, row)
                    : isnan(value) ? CLOSED
                                   : scheme_step(l->chart->scheme, step_of_value(&own, value));
    box b = {x - w / 2 + gap, y - tall / 2 + gap, x + w / 2 - gap, y + tall / 2 - gap};
    draw_rect(l->list, MUSTER_PART_MARK, b.x, b.y, b.x2, b.y2, rgba);
    if (own.outline && view_strong(v, row)) {
      double in = 1.7 * t->k;
      pen_style line = {.width = (float)(3.4 * t->k), .rgba = INK, .closed = true};
      draw_move(l->list, b.x + in, b.y + in);
      draw_line(l->list, b.x2 - in, b.y + in);
      draw_line(l->list, b.x2 - in, b.y2 - in);
      draw_line(l->list, b.x + in, b.y2 - in);
      draw_stroke(l->list, MUSTER_PART_MARK, &line);
    }
    cell_text(l, v, row, &b, rgba);
  }
}

/* Steps around the months of a calendar of weeks and weekdays. */
void draw_months(layout *l, const panel *p) {
  if (p->x.kind != AXIS_WEEKS || !p->x.spec->months || p->y.kind != AXIS_NAMES) return;
  pen_style line = {.width = (float)fmax(1.6 * l->theme.k, 1.1), .rgba = 0x3D454AFFu};
  double w = axis_pitch(&p->x), days = (double)(p->y.shown < 7 ? p->y.shown : 7);
  double h = axis_pitch(&p->y);
  int month_before = 0;
  for (double monday = p->x.lo + 3.5; monday < p->x.hi; monday += 7) {
    for (int day = 0; day < (int)days; day++) {
      int year, month, number;
      muster_date_civil((muster_date)monday + day, &year, &month, &number);
      if (month_before && month != month_before) {
        double x = axis_at(&p->x, monday) - w / 2, y = p->plot.y + h * day;
        if (day) {
          draw_move(l->list, x + w, p->plot.y);
          draw_line(l->list, x + w, y);
          draw_line(l->list, x, y);
          draw_line(l->list, x, p->plot.y + h * days);
        } else {
          draw_move(l->list, x, p->plot.y);
          draw_line(l->list, x, p->plot.y + h * days);
        }
        if (monday > p->x.lo + 4) draw_stroke(l->list, MUSTER_PART_MARK, &line);
      }
      month_before = month;
    }
  }
}

/* ---- bands ---- */

/* An end of a band may be infinite: it is then the end of the plot. */
static double band_end(const axis *a, const view *v, muster_channel channel, size_t row) {
  if (a->kind == AXIS_NAMES) return axis_place(a, v, channel, row);
  return axis_at(a, view_number(v, channel, row));
}

static box band_box(const panel *p, const view *v, size_t row) {
  box b = p->plot;
  if (view_has(v, MUSTER_CHANNEL_X)) {
    double a = band_end(&p->x, v, MUSTER_CHANNEL_X, row);
    double c = view_has(v, MUSTER_CHANNEL_X2) ? band_end(&p->x, v, MUSTER_CHANNEL_X2, row) : a;
    b.x = fmax(fmin(a, c), b.x), b.x2 = fmin(fmax(a, c), b.x2);
    if (isnan(a) || isnan(c)) b.x2 = b.x;
  }
  if (view_has(v, MUSTER_CHANNEL_Y)) {
    double a = band_end(&p->y, v, MUSTER_CHANNEL_Y, row);
    double c = view_has(v, MUSTER_CHANNEL_Y2) ? band_end(&p->y, v, MUSTER_CHANNEL_Y2, row) : a;
    b.y = fmax(fmin(a, c), b.y), b.y2 = fmin(fmax(a, c), b.y2);
    if (isnan(a) || isnan(c)) b.y2 = b.y;
  }
  return b;
}

void draw_bands(layout *l, const panel *p, const view *v) {
  const muster_chart_layer *layer = v->layer;
  uint32_t rgba = HOLIDAY;
  if (layer->colour) rgba = faded(role_colour(layer->colour), isnan(layer->alpha) ? 0.15 : layer->alpha);
  for (size_t row = 0; row < v->rows; row++) {
    box b = band_box(p, v, row);
    if (row_in(p, v, row) && b.x2 - b.x > 0.2 && b.y2 - b.y > 0.2)
      draw_rect(l->list, MUSTER_PART_BAND, b.x, b.y, b.x2, b.y2, rgba);
  }
}

void draw_band_labels(layout *l, const panel *p, const view *v) {
  const theme *t = &l->theme;
  for (size_t row = 0; row < v->rows; row++) {
    box b = band_box(p, v, row);
    const char *text = label_of(l, v, MUSTER_CHANNEL_LABEL, row, NAN);
    text_style style = {
        .size = (float)t->note, .weight = 600, .rgba = v->layer->colour ? role_text(v->layer->colour) : SECONDARY};
    if (!text || !row_in(p, v, row) || b.x2 - b.x < width_of(l, text, t->note, 600) + 16) continue;
    put_line(l, MUSTER_PART_LABEL, b.x + 18 * t->k, b.y + t->note * 1.25, text, &style);
  }
}
