/* Count and share models against the reference packages; separation, empty fixed effects, bad input. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "golden.h"
#include "muster/impact/glm.h"

static const double ITERATED = 1e-8;

static muster_glm fit_of(const muster_glm_model *model) {
  muster_glm fit = {0};
  muster_error err = {0};
  if (muster_glm_fit(model, &fit, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return fit;
}

static muster_vcov vcov_of(const muster_glm *fit, const muster_covariance *how) {
  muster_vcov vcov = {0};
  muster_error err = {0};
  muster_status status = how ? muster_glm_vcov(fit, how, &vcov, &err) : muster_glm_vcov_model(fit, &vcov, &err);
  if (status != MUSTER_OK) fail_msg("%s", err.what);
  return vcov;
}

/* --- Quine's days absent --- */

typedef struct quine {
  golden_csv csv;
  double *columns, *days;
  const double *x[32];
} quine;

static double is(const golden_csv *csv, size_t row, const char *name, const char *level) {
  return strcmp(golden_text(csv, row, name), level) == 0;
}

/** Constant, EthN, SexM, AgeF1, AgeF2, AgeF3, LrnSL; or all their interactions. */
static quine read_quine(bool interactions) {
  quine q = {.csv = golden_read("data/quine.csv")};
  size_t n = q.csv.rows, k = interactions ? 32 : 7;
  q.days = golden_numbers(&q.csv, "Days");
  q.columns = muster_alloc(n * k, sizeof *q.columns);
  for (size_t i = 0; i < n; i++) {
    double eth = is(&q.csv, i, "Eth", "N"), sex = is(&q.csv, i, "Sex", "M"), slow = is(&q.csv, i, "Lrn", "SL");
    double age[] = {1, is(&q.csv, i, "Age", "F1"), is(&q.csv, i, "Age", "F2"), is(&q.csv, i, "Age", "F3")};
    double main[] = {1, eth, sex, age[1], age[2], age[3], slow};
    for (size_t j = 0; j < k; j++)
      q.columns[j * n + i] =
          interactions ? (j & 1 ? eth : 1) * (j & 2 ? sex : 1) * (j & 4 ? slow : 1) * age[j >> 3] : main[j];
  }
  for (size_t j = 0; j < k; j++) q.x[j] = q.columns + j * n;
  return q;
}

static void free_quine(quine *q) {
  muster_free(q->columns), muster_free(q->days);
  golden_free(&q->csv);
}

static void poisson_agrees(void **state) {
  (void)state;
  quine q = read_quine(false);
  muster_glm fit =
      fit_of(&(muster_glm_model){.design = {.n = q.csv.rows, .k = 7, .x = q.x, .y = q.days}, .family = MUSTER_POISSON});
  muster_vcov model = vcov_of(&fit, NULL), quasi = vcov_of(&fit, &(muster_covariance){.kind = MUSTER_IID}),
              robust = vcov_of(&fit, &(muster_covariance){.kind = MUSTER_HC0});
  static const char *const names[] = {"Intercept", "EthN", "SexM", "AgeF1", "AgeF2", "AgeF3", "LrnSL"};
  for (size_t j = 0; j < 7; j++) {
    const struct {
      const char *suffix;
      double value;
    } figures[] = {{"est", fit.beta[j]},
                   {"se", muster_vcov_se(&model, j)},
                   {"se_quasi", muster_vcov_se(&quasi, j)},
                   {"se_HC0", muster_vcov_se(&robust, j)}};
    for (size_t f = 0; f < 4; f++) {
      char quantity[32];
      snprintf(quantity, sizeof quantity, "%s_%s", names[j], figures[f].suffix);
      golden_check("quine_pois", quantity, figures[f].value, ITERATED);
    }
  }
  golden_check("quine_pois", "deviance", fit.deviance, ITERATED);
  golden_check("quine_pois", "dispersion", fit.dispersion, ITERATED);
  assert_int_equal(fit.n_dropped, 0);
  muster_vcov_free(&model), muster_vcov_free(&quasi), muster_vcov_free(&robust);
  muster_glm_free(&fit);
  free_quine(&q);
}

