/* study.json, balance.csv, warnings.csv. */
#include <math.h>
#include <string.h>

#include "study_words.h"

int study_json_add(const char *bytes, size_t n, void *buf) {
  muster_buf_add(buf, bytes, n);
  return ((muster_buf *)buf)->failed ? -1 : 0;
}

json_t *study_number_json(double value) {
  if (!isfinite(value)) return json_null();
  if (floor(value) == value && fabs(value) < 9007199254740992.0) return json_integer((json_int_t)value);
  return json_real(value);
}

static json_t *count(size_t n) { return json_integer((json_int_t)n); }

/* ---- choices ---- */

static json_t *given(const muster_given *value) {
  json_t *many;
  switch (value->kind) {
    case MUSTER_GIVEN_FLAG: return json_boolean(value->flag);
    case MUSTER_GIVEN_NUMBER: return study_number_json(value->number);
    case MUSTER_GIVEN_TEXT: return json_string(value->text);
    case MUSTER_GIVEN_LIST:
      many = json_array();
      for (size_t i = 0; i < value->count; i++) json_array_append_new(many, given(&value->items[i]));
      return many;
    case MUSTER_GIVEN_MAP:
      many = json_object();
      for (size_t i = 0; i < value->count; i++)
        json_object_set_new(many, value->items[i].name, given(&value->items[i]));
      return many;
  }
  return json_null();
}

json_t *study_part_json(const muster_part *part) {
  json_t *object = json_object();
  for (const muster_study_key *key = part->form->keys; key->name; key++) {
    const muster_given *value = muster_part_given(part, key->name);
    if (value)
      json_object_set_new(object, key->name, given(value));
    else if (key->kind == MUSTER_TAKES_CHOICE && part->form->estimator)
      json_object_set_new(object, key->name, json_stringn(key->choices, strcspn(key->choices, " ")));
  }
  return object;
}

json_t *study_choices_json(const muster_study *study) {
  json_t *estimators = json_array(), *all = study_part_json(&study->self);
  for (size_t i = 0; i < study->estimator_count; i++) {
    json_t *one = study_part_json(&study->estimators[i]);
    json_object_set_new(one, "estimator", json_string(study->estimators[i].form->name));
    json_array_append_new(estimators, one);
  }
  if (!json_object_get(all, "seed")) json_object_set_new(all, "seed", json_integer(0));
  json_object_set_new(all, "id", json_string(study->id));
  json_object_set_new(all, "panel", study_part_json(&study->panel));
  json_object_set_new(all, "estimators", estimators);
  json_object_set_new(all, "script_sha256", json_string(study->digest));
  return all;
}

/* ---- data ---- */

static json_t *date(muster_date d) {
  char text[MUSTER_DATE_TEXT];
  return d == MUSTER_NO_DATE ? json_null() : json_string(muster_date_format(d, text));
}

static json_t *data_of(const muster_study_data *d) {
  json_t *periods = json_array();
  for (size_t k = 0; k < d->n_periods; k++) {
    const muster_study_period *p = &d->period[k];
    json_array_append_new(periods, json_pack("{s:o, s:s, s:o, s:o}", "time", study_number_json(p->time), "name",
                                             p->name, "from", date(p->from), "to", date(p->to)));
  }
  return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "source", d->source, "digest", d->digest,
                   "digest_without_outcomes", d->digest_blind, "rows_read", count(d->rows_read), "rows_left_out",
                   count(d->rows_left_out), "rows", count(d->n), "units_started_within_a_period",
                   count(d->units_partial), "units_always_treated", count(d->units_always), "interventions_left_out",
                   count(d->units_excluded), "periods", periods);
}

/* ---- findings ---- */

const char *muster_study_label(const muster_study_finding *f) {
  if (f->primary == SIZE_MAX || !f->compared) return "no evidence of effect";
  return f->severe ? "difference" : "effect";
}

static json_t *row_of(const muster_estimate *row) {
  return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "estimator", row->estimator, "term", row->term,
                   "estimate", study_number_json(row->estimate), "std_error", study_number_json(row->std_error),
                   "conf_low", study_number_json(row->conf_low), "conf_high", study_number_json(row->conf_high),
                   "p_value", study_number_json(row->p_value), "df", study_number_json(row->df), "note", row->note);
}

