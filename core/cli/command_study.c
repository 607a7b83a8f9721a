/* muster study: from a study script to estimates that can be signed. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data.h"
#include "muster/report/study.h"
#include "muster/script.h"
#include "muster/study.h"
#include "packs.h"
#include "terminal.h"

typedef struct study_call {
  muster_study *study;
  cli_data data;
  muster_study_data panel, blind;
  muster_study_results results;
  muster_study_record record;
  const char *folder; /* --out */
  muster_arena arena;
} study_call;

/* ---- reading ---- */

static bool from_table(const study_call *s) { return muster_part_given(&s->study->panel, "csv") != NULL; }

static const char *data_folder(cli_call *call) {
  const char *path = call->argument_count > 1 ? call->arguments[1] : NULL;
  return path && muster_is_folder(path) ? path : NULL;
}

/* A CSV panel takes a folder that holds it, or nothing ("-"). */
static muster_status check_table_data(const cli_call *call, const study_call *s, muster_error *err) {
  static const char *const of_registers[] = {"known-at", "source", "strict", NULL};
  const char *path = call->argument_count > 1 ? call->arguments[1] : "-";
  if (strcmp(path, "-") != 0 && !muster_is_folder(path)) {
    muster_fail(err, MUSTER_USAGE, "study: the panel of %s.lua is a CSV file, and %s is no folder that could hold it",
                s->study->id, path);
    muster_error_expected(err, "the folder of the file, or no DATA where it stands beside the script");
    return MUSTER_USAGE;
  }
  return cli_refuse(call, of_registers, "is about a register, and the panel is a CSV file", err);
}

static muster_status open_register(cli_call *call, study_call *s, muster_error *err) {
  if (call->argument_count < 2 || strcmp(call->arguments[1], "-") == 0) {
    muster_fail(err, MUSTER_USAGE, "study: the panel of %s.lua comes from a register, and DATA is missing",
                s->study->id);
    muster_error_expected(err, "muster study STUDY.lua DATA --out DIR");
    return MUSTER_USAGE;
  }
  return cli_data_open(call, call->arguments[1], NULL, &s->data, err);
}

/* The columns of the study; blind: without its outcomes. */
static muster_status read_panel(cli_call *call, study_call *s, bool blind, muster_study_data *panel,
                                muster_error *err) {
  muster_status status = from_table(s) ? muster_study_read_csv(s->study, data_folder(call), blind, panel, err)
                                       : muster_study_read_register(s->study, s->data.reg, blind, panel, err);
  if (status == MUSTER_PACK) muster_error_where(err, "%s", call->arguments[0]);
  return status;
}

/* ---- writing ---- */

static muster_status write_file(study_call *s, const char *name, muster_buf *out, muster_error *err) {
  const char *path = muster_path_join(&s->arena, s->folder, name);
  if (!path || out->failed) return muster_fail_memory(err);
  return muster_file_write(path, out->at ? out->at : "", out->n, 0644, err);
}

typedef void (*study_writer)(const muster_study_record *record, muster_buf *out);

static muster_status write_with(study_call *s, const char *name, study_writer writer, muster_error *err) {
  muster_buf out;
  muster_buf_init(&out, SIZE_MAX / 2);
  writer(&s->record, &out);
  muster_status status = write_file(s, name, &out, err);
  muster_buf_free(&out);
  return status;
}

static void put_estimates(const muster_study_record *record, muster_buf *out) {
  muster_estimates_csv(&record->results->estimates, record->study->id, out);
}

static muster_status write_page(study_call *s, muster_error *err) {
  muster_buf out;
  muster_buf_init(&out, SIZE_MAX / 2);
  muster_status status = muster_study_page(&s->record, &out, err);
  if (status == MUSTER_OK) status = write_file(s, "study.html", &out, err);
  muster_buf_free(&out);
  return status;
}

static muster_status draw_one(study_call *s, size_t finding, muster_study_picture which, bool wanted,
                              muster_error *err) {
  static const muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE, .format = MUSTER_FORMAT_PNG};
  muster_arena arena = {0};
  muster_chart chart;
  bool drawn = false;
  const char *name = muster_study_picture_name(&s->record, finding, which, &arena);
  const char *path = name ? muster_arena_printf(&arena, "%s/charts/%s.png", s->folder, name) : NULL;
  muster_status status = path ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK && wanted)
    status = muster_study_draw(&s->record, finding, which, &arena, &chart, &drawn, err);
  if (status == MUSTER_OK && drawn) {
    status = muster_chart_save(&chart, &output, path, err);
    muster_chart_free(&chart);
  } else if (status == MUSTER_OK) {
    unlink(path); /* of an earlier study: it would tell of other figures */
  }
  muster_arena_free(&arena);
  return status;
}

