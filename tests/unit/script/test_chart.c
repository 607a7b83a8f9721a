/* Chart scripts: rows and options arrive, functions label, files stay below the folder, errors say the line. */
#include "muster/script/chart.h"
#include "support.h"

static muster_status chart_of(bench_pack *b, const char *text, muster_chart_script *out) {
  char path[128];
  if (!b->reg) {
    pack_begin(b);
    b->reg = small_register();
  }
  pack_write(b, "c.lua", text);
  snprintf(path, sizeof path, "%s/c.lua", b->folder);
  return muster_script_chart(path, b->folder, b->reg, muster_date_of(2025, 10, 10), NULL, out, &b->err);
}

static const muster_chart_column *column(const muster_chart_frame *frame, const char *name) {
  for (size_t i = 0; i < frame->column_count; i++)
    if (strcmp(frame->columns[i].name, name) == 0) return &frame->columns[i];
  return NULL;
}

static void rows_become_columns(void **state) {
  (void)state;
  bench_pack b = {0};
  muster_chart_script c;
  assert_int_equal(
      chart_of(&b,
               "return chart { title = \"T\", y = { unit = \"%\", from = 0 }, colour = { a = \"accent\" },\n"
               "  data = { { x = 1, d = \"2025-09-01\", t = \"a\", f = true, m = \"2025-09-01\" }, { x = 2.5, t = "
               "\"b\", m = 3 }, { t = \"c\" } },\n"
               "  line { x = \"x\", y = \"x\", by = \"t\", dash = { 4, 2 } },\n"
               "  text { x = \"x\", y = \"x\", label = function(row) return row.t ~= \"b\" and row.t .. \"!\" end } }",
               &c),
      MUSTER_OK);
  const muster_chart_frame *data = c.chart.data;
  assert_int_equal(data->rows, 3);
  assert_int_equal(data->column_count, 5);
  assert_true(column(data, "x")->numbers[1] == 2.5);
  assert_true(column(data, "x")->numbers[2] != column(data, "x")->numbers[2]);
  assert_true(column(data, "d")->numbers[0] == muster_date_of(2025, 9, 1));
  assert_true(column(data, "f")->numbers[0] == 1);
  assert_string_equal(column(data, "t")->texts[2], "c");
  assert_string_equal(column(data, "m")->texts[1], "3");
  assert_string_equal(c.chart.title, "T");
  assert_string_equal(c.chart.y.unit, "%");
  assert_int_equal(c.chart.layers[0]->dash_count, 2);
  const muster_chart_layer *text = c.chart.layers[1];
  assert_int_equal(text->data->column_count, 6);
  const muster_chart_column *label = column(text->data, text->bind[MUSTER_CHANNEL_LABEL].name);
  assert_string_equal(label->texts[0], "a!");
  assert_null(label->texts[1]);
  muster_chart_script_free(&c);
  pack_end(&b);
}

static void schools_and_pupils_can_be_asked(void **state) {
  (void)state;
  bench_pack b = {0};
  muster_chart_script c;
  muster_status status = chart_of(&b,
                                  "return chart { as_of = \"2025-09-12\", data = function(schools) local rows = {}\n"
                                  "  for _, pupil in ipairs(schools[1]:roll()) do rows[#rows + 1] = { who = pupil.id, "
                                  "rate = 100 * pupil:rate(\"absent\"), at = pupil.as_of } end\n"
                                  "  return rows end, bar { y = \"who\", value = \"rate\" } }",
                                  &c);
  if (status != MUSTER_OK) show(&b.err);
  assert_int_equal(status, MUSTER_OK);
  assert_int_equal(c.chart.data->rows, 3);
  assert_true(column(c.chart.data, "rate")->numbers[0] == 20);
  assert_true(column(c.chart.data, "at")->numbers[0] == muster_date_of(2025, 9, 12));
  assert_int_equal(c.as_of, muster_date_of(2025, 9, 12));
  muster_chart_script_free(&c);
  pack_end(&b);
}

