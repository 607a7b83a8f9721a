/* muster/engine/measures.h - absence measures of pupils, schools, groups or everybody, by a definition.
 * Rates are pooled: sums of sessions over sums of possible sessions, never means of rates (Department for Education,
 * methodology of the absence statistics). */
#ifndef MUSTER_ENGINE_MEASURES_H
#define MUSTER_ENGINE_MEASURES_H

#include "muster/register.h"

MUSTER_BEGIN_DECLS

/** "name=value": only subjects with that value of an attribute (of the pupil, else of the school), or with that id
 * (pupil, school). true and false match as muster_text_is_true and muster_text_is_false read them; case does not matter
 * but in ids. An attribute may be written as in a rule: pupil.attr.house, school.phase. */
typedef struct muster_where {
  const char *name, *value;
} muster_where;

typedef struct muster_measure_query {
  const char *by;     /* "pupil", "school", "all", or an attribute of pupils or schools */
  const char *period; /* a window, or the text of a period of the totals; "year" = the latest school year */
  muster_date as_of;  /* MUSTER_NO_DATE = the last day with a mark */
  const muster_where *where;
  size_t where_count;
  const muster_definition *definition; /* NULL = dfe */
  unsigned jobs;
  const muster_progress *progress;
} muster_measure_query;

/** One line of the answer. Numbers that totals do not hold are -1. */
typedef struct muster_measure {
  muster_text id, name; /* owned by the register */
  uint32_t enrolment;   /* of "pupil"; else MUSTER_NONE */
  int64_t pupils, possible, present, approved, authorised, unauthorised, absent, late, illness, missing, persistent,
      severe;
} muster_measure;

typedef struct muster_measures {
  muster_measure *rows; /* by id: numbers by size before texts by bytes; those without a value ("") last; of a mover, in
                           the order of enrolments */
  size_t count;
  bool from_totals;
  muster_range range; /* of the marks that were counted; empty for totals */
  muster_text period; /* of the totals, when only one was used */
  size_t periods;     /* of the totals, how many were pooled; of several, the sums know no numbers of pupils */
  size_t suppressed;  /* totals without a number of possible sessions: left out of the sums */
  uint64_t left_out;  /* enrolments with possible sessions that the definition does not count */
} muster_measures;

/** @retval MUSTER_USAGE  an unknown attribute, period or window; the error names what there is
 *  @retval MUSTER_DATA   nothing to measure */
MUSTER_CHECK muster_status muster_measure_run(const muster_register *reg, const muster_measure_query *query,
                                              muster_measures *out, muster_error *err);
void muster_measures_free(muster_measures *measures);

MUSTER_END_DECLS
#endif
