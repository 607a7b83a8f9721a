/* muster export: figures that may leave the house, small numbers suppressed. */
#include "data.h"
#include "muster/store.h"
#include "terminal.h"

static muster_status run(cli_call *call, muster_error *err) {
  cli_data data;
  muster_date as_of;
  int64_t least;
  muster_window window;
  muster_export_report report;
  muster_buf out;
  muster_buf_init(&out, 256 << 20);
  const char *period = cli_value(call, "period"), *definition = cli_value(call, "definition"),
             *path = cli_value(call, "out");
  muster_export_options options = {
      .by = cli_value(call, "by"),
      .small = {.without_second = cli_flag(call, "without-second"), .zeros_too = cli_flag(call, "zeros-too")}};
  MUSTER_TRY(cli_number(call, "least", 0, 1000000, 10, &least, err));
  options.small.least = (uint32_t)least;
  MUSTER_TRY(cli_definition(definition ? definition : "dfe", &options.definition, err));
  if (muster_window_parse(muster_text_of(period ? period : "year"), &window, err) != MUSTER_OK)
    return err->status = MUSTER_USAGE;
  muster_status status = cli_data_open(call, call->arguments[0], NULL, &data, err);
  if (status == MUSTER_OK) status = cli_as_of(call, &data, &as_of, err);
  if (status == MUSTER_OK) {
    options.as_of = as_of;
    options.range = muster_window_range(data.reg, 0, &window, as_of, MUSTER_NO_DATE);
    status = muster_export(data.reg, &options, &out, &report, err);
  }
  if (status == MUSTER_OK)
    status = path ? muster_file_write(path, out.at, out.n, 0644, err) : cli_put(out.at, out.n, err);
  if (status == MUSTER_OK)
    cli_note("%zu lines; %zu numbers hidden because they are small, %zu to protect them", report.rows,
             report.hidden_small, report.hidden_second);
  muster_buf_free(&out);
  cli_data_close(&data);
  return status;
}

static const cli_option options[] = {
    {"by", "NAME", "an attribute of pupils: a line for each school and value"},
    {"least", "N", "numbers of 1 to N-1 pupils are hidden (default 10; 0 hides nothing)"},
    {"without-second", NULL, "do not hide further numbers that would give a hidden one away"},
    {"zeros-too", NULL, "hide zeros as well"},
    {"period", "WINDOW", "year (default: the latest school year), autumn, HT1, 2025-09-01..2025-12-19, ..."},
    {"definition", "NAME", "whose rule for who counts and where the line is (default: dfe)"},
    CLI_AS_OF,
    CLI_KNOWN_AT,
    {"out", "FILE", "where to write (default: standard output)"},
    CLI_SOURCE,
    CLI_STRICT,
    CLI_JOBS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_export = {
    .name = "export",
    .arguments = "DATA",
    .summary = "measures by school and group, small numbers suppressed",
    .details =
        "CSV of measures for every school, every value of an attribute, and both together. Counts of few pupils are "
        "written as 'c', and so is a further number wherever a hidden one could be worked out from totals. No pupil "
        "identifier is in it.",
    .examples = "  muster export trust.db --by fsm --out figures.csv\n  muster export trust/ --least 5 --period autumn",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
