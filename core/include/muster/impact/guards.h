/* muster/impact/guards.h - what would overturn the answer.
 * Each guard takes a few facts of a study, judges them, and adds a named warning in plain words when there is something
 * to say. Facts that are not known are left at 0 or NaN and stay unjudged. A guard never changes an estimate. */
#ifndef MUSTER_IMPACT_GUARDS_H
#define MUSTER_IMPACT_GUARDS_H

#include "muster/base/date.h"
#include "muster/impact/its.h"
#include "muster/impact/matching.h"
#include "muster/impact/panel.h"
#include "muster/impact/rct.h"
#include "muster/impact/regression_to_the_mean.h"

MUSTER_BEGIN_DECLS

typedef enum muster_severity {
  MUSTER_SEVERITY_NOTE,    /* the reader should know */
  MUSTER_SEVERITY_CAUTION, /* the interval or the p-value is not what it seems */
  MUSTER_SEVERITY_SEVERE   /* the estimate must not be called an effect as it stands */
} muster_severity;

/** id, what it means for the reader, what to do */
#define MUSTER_GUARD_MAP(XX)                                                                                           \
  XX(no_comparison, "Season, age, illness and regression to the mean all move this figure.",                           \
     "Add a comparison group chosen in the same way over the same weeks; until then report no effect.")                \
  XX(few_clusters, "With so few schools the usual standard errors are too small and chance differences look real.",    \
     "Use a permutation test below about 12 schools or with 5 or fewer treated, CR2 or the wild bootstrap below 40.")  \
  XX(selected_on_outcome,                                                                                              \
     "Pupils chosen for high absence are absent less afterwards whether or not anything is done.",                     \
     "Compare with pupils chosen in the same way who were not reached, and read the change against the expected one.") \
  XX(season, "The windows lie in different parts of the school year, and absence follows the season.",                 \
     "Use the same weeks of another year, or a comparison group over the same weeks.")                                 \
  XX(half_terms, "The windows cover different half terms, and absence differs between half terms.",                    \
     "Cut both windows to the same half terms.")                                                                       \
  XX(code_change, "The meaning of marks changes inside the window, so a step may be bookkeeping.",                     \
     "Keep the study on one side of the change, count the codes alike on both, or rely on a comparison group.")        \
  XX(ageing, "The pupils are older afterwards, and absence rises with age in secondary school.",                       \
     "Compare with pupils of the same year group, not with the same pupils a year before.")                            \
  XX(thin_support, "Some treated pupils have nobody like them, so the comparison is extrapolation for them.",          \
     "Report the effect for the pupils who could be matched and say who they are.")                                    \
  XX(balance, "The groups still differ in what was measured, and may differ more in what was not.",                    \
     "Change the matching, adjust for the covariate, or report how far the estimate moves without it.")                \
  XX(pretrend, "The groups were already drifting apart before the start.",                                             \
     "Do not read the difference as an effect; look for a comparison group that moved alike.")                         \
  XX(pretrend_weak, "A test before the start that finds nothing does not show that trends are parallel.",              \
     "State the smallest drift the test would have seen and whether it could explain the estimate.")                   \
  XX(small_cells, "Figures on fewer than ten pupils swing with one pupil and may identify them.",                      \
     "Merge groups or leave the figure out.")                                                                          \
  XX(denominator, "Possible sessions or codes moved with the treatment, so the rate may have changed on paper only.",  \
     "Compare absences and possible sessions separately, and ask how marks are given since the start.")                \
  XX(code_mix, "Marks of one kind moved against marks of another, so the absence may have changed its name only.",     \
     "Compare reason by reason, ask how marks have been given since the start, and count the moved ones as absence.")  \
  XX(composition, "Who is on roll changed with the treatment, so different pupils are compared before and after.",     \
     "Report all pupils and stayers; the gap between them bounds what leavers and joiners can explain.")               \
  XX(attrition, "Outcomes are missing more often in one arm, which undoes the draw.",                                  \
     "Model who is missing, and report multiple imputation or bounds beside the main result.")                         \
  XX(staggered, "Starts are staggered: the two-way fixed-effects figure mixes early and late effects.",                \
     "Use callaway_santanna; report twfe only with its weights.")                                                      \
  XX(window_length, "Persistent absence on windows of different length differs even when nothing changes.",            \
     "Use windows of equal length, and the absence rate first.")                                                       \
  XX(baseline_gap,                                                                                                     \
     "The groups stood apart at the start, so difference in differences and ANCOVA ask different questions.",          \
     "Report both.")                                                                                                   \
  XX(short_series, "The series is too short to tell the season from the start.",                                       \
     "Use at least two years before the start, or a comparison series.")                                               \
  XX(memory, "Neighbouring weeks resemble each other; errors that ignore it are too small.",                           \
     "Report AR(1) errors or permutation in time beside Newey-West.")                                                  \
  XX(narrow_intervals,                                                                                                 \
     "Studies of this size with a known truth found the interval too narrow: it missed the truth more "                \
     "often than its level says.",                                                                                     \
     "Read the row beside it whose name ends in _jackknife, permutation, or for matched pairs treated_adjusted.")      \
  XX(weak_instrument, "The draw hardly changed who took part, so the effect on participants is unstable.",             \
     "Report intention to treat, and an Anderson-Rubin interval if participants must be named.")

