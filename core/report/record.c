/* run.json */
#include "muster/report/record.h"

#include <jansson.h>

static json_t *words(const muster_record_word *list, size_t n) {
  json_t *object = json_object();
  for (size_t i = 0; i < n; i++) json_object_set_new(object, list[i].name, json_string(list[i].value));
  return object;
}

static json_t *date(muster_date d) {
  char text[MUSTER_DATE_TEXT];
  return d == MUSTER_NO_DATE ? json_null() : json_string(muster_date_format(d, text));
}

static json_t *packs(const muster_record *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->pack_count; i++) {
    const muster_record_pack *p = &r->packs[i];
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:I, s:b}", "name", p->name, "version", p->version, "digest",
                        p->digest, "signature", p->signature, "params", words(p->params, p->param_count), "schools",
                        (json_int_t)p->schools, "allowed_unfit", (int)p->allowed_unfit));
  }
  return list;
}

static json_t *counts(const muster_run *run) {
  return json_pack(
      "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "pupils", (json_int_t)run->subjects[MUSTER_SUBJECT_PUPIL],
      "groups", (json_int_t)run->subjects[MUSTER_SUBJECT_GROUP], "schools",
      (json_int_t)run->subjects[MUSTER_SUBJECT_SCHOOL], "findings", (json_int_t)run->finding_count, "plans",
      (json_int_t)run->plan_count, "inhibited", (json_int_t)run->inhibited, "silenced", (json_int_t)run->silenced,
      "pending", (json_int_t)run->pending, "schools_closed", (json_int_t)run->closed);
}

static int add_bytes(const char *bytes, size_t n, void *out) {
  muster_buf_add(out, bytes, n);
  return ((muster_buf *)out)->failed ? -1 : 0;
}

static json_t *rows(const muster_record *r) {
  if (!r->rows_known) return json_null();
  return json_pack("{s:I, s:I, s:I, s:I, s:I}", "read", (json_int_t)r->rows_read, "accepted",
                   (json_int_t)r->rows_accepted, "duplicate", (json_int_t)r->rows_duplicate, "superseded",
                   (json_int_t)r->rows_superseded, "rejected", (json_int_t)r->rows_rejected);
}

void muster_record_json(const muster_record *r, muster_buf *out) {
  json_t *data =
      json_pack("{s:o, s:s, s:o}", "digests", words(r->data, r->data_count), "source", r->data_source, "rows", rows(r));
  json_t *timings = r->timings ? words(r->timings, r->timing_count) : json_null();
  json_t *all = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "muster", MUSTER_VERSION, "versions",
                          words(r->versions, r->version_count), "as_of", date(r->as_of), "known_at", date(r->known_at),
                          "packs", packs(r), "data", data, "counts", counts(r->run), "timings", timings);
  if (!all || json_dump_callback(all, add_bytes, out, JSON_INDENT(1) | JSON_SORT_KEYS) != 0) out->failed = true;
  json_decref(all);
  muster_buf_putc(out, '\n');
}
