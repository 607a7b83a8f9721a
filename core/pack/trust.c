/* The folder of trusted keys. */
#include <string.h>

#include "muster/pack/provenance.h"

void muster_trust_free(muster_trust *trust) {
  muster_free(trust->keys);
  muster_arena_free(&trust->arena);
  *trust = (muster_trust){.count = 0};
}

static muster_status add(muster_trust *trust, size_t *capacity, const char *path, muster_error *err) {
  if (!MUSTER_GROW(trust->keys, *capacity, trust->count)) return muster_fail_memory(err);
  muster_trusted_key *key = &trust->keys[trust->count];
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  size_t n = strlen(name), tail = strlen(".pub");
  if (n > tail && strcmp(name + n - tail, ".pub") == 0) n -= tail;
  key->name = muster_arena_copy(&trust->arena, name, n);
  if (!key->name) return muster_fail_memory(err);
  MUSTER_TRY(muster_public_key_read(path, &key->key, err));
  trust->count++;
  return MUSTER_OK;
}

static muster_status read_folder(const char *folder, muster_trust *trust, muster_error *err) {
  const char **names;
  size_t n, capacity = 0;
  MUSTER_TRY(muster_folder_list(folder, ".pub", &trust->arena, &names, &n, err));
  for (size_t i = 0; i < n; i++) {
    const char *path = muster_path_join(&trust->arena, folder, names[i]);
    if (!path) return muster_fail_memory(err);
    MUSTER_TRY(add(trust, &capacity, path, err));
  }
  return MUSTER_OK;
}

muster_status muster_trust_read(const char *folder, muster_trust *trust, muster_error *err) {
  *trust = (muster_trust){.count = 0};
  if (!muster_is_folder(folder)) return MUSTER_OK;
  muster_status status = read_folder(folder, trust, err);
  if (status != MUSTER_OK) muster_trust_free(trust);
  return status;
}

muster_status muster_trust_read_key(const char *path, muster_trust *trust, muster_error *err) {
  *trust = (muster_trust){.count = 0};
  size_t capacity = 0;
  muster_status status = add(trust, &capacity, path, err);
  if (status != MUSTER_OK) muster_trust_free(trust);
  return status;
}
