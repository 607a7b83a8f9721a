/* Turning views. A view is derived from the marks of a pupil; when the same school is looked at on many dates, the
 * bitmaps of its pupils are derived once, for all dates, and a turn is a copy without the bits after the as-of date. */
#include <string.h>

#include "desk_private.h"

void muster_desk_keep(muster_desk *desk, bool keep) { desk->deck.kept = keep; }

void muster_desk_free_deck(muster_desk *desk) {
  muster_free(desk->deck.bits);
  muster_free(desk->deck.filled);
  muster_free(desk->deck.seen);
  desk->deck = (muster_deck){0};
}

uint32_t muster_place_in_school(const muster_register *reg, uint32_t school, uint32_t pupil) {
  const muster_school *at = &reg->schools[school];
  const uint32_t *pupils = reg->by_school + at->first;
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

/* An empty deck for a school; without memory there is simply none. */
static bool lay_deck(muster_desk *desk, const muster_view *view, uint32_t school) {
  muster_deck *deck = &desk->deck;
  if (deck->bits && deck->reg == desk->reg && deck->school == school) return true;
  size_t pupils = desk->reg->schools[school].count;
  if (!deck->bits || deck->capacity < pupils) {
    muster_desk_free_deck(desk);
    deck->kept = true;
    deck->words = (MUSTER_KIND_CODES + view->set_count) * view->words;
    deck->bits = muster_alloc(pupils * deck->words, sizeof *deck->bits);
    deck->filled = muster_alloc(pupils, sizeof *deck->filled);
    deck->seen = muster_alloc(view->words, sizeof *deck->seen);
    deck->seen_until = MUSTER_NO_DATE;
    if (!deck->bits || !deck->filled || !deck->seen) {
      muster_desk_free_deck(desk);
      return false;
    }
    deck->capacity = pupils;
  }
  memset(deck->filled, 0, pupils * sizeof *deck->filled);
  deck->reg = desk->reg;
  deck->school = school;
  return true;
}

/* The bits of a 64-bit word, the `word`-th of a view, that lie before `end`. */
static uint64_t bits_before(const muster_view *view, size_t word, muster_session end) {
  int64_t n = (int64_t)end - ((int64_t)view->first_week + 4 * (int64_t)word) * MUSTER_LANE;
  return n <= 0 ? 0 : n >= 64 ? UINT64_MAX : UINT64_MAX >> (64 - n);
}

static const uint64_t *seen_by(muster_deck *deck, const muster_view *view, muster_date as_of) {
  if (deck->seen_until != as_of) {
    muster_session end = muster_session_of(as_of + 1);
    for (size_t w = 0; w < view->words; w++) deck->seen[w] = bits_before(view, w, end);
    deck->seen_until = as_of;
  }
  return deck->seen;
}

static void copy_until(muster_view *view, const uint64_t *full, const uint64_t *seen, uint32_t pupil,
                       muster_date as_of) {
  size_t words = view->words, kinds = MUSTER_KIND_CODES + view->set_count;
  uint64_t *to = view->bits;
  view->pupil = pupil;
  view->as_of = as_of;
  view->end = muster_session_of(as_of + 1);
  view->marked_sets = view->set_count ? UINT64_MAX >> (64 - view->set_count) : 0;
  for (size_t kind = 0; kind < kinds; kind++, to += words, full += words)
    for (size_t w = 0; w < words; w++) to[w] = full[w] & seen[w];
}

static muster_date end_of_register(const muster_view *view) {
  return muster_week_monday(view->first_week + view->weeks);
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
  if (!deck->kept || !view->words || !lay_deck(desk, view, school)) {
    muster_view_set(view, pupil, desk->as_of);
    return;
  }
  uint32_t place = place_of(deck, school, pupil);
  uint64_t *full = deck->bits + (size_t)place * deck->words;
  if (!deck->filled[place]) {
    muster_view_set(view, pupil, end_of_register(view));
    for (size_t k = 0; k < view->set_count; k++) muster_view_bits(view, MUSTER_KIND_CODES + (int)k);
    memcpy(full, view->bits, deck->words * sizeof *full);
    deck->filled[place] = true;
  }
  copy_until(view, full, seen_by(deck, view, desk->as_of), pupil, desk->as_of);
}
