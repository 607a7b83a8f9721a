/* A run of rules, in the steps that muster run and its --watch have in common. */
#ifndef MUSTER_CLI_RUN_JOB_H
#define MUSTER_CLI_RUN_JOB_H

#include "data.h"
#include "memory.h"
#include "packs.h"

typedef struct run_job {
  cli_packs packs;
  cli_data data;
  cli_memory memory;
  muster_ruleset *set;
  muster_run run;
  muster_date as_of;
  const char *folder; /* of --out; NULL = nothing is written */
  bool unrecorded;    /* nothing is put into a store */
  muster_arena arena;
} run_job;

/** Data, as-of date and, of a store, what it remembers. `context` is the job. */
muster_status run_open_data(cli_call *call, void *context, const cli_data_needs *needs, muster_error *err);
/** With packs and data open: makes the rules and asks them. */
muster_status run_ask(cli_call *call, run_job *job, muster_error *err);
/** Writes what was found into the job's folder. */
muster_status run_write(cli_call *call, run_job *job, muster_error *err);
/** Takes back asking, and closes the packs; the data stays. */
void run_close_packs(run_job *job);
void run_close_data(run_job *job);

/** muster run --watch: asks again whenever a file of the packs is saved, until it is told to stop. */
muster_status run_watch(cli_call *call, run_job *job, muster_error *err);

#endif
