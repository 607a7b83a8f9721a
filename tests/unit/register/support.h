/* Small registers from typed marks, for the tests of this room. */
#ifndef TEST_REGISTER_SUPPORT_H
#define TEST_REGISTER_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "muster/register.h"

static inline muster_date day(const char *iso) {
  muster_date date;
  assert_true(muster_date_parse(muster_text_of(iso), &date));
  return date;
}

static inline uint32_t enrol(muster_register *reg, const char *id, const char *school) {
  uint32_t pupil;
  uint32_t s = muster_register_school(reg, muster_text_of(school), NULL);
  assert_int_equal(muster_register_enrol(reg, muster_text_of(id), s, MUSTER_NO_DATE, MUSTER_NO_DATE, &pupil, NULL),
                   MUSTER_OK);
  return pupil;
}

/* One character a session from the morning of `from`, Monday to Friday; '-' is no mark, a blank is skipped. */
static inline void type_marks(muster_register *reg, uint32_t pupil, const char *from, const char *marks) {
  muster_date date = day(from);
  int half = 0;
  for (; *marks; marks++) {
    if (*marks == ' ') continue;
    while (muster_date_weekday(date) > 4) date++;
    muster_place place;
    assert_int_equal(muster_register_place(reg, date, &place, NULL), MUSTER_OK);
    if (*marks != '-') {
      uint8_t mark = muster_codes_mark(&reg->codes, (muster_text){marks, 1}, date);
      assert_int_not_equal(mark, 0);
      muster_register_row(reg, pupil, place.year)[place.offset + (uint32_t)half] = mark;
    }
    if (half) date++;
    half = !half;
  }
}

static inline void seal(muster_register *reg) {
  muster_error err = {0};
  assert_int_equal(muster_register_seal(reg, &err), MUSTER_OK);
}

static inline muster_view view_of(muster_register *reg, uint32_t pupil, const char *as_of) {
  muster_view view;
  assert_int_equal(muster_view_open(&view, reg, NULL, 0, NULL), MUSTER_OK);
  muster_view_set(&view, pupil, day(as_of));
  return view;
}

static const muster_range everything = {INT32_MIN, INT32_MAX};

#endif