static json_t *guards_of(const muster_warnings *list) {
  json_t *all = json_array();
  for (size_t i = 0; i < list->count; i++) {
    const muster_warning *w = &list->at[i];
    json_array_append_new(
        all, json_pack("{s:s, s:s, s:s, s:s, s:s}", "guard", w->id, "severity", muster_severity_text(w->severity),
                       "says", w->says, "means", w->means, "todo", w->todo));
  }
  return all;
}

static json_t *finding_of(const muster_study_results *r, const muster_study_finding *f) {
  json_t *primary = f->primary == SIZE_MAX ? json_null() : row_of(&r->estimates.at[f->primary]);
  json_t *trusted = f->trusted == SIZE_MAX ? json_null() : row_of(&r->estimates.at[f->trusted]);
  json_t *counts =
      json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "observations", count(f->n_obs), "units",
                count(f->n_units), "times", count(f->n_times), "clusters", count(f->n_clusters), "treated_units",
                count(f->n_treated), "treated_clusters", count(f->n_treated_clusters), "starts", count(f->n_starts),
                "rows_dropped", count(f->n_dropped), "rows_repeated", count(f->n_repeated), "balanced", f->balanced);
  return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "outcome", f->outcome, "label", muster_study_label(f),
                   "primary", primary, "trust_interval_of", trusted, "counts", counts, "pretrend_p",
                   study_number_json(f->pretrend_p), "guards", guards_of(&f->warnings));
}

void muster_study_json(const muster_study_record *r, muster_buf *out) {
  json_t *versions = json_object(), *findings = json_array(), *plan = json_null();
  for (size_t i = 0; i < r->version_count; i++)
    json_object_set_new(versions, r->versions[i].name, json_string(r->versions[i].value));
  for (size_t i = 0; i < r->results->count; i++)
    json_array_append_new(findings, finding_of(r->results, &r->results->findings[i]));
  if (r->plan_file)
    plan = json_pack("{s:s, s:s, s:b, s:s}", "file", r->plan_file, "sha256", r->plan_digest, "matches", r->plan_matches,
                     "says", r->plan_says);
  json_t *all = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:s?}", "muster", MUSTER_VERSION, "versions", versions,
                          "study", study_choices_json(r->study), "data", data_of(r->data), "outcomes", findings,
                          "preregistration", plan, "few_pupils", r->few);
  if (!all || json_dump_callback(all, study_json_add, out, JSON_INDENT(1) | JSON_SORT_KEYS) != 0) out->failed = true;
  json_decref(all);
  muster_buf_putc(out, '\n');
}

/* ---- CSV ---- */

void muster_study_balance_csv(const muster_study_record *r, muster_buf *out) {
  muster_buf_puts(out, muster_balance_header);
  if (out->n && out->at[out->n - 1] != '\n') muster_buf_putc(out, '\n');
  bool several = r->results->count > 1;
  for (size_t i = 0; i < r->results->count; i++) {
    const muster_study_finding *f = &r->results->findings[i];
    muster_buf study;
    muster_buf_init(&study, 4096);
    muster_buf_puts(&study, r->study->id);
    if (several) muster_buf_printf(&study, ":%s", f->outcome);
    for (size_t k = 0; k < f->balance_count; k++)
      muster_balance_csv(&f->balance[k].row, 1, study.at, f->balance[k].sample, out);
    if (study.failed) out->failed = true;
    muster_buf_free(&study);
  }
}

void muster_study_warnings_csv(const muster_study_record *r, muster_buf *out) {
  muster_buf_puts(out, "study,guard,severity,says,means,todo\n");
  bool several = r->results->count > 1;
  for (size_t i = 0; i < r->results->count; i++) {
    muster_buf study;
    muster_buf_init(&study, 4096);
    muster_buf_puts(&study, r->study->id);
    if (several) muster_buf_printf(&study, ":%s", r->results->findings[i].outcome);
    muster_warnings_csv(&r->results->findings[i].warnings, study.at, out);
    if (study.failed) out->failed = true;
    muster_buf_free(&study);
  }
}
