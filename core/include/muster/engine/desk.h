/* muster/engine/desk.h - what a thread works at, and everything a rule may ask about a subject.
 *
 * A desk holds a view, the as-of date, the windows in use and what has been counted for the current school. Bindings
 * turn the questions of the rule language into these calls; so do explain, backtest and tests, and all get the same
 * answers. Kinds are muster_kind numbers, or MUSTER_KIND_CODES + k for the ruleset's k-th code set. Windows are numbers
 * from muster_desk_window, parsed once. A desk belongs to one thread. */
#ifndef MUSTER_ENGINE_DESK_H
#define MUSTER_ENGINE_DESK_H

#include "muster/engine/rule.h"
#include "muster/register/lanes.h"

MUSTER_BEGIN_DECLS

/** Makes a desk over a sealed register. @param set  its code sets are counted; may be NULL */
MUSTER_CHECK muster_status muster_desk_open(muster_desk **desk, const muster_register *reg, const muster_ruleset *set,
                                            muster_error *err);
void muster_desk_close(muster_desk *desk);

const muster_register *muster_desk_register(const muster_desk *desk);

/** Says that a school will be looked at on many dates, so that what is read off its marks is kept, until another school
 * or none (MUSTER_NONE) is named; costs about 2 kB a pupil of the school and year. Changes no answer. */
void muster_desk_keep(muster_desk *desk, uint32_t school);

/** The date everything is asked at. Setting it forgets what was counted. */
void muster_desk_set_as_of(muster_desk *desk, muster_date as_of);
muster_date muster_desk_as_of(const muster_desk *desk);

/** For windows "since plan"; MUSTER_NO_DATE = no plan. */
void muster_desk_set_plan_start(muster_desk *desk, muster_date start);

/** Number of a window text; the same text always has the same number at one desk. */
MUSTER_CHECK muster_status muster_desk_window(muster_desk *desk, muster_text text, uint32_t *window, muster_error *err);

/** Are messages and evidence wanted. While only the truth of a rule is asked for (looking back for the first day of a
 * finding, stepping a backtest) they are not, and a class may flag with NULL for both. */
bool muster_desk_wants_texts(const muster_desk *desk);
void muster_desk_set_wants_texts(muster_desk *desk, bool wanted);

/** Gives a verdict on subject `subject` of the block being evaluated. Texts are copied. False when there is no memory.
 */
bool muster_desk_flag(muster_desk *desk, uint32_t rule, uint32_t subject, const char *message,
                      const char *evidence) MUSTER_CHECK;

/** The verdicts given since they were last cleared, in the order they were given. */
const muster_verdict *muster_desk_verdicts(const muster_desk *desk, size_t *n);
void muster_desk_clear(muster_desk *desk);

/** Questions that cannot say so themselves ran out of memory. Those who call a class look here after each block. */
bool muster_desk_failed(const muster_desk *desk);

/* ---- questions; each doc line gives the method of the rule language ---- */

/** s:count(kind, window). Pooled over the pupils on roll at the as-of date or before, for groups and schools; from
 * totals for units without pupils (then only possible, absent, authorised and unauthorised are known, and the rest is 0
 * with *known = false). */
uint64_t muster_desk_count(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, bool *known);

/** s:rate(kind, window): count / possible; false when nothing was possible. */
bool muster_desk_rate(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, double *rate);

/** s:persistent(window), s:severe(window): pupils that are, and pupils with possible sessions (0 or 1 of 1 for a
 * pupil). */
void muster_desk_persistent(muster_desk *desk, const muster_subject *s, uint32_t window, uint64_t *persistent,
                            uint64_t *pupils);
void muster_desk_severe(muster_desk *desk, const muster_subject *s, uint32_t window, uint64_t *severe,
                        uint64_t *pupils);

/** The sessions of a window for the subject's school. */
muster_range muster_desk_range(muster_desk *desk, const muster_subject *s, uint32_t window);

/** The view of a pupil subject, turned to it: spells, longest, current, broken weeks and lanes are read from it
 * directly (register/measure.h). */
muster_view *muster_desk_view(muster_desk *desk, const muster_subject *s);

/** s:weeks(window): one a school week. */
typedef struct muster_week_counts {
  muster_date start; /* its Monday */
  uint32_t possible, present, absent, authorised, unauthorised, late, missing;
} muster_week_counts;
/** @param[out] weeks  owned by the desk until the next call */
MUSTER_CHECK muster_status muster_desk_weeks(muster_desk *desk, const muster_subject *s, uint32_t window,
                                             const muster_week_counts **weeks, size_t *n, muster_error *err);

/** s:weekdays(kind, window): count and possible of each of the ten sessions Monday AM .. Friday PM. */
typedef struct muster_weekday_counts {
  uint64_t count[10], possible[10];
} muster_weekday_counts;
void muster_desk_weekdays(muster_desk *desk, const muster_subject *s, int kind, uint32_t window,
                          muster_weekday_counts *out);

/** s:trend(kind, window): least-squares slope of the weekly rate, a school week, with its 95% interval (t distribution,
 * weeks weighted alike). False with fewer than three weeks. */
