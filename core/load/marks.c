/* Reading a file of marks: blocks are parsed on all threads and applied in file order by whichever thread finds the
 * next one ready. */
#include "marks.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "digest.h"

enum { MARKS_BLOCK = 1 << 17, STRIP_BLOCK = 1 << 16, SLOTS_A_THREAD = 2 };

/* A ring of slots: block k is parsed into slot k modulo their number, once the block that was there has been applied.
 */
typedef struct run {
  muster_reading *reading;
  mark_rules rules;
  unsigned jobs;
  mark_scratch **scratches; /* one a thread, and one for the applier */
  mark_slot *slots;
  bool *ready;
  size_t slot_count;
  mark_applier applier;
  size_t applied; /* blocks */
  bool applying, stop;
  pthread_mutex_t lock;
  pthread_cond_t moved; /* a block was applied, or it is time to stop */
  muster_digester *digester;
} run;

static muster_status apply_block(run *r, size_t number, muster_error *err) {
  const muster_input *input = &r->reading->input;
  uint64_t end = input->data_at + (number + 1) * (uint64_t)input->block_bytes;
  MUSTER_TRY(mark_apply(&r->applier, &r->slots[number % r->slot_count], number + 1 == input->block_count, err));
  if (r->digester) MUSTER_TRY(muster_digester_reach(r->digester, input, end, err));
  if (number % 16 == 0) muster_progress_tell(r->reading->load->options.progress, input->name, end, input->size);
  return MUSTER_OK;
}

/* Applies what is ready in order; one thread does so at a time, with the lock open. Called with the lock held. */
static muster_status apply_ready(run *r, muster_error *err) {
  muster_status status = MUSTER_OK;
  while (!r->applying && !r->stop && r->applied < r->reading->input.block_count &&
         r->ready[r->applied % r->slot_count]) {
    size_t number = r->applied;
    r->applying = true;
    pthread_mutex_unlock(&r->lock);
    status = apply_block(r, number, err);
    pthread_mutex_lock(&r->lock);
    r->applying = false;
    r->ready[number % r->slot_count] = false;
    r->applied++;
    r->stop |= status != MUSTER_OK;
    pthread_cond_broadcast(&r->moved);
  }
  return status;
}

/* Blocks are dealt in order, so the one that all others wait for is always in some thread's hands. */
static muster_status take_block(void *context, unsigned worker, size_t number, muster_error *err) {
  run *r = context;
  mark_slot *slot = &r->slots[number % r->slot_count];
  pthread_mutex_lock(&r->lock);
  while (!r->stop && number >= r->applied + r->slot_count) pthread_cond_wait(&r->moved, &r->lock);
  bool stop = r->stop;
  pthread_mutex_unlock(&r->lock);
  if (stop) return MUSTER_OK;
  muster_input_block_read(&slot->block, &r->reading->input, number);
  mark_parse_block(&r->rules, r->scratches[worker], slot);
  pthread_mutex_lock(&r->lock);
  r->ready[number % r->slot_count] = true;
  muster_status status = apply_ready(r, err);
  pthread_mutex_unlock(&r->lock);
  return status;
}

static void free_slot(mark_slot *slot) {
  muster_input_block_free(&slot->block);
  muster_free(slot->records);
  muster_free(slot->rejects);
  muster_free(slot->newcomers);
  muster_free(slot->texts);
}

static void free_run(run *r) {
  for (size_t i = 0; r->slots && i < r->slot_count; i++) free_slot(&r->slots[i]);
  for (unsigned i = 0; r->scratches && i <= r->jobs; i++) {
    if (!r->scratches[i]) continue;
    muster_free(r->scratches[i]->cells);
    muster_free(r->scratches[i]->strip_days);
    muster_free(r->scratches[i]);
  }
  muster_free(r->slots);
  muster_free(r->ready);
  muster_free(r->scratches);
  muster_free(r->applier.sequence.carry);
}

