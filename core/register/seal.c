/* Sealing: from what was read to what can be asked. School order, calendars, half terms, implied presence. */
#include <stdlib.h>
#include <string.h>

#include "building.h"
#include "muster/register/lanes.h"

/* ---- school order ---- */

static muster_status order_by_school(muster_register *reg, muster_error *err) {
  reg->by_school = muster_alloc(reg->pupil_count, sizeof *reg->by_school);
  uint32_t *next = muster_alloc(reg->school_count, sizeof *next);
  if (!reg->by_school || !next) {
    muster_free(next);
    return muster_fail_memory(err);
  }
  for (size_t i = 0; i < reg->pupil_count; i++) reg->schools[reg->pupils[i].school].count++;
  uint32_t first = 0;
  for (size_t s = 0; s < reg->school_count; s++) {
    reg->schools[s].first = next[s] = first;
    first += reg->schools[s].count;
  }
  for (uint32_t i = 0; i < reg->pupil_count; i++) reg->by_school[next[reg->pupils[i].school]++] = i;
  muster_free(next);
  return MUSTER_OK;
}

static int by_subject_and_start(const void *a, const void *b) {
  const muster_intervention *x = a, *y = b;
  if (x->subject_kind != y->subject_kind) return x->subject_kind < y->subject_kind ? -1 : 1;
  if (x->subject != y->subject) return x->subject < y->subject ? -1 : 1;
  if (x->start != y->start) return x->start < y->start ? -1 : 1;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  return (x->end > y->end) - (x->end < y->end);
}

/* ---- calendars ---- */

static uint8_t mark_of(const muster_register *reg, const char *code) {
  return muster_codes_mark(&reg->codes, muster_text_of(code), reg->last_mark == MUSTER_NO_DATE ? 0 : reg->last_mark);
}

/* Sessions of a year in which anyone at the school has a mark other than `closure`. */
static void seen_in_year(const muster_register *reg, const muster_school *school, const muster_year *year,
                         uint8_t closure, uint8_t seen[MUSTER_YEAR_MARKS]) {
  memset(seen, 0, MUSTER_YEAR_MARKS);
  for (uint32_t k = 0; k < school->count; k++) {
    const uint8_t *row = year->rows[reg->by_school[school->first + k]];
    if (!row) continue;
    for (int i = 0; i < MUSTER_YEAR_MARKS; i++) seen[i] |= (uint8_t)((row[i] != 0) & (row[i] != closure));
  }
}

static uint16_t lane_of_days(const uint8_t week[MUSTER_LANE]) {
  uint16_t lane = 0;
  for (int day = 0; day < 7; day++)
    if (week[2 * day] | week[2 * day + 1]) lane |= (uint16_t)(3u << 2 * day);
  return lane;
}

typedef struct weeks_span {
  int32_t first, end;
} weeks_span;

static void span_add(weeks_span *span, int32_t first, int32_t end) {
  if (span->first >= span->end) *span = (weeks_span){first, end};
  if (first < span->first) span->first = first;
  if (end > span->end) span->end = end;
}

static int32_t year_weeks(const muster_year *year) { return muster_year_first_week(year->year + 1) - year->first_week; }

static weeks_span span_of(const muster_register *reg) {
  weeks_span span = {0, 0};
  for (size_t y = 0; y < reg->year_count; y++) {
    const muster_year *year = &reg->years[y];
    span_add(&span, year->first_week, year->first_week + year_weeks(year));
  }
  for (size_t i = 0; i < reg->half_term_count; i++)
    span_add(&span, muster_week_of(reg->half_terms[i].start), muster_week_of(reg->half_terms[i].end) + 1);
  const muster_building *b = reg->building;
  if (b->every.weeks) span_add(&span, b->every.first_week, b->every.first_week + b->every.weeks);
  for (size_t s = 0; s < b->school_capacity; s++)
    if (b->schools[s].weeks) span_add(&span, b->schools[s].first_week, b->schools[s].first_week + b->schools[s].weeks);
  return span;
}

static bool in_given_half_term(const muster_register *reg, muster_date date) {
  for (size_t i = 0; i < reg->half_term_count; i++)
    if (reg->half_terms[i].start <= date && date <= reg->half_terms[i].end) return true;
  return false;
}

bool muster_register_expects(const muster_register *reg, uint32_t school, muster_date date) {
  int said = muster_building_says(reg->building, school, date);
  if (said >= 0) return said;
  return !reg->terms_given || in_given_half_term(reg, date);
}

/* The last day in `seen`, as a session offset, or -1. */
static int last_seen(const uint8_t seen[MUSTER_YEAR_MARKS]) {
  for (int i = MUSTER_YEAR_MARKS - 1; i >= 0; i--)
    if (seen[i]) return i;
  return -1;
}

static void mark_span(muster_register *reg, const muster_year *year, const uint8_t seen[MUSTER_YEAR_MARKS]) {
  int last = last_seen(seen), first = 0;
  if (last < 0) return;
  while (!seen[first]) first++;
  muster_date from = muster_session_date(year->first_week * MUSTER_LANE + first);
  muster_date to = muster_session_date(year->first_week * MUSTER_LANE + last);
  if (reg->first_mark == MUSTER_NO_DATE || from < reg->first_mark) reg->first_mark = from;
  if (reg->last_mark == MUSTER_NO_DATE || to > reg->last_mark) reg->last_mark = to;
}

