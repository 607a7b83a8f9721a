/* Synthetic difference in differences: weights for units and for periods, then a weighted 2x2. */
#include <math.h>
#include <string.h>

#include "block.h"

void muster_sdid_free(muster_sdid *fit) {
  muster_free(fit->unit_weights);
  muster_free(fit->time_weights);
  *fit = (muster_sdid){.unit_weights = NULL};
}

typedef struct sdid_room {
  double *columns, *target, *found;
} sdid_room;

static void demean(double *x, size_t n) {
  double mean = 0;
  for (size_t i = 0; i < n; i++) mean += x[i] / (double)n;
  for (size_t i = 0; i < n; i++) x[i] -= mean;
}

/** Standard deviation of the first differences of the untreated before the start. */
static double noise_of(const muster_block_panel *panel) {
  double sum = 0, squares = 0, n = 0;
  for (int pass = 0; pass < 2; pass++)
    for (size_t u = 0; u < panel->n_units; u++) {
      if (panel->treated[u]) continue;
      const double *y = panel->y + u * panel->n_times;
      for (size_t t = 1; t < panel->n_before; t++) {
        double step = y[t] - y[t - 1];
        if (pass == 0) {
          sum += step;
          n++;
        } else {
          squares += (step - sum / n) * (step - sum / n);
        }
      }
    }
  return sqrt(squares / (n - 1));
}

/** Units that weigh up to the treated before the start; an intercept is taken out by demeaning. */
static muster_status unit_weights(const muster_block_panel *panel, double ridge, sdid_room *room, double *weights,
                                  muster_error *err) {
  size_t before = panel->n_before, controls = 0, treated = 0;
  memset(room->target, 0, before * sizeof *room->target);
  for (size_t u = 0; u < panel->n_units; u++) {
    const double *y = panel->y + u * panel->n_times;
    if (panel->treated[u]) {
      treated++;
      for (size_t t = 0; t < before; t++) room->target[t] += y[t];
    } else {
      memcpy(room->columns + controls * before, y, before * sizeof *y);
      demean(room->columns + controls++ * before, before);
    }
  }
  for (size_t t = 0; t < before; t++) room->target[t] /= (double)treated;
  demean(room->target, before);
  MUSTER_TRY(muster_simplex_fit(room->columns, room->target, before, controls, ridge * ridge * (double)before,
                                room->found, NULL, err));
  controls = 0;
  for (size_t u = 0; u < panel->n_units; u++) weights[u] = panel->treated[u] ? 0 : room->found[controls++];
  return MUSTER_OK;
}

/** Periods before the start that weigh up to the mean after it, over the untreated. */
static muster_status time_weights(const muster_block_panel *panel, double ridge, sdid_room *room, double *weights,
                                  muster_error *err) {
  size_t before = panel->n_before, times = panel->n_times, controls = 0;
  for (size_t u = 0; u < panel->n_units; u++) controls += !panel->treated[u];
  size_t row = 0;
  for (size_t u = 0; u < panel->n_units; u++) {
    if (panel->treated[u]) continue;
    const double *y = panel->y + u * times;
    room->target[row] = 0;
    for (size_t t = before; t < times; t++) room->target[row] += y[t] / (double)(times - before);
    for (size_t t = 0; t < before; t++) room->columns[t * controls + row] = y[t];
    row++;
  }
  demean(room->target, controls);
  for (size_t t = 0; t < before; t++) demean(room->columns + t * controls, controls);
  memset(weights, 0, times * sizeof *weights);
  return muster_simplex_fit(room->columns, room->target, controls, before, ridge * ridge * (double)controls, weights,
                            NULL, err);
}

/** Change of one unit from its weighted past to its mean after the start. */
static double change_of(const muster_block_panel *panel, size_t unit, const double *times) {
  const double *y = panel->y + unit * panel->n_times;
  double past = 0, after = 0;
  for (size_t t = 0; t < panel->n_before; t++) past += times[t] * y[t];
  for (size_t t = panel->n_before; t < panel->n_times; t++) after += y[t];
  return after / (double)(panel->n_times - panel->n_before) - past;
}

static double weighted_did(const muster_block_panel *panel, const double *units, const double *times) {
  double treated = 0, others = 0, n = 0;
  for (size_t u = 0; u < panel->n_units; u++)
    if (panel->treated[u]) {
      treated += change_of(panel, u, times);
      n++;
    } else if (units[u] != 0) {
      others += units[u] * change_of(panel, u, times);
    }
  return treated / n - others;
}

