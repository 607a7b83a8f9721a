/* What a pack asks of data, schools and dates. */
#include "applies.h"

#include <stdio.h>
#include <string.h>

#include "ruleset.h"

static bool is(const muster_condition *c, const char *name) { return strcmp(c->name, name) == 0; }

/* Is it about a column of schools. */
static bool of_schools(const muster_condition *c) {
  return !is(c, "pupils") && !is(c, "data") && !is(c, "weeks") && !is(c, "from") && !is(c, "to");
}

static bool is_one_of(muster_text value, const char *const *values) {
  for (size_t i = 0; values && values[i]; i++)
    if (muster_text_equal_nocase(value, muster_text_of(values[i]))) return true;
  return false;
}

/* The value of a school, or nothing when the data does not say. */
static muster_text value_of(const muster_register *reg, const muster_condition *c, uint32_t school) {
  return muster_attribute_value(reg, muster_attribute_find(&reg->school_attributes, c->name), school);
}

static bool school_is_meant(const muster_register *reg, const muster_condition *c, uint32_t school) {
  muster_text value = value_of(reg, c, school);
  return !value.n || is_one_of(value, c->values);
}

/* ---- one register ---- */

bool applies_open(const muster_pack *pack, const muster_register *reg, muster_arena *arena, applies *out) {
  const muster_manifest *m = &pack->manifest;
  *out = (applies){.always = true, .from = MUSTER_NO_DATE, .to = MUSTER_NO_DATE};
  bool *kept = muster_arena_alloc(arena, reg->school_count + 1);
  if (!kept) return false;
  memset(kept, 1, reg->school_count);
  for (size_t i = 0; i < m->condition_count; i++) {
    const muster_condition *c = &m->applies[i];
    if (is(c, "weeks") && muster_text_int(muster_text_of(c->values[0]), &out->weeks)) out->always = false;
    if (is(c, "from") && muster_date_parse(muster_text_of(c->values[0]), &out->from)) out->always = false;
    if (is(c, "to") && muster_date_parse(muster_text_of(c->values[0]), &out->to)) out->always = false;
    for (uint32_t s = 0; of_schools(c) && s < reg->school_count; s++)
      if (!school_is_meant(reg, c, s)) kept[s] = false, out->always = false;
  }
  out->kept = kept;
  return true;
}

static int64_t weeks_until(const muster_register *reg, uint32_t school, muster_date as_of) {
  muster_date first = muster_date_of(muster_date_school_year(as_of), 8, 1);
  if (reg->first_mark == MUSTER_NO_DATE) return 0;
  if (reg->first_mark > first) first = reg->first_mark;
  int64_t n = 0, open = 0;
  for (muster_date day = first; day <= as_of; day++) {
    open += muster_is_open(&reg->schools[school].open, muster_session_of(day));
    if (muster_date_weekday(day) < 6 && day < as_of) continue;
    n += open > 0;
    open = 0;
  }
  return n;
}

bool applies_to(const applies *a, const muster_register *reg, uint32_t school, muster_date as_of) {
  if (a->always) return true;
  if (!a->kept[school] || (a->from != MUSTER_NO_DATE && as_of < a->from) || (a->to != MUSTER_NO_DATE && as_of > a->to))
    return false;
  return a->weeks == 0 || weeks_until(reg, school, as_of) >= a->weeks;
}

void muster_ruleset_apply_anywhere(muster_ruleset *set) { ((ruleset *)set)->anywhere = true; }

/* ---- in words ---- */

static bool has_data(const muster_register *reg, const char *kind) {
  if (strcmp(kind, "marks") == 0) return reg->first_mark != MUSTER_NO_DATE;
  if (strcmp(kind, "calendar") == 0) return reg->calendar_given;
  if (strcmp(kind, "terms") == 0) return reg->terms_given;
  if (strcmp(kind, "interventions") == 0) return reg->intervention_count > 0;
  if (strcmp(kind, "responses") == 0) return reg->response_count > 0;
  return reg->total_count > 0;
}

