/* Key files: made, written, read, decrypted. */
#include "muster/pack/key.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "minisign.h"

#define COMMENT "untrusted comment: "

enum {
  PUBLIC_BYTES = 2 + MUSTER_KEY_ID + crypto_sign_PUBLICKEYBYTES,
  CHECK_BYTES = 32,
  SEALED_BYTES = MUSTER_KEY_ID + crypto_sign_SECRETKEYBYTES + CHECK_BYTES,
  SALT_BYTES = crypto_pwhash_scryptsalsa208sha256_SALTBYTES
};

/* A secret key file behind its comment. Numbers are little-endian; all fields are bytes, so nothing is padded. */
typedef struct secret_file {
  unsigned char algorithm[2], encryption[2], check[2]; /* "Ed"; "Sc" or noughts; "B2" */
  unsigned char salt[SALT_BYTES];
  unsigned char operations[8], memory[8]; /* costs of scrypt */
  unsigned char sealed[SEALED_BYTES];     /* id, key, and the digest of algorithm, id and key */
} secret_file;

/* scrypt with N = 2^17, r = 8, p = 1: 128 MiB. Half of what is refused below is what minisign itself asks for. */
static const uint64_t own_operations = UINT64_C(1) << 22, own_memory = UINT64_C(1) << 27;
static const uint64_t most_operations = UINT64_C(1) << 26, most_memory = UINT64_C(1) << 31;

muster_status muster_key_make(muster_secret_key *key, muster_error *err) {
  MUSTER_TRY(minisign_begin(err));
  randombytes_buf(key->public_key.id, sizeof key->public_key.id);
  crypto_sign_keypair(key->public_key.key, key->key);
  return MUSTER_OK;
}

void muster_key_forget(muster_secret_key *key) { sodium_memzero(key, sizeof *key); }

const char *muster_key_id_format(const unsigned char id[MUSTER_KEY_ID], char out[MUSTER_KEY_ID_TEXT]) {
  for (int i = 0; i < MUSTER_KEY_ID; i++) {
    unsigned char byte = id[MUSTER_KEY_ID - 1 - i]; /* a little-endian number */
    out[2 * i] = "0123456789ABCDEF"[byte >> 4];
    out[2 * i + 1] = "0123456789ABCDEF"[byte & 15];
  }
  out[2 * MUSTER_KEY_ID] = '\0';
  return out;
}

/* ---- files ---- */

static muster_status write_file(const char *path, const char *comment, const unsigned char *bytes, size_t n, int mode,
                                muster_error *err) {
  struct stat st;
  if (lstat(path, &st) == 0) {
    muster_fail(err, MUSTER_IO, "is there already; a key is never overwritten");
    muster_error_where(err, "%s", path);
    muster_error_todo(err, "give another name, or move that file away");
    return MUSTER_IO;
  }
  muster_buf out;
  muster_buf_init(&out, MINISIGN_MOST);
  muster_buf_printf(&out, COMMENT "%s\n", comment);
  minisign_add_bytes(&out, bytes, n);
  muster_status status = out.failed ? muster_fail_memory(err) : muster_file_write(path, out.at, out.n, mode, err);
  if (out.at) sodium_memzero(out.at, out.n);
  muster_buf_free(&out);
  return status;
}

static muster_status not_a_key(const char *path, const char *what, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "%s", what);
  muster_error_where(err, "%s", path);
  muster_error_expected(err, "a key file of muster pack key, or of minisign -G");
  return MUSTER_DATA;
}

/* Reads the comment and `n` bytes. */
static muster_status read_file(const char *path, unsigned char *bytes, size_t n, const char *what, muster_error *err) {
  char *file;
  size_t length;
  MUSTER_TRY(muster_file_read(path, MINISIGN_MOST, &file, &length, err));
  muster_text rest = {file, length}, comment;
  bool good = minisign_comment(&rest, COMMENT, &comment) && minisign_bytes(&rest, bytes, n) && rest.n == 0;
  sodium_memzero(file, length);
  muster_free(file);
  return good ? MUSTER_OK : not_a_key(path, what, err);
}

muster_status muster_public_key_write(const muster_public_key *key, const char *path, muster_error *err) {
  unsigned char bytes[PUBLIC_BYTES] = {'E', 'd'};
  memcpy(bytes + 2, key->id, sizeof key->id);
  memcpy(bytes + 2 + sizeof key->id, key->key, sizeof key->key);
  char comment[64] = "minisign public key ";
  muster_key_id_format(key->id, comment + strlen(comment));
  return write_file(path, comment, bytes, sizeof bytes, 0644, err);
}

muster_status muster_public_key_read(const char *path, muster_public_key *key, muster_error *err) {
  MUSTER_TRY(minisign_begin(err));
  unsigned char bytes[PUBLIC_BYTES];
  MUSTER_TRY(read_file(path, bytes, sizeof bytes, "is not a public key", err));
  if (memcmp(bytes, "Ed", 2) != 0) return not_a_key(path, "is a key for another way of signing", err);
  memcpy(key->id, bytes + 2, sizeof key->id);
  memcpy(key->key, bytes + 2 + sizeof key->id, sizeof key->key);
  return MUSTER_OK;
}

/* ---- secret keys ---- */

