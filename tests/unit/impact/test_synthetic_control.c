/* Synthetic control and synthetic difference in differences on the California tobacco panel; the simplex solver on
 * cases with a known answer. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "golden.h"
#include "muster/impact/synthetic_control.h"

static const double CLOSED = 1e-10, ITERATED = 1e-8;

/* --- the panel --- */

typedef struct tobacco {
  size_t states, california;
  double *y; /* [39][31] cigarette sales 1970-2000 */
  double *x; /* [39][7] predictors */
  unsigned char *treated;
  const char **name;
  golden_csv csv;
  muster_block_panel panel;
} tobacco;

static const struct {
  const char *column;
  int from, to;
  const char *importance;
} PREDICTORS[] = {{"lnincome", 1980, 1988, "v_lnincome"},
                  {"retprice", 1980, 1988, "v_retprice"},
                  {"age15to24", 1980, 1988, "v_age15to24"},
                  {"beer", 1984, 1988, "v_special_beer_1984_1988"},
                  {"cigsale", 1975, 1975, "v_special_cigsale_1975"},
                  {"cigsale", 1980, 1980, "v_special_cigsale_1980"},
                  {"cigsale", 1988, 1988, "v_special_cigsale_1988"}};
enum { YEARS = 31, BEFORE = 19, N_PREDICTORS = 7 };

static tobacco read_tobacco(void) {
  tobacco t = {.csv = golden_read("data/smoking_prop99.csv")};
  uint32_t *state = golden_factor(&t.csv, "state", &t.states);
  double *year = golden_numbers(&t.csv, "year"), *sales = golden_numbers(&t.csv, "cigsale");
  t.y = muster_alloc(t.states * YEARS, sizeof *t.y);
  t.x = muster_alloc(t.states * N_PREDICTORS, sizeof *t.x);
  t.treated = muster_alloc(t.states, 1);
  t.name = muster_alloc(t.states, sizeof *t.name);
  for (size_t i = 0; i < t.csv.rows; i++) {
    t.y[state[i] * YEARS + (size_t)(year[i] - 1970)] = sales[i];
    t.name[state[i]] = golden_text(&t.csv, i, "state");
    if (strcmp(t.name[state[i]], "California") == 0) t.california = state[i];
  }
  t.treated[t.california] = 1;
  for (size_t p = 0; p < N_PREDICTORS; p++) {
    double *values = golden_numbers(&t.csv, PREDICTORS[p].column);
    double years = PREDICTORS[p].to - PREDICTORS[p].from + 1;
    for (size_t i = 0; i < t.csv.rows; i++)
      if (year[i] >= PREDICTORS[p].from && year[i] <= PREDICTORS[p].to)
        t.x[state[i] * N_PREDICTORS + p] += values[i] / years;
    muster_free(values);
  }
  t.panel = (muster_block_panel){t.states, YEARS, BEFORE, t.y, t.treated};
  muster_free(state), muster_free(year), muster_free(sales);
  return t;
}

static void free_tobacco(tobacco *t) {
  muster_free(t->y), muster_free(t->x), muster_free(t->treated), muster_free(t->name);
  golden_free(&t->csv);
}

static size_t state_named(const tobacco *t, const char *name) {
  size_t u = 0;
  while (u < t->states && strcmp(t->name[u], name) != 0) u++;
  assert_true(u < t->states);
  return u;
}