static muster_status make_run(run *r, muster_error *err) {
  const muster_input *input = &r->reading->input;
  /* Pupils who are made while marks are applied must not be looked up at the same time. */
  if (r->rules.make_pupils) r->jobs = 1;
  if (r->jobs > input->block_count) r->jobs = (unsigned)input->block_count;
  r->slot_count = r->jobs > 1 ? (size_t)r->jobs * SLOTS_A_THREAD : 1;
  r->slots = muster_alloc(r->slot_count, sizeof *r->slots);
  r->ready = muster_alloc(r->slot_count, sizeof *r->ready);
  r->scratches = muster_alloc((size_t)r->jobs + 1, sizeof *r->scratches);
  if (!r->slots || !r->ready || !r->scratches) return muster_fail_memory(err);
  for (unsigned i = 0; i <= r->jobs; i++) {
    mark_scratch *s = r->scratches[i] = muster_alloc(1, sizeof *s);
    if (!s || !(s->cells = muster_alloc(input->columns, sizeof *s->cells))) return muster_fail_memory(err);
    s->days_reached = MUSTER_NO_DATE;
  }
  mark_applier_begin(&r->applier, &r->rules, r->scratches[r->jobs]);
  return MUSTER_OK;
}

static muster_status run_blocks(run *r, muster_error *err) {
  pthread_mutex_init(&r->lock, NULL);
  pthread_cond_init(&r->moved, NULL);
  muster_status status = muster_parallel(r->jobs, r->reading->input.block_count, take_block, r, err);
  pthread_cond_destroy(&r->moved);
  pthread_mutex_destroy(&r->lock);
  return status;
}

/* ---- the file ---- */

static muster_layout layout_of(const muster_reading *r) {
  const muster_columns *c = &r->columns;
  if (r->how->layout != MUSTER_LAYOUT_ANY) return r->how->layout;
  const char *slash = strrchr(r->input.name, '/');
  if (strcmp(slash ? slash + 1 : r->input.name, "absences.csv") == 0) return MUSTER_LAYOUT_ABSENCES;
  bool has_code = muster_columns_has(c, MARKS_CODE);
  if (!has_code && muster_columns_has(c, MARKS_MARKS)) return MUSTER_LAYOUT_STRIP;
  if (!has_code && (muster_columns_has(c, MARKS_WEEK) || muster_columns_has(c, MARKS_MON_AM)))
    return MUSTER_LAYOUT_WEEK;
  if (!has_code && muster_columns_has(c, MARKS_AM) && muster_columns_has(c, MARKS_PM)) return MUSTER_LAYOUT_DAY;
  return MUSTER_LAYOUT_LONG;
}

static muster_status require_columns(const muster_reading *r, muster_error *err) {
  static const int of_long[] = {MARKS_PUPIL, MARKS_DATE, MARKS_CODE, MARKS_SESSION};
  static const int of_strip[] = {MARKS_PUPIL, MARKS_START, MARKS_MARKS};
  static const int of_day[] = {MARKS_PUPIL, MARKS_DATE, MARKS_AM, MARKS_PM};
  int of_week[12] = {MARKS_PUPIL, MARKS_WEEK};
  for (int i = 0; i < 10; i++) of_week[2 + i] = MARKS_MON_AM + i;
  if (r->layout == MUSTER_LAYOUT_STRIP)
    return muster_columns_require(&r->columns, &r->input, r->kind, of_strip, 3, err);
  if (r->layout == MUSTER_LAYOUT_WEEK) return muster_columns_require(&r->columns, &r->input, r->kind, of_week, 12, err);
  if (r->layout == MUSTER_LAYOUT_DAY) return muster_columns_require(&r->columns, &r->input, r->kind, of_day, 4, err);
  bool days = muster_columns_none(r->how, "session");
  muster_status status = muster_columns_require(&r->columns, &r->input, r->kind, of_long, 3, err);
  if (status != MUSTER_OK || days) return status;
  status = muster_columns_require(&r->columns, &r->input, r->kind, of_long + 3, 1, err);
  if (status != MUSTER_OK)
    muster_error_todo(err, "where each row is a whole day, say so in source.lua: columns = { session = \"-\" }");
  return status;
}