static void negative_binomial_agrees(void **state) {
  (void)state;
  quine q = read_quine(true);
  muster_glm_model model = {.design = {.n = q.csv.rows, .k = 32, .x = q.x, .y = q.days},
                            .family = MUSTER_NEGATIVE_BINOMIAL};
  muster_glm fit = fit_of(&model);
  golden_check("quine_nb4", "theta", fit.theta, ITERATED);
  golden_check("quine_nb4", "theta_se", fit.theta_se, ITERATED);
  golden_check("quine_nb4", "twologlik", 2 * fit.log_likelihood, ITERATED);
  muster_glm_free(&fit);
  free_quine(&q);
  q = read_quine(false);
  model.design = (muster_design){.n = q.csv.rows, .k = 7, .x = q.x, .y = q.days};
  fit = fit_of(&model);
  assert_close(fit.theta / 1.274892645054, 1, 1e-10); /* published 1.275 */
  muster_glm_free(&fit);
  free_quine(&q);
}

static void poisson_with_fixed_effects_agrees(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/mlda_mv_deaths.csv");
  size_t states, years;
  uint32_t *unit = golden_factor(&csv, "state", &states), *year = golden_factor(&csv, "year", &years);
  double *count = golden_numbers(&csv, "count"), *pop = golden_numbers(&csv, "pop");
  double *legal = golden_numbers(&csv, "legal"), *beer = golden_numbers(&csv, "beertaxa");
  for (size_t i = 0; i < csv.rows; i++) pop[i] = log(pop[i]);
  const double *x[] = {legal, beer};
  muster_glm fit = fit_of(&(muster_glm_model){.design = {.n = csv.rows,
                                                         .k = 2,
                                                         .x = x,
                                                         .y = count,
                                                         .absorb = unit,
                                                         .n_absorb = states,
                                                         .dummies = year,
                                                         .n_dummies = years},
                                              .family = MUSTER_POISSON,
                                              .offset = pop});
  golden_check("mlda_fepois", "legal_est", fit.beta[0], ITERATED);
  golden_check("mlda_fepois", "beertaxa_est", fit.beta[1], ITERATED);
  golden_check("mlda_fepois", "deviance", fit.deviance, ITERATED);
  muster_covariance how = {.kind = MUSTER_CR1, .ways = 1, .cluster = {unit}, .n_clusters = {states}};
  muster_vcov vcov = vcov_of(&fit, &how);
  golden_check("mlda_fepois", "legal_se", muster_vcov_se(&vcov, 0), ITERATED);
  golden_check("mlda_fepois", "beertaxa_se", muster_vcov_se(&vcov, 1), ITERATED);
  muster_vcov_free(&vcov);
  how.kind = MUSTER_CR1P; /* for a glm clubSandwich's CR1S keeps G/(G-1) alone */
  vcov = vcov_of(&fit, &how);
  golden_check("mlda_fepois", "legal_se_glm_CR1S", muster_vcov_se(&vcov, 0), ITERATED);
  muster_vcov_free(&vcov);
  muster_glm_free(&fit);
  muster_free(unit), muster_free(year), muster_free(count), muster_free(pop), muster_free(legal), muster_free(beer);
  golden_free(&csv);
}

