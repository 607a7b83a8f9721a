/* A case's marks as a register. */
#include <math.h>
#include <string.h>

#include "cases.h"

static muster_status at_case(const test_case *c, muster_status status, muster_error *err) {
  if (status == MUSTER_PACK || status == MUSTER_DATA) {
    if (err) err->status = MUSTER_PACK;
    muster_error_where(err, "%s:%d", c->file->name, c->line);
    return MUSTER_PACK;
  }
  return status;
}

static bool open_day(const case_calendar *calendar, muster_date date) {
  if (date < calendar->from || date > calendar->to || !(calendar->days >> muster_date_weekday(date) & 1)) return false;
  for (size_t i = 0; i < calendar->closed_count; i++)
    if (date >= calendar->closed[i].first && date <= calendar->closed[i].last) return false;
  return true;
}

static muster_status add_calendar(muster_register *reg, const case_calendar *calendar, muster_error *err) {
  if (calendar->from == MUSTER_NO_DATE) return MUSTER_OK;
  if (calendar->to < calendar->from || calendar->to - calendar->from > 1200) {
    muster_fail(err, MUSTER_PACK, "the calendar ends before it begins, or is longer than three years");
    return MUSTER_PACK;
  }
  for (muster_date date = calendar->from; date <= calendar->to; date++)
    if (open_day(calendar, date)) MUSTER_TRY(muster_register_day(reg, MUSTER_NONE, date, MUSTER_DAY_OPEN, err));
  for (size_t i = 0; i < calendar->half_term_count; i++) {
    const case_half_term *h = &calendar->half_terms[i];
    muster_half_term half_term = {.start = h->stretch.first,
                                  .end = h->stretch.last,
                                  .year = muster_date_school_year(h->stretch.first),
                                  .half_term = h->number,
                                  .term = (muster_term_name)((h->number - 1) / 2)};
    MUSTER_TRY(muster_register_half_term(reg, &half_term, err));
  }
  return MUSTER_OK;
}

static bool set_values(muster_register *reg, muster_attributes *attributes, uint32_t subject,
                       const case_values *values) {
  for (size_t i = 0; i < values->n; i++)
    if (!muster_register_set(reg, attributes, values->at[i].name, subject, muster_text_of(values->at[i].value)))
      return false;
  return true;
}

static muster_status add_schools(muster_register *reg, const test_case *c, muster_error *err) {
  for (size_t i = 0; i < c->school_count; i++) {
    const case_school *s = &c->schools[i];
    uint32_t school = muster_register_school(reg, muster_text_of(s->id), NULL);
    if (school == MUSTER_NONE) return muster_fail_memory(err);
    for (size_t k = 0; k < s->attributes.n; k++)
      if (strcmp(s->attributes.at[k].name, "name") == 0) {
        reg->schools[school].name = muster_map_add(&reg->texts, muster_text_of(s->attributes.at[k].value), NULL);
        if (reg->schools[school].name == MUSTER_NONE) return muster_fail_memory(err);
      }
    if (!set_values(reg, &reg->school_attributes, school, &s->attributes)) return muster_fail_memory(err);
  }
  return MUSTER_OK;
}

static muster_status put_mark(muster_register *reg, const case_pupil *p, uint32_t pupil, muster_date date, int session,
                              const char *code, muster_error *err) {
  if (!code[0]) return MUSTER_OK;
  uint8_t mark = muster_codes_mark(&reg->codes, muster_text_of(code), date);
  if (!mark) {
    char why[160];
    muster_codes_explain(&reg->codes, muster_text_of(code), date, why);
    muster_fail(err, MUSTER_PACK, "the marks of %s have %s: %s", p->id, code, why);
    return MUSTER_PACK;
  }
  muster_place place;
  MUSTER_TRY(muster_register_place(reg, date, &place, err));
  uint8_t *row = muster_register_row(reg, pupil, place.year);
  if (!row) return muster_fail_memory(err);
  row[place.offset + (uint32_t)session] = mark;
  return MUSTER_OK;
}

static muster_status add_marks(muster_register *reg, const test_case *c, const case_pupil *p, uint32_t pupil,
                               muster_error *err) {
  if (!p->marks) return MUSTER_OK;
  muster_typed_mark *marks = muster_alloc(CASE_MARKS, sizeof *marks);
  if (!marks) return muster_fail_memory(err);
  size_t n, done = 0;
  muster_status status = muster_marks_parse(muster_text_of(p->marks), marks, CASE_MARKS, &n, err);
  muster_date date = p->from == MUSTER_NO_DATE ? c->calendar.from : p->from;
  for (; status == MUSTER_OK && done < n && date <= c->calendar.to; date++) {
    if (!open_day(&c->calendar, date)) continue;
    for (int session = 0; session < 2 && done < n && status == MUSTER_OK; session++, done++)
      status = put_mark(reg, p, pupil, date, session, marks[done].code, err);
  }
  muster_free(marks);
  if (status == MUSTER_OK && done < n) {
    muster_fail(err, status = MUSTER_PACK, "%s has %zu marks, and the calendar has room for %zu", p->id, n, done);
    muster_error_todo(err, "let the calendar end later");
  }
  return status;
}

