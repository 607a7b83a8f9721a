/* A register on its way to a panel. Internal to the study room. */
#ifndef STUDY_REGISTER_PANEL_H
#define STUDY_REGISTER_PANEL_H

#include "columns.h"
#include "muster/register.h"

typedef struct register_panel {
  const muster_study *study;
  const muster_part *panel;
  const muster_register *reg;
  muster_study_data *d;
  bool blind, schools; /* schools are the units */
  muster_date from, to;
} register_panel;

/** The periods between from and to, numbered from 1; school years by their September. */
MUSTER_CHECK muster_status register_periods(register_panel *p, muster_error *err);

/** First start of each enrolment (or school), MUSTER_NO_DATE = none. @param starts  [pupils or schools] */
MUSTER_CHECK muster_status register_starts(register_panel *p, muster_date *starts, muster_error *err);

/** A column of texts over enrolments or schools: "school", "pupil", an attribute of pupils, else of schools.
 * @param key  of the panel, for errors */
MUSTER_CHECK muster_status register_texts(const register_panel *p, const char *key, const char *name,
                                          muster_text *texts, muster_error *err);

/** Clusters, strata, covariates, factors and groupings of the rows that stand in the data already. */
MUSTER_CHECK muster_status register_columns(register_panel *p, muster_error *err);

/** The panel of a register that holds totals of units and periods (panel_totals.c). */
MUSTER_CHECK muster_status register_totals(register_panel *p, muster_error *err);

/** A map within the panel: an entry's value, or NULL. */
const muster_given *register_entry(const muster_given *map, const char *name);
muster_date register_entry_date(const muster_given *map, const char *name, muster_date otherwise);

#endif
