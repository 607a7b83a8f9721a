/* A pack's sums and signature, held against what is in its folder. */
#include "muster/pack/provenance.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_SUMS = 1 << 20, MOST_SIGNATURE = 4096 };

/* The two small files beside the pack's own, NULL where they are not there. */
typedef struct beside {
  char *sums, *signature;
  size_t sums_bytes, signature_bytes;
  const char *sums_path;
  muster_arena arena;
} beside;

/* A file that is too long is as wrong as one that is damaged. */
static muster_status read_beside(const char *path, size_t most, char **bytes, size_t *n, muster_error *err) {
  *bytes = NULL;
  struct stat st;
  if (lstat(path, &st) != 0) return MUSTER_OK;
  if (!S_ISREG(st.st_mode)) {
    muster_fail(err, MUSTER_PACK, "is a link, or something else that is no file");
    muster_error_where(err, "%s", path);
    return MUSTER_PACK;
  }
  muster_status status = muster_file_read(path, most, bytes, n, err);
  if (status == MUSTER_DATA && err) err->status = MUSTER_PACK;
  return status == MUSTER_DATA ? MUSTER_PACK : status;
}

static muster_status open_beside(const char *folder, beside *b, muster_error *err) {
  b->sums_path = muster_path_join(&b->arena, folder, MUSTER_SUMS_FILE);
  const char *signature = muster_path_join(&b->arena, folder, MUSTER_SUMS_SIGNATURE);
  if (!b->sums_path || !signature) return muster_fail_memory(err);
  MUSTER_TRY(read_beside(b->sums_path, MOST_SUMS, &b->sums, &b->sums_bytes, err));
  return read_beside(signature, MOST_SIGNATURE, &b->signature, &b->signature_bytes, err);
}

static void close_beside(beside *b) {
  muster_free(b->sums);
  muster_free(b->signature);
  muster_arena_free(&b->arena);
}

static muster_status digest_sums(const muster_sums *sums, char out[MUSTER_DIGEST_TEXT], muster_error *err) {
  muster_buf text;
  muster_buf_init(&text, SIZE_MAX / 2);
  muster_sums_text(sums, &text);
  bool failed = text.failed;
  if (!failed) muster_digest(text.n ? text.at : "", text.n, out);
  muster_buf_free(&text);
  return failed ? muster_fail_memory(err) : MUSTER_OK;
}

/* Takes the sums of the folder and compares them with those written down. */
static muster_status look_at_files(const char *folder, const beside *b, muster_provenance *p, muster_error *err) {
  muster_sums taken, written = {.count = 0};
  MUSTER_TRY(muster_sums_take(folder, &taken, err));
  muster_status status = digest_sums(&taken, p->digest, err);
  if (status == MUSTER_OK && b->sums) {
    status = muster_sums_parse((muster_text){b->sums, b->sums_bytes}, b->sums_path, &written, err);
    if (status == MUSTER_OK) status = muster_sums_compare(&written, &taken, &p->differences, err);
  }
  muster_sums_free(&written);
  muster_sums_free(&taken);
  return status;
}

/* Is there a good signature by a trusted key, or one by a key that is not known. */
static muster_vouched judge_signature(const muster_signature *s, muster_text sums, const muster_trust *trust,
                                      muster_provenance *p) {
  bool known = false;
  for (size_t i = 0; trust && i < trust->count; i++) {
    const muster_trusted_key *k = &trust->keys[i];
    if (memcmp(k->key.id, s->key_id, MUSTER_KEY_ID) != 0) continue;
    known = true;
    if (!muster_signature_verify(s, &k->key, sums)) continue;
    p->key_name = k->name;
    memcpy(p->comment, s->comment, sizeof p->comment);
    return MUSTER_VOUCHED;
  }
  return known ? MUSTER_BAD_SIGNATURE : MUSTER_UNKNOWN_KEY;
}

static muster_status look(const char *folder, const muster_trust *trust, const beside *b, muster_provenance *p,
                          muster_error *err) {
  p->has_sums = b->sums != NULL;
  p->has_signature = b->signature != NULL;
  MUSTER_TRY(look_at_files(folder, b, p, err));
  muster_signature s;
  if (!b->signature) {
    p->vouched = MUSTER_UNSIGNED;
  } else if (!b->sums ||
             muster_signature_parse((muster_text){b->signature, b->signature_bytes}, &s, NULL) != MUSTER_OK) {
    p->vouched = MUSTER_BAD_SIGNATURE;
  } else {
    muster_key_id_format(s.key_id, p->key_id);
    p->vouched = judge_signature(&s, (muster_text){b->sums, b->sums_bytes}, trust, p);
  }
  if (p->vouched != MUSTER_BAD_SIGNATURE && p->differences.count) p->vouched = MUSTER_CHANGED;
  return MUSTER_OK;
}

