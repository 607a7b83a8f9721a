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

/* Days since 1970-01-01: 20388 is Monday 27 October 2025. */
const muster_recipe_days sample_holidays[] = {
    {20388 - 2, 20388 + 6},  {20444 - 2, 20444 + 13}, {20500 - 2, 20500 + 6},
    {20542 - 2, 20542 + 13}, {20598 - 2, 20598 + 6},
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
    if (p % 5 == 2)
      mark(codes, classes, (size_t)(sample_random(&state) * (double)sessions), 'M', MUSTER_CLASS_AUTHORISED);
    if (p == 20)
      for (size_t s = 5; s < sessions; s += 10) mark(codes, classes, s, 'X', MUSTER_CLASS_NOT_REQUIRED);
    pupils[p] =
        (muster_recipe_pupil){.name = name, .tag = p % 3 == 1 ? "FSM6" : NULL, .codes = codes, .classes = classes};
  }
  muster_recipe_register in = {
      .words =
          {.subject = "tutor group 9B",
           .source =
               "school register, 26 pupils, 70 sessions. Made-up data. Codes follow the 2024 DfE attendance code set"},
      .days = days,
      .day_count = n,
      .pupils = pupils,
      .pupil_count = PUPILS};
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
  muster_recipe_cumulative in = {.words = {.subject = "Year 8", .source = "school register, 186 pupils. Made-up data"},
                                 .days = days,
                                 .day_count = n,
                                 .missed = missed,
                                 .pupil_count = YEAR_8,
                                 .threshold = 38,
                                 .possible = 380,
                                 .year_start = muster_date_of(2025, 9, 1),
                                 .year_end = muster_date_of(2026, 7, 21),
                                 .days_left = left,
                                 .holidays = sample_holidays,
                                 .holiday_count = sample_holiday_count};
  return muster_recipe_draw_cumulative(chart, &in, err);
}

static const char *const schools[] = {"Kingsmead",   "Westlake Academy", "Oakmoor Academy", "Tor Primary",
                                      "St Nectan's", "Bridge Park",      "Harbour View",    "Moorland CE",
                                      "Castle Hill", "Ashburn",          "Rydon",           "Canada Hill"};
enum { SCHOOLS = 12, WEEKS = 46 };

static muster_status make_timeline(muster_chart *chart, muster_arena *keep, muster_error *err) {
  (void)keep;
  (void)err;
  enum { m = 20507 }; /* Monday 23 February 2026 */
  static const muster_date u0[] = {m + 1, m + 8, m + 15, m + 16, m + 22, m + 23, m + 24};
  static const muster_date u1[] = {m,      m + 1,  m + 2,  m + 3,  m + 4,  m + 9,  m + 10, m + 11, m + 14,
                                   m + 15, m + 16, m + 17, m + 18, m + 21, m + 22, m + 23, m + 24, m + 25};
  static const muster_date u2[] = {m + 7, m + 14}, i2[] = {m + 21};
  static const muster_date i3[] = {m + 15, m + 16, m + 17, m + 21, m + 22};
  static const muster_date u4[] = {m + 16}, i4[] = {m + 2, m + 3, m + 4};
  static const muster_date u5[] = {m + 1, m + 2, m + 7, m + 11, m + 14, m + 15};
  static const muster_date u6[] = {m + 10}, u7[] = {m, m + 1, m + 2, m + 3, m + 4, m + 7, m + 8, m + 9, m + 10, m + 11};
#define DAYS(list) list, NULL, sizeof list / sizeof *list, 0
  static const muster_recipe_alert alerts[] = {
      {"P1352  Y9", "Combined", m + 24, MUSTER_NO_DATE, NULL, 9, m + 23, DAYS(u0)},
      {"P1278  Y9", "Combined", m + 22, m + 26, "Home visit", 0, m + 2, DAYS(u1)},
      {"P2204  Y7", "Two Mondays", m + 21, MUSTER_NO_DATE, NULL, 6, MUSTER_NO_DATE, u2, i2, 2, 1},
      {"P1981  Y10", "3 in 10", m + 22, m + 24, "Phone call", 0, MUSTER_NO_DATE, NULL, i3, 0, 5},
      {"P1426  Y8", "Below 93%", m + 17, m + 18, "Phone call", 0, MUSTER_NO_DATE, u4, i4, 1, 3},
      {"P1204  Y9", "Combined", m + 15, m + 19, "Parent meeting", 0, m + 12, DAYS(u5)},
      {"P3310  Y11", "Lates doubled", m + 14, MUSTER_NO_DATE, NULL, 12, MUSTER_NO_DATE, DAYS(u6)},
      {"P1315  Y9", "Holiday taken", m + 8, m + 9, "Letter sent", 0, m + 5, DAYS(u7)}};
#undef DAYS
  muster_recipe_timeline in = {
      .words =
          {.source =
               "school register and action log. Made-up data. Pupil codes are pseudonyms; no names leave the school"},
      .from = m,
      .to = m + 32,
      .alerts = alerts,
      .count = sizeof alerts / sizeof *alerts};
  return muster_recipe_draw_timeline(chart, &in, err);
}

