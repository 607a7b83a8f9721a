/* One mark by the general way: pupil, day, session, code, each checked, each failure a reject with its reason. */
#include <stdio.h>
#include <string.h>

#include "marks.h"

bool mark_texts(mark_slot *slot, muster_text text, size_t *at) {
  *at = slot->text_n;
  if (slot->text_n + text.n > slot->text_capacity) {
    size_t wanted = slot->text_capacity ? slot->text_capacity * 2 : 4096;
    while (wanted < slot->text_n + text.n) wanted *= 2;
    char *grown = muster_realloc(slot->texts, wanted, 1);
    if (!grown) {
      slot->no_memory = true;
      return false;
    }
    slot->texts = grown;
    slot->text_capacity = wanted;
  }
  if (text.n) memcpy(slot->texts + slot->text_n, text.at, text.n);
  slot->text_n += text.n;
  return true;
}

void mark_reject_text(mark_parse *p, int field, muster_text value, const char *key, const char *reason) {
  mark_slot *slot = p->slot;
  mark_reject reject = {.line = p->line, .field = field, .key = key, .value_n = value.n, .reason = SIZE_MAX};
  if (!MUSTER_GROW(slot->rejects, slot->reject_capacity, slot->reject_count)) {
    slot->no_memory = true;
    return;
  }
  if (!mark_texts(slot, value, &reject.value)) return;
  if (reason && !mark_texts(slot, (muster_text){reason, strlen(reason) + 1}, &reject.reason)) return;
  slot->rejects[slot->reject_count++] = reject;
}

static bool reject(mark_parse *p, int field, muster_text value, const char *key) {
  mark_reject_text(p, field, value, key, NULL);
  return false;
}

mark_record *mark_record_room(mark_slot *slot) {
  if (!MUSTER_GROW(slot->records, slot->record_capacity, slot->record_count)) {
    slot->no_memory = true;
    return NULL;
  }
  return &slot->records[slot->record_count++];
}

/* ---- the pupil ---- */

static void remember(mark_scratch *s, muster_text id) {
  s->id_n = id.n <= MARK_ID ? id.n : SIZE_MAX;
  if (id.n <= MARK_ID) memcpy(s->id, id.at, id.n);
}

static void enrolment(const muster_register *reg, mark_scratch *s, uint32_t pupil) {
  const muster_pupil *found = &reg->pupils[pupil];
  s->pupil = pupil;
  s->school = found->school;
  s->start = found->start == MUSTER_NO_DATE ? INT32_MIN + 1 : found->start;
  s->end = found->end == MUSTER_NO_DATE ? INT32_MAX : found->end;
}

void mark_enrolment(const muster_register *reg, mark_scratch *s, uint32_t pupil_id, muster_text id) {
  uint32_t first = reg->first_enrolment[pupil_id];
  s->pupil_id = pupil_id;
  s->several = reg->pupils[first].next != MUSTER_NONE;
  enrolment(reg, s, first);
  remember(s, id);
}

static bool newcomer(mark_parse *p, muster_text id, muster_text school) {
  mark_slot *slot = p->slot;
  mark_scratch *s = p->scratch;
  mark_newcomer come = {.id_n = id.n, .school_n = school.n, .line = p->line};
  if (!MUSTER_GROW(slot->newcomers, slot->newcomer_capacity, slot->newcomer_count))
    return slot->no_memory = true, false;
  if (!mark_texts(slot, id, &come.id) || !mark_texts(slot, school, &come.school)) return false;
  s->pupil = MARKS_NEWCOMER | (uint32_t)slot->newcomer_count;
  s->pupil_id = MUSTER_NONE;
  s->school = p->rules->default_school;
  s->several = false;
  s->start = INT32_MIN + 1;
  s->end = INT32_MAX;
  slot->newcomers[slot->newcomer_count++] = come;
  return true;
}

/* A pupil whom the store knows is read as if a file of pupils named all of the enrolments. Only where marks make
 * pupils, and there one thread does all. */
static bool ask_for_pupil(mark_parse *p, muster_text id, uint32_t *number) {
  muster_error *failed = &p->scratch->failed;
  if (!p->rules->make_pupils || muster_find_pupil(p->rules->reading->load, id, number, failed) == MUSTER_OK)
    return true;
  p->slot->failed = failed;
  return false;
}

