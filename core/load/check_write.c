/* A check for programs: the ledger, and beside it what was found in the register. */
#include "ledger_json.h"
#include "muster/load/check.h"

static json_t *text(muster_text t) { return json_stringn(t.at, t.n); }

static json_t *date(muster_date d) {
  char at[MUSTER_DATE_TEXT];
  return d == MUSTER_NO_DATE ? json_null() : json_string(muster_date_format(d, at));
}

static const char *calendar_word(const muster_register *reg) {
  if (!reg->calendar_given) return "inferred";
  return reg->calendars_inferred ? "given for some schools" : "given";
}

static json_t *register_json(const muster_register *reg, const muster_check *check) {
  return json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:I, s:I, s:I, s:s, s:s, s:b}", "schools",
                   (json_int_t)reg->school_count, "pupils", (json_int_t)reg->pupil_ids.count, "enrolments",
                   (json_int_t)reg->pupil_count, "two_birth_dates", (json_int_t)check->two_births, "first_mark",
                   date(reg->first_mark), "last_mark", date(reg->last_mark), "marks", (json_int_t)check->marks,
                   "missing", (json_int_t)check->missing, "totals", (json_int_t)reg->total_count, "calendar",
                   calendar_word(reg), "half_terms", reg->terms_given ? "given" : "inferred", "presence_implied",
                   (int)reg->presence_implied);
}

static json_t *half_term_json(const muster_register *reg, const muster_check *check, size_t i) {
  const muster_half_term *h = &reg->half_terms[i];
  (void)check;
  return json_pack("{s:i, s:s, s:i, s:o, s:o}", "half_term", (int)h->half_term, "term", muster_term_text(h->term),
                   "year", (int)h->year, "start", date(h->start), "end", date(h->end));
}

static json_t *gap_json(const muster_register *reg, const muster_check *check, size_t i) {
  const muster_gap *gap = &check->gaps[i];
  return json_pack("{s:o, s:o, s:o, s:I}", "school", text(muster_school_id(reg, gap->school)), "first",
                   date(gap->first), "last", date(gap->last), "open_sessions", (json_int_t)gap->sessions);
}

static json_t *untaken_json(const muster_register *reg, const muster_check *check, size_t i) {
  const muster_untaken *u = &check->untaken[i];
  return json_pack("{s:o, s:o, s:s, s:o, s:I}", "school", text(muster_school_id(reg, u->school)), "date",
                   date(muster_session_date(u->session)), "session", u->session & 1 ? "PM" : "AM", "year_group",
                   u->group == MUSTER_NONE ? json_null() : text(muster_map_name(&reg->texts, u->group)), "pupils",
                   (json_int_t)u->pupils);
}

typedef json_t *entry_json(const muster_register *reg, const muster_check *check, size_t i);

static json_t *list(const muster_register *reg, const muster_check *check, size_t n, entry_json *entry) {
  json_t *array = json_array();
  for (size_t i = 0; array && i < n; i++)
    if (json_array_append_new(array, entry(reg, check, i))) {
      json_decref(array);
      return NULL;
    }
  return array;
}

void muster_check_json(const muster_register *reg, const muster_check *check, const muster_ledger *ledger,
                       muster_buf *out) {
  json_t *root = ledger ? ledger_json(ledger) : json_object();
  int bad = json_object_set_new(root, "register", register_json(reg, check)) |
            json_object_set_new(root, "half_terms", list(reg, check, reg->half_term_count, half_term_json)) |
            json_object_set_new(root, "gaps", list(reg, check, check->gap_count, gap_json)) |
            json_object_set_new(root, "registers_not_taken", list(reg, check, check->untaken_count, untaken_json)) |
            json_object_set_new(root, "registers_not_taken_total", ledger_json_count(check->untaken_total));
  if (bad) {
    json_decref(root);
    root = NULL;
  }
  ledger_json_put(root, out);
}
