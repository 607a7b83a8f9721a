/* An effect of known size. Each week from its start, a cohort's absence in a school is moved by `size` points of its
 * possible sessions: spells end earlier, or new ones are added. What a week cannot give is carried to the next, and the
 * part of a session is settled by a start of chance, so the expected effect is the size itself, in every week. */
#include <stdlib.h>

#include "plan.h"

typedef struct course {
  const muster_synth_plan *plan;
  muster_synth_room *room;
  size_t sessions, members;
  const struct synth_order *member; /* pupils of the cohort */
  synth_random *r;
} course;

static bool can_end(uint8_t mark) {
  return mark == SYNTH_I || mark == SYNTH_O || mark == SYNTH_U || mark == SYNTH_N || mark == SYNTH_C || mark == SYNTH_G;
}

static uint8_t *row_of(const course *c, size_t member, const muster_synth_pupil **pupil) {
  uint32_t i = c->member[member].pupil;
  *pupil = &c->room->pupils[i];
  return c->room->marks + i * c->sessions;
}

/* A pupil comes back earlier: takes up to `wanted` absences of the week off, from the last one on. */
static unsigned thin(uint8_t *marks, size_t from, size_t past, unsigned wanted) {
  unsigned taken = 0;
  for (size_t s = past; s > from && taken < wanted; s--) {
    if (can_end(marks[s - 1])) {
      marks[s - 1] = (s - 1) & 1 ? SYNTH_PM : SYNTH_AM;
      taken++;
    } else if (taken) {
      break; /* one run a pupil and turn */
    }
  }
  return taken;
}

/* A day or half day more away, without a reason given. */
static unsigned add(uint8_t *marks, size_t from, size_t past, unsigned wanted, synth_random *r) {
  unsigned added = 0;
  for (size_t s = from + synth_below(r, (uint32_t)(past - from)); s < past && added < wanted && added < 2; s++) {
    if (!synth_present(marks[s])) break;
    marks[s] = SYNTH_O;
    added++;
  }
  return added;
}

/* Moves `wanted` sessions in the week [from, past). @return sessions moved */
static unsigned move_week(const course *c, size_t from, size_t past, unsigned wanted, bool fewer) {
  unsigned moved = 0;
  size_t start = synth_below(c->r, (uint32_t)c->members);
  for (int round = 0; round < 12 && moved < wanted; round++) {
    unsigned before = moved;
    for (size_t k = 0; k < c->members && moved < wanted; k++) {
      const muster_synth_pupil *p;
      uint8_t *marks = row_of(c, (start + k) % c->members, &p);
      size_t a = from > p->first_session ? from : p->first_session, b = past < p->end_session ? past : p->end_session;
      if (a >= b) continue;
      moved += fewer ? thin(marks, a, b, wanted - moved) : add(marks, a, b, wanted - moved, c->r);
    }
    if (fewer && moved == before) break; /* nobody is away any more; adding tries other days */
  }
  return moved;
}

static uint64_t count(const course *c, size_t from, size_t past, bool (*test)(uint8_t)) {
  uint64_t n = 0;
  for (size_t k = 0; k < c->members; k++) {
    const muster_synth_pupil *p;
    const uint8_t *marks = row_of(c, k, &p);
    for (size_t s = from; s < past; s++) n += test(marks[s]);
  }
  return n;
}

static bool is_possible(uint8_t mark) { return synth_possible(mark); }
static bool is_absent(uint8_t mark) { return synth_absent(mark); }

static void run_course(const course *c, muster_date start, struct synth_cohort_truth *truth) {
  const synth_calendar *calendar = &c->room->calendar;
  double size = c->plan->spec.effect.size / 100, owed = synth_unit(c->r);
  bool fewer = size < 0;
  if (fewer) size = -size;
  size_t day = 0;
  while (day < calendar->open_count && calendar->open[day] < start) day++;
  truth->pupils += c->members;
  truth->absent_without += count(c, 2 * day, c->sessions, is_absent);
  while (day < calendar->open_count && c->members) {
    muster_date monday = muster_date_monday(calendar->open[day]);
    size_t from = 2 * day;
    while (day < calendar->open_count && calendar->open[day] < monday + 7) day++;
    uint64_t possible = count(c, from, 2 * day, is_possible);
    truth->possible += possible;
    owed += size * (double)possible;
    unsigned wanted = (unsigned)owed;
    if (wanted) owed -= move_week(c, from, 2 * day, wanted, fewer);
  }
  day = 0;
  while (day < calendar->open_count && calendar->open[day] < start) day++;
  truth->absent_with += count(c, 2 * day, c->sessions, is_absent);
}

