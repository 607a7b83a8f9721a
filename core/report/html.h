/* Small pieces of HTML. Internal to the report room. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "muster/chart.h"

/** Text with the characters that mean something in HTML escaped. */
void html_text(muster_buf *out, muster_text text);
void html_line(muster_buf *out, const char *terminated);

/** "1,980". */
void html_count(muster_buf *out, uint64_t n);

/** Style sheet and script of a page; the opening of the document up to <main>, and its end. */
void html_begin(muster_buf *out, const char *title);
void html_end(muster_buf *out);

/** A figure: the chart as a picture for wide and for narrow screens, its description, and its data in a table behind a
 * summary. The chart's title becomes the heading, its subtitle and source the caption. */
MUSTER_CHECK muster_status html_figure(muster_buf *out, const muster_chart *chart, const char *id, muster_error *err);

#endif