/* Columns of pupils that are not kept as attributes are there when one pupil has a value. */
static bool has_column(const muster_register *reg, const char *name) {
  if (strncmp(name, "attr.", 5) == 0) name += 5;
  if (strcmp(name, "birth_date") == 0)
    for (size_t i = 0; i < reg->pupil_count; i++)
      if (reg->pupils[i].birth != MUSTER_NO_DATE) return true;
  return muster_attribute_find(&reg->pupil_attributes, name) != NULL;
}

static const char *what_is_missing(const muster_manifest *m, const muster_register *reg, muster_arena *arena) {
  for (size_t i = 0; i < m->condition_count; i++) {
    const muster_condition *c = &m->applies[i];
    for (size_t k = 0; c->values && c->values[k]; k++) {
      if (is(c, "data") && !has_data(reg, c->values[k])) return muster_arena_printf(arena, "%s", c->values[k]);
      if (is(c, "pupils") && !has_column(reg, c->values[k]))
        return muster_arena_printf(arena, "the column %s of pupils", c->values[k]);
    }
  }
  return NULL;
}

static const char *list(const char *const *values, muster_arena *arena) {
  const char *all = "";
  for (size_t i = 0; all && values[i]; i++) all = muster_arena_printf(arena, "%s%s%s", all, i ? ", " : "", values[i]);
  return all ? all : "";
}

/* Why a school that does not fit does not. */
static const char *reason(const muster_manifest *m, const applies *a, const muster_register *reg, uint32_t school,
                          muster_date as_of, muster_arena *arena) {
  char text[MUSTER_DATE_TEXT];
  for (size_t i = 0; i < m->condition_count; i++) {
    const muster_condition *c = &m->applies[i];
    if (!of_schools(c) || school_is_meant(reg, c, school)) continue;
    muster_text value = value_of(reg, c, school);
    return muster_arena_printf(arena, "%s is %.*s, and it is meant for %s", c->name, (int)value.n, value.at,
                               list(c->values, arena));
  }
  if (a->from != MUSTER_NO_DATE && as_of < a->from)
    return muster_arena_printf(arena, "it is meant for dates from %s", muster_date_format(a->from, text));
  if (a->to != MUSTER_NO_DATE && as_of > a->to)
    return muster_arena_printf(arena, "it is meant for dates until %s", muster_date_format(a->to, text));
  return muster_arena_printf(arena, "it needs %lld school weeks of marks, and there are %lld", (long long)a->weeks,
                             (long long)weeks_until(reg, school, as_of));
}

static const char *what_is_unsaid(const muster_manifest *m, const muster_register *reg, muster_arena *arena) {
  const char *all = NULL;
  for (size_t i = 0; i < m->condition_count; i++) {
    const muster_condition *c = &m->applies[i];
    if (!of_schools(c) || muster_attribute_find(&reg->school_attributes, c->name)) continue;
    all = muster_arena_printf(arena, "%s%s%s %s", all ? all : "", all ? ", " : "", c->name, list(c->values, arena));
  }
  return all;
}

muster_status muster_pack_fit(const muster_pack *pack, const muster_register *reg, muster_date as_of,
                              muster_arena *arena, muster_fitting *fit, muster_error *err) {
  const muster_manifest *m = &pack->manifest;
  applies a;
  *fit = (muster_fitting){.schools = reg->school_count};
  if (!applies_open(pack, reg, arena, &a)) return muster_fail_memory(err);
  fit->lacks = what_is_missing(m, reg, arena);
  fit->unsaid = what_is_unsaid(m, reg, arena);
  for (uint32_t s = 0; s < reg->school_count; s++) {
    if (applies_to(&a, reg, s, as_of))
      fit->fitting++;
    else if (!fit->why && !(fit->why = reason(m, &a, reg, s, as_of, arena)))
      return muster_fail_memory(err);
  }
  return MUSTER_OK;
}
