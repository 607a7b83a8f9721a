/* muster/script/tests.h - a pack's own tests: typed marks in, findings compared, coverage.
 * Every case builds a register from its marks and runs the engine over it, twice, in interpreters with different hash
 * seeds; the two answers must be the same bytes. */
#ifndef MUSTER_SCRIPT_TESTS_H
#define MUSTER_SCRIPT_TESTS_H

#include "muster/script/pack.h"

MUSTER_BEGIN_DECLS

typedef struct muster_case {
  const char *file; /* within the pack */
  int line;
  const char *rule; /* that it tests, without the pack */
  const char *name;
  bool passed;
  const char
      *difference; /* lines of what differs, with the register and the offending session marked; "" when passed */
  size_t findings; /* of the rule */
} muster_case;

/** What the cases of a rule show of it. */
typedef struct muster_coverage {
  const char *rule;
  size_t cases;
  bool fires, silent; /* a case with a finding, a case without */
  const char *const
      *no_boundary; /* NULL-terminated: numeric parameters with no case whose outcome changes when the parameter moves
                       by one step (1 for an integer, 0.01 for a rate, a hundredth of its default for a number) */
  const char
      *unshown; /* a rule that it inhibits, none of whose cases would find something else without this one; or NULL */
} muster_coverage;

typedef struct muster_test_options {
  const muster_limits *limits; /* NULL = the default */
  bool coverage;               /* fill `coverage`; costs two more runs a case and numeric parameter */
  const char *rule;            /* only the cases of this rule; NULL = all */
} muster_test_options;

typedef struct muster_test_results {
  muster_case *cases; /* by file, then as written */
  size_t case_count, failed;
  muster_coverage *coverage; /* one a rule of the pack */
  size_t coverage_count, uncovered;
  muster_arena arena;
} muster_test_results;

/** Runs a pack's tests. A failing case is a result, not an error.
 * @retval MUSTER_FAILED  there was nothing to run
 * @retval MUSTER_PACK    the pack or a test file is wrong, or a rule broke its limits */
MUSTER_CHECK muster_status muster_pack_test(muster_pack *pack, const muster_test_options *options,
                                            muster_test_results *results, muster_error *err);
void muster_test_results_free(muster_test_results *results);

/** Marks as people type them, as tests have them: `X*5` repeats a mark, `(...)*5` a group, `{C2}` is one mark of two
 * characters,
 * `-` is no mark, blanks are ignored. Each session of school days from the first on takes one mark. */
typedef struct muster_typed_mark {
  char code[8]; /* "" = no mark */
} muster_typed_mark;

/** Reads such text; at most `most` marks. @retval MUSTER_PACK  where it cannot be read, and why */
MUSTER_CHECK muster_status muster_marks_parse(muster_text text, muster_typed_mark *marks, size_t most, size_t *n,
                                              muster_error *err);

MUSTER_END_DECLS
#endif
