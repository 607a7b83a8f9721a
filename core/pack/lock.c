/* muster.lock: read, changed and written. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "muster/pack/home.h"

enum { LOCK_FORM = 1, MOST_LOCK = 16 << 20 };

bool muster_pack_name_ok(muster_text name) {
  for (size_t i = 0; i < name.n; i++) {
    char c = name.at[i];
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') return false;
  }
  return name.n > 0 && name.n <= 64 && name.at[0] != '-' && !muster_text_equal(name, MUSTER_TEXT("trusted"));
}

muster_installed *muster_lock_find(const muster_lock *lock, const char *name) {
  for (size_t i = 0; i < lock->count; i++)
    if (strcmp(lock->packs[i].name, name) == 0) return &lock->packs[i];
  return NULL;
}

muster_kept *muster_installed_find(const muster_installed *pack, const char *version) {
  for (size_t i = 0; i < pack->version_count; i++)
    if (strcmp(pack->versions[i].version, version) == 0) return &pack->versions[i];
  return NULL;
}

void muster_lock_free(muster_lock *lock) {
  muster_arena_free(&lock->arena);
  *lock = (muster_lock){.count = 0};
}

/* ---- changing ---- */

/* A list of `n` with room for one more at `place`; the old one stays in the arena. */
static void *with_room(muster_arena *arena, const void *list, size_t n, size_t size, size_t place) {
  char *wider = muster_arena_alloc(arena, (n + 1) * size);
  if (!wider) return NULL;
  if (place) memcpy(wider, list, place * size);
  if (n > place) memcpy(wider + (place + 1) * size, (const char *)list + place * size, (n - place) * size);
  return wider;
}

static int compare_versions(const char *a, const char *b) {
  muster_version x, y;
  if (muster_version_parse(muster_text_of(a), &x, NULL) == MUSTER_OK &&
      muster_version_parse(muster_text_of(b), &y, NULL) == MUSTER_OK) {
    int order = muster_version_compare(&x, &y);
    if (order) return order;
  }
  return strcmp(a, b);
}

static const char *copy(muster_arena *arena, const char *text, bool *good) {
  const char *copied = text ? muster_arena_copy(arena, text, strlen(text)) : NULL;
  *good = *good && (copied || !text);
  return copied;
}

static bool copy_kept(muster_arena *arena, const muster_kept *from, muster_kept *to) {
  bool good = true;
  *to = *from;
  to->version = copy(arena, from->version, &good);
  to->digest = copy(arena, from->digest, &good);
  to->key_id = copy(arena, from->key_id ? from->key_id : "", &good);
  to->signature = copy(arena, from->signature, &good);
  to->overlay = copy(arena, from->overlay, &good);
  to->overlay_digest = copy(arena, from->overlay ? from->overlay_digest : NULL, &good);
  muster_need *needs = muster_arena_alloc(arena, (from->need_count + 1) * sizeof *needs);
  for (size_t i = 0; needs && i < from->need_count; i++) {
    needs[i].pack = copy(arena, from->needs[i].pack, &good);
    needs[i].versions = copy(arena, from->needs[i].versions, &good);
  }
  to->needs = needs;
  return good && needs;
}

static muster_installed *add_pack(muster_lock *lock, const char *name) {
  size_t place = 0;
  while (place < lock->count && strcmp(lock->packs[place].name, name) < 0) place++;
  muster_installed *packs = with_room(&lock->arena, lock->packs, lock->count, sizeof *packs, place);
  const char *copied = muster_arena_copy(&lock->arena, name, strlen(name));
  if (!packs || !copied) return NULL;
  packs[place] = (muster_installed){.name = copied};
  lock->packs = packs;
  lock->count++;
  return &packs[place];
}

muster_status muster_lock_put(muster_lock *lock, const char *name, const muster_kept *version, muster_error *err) {
  muster_installed *pack = muster_lock_find(lock, name);
  if (!pack) pack = add_pack(lock, name);
  if (!pack) return muster_fail_memory(err);
  muster_kept *kept = muster_installed_find(pack, version->version);
  if (!kept) {
    size_t place = 0;
    while (place < pack->version_count && compare_versions(pack->versions[place].version, version->version) < 0)
      place++;
    muster_kept *versions = with_room(&lock->arena, pack->versions, pack->version_count, sizeof *versions, place);
    if (!versions) return muster_fail_memory(err);
    pack->versions = versions;
    pack->version_count++;
    kept = &versions[place];
  }
  return copy_kept(&lock->arena, version, kept) ? MUSTER_OK : muster_fail_memory(err);
}

muster_status muster_lock_turn(muster_lock *lock, const char *name, const char *version, muster_error *err) {
  muster_installed *pack = muster_lock_find(lock, name);
  muster_kept *kept = pack ? muster_installed_find(pack, version) : NULL;
  if (!kept) return muster_fail(err, MUSTER_DEFECT, "%s %s is not in the lock file", name, version);
  if (pack->current && strcmp(pack->current, version) == 0) return MUSTER_OK;
  if (pack->current) {
    const char **before = with_room(&lock->arena, pack->before, pack->before_count, sizeof *before, pack->before_count);
    if (!before) return muster_fail_memory(err);
    before[pack->before_count++] = pack->current;
    pack->before = before;
  }
  pack->current = kept->version;
  return MUSTER_OK;
}

