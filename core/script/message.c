/* Messages: parts, formats. */
#include "message.h"

#include <math.h>
#include <string.h>

static bool format_of(muster_text name, message_part *part) {
  if (muster_text_equal(name, MUSTER_TEXT("percent"))) {
    part->format = MESSAGE_PERCENT;
  } else if (muster_text_equal(name, MUSTER_TEXT("percent0"))) {
    part->format = MESSAGE_PERCENT_0;
  } else if (muster_text_equal(name, MUSTER_TEXT("date"))) {
    part->format = MESSAGE_DATE;
  } else if (name.n == 1 && name.at[0] >= '0' && name.at[0] <= '6') {
    part->format = MESSAGE_DECIMALS;
    part->decimals = name.at[0] - '0';
  } else {
    return false;
  }
  return true;
}

/* 1: a part; 0: the end; -1: a lone brace; -2: no such format, which `part->text` then is */
static int next(muster_text message, size_t *at, message_part *part) {
  *part = (message_part){0};
  if (*at >= message.n) return 0;
  const char *from = message.at + *at;
  size_t left = message.n - *at;
  if (from[0] == '{' || from[0] == '}') {
    if (left > 1 && from[1] == from[0]) {
      part->text = (muster_text){from, 1};
      *at += 2;
      return 1;
    }
    const char *close = from[0] == '{' ? memchr(from, '}', left) : NULL;
    if (!close || close == from + 1) return -1;
    part->is_name = true;
    part->text = (muster_text){from + 1, (size_t)(close - from - 1)};
    const char *colon = memchr(part->text.at, ':', part->text.n);
    *at += (size_t)(close - from) + 1;
    if (!colon) return 1;
    muster_text format = {colon + 1, (size_t)(close - colon - 1)};
    part->text.n = (size_t)(colon - part->text.at);
    if (format_of(format, part)) return 1;
    part->text = format;
    return -2;
  }
  size_t n = 0;
  while (n < left && from[n] != '{' && from[n] != '}') n++;
  part->text = (muster_text){from, n};
  *at += n;
  return 1;
}

bool message_next(muster_text message, size_t *at, message_part *part) { return next(message, at, part) > 0; }

muster_status message_check(muster_text message, muster_error *err) {
  size_t at = 0;
  message_part part;
  int code;
  while ((code = next(message, &at, &part)) > 0) {}
  if (code == 0) return MUSTER_OK;
  if (code == -1) {
    muster_fail(err, MUSTER_PACK, "a brace stands alone");
    muster_error_expected(err, "{name}, or {{ for a brace itself");
  } else {
    muster_fail(err, MUSTER_PACK, "no format \"%.*s\"", (int)part.text.n, part.text.at);
    muster_error_expected(err, "percent, percent0, date, or a number of decimals from 0 to 6");
  }
  return MUSTER_PACK;
}

void message_number(muster_buf *out, const message_part *part, double number, bool whole) {
  switch (part->format) {
    case MESSAGE_PERCENT: muster_buf_printf(out, "%.1f%%", 100 * number); return;
    case MESSAGE_PERCENT_0: muster_buf_printf(out, "%.0f%%", 100 * number); return;
    case MESSAGE_DECIMALS: muster_buf_printf(out, "%.*f", part->decimals, number); return;
    case MESSAGE_PLAIN:
    case MESSAGE_DATE: break;
  }
  bool small = floor(number) == number && fabs(number) < 1e15;
  if (small && !signbit(number))
    muster_buf_whole(out, (int64_t)number);
  else if (whole || small)
    muster_buf_printf(out, "%.0f", number);
  else
    muster_buf_printf(out, "%.4g", number);
}

void message_text(muster_buf *out, const message_part *part, muster_text text) {
  muster_date date;
  if (part->format != MESSAGE_DATE || !muster_date_parse(text, &date)) {
    muster_buf_add(out, text.at, text.n);
    return;
  }
  int year, month, day;
  muster_date_civil(date, &year, &month, &day);
  muster_buf_printf(out, "%d %s %d", day, muster_month_name(month), year);
}
