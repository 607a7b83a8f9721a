/* Title, subtitle, key and source: what stands around the plots. */
#include <math.h>
#include <string.h>

#include "layout.h"

enum { TITLE_ROOM = 1480 };

static bool add_key(layout *l, key_entry entry) {
  for (size_t i = 0; i < l->key_count; i++)
    if (strcmp(l->key[i].label, entry.label) == 0) return true;
  if (l->key_count == KEY_MAX) return false;
  l->key[l->key_count++] = entry;
  return true;
}

static void key_of_values(layout *l, const view *v) {
  bool lines = v->layer->mark == MUSTER_MARK_LINE || v->layer->mark == MUSTER_MARK_STEP;
  for (size_t r = 0; r < v->rows; r++) {
    const char *by = view_text(v, MUSTER_CHANNEL_BY, r);
    if (!by) continue;
    key_entry entry = {.label = by, .rgba = row_colour(l, v, r), .layer = v->layer, .kind = KEY_SWATCH};
    if (lines) entry.kind = KEY_LINE;
    if (v->layer->mark == MUSTER_MARK_DOT) entry.kind = KEY_DOT, entry.shape = row_shape(l, v, r);
    if (entry.rgba == WHITE) entry.edge = 0xC4CACEFFu;
    if (!add_key(l, entry)) return;
  }
}

/* Classes of a register in a fixed order, each with the letters that stand for it here. */
static void key_of_strip(layout *l, const view *v) {
  static const struct {
    const char *class, *label;
  } classes[] = {{"present", "Present"},           {"late", "Late"},
                 {"illness", "Illness"},           {"authorised", "Other authorised"},
                 {"unauthorised", "Unauthorised"}, {"suspended", "Suspended"},
                 {"not required", "Not required"}};
  for (size_t c = 0; c < sizeof classes / sizeof *classes; c++) {
    char seen[128] = {0}, letters[64] = "";
    size_t n = 0, first = SIZE_MAX;
    for (size_t r = 0; r < v->rows; r++) {
      const char *by = view_text(v, MUSTER_CHANNEL_BY, r), *code = view_text(v, MUSTER_CHANNEL_CODE, r);
      if (!by || !code || strcmp(by, classes[c].class) != 0) continue;
      if (first == SIZE_MAX) first = r;
      unsigned char letter = (unsigned char)code[0];
      if (letter < sizeof seen && !seen[letter] && n + 4 < sizeof letters) {
        seen[letter] = 1;
        n += (size_t)snprintf(letters + n, sizeof letters - n, "%s%c", n ? ", " : "", letter);
      }
    }
    if (first == SIZE_MAX) continue;
    const char *label = classes[c].label;
    if (c > 0) label = sayf(l->arena, &l->failed, "%s (%s)", label, letters);
    key_entry entry = {.label = label, .rgba = row_colour(l, v, first), .layer = v->layer, .kind = KEY_SWATCH};
    if (entry.rgba == WHITE) entry.edge = 0xC4CACEFFu;
    add_key(l, entry);
  }
}

/* A line's own end says its name and value; where there is no room for that at the end, the key says both. */
static void key_of_ends(layout *l, const view *v) {
  series s;
  panel all = {0};
  if (!series_of(l, &all, v, &s)) return;
  for (size_t k = 0; k < s.count; k++) {
    for (size_t i = s.starts[k + 1]; i-- > s.starts[k];) {
      uint32_t row = s.rows[i];
      double value = view_number(v, MUSTER_CHANNEL_Y, row);
      if (isnan(value)) continue;
      const char *name = label_of(l, v, MUSTER_CHANNEL_LABEL, row, value);
      if (!name) name = view_text(v, MUSTER_CHANNEL_BY, row);
      if (!name) name = v->layer->name;
      const char *text = value_text(l, &l->y, NULL, value, true);
      if (name && text) name = v->layer->end ? sayf(l->arena, &l->failed, "%s %s", name, text) : name;
      if (name)
        add_key(l, (key_entry){.label = name, .rgba = row_colour(l, v, row), .kind = KEY_LINE, .layer = v->layer});
      break;
    }
  }
}

