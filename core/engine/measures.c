/* Measures: enrolments are counted in parallel, school by school, and pooled in a fixed order. */
#include "muster/engine/measures.h"

#include <stdlib.h>
#include <string.h>

/* What a line of the answer is made from: where the subject's line is found. */
typedef enum by_kind { BY_PUPIL, BY_SCHOOL, BY_ALL, BY_PUPIL_ATTRIBUTE, BY_SCHOOL_ATTRIBUTE } by_kind;

typedef struct filter {
  enum { WHERE_ATTRIBUTE, WHERE_PUPIL, WHERE_SCHOOL } what;
  const muster_attribute *of_pupils, *of_schools;
  muster_text value;
} filter;

typedef struct job {
  const muster_register *reg;
  const muster_measure_query *query;
  const muster_definition *definition;
  by_kind by;
  const muster_attribute *attribute;
  filter *filters;
  muster_window window;
  muster_date as_of;
  size_t line_count;
  muster_view *views;    /* one a worker */
  muster_tally *tallies; /* pupils: one an enrolment; else one a school and line of it, see school_tally */
  uint32_t *lines;       /* the line of each tally, or MUSTER_NONE */
  size_t *school_first;  /* tallies of school s: school_first[s] .. school_first[s + 1] */
  muster_map texts;      /* attribute values in use -> lines */
  uint64_t *left_out;    /* one a school */
} job;

static bool matches(muster_text have, muster_text want) {
  if (muster_text_equal_nocase(have, want)) return true;
  if (muster_text_is_true(want) && muster_text_is_true(have)) return true;
  return muster_text_is_false(want) && muster_text_is_false(have);
}

static bool wanted(const job *j, uint32_t school, uint32_t pupil) {
  for (size_t i = 0; i < j->query->where_count; i++) {
    const filter *f = &j->filters[i];
    if (f->what != WHERE_ATTRIBUTE) {
      if (f->what == WHERE_PUPIL && pupil == MUSTER_NONE) return false;
      muster_text id = f->what == WHERE_PUPIL ? muster_pupil_id(j->reg, pupil) : muster_school_id(j->reg, school);
      if (!muster_text_equal(id, f->value)) return false;
      continue;
    }
    muster_text have = f->of_pupils && pupil != MUSTER_NONE ? muster_attribute_value(j->reg, f->of_pupils, pupil)
                                                            : muster_attribute_value(j->reg, f->of_schools, school);
    if (!matches(have, f->value)) return false;
  }
  return true;
}

static muster_status unknown_attribute(const muster_register *reg, const char *what, const char *name,
                                       muster_error *err) {
  const char *names[64] = {"pupil", "school", "all"};
  size_t n = strcmp(what, "--by") == 0 ? 3 : 2; /* nobody asks where all=... */
  for (size_t i = 0; i < reg->pupil_attributes.count && n < 63; i++) names[n++] = reg->pupil_attributes.columns[i].name;
  for (size_t i = 0; i < reg->school_attributes.count && n < 63; i++)
    names[n++] = reg->school_attributes.columns[i].name;
  names[n] = NULL;
  muster_fail(err, MUSTER_USAGE, "%s: there is no attribute '%s' in the data", what, name);
  char list[200] = "";
  for (size_t i = 0; i < n; i++)
    if (strlen(list) + strlen(names[i]) + 3 < sizeof list) strcat(strcat(list, i ? ", " : ""), names[i]);
  muster_error_expected(err, "one of %s", list);
  const char *near = muster_nearest(name, names);
  if (near) muster_error_todo(err, "did you mean '%s'?", near);
  return MUSTER_USAGE;
}

static bool is_name(const char *name, const char *one, const char *other) {
  muster_text text = muster_text_of(name);
  return muster_text_equal_nocase(text, muster_text_of(one)) || muster_text_equal_nocase(text, muster_text_of(other));
}