static muster_status fit(const muster_block_panel *panel, const muster_block_size *size, sdid_room *room,
                         muster_sdid *out, muster_error *err) {
  out->noise = noise_of(panel);
  out->unit_ridge = sqrt(sqrt((double)size->treated * (double)size->after)) * out->noise;
  out->time_ridge = 1e-6 * out->noise;
  MUSTER_TRY(unit_weights(panel, out->unit_ridge, room, out->unit_weights, err));
  MUSTER_TRY(time_weights(panel, out->time_ridge, room, out->time_weights, err));
  out->att = weighted_did(panel, out->unit_weights, out->time_weights);
  return MUSTER_OK;
}

/** Each unit left out in turn, weights of the others kept and scaled up to one (Arkhangelsky et al. 2021, algorithm 3).
 */
static double jackknife(const muster_block_panel *panel, const muster_sdid *full) {
  double n = (double)panel->n_units, squares = 0, treated = 0;
  double past = 0, others = 0;
  for (size_t u = 0; u < panel->n_units; u++) {
    double change = change_of(panel, u, full->time_weights);
    if (panel->treated[u]) {
      past += change;
      treated++;
    } else {
      others += full->unit_weights[u] * change;
    }
  }
  for (size_t u = 0; u < panel->n_units; u++) {
    double change = change_of(panel, u, full->time_weights), weight = full->unit_weights[u], without;
    if (panel->treated[u]) {
      without = (past - change) / (treated - 1) - others;
    } else {
      if (weight >= 1 - 1e-9) return NAN;
      without = past / treated - (others - weight * change) / (1 - weight);
    }
    squares += (without - full->att) * (without - full->att);
  }
  return sqrt((n - 1) / n * squares);
}

/** Each untreated unit plays the treated one; the spread of what it would have been found to do. */
static muster_status placebo_spread(const muster_block_panel *panel, sdid_room *room, double *std_error,
                                    muster_error *err) {
  size_t n = panel->n_units, times = panel->n_times, controls = n - 1;
  *std_error = NAN;
  if (controls < 3) return MUSTER_OK;
  muster_status status = MUSTER_MEMORY;
  muster_sdid play = {.n_units = controls, .n_times = times};
  double *y = muster_alloc(controls * times + controls, sizeof *y);
  unsigned char *treated = muster_alloc(controls, 1);
  play.unit_weights = muster_alloc(controls, sizeof *play.unit_weights);
  play.time_weights = muster_alloc(times, sizeof *play.time_weights);
  if (!y || !treated || !play.unit_weights || !play.time_weights) goto out;
  double *found = y + controls * times, mean = 0, squares = 0;
  size_t row = 0;
  for (size_t u = 0; u < n; u++)
    if (!panel->treated[u]) memcpy(y + row++ * times, panel->y + u * times, times * sizeof *y);
  muster_block_panel others = {controls, times, panel->n_before, y, treated};
  muster_block_size size = {1, controls - 1, times - panel->n_before};
  for (size_t u = 0; u < controls; u++) {
    treated[u] = 1;
    status = fit(&others, &size, room, &play, err);
    treated[u] = 0;
    if (status != MUSTER_OK) goto out;
    found[u] = play.att;
    mean += play.att / (double)controls;
  }
  for (size_t u = 0; u < controls; u++) squares += (found[u] - mean) * (found[u] - mean);
  *std_error = sqrt(squares / (double)controls);
out:
  muster_free(y);
  muster_free(treated);
  muster_sdid_free(&play);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}

muster_status muster_sdid_fit(const muster_block_panel *panel, muster_sdid *out, muster_error *err) {
  muster_block_size size;
  MUSTER_TRY(muster_block_count(panel, 2, &size, err));
  if (panel->n_before < 2) {
    muster_fail(err, MUSTER_DATA, "one period before the start");
    muster_error_expected(err, "two or more, to measure how noisy the outcome is");
    return MUSTER_DATA;
  }
  size_t n = panel->n_units, times = panel->n_times;
  *out = (muster_sdid){.n_units = n, .n_times = times};
  muster_status status = MUSTER_MEMORY;
  sdid_room room = {.columns = muster_alloc(n * panel->n_before + 2 * (n + times), sizeof *room.columns)};
  out->unit_weights = muster_alloc(n, sizeof *out->unit_weights);
  out->time_weights = muster_alloc(times, sizeof *out->time_weights);
  if (!room.columns || !out->unit_weights || !out->time_weights) goto out;
  room.target = room.columns + n * panel->n_before;
  room.found = room.target + n + times;
  status = fit(panel, &size, &room, out, err);
  if (status != MUSTER_OK) goto out;
  for (size_t u = 0; u < n; u++) out->n_unit_positive += out->unit_weights[u] > 0;
  for (size_t t = 0; t < times; t++) out->n_time_positive += out->time_weights[t] > 0;
  if (size.treated > 1)
    out->std_error = jackknife(panel, out);
  else
    status = placebo_spread(panel, &room, &out->std_error, err);
out:
  muster_free(room.columns);
  if (status != MUSTER_OK) muster_sdid_free(out);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}
