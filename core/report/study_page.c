/* The page of a study: design, comparison, balance, before the start, effect with interval, what would overturn it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "html.h"
#include "study_words.h"

typedef struct paper {
  const muster_study_record *r;
  const muster_study_finding *f;
  size_t number; /* of the finding */
  const char *words;
  muster_arena arena;
  muster_buf *out;
} paper;

static void say(paper *p, const char *tag, const char *text) {
  muster_buf_printf(p->out, "<%s>", tag);
  html_line(p->out, text ? text : "");
  muster_buf_printf(p->out, "</%s>\n", tag);
}

static void cell(paper *p, const char *text, bool left) {
  muster_buf_puts(p->out, left ? "<td class=\"left\">" : "<td>");
  html_line(p->out, text ? text : "");
  muster_buf_puts(p->out, "</td>");
}

/* The first `left` columns, and the last when `last_left`, hold words. */
static void table_head(paper *p, const char *const *names, size_t left, bool last_left) {
  muster_buf_puts(p->out, "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>");
  for (size_t i = 0; names[i]; i++)
    muster_buf_printf(p->out, "<th scope=\"col\"%s>%s</th>",
                      i < left || (last_left && !names[i + 1]) ? " class=\"left\"" : "", names[i]);
  muster_buf_puts(p->out, "</tr></thead><tbody>\n");
}

static void table_end(paper *p) { muster_buf_puts(p->out, "</tbody></table></div>\n"); }

static muster_status figure(paper *p, muster_study_picture which, muster_error *err) {
  muster_chart chart;
  bool drawn;
  MUSTER_TRY(muster_study_draw(p->r, p->number, which, &p->arena, &chart, &drawn, err));
  if (!drawn) return MUSTER_OK;
  const char *name = muster_study_picture_name(p->r, p->number, which, &p->arena);
  muster_status status = name ? html_figure(p->out, &chart, name, err) : muster_fail_memory(err);
  muster_chart_free(&chart);
  return status;
}

/* ---- the answer in one sentence ---- */

static const char *answer(paper *p) {
  const muster_study_finding *f = p->f;
  const char *label = muster_study_label(f);
  if (f->primary == SIZE_MAX)
    return muster_arena_printf(&p->arena,
                               "Before and after without a comparison is no evidence of effect on %s: season, age and "
                               "regression to the mean move the same figure.",
                               p->words);
  const muster_estimate *e = &p->r->results->estimates.at[f->primary];
  const char *figures = muster_arena_printf(
      &p->arena, "%s (%s %s to %s, p %s%s)", study_figure(e->estimate, f->rate, &p->arena),
      study_interval_words(p->r->study, e->estimator, &p->arena), study_plain_figure(e->conf_low, f->rate, &p->arena),
      study_plain_figure(e->conf_high, f->rate, &p->arena), isnan(e->p_value) || e->p_value < 0.001 ? "" : "= ",
      study_p(e->p_value, &p->arena));
  if (!figures) return NULL;
  if (strcmp(label, "effect") == 0)
    return muster_arena_printf(&p->arena, "Estimated effect on %s: %s.", p->words, figures);
  return muster_arena_printf(&p->arena,
                             "Difference in %s: %s. It must not be read as what the treatment did: see what would "
                             "overturn it.",
                             p->words, figures);
}

/* The interval to read in place of the usual one. */
static const char *few_clusters(paper *p) {
  const muster_study_finding *f = p->f;
  const muster_estimate *e = &p->r->results->estimates.at[f->trusted];
  return muster_arena_printf(
      &p->arena,
      "With %zu clusters, %zu of them treated, that interval is too narrow. Trust %s instead: %s "
      "to %s, p %s%s.",
      f->n_clusters, f->n_treated_clusters, e->term, study_plain_figure(e->conf_low, f->rate, &p->arena),
      study_plain_figure(e->conf_high, f->rate, &p->arena), isnan(e->p_value) || e->p_value < 0.001 ? "" : "= ",
      study_p(e->p_value, &p->arena));
}

static void put_answer(paper *p) {
  say(p, "p", answer(p));
  if (p->f->trusted != SIZE_MAX) say(p, "p", few_clusters(p));
}

/* ---- sections ---- */

