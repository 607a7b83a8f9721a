/* What a register lacks: registers not taken, and stretches of days on which a school has no mark at all. */
#include "muster/load/check.h"

#include <string.h>

enum { MOST_UNTAKEN = 10000, LEAST_GROUP = 2, LEAST_GAP_DAYS = 3, HOLIDAY = 17, SUMMER = 56 };

/* Pupils on roll and pupils with a mark, in each session of a year, for one year group of one school. */
typedef struct group_count {
  uint32_t roll[MUSTER_YEAR_MARKS], marked[MUSTER_YEAR_MARKS];
} group_count;

typedef struct search {
  const muster_register *reg;
  muster_check *check;
  const muster_attribute *year_group;
  uint32_t *group_of; /* number in texts -> number of the group + 1 */
  uint32_t *groups;   /* texts of the groups met at the school at hand */
  size_t group_count, group_capacity;
  group_count *counts; /* of each group */
  size_t count_capacity;
  muster_session end; /* after the last mark anywhere */
} search;

static uint32_t year_group_of(const search *s, uint32_t pupil) {
  const muster_attribute *a = s->year_group;
  return a && pupil < a->capacity ? a->values[pupil] : MUSTER_NONE;
}

/* Number of a pupil's group at the school at hand; pupils without a year group are one group. */
static bool find_group(search *s, uint32_t text, size_t *group) {
  uint32_t *number = &s->group_of[text == MUSTER_NONE ? s->reg->texts.count : text];
  if (!*number) {
    if (!MUSTER_GROW(s->groups, s->group_capacity, s->group_count)) return false;
    if (!MUSTER_GROW(s->counts, s->count_capacity, s->group_count)) return false;
    s->groups[s->group_count] = text;
    memset(&s->counts[s->group_count], 0, sizeof *s->counts);
    *number = (uint32_t)++s->group_count;
  }
  *group = *number - 1;
  return true;
}

static void forget_groups(search *s) {
  for (size_t g = 0; g < s->group_count; g++)
    s->group_of[s->groups[g] == MUSTER_NONE ? s->reg->texts.count : s->groups[g]] = 0;
  s->group_count = 0;
}

static bool count_pupil(search *s, const muster_school *school, const muster_year *year, uint32_t pupil) {
  const muster_pupil *p = &s->reg->pupils[pupil];
  const uint8_t *row = year->rows[pupil];
  muster_session first = year->first_week * MUSTER_LANE;
  muster_session begin = p->start == MUSTER_NO_DATE ? first : muster_session_of(p->start);
  muster_session end = p->end == MUSTER_NO_DATE ? s->end : muster_session_of(p->end + 1);
  if (end > s->end) end = s->end;
  size_t group;
  if (!find_group(s, year_group_of(s, pupil), &group)) return false;
  group_count *count = &s->counts[group];
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++) {
    muster_session session = first + i;
    uint8_t mark = row ? row[i] : 0;
    s->check->marks += mark != 0;
    if (session < begin || session >= end || !muster_is_open(&school->open, session)) continue;
    count->roll[i]++;
    count->marked[i] += mark != 0;
    s->check->missing += mark == 0;
  }
  return true;
}

static bool add_untaken(search *s, uint32_t school, uint32_t group, muster_session session, uint32_t pupils) {
  muster_check *c = s->check;
  c->untaken_total++;
  if (c->untaken_count == MOST_UNTAKEN) return true;
  if (!MUSTER_GROW(c->untaken, c->untaken_capacity, c->untaken_count)) return false;
  c->untaken[c->untaken_count++] = (muster_untaken){school, group, session, pupils};
  return true;
}

static bool find_untaken(search *s, uint32_t school, const muster_year *year) {
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++) {
    muster_session session = year->first_week * MUSTER_LANE + i;
    uint32_t roll = 0, marked = 0;
    for (size_t g = 0; g < s->group_count; g++) roll += s->counts[g].roll[i], marked += s->counts[g].marked[i];
    if (roll && !marked) {
      if (!add_untaken(s, school, MUSTER_NONE, session, roll)) return false;
      continue;
    }
    for (size_t g = 0; marked && g < s->group_count; g++) {
      if (s->groups[g] == MUSTER_NONE || s->counts[g].roll[i] < LEAST_GROUP || s->counts[g].marked[i]) continue;
      if (!add_untaken(s, school, s->groups[g], session, s->counts[g].roll[i])) return false;
    }
  }
  return true;
}

/* ---- gaps ---- */

