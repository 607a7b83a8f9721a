/* Installing: everything is made and checked in a folder beside, then put in place by a rename, and counts from the
 * moment the lock file says so. */
#include "muster/pack/install.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "walk.h"

#define WORK ".new-" /* begins the name of every folder that an install works in */

enum { MOST_OVERLAY = 1 << 20, OVERLAY_NAME = 16 };

typedef struct installing {
  const muster_install_options *options;
  muster_install_result *result;
  muster_arena arena;
  int busy;            /* descriptor that holds the packs folder */
  char *work, *copy;   /* PACKS/.new-XXXXXX, and the pack's copy in it */
  char *target;        /* PACKS/NAME/VERSION */
  const char *overlay; /* within the packs folder, or NULL */
  char overlay_digest[MUSTER_DIGEST_TEXT];
  muster_lock lock;
  muster_trust trust;
  muster_provenance provenance;
  muster_install_facts facts;
  bool in_place; /* the same content stands at the target already */
  bool placed;   /* the target is ours, and new */
} installing;

static void tell(const installing *in, const char *step) {
  if (in->options->tell) in->options->tell(in->options->tell_context, step);
}

static muster_status io_fail(const char *verb, const char *path, muster_error *err) {
  muster_fail(err, MUSTER_IO, "cannot %s: %s", verb, strerror(errno));
  muster_error_where(err, "%s", path);
  return MUSTER_IO;
}

/* ---- one at a time ---- */

/* The system lets go of the hold when the process ends, however it ends. */
static muster_status take_hold(const char *packs, muster_arena *arena, int *busy, muster_error *err) {
  MUSTER_TRY(muster_folder_make(packs, err));
  const char *path = muster_path_join(arena, packs, ".busy");
  if (!path) return muster_fail_memory(err);
  *busy = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (*busy < 0) return io_fail("write", path, err);
  struct flock hold = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fcntl(*busy, F_SETLK, &hold) == 0) return MUSTER_OK;
  muster_fail(err, MUSTER_IO, "another install is at work in the packs folder");
  muster_error_where(err, "%s", packs);
  muster_error_todo(err, "wait until it has ended, and try again");
  return MUSTER_IO;
}

static void let_go(int busy) {
  if (busy >= 0) close(busy);
}

static muster_status make_work(installing *in, muster_error *err) {
  in->work = muster_arena_printf(&in->arena, "%s/" WORK "XXXXXX", in->options->packs);
  if (!in->work) return muster_fail_memory(err);
  if (!mkdtemp(in->work)) {
    in->work = NULL;
    return io_fail("make a folder in", in->options->packs, err);
  }
  in->copy = muster_path_join(&in->arena, in->work, "pack");
  if (!in->copy) return muster_fail_memory(err);
  return muster_folder_make(in->copy, err);
}

/* ---- the copy, and whether it is what it should be ---- */

static muster_status copy_file(void *context, const char *path, const char *bytes, size_t n, muster_error *err) {
  const char *copy = context;
  char to[4096];
  int length = snprintf(to, sizeof to, "%s/%s", copy, path);
  if (length < 0 || (size_t)length >= sizeof to) return muster_fail(err, MUSTER_IO, "the path of a file is too long");
  char *slash = strrchr(to, '/');
  *slash = '\0';
  MUSTER_TRY(muster_folder_make(to, err));
  *slash = '/';
  return muster_file_write(to, bytes, n, 0644, err);
}

static muster_status check_signature(installing *in, muster_error *err) {
  const char *trusted = muster_path_join(&in->arena, in->options->packs, "trusted");
  if (!trusted) return muster_fail_memory(err);
  MUSTER_TRY(muster_trust_read(trusted, &in->trust, err));
  MUSTER_TRY(muster_provenance_look(in->copy, &in->trust, &in->provenance, err));
  const muster_provenance *p = &in->provenance;
  in->result->by_flag = p->vouched != MUSTER_VOUCHED;
  if (!in->options->allow_unsigned) MUSTER_TRY(muster_provenance_require(p, in->options->source, err));
  char text[200];
  muster_provenance_format(p, text, sizeof text);
  in->result->signature =
      muster_arena_printf(&in->result->arena, "%s%s", text, in->result->by_flag ? ", allowed by flag" : "");
  if (!in->result->signature) return muster_fail_memory(err);
  /* What is pinned is what is here, not what some sums say that do not fit. */
  bool sums_fit = p->has_sums && !p->differences.count && p->vouched != MUSTER_BAD_SIGNATURE;
  return sums_fit ? MUSTER_OK : muster_sums_write(in->copy, err);
}

