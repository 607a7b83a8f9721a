/* Dots, intervals and links. */
#include <math.h>

#include "layout.h"

static double lifted(const panel *p, const view *v) { /* dy is a share of a row */
  return isnan(v->layer->dy) || p->y.kind != AXIS_NAMES ? 0 : v->layer->dy * axis_pitch(&p->y);
}

static void draw_shape(layout *l, muster_shape shape, double x, double y, double r, uint32_t rgba, bool edged) {
  const theme *t = &l->theme;
  pen_style edge = {.width = (float)(2 * t->k), .rgba = WHITE, .closed = true};
  double up = shape == MUSTER_SHAPE_UP ? -1 : 1;
  switch (shape) {
    case MUSTER_SHAPE_UP:
    case MUSTER_SHAPE_DOWN:
      for (int pass = edged ? 0 : 1; pass < 2; pass++) {
        draw_move(l->list, x, y + up * r * 1.15);
        draw_line(l->list, x - r * 1.15, y - up * r * 0.85);
        draw_line(l->list, x + r * 1.15, y - up * r * 0.85);
        if (pass)
          draw_fill(l->list, MUSTER_PART_MARK, rgba);
        else
          draw_stroke(l->list, MUSTER_PART_MARK, &edge);
      }
      break;
    case MUSTER_SHAPE_SQUARE:
      draw_rect(l->list, MUSTER_PART_MARK, x - r * 0.88, y - r * 0.88, x + r * 0.88, y + r * 0.88, rgba);
      break;
    case MUSTER_SHAPE_TICK: draw_rect(l->list, MUSTER_PART_MARK, x - 2 * t->k, y - r, x + 2 * t->k, y + r, rgba); break;
    case MUSTER_SHAPE_RING:
      draw_circle(l->list, MUSTER_PART_MARK, x, y, r * 0.82, WHITE, rgba, 2.6 * t->k + 0.2);
      break;
    default: draw_circle(l->list, MUSTER_PART_MARK, x, y, r, rgba, edged ? WHITE : 0, edged ? 2 * t->k : 0);
  }
}

static double radius_of(const layout *l, const view *v) {
  return isnan(v->layer->size) ? l->theme.dot : fmax(v->layer->size * l->theme.k, 1.5);
}

void draw_dots(layout *l, const panel *p, const view *v) {
  double r = radius_of(l, v), dy = lifted(p, v), alpha = isnan(v->layer->alpha) ? 1 : v->layer->alpha;
  bool edged = r >= 4.2 * l->theme.k && alpha == 1;
  for (size_t row = 0; row < v->rows; row++) {
    if (!row_in(p, v, row)) continue;
    double x = axis_place(&p->x, v, MUSTER_CHANNEL_X, row), y = axis_place(&p->y, v, MUSTER_CHANNEL_Y, row) + dy;
    if (isnan(x) || isnan(y)) continue;
    muster_shape shape = row_shape(l, v, row);
    double own = view_strong(v, row) && shape == MUSTER_SHAPE_CIRCLE ? r * 1.15 : r;
    draw_shape(l, shape, x, y, own, faded(row_colour(l, v, row), alpha), edged);
    if (l->avoids && l->box_count < 20000) take_box(l, x - own, y - own, x + own, y + own);
  }
}

/* The side of a dot that is turned away from its partner: of two dots in one row, values stand outside the pair. */
static bool stands_left(const layout *l, const panel *p, const view *v, double x, double y) {
  for (size_t i = 0; i < l->view_count; i++) {
    const view *other = &l->views[i];
    if (other->layer->mark != MUSTER_MARK_DOT || other->layer == v->layer) continue;
    for (size_t r = 0; r < other->rows; r++) {
      double oy = axis_place(&p->y, other, MUSTER_CHANNEL_Y, r), ox = axis_place(&p->x, other, MUSTER_CHANNEL_X, r);
      if (!row_in(p, other, r) || !(fabs(oy - y) < 0.01) || isnan(ox)) continue;
      if (x != ox) return x < ox;
      return i > (size_t)(v - l->views);
    }
  }
  return false;
}

