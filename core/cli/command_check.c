/* muster check: what is in a folder or store, what is wrong with it, nothing changed. */
#include <stdio.h>
#include <string.h>

#include "data.h"
#include "muster/store.h"
#include "terminal.h"

static void range_line(const muster_register *reg, muster_buf *out) {
  char first[MUSTER_DATE_TEXT], last[MUSTER_DATE_TEXT];
  if (reg->first_mark == MUSTER_NO_DATE)
    muster_buf_puts(out, "no marks\n");
  else
    muster_buf_printf(out, "marks from %s to %s\n", muster_date_format(reg->first_mark, first),
                      muster_date_format(reg->last_mark, last));
}

static void contents(const muster_register *reg, const muster_check *check, muster_buf *out) {
  muster_buf_printf(out, "%zu school%s, %zu enrolment%s of %zu pupil%s\n", reg->school_count,
                    reg->school_count == 1 ? "" : "s", reg->pupil_count, reg->pupil_count == 1 ? "" : "s",
                    reg->pupil_ids.count, reg->pupil_ids.count == 1 ? "" : "s");
  range_line(reg, out);
  if (reg->total_count) muster_buf_printf(out, "%zu rows of totals\n", reg->total_count);
  if (reg->first_mark != MUSTER_NO_DATE) {
    muster_buf_printf(out, "calendar %s, half terms %s%s\n",
                      !reg->calendar_given      ? "inferred from the marks"
                      : reg->calendars_inferred ? "given for some schools, inferred from the marks for the others"
                                                : "given",
                      reg->terms_given ? "given" : "inferred from the calendar",
                      reg->presence_implied ? ", presence implied" : "");
    muster_buf_printf(out, "%llu marks; %llu open sessions on roll without a mark\n", (unsigned long long)check->marks,
                      (unsigned long long)check->missing);
  }
  for (size_t i = 0; i < reg->half_term_count; i++) {
    const muster_half_term *h = &reg->half_terms[i];
    char start[MUSTER_DATE_TEXT], end[MUSTER_DATE_TEXT];
    muster_buf_printf(out, "  HT%d %s %d/%02d: %s to %s\n", h->half_term, muster_term_text(h->term), h->year,
                      (h->year + 1) % 100, muster_date_format(h->start, start), muster_date_format(h->end, end));
  }
}

/* Of a store; of a folder the ledger says it. */
static void two_births(const muster_check *check, muster_buf *out) {
  if (!check->two_births) return;
  muster_buf_printf(out,
                    "%llu pupils have two birth dates at two schools: where they are two children with one number, "
                    "make the store anew with the school before it, in source.lua: columns = { pupil_id = { "
                    "\"school_id\", \"pupil_id\" } } in pupils and marks\n",
                    (unsigned long long)check->two_births);
}

enum { SHOWN = 12 };

static void problems(const muster_register *reg, const muster_check *check, muster_buf *out) {
  for (size_t i = 0; i < check->gap_count && i < SHOWN; i++) {
    const muster_gap *gap = &check->gaps[i];
    char first[MUSTER_DATE_TEXT], last[MUSTER_DATE_TEXT];
    muster_text school = muster_school_id(reg, gap->school);
    muster_buf_printf(out, "no marks at school %.*s from %s to %s\n", (int)school.n, school.at,
                      muster_date_format(gap->first, first), muster_date_format(gap->last, last));
  }
  if (check->gap_count > SHOWN) muster_buf_printf(out, "... and %zu more gaps\n", check->gap_count - SHOWN);
  for (size_t i = 0; i < check->untaken_count && i < SHOWN; i++) {
    const muster_untaken *u = &check->untaken[i];
    char date[MUSTER_DATE_TEXT];
    muster_text school = muster_school_id(reg, u->school);
    muster_buf_printf(out, "register not taken: school %.*s, %s %s", (int)school.n, school.at,
                      muster_date_format(muster_session_date(u->session), date), u->session & 1 ? "PM" : "AM");
    if (u->group != MUSTER_NONE) muster_buf_printf(out, ", year group %s", muster_map_name(&reg->texts, u->group).at);
    muster_buf_printf(out, " (%u pupils)\n", u->pupils);
  }
  if (check->untaken_total > SHOWN)
    muster_buf_printf(out, "... and %llu more registers not taken\n", (unsigned long long)check->untaken_total - SHOWN);
}