static void put_design(paper *p) {
  const muster_study_record *r = p->r;
  const muster_study_finding *f = p->f;
  muster_arena *a = &p->arena;
  say(p, "h2", "Design");
  muster_buf_puts(p->out, "<ul>\n");
  say(p, "li",
      muster_arena_printf(a, "Outcome: %s%s.", p->words, f->rate ? " (a share; figures in percentage points)" : ""));
  say(p, "li",
      muster_arena_printf(a, "%zu %s over %zu %s, %zu observations, %s.", f->n_units, r->data->unit_noun, f->n_times,
                          f->n_times == 1 ? "time" : "times", f->n_obs,
                          f->balanced ? "each seen every time" : "not all seen every time"));
  say(p, "li",
      muster_arena_printf(a,
                          "%zu treated, %zu %s; standard errors by %zu clusters%s%s, %zu of them with "
                          "treated %s.",
                          f->n_treated, f->n_starts, f->n_starts == 1 ? "start" : "starts", f->n_clusters,
                          r->data->cluster_name[0] ? " of " : "", r->data->cluster_name, f->n_treated_clusters,
                          r->data->unit_noun));
  muster_buf_puts(p->out, "<li>Estimators in the order of the script: ");
  for (size_t i = 0; i < r->study->estimator_count; i++) {
    if (i) muster_buf_puts(p->out, ", ");
    html_line(p->out, r->study->estimators[i].form->name);
  }
  if (f->primary != SIZE_MAX) {
    muster_buf_puts(p->out, ". Primary, because it is the first that compares: ");
    html_line(p->out, r->results->estimates.at[f->primary].estimator);
  }
  muster_buf_puts(p->out, ".</li>\n");
  if (f->n_dropped || r->data->rows_left_out)
    say(p, "li",
        muster_arena_printf(a,
                            "%zu rows were left out by the study's own limits and %zu because a value was "
                            "missing.",
                            r->data->rows_left_out, f->n_dropped));
  if (f->n_repeated)
    say(p, "li",
        muster_arena_printf(a, "%zu rows repeat a unit and time; each counts as an observation of its own.",
                            f->n_repeated));
  if (r->data->units_partial)
    say(p, "li",
        muster_arena_printf(a, "%zu %s started within a period, which counts as treated.", r->data->units_partial,
                            r->data->unit_noun));
  say(p, "li",
      r->plan_file ? muster_arena_printf(a, "Preregistered: %s.", r->plan_says)
                   : "No preregistered plan was compared with.");
  muster_buf_puts(p->out, "</ul>\n");
}

static muster_status put_comparison(paper *p, muster_error *err) {
  const muster_study_finding *f = p->f;
  say(p, "h2", "Comparison");
  size_t others = f->n_units - f->n_treated;
  if (others)
    say(p, "p",
        muster_arena_printf(&p->arena, "%zu treated %s against %zu that were not treated in this time%s.", f->n_treated,
                            p->r->data->unit_noun, others,
                            f->n_starts > 1 ? ", and against those whose start came later where an estimator "
                                              "says so"
                                            : ""));
  else
    say(p, "p",
        f->n_starts > 1 ? "Everybody was treated in the end; those who started later stand in until they do."
                        : "Nobody was left untreated: there is nothing to compare with.");
  return figure(p, MUSTER_STUDY_TRENDS, err);
}

static muster_status put_balance(paper *p, muster_error *err) {
  static const char *const names[] = {"Known before the start",  "Sample",         "Treated", "Comparison",
                                      "Standardised difference", "Variance ratio", NULL};
  const muster_study_finding *f = p->f;
  say(p, "h2", "Balance");
  if (!f->balance_count) {
    say(p, "p", "Nothing that was known before the start could be compared.");
    return MUSTER_OK;
  }
  table_head(p, names, 2, false);
  for (size_t i = 0; i < f->balance_count; i++) {
    const muster_balance *b = &f->balance[i].row;
    bool share = f->rate && strncmp(b->covariate, "outcome_", 8) == 0;
    muster_buf_puts(p->out, "<tr>");
    cell(p, muster_study_words(b->covariate, &p->arena), true);
    cell(p, f->balance[i].sample, true);
    cell(p, study_plain_figure(b->mean_treated, share, &p->arena), false);
    cell(p, study_plain_figure(b->mean_control, share, &p->arena), false);
    cell(p, study_two_decimals(b->smd, &p->arena), false);
    cell(p, study_two_decimals(b->var_ratio, &p->arena), false);
    muster_buf_puts(p->out, "</tr>\n");
  }
  table_end(p);
  return figure(p, MUSTER_STUDY_BALANCE, err);
}

