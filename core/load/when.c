/* Dates of a file: ISO, or the one format that its source names; never a guess. */
#include <string.h>

#include "reading.h"

/* One or two digits, a separator, one or two digits, the same separator, a year: day and month could be either. */
static bool day_and_month(muster_text t, int *first, int *second, char *separator) {
  int part[3] = {0, 0, 0};
  size_t digits[3] = {0, 0, 0}, k = 0;
  for (size_t i = 0; i < t.n; i++) {
    char c = t.at[i];
    if (c >= '0' && c <= '9') {
      if (++digits[k] > 4) return false;
      part[k] = part[k] * 10 + (c - '0');
    } else if ((c == '/' || c == '.' || c == '-') && k < 2 && digits[k] && (k == 0 || c == *separator)) {
      *separator = c;
      k++;
    } else {
      return false;
    }
  }
  *first = part[0];
  *second = part[1];
  return k == 2 && digits[0] <= 2 && digits[1] <= 2 && (digits[2] == 2 || digits[2] == 4);
}

muster_when muster_when_read(const char *format, muster_text text, muster_date *date) {
  if (format) return muster_date_parse_as(text, format, date) ? MUSTER_WHEN_OK : MUSTER_WHEN_BAD;
  if (muster_date_parse(text, date)) return MUSTER_WHEN_OK;
  int first, second;
  char separator;
  return day_and_month(text, &first, &second, &separator) ? MUSTER_WHEN_AMBIGUOUS : MUSTER_WHEN_BAD;
}

muster_status muster_when_refuse(const muster_input *input, uint64_t line, muster_text column, muster_text text,
                                 muster_error *err) {
  int first = 0, second = 0;
  char separator = '/';
  if (!day_and_month(text, &first, &second, &separator)) first = second = 1;
  const char *year = text.n >= 4 && text.at[text.n - 3] == separator ? "%y" : "%Y";
  muster_fail(err, MUSTER_DATA,
              first <= 12 && second <= 12 ? "the date %.*s could be day and month or month and day"
                                          : "the date %.*s is not in the ISO form",
              (int)(text.n < 20 ? text.n : 20), text.at);
  muster_error_where(err, "%s:%llu: %.*s", input->name, (unsigned long long)line, (int)(column.n < 60 ? column.n : 60),
                     column.at);
  muster_error_expected(err, "dates such as 2025-09-01, or one date_format for the file");
  muster_error_todo(err, "name it in source.lua: date_format = \"%s%c%s%c%s\"%s", second > 12 ? "%m" : "%d", separator,
                    second > 12 ? "%d" : "%m", separator, year,
                    first <= 12 && second <= 12 ? " if the day comes first" : "");
  return MUSTER_DATA;
}

muster_status muster_reading_date(muster_reading *r, int field, const muster_text *cells, bool optional,
                                  muster_date *date, bool *good, muster_error *err) {
  muster_text text = muster_reading_text(r, field, cells);
  *good = true;
  *date = MUSTER_NO_DATE;
  if (text.n == 0 && optional) return MUSTER_OK;
  *good = false;
  if (text.n == 0) return muster_reject_row(r, field, text, "the date is empty", err);
  switch (muster_when_read(r->how->date_format, text, date)) {
    case MUSTER_WHEN_OK: *good = true; return MUSTER_OK;
    case MUSTER_WHEN_AMBIGUOUS:
      return muster_when_refuse(&r->input, r->line, r->columns.fields[field].theirs, text, err);
    default: return muster_reject_row(r, field, text, "not a date", err);
  }
}