typedef enum muster_guard_id {
#define XX(name, means, todo) MUSTER_GUARD_##name,
  MUSTER_GUARD_MAP(XX)
#undef XX
      MUSTER_GUARDS
} muster_guard_id;

/** One warning. `id`, `means` and `todo` are static text. */
typedef struct muster_warning {
  muster_guard_id guard;
  const char *id;
  muster_severity severity;
  char says[320]; /* the finding with its figures */
  const char *means, *todo;
} muster_warning;

/** A growing list. Zero-initialise; free with muster_warnings_free. */
typedef struct muster_warnings {
  muster_warning *at;
  size_t count, capacity;
} muster_warnings;

void muster_warnings_free(muster_warnings *list);
const char *muster_severity_text(muster_severity severity); /* "note", "caution", "severe" */

/** Whether the list has a severe warning: nothing may then be labelled an effect. */
bool muster_warnings_severe(const muster_warnings *list);

/** The first warning of a guard, or NULL. */
const muster_warning *muster_warnings_find(const muster_warnings *list, muster_guard_id guard);

/** Smallest p-value a permutation of `treated` among `treated + control` clusters can give: 1 / number of assignments,
 * doubled for a two-sided statistic when both arms are equally large. */
double muster_smallest_p(size_t treated, size_t control);

/** Below 40 clusters, below 10, or 5 and fewer treated; names the smallest attainable p. */
MUSTER_CHECK muster_status muster_guard_clusters(size_t treated, size_t control, muster_warnings *list,
                                                 muster_error *err);

/** An interval that is known to be too narrow: `what` (an estimator and its sizes) held the truth in `least` to `most`
 * of 100 made-up studies where 95 were promised. */
MUSTER_CHECK muster_status muster_guard_narrow(const char *what, int least, int most, muster_warnings *list,
                                               muster_error *err);

/** A plain before/after. */
MUSTER_CHECK muster_status muster_guard_no_comparison(bool has_comparison, muster_warnings *list, muster_error *err);

/** Selection on the outcome, from the baseline: means of treated, comparison and all pupils, and the standard deviation
 * over all. Speaks when the treated stand further from all than the comparison does, by a tenth of `sd` or more.
 * @param expected_change  under no effect; NaN when not known */
MUSTER_CHECK muster_status muster_guard_selection(double treated, double comparison, double all, double sd,
                                                  double expected_change, muster_warnings *list, muster_error *err);

/** A window of dates, and the half terms (1 to 6) it begins and ends in; 0 = not known. */
typedef struct muster_study_window {
  muster_date from, to;
  int first_half_term, last_half_term;
} muster_study_window;

/** Windows before and after: season (the same calendar weeks within ten days), half terms, length for thresholds. */
MUSTER_CHECK muster_status muster_guard_windows(const muster_study_window *before, const muster_study_window *after,
                                                bool has_comparison, bool threshold_outcome, muster_warnings *list,
                                                muster_error *err);

/** Changes of the national codes within [from, to]: 19 August 2024 (J to J1, Y to Y1-Y7, new K, C1, C2, Q) and the
 * COVID use of X in 2020/21 and 2021/22. One warning each. */
MUSTER_CHECK muster_status muster_guard_codes(muster_date from, muster_date to, bool has_comparison,
                                              muster_warnings *list, muster_error *err);

/** Years of age between the windows for the same pupils. */
MUSTER_CHECK muster_status muster_guard_ageing(double years_older, bool comparison_ages_alike, muster_warnings *list,
                                               muster_error *err);

