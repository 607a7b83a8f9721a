/* Errors: filled where the knowledge is, wrapped upward with context, printed by nobody here. */
#include "muster/base/status.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/text.h"

int muster_status_exit(muster_status status) {
  static const int codes[] = {
#define XX(name, code, text) code,
      MUSTER_STATUS_MAP(XX)
#undef XX
  };
  return (size_t)status < sizeof codes / sizeof *codes ? codes[status] : 70;
}

const char *muster_status_text(muster_status status) {
  static const char *const texts[] = {
#define XX(name, code, text) text,
      MUSTER_STATUS_MAP(XX)
#undef XX
  };
  return (size_t)status < sizeof texts / sizeof *texts ? texts[status] : "unknown status";
}

muster_status muster_fail(muster_error *err, muster_status status, const char *what, ...) {
  if (!err) return status;
  memset(err, 0, sizeof *err);
  err->status = status;
  va_list args;
  va_start(args, what);
  vsnprintf(err->what, sizeof err->what, what, args);
  va_end(args);
  return status;
}

muster_status muster_fail_memory(muster_error *err) { return muster_fail(err, MUSTER_MEMORY, "out of memory"); }

#define FILL(field)                                        \
  do {                                                     \
    va_list args;                                          \
    va_start(args, field);                                 \
    vsnprintf(err->field, sizeof err->field, field, args); \
    va_end(args);                                          \
  } while (0)

void muster_error_where(muster_error *err, const char *where, ...) {
  if (err && !err->where[0]) FILL(where);
}

void muster_error_expected(muster_error *err, const char *expected, ...) {
  if (err) FILL(expected);
}

void muster_error_todo(muster_error *err, const char *todo, ...) {
  if (err) FILL(todo);
}

void muster_error_wrap(muster_error *err, const char *what, ...) {
  if (!err) return;
  char before[sizeof err->what], deeper[sizeof err->what];
  memcpy(deeper, err->what, sizeof deeper);
  va_list args;
  va_start(args, what);
  vsnprintf(before, sizeof before, what, args);
  va_end(args);
  int n = snprintf(err->what, sizeof err->what, "%s: ", before);
  if (n > 0 && (size_t)n < sizeof err->what) snprintf(err->what + n, sizeof err->what - (size_t)n, "%s", deeper);
}

void muster_error_format(const muster_error *err, char *out, size_t size) {
  if (!size) return;
  snprintf(out, size, "%s%s%s%s%s%s%s", err->where, err->where[0] ? ": " : "", err->what,
           err->expected[0] ? "; expected " : "", err->expected, err->todo[0] ? "; " : "", err->todo);
  muster_text_tame(out); /* what it quotes came from files and scripts */
}
