/* Studies of few pupils: what they write can be about a child whom readers know. */
#include <string.h>

#include "muster/report/study.h"

enum { LEAST = 10 }; /* of pupils that may be counted where it leaves the school, as in muster export */

/* The smallest count from 1 to LEAST - 1; 0 = there is none. */
static void least_of(size_t count, size_t *least) {
  if (count > 0 && count < LEAST && (!*least || count < *least)) *least = count;
}

static void add(muster_buf *out, size_t count, const char *what) {
  if (count) muster_buf_printf(out, "%s%zu pupil%s %s", out->n ? "; " : "", count, count == 1 ? "" : "s", what);
}

muster_status muster_study_few(const muster_study_data *data, const muster_study_results *results, muster_arena *arena,
                               const char **says, muster_error *err) {
  *says = NULL;
  if (strcmp(data->unit_noun, "pupils") != 0) return MUSTER_OK;
  muster_study_design design;
  MUSTER_TRY(muster_study_design_of(data, &design, err));
  size_t treated = 0, others = 0, together = 0, row = 0;
  least_of(design.n_treated, &treated);
  least_of(design.n_units - design.n_treated, &others);
  for (size_t k = 0; k < design.n_starts; k++) least_of(design.start_units[k], &together);
  for (size_t k = 0; results && k < results->count; k++) {
    const muster_study_finding *f = &results->findings[k];
    least_of(f->n_treated, &treated);
    least_of(f->n_units - f->n_treated, &others);
    for (size_t i = f->first; i < f->first + f->count; i++) least_of(results->estimates.at[i].n_units, &row);
  }
  muster_study_design_free(&design);
  muster_buf words;
  muster_buf_init(&words, 1000);
  add(&words, treated, "treated");
  add(&words, others, "not treated");
  add(&words, together, "with the same start");
  add(&words, row, "behind a figure of estimates.csv");
  bool any = words.n > 0, failed = words.failed;
  if (any) *says = muster_arena_copy(arena, words.at, words.n);
  muster_buf_free(&words);
  return failed || (any && !*says) ? muster_fail_memory(err) : MUSTER_OK;
}