void draw_dot_labels(layout *l, const panel *p, const view *v) {
  if (v->layer->bind[MUSTER_CHANNEL_LABEL].kind == MUSTER_UNBOUND) return;
  const theme *t = &l->theme;
  double r = radius_of(l, v), dy = lifted(p, v), size = p->y.kind == AXIS_NAMES ? t->note : t->label - 1;
  if (p->y.kind == AXIS_NAMES) size = fmin(size, fmax(t->small, axis_pitch(&p->y) * 0.8));
  for (size_t row = 0; row < v->rows; row++) {
    if (!row_in(p, v, row)) continue;
    double x = axis_place(&p->x, v, MUSTER_CHANNEL_X, row), y = axis_place(&p->y, v, MUSTER_CHANNEL_Y, row) + dy;
    double value = view_number(v, MUSTER_CHANNEL_X, row);
    if (p->y.kind != AXIS_NAMES) value = view_number(v, MUSTER_CHANNEL_Y, row);
    const char *text = isnan(x) || isnan(y) || isnan(value) ? NULL : label_of(l, v, MUSTER_CHANNEL_LABEL, row, value);
    if (!text) continue;
    bool quiet = row_role(l, v, row) == MUSTER_COLOUR_CONTEXT;
    text_style style = {.size = (float)size,
                        .weight = quiet ? 400 : 600,
                        .rgba = quiet ? SECONDARY : row_text_colour(l, v, row),
                        .halo = (float)t->halo};
    double wide = width_of(l, text, size, style.weight), gap = r + 7 * t->k + 2, left, top;
    int side = 0;
    box within = {l->frame.x, p->plot.y - size, p->plot.x2 + 4, p->plot.y2};
    switch (v->layer->place) {
      case MUSTER_PLACE_ABOVE:
        style.anchor = MUSTER_ANCHOR_MIDDLE;
        put_line(l, MUSTER_PART_LABEL, x, y - r - size * 0.35, text, &style);
        continue;
      case MUSTER_PLACE_AUTO:
        if (p->y.kind != AXIS_NAMES) {
          if (place_label(l, &within, x, y, r + 3, wide, size * 1.15, false, &left, &top, &side)) {
            put_line(l, MUSTER_PART_LABEL, left, top + size * 0.92, text, &style);
            take_box(l, left, top, left + wide, top + size * 1.15);
          } else {
            l->dropped++;
          }
          continue;
        }
        break;
      default: break;
    }
    bool to_left =
        v->layer->place == MUSTER_PLACE_LEFT || (v->layer->place != MUSTER_PLACE_RIGHT && stands_left(l, p, v, x, y));
    style.anchor = to_left ? MUSTER_ANCHOR_END : MUSTER_ANCHOR_START;
    put_line(l, MUSTER_PART_LABEL, to_left ? x - gap : x + gap, y + mid_line(size), text, &style);
  }
}

/* ---- intervals ---- */

static void draw_bar(layout *l, bool upright, double at, double from, double to, double width, uint32_t rgba) {
  pen_style own = {.width = (float)width, .rgba = rgba};
  if (upright)
    draw_segment(l->list, MUSTER_PART_MARK, at, from, at, to, &own);
  else
    draw_segment(l->list, MUSTER_PART_MARK, from, at, to, at, &own);
}

/* A bracket in the gutter: how far apart two line ends are. */
static void draw_bracket(layout *l, const panel *p, const view *v) {
  pen_style line = {.width = (float)l->theme.zero, .rgba = INK};
  double x = p->plot.x2 + 12 * l->theme.k;
  for (size_t row = 0; row < v->rows; row++) {
    double lo = axis_place(&p->y, v, MUSTER_CHANNEL_LO, row), hi = axis_place(&p->y, v, MUSTER_CHANNEL_HI, row);
    if (isnan(lo) || isnan(hi)) continue;
    draw_segment(l->list, MUSTER_PART_LABEL, x, lo, x, hi, &line);
  }
}

