/* Figures and choices of a study as words and JSON. Internal to the report room. */
#ifndef REPORT_STUDY_WORDS_H
#define REPORT_STUDY_WORDS_H

#include <jansson.h>

#include "muster/report/study.h"

/** What a part says, choices left out included: { "name": "twfe", "errors": "CR1" }. */
json_t *study_part_json(const muster_part *part);

/** Title, question, seed and the like; panel; estimators. */
json_t *study_choices_json(const muster_study *study);

/** A number: whole ones as such, NaN and infinity as null. */
json_t *study_number_json(double value);

int study_json_add(const char *bytes, size_t n, void *buf);

/** "-1.02 points", "0.0312": with a proper minus. In the arena; NULL when there is no memory. */
const char *study_figure(double value, bool rate, muster_arena *arena);
/** The same without its unit. */
const char *study_plain_figure(double value, bool rate, muster_arena *arena);
/** "0.03", "below 0.001". */
const char *study_p(double p, muster_arena *arena);

/** "−0.02": two decimals and a true minus; a dash for what is not known. */
const char *study_two_decimals(double value, muster_arena *arena);

/** Level of the intervals of an estimator of the study: its own, else the study's. */
double study_interval_level(const muster_study *study, const char *estimator);

/** Words such as "95% interval" for them. With NULL for all estimators, which is "interval" when they do not agree. */
const char *study_interval_words(const muster_study *study, const char *estimator, muster_arena *arena);

#endif
