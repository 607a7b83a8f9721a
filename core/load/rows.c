/* The rows of a split block, whoever split it: the same cells from libcsv and from the vector path. */
#include <string.h>

#include "input.h"

muster_rows muster_rows_of(const muster_input_block *block, const muster_input *input) {
  return (muster_rows){.block = block, .keep_blanks = input->keep_blanks};
}

static bool next_of_libcsv(muster_rows *rows, muster_text *cells, size_t most, size_t *count, uint32_t *line) {
  const muster_input_block *b = rows->block;
  while (rows->next < b->row_count) {
    const muster_cell_row *row = &b->rows[rows->next++];
    const muster_cell *cell = &b->cells[row->first];
    if (row->count == 1 && muster_cell_trim((muster_text){b->text + cell->at, cell->n}).n == 0) continue;
    for (size_t i = 0; i < row->count && i < most; i++, cell++) cells[i] = (muster_text){b->text + cell->at, cell->n};
    *count = row->count;
    *line = row->line;
    return true;
  }
  return false;
}

bool muster_rows_next(muster_rows *rows, muster_text *cells, size_t most, size_t *count, uint32_t *line) {
  const muster_input_block *b = rows->block;
  if (b->by_libcsv) return next_of_libcsv(rows, cells, most, count, line);
  while (rows->next < b->end_count) {
    size_t n = 0, from = rows->at;
    muster_text cell;
    for (;;) {
      size_t end = b->ends[rows->next++];
      bool last = b->bytes[end] == '\n';
      size_t to = last && end > from && b->bytes[end - 1] == '\r' ? end - 1 : end;
      cell = (muster_text){b->bytes + from, to - from};
      if (!rows->keep_blanks) cell = muster_cell_trim(cell);
      if (n < most) cells[n] = cell;
      n++;
      from = end + 1;
      if (last) break;
    }
    rows->at = from;
    *line = rows->line++;
    if (n == 1 && muster_cell_trim(cell).n == 0) continue;
    *count = n;
    return true;
  }
  return false;
}
