/* Windows: read once, then turned into sessions for a school and a date. */
#include "muster/register/window.h"

#include <string.h>

typedef struct fixed_window {
  const char *text;
  muster_window_kind kind;
  int n;
} fixed_window;

static const fixed_window fixed[] = {
    {"year", MUSTER_WINDOW_YEAR, 0},
    {"this year", MUSTER_WINDOW_YEAR, 0},
    {"last year", MUSTER_WINDOW_LAST_YEAR, 0},
    {"this term", MUSTER_WINDOW_THIS_TERM, 0},
    {"last term", MUSTER_WINDOW_LAST_TERM, 0},
    {"this half term", MUSTER_WINDOW_THIS_HALF_TERM, 0},
    {"last half term", MUSTER_WINDOW_LAST_HALF_TERM, 0},
    {"this week", MUSTER_WINDOW_THIS_WEEK, 0},
    {"autumn", MUSTER_WINDOW_TERM, MUSTER_AUTUMN},
    {"spring", MUSTER_WINDOW_TERM, MUSTER_SPRING},
    {"summer", MUSTER_WINDOW_TERM, MUSTER_SUMMER},
    {"ht1", MUSTER_WINDOW_HALF_TERM, 1},
    {"ht2", MUSTER_WINDOW_HALF_TERM, 2},
    {"ht3", MUSTER_WINDOW_HALF_TERM, 3},
    {"ht4", MUSTER_WINDOW_HALF_TERM, 4},
    {"ht5", MUSTER_WINDOW_HALF_TERM, 5},
    {"ht6", MUSTER_WINDOW_HALF_TERM, 6},
    {"since plan", MUSTER_WINDOW_SINCE_PLAN, 0},
    {"all", MUSTER_WINDOW_ALL, 0},
};

static const fixed_window counted[] = {
    {"school weeks", MUSTER_WINDOW_SCHOOL_WEEKS, 0},
    {"school week", MUSTER_WINDOW_SCHOOL_WEEKS, 0},
    {"school days", MUSTER_WINDOW_SCHOOL_DAYS, 0},
    {"school day", MUSTER_WINDOW_SCHOOL_DAYS, 0},
    {"weeks", MUSTER_WINDOW_WEEKS, 0},
    {"week", MUSTER_WINDOW_WEEKS, 0},
    {"days", MUSTER_WINDOW_DAYS, 0},
    {"day", MUSTER_WINDOW_DAYS, 0},
};

enum { MOST_COUNT = 2000 };

/* Lower case, one blank where there are several or a hyphen between letters. Dates keep their hyphens. */
static size_t normal_form(muster_text text, char *out, size_t size) {
  size_t n = 0;
  for (size_t i = 0; i < text.n && n + 1 < size; i++) {
    char c = text.at[i];
    if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
    bool letter_before = n && out[n - 1] >= 'a' && out[n - 1] <= 'z';
    if (c == '-' && letter_before) c = ' ';
    if (c == ' ' && (n == 0 || out[n - 1] == ' ')) continue;
    out[n++] = c;
  }
  while (n && out[n - 1] == ' ') n--;
  out[n] = '\0';
  return n;
}

static muster_status not_a_window(muster_text text, const char *normal, muster_error *err) {
  const char *names[sizeof fixed / sizeof *fixed + 1];
  size_t n = 0;
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) names[n++] = fixed[i].text;
  names[n] = NULL;
  const char *nearest = muster_nearest(normal, names);
  muster_fail(err, MUSTER_PACK, "'%.*s' is not a window", (int)(text.n < 60 ? text.n : 60), text.at);
  muster_error_expected(err,
                        "\"year\", \"this half-term\", \"last term\", \"autumn\", \"HT1\", \"last 6 school weeks\", "
                        "\"last 20 school days\", \"since 2025-09-01\" or \"2025-09-01..2025-10-24\"");
  bool half_term = nearest && nearest[0] == 'h'; /* written HT1 */
  if (nearest) muster_error_todo(err, "did you mean \"%s%s\"?", half_term ? "HT" : "", nearest + 2 * half_term);
  return MUSTER_PACK;
}

muster_status muster_window_parse(muster_text text, muster_window *window, muster_error *err) {
  char normal[64];
  size_t n = text.n < sizeof normal ? normal_form(text, normal, sizeof normal) : 0;
  if (n == 0) return not_a_window(text, "", err);
  *window = (muster_window){.first = MUSTER_NO_DATE, .last = MUSTER_NO_DATE};
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
    if (strcmp(normal, fixed[i].text) != 0) continue;
    window->kind = fixed[i].kind;
    window->n = fixed[i].n;
    return MUSTER_OK;
  }
  if (n > 5 && memcmp(normal, "last ", 5) == 0) {
    int count = 0;
    const char *at = normal + 5;
    for (; *at >= '0' && *at <= '9' && count <= MOST_COUNT; at++) count = count * 10 + (*at - '0');
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
      if (at == normal + 5 || *at != ' ' || strcmp(at + 1, counted[i].text) != 0 || count < 1 || count > MOST_COUNT)
        continue;
      window->kind = counted[i].kind;
      window->n = count;
      return MUSTER_OK;
    }
    return not_a_window(text, normal, err);
  }
  window->kind = MUSTER_WINDOW_DATES;
  if (n == 16 && memcmp(normal, "since ", 6) == 0 && muster_date_parse((muster_text){normal + 6, 10}, &window->first))
    return MUSTER_OK;
  if (n == 10 && muster_date_parse((muster_text){normal, 10}, &window->first)) {
    window->last = window->first;
    return MUSTER_OK;
  }
  if (n == 22 && memcmp(normal + 10, "..", 2) == 0 && muster_date_parse((muster_text){normal, 10}, &window->first) &&
      muster_date_parse((muster_text){normal + 12, 10}, &window->last)) {
    if (window->first <= window->last) return MUSTER_OK;
    muster_fail(err, MUSTER_PACK, "the window '%s' ends before it begins", normal);
    muster_error_expected(err, "the earlier date first");
    return MUSTER_PACK;
  }
  return not_a_window(text, normal, err);
}