/* Where the chart names its colours, the key follows the order in which it names them. */
static void order_key(layout *l) {
  for (size_t i = 1; i < l->key_count; i++)
    for (size_t k = i; k > 0; k--) {
      size_t place[2] = {SIZE_MAX, SIZE_MAX};
      for (size_t c = 0; c < l->chart->colour_count; c++)
        for (size_t e = 0; e < 2; e++)
          if (strcmp(l->chart->colours[c].name, l->key[k - 1 + e].label) == 0) place[e] = c;
      if (place[0] <= place[1] || place[0] == SIZE_MAX || place[1] == SIZE_MAX) break;
      key_entry swap = l->key[k];
      l->key[k] = l->key[k - 1];
      l->key[k - 1] = swap;
    }
}

void collect_key(layout *l) {
  const muster_chart *chart = l->chart;
  bool told = l->theme.titled && chart->subtitle && strchr(chart->subtitle, '{');
  for (size_t i = 0; i < l->view_count; i++) {
    const view *v = &l->views[i];
    const muster_chart_layer *layer = v->layer;
    bool line = layer->mark == MUSTER_MARK_LINE || layer->mark == MUSTER_MARK_STEP;
    bool ends = line && (layer->end || layer->bind[MUSTER_CHANNEL_LABEL].kind != MUSTER_UNBOUND);
    if (ends && l->ends_in_key) {
      key_of_ends(l, v);
      continue;
    }
    if (layer->mark == MUSTER_MARK_STRIP && chart->key != MUSTER_KEY_OFF) {
      key_of_strip(l, v);
      continue;
    }
    if (chart->key == MUSTER_KEY_OFF || (chart->key == MUSTER_KEY_AUTO && told) || layer->hidden_key) continue;
    if (layer->name) {
      key_entry entry = {.label = layer->name,
                         .rgba = role_colour(layer->colour ? layer->colour : MUSTER_COLOUR_BASE),
                         .layer = layer,
                         .kind = KEY_SWATCH,
                         .shape = layer->shape};
      if (line || layer->mark == MUSTER_MARK_RULE) entry.kind = KEY_LINE;
      if (layer->mark == MUSTER_MARK_DOT) entry.kind = KEY_DOT;
      if (layer->mark == MUSTER_MARK_RIBBON || layer->mark == MUSTER_MARK_BAND)
        entry.rgba = mixed(WHITE, faded(entry.rgba, isnan(layer->alpha) ? 0.2 : layer->alpha));
      add_key(l, entry);
    } else if (view_is_text(v, MUSTER_CHANNEL_BY) && !ends && layer->at == MUSTER_AT_PLOT && !l->chart->facet_ghost &&
               layer->mark != MUSTER_MARK_TEXT && layer->mark != MUSTER_MARK_RIBBON &&
               layer->mark != MUSTER_MARK_LINK) {
      key_of_values(l, v);
    }
  }
  order_key(l);
  if (l->key_count == 1 && chart->key != MUSTER_KEY_ON && !l->ends_in_key)
    l->key_count = 0; /* one thing needs no key */
}

static const view *ramp_view(const layout *l) {
  for (size_t i = 0; i < l->view_count; i++)
    if (l->views[i].layer->mark == MUSTER_MARK_CELL && l->views[i].layer->break_count &&
        l->chart->key != MUSTER_KEY_OFF && view_has(&l->views[i], MUSTER_CHANNEL_FILL))
      return &l->views[i];
  return NULL;
}

