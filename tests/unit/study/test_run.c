/* From columns to findings: which rows come out, which estimator is primary, what the guards say of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../impact/find.h"
#include "support.h"

/* A CSV file that lasts for one test. */
static char path[64];

static void write_rows(const char *text) {
  strcpy(path, "/tmp/muster-study-XXXXXX");
  int handle = mkstemp(path);
  assert_true(handle >= 0);
  assert_int_equal(write(handle, text, strlen(text)), (ssize_t)strlen(text));
  close(handle);
}

/* Twelve units in six clusters over six times; half start at 4 and fall by 2. Noise from a fixed sequence. */
static void write_panel(bool staggered, bool chosen) {
  muster_buf out;
  muster_buf_init(&out, 1 << 20);
  muster_buf_puts(&out, "id,t,y,g,s,x\n");
  uint64_t seed = 9;
  for (int u = 0; u < 60; u++)
    for (int t = 1; t <= 6; t++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      double noise = (double)(seed >> 40) / (1 << 24) - 0.5;
      int start = u % 2 ? (staggered && u % 4 == 3 ? 5 : 4) : 0;
      double level = u % 7 + (chosen && start ? 6 : 0);
      muster_buf_printf(&out, "u%02d,%d,%.6f,%d,c%02d,%d\n", u, t,
                        level + 0.3 * t + noise - (start && t >= start ? 2 : 0), start, u / 2 * 2 % 60, u % 5);
    }
  write_rows(out.at);
  muster_buf_free(&out);
}

static muster_study *panel_study(void) {
  muster_study *s = study_new();
  put_text(s, "panel", "csv", path);
  put_text(s, "panel", "unit", "id");
  put_text(s, "panel", "time", "t");
  put_text(s, "panel", "outcome", "y");
  put_text(s, "panel", "treated_from", "g");
  put_number(s, "panel", "never", 0);
  return s;
}

static void run(const muster_study *s, muster_study_results *r) {
  muster_error err = {0};
  muster_study_data d;
  if (muster_study_read_csv(s, NULL, false, &d, &err) != MUSTER_OK) fail_msg("%s %s", err.where, err.what);
  if (muster_study_run(s, &d, 1, NULL, r, &err) != MUSTER_OK) fail_msg("%s", err.what);
  muster_study_data_free(&d);
}

static const muster_estimate *row(const muster_study_results *r, const char *estimator, const char *term) {
  const muster_estimate *found = estimates_find(&r->estimates, estimator, term, NAN, NAN);
  if (!found) fail_msg("no row %s %s", estimator, term);
  return found;
}

static bool warned(const muster_study_results *r, const char *guard) {
  for (size_t i = 0; i < r->findings[0].warnings.count; i++)
    if (strcmp(r->findings[0].warnings.at[i].id, guard) == 0) return true;
  return false;
}

static void every_estimator_answers(void **state) {
  (void)state;
  static const char *const names[] = {"before_after",
                                      "twfe",
                                      "did",
                                      "event_study",
                                      "callaway_santanna",
                                      "imputation",
                                      "permutation",
                                      "wild_bootstrap",
                                      "pairs_bootstrap",
                                      "regression_to_the_mean",
                                      "its",
                                      "matching",
                                      "weighting",
                                      "sdid",
                                      "rct",
                                      "power"};
  write_panel(false, false);
  muster_study *s = panel_study();
  put_text(s, "panel", "covariates", "x");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) use(s, names[i]);
  put_number(s, "permutation", "draws", 99);
  put_number(s, "wild_bootstrap", "draws", 99);
  put_number(s, "pairs_bootstrap", "draws", 99);
  put_number(s, "power", "effect", -2);
  put_number(s, "power", "draws", 20);
  muster_study_results r;
  run(s, &r);
  const muster_study_finding *f = &r.findings[0];
  assert_string_equal(r.estimates.at[f->primary].estimator, "twfe"); /* the first that compares */
  const struct {
    const char *estimator, *term;
  } answers[] = {{"twfe", "treated"},
                 {"did", "treated"},
                 {"callaway_santanna", "simple"},
                 {"imputation", "treated"},
                 {"permutation", "treated"},
                 {"wild_bootstrap", "treated"},
                 {"pairs_bootstrap", "treated"},
                 {"matching", "treated_adjusted"},
                 {"weighting", "treated_adjusted"},
                 {"sdid", "att"},
                 {"rct", "itt_adjusted"},
                 {"regression_to_the_mean", "ancova"}};
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    double estimate = row(&r, answers[i].estimator, answers[i].term)->estimate;
    if (fabs(estimate + 2) > 0.3) fail_msg("%s: %g", answers[i].estimator, estimate);
  }
  assert_true(fabs(row(&r, "before_after", "change")->estimate + 2) > 0.5); /* the trend is in it */
  assert_true(row(&r, "power", "power")->estimate > 0.9);
  assert_true(f->n_units == 60 && f->n_treated == 30 && f->n_times == 6 && f->n_starts == 1 && f->balanced);
  assert_true(f->trend.start == 3 && f->trend.comparison && f->trend.fitted);
  assert_true(f->balance_count > 4);
  for (size_t i = 0; i < r.estimates.count; i++) assert_string_equal(r.estimates.at[i].outcome, "y");
  muster_study_results_free(&r);
  muster_study_free(s);
  unlink(path);
}

