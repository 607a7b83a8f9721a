/* muster measure: absence measures by a definition. */
#include <stdio.h>
#include <string.h>

#include "data.h"
#include "muster/engine/compare.h"
#include "muster/engine/measures.h"
#include "terminal.h"

static const muster_column columns[] = {
    {"by", MUSTER_COLUMN_TEXT, true},
    {"id", MUSTER_COLUMN_TEXT, false},
    {"name", MUSTER_COLUMN_TEXT, false},
    {"pupils", MUSTER_COLUMN_COUNT, false},
    {"possible", MUSTER_COLUMN_COUNT, false},
    {"present", MUSTER_COLUMN_COUNT, true},
    {"approved", MUSTER_COLUMN_COUNT, true},
    {"authorised", MUSTER_COLUMN_COUNT, true},
    {"unauthorised", MUSTER_COLUMN_COUNT, true},
    {"absent", MUSTER_COLUMN_COUNT, false},
    {"late", MUSTER_COLUMN_COUNT, true},
    {"missing", MUSTER_COLUMN_COUNT, false},
    {"absence_rate", MUSTER_COLUMN_RATE, false},
    {"persistent", MUSTER_COLUMN_COUNT, false},
    {"persistent_rate", MUSTER_COLUMN_RATE, false},
    {"severe", MUSTER_COLUMN_COUNT, false},
    {"severe_rate", MUSTER_COLUMN_RATE, false},
    {"source", MUSTER_COLUMN_TEXT, true},
};

static void put_count(muster_sheet *sheet, int64_t count) {
  if (count < 0)
    muster_sheet_none(sheet);
  else
    muster_sheet_count(sheet, count);
}

static void put_rate(muster_sheet *sheet, int64_t part, int64_t whole) {
  if (part < 0 || whole <= 0)
    muster_sheet_none(sheet);
  else
    muster_sheet_number(sheet, (double)part / (double)whole);
}

/* What tells the lines of a mover apart: the school, and from when to when. */
static void put_enrolment(muster_sheet *sheet, const muster_register *reg, uint32_t enrolment) {
  const muster_pupil *pupil = &reg->pupils[enrolment];
  muster_text school = muster_school_name(reg, pupil->school);
  char first[MUSTER_DATE_TEXT], last[MUSTER_DATE_TEXT];
  muster_date_format(pupil->start, first), muster_date_format(pupil->end, last);
  muster_buf text;
  muster_buf_init(&text, 1 << 20);
  muster_buf_printf(&text, "%.*s%s%s%s%s", (int)school.n, school.at, *first ? " from " : "", first, *last ? " to " : "",
                    last);
  muster_sheet_text(sheet, text.failed ? school : (muster_text){text.at, text.n});
  muster_buf_free(&text);
}

static bool same_pupil(const muster_measure *a, const muster_measure *b) {
  return a->enrolment != MUSTER_NONE && b->enrolment != MUSTER_NONE && muster_text_equal(a->id, b->id);
}

static void put_measure(muster_sheet *sheet, const muster_register *reg, const char *by, const muster_measures *all,
                        size_t row, const char *source) {
  const muster_measure *m = &all->rows[row];
  muster_sheet_text(sheet, muster_text_of(by));
  muster_sheet_text(sheet, m->id);
  if ((row && same_pupil(m, m - 1)) || (row + 1 < all->count && same_pupil(m, m + 1)))
    put_enrolment(sheet, reg, m->enrolment);
  else
    muster_sheet_text(sheet, m->name);
  const int64_t counts[] = {m->pupils,       m->possible, m->present, m->approved, m->authorised,
                            m->unauthorised, m->absent,   m->late,    m->missing};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) put_count(sheet, counts[i]);
  put_rate(sheet, m->absent, m->possible);
  put_count(sheet, m->persistent);
  put_rate(sheet, m->persistent, m->pupils);
  put_count(sheet, m->severe);
  put_rate(sheet, m->severe, m->pupils);
  muster_sheet_text(sheet, muster_text_of(source));
}