/* Weeks of the school year, and a rate that rises before Christmas. */
static size_t school_weeks(muster_date *weeks) {
  size_t n = 0;
  for (muster_date w = muster_date_of(2025, 9, 1); w < muster_date_of(2026, 7, 20) && n < WEEKS; w += 7) {
    muster_date days[5];
    if (sample_days(w, w + 4, days, 5) >= 3) weeks[n++] = w;
  }
  return n;
}

static double season(muster_date week) {
  double to_christmas = (week - muster_date_of(2025, 12, 15)) / 25.0;
  return 2.6 * exp(-to_christmas * to_christmas);
}

static muster_status make_lines(muster_chart *chart, muster_arena *keep, muster_error *err) {
  uint64_t state = 77;
  muster_date *weeks = muster_arena_alloc(keep, WEEKS * sizeof *weeks);
  double *all = muster_arena_alloc(keep, 6 * WEEKS * sizeof *all);
  if (!weeks || !all) return muster_fail_memory(err);
  size_t n = school_weeks(weeks);
  double *value[2] = {all, all + WEEKS}, *lo[2] = {all + 2 * WEEKS, all + 3 * WEEKS},
         *hi[2] = {all + 4 * WEEKS, all + 5 * WEEKS};
  for (size_t w = 0; w < n; w++)
    for (int g = 0; g < 2; g++) {
      value[g][w] = (g ? 6 : 11) + season(weeks[w]) * (g ? 0.8 : 1.7) + 0.45 * sample_normal(&state);
      double half = g ? 0.65 : 1.25;
      lo[g][w] = value[g][w] - half, hi[g][w] = value[g][w] + half;
    }
  const muster_recipe_group groups[] = {{"Disadvantaged (FSM6)", MUSTER_COLOUR_ACCENT, value[0], lo[0], hi[0]},
                                        {"Not disadvantaged", MUSTER_COLOUR_BASE, value[1], lo[1], hi[1]}};
  muster_recipe_lines in = {.words = {.title = "Disadvantaged pupils missed nearly twice as much school as their peers",
                                      .source = "daily registers, 9 schools, 6,412 pupils. Made-up data"},
                            .unit = "%",
                            .measure = "Absence rate, % of possible sessions, weekly",
                            .dates = weeks,
                            .date_count = n,
                            .groups = groups,
                            .group_count = 2,
                            .reference = 7.2,
                            .reference_label = "England 2024/25: 7.2%",
                            .holidays = sample_holidays,
                            .holiday_count = sample_holiday_count};
  in.words.subtitle =
      "Absence rate, % of possible sessions, weekly. Shaded: 95% confidence interval. Grey: school holidays";
  return muster_recipe_draw_lines(chart, &in, err);
}

