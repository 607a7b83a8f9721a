/* A source.lua for a folder, from what its files look like. */
#include <string.h>

#include "guess.h"
#include "muster/load/check.h"

/* ---- Lua text ---- */

static void put_string(muster_buf *out, muster_text text) {
  muster_buf_putc(out, '"');
  for (size_t i = 0; i < text.n; i++) {
    unsigned char c = (unsigned char)text.at[i];
    if (c == '"' || c == '\\') muster_buf_putc(out, '\\');
    if (c < 32)
      muster_buf_printf(out, "\\%03d", c);
    else
      muster_buf_putc(out, (char)c);
  }
  muster_buf_putc(out, '"');
}

static bool is_word(const char *name) {
  for (const char *c = name; *c; c++)
    if (!((*c >= 'a' && *c <= 'z') || *c == '_')) return false;
  return true;
}

static void put_key(muster_buf *out, const char *name) {
  if (is_word(name)) {
    muster_buf_puts(out, name);
    return;
  }
  muster_buf_putc(out, '[');
  put_string(out, muster_text_of(name));
  muster_buf_putc(out, ']');
}

/* ---- one file ---- */

static void put_column(muster_buf *out, size_t *put, const char *ours, muster_text theirs, muster_text second) {
  muster_buf_puts(out, (*put)++ ? ", " : "    columns = { ");
  put_key(out, ours);
  muster_buf_puts(out, second.n ? " = { " : " = ");
  put_string(out, theirs);
  if (!second.n) return;
  muster_buf_puts(out, ", ");
  put_string(out, second);
  muster_buf_puts(out, " }");
}

static muster_text header_of(const muster_input *input, uint32_t column) {
  return column == MUSTER_NONE ? (muster_text){"", 0} : input->header[column];
}

/* The columns that pupils' standard attributes are likely to stand in, each once. */
static void put_attributes(muster_buf *out, size_t *put, const guess *g, const muster_input *input) {
  for (uint32_t c = 0; c < input->columns; c++) {
    const char *ours = muster_guess_attribute(input->header[c]);
    bool taken = !ours || muster_text_equal_nocase(input->header[c], muster_text_of(ours));
    for (size_t f = 0; f < GUESS_FIELDS; f++) taken |= g->at[f] == c;
    for (uint32_t before = 0; !taken && before < input->columns; before++) {
      const char *other = muster_guess_attribute(input->header[before]);
      taken = other && strcmp(other, ours) == 0 &&
              (before < c || muster_text_equal_nocase(input->header[before], muster_text_of(ours)));
      if (before == c) taken = false;
    }
    if (!taken) put_column(out, put, ours, input->header[c], (muster_text){"", 0});
  }
}

static void put_columns(muster_buf *out, const guess *g, const muster_input *input) {
  const char *const *names = muster_source_columns(g->kind);
  bool totals = g->kind == MUSTER_FILE_COUNTS;
  size_t put = 0;
  if (totals && g->unit != MUSTER_NONE)
    put_column(out, &put, "unit_id", input->header[g->unit], header_of(input, g->unit_of));
  for (int f = 0; names[f]; f++) {
    if (g->at[f] == MUSTER_NONE || (totals && f == 0 && g->unit != MUSTER_NONE)) continue;
    muster_text theirs = input->header[g->at[f]];
    muster_text second = totals && strcmp(names[f], "period") == 0 ? header_of(input, g->part) : (muster_text){"", 0};
    if (!second.n && muster_text_equal_nocase(theirs, muster_text_of(names[f]))) continue;
    put_column(out, &put, names[f], theirs, second);
  }
  if (g->kind == MUSTER_FILE_PUPILS) put_attributes(out, &put, g, input);
  if (g->no_sessions) put_column(out, &put, "session", MUSTER_TEXT("-"), (muster_text){"", 0});
  if (put)
    muster_buf_puts(out,
                    g->no_sessions ? " }, -- no column of sessions was found: each row is a whole day\n" : " },\n");
}

static void put_values(muster_buf *out, size_t *put, muster_text name, const guess_values *values) {
  if (!values->total || !values->count) return;
  muster_buf_puts(out, (*put)++ ? ", " : "    where = { ");
  put_key(out, name.at);
  muster_buf_puts(out, " = { ");
  for (size_t i = 0; i < values->count; i++) {
    if (i) muster_buf_puts(out, ", ");
    put_string(out, values->at[i]);
  }
  muster_buf_puts(out, " }");
}

