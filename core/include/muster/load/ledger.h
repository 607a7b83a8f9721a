/* muster/load/ledger.h - what became of every row: counts, rejects, superseded marks, and facts worth knowing.
 *
 * For each file and in total  read = accepted + duplicate + superseded + rejected.  The unit is a row of the file; in
 * the strip, week and day layouts, where a row holds several marks, it is a mark, and a row of which nothing could be
 * read counts as one rejected unit. `rows` always counts rows. Rows that a `where` filter leaves out, headers that come
 * again and marks that are none are in neither. */
#ifndef MUSTER_LOAD_LEDGER_H
#define MUSTER_LOAD_LEDGER_H

#include "muster/load/source.h"

MUSTER_BEGIN_DECLS

typedef struct muster_ledger_counts {
  uint64_t read, accepted, duplicate, superseded, rejected;
} muster_ledger_counts;

/** One file that was read. */
typedef struct muster_ledger_file {
  const char *name; /* as the source names it, within the folder */
  muster_file_kind kind;
  muster_layout layout; /* of a file of marks; else MUSTER_LAYOUT_ANY */
  bool counts_marks;    /* the unit is a mark, not a row */
  uint64_t bytes, rows, left_out;
  muster_ledger_counts counts;
  char digest[MUSTER_DIGEST_TEXT]; /* BLAKE2b-256 in hex, as `b2sum -l 256` prints it; empty unless asked for */
} muster_ledger_file;

/** A row or mark that was not accepted. Texts are borrowed for the call that shows it. */
typedef struct muster_reject {
  muster_text file;
  uint64_t line;      /* 1 = the first line of the file; a row of several lines has the number of its first */
  muster_text column; /* as the file names it; empty when it is about the whole row */
  muster_text value;
  muster_text reason;
} muster_reject;

/** A mark that a later row of the same import replaced. In the order of the files. */
typedef struct muster_superseded {
  uint32_t pupil; /* enrolment */
  muster_session session;
  uint8_t old_mark, new_mark;
  uint32_t file; /* in ledger->files */
  uint64_t line; /* of the newer */
} muster_superseded;

/** Something that is not wrong and that a reader of the results should know. */
typedef struct muster_fact {
  const char *id; /* "calendar-inferred", "presence-implied", "pupils-made", "pupils-known", "columns-ignored", ...; see
                     docs/data.md */
  uint32_t file;  /* in ledger->files, or MUSTER_NONE */
  const char *text;
} muster_fact;

/** A text and how often it was seen; in order of first appearance. */
typedef struct muster_ledger_tally {
  muster_map texts;
  uint64_t *counts;
  size_t capacity;
} muster_ledger_tally;

typedef struct muster_ledger {
  muster_ledger_file *files; /* in the order of reading */
  size_t file_count, file_capacity;
  muster_ledger_counts total;
  muster_superseded *superseded;
  size_t superseded_count, superseded_capacity;
  muster_fact *facts;
  size_t fact_count, fact_capacity;
  muster_ledger_tally reasons;       /* why rows were rejected, numbers and names within a reason left out */
  muster_ledger_tally unknown_codes; /* as the files write them */
  struct muster_spool *rejects; /* every reject as a line of rejects.csv: in memory, from 1 MiB on in an unnamed file */
  muster_arena arena;
} muster_ledger;

/** An empty ledger. NULL when there is no memory. Free with muster_ledger_free. */
muster_ledger *muster_ledger_new(void);
void muster_ledger_free(muster_ledger *ledger);

/** Does the identity hold, for each file and in total. */
bool muster_ledger_balanced(const muster_ledger *ledger);

/** Shows every reject in file order until `show` returns false.
 * @retval MUSTER_IO  the unnamed file could not be read back */
MUSTER_CHECK muster_status muster_ledger_each_reject(const muster_ledger *ledger,
                                                     bool (*show)(void *context, const muster_reject *reject),
                                                     void *context, muster_error *err);

/** The ledger as JSON (ledger.json), and as a table of lines for people. The buffer fails when there is no memory. */
void muster_ledger_json(const muster_ledger *ledger, muster_buf *out);
void muster_ledger_table(const muster_ledger *ledger, muster_buf *out);

/** Writes ledger.json and rejects.csv into `folder`, which is made when it is not there. rejects.csv is written even
 * when it holds only its header.
 * @retval MUSTER_IO  could not be written; what stood there before is whole */
MUSTER_CHECK muster_status muster_ledger_write(const muster_ledger *ledger, const char *folder, muster_error *err);

MUSTER_END_DECLS
#endif
