/* muster/chart/list.h - a picture as a list of drawing operations, between layout and the backends.
 * Coordinates are floats in logical pixels (CSS px), y downwards; colours are 0xRRGGBBAA. The list knows nothing of any
 * graphics library, so that one layout serves PNG at any scale, SVG, and golden tests. */
#ifndef MUSTER_CHART_LIST_H
#define MUSTER_CHART_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base.h"

MUSTER_BEGIN_DECLS

typedef enum muster_draw_kind {
  MUSTER_DRAW_FILL,   /* area: points, non-zero winding */
  MUSTER_DRAW_STROKE, /* line: points, width, dash, cap */
  MUSTER_DRAW_CIRCLE, /* x, y, size = radius; filled with rgba, then edged with `edge` in `width` */
  MUSTER_DRAW_TEXT,   /* x, y = baseline; size, weight, anchor; `edge` and `width` are its halo */
  MUSTER_DRAW_CLIP,   /* until MUSTER_DRAW_UNCLIP: x, y and its far corner x2, y2 */
  MUSTER_DRAW_UNCLIP,
  MUSTER_DRAW_GROUP, /* opens a group named by its text: one layer, one axis */
  MUSTER_DRAW_ENDGROUP
} muster_draw_kind;

/** What an operation is part of: tests, the lint and SVG classes ask. */
typedef enum muster_draw_part {
  MUSTER_PART_GROUND,
  MUSTER_PART_TITLE,
  MUSTER_PART_SUBTITLE,
  MUSTER_PART_KEY,
  MUSTER_PART_GRID,
  MUSTER_PART_AXIS,
  MUSTER_PART_BAND,
  MUSTER_PART_MARK,
  MUSTER_PART_LABEL,
  MUSTER_PART_NOTE,
  MUSTER_PART_SOURCE
} muster_draw_part;

typedef enum muster_anchor { MUSTER_ANCHOR_START, MUSTER_ANCHOR_MIDDLE, MUSTER_ANCHOR_END } muster_anchor;

typedef struct muster_point {
  float x, y;
  bool move; /* starts a new sub-path */
} muster_point;

typedef struct muster_draw {
  uint8_t kind, part, anchor, dash_count;
  bool round_cap, closed;
  uint16_t weight;     /* text: 400 or 600 */
  uint32_t rgba, edge; /* an alpha of 0 draws nothing */
  float x, y, x2, y2, size, width, dash[4];
  float advance;           /* text: measured width */
  uint32_t point, points;  /* into the list's points */
  uint32_t text, text_end; /* into the list's text, terminated there */
} muster_draw;

/** Zero-initialise; filled by muster_chart_layout; release with muster_list_free. */
typedef struct muster_list {
  float width, height; /* logical pixels */
  muster_draw *ops;
  size_t count, capacity;
  muster_point *points;
  size_t point_count, point_capacity, point_taken; /* taken: those that an operation owns */
  char *text;
  size_t text_count, text_capacity;
  char *alt;   /* description of the picture for those who do not see it; owned */
  char *title; /* plain text; owned */
  bool failed; /* no memory: the list is incomplete */
} muster_list;

void muster_list_free(muster_list *list);

/** One line an operation, numbers with two decimals: the same picture gives the same text on every machine that has
 * the same font. */
void muster_list_dump(const muster_list *list, muster_buf *out);

/** Text of an operation; never NULL. */
const char *muster_list_text(const muster_list *list, const muster_draw *op);

MUSTER_END_DECLS
#endif
