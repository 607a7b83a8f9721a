/* One CSV file as blocks of whole lines, each block split into rows and cells.
 *
 * A block owns the lines that begin in its stretch of the file, so blocks can be read and split by any thread in any
 * order. A block is split as if it began outside quotes; the reader that puts blocks in order sees when that was not so
 * (an earlier block ended inside a quoted field) and joins the two. */
#ifndef MUSTER_LOAD_INPUT_H
#define MUSTER_LOAD_INPUT_H

#include "muster/load.h"

enum {
  MUSTER_BLOCK_BYTES = 1 << 18,
  MUSTER_LONGEST_ROW = 1 << 20, /* more than any export needs; an unclosed quote must not swallow a file */
  MUSTER_BLOCK_PADDING = 64     /* readable bytes behind a block, so that vectors may load past its end */
};

/** A file whose header has been read. */
typedef struct muster_input {
  const char *name; /* for people: as the source names it */
  int fd;
  char delimiter;
  muster_parser parser;
  bool unsplit;     /* blocks without quotes are only looked through; muster_input_block_ends splits them when needed */
  bool keep_blanks; /* blanks at the ends of cells mean something; else cells come trimmed */
  uint64_t size, data_at; /* bytes in the file; where its first row after the header begins */
  uint64_t data_line;     /* line number there */
  size_t block_bytes, block_count;
  muster_text *header; /* in the arena given to open */
  size_t columns;
} muster_input;

/** Opens a file and reads its header. On failure nothing is left open.
 * @param path   to open
 * @param name   for errors; borrowed
 * @param arena  for the header */
MUSTER_CHECK muster_status muster_input_open(muster_input *input, const char *path, const char *name, char delimiter,
                                             size_t skip_lines, muster_parser parser, muster_arena *arena,
                                             muster_error *err);
void muster_input_close(muster_input *input);

/** Sets the block size and with it the number of blocks. */
void muster_input_cut(muster_input *input, size_t block_bytes);

typedef struct muster_cell {
  uint32_t at, n;
} muster_cell;

typedef struct muster_cell_row {
  uint32_t first, count;
  uint32_t line, last_line;
} muster_cell_row;

/** What stops a file from being read any further. */
typedef enum muster_trouble {
  MUSTER_NO_TROUBLE,
  MUSTER_TROUBLE_MEMORY,
  MUSTER_TROUBLE_READ,
  MUSTER_TROUBLE_SHRUNK,
  MUSTER_TROUBLE_NUL,
  MUSTER_TROUBLE_ENCODING,
  MUSTER_TROUBLE_LONG_ROW,
  MUSTER_TROUBLE_OPEN_QUOTE
} muster_trouble;

/** Lines are counted from 0 at the block's first. */
typedef struct muster_input_block {
  char *buffer; /* owned */
  size_t capacity;
  char *bytes; /* within the buffer: whole lines, each ended by a line feed */
  size_t n;
  uint32_t lines;
  bool cut_short; /* the file's last line had no line end */
  bool by_libcsv; /* cells and rows hold the result, else ends does */
  bool unsplit;   /* neither does yet */
  uint32_t *ends; /* positions of delimiters and line feeds */
  size_t end_count, end_capacity;
  char *text; /* of the cells */
  size_t text_n, text_capacity;
  muster_cell *cells;
  size_t cell_count, cell_capacity;
  muster_cell_row *rows;
  size_t row_count, row_capacity;
  size_t open_at;     /* where a row begins that the block does not end, or SIZE_MAX */
  uint32_t open_line; /* its line, and that of the quote which is open */
  uint32_t quote_line;
  muster_trouble trouble;
  uint32_t trouble_line;
  int trouble_code; /* errno, or the byte */
} muster_input_block;

/** Reads block `number` and splits it. Trouble is noted in the block: it counts only when the blocks before had none.
 */
void muster_input_block_read(muster_input_block *block, const muster_input *input, size_t number);

/** Splits again with `carry` (the open row of the block before) put in front. */
void muster_input_block_join(muster_input_block *block, const muster_input *input, const char *carry, size_t n);

/** Room for the ends of all of a block, or of one of its lines. */
bool muster_input_block_end_room(muster_input_block *block) MUSTER_CHECK;

/** Finds the ends of an unsplit block. False when there is no memory. */
bool muster_input_block_ends(muster_input_block *block, const muster_input *input) MUSTER_CHECK;

/** Splits bytes of memory, as a block of their own; a missing last line end is added. */
void muster_input_block_of(muster_input_block *block, const muster_input *input, const char *bytes, size_t n);

void muster_input_block_free(muster_input_block *block);

/** The error for a block's trouble; `first_line` is the number of the block's first line. */
muster_status muster_input_block_fail(const muster_input_block *block, const muster_input *input, uint64_t first_line,
                                      muster_error *err);

/** Rows of a split block in order. */
typedef struct muster_rows {
  const muster_input_block *block;
  bool keep_blanks;
  size_t next, at; /* next end or row; start of the next row in bytes */
  uint32_t line;
} muster_rows;

muster_rows muster_rows_of(const muster_input_block *block, const muster_input *input);

/** Next row: fills at most `most` cells. Blank lines are passed over.
 * @param[out] count  cells that the row has
 * @param[out] line   where it begins  @retval false  none left */
bool muster_rows_next(muster_rows *rows, muster_text *cells, size_t most, size_t *count, uint32_t *line);

/** Text without blanks and tabs at its ends, as libcsv trims fields without quotes. */
static inline muster_text muster_cell_trim(muster_text t) {
  while (t.n && (t.at[0] == ' ' || t.at[0] == '\t')) t.at++, t.n--;
  while (t.n && (t.at[t.n - 1] == ' ' || t.at[t.n - 1] == '\t')) t.n--;
  return t;
}

/** What a cell says: trimmed, and out of ="00123", which is how spreadsheets are told that a number is a text. */
static inline muster_text muster_cell_value(muster_text t) {
  t = muster_cell_trim(t);
  if (t.n < 3 || t.at[0] != '=' || t.at[1] != '"' || t.at[t.n - 1] != '"') return t;
  return muster_cell_trim((muster_text){t.at + 2, t.n - 3});
}

/* split.c: positions of all delimiters and line feeds; room for n + MUSTER_BLOCK_PADDING positions. */
typedef struct muster_split {
  size_t ends;
  uint32_t lines;
  bool quote, bare_return, high, nul;
} muster_split;

typedef muster_split (*muster_splitter)(const char *bytes, size_t n, char delimiter, uint32_t *ends);
muster_splitter muster_splitter_for(muster_parser parser);

/** The same without noting positions. */
muster_split muster_look_through(muster_parser parser, const char *bytes, size_t n);

/* signature.c: fails, naming what the file is, when its first `n` bytes are those of UTF-16, a workbook, a picture, an
 * archive or a page for browsers. `name` is for the error. */
MUSTER_CHECK muster_status muster_refuse_foreign(const char *name, const char *at, size_t n, muster_error *err);

/* libcsv.c: rows and cells by libcsv, from block->bytes with its `feeds` line feeds into block->text, cells and rows.
 */
void muster_input_block_libcsv(muster_input_block *block, const muster_input *input, uint32_t feeds);

#endif
