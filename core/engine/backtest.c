/* A backtest: ticks and groups are laid out once, schools are replayed on any thread, whole-number counters are added
 * up. */
#include "muster/engine/backtest.h"

#include <stdlib.h>
#include <string.h>

#include "muster/engine/lifecycle.h"
#include "muster/register/lanes.h"
#include "replay.h"

enum { MOST_VALUES = 200 };

typedef struct testing {
  const muster_backtest_options *options;
  muster_replay_plan plan;
  muster_asker *askers;
  muster_counters *counters; /* one a worker */
  muster_backtest *out;
} testing;

/* ---- ticks ---- */

static uint16_t open_anywhere(const muster_register *reg, int32_t week, muster_range range) {
  uint16_t lane = 0;
  for (size_t s = 0; s < reg->school_count; s++) lane |= muster_open_lane(&reg->schools[s].open, week);
  return lane & muster_lane_mask(week, range);
}

static bool add_tick(muster_backtest *out, size_t *capacity, muster_date date, muster_date **ticks) {
  if (out->tick_count && (*ticks)[out->tick_count - 1] == date) return true;
  if (!muster_grow((void **)ticks, capacity, out->tick_count, sizeof **ticks)) return false;
  (*ticks)[out->tick_count++] = date;
  return true;
}

static bool week_ticks(const muster_register *reg, muster_backtest *out, size_t *capacity, muster_date **ticks) {
  muster_range range = muster_range_of(out->from, out->to);
  for (int32_t week = muster_week_of(out->from); week <= muster_week_of(out->to); week++) {
    uint16_t lane = open_anywhere(reg, week, range);
    if (!lane) continue;
    int last = (31 - __builtin_clz(lane)) / 2;
    for (int day = out->every == MUSTER_EVERY_DAY ? 0 : last; day <= last; day++)
      if (lane >> 2 * day & 3 && !add_tick(out, capacity, muster_week_monday(week) + day, ticks)) return false;
  }
  return true;
}

static bool half_term_ticks(const muster_register *reg, muster_backtest *out, size_t *capacity, muster_date **ticks) {
  for (size_t i = 0; i < reg->half_term_count; i++) {
    const muster_half_term *h = &reg->half_terms[i];
    muster_date end = h->end < out->to ? h->end : out->to;
    if (h->start <= out->to && end >= out->from && !add_tick(out, capacity, end, ticks)) return false;
  }
  return true;
}

static muster_status lay_ticks(const muster_register *reg, muster_backtest *out, muster_error *err) {
  muster_date *ticks = NULL;
  size_t capacity = 0;
  bool ok = out->every == MUSTER_EVERY_HALF_TERM ? half_term_ticks(reg, out, &capacity, &ticks)
                                                 : week_ticks(reg, out, &capacity, &ticks);
  if (ok) out->ticks = muster_arena_alloc(&out->arena, (out->tick_count + 1) * sizeof *out->ticks);
  if (ok && out->ticks && out->tick_count) memcpy(out->ticks, ticks, out->tick_count * sizeof *ticks);
  muster_free(ticks);
  if (!ok || !out->ticks) return muster_fail_memory(err);
  if (out->tick_count) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "no school is open between the two dates");
  muster_error_todo(err, "choose dates that the data covers");
  return MUSTER_USAGE;
}

static muster_status check_dates(const muster_backtest_options *options, muster_error *err) {
  char from[MUSTER_DATE_TEXT], to[MUSTER_DATE_TEXT];
  bool dates = options->from != MUSTER_NO_DATE && options->to != MUSTER_NO_DATE;
  if (dates && options->from <= options->to &&
      muster_date_school_year(options->from) == muster_date_school_year(options->to))
    return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "a backtest cannot go from \"%s\" to \"%s\"", muster_date_format(options->from, from),
              muster_date_format(options->to, to));
  muster_error_expected(err, "two dates of one school year, the earlier one first");
  return MUSTER_USAGE;
}

/* ---- groups ---- */

typedef struct value {
  const muster_map *texts;
  uint32_t number;
} value;

