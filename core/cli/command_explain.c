/* muster explain: why a pupil is flagged, or why not and how far away. */
#include <string.h>
#include <unistd.h>

#include "data.h"
#include "fit.h"
#include "isolated.h"
#include "memory.h"
#include "muster/report/explain.h"
#include "packs.h"
#include "terminal.h"

/* The rule of that name, in full or as in its pack. */
static muster_status find_rule(const muster_ruleset *set, const char *name, uint32_t *rule, muster_error *err) {
  *rule = MUSTER_NONE;
  if (!name) return MUSTER_OK;
  const char *names[256];
  size_t n = 0;
  for (uint32_t r = 0; r < set->rule_count; r++) {
    const char *id = set->rules[r].id, *slash = strrchr(id, '/');
    if (strcmp(id, name) == 0 || (slash && strcmp(slash + 1, name) == 0)) return *rule = r, MUSTER_OK;
    if (n < 255) names[n++] = slash ? slash + 1 : id;
  }
  names[n] = NULL;
  muster_fail(err, MUSTER_USAGE, "--rule: the pack has no rule '%s'", name);
  const char *near = muster_nearest(name, names);
  muster_buf list;
  muster_buf_init(&list, 1000);
  for (size_t i = 0; i < n && list.n < 160; i++) muster_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
  if (!list.failed && list.n) muster_error_expected(err, "one of %s", list.at);
  muster_buf_free(&list);
  if (near) muster_error_todo(err, "did you mean '%s'?", near);
  return MUSTER_USAGE;
}

typedef struct explain_job {
  cli_packs packs;
  cli_data data;
  cli_memory memory;
  muster_ruleset *set;
  muster_date as_of;
  muster_explanation explanation;
} explain_job;

static muster_status open_data(cli_call *call, void *context, const cli_data_needs *needs, muster_error *err) {
  explain_job *job = context;
  MUSTER_TRY(cli_data_open(call, call->arguments[1], needs, &job->data, err));
  MUSTER_TRY(cli_as_of(call, &job->data, &job->as_of, err));
  return job->data.is_store ? cli_memory_open(job->data.path, job->as_of, &job->memory, err) : MUSTER_OK;
}

static muster_status evaluate(cli_call *call, void *context, muster_error *err) {
  explain_job *job = context;
  bool json;
  MUSTER_TRY(cli_lines_or_json(call, &json, err));
  muster_explain_options options = {.rule = MUSTER_NONE, .as_of = job->as_of};
  MUSTER_TRY(cli_packs_fit(call, &job->packs, job->data.reg, job->as_of, err));
  MUSTER_TRY(cli_rules_make(call, &job->packs, job->data.reg, &job->set, err));
  MUSTER_TRY(find_rule(job->set, cli_value(call, "rule"), &options.rule, err));
  options.plans = job->data.is_store ? &job->memory.plans : NULL;
  muster_subject subject;
  MUSTER_TRY(
      muster_subject_of_pupil(job->data.reg, muster_text_of(cli_value(call, "pupil")), options.as_of, &subject, err));
  MUSTER_TRY(muster_explain(job->data.reg, job->set, &subject, &options, &job->explanation, err));
  muster_buf out;
  muster_buf_init(&out, 64 << 20);
  if (json)
    muster_explain_json(job->data.reg, job->set, &job->explanation, &out);
  else
    muster_explain_human(job->data.reg, job->set, &job->explanation, cli_colour(STDOUT_FILENO), &out);
  muster_status status = out.failed ? muster_fail_memory(err) : cli_put(out.at, out.n, err);
  muster_buf_free(&out);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  bool json;
  MUSTER_TRY(cli_lines_or_json(call, &json, err));
  if (!cli_value(call, "pupil")) {
    muster_fail(err, MUSTER_USAGE, "explain: --pupil is missing");
    muster_error_expected(err, "--pupil ID");
    return MUSTER_USAGE;
  }
  explain_job job = {0};
  const cli_pack_work work = {.packs = &job.packs, .data = &job.data, .open = open_data, .evaluate = evaluate};
  muster_status status = cli_pack_work_do(call, &work, &job, err);
  muster_explanation_free(&job.explanation);
  muster_ruleset_free(job.set);
  cli_memory_close(&job.memory);
  cli_data_close(&job.data);
  cli_packs_close(&job.packs);
  return status;
}

static const cli_option options[] = {
    CLI_AS_OF,
    {"pupil", "ID", "the pupil, as DATA names them (needed)"},
    {"rule", "ID", "only this rule (default: every rule of the pack that is about pupils)"},
    CLI_PACK_OPTIONS,
    CLI_ISOLATE_OPTIONS,
    CLI_KNOWN_AT,
    CLI_SOURCE,
    CLI_STRICT,
    {"format", "FORM", "lines for people (default), or json"},
    CLI_JOBS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_explain = {
    .name = "explain",
    .arguments = "PACK DATA --pupil ID",
    .summary = "why flagged, or why not and how far away",
    .details =
        "Shows the pupil's register of the last school weeks and, for each rule, what it asked and was answered, the "
        "sessions and codes that counted, and the distance: how many missed sessions would have had to be attended, "
        "the day it clears if every session is attended from now, or how many more missed sessions would reach it. "
        "Distances are found by asking the rule itself.",
    .examples =
        "  muster explain rules/early-warning trust/ --as-of 2025-11-28 --pupil P0001\n"
        "  muster explain rules/early-warning trust/ --pupil P0001 --rule persistent-absence --format json",
    .options = options,
    .least = 2,
    .most = 2,
    .run = run,
};
