/* The ground floor: errors, memory, text, dates, maps, files, threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/base.h"

static void an_error_says_what_where_expected_and_what_to_do(void **state) {
  (void)state;
  muster_error err;
  char text[512];
  assert_int_equal(muster_fail(&err, MUSTER_DATA, "'%s' is not a session", "XM"), MUSTER_DATA);
  muster_error_where(&err, "marks.csv:%d", 12);
  muster_error_where(&err, "a later, shallower place");
  muster_error_expected(&err, "AM or PM");
  muster_error_todo(&err, "map it in source.lua");
  muster_error_format(&err, text, sizeof text);
  assert_string_equal(text, "marks.csv:12: 'XM' is not a session; expected AM or PM; map it in source.lua");
  muster_error_wrap(&err, "while reading %s", "export");
  muster_error_format(&err, text, 24);
  assert_string_equal(text, "marks.csv:12: while rea");
  assert_int_equal(muster_fail(NULL, MUSTER_IO, "nobody listens"), MUSTER_IO);
  muster_error_expected(NULL, "nothing");
  char longest[2000];
  memset(longest, 'x', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  muster_fail(&err, MUSTER_DATA, "%s", longest);
  assert_int_equal(strlen(err.what), sizeof err.what - 1);
}

static void exit_statuses_are_those_of_the_contract(void **state) {
  (void)state;
  static const int codes[] = {0, 1, 2, 3, 4, 5, 70, 70};
  for (int s = MUSTER_OK; s <= MUSTER_DEFECT; s++) assert_int_equal(muster_status_exit((muster_status)s), codes[s]);
  assert_int_equal(muster_status_exit((muster_status)99), 70);
}

static void dates_are_civil_and_back(void **state) {
  (void)state;
  int y, m, d, days = 0;
  for (muster_date date = muster_date_of(1900, 1, 1); date < muster_date_of(2200, 1, 1); date++, days++) {
    muster_date_civil(date, &y, &m, &d);
    assert_int_equal(muster_date_of(y, m, d), date);
    char text[MUSTER_DATE_TEXT];
    muster_date back;
    assert_true(muster_date_parse(muster_text_of(muster_date_format(date, text)), &back));
    assert_int_equal(back, date);
  }
  assert_int_equal(days, 109573);
  assert_int_equal(muster_date_of(1970, 1, 1), 0);
  assert_int_equal(muster_date_weekday(muster_date_of(2025, 9, 1)), 0);
  assert_int_equal(muster_date_weekday(muster_date_of(1969, 12, 28)), 6);
  assert_int_equal(muster_date_school_year(muster_date_of(2025, 7, 31)), 2024);
  assert_int_equal(muster_date_school_year(muster_date_of(2025, 8, 1)), 2025);
  assert_int_equal(muster_date_easter(2025), muster_date_of(2025, 4, 20));
  assert_int_equal(muster_date_easter(2026), muster_date_of(2026, 4, 5));
  assert_int_equal(muster_date_easter(2008), muster_date_of(2008, 3, 23));
  assert_int_equal(muster_date_easter(2038), muster_date_of(2038, 4, 25));
}

static void what_is_no_date_is_refused(void **state) {
  (void)state;
  const char *const bad[] = {"",           "2025-02-29",  "2025-13-01", "2025-00-10", "2025-1-1",
                             "25-01-01",   "2025-01-01 ", "2025/01/01", "1899-12-31", "2200-01-01",
                             "2025-04-31", "-025-01-01",  "2O25-01-01", "1900-02-29"};
  muster_date date;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(muster_date_parse(muster_text_of(bad[i]), &date));
  assert_true(muster_date_parse_as(MUSTER_TEXT("03/09/2025"), "%d/%m/%Y", &date));
  assert_int_equal(date, muster_date_of(2025, 9, 3));
  assert_true(muster_date_parse_as(MUSTER_TEXT("3-Sep-25"), "%d-%b-%y", &date));
  assert_int_equal(date, muster_date_of(2025, 9, 3));
  assert_true(muster_date_parse_as(MUSTER_TEXT("3 september 2025"), "%d %B %Y", &date));
  assert_true(muster_date_parse_as(MUSTER_TEXT("3-Sept-25"), "%d-%b-%y", &date));
  assert_int_equal(date, muster_date_of(2025, 9, 3));
  assert_true(muster_date_parse_as(MUSTER_TEXT("Wed 03/09/2025"), "%a %d/%m/%Y", &date));
  assert_int_equal(date, muster_date_of(2025, 9, 3));
  assert_true(muster_date_parse_as(MUSTER_TEXT("wednesday 3 Sep 2025"), "%A %d %b %Y", &date));
  assert_false(muster_date_parse_as(MUSTER_TEXT("Tue 03/09/2025"), "%a %d/%m/%Y", &date)); /* it was a Wednesday */
  assert_false(muster_date_format_ok("%a %d/%m"));
  assert_false(muster_date_parse_as(MUSTER_TEXT("31/09/2025"), "%d/%m/%Y", &date));
  assert_false(muster_date_parse_as(MUSTER_TEXT("03/09/2025x"), "%d/%m/%Y", &date));
  assert_false(muster_date_parse_as(MUSTER_TEXT("03/09"), "%d/%m/%Y", &date));
  assert_true(muster_date_format_ok("%d.%m.%Y"));
  assert_false(muster_date_format_ok("%d.%m"));
  assert_false(muster_date_format_ok("%d.%m.%Q"));
}

