/* The calendar and the half terms. */
#include <string.h>

#include "reading.h"

enum { DAY_DATE, DAY_KIND, DAY_SCHOOL };
enum { TERM_HALF, TERM_START, TERM_END, TERM_NAME };

static bool day_kind(muster_text text, muster_day_kind *kind) {
  static const struct {
    const char *word;
    muster_day_kind kind;
  } words[] = {{"open", MUSTER_DAY_OPEN}, {"closed", MUSTER_DAY_CLOSED}, {"inset", MUSTER_DAY_INSET}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (muster_text_equal_nocase(text, muster_text_of(words[i].word))) return *kind = words[i].kind, true;
  return false;
}

/* The school of a row: every school when the cell is empty. Ids nobody has named yet are new schools only when there is
 * neither a file of schools nor one of pupils to know them from. */
static muster_status day_school(muster_reading *r, const muster_text *cells, uint32_t *school, bool *good,
                                muster_error *err) {
  muster_register *reg = r->load->reg;
  muster_text id = muster_reading_text(r, DAY_SCHOOL, cells);
  *good = true;
  *school = MUSTER_NONE;
  if (id.n == 0) return MUSTER_OK;
  *school = muster_map_find(&reg->school_ids, id);
  if (*school != MUSTER_NONE) return MUSTER_OK;
  if (r->load->schools_given || r->load->pupils_given) {
    *good = false;
    return muster_reject_row(r, DAY_SCHOOL, id, "the school is unknown", err);
  }
  *school = muster_register_school(reg, id, NULL);
  return *school != MUSTER_NONE ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status take_day(muster_reading *r, const muster_text *cells, muster_error *err) {
  uint32_t school;
  muster_date date;
  bool good;
  MUSTER_TRY(muster_reading_date(r, DAY_DATE, cells, false, &date, &good, err));
  if (!good) return MUSTER_OK;
  muster_text text = muster_reading_text(r, DAY_KIND, cells);
  muster_day_kind kind;
  if (!day_kind(text, &kind)) return muster_reject_row(r, DAY_KIND, text, "not open, closed or inset", err);
  MUSTER_TRY(day_school(r, cells, &school, &good, err));
  if (!good) return MUSTER_OK;
  const int64_t key[2] = {school, date};
  bool added;
  uint32_t number = muster_map_add(&r->load->seen, (muster_text){(const char *)key, sizeof key}, &added);
  if (number == MUSTER_NONE) return muster_fail_memory(err);
  if (!added && r->load->origins[number].content == (uint64_t)kind) return muster_duplicate(r);
  MUSTER_TRY(muster_register_day(r->load->reg, school, date, kind, err));
  MUSTER_TRY(muster_origin_set(r, number, cells, err));
  r->load->origins[number].content = (uint64_t)kind; /* what counts is what the day is */
  r->load->days_named = true;
  r->load->weekend_named |= kind == MUSTER_DAY_OPEN && muster_date_weekday(date) >= 5;
  if (!added) {
    r->counts->accepted--;
    r->counts->superseded++;
  }
  return muster_accept(r);
}

muster_status muster_read_calendar(muster_reading *r, muster_error *err) {
  MUSTER_TRY(muster_columns_require(&r->columns, &r->input, r->kind, (const int[]){DAY_DATE, DAY_KIND}, 2, err));
  return muster_read_rows(r, take_day, err);
}

/* "HT3", "ht 3", "3". */
static int half_term_number(muster_text t) {
  while (t.n > 1 && (t.at[0] < '0' || t.at[0] > '9')) t.at++, t.n--;
  return t.n == 1 && t.at[0] >= '1' && t.at[0] <= '6' ? t.at[0] - '0' : 0;
}

/* "Spring, 1": some count the half terms of each term. The first half term of the year is no half term of spring. */
static int counted_in_year(int number, muster_text name) {
  static const char *const terms[] = {"autumn", "spring", "summer"};
  for (int term = 1; term < 3 && number >= 1 && number <= 2; term++) {
    muster_text begin = {name.at, strlen(terms[term])};
    if (name.n >= begin.n && muster_text_equal_nocase(begin, muster_text_of(terms[term]))) return 2 * term + number;
  }
  return number;
}

static muster_status take_term(muster_reading *r, const muster_text *cells, muster_error *err) {
  muster_half_term half = {0};
  bool good;
  MUSTER_TRY(muster_reading_date(r, TERM_START, cells, false, &half.start, &good, err));
  if (!good) return MUSTER_OK;
  MUSTER_TRY(muster_reading_date(r, TERM_END, cells, false, &half.end, &good, err));
  if (!good) return MUSTER_OK;
  muster_text text = muster_reading_text(r, TERM_HALF, cells);
  half.half_term = counted_in_year(half_term_number(text), muster_reading_text(r, TERM_NAME, cells));
  if (!half.half_term) return muster_reject_row(r, TERM_HALF, text, "not a half term, 1 to 6", err);
  text = muster_reading_text(r, TERM_END, cells);
  if (half.end < half.start) return muster_reject_row(r, TERM_END, text, "the half term ends before it starts", err);
  half.year = muster_date_school_year(half.start);
  half.term = (muster_term_name)((half.half_term - 1) / 2);
  const int key[2] = {half.year, half.half_term};
  static const char twice[] = "the half term is there already and the rows differ";
  uint32_t known = muster_map_find(&r->load->seen, (muster_text){(const char *)key, sizeof key});
  if (known != MUSTER_NONE) return muster_again(r, known, TERM_HALF, twice, cells, err);
  muster_error overlap;
  muster_status status = muster_register_half_term(r->load->reg, &half, &overlap);
  if (status == MUSTER_DATA)
    return muster_reject_as(r, TERM_START, muster_reading_text(r, TERM_START, cells), "the half term overlaps another",
                            err, "%s", overlap.what);
  if (status != MUSTER_OK) {
    if (err) *err = overlap;
    return status;
  }
  bool settled;
  MUSTER_TRY(muster_once(r, key, sizeof key, TERM_HALF, twice, cells, &settled, err));
  return muster_accept(r);
}

muster_status muster_read_terms(muster_reading *r, muster_error *err) {
  MUSTER_TRY(
      muster_columns_require(&r->columns, &r->input, r->kind, (const int[]){TERM_HALF, TERM_START, TERM_END}, 3, err));
  return muster_read_rows(r, take_term, err);
}
