/* Civil dates by arithmetic alone. */
#include "muster/base/date.h"

#include <string.h>

muster_date muster_date_of(int year, int month, int day) {
  int y = month <= 2 ? year - 1 : year;
  int era = (y >= 0 ? y : y - 399) / 400;
  int year_of_era = y - era * 400;
  int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

void muster_date_civil(muster_date date, int *year, int *month, int *day) {
  int z = date + 719468;
  int era = (z >= 0 ? z : z - 146096) / 146097;
  int day_of_era = z - era * 146097;
  int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int mp = (5 * day_of_year + 2) / 153;
  *day = day_of_year - (153 * mp + 2) / 5 + 1;
  *month = mp < 10 ? mp + 3 : mp - 9;
  *year = year_of_era + era * 400 + (*month <= 2);
}

static bool real_date(int year, int month, int day, muster_date *out) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1) return false;
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (day > days[month - 1] + (month == 2 && leap)) return false;
  *out = muster_date_of(year, month, day);
  return true;
}

static bool digits(const char *at, size_t n, int *out) {
  int value = 0;
  for (size_t i = 0; i < n; i++) {
    if (at[i] < '0' || at[i] > '9') return false;
    value = value * 10 + (at[i] - '0');
  }
  *out = value;
  return true;
}

bool muster_date_parse(muster_text text, muster_date *out) {
  int y, m, d;
  return text.n == 10 && text.at[4] == '-' && text.at[7] == '-' && digits(text.at, 4, &y) &&
         digits(text.at + 5, 2, &m) && digits(text.at + 8, 2, &d) && real_date(y, m, d, out);
}

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

const char *muster_month_name(int month) { return month >= 1 && month <= 12 ? months[month - 1] : ""; }

static const char *const weekdays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

/* Matches one of `count` names at the start of `t`, in full or its first three letters.
 * @param[out] which  from 0 on  @return letters taken, 0 for none */
static size_t name_at(muster_text t, const char *const *names, int count, bool full, int *which) {
  for (int i = 0; i < count; i++) {
    size_t n = full ? strlen(names[i]) : 3;
    if (t.n >= n && muster_text_equal_nocase((muster_text){t.at, n}, (muster_text){names[i], n})) return *which = i, n;
  }
  return 0;
}

/* The English of Great Britain has four letters for one month: 1-Sept-25. */
static size_t month_at(muster_text t, bool full, int *month) {
  static const muster_text sept = {"Sept", 4};
  size_t n = name_at(t, months, 12, full, month);
  if (n) ++*month;
  if (n == 3 && t.n >= sept.n && muster_text_equal_nocase((muster_text){t.at, sept.n}, sept)) return sept.n;
  return n;
}

/* One or two digits for day and month, so that 3/9/2025 is read as written. */
static size_t number_at(muster_text t, size_t least, size_t most, int *out) {
  size_t n = 0;
  while (n < t.n && n < most && t.at[n] >= '0' && t.at[n] <= '9') n++;
  return n >= least && digits(t.at, n, out) ? n : 0;
}

bool muster_date_parse_as(muster_text text, const char *format, muster_date *out) {
  int y = 0, m = 0, d = 0, weekday = -1;
  for (const char *f = format; *f; f++) {
    size_t taken = 0;
    if (*f != '%') {
      taken = text.n && text.at[0] == *f;
    } else
      switch (*++f) {
        case 'd': taken = number_at(text, 1, 2, &d); break;
        case 'm': taken = number_at(text, 1, 2, &m); break;
        case 'Y': taken = number_at(text, 4, 4, &y); break;
        case 'y': taken = number_at(text, 2, 2, &y), y += 2000; break;
        case 'b': taken = month_at(text, false, &m); break;
        case 'B': taken = month_at(text, true, &m); break;
        case 'a': taken = name_at(text, weekdays, 7, false, &weekday); break;
        case 'A': taken = name_at(text, weekdays, 7, true, &weekday); break;
        default: return false;
      }
    if (!taken) return false;
    text.at += taken;
    text.n -= taken;
  }
  muster_date date;
  if (text.n || !real_date(y, m, d, &date)) return false;
  if (weekday >= 0 && muster_date_weekday(date) != weekday) return false;
  *out = date;
  return true;
}

bool muster_date_format_ok(const char *format) {
  bool day = false, month = false, year = false;
  for (const char *f = format; *f; f++) {
    if (*f != '%') continue;
    switch (*++f) {
      case 'd': day = true; break;
      case 'm':
      case 'b':
      case 'B': month = true; break;
      case 'Y':
      case 'y': year = true; break;
      case 'a':
      case 'A': break;
      default: return false;
    }
  }
  return day && month && year;
}

/* Two digits. */
static char *put_digits(char *at, int number) {
  at[0] = (char)('0' + number / 10 % 10);
  at[1] = (char)('0' + number % 10);
  return at + 2;
}

const char *muster_date_format(muster_date date, char out[MUSTER_DATE_TEXT]) {
  out[0] = '\0';
  if (date == MUSTER_NO_DATE) return out;
  int y, m, d;
  muster_date_civil(date, &y, &m, &d);
  char *at = put_digits(out, y / 100);
  at = put_digits(at, y % 100);
  *at++ = '-';
  at = put_digits(at, m);
  *at++ = '-';
  *put_digits(at, d) = '\0';
  return out;
}

int muster_date_weekday(muster_date date) { return (int)(((date + 3) % 7 + 7) % 7); } /* 1970-01-01 was a Thursday */

muster_date muster_date_monday(muster_date date) { return date - muster_date_weekday(date); }

int muster_date_school_year(muster_date date) {
  int y, m, d;
  muster_date_civil(date, &y, &m, &d);
  return m >= 8 ? y : y - 1;
}

muster_date muster_date_easter(int year) {
  int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
  return muster_date_of(year, n / 31, n % 31 + 1);
}
