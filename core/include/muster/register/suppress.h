/* muster/register/suppress.h - what of a table of counts may not be shown, because it counts few pupils.
 *
 * A table of counts with its totals gives away a hidden cell when it is the only one hidden in its line: so a cell is
 * hidden when it is small (primary), and the smallest other cell of its line as well when it would be alone
 * (secondary). */
#ifndef MUSTER_REGISTER_SUPPRESS_H
#define MUSTER_REGISTER_SUPPRESS_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** What is too small to show. */
typedef struct muster_small_rule {
  uint32_t least;      /* a number of pupils from 1 to least - 1 is hidden; 0 = hide nothing */
  bool without_second; /* leave secondary suppression out */
  bool zeros_too;      /* hide 0 as well */
} muster_small_rule;

/** What stands for a hidden number: the Department for Education's sign for a suppressed value. */
#define MUSTER_SUPPRESSED "c"

/** Decides which cells of a table must be hidden so that no count below `least` can be read, or worked out from sums.
 * @param counts  rows x columns, row-major, the last row and column being totals
 * @param hidden  in: cells that must be hidden for another reason are not 0, the others are; out: 0 shown, 1 small,
 *                2 hidden to protect another */
MUSTER_CHECK muster_status muster_suppress(const uint64_t *counts, size_t rows, size_t columns,
                                           const muster_small_rule *rule, uint8_t *hidden, muster_error *err);

/** The same for counts of some of the pupils of a table: none is shown where its pupils are not, nor where it is all
 * but a few of them.
 * @param counts   rows x columns, none above its `pupils`
 * @param without  what muster_suppress hid of `pupils`
 * @param hidden   out: as muster_suppress */
MUSTER_CHECK muster_status muster_suppress_some(const uint64_t *counts, const uint64_t *pupils, const uint8_t *without,
                                                size_t rows, size_t columns, const muster_small_rule *rule,
                                                uint8_t *hidden, muster_error *err);

MUSTER_END_DECLS
#endif
