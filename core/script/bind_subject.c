/* Subjects: what they are to a script, their attributes, the way from one to another. */
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "subject.h"

/* Every userdata that a script can get hold of is one of these two. */
typedef struct handle {
  uint32_t mark;
  uint64_t call;
  muster_subject subject;
} handle;

enum { SUBJECT_MARK = 0x5B1EC700, COLUMNS_MARK = 0x7C010570, WORK_OF_A_WINDOW = 5 };

typedef enum member {
  MEMBER_ID,
  MEMBER_SCHOOL,
  MEMBER_NAME,
  MEMBER_BY,
  MEMBER_AS_OF,
  MEMBER_START,
  MEMBER_BIRTH,
  MEMBER_ATTR,
  MEMBER_COLUMN /* and the columns after it */
} member;

/* Attributes that are columns of pupils.csv and schools.csv, and how their texts are read. */
static const struct {
  const char *name;
  value_kind kind;
  int scopes;
} columns[] = {{"year_group", VALUE_NUMBER, OF_PUPIL}, {"group", VALUE_TEXT, OF_PUPIL},
               {"sex", VALUE_TEXT, OF_PUPIL},          {"fsm", VALUE_FLAG, OF_PUPIL},
               {"sen", VALUE_TEXT, OF_PUPIL},          {"eal", VALUE_FLAG, OF_PUPIL},
               {"ethnicity", VALUE_TEXT, OF_PUPIL},    {"phase", VALUE_TEXT, OF_SCHOOL},
               {"region", VALUE_TEXT, OF_SCHOOL},      {"local_authority", VALUE_TEXT, OF_SCHOOL},
               {"trust", VALUE_TEXT, OF_SCHOOL}};

enum { COLUMNS = sizeof columns / sizeof *columns };

static const char *const pupil_names[] = {"id",  "school",    "year_group", "group",      "sex",   "fsm",  "sen",
                                          "eal", "ethnicity", "birth_date", "start_date", "as_of", "attr", NULL};
static const char *const group_names[] = {"id", "school", "by", "as_of", NULL};
static const char *const school_names[] = {"id",    "name",  "phase", "region", "local_authority",
                                           "trust", "as_of", "attr",  NULL};

const char *const *subject_attribute_names(muster_subject_kind kind) {
  return kind == MUSTER_SUBJECT_PUPIL ? pupil_names : kind == MUSTER_SUBJECT_GROUP ? group_names : school_names;
}

bool subject_is_attribute(muster_text name) {
  for (int kind = 0; kind < 3; kind++)
    for (const char *const *known = subject_attribute_names((muster_subject_kind)kind); *known; known++)
      if (muster_text_equal(name, muster_text_of(*known))) return true;
  return false;
}

static const char *scope_text(muster_subject_kind kind) {
  return kind == MUSTER_SUBJECT_PUPIL ? "a pupil" : kind == MUSTER_SUBJECT_GROUP ? "a group" : "a school";
}

static const subject_method *method_number(size_t number) {
  for (size_t t = 0; subject_methods[t]; t++)
    for (const subject_method *m = subject_methods[t]; m->name; m++)
      if (number-- == 0) return m;
  return NULL;
}

const subject_method *subject_method_find(muster_text name) {
  const subject_method *m;
  for (size_t i = 0; (m = method_number(i)); i++)
    if (muster_text_equal(name, muster_text_of(m->name))) return m;
  return NULL;
}

/* ---- names by address ---- */

static size_t slot_of(const void *p) { return ((uintptr_t)p >> 4) * 0x9E3779B97F4A7C15ull >> 54; }

static uint32_t lookup(const pointer_map *map, const void *p) {
  for (size_t i = slot_of(p);; i = (i + 1) % POINTER_SLOTS) {
    if (map->keys[i] == p) return map->values[i];
    if (!map->keys[i]) return MUSTER_NONE;
  }
}

