/* Rows and cells by libcsv: the parser of every block with a quote or a bare carriage return, and the reference that
 * the vector path is held against. Lines are fed one by one, so that the line of every row is known. */
#include <csv.h>
#include <string.h>

#include "input.h"

typedef struct collector {
  muster_block *block;
  uint32_t first_cell; /* of the row being read */
  uint32_t row_line;
  bool field_ended, failed;
} collector;

static void *csv_realloc(void *old, size_t size) { return muster_realloc(old, size, 1); }

static bool add_text(muster_block *b, const char *at, size_t n) {
  if (b->text_n + n > b->text_capacity) {
    size_t wanted = b->text_capacity ? b->text_capacity * 2 : MUSTER_BLOCK_BYTES;
    while (wanted < b->text_n + n) wanted *= 2;
    char *grown = muster_realloc(b->text, wanted + MUSTER_BLOCK_PADDING, 1);
    if (!grown) return false;
    b->text = grown;
    b->text_capacity = wanted;
  }
  if (n) memcpy(b->text + b->text_n, at, n);
  b->text_n += n;
  return true;
}

static void end_field(void *at, size_t n, void *context) {
  collector *c = context;
  muster_block *b = c->block;
  c->field_ended = true;
  uint32_t start = (uint32_t)b->text_n;
  if (c->failed || !add_text(b, at, n) || !MUSTER_GROW(b->cells, b->cell_capacity, b->cell_count)) {
    c->failed = true;
    return;
  }
  b->cells[b->cell_count++] = (muster_cell){start, (uint32_t)n};
}

static void end_row(int terminator, void *context) {
  (void)terminator;
  collector *c = context;
  muster_block *b = c->block;
  if (c->failed || !MUSTER_GROW(b->rows, b->row_capacity, b->row_count)) {
    c->failed = true;
    return;
  }
  b->rows[b->row_count++] = 
      (muster_cell_row){c->first_cell, (uint32_t)b->cell_count - c->first_cell, c->row_line, b->lines};
  c->first_cell = (uint32_t)b->cell_count;
}

static int no_blank(unsigned char c) { return (void)c, 0; }

void muster_block_libcsv(muster_block *block, const muster_input *input) {
  struct csv_parser parser;
  block->by_libcsv = true;
  block->text_n = block->cell_count = block->row_count = 0;
  block->open_at = SIZE_MAX;
  block->lines = 0;
  csv_init(&parser, 0);
  csv_set_delim(&parser, (unsigned char)input->delimiter);
  if (input->keep_blanks) csv_set_space_func(&parser, no_blank);
  csv_set_realloc_func(&parser, csv_realloc);
  csv_set_free_func(&parser, muster_free);
  csv_set_blk_size(&parser, 4096);
  collector c = {.block = block};
  bool open = false;
  size_t begun_at = 0, begun_rows = 0, begun_cells = 0; /* the last line that began outside any row */
  uint32_t begun_line = 0;
  for (size_t at = 0; at < block->n; block->lines++) {
    const char *line = block->bytes + at;
    size_t n = (size_t)((const char *)memchr(line, '\n', block->n - at) - line) + 1;
    size_t rows_before = block->row_count;
    if (!open) {
      begun_at = at;
      begun_rows = block->row_count;
      begun_cells = block->cell_count;
      c.row_line = begun_line = block->quote_line = block->lines;
    }
    c.field_ended = false;
    bool parsed = csv_parse(&parser, line, n, end_field, end_row, &c) == n;
    if (!parsed || c.failed) {
      block->trouble = MUSTER_TROUBLE_MEMORY;
      break;
    }
    at += n;
    open = parser.pstate != 0;
    if (!open) continue;
    if (c.field_ended) block->quote_line = block->lines;
    if (block->row_count > rows_before) c.row_line = block->lines; /* a bare return ended a row within the line */
    if (at - begun_at > MUSTER_LONGEST_ROW) {
      block->trouble = MUSTER_TROUBLE_LONG_ROW;
      block->trouble_line = begun_line;
      break;
    }
  }
  if (open && block->trouble == MUSTER_NO_TROUBLE) { /* all from that line is read again with the next block */
    block->open_at = begun_at;
    block->open_line = begun_line;
    block->row_count = begun_rows;
    block->cell_count = begun_cells;
  }
  csv_free(&parser);
}
