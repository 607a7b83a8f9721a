/* Group-time effects as result rows; multiplier bootstrap over clusters. */
#include "muster/impact/callaway_santanna.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "muster/impact/distribution.h"
#include "muster/impact/simultaneous.h"
#include "order.h"

/* --- multiplier bootstrap --- */

enum { BLOCK = 8 }; /* draws taken together, so that each influence is read once for all of them */

/* Draws into `drawn` [k][draws]: the mean influence under Mammen's two-point weights, mean 0, variance and third
 * moment 1. `multiplier` has room for BLOCK weights of each cluster. */
static void draw(const double *influence, size_t k, size_t clusters, double n_units, size_t draws, gsl_rng *rng,
                 double *multiplier, double *drawn) {
  double golden = (1 + sqrt(5)) / 2, low_share = golden / sqrt(5);
  for (size_t first = 0; first < draws; first += BLOCK) {
    size_t count = draws - first < BLOCK ? draws - first : BLOCK;
    for (size_t b = 0; b < count; b++) {
      for (size_t c = 0; c < clusters; c++)
        multiplier[c * BLOCK + b] = gsl_rng_uniform(rng) < low_share ? 1 - golden : golden;
    }
    for (size_t j = 0; j < k; j++) {
      const double *own = influence + j * clusters;
      double sum[BLOCK] = {0};
      for (size_t c = 0; c < clusters; c++) {
        for (size_t b = 0; b < BLOCK; b++) sum[b] += own[c] * multiplier[c * BLOCK + b];
      }
      for (size_t b = 0; b < count; b++) drawn[j * draws + first + b] = sum[b] / n_units;
    }
  }
}

muster_status muster_cs_multiplier(const double *influence, size_t k, size_t n_clusters, size_t n_units, size_t draws,
                                   uint64_t seed, double level, double *se, double *critical, muster_error *err) {
  muster_numerics_ready();
  *critical = NAN;
  if (draws < 50) {
    muster_fail(err, MUSTER_DATA, "%zu multiplier draws", draws);
    muster_error_expected(err, "at least 50 draws");
    return MUSTER_DATA;
  }
  double *drawn = muster_alloc(k * draws, sizeof *drawn), *sorted = muster_alloc(draws, sizeof *sorted);
  double *multiplier = muster_alloc(n_clusters * BLOCK, sizeof *multiplier), *most = muster_alloc(draws, sizeof *most);
  gsl_rng *rng = drawn && sorted && multiplier && most ? gsl_rng_alloc(gsl_rng_mt19937) : NULL;
  bool any = false;
  if (rng) {
    gsl_rng_set(rng, (unsigned long)seed);
    draw(influence, k, n_clusters, (double)n_units, draws, rng, multiplier, drawn);
    double normal_iqr = gsl_cdf_ugaussian_Pinv(0.75) - gsl_cdf_ugaussian_Pinv(0.25);
    for (size_t j = 0; j < k; j++) {
      memcpy(sorted, drawn + j * draws, draws * sizeof *sorted);
      muster_sort(sorted, draws);
      se[j] = (muster_quantile(sorted, draws, 0.75) - muster_quantile(sorted, draws, 0.25)) / normal_iqr;
      if (!(se[j] > 0)) se[j] = NAN;
      any = any || se[j] > 0;
      for (size_t b = 0; se[j] > 0 && b < draws; b++) most[b] = fmax(most[b], fabs(drawn[j * draws + b]) / se[j]);
    }
    if (any) {
      muster_sort(most, draws);
      *critical = muster_quantile(most, draws, level);
    }
  }
  bool fine = rng != NULL;
  if (rng) gsl_rng_free(rng);
  muster_free(drawn);
  muster_free(sorted);
  muster_free(multiplier);
  muster_free(most);
  return fine ? MUSTER_OK : muster_fail_memory(err);
}

/* --- rows --- */

typedef struct writer {
  const muster_panel *panel;
  const muster_cs_options *o;
  const muster_cs *cs;
  muster_estimates *out;
  double level;
  char note[400];
} writer;

