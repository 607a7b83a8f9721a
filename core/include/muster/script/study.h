/* muster/script/study.h - a study script into a study as plain data. It is data: functions in it are refused. */
#ifndef MUSTER_SCRIPT_STUDY_H
#define MUSTER_SCRIPT_STUDY_H

#include "muster/script/limits.h"
#include "muster/study/spec.h"

MUSTER_BEGIN_DECLS

/** Reads `path` into a new study, whose id is the file's name without .lua. Free with muster_study_free.
 * @param limits  NULL = the default
 * @retval MUSTER_IO    cannot be read
 * @retval MUSTER_PACK  not a study: the error names file and line, the wrong key and the nearest right one */
MUSTER_CHECK muster_status muster_script_study(const char *path, const muster_limits *limits, muster_study **study,
                                               muster_error *err);

/** The same from text. @param name  what errors call it */
MUSTER_CHECK muster_status muster_script_study_text(const char *name, muster_text text, const muster_limits *limits,
                                                    muster_study **study, muster_error *err);

MUSTER_END_DECLS
#endif
