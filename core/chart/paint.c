/* Shapes through the rasteriser, texts through gd with a halo of their own dilated mask. */
#include "paint.h"

#include <gdfontg.h>
#include <math.h>
#include <string.h>
#include <threads.h>

#include "raster.h"

typedef struct painter {
  raster raster;
  font_set fonts;
  const muster_list *list;
} painter;

/* gd sets its font cache up outside its own lock: the first use must not be two at once. */
static once_flag fonts_once = ONCE_FLAG_INIT;
static void set_up_fonts(void) { gdFontCacheSetup(); }

static int whole(double v) { return (int)floor(v + 0.5); }

/* gd reads "&name;" in a text as an entity: an ampersand must be written as one. */
static muster_status gd_text(const char *text, muster_buf *out, muster_error *err) {
  muster_buf_init(out, 1 << 20);
  for (; *text; text++)
    if (*text == '&')
      muster_buf_puts(out, "&amp;");
    else
      muster_buf_putc(out, *text);
  return out->failed ? muster_fail_memory(err) : MUSTER_OK;
}

static muster_status draw_string(painter *p, gdImagePtr image, int x, int y, const muster_draw *op, int colour,
                                 muster_error *err) {
  const char *plain = muster_list_text(p->list, op);
  muster_text text = muster_text_of(plain);
  int face = fonts_face(&p->fonts, text, op->weight);
  double size = (double)op->size * p->raster.scale;
  if (face == FACES) { /* built-in letters, drawn small and enlarged */
    gdFontPtr font = gdFontGetGiant();
    int letters = 0;
    for (muster_text rest = text; rest.n; letters++) text_next(&rest);
    if (letters == 0 || letters > 4000) return MUSTER_OK;
    gdImagePtr small = gdImageCreateTrueColor(letters * font->w, font->h);
    if (!small) return muster_fail_memory(err);
    gdImageAlphaBlending(small, 0);
    gdImageFilledRectangle(small, 0, 0, small->sx, small->sy, gdTrueColorAlpha(0, 0, 0, gdAlphaTransparent));
    int at = 0;
    for (muster_text rest = text; rest.n; at += font->w) {
      uint32_t letter = text_next(&rest);
      gdImageChar(small, font, at, 0, letter < 256 ? (int)letter : '?', colour);
    }
    int w = whole((double)(letters * font->w) * size / font->h), h = whole(size);
    gdImageCopyResized(image, small, x, y - whole(size * 0.75), 0, 0, w, h, small->sx, small->sy);
    gdImageDestroy(small);
    return MUSTER_OK;
  }
  muster_buf escaped;
  muster_status status = gd_text(plain, &escaped, err);
  if (status != MUSTER_OK) return status;
  gdFTStringExtra extra = {.flags = gdFTEX_RESOLUTION, .hdpi = 72, .vdpi = 72};
  int box[8];
  const char *problem = gdImageStringFTEx(image, box, colour, p->fonts.path[face], size, 0, x, y, escaped.at, &extra);
  muster_buf_free(&escaped);
  if (problem) {
    status = muster_fail(err, MUSTER_IO, "cannot draw text: %s", problem);
    muster_error_where(err, "%s", p->fonts.path[face]);
    return status;
  }
  return MUSTER_OK;
}

/* Largest value within `half` to either side (van Herk 1992; Gil & Werman 1993): three comparisons a pixel.
 * `scratch` holds 2 (n + 2 half) bytes. */
static void slide_max(const uint8_t *in, uint8_t *out, int n, int half, uint8_t *scratch) {
  int window = 2 * half + 1, padded = n + 2 * half;
  uint8_t *prefix = scratch, *suffix = scratch + padded;
  for (int i = 0; i < padded; i++) {
    uint8_t v = i < half || i >= n + half ? 0 : in[i - half];
    prefix[i] = i % window && prefix[i - 1] > v ? prefix[i - 1] : v;
  }
  for (int i = padded - 1; i >= 0; i--) {
    uint8_t v = i < half || i >= n + half ? 0 : in[i - half];
    suffix[i] = i + 1 < padded && (i + 1) % window && suffix[i + 1] > v ? suffix[i + 1] : v;
  }
  for (int i = 0; i < n; i++) {
    uint8_t a = suffix[i], b = prefix[i + 2 * half];
    out[i] = a > b ? a : b;
  }
}

