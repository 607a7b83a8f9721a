/* Right of the plot: labels at the height of what they name, columns of texts and bars. */
#include <math.h>
#include <string.h>

#include "layout.h"

/* ---- labels at line ends ---- */

static void add_end(layout *l, const view *v, size_t row, double at, const char *text, const char *sub, uint32_t rgba,
                    int weight) {
  if (!text || isnan(at)) return;
  if (l->end_count == END_LABELS_MAX) {
    l->ends_over++;
    return;
  }
  l->ends[l->end_count] = (end_label){
      .at = at, .text = text, .sub = sub, .rgba = rgba, .weight = weight, .order = l->end_count, .v = v, .row = row};
  l->end_count++;
}

static void ends_of_lines(layout *l, const view *v) {
  const muster_chart_layer *layer = v->layer;
  bool labelled = layer->bind[MUSTER_CHANNEL_LABEL].kind != MUSTER_UNBOUND;
  if (l->ends_in_key || (!layer->end && !labelled)) return;
  series s;
  panel all = {0};
  if (!series_of(l, &all, v, &s)) return;
  for (size_t k = 0; k < s.count; k++)
    for (size_t i = s.starts[k + 1]; i-- > s.starts[k];) {
      uint32_t row = s.rows[i];
      double value = view_number(v, MUSTER_CHANNEL_Y, row);
      if (isnan(value)) continue;
      const char *own = label_of(l, v, MUSTER_CHANNEL_LABEL, row, value), *sub = NULL, *name = own;
      if (layer->end) {
        if (!name) name = view_text(v, MUSTER_CHANNEL_BY, row);
        if (!name) name = layer->name;
        sub = value_text(l, &l->y, layer->format, value, true);
        if (!name) name = sub, sub = NULL;
      }
      const char *said = label_of(l, v, MUSTER_CHANNEL_SUB, row, value);
      if (said) sub = said;
      add_end(l, v, row, value, name, sub, row_text_colour(l, v, row), layer->end || view_strong(v, row) ? 600 : 400);
      break;
    }
}

void collect_ends(layout *l) {
  const theme *t = &l->theme;
  l->end_count = l->ends_over = 0;
  for (size_t i = 0; i < l->view_count; i++) {
    const view *v = &l->views[i];
    const muster_chart_layer *layer = v->layer;
    if ((layer->mark == MUSTER_MARK_LINE || layer->mark == MUSTER_MARK_STEP) && !l->chart->facet) ends_of_lines(l, v);
    if (layer->at != MUSTER_AT_END) continue;
    if (layer->mark == MUSTER_MARK_INTERVAL) l->has_bracket = true;
    if (layer->mark != MUSTER_MARK_TEXT && layer->mark != MUSTER_MARK_RULE) continue;
    for (size_t r = 0; r < v->rows; r++) {
      double value = view_number(v, MUSTER_CHANNEL_Y, r);
      uint32_t rgba = layer->colour || view_is_text(v, MUSTER_CHANNEL_BY) ? row_text_colour(l, v, r) : SECONDARY;
      add_end(l, v, r, value, label_of(l, v, MUSTER_CHANNEL_LABEL, r, value),
              label_of(l, v, MUSTER_CHANNEL_SUB, r, value), rgba, layer->bold || view_strong(v, r) ? 600 : 400);
    }
  }
  l->end_width = 0;
  double cap = fmin((t->width) * 0.28, t->label * 11.4) - (l->has_bracket ? 12 * t->k : 0);
  for (size_t i = 0; i < l->end_count; i++) {
    end_label *e = &l->ends[i];
    double wide = fmax(width_of(l, e->text, t->label, e->weight), width_of(l, e->sub, t->label - 1, 400));
    l->end_width = fmax(l->end_width, fmin(wide, cap));
  }
  for (size_t i = 0; i < l->end_count; i++) { /* lines are counted at the width that all will have */
    end_label *e = &l->ends[i];
    text_style style = {.size = (float)t->label, .weight = e->weight};
    double leading = t->label * 1.22;
    size_t lines = put_wrapped(l, MUSTER_PART_LABEL, 0, 0, l->end_width + 1, leading, e->text, &style, false);
    style.size = (float)(t->label - 1), style.weight = 400;
    if (e->sub) lines += put_wrapped(l, MUSTER_PART_LABEL, 0, 0, l->end_width + 1, leading, e->sub, &style, false);
    e->height = leading * (double)(lines ? lines : 1) + 2;
  }
  if (l->end_count) l->end_width += (l->has_bracket ? 28 : 16) * t->k;
}

