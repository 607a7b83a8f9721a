/* Opening a file, reading its header, and reading the rest in blocks of whole lines. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TAIL = 1024 }; /* read beyond a block's stretch at once, for the end of its last line */

/* ---- bytes ---- */

static bool room(muster_input_block *block, size_t n) {
  if (n + MUSTER_BLOCK_PADDING <= block->capacity) return true;
  char *grown = muster_realloc(block->buffer, n + MUSTER_BLOCK_PADDING, 1);
  if (!grown) return false;
  memset(grown + n, 0, MUSTER_BLOCK_PADDING);
  block->buffer = grown;
  block->capacity = n + MUSTER_BLOCK_PADDING;
  return true;
}

static bool trouble(muster_input_block *block, muster_trouble kind, uint32_t line, int code) {
  block->trouble = kind;
  block->trouble_line = line;
  block->trouble_code = code;
  return false;
}

/* Reads the file's bytes from..to behind the first `used` of the buffer. */
static bool read_bytes(muster_input_block *block, const muster_input *input, uint64_t from, uint64_t to, size_t used) {
  size_t n = (size_t)(to - from);
  if (!room(block, used + n)) return trouble(block, MUSTER_TROUBLE_MEMORY, 0, 0);
  while (n) {
    ssize_t got = pread(input->fd, block->buffer + used, n, (off_t)from);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return trouble(block, MUSTER_TROUBLE_READ, 0, errno);
    if (got == 0) return trouble(block, MUSTER_TROUBLE_SHRUNK, 0, 0);
    used += (size_t)got;
    from += (uint64_t)got;
    n -= (size_t)got;
  }
  return true;
}

static uint32_t feeds(const char *bytes, size_t n) {
  uint32_t count = 0;
  const char *end = bytes + n;
  while ((bytes = memchr(bytes, '\n', (size_t)(end - bytes)))) count++, bytes++;
  return count;
}

static void reset(muster_input_block *block) {
  block->bytes = block->buffer;
  block->n = 0;
  block->lines = 0;
  block->cut_short = block->by_libcsv = block->unsplit = false;
  block->end_count = block->text_n = block->cell_count = block->row_count = 0;
  block->open_at = SIZE_MAX;
  block->trouble = MUSTER_NO_TROUBLE;
}

/* ---- splitting ---- */

static bool looks_sound(muster_input_block *block, bool high, bool nul) {
  if (nul) {
    const char *at = memchr(block->bytes, 0, block->n);
    return trouble(block, MUSTER_TROUBLE_NUL, feeds(block->bytes, (size_t)(at - block->bytes)), 0);
  }
  size_t bad;
  if (high && !muster_text_utf8((muster_text){block->bytes, block->n}, &bad))
    return trouble(block, MUSTER_TROUBLE_ENCODING, feeds(block->bytes, bad), (unsigned char)block->bytes[bad]);
  return true;
}

bool muster_input_block_end_room(muster_input_block *block) {
  if (block->end_capacity >= block->n + MUSTER_BLOCK_PADDING) return true;
  muster_free(block->ends);
  block->end_capacity = 0;
  block->ends = muster_alloc(block->n + MUSTER_BLOCK_PADDING, sizeof *block->ends);
  if (!block->ends) return trouble(block, MUSTER_TROUBLE_MEMORY, 0, 0);
  block->end_capacity = block->n + MUSTER_BLOCK_PADDING;
  return true;
}

static void split(muster_input_block *block, const muster_input *input) {
  if (block->n == 0) return;
  bool libcsv = input->parser == MUSTER_PARSER_LIBCSV;
  muster_split found;
  if (libcsv || input->unsplit) {
    found = muster_look_through(input->parser, block->bytes, block->n);
    block->unsplit = !libcsv;
  } else {
    if (!muster_input_block_end_room(block)) return;
    found = muster_splitter_for(input->parser)(block->bytes, block->n, input->delimiter, block->ends);
  }
  block->end_count = found.ends;
  block->lines = found.lines;
  if (!looks_sound(block, found.high, found.nul) || !(libcsv || found.quote || found.bare_return)) return;
  block->unsplit = false;
  muster_input_block_libcsv(block, input, found.lines);
}

