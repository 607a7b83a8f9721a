/* Any bytes as a block: the vector ways must give the cells, the lines and the trouble that libcsv alone gives. */
#include <stdlib.h>
#include <string.h>

#include "../../../core/load/input.h"

enum { CELLS = 64 };

static void expect(bool good) {
  if (!good) abort();
}

static void compare(const muster_input *vector, const muster_input_block *a, const muster_input *libcsv,
                    const muster_input_block *b) {
  expect(a->trouble == b->trouble && a->trouble_line == b->trouble_line);
  if (a->trouble != MUSTER_NO_TROUBLE) return;
  expect(a->lines == b->lines && a->open_at == b->open_at && a->cut_short == b->cut_short);
  muster_rows of_a = muster_rows_of(a, vector), of_b = muster_rows_of(b, libcsv);
  muster_text cells_a[CELLS], cells_b[CELLS];
  for (;;) {
    size_t count_a, count_b;
    uint32_t line_a, line_b;
    bool more = muster_rows_next(&of_a, cells_a, CELLS, &count_a, &line_a);
    expect(muster_rows_next(&of_b, cells_b, CELLS, &count_b, &line_b) == more);
    if (!more) return;
    expect(count_a == count_b && line_a == line_b);
    for (size_t i = 0; i < count_a && i < CELLS; i++) expect(muster_text_equal(cells_a[i], cells_b[i]));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  if (n < 1) return 0;
  static const char delimiters[] = {',', ';', '\t', '|'};
  muster_input libcsv = {.name = "fuzz", .delimiter = delimiters[data[0] & 3], .parser = MUSTER_PARSER_LIBCSV};
  libcsv.keep_blanks = data[0] & 4;
  muster_input_block expected = {0};
  muster_input_block_of(&expected, &libcsv, (const char *)data + 1, n - 1);
  for (int parser = MUSTER_PARSER_BEST; parser <= MUSTER_PARSER_AVX2; parser++) {
    muster_input input = libcsv;
    muster_input_block block = {0};
    input.parser = (muster_parser)parser;
    muster_input_block_of(&block, &input, (const char *)data + 1, n - 1);
    compare(&input, &block, &libcsv, &expected);
    muster_input_block_free(&block);
  }
  muster_input_block_free(&expected);
  return 0;
}