/* The school of pupils whom only marks name: the only one there is, here and where pupils are known from, or one made
 * for them when the first of them comes. */
static muster_status find_default_school(run *r, muster_arena *arena, muster_error *err) {
  const muster_loading *load = r->reading->load;
  const muster_register *reg = load->reg;
  const muster_known_pupils *known = load->options.known;
  if (!r->rules.make_pupils || muster_columns_has(&r->reading->columns, MARKS_SCHOOL)) return MUSTER_OK;
  uint64_t count = 0;
  muster_text only = {"", 0}, ours = reg->school_count == 1 ? muster_school_id(reg, 0) : only;
  if (known) MUSTER_TRY(known->schools(known->context, &count, &only, err));
  muster_text school = MUSTER_TEXT("school");
  if (ours.n && (count == 0 || muster_text_equal(only, ours)))
    school = ours;
  else if (reg->school_count == 0 && only.n)
    school = only;
  r->rules.default_school = muster_map_find(&reg->school_ids, school);
  r->rules.default_id = muster_arena_copy(arena, school.at, school.n);
  return r->rules.default_id ? MUSTER_OK : muster_fail_memory(err);
}

muster_status muster_read_marks(muster_reading *reading, muster_error *err) {
  muster_loading *load = reading->load;
  reading->layout = layout_of(reading);
  MUSTER_TRY(require_columns(reading, err));
  load->ledger->files[reading->file].layout = reading->layout;
  load->ledger->files[reading->file].counts_marks = reading->layout == MUSTER_LAYOUT_STRIP ||
                                                    reading->layout == MUSTER_LAYOUT_WEEK ||
                                                    reading->layout == MUSTER_LAYOUT_DAY;
  if (reading->layout == MUSTER_LAYOUT_STRIP) {
    reading->input.keep_blanks = true;
    muster_input_cut(&reading->input, STRIP_BLOCK);
  } else {
    muster_input_cut(&reading->input, MARKS_BLOCK);
  }
  if (reading->layout == MUSTER_LAYOUT_ABSENCES) load->reg->presence_implied = true;
  if (reading->input.block_count == 0) return MUSTER_OK;
  run r = {.reading = reading, .jobs = load->options.jobs ? load->options.jobs : 1};
  muster_digester digester = {0};
  muster_arena arena = {0};
  muster_status status = mark_rules_make(&r.rules, reading, &arena, err);
  reading->input.unsplit = status == MUSTER_OK && r.rules.usual_order && r.rules.plain_sessions;
  load->ledger->files[reading->file].counts_marks |= r.rules.whole_days;
  if (status == MUSTER_OK) status = find_default_school(&r, &arena, err);
  if (status == MUSTER_OK) status = make_run(&r, err);
  if (status == MUSTER_OK && load->options.digests) {
    r.digester = &digester;
    status = muster_digester_begin(&digester, err);
  }
  if (status == MUSTER_OK) status = run_blocks(&r, err);
  if (status == MUSTER_OK && r.digester) status = muster_digester_reach(&digester, &reading->input, UINT64_MAX, err);
  if (r.digester)
    muster_digester_end(&digester, status == MUSTER_OK ? load->ledger->files[reading->file].digest : NULL);
  if (status == MUSTER_OK && r.applier.made)
    status = muster_books_fact(load->ledger, "pupils-made", reading->file, err,
                               "there is no file of pupils: %llu pupils were made from their marks",
                               (unsigned long long)r.applier.made);
  free_run(&r);
  muster_arena_free(&arena);
  return status;
}
