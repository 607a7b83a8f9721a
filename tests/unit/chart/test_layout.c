/* What a layout keeps true for any data: nothing outside the canvas, no text over text, words that can be read. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samples.h"

static const muster_preset presets[] = {MUSTER_PRESET_SLIDE, MUSTER_PRESET_REPORT, MUSTER_PRESET_NARROW};

/* A line and dots over `n` rows. */
static void make_line(muster_chart *chart, size_t n, double (*value)(size_t)) {
  muster_chart_init(chart);
  chart->title = "A line of numbers", chart->source = "made-up data";
  muster_chart_frame *frame = muster_chart_frame_new(chart, n, "x y", "");
  assert_non_null(frame);
  double *x = muster_chart_numbers(frame, "x"), *y = muster_chart_numbers(frame, "y");
  for (size_t i = 0; i < n; i++) x[i] = (double)i, y[i] = value(i);
  chart->data = frame;
  muster_chart_layer *line = muster_chart_add(chart, MUSTER_MARK_LINE);
  muster_chart_bind(line, MUSTER_CHANNEL_X, "x");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "y");
  line->end = true;
  chart->y.unit = "%";
}

static double wave(size_t i) { return 8 + 3 * sin((double)i * 0.01); }
static double nothing(size_t i) { return (void)i, NAN; }
static double extreme(size_t i) { return i % 2 ? 1e300 : -INFINITY; }
static double constant(size_t i) { return (void)i, 93.4; }
static double zero(size_t i) { return (void)i, 0; }

static void assert_clean(const muster_chart *chart, const char *what) {
  for (size_t p = 0; p < 3; p++) {
    muster_chart_output output = {.preset = presets[p]};
    muster_list list = {0};
    muster_faults faults = {0};
    muster_error err;
    if (muster_chart_layout(chart, &output, &list, &err) != MUSTER_OK) fail_msg("%s: %s", what, err.what);
    muster_chart_lint(NULL, &list, presets[p], &faults);
    if (faults.count) fail_msg("%s, preset %zu: %s", what, p, faults.items[0].text);
    assert_true(list.height > 50 && list.height <= 2400);
    muster_faults_free(&faults);
    muster_list_free(&list);
  }
}

static void any_numbers_make_a_clean_picture(void **state) {
  (void)state;
  static const struct {
    const char *what;
    size_t rows;
    double (*value)(size_t);
  } cases[] = {{"no rows", 0, wave},           {"one row", 1, wave},          {"all missing", 50, nothing},
               {"beyond numbers", 9, extreme}, {"all the same", 9, constant}, {"all zero", 9, zero},
               {"a hundred", 100, wave}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    muster_chart chart;
    make_line(&chart, cases[i].rows, cases[i].value);
    assert_clean(&chart, cases[i].what);
    muster_chart_free(&chart);
  }
}

static void a_hundred_thousand_rows_are_thinned_to_what_can_be_seen(void **state) {
  (void)state;
  muster_chart chart;
  make_line(&chart, 100000, wave);
  muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
  muster_list list = {0};
  muster_error err;
  assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
  assert_true(list.point_count < 15000);
  char *png;
  size_t n;
  assert_int_equal(muster_list_png(&list, 1, NULL, &png, &n, &err), MUSTER_OK);
  muster_free(png);
  muster_list_free(&list);
  muster_chart_free(&chart);
}

/* Ranked bars of many schools with long names. */
static void make_schools(muster_chart *chart, muster_arena *keep, size_t n, const char *name) {
  const char **names = muster_arena_alloc(keep, (n + 1) * sizeof *names);
  double *values = muster_arena_alloc(keep, (n + 1) * sizeof *values);
  for (size_t i = 0; i < n; i++) {
    names[i] = muster_arena_printf(keep, "%zu %s", i, name);
    values[i] = 3 + (double)(i * 37 % 100) / 10;
  }
  muster_recipe_ranked in = {.words = {.source = "made-up data"},
                             .names = names,
                             .values = values,
                             .count = n,
                             .unit = "%",
                             .measure = "Absence",
                             .reference = 7.2,
                             .reference_label = "England 7.2%"};
  muster_error err;
  assert_int_equal(muster_recipe_draw_ranked(chart, &in, &err), MUSTER_OK);
}

static void names_of_eighty_letters_are_cut(void **state) {
  (void)state;
  muster_arena keep = {0};
  muster_chart chart;
  make_schools(&chart, &keep, 8,
               "The Very Reverend Archbishop Holgate Memorial Academy of Saint Werburgh and All Angels");
  assert_clean(&chart, "long names");
  muster_chart_free(&chart);
  muster_arena_free(&keep);
}