static void outcome_only_weights_agree(void **state) {
  (void)state;
  tobacco t = read_tobacco();
  muster_error err;
  muster_synthetic_control fit = {0};
  assert_int_equal(muster_synthetic_control_fit(&t.panel, &fit, &err), MUSTER_OK);
  golden_check("prop99_scm", "att_mean_1989_2000", fit.att, ITERATED);
  golden_check("prop99_scm", "pre_mspe", fit.pre_mspe, ITERATED);
  golden_check("prop99_scm", "post_mspe", fit.post_mspe, ITERATED);
  golden_check("prop99_scm", "mspe_ratio", fit.ratio, ITERATED);
  golden_check("prop99_scm", "gap_2000", fit.gap[YEARS - 1], ITERATED);
  golden_check("prop99_sc_synthdid", "att", fit.att, ITERATED);
  static const char *const donors[][2] = {
      {"w_Colorado", "Colorado"}, {"w_Connecticut", "Connecticut"},     {"w_Montana", "Montana"},
      {"w_Nevada", "Nevada"},     {"w_New_Hampshire", "New Hampshire"}, {"w_Utah", "Utah"}};
  for (size_t d = 0; d < 6; d++)
    golden_check("prop99_scm", donors[d][0], fit.weights[state_named(&t, donors[d][1])], ITERATED);
  assert_int_equal(fit.n_positive, 6);
  assert_true(fit.slack > -1e-12);
  golden_csv path = golden_read("golden/07_prop99_path.csv");
  double *gap = golden_numbers(&path, "gap");
  for (size_t y = 0; y < YEARS; y++) assert_close(fit.gap[y], gap[y], 1e-7);
  muster_free(gap);
  golden_free(&path);

  double before = 0, after = 0;
  for (size_t y = 0; y < YEARS; y++)
    *(y < BEFORE ? &before : &after) += t.y[t.california * YEARS + y] / (y < BEFORE ? BEFORE : YEARS - BEFORE);
  golden_check("prop99_prepost", "diff", after - before, CLOSED);
  muster_synthetic_control_free(&fit);
  free_tobacco(&t);
}

static void placebos_agree(void **state) {
  (void)state;
  tobacco t = read_tobacco();
  muster_placebo placebos[64];
  size_t rank;
  double p;
  muster_error err;
  assert_int_equal(muster_synthetic_placebos(&t.panel, NULL, placebos, &rank, &p, &err), MUSTER_OK);
  golden_check("prop99_scm", "rank", (double)rank, CLOSED);
  golden_check("prop99_scm", "p", p, CLOSED);
  assert_int_equal(placebos[0].unit, t.california);
  golden_csv csv = golden_read("golden/07_prop99_placebos.csv");
  double *pre = golden_numbers(&csv, "pre_mspe"), *ratio = golden_numbers(&csv, "ratio"),
         *att = golden_numbers(&csv, "att");
  assert_int_equal(csv.rows, t.states);
  for (size_t row = 0; row < csv.rows; row++) {
    size_t unit = state_named(&t, golden_text(&csv, row, "state")), i = 0;
    while (placebos[i].unit != unit) i++;
    assert_close(placebos[i].pre_mspe / pre[row], 1, 1e-7);
    assert_close(placebos[i].ratio / ratio[row], 1, 1e-6);
    assert_close(placebos[i].att, att[row], 1e-6);
  }
  muster_free(pre), muster_free(ratio), muster_free(att);
  golden_free(&csv);
  free_tobacco(&t);
}

static void given_predictors_agree(void **state) {
  (void)state;
  tobacco t = read_tobacco();
  double v[N_PREDICTORS], loss;
  for (size_t p = 0; p < N_PREDICTORS; p++) v[p] = golden_value("prop99_adh", PREDICTORS[p].importance);
  muster_synthetic_control fit = {0};
  muster_error err;
  muster_predictors predictors = {N_PREDICTORS, t.x, v};
  assert_int_equal(muster_synthetic_control_given(&t.panel, &predictors, &fit, &loss, &err), MUSTER_OK);
  golden_check("prop99_adh", "loss_v_given_V", loss, ITERATED);
  golden_check("prop99_adh", "att_given_V", fit.att, ITERATED);
  golden_check("prop99_adh", "pre_mspe_given_V", fit.pre_mspe, ITERATED);
  for (size_t p = 0; p < N_PREDICTORS; p++) golden_check("prop99_adh", PREDICTORS[p].importance, v[p], CLOSED);
  /* the reference weights come from a loose nested search: equal to about a hundredth */
  static const char *const donors[][2] = {{"w_Colorado", "Colorado"},
                                          {"w_Connecticut", "Connecticut"},
                                          {"w_Montana", "Montana"},
                                          {"w_Nevada", "Nevada"},
                                          {"w_Utah", "Utah"}};
  for (size_t d = 0; d < 5; d++) {
    double w = fit.weights[state_named(&t, donors[d][1])];
    golden_check("prop99_adh", donors[d][0], w, 0.01 / golden_value("prop99_adh", donors[d][0]));
  }
  static const char *const means[] = {"ln_income", NULL, "youth", "beer", "cig75", "cig80", "cig88"};
  for (size_t p = 0; p < N_PREDICTORS; p++) {
    double mean = 0;
    for (size_t u = 0; u < t.states; u++) mean += fit.weights[u] * t.x[u * N_PREDICTORS + p];
    if (means[p]) golden_check("prop99_adh", means[p], mean, 0.01);
  }
  v[0] = -1;
  assert_int_equal(muster_synthetic_control_given(&t.panel, &predictors, &fit, &loss, &err), MUSTER_DATA);
  muster_synthetic_control_free(&fit);
  free_tobacco(&t);
}

