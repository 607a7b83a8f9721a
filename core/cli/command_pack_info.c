/* muster pack info: the transparency record of a pack. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pack_facts.h"
#include "terminal.h"

typedef struct info_job {
  muster_opened opened;
  muster_pack *pack;
  muster_test_results results;
  bool tested;
  muster_trust trust;
  muster_provenance provenance;
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

static muster_status put_facts(const cli_call *call, info_job *job, muster_form form, muster_error *err) {
  const char *signature;
  muster_pack_facts facts;
  MUSTER_TRY(signature_of(call, job, &signature, err));
  MUSTER_TRY(cli_pack_facts(job->pack, job->tested ? &job->results : NULL, signature, &job->arena, &facts, err));
  muster_tried tried;
  bool recorded;
  MUSTER_TRY(muster_tried_read(job->opened.folder, &job->arena, &tried, &recorded, err));
  facts.tried = recorded ? &tried : NULL;
  facts.tried_stale = recorded && strcmp(tried.rules, muster_pack_digest(job->pack)) != 0;
  muster_buf out;
  muster_buf_init(&out, 64 << 20);
  if (form == MUSTER_FORM_JSON)
    muster_facts_json(&facts, &out);
  else
    muster_facts_human(&facts, cli_colour(STDOUT_FILENO), &out);
  muster_status status = out.failed ? muster_fail_memory(err) : cli_put(out.at, out.n, err);
  muster_buf_free(&out);
  return status;
}

static muster_status do_info(cli_call *call, info_job *job, muster_error *err) {
  muster_form form;
  muster_limits limits;
  MUSTER_TRY(cli_format(call, &form, err));
  if (form == MUSTER_FORM_CSV) {
    muster_fail(err, MUSTER_USAGE, "--format: a pack is described in lines for people or as json");
    return MUSTER_USAGE;
  }
  MUSTER_TRY(cli_limits(call, &limits, err));
  MUSTER_TRY(cli_pack_find(call, call->arguments[0], &job->opened, err));
  MUSTER_TRY(
      cli_pack_load(&limits, false, &job->opened, &job->pack, err)); /* tests are of the pack as it was written */
  muster_test_options options = {.limits = &limits, .coverage = true};
  muster_status status = muster_pack_test(job->pack, &options, &job->results, err);
  job->tested = status == MUSTER_OK;
  if (status != MUSTER_OK && status != MUSTER_FAILED) return status; /* no tests are nothing to fail on here */
  if (job->opened.overlay) MUSTER_TRY(muster_pack_overlay(job->pack, job->opened.overlay, err));
  return put_facts(call, job, form, err);
}

static muster_status run(cli_call *call, muster_error *err) {
  info_job job = {.pack = NULL};
  muster_status status = do_info(call, &job, err);
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
                                     CLI_HELP,
                                     CLI_END};

const cli_command cli_pack_info = {
    .name = "pack info",
    .arguments = "PACK",
    .summary = "the transparency record of a pack: data, thresholds, authority, tests",
    .details =
        "Says which sessions and attributes the rules read, and among them personal characteristics; every threshold "
        "with its bounds\n"
        "and what it rests on; whom the rules are about; who signed the pack; how its tests end; and the recorded "
        "backtest, with\n"
        "precision, recall, lead and work by rule and group. What rules read is seen in their text. An installed pack "
        "is shown with its overlay applied.",
    .examples = "  muster pack info rules/early-warning\n  muster pack info early-warning --format json",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
