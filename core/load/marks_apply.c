/* Applying parsed blocks to the register, in file order and by one thread at a time: a mark, a duplicate, a superseded
 * mark, or a reject, each counted once. */
#include <string.h>

#include "marks.h"

void mark_applier_begin(mark_applier *applier, const mark_rules *rules, mark_scratch *scratch) {
  *applier = (mark_applier){.reading = rules->reading, .rules = rules, .scratch = scratch};
  applier->sequence.line = rules->reading->input.data_line;
  memset(applier->year_at, 0xFF, sizeof applier->year_at);
}

static muster_status find_year(mark_applier *applier, const mark_record *record, uint32_t *year, muster_error *err) {
  uint32_t *at = &applier->year_at[record->year - MARKS_FIRST_YEAR];
  if (*at == MUSTER_NONE) {
    muster_session session = muster_year_first_week(record->year) * MUSTER_LANE + record->offset;
    muster_place place;
    MUSTER_TRY(muster_register_place(applier->reading->load->reg, muster_session_date(session), &place, err));
    memset(applier->year_at, 0xFF, sizeof applier->year_at); /* an earlier year moves the places of the later ones */
    *at = place.year;
  }
  *year = *at;
  return MUSTER_OK;
}

static muster_text text_of(const mark_slot *slot, size_t at, size_t n) {
  return n ? (muster_text){slot->texts + at, n} : (muster_text){"", 0};
}

static muster_status apply_reject(mark_applier *applier, const mark_slot *slot, const mark_reject *reject,
                                  uint64_t first_line, muster_error *err) {
  muster_reading *reading = applier->reading;
  muster_ledger *ledger = reading->load->ledger;
  muster_text column = reject->field >= 0 ? reading->columns.fields[reject->field].theirs : (muster_text){"", 0};
  muster_text value = text_of(slot, reject->value, reject->value_n);
  const char *reason = reject->reason == SIZE_MAX ? reject->key : slot->texts + reject->reason;
  if (strcmp(reject->key, "unknown code") == 0) MUSTER_TRY(muster_books_unknown_code(ledger, value, err));
  return muster_books_reject(ledger, reading->file, first_line + reject->line, column, value, reject->key, reason, err);
}

enum { NOT_YET = 0xFFFFFFFE }; /* a newcomer is enrolled with the first mark that stands */

/* The enrolment of a newcomer; MUSTER_NONE when the pupil has been met at another school meanwhile, or nobody says at
 * which. */
static muster_status enrol(mark_applier *applier, const mark_slot *slot, uint32_t newcomer, uint32_t *enrolment,
                           muster_error *err) {
  muster_register *reg = applier->reading->load->reg;
  const mark_newcomer *come = &slot->newcomers[newcomer];
  muster_text id = text_of(slot, come->id, come->id_n), named = text_of(slot, come->school, come->school_n);
  uint32_t known = muster_map_find(&reg->pupil_ids, id);
  if (known != MUSTER_NONE) {
    *enrolment = reg->first_enrolment[known];
    if (named.n && muster_map_find(&reg->school_ids, named) != reg->pupils[*enrolment].school) *enrolment = MUSTER_NONE;
    return MUSTER_OK;
  }
  if (!named.n && !applier->rules->default_id) {
    *enrolment = MUSTER_NONE;
    return MUSTER_OK;
  }
  uint32_t school = muster_register_school(reg, named.n ? named : muster_text_of(applier->rules->default_id), NULL);
  if (school == MUSTER_NONE) return muster_fail_memory(err);
  applier->made++;
  return muster_register_enrol(reg, id, school, MUSTER_NO_DATE, MUSTER_NO_DATE, enrolment, err);
}

typedef struct applying {
  mark_applier *applier;
  const mark_slot *slot;
  uint64_t first_line;
  uint32_t *newcomers; /* their enrolments */
  uint32_t pupil;      /* of the row at hand */
  uint16_t year;
  uint8_t *row;
} applying;

static muster_status reject_school(applying *a, const mark_record *record, muster_error *err) {
  const mark_slot *slot = a->slot;
  const mark_newcomer *come = &slot->newcomers[record->pupil & ~MARKS_NEWCOMER];
  muster_reading *reading = a->applier->reading;
  muster_text value = text_of(slot, come->school, come->school_n);
  const char *reason = value.n ? "the pupil is at another school on that date" : "the school_id is empty";
  return muster_books_reject(reading->load->ledger, reading->file, a->first_line + record->line,
                             reading->columns.fields[MARKS_SCHOOL].theirs, value, reason, reason, err);
}

/* Finds the row of marks for a record; a->row is NULL when the record was rejected after all. */
static muster_status find_row(applying *a, const mark_record *record, muster_error *err) {
  muster_register *reg = a->applier->reading->load->reg;
  uint32_t pupil = record->pupil, year;
  a->row = NULL;
  if (pupil & MARKS_NEWCOMER) {
    uint32_t *enrolment = &a->newcomers[pupil & ~MARKS_NEWCOMER];
    if (*enrolment == NOT_YET) MUSTER_TRY(enrol(a->applier, a->slot, pupil & ~MARKS_NEWCOMER, enrolment, err));
    pupil = *enrolment;
    if (pupil == MUSTER_NONE) return reject_school(a, record, err);
  }
  MUSTER_TRY(find_year(a->applier, record, &year, err));
  a->row = reg->years[year].rows[pupil];
  if (!a->row && !(a->row = muster_register_row(reg, pupil, year))) return muster_fail_memory(err);
  return MUSTER_OK;
}

