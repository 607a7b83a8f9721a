/* muster/impact/synthetic_control.h - one school, trust or authority against a weighted mix of others.
 * Synthetic control on outcomes or on given predictors, with placebo ranks, and synthetic difference in differences, on
 * a balanced panel in which all treated units start together. Weights solve their quadratic program exactly; the check
 * is in the result. */
#ifndef MUSTER_IMPACT_SYNTHETIC_CONTROL_H
#define MUSTER_IMPACT_SYNTHETIC_CONTROL_H

#include "muster/base/memory.h"

MUSTER_BEGIN_DECLS

/** Weights on the simplex that minimise ||target - sum_j w_j column_j||^2 + ridge ||w||^2, w >= 0, sum w = 1.
 * Primal active set over a QR factorisation of the free columns; ties go to the lowest column.
 * @param columns  `n_columns` columns of `n_rows`, one after the other
 * @param weights  out, `n_columns`
 * @param slack    out, may be NULL: the smallest Karush-Kuhn-Tucker slack, relative to the largest squared distance of
 *                 a column from the target; >= -1e-12 at a solution
 * @retval MUSTER_DATA  no columns or rows, values that are not finite, a negative ridge */
MUSTER_CHECK muster_status muster_simplex_fit(const double *columns, const double *target, size_t n_rows,
                                              size_t n_columns, double ridge, double *weights, double *slack,
                                              muster_error *err);

/** A balanced panel with one start. Borrowed. */
typedef struct muster_block_panel {
  size_t n_units, n_times;
  size_t n_before;              /* periods before the start: 0 .. n_before-1 */
  const double *y;              /* [n_units][n_times] */
  const unsigned char *treated; /* [n_units] */
} muster_block_panel;

typedef struct muster_synthetic_control {
  size_t n_units, n_times;
  double *weights;                   /* [n_units], 0 for the treated */
  double *synthetic;                 /* [n_times] */
  double *gap;                       /* [n_times], treated mean less synthetic */
  double att;                        /* mean gap after the start */
  double pre_mspe, post_mspe, ratio; /* mean squared gaps, and post / pre */
  double slack;                      /* see muster_simplex_fit */
  size_t n_positive;
} muster_synthetic_control;

/** Synthetic control on all outcomes before the start (Abadie, Diamond & Hainmueller 2010 with V = I and no other
 * predictors). With several treated units their mean is matched.
 * @param out  zero-initialised or freed; free with muster_synthetic_control_free */
MUSTER_CHECK muster_status muster_synthetic_control_fit(const muster_block_panel *panel, muster_synthetic_control *out,
                                                        muster_error *err);
void muster_synthetic_control_free(muster_synthetic_control *fit);

/** Predictors with given importance: all alike, or the V of another package. Borrowed. */
typedef struct muster_predictors {
  size_t k;
  const double *x; /* [n_units][k] means over the periods of choice */
  const double *v; /* [k] >= 0 */
} muster_predictors;

/** The same with the units matched on predictors instead: min (X1 - X0 w)'V(X1 - X0 w), each predictor in standard
 * deviations over all units (n - 1). V is given, not searched for: the nested search has no reproducible answer.
 * @param loss  out, the minimum; may be NULL
 * @retval MUSTER_DATA  no predictor, or one without spread, with a gap, or of negative importance */
MUSTER_CHECK muster_status muster_synthetic_control_given(const muster_block_panel *panel,
                                                          const muster_predictors *predictors,
                                                          muster_synthetic_control *out, double *loss,
                                                          muster_error *err);

/** One unit playing the treated. */
typedef struct muster_placebo {
  size_t unit;
  double pre_mspe, post_mspe, ratio, att;
} muster_placebo;

/** In-space placebos: each unit in turn against all the others, the treated included, so that all are alike under no
 * effect.
 * @param predictors  what weights match on, as in muster_synthetic_control_given; NULL: the outcomes before the start
 * @param placebos  out, one per unit that could play, `n_units` places: the treated first
 * @param rank      out, of the treated by post/pre ratio, 1 = largest; ties, and gaps of 0 over 0, count against it
 * @param p_value   out, rank / placebos
 * @retval MUSTER_DATA  more than one treated unit, or fewer than three others */
MUSTER_CHECK muster_status muster_synthetic_placebos(const muster_block_panel *panel,
                                                     const muster_predictors *predictors, muster_placebo *placebos,
                                                     size_t *rank, double *p_value, muster_error *err);

typedef struct muster_sdid {
  size_t n_units, n_times;
  double *unit_weights; /* [n_units], 0 for the treated */
  double *time_weights; /* [n_times], 0 after the start */
  double att;
  double std_error; /* placebo for one treated unit, jackknife with fixed weights for more; NaN with too few units */
  double noise;     /* sd of the first differences of the untreated before the start */
  double unit_ridge, time_ridge;
  size_t n_unit_positive, n_time_positive;
} muster_sdid;

/** Synthetic difference in differences (Arkhangelsky, Athey, Hirshberg, Imbens & Wager 2021, AER 111:4088) with
 * zeta_unit = (N1 T1)^(1/4) noise and zeta_time = 1e-6 noise.
 * @param out  zero-initialised or freed; free with muster_sdid_free */
MUSTER_CHECK muster_status muster_sdid_fit(const muster_block_panel *panel, muster_sdid *out, muster_error *err);
void muster_sdid_free(muster_sdid *fit);

MUSTER_END_DECLS
#endif
