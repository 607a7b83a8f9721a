/* The weekly page while it is written. Internal to the report room. */
#ifndef REPORT_WEEKLY_PAGE_H
#define REPORT_WEEKLY_PAGE_H

#include "muster/engine/weekly.h"
#include "muster/report/page.h"

typedef struct writing {
  const muster_page *page;
  const muster_register *reg;
  const muster_ruleset *set;
  const muster_run *run;
  muster_date as_of;
  uint64_t least;
  muster_measures all, parts, disadvantaged; /* the last by part, of pupils with free school meals */
  muster_weekly weekly;
  bool by_school; /* the parts are schools; else the year groups of the only school */
  bool has_fsm;
  muster_buf *out;
} writing;

/** A part's measure among those of disadvantaged pupils, or NULL. */
const muster_measure *page_measure_of(const muster_measures *measures, muster_text id);

/** The name a part goes by: a school's, "Year 7", "No year group". */
void page_part_name(const writing *w, const muster_measure *part);

/** A week's rate against the earlier weeks of the school year: limits are the mean and 2.66 mean moving ranges to
 * either side (XmR; NHS England, Making Data Count). Not known before there are six earlier weeks. */
typedef struct usual_range {
  double now, lower, upper;
  int side; /* -1 below, 1 above */
  bool known;
} usual_range;

/** Of a school, or of all together when it is MUSTER_NONE. `now` is NaN when nothing was possible in the last week. */
MUSTER_CHECK muster_status page_usual_range(const writing *w, uint32_t school, usual_range *range, muster_error *err);

/** Absence rates of the school year to date; NaN where nothing was possible, where there are too few
 * pupils to show, and where free school meals are not known. */
void page_year_rates(const writing *w, double *disadvantaged, double *others);

/** The table of schools or year groups. */
MUSTER_CHECK muster_status page_put_parts(writing *w, muster_error *err);

/** Disadvantaged and other pupils, week by week. */
MUSTER_CHECK muster_status page_put_picture(writing *w, muster_error *err);

#endif
