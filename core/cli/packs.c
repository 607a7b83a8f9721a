/* Packs: found, loaded, tailored, and asked what they need of the data and of each other. */
#include "packs.h"

#include <stdlib.h>
#include <string.h>

#include "isolated.h"
#include "shipped.h"
#include "terminal.h"

muster_status cli_limits(const cli_call *call, muster_limits *limits, muster_error *err) {
  *limits = muster_limits_default();
  int64_t n;
  MUSTER_TRY(
      cli_number(call, "limit-instructions", 1000, INT64_C(1000000000000), (int64_t)limits->instructions, &n, err));
  limits->instructions = (uint64_t)n;
  MUSTER_TRY(cli_number(call, "limit-memory", 1, 65536, (int64_t)(limits->memory >> 20), &n, err));
  limits->memory = (size_t)n << 20;
  const char *seconds = cli_value(call, "limit-time");
  if (seconds && (!muster_text_number(muster_text_of(seconds), &limits->seconds) || limits->seconds <= 0)) {
    muster_fail(err, MUSTER_USAGE, "--limit-time: '%s' cannot be used", seconds);
    muster_error_expected(err, "seconds, such as 2 or 0.5");
    return MUSTER_USAGE;
  }
  return MUSTER_OK;
}

const char *cli_packs_home(const cli_call *call) {
  const char *given = cli_value(call, "packs"), *usual = getenv("MUSTER_PACKS");
  return given ? given : usual && *usual ? usual : "packs";
}

/* ---- one pack ---- */

muster_status cli_pack_find_installed(const cli_call *call, const char *text, muster_opened *opened,
                                      muster_error *err) {
  MUSTER_TRY(muster_home_open(cli_packs_home(call), text, cli_flag(call, "allow-unsigned"), opened, err));
  if (opened->doubt) cli_note("%s %s: %s", opened->name, opened->version, opened->doubt);
  return MUSTER_OK;
}

/* An installed pack comes before one of its name that ships. */
static muster_status find_shipped(const cli_call *call, const char *text, muster_opened *opened, bool *found,
                                  muster_error *err) {
  *found = false;
  const char *folder = strchr(text, '@') ? NULL : cli_shipped_pack(text, &opened->arena);
  if (!folder) return MUSTER_OK;
  muster_lock lock;
  MUSTER_TRY(muster_lock_read(cli_packs_home(call), &lock, err));
  *found = !muster_lock_find(&lock, text);
  muster_lock_free(&lock);
  if (*found) opened->folder = folder;
  return MUSTER_OK;
}

muster_status cli_pack_find(const cli_call *call, const char *text, muster_opened *opened, muster_error *err) {
  *opened = (muster_opened){.folder = text};
  if (muster_is_folder(text) || !muster_home_names(text)) return MUSTER_OK; /* loading says what is wrong with it */
  bool shipped;
  muster_status status = find_shipped(call, text, opened, &shipped, err);
  if (status == MUSTER_OK && shipped) return MUSTER_OK;
  muster_opened_free(opened);
  return status == MUSTER_OK ? cli_pack_find_installed(call, text, opened, err) : status;
}

muster_status cli_pack_load(const muster_limits *limits, bool tailored, muster_opened *opened, muster_pack **pack,
                            muster_error *err) {
  muster_status status = muster_pack_load(opened->folder, limits, pack, err);
  if (status == MUSTER_OK && tailored && opened->overlay) status = muster_pack_overlay(*pack, opened->overlay, err);
  if (status == MUSTER_OK) return MUSTER_OK;
  muster_pack_free(*pack);
  *pack = NULL;
  muster_opened_free(opened);
  return status;
}

/* How packs are opened throughout one command. */
typedef struct opening {
  const cli_call *call;
  muster_limits limits;
  bool tailored;
  cli_packs *packs;
} opening;

static muster_status find(const cli_call *call, const char *text, bool required, muster_opened *opened,
                          muster_error *err) {
  if (call->isolation) return cli_isolated_find(call, text, required, opened, err);
  return required ? cli_pack_find_installed(call, text, opened, err) : cli_pack_find(call, text, opened, err);
}

/* A pack that is required is an installed one, never a folder that happens to have its name. */
static muster_status open_one(const opening *o, const char *text, bool required, muster_error *err) {
  cli_packs *packs = o->packs;
  if (packs->count == CLI_MOST_PACKS) return muster_fail(err, MUSTER_USAGE, "more than %d packs", CLI_MOST_PACKS);
  muster_pack **pack = &packs->packs[packs->count];
  muster_opened *opened = &packs->opened[packs->count];
  MUSTER_TRY(find(o->call, text, required, opened, err));
  MUSTER_TRY(cli_pack_load(&o->limits, o->tailored, opened, pack, err));
  packs->count++;
  const muster_manifest *manifest = muster_pack_manifest(*pack);
  for (size_t i = 0; i < manifest->code_count; i++) {
    if (packs->code_count == MUSTER_MOST_CODES)
      return muster_fail(err, MUSTER_PACK, "the packs have too many codes of their own");
    packs->codes[packs->code_count++] = manifest->codes[i];
  }
  return MUSTER_OK;
}

