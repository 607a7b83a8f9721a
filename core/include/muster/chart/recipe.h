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

/** Alert timeline: was anything done, how fast. One row a pupil. */
typedef struct muster_recipe_alert {
  const char *name, *detail;                 /* under the name: which rule */
  muster_date alert;                         /* MUSTER_NO_DATE: none */
  muster_date action;                        /* MUSTER_NO_DATE: nothing was done yet */
  const char *action_name;                   /* "Home visit" */
  size_t waiting;                            /* school days from the alert to now, when nothing was done */
  muster_date crossed;                       /* the day absence passed 10%; MUSTER_NO_DATE: it has not */
  const muster_date *unauthorised, *illness; /* days away */
  size_t unauthorised_count, illness_count;
} muster_recipe_alert;

typedef struct muster_recipe_timeline {
  muster_recipe_words words;
  muster_date from, to;
  const muster_recipe_alert *alerts;
  size_t count;
} muster_recipe_timeline;

MUSTER_CHECK muster_status muster_recipe_draw_timeline(muster_chart *chart, const muster_recipe_timeline *in,
                                                       muster_error *err);

/* ---- schools ---- */

/** Lines with intervals, one a group: is the gap closing. Values are per cent. */
typedef struct muster_recipe_group {
  const char *name;
  muster_colour colour;          /* NONE: by the palette */
  const double *value, *lo, *hi; /* of each date; lo and hi may be NULL */
} muster_recipe_group;

typedef struct muster_recipe_lines {
  muster_recipe_words words;
  const char *unit, *measure; /* "%", "Absence rate" */
  const muster_date *dates;   /* such as the Mondays of weeks; lines break where weeks are missing */
  size_t date_count;
  const muster_recipe_group *groups;
  size_t group_count;
  double reference; /* NaN: none */
  const char *reference_label;
  const muster_recipe_days *holidays;
  size_t holiday_count;
} muster_recipe_lines;

MUSTER_CHECK muster_status muster_recipe_draw_lines(muster_chart *chart, const muster_recipe_lines *in,
                                                    muster_error *err);

/** Calendar heat map: which days are lost. One panel a group, of values for single days in per cent. */
typedef struct muster_recipe_calendar_group {
  const char *name;
  const double *value; /* of each date; NaN where school was closed */
} muster_recipe_calendar_group;

typedef struct muster_recipe_calendar {
  muster_recipe_words words;
  const muster_date *dates; /* every Monday to Friday of the period, closed days too */
  size_t date_count;
  const muster_recipe_calendar_group *groups;
  size_t group_count;
} muster_recipe_calendar;

MUSTER_CHECK muster_status muster_recipe_draw_calendar(muster_chart *chart, const muster_recipe_calendar *in,
                                                       muster_error *err);

/** Funnel plot: which schools differ by more than chance. Limits are exact binomial ones with interpolation, widened
 * for over-dispersion (Spiegelhalter 2005, Statist. Med. 24:1185): phi is the mean square of the 10% winsorised
 * z-scores of all schools, and 1 unless it exceeds 1 + 2 sqrt(2 / k). The unit is the pupil. */
typedef struct muster_recipe_funnel_school {
  const char *name;
  double pupils, count; /* on roll; of them persistently absent */
  bool own;             /* ours; the others are comparators */
} muster_recipe_funnel_school;

typedef struct muster_recipe_funnel {
  muster_recipe_words words;
  const muster_recipe_funnel_school *schools;
  size_t count;
  double expected;    /* share, 0 to 1; NaN: that of all schools together */
  bool no_dispersion; /* leave the limits as the binomial gives them */
} muster_recipe_funnel;

/** What the funnel found; for reports. */
typedef struct muster_funnel_limits {
  double expected, phi;
  size_t above, below, own; /* own schools outside the 99.8% limits; all own schools */
} muster_funnel_limits;

MUSTER_CHECK muster_status muster_recipe_draw_funnel(muster_chart *chart, const muster_recipe_funnel *in,
                                                     muster_funnel_limits *found, muster_error *err);

/** The interpolated binomial limit: the share that a proportion `expected` of `n` exceeds with probability 1 - `tail`
 * (Spiegelhalter 2005, appendix). */
