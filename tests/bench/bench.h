/* What the benches in C share. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "muster/base.h"

/* A bench that went wrong has measured nothing. */
static inline void must(muster_status status, const muster_error *err) {
  char text[1200];
  if (status == MUSTER_OK) return;
  muster_error_format(err, text, sizeof text);
  fprintf(stderr, "%s\n", text);
  exit(1);
}

/* Processor time of the process. */
static inline double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#endif
