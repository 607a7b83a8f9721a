/* Shutting a process in: limits first, then its descriptors, then the filter. */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filter.h"
#include "muster/isolate.h"

muster_status muster_cage_possible(muster_error *err) {
  if (filter_possible()) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "this system cannot shut a pack in, so nothing was run");
  muster_error_expected(err, "Linux on x86_64 or aarch64, with filters of system calls (seccomp)");
  muster_error_todo(err, "run it on such a system, or without --isolate a pack that you trust");
  return MUSTER_USAGE;
}

static muster_status cannot(const char *what, muster_error *err) {
  return muster_fail(err, MUSTER_USAGE, "cannot shut the pack in (%s: %s), so nothing was run", what, strerror(errno));
}

/* Never more than there is already. The first limit is a signal; `after` it the process is ended whatever it does. */
static bool limit_twice(int what, rlim_t most, rlim_t after) {
  struct rlimit now, wanted = {most, most + after};
  if (getrlimit(what, &now) != 0) return false;
  if (wanted.rlim_max > now.rlim_max) wanted.rlim_max = now.rlim_max;
  if (wanted.rlim_cur > now.rlim_max) wanted.rlim_cur = now.rlim_max;
  return setrlimit(what, &wanted) == 0;
}

static bool limit(int what, rlim_t most) { return limit_twice(what, most, 0); }

#ifndef __SANITIZE_ADDRESS__ /* which takes terabytes of addresses for itself */
/* Bytes of address space in use; 0 when the system does not say. */
static uint64_t space_in_use(void) {
  unsigned long long pages = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  if (!file) return 0;
  if (fscanf(file, "%llu", &pages) != 1) pages = 0;
  fclose(file);
  return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
#endif

static muster_status set_limits(const muster_cage *cage, muster_error *err) {
#ifndef __SANITIZE_ADDRESS__
  uint64_t used = space_in_use();
  if (!used || !limit(RLIMIT_AS, used + cage->memory)) return cannot("memory", err);
#endif
  rlim_t seconds = cage->seconds < 1 ? 1 : (rlim_t)(cage->seconds + 0.5);
  if (!limit_twice(RLIMIT_CPU, seconds, 1)) return cannot("processor time", err);
  if (!limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NOFILE, 0)) return cannot("files", err);
  /* The number of processes is one for all of a user's; what starts a process is refused by the filter. */
  if (!cage->threads && !limit(RLIMIT_NPROC, 0)) return cannot("processes", err);
  return MUSTER_OK;
}

/* Leaves open `fd` only. */
static muster_status drop_files(int fd, muster_error *err) {
  bool good = fd == 0 || syscall(SYS_close_range, 0, fd - 1, 0) == 0;
  if (good && syscall(SYS_close_range, fd + 1, ~0U, 0) == 0) return MUSTER_OK;
  return cannot("open files", err);
}

/* Libraries look something up the first time they are used: now, while they may. */
static int by_value(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static void *nothing(void *argument) { return argument; }

static void warm_up(void) {
  pthread_t thread; /* the first one sets up a signal */
  if (pthread_create(&thread, NULL, nothing, NULL) == 0) pthread_join(thread, NULL);
  int values[1024];
  for (int i = 0; i < 1024; i++) values[i] = -i;
  qsort(values, 1024, sizeof *values, by_value); /* asks how much memory there is */
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, 64); /* or malloc counts processors when threads first meet in it */
#endif
}

static volatile int *refused_at;

static void on_refusal(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)context;
  if (refused_at) *refused_at = info->si_syscall + 1; /* numbers begin at 0 */
  _exit(127);
}

muster_status muster_cage_enter(const muster_cage *cage, int fd, volatile int *refused, muster_error *err) {
  struct sigaction handler = {.sa_sigaction = on_refusal, .sa_flags = SA_SIGINFO | SA_NODEFER};
  refused_at = refused;
  warm_up();
  static const int others[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGXCPU, SIGTERM, SIGINT};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) signal(others[i], SIG_DFL);
  if (sigaction(SIGSYS, &handler, NULL) != 0) return cannot("signals", err);
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return cannot("tracing", err);
  MUSTER_TRY(set_limits(cage, err));
  MUSTER_TRY(drop_files(fd, err));
  return filter_enter(fd, cage->threads) ? MUSTER_OK : cannot("system calls", err);
}