/* A value of a condition: up to the next comma, or in double quotes as in CSV. Moves past it. False when what follows
 * the quotes is no comma, or they do not end. */
static bool take_value(const char **text, char *value) {
  const char *c = *text;
  size_t n = 0;
  if (*c == '"') {
    bool closed = false;
    for (c++; *c && !closed; c++) {
      closed = *c == '"' && c[1] != '"';
      if (*c == '"' && !closed) c++;
      if (!closed) value[n++] = *c;
    }
    while (*c == ' ') c++;
    if (!closed || (*c && *c != ',')) return false;
  } else {
    for (; *c && *c != ','; c++) value[n++] = *c;
  }
  value[n] = '\0';
  *text = c;
  return true;
}

/* "fsm=true,year_group=8" and repeated --where. */
static muster_status read_where(cli_call *call, muster_arena *arena, muster_where *where, size_t most, size_t *n,
                                muster_error *err) {
  *n = 0;
  for (size_t k = 0; cli_nth(call, "where", k); k++) {
    const char *text = cli_nth(call, "where", k);
    while (*text) {
      while (*text == ' ') text++;
      const char *from = text, *equals = strchr(text, '=');
      if (*n == most) return muster_fail(err, MUSTER_USAGE, "--where: more than %zu conditions", most);
      where[*n].name = equals ? muster_arena_copy(arena, text, (size_t)(equals - text)) : NULL;
      char *value = muster_arena_alloc(arena, strlen(text) + 1);
      if (!value || (equals && !where[*n].name)) return muster_fail_memory(err);
      if (equals) text = equals + 1;
      if (!equals || equals == from || memchr(from, ',', (size_t)(equals - from)) || !take_value(&text, value)) {
        muster_fail(err, MUSTER_USAGE, "--where: '%.*s' is not a condition", (int)strcspn(from, ","), from);
        muster_error_expected(err, "name=value, several separated by commas, such as fsm=true,year_group=8");
        muster_error_todo(err, "put a value that holds a comma in double quotes: --where 'house=\"North, upper\"'");
        return MUSTER_USAGE;
      }
      where[(*n)++].value = value;
      if (*text) text++;
    }
  }
  return MUSTER_OK;
}

/* The word in the column `by`: one for each way of saying the same. */
static const char *word_of(const char *by, muster_arena *arena) {
  char *word = muster_arena_copy(arena, by, strlen(by));
  for (char *c = word; c && *c; c++)
    if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
  if (word && strcmp(word, "school_id") == 0) return "school";
  return word && strcmp(word, "pupil_id") == 0 ? "pupil" : word;
}

static void note_what_was_measured(const muster_measures *m, const muster_definition *d, const char *period) {
  if (m->from_totals && m->periods > 1)
    cli_note("totals of %zu periods are added up, and numbers of pupils are left empty; --period NAME takes one",
             m->periods);
  if (m->suppressed)
    cli_note("%zu totals have no number of possible sessions and are left out of the sums", m->suppressed);
  if (m->from_totals && m->periods == 1) cli_note("totals of the period %.*s", (int)m->period.n, m->period.at);
  if (!m->from_totals && m->range.begin >= m->range.end)
    cli_note("nothing lies in the period '%s' of the school year up to the as-of date: nothing is counted", period);
  if (!m->from_totals && m->range.begin < m->range.end) {
    char first[MUSTER_DATE_TEXT], last[MUSTER_DATE_TEXT];
    cli_note("%s, sessions from %s to %s", d->title, muster_date_format(muster_session_date(m->range.begin), first),
             muster_date_format(muster_range_last(m->range), last));
  }
  if (m->left_out)
    cli_note(
        "%llu enrolment%s no pupil by the definition '%s': sessions of such are in the sums and rates here, and not in "
        "muster export, which is what publishers do",
        (unsigned long long)m->left_out, m->left_out == 1 ? " counts as" : "s count as", d->id);
}

/* ---- --compare dfe,chronic-us ---- */

