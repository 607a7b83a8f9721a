/* FT_Outline_Render with a span callback paints straight into the picture; FT_Stroker turns lines into outlines.
 * A translucent line is rasterised once, so that it does not darken where it meets itself. An outline holds at most
 * 32767 points: longer paths go in pieces, through a mask when they are translucent. */
#include "raster.h"

#include <math.h>
#include <string.h>

#include FT_OUTLINE_H
#include FT_STROKER_H

enum { STROKE_POINTS = 2500, FILL_POINTS = 32000 };

int pixel_mix(int under, uint32_t rgba, unsigned coverage) {
  unsigned alpha = (rgba & 0xFF) * coverage;
  alpha = (alpha + 128 + (alpha >> 8)) >> 8;
  if (alpha >= 255) return (int)(rgba >> 8);
  unsigned mixed = 0;
  for (int shift = 16; shift >= 0; shift -= 8) {
    unsigned u = (unsigned)under >> shift & 0xFF, o = rgba >> (shift + 8) & 0xFF;
    unsigned sum = u * (255 - alpha) + o * alpha + 127;
    mixed |= (sum / 255) << shift;
  }
  return (int)mixed;
}

typedef struct brush_state {
  const raster *raster;
  uint32_t rgba;
} brush_state;

static void paint_spans(int y, int count, const FT_Span *spans, void *user) {
  const brush_state *brush = user;
  const raster *r = brush->raster;
  if (y < r->y || y >= r->y2) return;
  int *row = r->image->tpixels[y];
  bool opaque = (brush->rgba & 0xFF) == 0xFF;
  for (int i = 0; i < count; i++) {
    int x = spans[i].x, end = x + spans[i].len;
    if (x < r->x) x = r->x;
    if (end > r->x2) end = r->x2;
    if (opaque && spans[i].coverage == 255)
      for (; x < end; x++) row[x] = (int)(brush->rgba >> 8);
    else
      for (; x < end; x++) row[x] = pixel_mix(row[x], brush->rgba, spans[i].coverage);
  }
}

static void mask_spans(int y, int count, const FT_Span *spans, void *user) {
  const brush_state *brush = user;
  const raster *r = brush->raster;
  if (y < r->y || y >= r->y2) return;
  uint8_t *row = r->mask + (size_t)y * (size_t)r->image->sx;
  for (int i = 0; i < count; i++) {
    int x = spans[i].x, end = x + spans[i].len;
    if (x < r->x) x = r->x;
    if (end > r->x2) end = r->x2;
    for (; x < end; x++)
      if (row[x] < spans[i].coverage) row[x] = spans[i].coverage;
  }
}

static void render(raster *r, FT_Outline *outline, uint32_t rgba, bool into_mask) {
  brush_state brush = {r, rgba};
  FT_Raster_Params params = {0};
  params.flags = FT_RASTER_FLAG_AA | FT_RASTER_FLAG_DIRECT | FT_RASTER_FLAG_CLIP;
  params.gray_spans = into_mask ? mask_spans : paint_spans;
  params.user = &brush;
  params.clip_box = (FT_BBox){r->x, r->y, r->x2, r->y2};
  if (FT_Outline_Render(r->library, outline, &params)) r->failed = true;
}

static bool need_mask(raster *r) {
  size_t pixels = (size_t)r->image->sx * (size_t)r->image->sy;
  if (!r->mask) r->mask = muster_alloc(pixels, 1);
  if (!r->mask) r->failed = true;
  return r->mask != NULL;
}

static void paint_mask(raster *r, uint32_t rgba) {
  for (int y = r->y; y < r->y2; y++) {
    uint8_t *row = r->mask + (size_t)y * (size_t)r->image->sx;
    int *pixels = r->image->tpixels[y];
    for (int x = r->x; x < r->x2; x++)
      if (row[x]) pixels[x] = pixel_mix(pixels[x], rgba, row[x]), row[x] = 0;
  }
}

static FT_Pos fixed(const raster *r, double v) { return (FT_Pos)lround(v * r->scale * 64); }

static FT_Vector vector(const raster *r, double x, double y) { return (FT_Vector){fixed(r, x), fixed(r, y)}; }

/* ---- areas ---- */

static void fill_outline(raster *r, const muster_point *points, size_t n, FT_Vector *at, char *tags, short *ends,
                         uint32_t rgba, bool into_mask) {
  short contours = 0;
  for (size_t i = 0; i < n; i++) {
    at[i] = vector(r, (double)points[i].x, (double)points[i].y);
    tags[i] = FT_CURVE_TAG_ON;
    if (i + 1 == n || points[i + 1].move) ends[contours++] = (short)i;
  }
  FT_Outline outline = {.n_contours = contours, .n_points = (short)n, .points = at, .tags = tags, .contours = ends};
  render(r, &outline, rgba, into_mask);
}

