/* The load as a whole: which files there are, each read in its turn, the facts a reader should know, the seal. */
#include "muster/load.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "marks.h"

typedef muster_status (*reader)(muster_reading *reading, muster_error *err);

static const reader readers[MUSTER_FILE_KINDS] = {
    [MUSTER_FILE_SCHOOLS] = muster_read_schools,     [MUSTER_FILE_PUPILS] = muster_read_pupils,
    [MUSTER_FILE_CALENDAR] = muster_read_calendar,   [MUSTER_FILE_TERMS] = muster_read_terms,
    [MUSTER_FILE_MARKS] = muster_read_marks,         [MUSTER_FILE_INTERVENTIONS] = muster_read_interventions,
    [MUSTER_FILE_RESPONSES] = muster_read_responses, [MUSTER_FILE_COUNTS] = muster_read_counts,
};

/* ---- which files ---- */

typedef struct found {
  const char **names;
  size_t count, capacity;
} found;

static muster_status add_name(found *f, const char *name, muster_error *err) {
  for (size_t i = 0; i < f->count; i++)
    if (strcmp(f->names[i], name) == 0) return MUSTER_OK;
  if (!MUSTER_GROW(f->names, f->capacity, f->count)) return muster_fail_memory(err);
  f->names[f->count++] = name;
  return MUSTER_OK;
}

static muster_status add_matches(muster_loading *load, const char *pattern, found *f, muster_error *err) {
  const char **names;
  size_t count, before = f->count;
  MUSTER_TRY(muster_folder_list(load->folder, NULL, &load->arena, &names, &count, err));
  for (size_t i = 0; i < count; i++)
    if (fnmatch(pattern, names[i], 0) == 0) MUSTER_TRY(add_name(f, names[i], err));
  if (f->count > before) return MUSTER_OK;
  muster_fail(err, MUSTER_IO, "no file in the folder matches '%.80s'", pattern);
  muster_error_where(err, "%s", load->folder);
  return MUSTER_IO;
}

static bool is_there(muster_loading *load, const char *name, bool *there) {
  char *path = muster_path_join(&load->arena, load->folder, name);
  if (path) *there = muster_is_file(path) || muster_is_folder(path) || muster_is_link(path);
  return path != NULL;
}

/* The usual names of a kind: of those that are there the first. */
static muster_status find_usual(muster_loading *load, muster_file_kind kind, found *f, muster_error *err) {
  char *usual = muster_arena_printf(&load->arena, "%s.csv", muster_source_kinds[kind]);
  if (!usual) return muster_fail_memory(err);
  const char *names[] = {usual, kind == MUSTER_FILE_MARKS ? "absences.csv" : NULL, NULL};
  for (const char **name = names; *name; name++) {
    bool there;
    if (!is_there(load, *name, &there)) return muster_fail_memory(err);
    if (!there) continue;
    if (!f->count) {
      MUSTER_TRY(add_name(f, *name, err));
      continue;
    }
    MUSTER_TRY(muster_books_fact(load->ledger, "file-not-read", MUSTER_NONE, err,
                                 "%s was not read, because there is %s", *name, f->names[0]));
  }
  /* A kind that the source describes must be there. */
  if (!f->count && load->source->files[kind].declared) return add_name(f, usual, err);
  return MUSTER_OK;
}

static muster_status find_files(muster_loading *load, muster_file_kind kind, found *f, muster_error *err) {
  const muster_source_file *how = &load->source->files[kind];
  if (how->file.count == 0) return find_usual(load, kind, f, err);
  for (size_t i = 0; i < how->file.count; i++) {
    const char *name = how->file.at[i];
    bool pattern = strpbrk(name, "*?[") != NULL, there = false;
    if (pattern && !is_there(load, name, &there)) return muster_fail_memory(err);
    MUSTER_TRY(pattern && !there ? add_matches(load, name, f, err) : add_name(f, name, err));
  }
  return MUSTER_OK;
}

static muster_status nothing_to_load(muster_loading *load, muster_error *err) {
  const char **names;
  size_t count;
  char list[200] = "";
  MUSTER_TRY(muster_folder_list(load->folder, ".csv", &load->arena, &names, &count, err));
  for (size_t i = 0, used = 0; i < count && used < sizeof list - 60; i++)
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%.40s", used ? ", " : "", names[i]);
  muster_fail(err, MUSTER_DATA, "there are neither marks nor counts to load");
  muster_error_where(err, "%s", load->folder);
  muster_error_expected(err, "marks.csv or counts.csv%s%s", count ? ", or a source.lua that names one of " : "", list);
  if (count) muster_error_todo(err, "'muster check %s --suggest' proposes a source.lua", load->folder);
  return MUSTER_DATA;
}

/* ---- one file ---- */

