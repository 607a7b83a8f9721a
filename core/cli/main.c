/* The program: words in, exit status out. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "help.h"
#include "terminal.h"
#include "words.h"

static int complain(muster_status status, const muster_error *err) {
  cli_complain(status, err);
  return muster_status_exit(status);
}

static int answer(muster_buf *out) {
  muster_error err = {0};
  muster_status status = cli_put(out->at ? out->at : "", out->n, &err);
  muster_buf_free(out);
  return status == MUSTER_OK ? 0 : complain(status, &err);
}

static bool is_help(const char *word) {
  return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

/* "muster pack --help", "muster help pack": all commands that begin with the word. */
static bool asks_for_family(int argc, char **argv) {
  return argc == 3 && ((is_help(argv[2]) && cli_is_family(argv[1])) || (is_help(argv[1]) && cli_is_family(argv[2])));
}

/* What was needed for loading goes back to the system when it is freed, rather than leaving holes among what stays: a
 * fixed line between small and large, which otherwise rises with the largest piece that was freed. */
static void keep_memory_whole(void) {
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  keep_memory_whole();
  muster_buf out;
  muster_buf_init(&out, 1 << 20);
  if (asks_for_family(argc, argv)) {
    cli_help_family(argv[is_help(argv[1]) ? 2 : 1], &out);
    return answer(&out);
  }
  if (argc < 2 || (is_help(argv[1]) && argc == 2)) {
    cli_help_all(&out);
    if (argc >= 2) return answer(&out);
    fwrite(out.at, 1, out.n, stderr);
    muster_buf_free(&out);
    return muster_status_exit(MUSTER_USAGE);
  }
  bool help = is_help(argv[1]);
  cli_call call = {0};
  muster_error err = {0};
  muster_status status = cli_read_words(&call, argc - 1 - help, argv + 1 + help, &err);
  if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0 || call.version) {
    cli_version(&out);
    return answer(&out);
  }
  if (call.command && (help || cli_flag(&call, "help"))) {
    cli_help_command(call.command, &out);
    return answer(&out);
  }
  if (status == MUSTER_OK) {
    call.timings = cli_flag(&call, "timings");
    call.progress = cli_progress();
    status = call.command->run(&call, &err);
    cli_progress_end();
    cli_stage(&call, NULL);
  }
  muster_buf_free(&out);
  return status == MUSTER_OK ? 0 : complain(status, &err);
}