/* The mask widened by a disc. */
static bool dilate(const uint8_t *mask, uint8_t *wide, int w, int h, int radius) {
  uint8_t *row = muster_alloc((size_t)w, 1), *scratch = muster_alloc(2 * (size_t)(w + 2 * radius), 1);
  bool good = row && scratch;
  for (int y = 0; good && y < h; y++) {
    const uint8_t *source = mask + (size_t)y * (size_t)w;
    bool empty = true;
    for (int x = 0; x < w && empty; x++) empty = source[x] == 0;
    for (int dy = 0; !empty && dy <= radius; dy++) {
      int half = (int)(sqrt((double)(radius * radius - dy * dy)) + 0.3);
      slide_max(source, row, w, half, scratch);
      for (int side = -1; side <= (dy ? 1 : 0); side += 2) {
        int to = y + side * dy;
        if (to < 0 || to >= h) continue;
        uint8_t *target = wide + (size_t)to * (size_t)w;
        for (int x = 0; x < w; x++)
          if (target[x] < row[x]) target[x] = row[x];
      }
    }
  }
  muster_free(row);
  muster_free(scratch);
  return good;
}

static void paint_masked(painter *p, const uint8_t *mask, int x0, int y0, int w, int h, uint32_t rgba) {
  const raster *r = &p->raster;
  for (int y = 0; y < h; y++) {
    if (y + y0 < r->y || y + y0 >= r->y2) continue;
    int *row = r->image->tpixels[y + y0];
    for (int x = 0; x < w; x++) {
      unsigned cover = mask[(size_t)y * (size_t)w + (size_t)x];
      if (cover && x + x0 >= r->x && x + x0 < r->x2) row[x + x0] = pixel_mix(row[x + x0], rgba, cover);
    }
  }
}

static muster_status text_with_halo(painter *p, const muster_draw *op, int x, int y, muster_error *err) {
  double scale = p->raster.scale;
  int radius = whole((double)op->width * scale), pad = radius + 2;
  int w = whole((double)op->advance * scale * 1.06) + 2 * pad + 8, h = whole((double)op->size * scale * 1.5) + 2 * pad;
  int rise = whole((double)op->size * scale * 1.1) + pad;
  if (radius > 64 || w > 4 * p->raster.image->sx + 400 || h > p->raster.image->sy + 400) return MUSTER_OK;
  gdImagePtr stencil = gdImageCreateTrueColor(w, h);
  size_t bytes = (size_t)w * (size_t)h;
  uint8_t *mask = muster_alloc(bytes, 1), *wide = muster_alloc(bytes, 1);
  muster_status status = stencil && mask && wide ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) status = draw_string(p, stencil, pad + 4, rise, op, 0xFFFFFF, err);
  if (status == MUSTER_OK) {
    for (int j = 0; j < h; j++)
      for (int i = 0; i < w; i++) mask[(size_t)j * (size_t)w + (size_t)i] = (uint8_t)(stencil->tpixels[j][i] & 0xFF);
    if (!dilate(mask, wide, w, h, radius)) status = muster_fail_memory(err);
  }
  if (status == MUSTER_OK) {
    paint_masked(p, wide, x - pad - 4, y - rise, w, h, op->edge);
    paint_masked(p, mask, x - pad - 4, y - rise, w, h, op->rgba);
  }
  if (stencil) gdImageDestroy(stencil);
  muster_free(mask);
  muster_free(wide);
  return status;
}

static muster_status paint_text(painter *p, const muster_draw *op, muster_error *err) {
  double share = op->anchor == MUSTER_ANCHOR_START ? 0 : op->anchor == MUSTER_ANCHOR_END ? 1 : 0.5;
  int x = whole(((double)op->x - share * (double)op->advance) * p->raster.scale);
  int y = whole((double)op->y * p->raster.scale);
  if ((op->edge & 0xFF) && op->width > 0) return text_with_halo(p, op, x, y, err);
  return draw_string(p, p->raster.image, x, y, op, (int)(op->rgba >> 8), err);
}

