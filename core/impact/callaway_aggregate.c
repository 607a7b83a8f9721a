/* Summaries of group-time effects, with the influence of having estimated their weights. */
#include <math.h>
#include <string.h>

#include "callaway.h"

/* One mean weighted by group shares: the group behind each weight, and the group whose units' membership carries the
 * influence of having estimated it. */
typedef struct selection {
  size_t count, *group, *carrier;
} selection;

static size_t group_number(const muster_cs *cs, double group) {
  size_t g = 0;
  while (g < cs->n_groups && cs->group[g] != group) g++;
  return g;
}

/* Mean of `values` weighted by group shares, with its influence: the values' own, and that of the shares. */
static double share_weighted(const muster_cs *cs, const selection *s, const double *values, const double *influence,
                             const size_t *column, double *out) {
  size_t clusters = cs->n_clusters;
  double total = 0, mean = 0;
  for (size_t a = 0; a < s->count; a++) total += cs->share[s->group[a]];
  for (size_t a = 0; a < s->count; a++) mean += cs->share[s->group[a]] / total * values[a];
  memset(out, 0, clusters * sizeof *out);
  for (size_t a = 0; a < s->count; a++) {
    double share = cs->share[s->group[a]];
    const double *own = influence + column[a] * clusters, *mass = cs->mass + s->carrier[a] * clusters;
    for (size_t c = 0; c < clusters; c++)
      out[c] += share / total * own[c] + (mass[c] - cs->members[c] * share) * (values[a] - mean) / total;
  }
  return mean;
}

static double plain_mean(size_t clusters, const double *values, const double *influence, const size_t *column,
                         size_t count, double *out) {
  double mean = 0;
  memset(out, 0, clusters * sizeof *out);
  for (size_t a = 0; a < count; a++) {
    mean += values[a] / (double)count;
    for (size_t c = 0; c < clusters; c++) out[c] += influence[column[a] * clusters + c] / (double)count;
  }
  return mean;
}

static double se_of(const muster_cs *cs, const double *influence) {
  double squares = 0;
  for (size_t c = 0; c < cs->n_clusters; c++) squares += influence[c] * influence[c];
  return squares > 0 ? sqrt(squares) / (double)cs->n_units : NAN;
}

/* What a cell belongs to under `kind`; false when the summary has no use for it. */
static bool part_of(const muster_cs *cs, const muster_cs_cell *cell, muster_cs_kind kind, const muster_cs_options *o,
                    double *at) {
  if (kind != MUSTER_CS_DYNAMIC && cell->time < cell->group) return false;
  switch (kind) {
    case MUSTER_CS_SIMPLE: *at = 0; return true;
    case MUSTER_CS_GROUP: *at = cell->group; return true;
    case MUSTER_CS_CALENDAR: *at = cell->time; return true;
    case MUSTER_CS_DYNAMIC: break;
  }
  *at = cell->time - cell->group;
  if (!o->balance_given) return true;
  double earliest = o->balance - cs->last_time + cs->first_time;
  return cs->last_time - cell->group >= o->balance && *at <= o->balance && *at >= earliest;
}

/* Distinct values in ascending order, inserted one by one. */
static size_t insert(double *sorted, size_t n, double value) {
  size_t at = 0;
  while (at < n && sorted[at] < value) at++;
  if (at < n && sorted[at] == value) return n;
  memmove(sorted + at + 1, sorted + at, (n - at) * sizeof *sorted);
  sorted[at] = value;
  return n + 1;
}

typedef struct room {
  double *at, *values;
  size_t *column, *part;
  selection s;
} room;

static void room_free(room *r) {
  muster_free(r->at);
  muster_free(r->values);
  muster_free(r->column);
  muster_free(r->part);
  muster_free(r->s.group);
  muster_free(r->s.carrier);
}

static muster_status room_make(const muster_cs *cs, room *r, muster_error *err) {
  size_t n = cs->n_cells + cs->n_groups;
  *r = (room){0};
  r->at = muster_alloc(n, sizeof *r->at);
  r->values = muster_alloc(n, sizeof *r->values);
  r->column = muster_alloc(n, sizeof *r->column);
  r->part = muster_alloc(n, sizeof *r->part);
  r->s.group = muster_alloc(n, sizeof *r->s.group);
  r->s.carrier = muster_alloc(n, sizeof *r->s.carrier);
  bool fine = r->at && r->values && r->column && r->part && r->s.group && r->s.carrier;
  return fine ? MUSTER_OK : muster_fail_memory(err);
}

