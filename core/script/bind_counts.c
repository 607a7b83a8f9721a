/* Counts and rates of subjects: count, rate, persistent, severe, projected, rank, gap, pupils. */
#include "subject.h"

enum { WORK_OF_A_COUNT = 5, WORK_OF_A_RANK = 50, WORK_OF_A_SEARCH = 200, FIELDS_MOST = 8 };

static muster_desk *desk_of(lua_State *L) { return subject_context_of(L)->desk; }

/* s:count(kind, window); nil where totals do not say */
static int l_count(lua_State *L) {
  const muster_subject *s = subject_check(L, 1);
  int kind = subject_kind(L, 2);
  uint32_t window = subject_window(L, 3);
  subject_charge(L, s, WORK_OF_A_COUNT, false);
  bool known = true;
  uint64_t n = muster_desk_count(desk_of(L), s, kind, window, &known);
  subject_note(L, s, RECALL_COUNT, kind, window);
  if (known) {
    muster_desk_tell(desk_of(L), "count", lua_tostring(L, 2), window, "%llu", (unsigned long long)n);
    lua_pushinteger(L, (lua_Integer)n);
  } else {
    muster_desk_tell(desk_of(L), "count", lua_tostring(L, 2), window, "not known");
    lua_pushnil(L);
  }
  return 1;
}

/* s:rate(kind, window); nil when nothing was possible */
static int l_rate(lua_State *L) {
  const muster_subject *s = subject_check(L, 1);
  int kind = subject_kind(L, 2);
  uint32_t window = subject_window(L, 3);
  subject_charge(L, s, WORK_OF_A_COUNT, false);
  double rate;
  subject_note(L, s, RECALL_RATE, kind, window);
  if (muster_desk_rate(desk_of(L), s, kind, window, &rate)) {
    muster_desk_tell(desk_of(L), "rate", lua_tostring(L, 2), window, "%.6f", rate);
    lua_pushnumber(L, rate);
  } else {
    muster_desk_tell(desk_of(L), "rate", lua_tostring(L, 2), window, "nothing was possible");
    lua_pushnil(L);
  }
  return 1;
}

/* true or false of a pupil; of a group or school how many, and of how many */
static int line(lua_State *L, const char *method, recall_what what,
                void (*ask)(muster_desk *, const muster_subject *, uint32_t, uint64_t *, uint64_t *)) {
  const muster_subject *s = subject_check(L, 1);
  uint32_t window = subject_window(L, 2);
  subject_charge(L, s, WORK_OF_A_COUNT, false);
  uint64_t over = 0, of = 0;
  subject_note(L, s, what, 0, window);
  ask(desk_of(L), s, window, &over, &of);
  if (s->kind == MUSTER_SUBJECT_PUPIL) {
    muster_desk_tell(desk_of(L), method, "", window, "%s", over ? "yes" : "no");
    lua_pushboolean(L, over != 0);
    return 1;
  }
  muster_desk_tell(desk_of(L), method, "", window, "%llu of %llu", (unsigned long long)over, (unsigned long long)of);
  lua_pushinteger(L, (lua_Integer)over);
  lua_pushinteger(L, (lua_Integer)of);
  return 2;
}

static int l_persistent(lua_State *L) { return line(L, "persistent", RECALL_PERSISTENT, muster_desk_persistent); }
static int l_severe(lua_State *L) { return line(L, "severe", RECALL_SEVERE, muster_desk_severe); }

/* s:projected(kind): sessions by the end of the year, and how many will have been possible */
static int l_projected(lua_State *L) {
  const muster_subject *s = subject_check(L, 1);
  int kind = subject_kind(L, 2);
  subject_charge(L, s, WORK_OF_A_RANK, false);
  double count, possible;
  subject_note(L, s, RECALL_PROJECTED, kind, 0);
  if (!muster_desk_projected(desk_of(L), s, kind, &count, &possible)) {
    muster_desk_tell(desk_of(L), "projected", lua_tostring(L, 2), MUSTER_NONE, "nothing was possible");
    lua_pushnil(L);
    return 1;
  }
  muster_desk_tell(desk_of(L), "projected", lua_tostring(L, 2), MUSTER_NONE, "%.1f of %.0f", count, possible);
  lua_pushnumber(L, count);
  lua_pushnumber(L, possible);
  return 2;
}

