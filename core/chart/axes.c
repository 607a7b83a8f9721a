/* Axes: room they need, grid, ticks and labels. All text is horizontal; the unit stands on the last tick. */
#include <math.h>
#include <string.h>

#include "layout.h"

static bool any_at(const layout *l, muster_at at) {
  for (size_t i = 0; i < l->view_count; i++)
    if (l->views[i].layer->at == at) return true;
  return false;
}

static bool any_header(const layout *l) {
  for (size_t i = 0; i < l->column_count; i++)
    if (l->views[l->columns[i].layer].layer->header) return true;
  return l->y.spec->header != NULL;
}

static bool has_second(const axis *a) {
  for (size_t i = 0; i < a->tick_count; i++)
    if (a->ticks[i].second) return a->kind == AXIS_DATE || a->kind == AXIS_SCHOOL;
  return a->kind == AXIS_NAMES && a->spec->group;
}

static bool x_on_top(const layout *l) { return l->x.spec->top || l->strip.v || l->x.kind == AXIS_WEEKS; }

static double facet_axis(const layout *l) {
  return l->chart->facet && !x_on_top(l) ? l->theme.axis * 0.88 : l->theme.axis;
}

/* A subtitle says what is measured; where none is drawn, the axis does. */
static bool labels_y(const layout *l) {
  return l->y.spec->label && l->y.kind != AXIS_NAMES && !(l->theme.titled && l->chart->subtitle && !l->chart->heading);
}

/* Label and note share a line above the plot where they fit. */
static bool note_apart(const layout *l) {
  if (!labels_y(l) || !l->y.spec->note) return false;
  double both = width_of(l, l->y.spec->label, l->theme.note, 400) + width_of(l, l->y.spec->note, l->theme.note, 400);
  return both + 3 * l->theme.note > l->frame.x2 - l->frame.x - l->theme.pad_left - l->theme.pad_right - l->end_width;
}

/* Texts under a plot: as many lines as the longest needs. */
static double notes_below(const layout *l) {
  const theme *t = &l->theme;
  double most = 0, wide = l->frame.x2 - l->frame.x - t->pad_left - t->pad_right;
  for (size_t i = 0; i < l->view_count; i++) {
    const view *v = &l->views[i];
    if (v->layer->mark != MUSTER_MARK_TEXT || v->layer->at != MUSTER_AT_BELOW) continue;
    for (size_t r = 0; r < v->rows; r++) {
      const char *text = view_text(v, MUSTER_CHANNEL_LABEL, r);
      double lines = text ? ceil(width_of(l, text, t->note, 400) / (wide * 0.92)) : 1;
      most = fmax(most, t->note * (0.75 + 1.3 * lines));
    }
  }
  return most;
}

/* Lines of names over the columns of a narrow picture, and the width they are broken to: about a column's, as the
 * columns stand when this is asked. */
enum { NAME_LINES_MAX = 3 };

static double name_width(const layout *l) {
  return (l->frame.x2 - l->frame.x) * 0.62 / (double)l->x.names - l->theme.axis * 0.4;
}

static size_t name_lines(const layout *l) {
  size_t most = 1;
  if (l->preset != MUSTER_PRESET_NARROW || l->x.kind != AXIS_NAMES || !x_on_top(l)) return 1;
  text_style style = {.size = (float)l->theme.axis, .weight = 400};
  for (size_t i = 0; i < l->x.names; i++) {
    size_t lines = put_wrapped((layout *)l, MUSTER_PART_AXIS, 0, 0, name_width(l), 0, l->x.name[i], &style, false);
    if (lines > NAME_LINES_MAX) return 1; /* better cut than a tower of words */
    if (lines > most) most = lines;
  }
  return most;
}

static double name_leading(const layout *l) { return l->theme.axis * 1.12; }

double axes_top(const layout *l) {
  const theme *t = &l->theme;
  double room = 0;
  if (l->y.kind != AXIS_NAMES && (labels_y(l) || l->y.spec->note)) room += t->axis * (note_apart(l) ? 3.4 : 1.9);
  if ((x_on_top(l) && !l->x.spec->hidden) || any_header(l) || any_at(l, MUSTER_AT_TOP)) room += t->axis * 1.6;
  if (x_on_top(l) && l->x.spec->label && !l->x.spec->hidden) room += t->axis * 1.5;
  room += name_leading(l) * (double)(name_lines(l) - 1);
  return fmax(room, l->least_top);
}

