/* The ledger: every row is accounted for, every reject is kept. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "books.h"
#include "input.h"

enum { LONGEST_VALUE = 200, MOST_TEXTS = 10000 };

muster_ledger *muster_ledger_new(void) {
  muster_ledger *ledger = muster_alloc(1, sizeof *ledger);
  if (ledger && !(ledger->rejects = muster_spool_new())) {
    muster_free(ledger);
    return NULL;
  }
  return ledger;
}

static void free_tally(muster_ledger_tally *tally) {
  muster_map_free(&tally->texts);
  muster_free(tally->counts);
}

void muster_ledger_free(muster_ledger *ledger) {
  if (!ledger) return;
  muster_free(ledger->files);
  muster_free(ledger->superseded);
  muster_free(ledger->facts);
  free_tally(&ledger->reasons);
  free_tally(&ledger->unknown_codes);
  muster_spool_free(ledger->rejects);
  muster_arena_free(&ledger->arena);
  muster_free(ledger);
}

static bool balanced(const muster_ledger_counts *c) {
  return c->read == c->accepted + c->duplicate + c->superseded + c->rejected;
}

bool muster_ledger_balanced(const muster_ledger *ledger) {
  for (size_t i = 0; i < ledger->file_count; i++)
    if (!balanced(&ledger->files[i].counts)) return false;
  return balanced(&ledger->total);
}

uint32_t muster_books_file(muster_ledger *ledger, const char *name, muster_file_kind kind) {
  char *copy = muster_arena_copy(&ledger->arena, name, strlen(name));
  if (!copy || !MUSTER_GROW(ledger->files, ledger->file_capacity, ledger->file_count)) return MUSTER_NONE;
  ledger->files[ledger->file_count] = (muster_ledger_file){.name = copy, .kind = kind};
  return (uint32_t)ledger->file_count++;
}

void muster_books_close(muster_ledger *ledger) {
  ledger->total = (muster_ledger_counts){0};
  for (size_t i = 0; i < ledger->file_count; i++) {
    const muster_ledger_counts *c = &ledger->files[i].counts;
    ledger->total.read += c->read;
    ledger->total.accepted += c->accepted;
    ledger->total.duplicate += c->duplicate;
    ledger->total.superseded += c->superseded;
    ledger->total.rejected += c->rejected;
  }
}

/* Texts beyond the first ten thousand are counted together. */
static bool count(muster_ledger_tally *tally, muster_text text) {
  bool full = tally->texts.count >= MOST_TEXTS && muster_map_find(&tally->texts, text) == MUSTER_NONE;
  bool added;
  uint32_t k = muster_map_add(&tally->texts, full ? MUSTER_TEXT("(others)") : text, &added);
  if (k == MUSTER_NONE) return false;
  if (k >= tally->capacity) {
    size_t wanted = tally->capacity ? tally->capacity * 2 : 16;
    uint64_t *counts = muster_realloc(tally->counts, wanted, sizeof *counts);
    if (!counts) return false;
    memset(counts + tally->capacity, 0, (wanted - tally->capacity) * sizeof *counts);
    tally->counts = counts;
    tally->capacity = wanted;
  }
  tally->counts[k]++;
  return true;
}

static muster_text shortened(muster_text value, char out[LONGEST_VALUE + 8]) {
  if (value.n <= LONGEST_VALUE) return value;
  size_t n = LONGEST_VALUE;
  while (n && ((unsigned char)value.at[n] & 0xC0) == 0x80) n--;
  memcpy(out, value.at, n);
  memcpy(out + n, "\xE2\x80\xA6", 3); /* an ellipsis */
  return (muster_text){out, n + 3};
}

muster_status muster_books_reject(muster_ledger *ledger, uint32_t file, uint64_t line, muster_text column,
                                  muster_text value, const char *key, const char *reason, muster_error *err) {
  char cut[LONGEST_VALUE + 8];
  muster_buf *out = muster_spool_begin(ledger->rejects);
  muster_buf_csv(out, muster_text_of(ledger->files[file].name));
  muster_buf_printf(out, ",%" PRIu64 ",", line);
  muster_buf_csv(out, column);
  muster_buf_putc(out, ',');
  muster_buf_csv(out, shortened(value, cut));
  muster_buf_putc(out, ',');
  muster_buf_csv(out, muster_text_of(reason));
  muster_buf_putc(out, '\n');
  MUSTER_TRY(muster_spool_end(ledger->rejects, err));
  ledger->files[file].counts.read++;
  ledger->files[file].counts.rejected++;
  return count(&ledger->reasons, muster_text_of(key)) ? MUSTER_OK : muster_fail_memory(err);
}

muster_status muster_books_fact(muster_ledger *ledger, const char *id, uint32_t file, muster_error *err,
                                const char *text, ...) {
  char line[512];
  va_list args;
  va_start(args, text);
  vsnprintf(line, sizeof line, text, args);
  va_end(args);
  char *copy = muster_arena_copy(&ledger->arena, line, strlen(line));
  if (!copy || !MUSTER_GROW(ledger->facts, ledger->fact_capacity, ledger->fact_count)) return muster_fail_memory(err);
  ledger->facts[ledger->fact_count++] = (muster_fact){id, file, copy};
  return MUSTER_OK;
}

muster_status muster_books_unknown_code(muster_ledger *ledger, muster_text code, muster_error *err) {
  char cut[LONGEST_VALUE + 8];
  return count(&ledger->unknown_codes, shortened(code, cut)) ? MUSTER_OK : muster_fail_memory(err);
}

muster_status muster_books_superseded(muster_ledger *ledger, const muster_superseded *mark, muster_error *err) {
  if (!MUSTER_GROW(ledger->superseded, ledger->superseded_capacity, ledger->superseded_count))
    return muster_fail_memory(err);
  ledger->superseded[ledger->superseded_count++] = *mark;
  return MUSTER_OK;
}

/* ---- reading rejects back ---- */

typedef struct showing {
  bool (*show)(void *context, const muster_reject *reject);
  void *context;
  muster_input_block block;
  bool stopped;
} showing;

static muster_status show_piece(void *context, const char *bytes, size_t n, muster_error *err) {
  showing *s = context;
  if (s->stopped) return MUSTER_OK;
  muster_input input = {.name = "rejects", .delimiter = ',', .parser = MUSTER_PARSER_LIBCSV};
  muster_input_block_of(&s->block, &input, bytes, n);
  if (s->block.trouble != MUSTER_NO_TROUBLE) return muster_input_block_fail(&s->block, &input, 1, err);
  muster_rows rows = muster_rows_of(&s->block, &input);
  muster_text cells[5];
  uint32_t line;
  for (size_t count_here; !s->stopped && muster_rows_next(&rows, cells, 5, &count_here, &line);) {
    int64_t number = 0;
    if (count_here != 5 || !muster_text_int(cells[1], &number))
      return muster_fail(err, MUSTER_DEFECT, "the list of rejects cannot be read back");
    muster_reject reject = {cells[0], (uint64_t)number, cells[2], cells[3], cells[4]};
    s->stopped = !s->show(s->context, &reject);
  }
  return MUSTER_OK;
}

muster_status muster_ledger_each_reject(const muster_ledger *ledger,
                                        bool (*show)(void *context, const muster_reject *reject), void *context,
                                        muster_error *err) {
  showing s = {.show = show, .context = context};
  muster_status status = muster_spool_each(ledger->rejects, show_piece, &s, err);
  muster_input_block_free(&s.block);
  return status;
}