static void guards_speak(void **state) {
  (void)state;
  muster_study_results r;
  write_panel(true, false);
  muster_study *s = panel_study();
  use(s, "callaway_santanna");
  run(s, &r);
  assert_false(warned(&r, "staggered")); /* nothing here mixes cohorts */
  muster_study_results_free(&r);
  use(s, "twfe");
  run(s, &r);
  assert_true(warned(&r, "staggered"));
  assert_string_equal(r.estimates.at[r.findings[0].primary].estimator, "callaway_santanna");
  assert_true(warned(&r, "narrow_intervals")); /* with so few clusters */
  muster_study_results_free(&r);
  muster_study_free(s);
  unlink(path);

  write_panel(false, true);
  s = panel_study();
  use(s, "twfe");
  run(s, &r);
  assert_true(warned(&r, "selected_on_outcome") && r.findings[0].severe);
  assert_false(warned(&r, "narrow_intervals"));
  muster_study_results_free(&r);
  muster_study_free(s);
  s = panel_study();
  use(s, "before_after");
  run(s, &r);
  assert_true(warned(&r, "no_comparison") && r.findings[0].primary == SIZE_MAX);
  row(&r, "regression_to_the_mean", "did_all"); /* stands beside it without being asked for */
  muster_study_results_free(&r);
  put_text(s, "panel", "covariates", "x");
  use(s, "matching");
  run(s, &r);
  const muster_study_finding *f = &r.findings[0];
  assert_string_equal(r.estimates.at[f->primary].term, "treated_adjusted"); /* the answer of matching */
  assert_true(warned(&r, "narrow_intervals"));
  assert_true(row(&r, "matching", "treated_signs")->p_value <= 1);
  muster_study_results_free(&r);
  muster_study_free(s);
  unlink(path);
}

static void what_the_data_cannot_carry_is_named(void **state) {
  (void)state;
  write_panel(true, false);
  muster_study *s = panel_study();
  use(s, "sdid");
  muster_error err = {0};
  muster_study_data d;
  muster_study_results r;
  assert_int_equal(muster_study_read_csv(s, NULL, false, &d, &err), MUSTER_OK);
  assert_int_equal(muster_study_run(s, &d, 1, NULL, &r, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "sdid: treatment starts at"));
  muster_study_data_free(&d);
  muster_study_free(s);
  unlink(path);
}

static void several_outcomes_are_adjusted(void **state) {
  (void)state;
  write_panel(false, false);
  muster_study *s = panel_study();
  muster_given items[] = {{.kind = MUSTER_GIVEN_TEXT, .text = "y"}, {.kind = MUSTER_GIVEN_TEXT, .text = "x"}};
  put(s, "panel", "outcome", &(muster_given){.kind = MUSTER_GIVEN_LIST, .items = items, .count = 2});
  put_text(s, "study", "adjust", "bonferroni");
  use(s, "rct");
  muster_study_results r;
  run(s, &r);
  assert_int_equal(r.count, 2);
  size_t adjusted = 0;
  for (size_t i = 0; i < r.estimates.count; i++) {
    const muster_estimate *e = &r.estimates.at[i];
    if (strcmp(e->term, "itt_adjusted_p") != 0) continue;
    double p = r.estimates.at[r.findings[adjusted++].primary].p_value;
    assert_true(fabs(e->p_value - fmin(1, 2 * p)) < 1e-15);
  }
  assert_int_equal(adjusted, 2);
  muster_study_results_free(&r);
  muster_study_free(s);
  unlink(path);
}

