/* What a script can see, built from nothing.
 *
 * Environments, all frozen to the bottom. A file's description runs in one that has the constructors (charts have their
 * own, where rule and text are layers); its functions run in one that has not. A name that is in neither is an error,
 * not nil. */
#ifndef SCRIPT_SANDBOX_H
#define SCRIPT_SANDBOX_H

#include <lua.h>

#include "muster/base.h"

/** Fills a fresh state. [-0, +0, e] */
void sandbox_build(lua_State *L);

/** Pushes an environment. [-0, +1, -] */
void sandbox_rule_environment(lua_State *L);
void sandbox_description_environment(lua_State *L);
void sandbox_chart_environment(lua_State *L); /* of the descriptions of charts */

/** Is that the name of something in the rule environment. [-0, +0, m] */
bool sandbox_has(lua_State *L, const char *name);

/** Fills the error: the name is in no environment; with what it may have meant. [-0, +0, m] */
void sandbox_unknown(lua_State *L, const char *name);

#endif
