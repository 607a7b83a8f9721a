/* The schema of a store, as steps from nothing to now. */
#ifndef MUSTER_STORE_SCHEMA_H
#define MUSTER_STORE_SCHEMA_H

#include "database.h"

enum {
  MUSTER_STORE_APPLICATION = 0x6D737472, /* "mstr" */
  MUSTER_STORE_TABLES = 1,               /* version that has all tables: rows can be put in and read */
  MUSTER_STORE_VERSION = 3               /* steps there are */
};

/** SQL that leads from version i to i + 1. */
extern const char *const muster_schema_steps[MUSTER_STORE_VERSION];

/** Takes the steps from `from` to `to` and writes the version down. Within a transaction of the caller. */
MUSTER_CHECK muster_status muster_schema_take(muster_db *db, int from, int to, muster_error *err);

/** Are the tables and indexes exactly those of that version. Whoever made the file, no other table definition, and
 * with it no expression of theirs, is ever used. */
MUSTER_CHECK muster_status muster_schema_check(muster_db *db, int version, muster_error *err);

#endif
