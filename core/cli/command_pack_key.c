/* muster pack key: a pair of keys to sign packs with. */
#include <string.h>
#include <unistd.h>

#include "muster/pack.h"
#include "password.h"
#include "terminal.h"

/* school.key -> school.pub; anything else gets .pub behind it. */
static const char *public_path(muster_arena *arena, const char *path) {
  size_t n = strlen(path), tail = strlen(".key");
  if (n > tail && strcmp(path + n - tail, ".key") == 0) n -= tail;
  return muster_arena_printf(arena, "%.*s.pub", (int)n, path);
}

static muster_status write_pair(const cli_call *call, const char *secret, const char *public_, muster_error *err) {
  const char *password = NULL;
  if (cli_flag(call, "password")) {
    password = cli_password(NULL);
    if (!password) {
      muster_fail(err, MUSTER_USAGE, "pack key: --password was given and there is no password");
      muster_error_expected(err, "one in the environment as MUSTER_PASSWORD, or a line of standard input");
      return MUSTER_USAGE;
    }
  }
  if (muster_is_file(public_)) { /* before a secret key is written that has no public half */
    muster_fail(err, MUSTER_IO, "is there already; a key is never overwritten");
    muster_error_where(err, "%s", public_);
    return MUSTER_IO;
  }
  muster_secret_key key;
  MUSTER_TRY(muster_key_make(&key, err));
  muster_status status = muster_secret_key_write(&key, secret, password, err);
  if (status == MUSTER_OK) {
    status = muster_public_key_write(&key.public_key, public_, err);
    if (status != MUSTER_OK) unlink(secret); /* it was written just now, and without its other half is of no use */
  }
  char id[MUSTER_KEY_ID_TEXT];
  muster_key_id_format(key.public_key.id, id);
  muster_key_forget(&key);
  MUSTER_TRY(status);
  muster_buf out;
  muster_buf_init(&out, 1 << 16);
  muster_buf_printf(&out, "secret key  %s  keep it to yourself: who has it can sign in your name\n", secret);
  muster_buf_printf(&out, "public key  %s  key %s; give it to those who use your packs\n", public_, id);
  status = out.failed ? muster_fail_memory(err) : cli_put(out.at, out.n, err);
  muster_buf_free(&out);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  muster_arena arena = {0};
  const char *public_ = public_path(&arena, call->arguments[0]);
  muster_status status = public_ ? write_pair(call, call->arguments[0], public_, err) : muster_fail_memory(err);
  muster_arena_free(&arena);
  return status;
}

static const cli_option options[] = {
    {"password", NULL, "encrypt the secret key with $MUSTER_PASSWORD, else with a line of standard input"},
    CLI_HELP,
    CLI_END};

const cli_command cli_pack_key = {
    .name = "pack key",
    .arguments = "FILE",
    .summary = "make a pair of keys to sign packs with",
    .details =
        "Writes a secret key to FILE and its public half beside it, with .pub in place of .key. Both are files of "
        "minisign, and minisign can use them. Nothing is ever overwritten.",
    .examples = "  muster pack key school.key\n  MUSTER_PASSWORD=... muster pack key school.key --password",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
