/* The weekly page: one sentence first, then what to know, the schools, disadvantaged pupils, findings, questions,
 * definitions. */
#include "muster/report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "html.h"
#include "muster/report/findings.h"
#include "weekly_page.h"

/* ---- numbers ---- */

static double rate_of(const muster_week_part *part) {
  return part->possible ? (double)part->absent / (double)part->possible : NAN;
}

static const char *day_words(muster_date date, char out[40]) {
  int y, m, d;
  muster_date_civil(date, &y, &m, &d);
  snprintf(out, 40, "%d %s %d", d, muster_month_name(m), y);
  return out;
}

/* ---- status and headline ---- */

static void put_status(writing *w) {
  char day[40];
  size_t reported = 0, last = w->weekly.week_count;
  for (size_t s = 0; last && s < w->weekly.school_count; s++) {
    const muster_week_sum *sum = &w->weekly.weeks[s * last + last - 1];
    reported += sum->yes.possible + sum->no.possible > 0;
  }
  muster_buf_puts(w->out, "<header><p class=\"status\">");
  html_line(w->out, w->page->heading ? w->page->heading : "Attendance");
  muster_buf_printf(w->out, " · as of %s · school week %zu · %zu of %zu schools with marks this week",
                    day_words(w->as_of, day), last, reported, w->reg->school_count);
  if (w->all.count && w->all.rows[0].possible > 0) {
    const muster_measure *m = &w->all.rows[0];
    double taken = (double)m->possible / (double)(m->possible + (m->missing > 0 ? m->missing : 0));
    muster_buf_printf(w->out, " · %.1f%% of marks in", 100 * taken);
  }
  muster_buf_puts(w->out, "</p></header>\n");
}

void page_year_rates(const writing *w, double *disadvantaged, double *others) {
  muster_week_part yes = {0}, no = {0};
  for (size_t k = 0; w->has_fsm && k < w->weekly.week_count; k++) {
    muster_week_sum sum = muster_weekly_all(&w->weekly, k);
    yes.possible += sum.yes.possible, yes.absent += sum.yes.absent;
    no.possible += sum.no.possible, no.absent += sum.no.absent;
    if (sum.yes.pupils > yes.pupils) yes.pupils = sum.yes.pupils;
    if (sum.no.pupils > no.pupils) no.pupils = sum.no.pupils;
  }
  bool hidden = page_hides_count(w, yes.pupils) || page_hides_count(w, no.pupils) ||
                page_hides_pupils(w, w->parts.count, PAGE_DISADVANTAGED) ||
                page_hides_pupils(w, w->parts.count, PAGE_OTHERS);
  *disadvantaged = hidden ? NAN : rate_of(&yes);
  *others = hidden ? NAN : rate_of(&no);
}

static void put_headline(writing *w) {
  const muster_measure *m = w->all.count ? &w->all.rows[0] : NULL;
  muster_buf_puts(w->out, "<h1>");
  double yes, no;
  page_year_rates(w, &yes, &no);
  if (isfinite(yes) && isfinite(no) && no > 0)
    muster_buf_printf(w->out, "Disadvantaged pupils have missed %.1f%% of school this year, other pupils %.1f%%",
                      100 * yes, 100 * no);
  else if (m && m->possible > 0 && page_hides_pupils(w, w->parts.count, PAGE_ALL))
    muster_buf_puts(w->out, "Too few pupils to show how much school they have missed");
  else if (m && m->possible > 0)
    muster_buf_printf(w->out, "Pupils have missed %.1f%% of school this year",
                      100 * (double)m->absent / (double)m->possible);
  else
    muster_buf_puts(w->out, "No marks this year");
  muster_buf_puts(w->out, "</h1>\n");
}

/* ---- what to know ---- */

/* A count that is hidden because it is small; else it is hidden for what it would give away. */
static const char *hidden_words(writing *w, uint64_t count, char out[32]) {
  w->small.hidden++;
  if (!page_hides_count(w, count)) return "A number not shown";
  snprintf(out, 32, "Fewer than %u", (unsigned)w->small.rule.least);
  return out;
}

