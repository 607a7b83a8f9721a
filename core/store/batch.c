/* Rows gathered and written sixteen at a time. */
#include "batch.h"

#include <string.h>

static muster_status prepare(muster_batch *b, const char *head, const char *tail, int rows, sqlite3_stmt **stmt,
                             muster_error *err) {
  muster_buf sql;
  muster_buf_init(&sql, 1 << 16);
  muster_buf_puts(&sql, head);
  muster_buf_puts(&sql, " VALUES ");
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < b->columns; c++)
      muster_buf_puts(&sql, c == 0 ? (r == 0 ? "(?" : ", (?") : c + 1 < b->columns ? ", ?" : ", ?)");
  muster_buf_puts(&sql, tail);
  muster_status status = sql.failed ? muster_fail_memory(err) : muster_db_prepare(b->db, sql.at, stmt, err);
  muster_buf_free(&sql);
  return status;
}

muster_status muster_batch_open(muster_batch *b, muster_db *db, const char *head, int columns, const char *tail,
                                muster_error *err) {
  b->db = db;
  b->columns = columns;
  b->rows = 0;
  b->many = b->one = NULL;
  muster_status status = prepare(b, head, tail, MUSTER_BATCH_ROWS, &b->many, err);
  if (status == MUSTER_OK) status = prepare(b, head, tail, 1, &b->one, err);
  if (status != MUSTER_OK) muster_batch_close(b);
  return status;
}

void muster_batch_close(muster_batch *b) {
  sqlite3_finalize(b->many);
  sqlite3_finalize(b->one);
  b->many = b->one = NULL;
}

static void bind(muster_batch *b, sqlite3_stmt *stmt, int at, const muster_cell *cell) {
  switch (cell->kind) {
    case MUSTER_CELL_NULL: muster_db_bind_blob(b->db, stmt, at, NULL, 0); break;
    case MUSTER_CELL_INT: muster_db_bind_int(b->db, stmt, at, cell->number); break;
    case MUSTER_CELL_TEXT: muster_db_bind_name(b->db, stmt, at, (muster_text){cell->at, cell->n}); break;
    case MUSTER_CELL_BLOB: muster_db_bind_blob(b->db, stmt, at, cell->at, cell->n); break;
  }
}

muster_status muster_batch_flush(muster_batch *b, muster_error *err) {
  int rows = b->rows;
  b->rows = 0;
  if (rows == MUSTER_BATCH_ROWS) {
    for (int i = 0; i < rows * b->columns; i++) bind(b, b->many, i + 1, &b->cells[i]);
    return muster_db_run(b->db, b->many, err);
  }
  for (int r = 0; r < rows; r++) {
    for (int c = 0; c < b->columns; c++) bind(b, b->one, c + 1, &b->cells[r * b->columns + c]);
    MUSTER_TRY(muster_db_run(b->db, b->one, err));
  }
  return MUSTER_OK;
}

muster_status muster_batch_row(muster_batch *b, muster_cell **cells, uint8_t **scratch, muster_error *err) {
  if (b->rows == MUSTER_BATCH_ROWS) MUSTER_TRY(muster_batch_flush(b, err));
  *cells = &b->cells[b->rows * b->columns];
  *scratch = b->scratch[b->rows++];
  memset(*cells, 0, (size_t)b->columns * sizeof **cells);
  return MUSTER_OK;
}
