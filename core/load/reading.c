/* Reading a file row by row: blocks in order, rows out of them, ragged and filtered rows settled. */
#include "reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

muster_status muster_sequence_take(muster_sequence *sequence, muster_input_block *block, const muster_input *input,
                                   bool last, uint64_t *first_line, bool *joined, muster_error *err) {
  *joined = sequence->carry_n > 0;
  if (*joined) {
    muster_input_block_join(block, input, sequence->carry, sequence->carry_n);
    muster_free(sequence->carry);
    sequence->carry = NULL;
    sequence->carry_n = 0;
  }
  *first_line = sequence->line;
  if (block->trouble != MUSTER_NO_TROUBLE) return muster_input_block_fail(block, input, *first_line, err);
  bool open = block->n && block->open_at != SIZE_MAX;
  if (open && last) {
    block->trouble = MUSTER_TROUBLE_OPEN_QUOTE;
    block->trouble_line = block->quote_line;
    return muster_input_block_fail(block, input, *first_line, err);
  }
  sequence->line += open ? block->open_line : block->lines;
  if (!open) return MUSTER_OK;
  size_t n = block->n - block->open_at;
  sequence->carry = muster_alloc(n, 1);
  if (!sequence->carry) return muster_fail_memory(err);
  memcpy(sequence->carry, block->bytes + block->open_at, n);
  sequence->carry_n = n;
  return MUSTER_OK;
}

void muster_ragged_reason(const muster_reading *reading, size_t cells, bool cut_short, char out[160]) {
  snprintf(out, 160, "the row has %zu cell%s, the header %zu%s", cells, cells == 1 ? "" : "s", reading->input.columns,
           cut_short ? " (the file ends in the middle of the row)" : "");
}

bool muster_is_header(const muster_input *input, const muster_text *cells) {
  for (size_t i = 0; i < input->columns; i++)
    if (!muster_text_equal(muster_cell_trim(cells[i]), muster_cell_trim(input->header[i]))) return false;
  return true;
}

static muster_status take_row(muster_reading *r, const muster_text *cells, size_t count, bool cut_short,
                              muster_row_taker take, muster_error *err) {
  r->load->ledger->files[r->file].rows++;
  if (count != r->input.columns) {
    char reason[160];
    muster_ragged_reason(r, count, cut_short && count < r->input.columns, reason);
    return muster_reject_as(r, -1, muster_cell_trim(cells[0]), MUSTER_RAGGED, err, "%s", reason);
  }
  if (muster_is_header(&r->input, cells)) {
    r->headers_again++;
    r->load->ledger->files[r->file].rows--;
    r->load->ledger->files[r->file].left_out++;
    return MUSTER_OK;
  }
  if (!muster_columns_keep(&r->columns, cells)) {
    r->load->ledger->files[r->file].rows--;
    r->load->ledger->files[r->file].left_out++;
    return MUSTER_OK;
  }
  return take(r, cells, err);
}

muster_status muster_read_rows(muster_reading *r, muster_row_taker take, muster_error *err) {
  muster_sequence sequence = {.line = r->input.data_line};
  muster_input_block block = {0};
  muster_status status = MUSTER_OK;
  muster_text *cells = muster_alloc(r->input.columns, sizeof *cells);
  if (!cells) return muster_fail_memory(err);
  for (size_t k = 0; status == MUSTER_OK && k < r->input.block_count; k++) {
    bool last = k + 1 == r->input.block_count, joined;
    uint64_t first_line;
    muster_input_block_read(&block, &r->input, k);
    status = muster_sequence_take(&sequence, &block, &r->input, last, &first_line, &joined, err);
    muster_rows rows = muster_rows_of(&block, &r->input);
    size_t count;
    uint32_t line;
    while (status == MUSTER_OK && muster_rows_next(&rows, cells, r->input.columns, &count, &line)) {
      r->line = first_line + line;
      status = take_row(r, cells, count, block.cut_short && line + 1 == block.lines, take, err);
    }
  }
  muster_free(cells);
  muster_free(sequence.carry);
  muster_input_block_free(&block);
  return status;
}

