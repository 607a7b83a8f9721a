/* From the official shares to a level's, and from a place in a band to whole sessions. */
#include "bands.h"

#include <math.h>
#include <string.h>

#include "muster/synth.h"

const struct synth_level *synth_level_find(const char *name) {
  if (!name) return synth_levels;
  for (size_t i = 0; i < synth_level_count; i++)
    if (strcmp(synth_levels[i].name, name) == 0) return &synth_levels[i];
  return NULL;
}

const char *muster_synth_level_name(size_t number) {
  return number < synth_level_count ? synth_levels[number].name : NULL;
}

void synth_shares(const struct synth_cell *cell, const struct synth_level *level, double out[SYNTH_BANDS]) {
  const double *tilt = level->tilt[cell->phase];
  double sum = 0;
  for (int k = 0; k < SYNTH_BANDS; k++) {
    double weight = k == 0 ? 1 : k == 1 ? tilt[0] : k < SYNTH_BANDS - 1 ? tilt[1] : tilt[2];
    out[k] = cell->share[k] * weight;
    sum += out[k];
  }
  for (int k = 0; k < SYNTH_BANDS; k++) out[k] /= sum;
}

double synth_line(double s, double v) {
  if (s > -1e-9 && s < 1e-9) return v;
  double x = ((1 + s) - sqrt((1 + s) * (1 + s) - 4 * s * v)) / (2 * s);
  return x < 0 ? 0 : x > 1 ? 1 : x;
}

unsigned synth_band_sessions(unsigned phase, unsigned band, double x, unsigned possible) {
  double slope = band == 0 ? synth_slope_low[phase] : band == SYNTH_BANDS - 1 ? synth_slope_severe : synth_slope_band;
  unsigned low = (band * possible + 19) / 20;
  unsigned past = band == SYNTH_BANDS - 1 ? possible + 1 : ((band + 1) * possible + 19) / 20;
  if (past <= low) return low < possible ? low : possible; /* too few sessions for this band to hold any count */
  unsigned n = past - low, k = (unsigned)(synth_line(slope, x) * n);
  return low + (k < n ? k : n - 1);
}

static const struct synth_cell *find(unsigned phase, unsigned fsm, unsigned sen, unsigned sex, unsigned year) {
  for (size_t i = 0; i < synth_cell_count; i++) {
    const struct synth_cell *c = &synth_cells[i];
    if (c->phase == phase && c->fsm == fsm && c->sen == sen && c->sex == sex && c->year == year) return c;
  }
  return NULL;
}

bool muster_synth_official(const char *level, muster_synth_phase phase, muster_synth_fsm fsm, bool sen, char sex,
                           unsigned year_group, double shares[MUSTER_SYNTH_BANDS]) {
  const struct synth_level *at = synth_level_find(level);
  const struct synth_cell *cell = find(phase, fsm, fsm == MUSTER_SYNTH_FSM_UNKNOWN ? 2 : sen,
                                       sex == 'F'   ? 0
                                       : sex == 'M' ? 1
                                                    : 2,
                                       year_group);
  if (!at || !cell) return false;
  synth_shares(cell, at, shares);
  return true;
}

bool muster_synth_published(const char *level, muster_synth_phase phase, double *absence, double *persistent,
                            double *severe) {
  const struct synth_level *at = synth_level_find(level);
  if (!at || (unsigned)phase >= SYNTH_PHASES) return false;
  *absence = at->published[phase][0] / 100;
  *persistent = at->published[phase][1] / 100;
  *severe = at->published[phase][2] / 100;
  return true;
}
