/* Totals of units over periods: statistics without pupils. */
#include "reading.h"

enum { UNIT, PERIOD, POSSIBLE, AUTHORISED, UNAUTHORISED, ABSENT, ENROLMENTS, PERSISTENT, SEVERE, NAME };
enum { MISSING = -1 };

static muster_status whole(muster_reading *r, int field, const muster_text *cells, int64_t *value, bool *good,
                           muster_error *err) {
  *good = true;
  *value = MISSING;
  muster_text text = muster_reading_text(r, field, cells);
  if (muster_is_missing(r->how, text)) return MUSTER_OK;
  *good = muster_text_int(text, value) && *value >= 0;
  if (*good) return MUSTER_OK;
  bool negative = text.n > 1 && text.at[0] == '-' && muster_text_int(text, value);
  return muster_reject_row(r, field, text, negative ? "the number is negative" : "not a whole number", err);
}

/* Is a part larger than its whole, where both are known. */
static bool exceeds(int64_t part, int64_t of) { return part != MISSING && of != MISSING && part > of; }

static const char *contradiction(const muster_total *t, int *field) {
  bool both = t->authorised != MISSING && t->unauthorised != MISSING;
  if (both && t->possible != MISSING && t->authorised > t->possible - t->unauthorised)
    return *field = POSSIBLE, "more sessions absent than possible";
  if (both && t->absent != MISSING && t->absent != t->authorised + t->unauthorised)
    return *field = ABSENT, "absent is not authorised + unauthorised";
  if (exceeds(t->absent, t->possible)) return *field = ABSENT, "more sessions absent than possible";
  if (exceeds(t->authorised, t->possible)) return *field = AUTHORISED, "more sessions absent than possible";
  if (exceeds(t->unauthorised, t->possible)) return *field = UNAUTHORISED, "more sessions absent than possible";
  if (exceeds(t->persistent, t->enrolments)) return *field = PERSISTENT, "more persistent absentees than enrolments";
  if (exceeds(t->severe, t->enrolments)) return *field = SEVERE, "more severe absentees than enrolments";
  if (exceeds(t->severe, t->persistent)) return *field = SEVERE, "more severe than persistent absentees";
  return NULL;
}

static muster_status take_numbers(muster_reading *r, const muster_text *cells, muster_total *total, bool *good,
                                  muster_error *err) {
  const struct {
    int field;
    int64_t *value;
  } numbers[] = {{POSSIBLE, &total->possible}, {AUTHORISED, &total->authorised}, {UNAUTHORISED, &total->unauthorised},
                 {ABSENT, &total->absent},     {ENROLMENTS, &total->enrolments}, {PERSISTENT, &total->persistent},
                 {SEVERE, &total->severe}};
  *good = true;
  for (size_t i = 0; *good && i < sizeof numbers / sizeof *numbers; i++)
    MUSTER_TRY(whole(r, numbers[i].field, cells, numbers[i].value, good, err));
  if (!*good) return MUSTER_OK;
  int field;
  const char *reason = contradiction(total, &field);
  if (!reason) {
    if (total->absent == MISSING && total->authorised != MISSING && total->unauthorised != MISSING)
      total->absent = total->authorised + total->unauthorised;
    return MUSTER_OK;
  }
  *good = false;
  return muster_reject_row(r, field, muster_reading_text(r, field, cells), reason, err);
}

static muster_status take_total(muster_reading *r, const muster_text *cells, muster_error *err) {
  muster_register *reg = r->load->reg;
  char unit_text[MUSTER_JOINED_TEXT], period_text[MUSTER_JOINED_TEXT];
  muster_text unit = muster_field_text(&r->columns.fields[UNIT], cells, unit_text);
  muster_text period = muster_field_text(&r->columns.fields[PERIOD], cells, period_text);
  if (unit.n == 0) return muster_reject_row(r, UNIT, unit, "the unit_id is empty", err);
  if (period.n == 0) return muster_reject_row(r, PERIOD, period, "the period is empty", err);
  muster_total total = {0};
  bool good, settled;
  MUSTER_TRY(take_numbers(r, cells, &total, &good, err));
  if (!good) return MUSTER_OK;
  total.school = muster_register_school(reg, unit, NULL);
  total.period = muster_map_add(&reg->texts, period, NULL);
  if (total.school == MUSTER_NONE || total.period == MUSTER_NONE) return muster_fail_memory(err);
  const uint32_t key[2] = {total.school, total.period};
  MUSTER_TRY(muster_once(r, key, sizeof key, UNIT, "the unit and period are there already and the rows differ", cells,
                         &settled, err));
  if (settled) return MUSTER_OK;
  muster_text name = muster_reading_text(r, NAME, cells);
  if (name.n && (reg->schools[total.school].name = muster_map_add(&reg->texts, name, NULL)) == MUSTER_NONE)
    return muster_fail_memory(err);
  for (size_t i = 0; i < r->columns.attribute_count; i++) {
    muster_field *field = &r->columns.attributes[i];
    muster_text value = muster_field_text(field, cells, r->joined);
    if (!muster_register_put(reg, &reg->school_attributes, field->name, &field->column, total.school, value))
      return muster_fail_memory(err);
  }
  return muster_register_total(reg, &total) ? muster_accept(r) : muster_fail_memory(err);
}

muster_status muster_read_counts(muster_reading *r, muster_error *err) {
  static const int required[] = {UNIT, PERIOD, POSSIBLE};
  MUSTER_TRY(muster_columns_require(&r->columns, &r->input, r->kind, required, 3, err));
  /* Absence may come as its parts or as their sum. */
  static const int parts[] = {AUTHORISED, UNAUTHORISED};
  if (!muster_columns_has(&r->columns, ABSENT))
    MUSTER_TRY(muster_columns_require(&r->columns, &r->input, r->kind, parts, 2, err));
  return muster_read_rows(r, take_total, err);
}
