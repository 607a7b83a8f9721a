/* muster/load.h - CSV folders in, a filled register and an honest ledger out. The only room that knows CSV. */
#ifndef MUSTER_LOAD_H
#define MUSTER_LOAD_H

#include "muster/load/check.h"
#include "muster/load/ledger.h"
#include "muster/load/source.h"
#include "muster/load/table.h"

MUSTER_BEGIN_DECLS

/** Which parser splits the files. The answer is the same for all, byte for byte. */
typedef enum muster_parser {
  MUSTER_PARSER_BEST,     /* blocks without a quote by the widest vectors of this machine, all else by libcsv */
  MUSTER_PARSER_LIBCSV,   /* libcsv alone */
  MUSTER_PARSER_PORTABLE, /* the vector path without vectors */
  MUSTER_PARSER_SSE2,     /* fall back to portable where the machine has none */
  MUSTER_PARSER_AVX2
} muster_parser;

/** Name of the parser that `parser` means on this machine: "avx2", "sse2", "portable", "libcsv". */
const char *muster_parser_name(muster_parser parser);

/** Pupils who are known from elsewhere, for a folder without a file of pupils: its marks are read against them as they
 * would be against pupils.csv. Asked from one thread, about ids that the register does not have. */
typedef struct muster_known_pupils {
  void *context;
  /** Enrols every known enrolment of the pupil with muster_register_enrol; none when nobody knows the id. */
  muster_status (*enrol)(void *context, muster_register *reg, muster_text id, muster_error *err);
  /** How many schools are known, and the id of the only one (borrowed until the next call, else empty). */
  muster_status (*schools)(void *context, uint64_t *count, muster_text *only, muster_error *err);
} muster_known_pupils;

typedef struct muster_load_options {
  unsigned jobs;   /* threads; 0 = 1 */
  bool strict;     /* any rejected row fails the load */
  bool digests;    /* take the digest of each file */
  bool leave_open; /* do not seal the register */
  muster_parser parser;
  const muster_progress *progress;  /* may be NULL */
  const muster_known_pupils *known; /* may be NULL */
} muster_load_options;

/** Reads a folder into an empty register, and seals it.
 * The register, the ledger and every message are the same for any number of jobs and any parser.
 * @param source   NULL = the default source
 * @param options  NULL = one thread, nothing special
 * @param reg      from muster_register_new; after a failure only good for muster_register_free
 * @param ledger   from muster_ledger_new; after a failure holds what was read until then, and with `strict` everything
 * @retval MUSTER_IO      the folder, or a file that must be there, cannot be read; or nothing to load is in it
 * @retval MUSTER_DATA    a file as a whole cannot be read as what it should be; or a row was rejected and strict is set
 * @retval MUSTER_MEMORY  */
MUSTER_CHECK muster_status muster_load(const char *folder, const muster_source *source,
                                       const muster_load_options *options, muster_register *reg, muster_ledger *ledger,
                                       muster_error *err);

MUSTER_END_DECLS
#endif
