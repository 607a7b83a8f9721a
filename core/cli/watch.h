/* Waiting until somebody saves a file, or asks to stop. */
#ifndef MUSTER_CLI_WATCH_H
#define MUSTER_CLI_WATCH_H

#include <signal.h>

#include "command.h"

enum { CLI_MOST_WATCHED = 128 };

/** What is watched, and the way back from it. */
typedef struct cli_watch {
  int fd;
  struct {
    int folder;       /* as the system numbers it */
    const char *name; /* of the one file in it that matters; NULL = every Lua file */
  } at[CLI_MOST_WATCHED];
  size_t count;
  sigset_t before;
} cli_watch;

/** From here on Ctrl-C is taken note of, and ends the next wait. Close with cli_watch_close.
 * @retval MUSTER_IO  this system cannot watch files */
muster_status cli_watch_open(cli_watch *watch, muster_error *err);
void cli_watch_close(cli_watch *watch);

/** Also watches a folder's Lua files, or one file; what is watched already is fine, and what is not there is passed
 * over. Saving by renaming another file over it counts. `path` must live as long as the watch. */
void cli_watch_folder(cli_watch *watch, const char *path);
void cli_watch_file(cli_watch *watch, const char *path);

/** Waits for a change, and then until nothing has changed for 20 ms, or for 50 ms where it was not the only one. False:
 * to be stopped. */
bool cli_watch_wait(cli_watch *watch);

/** Has something changed since, or does within 50 ms: what was read may have been saved half. Then waits for it to end.
 */
bool cli_watch_goes_on(cli_watch *watch);

#endif