static void put_number(unsigned char out[8], uint64_t n) {
  for (int i = 0; i < 8; i++) out[i] = (unsigned char)(n >> 8 * i);
}

static uint64_t get_number(const unsigned char in[8]) {
  uint64_t n = 0;
  for (int i = 0; i < 8; i++) n |= (uint64_t)in[i] << 8 * i;
  return n;
}

/* Encrypts or decrypts: the key stream is scrypt of the password. */
static muster_status cover(secret_file *f, const char *password, muster_error *err) {
  unsigned char stream[SEALED_BYTES];
  if (crypto_pwhash_scryptsalsa208sha256(stream, sizeof stream, password, strlen(password), f->salt,
                                         get_number(f->operations), (size_t)get_number(f->memory)) != 0)
    return muster_fail_memory(err);
  for (size_t i = 0; i < sizeof stream; i++) f->sealed[i] ^= stream[i];
  sodium_memzero(stream, sizeof stream);
  return MUSTER_OK;
}

static void digest_of(const secret_file *f, unsigned char out[CHECK_BYTES]) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, CHECK_BYTES);
  crypto_generichash_update(&state, f->algorithm, sizeof f->algorithm);
  crypto_generichash_update(&state, f->sealed, SEALED_BYTES - CHECK_BYTES);
  crypto_generichash_final(&state, out, CHECK_BYTES);
}

muster_status muster_secret_key_write(const muster_secret_key *key, const char *path, const char *password,
                                      muster_error *err) {
  MUSTER_TRY(minisign_begin(err));
  secret_file f = {.algorithm = {'E', 'd'}, .check = {'B', '2'}};
  memcpy(f.sealed, key->public_key.id, MUSTER_KEY_ID);
  memcpy(f.sealed + MUSTER_KEY_ID, key->key, sizeof key->key);
  muster_status status = MUSTER_OK;
  if (password) { /* without one, minisign leaves check and costs at nought */
    memcpy(f.encryption, "Sc", 2);
    randombytes_buf(f.salt, sizeof f.salt);
    put_number(f.operations, own_operations);
    put_number(f.memory, own_memory);
    digest_of(&f, f.sealed + SEALED_BYTES - CHECK_BYTES);
    status = cover(&f, password, err);
  }
  const char *comment = "minisign encrypted secret key"; /* the words of minisign, whether or not it is */
  if (status == MUSTER_OK) status = write_file(path, comment, (const unsigned char *)&f, sizeof f, 0600, err);
  sodium_memzero(&f, sizeof f);
  return status;
}

static muster_status uncover(secret_file *f, const char *path, muster_ask_password ask, void *context,
                             muster_error *err) {
  if (get_number(f->operations) > most_operations || get_number(f->memory) > most_memory)
    return not_a_key(path, "asks for more work to decrypt it than is reasonable", err);
  const char *password = ask ? ask(context) : NULL;
  if (!password) {
    muster_fail(err, MUSTER_USAGE, "the key is encrypted and there is no password");
    muster_error_where(err, "%s", path);
    return MUSTER_USAGE;
  }
  MUSTER_TRY(cover(f, password, err));
  unsigned char check[CHECK_BYTES];
  digest_of(f, check);
  if (sodium_memcmp(check, f->sealed + SEALED_BYTES - CHECK_BYTES, CHECK_BYTES) == 0) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "the password is wrong");
  muster_error_where(err, "%s", path);
  return MUSTER_USAGE;
}

static muster_status take_key(const secret_file *f, const char *path, muster_secret_key *key, muster_error *err) {
  memcpy(key->public_key.id, f->sealed, MUSTER_KEY_ID);
  memcpy(key->key, f->sealed + MUSTER_KEY_ID, sizeof key->key);
  unsigned char seed[crypto_sign_SEEDBYTES], again[crypto_sign_SECRETKEYBYTES];
  crypto_sign_ed25519_sk_to_seed(seed, key->key);
  crypto_sign_seed_keypair(key->public_key.key, again, seed);
  bool whole = sodium_memcmp(again, key->key, sizeof again) == 0;
  sodium_memzero(seed, sizeof seed);
  sodium_memzero(again, sizeof again);
  return whole ? MUSTER_OK : not_a_key(path, "is damaged: its two halves do not belong together", err);
}

muster_status muster_secret_key_read(const char *path, muster_ask_password ask, void *context, muster_secret_key *key,
                                     muster_error *err) {
  MUSTER_TRY(minisign_begin(err));
  secret_file f;
  MUSTER_TRY(read_file(path, (unsigned char *)&f, sizeof f, "is not a secret key", err));
  bool encrypted = memcmp(f.encryption, "Sc", 2) == 0;
  muster_status status = MUSTER_OK;
  if (memcmp(f.algorithm, "Ed", 2) != 0 || memcmp(f.check, "B2", 2) != 0 ||
      (!encrypted && memcmp(f.encryption, "\0\0", 2) != 0))
    status = not_a_key(path, "is a key for another way of signing", err);
  if (status == MUSTER_OK && encrypted) status = uncover(&f, path, ask, context, err);
  if (status == MUSTER_OK) status = take_key(&f, path, key, err);
  sodium_memzero(&f, sizeof f);
  if (status != MUSTER_OK) muster_key_forget(key);
  return status;
}
