/* muster plan list, muster plan done: the plans of a store, and what was done. */
#include <string.h>

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

static const cli_option options[] = {{"on", "DATE", "the day it was done (needed)"}, CLI_HELP, CLI_END};

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

/* ---- plan list ---- */

static const muster_column columns[] = {
    {"number", MUSTER_COLUMN_COUNT, false}, {"plan", MUSTER_COLUMN_TEXT, false},
    {"rule", MUSTER_COLUMN_TEXT, false},    {"subject", MUSTER_COLUMN_TEXT, false},
    {"school", MUSTER_COLUMN_TEXT, false},  {"start", MUSTER_COLUMN_TEXT, true},
    {"step", MUSTER_COLUMN_TEXT, false},    {"action", MUSTER_COLUMN_TEXT, false},
    {"owner", MUSTER_COLUMN_TEXT, false},   {"due", MUSTER_COLUMN_TEXT, false},
    {"status", MUSTER_COLUMN_TEXT, false},  {"done_on", MUSTER_COLUMN_TEXT, true},
};

static void put_step(muster_sheet *sheet, const muster_stored_step *s) {
  static const char *const statuses[] = {"open", "done", "late", "dropped"};
  muster_sheet_count(sheet, s->number);
  const char *const words[] = {s->plan, s->rule, s->subject, s->school};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) muster_sheet_borrow(sheet, muster_text_of(words[i]));
  muster_sheet_date(sheet, s->start);
  muster_sheet_borrow(sheet, muster_text_of(s->step));
  muster_sheet_borrow(sheet, muster_text_of(s->action));
  muster_sheet_borrow(sheet, muster_text_of(s->owner));
  muster_sheet_date(sheet, s->due);
  muster_sheet_borrow(sheet, muster_text_of(statuses[s->status]));
  muster_sheet_date(sheet, s->done_on);
}

static muster_status run_list(cli_call *call, muster_error *err) {
  muster_date as_of;
  muster_form form;
  MUSTER_TRY(cli_date(call, "as-of", MUSTER_NO_DATE, &as_of, err));
  MUSTER_TRY(cli_format(call, &form, err));
  const char *status_wanted = cli_value(call, "status"), *subject = cli_value(call, "subject");
  static const char *const statuses[] = {"open", "done", "late", "dropped"};
  bool known = !status_wanted;
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
    known = known || strcmp(status_wanted, statuses[i]) == 0;
  if (!known) {
    muster_fail(err, MUSTER_USAGE, "--status: '%s' is not a status of steps", status_wanted);
    muster_error_expected(err, "open, done, late or dropped");
    return MUSTER_USAGE;
  }
  muster_stored_steps steps = {0};
  muster_status status = muster_store_plans(call->arguments[0], as_of, &steps, err);
  if (status == MUSTER_OK) {
    muster_sheet *sheet = muster_sheet_new(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; sheet && i < steps.count; i++) {
      const muster_stored_step *s = &steps.at[i];
      if (status_wanted && strcmp(statuses[s->status], status_wanted) != 0) continue;
      if (subject && strcmp(s->subject, subject) != 0) continue;
      put_step(sheet, s);
    }
    status = sheet ? cli_put_sheet(call, sheet, err) : muster_fail_memory(err);
    muster_sheet_free(sheet);
  }
  muster_stored_steps_free(&steps);
  return status;
}

static const cli_option list_options[] = {{"subject", "ID", "only plans of this pupil, group or school"},
                                          {"status", "WORD", "only steps that are open, done, late or dropped"},
                                          {"as-of", "DATE", "plans that had begun by then (default: all)"},
                                          CLI_FORMAT,
                                          CLI_HELP,
                                          CLI_END};

const cli_command cli_plan_list = {
    .name = "plan list",
    .arguments = "STORE.db",
    .summary = "the plans of a store and their steps",
    .details = "One line a step, as the latest run or 'plan done' left it. The number names the plan for 'plan done'.",
    .examples = "  muster plan list trust.db --status late",
    .options = list_options,
    .least = 1,
    .most = 1,
    .run = run_list,
};
