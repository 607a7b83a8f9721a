/* Cases of a pack's tests: as written, as a register, as findings, and what differs. */
#ifndef SCRIPT_CASES_H
#define SCRIPT_CASES_H

#include "muster/script/tests.h"
#include "pack_private.h"

enum { CASE_MARKS = 400 * 2 }; /* sessions of a register in a test, and then some */

typedef struct case_value {
  const char *name, *value; /* an attribute as data has it */
} case_value;

typedef struct case_values {
  case_value *at;
  size_t n;
} case_values;

typedef struct case_pupil {
  const char *id, *school, *marks; /* marks may be NULL */
  muster_date start, finish;       /* on roll */
  muster_date from;                /* day of the first mark; MUSTER_NO_DATE = first of the calendar */
  case_values attributes;
} case_pupil;

typedef struct case_school {
  const char *id;
  case_values attributes;
} case_school;

typedef struct case_stretch {
  muster_date first, last;
} case_stretch;

typedef struct case_half_term {
  int number;
  case_stretch stretch;
} case_half_term;

typedef struct case_calendar {
  muster_date from, to; /* MUSTER_NO_DATE = no calendar */
  uint8_t days;         /* bit 0 = Monday */
  case_stretch *closed;
  size_t closed_count;
  case_half_term *half_terms;
  size_t half_term_count;
} case_calendar;

typedef struct case_intervention {
  const char *pupil, *school, *kind, *provider;
  muster_date start, finish;
  double dose, cost;
} case_intervention;

typedef struct case_response {
  const char *pupil, *school, *respondent, *instrument, *item;
  muster_date date;
  double value;
} case_response;

typedef struct case_total {
  const char *unit, *period;
  muster_total total;
} case_total;

/** A finding that is expected: fields as JSON, by name. */
typedef struct case_expected {
  const char *subject;
  case_values fields;
} case_expected;

typedef struct test_case {
  const script_file *file;
  int line;
  const char *name;
  uint32_t rule; /* in the pack */
  case_calendar calendar;
  muster_date as_of; /* MUSTER_NO_DATE = the last day with a mark */
  case_values params;
  uint32_t *with; /* other rules of the pack that are asked as well */
  size_t with_count;
  case_pupil *pupils;
  size_t pupil_count;
  case_school *schools;
  size_t school_count;
  case_intervention *interventions;
  size_t intervention_count;
  case_response *responses;
  size_t response_count;
  case_total *totals;
  size_t total_count;
  case_expected *expected;
  size_t expected_count;
} test_case;

typedef struct test_cases {
  test_case *at;
  size_t n, capacity;
  muster_arena *arena;
} test_cases;

/** Reads the cases of a file, after those already there. Free `cases->at`. */
MUSTER_CHECK muster_status cases_read(script *s, muster_pack *pack, const script_file *file, test_cases *cases,
                                      muster_error *err);

/** Builds the register of a case, sealed. Free with muster_register_free.
 * @retval MUSTER_PACK  marks that cannot stand where they are */
MUSTER_CHECK muster_status case_register(const muster_pack *pack, const test_case *c, muster_register **reg,
                                         muster_error *err);

/** What a rule found in a case: one a line of a run. */
typedef struct case_finding {
  const char *subject, *message, *evidence;
  muster_subject at;
  muster_date since;
  bool held;
} case_finding;

typedef struct case_findings {
  case_finding *at;
  size_t n;
  size_t inhibited; /* findings that those of other rules took away */
  muster_date as_of;
} case_findings;

/** Runs the case's rule over its register. Results are the arena's. */
MUSTER_CHECK muster_status case_run(const muster_pack *pack, const test_case *c, const muster_register *reg,
                                    muster_arena *arena, case_findings *found, muster_error *err);

/** Adds lines that say how findings differ from what is expected; nothing when they do not. */
void case_differences(const muster_pack *pack, const test_case *c, const muster_register *reg,
                      const case_findings *found, muster_buf *out);

/** Fills the coverage of every rule from its cases. `fired` has the number of findings of each case, or SIZE_MAX where
 * it failed to run. */
MUSTER_CHECK muster_status cases_coverage(muster_pack *pack, const test_cases *cases, const size_t *fired,
                                          muster_arena *arena, muster_coverage *coverage, size_t *uncovered,
                                          muster_error *err);

/** Sets the parameters of a case for as long as it runs; case_params_restore puts back what was. */
typedef struct case_saved {
  const char *values[64];
  size_t n;
} case_saved;
MUSTER_CHECK muster_status case_params_apply(muster_pack *pack, const test_case *c, case_saved *saved,
                                             muster_error *err);
void case_params_restore(muster_pack *pack, const test_case *c, const case_saved *saved);

#endif