static const muster_column difference_columns[] = {
    {"id", MUSTER_COLUMN_TEXT, false},
    {"school", MUSTER_COLUMN_TEXT, false},
    {"possible", MUSTER_COLUMN_COUNT, false},
    {"absent", MUSTER_COLUMN_COUNT, false},
    {"counted", MUSTER_COLUMN_COUNT, true},
    {"persistent", MUSTER_COLUMN_COUNT, false},
    {"severe", MUSTER_COLUMN_COUNT, false},
    {"other_possible", MUSTER_COLUMN_COUNT, true},
    {"other_absent", MUSTER_COLUMN_COUNT, true},
    {"other_counted", MUSTER_COLUMN_COUNT, true},
    {"other_persistent", MUSTER_COLUMN_COUNT, false},
    {"other_severe", MUSTER_COLUMN_COUNT, false},
    {"reason", MUSTER_COLUMN_TEXT, false},
};

static void put_side(muster_sheet *sheet, const muster_tally *t) {
  muster_sheet_count(sheet, (int64_t)t->possible);
  muster_sheet_count(sheet, (int64_t)muster_tally_absent(t));
  muster_sheet_count(sheet, (int64_t)t->pupils);
  muster_sheet_count(sheet, (int64_t)t->persistent);
  muster_sheet_count(sheet, (int64_t)t->severe);
}

static muster_sheet *difference_sheet(const muster_register *reg, const muster_comparison *c) {
  muster_sheet *sheet = muster_sheet_new(difference_columns, sizeof difference_columns / sizeof *difference_columns);
  for (size_t i = 0; sheet && i < c->count; i++) {
    muster_sheet_borrow(sheet, muster_pupil_id(reg, c->rows[i].pupil));
    muster_sheet_borrow(sheet, muster_school_id(reg, reg->pupils[c->rows[i].pupil].school));
    put_side(sheet, &c->rows[i].first);
    put_side(sheet, &c->rows[i].second);
    muster_sheet_borrow(sheet, muster_text_of(c->rows[i].reason));
  }
  return sheet;
}

