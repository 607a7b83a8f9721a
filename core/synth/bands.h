/* bands.h - the official distribution of pupils by absence band, as data; absence_bands.c holds the figures. */
#ifndef SYNTH_BANDS_H
#define SYNTH_BANDS_H

#include <stddef.h>
#include <stdint.h>

enum { SYNTH_PHASES = 3, SYNTH_BANDS = 11, SYNTH_CATEGORIES = 5, SYNTH_PARTS = 100000 };

struct synth_cell {
  uint8_t phase, fsm, sen, sex, year; /* fsm, sen: 0 no, 1 yes, 2 unknown; sex: 0 F, 1 M */
  uint32_t pupils;
  uint32_t share[SYNTH_BANDS]; /* parts of SYNTH_PARTS */
};

/* Weights on the bands 5-10, 10 to 50, and 50-100 (against 0-5) that lead from 2022/23 to a year's published rates. */
struct synth_level {
  const char *name;
  double tilt[SYNTH_PHASES][3];
  double published[SYNTH_PHASES][3]; /* overall absence, persistent, severe, per cent */
};

extern const struct synth_cell synth_cells[];
extern const size_t synth_cell_count;
extern const struct synth_level synth_levels[];
extern const size_t synth_level_count;

/* Within a band the density falls by a straight line of this slope (1 + s - 2 s x on 0 to 1). */
extern const double synth_slope_low[SYNTH_PHASES], synth_slope_band, synth_slope_severe;

/* Chance of joining late or leaving early. Severe absentees are on roll for shorter: fewer than a third of them for 350
 * sessions or more (FFT Education Datalab, October 2025). */
extern const double synth_short, synth_short_severe[SYNTH_PHASES];

const struct synth_level *synth_level_find(const char *name); /* NULL: the default; NULL is returned for none */

/* Shares of a cell at a level, summing to 1. */
void synth_shares(const struct synth_cell *cell, const struct synth_level *level, double out[SYNTH_BANDS]);

/* Absent sessions of `possible` for a place 0 <= x < 1 within band `band`: the band holds exactly the counts whose
 * 20 * absent / possible rounds down to its number. */
unsigned synth_band_sessions(unsigned phase, unsigned band, double x, unsigned possible);

/* Place of `v` under the straight-line density of slope `s`: the inverse of (1 + s) x - s x^2. */
double synth_line(double s, double v);

#endif
