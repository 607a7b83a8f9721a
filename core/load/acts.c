/* What was done (interventions) and what was said (responses to surveys). */
#include <math.h>

#include "reading.h"

enum { ACT_SUBJECT_KIND, ACT_SUBJECT, ACT_KIND, ACT_START, ACT_END, ACT_PROVIDER, ACT_DOSE, ACT_COST };
enum { SAID_RESPONDENT, SAID_DATE, SAID_INSTRUMENT, SAID_ITEM, SAID_VALUE, SAID_PUPIL, SAID_SCHOOL };

/* Number of a text in the register; MUSTER_NONE for empty text. */
static muster_status intern(muster_reading *r, int field, const muster_text *cells, uint32_t *number,
                            muster_error *err) {
  muster_text text = muster_reading_text(r, field, cells);
  *number = MUSTER_NONE;
  if (text.n == 0) return MUSTER_OK;
  *number = muster_map_add(&r->load->reg->texts, text, NULL);
  return *number != MUSTER_NONE ? MUSTER_OK : muster_fail_memory(err);
}

/* A number that may be missing (NaN). */
static muster_status number(muster_reading *r, int field, const muster_text *cells, double *value, bool *good,
                            muster_error *err) {
  muster_text text = muster_reading_text(r, field, cells);
  *good = true;
  *value = NAN;
  if (muster_is_missing(r->how, text) || muster_text_number(text, value)) return MUSTER_OK;
  *good = false;
  return muster_reject_row(r, field, text, "not a number", err);
}

static muster_status reject_unknown(muster_reading *r, int field, const muster_text *cells, const char *reason,
                                    muster_error *err) {
  return muster_reject_row(r, field, muster_reading_text(r, field, cells), reason, err);
}

/* An identical row is a duplicate; nothing else can be: a pupil may have the same help twice. */
static muster_status same_row(muster_reading *r, const muster_text *cells, bool *settled, muster_error *err) {
  uint64_t content = muster_row_content(r, cells);
  return muster_once(r, &content, sizeof content, -1, "", cells, settled, err);
}

static muster_status take_intervention(muster_reading *r, const muster_text *cells, muster_error *err) {
  muster_register *reg = r->load->reg;
  muster_intervention act = {0};
  bool good, settled;
  muster_text kind = muster_reading_text(r, ACT_SUBJECT_KIND, cells);
  bool pupil = muster_text_equal_nocase(kind, MUSTER_TEXT("pupil"));
  if (!pupil && !muster_text_equal_nocase(kind, MUSTER_TEXT("school")))
    return muster_reject_row(r, ACT_SUBJECT_KIND, kind, "not pupil or school", err);
  act.subject_kind = pupil ? MUSTER_SUBJECT_PUPIL : MUSTER_SUBJECT_SCHOOL;
  muster_text id = muster_reading_text(r, ACT_SUBJECT, cells);
  if (pupil) MUSTER_TRY(muster_find_pupil(r->load, id, &act.subject, err));
  if (!pupil) act.subject = muster_map_find(&reg->school_ids, id);
  if (act.subject == MUSTER_NONE)
    return reject_unknown(r, ACT_SUBJECT, cells, pupil ? muster_unknown_pupil(reg, id) : "the school is unknown", err);
  if (pupil && muster_is_contested(r->load, act.subject))
    return reject_unknown(r, ACT_SUBJECT, cells, MUSTER_WHICH_CHILD, err);
  MUSTER_TRY(intern(r, ACT_KIND, cells, &act.kind, err));
  if (act.kind == MUSTER_NONE) return reject_unknown(r, ACT_KIND, cells, "the kind is empty", err);
  MUSTER_TRY(muster_reading_date(r, ACT_START, cells, false, &act.start, &good, err));
  if (!good) return MUSTER_OK;
  MUSTER_TRY(muster_reading_date(r, ACT_END, cells, true, &act.end, &good, err));
  if (!good) return MUSTER_OK;
  if (act.end != MUSTER_NO_DATE && act.end < act.start)
    return reject_unknown(r, ACT_END, cells, "the intervention ends before it starts", err);
  MUSTER_TRY(number(r, ACT_DOSE, cells, &act.dose, &good, err));
  if (!good) return MUSTER_OK;
  MUSTER_TRY(number(r, ACT_COST, cells, &act.cost, &good, err));
  if (!good) return MUSTER_OK;
  MUSTER_TRY(intern(r, ACT_PROVIDER, cells, &act.provider, err));
  MUSTER_TRY(same_row(r, cells, &settled, err));
  if (settled) return MUSTER_OK;
  return muster_register_intervention(reg, &act) ? muster_accept(r) : muster_fail_memory(err);
}

