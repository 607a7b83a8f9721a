/* A pupil's year of marks: exactly the absent sessions that were drawn, as spells with reasons, where absence lies. */
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* Where spells begin: cumulative weights over the sessions of a school, one for year 7 and one for the others. */
typedef struct season {
  uint32_t reach[2][SYNTH_SESSIONS_MOST + 1];
} season;

typedef struct register_row {
  const muster_synth_plan *plan;
  const synth_calendar *calendar;
  const muster_synth_pupil *pupil;
  const uint32_t *reach;
  synth_random *r;
  uint8_t *marks;
  unsigned phase, first, past; /* sessions on roll */
  unsigned left;               /* absent sessions still to be placed */
  double rate;                 /* absence of the whole year, a fraction */
  double trend;                /* -1 to 1: later or earlier in the year */
} register_row;

/* Relative absence, parts of 100. Half terms: national daily data 2024/25 (Department for Education),
 * primary 4.6 5.8 5.4 5.2 4.8 5.6 per cent, secondary 7.3 8.6 8.6 8.7 9.1 9.5. Weekdays: least on Wednesday, most on
 * Friday afternoon (FFT Education Datalab, March 2023); steeper than published, since spells carry over and level them.
 */
static const uint32_t half_terms[SYNTH_PHASES][MUSTER_SYNTH_HALF_TERMS] = {
    {90, 108, 101, 87, 92, 104}, {90, 99, 98, 93, 104, 116}, {98, 102, 102, 96, 104, 104}};
static const uint32_t weekdays[SYNTH_PHASES][5][2] = {{{96, 104}, {94, 98}, {84, 90}, {96, 102}, {120, 170}},
                                                      {{80, 90}, {92, 96}, {86, 92}, {100, 106}, {116, 170}},
                                                      {{92, 98}, {94, 98}, {90, 96}, {98, 102}, {120, 150}}};

static void season_make(const synth_calendar *c, unsigned phase, season *out) {
  for (size_t s = 0; s < 2 * c->open_count; s++) {
    size_t day = s / 2, h = c->half_term[day];
    uint32_t length = (uint32_t)(c->end_open[h] - c->first_open[h]), at = (uint32_t)(day - c->first_open[h]);
    uint32_t rise = 84 + 34 * at / (length > 1 ? length - 1 : 1);
    if ((h & 1) && length - at <= 5) rise = rise * 125 / 100; /* the last week of a term */
    uint32_t weight =
        half_terms[phase][h] * rise / 10 * weekdays[phase][muster_date_weekday(c->open[day])][s & 1] / 100;
    uint32_t year_7 = h == 0 ? weight * 65 / 100 : h == 1 ? weight * 90 / 100 : weight;
    out->reach[0][s + 1] = out->reach[0][s] + weight;
    out->reach[1][s + 1] = out->reach[1][s] + year_7;
  }
}

/* A session on roll, drawn by season and the pupil's own trend. */
static unsigned draw_session(register_row *w) {
  uint32_t low = w->reach[w->first], all = w->reach[w->past] - low;
  for (;;) {
    uint32_t x = low + synth_below(w->r, all);
    unsigned a = w->first, b = w->past - 1;
    while (a < b) {
      unsigned middle = (a + b) / 2;
      if (w->reach[middle + 1] <= x)
        a = middle + 1;
      else
        b = middle;
    }
    double place = (a - w->first + 0.5) / (w->past - w->first), size = w->trend < 0 ? -w->trend : w->trend;
    if (synth_chance(w->r, (1 + w->trend * (2 * place - 1)) / (1 + size))) return a;
  }
}

/* Marks up to `length` present sessions from `s` on, over sessions that are not possible, up to another absence. */
static unsigned spell(register_row *w, uint8_t code, unsigned s, unsigned length) {
  unsigned placed = 0;
  for (; s < w->past && placed < length && w->left; s++) {
    if (synth_present(w->marks[s])) {
      w->marks[s] = code;
      placed++;
      w->left--;
    } else if (synth_possible(w->marks[s])) {
      break;
    }
  }
  return placed;
}