/* An attribute by its name alone, or as rules write it: pupil.attr.house, school.phase, attr.house. */
static void find_attribute(const muster_register *reg, const char *name, const muster_attribute **of_pupils,
                           const muster_attribute **of_schools) {
  static const struct {
    const char *prefix;
    bool pupils, schools;
  } ways[] = {{"", true, true},         {"attr.", true, true},    {"pupil.", true, false},
              {"pupil.attr.", true, 0}, {"school.", false, true}, {"school.attr.", false, true}};
  *of_pupils = *of_schools = NULL;
  for (size_t i = 0; i < sizeof ways / sizeof *ways && !*of_pupils && !*of_schools; i++) {
    size_t n = strlen(ways[i].prefix);
    if (strncmp(name, ways[i].prefix, n) != 0) continue;
    if (ways[i].pupils) *of_pupils = muster_attribute_find(&reg->pupil_attributes, name + n);
    if (ways[i].schools) *of_schools = muster_attribute_find(&reg->school_attributes, name + n);
  }
}

static muster_status read_by(job *j, muster_error *err) {
  const char *by = j->query->by;
  const muster_attribute *of_pupils, *of_schools;
  if (is_name(by, "all", "all")) return j->by = BY_ALL, MUSTER_OK;
  if (is_name(by, "school", "school_id")) return j->by = BY_SCHOOL, MUSTER_OK;
  if (is_name(by, "pupil", "pupil_id")) return j->by = BY_PUPIL, MUSTER_OK;
  find_attribute(j->reg, by, &of_pupils, &of_schools);
  j->by = of_pupils ? BY_PUPIL_ATTRIBUTE : BY_SCHOOL_ATTRIBUTE;
  j->attribute = of_pupils ? of_pupils : of_schools;
  return j->attribute ? MUSTER_OK : unknown_attribute(j->reg, "--by", by, err);
}

static muster_status read_filters(job *j, muster_error *err) {
  j->filters = muster_alloc(j->query->where_count, sizeof *j->filters);
  if (!j->filters) return muster_fail_memory(err);
  for (size_t i = 0; i < j->query->where_count; i++) {
    const muster_where *w = &j->query->where[i];
    filter *f = &j->filters[i];
    f->value = muster_text_of(w->value);
    f->what = WHERE_ATTRIBUTE;
    find_attribute(j->reg, w->name, &f->of_pupils, &f->of_schools);
    if (!f->of_pupils && !f->of_schools && is_name(w->name, "pupil", "pupil_id")) f->what = WHERE_PUPIL;
    if (!f->of_pupils && !f->of_schools && is_name(w->name, "school", "school_id")) f->what = WHERE_SCHOOL;
    if (f->what == WHERE_ATTRIBUTE && !f->of_pupils && !f->of_schools)
      return unknown_attribute(j->reg, "--where", w->name, err);
  }
  return MUSTER_OK;
}

/* ---- from marks ---- */

static uint32_t line_of(job *j, uint32_t school, uint32_t pupil) {
  switch (j->by) {
    case BY_ALL: return 0;
    case BY_SCHOOL: return school;
    case BY_PUPIL: return pupil;
    case BY_PUPIL_ATTRIBUTE: return muster_map_find(&j->texts, muster_attribute_value(j->reg, j->attribute, pupil));
    case BY_SCHOOL_ATTRIBUTE: return muster_map_find(&j->texts, muster_attribute_value(j->reg, j->attribute, school));
  }
  return MUSTER_NONE;
}

static muster_status make_lines(job *j, muster_error *err) {
  const muster_register *reg = j->reg;
  if (j->by == BY_ALL) return j->line_count = 1, MUSTER_OK;
  if (j->by == BY_SCHOOL) return j->line_count = reg->school_count, MUSTER_OK;
  if (j->by == BY_PUPIL) return j->line_count = reg->pupil_count, MUSTER_OK;
  size_t subjects = j->by == BY_PUPIL_ATTRIBUTE ? reg->pupil_count : reg->school_count;
  for (uint32_t i = 0; i < subjects; i++)
    if (muster_map_add(&j->texts, muster_attribute_value(reg, j->attribute, i), NULL) == MUSTER_NONE)
      return muster_fail_memory(err);
  j->line_count = j->texts.count;
  return MUSTER_OK;
}

/* One school: every wanted enrolment is measured; its counts stay in its own place, to be pooled in order afterwards.
 */
