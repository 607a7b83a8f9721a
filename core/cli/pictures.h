/* The pictures that a run draws. */
#ifndef MUSTER_CLI_PICTURES_H
#define MUSTER_CLI_PICTURES_H

#include "packs.h"

/** Draws into FOLDER/charts by --charts: none; some (default): the register of the pupils most in need of a look and
 * the cumulative absence of one year group, of the school with the most findings; schools: the same for every school.
 */
muster_status cli_pictures(cli_call *call, const muster_register *reg, const muster_ruleset *set, const muster_run *run,
                           muster_date as_of, const char *folder, muster_error *err);

#endif
