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
  const muster_attribute **pupil_columns, **school_columns; /* that have a value, by name */
  bool renumber;                                            /* local codes are used, so marks go in by `numbers` */
  uint8_t numbers[256]; /* of each mark, whatever order the local codes were added in */
  uint8_t present[2];   /* in the morning and in the afternoon */
  school_digest *schools;
} digesting;

/* ---- what is hashed goes through a buffer: a call of the hash costs more than most of what goes in ---- */

typedef struct sink {
  muster_hash hash;
  size_t n;
  uint8_t bytes[8192];
} sink;

static void begin(sink *to) {
  muster_hash_begin(&to->hash);
  to->n = 0;
}

static void end(sink *to, char out[MUSTER_DIGEST_TEXT]) {
  muster_hash_add(&to->hash, to->bytes, to->n);
  muster_hash_end(&to->hash, out);
}

/* Room for n bytes, of which the caller tells by adding to `n` how many it has filled. */
static uint8_t *room(sink *to, size_t n) {
  if (sizeof to->bytes - to->n < n) {
    muster_hash_add(&to->hash, to->bytes, to->n);
    to->n = 0;
  }
  return to->bytes + to->n;
}

static void add(sink *to, const void *bytes, size_t n) {
  if (n > sizeof to->bytes / 2) {
    room(to, sizeof to->bytes);
    muster_hash_add(&to->hash, bytes, n);
    return;
  }
  memcpy(room(to, n), bytes, n);
  to->n += n;
}

static void number(sink *to, int64_t value) { add(to, &value, sizeof value); }

/* Most texts are short, and their length is a byte. */
static void words(sink *to, muster_text text) {
  *room(to, 1) = text.n < UINT8_MAX ? (uint8_t)text.n : UINT8_MAX;
  to->n++;
  if (text.n >= UINT8_MAX) number(to, (int64_t)text.n);
  add(to, text.at, text.n);
}

static void word(sink *to, const muster_register *reg, uint32_t text) {
  words(to, text == MUSTER_NONE ? (muster_text){"", 0} : muster_map_name(&reg->texts, text));
}

/* Numbers that were not given are all the same. */
static void real(sink *to, double value) {
  if (isnan(value)) value = NAN;
  add(to, &value, sizeof value);
}

/* ---- attributes ---- */

static int by_name(const void *a, const void *b) {
  return strcmp((*(const muster_attribute *const *)a)->name, (*(const muster_attribute *const *)b)->name);
}

static bool has_values(const muster_register *reg, const muster_attribute *column, size_t subjects) {
  for (size_t i = 0; i < subjects; i++)
    if (muster_attribute_value(reg, column, (uint32_t)i).n) return true;
  return false;
}

/* Ends with NULL. */
static const muster_attribute **columns_by_name(const muster_register *reg, const muster_attributes *of,
                                                size_t subjects) {
  const muster_attribute **columns = muster_alloc(of->count + 1, sizeof *columns);
  if (!columns) return NULL;
  size_t n = 0;
  for (size_t k = 0; k < of->count; k++)
    if (has_values(reg, &of->columns[k], subjects)) columns[n++] = &of->columns[k];
  qsort(columns, n, sizeof *columns, by_name);
  return columns;
}

static void names(sink *to, const muster_attribute **columns) {
  for (; *columns; columns++) words(to, muster_text_of((*columns)->name));
  number(to, -1);
}

