/* muster backtest, muster sweep: what the rules would have said, and how often they would have been right. */
#include <stdio.h>
#include <string.h>

#include "data.h"
#include "fit.h"
#include "isolated.h"
#include "muster/report/backtest.h"
#include "packs.h"
#include "terminal.h"
#include "tried.h"

typedef struct replay {
  cli_packs packs;
  cli_data data;
  muster_backtest_options options;
  const char *by[17];
  muster_arena arena;
} replay;

/* "fsm,sen": attributes whose groups are scored apart. */
static muster_status read_by(cli_call *call, replay *r, muster_error *err) {
  const char *text = cli_value(call, "by");
  size_t n = 0;
  for (; text && *text; text += strcspn(text, ","), text += *text == ',') {
    if (n == 16) return muster_fail(err, MUSTER_USAGE, "--by: more than 16 attributes");
    r->by[n] = muster_arena_copy(&r->arena, text, strcspn(text, ","));
    if (!r->by[n]) return muster_fail_memory(err);
    if (!muster_attribute_find(&r->data.reg->pupil_attributes, r->by[n]))
      return muster_fail(err, MUSTER_USAGE, "--by: pupils have no attribute '%s'", r->by[n]);
    n++;
  }
  r->options.by = text ? r->by : NULL;
  return MUSTER_OK;
}

static muster_status read_options(cli_call *call, replay *r, muster_error *err) {
  const muster_register *reg = r->data.reg;
  muster_date last = reg->last_mark;
  if (last == MUSTER_NO_DATE) return muster_fail(err, MUSTER_DATA, "there are no marks to replay");
  muster_date first = muster_date_of(muster_date_school_year(last), 8, 1);
  MUSTER_TRY(cli_date(call, "to", last, &r->options.to, err));
  if (cli_value(call, "to")) first = muster_date_of(muster_date_school_year(r->options.to), 8, 1);
  MUSTER_TRY(cli_date(call, "from", first > reg->first_mark ? first : reg->first_mark, &r->options.from, err));
  const char *every = cli_value(call, "every"), *outcome = cli_value(call, "outcome");
  if (every && !muster_every_parse(muster_text_of(every), &r->options.every)) {
    muster_fail(err, MUSTER_USAGE, "--every: '%s' is not a step", every);
    muster_error_expected(err, "week, day or half-term");
    return MUSTER_USAGE;
  }
  if (outcome) MUSTER_TRY(muster_outcome_parse(muster_text_of(outcome), &r->options.outcome, err));
  MUSTER_TRY(cli_jobs(call, &r->options.jobs, err));
  r->options.progress = &call->progress;
  return read_by(call, r, err);
}

static muster_status open_data(cli_call *call, void *context, const cli_data_needs *needs, muster_error *err) {
  replay *r = context;
  MUSTER_TRY(cli_data_open(call, call->arguments[1], needs, &r->data, err));
  return read_options(call, r, err);
}

static void close_replay(replay *r) {
  cli_data_close(&r->data);
  cli_packs_close(&r->packs);
  muster_arena_free(&r->arena);
}

/* ---- backtest ---- */

static muster_status write_sheet(const char *folder, const char *name, int mode, muster_sheet *sheet,
                                 muster_error *err) {
  muster_sheet_file file;
  muster_status status = muster_sheet_begin(&file, folder, name, mode, err);
  if (status == MUSTER_OK) status = muster_sheet_save(&file, sheet, err);
  muster_sheet_free(sheet);
  return status;
}

static muster_status draw(const char *folder, const muster_ruleset *set, const muster_backtest *backtest,
                          muster_error *err) {
  muster_arena arena = {0};
  muster_chart chart;
  const char *charts = muster_path_join(&arena, folder, "charts"),
             *path = muster_path_join(&arena, folder, "charts/rules.png");
  muster_status status = charts && path ? muster_folder_make(charts, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE, .format = MUSTER_FORMAT_PNG};
    status = muster_backtest_chart(&chart, set, backtest, &arena, err);
    if (status == MUSTER_OK) status = muster_chart_save(&chart, &output, path, err);
    muster_chart_free(&chart);
  }
  muster_arena_free(&arena);
  return status;
}

