/* Processor seconds (one thread) of the panel estimators on 100,000 pupils by 39 weeks in 125 schools: one line each,
 * the best of three runs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "muster/impact.h"

enum { PUPILS = 100000, WEEKS = 39, SCHOOLS = 125, RUNS = 3 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void stop_on(muster_status status, const muster_error *err) {
  if (status == MUSTER_OK) return;
  fprintf(stderr, "%s\n", err->what);
  exit(1);
}

static uint64_t next(uint64_t *state) { /* splitmix64 */
  uint64_t z = *state += 0x9E3779B97F4A7C15ull;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ z >> 27) * 0x94D049BB133111EBull;
  return z ^ z >> 31;
}

static double uniform(uint64_t *state) { return (double)(next(state) >> 11) * 0x1p-53; }

/* Absence rates of ten sessions a week. Starts: one common week, or three waves; half of the schools never. */
static muster_panel make_panel(bool staggered, bool ragged) {
  size_t n = (size_t)PUPILS * WEEKS;
  uint32_t *unit = muster_alloc(n, sizeof *unit), *cluster = muster_alloc(n, sizeof *cluster);
  double *time = muster_alloc(n, sizeof *time), *y = muster_alloc(n, sizeof *y),
         *cohort = muster_alloc(n, sizeof *cohort);
  if (!unit || !cluster || !time || !y || !cohort) exit(1);
  uint64_t state = 42;
  size_t at = 0;
  for (uint32_t p = 0; p < PUPILS; p++) {
    uint32_t school = p % SCHOOLS;
    double start = school % 2 ? NAN : staggered ? 10 + 10 * (school / 2 % 3) : 20, lean = uniform(&state) * 0.1;
    for (int w = 1; w <= WEEKS; w++) {
      double u = uniform(&state);
      if (ragged && u < 0.02) continue;
      unit[at] = p;
      cluster[at] = school;
      time[at] = w;
      cohort[at] = start;
      y[at++] = floor((u + lean + 0.01 * sin(w)) * 10) / 10 - (w >= start ? 0.01 : 0);
    }
  }
  muster_columns columns = {.n = at, .unit = unit, .time = time, .y = y, .cluster = cluster, .cohort = cohort};
  muster_panel panel;
  muster_error err = {0};
  double began = now();
  stop_on(muster_panel_build(&columns, &panel, &err), &err);
  printf("build %s%s panel, %zu rows: %.3f s\n", staggered ? "staggered" : "common", ragged ? " ragged" : "",
         panel.n_obs, now() - began);
  muster_free(unit);
  muster_free(cluster);
  muster_free(time);
  muster_free(y);
  muster_free(cohort);
  return panel;
}

#define BEST(what, ...)                    \
  do {                                     \
    double best = INFINITY;                \
    for (int run = 0; run < RUNS; run++) { \
      double began = now();                \
      __VA_ARGS__;                         \
      best = fmin(best, now() - began);    \
    }                                      \
    printf("%-60s %.3f s\n", what, best);  \
  } while (0)

static void regressions(const muster_panel *panel, const char *kind) {
  muster_error err = {0};
  char label[80];
  snprintf(label, sizeof label, "two-way fixed effects, CR1 by school (%s)", kind);
  BEST(label, {
    muster_coefficients fit;
    stop_on(muster_twfe_fit(panel, &(muster_regression_options){0}, &fit, &err), &err);
    if (run == 0) printf("  treated %.17g, variance %.17g\n", fit.beta[0], fit.v[0]);
    muster_coefficients_free(&fit);
  });
  snprintf(label, sizeof label, "event study, all leads and lags, bands (%s)", kind);
  BEST(label, {
    muster_event_study study;
    stop_on(muster_event_study_fit(panel, &(muster_event_options){0}, &study, &err), &err);
    if (run == 0) printf("  %zu events\n", study.n_events);
    muster_event_study_free(&study);
  });
}

/* Inference for few clusters, each including its fit. */
static void resampling(const muster_panel *panel) {
  muster_error err = {0};
  BEST("wild cluster bootstrap WCR, 999 draws, interval", {
    muster_wild wild;
    stop_on(muster_wild_fit(panel, &(muster_wild_options){.draws = 999, .seed = 1}, &wild, &err), &err);
    if (run == 0) printf("  p %.4g\n", wild.p);
  });
  BEST("pairs cluster bootstrap, 999 draws", {
    muster_pairs pairs;
    stop_on(muster_pairs_fit(panel, &(muster_pairs_options){.draws = 999, .seed = 1}, &pairs, &err), &err);
    if (run == 0) printf("  se %.4g\n", pairs.se);
  });
  BEST("permutation, 9,999 assignments, interval", {
    muster_permutation permutation;
    stop_on(muster_permutation_fit(panel, &(muster_permutation_options){.draws = 9999}, &permutation, &err), &err);
    if (run == 0) printf("  p %.4g\n", permutation.p);
  });
}