static void write_note(writer *w) {
  static const char *const methods[] = {"doubly robust", "outcome regression", "inverse probability weights"};
  const muster_cs *cs = w->cs;
  bool own = cs->n_clusters == cs->n_units;
  int at = 0, room = (int)sizeof w->note;
#define SAY(...)                                                                              \
  do {                                                                                        \
    if (at >= 0 && at < room) at += snprintf(w->note + at, (size_t)(room - at), __VA_ARGS__); \
  } while (0)
  if (w->o->bootstrap)
    SAY("multiplier bootstrap (Mammen, %zu draws, seed %llu, IQR)", w->o->bootstrap, (unsigned long long)w->o->seed);
  else
    SAY("influence function, no small-sample factor");
  SAY(", %zu clusters, clustered by %s; %s controls", cs->n_clusters, own ? "unit" : "cluster",
      w->o->control == MUSTER_CS_NEVER ? "never-treated" : "not-yet-treated");
  if (w->panel->n_covariates) SAY(", %s", methods[w->o->method]);
  if (w->o->universal) SAY(", universal base");
  if (w->o->anticipation > 0) SAY(", anticipation %g", w->o->anticipation);
  if (cs->n_always) SAY("; %zu units treated from the first time left out", cs->n_always);
  if (cs->n_empty) SAY("; %zu group-time effects without comparison left out", cs->n_empty);
  if (w->panel->reversible) SAY("; treatment that ends or varies is taken to last from its start");
  if (!w->panel->balanced) SAY("; ragged panel: each effect over the units seen at both its times");
  if (w->panel->dropped) SAY("; %zu rows left out", w->panel->dropped);
#undef SAY
}

static muster_status add(writer *w, const char *term, double group, double time, double estimate, double se,
                         size_t n_units, muster_error *err) {
  muster_estimate row = muster_estimate_blank("callaway_santanna", w->o->outcome, term);
  muster_estimate_fill(&row, estimate, se, INFINITY, w->level);
  row.df = NAN;
  row.group = group;
  row.time = time;
  row.n_units = n_units;
  row.n_obs = w->cs->n_obs;
  row.n_clusters = w->cs->n_clusters;
  row.note = w->note;
  return muster_estimates_add(w->out, &row, err);
}

static muster_status add_cells(writer *w, muster_error *err) {
  const muster_cs *cs = w->cs;
  double *se = muster_alloc(cs->n_cells, sizeof *se), critical;
  if (!se) return muster_fail_memory(err);
  for (size_t c = 0; c < cs->n_cells; c++) se[c] = cs->cell[c].se;
  muster_status status = MUSTER_OK;
  if (w->o->bootstrap)
    status = muster_cs_multiplier(cs->influence, cs->n_cells, cs->n_clusters, cs->n_units, w->o->bootstrap, w->o->seed,
                                  w->level, se, &critical, err);
  for (size_t c = 0; status == MUSTER_OK && c < cs->n_cells; c++) {
    const muster_cs_cell *cell = &cs->cell[c];
    status = add(w, "att", cell->group, cell->time, cell->att, se[c], cell->n_treated + cell->n_control, err);
  }
  muster_free(se);
  return status;
}

/* Simultaneous bands of the dynamic effects: Gaussian, or from the draws. */
static muster_status add_bands(writer *w, const muster_cs_summary *s, const double *se, double critical,
                               muster_error *err) {
  const muster_cs *cs = w->cs;
  size_t q = s->n_parts;
  if (!w->o->bootstrap) {
    double *v = muster_alloc(q * q, sizeof *v);
    if (!v) return muster_fail_memory(err);
    for (size_t a = 0; a < q; a++) {
      for (size_t b = 0; b <= a; b++) {
        double sum = 0;
        for (size_t c = 0; c < cs->n_clusters; c++)
          sum += s->influence[a * cs->n_clusters + c] * s->influence[b * cs->n_clusters + c];
        v[a * q + b] = v[b * q + a] = sum;
      }
    }
    muster_status status = muster_sup_t(v, q, w->level, &critical, err);
    muster_free(v);
    if (status != MUSTER_OK) return status;
  }
  if (isnan(critical)) return MUSTER_OK;
  char note[640];
  snprintf(note, sizeof note, "simultaneous sup-t band, critical value %.4g; %s", critical, w->note);
  for (size_t a = 0; a < q; a++) {
    if (!(se[a] > 0)) continue;
    muster_estimate row = muster_estimate_blank("callaway_santanna", w->o->outcome, "dynamic_band");
    row.time = s->at[a];
    row.estimate = s->estimate[a];
    row.std_error = se[a];
    row.conf_low = s->estimate[a] - critical * se[a];
    row.conf_high = s->estimate[a] + critical * se[a];
    row.n_units = cs->n_units;
    row.n_obs = cs->n_obs;
    row.n_clusters = cs->n_clusters;
    row.note = note;
    MUSTER_TRY(muster_estimates_add(w->out, &row, err));
  }
  return MUSTER_OK;
}