muster_status muster_read_interventions(muster_reading *r, muster_error *err) {
  static const int required[] = {ACT_SUBJECT_KIND, ACT_SUBJECT, ACT_KIND, ACT_START};
  MUSTER_TRY(muster_columns_require(&r->columns, &r->input, r->kind, required, 4, err));
  return muster_read_rows(r, take_intervention, err);
}

/* The value of an answer: a number, or a text that the source's codes turn into one ("Strongly agree" = 5). */
static muster_status answer(muster_reading *r, const muster_text *cells, double *value, bool *good, muster_error *err) {
  muster_text text = muster_reading_text(r, SAID_VALUE, cells);
  for (size_t i = 0; i < r->how->codes.count; i++) {
    const muster_mapping *code = &r->how->codes.at[i];
    if (!muster_text_equal(text, muster_text_of(code->name))) continue;
    *good = muster_text_number(muster_text_of(code->values[0]), value);
    if (*good) return MUSTER_OK;
  }
  return number(r, SAID_VALUE, cells, value, good, err);
}

static bool at_school(const muster_register *reg, uint32_t pupil_id, uint32_t school) {
  for (uint32_t k = reg->first_enrolment[pupil_id]; k != MUSTER_NONE; k = reg->pupils[k].next)
    if (reg->pupils[k].school == school) return true;
  return false;
}

static muster_status take_response(muster_reading *r, const muster_text *cells, muster_error *err) {
  muster_register *reg = r->load->reg;
  muster_response said = {.pupil = MUSTER_NONE, .school = MUSTER_NONE};
  bool good, settled;
  muster_text pupil = muster_reading_text(r, SAID_PUPIL, cells);
  if (pupil.n) MUSTER_TRY(muster_find_pupil(r->load, pupil, &said.pupil, err));
  if (pupil.n && said.pupil == MUSTER_NONE)
    return reject_unknown(r, SAID_PUPIL, cells, muster_unknown_pupil(reg, pupil), err);
  muster_text school = muster_reading_text(r, SAID_SCHOOL, cells);
  if (school.n && (said.school = muster_map_find(&reg->school_ids, school)) == MUSTER_NONE)
    return reject_unknown(r, SAID_SCHOOL, cells, "the school is unknown", err);
  if (pupil.n && muster_is_contested(r->load, said.pupil) && !at_school(reg, said.pupil, said.school))
    return reject_unknown(r, SAID_PUPIL, cells, MUSTER_WHICH_CHILD, err);
  MUSTER_TRY(intern(r, SAID_RESPONDENT, cells, &said.respondent, err));
  MUSTER_TRY(intern(r, SAID_INSTRUMENT, cells, &said.instrument, err));
  MUSTER_TRY(intern(r, SAID_ITEM, cells, &said.item, err));
  if (said.instrument == MUSTER_NONE) return reject_unknown(r, SAID_INSTRUMENT, cells, "the instrument is empty", err);
  if (said.item == MUSTER_NONE) return reject_unknown(r, SAID_ITEM, cells, "the item is empty", err);
  MUSTER_TRY(muster_reading_date(r, SAID_DATE, cells, false, &said.date, &good, err));
  if (!good) return MUSTER_OK;
  MUSTER_TRY(answer(r, cells, &said.value, &good, err));
  if (!good) return MUSTER_OK;
  MUSTER_TRY(same_row(r, cells, &settled, err));
  if (settled) return MUSTER_OK;
  return muster_register_response(reg, &said) ? muster_accept(r) : muster_fail_memory(err);
}

muster_status muster_read_responses(muster_reading *r, muster_error *err) {
  static const int required[] = {SAID_RESPONDENT, SAID_DATE, SAID_INSTRUMENT, SAID_ITEM, SAID_VALUE};
  MUSTER_TRY(muster_columns_require(&r->columns, &r->input, r->kind, required, 5, err));
  return muster_read_rows(r, take_response, err);
}
