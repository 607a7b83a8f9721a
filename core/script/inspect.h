/* What a compiled function can do, read from its own code.
 *
 * A rule is asked about thousands of pupils in an order that depends on the number of threads, so it must keep nothing
 * from one to the next; and a function without loops and without calls into Lua ends by itself, so that it needs no
 * hook. Neither can be seen from outside at run time without paying for it in every call; both are plain in the code.
 */
#ifndef SCRIPT_INSPECT_H
#define SCRIPT_INSPECT_H

#include <lua.h>

#include "muster/base.h"

enum { INSPECT_UPVALUES = 256, INSPECT_NAMES = 256 };

typedef struct inspect_name {
  char text[64];
  int line;
} inspect_name;

typedef struct inspect {
  bool loops; /* it, or a function in it, has a way back */
  bool makes_functions;
  size_t instructions; /* of it and the functions in it */
  size_t most_constants;
  int written[INSPECT_UPVALUES]; /* line of the first assignment to each of its upvalues; 0 = none */
  bool environment_escapes;      /* _ENV is used for more than reading a name */
  int environment_line;
  inspect_name reads[INSPECT_NAMES]; /* global names read, as far as there is room */
  size_t read_count;
  inspect_name write; /* a global name assigned to; line 0 = none */
} inspect;

/** Reads the Lua function on top of the stack; which of its upvalues is its environment: `environment`, 1-based, 0 =
 * none. False when its code is not in the form this understands, or there is no memory. */
bool inspect_function(lua_State *L, int environment, inspect *out);

#endif
