/* muster pack info: the transparency record of a pack, and with DATA what it would have done there. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fit.h"
#include "pack_facts.h"
#include "terminal.h"
#include "tried.h"

typedef struct info_job {
  muster_opened opened;
  muster_pack *pack;
  muster_test_results results;
  bool tested;
  muster_trust trust;
  muster_provenance provenance;
  muster_tried recorded;
  bool has_record, stale, tailored;
  cli_data data; /* that it is tried on, when the call names some */
  muster_ruleset *set;
  muster_backtest backtest;
  muster_tried here;
  muster_arena arena;
} info_job;

/* A folder's signature as it is now; an installed pack's as it was found when it was opened. */
static muster_status signature_of(const cli_call *call, info_job *job, const char **signature, muster_error *err) {
  *signature = job->opened.signature;
  if (*signature) return MUSTER_OK;
  const char *trusted = muster_path_join(&job->arena, cli_packs_home(call), "trusted");
  if (!trusted) return muster_fail_memory(err);
  MUSTER_TRY(muster_trust_read(trusted, &job->trust, err));
  MUSTER_TRY(muster_provenance_look(job->opened.folder, &job->trust, &job->provenance, err));
  char text[200];
  *signature = muster_arena_printf(&job->arena, "%s", muster_provenance_format(&job->provenance, text, sizeof text));
  return *signature ? MUSTER_OK : muster_fail_memory(err);
}

/* The record, and whether it is of the rules as they are written, and as an overlay leaves them. */
static muster_status read_record(info_job *job, muster_error *err) {
  char written[MUSTER_DIGEST_TEXT], tailored[MUSTER_DIGEST_TEXT];
  MUSTER_TRY(muster_tried_read(job->opened.folder, &job->arena, &job->recorded, &job->has_record, err));
  MUSTER_TRY(muster_pack_verdicts(job->pack, written, err));
  job->stale = job->has_record && strcmp(job->recorded.rules, written) != 0;
  if (!job->opened.overlay) return MUSTER_OK;
  MUSTER_TRY(muster_pack_overlay(job->pack, job->opened.overlay, err));
  MUSTER_TRY(muster_pack_verdicts(job->pack, tailored, err));
  job->tailored = strcmp(written, tailored) != 0;
  return MUSTER_OK;
}

/* The same steps and outcome as those of the record, so that the two can be held against each other; over the latest
 * school year in the data. */
static muster_status backtest_options(const cli_call *call, const info_job *job, muster_backtest_options *options,
                                      muster_error *err) {
  const muster_register *reg = job->data.reg;
  if (reg->last_mark == MUSTER_NO_DATE) return muster_fail(err, MUSTER_DATA, "there are no marks to try the pack on");
  muster_date year = muster_date_of(muster_date_school_year(reg->last_mark), 8, 1);
  *options = (muster_backtest_options){
      .from = year > reg->first_mark ? year : reg->first_mark, .to = reg->last_mark, .progress = &call->progress};
  if (job->has_record) {
    muster_error unknown = {0}; /* another version of muster may have recorded what this one does not know */
    if (!muster_every_parse(muster_text_of(job->recorded.every), &options->every)) options->every = MUSTER_EVERY_WEEK;
    if (muster_outcome_parse(muster_text_of(job->recorded.outcome), &options->outcome, &unknown) != MUSTER_OK)
      options->outcome = MUSTER_OUTCOME_PERSISTENT;
  }
  return cli_jobs(call, &options->jobs, err);
}

static muster_status try_here(cli_call *call, info_job *job, muster_error *err) {
  const muster_manifest *m = muster_pack_manifest(job->pack);
  cli_data_needs needs = {.codes = m->codes, .code_count = m->code_count};
  muster_backtest_options options;
  MUSTER_TRY(cli_data_open(call, call->arguments[1], &needs, &job->data, err));
  MUSTER_TRY(backtest_options(call, job, &options, err));
  MUSTER_TRY(cli_pack_note_fit(job->pack, job->data.reg, options.to, err));
  MUSTER_TRY(muster_ruleset_make(&job->pack, 1, &job->data.reg->codes, &job->set, err));
  cli_stage(call, "replaying");
  MUSTER_TRY(muster_backtest_run(job->data.reg, job->set, &options, &job->backtest, err));
  return cli_tried_of(job->pack, call->arguments[1], job->data.reg, job->set, &job->backtest, &job->arena, &job->here,
                      err);
}

