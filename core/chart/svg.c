/* SVG of a display list: one element an operation, numbers with two decimals. */
#include <math.h>
#include <string.h>

#include "muster/chart/render.h"

static void put_number(muster_buf *out, double v) {
  char text[32];
  int n = snprintf(text, sizeof text, "%.2f", v);
  while (n > 1 && text[n - 1] == '0') n--;
  if (text[n - 1] == '.') n--;
  if (n == 2 && text[0] == '-' && text[1] == '0') text[0] = '0', n = 1;
  muster_buf_add(out, text, (size_t)n);
}

static void put_attribute(muster_buf *out, const char *name, double v) {
  muster_buf_printf(out, " %s=\"", name);
  put_number(out, v);
  muster_buf_putc(out, '"');
}

static void put_escaped(muster_buf *out, const char *text) {
  for (; *text; text++) switch (*text) {
      case '&': muster_buf_puts(out, "&amp;"); break;
      case '<': muster_buf_puts(out, "&lt;"); break;
      case '>': muster_buf_puts(out, "&gt;"); break;
      case '"': muster_buf_puts(out, "&quot;"); break;
      default: muster_buf_putc(out, (unsigned char)*text < 32 ? ' ' : *text);
    }
}

static void put_paint(muster_buf *out, const char *what, uint32_t rgba) {
  muster_buf_printf(out, " %s=\"#%06x\"", what, (unsigned)(rgba >> 8));
  unsigned alpha = rgba & 0xFF;
  if (alpha == 255) return;
  muster_buf_printf(out, " %s-opacity=\"%.3g\"", what, alpha / 255.0);
}

static void put_path(muster_buf *out, const muster_list *list, const muster_draw *op, bool closed) {
  muster_buf_puts(out, " d=\"");
  for (uint32_t i = 0; i < op->points; i++) {
    const muster_point *p = &list->points[op->point + i];
    bool move = i == 0 || p->move;
    if (move && i > 0 && closed) muster_buf_putc(out, 'Z');
    if (move || i == 1 || list->points[op->point + i - 1].move)
      muster_buf_putc(out, move ? 'M' : 'L');
    else
      muster_buf_putc(out, ' ');
    put_number(out, (double)p->x);
    muster_buf_putc(out, ' ');
    put_number(out, (double)p->y);
  }
  muster_buf_puts(out, closed ? "Z\"" : "\"");
}

static void put_stroke(muster_buf *out, const muster_list *list, const muster_draw *op) {
  muster_buf_puts(out, "<path fill=\"none\"");
  put_paint(out, "stroke", op->rgba);
  put_attribute(out, "stroke-width", (double)op->width);
  if (op->round_cap) muster_buf_puts(out, " stroke-linecap=\"round\"");
  for (size_t d = 0; d < op->dash_count; d++) {
    muster_buf_puts(out, d ? "," : " stroke-dasharray=\"");
    put_number(out, (double)op->dash[d]);
  }
  if (op->dash_count) muster_buf_putc(out, '"');
  muster_buf_puts(out, " stroke-linejoin=\"round\"");
  put_path(out, list, op, op->closed);
  muster_buf_puts(out, "/>\n");
}

static void put_text(muster_buf *out, const muster_list *list, const muster_draw *op) {
  static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
  muster_buf_puts(out, "<text");
  put_attribute(out, "x", (double)op->x);
  put_attribute(out, "y", (double)op->y);
  put_attribute(out, "font-size", (double)op->size);
  if (op->weight != 400) muster_buf_printf(out, " font-weight=\"%u\"", op->weight);
  muster_buf_puts(out, anchors[op->anchor]);
  if (op->advance > 0) { /* the layout's width, whatever font the viewer has */
    put_attribute(out, "textLength", (double)op->advance);
    muster_buf_puts(out, " lengthAdjust=\"spacingAndGlyphs\"");
  }
  put_paint(out, "fill", op->rgba);
  if ((op->edge & 0xFF) && op->width > 0) {
    put_paint(out, "stroke", op->edge);
    put_attribute(out, "stroke-width", 2 * (double)op->width);
    muster_buf_puts(out, " stroke-linejoin=\"round\" paint-order=\"stroke\"");
  }
  muster_buf_putc(out, '>');
  put_escaped(out, muster_list_text(list, op));
  muster_buf_puts(out, "</text>\n");
}

