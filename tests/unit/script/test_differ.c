/* Thousands of rules made from seeds: followed, remembered and called, they say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bodies.h"
#include "differ.h"

enum { BYTES_A_RULE = 256, RULES = 40 };

static char why[1 << 16];

static void ask(differ *d, uint64_t first, uint64_t seeds) {
  static uint8_t bytes[RULES * BYTES_A_RULE];
  for (uint64_t seed = first; seed < first + seeds; seed++) {
    body_bytes(seed << 32, bytes, sizeof bytes);
    if (differ_ask(d, bytes, BYTES_A_RULE, RULES, why, sizeof why)) continue;
    fprintf(stderr, "seed %llu: %s\n", (unsigned long long)seed, why); /* too long for print_error */
    fail();
  }
}

/* More seeds, and another first one: MUSTER_SEEDS=1000 MUSTER_SEED=7. */
static uint64_t from_environment(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text ? strtoull(text, NULL, 10) : otherwise;
}

static void all_ways_say_the_same(void **state) {
  (void)state;
  differ d;
  assert_true(differ_open(&d));
  d.step = 6;
  ask(&d, from_environment("MUSTER_SEED", 1), from_environment("MUSTER_SEEDS", 40));
  print_message("%zu answers, %zu of them true, %zu errors\n", d.asked, d.truths, d.errors);
  assert_true(d.truths > d.asked / 10 && d.errors > d.asked / 100);
  differ_close(&d);
}

static void limits_decide_the_same_way(void **state) {
  (void)state;
  static const uint64_t limits[] = {400, 500, 600, 700, 800, 1000, 1100, 2100, 3200};
  differ d;
  assert_true(differ_open(&d));
  d.step = 9;
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    d.instructions = limits[i];
    ask(&d, 1000 + 10 * i, 2);
  }
  differ_close(&d);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_ways_say_the_same),
                                     cmocka_unit_test(limits_decide_the_same_way)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
