/* One interpreter, its budget and its last error: the one door into Lua.
 *
 * Everything that touches the interpreter runs inside script_call. C code that can raise holds no memory of its own
 * across a call into Lua; what it needs lives in the interpreter or in an arena somebody else frees. */
#ifndef SCRIPT_STATE_H
#define SCRIPT_STATE_H

#include <lauxlib.h>
#include <lua.h>

#include "budget.h"

typedef struct script {
  budget budget; /* first: budget_of and script_of are the same address */
  lua_State *L;
  muster_error error; /* set by script_raise and by the message handler */
  bool raised;
  const char *path[8]; /* keys that lead to what script_raise is about, outermost first; owned by `keys` */
  size_t path_length;
  muster_arena keys;
  void *owner;                       /* what the bindings work for: see evaluate.h */
  const struct muster_pack *pack;    /* whose files are read: what require sees; NULL = none */
  const struct script_file *reading; /* whose description runs; NULL outside descriptions */
  int requiring;                     /* libraries that are being read, one within the other */
} script;

static inline script *script_of(lua_State *L) { return *(script **)lua_getextraspace(L); }

/** A state with the libraries, the constructors and the environments, and nothing of any pack.
 * @retval MUSTER_MEMORY  nothing was made */
MUSTER_CHECK muster_status script_open(script *s, const muster_limits *limits, muster_error *err);
void script_close(script *s);

/** Calls `function` protected, with `context` as its only argument (a light userdata). The stack is as before.
 * @retval MUSTER_PACK    a script failed, was refused, or broke its limits; `where` is file:line when that is known
 * @retval MUSTER_MEMORY  there is no memory, though the script's own limit was not reached */
MUSTER_CHECK muster_status script_call(script *s, lua_CFunction function, void *context, muster_error *err);

/** Raises an error whose parts are in s->error, filled by the caller with muster_fail and its kin. */
int script_raise(lua_State *L);

/** Raises `what`, as if the script's line were at fault. */
int script_refuse(lua_State *L, const char *what, ...) MUSTER_PRINTF(2, 3);

/** A status of the engine inside a C function called by a script: raises s->error unless it is MUSTER_OK. */
void script_check(lua_State *L, muster_status status);

/** Loads text (never binary) as a function on the stack. [-0, +1, e]
 * @param name  "@file" for scripts, which errors then name; "=name" for our own */
void script_load(lua_State *L, const char *name, const char *text, size_t n);

#endif
