/* Definitions: who counts as persistently absent, by whose rule. A definition is data; one function applies them all.
 */
#include <string.h>

#include "muster/register/lanes.h"
#include "muster/register/measure.h"

static const muster_definition definitions[] = {
    {.id = "dfe",
     .title = "School census absence statistics, England",
     .authority = "Department for Education, Pupil absence in schools in England: methodology",
     .persistent_parts = 10,
     .persistent_of = 1,
     .severe_parts = 2,
     .severe_of = 1,
     .ages_5_to_15 = true,
     .year_11_without_half_term_6 = true,
     .late_joiners_out = true},
    {.id = "dfe-daily",
     .title = "Pupil attendance in schools, England (daily data)",
     .authority = "Department for Education, Pupil attendance in schools: methodology",
     .persistent_parts = 10,
     .persistent_of = 1,
     .severe_parts = 2,
     .severe_of = 1,
     .ages_5_to_15 = true},
    {.id = "plain",
     .title = "Every enrolment and every session, 10% or more",
     .authority = "the marks as they stand",
     .persistent_parts = 10,
     .persistent_of = 1,
     .severe_parts = 2,
     .severe_of = 1},
    {.id = "mya",
     .title = "Attendance lower than 90%",
     .authority = "My Attendance style reports: exactly 90% is not persistent",
     .persistent_parts = 10,
     .persistent_of = 1,
     .severe_parts = 2,
     .severe_of = 1,
     .strictly_more = true},
    {.id = "chronic-us",
     .title = "Chronic absence, United States",
     .authority = "EDFacts: 10% or more of days enrolled, any reason, at least 10 days enrolled; severe from 20%",
     .persistent_parts = 10,
     .persistent_of = 1,
     .severe_parts = 5,
     .severe_of = 1,
     .pupils_not_enrolments = true,
     .least_days = 10},
    {.id = "california",
     .title = "Chronic absenteeism, California",
     .authority = "CALPADS: 10% or more, expected to attend more than 30 days",
     .persistent_parts = 10,
     .persistent_of = 1,
     .severe_parts = 5,
     .severe_of = 1,
     .pupils_not_enrolments = true,
     .least_days = 31},
    {.id = "new-jersey",
     .title = "Chronic absenteeism, New Jersey",
     .authority = "New Jersey: 10% or more, at least 45 days enrolled",
     .persistent_parts = 10,
     .persistent_of = 1,
     .severe_parts = 5,
     .severe_of = 1,
     .pupils_not_enrolments = true,
     .least_days = 45},
    {.id = "edu-wh",
     .title = "Chronic absence, edu_wh warehouse",
     .authority = "edu_wh: attendance 90% or less, at least 20 days enrolled, no mark is present",
     .persistent_parts = 10,
     .persistent_of = 1,
     .severe_parts = 5,
     .severe_of = 1,
     .missing_is_present = true,
     .least_days = 20},
    {.id = "kipp",
     .title = "Attendance below 90%, a late mark counts 0.67",
     .authority = "KIPP attendance cube: below 90%, tardy is 0.67 present",
     .persistent_parts = 10,
     .persistent_of = 1,
     .severe_parts = 2,
     .severe_of = 1,
     .strictly_more = true,
     .late_weight = 33},
};

const muster_definition *muster_definitions(size_t *n) {
  *n = sizeof definitions / sizeof *definitions;
  return definitions;
}

const muster_definition *muster_definition_find(const char *id) {
  for (size_t i = 0; i < sizeof definitions / sizeof *definitions; i++)
    if (strcmp(definitions[i].id, id) == 0) return &definitions[i];
  return NULL;
}

static int age_on(muster_date birth, muster_date date) {
  int by, bm, bd, y, m, d;
  muster_date_civil(birth, &by, &bm, &bd);
  muster_date_civil(date, &y, &m, &d);
  return y - by - (m < bm || (m == bm && d < bd));
}

enum { AGE_UNKNOWN = -1 };

/* "8", "Year 8", "Yr 8", "Y8": the number. */
static muster_text year_number(muster_text group) {
  while (group.n && ((group.at[0] >= 'a' && group.at[0] <= 'z') || (group.at[0] >= 'A' && group.at[0] <= 'Z')))
    group.at++, group.n--;
  while (group.n && group.at[0] == ' ') group.at++, group.n--;
  return group;
}

