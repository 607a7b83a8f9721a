/* muster pack install: a pack into the packs folder, checked on the way; and the way back. */
#include <string.h>

#include "packs.h"
#include "terminal.h"

/* What the checks of an install share. */
typedef struct install_job {
  muster_limits limits;
  muster_pack *pack;
  const char *source;
  muster_need *needs;
  muster_arena arena;
} install_job;

static muster_status load(void *context, const char *folder, muster_install_facts *facts, muster_error *err) {
  install_job *job = context;
  MUSTER_TRY(muster_pack_load(folder, &job->limits, &job->pack, err));
  const muster_manifest *m = muster_pack_manifest(job->pack);
  job->needs = muster_arena_alloc(&job->arena, (m->requirement_count + 1) * sizeof *job->needs);
  if (!job->needs) return muster_fail_memory(err);
  for (size_t i = 0; i < m->requirement_count; i++)
    job->needs[i] = (muster_need){m->requires[i].pack, m->requires[i].versions};
  *facts = (muster_install_facts){m->name, m->version, job->needs, m->requirement_count};
  return MUSTER_OK;
}

static muster_status test(void *context, muster_error *err) {
  install_job *job = context;
  muster_test_options options = {.limits = &job->limits};
  muster_test_results results = {0};
  muster_status status = muster_pack_test(job->pack, &options, &results, err);
  if (status == MUSTER_OK && results.failed) {
    status = muster_fail(err, MUSTER_FAILED, "%zu of the pack's %zu cases failed", results.failed, results.case_count);
    muster_error_where(err, "%s", job->source);
    muster_error_todo(err, "see which with: muster test %s", job->source);
  }
  muster_test_results_free(&results);
  return status;
}

static muster_status overlay(void *context, const char *path, muster_error *err) {
  install_job *job = context;
  return muster_pack_overlay(job->pack, path, err);
}

static void tell(void *context, const char *step) { cli_stage(context, step); }

static muster_status say(const muster_install_result *r, const char *verb, const char *packs, muster_error *err) {
  muster_buf out;
  muster_buf_init(&out, 1 << 16);
  muster_buf_printf(&out, "%s %s %s in %s: %s%s\n", verb, r->name, r->version, packs, r->signature,
                    r->has_overlay ? ", with an overlay" : "");
  if (r->before && strcmp(r->before, r->version) != 0)
    muster_buf_printf(&out, "  until now %s was in use\n", r->before);
  muster_status status = out.failed ? muster_fail_memory(err) : cli_put(out.at, out.n, err);
  muster_buf_free(&out);
  if (r->by_flag) cli_note("nobody trusted vouches for %s %s; every run of it will say so", r->name, r->version);
  return status;
}

static muster_status do_rollback(cli_call *call, muster_error *err) {
  muster_install_result result;
  MUSTER_TRY(muster_pack_rollback(cli_packs_home(call), call->arguments[0], &result, err));
  muster_status status = say(&result, "went back to", cli_packs_home(call), err);
  muster_install_free(&result);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  static const char *const of_installing[] = {
      "params", "no-params", "allow-unsigned", "limit-instructions", "limit-memory", "limit-time", NULL};
  static const char *const no_params[] = {"no-params", NULL};
  if (cli_flag(call, "rollback")) {
    MUSTER_TRY(cli_refuse(call, of_installing, "is about installing, and --rollback goes back", err));
    return do_rollback(call, err);
  }
  if (cli_value(call, "params")) MUSTER_TRY(cli_refuse(call, no_params, "contradicts --params", err));
  install_job job = {.source = call->arguments[0]};
  MUSTER_TRY(cli_limits(call, &job.limits, err));
  muster_install_options options = {.packs = cli_packs_home(call),
                                    .source = job.source,
                                    .overlay = cli_value(call, "params"),
                                    .without_overlay = cli_flag(call, "no-params"),
                                    .allow_unsigned = cli_flag(call, "allow-unsigned"),
                                    .checks = {load, test, overlay, &job},
                                    .tell = tell,
                                    .tell_context = call};
  muster_install_result result;
  muster_status status = muster_pack_install(&options, &result, err);
  muster_pack_free(job.pack);
  muster_arena_free(&job.arena);
  MUSTER_TRY(status);
  status = say(&result, "installed", options.packs, err);
  muster_install_free(&result);
  return status;
}

static const cli_option options[] = {
    CLI_PACKS_OPTION,
    {"params", "FILE", "overlay that tailors the pack here; it is kept, and carried over to later versions"},
    {"no-params", NULL, "forget the overlay of the version before"},
    {"allow-unsigned", NULL, "install what nobody trusted vouches for; every run will say so"},
    {"rollback", NULL, "PACK is the name of an installed one: go back to the version in use before"},
    CLI_RULE_LIMITS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_pack_install = {
    .name = "pack install",
    .arguments = "PACK",
    .summary = "check a pack and install it, or go back to the version before",
    .details =
        "Copies the folder beside the packs, and checks the copy: signed by a trusted key and unchanged, loads, what "
        "it requires is installed, its tests pass, the overlay keeps its bounds. Only then is it put in place and the "
        "lock file written. Whatever fails, the version in use before stays in use. Versions are kept side by side; "
        "muster.lock pins them.",
    .examples =
        "  muster pack install downloads/early-warning\n"
        "  muster pack install downloads/early-warning --params local.lua\n"
        "  muster pack install --rollback early-warning",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
