/* Random charts of random data: each is refused with a reason or drawn; none crashes, none draws outside its limits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "samples.h"

static size_t pick(uint64_t *state, size_t n) { return (size_t)(sample_random(state) * (double)n); }

static double wild(uint64_t *state) {
  static const double odd[] = {0, -0.0, 1, -1, 1e-300, 1e300, -1e18, INFINITY, -INFINITY, NAN, 20332, 84006, 0.1, 1e9};
  switch (pick(state, 3)) {
    case 0: return odd[pick(state, sizeof odd / sizeof *odd)];
    case 1: return 20332 + floor(300 * sample_random(state));
    default: return 20 * sample_random(state) - 5;
  }
}

static const char *const words[] = {
    "Oak",      "",          "A very long name of a school that nobody has shortened yet, with commas",
    "%d%%",     "50%",       "\xC3\xA9\xE2\x82\xAC",
    "\xFF\xFE", "{accent:x", "<&>\"",
    "present",  "E",         "2025",
    "a b",      NULL};
static const char *const columns[] = {"n1", "n2", "n3", "n4", "t1", "t2", "t3", "nope"};
static const char *const options[] = {
    "x",          "y",      "x2",    "y2",    "lo",     "hi",     "inner_lo", "inner_hi", "mid",    "from",   "to",
    "value",      "by",     "fill",  "label", "sub",    "strong", "row",      "session",  "code",   "group",  "colour",
    "sub_colour", "shape",  "at",    "place", "stack",  "gap",    "points",   "letters",  "avoid",  "leader", "bold",
    "outline",    "dash",   "alpha", "width", "size",   "level",  "dy",       "limit",    "hollow", "max",    "start",
    "stop",       "breaks", "inner", "name",  "header", "format", "sort"};
static const char *const chart_options[] = {
    "title",     "subtitle",  "source",        "alt",         "heading",     "key",       "page",       "row_height",
    "facet.row", "facet.sub", "facet.columns", "facet.ghost", "fill.scheme", "fill.unit", "x.label",    "y.label",
    "x.unit",    "y.unit",    "y.note",        "y.sub",       "y.strong",    "x.group",   "y.space",    "y.header",
    "x.time",    "y.time",    "x.from",        "x.to",        "y.from",      "y.to",      "x.decimals", "x.integer",
    "y.sign",    "x.top",     "x.months",      "x.hidden",    "y.hidden",    "y.no_grid", "y.left",     "y.rows"};
static const char *const choices[] = {
    "accent", "base",  "none",  "circle",     "ring",        "up",           "tick",  "plot",
    "right",  "end",   "top",   "below",      "bottom left", "auto",         "left",  "above",
    "centre", "stack", "fill",  "diverge",    "calendar",    "school",       "weeks", "amber",
    "blue",   "diff",  "value", "attendance", "%.1f",        "%+.1f points", "term"};

static muster_chart_value random_value(uint64_t *state, muster_chart_value items[4]) {
  muster_chart_value v = {.kind = MUSTER_VALUE_NUMBER};
  switch (pick(state, 6)) {
    case 0: v.number = wild(state); break;
    case 1: v.kind = MUSTER_VALUE_FLAG, v.flag = pick(state, 2); break;
    case 2: v.kind = MUSTER_VALUE_TEXT, v.text = choices[pick(state, sizeof choices / sizeof *choices)]; break;
    case 3: {
      v.kind = MUSTER_VALUE_LIST, v.items = items, v.count = pick(state, 5);
      for (size_t i = 0; i < v.count; i++)
        items[i] = (muster_chart_value){.kind = MUSTER_VALUE_NUMBER, .number = wild(state)};
      break;
    }
    default: v.kind = MUSTER_VALUE_TEXT, v.text = columns[pick(state, sizeof columns / sizeof *columns)];
  }
  return v;
}

static muster_chart_frame *random_frame(muster_chart *chart, uint64_t *state) {
  static const size_t sizes[] = {0, 1, 2, 7, 40, 300};
  size_t n = sizes[pick(state, 6)];
  muster_chart_frame *frame = muster_chart_frame_new(chart, n, "n1 n2 n3 n4", "t1 t2 t3");
  static const char *const numbers[] = {"n1", "n2", "n3", "n4"}, *const texts[] = {"t1", "t2", "t3"};
  for (size_t c = 0; c < 4; c++) {
    double *column = muster_chart_numbers(frame, numbers[c]);
    bool tame = pick(state, 3) > 0;
    for (size_t r = 0; r < n; r++)
      column[r] = tame ? (c ? 10 * sample_random(state) : 20332.0 + (double)r) : wild(state);
  }
  for (size_t c = 0; c < 3; c++) {
    const char **column = muster_chart_texts(frame, texts[c]);
    for (size_t r = 0; r < n; r++) column[r] = words[pick(state, sizeof words / sizeof *words)];
  }
  return frame;
}

static void random_layer(muster_chart *chart, uint64_t *state) {
  muster_chart_layer *layer = muster_chart_add(chart, (muster_chart_mark)pick(state, MUSTER_MARK_COUNT));
  static const muster_channel numeric[] = {MUSTER_CHANNEL_LO,     MUSTER_CHANNEL_HI,    MUSTER_CHANNEL_FROM,
                                           MUSTER_CHANNEL_TO,     MUSTER_CHANNEL_VALUE, MUSTER_CHANNEL_FILL,
                                           MUSTER_CHANNEL_SESSION};
  if (pick(state, 8)) { /* mostly charts that can be drawn */
    muster_chart_bind(layer, MUSTER_CHANNEL_X, pick(state, 3) ? "n1" : "t1");
    muster_chart_bind(layer, MUSTER_CHANNEL_Y, pick(state, 3) ? "n2" : "t2");
    for (size_t i = 0; i < sizeof numeric / sizeof *numeric; i++)
      muster_chart_bind(layer, numeric[i], columns[pick(state, 4)]);
    muster_chart_bind(layer, MUSTER_CHANNEL_ROW, "t1");
    muster_chart_bind(layer, MUSTER_CHANNEL_CODE, "t2");
    muster_chart_bind(layer, MUSTER_CHANNEL_LABEL, pick(state, 2) ? "t3" : "n3");
    if (pick(state, 2)) muster_chart_bind(layer, MUSTER_CHANNEL_BY, "t3");
    if (layer->mark == MUSTER_MARK_RULE) layer->bind[MUSTER_CHANNEL_X].kind = MUSTER_UNBOUND;
  }
  for (size_t k = pick(state, 6); k > 0; k--) {
    static muster_chart_value items[4];
    muster_chart_value value = random_value(state, items);
    if (muster_chart_layer_set(layer, options[pick(state, sizeof options / sizeof *options)], &value, NULL) ==
        MUSTER_OK)
      continue;
  }
}