/* Age on 31 August before the school year, from the birth date, else from the year group (Year 1 is 5). */
static int census_age(const muster_register *reg, uint32_t pupil, int school_year) {
  const muster_pupil *p = &reg->pupils[pupil];
  if (p->birth != MUSTER_NO_DATE) return age_on(p->birth, muster_date_of(school_year, 8, 31));
  muster_text group = muster_attribute_value(reg, muster_attribute_find(&reg->pupil_attributes, "year_group"), pupil);
  int64_t n;
  bool year = group.n && (group.at[0] == 'Y' || group.at[0] == 'y');
  if (muster_text_int(year ? year_number(group) : group, &n) && n >= 0 && n <= 14) return (int)n + 4;
  if (muster_text_equal_nocase(group, MUSTER_TEXT("R")) || muster_text_equal_nocase(group, MUSTER_TEXT("Reception")))
    return 4;
  if (muster_text_equal_nocase(group, MUSTER_TEXT("Nursery"))) return 3;
  if (group.n == 2 && (group.at[0] == 'N' || group.at[0] == 'E') && (group.at[1] == '1' || group.at[1] == '2'))
    return 3;
  return AGE_UNKNOWN;
}

static const muster_half_term *half_term_of_year(const muster_register *reg, int school_year, int number) {
  for (size_t i = 0; i < reg->half_term_count; i++)
    if (reg->half_terms[i].year == school_year && reg->half_terms[i].half_term == number) return &reg->half_terms[i];
  return NULL;
}

/* Whoever starts in the break joins in half term 6: its census window opens with the spring bank holiday. */
static bool joined_in_half_term_6(const muster_register *reg, const muster_pupil *p, int school_year) {
  const muster_half_term *before = half_term_of_year(reg, school_year, 5), *h = half_term_of_year(reg, school_year, 6);
  if (!h || p->start == MUSTER_NO_DATE) return false;
  return p->start > (before ? before->end : h->start - 1) && p->start <= h->end;
}

static muster_range intersection(muster_range a, muster_range b) {
  muster_range both = {a.begin > b.begin ? a.begin : b.begin, a.end < b.end ? a.end : b.end};
  return both.begin < both.end ? both : (muster_range){0, 0};
}

static void tally_take(muster_tally *from, const muster_tally *part) {
  from->possible -= part->possible;
  from->present -= part->present;
  from->approved -= part->approved;
  from->authorised -= part->authorised;
  from->unauthorised -= part->unauthorised;
  from->late -= part->late;
  from->illness -= part->illness;
  from->missing -= part->missing;
}

static uint64_t late_and_attending(muster_view *view, muster_range range) {
  const uint64_t *late = muster_view_bits(view, MUSTER_KIND_LATE),
                 *attended = muster_view_bits(view, MUSTER_KIND_ATTENDED);
  uint64_t n = 0;
  for (int32_t lane = 0; lane < view->weeks; lane++)
    n += (uint64_t)__builtin_popcount(muster_view_lane(late, lane) & muster_view_lane(attended, lane) &
                                      muster_lane_mask(view->first_week + lane, range));
  return n;
}

/* Does `parts` x absent reach `of` x possible, with a late mark counting part of an absence. */
static bool reaches(uint64_t absent, uint64_t late_part, uint64_t possible, uint32_t parts, uint32_t of,
                    bool strictly_more) {
  uint64_t left = parts * (100 * absent + late_part), right = (uint64_t)of * 100 * possible;
  return possible > 0 && (strictly_more ? left > right : left >= right);
}

/* Open days of the enrolment's school in a range, while it was on roll. */
static uint32_t days_on_roll(const muster_register *reg, uint32_t pupil, muster_range range) {
  const muster_pupil *p = &reg->pupils[pupil];
  if (p->start != MUSTER_NO_DATE) range = intersection(range, (muster_range){muster_session_of(p->start), INT32_MAX});
  if (p->end != MUSTER_NO_DATE) range = intersection(range, (muster_range){INT32_MIN, muster_session_of(p->end + 1)});
  return (muster_open_count(&reg->schools[p->school].open, range) + 1) / 2;
}

/* The enrolment that stands for a pupil in a range: the first with a day on roll in it, else the first of all. */
static uint32_t standing_for(const muster_register *reg, uint32_t pupil_id, muster_range range) {
  uint32_t first = reg->first_enrolment[pupil_id];
  for (uint32_t k = first; k != MUSTER_NONE; k = reg->pupils[k].next)
    if (days_on_roll(reg, k, range)) return k;
  return first;
}

typedef struct enrolment_counts {
  muster_tally tally;
  uint64_t late_part;
  uint32_t days;
} enrolment_counts;

