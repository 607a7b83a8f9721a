/* The packed rows of a store in memory: read by one thread while another reads the pupils they belong to. */
#ifndef MUSTER_STORE_LOAD_ROWS_H
#define MUSTER_STORE_LOAD_ROWS_H

#include "loading.h"
#include "packing.h"

typedef struct muster_stored_row {
  int64_t school_year, enrolment;
  muster_packed packed; /* in the arena */
} muster_stored_row;

typedef struct muster_stored_rows {
  muster_stored_row *at; /* by school year, then enrolment */
  size_t count, capacity;
  muster_arena arena;
} muster_stored_rows;

/** Begins to read the rows that the load wants: in a thread and over a connection of its own, or, with one job, not
 * before they are asked for.
 * @param f  path, options, range of schools and known import must be set; not changed until the end of the reading */
MUSTER_CHECK muster_status muster_rows_begin(struct muster_reading_rows **reading, const muster_fetch *f,
                                             muster_error *err);

/** Waits for them. The rows live until muster_rows_free. */
MUSTER_CHECK muster_status muster_rows_end(struct muster_reading_rows *reading, const muster_stored_rows **rows,
                                           muster_error *err);

/** Waits when need be; NULL is fine. */
void muster_rows_free(struct muster_reading_rows *reading);

/** First row of a school year, or the count. */
size_t muster_rows_find(const muster_stored_rows *rows, int64_t school_year);

#endif
