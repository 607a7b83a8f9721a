/* muster/chart/recipe.h - the standard charts of school attendance, from plain arrays.
 *
 * Each function starts a chart (as muster_chart_init) and fills it with an ordinary specification, to which layers may
 * be added; free it with muster_chart_free, also after a failure. Texts and arrays of the input are borrowed and must
 * outlive the chart. Where `title` is NULL the recipe writes one from the data, so that its counts and figures are
 * those of the data; the same holds for `subtitle`, and for the description (alt text). Dates are muster_date, missing
 * numbers NaN. All functions return MUSTER_MEMORY when there is no memory, MUSTER_DATA when the input contradicts
 * itself. */
#ifndef MUSTER_CHART_RECIPE_H
#define MUSTER_CHART_RECIPE_H

#include "muster/chart/spec.h"

MUSTER_BEGIN_DECLS

/** What every recipe takes. `subject` is who or what the chart is about, as it stands in a sentence: "tutor group 9B",
 * "Oakmoor Academy", "Year 8". */
typedef struct muster_recipe_words {
  const char *title, *subtitle, *source, *subject;
} muster_recipe_words;

/** Days on which school is closed, first and last. */
typedef struct muster_recipe_days {
  muster_date from, to;
} muster_recipe_days;

/* ---- pupil by pupil ---- */

typedef enum muster_mark_class {
  MUSTER_CLASS_NONE, /* no mark */
  MUSTER_CLASS_PRESENT,
  MUSTER_CLASS_LATE,
  MUSTER_CLASS_ILLNESS,
  MUSTER_CLASS_AUTHORISED,
  MUSTER_CLASS_UNAUTHORISED,
  MUSTER_CLASS_SUSPENDED,
  MUSTER_CLASS_NOT_REQUIRED
} muster_mark_class;

typedef struct muster_recipe_pupil {
  const char *name;             /* or a pseudonym; names only inside the school */
  const char *tag;              /* beside the name, such as "FSM6"; may be NULL */
  const char *codes;            /* register code of each session; ' ' and '-' are no mark */
  const unsigned char *classes; /* muster_mark_class of each session */
} muster_recipe_pupil;

/** Register strip: what absence looks like pupil by pupil. Two sessions (morning, afternoon) for each of `days`. */
typedef struct muster_recipe_register {
  muster_recipe_words words;
  const muster_date *days;
  size_t day_count;
  const muster_recipe_pupil *pupils;
  size_t pupil_count;
  double threshold; /* attendance below which a pupil is marked, per cent; 0 = 90 */
} muster_recipe_register;

MUSTER_CHECK muster_status muster_recipe_draw_register(muster_chart *chart, const muster_recipe_register *in,
                                                       muster_error *err);

/** Cumulative absence against the sessions that make a pupil persistently absent for the year. */
typedef struct muster_recipe_cumulative {
  muster_recipe_words words;
  const muster_date *days; /* school days to date, rising */
  size_t day_count;
  const double *const *missed; /* for each pupil, sessions missed on each day */
  size_t pupil_count;
  double threshold; /* sessions, such as 38 of 380 */
  double possible;  /* sessions of the whole year */
  muster_date year_start, year_end;
  size_t days_left; /* school days after the last of `days` */
  const muster_recipe_days *holidays;
  size_t holiday_count;
} muster_recipe_cumulative;

MUSTER_CHECK muster_status muster_recipe_draw_cumulative(muster_chart *chart, const muster_recipe_cumulative *in,
                                                         muster_error *err);

MUSTER_END_DECLS
#endif