bool mark_find_pupil(mark_parse *p, muster_text id, muster_text school) {
  mark_scratch *s = p->scratch;
  const muster_register *reg = p->rules->reg;
  if (id.n == 0) return reject(p, MARKS_PUPIL, id, "the pupil_id is empty");
  bool same = s->id_n == id.n && memcmp(s->id, id.at, id.n) == 0;
  if (same && !(s->pupil & MARKS_NEWCOMER)) return true;
  uint32_t number = muster_map_find(&reg->pupil_ids, id);
  s->id_n = SIZE_MAX;
  if (number == MUSTER_NONE && !same && !ask_for_pupil(p, id, &number)) return false;
  if (number == MUSTER_NONE) {
    if (muster_is_shortened(id)) return reject(p, MARKS_PUPIL, id, MUSTER_SHORTENED);
    if (!p->rules->make_pupils) return reject(p, MARKS_PUPIL, id, muster_unknown_pupil(reg, id));
    /* Each row may name another school, so only without one the rows of a newcomer share an entry. */
    if (!(same && school.n == 0) && !newcomer(p, id, school)) return false;
    return remember(s, id), true;
  }
  bool contested = muster_is_contested(p->rules->reading->load, number);
  if (contested && school.n == 0) return reject(p, MARKS_PUPIL, id, MUSTER_WHICH_CHILD);
  mark_enrolment(reg, s, number, id);
  if (contested) s->id_n = SIZE_MAX; /* so each row is asked for its school */
  return true;
}

/* ---- the day ---- */

void mark_day_set(const mark_rules *rules, muster_date date, mark_day *day) {
  day->date = date;
  day->open_at = MARK_NO_SCHOOL;
  day->era = mark_era_of(rules, date);
  int year = muster_row_year(date);
  day->year = (uint16_t)year;
  day->offset = (uint16_t)(muster_session_of(date) - muster_year_first_week(year) * MUSTER_LANE);
}

bool mark_find_day(mark_parse *p, int field, muster_text text, mark_day *day) {
  muster_date date;
  if (text.n == 0) return reject(p, field, text, "the date is empty");
  switch (muster_when_read(p->rules->reading->how->date_format, text, &date)) {
    case MUSTER_WHEN_OK: break;
    case MUSTER_WHEN_BAD: return reject(p, field, text, "not a date");
    case MUSTER_WHEN_AMBIGUOUS:
      if (p->slot->refused) return false;
      p->slot->refused = true;
      p->slot->refused_line = p->line;
      p->slot->refused_field = field;
      p->slot->refused_text_n = text.n;
      return mark_texts(p->slot, text, &p->slot->refused_text), false;
  }
  int year = muster_row_year(date);
  if (year < MARKS_FIRST_YEAR || year > MARKS_LAST_YEAR)
    return reject(p, field, text, "the date is not between 1990 and 2053");
  mark_day_set(p->rules, date, day);
  return true;
}

bool mark_expects(mark_parse *p, uint32_t school, muster_date date) {
  uint32_t slot = ((uint32_t)date ^ school * 2654435761u) % MARK_EXPECTED;
  mark_expected *e = &p->scratch->expected[slot];
  if (!e->known || e->school != school || e->date != date)
    *e = (mark_expected){school, date, true, muster_register_expects(p->rules->reg, school, date)};
  return e->open;
}

/* ---- the mark ---- */

static void reject_code(mark_parse *p, int field, muster_text code, const mark_day *day, int session, bool named) {
  char why[160], reason[200], date[MUSTER_DATE_TEXT];
  bool none;
  muster_text ours = code;
  const muster_mappings *map = &p->rules->reading->how->codes;
  for (size_t i = 0; i < map->count; i++)
    if (muster_text_equal(muster_text_of(map->at[i].name), code)) ours = muster_text_of(map->at[i].values[0]);
  (void)mark_of_code(p->rules, code, day->date, &none);
  muster_codes_explain(&p->rules->reg->codes, ours, day->date, why);
  bool unknown = strcmp(why, "unknown code") == 0;
  const char *key = code.n == 0 ? "the code is empty" : unknown ? "unknown code" : "code not valid on that date";
  if (code.n == 0) snprintf(why, sizeof why, "%s", key);
  if (named)
    snprintf(reason, sizeof reason, "%s", why);
  else
    snprintf(reason, sizeof reason, "%s (%s %s)", why, muster_date_format(day->date, date), session ? "PM" : "AM");
  mark_reject_text(p, field, code, key, reason);
}

static void reject_day(mark_parse *p, int field, muster_text value, const char *key, const mark_day *day, int session,
                       bool named) {
  char reason[200], date[MUSTER_DATE_TEXT];
  if (!named)
    snprintf(reason, sizeof reason, "%s (%s %s)", key, muster_date_format(day->date, date), session ? "PM" : "AM");
  mark_reject_text(p, field, value, key, named ? NULL : reason);
}

