/* From interventions to when each unit started. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "register_panel.h"

const muster_given *register_entry(const muster_given *map, const char *name) {
  for (size_t i = 0; map && i < map->count; i++)
    if (strcmp(map->items[i].name, name) == 0) return &map->items[i];
  return NULL;
}

muster_date register_entry_date(const muster_given *map, const char *name, muster_date otherwise) {
  const muster_given *entry = register_entry(map, name);
  muster_date date;
  return entry && muster_date_parse(muster_text_of(entry->text), &date) ? date : otherwise;
}

static bool names(const muster_register *reg, uint32_t text, const muster_given *wanted) {
  if (!wanted) return true;
  return text != MUSTER_NONE &&
         muster_text_equal_nocase(muster_map_name(&reg->texts, text), muster_text_of(wanted->text));
}

static bool meant(const register_panel *p, const muster_intervention *act) {
  const muster_given *map = muster_part_given(p->panel, "treated_from"), *dose = register_entry(map, "dose");
  if (!names(p->reg, act->kind, register_entry(map, "kind"))) return false;
  if (!names(p->reg, act->provider, register_entry(map, "provider"))) return false;
  if (dose && !(act->dose >= dose->number)) return false;
  if (act->start == MUSTER_NO_DATE) return true;
  return act->start >= register_entry_date(map, "from", MUSTER_NO_DATE) &&
         act->start <= register_entry_date(map, "to", INT32_MAX);
}

static void sooner(muster_date *start, muster_date date) {
  if (*start == MUSTER_NO_DATE || date < *start) *start = date;
}

static void start_school(const register_panel *p, uint32_t school, muster_date date, muster_date *starts) {
  const muster_school *s = &p->reg->schools[school];
  if (p->schools) {
    sooner(&starts[school], date);
    return;
  }
  for (uint32_t i = s->first; i < s->first + s->count; i++) sooner(&starts[p->reg->by_school[i]], date);
}

static muster_status of_pupils(const register_panel *p, muster_error *err) {
  const muster_given *kind = register_entry(muster_part_given(p->panel, "treated_from"), "kind");
  muster_fail(err, MUSTER_DATA, "\"%.60s\" was given to pupils, and the units of the panel are schools", kind->text);
  muster_error_todo(err, "use unit = \"pupil\", with cluster = \"school\" where schools decided who got it");
  return MUSTER_DATA;
}

static muster_status nothing_meant(const register_panel *p, muster_error *err) {
  const muster_register *reg = p->reg;
  const muster_given *kind = register_entry(muster_part_given(p->panel, "treated_from"), "kind");
  const char *known[33];
  char list[240] = "";
  size_t n = 0;
  bool exact = false;
  for (size_t i = 0; i < reg->intervention_count; i++) {
    uint32_t text = reg->interventions[i].kind;
    if (text == MUSTER_NONE) continue;
    const char *name = muster_map_name(&reg->texts, text).at;
    bool seen = false;
    for (size_t k = 0; k < n; k++) seen = seen || strcmp(known[k], name) == 0;
    if (seen || n == 32) continue;
    exact = exact || muster_text_equal_nocase(muster_text_of(name), muster_text_of(kind->text));
    if (strlen(list) + strlen(name) + 3 < sizeof list) strcat(strcat(list, n ? ", " : ""), name);
    known[n++] = name;
  }
  known[n] = NULL;
  if (exact)
    return muster_fail(err, MUSTER_DATA, "no intervention \"%.60s\" has the provider, dose and dates asked for",
                       kind->text);
  muster_fail(err, MUSTER_DATA, "there is no intervention \"%.60s\" in the data", kind->text);
  if (n)
    muster_error_expected(err, "one of %s", list);
  else
    muster_error_todo(err, "record interventions in interventions.csv");
  const char *near = muster_nearest(kind->text, known);
  if (near) muster_error_todo(err, "did you mean \"%s\"?", near);
  return MUSTER_DATA;
}

muster_status register_starts(register_panel *p, muster_date *starts, muster_error *err) {
  const muster_register *reg = p->reg;
  size_t units = p->schools ? reg->school_count : reg->pupil_count, found = 0;
  for (size_t u = 0; u < units; u++) starts[u] = MUSTER_NO_DATE;
  for (size_t i = 0; i < reg->intervention_count; i++) {
    const muster_intervention *act = &reg->interventions[i];
    if (!meant(p, act)) continue;
    found++;
    if (act->subject_kind == MUSTER_SUBJECT_PUPIL && p->schools) return of_pupils(p, err);
    if (act->start == MUSTER_NO_DATE || act->subject_kind == MUSTER_SUBJECT_GROUP) {
      p->d->units_excluded++;
    } else if (act->subject_kind == MUSTER_SUBJECT_SCHOOL) {
      start_school(p, act->subject, act->start, starts);
    } else {
      for (uint32_t e = reg->first_enrolment[act->subject]; e != MUSTER_NONE; e = reg->pupils[e].next)
        sooner(&starts[e], act->start);
    }
  }
  return found ? MUSTER_OK : nothing_meant(p, err);
}
