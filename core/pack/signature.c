/* Signing and verifying, as minisign does it. */
#include "muster/pack/signature.h"

#include <sodium.h>
#include <string.h>

#include "minisign.h"

enum { HASH = crypto_generichash_BYTES_MAX, SIGNATURE = crypto_sign_BYTES, FIRST_LINE = 2 + MUSTER_KEY_ID + SIGNATURE };

static void hash(muster_text text, unsigned char out[HASH]) {
  crypto_generichash(out, HASH, (const unsigned char *)text.at, text.n, NULL, 0);
}

/* One line; minisign's own comments have tabs in them. */
static bool comment_ok(muster_text comment) {
  for (size_t i = 0; i < comment.n; i++) {
    unsigned char c = (unsigned char)comment.at[i];
    if ((c < ' ' && c != '\t') || c == 0x7f) return false;
  }
  return comment.n < MUSTER_SIGNATURE_COMMENT && muster_text_utf8(comment, NULL);
}

/* What the global signature is of: the signature, then the comment. */
static size_t globally(const muster_signature *s, unsigned char out[SIGNATURE + MUSTER_SIGNATURE_COMMENT]) {
  size_t n = strlen(s->comment);
  memcpy(out, s->signature, SIGNATURE);
  memcpy(out + SIGNATURE, s->comment, n);
  return SIGNATURE + n;
}

muster_status muster_signature_make(const muster_secret_key *key, muster_text text, const char *comment,
                                    muster_signature *s, muster_error *err) {
  MUSTER_TRY(minisign_begin(err));
  if (!comment_ok(muster_text_of(comment))) {
    muster_fail(err, MUSTER_USAGE, "the comment of a signature cannot be used");
    muster_error_expected(err, "one line of at most %d bytes", MUSTER_SIGNATURE_COMMENT - 1);
    return MUSTER_USAGE;
  }
  *s = (muster_signature){.prehashed = true};
  memcpy(s->key_id, key->public_key.id, MUSTER_KEY_ID);
  memcpy(s->comment, comment, strlen(comment));
  unsigned char digest[HASH], all[SIGNATURE + MUSTER_SIGNATURE_COMMENT];
  hash(text, digest);
  crypto_sign_detached(s->signature, NULL, digest, sizeof digest, key->key);
  size_t n = globally(s, all);
  crypto_sign_detached(s->global, NULL, all, n, key->key);
  return MUSTER_OK;
}

void muster_signature_text(const muster_signature *s, muster_buf *out) {
  unsigned char first[FIRST_LINE] = {'E', s->prehashed ? 'D' : 'd'};
  memcpy(first + 2, s->key_id, MUSTER_KEY_ID);
  memcpy(first + 2 + MUSTER_KEY_ID, s->signature, SIGNATURE);
  muster_buf_puts(out, "untrusted comment: signature of a muster pack\n");
  minisign_add_bytes(out, first, sizeof first);
  muster_buf_printf(out, "trusted comment: %s\n", s->comment);
  minisign_add_bytes(out, s->global, sizeof s->global);
}

muster_status muster_signature_parse(muster_text file, muster_signature *s, muster_error *err) {
  MUSTER_TRY(minisign_begin(err));
  *s = (muster_signature){.prehashed = false};
  unsigned char first[FIRST_LINE];
  muster_text rest = file, untrusted, trusted;
  bool good = file.n <= MINISIGN_MOST && minisign_comment(&rest, "untrusted comment: ", &untrusted) &&
              minisign_bytes(&rest, first, sizeof first) && minisign_comment(&rest, "trusted comment: ", &trusted) &&
              minisign_bytes(&rest, s->global, sizeof s->global) && rest.n == 0;
  good = good && comment_ok(trusted) && first[0] == 'E' && (first[1] == 'D' || first[1] == 'd');
  if (!good) {
    muster_fail(err, MUSTER_PACK, "it is not a signature");
    muster_error_expected(err, "the four lines of a minisign signature");
    return MUSTER_PACK;
  }
  s->prehashed = first[1] == 'D';
  memcpy(s->key_id, first + 2, MUSTER_KEY_ID);
  memcpy(s->signature, first + 2 + MUSTER_KEY_ID, SIGNATURE);
  memcpy(s->comment, trusted.at, trusted.n);
  return MUSTER_OK;
}

bool muster_signature_verify(const muster_signature *s, const muster_public_key *key, muster_text text) {
  if (minisign_begin(NULL) != MUSTER_OK || memcmp(s->key_id, key->id, MUSTER_KEY_ID) != 0) return false;
  unsigned char digest[HASH], all[SIGNATURE + MUSTER_SIGNATURE_COMMENT];
  if (s->prehashed) hash(text, digest);
  const unsigned char *signed_ = s->prehashed ? digest : (const unsigned char *)text.at;
  size_t n = globally(s, all);
  return crypto_sign_verify_detached(s->signature, signed_, s->prehashed ? HASH : text.n, key->key) == 0 &&
         crypto_sign_verify_detached(s->global, all, n, key->key) == 0;
}