static size_t count_of(const muster_list *list, const char *words) {
  size_t n = 0;
  for (size_t i = 0; i < list->count; i++)
    n += list->ops[i].kind == MUSTER_DRAW_TEXT && strstr(muster_list_text(list, &list->ops[i]), words) != NULL;
  return n;
}

static void two_hundred_schools_go_on_pages_and_the_picture_says_so(void **state) {
  (void)state;
  muster_arena keep = {0};
  muster_chart chart;
  make_schools(&chart, &keep, 200, "School");
  assert_clean(&chart, "200 schools");
  muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
  muster_error err;
  size_t seen = 0, pages = 0;
  for (chart.page = 1; seen < 200 && pages < 20; chart.page++, pages++) {
    muster_list list = {0};
    assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
    assert_true(count_of(&list, "of 200 rows") >= 1);
    for (size_t i = 0; i < list.count; i++)
      seen += list.ops[i].kind == MUSTER_DRAW_TEXT && list.ops[i].part == MUSTER_PART_AXIS &&
              strstr(muster_list_text(&list, &list.ops[i]), " School") != NULL;
    muster_list_free(&list);
  }
  assert_int_equal(seen, 200);
  muster_chart_free(&chart);
  muster_arena_free(&keep);
}

/* A pupil with every class of code, alone; nobody; everybody always away. */
static void registers_of_any_shape_are_clean(void **state) {
  (void)state;
  muster_date days[60];
  size_t n = sample_days(muster_date_of(2025, 11, 3), muster_date_of(2025, 12, 19), days, 60);
  char codes[121];
  unsigned char classes[121], away[121];
  for (size_t s = 0; s < 120; s++)
    codes[s] = " /LIMOEX"[s % 8], classes[s] = (unsigned char)(s % 8), away[s] = MUSTER_CLASS_UNAUTHORISED;
  codes[120] = '\0';
  static const size_t counts[] = {0, 1, 2, 60};
  for (size_t c = 0; c < 4; c++) {
    muster_arena keep = {0};
    muster_recipe_pupil pupils[60];
    for (size_t p = 0; p < 60; p++)
      pupils[p] = (muster_recipe_pupil){muster_arena_printf(&keep, "P%zu", 1000 + p), p % 2 ? "FSM6" : NULL, codes,
                                        p % 3 ? classes : away};
    muster_recipe_register in = {
        .words = {.source = "made-up data"}, .days = days, .day_count = n, .pupils = pupils, .pupil_count = counts[c]};
    muster_chart chart;
    muster_error err;
    assert_int_equal(muster_recipe_draw_register(&chart, &in, &err), MUSTER_OK);
    assert_clean(&chart, "register");
    muster_chart_free(&chart);
    in.day_count = 0;
    assert_int_equal(muster_recipe_draw_register(&chart, &in, &err), MUSTER_OK);
    assert_clean(&chart, "register without days");
    muster_chart_free(&chart);
    muster_arena_free(&keep);
  }
}

static void a_tick_is_never_minus_nothing(void **state) {
  (void)state;
  muster_chart chart;
  muster_chart_init(&chart);
  muster_chart_frame *frame = muster_chart_frame_new(&chart, 2, "x y", "");
  double *x = muster_chart_numbers(frame, "x"), *y = muster_chart_numbers(frame, "y");
  x[0] = -0.3, x[1] = 0.3, y[0] = -2.38, y[1] = 0.84;
  chart.data = frame;
  muster_chart_layer *dot = muster_chart_add(&chart, MUSTER_MARK_DOT);
  muster_chart_bind(dot, MUSTER_CHANNEL_X, "x");
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "y");
  muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
  muster_list list = {0};
  muster_error err;
  assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
  size_t zeros = 0;
  for (size_t i = 0; i < list.count; i++)
    if (list.ops[i].kind == MUSTER_DRAW_TEXT) zeros += strcmp(muster_list_text(&list, &list.ops[i]), "0") == 0;
  assert_int_equal(zeros, 2);
  assert_int_equal(count_of(&list, "-"), 0); /* minus is U+2212 */
  assert_true(count_of(&list, "\xE2\x88\x92") > 1);
  muster_list_free(&list);
  muster_chart_free(&chart);
}