/* More labels than the plot is high: name and value in one line; then those that are least in order are left out. */
static void squeeze_ends(layout *l, double height, double room) {
  const theme *t = &l->theme;
  double total = 0, line = t->label * 1.22 + 2;
  for (size_t i = 0; i < l->end_count; i++) total += l->ends[i].height;
  if (total <= height) return;
  for (size_t i = 0; i < l->end_count; i++) {
    end_label *e = &l->ends[i];
    const char *both = e->sub ? sayf(l->arena, &l->failed, "%s %s", e->text, e->sub) : e->text;
    e->text = fitted(l, both, room, t->label, e->weight);
    e->sub = NULL;
    e->height = line;
  }
  size_t most = (size_t)fmax(height / line, 1);
  if (l->end_count > most) l->dropped += l->end_count - most, l->end_count = most;
  l->dropped += l->ends_over;
}

/* Where the leader of a label begins: behind the last point of its line, or at the edge of the plot. */
static double leader_start(const layout *l, const panel *p, const end_label *e) {
  bool line = e->v->layer->mark == MUSTER_MARK_LINE || e->v->layer->mark == MUSTER_MARK_STEP;
  double x = line ? axis_place(&p->x, e->v, MUSTER_CHANNEL_X, e->row) : NAN;
  return isnan(x) ? p->plot.x2 + 3 : x + l->theme.dot + 4;
}

void place_ends(layout *l, const panel *p) {
  const theme *t = &l->theme;
  double x = p->plot.x2 + (l->has_bracket ? 28 : 16) * t->k,
         room = l->end_width - (l->has_bracket ? 28 : 16) * t->k + 1;
  for (size_t i = 0; i < l->end_count; i++) l->ends[i].at = axis_at(&p->y, l->ends[i].at);
  squeeze_ends(l, p->plot.y2 - p->plot.y + 2 * t->label, room);
  spread_labels(l->ends, l->end_count, p->plot.y - t->label, p->plot.y2 + t->label);
  for (size_t i = 0; i < l->end_count; i++) {
    const end_label *e = &l->ends[i];
    double leading = t->label * 1.22, first = e->y - e->height / 2 + leading * 0.5 + mid_line(t->label) + 1;
    text_style style = {.size = (float)t->label, .weight = e->weight, .rgba = e->rgba};
    size_t lines = put_wrapped(l, MUSTER_PART_LABEL, x, first, room, leading, e->text, &style, true);
    style.size = (float)(t->label - 1), style.weight = 400;
    if (e->sub)
      put_wrapped(l, MUSTER_PART_LABEL, x, first + leading * (double)lines, room, leading, e->sub, &style, true);
    if (fabs(e->y - e->at) > 40 && !l->has_bracket) { /* far from its line: joined to it */
      pen_style leader = {.width = (float)t->grid, .rgba = faded(e->rgba, 0.6)};
      draw_segment(l->list, MUSTER_PART_LABEL, leader_start(l, p, e), e->at, x - 4, e->y, &leader);
    }
  }
}

/* ---- columns ---- */

static bool numeric_text(const char *text) {
  for (const char *c = text; *c; c++)
    if (!strchr("0123456789.,+-% to()", *c) && (unsigned char)*c < 0x80) return false;
  return true;
}

static void measure_column(layout *l, side_column *c) {
  const view *v = &l->views[c->layer];
  const muster_chart_layer *layer = v->layer;
  const theme *t = &l->theme;
  bool bar = layer->mark == MUSTER_MARK_BAR;
  double widest = 0;
  c->right_aligned = !bar;
  for (size_t r = 0; r < v->rows; r++) {
    double value = view_number(v, MUSTER_CHANNEL_VALUE, r);
    if (bar && value > c->most) c->most = value;
    const char *text = label_of(l, v, MUSTER_CHANNEL_LABEL, r, value);
    if (bar && !text) text = value_text(l, NULL, layer->format, value, false);
    const char *sub = label_of(l, v, MUSTER_CHANNEL_SUB, r, value);
    if (!text) continue;
    widest = fmax(widest, width_of(l, text, t->axis, 600));
    if (sub) widest = fmax(widest, width_of(l, sub, t->axis - 1, 400));
    if (!numeric_text(text)) c->right_aligned = false;
  }
  if (!isnan(layer->limit) && layer->limit > 0) c->most = layer->limit;
  c->label_width = widest;
  double body = bar ? (l->preset == MUSTER_PRESET_NARROW ? 40 : 120 * t->k) + 10 * t->k + widest : widest;
  c->width = fmax(body, layer->header ? width_of(l, layer->header, t->axis, 600) : 0);
  double most = (l->frame.x2 - l->frame.x) * 0.3;
  if (c->width > most) c->width = most;
}