/* Notes the string at `index`, and keeps it where the collector leaves it. */
static void note(lua_State *L, pointer_map *map, int index, uint32_t value) {
  if (map->count >= POINTERS_MOST) return; /* further ones are looked up by their text */
  index = lua_absindex(L, index);
  lua_rawgeti(L, LUA_REGISTRYINDEX, subject_context_of(L)->anchors);
  lua_pushvalue(L, index);
  lua_pushboolean(L, 1);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  const char *p = lua_tostring(L, index);
  size_t i = slot_of(p);
  while (map->keys[i]) i = (i + 1) % POINTER_SLOTS;
  map->keys[i] = p;
  map->values[i] = value;
  map->count++;
}

static void note_text(lua_State *L, pointer_map *map, const char *text, uint32_t value) {
  lua_pushstring(L, text);
  note(L, map, -1, value);
  lua_pop(L, 1);
}

/* ---- subjects ---- */

static const char subject_metatable[1], columns_metatable[1];

static handle *push_handle(lua_State *L, const muster_subject *subject, uint32_t mark, const void *metatable) {
  handle *h = lua_newuserdatauv(L, sizeof *h, 0);
  *h = (handle){mark, subject_context_of(L)->call, *subject};
  lua_rawgetp(L, LUA_REGISTRYINDEX, metatable);
  lua_setmetatable(L, -2);
  return h;
}

muster_subject *subject_push(lua_State *L, const muster_subject *subject) {
  return &push_handle(L, subject, SUBJECT_MARK, subject_metatable)->subject;
}

void subject_turn(lua_State *L, int index, const muster_subject *subject) {
  handle *h = lua_touserdata(L, index);
  h->subject = *subject;
  h->call = subject_context_of(L)->call;
}

static int expired(lua_State *L) { return script_refuse(L, "a subject was kept beyond the call it was given to"); }

const muster_subject *subject_check(lua_State *L, int arg) {
  const handle *h = lua_type(L, arg) == LUA_TUSERDATA ? lua_touserdata(L, arg) : NULL;
  if (!h || h->mark != SUBJECT_MARK) {
    script_refuse(L,
                  "this is asked of a %s, not of a subject; methods are called with a colon, as pupil:rate(\"absent\")",
                  luaL_typename(L, arg));
    return NULL;
  }
  subject_context *c = subject_context_of(L);
  if (h->call != c->call) expired(L);
  recall_touch(&c->recall);
  return &h->subject;
}

const muster_subject *subject_of(lua_State *L, int scopes, const char *method) {
  const muster_subject *s = subject_check(L, 1);
  if (!(scopes & 1 << s->kind)) {
    script *self = script_of(L);
    muster_fail(&self->error, MUSTER_PACK, "%s has no %s", scope_text(s->kind), method);
    muster_error_expected(&self->error, "it asked of %s%s%s", scopes & OF_PUPIL ? "a pupil" : "",
                          scopes & OF_PUPIL && scopes & OF_SCHOOL ? " or " : "", scopes & OF_SCHOOL ? "a school" : "");
    script_raise(L);
  }
  return s;
}

void subject_charge(lua_State *L, const muster_subject *s, uint64_t work, bool compared) {
  const muster_register *reg = subject_context_of(L)->reg;
  if (s->kind != MUSTER_SUBJECT_PUPIL || compared) work += reg->schools[s->school].count / 8;
  if (s->kind == MUSTER_SUBJECT_SCHOOL && compared) work += reg->school_count / 8;
  budget_charge(L, work);
}

void subject_kind_unknown(lua_State *L, const char *name) {
  script *s = script_of(L);
  muster_fail(&s->error, MUSTER_PACK, "\"%.60s\" is no kind of session", name);
  char all[200] = "";
  for (size_t i = 0; muster_kind_names[i]; i++)
    snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "", muster_kind_names[i]);
  muster_error_expected(&s->error, "%s, or codes\"G N O U\"", all);
  const char *near = muster_nearest(name, muster_kind_names);
  if (near) muster_error_todo(&s->error, "did you mean \"%s\"?", near);
}

