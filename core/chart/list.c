/* The display list: building it, reading it, writing it as text. */
#include <math.h>
#include <string.h>

#include "draw.h"

enum { FARTHEST = 20000 }; /* logical pixels; keeps every coordinate inside what backends can hold */

void muster_list_free(muster_list *list) {
  muster_free(list->ops);
  muster_free(list->points);
  muster_free(list->text);
  muster_free(list->alt);
  muster_free(list->title);
  *list = (muster_list){0};
}

const char *muster_list_text(const muster_list *list, const muster_draw *op) {
  return op->text_end > op->text ? list->text + op->text : "";
}

static float held(double v) {
  if (!(v > -FARTHEST)) return -FARTHEST; /* and NaN */
  return v > FARTHEST ? FARTHEST : (float)v;
}

static void add_point(muster_list *list, double x, double y, bool move) {
  if (list->failed || !MUSTER_GROW(list->points, list->point_capacity, list->point_count)) {
    list->failed = true;
    return;
  }
  list->points[list->point_count++] = (muster_point){held(x), held(y), move};
}

void draw_move(muster_list *list, double x, double y) { add_point(list, x, y, true); }

void draw_line(muster_list *list, double x, double y) { add_point(list, x, y, false); }

static muster_draw *add_op(muster_list *list, muster_draw_kind kind, muster_draw_part part) {
  if (list->failed || !MUSTER_GROW(list->ops, list->capacity, list->count)) {
    list->failed = true;
    return NULL;
  }
  muster_draw *op = &list->ops[list->count];
  *op = (muster_draw){.kind = (uint8_t)kind, .part = (uint8_t)part};
  list->count++;
  return op;
}

/* Points not yet taken by an operation become the path of `op`. */
static void take_path(muster_list *list, muster_draw *op) {
  op->point = (uint32_t)list->point_taken;
  op->points = (uint32_t)(list->point_count - list->point_taken);
  list->point_taken = list->point_count;
}

void draw_fill(muster_list *list, muster_draw_part part, uint32_t rgba) {
  muster_draw *op = add_op(list, MUSTER_DRAW_FILL, part);
  if (!op) return;
  op->rgba = rgba;
  take_path(list, op);
}

void draw_stroke(muster_list *list, muster_draw_part part, const pen_style *pen) {
  muster_draw *op = add_op(list, MUSTER_DRAW_STROKE, part);
  if (!op) return;
  op->rgba = pen->rgba;
  op->width = pen->width;
  op->round_cap = pen->round_cap;
  op->closed = pen->closed;
  op->dash_count = (uint8_t)(pen->dash_count > 4 ? 4 : pen->dash_count);
  for (size_t i = 0; i < op->dash_count; i++) op->dash[i] = (float)pen->dash[i];
  take_path(list, op);
}

void draw_rect(muster_list *list, muster_draw_part part, double x, double y, double x2, double y2, uint32_t rgba) {
  draw_move(list, x, y);
  draw_line(list, x2, y);
  draw_line(list, x2, y2);
  draw_line(list, x, y2);
  draw_fill(list, part, rgba);
}

void draw_segment(muster_list *list, muster_draw_part part, double x, double y, double x2, double y2,
                  const pen_style *pen) {
  draw_move(list, x, y);
  draw_line(list, x2, y2);
  draw_stroke(list, part, pen);
}

void draw_circle(muster_list *list, muster_draw_part part, double x, double y, double radius, uint32_t rgba,
                 uint32_t edge, double width) {
  muster_draw *op = add_op(list, MUSTER_DRAW_CIRCLE, part);
  if (!op) return;
  op->x = held(x);
  op->y = held(y);
  op->size = held(radius);
  op->rgba = rgba;
  op->edge = edge;
  op->width = (float)width;
}

static void add_text(muster_list *list, muster_draw *op, muster_text text) {
  size_t wanted = list->text_count + text.n * 3 + 1;
  if (wanted > list->text_capacity) {
    size_t capacity = list->text_capacity ? list->text_capacity : 1024;
    while (capacity < wanted) capacity *= 2;
    char *grown = capacity < UINT32_MAX ? muster_realloc(list->text, capacity, 1) : NULL;
    if (!grown) {
      list->failed = true;
      return;
    }
    list->text = grown;
    list->text_capacity = capacity;
  }
  op->text = (uint32_t)list->text_count;
  char *at = list->text + list->text_count;
  while (text.n) { /* one line of valid UTF-8: a bad byte becomes U+FFFD, a control character a blank */
    size_t good = text.n, bad;
    if (!muster_text_utf8(text, &bad)) good = bad;
    for (size_t i = 0; i < good; i++) *at++ = (unsigned char)text.at[i] < 32 ? ' ' : text.at[i];
    text = (muster_text){text.at + good, text.n - good};
    if (text.n) {
      memcpy(at, "\xEF\xBF\xBD", 3);
      at += 3;
      text = (muster_text){text.at + 1, text.n - 1};
    }
  }
  *at = '\0';
  op->text_end = (uint32_t)(at - list->text);
  list->text_count = op->text_end + 1;
}

