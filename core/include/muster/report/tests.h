/* muster/report/tests.h - results of a pack's tests: for people, as TAP, as JUnit XML.
 * The results come as plain rows, so that this room need not know the interpreter. */
#ifndef MUSTER_REPORT_TESTS_H
#define MUSTER_REPORT_TESTS_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

typedef struct muster_tested_case {
  const char *file, *rule, *name, *difference; /* difference: lines; "" when it passed */
  int line;
  bool passed;
} muster_tested_case;

typedef struct muster_tested_rule {
  const char *rule;
  size_t cases;
  bool fires, silent;
  const char *const *no_boundary; /* NULL-terminated parameters */
} muster_tested_rule;

/** Lines for a person: every failure with its difference, then the sum. */
void muster_tests_human(const char *pack, const muster_tested_case *cases, size_t n, bool colour, muster_buf *out);

/** Test Anything Protocol, version 13. */
void muster_tests_tap(const muster_tested_case *cases, size_t n, muster_buf *out);

/** JUnit XML as continuous integration servers read it. */
void muster_tests_junit(const char *pack, const muster_tested_case *cases, size_t n, muster_buf *out);

/** What each rule lacks: a firing case, a case without a finding, a case at the edge of each numeric parameter.
 * @return how many rules lack something */
size_t muster_tests_coverage(const muster_tested_rule *rules, size_t n, muster_buf *out);

MUSTER_END_DECLS
#endif
