/* Bitmaps of categories from a row of marks. Internal to the register room. */
#ifndef MUSTER_REGISTER_DERIVE_H
#define MUSTER_REGISTER_DERIVE_H

#include "muster/register/calendar.h"

/** For each of `weeks` weeks of 16 marks, lanes[k][w] = bit k of the categories of each mark. */
void muster__derive_weeks(const uint8_t *marks, int32_t weeks, const uint8_t categories[256], uint16_t *const lanes[8]);

/** The same without vectors, for processors without them and for the test that both agree. */
void muster__derive_weeks_portable(const uint8_t *marks, int32_t weeks, const uint8_t categories[256],
                                   uint16_t *const lanes[8]);

#endif