static void files_are_read_beside_the_script(void **state) {
  (void)state;
  bench_pack b = {0};
  muster_chart_script c;
  pack_begin(&b);
  b.reg = small_register();
  pack_write(&b, "rows.csv", "when,n,name\n2025-09-01,1.5,a\n2025-09-08,,b\n");
  assert_int_equal(chart_of(&b, "return chart { data = csv \"rows.csv\", line { x = \"when\", y = \"n\" } }", &c),
                   MUSTER_OK);
  assert_true(column(c.chart.data, "when")->numbers[1] == muster_date_of(2025, 9, 8));
  assert_true(column(c.chart.data, "n")->numbers[0] == 1.5);
  assert_string_equal(column(c.chart.data, "name")->texts[1], "b");
  muster_chart_script_free(&c);
  pack_end(&b);
}

static void pictures_name_their_pupils(void **state) {
  (void)state;
  bench_pack b = {0};
  muster_chart_script c;
  assert_int_equal(chart_of(&b, "return register_chart { pupils = 2, weeks = 5, title = \"T\" }", &c), MUSTER_OK);
  assert_int_equal(c.picture, MUSTER_PICTURE_REGISTER);
  assert_int_equal(c.who_count, 2);
  assert_int_equal(c.who[0], 2); /* cat, the most absent */
  assert_int_equal(c.weeks, 5);
  muster_chart_script_free(&c);
  assert_int_equal(chart_of(&b,
                            "return cumulative_chart { school = \"100234\", where = { year_group = 8, fsm = true }, "
                            "preset = \"narrow\" }",
                            &c),
                   MUSTER_OK);
  assert_int_equal(c.who_count, 1);
  assert_int_equal(c.who[0], 0);
  assert_true(c.preset_given && c.preset == MUSTER_PRESET_NARROW);
  muster_chart_script_free(&c);
  pack_end(&b);
}

typedef struct wrong {
  const char *text;
  int line;
  const char *says;
} wrong;

static const wrong wrongs[] = {
    {"return chart {\n titel = \"x\",\n data = { { x = 1 } }, line { x = \"x\", y = \"x\" } }", 2, "titel"},
    {"return chart {\n data = { { x = 1 } },\n line { x = \"x\", yy = \"x\" } }", 3, "yy"},
    {"return chart {\n data = { { x = 1 } },\n line { x = \"x\", y = \"z\" } }", 0, "z"},
    {"return chart {\n data = { { x = 1 } } }", 1, "without layers"},
    {"return chart {\n data = 5,\n line { x = \"x\", y = \"x\" } }", 2, "data is 5"},
    {"return chart {\n line { x = 1 },\n x = { tiem = \"school\" } }", 3, "tiem"},
    {"return chart {\n data = function() return 5 end,\n line { x = \"x\", y = \"x\" } }", 0, "data is a number"},
    {"return chart {\n data = function() while true do end end,\n line { x = \"x\", y = \"x\" } }", 2,
     "used more than it may"},
    {"return chart {\n data = csv \"../secret.csv\", line { x = \"x\", y = \"x\" } }", 0, "not below the folder"},
    {"return chart {\n data = csv \"/etc/passwd\", line { x = \"x\", y = \"x\" } }", 0, "not below the folder"},
    {"return chart {\n data = csv \"none.csv\", line { x = \"x\", y = \"x\" } }", 0, "open"},
    {"return chart {\n line { x = 1, y = 2, label = function() end } }", 2, "a function labels rows"},
    {"return chart {\n data = { { x = 1 } }, line { x = \"x\", y = \"x\", label = function(r) return r.x.y end } }", 0,
     "attempt to index"},
    {"return chart {\n data = { { x = {} } }, line { x = \"x\", y = \"x\" } }", 0, "has a table in it"},
    {"return register_chart {\n pupil = 3 }", 0, "pupil"},
    {"return register_chart {\n school = \"nowhere\" }", 2, "nowhere"},
    {"return chart { title = (\"x\"):rep(100000), data = { { x = 1 } }, line { x = \"x\", y = \"x\" } }", 0,
     "a text of 100000 bytes"},
    {"return chart { data = { { x = 1 } },\n text { x = \"x\", y = \"x\", label = function() return (\"x\"):rep(5000) "
     "end } "
     "}",
     0, "a text of 5000 bytes"},
    {"return chart { data = { { x = 1, t = (\"x\"):rep(5000) } }, text { x = \"x\", y = \"x\", label = \"t\" } }", 0,
     "a text of 5000 bytes"},
    {"return register_chart { where = { a = 1, b = 1, c = 1, d = 1, e = 1, f = 1, g = 1, h = 1, i = 1 } }", 0,
     "at most 8 attributes"},
    {"return plan { id = \"x\" }", 1, "there is no \"plan\""},
};

