/* What a script may use, and how it is stopped.
 *
 * Instructions are counted by a hook of a coarse interval, and library functions charge the work they do on a script's
 * behalf to the same account. Both depend on nothing but the script and its data, so the verdict is the same on every
 * machine. Memory is bounded in the allocator itself. A budget that is broken stays broken until the call is over: the
 * hook then fires on every instruction. */
#ifndef SCRIPT_BUDGET_H
#define SCRIPT_BUDGET_H

#include <lua.h>

#include "muster/script/limits.h"

typedef enum budget_break { BUDGET_WHOLE, BUDGET_INSTRUCTIONS, BUDGET_MEMORY, BUDGET_TEXT, BUDGET_TIME } budget_break;

typedef struct budget {
  lua_State *L;
  muster_limits limits;
  bool limited; /* a script is running; else only memory is watched */
  bool hooked;  /* the hook is set */
  budget_break broke;
  bool fixed;       /* no option of a command allows more */
  bool refused;     /* the allocator has said no for the memory limit */
  uint64_t allowed; /* instructions of the current call */
  uint64_t used;    /* instructions and work of the current call */
  double deadline;  /* 0 until the clock has been looked at */
  size_t memory, peak;
  char source[256]; /* where it broke */
  int line;
} budget;

/** A new state under a budget. NULL when there is no memory. */
lua_State *budget_open(budget *b, const muster_limits *limits);

/** Begins a call, or the next after one.
 * @param allowed  instructions
 * @param hook     false for a function that is known to end within them (inspect.h) */
void budget_begin(budget *b, uint64_t allowed, bool hook);
void budget_end(budget *b);

/** Charges `work` (about one instruction, or 16 bytes moved) to the script; raises when that breaks the budget. */
void budget_charge(lua_State *L, uint64_t work);

/** The budget of a state. */
budget *budget_of(lua_State *L);

/** What was broken, in words: "1000000 instructions". Never for BUDGET_WHOLE. */
void budget_describe(const budget *b, char *out, size_t size);

/** File and line of the innermost Lua function, without allocating. False when there is none. */
bool budget_place(lua_State *L, char *source, size_t size, int *line);

#endif
