/* Keys and pseudonyms. Reference: BLAKE2 (RFC 7693), keyed, with a 16-byte result; base 32 by RFC 4648 without padding.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/store/import.h"

enum { HASH_BYTES = 16, HEX_BYTES = 2 * MUSTER_STORE_KEY_BYTES };

static muster_status key_fail(muster_error *err, muster_status status, const char *path, const char *what,
                              const char *todo) {
  muster_fail(err, status, "%s", what);
  muster_error_where(err, "%s", path);
  muster_error_todo(err, "%s", todo);
  return status;
}

muster_status muster_store_key_read(const char *path, muster_store_key *key, muster_error *err) {
  struct stat st;
  if (stat(path, &st) == 0 && (st.st_mode & 077))
    return key_fail(err, MUSTER_IO, path, "others than its owner may read or write the key", "chmod 600 it");
  char *text = NULL;
  size_t n = 0, bytes = 0;
  MUSTER_TRY(muster_file_read(path, 4096, &text, &n, err));
  const char *end = NULL;
  bool good = sodium_hex2bin(key->bytes, sizeof key->bytes, text, n, "\r\n", &bytes, &end) == 0 &&
              bytes == sizeof key->bytes && end == text + n;
  sodium_memzero(text, n);
  muster_free(text);
  if (good) return MUSTER_OK;
  sodium_memzero(key, sizeof *key);
  muster_fail(err, MUSTER_DATA, "the file holds no key");
  muster_error_where(err, "%s", path);
  muster_error_expected(err, "%d hexadecimal digits", HEX_BYTES);
  muster_error_todo(err, "name the key that the store was made with, or make a new key");
  return MUSTER_DATA;
}

muster_status muster_store_key_make(const char *path, muster_error *err) {
  if (sodium_init() < 0) return muster_fail(err, MUSTER_IO, "there is no source of random numbers");
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    muster_fail(err, MUSTER_IO, "cannot make the key: %s", strerror(errno));
    muster_error_where(err, "%s", path);
    if (errno == EEXIST) muster_error_todo(err, "use the key that is there, or name another file");
    return MUSTER_IO;
  }
  muster_store_key key;
  char text[HEX_BYTES + 2];
  randombytes_buf(key.bytes, sizeof key.bytes);
  sodium_bin2hex(text, sizeof text, key.bytes, sizeof key.bytes);
  text[HEX_BYTES] = '\n';
  bool good = write(fd, text, HEX_BYTES + 1) == HEX_BYTES + 1 && fsync(fd) == 0;
  good = close(fd) == 0 && good;
  sodium_memzero(&key, sizeof key);
  sodium_memzero(text, sizeof text);
  if (good) return MUSTER_OK;
  unlink(path);
  return key_fail(err, MUSTER_IO, path, "the key could not be written", "check the disk and its free space");
}

void muster_store_pseudonym(const muster_store_key *key, muster_text id, char out[MUSTER_PSEUDONYM_TEXT]) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  unsigned char hash[HASH_BYTES];
  crypto_generichash(hash, sizeof hash, (const unsigned char *)id.at, id.n, key->bytes, sizeof key->bytes);
  unsigned bits = 0, held = 0;
  size_t n = 0;
  for (size_t i = 0; i < sizeof hash; i++) {
    bits = bits << 8 | hash[i];
    for (held += 8; held >= 5; held -= 5) out[n++] = letters[bits >> (held - 5) & 31];
  }
  out[n++] = letters[bits << (5 - held) & 31];
  out[n] = '\0';
}
