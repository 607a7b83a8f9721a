/* Wilson intervals, quartiles from a histogram of days, and counters that add up. */
#include "score.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

muster_share muster_share_of(uint64_t n, uint64_t of) {
  if (!of) return (muster_share){n, of, NAN, NAN, NAN};
  double z = gsl_cdf_ugaussian_Pinv(0.975), k = (double)of, p = (double)n / k;
  double middle = (p + z * z / (2 * k)) / (1 + z * z / k);
  double half = z / (1 + z * z / k) * sqrt(p * (1 - p) / k + z * z / (4 * k * k));
  double low = n ? middle - half : 0, high = n < of ? middle + half : 1;
  return (muster_share){n, of, p, low, high};
}

muster_status muster_counters_open(muster_counters *c, size_t lines, size_t groups, size_t ticks, muster_error *err) {
  *c = (muster_counters){.line_count = lines, .group_count = groups, .tick_count = ticks};
  c->lines = muster_arena_alloc(&c->arena, lines * sizeof *c->lines);
  c->cases = muster_arena_alloc(&c->arena, (groups + 1) * sizeof *c->cases);
  bool ok = c->lines && c->cases;
  for (size_t i = 0; ok && i < lines; i++) {
    muster_counter *line = &c->lines[i];
    line->groups = muster_arena_alloc(&c->arena, (groups + 1) * sizeof *line->groups);
    line->fresh = muster_arena_alloc(&c->arena, (ticks + 1) * sizeof *line->fresh);
    line->standing = muster_arena_alloc(&c->arena, (ticks + 1) * sizeof *line->standing);
    ok = line->groups && line->fresh && line->standing;
  }
  return ok ? MUSTER_OK : muster_fail_memory(err);
}

void muster_counters_close(muster_counters *c) {
  muster_arena_free(&c->arena);
  *c = (muster_counters){0};
}

static void add_pairs(uint64_t (*into)[2], uint64_t (*from)[2], size_t n) {
  for (size_t i = 0; i < n; i++) {
    into[i][0] += from[i][0];
    into[i][1] += from[i][1];
  }
}

void muster_counters_add(muster_counters *into, const muster_counters *from) {
  add_pairs(into->cases, from->cases, into->group_count + 1);
  for (size_t i = 0; i < into->line_count; i++) {
    muster_counter *a = &into->lines[i];
    const muster_counter *b = &from->lines[i];
    add_pairs(a->groups, b->groups, into->group_count + 1);
    for (size_t d = 0; d < sizeof a->lead / sizeof *a->lead; d++) a->lead[d] += b->lead[d];
    for (size_t t = 0; t < into->tick_count; t++) {
      a->fresh[t] += b->fresh[t];
      a->standing[t] += b->standing[t];
    }
    a->alone += b->alone;
    a->alone_hits += b->alone_hits;
  }
}

/* ---- reporting ---- */

static muster_score score_of(const muster_counters *c, const muster_counter *line, size_t group) {
  muster_score s = {.cases = c->cases[group][0],
                    .positives = c->cases[group][1],
                    .flagged = line->groups[group][0],
                    .hits = line->groups[group][1]};
  s.precision = muster_share_of(s.hits, s.flagged);
  s.recall = muster_share_of(s.hits, s.positives);
  return s;
}

/* The k-th smallest lead, counted from 0. */
static double lead_at(const muster_counter *line, uint64_t k) {
  int d = -MUSTER_MOST_LEAD;
  for (uint64_t seen = line->lead[0]; seen <= k; seen += line->lead[d + MUSTER_MOST_LEAD]) d++;
  return d;
}

/* Quantile of type 7 (Hyndman and Fan 1996). */
static double lead_quantile(const muster_counter *line, uint64_t n, double p) {
  double at = p * (double)(n - 1), low = floor(at);
  double a = lead_at(line, (uint64_t)low), b = low + 1 < (double)n ? lead_at(line, (uint64_t)low + 1) : a;
  return a + (at - low) * (b - a);
}

static muster_lead lead_of(const muster_counter *line) {
  muster_lead lead = {0, 0, NAN, NAN, NAN};
  for (int d = -MUSTER_MOST_LEAD; d <= MUSTER_MOST_LEAD; d++) {
    lead.n += line->lead[d + MUSTER_MOST_LEAD];
    if (d < 0) lead.late += line->lead[d + MUSTER_MOST_LEAD];
  }
  if (!lead.n) return lead;
  lead.q25 = lead_quantile(line, lead.n, 0.25);
  lead.median = lead_quantile(line, lead.n, 0.5);
  lead.q75 = lead_quantile(line, lead.n, 0.75);
  return lead;
}

static bool workload_of(const muster_counters *c, const muster_counter *line, muster_arena *arena,
                        muster_workload *out) {
  size_t bytes = (c->tick_count + 1) * sizeof *out->fresh;
  out->fresh = muster_arena_alloc(arena, bytes);
  out->standing = muster_arena_alloc(arena, bytes);
  if (!out->fresh || !out->standing) return false;
  memcpy(out->fresh, line->fresh, bytes);
  memcpy(out->standing, line->standing, bytes);
  for (size_t t = 0; t < c->tick_count; t++) {
    out->total += line->fresh[t];
    if (line->fresh[t] > out->most) out->most = line->fresh[t];
  }
  out->mean = c->tick_count ? (double)out->total / (double)c->tick_count : 0;
  return true;
}

muster_status muster_counter_line(const muster_counters *c, size_t line, bool scored, muster_arena *arena,
                                  muster_backtest_line *out, muster_error *err) {
  const muster_counter *from = &c->lines[line];
  *out = (muster_backtest_line){.scored = scored, .alone = from->alone, .alone_hits = from->alone_hits};
  if (!workload_of(c, from, arena, &out->workload)) return muster_fail_memory(err);
  out->groups = muster_arena_alloc(arena, (c->group_count + 1) * sizeof *out->groups);
  if (!out->groups) return muster_fail_memory(err);
  for (size_t g = 0; g < c->group_count; g++) out->groups[g] = score_of(c, from, g);
  out->all = score_of(c, from, c->group_count);
  out->lead = lead_of(from);
  out->chance_precision = out->all.cases ? (double)out->all.positives / (double)out->all.cases : NAN;
  out->chance_recall = out->all.cases ? (double)out->all.flagged / (double)out->all.cases : NAN;
  return MUSTER_OK;
}