/* ---- requirements ---- */

static muster_status in_range(const char *needing, const muster_need *need, const char *found, muster_error *err) {
  muster_version_range range;
  muster_version version;
  MUSTER_TRY(muster_version_range_parse(muster_text_of(need->versions), &range, err));
  if (found && muster_version_parse(muster_text_of(found), &version, NULL) == MUSTER_OK &&
      muster_version_range_has(&range, &version))
    return MUSTER_OK;
  muster_fail(err, MUSTER_PACK, "%s needs %s %s", needing, need->pack, need->versions);
  if (found)
    muster_error_expected(err, "another version than %s", found);
  else
    muster_error_todo(err, "install %s first", need->pack);
  return MUSTER_PACK;
}

/* The range is a stranger's: what is wrong with it is wrong with the pack. */
static muster_status check_need(const char *needing, const muster_need *need, const char *found, muster_error *err) {
  muster_status status = in_range(needing, need, found, err);
  if (status == MUSTER_USAGE) {
    muster_error_wrap(err, "%s needs %s", needing, need->pack);
    if (err) err->status = MUSTER_PACK;
    return MUSTER_PACK;
  }
  return status;
}

muster_status muster_lock_fits(const muster_lock *lock, const char *name, const char *version, const muster_need *needs,
                               size_t n, muster_error *err) {
  for (size_t i = 0; i < n; i++) {
    const muster_installed *other = muster_lock_find(lock, needs[i].pack);
    MUSTER_TRY(check_need(name, &needs[i], other ? other->current : NULL, err));
  }
  for (size_t i = 0; i < lock->count; i++) {
    const muster_installed *other = &lock->packs[i];
    const muster_kept *kept = other->current ? muster_installed_find(other, other->current) : NULL;
    for (size_t k = 0; kept && strcmp(other->name, name) != 0 && k < kept->need_count; k++)
      if (strcmp(kept->needs[k].pack, name) == 0) MUSTER_TRY(check_need(other->name, &kept->needs[k], version, err));
  }
  return MUSTER_OK;
}

/* ---- reading ---- */

static muster_status damaged(const char *path, const char *what, muster_error *err) {
  muster_fail(err, MUSTER_PACK, "the lock file is damaged: %s", what);
  muster_error_where(err, "%s", path);
  muster_error_todo(err, "put back the copy that was kept with the school's other files, or install the packs again");
  return MUSTER_PACK;
}

static bool read_needs(json_t *object, muster_kept *kept, muster_arena *arena, muster_error *err) {
  size_t n = json_object_size(object);
  muster_need *needs = muster_arena_alloc(arena, (n + 1) * sizeof *needs);
  if (!needs) return muster_fail_memory(err) == MUSTER_OK;
  const char *name;
  json_t *range;
  json_object_foreach(object, name, range) {
    if (!json_is_string(range)) return false;
    needs[kept->need_count++] = (muster_need){name, json_string_value(range)};
  }
  kept->needs = needs;
  return true;
}

/* A path of the lock leads downwards, and a digest is one. */
static bool kept_ok(const muster_kept *k) {
  muster_version version;
  if (muster_version_parse(muster_text_of(k->version), &version, NULL) != MUSTER_OK) return false;
  if (k->overlay && (!muster_sums_path_ok(muster_text_of(k->overlay)) || !k->overlay_digest)) return false;
  return strlen(k->digest) == MUSTER_DIGEST_TEXT - 1;
}

static bool read_kept(const char *version, json_t *object, muster_lock *lock, const char *name, muster_error *err) {
  muster_kept kept = {.version = version, .key_id = ""};
  int by_flag = 0;
  json_t *overlay = NULL, *needs = NULL;
  if (json_unpack(object, "{s:s, s:s, s:s, s:b, s?o, s:o}", "sums", &kept.digest, "key", &kept.key_id, "signature",
                  &kept.signature, "allowed_by_flag", &by_flag, "overlay", &overlay, "requires", &needs) != 0)
    return false;
  kept.by_flag = by_flag;
  if (overlay && !json_is_null(overlay) &&
      json_unpack(overlay, "{s:s, s:s}", "file", &kept.overlay, "digest", &kept.overlay_digest) != 0)
    return false;
  return json_is_object(needs) && read_needs(needs, &kept, &lock->arena, err) && kept_ok(&kept) &&
         muster_lock_put(lock, name, &kept, err) == MUSTER_OK;
}

