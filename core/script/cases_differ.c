/* How what was found differs from what was expected: field by field, with the register and the session that matters. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "cases.h"

enum { MOST_SHOWN = 120 };

/* Numbers agree to nine digits: expectations are typed, and 1/3 has no end. */
static bool equal(const json_t *a, const json_t *b) {
  if (json_is_number(a) && json_is_number(b)) {
    double x = json_number_value(a), y = json_number_value(b);
    return x == y || fabs(x - y) <= 1e-9 * fmax(fabs(x), fabs(y));
  }
  if (json_is_array(a) && json_is_array(b)) {
    if (json_array_size(a) != json_array_size(b)) return false;
    for (size_t i = 0; i < json_array_size(a); i++)
      if (!equal(json_array_get(a, i), json_array_get(b, i))) return false;
    return true;
  }
  if (json_is_object(a) && json_is_object(b)) {
    if (json_object_size(a) != json_object_size(b)) return false;
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)a, key, item) {
      const json_t *other = json_object_get(b, key);
      if (!other || !equal(item, other)) return false;
    }
    return true;
  }
  return json_equal(a, b);
}

/* ---- the register, with a session marked ---- */

static size_t add_code(muster_buf *out, const muster_codes *codes, uint8_t mark) {
  const char *text = mark ? codes->codes[mark - 1].text : "-";
  if (strlen(text) == 1) {
    muster_buf_puts(out, text);
    return 1;
  }
  muster_buf_printf(out, "{%s}", text);
  return strlen(text) + 2;
}

static uint8_t mark_at(const muster_register *reg, uint32_t pupil, muster_date date, int session) {
  int year = muster_row_year(date);
  for (size_t y = 0; y < reg->year_count; y++) {
    const muster_year *in = &reg->years[y];
    if (in->year != year || !in->rows[pupil]) continue;
    return in
        ->rows[pupil][(muster_week_of(date) - in->first_week) * MUSTER_LANE + muster_date_weekday(date) * 2 + session];
  }
  return 0;
}

static void show_register(const muster_register *reg, const muster_subject *s, muster_date as_of, muster_date marked,
                          muster_buf *out) {
  if (s->kind != MUSTER_SUBJECT_PUPIL || reg->first_mark == MUSTER_NO_DATE) return;
  const muster_open_days *open = &reg->schools[s->school].open;
  muster_date last = reg->last_mark, first = reg->first_mark;
  if (last - first > MOST_SHOWN) { /* the days around the one that matters */
    if (marked - first > MOST_SHOWN / 2) first = marked - MOST_SHOWN / 2;
    if (last - first > MOST_SHOWN) last = first + MOST_SHOWN;
  }
  size_t column = 0, at = SIZE_MAX;
  muster_buf_puts(out, "    ");
  for (muster_date date = first; date <= last; date++) {
    if (date > first && muster_date_weekday(date) == 0) muster_buf_putc(out, ' '), column++;
    if (!muster_is_open(open, muster_session_of(date))) continue;
    if (date == marked) at = column;
    for (int session = 0; session < 2; session++)
      column += add_code(out, &reg->codes, mark_at(reg, s->pupil, date, session));
  }
  muster_buf_putc(out, '\n');
  if (at == SIZE_MAX) return;
  char text[MUSTER_DATE_TEXT], known[MUSTER_DATE_TEXT];
  muster_buf_puts(out, "    ");
  for (size_t i = 0; i < at; i++) muster_buf_putc(out, ' ');
  muster_buf_printf(out, "^ %s (as of %s)\n", muster_date_format(marked, text), muster_date_format(as_of, known));
}

/* The first date among a finding's evidence, else its first day. */
static muster_date date_of(const case_finding *f, const json_t *evidence) {
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)evidence, key, value) {
    muster_date date;
    if (json_is_string(value) && muster_date_parse(muster_text_of(json_string_value(value)), &date)) return date;
  }
  return f->since;
}

/* ---- one finding ---- */

typedef struct differing {
  const test_case *c;
  const muster_register *reg;
  const case_findings *found;
  muster_level level;
  muster_buf *out;
} differing;

