/* The parts of an explanation: what was asked, which sessions counted, how far away the other answer is. */
#ifndef MUSTER_ENGINE_EXPLAIN_PRIVATE_H
#define MUSTER_ENGINE_EXPLAIN_PRIVATE_H

#include "ask.h"
#include "muster/engine/explain.h"

/** Asks the rule once more with a witness, and fills message, evidence, questions, sessions and fraction. */
MUSTER_CHECK muster_status muster_explain_questions(muster_asker *asker, const muster_subject *subject,
                                                    muster_date as_of, muster_explained *out, muster_arena *arena,
                                                    muster_error *err);

/** Of sessions that a rule which is true only looked at, `lanes` one a week, takes out the weeks that change nothing
 * when they are attended. */
MUSTER_CHECK muster_status muster_explain_cause(muster_asker *asker, const muster_subject *subject, muster_date as_of,
                                                uint32_t rule, int32_t first_week, uint16_t *lanes, int32_t weeks,
                                                muster_arena *arena, muster_error *err);

/** Fills the distances of a pupil. */
MUSTER_CHECK muster_status muster_explain_distance(muster_asker *asker, const muster_subject *subject,
                                                   muster_date as_of, muster_explained *out, muster_error *err);

/** The mark of an enrolment in a session; 0 = none. */
uint8_t muster_mark_at(const muster_register *reg, uint32_t pupil, muster_session s);

#endif
