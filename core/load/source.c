/* A source: the words of source.lua, checked one by one and kept as plain data. */
#include "muster/load/source.h"

#include <stdio.h>
#include <string.h>

const char *const muster_source_kinds[] = {"schools",       "pupils",    "calendar", "terms", "marks",
                                           "interventions", "responses", "counts",   NULL};
const char *const muster_source_keys[] = {"file",     "delimiter", "skip_lines", "layout",  "columns",    "date_format",
                                          "sessions", "codes",     "where",      "missing", "attributes", NULL};
const char *const muster_layout_names[] = {"", "long", "strip", "week", "day", "absences", NULL};
const char *const muster_source_code_keys[] = {"code", "categories", "from", "to", "meaning", NULL};

static const char *const columns[MUSTER_FILE_KINDS][32] = {
    [MUSTER_FILE_SCHOOLS] = {"school_id", "name"},
    [MUSTER_FILE_PUPILS] = {"pupil_id", "school_id", "start_date", "end_date", "birth_date"},
    [MUSTER_FILE_CALENDAR] = {"date", "kind", "school_id"},
    [MUSTER_FILE_TERMS] = {"half_term", "start", "end", "name"},
    [MUSTER_FILE_MARKS] = {"pupil_id", "date",   "session", "code",      "start_date",  "marks",
                           "week",     "mon_am", "mon_pm",  "tue_am",    "tue_pm",      "wed_am",
                           "wed_pm",   "thu_am", "thu_pm",  "fri_am",    "fri_pm",      "sat_am",
                           "sat_pm",   "sun_am", "sun_pm",  "school_id", "minutes_late", "am",
                           "pm"},
    [MUSTER_FILE_INTERVENTIONS] = {"subject_kind", "subject_id", "kind", "start_date", "end_date", "provider", "dose",
                                   "cost"},
    [MUSTER_FILE_RESPONSES] = {"respondent", "date", "instrument", "item", "value", "pupil_id", "school_id"},
    [MUSTER_FILE_COUNTS] = {"unit_id", "period", "possible", "authorised", "unauthorised", "absent", "enrolments",
                            "persistent", "severe", "name"},
};

const char *const *muster_source_columns(muster_file_kind kind) { return columns[kind]; }

bool muster_source_key_is_table(const char *key) {
  return !strcmp(key, "columns") || !strcmp(key, "sessions") || !strcmp(key, "codes") || !strcmp(key, "where");
}

bool muster_source_key_is_list(const char *key) {
  return !strcmp(key, "file") || !strcmp(key, "missing") || !strcmp(key, "attributes");
}

muster_source *muster_source_new(void) { return muster_alloc(1, sizeof(muster_source)); }

static void free_mappings(muster_mappings *m) {
  for (size_t i = 0; i < m->count; i++) muster_free(m->at[i].values);
  muster_free(m->at);
}

void muster_source_free(muster_source *source) {
  if (!source) return;
  for (size_t k = 0; k < MUSTER_FILE_KINDS; k++) {
    muster_source_file *f = &source->files[k];
    free_mappings(&f->columns);
    free_mappings(&f->sessions);
    free_mappings(&f->codes);
    free_mappings(&f->where);
    muster_free(f->file.at);
    muster_free(f->missing.at);
    muster_free(f->attributes.at);
  }
  muster_free(source->codes);
  muster_arena_free(&source->arena);
  muster_free(source);
}

static muster_status unknown(muster_error *err, const char *what, const char *word, const char *const *names) {
  muster_fail(err, MUSTER_DATA, "the source has the unknown %s '%s'", what, word);
  const char *nearest = muster_nearest(word, names);
  if (nearest) {
    muster_error_todo(err, "did you mean '%s'?", nearest);
    return MUSTER_DATA;
  }
  char all[256] = "";
  for (size_t used = 0; *names && used < sizeof all - 32; names++)
    used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", used ? ", " : "", *names);
  muster_error_expected(err, "%s", all);
  return MUSTER_DATA;
}

static muster_status bad_value(muster_error *err, const char *kind, const char *key, const char *value,
                               const char *expected) {
  muster_fail(err, MUSTER_DATA, "the source has %s.%s = '%s'", kind, key, value ? value : "");
  muster_error_expected(err, "%s", expected);
  return MUSTER_DATA;
}

static bool add_text(muster_source *source, muster_texts *texts, const char *value) {
  char *copy = muster_arena_copy(&source->arena, value, strlen(value));
  if (!copy || !MUSTER_GROW(texts->at, texts->capacity, texts->count)) return false;
  texts->at[texts->count++] = copy;
  return true;
}

static muster_mapping *mapping_of(muster_source *source, muster_mappings *m, const char *name) {
  for (size_t i = 0; i < m->count; i++)
    if (strcmp(m->at[i].name, name) == 0) return &m->at[i];
  char *copy = muster_arena_copy(&source->arena, name, strlen(name));
  if (!copy || !MUSTER_GROW(m->at, m->capacity, m->count)) return NULL;
  m->at[m->count] = (muster_mapping){.name = copy};
  return &m->at[m->count++];
}

static muster_status put_mapping(muster_source *source, muster_mappings *m, const char *name, const char *value,
                                 bool one, muster_error *err) {
  muster_mapping *mapping = mapping_of(source, m, name);
  if (!mapping) return muster_fail_memory(err);
  if (!value) return MUSTER_OK;
  if (one) mapping->count = 0;
  char *copy = muster_arena_copy(&source->arena, value, strlen(value));
  if (!copy || !MUSTER_GROW(mapping->values, mapping->capacity, mapping->count)) return muster_fail_memory(err);
  mapping->values[mapping->count++] = copy;
  return MUSTER_OK;
}