static void fractional_logit_agrees(void **state) {
  (void)state;
  golden_csv csv = golden_read("data/sim_rtm_mentors.csv");
  double *mentored = golden_numbers(&csv, "mentored"), *b1 = golden_numbers(&csv, "absent_b1");
  double *b2 = golden_numbers(&csv, "absent_b2"), *y = golden_numbers(&csv, "absent_f");
  double *one = muster_alloc(csv.rows, sizeof *one), *possible = muster_alloc(csv.rows, sizeof *possible);
  size_t n = 0;
  for (size_t i = 0; i < csv.rows; i++) {
    if (b2[i] < 6) continue;
    one[n] = 1;
    possible[n] = 60;
    mentored[n] = mentored[i];
    b1[n] = b1[i] / 60;
    b2[n] = b2[i] / 60;
    y[n++] = y[i] / 60;
  }
  const double *x[] = {one, mentored, b1, b2};
  muster_glm fit = fit_of(
      &(muster_glm_model){.design = {.n = n, .k = 4, .x = x, .y = y, .weight = possible}, .family = MUSTER_LOGIT});
  muster_vcov vcov = vcov_of(&fit, &(muster_covariance){.kind = MUSTER_HC0});
  muster_marginal effect;
  muster_error err;
  golden_check("frac_logit", "mentored_est", fit.beta[1], ITERATED);
  golden_check("frac_logit", "mentored_se_HC0", muster_vcov_se(&vcov, 1), ITERATED);
  golden_check("frac_logit", "dispersion", fit.dispersion, ITERATED);
  assert_int_equal(muster_glm_marginal(&fit, &vcov, 1, true, &effect, &err), MUSTER_OK);
  golden_check("frac_logit", "ame_att", effect.effect, ITERATED);
  assert_int_equal(effect.n, 400);
  assert_true(effect.std_error > 0.004 && effect.std_error < 0.008);
  assert_int_equal(muster_glm_marginal(&fit, &vcov, 3, true, &effect, &err), MUSTER_DATA);
  muster_vcov_free(&vcov);
  muster_glm_free(&fit);
  muster_free(mentored), muster_free(b1), muster_free(b2), muster_free(y), muster_free(one), muster_free(possible);
  golden_free(&csv);
}

/* --- what needs no reference --- */

static const double ONE[] = {1, 1, 1, 1, 1, 1, 1, 1}, HALF[] = {0, 0, 0, 0, 1, 1, 1, 1};
static const double COUNT[] = {1, 3, 2, 2, 5, 4, 6, 5};

static void the_saturated_model_is_the_ratio_of_means(void **state) {
  (void)state;
  const double *x[] = {ONE, HALF};
  muster_glm_model model = {.design = {.n = 8, .k = 2, .x = x, .y = COUNT}, .family = MUSTER_POISSON};
  muster_glm fit = fit_of(&model);
  assert_close(fit.beta[1], log(5.0 / 2.0), 1e-13);
  muster_glm_free(&fit);
  double log_ten[8], tens[8], twice[8];
  for (int i = 0; i < 8; i++) {
    log_ten[i] = log(10);
    tens[i] = 10 * COUNT[i];
    twice[i] = 2;
  }
  model.offset = log_ten; /* ten times the exposure, ten times the counts: the same rates */
  model.design.y = tens;
  fit = fit_of(&model);
  assert_close(fit.beta[0], log(2), 1e-13);
  muster_glm_free(&fit);
  model.offset = NULL;
  model.design.y = COUNT;
  model.design.weight = twice;
  fit = fit_of(&model);
  assert_close(fit.beta[1], log(5.0 / 2.0), 1e-13);
  muster_glm_free(&fit);
}

static void rows_twice_at_half_weight_change_nothing(void **state) {
  (void)state;
  const double *x[] = {ONE, HALF};
  double d[16], one[16], half[16];
  for (int i = 0; i < 16; i++) {
    d[i] = HALF[i / 2];
    one[i] = 1;
    half[i] = 0.5;
  }
  const double *twice[] = {one, d};
  for (int family = MUSTER_POISSON; family <= MUSTER_LOGIT; family++) {
    double share[8], shares[16];
    for (int i = 0; i < 8; i++) share[i] = family == MUSTER_LOGIT ? COUNT[i] / 10 : COUNT[i] * (1 + 2 * (i % 2));
    for (int i = 0; i < 16; i++) shares[i] = share[i / 2];
    muster_glm a =
        fit_of(&(muster_glm_model){.design = {.n = 8, .k = 2, .x = x, .y = share}, .family = (muster_family)family});
    muster_glm b = fit_of(&(muster_glm_model){.design = {.n = 16, .k = 2, .x = twice, .y = shares, .weight = half},
                                              .family = (muster_family)family});
    assert_close(a.beta[1], b.beta[1], 1e-11);
    assert_close(a.deviance, b.deviance, 1e-10);
    if (family == MUSTER_NEGATIVE_BINOMIAL) assert_close(a.theta / b.theta, 1, 1e-10);
    muster_glm_free(&a), muster_glm_free(&b);
  }
}

