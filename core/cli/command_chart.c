/* muster chart: one chart from a script. */
#include <string.h>

#include "data.h"
#include "packs.h"
#include "pictures.h"
#include "terminal.h"

static muster_status read_output(const cli_call *call, const char *path, muster_chart_output *output,
                                 muster_error *err) {
  const char *preset = cli_value(call, "preset"), *format = cli_value(call, "format"), *dot = strrchr(path, '.');
  const char *scale = cli_value(call, "scale");
  if (preset && !muster_preset_of(preset, &output->preset)) {
    muster_fail(err, MUSTER_USAGE, "--preset: '%s' is not a preset", preset);
    muster_error_expected(err, "slide, report or narrow");
    return MUSTER_USAGE;
  }
  if (!format) format = dot ? dot + 1 : "png";
  if (!muster_format_of(format, &output->format)) {
    muster_fail(err, MUSTER_USAGE, "--out: '%s' is not a format of charts", format);
    muster_error_expected(err, "a file that ends in .png, .svg or .csv, or --format");
    return MUSTER_USAGE;
  }
  if (scale && output->format != MUSTER_FORMAT_PNG)
    return muster_fail(err, MUSTER_USAGE, "--scale is about the dots of a .png, and %s has none", format);
  if (scale &&
      (!muster_text_number(muster_text_of(scale), &output->scale) || output->scale < 0.5 || output->scale > 8)) {
    muster_fail(err, MUSTER_USAGE, "--scale: '%s' cannot be used", scale);
    muster_error_expected(err, "a number from 0.5 to 8");
    return MUSTER_USAGE;
  }
  return MUSTER_OK;
}

/* Faults that a program can see are told, not hidden: a chart that hides a label misleads. */
static void tell_faults(const muster_chart *chart, const muster_chart_output *output) {
  muster_list list = {0};
  muster_faults faults = {0};
  if (output->format != MUSTER_FORMAT_CSV && muster_chart_layout(chart, output, &list, NULL) == MUSTER_OK) {
    muster_chart_lint(chart, &list, output->preset, &faults);
    for (size_t i = 0; i < faults.count; i++)
      cli_note("%s%s", faults.items[i].warning ? "" : "look at the picture: ", faults.items[i].text);
  }
  muster_faults_free(&faults);
  muster_list_free(&list);
}

static muster_status draw(cli_call *call, const muster_register *reg, muster_date as_of, const char *folder,
                          const char *path, muster_error *err) {
  muster_limits limits;
  muster_chart_script script = {0};
  muster_chart picture;
  muster_arena arena = {0};
  muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
  MUSTER_TRY(cli_limits(call, &limits, err));
  MUSTER_TRY(read_output(call, path, &output, err));
  muster_chart_init(&picture);
  muster_status status = muster_script_chart(call->arguments[0], folder, reg, as_of, &limits, &script, err);
  muster_chart *chart = &script.chart;
  if (status == MUSTER_OK && script.preset_given && !cli_value(call, "preset")) output.preset = script.preset;
  if (status == MUSTER_OK) status = cli_script_chart(&script, reg, &picture, &chart, &arena, err);
  if (status == MUSTER_OK) status = muster_chart_save(chart, &output, path, err);
  if (status == MUSTER_OK) tell_faults(chart, &output);
  muster_chart_free(&picture);
  muster_chart_script_free(&script);
  muster_arena_free(&arena);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  const char *path = cli_value(call, "out");
  if (!path) {
    muster_fail(err, MUSTER_USAGE, "chart: --out is missing");
    muster_error_expected(err, "--out FILE.png, FILE.svg or FILE.csv");
    return MUSTER_USAGE;
  }
  cli_data data;
  muster_date as_of;
  muster_status status = cli_data_open(call, call->arguments[1], NULL, &data, err);
  if (status == MUSTER_OK) status = cli_as_of(call, &data, &as_of, err);
  cli_stage(call, "drawing");
  if (status == MUSTER_OK) status = draw(call, data.reg, as_of, data.is_store ? NULL : data.path, path, err);
  cli_data_close(&data);
  return status;
}

static const cli_option options[] = {
    {"out", "FILE", "the picture: .png, .svg, or .csv for the data behind it"},
    {"preset", "NAME", "slide (1600 by 900, default), report (960 wide, no title in the picture) or narrow (440)"},
    {"scale", "N", "of a .png: dots drawn for each of the picture's own (default 2, sharp in print)"},
    {"format", "FORM", "png, svg or csv (default: by the ending of --out)"},
    CLI_AS_OF,
    CLI_KNOWN_AT,
    {"limit-instructions", "N", "instructions the script may use in one call (default 1000000)"},
    {"limit-memory", "MIB", "memory its interpreter may use (default 64)"},
    {"limit-time", "SECONDS", "time one call may take (default 5)"},
    CLI_SOURCE,
    CLI_STRICT,
    CLI_JOBS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_chart = {
    .name = "chart",
    .arguments = "CHART.lua DATA --out FILE",
    .summary = "one chart from a script",
    .details =
        "The script returns chart { data = ..., marks } or one of the standard pictures; docs/charts.md has every mark "
        "and option. Faults that a program can see (labels that overlap, an axis that hides zero, too many colours) "
        "are said on stderr.",
    .examples =
        "  muster chart examples/charts/register.lua trust/ --out register.png\n"
        "  muster chart weekly.lua trust/ --preset report --out weekly.svg",
    .options = options,
    .least = 2,
    .most = 2,
    .run = run,
};
