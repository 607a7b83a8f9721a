/* muster test: a pack's own tests. */
#include <string.h>
#include <unistd.h>

#include "isolated.h"
#include "muster/report/tests.h"
#include "terminal.h"

typedef enum test_format { TESTS_HUMAN, TESTS_TAP, TESTS_JUNIT } test_format;

static muster_status read_format(const cli_call *call, test_format *format, muster_error *err) {
  const char *name = cli_value(call, "format");
  *format = TESTS_HUMAN;
  if (!name || strcmp(name, "table") == 0) return MUSTER_OK;
  if (strcmp(name, "tap") == 0) return *format = TESTS_TAP, MUSTER_OK;
  if (strcmp(name, "junit") == 0) return *format = TESTS_JUNIT, MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "--format: '%s' is not a format of test results", name);
  muster_error_expected(err, "tap or junit");
  return MUSTER_USAGE;
}

static muster_status show(const cli_call *call, const char *name, test_format format,
                          const muster_test_results *results, muster_error *err) {
  muster_buf out;
  muster_buf_init(&out, 256 << 20);
  muster_tested_case *cases = muster_alloc(results->case_count, sizeof *cases);
  muster_tested_rule *rules = muster_alloc(results->coverage_count, sizeof *rules);
  muster_status status = cases && rules ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    for (size_t i = 0; i < results->case_count; i++) {
      const muster_case *c = &results->cases[i];
      cases[i] = (muster_tested_case){c->file, c->rule, c->name, c->difference, c->line, c->passed};
    }
    for (size_t i = 0; i < results->coverage_count; i++) {
      const muster_coverage *c = &results->coverage[i];
      rules[i] = (muster_tested_rule){c->rule, c->cases, c->fires, c->silent, c->no_boundary};
    }
    if (format == TESTS_TAP)
      muster_tests_tap(cases, results->case_count, &out);
    else if (format == TESTS_JUNIT)
      muster_tests_junit(name, cases, results->case_count, &out);
    else
      muster_tests_human(name, cases, results->case_count, cli_colour(STDOUT_FILENO), &out);
    if (cli_flag(call, "coverage")) {
      muster_buf lines;
      muster_buf_init(&lines, 1 << 20);
      size_t lacking = muster_tests_coverage(rules, results->coverage_count, &lines);
      if (format == TESTS_HUMAN)
        muster_buf_add(&out, lines.at, lines.n);
      else
        cli_note("%s", lines.at);
      muster_buf_free(&lines);
      if (lacking) status = muster_fail(err, MUSTER_FAILED, "%zu rules are not covered by tests", lacking);
    }
    muster_error first = err ? *err : (muster_error){0};
    muster_status written = out.failed ? muster_fail_memory(err) : cli_put(out.at, out.n, err);
    if (written != MUSTER_OK)
      status = written;
    else if (status != MUSTER_OK && err)
      *err = first;
  }
  muster_free(cases);
  muster_free(rules);
  muster_buf_free(&out);
  return status;
}

typedef struct test_job {
  cli_packs packs;
  test_format format;
  muster_limits limits;
} test_job;

static muster_status evaluate(cli_call *call, void *context, muster_error *err) {
  test_job *job = context;
  muster_test_results results = {0};
  muster_test_options options = {
      .limits = &job->limits, .coverage = cli_flag(call, "coverage"), .rule = cli_value(call, "rule")};
  muster_status status = muster_pack_test(job->packs.packs[0], &options, &results, err);
  if (status == MUSTER_OK) {
    status = show(call, muster_pack_manifest(job->packs.packs[0])->name, job->format, &results, err);
    if (status == MUSTER_OK && results.failed)
      status = muster_fail(err, MUSTER_FAILED, "%zu of %zu cases failed", results.failed, results.case_count);
  }
  muster_test_results_free(&results);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  test_job job = {.format = TESTS_HUMAN};
  MUSTER_TRY(read_format(call, &job.format, err));
  MUSTER_TRY(cli_limits(call, &job.limits, err));
  const cli_pack_work work = {.packs = &job.packs, .as_written = true, .evaluate = evaluate};
  muster_status status = cli_pack_work_do(call, &work, &job, err);
  cli_packs_close(&job.packs);
  return status;
}

static const cli_option options[] = {
    {"rule", "ID", "only the cases of this rule"},
    {"coverage", NULL, "fail unless every rule has a firing, a silent and a boundary case"},
    {"format", "FORM", "tap or junit (default: lines for people)"},
    CLI_PACKS_OPTION,
    CLI_UNSIGNED_OPTION,
    CLI_PACK_TAILORING,
    CLI_ISOLATE_OPTIONS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_test = {
    .name = "test",
    .arguments = "PACK",
    .summary = "run the pack's own tests",
    .details =
        "Runs every case on its typed marks, twice, in interpreters with different hash seeds. A failing case shows "
        "what differs field by field, and the register with the session that matters. Nothing to run is a failure.",
    .examples = "  muster test rules/early-warning\n  muster test my-pack --coverage --format junit > results.xml",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
