/* muster plan done: what was done, written into a store. */
#include "command.h"
#include "muster/store.h"
#include "terminal.h"

static muster_status run(cli_call *call, muster_error *err) {
  muster_date on;
  if (!cli_value(call, "on")) {
    muster_fail(err, MUSTER_USAGE, "plan done: --on is missing");
    muster_error_expected(err, "--on DATE, the day it was done");
    return MUSTER_USAGE;
  }
  MUSTER_TRY(cli_date(call, "on", MUSTER_NO_DATE, &on, err));
  return muster_store_plan_done(call->arguments[0], call->arguments[1], call->arguments[2], on, err);
}

static const cli_option options[] = {{"on", "DATE", "the day it was done"}, CLI_HELP, CLI_END};

const cli_command cli_plan_done = {
    .name = "plan done",
    .arguments = "STORE.db ID STEP --on DATE",
    .summary = "record that a step of a plan was done",
    .details =
        "ID names the plan: its number in the store, a pupil, or PLAN/PUPIL, as long as exactly one plan with that "
        "step still to do is meant.",
    .examples = "  muster plan done trust.db attendance-panel/P0001 call --on 2025-12-01",
    .options = options,
    .least = 3,
    .most = 3,
    .run = run,
};