static void fixed_effects_equal_dummies(void **state) {
  (void)state;
  double y[] = {1, 4, 2, 6, 3, 3, 5, 9}, d[] = {0, 1, 0, 1, 0, 0, 0, 1};
  double u1[] = {0, 0, 1, 1, 0, 0, 0, 0}, u2[] = {0, 0, 0, 0, 1, 1, 0, 0}, u3[] = {0, 0, 0, 0, 0, 0, 1, 1};
  uint32_t unit[] = {0, 0, 1, 1, 2, 2, 3, 3};
  const double *x[] = {d, ONE, u1, u2, u3};
  muster_glm a = fit_of(&(muster_glm_model){.design = {.n = 8, .k = 5, .x = x, .y = y}, .family = MUSTER_POISSON});
  muster_glm b = fit_of(&(muster_glm_model){.design = {.n = 8, .k = 1, .x = x, .y = y, .absorb = unit, .n_absorb = 4},
                                            .family = MUSTER_POISSON});
  assert_close(a.beta[0], b.beta[0], 1e-11);
  assert_close(a.deviance, b.deviance, 1e-10);
  muster_glm_free(&a), muster_glm_free(&b);
}

static void pupils_never_absent_are_left_out_and_counted(void **state) {
  (void)state;
  double y[] = {1, 4, 0, 0, 3, 3, 5, 9}, d[] = {0, 1, 0, 1, 0, 0, 0, 1};
  uint32_t unit[] = {0, 0, 1, 1, 2, 2, 3, 3};
  const double *x[] = {d};
  muster_glm fit = fit_of(&(muster_glm_model){.design = {.n = 8, .k = 1, .x = x, .y = y, .absorb = unit, .n_absorb = 4},
                                              .family = MUSTER_POISSON});
  assert_int_equal(fit.n_dropped, 2);
  assert_int_equal(fit.row[2], 4);
  muster_covariance how = {.kind = MUSTER_CR1, .ways = 1, .cluster = {unit}, .n_clusters = {4}};
  muster_vcov vcov = vcov_of(&fit, &how);
  assert_int_equal(vcov.n_clusters, 3);
  assert_true(muster_vcov_se(&vcov, 0) > 0);
  muster_vcov_free(&vcov);
  muster_glm_free(&fit);
}

static void separation_is_named(void **state) {
  (void)state;
  double y[] = {0, 0, 0, 0, 1, 1, 1, 1}, x1[] = {1, 2, 3, 4, 5, 6, 7, 8}, part[] = {0, 0, 0, 0, 1, 1, 1, 0};
  const double *x[] = {ONE, x1}, *quasi[] = {ONE, HALF};
  muster_glm fit = {0};
  muster_error err;
  muster_glm_model model = {.design = {.n = 8, .k = 2, .x = x, .y = y}, .family = MUSTER_LOGIT};
  assert_int_equal(muster_glm_fit(&model, &fit, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "separation"));
  model.design.x = quasi; /* one arm never, the other sometimes */
  model.design.y = part;
  assert_int_equal(muster_glm_fit(&model, &fit, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "separation"));
  model.family = MUSTER_POISSON;
  assert_int_equal(muster_glm_fit(&model, &fit, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "separation"));
}

