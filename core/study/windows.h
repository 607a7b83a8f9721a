/* Units as one row each: before and after the start, or as a cross-section has them. Internal to the study room. */
#ifndef STUDY_WINDOWS_H
#define STUDY_WINDOWS_H

#include "estimators.h"

typedef struct study_units {
  size_t n, k, n_clusters, n_left_out;
  bool has_before, has_earlier;
  double *earlier, *before, *y; /* [n]; y: after the start */
  unsigned char *treated;
  uint32_t *cluster;
  bool clustered;     /* clusters hold more than one unit */
  const double **x;   /* [k] covariates, with those of the time before when asked for */
  const char **names; /* [k] */
  muster_two_windows windows;
  double *room;
} study_units;

/** @param baseline  outcomes before the start are covariates too: all of that time, or its two halves with `split`
 * @retval MUSTER_DATA  no or several starts */
MUSTER_CHECK muster_status study_units_of(study_job *job, bool split, bool baseline, study_units *units,
                                          muster_error *err);
void study_units_free(study_units *units);

/** The balance table of these units under the name `sample`; with `weight` the guard judges it. */
MUSTER_CHECK muster_status study_balance_of(study_job *job, const study_units *u, const muster_match_data *data,
                                            const double *weight, const muster_matches *pairs, const char *sample,
                                            muster_error *err);

#endif
