/* Finding the plans of a subject among those an earlier run began. */
#include "muster/engine/desk.h"
#include "muster/engine/plan.h"

const char *muster_step_status_text(muster_step_status status) {
  static const char *const texts[] = {"open", "done", "late", "dropped"};
  return texts[status];
}

const char *muster_plan_outcome_text(muster_plan_outcome outcome) {
  static const char *const texts[] = {"running", "succeeded", "failed", "reviewed"};
  return texts[outcome];
}

static void subject_key(muster_buf *buf, muster_subject_kind kind, muster_text school, muster_text subject) {
  muster_buf_clear(buf);
  muster_buf_putc(buf, (char)('0' + kind));
  muster_buf_add(buf, school.at, school.n);
  muster_buf_putc(buf, '\x1f');
  muster_buf_add(buf, subject.at, subject.n);
}

enum { KEY_LIMIT = 64 * 1024 };

muster_status muster_plan_memory_index(muster_plan_memory *memory, muster_error *err) {
  memory->first = muster_alloc(memory->count, sizeof *memory->first);
  memory->next = muster_alloc(memory->count, sizeof *memory->next);
  uint32_t *last = muster_alloc(memory->count, sizeof *last);
  bool ok = memory->first && memory->next && last;
  muster_buf key;
  muster_buf_init(&key, KEY_LIMIT);
  for (uint32_t i = 0; ok && i < memory->count; i++) {
    const muster_plan_record *r = &memory->records[i];
    subject_key(&key, r->kind, muster_text_of(r->school), muster_text_of(r->subject));
    bool added;
    uint32_t at = key.failed ? MUSTER_NONE : muster_map_add(&memory->subjects, (muster_text){key.at, key.n}, &added);
    ok = at != MUSTER_NONE;
    if (!ok) break;
    memory->next[i] = MUSTER_NONE;
    if (added) {
      memory->first[at] = i;
    } else {
      memory->next[last[at]] = i;
    }
    last[at] = i;
  }
  muster_buf_free(&key);
  muster_free(last);
  return ok ? MUSTER_OK : muster_fail_memory(err);
}

void muster_plan_memory_free(muster_plan_memory *memory) {
  muster_map_free(&memory->subjects);
  muster_free(memory->first);
  muster_free(memory->next);
  memory->first = memory->next = NULL;
}

const muster_plan_record *muster_plan_memory_next(const muster_plan_memory *memory, const muster_register *reg,
                                                  const muster_subject *subject, uint32_t *at) {
  if (!memory || !memory->count) return NULL;
  if (*at == MUSTER_NONE) {
    muster_buf key;
    muster_buf_init(&key, KEY_LIMIT);
    subject_key(&key, subject->kind, muster_school_id(reg, subject->school), muster_subject_id(reg, subject));
    uint32_t number = key.failed ? MUSTER_NONE : muster_map_find(&memory->subjects, (muster_text){key.at, key.n});
    muster_buf_free(&key);
    if (number == MUSTER_NONE) return NULL;
    *at = memory->first[number];
  } else {
    *at = memory->next[*at];
  }
  return *at == MUSTER_NONE ? NULL : &memory->records[*at];
}