void collect_columns(layout *l) {
  l->column_count = 0;
  for (size_t i = 0; i < l->view_count && l->column_count < SIDE_COLUMNS_MAX; i++) {
    const muster_chart_layer *layer = l->views[i].layer;
    if (layer->at != MUSTER_AT_RIGHT || (layer->mark != MUSTER_MARK_BAR && layer->mark != MUSTER_MARK_TEXT)) continue;
    l->columns[l->column_count] = (side_column){.layer = i};
    measure_column(l, &l->columns[l->column_count++]);
  }
}

/* The last label over the plot hangs over its end. */
static double column_gap(const layout *l, size_t i) {
  if (l->strip.v) return 22 * l->theme.k;
  return i == 0 && l->x.spec->top && l->x.kind == AXIS_NUMBER ? 56 * l->theme.k : 36 * l->theme.k;
}

double columns_width(const layout *l) {
  double sum = 0;
  for (size_t i = 0; i < l->column_count; i++) sum += l->columns[i].width + column_gap(l, i);
  return sum;
}

void place_columns(layout *l, const panel *p) {
  double x = p->plot.x2 + (l->end_count ? l->end_width : 0);
  for (size_t i = 0; i < l->column_count; i++) {
    l->columns[i].x = x + column_gap(l, i);
    x = l->columns[i].x + l->columns[i].width;
  }
}

static void column_bar(layout *l, const panel *p, const side_column *c, const view *v, size_t row, double y) {
  const theme *t = &l->theme;
  double value = view_number(v, MUSTER_CHANNEL_VALUE, row), pitch = axis_pitch(&p->y);
  double half = fmin(pitch * 0.29, 12 * (t->k < 1 ? 0.8 : 1)), whole = c->width - c->label_width - 10 * t->k;
  if (isnan(value) || !(c->most > 0)) return;
  bool tracked = !isnan(v->layer->limit);
  double length = whole * fmin(fmax(value / c->most, 0), 1);
  if (tracked) draw_rect(l->list, MUSTER_PART_BAND, c->x, y - half, c->x + whole, y + half, CLOSED);
  draw_rect(l->list, MUSTER_PART_MARK, c->x, y - half, c->x + length, y + half, row_colour(l, v, row));
  const char *text = label_of(l, v, MUSTER_CHANNEL_LABEL, row, value);
  if (!text) text = value_text(l, NULL, v->layer->format, value, false);
  muster_colour role = row_role(l, v, row);
  bool loud = (role == MUSTER_COLOUR_THIRD || role == MUSTER_COLOUR_ACCENT || role == MUSTER_COLOUR_BAND2 ||
               view_strong(v, row));
  double size = fmin(t->axis - 1, fmax(t->small, pitch * 0.72));
  text_style style = {.size = (float)size,
                      .weight = loud ? 600 : 400,
                      .rgba = loud      ? role_text(role)
                              : tracked ? INK
                                        : SECONDARY};
  if (tracked) style.anchor = MUSTER_ANCHOR_END;
  put_line(l, MUSTER_PART_LABEL, tracked ? c->x + c->width : c->x + length + 9 * t->k, y + mid_line(size), text,
           &style);
}

