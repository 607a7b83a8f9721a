/* What a store remembers of plans, and what a run gives back to it. */
#ifndef MUSTER_CLI_MEMORY_H
#define MUSTER_CLI_MEMORY_H

#include "muster/store.h"
#include "packs.h"

typedef struct cli_memory {
  const char *path;
  muster_stored_steps steps;
  muster_plan_memory plans;
  muster_arena arena;
} cli_memory;

/** Reads the plans that had begun by `as_of`. Close with cli_memory_close, also after a failure. */
muster_status cli_memory_open(const char *path, muster_date as_of, cli_memory *memory, muster_error *err);
void cli_memory_close(cli_memory *memory);

/** Records findings and plans of a run. */
muster_status cli_memory_record(cli_memory *memory, const cli_packs *packs, const muster_register *reg,
                                const muster_ruleset *set, const muster_run *run, muster_date as_of,
                                const char *run_json, muster_error *err);

#endif
