/* From a chart to a display list: train, tick, measure, margins, marks, labels. */
#include <math.h>
#include <string.h>

#include "layout.h"

enum { PANELS_MAX = 64 };

static bool collect_values(layout *l) { /* of `by`, in order of appearance */
  for (size_t i = 0; i < l->view_count; i++) {
    const view *v = &l->views[i];
    if (v->layer->mark == MUSTER_MARK_STRIP || v->layer->mark == MUSTER_MARK_TEXT) continue;
    for (size_t r = 0; view_is_text(v, MUSTER_CHANNEL_BY) && r < v->rows; r++) {
      const char *by = view_text(v, MUSTER_CHANNEL_BY, r);
      if (by && muster_map_add(&l->by, muster_text_of(by), NULL) == MUSTER_NONE) return false;
    }
  }
  return true;
}

static bool open_layout(layout *l) {
  for (size_t i = 0; i < l->chart->layer_count; i++) {
    view *v = &l->views[l->view_count++];
    *v = view_of(l->chart, l->chart->layers[i]);
    const muster_chart_layer *layer = v->layer;
    if (layer->mark == MUSTER_MARK_STRIP) l->strip.v = v;
    bool labelled = layer->bind[MUSTER_CHANNEL_LABEL].kind != MUSTER_UNBOUND;
    if (layer->avoid || layer->leader ||
        (labelled && (layer->mark == MUSTER_MARK_DOT || layer->mark == MUSTER_MARK_RULE)))
      l->avoids = true;
    if (layer->end && l->preset == MUSTER_PRESET_NARROW) l->ends_in_key = true;
  }
  return collect_values(l) && axis_train(&l->x, l->chart, l->views, l->view_count, false, l->arena) &&
         axis_train(&l->y, l->chart, l->views, l->view_count, true, l->arena);
}

static void close_layout(layout *l) {
  muster_map_free(&l->by);
  axis_free(&l->x);
  axis_free(&l->y);
  muster_free(l->boxes);
}

/* ---- panels ---- */

typedef struct grid {
  panel panels[PANELS_MAX];
  size_t count, columns, rows;
} grid;

static bool collect_panels(layout *l, grid *g) {
  g->count = 0;
  muster_map names = {0};
  bool good = true;
  for (size_t i = 0; l->chart->facet && good && i < l->view_count; i++) {
    const view *v = &l->views[i];
    const muster_chart_column *sub = frame_column(v->data, l->chart->facet_sub);
    for (size_t r = 0; good && v->facet && v->facet->texts && r < v->rows; r++) {
      bool added = false;
      const char *name = v->facet->texts[r];
      if (!name || !*name || names.count == PANELS_MAX) continue;
      good = muster_map_add(&names, muster_text_of(name), &added) != MUSTER_NONE;
      if (!added) continue;
      g->panels[g->count++] = (panel){.facet = name, .sub = sub && sub->texts ? sub->texts[r] : NULL};
    }
  }
  muster_map_free(&names);
  if (g->count == 0) g->panels[g->count++] = (panel){0};
  size_t n = g->count;
  g->columns = n <= 1 || l->y.kind == AXIS_NAMES ? 1 : n <= 4 ? 2 : n <= 9 ? 3 : 4;
  if (l->chart->facet_columns) g->columns = l->chart->facet_columns;
  if (l->preset == MUSTER_PRESET_NARROW && g->columns > 2) g->columns = 2;
  if (l->preset == MUSTER_PRESET_REPORT && g->columns > 4) g->columns = 4;
  if (g->columns > n) g->columns = n;
  g->rows = (n + g->columns - 1) / g->columns;
  return good;
}

static double panel_head(const layout *l) { return l->chart->facet ? l->theme.label * 1.75 : 0; }

static double row_gap(const layout *l) {
  if (!l->chart->facet) return 0;
  return l->y.kind == AXIS_NAMES ? 18 * l->theme.k : 26 * l->theme.k;
}