bool muster_input_block_ends(muster_input_block *block, const muster_input *input) {
  if (!muster_input_block_end_room(block)) return false;
  block->end_count = muster_splitter_for(input->parser)(block->bytes, block->n, input->delimiter, block->ends).ends;
  block->unsplit = false;
  return true;
}

/* Ends the last line of the file where it has no end of its own. */
static void end_last_line(muster_input_block *block) {
  if (block->n == 0 || block->bytes[block->n - 1] == '\n') return;
  block->bytes[block->n++] = '\n';
  block->cut_short = true;
}

static void long_row(muster_input_block *block, size_t line_at) {
  trouble(block, MUSTER_TROUBLE_LONG_ROW, feeds(block->bytes, line_at), 0);
}

void muster_input_block_read(muster_input_block *block, const muster_input *input, size_t number) {
  reset(block);
  uint64_t low = input->data_at + (uint64_t)number * input->block_bytes;
  uint64_t high = low + input->block_bytes < input->size ? low + input->block_bytes : input->size;
  uint64_t from = number ? low - 1 : low;
  uint64_t to = high + TAIL < input->size ? high + TAIL : input->size;
  if (!read_bytes(block, input, from, to, 0) || !room(block, (size_t)(to - from) + 1)) {
    if (block->trouble == MUSTER_NO_TROUBLE) trouble(block, MUSTER_TROUBLE_MEMORY, 0, 0);
    return;
  }
  size_t own = (size_t)(high - from); /* lines that begin before this are the block's */
  size_t start = 0;
  if (number) {
    const char *feed = memchr(block->buffer, '\n', own);
    start = feed ? (size_t)(feed - block->buffer) + 1 : own;
  }
  if (start >= own) return;
  size_t got = (size_t)(to - from), end = got;
  if (high < input->size) {
    size_t search = own - 1;
    const char *feed;
    while (!(feed = memchr(block->buffer + search, '\n', got - search)) && to < input->size) {
      search = got;
      if (got - own > MUSTER_LONGEST_ROW) break;
      uint64_t further = to + MUSTER_BLOCK_BYTES < input->size ? to + MUSTER_BLOCK_BYTES : input->size;
      if (!read_bytes(block, input, to, further, got)) return;
      got += (size_t)(further - to);
      to = further;
    }
    end = feed ? (size_t)(feed - block->buffer) + 1 : got;
    if (!room(block, end + 1)) {
      trouble(block, MUSTER_TROUBLE_MEMORY, 0, 0);
      return;
    }
  }
  block->bytes = block->buffer + start;
  block->n = end - start;
  size_t last = own - 1 - start; /* the last line begins at or before this */
  while (last > 0 && block->bytes[last - 1] != '\n') last--;
  end_last_line(block);
  if (block->n - last > MUSTER_LONGEST_ROW) {
    long_row(block, last);
    return;
  }
  split(block, input);
}

void muster_input_block_join(muster_input_block *block, const muster_input *input, const char *carry, size_t n) {
  bool cut_short = block->cut_short;
  size_t own = block->n;
  char *joined = muster_alloc(n + own + MUSTER_BLOCK_PADDING, 1);
  if (!joined) {
    trouble(block, MUSTER_TROUBLE_MEMORY, 0, 0);
    return;
  }
  memcpy(joined, carry, n);
  if (own) memcpy(joined + n, block->bytes, own);
  muster_free(block->buffer);
  block->buffer = joined;
  block->capacity = n + own + MUSTER_BLOCK_PADDING;
  reset(block);
  block->n = n + own;
  block->cut_short = cut_short;
  split(block, input);
}

void muster_input_block_of(muster_input_block *block, const muster_input *input, const char *bytes, size_t n) {
  reset(block);
  if (!room(block, n + 1)) {
    trouble(block, MUSTER_TROUBLE_MEMORY, 0, 0);
    return;
  }
  block->bytes = block->buffer;
  if (n) memcpy(block->bytes, bytes, n);
  block->n = n;
  end_last_line(block);
  split(block, input);
}

void muster_input_block_free(muster_input_block *block) {
  muster_free(block->buffer);
  muster_free(block->ends);
  muster_free(block->text);
  muster_free(block->cells);
  muster_free(block->rows);
  *block = (muster_input_block){0};
}