static void key_sample(layout *l, const key_entry *e, double x, double y, double size) {
  double k = l->theme.k;
  muster_list *list = l->list;
  if (e->kind == KEY_LINE) {
    double dash[4];
    for (size_t i = 0; i < e->layer->dash_count; i++) dash[i] = e->layer->dash[i] * k;
    pen_style p = {.width = (float)(e->layer->mark == MUSTER_MARK_RULE ? l->theme.zero : l->theme.line),
                   .rgba = e->rgba,
                   .dash = dash,
                   .dash_count = e->layer->dash_count};
    draw_segment(list, MUSTER_PART_KEY, x, y, x + size * 1.6, y, &p);
  } else if (e->kind == KEY_DOT && (e->shape == MUSTER_SHAPE_UP || e->shape == MUSTER_SHAPE_DOWN)) {
    double r = size * 0.55, up = e->shape == MUSTER_SHAPE_UP ? -1 : 1;
    draw_move(list, x + r, y + up * r * 0.95);
    draw_line(list, x, y - up * r * 0.75);
    draw_line(list, x + 2 * r, y - up * r * 0.75);
    draw_fill(list, MUSTER_PART_KEY, e->rgba);
  } else if (e->kind == KEY_DOT && e->shape == MUSTER_SHAPE_TICK) {
    draw_rect(list, MUSTER_PART_KEY, x + size * 0.4, y - size * 0.65, x + size * 0.4 + 4 * k, y + size * 0.65, e->rgba);
  } else if (e->kind == KEY_DOT && e->shape != MUSTER_SHAPE_SQUARE) {
    bool ring = e->shape == MUSTER_SHAPE_RING;
    draw_circle(list, MUSTER_PART_KEY, x + size / 2, y, size * 0.45, ring ? WHITE : e->rgba, ring ? e->rgba : 0,
                ring ? 2.6 * k : 0);
  } else {
    draw_rect(list, MUSTER_PART_KEY, x, y - size / 2, x + size, y + size / 2, e->rgba);
    if (e->edge) {
      pen_style p = {.width = 1, .rgba = e->edge, .closed = true};
      draw_move(list, x + 0.5, y - size / 2 + 0.5);
      draw_line(list, x + size - 0.5, y - size / 2 + 0.5);
      draw_line(list, x + size - 0.5, y + size / 2 - 0.5);
      draw_line(list, x + 0.5, y + size / 2 - 0.5);
      draw_stroke(list, MUSTER_PART_KEY, &p);
    }
  }
}

/* Steps of a ramp with their breaks under the edges. */
static double key_ramp(layout *l, const view *v, double x, double y) {
  const muster_chart_layer *layer = v->layer;
  const theme *t = &l->theme;
  text_style small = {.size = (float)t->small + 1, .weight = 400, .rgba = SECONDARY, .anchor = MUSTER_ANCHOR_START};
  text_style middle = small;
  middle.anchor = MUSTER_ANCHOR_MIDDLE;
  if (l->chart->fill_label) {
    put_line(l, MUSTER_PART_KEY, x, y + mid_line(t->axis), l->chart->fill_label, &small);
    x += width_of(l, l->chart->fill_label, (double)small.size, 400) + 14 * t->k;
  }
  double w = 57 * t->k > 36 ? 57 * t->k : 36, h = 20 * t->k > 15 ? 20 * t->k : 15;
  size_t steps = layer->break_count - 1;
  for (size_t i = 0; i < steps; i++)
    draw_rect(l->list, MUSTER_PART_KEY, x + (double)i * w, y - h / 2, x + (double)(i + 1) * w - 1.5, y + h / 2,
              scheme_step(l->chart->scheme, i));
  for (size_t i = 0; i <= steps; i++) {
    muster_buf text;
    muster_buf_init(&text, 64);
    put_number(&text, layer->breaks[i], layer->breaks[i] == floor(layer->breaks[i]) ? 0 : 1, false);
    if (i == steps && l->chart->fill_unit) muster_buf_puts(&text, l->chart->fill_unit);
    put_line(l, MUSTER_PART_KEY, x + (double)i * w, y + h / 2 + (double)small.size * 1.15,
             say(l->arena, &l->failed, &text), &middle);
  }
  x += (double)steps * w + 36 * t->k;
  double below = y + h / 2 + (double)small.size * 1.15 + 6;
  if (l->chart->fill_missing) {
    double wide = h * 1.3 + 10 * t->k + width_of(l, l->chart->fill_missing, (double)small.size, 400);
    if (x + wide > l->frame.x2 - t->pad_right) x = l->frame.x + t->pad_left, y = below + h * 0.7, below = y + h / 2 + 6;
    draw_rect(l->list, MUSTER_PART_KEY, x, y - h / 2, x + h * 1.3, y + h / 2, CLOSED);
    put_line(l, MUSTER_PART_KEY, x + h * 1.3 + 10 * t->k, y + mid_line(t->axis), l->chart->fill_missing, &small);
  }
  return below;
}

