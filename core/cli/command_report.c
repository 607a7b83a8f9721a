/* muster report: one page for the people who decide. */
#include <stdio.h>
#include <string.h>

#include "data.h"
#include "fit.h"
#include "isolated.h"
#include "memory.h"
#include "muster/report/page.h"
#include "packs.h"
#include "terminal.h"

/* The trust's name where all schools share one, else the only school's, else none. */
static const char *heading_of(const muster_register *reg) {
  if (reg->school_count == 1) return muster_school_name(reg, 0).at;
  const muster_attribute *trust = muster_attribute_find(&reg->school_attributes, "trust");
  muster_text first = muster_attribute_value(reg, trust, 0);
  for (uint32_t s = 1; s < reg->school_count; s++)
    if (!muster_text_equal(first, muster_attribute_value(reg, trust, s))) return NULL;
  return first.n ? first.at : NULL;
}

typedef struct report_job {
  cli_packs packs;
  cli_data data;
  cli_memory memory;
  muster_date as_of;
} report_job;

static muster_status write_page(cli_call *call, const report_job *job, const muster_ruleset *set, muster_error *err) {
  const cli_packs *packs = &job->packs;
  const cli_data *data = &job->data;
  const char *path = cli_value(call, "out");
  muster_run run = {0};
  muster_run_options options = {.as_of = job->as_of, .progress = &call->progress};
  options.plans = data->is_store ? &job->memory.plans : NULL;
  MUSTER_TRY(cli_jobs(call, &options.jobs, err));
  char source[80], rules[400] = "";
  cli_data_source(data, false, source);
  for (size_t i = 0; i < packs->count; i++) {
    const muster_manifest *m = muster_pack_manifest(packs->packs[i]);
    size_t n = strlen(rules);
    snprintf(rules + n, sizeof rules - n, "%s%s %s", i ? ", " : "", m->name, m->version);
  }
  int64_t least;
  MUSTER_TRY(cli_number(call, "least", 0, 1000000, 10, &least, err));
  const char *title = cli_value(call, "title");
  muster_page page = {.heading = title ? title : heading_of(data->reg),
                      .rules = rules,
                      .data_notes = source,
                      .least = (uint32_t)least,
                      .jobs = options.jobs,
                      .rows_rejected = data->ledger ? data->ledger->total.rejected : 0};
  muster_buf out;
  muster_buf_init(&out, 256 << 20);
  muster_status status = muster_run_rules(data->reg, set, &options, &run, err);
  cli_stage(call, "writing the page");
  size_t hidden = 0;
  if (status == MUSTER_OK) status = muster_page_write(&page, data->reg, set, &run, job->as_of, &out, &hidden, err);
  if (status == MUSTER_OK) status = muster_file_write(path, out.at, out.n, 0644, err);
  if (status == MUSTER_OK) cli_note("%s, %zu kB", path, out.n / 1000);
  if (status == MUSTER_OK && least < 2)
    cli_note("no small number is hidden: the page is for inside the school");
  else if (status == MUSTER_OK)
    cli_note("%zu figures hidden because they count fewer than %lld pupils, or to protect such a count", hidden,
             (long long)least);
  muster_buf_free(&out);
  muster_run_free(&run);
  return status;
}

static muster_status open_data(cli_call *call, void *context, const cli_data_needs *needs, muster_error *err) {
  report_job *job = context;
  MUSTER_TRY(cli_data_open(call, call->arguments[1], needs, &job->data, err));
  MUSTER_TRY(cli_as_of(call, &job->data, &job->as_of, err));
  return job->data.is_store ? cli_memory_open(job->data.path, job->as_of, &job->memory, err) : MUSTER_OK;
}

static muster_status evaluate(cli_call *call, void *context, muster_error *err) {
  report_job *job = context;
  muster_ruleset *set = NULL;
  MUSTER_TRY(cli_packs_fit(call, &job->packs, job->data.reg, job->as_of, err));
  MUSTER_TRY(cli_rules_make(call, &job->packs, job->data.reg, &set, err));
  muster_status status = write_page(call, job, set, err);
  muster_ruleset_free(set);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  if (!cli_value(call, "out")) {
    muster_fail(err, MUSTER_USAGE, "report: --out is missing");
    muster_error_expected(err, "--out report.html");
    return MUSTER_USAGE;
  }
  report_job job = {.as_of = MUSTER_NO_DATE};
  const cli_pack_work work = {.packs = &job.packs, .data = &job.data, .open = open_data, .evaluate = evaluate};
  muster_status status = cli_pack_work_do(call, &work, &job, err);
  cli_memory_close(&job.memory);
  cli_data_close(&job.data);
  cli_packs_close(&job.packs);
  return status;
}

static const cli_option options[] = {
    CLI_AS_OF,
    {"out", "FILE", "the page"},
    {"title", "TEXT", "whose page it is (default: the trust or school in the data)"},
    {"least", "N", "counts of 1 to N-1 pupils are hidden, and what gives them away (default 10; 0 hides nothing)"},
    CLI_PACK_OPTIONS,
    CLI_ISOLATE_OPTIONS,
    CLI_KNOWN_AT,
    CLI_SOURCE,
    CLI_STRICT,
    CLI_JOBS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_report = {
    .name = "report",
    .arguments = "PACK DATA --as-of DATE --out report.html",
    .summary = "one page for the people who decide",
    .details =
        "One HTML file without names of pupils: what to know this week, every school with its last weeks, "
        "disadvantaged pupils, what the rules found, questions, definitions. It opens from anywhere, prints on A4 and "
        "asks the network for nothing. Counts of few pupils are written as 'c', as muster export does, and so is what "
        "they could be worked out from: the page may leave the school. With --least 0 it shows everything and should "
        "not.",
    .examples = "  muster report rules/early-warning trust/ --as-of 2025-11-28 --out report.html",
    .options = options,
    .least = 2,
    .most = 2,
    .run = run,
};