static muster_status load(installing *in, muster_error *err) {
  const muster_install_checks *checks = &in->options->checks;
  MUSTER_TRY(checks->load(checks->context, in->copy, &in->facts, err));
  muster_version version;
  if (!muster_pack_name_ok(muster_text_of(in->facts.name))) {
    muster_fail(err, MUSTER_PACK, "a pack cannot be installed under the name '%.64s'", in->facts.name);
    muster_error_expected(err, "small letters, digits and \"-\", and not \"trusted\"");
    return MUSTER_PACK;
  }
  if (muster_version_parse(muster_text_of(in->facts.version), &version, err) != MUSTER_OK) {
    if (err) err->status = MUSTER_PACK;
    return MUSTER_PACK;
  }
  in->result->name = muster_arena_copy(&in->result->arena, in->facts.name, strlen(in->facts.name));
  in->result->version = muster_arena_copy(&in->result->arena, in->facts.version, strlen(in->facts.version));
  in->target = muster_arena_printf(&in->arena, "%s/%s/%s", in->options->packs, in->facts.name, in->facts.version);
  return in->result->name && in->result->version && in->target ? MUSTER_OK : muster_fail_memory(err);
}

/* A version is one content for ever: another content is another version. */
static muster_status check_version(installing *in, muster_error *err) {
  const muster_installed *pack = muster_lock_find(&in->lock, in->facts.name);
  if (!pack) return MUSTER_OK;
  in->result->before = muster_arena_copy(&in->result->arena, pack->current, strlen(pack->current));
  if (!in->result->before) return muster_fail_memory(err);
  const muster_kept *kept = muster_installed_find(pack, in->facts.version);
  if (!kept) return MUSTER_OK;
  if (strcmp(kept->digest, in->provenance.digest) != 0) {
    muster_fail(err, MUSTER_PACK, "%s %s is installed already, and this one of the same version is not the same",
                in->facts.name, in->facts.version);
    muster_error_where(err, "%s", in->options->source);
    muster_error_todo(err, "a changed pack needs a new version in its pack.lua");
    return MUSTER_PACK;
  }
  muster_provenance now;
  if (muster_provenance_look(in->target, &in->trust, &now, NULL) == MUSTER_OK) {
    in->in_place = strcmp(now.digest, kept->digest) == 0 && now.vouched == in->provenance.vouched;
    muster_provenance_free(&now);
  }
  return MUSTER_OK;
}

/* ---- the overlay ---- */

static const muster_kept *in_use(const installing *in) {
  const muster_installed *pack = muster_lock_find(&in->lock, in->facts.name);
  return pack ? muster_installed_find(pack, pack->current) : NULL;
}

static muster_status find_overlay(installing *in, const char **path, muster_error *err) {
  *path = in->options->overlay;
  const muster_kept *kept = in_use(in);
  if (*path || in->options->without_overlay || !kept || !kept->overlay) return MUSTER_OK;
  *path = muster_path_join(&in->arena, in->options->packs, kept->overlay);
  if (!*path) return muster_fail_memory(err);
  char digest[MUSTER_DIGEST_TEXT];
  MUSTER_TRY(muster_digest_file(*path, digest, err));
  if (strcmp(digest, kept->overlay_digest) == 0) return MUSTER_OK;
  muster_fail(err, MUSTER_PACK, "the overlay was changed after it was installed");
  muster_error_where(err, "%s", *path);
  muster_error_todo(err, "name the one to use with --params FILE, or use --no-params");
  return MUSTER_PACK;
}

