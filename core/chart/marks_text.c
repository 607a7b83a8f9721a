/* Rules with their labels, and texts in the plot. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"

static bool in_columns(const layout *l, const view *v) { /* a rule over a column of bars is drawn there */
  return view_has(v, MUSTER_CHANNEL_X) && (l->strip.v || v->layer->at == MUSTER_AT_RIGHT);
}

static uint32_t rule_colour(const view *v) {
  if (v->layer->colour) return role_colour(v->layer->colour);
  return v->layer->dash_count ? SECONDARY : INK;
}

void draw_rules(layout *l, const panel *p, const view *v) {
  const theme *t = &l->theme;
  const muster_chart_layer *layer = v->layer;
  if (in_columns(l, v)) return;
  double dash[4];
  for (size_t i = 0; i < layer->dash_count; i++) dash[i] = layer->dash[i] * t->k;
  pen_style line = {.width = (float)(isnan(layer->width) ? t->zero : layer->width * t->k),
                    .rgba = faded(rule_colour(v), isnan(layer->alpha) ? 1 : layer->alpha),
                    .dash = dash,
                    .dash_count = layer->dash_count};
  for (size_t row = 0; row < v->rows; row++) {
    if (!row_in(p, v, row)) continue;
    if (view_has(v, MUSTER_CHANNEL_Y)) {
      double y = axis_place(&p->y, v, MUSTER_CHANNEL_Y, row);
      double from = isnan(layer->start) ? p->plot.x : fmax(axis_at(&p->x, layer->start), p->plot.x);
      double to = isnan(layer->stop) ? p->plot.x2 : fmin(axis_at(&p->x, layer->stop), p->plot.x2);
      if (isnan(y) || y < p->plot.y - 1 || y > p->plot.y2 + 1 || !(to > from)) continue;
      draw_segment(l->list, MUSTER_PART_MARK, from, y, to, y, &line);
      if (l->avoids) take_soft_box(l, from, y - 2, to, y + 2);
    } else {
      double x = axis_place(&p->x, v, MUSTER_CHANNEL_X, row);
      if (isnan(x) || x < p->plot.x - 1 || x > p->plot.x2 + 1) continue;
      double rise = p->y.kind == AXIS_NAMES && !layer->dash_count ? 8 * t->k : 0;
      draw_segment(l->list, MUSTER_PART_MARK, x, p->plot.y - rise, x, p->plot.y2 + rise, &line);
      if (l->avoids) take_soft_box(l, x - 2, p->plot.y, x + 2, p->plot.y2);
    }
  }
}

/* Over a level rule at its left, or where the layer says; else at the first of its other ends and sides where no mark
 * is hidden. */
static void label_level(layout *l, const panel *p, const muster_chart_layer *layer, double at, const char *text,
                        const text_style *style) {
  const theme *t = &l->theme;
  double room = p->plot.x2 - p->plot.x - 20 * t->k, leading = t->note * 1.25,
         wide = fmin(width_of(l, text, t->note, style->weight), room);
  size_t lines = put_wrapped(l, MUSTER_PART_LABEL, 0, 0, room, leading, text, style, false);
  double high = leading * (double)(lines ? lines - 1 : 0), best_x = 0, best_y = 0;
  for (int i = 0; i < 4; i++) {
    bool right = (layer->place == MUSTER_PLACE_RIGHT && lines == 1) != (i % 2 == 1),
         below = (layer->place == MUSTER_PLACE_BELOW) != (i / 2 == 1);
    double x = right ? p->plot.x2 - 10 * t->k - wide : p->plot.x + 10 * t->k,
           y = below ? at + t->note * 1.3 : at - t->note * 0.45 - high;
    bool inside = y >= p->plot.y + t->note * 0.4 && y + high <= p->plot.y2 - t->note * 0.3;
    if (i == 0) best_x = x, best_y = inside || below ? y : at + t->note * 1.3;
    if (!inside || !place_is_free(l, x, y - t->note * 0.8, x + wide, y + high)) continue;
    best_x = x, best_y = y;
    break;
  }
  put_wrapped(l, MUSTER_PART_LABEL, best_x, best_y, room, leading, text, style, true);
  take_box(l, best_x, best_y - t->note, best_x + wide, best_y + leading * (double)lines - t->note * 0.95);
}

