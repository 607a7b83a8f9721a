/* Finding an installed pack, and holding it against the lock file once more. */
#include "muster/pack/home.h"

#include <stdio.h>
#include <string.h>

bool muster_home_names(const char *text) {
  const char *sign = strchr(text, '@');
  muster_text name = {text, sign ? (size_t)(sign - text) : strlen(text)};
  muster_version version;
  return muster_pack_name_ok(name) &&
         (!sign || muster_version_parse(muster_text_of(sign + 1), &version, NULL) == MUSTER_OK);
}

void muster_opened_free(muster_opened *opened) {
  muster_arena_free(&opened->arena);
  *opened = (muster_opened){.folder = NULL};
}

static muster_status unknown_pack(const muster_lock *lock, const char *packs, const char *name, muster_error *err) {
  const char *names[64];
  size_t n = 0;
  for (; n < lock->count && n < 63; n++) names[n] = lock->packs[n].name;
  names[n] = NULL;
  muster_fail(err, MUSTER_IO, "there is no folder and no installed pack of the name %s", name);
  muster_error_where(err, "%s", packs);
  const char *near = muster_nearest(name, names);
  if (near)
    muster_error_todo(err, "did you mean %s?", near);
  else
    muster_error_todo(err, "see what is installed with: muster pack list; another place is named by --packs DIR");
  return MUSTER_IO;
}

static muster_status unknown_version(const muster_installed *pack, const char *version, muster_error *err) {
  char list[200] = "";
  for (size_t i = 0; i < pack->version_count; i++) {
    size_t used = strlen(list);
    snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", pack->versions[i].version);
  }
  muster_fail(err, MUSTER_IO, "%s %s is not installed", pack->name, version);
  muster_error_expected(err, "one of %s", list);
  return MUSTER_IO;
}

static muster_status find(const muster_lock *lock, const char *packs, const char *text, muster_opened *opened,
                          const muster_kept **kept, muster_error *err) {
  const char *sign = strchr(text, '@');
  opened->name = muster_arena_copy(&opened->arena, text, sign ? (size_t)(sign - text) : strlen(text));
  if (!opened->name) return muster_fail_memory(err);
  const muster_installed *pack = muster_lock_find(lock, opened->name);
  if (!pack) return unknown_pack(lock, packs, opened->name, err);
  *kept = muster_installed_find(pack, sign ? sign + 1 : pack->current);
  if (!*kept) return unknown_version(pack, sign + 1, err);
  muster_arena *a = &opened->arena;
  opened->version = muster_arena_copy(a, (*kept)->version, strlen((*kept)->version));
  opened->folder = muster_arena_printf(a, "%s/%s/%s", packs, opened->name, (*kept)->version);
  if ((*kept)->overlay) {
    opened->overlay = muster_arena_printf(a, "%s/%s", packs, (*kept)->overlay);
    if (!opened->overlay) return muster_fail_memory(err);
  }
  return opened->version && opened->folder ? MUSTER_OK : muster_fail_memory(err);
}

/* Something is not as it should be: an error, or a doubt when the user said that it may be so. */
static muster_status doubt(muster_opened *opened, bool allow, const char *what, const char *todo, muster_error *err) {
  if (!allow) {
    muster_fail(err, MUSTER_PACK, "%s", what);
    muster_error_where(err, "%s %s", opened->name, opened->version);
    muster_error_todo(err, "%s", todo);
    return MUSTER_PACK;
  }
  opened->doubt = muster_arena_printf(&opened->arena, "%s%s%s", opened->doubt ? opened->doubt : "",
                                      opened->doubt ? "; " : "", what);
  return opened->doubt ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status check_overlay(const muster_kept *kept, bool allow, muster_opened *opened, muster_error *err) {
  char digest[MUSTER_DIGEST_TEXT] = "";
  if (muster_is_file(opened->overlay)) MUSTER_TRY(muster_digest_file(opened->overlay, digest, err));
  if (strcmp(digest, kept->overlay_digest) == 0) return MUSTER_OK;
  if (!digest[0]) {
    muster_fail(err, MUSTER_IO, "the overlay it was installed with is no longer there");
    muster_error_where(err, "%s", opened->overlay);
    muster_error_todo(err, "install the pack again, with --params FILE or --no-params");
    return MUSTER_IO;
  }
  return doubt(opened, allow, "the overlay was changed after it was installed",
               "install the pack again with --params FILE, or use --allow-unsigned", err);
}

static muster_status judge(const muster_kept *kept, const muster_provenance *p, bool allow, muster_opened *opened,
                           muster_error *err) {
  char text[200], what[400], list[160];
  bool same = strcmp(p->digest, kept->digest) == 0;
  const char *by_flag = "";
  if (!same) {
    snprintf(what, sizeof what, "the pack was changed after it was installed%s%s", p->differences.count ? ": " : "",
             muster_differences_format(&p->differences, list, sizeof list));
    MUSTER_TRY(doubt(opened, allow, what, "install it again, or use --allow-unsigned", err));
    by_flag = ", allowed by flag";
  } else if (p->vouched != MUSTER_VOUCHED && kept->by_flag) {
    snprintf(what, sizeof what, "nobody trusted vouches for the pack (%s); it was installed with --allow-unsigned",
             muster_provenance_format(p, text, sizeof text));
    MUSTER_TRY(doubt(opened, true, what, "", err));
    by_flag = ", allowed by flag";
  } else if (p->vouched != MUSTER_VOUCHED) {
    snprintf(what, sizeof what, "nobody trusted vouches for the pack any more: %s",
             muster_provenance_format(p, text, sizeof text));
    MUSTER_TRY(doubt(opened, allow, what, "put the author's key back into trusted/, or use --allow-unsigned", err));
    by_flag = ", allowed by flag";
  }
  if (same)
    muster_provenance_format(p, text, sizeof text);
  else
    snprintf(text, sizeof text, "changed since it was installed");
  opened->signature = muster_arena_printf(&opened->arena, "%s%s", text, by_flag);
  return opened->signature ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status open_pack(const char *packs, const char *text, bool allow, muster_opened *opened,
                               muster_error *err) {
  muster_lock lock;
  MUSTER_TRY(muster_lock_read(packs, &lock, err));
  muster_trust trust = {.count = 0};
  muster_provenance provenance = {.vouched = MUSTER_UNSIGNED};
  const muster_kept *kept = NULL;
  muster_status status = find(&lock, packs, text, opened, &kept, err);
  const char *trusted = muster_path_join(&opened->arena, packs, "trusted");
  if (status == MUSTER_OK && !trusted) status = muster_fail_memory(err);
  if (status == MUSTER_OK) status = muster_trust_read(trusted, &trust, err);
  if (status == MUSTER_OK) status = muster_provenance_look(opened->folder, &trust, &provenance, err);
  if (status == MUSTER_OK) status = judge(kept, &provenance, allow, opened, err);
  if (status == MUSTER_OK && opened->overlay) status = check_overlay(kept, allow, opened, err);
  muster_provenance_free(&provenance);
  muster_trust_free(&trust);
  muster_lock_free(&lock);
  return status;
}

muster_status muster_home_open(const char *packs, const char *text, bool allow, muster_opened *opened,
                               muster_error *err) {
  *opened = (muster_opened){.folder = NULL};
  muster_status status = open_pack(packs, text, allow, opened, err);
  if (status != MUSTER_OK) muster_opened_free(opened);
  return status;
}
