/* A plan frozen before its outcomes were read, and whether a study still is that plan. */
#include <string.h>

#include "study_words.h"

static json_t *design_of(const muster_study_design *d) {
  json_t *starts = json_array();
  for (size_t k = 0; k < d->n_starts; k++)
    json_array_append_new(starts, json_pack("{s:o, s:I}", "time", study_number_json(d->start[k]), "units",
                                            (json_int_t)d->start_units[k]));
  return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "rows", (json_int_t)d->n_obs, "units",
                   (json_int_t)d->n_units, "times", (json_int_t)d->n_times, "clusters", (json_int_t)d->n_clusters,
                   "treated_units", (json_int_t)d->n_treated, "treated_clusters", (json_int_t)d->n_treated_clusters,
                   "balanced", d->balanced, "starts", starts);
}

muster_status muster_study_plan(const muster_study *study, const muster_study_data *blind,
                                const muster_study_design *design, muster_buf *out, muster_error *err) {
  json_t *data = json_pack("{s:s, s:s, s:o}", "source", blind->source, "digest_without_outcomes", blind->digest_blind,
                           "design", design_of(design));
  json_t *all = json_pack("{s:i, s:s, s:o, s:o}", "preregistration", 1, "muster", MUSTER_VERSION, "study",
                          study_choices_json(study), "data", data);
  bool good = all && json_dump_callback(all, study_json_add, out, JSON_INDENT(1) | JSON_SORT_KEYS) == 0;
  json_decref(all);
  muster_buf_putc(out, '\n');
  return good && !out->failed ? MUSTER_OK : muster_fail_memory(err);
}

static const char *text_at(const json_t *object, const char *part, const char *key) {
  const char *text = json_string_value(json_object_get(json_object_get(object, part), key));
  return text ? text : "";
}

muster_status muster_study_plan_compare(const char *name, muster_text plan, const muster_study *study,
                                        const muster_study_data *blind, muster_arena *arena, bool *matches,
                                        const char **says, muster_error *err) {
  json_error_t problem;
  json_t *all = json_loadb(plan.at, plan.n, JSON_REJECT_DUPLICATES, &problem);
  if (!json_is_integer(json_object_get(all, "preregistration"))) {
    json_decref(all);
    muster_fail(err, MUSTER_DATA, "is no preregistered plan");
    muster_error_where(err, "%s", name);
    muster_error_todo(err, "make one with muster study STUDY.lua DATA --preregister %s", name);
    return MUSTER_DATA;
  }
  json_t *now = study_choices_json(study);
  bool script = strcmp(text_at(all, "study", "script_sha256"), study->digest) == 0;
  json_t *then = json_object_get(all, "study");
  json_object_del(then, "script_sha256");
  json_object_del(now, "script_sha256");
  bool choices = json_equal(then, now) == 1;
  bool data = strcmp(text_at(all, "data", "digest_without_outcomes"), blind->digest_blind) == 0;
  json_decref(now);
  json_decref(all);
  *matches = script; /* data may grow between a plan and its outcomes; that is said, and does not break the plan */
  *says = muster_arena_printf(
      arena, "%s; %s",
      script    ? "the script is the one that was frozen"
      : choices ? "the script's text was changed since the plan was frozen, its choices were not"
                : "the script was changed since the plan was frozen",
      data ? "units, times, starts, clusters and covariates are those of the plan"
           : "the data are not those of the day of the plan: units, times, starts, clusters or covariates differ");
  return *says ? MUSTER_OK : muster_fail_memory(err);
}