/* groups.csv is for those who may see the register: it hides nothing. */
static void note_few(const muster_ruleset *set, const muster_backtest *b) {
  for (size_t r = 0; r < b->rule_count; r++)
    for (size_t g = 0; !set->rules[r].disabled && b->rules[r].scored && g < b->group_count; g++) {
      if (!cli_tried_few(&b->rules[r].groups[g])) continue;
      cli_note(
          "groups.csv counts fewer than %d pupils of some groups, and is not to be passed on; what --record keeps "
          "leaves them out",
          MUSTER_TRIED_LEAST);
      return;
    }
}

static muster_status write_backtest(cli_call *call, const replay *r, const char *folder, const muster_ruleset *set,
                                    const muster_backtest *b, muster_error *err) {
  char source[MUSTER_SOURCE_TEXT];
  cli_data_source(&r->data, false, source);
  MUSTER_TRY(muster_folder_make(folder, err));
  MUSTER_TRY(write_sheet(folder, "rules.csv", 0644, muster_backtest_rules_sheet(set, b, source), err));
  MUSTER_TRY(write_sheet(folder, "weeks.csv", 0644, muster_backtest_ticks_sheet(set, b), err));
  MUSTER_TRY(write_sheet(folder, "groups.csv", 0600, muster_backtest_groups_sheet(set, b), err));
  if (b->pack.all.hits || b->threshold.all.hits) MUSTER_TRY(draw(folder, set, b, err));
  if (cli_value(call, "record"))
    MUSTER_TRY(cli_tried_write(folder, cli_value(call, "record"), r->packs.packs[0], r->data.reg, set, b, err));
  muster_sheet *sheet = muster_backtest_rules_sheet(set, b, source);
  if (!sheet) return muster_fail_memory(err);
  muster_status status = cli_put_sheet(call, sheet, err);
  muster_sheet_free(sheet);
  MUSTER_TRY(status);
  char from[MUSTER_DATE_TEXT], to[MUSTER_DATE_TEXT];
  cli_note("%zu dates from %s to %s, outcome: %s; %llu of %llu cases had it. Written to %s", b->tick_count,
           muster_date_format(b->from, from), muster_date_format(b->to, to), muster_outcome_text(b->outcome),
           (unsigned long long)b->pack.all.positives, (unsigned long long)b->pack.all.cases, folder);
  note_few(set, b);
  return MUSTER_OK;
}

static muster_status evaluate_backtest(cli_call *call, void *context, muster_error *err) {
  replay *r = context;
  muster_ruleset *set = NULL;
  muster_backtest backtest = {0};
  muster_status status = cli_packs_fit(call, &r->packs, r->data.reg, r->options.to, err);
  if (status == MUSTER_OK) status = cli_rules_make(call, &r->packs, r->data.reg, &set, err);
  cli_stage(call, "replaying");
  if (status == MUSTER_OK) status = muster_backtest_run(r->data.reg, set, &r->options, &backtest, err);
  cli_stage(call, "writing");
  if (status == MUSTER_OK) status = write_backtest(call, r, cli_value(call, "out"), set, &backtest, err);
  muster_backtest_free(&backtest);
  muster_ruleset_free(set);
  return status;
}

static muster_status run_backtest(cli_call *call, muster_error *err) {
  muster_form form;
  MUSTER_TRY(cli_format(call, &form, err));
  if (!cli_value(call, "out")) {
    muster_fail(err, MUSTER_USAGE, "backtest: --out is missing");
    muster_error_expected(err, "--out DIR, where rules.csv, weeks.csv, groups.csv and the chart go");
    return MUSTER_USAGE;
  }
  MUSTER_TRY(cli_tried_possible(call, err));
  replay r = {0};
  const cli_pack_work work = {.packs = &r.packs, .data = &r.data, .open = open_data, .evaluate = evaluate_backtest};
  muster_status status = cli_pack_work_do(call, &work, &r, err);
  if (status == MUSTER_OK && cli_value(call, "record"))
    status = cli_tried_keep(cli_value(call, "out"), call->arguments[0], err);
  close_replay(&r);
  return status;
}

