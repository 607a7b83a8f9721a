/* Numbers, dates and counts as people write them. */
#include "words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void put_number(muster_buf *out, double v, int decimals, bool sign) {
  if (!isfinite(v)) {
    muster_buf_puts(out, isnan(v) ? "no value" : v > 0 ? "\xE2\x88\x9E" : "\xE2\x88\x92\xE2\x88\x9E");
    return;
  }
  if (decimals < 0) decimals = 0;
  if (decimals > 9) decimals = 9;
  char digits[352];
  int n = snprintf(digits, sizeof digits, "%.*f", decimals, fabs(v));
  bool zero = true;
  for (int i = 0; i < n && zero; i++) zero = digits[i] == '0' || digits[i] == '.';
  if (!zero && v < 0)
    muster_buf_puts(out, "\xE2\x88\x92");
  else if (!zero && sign)
    muster_buf_putc(out, '+');
  int whole = decimals ? n - decimals - 1 : n;
  for (int i = 0; i < n; i++) {
    if (i > 0 && i < whole && (whole - i) % 3 == 0) muster_buf_putc(out, ',');
    muster_buf_putc(out, digits[i]);
  }
}

void put_count(muster_buf *out, size_t n, bool capital) {
  static const char *const words[] = {"no",    "one",   "two",  "three", "four",   "five",  "six",
                                      "seven", "eight", "nine", "ten",   "eleven", "twelve"};
  if (n >= sizeof words / sizeof *words) {
    put_number(out, (double)n, 0, false);
    return;
  }
  muster_buf_putc(out, capital ? (char)(words[n][0] - 'a' + 'A') : words[n][0]);
  muster_buf_puts(out, words[n] + 1);
}

void put_date(muster_buf *out, muster_date date, bool whole) {
  int year, month, day;
  muster_date_civil(date, &year, &month, &day);
  const char *name = muster_month_name(month);
  if (whole)
    muster_buf_printf(out, "%d %s %d", day, name, year);
  else
    muster_buf_printf(out, "%d %.3s", day, name);
}

void put_dates(muster_buf *out, muster_date first, muster_date last) {
  int year, month, day, last_year, last_month, last_day;
  muster_date_civil(first, &year, &month, &day);
  muster_date_civil(last, &last_year, &last_month, &last_day);
  muster_buf_printf(out, "%d", day);
  if (month != last_month || year != last_year) muster_buf_printf(out, " %s", muster_month_name(month));
  if (year != last_year) muster_buf_printf(out, " %d", year);
  muster_buf_puts(out, " to ");
  put_date(out, last, true);
}

/* One conversion; `*decimals` is -1 for %d, -2 for %s. */
static bool parse_format(const char *format, const char **at, const char **after, int *decimals, bool *sign) {
  *at = NULL;
  for (const char *f = format; *f; f++) {
    if (*f != '%') continue;
    if (f[1] == '%') {
      f++;
      continue;
    }
    if (*at) return false;
    *at = f++;
    *sign = *f == '+';
    if (*sign) f++;
    if (*f == 'd') {
      *decimals = 0;
    } else if (*f == 's') {
      *decimals = -2;
    } else if (f[0] == '.' && f[1] >= '0' && f[1] <= '9' && f[2] == 'f') {
      *decimals = f[1] - '0';
      f += 2;
    } else if (*f == 'f') {
      *decimals = 1;
    } else {
      return false;
    }
    *after = f + 1;
  }
  return *at != NULL;
}

bool format_ok(const char *format) {
  const char *at, *after;
  int decimals;
  bool sign;
  return parse_format(format, &at, &after, &decimals, &sign);
}

static void put_literal(muster_buf *out, const char *from, const char *to) {
  for (; from < to; from++) {
    muster_buf_putc(out, *from);
    if (from[0] == '%' && from + 1 < to && from[1] == '%') from++;
  }
}

bool put_format(muster_buf *out, const char *format, double v) {
  const char *at, *after;
  int decimals;
  bool sign;
  if (!parse_format(format, &at, &after, &decimals, &sign)) return false;
  put_literal(out, format, at);
  put_number(out, v, decimals == -2 ? (v == floor(v) ? 0 : 1) : decimals, sign);
  put_literal(out, after, after + strlen(after));
  return true;
}

void put_share(muster_buf *out, double share) {
  static const struct {
    double share;
    const char *words;
  } known[] = {
      {0.25, "a quarter"}, {1 / 3.0, "a third"}, {0.5, "half"}, {2 / 3.0, "two-thirds"}, {0.75, "three-quarters"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    double off = share - known[i].share;
    if (fabs(off) > 0.035) continue;
    if (off < -0.012) muster_buf_puts(out, "nearly ");
    if (off > 0.012) muster_buf_puts(out, "over ");
    muster_buf_puts(out, known[i].words);
    return;
  }
  put_number(out, share * 100, 0, false);
  muster_buf_putc(out, '%');
}

const char *sayf(muster_arena *arena, bool *failed, const char *fmt, ...) {
  va_list args, again;
  va_start(args, fmt);
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, fmt, args);
  va_end(args);
  char *out = n < 0 ? NULL : muster_arena_alloc(arena, (size_t)n + 1);
  if (out)
    vsnprintf(out, (size_t)n + 1, fmt, again);
  else
    *failed = true;
  va_end(again);
  return out ? out : "";
}

const char *say(muster_arena *arena, bool *failed, muster_buf *buf) {
  char *out = buf->failed ? NULL : muster_arena_copy(arena, buf->at ? buf->at : "", buf->n);
  if (!out) *failed = true;
  muster_buf_free(buf);
  return out ? out : "";
}