static muster_status put_facts(const cli_call *call, info_job *job, bool json, muster_error *err) {
  const char *signature;
  muster_pack_facts facts;
  MUSTER_TRY(signature_of(call, job, &signature, err));
  MUSTER_TRY(cli_pack_facts(job->pack, job->tested ? &job->results : NULL, signature, &job->arena, &facts, err));
  facts.tried = job->has_record ? &job->recorded : NULL;
  facts.tried_stale = job->stale;
  facts.tried_tailored = job->has_record && job->tailored;
  facts.here = job->set ? &job->here : NULL;
  muster_buf out;
  muster_buf_init(&out, 64 << 20);
  if (json)
    muster_facts_json(&facts, &out);
  else
    muster_facts_human(&facts, cli_colour(STDOUT_FILENO), &out);
  muster_status status = out.failed ? muster_fail_memory(err) : cli_put(out.at, out.n, err);
  muster_buf_free(&out);
  return status;
}

static muster_status do_info(cli_call *call, info_job *job, muster_error *err) {
  bool json;
  muster_limits limits;
  MUSTER_TRY(cli_lines_or_json(call, &json, err));
  static const char *const of_data[] = {"known-at", "source", "strict", "jobs", NULL};
  if (call->argument_count < 2) MUSTER_TRY(cli_refuse(call, of_data, "is about DATA, and there is none", err));
  MUSTER_TRY(cli_limits(call, &limits, err));
  MUSTER_TRY(cli_pack_find(call, call->arguments[0], &job->opened, err));
  MUSTER_TRY(
      cli_pack_load(&limits, false, &job->opened, &job->pack, err)); /* tests are of the pack as it was written */
  muster_test_options options = {.limits = &limits, .coverage = true};
  muster_status status = muster_pack_test(job->pack, &options, &job->results, err);
  job->tested = status == MUSTER_OK;
  if (status != MUSTER_OK && status != MUSTER_FAILED) return status; /* no tests are nothing to fail on here */
  MUSTER_TRY(read_record(job, err));
  if (call->argument_count > 1) MUSTER_TRY(try_here(call, job, err));
  return put_facts(call, job, json, err);
}

static muster_status run(cli_call *call, muster_error *err) {
  info_job job = {.pack = NULL};
  muster_status status = do_info(call, &job, err);
  muster_backtest_free(&job.backtest);
  muster_ruleset_free(job.set);
  cli_data_close(&job.data);
  muster_provenance_free(&job.provenance);
  muster_trust_free(&job.trust);
  muster_test_results_free(&job.results);
  muster_pack_free(job.pack);
  muster_opened_free(&job.opened);
  muster_arena_free(&job.arena);
  return status;
}

static const cli_option options[] = {CLI_PACKS_OPTION,
                                     CLI_UNSIGNED_OPTION,
                                     {"format", "FORM", "lines for people (default), or json"},
                                     CLI_RULE_LIMITS,
                                     CLI_KNOWN_AT,
                                     CLI_SOURCE,
                                     CLI_STRICT,
                                     CLI_JOBS,
                                     CLI_TIMINGS,
                                     CLI_HELP,
                                     CLI_END};

const cli_command cli_pack_info = {
    .name = "pack info",
    .arguments = "PACK [DATA]",
    .summary = "the transparency record of a pack: data, thresholds, authority, tests",
    .details =
        "Says which sessions and attributes the rules read, and among them personal characteristics; every threshold "
        "with its bounds and what it rests on; whom the rules are about; who signed the pack; how its tests end; and "
        "the recorded backtest, with precision, recall, lead and work by rule and group. What rules read is seen in "
        "their text. An installed pack is shown with its overlay applied. With DATA, the pack is also tried on the "
        "latest school year there, by the steps and the outcome of the record, and the two stand one below the other; "
        "for other dates, outcomes and groups, and for files, there is 'muster backtest'.",
    .examples =
        "  muster pack info rules/early-warning\n  muster pack info rules/early-warning trust/\n  muster pack info "
        "early-warning --format json",
    .options = options,
    .least = 1,
    .most = 2,
    .run = run,
};
