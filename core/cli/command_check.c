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
  muster_buf_printf(out, "%zu schools, %zu enrolments of %zu pupils\n", reg->school_count, reg->pupil_count,
                    reg->pupil_ids.count);
  range_line(reg, out);
  if (reg->total_count) muster_buf_printf(out, "%zu rows of totals\n", reg->total_count);
  if (reg->first_mark != MUSTER_NO_DATE) {
    muster_buf_printf(out, "calendar %s, half terms %s%s\n", reg->calendar_given ? "given" : "inferred from the marks",
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

static muster_status check_store(const char *path, muster_buf *out, muster_error *err) {
  muster_store_info info;
  MUSTER_TRY(muster_store_verify(path, err));
  MUSTER_TRY(muster_store_look(path, &info, err));
  muster_buf_printf(out,
                    "store, schema %d%s: %llu schools, %llu pupils, %llu enrolments; every page and row is sound\n",
                    info.schema, info.pseudonymous ? ", pseudonymous" : "", (unsigned long long)info.schools,
                    (unsigned long long)info.pupils, (unsigned long long)info.enrolments);
  for (size_t i = 0; i < info.import_count; i++) {
    char on[MUSTER_DATE_TEXT];
    const muster_import_row *row = &info.imports[i];
    muster_buf_printf(out, "  import %u on %s: %llu rows read, %llu rejected, %llu marks new, %llu changed\n",
                      row->number, muster_date_format(row->on, on), (unsigned long long)row->read,
                      (unsigned long long)row->rejected, (unsigned long long)row->marks_new,
                      (unsigned long long)row->marks_changed);
  }
  muster_store_info_free(&info);
  return MUSTER_OK;
}

static muster_status run(cli_call *call, muster_error *err) {
  cli_data data;
  muster_check check = {0};
  muster_buf out;
  muster_buf_init(&out, 16 << 20);
  const char *folder = cli_value(call, "out");
  muster_form format;
  MUSTER_TRY(cli_format(call, &format, err));
  if (cli_flag(call, "suggest")) {
    muster_status status = muster_suggest_source(call->arguments[0], &out, err);
    if (status == MUSTER_OK) status = cli_put(out.at, out.n, err);
    muster_buf_free(&out);
    return status;
  }
  muster_status status =
      cli_data_open(call, call->arguments[0], &(cli_data_needs){.quiet = true, .digests = true}, &data, err);
  muster_error first = err ? *err : (muster_error){0};
  muster_error ignored;
  if (data.ledger && folder) {
    muster_status written = muster_ledger_write(data.ledger, folder, status == MUSTER_OK ? err : &ignored);
    if (status == MUSTER_OK) status = written;
  }
  if (status == MUSTER_OK) status = muster_check_register(data.reg, &check, err);
  if (status == MUSTER_OK && data.is_store) status = check_store(data.path, &out, err);
  if (status == MUSTER_OK && format == MUSTER_FORM_JSON && data.ledger) {
    muster_ledger_json(data.ledger, &out);
  } else if (data.reg && (status == MUSTER_OK || status == MUSTER_DATA)) {
    if (data.ledger) muster_ledger_table(data.ledger, &out);
    if (status == MUSTER_OK) contents(data.reg, &check, &out);
    if (data.ledger) unknown_codes(data.ledger, &out);
    if (status == MUSTER_OK) problems(data.reg, &check, &out);
  }
  if (out.n && cli_put(out.at, out.n, &ignored) != MUSTER_OK && status == MUSTER_OK) status = ignored.status;
  if (status == MUSTER_OK && data.ledger && data.ledger->total.rejected && !folder)
    cli_note("--out DIR writes ledger.json and rejects.csv, every rejected row with its line and reason");
  if (status == MUSTER_DATA && err) *err = first;
  if (status != MUSTER_OK && status != MUSTER_USAGE && !data.is_store && err && !err->todo[0])
    muster_error_todo(err, "'muster check %s --suggest' proposes a source.lua", call->arguments[0]);
  muster_check_free(&check);
  muster_buf_free(&out);
  cli_data_close(&data);
  return status;
}

static const cli_option options[] = {{"out", "DIR", "write ledger.json and rejects.csv there"},
                                     {"suggest", NULL, "print a source.lua for the files of the folder"},
                                     CLI_SOURCE,
                                     CLI_STRICT,
                                     {"format", "FORM", "table for people (default), or json: the ledger"},
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
        "rejected,\n"
        "the calendar and half terms, gaps, registers not taken, and codes nobody knows. Of a store it checks every "
        "page.",
    .examples =
        "  muster check export/\n  muster check export/ --out problems/\n  muster check export/ --suggest > "
        "export/source.lua",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