/* Copies the overlay beside the pack's copy and asks whether it fits. */
static muster_status check_overlay(installing *in, muster_error *err) {
  const char *path;
  MUSTER_TRY(find_overlay(in, &path, err));
  if (!path) return MUSTER_OK;
  char *bytes;
  size_t n;
  MUSTER_TRY(muster_file_read(path, MOST_OVERLAY, &bytes, &n, err));
  muster_digest(bytes, n, in->overlay_digest);
  const char *copy = muster_path_join(&in->arena, in->work, "overlay.lua");
  muster_status status = copy ? muster_file_write(copy, bytes, n, 0644, err) : muster_fail_memory(err);
  muster_free(bytes);
  MUSTER_TRY(status);
  const muster_install_checks *checks = &in->options->checks;
  status = checks->overlay(checks->context, copy, err);
  if (status != MUSTER_OK) {
    muster_error_wrap(err, "the overlay %s does not fit %s %s", path, in->facts.name, in->facts.version);
    return status;
  }
  in->overlay =
      muster_arena_printf(&in->arena, "%s/overlays/%.*s.lua", in->facts.name, OVERLAY_NAME, in->overlay_digest);
  in->result->has_overlay = true;
  return in->overlay ? MUSTER_OK : muster_fail_memory(err);
}

/* ---- into place ---- */

static muster_status place_overlay(installing *in, muster_error *err) {
  if (!in->overlay) return MUSTER_OK;
  const char *from = muster_path_join(&in->arena, in->work, "overlay.lua");
  const char *folder = muster_arena_printf(&in->arena, "%s/%s/overlays", in->options->packs, in->facts.name);
  const char *to = muster_path_join(&in->arena, in->options->packs, in->overlay);
  if (!from || !folder || !to) return muster_fail_memory(err);
  MUSTER_TRY(muster_folder_make(folder, err));
  return rename(from, to) == 0 ? MUSTER_OK : io_fail("put the overlay at", to, err);
}

static muster_status place_pack(installing *in, muster_error *err) {
  const char *folder = muster_path_join(&in->arena, in->options->packs, in->facts.name);
  const char *aside = muster_path_join(&in->arena, in->work, "aside");
  if (!folder || !aside) return muster_fail_memory(err);
  MUSTER_TRY(muster_folder_make(folder, err));
  if (in->in_place) return MUSTER_OK;
  /* What stands there is a left-over that the lock does not name, or was changed since it was installed. */
  if (rename(in->target, aside) != 0 && errno != ENOENT) return io_fail("move away", in->target, err);
  if (rename(in->copy, in->target) != 0) {
    muster_status failed = io_fail("put the pack at", in->target, err);
    rename(aside, in->target); /* if something stood there */
    return failed;
  }
  const muster_installed *pack = muster_lock_find(&in->lock, in->facts.name);
  in->placed = !pack || !muster_installed_find(pack, in->facts.version);
  return MUSTER_OK;
}

static muster_status write_lock(installing *in, muster_error *err) {
  muster_kept kept = {.version = in->facts.version,
                      .digest = in->provenance.digest,
                      .key_id = in->provenance.key_id,
                      .signature = in->result->signature,
                      .by_flag = in->result->by_flag,
                      .overlay = in->overlay,
                      .overlay_digest = in->overlay_digest,
                      .needs = in->facts.needs,
                      .need_count = in->facts.need_count};
  MUSTER_TRY(muster_lock_put(&in->lock, in->facts.name, &kept, err));
  MUSTER_TRY(muster_lock_turn(&in->lock, in->facts.name, in->facts.version, err));
  return muster_lock_write(in->options->packs, &in->lock, err);
}

/* A place in the copy is a place in the source, which the reader knows. */
static void name_source(const installing *in, muster_error *err) {
  size_t n = in->copy ? strlen(in->copy) : 0;
  if (!n || !err || strncmp(err->where, in->copy, n) != 0) return;
  char rest[sizeof err->where];
  snprintf(rest, sizeof rest, "%s", err->where + n);
  snprintf(err->where, sizeof err->where, "%s%s", in->options->source, rest);
}

