/* What minisign's three kinds of files have in common: a line of comment, then bytes in base64. */
#ifndef PACK_MINISIGN_H
#define PACK_MINISIGN_H

#include "muster/base.h"

enum { MINISIGN_MOST = 4096 }; /* bytes of such a file */

/** Takes a line without its end, LF or CRLF. False when there is none left. */
bool minisign_line(muster_text *rest, muster_text *line);

/** Takes a line of base64 that holds exactly `n` bytes. */
bool minisign_bytes(muster_text *rest, unsigned char *bytes, size_t n);

/** Takes a line that begins with `prefix`, and gives what is after it. */
bool minisign_comment(muster_text *rest, const char *prefix, muster_text *comment);

/** Adds bytes in base64 as a line. */
void minisign_add_bytes(muster_buf *out, const unsigned char *bytes, size_t n);

/** Readies libsodium. */
MUSTER_CHECK muster_status minisign_begin(muster_error *err);

#endif
