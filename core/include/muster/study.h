/* muster/study.h - did it work? From a study as plain data to estimates: its panel from a register or a table, its
 * estimators, its guards. */
#ifndef MUSTER_STUDY_H
#define MUSTER_STUDY_H

#include "muster/study/data.h"
#include "muster/study/run.h"
#include "muster/study/spec.h"

#endif