double axes_bottom(const layout *l) {
  const theme *t = &l->theme;
  double room = 0, size = facet_axis(l);
  if (!x_on_top(l) && l->x.used && !l->x.spec->hidden) {
    room += t->tick + size * 1.25;
    if (has_second(&l->x)) room += size * 1.35;
    if (l->x.spec->label) room += size * 1.4;
  }
  room += notes_below(l);
  for (size_t i = 0; i < l->view_count; i++)
    if (l->views[i].layer->mark == MUSTER_MARK_RULE && l->strip.v && view_has(&l->views[i], MUSTER_CHANNEL_X))
      return room + t->note * 1.4;
  return fmax(room, l->least_bottom);
}

/* ---- names down the side ---- */

typedef struct name_sizes {
  double size, sub, label_width, sub_width;
  bool beside;
} name_sizes;

static name_sizes sizes_of_names(const layout *l, double pitch) {
  const theme *t = &l->theme;
  name_sizes s = {.size = fmin(t->label - 1, fmax(t->small, pitch * 0.72)),
                  .beside = l->y.spec->left && pitch < t->label * 2.2};
  s.sub = fmin(s.beside ? s.size - 1 : s.size - 2, t->note);
  if (s.sub < t->small) s.sub = t->small;
  for (size_t i = 0; i < l->y.shown; i++) {
    size_t k = l->y.first + i;
    s.label_width = fmax(s.label_width, width_of(l, l->y.name[k], s.size, l->y.strong[k] ? 600 : 400));
    if (l->y.sub[k]) s.sub_width = fmax(s.sub_width, width_of(l, l->y.sub[k], s.sub, 400));
  }
  double most = (l->frame.x2 - l->frame.x) * 0.3;
  if (s.label_width > most) s.label_width = most;
  if (s.sub_width > most) s.sub_width = most;
  return s;
}

double axes_left(const layout *l) {
  const theme *t = &l->theme;
  if (!l->y.used || l->y.spec->hidden) return l->y.kind == AXIS_NAMES ? 0 : 12 * t->k;
  if (l->y.kind == AXIS_NAMES) {
    double pitch = (l->y.to - l->y.from) / l->y.pitches;
    name_sizes s = sizes_of_names(l, pitch);
    double header = l->y.spec->header ? width_of(l, l->y.spec->header, t->axis, 600) : 0;
    double wide =
        s.beside && s.sub_width > 0 ? s.label_width + 14 * t->k + s.sub_width : fmax(s.label_width, s.sub_width);
    return fmax(wide, header) + (l->y.spec->left ? 36 : 20) * t->k;
  }
  double widest = 0, size = facet_axis(l);
  for (size_t i = 0; i < l->y.tick_count; i++) widest = fmax(widest, width_of(l, l->y.ticks[i].label, size, 400));
  return widest + 14 * t->k;
}

static void draw_names(layout *l, panel *p) {
  const theme *t = &l->theme;
  const axis *y = &p->y;
  double pitch = axis_pitch(y);
  name_sizes s = sizes_of_names(l, pitch);
  double x = y->spec->left ? l->frame.x + t->pad_left : p->plot.x - 20 * t->k;
  muster_anchor anchor = y->spec->left ? MUSTER_ANCHOR_START : MUSTER_ANCHOR_END;
  for (size_t i = 0; i < y->shown; i++) {
    size_t k = y->first + i;
    double at = axis_at(y, y->centre[k]);
    const char *sub = y->sub[k] && *y->sub[k] ? y->sub[k] : NULL;
    bool below = sub && !s.beside && pitch > s.size + s.sub + 4;
    text_style main = {.size = (float)s.size, .weight = y->strong[k] ? 600 : 400, .rgba = INK, .anchor = anchor};
    text_style second = {.size = (float)s.sub, .weight = 400, .rgba = SECONDARY, .anchor = anchor};
    double up = below ? s.sub * 0.62 : 0;
    put_line(l, MUSTER_PART_AXIS, x, at + mid_line(s.size) - up,
             fitted(l, y->name[k], s.label_width + 0.5, s.size, main.weight), &main);
    if (below)
      put_line(l, MUSTER_PART_AXIS, x, at + mid_line(s.sub) + s.size * 0.62,
               fitted(l, sub, s.sub_width + 0.5, s.sub, 400), &second);
    else if (sub && s.beside)
      put_line(l, MUSTER_PART_AXIS, x + s.label_width + 14 * t->k, at + mid_line(s.sub),
               fitted(l, sub, s.sub_width + 0.5, s.sub, 400), &second);
  }
  if (y->spec->header) {
    text_style head = {.size = (float)t->axis,
                       .weight = l->x.kind == AXIS_NAMES ? 600 : 400,
                       .anchor = anchor,
                       .rgba = l->x.kind == AXIS_NAMES ? INK : SECONDARY};
    put_line(l, MUSTER_PART_AXIS, x, p->plot.y - t->axis * 0.6, y->spec->header, &head);
  }
}

