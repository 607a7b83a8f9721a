/* muster/report/explain.h - an explanation as lines for a person and as JSON. */
#ifndef MUSTER_REPORT_EXPLAIN_H
#define MUSTER_REPORT_EXPLAIN_H

#include "muster/engine.h"
#include "muster/engine/explain.h"

MUSTER_BEGIN_DECLS

/** Lines for a person: the pupil's register of the last school weeks in characters, then each rule: flagged and why, or
 * not and how far away.
 * @param colour  bold where it helps */
void muster_explain_human(const muster_register *reg, const muster_ruleset *set, const muster_explanation *explanation,
                          bool colour, muster_buf *out);

/** The same as one JSON object. */
void muster_explain_json(const muster_register *reg, const muster_ruleset *set, const muster_explanation *explanation,
                         muster_buf *out);

/** A pupil's marks from the first to the last week, one line a week: its Monday and ten sessions; '.' not open, '-' no
 * mark, a letter for a code, and below it the rest of codes of two characters. */
void muster_register_lines(const muster_register *reg, uint32_t pupil, muster_date first, muster_date as_of,
                           muster_buf *out);

MUSTER_END_DECLS
#endif
