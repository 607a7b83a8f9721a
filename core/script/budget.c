/* Budgets: the allocator that refuses, the hook that counts, the charge for work in C. */
#include "budget.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { HOOK_EVERY = 1000, LONGEST_TEXT = 1 << 20, FREE_TEXT = 4096, BYTES_A_UNIT = 16 };

muster_limits muster_limits_default(void) {
  return (muster_limits){.instructions = 1000000, .memory = (size_t)64 << 20, .seconds = 5};
}

budget *budget_of(lua_State *L) { return *(budget **)lua_getextraspace(L); }

bool budget_place(lua_State *L, char *source, size_t size, int *line) {
  lua_Debug ar;
  for (int level = 0; lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "Sl", &ar);
    if (ar.currentline <= 0 || ar.source[0] != '@') continue;
    snprintf(source, size, "%s", ar.source + 1);
    *line = ar.currentline;
    return true;
  }
  return false;
}

static void trip(budget *b, budget_break why) {
  if (b->broke) return;
  b->broke = why;
  b->line = 0;
  if (!budget_place(b->L, b->source, sizeof b->source, &b->line)) b->source[0] = '\0';
}

/* Strings above a page are never interned, so what they cost does not depend on what else is alive. */
static bool text_allowed(budget *b, size_t size) {
  if (size > LONGEST_TEXT) {
    trip(b, BUDGET_TEXT);
    return false;
  }
  if (size <= FREE_TEXT || b->used + size / BYTES_A_UNIT <= b->allowed) return true;
  trip(b, BUDGET_INSTRUCTIONS);
  return false;
}

static void *allocate(void *context, void *old, size_t old_size, size_t size) {
  budget *b = context;
  size_t had = old ? old_size : 0;
  if (size == 0) {
    muster_free(old);
    b->memory -= had;
    return NULL;
  }
  bool text = !old && b->limited && old_size == LUA_TSTRING;
  if (text && !text_allowed(b, size)) return NULL;
  if (size > had && size - had > b->limits.memory - b->memory) {
    b->refused = true;
    if (!b->broke && b->L) budget_place(b->L, b->source, sizeof b->source, &b->line);
    return NULL;
  }
  void *now = muster_realloc(old, size, 1);
  if (!now) return size <= had ? old : NULL; /* the interpreter relies on shrinking */
  if (text && size > FREE_TEXT) b->used += size / BYTES_A_UNIT;
  b->memory = b->memory - had + size;
  if (b->memory > b->peak) b->peak = b->memory;
  return now;
}

static double seconds_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void look_at_clock(budget *b) {
  double now = seconds_now();
  if (b->deadline == 0)
    b->deadline = now + b->limits.seconds;
  else if (now > b->deadline)
    trip(b, BUDGET_TIME);
}

static void stop(lua_State *L) {
  lua_pushlightuserdata(L, budget_of(L)); /* allocates nothing; the message handler knows it */
  lua_error(L);
}

static int interval(const budget *b) { return b->allowed < HOOK_EVERY ? (int)b->allowed + 1 : HOOK_EVERY; }

static void hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  budget *b = budget_of(L);
  if (!b->broke) {
    b->used += (uint64_t)interval(b);
    if (b->used > b->allowed)
      trip(b, BUDGET_INSTRUCTIONS);
    else
      look_at_clock(b);
    if (!b->broke) return;
    lua_sethook(L, hook, LUA_MASKCOUNT, 1);
  }
  stop(L);
}

void budget_charge(lua_State *L, uint64_t work) {
  budget *b = budget_of(L);
  if (!b->limited) return;
  b->used += work;
  if (b->used > b->allowed) trip(b, BUDGET_INSTRUCTIONS);
  if (work > HOOK_EVERY && !b->broke) look_at_clock(b);
  if (b->broke) stop(L);
}

void budget_begin(budget *b, uint64_t allowed, bool hooked) {
  b->limited = true;
  b->broke = BUDGET_WHOLE;
  b->refused = false;
  b->allowed = allowed;
  b->used = 0;
  b->deadline = 0;
  if (hooked) /* also sets the count back */
    lua_sethook(b->L, hook, LUA_MASKCOUNT, interval(b));
  else if (b->hooked)
    lua_sethook(b->L, NULL, 0, 0);
  b->hooked = hooked;
}

void budget_end(budget *b) {
  b->limited = false;
  if (b->hooked) lua_sethook(b->L, NULL, 0, 0);
  b->hooked = false;
}

static int panic(lua_State *L) {
  (void)L; /* every way in is a protected call: getting here is a defect, and the interpreter aborts */
  return 0;
}

lua_State *budget_open(budget *b, const muster_limits *limits) {
  *b = (budget){.limits = *limits};
  lua_State *L = lua_newstate(allocate, b);
  if (!L) return NULL;
  *(budget **)lua_getextraspace(L) = b;
  lua_atpanic(L, panic);
  b->L = L;
  return L;
}

void budget_describe(const budget *b, char *out, size_t size) {
  switch (b->broke) {
    case BUDGET_WHOLE:
    case BUDGET_MEMORY: snprintf(out, size, "%zu bytes of memory", b->limits.memory); break;
    case BUDGET_INSTRUCTIONS: snprintf(out, size, "%llu instructions", (unsigned long long)b->allowed); break;
    case BUDGET_TEXT: snprintf(out, size, "a text of %d bytes", LONGEST_TEXT); break;
    case BUDGET_TIME: snprintf(out, size, "%g seconds", b->limits.seconds); break;
  }
}
