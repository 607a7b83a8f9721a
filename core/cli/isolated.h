/* Commands that evaluate a pack, and --isolate: the pack's code runs in a child process that can reach nothing. */
#ifndef MUSTER_CLI_ISOLATED_H
#define MUSTER_CLI_ISOLATED_H

#include "muster/store.h"
#include "packs.h"

/** What a command does with packs, cut where a process may end. */
typedef struct cli_pack_work {
  cli_packs *packs;     /* zeroed; open while `evaluate` runs in this process; close them afterwards in any case */
  const cli_data *data; /* NULL when there is none */
  bool as_written;      /* without the overlays that packs were installed with */

  /** Opens the data, with the local codes of the packs; NULL when there is none. Never sees the packs. */
  muster_status (*open)(cli_call *call, void *job, const cli_data_needs *needs, muster_error *err);
  /** Everything that runs code of the packs, and what is made of its answers. */
  muster_status (*evaluate)(cli_call *call, void *job, muster_error *err);
  /** What `evaluate` leaves out while `call->isolation` is set, because it needs files that a child cannot read; NULL
   * when there is nothing. Called in the parent when the child has ended well. */
  muster_status (*beside)(cli_call *call, void *job, muster_error *err);
} cli_pack_work;

/** Opens the packs, then the data, then evaluates. With --isolate packs are opened and evaluated in children only, and
 * what they write reaches the disk, the store and stdout when the last of them has ended well: a pack that is ended
 * leaves all of these as they were.
 * @retval MUSTER_PACK  also: the child was ended; the error names the packs, and the rule when that is known */
muster_status cli_pack_work_do(cli_call *call, const cli_pack_work *work, void *job, muster_error *err);

/** In such a child: what was found for a PACK argument, or for a name that another pack requires. */
muster_status cli_isolated_find(const cli_call *call, const char *text, bool required, muster_opened *opened,
                                muster_error *err);

/** Records a run in a store: from a child, by way of its parent. */
muster_status cli_store_record(const char *path, const muster_stored_run *run, muster_error *err);

#define CLI_ISOLATE_OPTIONS                                                                                     \
  {"isolate", NULL, "run the pack in a process of its own that can reach no file, network or other program"}, { \
    "limit-total", "SECONDS", "with --isolate: processor time for the whole pack (default 600)"                 \
  }

#endif