static void put_absentees(writing *w) {
  const muster_measure *m = w->all.count ? &w->all.rows[0] : NULL;
  size_t all = w->parts.count;
  char words[32];
  if (!m || m->pupils <= 0 || page_hides_pupils(w, all, PAGE_ALL)) return;
  bool persistent = !w->small.persistent[all], severe = !w->small.severe[all];
  muster_buf_puts(w->out, "<li><strong>");
  if (persistent)
    html_count(w->out, (uint64_t)m->persistent);
  else
    muster_buf_puts(w->out, hidden_words(w, (uint64_t)m->persistent, words));
  muster_buf_puts(w->out, " of ");
  html_count(w->out, (uint64_t)m->pupils);
  muster_buf_puts(w->out, " pupils");
  if (persistent) muster_buf_printf(w->out, " (%.1f%%)", 100 * (double)m->persistent / (double)m->pupils);
  muster_buf_puts(w->out, " are persistently absent</strong>, ");
  if (severe) {
    if (m->severe)
      html_count(w->out, (uint64_t)m->severe);
    else
      muster_buf_puts(w->out, "none");
    muster_buf_puts(w->out, " of them severely");
  } else {
    w->small.hidden++;
    muster_buf_puts(w->out, "some of them severely");
  }
  muster_buf_puts(w->out, ": they missed a tenth, or half, of their possible sessions.</li>\n");
}

static muster_status put_week(writing *w, muster_error *err) {
  usual_range range;
  MUSTER_TRY(page_usual_range(w, MUSTER_NONE, &range, err));
  if (isnan(range.now) || page_hides_pupils(w, w->parts.count, PAGE_ALL)) return MUSTER_OK;
  muster_buf_printf(w->out, "<li><strong>Absence this week is %.1f%%</strong>", 100 * range.now);
  if (range.known)
    muster_buf_printf(w->out, ", %s the usual range of %.1f%% to %.1f%%.</li>\n",
                      range.side > 0   ? "above"
                      : range.side < 0 ? "below"
                                       : "within",
                      100 * range.lower, 100 * range.upper);
  else
    muster_buf_puts(w->out, "; what is usual shows after six weeks.</li>\n");
  return MUSTER_OK;
}

/* Findings that began this week. Hidden where few are about pupils, or all but few of those that stand are. */
static void put_recent(writing *w) {
  size_t recent = 0;
  uint64_t about_pupils = 0;
  muster_date monday = muster_date_monday(w->as_of);
  char words[32];
  for (size_t i = 0; i < w->run->finding_count; i++) {
    const muster_finding *f = &w->run->findings[i];
    if (f->since < monday) continue;
    recent++;
    about_pupils += f->subject.kind == MUSTER_SUBJECT_PUPIL;
  }
  bool hidden = about_pupils && (page_hides_count(w, about_pupils) || w->small.rules[w->set->rule_count] ||
                                 page_hides_count(w, w->small.about_pupils - about_pupils));
  if (hidden)
    muster_buf_puts(w->out, hidden_words(w, recent, words));
  else
    html_count(w->out, recent);
  muster_buf_printf(w->out, " finding%s began this week", recent == 1 && !hidden ? "" : "s");
}

/* The urgent are counted in words only when the table below has them all. */
static void put_counts(writing *w) {
  size_t urgent = 0;
  bool all_shown = true;
  for (size_t i = 0; i < w->run->finding_count; i++) {
    uint32_t rule = w->run->findings[i].rule;
    if (w->set->rules[rule].level != MUSTER_URGENT) continue;
    urgent++;
    all_shown = all_shown && !w->small.rules[rule];
  }
  muster_buf_puts(w->out, "<li><strong>");
  put_recent(w);
  muster_buf_puts(w->out, "</strong>; ");
  if (w->small.rules[w->set->rule_count]) {
    w->small.hidden++;
    muster_buf_puts(w->out, "how many stand in all is not shown.</li>\n");
    return;
  }
  html_count(w->out, w->run->finding_count);
  muster_buf_puts(w->out, " stand in all, ");
  if (all_shown)
    html_count(w->out, urgent);
  else
    muster_buf_puts(w->out, "some");
  muster_buf_puts(w->out, " of them urgent.</li>\n");
}

static muster_status put_things_to_know(writing *w, muster_error *err) {
  muster_buf_puts(w->out, "<h2 id=\"know\">What to know this week</h2>\n<ol class=\"know\">\n");
  put_absentees(w);
  MUSTER_TRY(put_week(w, err));
  put_counts(w);
  muster_buf_puts(w->out, "</ol>\n");
  return MUSTER_OK;
}

