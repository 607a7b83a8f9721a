/* Power by simulation: the study's own panel, drawn treatment, planted effect, the study's own estimator. */
#include <math.h>
#include <string.h>

#include "muster/impact/distribution.h"
#include "muster/impact/power.h"

/* SplitMix64 (Steele, Lea & Flood 2014): each draw has a generator of its own, begun from seed and number. */
static uint64_t next_random(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/** Uniform on 0 .. n-1, without the bias of a remainder. */
static uint32_t below(uint64_t *state, uint32_t n) {
  uint64_t limit = UINT64_MAX - UINT64_MAX % n, drawn;
  do drawn = next_random(state);
  while (drawn >= limit);
  return (uint32_t)(drawn % n);
}

/** A worker's copy of what a draw changes. */
typedef struct desk {
  double *y, *treated, *cohort;
  uint32_t *order;
  unsigned char *drawn;
} desk;

typedef struct outcome {
  double estimate, std_error, df, p_value;
  bool failed;
} outcome;

typedef struct simulation {
  const muster_power_plan *plan;
  muster_power_estimator estimator;
  void *context;
  const muster_progress *progress;
  desk *desks;
  outcome *found;
} simulation;

static void draw_clusters(const muster_power_plan *plan, size_t item, desk *d) {
  uint64_t state = plan->seed ^ ((uint64_t)item * UINT64_C(0xD1342543DE82EF95) + 1);
  next_random(&state);
  uint32_t n = (uint32_t)plan->panel->n_clusters;
  memset(d->drawn, 0, n);
  for (uint32_t i = 0; i < n; i++) d->order[i] = i;
  for (uint32_t i = 0; i < plan->treated_clusters; i++) {
    uint32_t with = i + below(&state, n - i), kept = d->order[i];
    d->order[i] = d->order[with];
    d->order[with] = kept;
    d->drawn[d->order[i]] = 1;
  }
}

static muster_status one_draw(void *context, unsigned worker, size_t item, muster_error *err) {
  simulation *s = context;
  const muster_power_plan *plan = s->plan;
  const muster_panel *panel = plan->panel;
  desk *d = &s->desks[worker];
  draw_clusters(plan, item, d);
  for (size_t u = 0; u < panel->n_units; u++) {
    bool drawn = d->drawn[panel->cluster[panel->first_row[u]]];
    d->cohort[u] = drawn ? panel->times[plan->start] : NAN;
    for (size_t i = panel->first_row[u]; i < panel->first_row[u + 1]; i++) {
      d->treated[i] = drawn && panel->time[i] >= plan->start;
      d->y[i] = panel->y[i] + plan->effect * d->treated[i];
    }
  }
  muster_panel play = *panel;
  play.y = d->y;
  play.treated = d->treated;
  play.cohort = d->cohort;
  play.reversible = false;
  outcome *o = &s->found[item];
  muster_status status = s->estimator(s->context, &play, &o->estimate, &o->std_error, &o->df, err);
  if (status == MUSTER_OK) o->p_value = muster_t_p(o->estimate / o->std_error, o->df);
  muster_progress_tell(s->progress, "draws", item + 1, plan->draws);
  o->failed = status != MUSTER_OK || isnan(o->p_value);
  return status == MUSTER_DATA ? MUSTER_OK : status;
}

static void summarise(const simulation *s, muster_power_found *out) {
  double squares = 0, n;
  *out = (muster_power_found){.draws = s->plan->draws};
  for (size_t i = 0; i < out->draws; i++) out->failed += s->found[i].failed;
  n = (double)(out->draws - out->failed);
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < out->draws; i++) {
      const outcome *o = &s->found[i];
      if (o->failed) continue;
      if (pass) {
        squares += (o->estimate - out->mean) * (o->estimate - out->mean);
        continue;
      }
      out->mean += o->estimate / n;
      out->mean_se += o->std_error / n;
      out->power += (o->p_value < s->plan->alpha) / n;
      out->coverage += (fabs(o->estimate - s->plan->effect) <= muster_t_quantile(0.975, o->df) * o->std_error) / n;
    }
  out->sd = sqrt(squares / (n - 1));
  out->power_se = sqrt(out->power * (1 - out->power) / n);
}

static muster_status check(const muster_power_plan *plan, muster_error *err) {
  const muster_panel *p = plan->panel;
  if (!plan->draws || !plan->treated_clusters || plan->treated_clusters >= p->n_clusters || !plan->start ||
      plan->start >= p->n_times || !isfinite(plan->effect) || !(plan->alpha > 0 && plan->alpha < 1)) {
    muster_fail(err, MUSTER_DATA, "%zu draws of %zu among %zu clusters from time %u of %zu cannot be simulated",
                plan->draws, plan->treated_clusters, p->n_clusters, plan->start, p->n_times);
    muster_error_expected(err, "at least one draw, clusters in both arms, times before and after the start");
    return MUSTER_DATA;
  }
  if (p->nested) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "a unit changes its cluster within the panel");
  muster_error_todo(err, "draw a coarser cluster, or leave out units that move");
  return MUSTER_DATA;
}

muster_status muster_power_simulate(const muster_power_plan *plan, muster_power_estimator estimator, void *context,
                                    const muster_progress *progress, muster_power_found *out, muster_error *err) {
  MUSTER_TRY(check(plan, err));
  const muster_panel *p = plan->panel;
  unsigned jobs = plan->jobs > 1 ? plan->jobs : 1;
  muster_status status = MUSTER_MEMORY;
  simulation s = {.plan = plan, .estimator = estimator, .context = context, .progress = progress};
  s.desks = muster_alloc(jobs, sizeof *s.desks);
  s.found = muster_alloc(plan->draws, sizeof *s.found);
  bool ready = s.desks && s.found;
  for (unsigned j = 0; ready && j < jobs; j++) {
    desk *d = &s.desks[j];
    d->y = muster_alloc(p->n_obs, sizeof *d->y);
    d->treated = muster_alloc(p->n_obs, sizeof *d->treated);
    d->cohort = muster_alloc(p->n_units, sizeof *d->cohort);
    d->order = muster_alloc(p->n_clusters, sizeof *d->order);
    d->drawn = muster_alloc(p->n_clusters, 1);
    ready = d->y && d->treated && d->cohort && d->order && d->drawn;
  }
  if (ready) status = muster_parallel(jobs, plan->draws, one_draw, &s, err);
  if (status == MUSTER_OK) summarise(&s, out);
  for (unsigned j = 0; s.desks && j < jobs; j++) {
    muster_free(s.desks[j].y);
    muster_free(s.desks[j].treated);
    muster_free(s.desks[j].cohort);
    muster_free(s.desks[j].order);
    muster_free(s.desks[j].drawn);
  }
  muster_free(s.desks);
  muster_free(s.found);
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  if (status == MUSTER_OK && out->failed + 1 >= out->draws) {
    muster_fail(err, MUSTER_DATA, "the estimator gave no answer in %zu of %zu draws", out->failed, out->draws);
    muster_error_todo(err, "run it once on the panel to see why");
    return MUSTER_DATA;
  }
  return status;
}