/* Beside the head of an upright rule, on the side that has the room. */
static void label_upright(layout *l, const panel *p, const muster_chart_layer *layer, double x, const char *text,
                          text_style style) {
  const theme *t = &l->theme;
  double wide = width_of(l, text, t->note, style.weight), gap = 10 * t->k, leading = t->note * 1.25;
  double room_left = x - gap - l->frame.x - 2, room_right = l->frame.x2 - t->pad_right - x - gap;
  bool left = layer->place == MUSTER_PLACE_LEFT ? wide <= room_left || room_left >= room_right
                                                : wide > room_right && room_left > room_right;
  double room = left ? room_left : room_right;
  style.anchor = left ? MUSTER_ANCHOR_END : MUSTER_ANCHOR_START;
  size_t lines = put_wrapped(l, MUSTER_PART_LABEL, left ? x - gap : x + gap, p->plot.y + t->note * 1.25, room, leading,
                             text, &style, true);
  double edge = left ? x - gap - fmin(wide, room) : x + gap;
  take_box(l, edge, p->plot.y, edge + fmin(wide, room), p->plot.y + leading * (double)lines);
}

void draw_rule_labels(layout *l, const panel *p, const view *v) {
  const theme *t = &l->theme;
  const muster_chart_layer *layer = v->layer;
  if (in_columns(l, v) || layer->at == MUSTER_AT_END) return;
  bool level = view_has(v, MUSTER_CHANNEL_Y);
  for (size_t row = 0; row < v->rows; row++) {
    double value = view_number(v, level ? MUSTER_CHANNEL_Y : MUSTER_CHANNEL_X, row);
    const char *text = row_in(p, v, row) ? label_of(l, v, MUSTER_CHANNEL_LABEL, row, value) : NULL;
    if (!text) continue;
    text_style style = {.size = (float)t->note,
                        .weight = layer->bold || !level ? 600 : 400,
                        .halo = (float)t->halo,
                        .rgba = layer->colour           ? role_text(layer->colour)
                                : rule_colour(v) == INK ? INK
                                                        : SECONDARY};
    if (level)
      label_level(l, p, layer, axis_at(&p->y, value), text, &style);
    else
      label_upright(l, p, layer, axis_place(&p->x, v, MUSTER_CHANNEL_X, row), text, style);
  }
}

/* ---- texts ---- */

typedef struct said {
  const char *text, *sub;
  text_style style, second;
  double width, height, size;
} said;

static bool say_row(layout *l, const view *v, size_t row, double value, said *out) {
  const theme *t = &l->theme;
  const muster_chart_layer *layer = v->layer;
  out->text = label_of(l, v, MUSTER_CHANNEL_LABEL, row, value);
  out->sub = label_of(l, v, MUSTER_CHANNEL_SUB, row, value);
  if (!out->text) return false;
  bool coloured = layer->colour || view_is_text(v, MUSTER_CHANNEL_BY), strong = layer->bold || view_strong(v, row);
  out->size = isnan(layer->size) ? t->note : fmax(layer->size * t->k, t->small);
  if (out->sub && strong) out->size = fmax(out->size, t->label - 0.5);
  out->style = (text_style){.size = (float)out->size,
                            .weight = strong ? 600 : 400,
                            .halo = (float)t->halo,
                            .rgba = coloured ? row_text_colour(l, v, row) : INK};
  out->second = (text_style){.size = (float)t->note,
                             .weight = 400,
                             .halo = (float)t->halo,
                             .rgba = layer->sub_colour    ? role_text(layer->sub_colour)
                                     : strong && coloured ? out->style.rgba
                                                          : SECONDARY};
  out->width = fmax(width_of(l, out->text, out->size, out->style.weight), width_of(l, out->sub, t->note, 400));
  out->height = out->size * 1.15 + (out->sub ? t->note * 1.3 : 0);
  return true;
}

/* At the left top corner of its box, by its anchor. */
static void put_said(layout *l, const said *s, double x, double y, muster_anchor anchor) {
  said own = *s;
  own.style.anchor = own.second.anchor = anchor;
  put_line(l, MUSTER_PART_LABEL, x, y + s->size * 0.92, s->text, &own.style);
  if (s->sub) put_line(l, MUSTER_PART_LABEL, x, y + s->size * 0.92 + l->theme.note * 1.3, s->sub, &own.second);
  double left = anchor == MUSTER_ANCHOR_START ? x : anchor == MUSTER_ANCHOR_END ? x - s->width : x - s->width / 2;
  take_box(l, left, y, left + s->width, y + s->height);
}

/* A white halo would show on the grey of a band at that side of the plot. */
static bool on_band(const layout *l, const panel *p, bool right) {
  for (size_t i = 0; i < l->view_count; i++) {
    const view *v = &l->views[i];
    if (v->layer->mark != MUSTER_MARK_BAND || v->layer->colour || !view_has(v, MUSTER_CHANNEL_X)) continue;
    for (size_t row = 0; row < v->rows; row++) {
      double a = axis_at(&p->x, view_number(v, MUSTER_CHANNEL_X, row)),
             b = axis_at(&p->x, view_number(v, MUSTER_CHANNEL_X2, row));
      if (right ? fmax(a, b) >= p->plot.x2 - 30 : fmin(a, b) <= p->plot.x + 30) return true;
    }
  }
  return false;
}

