/* Asking a ruleset about subjects, in blocks: what a run, a walk into the past, explain and a backtest share. */
#ifndef MUSTER_ENGINE_ASK_H
#define MUSTER_ENGINE_ASK_H

#include "muster/engine/desk.h"

enum { MUSTER_BLOCK = 256 };

/** A thread's desk and evaluator. Zero-initialise; opened on first use by muster_asker_open. */
typedef struct muster_asker {
  const muster_register *reg;
  const muster_ruleset *set;
  muster_desk *desk;
  void *state;
  bool opened;
} muster_asker;

MUSTER_CHECK muster_status muster_asker_open(muster_asker *asker, const muster_register *reg, const muster_ruleset *set,
                                             muster_error *err);
void muster_asker_close(muster_asker *asker);

/** Told of each verdict; `subject` is the place in the subjects given to muster_ask. Texts live until it returns. */
typedef muster_status (*muster_take)(void *context, size_t subject, const muster_verdict *verdict, muster_error *err);

/** Asks `rules` about each of `n` subjects at `as_of`. */
MUSTER_CHECK muster_status muster_ask(muster_asker *asker, muster_date as_of, const muster_subject *subjects, size_t n,
                                      const uint32_t *rules, size_t rule_count, muster_take take, void *context,
                                      muster_error *err);

/** Is the subject there on a day: a pupil who is not on roll is not asked about. */
bool muster_subject_present(const muster_register *reg, const muster_subject *s, muster_date date);

/** Only whether one rule is true: truth[i] of subjects[i]; false of pupils not on roll that day. No texts are made. */
MUSTER_CHECK muster_status muster_ask_truth(muster_asker *asker, muster_date as_of, const muster_subject *subjects,
                                            size_t n, uint32_t rule, bool *truth, muster_error *err);

#endif
