/* Rows of marks.csv. The long layout is most of what is written: fixed parts are made once a school and copied. */
#include "layout.h"

#include <string.h>

const char *synth_layout_file(muster_synth_layout kind) {
  return kind == MUSTER_SYNTH_ABSENCES ? "absences.csv" : "marks.csv";
}

const char *synth_layout_header(muster_synth_layout kind) {
  switch (kind) {
    case MUSTER_SYNTH_STRIP: return "pupil_id,start_date,marks\n";
    case MUSTER_SYNTH_WEEK:
      return "pupil_id,week,mon_am,mon_pm,tue_am,tue_pm,wed_am,wed_pm,thu_am,thu_pm,fri_am,fri_pm\n";
    default: return "pupil_id,date,session,code\n";
  }
}

void synth_layout_start(synth_layout *layout, muster_synth_layout kind, const muster_synth_school *school) {
  layout->kind = kind;
  for (size_t s = 0; s < school->sessions; s++) {
    char *at = layout->session[s];
    at[0] = ',';
    muster_date_format(school->open_days[s / 2], at + 1);
    memcpy(at + 11, s & 1 ? ",PM," : ",AM,", 5);
  }
}

size_t synth_layout_most(const synth_layout *layout, const muster_synth_school *school) {
  size_t id = MUSTER_SYNTH_ID;
  switch (layout->kind) {
    case MUSTER_SYNTH_STRIP: return id + 16 + school->sessions;
    case MUSTER_SYNTH_WEEK: return school->sessions / 2 * (id + 16 + 3 * 10);
    default: return school->sessions * (id + 15 + 4) + 16; /* copies are of 16 bytes */
  }
}

static char *put(char *at, const char *text, size_t n) {
  memcpy(at, text, n);
  return at + n;
}

static char *put_code(char *at, uint8_t mark) {
  const char *text = muster_synth_code_text(mark);
  *at = text[0];
  at += text[0] != '\0';
  if (text[0] && text[1]) *at++ = text[1];
  return at;
}

static char *long_rows(const synth_layout *l, const muster_synth_pupil *p, const uint8_t *marks, bool all, char *at) {
  char id[8];
  memcpy(id, p->id, sizeof id);
  for (unsigned s = p->first_session; s < p->end_session; s++) {
    uint8_t mark = marks[s];
    if (mark == SYNTH_NO_MARK || (!all && mark < SYNTH_D)) continue;
    memcpy(at, id, sizeof id);
    memcpy(at + 8, l->session[s], 16);
    at = put_code(at + 8 + 15, mark);
    *at++ = '\n';
  }
  return at;
}

static char *strip_row(const synth_layout *l, const muster_synth_pupil *p, const uint8_t *marks, char *at) {
  at = put(at, p->id, strlen(p->id));
  at = put(at, l->session[p->first_session], 12);
  for (unsigned s = p->first_session; s < p->end_session; s++) *at++ = muster_synth_code_letter(marks[s]);
  *at++ = '\n';
  return at;
}

static char *week_rows(const muster_synth_school *school, const muster_synth_pupil *p, const uint8_t *marks, char *at) {
  size_t day = p->first_session / 2u, past = p->end_session / 2u;
  while (day < past) {
    muster_date monday = muster_date_monday(school->open_days[day]);
    *(at = put(at, p->id, strlen(p->id))) = ',';
    muster_date_format(monday, at + 1);
    at += 11;
    for (int weekday = 0; weekday < 5; weekday++) {
      bool open = day < past && school->open_days[day] == monday + weekday;
      *at++ = ',';
      if (open) at = put_code(at, marks[2 * day]);
      *at++ = ',';
      if (open) at = put_code(at, marks[2 * day + 1]);
      day += open;
    }
    *at++ = '\n';
  }
  return at;
}

char *synth_layout_pupil(const synth_layout *layout, const muster_synth_school *school, size_t pupil, char *at) {
  const muster_synth_pupil *p = &school->pupils[pupil];
  const uint8_t *marks = school->marks + pupil * school->sessions;
  switch (layout->kind) {
    case MUSTER_SYNTH_STRIP: return strip_row(layout, p, marks, at);
    case MUSTER_SYNTH_WEEK: return week_rows(school, p, marks, at);
    default: return long_rows(layout, p, marks, layout->kind == MUSTER_SYNTH_LONG, at);
  }
}
