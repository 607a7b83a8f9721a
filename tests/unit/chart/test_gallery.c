/* Every standard chart at every preset: no fault that the lint sees, the display list as it was when somebody last
 * looked at the picture, the same bytes every time. MUSTER_GOLDEN_WRITE=1 writes the golden files anew. */
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
static const char *const preset_names[] = {"slide", "report", "narrow"};

static void make(size_t i, muster_chart *chart, muster_arena *keep) {
  muster_error err;
  if (samples[i].make(chart, keep, &err) != MUSTER_OK) fail_msg("%s: %s", samples[i].name, err.what);
}

static void no_standard_chart_has_a_fault(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_count; i++) {
    muster_arena keep = {0};
    muster_chart chart;
    make(i, &chart, &keep);
    for (size_t p = 0; p < 3; p++) {
      muster_chart_output output = {.preset = presets[p]};
      muster_list list = {0};
      muster_faults faults = {0};
      muster_error err;
      assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
      muster_chart_lint(&chart, &list, presets[p], &faults);
      if (faults.count) fail_msg("%s-%s: %s", samples[i].name, preset_names[p], faults.items[0].text);
      assert_in_range(strlen(list.alt), 100, 260);
      muster_faults_free(&faults);
      muster_list_free(&list);
    }
    muster_chart_free(&chart);
    muster_arena_free(&keep);
  }
}

static void only_a_slide_has_its_title_in_the_picture(void **state) {
  (void)state;
  muster_arena keep = {0};
  muster_chart chart;
  make(0, &chart, &keep);
  for (size_t p = 0; p < 3; p++) {
    muster_chart_output output = {.preset = presets[p]};
    muster_list list = {0};
    muster_error err;
    assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
    size_t titles = 0;
    for (size_t k = 0; k < list.count; k++)
      titles += list.ops[k].part == MUSTER_PART_TITLE || list.ops[k].part == MUSTER_PART_SOURCE;
    assert_int_equal(titles > 0, presets[p] == MUSTER_PRESET_SLIDE);
    assert_string_equal(list.title, chart.title);
    muster_list_free(&list);
  }
  muster_chart_free(&chart);
  muster_arena_free(&keep);
}

static bool has_open_sans(void) { return muster_is_file("/usr/share/fonts/truetype/open-sans/OpenSans-Regular.ttf"); }

/* Long lists are kept as their digest: their text would drown a review. */
static void put_golden(const muster_buf *dump, muster_buf *out) {
  if (dump->n < 24000) {
    muster_buf_add(out, dump->at, dump->n);
    return;
  }
  char digest[MUSTER_DIGEST_TEXT];
  muster_digest(dump->at, dump->n, digest);
  muster_buf_printf(out, "sha256 %s of %zu bytes\n", digest, dump->n);
}

static void display_lists_are_as_they_were(void **state) {
  (void)state;
  if (!has_open_sans()) {
    print_message("SKIPPED: golden files are of Open Sans\n");
    skip();
  }
  bool write = getenv("MUSTER_GOLDEN_WRITE") != NULL;
  for (size_t i = 0; i < sample_count; i++) {
    muster_arena keep = {0};
    muster_chart chart;
    make(i, &chart, &keep);
    muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
    muster_list list = {0};
    muster_error err;
    assert_int_equal(muster_chart_layout(&chart, &output, &list, &err), MUSTER_OK);
    muster_buf dump, seen;
    muster_buf_init(&dump, 1 << 24);
    muster_buf_init(&seen, 1 << 24);
    muster_list_dump(&list, &dump);
    put_golden(&dump, &seen);
    char path[512], *golden;
    size_t n;
    snprintf(path, sizeof path, "%s/tests/unit/chart/golden/%s.txt", MUSTER_SOURCE, samples[i].name);
    if (write) assert_int_equal(muster_file_write(path, seen.at, seen.n, 0644, &err), MUSTER_OK);
    if (muster_file_read(path, 1 << 24, &golden, &n, &err) != MUSTER_OK) fail_msg("%s: %s", path, err.what);
    size_t same = 0;
    while (same < n && same < seen.n && golden[same] == seen.at[same]) same++;
    if (same != n || same != seen.n) {
      while (same > 0 && golden[same - 1] != '\n') same--;
      fail_msg("%s differs:\n was %.300s\n is  %.300s", path, golden + same, seen.at + same);
    }
    muster_free(golden);
    muster_buf_free(&seen);
    muster_buf_free(&dump);
    muster_list_free(&list);
    muster_chart_free(&chart);
    muster_arena_free(&keep);
  }
}

static void the_same_chart_gives_the_same_bytes(void **state) {
  (void)state;
  static const muster_format formats[] = {MUSTER_FORMAT_PNG, MUSTER_FORMAT_SVG, MUSTER_FORMAT_CSV};
  for (size_t i = 0; i < sample_count; i++)
    for (size_t f = 0; f < 3; f++) {
      char *bytes[2];
      size_t n[2];
      for (int turn = 0; turn < 2; turn++) {
        muster_arena keep = {0};
        muster_chart chart;
        make(i, &chart, &keep);
        muster_chart_output output = {.preset = MUSTER_PRESET_REPORT, .format = formats[f], .scale = 1};
        muster_error err;
        assert_int_equal(muster_chart_render(&chart, &output, &bytes[turn], &n[turn], &err), MUSTER_OK);
        muster_chart_free(&chart);
        muster_arena_free(&keep);
      }
      assert_int_equal(n[0], n[1]);
      assert_memory_equal(bytes[0], bytes[1], n[0]);
      muster_free(bytes[0]);
      muster_free(bytes[1]);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_standard_chart_has_a_fault), cmocka_unit_test(only_a_slide_has_its_title_in_the_picture),
      cmocka_unit_test(display_lists_are_as_they_were), cmocka_unit_test(the_same_chart_gives_the_same_bytes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