static void random_charts_are_drawn_or_refused(void **ignored) {
  (void)ignored;
  size_t drawn = 0, refused = 0;
  for (uint64_t seed = 1; seed <= 3000; seed++) {
    uint64_t state = seed * 0x9E3779B97F4A7C15ull;
    for (int i = 0; i < 8; i++) sample_random(&state);
    muster_chart chart;
    muster_chart_init(&chart);
    chart.data = random_frame(&chart, &state);
    for (size_t k = 1 + pick(&state, 4); k > 0; k--) random_layer(&chart, &state);
    static muster_chart_value items[4];
    for (size_t k = pick(&state, 8); k > 0; k--) {
      muster_chart_value value = random_value(&state, items);
      if (muster_chart_set(&chart, chart_options[pick(&state, sizeof chart_options / sizeof *chart_options)], &value,
                           NULL) != MUSTER_OK)
        continue;
    }
    muster_chart_output output = {.preset = (muster_preset)pick(&state, 3),
                                  .scale = 0.5,
                                  .format = seed % 10 ? MUSTER_FORMAT_SVG : MUSTER_FORMAT_PNG};
    muster_error err = {.what = ""};
    muster_list list = {0};
    muster_status status = muster_chart_layout(&chart, &output, &list, &err);
    if (status == MUSTER_OK) {
      assert_true(list.width > 0 && list.height > 0 && list.height < 20000);
      muster_faults faults = {0};
      muster_chart_lint(&chart, &list, output.preset, &faults);
      muster_faults_free(&faults);
      char *bytes;
      size_t n;
      assert_int_equal(muster_chart_render(&chart, &output, &bytes, &n, &err), MUSTER_OK);
      assert_true(n > 100);
      muster_free(bytes);
      drawn++;
    } else {
      assert_int_equal(status, MUSTER_PACK);
      assert_true(strlen(err.what) > 10);
      refused++;
    }
    muster_list_free(&list);
    muster_chart_free(&chart);
  }
  assert_true(drawn > 500);
  assert_true(refused > 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_charts_are_drawn_or_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
