/* A panel from totals: units by the periods of counts.csv. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register_panel.h"

/* ---- outcomes ---- */

typedef enum total_field {
  ABSENT,
  ATTENDED,
  AUTHORISED,
  UNAUTHORISED,
  PERSISTENT,
  SEVERE,
  POSSIBLE,
  ENROLMENTS
} total_field;

typedef struct total_outcome {
  const char *name;
  total_field field;
  int over; /* POSSIBLE, ENROLMENTS, or -1: a count */
} total_outcome;

static const total_outcome known_outcomes[] = {{"absence_rate", ABSENT, POSSIBLE},
                                               {"attendance_rate", ATTENDED, POSSIBLE},
                                               {"authorised_rate", AUTHORISED, POSSIBLE},
                                               {"unauthorised_rate", UNAUTHORISED, POSSIBLE},
                                               {"persistent", PERSISTENT, ENROLMENTS},
                                               {"severe", SEVERE, ENROLMENTS},
                                               {"absent", ABSENT, -1},
                                               {"attended", ATTENDED, -1},
                                               {"authorised", AUTHORISED, -1},
                                               {"unauthorised", UNAUTHORISED, -1},
                                               {"possible", POSSIBLE, -1},
                                               {"enrolments", ENROLMENTS, -1}};
enum { OUTCOMES = sizeof known_outcomes / sizeof *known_outcomes };

/* NaN where the statistics do not say. */
static double field_of(const muster_total *t, int field) {
  int64_t value = -1;
  switch (field) {
    case ABSENT: value = t->absent; break;
    case ATTENDED: value = t->absent < 0 || t->possible < 0 ? -1 : t->possible - t->absent; break;
    case AUTHORISED: value = t->authorised; break;
    case UNAUTHORISED: value = t->unauthorised; break;
    case PERSISTENT: value = t->persistent; break;
    case SEVERE: value = t->severe; break;
    case POSSIBLE: value = t->possible; break;
    case ENROLMENTS: value = t->enrolments; break;
  }
  return value < 0 ? NAN : (double)value;
}

static muster_status find_outcome(const char *name, const total_outcome **found, muster_error *err) {
  const char *names[OUTCOMES + 1];
  char list[240] = "";
  for (size_t i = 0; i < OUTCOMES; i++) {
    *found = &known_outcomes[i];
    if (strcmp(names[i] = known_outcomes[i].name, name) == 0) return MUSTER_OK;
    strcat(strcat(list, i ? ", " : ""), names[i]);
  }
  names[OUTCOMES] = NULL;
  muster_fail(err, MUSTER_PACK, "totals have no outcome \"%.60s\"", name);
  muster_error_expected(err, "one of %s", list);
  const char *near = muster_nearest(name, names);
  if (near) muster_error_todo(err, "did you mean \"%s\"?", near);
  return MUSTER_PACK;
}

/* ---- periods ---- */

typedef enum name_kind { A_SCHOOL_YEAR, A_TERM, A_HALF_TERM, A_DATE, A_NUMBER, A_WORD } name_kind;

typedef struct period_name {
  uint32_t text; /* of the register */
  muster_text name;
  name_kind kind;
  double order;
  muster_date from, to;
} period_name;

typedef struct totals {
  register_panel *p;
  period_name *at; /* ascending */
  size_t n;
  size_t *place; /* of each row of totals among the periods; SIZE_MAX = left out */
} totals;

/* "2018/19", "2018-19", "201819" with what follows: the September; 0 = none. */
static int school_year(muster_text name, muster_text *rest) {
  size_t separated = name.n > 4 && (name.at[4] == '/' || name.at[4] == '-'), n = 6 + separated;
  int64_t first, second;
  if (name.n < n || (name.n > n && name.at[n] != ' ')) return 0;
  if (!muster_text_int((muster_text){name.at, 4}, &first) ||
      !muster_text_int((muster_text){name.at + 4 + separated, 2}, &second) || (first + 1) % 100 != second)
    return 0;
  *rest = muster_text_trim((muster_text){name.at + n, name.n - n});
  return (int)first;
}

