/* ATT(g,t) cell by cell. The panel is laid out by time with units in order of group, so that a cell reads two columns;
 * influence functions are kept as sums over clusters. */
#include <gsl/gsl_blas.h>
#include <math.h>
#include <string.h>

#include "callaway.h"
#include "muster/impact/linear.h"

static const size_t MOST_INFLUENCE = (size_t)1 << 27; /* doubles: one gigabyte */

typedef struct grid {
  const muster_panel *p;
  size_t n, times, groups;
  double *y, *w;                       /* [times][n]; NaN = not there; w NULL without weights */
  size_t *row;                         /* [times][n] row of the panel; only with covariates */
  uint32_t *cluster;                   /* [n] */
  size_t *first;                       /* [groups + 2]: units of group g; the last range is the never treated */
  double *change, *weight, *influence; /* [n] of the cell at work */
  size_t *unit;                        /* [n] */
  double **x;                          /* [covariates + 1][n] */
  size_t k;
} grid;

static void grid_free(grid *g) {
  for (size_t a = 0; g->x && a < g->k; a++) muster_free(g->x[a]);
  muster_free(g->x);
  muster_free(g->y);
  muster_free(g->w);
  muster_free(g->row);
  muster_free(g->cluster);
  muster_free(g->first);
  muster_free(g->change);
  muster_free(g->weight);
  muster_free(g->influence);
  muster_free(g->unit);
}

/* Group number of a unit: 0 .. groups-1, groups = never treated in the panel, SIZE_MAX = from its first time. */
static size_t group_of(const muster_panel *p, const double *group, size_t groups, size_t u) {
  double cohort = p->cohort[u];
  if (isnan(cohort)) return groups;
  if (cohort <= p->times[0]) return SIZE_MAX;
  size_t low = 0, high = groups;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (group[middle] < cohort)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static muster_status refuse(const muster_panel *p, muster_error *err) {
  if (p->repeated) {
    muster_fail(err, MUSTER_DATA, "a unit has more than one row in a time");
    muster_error_expected(err, "one row for each unit and time");
    muster_error_todo(err, "add up or average the rows first");
    return MUSTER_DATA;
  }
  if (!p->nested) {
    muster_fail(err, MUSTER_DATA, "units change their cluster within the panel");
    muster_error_todo(err, "give every unit its first cluster, or cluster by unit");
    return MUSTER_DATA;
  }
  if (p->n_times < 2) return muster_fail(err, MUSTER_DATA, "the panel has a single time");
  return MUSTER_OK;
}

static muster_status list_groups(const muster_panel *p, muster_cs *cs, muster_error *err) {
  cs->group = muster_alloc(p->n_units, sizeof *cs->group);
  if (!cs->group) return muster_fail_memory(err);
  size_t all = muster_panel_cohorts(p, cs->group, NULL);
  for (size_t g = 0; g < all; g++) {
    if (cs->group[g] > p->times[0]) cs->group[cs->n_groups++] = cs->group[g];
  }
  if (cs->n_groups) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "no unit starts treatment within the panel after its first time");
  muster_error_todo(err, "check the first treated times, and which values mean never");
  return MUSTER_DATA;
}

static muster_status grid_room(const muster_panel *p, muster_cs *cs, grid *g, muster_error *err) {
  *g = (grid){.p = p, .times = p->n_times, .groups = cs->n_groups, .k = p->n_covariates + 1};
  g->first = muster_alloc(g->groups + 2, sizeof *g->first);
  if (!g->first) return muster_fail_memory(err);
  for (size_t u = 0; u < p->n_units; u++) {
    size_t at = group_of(p, cs->group, g->groups, u);
    if (at == SIZE_MAX) {
      cs->n_always++;
      continue;
    }
    g->first[at + 1]++;
    g->n++;
  }
  for (size_t at = 0; at <= g->groups; at++) g->first[at + 1] += g->first[at];
  size_t cells = g->times * g->n;
  g->y = muster_alloc(cells, sizeof *g->y);
  if (p->weight) g->w = muster_alloc(cells, sizeof *g->w);
  if (p->n_covariates) g->row = muster_alloc(cells, sizeof *g->row);
  g->cluster = muster_alloc(g->n, sizeof *g->cluster);
  g->change = muster_alloc(g->n, sizeof *g->change);
  g->weight = muster_alloc(g->n, sizeof *g->weight);
  g->influence = muster_alloc(g->n, sizeof *g->influence);
  g->unit = muster_alloc(g->n, sizeof *g->unit);
  g->x = muster_alloc(g->k, sizeof *g->x);
  bool fine = g->y && (g->w || !p->weight) && (g->row || !p->n_covariates) && g->cluster && g->change && g->weight &&
              g->influence && g->unit && g->x;
  for (size_t a = 0; fine && p->n_covariates && a < g->k; a++)
    fine = (g->x[a] = muster_alloc(g->n, sizeof **g->x)) != NULL;
  return fine ? MUSTER_OK : muster_fail_memory(err);
}

