/* What the stock shell reads through the views, with the extension and without, is what the register holds. */
#include "support.h"

static char *shell(const shelf *s, bool extension, const char *sql) {
  char exe[256], load[300] = "", *command = muster_alloc(8192, 1);
  ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
  assert_true(n > 0);
  exe[n] = '\0';
  *strrchr(exe, '/') = '\0';
  if (extension) snprintf(load, sizeof load, "-cmd '.load %s/../muster_sql'", exe);
  snprintf(command, 8192, "sqlite3 -bail '%s' %s \"%s\" 2>&1", s->store, load, sql);
  FILE *pipe = popen(command, "r");
  muster_free(command);
  assert_non_null(pipe);
  muster_buf out;
  muster_buf_init(&out, 1 << 26);
  char chunk[4096];
  for (size_t got; (got = fread(chunk, 1, sizeof chunk, pipe)) > 0;) muster_buf_add(&out, chunk, got);
  int how = pclose(pipe);
  if (how != 0) fail_msg("the shell says: %s", out.at ? out.at : "nothing");
  if (!out.at) muster_buf_putc(&out, '\0');
  return out.at;
}

static bool shell_is_there(void) {
#ifdef __SANITIZE_ADDRESS__
  print_message("SKIPPED: the stock shell cannot load an extension built with the address sanitizer\n");
  return false;
#endif
  bool there = system("command -v sqlite3 >/dev/null 2>&1") == 0;
  if (!there) print_message("SKIPPED: there is no sqlite3 shell\n");
  return there;
}

static void says(const shelf *s, const char *sql, const char *expected) {
  for (int extension = 0; extension < 2; extension++) {
    char *said = shell(s, extension, sql);
    assert_string_equal(said, expected);
    muster_free(said);
  }
}

/* A school with everything that rows can be: as usual, runs, long gaps, more runs than places, two years. */
static void write_marks(shelf *s) {
  static const char *const codes[] = {"/", "\\", "I", "N", "O", "L", "V", "C", "G", "M"};
  muster_buf marks;
  muster_buf_init(&marks, 1 << 24);
  muster_buf_puts(&marks, "pupil_id,date,session,code\n");
  uint32_t random = 7;
  for (int p = 0; p < 30; p++)
    for (int d = 0; d < 420; d++) {
      muster_date date = day("2024-08-26") + d;
      if (muster_date_weekday(date) > 4 || (p == 3 && d < 200) || (p == 4 && d > 30)) continue;
      char text[MUSTER_DATE_TEXT];
      for (int half = 0; half < 2; half++) {
        random = random * 1664525u + 1013904223u;
        uint32_t draw = random >> 16, dice = p == 5 ? 1 : 12; /* pupil 5 never has the same mark twice */
        const char *code = draw % dice == 0 ? codes[draw / 16 % 10] : codes[half];
        if (p == 6 && draw % 40 == 0) continue;
        muster_buf_printf(&marks, "p%d,%s,%s,%s\n", p, muster_date_format(date, text), half ? "PM" : "AM", code);
      }
    }
  assert_false(marks.failed);
  shelf_file(s, "marks.csv", marks.at);
  muster_buf_free(&marks);
  muster_buf pupils;
  muster_buf_init(&pupils, 1 << 16);
  muster_buf_puts(&pupils, "pupil_id,school_id,year_group,birth_date,house\n");
  for (int p = 0; p < 30; p++)
    muster_buf_printf(&pupils, "p%d,S%d,%d,2012-01-%02d,%s\n", p, p % 2, 7 + p % 5, p + 1, p ? "Red" : "");
  shelf_file(s, "pupils.csv", pupils.at);
  muster_buf_free(&pupils);
}

static void expect_mark(const muster_register *reg, uint32_t p, const muster_year *year, int slot, muster_buf *out) {
  uint8_t mark = year->rows[p][slot];
  if (!mark) return;
  char date[MUSTER_DATE_TEXT];
  muster_text id = muster_pupil_id(reg, p), school = muster_school_id(reg, reg->pupils[p].school);
  uint8_t c = reg->codes.categories[mark];
  muster_date_format(muster_session_date(year->first_week * MUSTER_LANE + slot), date);
  muster_buf_printf(out, "%.*s|%.*s|%d|%s|%s|%s|%d|%d|%d|%d|%d|%d|%d|%d\n", (int)id.n, id.at, (int)school.n, school.at,
                    year->year, date, slot % 2 ? "PM" : "AM", reg->codes.codes[mark - 1].text, c & 1, c >> 1 & 1,
                    c >> 2 & 1, c >> 3 & 1, c >> 4 & 1, (c & MUSTER_ABSENT) != 0, c >> 5 & 1, c >> 6 & 1);
}

