/* Made-up schools and pupils. */
#include "samples.h"

#include <math.h>
#include <string.h>

double sample_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return (double)(*state >> 11) / 9007199254740992.0;
}

double sample_normal(uint64_t *state) {
  double sum = -6;
  for (int i = 0; i < 12; i++) sum += sample_random(state);
  return sum;
}

/* Days since 1970-01-01: 20386 is Monday 27 October 2025. */
const muster_recipe_days sample_holidays[] = {
    {20386 - 2, 20386 + 6},   {20442 - 2, 20442 + 13}, {20498 - 2, 20498 + 6},
    {20540 - 2, 20540 + 13},  {20596 - 2, 20596 + 6},
};
const size_t sample_holiday_count = sizeof sample_holidays / sizeof *sample_holidays;

size_t sample_days(muster_date from, muster_date to, muster_date *out, size_t most) {
  size_t n = 0;
  for (muster_date d = from; d <= to && n < most; d++) {
    bool open = muster_date_weekday(d) < 5;
    for (size_t h = 0; h < sample_holiday_count; h++)
      open = open && !(d >= sample_holidays[h].from && d <= sample_holidays[h].to);
    if (open) out[n++] = d;
  }
  return n;
}

/* ---- pupil by pupil ---- */

enum { PUPILS = 26, MOST_DAYS = 200 };

static void mark(char *codes, unsigned char *classes, size_t s, char code, unsigned char class) {
  codes[s] = code;
  classes[s] = class;
}

static muster_status make_register(muster_chart *chart, muster_arena *keep, muster_error *err) {
  uint64_t state = 20251103;
  muster_date *days = muster_arena_alloc(keep, MOST_DAYS * sizeof *days);
  muster_recipe_pupil *pupils = muster_arena_alloc(keep, PUPILS * sizeof *pupils);
  if (!days || !pupils) return muster_fail_memory(err);
  size_t n = sample_days(muster_date_of(2025, 11, 3), muster_date_of(2025, 12, 19), days, MOST_DAYS), sessions = 2 * n;
  for (int p = 0; p < PUPILS; p++) {
    char *codes = muster_arena_alloc(keep, sessions + 1);
    unsigned char *classes = muster_arena_alloc(keep, sessions + 1);
    char *name = muster_arena_printf(keep, "P%d", 1204 + p * 37 % 900);
    if (!codes || !classes || !name) return muster_fail_memory(err);
    for (size_t s = 0; s < sessions; s++) mark(codes, classes, s, s % 2 ? '\\' : '/', MUSTER_CLASS_PRESENT);
    double away = p < 5 ? 0.28 + 0.05 * p : 0;
    for (size_t s = 0; s < sessions; s++) {
      double u = sample_random(&state);
      if (u < away * (s % 10 > 5 ? 1.4 : 0.7))
        mark(codes, classes, s, p == 3 && s > 30 && s < 50 ? 'G' : 'O', MUSTER_CLASS_UNAUTHORISED);
      else if (u < away + 0.02)
        mark(codes, classes, s, 'L', MUSTER_CLASS_LATE);
    }
    if (p == 2)
      for (size_t s = 40; s < 46 && s < sessions; s++) mark(codes, classes, s, 'E', MUSTER_CLASS_SUSPENDED);
    if (p % 4 == 1 && p > 4) {
      size_t start = (size_t)(sample_random(&state) * (double)(sessions - 8));
      for (size_t s = start; s < start + 4 + (size_t)p % 3 && s < sessions; s++)
        mark(codes, classes, s, 'I', MUSTER_CLASS_ILLNESS);
    }
    if (p % 5 == 2) mark(codes, classes, (size_t)(sample_random(&state) * (double)sessions), 'M', MUSTER_CLASS_AUTHORISED);
    if (p == 20)
      for (size_t s = 5; s < sessions; s += 10) mark(codes, classes, s, 'X', MUSTER_CLASS_NOT_REQUIRED);
    pupils[p] = (muster_recipe_pupil){.name = name, .tag = p % 3 == 1 ? "FSM6" : NULL, .codes = codes, .classes = classes};
  }
  muster_recipe_register in = {
      .words = {.subject = "tutor group 9B",
                .source = "school register, 26 pupils, 70 sessions. Made-up data. Codes follow the 2024 DfE attendance code set"},
      .days = days, .day_count = n, .pupils = pupils, .pupil_count = PUPILS};
  return muster_recipe_draw_register(chart, &in, err);
}

enum { YEAR_8 = 186 };

static muster_status make_cumulative(muster_chart *chart, muster_arena *keep, muster_error *err) {
  uint64_t state = 8;
  muster_date *days = muster_arena_alloc(keep, MOST_DAYS * sizeof *days);
  muster_date *later = muster_arena_alloc(keep, MOST_DAYS * sizeof *later);
  const double **missed = muster_arena_alloc(keep, YEAR_8 * sizeof *missed);
  if (!days || !later || !missed) return muster_fail_memory(err);
  size_t n = sample_days(muster_date_of(2025, 9, 2), muster_date_of(2026, 3, 27), days, MOST_DAYS);
  size_t left = sample_days(muster_date_of(2026, 3, 30), muster_date_of(2026, 7, 21), later, MOST_DAYS);
  for (int p = 0; p < YEAR_8; p++) {
    double *own = muster_arena_alloc(keep, n * sizeof *own);
    if (!own) return muster_fail_memory(err);
    double rate = p < 6 ? 0.13 + 0.035 * p : p < 23 ? 0.075 + 0.001 * p : 0.02 + 0.03 * sample_random(&state);
    for (size_t d = 0; d < n;) { /* spells of one to five days, with the rate that was asked for */
      size_t length = 1 + (size_t)(4.9 * sample_random(&state));
      bool away = sample_random(&state) < rate;
      for (size_t k = 0; k < length && d < n; k++, d++) own[d] = away ? 2 : 0;
    }
    missed[p] = own;
  }
  muster_recipe_cumulative in = {
      .words = {.subject = "Year 8",
                .source = "school register, 186 pupils. Made-up data. 38 sessions is 10% of the 380 possible sessions in the "
                          "year. Dotted: same rate to July"},
      .days = days, .day_count = n, .missed = missed, .pupil_count = YEAR_8, .threshold = 38, .possible = 380,
      .year_start = muster_date_of(2025, 9, 1), .year_end = muster_date_of(2026, 7, 21), .days_left = left,
      .holidays = sample_holidays, .holiday_count = sample_holiday_count};
  return muster_recipe_draw_cumulative(chart, &in, err);
}

const sample samples[] = {
    {"register", make_register},
    {"cumulative", make_cumulative},
};
const size_t sample_count = sizeof samples / sizeof *samples;
