/* muster/impact/matching.h - a comparison group for pupils who were chosen, not drawn.
 * Nearest-neighbour matching on a score or on covariates, weighting, the table that shows whether it worked, and the
 * effect on the treated with standard errors that know how the comparison was made. */
#ifndef MUSTER_IMPACT_MATCHING_H
#define MUSTER_IMPACT_MATCHING_H

#include "muster/impact/estimate.h"
#include "muster/impact/glm.h"

MUSTER_BEGIN_DECLS

/** Covariates of `n` pupils or schools, borrowed. */
typedef struct muster_match_data {
  size_t n, k;
  const double *const *x; /* [k][n], no constant */
  const unsigned char *treated;
  const uint32_t *cluster; /* [n] any numbers; errors of effects are by it; NULL = rows are independent */
} muster_match_data;

/** Propensity scores by logit on the covariates and a constant. Rows with equal covariates get equal scores to the last
 * bit, so that ties are ties.
 * @param score  out, [n]
 * @param beta   out, [k + 1], the constant first; may be NULL. NaN = left out as collinear
 * @retval MUSTER_DATA  one arm is empty, or the covariates separate the arms */
MUSTER_CHECK muster_status muster_propensity(const muster_match_data *data, double *score, double *beta,
                                             double *log_likelihood, muster_error *err);

enum { MUSTER_MATCH_NONE = -1 };

/** How to match. Zero-initialise, set what applies. */
typedef struct muster_match_plan {
  const double *score;   /* [n]: distance is the difference in score; NULL: Mahalanobis distance on the covariates,
                            pooled within-group covariance (n - 2), generalised inverse */
  const uint32_t *block; /* [n] pairs must share it (same school, same year group); NULL = no blocks */
  double caliper;        /* widest distance, in standard deviations of the score over all rows (n - 1), or plain
                            Mahalanobis distance; 0 = none */
  bool replacement;      /* a comparison row may serve several treated rows */
  bool file_order; /* serve treated rows as they stand; default is by descending score (no score: as they stand) */
} muster_match_plan;

/** Pairs: each treated row takes the nearest row that is left; ties go to the lowest row. Owned; free with
 * muster_matches_free. */
typedef struct muster_matches {
  size_t n, n_treated, n_pairs, n_controls; /* n_controls: distinct */
  size_t n_tied;                            /* treated rows whose nearest was not alone */
  ptrdiff_t *match; /* [n] row paired with a treated row; MUSTER_MATCH_NONE for unmatched and for comparison rows */
  double *weight;   /* [n] 1 for a matched treated row, times used for a comparison row, else 0 */
  double effective; /* (sum w)^2 / sum w^2 of the comparison rows */
  bool replacement;
} muster_matches;

/** @param out  zero-initialised or freed
 * Treated rows that nobody is left for stay unmatched; muster_guard_support says when that matters.
 * @retval MUSTER_DATA  one arm is empty, a value that is not finite, or nobody could be matched */
MUSTER_CHECK muster_status muster_match(const muster_match_data *data, const muster_match_plan *plan,
                                        muster_matches *out, muster_error *err);
void muster_matches_free(muster_matches *matches);

/** Weights for the effect on the treated: 1 for treated rows, e/(1-e) for the others.
 * @param weight     out, [n]
 * @param effective  out, effective number of comparison rows; may be NULL
 * @retval MUSTER_DATA  a score of 1 or more, or below 0, in a comparison row */
MUSTER_CHECK muster_status muster_att_weights(const muster_match_data *data, const double *score, double *weight,
                                              double *effective, muster_error *err);

/** One covariate in the balance table. Denominator of differences: standard deviation in all treated rows (binary:
 * sqrt(p(1-p))). Blank figures are NaN: var_ratio of a binary column, pair_distance without pairs. */
typedef struct muster_balance {
  const char *covariate; /* borrowed */
  bool binary;
  double mean_treated, mean_control, smd, var_ratio, ecdf_mean, ecdf_max, pair_distance;
} muster_balance;

/** The balance of each covariate, with `weight` (NULL = all rows count 1) and, if not NULL, the distances within pairs.
 * Weighted variances divide by 1 - sum w^2 with weights that sum to one; the eCDF difference is averaged over the
 * distinct values of all rows. Conventions of MatchIt's summary.
 * @param names  [k], borrowed by the rows
 * @param out    [k] */
MUSTER_CHECK muster_status muster_balance_of(const muster_match_data *data, const double *weight,
                                             const muster_matches *pairs, const char *const *names, muster_balance *out,
                                             muster_error *err);

/** Adds rows of balance.csv; `sample` is "all", "matched", "weighted", "synthetic". Figures as in estimates.csv. */
void muster_balance_csv(const muster_balance *rows, size_t n, const char *study, const char *sample, muster_buf *out);

/** The header line of balance.csv. */
extern const char muster_balance_header[];

typedef struct muster_matched_effect {
  double estimate, std_error, df;
  size_t n_obs, n_pairs, n_clusters; /* n_clusters: 0 = rows or pairs are independent */
  char note[280];
} muster_matched_effect;

/** Effect on the treated in the matched or weighted rows: least squares of `y` on treatment, and on the covariates when
 * `adjust`. Standard error: pairs without replacement are clusters (CR1 = HC1 by pair); otherwise HC1 with the weights
 * taken as given. With `data->cluster` CR1 by cluster: for pairs that reach across clusters two ways, by pair and by
 * cluster (Cameron, Gelbach & Miller 2011), because rows of a school and rows of a pair are both alike, and never less
 * than either way alone; df of the fewest.
 * @param weight  [n]; rows of weight 0 are left out
 * @param pairs   NULL for weighting */
MUSTER_CHECK muster_status muster_matched_effect_of(const muster_match_data *data, const double *y,
                                                    const double *weight, const muster_matches *pairs, bool adjust,
                                                    muster_matched_effect *out, muster_error *err);

/** Mean difference within pairs with its paired t standard error. */
MUSTER_CHECK muster_status muster_paired_effect(const double *y, const muster_matches *pairs,
                                                muster_matched_effect *out, muster_error *err);

typedef struct muster_abadie_imbens {
  double att, std_error;
  size_t n_treated, n_tied;
} muster_abadie_imbens;

/** One-to-one matching on a score with replacement in which all tied neighbours count, and the standard error of Abadie
 * & Imbens (2006, Econometrica 74:235) with one variance for all rows, as Matching::Match does by default.
 * @param tie  squared differences of the score, in variances, that count as equal: Match uses 1e-5; 0 = exact ties */
MUSTER_CHECK muster_status muster_abadie_imbens_of(const muster_match_data *data, const double *score, const double *y,
                                                   double tie, muster_abadie_imbens *out, muster_error *err);

MUSTER_END_DECLS
#endif
