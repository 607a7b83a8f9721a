/* muster/load/table.h - a whole CSV file in memory, for what is no register: panels of a study, lists of names. */
#ifndef MUSTER_LOAD_TABLE_H
#define MUSTER_LOAD_TABLE_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** Cells are trimmed of blanks unless quoted; everything is owned by the table. */
typedef struct muster_table {
  const char **names; /* header, as written */
  size_t columns, rows;
  muster_text *cells; /* row-major: cells[row * columns + column] */
  uint64_t *lines;    /* of each row */
  muster_arena arena;
} muster_table;

/** Reads a file. Every row must have as many cells as the header.
 * @param delimiter  0 = comma
 * @retval MUSTER_IO      cannot be read
 * @retval MUSTER_DATA    not UTF-8 CSV, a doubled header name, a ragged row; the error says where */
MUSTER_CHECK muster_status muster_table_read(const char *path, char delimiter, muster_table *table, muster_error *err);
void muster_table_free(muster_table *table);

/** Column of that name, without case, or MUSTER_NONE. */
uint32_t muster_table_column(const muster_table *table, const char *name);

static inline muster_text muster_table_cell(const muster_table *table, size_t row, size_t column) {
  return table->cells[row * table->columns + column];
}

MUSTER_END_DECLS
#endif