/* Finds the enrolment of a pupil who has several. */
static bool on_roll(mark_parse *p, const mark_day *day, const char **why) {
  mark_scratch *s = p->scratch;
  if (s->several) {
    uint32_t pupil = muster_register_enrolment(p->rules->reg, s->pupil_id, day->date);
    if (pupil == MUSTER_NONE) return *why = "the pupil is at no school on that date", false;
    enrolment(p->rules->reg, s, pupil);
  }
  if (day->date < s->start) return *why = "before the pupil's start date", false;
  if (day->date > s->end) return *why = "after the pupil's end date", false;
  return true;
}

/* The order of the checks is the same whether the pupil was known when the block was parsed or not. */
void mark_put(mark_parse *p, int field, muster_text code, const mark_day *day, int session, muster_text school,
              bool named) {
  mark_scratch *s = p->scratch;
  const muster_register *reg = p->rules->reg;
  bool none;
  uint8_t mark = mark_of_code(p->rules, code, day->date, &none);
  if (none) { /* it says nothing, so neither can it be wrong */
    p->slot->left_out++;
    return;
  }
  const char *why;
  int date_field = named ? MARKS_DATE : field;
  muster_text date_value = named ? p->date_text : code;
  if (!on_roll(p, day, &why)) {
    reject_day(p, date_field, date_value, why, day, session, named);
    return;
  }
  if (!mark) {
    reject_code(p, field, code, day, session, named);
    return;
  }
  uint32_t at_school = s->school;
  if (school.n) at_school = muster_map_find(&reg->school_ids, school);
  if (p->rules->check_days && mark != p->rules->closure && !mark_expects(p, at_school, day->date)) {
    reject_day(p, date_field, date_value, "the school is not open on that date", day, session, named);
    return;
  }
  if (school.n && !(s->pupil & MARKS_NEWCOMER) && at_school != s->school) {
    mark_reject_text(p, MARKS_SCHOOL, school, "the pupil is at another school on that date", NULL);
    return;
  }
  mark_record *record = mark_record_room(p->slot);
  if (record) *record = (mark_record){s->pupil, p->line, day->year, (uint16_t)(day->offset + session), mark};
}

/* ---- rows ---- */

void mark_take_cells(mark_parse *p, const muster_text *cells, size_t count) {
  muster_reading *r = p->rules->reading;
  p->slot->rows++;
  if (count != r->input.columns) {
    char reason[160];
    bool cut = p->slot->block.cut_short && p->line + 1 == p->slot->block.lines && count < r->input.columns;
    muster_ragged_reason(r, count, cut, reason);
    mark_reject_text(p, -1, muster_cell_trim(cells[0]), MUSTER_RAGGED, reason);
    return;
  }
  bool header = muster_is_header(&r->input, cells);
  if (header || !muster_columns_keep(&r->columns, cells)) {
    p->slot->headers_again += header;
    p->slot->rows--;
    p->slot->left_out++;
    return;
  }
  if (r->layout == MUSTER_LAYOUT_STRIP)
    mark_take_strip(p, cells);
  else if (r->layout == MUSTER_LAYOUT_WEEK)
    mark_take_week(p, cells);
  else if (r->layout == MUSTER_LAYOUT_DAY)
    mark_take_day(p, cells);
  else
    mark_take_long(p, cells);
}

void mark_parse_clear(mark_parse *p) {
  mark_slot *slot = p->slot;
  slot->record_count = slot->reject_count = slot->newcomer_count = slot->text_n = 0;
  slot->rows = slot->left_out = slot->headers_again = 0;
  slot->refused = slot->no_memory = false;
  slot->failed = NULL;
  p->scratch->id_n = SIZE_MAX; /* newcomers are numbered anew in each block */
  p->scratch->pupil_id = p->scratch->pupil = MUSTER_NONE;
}

void mark_parse_block(const mark_rules *rules, mark_scratch *scratch, mark_slot *slot) {
  mark_parse p = {.rules = rules, .scratch = scratch, .slot = slot};
  mark_parse_clear(&p);
  if (slot->block.trouble != MUSTER_NO_TROUBLE || slot->block.n == 0) return;
  if (rules->plain_long) {
    mark_parse_fast(&p);
    return;
  }
  const muster_input *input = &rules->reading->input;
  muster_rows rows = muster_rows_of(&slot->block, input);
  size_t count;
  while (muster_rows_next(&rows, scratch->cells, input->columns, &count, &p.line))
    mark_take_cells(&p, scratch->cells, count);
}
