/* The digest of a register: every part behind its length, so that no two contents run together. */
#include "muster/register/digest.h"

static void number(muster_hash *hash, int64_t value) { muster_hash_add(hash, &value, sizeof value); }

static void words(muster_hash *hash, muster_text text) {
  number(hash, (int64_t)text.n);
  muster_hash_add(hash, text.at, text.n);
}

static void word(muster_hash *hash, const muster_register *reg, uint32_t text) {
  words(hash, text == MUSTER_NONE ? (muster_text){"", 0} : muster_map_name(&reg->texts, text));
}

static void attributes(muster_hash *hash, const muster_register *reg, const muster_attributes *of, size_t subjects) {
  number(hash, (int64_t)of->count);
  for (size_t k = 0; k < of->count; k++) {
    words(hash, muster_text_of(of->columns[k].name));
    for (uint32_t i = 0; i < subjects; i++) words(hash, muster_attribute_value(reg, &of->columns[k], i));
  }
}

static void codes(muster_hash *hash, const muster_codes *of) {
  number(hash, (int64_t)of->count);
  for (size_t i = 0; i < of->count; i++) {
    words(hash, muster_text_of(of->codes[i].text));
    number(hash, of->codes[i].categories);
    number(hash, of->codes[i].from);
    number(hash, of->codes[i].to);
  }
}

static void marks(muster_hash *hash, const muster_register *reg, uint32_t pupil) {
  for (size_t y = 0; y < reg->year_count; y++) {
    const uint8_t *row = reg->years[y].rows[pupil];
    number(hash, row ? reg->years[y].year : 0);
    if (row) muster_hash_add(hash, row, MUSTER_YEAR_MARKS);
  }
}

static void schools(muster_hash *hash, const muster_register *reg) {
  number(hash, (int64_t)reg->school_count);
  for (uint32_t s = 0; s < reg->school_count; s++) {
    const muster_school *school = &reg->schools[s];
    words(hash, muster_school_id(reg, s));
    word(hash, reg, school->name);
    number(hash, school->open.first_week);
    number(hash, school->open.weeks);
    muster_hash_add(hash, school->open.lanes, (size_t)school->open.weeks * sizeof *school->open.lanes);
  }
}

static void pupils(muster_hash *hash, const muster_register *reg) {
  number(hash, (int64_t)reg->pupil_count);
  for (uint32_t p = 0; p < reg->pupil_count; p++) {
    const muster_pupil *pupil = &reg->pupils[p];
    words(hash, muster_pupil_id(reg, p));
    number(hash, pupil->school);
    number(hash, pupil->start);
    number(hash, pupil->end);
    number(hash, pupil->birth);
    marks(hash, reg, p);
  }
}

static void half_terms(muster_hash *hash, const muster_register *reg) {
  number(hash, (int64_t)reg->half_term_count);
  for (size_t i = 0; i < reg->half_term_count; i++) {
    const muster_half_term *h = &reg->half_terms[i];
    number(hash, h->start);
    number(hash, h->end);
    number(hash, h->half_term);
    number(hash, h->term);
  }
}

static void totals(muster_hash *hash, const muster_register *reg) {
  number(hash, (int64_t)reg->total_count);
  for (size_t i = 0; i < reg->total_count; i++) {
    const muster_total *t = &reg->totals[i];
    const int64_t values[] = {t->school, t->possible,   t->authorised, t->unauthorised,
                              t->absent, t->enrolments, t->persistent, t->severe};
    word(hash, reg, t->period);
    muster_hash_add(hash, values, sizeof values);
  }
}

static void acts(muster_hash *hash, const muster_register *reg) {
  number(hash, (int64_t)reg->intervention_count);
  for (size_t i = 0; i < reg->intervention_count; i++) {
    const muster_intervention *x = &reg->interventions[i];
    const int64_t values[] = {x->subject_kind, x->subject, x->start, x->end};
    muster_hash_add(hash, values, sizeof values);
    word(hash, reg, x->kind);
    word(hash, reg, x->provider);
    muster_hash_add(hash, &x->dose, sizeof x->dose);
    muster_hash_add(hash, &x->cost, sizeof x->cost);
  }
  number(hash, (int64_t)reg->response_count);
  for (size_t i = 0; i < reg->response_count; i++) {
    const muster_response *x = &reg->responses[i];
    const int64_t values[] = {x->pupil, x->school, x->date};
    word(hash, reg, x->respondent);
    word(hash, reg, x->instrument);
    word(hash, reg, x->item);
    muster_hash_add(hash, values, sizeof values);
    muster_hash_add(hash, &x->value, sizeof x->value);
  }
}

void muster_register_digest(const muster_register *reg, char out[MUSTER_DIGEST_TEXT]) {
  muster_hash hash;
  muster_hash_begin(&hash);
  codes(&hash, &reg->codes);
  schools(&hash, reg);
  half_terms(&hash, reg);
  pupils(&hash, reg);
  attributes(&hash, reg, &reg->pupil_attributes, reg->pupil_count);
  attributes(&hash, reg, &reg->school_attributes, reg->school_count);
  totals(&hash, reg);
  acts(&hash, reg);
  number(&hash, reg->calendar_given);
  number(&hash, reg->terms_given);
  number(&hash, reg->presence_implied);
  muster_hash_end(&hash, out);
}