static void the_view_of_marks_is_the_register(void **state) {
  (void)state;
  if (!shell_is_there()) return;
  shelf s;
  shelf_begin(&s);
  write_marks(&s);
  shelf_import(&s, "2026-01-01");
  muster_register *reg = shelf_load(&s);
  muster_buf expected;
  muster_buf_init(&expected, 1 << 26);
  for (uint32_t p = 0; p < reg->pupil_count; p++)
    for (size_t y = 0; y < reg->year_count; y++)
      for (int slot = 0; reg->years[y].rows[p] && slot < MUSTER_YEAR_MARKS; slot++)
        expect_mark(reg, p, &reg->years[y], slot, &expected);
  assert_false(expected.failed);
  const char *sql = "SELECT mark.* FROM mark ORDER BY CAST(substr(pupil_id, 2) AS INTEGER), year, date, session";
  for (int extension = 0; extension < 2; extension++) {
    char *said = shell(&s, extension, sql);
    assert_true(strcmp(said, expected.at) == 0);
    muster_free(said);
  }
  muster_buf_free(&expected);
  muster_register_free(reg);
  shelf_end(&s);
}

static void conditions_find_the_same_with_and_without_the_extension(void **state) {
  (void)state;
  if (!shell_is_there()) return;
  static const char *const questions[] = {
      "SELECT count(*), sum(absent), min(date), max(date) FROM mark WHERE pupil_id = 'p5'",
      "SELECT count(*), sum(absent) FROM mark WHERE school_id = 'S1' AND year = 2025",
      "SELECT count(*) FROM mark WHERE pupil_id = 'nobody'",
      "SELECT count(*) FROM mark WHERE year = '2024' AND code = 'I' AND session = 'PM'",
      "SELECT * FROM measure_year ORDER BY pupil_id, year",
      "SELECT p.year_group, sum(m.absent), sum(m.possible) FROM measure_year m JOIN pupil p USING (pupil_id) GROUP BY "
      "p.year_group ORDER BY p.year_group"};
  shelf s;
  shelf_begin(&s);
  write_marks(&s);
  shelf_import(&s, "2026-01-01");
  for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
    char *plain = shell(&s, false, questions[i]), *fast = shell(&s, true, questions[i]);
    assert_string_equal(plain, fast);
    assert_true(strlen(plain) > 1);
    muster_free(plain);
    muster_free(fast);
  }
  shelf_end(&s);
}

static void every_other_view_reads(void **state) {
  (void)state;
  if (!shell_is_there()) return;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "schools.csv", "school_id,name,phase\nS1,First,primary\n");
  shelf_file(&s, "pupils.csv",
             "pupil_id,school_id,sex,birth_date,start_date,house\nann,S1,F,2012-09-30,2025-09-01,Red\n");
  shelf_file(&s, "terms.csv", "name,half_term,start,end\nautumn,1,2025-09-01,2025-10-17\n");
  shelf_file(&s, "calendar.csv", "school_id,date,kind\n,2025-09-01,open\n,2025-09-02,open\n,2025-09-05,open\n");
  shelf_file(&s, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,N\nann,2025-09-01,AM,O\nann,2025-09-02,PM,\\\n");
  shelf_file(&s, "interventions.csv",
             "subject_kind,subject_id,kind,start_date,dose\npupil,ann,mentor,2025-09-02,1.5\n");
  shelf_file(&s, "responses.csv",
             "respondent,pupil_id,school_id,date,instrument,item,value\nr1,ann,,2025-09-10,w,q1,4\n");
  shelf_import(&s, "2025-09-03");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,I\nann,2025-09-01,PM,L\n");
  shelf_import(&s, "2025-09-09");
  says(&s, "SELECT * FROM school", "S1|First|{\"phase\":\"primary\"}\n");
  says(&s, "SELECT * FROM pupil", "ann|S1|2025-09-01||2012-09-30|||F|||||{\"house\":\"Red\"}\n");
  says(&s, "SELECT import, imported_on, rows_read, marks_new, marks_changed FROM import",
       "1|2025-09-03|11|2|0\n2|2025-09-09|10|1|1\n");
  says(&s, "SELECT import, name, rows_read, superseded, length(digest) FROM import_file WHERE name = 'marks.csv'",
       "1|marks.csv|3|1|64\n2|marks.csv|2|0|64\n");
  says(&s, "SELECT * FROM history ORDER BY what, session",
       "ann|S1|2025-09-01|AM|O|2|2025-09-09|replaced\nann|S1|2025-09-01|AM|N|1|2025-09-03|superseded\n");
  says(&s, "SELECT date, session, code FROM mark ORDER BY date, session",
       "2025-09-01|AM|I\n2025-09-01|PM|L\n2025-09-02|PM|\\\n");
  says(&s, "SELECT date, session, usual_code FROM session ORDER BY date, session",
       "2025-09-01|AM|O\n2025-09-01|PM|L\n2025-09-02|PM|\\\n");
  says(&s, "SELECT * FROM calendar_day ORDER BY date", "S1|2025-09-01|open\nS1|2025-09-02|open\nS1|2025-09-05|open\n");
  says(&s, "SELECT * FROM half_term", "2025|1|autumn|2025-09-01|2025-10-17\n");
  says(&s, "SELECT * FROM intervention", "ann||mentor||2025-09-02||1.5|\n");
  says(&s, "SELECT * FROM response", "r1|ann||2025-09-10|w|q1|4.0\n");
  says(&s, "SELECT code, valid_from, valid_to, possible, absent FROM code WHERE code LIKE 'J%'",
       "J1|2024-08-19||1|1\nJ||2024-08-18|1|0\n");
  says(&s, "SELECT count(*) FROM total", "0\n");
  says(&s, "SELECT count(*) FROM finding", "0\n");
  says(&s, "SELECT count(*) FROM plan_step", "0\n");
  says(&s, "SELECT count(*) FROM run", "0\n");
  says(&s, "PRAGMA foreign_key_check; PRAGMA integrity_check", "ok\n");
  shelf_end(&s);
}

