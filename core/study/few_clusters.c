/* Few clusters: beside an interval that is then too narrow, one that holds, and which of the two to trust.
 *
 * What stands beside what was chosen by how often intervals held a known truth (docs/studies.md, "Few clusters"). The
 * two-way model has the wild cluster bootstrap; with five or fewer clusters in an arm that bootstrap says next to
 * nothing and errors by cluster far too much, and whole clusters trade their starts instead. Estimators that have
 * neither are made anew without each cluster. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "estimators.h"

enum {
  FEW = 50,             /* clusters in all, for errors by cluster with a small-sample factor */
  FEW_INFLUENCES = 100, /* for those without: the bound of the guard narrow_intervals */
  FEW_IN_ARM = 10,      /* clusters that were treated, or left to compare with */
  FEWEST = 5,           /* in an arm: sums over clusters are no longer anything like normal */
  MOST_REFITS = 200     /* beyond, leaving each out takes long, and is hardly needed */
};

/* Clusters in the smaller arm. Clusters with treated and untreated units tell by themselves: they are in neither. */
static size_t smaller_arm(const muster_study_finding *f) {
  size_t pure = f->n_clusters - f->n_treated_clusters;
  if (!pure) return f->n_clusters;
  return f->n_treated_clusters < pure ? f->n_treated_clusters : pure;
}

/* A copy of row `of` without figures of its own, under `<term>_<ending>`. */
static muster_estimate beside(study_job *job, size_t of, const char *ending) {
  muster_estimate row = job->results->estimates.at[of];
  row.term = muster_arena_printf(&job->results->arena, "%s_%s", row.term, ending);
  row.std_error = row.conf_low = row.conf_high = row.p_value = row.df = NAN;
  return row;
}

static muster_status add(study_job *job, const muster_estimate *row, muster_error *err) {
  return row->term && row->note ? muster_estimates_add(study_rows(job), row, err) : muster_fail_memory(err);
}

/* ---- the estimates that are made anew ---- */

typedef struct again {
  const study_job *job;
  const muster_part *part;
} again;

static muster_status twfe_again(const muster_panel *panel, void *context, double *estimate, muster_error *err) {
  const again *a = context;
  muster_regression_options options = study_regression(a->job, a->part);
  options.errors = MUSTER_ERRORS_CLUSTER;
  muster_coefficients fit;
  MUSTER_TRY(muster_twfe_fit(panel, &options, &fit, err));
  *estimate = fit.beta[0];
  muster_coefficients_free(&fit);
  return MUSTER_OK;
}

static muster_status did_again(const muster_panel *panel, void *context, double *estimate, muster_error *err) {
  const again *a = context;
  muster_regression_options options = study_regression(a->job, a->part);
  options.errors = MUSTER_ERRORS_IID;
  muster_estimates rows = {0};
  muster_status status = muster_did(panel, &options, &rows, err);
  if (status == MUSTER_OK) *estimate = rows.at[0].estimate;
  muster_estimates_free(&rows);
  return status;
}

static muster_status callaway_again(const muster_panel *panel, void *context, double *estimate, muster_error *err) {
  const again *a = context;
  muster_cs_options options = study_cs_options(a->job, a->part);
  muster_cs cs;
  muster_cs_summary simple = {.overall = NAN};
  MUSTER_TRY(muster_cs_fit(panel, &options, &cs, err));
  muster_status status = muster_cs_summarise(&cs, MUSTER_CS_SIMPLE, &options, &simple, err);
  if (status == MUSTER_OK) *estimate = simple.overall;
  muster_cs_summary_free(&simple);
  muster_cs_free(&cs);
  return status;
}

static muster_status imputation_again(const muster_panel *panel, void *context, double *estimate, muster_error *err) {
  (void)context;
  muster_imputation fit;
  MUSTER_TRY(muster_imputation_fit(panel, &fit, err));
  *estimate = fit.att;
  muster_imputation_free(&fit);
  return MUSTER_OK;
}

static muster_status series_again(const muster_panel *panel, void *context, double *estimate, muster_error *err) {
  const again *a = context;
  return study_its_level(a->job, a->part, panel, estimate, err);
}

/* ---- rows ---- */

typedef struct few {
  study_job *job;
  const muster_part *part;
  size_t of;     /* the row whose interval is too narrow */
  bool added;    /* a row was put beside it */
  size_t *trust; /* which */
} few;

static const char *trusted_note(few *f, const char *how) {
  f->added = true;
  *f->trust = study_rows(f->job)->count;
  return muster_arena_printf(&f->job->results->arena,
                             "few clusters: trust this interval rather than that of %s, which is too narrow then; %s",
                             f->job->results->estimates.at[f->of].term, how);
}

static muster_status wild_row(few *f, muster_error *err) {
  study_job *job = f->job;
  muster_wild_options options = {.regression = study_regression(job, f->part), .seed = study_seed(job, f->part)};
  muster_wild found;
  muster_error why = {0};
  muster_status status = muster_wild_fit(&job->panel, &options, &found, &why);
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  if (status != MUSTER_OK) return MUSTER_OK; /* units that change their cluster */
  muster_estimate row = beside(job, f->of, "wild");
  char how[160];
  row.n_clusters = found.n_clusters;
  row.conf_low = found.conf_low;
  row.conf_high = found.conf_high;
  row.p_value = found.p;
  snprintf(how, sizeof how, "wild cluster bootstrap, null imposed, %zu %s, seed %llu; interval by inversion",
           found.n_draws, found.enumerated ? "weight vectors, all there are" : "draws",
           (unsigned long long)options.seed);
  row.note = trusted_note(f, how);
  return add(job, &row, err);
}