/* Rows of one level, and no sums beside what they are the sums of. */
static void put_where(muster_buf *out, const guess *g, const muster_input *input) {
  size_t put = 0;
  if (g->level) {
    muster_buf_puts(out, "    where = { geographic_level = ");
    put_string(out, muster_text_of(g->level));
    put++;
  }
  if (g->unit_of != MUSTER_NONE) put_values(out, &put, input->header[g->unit_of], &g->kinds);
  if (g->part != MUSTER_NONE) put_values(out, &put, input->header[g->part], &g->parts);
  if (put) muster_buf_puts(out, " },\n");
}

static void put_sessions(muster_buf *out, const guess *g) {
  if (!g->am.n && !g->pm.n) return;
  muster_buf_puts(out, "    sessions = { ");
  if (g->am.n) {
    muster_buf_putc(out, '[');
    put_string(out, g->am);
    muster_buf_puts(out, "] = \"AM\"");
  }
  if (g->pm.n) {
    muster_buf_puts(out, g->am.n ? ", [" : "[");
    put_string(out, g->pm);
    muster_buf_puts(out, "] = \"PM\"");
  }
  muster_buf_puts(out, " },\n");
}

static void put_dates(muster_buf *out, const guess *g) {
  if (g->date_unread) muster_buf_puts(out, "    -- dates in a form that could not be read: set date_format\n");
  if (!g->date_format) return;
  muster_buf_puts(out, "    date_format = ");
  put_string(out, muster_text_of(g->date_format));
  muster_buf_puts(out, g->date_unsure ? ", -- a guess: day and month could be the other way round\n" : ",\n");
}

static void put_missing(muster_buf *out, const guess *g) {
  for (size_t i = 0; i < g->missing_count; i++) {
    muster_buf_puts(out, i ? ", " : "    missing = { ");
    put_string(out, g->missing[i]);
  }
  if (g->missing_count) muster_buf_puts(out, " },\n");
}

static void put_file(muster_buf *out, const guess *g, const muster_input *input, const char *name) {
  muster_buf own;
  muster_buf_init(&own, 1 << 20);
  char usual[40];
  size_t n = strlen(muster_source_kinds[g->kind]);
  memcpy(usual, muster_source_kinds[g->kind], n);
  memcpy(usual + n, ".csv", 5);
  if (strcmp(name, usual) != 0) {
    muster_buf_puts(&own, "    file = ");
    put_string(&own, muster_text_of(name));
    muster_buf_puts(&own, ",\n");
  }
  if (g->delimiter == '\t') muster_buf_puts(&own, "    delimiter = \"tab\",\n");
  if (g->delimiter != ',' && g->delimiter != '\t') muster_buf_printf(&own, "    delimiter = \"%c\",\n", g->delimiter);
  if (g->skip_lines) muster_buf_printf(&own, "    skip_lines = %zu,\n", g->skip_lines);
  put_columns(&own, g, input);
  put_dates(&own, g);
  put_sessions(&own, g);
  if (g->kind == MUSTER_FILE_COUNTS) put_where(&own, g, input);
  put_missing(&own, g);
  if (own.failed) {
    muster_buf_free(out);
    out->failed = true;
  } else if (own.n == 0) {
    muster_buf_printf(out, "  -- %s: %s, read as it is\n", name, muster_source_kinds[g->kind]);
  } else {
    muster_buf_printf(out, "  %s = {\n%s  },\n", muster_source_kinds[g->kind], own.at);
  }
  muster_buf_free(&own);
}

/* How many names of a header could be ours. */
static size_t placed(const muster_input *input) {
  size_t n = input->columns > 1;
  for (size_t c = 0; c < input->columns; c++)
    for (int kind = 0; kind < MUSTER_FILE_KINDS; kind++)
      n += 10u * (muster_guess_field((muster_file_kind)kind, input->header[c]) >= 0);
  return n;
}

/* Finds the delimiter and the header line that make the most of the file; *found is false when nothing is made of it.
 */
