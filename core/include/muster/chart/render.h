/* muster/chart/render.h - from a chart to a picture, its data table, its description and its faults. */
#ifndef MUSTER_CHART_RENDER_H
#define MUSTER_CHART_RENDER_H

#include "muster/chart/list.h"
#include "muster/chart/spec.h"

MUSTER_BEGIN_DECLS

typedef enum muster_preset {
  MUSTER_PRESET_REPORT, /* 960 wide; title, subtitle and source stand in the page, not in the picture */
  MUSTER_PRESET_SLIDE,  /* 1600 by 900, with title, subtitle and source */
  MUSTER_PRESET_NARROW  /* 440 wide, for phones */
} muster_preset;

typedef enum muster_format { MUSTER_FORMAT_PNG, MUSTER_FORMAT_SVG, MUSTER_FORMAT_CSV } muster_format;

typedef struct muster_chart_output {
  muster_preset preset;
  muster_format format;
  double scale;      /* device pixels for a logical one, PNG only; 0 = 2; 0.5 to 8 */
  const char *fonts; /* folder of Open Sans or DejaVu; NULL = where systems keep them; "" = built-in letters only */
} muster_chart_output;

/** Pixels that one picture may have; larger ones are refused. */
#define MUSTER_CHART_PIXELS 40000000

/** Preset ("report", "slide", "narrow") and format ("png", "svg", "csv") of a name; false when there is none. */
MUSTER_CHECK bool muster_preset_of(const char *name, muster_preset *out);
MUSTER_CHECK bool muster_format_of(const char *name, muster_format *out);

/** Lays the chart out. `list` is zero-initialised, and to be freed also after a failure.
 * @retval MUSTER_PACK  the chart is wrong (see muster_chart_check) */
MUSTER_CHECK muster_status muster_chart_layout(const muster_chart *chart, const muster_chart_output *output,
                                               muster_list *list, muster_error *err);

/** The whole way: check, layout, backend. The picture is in `*bytes` (free with muster_free). The same chart gives the
 * same bytes with the same libraries and fonts.
 * @retval MUSTER_PACK  the chart is wrong, or larger than MUSTER_CHART_PIXELS */
MUSTER_CHECK muster_status muster_chart_render(const muster_chart *chart, const muster_chart_output *output,
                                               char **bytes, size_t *n, muster_error *err);

/** muster_chart_render into a file, all or nothing. */
MUSTER_CHECK muster_status muster_chart_save(const muster_chart *chart, const muster_chart_output *output,
                                             const char *path, muster_error *err);

/** Keeps the usual fonts in memory from now on, so that charts can be drawn where files are out of reach. Call while
 * there is one thread. @retval MUSTER_IO  a font that is there cannot be read */
MUSTER_CHECK muster_status muster_charts_hold_fonts(muster_error *err);

/** Backends for a list that is at hand. */
MUSTER_CHECK muster_status muster_list_png(const muster_list *list, double scale, const char *fonts, char **bytes,
                                           size_t *n, muster_error *err);
MUSTER_CHECK muster_status muster_list_svg(const muster_list *list, muster_buf *out, muster_error *err);

/** The data table of the chart as CSV; columns of dates as ISO dates. */
void muster_chart_table(const muster_chart *chart, muster_buf *out);

/** Description for those who do not see the picture, 120 to 250 characters: what it is, what it measures, the finding
 * and a few numbers. Of the recipe where there is one, else from the data. */
void muster_chart_alt(const muster_chart *chart, muster_buf *out);

/** `text` without its {role:...} markup. */
void muster_chart_plain(const char *text, muster_buf *out);

/** A fault that a program can see. Warnings are matters of taste (a long title), the others spoil a picture. */
typedef struct muster_fault {
  bool warning;
  char text[192];
} muster_fault;

typedef struct muster_faults {
  muster_fault *items;
  size_t count, capacity;
  bool failed; /* no memory: the list is incomplete */
} muster_faults;

/** Looks over a picture, and over its chart when that is not NULL: text outside the canvas, over other text or over a
 * line that strikes it through, marks outside the canvas, contrast below 4.5, letters too small, a "-0", titles too
 * long, no source or unit, too many colours, bars that do not start at zero, rows that have no value. `faults` is
 * zero-initialised; free with muster_faults_free. */
void muster_chart_lint(const muster_chart *chart, const muster_list *list, muster_preset preset, muster_faults *faults);
void muster_faults_free(muster_faults *faults);

/** A sparkline of `n` values (NaN = gap) as an inline SVG element of 110 by 26, described by `label`. It takes the
 * colour of the text around it. */
void muster_sparkline(const double *values, size_t n, const char *label, muster_buf *out);

MUSTER_END_DECLS
#endif
