/* The ways of finding delimiters against the plainest one there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../core/load/input.h"

enum { MOST = 700 };

static muster_split by_hand(const char *bytes, size_t n, char delimiter, uint32_t *ends) {
  muster_split s = {0};
  for (size_t i = 0; i < n; i++) {
    char c = bytes[i];
    if (c == delimiter || c == '\n') ends[s.ends++] = (uint32_t)i;
    s.lines += c == '\n';
    s.quote |= c == '"';
    s.nul |= c == 0;
    s.high |= (unsigned char)c > 127;
    s.bare_return |= c == '\r' && (i + 1 == n || bytes[i + 1] != '\n');
  }
  return s;
}

static void same(const char *bytes, size_t n, char delimiter) {
  static uint32_t expected[MOST + MUSTER_BLOCK_PADDING], found[MOST + MUSTER_BLOCK_PADDING];
  muster_split e = by_hand(bytes, n, delimiter, expected);
  for (int parser = MUSTER_PARSER_PORTABLE; parser <= MUSTER_PARSER_AVX2; parser++) {
    muster_split s = muster_splitter_for((muster_parser)parser)(bytes, n, delimiter, found);
    muster_split l = muster_look_through((muster_parser)parser, bytes, n);
    assert_int_equal(s.ends, e.ends);
    assert_memory_equal(found, expected, e.ends * sizeof *found);
    assert_true(s.lines == e.lines && s.quote == e.quote && s.bare_return == e.bare_return && s.high == e.high &&
                s.nul == e.nul);
    assert_true(l.lines == e.lines && l.quote == e.quote && l.bare_return == e.bare_return && l.high == e.high &&
                l.nul == e.nul);
  }
}

static void random_bytes_split_the_same(void **state) {
  (void)state;
  static const char letters[] = "aaaabbbb,,,;\n\r\r\n\"\0\xC3\xA9 \t";
  static char bytes[MOST + MUSTER_BLOCK_PADDING];
  uint32_t seed = 1;
  for (int round = 0; round < 20000; round++) {
    seed = seed * 1664525u + 1013904223u;
    size_t n = seed % MOST, kinds = 4 + (seed >> 16) % (sizeof letters - 5);
    for (size_t i = 0; i < n; i++) {
      seed = seed * 1664525u + 1013904223u;
      bytes[i] = letters[(seed >> 8) % kinds];
    }
    for (size_t i = n; i < n + MUSTER_BLOCK_PADDING; i++) bytes[i] = letters[i % (sizeof letters - 1)];
    same(bytes, n, round % 3 ? ',' : ';');
  }
}

static void a_return_at_the_border_of_vectors(void **state) {
  (void)state;
  char bytes[256 + MUSTER_BLOCK_PADDING];
  for (size_t at = 0; at < 255; at++) {
    memset(bytes, 'x', sizeof bytes);
    bytes[at] = '\r';
    same(bytes, 256, ',');
    bytes[at + 1] = '\n';
    same(bytes, 256, ',');
  }
}

static void names_of_parsers(void **state) {
  (void)state;
  assert_string_equal(muster_parser_name(MUSTER_PARSER_LIBCSV), "libcsv");
  assert_string_equal(muster_parser_name(MUSTER_PARSER_PORTABLE), "portable");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_bytes_split_the_same),
      cmocka_unit_test(a_return_at_the_border_of_vectors),
      cmocka_unit_test(names_of_parsers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
