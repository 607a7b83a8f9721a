/* What recipes share. */
#ifndef MUSTER_CHART_RECIPE_UTIL_H
#define MUSTER_CHART_RECIPE_UTIL_H

#include <math.h>
#include <string.h>

#include "muster/chart/recipe.h"
#include "words.h"

#define SAY(chart, ...) sayf(&(chart)->arena, &(chart)->failed, __VA_ARGS__)

/** Title, subtitle and source of the input. */
void recipe_begin(muster_chart *chart, const muster_recipe_words *words);
/** MUSTER_OK, or what made the chart fail. */
MUSTER_CHECK muster_status recipe_end(muster_chart *chart, muster_error *err);

/** Takes the text of a buffer for the chart. */
const char *recipe_say(muster_chart *chart, muster_buf *buf);
void recipe_buf(muster_buf *buf);

/** "2.4", "-2.4" with a proper minus, "+2.4". */
const char *recipe_number(muster_chart *chart, double v, int decimals, bool sign);

/** Adds a sentence to the source line, which need not end in a full stop. */
void recipe_source(muster_chart *chart, const char *sentence);

/** The text with its first letter in upper case. */
const char *recipe_capital(muster_chart *chart, const char *text);

/** Bands of grey over holidays; NULL frame when there are none. */
void recipe_holidays(muster_chart *chart, const muster_recipe_days *days, size_t n);

/** A text at a place of the plot. */
muster_chart_layer *recipe_text(muster_chart *chart, double x, double y, const char *label);

/** `at` of a sorted copy, by linear interpolation; NaN without values. */
double recipe_quantile(double *values, size_t n, double at);

/** A frame is there and can be filled; else the chart has failed. */
#define RECIPE_FRAME(chart, frame, err) \
  if (!(frame)) return recipe_end((chart), (err))

#endif
