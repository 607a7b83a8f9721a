/* A study's parts: making them, setting keys, reading them back. */
#include "muster/study/spec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "keys.h"

muster_study *muster_study_new(const char *id, const char *folder) {
  muster_study *study = muster_alloc(1, sizeof *study);
  if (!study) return NULL;
  study->self.form = muster_study_form("study");
  study->panel.form = muster_study_form("panel");
  study->id = muster_arena_copy(&study->arena, id, strlen(id));
  study->folder = muster_arena_copy(&study->arena, folder, strlen(folder));
  if (study->id && study->folder) return study;
  muster_study_free(study);
  return NULL;
}

void muster_study_free(muster_study *study) {
  if (!study) return;
  muster_free(study->self.settings);
  muster_free(study->panel.settings);
  for (size_t i = 0; i < study->estimator_count; i++) muster_free(study->estimators[i].settings);
  muster_free(study->estimators);
  muster_arena_free(&study->arena);
  muster_free(study);
}

const muster_part_form *muster_study_form(const char *name) {
  for (const muster_part_form *form = muster_study_forms; form->name; form++)
    if (strcmp(form->name, name) == 0) return form;
  return NULL;
}

static muster_status unknown_part(const char *name, muster_error *err) {
  const char *names[64];
  size_t n = 0;
  for (const muster_part_form *form = muster_study_forms; form->name && n < 63; form++)
    if (form->estimator) names[n++] = form->name;
  names[n] = NULL;
  muster_fail(err, MUSTER_PACK, "there is no estimator \"%.60s\"", name);
  const char *near = muster_nearest(name, names);
  if (near) muster_error_todo(err, "did you mean %s?", near);
  return MUSTER_PACK;
}

muster_status muster_study_part(muster_study *study, const char *name, muster_part **part, muster_error *err) {
  const muster_part_form *form = muster_study_form(name);
  if (form && strcmp(name, "study") == 0) {
    *part = &study->self;
    return MUSTER_OK;
  }
  if (form && strcmp(name, "panel") == 0) {
    if (study->has_panel) return muster_fail(err, MUSTER_PACK, "a study has one panel");
    study->has_panel = true;
    *part = &study->panel;
    return MUSTER_OK;
  }
  if (!form || !form->estimator) return unknown_part(name, err);
  if (!MUSTER_GROW(study->estimators, study->estimator_capacity, study->estimator_count))
    return muster_fail_memory(err);
  *part = &study->estimators[study->estimator_count++];
  **part = (muster_part){.form = form};
  return MUSTER_OK;
}

/* ---- setting ---- */

static muster_status unknown_key(const muster_part_form *form, const char *key, muster_error *err) {
  const char *names[64];
  char list[240] = "";
  size_t n = 0;
  for (const muster_study_key *k = form->keys; k->name && n < 63; k++) {
    names[n++] = k->name;
    if (strlen(list) + strlen(k->name) + 3 < sizeof list) strcat(strcat(list, n > 1 ? ", " : ""), k->name);
  }
  names[n] = NULL;
  muster_fail(err, MUSTER_PACK, "%s does not know \"%.60s\"", form->name, key);
  muster_error_expected(err, n ? "one of %s" : "no keys%s", list);
  const char *near = muster_nearest(key, names);
  if (near) muster_error_todo(err, "did you mean \"%s\"?", near);
  return MUSTER_PACK;
}

static bool copy_value(muster_arena *arena, const muster_given *from, muster_given *to) {
  *to = *from;
  if (from->name && !(to->name = muster_arena_copy(arena, from->name, strlen(from->name)))) return false;
  if (from->text && !(to->text = muster_arena_copy(arena, from->text, strlen(from->text)))) return false;
  to->items = NULL;
  if (!from->count) return true;
  muster_given *items = muster_arena_alloc(arena, from->count * sizeof *items);
  if (!items) return false;
  for (size_t i = 0; i < from->count; i++)
    if (!copy_value(arena, &from->items[i], &items[i])) return false;
  to->items = items;
  return true;
}

static muster_status check_inner(const muster_part_form *form, const muster_given *map, muster_error *err) {
  for (size_t i = 0; i < map->count; i++) {
    const muster_study_key *key = muster_key_find(form, map->items[i].name);
    if (!key) return unknown_key(form, map->items[i].name, err);
    MUSTER_TRY(muster_key_check(key, &map->items[i], err));
  }
  return MUSTER_OK;
}

