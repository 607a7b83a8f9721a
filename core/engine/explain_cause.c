/* Which sessions made a flag, where the rule looked at more than it used.
 *
 * A count or a rate uses every session in its window. A list of weeks, of spells or of rates by weekday is looked
 * through, and what the rule took from it only its answer tells: week by week, from the oldest, the sessions that were
 * only looked at are supposed to have been attended; where truth, message and evidence stay as they are, they were no
 * cause, and stay attended while the next week is tried. What is left is a smallest set of weeks that gives the same
 * answer, the latest where several would do. Of a week that is left, sessions go that make no difference one by one and
 * none together; where each could stand for the others, as in a week that is broken anyway, all stay. */
#include <string.h>

#include "desk_private.h"
#include "explain_private.h"

typedef struct trying {
  muster_asker *asker;
  const muster_subject *subject;
  muster_date as_of;
  const char *message, *evidence; /* the answer with nothing changed */
  muster_arena *arena;
  bool keeping, same;
  uint32_t rule;
  muster_error *err;
} trying;

static muster_status compare(void *context, size_t subject, const muster_verdict *verdict, muster_error *err) {
  trying *t = context;
  const char *message = verdict->message ? verdict->message : "",
             *evidence = verdict->evidence ? verdict->evidence : "";
  (void)subject;
  if (t->keeping) {
    t->message = muster_arena_copy(t->arena, message, strlen(message));
    t->evidence = muster_arena_copy(t->arena, evidence, strlen(evidence));
    if (!t->message || !t->evidence) return muster_fail_memory(err);
  }
  t->same = strcmp(t->message, message) == 0 && strcmp(t->evidence, evidence) == 0;
  return MUSTER_OK;
}

static muster_status ask(trying *t) {
  t->same = false;
  return muster_ask(t->asker, t->as_of, t->subject, 1, &t->rule, 1, compare, t, t->err);
}

static uint8_t attending(const muster_register *reg, muster_session s) {
  return muster_codes_mark(&reg->codes, s & 1 ? MUSTER_TEXT("\\") : MUSTER_TEXT("/"), muster_session_date(s));
}

/* The sessions of a week that are in `bits`, as they are or attended. */
static muster_status suppose_week(const trying *t, int32_t week, uint16_t bits, bool attended) {
  const muster_register *reg = t->asker->reg;
  for (int k = 0; k < MUSTER_LANE; k++) {
    if (!(bits >> k & 1)) continue;
    muster_session s = week * MUSTER_LANE + k;
    uint8_t mark = attended ? attending(reg, s) : muster_mark_at(reg, t->subject->pupil, s);
    if (!muster_desk_suppose_mark(t->asker->desk, t->subject->pupil, s, mark)) return muster_fail_memory(t->err);
  }
  return MUSTER_OK;
}

/* Those of `bits` for which the answer is the same, or is not, when their marks alone are turned to `attended`. */
static muster_status one_by_one(trying *t, int32_t week, uint16_t bits, bool attended, bool same, uint16_t *found) {
  *found = 0;
  for (int k = 0; k < MUSTER_LANE; k++) {
    uint16_t bit = (uint16_t)(bits & 1u << k);
    if (!bit) continue;
    MUSTER_TRY(suppose_week(t, week, bit, attended));
    MUSTER_TRY(ask(t));
    if (t->same == same) *found |= bit;
    MUSTER_TRY(suppose_week(t, week, bit, !attended));
  }
  return MUSTER_OK;
}

/* Takes sessions out of the week when the answer is the same without all of them. */
static muster_status try_together(trying *t, int32_t week, uint16_t bits, uint16_t *lane) {
  MUSTER_TRY(suppose_week(t, week, bits, true));
  MUSTER_TRY(ask(t));
  if (!t->same) return suppose_week(t, week, bits, false);
  *lane &= (uint16_t)~bits;
  return MUSTER_OK;
}

/* Takes out of a week that was a cause the sessions that were none. */
static muster_status try_sessions(trying *t, int32_t week, uint16_t *lane) {
  uint16_t idle, useless, whole = *lane;
  MUSTER_TRY(one_by_one(t, week, whole, true, true, &idle));
  if (!idle) return MUSTER_OK;
  MUSTER_TRY(try_together(t, week, idle, lane));
  if (*lane != whole) return MUSTER_OK;
  MUSTER_TRY(suppose_week(t, week, idle, true)); /* some stand for each other: which of them could do so alone */
  MUSTER_TRY(one_by_one(t, week, idle, false, false, &useless));
  MUSTER_TRY(suppose_week(t, week, idle, false));
  return useless && useless != idle ? try_together(t, week, useless, lane) : MUSTER_OK;
}

/* Takes out of `lanes` the weeks that were no cause, and of those that were, sessions. */
static muster_status try_weeks(trying *t, int32_t first_week, uint16_t *lanes, int32_t weeks) {
  bool begun = false;
  for (int32_t i = 0; i < weeks; i++) {
    if (!lanes[i]) continue;
    if (!begun) { /* the answer in a register that might have been, where days to come are those foreseen */
      begun = true;
      MUSTER_TRY(suppose_week(t, first_week + i, lanes[i], false));
      t->keeping = true;
      MUSTER_TRY(ask(t));
      t->keeping = false;
      if (!t->same) return MUSTER_OK;
    }
    MUSTER_TRY(suppose_week(t, first_week + i, lanes[i], true));
    MUSTER_TRY(ask(t));
    if (t->same) {
      lanes[i] = 0;
      continue;
    }
    MUSTER_TRY(suppose_week(t, first_week + i, lanes[i], false));
    MUSTER_TRY(try_sessions(t, first_week + i, &lanes[i]));
  }
  return MUSTER_OK;
}

muster_status muster_explain_cause(muster_asker *asker, const muster_subject *subject, muster_date as_of, uint32_t rule,
                                   int32_t first_week, uint16_t *lanes, int32_t weeks, muster_arena *arena,
                                   muster_error *err) {
  trying t = {.asker = asker, .subject = subject, .as_of = as_of, .arena = arena, .rule = rule, .err = err};
  t.message = t.evidence = "";
  muster_desk_suppose_nothing(asker->desk);
  muster_status status = try_weeks(&t, first_week, lanes, weeks);
  muster_desk_suppose_nothing(asker->desk);
  muster_desk_set_as_of(asker->desk, as_of);
  return status;
}
