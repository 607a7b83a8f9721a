/* truth.json: what was asked for, and what the intervention really did, for studies that must find it. */
#include <jansson.h>
#include <stdio.h>

#include "tables.h"

static json_t *date_json(muster_date date) {
  char text[MUSTER_DATE_TEXT];
  return json_string(muster_date_format(date, text));
}

static double points(uint64_t with, uint64_t without, uint64_t possible) {
  double change = with >= without ? (double)(with - without) : -(double)(without - with);
  return possible ? 100 * change / (double)possible : 0;
}

static json_t *effect_json(const muster_synth_plan *plan, const synth_truth *truth) {
  const muster_synth_effect *e = &plan->spec.effect;
  static const char *const selects[] = {"random pupils", "pupils chosen for high absence", "whole schools"};
  json_t *cohorts = json_array();
  struct synth_cohort_truth all = {0};
  for (unsigned k = 0; cohorts && k < e->cohorts; k++) {
    const struct synth_cohort_truth *c = &truth->cohort[k];
    all.pupils += c->pupils;
    all.possible += c->possible;
    all.absent_without += c->absent_without;
    all.absent_with += c->absent_with;
    json_array_append_new(
        cohorts, json_pack("{s:o, s:I, s:I, s:I, s:I, s:f}", "start", date_json(synth_cohort_start(e, plan->terms, k)),
                           "pupils", (json_int_t)c->pupils, "possible", (json_int_t)c->possible,
                           "absent_without_effect", (json_int_t)c->absent_without, "absent", (json_int_t)c->absent_with,
                           "effect_points", points(c->absent_with, c->absent_without, c->possible)));
  }
  json_t *effect =
      json_pack("{s:s, s:f, s:s, s:f, s:I, s:I, s:I, s:I, s:I, s:f}", "kind", muster_synth_effect_name(e->kind),
                "size_points", e->size, "selection", selects[e->select], "share", e->share, "eligible",
                (json_int_t)truth->eligible, "pupils", (json_int_t)all.pupils, "possible", (json_int_t)all.possible,
                "absent_without_effect", (json_int_t)all.absent_without, "absent", (json_int_t)all.absent_with,
                "effect_points", points(all.absent_with, all.absent_without, all.possible));
  if (e->select == MUSTER_SYNTH_HIGH_ABSENCE) {
    json_object_set_new(effect, "threshold", json_real(e->threshold));
    json_object_set_new(effect, "window_first", date_json(e->window_first));
    json_object_set_new(effect, "window_last", date_json(e->window_last));
  }
  json_object_set_new(effect, "cohorts", cohorts);
  return effect;
}

static int add_bytes(const char *bytes, size_t n, void *out) {
  muster_buf_add(out, bytes, n);
  return 0;
}

muster_status synth_truth_json(const muster_synth_plan *plan, const synth_truth *truth, muster_buf *out,
                               muster_error *err) {
  const muster_synth_spec *spec = &plan->spec;
  double all = spec->phases[0] + spec->phases[1] + spec->phases[2];
  char seed[24];
  (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)spec->seed); /* JSON numbers end at 2^53 */
  json_t *root = json_pack("{s:b, s:s, s:I, s:I, s:i, s:s, s:s, s:s, s:{s:f, s:f, s:f}}", "synthetic", 1, "made_by",
                           "muster synth", "schools", (json_int_t)spec->schools, "pupils", (json_int_t)spec->pupils,
                           "year", spec->year, "seed", seed, "layout", muster_synth_layout_name(spec->layout),
                           "calibrated_to", spec->level, "phases", "primary", spec->phases[0] / all, "secondary",
                           spec->phases[1] / all, "special", spec->phases[2] / all);
  json_t *effect = spec->effect.kind == MUSTER_SYNTH_NO_EFFECT ? json_null() : effect_json(plan, truth);
  muster_status status = MUSTER_OK;
  if (!root || json_object_set_new(root, "effect", effect) != 0 ||
      json_dump_callback(root, add_bytes, out, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) != 0)
    status = muster_fail_memory(err);
  json_decref(root);
  muster_buf_putc(out, '\n');
  return status;
}
