/* Rules made from bytes (bodies.h), asked in every way there is: followed, remembered, called; in one order and in the
 * other. All ways have to say the same of every pupil on every day, errors included. */
#ifndef TESTS_SCRIPT_DIFFER_H
#define TESTS_SCRIPT_DIFFER_H

#include "muster/script/tests.h"

enum { DIFFER_RULES = 64 };

typedef struct differ {
  char folder[64];
  muster_register *reg;
  muster_date from, to;
  int step;              /* days from one to the next */
  uint64_t instructions; /* limit of a call */
  size_t asked, truths, errors;
} differ;

/** Two schools, two school years, pupils who come and go, and one of whom nothing is known; a folder for the packs.
 * False when one of them cannot be made. */
bool differ_open(differ *d);
void differ_close(differ *d);

/** Rules made of `count` strings of `each` bytes. False when two ways differ, or something cannot be done at all: `why`
 * says what, with the rule. */
bool differ_ask(differ *d, const uint8_t *bytes, size_t each, size_t count, char *why, size_t size);

#endif
