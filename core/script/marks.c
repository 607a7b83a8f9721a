/* Typed marks: "(/\)*3 I*2 {C2} -" as one code a session. */
#include <string.h>

#include "muster/script/tests.h"

enum { DEEPEST = 8, MOST_TIMES = 1000 };

typedef struct typing {
  muster_text text;
  size_t at;
  muster_typed_mark *marks;
  size_t n, most;
  muster_error *err;
} typing;

static muster_status wrong(typing *t, size_t at, const char *what) {
  muster_fail(t->err, MUSTER_PACK, "the marks \"%.60s\" cannot be read at character %zu: %s", t->text.at, at + 1, what);
  muster_error_expected(t->err, "marks such as / or {C2}, X*5 for five, (...)*5 for a group, - for none");
  return MUSTER_PACK;
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void skip_blanks(typing *t) {
  while (t->at < t->text.n && blank(t->text.at[t->at])) t->at++;
}

static muster_status add(typing *t, const char *code, size_t n) {
  if (t->n == t->most) return wrong(t, t->at, "there are too many");
  muster_typed_mark *mark = &t->marks[t->n++];
  memset(mark, 0, sizeof *mark);
  memcpy(mark->code, code, n);
  return MUSTER_OK;
}

/* "*5" after what was added from `first` on: it is there five times then. */
static muster_status times(typing *t, size_t first) {
  skip_blanks(t);
  if (t->at >= t->text.n || t->text.at[t->at] != '*') return MUSTER_OK;
  size_t star = t->at++, n = 0, digits = 0;
  for (; t->at < t->text.n && t->text.at[t->at] >= '0' && t->text.at[t->at] <= '9' && n <= MOST_TIMES;
       t->at++, digits++)
    n = n * 10 + (size_t)(t->text.at[t->at] - '0');
  if (!digits || n == 0 || n > MOST_TIMES) return wrong(t, star, "how many times, from 1 to 1000");
  size_t length = t->n - first;
  if (length > (t->most - first) / n) return wrong(t, star, "there are too many");
  for (size_t k = 1; k < n; k++) memcpy(&t->marks[first + k * length], &t->marks[first], length * sizeof *t->marks);
  t->n = first + n * length;
  return MUSTER_OK;
}

static muster_status one(typing *t) {
  char c = t->text.at[t->at];
  if (c == '*') return wrong(t, t->at, "there is nothing before it to repeat");
  if (c == '}') return wrong(t, t->at, "it closes nothing");
  if (c == '-') return t->at++, add(t, "", 0);
  if (c != '{') {
    size_t n = (unsigned char)c < 0x80 ? 1 : 0;
    if (!n) return wrong(t, t->at, "this is no mark");
    t->at++;
    return add(t, &t->text.at[t->at - 1], 1);
  }
  const char *from = t->text.at + t->at + 1;
  const char *close = memchr(from, '}', t->text.n - t->at - 1);
  size_t n = close ? (size_t)(close - from) : 0;
  if (!close || n == 0 || n >= sizeof t->marks->code) return wrong(t, t->at, "a code of 1 to 7 characters in braces");
  t->at += n + 2;
  return add(t, from, n);
}

static muster_status sequence(typing *t, int depth) {
  if (depth > DEEPEST) return wrong(t, t->at, "groups are nested too deep");
  for (skip_blanks(t); t->at < t->text.n && t->text.at[t->at] != ')'; skip_blanks(t)) {
    size_t first = t->n, open = t->at;
    if (t->text.at[t->at] == '(') {
      t->at++;
      MUSTER_TRY(sequence(t, depth + 1));
      if (t->at >= t->text.n) return wrong(t, open, "the group is not closed");
      t->at++;
    } else {
      MUSTER_TRY(one(t));
    }
    MUSTER_TRY(times(t, first));
  }
  return MUSTER_OK;
}

muster_status muster_marks_parse(muster_text text, muster_typed_mark *marks, size_t most, size_t *n,
                                 muster_error *err) {
  typing t = {.text = text, .marks = marks, .most = most, .err = err};
  *n = 0;
  muster_status status = sequence(&t, 0);
  if (status == MUSTER_OK && t.at < text.n) status = wrong(&t, t.at, "it closes nothing");
  if (status == MUSTER_OK) *n = t.n;
  return status;
}
