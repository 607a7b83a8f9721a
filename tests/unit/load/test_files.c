/* Files that are not what they should be: refused with their place and what to do, or read with every row accounted
 * for. */
#include <sys/stat.h>

#include "trial.h"

#define HEADER "pupil_id,date,session,code\n"
#define ROW "ann,2025-09-01,AM,/\n"

TRIAL(utf16_is_refused_by_name) {
  trial_pupils(t);
  trial_bytes(t, "marks.csv", "\xFF\xFEp\0u\0p\0i\0l\0", 12);
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "the file is UTF-16 (little endian), not UTF-8");
  trial_bytes(t, "marks.csv", "\xFE\xFF\0p\0u\0p", 8);
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "the file is UTF-16 (big endian), not UTF-8");
  trial_bytes(t, "marks.csv", "p\0u\0p\0i\0l\0", 10);
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1",
                "the file is UTF-16 (little endian, without a byte order mark), not UTF-8");
}

TRIAL(a_file_that_is_no_text_is_called_what_it_is) {
  static const struct {
    const char *bytes;
    size_t n;
    const char *what;
  } files[] = {
      {"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16, "the file is a picture (PNG), not CSV"},
      {"PK\3\4\x14\0\6\0\x08\0[Content_Types].xml", 29, "the file is an Excel workbook (xlsx), not CSV"},
      {"PK\3\4\x14\0\0\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet", 64,
       "the file is an OpenDocument spreadsheet, not CSV"},
      {"PK\3\4\x14\0\0\0\0\0marks.csv", 19, "the file is a zip archive, not CSV"},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", 10, "the file is an Excel workbook (xls), not CSV"},
      {"%PDF-1.7\n", 9, "the file is a PDF document, not CSV"},
      {"\xEF\xBB\xBF\r\n<HTML><table>", 18, "the file is a page for a browser (HTML or XML), not CSV"},
  };
  trial_pupils(t);
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    trial_bytes(t, "marks.csv", files[i].bytes, files[i].n);
    trial_load(t);
    trial_refused(t, MUSTER_DATA, "marks.csv", files[i].what);
    assert_true(t->err.todo[0]);
  }
  trial_file(t, "marks.csv", "PK,x\n"); /* two letters are no signature */
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "there is no column 'pupil_id'");
}

TRIAL(latin1_is_refused_where_it_begins) {
  trial_pupils(t);
  trial_file(t, "marks.csv", HEADER ROW "Zo\xEB,2025-09-01,AM,/\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:3",
                "the file is not UTF-8 (byte 0xEB): its encoding is likely Windows-1252 or Latin-1");
}

TRIAL(utf8_names_are_fine) {
  trial_file(t, "pupils.csv", "pupil_id,school_id\nZo\xC3\xAB,S1\n");
  trial_file(t, "marks.csv", HEADER "Zo\xC3\xAB,2025-09-01,AM,/\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 1, 0, 0, 0);
}

TRIAL(nul_is_refused) {
  trial_pupils(t);
  static const char bytes[] = HEADER ROW "ann,2025-09-01,\0M,/\n";
  trial_bytes(t, "marks.csv", bytes, sizeof bytes - 1);
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:3", "the file holds a NUL byte: it is UTF-16, or no text");
}

TRIAL(an_empty_file_is_refused) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "the file is empty");
  trial_file(t, "marks.csv", "\xEF\xBB\xBF\r\n  \r\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "the file is empty");
}

TRIAL(a_header_alone_is_a_fact) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,date,session,code");
  trial_load(t);
  trial_counts(t, "marks.csv", 0, 0, 0, 0);
  assert_true(trial_has_fact(t, "no-rows"));
}

TRIAL(a_column_twice_is_refused) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,date,session,code,Date\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "the column 'Date' is there twice (columns 2 and 5)");
}

TRIAL(nameless_columns_do_no_harm) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,date,session,code,,\nann,2025-09-01,AM,/,,\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 1, 0, 0, 0);
}

TRIAL(a_missing_column_is_named_with_the_nearest) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_idx,date,session,code\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "there is no column 'pupil_id'");
  assert_string_equal(t->err.expected, "a column pupil_id; the columns are: pupil_idx, date, session, code");
  assert_string_equal(t->err.todo,
                      "if 'pupil_idx' is that column, say so in source.lua: columns = { pupil_id = \"pupil_idx\" }");
  trial_file(t, "marks.csv", "UPN,When\n");
  trial_load(t);
  assert_string_equal(t->err.expected, "a column pupil_id; the columns are: UPN, When");
}

TRIAL(another_separator_is_named) {
  trial_pupils(t);
  static const char *const files[][2] = {{"pupil_id;date;session;code\n", ";"},
                                         {"pupil_id\tdate\tsession\tcode\n", "tab"}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char todo[120];
    trial_file(t, "marks.csv", files[i][0]);
    trial_load(t);
    trial_refused(t, MUSTER_DATA, "marks.csv:1", "there is no column 'pupil_id'");
    snprintf(todo, sizeof todo, "say in source.lua what stands between the columns: delimiter = \"%s\"", files[i][1]);
    assert_string_equal(t->err.todo, todo);
  }
}

