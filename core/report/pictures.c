/* From a register to the recipes of the chart room. */
#include "muster/report/pictures.h"

#include <stdlib.h>
#include <string.h>

#include "holidays.h"

/* ---- register strip ---- */

static muster_mark_class class_of(const muster_code *code) {
  if (strcmp(code->text, "E") == 0) return MUSTER_CLASS_SUSPENDED;
  if (code->categories & MUSTER_ILLNESS) return MUSTER_CLASS_ILLNESS;
  if (code->categories & MUSTER_AUTHORISED) return MUSTER_CLASS_AUTHORISED;
  if (code->categories & MUSTER_UNAUTHORISED) return MUSTER_CLASS_UNAUTHORISED;
  if (code->categories & MUSTER_LATE) return MUSTER_CLASS_LATE;
  if (code->categories & MUSTER_ATTENDED) return MUSTER_CLASS_PRESENT;
  return MUSTER_CLASS_NOT_REQUIRED;
}

static uint8_t mark_at(const muster_register *reg, uint32_t pupil, muster_session s) {
  int year = muster_row_year(muster_session_date(s));
  if (!reg->year_count || year < reg->years[0].year || year > reg->years[reg->year_count - 1].year) return 0;
  const muster_year *y = &reg->years[year - reg->years[0].year];
  const uint8_t *row = y->rows[pupil];
  return row ? row[s - y->first_week * MUSTER_LANE] : 0;
}

static size_t open_days(const muster_open_days *open, muster_date first, muster_date last, muster_date *days) {
  size_t n = 0;
  for (muster_date d = first; d <= last; d++) {
    if (!muster_is_open(open, muster_session_of(d))) continue;
    if (days) days[n] = d;
    n++;
  }
  return n;
}

static const char *text_in(muster_arena *arena, muster_text text) { return muster_arena_copy(arena, text.at, text.n); }

static const char *tag_of(const muster_register *reg, uint32_t pupil) {
  muster_text fsm = muster_attribute_value(reg, muster_attribute_find(&reg->pupil_attributes, "fsm"), pupil);
  return muster_text_is_true(fsm) ? "FSM" : NULL;
}

static muster_status fill_pupil(muster_recipe_pupil *out, const muster_register *reg, uint32_t pupil,
                                const muster_date *days, size_t day_count, muster_arena *arena, muster_error *err) {
  char *codes = muster_arena_alloc(arena, 2 * day_count + 1);
  unsigned char *classes = muster_arena_alloc(arena, 2 * day_count + 1);
  const char *name = text_in(arena, muster_pupil_id(reg, pupil));
  if (!codes || !classes || !name) return muster_fail_memory(err);
  for (size_t i = 0; i < 2 * day_count; i++) {
    uint8_t mark = mark_at(reg, pupil, muster_session_of(days[i / 2]) + (muster_session)(i % 2));
    codes[i] = mark ? reg->codes.codes[mark - 1].text[0] : '-';
    classes[i] = (unsigned char)(mark ? class_of(&reg->codes.codes[mark - 1]) : MUSTER_CLASS_NONE);
  }
  *out = (muster_recipe_pupil){name, tag_of(reg, pupil), codes, classes};
  return MUSTER_OK;
}

static const char *source_words(const muster_register *reg, size_t pupils, muster_arena *arena) {
  return muster_arena_printf(arena, "Source: school register, %zu pupil%s%s%s.", pupils, pupils == 1 ? "" : "s",
                             reg->calendar_given ? "" : ", calendar inferred from the marks",
                             reg->presence_implied ? ", presence implied" : "");
}

muster_status muster_picture_register(muster_chart *chart, const muster_register *reg, const uint32_t *pupils, size_t n,
                                      int weeks, muster_date as_of, const char *title, const char *subject,
                                      muster_arena *arena, muster_error *err) {
  if (!n) return muster_fail(err, MUSTER_DATA, "there is no pupil to draw");
  const muster_open_days *open = &reg->schools[reg->pupils[pupils[0]].school].open;
  muster_date first = muster_school_weeks_back(open, as_of, weeks);
  size_t day_count = open_days(open, first, as_of, NULL);
  muster_date *days = muster_arena_alloc(arena, (day_count + 1) * sizeof *days);
  muster_recipe_pupil *rows = muster_arena_alloc(arena, n * sizeof *rows);
  if (!days || !rows) return muster_fail_memory(err);
  open_days(open, first, as_of, days);
  for (size_t i = 0; i < n; i++) MUSTER_TRY(fill_pupil(&rows[i], reg, pupils[i], days, day_count, arena, err));
  muster_recipe_register in = {.words = {.title = title, .subject = subject, .source = source_words(reg, n, arena)},
                               .days = days,
                               .day_count = day_count,
                               .pupils = rows,
                               .pupil_count = n};
  if (!in.words.source) return muster_fail_memory(err);
  return muster_recipe_draw_register(chart, &in, err);
}