static void draw_numbers(layout *l, panel *p) {
  double size = facet_axis(l);
  text_style style = {.size = (float)size, .weight = 400, .rgba = SECONDARY, .anchor = MUSTER_ANCHOR_END};
  for (size_t i = 0; i < p->y.tick_count; i++)
    put_line(l, MUSTER_PART_AXIS, p->plot.x - 14 * l->theme.k, axis_at(&p->y, p->y.ticks[i].value) + mid_line(size),
             p->y.ticks[i].label, &style);
}

void draw_grid(layout *l, panel *p) {
  const theme *t = &l->theme;
  pen_style thin = {.width = (float)t->grid, .rgba = GRID};
  if (p->y.kind != AXIS_NAMES && p->y.used && !p->y.spec->no_grid)
    for (size_t i = 0; i < p->y.tick_count; i++) {
      double y = axis_at(&p->y, p->y.ticks[i].value);
      draw_segment(l->list, MUSTER_PART_GRID, p->plot.x, y, p->plot.x2, y, &thin);
    }
  if (p->y.kind != AXIS_NAMES) return;
  if (!l->strip.v && p->x.kind != AXIS_NAMES && p->x.kind != AXIS_WEEKS && p->x.used && !p->x.spec->hidden &&
      !p->x.spec->no_grid)
    for (size_t i = 0; i < p->x.tick_count; i++) {
      double x = axis_at(&p->x, p->x.ticks[i].value);
      draw_segment(l->list, MUSTER_PART_GRID, x, p->plot.y - (x_on_top(l) ? 6 * t->k : 0), x, p->plot.y2, &thin);
    }
  if (!p->y.spec->rows) return;
  pen_style rows = {.width = (float)t->grid, .rgba = SEPARATOR};
  for (size_t i = 1; i < p->y.shown; i++) {
    double y = axis_at(&p->y, (p->y.centre[p->y.first + i] + p->y.centre[p->y.first + i - 1]) / 2);
    draw_segment(l->list, MUSTER_PART_GRID, l->frame.x + t->pad_left, y, l->frame.x2 - t->pad_right, y, &rows);
  }
}

/* ---- along the x axis ---- */

/* Every how many labels can stand with a gap between them, by their middles; letters only in small panels. */
static size_t label_stride(const layout *l, const panel *p, double size) {
  const axis *x = &p->x;
  size_t n = x->tick_count;
  if (n == 0) return 1;
  for (size_t stride = 1; stride < n; stride++) {
    double before = -INFINITY;
    bool fits = true;
    for (size_t i = 0; i < n && fits; i += stride) {
      double at = axis_at(x, x->ticks[i].label_at), half = width_of(l, x->ticks[i].label, size, 400) / 2;
      fits = at - half > before + size * 0.5;
      before = at + half;
    }
    if (fits) return stride;
  }
  return n;
}