int subject_kind(lua_State *L, int arg) {
  if (lua_type(L, arg) != LUA_TSTRING)
    return script_refuse(L, "the kind of session is a %s; it is a text such as \"absent\"", luaL_typename(L, arg));
  subject_context *c = subject_context_of(L);
  const char *name = lua_tostring(L, arg);
  uint32_t known = lookup(&c->kinds, name);
  if (known != MUSTER_NONE) return (int)known;
  size_t prefix = strlen(HOST_CODES);
  if (strncmp(name, HOST_CODES, prefix) != 0) {
    subject_kind_unknown(L, name);
    return script_raise(L);
  }
  for (size_t i = 0; c->set_texts && c->set_texts[i]; i++)
    if (strcmp(c->set_texts[i], name + prefix) == 0) {
      note(L, &c->kinds, arg, (uint32_t)(MUSTER_KIND_CODES + i));
      return (int)(MUSTER_KIND_CODES + i);
    }
  script *s = script_of(L);
  muster_fail(&s->error, MUSTER_PACK, "codes\"%.60s\" is put together while the rule runs", name + prefix);
  muster_error_expected(&s->error, "codes followed by a text as it stands, or a parameter of codes");
  return script_raise(L);
}

uint32_t subject_window(lua_State *L, int arg) {
  subject_context *c = subject_context_of(L);
  if (lua_isnoneornil(L, arg)) return c->year;
  if (lua_type(L, arg) != LUA_TSTRING)
    return (uint32_t)script_refuse(L, "a window is a %s; it is a text such as \"last half-term\"",
                                   luaL_typename(L, arg));
  muster_text text;
  text.at = lua_tolstring(L, arg, &text.n);
  budget_charge(L, WORK_OF_A_WINDOW); /* known or not: limits decide alike whatever was asked before */
  uint32_t known = lookup(&c->windows, text.at);
  if (known != MUSTER_NONE) return known;
  uint32_t window;
  if (text.n > SUBJECT_WINDOW_TEXT) return (uint32_t)script_refuse(L, "a window of %zu bytes", text.n);
  script_check(L, muster_desk_window(c->desk, text, &window, &script_of(L)->error));
  if (window >= SUBJECT_WINDOWS) /* the desk remembers each, in memory that is not the script's */
    return (uint32_t)script_refuse(L, "the rules ask for more than %d different windows", SUBJECT_WINDOWS);
  note(L, &c->windows, arg, window);
  return window;
}

/* ---- attributes ---- */

/* A value of a column as a rule sees it. Texts that are numbers are numbers unless a nought in front says they are a
 * name. */
static void push_value(lua_State *L, muster_text text, value_kind kind) {
  double number;
  bool named = text.n > 1 && text.at[0] == '0' && text.at[1] >= '0' && text.at[1] <= '9';
  if (kind == VALUE_FLAG && (muster_text_is_true(text) || muster_text_is_false(text))) {
    lua_pushboolean(L, muster_text_is_true(text));
  } else if (kind == VALUE_NUMBER && !named && muster_text_number(text, &number)) {
    int64_t whole;
    if (muster_text_int(text, &whole))
      lua_pushinteger(L, whole);
    else
      lua_pushnumber(L, number);
  } else if (kind == VALUE_NUMBER && (muster_text_equal_nocase(text, MUSTER_TEXT("true")) ||
                                      muster_text_equal_nocase(text, MUSTER_TEXT("false")))) {
    lua_pushboolean(L, muster_text_is_true(text));
  } else {
    lua_pushlstring(L, text.at, text.n);
  }
}

static void column_value(lua_State *L, const muster_attribute *column, uint32_t subject, value_kind kind) {
  subject_context *c = subject_context_of(L);
  uint32_t number = column && subject < column->capacity ? column->values[subject] : MUSTER_NONE;
  if (number == MUSTER_NONE) {
    lua_pushnil(L);
    return;
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, c->values[kind]);
  if (lua_rawgeti(L, -1, (lua_Integer)number + 1) == LUA_TNIL) {
    lua_pop(L, 1);
    push_value(L, muster_map_name(&c->reg->texts, number), kind);
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, (lua_Integer)number + 1);
  }
  lua_remove(L, -2);
}