/* ---- what packs require ---- */

static const muster_manifest *named(const cli_packs *packs, const char *name) {
  for (size_t i = 0; i < packs->count; i++) {
    const muster_manifest *m = muster_pack_manifest(packs->packs[i]);
    if (strcmp(m->name, name) == 0) return m;
  }
  return NULL;
}

static muster_status require_one(const opening *o, const char *needing, const muster_requirement *need,
                                 muster_error *err) {
  cli_packs *packs = o->packs;
  const muster_manifest *found = named(packs, need->pack);
  muster_version_range range;
  muster_version version;
  if (muster_version_range_parse(muster_text_of(need->versions), &range, err) != MUSTER_OK) {
    muster_error_where(err, "%s: requires: %s", needing, need->pack);
    return MUSTER_PACK;
  }
  if (!found) {
    muster_status status = open_one(o, need->pack, true, err);
    if (status != MUSTER_OK) {
      muster_error_wrap(err, "%s requires %s %s", needing, need->pack, need->versions);
      if (status == MUSTER_IO) muster_error_todo(err, "install it, or name its folder with --also");
      return status == MUSTER_IO ? MUSTER_PACK : status;
    }
    found = muster_pack_manifest(packs->packs[packs->count - 1]);
    cli_note("with %s %s, which %s requires", found->name, found->version, needing);
  }
  if (muster_version_parse(muster_text_of(found->version), &version, NULL) == MUSTER_OK &&
      muster_version_range_has(&range, &version))
    return MUSTER_OK;
  muster_fail(err, MUSTER_PACK, "%s requires %s %s, and this is %s", needing, need->pack, need->versions,
              found->version);
  return MUSTER_PACK;
}

/* Required packs may require others in their turn, so the list grows while it is read. */
static muster_status open_required(const opening *o, muster_error *err) {
  for (size_t i = 0; i < o->packs->count; i++) {
    const muster_manifest *m = muster_pack_manifest(o->packs->packs[i]);
    for (size_t k = 0; k < m->requirement_count; k++) MUSTER_TRY(require_one(o, m->name, &m->requires[k], err));
  }
  return MUSTER_OK;
}

/* ---- all of them ---- */

/* A setting belongs to the pack that has the parameter. */
static muster_status set_one(cli_packs *packs, const char *setting, muster_error *err) {
  size_t n = strcspn(setting, "=");
  char name[256];
  if (n >= sizeof name) return muster_fail(err, MUSTER_USAGE, "--set: the name is too long");
  memcpy(name, setting, n);
  name[n] = '\0';
  for (size_t i = 0; i < packs->count; i++)
    if (muster_pack_param(packs->packs[i], name)) return muster_pack_set(packs->packs[i], setting, err);
  return muster_pack_set(packs->packs[0], setting, err); /* which says what is wrong with it */
}

static muster_status open_all(cli_call *call, const char *path, bool tailored, cli_packs *packs, muster_error *err) {
  *packs = (cli_packs){.count = 0};
  opening o = {.call = call, .tailored = tailored, .packs = packs};
  MUSTER_TRY(cli_limits(call, &o.limits, err));
  MUSTER_TRY(open_one(&o, path, false, err));
  for (size_t k = 0; cli_nth(call, "also", k); k++) MUSTER_TRY(open_one(&o, cli_nth(call, "also", k), false, err));
  for (size_t k = 0; cli_nth(call, "params", k); k++) /* for the packs that were named, not for what they require */
    for (size_t i = 0; i < packs->count; i++)
      MUSTER_TRY(muster_pack_overlay(packs->packs[i], cli_nth(call, "params", k), err));
  if (tailored) MUSTER_TRY(open_required(&o, err));
  for (size_t k = 0; cli_nth(call, "set", k); k++) MUSTER_TRY(set_one(packs, cli_nth(call, "set", k), err));
  return MUSTER_OK;
}

muster_status cli_packs_open(cli_call *call, const char *path, cli_packs *packs, muster_error *err) {
  return open_all(call, path, true, packs, err);
}

muster_status cli_packs_open_as_written(cli_call *call, const char *path, cli_packs *packs, muster_error *err) {
  return open_all(call, path, false, packs, err);
}

void cli_packs_close(cli_packs *packs) {
  for (size_t i = 0; i < packs->count; i++) {
    muster_pack_free(packs->packs[i]);
    muster_opened_free(&packs->opened[i]);
  }
  packs->count = 0;
}

const char *cli_pack_signature(const cli_packs *packs, size_t i) {
  return packs->opened[i].signature ? packs->opened[i].signature : "unsigned";
}
