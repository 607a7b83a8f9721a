/* muster/register/lanes.h - the one piece of arithmetic that lane bitmaps need: which bits of a week lie in a range. */
#ifndef MUSTER_REGISTER_LANES_H
#define MUSTER_REGISTER_LANES_H

#include "muster/register/calendar.h"

MUSTER_BEGIN_DECLS

/** Bits of `week`'s lane that lie in `range`. */
static inline uint16_t muster_lane_mask(int32_t week, muster_range range) {
  int64_t base = (int64_t)week * MUSTER_LANE;
  int64_t from = range.begin - base, to = range.end - base;
  if (from < 0) from = 0;
  if (to > MUSTER_LANE) to = MUSTER_LANE;
  if (from >= to) return 0;
  return (uint16_t)((0xFFFFu << from) & (0xFFFFu >> (MUSTER_LANE - to)));
}

MUSTER_END_DECLS
#endif