static void one_day(register_row *w, uint8_t code, size_t day) {
  for (unsigned s = (unsigned)day * 2; s < day * 2 + 2; s++)
    if (s >= w->first && s < w->past && w->left) spell(w, code, s, 1);
}

/* Acts with a shape of their own, before the rest of the absence is made of illness and odd days. `mean` is the mean
 * number of them for a pupil with at least `least` absent sessions; set so that shares of codes come out as published.
 */
typedef struct act {
  uint8_t code;
  double mean[SYNTH_PHASES];
  unsigned least, low, high, step;
} act;

static const act acts[] = {
    {SYNTH_G, {0.44, 0.23, 0.24}, 9, 6, 12, 2},    {SYNTH_C2, {0.075, 0.11, 0.35}, 30, 20, 70, 1},
    {SYNTH_E, {0.021, 0.21, 0.085}, 8, 2, 8, 2},   {SYNTH_T, {0.011, 0.002, 0.003}, 16, 8, 24, 2},
    {SYNTH_C1, {0.008, 0.010, 0.015}, 4, 2, 2, 1}, {SYNTH_C, {0.30, 0.42, 1.30}, 5, 2, 10, 1}};

/* A week away at the edge of a holiday. */
static void holiday(register_row *w, unsigned length) {
  const synth_calendar *c = w->calendar;
  unsigned h = synth_below(w->r, MUSTER_SYNTH_HALF_TERMS);
  bool before = synth_chance(w->r, 0.6);
  unsigned edge = 2u * (before ? c->end_open[h] : c->first_open[h]);
  unsigned from = !before ? edge : edge > length ? edge - length : 0;
  if (from < w->first || from + length > w->past) return;
  spell(w, SYNTH_G, from, length);
}

/* A part-time timetable: afternoons at home for some weeks. */
static void part_time(register_row *w, unsigned length) {
  for (unsigned s = draw_session(w) | 1u; s < w->past && length && w->left; s += 2) length -= spell(w, SYNTH_C2, s, 1);
}

static void do_act(register_row *w, const act *a) {
  unsigned length = a->low + a->step * synth_below(w->r, (a->high - a->low) / a->step + 1);
  if (length > w->left) length = w->left;
  switch (a->code) {
    case SYNTH_G: holiday(w, length); break;
    case SYNTH_C2: part_time(w, length); break;
    case SYNTH_C:
      /* until 2024 some schools agreed to holidays */
      spell(w, w->plan->spec.year < 2024 && synth_chance(w->r, 0.08) ? SYNTH_H : SYNTH_C, draw_session(w), length);
      break;
    case SYNTH_E: /* who is suspended once is suspended again */
      for (unsigned n = synth_between(w->r, 1, 3); n && w->left; n--) spell(w, SYNTH_E, draw_session(w) & ~1u, length);
      break;
    default: spell(w, a->code, draw_session(w) & ~1u, length); break;
  }
}

static double observance(const char *ethnicity) {
  static const struct {
    const char *name;
    double chance;
  } groups[] = {{"Asian Pakistani", 0.95}, {"Asian Bangladeshi", 0.95}, {"Black African", 0.4}, {"Other Asian", 0.3},
                {"Other", 0.35},           {"Asian Indian", 0.15}};
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
    if (strcmp(ethnicity, groups[i].name) == 0) return groups[i].chance;
  return 0;
}

