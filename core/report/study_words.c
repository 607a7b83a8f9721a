/* Words and figures of studies. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study_words.h"

const char *muster_study_words(const char *outcome, muster_arena *arena) {
  char *words = muster_arena_copy(arena, outcome, strlen(outcome));
  for (char *at = words; at && *at; at++)
    if (*at == '_') *at = ' ';
  return words;
}

const char *study_plain_figure(double value, bool rate, muster_arena *arena) {
  if (!isfinite(value)) return isnan(value) ? "–" : value < 0 ? "−∞" : "∞";
  char text[40];
  if (rate)
    snprintf(text, sizeof text, "%.2f", 100 * value);
  else
    snprintf(text, sizeof text, "%.4g", value);
  if (strtod(text, NULL) == 0 && text[0] == '-') memmove(text, text + 1, strlen(text));
  return muster_arena_printf(arena, "%s%s", text[0] == '-' ? "−" : "", text[0] == '-' ? text + 1 : text);
}

const char *study_two_decimals(double value, muster_arena *arena) {
  return study_plain_figure(value / 100, true, arena);
}

const char *study_figure(double value, bool rate, muster_arena *arena) {
  const char *figure = study_plain_figure(value, rate, arena);
  return figure && rate && isfinite(value) ? muster_arena_printf(arena, "%s points", figure) : figure;
}

double study_interval_level(const muster_study *study, const char *estimator) {
  double usual = muster_part_number(&study->self, "level", 0.95);
  for (size_t i = 0; i < study->estimator_count; i++)
    if (strcmp(study->estimators[i].form->name, estimator) == 0)
      return muster_part_number(&study->estimators[i], "level", usual);
  return usual;
}

const char *study_interval_words(const muster_study *study, const char *estimator, muster_arena *arena) {
  double usual = muster_part_number(&study->self, "level", 0.95);
  for (size_t i = 0; !estimator && i < study->estimator_count; i++)
    if (muster_part_number(&study->estimators[i], "level", usual) != usual) return "interval";
  return muster_arena_printf(arena, "%.10g%% interval",
                             100 * (estimator ? study_interval_level(study, estimator) : usual));
}

const char *study_p(double p, muster_arena *arena) {
  if (isnan(p)) return "–";
  if (p < 0.001) return "below 0.001";
  return muster_arena_printf(arena, p < 0.1 ? "%.3f" : "%.2f", p);
}
