/* The system before its schools: phases, sizes and characters that balance, so that the whole is the official whole. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

/* England's schools: 240 pupils of years 1 to 6 in a primary, 960 in a secondary, 120 in a special school. When the
 * spec asks for larger schools than that the secondaries grow less, since few have more than 2,000 pupils. */
static void school_counts(const muster_synth_spec *spec, size_t count[SYNTH_PHASES]) {
  static const double natural[] = {240, 960, 120};
  double total = 0, schools = 0, weight[SYNTH_PHASES], mean = (double)spec->pupils / (double)spec->schools;
  for (int p = 0; p < SYNTH_PHASES; p++) total += spec->phases[p];
  for (int p = 0; p < SYNTH_PHASES; p++) schools += spec->phases[p] / total / natural[p];
  double grown = mean * schools; /* how much larger than England's */
  double stretch = grown > 1 ? 1 / grown : 1;
  double size[] = {1, 1 + 3 * stretch, 0.3 + 0.2 * stretch};
  double sum = 0;
  for (int p = 0; p < SYNTH_PHASES; p++) sum += weight[p] = spec->phases[p] / total / size[p];
  for (int p = 0; p < SYNTH_PHASES; p++) {
    count[p] = (size_t)(weight[p] / sum * (double)spec->schools);
    if (!count[p] && weight[p] > 0 && spec->schools >= 20) count[p] = 1;
  }
  size_t given = count[0] + count[1] + count[2];
  for (; given < spec->schools; given++) { /* the phase whose schools would be the largest gets one more */
    int most = 0;
    for (int p = 1; p < SYNTH_PHASES; p++)
      if (weight[p] / (double)(count[p] + 1) > weight[most] / (double)(count[most] + 1)) most = p;
    count[most]++;
  }
  for (; given > spec->schools; given--) count[count[0] >= count[1] ? 0 : 1]--;
}

static void shuffle(synth_random *r, uint32_t *items, size_t n) {
  for (size_t i = n; i > 1; i--) {
    size_t k = synth_below(r, (uint32_t)i);
    uint32_t held = items[i - 1];
    items[i - 1] = items[k];
    items[k] = held;
  }
}

int synth_by_key(const void *a, const void *b) {
  const struct synth_order *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return (x->pupil > y->pupil) - (x->pupil < y->pupil);
}

/* Sizes vary by a fifth or so within a phase; all pupils are dealt, and every school has one. */
static void set_sizes(muster_synth_plan *plan, synth_random *r) {
  const muster_synth_spec *spec = &plan->spec;
  double phase_sum[SYNTH_PHASES] = {0}, total = 0, reach = 0;
  for (size_t i = 0; i < spec->schools; i++) {
    synth_site *site = &plan->sites[i];
    double size = 1 + 0.18 * synth_bell(r);
    site->weight = size < 0.4 ? 0.4 : size > 1.8 ? 1.8 : size;
    phase_sum[site->phase] += site->weight;
  }
  for (int p = 0; p < SYNTH_PHASES; p++) total += phase_sum[p] > 0 ? spec->phases[p] : 0;
  uint64_t given = 0, spare = spec->pupils - spec->schools;
  for (size_t i = 0; i < spec->schools; i++) {
    synth_site *site = &plan->sites[i];
    reach += site->weight / phase_sum[site->phase] * spec->phases[site->phase] / total;
    uint64_t until = i + 1 == spec->schools ? spare : (uint64_t)(reach * (double)spare + 0.5);
    if (until > spare) until = spare;
    site->first_pupil = given + i;
    site->pupils = (uint32_t)(until - given) + 1;
    given = until;
  }
}

/* Beyond this a tilt would make a density negative; under `FEW` schools of a phase all have its share of free meals. */
#define TILT_MOST 1.3
enum { FEW = 4 };

/* Characters of the `n` schools of a phase, in order of size: neighbours get opposite ones, and what their sizes leave
 * over is taken off all, so that the pupil-weighted mean is nothing. */
static void set_tilts(muster_synth_plan *plan, const struct synth_order *order, size_t n, uint32_t *deal, bool fsm,
                      synth_random *r) {
  size_t pairs = n / 2;
  double sum = 0, pupils = 0;
  bool flip = false;
  for (size_t k = 0; k < pairs; k++) deal[k] = (uint32_t)k;
  shuffle(r, deal, pairs);
  for (size_t k = 0; k < n; k++) {
    synth_site *site = &plan->sites[order[k].pupil];
    double size = k / 2 < pairs ? (deal[k / 2] + 0.5) / (double)pairs : 0;
    flip = k & 1 ? !flip : synth_chance(r, 0.5);
    double tilt = flip ? size : -size;
    *(fsm ? &site->fsm_tilt : &site->absence_tilt) = tilt;
    sum += tilt * site->pupils;
    pupils += site->pupils;
  }
  for (size_t k = 0; k < n; k++) {
    synth_site *site = &plan->sites[order[k].pupil];
    double *tilt = fsm ? &site->fsm_tilt : &site->absence_tilt;
    *tilt -= sum / pupils;
  }
}

/* Takes from the absence of the schools what runs along with their free meals, so that eligible pupils as a whole are
 * not, by chance of the draw, in schools that are better or worse. */
static void part_tilts(muster_synth_plan *plan, const struct synth_order *order, size_t n) {
  double along = 0, square = 0;
  for (size_t k = 0; k < n; k++) {
    const synth_site *site = &plan->sites[order[k].pupil];
    along += site->fsm_tilt * site->absence_tilt * site->pupils;
    square += site->fsm_tilt * site->fsm_tilt * site->pupils;
  }
  for (size_t k = 0; k < n; k++) {
    synth_site *site = &plan->sites[order[k].pupil];
    double tilt = site->absence_tilt - (square > 0 ? along / square : 0) * site->fsm_tilt;
    site->absence_tilt = tilt < -TILT_MOST ? -TILT_MOST : tilt > TILT_MOST ? TILT_MOST : tilt;
  }
}