static bool tests_before(const muster_study *study) {
  for (size_t i = 0; i < study->estimator_count; i++) {
    const char *name = study->estimators[i].form->name;
    if (strcmp(name, "event_study") == 0 || strcmp(name, "callaway_santanna") == 0) return true;
  }
  return false;
}

static muster_status put_before(paper *p, muster_error *err) {
  const muster_study_finding *f = p->f;
  say(p, "h2", "Before the start");
  if (isnan(f->pretrend_p)) {
    say(p, "p",
        tests_before(p->r->study) ? "There is too little time before the start to test whether the groups moved alike."
                                  : "No estimator of this study tests the time before the start. Add event_study {} or "
                                    "callaway_santanna {}.");
    return figure(p, MUSTER_STUDY_EVENTS, err);
  }
  say(p, "p",
      muster_arena_printf(&p->arena,
                          f->pretrend_p < 0.05
                              ? "The groups differed before the start (joint test, p %s%s)."
                              : "The joint test of the time before the start found no difference (p %s%s), which does "
                                "not show that there was none.",
                          f->pretrend_p < 0.001 ? "" : "= ", study_p(f->pretrend_p, &p->arena)));
  return figure(p, MUSTER_STUDY_EVENTS, err);
}

static bool headline(const muster_estimate *row) {
  return isnan(row->group) && isnan(row->time) && strcmp(row->term, "weight") != 0 && !isnan(row->estimate);
}

/* Rows of a rate that are no rate themselves: tests, shares of pupils, odds, effect sizes, correlations. */
static bool in_points(const muster_estimate *row) {
  static const char *const not_rates[] = {
      "icc",         "icc_before",       "hedges_g",          "hedges_g_plain",      "hedges_d_total",
      "pretest",     "pretrend",         "slope_test",        "model_share",         "model_improved",
      "model_still", "improved_treated", "improved_eligible", "missing_information", NULL};
  for (size_t i = 0; not_rates[i]; i++)
    if (strcmp(row->term, not_rates[i]) == 0) return false;
  if (strncmp(row->term, "dropout_", 8) == 0 || strncmp(row->term, "lost_", 5) == 0 || strstr(row->term, "mspe"))
    return false;
  if (strcmp(row->estimator, "counts") == 0) return strncmp(row->term, "ame", 3) == 0;
  if (strncmp(row->estimator, "its", 3) == 0) return strstr(row->note, "rate ratios") == NULL;
  if (strcmp(row->estimator, "subgroups") == 0) return !isnan(row->std_error);
  return strcmp(row->estimator, "power") != 0;
}

/* p of this outcome among all outcomes of the study: rows that stand after those of the estimators. */
static void put_adjusted(paper *p) {
  static const char ENDING[] = "_adjusted_p";
  const muster_estimates *list = &p->r->results->estimates;
  const muster_study_finding *last = &p->r->results->findings[p->r->results->count - 1];
  for (size_t i = last->first + last->count; i < list->count; i++) {
    const muster_estimate *row = &list->at[i];
    size_t n = strlen(row->term), ending = sizeof ENDING - 1;
    if (strcmp(row->outcome, p->f->outcome) != 0 || n < ending || strcmp(row->term + n - ending, ENDING) != 0) continue;
    say(p, "p",
        muster_arena_printf(&p->arena, "Among the outcomes of this study: p %s%s (%s).",
                            row->p_value < 0.001 ? "" : "= ", study_p(row->p_value, &p->arena), row->note));
  }
}

