/* Dealing the rules by scope and listing the subjects of a school. */
#include "subjects.h"

uint32_t muster_attribute_number(const muster_attribute *attribute, uint32_t subject) {
  return attribute && subject < attribute->capacity ? attribute->values[subject] : MUSTER_NONE;
}

static uint32_t column_of(const muster_register *reg, const char *by) {
  const muster_attribute *column = by ? muster_attribute_find(&reg->pupil_attributes, by) : NULL;
  return column ? (uint32_t)(column - reg->pupil_attributes.columns) : MUSTER_NONE;
}

muster_status muster_casts_of(const muster_register *reg, const muster_ruleset *set, muster_arena *arena,
                              muster_cast **casts, size_t *count, muster_error *err) {
  muster_cast *made = muster_arena_alloc(arena, (set->rule_count + 1) * sizeof *made);
  if (!made) return muster_fail_memory(err);
  size_t n = 0;
  for (uint32_t r = 0; r < set->rule_count; r++) {
    const muster_rule *rule = &set->rules[r];
    if (rule->disabled) continue;
    uint32_t by = rule->scope == MUSTER_SUBJECT_GROUP ? column_of(reg, rule->by) : MUSTER_NONE;
    size_t c = 0;
    while (c < n && (made[c].scope != rule->scope || made[c].by != by)) c++;
    if (c == n) {
      made[n] = (muster_cast){rule->scope, by, muster_arena_alloc(arena, set->rule_count * sizeof *made->rules), 0};
      if (!made[n++].rules) return muster_fail_memory(err);
    }
    made[c].rules[made[c].rule_count++] = r;
  }
  *casts = made;
  *count = n;
  return MUSTER_OK;
}

static bool add(muster_subjects *subjects, muster_subject s) {
  if (!MUSTER_GROW(subjects->at, subjects->capacity, subjects->count)) return false;
  subjects->at[subjects->count++] = s;
  return true;
}

/* MUSTER_NO_DATE asks for whoever is on roll at any time. */
static bool there(const muster_pupil *pupil, muster_date as_of) {
  return as_of == MUSTER_NO_DATE || muster_on_roll(pupil, as_of);
}

static bool add_pupils(const muster_register *reg, uint32_t school, muster_date as_of, muster_subjects *subjects) {
  const muster_school *at = &reg->schools[school];
  for (uint32_t i = 0; i < at->count; i++) {
    uint32_t pupil = reg->by_school[at->first + i];
    if (!there(&reg->pupils[pupil], as_of)) continue;
    if (!add(subjects, (muster_subject){.kind = MUSTER_SUBJECT_PUPIL, .school = school, .pupil = pupil})) return false;
  }
  return true;
}

static bool has_group(const muster_subjects *subjects, uint32_t group) {
  for (size_t i = subjects->count; i-- > 0;)
    if (subjects->at[i].group == group) return true;
  return false;
}

/* By value, shorter first, so that year 9 comes before year 10. */
static void order_groups(const muster_register *reg, muster_subjects *subjects) {
  for (size_t i = 1; i < subjects->count; i++) {
    muster_subject moving = subjects->at[i];
    muster_text value = muster_map_name(&reg->texts, moving.group);
    size_t k = i;
    for (; k; k--) {
      muster_text before = muster_map_name(&reg->texts, subjects->at[k - 1].group);
      bool in_order = before.n != value.n ? before.n < value.n : muster_text_compare(before, value) <= 0;
      if (in_order) break;
      subjects->at[k] = subjects->at[k - 1];
    }
    subjects->at[k] = moving;
  }
}

static bool add_groups(const muster_register *reg, uint32_t by, uint32_t school, muster_date as_of,
                       muster_subjects *subjects) {
  if (by == MUSTER_NONE) return true;
  const muster_attribute *column = &reg->pupil_attributes.columns[by];
  const muster_school *at = &reg->schools[school];
  for (uint32_t i = 0; i < at->count; i++) {
    uint32_t pupil = reg->by_school[at->first + i];
    uint32_t value = muster_attribute_number(column, pupil);
    if (value == MUSTER_NONE || !there(&reg->pupils[pupil], as_of) || has_group(subjects, value)) continue;
    muster_subject group = {.kind = MUSTER_SUBJECT_GROUP, .school = school, .group = value, .by = by};
    if (!add(subjects, group)) return false;
  }
  order_groups(reg, subjects);
  return true;
}

muster_status muster_subjects_of(const muster_register *reg, const muster_cast *cast, uint32_t school,
                                 muster_date as_of, muster_subjects *subjects, muster_error *err) {
  bool ok = true;
  subjects->count = 0;
  switch (cast->scope) {
    case MUSTER_SUBJECT_PUPIL: ok = add_pupils(reg, school, as_of, subjects); break;
    case MUSTER_SUBJECT_GROUP: ok = add_groups(reg, cast->by, school, as_of, subjects); break;
    case MUSTER_SUBJECT_SCHOOL:
      ok = add(subjects, (muster_subject){.kind = MUSTER_SUBJECT_SCHOOL, .school = school});
      break;
  }
  return ok ? MUSTER_OK : muster_fail_memory(err);
}