static void attributes(sink *to, const muster_register *reg, const muster_attribute **columns, uint32_t subject) {
  for (; *columns; columns++) words(to, muster_attribute_value(reg, *columns, subject));
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

static void code(sink *to, const muster_code *c) {
  words(to, muster_text_of(c->text));
  number(to, c->categories);
  number(to, c->from);
  number(to, c->to);
}

/* The national codes, in their fixed order, and after them the local ones that are used, by text. */
static void codes(sink *to, digesting *d) {
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
  d->present[0] = muster_codes_mark(of, MUSTER_TEXT("/"), 0);
  d->present[1] = muster_codes_mark(of, MUSTER_TEXT("\\"), 0);
  number(to, (int64_t)(national + local));
  for (size_t i = 0; i < national; i++) code(to, &of->codes[i]);
  for (size_t k = 0; k < local; k++) code(to, locals[k].code);
}

/* ---- schools and their pupils ---- */

enum { PART = 4, MARKS_MOST = MUSTER_YEAR_WEEKS * (2 + MUSTER_LANE) + PART };

/* A year as most pupils have it: present in every session of the school, by codes that are the same in every
 * register. */
static void usual_year(const digesting *d, const muster_school *school, const muster_year *year, uint8_t *out) {
  for (int32_t week = 0; week < MUSTER_YEAR_WEEKS; week++) {
    uint16_t open = muster_open_lane(&school->open, year->first_week + week);
    for (unsigned i = 0; i < MUSTER_LANE; i++) *out++ = open >> i & 1 ? d->present[i % 2] : 0;
  }
}

/* A week goes in where it differs from the usual one, and of it the parts of four sessions that do, with no branch on
 * which: nobody can guess. */
static void marks(sink *to, const digesting *d, const uint8_t *row, const uint8_t *usual) {
  uint8_t own[MUSTER_YEAR_MARKS], *out = room(to, MARKS_MOST), *const from = out;
  if (d->renumber) {
    for (size_t i = 0; i < MUSTER_YEAR_MARKS; i++) own[i] = d->numbers[row[i]];
    row = own;
  }
  for (int week = 0; week < MUSTER_YEAR_WEEKS; week++, row += MUSTER_LANE, usual += MUSTER_LANE) {
    if (memcmp(row, usual, MUSTER_LANE) == 0) continue;
    uint8_t *head = out, which = 0;
    out += 2;
    for (unsigned i = 0; i < MUSTER_LANE / PART; i++) {
      uint8_t differs = memcmp(row + i * PART, usual + i * PART, PART) != 0;
      memcpy(out, row + i * PART, PART);
      out += differs * PART;
      which |= (uint8_t)(differs << i);
    }
    head[0] = (uint8_t)week;
    head[1] = which;
  }
  *out++ = UINT8_MAX;
  to->n += (size_t)(out - from);
}

static bool is_empty(const uint8_t *row) { return row[0] == 0 && memcmp(row, row + 1, MUSTER_YEAR_MARKS - 1) == 0; }

static void pupil(sink *to, const digesting *d, uint32_t p, const uint8_t *usual) {
  const muster_register *reg = d->reg;
  const muster_pupil *at = &reg->pupils[p];
  words(to, muster_pupil_id(reg, p));
  const muster_date dates[] = {at->start, at->end, at->birth};
  add(to, dates, sizeof dates);
  attributes(to, reg, d->pupil_columns, p);
  for (size_t y = 0; y < reg->year_count; y++) {
    const uint8_t *row = reg->years[y].rows[p];
    if (!row || is_empty(row)) continue;
    number(to, reg->years[y].year);
    marks(to, d, row, usual + y * MUSTER_YEAR_MARKS);
  }
  number(to, -1);
}

static muster_status digest_school(void *context, unsigned worker, size_t s, muster_error *err) {
  (void)worker;
  const digesting *d = context;
  const muster_register *reg = d->reg;
  const muster_school *school = &reg->schools[s];
  uint8_t *usual = muster_alloc(reg->year_count, MUSTER_YEAR_MARKS);
  if (!usual) return muster_fail_memory(err);
  for (size_t y = 0; y < reg->year_count; y++) usual_year(d, school, &reg->years[y], usual + y * MUSTER_YEAR_MARKS);
  sink to;
  begin(&to);
  words(&to, muster_school_id(reg, (uint32_t)s));
  words(&to, muster_school_name(reg, (uint32_t)s));
  attributes(&to, reg, d->school_columns, (uint32_t)s);
  for (int32_t week = 0; week < school->open.weeks; week++)
    if (school->open.lanes[week]) {
      number(&to, school->open.first_week + week);
      number(&to, school->open.lanes[week]);
    }
  number(&to, -1);
  for (uint32_t k = 0; k < school->count; k++) pupil(&to, d, reg->by_school[school->first + k], usual);
  muster_free(usual);
  end(&to, d->schools[s].text);
  return MUSTER_OK;
}

/* ---- what stands beside them ---- */

static void half_terms(sink *to, const muster_register *reg) {
  number(to, (int64_t)reg->half_term_count);
  for (size_t i = 0; i < reg->half_term_count; i++) {
    const muster_half_term *h = &reg->half_terms[i];
    const int64_t values[] = {h->start, h->end, h->half_term, h->term};
    add(to, values, sizeof values);
  }
}

static void totals(sink *to, const muster_register *reg) {
  number(to, (int64_t)reg->total_count);
  for (size_t i = 0; i < reg->total_count; i++) {
    const muster_total *t = &reg->totals[i];
    const int64_t values[] = {t->possible,   t->authorised, t->unauthorised, t->absent,
                              t->enrolments, t->persistent, t->severe};
    words(to, muster_school_id(reg, t->school));
    word(to, reg, t->period);
    add(to, values, sizeof values);
  }
}

static void pupil_named(sink *to, const muster_register *reg, uint32_t id) {
  words(to, id == MUSTER_NONE ? (muster_text){"", 0} : muster_map_name(&reg->pupil_ids, id));
}

static void school_named(sink *to, const muster_register *reg, uint32_t id) {
  words(to, id == MUSTER_NONE ? (muster_text){"", 0} : muster_school_id(reg, id));
}

static void interventions(sink *to, const muster_register *reg) {
  number(to, (int64_t)reg->intervention_count);
  for (size_t i = 0; i < reg->intervention_count; i++) {
    const muster_intervention *x = &reg->interventions[i];
    bool is_pupil = x->subject_kind == MUSTER_SUBJECT_PUPIL;
    const int64_t values[] = {x->subject_kind, x->start, x->end};
    add(to, values, sizeof values);
    pupil_named(to, reg, is_pupil ? x->subject : MUSTER_NONE);
    school_named(to, reg, is_pupil ? MUSTER_NONE : x->subject);
    word(to, reg, x->kind);
    word(to, reg, x->provider);
    real(to, x->dose);
    real(to, x->cost);
  }
}

static void responses(sink *to, const muster_register *reg) {
  number(to, (int64_t)reg->response_count);
  for (size_t i = 0; i < reg->response_count; i++) {
    const muster_response *x = &reg->responses[i];
    number(to, x->date);
    pupil_named(to, reg, x->pupil);
    school_named(to, reg, x->school);
    word(to, reg, x->respondent);
    word(to, reg, x->instrument);
    word(to, reg, x->item);
    real(to, x->value);
  }
}

static muster_status digest(digesting *d, unsigned jobs, char out[MUSTER_DIGEST_TEXT], muster_error *err) {
  const muster_register *reg = d->reg;
  sink to;
  begin(&to);
  codes(&to, d);
  names(&to, d->pupil_columns);
  names(&to, d->school_columns);
  MUSTER_TRY(muster_parallel(jobs, reg->school_count, digest_school, d, err));
  add(&to, d->schools, reg->school_count * sizeof *d->schools);
  number(&to, (int64_t)reg->school_count);
  half_terms(&to, reg);
  totals(&to, reg);
  interventions(&to, reg);
  responses(&to, reg);
  const int64_t said[] = {reg->calendar_given, reg->terms_given, reg->presence_implied};
  add(&to, said, sizeof said);
  end(&to, out);
  return MUSTER_OK;
}

muster_status muster_register_digest(const muster_register *reg, unsigned jobs, char out[MUSTER_DIGEST_TEXT],
                                     muster_error *err) {
  digesting d = {.reg = reg,
                 .pupil_columns = columns_by_name(reg, &reg->pupil_attributes, reg->pupil_count),
                 .school_columns = columns_by_name(reg, &reg->school_attributes, reg->school_count),
                 .schools = muster_alloc(reg->school_count + 1, sizeof *d.schools)};
  muster_status status =
      d.pupil_columns && d.school_columns && d.schools ? digest(&d, jobs, out, err) : muster_fail_memory(err);
  muster_free(d.pupil_columns);
  muster_free(d.school_columns);
  muster_free(d.schools);
  return status;
}
