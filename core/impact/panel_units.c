/* Some units of a panel as a panel of their own. */
#include <math.h>

#include "muster/impact/panel.h"

typedef struct rows {
  uint32_t *number; /* unit, cluster, stratum */
  double *figure;   /* time, y, cohort, treated, weight, covariates */
  const double **covariate;
} rows;

static void copy_rows(const muster_panel *p, const unsigned char *keep, size_t n, rows *to) {
  size_t at = 0;
  for (size_t u = 0; u < p->n_units; u++) {
    if (!keep[u]) continue;
    for (size_t i = p->first_row[u]; i < p->first_row[u + 1]; i++, at++) {
      to->number[at] = p->unit_id[u];
      to->number[n + at] = p->cluster_id[p->cluster[i]];
      to->number[2 * n + at] = p->stratum[u];
      double *figure = to->figure + at;
      figure[0] = p->times[p->time[i]];
      figure[n] = p->y[i];
      figure[2 * n] = p->cohort[u];
      figure[3 * n] = p->treated[i];
      figure[4 * n] = p->weight ? p->weight[i] : 1;
      for (size_t k = 0; k < p->n_covariates; k++) figure[(5 + k) * n] = p->covariate[k][i];
    }
  }
}

muster_status muster_panel_of_units(const muster_panel *panel, const unsigned char *keep, muster_panel *out,
                                    muster_error *err) {
  size_t n = 0, k = panel->n_covariates;
  *out = (muster_panel){0};
  for (size_t u = 0; u < panel->n_units; u++)
    if (keep[u]) n += panel->first_row[u + 1] - panel->first_row[u];
  rows copy = {.number = muster_alloc(3 * n, sizeof *copy.number),
               .figure = muster_alloc((5 + k) * n, sizeof *copy.figure),
               .covariate = muster_alloc(k, sizeof *copy.covariate)};
  muster_status status = copy.number && copy.figure && copy.covariate ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    copy_rows(panel, keep, n, &copy);
    for (size_t j = 0; j < k; j++) copy.covariate[j] = copy.figure + (5 + j) * n;
    muster_columns columns = {.n = n,
                              .unit = copy.number,
                              .cluster = copy.number + n,
                              .stratum = copy.number + 2 * n,
                              .time = copy.figure,
                              .y = copy.figure + n,
                              .cohort = copy.figure + 2 * n,
                              .treated = copy.figure + 3 * n,
                              .weight = panel->weight ? copy.figure + 4 * n : NULL,
                              .n_covariates = k,
                              .covariates = copy.covariate,
                              .names = panel->name};
    status = muster_panel_build(&columns, out, err);
  }
  muster_free(copy.number);
  muster_free(copy.figure);
  muster_free(copy.covariate);
  return status;
}
