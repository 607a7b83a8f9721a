/* Synthetic schools straight into a store, without CSV between: for systems too large for files. */
#ifndef MUSTER_CLI_SYNTH_STORE_H
#define MUSTER_CLI_SYNTH_STORE_H

#include "command.h"
#include "muster/store.h"
#include "muster/synth.h"

/** Makes every school of the spec, in order, and imports them as one import on 1 August after the year. */
muster_status cli_synth_store(cli_call *call, const muster_synth_spec *spec, const char *path,
                              muster_import_report *report, muster_error *err);

#endif
