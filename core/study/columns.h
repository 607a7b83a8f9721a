/* Making the columns of a study's data. Internal to the study room. */
#ifndef STUDY_COLUMNS_H
#define STUDY_COLUMNS_H

#include "muster/study/data.h"

/** Room for `n` rows of every outcome of the study, under its names. */
MUSTER_CHECK muster_status muster_study_outcomes(const muster_study *study, size_t n, muster_study_data *data,
                                                 muster_error *err);

/** Fills digest_blind from everything but the outcomes and their weights. */
void muster_study_blind_digest(muster_study_data *data);

/** Adds a covariate column of n zeros. */
MUSTER_CHECK muster_status muster_study_covariate(muster_study_data *data, const char *name, double **column,
                                                  muster_error *err);

/** Adds columns of 0 and 1 named "name=value" for every value but the first in byte order; rows without one are NaN.
 */
MUSTER_CHECK muster_status muster_study_factor(muster_study_data *data, const char *name, const muster_text *values,
                                               muster_error *err);

/** Adds the grouping `name`: one level for every value, numbers in their order, else in byte order; a row with an empty
 * text has none. */
MUSTER_CHECK muster_status muster_study_grouping_add(muster_study_data *data, const char *name,
                                                     const muster_text *values, muster_error *err);

/** The names in lists that estimators of the study give as `key` ("by", "outcomes"), each once.
 * @param visit  called for each, with `with` */
MUSTER_CHECK muster_status muster_study_names(const muster_study *study, const char *key,
                                              muster_status (*visit)(void *with, const char *name, muster_error *err),
                                              void *with, muster_error *err);

/** Room for another placebo; its columns are NULL. */
MUSTER_CHECK muster_status muster_study_placebo_add(muster_study_data *data, const char *name, const char *words,
                                                    muster_study_placebo **placebo, muster_error *err);

/** Does a text pass `name = value` of a where: numbers by value, true and false in the ways they are written, texts
 * without case. */
bool muster_study_passes(muster_text cell, const muster_given *wanted);

#endif
