/* muster pack verify: who signed a pack, and was it changed since. Nothing of the pack is run. */
#include <string.h>

#include "packs.h"
#include "terminal.h"

static muster_status read_trust(const cli_call *call, muster_arena *arena, muster_trust *trust, muster_error *err) {
  const char *key = cli_value(call, "key");
  if (key) return muster_trust_read_key(key, trust, err);
  const char *trusted = muster_path_join(arena, cli_packs_home(call), "trusted");
  return trusted ? muster_trust_read(trusted, trust, err) : muster_fail_memory(err);
}

static muster_status say(const char *text, const muster_provenance *p, muster_error *err) {
  muster_buf out;
  muster_buf_init(&out, 1 << 20);
  char said[200];
  muster_buf_printf(&out, "%s: %s\n", text, muster_provenance_format(p, said, sizeof said));
  if (p->comment[0]) muster_buf_printf(&out, "  comment: %s\n", p->comment);
  for (size_t i = 0; i < p->differences.count; i++)
    muster_buf_printf(&out, "  %s %s\n", muster_difference_text(p->differences.list[i].kind),
                      p->differences.list[i].path);
  muster_status status = out.failed ? muster_fail_memory(err) : cli_put(out.at, out.n, err);
  muster_buf_free(&out);
  return status;
}

/* The folder of an installed pack, without asking whether it is good: that is what is to be found out. */
static const char *folder_of(const cli_call *call, const char *text, muster_arena *arena, muster_error *err) {
  if (muster_is_folder(text) || !muster_home_names(text)) return text;
  muster_opened opened;
  if (muster_home_open(cli_packs_home(call), text, true, &opened, err) != MUSTER_OK) return NULL;
  const char *folder = muster_arena_copy(arena, opened.folder, strlen(opened.folder));
  muster_opened_free(&opened);
  if (!folder) muster_fail_memory(err);
  return folder;
}

static muster_status verify(const cli_call *call, muster_arena *arena, muster_error *err) {
  muster_error failed = {0};
  const char *folder = folder_of(call, call->arguments[0], arena, &failed);
  if (!folder) return *err = failed, failed.status;
  muster_trust trust;
  MUSTER_TRY(read_trust(call, arena, &trust, err));
  muster_provenance p;
  muster_status status = muster_provenance_look(folder, &trust, &p, err);
  if (status == MUSTER_OK) {
    status = say(call->arguments[0], &p, err);
    if (status == MUSTER_OK) status = muster_provenance_require(&p, call->arguments[0], err);
    muster_provenance_free(&p);
  }
  muster_trust_free(&trust);
  return status;
}

static muster_status run(cli_call *call, muster_error *err) {
  muster_arena arena = {0};
  muster_status status = verify(call, &arena, err);
  muster_arena_free(&arena);
  return status;
}

static const cli_option options[] = {
    {"key", "PUB", "the one public key to trust (default: those in trusted/ of the packs)"},
    CLI_PACKS_OPTION,
    CLI_HELP,
    CLI_END};

const cli_command cli_pack_verify = {
    .name = "pack verify",
    .arguments = "PACK",
    .summary = "who signed a pack, and whether it was changed since",
    .details =
        "Compares every file with pack.sums and its signature with the trusted public keys. Nothing of the pack is "
        "run. Done (0) only when a trusted key signed exactly what is there.",
    .examples = "  muster pack verify my-pack --key school.pub\n  muster pack verify early-warning",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
