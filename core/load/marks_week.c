/* The week layout: a row a pupil and week, a column a session. */
#include <string.h>

#include "marks.h"

/* "2025-W36" or "2025W36": the Monday of an ISO 8601 week, which is the week that holds the year's fourth of January.
 */
static bool iso_week(muster_text t, muster_date *monday) {
  int64_t year, week;
  bool dashed = t.n == 8 && t.at[4] == '-' && t.at[5] == 'W';
  if (!dashed && !(t.n == 7 && t.at[4] == 'W')) return false;
  muster_text number = {t.at + t.n - 2, 2};
  if (!muster_text_int((muster_text){t.at, 4}, &year) || !muster_text_int(number, &week)) return false;
  if (year < 1900 || year > 2199 || week < 1 || week > 53) return false;
  muster_date first = muster_date_monday(muster_date_of((int)year, 1, 4));
  *monday = first + (int32_t)(week - 1) * 7;
  return *monday < muster_date_monday(muster_date_of((int)year + 1, 1, 4));
}

static bool find_monday(mark_parse *p, muster_text text, mark_day *day) {
  muster_date monday;
  if (!iso_week(text, &monday)) {
    if (!mark_find_day(p, MARKS_WEEK, text, day)) return false;
    if (muster_date_weekday(day->date) == 0) return true;
    mark_reject_text(p, MARKS_WEEK, text, "not a Monday or an ISO week", NULL);
    return false;
  }
  char iso[MUSTER_DATE_TEXT];
  int year = muster_row_year(monday);
  if (year < MARKS_FIRST_YEAR || year > MARKS_LAST_YEAR)
    return mark_find_day(p, MARKS_WEEK, muster_text_of(muster_date_format(monday, iso)), day);
  mark_day_set(p->rules, monday, day);
  return true;
}

void mark_take_week(mark_parse *p, const muster_text *cells) {
  char id_text[MUSTER_JOINED_TEXT], school_text[MUSTER_JOINED_TEXT];
  const muster_field *fields = p->rules->reading->columns.fields;
  mark_day monday, day;
  muster_text school = muster_field_text(&fields[MARKS_SCHOOL], cells, school_text);
  if (!mark_find_pupil(p, muster_field_text(&fields[MARKS_PUPIL], cells, id_text), school)) return;
  if (!find_monday(p, muster_field_text(&fields[MARKS_WEEK], cells, p->joined), &monday)) return;
  for (int i = 0; i < 14; i++) {
    int field = MARKS_MON_AM + i;
    muster_text code = muster_field_text(&fields[field], cells, p->joined);
    if (mark_blank(p->rules, code)) continue;
    mark_day_set(p->rules, monday.date + i / 2, &day);
    mark_put(p, field, code, &day, i % 2, school, false);
  }
}