static bool takes_attributes(muster_file_kind kind) {
  return kind == MUSTER_FILE_SCHOOLS || kind == MUSTER_FILE_PUPILS || kind == MUSTER_FILE_COUNTS;
}

static bool is_listed(const char *name, const char *const *names) {
  for (; *names; names++)
    if (strcmp(name, *names) == 0) return true;
  return false;
}

static muster_status put_in_table(muster_source *source, muster_file_kind kind, const char *key, const char *name,
                                  const char *value, muster_error *err) {
  muster_source_file *f = &source->files[kind];
  if (!name || (!*name && strcmp(key, "codes") != 0))
    return bad_value(err, muster_source_kinds[kind], key, value, "a table of name = value");
  if (strcmp(key, "columns") == 0) {
    if (!value || !*value)
      return bad_value(err, muster_source_kinds[kind], key, value, "the name of a column of the file");
    if (!takes_attributes(kind) && !is_listed(name, columns[kind])) {
      char what[40];
      snprintf(what, sizeof what, "column of %s", muster_source_kinds[kind]);
      return unknown(err, what, name, columns[kind]);
    }
    return put_mapping(source, &f->columns, name, value, false, err);
  }
  if (strcmp(key, "where") == 0) return put_mapping(source, &f->where, name, value, false, err);
  if (strcmp(key, "sessions") == 0) {
    if (!value || (strcmp(value, "AM") != 0 && strcmp(value, "PM") != 0 && strcmp(value, "DAY") != 0))
      return bad_value(err, muster_source_kinds[kind], key, value, "AM, PM or DAY");
    return put_mapping(source, &f->sessions, name, value, true, err);
  }
  if (!value || !*value) return bad_value(err, muster_source_kinds[kind], key, value, "a code, or '-' for no mark");
  return put_mapping(source, &f->codes, name, value, true, err);
}

static muster_status put_delimiter(muster_source_file *f, const char *kind, const char *value, muster_error *err) {
  bool tab = value && (strcmp(value, "\t") == 0 || strcmp(value, "tab") == 0);
  bool one = value && strlen(value) == 1 && value[0] > ' ' && value[0] < 127 && value[0] != '"';
  if (!tab && !one) return bad_value(err, kind, "delimiter", value, "one character, such as ; or a tab");
  f->delimiter = tab ? '\t' : value[0];
  return MUSTER_OK;
}

muster_status muster_source_put(muster_source *source, const char *kind, const char *key, const char *name,
                                const char *value, muster_error *err) {
  size_t k = 0;
  while (k < MUSTER_FILE_KINDS && strcmp(kind, muster_source_kinds[k]) != 0) k++;
  if (k == MUSTER_FILE_KINDS) return unknown(err, "kind of file", kind, muster_source_kinds);
  muster_source_file *f = &source->files[k];
  if (!is_listed(key, muster_source_keys)) return unknown(err, "key", key, muster_source_keys);
  bool marks_only = !strcmp(key, "layout") || !strcmp(key, "sessions");
  if (marks_only && k != MUSTER_FILE_MARKS) return bad_value(err, kind, key, value, "this key only for marks");
  f->declared = true;
  if (muster_source_key_is_table(key)) return put_in_table(source, (muster_file_kind)k, key, name, value, err);
  if (name) return bad_value(err, kind, key, name, "one value, no table");
  if (muster_source_key_is_list(key)) {
    muster_texts *list = !strcmp(key, "file") ? &f->file : !strcmp(key, "missing") ? &f->missing : &f->attributes;
    f->attributes_given |= list == &f->attributes;
    if (list == &f->file && (!value || !*value)) return bad_value(err, kind, key, value, "the name of a file");
    return !value || add_text(source, list, value) ? MUSTER_OK : muster_fail_memory(err);
  }
  if (strcmp(key, "delimiter") == 0) return put_delimiter(f, kind, value, err);
  if (strcmp(key, "skip_lines") == 0) {
    int64_t n;
    if (!value || !muster_text_int(muster_text_of(value), &n) || n < 0 || n > 1000)
      return bad_value(err, kind, key, value, "a whole number from 0 to 1000");
    f->skip_lines = (size_t)n;
    return MUSTER_OK;
  }
  if (strcmp(key, "layout") == 0) {
    for (int i = MUSTER_LAYOUT_LONG; value && muster_layout_names[i]; i++)
      if (strcmp(value, muster_layout_names[i]) == 0) return f->layout = (muster_layout)i, MUSTER_OK;
    return bad_value(err, kind, key, value, "long, strip, week, day or absences");
  }
  if (!value || !muster_date_format_ok(value))
    return bad_value(err, kind, key, value, "a format with day, month and year, such as %d/%m/%Y");
  f->date_format = muster_arena_copy(&source->arena, value, strlen(value));
  return f->date_format ? MUSTER_OK : muster_fail_memory(err);
}

muster_status muster_source_code(muster_source *source, const char *text, uint8_t categories, muster_date from,
                                 muster_date to, const char *meaning, muster_error *err) {
  size_t n = strlen(text);
  if (n == 0 || n >= MUSTER_CODE_TEXT || strcmp(text, "-") == 0)
    return muster_fail(err, MUSTER_DATA,
                       "the source has a local code '%.40s': a code has 1 to %d characters and is not '-'", text,
                       MUSTER_CODE_TEXT - 1);
  muster_code code = {.categories = (uint8_t)(categories | MUSTER_MARKED), .from = from, .to = to};
  memcpy(code.text, text, n);
  code.meaning = muster_arena_copy(&source->arena, meaning ? meaning : "", meaning ? strlen(meaning) : 0);
  if (!code.meaning || !MUSTER_GROW(source->codes, source->code_capacity, source->code_count))
    return muster_fail_memory(err);
  source->codes[source->code_count++] = code;
  return MUSTER_OK;
}
