/* A parallel loop on plain threads: items are dealt by a counter, errors are settled by item number. */
#include "muster/base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

typedef struct loop {
  muster_work work;
  void *context;
  size_t n;
  atomic_size_t next;
  atomic_bool stop;
  pthread_mutex_t lock;
  size_t failed_item;
  muster_status status;
  muster_error err;
} loop;

typedef struct worker {
  loop *loop;
  unsigned number;
} worker;

static void *run_worker(void *argument) {
  worker *self = argument;
  loop *l = self->loop;
  while (!atomic_load_explicit(&l->stop, memory_order_relaxed)) {
    size_t item = atomic_fetch_add(&l->next, 1);
    if (item >= l->n) break;
    muster_error err = {0};
    muster_status status = l->work(l->context, self->number, item, &err);
    if (status == MUSTER_OK) continue;
    atomic_store(&l->stop, true);
    pthread_mutex_lock(&l->lock);
    if (l->status == MUSTER_OK || item < l->failed_item) {
      l->status = status;
      l->failed_item = item;
      l->err = err;
    }
    pthread_mutex_unlock(&l->lock);
  }
  return NULL;
}

muster_status muster_parallel(unsigned jobs, size_t n, muster_work work, void *context, muster_error *err) {
  enum { MOST = 256 };
  if (jobs > MOST) jobs = MOST;
  if (jobs > n) jobs = (unsigned)n;
  if (jobs <= 1) {
    for (size_t item = 0; item < n; item++) MUSTER_TRY(work(context, 0, item, err));
    return MUSTER_OK;
  }
  loop l = {.work = work, .context = context, .n = n, .lock = PTHREAD_MUTEX_INITIALIZER};
  pthread_t threads[MOST];
  worker workers[MOST];
  unsigned started = 0;
  for (unsigned i = 1; i < jobs; i++) {
    workers[i] = (worker){&l, i};
    if (pthread_create(&threads[started], NULL, run_worker, &workers[i]) != 0) break; /* fewer hands, same answer */
    started++;
  }
  workers[0] = (worker){&l, 0};
  run_worker(&workers[0]);
  for (unsigned i = 0; i < started; i++) pthread_join(threads[i], NULL);
  if (l.status != MUSTER_OK && err) *err = l.err;
  return l.status;
}

unsigned muster_cpus(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int n = CPU_COUNT(&set);
  return n > 0 ? (unsigned)n : 1;
}

void muster_progress_tell(const muster_progress *progress, const char *what, uint64_t done, uint64_t total) {
  if (progress && progress->tell) progress->tell(progress->context, what, done, total);
}