TRIAL(an_open_quote_is_an_error_on_the_line_where_it_begins) {
  trial_pupils(t);
  trial_file(t, "marks.csv", HEADER ROW "\"ann\",2025-09-01,AM,\"/\nbob,2025-09-01,AM,/\nbob,2025-09-01,PM,/\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:3",
                "a quoted field that begins on this line is not closed by the end of the file");
  trial_file(t, "marks.csv", "pupil_id,\"date,session,code\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1",
                "a quoted field that begins on this line is not closed by the end of the file");
}

TRIAL(a_file_cut_in_a_row_says_so) {
  trial_pupils(t);
  trial_file(t, "marks.csv", HEADER ROW "bob,2025-09-01,A");
  trial_load(t);
  trial_counts(t, "marks.csv", 1, 0, 0, 1);
  trial_rejects(t, "marks.csv:3::bob:the row has 3 cells, the header 4 (the file ends in the middle of the row)\n");
}

TRIAL(quoted_fields_hold_delimiters_and_line_ends_and_lines_stay_right) {
  trial_file(t, "pupils.csv", "pupil_id,school_id\n\"a,nn\",S1\n\"b\"\"ob\",S1\n");
  trial_file(t, "marks.csv",
             "pupil_id,date,session,\"co\nde\",note\n"
             "\"a,nn\",2025-09-01,AM,/,\"one\ntwo\n\nthree, four\"\r\n"
             "\"b\"\"ob\",2025-09-01,AM,Q9, \"x\" \n"
             "\"b\"\"ob\",2025-09-01,AM,I,a \"quote\" within\n");
  trial_put(t, "marks", "columns", "code", "co\nde");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 1);
  trial_rejects(t, "marks.csv:7:co\nde:Q9:unknown code\n");
  assert_string_equal(trial_code(t, "a,nn", "2025-09-01", 0), "/");
  assert_string_equal(trial_code(t, "b\"ob", "2025-09-01", 0), "I");
}

TRIAL(bare_carriage_returns) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,date,session,code\rann,2025-09-01,AM,/\r");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "the lines end in a bare carriage return (an old Macintosh file)");
  trial_file(t, "marks.csv",
             HEADER "ann,2025-09-01,AM,/\r\r\nann,2025-09-01,PM,\\\rbob,2025-09-01,PM,\\\nbob,2025-09-01,AM,?\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 3, 0, 0, 1);
  trial_rejects(t, "marks.csv:4:code:?:unknown code\n");
}

TRIAL(a_row_of_more_than_a_megabyte_is_refused) {
  trial_pupils(t);
  muster_buf big;
  muster_buf_init(&big, 1 << 23);
  muster_buf_puts(&big, HEADER ROW);
  for (int i = 0; i < 1200000; i++) muster_buf_putc(&big, 'x');
  muster_buf_puts(&big, "\n" ROW);
  trial_file(t, "marks.csv", big.at);
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:3", "a row is longer than 1048576 bytes");
  muster_buf_clear(&big);
  muster_buf_puts(&big, HEADER ROW "ann,2025-09-01,AM,\"/\n");
  for (int i = 0; i < 80000; i++) muster_buf_puts(&big, ROW);
  trial_file(t, "marks.csv", big.at);
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:3", "a row is longer than 1048576 bytes");
  muster_buf_clear(&big);
  for (int i = 0; i < 1200000; i++) muster_buf_putc(&big, 'x');
  trial_file(t, "marks.csv", big.at);
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "there is no column 'pupil_id'");
  muster_buf_free(&big);
}

TRIAL(a_huge_field_is_one_reject) {
  trial_pupils(t);
  muster_buf big;
  muster_buf_init(&big, 1 << 23);
  muster_buf_puts(&big, HEADER ROW);
  for (int i = 0; i < 700000; i++) muster_buf_putc(&big, 'x');
  muster_buf_puts(&big, ",2025-09-01,AM,/\nbob,2025-09-01,AM,/\n");
  trial_file(t, "marks.csv", big.at);
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 1);
  assert_true(t->rejects.n < 400); /* the value is cut */
  muster_buf_free(&big);
}

