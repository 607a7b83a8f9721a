/* Shapes in time: weeks, weekdays, trend. */
#include "subject.h"

enum { WORK_OF_A_WEEK = 5, WORK_OF_A_PATTERN = 100 };

/* s:weeks(window): a table a school week */
static int l_weeks(lua_State *L) {
  const muster_subject *s = subject_check(L, 1);
  uint32_t window = subject_window(L, 2);
  muster_desk *desk = subject_context_of(L)->desk;
  const muster_week_counts *weeks;
  size_t n;
  subject_charge(L, s, WORK_OF_A_PATTERN, false);
  script_check(L, muster_desk_weeks(desk, s, window, &weeks, &n, &script_of(L)->error));
  lua_createtable(L, (int)n, 0);
  for (size_t i = 0; i < n; i++) {
    const muster_week_counts *w = &weeks[i];
    budget_charge(L, WORK_OF_A_WEEK);
    lua_createtable(L, 0, 9);
    subject_set_date(L, "start", w->start);
    subject_set_whole(L, "possible", w->possible);
    subject_set_whole(L, "present", w->present);
    subject_set_whole(L, "absent", w->absent);
    subject_set_whole(L, "authorised", w->authorised);
    subject_set_whole(L, "unauthorised", w->unauthorised);
    subject_set_whole(L, "late", w->late);
    subject_set_whole(L, "missing", w->missing);
    if (w->possible) subject_set_number(L, "rate", (double)w->absent / w->possible);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  muster_desk_tell(desk, "weeks", "", window, "%zu", n);
  return 1;
}

const char *const subject_weekday_names[10] = {"mon_am", "mon_pm", "tue_am", "tue_pm", "wed_am",
                                               "wed_pm", "thu_am", "thu_pm", "fri_am", "fri_pm"};

/* s:weekdays(kind, window): the rate of each session of the week, nil where nothing was possible */
static int l_weekdays(lua_State *L) {
  const char *const *names = subject_weekday_names;
  const muster_subject *s = subject_check(L, 1);
  int kind = subject_kind(L, 2);
  uint32_t window = subject_window(L, 3);
  muster_desk *desk = subject_context_of(L)->desk;
  muster_weekday_counts counts;
  subject_charge(L, s, WORK_OF_A_PATTERN, false);
  muster_desk_weekdays(desk, s, kind, window, &counts);
  lua_createtable(L, 0, 10);
  int highest = 0;
  for (int i = 0; i < 10; i++) {
    if (!counts.possible[i]) continue;
    subject_set_number(L, names[i], (double)counts.count[i] / (double)counts.possible[i]);
    if (counts.count[i] > counts.count[highest]) highest = i;
  }
  muster_desk_tell(desk, "weekdays", lua_tostring(L, 2), window, "most on %s: %llu of %llu", names[highest],
                   (unsigned long long)counts.count[highest], (unsigned long long)counts.possible[highest]);
  return 1;
}

/* s:trend(kind, window): change of the weekly rate a school week, with its interval; nil with fewer than three weeks */
static int l_trend(lua_State *L) {
  const muster_subject *s = subject_check(L, 1);
  int kind = subject_kind(L, 2);
  uint32_t window = subject_window(L, 3);
  muster_desk *desk = subject_context_of(L)->desk;
  muster_trend trend;
  subject_charge(L, s, WORK_OF_A_PATTERN, false);
  if (!muster_desk_trend(desk, s, kind, window, &trend)) {
    muster_desk_tell(desk, "trend", lua_tostring(L, 2), window, "too few weeks");
    lua_pushnil(L);
    return 1;
  }
  muster_desk_tell(desk, "trend", lua_tostring(L, 2), window, "%+.4f a week", trend.slope);
  lua_createtable(L, 0, 4);
  subject_set_number(L, "slope", trend.slope);
  subject_set_number(L, "low", trend.low);
  subject_set_number(L, "high", trend.high);
  subject_set_whole(L, "weeks", trend.weeks);
  return 1;
}

const subject_method subject_patterns[] = {{"weeks", l_weeks, OF_ANY, 0, 1},
                                           {"weekdays", l_weekdays, OF_ANY, 1, 2},
                                           {"trend", l_trend, OF_ANY, 1, 2},
                                           {NULL, NULL, 0, 0, 0}};
