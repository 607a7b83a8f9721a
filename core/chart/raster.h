/* Shapes on a true-colour picture, by FreeType's exact-coverage rasteriser and its stroker. */
#ifndef MUSTER_CHART_RASTER_H
#define MUSTER_CHART_RASTER_H

#include <gd.h>

#include "font.h"
#include "muster/chart/list.h"

typedef struct raster {
  gdImagePtr image;
  FT_Library library;
  double scale;
  int x, y, x2, y2; /* clip in device pixels, far edges not included */
  uint8_t *mask;    /* coverage of the whole picture, made when first needed */
  bool failed;
} raster;

/** Draws a fill, stroke or circle. `points` are those of the operation. */
void raster_draw(raster *raster, const muster_draw *op, const muster_point *points);

/** Mixes `rgba` over one pixel in `coverage` of 0 to 255. */
int pixel_mix(int under, uint32_t rgba, unsigned coverage);

#endif
