/* muster/store/export.h - figures that may leave the house: measures with small numbers suppressed.
 *
 * A table of counts with its totals gives away a hidden cell when it is the only one hidden in its line: so a cell is
 * hidden when it is small (primary), and the smallest other cell of its line as well when it would be alone
 * (secondary). Rates are hidden with the counts they are made of. */
#ifndef MUSTER_STORE_EXPORT_H
#define MUSTER_STORE_EXPORT_H

#include "muster/register.h"

MUSTER_BEGIN_DECLS

/** What is too small to show. */
typedef struct muster_small_rule {
  uint32_t least;      /* a number of pupils from 1 to least - 1 is hidden; 0 = hide nothing */
  bool without_second; /* leave secondary suppression out */
  bool zeros_too;      /* hide 0 as well */
} muster_small_rule;

typedef struct muster_export_options {
  const char *by;     /* pupil attribute that makes the columns of the table, or NULL for schools alone */
  muster_range range; /* sessions */
  muster_date as_of;
  const muster_definition *definition; /* NULL = the first there is */
  muster_small_rule small;
} muster_export_options;

/** What stands for a hidden number in the file: the Department for Education's sign for a suppressed value. */
#define MUSTER_SUPPRESSED "c"

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

/** Decides which cells of a table must be hidden so that no count below `least` can be read, or worked out from sums.
 * @param counts  rows x columns, row-major, the last row and column being totals
 * @param hidden  in: cells that must be hidden for another reason are not 0, the others are; out: 0 shown, 1 small,
 *                2 hidden to protect another */
MUSTER_CHECK muster_status muster_suppress(const uint64_t *counts, size_t rows, size_t columns,
                                           const muster_small_rule *rule, uint8_t *hidden, muster_error *err);

MUSTER_END_DECLS
#endif