/* Festivals, study leave and interviews come on days of their own. */
static void dated_acts(register_row *w) {
  const synth_calendar *c = w->calendar;
  unsigned year = w->pupil->year_group;
  if (c->festivals && w->left >= 2 && synth_chance(w->r, observance(w->pupil->ethnicity)))
    for (size_t k = 0; k < c->festivals; k++) one_day(w, SYNTH_R, c->festival[k]);
  if (year == 11 && w->left >= 6 && synth_chance(w->r, 0.42)) {
    unsigned length = 4 + 2 * synth_below(w->r, 4), end = 2u * c->end_open[4];
    if (end <= w->past && end >= w->first + length) spell(w, SYNTH_S, end - length, length);
  }
  bool interview = synth_chance(w->r, year == 11 ? 0.35 : year == 6 ? 0.15 : 0);
  if (interview && w->plan->spec.year < 2024) { /* attending, then, which who is always away cannot */
    unsigned s = draw_session(w);
    if (synth_present(w->marks[s]) && w->pupil->absent < w->pupil->possible) w->marks[s] = SYNTH_J;
  } else if (interview && w->left >= 3) {
    spell(w, SYNTH_J1, draw_session(w), 1);
  }
}

/* Length of a spell, in sessions, before it is stretched for those who are away for months. */
static unsigned ordinary_length(synth_random *r, uint8_t code) {
  static const uint8_t ill[] = {1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4, 4, 5, 6, 6, 8, 10};
  static const uint8_t odd[] = {1, 2, 2, 2, 2, 2, 2, 2, 2, 4, 4, 4};
  switch (code) {
    case SYNTH_I: return ill[synth_below(r, sizeof ill)];
    case SYNTH_O: return odd[synth_below(r, sizeof odd)];
    case SYNTH_M: return synth_chance(r, 0.15) ? 2 : 1;
    default: return 1;
  }
}

/* Most whole days begin in the morning. */
static unsigned ordinary_start(register_row *w, uint8_t code, unsigned length) {
  unsigned s = draw_session(w);
  if (code == SYNTH_U) return s & ~1u;
  return !(length & 1) && code != SYNTH_M && synth_chance(w->r, 0.8) ? s & ~1u : s;
}

/* Illness, days without a reason, appointments and late arrivals take what is left. Shares of sessions: national daily
 * data 2024/25; days without a reason weigh more the more a pupil is away, and most pupils have no late arrivals. */
static void ordinary_absence(register_row *w) {
  static const double ill[] = {3.10, 3.90, 6.00}, odd[] = {0.66, 2.55, 2.20}, medical[] = {0.22, 0.29, 0.75},
                      late[] = {0.13, 0.23, 0.21}, usual[] = {0.13, 0.27, 0.33};
  static const uint8_t codes[] = {SYNTH_I, SYNTH_O, SYNTH_M, SYNTH_U};
  static const double ill_mean = 3.76, odd_mean = 2.42, medical_mean = 1.15;
  unsigned p = w->phase;
  double whole = ill[p] + odd[p], unexplained = odd[p] * (0.2 + 0.8 * w->rate / usual[p]);
  if (w->rate < 0.1 && synth_chance(w->r, 0.4)) unexplained = 0;
  if (unexplained > 0.85 * whole) unexplained = 0.85 * whole;
  double stretch = w->rate > 0.2 ? 1 + 7 * (w->rate - 0.2) : 1; /* months away are few spells, not many */
  double weight[] = {(whole - unexplained) / (ill_mean * stretch), unexplained / (odd_mean * stretch),
                     synth_chance(w->r, 0.75) ? medical[p] / 0.75 / medical_mean : 0,
                     synth_chance(w->r, 0.25) ? late[p] / 0.25 : 0};
  double sum = weight[0] + weight[1] + weight[2] + weight[3];
  while (w->left) {
    double x = synth_unit(w->r) * sum;
    unsigned k = 0;
    while (k < 3 && x >= weight[k]) x -= weight[k++];
    if (weight[k] <= 0) k = 0;
    uint8_t code = codes[k];
    unsigned length = ordinary_length(w->r, code);
    if (k < 2) length = synth_round(w->r, length * stretch);
    unsigned s = ordinary_start(w, code, length);
    for (unsigned tries = 0; tries < 8 && !(s < w->past && synth_present(w->marks[s])); tries++)
      s = ordinary_start(w, code, length);
    if (s >= w->past) s = w->first;
    while (!synth_present(w->marks[s])) s = s + 1 < w->past ? s + 1 : w->first; /* `left` says there is one */
    spell(w, code, s, length);
  }
}