muster_status muster_study_put(muster_study *study, muster_part *part, const char *key, const muster_given *value,
                               muster_error *err) {
  const muster_study_key *known = muster_key_find(part->form, key);
  if (!known) return unknown_key(part->form, key, err);
  muster_given one;
  muster_given wanted = *value;
  if (muster_key_is_list(known) && (value->kind == MUSTER_GIVEN_TEXT || value->kind == MUSTER_GIVEN_NUMBER)) {
    one = *value;
    wanted = (muster_given){.kind = MUSTER_GIVEN_LIST, .items = &one, .count = 1};
  }
  MUSTER_TRY(muster_key_check(known, &wanted, err));
  const char *inner = known->kind == MUSTER_TAKES_FORM                                         ? known->choices
                      : known->kind == MUSTER_TAKES_TREATED && wanted.kind == MUSTER_GIVEN_MAP ? "intervention"
                                                                                               : NULL;
  if (inner) MUSTER_TRY(check_inner(muster_study_form(inner), &wanted, err));
  size_t at = 0;
  while (at < part->count && part->settings[at].key < known) at++;
  if (at == part->count || part->settings[at].key != known) {
    if (!MUSTER_GROW(part->settings, part->capacity, part->count)) return muster_fail_memory(err);
    memmove(&part->settings[at + 1], &part->settings[at], (part->count - at) * sizeof *part->settings);
    part->count++;
    part->settings[at] = (muster_setting){.key = known};
  }
  return copy_value(&study->arena, &wanted, &part->settings[at].value) ? MUSTER_OK : muster_fail_memory(err);
}

/* ---- reading ---- */

const muster_given *muster_part_given(const muster_part *part, const char *key) {
  for (size_t i = 0; i < part->count; i++)
    if (strcmp(part->settings[i].key->name, key) == 0) return &part->settings[i].value;
  return NULL;
}

double muster_part_number(const muster_part *part, const char *key, double otherwise) {
  const muster_given *value = muster_part_given(part, key);
  return value && value->kind == MUSTER_GIVEN_NUMBER ? value->number : otherwise;
}

size_t muster_part_count(const muster_part *part, const char *key, size_t otherwise) {
  const muster_given *value = muster_part_given(part, key);
  return value && value->kind == MUSTER_GIVEN_NUMBER ? (size_t)value->number : otherwise;
}

bool muster_part_flag(const muster_part *part, const char *key, bool otherwise) {
  const muster_given *value = muster_part_given(part, key);
  return value && value->kind == MUSTER_GIVEN_FLAG ? value->flag : otherwise;
}

const char *muster_part_text(const muster_part *part, const char *key) {
  const muster_given *value = muster_part_given(part, key);
  return value && value->kind == MUSTER_GIVEN_TEXT ? value->text : NULL;
}

size_t muster_part_choice(const muster_part *part, const char *key) {
  const char *text = muster_part_text(part, key);
  const muster_study_key *known = muster_key_find(part->form, key);
  size_t place;
  return text && known && muster_key_choice(known, text, &place) ? place : 0;
}

/* ---- what a study needs ---- */

static muster_status lacks(const char *at, const char *key, const char **part, const char **where, muster_error *err,
                           const char *expected) {
  *part = at;
  *where = NULL;
  muster_fail(err, MUSTER_PACK, "%s says nothing of %s", at, key);
  muster_error_expected(err, "%s", expected);
  return MUSTER_PACK;
}

static muster_status not_here(const char *key, const char *kind, const char **part, const char **where,
                              muster_error *err) {
  *part = "panel";
  *where = key;
  muster_fail(err, MUSTER_PACK, "%s is not for %s", key, kind);
  muster_error_todo(err, "leave it out");
  return MUSTER_PACK;
}

