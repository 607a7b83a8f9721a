/* Text views, buffers, numbers as text. */
#include "muster/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

muster_text muster_text_of(const char *terminated) {
  return (muster_text){terminated ? terminated : "", terminated ? strlen(terminated) : 0};
}

bool muster_text_equal(muster_text a, muster_text b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.at, b.at, a.n) == 0);
}

static int lower(unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

bool muster_text_equal_nocase(muster_text a, muster_text b) {
  if (a.n != b.n) return false;
  for (size_t i = 0; i < a.n; i++)
    if (lower((unsigned char)a.at[i]) != lower((unsigned char)b.at[i])) return false;
  return true;
}

int muster_text_compare(muster_text a, muster_text b) {
  size_t n = a.n < b.n ? a.n : b.n;
  int order = n ? memcmp(a.at, b.at, n) : 0;
  return order ? order : (a.n > b.n) - (a.n < b.n);
}

muster_text muster_text_trim(muster_text t) {
  while (t.n && (t.at[0] == ' ' || t.at[0] == '\t')) t.at++, t.n--;
  while (t.n && (t.at[t.n - 1] == ' ' || t.at[t.n - 1] == '\t')) t.n--;
  return t;
}

/* Well-formed sequences after Unicode 15.0, table 3-7. */
bool muster_text_utf8(muster_text t, size_t *bad_at) {
  const unsigned char *s = (const unsigned char *)t.at;
  for (size_t i = 0; i < t.n;) {
    unsigned char c = s[i];
    size_t more = c < 0x80 ? 0 : c >= 0xC2 && c <= 0xDF ? 1 : (c & 0xF0) == 0xE0 ? 2 : c >= 0xF0 && c <= 0xF4 ? 3 : 9;
    bool good = more < 9 && t.n - i > more;
    for (size_t k = 1; good && k <= more; k++) good = (s[i + k] & 0xC0) == 0x80;
    if (good && more == 2) good = !(c == 0xE0 && s[i + 1] < 0xA0) && !(c == 0xED && s[i + 1] > 0x9F);
    if (good && more == 3) good = !(c == 0xF0 && s[i + 1] < 0x90) && !(c == 0xF4 && s[i + 1] > 0x8F);
    if (!good) {
      if (bad_at) *bad_at = i;
      return false;
    }
    i += more + 1;
  }
  return true;
}

size_t muster_text_character(muster_text t) {
  if (t.n == 0) return 0;
  unsigned char c = (unsigned char)t.at[0];
  size_t n = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
  return n && n <= t.n && muster_text_utf8((muster_text){t.at, n}, NULL) ? n : 0;
}

size_t muster_text_control(muster_text t) {
  const unsigned char *s = (const unsigned char *)t.at;
  if (t.n == 0) return 0;
  if (s[0] < 0x20 || s[0] == 0x7F) return 1;
  if (t.n >= 2 && s[0] == 0xC2 && s[1] >= 0x80 && s[1] < 0xA0) return 2;
  bool turns = t.n >= 3 && s[0] == 0xE2 &&
               ((s[1] == 0x80 && s[2] >= 0xAA && s[2] <= 0xAE) || (s[1] == 0x81 && s[2] >= 0xA6 && s[2] <= 0xA9));
  return turns ? 3 : 0;
}

void muster_text_tame(char *terminated) {
  muster_text left = muster_text_of(terminated);
  for (char *at = terminated; left.n;) {
    size_t n = muster_text_control(left);
    if (n) memset(at, '?', n);
    at += n ? n : 1;
    left = (muster_text){at, left.n - (n ? n : 1)};
  }
}

bool muster_text_int(muster_text t, int64_t *out) {
  char digits[24];
  if (t.n == 0 || t.n >= sizeof digits) return false;
  memcpy(digits, t.at, t.n);
  digits[t.n] = '\0';
  if (digits[0] != '-' && (digits[0] < '0' || digits[0] > '9')) return false;
  char *end;
  errno = 0;
  long long value = strtoll(digits, &end, 10);
  if (errno || end != digits + t.n) return false;
  *out = value;
  return true;
}

/* Digits alone, few enough to be exact. */
static bool short_whole(muster_text t, double *out) {
  if (t.n == 0 || t.n > 15) return false;
  int64_t value = 0;
  for (size_t i = 0; i < t.n; i++) {
    if (t.at[i] < '0' || t.at[i] > '9') return false;
    value = value * 10 + (t.at[i] - '0');
  }
  *out = (double)value;
  return true;
}

bool muster_text_number(muster_text t, double *out) {
  char digits[64];
  if (short_whole(t, out)) return true;
  if (t.n == 0 || t.n >= sizeof digits) return false;
  for (size_t i = 0; i < t.n; i++)
    if (!strchr("0123456789+-.eE", t.at[i])) return false; /* no hex, inf, nan or blanks */
  memcpy(digits, t.at, t.n);
  digits[t.n] = '\0';
  char *end;
  errno = 0;
  double value = strtod(digits, &end);
  if (end != digits + t.n || (errno == ERANGE && (value > 1 || value < -1))) return false;
  *out = value;
  return true;
}

static size_t edit_distance(const char *a, const char *b) {
  enum { LONGEST = 48 };
  size_t n = strlen(a), m = strlen(b), row[LONGEST + 1];
  if (n > LONGEST || m > LONGEST) return SIZE_MAX;
  for (size_t j = 0; j <= m; j++) row[j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t above = row[j], cost = diagonal + (lower((unsigned char)a[i - 1]) != lower((unsigned char)b[j - 1]));
      size_t least = above < row[j - 1] ? above + 1 : row[j - 1] + 1;
      row[j] = cost < least ? cost : least;
      diagonal = above;
    }
  }
  return row[m];
}

