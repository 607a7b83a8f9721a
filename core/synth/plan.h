/* plan.h - what is settled before any school is made, and the seams between the room's files. */
#ifndef SYNTH_PLAN_H
#define SYNTH_PLAN_H

#include "bands.h"
#include "calendar.h"
#include "codes.h"
#include "muster/base/memory.h"
#include "muster/synth.h"
#include "random.h"

/* One school before it is made. */
typedef struct synth_site {
  muster_synth_phase phase;
  uint32_t pupils;
  double weight;        /* its share of the phase's pupils, while sizes are settled */
  uint64_t first_pupil; /* number of its first pupil in the whole system */
  double absence_tilt;  /* about -1 to 1: moves pupils up or down the bands; means cancel over a phase */
  double fsm_tilt;      /* about -1 to 1: moves the share eligible for free school meals, likewise */
  int cohort;           /* of a school that is treated, else -1 */
} synth_site;

/* Pupils of one phase, year group and sex: how many of each category (free meals or not, a need or not), and how they
 * lie over the bands. */
enum { SYNTH_NOT, SYNTH_NOT_NEED, SYNTH_FREE, SYNTH_FREE_NEED, SYNTH_NOT_KNOWN };
typedef struct synth_kind {
  double weight[SYNTH_CATEGORIES];             /* shares, summing to 1 */
  double reach[SYNTH_CATEGORIES][SYNTH_BANDS]; /* cumulative shares of bands */
} synth_kind;

enum { SYNTH_YEARS = 12 }; /* 1 to 11 */

struct muster_synth_plan {
  muster_synth_spec spec; /* effect dates settled */
  muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS];
  synth_kind kinds[SYNTH_PHASES][SYNTH_YEARS][2];
  double year_reach[SYNTH_PHASES][SYNTH_YEARS]; /* cumulative shares of year groups */
  synth_site *sites;
};

/* What the effect did, to be summed over schools. */
enum { SYNTH_COHORTS_MOST = 16 };
typedef struct synth_truth {
  uint64_t eligible; /* pupils or schools that could have been chosen */
  struct synth_cohort_truth {
    uint64_t pupils, possible, absent_without, absent_with;
  } cohort[SYNTH_COHORTS_MOST];
} synth_truth;

/* Effect: dates left open filled in; start of a cohort, which is the first day of term when it would be in a holiday.
 */
void synth_effect_settle(muster_synth_effect *effect, const muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS]);
muster_date synth_cohort_start(const muster_synth_effect *effect,
                               const muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS], unsigned cohort);

/* A pupil while the school is being made: the place in the distribution, drawn before the marks. */
typedef struct synth_draw {
  uint8_t band;
  double place; /* 0 to 1 within the band */
} synth_draw;

/* One school while it is made. Marks are rows of `sessions`. */
typedef struct muster_synth_room {
  synth_calendar calendar;
  muster_synth_pupil *pupils;
  synth_draw *draws;
  uint8_t *marks;
  struct synth_order *order; /* scratch of as many entries as pupils */
  size_t pupil_capacity, mark_capacity;
} muster_synth_room;

struct synth_order {
  uint64_t key;
  uint32_t pupil;
};
int synth_by_key(const void *a, const void *b);

/* As muster_synth_school_make; adds what the effect did to `truth`. */
muster_status synth_school_make(const muster_synth_plan *plan, size_t index, muster_synth_school *school,
                                synth_truth *truth, muster_error *err);

void synth_names(const muster_synth_plan *plan, size_t index, muster_synth_school *out);
void synth_pupils_make(const muster_synth_plan *plan, const synth_site *site, synth_random *r, muster_synth_room *room);
void synth_marks_make(const muster_synth_plan *plan, size_t index, muster_synth_room *room);
void synth_effect_apply(const muster_synth_plan *plan, size_t index, muster_synth_room *room, synth_truth *truth);

#endif
