/* Named days: what a calendar file said, before it becomes the calendar of each school. */
#include "building.h"

#include <string.h>

static void free_days(muster_named_days *days) {
  muster_free(days->open);
  muster_free(days->closed);
}

void muster_building_free(muster_building *building) {
  if (!building) return;
  free_days(&building->every);
  for (size_t i = 0; i < building->school_capacity; i++) free_days(&building->schools[i]);
  muster_free(building->schools);
  muster_free(building);
}

/* Room for a week, a school year at a time. */
static bool cover(muster_named_days *days, int32_t week) {
  if (days->weeks && week >= days->first_week && week < days->first_week + days->weeks) return true;
  int32_t first = days->weeks && days->first_week < week ? days->first_week : week;
  int32_t end =
      days->weeks && days->first_week + days->weeks > week ? days->first_week + days->weeks : week + MUSTER_YEAR_WEEKS;
  uint16_t *open = muster_alloc((size_t)(end - first), sizeof *open),
           *closed = muster_alloc((size_t)(end - first), sizeof *closed);
  if (!open || !closed) {
    muster_free(open);
    muster_free(closed);
    return false;
  }
  if (days->weeks) {
    memcpy(open + (days->first_week - first), days->open, (size_t)days->weeks * sizeof *open);
    memcpy(closed + (days->first_week - first), days->closed, (size_t)days->weeks * sizeof *closed);
  }
  free_days(days);
  *days = (muster_named_days){first, end - first, open, closed, days->names_open};
  return true;
}

static muster_named_days *days_of(muster_building *building, uint32_t school) {
  if (school == MUSTER_NONE) return &building->every;
  if (school >= building->school_capacity) {
    size_t wanted = building->school_capacity ? building->school_capacity : 16;
    while (wanted <= school) wanted *= 2;
    muster_named_days *schools = muster_realloc(building->schools, wanted, sizeof *schools);
    if (!schools) return NULL;
    memset(schools + building->school_capacity, 0, (wanted - building->school_capacity) * sizeof *schools);
    building->schools = schools;
    building->school_capacity = wanted;
  }
  return &building->schools[school];
}

muster_status muster_register_day(muster_register *reg, uint32_t school, muster_date date, muster_day_kind kind,
                                  muster_error *err) {
  muster_named_days *days = days_of(reg->building, school);
  int32_t week = muster_week_of(date);
  if (!days || !cover(days, week)) return muster_fail_memory(err);
  uint16_t bits = (uint16_t)(3u << 2 * (date - muster_week_monday(week)));
  uint16_t *open = &days->open[week - days->first_week], *closed = &days->closed[week - days->first_week];
  bool opens = kind == MUSTER_DAY_OPEN;
  *open = (uint16_t)(opens ? *open | bits : *open & ~bits);
  *closed = (uint16_t)(opens ? *closed & ~bits : *closed | bits);
  days->names_open |= opens;
  reg->calendar_given |= opens;
  return MUSTER_OK;
}

static bool bit_of(const muster_named_days *days, const uint16_t *lanes, muster_date date) {
  int32_t week = muster_week_of(date), i = week - days->first_week;
  return i >= 0 && i < days->weeks && lanes[i] >> 2 * (date - muster_week_monday(week)) & 1;
}

bool muster_building_names(const muster_building *b, uint32_t school) {
  return b->every.names_open || (school < b->school_capacity && b->schools[school].names_open);
}

int muster_building_says(const muster_building *b, uint32_t school, muster_date date) {
  static const muster_named_days nothing;
  const muster_named_days *own = school < b->school_capacity ? &b->schools[school] : &nothing;
  if (bit_of(own, own->open, date)) return 1;
  if (bit_of(own, own->closed, date)) return 0;
  if (bit_of(&b->every, b->every.closed, date)) return 0;
  if (bit_of(&b->every, b->every.open, date)) return 1;
  return muster_building_names(b, school) ? 0 : -1;
}
