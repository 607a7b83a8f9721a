/* The display list and its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(an_empty_list_is_one_line_of_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
