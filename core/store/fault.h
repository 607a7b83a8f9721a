/* A file layer that fails on demand, for tests. See muster_store_fail_at. */
#ifndef MUSTER_STORE_FAULT_H
#define MUSTER_STORE_FAULT_H

/** Name of the file layer to open stores with, or NULL for SQLite's own when no fault was ever asked for. */
const char *muster_fault_layer(void);

#endif
