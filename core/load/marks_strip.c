/* The strip layout: a row a pupil, one character a session over the school's days from a date on. */
#include <string.h>

#include "marks.h"

enum { FURTHEST = 1200 }; /* days after its start that a strip may reach */

/* Is it a day that a strip has two characters for: open by the calendar or terms; where neither is given, Monday to
 * Friday. A weekend counts only when a calendar opens it. */
static bool school_day(mark_parse *p, uint32_t school, muster_date date) {
  bool weekend = muster_date_weekday(date) >= 5;
  if (!p->rules->check_days) return !weekend;
  return (!weekend || p->rules->reading->load->weekend_named) && mark_expects(p, school, date);
}

/* The nth school day from the start on; false when the calendar has no more. Days found are kept for the next strip. */
static bool nth_day(mark_parse *p, uint32_t school, muster_date start, size_t n, mark_day *day) {
  mark_scratch *s = p->scratch;
  if (s->days_school != school || s->days_start != start || s->days_reached == MUSTER_NO_DATE) {
    s->days_school = school;
    s->days_start = s->days_reached = start;
    s->strip_day_count = 0;
  }
  while (s->strip_day_count <= n) {
    muster_date date = s->days_reached;
    if (date - start > FURTHEST || muster_row_year(date) > MARKS_LAST_YEAR) return false;
    s->days_reached++;
    if (!school_day(p, school, date)) continue;
    if (!MUSTER_GROW(s->strip_days, s->strip_day_capacity, s->strip_day_count)) {
      p->slot->no_memory = true;
      return false;
    }
    mark_day_set(p->rules, date, &s->strip_days[s->strip_day_count++]);
  }
  *day = s->strip_days[n];
  return true;
}

/* The next mark of a strip: one character (of any number of bytes), or what stands in braces.
 * @retval false  a brace that is not closed */
static bool next_mark(muster_text *strip, muster_text *code) {
  if (strip->at[0] == '{') {
    const char *end = memchr(strip->at, '}', strip->n);
    if (!end) return false;
    *code = (muster_text){strip->at + 1, (size_t)(end - strip->at) - 1};
    strip->n -= code->n + 2;
    strip->at += code->n + 2;
    return true;
  }
  size_t n = 1;
  while (n < strip->n && ((unsigned char)strip->at[n] & 0xC0) == 0x80) n++;
  *code = (muster_text){strip->at, n};
  strip->at += n;
  strip->n -= n;
  return true;
}

/* The usual mark, put without asking the general way. */
static bool put_plain(mark_parse *p, muster_text code, const mark_day *day, int session) {
  mark_scratch *s = p->scratch;
  uint8_t mark = code.n == 1 ? day->era->one[(unsigned char)code.at[0]] : 0;
  if (!mark || s->several || day->date < s->start || day->date > s->end) return false;
  mark_record *record = mark_record_room(p->slot);
  if (record) *record = (mark_record){s->pupil, p->line, day->year, (uint16_t)(day->offset + session), mark};
  return true;
}

static bool room_for(mark_slot *slot, size_t n) {
  if (slot->record_count + n <= slot->record_capacity) return true;
  size_t wanted = slot->record_capacity * 2 + n;
  mark_record *grown = muster_realloc(slot->records, wanted, sizeof *grown);
  if (!grown) return false; /* one at a time then, which says so */
  slot->records = grown;
  slot->record_capacity = wanted;
  return true;
}

/* The beginning of what is left of a strip, from its mark number `first` on, as far as it is of usual marks on days
 * that are known already: what most strips are from end to end. Stops before anything else.
 * @return how many marks */
static size_t take_plain(mark_parse *p, muster_text strip, size_t first, uint32_t school, muster_date start) {
  mark_scratch *s = p->scratch;
  mark_slot *slot = p->slot;
  bool known = s->days_school == school && s->days_start == start && s->days_reached != MUSTER_NO_DATE;
  if (!known || s->several || !room_for(slot, strip.n)) return 0;
  size_t sessions = 2 * s->strip_day_count, left = sessions > first ? sessions - first : 0, i = 0;
  size_t n = strip.n < left ? strip.n : left;
  mark_record *record = slot->records + slot->record_count;
  for (; i < n; i++) {
    const mark_day *day = &s->strip_days[(first + i) / 2];
    unsigned char c = (unsigned char)strip.at[i];
    bool odd = c >= 0x80 || c == '{' || c == '-' || c == ' ';
    uint8_t mark = day->era->one[c];
    if (odd || !mark || day->date < s->start || day->date > s->end) break;
    *record++ = (mark_record){s->pupil, p->line, day->year, (uint16_t)(day->offset + (first + i) % 2), mark};
  }
  /* a letter that goes on in the next byte is one mark */
  if (i && i < strip.n && ((unsigned char)strip.at[i] & 0xC0) == 0x80) i--, record--;
  slot->record_count = (size_t)(record - slot->records);
  return i;
}

void mark_take_strip(mark_parse *p, const muster_text *cells) {
  char id_text[MUSTER_JOINED_TEXT], school_text[MUSTER_JOINED_TEXT];
  const muster_field *fields = p->rules->reading->columns.fields;
  mark_day first, day;
  muster_text named = muster_field_text(&fields[MARKS_SCHOOL], cells, school_text);
  if (!mark_find_pupil(p, muster_field_text(&fields[MARKS_PUPIL], cells, id_text), named)) return;
  if (!mark_find_day(p, MARKS_START, muster_field_text(&fields[MARKS_START], cells, p->joined), &first)) return;
  muster_text strip = cells[fields[MARKS_MARKS].at[0]]; /* untrimmed: a blank is a session */
  mark_scratch *s = p->scratch;
  uint32_t school = s->school;
  if (s->several) {
    uint32_t pupil = muster_register_enrolment(p->rules->reg, s->pupil_id, first.date);
    if (pupil != MUSTER_NONE) school = p->rules->reg->pupils[pupil].school;
  }
  if (named.n) school = muster_map_find(&p->rules->reg->school_ids, named);
  for (size_t i = 0; strip.n; i++) {
    size_t plain = named.n ? 0 : take_plain(p, strip, i, school, first.date);
    strip = (muster_text){strip.at + plain, strip.n - plain};
    i += plain;
    if (!strip.n) return;
    muster_text code;
    if (!next_mark(&strip, &code)) {
      mark_reject_text(p, MARKS_MARKS, strip, "a brace is not closed", NULL);
      return;
    }
    if (mark_blank(p->rules, code)) continue;
    if (!nth_day(p, school, first.date, i / 2, &day)) {
      mark_reject_text(p, MARKS_MARKS, code, "no school day is left for this mark", NULL);
      continue;
    }
    if (named.n || !put_plain(p, code, &day, (int)(i % 2)))
      mark_put(p, MARKS_MARKS, code, &day, (int)(i % 2), named, false);
  }
}
