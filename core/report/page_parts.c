/* The weekly page's table: a trust's schools, or the year groups of one school. */
#include <math.h>
#include <string.h>

#include "html.h"
#include "weekly_page.h"

enum { WEEKS_SHOWN = 12 };

static double rate_of_week(const writing *w, uint32_t school, size_t k) {
  muster_week_sum sum =
      school == MUSTER_NONE ? muster_weekly_all(&w->weekly, k) : w->weekly.weeks[school * w->weekly.week_count + k];
  uint64_t possible = sum.yes.possible + sum.no.possible;
  if (page_hides_count(w, sum.yes.pupils + sum.no.pupils)) return NAN;
  return possible ? (double)(sum.yes.absent + sum.no.absent) / (double)possible : NAN;
}

muster_status page_usual_range(const writing *w, uint32_t school, usual_range *range, muster_error *err) {
  enum { LEAST_WEEKS = 6 };
  size_t n = w->weekly.week_count, earlier = 0;
  *range = (usual_range){.now = n ? rate_of_week(w, school, n - 1) : NAN};
  double *rates = muster_alloc(n + 1, sizeof *rates);
  signed char *signal = muster_alloc(n + 1, 1);
  if (rates && signal) {
    for (size_t k = 0; k + 1 < n; k++) {
      rates[earlier] = rate_of_week(w, school, k);
      earlier += !isnan(rates[earlier]);
    }
    range->known = earlier >= LEAST_WEEKS && !isnan(range->now);
  }
  if (rates && signal && range->known) {
    muster_xmr_limits limits;
    muster_xmr_signals(rates, earlier, 0, signal, &limits);
    range->lower = fmax(limits.lower, 0), range->upper = fmin(limits.upper, 1);
    range->side = range->now > range->upper ? 1 : range->now < range->lower ? -1 : 0;
  }
  bool good = rates && signal;
  muster_free(rates);
  muster_free(signal);
  return good ? MUSTER_OK : muster_fail_memory(err);
}

/* ---- cells ---- */

static void put_none(writing *w) { muster_buf_puts(w->out, "<td data-v=\"-1\">–</td>"); }

void page_put_hidden(writing *w) {
  muster_buf_puts(w->out, "<td data-v=\"-1\"><abbr title=\"hidden: few pupils\">" MUSTER_SUPPRESSED "</abbr></td>");
  w->small.hidden++;
}

static void put_rate(writing *w, double part, double whole, bool hidden) {
  if (hidden)
    page_put_hidden(w);
  else if (whole > 0)
    muster_buf_printf(w->out, "<td data-v=\"%.6f\">%.1f%%</td>", part / whole, 100 * part / whole);
  else
    put_none(w);
}

static void put_count(writing *w, int64_t count, bool hidden) {
  if (hidden) {
    page_put_hidden(w);
    return;
  }
  muster_buf_printf(w->out, "<td data-v=\"%lld\">", (long long)count);
  html_count(w->out, (uint64_t)count);
  muster_buf_puts(w->out, "</td>");
}

/* Points by which disadvantaged pupils missed more than the others; neither may be hidden. */
static void put_gap(writing *w, size_t row, const muster_measure *fsm) {
  const muster_measure *m = &w->parts.rows[row];
  int64_t others = fsm ? m->possible - fsm->possible : 0;
  if (page_hides_pupils(w, row, PAGE_DISADVANTAGED) || page_hides_pupils(w, row, PAGE_OTHERS))
    page_put_hidden(w);
  else if (!fsm || others <= 0 || fsm->possible <= 0)
    put_none(w);
  else {
    double gap = (double)fsm->absent / (double)fsm->possible - (double)(m->absent - fsm->absent) / (double)others;
    muster_buf_printf(w->out, "<td data-v=\"%.6f\">%s%.1f</td>", gap, gap < 0 ? "−" : "+", 100 * fabs(gap));
  }
}

static muster_status put_this_week(writing *w, uint32_t school, bool hidden, muster_error *err) {
  static const char *const words[] = {"▼ below usual", "as usual", "▲ above usual"}, *const classes[] = {
                                                                                         "below", "quiet", "above"};
  usual_range range;
  MUSTER_TRY(page_usual_range(w, school, &range, err));
  if (hidden) return page_put_hidden(w), MUSTER_OK;
  if (isnan(range.now)) return put_none(w), MUSTER_OK;
  muster_buf_printf(w->out, "<td data-v=\"%.6f\">%.1f%%", range.now, 100 * range.now);
  if (range.known)
    muster_buf_printf(w->out, " <span class=\"%s\">%s</span>", classes[range.side + 1], words[range.side + 1]);
  muster_buf_puts(w->out, "</td>");
  return MUSTER_OK;
}

