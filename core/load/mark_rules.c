/* What codes and sessions mean in a file of marks, as tables by era: the dates between which no code changes. */
#include <stdlib.h>
#include <string.h>

#include "marks.h"

static int by_date(const void *a, const void *b) {
  muster_date x = *(const muster_date *)a, y = *(const muster_date *)b;
  return (x > y) - (x < y);
}

/* First days of the eras, the first of them before all dates. */
static size_t era_starts(const muster_codes *codes, muster_date *starts) {
  size_t n = 0;
  starts[n++] = INT32_MIN + 1;
  for (size_t i = 0; i < codes->count; i++) {
    if (codes->codes[i].from != MUSTER_NO_DATE) starts[n++] = codes->codes[i].from;
    if (codes->codes[i].to != MUSTER_NO_DATE) starts[n++] = codes->codes[i].to + 1;
  }
  qsort(starts, n, sizeof *starts, by_date);
  size_t kept = 1;
  for (size_t i = 1; i < n; i++)
    if (starts[i] != starts[kept - 1]) starts[kept++] = starts[i];
  return kept;
}

static void set(mark_era *era, muster_text text, uint8_t mark) {
  const unsigned char *c = (const unsigned char *)text.at;
  if (text.n == 1) era->one[c[0]] = mark;
  if (text.n == 2) era->two[c[0] << 8 | c[1]] = mark;
}

static const muster_mapping *mapping_of(const muster_mappings *m, muster_text text) {
  for (size_t i = 0; i < m->count; i++)
    if (muster_text_equal(muster_text_of(m->at[i].name), text)) return &m->at[i];
  return NULL;
}

static bool is_code(const muster_codes *codes, muster_text text) {
  for (size_t i = 0; i < codes->count; i++)
    if (muster_text_equal(muster_text_of(codes->codes[i].text), text)) return true;
  return false;
}

static bool no_mark(const muster_mapping *mapping) { return strcmp(mapping->values[0], "-") == 0; }

static muster_status check_targets(const mark_rules *rules, muster_error *err) {
  const muster_mappings *map = &rules->reading->how->codes;
  for (size_t i = 0; i < map->count; i++) {
    if (no_mark(&map->at[i]) || is_code(&rules->reg->codes, muster_text_of(map->at[i].values[0]))) continue;
    muster_fail(err, MUSTER_DATA, "the source turns the code '%.20s' into '%.20s', which is no code", map->at[i].name,
                map->at[i].values[0]);
    muster_error_where(err, "%s", rules->reading->input.name);
    muster_error_expected(err, "a national code, a local code of the source, or '-' for no mark");
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

static muster_status make_eras(mark_rules *rules, muster_arena *arena, muster_error *err) {
  const muster_codes *codes = &rules->reg->codes;
  const muster_mappings *map = &rules->reading->how->codes;
  muster_date starts[2 * MUSTER_MOST_CODES + 1];
  rules->era_count = era_starts(codes, starts);
  rules->eras = muster_arena_alloc(arena, rules->era_count * sizeof *rules->eras);
  if (!rules->eras) return muster_fail_memory(err);
  for (size_t e = 0; e < rules->era_count; e++) {
    mark_era *era = &rules->eras[e];
    era->from = starts[e];
    era->two = muster_arena_alloc(arena, 65536);
    if (!era->two) return muster_fail_memory(err);
    for (size_t i = 0; i < codes->count; i++) {
      muster_text text = muster_text_of(codes->codes[i].text);
      set(era, text, muster_codes_mark(codes, text, era->from));
    }
    for (size_t i = 0; i < map->count; i++) /* the source's word goes first; no mark is left to the general way */
      set(era, muster_text_of(map->at[i].name),
          no_mark(&map->at[i]) ? 0 : muster_codes_mark(codes, muster_text_of(map->at[i].values[0]), era->from));
  }
  return MUSTER_OK;
}

static void make_sessions(mark_rules *rules) {
  const muster_mappings *map = &rules->reading->how->sessions;
  rules->plain_sessions = true;
  for (size_t i = 0; i < map->count; i++) {
    const char *name = map->at[i].name;
    if (strlen(name) == 1) rules->session[(unsigned char)name[0]] = strcmp(map->at[i].values[0], "AM") == 0 ? 1 : 2;
    if (strlen(name) == 2) rules->plain_sessions = false;
    rules->whole_days |= strcmp(map->at[i].values[0], "DAY") == 0;
  }
  rules->whole_days |= muster_columns_none(rules->reading->how, "session");
}

muster_status mark_rules_make(mark_rules *rules, muster_reading *reading, muster_arena *arena, muster_error *err) {
  const muster_columns *columns = &reading->columns;
  *rules = (mark_rules){.reading = reading, .reg = reading->load->reg, .default_school = MUSTER_NONE};
  MUSTER_TRY(check_targets(rules, err));
  MUSTER_TRY(make_eras(rules, arena, err));
  make_sessions(rules);
  rules->closure = muster_codes_mark(&rules->reg->codes, MUSTER_TEXT("#"), 0);
  rules->make_pupils = !reading->load->pupils_given;
  rules->check_days = reading->load->days_named || rules->reg->terms_given;
  rules->plain_long = (reading->layout == MUSTER_LAYOUT_LONG || reading->layout == MUSTER_LAYOUT_ABSENCES) &&
                      !muster_columns_has(columns, MARKS_SCHOOL) && !muster_columns_has(columns, MARKS_MINUTES) &&
                      columns->keep_count == 0 && !rules->whole_days;
  uint32_t *at[] = {&rules->pupil_at, &rules->date_at, &rules->session_at, &rules->code_at};
  for (int f = MARKS_PUPIL; f <= MARKS_CODE; f++) {
    rules->plain_long &= columns->fields[f].count == 1;
    if (columns->fields[f].count) *at[f] = columns->fields[f].at[0];
  }
  rules->usual_order = rules->plain_long && reading->input.columns == 4 && rules->pupil_at == 0 &&
                       rules->date_at == 1 && rules->session_at == 2 && rules->code_at == 3;
  return MUSTER_OK;
}

const mark_era *mark_era_of(const mark_rules *rules, muster_date date) {
  size_t e = rules->era_count - 1;
  while (rules->eras[e].from > date) e--;
  return &rules->eras[e];
}

static bool hyphen(muster_text code) { return code.n == 1 && code.at[0] == '-'; }

bool mark_blank(const mark_rules *rules, muster_text code) {
  bool says_nothing = code.n == 0 || hyphen(code) || (code.n == 1 && code.at[0] == ' ');
  return says_nothing && !mapping_of(&rules->reading->how->codes, code);
}

uint8_t mark_of_code(const mark_rules *rules, muster_text code, muster_date date, bool *none) {
  const muster_mapping *mapping = mapping_of(&rules->reading->how->codes, code);
  *none = mapping ? no_mark(mapping) : hyphen(code);
  if (*none) return 0;
  return muster_codes_mark(&rules->reg->codes, mapping ? muster_text_of(mapping->values[0]) : code, date);
}

int mark_session(const mark_rules *rules, muster_text text) {
  if (!muster_columns_has(&rules->reading->columns, MARKS_SESSION)) return MARK_WHOLE_DAY;
  const muster_mapping *mapping = mapping_of(&rules->reading->how->sessions, text);
  if (mapping) text = muster_text_of(mapping->values[0]);
  if (muster_text_equal_nocase(text, MUSTER_TEXT("AM"))) return 0;
  if (muster_text_equal_nocase(text, MUSTER_TEXT("PM"))) return 1;
  return mapping ? MARK_WHOLE_DAY : -1;
}
