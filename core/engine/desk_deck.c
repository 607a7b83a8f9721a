/* Turning views. A view is derived from the marks of a pupil; when the same school is looked at on many dates, the
 * bitmaps of its pupils are derived once, for all dates, and a turn cuts them at the as-of date. */
#include <string.h>

#include "desk_private.h"

void muster_desk_free_deck(muster_desk *desk) {
  muster_free(desk->deck.bits);
  muster_free(desk->deck.filled);
  desk->deck = (muster_deck){0};
}

uint32_t muster_place_in_school(const muster_register *reg, uint32_t school, uint32_t pupil) {
  const muster_school *at = &reg->schools[school];
  const uint32_t *pupils = reg->by_school + at->first;
  if (at->count && pupil - pupils[0] < at->count && pupils[pupil - pupils[0]] == pupil)
    return pupil - pupils[0];         /* the file of pupils is mostly in the order of schools */
  uint32_t low = 0, high = at->count; /* enrolments of a school stand in ascending order */
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (pupils[middle] < pupil) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* Room for a school's pupils; without memory there is simply no deck. */
static bool make_room(muster_deck *deck, size_t pupils, size_t words) {
  if (deck->bits && deck->capacity >= pupils) return true;
  muster_free(deck->bits);
  muster_free(deck->filled);
  *deck = (muster_deck){.words = words, .capacity = pupils};
  deck->bits = muster_alloc(pupils * words, sizeof *deck->bits);
  deck->filled = muster_alloc(pupils, sizeof *deck->filled);
  return deck->bits && deck->filled;
}

void muster_desk_keep(muster_desk *desk, uint32_t school) {
  muster_deck *deck = &desk->deck;
  if (deck->reg == desk->reg && deck->school == school) return;
  deck->reg = NULL;
  desk->epoch++; /* the views may still be cutting from what was there */
  if (school == MUSTER_NONE || !desk->view.words) return;
  size_t pupils = desk->reg->schools[school].count;
  if (!make_room(deck, pupils, desk->view.all_words)) {
    muster_desk_free_deck(desk);
    return;
  }
  memset(deck->filled, 0, pupils * sizeof *deck->filled);
  deck->reg = desk->reg;
  deck->school = school;
}

static uint32_t place_of(muster_deck *deck, uint32_t school, uint32_t pupil) {
  const muster_school *at = &deck->reg->schools[school];
  uint32_t place = deck->next;
  if (place >= at->count || deck->reg->by_school[at->first + place] != pupil)
    place = muster_place_in_school(deck->reg, school, pupil);
  deck->next = place + 1;
  return place;
}

void muster_desk_turn(muster_desk *desk, muster_view *view, uint32_t pupil) {
  uint32_t school = desk->reg->pupils[pupil].school;
  muster_deck *deck = &desk->deck;
  if (deck->reg != desk->reg || deck->school != school) {
    muster_view_set(view, pupil, desk->as_of);
    return;
  }
  uint32_t place = place_of(deck, school, pupil);
  uint64_t *full = deck->bits + (size_t)place * deck->words;
  if (!deck->filled[place]) {
    muster_view_keep(view, pupil, full);
    deck->filled[place] = true;
  }
  muster_view_cut(view, pupil, desk->as_of, full);
}