static muster_status make_calendar(muster_chart *chart, muster_arena *keep, muster_error *err) {
  enum { DAYS = 240 };
  uint64_t state = 5;
  muster_date *dates = muster_arena_alloc(keep, DAYS * sizeof *dates), open[2];
  double *value[2] = {muster_arena_alloc(keep, DAYS * sizeof(double)), muster_arena_alloc(keep, DAYS * sizeof(double))};
  if (!dates || !value[0] || !value[1]) return muster_fail_memory(err);
  size_t n = 0;
  for (muster_date d = muster_date_of(2025, 9, 1); d <= muster_date_of(2026, 7, 17) && n < DAYS; d++) {
    if (muster_date_weekday(d) > 4) continue;
    dates[n] = d;
    bool shut = sample_days(d, d, open, 1) == 0 || d < muster_date_of(2025, 9, 3);
    bool friday = muster_date_weekday(d) == 4, last = friday && sample_days(d + 3, d + 3, open, 1) == 0;
    for (int g = 0; g < 2; g++) {
      double rate = (g ? 9.8 : 6.2) + (friday ? (g ? 3.6 : 2.4) : 0) + (last ? 6 : 0) + season(d) * 1.2 +
                    0.9 * sample_normal(&state);
      value[g][n] = shut ? NAN : rate;
    }
    n++;
  }
  const muster_recipe_calendar_group groups[] = {{"All pupils", value[0]}, {"Disadvantaged pupils", value[1]}};
  muster_recipe_calendar in = {
      .words = {.subject = "Oakmoor Academy",
                .source = "daily registers, 1,043 pupils of whom 312 disadvantaged (FSM6). Made-up data. A, B and C "
                          "mark the three highest days in each panel"},
      .dates = dates,
      .date_count = n,
      .groups = groups,
      .group_count = 2};
  return muster_recipe_draw_calendar(chart, &in, err);
}

static muster_status make_funnel(muster_chart *chart, muster_arena *keep, muster_error *err) {
  enum { OTHERS = 412, OWN = 18 };
  uint64_t state = 412;
  muster_recipe_funnel_school *all = muster_arena_alloc(keep, (OTHERS + OWN) * sizeof *all);
  if (!all) return muster_fail_memory(err);
  for (int i = 0; i < OTHERS + OWN; i++) {
    bool large = sample_random(&state) < 0.2;
    double n = floor(large ? 600 + 1100 * sample_random(&state) : 120 + 330 * sample_random(&state));
    double p = 0.187 + 0.018 * sample_normal(&state);
    double count = floor(n * p + sqrt(n * p * (1 - p)) * sample_normal(&state) + 0.5);
    all[i] = (muster_recipe_funnel_school){NULL, n, fmin(fmax(count, 0), n), i >= OTHERS};
    if (i >= OTHERS) all[i].name = schools[(i - OTHERS) % SCHOOLS];
  }
  all[OTHERS] = (muster_recipe_funnel_school){"Tor Primary", 238, 89, true};
  all[OTHERS + 1] = (muster_recipe_funnel_school){"Kingsmead", 815, 254, true};
  all[OTHERS + 2] = (muster_recipe_funnel_school){"Westlake Academy", 1180, 310, true};
  all[OTHERS + 3] = (muster_recipe_funnel_school){"St Nectan's", 420, 40, true};
  muster_recipe_funnel in = {.words = {.source = "pupil-level absence, autumn and spring 2025/26. Made-up data"},
                             .schools = all,
                             .count = OTHERS + OWN,
                             .expected = NAN};
  return muster_recipe_draw_funnel(chart, &in, NULL, err);
}

static muster_status make_dumbbell(muster_chart *chart, muster_arena *keep, muster_error *err) {
  (void)keep;
  static const muster_recipe_change changes[] = {{"Kingsmead", 15.8, 12.9, -4.1, -1.7},
                                                 {"Westlake Academy", 13.9, 12.0, -2.9, -0.9},
                                                 {"Oakmoor Academy", 12.8, 11.3, -2.5, -0.5},
                                                 {"Tor Primary", 11.2, 9.9, -3.1, 0.5},
                                                 {"St Nectan's", 8.4, 7.5, -2.5, 0.7},
                                                 {"Bridge Park", 12.1, 11.3, -1.8, 0.2},
                                                 {"Harbour View", 10.7, 10.0, -1.9, 0.5},
                                                 {"Moorland CE", 9.6, 9.1, -1.9, 0.9},
                                                 {"Castle Hill", 13.2, 12.9, -1.3, 0.7},
                                                 {"Ashburn", 10.1, 10.3, -1.4, 1.8},
                                                 {"Rydon", 9.2, 9.7, -0.9, 1.9},
                                                 {"Canada Hill", 8.9, 10.4, 0.3, 2.7}};
  muster_recipe_dumbbell in = {
      .words =
          {.subject = "disadvantaged pupils' absence",
           .source =
               "daily registers. Made-up data. Interval: 95%, pupil-clustered. Bold change: interval excludes zero"},
      .before_name = "Autumn 2024",
      .after_name = "autumn 2025",
      .measure = "Absence rate of disadvantaged pupils",
      .unit = "%",
      .changes = changes,
      .count = 12};
  return muster_recipe_draw_dumbbell(chart, &in, err);
}