static muster_status draw(cli_call *call, study_call *s, muster_error *err) {
  bool wanted = !cli_flag(call, "no-charts");
  const char *charts = muster_path_join(&s->arena, s->folder, "charts"),
             *page = muster_path_join(&s->arena, s->folder, "study.html");
  if (!charts || !page) return muster_fail_memory(err);
  if (wanted) MUSTER_TRY(muster_folder_make(charts, err));
  if (!wanted) unlink(page);
  for (size_t k = 0; k < s->results.count; k++)
    for (int which = 0; which < MUSTER_STUDY_PICTURES; which++)
      MUSTER_TRY(draw_one(s, k, (muster_study_picture)which, wanted, err));
  return MUSTER_OK;
}

static muster_status write_all(cli_call *call, study_call *s, muster_error *err) {
  MUSTER_TRY(muster_folder_make(s->folder, err));
  MUSTER_TRY(write_with(s, "estimates.csv", put_estimates, err));
  MUSTER_TRY(write_with(s, "balance.csv", muster_study_balance_csv, err));
  MUSTER_TRY(write_with(s, "warnings.csv", muster_study_warnings_csv, err));
  if (s->data.ledger) MUSTER_TRY(muster_ledger_write(s->data.ledger, s->folder, err));
  cli_stage(call, "drawing");
  MUSTER_TRY(draw(call, s, err));
  if (!cli_flag(call, "no-charts")) MUSTER_TRY(write_page(s, err));
  return write_with(s, "study.json", muster_study_json, err);
}

static void note_few(const char *few) {
  if (few) cli_note("not to be passed on: it is about few pupils (%s)", few);
}

/* ---- the plan ---- */

static muster_status freeze(cli_call *call, study_call *s, const char *path, muster_error *err) {
  muster_study_design design;
  MUSTER_TRY(read_panel(call, s, true, &s->blind, err));
  MUSTER_TRY(muster_study_design_of(&s->blind, &design, err));
  muster_buf out;
  muster_buf_init(&out, SIZE_MAX / 2);
  const char *few = NULL;
  muster_status status = muster_study_plan(s->study, &s->blind, &design, &out, err);
  if (status == MUSTER_OK) status = muster_study_few(&s->blind, NULL, &s->arena, &few, err);
  char *old = NULL;
  size_t n = 0;
  if (status == MUSTER_OK && muster_is_file(path)) {
    status = muster_file_read(path, (size_t)1 << 30, &old, &n, err);
    if (status == MUSTER_OK && (n != out.n || memcmp(old, out.at, n) != 0)) {
      status = muster_fail(err, MUSTER_IO, "there is another plan already, and a frozen plan is not overwritten");
      muster_error_where(err, "%s", path);
      muster_error_todo(err, "choose another file name, or run the study against the plan with --out DIR");
    }
  }
  if (status == MUSTER_OK) status = muster_file_write(path, out.at, out.n, 0644, err);
  if (status == MUSTER_OK) {
    char digest[MUSTER_DIGEST_TEXT];
    muster_digest(out.at, out.n, digest);
    cli_note("the plan of %s is frozen in %s (SHA-256 %s); no outcome was read", s->study->id, path, digest);
    note_few(few);
  }
  muster_free(old);
  muster_buf_free(&out);
  muster_study_design_free(&design);
  return status;
}

static muster_status compare_plan(cli_call *call, study_call *s, muster_error *err) {
  const char *path = cli_value(call, "preregister");
  char *text = NULL;
  size_t n;
  if (!path) return MUSTER_OK;
  MUSTER_TRY(muster_file_read(path, (size_t)1 << 30, &text, &n, err));
  char digest[MUSTER_DIGEST_TEXT];
  muster_digest(text, n, digest);
  const char *slash = strrchr(path, '/');
  s->record.plan_file = slash ? slash + 1 : path;
  s->record.plan_digest = muster_arena_copy(&s->arena, digest, sizeof digest - 1);
  muster_status status = s->record.plan_digest ? read_panel(call, s, true, &s->blind, err) : muster_fail_memory(err);
  if (status == MUSTER_OK)
    status = muster_study_plan_compare(path, (muster_text){text, n}, s->study, &s->blind, &s->arena,
                                       &s->record.plan_matches, &s->record.plan_says, err);
  if (status == MUSTER_OK)
    cli_note("%s the preregistered plan: %s", s->record.plan_matches ? "this study is" : "this study is NOT",
             s->record.plan_says);
  muster_free(text);
  return status;
}