static void numbers_are_whole_texts(void **state) {
  (void)state;
  int64_t i;
  double x;
  assert_true(muster_text_int(MUSTER_TEXT("-42"), &i) && i == -42);
  const char *const bad[] = {"", "4 2", " 42", "4.2", "0x10", "99999999999999999999", "+1", "-", "1e3"};
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) assert_false(muster_text_int(muster_text_of(bad[k]), &i));
  assert_true(muster_text_number(MUSTER_TEXT("4.5e-1"), &x) && x == 0.45);
  const char *const worse[] = {"", "nan", "inf", "0x1p3", "1,5", "1e999", "--1", " 1"};
  for (size_t k = 0; k < sizeof worse / sizeof *worse; k++)
    assert_false(muster_text_number(muster_text_of(worse[k]), &x));
}

static void the_nearest_name_is_near(void **state) {
  (void)state;
  const char *const names[] = {"title", "level", "params", "message", NULL};
  assert_string_equal(muster_nearest("titel", names), "title");
  assert_string_equal(muster_nearest("Level", names), "level");
  assert_null(muster_nearest("xyzzy", names));
  assert_null(muster_nearest("", (const char *const[]){NULL}));
}

static void utf8_is_what_unicode_says(void **state) {
  (void)state;
  size_t at;
  assert_true(muster_text_utf8(MUSTER_TEXT("na\xC3\xAFve \xE2\x82\xAC \xF0\x9F\x99\x82"), NULL));
  const char *const bad[] = {"\x80", "a\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF\xFE"};
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) assert_false(muster_text_utf8(muster_text_of(bad[k]), &at));
}

/* What quotes files and scripts says nothing to a terminal. */
static void control_characters_are_tamed(void **state) {
  (void)state;
  char text[] = "a\x1b[31m\r\n\x7f\xc2\x9b\xe2\x80\xae\xe2\x81\xa6 \xc3\xa9\xe2\x80\xa6\xc2";
  muster_text_tame(text);
  assert_string_equal(text,
                      "a?[31m???????????"
                      " \xc3\xa9\xe2\x80\xa6\xc2");
  assert_int_equal(muster_text_control(MUSTER_TEXT("\t")), 1);
  assert_int_equal(muster_text_control(MUSTER_TEXT("\xe2\x80")), 0);
  assert_int_equal(muster_text_control(MUSTER_TEXT("")), 0);
  muster_error err;
  char shown[64];
  muster_fail(&err, MUSTER_DATA, "'%s' is no code", "\x1b]0;x\x07");
  muster_error_format(&err, shown, sizeof shown);
  assert_string_equal(shown, "'?]0;x?' is no code");
}

static void characters_are_counted_in_bytes(void **state) {
  (void)state;
  assert_int_equal(muster_text_character(MUSTER_TEXT("ab")), 1);
  assert_int_equal(muster_text_character(MUSTER_TEXT("\xc3\xa9x")), 2);
  assert_int_equal(muster_text_character(MUSTER_TEXT("\xf0\x9f\x98\x80")), 4);
  static const char *const bad[] = {"", "\x80", "\xc3", "\xc3x", "\xed\xa0\x80", "\xff"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(muster_text_character(muster_text_of(bad[i])), 0);
}

static void a_csv_field_has_the_quotes_it_needs(void **state) {
  (void)state;
  static const struct {
    const char *in, *out;
  } fields[] = {{"plain", "plain"},
                {"a,b", "\"a,b\""},
                {"say \"so\"", "\"say \"\"so\"\"\""},
                {"two\nlines", "\"two\nlines\""},
                {" blank", "\" blank\""},
                {"", ""}};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
    muster_buf buf;
    muster_buf_init(&buf, 1000);
    muster_buf_puts(&buf, "");
    muster_buf_csv(&buf, muster_text_of(fields[k].in));
    assert_string_equal(buf.at, fields[k].out);
    muster_buf_free(&buf);
  }
}