muster_status muster_input_block_fail(const muster_input_block *block, const muster_input *input, uint64_t first_line,
                                      muster_error *err) {
  unsigned long long line = (unsigned long long)(first_line + block->trouble_line);
  muster_status status = MUSTER_DATA;
  switch (block->trouble) {
    case MUSTER_NO_TROUBLE: return MUSTER_OK;
    case MUSTER_TROUBLE_MEMORY: return muster_fail_memory(err);
    case MUSTER_TROUBLE_READ:
      status = muster_fail(err, MUSTER_IO, "cannot read: %s", strerror(block->trouble_code));
      muster_error_where(err, "%s", input->name);
      return status;
    case MUSTER_TROUBLE_SHRUNK:
      status = muster_fail(err, MUSTER_IO, "the file became shorter while it was read");
      muster_error_where(err, "%s", input->name);
      muster_error_todo(err, "load it again when nothing writes to it");
      return status;
    case MUSTER_TROUBLE_NUL:
      muster_fail(err, status, "the file holds a NUL byte: it is UTF-16, or no text");
      muster_error_expected(err, "UTF-8 text");
      muster_error_todo(err, "save it as \"CSV UTF-8\"");
      break;
    case MUSTER_TROUBLE_ENCODING:
      muster_fail(err, status, "the file is not UTF-8 (byte 0x%02X): its encoding is likely Windows-1252 or Latin-1",
                  (unsigned)block->trouble_code);
      muster_error_expected(err, "UTF-8 text");
      muster_error_todo(err, "save it as \"CSV UTF-8\", or convert it: iconv -f WINDOWS-1252 -t UTF-8");
      break;
    case MUSTER_TROUBLE_LONG_ROW:
      muster_fail(err, status, "a row is longer than %d bytes", MUSTER_LONGEST_ROW);
      muster_error_expected(err, "a CSV file with one record a row");
      muster_error_todo(err, "look for a quote that is opened on that line and not closed");
      break;
    case MUSTER_TROUBLE_OPEN_QUOTE:
      muster_fail(err, status, "a quoted field that begins on this line is not closed by the end of the file");
      muster_error_todo(err, "close the quote, or double it where it belongs to the text");
      break;
  }
  muster_error_where(err, "%s:%llu", input->name, line);
  return status;
}

/* ---- the head of a file ---- */

static bool blank_line(const char *line, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!memchr(" \t\r\n", line[i], 4)) return false;
  return true;
}

static muster_status fail_at(const muster_input *input, uint64_t line, const char *what, const char *todo,
                             muster_error *err) {
  muster_fail(err, MUSTER_DATA, "%s", what);
  muster_error_where(err, "%s:%llu", input->name, (unsigned long long)line);
  if (todo) muster_error_todo(err, "%s", todo);
  return MUSTER_DATA;
}

/* The header is the first row of `head`, which is a block of whole lines that begins at the file's line `line`. */
static muster_status take_header(muster_input *input, const muster_input_block *head, uint64_t line,
                                 muster_arena *arena, muster_error *err) {
  const muster_cell_row *row = &head->rows[0];
  if (head->row_count > 1 && head->rows[1].line == row->last_line)
    return fail_at(input, line + row->last_line, "the lines end in a bare carriage return (an old Macintosh file)",
                   "save it with line feeds, as \"CSV UTF-8\"", err);
  input->columns = row->count;
  input->header = muster_arena_alloc(arena, row->count * sizeof *input->header);
  if (!input->header) return muster_fail_memory(err);
  for (size_t i = 0; i < row->count; i++) {
    const muster_cell *cell = &head->cells[row->first + i];
    char *copy = muster_arena_copy(arena, head->text + cell->at, cell->n);
    if (!copy) return muster_fail_memory(err);
    input->header[i] = (muster_text){copy, cell->n};
  }
  size_t at = 0;
  for (uint32_t i = 0; i <= row->last_line; i++)
    at = (size_t)((const char *)memchr(head->bytes + at, '\n', head->n - at) - head->bytes) + 1;
  input->data_at += at;
  input->data_line = line + row->last_line + 1;
  return MUSTER_OK;
}