static muster_status set_birth(muster_register *reg, const case_pupil *p, uint32_t pupil, muster_error *err) {
  for (size_t i = 0; i < p->attributes.n; i++) {
    if (strcmp(p->attributes.at[i].name, "birth_date") != 0) continue;
    if (muster_date_parse(muster_text_of(p->attributes.at[i].value), &reg->pupils[pupil].birth)) return MUSTER_OK;
    muster_fail(err, MUSTER_PACK, "%s: birth_date is '%s'", p->id, p->attributes.at[i].value);
    muster_error_expected(err, "a date such as 2014-02-28");
    return MUSTER_PACK;
  }
  return MUSTER_OK;
}

static muster_status add_pupils(muster_register *reg, const test_case *c, muster_error *err) {
  for (size_t i = 0; i < c->pupil_count; i++) {
    const case_pupil *p = &c->pupils[i];
    uint32_t school = muster_register_school(reg, muster_text_of(p->school), NULL), pupil;
    if (school == MUSTER_NONE) return muster_fail_memory(err);
    MUSTER_TRY(muster_register_enrol(reg, muster_text_of(p->id), school, p->start, p->finish, &pupil, err));
    if (!set_values(reg, &reg->pupil_attributes, pupil, &p->attributes)) return muster_fail_memory(err);
    MUSTER_TRY(set_birth(reg, p, pupil, err));
    MUSTER_TRY(add_marks(reg, c, p, pupil, err));
  }
  return MUSTER_OK;
}

static bool text_number(muster_register *reg, const char *text, uint32_t *number) {
  *number = MUSTER_NONE;
  if (!text || !text[0]) return true;
  *number = muster_map_add(&reg->texts, muster_text_of(text), NULL);
  return *number != MUSTER_NONE;
}

static muster_status unknown(const char *what, const char *name, muster_error *err) {
  muster_fail(err, MUSTER_PACK, "%s names %s, of whom the case gives no marks", what, name ? name : "nobody");
  return MUSTER_PACK;
}

static muster_status add_acts(muster_register *reg, const test_case *c, muster_error *err) {
  for (size_t i = 0; i < c->intervention_count; i++) {
    const case_intervention *a = &c->interventions[i];
    const char *name = a->pupil ? a->pupil : a->school;
    const muster_map *ids = a->pupil ? &reg->pupil_ids : &reg->school_ids;
    muster_intervention act = {.subject_kind = a->pupil ? MUSTER_SUBJECT_PUPIL : MUSTER_SUBJECT_SCHOOL,
                               .subject = name ? muster_map_find(ids, muster_text_of(name)) : MUSTER_NONE,
                               .start = a->start,
                               .end = a->finish,
                               .dose = a->dose,
                               .cost = a->cost};
    if (act.subject == MUSTER_NONE) return unknown("an intervention", name, err);
    if (!text_number(reg, a->kind, &act.kind) || !text_number(reg, a->provider, &act.provider) ||
        !muster_register_intervention(reg, &act))
      return muster_fail_memory(err);
  }
  for (size_t i = 0; i < c->response_count; i++) {
    const case_response *a = &c->responses[i];
    muster_response response = {.pupil = MUSTER_NONE, .school = MUSTER_NONE, .date = a->date, .value = a->value};
    if (a->pupil) response.pupil = muster_map_find(&reg->pupil_ids, muster_text_of(a->pupil));
    if (a->school) response.school = muster_map_find(&reg->school_ids, muster_text_of(a->school));
    if (response.pupil == MUSTER_NONE && response.school == MUSTER_NONE)
      return unknown("a response", a->pupil ? a->pupil : a->school, err);
    if (!text_number(reg, a->respondent, &response.respondent) ||
        !text_number(reg, a->instrument, &response.instrument) || !text_number(reg, a->item, &response.item) ||
        !muster_register_response(reg, &response))
      return muster_fail_memory(err);
  }
  for (size_t i = 0; i < c->total_count; i++) {
    muster_total total = c->totals[i].total;
    total.school = muster_register_school(reg, muster_text_of(c->totals[i].unit), NULL);
    if (total.absent < 0 && total.authorised >= 0 && total.unauthorised >= 0)
      total.absent = total.authorised + total.unauthorised;
    if (total.school == MUSTER_NONE || !text_number(reg, c->totals[i].period, &total.period) ||
        !muster_register_total(reg, &total))
      return muster_fail_memory(err);
  }
  return MUSTER_OK;
}

static muster_status build(muster_register *reg, const muster_pack *pack, const test_case *c, muster_error *err) {
  for (size_t i = 0; i < pack->manifest.code_count; i++)
    MUSTER_TRY(muster_codes_add(&reg->codes, &pack->manifest.codes[i], err));
  MUSTER_TRY(add_schools(reg, c, err));
  MUSTER_TRY(add_calendar(reg, &c->calendar, err));
  MUSTER_TRY(add_pupils(reg, c, err));
  MUSTER_TRY(add_acts(reg, c, err));
  return muster_register_seal(reg, err);
}

muster_status case_register(const muster_pack *pack, const test_case *c, muster_register **out, muster_error *err) {
  *out = NULL;
  muster_register *reg = muster_register_new();
  if (!reg) return muster_fail_memory(err);
  muster_status status = build(reg, pack, c, err);
  if (status != MUSTER_OK) {
    muster_register_free(reg);
    return at_case(c, status, err);
  }
  *out = reg;
  return MUSTER_OK;
}
