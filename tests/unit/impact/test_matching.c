/* Matching, balance and effects on the Lalonde data: every pair, every cell of the balance tables; edge cases. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "golden.h"
#include "muster/impact/matching.h"
#include "muster/impact/panel.h"
#include "muster/impact/rct.h"

static const double CLOSED = 1e-10, ITERATED = 1e-8;

/* --- the data --- */

enum { COLUMNS = 9 };
static const char *const NAMES[] = {"distance",  "age",     "educ",     "raceblack", "racehispan",
                                    "racewhite", "married", "nodegree", "re74",      "re75"};

typedef struct lalonde {
  golden_csv csv;
  size_t n;
  double *column[10]; /* the score, then as in NAMES */
  double *re78;
  unsigned char *treated;
  uint32_t *race;
  const double *all[10], *model[8]; /* model: without raceblack, for the propensity */
  muster_match_data balance, data;
} lalonde;

static lalonde read_lalonde(void) {
  lalonde d = {.csv = golden_read("data/lalonde_matchit.csv")};
  d.n = d.csv.rows;
  static const char *const plain[] = {NULL, "age", "educ", NULL, NULL, NULL, "married", "nodegree", "re74", "re75"};
  static const char *const races[] = {"black", "hispan", "white"};
  for (size_t j = 0; j < 10; j++) {
    d.column[j] = plain[j] ? golden_numbers(&d.csv, plain[j]) : muster_alloc(d.n, sizeof(double));
    if (j >= 3 && j <= 5)
      for (size_t i = 0; i < d.n; i++) d.column[j][i] = strcmp(golden_text(&d.csv, i, "race"), races[j - 3]) == 0;
    d.all[j] = d.column[j];
  }
  for (size_t j = 0, k = 0; j < COLUMNS; j++)
    if (j != 2) d.model[k++] = d.column[j + 1];
  d.re78 = golden_numbers(&d.csv, "re78");
  d.race = golden_factor(&d.csv, "race", NULL);
  double *flag = golden_numbers(&d.csv, "treat");
  d.treated = muster_alloc(d.n, 1);
  for (size_t i = 0; i < d.n; i++) d.treated[i] = flag[i] == 1;
  muster_free(flag);
  return d;
}

/** Views and scores; the struct must not move after this. */
static void ready(lalonde *d) {
  d->data = (muster_match_data){d->n, 8, d->model, d->treated, NULL};
  d->balance = (muster_match_data){d->n, 10, d->all, d->treated, NULL};
  double beta[9], log_likelihood;
  muster_error err;
  assert_int_equal(muster_propensity(&d->data, d->column[0], beta, &log_likelihood, &err), MUSTER_OK);
  static const char *const names[] = {"b_(Intercept)", "b_age",      "b_educ", "b_racehispan", "b_racewhite",
                                      "b_married",     "b_nodegree", "b_re74", "b_re75"};
  for (size_t j = 0; j < 9; j++) golden_check("lalonde_ps", names[j], beta[j], ITERATED);
  golden_check("lalonde_ps", "loglik", log_likelihood, ITERATED);
}

static void free_lalonde(lalonde *d) {
  for (size_t j = 0; j < 10; j++) muster_free(d->column[j]);
  muster_free(d->re78), muster_free(d->treated), muster_free(d->race);
  golden_free(&d->csv);
}

