/* Opening DATA, and saying once what a reader of the answer must know about it. */
#include "data.h"

#include <stdio.h>
#include <string.h>

#include "muster/script.h"
#include "muster/store.h"
#include "terminal.h"

static bool ends_in(const char *path, const char *tail) {
  size_t n = strlen(path), m = strlen(tail);
  return n >= m && strcmp(path + n - m, tail) == 0;
}

static void note_facts(const muster_ledger *ledger) {
  for (size_t i = 0; i < ledger->fact_count; i++) {
    const muster_fact *fact = &ledger->facts[i];
    if (fact->file == MUSTER_NONE)
      cli_note("%s", fact->text);
    else
      cli_note("%s: %s", ledger->files[fact->file].name, fact->text);
  }
}

static void note_rejects(const cli_data *data) {
  const muster_ledger *ledger = data->ledger;
  const muster_ledger_counts *t = &ledger->total;
  if (!t->rejected) return;
  const char *most = "";
  uint64_t count = 0;
  for (size_t i = 0; i < ledger->reasons.texts.count; i++)
    if (ledger->reasons.counts[i] > count)
      count = ledger->reasons.counts[i], most = muster_map_name(&ledger->reasons.texts, (uint32_t)i).at;
  cli_note(
      "%llu of %llu rows were rejected, most often (%llu): %s. 'muster check %s --out DIR' lists every one in "
      "DIR/rejects.csv",
      (unsigned long long)t->rejected, (unsigned long long)t->read, (unsigned long long)count, most, data->path);
}

static muster_status open_store(cli_call *call, const cli_data_needs *needs, cli_data *data, muster_error *err) {
  static const char *const of_folders[] = {"source", NULL};
  MUSTER_TRY(cli_refuse(call, of_folders, "says how files are read, and a store has none", err));
  muster_store_options options = muster_store_everything();
  options.progress = &call->progress;
  options.codes = needs->codes;
  options.code_count = needs->code_count;
  MUSTER_TRY(cli_jobs(call, &options.jobs, err));
  MUSTER_TRY(cli_date(call, "known-at", MUSTER_NO_DATE, &options.known_at, err));
  data->is_store = true;
  return muster_store_load(data->path, &options, &data->reg, err);
}

static muster_status read_source(cli_call *call, cli_data *data, const char **folder, muster_source **source,
                                 muster_error *err) {
  const char *path = cli_value(call, "source");
  *folder = data->path;
  if (!path && ends_in(data->path, ".lua")) {
    const char *slash = strrchr(data->path, '/');
    *folder = slash ? muster_arena_copy(&data->arena, data->path, (size_t)(slash - data->path)) : ".";
    path = data->path;
  }
  if (!path) {
    path = muster_path_join(&data->arena, data->path, "source.lua");
    if (path && !muster_is_file(path) && !muster_is_folder(path) && !muster_is_link(path)) return MUSTER_OK;
  }
  if (!path || !*folder) return muster_fail_memory(err);
  return muster_script_source(path, source, err);
}

static muster_status open_folder(cli_call *call, const cli_data_needs *needs, cli_data *data, muster_error *err) {
  if (cli_value(call, "known-at")) {
    muster_fail(err, MUSTER_USAGE, "--known-at needs a store: a folder has no history");
    muster_error_todo(err, "import the folder first: muster import %s STORE.db", data->path);
    return MUSTER_USAGE;
  }
  const char *folder;
  muster_source *source = NULL;
  MUSTER_TRY(read_source(call, data, &folder, &source, err));
  muster_load_options options = {.strict = cli_flag(call, "strict"),
                                 .digests = needs->digests,
                                 .progress = &call->progress,
                                 .known = needs->known};
  muster_status status = cli_jobs(call, &options.jobs, err);
  data->reg = muster_register_new();
  data->ledger = muster_ledger_new();
  if (status == MUSTER_OK && (!data->reg || !data->ledger)) status = muster_fail_memory(err);
  for (size_t i = 0; i < needs->code_count && status == MUSTER_OK; i++)
    status = muster_codes_add(&data->reg->codes, &needs->codes[i], err);
  if (status == MUSTER_OK) status = muster_load(folder, source, &options, data->reg, data->ledger, err);
  muster_source_free(source);
  return status;
}

muster_status cli_data_open(cli_call *call, const char *path, const cli_data_needs *needs, cli_data *data,
                            muster_error *err) {
  static const cli_data_needs nothing;
  if (!needs) needs = &nothing;
  *data = (cli_data){.path = path};
  cli_stage(call, "reading the data");
  if (muster_is_file(path) && !ends_in(path, ".lua") && !ends_in(path, ".csv"))
    return open_store(call, needs, data, err);
  if (ends_in(path, ".db")) return open_store(call, needs, data, err);
  if (ends_in(path, ".csv") && muster_is_file(path)) {
    muster_fail(err, MUSTER_USAGE, "%s is one file", path);
    muster_error_expected(err, "the folder that holds it, or a store");
    return MUSTER_USAGE;
  }
  muster_status status = open_folder(call, needs, data, err);
  if (status == MUSTER_OK && !needs->quiet) {
    note_facts(data->ledger);
    note_rejects(data);
  }
  return status;
}

void cli_data_close(cli_data *data) {
  muster_register_free(data->reg);
  muster_ledger_free(data->ledger);
  muster_arena_free(&data->arena);
  *data = (cli_data){0};
}

