/* muster/engine/explain.h - why a subject is flagged or not, and how far away the answer is from changing.
 *
 * Distances are found by asking the rule itself about registers that might have been: never by looking into it.
 * Flagged: how many of the latest absences would have had to be attended, and the day on which the rule is no longer
 * true if every session from now on is attended. Not flagged: how many more sessions of absence, one after another from
 * the next open session, until it is true, once as unauthorised absence (O) and once as illness (I). Days to come are
 * those of a given calendar or given terms to the end of the school year; else Monday to Friday until 190 days have
 * been open.
 *
 * Sessions that count are those in the windows of what a rule counted, and the spell it was given. Of lists that it
 * looked through (weeks, spells, rates by weekday) a flag has those sessions without which the answer would be another.
 */
#ifndef MUSTER_ENGINE_EXPLAIN_H
#define MUSTER_ENGINE_EXPLAIN_H

#include "muster/engine/desk.h"
#include "muster/engine/plan.h"

MUSTER_BEGIN_DECLS

/** A question the rule asked, and its answer. */
typedef struct muster_explain_question {
  const char *method, *argument, *window, *answer;
} muster_explain_question;

/** A session that counted in a question: an absence, a late mark, a missing mark, one of a set of codes. */
typedef struct muster_explain_session {
  muster_date date;
  bool afternoon;
  const char *code;   /* "" = no mark */
  uint8_t categories; /* of the mark */
} muster_explain_session;

/** A number of sessions and the day on which they change the answer. */
typedef struct muster_distance {
  bool known; /* else not within the school year */
  uint32_t sessions;
  muster_date date;
} muster_distance;

typedef enum muster_explain_status {
  MUSTER_EXPLAIN_NOT_FLAGGED,
  MUSTER_EXPLAIN_REPORTED,
  MUSTER_EXPLAIN_HELD,    /* no longer true, and its hold has not ended */
  MUSTER_EXPLAIN_PENDING, /* true, but not yet for as long as the rule wants, or not armed again */
  MUSTER_EXPLAIN_SILENCED,
  MUSTER_EXPLAIN_INHIBITED, /* by a more severe finding */
  MUSTER_EXPLAIN_CLOSED     /* the school is closed in the as-of week */
} muster_explain_status;

/** "not flagged", "reported", "held", "pending", "silenced", "inhibited", "school closed". */
const char *muster_explain_status_text(muster_explain_status status);

typedef struct muster_explained {
  uint32_t rule;
  bool flagged; /* the rule is true at the as-of date */
  muster_explain_status status;
  muster_date since;              /* first day of the finding, or MUSTER_NO_DATE */
  uint32_t inhibited_by;          /* rule, or MUSTER_NONE */
  const char *message, *evidence; /* when flagged */

  const muster_explain_question *questions; /* each once, in the order first asked; at most 64 */
  size_t question_count;
  const muster_explain_session *sessions; /* that counted, by date; pupils only */
  size_t session_count;

  bool has_fraction; /* the first rate, else the first count, that the rule asked for */
  const char *fraction_of, *fraction_window;
  uint64_t numerator, denominator;

  bool has_distance; /* pupils only */
  muster_distance
      attended;           /* flagged: latest absences that would have had to be attended; date = the earliest of them */
  muster_distance clears; /* flagged: sessions attended from now, and the day it clears */
  muster_distance unauthorised, illness; /* not flagged: absences from now, and the day it fires */
} muster_explained;

typedef struct muster_explanation {
  muster_subject subject;
  muster_date as_of;
  muster_explained *rules; /* of the subject's scope, in the order of the set; or the one asked for */
  size_t rule_count;
  uint32_t nearest;   /* place in `rules` of the one not flagged with the smallest distance, or MUSTER_NONE */
  muster_arena arena; /* owns everything above */
} muster_explanation;

typedef struct muster_explain_options {
  muster_date as_of;
  uint32_t rule; /* MUSTER_NONE = every enabled rule of the subject's scope */
  const muster_plan_memory *plans;
  bool without_distance;
} muster_explain_options;

/** Explains one subject.
 * @retval MUSTER_USAGE  no as-of date, or the rule is about other kinds of subjects
 * @retval MUSTER_PACK   a rule failed */
MUSTER_CHECK muster_status muster_explain(const muster_register *reg, const muster_ruleset *set,
                                          const muster_subject *subject, const muster_explain_options *options,
                                          muster_explanation *out, muster_error *err);
void muster_explanation_free(muster_explanation *explanation);

/** The pupil with this id as a subject on a date.
 * @retval MUSTER_DATA  no such pupil, or not on roll that day: the error says when the pupil is; it does not repeat the
 * id */
MUSTER_CHECK muster_status muster_subject_of_pupil(const muster_register *reg, muster_text id, muster_date date,
                                                   muster_subject *subject, muster_error *err);

MUSTER_END_DECLS
#endif
