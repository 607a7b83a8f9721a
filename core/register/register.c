/* The register: filled by the load and store rooms, sealed once, read by everyone. */
#include "muster/register/register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "building.h"

int muster_row_year(muster_date date) {
  int year = muster_date_school_year(date) + 1; /* the last days of July may already belong to the new year's rows */
  return muster_week_of(date) >= muster_year_first_week(year) ? year : year - 1;
}

muster_register *muster_register_new(void) {
  muster_register *reg = muster_alloc(1, sizeof *reg);
  if (!reg) return NULL;
  muster_codes_init(&reg->codes);
  reg->first_mark = reg->last_mark = MUSTER_NO_DATE;
  reg->building = muster_alloc(1, sizeof *reg->building);
  if (!reg->building) {
    muster_free(reg);
    return NULL;
  }
  return reg;
}

static void free_attributes(muster_attributes *attributes) {
  for (size_t i = 0; i < attributes->count; i++) muster_free(attributes->columns[i].values);
  muster_free(attributes->columns);
}

void muster_register_source(const muster_register *reg, bool totals, char out[MUSTER_SOURCE_TEXT]) {
  char schools[40] = "";
  if (reg->calendars_inferred)
    snprintf(schools, sizeof schools, " for %u school%s", reg->calendars_inferred,
             reg->calendars_inferred == 1 ? "" : "s");
  snprintf(out, MUSTER_SOURCE_TEXT, "%s%s%s%s", totals ? "totals" : "marks",
           !totals && reg->presence_implied ? "; presence implied" : "",
           !totals && (!reg->calendar_given || schools[0]) ? "; calendar inferred" : "", totals ? "" : schools);
}

void muster_register_free(muster_register *reg) {
  if (!reg) return;
  muster_building_free(reg->building);
  muster_map_free(&reg->texts);
  muster_map_free(&reg->pupil_ids);
  muster_map_free(&reg->school_ids);
  muster_free(reg->pupils);
  muster_free(reg->first_enrolment);
  for (size_t i = 0; i < reg->school_count; i++) muster_free(reg->schools[i].open.lanes);
  muster_free(reg->schools);
  free_attributes(&reg->pupil_attributes);
  free_attributes(&reg->school_attributes);
  for (size_t i = 0; i < reg->year_count; i++) muster_free(reg->years[i].rows);
  muster_free(reg->years);
  muster_free(reg->half_terms);
  muster_free(reg->totals);
  muster_free(reg->interventions);
  muster_free(reg->responses);
  muster_free(reg->by_school);
  muster_arena_free(&reg->arena);
  muster_free(reg);
}

uint32_t muster_register_school(muster_register *reg, muster_text id, bool *added) {
  bool is_new;
  if (!MUSTER_GROW(reg->schools, reg->school_capacity, reg->school_count)) return MUSTER_NONE;
  uint32_t school = muster_map_add(&reg->school_ids, id, &is_new);
  if (school != MUSTER_NONE && is_new) reg->schools[reg->school_count++] = (muster_school){.name = MUSTER_NONE};
  if (added) *added = is_new;
  return school;
}

static bool dates_overlap(const muster_pupil *p, muster_date start, muster_date end) {
  bool before = p->end != MUSTER_NO_DATE && start != MUSTER_NO_DATE && p->end < start;
  bool after = end != MUSTER_NO_DATE && p->start != MUSTER_NO_DATE && end < p->start;
  return !before && !after;
}

/* Rows are found by enrolment number, so every year's list of rows grows with the list of enrolments. */
static bool grow_enrolments(muster_register *reg) {
  size_t before = reg->pupil_capacity;
  if (!MUSTER_GROW(reg->pupils, reg->pupil_capacity, reg->pupil_count)) return false;
  if (before == reg->pupil_capacity) return true;
  for (size_t y = 0; y < reg->year_count; y++) {
    uint8_t **rows = muster_realloc(reg->years[y].rows, reg->pupil_capacity, sizeof *rows);
    if (!rows) {
      reg->pupil_capacity = before; /* the lists that did grow are merely roomier than they need be */
      return false;
    }
    memset(rows + before, 0, (reg->pupil_capacity - before) * sizeof *rows);
    reg->years[y].rows = rows;
  }
  return true;
}