/* Height that a plot wants where the canvas can grow. */
static double wanted_height(const layout *l, const grid *g) {
  const theme *t = &l->theme;
  if (l->y.kind == AXIS_NAMES) {
    double row = isnan(l->chart->row_height) ? t->row : l->chart->row_height * t->k;
    if (l->strip.v) row = 22;
    double rows = l->y.pitches;
    return fmin(rows * fmin(fmax(row, t->row_least), 120), 1800);
  }
  if (!l->chart->facet) return t->plot_height;
  return fmax(t->plot_height / (double)g->rows, 120);
}

static void fit_rows(layout *l, double *height) {
  const theme *t = &l->theme;
  if (l->y.kind != AXIS_NAMES) return;
  size_t most = (size_t)fmax(*height / t->row_least, 1);
  size_t page = l->chart->page > 1 ? l->chart->page - 1 : 0;
  if (l->y.names > most || page) {
    size_t first = page * most < l->y.names ? page * most : 0;
    axis_page(&l->y, first, most);
    l->rows_hidden = l->y.names - l->y.shown;
  }
  double row_most = l->strip.v ? 30 * t->k + (t->titled ? 0 : 4) : t->row_most;
  if (!isnan(l->chart->row_height)) row_most = l->chart->row_height * t->k;
  if (*height > l->y.pitches * row_most) *height = l->y.pitches * row_most;
}

static int tick_count(double pixels, double size, int most) { return (int)fmin(fmax(pixels / (4.2 * size), 3), most); }

static bool tick_x(layout *l, double width) {
  double lo = l->x.lo, hi = l->x.hi;
  bool counted = l->x.spec->integer && hi - lo <= 60 && hi > lo; /* every whole number, if there is room */
  for (int count = counted ? (int)(hi - lo) : tick_count(width, l->theme.axis * 1.25, l->y.kind == AXIS_NAMES ? 5 : 7);;
       count--) {
    l->x.lo = lo, l->x.hi = hi;
    if (!axis_ticks(&l->x, count, l->arena)) return false;
    double sum = 0;
    for (size_t i = 0; i < l->x.tick_count; i++)
      sum += width_of(l, l->x.ticks[i].label, l->theme.axis, 400) + l->theme.axis;
    if (l->x.kind != AXIS_NUMBER || count <= 2 || sum < width) return true;
  }
}

/* Labels of bands and of upright rules stand inside the plot at its top: room above the data for them. */
static void make_headroom(layout *l, double height, double most) {
  if (l->y.kind != AXIS_NUMBER || !isnan(l->y.spec->to) || !l->y.used) return;
  bool labels = false;
  for (size_t i = 0; i < l->view_count; i++) {
    const muster_chart_layer *layer = l->views[i].layer;
    bool inside = layer->mark == MUSTER_MARK_BAND ||
                  (layer->mark == MUSTER_MARK_RULE && view_has(&l->views[i], MUSTER_CHANNEL_X));
    labels = labels || (inside && layer->bind[MUSTER_CHANNEL_LABEL].kind != MUSTER_UNBOUND);
  }
  double share = 1.9 * l->theme.note / fmax(height, 60), free = (l->y.hi - most) / (l->y.hi - l->y.lo);
  if (labels && free < share && share < 0.5) l->y.hi = most + (most - l->y.lo) * share / (1 - share);
}