static void findings_and_plans_are_there_for_sql(void **state) {
  (void)state;
  if (!shell_is_there()) return;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,N\n");
  shelf_import(&s, "2025-09-03");
  muster_stored_finding finding = {"p/r", "pupil", "ann", "S1", "review", day("2025-09-01"), "it's so", "{\"n\":1}"};
  muster_stored_step step = {.plan = "panel",
                             .rule = "p/r",
                             .scope = "pupil",
                             .subject = "ann",
                             .school = "S1",
                             .start = day("2025-09-03"),
                             .step = "call",
                             .action = "Call home",
                             .owner = "tutor",
                             .due = day("2025-09-05"),
                             .status = MUSTER_STORED_LATE,
                             .done_on = MUSTER_NO_DATE};
  muster_stored_run run = {.as_of = day("2025-09-08"),
                           .packs = "abc",
                           .run_json = "{}",
                           .findings = &finding,
                           .finding_count = 1,
                           .steps = &step,
                           .step_count = 1};
  must(&s, muster_store_record(s.store, &run, NULL, &s.err));
  says(&s, "SELECT * FROM finding", "1|2025-09-08|p/r|pupil|ann|S1|review|2025-09-01|it's so|{\"n\":1}\n");
  says(&s, "SELECT * FROM plan_step", "1|panel|p/r|pupil|ann|S1|2025-09-03|call|Call home|tutor|2025-09-05|late|\n");
  must(&s, muster_store_plan_done(s.store, "panel/ann", "call", day("2025-09-09"), &s.err));
  says(&s, "SELECT status, done_on FROM plan_step", "done|2025-09-09\n");
  shelf_end(&s);
}

/* Every example of the documentation answers, and the same with the extension as without. */
static void the_examples_of_the_documentation_run(void **state) {
  (void)state;
  if (!shell_is_there()) return;
  shelf s;
  shelf_begin(&s);
  write_marks(&s);
  shelf_file(&s, "interventions.csv", "subject_kind,subject_id,kind,start_date\npupil,p3,mentor,2025-09-08\n");
  shelf_import(&s, "2025-11-01");
  shelf_file(&s, "marks.csv",
             "pupil_id,date,session,code\np3,2025-09-08,AM,H\np3,2025-09-08,PM,M\np9,2025-09-09,PM,M\n");
  shelf_import(&s, "2025-11-02");
  char *text, *at, *end;
  size_t n, examples = 0;
  bytes_of(MUSTER_SOURCE "/docs/sql.md", &text, &n);
  for (at = text; (at = strstr(at, "```sql\n")) && (end = strstr(at + 7, "```")); at = end + 3) {
    *end = '\0';
    char *plain = shell(&s, false, at + 7), *fast = shell(&s, true, at + 7);
    assert_string_equal(plain, fast);
    assert_null(strstr(plain, "rror"));
    muster_free(plain);
    muster_free(fast);
    examples++;
  }
  assert_true(examples >= 8);
  muster_free(text);
  shelf_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_view_of_marks_is_the_register),
      cmocka_unit_test(conditions_find_the_same_with_and_without_the_extension),
      cmocka_unit_test(every_other_view_reads),
      cmocka_unit_test(findings_and_plans_are_there_for_sql),
      cmocka_unit_test(the_examples_of_the_documentation_run),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
