/* A display list painted on a picture of the gd library. */
#ifndef MUSTER_CHART_PAINT_H
#define MUSTER_CHART_PAINT_H

#include <gd.h>

#include "muster/chart/render.h"

/** `*image` is to be destroyed with gdImageDestroy. */
MUSTER_CHECK muster_status paint_list(const muster_list *list, double scale, const char *fonts, gdImagePtr *image,
                                      muster_error *err);

enum { PALETTE = 256 };

/** A picture as numbers of colours, row by row. */
typedef struct indexed {
  uint8_t *pixels; /* free with muster_free */
  uint32_t colours[PALETTE], count;
} indexed;

/** A true-colour picture with a palette: exact when it has at most 256 colours; else the 64 most frequent colours and
 * then, one by one, the colour whose error times frequency is largest. `pixels` is NULL when there are too many colours
 * for that to be good. */
MUSTER_CHECK muster_status palette_of(gdImagePtr image, indexed *out, muster_error *err);

#endif