/* The cells of part `at` (all for simple) into the room. */
static void select_cells(const muster_cs *cs, muster_cs_kind kind, const muster_cs_options *o, double at, room *r) {
  r->s.count = 0;
  for (size_t c = 0; c < cs->n_cells; c++) {
    double place;
    if (!part_of(cs, &cs->cell[c], kind, o, &place) || place != at) continue;
    r->values[r->s.count] = cs->cell[c].att;
    r->column[r->s.count] = c;
    r->s.group[r->s.count] = r->s.carrier[r->s.count] = group_number(cs, cs->cell[c].group);
    r->s.count++;
  }
}

static muster_status parts(const muster_cs *cs, const muster_cs_options *o, room *r, muster_cs_summary *out,
                           muster_error *err) {
  size_t clusters = cs->n_clusters;
  for (size_t c = 0; c < cs->n_cells; c++) {
    double at;
    if (part_of(cs, &cs->cell[c], out->kind, o, &at)) out->n_parts = insert(r->at, out->n_parts, at);
  }
  out->at = muster_alloc(out->n_parts, sizeof *out->at);
  out->estimate = muster_alloc(out->n_parts, sizeof *out->estimate);
  out->se = muster_alloc(out->n_parts, sizeof *out->se);
  out->influence = muster_alloc(out->n_parts * clusters, sizeof *out->influence);
  if (!out->at || !out->estimate || !out->se || !out->influence) return muster_fail_memory(err);
  for (size_t a = 0; a < out->n_parts; a++) {
    double *influence = out->influence + a * clusters;
    out->at[a] = r->at[a];
    select_cells(cs, out->kind, o, r->at[a], r);
    out->estimate[a] = out->kind == MUSTER_CS_GROUP
                           ? plain_mean(clusters, r->values, cs->influence, r->column, r->s.count, influence)
                           : share_weighted(cs, &r->s, r->values, cs->influence, r->column, influence);
    out->se[a] = se_of(cs, influence);
  }
  return MUSTER_OK;
}

/* did passes the group of the k-th effect where the k-th group is meant when it adds the influence of the weights to
 * the overall of the group summary. Standard errors differ in the third digit; the default is did's, to be comparable.
 */
static void overall(const muster_cs *cs, const muster_cs_options *o, room *r, muster_cs_summary *out) {
  size_t count = 0;
  for (size_t a = 0; a < out->n_parts; a++) {
    if (out->kind == MUSTER_CS_DYNAMIC && out->at[a] < 0) continue;
    r->values[count] = out->estimate[a];
    r->column[count] = a;
    r->s.group[count] = group_number(cs, out->at[a]);
    r->s.carrier[count] = o->exact_group_weights ? r->s.group[count] : group_number(cs, cs->cell[count].group);
    count++;
  }
  r->s.count = count;
  out->overall = out->kind == MUSTER_CS_GROUP
                     ? share_weighted(cs, &r->s, r->values, out->influence, r->column, out->overall_influence)
                     : plain_mean(cs->n_clusters, r->values, out->influence, r->column, count, out->overall_influence);
  if (!count) out->overall = NAN;
}

muster_status muster_cs_summarise(const muster_cs *cs, muster_cs_kind kind, const muster_cs_options *options,
                                  muster_cs_summary *out, muster_error *err) {
  *out = (muster_cs_summary){.kind = kind};
  room r;
  muster_status status = room_make(cs, &r, err);
  out->overall_influence = muster_alloc(cs->n_clusters, sizeof *out->overall_influence);
  if (status == MUSTER_OK && !out->overall_influence) status = muster_fail_memory(err);
  if (status == MUSTER_OK && kind == MUSTER_CS_SIMPLE) {
    select_cells(cs, kind, options, 0, &r);
    if (r.s.count)
      out->overall = share_weighted(cs, &r.s, r.values, cs->influence, r.column, out->overall_influence);
    else
      out->overall = NAN;
  } else if (status == MUSTER_OK) {
    status = parts(cs, options, &r, out, err);
    if (status == MUSTER_OK) overall(cs, options, &r, out);
  }
  if (status == MUSTER_OK) out->overall_se = se_of(cs, out->overall_influence);
  if (status == MUSTER_OK && isnan(out->overall)) {
    status = muster_fail(err, MUSTER_DATA, "no group-time effect after a start can be estimated");
    muster_error_todo(err, "extend the panel, or compare with units not yet treated");
  }
  room_free(&r);
  if (status != MUSTER_OK) muster_cs_summary_free(out);
  return status;
}

void muster_cs_summary_free(muster_cs_summary *summary) {
  muster_free(summary->at);
  muster_free(summary->estimate);
  muster_free(summary->se);
  muster_free(summary->influence);
  muster_free(summary->overall_influence);
  *summary = (muster_cs_summary){0};
}
