/* A store into a sealed register. */
#include <stdio.h>
#include <string.h>

#include "load_rows.h"

/* ---- numbers ---- */

bool muster_numbers_add(muster_numbers *n, int64_t stored, uint32_t here) {
  if (n->count && stored <= n->stored[n->count - 1]) return false;
  if (!MUSTER_GROW(n->stored, n->stored_capacity, n->count) || !MUSTER_GROW(n->here, n->here_capacity, n->count))
    return false;
  n->stored[n->count] = stored;
  n->here[n->count++] = here;
  return true;
}

/* Numbers have no gaps unless only some schools are loaded, so the first guess is mostly right. */
uint32_t muster_numbers_find(const muster_numbers *n, int64_t stored) {
  if (n->count == 0 || stored < n->stored[0] || stored > n->stored[n->count - 1]) return MUSTER_NONE;
  uint64_t guess = (uint64_t)(stored - n->stored[0]);
  if (guess < n->count && n->stored[guess] == stored) return n->here[guess];
  size_t low = 0, high = n->count;
  while (low + 1 < high) {
    size_t middle = low + (high - low) / 2;
    if (n->stored[middle] <= stored)
      low = middle;
    else
      high = middle;
  }
  return n->stored[low] == stored ? n->here[low] : MUSTER_NONE;
}

void muster_numbers_free(muster_numbers *n) {
  muster_free(n->stored);
  muster_free(n->here);
}

/* ---- attributes ---- */

bool muster_is_name(muster_text text, bool may_be_empty) {
  if (text.n == 0) return may_be_empty;
  return text.n < 4096 && !memchr(text.at, '\0', text.n) && muster_text_utf8(text, NULL);
}

/* The text's number, MUSTER_NONE when it is no text. The same few values come again and again; short ones are told
 * apart by their bytes alone, and each is looked at once. */
muster_status muster_setter_text(muster_setter *setter, muster_text value, uint32_t *number, muster_error *err) {
  uint64_t key = value.n;
  bool is_short = value.n < 8;
  for (size_t i = 0; is_short && i < value.n; i++) key = key << 8 | (uint8_t)value.at[i];
  size_t slot = (size_t)(key * 0x9E3779B97F4A7C15u >> 56);
  if (is_short && setter->recent[slot].key == key) return *number = setter->recent[slot].number, MUSTER_OK;
  *number = muster_map_find(&setter->reg->texts, value);
  if (*number == MUSTER_NONE) {
    if (!muster_is_name(value, false)) return MUSTER_OK;
    *number = muster_map_add(&setter->reg->texts, value, NULL);
    if (*number == MUSTER_NONE) return muster_fail_memory(err);
  }
  if (is_short) setter->recent[slot].key = key, setter->recent[slot].number = *number;
  return MUSTER_OK;
}

muster_status muster_setter_number(muster_setter *setter, const char *name, uint32_t *column, uint32_t subject,
                                   uint32_t number, muster_error *err) {
  muster_attributes *attributes = setter->attributes;
  if (*column != MUSTER_NONE && subject < attributes->columns[*column].capacity) {
    attributes->columns[*column].values[subject] = number;
    return MUSTER_OK;
  }
  muster_text value = muster_map_name(&setter->reg->texts, number);
  if (!muster_register_set(setter->reg, attributes, name, subject, value)) return muster_fail_memory(err);
  *column = (uint32_t)(muster_attribute_find(attributes, name) - attributes->columns);
  return MUSTER_OK;
}

muster_status muster_setter_put(muster_setter *setter, const char *name, uint32_t *column, uint32_t subject,
                                muster_text value, bool *good, muster_error *err) {
  if (value.n == 0) return MUSTER_OK;
  uint32_t number;
  MUSTER_TRY(muster_setter_text(setter, value, &number, err));
  if (number == MUSTER_NONE) return *good = false, MUSTER_OK;
  return muster_setter_number(setter, name, column, subject, number, err);
}

/* ---- which imports count ---- */

static muster_status nothing_by_then(const muster_fetch *f, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "nothing had been imported by then");
  muster_error_where(err, "%s", f->db->path);
  muster_error_expected(err, "a day on or after the first import");
  return MUSTER_DATA;
}