muster_status cli_ledger_csv(const muster_ledger *ledger, muster_buf *out, muster_error *err) {
  static const muster_column columns[] = {
      {"file", MUSTER_COLUMN_TEXT, false},        {"kind", MUSTER_COLUMN_TEXT, false},
      {"unit", MUSTER_COLUMN_TEXT, false},        {"rows_read", MUSTER_COLUMN_COUNT, false},
      {"accepted", MUSTER_COLUMN_COUNT, false},   {"duplicate", MUSTER_COLUMN_COUNT, false},
      {"superseded", MUSTER_COLUMN_COUNT, false}, {"rejected", MUSTER_COLUMN_COUNT, false},
      {"left_out", MUSTER_COLUMN_COUNT, false}};
  muster_sheet *sheet = muster_sheet_new(columns, sizeof columns / sizeof *columns);
  uint64_t left_out = 0;
  for (size_t i = 0; sheet && i <= ledger->file_count; i++) {
    const muster_ledger_file *f = i < ledger->file_count ? &ledger->files[i] : NULL;
    const muster_ledger_counts *c = f ? &f->counts : &ledger->total;
    if (f) left_out += f->left_out;
    muster_sheet_text(sheet, muster_text_of(f ? f->name : "total"));
    muster_sheet_text(sheet, muster_text_of(f ? muster_source_kinds[f->kind] : ""));
    muster_sheet_text(sheet, muster_text_of(!f ? "" : f->counts_marks ? "mark" : "row"));
    const uint64_t counts[] = {c->read,       c->accepted, c->duplicate,
                               c->superseded, c->rejected, f ? f->left_out : left_out};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) muster_sheet_count(sheet, (int64_t)counts[k]);
  }
  muster_status status = sheet ? muster_sheet_write(sheet, MUSTER_FORM_CSV, NULL, out, err) : muster_fail_memory(err);
  muster_sheet_free(sheet);
  return status;
}

void cli_data_source(const cli_data *data, bool totals, char out[MUSTER_SOURCE_TEXT]) {
  muster_register_source(data->reg, totals, out);
}

/* The end of the latest school year that a period of totals names: "201819", "2018/19" and "2018 / Week 37" end in July
 * 2019. */
static muster_date end_of_totals(const muster_register *reg) {
  int64_t latest = 0;
  for (size_t i = 0; i < reg->total_count; i++) {
    muster_text period = muster_map_name(&reg->texts, reg->totals[i].period);
    int64_t year;
    if (period.n >= 4 && muster_text_int((muster_text){period.at, 4}, &year) && year >= 1990 && year < 2199 &&
        year > latest)
      latest = year;
  }
  return latest ? muster_date_of((int)latest + 1, 7, 31) : MUSTER_NO_DATE;
}

muster_status cli_as_of(cli_call *call, const cli_data *data, muster_date *as_of, muster_error *err) {
  const muster_register *reg = data->reg;
  bool marks = reg->last_mark != MUSTER_NO_DATE;
  MUSTER_TRY(cli_date(call, "as-of", marks ? reg->last_mark : end_of_totals(reg), as_of, err));
  if (*as_of == MUSTER_NO_DATE) {
    muster_fail(err, MUSTER_DATA, "there are no marks, so there is no last day to take as the as-of date");
    muster_error_todo(err, "give --as-of DATE");
    return MUSTER_DATA;
  }
  char text[MUSTER_DATE_TEXT];
  if (!cli_value(call, "as-of"))
    cli_note("as of %s, %s", muster_date_format(*as_of, text),
             marks ? "the last day with a mark" : "the end of the latest year of the totals");
  else if (marks && *as_of > reg->last_mark)
    cli_note("the last mark is of %s, before the as-of date", muster_date_format(reg->last_mark, text));
  return MUSTER_OK;
}

muster_status cli_data_digests(const cli_call *call, const cli_data *data, muster_arena *arena, muster_record *record,
                               muster_error *err) {
  const muster_ledger *ledger = data->ledger;
  char digest[MUSTER_DIGEST_TEXT];
  unsigned jobs;
  MUSTER_TRY(cli_jobs(call, &jobs, err));
  MUSTER_TRY(muster_register_digest(data->reg, jobs, digest, err));
  muster_record_word *word = muster_arena_alloc(arena, sizeof *word);
  if (word) *word = (muster_record_word){"register", muster_arena_copy(arena, digest, sizeof digest - 1)};
  if (!word || !word->value) return muster_fail_memory(err);
  record->data = word;
  record->data_count = 1;
  if (!ledger) return MUSTER_OK;
  record->rows_known = true;
  record->rows_read = ledger->total.read;
  record->rows_accepted = ledger->total.accepted;
  record->rows_duplicate = ledger->total.duplicate;
  record->rows_superseded = ledger->total.superseded;
  record->rows_rejected = ledger->total.rejected;
  return MUSTER_OK;
}

muster_status cli_definition(const char *id, const muster_definition **definition, muster_error *err) {
  *definition = muster_definition_find(id);
  if (*definition) return MUSTER_OK;
  size_t n;
  const muster_definition *all = muster_definitions(&n);
  const char *names[32];
  char list[200] = "";
  for (size_t i = 0; i < n && i < 31; i++) {
    names[i] = all[i].id;
    names[i + 1] = NULL;
    if (strlen(list) + strlen(all[i].id) + 3 < sizeof list) strcat(strcat(list, i ? ", " : ""), all[i].id);
  }
  muster_fail(err, MUSTER_USAGE, "--definition: there is no definition '%s'", id);
  muster_error_expected(err, "one of %s", list);
  const char *near = muster_nearest(id, names);
  if (near) muster_error_todo(err, "did you mean '%s'?", near);
  return MUSTER_USAGE;
}
