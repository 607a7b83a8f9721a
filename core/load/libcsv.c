/* Rows and cells by libcsv: the parser of every block with a quote or a bare carriage return, and the reference that
 * the vector path is held against. A block is fed at once, and again line by line when a quoted field holds line ends,
 * so that the line of every row is known. */
#include <csv.h>
#include <string.h>

#include "input.h"

enum { SHORT = 16, FIRST_BUFFER = 4096 };

typedef struct collector {
  muster_input_block *block;
  uint32_t first_cell; /* of the row being read */
  uint32_t row_line;
  bool by_lines; /* lines are fed one by one; else they are counted by their ends */
  bool field_ended, failed;
} collector;

static void *csv_realloc(void *old, size_t size) { return muster_realloc(old, size, 1); }

/* The cells of a block are never longer than the block. */
static bool text_room(muster_input_block *b) {
  if (b->text && b->n <= b->text_capacity) return true;
  muster_free(b->text);
  b->text_capacity = 0;
  b->text = muster_alloc(b->n + MUSTER_BLOCK_PADDING, 1);
  if (b->text) b->text_capacity = b->n;
  return b->text != NULL;
}

static void end_field(void *at, size_t n, void *context) {
  collector *c = context;
  muster_input_block *b = c->block;
  c->field_ended = true;
  bool room = b->cell_count < b->cell_capacity || MUSTER_GROW(b->cells, b->cell_capacity, b->cell_count);
  if (!room || c->failed) {
    c->failed = true;
    return;
  }
  char *to = b->text + b->text_n;
  b->cells[b->cell_count++] = (muster_cell){(uint32_t)b->text_n, (uint32_t)n};
  b->text_n += n;
  if (n <= SHORT) /* most are; the parser's buffer and ours have room for a whole one */
    memcpy(to, at, SHORT);
  else
    memcpy(to, at, n);
}

static void end_row(int terminator, void *context) {
  collector *c = context;
  muster_input_block *b = c->block;
  uint32_t count = (uint32_t)b->cell_count - c->first_cell;
  if (count) {
    if (c->failed || !MUSTER_GROW(b->rows, b->row_capacity, b->row_count)) {
      c->failed = true;
      return;
    }
    b->rows[b->row_count++] = (muster_cell_row){c->first_cell, count, c->row_line, b->lines};
    c->first_cell = (uint32_t)b->cell_count;
  }
  if (!c->by_lines && terminator == '\n') c->row_line = ++b->lines;
}

static int no_blank(unsigned char c) { return (void)c, 0; }

static void begin(struct csv_parser *parser, muster_input_block *block, const muster_input *input,
                  unsigned char options) {
  csv_init(parser, options);
  csv_set_delim(parser, (unsigned char)input->delimiter);
  if (input->keep_blanks) csv_set_space_func(parser, no_blank);
  csv_set_realloc_func(parser, csv_realloc);
  csv_set_free_func(parser, muster_free);
  csv_set_blk_size(parser, FIRST_BUFFER);
  block->by_libcsv = true;
  block->text_n = block->cell_count = block->row_count = 0;
  block->open_at = SIZE_MAX;
  block->lines = 0;
}

/* The whole block, which has so many line feeds, at once. Every line end outside quotes is reported, so lines are known
 * when no quote holds one.
 * @retval false  one does, or the block ends within a row: it must be fed by lines */
static bool feed_at_once(muster_input_block *block, const muster_input *input, uint32_t feeds) {
  struct csv_parser parser;
  collector c = {.block = block};
  begin(&parser, block, input, CSV_REPALL_NL);
  bool parsed = csv_parse(&parser, block->bytes, block->n, end_field, end_row, &c) == block->n;
  bool whole = parser.pstate == 0;
  csv_free(&parser);
  if (!parsed || c.failed) {
    block->trouble = MUSTER_TROUBLE_MEMORY;
    return true;
  }
  return whole && feeds == block->lines;
}

static void feed_by_lines(muster_input_block *block, const muster_input *input) {
  struct csv_parser parser;
  collector c = {.block = block, .by_lines = true};
  begin(&parser, block, input, 0);
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

void muster_input_block_libcsv(muster_input_block *block, const muster_input *input, uint32_t feeds) {
  if (!text_room(block)) {
    block->trouble = MUSTER_TROUBLE_MEMORY;
    return;
  }
  if (!feed_at_once(block, input, feeds)) feed_by_lines(block, input);
}
