/* From chart to bytes: formats, scales, fonts that are not there, files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "samples.h"

static const sample *sample_of(const char *name) {
  for (size_t i = 0; i < sample_count; i++)
    if (strcmp(samples[i].name, name) == 0) return &samples[i];
  fail_msg("no sample %s", name);
  return NULL;
}

static void render(const char *name, const muster_chart_output *output, char **bytes, size_t *n) {
  muster_arena keep = {0};
  muster_chart chart;
  muster_error err;
  assert_int_equal(sample_of(name)->make(&chart, &keep, &err), MUSTER_OK);
  if (muster_chart_render(&chart, output, bytes, n, &err) != MUSTER_OK) fail_msg("%s: %s", name, err.what);
  muster_chart_free(&chart);
  muster_arena_free(&keep);
}

static unsigned big_endian(const char *at) {
  const unsigned char *b = (const unsigned char *)at;
  return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3];
}

static void a_png_has_the_size_of_its_preset_and_scale(void **state) {
  (void)state;
  static const struct {
    muster_preset preset;
    double scale;
    unsigned width, height;
  } cases[] = {{MUSTER_PRESET_SLIDE, 0, 3200, 1800},
               {MUSTER_PRESET_SLIDE, 1, 1600, 900},
               {MUSTER_PRESET_REPORT, 1, 960, 0},
               {MUSTER_PRESET_NARROW, 1.5, 660, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    muster_chart_output output = {.preset = cases[i].preset, .scale = cases[i].scale};
    char *png;
    size_t n;
    render("lines", &output, &png, &n);
    assert_memory_equal(png, "\x89PNG\r\n\x1a\n", 8);
    assert_int_equal(big_endian(png + 16), cases[i].width);
    if (cases[i].height) assert_int_equal(big_endian(png + 20), cases[i].height);
    assert_int_equal(png[25], 3); /* a palette */
    assert_true(n < 250000);
    muster_free(png);
  }
}

static void a_picture_appears_even_without_fonts(void **state) {
  (void)state;
  static const char *const folders[] = {"", "/nowhere", "/usr/share/fonts/truetype/dejavu"};
  for (size_t i = 0; i < 3; i++) {
    muster_chart_output output = {.preset = MUSTER_PRESET_REPORT, .scale = 1, .fonts = folders[i]};
    char *png;
    size_t n;
    render("register", &output, &png, &n);
    assert_true(n > 2000);
    muster_free(png);
  }
}

/* Every element that is opened is closed; nothing points to a network. */
static void svg_is_well_formed_and_alone(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_count; i++) {
    muster_chart_output output = {.preset = MUSTER_PRESET_REPORT, .format = MUSTER_FORMAT_SVG};
    char *svg;
    size_t n, open = 0, closed = 0;
    render(samples[i].name, &output, &svg, &n);
    assert_memory_equal(svg, "<svg ", 5);
    for (const char *at = svg; (at = strchr(at, '<')) != NULL; at++) {
      const char *end = strchr(at, '>');
      assert_non_null(end);
      if (at[1] == '/')
        closed++;
      else if (end[-1] != '/')
        open++;
    }
    assert_int_equal(open, closed);
    assert_null(strstr(svg, "href"));
    assert_non_null(strstr(svg, "aria-label=\""));
    assert_null(strstr(svg, "nan"));
    assert_null(strstr(svg, "inf,"));
    assert_true(n < 300000);
    muster_free(svg);
  }
}

static void the_data_table_has_dates_and_every_row(void **state) {
  (void)state;
  muster_chart_output output = {.format = MUSTER_FORMAT_CSV};
  char *csv;
  size_t n, lines = 0;
  render("lines", &output, &csv, &n);
  assert_memory_equal(csv, "date,value,low,high,group\n2025-09-01,", 34);
  for (size_t i = 0; i < n; i++) lines += csv[i] == '\n';
  assert_true(lines > 60 && lines % 2 == 1);
  muster_free(csv);
  render("dumbbell", &output, &csv, &n);
  assert_non_null(strstr(csv, "Kingsmead,better,better,"));
  muster_free(csv);
}

static void a_chart_is_saved_whole_or_not_at_all(void **state) {
  (void)state;
  muster_arena keep = {0};
  muster_chart chart;
  muster_error err;
  assert_int_equal(sample_of("love")->make(&chart, &keep, &err), MUSTER_OK);
  char path[64];
  snprintf(path, sizeof path, "/tmp/muster-chart-%d.svg", (int)getpid());
  muster_chart_output output = {.preset = MUSTER_PRESET_REPORT, .format = MUSTER_FORMAT_SVG};
  assert_int_equal(muster_chart_save(&chart, &output, path, &err), MUSTER_OK);
  assert_true(muster_is_file(path));
  unlink(path);
  assert_int_equal(muster_chart_save(&chart, &output, "/nowhere/at/all.svg", &err), MUSTER_IO);
  muster_chart_free(&chart);
  muster_arena_free(&keep);
}

static void names_of_presets_and_formats_are_known(void **state) {
  (void)state;
  muster_preset preset;
  muster_format format;
  assert_true(muster_preset_of("narrow", &preset) && preset == MUSTER_PRESET_NARROW);
  assert_true(muster_format_of("svg", &format) && format == MUSTER_FORMAT_SVG);
  assert_false(muster_preset_of("poster", &preset));
  assert_false(muster_format_of("gif", &format));
}

static void sparklines_are_small_and_have_gaps(void **state) {
  (void)state;
  const double values[] = {5, 6, NAN, 7, 5};
  muster_buf out;
  muster_buf_init(&out, 4096);
  muster_sparkline(values, 5, "Absence, last \"5\" weeks", &out);
  assert_non_null(strstr(out.at, "aria-label=\"Absence, last &quot;5&quot; weeks\""));
  assert_non_null(strstr(out.at, "d=\"M3.0 22.0L29.0 13.0M81.0 4.0L107.0 22.0\""));
  assert_non_null(strstr(out.at, "currentColor"));
  muster_buf_clear(&out);
  muster_sparkline(NULL, 0, NULL, &out);
  assert_null(strstr(out.at, "circle"));
  muster_buf_free(&out);
}

static void markup_is_left_out_of_plain_text(void **state) {
  (void)state;
  muster_buf out;
  muster_buf_init(&out, 4096);
  muster_chart_plain("Rates. {accent:Over 38}, {base:others} {not a role:x} {", &out);
  assert_string_equal(out.at, "Rates. Over 38, others {not a role:x} {");
  muster_buf_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_png_has_the_size_of_its_preset_and_scale),
                                     cmocka_unit_test(a_picture_appears_even_without_fonts),
                                     cmocka_unit_test(svg_is_well_formed_and_alone),
                                     cmocka_unit_test(the_data_table_has_dates_and_every_row),
                                     cmocka_unit_test(a_chart_is_saved_whole_or_not_at_all),
                                     cmocka_unit_test(names_of_presets_and_formats_are_known),
                                     cmocka_unit_test(sparklines_are_small_and_have_gaps),
                                     cmocka_unit_test(markup_is_left_out_of_plain_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
