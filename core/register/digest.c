/* The digest of a register: a digest for each school, then one over them all. Every part stands behind its length, so
 * that no two contents run together; whatever has a number in the register goes in by its name. */
#include "muster/register/digest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/parallel.h"

typedef struct school_digest {
  char text[MUSTER_DIGEST_TEXT];
} school_digest;

typedef struct digesting {
  const muster_register *reg;
  const muster_attribute **pupil_columns, **school_columns; /* by name */
  bool renumber;                                            /* local codes are used, so marks go in by `numbers` */
  uint8_t numbers[256]; /* of each mark, whatever order the local codes were added in */
  school_digest *schools;
} digesting;

static void number(muster_hash *hash, int64_t value) { muster_hash_add(hash, &value, sizeof value); }

static void words(muster_hash *hash, muster_text text) {
  number(hash, (int64_t)text.n);
  muster_hash_add(hash, text.at, text.n);
}

static void word(muster_hash *hash, const muster_register *reg, uint32_t text) {
  words(hash, text == MUSTER_NONE ? (muster_text){"", 0} : muster_map_name(&reg->texts, text));
}

/* Numbers that were not given are all the same. */
static void real(muster_hash *hash, double value) {
  if (isnan(value)) value = NAN;
  muster_hash_add(hash, &value, sizeof value);
}

/* ---- attributes ---- */

static int by_name(const void *a, const void *b) {
  return strcmp((*(const muster_attribute *const *)a)->name, (*(const muster_attribute *const *)b)->name);
}

static const muster_attribute **columns_by_name(const muster_attributes *of) {
  const muster_attribute **columns = muster_alloc(of->count + 1, sizeof *columns);
  if (!columns) return NULL;
  for (size_t k = 0; k < of->count; k++) columns[k] = &of->columns[k];
  columns[of->count] = NULL;
  qsort(columns, of->count, sizeof *columns, by_name);
  return columns;
}

static void attributes(muster_hash *hash, const muster_register *reg, const muster_attribute **columns,
                       uint32_t subject) {
  for (; *columns; columns++) {
    muster_text value = muster_attribute_value(reg, *columns, subject);
    if (value.n == 0) continue;
    words(hash, muster_text_of((*columns)->name));
    words(hash, value);
  }
  number(hash, -1);
}

/* ---- codes ---- */

typedef struct numbered_code {
  const muster_code *code;
  uint8_t mark;
} numbered_code;

static int by_text_and_time(const void *a, const void *b) {
  const muster_code *x = ((const numbered_code *)a)->code, *y = ((const numbered_code *)b)->code;
  int order = strcmp(x->text, y->text);
  return order ? order : (x->from > y->from) - (x->from < y->from);
}

static void find_used(const muster_register *reg, bool used[256]) {
  for (size_t y = 0; y < reg->year_count; y++)
    for (uint32_t p = 0; p < reg->pupil_count; p++) {
      const uint8_t *row = reg->years[y].rows[p];
      for (int i = 0; row && i < MUSTER_YEAR_MARKS; i++) used[row[i]] = true;
    }
}

static void code(muster_hash *hash, const muster_code *c) {
  words(hash, muster_text_of(c->text));
  number(hash, c->categories);
  number(hash, c->from);
  number(hash, c->to);
}

/* The national codes, in their fixed order, and after them the local ones that are used, by text. */
static void codes(muster_hash *hash, digesting *d) {
  const muster_codes *of = &d->reg->codes;
  size_t national, local = 0;
  (void)muster_national_codes(&national);
  numbered_code locals[MUSTER_MOST_CODES];
  bool used[256] = {false};
  if (of->count > national) find_used(d->reg, used);
  for (size_t i = national; i < of->count; i++)
    if (used[i + 1]) locals[local++] = (numbered_code){&of->codes[i], (uint8_t)(i + 1)};
  qsort(locals, local, sizeof *locals, by_text_and_time);
  for (size_t m = 0; m < 256; m++) d->numbers[m] = (uint8_t)m;
  for (size_t k = 0; k < local; k++) d->numbers[locals[k].mark] = (uint8_t)(national + 1 + k);
  d->renumber = local > 0;
  number(hash, (int64_t)(national + local));
  for (size_t i = 0; i < national; i++) code(hash, &of->codes[i]);
  for (size_t k = 0; k < local; k++) code(hash, locals[k].code);
}

/* ---- schools and their pupils ---- */

/* A week goes in where it differs from the one before it: a register is mostly the same week again. */
static void marks(muster_hash *hash, const digesting *d, const uint8_t *row) {
  uint8_t own[MUSTER_YEAR_MARKS], changes[MUSTER_YEAR_WEEKS * (1 + MUSTER_LANE) + 1], before[MUSTER_LANE] = {0};
  size_t n = 0;
  if (d->renumber) {
    for (size_t i = 0; i < MUSTER_YEAR_MARKS; i++) own[i] = d->numbers[row[i]];
    row = own;
  }
  for (int week = 0; week < MUSTER_YEAR_WEEKS; week++) {
    const uint8_t *now = row + week * MUSTER_LANE;
    if (memcmp(now, before, MUSTER_LANE) == 0) continue;
    changes[n++] = (uint8_t)week;
    memcpy(changes + n, now, MUSTER_LANE);
    memcpy(before, now, MUSTER_LANE);
    n += MUSTER_LANE;
  }
  changes[n++] = UINT8_MAX;
  muster_hash_add(hash, changes, n);
}

static bool is_empty(const uint8_t *row) { return row[0] == 0 && memcmp(row, row + 1, MUSTER_YEAR_MARKS - 1) == 0; }

