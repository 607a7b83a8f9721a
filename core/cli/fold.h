/* Text for people, folded to the width that every terminal has. */
#ifndef MUSTER_CLI_FOLD_H
#define MUSTER_CLI_FOLD_H

#include "command.h"

enum { CLI_FOLD_WIDTH = 80 };

/** Adds `text`, which begins at column `at` (0 = the margin), and an end of line. Where a line would pass the width it
 * is folded at a space, and goes on at column `hang`; a line of the text itself begins at the margin. A word longer
 * than the room is not broken. Columns are counted as bytes: help is ASCII. */
void cli_fold(muster_buf *out, const char *text, size_t at, size_t hang);

/** Adds lines of a shell; one that is too long goes on below behind a backslash, so that it can be copied as it is. */
void cli_fold_shell(muster_buf *out, const char *lines);

#endif
