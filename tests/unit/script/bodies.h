/* Rules such as people write, made from bytes: comparisons, sums, locals, branches, questions of all kinds; and now and
 * then a mistake. Every one of them loads; what it does when it is asked is for the test to find out. */
#ifndef TESTS_SCRIPT_BODIES_H
#define TESTS_SCRIPT_BODIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BODY_TEXT = 32768 };

/** Writes a rule file of this id. The same bytes give the same rule; when they are used up, noughts follow.
 * @param plain  false: with something in front that keeps it from being followed, and changes nothing it says */
void body_write(const uint8_t *bytes, size_t n, const char *id, bool plain, char out[BODY_TEXT]);

/** Bytes for a seed. */
void body_bytes(uint64_t seed, uint8_t *bytes, size_t n);

#endif