#define REPLAY_OPTIONS                                                                                     \
  {"from", "DATE", "first day (default: the first of the school year with marks)"},                        \
      {"to", "DATE", "last day (default: the last day with a mark)"},                                      \
      {"every", "STEP", "week (default), day or half-term"},                                               \
      {"outcome", "NAME", "persistent (default), severe, ten-sessions-next-half-term or unauthorised-10"}, \
      {"by", "NAME,...", "groups scored apart (default: fsm, sen, sex, ethnicity)"}, CLI_PACK_OPTIONS,     \
      CLI_ISOLATE_OPTIONS, CLI_KNOWN_AT, CLI_SOURCE, CLI_STRICT, CLI_FORMAT, CLI_JOBS, CLI_TIMINGS, CLI_HELP, CLI_END

static const cli_option backtest_options[] = {{"out", "DIR", "where rules.csv, weeks.csv, groups.csv and the chart go"},
                                              {"record", "TEXT", "keep the result in the pack; TEXT says what DATA is"},
                                              REPLAY_OPTIONS};

const cli_command cli_backtest = {
    .name = "backtest",
    .arguments = "PACK DATA --from DATE --to DATE --outcome NAME --out DIR",
    .summary = "replay rules over past dates, and score them",
    .details =
        "Steps through the school year seeing nothing after each date, through the same lifecycle as live runs, and "
        "compares what was flagged with what came of it: precision, recall, lead time in school days, new findings a "
        "week, all of it by group, beside a plain 10% threshold and chance. 'alone' is what the pack would miss "
        "without a rule. --record keeps the result in the pack's folder as backtest.json, to be signed with it and "
        "shown by 'muster pack info'.",
    .examples =
        "  muster backtest rules/early-warning trust/ --from 2025-09-01 --to 2026-07-17 --outcome persistent --out "
        "backtest/",
    .options = backtest_options,
    .least = 2,
    .most = 2,
    .run = run_backtest,
};

/* ---- sweep ---- */

enum { MOST_VALUES = 64 };

typedef struct sweeping {
  cli_call *call;
  replay *replay;
  const char *name; /* "rule.param" */
  const char *values[MOST_VALUES];
  size_t count;
  muster_ruleset *set;
} sweeping;

static muster_status make_set(void *context, size_t value, const muster_ruleset **set, muster_error *err) {
  sweeping *s = context;
  muster_arena arena = {0};
  const char *setting = muster_arena_printf(&arena, "%s=%s", s->name, s->values[value]);
  muster_status status = setting ? muster_pack_set(s->replay->packs.packs[0], setting, err) : muster_fail_memory(err);
  muster_arena_free(&arena);
  MUSTER_TRY(status);
  MUSTER_TRY(cli_rules_make(s->call, &s->replay->packs, s->replay->data.reg, &s->set, err));
  *set = s->set;
  return MUSTER_OK;
}

static void done_set(void *context, const muster_ruleset *set) {
  (void)set;
  sweeping *s = context;
  muster_ruleset_free(s->set);
  s->set = NULL;
}

/* "rule.param=a,b,c" */
static muster_status read_param(cli_call *call, sweeping *s, muster_arena *arena, muster_error *err) {
  const char *text = cli_value(call, "param"), *equals = text ? strchr(text, '=') : NULL;
  if (!equals || equals == text || !equals[1]) {
    muster_fail(err, MUSTER_USAGE, "sweep: --param is missing or not of its form");
    muster_error_expected(err, "--param rule.param=a,b,c");
    return MUSTER_USAGE;
  }
  s->name = muster_arena_copy(arena, text, (size_t)(equals - text));
  for (const char *at = equals + 1; *at; at += strcspn(at, ","), at += *at == ',') {
    if (s->count == MOST_VALUES) return muster_fail(err, MUSTER_USAGE, "--param: more than %d values", MOST_VALUES);
    s->values[s->count++] = muster_arena_copy(arena, at, strcspn(at, ","));
  }
  return s->name && s->values[s->count - 1] ? MUSTER_OK : muster_fail_memory(err);
}

