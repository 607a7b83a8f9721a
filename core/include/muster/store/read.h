/* muster/store/read.h - a store back into sealed registers: all of it, as it was known on a day, or a few schools at a
 * time. */
#ifndef MUSTER_STORE_READ_H
#define MUSTER_STORE_READ_H

#include "muster/register.h"

MUSTER_BEGIN_DECLS

/** Is the file a store of some version: an SQLite database with the application id "mstr". */
bool muster_is_store(const char *path);

/** Some schools of a store, in the order of the store. Zero = all. */
typedef struct muster_store_part {
  uint32_t first, last; /* numbers of schools in the store, both inclusive */
  uint64_t pupils;      /* enrolments among them */
} muster_store_part;

typedef struct muster_store_options {
  muster_date known_at;     /* only what had been imported by the end of that day; MUSTER_NO_DATE = everything */
  uint32_t known_import;    /* the same by the number of an import; 0 = everything */
  int from_year, to_year;   /* school years (their September) to have marks of; 0 = no limit */
  muster_store_part part;   /* all zero = every school */
  const muster_code *codes; /* local codes to have beside those of the store, as of a pack */
  size_t code_count;
  unsigned jobs;                   /* threads; 0 = 1. The register is the same for any number */
  unsigned wait;                   /* milliseconds to wait while another process has it locked; 0 = 5000 */
  const muster_progress *progress; /* may be NULL */
} muster_store_options;

/** Options that ask for everything. */
static inline muster_store_options muster_store_everything(void) {
  return (muster_store_options){.known_at = MUSTER_NO_DATE};
}

/** Loads a store. What comes out equals what went in: the same order, codes, calendars and texts.
 * @param options  NULL = everything
 * @param reg      a new sealed register; free with muster_register_free. NULL after a failure
 * @retval MUSTER_DATA  nothing had been imported by then */
MUSTER_CHECK muster_status muster_store_load(const char *path, const muster_store_options *options,
                                             muster_register **reg, muster_error *err);

/** Cuts a store into parts of whole schools with about `pupils` enrolments each (a larger school is a part of its own),
 * so that a store larger than memory can be loaded part by part, by one thread or by many. A pupil who moved between
 * schools of different parts has an enrolment in each.
 * @param parts  free with muster_free */
MUSTER_CHECK muster_status muster_store_parts(const char *path, uint64_t pupils, muster_store_part **parts, size_t *n,
                                              muster_error *err);

/** One import of a store. Texts are owned by the list. */
typedef struct muster_import_row {
  uint32_t number;
  muster_date on;
  const char *version;                                      /* of muster */
  uint64_t read, accepted, duplicate, superseded, rejected; /* rows of its files */
  uint64_t marks_new, marks_changed;
} muster_import_row;

/** What a store holds, without loading it. */
typedef struct muster_store_info {
  int schema; /* version of its schema */
  bool pseudonymous;
  uint64_t schools, pupils, enrolments;
  muster_import_row *imports; /* ascending */
  size_t import_count;
  char digest[MUSTER_DIGEST_TEXT]; /* names the state: of the digests of all its imports' files, in order */
  muster_arena arena;
} muster_store_info;

MUSTER_CHECK muster_status muster_store_look(const char *path, muster_store_info *info, muster_error *err);
void muster_store_info_free(muster_store_info *info);

/** Checks every page, index, reference and packed row of a store; slow.
 * @retval MUSTER_IO  the first thing found wrong */
MUSTER_CHECK muster_status muster_store_verify(const char *path, muster_error *err);

/** For tests: from now on the `nth` write, sync or truncation of a store's files fails in this way, once; nth = 0
 * switches it off. Also counts them. */
typedef enum muster_store_fault {
  MUSTER_FAULT_FULL,        /* the disk is full */
  MUSTER_FAULT_SHORT,       /* half of it is written, then an error */
  MUSTER_FAULT_ERROR,       /* an input/output error */
  MUSTER_FAULT_KILL_BEFORE, /* the process is killed: nothing, half, all of it is written */
  MUSTER_FAULT_KILL_HALFWAY,
  MUSTER_FAULT_KILL_AFTER
} muster_store_fault;
void muster_store_fail_at(muster_store_fault fault, long nth);
long muster_store_writes(void); /* so far */

MUSTER_END_DECLS
#endif
