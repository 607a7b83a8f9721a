/* A panel from a CSV file: columns by name, cells as numbers, and which rows are in. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "muster/load/table.h"

typedef struct csv_panel {
  const muster_part *panel;
  const char *path;
  muster_table table;
  size_t *row; /* [n] rows of the table that are in */
  size_t n;
  muster_study_data *d;
  muster_text *texts; /* [n] working room */
} csv_panel;

/* ---- columns and cells ---- */

static muster_status find_column(const csv_panel *p, const char *key, const char *name, uint32_t *column,
                                 muster_error *err) {
  *column = muster_table_column(&p->table, name);
  if (*column != MUSTER_NONE) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "there is no column \"%.80s\", which the study names as %s", name, key);
  muster_error_where(err, "%s:1", p->path);
  const char **names = muster_alloc(p->table.columns + 1, sizeof *names);
  if (!names) return muster_fail_memory(err);
  char list[240] = "";
  for (size_t i = 0; i < p->table.columns; i++) {
    names[i] = p->table.names[i];
    if (strlen(list) + strlen(names[i]) + 3 < sizeof list) strcat(strcat(list, i ? ", " : ""), names[i]);
  }
  muster_error_expected(err, "one of %s", list);
  const char *near = muster_nearest(name, names);
  if (near) muster_error_todo(err, "did you mean \"%s\"?", near);
  muster_free(names);
  return MUSTER_DATA;
}

static muster_text cell(const csv_panel *p, size_t i, uint32_t column) {
  return muster_table_cell(&p->table, p->row[i], column);
}

static bool is_missing(const csv_panel *p, muster_text text) {
  const muster_given *missing = muster_part_given(p->panel, "missing");
  if (!text.n) return true;
  if (!missing) return muster_text_equal(text, MUSTER_TEXT("NA"));
  for (size_t i = 0; i < missing->count; i++)
    if (muster_text_equal(text, muster_text_of(missing->items[i].text))) return true;
  return false;
}

static muster_status bad_cell(const csv_panel *p, size_t i, uint32_t column, const char *expected, muster_error *err) {
  muster_text text = cell(p, i, column);
  muster_fail(err, MUSTER_DATA, "\"%.*s\" cannot be used", text.n > 40 ? 40 : (int)text.n, text.at);
  muster_error_where(err, "%s:%llu: %s", p->path, (unsigned long long)p->table.lines[p->row[i]],
                     p->table.names[column]);
  muster_error_expected(err, "%s", expected);
  return MUSTER_DATA;
}

/* A column of numbers; missing cells are NaN. */
static muster_status read_numbers(const csv_panel *p, const char *key, const char *name, double *out,
                                  muster_error *err) {
  uint32_t column;
  MUSTER_TRY(find_column(p, key, name, &column, err));
  for (size_t i = 0; i < p->n; i++) {
    muster_text text = cell(p, i, column);
    if (is_missing(p, text)) {
      out[i] = NAN;
    } else if (!muster_text_number(text, &out[i]) || !isfinite(out[i])) {
      MUSTER_TRY(bad_cell(p, i, column,
                          strcmp(key, "time") == 0
                              ? "a number, such as a year or the number of a week; dates are not read as times"
                              : "a number; name texts that stand for a missing value in missing = { ... }",
                          err));
    }
  }
  return MUSTER_OK;
}

static muster_status read_optional(const csv_panel *p, const char *key, double **out, muster_error *err) {
  const char *name = muster_part_text(p->panel, key);
  if (!name) return MUSTER_OK;
  *out = muster_alloc(p->n, sizeof **out);
  return *out ? read_numbers(p, key, name, *out, err) : muster_fail_memory(err);
}

static bool small_whole(muster_text text, int64_t *number) {
  return muster_text_int(text, number) && *number >= 0 && *number < 100000000 && (text.n == 1 || text.at[0] != '0');
}

static muster_status keep_unit_names(const csv_panel *p, const uint32_t *numbers, size_t distinct, muster_error *err) {
  muster_study_data *d = p->d;
  d->unit_name = muster_arena_alloc(&d->arena, distinct * sizeof *d->unit_name);
  d->n_unit_names = d->unit_name ? distinct : 0;
  for (size_t i = 0; i < p->n && d->unit_name; i++) {
    const char **name = &d->unit_name[numbers[i]];
    if (!*name && !(*name = muster_arena_copy(&d->arena, p->texts[i].at, p->texts[i].n)))
      return muster_fail_memory(err);
  }
  return d->unit_name ? MUSTER_OK : muster_fail_memory(err);
}