static bool eligible(const muster_synth_plan *plan, const muster_synth_room *room, uint32_t pupil, size_t sessions) {
  const muster_synth_effect *e = &plan->spec.effect;
  const muster_synth_pupil *p = &room->pupils[pupil];
  const muster_date *open = room->calendar.open;
  /* gone before the last cohort began */
  if (open[p->end_session / 2 - 1] < synth_cohort_start(e, plan->terms, e->cohorts - 1)) return false;
  if (e->select == MUSTER_SYNTH_RANDOM) return open[p->first_session / 2] <= e->start;
  unsigned possible = 0, absent = 0;
  for (unsigned s = p->first_session; s < p->end_session; s++) {
    if (open[s / 2] < e->window_first || open[s / 2] > e->window_last) continue;
    uint8_t mark = room->marks[pupil * sessions + s];
    possible += synth_possible(mark);
    absent += synth_absent(mark);
  }
  return possible > 0 && absent >= e->threshold * possible;
}

static size_t choose(const muster_synth_plan *plan, muster_synth_room *room, size_t pupils, size_t sessions,
                     synth_random *r, synth_truth *truth) {
  size_t n = 0;
  for (uint32_t i = 0; i < pupils; i++)
    if (eligible(plan, room, i, sessions)) room->order[n++] = (struct synth_order){synth_next(r), i};
  truth->eligible += n;
  qsort(room->order, n, sizeof *room->order, synth_by_key);
  size_t chosen = synth_round(r, plan->spec.effect.share * (double)n);
  return chosen < n ? chosen : n;
}

static void recount(muster_synth_room *room, size_t pupils, size_t sessions) {
  for (size_t i = 0; i < pupils; i++) {
    muster_synth_pupil *p = &room->pupils[i];
    unsigned absent = 0;
    for (unsigned s = p->first_session; s < p->end_session; s++) absent += synth_absent(room->marks[i * sessions + s]);
    p->absent = (uint16_t)absent;
  }
}

void synth_effect_apply(const muster_synth_plan *plan, size_t index, muster_synth_room *room, synth_truth *truth) {
  const muster_synth_effect *e = &plan->spec.effect;
  const synth_site *site = &plan->sites[index];
  if (e->kind == MUSTER_SYNTH_NO_EFFECT) return;
  size_t sessions = 2 * room->calendar.open_count, treated = 0;
  synth_random r = synth_random_of(plan->spec.seed, SYNTH_STREAM_EFFECT, index);
  if (e->select != MUSTER_SYNTH_WHOLE_SCHOOLS) {
    treated = choose(plan, room, site->pupils, sessions, &r, truth);
  } else {
    truth->eligible++;
    for (uint32_t i = 0; site->cohort >= 0 && i < site->pupils; i++)
      room->order[treated++] = (struct synth_order){synth_next(&r), i};
  }
  unsigned turn = synth_below(&r, e->cohorts); /* no cohort is the larger one everywhere */
  for (unsigned cohort = 0; cohort < e->cohorts; cohort++) {
    /* pupils of cohort k are the k-th part of the chosen */
    size_t from = treated * cohort / e->cohorts, past = treated * (cohort + 1) / e->cohorts;
    if (e->select == MUSTER_SYNTH_WHOLE_SCHOOLS) {
      if (site->cohort != (int)cohort) continue;
      from = 0;
      past = treated;
    }
    unsigned label = e->select == MUSTER_SYNTH_WHOLE_SCHOOLS ? cohort : (cohort + turn) % e->cohorts;
    muster_date start = synth_cohort_start(e, plan->terms, label);
    for (size_t k = from; k < past; k++) room->pupils[room->order[k].pupil].treated_from = start;
    course c = {plan, room, sessions, past - from, room->order + from, &r};
    if (c.members) run_course(&c, start, &truth->cohort[label]);
  }
  if (e->size != 0) recount(room, site->pupils, sessions);
}
