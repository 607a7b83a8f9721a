/* What a rule call costs, beside a bare call into Lua, in nanoseconds of processor time. Verdicts that are known are
 * not used here; tests/bench/decisions.c shows what they save.
 *
 * One school of 1,000 pupils with a year of marks; each kind of rule is asked about all of them, many times over, in
 * rotation; the median of the rounds is printed, and its ratio to a bare protected call of an empty function. */
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "muster/script.h"

enum { PUPILS = 1000, ROUNDS = 9, PASSES = 40 };

typedef struct contender {
  const char *name, *body;
  double rounds[ROUNDS];
  muster_pack *pack;
  muster_ruleset *set;
  muster_desk *desk;
  void *state;
} contender;

static contender contenders[] = {
    {.name = "empty rule", .body = "return nil"},
    {.name = "one attribute", .body = "return pupil.year_group == 99"},
    {.name = "rate over the year", .body = "local r = pupil:rate(\"absent\") return r and r > 2"},
    {.name = "count, window given", .body = "return pupil:count(\"absent\", \"last 6 school weeks\") > 1000"},
    {.name = "three questions",
     .body = "local r, n, u = pupil:rate(\"absent\"), pupil:count(\"late\"), pupil:count(\"unauthorised\", "
             "\"this half-term\") return r > 2 and n > u"},
    {.name = "current spell", .body = "return pupil:current(\"absent\").sessions > 1000"},
    {.name = "broken weeks", .body = "return #pupil:broken_weeks(\"this half-term\") > 100"},
    {.name = "weekdays", .body = "return (pupil:weekdays(\"absent\").fri_pm or 0) > 2"},
    {.name = "loop of 100 steps", .body = "local n = 0 for i = 1, 100 do n = n + i end return n < 0"},
    {.name = "flagged with evidence", .body = "return { n = pupil:count(\"absent\"), rate = pupil:rate(\"absent\") }"},
};
enum { CONTENDERS = sizeof contenders / sizeof *contenders };

static void write_file(const char *folder, const char *name, const char *text) {
  char path[256];
  muster_error err;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  must(muster_file_write(path, text, strlen(text), 0644, &err), &err);
}

static muster_register *trust(void) {
  static const char *const codes[] = {"/", "/", "/", "/", "/", "/", "/", "I", "O", "L"};
  muster_register *reg = muster_register_new();
  muster_error err;
  uint32_t school = muster_register_school(reg, MUSTER_TEXT("1"), NULL), random = 1;
  for (int i = 0; i < PUPILS; i++) {
    char id[16], year[4];
    uint32_t pupil;
    snprintf(id, sizeof id, "P%05d", i);
    snprintf(year, sizeof year, "%d", 7 + i % 5);
    must(muster_register_enrol(reg, muster_text_of(id), school, MUSTER_NO_DATE, MUSTER_NO_DATE, &pupil, &err), &err);
    if (!muster_register_set(reg, &reg->pupil_attributes, "year_group", pupil, muster_text_of(year))) abort();
    for (muster_date d = muster_date_of(2025, 9, 1); d < muster_date_of(2026, 7, 18); d++) {
      if (muster_date_weekday(d) > 4) continue;
      muster_place place;
      must(muster_register_place(reg, d, &place, &err), &err);
      uint8_t *row = muster_register_row(reg, pupil, place.year);
      for (uint32_t s = 0; s < 2; s++) {
        random = random * 1664525 + 1013904223;
        row[place.offset + s] = muster_codes_mark(&reg->codes, muster_text_of(codes[(random >> 20) % 10]), d);
      }
    }
  }
  must(muster_register_seal(reg, &err), &err);
  return reg;
}

static void prepare(contender *c, const char *folder, int number, const muster_register *reg) {
  char path[128], text[1024];
  muster_error err;
  snprintf(path, sizeof path, "%s/%d", folder, number);
  must(muster_folder_make(path, &err), &err);
  snprintf(text, sizeof text, "%s/rules", path);
  must(muster_folder_make(text, &err), &err);
  write_file(path, "pack.lua", "return pack { name = \"cost\", version = \"1.0.0\", api = 1, licence = \"CC0\" }");
  snprintf(text, sizeof text,
           "return rule { id = \"r\", title = \"r\", scope = \"pupil\", level = \"info\", message = \"{id} at "
           "{rate:percent}\",\n"
           "when = function(pupil, p) %s end }",
           c->body);
  write_file(path, "rules/r.lua", text);
  must(muster_pack_load(path, NULL, &c->pack, &err), &err);
  must(muster_ruleset_make(&c->pack, 1, &reg->codes, &c->set, &err), &err);
  must(muster_desk_open(&c->desk, reg, c->set, &err), &err);
  muster_desk_set_as_of(c->desk, muster_date_of(2026, 5, 20));
  muster_desk_set_asks_anew(c->desk, true);
  must(c->set->class_->open(c->set, c->desk, &c->state, &err), &err);
}

static double one_round(const contender *c, const muster_subject *subjects) {
  muster_error err;
  uint32_t rule = 0;
  double before = seconds();
  for (int i = 0; i < PASSES; i++) {
    muster_desk_clear(c->desk);
    must(c->set->class_->evaluate(c->state, subjects, PUPILS, &rule, 1, &err), &err);
  }
  return (seconds() - before) * 1e9 / (PASSES * PUPILS);
}

static double bare(lua_State *L) {
  double before = seconds();
  for (int i = 0; i < PASSES * PUPILS; i++) {
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    lua_pushnil(L);
    lua_pcall(L, 2, 1, 0);
    lua_pop(L, 1);
  }
  return (seconds() - before) * 1e9 / (PASSES * PUPILS);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double median(double *rounds) {
  qsort(rounds, ROUNDS, sizeof *rounds, by_size);
  return rounds[ROUNDS / 2];
}

int main(void) {
  char folder[] = "/tmp/muster-bench-XXXXXX", command[64];
  if (!mkdtemp(folder)) return 1;
  muster_register *reg = trust();
  muster_subject subjects[PUPILS];
  for (uint32_t i = 0; i < PUPILS; i++) subjects[i] = (muster_subject){.kind = MUSTER_SUBJECT_PUPIL, .pupil = i};
  for (int k = 0; k < CONTENDERS; k++) prepare(&contenders[k], folder, k, reg);
  lua_State *L = luaL_newstate();
  if (!L || luaL_loadstring(L, "return function() return nil end") != LUA_OK || lua_pcall(L, 0, 1, 0) != LUA_OK)
    return 1;
  double empty[ROUNDS];
  for (int r = 0; r < ROUNDS; r++) {
    empty[r] = bare(L);
    for (int k = 0; k < CONTENDERS; k++) contenders[k].rounds[r] = one_round(&contenders[k], subjects);
  }
  double base = median(empty);
  printf("%-24s %8.1f ns\n", "bare protected call", base);
  for (int k = 0; k < CONTENDERS; k++) {
    double ns = median(contenders[k].rounds);
    printf("%-24s %8.1f ns  %5.2f x\n", contenders[k].name, ns, ns / base);
  }
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command) == 0 ? 0 : 1;
}
