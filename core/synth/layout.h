/* layout.h - rows of marks.csv in each layout. */
#ifndef SYNTH_LAYOUT_H
#define SYNTH_LAYOUT_H

#include "plan.h"

/* What rows of a school share: ",2025-09-03,AM," for each session. */
typedef struct synth_layout {
  muster_synth_layout kind;
  char session[SYNTH_SESSIONS_MOST][16];
} synth_layout;

const char *synth_layout_file(muster_synth_layout kind);
const char *synth_layout_header(muster_synth_layout kind);

void synth_layout_start(synth_layout *layout, muster_synth_layout kind, const muster_synth_school *school);

/* Most bytes that one pupil takes, and the rows of one pupil written at `at`. @return past the last byte */
size_t synth_layout_most(const synth_layout *layout, const muster_synth_school *school);
char *synth_layout_pupil(const synth_layout *layout, const muster_synth_school *school, size_t pupil, char *at);

#endif