/* Values beside the marks of a row need room at the ends of the plot. */
static void inset_x(const layout *l, double *left, double *right) {
  *left = *right = 0;
  if (l->y.kind != AXIS_NAMES || l->x.kind == AXIS_NAMES || l->x.kind == AXIS_WEEKS || l->strip.v) return;
  double beside = l->theme.note * 2.6;
  for (size_t i = 0; i < l->view_count; i++) {
    const muster_chart_layer *layer = l->views[i].layer;
    bool labelled = layer->bind[MUSTER_CHANNEL_LABEL].kind != MUSTER_UNBOUND && layer->at == MUSTER_AT_PLOT;
    if (!labelled) continue;
    if (layer->mark == MUSTER_MARK_DOT && layer->place == MUSTER_PLACE_AUTO) *left = *right = beside + l->theme.dot;
    if (layer->mark == MUSTER_MARK_TEXT && layer->place == MUSTER_PLACE_LEFT)
      *left = fmax(*left, beside + 12 * l->theme.k);
    if (layer->mark == MUSTER_MARK_BAR && layer->stack == MUSTER_STACK_NONE)
      *right = fmax(*right, beside + 12 * l->theme.k);
  }
}

/* ---- marks in order ---- */

static void draw_ghosts(layout *l, const panel *p, const grid *g, const view *v) {
  muster_chart_layer quiet = *v->layer;
  quiet.colour = MUSTER_COLOUR_CONTEXT;
  quiet.bind[MUSTER_CHANNEL_BY] = (muster_bind){MUSTER_UNBOUND, 0, NULL};
  quiet.end = false;
  quiet.alpha = 0.5;
  quiet.width = l->theme.thin / l->theme.k;
  view ghost = *v;
  ghost.layer = &quiet;
  if (view_is_text(v, MUSTER_CHANNEL_BY)) ghost.column[MUSTER_CHANNEL_BY] = NULL;
  for (size_t i = 0; i < g->count; i++) {
    if (&g->panels[i] == p || !v->facet) continue;
    panel other = *p;
    other.facet = g->panels[i].facet;
    draw_lines(l, &other, &ghost);
  }
}

static void draw_mark(layout *l, const panel *p, const grid *g, const view *v) {
  switch (v->layer->mark) {
    case MUSTER_MARK_LINE:
    case MUSTER_MARK_STEP:
      if (l->chart->facet_ghost) draw_ghosts(l, p, g, v);
      draw_lines(l, p, v);
      break;
    case MUSTER_MARK_RIBBON: draw_ribbon(l, p, v); break;
    case MUSTER_MARK_DOT: draw_dots(l, p, v); break;
    case MUSTER_MARK_BAR: draw_bars(l, p, v); break;
    case MUSTER_MARK_CELL: draw_cells(l, p, v); break;
    case MUSTER_MARK_INTERVAL: draw_intervals(l, p, v); break;
    case MUSTER_MARK_LINK: draw_links(l, p, v); break;
    case MUSTER_MARK_RULE: draw_rules(l, p, v); break;
    case MUSTER_MARK_BAND:
      if (v->layer->colour) draw_bands(l, p, v);
      break;
    case MUSTER_MARK_STRIP: draw_strip(l, p); break;
    case MUSTER_MARK_TEXT:
    case MUSTER_MARK_COUNT: break;
  }
}

static void draw_labels(layout *l, const panel *p, const view *v) {
  switch (v->layer->mark) {
    case MUSTER_MARK_DOT: draw_dot_labels(l, p, v); break;
    case MUSTER_MARK_BAR: draw_bar_labels(l, p, v); break;
    case MUSTER_MARK_BAND: draw_band_labels(l, p, v); break;
    case MUSTER_MARK_RULE: draw_rule_labels(l, p, v); break;
    case MUSTER_MARK_TEXT: draw_texts(l, p, v); break;
    default: break;
  }
}