muster_status muster_provenance_look(const char *folder, const muster_trust *trust, muster_provenance *provenance,
                                     muster_error *err) {
  *provenance = (muster_provenance){.vouched = MUSTER_UNSIGNED};
  beside b = {.sums = NULL};
  muster_status status = open_beside(folder, &b, err);
  if (status == MUSTER_OK) status = look(folder, trust, &b, provenance, err);
  close_beside(&b);
  if (status != MUSTER_OK) muster_provenance_free(provenance);
  return status;
}

void muster_provenance_free(muster_provenance *provenance) {
  muster_differences_free(&provenance->differences);
  *provenance = (muster_provenance){.vouched = MUSTER_UNSIGNED};
}

const char *muster_provenance_format(const muster_provenance *p, char *out, size_t size) {
  switch (p->vouched) {
    case MUSTER_VOUCHED: snprintf(out, size, "signed by %s (key %s)", p->key_name, p->key_id); break;
    case MUSTER_UNKNOWN_KEY: snprintf(out, size, "signed by an unknown key (%s)", p->key_id); break;
    case MUSTER_UNSIGNED: snprintf(out, size, "unsigned"); break;
    case MUSTER_CHANGED:
      snprintf(out, size, "changed since it was %s", p->has_signature ? "signed" : "summed up");
      break;
    case MUSTER_BAD_SIGNATURE: snprintf(out, size, "signature not good"); break;
  }
  return out;
}

muster_status muster_provenance_require(const muster_provenance *p, const char *folder, muster_error *err) {
  char list[200];
  switch (p->vouched) {
    case MUSTER_VOUCHED: return MUSTER_OK;
    case MUSTER_UNKNOWN_KEY:
      muster_fail(err, MUSTER_PACK, "the pack is signed by a key that is not trusted here, %s", p->key_id);
      muster_error_todo(err, "ask the author for the public key by another way, and put it into trusted/ of the packs");
      break;
    case MUSTER_UNSIGNED:
      muster_fail(err, MUSTER_PACK, "the pack is not signed");
      muster_error_todo(err, "ask the author for a signed one, or read it and take it with --allow-unsigned");
      break;
    case MUSTER_CHANGED:
      muster_fail(err, MUSTER_PACK, "the pack is not as its sums say: %s",
                  muster_differences_format(&p->differences, list, sizeof list));
      muster_error_todo(err, "get it again from its author");
      break;
    case MUSTER_BAD_SIGNATURE:
      muster_fail(err, MUSTER_PACK, "the signature is not one of this pack%s",
                  p->has_sums ? "" : ": its pack.sums is missing");
      muster_error_todo(err, "get it again from its author");
      break;
  }
  muster_error_where(err, "%s", folder);
  return MUSTER_PACK;
}

/* ---- signing ---- */

static muster_status sign_text(muster_text sums, const char *comment, const muster_secret_key *key, const char *path,
                               muster_error *err) {
  muster_signature signature;
  MUSTER_TRY(muster_signature_make(key, sums, comment, &signature, err));
  muster_buf out;
  muster_buf_init(&out, MOST_SIGNATURE);
  muster_signature_text(&signature, &out);
  muster_status status = out.failed ? muster_fail_memory(err) : muster_file_write(path, out.at, out.n, 0644, err);
  muster_buf_free(&out);
  return status;
}

muster_status muster_provenance_sign(const char *folder, const char *name, const char *version,
                                     const muster_secret_key *key, muster_error *err) {
  MUSTER_TRY(muster_sums_write(folder, err));
  beside b = {.sums = NULL};
  muster_status status = open_beside(folder, &b, err);
  if (status == MUSTER_OK) {
    const char *path = muster_path_join(&b.arena, folder, MUSTER_SUMS_SIGNATURE);
    const char *comment = muster_arena_printf(&b.arena, "pack %s %s", name, version);
    status = path && comment ? sign_text((muster_text){b.sums, b.sums_bytes}, comment, key, path, err)
                             : muster_fail_memory(err);
  }
  close_beside(&b);
  return status;
}
