/* BLAKE2b-256 of a file, the sum that `b2sum -l 256` prints. */
#include "digest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 1 << 18 };

muster_status muster_digester_begin(muster_digester *d, muster_error *err) {
  d->done = 0;
  d->chunk = muster_alloc(CHUNK, 1);
  if (!d->chunk) return muster_fail_memory(err);
  muster_hash_begin(&d->hash);
  return MUSTER_OK;
}

muster_status muster_digester_reach(muster_digester *d, const muster_input *input, uint64_t end, muster_error *err) {
  if (end > input->size) end = input->size;
  while (d->done < end) {
    size_t wanted = end - d->done < CHUNK ? (size_t)(end - d->done) : CHUNK;
    ssize_t got = pread(input->fd, d->chunk, wanted, (off_t)d->done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      muster_fail(err, MUSTER_IO, "cannot read: %s", got < 0 ? strerror(errno) : "the file became shorter");
      muster_error_where(err, "%s", input->name);
      return MUSTER_IO;
    }
    muster_hash_add(&d->hash, d->chunk, (size_t)got);
    d->done += (uint64_t)got;
  }
  return MUSTER_OK;
}

void muster_digester_end(muster_digester *d, char out[MUSTER_DIGEST_TEXT]) {
  muster_free(d->chunk);
  d->chunk = NULL;
  if (out) muster_hash_end(&d->hash, out);
}