static const muster_attributes *columns_of(const subject_context *c, const muster_subject *s) {
  return s->kind == MUSTER_SUBJECT_SCHOOL ? &c->reg->school_attributes : &c->reg->pupil_attributes;
}

static uint32_t row_of(const muster_subject *s) { return s->kind == MUSTER_SUBJECT_SCHOOL ? s->school : s->pupil; }

/* pupil.attr.NAME */
static int columns_index(lua_State *L) {
  const handle *h = lua_touserdata(L, 1);
  subject_context *c = subject_context_of(L);
  if (h->call != c->call) return expired(L);
  recall_touch(&c->recall);
  if (lua_type(L, 2) != LUA_TSTRING) return script_refuse(L, "attr has names, not %s", luaL_typename(L, 2));
  const muster_attributes *all = columns_of(c, &h->subject);
  pointer_map *known = &c->columns[h->subject.kind == MUSTER_SUBJECT_SCHOOL];
  uint32_t column = lookup(known, lua_tostring(L, 2));
  if (column == MUSTER_NONE) {
    const muster_attribute *found = muster_attribute_find(all, lua_tostring(L, 2));
    column = found ? (uint32_t)(found - all->columns) : (uint32_t)all->count;
    note(L, known, 2, column);
  }
  column_value(L, column < all->count ? &all->columns[column] : NULL, row_of(&h->subject), VALUE_NUMBER);
  return 1;
}

static void push_text(lua_State *L, muster_text text) { lua_pushlstring(L, text.at, text.n); }

static void push_member(lua_State *L, const muster_subject *s, uint32_t which) {
  const subject_context *c = subject_context_of(L);
  bool pupil = s->kind == MUSTER_SUBJECT_PUPIL;
  switch (which) {
    case MEMBER_ID: push_text(L, muster_subject_id(c->reg, s)); break;
    case MEMBER_SCHOOL: push_text(L, muster_school_id(c->reg, s->school)); break;
    case MEMBER_NAME: push_text(L, muster_school_name(c->reg, s->school)); break;
    case MEMBER_BY: lua_pushstring(L, c->reg->pupil_attributes.columns[s->by].name); break;
    case MEMBER_AS_OF: subject_push_date(L, muster_desk_as_of(c->desk)); break;
    case MEMBER_START: subject_push_date(L, pupil ? c->reg->pupils[s->pupil].start : MUSTER_NO_DATE); break;
    case MEMBER_BIRTH: subject_push_date(L, pupil ? c->reg->pupils[s->pupil].birth : MUSTER_NO_DATE); break;
    case MEMBER_ATTR: push_handle(L, s, COLUMNS_MARK, columns_metatable); break;
    default: which -= MEMBER_COLUMN; column_value(L, c->known[which], row_of(s), columns[which].kind);
  }
}

static bool has_member(const muster_subject *s, uint32_t which) {
  static const int scopes[] = {OF_ANY,   OF_PUPIL | OF_GROUP, OF_SCHOOL, OF_GROUP, OF_ANY, OF_PUPIL,
                               OF_PUPIL, OF_PUPIL | OF_SCHOOL};
  int of = which < MEMBER_COLUMN ? scopes[which] : columns[which - MEMBER_COLUMN].scopes;
  return of & 1 << s->kind;
}

enum { METHODS_FROM = 64 };

static int unknown_member(lua_State *L, const muster_subject *s) {
  script *self = script_of(L);
  if (lua_type(L, 2) != LUA_TSTRING)
    return script_refuse(L, "%s has names, not a %s", scope_text(s->kind), luaL_typename(L, 2));
  const char *wanted = lua_tostring(L, 2), *names[128];
  size_t n = 0;
  for (const char *const *name = subject_attribute_names(s->kind); *name; name++) names[n++] = *name;
  const subject_method *m;
  for (size_t i = 0; (m = method_number(i)); i++)
    if (m->scopes & 1 << s->kind) names[n++] = m->name;
  names[n] = NULL;
  muster_fail(&self->error, MUSTER_PACK, "%s has no \"%.60s\"", scope_text(s->kind), wanted);
  const char *near = muster_nearest(wanted, names);
  if (near)
    muster_error_todo(&self->error, "did you mean \"%s\"?", near);
  else
    muster_error_todo(&self->error, "a column of the data is read as .attr.%.60s", wanted);
  return script_raise(L);
}

