/* muster/pack/provenance.h - who vouches for a pack, and is it what they vouched for. */
#ifndef MUSTER_PACK_PROVENANCE_H
#define MUSTER_PACK_PROVENANCE_H

#include "muster/pack/signature.h"
#include "muster/pack/sums.h"

MUSTER_BEGIN_DECLS

/** A public key that is trusted, and the name it is known by: its file's, without ".pub". */
typedef struct muster_trusted_key {
  const char *name;
  muster_public_key key;
} muster_trusted_key;

/** Free with muster_trust_free. */
typedef struct muster_trust {
  muster_trusted_key *keys;
  size_t count;
  muster_arena arena;
} muster_trust;

/** Reads every NAME.pub of a folder, in the order of the names; a folder that is not there has none.
 * @retval MUSTER_DATA  a file is no public key: nothing is trusted before that is mended */
MUSTER_CHECK muster_status muster_trust_read(const char *folder, muster_trust *trust, muster_error *err);

/** The same of one file. */
MUSTER_CHECK muster_status muster_trust_read_key(const char *path, muster_trust *trust, muster_error *err);
void muster_trust_free(muster_trust *trust);

typedef enum muster_vouched {
  MUSTER_VOUCHED,       /* signed by a trusted key, and unchanged */
  MUSTER_UNKNOWN_KEY,   /* signed, by a key that is not among the trusted ones, and unchanged */
  MUSTER_UNSIGNED,      /* no signature */
  MUSTER_CHANGED,       /* some file is not as its sums say */
  MUSTER_BAD_SIGNATURE, /* there is a signature, and it is not one of these sums */
} muster_vouched;

/** What a folder's own bytes say. Free with muster_provenance_free. */
typedef struct muster_provenance {
  muster_vouched vouched;
  bool has_sums, has_signature;
  char key_id[MUSTER_KEY_ID_TEXT];        /* of the signature; "" without one that can be read */
  const char *key_name;                   /* of the trusted key, or NULL; borrowed from the trust */
  char comment[MUSTER_SIGNATURE_COMMENT]; /* verified, or "" */
  char digest[MUSTER_DIGEST_TEXT]; /* of the text of the sums as they should be: it stands for the whole content */
  muster_differences differences;  /* from the sums that are written down */
} muster_provenance;

/** Looks at a pack. Only what cannot be looked at is an error; the rest is for the caller to judge.
 * @param trust  may be NULL: no key is trusted
 * @retval MUSTER_IO    the folder cannot be read
 * @retval MUSTER_PACK  something in it is refused, or its pack.sums cannot be read */
MUSTER_CHECK muster_status muster_provenance_look(const char *folder, const muster_trust *trust,
                                                  muster_provenance *provenance, muster_error *err);
void muster_provenance_free(muster_provenance *provenance);

/** "signed by NAME (key ID)", "unsigned", ... into `out`. @return `out` */
const char *muster_provenance_format(const muster_provenance *provenance, char *out, size_t size);

/** Fails with what is wrong, where, and what to do about it, unless the pack is vouched for.
 * @retval MUSTER_PACK */
MUSTER_CHECK muster_status muster_provenance_require(const muster_provenance *provenance, const char *folder,
                                                     muster_error *err);

/** Signs a pack: writes pack.sums, and over it pack.sums.minisig with the comment "pack NAME VERSION". */
MUSTER_CHECK muster_status muster_provenance_sign(const char *folder, const char *name, const char *version,
                                                  const muster_secret_key *key, muster_error *err);

MUSTER_END_DECLS
#endif
