/* What a file is when it is no UTF-8 text: named by its first bytes, with the way to a CSV file from there. Exports that
 * were saved in another form keep the name marks.csv and fool nobody else. */
#include <string.h>

#include "input.h"

/* UTF-16 by its mark, or without one by ASCII letters that alternate with NULs. */
static const char *wide_encoding(const char *at, size_t n) {
  if (n >= 2 && memcmp(at, "\xFF\xFE", 2) == 0) return "UTF-16 (little endian)";
  if (n >= 2 && memcmp(at, "\xFE\xFF", 2) == 0) return "UTF-16 (big endian)";
  if (n >= 4 && at[0] && !at[1] && at[2] && !at[3]) return "UTF-16 (little endian, without a byte order mark)";
  if (n >= 4 && !at[0] && at[1] && !at[2] && at[3]) return "UTF-16 (big endian, without a byte order mark)";
  return NULL;
}

static muster_status refuse_wide(const char *name, const char *encoding, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "the file is %s, not UTF-8", encoding);
  muster_error_where(err, "%s:1", name);
  muster_error_expected(err, "UTF-8 text");
  muster_error_todo(err,
                    "save it as \"CSV UTF-8\" (Excel's \"Unicode Text\" is UTF-16 with tabs), or convert it: iconv -f "
                    "UTF-16 -t UTF-8");
  return MUSTER_DATA;
}

static const char export_again[] = "export it again, as CSV";
static const char save_from_a_spreadsheet[] = "open it in a spreadsheet and save the sheet as \"CSV UTF-8\"";

typedef struct signature {
  const char *bytes;
  size_t n;
  const char *what, *todo;
} signature;

#define SIGNED(bytes, what, todo) {bytes, sizeof bytes - 1, what, todo}

static const signature signatures[] = {
    SIGNED("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an Excel workbook (xls)", save_from_a_spreadsheet),
    SIGNED("\x89PNG\r\n", "a picture (PNG)", export_again),
    SIGNED("\xFF\xD8\xFF", "a picture (JPEG)", export_again),
    SIGNED("GIF8", "a picture (GIF)", export_again),
    SIGNED("%PDF-", "a PDF document", export_again),
    SIGNED("{\\rtf", "a text document (RTF)", export_again),
    SIGNED("\x1F\x8B", "compressed (gzip)", "unpack it: gunzip"),
    SIGNED("7z\xBC\xAF\x27\x1C", "an archive (7z)", "unpack it"),
    SIGNED("SQLite format 3", "an SQLite database", "give a store to the commands in place of a folder"),
};

/* Some systems print a page for browsers and call it a spreadsheet. */
static const char *const pages[] = {"<!doctype html", "<html", "<table", "<?xml"};

static bool holds(const char *at, size_t n, const char *text) {
  size_t m = strlen(text);
  for (size_t i = 0; i + m <= n; i++)
    if (memcmp(at + i, text, m) == 0) return true;
  return false;
}

enum { LOOKED_AT = 4096 }; /* the names of the first members of an archive */

static signature archive(const char *at, size_t n) {
  if (n > LOOKED_AT) n = LOOKED_AT;
  if (holds(at, n, "xl/") || holds(at, n, "[Content_Types].xml"))
    return (signature){NULL, 0, "an Excel workbook (xlsx)", save_from_a_spreadsheet};
  if (holds(at, n, "opendocument.spreadsheet"))
    return (signature){NULL, 0, "an OpenDocument spreadsheet", save_from_a_spreadsheet};
  return (signature){NULL, 0, "a zip archive", "unpack it; if it is a workbook, save the sheet as \"CSV UTF-8\""};
}

static bool is_page(const char *at, size_t n) {
  while (n && strchr(" \t\r\n", *at) && *at) at++, n--;
  for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
    size_t m = strlen(pages[i]);
    if (n >= m && muster_text_equal_nocase((muster_text){at, m}, (muster_text){pages[i], m})) return true;
  }
  return false;
}

static bool find_signature(const char *at, size_t n, signature *found) {
  for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
    if (n >= signatures[i].n && memcmp(at, signatures[i].bytes, signatures[i].n) == 0)
      return *found = signatures[i], true;
  if (n >= 4 && memcmp(at, "PK\x03\x04", 4) == 0) return *found = archive(at, n), true;
  size_t mark = n >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  if (!is_page(at + mark, n - mark)) return false;
  *found = (signature){NULL, 0, "a page for a browser (HTML or XML)", save_from_a_spreadsheet};
  return true;
}

muster_status muster_refuse_foreign(const char *name, const char *at, size_t n, muster_error *err) {
  const char *wide = wide_encoding(at, n);
  if (wide) return refuse_wide(name, wide, err);
  signature found;
  if (!find_signature(at, n, &found)) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "the file is %s, not CSV", found.what);
  muster_error_where(err, "%s", name);
  muster_error_expected(err, "UTF-8 text");
  muster_error_todo(err, "%s", found.todo);
  return MUSTER_DATA;
}