static muster_status make_bands(muster_chart *chart, muster_arena *keep, muster_error *err) {
  (void)keep;
  static const muster_recipe_band_row rows[] = {{"Kingsmead", {41, 66, 171, 236, 301}, false},
                                                {"Westlake Academy", {47, 71, 212, 354, 496}, false},
                                                {"Oakmoor Academy", {31, 52, 167, 313, 470}, false},
                                                {"Bridge Park", {13, 58, 144, 288, 457}, false},
                                                {"Castle Hill", {22, 52, 180, 400, 632}, false},
                                                {"Harbour View", {8, 16, 53, 122, 206}, false},
                                                {"Tor Primary", {3, 10, 31, 71, 123}, false},
                                                {"Ashburn", {5, 13, 50, 126, 222}, false},
                                                {"Moorland CE", {4, 12, 42, 126, 236}, false},
                                                {"Rydon", {3, 11, 40, 116, 230}, false},
                                                {"Canada Hill", {3, 9, 34, 112, 252}, false},
                                                {"St Nectan's", {2, 7, 29, 113, 265}, false},
                                                {"England", {190000, 340000, 970000, 2350000, 4210000}, true}};
  muster_recipe_bands in = {
      .words = {.source = "daily registers, pupils with 20 or more possible sessions. Made-up data"},
      .rows = rows,
      .count = 13};
  return muster_recipe_draw_bands(chart, &in, err);
}

static muster_status make_multiples(muster_chart *chart, muster_arena *keep, muster_error *err) {
  uint64_t state = 12;
  muster_date *weeks = muster_arena_alloc(keep, WEEKS * sizeof *weeks);
  muster_recipe_multiple *all = muster_arena_alloc(keep, SCHOOLS * sizeof *all);
  if (!weeks || !all) return muster_fail_memory(err);
  size_t n = school_weeks(weeks);
  while (n && weeks[n - 1] > muster_date_of(2026, 3, 27)) n--;
  for (int s = 0; s < SCHOOLS; s++) {
    double *value = muster_arena_alloc(keep, n * sizeof *value), drift = 0;
    if (!value) return muster_fail_memory(err);
    for (size_t w = 0; w < n; w++) {
      drift = 0.7 * drift + 0.4 * sample_normal(&state);
      value[w] = 9.6 - 0.45 * s + drift + season(weeks[w]) * (s < 2 ? 1.1 : 0.3) +
                 (s < 2 && weeks[w] > muster_date_of(2025, 12, 20) ? 1.6 : 0);
    }
    all[s] = (muster_recipe_multiple){schools[s], value, NAN};
  }
  muster_recipe_multiples in = {.words = {.source = "daily registers. Made-up data. All panels share the same axes"},
                                .unit = "%",
                                .measure = "Weekly absence",
                                .dates = weeks,
                                .date_count = n,
                                .schools = all,
                                .count = SCHOOLS,
                                .holidays = sample_holidays,
                                .holiday_count = 3};
  return muster_recipe_draw_multiples(chart, &in, err);
}

static muster_status make_ranked(muster_chart *chart, muster_arena *keep, muster_error *err) {
  (void)keep;
  static const double values[] = {10.9, 10.2, 8.7, 6.0, 4.1, 7.9, 6.1, 6.5, 7.4, 5.6, 5.4, 4.7};
  muster_recipe_ranked in = {.words = {.source = "daily registers. Made-up data"},
                             .names = schools,
                             .values = values,
                             .count = SCHOOLS,
                             .unit = "%",
                             .measure = "Absence",
                             .reference = 7.2,
                             .reference_label = "England 7.2%",
                             .highlight = "Kingsmead"};
  return muster_recipe_draw_ranked(chart, &in, err);
}

static muster_status make_transition(muster_chart *chart, muster_arena *keep, muster_error *err) {
  (void)keep;
  static const char *const bands[] = {"Below 50%", "50% to 80%", "80% to 90%", "90% to 95%", "95% and over"};
  static const double pupils[] = {88,  38, 12, 4,  2,   46,   150, 92, 18, 8,  12,  118, 420,
                                  210, 52, 4,  31, 300, 1010, 560, 2,  10, 96, 620, 2509};
  muster_recipe_transition in = {.words = {.source = "6,412 pupils on roll in both terms. Made-up data"},
                                 .bands = bands,
                                 .count = 5,
                                 .pupils = pupils,
                                 .before_name = "autumn",
                                 .after_name = "spring"};
  return muster_recipe_draw_transition(chart, &in, err);
}

