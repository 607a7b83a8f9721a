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
    if (path && !muster_is_file(path)) return MUSTER_OK;
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
  muster_load_options options = {
      .strict = cli_flag(call, "strict"), .digests = needs->digests, .progress = &call->progress};
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

void cli_data_source(const cli_data *data, bool totals, char out[80]) {
  const muster_register *reg = data->reg;
  snprintf(out, 80, "%s%s%s", totals ? "totals" : "marks", !totals && reg->presence_implied ? "; presence implied" : "",
           !totals && !reg->calendar_given ? "; calendar inferred" : "");
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