static muster_status add_parts(writer *w, const muster_cs_summary *s, const char *term, const double *se,
                               muster_error *err) {
  for (size_t a = 0; a < s->n_parts; a++) {
    bool group = s->kind == MUSTER_CS_GROUP;
    MUSTER_TRY(
        add(w, term, group ? s->at[a] : NAN, group ? NAN : s->at[a], s->estimate[a], se[a], w->cs->n_units, err));
  }
  return MUSTER_OK;
}

static muster_status add_summary(writer *w, muster_cs_kind kind, muster_error *err) {
  static const char *const terms[] = {"simple", "group", "dynamic", "calendar"};
  const muster_cs *cs = w->cs;
  muster_cs_summary s;
  MUSTER_TRY(muster_cs_summarise(cs, kind, w->o, &s, err));
  double overall_se = s.overall_se, ignored, critical = NAN;
  double *se = muster_alloc(s.n_parts, sizeof *se);
  muster_status status = se ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK && s.n_parts) memcpy(se, s.se, s.n_parts * sizeof *se);
  if (status == MUSTER_OK && w->o->bootstrap) {
    status = muster_cs_multiplier(s.overall_influence, 1, cs->n_clusters, cs->n_units, w->o->bootstrap, w->o->seed,
                                  w->level, &overall_se, &ignored, err);
    if (status == MUSTER_OK && s.n_parts)
      status = muster_cs_multiplier(s.influence, s.n_parts, cs->n_clusters, cs->n_units, w->o->bootstrap, w->o->seed,
                                    w->level, se, &critical, err);
  }
  if (status == MUSTER_OK) status = add(w, terms[kind], NAN, NAN, s.overall, overall_se, cs->n_units, err);
  if (status == MUSTER_OK) status = add_parts(w, &s, terms[kind], se, err);
  if (status == MUSTER_OK && kind == MUSTER_CS_DYNAMIC && !w->o->no_bands) status = add_bands(w, &s, se, critical, err);
  muster_free(se);
  muster_cs_summary_free(&s);
  return status;
}

static muster_status add_pretest(writer *w, muster_error *err) {
  const muster_cs *cs = w->cs;
  bool any = false;
  for (size_t c = 0; c < cs->n_cells; c++)
    any = any || (cs->cell[c].time < cs->cell[c].group && !cs->cell[c].reference);
  if (!any) return MUSTER_OK;
  char note[640];
  muster_estimate row = muster_estimate_blank("callaway_santanna", w->o->outcome, "pretest");
  row.estimate = cs->pretest;
  row.df = cs->pretest_df;
  row.p_value = cs->pretest_p;
  row.n_units = cs->n_units;
  row.n_obs = cs->n_obs;
  row.n_clusters = cs->n_clusters;
  row.note = note;
  if (isnan(cs->pretest))
    snprintf(note, sizeof note, "no joint test: more effects before the start than the clusters can carry");
  else
    snprintf(note, sizeof note,
             "Wald test that every effect before its start is 0, chi2(%g); a large p does not show parallel trends; %s",
             cs->pretest_df, w->note);
  return muster_estimates_add(w->out, &row, err);
}

muster_status muster_callaway_santanna(const muster_panel *panel, const muster_cs_options *options,
                                       muster_estimates *out, muster_error *err) {
  muster_cs cs;
  size_t before = out->count;
  MUSTER_TRY(muster_cs_fit(panel, options, &cs, err));
  writer w = {.panel = panel, .o = options, .cs = &cs, .out = out, .level = options->level > 0 ? options->level : 0.95};
  write_note(&w);
  muster_status status = add_cells(&w, err);
  for (int kind = MUSTER_CS_SIMPLE; status == MUSTER_OK && kind <= MUSTER_CS_CALENDAR; kind++)
    status = add_summary(&w, (muster_cs_kind)kind, err);
  if (status == MUSTER_OK) status = add_pretest(&w, err);
  muster_cs_free(&cs);
  if (status != MUSTER_OK) out->count = before;
  return status;
}