static void draw_panel(layout *l, panel *p, const grid *g) {
  const theme *t = &l->theme;
  bool fixed = !isnan(l->y.spec->from) || !isnan(l->y.spec->to) || !isnan(l->x.spec->from) || !isnan(l->x.spec->to);
  for (size_t i = 0; i < l->view_count; i++)
    if (l->views[i].layer->mark == MUSTER_MARK_BAND && !l->views[i].layer->colour) draw_bands(l, p, &l->views[i]);
  draw_grid(l, p);
  if (p->facet) {
    text_style head = {.size = (float)(t->label - (l->y.kind == AXIS_NAMES ? 0 : 1)), .weight = 600, .rgba = INK};
    double x = l->y.kind == AXIS_NAMES ? l->frame.x + t->pad_left : p->plot.x;
    double y = p->plot.y - axes_top(l) - t->label * 0.6;
    const char *name = fitted(l, p->facet, p->plot.x2 - x, (double)head.size, 600);
    put_line(l, MUSTER_PART_AXIS, x, y, name, &head);
    double at = x + width_of(l, name, (double)head.size, 600) + 10 * t->k;
    head.weight = 400, head.rgba = SECONDARY, head.size -= 1;
    if (p->sub && at + width_of(l, p->sub, (double)head.size, 400) < p->plot.x2)
      put_line(l, MUSTER_PART_AXIS, at, y, p->sub, &head);
  }
  draw_axes(l, p);
  for (size_t i = 0; i < l->view_count; i++) {
    char name[48];
    snprintf(name, sizeof name, "layer %zu (%s)", i + 1, muster_chart_mark_name(l->views[i].layer->mark));
    size_t before = l->list->count;
    draw_group(l->list, name);
    if (fixed) draw_clip(l->list, p->plot.x - t->dot, p->plot.y - 2, p->plot.x2 + t->dot, p->plot.y2 + 2);
    size_t empty = l->list->count;
    draw_mark(l, p, g, &l->views[i]);
    if (l->list->count == empty && !l->list->failed) {
      l->list->count = before; /* nothing drawn: no group either */
      continue;
    }
    if (fixed) draw_unclip(l->list);
    draw_endgroup(l->list);
  }
  draw_months(l, p);
  draw_group(l->list, "labels");
  place_ends(l, p);
  for (size_t i = 0; i < l->view_count; i++) draw_labels(l, p, &l->views[i]);
  draw_endgroup(l->list);
  place_columns(l, p);
  draw_columns(l, p);
}

/* ---- one chart in its frame ---- */

/* Rectangles of all plots of a chart between `top` and `bottom`, which is told where they end: a canvas can grow, and
 * few rows need less. */
static bool place_panels(layout *l, grid *g, double top, double *bottom) {
  const theme *t = &l->theme;
  double heading = l->chart->heading ? t->label * 1.6 : 0, x_room = axes_bottom(l);
  double head = panel_head(l) + axes_top(l), columns = (double)g->columns, rows = (double)g->rows;
  bool inner_x = l->y.kind == AXIS_NAMES; /* every panel has what stands under it */
  double chrome = heading + (head + row_gap(l)) * rows - row_gap(l) + (inner_x ? x_room * rows : x_room);
  if (t->height <= 0) *bottom = top + chrome + wanted_height(l, g) * rows;
  double height = fmax((*bottom - top - chrome) / rows, 20);
  fit_rows(l, &height);
  *bottom = top + chrome + height * rows;
  bool names = l->y.kind == AXIS_NAMES;
  l->y.from = names ? 0 : height, l->y.to = names ? height : 0;
  double most = l->y.hi;
  if (!axis_ticks(&l->y, tick_count(height, t->axis * (l->chart->facet ? 0.7 : 1), 5), l->arena)) return false;
  make_headroom(l, height, most);
  collect_columns(l);
  collect_ends(l);
  double room = l->frame.x2 - l->frame.x, left = axes_left(l);
  while (l->column_count && room - left - columns_width(l) < room * (l->strip.v ? 0.3 : 0.45))
    l->column_count--, l->columns_hidden++;
  double x0 = l->frame.x + t->pad_left + left;
  double x1 = l->frame.x2 - t->pad_right - columns_width(l) - l->end_width;
  if (!l->end_count && !l->column_count && l->x.tick_count &&
      l->x.kind == AXIS_NUMBER) /* half the last label hangs over */
    x1 = fmin(x1, l->frame.x2 - width_of(l, l->x.ticks[l->x.tick_count - 1].label, t->axis, 400) / 2 - 2);
  if (x1 < x0 + 40) x1 = x0 + 40;
  if (l->strip.v) {
    if (!plan_strip(l, x1 - x0)) return false;
    x1 = x0 + l->strip.width;
  }
  double gap = g->columns > 1 ? 46 * t->k : 0, width = (x1 - x0 - gap * (columns - 1)) / columns;
  if (width < 30) width = 30;
  for (size_t i = 0; i < g->count; i++) {
    panel *p = &g->panels[i];
    double c = (double)(i % g->columns), r = (double)(i / g->columns);
    double y = top + heading + head + r * (head + height + row_gap(l) + (inner_x ? x_room : 0));
    p->plot = (box){x0 + c * (width + gap), y, x0 + c * (width + gap) + width, y + height};
    p->first_column = c == 0;
    p->last_row = inner_x || i + g->columns >= g->count;
    p->x = l->x;
    p->y = l->y;
    double in_left, in_right;
    inset_x(l, &in_left, &in_right);
    in_left = fmin(in_left, width * 0.25), in_right = fmin(in_right, width * 0.25);
    p->x.from = p->plot.x + in_left, p->x.to = p->plot.x2 - in_right;
    p->y.from = names ? p->plot.y : p->plot.y2, p->y.to = names ? p->plot.y2 : p->plot.y;
  }
  return true;
}

