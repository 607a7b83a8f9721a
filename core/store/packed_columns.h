/* Packed columns of a row of a statement. */
#ifndef MUSTER_STORE_PACKED_COLUMNS_H
#define MUSTER_STORE_PACKED_COLUMNS_H

#include "database.h"
#include "packing.h"

/** Columns `column` (sessions) and the next (usual). */
static inline bool muster_column_packing(sqlite3_stmt *stmt, int column, uint8_t most, muster_packing *packing) {
  muster_text sessions = muster_db_text(stmt, column), usual = muster_db_text(stmt, column + 1);
  return muster_packing_read(packing, (const uint8_t *)sessions.at, sessions.n, (const uint8_t *)usual.at, usual.n,
                             most);
}

/** Columns `column` (runs) and the next (plain); borrowed until the next step. */
static inline muster_packed muster_column_packed(sqlite3_stmt *stmt, int column) {
  bool plain = sqlite3_column_type(stmt, column) == SQLITE_NULL;
  muster_text bytes = muster_db_text(stmt, plain ? column + 1 : column);
  const uint8_t *at = (const uint8_t *)bytes.at;
  return plain ? (muster_packed){NULL, at, bytes.n} : (muster_packed){at, NULL, bytes.n};
}

#endif
