/* muster/register/window.h - stretches of school time as people say them.
 * A window is parsed once and then turned into a range of sessions for a school and an as-of date; every range ends at
 * the as-of date at the latest. */
#ifndef MUSTER_REGISTER_WINDOW_H
#define MUSTER_REGISTER_WINDOW_H

#include "muster/register/register.h"

MUSTER_BEGIN_DECLS

typedef enum muster_window_kind {
  MUSTER_WINDOW_YEAR,      /* "year", "this year": the school year, 1 August to 31 July */
  MUSTER_WINDOW_LAST_YEAR, /* "last year" */
  MUSTER_WINDOW_THIS_TERM, /* the latest term that has begun */
  MUSTER_WINDOW_LAST_TERM, /* the one before it */
  MUSTER_WINDOW_THIS_HALF_TERM,
  MUSTER_WINDOW_LAST_HALF_TERM,
  MUSTER_WINDOW_THIS_WEEK,    /* Monday of the as-of date's week */
  MUSTER_WINDOW_TERM,         /* "autumn", "spring", "summer" of the as-of school year */
  MUSTER_WINDOW_HALF_TERM,    /* "HT1" .. "HT6" of the as-of school year */
  MUSTER_WINDOW_SCHOOL_WEEKS, /* "last 6 school weeks" */
  MUSTER_WINDOW_SCHOOL_DAYS,  /* "last 20 school days" */
  MUSTER_WINDOW_WEEKS,        /* "last 6 weeks": calendar weeks */
  MUSTER_WINDOW_DAYS,         /* "last 30 days": calendar days */
  MUSTER_WINDOW_DATES,        /* "2025-09-01..2025-10-24", "since 2025-09-01", "2025-09-01" */
  MUSTER_WINDOW_SINCE_PLAN,   /* "since plan": from the day a plan began */
  MUSTER_WINDOW_ALL           /* "all": everything there is */
} muster_window_kind;

typedef struct muster_window {
  muster_window_kind kind;
  int n;                   /* how many weeks or days; number of the half term; muster_term_name */
  muster_date first, last; /* MUSTER_NO_DATE = open */
} muster_window;

/** Reads a window. Case and single "-" in "half-term" do not matter.
 * @retval MUSTER_PACK  not a window; the error names the forms there are and the nearest */
MUSTER_CHECK muster_status muster_window_parse(muster_text text, muster_window *window, muster_error *err);

/** The sessions of a window for a school at the end of the day `as_of`.
 * @param plan_start  for "since plan"; MUSTER_NO_DATE makes that window empty */
muster_range muster_window_range(const muster_register *reg, uint32_t school, const muster_window *window,
                                 muster_date as_of, muster_date plan_start);

/** The half term that holds `date`, else the latest that has begun by then, else NULL. */
const muster_half_term *muster_half_term_at(const muster_register *reg, muster_date date);

/** "autumn", "spring", "summer". */
const char *muster_term_text(muster_term_name term);

MUSTER_END_DECLS
#endif