typedef struct muster_trend {
  double slope, low, high;
  size_t weeks;
} muster_trend;
bool muster_desk_trend(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, muster_trend *out);

/** s:projected("absent"): sessions of `kind` by the end of the school year at this year's rate so far, and the possible
 * sessions then. Sessions still to come are the open sessions of given terms or a given calendar to the end of the
 * year; with an inferred calendar, what the school has left of 380. A leaving date after the as-of date is not known
 * yet. False when nothing was possible yet. Summed over the pupils on roll for groups and schools. */
bool muster_desk_projected(muster_desk *desk, const muster_subject *s, int kind, double *count, double *possible);

/** s:rank(kind, window): place by rate among the pupils of the school (or the schools of the data), 1 = highest, ties
 * share the better place, and of how many. False when the subject has no rate. */
bool muster_desk_rank(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, uint32_t *rank,
                      uint32_t *of);

/** s:gap("fsm", window): absence rate of the subject's pupils for whom the attribute is true minus that of those for
 * whom it is false. False when either has no possible sessions. */
bool muster_desk_gap(muster_desk *desk, const muster_subject *s, const char *attribute, uint32_t window, double *gap);

/** school:pupils{where}: pupils on roll at the as-of date with these attribute values. */
uint64_t muster_desk_pupils(muster_desk *desk, const muster_subject *s, const char *const *names,
                            const char *const *values, size_t n);

/** s:similar(): for a school, up to 20 schools of the same phase nearest in pupils on roll, free school meals, special
 * needs and English as an additional language (standardised); for a pupil, up to 20 pupils on roll at the school in the
 * same year group with the nearest absence rate. @param out  room for 20 */
size_t muster_desk_similar(muster_desk *desk, const muster_subject *s, muster_subject out[20]);

/** pupil:had(kind, window): did an intervention of that kind touch the window (begun by the as-of date); the latest
 * such, or NULL. Kind "" = any. Interventions of the pupil's school count too. */
const muster_intervention *muster_desk_had(muster_desk *desk, const muster_subject *s, muster_text kind,
                                           uint32_t window);

/** pupil:responses(instrument, item): mean of the values given by the as-of date, how many, and the latest. False when
 * there are none. */
typedef struct muster_response_summary {
  double mean, latest;
  size_t n;
  muster_date latest_date;
} muster_response_summary;
bool muster_desk_responses(muster_desk *desk, const muster_subject *s, muster_text instrument, muster_text item,
                           muster_response_summary *out);

/** pupil:plan(id): the date a plan of that id began for the subject, known from a store; MUSTER_NO_DATE = none by the
 * as-of date. */
muster_date muster_desk_plan_start(muster_desk *desk, const muster_subject *s, muster_text plan);

/** The school's subject of any subject. */
muster_subject muster_subject_school(const muster_subject *s);

/** The subject's id as outputs show it: pupil id, group value, or school id. */
muster_text muster_subject_id(const muster_register *reg, const muster_subject *s);

/* ---- what explain and tests do beside asking ---- */

/** Suppose marks: from now on every question of this desk finds the mark (a number of the register's code table, 0 =
 * none) in session `s` of this enrolment, and that day open, until muster_desk_suppose_nothing. From the first
 * supposition on, what is in the register after the as-of date of that moment is out of sight: marks of the pupil's
 * school, interventions and responses. The session must lie in a school year of the register. False when there is no
 * memory, or no such year. */
bool muster_desk_suppose_mark(muster_desk *desk, uint32_t pupil, muster_session s, uint8_t mark) MUSTER_CHECK;

/** The same with the first code of the table that is valid that day and has exactly these categories (MUSTER_MARKED may
 * be left out); 0 = no mark. */
bool muster_desk_suppose(muster_desk *desk, uint32_t pupil, muster_session s, uint8_t categories) MUSTER_CHECK;
void muster_desk_suppose_nothing(muster_desk *desk);

/** Plans known from earlier runs; borrowed, NULL = none. See engine/plan.h. */
struct muster_plan_memory;
void muster_desk_set_plans(muster_desk *desk, const struct muster_plan_memory *plans);

/** Told of every question a rule asks while set: method, kind name or argument, window text, and the answer in words.
 * For explain. */
typedef void (*muster_desk_witness)(void *context, const char *method, const char *argument, const char *window,
                                    const char *answer);
void muster_desk_set_witness(muster_desk *desk, muster_desk_witness witness, void *context);
/** Must every question be asked by the rule itself, though its verdict may be known: while a witness is set, or after
 * muster_desk_set_asks_anew, which is for benches and tests. Changes no answer. */
bool muster_desk_asks_anew(const muster_desk *desk);
void muster_desk_set_asks_anew(muster_desk *desk, bool anew);

/** Called by bindings after each question. Does nothing when there is no witness. Where `argument` is NULL the kind
 * last asked about at this desk is named, sets of codes as "codes G N O U". */
void muster_desk_tell(muster_desk *desk, const char *method, const char *argument, uint32_t window, const char *answer,
                      ...) MUSTER_PRINTF(5, 6);

MUSTER_END_DECLS
#endif
