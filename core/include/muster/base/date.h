/* muster/base/date.h - civil dates in the proleptic Gregorian calendar, without any clock.
 * Reference: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"; Easter by the anonymous Gregorian
 * algorithm (Meeus 1991, Astronomical Algorithms, ch. 8). */
#ifndef MUSTER_BASE_DATE_H
#define MUSTER_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/text.h"

MUSTER_BEGIN_DECLS

/** Days since 1970-01-01. */
typedef int32_t muster_date;

#define MUSTER_NO_DATE INT32_MIN
#define MUSTER_DATE_TEXT 11 /* "2025-09-01" and its terminator */

muster_date muster_date_of(int year, int month, int day); /* must be a real date */
void muster_date_civil(muster_date date, int *year, int *month, int *day);

/** ISO date, exactly "YYYY-MM-DD" and a real day of 1900 to 2199. */
bool muster_date_parse(muster_text text, muster_date *out) MUSTER_CHECK;

/** A date in a format of %d %m %Y %y %b %B %a %A and literal characters; the whole text must match.
 * Two-digit years are 2000 to 2099. Names of months (%b Sep or Sept, %B) and weekdays (%a Mon, %A) are English; the
 * weekday must be that of the date. */
bool muster_date_parse_as(muster_text text, const char *format, muster_date *out) MUSTER_CHECK;

/** Is `format` one that muster_date_parse_as can read, with day, month and year in it. */
bool muster_date_format_ok(const char *format);

/** "2025-09-01" into `out`; an empty string for MUSTER_NO_DATE. @return `out` */
const char *muster_date_format(muster_date date, char out[MUSTER_DATE_TEXT]);

/** "1 September 2025" style parts for people: day and English month name. */
const char *muster_month_name(int month);

int muster_date_weekday(muster_date date);        /* 0 = Monday ... 6 = Sunday */
muster_date muster_date_monday(muster_date date); /* Monday of its week */
int muster_date_school_year(muster_date date);    /* 2025 for 1 August 2025 to 31 July 2026 */
muster_date muster_date_easter(int year);         /* Easter Sunday */

MUSTER_END_DECLS
#endif
