/* What lua/muster can ask of C: refusing with a place and a hint, and the words of the engine. */
#ifndef SCRIPT_HOST_H
#define SCRIPT_HOST_H

#include <lua.h>

/** Pushes the table `host` of lua/muster. [-0, +1, m] */
void host_functions(lua_State *L);

/** codes "G N O U": a kind for counting, a text that begins with HOST_CODES. codes { ... }: the parameter, made by
 * the constructor in upvalue 1, where there is one. */
int host_codes(lua_State *L);
#define HOST_CODES "codes "

/** Calling a text: pupil:school(). Defined with the subjects. */
int host_call_text(lua_State *L);

#endif