/* Lays out outcomes; clusters are renumbered in the order of the panel's. */
static muster_status grid_fill(muster_cs *cs, grid *g, muster_error *err) {
  const muster_panel *p = g->p;
  size_t *next = muster_alloc(g->groups + 1, sizeof *next);
  uint32_t *number = muster_alloc(p->n_clusters, sizeof *number);
  if (!next || !number) {
    muster_free(next);
    muster_free(number);
    return muster_fail_memory(err);
  }
  memcpy(next, g->first, (g->groups + 1) * sizeof *next);
  for (size_t i = 0; i < g->times * g->n; i++) g->y[i] = NAN;
  for (size_t u = 0; u < p->n_units; u++)
    if (group_of(p, cs->group, g->groups, u) != SIZE_MAX) number[p->cluster[p->first_row[u]]] = 1;
  for (size_t c = 0; c < p->n_clusters; c++)
    if (number[c]) number[c] = (uint32_t)cs->n_clusters++;
  for (size_t u = 0; u < p->n_units; u++) {
    size_t at = group_of(p, cs->group, g->groups, u);
    if (at == SIZE_MAX) continue;
    size_t place = next[at]++;
    g->cluster[place] = number[p->cluster[p->first_row[u]]];
    for (size_t i = p->first_row[u]; i < p->first_row[u + 1]; i++) {
      size_t cell = p->time[i] * g->n + place;
      g->y[cell] = p->y[i];
      if (g->w) g->w[cell] = p->weight[i];
      if (g->row) g->row[cell] = i;
      cs->n_obs++;
    }
  }
  muster_free(next);
  muster_free(number);
  return MUSTER_OK;
}

/* Sizes of groups, whole and by cluster; the weight of a unit is that of its first row. */
static muster_status fill_masses(muster_cs *cs, const grid *g, muster_error *err) {
  cs->n_units = g->n;
  cs->share = muster_alloc(g->groups, sizeof *cs->share);
  cs->mass = muster_alloc(g->groups * cs->n_clusters, sizeof *cs->mass);
  cs->members = muster_alloc(cs->n_clusters, sizeof *cs->members);
  if (!cs->share || !cs->mass || !cs->members) return muster_fail_memory(err);
  for (size_t at = 0; at <= g->groups; at++) {
    for (size_t u = g->first[at]; u < g->first[at + 1]; u++) {
      double w = 1;
      for (size_t t = 0; g->w && t < g->times; t++) {
        if (isnan(g->y[t * g->n + u])) continue;
        w = g->w[t * g->n + u];
        break;
      }
      cs->members[g->cluster[u]]++;
      if (at == g->groups) continue;
      cs->mass[at * cs->n_clusters + g->cluster[u]] += w;
      cs->share[at] += w / (double)g->n;
    }
  }
  return MUSTER_OK;
}

/* Gathers the units from `from` to `to` that are seen at both times. */
static size_t gather(grid *g, size_t from, size_t to, size_t t, size_t base, size_t n) {
  const double *now = g->y + t * g->n, *then = g->y + base * g->n;
  size_t early = t < base ? t : base;
  for (size_t u = from; u < to; u++) {
    double change = now[u] - then[u];
    if (isnan(change)) continue;
    g->change[n] = change;
    g->unit[n] = u;
    if (g->w) g->weight[n] = g->w[early * g->n + u];
    for (size_t a = 0; g->row && a < g->k; a++)
      g->x[a][n] = a == 0 ? 1 : g->p->covariate[a - 1][g->row[early * g->n + u]];
    n++;
  }
  return n;
}

