/* The examples of docs/rules.md are a pack that loads, passes its tests and takes its overlay. */
#include "muster/script/chart.h"
#include "support.h"

static int overlays;

/* The first quoted text after `word`. */
static void quoted(const char *block, const char *word, char *out, size_t size) {
  const char *at = strstr(block, word);
  assert_non_null(at);
  at = strchr(at, '"');
  assert_non_null(at);
  snprintf(out, size, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
}

static bool begins(const char *block, const char *with) {
  const char *at = strstr(block, "return ");
  return at && strncmp(at + 7, with, strlen(with)) == 0;
}

static void place_block(const bench_pack *b, const char *block) {
  char id[64], path[128];
  if (strncmp(block, "-- lib/", 7) == 0) {
    snprintf(path, sizeof path, "%.*s", (int)strcspn(block + 3, "\n"), block + 3);
    pack_write(b, path, block);
  } else if (begins(block, "pack {")) {
    pack_write(b, "pack.lua", block);
  } else if (begins(block, "overlay {")) {
    pack_write(b, "overlay.lua", block);
    overlays++;
  } else if (begins(block, "chart {")) {
    pack_write(b, "charts/weekly.lua", block);
  } else if (begins(block, "tests ")) {
    quoted(block, "return tests", id, sizeof id);
    snprintf(path, sizeof path, "rules/%s_test.lua", id);
    pack_write(b, path, block);
  } else {
    assert_true(begins(block, "rule {") || begins(block, "plan {"));
    quoted(block, "id ", id, sizeof id);
    snprintf(path, sizeof path, "%s/%s.lua", begins(block, "rule {") ? "rules" : "plans", id);
    pack_write(b, path, block);
  }
}

static void examples_hold(void **state) {
  (void)state;
  bench_pack b;
  char *page, path[128];
  size_t n, blocks = 0;
  pack_begin(&b);
  assert_int_equal(muster_file_read(MUSTER_SOURCE "/docs/rules.md", 1 << 20, &page, &n, &b.err), MUSTER_OK);
  for (char *at = page; (at = strstr(at, "```lua\n")); blocks++) {
    char *end = strstr(at + 7, "\n```");
    assert_non_null(end);
    end[1] = '\0';
    place_block(&b, at + 7);
    at = end + 2;
  }
  muster_free(page);
  assert_true(blocks >= 8);
  muster_status status = pack_open(&b);
  if (status != MUSTER_OK) show(&b.err);
  assert_int_equal(status, MUSTER_OK);
  muster_test_results results;
  assert_int_equal(muster_pack_test(b.pack, NULL, &results, &b.err), MUSTER_OK);
  for (size_t i = 0; i < results.case_count; i++)
    if (!results.cases[i].passed) print_error("%s: %s\n", results.cases[i].name, results.cases[i].difference);
  assert_int_equal(results.failed, 0);
  muster_test_results_free(&results);
  muster_chart_script chart;
  const char *name;
  assert_int_equal(muster_pack_chart_count(b.pack), 1);
  b.reg = small_register();
  status = muster_pack_chart(b.pack, 0, b.reg, muster_date_of(2025, 10, 10), &chart, &name, &b.err);
  if (status != MUSTER_OK) show(&b.err);
  assert_int_equal(status, MUSTER_OK);
  assert_string_equal(name, "weekly");
  assert_int_equal(chart.chart.layer_count, 3);
  assert_int_equal(chart.chart.data->rows, 6);
  muster_chart_script_free(&chart);
  assert_int_equal(overlays, 1);
  snprintf(path, sizeof path, "%s/overlay.lua", b.folder);
  status = muster_pack_overlay(b.pack, path, &b.err);
  if (status != MUSTER_OK) show(&b.err);
  assert_int_equal(status, MUSTER_OK);
  assert_string_equal(muster_pack_param(b.pack, "broken-weeks.weeks")->value, "3");
  assert_string_equal(muster_pack_param(b.pack, "my-pack.judged")->value, "40");
  pack_end(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(examples_hold)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
