/* Bytes as rules of the usual kind (tests/unit/script/bodies.h), up to eight of them: what is followed without the
 * interpreter, or remembered, is what a call says, of every pupil on every day asked; errors and limits as well. */
#include <stdio.h>
#include <stdlib.h>

#include "../../unit/script/differ.h"

enum { BYTES_A_RULE = 128, RULES = 8, BYTES_MOST = BYTES_A_RULE * RULES };

static differ d;

static void done(void) { differ_close(&d); }

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  if (!differ_open(&d)) abort();
  atexit(done);
  return 0;
}

/* The first byte chooses the limit and the days. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static const uint64_t limits[] = {1000000, 1000000, 1000000, 400, 700, 1100, 2100, 5000};
  static char why[1 << 16];
  uint8_t bytes[BYTES_MOST] = {0};
  if (n < 2) return 0;
  d.instructions = limits[data[0] % 8];
  d.step = 5 + data[0] / 8 % 8;
  size_t used = n - 1 < BYTES_MOST ? n - 1 : BYTES_MOST;
  for (size_t i = 0; i < used; i++) bytes[i] = data[1 + i];
  if (differ_ask(&d, bytes, BYTES_A_RULE, (used + BYTES_A_RULE - 1) / BYTES_A_RULE, why, sizeof why)) return 0;
  fprintf(stderr, "%s\n", why);
  abort();
}