static void draw_x_values(layout *l, panel *p) {
  const theme *t = &l->theme;
  axis *x = &p->x;
  double size = facet_axis(l), y = p->plot.y2 + t->tick + size * 1.05;
  text_style style = {.size = (float)size, .weight = 400, .rgba = SECONDARY, .anchor = MUSTER_ANCHOR_MIDDLE};
  text_style year = {.size = (float)size, .weight = 600, .rgba = SECONDARY, .anchor = MUSTER_ANCHOR_START};
  pen_style mark = {.width = (float)(t->axis_line * 0.8), .rgba = AXIS};
  size_t stride = label_stride(l, p, size);
  bool months = x->kind == AXIS_DATE || x->kind == AXIS_SCHOOL;
  bool letters = l->chart->facet && stride > 1 && months;
  for (size_t i = 0; i < x->tick_count; i++) {
    const tick *k = &x->ticks[i];
    double at = axis_at(x, k->value);
    if (!letters && (stride == 1 || i % stride == 0 || k->value != k->label_at))
      draw_segment(l->list, MUSTER_PART_AXIS, at, p->plot.y2, at, p->plot.y2 + t->tick, &mark);
    if (letters)
      put_line(l, MUSTER_PART_AXIS, axis_at(x, k->label_at), y, sayf(l->arena, &l->failed, "%.1s", k->label), &style);
    else if (i % stride == 0)
      put_line(l, MUSTER_PART_AXIS, axis_at(x, k->label_at), y, k->label, &style);
    if (k->second && has_second(x) && !l->chart->facet)
      put_line(l, MUSTER_PART_AXIS, at + 2, y + size * 1.35, k->second, &year);
  }
}

static void draw_x_names(layout *l, panel *p, double y, double size) {
  axis *x = &p->x;
  double pitch = axis_pitch(x), widest = 0;
  text_style style = {.size = (float)size, .weight = 400, .rgba = SECONDARY, .anchor = MUSTER_ANCHOR_MIDDLE};
  pen_style mark = {.width = (float)(l->theme.axis_line * 0.8), .rgba = AXIS};
  for (size_t i = 0; i < x->shown; i++) widest = fmax(widest, width_of(l, x->name[x->first + i], size, 400));
  size_t stride = 1;
  while (pitch * (double)stride < size * 2.2 && stride < x->shown) stride++;
  double room = pitch * (double)stride - size * 0.4;
  size_t lines = name_lines(l);
  bool cut =
      lines == 1 && widest > room && stride == 1 && room < size * 3; /* too little to read: every second name whole */
  if (cut) stride = (size_t)ceil((widest + size * 0.4) / pitch), room = widest + 1;
  for (size_t i = 0; i < x->shown; i++) {
    double at = axis_at(x, x->centre[x->first + i]);
    if (!x_on_top(l)) draw_segment(l->list, MUSTER_PART_AXIS, at, p->plot.y2, at, p->plot.y2 + l->theme.tick, &mark);
    if (i % stride) continue;
    const char *name = x->name[x->first + i];
    if (lines == 1) {
      put_line(l, MUSTER_PART_AXIS, at, y, fitted(l, name, room, size, 400), &style);
      continue;
    }
    double width = fmin(room, name_width(l)), leading = name_leading(l);
    size_t own = put_wrapped(l, MUSTER_PART_AXIS, 0, 0, width, leading, name, &style, false);
    put_wrapped(l, MUSTER_PART_AXIS, at, y - leading * (double)(own - 1), width, leading, name, &style, true);
  }
  text_style bold = style;
  bold.weight = 600;
  for (size_t i = 0; i < x->shown;) { /* one heading a run of the same group */
    size_t end = i + 1;
    const char *group = x->group[x->first + i];
    while (end < x->shown && group && x->group[x->first + end] && !strcmp(group, x->group[x->first + end])) end++;
    double middle = (axis_at(x, x->centre[x->first + i]) + axis_at(x, x->centre[x->first + end - 1])) / 2;
    if (group && *group)
      put_line(l, MUSTER_PART_AXIS, middle, y + size * 1.35, fitted(l, group, pitch * (double)(end - i), size, 600),
               &bold);
    i = end;
  }
}

