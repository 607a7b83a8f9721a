/* Records kept in the order of their coming, however many there are: in memory first, then in a file without a name. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "books.h"

enum { IN_MEMORY = 1 << 20 };

struct muster_spool {
  muster_buf buf; /* the records after those in the file */
  FILE *file;
  size_t *pieces; /* bytes of each flush: pieces of whole records */
  size_t piece_count, piece_capacity;
};

muster_spool *muster_spool_new(void) {
  muster_spool *spool = muster_alloc(1, sizeof *spool);
  if (spool) muster_buf_init(&spool->buf, 2 * IN_MEMORY);
  return spool;
}

void muster_spool_free(muster_spool *spool) {
  if (!spool) return;
  if (spool->file) fclose(spool->file);
  muster_free(spool->pieces);
  muster_buf_free(&spool->buf);
  muster_free(spool);
}

muster_buf *muster_spool_begin(muster_spool *spool) { return &spool->buf; }

static muster_status fail(muster_error *err, const char *verb) {
  muster_fail(err, MUSTER_IO, "cannot %s the temporary file of rejects: %s", verb, strerror(errno));
  muster_error_todo(err, "make room in the folder for temporary files");
  return MUSTER_IO;
}

muster_status muster_spool_end(muster_spool *spool, muster_error *err) {
  if (spool->buf.failed) return muster_fail_memory(err);
  if (spool->buf.n < IN_MEMORY) return MUSTER_OK;
  if (!spool->file && !(spool->file = tmpfile())) return fail(err, "make");
  if (!MUSTER_GROW(spool->pieces, spool->piece_capacity, spool->piece_count)) return muster_fail_memory(err);
  if (fwrite(spool->buf.at, 1, spool->buf.n, spool->file) != spool->buf.n || fflush(spool->file) != 0)
    return fail(err, "write");
  spool->pieces[spool->piece_count++] = spool->buf.n;
  muster_buf_clear(&spool->buf);
  return MUSTER_OK;
}

muster_status muster_spool_each(const muster_spool *spool,
                                muster_status (*show)(void *context, const char *bytes, size_t n, muster_error *err),
                                void *context, muster_error *err) {
  char *piece = NULL;
  muster_status status = MUSTER_OK;
  off_t at = 0;
  for (size_t i = 0; status == MUSTER_OK && i < spool->piece_count; i++) {
    size_t n = spool->pieces[i];
    if (!piece && !(piece = muster_alloc(2 * IN_MEMORY, 1)))
      status = muster_fail_memory(err);
    else if (pread(fileno(spool->file), piece, n, at) != (ssize_t)n)
      status = fail(err, "read");
    else
      status = show(context, piece, n, err);
    at += (off_t)n;
  }
  muster_free(piece);
  if (status == MUSTER_OK && spool->buf.n) status = show(context, spool->buf.at, spool->buf.n, err);
  return status;
}
