/* muster/base/text.h - text views, growing buffers, numbers as text.
 * Text is bytes with a length; nothing relies on a terminator and nothing depends on the locale. */
#ifndef MUSTER_BASE_TEXT_H
#define MUSTER_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/memory.h"

MUSTER_BEGIN_DECLS

/** Borrowed text: valid as long as what it points into. */
typedef struct muster_text {
  const char *at;
  size_t n;
} muster_text;

#define MUSTER_TEXT(literal) ((muster_text){(literal), sizeof(literal) - 1})

muster_text muster_text_of(const char *terminated); /* NULL gives empty text */
bool muster_text_equal(muster_text a, muster_text b);
bool muster_text_equal_nocase(muster_text a, muster_text b); /* ASCII letters only */
int muster_text_compare(muster_text a, muster_text b);       /* by bytes, shorter first */
muster_text muster_text_trim(muster_text t);                 /* without blanks and tabs at the ends */
bool muster_text_utf8(muster_text t, size_t *bad_at);        /* is it valid UTF-8; else where not */

/** Bytes of the UTF-8 character that `t` begins with; 0 when it begins with none. */
size_t muster_text_character(muster_text t);

/** Bytes at the start of `t` that speak to a terminal or turn the direction of what follows, and are nothing to read: a
 * control character (C0, DEL, C1), an embedding, override or isolate of direction (Unicode Standard Annex 9). 0 when
 * there is none. */
size_t muster_text_control(muster_text t);

/** Puts '?' for each byte of such characters, in place. */
void muster_text_tame(char *terminated);

/** Whole text as an integer or a number; false when anything else is in it, or out of range. */
bool muster_text_int(muster_text t, int64_t *out) MUSTER_CHECK;
bool muster_text_number(muster_text t, double *out) MUSTER_CHECK;

/** The candidate nearest to `name` by edit distance, or NULL when none is near enough to be worth a hint.
 * @param names  NULL-terminated list, borrowed */
const char *muster_nearest(const char *name, const char *const *names);

/** Where the bytes of a buffer go when it is full. @retval false  they could not be taken, and the buffer has failed */
typedef bool (*muster_sink)(void *context, const char *bytes, size_t n);

/** A growing buffer with a limit given at birth; always terminated. After a failure it is empty and stays failed. */
typedef struct muster_buf {
  char *at;
  size_t n, capacity, limit;
  bool failed;
  muster_sink sink; /* or NULL */
  void *sink_context;
} muster_buf;

void muster_buf_init(muster_buf *buf, size_t limit);
void muster_buf_add(muster_buf *buf, const char *bytes, size_t n);
void muster_buf_puts(muster_buf *buf, const char *terminated);
void muster_buf_putc(muster_buf *buf, char c);
void muster_buf_printf(muster_buf *buf, const char *fmt, ...) MUSTER_PRINTF(2, 3);
void muster_buf_whole(muster_buf *buf, int64_t number); /* in decimal */
/** From now on the buffer holds a megabyte or one piece that is longer; what is there by then goes to `sink`, and the
 * rest with muster_buf_drain. */
void muster_buf_into(muster_buf *buf, muster_sink sink, void *context);
void muster_buf_drain(muster_buf *buf);
void muster_buf_clear(muster_buf *buf);
void muster_buf_free(muster_buf *buf);

/** One CSV field with the quotes it needs (RFC 4180), without separator. A field that a spreadsheet would run as a
 * formula is left as it is: files are data, and readers must get back what was written. */
void muster_buf_csv(muster_buf *buf, muster_text field);

MUSTER_END_DECLS
#endif
