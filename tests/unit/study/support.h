/* Studies and registers for tests: a study word by word, a small register mark by mark. */
#ifndef TEST_STUDY_SUPPORT_H
#define TEST_STUDY_SUPPORT_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include "muster/study.h"

muster_study *study_new(void); /* id "s", folder "" */

/** Sets a key of a part, or expects a refusal. `part` as muster_study_part knows it. */
void put_text(muster_study *study, const char *part, const char *key, const char *value);
void put_number(muster_study *study, const char *part, const char *key, double value);
void put_flag(muster_study *study, const char *part, const char *key, bool value);
void put(muster_study *study, const char *part, const char *key, const muster_given *value);

/** Adds an estimator without keys. */
void use(muster_study *study, const char *estimator);

/** The last estimator with that name, or the part itself. */
muster_part *part_of(muster_study *study, const char *name);

/** treated_from = intervention KIND */
void treated_by(muster_study *study, const char *kind);

/** An empty register with one calendar: Monday to Friday from `first` for `weeks` weeks. */
muster_register *register_new(const char *first, int weeks);
/** A pupil whose marks begin on that day, one character a session, ' ' = no mark. */
uint32_t pupil(muster_register *reg, const char *id, const char *school, const char *from, const char *marks);
void intervention(muster_register *reg, muster_subject_kind kind, uint32_t subject, const char *name, const char *start,
                  const char *provider, double dose);
void seal(muster_register *reg);

muster_date day(const char *iso);

#endif
