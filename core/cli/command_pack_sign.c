/* muster pack sign: sums over a pack, and a signature over the sums. */
#include <stdio.h>
#include <string.h>

#include "packs.h"
#include "password.h"
#include "terminal.h"

/* A signature vouches for the recorded backtest too. */
static muster_status check_record(const char *folder, const muster_pack *pack, muster_error *err) {
  muster_arena arena = {0};
  muster_tried tried;
  bool recorded;
  char verdicts[MUSTER_DIGEST_TEXT];
  MUSTER_TRY(muster_pack_verdicts(pack, verdicts, err));
  muster_status status = muster_tried_read(folder, &arena, &tried, &recorded, err);
  if (status == MUSTER_OK && recorded && strcmp(tried.rules, verdicts) != 0) {
    status = muster_fail(err, MUSTER_PACK, "%s was made with other rules than the pack has now", MUSTER_TRIED_FILE);
    muster_error_where(err, "%s", folder);
    muster_error_todo(err, "record it anew with muster backtest --record, or remove it");
  }
  muster_arena_free(&arena);
  return status;
}

static muster_status sign(const char *folder, const muster_pack *pack, const muster_secret_key *key,
                          muster_error *err) {
  const muster_manifest *m = muster_pack_manifest(pack);
  MUSTER_TRY(check_record(folder, pack, err));
  MUSTER_TRY(muster_provenance_sign(folder, m->name, m->version, key, err));
  char id[MUSTER_KEY_ID_TEXT], line[600];
  int n = snprintf(line, sizeof line, "signed %s %s with key %s: %s and %s\n", m->name, m->version,
                   muster_key_id_format(key->public_key.id, id), MUSTER_SUMS_FILE, MUSTER_SUMS_SIGNATURE);
  return cli_put(line, n > 0 ? (size_t)n : 0, err);
}

static muster_status run(cli_call *call, muster_error *err) {
  const char *folder = call->arguments[0], *path = cli_value(call, "key");
  if (!path) {
    muster_fail(err, MUSTER_USAGE, "pack sign: --key is missing");
    muster_error_expected(err, "--key FILE, a secret key made with: muster pack key FILE");
    return MUSTER_USAGE;
  }
  muster_pack *pack;
  MUSTER_TRY(muster_pack_load(folder, NULL, &pack, err)); /* what does not load is not signed */
  muster_secret_key key;
  muster_status status = muster_secret_key_read(path, cli_password, NULL, &key, err);
  if (status == MUSTER_OK) {
    status = sign(folder, pack, &key, err);
    muster_key_forget(&key);
  }
  muster_pack_free(pack);
  return status;
}

static const cli_option options[] = {{"key", "FILE", "secret key to sign with"}, CLI_HELP, CLI_END};

const cli_command cli_pack_sign = {
    .name = "pack sign",
    .arguments = "PACK --key FILE",
    .summary = "write a pack's sums and sign them",
    .details =
        "Writes pack.sums, the digest of every file of the pack as sha256sum writes them, and pack.sums.minisig, a "
        "signature of it. The same pack and key give the same bytes. Without muster, a pack is checked in its folder "
        "by\n  sha256sum -c pack.sums && minisign -V -m pack.sums -p KEY.pub\nA key that is encrypted is opened with "
        "$MUSTER_PASSWORD, else with a line of standard input.",
    .examples = "  muster pack sign my-pack --key school.key",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