static void column_text(layout *l, const side_column *c, const view *v, size_t row, double y, double pitch) {
  const theme *t = &l->theme;
  const char *text = label_of(l, v, MUSTER_CHANNEL_LABEL, row, NAN),
             *sub = label_of(l, v, MUSTER_CHANNEL_SUB, row, NAN);
  bool coloured = v->layer->colour || view_is_text(v, MUSTER_CHANNEL_BY),
       strong = v->layer->bold || view_strong(v, row);
  double size = fmin(t->axis, fmax(t->small, pitch * 0.72)), x = c->right_aligned ? c->x + c->width : c->x;
  text_style style = {.size = (float)size,
                      .weight = strong ? 600 : 400,
                      .rgba = coloured ? row_text_colour(l, v, row) : SECONDARY,
                      .anchor = c->right_aligned ? MUSTER_ANCHOR_END : MUSTER_ANCHOR_START};
  bool two = text && sub;
  if (text)
    put_line(l, MUSTER_PART_LABEL, x, y + mid_line(size) - (two ? size * 0.66 : 0),
             fitted(l, text, c->width + 1, size, style.weight), &style);
  if (!sub) return;
  style.weight = 400, style.size = (float)(size - 1);
  style.rgba = v->layer->sub_colour ? role_text(v->layer->sub_colour) : SECONDARY;
  put_line(l, MUSTER_PART_LABEL, x, y + mid_line(size) + (two ? size * 0.66 : 0),
           fitted(l, sub, c->width + 1, size - 1, 400), &style);
}

static void column_rules(layout *l, const panel *p) {
  const theme *t = &l->theme;
  const side_column *c = NULL;
  for (size_t i = 0; i < l->column_count && !c; i++)
    if (l->views[l->columns[i].layer].layer->mark == MUSTER_MARK_BAR) c = &l->columns[i];
  if (!c) return;
  for (size_t i = 0; i < l->view_count; i++) {
    const muster_chart_layer *layer = l->views[i].layer;
    double value = view_number(&l->views[i], MUSTER_CHANNEL_X, 0);
    if (layer->mark != MUSTER_MARK_RULE || (!l->strip.v && layer->at != MUSTER_AT_RIGHT) || isnan(value)) continue;
    double x = c->x + (c->width - c->label_width - 10 * t->k) * value / c->most, dash[] = {4.4 * t->k, 4.4 * t->k};
    pen_style rule = {.width = (float)t->zero, .rgba = INK, .dash = dash, .dash_count = layer->dash_count ? 2 : 0};
    draw_segment(l->list, MUSTER_PART_MARK, x, p->plot.y - 2, x, p->plot.y2 + 4 * t->k, &rule);
    muster_buf text;
    muster_buf_init(&text, 64);
    const char *own = label_of(l, &l->views[i], MUSTER_CHANNEL_LABEL, 0, value);
    put_number(&text, value, value == floor(value) ? 0 : 1, false);
    const char *said = say(l->arena, &l->failed, &text);
    text_style style = {
        .size = (float)(t->small - (t->k < 1 ? 0 : 0)), .weight = 400, .rgba = INK, .anchor = MUSTER_ANCHOR_MIDDLE};
    put_line(l, MUSTER_PART_LABEL, x, p->plot.y2 + 4 * t->k + t->small * 1.05, own ? own : said, &style);
  }
}

void draw_columns(layout *l, const panel *p) {
  const theme *t = &l->theme;
  for (size_t i = 0; i < l->column_count; i++) {
    const side_column *c = &l->columns[i];
    const view *v = &l->views[c->layer];
    draw_group(l->list, "column");
    if (v->layer->header) {
      bool strong = v->layer->bold;
      text_style head = {.size = (float)t->axis,
                         .weight = strong ? 600 : 400,
                         .rgba = SECONDARY,
                         .anchor = c->right_aligned ? MUSTER_ANCHOR_END : MUSTER_ANCHOR_START};
      put_line(l, MUSTER_PART_AXIS, c->right_aligned ? c->x + c->width : c->x, p->plot.y - t->axis * 0.6,
               fitted(l, v->layer->header, c->width + 1, t->axis, head.weight), &head);
    }
    double pitch = axis_pitch(&p->y);
    for (size_t r = 0; r < v->rows; r++) {
      if (!row_in(p, v, r)) continue;
      double y = axis_place(&p->y, v, MUSTER_CHANNEL_Y, r);
      if (isnan(y)) continue;
      if (v->layer->mark == MUSTER_MARK_BAR)
        column_bar(l, p, c, v, r, y);
      else
        column_text(l, c, v, r, y, pitch);
    }
    draw_endgroup(l->list);
  }
  column_rules(l, p);
}