/* ---- cumulative absence ---- */

/* School days of the year: of a given calendar or of given half terms; else the 190 that schools must open. */
enum { DAYS_A_YEAR = 190 };

typedef struct year_shape {
  muster_date first, last; /* of the school year's half terms, or of its days */
  size_t days_to_date, days_left;
} year_shape;

static year_shape shape_of(const muster_register *reg, const muster_open_days *open, muster_date as_of) {
  int year = muster_date_school_year(as_of);
  year_shape shape = {muster_date_of(year, 9, 1), muster_date_of(year + 1, 7, 22), 0, 0};
  bool known = false;
  for (size_t i = 0; i < reg->half_term_count; i++) {
    const muster_half_term *h = &reg->half_terms[i];
    if (h->year != year) continue;
    if (!known) shape.first = h->start;
    known = true;
    if (reg->terms_given || reg->calendar_given) shape.last = h->end;
  }
  shape.days_to_date = open_days(open, shape.first, as_of, NULL);
  if (reg->terms_given || reg->calendar_given)
    shape.days_left = open_days(open, as_of + 1, shape.last, NULL);
  else if (shape.days_to_date < DAYS_A_YEAR)
    shape.days_left = DAYS_A_YEAR - shape.days_to_date;
  if (shape.last <= as_of) shape.last = as_of + (shape.days_left ? 1 : 0);
  return shape;
}

size_t holidays_between(const muster_register *reg, muster_date first, muster_date last, muster_recipe_days *holidays,
                        size_t most) {
  size_t n = 0;
  for (size_t i = 1; i < reg->half_term_count && n < most; i++) {
    muster_date from = reg->half_terms[i - 1].end + 1, to = reg->half_terms[i].start - 1;
    if (from > first && to < last) holidays[n++] = (muster_recipe_days){from, to};
  }
  return n;
}

muster_status muster_picture_cumulative(muster_chart *chart, const muster_register *reg, const uint32_t *pupils,
                                        size_t n, muster_date as_of, const char *subject, muster_arena *arena,
                                        muster_error *err) {
  enum { HOLIDAYS = 8 };
  if (!n) return muster_fail(err, MUSTER_DATA, "there is no pupil to draw");
  const muster_open_days *open = &reg->schools[reg->pupils[pupils[0]].school].open;
  year_shape shape = shape_of(reg, open, as_of);
  muster_date *days = muster_arena_alloc(arena, (shape.days_to_date + 1) * sizeof *days);
  const double **missed = muster_arena_alloc(arena, n * sizeof *missed);
  muster_recipe_days *holidays = muster_arena_alloc(arena, HOLIDAYS * sizeof *holidays);
  muster_view view = {0};
  if (!days || !missed || !holidays) return muster_fail_memory(err);
  open_days(open, shape.first, as_of, days);
  muster_status status = muster_view_open(&view, reg, NULL, 0, err);
  for (size_t i = 0; status == MUSTER_OK && i < n; i++) {
    double *line = muster_arena_alloc(arena, (shape.days_to_date + 1) * sizeof *line);
    if (!line) status = muster_fail_memory(err);
    if (!line) break;
    muster_view_set(&view, pupils[i], as_of);
    for (size_t d = 0; d < shape.days_to_date; d++)
      line[d] = muster_view_count(&view, MUSTER_KIND_ABSENT, muster_range_of(days[d], days[d]));
    missed[i] = line;
  }
  muster_view_close(&view);
  MUSTER_TRY(status);
  double possible = 2.0 * (double)(shape.days_to_date + shape.days_left);
  muster_recipe_cumulative in = {.words = {.subject = subject, .source = source_words(reg, n, arena)},
                                 .days = days,
                                 .day_count = shape.days_to_date,
                                 .missed = missed,
                                 .pupil_count = n,
                                 .threshold = (double)(((size_t)possible + 9) / 10),
                                 .possible = possible,
                                 .year_start = shape.first,
                                 .year_end = shape.last,
                                 .days_left = shape.days_left,
                                 .holidays = holidays,
                                 .holiday_count = holidays_between(reg, shape.first, shape.last, holidays, HOLIDAYS)};
  if (!in.words.source) return muster_fail_memory(err);
  return muster_recipe_draw_cumulative(chart, &in, err);
}