static muster_status compare(cli_call *call, const char *pair, muster_error *err) {
  const char *comma = strchr(pair, ',');
  char first_id[40], second_id[40];
  if (!comma || comma == pair || !comma[1] || strchr(comma + 1, ',')) {
    muster_fail(err, MUSTER_USAGE, "--compare: '%s' is not a pair of definitions", pair);
    muster_error_expected(err, "two names, such as dfe,chronic-us");
    return MUSTER_USAGE;
  }
  snprintf(first_id, sizeof first_id, "%.*s", (int)(comma - pair), pair);
  snprintf(second_id, sizeof second_id, "%s", comma + 1);
  const muster_definition *first, *second;
  MUSTER_TRY(cli_definition(first_id, &first, err));
  MUSTER_TRY(cli_definition(second_id, &second, err));
  cli_data data;
  muster_comparison comparison = {0};
  muster_date as_of;
  const char *period = cli_value(call, "period");
  muster_status status = cli_data_open(call, call->arguments[0], NULL, &data, err);
  if (status == MUSTER_OK) status = cli_as_of(call, &data, &as_of, err);
  if (status == MUSTER_OK)
    status = muster_compare(data.reg, period ? period : "year", as_of, first, second, &comparison, err);
  if (status == MUSTER_OK) {
    muster_sheet *sheet = difference_sheet(data.reg, &comparison);
    status = sheet ? cli_put_sheet(call, sheet, err) : muster_fail_memory(err);
    muster_sheet_free(sheet);
    cli_note("%s: %llu of %llu persistent; %s: %llu of %llu; %zu enrolments differ", first->id,
             (unsigned long long)comparison.first.persistent, (unsigned long long)comparison.first.pupils, second->id,
             (unsigned long long)comparison.second.persistent, (unsigned long long)comparison.second.pupils,
             comparison.count);
  }
  muster_comparison_free(&comparison);
  cli_data_close(&data);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  if (cli_value(call, "compare")) return compare(call, cli_value(call, "compare"), err);
  muster_where where[32];
  muster_measure_query query = {
      .by = cli_value(call, "by"), .period = cli_value(call, "period"), .where = where, .progress = &call->progress};
  if (!query.by) {
    muster_fail(err, MUSTER_USAGE, "measure: --by is missing");
    muster_error_expected(err, "--by pupil, school, all, or an attribute such as year_group or fsm");
    return MUSTER_USAGE;
  }
  if (!query.period) query.period = "year";
  const char *definition = cli_value(call, "definition");
  MUSTER_TRY(cli_definition(definition ? definition : "dfe", &query.definition, err));
  MUSTER_TRY(cli_jobs(call, &query.jobs, err));
  MUSTER_TRY(cli_date(call, "as-of", MUSTER_NO_DATE, &query.as_of, err)); /* before anything is read */
  muster_form format;
  MUSTER_TRY(cli_format(call, &format, err));

  muster_arena words = {0};
  cli_data data = {0};
  muster_measures measures = {0};
  muster_sheet *sheet = NULL;
  muster_buf out;
  muster_buf_init(&out, SIZE_MAX / 2);
  query.by = word_of(query.by, &words);
  muster_status status =
      query.by ? read_where(call, &words, where, 32, &query.where_count, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) status = cli_data_open(call, call->arguments[0], NULL, &data, err);
  if (status == MUSTER_OK && data.reg->last_mark != MUSTER_NO_DATE) status = cli_as_of(call, &data, &query.as_of, err);
  cli_stage(call, "measuring");
  if (status == MUSTER_OK) status = muster_measure_run(data.reg, &query, &measures, err);
  if (status == MUSTER_OK) {
    char source[80];
    cli_data_source(&data, measures.from_totals, source);
    sheet = muster_sheet_new(columns, sizeof columns / sizeof *columns);
    if (!sheet) status = muster_fail_memory(err);
    if (sheet && format == MUSTER_FORM_CSV) muster_sheet_stream(sheet, &out); /* one row a pupil is long */
    for (size_t i = 0; status == MUSTER_OK && i < measures.count; i++)
      put_measure(sheet, data.reg, query.by, &measures, i, source);
    if (status == MUSTER_OK) note_what_was_measured(&measures, query.definition, query.period);
    cli_stage(call, "writing");
    if (status == MUSTER_OK) status = cli_put_streamed(call, sheet, &out, err);
  }
  muster_sheet_free(sheet);
  muster_measures_free(&measures);
  cli_data_close(&data);
  muster_arena_free(&words);
  return status;
}

static const cli_option options[] = {
    {"by", "WHAT", "pupil, school, all, or any attribute of pupils or schools (group, year_group, fsm, phase, ...)"},
    {"period", "WINDOW", "year (default: the latest school year), autumn, HT1, 2025-09-01..2025-12-19, ..."},
    {"where", "NAME=VALUE,...",
     "only those with these attribute values, or of this school or pupil; NAME=\"A, B\" for a value with a comma"},
    {"definition", "NAME", "whose rule for who counts and where the line is (default: dfe)"},
    {"compare", "NAME,NAME", "which pupils two definitions differ on, and why"},
    CLI_AS_OF,
    CLI_KNOWN_AT,
    CLI_SOURCE,
    CLI_STRICT,
    CLI_FORMAT,
    CLI_JOBS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_measure = {
    .name = "measure",
    .arguments = "DATA --by WHAT",
    .summary = "absence measures by the Department for Education's method",
    .details =
        "Counts sessions and pupils, pooled: rates are sums of sessions over sums of possible sessions. Persistent is "
        "10% or more of one's own possible sessions, severe 50% or more, by whole-number tests. The definition 'dfe' "
        "follows the school census: ages 5 to 15, without half term 6 for Year 11, without those who joined in half "
        "term 6; enrolments that it leaves out are listed by --by pupil with 0 pupils. 'plain' counts everybody and "
        "everything.",
    .examples =
        "  muster measure trust/ --by school\n"
        "  muster measure trust/ --by year_group --period autumn --where fsm=true\n"
        "  muster measure statistics/ --by local_authority --format csv",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