static muster_status count_school(void *context, unsigned worker, size_t s, muster_error *err) {
  (void)err;
  job *j = context;
  const muster_register *reg = j->reg;
  const muster_school *school = &reg->schools[s];
  muster_view *view = &j->views[worker];
  muster_range range = muster_window_range(reg, (uint32_t)s, &j->window, j->as_of, MUSTER_NO_DATE);
  for (uint32_t k = 0; k < school->count; k++) {
    uint32_t pupil = reg->by_school[school->first + k];
    if (!wanted(j, (uint32_t)s, pupil)) continue;
    muster_view_set(view, pupil, j->as_of);
    size_t at = school->first + k;
    j->tallies[at] = muster_view_measure(view, range, j->definition);
    j->lines[at] = line_of(j, (uint32_t)s, pupil);
    j->left_out[s] += j->tallies[at].possible > 0 && !j->tallies[at].pupils;
  }
  if (j->query->progress) muster_progress_tell(j->query->progress, "measuring", s + 1, reg->school_count);
  return MUSTER_OK;
}

static muster_measure measure_of(const muster_tally *t) {
  return (muster_measure){.pupils = (int64_t)t->pupils,
                          .possible = (int64_t)t->possible,
                          .present = (int64_t)t->present,
                          .approved = (int64_t)t->approved,
                          .authorised = (int64_t)t->authorised,
                          .unauthorised = (int64_t)t->unauthorised,
                          .absent = (int64_t)muster_tally_absent(t),
                          .late = (int64_t)t->late,
                          .illness = (int64_t)t->illness,
                          .missing = (int64_t)t->missing,
                          .persistent = (int64_t)t->persistent,
                          .severe = (int64_t)t->severe};
}

static void name_line(const job *j, size_t line, muster_measure *m) {
  const muster_register *reg = j->reg;
  switch (j->by) {
    case BY_ALL: m->id = MUSTER_TEXT("all"); break;
    case BY_SCHOOL:
      m->id = muster_school_id(reg, (uint32_t)line);
      if (reg->schools[line].name != MUSTER_NONE) m->name = muster_school_name(reg, (uint32_t)line);
      break;
    case BY_PUPIL: m->id = muster_pupil_id(reg, (uint32_t)line); break;
    default: m->id = muster_attribute_value(reg, j->attribute, 0); break;
  }
}

/* Numbers by size, then texts by bytes, then those without a value. */
static int by_id(const void *a, const void *b) {
  muster_text x = ((const muster_measure *)a)->id, y = ((const muster_measure *)b)->id;
  int64_t m, n;
  bool x_number = muster_text_int(x, &m), y_number = muster_text_int(y, &n);
  if (!x.n || !y.n) return (x.n == 0) - (y.n == 0);
  if (x_number != y_number) return x_number ? -1 : 1;
  if (x_number && m != n) return m < n ? -1 : 1;
  int order = muster_text_compare(x, y);
  uint32_t one = ((const muster_measure *)a)->enrolment, other = ((const muster_measure *)b)->enrolment;
  return order ? order : (one > other) - (one < other);
}

/* Texts of the answer must outlive the job: attribute values live in the register. */
static muster_text owned_by_register(const muster_register *reg, muster_text text) {
  uint32_t number = muster_map_find(&reg->texts, text);
  return number == MUSTER_NONE ? (muster_text){"", 0} : muster_map_name(&reg->texts, number);
}

static muster_status pool(job *j, muster_measures *out, muster_error *err) {
  const muster_register *reg = j->reg;
  muster_tally *sums = muster_alloc(j->line_count, sizeof *sums);
  bool *used = muster_alloc(j->line_count, sizeof *used);
  out->rows = muster_alloc(j->line_count, sizeof *out->rows);
  if (!sums || !used || !out->rows) {
    muster_free(sums);
    muster_free(used);
    return muster_fail_memory(err);
  }
  for (size_t i = 0; i < reg->pupil_count; i++) {
    uint32_t line = j->lines[i];
    if (line == MUSTER_NONE) continue;
    muster_tally_add(&sums[line], &j->tallies[i]);
    used[line] = true;
  }
  for (size_t line = 0; line < j->line_count; line++) {
    if (!used[line] && j->by != BY_ALL) continue;
    muster_measure *m = &out->rows[out->count++];
    *m = measure_of(&sums[line]);
    m->enrolment = j->by == BY_PUPIL ? (uint32_t)line : MUSTER_NONE;
    if (j->by == BY_PUPIL_ATTRIBUTE || j->by == BY_SCHOOL_ATTRIBUTE)
      m->id = owned_by_register(reg, muster_map_name(&j->texts, (uint32_t)line));
    else
      name_line(j, line, m);
  }
  for (size_t s = 0; s < reg->school_count; s++) out->left_out += j->left_out[s];
  muster_free(sums);
  muster_free(used);
  if (out->count) qsort(out->rows, out->count, sizeof *out->rows, by_id);
  return MUSTER_OK;
}

