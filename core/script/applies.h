/* Preconditions of a pack, held against one register. */
#ifndef SCRIPT_APPLIES_H
#define SCRIPT_APPLIES_H

#include "muster/script/applies.h"

typedef struct applies {
  bool always;      /* nothing is asked of schools or dates */
  const bool *kept; /* by school: its columns are as is meant */
  int64_t weeks;    /* 0 = none needed */
  muster_date from, to;
} applies;

/** Is the pack for schools and dates at all; else fills what it is for. False when there is no memory. */
bool applies_open(const muster_pack *pack, const muster_register *reg, muster_arena *arena, applies *out);

/** Does it apply to a school on a date. */
bool applies_to(const applies *a, const muster_register *reg, uint32_t school, muster_date as_of);

#endif