static muster_status permutation_row(few *f, muster_error *err) {
  study_job *job = f->job;
  muster_permutation_options options = {
      .outcome = job->name, .seed = study_seed(job, f->part), .level = study_level(job, f->part)};
  muster_permutation found;
  muster_error why = {0};
  muster_status status = muster_permutation_fit(&job->panel, &options, &found, &why);
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  if (status != MUSTER_OK) return MUSTER_OK;                  /* starts that differ within a cluster */
  if (found.smallest_p > 1 - options.level) return MUSTER_OK; /* no effect at all could be excluded */
  muster_estimate row = beside(job, f->of, "permutation");
  char how[240];
  row.estimate = found.estimate;
  row.n_clusters = found.n_clusters;
  row.conf_low = found.conf_low;
  row.conf_high = found.conf_high;
  row.p_value = found.p;
  snprintf(how, sizeof how,
           "whole clusters trade their starts, %s%zu assignments, smallest attainable p %.4g; right where clusters "
           "were drawn, or are alike but for the treatment; of means by cluster and time",
           found.exact ? "all " : "", found.n_assignments, found.smallest_p);
  row.note = trusted_note(f, how);
  return add(job, &row, err);
}

static muster_status jackknife_row(few *f, muster_panel_estimate estimate, muster_error *err) {
  study_job *job = f->job;
  again context = {job, f->part};
  muster_jackknife found;
  muster_error why = {0};
  muster_estimate row = beside(job, f->of, "jackknife");
  char how[240];
  row.n_clusters = job->panel.n_clusters;
  muster_status status = muster_cluster_jackknife(&job->panel, estimate, &context, &found, &why);
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  if (status == MUSTER_OK && found.std_error > 0) {
    muster_estimate_fill(&row, row.estimate, found.std_error, found.df, study_level(job, f->part));
    snprintf(how, sizeof how,
             "cluster jackknife (CV3), t with Satterthwaite degrees of freedom over the arms; without one cluster the "
             "estimate lies between %.4g and %.4g",
             found.least, found.most);
    row.note = trusted_note(f, how);
  } else {
    row.note = muster_arena_printf(&job->results->arena,
                                   "few clusters, and no interval to trust: %s; read permutation, synthetic_control or "
                                   "sdid",
                                   status == MUSTER_OK ? "nothing varies between clusters" : why.what);
  }
  return add(job, &row, err);
}

/* ---- which stands beside which ---- */

static const struct {
  const char *estimator, *term;
  muster_panel_estimate again;
  bool wild, permutation; /* also the estimate of the wild bootstrap, of the permutation test */
  size_t few;             /* clusters */
} REMADE[] = {{"twfe", "treated", twfe_again, true, true, FEW},
              {"did", "treated", did_again, false, true, FEW},
              {"callaway_santanna", "simple", callaway_again, false, false, FEW_INFLUENCES},
              {"imputation", "treated", imputation_again, false, false, FEW_INFLUENCES},
              {"its", "level", series_again, false, false, MOST_REFITS}}; /* its errors know time, not clusters */
enum { TWFE, DID, ESTIMATORS = sizeof REMADE / sizeof *REMADE };

/* Bias-reduced errors with degrees of freedom of their own hold with few clusters, if not with very few. */
static bool holds_by_itself(const few *f, size_t estimator) {
  bool regression = estimator == TWFE || estimator == DID;
  return regression && study_regression(f->job, f->part).errors == MUSTER_ERRORS_CR2;
}

muster_status study_few_clusters(study_job *job, const muster_part *part, size_t first, size_t *trusted,
                                 muster_error *err) {
  const muster_study_finding *finding = job->finding;
  size_t arm = smaller_arm(finding), e = 0;
  while (e < ESTIMATORS && strcmp(REMADE[e].estimator, part->form->name) != 0) e++;
  if (e == ESTIMATORS || !study_compares(job, part) || job->data->cross_section || finding->n_clusters < 2)
    return MUSTER_OK;
  if (finding->n_clusters >= REMADE[e].few && arm >= FEW_IN_ARM) return MUSTER_OK;
  few f = {job, part, study_row_of(study_rows(job), NULL, REMADE[e].term, first), false, trusted};
  if (f.of == SIZE_MAX) return MUSTER_OK;
  bool very_few = arm <= FEWEST, many = finding->n_clusters > MOST_REFITS;
  if (REMADE[e].permutation && (very_few || many)) MUSTER_TRY(permutation_row(&f, err));
  if (f.added || many || (!very_few && holds_by_itself(&f, e))) return MUSTER_OK;
  if (REMADE[e].wild && !very_few) MUSTER_TRY(wild_row(&f, err));
  return f.added ? MUSTER_OK : jackknife_row(&f, REMADE[e].again, err);
}