static void set_clip(painter *p, double x, double y, double x2, double y2) {
  raster *r = &p->raster;
  r->x = whole(x * r->scale), r->y = whole(y * r->scale);
  r->x2 = whole(x2 * r->scale), r->y2 = whole(y2 * r->scale);
  if (r->x < 0) r->x = 0;
  if (r->y < 0) r->y = 0;
  if (r->x2 > r->image->sx) r->x2 = r->image->sx;
  if (r->y2 > r->image->sy) r->y2 = r->image->sy;
  gdImageSetClip(r->image, r->x, r->y, r->x2 - 1, r->y2 - 1);
}

static muster_status paint_ops(painter *p, muster_error *err) {
  const muster_list *list = p->list;
  for (size_t i = 0; i < list->count; i++) {
    const muster_draw *op = &list->ops[i];
    switch ((muster_draw_kind)op->kind) {
      case MUSTER_DRAW_FILL:
      case MUSTER_DRAW_STROKE:
      case MUSTER_DRAW_CIRCLE: raster_draw(&p->raster, op, list->points + op->point); break;
      case MUSTER_DRAW_TEXT: MUSTER_TRY(paint_text(p, op, err)); break;
      case MUSTER_DRAW_CLIP: set_clip(p, (double)op->x, (double)op->y, (double)op->x2, (double)op->y2); break;
      case MUSTER_DRAW_UNCLIP: set_clip(p, 0, 0, (double)list->width, (double)list->height); break;
      case MUSTER_DRAW_GROUP:
      case MUSTER_DRAW_ENDGROUP: break;
    }
    if (p->raster.failed) return muster_fail_memory(err);
  }
  return MUSTER_OK;
}

/* gd keeps the fonts that it has drawn with. */
muster_status muster_charts_hold_fonts(muster_error *err) {
  MUSTER_TRY(fonts_hold(err));
  call_once(&fonts_once, set_up_fonts);
  font_set fonts;
  MUSTER_TRY(fonts_open(&fonts, NULL, err));
  gdImagePtr image = gdImageCreateTrueColor(8, 8);
  gdFTStringExtra extra = {.flags = gdFTEX_RESOLUTION, .hdpi = 72, .vdpi = 72};
  int box[8];
  for (int i = 0; image && i < FACES; i++)
    if (fonts.face[i]) gdImageStringFTEx(image, box, 0, fonts.path[i], 8, 0, 0, 8, (char *)"m", &extra);
  fonts_close(&fonts);
  if (!image) return muster_fail_memory(err);
  gdImageDestroy(image);
  return MUSTER_OK;
}

muster_status paint_list(const muster_list *list, double scale, const char *fonts, gdImagePtr *image,
                         muster_error *err) {
  *image = NULL;
  double w = ceil((double)list->width * scale), h = ceil((double)list->height * scale);
  if (!(w >= 1 && h >= 1 && w * h <= MUSTER_CHART_PIXELS)) {
    muster_status status = muster_fail(err, MUSTER_PACK, "a picture of %.0f by %.0f pixels is too large", w, h);
    muster_error_expected(err, "at most %d pixels", MUSTER_CHART_PIXELS);
    muster_error_todo(err, "take a smaller scale or fewer rows");
    return status;
  }
  call_once(&fonts_once, set_up_fonts);
  painter p = {.list = list};
  muster_status status = fonts_open(&p.fonts, fonts, err);
  if (status != MUSTER_OK) return status;
  gdImagePtr made = gdImageCreateTrueColor((int)w, (int)h);
  if (!made) {
    status = muster_fail_memory(err);
  } else {
    for (int y = 0; y < made->sy; y++) /* gd's own rectangle blends every pixel */
      for (int x = 0; x < made->sx; x++) made->tpixels[y][x] = 0xFFFFFF;
    p.raster = (raster){.image = made, .library = p.fonts.library, .scale = scale};
    set_clip(&p, 0, 0, (double)list->width, (double)list->height);
    status = paint_ops(&p, err);
  }
  muster_free(p.raster.mask);
  fonts_close(&p.fonts);
  if (status == MUSTER_OK)
    *image = made;
  else if (made)
    gdImageDestroy(made);
  return status;
}
