/* Building a display list. Every call is safe on a list that has failed; colours are 0xRRGGBBAA. */
#ifndef MUSTER_CHART_DRAW_H
#define MUSTER_CHART_DRAW_H

#include "muster/chart/list.h"

/** How lines look. */
typedef struct pen_style {
  float width;
  uint32_t rgba;
  const double *dash;
  size_t dash_count;
  bool round_cap, closed;
} pen_style;

/** How a text looks. A halo of width 0 is none. */
typedef struct text_style {
  float size;
  int weight;
  uint32_t rgba;
  muster_anchor anchor;
  float halo;
  uint32_t ground; /* colour of the halo; 0 = white */
} text_style;

/* A path is collected point by point, then filled or stroked; it starts anew after either. */
void draw_move(muster_list *list, double x, double y);
void draw_line(muster_list *list, double x, double y);
void draw_fill(muster_list *list, muster_draw_part part, uint32_t rgba);
void draw_stroke(muster_list *list, muster_draw_part part, const pen_style *pen);

void draw_rect(muster_list *list, muster_draw_part part, double x, double y, double x2, double y2, uint32_t rgba);
void draw_segment(muster_list *list, muster_draw_part part, double x, double y, double x2, double y2,
                  const pen_style *pen);
void draw_circle(muster_list *list, muster_draw_part part, double x, double y, double radius, uint32_t rgba,
                 uint32_t edge, double width);
void draw_text(muster_list *list, muster_draw_part part, double x, double y, muster_text text, double advance,
               const text_style *type);
void draw_clip(muster_list *list, double x, double y, double x2, double y2);
void draw_unclip(muster_list *list);
void draw_group(muster_list *list, const char *name);
void draw_endgroup(muster_list *list);

/** `rgba` with its alpha times `alpha`. */
uint32_t faded(uint32_t rgba, double alpha);

#endif
