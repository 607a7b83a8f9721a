/* Packs: loaded, tailored, and asked what they need of the data. */
#include "packs.h"

#include <string.h>

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

static muster_status open_one(const char *path, const muster_limits *limits, cli_packs *packs, muster_error *err) {
  if (packs->count == CLI_MOST_PACKS) return muster_fail(err, MUSTER_USAGE, "more than %d packs", CLI_MOST_PACKS);
  MUSTER_TRY(muster_pack_load(path, limits, &packs->packs[packs->count], err));
  const muster_manifest *manifest = muster_pack_manifest(packs->packs[packs->count++]);
  for (size_t i = 0; i < manifest->code_count; i++) {
    if (packs->code_count == MUSTER_MOST_CODES)
      return muster_fail(err, MUSTER_PACK, "the packs have too many codes of their own");
    packs->codes[packs->code_count++] = manifest->codes[i];
  }
  return MUSTER_OK;
}

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

muster_status cli_packs_open(cli_call *call, const char *path, cli_packs *packs, muster_error *err) {
  *packs = (cli_packs){.count = 0};
  muster_limits limits;
  MUSTER_TRY(cli_limits(call, &limits, err));
  MUSTER_TRY(open_one(path, &limits, packs, err));
  for (size_t k = 0; cli_nth(call, "also", k); k++) MUSTER_TRY(open_one(cli_nth(call, "also", k), &limits, packs, err));
  for (size_t k = 0; cli_nth(call, "params", k); k++)
    for (size_t i = 0; i < packs->count; i++)
      MUSTER_TRY(muster_pack_overlay(packs->packs[i], cli_nth(call, "params", k), err));
  for (size_t k = 0; cli_nth(call, "set", k); k++) MUSTER_TRY(set_one(packs, cli_nth(call, "set", k), err));
  return MUSTER_OK;
}

void cli_packs_close(cli_packs *packs) {
  for (size_t i = 0; i < packs->count; i++) muster_pack_free(packs->packs[i]);
  packs->count = 0;
}

const char *cli_pack_signature(const muster_pack *pack) {
  (void)pack;
  return "unsigned";
}
