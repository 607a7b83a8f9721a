/* Finding plans that an earlier run began, by subject and by school. */
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

/* ---- chains of records with the same key ---- */

static bool chain_open(muster_plan_chain *chain, size_t records) {
  chain->first = muster_alloc(records, sizeof *chain->first);
  chain->last = muster_alloc(records, sizeof *chain->last);
  chain->next = muster_alloc(records, sizeof *chain->next);
  return chain->first && chain->last && chain->next;
}

static void chain_free(muster_plan_chain *chain) {
  muster_map_free(&chain->keys);
  muster_free(chain->first);
  muster_free(chain->last);
  muster_free(chain->next);
  *chain = (muster_plan_chain){0};
}

static bool chain_add(muster_plan_chain *chain, muster_text key, uint32_t record) {
  bool added;
  uint32_t at = muster_map_add(&chain->keys, key, &added);
  if (at == MUSTER_NONE) return false;
  chain->next[record] = MUSTER_NONE;
  if (added) {
    chain->first[at] = record;
  } else {
    chain->next[chain->last[at]] = record;
  }
  chain->last[at] = record;
  return true;
}

static const muster_plan_record *follow(const muster_plan_memory *memory, const muster_plan_chain *chain,
                                        muster_text key, uint32_t *at) {
  if (*at == MUSTER_NONE) {
    uint32_t number = muster_map_find(&chain->keys, key);
    *at = number == MUSTER_NONE ? MUSTER_NONE : chain->first[number];
  } else {
    *at = chain->next[*at];
  }
  return *at == MUSTER_NONE ? NULL : &memory->records[*at];
}

/* ---- keys ---- */

enum { KEY_LIMIT = 64 * 1024 };

static muster_text subject_key(muster_buf *buf, muster_subject_kind kind, muster_text school, muster_text subject) {
  muster_buf_clear(buf);
  muster_buf_putc(buf, (char)('0' + kind));
  muster_buf_add(buf, school.at, school.n);
  muster_buf_putc(buf, '\x1f');
  muster_buf_add(buf, subject.at, subject.n);
  return (muster_text){buf->at, buf->n};
}

muster_status muster_plan_memory_index(muster_plan_memory *memory, muster_error *err) {
  muster_buf buf;
  muster_buf_init(&buf, KEY_LIMIT);
  bool ok = chain_open(&memory->by_subject, memory->count) && chain_open(&memory->by_school, memory->count);
  for (uint32_t i = 0; ok && i < memory->count; i++) {
    const muster_plan_record *r = &memory->records[i];
    muster_text school = muster_text_of(r->school);
    muster_text key = subject_key(&buf, r->kind, school, muster_text_of(r->subject));
    ok = !buf.failed && chain_add(&memory->by_subject, key, i) && chain_add(&memory->by_school, school, i);
  }
  muster_buf_free(&buf);
  if (ok) return MUSTER_OK;
  muster_plan_memory_free(memory);
  return muster_fail_memory(err);
}

void muster_plan_memory_free(muster_plan_memory *memory) {
  chain_free(&memory->by_subject);
  chain_free(&memory->by_school);
}

const muster_plan_record *muster_plan_memory_next(const muster_plan_memory *memory, const muster_register *reg,
                                                  const muster_subject *subject, uint32_t *at) {
  if (!memory || !memory->count) return NULL;
  if (*at != MUSTER_NONE) return follow(memory, &memory->by_subject, (muster_text){"", 0}, at);
  muster_buf buf;
  muster_buf_init(&buf, KEY_LIMIT);
  muster_text key =
      subject_key(&buf, subject->kind, muster_school_id(reg, subject->school), muster_subject_id(reg, subject));
  const muster_plan_record *record = buf.failed ? NULL : follow(memory, &memory->by_subject, key, at);
  muster_buf_free(&buf);
  return record;
}

const muster_plan_record *muster_plan_memory_of_school(const muster_plan_memory *memory, const muster_register *reg,
                                                       uint32_t school, uint32_t *at) {
  return memory && memory->count ? follow(memory, &memory->by_school, muster_school_id(reg, school), at) : NULL;
}
