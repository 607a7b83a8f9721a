/* muster/study/data.h - the panel of a study, from a CSV file or from a register.
 *
 * Both give the same long columns, which muster_study_panel hands to the estimators one outcome at a time. A blind read
 * leaves every outcome at 0 without having looked at it: what a preregistered plan may know. */
#ifndef MUSTER_STUDY_DATA_H
#define MUSTER_STUDY_DATA_H

#include "muster/impact/panel.h"
#include "muster/register.h"
#include "muster/study/spec.h"

MUSTER_BEGIN_DECLS

/** A time of the panel. Of a CSV file only `time` is known. */
typedef struct muster_study_period {
  double time;
  char name[24];        /* "2025-09-01" for a week, "2025/26 HT1", "2025/26 autumn", "2025/26"; else the number */
  muster_date from, to; /* first and last day with open sessions; MUSTER_NO_DATE = not known */
  int half_term;        /* 1 to 6 that it lies in, 0 = not known or several */
} muster_study_period;

/** A column that divides the rows into subgroups: those that estimators name with `by`. Owned by the data. */
typedef struct muster_study_grouping {
  const char *name;
  uint32_t *level; /* [n] place among the levels; MUSTER_NONE = not known */
  size_t n_levels;
  const char **level_name; /* [n_levels] in the order of numbers, else of bytes */
} muster_study_grouping;

/** An outcome that tells whether the study's outcome changed on paper only: a kind of mark of a register, or a column
 * that an estimator names as a placebo. Owned by the data. */
typedef struct muster_study_placebo {
  const char *name;  /* of the row, "illness_rate" */
  const char *words; /* "illness" */
  bool part;         /* a reason of absence; else what nothing done about absence should touch */
  bool outside;      /* counted beside the possible sessions, not among them */
  uint32_t *count;   /* [n] sessions of a register; NULL for a column */
  double *value;     /* [n] of a column; NULL for a register */
} muster_study_placebo;

/** Owned; free with muster_study_data_free. Names and texts live in `arena`. */
typedef struct muster_study_data {
  size_t n;
  uint32_t *unit;
  const char **unit_name; /* of each number in `unit`; NULL where numbers are the names, and for pupils */
  size_t n_unit_names;
  double *time;
  size_t n_outcomes;
  const char **outcome; /* names, as in the study */
  double **y;           /* [n_outcomes][n] */
  bool *threshold;      /* [n_outcomes] persistent and severe: shares beyond a line */
  bool *rate;           /* [n_outcomes] a share of sessions or pupils, shown as a percentage */
  double **weight;      /* [n_outcomes][n], each may be NULL */
  uint32_t *cluster;    /* NULL = the unit */
  uint32_t *stratum;    /* NULL = one */
  double *cohort;       /* NULL = from `treated` */
  double *treated;      /* NULL = time >= cohort */
  double *taken;        /* take-up, for cace; NULL */
  double *possible;     /* sessions, of a register: the placebo outcome of the denominator guard; NULL */
  size_t n_covariates;
  double **covariate;
  const char **covariate_name;
  size_t n_placebos;
  muster_study_placebo *placebo;
  size_t n_groupings;
  muster_study_grouping *grouping;
  double *never; /* further values of cohort that mean never */
  size_t n_never;
  bool from_register, cross_section; /* cross_section: no time, one row a unit */
  const char *unit_noun;             /* "pupils", "schools", "units" */
  const char *cluster_name, *time_name, *source;
  muster_study_period *period; /* ascending; of a CSV file those of all rows */
  size_t n_periods;
  /* what the reader must know */
  size_t rows_read;                      /* of the file, or unit-periods of the register */
  size_t rows_left_out;                  /* by `where`, or outside from .. to */
  size_t units_partial;                  /* units whose start lies within a period */
  size_t units_always;                   /* units that were treated in every period of the panel */
  size_t units_excluded;                 /* enrolments whose interventions do not fit, such as a start without a date */
  char digest[MUSTER_DIGEST_TEXT];       /* of the file, or the register */
  char digest_blind[MUSTER_DIGEST_TEXT]; /* of all that a blind read saw */
  muster_arena arena;
} muster_study_data;

/** Reads the CSV file that the study names: beside its script, else in `folder`, which may be NULL.
 * @retval MUSTER_IO    the file cannot be read
 * @retval MUSTER_DATA  a column that is not there (the error names the nearest), a cell that is no number */
MUSTER_CHECK muster_status muster_study_read_csv(const muster_study *study, const char *folder, bool blind,
                                                 muster_study_data *data, muster_error *err);

/** Cuts the panel from a sealed register.
 * @retval MUSTER_PACK  an outcome, an attribute or an intervention that the register does not know
 * @retval MUSTER_DATA  nothing is left */
MUSTER_CHECK muster_status muster_study_read_register(const muster_study *study, const muster_register *reg, bool blind,
                                                      muster_study_data *data, muster_error *err);

void muster_study_data_free(muster_study_data *data);

/** The panel of one outcome; free with muster_panel_free. */
MUSTER_CHECK muster_status muster_study_panel(const muster_study_data *data, size_t outcome, muster_panel *panel,
                                              muster_error *err);

MUSTER_END_DECLS
#endif
