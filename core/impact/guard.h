/* How a guard speaks; within the room. */
#ifndef MUSTER_IMPACT_GUARD_H
#define MUSTER_IMPACT_GUARD_H

#include "muster/impact/guards.h"

/** Adds a warning of `guard` with the text `says`. */
MUSTER_CHECK muster_status muster_warn(muster_warnings *list, muster_error *err, muster_guard_id guard,
                                       muster_severity severity, const char *says, ...) MUSTER_PRINTF(5, 6);

#endif