static void named_starts_and_shares(void **state) {
  (void)state;
  write_rows(
      "who,t,away,of\nnorth,1,2,10\nnorth,2,1,10\nnorth,3,0,20\nsouth,1,3,10\nsouth,2,3,10\nsouth,3,6,20\n"
      "east,1,1,10\neast,2,1,10\neast,3,3,20\n");
  muster_study *s = study_new();
  put_text(s, "panel", "csv", path);
  put_text(s, "panel", "unit", "who");
  put_text(s, "panel", "time", "t");
  put_text(s, "panel", "outcome", "away");
  put_text(s, "panel", "per", "of");
  muster_given start = {.name = "north", .kind = MUSTER_GIVEN_NUMBER, .number = 2};
  put(s, "panel", "starts", &(muster_given){.kind = MUSTER_GIVEN_MAP, .items = &start, .count = 1});
  muster_error err = {0};
  muster_study_data d;
  assert_int_equal(muster_study_read_csv(s, NULL, false, &d, &err), MUSTER_OK);
  assert_true(d.y[0][0] == 0.2 && d.y[0][2] == 0 && d.y[0][5] == 0.3 && d.weight[0][2] == 20 && d.rate[0]);
  assert_true(d.cohort[0] == 2 && isnan(d.cohort[3]));
  muster_study_data_free(&d);
  start.name = "nrth";
  put(s, "panel", "starts", &(muster_given){.kind = MUSTER_GIVEN_MAP, .items = &start, .count = 1});
  assert_int_equal(muster_study_read_csv(s, NULL, false, &d, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "nrth"));
  muster_study_free(s);
  unlink(path);
}

/* Six drawn of whom four took part, six not drawn of whom one did: the difference in outcomes over that in take-up. */
static void those_who_took_part(void **state) {
  (void)state;
  write_rows(
      "drawn,took,y,s\n1,1,2,a\n1,1,3,a\n1,0,5,b\n1,1,2,b\n1,0,4,c\n1,1,2,c\n0,0,5,d\n0,0,6,d\n0,1,3,e\n0,0,5,e\n"
      "0,0,4,f\n0,0,7,f\n0,0,,f\n");
  muster_study *s = study_new();
  put_text(s, "panel", "csv", path);
  put_text(s, "panel", "outcome", "y");
  put_text(s, "panel", "treated", "drawn");
  put_text(s, "panel", "taken", "took");
  use(s, "cace");
  use(s, "rct");
  muster_study_results r;
  run(s, &r);
  assert_true(fabs(row(&r, "cace", "participants")->estimate - (3 - 5) / (4. / 6 - 1. / 6)) < 1e-12);
  assert_true(fabs(row(&r, "rct", "itt")->estimate + 2) < 1e-12);
  assert_int_equal(r.findings[0].n_dropped, 1);
  muster_study_results_free(&r);
  put_text(s, "panel", "cluster", "s");
  run(s, &r);
  assert_non_null(strstr(row(&r, "cace", "participants")->note, "cluster"));
  muster_study_results_free(&r);
  muster_study_free(s);
  unlink(path);
}

/* A share of sessions as a count with its exposure: with two units and two times the ratio of ratios. */
static void counts_have_their_exposure(void **state) {
  (void)state;
  write_rows("id,t,away,of,g\na,1,10,100,2\na,2,4,50,2\nb,1,8,100,\nb,2,8,80,\nc,1,8,100,\nc,2,8,80,\n");
  muster_study *s = study_new();
  put_text(s, "panel", "csv", path);
  put_text(s, "panel", "unit", "id");
  put_text(s, "panel", "time", "t");
  put_text(s, "panel", "outcome", "away");
  put_text(s, "panel", "per", "of");
  put_text(s, "panel", "treated_from", "g");
  use(s, "counts");
  muster_study_results r;
  run(s, &r);
  assert_true(fabs(row(&r, "counts", "treated")->estimate - log(0.08 / 0.1 / (0.1 / 0.08))) < 1e-9);
  muster_study_results_free(&r);
  muster_study_free(s);
  unlink(path);
}

