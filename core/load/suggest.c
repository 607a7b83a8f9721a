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

/* The codes behind words, and in a comment those that nobody knows. In a strip a small letter stands for a code that
 * only the school can tell. */
static void put_codes(muster_buf *out, const guess *g) {
  size_t put = 0, unknown = 0;
  bool sure, all_sure = true;
  for (size_t i = 0; i < g->code_count; i++) {
    const char *code = g->layout == MUSTER_LAYOUT_STRIP ? NULL : muster_guess_code(g->codes[i], &sure);
    if (!code) continue;
    all_sure &= sure;
    muster_buf_puts(out, put++ ? ", [" : "    codes = { [");
    put_string(out, g->codes[i]);
    muster_buf_puts(out, "] = ");
    put_string(out, muster_text_of(code));
  }
  if (put) muster_buf_puts(out, all_sure ? " },\n" : " }, -- guesses from the words: see that each is right\n");
  for (size_t i = 0; i < g->code_count; i++) {
    if (g->layout != MUSTER_LAYOUT_STRIP && muster_guess_code(g->codes[i], &sure)) continue;
    muster_buf_puts(out, unknown++ ? ", " : "    -- no code is known for ");
    put_string(out, g->codes[i]);
  }
  if (g->more_codes) muster_buf_puts(out, unknown++ ? ", and more" : "    -- there are more texts than codes");
  if (unknown) muster_buf_puts(out, ": say in codes = { ... } what they are, \"-\" for no mark\n");
}

/* @param alike  further files that read the same */
static void put_names(muster_buf *out, const guess *g, const char *name, const char *const *alike, size_t count) {
  size_t n = strlen(muster_source_kinds[g->kind]);
  bool usual = strncmp(name, muster_source_kinds[g->kind], n) == 0 && strcmp(name + n, ".csv") == 0;
  if (usual && !count) return;
  muster_buf_puts(out, count ? "    file = { " : "    file = ");
  put_string(out, muster_text_of(name));
  for (size_t i = 0; i < count; i++) {
    muster_buf_puts(out, ", ");
    put_string(out, muster_text_of(alike[i]));
  }
  muster_buf_puts(out, count ? " },\n" : ",\n");
}

