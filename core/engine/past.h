/* Walking into the past: the lives of findings at an as-of date, from as few looks back as will do. */
#ifndef MUSTER_ENGINE_PAST_H
#define MUSTER_ENGINE_PAST_H

#include "ask.h"
#include "muster/engine/lifecycle.h"

/** The lives of one rule's findings on subjects of one school at the end of `as_of`.
 * @param truth  is the rule true of each subject at the as-of date
 * @param lives  room for n */
MUSTER_CHECK muster_status muster_lives_at(muster_asker *asker, uint32_t rule, uint32_t school, muster_date as_of,
                                           const muster_subject *subjects, size_t n, const bool *truth,
                                           muster_life *lives, muster_error *err);

/** First open day of the week of `tick`, after `before`, from the end of which the rule was true of each subject
 * without a break to the end of `tick`, where it is true of all of them. */
MUSTER_CHECK muster_status muster_true_from(muster_asker *asker, uint32_t rule, uint32_t school, muster_date before,
                                            muster_date tick, const muster_subject *subjects, size_t n,
                                            muster_date *from, muster_error *err);

#endif