static void the_order_of_rows_changes_nothing(void **state) {
  (void)state;
  muster_buf out[2];
  for (int k = 0; k < 2; k++) {
    write_rows(k ? "id,t,y,g\nb,2,3.5,\na,2,1,2\na,1,3,2\nb,1,3,\nc,1,4,\nc,2,4.25,\n"
                 : "id,t,y,g\na,1,3,2\na,2,1,2\nb,1,3,\nb,2,3.5,\nc,1,4,\nc,2,4.25,\n");
    muster_study *s = panel_study();
    use(s, "twfe");
    use(s, "callaway_santanna");
    muster_study_results r;
    run(s, &r);
    muster_buf_init(&out[k], 1 << 20);
    muster_estimates_csv(&r.estimates, "s", &out[k]);
    muster_study_results_free(&r);
    muster_study_free(s);
    unlink(path);
  }
  assert_string_equal(out[0].at, out[1].at);
  muster_buf_free(&out[0]);
  muster_buf_free(&out[1]);
}

static void every_failing_allocation(void **state) {
  (void)state;
  static const char *const names[] = {"twfe", "event_study", "callaway_santanna", "before_after", "its", "matching",
                                      "sdid", "rct",         "permutation"};
  write_rows(
      "id,t,y,g,x\na,1,3,4,1\na,2,3,4,1\na,3,3.5,4,1\na,4,1,4,1\na,5,1.5,4,1\na,6,1.25,4,1\n"
      "b,1,3,,2\nb,2,3.5,,2\nb,3,3.25,,2\nb,4,3,,2\nb,5,3.5,,2\nb,6,3.75,,2\n"
      "c,1,4,,1\nc,2,4.25,,1\nc,3,4.5,,1\nc,4,4.25,,1\nc,5,4.75,,1\nc,6,4,,1\n"
      "d,1,5,4,2\nd,2,5.5,4,2\nd,3,5.25,4,2\nd,4,3.25,4,2\nd,5,3,4,2\nd,6,3.5,4,2\n"
      "e,1,2,4,2\ne,2,2.5,4,2\ne,3,2.25,4,2\ne,4,1.25,4,2\ne,5,1,4,2\ne,6,1.5,4,2\n"
      "f,1,2,,1\nf,2,2.75,,1\nf,3,2.5,,1\nf,4,2.25,,1\nf,5,2.75,,1\nf,6,2,,1\n");
  muster_study *s = panel_study();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) use(s, names[i]);
  put_flag(s, "matching", "adjust", false);
  put_text(s, "matching", "distance", "mahalanobis");
  muster_error err = {0};
  muster_study_data d;
  assert_int_equal(muster_study_read_csv(s, NULL, false, &d, &err), MUSTER_OK);
  muster_study_results r;
  muster_status status = muster_study_run(s, &d, 1, NULL, &r, &err);
  if (status != MUSTER_OK) fail_msg("%s", err.what);
  muster_study_results_free(&r);
  for (long nth = 1;; nth += 1 + nth / 15) { /* every one of the first, then fewer */
    muster_alloc_fail_at(nth);
    status = muster_study_run(s, &d, 1, NULL, &r, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) {
      muster_study_results_free(&r);
      assert_true(nth > 100);
      break;
    }
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_study_data_free(&d);
  for (long nth = 1;; nth++) {
    muster_alloc_fail_at(nth);
    status = muster_study_read_csv(s, NULL, false, &d, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_study_data_free(&d);
  muster_study_free(s);
  unlink(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_estimator_answers),
                                     cmocka_unit_test(guards_speak),
                                     cmocka_unit_test(what_the_data_cannot_carry_is_named),
                                     cmocka_unit_test(several_outcomes_are_adjusted),
                                     cmocka_unit_test(named_starts_and_shares),
                                     cmocka_unit_test(those_who_took_part),
                                     cmocka_unit_test(counts_have_their_exposure),
                                     cmocka_unit_test(the_order_of_rows_changes_nothing),
                                     cmocka_unit_test(every_failing_allocation)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
