/* Lines, steps and ribbons: broken where values or school weeks are missing. */
#include <math.h>

#include "layout.h"

enum { LONG_SERIES = 4096, BOXES_MOST = 20000 };

typedef struct spot {
  double x, y, lo, hi; /* pixels; lo and hi of ribbons */
  bool breaks;         /* nothing joins this one to the one before */
} spot;

/* Many points in one pixel column: the first, the lowest, the highest and the last draw the same line
 * (Jugel et al 2014, M4). Only for series that go from left to right. */
static size_t thinned(spot *s, size_t n) {
  for (size_t i = 1; i < n; i++)
    if (s[i].x < s[i - 1].x) return n;
  size_t kept = 0;
  for (size_t i = 0; i < n;) {
    size_t end = i + 1, least = i, most = i;
    while (end < n && floor(s[end].x * 2) == floor(s[i].x * 2) && !s[end].breaks) {
      if (s[end].y < s[least].y) least = end;
      if (s[end].y > s[most].y) most = end;
      end++;
    }
    size_t order[4] = {i, least < most ? least : most, least < most ? most : least, end - 1};
    for (size_t k = 0; k < 4; k++)
      if (k == 0 || order[k] != order[k - 1]) s[kept++] = s[order[k]];
    i = end;
  }
  return kept;
}

static size_t spots_of(layout *l, const panel *p, const view *v, const uint32_t *rows, size_t n, spot **out) {
  bool ribbon = v->layer->mark == MUSTER_MARK_RIBBON;
  spot *s = muster_alloc(n, sizeof *s);
  double *days = muster_alloc(n, sizeof *days);
  *out = s;
  if (!s || !days) {
    l->failed = true;
    muster_free(days);
    return 0;
  }
  size_t known = 0, kept = 0;
  for (size_t i = 0; i < n; i++) {
    double x = view_number(v, MUSTER_CHANNEL_X, rows[i]);
    if (isfinite(x)) days[known++] = x;
  }
  double gap = v->layer->gap && p->x.kind != AXIS_NAMES ? term_gap(days, known) : INFINITY;
  muster_free(days);
  bool breaks = true;
  double before = NAN;
  for (size_t i = 0; i < n; i++) {
    spot at = {.x = axis_place(&p->x, v, MUSTER_CHANNEL_X, rows[i])};
    at.y = ribbon ? 0 : axis_place(&p->y, v, MUSTER_CHANNEL_Y, rows[i]);
    at.lo = ribbon ? axis_place(&p->y, v, MUSTER_CHANNEL_LO, rows[i]) : 0;
    at.hi = ribbon ? axis_place(&p->y, v, MUSTER_CHANNEL_HI, rows[i]) : 0;
    if (isnan(at.x) || isnan(at.y) || isnan(at.lo) || isnan(at.hi)) {
      breaks = true;
      continue;
    }
    double x = view_number(v, MUSTER_CHANNEL_X, rows[i]);
    at.breaks = breaks || x - before > gap;
    before = x;
    breaks = false;
    s[kept++] = at;
  }
  return kept > LONG_SERIES && !ribbon ? thinned(s, kept) : kept;
}

static void take_line(layout *l, const spot *s, size_t n) {
  for (size_t i = 1; l->avoids && i < n; i++) {
    if (s[i].breaks) continue;
    double length = hypot(s[i].x - s[i - 1].x, s[i].y - s[i - 1].y);
    int pieces = (int)fmin(ceil(length / 10), 400);
    for (int k = 0; k < pieces && l->box_count < BOXES_MOST; k++) {
      double x = s[i - 1].x + (s[i].x - s[i - 1].x) * (k + 0.5) / pieces;
      double y = s[i - 1].y + (s[i].y - s[i - 1].y) * (k + 0.5) / pieces;
      take_soft_box(l, x - 5, y - 4, x + 5, y + 4);
    }
  }
}

static void draw_series(layout *l, const view *v, const spot *s, size_t n, const pen_style *pen) {
  bool step = v->layer->mark == MUSTER_MARK_STEP;
  for (size_t i = 0; i < n; i++) {
    if (s[i].breaks) {
      draw_move(l->list, s[i].x, s[i].y);
      if (i + 1 == n || s[i + 1].breaks) draw_line(l->list, s[i].x + 0.1, s[i].y); /* a lone week is a point */
    } else {
      if (step) draw_line(l->list, s[i].x, s[i - 1].y);
      draw_line(l->list, s[i].x, s[i].y);
    }
  }
  draw_stroke(l->list, MUSTER_PART_MARK, pen);
}

void draw_lines(layout *l, const panel *p, const view *v) {
  const theme *t = &l->theme;
  const muster_chart_layer *layer = v->layer;
  series all;
  if (!series_of(l, p, v, &all)) return;
  double width = isnan(layer->width) ? (l->chart->facet ? t->line * 0.85 : t->line) : layer->width * t->k;
  double alpha = isnan(layer->alpha) ? 1 : layer->alpha;
  double dash[4];
  for (size_t i = 0; i < layer->dash_count; i++) dash[i] = layer->dash[i] * t->k;
  for (size_t k = 0; k < all.count; k++) {
    const uint32_t *rows = all.rows + all.starts[k];
    size_t n = all.starts[k + 1] - all.starts[k];
    spot *s;
    n = n ? spots_of(l, p, v, rows, n, &s) : 0;
    if (!n) {
      if (all.starts[k + 1] > all.starts[k]) muster_free(s);
      continue;
    }
    uint32_t rgba = faded(row_colour(l, v, rows[0]), alpha);
    pen_style own = {.width = (float)fmax(width, t->thin),
                     .rgba = rgba,
                     .dash = dash,
                     .dash_count = layer->dash_count,
                     .round_cap = layer->dash_count == 0};
    draw_series(l, v, s, n, &own);
    take_line(l, s, n);
    if (layer->points && n <= 400)
      for (size_t i = 0; i < n; i++)
        draw_circle(l->list, MUSTER_PART_MARK, s[i].x, s[i].y, width * 1.75, rgba, WHITE, 1.4 * t->k + 0.3);
    else if (layer->end)
      draw_circle(l->list, MUSTER_PART_MARK, s[n - 1].x, s[n - 1].y, width * 1.75, rgba, WHITE, 2 * t->k + 0.4);
    muster_free(s);
  }
}

void draw_ribbon(layout *l, const panel *p, const view *v) {
  series all;
  if (!series_of(l, p, v, &all)) return;
  double alpha = isnan(v->layer->alpha) ? 0.2 : v->layer->alpha;
  for (size_t k = 0; k < all.count; k++) {
    const uint32_t *rows = all.rows + all.starts[k];
    size_t n = all.starts[k + 1] - all.starts[k];
    if (!n) continue;
    spot *s;
    n = spots_of(l, p, v, rows, n, &s);
    uint32_t rgba = faded(row_colour(l, v, rows[0]), alpha);
    for (size_t i = 0; i < n;) {
      size_t end = i + 1;
      while (end < n && !s[end].breaks) end++;
      draw_move(l->list, s[i].x, s[i].hi);
      for (size_t j = i + 1; j < end; j++) draw_line(l->list, s[j].x, s[j].hi);
      for (size_t j = end; j-- > i;) draw_line(l->list, s[j].x, s[j].lo);
      draw_fill(l->list, MUSTER_PART_MARK, rgba);
      i = end;
    }
    muster_free(s);
  }
}
