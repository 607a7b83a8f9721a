/* The ledger for readers: ledger.json, rejects.csv, and a table of lines. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "books.h"
#include "ledger_json.h"

/* ---- JSON ---- */

static int put_counts(json_t *object, const muster_ledger_counts *c) {
  return json_object_set_new(object, "rows_read", ledger_json_count(c->read)) |
         json_object_set_new(object, "accepted", ledger_json_count(c->accepted)) |
         json_object_set_new(object, "duplicate", ledger_json_count(c->duplicate)) |
         json_object_set_new(object, "superseded", ledger_json_count(c->superseded)) |
         json_object_set_new(object, "rejected", ledger_json_count(c->rejected));
}

static json_t *file_json(const muster_ledger_file *f) {
  json_t *object = json_object();
  int bad = json_object_set_new(object, "file", json_string(f->name)) |
            json_object_set_new(object, "kind", json_string(muster_source_kinds[f->kind]));
  if (f->layout != MUSTER_LAYOUT_ANY)
    bad |= json_object_set_new(object, "layout", json_string(muster_layout_names[f->layout]));
  bad |= json_object_set_new(object, "unit", json_string(f->counts_marks ? "mark" : "row"));
  bad |= json_object_set_new(object, "bytes", ledger_json_count(f->bytes)) |
         json_object_set_new(object, "csv_rows", ledger_json_count(f->rows)) | put_counts(object, &f->counts) |
         json_object_set_new(object, "left_out", ledger_json_count(f->left_out));
  if (f->digest[0]) bad |= json_object_set_new(object, "blake2b_256", json_string(f->digest));
  if (!bad) return object;
  json_decref(object);
  return NULL;
}