static muster_status digest_of(muster_reading *r, muster_error *err) {
  char *digest = r->load->ledger->files[r->file].digest;
  if (!r->load->options.digests || digest[0]) return MUSTER_OK; /* marks take theirs on the way */
  muster_digester digester;
  MUSTER_TRY(muster_digester_begin(&digester, err));
  muster_status status = muster_digester_reach(&digester, &r->input, UINT64_MAX, err);
  muster_digester_end(&digester, status == MUSTER_OK ? digest : NULL);
  return status;
}

static muster_status note_file(muster_reading *r, muster_error *err) {
  muster_ledger *ledger = r->load->ledger;
  if (r->columns.ignored[0])
    MUSTER_TRY(
        muster_books_fact(ledger, "columns-ignored", r->file, err, "columns without a use: %s", r->columns.ignored));
  if (muster_columns_has(&r->columns, MARKS_MINUTES) && r->kind == MUSTER_FILE_MARKS)
    MUSTER_TRY(muster_books_fact(ledger, "minutes-not-kept", r->file, err, "minutes_late was checked and is not kept"));
  if (r->headers_again)
    MUSTER_TRY(muster_books_fact(ledger, "header-again", r->file, err, "the header is there again on %llu line%s",
                                 (unsigned long long)r->headers_again, r->headers_again == 1 ? "" : "s"));
  if (ledger->files[r->file].rows + ledger->files[r->file].left_out == 0)
    MUSTER_TRY(muster_books_fact(ledger, "no-rows", r->file, err, "the file has a header and no rows"));
  return MUSTER_OK;
}

static muster_status read_file(muster_loading *load, muster_file_kind kind, const char *name, muster_error *err) {
  const muster_source_file *how = &load->source->files[kind];
  muster_reading r = {.load = load, .how = how, .kind = kind};
  char *path = muster_path_join(&load->arena, load->folder, name);
  if (!path) return muster_fail_memory(err);
  MUSTER_TRY(muster_input_open(&r.input, path, name, how->delimiter, how->skip_lines, load->options.parser,
                               &load->arena, err));
  muster_status status = MUSTER_OK;
  r.file = muster_books_file(load->ledger, name, kind);
  if (r.file == MUSTER_NONE) {
    status = muster_fail_memory(err);
    goto out;
  }
  r.counts = &load->ledger->files[r.file].counts;
  load->ledger->files[r.file].bytes = r.input.size;
  muster_progress_tell(load->options.progress, name, 0, r.input.size);
  status = muster_columns_find(&r.columns, &r.input, kind, how, &load->arena, err);
  if (status == MUSTER_OK) status = readers[kind](&r, err);
  if (status == MUSTER_OK) status = digest_of(&r, err);
  if (status == MUSTER_OK) status = note_file(&r, err);
  muster_progress_tell(load->options.progress, name, r.input.size, r.input.size);
out:
  muster_input_close(&r.input);
  return status;
}

static muster_status read_kind(muster_loading *load, muster_file_kind kind, bool *any, muster_error *err) {
  found files = {0};
  muster_map_free(&load->seen);
  load->seen = (muster_map){0};
  if (load->origins) memset(load->origins, 0, load->origin_capacity * sizeof *load->origins);
  muster_status status = find_files(load, kind, &files, err);
  for (size_t i = 0; status == MUSTER_OK && i < files.count; i++) status = read_file(load, kind, files.names[i], err);
  *any = files.count > 0;
  muster_free(files.names);
  return status;
}

/* ---- the whole ---- */

/* Whether anybody has a mark of being there. Of an ordinary register the first row tells. */
static bool anybody_attends(const muster_register *reg) {
  for (size_t y = 0; y < reg->year_count; y++)
    for (size_t p = 0; p < reg->pupil_count; p++) {
      const uint8_t *row = reg->years[y].rows[p];
      for (size_t i = 0; row && i < MUSTER_YEAR_MARKS; i++)
        if (reg->codes.categories[row[i]] & MUSTER_ATTENDED) return true;
    }
  return false;
}

