/* From tests{} to cases in C. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "evidence.h"
#include "lex.h"
#include "libraries.h"

typedef struct reading {
  muster_pack *pack;
  const script_file *file;
  test_cases *cases;
  muster_buf json;
} reading;

/* Calls `each` for every name of the plain table at `table`, with its value on top. */
typedef void (*each_name)(lua_State *L, reading *r, const char *name, size_t place, void *into);

static size_t for_each(lua_State *L, int table, reading *r, each_name each, void *into) {
  int top = lua_gettop(L);
  luaL_checkstack(L, 8, NULL);
  library_sorted_keys(L, table);
  size_t n = lua_rawlen(L, top + 1);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, top + 1, (lua_Integer)i + 1);
    luaL_tolstring(L, -1, NULL);
    describe_readable(L, -1, "a name");
    const char *name = describe_copy(L, r->cases->arena, lua_tostring(L, -1));
    lua_pop(L, 1);
    lua_rawget(L, table);
    each(L, r, name, i, into);
    lua_settop(L, top + 1);
  }
  lua_settop(L, top);
  return n;
}

static size_t names_in(lua_State *L, int table) {
  library_sorted_keys(L, table);
  size_t n = lua_rawlen(L, -1);
  lua_pop(L, 1);
  return n;
}

/* ---- values ---- */

static void read_value(lua_State *L, reading *r, const char *name, size_t place, void *into) {
  case_value *values = into;
  values[place] = (case_value){name, describe_copy(L, r->cases->arena, luaL_tolstring(L, -1, NULL))};
}

static case_values read_values(lua_State *L, int table, reading *r) {
  case_values values = {.n = names_in(L, table)};
  values.at = describe_alloc(L, r->cases->arena, values.n, sizeof *values.at);
  for_each(L, table, r, read_value, values.at);
  return values;
}

static void read_json(lua_State *L, reading *r, const char *name, size_t place, void *into) {
  case_values *values = into;
  (void)place;
  if (strcmp(name, "subject") == 0) return;
  muster_buf_clear(&r->json);
  evidence_json(L, -1, &r->json);
  values->at[values->n++] = (case_value){name, describe_copy(L, r->cases->arena, r->json.at ? r->json.at : "")};
}

static case_stretch stretch_of(const char *text) {
  case_stretch s = {MUSTER_NO_DATE, MUSTER_NO_DATE};
  const char *dots = strstr(text, "..");
  muster_text first = {text, dots ? (size_t)(dots - text) : strlen(text)};
  if (!muster_date_parse(first, &s.first)) s.first = MUSTER_NO_DATE;
  s.last = s.first;
  if (dots && !muster_date_parse(muster_text_of(dots + 2), &s.last)) s.last = s.first;
  return s;
}

/* ---- parts of a case ---- */

static void read_half_term(lua_State *L, reading *r, const char *name, size_t place, void *into) {
  (void)r;
  case_half_term *half_terms = into;
  half_terms[place].number = name[2] - '0';
  half_terms[place].stretch = stretch_of(lua_tostring(L, -1));
}

static void read_calendar(lua_State *L, reading *r, case_calendar *calendar) {
  static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  int table = lua_gettop(L);
  *calendar =
      (case_calendar){.from = describe_date(L, table, "from"), .to = describe_date(L, table, "to"), .days = 0x1F};
  const char *const *days = describe_texts(L, table, "days", r->cases->arena);
  if (days) calendar->days = 0;
  for (size_t i = 0; days && days[i]; i++)
    for (int d = 0; d < 7; d++)
      if (strcmp(days[i], names[d]) == 0) calendar->days |= (uint8_t)(1 << d);
  const char *const *closed = describe_texts(L, table, "closed", r->cases->arena);
  while (closed && closed[calendar->closed_count]) calendar->closed_count++;
  calendar->closed = describe_alloc(L, r->cases->arena, calendar->closed_count, sizeof *calendar->closed);
  for (size_t i = 0; i < calendar->closed_count; i++) calendar->closed[i] = stretch_of(closed[i]);
  if (describe_table(L, table, "half_terms")) {
    calendar->half_term_count = names_in(L, table + 1);
    calendar->half_terms = describe_alloc(L, r->cases->arena, calendar->half_term_count, sizeof *calendar->half_terms);
    for_each(L, table + 1, r, read_half_term, calendar->half_terms);
  }
  lua_settop(L, table);
}