/* Imports in their order: those before the first that came after the day. */
static muster_status find_known(muster_fetch *f, muster_error *err) {
  MUSTER_TRY(muster_db_int(f->db, "SELECT max(import) FROM import_row", &f->latest, err));
  f->known = f->latest;
  if (f->options->known_import && f->options->known_import < f->latest) f->known = f->options->known_import;
  if (f->options->known_at != MUSTER_NO_DATE) {
    char sql[128];
    int64_t first_after;
    snprintf(sql, sizeof sql, "SELECT min(import) FROM import_row WHERE imported_on > %d", (int)f->options->known_at);
    MUSTER_TRY(muster_db_int(f->db, sql, &first_after, err));
    if (first_after && first_after - 1 < f->known) f->known = first_after - 1;
  }
  f->historical = f->known < f->latest;
  return f->known < 1 ? nothing_by_then(f, err) : MUSTER_OK;
}

enum { CALENDAR_GIVEN = 1, PRESENCE_IMPLIED = 4 };

static muster_status said_of_imports(muster_fetch *f, int flag, bool *said, muster_error *err) {
  char sql[128];
  int64_t count;
  snprintf(sql, sizeof sql, "SELECT count(*) FROM import_row WHERE import <= %lld AND flags & %d", (long long)f->known,
           flag);
  MUSTER_TRY(muster_db_int(f->db, sql, &count, err));
  *said = count > 0;
  return MUSTER_OK;
}

/* ---- the whole ---- */

static muster_status fetch_all(muster_fetch *f, struct muster_reading_rows **reading, muster_error *err) {
  bool calendar_given, presence_implied;
  MUSTER_TRY(find_known(f, err));
  MUSTER_TRY(muster_rows_begin(reading, f, err));
  MUSTER_TRY(muster_fetch_codes(f, err));
  MUSTER_TRY(muster_fetch_schools(f, err));
  MUSTER_TRY(muster_fetch_pupils(f, err));
  MUSTER_TRY(muster_fetch_calendars(f, err));
  MUSTER_TRY(muster_fetch_marks(f, *reading, err));
  MUSTER_TRY(muster_fetch_facts(f, err));
  MUSTER_TRY(said_of_imports(f, CALENDAR_GIVEN, &calendar_given, err));
  MUSTER_TRY(said_of_imports(f, PRESENCE_IMPLIED, &presence_implied, err));
  f->reg->calendar_given |= calendar_given;
  MUSTER_TRY(muster_register_seal(f->reg, err));
  f->reg->presence_implied = presence_implied; /* it is among the marks already */
  f->reg->calendars_inferred = 0;              /* a store keeps of calendars what marks do not tell */
  return MUSTER_OK;
}

static muster_status fetch(muster_fetch *f, muster_error *err) {
  struct muster_reading_rows *reading = NULL;
  muster_status status = fetch_all(f, &reading, err);
  muster_rows_free(reading);
  return status;
}

muster_status muster_store_load(const char *path, const muster_store_options *options, muster_register **reg,
                                muster_error *err) {
  muster_store_options everything = muster_store_everything();
  if (!options) options = &everything;
  *reg = NULL;
  muster_db db;
  MUSTER_TRY(muster_db_open(path, MUSTER_DB_READ, options->wait, &db, err));
  muster_fetch f = {.db = &db, .options = options, .reg = muster_register_new()};
  f.everything = options->part.last == 0;
  f.first_school = f.everything ? 0 : options->part.first;
  f.last_school = f.everything ? INT64_MAX : options->part.last;
  f.from_year = options->from_year ? options->from_year : INT64_MIN;
  f.to_year = options->to_year ? options->to_year : INT64_MAX;
  muster_status status = f.reg ? muster_db_exec(&db, "BEGIN", err) : muster_fail_memory(err);
  if (status == MUSTER_OK) status = fetch(&f, err);
  muster_db_close(&db);
  muster_numbers_free(&f.schools);
  muster_numbers_free(&f.pupils);
  muster_free(f.given);
  if (status == MUSTER_OK)
    *reg = f.reg;
  else
    muster_register_free(f.reg);
  return status;
}
