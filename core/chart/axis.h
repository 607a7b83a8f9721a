/* An axis: what values it holds, where they stand, which of them are labelled. */
#ifndef MUSTER_CHART_AXIS_H
#define MUSTER_CHART_AXIS_H

#include "view.h"

enum { TICKS_MAX = 64 };

typedef enum axis_kind { AXIS_NUMBER, AXIS_DATE, AXIS_SCHOOL, AXIS_WEEKS, AXIS_NAMES } axis_kind;

typedef struct tick {
  double value;    /* where its line stands */
  double label_at; /* where its label stands; the middle of a month */
  const char *label;
  const char *second; /* a year under it, or NULL */
} tick;

typedef struct axis {
  const muster_chart_scale *spec;
  axis_kind kind;
  bool vertical, used, zero_based;
  bool continuous; /* a line runs along it: it may end where the line ends */
  double lo, hi;   /* domain */
  double from, to; /* where lo and hi stand, logical pixels */
  double step;     /* least distance of two different values; 0 when there is none */
  /* AXIS_NAMES: in order of drawing */
  size_t names, first, shown; /* of them on this page */
  const char **name, **sub, **group;
  bool *strong, *space;
  double *centre; /* in pitches from the start */
  uint32_t *rank; /* of a name's number in `map` */
  muster_map map;
  double pitches; /* of all names shown and the spaces between them */
  /* AXIS_SCHOOL */
  double *days, *places;
  size_t day_count;
  tick ticks[TICKS_MAX];
  size_t tick_count;
  int decimals;
} axis;

/** Where things on the two axes of a chart come from; both channels may be the same. */
typedef struct span_channels {
  muster_channel channel[4];
  size_t count;
} span_channels;

/** Channels of a layer that hold positions on the x (or y) axis. */
span_channels axis_channels(const view *v, bool vertical);

/** Trains over all layers. Memory is the arena's, but for `map`: free it with axis_free. */
MUSTER_CHECK bool axis_train(axis *a, const muster_chart *chart, const view *views, size_t count, bool vertical,
                             muster_arena *arena);
void axis_free(axis *a);

/** Chooses rows `first` and on, `shown` of them, and gives each its place. */
void axis_page(axis *a, size_t first, size_t shown);

/** Domain widened to good ends, then ticks, about `count` of them. Labels are the arena's. */
MUSTER_CHECK bool axis_ticks(axis *a, int count, muster_arena *arena);

/** Place of a number, of a row's value in a channel; NaN where there is none. */
double axis_at(const axis *a, double value);
double axis_place(const axis *a, const view *v, muster_channel channel, size_t row);

/** Pixels of one name, one week, one step. */
double axis_pitch(const axis *a);

/** Index of a name among those shown, or MUSTER_NONE. */
uint32_t axis_index(const axis *a, const char *name);

/** Longest step between two following times that is not a holiday, in days. */
double term_gap(const double *days, size_t n);

#endif