/* ---- what is said ---- */

/* cli_note says "note" by itself; only what is more than that is named. */
static void put_warning(const char *outcome, const muster_warning *w) {
  bool plain = w->severity == MUSTER_SEVERITY_NOTE;
  cli_note("%s%s%s%s%s: %s", outcome ? outcome : "", outcome ? ": " : "",
           plain ? "" : muster_severity_text(w->severity), plain ? "" : ": ", w->id, w->says);
}

static void note_warnings(const study_call *s) {
  bool several = s->results.count > 1;
  for (size_t k = 0; k < s->results.count; k++) {
    const muster_study_finding *f = &s->results.findings[k];
    for (size_t i = 0; i < f->warnings.count; i++) put_warning(several ? f->outcome : NULL, &f->warnings.at[i]);
  }
}

/* What a primary row may be called; nothing for the others. */
static const char *label_of(const study_call *s, size_t row) {
  for (size_t k = 0; k < s->results.count; k++)
    if (s->results.findings[k].primary == row) return muster_study_label(&s->results.findings[k]);
  return "";
}

static muster_status put_answers(cli_call *call, study_call *s, muster_error *err) {
  static const muster_column columns[] = {
      {"outcome", MUSTER_COLUMN_TEXT, false},     {"estimator", MUSTER_COLUMN_TEXT, false},
      {"term", MUSTER_COLUMN_TEXT, false},        {"estimate", MUSTER_COLUMN_NUMBER, false},
      {"std_error", MUSTER_COLUMN_NUMBER, true},  {"conf_low", MUSTER_COLUMN_NUMBER, false},
      {"conf_high", MUSTER_COLUMN_NUMBER, false}, {"p_value", MUSTER_COLUMN_NUMBER, false},
      {"label", MUSTER_COLUMN_TEXT, false}};
  muster_sheet *sheet = muster_sheet_new(columns, sizeof columns / sizeof *columns);
  if (!sheet) return muster_fail_memory(err);
  for (size_t i = 0; i < s->results.estimates.count; i++) {
    const muster_estimate *row = &s->results.estimates.at[i];
    bool overall = isnan(row->group) && isnan(row->time) && !isnan(row->estimate) && strcmp(row->term, "weight") != 0;
    if (!overall) continue;
    const double figures[] = {row->estimate, row->std_error, row->conf_low, row->conf_high, row->p_value};
    muster_sheet_text(sheet, muster_text_of(row->outcome));
    muster_sheet_text(sheet, muster_text_of(row->estimator));
    muster_sheet_text(sheet, muster_text_of(row->term));
    for (size_t c = 0; c < sizeof figures / sizeof *figures; c++) muster_sheet_number(sheet, figures[c]);
    muster_sheet_text(sheet, muster_text_of(label_of(s, i)));
  }
  muster_status status = cli_put_sheet(call, sheet, err);
  muster_sheet_free(sheet);
  return status;
}

static void note_panel(const study_call *s) {
  const muster_study_finding *f = &s->results.findings[0];
  cli_note("%zu %s (%zu treated) over %zu times, %zu rows, %zu clusters", f->n_units, s->panel.unit_noun, f->n_treated,
           f->n_times, f->n_obs, f->n_clusters);
  for (size_t k = 0; k < s->results.count; k++)
    if (s->results.findings[k].n_dropped)
      cli_note("%s: %zu of %zu rows were left out, because a value is missing or a weight is 0",
               s->results.findings[k].outcome, s->results.findings[k].n_dropped, s->panel.n);
  for (size_t k = 0; k < s->results.count; k++)
    if (s->results.findings[k].n_repeated)
      cli_note("%s: %zu rows repeat a unit and time; each counts as an observation of its own",
               s->results.findings[k].outcome, s->results.findings[k].n_repeated);
  if (s->panel.units_partial)
    cli_note("%zu %s start within a period, which counts as treated; partial = \"drop\" leaves it out",
             s->panel.units_partial, s->panel.unit_noun);
  if (s->panel.units_excluded)
    cli_note("%zu interventions were left out: they have no start date or fit no unit of the panel",
             s->panel.units_excluded);
}

