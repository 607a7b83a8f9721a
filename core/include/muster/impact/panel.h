/* muster/impact/panel.h - a panel: units observed over time, with outcome, treatment, clusters and covariates.
 * Every estimator of the room reads this one shape. Rows with a missing value are dropped here, once, and counted. */
#ifndef MUSTER_IMPACT_PANEL_H
#define MUSTER_IMPACT_PANEL_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** Long columns as they arrive, all borrowed, all of `n` rows in any order. NaN is missing.
 * `unit`, `cluster` and `stratum` are numbers of the caller's choice; muster_number_texts makes them from names. */
typedef struct muster_columns {
  size_t n;
  const uint32_t *unit;
  const double *time;
  const double *y;
  const double *weight;    /* NULL = all 1; 0 drops the row, below 0 is an error */
  const uint32_t *cluster; /* NULL = the unit */
  const uint32_t *stratum; /* NULL = one stratum */
  const double *cohort;    /* first treated time, the same in all rows of a unit; NaN = never; may be NULL */
  const double *never;     /* `n_never` further values of `cohort` that mean never, such as 0 */
  size_t n_never;
  const double *treated; /* treatment in force in the row, 0 or 1 (or a dose); NULL = time >= cohort */
  size_t n_covariates;
  const double *const *covariates; /* [n_covariates][n] */
  const char *const *names;        /* [n_covariates] */
} muster_columns;

/** Rows sorted by unit, then time; units, times, clusters, strata numbered densely in ascending order of their value,
 * so that the order of the input rows cannot change a result. Owned; free with muster_panel_free. */
typedef struct muster_panel {
  size_t n_obs, n_units, n_times, n_clusters, n_strata, n_covariates;
  uint32_t *unit, *time, *cluster; /* [n_obs] dense numbers */
  double *y, *treated;             /* [n_obs] */
  double *weight;                  /* [n_obs], or NULL when all are 1 */
  double **covariate;              /* [n_covariates][n_obs] */
  const char **name;               /* [n_covariates] */
  size_t *first_row;               /* [n_units + 1]: rows of unit u are first_row[u] .. first_row[u + 1] - 1 */
  double *times;                   /* [n_times] ascending */
  double *cohort;                  /* [n_units] first treated time; NaN = never, or after the panel's last time */
  uint32_t *stratum;               /* [n_units] of the unit's first row */
  uint32_t *unit_id, *cluster_id;  /* [n_units], [n_clusters] the caller's numbers */
  size_t dropped;                  /* rows left out: a missing value in a column that is used, or weight 0 */
  bool balanced;                   /* every unit has exactly one row in every time */
  bool repeated;                   /* some unit has more than one row in a time */
  bool nested;                     /* no unit changes its cluster */
  bool reversible;                 /* treatment is not exactly "0 before the cohort's time, 1 from then on" */
} muster_panel;

/** Builds a panel. Where `cohort` is NULL it is the first time in which the unit's `treated` is not 0.
 * @retval MUSTER_DATA  no row left, a negative or infinite value, or a cohort that changes within a unit */
MUSTER_CHECK muster_status muster_panel_build(const muster_columns *columns, muster_panel *panel, muster_error *err);

void muster_panel_free(muster_panel *panel);

/** The units that `keep` [n_units] marks, with all that the panel knows of them; times that nobody is seen in any more
 * are gone, and a start after the last of them is never.
 * @param out  free with muster_panel_free
 * @retval MUSTER_DATA  no unit is kept */
MUSTER_CHECK muster_status muster_panel_of_units(const muster_panel *panel, const unsigned char *keep,
                                                 muster_panel *out, muster_error *err);

/** Number of a time value, or MUSTER_NONE when no row has it. */
uint32_t muster_panel_time(const muster_panel *panel, double time);

/** The distinct cohorts (ascending, never treated left out) and how many units have each.
 * Both arrays have room for n_units, or are NULL. @return how many */
size_t muster_panel_cohorts(const muster_panel *panel, double *cohorts, size_t *units);

/** Numbers texts 0 .. *distinct-1 in byte order, whatever the order of the rows. */
MUSTER_CHECK muster_status muster_number_texts(const muster_text *texts, size_t n, uint32_t *numbers, size_t *distinct,
                                               muster_error *err);

/** Renumbers any numbers 0 .. count-1 in ascending order. @param values  the number behind each, `*count` of them;
 * free with muster_free; may be NULL */
MUSTER_CHECK muster_status muster_number_dense(const uint32_t *raw, size_t n, uint32_t *dense, uint32_t **values,
                                               size_t *count, muster_error *err);

MUSTER_END_DECLS
#endif
