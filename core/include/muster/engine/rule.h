/* muster/engine/rule.h - what a rule, a plan and a set of them are to the engine.
 * The engine knows rules only through muster_ruleset_class: the script room makes them from Lua, a test can make them
 * in C. A ruleset is immutable once made and may be opened by many threads at once. */
#ifndef MUSTER_ENGINE_RULE_H
#define MUSTER_ENGINE_RULE_H

#include "muster/register.h"

MUSTER_BEGIN_DECLS

typedef enum muster_level { MUSTER_INFO, MUSTER_WATCH, MUSTER_REVIEW, MUSTER_URGENT } muster_level;

/** "info", "watch", "review", "urgent". */
const char *muster_level_text(muster_level level);

/** A stretch of school time that something lasts: "3 school days", "2 school weeks", "until half-term end". */
typedef struct muster_lasting {
  enum {
    MUSTER_LASTS_NOT,
    MUSTER_LASTS_SCHOOL_DAYS,
    MUSTER_LASTS_SCHOOL_WEEKS,
    MUSTER_LASTS_HALF_TERM, /* until the half term ends */
    MUSTER_LASTS_TERM,
    MUSTER_LASTS_YEAR
  } kind;
  int n;
} muster_lasting;

/** Reads such a text: "3 school days", "2 school weeks", "until half-term end", "until term end", "until year end".
 * @retval MUSTER_PACK  it is none; the error names the forms */
MUSTER_CHECK muster_status muster_lasting_parse(muster_text text, muster_lasting *lasting, muster_error *err);

/** The date `lasting` after `from` in the school's calendar, for due dates. Days up to and including `known` are the
 * school's own; later ones come from a given calendar, else from given half terms, else are Monday to Friday, so that
 * marks made after `known` move no date. A running half term that was only inferred is taken to last seven weeks. */
muster_date muster_lasting_end(const muster_register *reg, uint32_t school, muster_date from, muster_lasting lasting,
                               muster_date known);

/** Where the day `date` stands to the end of what began on `from`: -1 before it, 0 on it, 1 after it. Looks at nothing
 * after `date`. Half terms and terms end when the next one begins. */
int muster_lasting_passed(const muster_register *reg, uint32_t school, muster_date from, muster_lasting lasting,
                          muster_date date);

/** Is the school expected to be open on a day, going by what is known at the end of the day `known`. */
bool muster_open_ahead(const muster_register *reg, uint32_t school, muster_date date, muster_date known);

/** The last day that a given calendar or given terms speak of; MUSTER_NO_DATE when both were inferred. */
muster_date muster_calendar_end(const muster_register *reg, uint32_t school);

typedef struct muster_rule {
  const char *id; /* full: "pack/rule" */
  const char *pack;
  const char *title;
  muster_subject_kind scope;
  const char *by; /* attribute that makes the groups; NULL unless the scope is group */
  muster_level level;
  const char *plan;     /* id of a plan in the same ruleset, or NULL */
  muster_lasting for_;  /* must hold this long before it is reported */
  muster_lasting hold;  /* stays reported this long after it was last true */
  muster_lasting rearm; /* after a finding ended, silent until it has been untrue this long */
  muster_date silence;  /* nothing is reported up to and including this date; MUSTER_NO_DATE = none */
  const char *inhibits; /* id of a rule whose findings on the same subject this one's make unnecessary, or NULL */
  bool disabled;        /* by an overlay */
} muster_rule;

typedef struct muster_step {
  const char *id, *action, *owner;
  muster_lasting due;
  bool conditional; /* ask the class whether it is wanted */
} muster_step;

typedef struct muster_plan {
  const char *id, *title;
  const muster_step *steps;
  size_t step_count;
  muster_lasting review_after;
  bool reviewed;        /* has a success test */
  const char *escalate; /* plan to begin when the review fails, or NULL */
} muster_plan;

typedef struct muster_desk muster_desk; /* engine/desk.h: what a thread works at */

/** A subject of a rule: a pupil's enrolment, a group of one school's pupils, or a school. */
typedef struct muster_subject {
  muster_subject_kind kind;
  uint32_t school;
  uint32_t pupil; /* enrolment, for pupils */
  uint32_t group; /* number in register->texts of the group's value, for groups */
  uint32_t by;    /* column in register->pupil_attributes, for groups */
} muster_subject;

static inline bool muster_same_subject(const muster_subject *a, const muster_subject *b) {
  return a->kind == b->kind && a->school == b->school && a->pupil == b->pupil && a->group == b->group && a->by == b->by;
}

/** What one rule says of one subject. Texts are owned by the desk's arena until the block is done. */
typedef struct muster_verdict {
  uint32_t rule;
  uint32_t subject; /* place in the block */
  const char *message;
  const char *evidence; /* a JSON object with sorted keys */
} muster_verdict;

typedef struct muster_ruleset muster_ruleset;

typedef struct muster_ruleset_class {
  /** A thread's own evaluator. Everything it reads of the ruleset is shared and immutable. */
  muster_status (*open)(const muster_ruleset *set, muster_desk *desk, void **state, muster_error *err);

  /** Asks `rules` (numbers, all of the subjects' scope) about each of the subjects, at the desk's as-of date. One call
   * for a block, so that entering the interpreter costs once. Verdicts are given in the order subject, then rule, only
   * for what is flagged, with muster_desk_flag.
   * @retval MUSTER_PACK  a rule failed or broke its limits: the error names pack, rule, file and line, and no pupil */
  muster_status (*evaluate)(void *state, const muster_subject *subjects, size_t n, const uint32_t *rules,
                            size_t rule_count, muster_error *err);

  /** Is a conditional step wanted; was a review a success. `plan_start` is for windows "since plan": the desk has
   * it set during the call. */
  muster_status (*step_wanted)(void *state, const muster_subject *subject, uint32_t rule, uint32_t plan, uint32_t step,
                               muster_date plan_start, bool *wanted, muster_error *err);
  muster_status (*review_success)(void *state, const muster_subject *subject, uint32_t rule, uint32_t plan,
                                  muster_date plan_start, bool *success, muster_error *err);
  void (*close)(void *state);
} muster_ruleset_class;

/** Rules and plans made from one or more packs; the maker embeds this and frees it. */
struct muster_ruleset {
  const muster_ruleset_class *class_;
  const muster_rule *rules;
  size_t rule_count;
  const muster_plan *plans;
  size_t plan_count;
  const muster_code_set *sets; /* code sets its rules count, for the view; at most 64 */
  size_t set_count;
};

MUSTER_END_DECLS
#endif
