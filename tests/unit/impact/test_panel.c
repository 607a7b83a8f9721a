/* The panel and the result rows: sorting, dropping, numbering, balance, texts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "find.h"
#include "frames.h"

static void rows_are_sorted_and_numbered(void **state) {
  (void)state;
  const uint32_t unit[] = {7, 3000000000u, 7, 3000000000u, 9}, cluster[] = {50, 40, 50, 40, 40};
  const double time[] = {2, 1, 1, 2, 1}, y[] = {4, 1, 3, 2, 5}, cohort[] = {2, NAN, 2, NAN, 0}, never = 0;
  const double weight[] = {1, 2, 1, 2, 0};
  muster_columns c = {.n = 5,
                      .unit = unit,
                      .time = time,
                      .y = y,
                      .cluster = cluster,
                      .cohort = cohort,
                      .never = &never,
                      .n_never = 1,
                      .weight = weight};
  muster_panel p = toy_panel(&c);
  assert_int_equal(p.n_obs, 4); /* weight 0 goes */
  assert_int_equal(p.dropped, 1);
  assert_int_equal(p.n_units, 2);
  assert_int_equal(p.unit_id[1], 3000000000u);
  const double sorted[] = {3, 4, 1, 2};
  assert_memory_equal(p.y, sorted, sizeof sorted);
  assert_true(p.cohort[0] == 2 && isnan(p.cohort[1]));
  assert_true(p.treated[1] == 1 && p.treated[0] == 0 && p.treated[3] == 0);
  assert_int_equal(p.cluster_id[p.cluster[0]], 50);
  assert_true(p.balanced && p.nested && !p.repeated && !p.reversible);
  assert_int_equal(muster_panel_time(&p, 2), 1);
  assert_int_equal(muster_panel_time(&p, 1.5), MUSTER_NONE);
  muster_panel_free(&p);
}

static void starts_come_from_treatment(void **state) {
  (void)state;
  const uint32_t unit[] = {0, 0, 0, 1, 1, 1};
  const double time[] = {1, 2, 3, 1, 2, 3}, y[] = {1, 2, 3, 4, 5, 6}, treated[] = {0, 1, 0, 0, 0, 0};
  muster_columns c = {.n = 6, .unit = unit, .time = time, .y = y, .treated = treated};
  muster_panel p = toy_panel(&c);
  assert_true(p.cohort[0] == 2 && isnan(p.cohort[1]) && p.reversible);
  double cohorts[2];
  size_t units[2];
  assert_int_equal(muster_panel_cohorts(&p, cohorts, units), 1);
  assert_true(cohorts[0] == 2 && units[0] == 1);
  muster_panel_free(&p);
}

static void bad_columns_are_refused(void **state) {
  (void)state;
  const uint32_t unit[] = {0, 0};
  const double time[] = {1, 2}, y[] = {1, 2}, infinite[] = {1, INFINITY}, below[] = {1, -1}, cohort[] = {1, 2};
  const double blank[] = {NAN, NAN};
  muster_panel p;
  muster_error err;
  muster_columns c = {.n = 2, .unit = unit, .time = time, .y = infinite};
  assert_int_equal(muster_panel_build(&c, &p, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "row 2"));
  c.y = y;
  c.weight = below;
  assert_int_equal(muster_panel_build(&c, &p, &err), MUSTER_DATA);
  c.weight = NULL;
  c.cohort = cohort;
  assert_int_equal(muster_panel_build(&c, &p, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "changes"));
  c.cohort = NULL;
  c.y = blank;
  assert_int_equal(muster_panel_build(&c, &p, &err), MUSTER_DATA);
  assert_true(err.expected[0]);
  c.n = 0;
  assert_int_equal(muster_panel_build(&c, &p, &err), MUSTER_DATA);
}

static void texts_are_numbered_by_their_bytes(void **state) {
  (void)state;
  const muster_text texts[] = {MUSTER_TEXT("b"), MUSTER_TEXT("a"), MUSTER_TEXT("b"), MUSTER_TEXT("")};
  uint32_t numbers[4];
  size_t distinct;
  assert_int_equal(muster_number_texts(texts, 4, numbers, &distinct, NULL), MUSTER_OK);
  assert_int_equal(distinct, 3);
  assert_true(numbers[0] == 2 && numbers[1] == 1 && numbers[2] == 2 && numbers[3] == 0);
}