static muster_status supersede(applying *a, const mark_record *record, uint8_t *place, muster_error *err) {
  muster_loading *load = a->applier->reading->load;
  uint32_t pupil = record->pupil;
  if (pupil & MARKS_NEWCOMER) pupil = a->newcomers[pupil & ~MARKS_NEWCOMER];
  muster_session session = muster_year_first_week(record->year) * MUSTER_LANE + record->offset;
  muster_superseded old = {
      pupil, session, *place, record->mark, a->applier->reading->file, a->first_line + record->line};
  *place = record->mark;
  return muster_books_superseded(load->ledger, &old, err);
}

/* Puts the records that follow into the row at hand, as long as they are of it and it is empty there. Most are.
 * @return how many */
static size_t fill_row(const applying *a, const mark_record *records, size_t n, uint32_t reject_line) {
  uint8_t *const row = a->row;
  const uint32_t pupil = a->pupil;
  const uint16_t year = a->year;
  size_t i = 0;
  for (; i < n; i++) {
    const mark_record *record = &records[i];
    if (record->pupil != pupil || record->year != year || record->line >= reject_line || row[record->offset]) break;
    row[record->offset] = record->mark;
  }
  return i;
}

/* Puts records and rejects of a block in the order of their lines. */
static muster_status apply_records(applying *a, muster_error *err) {
  const mark_slot *slot = a->slot;
  muster_ledger_counts *counts = a->applier->reading->counts;
  size_t next_reject = 0;
  uint64_t accepted = 0, duplicate = 0, superseded = 0;
  uint32_t reject_line = slot->reject_count ? slot->rejects[0].line : UINT32_MAX;
  muster_status status = MUSTER_OK;
  for (size_t i = 0; status == MUSTER_OK && i < slot->record_count; i++) {
    const mark_record *record = &slot->records[i];
    while (status == MUSTER_OK && reject_line <= record->line) {
      status = apply_reject(a->applier, slot, &slot->rejects[next_reject++], a->first_line, err);
      reject_line = next_reject < slot->reject_count ? slot->rejects[next_reject].line : UINT32_MAX;
    }
    if (status == MUSTER_OK && (record->pupil != a->pupil || record->year != a->year || !a->row)) {
      status = find_row(a, record, err);
      a->pupil = record->pupil;
      a->year = record->year;
    }
    if (status != MUSTER_OK || !a->row) continue;
    uint8_t *place = a->row + record->offset;
    if (*place == 0) {
      size_t filled = fill_row(a, record, slot->record_count - i, reject_line);
      accepted += filled;
      i += filled - 1;
    } else if (*place == record->mark) {
      duplicate++;
    } else {
      superseded++; /* the older mark gives its place among the accepted to the newer */
      status = supersede(a, record, place, err);
    }
  }
  counts->accepted += accepted;
  counts->duplicate += duplicate;
  counts->superseded += superseded;
  counts->read += accepted + duplicate + superseded;
  while (status == MUSTER_OK && next_reject < slot->reject_count)
    status = apply_reject(a->applier, slot, &slot->rejects[next_reject++], a->first_line, err);
  return status;
}

muster_status mark_apply(mark_applier *applier, mark_slot *slot, bool last, muster_error *err) {
  muster_reading *reading = applier->reading;
  uint64_t first_line;
  bool joined;
  MUSTER_TRY(muster_sequence_take(&applier->sequence, &slot->block, &reading->input, last, &first_line, &joined, err));
  if (joined) mark_parse_block(applier->rules, applier->scratch, slot);
  if (slot->no_memory) return muster_fail_memory(err);
  if (slot->failed) {
    if (err) *err = *slot->failed;
    return slot->failed->status;
  }
  applying a = {.applier = applier, .slot = slot, .first_line = first_line, .pupil = MUSTER_NONE};
  if (slot->newcomer_count) {
    a.newcomers = muster_alloc(slot->newcomer_count, sizeof *a.newcomers);
    if (!a.newcomers) return muster_fail_memory(err);
    for (size_t i = 0; i < slot->newcomer_count; i++) a.newcomers[i] = NOT_YET;
  }
  muster_status status = apply_records(&a, err);
  muster_free(a.newcomers);
  MUSTER_TRY(status);
  reading->load->ledger->files[reading->file].rows += slot->rows;
  reading->load->ledger->files[reading->file].left_out += slot->left_out;
  reading->headers_again += slot->headers_again;
  if (slot->refused)
    return muster_when_refuse(&reading->input, first_line + slot->refused_line,
                              reading->columns.fields[slot->refused_field].theirs,
                              text_of(slot, slot->refused_text, slot->refused_text_n), err);
  return MUSTER_OK;
}