/* ---- beside another program (impact_reference.sh) ---- */

static void put_column(FILE *file, const void *at, size_t size, size_t n) {
  if (fwrite(at, size, n, file) == n) return;
  fprintf(stderr, "cannot write the panel\n");
  exit(1);
}

/* The common panel as raw columns: n, y, treated (doubles), unit, time, school (32-bit numbers from 0). */
static void write_panel(const char *path) {
  muster_panel panel = make_panel(false, false);
  FILE *file = fopen(path, "wb");
  if (!file) exit(1);
  double n = (double)panel.n_obs;
  put_column(file, &n, sizeof n, 1);
  put_column(file, panel.y, sizeof *panel.y, panel.n_obs);
  put_column(file, panel.treated, sizeof *panel.treated, panel.n_obs);
  put_column(file, panel.unit, sizeof *panel.unit, panel.n_obs);
  put_column(file, panel.time, sizeof *panel.time, panel.n_obs);
  put_column(file, panel.cluster, sizeof *panel.cluster, panel.n_obs);
  if (fclose(file) != 0) exit(1);
  muster_panel_free(&panel);
}

/* One run of each: what, estimate, standard error, 95% quantile of |t*|, processor seconds. */
static void compare(void) {
  muster_panel panel = make_panel(false, false);
  muster_error err = {0};
  muster_coefficients fit;
  double began = now();
  stop_on(muster_twfe_fit(&panel, &(muster_regression_options){0}, &fit, &err), &err);
  printf("twfe,%.17g,%.17g,,%.4f\n", fit.beta[0], sqrt(fit.v[0]), now() - began);
  muster_coefficients_free(&fit);
  muster_wild wild;
  began = now();
  stop_on(muster_wild_fit(&panel, &(muster_wild_options){.draws = 999, .seed = 1}, &wild, &err), &err);
  printf("wcr,%.17g,%.17g,%.6g,%.4f\n", wild.beta, wild.se, wild.quantile, now() - began);
  muster_pairs pairs;
  began = now();
  stop_on(muster_pairs_fit(&panel, &(muster_pairs_options){.draws = 999, .seed = 1}, &pairs, &err), &err);
  printf("pairs,%.17g,%.6g,,%.4f\n", pairs.beta, pairs.se, now() - began);
  muster_panel_free(&panel);
}

int main(int count, char **words) {
  muster_error err = {0};
  if (count == 3 && strcmp(words[1], "--write") == 0) return write_panel(words[2]), 0;
  if (count == 2 && strcmp(words[1], "--compare") == 0) return compare(), 0;
  muster_panel common = make_panel(false, false);
  regressions(&common, "common start");
  resampling(&common);
  muster_panel_free(&common);

  muster_panel ragged = make_panel(false, true);
  regressions(&ragged, "ragged");
  muster_panel_free(&ragged);

  muster_panel staggered = make_panel(true, false);
  regressions(&staggered, "staggered");
  BEST("Callaway-Sant'Anna, 114 cells, all summaries", {
    muster_estimates rows = {0};
    stop_on(muster_callaway_santanna(&staggered, &(muster_cs_options){.outcome = "y", .no_bands = true}, &rows, &err),
            &err);
    if (run == 0) printf("  %zu rows\n", rows.count);
    muster_estimates_free(&rows);
  });
  BEST("Callaway-Sant'Anna, 999 multiplier draws, bands", {
    muster_estimates rows = {0};
    muster_cs_options options = {.outcome = "y", .bootstrap = 999, .seed = 1};
    stop_on(muster_callaway_santanna(&staggered, &options, &rows, &err), &err);
    muster_estimates_free(&rows);
  });
  BEST("Callaway-Sant'Anna, Gaussian bands", {
    muster_estimates rows = {0};
    stop_on(muster_callaway_santanna(&staggered, &(muster_cs_options){.outcome = "y"}, &rows, &err), &err);
    muster_estimates_free(&rows);
  });
  muster_panel by_pupil = make_panel(true, false);
  for (size_t i = 0; i < by_pupil.n_obs; i++) by_pupil.cluster[i] = by_pupil.unit[i];
  by_pupil.n_clusters = by_pupil.n_units;
  BEST("Callaway-Sant'Anna by pupil, no bands", {
    muster_estimates rows = {0};
    muster_cs_options options = {.outcome = "y", .no_bands = true};
    stop_on(muster_callaway_santanna(&by_pupil, &options, &rows, &err), &err);
    muster_estimates_free(&rows);
  });
  muster_panel_free(&by_pupil);
  BEST("imputation, 3 waves", {
    muster_imputation imputation;
    stop_on(muster_imputation_fit(&staggered, &imputation, &err), &err);
    muster_imputation_free(&imputation);
  });
  muster_panel_free(&staggered);
  return 0;
}