/* ---- whom to show ---- */

typedef struct candidate {
  uint32_t pupil;
  muster_level level;
  size_t findings, order;
} candidate;

static int most_urgent(const void *a, const void *b) {
  const candidate *x = a, *y = b;
  if (x->level != y->level) return x->level > y->level ? -1 : 1;
  if (x->findings != y->findings) return x->findings > y->findings ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

muster_status muster_pictured_pupils(const muster_register *reg, const muster_ruleset *set, const muster_run *run,
                                     uint32_t school, size_t most, uint32_t *pupils, size_t *n, muster_error *err) {
  *n = 0;
  candidate *found = muster_alloc(run->finding_count, sizeof *found);
  uint32_t *place = muster_alloc(reg->pupil_count, sizeof *place); /* in found, + 1 */
  size_t count = 0;
  muster_status status = found && place ? MUSTER_OK : muster_fail_memory(err);
  for (size_t i = 0; status == MUSTER_OK && i < run->finding_count; i++) {
    const muster_finding *f = &run->findings[i];
    if (f->subject.kind != MUSTER_SUBJECT_PUPIL || (school != MUSTER_NONE && f->subject.school != school)) continue;
    uint32_t *at = &place[f->subject.pupil];
    if (!*at) {
      found[count] = (candidate){f->subject.pupil, MUSTER_INFO, 0, count};
      *at = (uint32_t)++count;
    }
    candidate *c = &found[*at - 1];
    c->findings++;
    if (set->rules[f->rule].level > c->level) c->level = set->rules[f->rule].level;
  }
  if (count) qsort(found, count, sizeof *found, most_urgent);
  for (size_t i = 0; i < count && i < most; i++) pupils[(*n)++] = found[i].pupil;
  muster_free(found);
  muster_free(place);
  return status;
}

uint32_t muster_pictured_school(const muster_register *reg, const muster_run *run) {
  uint32_t best = MUSTER_NONE;
  size_t most = 0;
  uint32_t *counts = muster_alloc(reg->school_count, sizeof *counts);
  for (size_t i = 0; counts && i < run->finding_count; i++)
    if (run->findings[i].subject.kind == MUSTER_SUBJECT_PUPIL) counts[run->findings[i].subject.school]++;
  for (uint32_t s = 0; counts && s < reg->school_count; s++)
    if (counts[s] > most) most = counts[s], best = s;
  muster_free(counts);
  return best;
}

muster_status muster_pictured_year(const muster_register *reg, const muster_run *run, uint32_t school,
                                   muster_date as_of, uint32_t *pupils, size_t *n, muster_text *year_group,
                                   muster_error *err) {
  const muster_attribute *years = muster_attribute_find(&reg->pupil_attributes, "year_group");
  const muster_school *s = &reg->schools[school];
  uint32_t *counts = muster_alloc(reg->texts.count, sizeof *counts), best = MUSTER_NONE;
  if (!counts) return muster_fail_memory(err);
  for (size_t i = 0; years && i < run->finding_count; i++) {
    const muster_subject *subject = &run->findings[i].subject;
    if (subject->kind != MUSTER_SUBJECT_PUPIL || subject->school != school || subject->pupil >= years->capacity)
      continue;
    uint32_t year = years->values[subject->pupil];
    if (year == MUSTER_NONE) continue;
    counts[year]++;
    if (best == MUSTER_NONE || counts[year] > counts[best]) best = year;
  }
  muster_free(counts);
  *n = 0;
  *year_group = best == MUSTER_NONE ? (muster_text){"", 0} : muster_map_name(&reg->texts, best);
  for (uint32_t k = 0; k < s->count; k++) {
    uint32_t pupil = reg->by_school[s->first + k];
    bool of_year = best == MUSTER_NONE || (pupil < years->capacity && years->values[pupil] == best);
    if (of_year && muster_on_roll(&reg->pupils[pupil], as_of)) pupils[(*n)++] = pupil;
  }
  return MUSTER_OK;
}
