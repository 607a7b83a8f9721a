/* Units without pupils: totals of a period stand in for a register. A period belongs to a school year ("2018/19",
 * "201819") or to dates ("2025-09-01..2025-12-19"); totals of a year or dates still to come are not seen. */
#include "desk_private.h"
#include "muster/engine/run.h"

typedef struct period {
  int year; /* INT32_MIN when the text names none */
  muster_date first, last;
} period;

static bool digits(muster_text t, size_t from, size_t n, int *out) {
  if (from + n > t.n) return false;
  *out = 0;
  for (size_t i = from; i < from + n; i++) {
    if (t.at[i] < '0' || t.at[i] > '9') return false;
    *out = *out * 10 + (t.at[i] - '0');
  }
  return true;
}

/* "2018/19", "2018-19", "201819", "2018/2019", "2018-2019": two years, one after the other. */
static bool school_year(muster_text t, int *year) {
  int second;
  if (!digits(t, 0, 4, year)) return false;
  size_t at = 4;
  if (at < t.n && (t.at[at] == '/' || t.at[at] == '-')) at++;
  size_t left = t.n - at;
  if ((left != 2 && left != 4) || !digits(t, at, left, &second)) return false;
  return left == 4 ? second == *year + 1 : second == (*year + 1) % 100;
}

static period period_of(const muster_register *reg, uint32_t number) {
  muster_text t = muster_text_trim(muster_map_name(&reg->texts, number));
  period p = {INT32_MIN, MUSTER_NO_DATE, MUSTER_NO_DATE};
  if (school_year(t, &p.year)) {
    p.first = muster_date_of(p.year, 8, 1);
    p.last = muster_date_of(p.year + 1, 7, 31);
    return p;
  }
  p.year = INT32_MIN;
  muster_window window;
  if (muster_window_parse(t, &window, NULL) != MUSTER_OK || window.kind != MUSTER_WINDOW_DATES) return p;
  if (window.first == MUSTER_NO_DATE || window.last == MUSTER_NO_DATE) return p;
  return (period){muster_date_school_year(window.first), window.first, window.last};
}

muster_date muster_last_known(const muster_register *reg) {
  muster_date latest = reg->last_mark;
  if (latest != MUSTER_NO_DATE) return latest;
  for (size_t i = 0; i < reg->total_count; i++) {
    period p = period_of(reg, reg->totals[i].period);
    if (p.year != INT32_MIN && p.last > latest) latest = p.last;
  }
  return latest;
}

muster_status muster_desk_index_totals(muster_desk *desk, muster_error *err) {
  const muster_register *reg = desk->reg;
  if (!reg->total_count) return MUSTER_OK;
  desk->total_order = muster_alloc(reg->total_count, sizeof *desk->total_order);
  desk->total_first = muster_alloc(reg->school_count + 2, sizeof *desk->total_first);
  if (!desk->total_order || !desk->total_first) return muster_fail_memory(err);
  uint32_t *first = desk->total_first;
  for (size_t i = 0; i < reg->total_count; i++) first[reg->totals[i].school + 2]++;
  for (size_t s = 2; s < reg->school_count + 2; s++) first[s] += first[s - 1];
  for (uint32_t i = 0; i < reg->total_count; i++) desk->total_order[first[reg->totals[i].school + 1]++] = i;
  return MUSTER_OK;
}

void muster_desk_free_totals(muster_desk *desk) {
  muster_free(desk->total_order);
  muster_free(desk->total_first);
}

bool muster_desk_from_totals(const muster_desk *desk, const muster_subject *s) {
  return s->kind == MUSTER_SUBJECT_SCHOOL && !desk->reg->schools[s->school].count;
}

static bool whole_year(const period *p) {
  return p->year != INT32_MIN && p->first == muster_date_of(p->year, 8, 1) &&
         p->last == muster_date_of(p->year + 1, 7, 31);
}

static bool in_sight(const muster_desk *desk, const period *p) {
  if (p->year == INT32_MIN || desk->as_of == MUSTER_NO_DATE) return true;
  return whole_year(p) ? p->year <= muster_date_school_year(desk->as_of) : p->last <= desk->as_of;
}

/* The latest year in sight below `below`: its whole where there is one, else the part of it that was given last. */
static bool latest_year(const muster_desk *desk, uint32_t school, int64_t below, int *year, uint32_t *total) {
  bool found = false, whole = false;
  for (uint32_t k = desk->total_first[school]; k < desk->total_first[school + 1]; k++) {
    period p = period_of(desk->reg, desk->reg->totals[desk->total_order[k]].period);
    if (!in_sight(desk, &p) || p.year >= below || (found && p.year < *year)) continue;
    if (found && p.year == *year && whole && !whole_year(&p)) continue;
    whole = whole_year(&p);
    *year = p.year;
    *total = desk->total_order[k];
    found = true;
  }
  return found;
}

static int64_t sum_known(int64_t a, int64_t b) { return a < 0 || b < 0 ? -1 : a + b; }

static void add_total(muster_total *into, const muster_total *t) {
  into->possible = sum_known(into->possible, t->possible);
  into->authorised = sum_known(into->authorised, t->authorised);
  into->unauthorised = sum_known(into->unauthorised, t->unauthorised);
  into->absent = sum_known(into->absent, t->absent);
  into->enrolments = sum_known(into->enrolments, t->enrolments);
  into->persistent = sum_known(into->persistent, t->persistent);
  into->severe = sum_known(into->severe, t->severe);
}

/* Is the period a part of a year whose whole is in sight too, and so counted there. */
static bool part_of_whole(const muster_desk *desk, uint32_t school, const period *p) {
  if (p->year == INT32_MIN || whole_year(p)) return false;
  for (uint32_t k = desk->total_first[school]; k < desk->total_first[school + 1]; k++) {
    period q = period_of(desk->reg, desk->reg->totals[desk->total_order[k]].period);
    if (whole_year(&q) && q.year == p->year && in_sight(desk, &q)) return true;
  }
  return false;
}

static bool total_of_all(muster_desk *desk, uint32_t school, const muster_window *dates, muster_total *total) {
  bool any = false;
  for (uint32_t k = desk->total_first[school]; k < desk->total_first[school + 1]; k++) {
    const muster_total *t = &desk->reg->totals[desk->total_order[k]];
    period p = period_of(desk->reg, t->period);
    if (!in_sight(desk, &p) || (!dates && part_of_whole(desk, school, &p))) continue;
    if (dates && (p.year == INT32_MIN || p.first != dates->first || p.last != dates->last)) continue;
    if (any) {
      add_total(total, t);
    } else {
      *total = *t;
    }
    any = true;
  }
  return any;
}

bool muster_desk_total(muster_desk *desk, uint32_t school, uint32_t window, muster_total *total) {
  if (!desk->total_first) return false;
  const muster_window *w = &desk->windows[window];
  int year = 0, before = 0;
  uint32_t at = 0;
  bool found = false;
  switch (w->kind) {
    case MUSTER_WINDOW_YEAR: found = latest_year(desk, school, INT64_MAX, &year, &at); break;
    case MUSTER_WINDOW_LAST_YEAR:
      found = latest_year(desk, school, INT64_MAX, &year, &at) && latest_year(desk, school, year, &before, &at);
      break;
    case MUSTER_WINDOW_ALL: return total_of_all(desk, school, NULL, total);
    case MUSTER_WINDOW_DATES: return total_of_all(desk, school, w, total);
    default: return false;
  }
  if (!found) return false;
  *total = desk->reg->totals[at];
  return true;
}
