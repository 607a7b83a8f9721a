/* muster/pack/signature.h - detached signatures in minisign's file format. What is signed here, stock `minisign -V`
 * verifies, and the other way round. The same key, text and comment give the same bytes. */
#ifndef MUSTER_PACK_SIGNATURE_H
#define MUSTER_PACK_SIGNATURE_H

#include "muster/pack/key.h"

MUSTER_BEGIN_DECLS

enum { MUSTER_SIGNATURE_COMMENT = 256 };

typedef struct muster_signature {
  unsigned char key_id[MUSTER_KEY_ID];
  bool prehashed; /* "ED": of the BLAKE2b-512 of the text; else "Ed", of the text itself, as older minisign wrote */
  unsigned char signature[64], global[64];
  char comment[MUSTER_SIGNATURE_COMMENT]; /* trusted once verified: the global signature covers it */
} muster_signature;

/** Signs a text.
 * @param comment  one line of printable text, such as "pack early-warning 1.0.0" */
MUSTER_CHECK muster_status muster_signature_make(const muster_secret_key *key, muster_text text, const char *comment,
                                                 muster_signature *signature, muster_error *err);

/** Adds the text of a signature file to a buffer. */
void muster_signature_text(const muster_signature *signature, muster_buf *out);

/** Reads the text of a signature file. @retval MUSTER_PACK  it is none */
MUSTER_CHECK muster_status muster_signature_parse(muster_text file, muster_signature *signature, muster_error *err);

/** Was `text`, with the signature's comment, signed with the key that belongs to this one. */
bool muster_signature_verify(const muster_signature *signature, const muster_public_key *key, muster_text text);

MUSTER_END_DECLS
#endif
