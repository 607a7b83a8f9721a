/* muster/store.h - the register written down: one SQLite file that keeps every mark, what it was before, and what came
 * of it. The only room that knows SQLite; see docs/store.md for the schema and docs/sql.md for reading it with SQL.
 *
 * A store is changed by one transaction at a time, all or nothing: whatever happens on the way, it is the store as it
 * was or the store as it should be. Readers see the state of the moment they began. There is no clock in here: the day
 * of an import or a run is said by the caller.
 *
 * Unless said otherwise a call answers MUSTER_IO when the file is missing, cannot be read or written, is locked, is no
 * store, is damaged, or was written by a newer version; the error names the file and what to do. MUSTER_MEMORY when
 * there is no memory. */
#ifndef MUSTER_STORE_H
#define MUSTER_STORE_H

#include "muster/store/export.h"
#include "muster/store/import.h"
#include "muster/store/read.h"
#include "muster/store/record.h"

#endif