/* Difference of weighted mean changes, and each unit's part in it. */
static void plain_pair(const grid *g, size_t n, size_t treated, double *att) {
  double mass[2] = {0, 0}, sum[2] = {0, 0};
  for (size_t i = 0; i < n; i++) {
    double w = g->w ? g->weight[i] : 1;
    mass[i >= treated] += w;
    sum[i >= treated] += w * g->change[i];
  }
  double mean[2] = {sum[0] / mass[0], sum[1] / mass[1]};
  *att = mean[0] - mean[1];
  for (size_t i = 0; i < n; i++) {
    size_t side = i >= treated;
    double part = (g->w ? g->weight[i] : 1) * (g->change[i] - mean[side]) / mass[side];
    g->influence[i] = (side ? -part : part) * (double)n;
  }
}

static muster_status one_cell(muster_cs *cs, grid *g, const muster_cs_options *o, size_t group, size_t t, size_t base,
                              muster_error *err) {
  muster_cs_cell *cell = &cs->cell[cs->n_cells];
  *cell = (muster_cs_cell){.group = cs->group[group], .time = g->p->times[t], .se = NAN, .reference = t == base};
  size_t treated = gather(g, g->first[group], g->first[group + 1], t, base, 0), n = treated;
  double latest = g->p->times[t > base ? t : base] + o->anticipation;
  for (size_t c = 0; c < g->groups && o->control == MUSTER_CS_NOT_YET; c++)
    if (c != group && cs->group[c] > latest) n = gather(g, g->first[c], g->first[c + 1], t, base, n);
  n = gather(g, g->first[g->groups], g->first[g->groups + 1], t, base, n);
  cell->n_treated = treated;
  cell->n_control = n - treated;
  if (t == base && treated) { /* 0 by definition */
    cs->n_cells++;
    return MUSTER_OK;
  }
  muster_status status = treated && n > treated ? MUSTER_OK : MUSTER_DATA;
  if (status == MUSTER_OK && g->row) {
    muster_cs_pair pair = {.n = n,
                           .n_treated = treated,
                           .change = g->change,
                           .weight = g->w ? g->weight : NULL,
                           .k = g->k,
                           .x = (const double *const *)g->x};
    status = muster_cs_pair_fit(&pair, o->method, &cell->att, g->influence, err);
  } else if (status == MUSTER_OK) {
    plain_pair(g, n, treated, &cell->att);
  }
  if (status == MUSTER_DATA) {
    cs->n_empty++;
    return MUSTER_OK;
  }
  if (status != MUSTER_OK) return status;
  double *sum = cs->influence + cs->n_cells * cs->n_clusters, scale = (double)g->n / (double)n, squares = 0;
  for (size_t i = 0; i < n; i++) sum[g->cluster[g->unit[i]]] += g->influence[i] * scale;
  for (size_t c = 0; c < cs->n_clusters; c++) squares += sum[c] * sum[c];
  cell->se = squares > 0 ? sqrt(squares) / (double)g->n : NAN;
  cs->n_cells++;
  return MUSTER_OK;
}

/* The last time with room for anticipation before the group's start, or SIZE_MAX. */
static size_t base_of(const muster_panel *p, double group, double anticipation) {
  size_t base = SIZE_MAX;
  for (size_t t = 0; t < p->n_times && p->times[t] + anticipation < group; t++) base = t;
  return base;
}

