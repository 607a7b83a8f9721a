/* muster/impact/linear.h - least squares, and the covariance of its coefficients under a named convention.
 * Packages disagree on small-sample factors and on how fixed effects count; here both are arguments and the answer
 * carries their names.
 *
 * Sources: HC0-HC3 MacKinnon & White (1985); clusters Liang & Zeger (1986), Cameron, Gelbach & Miller (2011) for
 * several ways; CR2 and its degrees of freedom Bell & McCaffrey (2002), Pustejovsky & Tipton (2018); Newey & West
 * (1987); Driscoll & Kraay (1998). */
#ifndef MUSTER_IMPACT_LINEAR_H
#define MUSTER_IMPACT_LINEAR_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** A regression. All columns borrowed, of `n` rows, without NaN. There is no constant unless a column is one or fixed
 * effects are given. Fixed effects are exact: `absorb` is eliminated by demeaning, `dummies` become columns. */
typedef struct muster_design {
  size_t n, k;
  const double *const *x; /* [k][n] */
  const double *y;        /* [n] */
  const double *weight;   /* NULL = 1; positive */
  const uint32_t *absorb; /* NULL, or a factor with levels 0 .. n_absorb-1: usually the unit */
  size_t n_absorb;
  const uint32_t *dummies; /* NULL, or a second factor with levels 0 .. n_dummies-1: usually time */
  size_t n_dummies;
} muster_design;

/** A fitted regression. Owned; free with muster_fit_free. Keeps pointers into the columns of its design. */
typedef struct muster_fit {
  muster_design design;
  double *beta;       /* [k]; NaN = left out, a linear combination of fixed effects and earlier columns */
  double *residual;   /* [n] */
  double rss;         /* weighted sum of squared residuals */
  double r2;          /* 1 - rss / weighted total around the weighted mean */
  size_t rank;        /* columns kept: dummies and x */
  size_t parameters;  /* rank + absorbed levels */
  double df_residual; /* n - parameters */
  /* for the covariances: the columns kept, demeaned by `absorb`; dummies first */
  double *z;     /* [rank][n] */
  double *bread; /* [rank][rank] inverse of Z'WZ */
  size_t *place; /* [k] column of z, or SIZE_MAX when left out */
  size_t dummies_kept;
} muster_fit;

/** Weighted least squares by Householder QR.
 * @retval MUSTER_DATA  fewer rows than columns, or a value that is not finite */
MUSTER_CHECK muster_status muster_least_squares(const muster_design *design, muster_fit *fit, muster_error *err);

void muster_fit_free(muster_fit *fit);

typedef enum muster_covariance_kind {
  MUSTER_IID,
  MUSTER_HC0,
  MUSTER_HC1, /* n / (n - K) */
  MUSTER_HC2,
  MUSTER_HC3,
  MUSTER_CR0,
  MUSTER_CR1,  /* G/(G-1) x (N-1)/(N-K), as Stata and fixest */
  MUSTER_CR1P, /* G/(G-1) only, as clubSandwich's CR1 */
  MUSTER_CR2,  /* bias-reduced, Satterthwaite degrees of freedom */
  MUSTER_NEWEY_WEST,
  MUSTER_DRISCOLL_KRAAY,
} muster_covariance_kind;

/** How fixed effects count in K (CR1, HC1, Newey-West, Driscoll-Kraay). */
typedef enum muster_fe_count {
  MUSTER_FE_NESTED, /* those nested in a cluster count nothing (fixest, reghdfe, xtreg) */
  MUSTER_FE_FULL,   /* all of them, less one for each factor beyond the first */
  MUSTER_FE_NONE,   /* regressors alone */
} muster_fe_count;

/** Factor of Newey-West and Driscoll-Kraay. */
typedef enum muster_hac_adjust {
  MUSTER_HAC_PANEL,  /* (N-1)/(N-K) x T/(T-1), as fixest */
  MUSTER_HAC_SERIES, /* n/(n-K), as sandwich's adjust and statsmodels */
  MUSTER_HAC_NONE,
} muster_hac_adjust;

enum { MUSTER_MOST_WAYS = 3 };

/** A convention, and what it needs. Zero-initialise, set what applies. Factors have any dense numbers per row. */
typedef struct muster_covariance {
  muster_covariance_kind kind;
  muster_fe_count fe_count;
  size_t ways;                               /* of clustering, for CR*: 1 .. MUSTER_MOST_WAYS (CR2: 1) */
  const uint32_t *cluster[MUSTER_MOST_WAYS]; /* [n] */
  size_t n_clusters[MUSTER_MOST_WAYS];
  bool each_way;        /* several ways: every term its own G/(G-1) (conventional); else one for all from the least G */
  const uint32_t *unit; /* Newey-West: lags stay within a unit; NULL = one series */
  size_t n_units;
  const uint32_t *time; /* Newey-West, Driscoll-Kraay: [n], consecutive numbers; one row per unit and time */
  size_t n_times;
  size_t lag; /* largest lag of the Bartlett weights 1 - j/(lag+1) */
  muster_hac_adjust adjust;
} muster_covariance;

/** Covariance of the coefficients of a fit's columns. Owned; free with muster_vcov_free. */
typedef struct muster_vcov {
  size_t k;
  double *v;         /* [k][k]; NaN rows for columns left out */
  double *df;        /* [k] for t: Satterthwaite (CR2), G-1 (clusters, the least way), T-1 (panel HAC), else n - K */
  size_t n_clusters; /* of the least way; 0 without clusters */
  double factor;     /* the small-sample factor within v */
  char note[160];    /* the convention by name */
} muster_vcov;

/** @retval MUSTER_DATA  fewer than two clusters or times, or clusters too large for CR2 with weights */
MUSTER_CHECK muster_status muster_vcov_of(const muster_fit *fit, const muster_covariance *how, muster_vcov *out,
                                          muster_error *err);

/** Standard error of column `j`. */
double muster_vcov_se(const muster_vcov *vcov, size_t j);

void muster_vcov_free(muster_vcov *vcov);

/** A joint test that some coefficients are 0. */
typedef struct muster_wald {
  double chi2, chi2_p;     /* W = b'V^-1 b with q degrees of freedom */
  double f, df1, df2, f_p; /* W/q against F(q, df2); with CR2 the approximate Hotelling test (HTZ) */
} muster_wald;

/** @param df2  denominator degrees of freedom: G-1 for clusters
 * @retval MUSTER_DATA  the covariance of these coefficients is singular, or one of them was left out */
MUSTER_CHECK muster_status muster_wald_of(const double *b, const double *v, size_t k, const size_t *which, size_t q,
                                          double df2, muster_wald *out, muster_error *err);

/** HTZ: the CR2 joint test with its approximate denominator degrees of freedom (Pustejovsky & Tipton 2018). */
MUSTER_CHECK muster_status muster_wald_htz(const muster_fit *fit, const muster_covariance *how, const size_t *which,
                                           size_t q, muster_wald *out, muster_error *err);

MUSTER_END_DECLS
#endif
