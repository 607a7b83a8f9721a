/* One school from its plan: calendar, pupils, marks, effect, names. */
#include <string.h>

#include "plan.h"

static bool make_room(muster_synth_room *room, size_t pupils) {
  size_t marks = pupils * SYNTH_SESSIONS_MOST;
  if (room->pupil_capacity < pupils) {
    muster_free(room->pupils);
    muster_free(room->draws);
    muster_free(room->order);
    room->pupils = muster_alloc(pupils, sizeof *room->pupils);
    room->draws = muster_alloc(pupils, sizeof *room->draws);
    room->order = muster_alloc(pupils, sizeof *room->order);
    room->pupil_capacity = room->pupils && room->draws && room->order ? pupils : 0;
  }
  if (room->mark_capacity < marks) {
    muster_free(room->marks);
    room->marks = muster_alloc(marks, 1);
    room->mark_capacity = room->marks ? marks : 0;
  }
  return room->pupil_capacity >= pupils && room->mark_capacity >= marks;
}

muster_status synth_school_make(const muster_synth_plan *plan, size_t index, muster_synth_school *school,
                                synth_truth *truth, muster_error *err) {
  if (index >= plan->spec.schools) return muster_fail(err, MUSTER_USAGE, "there is no school %zu in the plan", index);
  const synth_site *site = &plan->sites[index];
  if (!school->room && !(school->room = muster_alloc(1, sizeof *school->room))) return muster_fail_memory(err);
  muster_synth_room *room = school->room;
  if (!make_room(room, site->pupils)) return muster_fail_memory(err);
  synth_random r = synth_random_of(plan->spec.seed, SYNTH_STREAM_SCHOOL, (uint64_t)index << 1);
  synth_calendar_make(plan->terms, &r, &room->calendar);
  synth_pupils_make(plan, site, &r, room);
  synth_marks_make(plan, index, room);
  synth_effect_apply(plan, index, room, truth);
  synth_names(plan, index, school);
  school->treated_from =
      site->cohort < 0 ? MUSTER_NO_DATE : synth_cohort_start(&plan->spec.effect, plan->terms, (unsigned)site->cohort);
  school->days = room->calendar.days;
  school->day_count = room->calendar.day_count;
  school->open_days = room->calendar.open;
  school->sessions = 2 * room->calendar.open_count;
  school->pupils = room->pupils;
  school->pupil_count = site->pupils;
  school->marks = room->marks;
  return MUSTER_OK;
}

muster_status muster_synth_school_make(const muster_synth_plan *plan, size_t index, muster_synth_school *school,
                                       muster_error *err) {
  synth_truth unused = {0};
  return synth_school_make(plan, index, school, &unused, err);
}

void muster_synth_school_free(muster_synth_school *school) {
  if (school->room) {
    muster_free(school->room->pupils);
    muster_free(school->room->draws);
    muster_free(school->room->order);
    muster_free(school->room->marks);
    muster_free(school->room);
  }
  memset(school, 0, sizeof *school);
}