/* One piece of a fill: whole contours of at most FILL_POINTS points together. Most are rectangles. */
static void fill_piece(raster *r, const muster_point *points, size_t n, uint32_t rgba, bool into_mask) {
  enum { FEW = 16 };
  if (n <= FEW) {
    FT_Vector at[FEW];
    char tags[FEW];
    short ends[FEW];
    fill_outline(r, points, n, at, tags, ends, rgba, into_mask);
    return;
  }
  FT_Vector *at = muster_alloc(n, sizeof *at);
  char *tags = muster_alloc(n, 1);
  short *ends = muster_alloc(n, sizeof *ends);
  if (at && tags && ends)
    fill_outline(r, points, n, at, tags, ends, rgba, into_mask);
  else
    r->failed = true;
  muster_free(at);
  muster_free(tags);
  muster_free(ends);
}

static void fill(raster *r, const muster_draw *op, const muster_point *points) {
  size_t n = op->points;
  if (n <= FILL_POINTS) {
    if (n > 2) fill_piece(r, points, n, op->rgba, false);
    return;
  }
  if (!need_mask(r)) return;
  for (size_t start = 0; start < n;) { /* a contour longer than an outline holds is thinned to every k-th point */
    size_t end = start + 1;
    while (end < n && !points[end].move) end++;
    size_t step = (end - start + FILL_POINTS - 1) / FILL_POINTS, kept = 0;
    muster_point *thin = muster_alloc((end - start + step - 1) / step, sizeof *thin);
    if (!thin) {
      r->failed = true;
      return;
    }
    for (size_t i = start; i < end; i += step) thin[kept++] = points[i];
    fill_piece(r, thin, kept, op->rgba, true);
    muster_free(thin);
    start = end;
  }
  paint_mask(r, op->rgba);
}

/* ---- circles: four cubic arcs a contour, the inner one of a ring turned the other way ---- */

enum { ARC_POINTS = 12 };

static void arcs(const raster *r, double x, double y, double radius, bool back, FT_Vector at[ARC_POINTS],
                 char tags[ARC_POINTS]) {
  const double k = 0.5522847498307936; /* 4/3 (sqrt 2 - 1) */
  static const int cosine[] = {1, 0, -1, 0};
  for (int q = 0; q < 4; q++) {
    double c = cosine[q], s = cosine[(q + 3) % 4], sign = back ? -1 : 1;
    double px = x + radius * c, py = y + sign * radius * s, tx = -s * radius * k, ty = sign * c * radius * k;
    double nc = cosine[(q + 1) % 4], ns = cosine[q];
    double nx = x + radius * nc, ny = y + sign * radius * ns, ntx = -ns * radius * k, nty = sign * nc * radius * k;
    at[q * 3] = vector(r, px, py), tags[q * 3] = FT_CURVE_TAG_ON;
    at[q * 3 + 1] = vector(r, px + tx, py + ty), tags[q * 3 + 1] = FT_CURVE_TAG_CUBIC;
    at[q * 3 + 2] = vector(r, nx - ntx, ny - nty), tags[q * 3 + 2] = FT_CURVE_TAG_CUBIC;
  }
}

static void circle(raster *r, const muster_draw *op) {
  FT_Vector at[2 * ARC_POINTS];
  char tags[2 * ARC_POINTS];
  short ends[2] = {ARC_POINTS - 1, 2 * ARC_POINTS - 1};
  FT_Outline outline = {.n_contours = 1, .n_points = ARC_POINTS, .points = at, .tags = tags, .contours = ends};
  double x = (double)op->x, y = (double)op->y, radius = (double)op->size, half = (double)op->width / 2;
  if (op->rgba & 0xFF) {
    arcs(r, x, y, radius, false, at, tags);
    render(r, &outline, op->rgba, false);
  }
  if (!(op->edge & 0xFF) || half <= 0) return;
  arcs(r, x, y, radius + half, false, at, tags);
  if (radius > half) {
    arcs(r, x, y, radius - half, true, at + ARC_POINTS, tags + ARC_POINTS);
    outline.n_contours = 2;
    outline.n_points = 2 * ARC_POINTS;
  }
  render(r, &outline, op->edge, false);
}

/* ---- lines ---- */

typedef struct stroke {
  raster *raster;
  FT_Stroker stroker;
  uint32_t rgba;
  bool into_mask, open;
  size_t held; /* points in the stroker */
  double x, y, before_x, before_y;
} stroke;

static void stroke_flush(stroke *s) {
  if (s->open && FT_Stroker_EndSubPath(s->stroker)) s->raster->failed = true;
  s->open = false;
  s->held = 0;
  FT_UInt points = 0, contours = 0;
  FT_Outline outline;
  if (FT_Stroker_GetCounts(s->stroker, &points, &contours) || points > 32767) {
    s->raster->failed = true;
  } else if (points) {
    if (FT_Outline_New(s->raster->library, points, (FT_Int)contours, &outline)) {
      s->raster->failed = true;
    } else {
      outline.n_points = outline.n_contours = 0;
      FT_Stroker_Export(s->stroker, &outline);
      render(s->raster, &outline, s->rgba, s->into_mask);
      FT_Outline_Done(s->raster->library, &outline);
    }
  }
  FT_Stroker_Rewind(s->stroker);
}

