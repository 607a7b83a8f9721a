/* muster/register/digest.h - one name for all that a register holds, whatever file it came from. */
#ifndef MUSTER_REGISTER_DIGEST_H
#define MUSTER_REGISTER_DIGEST_H

#include "muster/register/register.h"

MUSTER_BEGIN_DECLS

/** BLAKE2b-256 in hex over schools, calendars, half terms, enrolments, attributes, marks and the codes they use,
 * totals, interventions and responses. Two registers that answer every question alike and in the same order have the
 * same digest, be they of a folder or of its store: the layout of files, the order of columns, numbers within the
 * register, and codes and columns that nobody uses do not matter.
 * @param reg   sealed
 * @param jobs  threads; the digest does not depend on it */
MUSTER_CHECK muster_status muster_register_digest(const muster_register *reg, unsigned jobs,
                                                  char out[MUSTER_DIGEST_TEXT], muster_error *err);

MUSTER_END_DECLS
#endif