static void sdid_agrees(void **state) {
  (void)state;
  tobacco t = read_tobacco();
  muster_sdid fit = {0};
  muster_error err;
  assert_int_equal(muster_sdid_fit(&t.panel, &fit, &err), MUSTER_OK);
  golden_check("prop99_sdid", "att", fit.att, ITERATED);
  golden_check("prop99_sdid", "sigma", fit.noise, CLOSED);
  golden_check("prop99_sdid", "n_omega_pos", (double)fit.n_unit_positive, CLOSED);
  golden_check("prop99_sdid", "n_lambda_pos", (double)fit.n_time_positive, CLOSED);
  golden_csv omega = golden_read("golden/07_prop99_sdid_omega.csv"),
             lambda = golden_read("golden/07_prop99_sdid_lambda.csv");
  double *w = golden_numbers(&omega, "omega_sdid"), *l = golden_numbers(&lambda, "lambda");
  for (size_t row = 0; row < omega.rows; row++)
    assert_close(fit.unit_weights[state_named(&t, golden_text(&omega, row, "state"))], w[row], 1e-9);
  for (size_t row = 0; row < lambda.rows; row++) assert_close(fit.time_weights[row], l[row], 1e-9);
  assert_true(fit.std_error > 5 && fit.std_error < 15);
  muster_free(w), muster_free(l);
  golden_free(&omega), golden_free(&lambda);
  muster_sdid_free(&fit);
  free_tobacco(&t);
}

/* --- what needs no reference --- */

enum { UNITS = 9, TIMES = 12, START = 7 };
static double made[UNITS * TIMES];
static unsigned char first_treated[UNITS] = {1};

static muster_block_panel make_panel(void) {
  uint32_t state = 3;
  for (size_t i = 0; i < UNITS * TIMES; i++) {
    state = state * 1664525u + 1013904223u;
    made[i] = 5 + (double)(i / TIMES) * 0.4 + 0.2 * (double)(i % TIMES) + (double)(state >> 8) / (1 << 24);
  }
  return (muster_block_panel){UNITS, TIMES, START, made, first_treated};
}

static void shift_scale_and_order_do_what_they_must(void **state) {
  (void)state;
  muster_block_panel panel = make_panel();
  muster_error err;
  muster_synthetic_control a = {0}, b = {0};
  muster_sdid s = {0}, r = {0};
  assert_int_equal(muster_synthetic_control_fit(&panel, &a, &err), MUSTER_OK);
  assert_int_equal(muster_sdid_fit(&panel, &s, &err), MUSTER_OK);
  double turned[UNITS * TIMES];
  unsigned char treated[UNITS] = {0};
  for (size_t u = 0; u < UNITS; u++) /* last unit first, all values times 4 plus 100 */
    for (size_t t = 0; t < TIMES; t++) turned[(UNITS - 1 - u) * TIMES + t] = 4 * made[u * TIMES + t] + 100;
  treated[UNITS - 1] = 1;
  muster_block_panel other = {UNITS, TIMES, START, turned, treated};
  assert_int_equal(muster_synthetic_control_fit(&other, &b, &err), MUSTER_OK);
  assert_int_equal(muster_sdid_fit(&other, &r, &err), MUSTER_OK);
  assert_close(b.att, 4 * a.att, 1e-10);
  assert_close(r.att, 4 * s.att, 1e-9);
  assert_close(r.std_error, 4 * s.std_error, 1e-8);
  for (size_t u = 0; u < UNITS; u++) assert_close(a.weights[u], b.weights[UNITS - 1 - u], 1e-10);
  muster_synthetic_control_free(&a), muster_synthetic_control_free(&b);
  muster_sdid_free(&s), muster_sdid_free(&r);
}