static muster_status make_xmr(muster_chart *chart, muster_arena *keep, muster_error *err) {
  uint64_t state = 36;
  double *values = muster_arena_alloc(keep, 36 * sizeof *values);
  if (!values) return muster_fail_memory(err);
  for (int i = 0; i < 36; i++) values[i] = (i < 25 ? 5.3 : 4.5) + 0.5 * sample_normal(&state);
  values[14] = 8.1;
  for (int i = 25; i < 36; i++) values[i] = fmin(values[i], 5.1);
  muster_recipe_xmr in = {.words = {.subject = "the gap", .source = "daily registers. Made-up data"},
                          .values = values,
                          .count = 36,
                          .baseline = 25,
                          .measure = "Gap, percentage points",
                          .period = "School week"};
  return muster_recipe_draw_xmr(chart, &in, NULL, err);
}

static muster_status make_event_study(muster_chart *chart, muster_arena *keep, muster_error *err) {
  muster_recipe_estimate *e = muster_arena_alloc(keep, 15 * sizeof *e);
  if (!e) return muster_fail_memory(err);
  static const double estimates[] = {0.12,  -0.10, 0.05,  0.14,  -0.06, 0,     -0.25, -0.62,
                                     -0.88, -1.05, -0.98, -1.12, -0.94, -1.21, -1.10};
  for (int i = 0; i < 15; i++) {
    double k = i - 6, half = 0.38 + 0.05 * fabs(k), wide = half * 1.4;
    e[i] = (muster_recipe_estimate){
        k, estimates[i], estimates[i] - half, estimates[i] + half, estimates[i] - wide, estimates[i] + wide};
    if (k == -1) e[i].lo = e[i].hi = e[i].band_lo = e[i].band_hi = NAN;
  }
  muster_recipe_event_study in = {
      .words = {.source = "staggered roll-out, 14 treated and 26 comparison schools; Callaway and Sant'Anna estimator, "
                          "school-clustered bootstrap, 999 draws. Made-up data"},
      .outcome = "absence rate",
      .treatment = "the attendance mentors started",
      .period = "Half-terms since mentors started",
      .estimates = e,
      .count = 15,
      .reference = -1,
      .average = -0.91,
      .average_lo = -1.38,
      .average_hi = -0.44,
      .pretrend_p = 0.71};
  return muster_recipe_draw_event_study(chart, &in, err);
}

static muster_status make_did(muster_chart *chart, muster_arena *keep, muster_error *err) {
  (void)keep;
  static const char *const periods[] = {"Aut 1", "Aut 2", "Spr 1", "Spr 2", "Sum 1", "Sum 2",
                                        "Aut 1", "Aut 2", "Spr 1", "Spr 2", "Sum 1", "Sum 2"};
  static const char *const years[] = {"2024/25", "2024/25", "2024/25", "2024/25", "2024/25", "2024/25",
                                      "2025/26", "2025/26", "2025/26", "2025/26", "2025/26", "2025/26"};
  static const double treated[] = {7.8, 9.13, 9.3, 8.9, 8.83, 9.2, 8.0, 9.73, 9.03, 8.41, 8.12, 8.17};
  static const double comparison[] = {7.1, 8.3, 8.6, 8.2, 8.0, 8.5, 7.3, 8.9, 8.8, 8.5, 8.4, 8.9};
  muster_recipe_did in = {
      .words = {.source = "14 mentor and 26 comparison schools matched on prior absence, FSM6 and phase. Made-up data"},
      .treated_name = "Mentor schools",
      .comparison_name = "Comparison schools",
      .treatment = "Mentors start, 5 January 2026",
      .measure = "Absence",
      .unit = "%",
      .periods = periods,
      .years = years,
      .treated = treated,
      .comparison = comparison,
      .count = 12,
      .start = 8,
      .effect = -0.9,
      .lo = -1.4,
      .hi = -0.4,
      .method = "wild cluster bootstrap"};
  return muster_recipe_draw_did(chart, &in, err);
}

