/* The display list: its text, its SVG, its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "samples.h"

static void an_empty_list_is_one_line_of_text(void **state) {
  (void)state;
  muster_list list = {.width = 10, .height = 20};
  muster_buf text;
  muster_buf_init(&text, 1000);
  muster_list_dump(&list, &text);
  assert_string_equal(text.at, "canvas 10 x 20\n");
  muster_buf_free(&text);
  muster_list_free(&list);
}

/* A chart of one text that is not UTF-8, holds a tab and what XML and gd would read as markup. */
static void lay_out_text(const char *words, muster_list *list) {
  muster_chart chart;
  muster_chart_init(&chart);
  muster_chart_layer *text = muster_chart_add(&chart, MUSTER_MARK_TEXT);
  muster_chart_bind_number(text, MUSTER_CHANNEL_X, 1);
  muster_chart_bind_number(text, MUSTER_CHANNEL_Y, 1);
  muster_chart_bind(text, MUSTER_CHANNEL_LABEL, words);
  muster_chart_output output = {.preset = MUSTER_PRESET_REPORT};
  muster_error err;
  assert_int_equal(muster_chart_layout(&chart, &output, list, &err), MUSTER_OK);
  muster_chart_free(&chart);
}

static void texts_are_one_line_of_valid_utf8(void **state) {
  (void)state;
  muster_list list = {0};
  lay_out_text("A\tB \xC3( & <b>&amp;", &list);
  muster_buf svg;
  muster_buf_init(&svg, 1 << 20);
  muster_error err;
  assert_int_equal(muster_list_svg(&list, &svg, &err), MUSTER_OK);
  assert_non_null(strstr(svg.at, ">A B \xEF\xBF\xBD( &amp; &lt;b&gt;&amp;amp;<"));
  assert_true(muster_text_utf8((muster_text){svg.at, svg.n}, NULL));
  char *png;
  size_t n;
  assert_int_equal(muster_list_png(&list, 1, NULL, &png, &n, &err), MUSTER_OK);
  muster_free(png);
  muster_buf_free(&svg);
  muster_list_free(&list);
}

/* Width of a picture's drawn text in pixels is that of the layout, so "&amp;" is drawn as five letters. */
static void an_entity_is_drawn_as_it_is_written(void **state) {
  (void)state;
  muster_list plain = {0}, entity = {0};
  lay_out_text("Head & Heart", &plain);
  lay_out_text("Head &amp; Heart", &entity);
  char *a, *b;
  size_t na, nb;
  muster_error err;
  assert_int_equal(muster_list_png(&plain, 1, NULL, &a, &na, &err), MUSTER_OK);
  assert_int_equal(muster_list_png(&entity, 1, NULL, &b, &nb, &err), MUSTER_OK);
  assert_false(na == nb && memcmp(a, b, na) == 0);
  muster_free(a);
  muster_free(b);
  muster_list_free(&plain);
  muster_list_free(&entity);
}

static void too_many_pixels_are_refused(void **state) {
  (void)state;
  muster_list list = {.width = 9000, .height = 9000};
  char *png = (char *)state;
  size_t n = 7;
  muster_error err;
  assert_int_equal(muster_list_png(&list, 1, NULL, &png, &n, &err), MUSTER_PACK);
  assert_non_null(strstr(err.expected, "40000000"));
  assert_null(png);
  assert_int_equal(n, 0);
  assert_int_equal(muster_list_png(&list, 100, NULL, &png, &n, &err), MUSTER_PACK);
  assert_int_equal(muster_list_png(&list, -1, NULL, &png, &n, &err), MUSTER_PACK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_list_is_one_line_of_text), cmocka_unit_test(texts_are_one_line_of_valid_utf8),
      cmocka_unit_test(an_entity_is_drawn_as_it_is_written), cmocka_unit_test(too_many_pixels_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