/* "HT3", "autumn": its first and last half term. */
static bool part_of_year(muster_text rest, int *first, int *last) {
  static const char *const terms[] = {"autumn", "spring", "summer"};
  if (rest.n == 3 && muster_text_equal_nocase((muster_text){rest.at, 2}, MUSTER_TEXT("HT")) && rest.at[2] >= '1' &&
      rest.at[2] <= '6') {
    *first = *last = rest.at[2] - '0';
    return true;
  }
  for (int t = 0; t < 3; t++)
    if (rest.n >= 6 && muster_text_equal_nocase((muster_text){rest.at, 6}, muster_text_of(terms[t])) &&
        (rest.n == 6 || muster_text_equal_nocase((muster_text){rest.at + 6, rest.n - 6}, MUSTER_TEXT(" term")))) {
      *first = 2 * t + 1;
      *last = 2 * t + 2;
      return true;
    }
  return false;
}

static void read_name(const muster_register *reg, period_name *p) {
  muster_text rest;
  int year = school_year(p->name, &rest), first, last;
  p->kind = A_WORD;
  p->from = p->to = MUSTER_NO_DATE;
  if (year && !rest.n) {
    p->kind = A_SCHOOL_YEAR;
    p->order = year;
    p->from = muster_date_of(year, 8, 1);
    p->to = muster_date_of(year + 1, 7, 31);
  } else if (year && part_of_year(rest, &first, &last)) {
    p->kind = first == last ? A_HALF_TERM : A_TERM; /* never both: a term is its half terms again */
    p->order = 10 * year + first;
    for (size_t i = 0; i < reg->half_term_count; i++) {
      const muster_half_term *h = &reg->half_terms[i];
      if (h->year != year || h->half_term < first || h->half_term > last) continue;
      if (p->from == MUSTER_NO_DATE) p->from = h->start;
      p->to = h->end;
    }
  } else if (muster_date_parse(p->name, &p->from)) {
    p->kind = A_DATE;
    p->order = p->from;
  } else if (muster_text_number(p->name, &p->order)) {
    p->kind = A_NUMBER;
  }
}

static int by_order(const void *a, const void *b) {
  const period_name *left = a, *right = b;
  return (left->order > right->order) - (left->order < right->order);
}

