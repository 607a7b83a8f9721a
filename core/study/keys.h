/* What a key takes. Internal to the study room. */
#ifndef STUDY_KEYS_H
#define STUDY_KEYS_H

#include "muster/study/spec.h"

/** The key of that name, or NULL. */
const muster_study_key *muster_key_find(const muster_part_form *form, const char *name);

/** Is it one of several values, so that a single one may stand for a list. */
bool muster_key_is_list(const muster_study_key *key);

/** Place of a word among the choices. */
bool muster_key_choice(const muster_study_key *key, const char *word, size_t *place);

/** @retval MUSTER_PACK  the value is not what the key takes; the error says what would be */
MUSTER_CHECK muster_status muster_key_check(const muster_study_key *key, const muster_given *value, muster_error *err);

#endif
