/* muster/base/parallel.h - one loop over many threads, and news of how far it is. */
#ifndef MUSTER_BASE_PARALLEL_H
#define MUSTER_BASE_PARALLEL_H

#include "muster/base/memory.h"

MUSTER_BEGIN_DECLS

/** Work on item `item` by worker `worker` (0 .. jobs-1; one worker is one thread throughout).
 * Items are dealt in order, so a lower item has always been started before a higher one. */
typedef muster_status (*muster_work)(void *context, unsigned worker, size_t item, muster_error *err);

/** Runs `work` for items 0 .. n-1 on `jobs` threads (0 or 1: on the caller's own).
 * After a failure no new items are started. The error of the lowest failing item is returned, so the answer does not
 * depend on `jobs`. */
MUSTER_CHECK muster_status muster_parallel(unsigned jobs, size_t n, muster_work work, void *context, muster_error *err);

/** Processors that this process may use. */
unsigned muster_cpus(void);

/** Told from time to time how far a long job is; called from any thread, must be quick. `total` 0 = unknown. */
typedef struct muster_progress {
  void (*tell)(void *context, const char *what, uint64_t done, uint64_t total);
  void *context;
} muster_progress;

/** Tells `progress`, which may be NULL. */
void muster_progress_tell(const muster_progress *progress, const char *what, uint64_t done, uint64_t total);

MUSTER_END_DECLS
#endif