static json_t *tally_json(const muster_ledger_tally *tally, const char *name) {
  json_t *list = json_array();
  for (uint32_t i = 0; i < tally->texts.count; i++) {
    muster_text text = muster_map_name(&tally->texts, i);
    json_t *entry = json_object();
    if (json_object_set_new(entry, name, json_stringn(text.at, text.n)) |
        json_object_set_new(entry, "count", ledger_json_count(tally->counts[i])) | json_array_append_new(list, entry)) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *facts_json(const muster_ledger *ledger) {
  json_t *list = json_array();
  for (size_t i = 0; i < ledger->fact_count; i++) {
    const muster_fact *fact = &ledger->facts[i];
    json_t *entry = json_object();
    int bad = json_object_set_new(entry, "id", json_string(fact->id));
    if (fact->file != MUSTER_NONE)
      bad |= json_object_set_new(entry, "file", json_string(ledger->files[fact->file].name));
    bad |= json_object_set_new(entry, "text", json_string(fact->text));
    if (bad | json_array_append_new(list, entry)) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

json_t *ledger_json(const muster_ledger *ledger) {
  json_t *root = json_object(), *total = json_object(), *files = json_array();
  int bad = put_counts(total, &ledger->total) | json_object_set_new(root, "total", total);
  for (size_t i = 0; i < ledger->file_count; i++) bad |= json_array_append_new(files, file_json(&ledger->files[i]));
  bad |= json_object_set_new(root, "files", files) |
         json_object_set_new(root, "reasons", tally_json(&ledger->reasons, "reason")) |
         json_object_set_new(root, "unknown_codes", tally_json(&ledger->unknown_codes, "code")) |
         json_object_set_new(root, "facts", facts_json(ledger));
  if (!bad) return root;
  json_decref(root);
  return NULL;
}

static int add_piece(const char *piece, size_t n, void *context) {
  muster_buf *out = context;
  muster_buf_add(out, piece, n);
  return out->failed ? -1 : 0;
}

void ledger_json_put(json_t *root, muster_buf *out) {
  if (!root || json_dump_callback(root, add_piece, out, JSON_INDENT(2)) != 0) {
    muster_buf_free(out);
    out->failed = true;
  }
  json_decref(root);
  muster_buf_putc(out, '\n');
}

void muster_ledger_json(const muster_ledger *ledger, muster_buf *out) { ledger_json_put(ledger_json(ledger), out); }

/* ---- for people ---- */

static void table_row(muster_buf *out, int width, const char *name, const char *layout, const char *unit,
                      const muster_ledger_counts *c) {
  muster_buf_printf(out, "%-*s %-8s %-5s %12" PRIu64 " %12" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n",
                    width, name, layout, unit, c->read, c->accepted, c->duplicate, c->superseded, c->rejected);
}

void muster_ledger_table(const muster_ledger *ledger, muster_buf *out) {
  int width = 24;
  for (size_t i = 0; i < ledger->file_count; i++)
    if (strlen(ledger->files[i].name) > (size_t)width) width = (int)strlen(ledger->files[i].name);
  muster_buf_printf(out, "%-*s %-8s %-5s %12s %12s %10s %10s %10s\n", width, "file", "layout", "unit", "rows read",
                    "accepted", "duplicate", "superseded", "rejected");
  for (size_t i = 0; i < ledger->file_count; i++) {
    const muster_ledger_file *f = &ledger->files[i];
    table_row(out, width, f->name, muster_layout_names[f->layout], f->counts_marks ? "mark" : "row", &f->counts);
  }
  if (ledger->file_count > 1) table_row(out, width, "total", "", "", &ledger->total);
  for (size_t i = 0; i < ledger->file_count; i++)
    if (ledger->files[i].left_out)
      muster_buf_printf(out, "%s: %" PRIu64 " left out by the source\n", ledger->files[i].name,
                        ledger->files[i].left_out);
  for (uint32_t i = 0; i < ledger->reasons.texts.count; i++)
    muster_buf_printf(out, "rejected %" PRIu64 ": %s\n", ledger->reasons.counts[i],
                      muster_map_name(&ledger->reasons.texts, i).at);
  for (size_t i = 0; i < ledger->fact_count; i++) {
    const muster_fact *fact = &ledger->facts[i];
    const char *file = fact->file == MUSTER_NONE ? "" : ledger->files[fact->file].name;
    muster_buf_printf(out, "note: %s%s%s\n", file, file[0] ? ": " : "", fact->text);
  }
}

/* ---- files ---- */

static muster_status write_piece(void *context, const char *bytes, size_t n, muster_error *err) {
  FILE *file = context;
  if (fwrite(bytes, 1, n, file) == n) return MUSTER_OK;
  return muster_fail(err, MUSTER_IO, "cannot write rejects.csv: %s", strerror(errno));
}

/* However many rejects there are, they go from the spool to the file piece by piece; the name appears when all is
 * there. */
static muster_status write_rejects(const muster_ledger *ledger, const char *path, muster_error *err) {
  muster_arena arena = {0};
  char *temporary = muster_arena_printf(&arena, "%s.XXXXXX", path);
  if (!temporary) return muster_fail_memory(err);
  int fd = mkstemp(temporary);
  FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
  muster_status status = MUSTER_OK;
  if (!file) {
    status = muster_fail(err, MUSTER_IO, "cannot write rejects.csv: %s", strerror(errno));
    if (fd >= 0) close(fd);
  } else {
    static const char header[] = "file,line,column,value,reason\n";
    status = write_piece(file, header, sizeof header - 1, err);
    if (status == MUSTER_OK) status = muster_spool_each(ledger->rejects, write_piece, file, err);
    bool flushed = fflush(file) == 0 && fchmod(fd, 0600) == 0 && fsync(fd) == 0;
    if (fclose(file) != 0) flushed = false;
    if (status == MUSTER_OK && (!flushed || rename(temporary, path) != 0))
      status = muster_fail(err, MUSTER_IO, "cannot write rejects.csv: %s", strerror(errno));
  }
  if (status != MUSTER_OK && fd >= 0) unlink(temporary);
  if (status != MUSTER_OK) muster_error_where(err, "%s", path);
  muster_arena_free(&arena);
  return status;
}

muster_status muster_ledger_write(const muster_ledger *ledger, const char *folder, muster_error *err) {
  muster_arena arena = {0};
  muster_buf json;
  muster_buf_init(&json, SIZE_MAX / 4);
  char *rejects = muster_path_join(&arena, folder, "rejects.csv"),
       *path = muster_path_join(&arena, folder, "ledger.json");
  muster_status status = rejects && path ? muster_folder_make(folder, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    muster_ledger_json(ledger, &json);
    if (json.failed) status = muster_fail_memory(err);
  }
  if (status == MUSTER_OK) status = write_rejects(ledger, rejects, err);
  if (status == MUSTER_OK) status = muster_file_write(path, json.at, json.n, 0644, err);
  muster_buf_free(&json);
  muster_arena_free(&arena);
  return status;
}