static void a_buffer_keeps_its_limit(void **state) {
  (void)state;
  muster_buf buf;
  muster_buf_init(&buf, 10);
  muster_buf_puts(&buf, "12345");
  muster_buf_printf(&buf, "%d", 67890);
  assert_false(buf.failed);
  muster_buf_putc(&buf, 'x');
  assert_true(buf.failed);
  muster_buf_puts(&buf, "more");
  assert_int_equal(buf.n, 0);
  muster_buf_free(&buf);
}

static void whole_numbers_and_prints_of_any_length_fit(void **state) {
  (void)state;
  const int64_t numbers[] = {0, 7, -7, 10, 1234567890123, INT64_MAX, INT64_MIN};
  muster_buf buf;
  muster_buf_init(&buf, 4000);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%lld", (long long)numbers[i]);
    muster_buf_clear(&buf);
    muster_buf_whole(&buf, numbers[i]);
    assert_string_equal(buf.at, wanted);
  }
  for (int width = 1; width < 1000; width += 37) { /* within the room there is, and beyond it */
    muster_buf_free(&buf);
    muster_buf_printf(&buf, "%*d|", width, 5);
    muster_buf_printf(&buf, "%*d|", width, 6);
    assert_int_equal(buf.n, 2 * ((size_t)width + 1));
    assert_int_equal(buf.at[width - 1], '5');
    assert_int_equal(buf.at[2 * width], '6');
    assert_int_equal(buf.at[buf.n], '\0');
  }
  muster_buf_clear(&buf);
  muster_buf_printf(&buf, "%*d", 4001, 1);
  assert_true(buf.failed);
  muster_buf_free(&buf);
}

static void a_map_keeps_names_in_order(void **state) {
  (void)state;
  muster_map map = {0};
  char name[32];
  bool added;
  for (int i = 0; i < 20000; i++) {
    int n = snprintf(name, sizeof name, "P%07d", i * 7919 % 20000);
    assert_int_equal(muster_map_add(&map, (muster_text){name, (size_t)n}, &added), i);
    assert_true(added);
  }
  for (int i = 0; i < 20000; i++) {
    int n = snprintf(name, sizeof name, "P%07d", i * 7919 % 20000);
    assert_int_equal(muster_map_find(&map, (muster_text){name, (size_t)n}), i);
    assert_string_equal(muster_map_name(&map, (uint32_t)i).at, name);
  }
  assert_int_equal(muster_map_find(&map, MUSTER_TEXT("P00")), MUSTER_NONE);
  assert_int_equal(muster_map_add(&map, MUSTER_TEXT(""), NULL), 20000);
  assert_int_equal(muster_map_find(&map, MUSTER_TEXT("")), 20000);
  muster_map_free(&map);
  for (long nth = 1; nth < 30; nth++) {
    muster_map small = {0};
    muster_alloc_fail_at(nth);
    for (int i = 0; i < 100; i++) {
      int n = snprintf(name, sizeof name, "%d", i);
      uint32_t k = muster_map_add(&small, (muster_text){name, (size_t)n}, NULL);
      assert_true(k == MUSTER_NONE || k == small.count - 1);
    }
    muster_alloc_fail_at(0);
    muster_map_free(&small);
  }
}

static void holds(const char *path, const char *text) {
  char *bytes;
  size_t n;
  assert_int_equal(muster_file_read(path, 1 << 24, &bytes, &n, NULL), MUSTER_OK);
  assert_string_equal(bytes, text);
  muster_free(bytes);
}