static muster_status make_its(muster_chart *chart, muster_arena *keep, muster_error *err) {
  enum { POINTS = 62 };
  uint64_t state = 9;
  double *all = muster_arena_alloc(keep, 6 * POINTS * sizeof *all);
  if (!all) return muster_fail_memory(err);
  double *time = all, *value = all + POINTS, *fitted = all + 2 * POINTS, *expected = all + 3 * POINTS,
         *lo = all + 4 * POINTS, *hi = all + 5 * POINTS;
  for (int i = 0; i < POINTS; i++) {
    bool late = i > 37;
    time[i] = i;
    fitted[i] = late ? 11.2 - 0.03 * (i - 38) : 10.2 + 0.045 * i;
    value[i] = fitted[i] + 0.75 * sample_normal(&state);
    double half = 0.35 + 0.0022 * (i - 38) * (i - 38);
    expected[i] = late ? 10.2 + 0.045 * i : NAN, lo[i] = expected[i] - half, hi[i] = expected[i] + half;
  }
  muster_recipe_its in = {
      .words =
          {.subject = "Kingsmead",
           .source =
               "daily registers, segmented regression with Newey-West errors (lag 4) and term dummies. Made-up data"},
      .measure = "Weekly absence",
      .unit = "%",
      .period = "School week since September 2024",
      .change = "New first-day calling, 3 November 2025",
      .time = time,
      .value = value,
      .fitted = fitted,
      .expected = expected,
      .expected_lo = lo,
      .expected_hi = hi,
      .count = POINTS,
      .start = 37.5,
      .effect = -2.4,
      .lo = -3.3,
      .hi = -1.5};
  return muster_recipe_draw_its(chart, &in, err);
}

static muster_status make_love(muster_chart *chart, muster_arena *keep, muster_error *err) {
  (void)keep;
  static const muster_recipe_balance rows[] = {{"Absence last year", 0.92, 0.03},
                                               {"Unauthorised share of absence", 0.71, 0.05},
                                               {"Disadvantaged (FSM6)", 0.54, 0.01},
                                               {"Lates last term", 0.48, 0.04},
                                               {"SEN support", 0.33, -0.02},
                                               {"EHC plan", 0.22, 0.02},
                                               {"Social worker, ever", 0.31, 0.06},
                                               {"Changed school in year", 0.18, 0.01},
                                               {"Year group", -0.12, 0.02},
                                               {"Distance to school", 0.15, -0.03},
                                               {"English as additional language", -0.27, -0.01}};
  muster_recipe_love in = {.words = {.source = "412 mentored and 3,906 comparison pupils; entropy balancing; effective "
                                               "sample size 1,284. Made-up data"},
                           .before_name = "before weighting",
                           .after_name = "after weighting",
                           .rows = rows,
                           .count = 11};
  return muster_recipe_draw_love(chart, &in, err);
}

static muster_status make_rules(muster_chart *chart, muster_arena *keep, muster_error *err) {
  (void)keep;
  static const muster_recipe_rule rules[] = {
      {"Two Mondays", 0.34, 0.63, 41, 24, 66},      {"Combined", 0.71, 0.58, 35, 21, 58},
      {"Lates doubled", 0.28, 0.29, 31, 15, 52},    {"Below 93%", 0.82, 0.36, 28, 14, 47},
      {"3 in 10 sessions", 0.62, 0.47, 22, 12, 36}, {"Below 90%", 0.55, 0.66, 9, 3, 18}};
  muster_recipe_rules in = {
      .words = {.source = "rule backtest, pupils not yet persistently absent at alert. Made-up data. Bars on the "
                          "right: middle half of pupils",
                .title = "The combined rule finds 7 in 10 future persistent absentees seven weeks early",
                .subtitle =
                    "Alert rules tested on 2024/25 (held-out year, 6,412 pupils, 1,180 became persistently absent)"},
      .outcome = "future persistent absentees",
      .rules = rules,
      .count = 6,
      .recommended = 1,
      .prevalence = 0.184};
  return muster_recipe_draw_rules(chart, &in, err);
}

const sample samples[] = {
    {"register", make_register},
    {"cumulative", make_cumulative},
    {"funnel", make_funnel},
    {"event-study", make_event_study},
    {"did", make_did},
    {"its", make_its},
    {"lines", make_lines},
    {"calendar", make_calendar},
    {"love", make_love},
    {"dumbbell", make_dumbbell},
    {"bands", make_bands},
    {"rules", make_rules},
    {"multiples", make_multiples},
    {"timeline", make_timeline},
    {"transition", make_transition},
    {"xmr", make_xmr},
    {"ranked", make_ranked},
};
const size_t sample_count = sizeof samples / sizeof *samples;
