/* Which column of a file is which of ours, and which become attributes. */
#ifndef MUSTER_LOAD_COLUMNS_H
#define MUSTER_LOAD_COLUMNS_H

#include "input.h"

enum { MUSTER_MOST_FIELDS = 32, MUSTER_JOINED_TEXT = 512 };

/** One of our names as columns of the file: none, one, or several that are joined. */
typedef struct muster_field {
  const char *name;   /* ours, in lower case */
  muster_text theirs; /* as the file names it (the first of several) */
  const uint32_t *at;
  size_t count;
  uint32_t column; /* of the register, for attributes; MUSTER_NONE until one has a value */
} muster_field;

/** A column of the file and the values that keep a row. */
typedef struct muster_keep {
  uint32_t at;
  const muster_mapping *values;
} muster_keep;

typedef struct muster_columns {
  muster_field fields[MUSTER_MOST_FIELDS]; /* in the order of muster_source_columns */
  muster_field *attributes;
  size_t attribute_count;
  muster_keep *keeps;
  size_t keep_count;
  const char *ignored; /* names of columns without a use, ", " between them; empty when none */
} muster_columns;

/** Finds the columns of a file. Everything is owned by the arena.
 * @retval MUSTER_DATA  a name twice, or a column the source names that is not there */
MUSTER_CHECK muster_status muster_columns_find(muster_columns *columns, const muster_input *input,
                                               muster_file_kind kind, const muster_source_file *how,
                                               muster_arena *arena, muster_error *err);

/** Does the source say that the file has no column of that name ("-")? */
bool muster_columns_none(const muster_source_file *how, const char *ours);

/** Fails when one of `count` fields (numbers into muster_source_columns) has no column. */
MUSTER_CHECK muster_status muster_columns_require(const muster_columns *columns, const muster_input *input,
                                                  muster_file_kind kind, const int *fields, size_t count,
                                                  muster_error *err);

static inline bool muster_columns_has(const muster_columns *columns, int field) {
  return columns->fields[field].count > 0;
}

/** Text of a field in a row, as muster_cell_value reads it. `joined` is room for a field of several columns. */
muster_text muster_field_text(const muster_field *field, const muster_text *cells, char joined[MUSTER_JOINED_TEXT]);

/** Does the row pass the `where` filters. */
bool muster_columns_keep(const muster_columns *columns, const muster_text *cells);

#endif