/* ---- the whole ---- */

static muster_status do_study(cli_call *call, study_call *s, muster_error *err) {
  muster_limits limits;
  unsigned jobs;
  const char *plan = cli_value(call, "preregister");
  MUSTER_TRY(cli_limits(call, &limits, err));
  MUSTER_TRY(cli_jobs(call, &jobs, err));
  cli_stage(call, "reading the study");
  MUSTER_TRY(muster_script_study(call->arguments[0], &limits, &s->study, err));
  MUSTER_TRY(from_table(s) ? check_table_data(call, s, err) : open_register(call, s, err));
  if (!s->folder) return freeze(call, s, plan, err);
  cli_stage(call, "making the panel");
  MUSTER_TRY(compare_plan(call, s, err));
  MUSTER_TRY(read_panel(call, s, false, &s->panel, err));
  cli_stage(call, "estimating");
  muster_status status = muster_study_run(s->study, &s->panel, jobs, &call->progress, &s->results, err);
  if (status == MUSTER_DATA || status == MUSTER_PACK)
    muster_error_where(err, "%s", status == MUSTER_DATA && from_table(s) ? s->panel.source : call->arguments[0]);
  MUSTER_TRY(status);
  const muster_record_word versions[] = {{"lua", muster_script_version()}, {"libraries", MUSTER_LIBRARIES}};
  s->record.study = s->study;
  s->record.data = &s->panel;
  s->record.results = &s->results;
  s->record.versions = versions;
  s->record.version_count = 2;
  MUSTER_TRY(muster_study_few(&s->panel, &s->results, &s->arena, &s->record.few, err));
  cli_stage(call, "writing");
  MUSTER_TRY(write_all(call, s, err));
  MUSTER_TRY(put_answers(call, s, err));
  note_panel(s);
  note_warnings(s);
  note_few(s->record.few);
  cli_note("written to %s", s->folder);
  return MUSTER_OK;
}

static muster_status run(cli_call *call, muster_error *err) {
  study_call s = {.folder = cli_value(call, "out")};
  if (!s.folder && !cli_value(call, "preregister")) {
    muster_fail(err, MUSTER_USAGE, "study: --out is missing");
    muster_error_expected(err, "--out DIR, where estimates.csv goes, or --preregister FILE to freeze the plan");
    return MUSTER_USAGE;
  }
  muster_form format;
  MUSTER_TRY(cli_format(call, &format, err));
  muster_status status = do_study(call, &s, err);
  muster_study_results_free(&s.results);
  muster_study_data_free(&s.panel);
  muster_study_data_free(&s.blind);
  muster_study_free(s.study);
  cli_data_close(&s.data);
  muster_arena_free(&s.arena);
  return status;
}

static const cli_option options[] = {
    {"out", "DIR", "where estimates.csv, balance.csv, warnings.csv, study.json, study.html and charts go"},
    {"preregister", "FILE", "without --out: freeze the plan, reading no outcome; with it: compare with that plan"},
    {"no-charts", NULL, "no charts and no page"},
    {"limit-instructions", "N", "instructions the script may use"},
    {"limit-memory", "MIB", "memory the script may use"},
    {"limit-time", "SECONDS", "time the script may take"},
    CLI_SOURCE,
    CLI_STRICT,
    CLI_KNOWN_AT,
    CLI_FORMAT,
    CLI_JOBS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_study = {
    .name = "study",
    .arguments = "STUDY.lua [DATA] --out DIR",
    .summary = "impact evaluation: did it work",
    .details =
        "Runs the estimators of a study script over a panel cut from a register, or read from a CSV file beside the "
        "script (DATA may then be left out). Prints the overall figures; writes every figure to estimates.csv, what "
        "was known before to balance.csv, and a page in study.html. Guards always run: what would overturn the answer "
        "is said on stderr, in warnings.csv and on the page.",
    .examples =
        "  muster study mentors.lua trust/ --out results\n"
        "  muster study mentors.lua trust/ --preregister plan.json  # reads no outcome\n"
        "  muster study mentors.lua trust/ --preregister plan.json --out results",
    .options = options,
    .least = 1,
    .most = 2,
    .run = run};