static muster_status no_order(const totals *t, const char *file, muster_error *err) {
  for (size_t i = 0; i < t->n; i++) {
    if (t->at[i].kind != A_WORD && t->at[i].kind == t->at[0].kind) continue;
    muster_fail(err, MUSTER_DATA, "%s: the period \"%.*s\" cannot be put in order with \"%.*s\"", file,
                t->at[i].name.n > 40 ? 40 : (int)t->at[i].name.n, t->at[i].name.at,
                t->at[0].name.n > 40 ? 40 : (int)t->at[0].name.n, t->at[0].name.at);
    muster_error_expected(err, "school years (2018/19), \"2025/26 HT1\" or \"2025/26 autumn\", dates or numbers");
    muster_error_todo(err, "name them in their order: panel { periods = { ... } }");
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

/* "2018/19" and "201819" in one file. */
static muster_status no_two_at_once(const totals *t, muster_error *err) {
  for (size_t k = 1; k < t->n; k++) {
    muster_text a = t->at[k - 1].name, b = t->at[k].name;
    if (t->at[k - 1].order < t->at[k].order) continue;
    muster_fail(err, MUSTER_DATA, "counts.csv: \"%.*s\" and \"%.*s\" are the same period", a.n > 40 ? 40 : (int)a.n,
                a.at, b.n > 40 ? 40 : (int)b.n, b.at);
    muster_error_todo(err, "write every period in one way");
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

static int by_days(const void *a, const void *b) {
  return (*(const muster_date *)a > *(const muster_date *)b) - (*(const muster_date *)a < *(const muster_date *)b);
}

/* Periods that begin on dates end before the next, but last no longer than is usual: a holiday after a week is none of
 * it. */
static muster_status end_dates(totals *t, muster_error *err) {
  size_t gaps = t->n - 1;
  muster_date *days = muster_alloc(gaps + 1, sizeof *days);
  if (!days) return muster_fail_memory(err);
  for (size_t k = 0; k < gaps; k++) days[k] = t->at[k + 1].from - t->at[k].from;
  qsort(days, gaps, sizeof *days, by_days);
  muster_date usual = gaps ? days[gaps / 2] : 1;
  for (size_t k = 0; k < t->n; k++) {
    muster_date gap = k < gaps ? t->at[k + 1].from - t->at[k].from : usual;
    t->at[k].to = t->at[k].from + (gap < usual ? gap : usual) - 1;
  }
  muster_free(days);
  return MUSTER_OK;
}

/* from and to choose periods by their dates. */
static muster_status dated(const totals *t, muster_error *err) {
  const muster_part *panel = t->p->panel;
  const char *key = muster_part_text(panel, "from") ? "from" : muster_part_text(panel, "to") ? "to" : NULL;
  for (size_t k = 0; key && k < t->n; k++) {
    if (t->at[k].from != MUSTER_NO_DATE) continue;
    muster_fail(err, MUSTER_DATA, "%s: the period \"%.*s\" has no dates", key,
                t->at[k].name.n > 40 ? 40 : (int)t->at[k].name.n, t->at[k].name.at);
    muster_error_todo(
        err, "give terms.csv for half terms and terms, or name the periods that are wanted: periods = { ... }");
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

/* The order that the study gives; periods it does not name are left out. */
static muster_status given_order(totals *t, const muster_given *periods, muster_error *err) {
  size_t kept = 0;
  for (size_t k = 0; k < periods->count; k++) {
    bool found = false;
    for (size_t i = kept; i < t->n && !found; i++) {
      if (!muster_text_equal(t->at[i].name, muster_text_of(periods->items[k].text))) continue;
      period_name one = t->at[i];
      t->at[i] = t->at[kept];
      t->at[kept++] = one;
      found = true;
    }
    if (found) continue;
    muster_fail(err, MUSTER_DATA, "periods: the totals have no period \"%.60s\"", periods->items[k].text);
    return MUSTER_DATA;
  }
  t->n = kept;
  bool ascending = true;
  for (size_t i = 0; i < kept; i++)
    ascending = ascending && t->at[i].kind == A_DATE && (i == 0 || t->at[i - 1].from < t->at[i].from);
  if (ascending && kept) MUSTER_TRY(end_dates(t, err));
  for (size_t i = 0; i < kept; i++) {
    if (t->at[i].kind == A_DATE && !ascending) t->at[i].from = MUSTER_NO_DATE; /* where it ends cannot be told */
    t->at[i].kind = A_WORD;                                                    /* numbered as they stand */
  }
  return MUSTER_OK;
}

static muster_status list_periods(totals *t, muster_error *err) {
  const muster_register *reg = t->p->reg;
  const muster_given *periods = muster_part_given(t->p->panel, "periods");
  muster_study_data *d = t->p->d;
  t->at = muster_alloc(reg->total_count, sizeof *t->at);
  t->place = muster_alloc(reg->total_count, sizeof *t->place);
  if (!t->at || !t->place) return muster_fail_memory(err);
  for (size_t i = 0; i < reg->total_count; i++) {
    size_t k = 0;
    while (k < t->n && t->at[k].text != reg->totals[i].period) k++;
    if (k < t->n) continue;
    t->at[t->n] =
        (period_name){.text = reg->totals[i].period, .name = muster_map_name(&reg->texts, reg->totals[i].period)};
    read_name(reg, &t->at[t->n++]);
  }
  if (periods) {
    MUSTER_TRY(given_order(t, periods, err));
  } else {
    MUSTER_TRY(no_order(t, "counts.csv", err));
    qsort(t->at, t->n, sizeof *t->at, by_order);
    MUSTER_TRY(no_two_at_once(t, err));
  }
  if (t->n && t->at[0].kind == A_DATE) MUSTER_TRY(end_dates(t, err));
  MUSTER_TRY(dated(t, err));
  d->period = muster_alloc(t->n, sizeof *d->period);
  if (!d->period) return muster_fail_memory(err);
  d->n_periods = t->n;
  for (size_t k = 0; k < t->n; k++) {
    const period_name *name = &t->at[k];
    bool itself = name->kind == A_SCHOOL_YEAR || name->kind == A_NUMBER;
    d->period[k] =
        (muster_study_period){.time = itself ? name->order : (double)k + 1, .from = name->from, .to = name->to};
    snprintf(d->period[k].name, sizeof d->period[k].name, "%.*s", (int)name->name.n, name->name.at);
  }
  for (size_t i = 0; i < reg->total_count; i++) {
    size_t k = 0;
    while (k < t->n && t->at[k].text != reg->totals[i].period) k++;
    t->place[i] = k < t->n ? k : SIZE_MAX;
  }
  return MUSTER_OK;
}

/* ---- starts ---- */

/* A time, or the name of a period. */
static bool time_of(const totals *t, muster_text text, double *time) {
  for (size_t k = 0; k < t->n; k++)
    if (muster_text_equal_nocase(text, t->at[k].name)) {
      *time = t->p->d->period[k].time;
      return true;
    }
  return muster_text_number(text, time);
}

static muster_status undated(muster_error *err) {
  muster_fail(err, MUSTER_DATA, "the periods have no dates, so the start of an intervention cannot be placed");
  muster_error_todo(err,
                    "give terms.csv, or say when units start by their periods: starts = { UNIT = \"...\" } or "
                    "treated_from = a column of counts.csv");
  return MUSTER_DATA;
}

static muster_status by_intervention(totals *t, double *cohort, muster_error *err) {
  const muster_study_data *d = t->p->d;
  size_t units = t->p->reg->school_count;
  muster_date *start = muster_alloc(units + 1, sizeof *start);
  if (!start) return muster_fail_memory(err);
  muster_status status = register_starts(t->p, start, err);
  for (size_t u = 0; status == MUSTER_OK && u < units; u++) {
    cohort[u] = NAN;
    if (start[u] == MUSTER_NO_DATE) continue;
    size_t k = 0;
    for (; k < d->n_periods; k++) {
      if (d->period[k].from == MUSTER_NO_DATE) {
        status = undated(err);
        break;
      }
      if (d->period[k].to >= start[u]) break;
    }
    if (status != MUSTER_OK || k == d->n_periods) continue;
    cohort[u] = d->period[k].time;
    t->p->d->units_partial += d->period[k].from < start[u];
  }
  muster_free(start);
  return status;
}

static bool is_never(const muster_given *never, muster_text text) {
  double number, value;
  if (!text.n || muster_text_equal_nocase(text, MUSTER_TEXT("inf"))) return true;
  for (size_t i = 0; never && i < never->count; i++) {
    const muster_given *one = &never->items[i];
    number = one->number;
    if (one->kind == MUSTER_GIVEN_TEXT ? muster_text_equal_nocase(text, muster_text_of(one->text))
                                       : muster_text_number(text, &value) && value == number)
      return true;
  }
  return false;
}

static muster_status by_column(totals *t, const char *name, double *cohort, muster_error *err) {
  size_t units = t->p->reg->school_count;
  const muster_given *never = muster_part_given(t->p->panel, "never");
  muster_text *texts = muster_alloc(units + 1, sizeof *texts);
  muster_status status = texts ? register_texts(t->p, "treated_from", name, texts, err) : muster_fail_memory(err);
  for (size_t u = 0; status == MUSTER_OK && u < units; u++) {
    cohort[u] = NAN;
    if (is_never(never, texts[u]) || time_of(t, texts[u], &cohort[u])) continue;
    status = muster_fail(err, MUSTER_DATA, "treated_from: \"%.*s\" is no period of the totals",
                         texts[u].n > 40 ? 40 : (int)texts[u].n, texts[u].at);
    muster_error_expected(err, "the name or time of a period, nothing, or one of never = { ... }");
  }
  muster_free(texts);
  return status;
}

static muster_status by_name(totals *t, const muster_given *starts, double *cohort, muster_error *err) {
  const muster_register *reg = t->p->reg;
  for (size_t u = 0; u < reg->school_count; u++) cohort[u] = NAN;
  for (size_t i = 0; i < starts->count; i++) {
    const muster_given *one = &starts->items[i];
    uint32_t unit = muster_map_find(&reg->school_ids, muster_text_of(one->name));
    bool good = unit != MUSTER_NONE;
    if (good && one->kind == MUSTER_GIVEN_NUMBER)
      cohort[unit] = one->number;
    else if (good)
      good = one->kind == MUSTER_GIVEN_TEXT && time_of(t, muster_text_of(one->text), &cohort[unit]);
    if (good) continue;
    muster_fail(err, MUSTER_DATA, "starts: there is no unit \"%.60s\", or its start is no period of the totals",
                one->name);
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

/* ---- rows ---- */

static bool wanted(const totals *t, size_t row) {
  const muster_study_period *p = &t->p->d->period[t->place[row]];
  const char *from = muster_part_text(t->p->panel, "from"), *to = muster_part_text(t->p->panel, "to");
  muster_date date;
  if (p->from == MUSTER_NO_DATE) return true;
  if (from && muster_date_parse(muster_text_of(from), &date) && p->to < date) return false;
  return !(to && muster_date_parse(muster_text_of(to), &date) && p->from > date);
}

static muster_status passing(const totals *t, unsigned char *in, muster_error *err) {
  const muster_given *where = muster_part_given(t->p->panel, "where");
  size_t units = t->p->reg->school_count;
  muster_text *texts = muster_alloc(units + 1, sizeof *texts);
  if (!texts) return muster_fail_memory(err);
  memset(in, 1, units);
  muster_status status = MUSTER_OK;
  for (size_t f = 0; status == MUSTER_OK && where && f < where->count; f++) {
    status = register_texts(t->p, "where", where->items[f].name, texts, err);
    for (size_t u = 0; status == MUSTER_OK && u < units; u++)
      in[u] = in[u] && muster_study_passes(texts[u], &where->items[f]);
  }
  muster_free(texts);
  return status;
}

static muster_status fill(totals *t, const total_outcome *const *outcome, const double *cohort, const unsigned char *in,
                          muster_error *err) {
  const muster_register *reg = t->p->reg;
  muster_study_data *d = t->p->d;
  const char *weight = muster_part_text(t->p->panel, "weight");
  bool none = weight && strcmp(weight, "none") == 0;
  size_t n = 0;
  for (size_t i = 0; i < reg->total_count; i++) {
    const muster_total *row = &reg->totals[i];
    d->rows_read++;
    if (t->place[i] == SIZE_MAX || !in[row->school] || !wanted(t, i)) {
      d->rows_left_out++;
      continue;
    }
    d->unit[n] = row->school;
    d->time[n] = d->period[t->place[i]].time;
    d->cohort[n] = cohort[row->school];
    d->possible[n] = field_of(row, POSSIBLE);
    for (size_t k = 0; k < d->n_outcomes; k++) {
      double over = outcome[k]->over < 0 ? 1 : field_of(row, outcome[k]->over);
      d->y[k][n] = t->p->blind ? 0 : over > 0 ? field_of(row, (int)outcome[k]->field) / over : NAN;
      d->weight[k][n] = none ? 1 : over;
    }
    n++;
  }
  d->n = n;
  if (n) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "nothing is left in the panel");
  muster_error_todo(err, "look at where, periods, from and to of the panel");
  return MUSTER_DATA;
}

static muster_status read_choices(const register_panel *p, muster_error *err) {
  const char *unit = muster_part_text(p->panel, "unit"), *weight = muster_part_text(p->panel, "weight");
  if (unit && strcmp(unit, "school") != 0 && strcmp(unit, "unit_id") != 0) {
    muster_fail(err, MUSTER_PACK, "unit is \"%.40s\", and the data are totals without pupils", unit);
    muster_error_expected(err, "\"school\" or \"unit_id\": the units of counts.csv");
    return MUSTER_PACK;
  }
  if (weight && strcmp(weight, "none") != 0 && strcmp(weight, "possible") != 0) {
    muster_fail(err, MUSTER_PACK, "weight is \"%.40s\"", weight);
    muster_error_expected(err, "\"possible\" or \"none\"");
    return MUSTER_PACK;
  }
  if (p->reg->total_count) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "every = \"period\" reads totals, and the data has none");
  muster_error_todo(err, "give counts.csv, or every = \"week\", \"half-term\", \"term\" or \"year\" for marks");
  return MUSTER_DATA;
}

static muster_status name_units(register_panel *p, muster_error *err) {
  muster_study_data *d = p->d;
  size_t n = p->reg->school_count;
  d->unit_name = muster_arena_alloc(&d->arena, n * sizeof *d->unit_name);
  if (!d->unit_name) return muster_fail_memory(err);
  for (uint32_t s = 0; s < n; s++) {
    muster_text name = muster_school_name(p->reg, s);
    if (!(d->unit_name[s] = muster_arena_copy(&d->arena, name.at, name.n))) return muster_fail_memory(err);
  }
  d->n_unit_names = n;
  return MUSTER_OK;
}

static muster_status read_all(totals *t, double *cohort, unsigned char *in, muster_error *err) {
  register_panel *p = t->p;
  muster_study_data *d = p->d;
  const muster_given *from = muster_part_given(p->panel, "treated_from"),
                     *starts = muster_part_given(p->panel, "starts");
  MUSTER_TRY(list_periods(t, err));
  MUSTER_TRY(muster_study_outcomes(p->study, p->reg->total_count, d, err));
  const total_outcome **outcome = muster_arena_alloc(&d->arena, d->n_outcomes * sizeof *outcome);
  d->unit = muster_alloc(d->n, sizeof *d->unit);
  d->time = muster_alloc(d->n, sizeof *d->time);
  d->cohort = muster_alloc(d->n, sizeof *d->cohort);
  d->possible = muster_alloc(d->n, sizeof *d->possible);
  if (!outcome || !d->unit || !d->time || !d->cohort || !d->possible) return muster_fail_memory(err);
  for (size_t k = 0; k < d->n_outcomes; k++) {
    MUSTER_TRY(find_outcome(d->outcome[k], &outcome[k], err));
    d->rate[k] = outcome[k]->over >= 0;
    d->threshold[k] = outcome[k]->over == ENROLMENTS;
    if (!(d->weight[k] = muster_alloc(d->n, sizeof **d->weight))) return muster_fail_memory(err);
  }
  MUSTER_TRY(starts                           ? by_name(t, starts, cohort, err)
             : from->kind == MUSTER_GIVEN_MAP ? by_intervention(t, cohort, err)
                                              : by_column(t, from->text, cohort, err));
  MUSTER_TRY(passing(t, in, err));
  MUSTER_TRY(fill(t, outcome, cohort, in, err));
  MUSTER_TRY(register_columns(p, err));
  d->from_register = true;
  d->unit_noun = "units";
  d->time_name = "period";
  d->source = muster_arena_printf(&d->arena, "totals, %s to %s", d->period[0].name, d->period[d->n_periods - 1].name);
  MUSTER_TRY(muster_register_digest(p->reg, 1, d->digest, err));
  muster_study_blind_digest(d);
  return d->source ? MUSTER_OK : muster_fail_memory(err);
}

muster_status register_totals(register_panel *p, muster_error *err) {
  totals t = {.p = p};
  p->schools = true;
  p->from = INT32_MIN;
  p->to = INT32_MAX;
  MUSTER_TRY(read_choices(p, err));
  MUSTER_TRY(name_units(p, err));
  double *cohort = muster_alloc(p->reg->school_count + 1, sizeof *cohort);
  unsigned char *in = muster_alloc(p->reg->school_count + 1, 1);
  muster_status status = cohort && in ? read_all(&t, cohort, in, err) : muster_fail_memory(err);
  muster_free(cohort);
  muster_free(in);
  muster_free(t.at);
  muster_free(t.place);
  return status;
}
