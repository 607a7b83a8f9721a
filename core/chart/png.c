/* PNG of a display list: painted in true colour, written with a palette wherever that loses nothing to see. Encoded by
 * libpng itself: gd tries every filter of PNG on every row, and takes five times as long for the same picture. */
#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "paint.h"

/* Without filters, which suit photographs. Level 6 takes twice the time of 3 for files that are a sixth smaller. */
enum { COMPRESSION = 3 };

typedef struct picture {
  gdImagePtr image;
  indexed palette; /* without pixels: true colour */
  png_uint_32 dots_a_metre;
} picture;

static void put_bytes(png_structp png, png_bytep bytes, png_size_t n) {
  muster_buf *out = png_get_io_ptr(png);
  muster_buf_add(out, (const char *)bytes, n);
  if (out->failed) png_error(png, "no memory");
}

static void flush_nothing(png_structp png) { (void)png; }

/* The only error there can be is that there is no memory. */
static void give_up(png_structp png, png_const_charp text) {
  (void)text;
  png_longjmp(png, 1);
}

static void stay_silent(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void put_palette(png_structp png, png_infop info, const indexed *palette) {
  png_color colours[PALETTE];
  for (uint32_t i = 0; i < palette->count; i++) {
    uint32_t rgb = palette->colours[i];
    colours[i] = (png_color){(png_byte)(rgb >> 16), (png_byte)(rgb >> 8), (png_byte)rgb};
  }
  png_set_PLTE(png, info, colours, (int)palette->count);
}

static void put_true_colour(png_structp png, gdImagePtr image, png_bytep row) {
  for (int y = 0; y < image->sy; y++) {
    for (int x = 0; x < image->sx; x++) {
      int rgb = image->tpixels[y][x];
      row[3 * x] = (png_byte)(rgb >> 16), row[3 * x + 1] = (png_byte)(rgb >> 8), row[3 * x + 2] = (png_byte)rgb;
    }
    png_write_row(png, row);
  }
}

/* `row` has room for three bytes a pixel. False when there is no memory. */
static bool encode(const picture *p, png_bytep row, muster_buf *out) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, give_up, stay_silent);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  bool few = p->palette.pixels != NULL;
  png_uint_32 w = (png_uint_32)p->image->sx, h = (png_uint_32)p->image->sy;
  png_set_write_fn(png, out, put_bytes, flush_nothing);
  png_set_compression_level(png, COMPRESSION);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, few ? PNG_FILTER_NONE : PNG_FILTER_UP);
  png_set_IHDR(png, info, w, h, 8, few ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_pHYs(png, info, p->dots_a_metre, p->dots_a_metre, PNG_RESOLUTION_METER);
  if (few) put_palette(png, info, &p->palette);
  png_write_info(png, info);
  if (few)
    for (png_uint_32 y = 0; y < h; y++) png_write_row(png, p->palette.pixels + (size_t)y * w);
  else
    put_true_colour(png, p->image, row);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return true;
}

muster_status muster_list_png(const muster_list *list, double scale, const char *fonts, char **bytes, size_t *n,
                              muster_error *err) {
  enum { LARGEST = 256 << 20 };
  *bytes = NULL;
  *n = 0;
  if (scale == 0) scale = 2;
  if (!(scale >= 0.5 && scale <= 8)) {
    muster_status status = muster_fail(err, MUSTER_PACK, "a scale of %g cannot be drawn", scale);
    muster_error_expected(err, "0.5 to 8");
    return status;
  }
  if (list->failed) return muster_fail_memory(err);
  picture p = {.dots_a_metre = (png_uint_32)(96 * scale / 0.0254 + 0.5)};
  MUSTER_TRY(paint_list(list, scale, fonts, &p.image, err));
  muster_status status = palette_of(p.image, &p.palette, err);
  if (status == MUSTER_OK) {
    muster_buf out;
    muster_buf_init(&out, LARGEST);
    png_bytep row = muster_alloc((size_t)p.image->sx, 3);
    if (row && encode(&p, row, &out)) {
      *bytes = out.at, *n = out.n;
    } else {
      muster_buf_free(&out);
      status = muster_fail_memory(err);
    }
    muster_free(row);
  }
  muster_free(p.palette.pixels);
  gdImageDestroy(p.image);
  return status;
}
