/* Words of the command line into a call. */
#ifndef MUSTER_CLI_WORDS_H
#define MUSTER_CLI_WORDS_H

#include "command.h"

/** Reads the words after the program's name (argc >= 1). @retval MUSTER_USAGE  what is wrong, and the nearest right
 * word */
muster_status cli_read_words(cli_call *call, int argc, char **argv, muster_error *err);

#endif