static int subject_index(lua_State *L) {
  const handle *h = lua_touserdata(L, 1);
  subject_context *c = subject_context_of(L);
  if (h->call != c->call) return expired(L);
  uint32_t which = lua_type(L, 2) == LUA_TSTRING ? lookup(&c->members, lua_tostring(L, 2)) : MUSTER_NONE;
  if (which == MUSTER_NONE) return unknown_member(L, &h->subject);
  if (which >= METHODS_FROM) {
    lua_pushcfunction(L, c->methods[which - METHODS_FROM]);
    return 1;
  }
  if (which == MEMBER_SCHOOL && h->subject.kind == MUSTER_SUBJECT_SCHOOL)
    which = MEMBER_ID;
  else if (!has_member(&h->subject, which))
    return unknown_member(L, &h->subject);
  recall_touch(&c->recall);
  if (which == MEMBER_AS_OF)
    subject_note(L, &h->subject, RECALL_AS_OF, 0, 0);
  else if (which >= MEMBER_COLUMN && c->known[which - MEMBER_COLUMN] && h->subject.kind == MUSTER_SUBJECT_PUPIL)
    subject_note(L, &h->subject, RECALL_COLUMN,
                 (int)(c->known[which - MEMBER_COLUMN] - c->reg->pupil_attributes.columns), 0);
  push_member(L, &h->subject, which);
  return 1;
}

bool subject_field(lua_State *L, const muster_subject *s, const char *name) {
  const subject_context *c = subject_context_of(L);
  lua_pushstring(L, name);
  uint32_t which = lookup(&c->members, lua_tostring(L, -1));
  lua_pop(L, 1);
  if (which == MUSTER_NONE || which >= METHODS_FROM || which == MEMBER_ATTR || !has_member(s, which)) return false;
  push_member(L, s, which);
  return true;
}

static int refuse_change(lua_State *L) { return script_refuse(L, "what a rule is asked about cannot be changed"); }

static void metatable(lua_State *L, const void *slot, lua_CFunction index, const char *name) {
  lua_createtable(L, 0, 4);
  lua_pushcfunction(L, index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, refuse_change);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
  lua_rawsetp(L, LUA_REGISTRYINDEX, slot);
}