static muster_status install(installing *in, muster_error *err) {
  const muster_install_options *o = in->options;
  MUSTER_TRY(take_hold(o->packs, &in->arena, &in->busy, err));
  walk_remove_begun(o->packs, WORK); /* what killed installs left: nobody else is at work */
  MUSTER_TRY(muster_lock_read(o->packs, &in->lock, err));
  tell(in, "copying");
  MUSTER_TRY(make_work(in, err));
  MUSTER_TRY(walk_folder(o->source, true, copy_file, in->copy, err));
  tell(in, "checking the signature");
  MUSTER_TRY(check_signature(in, err));
  tell(in, "loading");
  MUSTER_TRY(load(in, err));
  MUSTER_TRY(check_version(in, err));
  tell(in, "checking what it needs");
  MUSTER_TRY(
      muster_lock_fits(&in->lock, in->facts.name, in->facts.version, in->facts.needs, in->facts.need_count, err));
  tell(in, "testing");
  MUSTER_TRY(o->checks.test(o->checks.context, err));
  tell(in, "checking the overlay");
  MUSTER_TRY(check_overlay(in, err));
  tell(in, "putting it in place");
  MUSTER_TRY(place_overlay(in, err));
  MUSTER_TRY(place_pack(in, err));
  tell(in, "writing the lock file");
  return write_lock(in, err);
}

muster_status muster_pack_install(const muster_install_options *options, muster_install_result *result,
                                  muster_error *err) {
  *result = (muster_install_result){.name = NULL};
  installing in = {.options = options, .result = result, .busy = -1};
  muster_status status = install(&in, err);
  if (status != MUSTER_OK) name_source(&in, err);
  if (status != MUSTER_OK && in.placed) walk_remove(in.target);
  if (in.work) walk_remove(in.work);
  muster_provenance_free(&in.provenance);
  muster_trust_free(&in.trust);
  muster_lock_free(&in.lock);
  let_go(in.busy);
  muster_arena_free(&in.arena);
  if (status != MUSTER_OK) muster_install_free(result);
  return status;
}

void muster_install_free(muster_install_result *result) {
  muster_arena_free(&result->arena);
  *result = (muster_install_result){.name = NULL};
}

/* ---- going back ---- */

static muster_status go_back(const char *packs, const char *name, muster_lock *lock, muster_install_result *result,
                             muster_error *err) {
  muster_installed *pack = muster_lock_find(lock, name);
  if (!pack || !pack->before_count) {
    muster_fail(err, MUSTER_IO, pack ? "%s has had no version before this one" : "%s is not installed", name);
    muster_error_where(err, "%s", packs);
    muster_error_todo(err, "see what is installed with: muster pack list");
    return MUSTER_IO;
  }
  muster_arena *a = &result->arena;
  const char *version = pack->before[pack->before_count - 1];
  const muster_kept *kept = muster_installed_find(pack, version);
  MUSTER_TRY(muster_lock_fits(lock, name, version, kept->needs, kept->need_count, err));
  const char *text = muster_arena_printf(a, "%s@%s", name, version);
  if (!text) return muster_fail_memory(err);
  muster_opened opened;
  MUSTER_TRY(muster_home_open(packs, text, false, &opened, err));
  muster_opened_free(&opened);
  result->name = muster_arena_copy(a, name, strlen(name));
  result->version = muster_arena_copy(a, version, strlen(version));
  result->signature = muster_arena_copy(a, kept->signature, strlen(kept->signature));
  result->before = muster_arena_copy(a, pack->current, strlen(pack->current));
  result->by_flag = kept->by_flag;
  result->has_overlay = kept->overlay != NULL;
  if (!result->name || !result->version || !result->signature || !result->before) return muster_fail_memory(err);
  pack->current = kept->version;
  pack->before_count--;
  return muster_lock_write(packs, lock, err);
}

muster_status muster_pack_rollback(const char *packs, const char *name, muster_install_result *result,
                                   muster_error *err) {
  *result = (muster_install_result){.name = NULL};
  muster_arena arena = {0};
  muster_lock lock = {.count = 0};
  int busy = -1;
  muster_status status = take_hold(packs, &arena, &busy, err);
  if (status == MUSTER_OK) status = muster_lock_read(packs, &lock, err);
  if (status == MUSTER_OK) status = go_back(packs, name, &lock, result, err);
  muster_lock_free(&lock);
  let_go(busy);
  muster_arena_free(&arena);
  if (status != MUSTER_OK) muster_install_free(result);
  return status;
}