static void unknown_codes(const muster_ledger *ledger, muster_buf *out) {
  const muster_ledger_tally *codes = &ledger->unknown_codes;
  for (size_t i = 0; i < codes->texts.count && i < SHOWN; i++) {
    muster_text code = muster_map_name(&codes->texts, (uint32_t)i);
    muster_buf_printf(out,
                      "code '%.*s' is not known or not valid on its day: %llu marks; map it in source.lua: codes = { "
                      "[\"%.*s\"] = ... }\n",
                      (int)code.n, code.at, (unsigned long long)codes->counts[i], (int)code.n, code.at);
  }
}

static void store_lines(const muster_store_info *info, muster_buf *out) {
  muster_buf_printf(out,
                    "store, schema %d%s: %llu schools, %llu pupils, %llu enrolments; every page and row is sound\n",
                    info->schema, info->pseudonymous ? ", pseudonymous" : "", (unsigned long long)info->schools,
                    (unsigned long long)info->pupils, (unsigned long long)info->enrolments);
  for (size_t i = 0; i < info->import_count; i++) {
    char on[MUSTER_DATE_TEXT];
    const muster_import_row *row = &info->imports[i];
    muster_buf_printf(out, "  import %u on %s: %llu rows read, %llu rejected, %llu marks new, %llu changed\n",
                      row->number, muster_date_format(row->on, on), (unsigned long long)row->read,
                      (unsigned long long)row->rejected, (unsigned long long)row->marks_new,
                      (unsigned long long)row->marks_changed);
  }
}

/* The imports of a store, as rows. */
static muster_status store_sheet(const muster_store_info *info, muster_form form, muster_buf *out, muster_error *err) {
  static const muster_column columns[] = {
      {"import", MUSTER_COLUMN_COUNT, false},    {"on", MUSTER_COLUMN_TEXT, false},
      {"rows_read", MUSTER_COLUMN_COUNT, false}, {"rejected", MUSTER_COLUMN_COUNT, false},
      {"marks_new", MUSTER_COLUMN_COUNT, false}, {"marks_changed", MUSTER_COLUMN_COUNT, false}};
  muster_sheet *sheet = muster_sheet_new(columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; sheet && i < info->import_count; i++) {
    const muster_import_row *row = &info->imports[i];
    muster_sheet_count(sheet, row->number);
    muster_sheet_date(sheet, row->on);
    const uint64_t counts[] = {row->read, row->rejected, row->marks_new, row->marks_changed};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) muster_sheet_count(sheet, (int64_t)counts[k]);
  }
  muster_status status = sheet ? muster_sheet_write(sheet, form, NULL, out, err) : muster_fail_memory(err);
  muster_sheet_free(sheet);
  return status;
}

/* One object: the store, its imports, and what the check of a folder says of its register. */
static muster_status store_json(const muster_store_info *info, const muster_register *reg, const muster_check *check,
                                muster_buf *out, muster_error *err) {
  muster_buf found;
  muster_buf_init(&found, 16 << 20);
  muster_check_json(reg, check, NULL, &found);
  muster_buf_printf(out, "{\n\"schema\": %d,\n\"pseudonymous\": %s,\n\"sound\": true,\n\"imports\": ", info->schema,
                    info->pseudonymous ? "true" : "false");
  muster_status status = found.failed ? muster_fail_memory(err) : store_sheet(info, MUSTER_FORM_JSON, out, err);
  muster_buf_puts(out, ",");
  if (status == MUSTER_OK) muster_buf_add(out, found.at + 1, found.n - 1); /* its members, without the brace */
  muster_buf_free(&found);
  return status;
}

static muster_status check_store(const cli_data *data, const muster_check *check, muster_form form, muster_buf *out,
                                 muster_error *err) {
  muster_store_info info;
  MUSTER_TRY(muster_store_verify(data->path, err));
  MUSTER_TRY(muster_store_look(data->path, &info, err));
  muster_status status = MUSTER_OK;
  if (form == MUSTER_FORM_TABLE) {
    store_lines(&info, out);
    contents(data->reg, check, out);
    two_births(check, out);
    problems(data->reg, check, out);
  } else if (form == MUSTER_FORM_JSON) {
    status = store_json(&info, data->reg, check, out, err);
  } else {
    status = store_sheet(&info, form, out, err);
  }
  muster_store_info_free(&info);
  return status;
}