static muster_status put_effect(paper *p, muster_error *err) {
  const char *const names[] = {"Estimator", "Term", "Estimate", study_interval_words(p->r->study, NULL, &p->arena),
                               "p",         "How",  NULL};
  const muster_study_finding *f = p->f;
  const char *label = muster_study_label(f);
  say(p, "h2",
      strcmp(label, "effect") == 0       ? "Effect with interval"
      : strcmp(label, "difference") == 0 ? "Difference with interval"
                                         : "Change, no evidence of effect");
  put_answer(p);
  table_head(p, names, 2, true);
  for (size_t i = f->first; i < f->first + f->count; i++) {
    const muster_estimate *row = &p->r->results->estimates.at[i];
    if (!headline(row)) continue;
    bool rate = f->rate && in_points(row);
    muster_buf_puts(p->out, i == f->primary ? "<tr class=\"level\">" : "<tr>");
    cell(p, row->estimator, true);
    cell(p, row->term, true);
    cell(p, study_plain_figure(row->estimate, rate, &p->arena), false);
    cell(p,
         isnan(row->conf_low)
             ? "–"
             : muster_arena_printf(&p->arena, "%s to %s", study_plain_figure(row->conf_low, rate, &p->arena),
                                   study_plain_figure(row->conf_high, rate, &p->arena)),
         false);
    cell(p, study_p(row->p_value, &p->arena), false);
    cell(p, row->note, true);
    muster_buf_puts(p->out, "</tr>\n");
  }
  table_end(p);
  put_adjusted(p);
  say(p, "p", "Every figure, by group and time, is in estimates.csv.");
  return figure(p, MUSTER_STUDY_SERIES, err);
}

static void put_overturn(paper *p) {
  const muster_warnings *list = &p->f->warnings;
  say(p, "h2", "What would overturn it");
  if (!list->count) {
    say(p, "p", "No guard spoke. What nobody measured may still differ between the groups.");
    return;
  }
  muster_buf_puts(p->out, "<ol class=\"know\">\n");
  for (int severity = MUSTER_SEVERITY_SEVERE; severity >= MUSTER_SEVERITY_NOTE; severity--)
    for (size_t i = 0; i < list->count; i++) {
      const muster_warning *w = &list->at[i];
      if ((int)w->severity != severity) continue;
      muster_buf_printf(p->out, "<li><span class=\"level\">%s</span>: ", muster_severity_text(w->severity));
      html_line(p->out, w->says);
      muster_buf_puts(p->out, ". ");
      html_line(p->out, w->means);
      muster_buf_puts(p->out, " <em>");
      html_line(p->out, w->todo);
      muster_buf_puts(p->out, "</em></li>\n");
    }
  muster_buf_puts(p->out, "</ol>\n");
}

static void put_repeat(paper *p) {
  const muster_study_record *r = p->r;
  say(p, "h2", "To repeat it");
  muster_buf_puts(p->out, "<ul>\n");
  say(p, "li",
      muster_arena_printf(&p->arena, "muster %s; script %s.lua, SHA-256 %s.", MUSTER_VERSION, r->study->id,
                          r->study->digest));
  say(p, "li", muster_arena_printf(&p->arena, "Data: %s, digest %s.", r->data->source, r->data->digest));
  say(p, "li", "study.json holds every choice, every version and every warning; the same study gives the same bytes.");
  muster_buf_puts(p->out, "</ul>\n");
}

static muster_status put_finding(paper *p, muster_error *err) {
  p->words = muster_study_words(p->f->outcome, &p->arena);
  if (!p->words) return muster_fail_memory(err);
  if (p->r->results->count > 1) say(p, "h1", p->words);
  put_answer(p);
  put_design(p);
  MUSTER_TRY(put_comparison(p, err));
  MUSTER_TRY(put_balance(p, err));
  MUSTER_TRY(put_before(p, err));
  MUSTER_TRY(put_effect(p, err));
  put_overturn(p);
  return MUSTER_OK;
}

muster_status muster_study_page(const muster_study_record *record, muster_buf *out, muster_error *err) {
  paper p = {.r = record, .out = out};
  const char *title = muster_part_text(&record->study->self, "title");
  const char *question = muster_part_text(&record->study->self, "question");
  if (!title) title = record->study->id;
  html_begin(out, title);
  muster_buf_puts(out, "<main id=\"main\">\n");
  say(&p, "h1", title);
  if (question) say(&p, "p", question);
  if (record->few)
    say(&p, "p",
        muster_arena_printf(
            &p.arena,
            "Not to be passed on: this study is about few pupils (%s), and who knows them may know them "
            "again in it.",
            record->few));
  muster_status status = MUSTER_OK;
  for (size_t k = 0; k < record->results->count && status == MUSTER_OK; k++) {
    p.f = &record->results->findings[k];
    p.number = k;
    status = put_finding(&p, err);
    muster_arena_free(&p.arena);
  }
  put_repeat(&p);
  muster_buf_puts(out, "</main>\n");
  html_end(out);
  muster_arena_free(&p.arena);
  return status == MUSTER_OK && out->failed ? muster_fail_memory(err) : status;
}