void draw_intervals(layout *l, const panel *p, const view *v) {
  const theme *t = &l->theme;
  const muster_chart_layer *layer = v->layer;
  if (layer->at == MUSTER_AT_END) {
    draw_bracket(l, p, v);
    return;
  }
  bool upright = view_has(v, MUSTER_CHANNEL_X) || !view_has(v, MUSTER_CHANNEL_Y);
  const axis *across = upright ? &p->x : &p->y, *along = upright ? &p->y : &p->x;
  muster_channel own = upright ? MUSTER_CHANNEL_X : MUSTER_CHANNEL_Y;
  bool inner = view_has(v, MUSTER_CHANNEL_INNER_LO) && view_has(v, MUSTER_CHANNEL_INNER_HI);
  double thick = isnan(layer->width) ? (inner ? 5.4 : 4) * t->k : layer->width * t->k, thin = 2 * t->k + 0.2;
  double alpha = isnan(layer->alpha) ? 1 : layer->alpha, dy = upright ? 0 : lifted(p, v);
  for (size_t row = 0; row < v->rows; row++) {
    if (!row_in(p, v, row)) continue;
    double at = axis_place(across, v, own, row) + dy, value = view_number(v, own, row);
    double mid = axis_place(along, v, MUSTER_CHANNEL_MID, row);
    if (isnan(at)) continue;
    bool hollow = !isnan(layer->hollow) && value == layer->hollow;
    double lo = axis_place(along, v, MUSTER_CHANNEL_LO, row), hi = axis_place(along, v, MUSTER_CHANNEL_HI, row);
    uint32_t rgba = row_colour(l, v, row);
    if (!hollow && !isnan(lo) && !isnan(hi)) {
      draw_bar(l, upright, at, lo, hi, inner ? thin : thick, faded(rgba, alpha));
      double a = axis_place(along, v, MUSTER_CHANNEL_INNER_LO, row),
             b = axis_place(along, v, MUSTER_CHANNEL_INNER_HI, row);
      if (inner && !isnan(a) && !isnan(b)) draw_bar(l, upright, at, a, b, thick, faded(rgba, alpha));
      if (l->avoids)
        take_box(l, upright ? at - thick : fmin(lo, hi), upright ? fmin(lo, hi) : at - thick,
                 upright ? at + thick : fmax(lo, hi), upright ? fmax(lo, hi) : at + thick);
    }
    if (hollow && isnan(mid)) mid = axis_at(along, 0);
    if (isnan(mid)) continue;
    double x = upright ? at : mid, y = upright ? mid : at;
    draw_shape(l, hollow ? MUSTER_SHAPE_RING : row_shape(l, v, row), x, y, t->dot, hollow ? SECONDARY : rgba, true);
    const char *text = label_of(l, v, MUSTER_CHANNEL_LABEL, row, view_number(v, MUSTER_CHANNEL_MID, row));
    if (!text) continue;
    double size = t->note;
    text_style style = {.size = (float)size,
                        .weight = hollow ? 400 : 600,
                        .halo = (float)t->halo,
                        .rgba = hollow ? SECONDARY : row_text_colour(l, v, row),
                        .anchor = MUSTER_ANCHOR_MIDDLE};
    double next = fabs(axis_at(across, value + 1) - axis_at(across, value));
    bool crowded = hollow && upright && width_of(l, text, size, 400) > 1.6 * next;
    if (crowded && move_below(l, sayf(l->arena, &l->failed, "Ring: %s.", text))) continue;
    put_line(l, MUSTER_PART_LABEL, x, y - t->dot - size * 0.45, text, &style);
  }
}

void draw_links(layout *l, const panel *p, const view *v) {
  const theme *t = &l->theme;
  const muster_chart_layer *layer = v->layer;
  bool coloured = layer->colour || view_is_text(v, MUSTER_CHANNEL_BY);
  double width = isnan(layer->width) ? 2 * t->k : layer->width * t->k, dy = lifted(p, v);
  for (size_t row = 0; row < v->rows; row++) {
    if (!row_in(p, v, row)) continue;
    double y = axis_place(&p->y, v, MUSTER_CHANNEL_Y, row) + dy;
    double a = axis_place(&p->x, v, MUSTER_CHANNEL_FROM, row), b = axis_place(&p->x, v, MUSTER_CHANNEL_TO, row);
    if (isnan(y) || isnan(a) || isnan(b)) continue;
    uint32_t rgba = coloured ? faded(row_colour(l, v, row), isnan(layer->alpha) ? 0.35 : layer->alpha) : 0xC4C9CDFFu;
    pen_style own = {.width = (float)width, .rgba = rgba};
    draw_segment(l->list, MUSTER_PART_MARK, a, y, b, y, &own);
  }
}
