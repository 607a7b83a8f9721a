/* The past of a finding: looked for backward, tick by tick, only as far as it can still matter, and then lived forward
 * through the one state machine. A subject is left as soon as its rule is at rest: untrue for so long that no hold and
 * no disarmed time could have come through. */
#include "past.h"

typedef struct past {
  muster_asker *asker;
  const muster_rule *rule;
  uint32_t number, school;
  muster_date as_of;
  const muster_subject *subjects;
  size_t n, tick_count;
  muster_date ticks[MUSTER_MOST_TICKS];
  bool *truth;        /* n rows of tick_count */
  muster_date *from;  /* the same: where truth began, at ticks where it did */
  uint32_t *start;    /* the tick at which a subject's rule was at rest */
  uint32_t *rest_end; /* the latest tick of the untrue stretch being walked */
  uint32_t *walking;  /* subjects still walked */
  size_t walking_count;
  muster_subject *asked;
  bool *answers;
  muster_date *dates;
} past;

static muster_status make_room(past *p, muster_error *err) {
  size_t n = p->n, cells = n * p->tick_count;
  p->truth = muster_alloc(cells, sizeof *p->truth);
  p->from = muster_alloc(cells, sizeof *p->from);
  p->start = muster_alloc(n, sizeof *p->start);
  p->rest_end = muster_alloc(n, sizeof *p->rest_end);
  p->walking = muster_alloc(n, sizeof *p->walking);
  p->asked = muster_alloc(n, sizeof *p->asked);
  p->answers = muster_alloc(n, sizeof *p->answers);
  p->dates = muster_alloc(n, sizeof *p->dates);
  bool ok = p->truth && p->from && p->start && p->rest_end && p->walking && p->asked && p->answers && p->dates;
  return ok ? MUSTER_OK : muster_fail_memory(err);
}

static void free_room(past *p) {
  muster_free(p->truth);
  muster_free(p->from);
  muster_free(p->start);
  muster_free(p->rest_end);
  muster_free(p->walking);
  muster_free(p->asked);
  muster_free(p->answers);
  muster_free(p->dates);
}

/* Untrue from tick k to tick `end`: could anything from tick k - 1 or before still be felt after `end`? */
static bool at_rest(const past *p, uint32_t k, uint32_t end) {
  if (k == 0) return true;
  const muster_register *reg = p->asker->reg;
  muster_date before = p->ticks[k - 1], now = p->ticks[end];
  return muster_lasting_passed(reg, p->school, before, p->rule->hold, now) > 0 &&
         muster_lasting_passed(reg, p->school, before, p->rule->rearm, now) >= 0;
}

/* Notes the truth of subject c at tick k. @return whether the walk goes on */
static bool note(past *p, uint32_t c, uint32_t k, bool truth) {
  bool *row = p->truth + c * p->tick_count;
  row[k] = truth;
  if (truth) return k > 0;
  if (k + 1 == p->tick_count || row[k + 1]) p->rest_end[c] = k;
  if (!at_rest(p, k, p->rest_end[c])) return true;
  p->start[c] = k ? p->rest_end[c] : 0;
  return false;
}

static muster_status look_back(past *p, const bool *now, muster_error *err) {
  uint32_t last = (uint32_t)p->tick_count - 1;
  for (uint32_t c = 0; c < p->n; c++)
    if (note(p, c, last, now[c])) p->walking[p->walking_count++] = c;
  for (uint32_t k = last; k-- > 0 && p->walking_count;) {
    for (size_t i = 0; i < p->walking_count; i++) p->asked[i] = p->subjects[p->walking[i]];
    MUSTER_TRY(muster_ask_truth(p->asker, p->ticks[k], p->asked, p->walking_count, p->number, p->answers, err));
    size_t kept = 0;
    for (size_t i = 0; i < p->walking_count; i++)
      if (note(p, p->walking[i], k, p->answers[i])) p->walking[kept++] = p->walking[i];
    p->walking_count = kept;
  }
  return MUSTER_OK;
}