/* Direct labels of twelve lines that end together: none over another, all in order. */
static void line_ends_that_meet_are_spread(void **state) {
  (void)state;
  muster_chart chart;
  muster_chart_init(&chart);
  muster_chart_frame *frame = muster_chart_frame_new(&chart, 24, "x y", "group");
  double *x = muster_chart_numbers(frame, "x"), *y = muster_chart_numbers(frame, "y");
  const char **group = muster_chart_texts(frame, "group");
  static const char *const names[] = {"Ash", "Bay", "Elm",  "Fir",  "Fig",  "Haw",
                                      "Ivy", "Oak", "Pine", "Rose", "Rush", "Yew"};
  for (size_t i = 0; i < 24; i++)
    x[i] = (double)(i % 2), y[i] = i % 2 ? 7 + (double)i * 0.02 : (double)i, group[i] = names[i / 2];
  chart.data = frame;
  muster_chart_layer *line = muster_chart_add(&chart, MUSTER_MARK_LINE);
  muster_chart_bind(line, MUSTER_CHANNEL_X, "x");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "y");
  muster_chart_bind(line, MUSTER_CHANNEL_BY, "group");
  line->end = true;
  assert_clean(&chart, "ends");
  muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
  muster_list list = {0};
  muster_error err;
  assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
  float before = INFINITY;
  size_t found = 0;
  for (size_t g = 0; g < 12; g++)
    for (size_t i = 0; i < list.count; i++)
      if (list.ops[i].kind == MUSTER_DRAW_TEXT && list.ops[i].part == MUSTER_PART_LABEL &&
          strncmp(muster_list_text(&list, &list.ops[i]), names[g], strlen(names[g])) == 0) {
        assert_true(list.ops[i].y < before); /* a higher value stands higher */
        before = list.ops[i].y;
        found++;
      }
  assert_int_equal(found, 12);
  muster_list_free(&list);
  muster_chart_free(&chart);
}

static void school_time_breaks_lines_over_holidays(void **state) {
  (void)state;
  muster_date days[200];
  size_t n = sample_days(muster_date_of(2025, 9, 1), muster_date_of(2026, 3, 27), days, 200);
  for (int time = MUSTER_TIME_CALENDAR; time <= MUSTER_TIME_SCHOOL; time++) {
    muster_chart chart;
    muster_chart_init(&chart);
    muster_chart_frame *frame = muster_chart_frame_new(&chart, n, "day rate", "");
    double *day = muster_chart_numbers(frame, "day"), *rate = muster_chart_numbers(frame, "rate");
    for (size_t i = 0; i < n; i++) day[i] = days[i], rate[i] = 6 + sin((double)i);
    chart.data = frame;
    muster_chart_layer *line = muster_chart_add(&chart, MUSTER_MARK_LINE);
    muster_chart_bind(line, MUSTER_CHANNEL_X, "day");
    muster_chart_bind(line, MUSTER_CHANNEL_Y, "rate");
    line->gap = true;
    chart.x.time = (muster_time)time;
    assert_clean(&chart, "school time");
    muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
    muster_list list = {0};
    muster_error err;
    assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
    size_t pieces = 0;
    for (size_t i = 0; i < list.count; i++)
      for (uint32_t k = 0; list.ops[i].part == MUSTER_PART_MARK && k < list.ops[i].points; k++)
        pieces += list.points[list.ops[i].point + k].move;
    assert_int_equal(pieces, 4); /* autumn 1, autumn 2, spring 1, spring 2 */
    assert_true(count_of(&list, "Sep") && count_of(&list, "2026"));
    muster_list_free(&list);
    muster_chart_free(&chart);
  }
}

static void an_axis_that_does_not_start_at_zero_says_so(void **state) {
  (void)state;
  muster_chart chart;
  make_line(&chart, 20, constant);
  muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
  muster_list list = {0};
  muster_error err;
  assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
  assert_int_equal(count_of(&list, "Axis does not start at zero"), 1);
  muster_list_free(&list);
  muster_chart_free(&chart);
}

/* Is a text drawn over a line that stands upright from top to bottom of a plot. */
static const char *words_over_an_upright(const muster_list *list) {
  for (size_t i = 0; i < list->count; i++) {
    const muster_draw *op = &list->ops[i];
    if (op->kind != MUSTER_DRAW_STROKE || op->part != MUSTER_PART_MARK || op->points != 2 || !op->dash_count) continue;
    const muster_point *a = &list->points[op->point], *b = a + 1;
    if (a->x != b->x) continue;
    for (size_t k = 0; k < list->count; k++) {
      const muster_draw *text = &list->ops[k];
      if (text->kind != MUSTER_DRAW_TEXT || text->part != MUSTER_PART_LABEL) continue;
      double left = (double)text->x - (text->anchor == MUSTER_ANCHOR_END      ? (double)text->advance
                                       : text->anchor == MUSTER_ANCHOR_MIDDLE ? (double)text->advance / 2
                                                                              : 0);
      bool across = left < (double)a->x && left + (double)text->advance > (double)a->x;
      if (across && text->y > fminf(a->y, b->y) && text->y < fmaxf(a->y, b->y)) return muster_list_text(list, text);
    }
  }
  return NULL;
}

