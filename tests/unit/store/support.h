/* A folder, a store beside it, and registers compared field by field. */
#ifndef TESTS_STORE_SUPPORT_H
#define TESTS_STORE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "muster/store.h"

typedef struct shelf {
  char folder[64], csv[80], store[80];
  muster_import_report report;
  muster_error err;
} shelf;

static inline void shelf_begin(shelf *s) {
  memset(s, 0, sizeof *s);
  strcpy(s->folder, "/tmp/muster-store-XXXXXX");
  assert_non_null(mkdtemp(s->folder));
  snprintf(s->csv, sizeof s->csv, "%s/csv", s->folder);
  snprintf(s->store, sizeof s->store, "%s/s.db", s->folder);
  assert_int_equal(mkdir(s->csv, 0700), 0);
}

static inline void shelf_end(shelf *s) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", s->folder);
  assert_int_equal(system(command), 0);
}

/* Forgets the files of the folder. */
static inline void shelf_clear(shelf *s) {
  char command[128];
  snprintf(command, sizeof command, "rm -f '%s'/*", s->csv);
  assert_int_equal(system(command), 0);
}

static inline void shelf_file(shelf *s, const char *name, const char *text) {
  char path[160];
  snprintf(path, sizeof path, "%s/%s", s->csv, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
}

static inline void must(const shelf *s, muster_status status) {
  if (status == MUSTER_OK) return;
  char text[1200];
  muster_error_format(&s->err, text, sizeof text);
  fail_msg("%s", text);
}

/* The folder as a register and its ledger, beside the pupils of the store when `import` is given. */
static inline muster_register *shelf_read_for(shelf *s, const muster_import_options *import, muster_ledger **ledger) {
  muster_register *reg = muster_register_new();
  *ledger = muster_ledger_new();
  assert_non_null(reg);
  assert_non_null(*ledger);
  muster_known_pupils known = {0};
  muster_load_options options = {.digests = true, .known = import ? &known : NULL};
  if (import) must(s, muster_store_known_begin(s->store, import, &known, &s->err));
  muster_status status = muster_load(s->csv, NULL, &options, reg, *ledger, &s->err);
  if (import) muster_store_known_end(&known);
  must(s, status);
  return reg;
}

static inline muster_register *shelf_read(shelf *s, muster_ledger **ledger) { return shelf_read_for(s, NULL, ledger); }

static inline muster_date day(const char *iso) {
  muster_date date;
  assert_true(muster_date_parse(muster_text_of(iso), &date));
  return date;
}

static inline muster_status shelf_try_import_with(shelf *s, const muster_import_options *options) {
  muster_ledger *ledger;
  muster_register *reg = shelf_read_for(s, options, &ledger);
  muster_status status = muster_store_import(s->store, reg, ledger, options, &s->report, &s->err);
  muster_register_free(reg);
  muster_ledger_free(ledger);
  return status;
}

static inline muster_status shelf_try_import(shelf *s, const char *on) {
  muster_import_options options = {.on = day(on)};
  return shelf_try_import_with(s, &options);
}

static inline void shelf_import(shelf *s, const char *on) { must(s, shelf_try_import(s, on)); }

static inline muster_register *shelf_load_with(shelf *s, const muster_store_options *options) {
  muster_register *reg;
  must(s, muster_store_load(s->store, options, &reg, &s->err));
  return reg;
}

static inline muster_register *shelf_load(shelf *s) { return shelf_load_with(s, NULL); }

static inline muster_register *shelf_load_at(shelf *s, const char *known_at) {
  muster_store_options options = muster_store_everything();
  options.known_at = day(known_at);
  return shelf_load_with(s, &options);
}

static inline void same_text(muster_text a, muster_text b) {
  if (!muster_text_equal(a, b)) fail_msg("'%.*s' is not '%.*s'", (int)a.n, a.at, (int)b.n, b.at);
}

static inline muster_text text_at(const muster_register *reg, uint32_t number) {
  return number == MUSTER_NONE ? (muster_text){"", 0} : muster_map_name(&reg->texts, number);
}

static inline void same_attributes(const muster_register *a, const muster_attributes *x, const muster_register *b,
                                   const muster_attributes *y, size_t subjects) {
  assert_int_equal(x->count, y->count);
  for (size_t i = 0; i < x->count; i++) {
    same_text(muster_text_of(x->columns[i].name), muster_text_of(y->columns[i].name));
    for (uint32_t k = 0; k < subjects; k++)
      same_text(muster_attribute_value(a, &x->columns[i], k), muster_attribute_value(b, &y->columns[i], k));
  }
}

static inline const uint8_t *row_of(const muster_register *reg, int year, uint32_t pupil) {
  static const uint8_t none[MUSTER_YEAR_MARKS];
  for (size_t y = 0; y < reg->year_count; y++)
    if (reg->years[y].year == year && reg->years[y].rows[pupil]) return reg->years[y].rows[pupil];
  return none;
}

static inline void same_marks(const muster_register *a, const muster_register *b) {
  for (size_t y = 0; y < a->year_count; y++)
    for (uint32_t p = 0; p < a->pupil_count; p++)
      assert_memory_equal(row_of(a, a->years[y].year, p), row_of(b, a->years[y].year, p), MUSTER_YEAR_MARKS);
  for (size_t y = 0; y < b->year_count; y++)
    for (uint32_t p = 0; p < b->pupil_count; p++)
      assert_memory_equal(row_of(a, b->years[y].year, p), row_of(b, b->years[y].year, p), MUSTER_YEAR_MARKS);
}

static inline void same_number(double a, double b) { assert_true(a == b || (a != a && b != b)); }

/* Everything that a reader of a register can see, calendars over the weeks of both. */
static inline void same_register(const muster_register *a, const muster_register *b) {
  assert_int_equal(a->school_count, b->school_count);
  assert_int_equal(a->pupil_count, b->pupil_count);
  for (uint32_t s = 0; s < a->school_count; s++) {
    same_text(muster_school_id(a, s), muster_school_id(b, s));
    same_text(muster_school_name(a, s), muster_school_name(b, s));
    assert_int_equal(a->schools[s].count, b->schools[s].count);
    for (int32_t week = 1000; week < 3500; week++)
      assert_int_equal(muster_open_lane(&a->schools[s].open, week), muster_open_lane(&b->schools[s].open, week));
  }
  for (uint32_t p = 0; p < a->pupil_count; p++) {
    same_text(muster_pupil_id(a, p), muster_pupil_id(b, p));
    assert_int_equal(a->pupils[p].school, b->pupils[p].school);
    assert_int_equal(a->pupils[p].start, b->pupils[p].start);
    assert_int_equal(a->pupils[p].end, b->pupils[p].end);
    assert_int_equal(a->pupils[p].birth, b->pupils[p].birth);
    assert_int_equal(a->pupils[p].next, b->pupils[p].next);
  }
  same_attributes(a, &a->pupil_attributes, b, &b->pupil_attributes, a->pupil_count);
  same_attributes(a, &a->school_attributes, b, &b->school_attributes, a->school_count);
  same_marks(a, b);
  assert_int_equal(a->first_mark, b->first_mark);
  assert_int_equal(a->last_mark, b->last_mark);
  assert_int_equal(a->calendar_given, b->calendar_given);
  assert_int_equal(a->terms_given, b->terms_given);
  assert_int_equal(a->presence_implied, b->presence_implied);
  assert_int_equal(a->half_term_count, b->half_term_count);
  for (size_t i = 0; i < a->half_term_count; i++)
    assert_memory_equal(&a->half_terms[i], &b->half_terms[i], sizeof a->half_terms[i]);
  assert_int_equal(a->total_count, b->total_count);
  for (size_t i = 0; i < a->total_count; i++) {
    const muster_total *x = &a->totals[i], *y = &b->totals[i];
    same_text(muster_school_id(a, x->school), muster_school_id(b, y->school));
    same_text(text_at(a, x->period), text_at(b, y->period));
    assert_int_equal(x->possible, y->possible);
    assert_int_equal(x->authorised, y->authorised);
    assert_int_equal(x->unauthorised, y->unauthorised);
    assert_int_equal(x->absent, y->absent);
    assert_int_equal(x->enrolments, y->enrolments);
    assert_int_equal(x->persistent, y->persistent);
    assert_int_equal(x->severe, y->severe);
  }
  assert_int_equal(a->intervention_count, b->intervention_count);
  for (size_t i = 0; i < a->intervention_count; i++) {
    const muster_intervention *x = &a->interventions[i], *y = &b->interventions[i];
    assert_int_equal(x->subject_kind, y->subject_kind);
    assert_int_equal(x->subject, y->subject);
    same_text(text_at(a, x->kind), text_at(b, y->kind));
    same_text(text_at(a, x->provider), text_at(b, y->provider));
    assert_int_equal(x->start, y->start);
    assert_int_equal(x->end, y->end);
    same_number(x->dose, y->dose);
    same_number(x->cost, y->cost);
  }
  assert_int_equal(a->response_count, b->response_count);
  for (size_t i = 0; i < a->response_count; i++) {
    const muster_response *x = &a->responses[i], *y = &b->responses[i];
    same_text(text_at(a, x->respondent), text_at(b, y->respondent));
    same_text(text_at(a, x->instrument), text_at(b, y->instrument));
    same_text(text_at(a, x->item), text_at(b, y->item));
    assert_int_equal(x->pupil, y->pupil);
    assert_int_equal(x->school, y->school);
    assert_int_equal(x->date, y->date);
    same_number(x->value, y->value);
  }
  char one[MUSTER_DIGEST_TEXT], other[MUSTER_DIGEST_TEXT];
  assert_int_equal(muster_register_digest(a, 1, one, NULL), MUSTER_OK);
  assert_int_equal(muster_register_digest(b, 2, other, NULL), MUSTER_OK);
  assert_string_equal(one, other);
}

/* Code of a pupil's mark, "" for none. */
static inline const char *code_of(const muster_register *reg, const char *id, const char *iso, int afternoon) {
  uint32_t number = muster_map_find(&reg->pupil_ids, muster_text_of(id));
  assert_int_not_equal(number, MUSTER_NONE);
  muster_date date = day(iso);
  uint32_t p = muster_register_enrolment(reg, number, date);
  if (p == MUSTER_NONE) return "";
  int year = muster_row_year(date);
  muster_session base = muster_year_first_week(year) * MUSTER_LANE;
  uint8_t mark = row_of(reg, year, p)[muster_session_of(date) - base + afternoon];
  return mark ? reg->codes.codes[mark - 1].text : "";
}

static inline void bytes_of(const char *path, char **bytes, size_t *n) {
  muster_error err;
  assert_int_equal(muster_file_read(path, 1 << 28, bytes, n, &err), MUSTER_OK);
}

#endif
