/* Asking for a password. */
#include "password.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "muster/pack.h"

/* Shows what is typed, or not. */
static void set_echo(bool on) {
  struct termios terminal;
  if (tcgetattr(STDIN_FILENO, &terminal) != 0) return;
  if (on)
    terminal.c_lflag |= ECHO;
  else
    terminal.c_lflag &= ~(tcflag_t)ECHO;
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal);
}

const char *cli_password(void *context) {
  (void)context;
  static char line[MUSTER_KEY_MOST_PASSWORD + 2];
  const char *given = getenv("MUSTER_PASSWORD");
  if (given) return given;
  bool terminal = isatty(STDIN_FILENO);
  if (terminal) {
    fputs("password of the key: ", stderr);
    set_echo(false);
  }
  bool got = fgets(line, sizeof line, stdin) != NULL;
  if (terminal) {
    set_echo(true);
    fputc('\n', stderr);
  }
  if (!got) return NULL;
  line[strcspn(line, "\r\n")] = '\0';
  return line[0] ? line : NULL;
}