/* A column of names: as the numbers they are, else in the order of their bytes. */
static muster_status read_names(const csv_panel *p, const char *key, uint32_t **out, muster_error *err) {
  const char *name = muster_part_text(p->panel, key);
  if (!name) return MUSTER_OK;
  uint32_t column;
  MUSTER_TRY(find_column(p, key, name, &column, err));
  *out = muster_alloc(p->n, sizeof **out);
  if (!*out) return muster_fail_memory(err);
  bool numbers = true;
  int64_t number;
  for (size_t i = 0; i < p->n; i++) {
    p->texts[i] = cell(p, i, column);
    if (is_missing(p, p->texts[i])) MUSTER_TRY(bad_cell(p, i, column, "a name or number in every row", err));
    numbers = numbers && small_whole(p->texts[i], &number);
    if (numbers) (*out)[i] = (uint32_t)number;
  }
  size_t distinct;
  if (numbers) return MUSTER_OK;
  MUSTER_TRY(muster_number_texts(p->texts, p->n, *out, &distinct, err));
  return strcmp(key, "unit") == 0 ? keep_unit_names(p, *out, distinct, err) : MUSTER_OK;
}

/* ---- rows ---- */

static muster_status choose_rows(csv_panel *p, muster_error *err) {
  const muster_given *where = muster_part_given(p->panel, "where");
  size_t filters = where ? where->count : 0;
  p->row = muster_alloc(p->table.rows + 1, sizeof *p->row);
  if (!p->row) return muster_fail_memory(err);
  for (size_t r = 0; r < p->table.rows; r++) p->row[r] = r;
  p->n = p->table.rows;
  for (size_t f = 0; f < filters; f++) {
    uint32_t column;
    MUSTER_TRY(find_column(p, "where", where->items[f].name, &column, err));
    size_t kept = 0;
    for (size_t i = 0; i < p->n; i++)
      if (muster_study_passes(cell(p, i, column), &where->items[f])) p->row[kept++] = p->row[i];
    p->n = kept;
  }
  p->d->rows_read = p->table.rows;
  p->d->rows_left_out = p->table.rows - p->n;
  if (p->n) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, p->table.rows ? "no row passes where" : "there are no rows");
  muster_error_where(err, "%s", p->path);
  return MUSTER_DATA;
}

/* ---- what the study names ---- */

/* treated_from: empty is never, and so are texts among `never`; its numbers go to the panel. */
static muster_status read_starts(csv_panel *p, muster_error *err) {
  const char *name = muster_part_text(p->panel, "treated_from");
  const muster_given *never = muster_part_given(p->panel, "never");
  if (!name) return MUSTER_OK;
  uint32_t column;
  MUSTER_TRY(find_column(p, "treated_from", name, &column, err));
  size_t words = never ? never->count : 0;
  p->d->cohort = muster_alloc(p->n, sizeof *p->d->cohort);
  p->d->never = muster_arena_alloc(&p->d->arena, (words + 1) * sizeof *p->d->never);
  if (!p->d->cohort || !p->d->never) return muster_fail_memory(err);
  for (size_t k = 0; k < words; k++)
    if (never->items[k].kind == MUSTER_GIVEN_NUMBER) p->d->never[p->d->n_never++] = never->items[k].number;
  for (size_t i = 0; i < p->n; i++) {
    muster_text text = cell(p, i, column);
    bool is_never = is_missing(p, text) || muster_text_equal_nocase(text, MUSTER_TEXT("inf"));
    for (size_t k = 0; k < words && !is_never; k++)
      is_never = never->items[k].kind == MUSTER_GIVEN_TEXT &&
                 muster_text_equal_nocase(text, muster_text_of(never->items[k].text));
    p->d->cohort[i] = NAN;
    if (!is_never && (!muster_text_number(text, &p->d->cohort[i]) || !isfinite(p->d->cohort[i])))
      MUSTER_TRY(bad_cell(p, i, column, "a time as in the time column, nothing, or one of never = { ... }", err));
  }
  return MUSTER_OK;
}

