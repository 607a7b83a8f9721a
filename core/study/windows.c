/* One row a unit, for what compares units rather than times. */
#include "windows.h"

#include <math.h>
#include <string.h>

void study_units_free(study_units *u) {
  muster_two_windows_free(&u->windows);
  muster_free(u->room);
  muster_free(u->x);
  muster_free(u->names);
  *u = (study_units){0};
}

/* A cross-section is its rows. */
static muster_status rows_of(const muster_panel *p, study_units *u, muster_error *err) {
  u->windows = (muster_two_windows){.treated = muster_alloc(p->n_obs, 1), .cluster = muster_alloc(p->n_obs, 4)};
  u->room = muster_alloc(p->n_obs, sizeof *u->room);
  if (!u->windows.treated || !u->windows.cluster || !u->room) return muster_fail_memory(err);
  for (size_t i = 0; i < p->n_obs; i++) {
    u->windows.treated[i] = p->treated[i] != 0;
    u->windows.cluster[i] = p->cluster[i];
    u->room[i] = p->y[i];
  }
  u->n = p->n_obs;
  u->y = u->room;
  u->n_clusters = p->n_clusters;
  return MUSTER_OK;
}

static muster_status windows_of(const muster_panel *p, bool split, study_units *u, muster_error *err) {
  uint32_t start;
  MUSTER_TRY(muster_panel_start(p, &start, err));
  split = split && start >= 2;
  MUSTER_TRY(muster_two_windows_of(p, split, false, &u->windows, err));
  muster_two_windows *w = &u->windows;
  u->n = w->n;
  u->n_left_out = w->n_dropped;
  u->before = w->before;
  u->y = w->after;
  u->n_clusters = w->n_clusters;
  u->has_before = true;
  u->has_earlier = split;
  for (size_t i = 0; i < w->n; i++) u->has_earlier = u->has_earlier && !isnan(w->earlier[i]);
  u->earlier = u->has_earlier ? w->earlier : NULL;
  return MUSTER_OK;
}

muster_status study_units_of(study_job *job, bool split, bool baseline, study_units *u, muster_error *err) {
  const muster_panel *p = &job->panel;
  *u = (study_units){0};
  muster_status status = job->data->cross_section ? rows_of(p, u, err) : windows_of(p, split, u, err);
  u->x = muster_alloc(p->n_covariates + 2, sizeof *u->x);
  u->names = muster_alloc(p->n_covariates + 2, sizeof *u->names);
  if (status == MUSTER_OK && (!u->x || !u->names)) status = muster_fail_memory(err);
  if (status != MUSTER_OK) {
    study_units_free(u);
    return status;
  }
  u->treated = u->windows.treated;
  u->cluster = u->windows.cluster;
  u->clustered = u->n_clusters < u->n;
  if (baseline && u->has_earlier) {
    u->names[u->k] = "outcome_earlier";
    u->x[u->k++] = u->earlier;
  }
  if (baseline && u->has_before) {
    u->names[u->k] = "outcome_before";
    u->x[u->k++] = u->before;
  }
  for (size_t j = 0; j < p->n_covariates; j++) {
    u->names[u->k] = p->name[j];
    u->x[u->k++] = job->data->cross_section ? p->covariate[j] : u->windows.covariate[j];
  }
  return MUSTER_OK;
}