/* ---- findings ---- */

static void put_findings(writing *w) {
  muster_buf_puts(w->out,
                  "<h2 id=\"findings\">What the rules found</h2>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
                  "aria-labelledby=\"findings\">\n"
                  "<table><thead><tr><th scope=\"col\">Rule</th><th scope=\"col\" class=\"left\">Level</th><th "
                  "scope=\"col\">Findings</th>"
                  "<th scope=\"col\">Schools</th><th scope=\"col\">Longest, school days</th></tr></thead><tbody>\n");
  for (uint32_t r = 0, i = 0; r < w->set->rule_count; r++) {
    const muster_rule *rule = &w->set->rules[r];
    size_t findings = 0, schools = 0;
    uint32_t last = MUSTER_NONE;
    int longest = 0;
    for (; i < w->run->finding_count && w->run->findings[i].rule == r; i++, findings++) {
      const muster_finding *f = &w->run->findings[i];
      schools += f->subject.school != last;
      last = f->subject.school;
      int days = muster_open_days_between(&w->reg->schools[last].open, f->since, w->as_of);
      if (days > longest) longest = days;
    }
    muster_buf_puts(w->out, "<tr><th scope=\"row\" class=\"left\">");
    html_line(w->out, rule->title);
    muster_buf_printf(w->out, "</th><td class=\"left level\">%s</td>",
                      rule->disabled ? "disabled" : muster_level_text(rule->level));
    for (int cell = 0; w->small.rules[r] && cell < 3; cell++) page_put_hidden(w);
    if (!w->small.rules[r]) {
      muster_buf_puts(w->out, "<td>");
      html_count(w->out, findings);
      muster_buf_printf(w->out, "</td><td>%zu</td><td>%d</td>", schools, longest);
    }
    muster_buf_puts(w->out, "</tr>\n");
  }
  muster_buf_puts(w->out,
                  "</tbody></table></div>\n<p class=\"quiet\">No pupil is named here. Names, evidence and plans are in "
                  "the run's own files, inside the school.</p>\n");
}

static void put_questions(writing *w) {
  muster_buf_puts(w->out, "<h2>Questions for leaders</h2>\n<ol>\n");
  const muster_measure *most = NULL;
  for (size_t i = 0; i < w->parts.count; i++) {
    const muster_measure *m = &w->parts.rows[i];
    if (page_hides_pupils(w, i, PAGE_ALL) || w->small.persistent[i] || m->persistent <= 0) continue;
    if (!most || (double)m->persistent / (double)m->pupils > (double)most->persistent / (double)most->pupils) most = m;
  }
  if (most) {
    muster_buf_puts(w->out, "<li>What stands in the way of the persistently absent pupils ");
    muster_buf_puts(w->out, w->by_school ? "at " : "in ");
    page_part_name(w, most);
    muster_buf_printf(w->out, ", %lld of %lld there?</li>\n", (long long)most->persistent, (long long)most->pupils);
  }
  size_t late = 0;
  for (size_t i = 0; i < w->run->plan_row_count; i++) late += w->run->plan_rows[i].status == MUSTER_STEP_LATE;
  if (page_hides_count(w, late))
    muster_buf_puts(w->out, "<li>Some steps of plans are late. Who needs a hand with theirs?</li>\n");
  else if (late)
    muster_buf_printf(w->out, "<li>%zu steps of plans are late. Who needs a hand with theirs?</li>\n", late);
  else
    muster_buf_puts(w->out, "<li>Who does the first step of each new plan, and by when?</li>\n");
  muster_buf_puts(w->out, "<li>What was tried for pupils who came back, and would it serve others?</li>\n</ol>\n");
}

static void put_small_numbers(writing *w) {
  unsigned least = w->small.rule.least;
  muster_buf_puts(w->out, "<li id=\"small\">Small numbers: ");
  if (least < 2) {
    muster_buf_puts(w->out, "nothing is hidden, and a pupil may be known by a figure. Keep this page in the school.");
  } else {
    muster_buf_printf(w->out,
                      "so that nobody is known by a figure, counts of fewer than %u pupils, or of all but so few, are "
                      "hidden (" MUSTER_SUPPRESSED
                      "), with the rates made of them and with what they could be worked out from. ",
                      least);
    if (w->small.hidden)
      muster_buf_printf(w->out, "Hidden here: %zu figure%s.", w->small.hidden, w->small.hidden == 1 ? "" : "s");
    else
      muster_buf_puts(w->out, "Nothing had to be hidden here.");
  }
  muster_buf_puts(w->out, "</li>\n");
}