static void errors_say_the_line(void **state) {
  (void)state;
  bench_pack b = {0};
  size_t failed = 0;
  for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
    muster_chart_script c;
    char where[160];
    muster_status status = chart_of(&b, wrongs[i].text, &c);
    muster_chart_script_free(&c);
    snprintf(where, sizeof where, wrongs[i].line ? "%s/c.lua:%d" : "%s/", b.folder, wrongs[i].line);
    if ((status == MUSTER_PACK || status == MUSTER_IO) && strstr(b.err.what, wrongs[i].says) &&
        strncmp(b.err.where, where, strlen(where)) == 0)
      continue;
    print_error("wanted %s: %s\n   got ", where, wrongs[i].says);
    show(&b.err);
    failed++;
  }
  assert_int_equal(failed, 0);
  pack_end(&b);
}

static void a_pack_reads_no_files(void **state) {
  (void)state;
  bench_pack b;
  muster_chart_script c;
  const char *name;
  pack_begin(&b);
  b.reg = small_register();
  pack_write(&b, "charts/one.lua", "return chart { data = csv \"rows.csv\", line { x = \"x\", y = \"x\" } }");
  pack_write(&b, "rows.csv", "x\n1\n");
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  assert_int_equal(muster_pack_chart(b.pack, 0, b.reg, muster_date_of(2025, 10, 10), &c, &name, &b.err), MUSTER_PACK);
  assert_non_null(strstr(b.err.what, "reads no files"));
  muster_chart_script_free(&c);
  pack_end(&b);
}

static void memory_runs_out(void **state) {
  (void)state;
  bench_pack b = {0};
  for (long at = 1;; at += at / 50 + 1) {
    muster_chart_script c;
    if (!b.reg) {
      pack_begin(&b);
      b.reg = small_register();
      pack_write(&b, "c.lua",
                 "return chart { data = function(s) return { { x = 1, t = \"a\" } } end, line { x = \"x\", y = \"x\", "
                 "by = \"t\", dash = { 1, 2 } },\n"
                 "text { x = \"x\", y = \"x\", label = function() return \"l\" end } }");
    }
    char path[128];
    snprintf(path, sizeof path, "%s/c.lua", b.folder);
    muster_alloc_fail_at(at);
    muster_status status = muster_script_chart(path, NULL, b.reg, muster_date_of(2025, 10, 10), NULL, &c, &b.err);
    muster_alloc_fail_at(0);
    muster_chart_script_free(&c);
    if (status == MUSTER_OK) break;
    if (status != MUSTER_MEMORY) show(&b.err);
    assert_int_equal(status, MUSTER_MEMORY);
  }
  pack_end(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_become_columns),
      cmocka_unit_test(schools_and_pupils_can_be_asked),
      cmocka_unit_test(files_are_read_beside_the_script),
      cmocka_unit_test(pictures_name_their_pupils),
      cmocka_unit_test(errors_say_the_line),
      cmocka_unit_test(a_pack_reads_no_files),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