static void set_characters(muster_synth_plan *plan, struct synth_order *order, uint32_t *deal, synth_random *r) {
  for (int p = 0; p < SYNTH_PHASES; p++) {
    size_t n = 0;
    for (size_t i = 0; i < plan->spec.schools; i++)
      if (plan->sites[i].phase == (muster_synth_phase)p)
        order[n++] = (struct synth_order){plan->sites[i].pupils, (uint32_t)i};
    qsort(order, n, sizeof *order, synth_by_key);
    set_tilts(plan, order, n, deal, false, r);
    if (n >= FEW) set_tilts(plan, order, n, deal, true, r);
    part_tilts(plan, order, n);
  }
}

static void set_cohorts(muster_synth_plan *plan, uint32_t *deal, synth_random *r) {
  const muster_synth_effect *effect = &plan->spec.effect;
  for (size_t i = 0; i < plan->spec.schools; i++) plan->sites[i].cohort = -1;
  if (effect->kind == MUSTER_SYNTH_NO_EFFECT || effect->select != MUSTER_SYNTH_WHOLE_SCHOOLS) return;
  size_t n = plan->spec.schools, treated = (size_t)(effect->share * (double)n + 0.5);
  if (treated < 1) treated = 1;
  for (size_t i = 0; i < n; i++) deal[i] = (uint32_t)i;
  shuffle(r, deal, n);
  for (size_t k = 0; k < treated; k++) plan->sites[deal[k]].cohort = (int)(k % effect->cohorts);
}

static int category(const struct synth_cell *cell) {
  return cell->fsm == 2 ? SYNTH_NOT_KNOWN : cell->fsm * 2 + cell->sen;
}

static void set_kinds(muster_synth_plan *plan, const struct synth_level *level) {
  double all[SYNTH_PHASES] = {0};
  for (size_t i = 0; i < synth_cell_count; i++) {
    const struct synth_cell *cell = &synth_cells[i];
    synth_kind *kind = &plan->kinds[cell->phase][cell->year][cell->sex];
    int c = category(cell);
    double share[SYNTH_BANDS], sum = 0;
    synth_shares(cell, level, share);
    for (int k = 0; k < SYNTH_BANDS; k++) kind->reach[c][k] = sum += share[k];
    kind->weight[c] = cell->pupils;
    plan->year_reach[cell->phase][cell->year] += cell->pupils;
    all[cell->phase] += cell->pupils;
  }
  for (int p = 0; p < SYNTH_PHASES; p++)
    for (int y = 1; y < SYNTH_YEARS; y++) {
      plan->year_reach[p][y] = plan->year_reach[p][y - 1] + plan->year_reach[p][y] / all[p];
      for (int sex = 0; sex < 2; sex++) {
        synth_kind *kind = &plan->kinds[p][y][sex];
        double sum = 0;
        for (int c = 0; c < SYNTH_CATEGORIES; c++) sum += kind->weight[c];
        for (int c = 0; c < SYNTH_CATEGORIES && sum > 0; c++) kind->weight[c] /= sum;
      }
    }
}

muster_status muster_synth_plan_make(const muster_synth_spec *spec, muster_synth_plan **out, muster_error *err) {
  *out = NULL;
  MUSTER_TRY(muster_synth_spec_check(spec, err));
  muster_synth_plan *plan = muster_alloc(1, sizeof *plan);
  struct synth_order *order = muster_alloc(spec->schools, sizeof *order);
  uint32_t *deal = muster_alloc(spec->schools, sizeof *deal);
  if (plan) plan->sites = muster_alloc(spec->schools, sizeof *plan->sites);
  if (!plan || !plan->sites || !order || !deal) {
    muster_free(order);
    muster_free(deal);
    muster_synth_plan_free(plan);
    return muster_fail_memory(err);
  }
  const struct synth_level *level = synth_level_find(spec->level);
  plan->spec = *spec;
  plan->spec.level = level->name;
  if (!muster_synth_terms(spec->year, plan->terms)) plan->terms[0].first = MUSTER_NO_DATE; /* checked above */
  synth_effect_settle(&plan->spec.effect, plan->terms);
  set_kinds(plan, level);
  synth_random r = synth_random_of(spec->seed, SYNTH_STREAM_PLAN, 0);
  size_t count[SYNTH_PHASES];
  school_counts(spec, count);
  for (size_t i = 0; i < spec->schools; i++) deal[i] = i < count[0] ? 0 : i < count[0] + count[1] ? 1 : 2;
  shuffle(&r, deal, spec->schools);
  for (size_t i = 0; i < spec->schools; i++) plan->sites[i].phase = (muster_synth_phase)deal[i];
  set_sizes(plan, &r);
  set_characters(plan, order, deal, &r);
  r = synth_random_of(spec->seed, SYNTH_STREAM_EFFECT, UINT32_MAX);
  set_cohorts(plan, deal, &r);
  muster_free(order);
  muster_free(deal);
  *out = plan;
  return MUSTER_OK;
}

void muster_synth_plan_free(muster_synth_plan *plan) {
  if (!plan) return;
  muster_free(plan->sites);
  muster_free(plan);
}

size_t muster_synth_plan_schools(const muster_synth_plan *plan) { return plan->spec.schools; }

size_t muster_synth_plan_pupils(const muster_synth_plan *plan, size_t school) {
  return school < plan->spec.schools ? plan->sites[school].pupils : 0;
}
