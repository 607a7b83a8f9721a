/* Arithmetic on ISO dates. There is no clock: the only day a rule knows is its subject's as_of. */
#include "libraries.h"
#include "state.h"

int library_date(lua_State *L, int arg) {
  muster_text t;
  t.at = luaL_checklstring(L, arg, &t.n);
  muster_date date;
  if (!muster_date_parse(t, &date))
    return script_refuse(L, "\"%.40s\" is not a date; dates are written 2025-09-01", t.at);
  return date;
}

static int push(lua_State *L, muster_date date) {
  char text[MUSTER_DATE_TEXT];
  lua_pushstring(L, muster_date_format(date, text));
  return 1;
}

static int l_add(lua_State *L) {
  muster_date date = library_date(L, 1);
  lua_Integer days = luaL_checkinteger(L, 2);
  luaL_argcheck(L, days >= -100000 && days <= 100000, 2, "too many days");
  muster_date sum = date + (muster_date)days;
  if (sum < muster_date_of(1900, 1, 1) || sum > muster_date_of(2199, 12, 31))
    return script_refuse(L, "the date is outside 1900 to 2199");
  return push(L, sum);
}

static int l_days(lua_State *L) {
  lua_pushinteger(L, library_date(L, 2) - library_date(L, 1));
  return 1;
}

static int l_weekday(lua_State *L) {
  static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  lua_pushstring(L, names[muster_date_weekday(library_date(L, 1))]);
  return 1;
}

static int l_month(lua_State *L) {
  int year, month, day;
  muster_date_civil(library_date(L, 1), &year, &month, &day);
  lua_pushinteger(L, month);
  return 1;
}

static int l_year(lua_State *L) {
  int year, month, day;
  muster_date_civil(library_date(L, 1), &year, &month, &day);
  lua_pushinteger(L, year);
  return 1;
}

static int l_school_year(lua_State *L) {
  lua_pushinteger(L, muster_date_school_year(library_date(L, 1)));
  return 1;
}

void library_dates(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"add", l_add},         {"days", l_days}, {"month", l_month}, {"school_year", l_school_year},
      {"weekday", l_weekday}, {"year", l_year}, {NULL, NULL}};
  luaL_newlib(L, functions);
}