void draw_text(muster_list *list, muster_draw_part part, double x, double y, muster_text text, double advance,
               const text_style *type) {
  if (text.n == 0) return;
  muster_draw *op = add_op(list, MUSTER_DRAW_TEXT, part);
  if (!op) return;
  op->x = held(x);
  op->y = held(y);
  op->size = type->size;
  op->weight = (uint16_t)type->weight;
  op->rgba = type->rgba;
  op->anchor = (uint8_t)type->anchor;
  op->edge = type->halo <= 0 ? 0 : type->ground ? type->ground : 0xFFFFFFFFu;
  op->width = type->halo;
  op->advance = held(advance);
  add_text(list, op, text);
}

void draw_clip(muster_list *list, double x, double y, double x2, double y2) {
  muster_draw *op = add_op(list, MUSTER_DRAW_CLIP, MUSTER_PART_GROUND);
  if (!op) return;
  op->x = held(x), op->y = held(y), op->x2 = held(x2), op->y2 = held(y2);
}

void draw_unclip(muster_list *list) {
  if (!add_op(list, MUSTER_DRAW_UNCLIP, MUSTER_PART_GROUND)) list->failed = true;
}

void draw_group(muster_list *list, const char *name) {
  muster_draw *op = add_op(list, MUSTER_DRAW_GROUP, MUSTER_PART_GROUND);
  if (op) add_text(list, op, muster_text_of(name));
}

void draw_endgroup(muster_list *list) {
  if (!add_op(list, MUSTER_DRAW_ENDGROUP, MUSTER_PART_GROUND)) list->failed = true;
}

uint32_t faded(uint32_t rgba, double alpha) {
  double a = (rgba & 0xFF) * alpha;
  return (rgba & 0xFFFFFF00u) | (uint32_t)(a < 0 ? 0 : a > 255 ? 255 : lround(a));
}

static const char *const part_names[] = {"ground", "title", "subtitle", "key",  "grid",  "axis",
                                         "band",   "mark",  "label",    "note", "source"};

static void dump_path(const muster_list *list, const muster_draw *op, muster_buf *out) {
  for (uint32_t i = 0; i < op->points; i++) {
    const muster_point *p = &list->points[op->point + i];
    muster_buf_printf(out, " %s%.2f,%.2f", p->move ? "M" : "", (double)p->x, (double)p->y);
  }
}

void muster_list_dump(const muster_list *list, muster_buf *out) {
  static const char *const anchors[] = {"start", "middle", "end"};
  muster_buf_printf(out, "canvas %.0f x %.0f\n", (double)list->width, (double)list->height);
  for (size_t i = 0; i < list->count; i++) {
    const muster_draw *op = &list->ops[i];
    const char *part = part_names[op->part];
    switch ((muster_draw_kind)op->kind) {
      case MUSTER_DRAW_FILL:
        muster_buf_printf(out, "fill %s #%08X", part, (unsigned)op->rgba);
        dump_path(list, op, out);
        break;
      case MUSTER_DRAW_STROKE:
        muster_buf_printf(out, "stroke %s #%08X width %.2f%s%s", part, (unsigned)op->rgba, (double)op->width,
                          op->round_cap ? " round" : "", op->closed ? " closed" : "");
        for (size_t d = 0; d < op->dash_count; d++)
          muster_buf_printf(out, "%s%.1f", d ? "," : " dash ", (double)op->dash[d]);
        dump_path(list, op, out);
        break;
      case MUSTER_DRAW_CIRCLE:
        muster_buf_printf(out, "circle %s #%08X at %.2f,%.2f radius %.2f", part, (unsigned)op->rgba, (double)op->x,
                          (double)op->y, (double)op->size);
        if (op->edge) muster_buf_printf(out, " edge #%08X %.2f", (unsigned)op->edge, (double)op->width);
        break;
      case MUSTER_DRAW_TEXT:
        muster_buf_printf(out, "text %s #%08X at %.2f,%.2f %s size %.1f weight %u", part, (unsigned)op->rgba,
                          (double)op->x, (double)op->y, anchors[op->anchor], (double)op->size, op->weight);
        if (op->edge) muster_buf_printf(out, " halo %.1f", (double)op->width);
        muster_buf_printf(out, " \"%s\"", muster_list_text(list, op));
        break;
      case MUSTER_DRAW_CLIP:
        muster_buf_printf(out, "clip %.2f,%.2f %.2f,%.2f", (double)op->x, (double)op->y, (double)op->x2,
                          (double)op->y2);
        break;
      case MUSTER_DRAW_UNCLIP: muster_buf_puts(out, "unclip"); break;
      case MUSTER_DRAW_GROUP: muster_buf_printf(out, "group \"%s\"", muster_list_text(list, op)); break;
      case MUSTER_DRAW_ENDGROUP: muster_buf_puts(out, "endgroup"); break;
    }
    muster_buf_putc(out, '\n');
  }
}