static int by_text(const void *a, const void *b) {
  const value *x = a, *y = b;
  muster_text s = muster_map_name(x->texts, x->number), t = muster_map_name(y->texts, y->number);
  if (s.n != t.n) return s.n < t.n ? -1 : 1;
  return muster_text_compare(s, t);
}

/* The values of a column in use, each once. @return how many; MOST_VALUES + 1 when there are too many */
static size_t values_of(const muster_register *reg, const muster_attribute *column, uint32_t *seen,
                        value values[MOST_VALUES]) {
  size_t n = 0;
  for (uint32_t p = 0; p < reg->pupil_count; p++) {
    uint32_t number = muster_attribute_number(column, p);
    if (number == MUSTER_NONE || seen[number] != MUSTER_NONE) continue;
    if (n == MOST_VALUES) return MOST_VALUES + 1;
    seen[number] = 0;
    values[n++] = (value){&reg->texts, number};
  }
  return n;
}

static muster_status add_groups(testing *t, const char *name, const muster_attribute *column,
                                muster_backtest_group **groups, size_t *capacity, muster_error *err) {
  const muster_register *reg = t->plan.reg;
  muster_backtest *out = t->out;
  if (t->plan.grouping_count == MUSTER_MOST_GROUPINGS)
    return muster_fail(err, MUSTER_USAGE, "more than %d attributes to group by", MUSTER_MOST_GROUPINGS);
  uint32_t *of = muster_arena_alloc(&out->arena, (reg->texts.count + 1) * sizeof *of);
  const char *kept = muster_arena_copy(&out->arena, name, strlen(name));
  if (!of || !kept) return muster_fail_memory(err);
  for (size_t i = 0; i < reg->texts.count; i++) of[i] = MUSTER_NONE;
  value values[MOST_VALUES];
  size_t n = values_of(reg, column, of, values);
  if (n > MOST_VALUES)
    return muster_fail(err, MUSTER_USAGE, "%s has more than %d values, too many to group by", name, MOST_VALUES);
  if (n) qsort(values, n, sizeof *values, by_text);
  for (size_t i = 0; i < n; i++) {
    if (!muster_grow((void **)groups, capacity, out->group_count, sizeof **groups)) return muster_fail_memory(err);
    muster_text text = muster_map_name(&reg->texts, values[i].number);
    char *copy = muster_arena_copy(&out->arena, text.at, text.n);
    if (!copy) return muster_fail_memory(err);
    of[values[i].number] = (uint32_t)out->group_count;
    (*groups)[out->group_count++] = (muster_backtest_group){kept, copy};
  }
  t->plan.groupings[t->plan.grouping_count] = column;
  t->plan.group_of[t->plan.grouping_count++] = of;
  return MUSTER_OK;
}

static muster_status lay_groups(testing *t, muster_error *err) {
  static const char *const usual[] = {"fsm", "sen", "sex", "ethnicity", NULL};
  const char *const *by = t->options->by ? t->options->by : usual;
  muster_backtest *out = t->out;
  muster_backtest_group *groups = NULL;
  size_t capacity = 0;
  muster_status status = MUSTER_OK;
  for (size_t i = 0; by[i] && status == MUSTER_OK; i++) {
    const muster_attribute *column = muster_attribute_find(&t->plan.reg->pupil_attributes, by[i]);
    if (column) {
      status = add_groups(t, by[i], column, &groups, &capacity, err);
    } else if (t->options->by) {
      status = muster_fail(err, MUSTER_USAGE, "pupils have no attribute \"%s\"", by[i]);
    }
  }
  if (status == MUSTER_OK) {
    out->groups = muster_arena_alloc(&out->arena, (out->group_count + 1) * sizeof *out->groups);
    if (!out->groups) status = muster_fail_memory(err);
  }
  if (status == MUSTER_OK && out->group_count) memcpy(out->groups, groups, out->group_count * sizeof *groups);
  muster_free(groups);
  t->plan.group_count = out->group_count;
  return status;
}

/* ---- schools ---- */

static muster_status replay_item(void *context, unsigned worker, size_t item, muster_error *err) {
  testing *t = context;
  const muster_register *reg = t->plan.reg;
  muster_progress_tell(t->options->progress, "replaying the year", item, reg->school_count);
  if (!reg->schools[item].count) return MUSTER_OK;
  MUSTER_TRY(muster_asker_open(&t->askers[worker], reg, t->plan.set, err));
  return muster_replay_school(&t->askers[worker], &t->plan, (uint32_t)item, &t->counters[worker], err);
}

