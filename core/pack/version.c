/* Versions: reading, order, text. */
#include "muster/pack/version.h"

#include <stdio.h>
#include <string.h>

static bool digit(char c) { return c >= '0' && c <= '9'; }

static bool identifier(muster_text t) {
  for (size_t i = 0; i < t.n; i++) {
    char c = t.at[i];
    if (!digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '-') return false;
  }
  return t.n > 0;
}

static bool all_digits(muster_text t) {
  for (size_t i = 0; i < t.n; i++)
    if (!digit(t.at[i])) return false;
  return t.n > 0;
}

/* Takes what stands before the next dot. */
static muster_text part(muster_text *rest) {
  const char *dot = rest->n ? memchr(rest->at, '.', rest->n) : NULL;
  muster_text first = {rest->at, dot ? (size_t)(dot - rest->at) : rest->n};
  size_t used = first.n + (dot != NULL);
  *rest = (muster_text){rest->at + used, rest->n - used};
  return first;
}

/* Identifiers between dots; numbers without a nought in front where `strict`. */
static bool identifiers(muster_text t, bool strict) {
  bool more = true;
  while (more) {
    more = t.n && memchr(t.at, '.', t.n) != NULL;
    muster_text one = part(&t);
    if (!identifier(one) || (strict && all_digits(one) && one.n > 1 && one.at[0] == '0')) return false;
  }
  return true;
}

static bool number(muster_text t, uint32_t *out) {
  int64_t value;
  if (!all_digits(t) || (t.n > 1 && t.at[0] == '0') || !muster_text_int(t, &value) || value > 999999999) return false;
  *out = (uint32_t)value;
  return true;
}

static bool parse(muster_text t, muster_version *v) {
  *v = (muster_version){0};
  const char *plus = t.n ? memchr(t.at, '+', t.n) : NULL;
  if (plus) {
    muster_text build = {plus + 1, t.n - (size_t)(plus + 1 - t.at)};
    if (!identifiers(build, false)) return false;
    t.n = (size_t)(plus - t.at);
  }
  const char *dash = t.n ? memchr(t.at, '-', t.n) : NULL;
  if (dash) {
    muster_text before = {dash + 1, t.n - (size_t)(dash + 1 - t.at)};
    if (!identifiers(before, true) || before.n >= sizeof v->before) return false;
    memcpy(v->before, before.at, before.n);
    t.n = (size_t)(dash - t.at);
  }
  for (int i = 0; i < 3; i++) {
    bool last = !t.n || !memchr(t.at, '.', t.n);
    if (last != (i == 2) || !number(part(&t), &v->number[i])) return false;
  }
  return true;
}

muster_status muster_version_parse(muster_text text, muster_version *version, muster_error *err) {
  if (parse(text, version)) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "'%.*s' is not a version", (int)(text.n < 60 ? text.n : 60), text.at);
  muster_error_expected(err, "three numbers such as 1.2.0");
  return MUSTER_USAGE;
}

/* Numbers by value and below words; words by bytes (SemVer 11.4). */
static int compare_identifiers(muster_text a, muster_text b) {
  bool x = all_digits(a), y = all_digits(b);
  if (x != y) return x ? -1 : 1;
  if (x && a.n != b.n) return a.n < b.n ? -1 : 1;
  return muster_text_compare(a, b);
}

int muster_version_compare(const muster_version *a, const muster_version *b) {
  for (int i = 0; i < 3; i++)
    if (a->number[i] != b->number[i]) return a->number[i] < b->number[i] ? -1 : 1;
  muster_text x = muster_text_of(a->before), y = muster_text_of(b->before);
  if (!x.n || !y.n) return (x.n == 0) - (y.n == 0); /* a release comes after what led to it */
  while (x.n && y.n) {
    int order = compare_identifiers(part(&x), part(&y));
    if (order) return order;
  }
  return (x.n > 0) - (y.n > 0);
}

const char *muster_version_format(const muster_version *v, char out[MUSTER_VERSION_TEXT]) {
  snprintf(out, MUSTER_VERSION_TEXT, "%u.%u.%u%s%s", (unsigned)v->number[0], (unsigned)v->number[1],
           (unsigned)v->number[2], v->before[0] ? "-" : "", v->before);
  return out;
}
