/* What was done and what was said: interventions, survey responses, plans that are under way. */
#include <stdlib.h>
#include <string.h>

#include "desk_private.h"
#include "muster/engine/plan.h"

/* ---- interventions ---- */

static int place_of(const muster_intervention *i, muster_subject_kind kind, uint32_t subject) {
  if (i->subject_kind != kind) return i->subject_kind < kind ? -1 : 1;
  return i->subject < subject ? -1 : i->subject > subject;
}

/* First intervention of a subject in the order that sealing gave them, or the end. */
static size_t first_of(const muster_register *reg, muster_subject_kind kind, uint32_t subject) {
  size_t low = 0, high = reg->intervention_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (place_of(&reg->interventions[middle], kind, subject) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static const muster_intervention *latest_of(muster_desk *desk, muster_subject_kind kind, uint32_t subject,
                                            muster_text wanted, muster_range range) {
  const muster_register *reg = desk->reg;
  muster_date known = muster_desk_known(desk);
  const muster_intervention *latest = NULL;
  for (size_t i = first_of(reg, kind, subject); i < reg->intervention_count; i++) {
    const muster_intervention *act = &reg->interventions[i];
    if (place_of(act, kind, subject) != 0) break;
    if (act->start == MUSTER_NO_DATE || act->start > known) continue;
    if (muster_session_of(act->start) >= range.end) continue;
    if (act->end != MUSTER_NO_DATE && muster_session_of(act->end + 1) <= range.begin) continue;
    if (wanted.n && !muster_text_equal_nocase(muster_map_name(&reg->texts, act->kind), wanted)) continue;
    latest = act;
  }
  return latest;
}

const muster_intervention *muster_desk_had(muster_desk *desk, const muster_subject *s, muster_text kind,
                                           uint32_t window) {
  muster_range range = muster_desk_school_range(desk, s->school, window);
  if (range.begin >= range.end) return NULL;
  const muster_intervention *own = NULL, *school = latest_of(desk, MUSTER_SUBJECT_SCHOOL, s->school, kind, range);
  if (s->kind == MUSTER_SUBJECT_PUPIL)
    own = latest_of(desk, MUSTER_SUBJECT_PUPIL, desk->reg->pupils[s->pupil].id, kind, range);
  if (!own || !school) return own ? own : school;
  return school->start > own->start ? school : own;
}

/* ---- responses ---- */

/* Deals responses to bins by pupil id or school, keeping their order: a counting sort. */
static bool deal(const muster_register *reg, bool by_pupil, size_t bins, uint32_t **order, uint32_t **first) {
  *order = muster_alloc(reg->response_count, sizeof **order);
  *first = muster_alloc(bins + 2, sizeof **first);
  if (!*order || !*first) return false;
  for (size_t i = 0; i < reg->response_count; i++) {
    uint32_t bin = by_pupil ? reg->responses[i].pupil : reg->responses[i].school;
    if (bin < bins) (*first)[bin + 2]++;
  }
  for (size_t b = 2; b < bins + 2; b++) (*first)[b] += (*first)[b - 1];
  for (uint32_t i = 0; i < reg->response_count; i++) {
    uint32_t bin = by_pupil ? reg->responses[i].pupil : reg->responses[i].school;
    if (bin < bins) (*order)[(*first)[bin + 1]++] = i;
  }
  return true;
}

static bool index_responses(muster_desk *desk) {
  const muster_register *reg = desk->reg;
  if (desk->responses_indexed) return true;
  muster_desk_free_acts(desk);
  desk->responses_indexed =
      deal(reg, true, reg->pupil_ids.count, &desk->response_order, &desk->response_first) &&
      deal(reg, false, reg->school_count, &desk->response_school_order, &desk->response_school_first);
  return desk->responses_indexed;
}

void muster_desk_free_acts(muster_desk *desk) {
  muster_free(desk->response_order);
  muster_free(desk->response_first);
  muster_free(desk->response_school_order);
  muster_free(desk->response_school_first);
  desk->response_order = desk->response_first = desk->response_school_order = desk->response_school_first = NULL;
}

static bool named(const muster_register *reg, uint32_t number, muster_text wanted) {
  return !wanted.n || muster_text_equal_nocase(muster_map_name(&reg->texts, number), wanted);
}

bool muster_desk_responses(muster_desk *desk, const muster_subject *s, muster_text instrument, muster_text item,
                           muster_response_summary *out) {
  const muster_register *reg = desk->reg;
  *out = (muster_response_summary){.latest_date = MUSTER_NO_DATE};
  if (!reg->response_count || s->kind == MUSTER_SUBJECT_GROUP) return false;
  if (!index_responses(desk)) {
    desk->failed = true;
    return false;
  }
  bool pupil = s->kind == MUSTER_SUBJECT_PUPIL;
  const uint32_t *order = pupil ? desk->response_order : desk->response_school_order;
  const uint32_t *first = pupil ? desk->response_first : desk->response_school_first;
  uint32_t bin = pupil ? reg->pupils[s->pupil].id : s->school;
  muster_date known = muster_desk_known(desk);
  double sum = 0;
  for (uint32_t k = first[bin]; k < first[bin + 1]; k++) {
    const muster_response *r = &reg->responses[order[k]];
    if (r->date == MUSTER_NO_DATE || r->date > known) continue;
    if (!named(reg, r->instrument, instrument) || !named(reg, r->item, item)) continue;
    sum += r->value;
    out->n++;
    if (out->latest_date != MUSTER_NO_DATE && r->date < out->latest_date) continue;
    out->latest_date = r->date;
    out->latest = r->value;
  }
  if (out->n) out->mean = sum / (double)out->n;
  return out->n > 0;
}

/* ---- plans ---- */

muster_date muster_desk_plan_start(muster_desk *desk, const muster_subject *s, muster_text plan) {
  muster_date known = muster_desk_known(desk), latest = MUSTER_NO_DATE;
  const muster_plan_record *record;
  for (uint32_t at = MUSTER_NONE; (record = muster_plan_memory_next(desk->plans, desk->reg, s, &at));) {
    if (!muster_text_equal(muster_text_of(record->plan), plan)) continue;
    if (record->start <= known && record->start > latest) latest = record->start;
  }
  return latest;
}
