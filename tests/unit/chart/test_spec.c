/* Options by name, and what is said about charts that cannot be drawn. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "samples.h"

static muster_chart_value number(double v) { return (muster_chart_value){.kind = MUSTER_VALUE_NUMBER, .number = v}; }
static muster_chart_value text(const char *v) { return (muster_chart_value){.kind = MUSTER_VALUE_TEXT, .text = v}; }
static muster_chart_value flag(bool v) { return (muster_chart_value){.kind = MUSTER_VALUE_FLAG, .flag = v}; }

static const double weeks[] = {20332, 20339, 20346};
static const double rates[] = {7.5, 8.25, NAN};
static const char *const groups[] = {"Yes", "No", "Yes"};
static const muster_chart_column columns[] = {
    {"week", weeks, NULL}, {"group", NULL, groups}, {"rate", rates, NULL}, {"lo", rates, NULL}, {"hi", rates, NULL}};
static const muster_chart_frame frame = {columns, 5, 3};

static void assert_said(muster_status status, const muster_error *err, const char *words) {
  assert_int_equal(status, MUSTER_PACK);
  if (!strstr(err->what, words)) fail_msg("'%s' does not say '%s'", err->what, words);
}

static void options_can_be_set_by_name(void **state) {
  (void)state;
  muster_chart chart;
  muster_chart_init(&chart);
  muster_chart_layer *line = muster_chart_add(&chart, MUSTER_MARK_LINE),
                     *band = muster_chart_add(&chart, MUSTER_MARK_BAND);
  muster_chart_value week = text("week"), rate = text("rate"), end = text("end"), term = text("term"), yes = flag(true);
  muster_chart_value dashes[] = {number(3), number(6)}, dash = {.kind = MUSTER_VALUE_LIST, .items = dashes, .count = 2};
  muster_chart_value ends[] = {number(-INFINITY), number(-0.5)},
                     pair = {.kind = MUSTER_VALUE_LIST, .items = ends, .count = 2};
  assert_int_equal(muster_chart_layer_set(line, "x", &week, NULL), MUSTER_OK);
  assert_int_equal(muster_chart_layer_set(line, "y", &rate, NULL), MUSTER_OK);
  assert_int_equal(muster_chart_layer_set(line, "label", &end, NULL), MUSTER_OK);
  assert_int_equal(muster_chart_layer_set(line, "gap", &term, NULL), MUSTER_OK);
  assert_int_equal(muster_chart_layer_set(line, "dash", &dash, NULL), MUSTER_OK);
  assert_true(line->end && line->gap && line->dash_count == 2 && line->dash[1] == 6);
  assert_int_equal(line->bind[MUSTER_CHANNEL_LABEL].kind, MUSTER_UNBOUND);
  assert_int_equal(muster_chart_layer_set(line, "dash", &yes, NULL), MUSTER_OK);
  assert_int_equal(line->dash_count, 2);
  assert_int_equal(muster_chart_layer_set(band, "x", &pair, NULL), MUSTER_OK);
  assert_true(isinf(band->bind[MUSTER_CHANNEL_X].number) && band->bind[MUSTER_CHANNEL_X2].number == -0.5);
  muster_chart_value title = text("A title"), unit = text("%"), from = number(0), school = text("school"),
                     accent = text("accent");
  assert_int_equal(muster_chart_set(&chart, "title", &title, NULL), MUSTER_OK);
  assert_int_equal(muster_chart_set(&chart, "y.unit", &unit, NULL), MUSTER_OK);
  assert_int_equal(muster_chart_set(&chart, "y.from", &from, NULL), MUSTER_OK);
  assert_int_equal(muster_chart_set(&chart, "x.time", &school, NULL), MUSTER_OK);
  assert_int_equal(muster_chart_set(&chart, "colour.Not disadvantaged", &accent, NULL), MUSTER_OK);
  muster_chart_value top = text("top"), middle = text("middle");
  assert_int_equal(muster_chart_set(&chart, "x.at", &top, NULL), MUSTER_OK);
  assert_true(chart.x.top);
  assert_int_equal(muster_chart_set(&chart, "x.at", &middle, NULL), MUSTER_PACK);
  assert_int_equal(chart.x.time, MUSTER_TIME_SCHOOL);
  assert_string_equal(chart.colours[0].name, "Not disadvantaged");
  assert_int_equal(chart.colours[0].value, MUSTER_COLOUR_ACCENT);
  chart.data = &frame;
  assert_int_equal(muster_chart_check(&chart, NULL), MUSTER_OK);
  muster_chart_free(&chart);
}

static void a_wrong_name_is_answered_with_the_nearest(void **state) {
  (void)state;
  muster_chart chart;
  muster_chart_init(&chart);
  muster_chart_layer *line = muster_chart_add(&chart, MUSTER_MARK_LINE);
  muster_error err;
  muster_chart_value rate = text("rate"), red = text("acent"), one = number(1), curly = text("crcle");
  assert_said(muster_chart_layer_set(line, "yy", &rate, &err), &err, "line: unknown option 'yy', did you mean 'y'?");
  assert_said(muster_chart_set(&chart, "titel", &rate, &err), &err,
              "chart: unknown option 'titel', did you mean 'title'?");
  assert_said(muster_chart_set(&chart, "colour.A", &red, &err), &err, "unknown colour 'acent', did you mean 'accent'?");
  assert_said(muster_chart_layer_set(line, "colour", &one, &err), &err, "line: 'colour' is a number");
  muster_chart_layer *dot = muster_chart_add(&chart, MUSTER_MARK_DOT);
  assert_said(muster_chart_layer_set(dot, "shape", &curly, &err), &err, "did you mean 'circle'?");
  assert_said(muster_chart_layer_set(line, "shape", &curly, &err), &err, "line: unknown option 'shape'");
  muster_chart_free(&chart);
}

static void a_wrong_value_is_refused(void **state) {
  (void)state;
  muster_chart chart;
  muster_chart_init(&chart);
  muster_chart_layer *line = muster_chart_add(&chart, MUSTER_MARK_LINE),
                     *cell = muster_chart_add(&chart, MUSTER_MARK_CELL);
  muster_error err;
  muster_chart_value format = text("%s and %d"), nan = number(NAN), empty = text("");
  assert_said(muster_chart_layer_set(line, "format", &format, &err), &err, "is not a format");
  assert_said(muster_chart_layer_set(line, "width", &nan, &err), &err, "'width'");
  assert_said(muster_chart_layer_set(line, "x", &empty, &err), &err, "'x'");
  muster_chart_value falling[] = {number(1), number(0)},
                     breaks = {.kind = MUSTER_VALUE_LIST, .items = falling, .count = 2};
  assert_said(muster_chart_layer_set(cell, "breaks", &breaks, &err), &err, "do not rise");
  muster_chart_value odd[] = {number(1), number(2), number(3)},
                     dash = {.kind = MUSTER_VALUE_LIST, .items = odd, .count = 3};
  assert_said(muster_chart_layer_set(line, "dash", &dash, &err), &err, "cannot be drawn");
  muster_chart_free(&chart);
}

static void columns_must_be_there_and_of_the_right_kind(void **state) {
  (void)state;
  muster_chart chart;
  muster_chart_init(&chart);
  chart.data = &frame;
  muster_error err;
  assert_said(muster_chart_check(&chart, &err), &err, "nothing to draw");
  muster_chart_layer *line = muster_chart_add(&chart, MUSTER_MARK_LINE);
  muster_chart_bind(line, MUSTER_CHANNEL_X, "week");
  assert_said(muster_chart_check(&chart, &err), &err, "layer 1 (line): no y");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "ratte");
  assert_said(muster_chart_check(&chart, &err), &err,
              "layer 1 (line): no column 'ratte' for y; columns: week, group, rate, lo, hi");
  assert_string_equal(err.todo, "did you mean 'rate'?");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "rate");
  muster_chart_bind(line, MUSTER_CHANNEL_BY, "lo");
  assert_said(muster_chart_check(&chart, &err), &err, "column 'lo' for by holds numbers, not texts");
  muster_chart_bind(line, MUSTER_CHANNEL_BY, "group");
  assert_int_equal(muster_chart_check(&chart, &err), MUSTER_OK);
  muster_chart_layer *dot = muster_chart_add(&chart, MUSTER_MARK_DOT);
  muster_chart_bind(dot, MUSTER_CHANNEL_X, "week");
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "group");
  assert_said(muster_chart_check(&chart, &err), &err, "layer 2 (dot): y holds texts, but layer 1 has numbers there");
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "rate");
  chart.y.from = 5, chart.y.to = 5;
  assert_said(muster_chart_check(&chart, &err), &err, "y.from 5 is not below y.to 5");
  chart.y.from = NAN;
  chart.facet = "rate";
  assert_said(muster_chart_check(&chart, &err), &err, "for facet");
  chart.facet = NULL;
  chart.beside = &chart;
  assert_said(muster_chart_check(&chart, &err), &err, "at most two");
  muster_chart_free(&chart);
}

static void too_many_layers_are_refused(void **state) {
  (void)state;
  muster_chart chart;
  muster_chart_init(&chart);
  for (int i = 0; i <= MUSTER_LAYERS_MAX; i++)
    muster_chart_bind_number(muster_chart_add(&chart, MUSTER_MARK_RULE), MUSTER_CHANNEL_Y, i);
  muster_error err;
  assert_said(muster_chart_check(&chart, &err), &err, "more than 64 layers");
  muster_chart_free(&chart);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(options_can_be_set_by_name), cmocka_unit_test(a_wrong_name_is_answered_with_the_nearest),
      cmocka_unit_test(a_wrong_value_is_refused), cmocka_unit_test(columns_must_be_there_and_of_the_right_kind),
      cmocka_unit_test(too_many_layers_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