static void read_pupil(lua_State *L, reading *r, const char *name, size_t place, void *into) {
  case_pupil *p = (case_pupil *)into + place;
  describe_unfreeze(L);
  int table = lua_gettop(L);
  *p = (case_pupil){.id = name,
                    .school = describe_text(L, table, "school", r->cases->arena),
                    .marks = describe_text(L, table, "marks", r->cases->arena),
                    .start = describe_date(L, table, "start"),
                    .finish = describe_date(L, table, "finish"),
                    .from = describe_date(L, table, "from")};
  if (!p->school) p->school = "school";
  if (describe_table(L, table, "attr")) p->attributes = read_values(L, table + 1, r);
}

static void read_school(lua_State *L, reading *r, const char *name, size_t place, void *into) {
  case_school *s = (case_school *)into + place;
  describe_unfreeze(L);
  s->id = name;
  s->attributes = read_values(L, lua_gettop(L), r);
}

static double number_or_nan(lua_State *L, int table, const char *key) {
  double number = NAN;
  describe_number(L, table, key, &number);
  return number;
}

static void read_intervention(lua_State *L, reading *r, case_intervention *i) {
  int table = lua_gettop(L);
  muster_arena *arena = r->cases->arena;
  *i = (case_intervention){.pupil = describe_text(L, table, "pupil", arena),
                           .school = describe_text(L, table, "school", arena),
                           .kind = describe_text_or_empty(L, table, "kind", arena),
                           .provider = describe_text(L, table, "provider", arena),
                           .start = describe_date(L, table, "start"),
                           .finish = describe_date(L, table, "finish"),
                           .dose = number_or_nan(L, table, "dose"),
                           .cost = number_or_nan(L, table, "cost")};
}

static void read_response(lua_State *L, reading *r, case_response *response) {
  int table = lua_gettop(L);
  muster_arena *arena = r->cases->arena;
  *response = (case_response){.pupil = describe_text(L, table, "pupil", arena),
                              .school = describe_text(L, table, "school", arena),
                              .respondent = describe_text_or_empty(L, table, "respondent", arena),
                              .instrument = describe_text_or_empty(L, table, "instrument", arena),
                              .item = describe_text_or_empty(L, table, "item", arena),
                              .date = describe_date(L, table, "date"),
                              .value = number_or_nan(L, table, "value")};
}

static int64_t whole_or_none(lua_State *L, int table, const char *key) {
  double number;
  return describe_number(L, table, key, &number) ? (int64_t)number : -1;
}

static void read_total(lua_State *L, reading *r, const char *name, size_t place, void *into) {
  case_total *t = (case_total *)into + place;
  describe_unfreeze(L);
  int table = lua_gettop(L);
  t->unit = name;
  t->period = describe_text(L, table, "period", r->cases->arena);
  t->total = (muster_total){.possible = whole_or_none(L, table, "possible"),
                            .authorised = whole_or_none(L, table, "authorised"),
                            .unauthorised = whole_or_none(L, table, "unauthorised"),
                            .absent = whole_or_none(L, table, "absent"),
                            .enrolments = whole_or_none(L, table, "enrolments"),
                            .persistent = whole_or_none(L, table, "persistent"),
                            .severe = whole_or_none(L, table, "severe")};
}

static void read_expected(lua_State *L, reading *r, test_case *c, int table) {
  if (!describe_table(L, table, "expect")) return;
  int list = lua_gettop(L);
  c->expected_count = lua_rawlen(L, list);
  c->expected = describe_alloc(L, r->cases->arena, c->expected_count, sizeof *c->expected);
  for (size_t i = 0; i < c->expected_count && describe_item(L, list, (lua_Integer)i + 1); i++) {
    case_expected *e = &c->expected[i];
    e->subject = describe_text_or_empty(L, list + 1, "subject", r->cases->arena);
    e->fields.at = describe_alloc(L, r->cases->arena, names_in(L, list + 1), sizeof *e->fields.at);
    for_each(L, list + 1, r, read_json, &e->fields);
    lua_settop(L, list);
  }
  lua_settop(L, list - 1);
}

/* The rule of that name; `what` says who names it. */
static uint32_t rule_named(lua_State *L, reading *r, const char *what, const char *name) {
  script *s = script_of(L);
  uint32_t rule = pack_rule_find(r->pack, name);
  if (rule != MUSTER_NONE) return rule;
  const char **names = describe_alloc(L, r->cases->arena, r->pack->rule_count + 1, sizeof *names);
  for (size_t i = 0; i < r->pack->rule_count; i++) names[i] = r->pack->infos[i].id;
  muster_fail(&s->error, MUSTER_PACK, "%s \"%.60s\": the pack has no such rule", what, name);
  const char *near = muster_nearest(name, names);
  if (near) muster_error_todo(&s->error, "did you mean \"%s\"?", near);
  script_raise(L);
  return MUSTER_NONE;
}

