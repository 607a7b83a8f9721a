/* muster/store/export.h - figures that may leave the house: measures with small numbers suppressed (see
 * muster/register/suppress.h). Rates are hidden with the counts they are made of. */
#ifndef MUSTER_STORE_EXPORT_H
#define MUSTER_STORE_EXPORT_H

#include "muster/register.h"

MUSTER_BEGIN_DECLS

typedef struct muster_export_options {
  const char *by;     /* pupil attribute that makes the columns of the table, or NULL for schools alone */
  muster_range range; /* sessions */
  muster_date as_of;
  const muster_definition *definition; /* NULL = the first there is */
  muster_small_rule small;
} muster_export_options;

typedef struct muster_export_report {
  size_t rows, hidden_small, hidden_second; /* numbers hidden by the first and by the second rule */
} muster_export_report;

/** Writes measures of every school, of every value of an attribute, and of both together, as CSV with the header
 * `school,name,attribute,value,pupils,possible,absent,absence_rate,persistent,persistent_rate,severe,severe_rate,source`.
 * Lines for all schools have an empty school, lines for all values an empty value.
 * @param reg  sealed
 * @param out  initialised by the caller */
MUSTER_CHECK muster_status muster_export(const muster_register *reg, const muster_export_options *options,
                                         muster_buf *out, muster_export_report *report, muster_error *err);

MUSTER_END_DECLS
#endif