static muster_status read_head(muster_input *input, size_t skip_lines, muster_arena *arena, muster_error *err) {
  muster_input_block raw = {0}, head = {0};
  muster_status status = MUSTER_OK;
  size_t n = input->size < MUSTER_LONGEST_ROW ? (size_t)input->size : MUSTER_LONGEST_ROW;
  uint64_t line = 1;
  if (!read_bytes(&raw, input, 0, n, 0)) {
    status = muster_input_block_fail(&raw, input, line, err);
    goto out;
  }
  status = muster_refuse_foreign(input->name, raw.buffer, n, err);
  if (status != MUSTER_OK) goto out;
  size_t at = n >= 3 && memcmp(raw.buffer, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  for (size_t skipped = 0; at < n;) {
    const char *feed = memchr(raw.buffer + at, '\n', n - at);
    size_t end = feed ? (size_t)(feed - raw.buffer) + 1 : n;
    if (skipped == skip_lines && !blank_line(raw.buffer + at, end - at)) break;
    skipped += skipped < skip_lines;
    at = end;
    line++;
  }
  if (at == n) {
    status = fail_at(input, 1, n == input->size ? "the file is empty" : "the file begins with a megabyte of nothing",
                     "export it again; a file needs at least its header line", err);
    goto out;
  }
  /* The header is one line, or as many as its quoted names span. */
  for (size_t taken = 0;;) {
    const char *feed = memchr(raw.buffer + at + taken, '\n', n - at - taken);
    taken = feed ? (size_t)(feed - raw.buffer) + 1 - at : n - at;
    muster_input by_libcsv = *input;
    by_libcsv.parser = MUSTER_PARSER_LIBCSV;
    muster_input_block_of(&head, &by_libcsv, raw.buffer + at, taken);
    bool all = at + taken == n;
    if (head.trouble == MUSTER_NO_TROUBLE && head.row_count == 0 && all) {
      head.trouble = n == input->size ? MUSTER_TROUBLE_OPEN_QUOTE : MUSTER_TROUBLE_LONG_ROW;
      head.trouble_line = head.quote_line;
    }
    if (head.trouble != MUSTER_NO_TROUBLE) {
      status = muster_input_block_fail(&head, input, line, err);
      goto out;
    }
    if (head.row_count) break;
    taken = taken * 2 < n - at ? taken * 2 : n - at - 1; /* twice as much each time, so that no header takes long */
  }
  input->data_at = at;
  status = take_header(input, &head, line, arena, err);
  if (status == MUSTER_OK && input->data_at > input->size) input->data_at = input->size;
out:
  muster_input_block_free(&raw);
  muster_input_block_free(&head);
  return status;
}

muster_status muster_input_open(muster_input *input, const char *path, const char *name, char delimiter,
                                size_t skip_lines, muster_parser parser, muster_arena *arena, muster_error *err) {
  *input = (muster_input){.name = name, .fd = -1, .delimiter = delimiter ? delimiter : ',', .parser = parser};
  input->fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat st;
  if (input->fd < 0 || fstat(input->fd, &st) != 0) {
    muster_status status = muster_fail(err, MUSTER_IO, "cannot open: %s", strerror(errno));
    muster_error_where(err, "%s", path);
    muster_input_close(input);
    return status;
  }
  if (!S_ISREG(st.st_mode)) {
    muster_input_close(input);
    muster_status status = muster_fail(err, MUSTER_IO, "is not a plain file");
    muster_error_where(err, "%s", path);
    return status;
  }
  input->size = (uint64_t)st.st_size;
  muster_status status = read_head(input, skip_lines, arena, err);
  if (status == MUSTER_OK)
    muster_input_cut(input, MUSTER_BLOCK_BYTES);
  else
    muster_input_close(input);
  return status;
}

void muster_input_close(muster_input *input) {
  if (input->fd >= 0) close(input->fd);
  input->fd = -1;
}

void muster_input_cut(muster_input *input, size_t block_bytes) {
  input->block_bytes = block_bytes;
  input->block_count = (size_t)((input->size - input->data_at + block_bytes - 1) / block_bytes);
}