/* Clips are named by their corners, so that two pictures in one page agree wherever they share a name. */
static void put_clip(muster_buf *out, const muster_draw *op) {
  char name[96];
  snprintf(name, sizeof name, "c%d_%d_%d_%d", (int)lroundf(op->x * 10), (int)lroundf(op->y * 10),
           (int)lroundf(op->x2 * 10), (int)lroundf(op->y2 * 10));
  muster_buf_printf(out, "<clipPath id=\"%s\"><rect", name);
  put_attribute(out, "x", (double)op->x);
  put_attribute(out, "y", (double)op->y);
  put_attribute(out, "width", (double)(op->x2 - op->x));
  put_attribute(out, "height", (double)(op->y2 - op->y));
  muster_buf_printf(out, "/></clipPath><g clip-path=\"url(#%s)\">\n", name);
}

muster_status muster_list_svg(const muster_list *list, muster_buf *out, muster_error *err) {
  if (list->failed) return muster_fail_memory(err);
  muster_buf_puts(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
  put_number(out, (double)list->width);
  muster_buf_putc(out, ' ');
  put_number(out, (double)list->height);
  muster_buf_putc(out, '"');
  put_attribute(out, "width", (double)list->width);
  put_attribute(out, "height", (double)list->height);
  muster_buf_puts(out, " role=\"img\" font-family=\"'Open Sans','DejaVu Sans',Arial,sans-serif\"");
  if (list->alt) {
    muster_buf_puts(out, " aria-label=\"");
    put_escaped(out, list->alt);
    muster_buf_putc(out, '"');
  }
  muster_buf_puts(out, ">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
  for (size_t i = 0; i < list->count; i++) {
    const muster_draw *op = &list->ops[i];
    switch ((muster_draw_kind)op->kind) {
      case MUSTER_DRAW_FILL:
        muster_buf_puts(out, "<path");
        put_paint(out, "fill", op->rgba);
        put_path(out, list, op, true);
        muster_buf_puts(out, "/>\n");
        break;
      case MUSTER_DRAW_STROKE: put_stroke(out, list, op); break;
      case MUSTER_DRAW_CIRCLE:
        muster_buf_puts(out, "<circle");
        put_attribute(out, "cx", (double)op->x);
        put_attribute(out, "cy", (double)op->y);
        put_attribute(out, "r", (double)op->size);
        if (op->rgba & 0xFF)
          put_paint(out, "fill", op->rgba);
        else
          muster_buf_puts(out, " fill=\"none\"");
        if ((op->edge & 0xFF) && op->width > 0) {
          put_paint(out, "stroke", op->edge);
          put_attribute(out, "stroke-width", (double)op->width);
        }
        muster_buf_puts(out, "/>\n");
        break;
      case MUSTER_DRAW_TEXT: put_text(out, list, op); break;
      case MUSTER_DRAW_CLIP: put_clip(out, op); break;
      case MUSTER_DRAW_GROUP:
        muster_buf_puts(out, "<g data-layer=\"");
        put_escaped(out, muster_list_text(list, op));
        muster_buf_puts(out, "\">\n");
        break;
      case MUSTER_DRAW_UNCLIP:
      case MUSTER_DRAW_ENDGROUP: muster_buf_puts(out, "</g>\n"); break;
    }
  }
  muster_buf_puts(out, "</svg>\n");
  return out->failed ? muster_fail_memory(err) : MUSTER_OK;
}
