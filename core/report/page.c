/* The weekly page: one sentence first, then what to know, the schools, disadvantaged pupils, findings, questions,
 * definitions. */
#include "muster/report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "html.h"
#include "muster/engine/measures.h"
#include "muster/engine/weekly.h"
#include "muster/report/findings.h"

typedef struct writing {
  const muster_page *page;
  const muster_register *reg;
  const muster_ruleset *set;
  const muster_run *run;
  muster_date as_of;
  uint64_t least;
  muster_measures all, schools, disadvantaged; /* the last by school, of pupils with free school meals */
  muster_weekly weekly;
  bool has_fsm;
  muster_buf *out;
} writing;

/* ---- numbers ---- */

static double rate_of(const muster_week_part *part) {
  return part->possible ? (double)part->absent / (double)part->possible : NAN;
}

static const muster_measure *measure_of(const muster_measures *measures, muster_text id) {
  for (size_t i = 0; i < measures->count; i++)
    if (muster_text_equal(measures->rows[i].id, id)) return &measures->rows[i];
  return NULL;
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

static void put_headline(writing *w) {
  const muster_measure *m = w->all.count ? &w->all.rows[0] : NULL;
  muster_buf_puts(w->out, "<h1>");
  double yes = NAN, no = NAN;
  if (w->has_fsm && w->weekly.week_count) {
    muster_week_part a = {0}, b = {0};
    for (size_t k = 0; k < w->weekly.week_count; k++) {
      muster_week_sum sum = muster_weekly_all(&w->weekly, k);
      a.possible += sum.yes.possible, a.absent += sum.yes.absent;
      b.possible += sum.no.possible, b.absent += sum.no.absent;
    }
    yes = rate_of(&a), no = rate_of(&b);
  }
  if (isfinite(yes) && isfinite(no) && no > 0)
    muster_buf_printf(w->out, "Disadvantaged pupils have missed %.1f%% of school this year, other pupils %.1f%%",
                      100 * yes, 100 * no);
  else if (m && m->possible > 0)
    muster_buf_printf(w->out, "Pupils have missed %.1f%% of school this year",
                      100 * (double)m->absent / (double)m->possible);
  else
    muster_buf_puts(w->out, "No marks this year");
  muster_buf_puts(w->out, "</h1>\n");
}

/* ---- what to know ---- */

typedef struct change {
  double now, before, sd; /* this week, mean of the four before it, their scatter */
  bool known;
} change;

static change last_change(const writing *w) {
  size_t n = w->weekly.week_count;
  change c = {.known = n >= 5};
  double sum = 0, squares = 0;
  for (size_t k = n >= 5 ? n - 5 : n; k + 1 < n; k++) {
    muster_week_sum week = muster_weekly_all(&w->weekly, k);
    double rate = (double)(week.yes.absent + week.no.absent) / (double)(week.yes.possible + week.no.possible);
    sum += rate;
    squares += rate * rate;
  }
  if (!c.known) return c;
  muster_week_sum week = muster_weekly_all(&w->weekly, n - 1);
  c.now = (double)(week.yes.absent + week.no.absent) / (double)(week.yes.possible + week.no.possible);
  c.before = sum / 4;
  c.sd = sqrt(fmax(0, (squares - 4 * c.before * c.before) / 3));
  return c;
}

static void put_things_to_know(writing *w) {
  const muster_measure *m = w->all.count ? &w->all.rows[0] : NULL;
  muster_buf_puts(w->out, "<h2 id=\"know\">What to know this week</h2>\n<ol class=\"know\">\n");
  if (m && m->pupils > 0)
    muster_buf_printf(w->out,
                      "<li><strong>%lld of %lld pupils (%.1f%%) are persistently absent</strong>, %lld of them "
                      "severely. Their own absence is a tenth or more of their possible sessions.</li>\n",
                      (long long)m->persistent, (long long)m->pupils, 100 * (double)m->persistent / (double)m->pupils,
                      (long long)m->severe);
  change c = last_change(w);
  if (c.known) {
    bool usual = fabs(c.now - c.before) <= 2 * c.sd;
    muster_buf_printf(w->out,
                      "<li><strong>Absence this week is %.1f%%</strong>, the mean of the four weeks before %.1f%%: %s "
                      "their usual range.</li>\n",
                      100 * c.now, 100 * c.before,
                      usual              ? "within"
                      : c.now > c.before ? "above"
                                         : "below");
  }
  size_t urgent = 0;
  for (size_t i = 0; i < w->run->finding_count; i++)
    urgent += w->set->rules[w->run->findings[i].rule].level == MUSTER_URGENT;
  muster_buf_printf(w->out, "<li><strong>%zu findings</strong> by the rules, %zu of them urgent.</li>\n</ol>\n",
                    w->run->finding_count, urgent);
}

/* ---- schools ---- */

static void put_cell(writing *w, double part, double whole, double pupils) {
  if (pupils < (double)w->least)
    muster_buf_puts(w->out, "<td data-v=\"-1\"><span title=\"fewer pupils than are shown\">c</span></td>");
  else if (whole > 0)
    muster_buf_printf(w->out, "<td data-v=\"%.6f\">%.1f%%</td>", part / whole, 100 * part / whole);
  else
    muster_buf_puts(w->out, "<td data-v=\"-1\">–</td>");
}

static void put_sparkline(writing *w, uint32_t school) {
  enum { WEEKS = 12 };
  double values[WEEKS];
  size_t n = 0, count = w->weekly.week_count, from = count > WEEKS ? count - WEEKS : 0;
  for (size_t k = from; k < count; k++) {
    const muster_week_sum *sum = &w->weekly.weeks[school * count + k];
    uint64_t possible = sum->yes.possible + sum->no.possible;
    values[n++] = possible ? (double)(sum->yes.absent + sum->no.absent) / (double)possible : NAN;
  }
  muster_buf_puts(w->out, "<td>");
  muster_sparkline(values, n, "absence, last weeks", w->out);
  muster_buf_puts(w->out, "</td>");
}

static void put_schools(writing *w) {
  static const char *const heads[] = {"School",      "Pupils",     "Absence", "Disadvantaged",
                                      "Gap, points", "Persistent", "Severe",  "Findings"};
  muster_buf_puts(w->out,
                  "<h2 id=\"schools\">Schools</h2>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
                  "aria-labelledby=\"schools\">\n"
                  "<table data-sort><thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
    muster_buf_printf(w->out, "<th scope=\"col\"><button type=\"button\">%s</button></th>", heads[i]);
  muster_buf_puts(w->out, "<th scope=\"col\">12 weeks</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < w->schools.count; i++) {
    const muster_measure *m = &w->schools.rows[i], *fsm = measure_of(&w->disadvantaged, m->id);
    uint32_t school = muster_map_find(&w->reg->school_ids, m->id);
    muster_buf_puts(w->out, "<tr><th scope=\"row\" class=\"left\">");
    html_text(w->out, m->name.n ? m->name : m->id);
    muster_buf_printf(w->out, "</th><td data-v=\"%lld\">%lld</td>", (long long)m->pupils, (long long)m->pupils);
    put_cell(w, (double)m->absent, (double)m->possible, (double)m->pupils);
    double gap = NAN;
    if (fsm) {
      put_cell(w, (double)fsm->absent, (double)fsm->possible, (double)fsm->pupils);
      uint64_t others = (uint64_t)(m->possible - fsm->possible);
      if (others && fsm->possible > 0 && fsm->pupils >= (int64_t)w->least)
        gap = (double)fsm->absent / (double)fsm->possible - (double)(m->absent - fsm->absent) / (double)others;
    } else {
      muster_buf_puts(w->out, "<td data-v=\"-1\">–</td>");
    }
    if (isfinite(gap))
      muster_buf_printf(w->out, "<td data-v=\"%.6f\">%.1f</td>", gap, 100 * gap);
    else
      muster_buf_puts(w->out, "<td data-v=\"-1\">–</td>");
    put_cell(w, (double)m->persistent, (double)m->pupils, (double)m->pupils);
    put_cell(w, (double)m->severe, (double)m->pupils, (double)m->pupils);
    size_t findings = 0;
    for (size_t k = 0; k < w->run->finding_count; k++) findings += w->run->findings[k].subject.school == school;
    muster_buf_printf(w->out, "<td data-v=\"%zu\">%zu</td>", findings, findings);
    put_sparkline(w, school);
    muster_buf_puts(w->out, "</tr>\n");
  }
  muster_buf_puts(
      w->out,
      "</tbody></table></div>\n<p class=\"quiet\">Persistent and severe: share of pupils. A gap is the absence rate of "
      "disadvantaged pupils less that of others. "
      "c: too few pupils to show. This is no league table: look at the weeks, and at who is behind a number.</p>\n");
}

/* ---- pictures ---- */

static muster_status put_weekly_picture(writing *w, muster_error *err) {
  size_t n = w->weekly.week_count, rows = 0;
  muster_chart chart;
  muster_chart_init(&chart);
  muster_chart_frame *frame = muster_chart_frame_new(&chart, 2 * n, "week rate lo hi", "group");
  if (!frame) {
    muster_chart_free(&chart);
    return muster_fail_memory(err);
  }
  double *week = muster_chart_numbers(frame, "week"), *rate = muster_chart_numbers(frame, "rate");
  double *lo = muster_chart_numbers(frame, "lo"), *hi = muster_chart_numbers(frame, "hi");
  const char **group = muster_chart_texts(frame, "group");
  for (int of = 0; of < 2; of++)
    for (size_t k = 0; k < n; k++, rows++) {
      muster_week_sum sum = muster_weekly_all(&w->weekly, k);
      const muster_week_part *part = of ? &sum.no : &sum.yes;
      double count = (double)part->pupils, mean = part->pupils ? part->rate_sum / count : NAN;
      double spread = part->pupils > 1 ? sqrt(fmax(0, part->rate_square_sum / count - mean * mean) / (count - 1)) : NAN;
      week[rows] = muster_week_monday(sum.week);
      rate[rows] = 100 * rate_of(part);
      lo[rows] = 100 * fmax(0, rate_of(part) - 1.96 * spread);
      hi[rows] = 100 * (rate_of(part) + 1.96 * spread);
      group[rows] = of ? "Not disadvantaged" : "Disadvantaged";
    }
  chart.data = frame;
  chart.title = "Weekly absence of disadvantaged and other pupils";
  chart.subtitle = "Absence, % of possible sessions, weekly; bands are 95% intervals between pupils.";
  chart.source = "Source: school registers; weeks still change while codes N are resolved.";
  chart.x.time = MUSTER_TIME_CALENDAR;
  chart.y.unit = "%";
  chart.y.from = 0;
  muster_chart_layer *ribbon = muster_chart_add(&chart, MUSTER_MARK_RIBBON),
                     *line = muster_chart_add(&chart, MUSTER_MARK_LINE);
  muster_chart_bind(ribbon, MUSTER_CHANNEL_X, "week");
  muster_chart_bind(ribbon, MUSTER_CHANNEL_LO, "lo");
  muster_chart_bind(ribbon, MUSTER_CHANNEL_HI, "hi");
  muster_chart_bind(ribbon, MUSTER_CHANNEL_BY, "group");
  muster_chart_bind(line, MUSTER_CHANNEL_X, "week");
  muster_chart_bind(line, MUSTER_CHANNEL_Y, "rate");
  muster_chart_bind(line, MUSTER_CHANNEL_BY, "group");
  ribbon->gap = line->gap = line->end = true;
  muster_chart_colour(&chart, "Disadvantaged", MUSTER_COLOUR_ACCENT);
  muster_chart_colour(&chart, "Not disadvantaged", MUSTER_COLOUR_BASE);
  muster_status status = chart.failed ? muster_fail_memory(err) : html_figure(w->out, &chart, "weekly", err);
  muster_chart_free(&chart);
  return status;
}

static muster_status put_pictures(writing *w, muster_error *err) {
  if (!w->has_fsm || w->weekly.week_count < 2) return MUSTER_OK;
  muster_buf_puts(w->out, "<h2>Disadvantaged pupils</h2>\n");
  return put_weekly_picture(w, err);
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
    muster_buf_printf(w->out, "</th><td class=\"left level\">%s</td><td>%zu</td><td>%zu</td><td>%d</td></tr>\n",
                      rule->disabled ? "disabled" : muster_level_text(rule->level), findings, schools, longest);
  }
  muster_buf_puts(w->out,
                  "</tbody></table></div>\n<p class=\"quiet\">No pupil is named here. Names, evidence and plans are in "
                  "the run's own files, inside the school.</p>\n");
}

static void put_questions(writing *w) {
  muster_buf_puts(w->out, "<h2>Questions for leaders</h2>\n<ol>\n");
  const muster_measure *most = NULL;
  for (size_t i = 0; i < w->schools.count; i++) {
    const muster_measure *m = &w->schools.rows[i];
    if (m->pupils < (int64_t)w->least || m->possible <= 0) continue;
    if (!most || (double)m->persistent / (double)m->pupils > (double)most->persistent / (double)most->pupils) most = m;
  }
  if (most) {
    muster_buf_puts(w->out, "<li>What stands in the way of the persistently absent pupils at ");
    html_text(w->out, most->name.n ? most->name : most->id);
    muster_buf_printf(w->out, ", %lld of %lld there?</li>\n", (long long)most->persistent, (long long)most->pupils);
  }
  size_t late = 0;
  for (size_t i = 0; i < w->run->plan_row_count; i++) late += w->run->plan_rows[i].status == MUSTER_STEP_LATE;
  if (late)
    muster_buf_printf(w->out, "<li>%zu steps of plans are late. Who needs a hand with theirs?</li>\n", late);
  else
    muster_buf_puts(w->out, "<li>Who does the first step of each new plan, and by when?</li>\n");
  muster_buf_puts(w->out, "<li>What was tried for pupils who came back, and would it serve others?</li>\n</ol>\n");
}

static void put_definitions(writing *w) {
  const muster_definition *dfe = muster_definition_find("dfe");
  muster_buf_puts(w->out,
                  "<h2>Definitions and notes</h2>\n<ul>\n<li>Rates are pooled: sessions missed over sessions possible. "
                  "Persistent: a tenth or more of a pupil's own possible sessions. Severe: half or more. ");
  html_line(w->out, dfe->authority);
  muster_buf_puts(w->out, ".</li>\n<li>Disadvantaged: eligible for free school meals in the data.</li>\n<li>Data: ");
  html_line(w->out, w->page->data_notes ? w->page->data_notes : "marks");
  if (w->page->rows_rejected)
    muster_buf_printf(w->out, "; %llu rows were rejected and are not in these figures",
                      (unsigned long long)w->page->rows_rejected);
  if (w->all.left_out)
    muster_buf_printf(w->out, "; %llu enrolments are outside the census definition",
                      (unsigned long long)w->all.left_out);
  muster_buf_puts(w->out, ".</li>\n<li>Rules: ");
  html_line(w->out, w->page->rules ? w->page->rules : "");
  muster_buf_printf(w->out, ".</li>\n<li>Numbers of fewer than %llu pupils are not shown.</li>\n</ul>\n",
                    (unsigned long long)w->least);
}

static muster_status measure(writing *w, muster_error *err) {
  muster_measure_query query = {.by = "all", .period = "year", .as_of = w->as_of, .jobs = w->page->jobs};
  muster_where fsm = {"fsm", "true"};
  MUSTER_TRY(muster_measure_run(w->reg, &query, &w->all, err));
  query.by = "school";
  MUSTER_TRY(muster_measure_run(w->reg, &query, &w->schools, err));
  w->has_fsm = muster_attribute_find(&w->reg->pupil_attributes, "fsm") != NULL;
  if (w->has_fsm) {
    query.where = &fsm;
    query.where_count = 1;
    MUSTER_TRY(muster_measure_run(w->reg, &query, &w->disadvantaged, err));
  }
  return muster_weekly_sum(w->reg, "fsm", w->as_of, w->page->jobs, &w->weekly, err);
}

muster_status muster_page_write(const muster_page *page, const muster_register *reg, const muster_ruleset *set,
                                const muster_run *run, muster_date as_of, muster_buf *out, muster_error *err) {
  writing w = {.page = page,
               .reg = reg,
               .set = set,
               .run = run,
               .as_of = as_of,
               .least = page->least ? page->least : 10,
               .out = out};
  muster_status status = measure(&w, err);
  if (status == MUSTER_OK) {
    html_begin(out, page->heading ? page->heading : "Attendance this week");
    put_status(&w);
    muster_buf_puts(out, "<main id=\"main\">\n");
    put_headline(&w);
    put_things_to_know(&w);
    put_schools(&w);
    status = put_pictures(&w, err);
    put_findings(&w);
    put_questions(&w);
    put_definitions(&w);
    muster_buf_puts(out, "</main>\n");
    html_end(out);
  }
  muster_measures_free(&w.all);
  muster_measures_free(&w.schools);
  muster_measures_free(&w.disadvantaged);
  muster_weekly_free(&w.weekly);
  if (status == MUSTER_OK && out->failed) status = muster_fail_memory(err);
  return status;
}