static muster_matches match(const lalonde *d, muster_match_plan plan) {
  muster_matches m = {0};
  muster_error err = {0};
  if (muster_match(&d->data, &plan, &m, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return m;
}

/* --- comparisons --- */

static void check_pairs(const lalonde *d, const muster_matches *m, const char *file) {
  golden_csv csv = golden_read(file);
  size_t row = 0;
  for (size_t i = 0; i < d->n; i++) {
    if (!d->treated[i]) continue;
    assert_string_equal(golden_text(&csv, row, "treated"), golden_text(&d->csv, i, "id"));
    const char *control = m->match[i] < 0 ? "" : golden_text(&d->csv, (size_t)m->match[i], "id");
    assert_string_equal(golden_text(&csv, row++, "control"), control);
  }
  assert_int_equal(row, csv.rows);
  golden_free(&csv);
}

typedef struct table {
  const muster_balance *rows;
  size_t checked;
} table;

static void check_cell(const char *id, const char *quantity, void *context) {
  table *t = context;
  const char *dot = strrchr(quantity, '.');
  for (size_t j = 0; dot && j < 10; j++) {
    const muster_balance *b = &t->rows[j];
    if (strlen(b->covariate) != (size_t)(dot - quantity) || strncmp(b->covariate, quantity, strlen(b->covariate)) != 0)
      continue;
    const struct {
      const char *name;
      double value;
    } cells[] = {{"mean_treated", b->mean_treated}, {"mean_control", b->mean_control}, {"smd", b->smd},
                 {"var_ratio", b->var_ratio},       {"ecdf_mean", b->ecdf_mean},       {"ecdf_max", b->ecdf_max},
                 {"pair_dist", b->pair_distance}};
    for (size_t c = 0; c < 7; c++)
      if (strcmp(cells[c].name, dot + 1) == 0) {
        golden_check(id, quantity, cells[c].value, ITERATED);
        t->checked++;
      }
  }
}

static void check_balance(const lalonde *d, const char *id, const double *weight, const muster_matches *m,
                          size_t cells) {
  muster_balance rows[10];
  muster_error err;
  assert_int_equal(muster_balance_of(&d->balance, weight, m, NAMES, rows, &err), MUSTER_OK);
  table t = {rows, 0};
  golden_each("06_matching.csv", id, check_cell, &t);
  assert_int_equal(t.checked, cells);
  if (!m) return;
  golden_check(id, "n_pairs", (double)m->n_pairs, CLOSED);
  golden_check(id, "n_distinct_controls", (double)m->n_controls, CLOSED);
  golden_check(id, "ess_control", m->effective, CLOSED);
}

static void check_effects(const lalonde *d, const char *id, const muster_matches *m) {
  muster_matched_effect e;
  muster_error err;
  assert_int_equal(muster_matched_effect_of(&d->data, d->re78, m->weight, m, false, &e, &err), MUSTER_OK);
  golden_check(id, "att", e.estimate, CLOSED);
  golden_check(id, m->replacement ? "se_HC1" : "se_pair", e.std_error, CLOSED);
  assert_int_equal(muster_matched_effect_of(&d->data, d->re78, m->weight, m, true, &e, &err), MUSTER_OK);
  golden_check(id, "att_adj", e.estimate, CLOSED);
  if (m->replacement) return;
  golden_check(id, "se_adj_pair", e.std_error, CLOSED);
  assert_int_equal(muster_paired_effect(d->re78, m, &e, &err), MUSTER_OK);
  golden_check(id, "se_paired_t", e.std_error, CLOSED);
}

static void pairs_and_balance_agree(void **state) {
  (void)state;
  lalonde d = read_lalonde();
  ready(&d);
  muster_matches m = match(&d, (muster_match_plan){.score = d.column[0]});
  check_pairs(&d, &m, "golden/06_pairs_nn_norep.csv");
  check_balance(&d, "bal_nn_norep", m.weight, &m, 65);
  check_effects(&d, "att_nn_norep", &m);
  muster_matches_free(&m);

  m = match(&d, (muster_match_plan){.score = d.column[0], .replacement = true});
  check_pairs(&d, &m, "golden/06_pairs_nn_rep.csv");
  check_balance(&d, "bal_nn_rep", m.weight, &m, 65);
  check_effects(&d, "att_nn_rep", &m);
  assert_int_equal(m.n_tied, 24);
  muster_matches_free(&m);

  m = match(&d, (muster_match_plan){.score = d.column[0], .caliper = 0.2});
  check_pairs(&d, &m, "golden/06_pairs_caliper.csv");
  check_balance(&d, "bal_caliper", m.weight, &m, 65);
  check_effects(&d, "att_caliper", &m);
  muster_matches_free(&m);

  m = match(&d, (muster_match_plan){.score = d.column[0], .block = d.race});
  check_pairs(&d, &m, "golden/06_pairs_exact_race.csv");
  check_effects(&d, "att_exact_race", &m);
  for (size_t i = 0; i < d.n; i++)
    if (m.match[i] >= 0) assert_int_equal(d.race[i], d.race[m.match[i]]);
  muster_matches_free(&m);

  m = match(&d, (muster_match_plan){0});
  check_pairs(&d, &m, "golden/06_pairs_maha.csv");
  check_balance(&d, "bal_maha", m.weight, &m, 65);
  golden_check("bal_maha", "share_equal_matchit", 1, CLOSED); /* all 185 pairs were compared above */
  muster_matches_free(&m);
  free_lalonde(&d);
}

static void weighting_agrees(void **state) {
  (void)state;
  lalonde d = read_lalonde();
  ready(&d);
  double *weight = muster_alloc(d.n, sizeof *weight), effective;
  muster_matched_effect e;
  muster_abadie_imbens ai;
  muster_error err;
  assert_int_equal(muster_att_weights(&d.data, d.column[0], weight, &effective, &err), MUSTER_OK);
  golden_check("att_ipw", "ess_control", effective, ITERATED);
  check_balance(&d, "bal_ipw", weight, NULL, 55);
  assert_int_equal(muster_matched_effect_of(&d.data, d.re78, weight, NULL, false, &e, &err), MUSTER_OK);
  golden_check("att_ipw", "att", e.estimate, ITERATED);
  golden_check("att_ipw", "se_HC1", e.std_error, ITERATED);
  assert_int_equal(muster_matched_effect_of(&d.data, d.re78, NULL, NULL, false, &e, &err), MUSTER_OK);
  golden_check("naive_lalonde", "diff", e.estimate, CLOSED);
  assert_int_equal(muster_abadie_imbens_of(&d.data, d.column[0], d.re78, 1e-5, &ai, &err), MUSTER_OK);
  golden_check("att_nn_rep_ties", "att", ai.att, ITERATED);
  golden_check("att_nn_rep_ties", "ai_se", ai.std_error, ITERATED);
  muster_free(weight);
  free_lalonde(&d);
}

static void the_randomised_sample_agrees(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/lalonde_dw_rct.csv");
  static const char *const names[] = {"age", "educ", "black", "hisp", "married", "nodegr", "re74", "re75"};
  double *x[8], *y = golden_numbers(&csv, "re78"), *flag = golden_numbers(&csv, "treat");
  unsigned char *treated = muster_alloc(csv.rows, 1);
  for (size_t j = 0; j < 8; j++) x[j] = golden_numbers(&csv, names[j]);
  for (size_t i = 0; i < csv.rows; i++) treated[i] = flag[i] == 1;
  muster_match_data data = {csv.rows, 8, (const double *const *)x, treated, NULL};
  muster_abadie_imbens ai;
  muster_error err;
  assert_int_equal(muster_propensity(&data, flag, NULL, NULL, &err), MUSTER_OK);
  assert_int_equal(muster_abadie_imbens_of(&data, flag, y, 1e-5, &ai, &err), MUSTER_OK);
  assert_close(ai.att / 2624.2786144144, 1, 1e-10); /* published 2624.3 and 802.19 */
  assert_close(ai.std_error / 802.1877288531, 1, 1e-10);
  for (size_t j = 0; j < 8; j++) muster_free(x[j]);
  muster_free(y), muster_free(flag), muster_free(treated);
  golden_free(&csv);
}

/* --- what needs no reference --- */

static const double A[] = {1, 2, 3, 4, 5, 6, 7, 8}, B[] = {1, 0, 1, 0, 1, 0, 1, 0};
static const double *const AB[] = {A, B};
static const unsigned char MIXED[] = {1, 0, 0, 1, 0, 0, 1, 0};
static const double Y[] = {3, 1, 2, 5, 4, 4, 8, 6};

/* A yes or no beside an income in pence: the unit of the income cannot drive the answer out. A column that says no more
 * than who was treated has no part in the distance. */
static void units_of_covariates_change_no_pair(void **state) {
  (void)state;
  enum { N = 60 };
  double answer[N], thousands[N], pence[N], arm[N];
  unsigned char treated[N];
  for (size_t i = 0; i < N; i++) {
    treated[i] = i % 3 == 0;
    answer[i] = i / 3 % 2;
    thousands[i] = 30 + 9 * sin((double)(i * i));
    pence[i] = 1e5 * thousands[i];
    arm[i] = treated[i] ? 0.1 : 0.7;
  }
  const double *small[] = {answer, thousands}, *large[] = {answer, pence}, *more[] = {answer, thousands, arm};
  muster_match_data a = {.n = N, .k = 2, .x = small, .treated = treated}, b = a, c = a;
  b.x = large, c.x = more, c.k = 3;
  muster_match_plan plan = {.replacement = true};
  muster_matches of_a, of_b, of_c;
  muster_error err;
  assert_int_equal(muster_match(&a, &plan, &of_a, &err), MUSTER_OK);
  assert_int_equal(muster_match(&b, &plan, &of_b, &err), MUSTER_OK);
  assert_int_equal(muster_match(&c, &plan, &of_c, &err), MUSTER_OK);
  size_t alike = 0;
  for (size_t i = 0; i < N; i++) alike += treated[i] && answer[of_a.match[i]] == answer[i];
  assert_int_equal(alike, 20);
  assert_memory_equal(of_a.match, of_b.match, N * sizeof *of_a.match);
  assert_memory_equal(of_a.match, of_c.match, N * sizeof *of_a.match);
  muster_matches_free(&of_a), muster_matches_free(&of_b), muster_matches_free(&of_c);
}

static void ties_go_to_the_lowest_row(void **state) {
  (void)state;
  double score[] = {0.5, 0.4, 0.6, 0.1, 0.4, 0.6, 0.9, 0.5};
  unsigned char treated[] = {1, 0, 0, 0, 0, 0, 0, 0};
  muster_match_data data = {8, 0, NULL, treated, NULL};
  muster_matches m = {0};
  muster_error err;
  assert_int_equal(muster_match(&data, &(muster_match_plan){.score = score}, &m, &err), MUSTER_OK);
  assert_int_equal(m.match[0], 7);
  muster_matches_free(&m);
  score[7] = 0.95;
  assert_int_equal(muster_match(&data, &(muster_match_plan){.score = score}, &m, &err), MUSTER_OK);
  assert_int_equal(m.match[0], 1); /* 0.4, 0.6, 0.4, 0.6 are all a tenth away */
  assert_int_equal(m.n_tied, 1);
  muster_matches_free(&m);
}

/* What the shelf does, by looking at every row. */
static size_t plainly(const double *score, const uint32_t *block, const unsigned char *treated, const bool *used,
                      size_t n, size_t row, double reach) {
  size_t found = n;
  for (size_t i = 0; i < n; i++) {
    if (treated[i] || used[i] || block[i] != block[row] || fabs(score[i] - score[row]) > reach) continue;
    if (found == n || fabs(score[i] - score[row]) < fabs(score[found] - score[row])) found = i;
  }
  return found;
}

static void the_shelf_does_what_looking_at_every_row_does(void **state) {
  (void)state;
  enum { MANY = 300 };
  double score[MANY];
  uint32_t block[MANY], seed = 9;
  unsigned char treated[MANY];
  muster_error err;
  for (int round = 0; round < 40; round++) {
    bool used[MANY] = {false};
    for (size_t i = 0; i < MANY; i++) {
      seed = seed * 1664525u + 1013904223u;
      score[i] = (double)((seed >> 8) % (round % 2 ? 64u : 1u << 20)) / (1 << 20); /* halves and quarters: exact ties */
      block[i] = (seed >> 5) % (uint32_t)(1 + round % 4);
      treated[i] = seed % 3 == 0;
    }
    muster_match_plan plan = {.score = score, .block = block, .file_order = true, .replacement = round % 5 == 0};
    if (round % 3 == 0) plan.caliper = 0.05;
    double mean = 0, squares = 0;
    for (size_t i = 0; i < MANY; i++) mean += score[i] / MANY;
    for (size_t i = 0; i < MANY; i++) squares += (score[i] - mean) * (score[i] - mean);
    double reach = plan.caliper > 0 ? plan.caliper * sqrt(squares / (MANY - 1)) : INFINITY;
    muster_match_data data = {MANY, 0, NULL, treated, NULL};
    muster_matches m = {0};
    assert_int_equal(muster_match(&data, &plan, &m, &err), MUSTER_OK);
    for (size_t i = 0; i < MANY; i++) {
      if (!treated[i]) continue;
      size_t other = plainly(score, block, treated, used, MANY, i, reach);
      assert_int_equal(m.match[i], other == MANY ? MUSTER_MATCH_NONE : (ptrdiff_t)other);
      if (other < MANY && !plan.replacement) used[other] = true;
    }
    muster_matches_free(&m);
  }
}

static void shifting_the_outcome_changes_nothing(void **state) {
  (void)state;
  muster_match_data data = {8, 2, AB, MIXED, NULL};
  muster_matches m = {0};
  muster_matched_effect a, b;
  muster_error err;
  assert_int_equal(muster_match(&data, &(muster_match_plan){0}, &m, &err), MUSTER_OK);
  double y[8];
  for (int i = 0; i < 8; i++) y[i] = 2 * Y[i] + 10;
  assert_int_equal(muster_paired_effect(Y, &m, &a, &err), MUSTER_OK);
  assert_int_equal(muster_paired_effect(y, &m, &b, &err), MUSTER_OK);
  assert_close(b.estimate, 2 * a.estimate, 1e-12);
  assert_close(b.std_error, 2 * a.std_error, 1e-12);
  muster_matches_free(&m);
}

static void rows_twice_at_half_weight_keep_the_balance(void **state) {
  (void)state;
  double a[16], b[16], half[16];
  unsigned char treated[16];
  for (int i = 0; i < 16; i++) {
    a[i] = A[i / 2];
    b[i] = B[i / 2];
    treated[i] = MIXED[i / 2];
    half[i] = 0.5;
  }
  const double *const twice[] = {a, b};
  const char *const names[] = {"a", "b"};
  muster_match_data once = {8, 2, AB, MIXED, NULL}, doubled = {16, 2, twice, treated, NULL};
  muster_balance x[2], z[2];
  muster_error err;
  assert_int_equal(muster_balance_of(&once, NULL, NULL, names, x, &err), MUSTER_OK);
  assert_int_equal(muster_balance_of(&doubled, half, NULL, names, z, &err), MUSTER_OK);
  for (int j = 0; j < 2; j++) {
    assert_close(x[j].mean_treated, z[j].mean_treated, 1e-14);
    assert_close(x[j].mean_control, z[j].mean_control, 1e-14);
    assert_close(x[j].ecdf_mean, z[j].ecdf_mean, 1e-14);
    assert_close(x[j].ecdf_max, z[j].ecdf_max, 1e-14);
  }
}

static void balance_is_written_as_csv(void **state) {
  (void)state;
  muster_match_data data = {8, 2, AB, MIXED, NULL};
  const char *const names[] = {"age", "fsm, ever"};
  muster_balance rows[2];
  muster_error err;
  assert_int_equal(muster_balance_of(&data, NULL, NULL, names, rows, &err), MUSTER_OK);
  assert_true(rows[1].binary && isnan(rows[1].var_ratio));
  assert_close(rows[1].ecdf_max, fabs(rows[1].mean_treated - rows[1].mean_control), 1e-15);
  muster_buf out;
  muster_buf_init(&out, 4096);
  muster_balance_csv(rows, 2, "mentors", "all", &out);
  assert_non_null(strstr(out.at, "mentors,all,age,4,4.8,"));
  assert_non_null(strstr(out.at, ",\"fsm, ever\","));
  muster_buf_free(&out);
}

static void arms_and_values_are_checked(void **state) {
  (void)state;
  muster_error err;
  muster_matches m = {0};
  muster_balance rows[2];
  muster_matched_effect e;
  double score[8] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8}, weight[8], holes[8];
  const unsigned char all[] = {1, 1, 1, 1, 1, 1, 1, 1};
  const char *const names[] = {"a", "b"};
  muster_match_data data = {8, 2, AB, all, NULL};
  assert_int_equal(muster_match(&data, &(muster_match_plan){.score = score}, &m, &err), MUSTER_DATA);
  assert_int_equal(muster_propensity(&data, score, NULL, NULL, &err), MUSTER_DATA);
  assert_int_equal(muster_balance_of(&data, NULL, NULL, names, rows, &err), MUSTER_DATA);
  data.treated = MIXED;
  assert_int_equal(muster_match(&data, &(muster_match_plan){.score = score, .caliper = 1e-6}, &m, &err), MUSTER_DATA);
  assert_non_null(strstr(err.todo, "common support"));
  assert_int_equal(muster_match(&data, &(muster_match_plan){.score = score, .caliper = -1}, &m, &err), MUSTER_DATA);
  memcpy(holes, A, sizeof holes);
  holes[2] = NAN;
  const double *const x[] = {holes};
  muster_match_data missing = {8, 1, x, MIXED, NULL};
  assert_int_equal(muster_match(&missing, &(muster_match_plan){0}, &m, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "row 3"));
  score[1] = 1;
  assert_int_equal(muster_att_weights(&data, score, weight, NULL, &err), MUSTER_DATA);
  score[1] = NAN;
  assert_int_equal(muster_match(&data, &(muster_match_plan){.score = score}, &m, &err), MUSTER_DATA);
  /* a covariate that tells the arms apart */
  const double split[] = {1, 0, 0, 1, 0, 0, 1, 0};
  const double *const s[] = {split};
  muster_match_data separated = {8, 1, s, MIXED, NULL};
  assert_int_equal(muster_propensity(&separated, weight, NULL, NULL, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "separation"));
  const unsigned char one[] = {1, 0, 0, 0, 0, 0, 0, 0};
  data.treated = one;
  score[1] = 0.2;
  assert_int_equal(muster_match(&data, &(muster_match_plan){.score = score}, &m, &err), MUSTER_OK);
  assert_int_equal(muster_paired_effect(Y, &m, &e, &err), MUSTER_DATA); /* one pair has no spread */
  muster_matches_free(&m);
}

/* A school's pupils are alike and so are the two of a pair: errors know both, by the formula for several ways, whose
 * parts come from least squares on the matched rows. */
enum { CROWD = 48 };

static double part_of(const muster_match_data *data, const double *y, const uint32_t *cluster, size_t n_clusters) {
  muster_trial trial = {.n = CROWD, .y = y, .treated = data->treated, .cluster = cluster, .n_clusters = n_clusters};
  muster_itt itt;
  muster_error err;
  assert_int_equal(muster_itt_of(&trial, false, MUSTER_CR0, &itt, &err), MUSTER_OK);
  return itt.std_error * itt.std_error;
}

static void errors_are_by_cluster(void **state) {
  (void)state;
  double x[CROWD], y[CROWD];
  unsigned char treated[CROWD];
  uint32_t school[CROWD], pair[CROWD] = {0}, both[CROWD], sparse[CROWD];
  for (size_t i = 0; i < CROWD; i++) {
    treated[i] = i % 2;
    school[i] = (uint32_t)(i * 5 % 48 / 6); /* 8 schools */
    sparse[i] = 70 + 3 * school[i];
    x[i] = (double)(i * 7 % 48) / 48;
    y[i] = 2 * x[i] + (double)(i * 11 % 13) / 13 + (treated[i] ? 0.9 : 0.3) * (school[i] % 3);
  }
  const double *columns[] = {x};
  muster_match_data data = {CROWD, 1, columns, treated, NULL};
  muster_matches m = {0};
  muster_error err;
  assert_int_equal(muster_match(&data, &(muster_match_plan){.score = x}, &m, &err), MUSTER_OK);
  assert_int_equal(m.n_pairs, CROWD / 2);
  uint32_t next = 0;
  for (size_t i = 0; i < CROWD; i++)
    if (m.match[i] >= 0) pair[i] = pair[m.match[i]] = next++;
  for (size_t i = 0; i < CROWD; i++) both[i] = pair[i] * 8 + school[i];
  size_t n_both;
  assert_int_equal(muster_number_dense(both, CROWD, both, NULL, &n_both, &err), MUSTER_OK);
  muster_matched_effect plain, found;
  assert_int_equal(muster_matched_effect_of(&data, y, m.weight, &m, false, &plain, &err), MUSTER_OK);
  data.cluster = sparse; /* any numbers */
  assert_int_equal(muster_matched_effect_of(&data, y, m.weight, &m, false, &found, &err), MUSTER_OK);
  assert_close(found.estimate, plain.estimate, 0);
  assert_int_equal(found.n_clusters, 8);
  assert_close(found.df, 7, 0);
  double ways = part_of(&data, y, pair, 24) + part_of(&data, y, school, 8) - part_of(&data, y, both, n_both);
  double by_school = sqrt(part_of(&data, y, school, 8) * 8 / 7 * 47 / 46);
  assert_close(found.std_error, fmax(sqrt(fmax(ways, 0) * 8 / 7 * 47 / 46), fmax(by_school, plain.std_error)), 1e-12);
  assert_true(found.std_error > plain.std_error);
  data.cluster = pair; /* pairs that do not leave their cluster add nothing */
  assert_int_equal(muster_matched_effect_of(&data, y, m.weight, &m, false, &found, &err), MUSTER_OK);
  assert_close(found.std_error, plain.std_error, 1e-14);
  assert_non_null(strstr(found.note, "which pairs do not leave"));
  data.cluster = school;
  assert_int_equal(muster_matched_effect_of(&data, y, NULL, NULL, false, &found, &err), MUSTER_OK);
  assert_close(found.std_error, sqrt(part_of(&data, y, school, 8) * 8 / 7 * 47 / 46), 1e-12);
  for (size_t i = 0; i < CROWD; i++) y[i] = 2 * x[i] + (double)(i * 11 % 13) / 13; /* schools are no matter */
  data.cluster = school;
  muster_matched_effect alone;
  assert_int_equal(muster_matched_effect_of(&data, y, m.weight, &m, false, &found, &err), MUSTER_OK);
  data.cluster = NULL;
  assert_int_equal(muster_matched_effect_of(&data, y, m.weight, &m, false, &alone, &err), MUSTER_OK);
  assert_true(found.std_error >= alone.std_error && found.df == 7);
  plain = alone;
  for (size_t i = 0; i < CROWD; i++) sparse[i] = 9;
  data.cluster = sparse;
  assert_int_equal(muster_matched_effect_of(&data, y, m.weight, &m, false, &found, &err), MUSTER_OK);
  assert_close(found.std_error, plain.std_error, 1e-14);
  assert_non_null(strstr(found.note, "one cluster only"));
  muster_matches_free(&m);
}

static void want_of_memory_is_survived(void **state) {
  (void)state;
  muster_match_data data = {8, 2, AB, MIXED, NULL};
  const char *const names[] = {"a", "b"};
  muster_error err;
  muster_status status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 2000; nth++) {
    muster_matches m = {0};
    muster_balance rows[2];
    muster_matched_effect e;
    muster_abadie_imbens ai;
    double score[8];
    muster_alloc_fail_at(nth);
    status = muster_propensity(&data, score, NULL, NULL, &err);
    if (status == MUSTER_OK) status = muster_match(&data, &(muster_match_plan){0}, &m, &err);
    if (status == MUSTER_OK) {
      muster_matches_free(&m);
      status = muster_match(&data, &(muster_match_plan){.score = score}, &m, &err);
    }
    if (status == MUSTER_OK) status = muster_balance_of(&data, m.weight, &m, names, rows, &err);
    if (status == MUSTER_OK) status = muster_matched_effect_of(&data, Y, m.weight, &m, false, &e, &err);
    if (status == MUSTER_OK) status = muster_abadie_imbens_of(&data, score, Y, 0, &ai, &err);
    muster_alloc_fail_at(0);
    muster_matches_free(&m);
  }
  assert_int_equal(status, MUSTER_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pairs_and_balance_agree),
      cmocka_unit_test(weighting_agrees),
      cmocka_unit_test(the_randomised_sample_agrees),
      cmocka_unit_test(units_of_covariates_change_no_pair),
      cmocka_unit_test(ties_go_to_the_lowest_row),
      cmocka_unit_test(the_shelf_does_what_looking_at_every_row_does),
      cmocka_unit_test(shifting_the_outcome_changes_nothing),
      cmocka_unit_test(rows_twice_at_half_weight_keep_the_balance),
      cmocka_unit_test(balance_is_written_as_csv),
      cmocka_unit_test(arms_and_values_are_checked),
      cmocka_unit_test(errors_are_by_cluster),
      cmocka_unit_test(want_of_memory_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
