/* Many rows with one statement: what costs time is the statement, not the row. */
#ifndef MUSTER_STORE_BATCH_H
#define MUSTER_STORE_BATCH_H

#include "database.h"

enum { MUSTER_BATCH_ROWS = 16, MUSTER_BATCH_COLUMNS = 14, MUSTER_BATCH_SCRATCH = 1024 };

typedef struct muster_cell {
  enum { MUSTER_CELL_NULL, MUSTER_CELL_INT, MUSTER_CELL_TEXT, MUSTER_CELL_BLOB } kind;
  int64_t number;
  const void *at; /* borrowed until the batch is flushed */
  size_t n;
} muster_cell;

typedef struct muster_batch {
  muster_db *db;
  sqlite3_stmt *many, *one;
  int columns, rows;
  muster_cell cells[MUSTER_BATCH_ROWS * MUSTER_BATCH_COLUMNS];
  uint8_t scratch[MUSTER_BATCH_ROWS][MUSTER_BATCH_SCRATCH];
} muster_batch;

/** Prepares `head` VALUES (?, ...), ... `tail`, for rows of `columns` cells. */
MUSTER_CHECK muster_status muster_batch_open(muster_batch *batch, muster_db *db, const char *head, int columns,
                                             const char *tail, muster_error *err);
void muster_batch_close(muster_batch *batch);

/** Cells for the next row, all NULL, and room of the row's own for what they point to. Runs the batch first when it is
 * full. */
MUSTER_CHECK muster_status muster_batch_row(muster_batch *batch, muster_cell **cells, uint8_t **scratch,
                                            muster_error *err);

/** Runs what is left. */
MUSTER_CHECK muster_status muster_batch_flush(muster_batch *batch, muster_error *err);

static inline muster_cell muster_cell_int(int64_t value) { return (muster_cell){MUSTER_CELL_INT, value, NULL, 0}; }
static inline muster_cell muster_cell_date(muster_date date) {
  return (muster_cell){date == MUSTER_NO_DATE ? MUSTER_CELL_NULL : MUSTER_CELL_INT, date, NULL, 0};
}
static inline muster_cell muster_cell_text(muster_text text) { /* empty is NULL */
  return (muster_cell){text.n ? MUSTER_CELL_TEXT : MUSTER_CELL_NULL, 0, text.at, text.n};
}
static inline muster_cell muster_cell_blob(const void *bytes, size_t n) { /* NULL is NULL */
  return (muster_cell){bytes ? MUSTER_CELL_BLOB : MUSTER_CELL_NULL, 0, bytes, n};
}

#endif
