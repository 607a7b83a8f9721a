/* Packs held against the data: does what they say of where they apply hold here. */
#ifndef MUSTER_CLI_FIT_H
#define MUSTER_CLI_FIT_H

#include "packs.h"

/** Says on stderr which schools packs do not apply to on that day and are passed over, what the data does not say, and
 * groups that it cannot have. Notes in `packs` how many schools each pack applies to.
 * @retval MUSTER_PACK  a pack lacks data that it needs, or no pack applies to any school, and --allow-unfit is not
 * given */
muster_status cli_packs_fit(const cli_call *call, cli_packs *packs, const muster_register *reg, muster_date as_of,
                            muster_error *err);

/** Says on stderr where a single pack does not apply, and refuses nothing. */
muster_status cli_pack_note_fit(const muster_pack *pack, const muster_register *reg, muster_date as_of,
                                muster_error *err);

/** Makes the rules of the packs for the data. */
muster_status cli_rules_make(const cli_call *call, const cli_packs *packs, const muster_register *reg,
                             muster_ruleset **set, muster_error *err);

#endif
