/* The pupils of a school: who they are, how long they are on roll, and their place in the official distribution.
 * Draws run along low-discrepancy sequences (Kronecker, with the golden ratio and the root of two), so that a school of
 * some hundred pupils already has the shares that it should have. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

#define GOLDEN 0.6180339887498949
#define ROOT_TWO 0.4142135623730950

/* How far a school's character moves its pupils: the density 1 + 0.7 t (2u - 1) over the rank u of a pupil, a
 * Farlie-Gumbel-Morgenstern copula. It is linear in t, so characters that cancel leave the official whole untouched;
 * the spread of persistent absence between secondary schools is about eight points. */
static const double absence_reach = 0.7, fsm_reach = 1.1;

static double part(double x) { return x - (double)(uint64_t)x; }

static unsigned find_year(const double reach[SYNTH_YEARS], double x) {
  unsigned year = 1;
  while (year < SYNTH_YEARS - 1 && (reach[year] <= x || reach[year] == reach[year - 1])) year++;
  while (reach[year] == reach[year - 1]) year--; /* past the last year of the phase */
  return year;
}

static unsigned find_category(const synth_kind *kind, double tilt, double x) {
  double eligible = kind->weight[SYNTH_FREE] + kind->weight[SYNTH_FREE_NEED];
  double others = kind->weight[SYNTH_NOT] + kind->weight[SYNTH_NOT_NEED], known = eligible + others;
  double more = 1 + fsm_reach * tilt * others / known, less = 1 - fsm_reach * tilt * eligible / known, sum = 0;
  unsigned last = 0;
  for (unsigned c = 0; c < SYNTH_CATEGORIES; c++) {
    if (kind->weight[c] <= 0) continue;
    last = c;
    sum += kind->weight[c] * (c == SYNTH_NOT_KNOWN ? 1 : c >= SYNTH_FREE ? more : less);
    if (x < sum) return c;
  }
  return last;
}

static const char *ethnicity(synth_random *r) {
  static const struct {
    const char *name;
    unsigned parts;
  } groups[] = {{"White British", 620},
                {"Other White", 75},
                {"Asian Pakistani", 46},
                {"Asian Indian", 42},
                {"Asian Bangladeshi", 18},
                {"Other Asian", 25},
                {"Black African", 48},
                {"Black Caribbean", 10},
                {"Mixed", 70},
                {"Chinese", 8},
                {"Other", 38}};
  unsigned x = synth_below(r, 1000);
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
    if (x < groups[i].parts) return groups[i].name;
    x -= groups[i].parts;
  }
  return groups[0].name;
}

/* "P" and seven digits of base 32 without I, L, O and U: a bijection of the pupil's number, so ids are unique, in no
 * order, and say nothing. */
static void opaque_id(uint64_t seed, uint64_t number, char out[MUSTER_SYNTH_ID]) {
  static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const uint64_t mask = (1ull << 35) - 1;
  uint64_t x = (number + synth_mix(seed)) & mask;
  for (int round = 0; round < 3; round++) {
    x = (x * 0x2545F4914F6CDD1Dull + 0x9E3779B9ull) & mask;
    x ^= x >> 17;
  }
  out[0] = 'P';
  for (int i = 7; i >= 1; i--, x >>= 5) out[i] = digits[x & 31];
  out[8] = '\0';
}

/* Joiners and leavers. Those of whom the January census knows nothing were not there that day. Year 11 leaves at the
 * end of the fifth half term, as the official statistics count it; nobody joins after that. */
static void set_roll(const synth_calendar *c, unsigned phase, unsigned band, bool unknown, synth_random *r,
                     muster_synth_pupil *p) {
  unsigned end = 2u * (p->year_group == 11 ? c->end_open[4] : (unsigned)c->open_count);
  unsigned census = 2u * c->census, last_join = 2u * c->end_open[4] - 20, first = 0, past = end;
  double short_roll = band == SYNTH_BANDS - 1 ? synth_short_severe[phase] : synth_short;
  if (unknown) {
    if (synth_chance(r, 0.5))
      past = synth_between(r, 20, census);
    else
      first = synth_between(r, census + 2, last_join);
  } else if (synth_chance(r, short_roll)) {
    if (synth_chance(r, 0.5))
      past = synth_between(r, census + 2, end - 2);
    else
      first = synth_between(r, 2, census - 2);
  }
  first &= ~1u; /* whole days */
  past = (past + 1) & ~1u;
  p->first_session = (uint16_t)first;
  p->end_session = (uint16_t)past;
  p->start = first > 0 ? c->open[first / 2] : MUSTER_NO_DATE;
  p->end = past < 2 * c->open_count ? c->open[past / 2 - 1] : MUSTER_NO_DATE;
}