static muster_status make_calendars(muster_register *reg, muster_error *err) {
  weeks_span span = span_of(reg);
  int32_t weeks = span.end - span.first;
  uint8_t closure = mark_of(reg, "#");
  reg->first_mark = reg->last_mark = MUSTER_NO_DATE;
  uint8_t seen[MUSTER_YEAR_MARKS];
  for (uint32_t s = 0; s < reg->school_count; s++) {
    muster_school *school = &reg->schools[s];
    uint16_t *lanes = muster_alloc((size_t)weeks, sizeof *lanes);
    if (!lanes) return muster_fail_memory(err);
    school->open = (muster_open_days){span.first, weeks, lanes};
    reg->calendars_inferred += reg->calendar_given && school->count && !muster_building_names(reg->building, s);
    for (size_t y = 0; y < reg->year_count; y++) {
      const muster_year *year = &reg->years[y];
      seen_in_year(reg, school, year, closure, seen);
      mark_span(reg, year, seen);
      for (int32_t w = 0; w < year_weeks(year); w++)
        lanes[year->first_week - span.first + w] |= lane_of_days(seen + w * MUSTER_LANE);
    }
  }
  /* Where days were named, they decide; after the last mark a given half term stands for a calendar still to come. */
  for (uint32_t s = 0; s < reg->school_count; s++) {
    uint16_t *lanes = reg->schools[s].open.lanes;
    for (int32_t w = 0; w < weeks; w++) {
      for (int day = 0; day < 7; day++) {
        muster_date date = muster_week_monday(span.first + w) + day;
        uint16_t bits = (uint16_t)(3u << 2 * day);
        int said = muster_building_says(reg->building, s, date);
        bool to_come = reg->terms_given && day < 5 && (reg->last_mark == MUSTER_NO_DATE || date > reg->last_mark);
        if (said < 0 && to_come) said = in_given_half_term(reg, date) ? 1 : -1;
        if (said == 1) lanes[w] |= bits;
        if (said == 0) lanes[w] &= (uint16_t)~bits;
      }
    }
  }
  return MUSTER_OK;
}

/* ---- half terms, when nobody gave them: from the weeks in which at least half of the schools are open ---- */

static muster_status infer_half_terms(muster_register *reg, muster_error *err) {
  if (!reg->school_count) return MUSTER_OK;
  const muster_open_days *any = &reg->schools[0].open;
  muster_open_days common = {any->first_week, any->weeks, muster_alloc((size_t)any->weeks, sizeof *common.lanes)};
  size_t most = reg->year_count * 8 + 8;
  reg->half_terms = muster_alloc(most, sizeof *reg->half_terms);
  muster_status status = common.lanes && reg->half_terms ? MUSTER_OK : muster_fail_memory(err);
  size_t with_days = 0;
  for (size_t s = 0; s < reg->school_count; s++)
    with_days += muster_open_count(&reg->schools[s].open, (muster_range){INT32_MIN, INT32_MAX}) > 0;
  for (int32_t w = 0; status == MUSTER_OK && w < common.weeks; w++) {
    size_t open = 0;
    uint16_t lane = 0;
    for (size_t s = 0; s < reg->school_count; s++) {
      lane |= reg->schools[s].open.lanes[w];
      open += reg->schools[s].open.lanes[w] != 0;
    }
    if (open && 2 * open >= with_days) common.lanes[w] = lane;
  }
  if (status == MUSTER_OK) {
    reg->half_term_count = muster_half_terms_infer(&common, reg->half_terms, most);
    reg->half_term_capacity = most;
  }
  muster_free(common.lanes);
  return status;
}

/* ---- implied presence ---- */

static muster_status imply_presence(muster_register *reg, muster_error *err) {
  if (reg->last_mark == MUSTER_NO_DATE) return MUSTER_OK;
  uint8_t morning = mark_of(reg, "/"), afternoon = mark_of(reg, "\\");
  muster_range known = {INT32_MIN, muster_session_of(reg->last_mark + 1)};
  for (uint32_t p = 0; p < reg->pupil_count; p++) {
    const muster_pupil *pupil = &reg->pupils[p];
    const muster_open_days *open = &reg->schools[pupil->school].open;
    muster_range roll = known;
    if (pupil->start != MUSTER_NO_DATE) roll.begin = muster_session_of(pupil->start);
    if (pupil->end != MUSTER_NO_DATE && muster_session_of(pupil->end + 1) < roll.end)
      roll.end = muster_session_of(pupil->end + 1);
    for (size_t y = 0; y < reg->year_count; y++) {
      const muster_year *year = &reg->years[y];
      for (int32_t w = 0; w < year_weeks(year); w++) {
        int32_t week = year->first_week + w;
        uint16_t lane = muster_open_lane(open, week) & muster_lane_mask(week, roll);
        if (!lane) continue;
        uint8_t *row = muster_register_row(reg, p, (uint32_t)y);
        if (!row) return muster_fail_memory(err);
        for (int i = 0; i < MUSTER_LANE; i++)
          if (lane >> i & 1 && !row[w * MUSTER_LANE + i]) row[w * MUSTER_LANE + i] = i & 1 ? afternoon : morning;
      }
    }
  }
  return MUSTER_OK;
}

muster_status muster_register_seal(muster_register *reg, muster_error *err) {
  if (reg->sealed) return MUSTER_OK;
  MUSTER_TRY(order_by_school(reg, err));
  MUSTER_TRY(make_calendars(reg, err));
  if (!reg->terms_given) MUSTER_TRY(infer_half_terms(reg, err));
  if (reg->presence_implied) MUSTER_TRY(imply_presence(reg, err));
  if (reg->intervention_count)
    qsort(reg->interventions, reg->intervention_count, sizeof *reg->interventions, by_subject_and_start);
  muster_building_free(reg->building);
  reg->building = NULL;
  reg->sealed = true;
  return MUSTER_OK;
}
