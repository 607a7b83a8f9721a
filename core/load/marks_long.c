/* The long layout, a row a mark or, where the source says so, a whole day; absences have the same shape. And the day
 * layout, a row a pupil and day with a column for the morning and one for the afternoon. */
#include "marks.h"

static muster_text text_of(mark_parse *p, int field, const muster_text *cells) {
  return muster_field_text(&p->rules->reading->columns.fields[field], cells, p->joined);
}

/* What both say first: whose marks, at which school, of which day. The texts live as long as the row. */
typedef struct row {
  char id_text[MUSTER_JOINED_TEXT], school_text[MUSTER_JOINED_TEXT], date_text[MUSTER_JOINED_TEXT];
  muster_text school;
  mark_day day;
} row;

static bool begin(mark_parse *p, const muster_text *cells, row *r) {
  const muster_field *fields = p->rules->reading->columns.fields;
  muster_text id = muster_field_text(&fields[MARKS_PUPIL], cells, r->id_text);
  r->school = muster_field_text(&fields[MARKS_SCHOOL], cells, r->school_text);
  if (!mark_find_pupil(p, id, r->school)) return false;
  p->date_text = muster_field_text(&fields[MARKS_DATE], cells, r->date_text);
  return mark_find_day(p, MARKS_DATE, p->date_text, &r->day);
}

void mark_take_long(mark_parse *p, const muster_text *cells) {
  row r;
  if (!begin(p, cells, &r)) return;
  muster_text text = text_of(p, MARKS_SESSION, cells);
  int session = mark_session(p->rules, text);
  if (session < 0) {
    mark_reject_text(p, MARKS_SESSION, text, "not a session, AM or PM", NULL);
    return;
  }
  int64_t minutes;
  text = text_of(p, MARKS_MINUTES, cells);
  if (text.n && (!muster_text_int(text, &minutes) || minutes < 0 || minutes > 1440)) {
    mark_reject_text(p, MARKS_MINUTES, text, "not a number of minutes", NULL);
    return;
  }
  text = text_of(p, MARKS_CODE, cells);
  if (!p->rules->whole_days) {
    mark_put(p, MARKS_CODE, text, &r.day, session, r.school, true);
    return;
  }
  for (int half = 0; half < 2; half++) /* the reasons of rejects name the half, since a row may have two */
    if (session == half || session == MARK_WHOLE_DAY) mark_put(p, MARKS_CODE, text, &r.day, half, r.school, false);
}

void mark_take_day(mark_parse *p, const muster_text *cells) {
  row r;
  if (!begin(p, cells, &r)) return;
  for (int half = 0; half < 2; half++) {
    muster_text code = text_of(p, MARKS_AM + half, cells);
    if (!mark_blank(p->rules, code)) mark_put(p, MARKS_AM + half, code, &r.day, half, r.school, false);
  }
}