muster_status muster_register_enrol(muster_register *reg, muster_text id, uint32_t school, muster_date start,
                                    muster_date end, uint32_t *pupil, muster_error *err) {
  if (!grow_enrolments(reg)) return muster_fail_memory(err);
  if (!MUSTER_GROW(reg->first_enrolment, reg->first_enrolment_capacity, reg->pupil_ids.count))
    return muster_fail_memory(err);
  bool is_new;
  uint32_t number = muster_map_add(&reg->pupil_ids, id, &is_new);
  if (number == MUSTER_NONE) return muster_fail_memory(err);
  uint32_t last = MUSTER_NONE;
  if (!is_new) {
    for (uint32_t k = reg->first_enrolment[number]; k != MUSTER_NONE; k = reg->pupils[k].next) {
      if (dates_overlap(&reg->pupils[k], start, end)) {
        *pupil = k;
        muster_fail(err, MUSTER_DATA, "the pupil is already on roll on some of those days");
        muster_error_expected(err, "one row a pupil and school, with start_date and end_date where a pupil moved");
        return MUSTER_DATA;
      }
      last = k;
    }
  }
  *pupil = (uint32_t)reg->pupil_count++;
  reg->pupils[*pupil] = (muster_pupil){number, school, MUSTER_NONE, start, end, MUSTER_NO_DATE};
  if (last == MUSTER_NONE)
    reg->first_enrolment[number] = *pupil;
  else
    reg->pupils[last].next = *pupil;
  return MUSTER_OK;
}

uint32_t muster_register_enrolment(const muster_register *reg, uint32_t pupil_id, muster_date date) {
  if (pupil_id >= reg->pupil_ids.count) return MUSTER_NONE;
  uint32_t first = reg->first_enrolment[pupil_id];
  if (first == MUSTER_NONE || reg->pupils[first].next == MUSTER_NONE) return first;
  for (uint32_t k = first; k != MUSTER_NONE; k = reg->pupils[k].next)
    if (muster_on_roll(&reg->pupils[k], date)) return k;
  return MUSTER_NONE;
}

const muster_attribute *muster_attribute_find(const muster_attributes *attributes, const char *name) {
  for (size_t i = 0; i < attributes->count; i++)
    if (muster_text_equal_nocase(muster_text_of(attributes->columns[i].name), muster_text_of(name)))
      return &attributes->columns[i];
  return NULL;
}

bool muster_register_set(muster_register *reg, muster_attributes *attributes, const char *name, uint32_t subject,
                         muster_text value) {
  uint32_t unknown = MUSTER_NONE;
  return muster_register_put(reg, attributes, name, &unknown, subject, value);
}

static uint32_t column_of(muster_register *reg, muster_attributes *attributes, const char *name) {
  const muster_attribute *found = muster_attribute_find(attributes, name);
  if (found) return (uint32_t)(found - attributes->columns);
  char *copy = muster_arena_copy(&reg->arena, name, strlen(name));
  if (!copy || !MUSTER_GROW(attributes->columns, attributes->capacity, attributes->count)) return MUSTER_NONE;
  attributes->columns[attributes->count] = (muster_attribute){.name = copy};
  return (uint32_t)attributes->count++;
}

bool muster_register_put(muster_register *reg, muster_attributes *attributes, const char *name, uint32_t *number,
                         uint32_t subject, muster_text value) {
  if (value.n == 0) return true;
  uint32_t text = muster_map_add(&reg->texts, value, NULL);
  if (text == MUSTER_NONE) return false;
  if (*number == MUSTER_NONE) *number = column_of(reg, attributes, name);
  if (*number == MUSTER_NONE) return false;
  muster_attribute *column = &attributes->columns[*number];
  if (subject >= column->capacity) {
    size_t wanted = column->capacity ? column->capacity : 64;
    while (wanted <= subject) wanted *= 2;
    uint32_t *values = muster_realloc(column->values, wanted, sizeof *values);
    if (!values) return false;
    memset(values + column->capacity, 0xFF, (wanted - column->capacity) * sizeof *values);
    column->values = values;
    column->capacity = wanted;
  }
  column->values[subject] = text;
  return true;
}

muster_text muster_attribute_value(const muster_register *reg, const muster_attribute *attribute, uint32_t subject) {
  if (!attribute || subject >= attribute->capacity || attribute->values[subject] == MUSTER_NONE)
    return (muster_text){"", 0};
  return muster_map_name(&reg->texts, attribute->values[subject]);
}

static bool is_one_of(muster_text value, const char *const *words) {
  for (; *words; words++)
    if (muster_text_equal_nocase(value, muster_text_of(*words))) return true;
  return false;
}

bool muster_text_is_true(muster_text value) {
  return is_one_of(value, (const char *const[]){"true", "yes", "y", "1", "t", NULL});
}

bool muster_text_is_false(muster_text value) {
  return is_one_of(value, (const char *const[]){"false", "no", "n", "0", "f", NULL});
}

muster_text muster_school_name(const muster_register *reg, uint32_t school) {
  uint32_t name = reg->schools[school].name;
  return name == MUSTER_NONE ? muster_school_id(reg, school) : muster_map_name(&reg->texts, name);
}

/* ---- marks ---- */

/* The years a register can hold: marks outside are typing errors, and must not cost memory. */
enum { FIRST_YEAR = 1900, LAST_YEAR = 2199, MOST_YEARS = 64 };

