/* The pictures that a run draws. */
#ifndef MUSTER_CLI_PICTURES_H
#define MUSTER_CLI_PICTURES_H

#include "muster/script/chart.h"
#include "packs.h"

/** Draws into FOLDER/charts the charts of the packs and, by --charts: none; some (default): the register of the pupils
 * most in need of a look and the cumulative absence of one year group, of the school with the most findings; schools:
 * the same for every school. */
muster_status cli_pictures(cli_call *call, const cli_packs *packs, const muster_register *reg,
                           const muster_ruleset *set, const muster_run *run, muster_date as_of, const char *folder,
                           muster_error *err);

/** Reads --charts, before anything else is done.
 * @retval MUSTER_USAGE  it is no choice */
muster_status cli_pictures_choice(const cli_call *call, bool *none, bool *every, muster_error *err);

/** Removes what an earlier run drew under the same names, so that no picture tells of findings that are not there now.
 * The charts of packs are always drawn anew. */
muster_status cli_pictures_clear(const muster_register *reg, const char *folder, muster_error *err);

/** The chart that a script describes: its own, or a standard picture made into `picture`. `*chart` is the one to draw.
 */
muster_status cli_script_chart(muster_chart_script *script, const muster_register *reg, muster_chart *picture,
                               muster_chart **chart, muster_arena *arena, muster_error *err);

#endif
