/* Folding of help texts. */
#include "fold.h"

#include <string.h>

static void spaces(muster_buf *out, size_t n) {
  while (n--) muster_buf_putc(out, ' ');
}

/* How much of a line of `n` bytes fits into `room`, ending before a space: all of it, or at least its first word. */
static size_t that_fits(const char *line, size_t n, size_t room) {
  if (n <= room) return n;
  size_t indent = strspn(line, " "), fits = room;
  while (fits > indent && line[fits] != ' ') fits--;
  if (fits > indent) return fits;
  for (fits = indent; fits < n && line[fits] != ' ';) fits++;
  return fits;
}

void cli_fold(muster_buf *out, const char *text, size_t at, size_t hang) {
  for (;;) {
    size_t n = strcspn(text, "\n");
    while (n) {
      size_t fits = that_fits(text, n, at < CLI_FOLD_WIDTH ? CLI_FOLD_WIDTH - at : 0);
      muster_buf_add(out, text, fits);
      text += fits, n -= fits;
      while (n && *text == ' ') text++, n--;
      if (!n) break;
      muster_buf_putc(out, '\n');
      spaces(out, hang);
      at = hang;
    }
    muster_buf_putc(out, '\n');
    if (!*text) return;
    text++, at = 0;
  }
}

/* Where a line of a shell is best broken: before the last option that leaves room for a backslash, else a space. */
static size_t shell_break(const char *line, size_t n, size_t room) {
  size_t indent = strspn(line, " "), space = 0;
  for (size_t i = room; i > indent; i--) {
    if (line[i] != ' ') continue;
    if (i + 2 < n && line[i + 1] == '-' && line[i + 2] == '-') return i;
    if (!space) space = i;
  }
  return space ? space : n;
}

void cli_fold_shell(muster_buf *out, const char *lines) {
  enum { FURTHER = 6, BACKSLASH = 2 };
  for (;;) {
    size_t n = strcspn(lines, "\n"), at = 0;
    while (n > CLI_FOLD_WIDTH - at) {
      size_t fits = shell_break(lines, n, CLI_FOLD_WIDTH - BACKSLASH - at);
      if (fits == n) break;
      muster_buf_add(out, lines, fits);
      muster_buf_puts(out, " \\\n");
      spaces(out, FURTHER);
      lines += fits + 1, n -= fits + 1, at = FURTHER;
    }
    muster_buf_add(out, lines, n);
    muster_buf_putc(out, '\n');
    lines += n;
    if (!*lines) return;
    lines++;
  }
}
