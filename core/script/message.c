/* Messages: parts, formats. What a message quotes is one line, readable, and no formula to a spreadsheet. */
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

static bool begins_formula(muster_text text) { return text.n && strchr("=+-@", text.at[0]) && text.at[0]; }

static muster_status too_much(muster_error *err, const char *what, int most) {
  muster_fail(err, MUSTER_PACK, "a message has more than %d %s", most, what);
  muster_error_expected(err, "one sentence; the evidence may say the rest");
  return MUSTER_PACK;
}

muster_status message_check(muster_text message, muster_error *err) {
  size_t at = 0;
  message_part part;
  int code, names = 0;
  while ((code = next(message, &at, &part)) > 0) names += part.is_name;
  for (size_t i = 0; i < message.n; i++)
    if (muster_text_control((muster_text){message.at + i, message.n - i})) {
      muster_fail(err, MUSTER_PACK, "a message has a character that cannot be shown, byte %zu", i + 1);
      muster_error_expected(err, "one line of readable text");
      return MUSTER_PACK;
    }
  if (message.n > MESSAGE_BYTES) return too_much(err, "bytes", MESSAGE_BYTES);
  if (names > MESSAGE_NAMES) return too_much(err, "names in braces", MESSAGE_NAMES);
  if (code == 0 && begins_formula(message)) {
    muster_fail(err, MUSTER_PACK, "a message begins with %c, and a spreadsheet would take it for a formula",
                message.at[0]);
    muster_error_expected(err, "a word first");
    return MUSTER_PACK;
  }
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

/* Blanks for what breaks a line, the replacement character for what cannot be read. */
static void put_readable(muster_buf *out, muster_text text) {
  if (out->n == 0 && begins_formula(text)) muster_buf_putc(out, ' ');
  for (size_t i = 0, plain; i < text.n; i += plain) {
    for (plain = 0; i + plain < text.n && text.at[i + plain] >= ' ' && text.at[i + plain] < 0x7F;) plain++;
    muster_buf_add(out, text.at + i, plain);
    if (plain || i == text.n) continue;
    muster_text left = {text.at + i, text.n - i};
    size_t control = muster_text_control(left), character = muster_text_character(left);
    if (control == 1)
      muster_buf_putc(out, ' ');
    else if (control || !character)
      muster_buf_puts(out, "\xEF\xBF\xBD");
    else
      muster_buf_add(out, left.at, character);
    plain = control ? control : character ? character : 1;
  }
}

/* Text cut after so many bytes, between two characters. */
static muster_text shortened(muster_text text, size_t most) {
  if (text.n <= most) return text;
  while (most && ((unsigned char)text.at[most] & 0xC0) == 0x80) most--;
  return (muster_text){text.at, most};
}

void message_text(muster_buf *out, const message_part *part, muster_text text) {
  muster_date date;
  if (part->format != MESSAGE_DATE || !muster_date_parse(text, &date)) {
    muster_text shown = shortened(text, MESSAGE_VALUE);
    put_readable(out, shown);
    if (shown.n < text.n) muster_buf_puts(out, "…");
    return;
  }
  int year, month, day;
  muster_date_civil(date, &year, &month, &day);
  muster_buf_printf(out, "%d %s %d", day, muster_month_name(month), year);
}
