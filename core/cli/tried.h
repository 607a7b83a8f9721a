/* Keeping what a backtest found in the pack itself. */
#ifndef MUSTER_CLI_TRIED_H
#define MUSTER_CLI_TRIED_H

#include "muster/engine.h"
#include "packs.h"

/** Is the call one whose backtest may be recorded: a pack given by its folder, as it is written.
 * @retval MUSTER_USAGE  it is not, and --record was given */
muster_status cli_tried_possible(const cli_call *call, muster_error *err);

/** What a backtest of one pack found, as it is recorded and shown. `data` says in words what it was made on. Texts are
 * the arena's, the pack's and the register's. */
muster_status cli_tried_of(const muster_pack *pack, const char *data, const muster_register *reg,
                           const muster_ruleset *set, const muster_backtest *backtest, muster_arena *arena,
                           muster_tried *tried, muster_error *err);

/** Does a score of a group count so few children, or all but so few, that it is not recorded. */
bool cli_tried_few(const muster_score *score);

/** Writes that into a folder. */
muster_status cli_tried_write(const char *folder, const char *data, const muster_pack *pack, const muster_register *reg,
                              const muster_ruleset *set, const muster_backtest *backtest, muster_error *err);

/** Puts the record that was written into `folder` into the pack. */
muster_status cli_tried_keep(const char *folder, const char *pack, muster_error *err);

#endif