/* The stroker cannot end a sub-path that never left its first point: a sub-path begins with its first real segment. */
static void stroke_move(stroke *s, double x, double y) {
  if (s->open && FT_Stroker_EndSubPath(s->stroker)) s->raster->failed = true;
  s->open = false;
  if (s->held > STROKE_POINTS) stroke_flush(s);
  s->x = s->before_x = x, s->y = s->before_y = y;
}

static void stroke_line(stroke *s, double x, double y) {
  if (s->held > STROKE_POINTS) { /* go on from the segment before, so that the join is whole */
    double from_x = s->before_x, from_y = s->before_y, at_x = s->x, at_y = s->y;
    stroke_flush(s);
    stroke_move(s, from_x, from_y);
    stroke_line(s, at_x, at_y);
  }
  FT_Vector from = vector(s->raster, s->x, s->y), to = vector(s->raster, x, y);
  if (from.x == to.x && from.y == to.y) return;
  if (!s->open && FT_Stroker_BeginSubPath(s->stroker, &from, 1)) s->raster->failed = true;
  s->open = true;
  if (FT_Stroker_LineTo(s->stroker, &to)) s->raster->failed = true;
  s->held++;
  s->before_x = s->x, s->before_y = s->y;
  s->x = x, s->y = y;
}

/* Dashes by length along the path; the pattern starts anew with each sub-path. */
typedef struct dasher {
  const muster_draw *op;
  size_t index;
  double left;
  bool on;
} dasher;

static void dash_start(dasher *d) {
  d->index = 0;
  d->left = (double)d->op->dash[0];
  d->on = true;
}

static void dash_line(stroke *s, dasher *d, double x0, double y0, double x, double y) {
  double length = hypot(x - x0, y - y0), done = 0;
  while (length - done > d->left) {
    done += d->left;
    double px = x0 + (x - x0) * done / length, py = y0 + (y - y0) * done / length;
    if (d->on)
      stroke_line(s, px, py);
    else
      stroke_move(s, px, py);
    d->on = !d->on;
    d->index = (d->index + 1) % d->op->dash_count;
    d->left = (double)d->op->dash[d->index];
  }
  d->left -= length - done;
  if (d->on) stroke_line(s, x, y);
}

static bool dashes_ok(const muster_draw *op) {
  double sum = 0;
  for (size_t i = 0; i < op->dash_count; i++) {
    if (!((double)op->dash[i] >= 0.1)) return false;
    sum += (double)op->dash[i];
  }
  return op->dash_count >= 2 && op->dash_count % 2 == 0 && sum > 0.5;
}

static void line(raster *r, const muster_draw *op, const muster_point *points) {
  if (op->points < 2) return;
  bool dashed = dashes_ok(op);
  stroke s = {.raster = r, .rgba = op->rgba};
  double length = 0;
  if (dashed)
    for (size_t i = 1; i < op->points; i++)
      if (!points[i].move)
        length += hypot((double)(points[i].x - points[i - 1].x), (double)(points[i].y - points[i - 1].y));
  double pieces = (double)op->points + (dashed ? 2 * length / (double)(op->dash[0] + op->dash[1]) : 0);
  s.into_mask = pieces > STROKE_POINTS && (op->rgba & 0xFF) != 0xFF;
  if (s.into_mask && !need_mask(r)) return;
  if (FT_Stroker_New(r->library, &s.stroker)) {
    r->failed = true;
    return;
  }
  double width = (double)op->width * r->scale;
  if (width < 1) width = 1; /* device pixels */
  FT_Stroker_Set(s.stroker, (FT_Fixed)lround(width * 32),
                 op->round_cap ? FT_STROKER_LINECAP_ROUND : FT_STROKER_LINECAP_BUTT, FT_STROKER_LINEJOIN_ROUND, 0);
  dasher d = {.op = op};
  size_t first = 0;
  for (size_t i = 0; i < op->points; i++) {
    const muster_point *p = &points[i];
    if (i == 0 || p->move) {
      stroke_move(&s, (double)p->x, (double)p->y);
      first = i;
      if (dashed) dash_start(&d);
      continue;
    }
    const muster_point *before = &points[i - 1];
    if (dashed)
      dash_line(&s, &d, (double)before->x, (double)before->y, (double)p->x, (double)p->y);
    else
      stroke_line(&s, (double)p->x, (double)p->y);
    if (op->closed && (i + 1 == op->points || points[i + 1].move)) {
      stroke_line(&s, (double)points[first].x, (double)points[first].y);
      stroke_line(&s, (double)points[first + 1].x, (double)points[first + 1].y); /* so that the last join is drawn */
    }
  }
  stroke_flush(&s);
  FT_Stroker_Done(s.stroker);
  if (s.into_mask) paint_mask(r, op->rgba);
}

void raster_draw(raster *r, const muster_draw *op, const muster_point *points) {
  if (r->x >= r->x2 || r->y >= r->y2) return;
  if (op->kind == MUSTER_DRAW_CIRCLE)
    circle(r, op);
  else if (!(op->rgba & 0xFF))
    return;
  else if (op->kind == MUSTER_DRAW_FILL)
    fill(r, op, points);
  else
    line(r, op, points);
}
