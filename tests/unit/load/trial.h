/* A folder made for one test, and its load: by every parser, on one thread and on three, with the same answer each time
 * and every row accounted for. */
#ifndef TESTS_LOAD_TRIAL_H
#define TESTS_LOAD_TRIAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "muster/load.h"

typedef struct trial {
  char folder[64];
  char names[16][64];
  size_t name_count;
  muster_source *source;
  muster_load_options options;
  muster_register *reg;
  muster_ledger *ledger;
  muster_status status;
  muster_error err;
  muster_buf rejects, json; /* rejects.csv without its header; ledger.json */
} trial;

static inline void trial_begin(trial *t) {
  *t = (trial){.source = muster_source_new()};
  assert_non_null(t->source);
  strcpy(t->folder, "/tmp/muster-load-XXXXXX");
  assert_non_null(mkdtemp(t->folder));
}

static inline void trial_bytes(trial *t, const char *name, const void *bytes, size_t n) {
  char path[160];
  snprintf(path, sizeof path, "%s/%s", t->folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  assert_int_equal(fclose(file), 0);
  for (size_t i = 0; i < t->name_count; i++)
    if (strcmp(t->names[i], name) == 0) return;
  snprintf(t->names[t->name_count++], sizeof t->names[0], "%s", name);
}

static inline void trial_file(trial *t, const char *name, const char *text) {
  trial_bytes(t, name, text, strlen(text));
}

/* Two pupils at one school, and what else a test adds. */
static inline void trial_pupils(trial *t) { trial_file(t, "pupils.csv", "pupil_id,school_id\nann,S1\nbob,S1\n"); }

static inline void trial_put(trial *t, const char *kind, const char *key, const char *name, const char *value) {
  muster_error err = {0};
  if (muster_source_put(t->source, kind, key, name, value, &err) != MUSTER_OK) fail_msg("%s", err.what);
}

static inline bool trial_add_reject(void *context, const muster_reject *r) {
  muster_buf *out = context;
  muster_buf_printf(out, "%.*s:%llu:%.*s:%.*s:%.*s\n", (int)r->file.n, r->file.at, (unsigned long long)r->line,
                    (int)r->column.n, r->column.at, (int)r->value.n, r->value.at, (int)r->reason.n, r->reason.at);
  return true;
}

static inline void trial_unload(trial *t) {
  muster_register_free(t->reg);
  muster_ledger_free(t->ledger);
  muster_buf_free(&t->rejects);
  muster_buf_free(&t->json);
  t->reg = NULL;
  t->ledger = NULL;
}

static inline void trial_load_once(trial *t) {
  trial_unload(t);
  t->reg = muster_register_new();
  t->ledger = muster_ledger_new();
  assert_true(t->reg && t->ledger);
  t->err = (muster_error){0};
  t->status = muster_load(t->folder, t->source, &t->options, t->reg, t->ledger, &t->err);
  assert_true(muster_ledger_balanced(t->ledger));
  muster_buf_init(&t->rejects, 1 << 24);
  muster_buf_init(&t->json, 1 << 24);
  assert_int_equal(muster_ledger_each_reject(t->ledger, trial_add_reject, &t->rejects, &t->err), MUSTER_OK);
  muster_ledger_json(t->ledger, &t->json);
  assert_false(t->rejects.failed || t->json.failed);
}

/* Everything that a load answers, as bytes. */
static inline void trial_picture(const trial *t, muster_buf *out) {
  muster_buf_init(out, 1 << 26);
  muster_buf_printf(out, "%d|%s|%s|%s|%s\n", t->status, t->err.what, t->err.where, t->err.expected, t->err.todo);
  muster_buf_puts(out, t->json.at);
  if (t->rejects.n) muster_buf_puts(out, t->rejects.at);
  for (size_t i = 0; i < t->ledger->superseded_count; i++) {
    const muster_superseded *s = &t->ledger->superseded[i];
    muster_buf_printf(out, "%u %d %d %d %u %llu\n", s->pupil, s->session, s->old_mark, s->new_mark, s->file,
                      (unsigned long long)s->line);
  }
  if (t->status != MUSTER_OK) return;
  for (uint32_t p = 0; p < t->reg->pupil_count; p++) {
    muster_buf_printf(out, "%s %u\n", muster_pupil_id(t->reg, p).at, t->reg->pupils[p].school);
    for (size_t y = 0; y < t->reg->year_count; y++)
      if (t->reg->years[y].rows[p]) muster_buf_add(out, (char *)t->reg->years[y].rows[p], MUSTER_YEAR_MARKS);
  }
}

static inline void trial_load(trial *t) {
  muster_buf first = {0};
  for (int jobs = 1; jobs <= 3; jobs += 2)
    for (int parser = MUSTER_PARSER_BEST; parser <= MUSTER_PARSER_AVX2; parser++) {
      muster_buf next;
      t->options.jobs = (unsigned)jobs;
      t->options.parser = (muster_parser)parser;
      trial_load_once(t);
      trial_picture(t, &next);
      assert_false(next.failed);
      if (first.at) {
        if (next.n != first.n || memcmp(next.at, first.at, first.n) != 0)
          fail_msg("parser %d on %d threads answers otherwise:\n%s\n---\n%s", parser, jobs, first.at, next.at);
        muster_buf_free(&next);
      } else {
        first = next;
      }
    }
  muster_buf_free(&first);
}

static inline void trial_end(trial *t) {
  trial_unload(t);
  muster_source_free(t->source);
  for (size_t i = 0; i < t->name_count; i++) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", t->folder, t->names[i]);
    unlink(path);
  }
  rmdir(t->folder);
}

