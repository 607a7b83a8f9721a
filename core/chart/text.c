/* Text on a layout: lines, wrapping, coloured words, labels of rows. */
#include <math.h>
#include <string.h>

#include "layout.h"

double mid_line(double size) { return size * 0.36; }

double width_of(const layout *l, const char *text, double size, int weight) {
  return text ? fonts_width(l->fonts, muster_text_of(text), size, weight) : 0;
}

static void put(layout *l, muster_draw_part part, double x, double y, muster_text text, const text_style *type) {
  draw_text(l->list, part, x, y, text, fonts_width(l->fonts, text, (double)type->size, type->weight), type);
}

void put_line(layout *l, muster_draw_part part, double x, double y, const char *text, const text_style *type) {
  if (text) put(l, part, x, y, muster_text_of(text), type);
}

static size_t word_end(muster_text text, size_t from) {
  while (from < text.n && text.at[from] == ' ') from++;
  while (from < text.n && text.at[from] != ' ') from++;
  return from;
}

size_t put_wrapped(layout *l, muster_draw_part part, double x, double y, double width, double leading, const char *text,
                   const text_style *type, bool show) {
  muster_text rest = muster_text_trim(muster_text_of(text));
  size_t lines = 0;
  while (rest.n) {
    size_t take = word_end(rest, 0);
    for (size_t next = take; take < rest.n; take = next) {
      next = word_end(rest, take);
      if (fonts_width(l->fonts, (muster_text){rest.at, next}, (double)type->size, type->weight) > width) break;
    }
    if (show) {
      muster_text line = {rest.at, take};
      if (fonts_width(l->fonts, line, (double)type->size, type->weight) > width + 1) /* one word wider than the line */
        line = muster_text_of(
            fitted(l, sayf(l->arena, &l->failed, "%.*s", (int)take, rest.at), width, (double)type->size, type->weight));
      put(l, part, x, y + (double)lines * leading, line, type);
    }
    lines++;
    rest = muster_text_trim((muster_text){rest.at + take, rest.n - take});
  }
  return lines;
}

/* A run of a rich text: plain, or of a role. */
static bool next_run(muster_text *rest, muster_text *run, muster_colour *role) {
  static const char *const names[] = {
#define XX(name, text, mark, ink) text,
      MUSTER_COLOUR_MAP(XX)
#undef XX
  };
  if (rest->n == 0) return false;
  *role = MUSTER_COLOUR_NONE;
  if (rest->at[0] == '{') {
    const char *close = memchr(rest->at, '}', rest->n), *colon = memchr(rest->at, ':', rest->n);
    if (close && colon && colon < close)
      for (int i = 1; i < MUSTER_COLOUR_COUNT; i++) {
        size_t n = strlen(names[i]);
        if ((size_t)(colon - rest->at - 1) != n || memcmp(names[i], rest->at + 1, n) != 0) continue;
        *role = (muster_colour)i;
        *run = (muster_text){colon + 1, (size_t)(close - colon - 1)};
        *rest = (muster_text){close + 1, rest->n - (size_t)(close + 1 - rest->at)};
        return true;
      }
  }
  size_t n = 1;
  while (n < rest->n && rest->at[n] != '{') n++;
  *run = (muster_text){rest->at, n};
  *rest = (muster_text){rest->at + n, rest->n - n};
  return true;
}

void muster_chart_plain(const char *text, muster_buf *out) {
  muster_text rest = muster_text_of(text), run;
  muster_colour role;
  while (next_run(&rest, &run, &role)) muster_buf_add(out, run.at, run.n);
}

size_t put_rich(layout *l, muster_draw_part part, double x, double y, double width, double leading, const char *text,
                const text_style *plain, bool show) {
  muster_text rest = muster_text_of(text), run;
  muster_colour role;
  size_t lines = 1;
  double at = 0;
  while (next_run(&rest, &run, &role)) {
    text_style own = *plain;
    if (role != MUSTER_COLOUR_NONE) own.rgba = role_text(role), own.weight = 600;
    while (run.n) { /* the longest piece that fits on the line */
      size_t take = 0;
      for (size_t next = word_end(run, 0);; next = word_end(run, take)) {
        double piece = fonts_width(l->fonts, (muster_text){run.at, next}, (double)own.size, own.weight);
        if (at + piece > width && at + (double)take > 0) break;
        take = next;
        if (take == run.n) break;
      }
      if (take == 0) {
        lines++;
        at = 0;
        while (run.n && run.at[0] == ' ') run.at++, run.n--;
        continue;
      }
      muster_text piece = {run.at, take}, words = muster_text_trim(piece); /* viewers of SVG drop outer blanks */
      double blank =
          fonts_width(l->fonts, (muster_text){run.at, (size_t)(words.at - run.at)}, (double)own.size, own.weight);
      if (show && words.n) put(l, part, x + at + blank, y + (double)(lines - 1) * leading, words, &own);
      at += fonts_width(l->fonts, piece, (double)own.size, own.weight);
      run = (muster_text){run.at + take, run.n - take};
    }
  }
  return lines;
}

const char *fitted(layout *l, const char *text, double width, double size, int weight) {
  muster_text whole = muster_text_of(text);
  if (!text || fonts_width(l->fonts, whole, size, weight) <= width) return text;
  size_t kept = whole.n;
  while (kept > 0) {
    kept--;
    while (kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80) kept--;
    muster_text part = muster_text_trim((muster_text){text, kept});
    const char *cut = sayf(l->arena, &l->failed, "%.*s\xE2\x80\xA6", (int)part.n, part.at);
    if (l->failed || fonts_width(l->fonts, muster_text_of(cut), size, weight) <= width) return cut;
  }
  return "";
}

const char *value_text(layout *l, const axis *a, const char *format, double value, bool unit) {
  if (isnan(value)) return NULL;
  muster_buf text;
  muster_buf_init(&text, 4096);
  if (!format || !put_format(&text, format, value)) {
    int decimals = 1;
    if (a && a->spec->integer) decimals = 0;
    if (a && !isnan(a->spec->decimals)) decimals = (int)fmin(fmax(a->spec->decimals, 0), 9);
    put_number(&text, value, decimals, a && a->spec->sign);
    if (unit && a && a->spec->unit) muster_buf_puts(&text, a->spec->unit);
  }
  return say(l->arena, &l->failed, &text);
}

const char *label_of(layout *l, const view *v, muster_channel channel, size_t row, double value) {
  const muster_bind *bind = &v->layer->bind[channel];
  if (bind->kind == MUSTER_UNBOUND) return NULL;
  if (bind->kind == MUSTER_BIND_NUMBER) return value_text(l, NULL, v->layer->format, bind->number, false);
  const muster_chart_column *column = v->column[channel];
  if (!column) {
    if (format_ok(bind->name)) return value_text(l, NULL, bind->name, value, false);
    return bind->name;
  }
  if (column->numbers) return value_text(l, NULL, v->layer->format, column->numbers[row], false);
  return view_text(v, channel, row);
}
