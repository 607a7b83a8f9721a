/* muster/script/limits.h - how much a script may use, and which interpreter runs it. */
#ifndef MUSTER_SCRIPT_LIMITS_H
#define MUSTER_SCRIPT_LIMITS_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** Each limit holds for one call of one function of a script (a rule asked about one subject), and for running one file
 * once; memory is that of one thread's interpreter.
 *
 * `instructions` counts instructions of the interpreter plus the work that library functions do on a script's behalf.
 * It decides the same way on every machine. `seconds` is a backstop for what instructions do not see. */
typedef struct muster_limits {
  uint64_t instructions;
  size_t memory; /* bytes */
  double seconds;
} muster_limits;

/** 1,000,000 instructions, 64 MiB, 5 seconds. */
muster_limits muster_limits_default(void);

/** The most bytes a file of a script may have. */
enum { MUSTER_SCRIPT_BYTES = 64 * 1024 };

/** Which Lua runs here, and what its self-test found, in one line for `--version`: "Lua 5.4.4 (compiler fault ...)".
 * Static text; the test runs once. */
const char *muster_script_version(void);

/** What is wrong with the compiler of the running Lua (found by the self-test, not by its number). */
typedef struct muster_script_faults {
  bool comparison_as_index; /* t[a < b] reads the wrong key; scripts that say so are refused */
  bool constant_after_many; /* 1 ~ (2 or 3) is wrong in a function of more than 256 constants; such functions are
                               refused */
} muster_script_faults;
muster_script_faults muster_script_self_test(void);

MUSTER_END_DECLS
#endif