static muster_status find_best(guess *g, const char *path, const char *name, muster_arena *arena, bool *found) {
  static const char delimiters[] = {',', ';', '\t', '|'};
  size_t best = 0;
  for (size_t skip = 0; skip <= 8; skip++)
    for (size_t d = 0; d < sizeof delimiters; d++) {
      muster_input trial;
      muster_status status =
          muster_input_open(&trial, path, name, delimiters[d], skip, MUSTER_PARSER_BEST, arena, NULL);
      if (status == MUSTER_MEMORY) return status;
      if (status != MUSTER_OK) continue;
      size_t n = placed(&trial);
      if (n > best) {
        best = n;
        g->delimiter = delimiters[d];
        g->skip_lines = skip;
      }
      muster_input_close(&trial);
    }
  *found = best > 0;
  return MUSTER_OK;
}

/* What comes first in a file says what it is; sums and parts of a year may come late. */
enum { LOOKED_AT = 4 << 20 };

/* @param used  the kinds that have a file already */
static muster_status suggest_file(const char *folder, const char *name, bool *used, muster_arena *arena,
                                  muster_buf *out, muster_error *err) {
  guess g = {.delimiter = ','};
  muster_input input;
  muster_input_block block = {0};
  muster_error trouble = {0};
  char *path = muster_path_join(arena, folder, name);
  if (!path) return muster_fail_memory(err);
  if (muster_input_open(&input, path, name, ',', 0, MUSTER_PARSER_BEST, arena, &trouble) != MUSTER_OK) {
    if (trouble.status == MUSTER_MEMORY) return muster_fail_memory(err);
    muster_buf_printf(out, "  -- %s: %s\n", name, trouble.what);
    return MUSTER_OK;
  }
  muster_input_close(&input);
  bool found;
  if (find_best(&g, path, name, arena, &found) != MUSTER_OK) return muster_fail_memory(err);
  if (!found) {
    muster_buf_printf(out, "  -- %s: could not be placed\n", name);
    return MUSTER_OK;
  }
  MUSTER_TRY(muster_input_open(&input, path, name, g.delimiter, g.skip_lines, MUSTER_PARSER_BEST, arena, err));
  muster_input_cut(&input, LOOKED_AT);
  muster_text *cells = muster_alloc(input.columns, sizeof *cells);
  muster_status status = cells ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK && input.block_count) muster_input_block_read(&block, &input, 0);
  if (block.trouble == MUSTER_TROUBLE_MEMORY) status = muster_fail_memory(err);
  if (status == MUSTER_OK && block.trouble != MUSTER_NO_TROUBLE && block.trouble != MUSTER_TROUBLE_OPEN_QUOTE) {
    muster_input_block_fail(&block, &input, input.data_line, &trouble);
    muster_buf_printf(out, "  -- %s: %s\n", name, trouble.what);
  } else if (status == MUSTER_OK) {
    muster_guess_file(&g, &input, &block, cells);
    if (g.kind == MUSTER_FILE_KINDS)
      muster_buf_printf(out, "  -- %s: could not be placed\n", name);
    else if (used[g.kind])
      muster_buf_printf(out, "  -- %s: %s too; file = { ..., ... } reads several\n", name, muster_source_kinds[g.kind]);
    else
      put_file(out, &g, &input, name);
    if (g.kind != MUSTER_FILE_KINDS) used[g.kind] = true;
  }
  muster_free(cells);
  muster_input_block_free(&block);
  muster_input_close(&input);
  return status;
}

muster_status muster_suggest_source(const char *folder, muster_buf *out, muster_error *err) {
  muster_arena arena = {0};
  const char **names;
  size_t count;
  bool used[MUSTER_FILE_KINDS] = {false};
  muster_status status = MUSTER_OK;
  muster_buf_puts(out, "-- Suggested from the headers and first rows; read it before you use it.\nreturn source {\n");
  static const char *const endings[] = {".csv", ".tsv", ".txt"};
  for (size_t e = 0; status == MUSTER_OK && e < sizeof endings / sizeof *endings; e++) {
    status = muster_folder_list(folder, endings[e], &arena, &names, &count, err);
    for (size_t i = 0; status == MUSTER_OK && i < count; i++)
      if (e < 2 || strcmp(names[i], "README.txt") != 0) status = suggest_file(folder, names[i], used, &arena, out, err);
  }
  muster_buf_puts(out, "}\n");
  muster_arena_free(&arena);
  if (status == MUSTER_OK && out->failed) return muster_fail_memory(err);
  return status;
}
