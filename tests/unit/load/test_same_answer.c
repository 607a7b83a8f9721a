/* Random files of marks, plain and odd, must be read the same by every parser on any number of threads, and the fast
 * way must answer as the general way does. trial_load compares the parsers; an empty column forces the general way. */
#include "trial.h"

static uint32_t seed;

static uint32_t dice(uint32_t sides) {
  seed = seed * 1664525u + 1013904223u;
  return (uint32_t)(((uint64_t)seed * sides) >> 32);
}

static const char *pick(const char *const *of, uint32_t n) { return of[dice(n)]; }

typedef struct style {
  bool odd_cells, quotes, ragged, by_session, carriage, returns;
  unsigned pupils, days;
  enum { ISO, DAY_FIRST, DAY_FIRST_SHORT } dates;
} style;

static void put_cell(muster_buf *out, const style *s, const char *text) {
  bool quote = s->quotes && dice(40) == 0;
  if (s->odd_cells && dice(60) == 0) muster_buf_puts(out, dice(2) ? " " : "\t");
  if (quote) muster_buf_putc(out, '"');
  muster_buf_puts(out, text);
  if (quote && dice(8) == 0) muster_buf_puts(out, dice(2) ? "\n" : "\"\"");
  if (quote) muster_buf_putc(out, '"');
  if (s->odd_cells && dice(60) == 0) muster_buf_puts(out, "  ");
}

static void put_row(muster_buf *out, const style *s, unsigned pupil, unsigned day, unsigned session, bool wide) {
  static const char *const codes[] = {"/", "\\", "I", "C2", "Y1", "O", "L", "#"};
  static const char *const odd_codes[] = {"", "J", "?", "c1", "C22", "-", "\xC3\xA9", "Q", "/\\"};
  static const char *const odd_dates[] = {"",         "2025-02-30", "soon",       "1925-09-01",
                                          "2025-9-1", "2099-01-01", "2025-09-011"};
  static const char *const odd_sessions[] = {"am", "Pm", "A", "", "AMM", "XM"};
  char id[32], date[32];
  snprintf(id, sizeof id, s->odd_cells && dice(300) == 0 ? "nobody%u" : "P%04u", pupil);
  muster_date at = muster_date_of(2025, 9, 1) + (int)day;
  int y, m, d;
  muster_date_civil(at, &y, &m, &d);
  if (s->dates == ISO) snprintf(date, sizeof date, "%04d-%02d-%02d", y, m, d);
  if (s->dates == DAY_FIRST) snprintf(date, sizeof date, "%02d/%02d/%04d", d, m, y);
  if (s->dates == DAY_FIRST_SHORT) snprintf(date, sizeof date, "%d/%d/%d", d, m, y);
  put_cell(out, s, id);
  muster_buf_putc(out, ',');
  put_cell(out, s, s->odd_cells && dice(150) == 0 ? pick(odd_dates, 7) : date);
  muster_buf_putc(out, ',');
  put_cell(out, s, s->odd_cells && dice(150) == 0 ? pick(odd_sessions, 6) : session ? "PM" : "AM");
  muster_buf_putc(out, ',');
  put_cell(out, s, s->odd_cells && dice(100) == 0 ? pick(odd_codes, 9) : pick(codes, dice(4) ? 2 : 8));
  if (wide) muster_buf_putc(out, ',');
  if (s->ragged && dice(200) == 0) muster_buf_puts(out, dice(2) ? ",x" : ",,");
  if (s->ragged && dice(300) == 0) muster_buf_puts(out, "\nP0001,2025-09-01");
  if (s->ragged && dice(200) == 0) muster_buf_puts(out, dice(2) ? "\n" : "\n \t \n");
  if (s->returns && dice(300) == 0) muster_buf_putc(out, '\r');
  muster_buf_puts(out, s->carriage ? "\r\n" : "\n");
}

static void put_file(muster_buf *out, const style *s, bool wide) {
  muster_buf_puts(out, wide ? "pupil_id,date,session,code,minutes_late\n" : "pupil_id,date,session,code\n");
  unsigned rows = s->pupils * s->days * 2;
  for (unsigned i = 0; i < rows; i++) {
    unsigned pupil = s->by_session ? i % s->pupils : i / (2 * s->days);
    unsigned at = s->by_session ? i / s->pupils : i % (2 * s->days);
    put_row(out, s, pupil, at / 2, at % 2, wide);
    if (s->odd_cells && dice(400) == 0) put_row(out, s, dice(s->pupils), dice(s->days), dice(2), wide);
  }
  if (dice(2) && out->n) out->n--; /* the last line end may be missing */
}