/* From the side of the plot to the first upright rule: words that cross it would speak of both its sides. */
static double room_to_rule(const layout *l, const panel *p, bool right) {
  double room = p->plot.x2 - p->plot.x;
  for (size_t i = 0; i < l->view_count; i++) {
    const view *v = &l->views[i];
    if (v->layer->mark != MUSTER_MARK_RULE || !view_has(v, MUSTER_CHANNEL_X) || in_columns(l, v)) continue;
    for (size_t row = 0; row < v->rows; row++) {
      double x = axis_place(&p->x, v, MUSTER_CHANNEL_X, row);
      if (row_in(p, v, row) && x > p->plot.x && x < p->plot.x2)
        room = fmin(room, right ? p->plot.x2 - x : x - p->plot.x);
    }
  }
  return room;
}

static bool said_below(layout *l, const said *s) {
  return move_below(l, s->sub ? sayf(l->arena, &l->failed, "%s. %s.", s->text, s->sub) : s->text);
}

static void text_in_corner(layout *l, const panel *p, const view *v) {
  const theme *t = &l->theme;
  muster_at at = v->layer->at;
  bool right = at == MUSTER_AT_TOP_RIGHT || at == MUSTER_AT_BOTTOM_RIGHT;
  bool low = at == MUSTER_AT_BOTTOM_LEFT || at == MUSTER_AT_BOTTOM_RIGHT;
  double y = low ? p->plot.y2 - 10 * t->k : p->plot.y + 10 * t->k;
  for (size_t i = 0; i < v->rows; i++) {
    size_t row = low ? v->rows - 1 - i : i;
    said s;
    if (!row_in(p, v, row) || !say_row(l, v, row, NAN, &s)) continue;
    if (s.width + 24 * t->k > room_to_rule(l, p, right) && said_below(l, &s)) continue;
    if (low) y -= s.height;
    if (on_band(l, p, right)) s.style.ground = s.second.ground = HOLIDAY;
    put_said(l, &s, right ? p->plot.x2 - 14 * t->k : p->plot.x + 18 * t->k, y,
             right ? MUSTER_ANCHOR_END : MUSTER_ANCHOR_START);
    if (!low) y += s.height;
  }
}

static void text_above(layout *l, const panel *p, const view *v) {
  for (size_t row = 0; row < v->rows; row++) {
    said s;
    double x = axis_place(&p->x, v, MUSTER_CHANNEL_X, row);
    if (!row_in(p, v, row) || isnan(x) || !say_row(l, v, row, NAN, &s)) continue;
    s.style.halo = 0;
    bool left = v->layer->place == MUSTER_PLACE_LEFT, right = v->layer->place == MUSTER_PLACE_RIGHT;
    s.style.anchor = left ? MUSTER_ANCHOR_END : right ? MUSTER_ANCHOR_START : MUSTER_ANCHOR_MIDDLE;
    put_line(l, MUSTER_PART_LABEL,
             x + (left    ? -12
                  : right ? 12
                          : 0) *
                     l->theme.k,
             p->plot.y - l->theme.axis * 0.6, s.text, &s.style);
  }
}

static void text_below(layout *l, const panel *p, const view *v) {
  const theme *t = &l->theme;
  for (size_t row = 0; row < v->rows; row++) {
    said s;
    if (!row_in(p, v, row) || !say_row(l, v, row, NAN, &s)) continue;
    s.style.halo = 0;
    double x = l->frame.x + t->pad_left;
    put_wrapped(l, MUSTER_PART_NOTE, x, p->plot.y2 + t->note * 1.75, l->frame.x2 - x - t->pad_right, t->note * 1.3,
                s.text, &s.style, true);
  }
}

static void text_at_point(layout *l, const view *v, double x, double y, const said *s) {
  const theme *t = &l->theme;
  double gap = 10 * t->k;
  switch (v->layer->place) {
    case MUSTER_PLACE_LEFT: put_said(l, s, x - gap, y - s->height / 2, MUSTER_ANCHOR_END); return;
    case MUSTER_PLACE_ABOVE: put_said(l, s, x, y - s->height - gap, MUSTER_ANCHOR_MIDDLE); return;
    case MUSTER_PLACE_BELOW: put_said(l, s, x, y + gap, MUSTER_ANCHOR_MIDDLE); return;
    case MUSTER_PLACE_CENTRE: {
      said own = *s;
      own.style.halo = own.second.halo = 0;
      put_said(l, &own, x, y + mid_line(s->size) - s->size * 0.92, MUSTER_ANCHOR_MIDDLE);
      return;
    }
    default: break;
  }
  put_said(l, s, x + gap, y - s->height / 2, MUSTER_ANCHOR_START);
}

