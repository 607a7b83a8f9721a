/* muster/script/functions.h - the functions of a pack's files as text: where they are, what they ask of subjects, which
 * parameters they read. For telling two versions of a pack apart; like muster/script/uses.h it reads tokens and runs
 * nothing. */
#ifndef MUSTER_SCRIPT_FUNCTIONS_H
#define MUSTER_SCRIPT_FUNCTIONS_H

#include "muster/script/pack.h"

MUSTER_BEGIN_DECLS

/** A function, or the code before the description. Lists are sorted by bytes, without doubles, and NULL-terminated. */
typedef struct muster_function {
  const char *name;              /* in words: "condition", "condition of visit", "success test", "code before it" */
  int first, last;               /* lines */
  const char *text;              /* those lines */
  const char *tokens;            /* the same for two texts that differ in blanks and comments only */
  const char *const *asks;       /* `count("absent", p.over)`, and attributes, as they are written */
  const char *const *parameters; /* NAME of p.NAME */
} muster_function;

typedef struct muster_functions {
  const muster_function *at; /* in the order of the file */
  size_t count;
  const char *const *requires; /* libraries, by name */
} muster_functions;

/** Reads a rule, a plan or a library, by its path within the pack. A library is one part.
 * @retval MUSTER_USAGE  the pack has no such file */
MUSTER_CHECK muster_status muster_pack_functions(const muster_pack *pack, const char *file, muster_arena *arena,
                                                 muster_functions *functions, muster_error *err);

MUSTER_END_DECLS
#endif
