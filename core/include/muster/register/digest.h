/* muster/register/digest.h - one name for all that a register holds, whatever file it came from. */
#ifndef MUSTER_REGISTER_DIGEST_H
#define MUSTER_REGISTER_DIGEST_H

#include "muster/register/register.h"

MUSTER_BEGIN_DECLS

/** BLAKE2b-256 in hex over codes, schools, calendars, half terms, enrolments, attributes, marks, totals, interventions
 * and responses, in the order of the register. Two registers that answer every question alike and in the same order
 * have the same digest; the layout of the files does not matter. @param reg  sealed */
void muster_register_digest(const muster_register *reg, char out[MUSTER_DIGEST_TEXT]);

MUSTER_END_DECLS
#endif