void subject_open(lua_State *L, subject_context *c) {
  luaL_checkstack(L, 16, NULL);
  lua_newtable(L);
  c->anchors = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newtable(L);
  c->dates = luaL_ref(L, LUA_REGISTRYINDEX);
  for (int k = 0; k < VALUE_KINDS; k++) {
    lua_newtable(L);
    c->values[k] = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  metatable(L, subject_metatable, subject_index, "subject");
  metatable(L, columns_metatable, columns_index, "attributes");
  static const char *const members[] = {"id", "school", "name", "by", "as_of", "start_date", "birth_date", "attr"};
  for (uint32_t i = 0; i < sizeof members / sizeof *members; i++) note_text(L, &c->members, members[i], i);
  for (uint32_t i = 0; i < COLUMNS; i++) {
    bool school = columns[i].scopes == OF_SCHOOL;
    c->known[i] =
        muster_attribute_find(school ? &c->reg->school_attributes : &c->reg->pupil_attributes, columns[i].name);
    note_text(L, &c->members, columns[i].name, MEMBER_COLUMN + i);
  }
  const subject_method *m;
  for (uint32_t i = 0; (m = method_number(i)); i++)
    if (m->call) {
      c->methods[i] = m->call;
      note_text(L, &c->members, m->name, METHODS_FROM + i);
    }
  for (size_t i = 0; muster_kind_names[i]; i++)
    note_text(L, &c->kinds, muster_kind_names[i], (uint32_t)muster_kind_of(muster_kind_names[i]));
  script_check(L, muster_desk_window(c->desk, MUSTER_TEXT("year"), &c->year, &script_of(L)->error));
}

/* ---- from one subject to another ---- */

/* pupil.school is the id of the school, a text; pupil:school() calls that text with the pupil. */
int host_call_text(lua_State *L) {
  const handle *h = lua_type(L, 2) == LUA_TUSERDATA ? lua_touserdata(L, 2) : NULL;
  if (!h || h->mark != SUBJECT_MARK) return script_refuse(L, "a text is called like a function");
  muster_subject school = muster_subject_school(subject_check(L, 2));
  muster_desk_tell(subject_context_of(L)->desk, "school", "", MUSTER_NONE, "its school");
  subject_push(L, &school);
  return 1;
}

static int l_similar(lua_State *L) {
  const muster_subject *s = subject_of(L, OF_PUPIL | OF_SCHOOL, "similar");
  subject_context *c = subject_context_of(L);
  muster_subject others[20];
  subject_charge(L, s, 500, true);
  size_t n = muster_desk_similar(c->desk, s, others);
  muster_desk_tell(c->desk, "similar", "", MUSTER_NONE, "%zu", n);
  lua_createtable(L, (int)n, 0);
  for (size_t i = 0; i < n; i++) {
    subject_push(L, &others[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* s:roll(): the pupils on roll at the as-of date, in the order of the data */
static int l_roll(lua_State *L) {
  const muster_subject *s = subject_of(L, OF_GROUP | OF_SCHOOL, "roll");
  subject_context *c = subject_context_of(L);
  const muster_school *school = &c->reg->schools[s->school];
  const muster_attribute *by = s->kind == MUSTER_SUBJECT_GROUP ? &c->reg->pupil_attributes.columns[s->by] : NULL;
  uint32_t group = s->group, number = s->school;
  budget_charge(L, school->count / 4 + 20);
  lua_newtable(L);
  lua_Integer n = 0;
  for (uint32_t k = 0; k < school->count; k++) {
    uint32_t pupil = c->reg->by_school[school->first + k];
    if (!muster_on_roll(&c->reg->pupils[pupil], muster_desk_as_of(c->desk))) continue;
    if (by && (pupil >= by->capacity || by->values[pupil] != group)) continue;
    budget_charge(L, 4);
    subject_push(L, &(muster_subject){.kind = MUSTER_SUBJECT_PUPIL, .school = number, .pupil = pupil});
    lua_rawseti(L, -2, ++n);
  }
  muster_desk_tell(c->desk, "roll", "", MUSTER_NONE, "%lld", (long long)n);
  return 1;
}

/* "school" is an attribute first; calling it is host_call_text. */
const subject_method subject_others[] = {{"school", NULL, OF_ANY, 0, 0},
                                         {"roll", l_roll, OF_GROUP | OF_SCHOOL, 0, 0},
                                         {"similar", l_similar, OF_PUPIL | OF_SCHOOL, 0, 0},
                                         {NULL, NULL, 0, 0, 0}};

const subject_method *const subject_methods[] = {subject_counts, subject_spells, subject_patterns,
                                                 subject_acts,   subject_others, NULL};

/* ---- tables for scripts ---- */

/* Texts of days are kept: a rule meets the same few hundred over and over. */
void subject_push_date(lua_State *L, muster_date date) {
  if (date == MUSTER_NO_DATE) {
    lua_pushnil(L);
    return;
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, subject_context_of(L)->dates);
  if (lua_rawgeti(L, -1, date) == LUA_TNIL) {
    char text[MUSTER_DATE_TEXT];
    lua_pop(L, 1);
    lua_pushstring(L, muster_date_format(date, text));
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, date);
  }
  lua_remove(L, -2);
}

void subject_set_date(lua_State *L, const char *key, muster_date date) {
  subject_push_date(L, date);
  lua_setfield(L, -2, key);
}

void subject_set_whole(lua_State *L, const char *key, uint64_t value) {
  lua_pushinteger(L, (lua_Integer)value);
  lua_setfield(L, -2, key);
}

void subject_set_number(lua_State *L, const char *key, double value) {
  lua_pushnumber(L, value);
  lua_setfield(L, -2, key);
}
