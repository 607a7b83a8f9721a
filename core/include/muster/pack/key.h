/* muster/pack/key.h - keys that packs are signed with, in minisign's files.
 * Reference: Frank Denis, minisign, "File formats" (jedisct1.github.io/minisign); Ed25519, BLAKE2b and scrypt by
 * libsodium. */
#ifndef MUSTER_PACK_KEY_H
#define MUSTER_PACK_KEY_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

enum { MUSTER_KEY_ID = 8, MUSTER_KEY_ID_TEXT = 17, MUSTER_KEY_MOST_PASSWORD = 1024 };

typedef struct muster_public_key {
  unsigned char id[MUSTER_KEY_ID]; /* random; tells keys apart and proves nothing */
  unsigned char key[32];
} muster_public_key;

typedef struct muster_secret_key {
  muster_public_key public_key;
  unsigned char key[64];
} muster_secret_key;

/** Makes a new pair from the system's randomness. */
MUSTER_CHECK muster_status muster_key_make(muster_secret_key *key, muster_error *err);

/** Overwrites a secret key with noughts. */
void muster_key_forget(muster_secret_key *key);

/** The id as minisign shows it: 16 hexadecimal digits. @return `out` */
const char *muster_key_id_format(const unsigned char id[MUSTER_KEY_ID], char out[MUSTER_KEY_ID_TEXT]);

/** Writes a public key file (mode 0644) or a secret one (0600).
 * @param password  encrypts the secret key by scrypt; NULL = as it is, as `minisign -W` does
 * @retval MUSTER_IO  the file is there already, or cannot be written */
MUSTER_CHECK muster_status muster_public_key_write(const muster_public_key *key, const char *path, muster_error *err);
MUSTER_CHECK muster_status muster_secret_key_write(const muster_secret_key *key, const char *path, const char *password,
                                                   muster_error *err);

/** Reads a public key file.
 * @retval MUSTER_IO    cannot be read
 * @retval MUSTER_DATA  it is no public key */
MUSTER_CHECK muster_status muster_public_key_read(const char *path, muster_public_key *key, muster_error *err);

/** Asks for a password when a secret key file turns out to need one. NULL when there is none to be had. */
typedef const char *(*muster_ask_password)(void *context);

/** Reads a secret key file. @param ask  may be NULL: no password
 * @retval MUSTER_IO      cannot be read
 * @retval MUSTER_DATA    it is no secret key, or is damaged
 * @retval MUSTER_USAGE   the password is missing or wrong */
MUSTER_CHECK muster_status muster_secret_key_read(const char *path, muster_ask_password ask, void *context,
                                                  muster_secret_key *key, muster_error *err);

MUSTER_END_DECLS
#endif
