/* Comparison of doubles; cmocka's assert_float_equal sees seven digits only. */
#ifndef MUSTER_TEST_CLOSE_H
#define MUSTER_TEST_CLOSE_H

#include <math.h>

#define assert_close(value, expected, tolerance)                                             \
  do {                                                                                       \
    double close_is = (value), close_to = (expected), close_by = (tolerance);                \
    if (!(fabs(close_is - close_to) <= close_by))                                            \
      fail_msg("%s is %.17g and not %.17g within %g", #value, close_is, close_to, close_by); \
  } while (0)

#endif
