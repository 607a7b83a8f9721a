/* muster/engine/lifecycle.h - the life of a finding: one state machine, stepped by live runs and by backtests alike.
 *
 * A rule is looked at on ticks: the last open day of every school week of the school year and, when one of its
 * durations is in school days, every open day; the as-of date is always the last tick. From tick to tick a rule is true
 * or not of a subject:
 *
 *   true for less than `for_`                 pending: nothing is reported
 *   true for that long                        a finding begins; its first day is the first day of the truth
 *   no longer true, `hold` not over           the finding stays, held
 *   no longer true, `hold` over               the finding ends, and the rule is disarmed when it has a `rearm`
 *   untrue for `rearm`                        armed again
 *
 * A finding of a duration "3 school days" that became true on Monday is reported at the end of Thursday; held for two
 * school days after it was last true on Monday, it is still there on Wednesday and gone on Thursday. Every school year
 * begins anew. */
#ifndef MUSTER_ENGINE_LIFECYCLE_H
#define MUSTER_ENGINE_LIFECYCLE_H

#include "muster/engine/rule.h"

MUSTER_BEGIN_DECLS

/** Begin with muster_life_new. */
typedef struct muster_life {
  muster_date true_since; /* first day of the truth that lasts; MUSTER_NO_DATE = untrue at the last tick */
  muster_date last_true;  /* the latest tick that was true, or MUSTER_NO_DATE */
  muster_date since;      /* first day of the finding there is, or MUSTER_NO_DATE */
  bool disarmed;
} muster_life;

static inline muster_life muster_life_new(void) { return (muster_life){INT32_MIN, INT32_MIN, INT32_MIN, false}; }

static inline bool muster_life_reports(const muster_life *life) { return life->since != INT32_MIN; }
static inline bool muster_life_held(const muster_life *life) {
  return muster_life_reports(life) && life->true_since == INT32_MIN;
}

/** Moves on to a tick.
 * @param truth      is the rule true at the end of the day `tick`
 * @param true_from  first open day, after the tick before, from which it was true without a break; only read when it
 * was untrue at the tick before */
void muster_life_step(muster_life *life, const muster_rule *rule, const muster_register *reg, uint32_t school,
                      muster_date tick, bool truth, muster_date true_from);

/** Is a rule looked at every open day, because a duration of it is in school days. */
bool muster_rule_daily(const muster_rule *rule);

/** Has the rule any duration; else only the first day of a finding asks for the past. */
bool muster_rule_remembers(const muster_rule *rule);

/** Ticks of a school's year up to `as_of`, ascending. The last one is the last open day up to the as-of date.
 * @param ticks  room for MUSTER_MOST_TICKS  @return how many; 0 when the school was not open yet that year */
enum { MUSTER_MOST_TICKS = 372 };
size_t muster_ticks(const muster_register *reg, uint32_t school, muster_date as_of, bool daily,
                    muster_date ticks[MUSTER_MOST_TICKS]);

/** Is the school closed in term, so that nothing is reported: no open session in the week of the as-of date by a given
 * calendar, and Monday to Friday of that week within a half term. In the holidays, and in a week that they share with
 * training days, what is known stands; marks that have not come are not a closure. */
bool muster_school_closed(const muster_register *reg, uint32_t school, muster_date as_of);

MUSTER_END_DECLS
#endif
