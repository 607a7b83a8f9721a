/* Sparklines: one word-sized line, for tables in pages. */
#include <math.h>

#include "muster/chart/render.h"

static bool range_of(const double *values, size_t n, double *lo, double *hi) {
  *lo = INFINITY, *hi = -INFINITY;
  for (size_t i = 0; i < n; i++)
    if (isfinite(values[i])) *lo = fmin(*lo, values[i]), *hi = fmax(*hi, values[i]);
  return *lo <= *hi;
}

static void put_attribute_text(muster_buf *out, const char *text) {
  for (; *text; text++) switch (*text) {
      case '&': muster_buf_puts(out, "&amp;"); break;
      case '<': muster_buf_puts(out, "&lt;"); break;
      case '"': muster_buf_puts(out, "&quot;"); break;
      default: muster_buf_putc(out, *text);
    }
}

void muster_sparkline(const double *values, size_t n, const char *label, muster_buf *out) {
  double lo, hi, end_x = 0, end_y = 0;
  bool any = range_of(values, n, &lo, &hi), pen = false;
  muster_buf_puts(
      out, "<svg class=\"sparkline\" role=\"img\" width=\"110\" height=\"26\" viewBox=\"0 0 110 26\" aria-label=\"");
  put_attribute_text(out, label ? label : "");
  muster_buf_puts(out,
                  "\"><path fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\" stroke-linejoin=\"round\" "
                  "stroke-linecap=\"round\" d=\"");
  for (size_t i = 0; any && i < n; i++) {
    if (!isfinite(values[i])) {
      pen = false;
      continue;
    }
    end_x = n > 1 ? 3 + 104.0 * (double)i / (double)(n - 1) : 55;
    end_y = hi > lo ? 22 - 18 * (values[i] - lo) / (hi - lo) : 13;
    muster_buf_printf(out, "%s%.1f %.1f", pen ? "L" : "M", end_x, end_y);
    pen = true;
  }
  muster_buf_puts(out, "\"/>");
  if (any) muster_buf_printf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\" fill=\"currentColor\"/>", end_x, end_y);
  muster_buf_puts(out, "</svg>");
}