static muster_status all_cells(muster_cs *cs, grid *g, const muster_cs_options *o, muster_error *err) {
  const muster_panel *p = g->p;
  size_t most = g->groups * g->times;
  if (most && cs->n_clusters > MOST_INFLUENCE / most) {
    muster_fail(err, MUSTER_DATA, "%zu clusters by %zu group-time effects are too many to hold", cs->n_clusters, most);
    muster_error_todo(err, "cluster by school, or use longer times");
    return MUSTER_DATA;
  }
  cs->cell = muster_alloc(most, sizeof *cs->cell);
  cs->influence = muster_alloc(most * cs->n_clusters, sizeof *cs->influence);
  if (!cs->cell || !cs->influence) return muster_fail_memory(err);
  for (size_t group = 0; group < g->groups; group++) {
    size_t fixed = base_of(p, cs->group[group], o->anticipation);
    for (size_t t = o->universal ? 0 : 1; t < g->times; t++) {
      bool after = p->times[t] >= cs->group[group];
      size_t base = after || o->universal ? fixed : t - 1;
      if (base == SIZE_MAX)
        cs->n_empty++;
      else
        MUSTER_TRY(one_cell(cs, g, o, group, t, base, err));
    }
  }
  bool any = false;
  for (size_t c = 0; c < cs->n_cells; c++) any = any || !cs->cell[c].reference;
  if (any) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "no group-time effect can be estimated");
  muster_error_expected(err, "never-treated units, or units treated later, to compare with");
  muster_error_todo(err, o->control == MUSTER_CS_NEVER ? "use control = \"notyet\"" : "extend the panel");
  return MUSTER_DATA;
}

static muster_status pretest(muster_cs *cs, muster_error *err) {
  size_t *which = muster_alloc(cs->n_cells, sizeof *which), q = 0;
  if (!which) return muster_fail_memory(err);
  cs->pretest = cs->pretest_df = cs->pretest_p = NAN;
  for (size_t c = 0; c < cs->n_cells; c++)
    if (!cs->cell[c].reference && cs->cell[c].time < cs->cell[c].group) which[q++] = c;
  double *v = muster_alloc(q * q, sizeof *v), *b = muster_alloc(q, sizeof *b);
  size_t *all = muster_alloc(q, sizeof *all);
  muster_status status = v && b && all ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK && q) {
    double n = (double)cs->n_units;
    for (size_t a = 0; a < q; a++) {
      b[a] = cs->cell[which[a]].att;
      all[a] = a;
      gsl_vector_const_view va = gsl_vector_const_view_array(cs->influence + which[a] * cs->n_clusters, cs->n_clusters);
      for (size_t c = 0; c <= a; c++) {
        gsl_vector_const_view vc =
            gsl_vector_const_view_array(cs->influence + which[c] * cs->n_clusters, cs->n_clusters);
        double sum;
        gsl_blas_ddot(&va.vector, &vc.vector, &sum);
        v[a * q + c] = v[c * q + a] = sum / n / n;
      }
    }
    muster_wald wald;
    muster_error singular = {0}; /* more cells than clusters: no test, not a failure */
    status = muster_wald_of(b, v, q, all, q, INFINITY, &wald, &singular);
    if (status == MUSTER_OK) {
      cs->pretest = wald.chi2;
      cs->pretest_df = (double)q;
      cs->pretest_p = wald.chi2_p;
    } else if (status == MUSTER_DATA) {
      status = MUSTER_OK;
    } else if (err) {
      *err = singular;
    }
  }
  muster_free(which);
  muster_free(v);
  muster_free(b);
  muster_free(all);
  return status;
}

muster_status muster_cs_fit(const muster_panel *panel, const muster_cs_options *options, muster_cs *out,
                            muster_error *err) {
  *out = (muster_cs){0};
  grid g = {0};
  MUSTER_TRY(refuse(panel, err));
  out->first_time = panel->times[0];
  out->last_time = panel->times[panel->n_times - 1];
  muster_status status = list_groups(panel, out, err);
  if (status == MUSTER_OK) status = grid_room(panel, out, &g, err);
  if (status == MUSTER_OK) status = grid_fill(out, &g, err);
  if (status == MUSTER_OK && out->n_clusters < 2) {
    status = muster_fail(err, MUSTER_DATA, "the panel has one cluster");
    muster_error_todo(err, "cluster by a smaller unit");
  }
  if (status == MUSTER_OK) status = fill_masses(out, &g, err);
  if (status == MUSTER_OK) status = all_cells(out, &g, options, err);
  if (status == MUSTER_OK) status = pretest(out, err);
  grid_free(&g);
  if (status != MUSTER_OK) muster_cs_free(out);
  return status;
}

void muster_cs_free(muster_cs *cs) {
  muster_free(cs->cell);
  muster_free(cs->influence);
  muster_free(cs->group);
  muster_free(cs->share);
  muster_free(cs->mass);
  muster_free(cs->members);
  *cs = (muster_cs){0};
}