const char *muster_nearest(const char *name, const char *const *names) {
  const char *best = NULL;
  size_t least = strlen(name) / 3 + 1; /* one slip in three letters, at least one */
  for (; *names; names++) {
    size_t d = edit_distance(name, *names);
    if (d <= least && (!best || d < least)) best = *names, least = d;
  }
  return best;
}

void muster_buf_init(muster_buf *buf, size_t limit) { *buf = (muster_buf){.limit = limit}; }

static void buf_fail(muster_buf *buf) {
  muster_free(buf->at);
  *buf = (muster_buf){.limit = buf->limit, .failed = true};
}

enum { DRAINED_AT = 1 << 20 };

void muster_buf_into(muster_buf *buf, muster_sink sink, void *context) {
  buf->sink = sink;
  buf->sink_context = context;
}

void muster_buf_drain(muster_buf *buf) {
  if (buf->failed) return;
  if (buf->n && !buf->sink(buf->sink_context, buf->at, buf->n))
    buf_fail(buf);
  else
    muster_buf_clear(buf);
}

static bool buf_room(muster_buf *buf, size_t more) {
  if (buf->sink && buf->capacity >= DRAINED_AT && more >= buf->capacity - buf->n) muster_buf_drain(buf);
  if (buf->failed) return false;
  if (more > buf->limit || buf->n > buf->limit - more) return buf_fail(buf), false;
  size_t needed = buf->n + more + 1;
  if (needed <= buf->capacity) return true;
  size_t wanted = buf->capacity ? buf->capacity * 2 : 256;
  while (wanted < needed) wanted *= 2;
  char *grown = muster_realloc(buf->at, wanted, 1);
  if (!grown) return buf_fail(buf), false;
  buf->at = grown;
  buf->capacity = wanted;
  return true;
}

void muster_buf_add(muster_buf *buf, const char *bytes, size_t n) {
  if (!buf_room(buf, n)) return;
  if (n) memcpy(buf->at + buf->n, bytes, n);
  buf->n += n;
  buf->at[buf->n] = '\0';
}

void muster_buf_puts(muster_buf *buf, const char *terminated) { muster_buf_add(buf, terminated, strlen(terminated)); }

void muster_buf_putc(muster_buf *buf, char c) {
  if (!buf_room(buf, 1)) return;
  buf->at[buf->n++] = c;
  buf->at[buf->n] = '\0';
}

/* Printed into what room there is, which mostly is enough, and else again. */
void muster_buf_printf(muster_buf *buf, const char *fmt, ...) {
  va_list args, again;
  va_start(args, fmt);
  va_copy(again, args);
  size_t room = buf->capacity - buf->n;
  int n = vsnprintf(room ? buf->at + buf->n : NULL, room, fmt, args);
  va_end(args);
  bool fits = n >= 0 && (size_t)n < room;
  if (n >= 0 && buf_room(buf, (size_t)n)) {
    if (!fits) vsnprintf(buf->at + buf->n, (size_t)n + 1, fmt, again);
    buf->n += (size_t)n;
  } else if (room && !buf->failed) {
    buf->at[buf->n] = '\0';
  }
  va_end(again);
}

void muster_buf_whole(muster_buf *buf, int64_t number) {
  char digits[20];
  size_t at = sizeof digits;
  uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
  do {
    digits[--at] = (char)('0' + left % 10);
    left /= 10;
  } while (left);
  if (number < 0) muster_buf_putc(buf, '-');
  muster_buf_add(buf, digits + at, sizeof digits - at);
}

void muster_buf_clear(muster_buf *buf) {
  buf->n = 0;
  if (buf->at) buf->at[0] = '\0';
}

void muster_buf_free(muster_buf *buf) {
  muster_free(buf->at);
  *buf = (muster_buf){.limit = buf->limit};
}

static bool needs_quotes(muster_text field) {
  static const bool odd[256] = {[','] = true, ['"'] = true, ['\n'] = true, ['\r'] = true, ['\0'] = true};
  if (field.n && (field.at[0] == ' ' || field.at[field.n - 1] == ' ')) return true;
  for (size_t i = 0; i < field.n; i++)
    if (odd[(unsigned char)field.at[i]]) return true;
  return false;
}

void muster_buf_csv(muster_buf *buf, muster_text field) {
  if (!needs_quotes(field)) {
    muster_buf_add(buf, field.at, field.n);
    return;
  }
  size_t quotes = 2;
  for (size_t i = 0; i < field.n; i++) quotes += field.at[i] == '"';
  if (!buf_room(buf, field.n + quotes)) return;
  char *out = buf->at + buf->n;
  *out++ = '"';
  for (size_t i = 0; i < field.n; i++) {
    if (field.at[i] == '"') *out++ = '"';
    *out++ = field.at[i];
  }
  *out++ = '"';
  *out = '\0';
  buf->n += field.n + quotes;
}