static void a_perfect_mix_is_found(void **state) {
  (void)state;
  muster_block_panel panel = make_panel();
  for (size_t t = 0; t < TIMES; t++)
    made[t] = 0.25 * made[2 * TIMES + t] + 0.75 * made[5 * TIMES + t] + (t >= START ? 2 : 0);
  muster_synthetic_control fit = {0};
  muster_error err;
  assert_int_equal(muster_synthetic_control_fit(&panel, &fit, &err), MUSTER_OK);
  assert_close(fit.att, 2, 1e-9);
  assert_true(fit.pre_mspe < 1e-20);
  assert_close(fit.weights[2], 0.25, 1e-8);
  assert_close(fit.weights[5], 0.75, 1e-8);
  muster_synthetic_control_free(&fit);
}

static void the_solver_meets_its_conditions(void **state) {
  (void)state;
  /* more donors than periods, repeated donors, a huge ridge: KKT slack tells whether the answer is the minimum */
  enum { ROWS = 5, COLUMNS = 40 };
  double columns[ROWS * COLUMNS], target[ROWS], w[COLUMNS], slack;
  muster_error err;
  uint32_t seed = 11;
  for (int round = 0; round < 60; round++) {
    for (size_t i = 0; i < ROWS * COLUMNS + ROWS; i++) {
      seed = seed * 1664525u + 1013904223u;
      *(i < ROWS * COLUMNS ? &columns[i] : &target[i - ROWS * COLUMNS]) = (double)(seed >> 8) / (1 << 24);
    }
    if (round % 3 == 0) memcpy(columns + ROWS, columns, ROWS * sizeof *columns);
    if (round % 4 == 0) target[0] += 5; /* outside the hull */
    double ridge = round % 2 ? 0 : pow(10, round / 10 - 3);
    assert_int_equal(muster_simplex_fit(columns, target, ROWS, COLUMNS, ridge, w, &slack, &err), MUSTER_OK);
    double sum = 0;
    for (size_t j = 0; j < COLUMNS; j++) {
      assert_true(w[j] >= 0);
      sum += w[j];
    }
    assert_close(sum, 1, 1e-12);
    assert_true(slack > -1e-11);
  }
  assert_int_equal(muster_simplex_fit(columns, target, ROWS, COLUMNS, 1e12, w, &slack, &err), MUSTER_OK);
  for (size_t j = 0; j < COLUMNS; j++) assert_close(w[j], 1.0 / COLUMNS, 1e-9);
  assert_int_equal(muster_simplex_fit(columns, target, ROWS, 1, 0, w, &slack, &err), MUSTER_OK);
  assert_close(w[0], 1, 0);
}

static void several_treated_units_get_a_jackknife(void **state) {
  (void)state;
  muster_block_panel panel = make_panel();
  unsigned char treated[UNITS] = {1, 1, 1};
  panel.treated = treated;
  muster_sdid fit = {0};
  muster_error err;
  assert_int_equal(muster_sdid_fit(&panel, &fit, &err), MUSTER_OK);
  assert_true(fit.std_error > 0);
  muster_sdid_free(&fit);
  muster_placebo placebos[UNITS];
  size_t rank;
  double p;
  assert_int_equal(muster_synthetic_placebos(&panel, NULL, placebos, &rank, &p, &err), MUSTER_DATA);
}

/* Gaps of 0 over 0 are no evidence: the treated must not come first by them. */
static void outcomes_that_stand_still_have_p_1(void **state) {
  (void)state;
  double y[5 * 4];
  unsigned char treated[5] = {1};
  for (size_t i = 0; i < 20; i++) y[i] = 3;
  muster_block_panel panel = {5, 4, 2, y, treated};
  muster_placebo placebos[5];
  size_t rank;
  double p;
  muster_error err;
  assert_int_equal(muster_synthetic_placebos(&panel, NULL, placebos, &rank, &p, &err), MUSTER_OK);
  assert_int_equal(rank, 5);
  assert_true(p == 1);
}