static bool lay_out_plots(layout *l, double top, double *bottom) {
  grid *g = muster_alloc(1, sizeof *g);
  bool good = g && collect_panels(l, g);
  double width = l->frame.x2 - l->frame.x;
  if (good) {
    collect_columns(l);
    good = tick_x(l, width * 0.72 / (double)g->columns);
  }
  good = good && place_panels(l, g, top, bottom);
  if (good) {
    if (l->chart->heading) {
      text_style head = {.size = (float)(l->theme.label - 1), .weight = 600, .rgba = INK};
      put_line(l, MUSTER_PART_AXIS, l->frame.x + l->theme.pad_left, top + l->theme.label * 0.6, l->chart->heading,
               &head);
    }
    for (size_t i = 0; i < g->count; i++) {
      l->box_count = 0;
      draw_panel(l, &g->panels[i], g);
    }
  }
  muster_free(g);
  return good && !l->failed;
}

typedef struct job {
  layout main, beside;
  font_set fonts;
  muster_arena arena;
} job;

static bool set_texts(job *j, muster_list *list) {
  muster_buf text;
  muster_buf_init(&text, 1 << 16);
  muster_chart_alt(j->main.chart, &text);
  muster_buf plain;
  muster_buf_init(&plain, 1 << 16);
  if (j->main.chart->title) muster_chart_plain(j->main.chart->title, &plain);
  bool good = !text.failed && !plain.failed;
  list->alt = muster_alloc(text.n + 1, 1);
  list->title = muster_alloc(plain.n + 1, 1);
  if (list->alt && text.n) memcpy(list->alt, text.at, text.n);
  if (list->title && plain.n) memcpy(list->title, plain.at, plain.n);
  muster_buf_free(&text);
  muster_buf_free(&plain);
  return good && list->alt && list->title;
}

/* Words that found no room in the plot; and what had to be left out, also where the picture has no source line. */
static void tell_hidden(layout *l, double *bottom) {
  const theme *t = &l->theme;
  muster_buf text;
  muster_buf_init(&text, 4096);
  if (!t->titled) put_hidden(l, &text);
  const char *left_out = text.n || text.failed ? say(l->arena, &l->failed, &text) : NULL;
  for (size_t i = 0; i <= l->moved_count; i++) {
    const char *words = i < l->moved_count ? l->moved[i] : left_out;
    if (!words) continue;
    text_style style = {.size = (float)t->source, .weight = 400, .rgba = i < l->moved_count ? INK : SECONDARY};
    size_t lines = put_wrapped(l, MUSTER_PART_NOTE, t->pad_left, *bottom + t->source * 1.4,
                               t->width - t->pad_left - t->pad_right, t->source * 1.35, words, &style, true);
    *bottom += t->source * (0.4 + 1.35 * (double)lines);
  }
}