static muster_status check_register(const muster_part *p, const char **part, const char **key, muster_error *err) {
  static const char *const tables_only[] = {"delimiter", "time", "treated", "missing", "per", "taken", NULL};
  static const char *const totals_only[] = {"starts", "never", "periods", NULL};
  static const char *const marks_only[] = {"partial", "definition", "eligible", NULL};
  const char *every = muster_part_text(p, "every");
  bool totals = every && strcmp(every, "period") == 0;
  for (size_t i = 0; tables_only[i]; i++)
    if (muster_part_given(p, tables_only[i]))
      return not_here(tables_only[i], "a panel from a register (one without csv)", part, key, err);
  for (size_t i = 0; totals_only[i] && !totals; i++)
    if (muster_part_given(p, totals_only[i])) return not_here(totals_only[i], "a panel from marks", part, key, err);
  for (size_t i = 0; marks_only[i] && totals; i++)
    if (muster_part_given(p, marks_only[i]))
      return not_here(marks_only[i], "a panel from totals (every = \"period\")", part, key, err);
  const muster_given *from = muster_part_given(p, "treated_from");
  if (totals && ((from && from->kind != MUSTER_GIVEN_MAP) || (!from && muster_part_given(p, "starts"))))
    return MUSTER_OK;
  if (!from)
    return lacks("panel", "treated_from", part, key, err,
                 "treated_from = intervention \"mentor\", or csv = \"panel.csv\" and its columns");
  if (from->kind != MUSTER_GIVEN_MAP) {
    *part = "panel";
    *key = "treated_from";
    muster_fail(err, MUSTER_PACK, "treated_from is a column, and there is no csv");
    muster_error_expected(err, "intervention \"mentor\", or csv = \"panel.csv\"");
    return MUSTER_PACK;
  }
  for (size_t i = 0; i < from->count; i++)
    if (strcmp(from->items[i].name, "kind") == 0) return MUSTER_OK;
  *part = "panel";
  *key = "treated_from";
  muster_fail(err, MUSTER_PACK, "intervention says nothing of kind");
  muster_error_expected(err, "intervention \"mentor\", or intervention { kind = \"mentor\", provider = ... }");
  return MUSTER_PACK;
}

static muster_status check_table(const muster_part *p, const char **part, const char **key, muster_error *err) {
  static const char *const registers_only[] = {"every",      "from",     "to",      "partial",
                                               "definition", "eligible", "periods", NULL};
  for (size_t i = 0; registers_only[i]; i++)
    if (muster_part_given(p, registers_only[i]))
      return not_here(registers_only[i], "a panel from a CSV file", part, key, err);
  if (muster_part_given(p, "time") && !muster_part_given(p, "unit"))
    return lacks("panel", "unit", part, key, err, "unit = the column of pupils or schools");
  const muster_given *from = muster_part_given(p, "treated_from");
  if (from && from->kind == MUSTER_GIVEN_MAP) {
    *part = "panel";
    *key = "treated_from";
    muster_fail(err, MUSTER_PACK, "a CSV file has no interventions");
    muster_error_expected(err, "treated_from = the column with each unit's first treated time");
    return MUSTER_PACK;
  }
  bool starts = muster_part_given(p, "starts") != NULL;
  if (starts && (from || !muster_part_given(p, "unit"))) {
    *part = "panel";
    *key = "starts";
    muster_fail(
        err, MUSTER_PACK,
        from ? "starts and treated_from both say when units start" : "starts names units, and there is no unit");
    muster_error_todo(err, from ? "give one of them" : "unit = the column of their names");
    return MUSTER_PACK;
  }
  if (!from && !starts && !muster_part_given(p, "treated"))
    return lacks("panel", "treated_from", part, key, err,
                 "treated_from = the column with each unit's first treated time, starts = { UNIT = TIME }, or treated "
                 "= a column of 0 and 1");
  if ((from || starts) && !muster_part_given(p, "time"))
    return lacks("panel", "time", part, key, err, "time = the column that treated_from speaks of");
  return MUSTER_OK;
}

muster_status muster_study_check(const muster_study *study, const char **part, const char **key, muster_error *err) {
  const muster_part *p = &study->panel;
  *part = *key = NULL;
  if (!study->has_panel) return lacks("study", "panel", part, key, err, "panel = panel { ... }");
  if (!study->estimator_count)
    return lacks("study", "estimators", part, key, err, "estimators = { twfe {}, ... }, at least one");
  for (size_t i = 0; i < study->estimator_count; i++)
    if (strcmp(study->estimators[i].form->name, "subgroups") == 0 && !muster_part_given(&study->estimators[i], "by"))
      return lacks("subgroups", "by", part, key, err, "subgroups { by = { \"fsm\", ... } }");
  if (!muster_part_given(p, "outcome")) return lacks("panel", "outcome", part, key, err, "outcome = ...");
  return muster_part_given(p, "csv") ? check_table(p, part, key, err) : check_register(p, part, key, err);
}
