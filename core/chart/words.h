/* Numbers, dates and counts as people write them. */
#ifndef MUSTER_CHART_WORDS_H
#define MUSTER_CHART_WORDS_H

#include "muster/base.h"

/** "1,234.5", with U+2212 for minus and, when `sign`, a plus; never "-0". */
void put_number(muster_buf *out, double v, int decimals, bool sign);

/** "five" to twelve, "13" after; with a capital when it starts a sentence. */
void put_count(muster_buf *out, size_t n, bool capital);

/** "3 Nov"; "3 November 2025" when `whole`. */
void put_date(muster_buf *out, muster_date date, bool whole);

/** "3 November to 19 December 2025": what both have in common is said once. */
void put_dates(muster_buf *out, muster_date first, muster_date last);

/** A value in a format of one %d, %.Nf, %+.Nf or %s and "%%"; false when the format is none of these. */
bool put_format(muster_buf *out, const char *format, double v) MUSTER_CHECK;
bool format_ok(const char *format);

/** A share in words: "half", "a third", "three-quarters", "nearly two-thirds", else "62%". */
void put_share(muster_buf *out, double share);

/** printf into an arena, which may have failed: then "". */
const char *sayf(muster_arena *arena, bool *failed, const char *fmt, ...) MUSTER_PRINTF(3, 4);

/** The text of a buffer, copied into the arena; the buffer is emptied. */
const char *say(muster_arena *arena, bool *failed, muster_buf *buf);

#endif
