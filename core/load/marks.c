/* Reading a file of marks: waves of blocks parsed on all threads, then applied in file order while the next wave is parsed. */
#include "marks.h"

#include <stdio.h>
#include <string.h>

#include "digest.h"

enum { BLOCKS_A_THREAD = 4, STRIP_BLOCK = 1 << 16, YEARS = MARKS_LAST_YEAR - MARKS_FIRST_YEAR + 1 };

typedef struct wave {
  size_t first, count; /* blocks */
  mark_slot *slots;
} wave;

typedef struct run {
  muster_reading *reading;
  mark_rules rules;
  unsigned jobs;
  size_t wave_size;
  mark_scratch **scratches; /* one a thread, and one for blocks that are split again while applying */
  wave waves[2];
  wave *parsing, *applying;
  muster_sequence sequence;
  uint32_t year_at[YEARS]; /* a year's place in the register, or MUSTER_NONE */
  uint64_t made;
  muster_digester *digester;
} run;

/* ---- applying ---- */

static muster_status find_year(run *r, const mark_record *record, uint32_t *year, muster_error *err) {
  uint32_t *at = &r->year_at[record->year - MARKS_FIRST_YEAR];
  if (*at == MUSTER_NONE) {
    muster_session session = muster_year_first_week(record->year) * MUSTER_LANE + record->offset;
    muster_place place;
    MUSTER_TRY(muster_register_place(r->reading->load->reg, muster_session_date(session), &place, err));
    memset(r->year_at, 0xFF, sizeof r->year_at); /* an earlier year moves the places of the later ones */
    *at = place.year;
  }
  *year = *at;
  return MUSTER_OK;
}

static muster_status apply_reject(run *r, const mark_slot *slot, const mark_reject *reject, uint64_t first_line,
                                  muster_error *err) {
  muster_reading *reading = r->reading;
  muster_ledger *ledger = reading->load->ledger;
  muster_text column = reject->field >= 0 ? reading->columns.fields[reject->field].theirs : (muster_text){"", 0};
  muster_text value = {slot->texts + reject->value, reject->value_n};
  const char *reason = reject->reason == SIZE_MAX ? reject->key : slot->texts + reject->reason;
  if (strcmp(reject->key, "unknown code") == 0) MUSTER_TRY(muster_books_unknown_code(ledger, value, err));
  return muster_books_reject(ledger, reading->file, first_line + reject->line, column, value, reject->key, reason, err);
}

enum { NOT_YET = 0xFFFFFFFE }; /* a newcomer is enrolled with the first mark that stands */

/* The enrolment of a newcomer; MUSTER_NONE when the pupil has been met at another school meanwhile. */
static muster_status enrol(run *r, const mark_slot *slot, uint32_t newcomer, uint32_t *enrolment, muster_error *err) {
  muster_register *reg = r->reading->load->reg;
  const mark_newcomer *come = &slot->newcomers[newcomer];
  muster_text id = {slot->texts + come->id, come->id_n}, named = {slot->texts + come->school, come->school_n};
  uint32_t known = muster_map_find(&reg->pupil_ids, id);
  if (known != MUSTER_NONE) {
    *enrolment = reg->first_enrolment[known];
    if (named.n && muster_map_find(&reg->school_ids, named) != reg->pupils[*enrolment].school) *enrolment = MUSTER_NONE;
    return MUSTER_OK;
  }
  uint32_t school = named.n ? muster_register_school(reg, named, NULL) : r->rules.default_school;
  if (school == MUSTER_NONE) return muster_fail_memory(err);
  r->made++;
  return muster_register_enrol(reg, id, school, MUSTER_NO_DATE, MUSTER_NO_DATE, enrolment, err);
}

typedef struct applying {
  run *run;
  const mark_slot *slot;
  uint64_t first_line;
  uint32_t *newcomers; /* their enrolments */
  uint32_t pupil;      /* of the row at hand */
  uint16_t year;
  uint8_t *row;
} applying;