static void put_sparkline(writing *w, uint32_t school, bool hidden) {
  double values[WEEKS_SHOWN];
  size_t n = 0, count = w->weekly.week_count, from = count > WEEKS_SHOWN ? count - WEEKS_SHOWN : 0;
  if (hidden) {
    page_put_hidden(w);
    return;
  }
  for (size_t k = from; k < count; k++) values[n++] = rate_of_week(w, school, k);
  muster_buf_puts(w->out, "<td>");
  muster_sparkline(values, n, "absence, last weeks", w->out);
  muster_buf_puts(w->out, "</td>");
}

/* ---- rows ---- */

const muster_measure *page_measure_of(const muster_measures *measures, muster_text id) {
  for (size_t i = 0; i < measures->count; i++)
    if (muster_text_equal(measures->rows[i].id, id)) return &measures->rows[i];
  return NULL;
}

void page_part_name(const writing *w, const muster_measure *part) {
  int64_t year;
  if (w->by_school) {
    html_text(w->out, part->name.n ? part->name : part->id);
  } else if (!part->id.n) {
    muster_buf_puts(w->out, "No year group");
  } else {
    if (muster_text_int(part->id, &year)) muster_buf_puts(w->out, "Year ");
    html_text(w->out, part->id);
  }
}

static muster_status put_row(writing *w, size_t row, muster_error *err) {
  const muster_measure *m = &w->parts.rows[row], *fsm = page_measure_of(&w->disadvantaged, m->id);
  const page_small *small = &w->small;
  bool hidden = page_hides_pupils(w, row, PAGE_ALL);
  uint32_t school = w->by_school ? muster_map_find(&w->reg->school_ids, m->id) : 0;
  muster_buf_puts(w->out, "<tr><th scope=\"row\" class=\"left\">");
  page_part_name(w, m);
  muster_buf_puts(w->out, "</th>");
  put_count(w, m->pupils, hidden);
  put_rate(w, (double)m->absent, (double)m->possible, hidden);
  if (w->has_fsm) {
    bool hidden_fsm = page_hides_pupils(w, row, PAGE_DISADVANTAGED);
    put_rate(w, fsm ? (double)fsm->absent : 0, fsm ? (double)fsm->possible : 0, hidden_fsm);
    put_gap(w, row, fsm);
  }
  put_rate(w, (double)m->persistent, (double)m->pupils, hidden || small->persistent[row]);
  put_rate(w, (double)m->severe, (double)m->pupils, hidden || small->severe[row]);
  put_count(w, (int64_t)small->findings_of[row], hidden || small->findings[row]);
  if (w->by_school) {
    MUSTER_TRY(put_this_week(w, school, hidden, err));
    put_sparkline(w, school, hidden);
  }
  muster_buf_puts(w->out, "</tr>\n");
  return MUSTER_OK;
}

static void put_head(writing *w, const char *text) {
  muster_buf_printf(w->out, "<th scope=\"col\"><button type=\"button\">%s</button></th>", text);
}

muster_status page_put_parts(writing *w, muster_error *err) {
  const char *id = w->by_school ? "schools" : "years";
  muster_buf_printf(
      w->out,
      "<h2 id=\"%s\">%s</h2>\n<p class=\"quiet\">This school year to date.<span class=\"screen\"> Press a heading "
      "to sort.</span></p>\n"
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"%s\">\n"
      "<table data-sort><thead><tr>",
      id, w->by_school ? "Schools" : "Year groups", id);
  put_head(w, w->by_school ? "School" : "Year group");
  put_head(w, "Pupils");
  put_head(w, "Absence");
  if (w->has_fsm) put_head(w, "Absence, disadv."), put_head(w, "Gap, points");
  put_head(w, "Persist&shy;ently absent");
  put_head(w, "Severely absent");
  put_head(w, "Findings");
  if (w->by_school) put_head(w, "This week"), muster_buf_puts(w->out, "<th scope=\"col\">Last 12 weeks</th>");
  muster_buf_puts(w->out, "</tr></thead><tbody>\n");
  for (size_t i = 0; i < w->parts.count; i++) MUSTER_TRY(put_row(w, i, err));
  muster_buf_puts(w->out,
                  "</tbody></table></div>\n<p class=\"quiet\">Persistently and severely absent: share of pupils. ");
  if (w->has_fsm) muster_buf_puts(w->out, "Gap: the absence rate of disadvantaged pupils less that of the others. ");
  if (w->small.hidden)
    muster_buf_puts(w->out, MUSTER_SUPPRESSED ": hidden, see the <a href=\"#small\">note on small numbers</a>.");
  if (w->by_school)
    muster_buf_puts(w->out, " This is no league table: look at a school's own weeks, and at who is behind a number.");
  muster_buf_puts(w->out, "</p>\n");
  return MUSTER_OK;
}