static bool read_pack(const char *name, json_t *object, muster_lock *lock, muster_error *err) {
  const char *current, *version;
  json_t *before, *versions, *item;
  size_t place;
  if (!muster_pack_name_ok(muster_text_of(name)) ||
      json_unpack(object, "{s:s, s:o, s:o}", "current", &current, "before", &before, "versions", &versions) != 0 ||
      !json_is_array(before) || !json_is_object(versions))
    return false;
  json_object_foreach(versions, version, item) if (!read_kept(version, item, lock, name, err)) return false;
  muster_installed *pack = muster_lock_find(lock, name);
  json_array_foreach(before, place, item) {
    const char *text = json_string_value(item);
    if (!pack || !text || !muster_installed_find(pack, text) || muster_lock_turn(lock, name, text, err) != MUSTER_OK)
      return false;
  }
  return pack && muster_installed_find(pack, current) && muster_lock_turn(lock, name, current, err) == MUSTER_OK;
}

static muster_status read_lock(json_t *root, const char *path, muster_lock *lock, muster_error *err) {
  int form;
  json_t *packs, *item;
  const char *name;
  if (json_unpack(root, "{s:i, s:o}", "muster_lock", &form, "packs", &packs) != 0 || !json_is_object(packs))
    return damaged(path, "it has not the fields it should have", err);
  if (form != LOCK_FORM) {
    muster_fail(err, MUSTER_PACK, "the lock file has the form %d", form);
    muster_error_where(err, "%s", path);
    muster_error_expected(err, "the form %d; it was written by a newer muster", LOCK_FORM);
    return MUSTER_PACK;
  }
  json_object_foreach(packs, name, item) {
    muster_error inner = {0};
    if (read_pack(name, item, lock, &inner)) continue;
    if (inner.status == MUSTER_MEMORY) return muster_fail_memory(err);
    return damaged(path, "what it says of a pack cannot be read", err);
  }
  return MUSTER_OK;
}

muster_status muster_lock_read(const char *packs, muster_lock *lock, muster_error *err) {
  *lock = (muster_lock){.count = 0};
  muster_arena arena = {0};
  const char *path = muster_path_join(&arena, packs, MUSTER_LOCK_FILE);
  muster_status status = path ? MUSTER_OK : muster_fail_memory(err);
  char *bytes = NULL;
  size_t n;
  if (path && muster_is_file(path)) {
    status = muster_file_read(path, MOST_LOCK, &bytes, &n, err);
    json_t *root = bytes ? json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (bytes) status = root ? read_lock(root, path, lock, err) : damaged(path, "it is no JSON", err);
    json_decref(root);
    muster_free(bytes);
  }
  muster_arena_free(&arena);
  if (status != MUSTER_OK) muster_lock_free(lock);
  return status;
}

/* ---- writing ---- */

static json_t *kept_json(const muster_kept *k) {
  json_t *needs = json_object();
  for (size_t i = 0; i < k->need_count; i++)
    json_object_set_new(needs, k->needs[i].pack, json_string(k->needs[i].versions));
  json_t *overlay = k->overlay ? json_pack("{s:s, s:s}", "file", k->overlay, "digest", k->overlay_digest) : json_null();
  return json_pack("{s:s, s:s, s:s, s:b, s:o, s:o}", "sums", k->digest, "key", k->key_id, "signature", k->signature,
                   "allowed_by_flag", (int)k->by_flag, "overlay", overlay, "requires", needs);
}

static json_t *pack_json(const muster_installed *pack) {
  json_t *before = json_array(), *versions = json_object();
  for (size_t i = 0; i < pack->before_count; i++) json_array_append_new(before, json_string(pack->before[i]));
  for (size_t i = 0; i < pack->version_count; i++)
    json_object_set_new(versions, pack->versions[i].version, kept_json(&pack->versions[i]));
  return json_pack("{s:s, s:o, s:o}", "current", pack->current, "before", before, "versions", versions);
}

static int add_bytes(const char *bytes, size_t n, void *out) {
  muster_buf_add(out, bytes, n);
  return ((muster_buf *)out)->failed ? -1 : 0;
}

muster_status muster_lock_write(const char *packs, const muster_lock *lock, muster_error *err) {
  json_t *list = json_object();
  bool good = list != NULL;
  for (size_t i = 0; good && i < lock->count; i++)
    good = json_object_set_new(list, lock->packs[i].name, pack_json(&lock->packs[i])) == 0;
  json_t *root = json_pack("{s:i, s:o}", "muster_lock", LOCK_FORM, "packs", list);
  muster_buf out;
  muster_buf_init(&out, MOST_LOCK);
  good = good && root && json_dump_callback(root, add_bytes, &out, JSON_INDENT(2) | JSON_SORT_KEYS) == 0;
  muster_buf_putc(&out, '\n');
  json_decref(root);
  muster_arena arena = {0};
  const char *path = muster_path_join(&arena, packs, MUSTER_LOCK_FILE);
  muster_status status =
      good && path && !out.failed ? muster_file_write(path, out.at, out.n, 0644, err) : muster_fail_memory(err);
  muster_arena_free(&arena);
  muster_buf_free(&out);
  return status;
}