/* A draft replaces the file when it is ended, and only then; a piece that could not be written is not forgotten. */
static void a_draft_is_nothing_until_it_is_ended(void **state) {
  (void)state;
  char folder[] = "/tmp/muster-test-XXXXXX", path[64];
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/out.csv", folder);
  muster_error err;
  muster_draft *draft;
  assert_int_equal(muster_file_write(path, "old", 3, 0600, &err), MUSTER_OK);
  assert_int_equal(muster_draft_begin(path, 0644, &draft, &err), MUSTER_OK);
  assert_true(muster_draft_add(draft, "one ", 4));
  assert_true(muster_draft_add(draft, "two", 3));
  holds(path, "old");
  muster_draft_drop(draft);
  holds(path, "old");
  assert_int_equal(muster_draft_begin(path, 0644, &draft, &err), MUSTER_OK);
  assert_true(muster_draft_add(draft, "one ", 4));
  muster_write_fail_at(1);
  assert_false(muster_draft_add(draft, "two", 3));
  muster_write_fail_at(0);
  assert_false(muster_draft_add(draft, "three", 5));
  assert_int_equal(muster_draft_end(draft, &err), MUSTER_IO);
  assert_string_equal(err.where, path);
  holds(path, "old");
  assert_int_equal(muster_draft_begin(path, 0644, &draft, &err), MUSTER_OK);
  assert_true(muster_draft_add(draft, "one ", 4) && muster_draft_add(draft, "two", 3));
  assert_int_equal(muster_draft_end(draft, &err), MUSTER_OK);
  holds(path, "one two");
  muster_arena arena = {0};
  const char **names;
  size_t count;
  assert_int_equal(muster_folder_list(folder, NULL, &arena, &names, &count, &err), MUSTER_OK);
  assert_int_equal(count, 1);
  muster_arena_free(&arena);
  unlink(path);
  rmdir(folder);
}

typedef struct drained {
  size_t pieces, n, most;
} drained;

static bool drain(void *context, const char *bytes, size_t n) {
  drained *d = context;
  for (size_t i = 0; i < n; i++)
    if (bytes[i] != (char)('a' + (d->n + i) % 26)) return false;
  d->pieces++;
  d->n += n;
  return d->n <= d->most;
}

/* A buffer with a sink stays small, loses nothing, keeps the order, and fails when the sink does. */
static void a_buffer_drains_into_its_sink(void **state) {
  (void)state;
  for (int run = 0; run < 2; run++) {
    muster_buf buf;
    drained d = {.most = run ? 3 << 20 : SIZE_MAX};
    muster_buf_init(&buf, SIZE_MAX / 2);
    muster_buf_into(&buf, drain, &d);
    size_t put = 0;
    for (unsigned k = 0; put < 5 << 20; k++) {
      char piece[64];
      size_t n = k % sizeof piece;
      for (size_t i = 0; i < n; i++) piece[i] = (char)('a' + (put + i) % 26);
      if (n == 1)
        muster_buf_putc(&buf, piece[0]);
      else if (n % 2)
        muster_buf_printf(&buf, "%.*s", (int)n, piece);
      else
        muster_buf_add(&buf, piece, n);
      put += n;
    }
    assert_true(buf.capacity <= 2 << 20);
    muster_buf_drain(&buf);
    assert_int_equal(buf.failed, run == 1);
    if (!run) assert_true(d.n == put && d.pieces > 3 && buf.n == 0);
    muster_buf_free(&buf);
  }
}

static void a_file_is_written_whole_or_not_at_all(void **state) {
  (void)state;
  char folder[] = "/tmp/muster-test-XXXXXX", path[64], *bytes;
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/out.csv", folder);
  muster_error err;
  size_t n;
  assert_int_equal(muster_file_write(path, "old", 3, 0600, &err), MUSTER_OK);
  muster_write_fail_at(1);
  assert_int_equal(muster_file_write(path, "something new", 13, 0600, &err), MUSTER_IO);
  muster_write_fail_at(0);
  assert_int_equal(muster_file_read(path, 100, &bytes, &n, &err), MUSTER_OK);
  assert_string_equal(bytes, "old");
  muster_free(bytes);
  struct stat st;
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  muster_arena arena = {0};
  const char **names;
  size_t count;
  assert_int_equal(muster_folder_list(folder, NULL, &arena, &names, &count, &err), MUSTER_OK);
  assert_int_equal(count, 1); /* no temporary file is left */
  assert_int_equal(muster_file_read(path, 2, &bytes, &n, &err), MUSTER_DATA);
  assert_int_equal(muster_file_read("/nonexistent/file", 2, &bytes, &n, &err), MUSTER_IO);
  assert_int_equal(muster_file_write("/nonexistent/file", "x", 1, 0600, &err), MUSTER_IO);
  char deep[96];
  snprintf(deep, sizeof deep, "%s/a/b/c", folder);
  assert_int_equal(muster_folder_make(deep, &err), MUSTER_OK);
  assert_int_equal(muster_folder_make(deep, &err), MUSTER_OK);
  assert_int_equal(muster_folder_make(path, &err), MUSTER_IO);
  assert_string_equal(muster_path_join(&arena, "a/", "b"), "a/b");
  assert_string_equal(muster_path_join(&arena, "a", "/b"), "/b");
  muster_arena_free(&arena);
  char command[128];
  snprintf(command, sizeof command, "rm -r %s", folder);
  assert_int_equal(system(command), 0);
}

