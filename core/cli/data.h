/* DATA as commands take it: a folder of CSV files, a source.lua, or a store. */
#ifndef MUSTER_CLI_DATA_H
#define MUSTER_CLI_DATA_H

#include "command.h"
#include "muster/load.h"
#include "muster/register.h"

typedef struct cli_data {
  const char *path;
  bool is_store;
  muster_register *reg;
  muster_ledger *ledger; /* NULL for a store */
  muster_arena arena;
} cli_data;

/** What a command needs of its data beside the options of the call. */
typedef struct cli_data_needs {
  const muster_code *codes; /* local codes of packs */
  size_t code_count;
  const muster_known_pupils *known; /* pupils of whom marks may be without a file of pupils; may be NULL */
  bool digests;
  bool quiet; /* the command itself says what was inferred and rejected */
} cli_data_needs;

/** Opens DATA with the call's --source, --strict, --jobs and --known-at, and says on stderr what was inferred and
 * rejected.
 * @param needs  may be NULL
 * @param data   close with cli_data_close, also after a failure (the ledger tells what was read until then) */
muster_status cli_data_open(cli_call *call, const char *path, const cli_data_needs *needs, cli_data *data,
                            muster_error *err);
void cli_data_close(cli_data *data);

/** The counts of the ledger, one line a file and a line of totals, as CSV. */
muster_status cli_ledger_csv(const muster_ledger *ledger, muster_buf *out, muster_error *err);

/** "marks; calendar inferred", "totals", ...: the `source` column of outputs. */
void cli_data_source(const cli_data *data, bool totals, char out[MUSTER_SOURCE_TEXT]);

/** Fills in what run.json says of the data: the digest of the register, and counts of rows. */
muster_status cli_data_digests(const cli_call *call, const cli_data *data, muster_arena *arena, muster_record *record,
                               muster_error *err);

/** The as-of date of the call: --as-of, else the last day with a mark, which is said. @retval MUSTER_DATA  no marks */
muster_status cli_as_of(cli_call *call, const cli_data *data, muster_date *as_of, muster_error *err);

/** The definition of --definition or --compare. @retval MUSTER_USAGE  there is none of that name; the error lists them
 */
MUSTER_CHECK muster_status cli_definition(const char *id, const muster_definition **definition, muster_error *err);

#endif