static void read_with(lua_State *L, reading *r, test_case *c, int table) {
  const char *const *names = describe_texts(L, table, "with", r->cases->arena);
  if (!names) return;
  for (c->with_count = 0; names[c->with_count];) c->with_count++;
  c->with = describe_alloc(L, r->cases->arena, c->with_count, sizeof *c->with);
  for (size_t i = 0; i < c->with_count; i++) c->with[i] = rule_named(L, r, "with", names[i]);
}

/* What a case and the whole file may both say. */
static void read_shared(lua_State *L, reading *r, test_case *c, int table) {
  muster_arena *arena = r->cases->arena;
  int top = lua_gettop(L);
  muster_date as_of = describe_date(L, table, "as_of");
  if (as_of != MUSTER_NO_DATE) c->as_of = as_of;
  read_with(L, r, c, table);
  if (describe_table(L, table, "calendar")) read_calendar(L, r, &c->calendar);
  lua_settop(L, top);
  if (describe_table(L, table, "params")) c->params = read_values(L, top + 1, r);
  lua_settop(L, top);
  if (describe_table(L, table, "schools")) {
    c->school_count = names_in(L, top + 1);
    c->schools = describe_alloc(L, arena, c->school_count, sizeof *c->schools);
    for_each(L, top + 1, r, read_school, c->schools);
  }
  lua_settop(L, top);
  if (describe_table(L, table, "interventions")) {
    c->intervention_count = lua_rawlen(L, top + 1);
    c->interventions = describe_alloc(L, arena, c->intervention_count, sizeof *c->interventions);
    for (size_t i = 0; i < c->intervention_count && describe_item(L, top + 1, (lua_Integer)i + 1); i++) {
      read_intervention(L, r, &c->interventions[i]);
      lua_settop(L, top + 1);
    }
  }
  lua_settop(L, top);
  if (describe_table(L, table, "responses")) {
    c->response_count = lua_rawlen(L, top + 1);
    c->responses = describe_alloc(L, arena, c->response_count, sizeof *c->responses);
    for (size_t i = 0; i < c->response_count && describe_item(L, top + 1, (lua_Integer)i + 1); i++) {
      read_response(L, r, &c->responses[i]);
      lua_settop(L, top + 1);
    }
  }
  lua_settop(L, top);
}

static void read_case(lua_State *L, reading *r, test_case *c, int table) {
  int top = lua_gettop(L);
  read_shared(L, r, c, table);
  c->name = describe_text_or_empty(L, table, "name", r->cases->arena);
  if (describe_table(L, table, "given")) {
    c->pupil_count = names_in(L, top + 1);
    c->pupils = describe_alloc(L, r->cases->arena, c->pupil_count, sizeof *c->pupils);
    for_each(L, top + 1, r, read_pupil, c->pupils);
  }
  lua_settop(L, top);
  if (describe_table(L, table, "counts")) {
    c->total_count = names_in(L, top + 1);
    c->totals = describe_alloc(L, r->cases->arena, c->total_count, sizeof *c->totals);
    for_each(L, top + 1, r, read_total, c->totals);
  }
  lua_settop(L, top);
  read_expected(L, r, c, table);
}

static int read_tests(lua_State *L) {
  reading *r = lua_touserdata(L, 1);
  describe_run(L, r->file, "tests");
  int made = lua_gettop(L);
  test_case shared = {.file = r->file, .as_of = MUSTER_NO_DATE, .calendar = {.from = MUSTER_NO_DATE}};
  shared.rule = rule_named(L, r, "tests", describe_text_or_empty(L, made, "rule", r->cases->arena));
  read_shared(L, r, &shared, made);
  if (!describe_table(L, made, "cases")) return 0;
  int list = made + 1;
  size_t n = lua_rawlen(L, list);
  for (size_t i = 0; i < n && describe_item(L, list, (lua_Integer)i + 1); i++) {
    if (!MUSTER_GROW(r->cases->at, r->cases->capacity, r->cases->n))
      script_check(L, muster_fail_memory(&script_of(L)->error));
    test_case *c = &r->cases->at[r->cases->n];
    *c = shared;
    char place[24];
    snprintf(place, sizeof place, "%zu", i + 1);
    c->line = lex_locate(r->file->source, (const char *const[]){place}, 1);
    read_case(L, r, c, list + 1);
    r->cases->n++;
    lua_settop(L, list);
  }
  return 0;
}

muster_status cases_read(script *s, muster_pack *pack, const script_file *file, test_cases *cases, muster_error *err) {
  reading r = {.pack = pack, .file = file, .cases = cases};
  muster_buf_init(&r.json, 1 << 16);
  muster_status status = describe_call(s, read_tests, &r, file, err);
  muster_buf_free(&r.json);
  return status;
}
