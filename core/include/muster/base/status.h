/* muster/base/status.h - what a call answers, and what it says when it fails.
 * Every function that can fail returns a muster_status and fills a caller-owned muster_error.
 * There is no "last error" and nothing here prints: only the cli room knows a terminal. */
#ifndef MUSTER_BASE_STATUS_H
#define MUSTER_BASE_STATUS_H

#include <stdarg.h>
#include <stddef.h>

/* What a public header declares between these is what libmuster shows; its rooms are compiled with all else hidden. */
#ifdef __cplusplus
#define MUSTER_BEGIN_DECLS \
  extern "C" {             \
  _Pragma("GCC visibility push(default)")
#define MUSTER_END_DECLS        \
  _Pragma("GCC visibility pop") \
  }
#else
#define MUSTER_BEGIN_DECLS _Pragma("GCC visibility push(default)")
#define MUSTER_END_DECLS _Pragma("GCC visibility pop")
#endif

#define MUSTER_CHECK __attribute__((warn_unused_result))
#define MUSTER_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

MUSTER_BEGIN_DECLS

/* name, exit status of the program, meaning */
#define MUSTER_STATUS_MAP(XX)                                   \
  XX(OK, 0, "done")                                             \
  XX(FAILED, 1, "a test or check failed")                       \
  XX(USAGE, 2, "the command line is wrong")                     \
  XX(DATA, 3, "the data is wrong")                              \
  XX(PACK, 4, "the pack is wrong, or broke its limits")         \
  XX(IO, 5, "the store or a file could not be read or written") \
  XX(MEMORY, 70, "out of memory")                               \
  XX(DEFECT, 70, "a defect in muster")

typedef enum muster_status {
#define XX(name, code, text) MUSTER_##name,
  MUSTER_STATUS_MAP(XX)
#undef XX
} muster_status;

/** Exit status of the program for `status`. */
int muster_status_exit(muster_status status);

/** One-line meaning of `status`; static text. */
const char *muster_status_text(muster_status status);

/** An error says what is wrong, where, what was expected and what to do.
 * Owned by the caller, needs no freeing; every part may be empty but `what`. Long parts are cut, never overrun. */
typedef struct muster_error {
  muster_status status;
  char what[384];
  char where[256];
  char expected[256];
  char todo[256];
} muster_error;

/** Sets the error to `status` with the text `what` and clears the other parts. `err` may be NULL.
 * @return `status`, so that a failing function can end in `return muster_fail(...)`. */
muster_status muster_fail(muster_error *err, muster_status status, const char *what, ...) MUSTER_PRINTF(3, 4);

/** Adds the place: "file:line: column", or pack, rule and line. Keeps a place that a deeper call has already named. */
void muster_error_where(muster_error *err, const char *where, ...) MUSTER_PRINTF(2, 3);

/** Adds what would have been right. */
void muster_error_expected(muster_error *err, const char *expected, ...) MUSTER_PRINTF(2, 3);

/** Adds what the reader can do about it. */
void muster_error_todo(muster_error *err, const char *todo, ...) MUSTER_PRINTF(2, 3);

/** Puts `what` before the text already there: "while reading marks.csv: ...". */
void muster_error_wrap(muster_error *err, const char *what, ...) MUSTER_PRINTF(2, 3);

/** The whole error in one sentence line, "where: what; expected ...; todo". Truncated to `size`, always terminated. */
void muster_error_format(const muster_error *err, char *out, size_t size);

/** Fails with the standard out-of-memory text, which needs no allocation. */
muster_status muster_fail_memory(muster_error *err);

#define MUSTER_TRY(expr)                            \
  do {                                              \
    muster_status try_status = (expr);              \
    if (try_status != MUSTER_OK) return try_status; \
  } while (0)

MUSTER_END_DECLS
#endif
