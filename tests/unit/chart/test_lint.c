/* The lint sees what it is there to see. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "samples.h"

static const double xs[] = {1, 2, NAN}, ys[] = {5, 6, 7};
static const char *const names[] = {"A", "B", "C"};
static const muster_chart_column columns[] = {{"x", xs, NULL}, {"y", ys, NULL}, {"name", NULL, names}};
static const muster_chart_frame frame = {columns, 3, 3};

static bool sees(const muster_chart *chart, const muster_list *list, const char *words) {
  muster_faults faults = {0};
  muster_chart_lint(chart, list, MUSTER_PRESET_SLIDE, &faults);
  bool seen = false;
  for (size_t i = 0; i < faults.count; i++) seen = seen || strstr(faults.items[i].text, words) != NULL;
  muster_faults_free(&faults);
  return seen;
}

static void make(muster_chart *chart, muster_list *list) {
  muster_chart_init(chart);
  chart->data = &frame;
  chart->title = "A title", chart->source = "made-up data", chart->y.unit = "%";
  muster_chart_layer *dot = muster_chart_add(chart, MUSTER_MARK_DOT);
  muster_chart_bind(dot, MUSTER_CHANNEL_X, "x");
  muster_chart_bind(dot, MUSTER_CHANNEL_Y, "y");
  muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
  muster_error err;
  assert_int_equal(muster_chart_layout(chart, &output, list, &err), MUSTER_OK);
}

static muster_draw *first_text(muster_list *list) {
  size_t i = 0;
  while (list->ops[i].kind != MUSTER_DRAW_TEXT) i++;
  return &list->ops[i];
}

static void a_picture_that_is_spoilt_is_seen_to_be(void **state) {
  (void)state;
  muster_chart chart;
  muster_list list = {0};
  make(&chart, &list);
  assert_false(sees(NULL, &list, ""));
  muster_draw *text = first_text(&list), kept = *text;
  text->x = -5;
  assert_true(sees(NULL, &list, "outside the canvas"));
  *text = kept;
  text->rgba = 0xDDDDDDFFu;
  assert_true(sees(NULL, &list, "below 4.5"));
  *text = kept;
  text->size = 9;
  assert_true(sees(NULL, &list, "too small"));
  *text = kept;
  muster_draw *other = text;
  while (other == text || other->kind != MUSTER_DRAW_TEXT) other++;
  muster_draw there = *other;
  other->x = text->x, other->y = text->y, other->anchor = text->anchor;
  assert_true(sees(NULL, &list, "text over text"));
  *other = there;
  for (size_t i = 0; i < list.count; i++)
    if (list.ops[i].kind == MUSTER_DRAW_CIRCLE) list.ops[i].x = 1700;
  assert_true(sees(NULL, &list, "a mark leaves the canvas"));
  muster_list_free(&list);
  muster_chart_free(&chart);
}

static void a_chart_that_tells_too_little_is_warned_of(void **state) {
  (void)state;
  muster_chart chart;
  muster_list list = {0};
  make(&chart, &list);
  assert_true(sees(&chart, &list, "layer 1 (dot): 1 rows have no value"));
  chart.source = NULL;
  assert_true(sees(&chart, &list, "no source"));
  chart.y.unit = NULL;
  assert_true(sees(&chart, &list, "no unit"));
  chart.title = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen";
  assert_true(sees(&chart, &list, "title of 16 words"));
  muster_chart_layer *bar = muster_chart_add(&chart, MUSTER_MARK_BAR);
  muster_chart_bind(bar, MUSTER_CHANNEL_X, "name");
  muster_chart_bind(bar, MUSTER_CHANNEL_VALUE, "y");
  chart.y.from = 3;
  assert_true(sees(&chart, &list, "bars do not start at zero"));
  muster_list_free(&list);
  muster_chart_free(&chart);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_picture_that_is_spoilt_is_seen_to_be),
                                     cmocka_unit_test(a_chart_that_tells_too_little_is_warned_of)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
