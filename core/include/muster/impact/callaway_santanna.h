/* muster/impact/callaway_santanna.h - group-time average effects for staggered starts.
 *
 * Callaway & Sant'Anna (2021): ATT(g,t) compares the change of the units first treated at g, from a base time before g
 * to t, with the change of units not treated by then; covariates enter by outcome regression, inverse probability
 * weights, or both (Sant'Anna & Zhao 2020). Standard errors come from influence functions: sqrt(sum over clusters of
 * the squared sum) / n, no small-sample factor; intervals use the normal. */
#ifndef MUSTER_IMPACT_CALLAWAY_SANTANNA_H
#define MUSTER_IMPACT_CALLAWAY_SANTANNA_H

#include "muster/impact/estimate.h"
#include "muster/impact/panel.h"

MUSTER_BEGIN_DECLS

typedef enum muster_cs_control {
  MUSTER_CS_NEVER,   /* units never treated within the panel */
  MUSTER_CS_NOT_YET, /* those, and units first treated after t (and after any anticipation) */
} muster_cs_control;

/** How covariates enter; without covariates all three are the same. */
typedef enum muster_cs_method { MUSTER_CS_DOUBLY_ROBUST, MUSTER_CS_REGRESSION, MUSTER_CS_WEIGHTING } muster_cs_method;

typedef struct muster_cs_options {
  const char *outcome;
  muster_cs_control control;
  muster_cs_method method;
  bool universal;      /* one base for all times of a group; else each time before g against the one before it */
  double anticipation; /* units of time before g in which the effect may already begin */
  double level;        /* 0 = 0.95 */
  bool balance_given;  /* dynamic effects over groups observed at least until `balance` after their start */
  double balance;
  bool exact_group_weights; /* standard error of the overall `group` as in the paper; else as the package did prints it,
                               which differs in the third digit (see docs/impact.md) */
  size_t bootstrap; /* multiplier draws for standard errors and simultaneous bands; 0 = analytic, Gaussian sup-t */
  uint64_t seed;    /* of the draws (mt19937) */
  bool no_bands;
} muster_cs_options;

typedef struct muster_cs_cell {
  double group, time, att, se; /* se NaN for the reference cell of a universal base */
  size_t n_treated, n_control;
  bool reference;
} muster_cs_cell;

/** ATT(g,t). Owned; free with muster_cs_free. */
typedef struct muster_cs {
  size_t n_units, n_obs, n_clusters, n_cells, n_groups;
  size_t n_always;              /* units treated from the panel's first time: left out */
  size_t n_empty;               /* cells without a comparison, a base or overlap: left out */
  double first_time, last_time; /* of the panel */
  muster_cs_cell *cell;
  double *influence;                     /* [n_cells][n_clusters] sums of the influence function */
  double *group;                         /* [n_groups] ascending */
  double *share;                         /* [n_groups] weight of each group among all units */
  double *mass;                          /* [n_groups][n_clusters] weight of the group's units */
  double *members;                       /* [n_clusters] units */
  double pretest, pretest_df, pretest_p; /* Wald test that ATT(g,t) = 0 for t < g; NaN when singular or none */
} muster_cs;

/** Units count in the cells in which they are seen at both times, with their weight at the earlier of the two; a
 * group's size is the weight of its units at their first time.
 * @retval MUSTER_DATA  repeated rows, units that change cluster, nobody to compare with */
MUSTER_CHECK muster_status muster_cs_fit(const muster_panel *panel, const muster_cs_options *options, muster_cs *out,
                                         muster_error *err);
void muster_cs_free(muster_cs *cs);

typedef enum muster_cs_kind { MUSTER_CS_SIMPLE, MUSTER_CS_GROUP, MUSTER_CS_DYNAMIC, MUSTER_CS_CALENDAR } muster_cs_kind;

/** A summary and its parts. Owned; free with muster_cs_summary_free. */
typedef struct muster_cs_summary {
  muster_cs_kind kind;
  size_t n_parts; /* groups, times from the start, or times; 0 for simple */
  double *at;     /* [n_parts] */
  double *estimate, *se;
  double *influence; /* [n_parts][n_clusters] */
  double overall, overall_se;
  double *overall_influence; /* [n_clusters] */
} muster_cs_summary;

/** simple: ATT(g,t), t >= g, weighted by group size; group: mean over t for each group, then by group size; dynamic: by
 * group size within each time from the start, then the plain mean from 0 on; calendar: by group size within each time,
 * then the plain mean. Influence functions include the estimation of the weights.
 * @retval MUSTER_DATA  no cell with t >= g */
MUSTER_CHECK muster_status muster_cs_summarise(const muster_cs *cs, muster_cs_kind kind,
                                               const muster_cs_options *options, muster_cs_summary *out,
                                               muster_error *err);
void muster_cs_summary_free(muster_cs_summary *summary);

/** Mammen multiplier draws over the clusters of influence functions [k][n_clusters]: standard errors from the
 * interquartile range, and the critical value of simultaneous bands over all of them. */
MUSTER_CHECK muster_status muster_cs_multiplier(const double *influence, size_t k, size_t n_clusters, size_t n_units,
                                                size_t draws, uint64_t seed, double level, double *se, double *critical,
                                                muster_error *err);

/** Rows `callaway_santanna`: `att` with group and time; `simple`, `group`, `dynamic`, `calendar` with group and time
 * blank, followed by their parts with group or time filled (time from the start for dynamic); `dynamic_band` with the
 * simultaneous interval; `pretest` (Wald statistic, p). */
MUSTER_CHECK muster_status muster_callaway_santanna(const muster_panel *panel, const muster_cs_options *options,
                                                    muster_estimates *out, muster_error *err);

MUSTER_END_DECLS
#endif