static muster_status from_marks(job *j, muster_measures *out, muster_error *err) {
  const muster_register *reg = j->reg;
  muster_status parsed = muster_window_parse(muster_text_of(j->query->period), &j->window, err);
  if (parsed != MUSTER_OK) {
    muster_error_where(err, "--period");
    return parsed;
  }
  MUSTER_TRY(make_lines(j, err));
  unsigned jobs = j->query->jobs ? j->query->jobs : 1;
  j->views = muster_alloc(jobs, sizeof *j->views);
  j->tallies = muster_alloc(reg->pupil_count, sizeof *j->tallies);
  j->lines = muster_alloc(reg->pupil_count, sizeof *j->lines);
  j->left_out = muster_alloc(reg->school_count, sizeof *j->left_out);
  if (!j->views || !j->tallies || !j->lines || !j->left_out) return muster_fail_memory(err);
  memset(j->lines, 0xFF, reg->pupil_count * sizeof *j->lines);
  muster_status status = MUSTER_OK;
  for (unsigned i = 0; i < jobs && status == MUSTER_OK; i++) status = muster_view_open(&j->views[i], reg, NULL, 0, err);
  if (status == MUSTER_OK) status = muster_parallel(jobs, reg->school_count, count_school, j, err);
  for (unsigned i = 0; i < jobs; i++) muster_view_close(&j->views[i]);
  MUSTER_TRY(status);
  if (reg->school_count) out->range = muster_window_range(reg, 0, &j->window, j->as_of, MUSTER_NO_DATE);
  return pool(j, out, err);
}

/* ---- from totals ---- */

/* "201819", "2018/19", "2018-19", "2018": the name of a school year. */
static bool is_year_name(muster_text t) {
  size_t digits = 0;
  for (size_t i = 0; i < t.n; i++) {
    if (t.at[i] >= '0' && t.at[i] <= '9')
      digits++;
    else if (i != 4 || (t.at[i] != '/' && t.at[i] != '-'))
      return false;
  }
  return digits == 4 || digits == 6;
}

/* Which periods of the totals are asked for: an exact name; "year": the latest school year where periods are years,
 * else all. */
static muster_status choose_period(const job *j, uint32_t *period, muster_measures *out, muster_error *err) {
  const muster_register *reg = j->reg;
  muster_text latest = {"", 0};
  bool years = true;
  muster_map periods = {0};
  for (size_t i = 0; i < reg->total_count; i++) {
    muster_text name = muster_map_name(&reg->texts, reg->totals[i].period);
    muster_map_add(&periods, name, NULL);
    years = years && is_year_name(name);
    if (muster_text_compare(name, latest) > 0) latest = name;
  }
  out->periods = periods.count;
  *period = MUSTER_NONE;
  muster_status status = MUSTER_OK;
  if (strcmp(j->query->period, "year") == 0) {
    if ((years || periods.count == 1) && latest.n) *period = muster_map_find(&reg->texts, latest);
  } else if (muster_map_find(&periods, muster_text_of(j->query->period)) != MUSTER_NONE) {
    *period = muster_map_find(&reg->texts, muster_text_of(j->query->period));
  } else {
    status = muster_fail(err, MUSTER_USAGE, "--period: the totals have no period '%s'", j->query->period);
    muster_error_expected(err, "one of %zu periods, the latest of which is '%.*s'", periods.count, (int)latest.n,
                          latest.at);
  }
  if (*period != MUSTER_NONE) {
    out->periods = 1;
    out->period = muster_map_name(&reg->texts, *period);
  }
  muster_map_free(&periods);
  return status;
}

static void add_known(int64_t *sum, int64_t value) { *sum = value < 0 || *sum < 0 ? -1 : *sum + value; }

static const muster_measure nothing_known = {
    .pupils = -1, .possible = -1, .authorised = -1, .unauthorised = -1, .absent = -1, .persistent = -1, .severe = -1};