static void not_possible(register_row *w, const uint8_t *shut_year, size_t shut_day, size_t bus_day) {
  unsigned n = w->past - w->first;
  if (n < 40) return;
  if (synth_chance(w->r, w->phase == MUSTER_SYNTH_SPECIAL ? 0.006 : 0.003)) { /* a day a week at another school */
    int weekday = (int)synth_below(w->r, 5);
    for (unsigned s = w->first; s < w->past; s++)
      if (muster_date_weekday(w->calendar->open[s / 2]) == weekday) w->marks[s] = SYNTH_D;
  }
  uint8_t code = 0;
  size_t day = 0;
  if (*shut_year == w->pupil->year_group) code = SYNTH_Y3, day = shut_day;
  if (synth_chance(w->r, w->phase == MUSTER_SYNTH_SPECIAL ? 0.2 : 0.02)) code = SYNTH_Y1, day = bus_day;
  for (unsigned s = (unsigned)day * 2; code && s < day * 2 + 2; s++)
    if (s >= w->first && s < w->past && synth_present(w->marks[s])) w->marks[s] = code;
}

/* Late before the register closes: nearly all in the morning. Shares of sessions: national daily data 2024/25. */
static void lateness(register_row *w) {
  static const double share[] = {0.0132, 0.0345, 0.0092}; /* a sixth more, for those that meet an absence */
  double own = synth_unit(w->r), mean = share[w->phase] * (w->past - w->first) * 3 * own * own;
  for (unsigned n = synth_round(w->r, mean * (0.75 + 3 * w->rate)); n; n--) {
    unsigned s = w->first + synth_below(w->r, w->past - w->first);
    if (!synth_chance(w->r, 0.05)) s &= ~1u;
    if (s >= w->first && synth_present(w->marks[s])) w->marks[s] = SYNTH_L;
  }
}

static void attend(register_row *w, uint8_t code, unsigned from, unsigned past, int weekday) {
  for (unsigned s = from < w->first ? w->first : from; s < past && s < w->past; s++)
    if (synth_present(w->marks[s]) && (weekday < 0 || muster_date_weekday(w->calendar->open[s / 2]) == weekday))
      w->marks[s] = code;
}

/* Trips, teams, work experience, alternative provision: attending elsewhere, on sessions that are present. */
static void elsewhere(register_row *w, const uint16_t trips[2], unsigned work_day) {
  static const double team[] = {0.08, 0.12, 0.045}, provision[] = {0.011, 0.019, 0.055},
                      arranged[] = {0.0006, 0.003, 0.005};
  unsigned year = w->pupil->year_group, n = w->past - w->first;
  for (int k = 0; k < 2; k++)
    if (synth_chance(w->r, 0.82)) attend(w, SYNTH_V, 2u * trips[k], 2u * trips[k] + 2, -1);
  if (year == 10 && work_day) attend(w, SYNTH_W, 2 * work_day, 2 * work_day + 10, -1);
  if (synth_chance(w->r, team[w->phase]))
    for (int k = 0; k < 5; k++) {
      unsigned s = (w->first + synth_below(w->r, n)) | 1u;
      attend(w, SYNTH_P, s, s + 1, -1);
    }
  if (synth_chance(w->r, provision[w->phase])) {
    unsigned from = w->first + synth_below(w->r, n / 3 + 1);
    attend(w, SYNTH_B, from, from + 300, (int)synth_below(w->r, 5));
  }
  if (synth_chance(w->r, arranged[w->phase])) {
    unsigned from = w->first + synth_below(w->r, n);
    attend(w, SYNTH_K, from, from + 160, -1);
  }
}