muster_status muster_true_from(muster_asker *asker, uint32_t rule, uint32_t school, muster_date before,
                               muster_date tick, const muster_subject *subjects, size_t n, muster_date *from,
                               muster_error *err) {
  muster_date monday = muster_date_monday(tick), first = before >= monday ? before + 1 : monday;
  for (size_t i = 0; i < n; i++) from[i] = tick;
  muster_subject *asked = muster_alloc(n, sizeof *asked);
  uint32_t *still = muster_alloc(n, sizeof *still);
  bool *answers = muster_alloc(n, sizeof *answers);
  muster_status status = asked && still && answers ? MUSTER_OK : muster_fail_memory(err);
  size_t left = n;
  for (uint32_t i = 0; status == MUSTER_OK && i < n; i++) still[i] = i;
  for (muster_date day = tick - 1; status == MUSTER_OK && day >= first && left; day--) {
    if (!muster_open_ahead(asker->reg, school, day, tick)) continue;
    for (size_t i = 0; i < left; i++) asked[i] = subjects[still[i]];
    status = muster_ask_truth(asker, day, asked, left, rule, answers, err);
    size_t kept = 0;
    for (size_t i = 0; status == MUSTER_OK && i < left; i++) {
      if (!answers[i]) continue;
      from[still[i]] = day;
      still[kept++] = still[i];
    }
    left = kept;
  }
  muster_free(asked);
  muster_free(still);
  muster_free(answers);
  return status;
}

/* The days within their weeks on which stretches of truth began. */
static muster_status find_beginnings(past *p, muster_error *err) {
  bool daily = muster_rule_daily(p->rule);
  for (uint32_t k = 0; k < p->tick_count; k++) {
    size_t n = 0;
    for (uint32_t c = 0; c < p->n; c++) {
      const bool *row = p->truth + c * p->tick_count;
      bool begins = k >= p->start[c] && row[k] && (k == 0 || !row[k - 1]);
      if (!begins) continue;
      p->from[c * p->tick_count + k] = p->ticks[k];
      p->asked[n] = p->subjects[c];
      p->walking[n++] = c;
    }
    if (!n || daily) continue;
    muster_date before = k ? p->ticks[k - 1] : MUSTER_NO_DATE;
    MUSTER_TRY(muster_true_from(p->asker, p->number, p->school, before, p->ticks[k], p->asked, n, p->dates, err));
    for (size_t i = 0; i < n; i++) p->from[p->walking[i] * p->tick_count + k] = p->dates[i];
  }
  return MUSTER_OK;
}

static muster_life live(const past *p, uint32_t c) {
  muster_life life = muster_life_new();
  const bool *truth = p->truth + c * p->tick_count;
  const muster_date *from = p->from + c * p->tick_count;
  for (uint32_t k = p->start[c]; k < p->tick_count; k++)
    muster_life_step(&life, p->rule, p->asker->reg, p->school, p->ticks[k], truth[k], from[k]);
  return life;
}

muster_status muster_lives_at(muster_asker *asker, uint32_t rule, uint32_t school, muster_date as_of,
                              const muster_subject *subjects, size_t n, const bool *truth, muster_life *lives,
                              muster_error *err) {
  past p = {.asker = asker,
            .rule = &asker->set->rules[rule],
            .number = rule,
            .school = school,
            .as_of = as_of,
            .subjects = subjects,
            .n = n};
  p.tick_count = muster_ticks(asker->reg, school, as_of, muster_rule_daily(p.rule), p.ticks);
  if (!p.tick_count) { /* a unit without a calendar has no past */
    for (size_t i = 0; i < n; i++) {
      lives[i] = muster_life_new();
      if (truth[i]) lives[i] = (muster_life){as_of, as_of, as_of, false};
    }
    return MUSTER_OK;
  }
  muster_status status = make_room(&p, err);
  if (status == MUSTER_OK) status = look_back(&p, truth, err);
  if (status == MUSTER_OK) status = find_beginnings(&p, err);
  for (uint32_t c = 0; status == MUSTER_OK && c < n; c++) lives[c] = live(&p, c);
  free_room(&p);
  return status;
}