static void add_total(muster_measure *m, const muster_total *t, bool pooled) {
  add_known(&m->possible, t->possible);
  add_known(&m->authorised, t->authorised);
  add_known(&m->unauthorised, t->unauthorised);
  add_known(&m->absent, t->absent);
  /* the pupils of one period are those of the next again */
  add_known(&m->pupils, pooled ? -1 : t->enrolments);
  add_known(&m->persistent, pooled ? -1 : t->persistent);
  add_known(&m->severe, pooled ? -1 : t->severe);
}

/* What is known of a line of totals. */
enum { NO_TOTAL, SUPPRESSED, KNOWN };

static muster_status from_totals(job *j, muster_measures *out, muster_error *err) {
  const muster_register *reg = j->reg;
  if (j->by == BY_PUPIL || j->by == BY_PUPIL_ATTRIBUTE) {
    muster_fail(err, MUSTER_USAGE, "--by %s: the data are totals without pupils", j->query->by);
    muster_error_expected(err, "--by school, --by all, or an attribute of the units");
    return MUSTER_USAGE;
  }
  uint32_t period;
  MUSTER_TRY(choose_period(j, &period, out, err));
  MUSTER_TRY(make_lines(j, err));
  out->from_totals = true;
  out->rows = muster_alloc(j->line_count, sizeof *out->rows);
  uint8_t *known = muster_alloc(j->line_count, sizeof *known);
  if (!out->rows || !known) {
    muster_free(known);
    return muster_fail_memory(err);
  }
  for (size_t i = 0; i < reg->total_count; i++) {
    const muster_total *t = &reg->totals[i];
    if ((period != MUSTER_NONE && t->period != period) || !wanted(j, t->school, MUSTER_NONE)) continue;
    uint32_t line = line_of(j, t->school, MUSTER_NONE);
    if (t->possible < 0) { /* left out of sums as the publisher leaves it out, and counted */
      out->suppressed++;
      if (known[line] == NO_TOTAL) known[line] = SUPPRESSED;
      continue;
    }
    known[line] = KNOWN;
    add_total(&out->rows[line], t, out->periods > 1);
  }
  for (size_t line = 0; line < j->line_count; line++) {
    if (known[line] == NO_TOTAL) continue;
    muster_measure m = known[line] == KNOWN ? out->rows[line] : nothing_known;
    m.present = m.approved = m.late = m.illness = m.missing = -1;
    m.enrolment = MUSTER_NONE;
    if (j->by == BY_SCHOOL_ATTRIBUTE)
      m.id = owned_by_register(reg, muster_map_name(&j->texts, (uint32_t)line));
    else
      name_line(j, line, &m);
    out->rows[out->count++] = m;
  }
  muster_free(known);
  if (out->count) qsort(out->rows, out->count, sizeof *out->rows, by_id);
  return MUSTER_OK;
}

muster_status muster_measure_run(const muster_register *reg, const muster_measure_query *query, muster_measures *out,
                                 muster_error *err) {
  *out = (muster_measures){0};
  job j = {
      .reg = reg, .query = query, .definition = query->definition ? query->definition : muster_definition_find("dfe")};
  j.as_of = query->as_of == MUSTER_NO_DATE ? reg->last_mark : query->as_of;
  bool marks = reg->first_mark != MUSTER_NO_DATE;
  if (!marks && !reg->total_count) {
    muster_fail(err, MUSTER_DATA, "there is nothing to measure");
    muster_error_expected(err, "marks, or totals in counts.csv");
    return MUSTER_DATA;
  }
  muster_status status = read_by(&j, err);
  if (status == MUSTER_OK) status = read_filters(&j, err);
  if (status == MUSTER_OK) status = marks ? from_marks(&j, out, err) : from_totals(&j, out, err);
  if (status == MUSTER_PACK)
    status = err ? (err->status = MUSTER_USAGE) : MUSTER_USAGE; /* a window came from the command line */
  muster_free(j.filters);
  muster_free(j.views);
  muster_free(j.tallies);
  muster_free(j.lines);
  muster_free(j.left_out);
  muster_map_free(&j.texts);
  if (status != MUSTER_OK) muster_measures_free(out);
  return status;
}

void muster_measures_free(muster_measures *measures) {
  muster_free(measures->rows);
  *measures = (muster_measures){0};
}
