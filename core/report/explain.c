/* Explanations, for people and for programs. */
#include "muster/report/explain.h"

#include <jansson.h>
#include <string.h>

/* ---- the register in characters ---- */

static const char *code_at(const muster_register *reg, uint32_t pupil, muster_session s) {
  int year = muster_row_year(muster_session_date(s));
  if (!reg->year_count || year < reg->years[0].year || year > reg->years[reg->year_count - 1].year) return "";
  const muster_year *y = &reg->years[year - reg->years[0].year];
  uint8_t mark = y->rows[pupil] ? y->rows[pupil][s - y->first_week * MUSTER_LANE] : 0;
  return mark ? reg->codes.codes[mark - 1].text : "";
}

static void week_line(const muster_register *reg, uint32_t pupil, int32_t week, muster_date as_of, muster_buf *out) {
  const muster_open_days *open = &reg->schools[reg->pupils[pupil].school].open;
  char day[MUSTER_DATE_TEXT];
  bool long_codes = false;
  muster_buf_printf(out, "  %s  ", muster_date_format(muster_week_monday(week), day));
  for (int i = 0; i < 10; i++) {
    muster_session s = week * MUSTER_LANE + i;
    const char *code = code_at(reg, pupil, s);
    bool seen = muster_session_date(s) <= as_of;
    muster_buf_putc(out, !seen ? ' ' : code[0] ? code[0] : muster_is_open(open, s) ? '-' : '.');
    long_codes = long_codes || (seen && code[0] && code[1]);
    if (i & 1) muster_buf_putc(out, ' ');
  }
  muster_buf_putc(out, '\n');
  if (!long_codes) return;
  muster_buf_puts(out, "              ");
  for (int i = 0; i < 10; i++) {
    const char *code = code_at(reg, pupil, week * MUSTER_LANE + i);
    muster_buf_putc(out, code[0] && code[1] ? code[1] : ' ');
    if (i & 1) muster_buf_putc(out, ' ');
  }
  muster_buf_putc(out, '\n');
}

void muster_register_lines(const muster_register *reg, uint32_t pupil, muster_date first, muster_date as_of,
                           muster_buf *out) {
  const muster_open_days *open = &reg->schools[reg->pupils[pupil].school].open;
  muster_buf_puts(out, "              Mo Tu We Th Fr\n");
  for (int32_t week = muster_week_of(first); week <= muster_week_of(as_of); week++)
    if (muster_open_lane(open, week)) week_line(reg, pupil, week, as_of, out);
}

/* ---- for a person ---- */

enum { WEEKS_SHOWN = 8, SESSIONS_SHOWN = 40 };

static void put_sessions(const muster_explained *e, muster_buf *out) {
  if (!e->session_count) return;
  muster_buf_puts(out, "    sessions that count:");
  size_t from = e->session_count > SESSIONS_SHOWN ? e->session_count - SESSIONS_SHOWN : 0;
  muster_date day = MUSTER_NO_DATE;
  if (from) muster_buf_printf(out, " (%zu earlier)", from);
  for (size_t i = from; i < e->session_count; i++) {
    const muster_explain_session *s = &e->sessions[i];
    char date[MUSTER_DATE_TEXT];
    if (s->date != day) muster_buf_printf(out, "%s %s", i > from ? "," : "", muster_date_format(s->date, date));
    muster_buf_printf(out, " %s %s", s->afternoon ? "PM" : "AM", s->code[0] ? s->code : "-");
    day = s->date;
  }
  muster_buf_putc(out, '\n');
}

static void put_sessions_word(uint32_t n, const char *what, muster_buf *out) {
  muster_buf_printf(out, "%u %s%s", n, what, n == 1 ? "" : "s");
}