static enrolment_counts count_enrolment(muster_view *view, muster_range range, const muster_definition *d) {
  const muster_register *reg = view->reg;
  int year = muster_date_school_year(muster_range_last(range));
  enrolment_counts c = {.tally = muster_view_tally(view, range)};
  const muster_half_term *last = half_term_of_year(reg, year, 6);
  muster_range without = {0, 0};
  if (d->year_11_without_half_term_6 && last && census_age(reg, view->pupil, year) == 15) {
    without = intersection(range, muster_range_of(last->start, last->end));
    muster_tally part = muster_view_tally(view, without);
    tally_take(&c.tally, &part);
  }
  if (d->missing_is_present) {
    c.tally.possible += c.tally.missing;
    c.tally.present += c.tally.missing;
  }
  if (d->late_weight)
    c.late_part = d->late_weight * (late_and_attending(view, range) - late_and_attending(view, without));
  c.days = days_on_roll(reg, view->pupil, range);
  return c;
}

/* Why an enrolment is outside a definition whatever was marked, or NULL. */
static const char *outside(const muster_view *view, muster_range range, const muster_definition *d) {
  const muster_register *reg = view->reg;
  const muster_pupil *p = &reg->pupils[view->pupil];
  muster_date last = muster_range_last(range);
  int year = muster_date_school_year(last), age = census_age(reg, view->pupil, year);
  if (d->ages_5_to_15 && age != AGE_UNKNOWN && age < 5) return "under 5 on 31 August";
  if (d->ages_5_to_15 && age != AGE_UNKNOWN && age > 15) return "over 15 on 31 August";
  if (d->late_joiners_out && joined_in_half_term_6(reg, p, year)) return "joined in half term 6";
  if (d->leavers_out && p->end != MUSTER_NO_DATE && p->end < last) return "left before the end";
  if (d->pupils_not_enrolments && standing_for(reg, p->id, range) != view->pupil)
    return days_on_roll(reg, view->pupil, range) ? "counted with an earlier enrolment" : "not on roll in the period";
  return NULL;
}

/* The enrolment together with the pupil's others, where the definition counts pupils. */
static enrolment_counts count_whole(muster_view *view, muster_range range, const muster_definition *d,
                                    const enrolment_counts *own) {
  enrolment_counts whole = *own;
  const muster_register *reg = view->reg;
  uint32_t pupil = view->pupil;
  for (uint32_t k = reg->first_enrolment[reg->pupils[pupil].id]; d->pupils_not_enrolments && k != MUSTER_NONE;
       k = reg->pupils[k].next) {
    if (k == pupil) continue;
    muster_view_set(view, k, view->as_of);
    enrolment_counts other = count_enrolment(view, range, d);
    muster_tally_add(&whole.tally, &other.tally);
    whole.late_part += other.late_part;
    whole.days += other.days;
  }
  if (view->pupil != pupil) muster_view_set(view, pupil, view->as_of);
  return whole;
}

static const char *too_little(const enrolment_counts *whole, const muster_definition *d) {
  if (whole->tally.possible == 0) return "no possible session";
  if (whole->days < d->least_days) return "too few days on roll";
  return whole->tally.possible < d->least_possible ? "too few possible sessions" : NULL;
}

muster_tally muster_view_measure(muster_view *view, muster_range range, const muster_definition *d) {
  if (range.begin >= range.end) return (muster_tally){0};
  enrolment_counts own = count_enrolment(view, range, d);
  bool belongs = !outside(view, range, d);
  enrolment_counts whole = belongs ? count_whole(view, range, d, &own) : own;
  bool counts = belongs && !too_little(&whole, d);
  uint64_t absent = muster_tally_absent(&whole.tally), possible = whole.tally.possible;
  own.tally.pupils = counts;
  own.tally.persistent =
      counts && reaches(absent, whole.late_part, possible, d->persistent_parts, d->persistent_of, d->strictly_more);
  own.tally.severe =
      counts && reaches(absent, whole.late_part, possible, d->severe_parts, d->severe_of, d->strictly_more);
  return own.tally;
}

const char *muster_view_left_out(muster_view *view, muster_range range, const muster_definition *d) {
  if (range.begin >= range.end) return "no possible session";
  const char *why = outside(view, range, d);
  if (why) return why;
  enrolment_counts own = count_enrolment(view, range, d), whole = count_whole(view, range, d, &own);
  return too_little(&whole, d);
}
