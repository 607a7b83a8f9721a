/* Keeping what a backtest found in the pack itself. */
#ifndef MUSTER_CLI_TRIED_H
#define MUSTER_CLI_TRIED_H

#include "muster/engine.h"
#include "packs.h"

/** Is the call one whose backtest may be recorded: a pack given by its folder, as it is written.
 * @retval MUSTER_USAGE  it is not, and --record was given */
muster_status cli_tried_possible(const cli_call *call, muster_error *err);

/** Writes the record into a folder. `data` says in words what the backtest was made on. */
muster_status cli_tried_write(const char *folder, const char *data, const cli_packs *packs, const muster_register *reg,
                              const muster_ruleset *set, const muster_backtest *backtest, muster_error *err);

/** Puts the record that was written into `folder` into the pack. */
muster_status cli_tried_keep(const char *folder, const char *pack, muster_error *err);

#endif