static json_t *own_field(const differing *d, const case_finding *f, const char *name) {
  char text[MUSTER_DATE_TEXT];
  if (strcmp(name, "message") == 0) return json_string(f->message);
  if (strcmp(name, "since") == 0) return json_string(muster_date_format(f->since, text));
  if (strcmp(name, "level") == 0) return json_string(muster_level_text(d->level));
  if (strcmp(name, "held") == 0) return json_boolean(f->held);
  if (strcmp(name, "school") == 0) return json_string(muster_school_id(d->reg, f->at.school).at);
  return NULL;
}

static void put_json(muster_buf *out, const json_t *value) {
  char *text =
      value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(12)) : NULL;
  muster_buf_puts(out, text ? text : "nothing");
  free(text);
}

/* Adds a line for each field that differs; how many. */
static size_t field_lines(const differing *d, const case_expected *e, const case_finding *f, bool write,
                          muster_date *marked) {
  size_t n = 0;
  json_t *evidence = json_loads(f->evidence, 0, NULL);
  *marked = date_of(f, evidence);
  for (size_t i = 0; i < e->fields.n; i++) {
    const case_value *field = &e->fields.at[i];
    json_t *expected = json_loads(field->value, JSON_DECODE_ANY, NULL), *own = NULL;
    const json_t *actual = json_object_get(evidence, field->name);
    if (!actual) actual = own = own_field(d, f, field->name);
    if (!expected || !actual || !equal(expected, actual)) {
      n++;
      if (write) {
        muster_buf_printf(d->out, "%s: %s: expected ", e->subject, field->name);
        put_json(d->out, expected);
        muster_buf_puts(d->out, ", found ");
        put_json(d->out, actual);
        muster_buf_putc(d->out, '\n');
      }
    }
    json_decref(expected);
    json_decref(own);
  }
  json_decref(evidence);
  return n;
}

static bool subject_in(const differing *d, const char *id, muster_subject *subject) {
  uint32_t number = muster_map_find(&d->reg->pupil_ids, muster_text_of(id));
  if (number == MUSTER_NONE) return false;
  uint32_t pupil = muster_register_enrolment(d->reg, number, d->found->as_of);
  if (pupil == MUSTER_NONE) return false;
  *subject = (muster_subject){.kind = MUSTER_SUBJECT_PUPIL, .school = d->reg->pupils[pupil].school, .pupil = pupil};
  return true;
}

static void compare_all(const differing *d, bool *used) {
  for (size_t i = 0; i < d->c->expected_count; i++) {
    const case_expected *e = &d->c->expected[i];
    size_t best = SIZE_MAX, least = SIZE_MAX;
    muster_date marked;
    for (size_t k = 0; k < d->found->n; k++) {
      if (used[k] || strcmp(d->found->at[k].subject, e->subject) != 0) continue;
      size_t n = field_lines(d, e, &d->found->at[k], false, &marked);
      if (n < least) best = k, least = n;
    }
    muster_subject subject;
    if (best == SIZE_MAX) {
      muster_buf_printf(d->out, "%s: expected, and not found%s\n", e->subject,
                        d->found->inhibited ? " (findings of the rules in `with` inhibited some)" : "");
      if (subject_in(d, e->subject, &subject))
        show_register(d->reg, &subject, d->found->as_of, d->found->as_of, d->out);
      continue;
    }
    used[best] = true;
    if (field_lines(d, e, &d->found->at[best], true, &marked))
      show_register(d->reg, &d->found->at[best].at, d->found->as_of, marked, d->out);
  }
  for (size_t k = 0; k < d->found->n; k++) {
    const case_finding *f = &d->found->at[k];
    if (used[k]) continue;
    muster_buf_printf(d->out, "%s: found, and not expected: %s %s\n", f->subject, f->message, f->evidence);
    json_t *evidence = json_loads(f->evidence, 0, NULL);
    show_register(d->reg, &f->at, d->found->as_of, date_of(f, evidence), d->out);
    json_decref(evidence);
  }
}

void case_differences(const muster_pack *pack, const test_case *c, const muster_register *reg,
                      const case_findings *found, muster_buf *out) {
  differing d = {.c = c, .reg = reg, .found = found, .level = pack->infos[c->rule].level, .out = out};
  bool *used = muster_alloc(found->n + 1, sizeof *used);
  if (!used) {
    out->failed = true;
    return;
  }
  compare_all(&d, used);
  muster_free(used);
}