double muster_funnel_limit(double expected, double n, double tail);

/** Before and after, school by school, with the interval of the change. */
typedef struct muster_recipe_change {
  const char *name;
  double before, after, lo, hi; /* lo and hi of after - before; NaN: unknown */
} muster_recipe_change;

typedef struct muster_recipe_dumbbell {
  muster_recipe_words words;
  const char *before_name, *after_name; /* "autumn 2024", "autumn 2025" */
  const char *measure, *unit;
  bool more_is_better; /* of absence, less is */
  const muster_recipe_change *changes;
  size_t count;
} muster_recipe_dumbbell;

MUSTER_CHECK muster_status muster_recipe_draw_dumbbell(muster_chart *chart, const muster_recipe_dumbbell *in,
                                                       muster_error *err);

/** Attendance bands, aligned at 90%: pupils below 50%, 50 to 80, 80 to 90, 90 to 95, 95 and over. */
typedef struct muster_recipe_band_row {
  const char *name;
  double pupils[5];
  bool total; /* such as England: bold, apart, and last */
} muster_recipe_band_row;

typedef struct muster_recipe_bands {
  muster_recipe_words words;
  const muster_recipe_band_row *rows;
  size_t count;
} muster_recipe_bands;

MUSTER_CHECK muster_status muster_recipe_draw_bands(muster_chart *chart, const muster_recipe_bands *in,
                                                    muster_error *err);

/** Small multiples: the same line for every school, all others thin behind it; highest first. */
typedef struct muster_recipe_multiple {
  const char *name;
  const double *value; /* of each date */
  double overall;      /* said beside the name, and the order; NaN: the mean of the values */
} muster_recipe_multiple;

typedef struct muster_recipe_multiples {
  muster_recipe_words words;
  const char *unit, *measure;
  const muster_date *dates;
  size_t date_count;
  const muster_recipe_multiple *schools;
  size_t count;
  const muster_recipe_days *holidays;
  size_t holiday_count;
} muster_recipe_multiples;

MUSTER_CHECK muster_status muster_recipe_draw_multiples(muster_chart *chart, const muster_recipe_multiples *in,
                                                        muster_error *err);

/** One number for each of many, highest first, as bars from zero. */
typedef struct muster_recipe_ranked {
  muster_recipe_words words;
  const char *const *names;
  const double *values;
  size_t count;
  const char *unit, *measure;
  double reference;                        /* NaN: none */
  const char *reference_label, *highlight; /* a name, or NULL */
} muster_recipe_ranked;

MUSTER_CHECK muster_status muster_recipe_draw_ranked(muster_chart *chart, const muster_recipe_ranked *in,
                                                     muster_error *err);

/** Band transitions: who moved up or down. Rows are the bands before, columns those after, lowest attendance first. */
typedef struct muster_recipe_transition {
  muster_recipe_words words;
  const char *const *bands;             /* names */
  size_t count;                         /* of bands, at most 10 */
  const double *pupils;                 /* count by count, row after row */
  const char *before_name, *after_name; /* "autumn", "spring" */
} muster_recipe_transition;

MUSTER_CHECK muster_status muster_recipe_draw_transition(muster_chart *chart, const muster_recipe_transition *in,
                                                         muster_error *err);

/** XmR chart: signal or noise. Limits are the mean of the baseline -+ 2.66 mean moving ranges. Signals: a point outside
 * the limits, seven in a row on one side of the mean, seven rising or falling, two of three in the outer third. */
typedef struct muster_recipe_xmr {
  muster_recipe_words words;
  const double *values;
  size_t count;
  size_t baseline;                     /* first values that make the limits; 0 = all */
  const char *measure, *unit, *period; /* "Gap, percentage points", "", "School week" */
  bool more_is_better;
} muster_recipe_xmr;

typedef struct muster_xmr_limits {
  double mean, lower, upper;
  size_t signals;
} muster_xmr_limits;

MUSTER_CHECK muster_status muster_recipe_draw_xmr(muster_chart *chart, const muster_recipe_xmr *in,
                                                  muster_xmr_limits *found, muster_error *err);