/* In the last week the reasons of some absences are not yet known. */
static void unresolved(register_row *w) {
  unsigned end = 2u * (unsigned)w->calendar->open_count;
  for (unsigned s = end > 10 ? end - 10 : 0; s < w->past; s++)
    if (s >= w->first && (w->marks[s] == SYNTH_I || w->marks[s] == SYNTH_O) && synth_chance(w->r, 0.28))
      w->marks[s] = SYNTH_N;
}

static unsigned possible_sessions(const register_row *w) {
  unsigned n = 0;
  for (unsigned s = w->first; s < w->past; s++) n += synth_possible(w->marks[s]);
  return n;
}

void synth_marks_make(const muster_synth_plan *plan, size_t index, muster_synth_room *room) {
  const synth_site *site = &plan->sites[index];
  const synth_calendar *c = &room->calendar;
  size_t sessions = 2 * c->open_count;
  season weights = {0};
  season_make(c, site->phase, &weights);
  synth_random r = synth_random_of(plan->spec.seed, SYNTH_STREAM_SCHOOL, ((uint64_t)index << 1) + 1);
  uint8_t shut_year = (uint8_t)(1 + synth_below(&r, 22)); /* half of the schools have such a day */
  size_t shut_day = synth_below(&r, (uint32_t)c->open_count), bus_day = synth_below(&r, (uint32_t)c->open_count);
  uint16_t trips[SYNTH_YEARS][2];
  for (int y = 0; y < SYNTH_YEARS; y++)
    for (int k = 0; k < 2; k++) trips[y][k] = (uint16_t)synth_between(&r, 10, (unsigned)c->open_count - 12);
  unsigned work_day = c->first_open[5] + 10u;
  while (work_day < c->open_count && muster_date_weekday(c->open[work_day]) != 0) work_day++;
  if (!synth_chance(&r, 0.7)) work_day = 0;
  for (uint32_t i = 0; i < site->pupils; i++) {
    muster_synth_pupil *p = &room->pupils[i];
    synth_random own = synth_random_of(plan->spec.seed, SYNTH_STREAM_PUPIL, site->first_pupil + i);
    double trend = 0.4 * synth_bell(&own);
    register_row w = {.plan = plan,
                      .calendar = c,
                      .pupil = p,
                      .reach = weights.reach[p->year_group == 7],
                      .r = &own,
                      .marks = room->marks + i * sessions,
                      .phase = site->phase,
                      .first = p->first_session,
                      .past = p->end_session,
                      .trend = trend < -0.8  ? -0.8
                               : trend > 0.8 ? 0.8
                                             : trend};
    memset(w.marks, SYNTH_NO_MARK, sessions);
    for (unsigned s = w.first; s < w.past; s++) w.marks[s] = s & 1 ? SYNTH_PM : SYNTH_AM;
    not_possible(&w, &shut_year, shut_day, bus_day);
    p->possible = (uint16_t)possible_sessions(&w);
    w.left = synth_band_sessions(site->phase, room->draws[i].band, room->draws[i].place, p->possible);
    p->absent = (uint16_t)w.left;
    w.rate = p->possible ? (double)w.left / p->possible : 0;
    dated_acts(&w);
    for (size_t k = 0; k < sizeof acts / sizeof *acts; k++)
      for (unsigned n = w.left >= acts[k].least ? synth_round(&own, acts[k].mean[site->phase]) : 0; n && w.left; n--)
        do_act(&w, &acts[k]);
    ordinary_absence(&w);
    elsewhere(&w, trips[p->year_group], work_day);
    lateness(&w);
    unresolved(&w);
    if (plan->spec.year < 2024)
      for (unsigned s = w.first; s < w.past; s++) w.marks[s] = synth_code_before_2024(w.marks[s]);
  }
}