/* A canvas with few rows on it would be mostly white: it is lower by what they leave. */
static double titled_height(const theme *t, double left) {
  return left > t->height / 5 ? ceil(t->height - left) : t->height;
}

static bool lay_out(job *j, muster_list *list) {
  layout *l = &j->main;
  const theme *t = &l->theme;
  if (!open_layout(l)) return false;
  collect_key(l);
  double after = chrome_header(l), key = l->key_count > 0, top, bottom = t->height;
  for (size_t i = 0; i < l->view_count; i++) key = key || l->views[i].layer->break_count;
  if (t->titled)
    top = key ? after + 26 : fmax(after + 8, 180 - axes_top(l) - panel_head(l));
  else
    top = key ? after + 12 : t->pad_top - 4;
  if (!key && t->titled && top < after - 4) top = after - 4;
  const muster_chart *other = l->chart->beside;
  bool stacked = other && l->preset == MUSTER_PRESET_NARROW;
  if (other && !stacked) l->frame.x2 = t->width * 0.49;
  if (t->titled) bottom = chrome_source(l, t->height, false) - 18;
  layout *b = &j->beside;
  if (other && !open_layout(b)) return false;
  if (other && !stacked) { /* two plots begin and end at the same height */
    double above = fmax(axes_top(l), axes_top(b)), below = fmax(axes_bottom(l), axes_bottom(b));
    l->least_top = b->least_top = above;
    l->least_bottom = b->least_bottom = below;
  }
  double own = bottom;
  if (!lay_out_plots(l, top, &own)) return false;
  if (other) {
    b->frame = (box){stacked ? 0 : t->width * 0.5, 0, t->width, 0};
    double start = stacked ? own + 16 : top, end = bottom;
    if (t->height <= 0 && !stacked) b->theme.height = 1, end = own; /* as tall as the first */
    if (!lay_out_plots(b, start, &end)) return false;
    own = fmax(own, end);
    l->dropped += b->dropped;
    for (size_t i = 0; i < b->moved_count && l->moved_count < MOVED_MAX; i++) l->moved[l->moved_count++] = b->moved[i];
  }
  if (!t->titled) tell_hidden(l, &own);
  list->width = (float)t->width;
  list->height = (float)(t->titled ? titled_height(t, bottom - own) : ceil(own + t->pad_bottom));
  if (t->titled) chrome_source(l, (double)list->height, true);
  return !l->failed && !j->beside.failed && !list->failed && set_texts(j, list);
}

muster_status muster_chart_layout(const muster_chart *chart, const muster_chart_output *output, muster_list *list,
                                  muster_error *err) {
  MUSTER_TRY(muster_chart_check(chart, err));
  job *j = muster_alloc(1, sizeof *j);
  if (!j) return muster_fail_memory(err);
  muster_status status = fonts_open(&j->fonts, output->fonts, err);
  if (status == MUSTER_OK) {
    theme t = theme_of(output->preset);
    j->main = (layout){.chart = chart,
                       .list = list,
                       .fonts = &j->fonts,
                       .theme = t,
                       .preset = output->preset,
                       .arena = &j->arena,
                       .frame = {0, 0, t.width, 0}};
    j->beside = j->main;
    j->beside.chart = chart->beside;
    if (!lay_out(j, list)) status = muster_fail_memory(err);
    close_layout(&j->main);
    close_layout(&j->beside);
    fonts_close(&j->fonts);
  }
  muster_arena_free(&j->arena);
  muster_free(j);
  return status;
}