/* Long enough for many blocks, with a quoted line end across a border now and then. */
TRIAL(rows_across_blocks_keep_their_lines) {
  trial_pupils(t);
  muster_buf big, expected;
  muster_buf_init(&big, 1 << 24);
  muster_buf_init(&expected, 1 << 20);
  muster_buf_puts(&big, "pupil_id,date,session,code,note\n");
  unsigned line = 2, rejected = 0, rows = 0;
  uint32_t seed = 7;
  while (big.n < 3000000) {
    seed = seed * 1664525u + 1013904223u;
    bool bad = seed >> 24 == 3;
    unsigned breaks = 0;
    muster_buf_printf(&big, "ann,2025-09-01,AM,%s,", bad ? "?" : "/");
    if (seed >> 28 == 5 || (big.n & 0x3FFFF) > 0x3FF00) {
      breaks = seed % 40;
      muster_buf_puts(&big, "\"a");
      for (unsigned i = 0; i < breaks; i++) muster_buf_puts(&big, "b,\n");
      muster_buf_puts(&big, "\"");
    } else {
      for (unsigned i = seed % 30; i; i--) muster_buf_putc(&big, 'n');
    }
    muster_buf_putc(&big, '\n');
    if (bad) muster_buf_printf(&expected, "marks.csv:%u:code:?:unknown code\n", line), rejected++;
    line += 1 + breaks;
    rows++;
  }
  trial_bytes(t, "marks.csv", big.at, big.n);
  trial_load(t);
  trial_counts(t, "marks.csv", 1, rows - rejected - 1, 0, rejected);
  trial_rejects(t, expected.at);
  muster_buf_free(&big);
  muster_buf_free(&expected);
}

TRIAL(folders_and_files_that_are_not_there) {
  char folder[64];
  strcpy(folder, t->folder);
  trial_load(t);
  trial_refused(t, MUSTER_DATA, folder, "there are neither marks nor counts to load");
  trial_file(t, "register.csv", HEADER ROW);
  trial_load(t);
  assert_string_equal(t->err.expected, "marks.csv or counts.csv, or a source.lua that names one of register.csv");
  trial_put(t, "marks", "file", NULL, "Export.csv");
  trial_load(t);
  trial_refused(t, MUSTER_IO, "Export.csv", "cannot open: No such file or directory");
  strcat(t->folder, "/register.csv");
  trial_load(t);
  trial_refused(t, MUSTER_IO, "register.csv", "is a file, not a folder");
  strcpy(t->folder, "/nowhere/at/all");
  trial_load(t);
  trial_refused(t, MUSTER_IO, "/nowhere/at/all", "there is no such folder");
  strcpy(t->folder, folder);
}

TRIAL(a_folder_in_place_of_a_file) {
  char path[128];
  snprintf(path, sizeof path, "%s/marks.csv", t->folder);
  assert_int_equal(mkdir(path, 0700), 0);
  trial_put(t, "marks", "layout", NULL, "long");
  trial_load(t);
  trial_refused(t, MUSTER_IO, "marks.csv", "is not a plain file");
  rmdir(path);
}

TRIAL(an_ambiguous_date_refuses_the_file) {
  trial_pupils(t);
  trial_file(t, "marks.csv", HEADER ROW "bob,03/09/2025,AM,/\nbob,13/09/2025,AM,/\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:3: date", "the date 03/09/2025 could be day and month or month and day");
  assert_string_equal(t->err.todo, "name it in source.lua: date_format = \"%d/%m/%Y\" if the day comes first");
  trial_file(t, "marks.csv", HEADER ROW "bob,9.25.25,AM,/\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:3: date", "the date 9.25.25 is not in the ISO form");
  assert_string_equal(t->err.todo, "name it in source.lua: date_format = \"%m.%d.%y\"");
  trial_file(t, "marks.csv", HEADER ROW);
  trial_file(t, "pupils.csv", "pupil_id,school_id,start_date\nann,S1,01/09/2025\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "pupils.csv:2: start_date",
                "the date 01/09/2025 could be day and month or month and day");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(utf16_is_refused_by_name),
      cmocka_unit_test(a_file_that_is_no_text_is_called_what_it_is),
      cmocka_unit_test(latin1_is_refused_where_it_begins),
      cmocka_unit_test(utf8_names_are_fine),
      cmocka_unit_test(nul_is_refused),
      cmocka_unit_test(an_empty_file_is_refused),
      cmocka_unit_test(a_header_alone_is_a_fact),
      cmocka_unit_test(a_column_twice_is_refused),
      cmocka_unit_test(nameless_columns_do_no_harm),
      cmocka_unit_test(a_missing_column_is_named_with_the_nearest),
      cmocka_unit_test(another_separator_is_named),
      cmocka_unit_test(an_open_quote_is_an_error_on_the_line_where_it_begins),
      cmocka_unit_test(a_file_cut_in_a_row_says_so),
      cmocka_unit_test(quoted_fields_hold_delimiters_and_line_ends_and_lines_stay_right),
      cmocka_unit_test(bare_carriage_returns),
      cmocka_unit_test(a_row_of_more_than_a_megabyte_is_refused),
      cmocka_unit_test(a_huge_field_is_one_reject),
      cmocka_unit_test(rows_across_blocks_keep_their_lines),
      cmocka_unit_test(folders_and_files_that_are_not_there),
      cmocka_unit_test(a_folder_in_place_of_a_file),
      cmocka_unit_test(an_ambiguous_date_refuses_the_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