const char *muster_term_text(muster_term_name term) {
  static const char *const texts[] = {"autumn", "spring", "summer"};
  return texts[term];
}

/* Place of the latest half term that has begun by `date`, or -1. */
static ptrdiff_t latest_half_term(const muster_register *reg, muster_date date) {
  ptrdiff_t at = -1;
  for (size_t i = 0; i < reg->half_term_count && reg->half_terms[i].start <= date; i++) at = (ptrdiff_t)i;
  return at;
}

const muster_half_term *muster_half_term_at(const muster_register *reg, muster_date date) {
  ptrdiff_t at = latest_half_term(reg, date);
  return at < 0 ? NULL : &reg->half_terms[at];
}

/* The dates of the term that half term `at` belongs to; the place of the half term before that term. */
static ptrdiff_t term_dates(const muster_register *reg, ptrdiff_t at, muster_date *first, muster_date *last) {
  const muster_half_term *h = &reg->half_terms[at];
  ptrdiff_t from = at;
  while (from > 0 && muster_same_term(&reg->half_terms[from - 1], h)) from--;
  *first = reg->half_terms[from].start;
  *last = h->end;
  for (size_t i = (size_t)at; i < reg->half_term_count && muster_same_term(&reg->half_terms[i], h); i++)
    *last = reg->half_terms[i].end;
  return from - 1;
}

static bool named_dates(const muster_register *reg, const muster_window *window, muster_date as_of, muster_date *first,
                        muster_date *last) {
  int year = muster_date_school_year(as_of);
  bool found = false;
  for (size_t i = 0; i < reg->half_term_count; i++) {
    const muster_half_term *h = &reg->half_terms[i];
    bool wanted = window->kind == MUSTER_WINDOW_TERM ? (int)h->term == window->n : h->half_term == window->n;
    if (h->year != year || !wanted) continue;
    if (!found) *first = h->start;
    *last = h->end;
    found = true;
  }
  return found;
}

/* First and last date of a window, before it is cut at the as-of date. False when there is no such time. */
static bool window_dates(const muster_register *reg, const muster_open_days *open, const muster_window *window,
                         muster_date as_of, muster_date plan_start, muster_date *first, muster_date *last) {
  int year = muster_date_school_year(as_of);
  ptrdiff_t at;
  *last = as_of;
  switch (window->kind) {
    case MUSTER_WINDOW_YEAR: *first = muster_date_of(year, 8, 1); return true;
    case MUSTER_WINDOW_LAST_YEAR:
      *first = muster_date_of(year - 1, 8, 1);
      *last = muster_date_of(year, 7, 31);
      return true;
    case MUSTER_WINDOW_THIS_TERM:
    case MUSTER_WINDOW_LAST_TERM:
      at = latest_half_term(reg, as_of);
      if (at < 0) return false;
      at = term_dates(reg, at, first, last);
      if (window->kind == MUSTER_WINDOW_THIS_TERM) return true;
      if (at < 0) return false;
      term_dates(reg, at, first, last);
      return true;
    case MUSTER_WINDOW_THIS_HALF_TERM:
    case MUSTER_WINDOW_LAST_HALF_TERM:
      at = latest_half_term(reg, as_of) - (window->kind == MUSTER_WINDOW_LAST_HALF_TERM);
      if (at < 0) return false;
      *first = reg->half_terms[at].start;
      *last = reg->half_terms[at].end;
      return true;
    case MUSTER_WINDOW_THIS_WEEK: *first = muster_date_monday(as_of); return true;
    case MUSTER_WINDOW_TERM:
    case MUSTER_WINDOW_HALF_TERM: return named_dates(reg, window, as_of, first, last);
    case MUSTER_WINDOW_SCHOOL_WEEKS: *first = muster_school_weeks_back(open, as_of, window->n); return true;
    case MUSTER_WINDOW_SCHOOL_DAYS: *first = muster_school_days_back(open, as_of, window->n); return true;
    case MUSTER_WINDOW_WEEKS: *first = as_of - 7 * window->n + 1; return true;
    case MUSTER_WINDOW_DAYS: *first = as_of - window->n + 1; return true;
    case MUSTER_WINDOW_DATES:
      *first = window->first;
      if (window->last != MUSTER_NO_DATE) *last = window->last;
      return true;
    case MUSTER_WINDOW_SINCE_PLAN: *first = plan_start; return plan_start != MUSTER_NO_DATE;
    case MUSTER_WINDOW_ALL: *first = muster_date_of(1900, 1, 1); return true;
  }
  return false;
}

muster_range muster_window_range(const muster_register *reg, uint32_t school, const muster_window *window,
                                 muster_date as_of, muster_date plan_start) {
  static const muster_open_days nothing;
  const muster_open_days *open = school < reg->school_count ? &reg->schools[school].open : &nothing;
  muster_date first, last;
  if (!window_dates(reg, open, window, as_of, plan_start, &first, &last)) return (muster_range){0, 0};
  if (last > as_of) last = as_of;
  return first <= last ? muster_range_of(first, last) : (muster_range){0, 0};
}