/** Matched share below 90%, effective comparison rows below 20 or below a quarter of the treated, ties above 10%. */
MUSTER_CHECK muster_status muster_guard_support(const muster_matches *matches, muster_warnings *list,
                                                muster_error *err);

/** |standardised difference| above 0.1 (caution) or 0.25 (severe). One warning that names the worst. */
MUSTER_CHECK muster_status muster_guard_balance(const muster_balance *rows, size_t n, muster_warnings *list,
                                                muster_error *err);

/** p of the joint test before the start; `detectable` is the drift it would find in 80% of studies (NaN: not known) and
 * `estimate` the effect it must be held against. */
MUSTER_CHECK muster_status muster_guard_pretrend(double p_value, double detectable, double estimate,
                                                 muster_warnings *list, muster_error *err);

/** Any group of fewer than ten. */
MUSTER_CHECK muster_status muster_guard_cells(size_t smallest, const char *what, muster_warnings *list,
                                              muster_error *err);

/** Placebo outcomes that must not move: the same estimator on possible sessions per pupil-week, and on shares of codes.
 */
MUSTER_CHECK muster_status muster_guard_placebo(const char *what, double estimate, double std_error, double df,
                                                muster_warnings *list, muster_error *err);

/** How a kind of mark moved with the treatment: an estimate of the study's own design with that kind as outcome. */
typedef struct muster_code_move {
  const char *name;   /* "illness", "sessions that do not count" */
  bool part;          /* one of the reasons that absence is made of; else what no treatment of absence should touch */
  double estimate, p; /* a share of sessions; p adjusted over all kinds that were looked at */
} muster_code_move;

/** Speaks of every kind that should not have moved and did (p below 0.05; severe below 0.001 when it is half as large
 * as the effect), and of reasons that rose while others fell.
 * @param effect  of the same design on absence as a share of sessions; NaN when not known */
MUSTER_CHECK muster_status muster_guard_code_mix(const muster_code_move *moves, size_t n, double effect,
                                                 muster_warnings *list, muster_error *err);

/** Leavers and joiners: [0] comparison, [1] treated. Baseline means are of the outcome; NaN when not known. */
typedef struct muster_composition {
  size_t stayers[2], leavers[2], joiners[2];
  double stayer_baseline[2], leaver_baseline[2];
  double estimate_all, estimate_stayers; /* of the effect; NaN when not known */
  double std_error_all;
} muster_composition;

/** Speaks when an arm turns over two points more than the other, or leavers are sicker in one arm, or the estimates of
 * all and of stayers lie more than one standard error apart. */
MUSTER_CHECK muster_status muster_guard_composition(const muster_composition *facts, muster_warnings *list,
                                                    muster_error *err);

/** Missing outcomes: five points more in one arm, or a fifth overall. */
MUSTER_CHECK muster_status muster_guard_attrition(const muster_attrition *facts, muster_warnings *list,
                                                  muster_error *err);

/** More than one start. @param negative  sum of negative TWFE weights, or NaN */
MUSTER_CHECK muster_status muster_guard_staggered(size_t n_starts, double negative, muster_warnings *list,
                                                  muster_error *err);

/** Baseline gap above 0.1 standard deviations. */
MUSTER_CHECK muster_status muster_guard_baseline_gap(double gap, double sd, muster_warnings *list, muster_error *err);

/** A series: length before the start, memory of its residuals. */
MUSTER_CHECK muster_status muster_guard_series(const muster_its_series *series, const muster_its *fit,
                                               muster_warnings *list, muster_error *err);

/** First-stage F below 10. */
MUSTER_CHECK muster_status muster_guard_instrument(double first_stage_f, muster_warnings *list, muster_error *err);

/** All that a panel tells by itself: clusters in each arm, staggered starts, no comparison, selection on the outcome
 * and the gap before the start, small arms, leavers and joiners. Windows, codes, age, balance and trends need facts of
 * their own. Units that never start are judged at the first start of the others.
 * @retval MUSTER_DATA  nobody is treated */
MUSTER_CHECK muster_status muster_guard_panel(const muster_panel *panel, muster_warnings *list, muster_error *err);

/** Rows of warnings.csv without header: study,guard,severity,says,means,todo. */
void muster_warnings_csv(const muster_warnings *list, const char *study, muster_buf *out);

MUSTER_END_DECLS
#endif
