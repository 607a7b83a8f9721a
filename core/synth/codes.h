/* codes.h - the marks that the room makes, as small numbers in the order attending, not possible, absent. */
#ifndef SYNTH_CODES_H
#define SYNTH_CODES_H

#include "muster/synth.h"

enum synth_code {
  SYNTH_NO_MARK,
  SYNTH_AM,
  SYNTH_PM,
  SYNTH_L,
  SYNTH_B,
  SYNTH_K,
  SYNTH_P,
  SYNTH_V,
  SYNTH_W,
  SYNTH_J, /* interview, attending: to August 2024 */
  SYNTH_D,
  SYNTH_Y, /* to August 2024 */
  SYNTH_Y1,
  SYNTH_Y3,
  SYNTH_I,
  SYNTH_M,
  SYNTH_R,
  SYNTH_S,
  SYNTH_T,
  SYNTH_E,
  SYNTH_C,
  SYNTH_C1,
  SYNTH_C2,
  SYNTH_J1,
  SYNTH_H, /* agreed holiday: to August 2024 */
  SYNTH_G,
  SYNTH_N,
  SYNTH_O,
  SYNTH_U
};

static inline bool synth_present(uint8_t mark) { return mark == SYNTH_AM || mark == SYNTH_PM; }
static inline bool synth_absent(uint8_t mark) { return mark >= SYNTH_I; }
static inline bool synth_possible(uint8_t mark) { return mark != SYNTH_NO_MARK && (mark < SYNTH_D || mark >= SYNTH_I); }

/* The code of the same event under the set that was in force to 18 August 2024. */
uint8_t synth_code_before_2024(uint8_t mark);

#endif
