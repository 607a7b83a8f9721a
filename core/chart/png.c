/* PNG of a display list: painted in true colour, written with a palette wherever that loses nothing to see. */
#include <string.h>

#include "paint.h"

muster_status muster_list_png(const muster_list *list, double scale, const char *fonts, char **bytes, size_t *n,
                              muster_error *err) {
  *bytes = NULL;
  *n = 0;
  if (scale == 0) scale = 2;
  if (!(scale >= 0.5 && scale <= 8)) {
    muster_status status = muster_fail(err, MUSTER_PACK, "a scale of %g cannot be drawn", scale);
    muster_error_expected(err, "0.5 to 8");
    return status;
  }
  if (list->failed) return muster_fail_memory(err);
  gdImagePtr image, palette;
  MUSTER_TRY(paint_list(list, scale, fonts, &image, err));
  muster_status status = palette_of(image, &palette, err);
  if (status == MUSTER_OK) {
    gdImagePtr best = palette ? palette : image;
    gdImageSetResolution(best, (unsigned)(96 * scale + 0.5), (unsigned)(96 * scale + 0.5));
    int size = 0;
    void *png = gdImagePngPtrEx(best, &size, 6);
    char *copy = png && size > 0 ? muster_alloc((size_t)size, 1) : NULL;
    if (copy) {
      memcpy(copy, png, (size_t)size);
      *bytes = copy;
      *n = (size_t)size;
    } else {
      status = muster_fail_memory(err);
    }
    if (png) gdFree(png);
  }
  if (palette) gdImageDestroy(palette);
  gdImageDestroy(image);
  return status;
}