static void put_distance(const muster_explained *e, muster_buf *out) {
  char date[MUSTER_DATE_TEXT];
  if (!e->has_distance) return;
  if (e->flagged) {
    muster_buf_puts(out, "    would not be flagged ");
    if (e->attended.known) {
      muster_buf_puts(out, "had the latest ");
      put_sessions_word(e->attended.sessions, "missed session", out);
      muster_buf_printf(out, " been attended (from %s)", muster_date_format(e->attended.date, date));
    } else {
      muster_buf_puts(out, "by attending alone");
    }
    if (e->clears.known) {
      muster_buf_printf(out, "; clears on %s if every session is attended from now (",
                        muster_date_format(e->clears.date, date));
      put_sessions_word(e->clears.sessions, "session", out);
      muster_buf_puts(out, ")\n");
    } else {
      muster_buf_puts(out, "; does not clear this year by attending from now\n");
    }
    return;
  }
  const muster_distance *nearer =
      e->unauthorised.known && (!e->illness.known || e->unauthorised.sessions <= e->illness.sessions) ? &e->unauthorised
                                                                                                      : &e->illness;
  if (!nearer->known) {
    muster_buf_puts(out, "    absence from now on would not reach it this year\n");
    return;
  }
  muster_buf_puts(out, "    ");
  put_sessions_word(nearer->sessions, "more missed session", out);
  muster_buf_printf(out, " from now would reach it, on %s", muster_date_format(nearer->date, date));
  if (e->unauthorised.known != e->illness.known)
    muster_buf_printf(out, " (%s only)", e->unauthorised.known ? "unauthorised" : "illness");
  else if (e->unauthorised.sessions != e->illness.sessions)
    muster_buf_printf(out, " (unauthorised; %u of illness)", e->illness.sessions);
  muster_buf_putc(out, '\n');
}

static void put_rule(const muster_ruleset *set, const muster_explained *e, bool colour, muster_buf *out) {
  const muster_rule *rule = &set->rules[e->rule];
  char date[MUSTER_DATE_TEXT];
  muster_buf_printf(out, "\n%s%s%s: %s", colour ? "\033[1m" : "", rule->id, colour ? "\033[0m" : "",
                    muster_explain_status_text(e->status));
  if (e->since != MUSTER_NO_DATE) muster_buf_printf(out, " since %s", muster_date_format(e->since, date));
  if (e->inhibited_by != MUSTER_NONE) muster_buf_printf(out, " by %s", set->rules[e->inhibited_by].id);
  muster_buf_printf(out, " (%s)\n", muster_level_text(rule->level));
  if (e->flagged && e->message && e->message[0]) muster_buf_printf(out, "    %s\n", e->message);
  if (e->has_fraction)
    muster_buf_printf(out, "    %s, %s: %llu of %llu sessions\n", e->fraction_of, e->fraction_window,
                      (unsigned long long)e->numerator, (unsigned long long)e->denominator);
  put_distance(e, out);
  for (size_t i = 0; i < e->question_count; i++) {
    const muster_explain_question *q = &e->questions[i];
    muster_buf_printf(out, "    asked %s", q->method);
    if (q->argument && q->argument[0]) muster_buf_printf(out, " %s", q->argument);
    if (q->window && q->window[0]) muster_buf_printf(out, " (%s)", q->window);
    muster_buf_printf(out, ": %s\n", q->answer);
  }
  if (e->flagged) put_sessions(e, out);
}

void muster_explain_human(const muster_register *reg, const muster_ruleset *set, const muster_explanation *x,
                          bool colour, muster_buf *out) {
  char date[MUSTER_DATE_TEXT];
  muster_text id = muster_subject_id(reg, &x->subject), school = muster_school_name(reg, x->subject.school);
  muster_buf_printf(out, "%.*s at %.*s, as of %s\n", (int)id.n, id.at, (int)school.n, school.at,
                    muster_date_format(x->as_of, date));
  char source[MUSTER_SOURCE_TEXT];
  muster_register_source(reg, false, source);
  if (strchr(source, ';')) muster_buf_printf(out, "from %s\n", source);
  if (x->subject.kind == MUSTER_SUBJECT_PUPIL) {
    const muster_open_days *open = &reg->schools[x->subject.school].open;
    muster_register_lines(reg, x->subject.pupil, muster_school_weeks_back(open, x->as_of, WEEKS_SHOWN), x->as_of, out);
  }
  for (size_t i = 0; i < x->rule_count; i++)
    if (x->rules[i].flagged || x->rules[i].status != MUSTER_EXPLAIN_NOT_FLAGGED)
      put_rule(set, &x->rules[i], colour, out);
  for (size_t i = 0; i < x->rule_count; i++)
    if (!x->rules[i].flagged && x->rules[i].status == MUSTER_EXPLAIN_NOT_FLAGGED)
      put_rule(set, &x->rules[i], colour, out);
  if (x->nearest != MUSTER_NONE && x->rule_count > 1)
    muster_buf_printf(out, "\nnearest of those not met: %s\n", set->rules[x->rules[x->nearest].rule].id);
}

