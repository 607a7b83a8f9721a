/* Spells of pupils: spells, longest, current, broken_weeks. Read from the pupil's view. */
#include "subject.h"

enum { WORK_OF_A_SPELL = 5, WORK_OF_A_SCAN = 20, WEEKS_MOST = 2 * MUSTER_YEAR_WEEKS };

typedef struct question {
  const muster_subject *subject;
  muster_desk *desk;
  muster_view *view;
  int kind;
  uint32_t window;
  muster_range range;
} question;

static question ask(lua_State *L, const char *method, int kind_arg, int window_arg) {
  const muster_subject *s = subject_of(L, OF_PUPIL, method);
  question q = {.subject = s, .desk = subject_context_of(L)->desk};
  q.kind = kind_arg ? subject_kind(L, kind_arg) : MUSTER_KIND_ABSENT;
  q.window = window_arg ? subject_window(L, window_arg) : subject_context_of(L)->year;
  budget_charge(L, WORK_OF_A_SCAN);
  q.range = muster_desk_range(q.desk, s, q.window);
  q.view = muster_desk_view(q.desk, s);
  return q;
}

static void push_spell(lua_State *L, const muster_spell *spell) {
  lua_createtable(L, 0, 4);
  subject_set_whole(L, "sessions", spell->sessions);
  subject_set_whole(L, "days", spell->days);
  if (!spell->sessions) return;
  subject_set_date(L, "first", muster_session_date(spell->first));
  subject_set_date(L, "last", muster_session_date(spell->last));
}

static int l_spells(lua_State *L) {
  question q = ask(L, "spells", 2, 3);
  lua_newtable(L);
  lua_Integer n = 0;
  muster_session from = q.range.begin;
  for (muster_spell spell; muster_view_spell(q.view, q.kind, q.range, &from, &spell);) {
    budget_charge(L, WORK_OF_A_SPELL);
    push_spell(L, &spell);
    lua_rawseti(L, -2, ++n);
  }
  muster_desk_tell(q.desk, "spells", lua_tostring(L, 2), q.window, "%lld", (long long)n);
  return 1;
}

static int one_spell(lua_State *L, const char *method, recall_what what, const question *q, const muster_spell *spell) {
  subject_note(L, q->subject, what, q->kind, q->window);
  char first[MUSTER_DATE_TEXT];
  muster_date_format(spell->sessions ? muster_session_date(spell->first) : MUSTER_NO_DATE, first);
  muster_desk_tell(q->desk, method, lua_tostring(L, 2), q->window, "%u sessions%s%s", spell->sessions,
                   spell->sessions ? " from " : "", first);
  push_spell(L, spell);
  return 1;
}

/* The longest; one of 0 sessions when there is none. */
static int l_longest(lua_State *L) {
  question q = ask(L, "longest", 2, 3);
  muster_spell spell = muster_view_longest(q.view, q.kind, q.range);
  return one_spell(L, "longest", RECALL_LONGEST, &q, &spell);
}

/* The spell that goes on at the as-of date; one of 0 sessions when there is none. */
static int l_current(lua_State *L) {
  question q = ask(L, "current", 2, 0);
  muster_spell spell = muster_view_current(q.view, q.kind, q.range);
  return one_spell(L, "current", RECALL_CURRENT, &q, &spell);
}

static uint32_t sessions_of_week(const question *q, int kind, int32_t week) {
  muster_range range = {week * MUSTER_LANE, (week + 1) * MUSTER_LANE};
  if (range.begin < q->range.begin) range.begin = q->range.begin;
  if (range.end > q->range.end) range.end = q->range.end;
  return muster_view_count(q->view, kind, range);
}

static int l_broken_weeks(lua_State *L) {
  question q = ask(L, "broken_weeks", 0, 2);
  subject_note(L, q.subject, RECALL_BROKEN_WEEKS, 0, q.window);
  int32_t some[WEEKS_MOST], *weeks = some;
  uint32_t n = muster_view_broken_weeks(q.view, q.range, some, WEEKS_MOST);
  if (n > WEEKS_MOST) {
    weeks = lua_newuserdatauv(L, n * sizeof *weeks, 0);
    n = muster_view_broken_weeks(q.view, q.range, weeks, n);
  }
  lua_createtable(L, (int)n, 0);
  for (uint32_t i = 0; i < n; i++) {
    budget_charge(L, WORK_OF_A_SPELL);
    lua_createtable(L, 0, 3);
    subject_set_date(L, "start", muster_week_monday(weeks[i]));
    subject_set_whole(L, "absent", sessions_of_week(&q, MUSTER_KIND_ABSENT, weeks[i]));
    subject_set_whole(L, "attended", sessions_of_week(&q, MUSTER_KIND_ATTENDED, weeks[i]));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  muster_desk_tell(q.desk, "broken_weeks", "", q.window, "%u", n);
  return 1;
}

const subject_method subject_spells[] = {{"spells", l_spells, OF_PUPIL, 1, 2},
                                         {"longest", l_longest, OF_PUPIL, 1, 2},
                                         {"current", l_current, OF_PUPIL, 1, 0},
                                         {"broken_weeks", l_broken_weeks, OF_PUPIL, 0, 1},
                                         {NULL, NULL, 0, 0, 0}};
