/* muster import: a folder into a store, all or nothing. */
#include <stdio.h>
#include <time.h>

#include "data.h"
#include "muster/store.h"
#include "terminal.h"

/* The one clock of the program: the day of an import is a fact about the store, and no rule can see it. */
static muster_date today(void) {
  time_t now = time(NULL);
  struct tm local;
  localtime_r(&now, &local);
  return muster_date_of(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

static void tell(const muster_import_report *r, const char *path, muster_buf *out) {
  if (r->unchanged) {
    muster_buf_printf(out, "%s: nothing new; as import %u left it\n", path, r->number);
    return;
  }
  muster_buf_printf(out, "%s: import %u%s\n", path, r->number, r->created ? ", a new store" : "");
  muster_buf_printf(out, "  schools  %llu new, %llu changed\n", (unsigned long long)r->schools_new,
                    (unsigned long long)r->schools_changed);
  muster_buf_printf(out, "  pupils   %llu new, %llu changed, %llu moved\n", (unsigned long long)r->pupils_new,
                    (unsigned long long)r->pupils_changed, (unsigned long long)r->pupils_moved);
  muster_buf_printf(out, "  marks    %llu new, %llu changed, %llu as before\n", (unsigned long long)r->marks_new,
                    (unsigned long long)r->marks_changed, (unsigned long long)r->marks_unchanged);
  if (r->two_births)
    muster_buf_printf(out,
                      "  %llu pupils have another birth date at another school: are they two children with one number? "
                      "'muster check %s' counts them and says what to do\n",
                      (unsigned long long)r->two_births, path);
  if (r->marks_on_closed_days)
    muster_buf_printf(out, "  %llu marks are on days that the calendar calls closed; they are kept and counted\n",
                      (unsigned long long)r->marks_on_closed_days);
  if (r->attributes_left_out)
    muster_buf_printf(out, "  %llu columns were left out of the pseudonymous store; --keep NAME keeps one\n",
                      (unsigned long long)r->attributes_left_out);
}

/* One object: what became of the rows, and what that changed in the store. */
static void tell_json(const muster_import_report *r, const muster_ledger *ledger, muster_buf *out) {
  muster_buf_printf(out, "{\n\"import\": %u,\n\"new_store\": %s,\n\"unchanged\": %s", r->number,
                    r->created ? "true" : "false", r->unchanged ? "true" : "false");
  const struct {
    const char *name;
    uint64_t n;
  } counts[] = {{"schools_new", r->schools_new},     {"schools_changed", r->schools_changed},
                {"pupils_new", r->pupils_new},       {"pupils_changed", r->pupils_changed},
                {"pupils_moved", r->pupils_moved},   {"marks_new", r->marks_new},
                {"marks_changed", r->marks_changed}, {"marks_unchanged", r->marks_unchanged},
                {"two_birth_dates", r->two_births}};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    muster_buf_printf(out, ",\n\"%s\": %llu", counts[i].name, (unsigned long long)counts[i].n);
  muster_buf_puts(out, ",\n\"ledger\": ");
  muster_ledger_json(ledger, out);
  muster_buf_puts(out, "}\n");
}

static muster_status run(cli_call *call, muster_error *err) {
  muster_form form;
  MUSTER_TRY(cli_format(call, &form, err));
  muster_import_options options = {.progress = &call->progress};
  MUSTER_TRY(cli_date(call, "on", today(), &options.on, err));
  muster_store_key key;
  const char *key_file = cli_value(call, "pseudonymise");
  if (key_file && cli_flag(call, "new-key")) MUSTER_TRY(muster_store_key_make(key_file, err));
  if (key_file) {
    MUSTER_TRY(muster_store_key_read(key_file, &key, err));
    options.key = &key;
  }
  const char *keep[CLI_MOST_OPTIONS];
  while (cli_nth(call, "keep", options.keep_count))
    keep[options.keep_count] = cli_nth(call, "keep", options.keep_count), options.keep_count++;
  options.keep = keep;

  const char *folder = call->arguments[0], *path = call->arguments[1], *out_folder = cli_value(call, "out");
  cli_data data;
  muster_buf out;
  muster_buf_init(&out, 1 << 20);
  muster_import_report report = {0};
  muster_known_pupils known;
  const cli_data_needs needs = {.known = &known, .digests = true, .quiet = form != MUSTER_FORM_CSV};
  MUSTER_TRY(muster_store_known_begin(path, &options, &known, err));
  muster_status status = cli_data_open(call, folder, &needs, &data, err);
  muster_store_known_end(&known);
  muster_error ignored;
  if (data.ledger && out_folder) {
    muster_status written = muster_ledger_write(data.ledger, out_folder, status == MUSTER_OK ? err : &ignored);
    if (status == MUSTER_OK) status = written;
  }
  if (status == MUSTER_OK && !data.ledger) {
    status = muster_fail(err, MUSTER_USAGE, "import: %s is a store already", folder);
    muster_error_expected(err, "a folder of CSV files");
  }
  cli_stage(call, "writing the store");
  if (status == MUSTER_OK) status = muster_store_import(path, data.reg, data.ledger, &options, &report, err);
  if (form == MUSTER_FORM_TABLE && data.ledger && data.ledger->total.read &&
      (status == MUSTER_OK || status == MUSTER_DATA))
    muster_ledger_table(data.ledger, &out);
  if (status == MUSTER_OK && form == MUSTER_FORM_TABLE) tell(&report, path, &out);
  if (status == MUSTER_OK && form == MUSTER_FORM_JSON) tell_json(&report, data.ledger, &out);
  if (status == MUSTER_OK && form == MUSTER_FORM_CSV) status = cli_ledger_csv(data.ledger, &out, err);
  if (out.n && cli_put(out.at, out.n, &ignored) != MUSTER_OK && status == MUSTER_OK) {
    status = ignored.status;
    if (err) *err = ignored;
  }
  if (status == MUSTER_OK && data.ledger->total.rejected && !out_folder && form != MUSTER_FORM_CSV)
    cli_note("--out DIR writes ledger.json and rejects.csv, every rejected row with its line and reason");
  muster_buf_free(&out);
  cli_data_close(&data);
  return status;
}

static const cli_option options[] = {
    {"out", "DIR", "write ledger.json and rejects.csv there"},
    {"on", "DATE", "the day of the import (default: today)"},
    {"pseudonymise", "KEYFILE", "keep keyed hashes in place of pupil identifiers, and births to the month"},
    {"new-key", NULL, "make the key file first"},
    {"keep", "NAME", "with --pseudonymise: keep this further column of pupils; may be repeated"},
    CLI_SOURCE,
    CLI_STRICT,
    {"format", "FORM", "table for people (default), csv: the ledger, or json: the ledger and what changed"},
    CLI_JOBS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_import = {
    .name = "import",
    .arguments = "FOLDER STORE.db",
    .summary = "load or update a store, all or nothing",
    .details =
        "One transaction: the store holds all of the import or nothing of it. What a mark was before stays in the "
        "history, so that --known-at DATE on other commands answers as the store would have on that day. The same "
        "folder twice changes nothing.",
    .examples =
        "  muster import export/ trust.db\n  muster import export/ research.db --pseudonymise trust.key --new-key",
    .options = options,
    .least = 2,
    .most = 2,
    .run = run,
};
