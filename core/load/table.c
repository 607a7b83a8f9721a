/* A whole CSV file in memory. */
#include "muster/load/table.h"

#include "reading.h"

static muster_status refuse(const muster_input *input, uint64_t line, size_t cells, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "the row has %zu cells, the header %zu", cells, input->columns);
  muster_error_where(err, "%s:%llu", input->name, (unsigned long long)line);
  muster_error_todo(err, "look for a delimiter within a cell that has no quotes");
  return MUSTER_DATA;
}

static muster_status take_block(muster_table *t, const muster_input *input, const muster_input_block *block,
                                uint64_t first_line, size_t capacity[2], muster_text *row, muster_error *err) {
  muster_rows rows = muster_rows_of(block, input);
  size_t count;
  uint32_t line;
  while (muster_rows_next(&rows, row, t->columns, &count, &line)) {
    if (count != t->columns) return refuse(input, first_line + line, count, err);
    if (!MUSTER_GROW(t->lines, capacity[0], t->rows)) return muster_fail_memory(err);
    while ((t->rows + 1) * t->columns > capacity[1])
      if (!muster_grow((void **)&t->cells, &capacity[1], capacity[1], sizeof *t->cells)) return muster_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
      char *copy = muster_arena_copy(&t->arena, row[i].at, row[i].n);
      if (!copy) return muster_fail_memory(err);
      t->cells[t->rows * t->columns + i] = (muster_text){copy, row[i].n};
    }
    t->lines[t->rows++] = first_line + line;
  }
  return MUSTER_OK;
}

static muster_status take_names(muster_table *t, const muster_input *input, muster_error *err) {
  t->columns = input->columns;
  t->names = muster_arena_alloc(&t->arena, t->columns * sizeof *t->names);
  if (!t->names) return muster_fail_memory(err);
  for (size_t i = 0; i < t->columns; i++) {
    t->names[i] = input->header[i].at;
    if (input->header[i].n == 0) continue;
    uint32_t first = muster_table_column(&(muster_table){.names = t->names, .columns = i}, t->names[i]);
    if (first == MUSTER_NONE) continue;
    muster_fail(err, MUSTER_DATA, "the column '%.80s' is there twice (columns %u and %zu)", t->names[i], first + 1,
                i + 1);
    muster_error_where(err, "%s:%llu", input->name, (unsigned long long)input->data_line - 1);
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

muster_status muster_table_read(const char *path, char delimiter, muster_table *t, muster_error *err) {
  *t = (muster_table){0};
  muster_input input;
  muster_input_block block = {0};
  size_t capacity[2] = {0, 0};
  muster_status status = muster_input_open(&input, path, path, delimiter, 0, MUSTER_PARSER_BEST, &t->arena, err);
  if (status != MUSTER_OK) {
    muster_table_free(t);
    return status;
  }
  muster_sequence sequence = {.line = input.data_line};
  muster_text *row = muster_alloc(input.columns, sizeof *row);
  status = row ? take_names(t, &input, err) : muster_fail_memory(err);
  for (size_t k = 0; status == MUSTER_OK && k < input.block_count; k++) {
    uint64_t first_line;
    bool joined;
    muster_input_block_read(&block, &input, k);
    status = muster_sequence_take(&sequence, &block, &input, k + 1 == input.block_count, &first_line, &joined, err);
    if (status == MUSTER_OK) status = take_block(t, &input, &block, first_line, capacity, row, err);
  }
  muster_free(row);
  muster_free(sequence.carry);
  muster_input_block_free(&block);
  muster_input_close(&input);
  if (status != MUSTER_OK) muster_table_free(t);
  return status;
}

void muster_table_free(muster_table *t) {
  muster_free(t->cells);
  muster_free(t->lines);
  muster_arena_free(&t->arena);
  *t = (muster_table){0};
}

uint32_t muster_table_column(const muster_table *t, const char *name) {
  for (size_t i = 0; i < t->columns; i++)
    if (muster_text_equal_nocase(muster_text_of(t->names[i]), muster_text_of(name))) return (uint32_t)i;
  return MUSTER_NONE;
}
