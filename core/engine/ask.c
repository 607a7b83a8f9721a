/* Blocks of subjects through an evaluator, verdicts out. */
#include "ask.h"

#include <string.h>

muster_status muster_asker_open(muster_asker *asker, const muster_register *reg, const muster_ruleset *set,
                                muster_error *err) {
  if (asker->opened) return MUSTER_OK;
  *asker = (muster_asker){.reg = reg, .set = set};
  MUSTER_TRY(muster_desk_open(&asker->desk, reg, set, err));
  muster_status status = set->class_->open(set, asker->desk, &asker->state, err);
  if (status != MUSTER_OK) {
    muster_desk_close(asker->desk);
    asker->desk = NULL;
    return status;
  }
  asker->opened = true;
  return MUSTER_OK;
}

void muster_asker_close(muster_asker *asker) {
  if (!asker->opened) return;
  asker->set->class_->close(asker->state);
  muster_desk_close(asker->desk);
  *asker = (muster_asker){0};
}

static muster_status take_block(muster_asker *asker, size_t from, size_t n, muster_take take, void *context,
                                muster_error *err) {
  size_t verdicts;
  const muster_verdict *given = muster_desk_verdicts(asker->desk, &verdicts);
  for (size_t i = 0; i < verdicts; i++) {
    if (given[i].subject >= n || given[i].rule >= asker->set->rule_count)
      return muster_fail(err, MUSTER_DEFECT, "a verdict on a subject or rule that was not asked about");
    MUSTER_TRY(take(context, from + given[i].subject, &given[i], err));
  }
  return MUSTER_OK;
}

muster_status muster_ask(muster_asker *asker, muster_date as_of, const muster_subject *subjects, size_t n,
                         const uint32_t *rules, size_t rule_count, muster_take take, void *context, muster_error *err) {
  muster_desk *desk = asker->desk;
  if (!rule_count) return MUSTER_OK;
  muster_desk_set_as_of(desk, as_of);
  for (size_t from = 0; from < n; from += MUSTER_BLOCK) {
    size_t block = n - from < MUSTER_BLOCK ? n - from : MUSTER_BLOCK;
    muster_desk_clear(desk);
    MUSTER_TRY(asker->set->class_->evaluate(asker->state, subjects + from, block, rules, rule_count, err));
    if (muster_desk_failed(desk)) return muster_fail_memory(err);
    MUSTER_TRY(take_block(asker, from, block, take, context, err));
  }
  return MUSTER_OK;
}

typedef struct truth_of_block {
  bool *truth;
  const uint32_t *places;
} truth_of_block;

static muster_status note_truth(void *context, size_t subject, const muster_verdict *verdict, muster_error *err) {
  const truth_of_block *b = context;
  (void)verdict;
  (void)err;
  b->truth[b->places[subject]] = true;
  return MUSTER_OK;
}

bool muster_subject_present(const muster_register *reg, const muster_subject *s, muster_date date) {
  return s->kind != MUSTER_SUBJECT_PUPIL || muster_on_roll(&reg->pupils[s->pupil], date);
}

muster_status muster_ask_truth(muster_asker *asker, muster_date as_of, const muster_subject *subjects, size_t n,
                               uint32_t rule, bool *truth, muster_error *err) {
  muster_subject asked[MUSTER_BLOCK];
  uint32_t places[MUSTER_BLOCK];
  truth_of_block block = {truth, places};
  muster_status status = MUSTER_OK;
  memset(truth, 0, n * sizeof *truth);
  bool wanted = muster_desk_wants_texts(asker->desk);
  muster_desk_set_wants_texts(asker->desk, false);
  for (size_t i = 0; i < n && status == MUSTER_OK;) {
    size_t k = 0;
    for (; i < n && k < MUSTER_BLOCK; i++) {
      if (!muster_subject_present(asker->reg, &subjects[i], as_of)) continue;
      places[k] = (uint32_t)i;
      asked[k++] = subjects[i];
    }
    status = muster_ask(asker, as_of, asked, k, &rule, 1, note_truth, &block, err);
  }
  muster_desk_set_wants_texts(asker->desk, wanted);
  return status;
}