static muster_status other_school(applying *a, const mark_record *record, muster_error *err) {
  const mark_slot *slot = a->slot;
  const mark_newcomer *come = &slot->newcomers[record->pupil & ~MARKS_NEWCOMER];
  muster_reading *reading = a->run->reading;
  muster_text value = {slot->texts + come->school, come->school_n};
  const char *reason = "the pupil is at another school on that date";
  return muster_books_reject(reading->load->ledger, reading->file, a->first_line + record->line,
                             reading->columns.fields[MARKS_SCHOOL].theirs, value, reason, reason, err);
}

/* Finds the row of marks for a record; a->row is NULL when the record was rejected after all. */
static muster_status find_row(applying *a, const mark_record *record, muster_error *err) {
  muster_register *reg = a->run->reading->load->reg;
  uint32_t pupil = record->pupil, year;
  a->row = NULL;
  if (pupil & MARKS_NEWCOMER) {
    uint32_t *enrolment = &a->newcomers[pupil & ~MARKS_NEWCOMER];
    if (*enrolment == NOT_YET) MUSTER_TRY(enrol(a->run, a->slot, pupil & ~MARKS_NEWCOMER, enrolment, err));
    pupil = *enrolment;
    if (pupil == MUSTER_NONE) return other_school(a, record, err);
  }
  MUSTER_TRY(find_year(a->run, record, &year, err));
  a->row = reg->years[year].rows[pupil];
  if (!a->row && !(a->row = muster_register_row(reg, pupil, year))) return muster_fail_memory(err);
  return MUSTER_OK;
}

static muster_status supersede(applying *a, const mark_record *record, uint8_t *place, muster_error *err) {
  muster_loading *load = a->run->reading->load;
  uint32_t pupil = record->pupil;
  if (pupil & MARKS_NEWCOMER) pupil = a->newcomers[pupil & ~MARKS_NEWCOMER];
  muster_session session = muster_year_first_week(record->year) * MUSTER_LANE + record->offset;
  muster_superseded old = {pupil, session, *place, record->mark, a->run->reading->file, a->first_line + record->line};
  *place = record->mark;
  return muster_books_superseded(load->ledger, &old, err);
}