/* What was read until then, also when it ended in an error of the data: the rows tell why. */
static muster_status folder_lines(const cli_data *data, const muster_check *check, muster_status status,
                                  muster_buf *out) {
  if (!data->ledger->total.read && status != MUSTER_OK) return status;
  muster_ledger_table(data->ledger, out);
  if (status == MUSTER_OK) contents(data->reg, check, out);
  unknown_codes(data->ledger, out);
  if (status == MUSTER_OK) problems(data->reg, check, out);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  cli_data data;
  muster_check check = {0};
  muster_buf out;
  muster_buf_init(&out, 16 << 20);
  const char *folder = cli_value(call, "out");
  muster_form form;
  MUSTER_TRY(cli_format(call, &form, err));
  if (cli_flag(call, "suggest")) {
    muster_status status = muster_suggest_source(call->arguments[0], &out, err);
    if (status == MUSTER_OK) status = cli_put(out.at, out.n, err);
    muster_buf_free(&out);
    return status;
  }
  const cli_data_needs needs = {.quiet = form != MUSTER_FORM_CSV, .digests = true};
  muster_status status = cli_data_open(call, call->arguments[0], &needs, &data, err);
  muster_error first = err ? *err : (muster_error){0};
  muster_error ignored;
  if (status == MUSTER_DATA && err && !err->todo[0] && data.ledger && data.ledger->file_count)
    muster_error_todo(&first, "'muster check %s --suggest' proposes a source.lua", call->arguments[0]);
  if (data.ledger && folder) {
    muster_status written = muster_ledger_write(data.ledger, folder, status == MUSTER_OK ? err : &ignored);
    if (status == MUSTER_OK) status = written;
  }
  if (status == MUSTER_OK) status = muster_check_register(data.reg, &check, err);
  if (status == MUSTER_OK && data.is_store) {
    status = check_store(&data, &check, form, &out, err);
  } else if (data.ledger && status == MUSTER_OK && form == MUSTER_FORM_JSON) {
    muster_check_json(data.reg, &check, data.ledger, &out);
  } else if (data.ledger && status == MUSTER_OK && form == MUSTER_FORM_CSV) {
    status = cli_ledger_csv(data.ledger, &out, err);
  } else if (data.ledger && (status == MUSTER_OK || status == MUSTER_DATA) && form == MUSTER_FORM_TABLE) {
    status = folder_lines(&data, &check, status, &out);
  }
  if (out.n && cli_put(out.at, out.n, &ignored) != MUSTER_OK && status == MUSTER_OK) {
    status = ignored.status;
    if (err) *err = ignored;
  }
  if (status == MUSTER_OK && data.ledger && data.ledger->total.rejected && !folder && needs.quiet)
    cli_note("--out DIR writes ledger.json and rejects.csv, every rejected row with its line and reason");
  if (status == MUSTER_DATA && err) *err = first;
  muster_check_free(&check);
  muster_buf_free(&out);
  cli_data_close(&data);
  return status;
}

static const cli_option options[] = {{"out", "DIR", "write ledger.json and rejects.csv there"},
                                     {"suggest", NULL, "print a source.lua for the files of the folder"},
                                     CLI_SOURCE,
                                     CLI_STRICT,
                                     {"format", "FORM",
                                      "table for people (default), csv (the ledger; of a store its imports) or json "
                                      "(ledger or imports, calendar, gaps, registers not taken)"},
                                     CLI_JOBS,
                                     CLI_TIMINGS,
                                     CLI_HELP,
                                     CLI_END};

const cli_command cli_check = {
    .name = "check",
    .arguments = "DATA",
    .summary = "what is in here, what is wrong with it, nothing changed",
    .details =
        "Reads everything as any other command would and reports rows read, accepted, duplicate, superseded and "
        "rejected, the calendar and half terms, gaps, registers not taken, and codes nobody knows. Of a store it "
        "checks every page.",
    .examples =
        "  muster check export/\n  muster check export/ --out problems/\n  muster check export/ --suggest > "
        "export/source.lua",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