static void draw_x_top(layout *l, panel *p) {
  const theme *t = &l->theme;
  double size = t->axis, y = p->plot.y - size * 0.6;
  text_style style = {.size = (float)size, .weight = 400, .rgba = SECONDARY};
  if (l->strip.v) {
    double before = -INFINITY;
    for (size_t s = l->strip.first; s < l->strip.sessions; s++) {
      double at = p->plot.x + l->strip.at[s];
      if (!l->strip.starts[s] || !l->strip.heading[s] || at < before) continue;
      double wide = width_of(l, l->strip.heading[s], size, 400), last = p->plot.x + l->strip.width - wide;
      if (at > last) { /* a short last group: its heading ends with it, clear of the next column's */
        if (last < before) continue;
        at = last;
      }
      put_line(l, MUSTER_PART_AXIS, at, y, l->strip.heading[s], &style);
      before = at + wide + size * 0.6;
    }
    return;
  }
  if (p->x.kind == AXIS_NAMES) {
    draw_x_names(l, p, y, size);
  } else {
    bool starts = p->x.kind != AXIS_NUMBER;
    style.anchor = starts ? MUSTER_ANCHOR_START : MUSTER_ANCHOR_MIDDLE;
    double before = -INFINITY, half = p->x.kind == AXIS_WEEKS ? axis_pitch(&p->x) / 2 - 4 * t->k : -4 * t->k;
    size_t stride = starts ? 1 : label_stride(l, p, size);
    for (size_t i = 0; i < p->x.tick_count; i += stride) {
      const tick *k = &p->x.ticks[i];
      const char *label = k->label;
      if (k->second && l->preset == MUSTER_PRESET_SLIDE) label = sayf(l->arena, &l->failed, "%s %s", label, k->second);
      double at = axis_at(&p->x, k->value) - (starts ? half : 0), wide = width_of(l, label, size, 400);
      double left = starts ? at : at - wide / 2;
      if (left < before || left + wide > l->frame.x2) continue;
      put_line(l, MUSTER_PART_AXIS, at, y, label, &style);
      before = left + wide + size * 0.35;
    }
  }
  if (l->x.spec->label) {
    text_style head = {.size = (float)size, .weight = 600, .rgba = INK};
    put_line(l, MUSTER_PART_AXIS, p->plot.x, y - size * 1.5 - name_leading(l) * (double)(name_lines(l) - 1),
             l->x.spec->label, &head);
  }
}

void draw_axes(layout *l, panel *p) {
  const theme *t = &l->theme;
  draw_group(l->list, "axes");
  if (!p->y.spec->hidden && p->y.used) {
    if (p->y.kind == AXIS_NAMES)
      draw_names(l, p);
    else if (p->first_column)
      draw_numbers(l, p);
  }
  if (p->y.kind != AXIS_NAMES && (labels_y(l) || l->y.spec->note) && !p->facet) {
    text_style style = {.size = (float)t->note, .weight = 400, .rgba = SECONDARY};
    double y = p->plot.y - t->axis * 1.05 - (any_at(l, MUSTER_AT_TOP) ? t->axis * 1.6 : 0);
    double start = l->frame.x + t->pad_left;
    if (labels_y(l))
      put_line(l, MUSTER_PART_AXIS, start, y - (note_apart(l) ? t->axis * 1.5 : 0),
               fitted(l, l->y.spec->label, l->frame.x2 - t->pad_right - start, t->note, 400), &style);
    style.anchor = MUSTER_ANCHOR_END;
    if (l->y.spec->note) put_line(l, MUSTER_PART_NOTE, p->plot.x2, y, l->y.spec->note, &style);
  }
  if (p->x.used && !p->x.spec->hidden) {
    if (x_on_top(l))
      draw_x_top(l, p);
    else if (p->last_row && p->x.kind == AXIS_NAMES)
      draw_x_names(l, p, p->plot.y2 + t->tick + facet_axis(l) * 1.05, facet_axis(l));
    else if (p->last_row)
      draw_x_values(l, p);
    if (!x_on_top(l) && p->x.spec->label && p->last_row) {
      text_style style = {.size = (float)facet_axis(l), .weight = 400, .rgba = SECONDARY, .anchor = MUSTER_ANCHOR_END};
      double y = p->plot.y2 + t->tick + facet_axis(l) * (has_second(&p->x) ? 3.8 : 2.45);
      put_line(l, MUSTER_PART_AXIS, p->plot.x2, y, p->x.spec->label, &style);
    }
  }
  pen_style line = {.width = (float)t->axis_line, .rgba = AXIS};
  if (p->y.kind == AXIS_NUMBER && p->y.used && p->y.lo == 0 && p->x.used && !x_on_top(l))
    draw_segment(l->list, MUSTER_PART_AXIS, p->plot.x, p->plot.y2, p->plot.x2, p->plot.y2, &line);
  if (p->y.kind == AXIS_NAMES && p->x.kind == AXIS_NUMBER && p->x.used && p->x.lo == 0 && !l->strip.v &&
      !p->x.spec->hidden)
    draw_segment(l->list, MUSTER_PART_AXIS, p->x.from, p->plot.y, p->x.from, p->plot.y2, &line);
  draw_endgroup(l->list);
}