muster_text muster_reading_text(muster_reading *reading, int field, const muster_text *cells) {
  return muster_field_text(&reading->columns.fields[field], cells, reading->joined);
}

muster_status muster_reject_row(muster_reading *r, int field, muster_text value, const char *reason,
                                muster_error *err) {
  muster_text column = field >= 0 ? r->columns.fields[field].theirs : (muster_text){"", 0};
  return muster_books_reject(r->load->ledger, r->file, r->line, column, value, reason, reason, err);
}

muster_status muster_reject_as(muster_reading *r, int field, muster_text value, const char *key, muster_error *err,
                               const char *reason, ...) {
  char text[320];
  va_list args;
  va_start(args, reason);
  vsnprintf(text, sizeof text, reason, args);
  va_end(args);
  muster_text column = field >= 0 ? r->columns.fields[field].theirs : (muster_text){"", 0};
  return muster_books_reject(r->load->ledger, r->file, r->line, column, value, key, text, err);
}

/* FNV-1a (Fowler, Noll, Vo) over the trimmed cells and their borders. */
uint64_t muster_row_content(const muster_reading *r, const muster_text *cells) {
  const uint64_t factor = UINT64_C(0xD6E8FEB86659FD93);
  uint64_t h = UINT64_C(0x9E3779B97F4A7C15);
  for (size_t i = 0; i < r->input.columns; i++) {
    muster_text cell = muster_cell_trim(cells[i]);
    h ^= cell.n; /* where a cell ends is part of the row */
    for (; cell.n >= 8; cell.at += 8, cell.n -= 8) {
      uint64_t word;
      memcpy(&word, cell.at, sizeof word);
      h = (h ^ word) * factor;
      h ^= h >> 32;
    }
    uint64_t rest = 0;
    memcpy(&rest, cell.at, cell.n);
    h = (h ^ rest) * factor;
    h ^= h >> 32;
  }
  return h;
}

muster_status muster_origin_set(muster_reading *r, uint32_t number, const muster_text *cells, muster_error *err) {
  muster_loading *load = r->load;
  if (number >= load->origin_capacity) {
    size_t wanted = load->origin_capacity ? load->origin_capacity : 256;
    while (wanted <= number) wanted *= 2;
    muster_origin *grown = muster_realloc(load->origins, wanted, sizeof *grown);
    if (!grown) return muster_fail_memory(err);
    memset(grown + load->origin_capacity, 0, (wanted - load->origin_capacity) * sizeof *grown);
    load->origins = grown;
    load->origin_capacity = wanted;
  }
  load->origins[number] = (muster_origin){r->line, muster_row_content(r, cells), r->file};
  return MUSTER_OK;
}

muster_status muster_again(muster_reading *r, uint32_t number, int field, const char *what, const muster_text *cells,
                           muster_error *err) {
  const muster_origin *first = &r->load->origins[number];
  if (first->content == muster_row_content(r, cells)) return muster_duplicate(r);
  muster_text value = field >= 0 ? muster_reading_text(r, field, cells) : (muster_text){"", 0};
  const char *name = r->load->ledger->files[first->file].name;
  return muster_reject_as(r, field, value, what, err, "%s: it is on line %llu%s%s", what,
                          (unsigned long long)first->line, first->file == r->file ? "" : " of ",
                          first->file == r->file ? "" : name);
}

muster_status muster_once(muster_reading *r, const void *key, size_t n, int field, const char *what,
                          const muster_text *cells, bool *settled, muster_error *err) {
  bool added;
  *settled = true;
  uint32_t number = muster_map_add(&r->load->seen, (muster_text){key, n}, &added);
  if (number == MUSTER_NONE) return muster_fail_memory(err);
  if (!added) return muster_again(r, number, field, what, cells, err);
  *settled = false;
  return muster_origin_set(r, number, cells, err);
}

bool muster_is_missing(const muster_source_file *how, muster_text text) {
  for (size_t i = 0; i < how->missing.count; i++)
    if (muster_text_equal(text, muster_text_of(how->missing.at[i]))) return true;
  return text.n == 0;
}
