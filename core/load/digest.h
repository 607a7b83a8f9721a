/* The digest of a file, taken stretch by stretch so that it can run beside the parsing. */
#ifndef MUSTER_LOAD_DIGEST_H
#define MUSTER_LOAD_DIGEST_H

#include "input.h"

typedef struct muster_digester {
  muster_hash hash;
  uint64_t done;
  unsigned char *chunk;
} muster_digester;

MUSTER_CHECK muster_status muster_digester_begin(muster_digester *digester, muster_error *err);
/** Takes the bytes up to `end` of the file. */
MUSTER_CHECK muster_status muster_digester_reach(muster_digester *digester, const muster_input *input, uint64_t end,
                                                 muster_error *err);
void muster_digester_end(muster_digester *digester, char out[MUSTER_DIGEST_TEXT]);

#endif
