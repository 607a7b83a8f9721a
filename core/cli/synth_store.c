/* From synthetic schools to a register, and from there to a store. */
#include "synth_store.h"

#include <stdio.h>
#include <string.h>

#include "terminal.h"

typedef struct making {
  muster_register *reg;
  uint8_t marks[MUSTER_SYNTH_CODES]; /* marks of the register's code table */
  muster_date codes_on;
} making;

static bool set(making *m, muster_attributes *of, const char *name, uint32_t subject, const char *value) {
  return muster_register_set(m->reg, of, name, subject, muster_text_of(value));
}

static muster_status add_calendar(making *m, uint32_t school, const muster_synth_school *s, muster_error *err) {
  static const muster_day_kind kinds[] = {MUSTER_DAY_OPEN, MUSTER_DAY_CLOSED, MUSTER_DAY_INSET};
  for (size_t i = 0; i < s->day_count; i++)
    MUSTER_TRY(muster_register_day(m->reg, school, s->days[i].date, kinds[s->days[i].kind], err));
  return MUSTER_OK;
}

static bool add_attributes(making *m, uint32_t pupil, const muster_synth_pupil *p) {
  muster_attributes *of = &m->reg->pupil_attributes;
  char year[4], sen[2] = {p->sen, '\0'}, sex[2] = {p->sex, '\0'};
  snprintf(year, sizeof year, "%u", p->year_group);
  const char *fsm = p->fsm == MUSTER_SYNTH_FSM_UNKNOWN ? "" : p->fsm == MUSTER_SYNTH_ELIGIBLE ? "true" : "false";
  return set(m, of, "year_group", pupil, year) && set(m, of, "group", pupil, p->group) &&
         set(m, of, "sex", pupil, sex) && set(m, of, "fsm", pupil, fsm) && set(m, of, "sen", pupil, sen) &&
         set(m, of, "eal", pupil, p->eal ? "true" : "false") && set(m, of, "ethnicity", pupil, p->ethnicity);
}

static muster_status add_pupil(making *m, uint32_t school, const muster_synth_school *s, size_t k, muster_error *err) {
  const muster_synth_pupil *p = &s->pupils[k];
  uint32_t pupil;
  MUSTER_TRY(muster_register_enrol(m->reg, muster_text_of(p->id), school, p->start, p->end, &pupil, err));
  m->reg->pupils[pupil].birth = p->birth;
  if (!add_attributes(m, pupil, p)) return muster_fail_memory(err);
  const uint8_t *marks = s->marks + k * s->sessions;
  for (size_t i = p->first_session; i < p->end_session; i += 2 - i % 2) {
    muster_place place;
    MUSTER_TRY(muster_register_place(m->reg, s->open_days[i / 2], &place, err));
    uint8_t *row = muster_register_row(m->reg, pupil, place.year);
    if (!row) return muster_fail_memory(err);
    for (size_t half = i % 2; half < 2 && i / 2 * 2 + half < p->end_session; half++)
      row[place.offset + half] = m->marks[marks[i / 2 * 2 + half]];
  }
  return MUSTER_OK;
}

static muster_status add_school(making *m, const muster_synth_school *s, muster_error *err) {
  uint32_t school = muster_register_school(m->reg, muster_text_of(s->id), NULL);
  if (school == MUSTER_NONE) return muster_fail_memory(err);
  muster_attributes *of = &m->reg->school_attributes;
  uint32_t name = muster_map_add(&m->reg->texts, muster_text_of(s->name), NULL);
  if (name == MUSTER_NONE || !set(m, of, "phase", school, muster_synth_phase_name(s->phase)) ||
      !set(m, of, "region", school, s->region) || !set(m, of, "local_authority", school, s->local_authority) ||
      !set(m, of, "trust", school, s->trust))
    return muster_fail_memory(err);
  m->reg->schools[school].name = name;
  MUSTER_TRY(add_calendar(m, school, s, err));
  for (size_t k = 0; k < s->pupil_count; k++) MUSTER_TRY(add_pupil(m, school, s, k, err));
  return MUSTER_OK;
}

static muster_status add_half_terms(making *m, int year, muster_error *err) {
  muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS];
  if (!muster_synth_terms(year, terms)) return muster_fail(err, MUSTER_USAGE, "there are no terms for %d", year);
  for (int i = 0; i < MUSTER_SYNTH_HALF_TERMS; i++) {
    muster_half_term h = {terms[i].first, terms[i].last, year, i + 1, (muster_term_name)(i / 2)};
    MUSTER_TRY(muster_register_half_term(m->reg, &h, err));
  }
  return MUSTER_OK;
}

static muster_status make_all(cli_call *call, making *m, const muster_synth_plan *plan, muster_error *err) {
  muster_synth_school school = {0};
  muster_status status = MUSTER_OK;
  size_t n = muster_synth_plan_schools(plan);
  for (size_t i = 0; status == MUSTER_OK && i < n; i++) {
    muster_progress_tell(&call->progress, "making schools", i, n);
    status = muster_synth_school_make(plan, i, &school, err);
    if (status == MUSTER_OK) status = add_school(m, &school, err);
  }
  muster_synth_school_free(&school);
  return status;
}

muster_status cli_synth_store(cli_call *call, const muster_synth_spec *spec, const char *path,
                              muster_import_report *report, muster_error *err) {
  making m = {.reg = muster_register_new(), .codes_on = muster_date_of(spec->year, 10, 1)};
  muster_ledger *ledger = muster_ledger_new();
  muster_synth_plan *plan = NULL;
  muster_status status = m.reg && ledger ? muster_synth_plan_make(spec, &plan, err) : muster_fail_memory(err);
  for (uint8_t k = 1; status == MUSTER_OK && k < MUSTER_SYNTH_CODES; k++)
    m.marks[k] = muster_codes_mark(&m.reg->codes, muster_text_of(muster_synth_code_text(k)), m.codes_on);
  cli_stage(call, "making schools");
  if (status == MUSTER_OK) status = add_half_terms(&m, spec->year, err);
  if (status == MUSTER_OK) status = make_all(call, &m, plan, err);
  if (status == MUSTER_OK) status = muster_register_seal(m.reg, err);
  muster_import_options options = {.on = muster_date_of(spec->year + 1, 8, 1), .progress = &call->progress};
  cli_stage(call, "writing the store");
  if (status == MUSTER_OK) status = muster_store_import(path, m.reg, ledger, &options, report, err);
  muster_synth_plan_free(plan);
  muster_ledger_free(ledger);
  muster_register_free(m.reg);
  return status;
}
