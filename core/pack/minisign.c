/* Lines of minisign's files. */
#include "minisign.h"

#include <sodium.h>
#include <string.h>

bool minisign_line(muster_text *rest, muster_text *line) {
  if (!rest->n) return false;
  const char *end = memchr(rest->at, '\n', rest->n);
  *line = (muster_text){rest->at, end ? (size_t)(end - rest->at) : rest->n};
  size_t used = line->n + (end != NULL);
  *rest = (muster_text){rest->at + used, rest->n - used};
  if (line->n && line->at[line->n - 1] == '\r') line->n--;
  return true;
}

bool minisign_bytes(muster_text *rest, unsigned char *bytes, size_t n) {
  muster_text line;
  size_t got;
  return minisign_line(rest, &line) &&
         sodium_base642bin(bytes, n, line.at, line.n, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
         got == n;
}

bool minisign_comment(muster_text *rest, const char *prefix, muster_text *comment) {
  size_t n = strlen(prefix);
  if (!minisign_line(rest, comment) || comment->n < n || memcmp(comment->at, prefix, n) != 0) return false;
  *comment = (muster_text){comment->at + n, comment->n - n};
  return true;
}

void minisign_add_bytes(muster_buf *out, const unsigned char *bytes, size_t n) {
  char text[sodium_base64_ENCODED_LEN(256, sodium_base64_VARIANT_ORIGINAL)];
  sodium_bin2base64(text, sizeof text, bytes, n, sodium_base64_VARIANT_ORIGINAL);
  muster_buf_puts(out, text);
  muster_buf_putc(out, '\n');
  sodium_memzero(text, sizeof text);
}

muster_status minisign_begin(muster_error *err) {
  if (sodium_init() >= 0) return MUSTER_OK;
  return muster_fail(err, MUSTER_DEFECT, "libsodium cannot be used on this machine");
}