static void bad_input_is_refused(void **state) {
  (void)state;
  double y[8], bad[] = {-1, NAN, INFINITY};
  const double *x[] = {ONE, HALF};
  muster_glm fit = {0};
  muster_error err;
  muster_glm_model model = {.design = {.n = 8, .k = 2, .x = x, .y = y}, .family = MUSTER_POISSON};
  for (int b = 0; b < 3; b++) {
    memcpy(y, COUNT, sizeof y);
    y[5] = bad[b];
    assert_int_equal(muster_glm_fit(&model, &fit, &err), MUSTER_DATA);
    assert_non_null(strstr(err.what, "row 6"));
  }
  memset(y, 0, sizeof y);
  assert_int_equal(muster_glm_fit(&model, &fit, &err), MUSTER_DATA);
  model.family = MUSTER_LOGIT;
  y[0] = 1.5;
  assert_int_equal(muster_glm_fit(&model, &fit, &err), MUSTER_DATA);
  model.design.n = 0;
  assert_int_equal(muster_glm_fit(&model, &fit, &err), MUSTER_DATA);
  /* counts that vary less than Poisson have no negative binomial */
  for (int i = 0; i < 8; i++) y[i] = 3 + i % 2;
  model = (muster_glm_model){.design = {.n = 8, .k = 1, .x = x, .y = y}, .family = MUSTER_NEGATIVE_BINOMIAL};
  assert_int_equal(muster_glm_fit(&model, &fit, &err), MUSTER_DATA);
  assert_non_null(strstr(err.todo, "Poisson"));
}

/* Pupils who are never, or always, absent tell a logit with an effect of their own nothing: as without their rows. */
static void levels_at_the_bound_are_left_out(void **state) {
  (void)state;
  double share[] = {0.1, 0.3, 0.5, 0.2, 0.4, 0.6, 0, 0, 0, 1, 1, 1}, on[] = {0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1};
  uint32_t unit[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
  const double *x[] = {on};
  muster_error err;
  double beta[2];
  for (int all = 0; all < 2; all++) {
    muster_glm fit = {0};
    muster_glm_model model = {
        .design = {.n = all ? 12 : 6, .k = 1, .x = x, .y = share, .absorb = unit, .n_absorb = all ? 4 : 2},
        .family = MUSTER_LOGIT};
    if (muster_glm_fit(&model, &fit, &err) != MUSTER_OK) fail_msg("%s", err.what);
    assert_int_equal(fit.n, 6);
    assert_int_equal(fit.n_dropped, all ? 6 : 0);
    beta[all] = fit.beta[0];
    muster_glm_free(&fit);
  }
  assert_close(beta[1], beta[0], 1e-14);
}

static void want_of_memory_is_survived(void **state) {
  (void)state;
  double y[] = {1, 14, 2, 6, 0, 3, 5, 9};
  uint32_t unit[] = {0, 0, 1, 1, 2, 2, 3, 3};
  const double *x[] = {HALF, ONE};
  muster_error err;
  for (int family = MUSTER_POISSON; family <= MUSTER_NEGATIVE_BINOMIAL; family++) {
    muster_status status = MUSTER_MEMORY;
    for (long nth = 1; status == MUSTER_MEMORY && nth < 4000; nth++) {
      muster_glm fit = {0};
      muster_vcov vcov = {0};
      muster_glm_model model = {.design = {.n = 8, .k = 2, .x = x, .y = y}, .family = (muster_family)family};
      muster_covariance how = {.kind = MUSTER_CR1, .ways = 1, .cluster = {unit}, .n_clusters = {4}};
      muster_marginal effect;
      muster_alloc_fail_at(nth);
      status = muster_glm_fit(&model, &fit, &err);
      if (status == MUSTER_OK) status = muster_glm_vcov(&fit, &how, &vcov, &err);
      if (status == MUSTER_OK) status = muster_glm_marginal(&fit, &vcov, 0, false, &effect, &err);
      muster_alloc_fail_at(0);
      muster_vcov_free(&vcov);
      muster_glm_free(&fit);
    }
    assert_int_equal(status, MUSTER_OK);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(poisson_agrees),
      cmocka_unit_test(negative_binomial_agrees),
      cmocka_unit_test(poisson_with_fixed_effects_agrees),
      cmocka_unit_test(fractional_logit_agrees),
      cmocka_unit_test(the_saturated_model_is_the_ratio_of_means),
      cmocka_unit_test(rows_twice_at_half_weight_change_nothing),
      cmocka_unit_test(fixed_effects_equal_dummies),
      cmocka_unit_test(pupils_never_absent_are_left_out_and_counted),
      cmocka_unit_test(separation_is_named),
      cmocka_unit_test(bad_input_is_refused),
      cmocka_unit_test(levels_at_the_bound_are_left_out),
      cmocka_unit_test(want_of_memory_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, golden_tally);
}