static void set_place(const synth_kind *kind, unsigned category, double tilt, double v, synth_draw *draw) {
  double u = synth_line(-absence_reach * tilt, v), low = 0;
  const double *reach = kind->reach[category];
  unsigned band = 0;
  while (band < SYNTH_BANDS - 1 && u >= reach[band]) low = reach[band++];
  double width = reach[band] - low;
  draw->band = (uint8_t)band;
  draw->place = width > 0 ? (u - low) / width : 0;
}

static void set_person(const muster_synth_plan *plan, unsigned category, double eal, synth_random *r,
                       muster_synth_pupil *p) {
  bool unknown = category == SYNTH_NOT_KNOWN, need = category == SYNTH_NOT_NEED || category == SYNTH_FREE_NEED;
  p->fsm = unknown                  ? MUSTER_SYNTH_FSM_UNKNOWN
           : category >= SYNTH_FREE ? MUSTER_SYNTH_ELIGIBLE
                                    : MUSTER_SYNTH_NOT_ELIGIBLE;
  p->sen = unknown ? '\0' : !need ? 'N' : 'K';
  p->ethnicity = ethnicity(r);
  p->eal = synth_chance(r, strcmp(p->ethnicity, "White British") == 0 ? 0.01 : eal);
  muster_date first = muster_date_of(plan->spec.year - 5 - p->year_group, 9, 1);
  muster_date next = muster_date_of(plan->spec.year - 4 - p->year_group, 9, 1);
  p->birth = first + (muster_date)synth_below(r, (uint32_t)(next - first));
  p->treated_from = MUSTER_NO_DATE;
}

void synth_pupils_make(const muster_synth_plan *plan, const synth_site *site, synth_random *r,
                       muster_synth_room *room) {
  static const double plans[] = {0.19, 0.21,
                                 0.985}; /* of pupils with a need, those with an education, health and care plan */
  double year_start = synth_unit(r), sex_start = synth_unit(r), kind_start = synth_unit(r), rank = synth_unit(r);
  double eal = 0.35 + 0.3 * synth_unit(r);
  for (uint32_t i = 0; i < site->pupils; i++) {
    muster_synth_pupil *p = &room->pupils[i];
    memset(p, 0, sizeof *p);
    p->year_group = (uint8_t)find_year(plan->year_reach[site->phase], (i + year_start) / site->pupils);
    bool boy = part(sex_start + i * ROOT_TWO) < (site->phase == MUSTER_SYNTH_SPECIAL ? 0.734 : 0.507);
    p->sex = boy ? 'M' : 'F';
    opaque_id(plan->spec.seed, site->first_pupil + i, p->id);
    const synth_kind *kind = &plan->kinds[site->phase][p->year_group][boy];
    unsigned category = find_category(kind, site->fsm_tilt, part(kind_start + i * GOLDEN));
    set_person(plan, category, eal, r, p);
    if (p->sen == 'K' && synth_chance(r, plans[site->phase])) p->sen = 'E';
    room->order[i].key = (uint64_t)(((p->year_group * 2u + boy) << 3) + category) << 32 | synth_next(r) >> 32;
    room->order[i].pupil = i;
  }
  /* pupils of one kind stand together in the sequence of ranks, in an order of chance */
  qsort(room->order, site->pupils, sizeof *room->order, synth_by_key);
  for (uint32_t k = 0; k < site->pupils; k++) {
    uint32_t i = room->order[k].pupil;
    muster_synth_pupil *p = &room->pupils[i];
    unsigned category = (unsigned)(room->order[k].key >> 32) & 7;
    const synth_kind *kind = &plan->kinds[site->phase][p->year_group][p->sex == 'M'];
    set_place(kind, category, site->absence_tilt, part(rank + k * GOLDEN), &room->draws[i]);
    set_roll(&room->calendar, site->phase, room->draws[i].band, category == SYNTH_NOT_KNOWN, r, p);
  }
  unsigned in_year[SYNTH_YEARS] = {0}, seen[SYNTH_YEARS] = {0};
  for (uint32_t i = 0; i < site->pupils; i++) in_year[room->pupils[i].year_group]++;
  for (uint32_t i = 0; i < site->pupils; i++) {
    muster_synth_pupil *p = &room->pupils[i];
    unsigned size = site->phase == MUSTER_SYNTH_SPECIAL ? 10 : 30, groups = (in_year[p->year_group] + size - 1) / size;
    char letter = (char)('A' + seen[p->year_group]++ % (groups < 26 ? groups : 26));
    snprintf(p->group, sizeof p->group, "%u%c", p->year_group % 100u, letter);
  }
}