typedef struct ranked {
  size_t row;
  bool strong;
} ranked;

static int by_rank(const void *a, const void *b) {
  const ranked *l = a, *r = b;
  if (l->strong != r->strong) return l->strong ? -1 : 1;
  return (l->row > r->row) - (l->row < r->row);
}

static void texts_avoiding(layout *l, const panel *p, const view *v) {
  const theme *t = &l->theme;
  ranked *order = muster_alloc(v->rows, sizeof *order);
  if (!order) {
    l->failed = true;
    return;
  }
  size_t n = 0, placed = 0, most = isnan(v->layer->max) || v->layer->max < 0 ? 1000 : (size_t)fmin(v->layer->max, 1000);
  for (size_t row = 0; row < v->rows; row++)
    if (row_in(p, v, row)) order[n++] = (ranked){row, view_strong(v, row)};
  qsort(order, n, sizeof *order, by_rank);
  box within = {p->plot.x + 2, p->plot.y - t->note * 0.5, l->end_count ? p->plot.x2 : l->frame.x2 - t->pad_right * 0.4,
                p->plot.y2 - 2};
  for (size_t i = 0; i < n; i++) {
    size_t row = order[i].row;
    double x = axis_place(&p->x, v, MUSTER_CHANNEL_X, row), y = axis_place(&p->y, v, MUSTER_CHANNEL_Y, row), left, top;
    said s;
    if (isnan(x) || isnan(y) || !say_row(l, v, row, view_number(v, MUSTER_CHANNEL_Y, row), &s)) continue;
    bool beside = s.sub && !v->layer->leader; /* name and value in one line: "Tor Primary  37.5%" */
    double wide =
        beside ? width_of(l, s.text, s.size, s.style.weight) + 9 * t->k + width_of(l, s.sub, s.size, 400) : s.width;
    double high = beside ? s.size * 1.15 : s.height;
    int side;
    if (placed == most ||
        !place_label(l, &within, x, y, t->dot + 4 * t->k, wide, high, v->layer->leader, &left, &top, &side)) {
      if (placed == most || !v->layer->leader || !said_below(l, &s)) l->dropped++;
      continue;
    }
    placed++;
    if (side >= 8) {
      pen_style leader = {.width = (float)(t->grid * 1.2), .rgba = s.style.rgba};
      double ex = fmin(fmax(x, left), left + wide), ey = fmin(fmax(y, top), top + high);
      double far = hypot(ex - x, ey - y), cut = fmin(t->dot, far / 3);
      draw_segment(l->list, MUSTER_PART_LABEL, x + (ex - x) * cut / far, y + (ey - y) * cut / far, ex, ey, &leader);
    }
    if (beside) {
      s.second.size = (float)s.size, s.second.rgba = s.style.rgba;
      put_line(l, MUSTER_PART_LABEL, left, top + s.size * 0.92, s.text, &s.style);
      put_line(l, MUSTER_PART_LABEL, left + wide - width_of(l, s.sub, s.size, 400), top + s.size * 0.92, s.sub,
               &s.second);
      take_box(l, left, top, left + wide, top + high);
    } else {
      put_said(l, &s, left, top, MUSTER_ANCHOR_START);
    }
  }
  muster_free(order);
}

void draw_texts(layout *l, const panel *p, const view *v) {
  switch (v->layer->at) {
    case MUSTER_AT_RIGHT:
    case MUSTER_AT_END: return;
    case MUSTER_AT_TOP: text_above(l, p, v); return;
    case MUSTER_AT_BELOW: text_below(l, p, v); return;
    case MUSTER_AT_PLOT: break;
    default: text_in_corner(l, p, v); return;
  }
  if (v->layer->avoid || v->layer->leader) {
    texts_avoiding(l, p, v);
    return;
  }
  double dy = isnan(v->layer->dy) || p->y.kind != AXIS_NAMES ? 0 : v->layer->dy * axis_pitch(&p->y);
  for (size_t row = 0; row < v->rows; row++) {
    said s;
    double x = axis_place(&p->x, v, MUSTER_CHANNEL_X, row), y = axis_place(&p->y, v, MUSTER_CHANNEL_Y, row) + dy;
    if (!row_in(p, v, row) || isnan(x) || isnan(y)) continue;
    if (say_row(l, v, row, view_number(v, MUSTER_CHANNEL_Y, row), &s)) text_at_point(l, v, x, y, &s);
  }
}