/* starts = { California = 1989 }: the units that are named, and nobody else. */
static muster_status read_named_starts(csv_panel *p, muster_error *err) {
  const muster_given *starts = muster_part_given(p->panel, "starts");
  uint32_t column;
  if (!starts) return MUSTER_OK;
  MUSTER_TRY(find_column(p, "unit", muster_part_text(p->panel, "unit"), &column, err));
  p->d->cohort = muster_alloc(p->n, sizeof *p->d->cohort);
  if (!p->d->cohort) return muster_fail_memory(err);
  for (size_t i = 0; i < p->n; i++) p->d->cohort[i] = NAN;
  for (size_t k = 0; k < starts->count; k++) {
    bool seen = false;
    for (size_t i = 0; i < p->n && starts->items[k].kind == MUSTER_GIVEN_NUMBER; i++) {
      if (!muster_text_equal(cell(p, i, column), muster_text_of(starts->items[k].name))) continue;
      p->d->cohort[i] = starts->items[k].number;
      seen = true;
    }
    if (seen) continue;
    muster_fail(err, MUSTER_DATA, "starts: no row has the unit \"%.60s\", or its start is no number",
                starts->items[k].name);
    muster_error_where(err, "%s", p->path);
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

static muster_status read_units(csv_panel *p, muster_error *err) {
  muster_study_data *d = p->d;
  MUSTER_TRY(read_names(p, "unit", &d->unit, err));
  d->cross_section = !muster_part_text(p->panel, "time");
  d->time = muster_alloc(p->n, sizeof *d->time);
  if (!d->time) return muster_fail_memory(err);
  if (!d->cross_section) return read_numbers(p, "time", muster_part_text(p->panel, "time"), d->time, err);
  if (d->unit) return MUSTER_OK;
  d->unit = muster_alloc(p->n, sizeof *d->unit);
  if (!d->unit) return muster_fail_memory(err);
  for (size_t i = 0; i < p->n; i++) d->unit[i] = (uint32_t)i;
  return MUSTER_OK;
}

static muster_status read_covariates(csv_panel *p, muster_error *err) {
  const muster_given *plain = muster_part_given(p->panel, "covariates"),
                     *factors = muster_part_given(p->panel, "factors");
  for (size_t k = 0; plain && k < plain->count; k++) {
    double *column;
    MUSTER_TRY(muster_study_covariate(p->d, plain->items[k].text, &column, err));
    MUSTER_TRY(read_numbers(p, "covariates", plain->items[k].text, column, err));
  }
  for (size_t k = 0; factors && k < factors->count; k++) {
    uint32_t column;
    MUSTER_TRY(find_column(p, "factors", factors->items[k].text, &column, err));
    for (size_t i = 0; i < p->n; i++) {
      p->texts[i] = cell(p, i, column);
      if (is_missing(p, p->texts[i])) p->texts[i].n = 0;
    }
    MUSTER_TRY(muster_study_factor(p->d, factors->items[k].text, p->texts, err));
  }
  return MUSTER_OK;
}

static muster_status read_grouping(void *with, const char *name, muster_error *err) {
  csv_panel *p = with;
  uint32_t column;
  MUSTER_TRY(find_column(p, "by", name, &column, err));
  for (size_t i = 0; i < p->n; i++) {
    p->texts[i] = cell(p, i, column);
    if (is_missing(p, p->texts[i])) p->texts[i].n = 0;
  }
  return muster_study_grouping_add(p->d, name, p->texts, err);
}

static muster_status read_weights(csv_panel *p, double **weight, muster_error *err) {
  const char *name = muster_part_text(p->panel, "weight");
  MUSTER_TRY(read_optional(p, "weight", weight, err));
  uint32_t column = name ? muster_table_column(&p->table, name) : 0;
  for (size_t i = 0; *weight && i < p->n; i++)
    if ((*weight)[i] < 0) return bad_cell(p, i, column, "a weight of 0 or more", err);
  return MUSTER_OK;
}

/* Outcomes, each over the column of `per`, which is then their weight unless another is named. */
static muster_status read_outcomes(csv_panel *p, bool blind, muster_error *err) {
  muster_study_data *d = p->d;
  double *per = NULL;
  for (size_t k = 0; k < d->n_outcomes && blind; k++) { /* the column must be there; nothing in it is looked at */
    uint32_t column;
    MUSTER_TRY(find_column(p, "outcome", d->outcome[k], &column, err));
  }
  if (blind) return MUSTER_OK;
  for (size_t k = 0; k < d->n_outcomes; k++) MUSTER_TRY(read_numbers(p, "outcome", d->outcome[k], d->y[k], err));
  MUSTER_TRY(read_weights(p, &d->weight[0], err));
  if (!muster_part_text(p->panel, "per")) {
    for (size_t k = 1; k < d->n_outcomes; k++) d->weight[k] = d->weight[0];
    return MUSTER_OK;
  }
  muster_status status = read_optional(p, "per", &per, err);
  for (size_t i = 0; status == MUSTER_OK && i < p->n; i++)
    for (size_t k = 0; k < d->n_outcomes; k++) d->y[k][i] = per[i] > 0 ? d->y[k][i] / per[i] : NAN;
  for (size_t k = 0; k < d->n_outcomes; k++) d->rate[k] = true;
  if (d->weight[0])
    muster_free(per);
  else
    d->weight[0] = per;
  for (size_t k = 1; k < d->n_outcomes; k++) d->weight[k] = d->weight[0];
  return status;
}

/* Columns that no treatment should have moved; over `per` as the outcomes are. Never looked at by a blind read. */
static muster_status read_placebo(void *with, const char *name, muster_error *err) {
  csv_panel *p = with;
  muster_study_placebo *placebo;
  double *per = NULL;
  MUSTER_TRY(muster_study_placebo_add(p->d, name, name, &placebo, err));
  placebo->value = muster_alloc(p->n, sizeof *placebo->value);
  if (!placebo->value) return muster_fail_memory(err);
  MUSTER_TRY(read_numbers(p, "outcomes", name, placebo->value, err));
  muster_status status = read_optional(p, "per", &per, err);
  for (size_t i = 0; status == MUSTER_OK && per && i < p->n; i++)
    placebo->value[i] = per[i] > 0 ? placebo->value[i] / per[i] : NAN;
  muster_free(per);
  return status;
}

static muster_status list_periods(csv_panel *p, muster_error *err) {
  muster_study_data *d = p->d;
  size_t capacity = 0;
  for (size_t i = 0; i < d->n; i++) {
    double t = d->time[i];
    size_t at = d->n_periods;
    while (at > 0 && d->period[at - 1].time > t) at--;
    if (isnan(t) || (at > 0 && d->period[at - 1].time == t)) continue;
    if (!MUSTER_GROW(d->period, capacity, d->n_periods)) return muster_fail_memory(err);
    memmove(&d->period[at + 1], &d->period[at], (d->n_periods++ - at) * sizeof *d->period);
    d->period[at] = (muster_study_period){.time = t, .from = MUSTER_NO_DATE, .to = MUSTER_NO_DATE};
    snprintf(d->period[at].name, sizeof d->period[at].name, "%.10g", t);
  }
  return MUSTER_OK;
}

static muster_status read_table(csv_panel *p, const muster_study *study, bool blind, muster_error *err) {
  const char *delimiter = muster_part_text(p->panel, "delimiter");
  muster_study_data *d = p->d;
  MUSTER_TRY(muster_digest_file(p->path, d->digest, err));
  MUSTER_TRY(muster_table_read(p->path, delimiter ? delimiter[0] : 0, &p->table, err));
  MUSTER_TRY(choose_rows(p, err));
  p->texts = muster_alloc(p->n, sizeof *p->texts);
  if (!p->texts) return muster_fail_memory(err);
  MUSTER_TRY(muster_study_outcomes(study, p->n, d, err));
  MUSTER_TRY(read_units(p, err));
  MUSTER_TRY(read_names(p, "cluster", &d->cluster, err));
  MUSTER_TRY(read_names(p, "stratum", &d->stratum, err));
  MUSTER_TRY(read_starts(p, err));
  MUSTER_TRY(read_named_starts(p, err));
  MUSTER_TRY(read_optional(p, "treated", &d->treated, err));
  MUSTER_TRY(read_optional(p, "taken", &d->taken, err));
  MUSTER_TRY(read_covariates(p, err));
  MUSTER_TRY(muster_study_names(study, "by", read_grouping, p, err));
  MUSTER_TRY(list_periods(p, err));
  MUSTER_TRY(read_outcomes(p, blind, err));
  if (!blind) MUSTER_TRY(muster_study_names(study, "outcomes", read_placebo, p, err));
  const char *cluster = muster_part_text(p->panel, "cluster"), *time = muster_part_text(p->panel, "time"),
             *csv = muster_part_text(p->panel, "csv");
  d->unit_noun = "units";
  d->cluster_name = cluster ? muster_arena_copy(&d->arena, cluster, strlen(cluster)) : "";
  d->time_name = time ? muster_arena_copy(&d->arena, time, strlen(time)) : "";
  const char *slash = strrchr(csv, '/');
  d->source = muster_arena_printf(&d->arena, "%s", slash ? slash + 1 : csv);
  if (!d->cluster_name || !d->time_name || !d->source) return muster_fail_memory(err);
  muster_study_blind_digest(d);
  return MUSTER_OK;
}

muster_status muster_study_read_csv(const muster_study *study, const char *folder, bool blind, muster_study_data *data,
                                    muster_error *err) {
  *data = (muster_study_data){0};
  csv_panel p = {.panel = &study->panel, .d = data};
  const char *csv = muster_part_text(p.panel, "csv");
  p.path = muster_path_join(&data->arena, study->folder, csv);
  if (p.path && folder && !muster_is_file(p.path)) {
    const char *there = muster_path_join(&data->arena, folder, csv);
    if (there && muster_is_file(there)) p.path = there;
  }
  muster_status status = p.path ? read_table(&p, study, blind, err) : muster_fail_memory(err);
  muster_free(p.row);
  muster_free(p.texts);
  muster_table_free(&p.table);
  if (status != MUSTER_OK) muster_study_data_free(data);
  return status;
}
