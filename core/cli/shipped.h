/* The packs that ship: they stand beside an installed program, and are called by their name. */
#ifndef MUSTER_CLI_SHIPPED_H
#define MUSTER_CLI_SHIPPED_H

#include "muster/base.h"

/** The folder of the packs that ship, PREFIX/share/muster/rules of the PREFIX/bin that the program runs from; in
 * `arena`. NULL when there is none, as in a build folder. */
const char *cli_shipped_packs(muster_arena *arena);

/** The folder of the pack of that name which ships, or NULL; in `arena`. */
const char *cli_shipped_pack(const char *name, muster_arena *arena);

#endif
