/* A run for the store, as a parcel between two processes. */
#ifndef MUSTER_CLI_POSTED_RUN_H
#define MUSTER_CLI_POSTED_RUN_H

#include "muster/isolate.h"
#include "muster/store.h"

void posted_run_put(muster_buf *parcel, const muster_stored_run *run);

/** Reads it, checks it and records it. @retval MUSTER_PACK  it is not whole, or says what no run says */
muster_status posted_run_record(muster_text parcel, const char *path, muster_error *err);

#endif