/** -1 or 1 for each value that is a signal below or above, else 0. */
void muster_xmr_signals(const double *values, size_t n, size_t baseline, signed char *signal, muster_xmr_limits *found);

/* ---- studies ---- */

/** Event study: estimates by period since treatment started, pointwise and (where given) simultaneous intervals. */
typedef struct muster_recipe_estimate {
  double period, estimate, lo, hi, band_lo, band_hi; /* band_*: simultaneous; NaN: none */
} muster_recipe_estimate;

typedef struct muster_recipe_event_study {
  muster_recipe_words words;
  const char *outcome, *treatment,
      *period; /* "absence rate", "the attendance mentors started", "Half-terms since ..." */
  const muster_recipe_estimate *estimates;
  size_t count;
  double reference;                       /* period whose effect is 0 by construction; NaN: none */
  double average, average_lo, average_hi; /* after the start; NaN: none */
  double pretrend_p;                      /* of the joint test of the periods before; NaN: none */
  double level;                           /* of the intervals; 0 = 0.95 */
  bool more_is_better;
} muster_recipe_event_study;

MUSTER_CHECK muster_status muster_recipe_draw_event_study(muster_chart *chart, const muster_recipe_event_study *in,
                                                          muster_error *err);

/** Difference-in-differences: trends of treated and comparison units, and where the treated would have been. */
typedef struct muster_recipe_did {
  muster_recipe_words words;
  const char *treated_name, *comparison_name, *treatment; /* "Mentor schools", "Comparison schools", "Mentors start" */
  const char *measure, *unit;
  const char *const *periods, *const *years; /* names: "Aut 1", "2024/25"; years may be NULL */
  const double *treated, *comparison;
  size_t count, start; /* periods; the first treated one */
  double effect, lo, hi;
  double level;       /* of the interval; 0 = 0.95 */
  const char *method; /* after the interval: "wild cluster bootstrap"; may be NULL */
} muster_recipe_did;

MUSTER_CHECK muster_status muster_recipe_draw_did(muster_chart *chart, const muster_recipe_did *in, muster_error *err);

/** Interrupted time series of one unit, with the path expected without the change. */
typedef struct muster_recipe_its {
  muster_recipe_words words;
  const char *measure, *unit, *period, *change; /* "Absence rate", "%", "School week since ...", "New calling, 3 Nov" */
  const double *time, *value, *fitted;
  const double *expected, *expected_lo, *expected_hi; /* NaN before the change */
  size_t count;
  double start; /* on the scale of `time`: between the last before and the first after */
  double effect, lo, hi;
  double level;    /* of the interval; 0 = 0.95 */
  bool controlled; /* against a comparison series */
} muster_recipe_its;

MUSTER_CHECK muster_status muster_recipe_draw_its(muster_chart *chart, const muster_recipe_its *in, muster_error *err);

/** Love plot: are the groups comparable. Standardised mean differences before and after adjustment. */
typedef struct muster_recipe_balance {
  const char *name;
  double before, after;
} muster_recipe_balance;

typedef struct muster_recipe_love {
  muster_recipe_words words;
  const char *before_name, *after_name; /* "before weighting", "after weighting" */
  const muster_recipe_balance *rows;
  size_t count;
  double tolerance; /* 0 = 0.1 */
} muster_recipe_love;

MUSTER_CHECK muster_status muster_recipe_draw_love(muster_chart *chart, const muster_recipe_love *in,
                                                   muster_error *err);

/** Rules of alerts: precision against recall, and days of warning (median and middle half). Shares of 0 to 1. */
typedef struct muster_recipe_rule {
  const char *name;
  double recall, precision, lead, lead_lo, lead_hi;
} muster_recipe_rule;

typedef struct muster_recipe_rules {
  muster_recipe_words words;
  const char *outcome; /* plural: "future persistent absentees" */
  const muster_recipe_rule *rules;
  size_t count, recommended; /* recommended >= count: none */
  double prevalence;         /* share of pupils with the outcome */
} muster_recipe_rules;

MUSTER_CHECK muster_status muster_recipe_draw_rules(muster_chart *chart, const muster_recipe_rules *in,
                                                    muster_error *err);

MUSTER_END_DECLS
#endif
