/* The weekly page while it is written. Internal to the report room. */
#ifndef REPORT_WEEKLY_PAGE_H
#define REPORT_WEEKLY_PAGE_H

#include "muster/engine/weekly.h"
#include "muster/report/page.h"

/* What may not be shown. Rows are the parts in order and then all of them together; a cell is hidden when it is not 0.
 */
typedef struct page_small {
  muster_small_rule rule;
  size_t rows, columns; /* 3 with free school meals, see page_who; else 1 */
  uint8_t *pupils;      /* rows x columns */
  uint8_t *persistent, *severe, *findings;
  uint8_t *rules; /* findings of each rule, and of all of them */
  uint64_t *findings_of;
  uint64_t about_pupils; /* findings that are about a pupil */
  size_t hidden;         /* figures left out so far */
  muster_arena arena;
} page_small;

typedef enum page_who { PAGE_DISADVANTAGED, PAGE_OTHERS, PAGE_ALL } page_who;

typedef struct writing {
  const muster_page *page;
  const muster_register *reg;
  const muster_ruleset *set;
  const muster_run *run;
  muster_date as_of;
  muster_measures all, parts, disadvantaged; /* the last by part, of pupils with free school meals */
  muster_weekly weekly;
  bool by_school; /* the parts are schools; else the year groups of the only school */
  bool has_fsm;
  page_small small;
  muster_buf *out;
} writing;

/** Finds what may not be shown, when everything is measured. */
MUSTER_CHECK muster_status page_small_find(writing *w, muster_error *err);

/** A count of pupils that stands in no table. */
bool page_hides_count(const writing *w, uint64_t pupils);

/** Of a part, or of all parts when `row` is parts.count. */
bool page_hides_pupils(const writing *w, size_t row, page_who who);

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

/** Absence rates of the school year to date; both NaN where nothing was possible, where either may not be shown, and
 * where free school meals are not known. */
void page_year_rates(const writing *w, double *disadvantaged, double *others);

/** A cell that is hidden. */
void page_put_hidden(writing *w);

/** The table of schools or year groups. */
MUSTER_CHECK muster_status page_put_parts(writing *w, muster_error *err);

/** Disadvantaged and other pupils, week by week. */
MUSTER_CHECK muster_status page_put_picture(writing *w, muster_error *err);

#endif
