/* Outcomes that nothing done about absence should move: how marks were given, and columns that a study names. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "estimators.h"

typedef struct move {
  const muster_study_placebo *placebo;
  double estimate, std_error, df, p, adjusted;
  size_t n_units, n_obs, n_clusters;
} move;

/* Count of sessions as a share: of the possible ones, or of them and itself. */
static void share(const muster_study_data *d, const muster_study_placebo *placebo, double *y, double *weight) {
  for (size_t i = 0; i < d->n; i++) {
    weight[i] = d->possible[i] + (placebo->outside ? placebo->count[i] : 0);
    y[i] = placebo->count[i] / weight[i];
  }
}

static muster_status estimate(const study_job *job, const muster_study_placebo *placebo, double *room, move *out,
                              muster_error *err) {
  const muster_study_data *d = job->data;
  if (placebo->count) share(d, placebo, room, room + d->n);
  muster_columns columns = {.n = d->n,
                            .unit = d->unit,
                            .time = d->time,
                            .y = placebo->count ? room : placebo->value,
                            .weight = placebo->count ? room + d->n : d->weight[job->outcome],
                            .cluster = d->cluster,
                            .cohort = d->cohort,
                            .never = d->never,
                            .n_never = d->n_never,
                            .treated = d->treated};
  muster_panel panel = {0};
  *out = (move){.placebo = placebo, .estimate = NAN, .std_error = NAN, .df = INFINITY, .p = NAN, .adjusted = NAN};
  MUSTER_TRY(muster_panel_build(&columns, &panel, err));
  muster_status status = study_static_effect(&panel, &out->estimate, &out->std_error, &out->df, err);
  out->n_units = panel.n_units;
  out->n_obs = panel.n_obs;
  out->n_clusters = panel.n_clusters;
  muster_panel_free(&panel);
  if (out->std_error > 0) out->p = muster_t_p(out->estimate / out->std_error, out->df);
  return status;
}

static bool named(const muster_given *names, const char *name) {
  for (size_t i = 0; names && i < names->count; i++)
    if (strcmp(names->items[i].text, name) == 0) return true;
  return !names;
}

/* Every placebo of the data that `names` lists, or all; their p-values adjusted for each other. */
static muster_status moves_of(const study_job *job, const muster_given *names, const char *method, move *moves,
                              size_t *n, muster_error *err) {
  const muster_study_data *d = job->data;
  double *room = muster_alloc(2 * d->n + d->n_placebos, sizeof *room), *p = room ? room + 2 * d->n : NULL;
  muster_status status = room ? MUSTER_OK : muster_fail_memory(err);
  *n = 0;
  for (size_t k = 0; status == MUSTER_OK && k < d->n_placebos; k++)
    if (named(names, d->placebo[k].name)) status = estimate(job, &d->placebo[k], room, &moves[(*n)++], err);
  for (size_t k = 0; status == MUSTER_OK && k < *n; k++) p[k] = moves[k].p;
  if (status == MUSTER_OK) status = study_adjust(method, p, *n, err);
  for (size_t k = 0; status == MUSTER_OK && k < *n; k++) moves[k].adjusted = p[k];
  muster_free(room);
  return status;
}

muster_status study_guard_codes(study_job *job, muster_error *err) {
  const muster_study_data *d = job->data;
  if (!d->n_placebos || !d->from_register || !job->data->rate[job->outcome] || !study_any_compares(job))
    return MUSTER_OK;
  move *moves = muster_alloc(d->n_placebos, sizeof *moves);
  muster_code_move *facts = muster_alloc(d->n_placebos, sizeof *facts);
  size_t n = 0;
  muster_status status = moves && facts ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) status = moves_of(job, NULL, "holm", moves, &n, err);
  double effect = NAN, std_error, df;
  if (status == MUSTER_OK && !d->threshold[job->outcome])
    status = study_static_effect(&job->panel, &effect, &std_error, &df, err);
  for (size_t k = 0; k < n && facts; k++)
    facts[k] =
        (muster_code_move){moves[k].placebo->words, moves[k].placebo->part, moves[k].estimate, moves[k].adjusted};
  if (status == MUSTER_OK) status = muster_guard_code_mix(facts, n, effect, &job->finding->warnings, err);
  muster_free(moves);
  muster_free(facts);
  return status;
}

static muster_status nothing_to_look_at(const muster_study_data *d, const muster_given *names, muster_error *err) {
  if (!names) {
    muster_fail(err, MUSTER_DATA, "a panel without marks has no kinds of marks to compare");
    muster_error_expected(err, "placebo_outcomes { outcomes = { ... } }, columns that the treatment cannot move");
    return MUSTER_DATA;
  }
  for (size_t i = 0; i < names->count; i++) {
    bool known = false;
    for (size_t k = 0; k < d->n_placebos; k++) known = known || strcmp(d->placebo[k].name, names->items[i].text) == 0;
    if (known) continue;
    char list[240] = "";
    for (size_t k = 0; k < d->n_placebos; k++)
      if (strlen(list) + strlen(d->placebo[k].name) + 3 < sizeof list)
        strcat(strcat(list, k ? ", " : ""), d->placebo[k].name);
    muster_fail(err, MUSTER_DATA, "there is no \"%.60s\" among the kinds of marks", names->items[i].text);
    muster_error_expected(err, "one of %s", list);
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

muster_status study_placebo_outcomes(study_job *job, const muster_part *part, muster_error *err) {
  const muster_study_data *d = job->data;
  const muster_given *names = muster_part_given(part, "outcomes");
  const char *method = muster_part_text(part, "adjust");
  if (!method) method = "holm";
  if (d->cross_section) {
    muster_fail(err, MUSTER_DATA, "the panel has no time, so no outcome can be seen to move");
    muster_error_todo(err, "name the column of time in panel { time = ... }");
    return MUSTER_DATA;
  }
  if (names || !d->from_register) MUSTER_TRY(nothing_to_look_at(d, names, err));
  move *moves = muster_alloc(d->n_placebos, sizeof *moves);
  size_t n = 0;
  muster_status status = moves ? moves_of(job, names, method, moves, &n, err) : muster_fail_memory(err);
  for (size_t k = 0; status == MUSTER_OK && k < n; k++) {
    char note[240];
    muster_estimate row = muster_estimate_blank("placebo_outcomes", job->name, moves[k].placebo->name);
    muster_estimate_fill(&row, moves[k].estimate, moves[k].std_error, moves[k].df, study_level(job, part));
    row.n_units = moves[k].n_units;
    row.n_obs = moves[k].n_obs;
    row.n_clusters = moves[k].n_clusters;
    snprintf(note, sizeof note, "two-way fixed effects, CR1 by cluster; %s; p over %zu outcomes by %s %.4g",
             moves[k].placebo->part ? "a reason of absence, which may move with it" : "should not move", n, method,
             moves[k].adjusted);
    row.note = note;
    status = muster_estimates_add(study_rows(job), &row, err);
    if (status == MUSTER_OK && moves[k].placebo->value && moves[k].adjusted < 0.05)
      status = muster_guard_placebo(moves[k].placebo->name, moves[k].estimate, moves[k].std_error, moves[k].df,
                                    &job->finding->warnings, err);
  }
  muster_free(moves);
  return status;
}