static void put_definitions(writing *w) {
  const muster_definition *dfe = muster_definition_find("dfe");
  muster_buf_puts(w->out,
                  "<h2>Definitions and notes</h2>\n<ul>\n<li>Rates are pooled: sessions missed over sessions possible. "
                  "Persistent: a tenth or more of a pupil's own possible sessions. Severe: half or more. ");
  html_line(w->out, dfe->authority);
  muster_buf_puts(
      w->out,
      ".</li>\n<li>Disadvantaged: eligible for free school meals in the data.</li>\n"
      "<li>Usual range: the mean of this school year's earlier weeks, and 2.66 times their mean change from "
      "week to week to either side (an XmR chart's limits).</li>\n<li>Data: ");
  html_line(w->out, w->page->data_notes ? w->page->data_notes : "marks");
  if (w->page->rows_rejected)
    muster_buf_printf(w->out, "; %llu rows were rejected and are not in these figures",
                      (unsigned long long)w->page->rows_rejected);
  if (page_hides_count(w, w->all.left_out))
    muster_buf_puts(w->out, "; a few enrolments are outside the census definition");
  else if (w->all.left_out)
    muster_buf_printf(w->out, "; %llu enrolments are outside the census definition",
                      (unsigned long long)w->all.left_out);
  muster_buf_puts(w->out, ".</li>\n<li>Rules: ");
  html_line(w->out, w->page->rules ? w->page->rules : "");
  muster_buf_puts(w->out, ".</li>\n");
  put_small_numbers(w);
  muster_buf_puts(w->out, "</ul>\n");
}

static muster_status measure(writing *w, muster_error *err) {
  muster_measure_query query = {.by = "all", .period = "year", .as_of = w->as_of, .jobs = w->page->jobs};
  muster_where fsm = {"fsm", "true"};
  MUSTER_TRY(muster_measure_run(w->reg, &query, &w->all, err));
  w->by_school = w->reg->school_count != 1 || !muster_attribute_find(&w->reg->pupil_attributes, "year_group");
  query.by = w->by_school ? "school" : "year_group";
  MUSTER_TRY(muster_measure_run(w->reg, &query, &w->parts, err));
  w->has_fsm = muster_attribute_find(&w->reg->pupil_attributes, "fsm") != NULL;
  if (w->has_fsm) {
    query.where = &fsm;
    query.where_count = 1;
    MUSTER_TRY(muster_measure_run(w->reg, &query, &w->disadvantaged, err));
  }
  return muster_weekly_sum(w->reg, "fsm", w->as_of, w->page->jobs, &w->weekly, err);
}

muster_status muster_page_write(const muster_page *page, const muster_register *reg, const muster_ruleset *set,
                                const muster_run *run, muster_date as_of, muster_buf *out, size_t *hidden,
                                muster_error *err) {
  writing w = {.page = page, .reg = reg, .set = set, .run = run, .as_of = as_of, .out = out};
  muster_status status = measure(&w, err);
  if (status == MUSTER_OK) status = page_small_find(&w, err);
  if (status == MUSTER_OK) {
    char day[40], title[400];
    snprintf(title, sizeof title, "Attendance, %s%s%s", page->heading ? page->heading : "", page->heading ? ", " : "",
             day_words(as_of, day));
    html_begin(out, title);
    put_status(&w);
    muster_buf_puts(out, "<main id=\"main\">\n");
    put_headline(&w);
    status = put_things_to_know(&w, err);
    if (status == MUSTER_OK) status = page_put_parts(&w, err);
    if (status == MUSTER_OK) status = page_put_picture(&w, err);
    put_findings(&w);
    put_questions(&w);
    put_definitions(&w);
    muster_buf_puts(out, "</main>\n");
    html_end(out);
  }
  muster_measures_free(&w.all);
  muster_measures_free(&w.parts);
  muster_measures_free(&w.disadvantaged);
  muster_weekly_free(&w.weekly);
  muster_arena_free(&w.small.arena);
  if (hidden) *hidden = w.small.hidden;
  if (status == MUSTER_OK && out->failed) status = muster_fail_memory(err);
  return status;
}