static void write_pupils(trial *t, const style *s) {
  muster_buf out;
  muster_buf_init(&out, 1 << 22);
  muster_buf_puts(&out, "pupil_id,school_id,start_date,end_date,birth_date\n");
  for (unsigned i = 0; i < s->pupils; i++) {
    if (i % 17 == 5)
      muster_buf_printf(&out, "P%04u,S%u,2025-09-01,2025-10-03,\nP%04u,S9,2025-10-06,,\n", i, i % 3, i);
    else if (i % 19 == 7) /* two children */
      muster_buf_printf(&out, "P%04u,S%u,,,2012-05-06\nP%04u,S9,,,2014-05-06\n", i, i % 3, i);
    else
      muster_buf_printf(&out, "P%04u,S%u,%s,%s,\n", i, i % 3, i % 11 == 3 ? "2025-09-08" : "",
                        i % 13 == 4 ? "2025-10-10" : "");
  }
  trial_file(t, "pupils.csv", out.at);
  muster_buf_free(&out);
}

/* Rejects and marks, without the ledger, whose bytes and facts differ. */
static void answer(trial *t, muster_buf *out) {
  muster_buf_clear(&t->json);
  muster_buf_puts(&t->json, "");
  trial_picture(t, out);
}

static void compare(trial *t, const style *s, uint32_t start) {
  muster_buf file, narrow, wide;
  muster_buf_init(&file, 1 << 24);
  seed = start;
  put_file(&file, s, false);
  write_pupils(t, s);
  trial_bytes(t, "marks.csv", file.at, file.n);
  trial_load(t);
  if (t->status != MUSTER_OK) fail_msg("%s %s", t->err.where, t->err.what);
  assert_true(t->ledger->total.accepted > 0);
  answer(t, &narrow);
  if (!s->ragged && !s->returns) {
    muster_buf_clear(&file);
    seed = start;
    put_file(&file, s, true);
    trial_bytes(t, "marks.csv", file.at, file.n);
    trial_load(t);
    answer(t, &wide);
    if (narrow.n != wide.n || memcmp(narrow.at, wide.at, wide.n) != 0) fail_msg("the general way answers otherwise");
    muster_buf_free(&wide);
  }
  muster_buf_free(&narrow);
  muster_buf_free(&file);
}

#define EVERY_FORM(body)                          \
  for (uint32_t start = 1; start <= 4; start++) { \
    style s = {.pupils = 90, .days = 45};         \
    s.by_session = start % 2 == 0;                \
    s.carriage = start == 3;                      \
    body;                                         \
    compare(t, &s, start * 7919);                 \
  }

TRIAL(plain_files){EVERY_FORM((void)0)}

TRIAL(odd_cells){EVERY_FORM(s.odd_cells = true)}

TRIAL(quoted_cells){EVERY_FORM(s.odd_cells = s.quotes = true)}

TRIAL(ragged_rows_and_blank_lines){EVERY_FORM(s.odd_cells = s.ragged = true)}

TRIAL(stray_carriage_returns){EVERY_FORM(s.returns = s.ragged = true)}

TRIAL(everything_at_once){EVERY_FORM(s.odd_cells = s.quotes = s.ragged = s.returns = true)}

TRIAL(dates_with_the_day_first) {
  trial_put(t, "marks", "date_format", NULL, "%d/%m/%Y");
  EVERY_FORM(s.dates = start < 3 ? DAY_FIRST : DAY_FIRST_SHORT; s.odd_cells = start > 1)
}

TRIAL(under_a_calendar) {
  muster_buf days;
  muster_buf_init(&days, 1 << 20);
  muster_buf_puts(&days, "school_id,date,kind\n");
  for (int i = 0; i < 40; i++) {
    char iso[MUSTER_DATE_TEXT];
    muster_date date = muster_date_of(2025, 9, 1) + i;
    if (muster_date_weekday(date) < 5)
      muster_buf_printf(&days, "%s,%s,open\n", i % 9 ? "" : "S1", muster_date_format(date, iso));
  }
  trial_file(t, "calendar.csv", days.at);
  muster_buf_free(&days);
  EVERY_FORM(s.odd_cells = start > 2)
}

TRIAL(marks_that_make_their_pupils) {
  style s = {.pupils = 300, .days = 40, .odd_cells = true, .quotes = true, .ragged = true};
  for (uint32_t start = 1; start <= 3; start++) {
    muster_buf file;
    muster_buf_init(&file, 1 << 24);
    seed = start * 104729;
    s.by_session = start == 2;
    put_file(&file, &s, false);
    trial_bytes(t, "marks.csv", file.at, file.n);
    trial_load(t);
    assert_int_equal(t->status, MUSTER_OK);
    muster_buf_free(&file);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_files),
      cmocka_unit_test(odd_cells),
      cmocka_unit_test(quoted_cells),
      cmocka_unit_test(ragged_rows_and_blank_lines),
      cmocka_unit_test(stray_carriage_returns),
      cmocka_unit_test(everything_at_once),
      cmocka_unit_test(dates_with_the_day_first),
      cmocka_unit_test(under_a_calendar),
      cmocka_unit_test(marks_that_make_their_pupils),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
