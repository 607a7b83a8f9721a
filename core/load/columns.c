/* Matching header names with ours: without case, through the source's own names, with the nearest name as a hint. */
#include "columns.h"

#include <stdio.h>
#include <string.h>

static uint32_t find(const muster_input *input, muster_text name) {
  for (size_t i = 0; i < input->columns; i++)
    if (muster_text_equal_nocase(muster_cell_trim(input->header[i]), name)) return (uint32_t)i;
  return MUSTER_NONE;
}

/* A name twice is a doubt only where the column is wanted; spreadsheets leave nameless columns behind. */
static muster_status refuse_twice(const muster_input *input, const uint8_t *used, muster_error *err) {
  for (size_t i = 0; i < input->columns; i++) {
    muster_text name = muster_cell_trim(input->header[i]);
    if (name.n == 0 || find(input, name) == i || !used[find(input, name)]) continue;
    muster_fail(err, MUSTER_DATA, "the column '%.80s' is there twice (columns %u and %zu)", name.at,
                (unsigned)find(input, name) + 1, i + 1);
    muster_error_where(err, "%s:%llu", input->name, (unsigned long long)input->data_line - 1);
    muster_error_todo(err, "rename or delete one of the two");
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

/* Names of the header as a NULL-terminated list. */
static const char **header_names(const muster_input *input, muster_arena *arena) {
  const char **names = muster_arena_alloc(arena, (input->columns + 1) * sizeof *names);
  size_t n = 0;
  for (size_t i = 0; names && i < input->columns; i++)
    if (input->header[i].n) names[n++] = input->header[i].at;
  return names;
}

/* What else could stand between columns, when the header reads as a single one. */
static const char *separator_of(const muster_input *input) {
  static const char *const separators[][2] = {{";", ";"}, {"\t", "tab"}, {"|", "|"}, {",", ","}};
  for (size_t i = 0; input->columns == 1 && i < sizeof separators / sizeof *separators; i++)
    if (memchr(input->header[0].at, separators[i][0][0], input->header[0].n)) return separators[i][1];
  return NULL;
}

static muster_status missing(const muster_input *input, const char *theirs, const char *ours, muster_error *err) {
  muster_arena arena = {0};
  const char **names = header_names(input, &arena);
  if (!names) return muster_fail_memory(err);
  if (strcmp(theirs, ours) == 0)
    muster_fail(err, MUSTER_DATA, "there is no column '%.80s'", theirs);
  else
    muster_fail(err, MUSTER_DATA, "there is no column '%.80s' for %.40s", theirs, ours);
  muster_error_where(err, "%s:%llu", input->name, (unsigned long long)input->data_line - 1);
  const char *nearest = muster_nearest(theirs, names), *separator = separator_of(input);
  char all[220] = "";
  for (size_t i = 0, used = 0; names[i]; i++) {
    bool full = used >= sizeof all - 60;
    used += (size_t)snprintf(all + used, sizeof all - used, full ? ", ..." : "%s%.40s", used ? ", " : "", names[i]);
    if (full) break;
  }
  muster_error_expected(err, "a column %.80s; the columns are: %s", theirs, all);
  if (separator)
    muster_error_todo(err, "say in source.lua what stands between the columns: delimiter = \"%s\"", separator);
  else if (nearest)
    muster_error_todo(err, "if '%.80s' is that column, say so in source.lua: columns = { %.40s = \"%.80s\" }", nearest,
                      ours, nearest);
  else
    muster_error_todo(err, "name the column in source.lua: columns = { %.40s = \"...\" }", ours);
  muster_arena_free(&arena);
  return MUSTER_DATA;
}

static const muster_mapping *mapping_for(const muster_source_file *how, const char *ours) {
  for (size_t i = 0; i < how->columns.count; i++)
    if (strcmp(how->columns.at[i].name, ours) == 0) return &how->columns.at[i];
  return NULL;
}

static bool is_none(const muster_mapping *mapping) {
  return mapping && mapping->count == 1 && strcmp(mapping->values[0], "-") == 0;
}

static muster_status place(muster_field *field, const muster_input *input, const char *ours,
                           const muster_mapping *mapping, uint8_t *used, muster_arena *arena, muster_error *err) {
  *field = (muster_field){.name = ours, .column = MUSTER_NONE};
  if (is_none(mapping)) return MUSTER_OK;
  size_t wanted = mapping ? mapping->count : 1;
  uint32_t *at = muster_arena_alloc(arena, wanted * sizeof *at);
  if (!at) return muster_fail_memory(err);
  for (size_t i = 0; i < wanted; i++) {
    const char *theirs = mapping ? mapping->values[i] : ours;
    at[i] = find(input, muster_text_of(theirs));
    if (at[i] == MUSTER_NONE && mapping) return missing(input, theirs, ours, err);
    if (at[i] == MUSTER_NONE) return MUSTER_OK;
    used[at[i]] = 1;
  }
  *field = (muster_field){ours, input->header[at[0]], at, wanted, MUSTER_NONE};
  return MUSTER_OK;
}

static const char *lower(muster_text name, muster_arena *arena) {
  char *copy = muster_arena_copy(arena, name.at, name.n);
  for (size_t i = 0; copy && i < name.n; i++)
    if (copy[i] >= 'A' && copy[i] <= 'Z') copy[i] = (char)(copy[i] - 'A' + 'a');
  return copy;
}

static bool is_ours(muster_file_kind kind, const char *name) {
  for (const char *const *ours = muster_source_columns(kind); *ours; ours++)
    if (strcmp(*ours, name) == 0) return true;
  return false;
}

static bool wanted_attribute(const muster_source_file *how, muster_text name) {
  if (!how->attributes_given) return true;
  for (size_t i = 0; i < how->attributes.count; i++)
    if (muster_text_equal_nocase(muster_text_of(how->attributes.at[i]), name)) return true;
  return false;
}

/* Attributes: first those that the source names, then every column without another use, under its own name. */
static muster_status find_attributes(muster_columns *c, const muster_input *input, muster_file_kind kind,
                                     const muster_source_file *how, uint8_t *used, muster_arena *arena,
                                     muster_error *err) {
  c->attributes = muster_arena_alloc(arena, (how->columns.count + input->columns) * sizeof *c->attributes);
  if (!c->attributes) return muster_fail_memory(err);
  for (size_t i = 0; i < how->columns.count; i++) {
    const muster_mapping *mapping = &how->columns.at[i];
    if (is_ours(kind, mapping->name)) continue;
    const char *name = lower(muster_text_of(mapping->name), arena);
    if (!name) return muster_fail_memory(err);
    MUSTER_TRY(place(&c->attributes[c->attribute_count++], input, name, mapping, used, arena, err));
  }
  for (size_t i = 0; i < how->attributes.count; i++)
    if (find(input, muster_text_of(how->attributes.at[i])) == MUSTER_NONE)
      return missing(input, how->attributes.at[i], how->attributes.at[i], err);
  for (uint32_t i = 0; i < input->columns; i++) {
    muster_text name = muster_cell_trim(input->header[i]);
    if (used[i] || name.n == 0 || !wanted_attribute(how, name)) continue;
    uint32_t *at = muster_arena_alloc(arena, sizeof *at);
    const char *lowered = lower(name, arena);
    if (!at || !lowered) return muster_fail_memory(err);
    if (is_ours(kind, lowered)) continue; /* the source has another column for it */
    *at = i;
    used[i] = 1;
    c->attributes[c->attribute_count++] = (muster_field){lowered, input->header[i], at, 1, MUSTER_NONE};
  }
  return MUSTER_OK;
}

static muster_status find_keeps(muster_columns *c, const muster_input *input, const muster_source_file *how,
                                uint8_t *used, muster_arena *arena, muster_error *err) {
  c->keeps = muster_arena_alloc(arena, (how->where.count + 1) * sizeof *c->keeps);
  if (!c->keeps) return muster_fail_memory(err);
  for (size_t i = 0; i < how->where.count; i++) {
    uint32_t at = find(input, muster_text_of(how->where.at[i].name));
    if (at == MUSTER_NONE) return missing(input, how->where.at[i].name, "where", err);
    used[at] |= 2;
    c->keeps[c->keep_count++] = (muster_keep){at, &how->where.at[i]};
  }
  return MUSTER_OK;
}

muster_status muster_columns_find(muster_columns *c, const muster_input *input, muster_file_kind kind,
                                  const muster_source_file *how, muster_arena *arena, muster_error *err) {
  *c = (muster_columns){0};
  uint8_t *used = muster_arena_alloc(arena, input->columns + 1);
  if (!used) return muster_fail_memory(err);
  const char *const *ours = muster_source_columns(kind);
  for (size_t i = 0; ours[i]; i++)
    MUSTER_TRY(place(&c->fields[i], input, ours[i], mapping_for(how, ours[i]), used, arena, err));
  bool attributes = kind == MUSTER_FILE_SCHOOLS || kind == MUSTER_FILE_PUPILS || kind == MUSTER_FILE_COUNTS;
  if (attributes) MUSTER_TRY(find_attributes(c, input, kind, how, used, arena, err));
  MUSTER_TRY(find_keeps(c, input, how, used, arena, err));
  MUSTER_TRY(refuse_twice(input, used, err));
  muster_buf ignored;
  muster_buf_init(&ignored, 400);
  for (size_t i = 0; i < input->columns && ignored.n < 300; i++)
    if (!used[i] && input->header[i].n)
      muster_buf_printf(&ignored, "%s%.60s", ignored.n ? ", " : "", input->header[i].at);
  c->ignored = ignored.failed ? NULL : muster_arena_copy(arena, ignored.n ? ignored.at : "", ignored.n);
  muster_buf_free(&ignored);
  return c->ignored ? MUSTER_OK : muster_fail_memory(err);
}

bool muster_columns_none(const muster_source_file *how, const char *ours) { return is_none(mapping_for(how, ours)); }

muster_status muster_columns_require(const muster_columns *c, const muster_input *input, muster_file_kind kind,
                                     const int *fields, size_t count, muster_error *err) {
  for (size_t i = 0; i < count; i++)
    if (!muster_columns_has(c, fields[i])) {
      const char *ours = muster_source_columns(kind)[fields[i]];
      return missing(input, ours, ours, err);
    }
  return MUSTER_OK;
}

muster_text muster_field_text(const muster_field *field, const muster_text *cells, char joined[MUSTER_JOINED_TEXT]) {
  if (field->count == 0) return (muster_text){"", 0};
  if (field->count == 1) return muster_cell_value(cells[field->at[0]]);
  size_t n = 0;
  for (size_t i = 0; i < field->count; i++) {
    muster_text part = muster_cell_value(cells[field->at[i]]);
    if (part.n == 0 || n + 3 + part.n > MUSTER_JOINED_TEXT) continue;
    if (n) memcpy(joined + n, " / ", 3), n += 3;
    memcpy(joined + n, part.at, part.n);
    n += part.n;
  }
  return (muster_text){joined, n};
}

bool muster_columns_keep(const muster_columns *c, const muster_text *cells) {
  for (size_t i = 0; i < c->keep_count; i++) {
    const muster_mapping *values = c->keeps[i].values;
    muster_text cell = muster_cell_value(cells[c->keeps[i].at]);
    bool kept = false;
    for (size_t v = 0; v < values->count && !kept; v++)
      kept = muster_text_equal(cell, muster_text_of(values->values[v]));
    if (!kept) return false;
  }
  return true;
}
