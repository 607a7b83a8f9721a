/* Shared by synthetic control and synthetic difference in differences: the sizes and checks of a block panel. */
#ifndef MUSTER_IMPACT_BLOCK_H
#define MUSTER_IMPACT_BLOCK_H

#include "muster/impact/synthetic_control.h"

typedef struct muster_block_size {
  size_t treated, controls, after;
} muster_block_size;

/** Counts the units and refuses a panel without both groups and both spans, or with a missing outcome. */
MUSTER_CHECK muster_status muster_block_count(const muster_block_panel *panel, size_t fewest_controls,
                                              muster_block_size *size, muster_error *err);

#endif