/* The full id of the rule whose parameter is tried, as the engine has it; NULL where it is the pack's own. */
static muster_status rule_of(const muster_pack *pack, const char *param, muster_arena *arena, const char **rule,
                             muster_error *err) {
  const char *name = muster_pack_manifest(pack)->name, *dot = strrchr(param, '.'), *slash = strchr(param, '/');
  size_t rules, n = dot ? (size_t)(dot - param) : 0;
  const muster_rule_info *info = muster_pack_rules(pack, &rules);
  *rule = NULL;
  if (slash && (size_t)(slash - param) < n) n -= (size_t)(slash + 1 - param), param = slash + 1;
  for (size_t i = 0; i < rules; i++) {
    if (strlen(info[i].id) != n || strncmp(info[i].id, param, n) != 0) continue;
    *rule = muster_arena_printf(arena, "%s/%s", name, info[i].id);
    return *rule ? MUSTER_OK : muster_fail_memory(err);
  }
  return MUSTER_OK;
}

static muster_status evaluate_sweep(cli_call *call, void *context, muster_error *err) {
  replay *r = context;
  sweeping s = {.call = call, .replay = r};
  muster_sweep sweep = {0};
  muster_sheet *sheet = NULL;
  muster_status status = read_param(call, &s, &r->arena, err);
  muster_run_options run = {.jobs = r->options.jobs, .progress = &call->progress};
  muster_sweep_options options = {
      .value_count = s.count, .make = make_set, .done = done_set, .context = &s, .backtest = &r->options};
  if (status == MUSTER_OK && cli_value(call, "as-of")) {
    status = cli_as_of(call, &r->data, &run.as_of, err);
    options.backtest = NULL;
    options.run = &run;
  }
  if (status == MUSTER_OK)
    status = cli_packs_fit(call, &r->packs, r->data.reg, options.run ? run.as_of : r->options.to, err);
  if (status == MUSTER_OK) {
    cli_stage(call, "sweeping");
    status = rule_of(r->packs.packs[0], s.name, &r->arena, &options.rule, err);
    if (status == MUSTER_OK) status = muster_sweep_run(r->data.reg, &options, &sweep, err);
  }
  if (status == MUSTER_OK) {
    char source[MUSTER_SOURCE_TEXT];
    cli_data_source(&r->data, false, source);
    sheet = muster_sweep_sheet(s.values, &sweep, source);
    status = sheet ? cli_put_sheet(call, sheet, err) : muster_fail_memory(err);
  }
  muster_sheet_free(sheet);
  muster_sweep_free(&sweep);
  return status;
}

static muster_status run_sweep(cli_call *call, muster_error *err) {
  static const char *const of_backtest[] = {"from", "to", "every", "outcome", "by", NULL};
  replay r = {0};
  muster_form form;
  sweeping wanted = {.count = 0};
  muster_status readable = read_param(call, &wanted, &r.arena, err); /* before the data is read */
  muster_arena_free(&r.arena);
  MUSTER_TRY(readable);
  if (cli_value(call, "as-of"))
    MUSTER_TRY(cli_refuse(call, of_backtest, "is about a backtest, and with --as-of there is one run", err));
  MUSTER_TRY(cli_format(call, &form, err));
  const cli_pack_work work = {.packs = &r.packs, .data = &r.data, .open = open_data, .evaluate = evaluate_sweep};
  muster_status status = cli_pack_work_do(call, &work, &r, err);
  close_replay(&r);
  return status;
}

static const cli_option sweep_options[] = {
    {"param", "RULE.PARAM=A,B,C", "the parameter and the values to try"},
    {"as-of", "DATE", "one run at this date for each value, in place of a backtest"},
    REPLAY_OPTIONS};

const cli_command cli_sweep = {
    .name = "sweep",
    .arguments = "PACK DATA --param RULE.PARAM=A,B,C",
    .summary = "caseload and accuracy for each value of a parameter",
    .details =
        "A backtest for each value (or one run with --as-of): how many findings a week your staff would have met, and "
        "how many of the pupils who came to the outcome would have been seen. Choose the threshold that you can serve.",
    .examples =
        "  muster sweep rules/early-warning trust/ --param broken-weeks.weeks=1,2,3,4\n"
        "  muster sweep rules/early-warning trust/ --param unauthorised-ten.sessions=6,8,10 --as-of 2025-11-28",
    .options = sweep_options,
    .least = 2,
    .most = 2,
    .run = run_sweep,
};
