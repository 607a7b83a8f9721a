/* source.lua: what it says arrives in the source, and what it cannot mean is refused at its line. */
#include "support.h"

static muster_status read_text(const char *text, muster_source **source, muster_error *err) {
  return muster_script_source_text("source.lua", muster_text_of(text), source, err);
}

static const char *mapped(const muster_mappings *all, const char *name, size_t k) {
  for (size_t i = 0; i < all->count; i++)
    if (strcmp(all->at[i].name, name) == 0) return k < all->at[i].count ? all->at[i].values[k] : NULL;
  return NULL;
}

static void what_it_says_arrives(void **state) {
  (void)state;
  muster_source *s;
  muster_error err;
  muster_status status = read_text(
      "return source {\n"
      "  marks  = { file = \"Attendance Export.csv\", delimiter = \";\", skip_lines = 2, layout = \"long\",\n"
      "             columns = { pupil_id = \"UPN\", date = \"Mark date\", session = \"Session\", code = \"Mark\" },\n"
      "             date_format = \"%d/%m/%Y\", sessions = { M = \"AM\", A = \"PM\" }, codes = { [\"+\"] = \"C2\" } "
      "},\n"
      "  counts = { file = { \"a.csv\", \"b.csv\" }, columns = { unit_id = { \"la\", \"urn\" }, possible = "
      "\"sess_possible\" },\n"
      "             where = { geographic_level = \"School\", year = { 201819, 201718 } }, missing = { \":\", \"c\" } "
      "},\n"
      "  pupils = { attributes = {} },\n"
      "  codes  = { { code = \"%\", categories = { \"possible\", \"authorised\" }, from = \"2025-09-01\", meaning = "
      "\"agreed\" } },\n"
      "}",
      &s, &err);
  if (status != MUSTER_OK) show(&err);
  assert_int_equal(status, MUSTER_OK);
  const muster_source_file *marks = &s->files[MUSTER_FILE_MARKS], *counts = &s->files[MUSTER_FILE_COUNTS];
  assert_string_equal(marks->file.at[0], "Attendance Export.csv");
  assert_int_equal(marks->delimiter, ';');
  assert_int_equal(marks->skip_lines, 2);
  assert_int_equal(marks->layout, MUSTER_LAYOUT_LONG);
  assert_string_equal(marks->date_format, "%d/%m/%Y");
  assert_string_equal(mapped(&marks->columns, "date", 0), "Mark date");
  assert_string_equal(mapped(&marks->sessions, "M", 0), "AM");
  assert_string_equal(mapped(&marks->codes, "+", 0), "C2");
  assert_int_equal(counts->file.count, 2);
  assert_string_equal(mapped(&counts->columns, "unit_id", 1), "urn");
  assert_string_equal(mapped(&counts->where, "year", 1), "201718");
  assert_int_equal(counts->missing.count, 2);
  assert_true(s->files[MUSTER_FILE_PUPILS].attributes_given);
  assert_int_equal(s->code_count, 1);
  assert_string_equal(s->codes[0].text, "%");
  assert_int_equal(s->codes[0].from, muster_date_of(2025, 9, 1));
  muster_source_free(s);
}

typedef struct wrong {
  const char *text, *says;
  int line;
} wrong;

static const wrong wrongs[] = {
    {"return source {\n mraks = {} }", "mraks", 2},
    {"return source {\n marks = {\n fiel = \"x\" } }", "fiel", 3},
    {"return source {\n marks = {\n columns = {\n pupil = \"x\" } } }", "pupil", 4},
    {"return source {\n marks = {\n date_format = \"%Q\" } }", "%Q", 3},
    {"return source {\n marks = {\n layout = \"wide\" } }", "wide", 3},
    {"return source {\n marks = {\n delimiter = function() end } }", "is a function", 3},
    {"return source {\n marks = {\n file = { x = \"y\" } } }", "file cannot be a table", 3},
    {"return source {\n marks = {\n columns = \"x\" } }", "columns cannot be a string", 3},
    {"return source {\n marks = 5 }", "marks is a number", 2},
    {"return source {\n codes = { { code = \"+\", categories = { \"absence\" } } } }", "absence", 2},
    {"return source {\n codes = { { code = \"+\", kategories = {} } } }", "kategories", 2},
    {"return source(5)", "source takes a table", 1},
    {"return {}", "returns a table", 1},
    {"", "returns a nil", 0},
    {"while true do end", "used more than it may", 1},
    {"return source { marks = { file = os.getenv(\"HOME\") } }", "there is no \"os\"", 1},
};

static void what_it_cannot_mean_is_refused(void **state) {
  (void)state;
  size_t failed = 0;
  for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
    muster_source *s;
    muster_error err;
    char where[64];
    muster_status status = read_text(wrongs[i].text, &s, &err);
    snprintf(where, sizeof where, wrongs[i].line ? "source.lua:%d" : "source.lua", wrongs[i].line);
    if (status == MUSTER_DATA && err.status == MUSTER_DATA && !s && strstr(err.what, wrongs[i].says) &&
        strcmp(err.where, where) == 0)
      continue;
    print_error("wanted %s: %s\n   got ", where, wrongs[i].says);
    show(&err);
    failed++;
  }
  assert_int_equal(failed, 0);
}

static void a_file_that_is_not_there(void **state) {
  (void)state;
  muster_source *s;
  muster_error err;
  assert_int_equal(muster_script_source("/nowhere/source.lua", &s, &err), MUSTER_IO);
  assert_null(s);
}

static void memory_runs_out(void **state) {
  (void)state;
  for (long at = 1;; at += at / 40 + 1) {
    muster_source *s;
    muster_error err;
    muster_alloc_fail_at(at);
    muster_status status = read_text(
        "return source { marks = { file = { \"a\", \"b\" }, columns = { pupil_id = \"x\" } }, codes = { { code = "
        "\"+\", categories = { \"possible\" } } } }",
        &s, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) {
      muster_source_free(s);
      break;
    }
    assert_int_equal(status, MUSTER_MEMORY);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_it_says_arrives),
      cmocka_unit_test(what_it_cannot_mean_is_refused),
      cmocka_unit_test(a_file_that_is_not_there),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