static void words_about_one_side_of_a_start_stay_there_or_go_below(void **state) {
  (void)state;
  static const struct {
    const char *name, *words;
  } cases[] = {{"did", "Difference-in-differences: "}, {"event-study", "Average after start: "}};
  for (size_t c = 0; c < 2; c++)
    for (size_t p = 0; p < 3; p++) {
      muster_arena keep = {0};
      muster_chart chart;
      muster_chart_init(&chart);
      muster_error err;
      for (size_t i = 0; i < sample_count; i++)
        if (strcmp(samples[i].name, cases[c].name) == 0)
          assert_int_equal(samples[i].make(&chart, &keep, &err), MUSTER_OK);
      muster_chart_output output = {.preset = presets[p]};
      muster_list list = {0};
      assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
      const char *across = words_over_an_upright(&list);
      if (across) fail_msg("%s, preset %zu: '%s' stands across the start", cases[c].name, p, across);
      assert_int_equal(count_of(&list, cases[c].words), 1);
      assert_int_equal(count_of(&list, "left out"), 0);
      muster_list_free(&list);
      muster_chart_free(&chart);
      muster_arena_free(&keep);
    }
}

/* A slide of one row is no white page; one of twelve is as high as ever. */
static void few_rows_make_a_low_picture(void **state) {
  (void)state;
  static const muster_recipe_balance rows[12] = {{"Absence last year", 0.32, 0.03},
                                                 {"b", 0, 0},
                                                 {"c", 0, 0},
                                                 {"d", 0, 0},
                                                 {"e", 0, 0},
                                                 {"f", 0, 0},
                                                 {"g", 0, 0},
                                                 {"h", 0, 0},
                                                 {"i", 0, 0},
                                                 {"j", 0, 0},
                                                 {"k", 0, 0},
                                                 {"l", 0, 0}};
  for (size_t n = 1; n <= 12; n += 11) {
    muster_chart chart;
    muster_chart_init(&chart);
    muster_recipe_love in = {.words = {.source = "made-up data"}, .rows = rows, .count = n};
    muster_error err;
    assert_int_equal(muster_recipe_draw_love(&chart, &in, &err), MUSTER_OK);
    muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
    muster_list list = {0};
    assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
    assert_true(n == 1 ? list.height < 500 : list.height == 900);
    assert_int_equal(count_of(&list, "Source: made-up data."), 1);
    muster_list_free(&list);
    if (n == 1) assert_clean(&chart, "one row");
    muster_chart_free(&chart);
  }
}

static double below_nine(size_t i) { return i < 10 ? 7 : 3; }

/* The line runs just over the rule at its left: the rule's label goes to its right. */
static void the_label_of_a_rule_hides_no_mark_where_another_place_is_free(void **state) {
  (void)state;
  muster_chart chart;
  make_line(&chart, 40, below_nine);
  muster_chart_layer *rule = muster_chart_add(&chart, MUSTER_MARK_RULE);
  muster_chart_bind_number(rule, MUSTER_CHANNEL_Y, 6.8);
  muster_chart_bind(rule, MUSTER_CHANNEL_LABEL, "England");
  muster_chart_output output = {.preset = MUSTER_PRESET_REPORT};
  muster_list list = {0};
  muster_error err;
  for (int turn = 0; turn < 2; turn++) { /* with nothing there, it stands at the left */
    if (turn) muster_chart_bind_number(rule, MUSTER_CHANNEL_Y, 5);
    assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
    for (size_t i = 0; i < list.count; i++)
      if (list.ops[i].kind == MUSTER_DRAW_TEXT && strcmp(muster_list_text(&list, &list.ops[i]), "England") == 0)
        assert_int_equal(turn, list.ops[i].x < 480);
    assert_int_equal(count_of(&list, "England"), 1);
    muster_list_free(&list);
  }
  muster_chart_free(&chart);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(words_about_one_side_of_a_start_stay_there_or_go_below),
                                     cmocka_unit_test(few_rows_make_a_low_picture),
                                     cmocka_unit_test(the_label_of_a_rule_hides_no_mark_where_another_place_is_free),
                                     cmocka_unit_test(any_numbers_make_a_clean_picture),
                                     cmocka_unit_test(a_hundred_thousand_rows_are_thinned_to_what_can_be_seen),
                                     cmocka_unit_test(names_of_eighty_letters_are_cut),
                                     cmocka_unit_test(two_hundred_schools_go_on_pages_and_the_picture_says_so),
                                     cmocka_unit_test(registers_of_any_shape_are_clean),
                                     cmocka_unit_test(a_tick_is_never_minus_nothing),
                                     cmocka_unit_test(line_ends_that_meet_are_spread),
                                     cmocka_unit_test(school_time_breaks_lines_over_holidays),
                                     cmocka_unit_test(an_axis_that_does_not_start_at_zero_says_so)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