/* The unit that plays is matched on its own predictors, as the treated is. */
static void placebos_match_on_the_predictors(void **state) {
  (void)state;
  muster_block_panel panel = make_panel();
  double x[UNITS * 2], v[2] = {1, 0.5};
  for (size_t u = 0; u < UNITS; u++) x[2 * u] = panel.y[u * TIMES], x[2 * u + 1] = panel.y[u * TIMES + 1];
  muster_predictors predictors = {2, x, v};
  muster_placebo placebos[UNITS];
  size_t rank;
  double p;
  muster_error err;
  assert_int_equal(muster_synthetic_placebos(&panel, &predictors, placebos, &rank, &p, &err), MUSTER_OK);
  for (size_t u = 0; u < UNITS; u++) {
    unsigned char alone[UNITS] = {0};
    muster_synthetic_control fit = {0};
    alone[placebos[u].unit] = 1;
    muster_block_panel one = panel;
    one.treated = alone;
    assert_int_equal(muster_synthetic_control_given(&one, &predictors, &fit, NULL, &err), MUSTER_OK);
    assert_close(placebos[u].att, fit.att, 1e-10);
    muster_synthetic_control_free(&fit);
  }
}

static void panels_that_cannot_be_used_are_refused(void **state) {
  (void)state;
  muster_block_panel panel = make_panel();
  muster_synthetic_control fit = {0};
  muster_sdid sdid = {0};
  muster_error err;
  unsigned char all[UNITS] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, none[UNITS] = {0};
  panel.treated = all;
  assert_int_equal(muster_synthetic_control_fit(&panel, &fit, &err), MUSTER_DATA);
  panel.treated = none;
  assert_int_equal(muster_sdid_fit(&panel, &sdid, &err), MUSTER_DATA);
  panel.treated = first_treated;
  panel.n_before = TIMES;
  assert_int_equal(muster_synthetic_control_fit(&panel, &fit, &err), MUSTER_DATA);
  panel.n_before = START;
  made[17] = NAN;
  assert_int_equal(muster_synthetic_control_fit(&panel, &fit, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "missing"));
  made[17] = 1;
  panel.n_before = 1;
  assert_int_equal(muster_sdid_fit(&panel, &sdid, &err), MUSTER_DATA);
}

static void want_of_memory_is_survived(void **state) {
  (void)state;
  muster_block_panel panel = make_panel();
  muster_error err;
  muster_status status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 500; nth++) {
    muster_synthetic_control fit = {0};
    muster_sdid sdid = {0};
    muster_placebo placebos[UNITS];
    size_t rank;
    double p;
    muster_alloc_fail_at(nth);
    status = muster_synthetic_control_fit(&panel, &fit, &err);
    if (status == MUSTER_OK) status = muster_synthetic_placebos(&panel, NULL, placebos, &rank, &p, &err);
    if (status == MUSTER_OK) status = muster_sdid_fit(&panel, &sdid, &err);
    muster_alloc_fail_at(0);
    muster_synthetic_control_free(&fit);
    muster_sdid_free(&sdid);
  }
  assert_int_equal(status, MUSTER_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(outcome_only_weights_agree),
      cmocka_unit_test(placebos_agree),
      cmocka_unit_test(given_predictors_agree),
      cmocka_unit_test(sdid_agrees),
      cmocka_unit_test(shift_scale_and_order_do_what_they_must),
      cmocka_unit_test(a_perfect_mix_is_found),
      cmocka_unit_test(the_solver_meets_its_conditions),
      cmocka_unit_test(several_treated_units_get_a_jackknife),
      cmocka_unit_test(outcomes_that_stand_still_have_p_1),
      cmocka_unit_test(placebos_match_on_the_predictors),
      cmocka_unit_test(panels_that_cannot_be_used_are_refused),
      cmocka_unit_test(want_of_memory_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
