/* Who is asked about: the subjects of a school for each kind of rule. */
#ifndef MUSTER_ENGINE_SUBJECTS_H
#define MUSTER_ENGINE_SUBJECTS_H

#include "muster/engine/desk.h"

/** Value of an attribute as a number in texts, or MUSTER_NONE. `attribute` may be NULL. */
uint32_t muster_attribute_number(const muster_attribute *attribute, uint32_t subject);

/** Rules of one scope (and for groups, one attribute), in order. */
typedef struct muster_cast {
  muster_subject_kind scope;
  uint32_t by; /* column of pupil attributes, for groups; MUSTER_NONE = there is no such column */
  uint32_t *rules;
  size_t rule_count;
} muster_cast;

/** The casts of a ruleset's enabled rules. `casts` and what they hold are owned by the arena. */
MUSTER_CHECK muster_status muster_casts_of(const muster_register *reg, const muster_ruleset *set, muster_arena *arena,
                                           muster_cast **casts, size_t *count, muster_error *err);

/** A growing list of subjects; zero-initialise, free `at` with muster_free. */
typedef struct muster_subjects {
  muster_subject *at;
  size_t count, capacity;
} muster_subjects;

/** Subjects of a cast at a school on a day: pupils on roll in the school's order, groups with such pupils by value, or
 * the school itself. With MUSTER_NO_DATE those of any day. */
MUSTER_CHECK muster_status muster_subjects_of(const muster_register *reg, const muster_cast *cast, uint32_t school,
                                              muster_date as_of, muster_subjects *subjects, muster_error *err);

#endif
