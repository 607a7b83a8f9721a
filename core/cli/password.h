/* Passwords of secret keys: from the environment, from a terminal without echo, or from standard input. */
#ifndef MUSTER_CLI_PASSWORD_H
#define MUSTER_CLI_PASSWORD_H

/** MUSTER_PASSWORD of the environment, else a line of standard input, asked for when that is a terminal. NULL when
 * there is none. The text is overwritten by the next call. Fits muster_ask_password. */
const char *cli_password(void *context);

#endif
