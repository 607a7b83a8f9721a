/* muster/report/record.h - run.json: what a run was made from, so that it can be repeated.
 * It names no pupil. */
#ifndef MUSTER_REPORT_RECORD_H
#define MUSTER_REPORT_RECORD_H

#include "muster/engine.h"

MUSTER_BEGIN_DECLS

/** A name and a text: a version, a digest, a parameter that was changed. Borrowed. */
typedef struct muster_record_word {
  const char *name, *value;
} muster_record_word;

typedef struct muster_record_pack {
  const char *name, *version, *digest, *signature; /* signature: "signed by KEY", "unsigned", ... */
  const muster_record_word *params;                /* changed by overlays and settings */
  size_t param_count;
  size_t schools;     /* that it applies to */
  bool allowed_unfit; /* a flag let it speak of all of them */
} muster_record_pack;

typedef struct muster_record {
  muster_date as_of, known_at;
  const muster_record_word *versions; /* of what is linked */
  size_t version_count;
  const muster_record_pack *packs;
  size_t pack_count;
  const muster_record_word *data; /* names and digests of what the run read */
  size_t data_count;
  const char *data_source; /* "marks; calendar inferred" */
  bool rows_known;         /* false: the data is a store, whose imports keep the counts of their rows */
  uint64_t rows_read, rows_accepted, rows_duplicate, rows_superseded, rows_rejected;
  const muster_run *run;
  const muster_record_word *timings; /* seconds as text; NULL unless asked for, since they differ from run to run */
  size_t timing_count;
} muster_record;

/** The record as JSON with sorted keys. The buffer fails when there is no memory. */
void muster_record_json(const muster_record *record, muster_buf *out);

MUSTER_END_DECLS
#endif