static inline const muster_ledger_file *trial_account(const trial *t, const char *name) {
  for (size_t i = 0; i < t->ledger->file_count; i++)
    if (strcmp(t->ledger->files[i].name, name) == 0) return &t->ledger->files[i];
  fail_msg("no account of %s", name);
  return NULL;
}

/* The load went through, and the file's counts are these. */
static inline void trial_counts(const trial *t, const char *name, uint64_t accepted, uint64_t duplicate,
                                uint64_t superseded, uint64_t rejected) {
  if (t->status != MUSTER_OK) fail_msg("%s: %s; %s; %s", t->err.where, t->err.what, t->err.expected, t->err.todo);
  const muster_ledger_counts *c = &trial_account(t, name)->counts;
  if (c->accepted != accepted || c->duplicate != duplicate || c->superseded != superseded || c->rejected != rejected)
    fail_msg("%s: %llu accepted, %llu duplicate, %llu superseded, %llu rejected\n%s", name,
             (unsigned long long)c->accepted, (unsigned long long)c->duplicate, (unsigned long long)c->superseded,
             (unsigned long long)c->rejected, t->rejects.at ? t->rejects.at : "");
}

static inline void trial_rejects(const trial *t, const char *expected) {
  assert_string_equal(t->rejects.at ? t->rejects.at : "", expected);
}

/* The load was refused as a whole. */
static inline void trial_refused(const trial *t, muster_status status, const char *where, const char *what) {
  assert_int_equal(t->status, status);
  assert_string_equal(t->err.what, what);
  assert_non_null(strstr(t->err.where, where));
}

static inline bool trial_has_fact(const trial *t, const char *id) {
  for (size_t i = 0; i < t->ledger->fact_count; i++)
    if (strcmp(t->ledger->facts[i].id, id) == 0) return true;
  return false;
}

static inline muster_date trial_date(const char *iso) {
  muster_date date = MUSTER_NO_DATE;
  assert_true(muster_date_parse(muster_text_of(iso), &date));
  return date;
}

/* The code a pupil has on a date, "" when none. `session` 0 AM, 1 PM. */
static inline const char *trial_code(const trial *t, const char *id, const char *iso, int session) {
  const muster_register *reg = t->reg;
  muster_date date = trial_date(iso);
  uint32_t number = muster_map_find(&reg->pupil_ids, muster_text_of(id));
  uint32_t pupil = muster_register_enrolment(reg, number, date);
  if (pupil == MUSTER_NONE) return "";
  int year = muster_row_year(date);
  for (size_t y = 0; y < reg->year_count; y++) {
    if (reg->years[y].year != year || !reg->years[y].rows[pupil]) continue;
    uint8_t mark =
        reg->years[y].rows[pupil][muster_session_of(date) - reg->years[y].first_week * MUSTER_LANE + session];
    return mark ? reg->codes.codes[mark - 1].text : "";
  }
  return "";
}

#define TRIAL(name)                \
  static void name##_on(trial *t); \
  static void name(void **state) { \
    (void)state;                   \
    trial t;                       \
    trial_begin(&t);               \
    name##_on(&t);                 \
    trial_end(&t);                 \
  }                                \
  static void name##_on(trial *t)

#endif
