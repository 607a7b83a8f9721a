/* muster synth: a synthetic trust. */
#include "muster/synth.h"

#include <stdio.h>
#include <string.h>

#include "synth_store.h"
#include "terminal.h"

static muster_status read_spec(cli_call *call, muster_synth_spec *spec, muster_error *err) {
  int64_t n;
  muster_synth_spec_init(spec);
  MUSTER_TRY(cli_number(call, "schools", 1, 100000, 1, &n, err));
  spec->schools = (size_t)n;
  MUSTER_TRY(cli_number(call, "pupils", 1, 100000000, 200 * n, &n, err));
  spec->pupils = (size_t)n;
  MUSTER_TRY(cli_number(call, "year", 2000, 2198, spec->year, &n, err));
  spec->year = (int)n;
  MUSTER_TRY(cli_number(call, "seed", 0, INT64_MAX, 1, &n, err));
  spec->seed = (uint64_t)n;
  const char *word = cli_value(call, "layout");
  if (word) MUSTER_TRY(muster_synth_layout_parse(muster_text_of(word), &spec->layout, err));
  if ((word = cli_value(call, "phases")))
    MUSTER_TRY(muster_synth_phases_parse(muster_text_of(word), spec->phases, err));
  if ((word = cli_value(call, "effect")))
    MUSTER_TRY(muster_synth_effect_parse(muster_text_of(word), &spec->effect, err));
  if ((word = cli_value(call, "level"))) spec->level = word;
  return muster_synth_spec_check(spec, err);
}

static muster_status run(cli_call *call, muster_error *err) {
  muster_synth_spec spec;
  unsigned jobs;
  const char *folder = cli_value(call, "out"), *store = cli_value(call, "store");
  if (!folder && !store) {
    muster_fail(err, MUSTER_USAGE, "synth: --out is missing");
    muster_error_expected(err, "--out FOLDER, a new folder or one that synth made; or --store STORE.db");
    return MUSTER_USAGE;
  }
  static const char *const of_files[] = {"layout", NULL};
  if (!folder) MUSTER_TRY(cli_refuse(call, of_files, "is of marks.csv, and --store writes none", err));
  if (store && (muster_is_file(store) || muster_is_folder(store))) {
    muster_fail(err, MUSTER_IO, "is there already; synthetic pupils are not put among others");
    muster_error_where(err, "%s", store);
    muster_error_expected(err, "the name of a new store");
    muster_error_todo(err, "give another name, or remove the store");
    return MUSTER_IO;
  }
  MUSTER_TRY(read_spec(call, &spec, err));
  MUSTER_TRY(cli_jobs(call, &jobs, err));
  if (store) {
    muster_import_report report;
    MUSTER_TRY(cli_synth_store(call, &spec, store, &report, err));
    cli_note("%llu pupils in %zu school%s, %llu marks, seed %llu, stored in %s: synthetic, no real pupil",
             (unsigned long long)report.pupils_new, spec.schools, spec.schools == 1 ? "" : "s",
             (unsigned long long)report.marks_new, (unsigned long long)spec.seed, store);
  }
  if (!folder) return MUSTER_OK;
  cli_stage(call, "making pupils");
  MUSTER_TRY(muster_synth_write(&spec, folder, jobs, &call->progress, err));
  cli_note("%zu pupils in %zu school%s, %d/%02d, seed %llu, written to %s: synthetic, no real pupil", spec.pupils,
           spec.schools, spec.schools == 1 ? "" : "s", spec.year, (spec.year + 1) % 100, (unsigned long long)spec.seed,
           folder);
  return MUSTER_OK;
}

static const cli_option options[] = {
    {"schools", "N", "schools to make (default 1)"},
    {"pupils", "N", "pupils over all schools (default 200 a school)"},
    {"year", "YEAR", "school year by its September (default 2025, for 2025/26)"},
    {"seed", "S", "the same seed gives the same bytes (default 1)"},
    {"out", "FOLDER", "where to write"},
    {"store", "STORE.db", "straight into a store, without files between"},
    {"layout", "NAME", "of marks.csv: long (default), strip, week or absences"},
    {"level", "YEAR", "whose published rates: 2022-23 (default), 2018-19, 2023-24 or 2024-25"},
    {"phases", "MIX", "primary=0.5,secondary=0.5: relative numbers of pupils (default: England's)"},
    {"effect", "SPEC", "plant an intervention with a known effect, such as mentor:-1.0"},
    CLI_JOBS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_synth = {
    .name = "synth",
    .arguments = "--schools N --pupils N --out FOLDER",
    .summary = "a synthetic trust, calibrated, no real pupil",
    .details =
        "Writes a DATA folder: schools, pupils, calendar, terms and marks. The distribution of absence by phase, free "
        "school meals, special needs, sex and year group is the official one. An effect is KIND:POINTS with any of "
        "select=random|high|schools, share=, threshold=, window=A..B, start=DATE, cohorts=, stagger=; kinds are "
        "mentor, breakfast-club, letters and hub. What is true of the data stands in truth.json.",
    .examples =
        "  muster synth --schools 4 --pupils 2000 --year 2025 --seed 7 --out trust\n"
        "  muster synth --schools 40 --pupils 20000 --effect mentor:-1.0,cohorts=2 --out trial",
    .options = options,
    .least = 0,
    .most = 0,
    .run = run,
};