/* s:rank(kind, window): its place, 1 = highest rate, and of how many */
static int l_rank(lua_State *L) {
  const muster_subject *s = subject_of(L, OF_PUPIL | OF_SCHOOL, "rank");
  int kind = subject_kind(L, 2);
  uint32_t window = subject_window(L, 3), rank, of;
  subject_charge(L, s, WORK_OF_A_RANK, true);
  if (!muster_desk_rank(desk_of(L), s, kind, window, &rank, &of)) {
    muster_desk_tell(desk_of(L), "rank", lua_tostring(L, 2), window, "no rate");
    lua_pushnil(L);
    return 1;
  }
  muster_desk_tell(desk_of(L), "rank", lua_tostring(L, 2), window, "%u of %u", rank, of);
  lua_pushinteger(L, rank);
  lua_pushinteger(L, of);
  return 2;
}

/* s:gap(attribute, window) */
static int l_gap(lua_State *L) {
  const muster_subject *s = subject_of(L, OF_GROUP | OF_SCHOOL, "gap");
  const char *attribute = luaL_checkstring(L, 2);
  uint32_t window = subject_window(L, 3);
  subject_charge(L, s, WORK_OF_A_SEARCH, false);
  double gap;
  if (muster_desk_gap(desk_of(L), s, attribute, window, &gap)) {
    muster_desk_tell(desk_of(L), "gap", attribute, window, "%.6f", gap);
    lua_pushnumber(L, gap);
  } else {
    muster_desk_tell(desk_of(L), "gap", attribute, window, "not known");
    lua_pushnil(L);
  }
  return 1;
}

/* s:pupils { year_group = 7, fsm = true }: how many are on roll of whom that is so */
static int l_pupils(lua_State *L) {
  const muster_subject *s = subject_of(L, OF_GROUP | OF_SCHOOL, "pupils");
  const char *names[FIELDS_MOST], *values[FIELDS_MOST];
  size_t n = 0;
  subject_charge(L, s, WORK_OF_A_SEARCH, false);
  lua_settop(L, 2);
  if (!lua_isnil(L, 2)) {
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checkstack(L, 2 * FIELDS_MOST + 4, NULL);
    for (lua_pushnil(L); lua_next(L, 2);) {
      if (n == FIELDS_MOST) return script_refuse(L, "pupils takes at most %d attributes", FIELDS_MOST);
      if (lua_type(L, -2) != LUA_TSTRING || lua_isnil(L, -1) || lua_istable(L, -1))
        return script_refuse(L, "pupils takes attribute = value, such as { year_group = 7, fsm = true }");
      names[n] = lua_tostring(L, -2);
      luaL_tolstring(L, -1, NULL);
      values[n++] = lua_tostring(L, -1);
      lua_replace(L, -2); /* the text stays on the stack below the key */
      lua_insert(L, -2);
    }
  }
  uint64_t count = muster_desk_pupils(desk_of(L), s, names, values, n);
  muster_desk_tell(desk_of(L), "pupils", n ? names[0] : "", MUSTER_NONE, "%llu", (unsigned long long)count);
  lua_pushinteger(L, (lua_Integer)count);
  return 1;
}

const subject_method subject_counts[] = {{"count", l_count, OF_ANY, 1, 2},
                                         {"rate", l_rate, OF_ANY, 1, 2},
                                         {"persistent", l_persistent, OF_ANY, 0, 1},
                                         {"severe", l_severe, OF_ANY, 0, 1},
                                         {"projected", l_projected, OF_ANY, 1, 0},
                                         {"rank", l_rank, OF_PUPIL | OF_SCHOOL, 1, 2},
                                         {"gap", l_gap, OF_GROUP | OF_SCHOOL, 0, 2},
                                         {"pupils", l_pupils, OF_GROUP | OF_SCHOOL, 0, 0},
                                         {NULL, NULL, 0, 0, 0}};