/* Entries one after another, in lines. @return bottom */
static double key_entries(layout *l, double x0, double y) {
  const theme *t = &l->theme;
  double size = t->axis * 0.86, x = x0, most = l->frame.x2 - t->pad_right;
  for (size_t i = 0; i < l->key_count; i++) {
    const key_entry *e = &l->key[i];
    text_style style = {.size = (float)(t->note), .weight = e->kind == KEY_LINE ? 600 : 400, .rgba = INK};
    double sample = e->kind == KEY_LINE ? size * 1.6 : size, room = most - x0 - sample - 9 * t->k;
    const char *label = fitted(l, e->label, room, (double)style.size, style.weight);
    double wide = sample + 9 * t->k + width_of(l, label, (double)style.size, style.weight);
    if (x > x0 && (x + wide > most || l->ends_in_key)) x = x0, y += t->axis * 1.5;
    key_sample(l, e, x, y, size);
    put_line(l, MUSTER_PART_KEY, x + sample + 9 * t->k, y + mid_line((double)style.size), label, &style);
    x += wide + 34 * t->k;
  }
  return y + size / 2;
}

double chrome_header(layout *l) {
  const muster_chart *chart = l->chart;
  const theme *t = &l->theme;
  double y = t->pad_top, room = t->width - t->pad_left - t->pad_right;
  if (room > TITLE_ROOM) room = TITLE_ROOM;
  if (t->titled) {
    text_style title = {.size = (float)t->title, .weight = 600, .rgba = INK};
    text_style subtitle = {.size = (float)t->subtitle, .weight = 400, .rgba = SECONDARY};
    size_t lines = 0;
    if (chart->title) {
      lines = put_wrapped(l, MUSTER_PART_TITLE, t->pad_left, y, room, t->title * 1.22, chart->title, &title, true);
      y += t->title * 1.22 * (double)(lines ? lines - 1 : 0);
    }
    if (chart->subtitle) {
      y += t->subtitle * 1.68;
      lines =
          put_rich(l, MUSTER_PART_SUBTITLE, t->pad_left, y, room, t->subtitle * 1.35, chart->subtitle, &subtitle, true);
      y += t->subtitle * 1.35 * (double)(lines - 1);
    }
    y += 42;
  }
  double after = y;
  const view *ramp = ramp_view(l);
  if (ramp)
    after = key_ramp(l, ramp, t->pad_left, t->titled ? y : y - 2);
  else if (l->key_count)
    after = key_entries(l, t->pad_left, t->titled ? y : y - 2);
  return after;
}

void put_hidden(const layout *l, muster_buf *out) {
  if (l->rows_hidden) muster_buf_printf(out, " Shown: %zu of %zu rows.", l->y.shown, l->y.names);
  if (l->sessions_hidden)
    muster_buf_printf(out, " Shown: the last %zu of %zu sessions.", l->strip.sessions - l->strip.first,
                      l->strip.sessions);
  if (l->columns_hidden)
    muster_buf_printf(out, " %zu column%s left out for want of room.", l->columns_hidden,
                      l->columns_hidden == 1 ? "" : "s");
  if (l->dropped)
    muster_buf_printf(out, " %zu label%s left out for want of room.", l->dropped, l->dropped == 1 ? "" : "s");
}

double chrome_source(layout *l, double bottom, bool show) {
  const theme *t = &l->theme;
  if (!t->titled) return bottom - t->pad_bottom;
  muster_buf text;
  muster_buf_init(&text, 1 << 16);
  if (l->chart->source) {
    muster_buf_puts(&text, strncmp(l->chart->source, "Source", 6) == 0 ? "" : "Source: ");
    muster_buf_puts(&text, l->chart->source);
    if (text.n && text.at[text.n - 1] != '.') muster_buf_putc(&text, '.');
  }
  if (l->y.kind == AXIS_NUMBER && l->y.used && !l->y.spec->hidden && l->y.lo > 0)
    muster_buf_puts(&text, " Axis does not start at zero.");
  put_hidden(l, &text);
  const char *whole = say(l->arena, &l->failed, &text);
  text_style style = {.size = (float)t->source, .weight = 400, .rgba = SECONDARY};
  double room = t->width - t->pad_left - t->pad_right, leading = t->source * 1.4;
  size_t lines = put_wrapped(l, MUSTER_PART_SOURCE, 0, 0, room, leading, whole, &style, false);
  double first = bottom - t->pad_bottom - leading * (double)(lines ? lines - 1 : 0);
  if (show) put_wrapped(l, MUSTER_PART_SOURCE, t->pad_left, first, room, leading, whole, &style, true);
  return first - t->source * (lines ? 1.3 : 0);
}
