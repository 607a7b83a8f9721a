/* The table of commands, in the order of the help. */
#include "command.h"
#include "help.h"
#include "terminal.h"

extern const cli_command cli_pack_check, cli_pack_diff, cli_pack_info, cli_pack_install, cli_pack_key, cli_pack_list,
    cli_pack_new, cli_pack_sign, cli_pack_verify;
extern const cli_command cli_backtest, cli_chart, cli_check, cli_explain, cli_export, cli_import, cli_measure,
    cli_plan_done, cli_plan_list, cli_report, cli_run, cli_study, cli_sweep, cli_synth, cli_test;

static muster_status put_all(muster_buf *out, muster_error *err) {
  muster_status status = out->failed ? muster_fail_memory(err) : cli_put(out->at, out->n, err);
  muster_buf_free(out);
  return status;
}

static muster_status run_completion(cli_call *call, muster_error *err) {
  muster_buf out;
  muster_buf_init(&out, 1 << 20);
  if (cli_completion(call->arguments[0], &out)) return put_all(&out, err);
  muster_fail(err, MUSTER_USAGE, "completion: '%s' is not a shell that is known here", call->arguments[0]);
  muster_error_expected(err, "bash, zsh or fish");
  return MUSTER_USAGE;
}

static muster_status run_manual(cli_call *call, muster_error *err) {
  (void)call;
  muster_buf out;
  muster_buf_init(&out, 1 << 20);
  cli_manual(&out);
  return put_all(&out, err);
}

static const cli_option help_only[] = {CLI_HELP, CLI_END};

static const cli_command completion = {.name = "completion",
                                       .arguments = "SHELL",
                                       .summary = "completion for bash, zsh or fish",
                                       .examples = "  source <(muster completion bash)",
                                       .options = help_only,
                                       .least = 1,
                                       .most = 1,
                                       .run = run_completion};

static const cli_command manual = {.name = "manual",
                                   .arguments = "",
                                   .summary = "the manual page, for man -l -",
                                   .options = help_only,
                                   .run = run_manual};

const cli_command *const cli_commands[] = {&cli_check,        &cli_import,    &cli_measure,
                                           &cli_run,          &cli_explain,   &cli_test,
                                           &cli_backtest,     &cli_sweep,     &cli_study,
                                           &cli_plan_done,    &cli_plan_list, &cli_chart,
                                           &cli_report,       &cli_export,    &cli_pack_new,
                                           &cli_pack_check,   &cli_pack_info, &cli_pack_diff,
                                           &cli_pack_key,     &cli_pack_sign, &cli_pack_verify,
                                           &cli_pack_install, &cli_pack_list, &cli_synth,
                                           &completion,       &manual,        NULL};
