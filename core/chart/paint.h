/* A display list painted on a picture of the gd library. */
#ifndef MUSTER_CHART_PAINT_H
#define MUSTER_CHART_PAINT_H

#include <gd.h>

#include "muster/chart/render.h"

/** `*image` is to be destroyed with gdImageDestroy. */
MUSTER_CHECK muster_status paint_list(const muster_list *list, double scale, const char *fonts, gdImagePtr *image,
                                      muster_error *err);

/** A palette copy of a true-colour picture: exact when it has at most 256 colours; else the 64 most frequent colours
 * and then, one by one, the colour whose error times frequency is largest. `*palette` is NULL when there are too many
 * colours for that to be good. */
MUSTER_CHECK muster_status palette_of(gdImagePtr image, gdImagePtr *palette, muster_error *err);

#endif