/* Days on which anyone at the school has a mark. */
static bool day_has_mark(const muster_register *reg, const muster_school *school, muster_date date) {
  int year = muster_row_year(date);
  if (!reg->year_count || year < reg->years[0].year || year > reg->years[reg->year_count - 1].year) return false;
  const muster_year *y = &reg->years[year - reg->years[0].year];
  muster_session at = muster_session_of(date) - y->first_week * MUSTER_LANE;
  for (uint32_t k = 0; k < school->count; k++) {
    const uint8_t *row = y->rows[reg->by_school[school->first + k]];
    if (row && (row[at] || row[at + 1])) return true;
  }
  return false;
}

static bool add_gap(search *s, uint32_t school, muster_date first, muster_date last, uint32_t sessions) {
  muster_check *c = s->check;
  if (!MUSTER_GROW(c->gaps, c->gap_capacity, c->gap_count)) return false;
  c->gaps[c->gap_count++] = (muster_gap){school, first, last, sessions};
  return true;
}

static bool summer_between(muster_date first, muster_date last) {
  return muster_date_school_year(first) != muster_date_school_year(last);
}

/* Is the stretch after a day with marks, up to the day before the next, more than a holiday. */
static bool consider_gap(search *s, uint32_t number, muster_date first, muster_date last) {
  const muster_open_days *open = &s->reg->schools[number].open;
  if (last < first) return true;
  if (!s->reg->calendar_given && !s->reg->terms_given)
    return last - first + 1 <= (summer_between(first, last) ? SUMMER : HOLIDAY) || add_gap(s, number, first, last, 0);
  uint32_t sessions = muster_open_count(open, muster_range_of(first, last));
  return sessions < 2 * LEAST_GAP_DAYS || add_gap(s, number, first, last, sessions);
}

static bool find_gaps(search *s, uint32_t number) {
  const muster_register *reg = s->reg;
  const muster_school *school = &reg->schools[number];
  muster_date after = MUSTER_NO_DATE;
  if (!school->count) return true;
  for (muster_date date = reg->first_mark; date <= reg->last_mark; date++) {
    if (!day_has_mark(reg, school, date)) continue;
    if (!consider_gap(s, number, after == MUSTER_NO_DATE ? reg->first_mark : after, date - 1)) return false;
    after = date + 1;
  }
  return consider_gap(s, number, after == MUSTER_NO_DATE ? reg->first_mark : after, reg->last_mark);
}

/* ---- birth dates ---- */

/* Has an enrolment another birth date than an earlier one of the same pupil. */
static bool birth_differs(const muster_register *reg, uint32_t pupil) {
  const muster_pupil *p = &reg->pupils[pupil];
  for (uint32_t k = reg->first_enrolment[p->id]; k != pupil && p->birth != MUSTER_NO_DATE; k = reg->pupils[k].next)
    if (reg->pupils[k].birth != MUSTER_NO_DATE && reg->pupils[k].birth != p->birth) return true;
  return false;
}

static uint64_t count_two_births(const muster_register *reg) {
  uint64_t n = 0;
  for (size_t id = 0; id < reg->pupil_ids.count; id++) {
    bool differs = false;
    for (uint32_t k = reg->first_enrolment[id]; k != MUSTER_NONE; k = reg->pupils[k].next)
      differs |= birth_differs(reg, k);
    n += differs;
  }
  return n;
}

/* ---- the whole ---- */

static bool look(search *s) {
  const muster_register *reg = s->reg;
  for (uint32_t k = 0; k < reg->school_count; k++) {
    const muster_school *school = &reg->schools[k];
    for (size_t y = 0; y < reg->year_count; y++) {
      for (uint32_t i = 0; i < school->count; i++)
        if (!count_pupil(s, school, &reg->years[y], reg->by_school[school->first + i])) return false;
      if (!find_untaken(s, k, &reg->years[y])) return false;
      forget_groups(s);
    }
    if (!find_gaps(s, k)) return false;
  }
  return true;
}

muster_status muster_check_register(const muster_register *reg, muster_check *check, muster_error *err) {
  *check = (muster_check){.two_births = count_two_births(reg)};
  if (reg->last_mark == MUSTER_NO_DATE) return MUSTER_OK;
  search s = {.reg = reg, .check = check, .end = muster_session_of(reg->last_mark + 1)};
  s.year_group = muster_attribute_find(&reg->pupil_attributes, "year_group");
  s.group_of = muster_alloc(reg->texts.count + 1, sizeof *s.group_of);
  bool done = s.group_of && look(&s);
  muster_free(s.group_of);
  muster_free(s.groups);
  muster_free(s.counts);
  if (done) return MUSTER_OK;
  muster_check_free(check);
  return muster_fail_memory(err);
}

void muster_check_free(muster_check *check) {
  muster_free(check->untaken);
  muster_free(check->gaps);
  *check = (muster_check){0};
}