/* Puts records and rejects of a block in the order of their lines. */
static muster_status apply_records(applying *a, muster_error *err) {
  const mark_slot *slot = a->slot;
  muster_ledger_counts *counts = a->run->reading->counts;
  size_t next_reject = 0;
  uint64_t accepted = 0, duplicate = 0, superseded = 0;
  uint32_t reject_line = slot->reject_count ? slot->rejects[0].line : UINT32_MAX;
  muster_status status = MUSTER_OK;
  for (size_t i = 0; status == MUSTER_OK && i < slot->record_count; i++) {
    const mark_record *record = &slot->records[i];
    while (status == MUSTER_OK && reject_line <= record->line) {
      status = apply_reject(a->run, slot, &slot->rejects[next_reject++], a->first_line, err);
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
      *place = record->mark;
      accepted++;
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
    status = apply_reject(a->run, slot, &slot->rejects[next_reject++], a->first_line, err);
  return status;
}

static muster_status apply_slot(run *r, mark_slot *slot, bool last, muster_error *err) {
  muster_reading *reading = r->reading;
  uint64_t first_line;
  bool joined;
  MUSTER_TRY(muster_sequence_take(&r->sequence, &slot->block, &reading->input, last, &first_line, &joined, err));
  if (joined) mark_parse_block(&r->rules, r->scratches[r->jobs], slot);
  if (slot->no_memory) return muster_fail_memory(err);
  applying a = {.run = r, .slot = slot, .first_line = first_line, .pupil = MUSTER_NONE};
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
  if (slot->refused)
    return muster_when_refuse(&reading->input, first_line + slot->refused_line,
                              reading->columns.fields[slot->refused_field].theirs,
                              (muster_text){slot->texts + slot->refused_text, slot->refused_text_n}, err);
  return MUSTER_OK;
}

static muster_status apply_wave(run *r, const wave *w, muster_error *err) {
  for (size_t i = 0; i < w->count; i++)
    MUSTER_TRY(apply_slot(r, &w->slots[i], w->first + i + 1 == r->reading->input.block_count, err));
  return MUSTER_OK;
}

/* ---- waves ---- */

enum { APPLY, DIGEST, FIRST_BLOCK };

static muster_status work(void *context, unsigned worker, size_t item, muster_error *err) {
  run *r = context;
  const muster_input *input = &r->reading->input;
  if (item == APPLY) return r->applying ? apply_wave(r, r->applying, err) : MUSTER_OK;
  if (item == DIGEST) {
    uint64_t reached = input->data_at + (r->parsing->first + r->parsing->count) * (uint64_t)input->block_bytes;
    return r->digester ? muster_digester_reach(r->digester, input, reached, err) : MUSTER_OK;
  }
  mark_slot *slot = &r->parsing->slots[item - FIRST_BLOCK];
  muster_block_read(&slot->block, input, r->parsing->first + item - FIRST_BLOCK);
  mark_parse_block(&r->rules, r->scratches[worker], slot);
  return MUSTER_OK;
}

static muster_status run_waves(run *r, muster_error *err) {
  const muster_input *input = &r->reading->input;
  /* Pupils who are made while marks are applied must not be looked up at the same time. */
  bool overlap = r->jobs > 1 && !r->rules.make_pupils;
  for (size_t first = 0, k = 0; first < input->block_count; first += r->wave_size, k = !k) {
    wave *w = &r->waves[overlap ? k : 0];
    size_t left = input->block_count - first;
    w->first = first;
    w->count = left < r->wave_size ? left : r->wave_size;
    r->parsing = w;
    MUSTER_TRY(muster_parallel(r->jobs, FIRST_BLOCK + w->count, work, r, err));
    r->applying = overlap ? w : NULL;
    if (!overlap) MUSTER_TRY(apply_wave(r, w, err));
    muster_progress_tell(r->reading->load->options.progress, input->name,
                         (uint64_t)(first + w->count) * input->block_bytes, input->size);
  }
  return r->applying ? apply_wave(r, r->applying, err) : MUSTER_OK;
}

static void free_slot(mark_slot *slot) {
  muster_block_free(&slot->block);
  muster_free(slot->records);
  muster_free(slot->rejects);
  muster_free(slot->newcomers);
  muster_free(slot->texts);
}

static void free_run(run *r) {
  for (size_t k = 0; k < 2; k++) {
    for (size_t i = 0; r->waves[k].slots && i < r->wave_size; i++) free_slot(&r->waves[k].slots[i]);
    muster_free(r->waves[k].slots);
  }
  for (unsigned i = 0; r->scratches && i <= r->jobs; i++) {
    if (!r->scratches[i]) continue;
    muster_free(r->scratches[i]->cells);
    muster_free(r->scratches[i]->strip_days);
    muster_free(r->scratches[i]);
  }
  muster_free(r->scratches);
  muster_free(r->sequence.carry);
}

static muster_status make_run(run *r, muster_error *err) {
  size_t columns = r->reading->input.columns;
  r->wave_size = r->jobs > 1 ? (size_t)r->jobs * BLOCKS_A_THREAD : 1;
  if (r->wave_size > r->reading->input.block_count) r->wave_size = r->reading->input.block_count;
  memset(r->year_at, 0xFF, sizeof r->year_at);
  for (size_t k = 0; k < (r->jobs > 1 ? 2 : 1); k++)
    if (!(r->waves[k].slots = muster_alloc(r->wave_size, sizeof *r->waves[k].slots))) return muster_fail_memory(err);
  r->scratches = muster_alloc(r->jobs + 1, sizeof *r->scratches);
  for (unsigned i = 0; r->scratches && i <= r->jobs; i++) {
    mark_scratch *s = r->scratches[i] = muster_alloc(1, sizeof *s);
    if (!s || !(s->cells = muster_alloc(columns, sizeof *s->cells))) return muster_fail_memory(err);
    s->days_reached = MUSTER_NO_DATE;
  }
  return r->scratches ? MUSTER_OK : muster_fail_memory(err);
}

/* ---- the file ---- */

static muster_layout layout_of(const muster_reading *r) {
  const muster_columns *c = &r->columns;
  if (r->how->layout != MUSTER_LAYOUT_ANY) return r->how->layout;
  const char *slash = strrchr(r->input.name, '/');
  if (strcmp(slash ? slash + 1 : r->input.name, "absences.csv") == 0) return MUSTER_LAYOUT_ABSENCES;
  bool has_code = muster_columns_has(c, MARKS_CODE);
  if (!has_code && muster_columns_has(c, MARKS_MARKS)) return MUSTER_LAYOUT_STRIP;
  if (!has_code && (muster_columns_has(c, MARKS_WEEK) || muster_columns_has(c, MARKS_MON_AM))) return MUSTER_LAYOUT_WEEK;
  return MUSTER_LAYOUT_LONG;
}

static muster_status require_columns(const muster_reading *r, muster_error *err) {
  static const int of_long[] = {MARKS_PUPIL, MARKS_DATE, MARKS_SESSION, MARKS_CODE};
  static const int of_strip[] = {MARKS_PUPIL, MARKS_START, MARKS_MARKS};
  int of_week[12] = {MARKS_PUPIL, MARKS_WEEK};
  for (int i = 0; i < 10; i++) of_week[2 + i] = MARKS_MON_AM + i;
  if (r->layout == MUSTER_LAYOUT_STRIP) return muster_columns_require(&r->columns, &r->input, r->kind, of_strip, 3, err);
  if (r->layout == MUSTER_LAYOUT_WEEK) return muster_columns_require(&r->columns, &r->input, r->kind, of_week, 12, err);
  return muster_columns_require(&r->columns, &r->input, r->kind, of_long, 4, err);
}

/* The school of pupils whom only marks name: the only one there is, or one made for them. */
static muster_status find_default_school(run *r, muster_error *err) {
  muster_register *reg = r->reading->load->reg;
  if (!r->rules.make_pupils || muster_columns_has(&r->reading->columns, MARKS_SCHOOL)) return MUSTER_OK;
  r->rules.default_school = 0;
  if (reg->school_count == 1) return MUSTER_OK;
  r->rules.default_school = muster_register_school(reg, MUSTER_TEXT("school"), NULL);
  return r->rules.default_school != MUSTER_NONE ? MUSTER_OK : muster_fail_memory(err);
}

muster_status muster_read_marks(muster_reading *reading, muster_error *err) {
  muster_loading *load = reading->load;
  reading->layout = layout_of(reading);
  MUSTER_TRY(require_columns(reading, err));
  load->ledger->files[reading->file].layout = reading->layout;
  load->ledger->files[reading->file].counts_marks =
      reading->layout == MUSTER_LAYOUT_STRIP || reading->layout == MUSTER_LAYOUT_WEEK;
  if (reading->layout == MUSTER_LAYOUT_STRIP) {
    reading->input.keep_blanks = true;
    muster_input_cut(&reading->input, STRIP_BLOCK);
  }
  if (reading->layout == MUSTER_LAYOUT_ABSENCES) load->reg->presence_implied = true;
  if (reading->input.block_count == 0) return MUSTER_OK;
  run r = {.reading = reading, .jobs = load->options.jobs ? load->options.jobs : 1};
  r.sequence.line = reading->input.data_line;
  muster_digester digester = {0};
  muster_arena arena = {0};
  muster_status status = mark_rules_make(&r.rules, reading, &arena, err);
  reading->input.unsplit = status == MUSTER_OK && r.rules.usual_order && r.rules.plain_sessions;
  if (status == MUSTER_OK) status = find_default_school(&r, err);
  if (status == MUSTER_OK) status = make_run(&r, err);
  if (status == MUSTER_OK && load->options.digests) {
    r.digester = &digester;
    status = muster_digester_begin(&digester, err);
  }
  if (status == MUSTER_OK) status = run_waves(&r, err);
  if (status == MUSTER_OK && r.digester) status = muster_digester_reach(&digester, &reading->input, UINT64_MAX, err);
  if (r.digester)
    muster_digester_end(&digester, status == MUSTER_OK ? load->ledger->files[reading->file].digest : NULL);
  if (status == MUSTER_OK && r.made)
    status = muster_books_fact(load->ledger, "pupils-made", reading->file, err,
                               "there is no file of pupils: %llu pupils were made from their marks",
                               (unsigned long long)r.made);
  free_run(&r);
  muster_arena_free(&arena);
  return status;
}
