/* What was done and said: had, responses, plan. */
#include <math.h>

#include "subject.h"

enum { WORK_OF_A_SEARCH = 20 };

static muster_text text_argument(lua_State *L, int arg) {
  muster_text t;
  t.at = luaL_checklstring(L, arg, &t.n);
  return t;
}

static void set_text(lua_State *L, const char *key, uint32_t number) {
  if (number == MUSTER_NONE) return;
  muster_text t = muster_map_name(&subject_context_of(L)->reg->texts, number);
  lua_pushlstring(L, t.at, t.n);
  lua_setfield(L, -2, key);
}

/* s:had(kind, window): the latest intervention of that kind that touched the window, or false */
static int l_had(lua_State *L) {
  const muster_subject *s = subject_of(L, OF_PUPIL | OF_SCHOOL, "had");
  muster_text kind = lua_isnoneornil(L, 2) ? MUSTER_TEXT("") : text_argument(L, 2);
  uint32_t window = subject_window(L, 3);
  muster_desk *desk = subject_context_of(L)->desk;
  budget_charge(L, WORK_OF_A_SEARCH);
  const muster_intervention *i = muster_desk_had(desk, s, kind, window);
  muster_desk_tell(desk, "had", kind.at, window, "%s", i ? "yes" : "no");
  if (!i) {
    lua_pushboolean(L, 0);
    return 1;
  }
  lua_createtable(L, 0, 6);
  set_text(L, "kind", i->kind);
  set_text(L, "provider", i->provider);
  subject_set_date(L, "start", i->start);
  if (i->end != MUSTER_NO_DATE && i->end <= muster_desk_as_of(desk)) subject_set_date(L, "finish", i->end);
  if (!isnan(i->dose)) subject_set_number(L, "dose", i->dose);
  if (!isnan(i->cost)) subject_set_number(L, "cost", i->cost);
  return 1;
}

/* s:responses(instrument, item): { mean, latest, n, date }, or nil */
static int l_responses(lua_State *L) {
  const muster_subject *s = subject_of(L, OF_PUPIL | OF_SCHOOL, "responses");
  muster_text instrument = text_argument(L, 2);
  muster_text item = lua_isnoneornil(L, 3) ? MUSTER_TEXT("") : text_argument(L, 3);
  muster_desk *desk = subject_context_of(L)->desk;
  budget_charge(L, WORK_OF_A_SEARCH);
  muster_response_summary summary;
  if (!muster_desk_responses(desk, s, instrument, item, &summary)) {
    muster_desk_tell(desk, "responses", instrument.at, MUSTER_NONE, "none");
    lua_pushnil(L);
    return 1;
  }
  muster_desk_tell(desk, "responses", instrument.at, MUSTER_NONE, "%zu, mean %.3g", summary.n, summary.mean);
  lua_createtable(L, 0, 4);
  subject_set_number(L, "mean", summary.mean);
  subject_set_number(L, "latest", summary.latest);
  subject_set_whole(L, "n", summary.n);
  subject_set_date(L, "date", summary.latest_date);
  return 1;
}

/* s:plan(id): the day a plan of that id began, or nil */
static int l_plan(lua_State *L) {
  const muster_subject *s = subject_check(L, 1);
  muster_text id = text_argument(L, 2);
  muster_desk *desk = subject_context_of(L)->desk;
  budget_charge(L, WORK_OF_A_SEARCH);
  muster_date start = muster_desk_plan_start(desk, s, id);
  char text[MUSTER_DATE_TEXT];
  muster_desk_tell(desk, "plan", id.at, MUSTER_NONE, "%s",
                   start == MUSTER_NO_DATE ? "none" : muster_date_format(start, text));
  subject_push_date(L, start);
  return 1;
}

const subject_method subject_acts[] = {{"had", l_had, OF_PUPIL | OF_SCHOOL, 0, 2},
                                       {"responses", l_responses, OF_PUPIL | OF_SCHOOL, 0, 0},
                                       {"plan", l_plan, OF_ANY, 0, 0},
                                       {NULL, NULL, 0, 0, 0}};