static void pupil(muster_hash *hash, const digesting *d, uint32_t p) {
  const muster_register *reg = d->reg;
  const muster_pupil *at = &reg->pupils[p];
  words(hash, muster_pupil_id(reg, p));
  const int64_t dates[] = {at->start, at->end, at->birth};
  muster_hash_add(hash, dates, sizeof dates);
  attributes(hash, reg, d->pupil_columns, p);
  for (size_t y = 0; y < reg->year_count; y++) {
    const uint8_t *row = reg->years[y].rows[p];
    if (!row || is_empty(row)) continue;
    number(hash, reg->years[y].year);
    marks(hash, d, row);
  }
  number(hash, -1);
}

static muster_status digest_school(void *context, unsigned worker, size_t s, muster_error *err) {
  (void)worker, (void)err;
  const digesting *d = context;
  const muster_register *reg = d->reg;
  const muster_school *school = &reg->schools[s];
  muster_hash hash;
  muster_hash_begin(&hash);
  words(&hash, muster_school_id(reg, (uint32_t)s));
  words(&hash, muster_school_name(reg, (uint32_t)s));
  attributes(&hash, reg, d->school_columns, (uint32_t)s);
  for (int32_t week = 0; week < school->open.weeks; week++)
    if (school->open.lanes[week]) {
      number(&hash, school->open.first_week + week);
      number(&hash, school->open.lanes[week]);
    }
  number(&hash, -1);
  for (uint32_t k = 0; k < school->count; k++) pupil(&hash, d, reg->by_school[school->first + k]);
  muster_hash_end(&hash, d->schools[s].text);
  return MUSTER_OK;
}

/* ---- what stands beside them ---- */

static void half_terms(muster_hash *hash, const muster_register *reg) {
  number(hash, (int64_t)reg->half_term_count);
  for (size_t i = 0; i < reg->half_term_count; i++) {
    const muster_half_term *h = &reg->half_terms[i];
    const int64_t values[] = {h->start, h->end, h->half_term, h->term};
    muster_hash_add(hash, values, sizeof values);
  }
}

static void totals(muster_hash *hash, const muster_register *reg) {
  number(hash, (int64_t)reg->total_count);
  for (size_t i = 0; i < reg->total_count; i++) {
    const muster_total *t = &reg->totals[i];
    const int64_t values[] = {t->possible,   t->authorised, t->unauthorised, t->absent,
                              t->enrolments, t->persistent, t->severe};
    words(hash, muster_school_id(reg, t->school));
    word(hash, reg, t->period);
    muster_hash_add(hash, values, sizeof values);
  }
}

static void pupil_named(muster_hash *hash, const muster_register *reg, uint32_t id) {
  words(hash, id == MUSTER_NONE ? (muster_text){"", 0} : muster_map_name(&reg->pupil_ids, id));
}

static void school_named(muster_hash *hash, const muster_register *reg, uint32_t id) {
  words(hash, id == MUSTER_NONE ? (muster_text){"", 0} : muster_school_id(reg, id));
}

static void interventions(muster_hash *hash, const muster_register *reg) {
  number(hash, (int64_t)reg->intervention_count);
  for (size_t i = 0; i < reg->intervention_count; i++) {
    const muster_intervention *x = &reg->interventions[i];
    bool is_pupil = x->subject_kind == MUSTER_SUBJECT_PUPIL;
    const int64_t values[] = {x->subject_kind, x->start, x->end};
    muster_hash_add(hash, values, sizeof values);
    pupil_named(hash, reg, is_pupil ? x->subject : MUSTER_NONE);
    school_named(hash, reg, is_pupil ? MUSTER_NONE : x->subject);
    word(hash, reg, x->kind);
    word(hash, reg, x->provider);
    real(hash, x->dose);
    real(hash, x->cost);
  }
}

static void responses(muster_hash *hash, const muster_register *reg) {
  number(hash, (int64_t)reg->response_count);
  for (size_t i = 0; i < reg->response_count; i++) {
    const muster_response *x = &reg->responses[i];
    number(hash, x->date);
    pupil_named(hash, reg, x->pupil);
    school_named(hash, reg, x->school);
    word(hash, reg, x->respondent);
    word(hash, reg, x->instrument);
    word(hash, reg, x->item);
    real(hash, x->value);
  }
}

static muster_status digest(digesting *d, unsigned jobs, char out[MUSTER_DIGEST_TEXT], muster_error *err) {
  const muster_register *reg = d->reg;
  muster_hash hash;
  muster_hash_begin(&hash);
  codes(&hash, d);
  MUSTER_TRY(muster_parallel(jobs, reg->school_count, digest_school, d, err));
  muster_hash_add(&hash, d->schools, reg->school_count * sizeof *d->schools);
  number(&hash, (int64_t)reg->school_count);
  half_terms(&hash, reg);
  totals(&hash, reg);
  interventions(&hash, reg);
  responses(&hash, reg);
  const int64_t said[] = {reg->calendar_given, reg->terms_given, reg->presence_implied};
  muster_hash_add(&hash, said, sizeof said);
  muster_hash_end(&hash, out);
  return MUSTER_OK;
}

muster_status muster_register_digest(const muster_register *reg, unsigned jobs, char out[MUSTER_DIGEST_TEXT],
                                     muster_error *err) {
  digesting d = {.reg = reg,
                 .pupil_columns = columns_by_name(&reg->pupil_attributes),
                 .school_columns = columns_by_name(&reg->school_attributes),
                 .schools = muster_alloc(reg->school_count + 1, sizeof *d.schools)};
  muster_status status =
      d.pupil_columns && d.school_columns && d.schools ? digest(&d, jobs, out, err) : muster_fail_memory(err);
  muster_free(d.pupil_columns);
  muster_free(d.school_columns);
  muster_free(d.schools);
  return status;
}