static muster_status make_years(muster_register *reg, int from, int to, muster_error *err) {
  size_t count = (size_t)(to - from + 1);
  if (count > MOST_YEARS) {
    muster_fail(err, MUSTER_DATA, "the dates span more than %d school years", MOST_YEARS);
    muster_error_todo(err, "check the earliest and the latest date");
    return MUSTER_DATA;
  }
  muster_year *years = muster_alloc(count, sizeof *years);
  if (!years) return muster_fail_memory(err);
  bool failed = false;
  for (size_t i = 0; i < count && !failed; i++) {
    years[i].year = from + (int)i;
    years[i].first_week = muster_year_first_week(years[i].year);
    size_t old = reg->year_count ? (size_t)(years[i].year - reg->years[0].year) : SIZE_MAX;
    if (old < reg->year_count)
      years[i] = reg->years[old];
    else
      failed = !(years[i].rows = muster_alloc(reg->pupil_capacity, sizeof *years[i].rows));
  }
  if (failed) {
    for (size_t i = 0; i < count; i++) {
      bool old = reg->year_count && (size_t)(years[i].year - reg->years[0].year) < reg->year_count && years[i].rows;
      if (!old) muster_free(years[i].rows);
    }
    muster_free(years);
    return muster_fail_memory(err);
  }
  muster_free(reg->years);
  reg->years = years;
  reg->year_count = count;
  return MUSTER_OK;
}

muster_status muster_register_place(muster_register *reg, muster_date date, muster_place *place, muster_error *err) {
  int year = muster_row_year(date);
  if (year < FIRST_YEAR || year > LAST_YEAR)
    return muster_fail(err, MUSTER_DATA, "the date is not between %d and %d", FIRST_YEAR, LAST_YEAR);
  int from = reg->year_count ? reg->years[0].year : year;
  int to = reg->year_count ? reg->years[reg->year_count - 1].year : year;
  if (!reg->year_count || year < from || year > to)
    MUSTER_TRY(make_years(reg, year < from ? year : from, year > to ? year : to, err));
  place->year = (uint32_t)(year - reg->years[0].year);
  place->offset = (uint32_t)(muster_session_of(date) - reg->years[place->year].first_week * MUSTER_LANE);
  if (reg->first_mark == MUSTER_NO_DATE || date < reg->first_mark) reg->first_mark = date;
  if (reg->last_mark == MUSTER_NO_DATE || date > reg->last_mark) reg->last_mark = date;
  return MUSTER_OK;
}

/* Rows come from slabs: one allocation for many pupils, in the order in which pupils first appear; the more there are,
 * the more at once. */
enum { SLAB_ROWS = 256, SLAB_ROWS_MOST = 16384 };

uint8_t *muster_register_row(muster_register *reg, uint32_t pupil, uint32_t year) {
  uint8_t **row = &reg->years[year].rows[pupil];
  if (*row) return *row;
  muster_building *b = reg->building;
  if (b->slab_left == 0) {
    if (b->slab_rows < SLAB_ROWS_MOST) b->slab_rows = b->slab_rows ? 2 * b->slab_rows : SLAB_ROWS;
    b->slab = muster_arena_alloc(&reg->arena, b->slab_rows * MUSTER_YEAR_MARKS);
    if (!b->slab) return NULL;
    b->slab_left = b->slab_rows;
  }
  b->slab_left--;
  *row = b->slab;
  b->slab += MUSTER_YEAR_MARKS;
  return *row;
}

/* ---- what else there is ---- */

bool muster_register_total(muster_register *reg, const muster_total *total) {
  if (!MUSTER_GROW(reg->totals, reg->total_capacity, reg->total_count)) return false;
  reg->totals[reg->total_count++] = *total;
  return true;
}

bool muster_register_intervention(muster_register *reg, const muster_intervention *intervention) {
  if (!MUSTER_GROW(reg->interventions, reg->intervention_capacity, reg->intervention_count)) return false;
  reg->interventions[reg->intervention_count++] = *intervention;
  return true;
}

bool muster_register_response(muster_register *reg, const muster_response *response) {
  if (!MUSTER_GROW(reg->responses, reg->response_capacity, reg->response_count)) return false;
  reg->responses[reg->response_count++] = *response;
  return true;
}

muster_status muster_register_half_term(muster_register *reg, const muster_half_term *h, muster_error *err) {
  for (size_t i = 0; i < reg->half_term_count; i++) {
    const muster_half_term *other = &reg->half_terms[i];
    if (h->end < other->start || other->end < h->start) continue;
    char start[MUSTER_DATE_TEXT], end[MUSTER_DATE_TEXT];
    muster_fail(err, MUSTER_DATA, "the half term overlaps that of %s to %s", muster_date_format(other->start, start),
                muster_date_format(other->end, end));
    return MUSTER_DATA;
  }
  if (!MUSTER_GROW(reg->half_terms, reg->half_term_capacity, reg->half_term_count)) return muster_fail_memory(err);
  size_t at = reg->half_term_count++;
  for (; at > 0 && reg->half_terms[at - 1].start > h->start; at--) reg->half_terms[at] = reg->half_terms[at - 1];
  reg->half_terms[at] = *h;
  reg->terms_given = true;
  return MUSTER_OK;
}