static muster_status note_whole(const muster_loading *load, muster_error *err) {
  const muster_register *reg = load->reg;
  if (load->known)
    MUSTER_TRY(muster_books_fact(load->ledger, "pupils-known", MUSTER_NONE, err,
                                 "there is no file of pupils: %llu pupils are those that the store knows",
                                 (unsigned long long)load->known));
  if (load->two_births)
    MUSTER_TRY(muster_books_fact(load->ledger, "two-birth-dates", MUSTER_NONE, err,
                                 "%llu pupil_id%s of pupils at two schools with two birth dates: where they are two "
                                 "children with one number, put the school before it, in source.lua: columns = { "
                                 "pupil_id = { \"school_id\", \"pupil_id\" } } in pupils and marks",
                                 (unsigned long long)load->two_births, load->two_births == 1 ? " is" : "s are"));
  if (load->two_schools)
    MUSTER_TRY(muster_books_fact(load->ledger, "two-schools", MUSTER_NONE, err,
                                 "%llu row%s of pupils at two schools on the same days, of which the first stands: "
                                 "where a pupil is registered at both (code D), keep both registers by putting the "
                                 "school before the number, in source.lua: columns = { pupil_id = { \"school_id\", "
                                 "\"pupil_id\" } } in pupils and marks",
                                 (unsigned long long)load->two_schools, load->two_schools == 1 ? " is" : "s are"));
  if (reg->year_count && !reg->calendar_given)
    MUSTER_TRY(muster_books_fact(load->ledger, "calendar-inferred", MUSTER_NONE, err,
                                 "there is no calendar of open days: a school is taken to be open on the days on which "
                                 "anyone there has a mark"));
  if (reg->calendars_inferred)
    MUSTER_TRY(
        muster_books_fact(load->ledger, "calendar-inferred", MUSTER_NONE, err,
                          "the calendar names no open day of %u of %zu schools: they are taken to be open on the "
                          "days on which anyone there has a mark",
                          reg->calendars_inferred, reg->school_count));
  if (reg->year_count && !reg->terms_given)
    MUSTER_TRY(muster_books_fact(load->ledger, "terms-inferred", MUSTER_NONE, err,
                                 "there is no file of terms: half terms were found from the weeks without open days"));
  if (reg->first_mark != MUSTER_NO_DATE && !reg->presence_implied && !anybody_attends(reg))
    MUSTER_TRY(muster_books_fact(load->ledger, "nobody-attends", MUSTER_NONE, err,
                                 "no mark says that anybody was there: if only absences were recorded, say so in "
                                 "source.lua: marks = { layout = \"absences\" }"));
  if (reg->presence_implied)
    MUSTER_TRY(muster_books_fact(load->ledger, "presence-implied", MUSTER_NONE, err,
                                 "only absences were recorded: every other open session of a pupil on roll counts as "
                                 "present"));
  return MUSTER_OK;
}

static muster_status refuse_rejects(const muster_ledger *ledger, const char *folder, muster_error *err) {
  const char *name = "";
  uint64_t most = 0;
  for (size_t i = 0; i < ledger->file_count; i++)
    if (ledger->files[i].counts.rejected > most) most = ledger->files[i].counts.rejected, name = ledger->files[i].name;
  muster_fail(err, MUSTER_DATA, "%llu of %llu rows were rejected, and strict was asked for",
              (unsigned long long)ledger->total.rejected, (unsigned long long)ledger->total.read);
  muster_error_where(err, "%s", name);
  muster_error_todo(err, "'muster check %s --out DIR' names each with its line and reason in DIR/rejects.csv", folder);
  return MUSTER_DATA;
}

static muster_status add_codes(muster_loading *load, muster_error *err) {
  for (size_t i = 0; i < load->source->code_count; i++) {
    muster_code code = load->source->codes[i];
    code.meaning = muster_arena_copy(&load->reg->arena, code.meaning, strlen(code.meaning));
    if (!code.meaning) return muster_fail_memory(err);
    MUSTER_TRY(muster_codes_add(&load->reg->codes, &code, err));
  }
  return MUSTER_OK;
}

static muster_status load_all(muster_loading *load, muster_error *err) {
  if (!muster_is_folder(load->folder)) {
    muster_fail(err, MUSTER_IO, muster_is_file(load->folder) ? "is a file, not a folder" : "there is no such folder");
    muster_error_where(err, "%s", load->folder);
    muster_error_expected(err, "a folder of CSV files with marks.csv or counts.csv");
    return MUSTER_IO;
  }
  MUSTER_TRY(add_codes(load, err));
  bool any[MUSTER_FILE_KINDS];
  for (int kind = 0; kind < MUSTER_FILE_KINDS; kind++)
    MUSTER_TRY(read_kind(load, (muster_file_kind)kind, &any[kind], err));
  if (!any[MUSTER_FILE_MARKS] && !any[MUSTER_FILE_COUNTS]) return nothing_to_load(load, err);
  muster_books_close(load->ledger);
  if (load->options.strict && load->ledger->total.rejected) return refuse_rejects(load->ledger, load->folder, err);
  if (!load->options.leave_open) MUSTER_TRY(muster_register_seal(load->reg, err));
  return note_whole(load, err);
}

muster_status muster_load(const char *folder, const muster_source *source, const muster_load_options *options,
                          muster_register *reg, muster_ledger *ledger, muster_error *err) {
  muster_loading load = {.folder = folder, .source = source, .reg = reg, .ledger = ledger};
  muster_source *usual = NULL;
  if (options) load.options = *options;
  if (!source && !(load.source = usual = muster_source_new())) return muster_fail_memory(err);
  muster_status status = load_all(&load, err);
  muster_books_close(ledger);
  muster_map_free(&load.seen);
  muster_free(load.origins);
  muster_free(load.children);
  muster_arena_free(&load.arena);
  muster_source_free(usual);
  return status;
}
