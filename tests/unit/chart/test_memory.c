/* Without memory: every allocation of every standard chart fails once, and the call says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "samples.h"

static muster_status draw(size_t i, muster_format format, bool *made, muster_error *err) {
  muster_arena keep = {0};
  muster_chart chart;
  muster_chart_init(&chart);
  char *bytes = NULL;
  size_t n = 0;
  muster_status status = samples[i].make(&chart, &keep, err);
  *made = status == MUSTER_OK;
  muster_chart_output output = {.preset = MUSTER_PRESET_REPORT, .format = format, .scale = 0.5};
  if (*made) status = muster_chart_render(&chart, &output, &bytes, &n, err);
  if (status != MUSTER_OK) assert_null(bytes);
  muster_free(bytes);
  muster_chart_free(&chart);
  muster_arena_free(&keep);
  return status;
}

/* All allocations of making the chart, then a stride through those of drawing it: thousands would say no more. */
static void sweep(muster_format format, long stride) {
  for (size_t i = 0; i < sample_count; i++) {
    bool made = false;
    for (long nth = 1;; nth += made ? stride : 1) {
      muster_error err;
      muster_alloc_fail_at(nth);
      muster_status status = draw(i, format, &made, &err);
      muster_alloc_fail_at(0);
      if (status == MUSTER_OK) break;
      if (status != MUSTER_MEMORY) fail_msg("%s, allocation %ld: %s", samples[i].name, nth, err.what);
      assert_true(nth < 100000);
    }
  }
}

static void svg_allocations_may_fail(void **state) {
  (void)state;
  sweep(MUSTER_FORMAT_SVG, 3);
}

static void png_allocations_may_fail(void **state) {
  (void)state;
  sweep(MUSTER_FORMAT_PNG, 47);
}

static void every_csv_allocation_may_fail(void **state) {
  (void)state;
  sweep(MUSTER_FORMAT_CSV, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(svg_allocations_may_fail),
                                     cmocka_unit_test(png_allocations_may_fail),
                                     cmocka_unit_test(every_csv_allocation_may_fail)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
