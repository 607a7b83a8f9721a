/* Sizes by preset, colours, contrast. */
#ifndef MUSTER_CHART_THEME_H
#define MUSTER_CHART_THEME_H

#include "muster/chart/render.h"

#define INK 0x0B0C0CFFu
#define SECONDARY 0x505A5FFFu
#define WHITE 0xFFFFFFFFu
#define GRID 0xDDE1E5FFu
#define AXIS 0x8A949BFFu
#define HOLIDAY 0xF3F4F5FFu
#define CLOSED 0xF1F2F3FFu
#define SEPARATOR 0xEDEFF1FFu

/** Logical pixels. `k` scales lengths that charts give in pixels of a slide. */
typedef struct theme {
  double width, height; /* height 0: by the content */
  double title, subtitle, label, axis, note, source, small, cell;
  double line, thin, grid, zero, axis_line, dot, halo, tick;
  double pad_left, pad_right, pad_top, pad_bottom;
  double row, row_most, row_least, plot_height, k;
  bool titled;
} theme;

theme theme_of(muster_preset preset);

uint32_t role_colour(muster_colour colour);
uint32_t role_text(muster_colour colour);

/** One of six steps of a sequential ramp, pale to dark. */
uint32_t scheme_step(muster_scheme scheme, size_t step);
enum { SCHEME_STEPS = 6 };

/** Colour of a class of register codes ("present", "late", "illness", "authorised", "unauthorised", "suspended",
 * "not required"); false when it is none. */
bool class_colour(const char *name, uint32_t *rgba);

/** Contrast of two opaque colours after WCAG 2.2: 1 to 21. */
double contrast(uint32_t a, uint32_t b);

/** Ink or white, whichever reads better on a fill. */
uint32_t text_on(uint32_t fill);

/** `over` mixed on an opaque ground. */
uint32_t mixed(uint32_t ground, uint32_t over);

#endif
