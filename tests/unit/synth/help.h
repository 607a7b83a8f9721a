/* help.h - what the tests of the synth room share. */
#ifndef SYNTH_TEST_HELP_H
#define SYNTH_TEST_HELP_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base.h"
#include "muster/synth.h"

static inline muster_synth_spec spec_of(size_t schools, size_t pupils, uint64_t seed) {
  muster_synth_spec spec;
  muster_synth_spec_init(&spec);
  spec.schools = schools;
  spec.pupils = pupils;
  spec.seed = seed;
  return spec;
}

/* Calls `see` for every school of a spec. */
static inline void each_school(const muster_synth_spec *spec, void (*see)(const muster_synth_school *, void *),
                               void *context) {
  muster_error err = {0};
  muster_synth_plan *plan;
  muster_synth_school school = {0};
  assert_int_equal(muster_synth_plan_make(spec, &plan, &err), MUSTER_OK);
  for (size_t i = 0; i < spec->schools; i++) {
    assert_int_equal(muster_synth_school_make(plan, i, &school, &err), MUSTER_OK);
    see(&school, context);
  }
  muster_synth_school_free(&school);
  muster_synth_plan_free(plan);
}

/* A folder of its own under /tmp for one test. */
static inline void new_folder(char out[64]) {
  snprintf(out, 64, "/tmp/muster-synth-XXXXXX");
  assert_non_null(mkdtemp(out));
}

static inline void remove_folder(const char *folder) {
  muster_arena arena = {0};
  const char **names;
  size_t n;
  muster_error err;
  if (muster_folder_list(folder, NULL, &arena, &names, &n, &err) == MUSTER_OK)
    for (size_t i = 0; i < n; i++) remove(muster_path_join(&arena, folder, names[i]));
  remove(folder);
  muster_arena_free(&arena);
}

/* Digest of a file of a folder; "-" where there is none. */
static inline void digest_of(const char *folder, const char *name, char out[MUSTER_DIGEST_TEXT]) {
  char path[160];
  muster_error err;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  snprintf(out, MUSTER_DIGEST_TEXT, "-");
  if (muster_is_file(path)) assert_int_equal(muster_digest_file(path, out, &err), MUSTER_OK);
}

static inline void write_spec(const muster_synth_spec *spec, const char *folder, unsigned jobs) {
  muster_error err = {0};
  muster_status status = muster_synth_write(spec, folder, jobs, NULL, &err);
  if (status != MUSTER_OK) print_error("%s\n", err.what);
  assert_int_equal(status, MUSTER_OK);
}

#endif
