/* muster/report/page.h - the weekly page for a trust: one HTML file that opens anywhere, prints on A4 and asks the
 * network for nothing. It names schools and groups, never a pupil. Counts of fewer than `least` pupils, and what would
 * give them away, are not shown (see muster/register/suppress.h). */
#ifndef MUSTER_REPORT_PAGE_H
#define MUSTER_REPORT_PAGE_H

#include "muster/engine.h"

MUSTER_BEGIN_DECLS

typedef struct muster_page {
  const char *heading;    /* of whom: the trust or school; NULL = from the data */
  const char *rules;      /* which packs: "early-warning 1.0.0" */
  const char *data_notes; /* "marks; calendar inferred" */
  uint64_t rows_rejected;
  uint32_t least; /* pupils below which a count is not shown; 0 = hide nothing */
  unsigned jobs;
} muster_page;

/** Writes the page about a run.
 * @param out     initialised by the caller
 * @param hidden  how many figures are hidden; may be NULL */
MUSTER_CHECK muster_status muster_page_write(const muster_page *page, const muster_register *reg,
                                             const muster_ruleset *set, const muster_run *run, muster_date as_of,
                                             muster_buf *out, size_t *hidden, muster_error *err);

MUSTER_END_DECLS
#endif
