/* A run for the store, as a parcel between two processes. */
#include "posted_run.h"

void posted_run_put(muster_buf *parcel, const muster_stored_run *run) {
  muster_parcel_put_number(parcel, run->as_of);
  muster_parcel_put_words(parcel, run->packs);
  muster_parcel_put_words(parcel, run->run_json);
  muster_parcel_put_number(parcel, (int64_t)run->finding_count);
  for (size_t i = 0; i < run->finding_count; i++) {
    const muster_stored_finding *f = &run->findings[i];
    const char *const words[] = {f->rule, f->scope, f->subject, f->school, f->level, f->message, f->evidence};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) muster_parcel_put_words(parcel, words[k]);
    muster_parcel_put_number(parcel, f->since);
  }
  muster_parcel_put_number(parcel, (int64_t)run->step_count);
  for (size_t i = 0; i < run->step_count; i++) {
    const muster_stored_step *s = &run->steps[i];
    const char *const words[] = {s->plan, s->rule, s->scope, s->subject, s->school, s->step, s->action, s->owner};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) muster_parcel_put_words(parcel, words[k]);
    muster_parcel_put_number(parcel, s->start);
    muster_parcel_put_number(parcel, s->due);
    muster_parcel_put_number(parcel, s->status);
    muster_parcel_put_number(parcel, s->done_on);
  }
}

static muster_date take_date(muster_parcel *parcel) {
  return (muster_date)muster_parcel_number_within(parcel, INT32_MIN, INT32_MAX);
}

static const char *take_words(muster_parcel *parcel, muster_arena *arena) {
  const char *words = muster_parcel_words(parcel, arena);
  if (!words) parcel->broken = true;
  return words;
}

/* How many follow: each is at least as long as its numbers. */
static size_t take_count(muster_parcel *parcel) {
  return (size_t)muster_parcel_number_within(parcel, 0, (int64_t)(parcel->rest.n / sizeof(int64_t)));
}

static void take_finding(muster_parcel *parcel, muster_arena *arena, muster_stored_finding *f) {
  const char **const words[] = {&f->rule, &f->scope, &f->subject, &f->school, &f->level, &f->message, &f->evidence};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) *words[k] = take_words(parcel, arena);
  f->since = take_date(parcel);
}

static void take_step(muster_parcel *parcel, muster_arena *arena, muster_stored_step *s) {
  const char **const words[] = {&s->plan,   &s->rule, &s->scope,  &s->subject,
                                &s->school, &s->step, &s->action, &s->owner};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) *words[k] = take_words(parcel, arena);
  s->start = take_date(parcel);
  s->due = take_date(parcel);
  s->status = (muster_stored_status)muster_parcel_number_within(parcel, MUSTER_STORED_OPEN, MUSTER_STORED_DROPPED);
  s->done_on = take_date(parcel);
}

static muster_status record(muster_parcel *parcel, muster_arena *arena, const char *path, muster_error *err) {
  muster_stored_run run = {.as_of = take_date(parcel)};
  run.packs = take_words(parcel, arena);
  run.run_json = muster_parcel_words(parcel, arena);
  run.finding_count = take_count(parcel);
  muster_stored_finding *findings = muster_arena_alloc(arena, (run.finding_count + 1) * sizeof *findings);
  if (!findings) return muster_fail_memory(err);
  for (size_t i = 0; i < run.finding_count && !parcel->broken; i++) take_finding(parcel, arena, &findings[i]);
  run.step_count = take_count(parcel);
  muster_stored_step *steps = muster_arena_alloc(arena, (run.step_count + 1) * sizeof *steps);
  if (!steps) return muster_fail_memory(err);
  for (size_t i = 0; i < run.step_count && !parcel->broken; i++) take_step(parcel, arena, &steps[i]);
  run.findings = findings;
  run.steps = steps;
  if (!muster_parcel_done(parcel)) return muster_fail(err, MUSTER_PACK, "its process sent a run that is not whole");
  return muster_store_record(path, &run, NULL, err);
}

muster_status posted_run_record(muster_text text, const char *path, muster_error *err) {
  muster_parcel parcel = {.rest = text};
  muster_arena arena = {0};
  muster_status status = record(&parcel, &arena, path, err);
  muster_arena_free(&arena);
  return status;
}
