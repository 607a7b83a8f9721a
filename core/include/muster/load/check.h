/* muster/load/check.h - what is in a folder, for `muster check`: found, inferred, missing, and what to write into
 * source.lua. */
#ifndef MUSTER_LOAD_CHECK_H
#define MUSTER_LOAD_CHECK_H

#include "muster/load/ledger.h"

MUSTER_BEGIN_DECLS

/** Open sessions of a school on which none of the pupils on roll, or none of one year group's, has a mark. */
typedef struct muster_untaken {
  uint32_t school;
  uint32_t group; /* year group, a number in register->texts, or MUSTER_NONE for the whole school */
  muster_session session;
  uint32_t pupils; /* on roll */
} muster_untaken;

/** Days without any mark between two days with marks, longer than a holiday explains in a given calendar. */
typedef struct muster_gap {
  uint32_t school;
  muster_date first, last; /* both inclusive */
  uint32_t sessions;       /* open sessions among them by the calendar; 0 when it was inferred */
} muster_gap;

typedef struct muster_check {
  uint64_t marks, missing; /* marks held; open sessions on roll without one */
  uint64_t two_births;     /* pupils with two birth dates at two schools: two children with one number? */
  muster_untaken *untaken; /* in order of school, session, group */
  size_t untaken_count, untaken_capacity;
  uint64_t untaken_total; /* all there are, also those beyond the first 10,000 kept */
  muster_gap *gaps;       /* in order of school and date */
  size_t gap_count, gap_capacity;
} muster_check;

/** Looks through a loaded (sealed) register. Free with muster_check_free. */
MUSTER_CHECK muster_status muster_check_register(const muster_register *reg, muster_check *check, muster_error *err);
void muster_check_free(muster_check *check);

/** The members of ledger.json, and `register`, `half_terms`, `gaps`, `registers_not_taken` (as many as were kept) and
 * `registers_not_taken_total`, as one object.
 * @param ledger  NULL for a register that came from a store
 * @param out  initialised by the caller; has failed when there is no memory */
void muster_check_json(const muster_register *reg, const muster_check *check, const muster_ledger *ledger,
                       muster_buf *out);

/** A source.lua for the CSV files of a folder, from their headers and first rows alone: works on folders that do not
 * load. Lines that are guesses say so in a comment; a column that could not be placed is listed.
 * @param out  initialised by the caller
 * @retval MUSTER_IO  the folder cannot be read */
MUSTER_CHECK muster_status muster_suggest_source(const char *folder, muster_buf *out, muster_error *err);

MUSTER_END_DECLS
#endif