static void put_file(muster_buf *out, const guess *g, const muster_input *input, const char *name,
                     const char *const *alike, size_t alike_count) {
  muster_buf own;
  muster_buf_init(&own, 1 << 20);
  put_names(&own, g, name, alike, alike_count);
  if (g->delimiter == '\t') muster_buf_puts(&own, "    delimiter = \"tab\",\n");
  if (g->delimiter != ',' && g->delimiter != '\t') muster_buf_printf(&own, "    delimiter = \"%c\",\n", g->delimiter);
  if (g->skip_lines) muster_buf_printf(&own, "    skip_lines = %zu,\n", g->skip_lines);
  put_columns(&own, g, input);
  put_dates(&own, g);
  put_sessions(&own, g);
  put_codes(&own, g);
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
      n += 10u * (muster_guess_field((muster_file_kind)kind, input->header[c], NULL) >= 0);
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

/* The files of the folder with one ending, in order, and what has become of them. */
typedef struct suggesting {
  const char *folder;
  const char **names; /* NULL once a file was taken together with an earlier one */
  size_t count;
  bool used[MUSTER_FILE_KINDS]; /* the kinds that have a file already */
  muster_arena *arena;
  muster_buf *out;
} suggesting;

static bool same_header(const muster_input *a, const muster_input *b) {
  return a->columns == b->columns && muster_is_header(a, b->header);
}

/* The files after the one at `at` whose header is the same: a day's or a week's export each. */
static muster_status find_alike(suggesting *s, size_t at, const guess *g, const muster_input *input, const char **alike,
                                size_t *count, muster_error *err) {
  *count = 0;
  for (size_t i = at + 1; i < s->count; i++) {
    muster_input other;
    char *path = s->names[i] ? muster_path_join(s->arena, s->folder, s->names[i]) : NULL;
    if (!s->names[i]) continue;
    if (!path) return muster_fail_memory(err);
    muster_status status = muster_input_open(&other, path, s->names[i], g->delimiter, g->skip_lines,
                                             MUSTER_PARSER_BEST, s->arena, NULL);
    if (status == MUSTER_MEMORY) return muster_fail_memory(err);
    if (status != MUSTER_OK) continue;
    if (same_header(input, &other)) {
      alike[(*count)++] = s->names[i];
      s->names[i] = NULL;
    }
    muster_input_close(&other);
  }
  return MUSTER_OK;
}

/* Does a name hold a date? Registers on paper have a column a session, which no layout of ours is. */
static bool is_dated(muster_text name) {
  size_t digits = 0, separators = 0;
  for (size_t i = 0; i < name.n; i++) {
    digits += name.at[i] >= '0' && name.at[i] <= '9';
    separators += name.at[i] == '/' || name.at[i] == '-' || name.at[i] == '.' || name.at[i] == ' ';
  }
  return digits >= 3 && separators >= 1;
}

static void put_unplaced(muster_buf *out, const muster_input *input, const char *name) {
  size_t dated = 0;
  for (size_t c = 0; c < input->columns; c++) dated += is_dated(input->header[c]);
  if (dated >= 4)
    muster_buf_printf(out,
                      "  -- %s: a register with a column a session and the date in its name, which no layout is: export "
                      "a row a mark, a day or a week\n",
                      name);
  else
    muster_buf_printf(out, "  -- %s: could not be placed\n", name);
}

static muster_status put_guess(suggesting *s, size_t at, const guess *g, const muster_input *input, muster_error *err) {
  const char *name = s->names[at];
  if (g->kind == MUSTER_FILE_KINDS) {
    put_unplaced(s->out, input, name);
    return MUSTER_OK;
  }
  if (g->lessons) {
    muster_buf_printf(s->out, "  -- %s: marks of lessons; export those of the two sessions of each day\n", name);
    return MUSTER_OK;
  }
  if (s->used[g->kind]) {
    muster_buf_printf(s->out, "  -- %s: %s too, in another form: import it from a folder of its own\n", name,
                      muster_source_kinds[g->kind]);
    return MUSTER_OK;
  }
  s->used[g->kind] = true;
  const char **alike = muster_arena_alloc(s->arena, s->count * sizeof *alike);
  size_t count;
  if (!alike) return muster_fail_memory(err);
  MUSTER_TRY(find_alike(s, at, g, input, alike, &count, err));
  put_file(s->out, g, input, name, alike, count);
  return MUSTER_OK;
}

static muster_status suggest_file(suggesting *s, size_t at, muster_error *err) {
  const char *folder = s->folder, *name = s->names[at];
  muster_arena *arena = s->arena;
  muster_buf *out = s->out;
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
    status = put_guess(s, at, &g, &input, err);
  }
  muster_free(cells);
  muster_input_block_free(&block);
  muster_input_close(&input);
  return status;
}

muster_status muster_suggest_source(const char *folder, muster_buf *out, muster_error *err) {
  muster_arena arena = {0};
  suggesting s = {.folder = folder, .arena = &arena, .out = out};
  muster_status status = MUSTER_OK;
  muster_buf_puts(out, "-- Suggested from the headers and first rows; read it before you use it.\nreturn source {\n");
  static const char *const endings[] = {".csv", ".tsv", ".txt"};
  for (size_t e = 0; status == MUSTER_OK && e < sizeof endings / sizeof *endings; e++) {
    status = muster_folder_list(folder, endings[e], &arena, &s.names, &s.count, err);
    for (size_t i = 0; status == MUSTER_OK && i < s.count; i++)
      if (s.names[i] && strcmp(s.names[i], "README.txt") != 0) status = suggest_file(&s, i, err);
  }
  muster_buf_puts(out, "}\n");
  muster_arena_free(&arena);
  if (status == MUSTER_OK && out->failed) return muster_fail_memory(err);
  return status;
}
