/* Help, version, the manual page and completion, all from the table of commands. */
#ifndef MUSTER_CLI_HELP_H
#define MUSTER_CLI_HELP_H

#include "command.h"

void cli_help_all(muster_buf *out);
bool cli_is_family(const char *word); /* "pack": the first word of several commands */
void cli_help_family(const char *word, muster_buf *out);
void cli_help_command(const cli_command *command, muster_buf *out);
void cli_version(muster_buf *out);
void cli_manual(muster_buf *out);                        /* roff */
bool cli_completion(const char *shell, muster_buf *out); /* bash, zsh, fish */

#endif