static muster_status open_workers(testing *t, unsigned jobs, muster_error *err) {
  size_t lines = t->plan.set->rule_count + 2;
  t->askers = muster_alloc(jobs, sizeof *t->askers);
  t->counters = muster_alloc(jobs, sizeof *t->counters);
  if (!t->askers || !t->counters) return muster_fail_memory(err);
  for (unsigned j = 0; j < jobs; j++)
    MUSTER_TRY(muster_counters_open(&t->counters[j], lines, t->plan.group_count, t->plan.tick_count, err));
  return MUSTER_OK;
}

static void close_workers(testing *t, unsigned jobs) {
  for (unsigned j = 0; t->askers && j < jobs; j++) muster_asker_close(&t->askers[j]);
  for (unsigned j = 0; t->counters && j < jobs; j++) muster_counters_close(&t->counters[j]);
  muster_free(t->askers);
  muster_free(t->counters);
}

static muster_status lay_out(testing *t, muster_error *err) {
  muster_backtest *out = t->out;
  muster_replay_plan *plan = &t->plan;
  plan->year = muster_date_school_year(out->to);
  plan->to = out->to;
  MUSTER_TRY(muster_cases_of(plan->reg, out->outcome, plan->year, &plan->cases, err));
  MUSTER_TRY(lay_ticks(plan->reg, out, err));
  plan->ticks = out->ticks;
  plan->tick_count = out->tick_count;
  MUSTER_TRY(lay_groups(t, err));
  MUSTER_TRY(muster_casts_of(plan->reg, plan->set, &out->arena, &plan->casts, &plan->cast_count, err));
  for (size_t r = 0; r < plan->set->rule_count; r++)
    plan->any_daily |= !plan->set->rules[r].disabled && muster_rule_daily(&plan->set->rules[r]);
  return MUSTER_OK;
}

static muster_status report(testing *t, unsigned jobs, muster_error *err) {
  const muster_ruleset *set = t->plan.set;
  muster_backtest *out = t->out;
  for (unsigned j = 1; j < jobs; j++) muster_counters_add(&t->counters[0], &t->counters[j]);
  out->rule_count = set->rule_count;
  out->rules = muster_arena_alloc(&out->arena, (set->rule_count + 1) * sizeof *out->rules);
  if (!out->rules) return muster_fail_memory(err);
  for (size_t r = 0; r < set->rule_count; r++) {
    bool scored = set->rules[r].scope == MUSTER_SUBJECT_PUPIL && !set->rules[r].disabled;
    MUSTER_TRY(muster_counter_line(&t->counters[0], r, scored, &out->arena, &out->rules[r], err));
  }
  MUSTER_TRY(muster_counter_line(&t->counters[0], set->rule_count, true, &out->arena, &out->pack, err));
  return muster_counter_line(&t->counters[0], set->rule_count + 1, true, &out->arena, &out->threshold, err);
}

muster_status muster_backtest_run(const muster_register *reg, const muster_ruleset *set,
                                  const muster_backtest_options *options, muster_backtest *out, muster_error *err) {
  unsigned jobs = options->jobs ? options->jobs : 1;
  *out =
      (muster_backtest){.from = options->from, .to = options->to, .every = options->every, .outcome = options->outcome};
  testing t = {.options = options, .plan = {.reg = reg, .set = set}, .out = out};
  MUSTER_TRY(check_dates(options, err));
  muster_status status = lay_out(&t, err);
  if (status == MUSTER_OK) status = open_workers(&t, jobs, err);
  if (status == MUSTER_OK) status = muster_parallel(jobs, reg->school_count, replay_item, &t, err);
  if (status == MUSTER_OK) status = report(&t, jobs, err);
  close_workers(&t, jobs);
  if (status != MUSTER_OK) muster_backtest_free(out);
  return status;
}

void muster_backtest_free(muster_backtest *backtest) {
  muster_arena_free(&backtest->arena);
  *backtest = (muster_backtest){0};
}