static void a_digest_is_sha256(void **state) {
  (void)state;
  char digest[MUSTER_DIGEST_TEXT]; /* FIPS 180-2, appendix B.1 */
  muster_digest("abc", 3, digest);
  assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static muster_status odd_items_fail(void *context, unsigned worker, size_t item, muster_error *err) {
  (void)worker;
  ((uint8_t *)context)[item]++;
  return item >= 100 && item % 2 ? muster_fail(err, MUSTER_DATA, "item %zu", item) : MUSTER_OK;
}

static muster_status count_item(void *context, unsigned worker, size_t item, muster_error *err) {
  (void)worker;
  (void)err;
  ((uint8_t *)context)[item]++;
  return MUSTER_OK;
}

static void a_parallel_loop_does_each_item_once_and_fails_alike(void **state) {
  (void)state;
  for (unsigned jobs = 0; jobs < 9; jobs++) {
    uint8_t done[1000] = {0};
    muster_error err;
    assert_int_equal(muster_parallel(jobs, 1000, count_item, done, &err), MUSTER_OK);
    for (int i = 0; i < 1000; i++) assert_int_equal(done[i], 1);
    memset(done, 0, sizeof done);
    assert_int_equal(muster_parallel(jobs, 1000, odd_items_fail, done, &err), MUSTER_DATA);
    assert_string_equal(err.what, "item 101");
  }
  assert_true(muster_cpus() >= 1);
}

static void an_arena_gives_zeroed_aligned_memory(void **state) {
  (void)state;
  muster_arena arena = {0};
  for (size_t size = 1; size < 200000; size = size * 3 + 1) {
    unsigned char *at = muster_arena_alloc(&arena, size);
    assert_non_null(at);
    assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
    for (size_t i = 0; i < size; i++) assert_int_equal(at[i], 0);
    memset(at, 0xFF, size);
  }
  assert_string_equal(muster_arena_printf(&arena, "%s-%d", "a", 7), "a-7");
  assert_null(muster_arena_alloc(&arena, SIZE_MAX));
  muster_arena_free(&arena);
}

static void an_arena_takes_over_another(void **state) {
  (void)state;
  muster_arena into = {0}, from = {0}, nothing = {0};
  const char *early = muster_arena_copy(&from, "early", 5);
  muster_arena_adopt(&into, &from);
  assert_null(from.block);
  const char *own = muster_arena_copy(&into, "own", 3), *late = muster_arena_copy(&from, "late", 4);
  muster_arena_adopt(&into, &from);
  muster_arena_adopt(&into, &nothing);
  assert_string_equal(early, "early");
  assert_string_equal(own, "own");
  assert_string_equal(late, "late");
  muster_arena_free(&into);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_error_says_what_where_expected_and_what_to_do),
      cmocka_unit_test(exit_statuses_are_those_of_the_contract),
      cmocka_unit_test(dates_are_civil_and_back),
      cmocka_unit_test(what_is_no_date_is_refused),
      cmocka_unit_test(numbers_are_whole_texts),
      cmocka_unit_test(the_nearest_name_is_near),
      cmocka_unit_test(utf8_is_what_unicode_says),
      cmocka_unit_test(control_characters_are_tamed),
      cmocka_unit_test(characters_are_counted_in_bytes),
      cmocka_unit_test(a_csv_field_has_the_quotes_it_needs),
      cmocka_unit_test(a_buffer_keeps_its_limit),
      cmocka_unit_test(whole_numbers_and_prints_of_any_length_fit),
      cmocka_unit_test(a_map_keeps_names_in_order),
      cmocka_unit_test(a_file_is_written_whole_or_not_at_all),
      cmocka_unit_test(a_digest_is_sha256),
      cmocka_unit_test(a_draft_is_nothing_until_it_is_ended),
      cmocka_unit_test(a_buffer_drains_into_its_sink),
      cmocka_unit_test(a_parallel_loop_does_each_item_once_and_fails_alike),
      cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
      cmocka_unit_test(an_arena_takes_over_another),
  };
  return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