static void memory_runs_out_cleanly(void **state) {
  (void)state;
  const double starts[] = {0, 3};
  toy t = toy_make(6, 4, starts, 2, 1);
  t.columns.weight = t.weight;
  t.columns.n_covariates = 1;
  t.columns.stratum = t.cluster;
  double keep = t.time[0]; /* out of order, so that the sort needs room */
  t.time[0] = t.time[1];
  t.time[1] = keep;
  muster_panel p;
  for (long nth = 1;; nth++) {
    muster_alloc_fail_at(nth);
    muster_status status = muster_panel_build(&t.columns, &p, NULL);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_panel_free(&p);
  const muster_text texts[] = {MUSTER_TEXT("b"), MUSTER_TEXT("a")};
  uint32_t numbers[2];
  size_t distinct;
  for (long nth = 1;; nth++) {
    muster_alloc_fail_at(nth);
    muster_status status = muster_number_texts(texts, 2, numbers, &distinct, NULL);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  toy_free(&t);
}

static void rows_become_csv(void **state) {
  (void)state;
  muster_estimates rows = {0};
  muster_estimate row = muster_estimate_blank("twfe", "absence, rate", "treated");
  row.estimate = 0.1;
  row.std_error = 1.0 / 3;
  row.conf_low = -INFINITY;
  row.conf_high = 1e-300;
  row.p_value = 0.1 + 0.2;
  row.df = 10;
  row.n_units = 3;
  row.note = "a \"note\"";
  assert_int_equal(muster_estimates_add(&rows, &row, NULL), MUSTER_OK);
  row = muster_estimate_blank("event_study", NULL, "event");
  row.time = -1;
  row.estimate = 0;
  row.note = NULL;
  assert_int_equal(muster_estimates_add(&rows, &row, NULL), MUSTER_OK);
  muster_buf out;
  muster_buf_init(&out, 10000);
  muster_estimates_csv(&rows, "Mentors", &out);
  assert_string_equal(
      out.at,
      "study,estimator,outcome,term,group,time,estimate,std_error,conf_low,conf_high,p_value,df,n_units,n_obs,"
      "n_clusters,note\n"
      "Mentors,twfe,\"absence, rate\",treated,,,0.1,0.3333333333333333,-Inf,1e-300,0.30000000000000004,10,3,,,"
      "\"a \"\"note\"\"\"\n"
      "Mentors,event_study,,event,,-1,0,,,,,,,,,\n");
  muster_buf_free(&out);
  assert_null(estimates_find(&rows, "twfe", "x1", NAN, NAN));
  assert_ptr_equal(estimates_find(&rows, "event_study", "event", NAN, -1), &rows.at[1]);
  muster_estimates_free(&rows);
}

static void tails_are_exact(void **state) {
  (void)state;
  /* against pt and qt of R, and the rule of Simpson on the density */
  assert_true(fabs(muster_t_p(2.5, 40) - 0.016620352830981844) < 1e-12);
  assert_true(fabs(muster_t_p(0.1, 3) - 0.9266523488008056) < 1e-12);
  assert_true(fabs(muster_t_quantile(0.975, 10) - 2.2281388519862739) < 1e-12);
  assert_true(fabs(muster_t_quantile(0.025, INFINITY) + 1.959963984540054) < 1e-12);
  assert_true(isnan(muster_t_p(NAN, 3)) && isnan(muster_t_p(1, 0)) && muster_t_p(INFINITY, 4) == 0);
  for (double df = 1; df < 500; df *= 1.7) { /* quantile and tail are inverse */
    double t = muster_t_quantile(0.995, df);
    assert_true(fabs(muster_t_p(t, df) - 0.01) < 1e-13);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_sorted_and_numbered),
      cmocka_unit_test(starts_come_from_treatment),
      cmocka_unit_test(bad_columns_are_refused),
      cmocka_unit_test(texts_are_numbered_by_their_bytes),
      cmocka_unit_test(memory_runs_out_cleanly),
      cmocka_unit_test(rows_become_csv),
      cmocka_unit_test(tails_are_exact),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