/* ---- for a program ---- */

static json_t *date_json(muster_date date) {
  char text[MUSTER_DATE_TEXT];
  return date == MUSTER_NO_DATE ? json_null() : json_string(muster_date_format(date, text));
}

static json_t *distance_json(const muster_distance *d) {
  return d->known ? json_pack("{s:i, s:o}", "sessions", (int)d->sessions, "date", date_json(d->date)) : json_null();
}

static json_t *text_json(muster_text text) { return json_stringn(text.at, text.n); }

static json_t *rule_json(const muster_ruleset *set, const muster_explained *e) {
  json_t *object = json_object(), *questions = json_array(), *sessions = json_array();
  json_object_set_new(object, "rule", json_string(set->rules[e->rule].id));
  json_object_set_new(object, "level", json_string(muster_level_text(set->rules[e->rule].level)));
  json_object_set_new(object, "flagged", json_boolean(e->flagged));
  json_object_set_new(object, "status", json_string(muster_explain_status_text(e->status)));
  json_object_set_new(object, "since", date_json(e->since));
  json_object_set_new(object, "inhibited_by",
                      e->inhibited_by == MUSTER_NONE ? json_null() : json_string(set->rules[e->inhibited_by].id));
  json_object_set_new(object, "message", e->flagged && e->message ? json_string(e->message) : json_null());
  json_object_set_new(object, "evidence", e->flagged && e->evidence ? json_loads(e->evidence, 0, NULL) : json_null());
  if (e->has_fraction) {
    json_object_set_new(object, "kind", json_string(e->fraction_of));
    json_object_set_new(object, "window", json_string(e->fraction_window));
    json_object_set_new(object, "numerator", json_integer((json_int_t)e->numerator));
    json_object_set_new(object, "denominator", json_integer((json_int_t)e->denominator));
  }
  if (e->has_distance && e->flagged) {
    json_object_set_new(object, "sessions_attended_instead", distance_json(&e->attended));
    json_object_set_new(object, "clears", distance_json(&e->clears));
  } else if (e->has_distance) {
    json_object_set_new(object, "fires_if_unauthorised", distance_json(&e->unauthorised));
    json_object_set_new(object, "fires_if_ill", distance_json(&e->illness));
  }
  for (size_t i = 0; i < e->question_count; i++) {
    const muster_explain_question *q = &e->questions[i];
    json_array_append_new(questions, json_pack("{s:s, s:s?, s:s?, s:s}", "method", q->method, "argument", q->argument,
                                               "window", q->window, "answer", q->answer));
  }
  for (size_t i = 0; i < e->session_count; i++) {
    const muster_explain_session *s = &e->sessions[i];
    json_array_append_new(sessions, json_pack("{s:o, s:s, s:s}", "date", date_json(s->date), "session",
                                              s->afternoon ? "PM" : "AM", "code", s->code));
  }
  json_object_set_new(object, "asked", questions);
  json_object_set_new(object, "sessions", sessions);
  return object;
}

static int add_bytes(const char *bytes, size_t n, void *out) {
  muster_buf_add(out, bytes, n);
  return ((muster_buf *)out)->failed ? -1 : 0;
}

void muster_explain_json(const muster_register *reg, const muster_ruleset *set, const muster_explanation *x,
                         muster_buf *out) {
  json_t *rules = json_array();
  for (size_t i = 0; i < x->rule_count; i++) json_array_append_new(rules, rule_json(set, &x->rules[i]));
  json_t *all = json_object();
  json_object_set_new(all, "subject", text_json(muster_subject_id(reg, &x->subject)));
  json_object_set_new(all, "school", text_json(muster_school_id(reg, x->subject.school)));
  json_object_set_new(all, "as_of", date_json(x->as_of));
  char source[MUSTER_SOURCE_TEXT];
  muster_register_source(reg, false, source);
  json_object_set_new(all, "source", json_string(source));
  json_object_set_new(all, "nearest",
                      x->nearest == MUSTER_NONE ? json_null() : json_string(set->rules[x->rules[x->nearest].rule].id));
  json_object_set_new(all, "rules", rules);
  if (json_dump_callback(all, add_bytes, out, JSON_INDENT(1) | JSON_SORT_KEYS) != 0) out->failed = true;
  json_decref(all);
  muster_buf_putc(out, '\n');
}
