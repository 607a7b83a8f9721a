/* Ranges of versions: every form is turned into bounds. */
#include <string.h>

#include "muster/pack/version.h"

/* A version of which the last numbers may be missing. */
typedef struct partial {
  muster_version version;
  int given; /* 0 to 3 */
} partial;

static bool read_partial(muster_text t, partial *p) {
  *p = (partial){.given = 3};
  if (muster_text_equal(t, MUSTER_TEXT("*"))) return p->given = 0, true;
  if (muster_version_parse(t, &p->version, NULL) == MUSTER_OK) return true;
  char padded[64];
  for (p->given = 2; p->given >= 1; p->given--) { /* "1.2" is read as "1.2.0", and "1" as "1.0.0" */
    const char *rest = p->given == 2 ? ".0" : ".0.0";
    if (t.n + strlen(rest) >= sizeof padded) return false;
    memcpy(padded, t.at, t.n);
    memcpy(padded + t.n, rest, strlen(rest) + 1);
    if (!strpbrk(padded, "-+") && muster_version_parse(muster_text_of(padded), &p->version, NULL) == MUSTER_OK)
      return true;
  }
  return false;
}

static bool add(muster_version_range *range, muster_version_bound_sign sign, muster_version version) {
  if (range->count == MUSTER_MOST_BOUNDS) return false;
  range->bounds[range->count++] = (muster_version_bound){sign, version};
  return true;
}

/* The first version after all that agree with the first `places` + 1 numbers. */
static muster_version next(const muster_version *v, int place) {
  muster_version up = {{0}, ""};
  for (int i = 0; i < place; i++) up.number[i] = v->number[i];
  up.number[place] = v->number[place] + 1;
  return up;
}

static bool between(muster_version_range *range, const partial *p, int place) {
  return add(range, MUSTER_AT_LEAST, p->version) && add(range, MUSTER_BELOW, next(&p->version, place));
}

static int caret_place(const partial *p) {
  for (int i = 0; i < p->given; i++)
    if (p->version.number[i]) return i;
  return p->given - 1;
}

static bool read_term(muster_text t, muster_version_range *range) {
  static const char *const signs[] = {">=", "<=", "^", "~", ">", "<", "=", ""};
  size_t s = 0;
  while (strlen(signs[s]) > t.n || memcmp(signs[s], t.at, strlen(signs[s])) != 0) s++;
  size_t n = strlen(signs[s]);
  partial p;
  if (!read_partial((muster_text){t.at + n, t.n - n}, &p)) return false;
  if (p.given == 0) return n == 0;
  switch (signs[s][0]) {
    case '^': return between(range, &p, caret_place(&p));
    case '~': return between(range, &p, p.given > 1 ? 1 : 0);
    case '>':
      if (n == 2) return add(range, MUSTER_AT_LEAST, p.version);
      if (p.given < 3) return add(range, MUSTER_AT_LEAST, next(&p.version, p.given - 1));
      return add(range, MUSTER_ABOVE, p.version);
    case '<':
      if (n == 1) return add(range, MUSTER_BELOW, p.version);
      if (p.given < 3) return add(range, MUSTER_BELOW, next(&p.version, p.given - 1));
      return add(range, MUSTER_AT_MOST, p.version);
    default:
      if (p.given < 3) return between(range, &p, p.given - 1);
      return add(range, MUSTER_AT_LEAST, p.version) && add(range, MUSTER_AT_MOST, p.version);
  }
}

muster_status muster_version_range_parse(muster_text text, muster_version_range *range, muster_error *err) {
  *range = (muster_version_range){.count = 0};
  muster_text rest = muster_text_trim(text);
  bool good = rest.n > 0;
  while (good && rest.n) {
    size_t n = 0;
    while (n < rest.n && rest.at[n] != ' ' && rest.at[n] != '\t') n++;
    good = read_term((muster_text){rest.at, n}, range);
    rest = muster_text_trim((muster_text){rest.at + n, rest.n - n});
  }
  if (good) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "'%.*s' is not a range of versions", (int)(text.n < 60 ? text.n : 60), text.at);
  muster_error_expected(err, "one such as ^1.2, ~1.2.3, >=1.0 <2.0, 1.2, or *");
  return MUSTER_USAGE;
}

static bool holds(const muster_version_bound *bound, const muster_version *version) {
  int order = muster_version_compare(version, &bound->version);
  switch (bound->sign) {
    case MUSTER_AT_LEAST: return order >= 0;
    case MUSTER_ABOVE: return order > 0;
    case MUSTER_AT_MOST: return order <= 0;
    default: return order < 0;
  }
}

static bool same_release(const muster_version *a, const muster_version *b) {
  return memcmp(a->number, b->number, sizeof a->number) == 0;
}

bool muster_version_range_has(const muster_version_range *range, const muster_version *version) {
  bool named = !version->before[0];
  for (size_t i = 0; i < range->count; i++) {
    if (!holds(&range->bounds[i], version)) return false;
    named = named || (range->bounds[i].version.before[0] && same_release(&range->bounds[i].version, version));
  }
  return named;
}
