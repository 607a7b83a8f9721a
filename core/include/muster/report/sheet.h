/* muster/report/sheet.h - a table of answers, and the three ways it is written: for people, as CSV, as JSON.
 * One sheet, one set of column names: what a person reads and what a program reads cannot drift apart. */
#ifndef MUSTER_REPORT_SHEET_H
#define MUSTER_REPORT_SHEET_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

typedef enum muster_form { MUSTER_FORM_TABLE, MUSTER_FORM_CSV, MUSTER_FORM_JSON } muster_form;

/** Reads "table", "csv" or "json". */
bool muster_form_of(const char *name, muster_form *format) MUSTER_CHECK;

typedef enum muster_column_kind {
  MUSTER_COLUMN_TEXT,
  MUSTER_COLUMN_COUNT,  /* whole numbers */
  MUSTER_COLUMN_RATE,   /* fraction: 6 decimals for programs, a percentage for people */
  MUSTER_COLUMN_NUMBER, /* any number: shortest text that reads back the same; 4 significant digits for people */
  MUSTER_COLUMN_JSON    /* a JSON text, taken over as it is in JSON */
} muster_column_kind;

typedef struct muster_column {
  const char *name; /* static: the word of the contract, with underscores */
  muster_column_kind kind;
  bool machine_only; /* left out of the table for people */
} muster_column;

typedef struct muster_sheet muster_sheet;

/** An empty sheet. @param columns  borrowed for its life. NULL when there is no memory. Free with muster_sheet_free. */
muster_sheet *muster_sheet_new(const muster_column *columns, size_t n);
void muster_sheet_free(muster_sheet *sheet);

/** Cells are put one after the other, row by row; texts are copied. A cell of the wrong kind for its column is a defect
 * of the caller and caught by an assertion. Running out of memory is remembered and reported by muster_sheet_write. */
void muster_sheet_text(muster_sheet *sheet, muster_text text);
void muster_sheet_borrow(muster_sheet *sheet, muster_text text); /* not copied: must outlive the sheet */
void muster_sheet_count(muster_sheet *sheet, int64_t count);
void muster_sheet_number(muster_sheet *sheet, double number); /* NaN = no value; for RATE and NUMBER columns */
void muster_sheet_date(muster_sheet *sheet, muster_date date);
void muster_sheet_none(muster_sheet *sheet);

/** From now on rows go to `csv` as they come, a thousand at a time, so that a long sheet needs no room;
 * muster_sheet_write as CSV into the same buffer writes the rest. Borrowed texts need only last until their row is
 * written. */
void muster_sheet_stream(muster_sheet *sheet, muster_buf *csv);

size_t muster_sheet_rows(const muster_sheet *sheet);

typedef struct muster_sheet_style {
  bool colour;      /* terminal: bold header */
  size_t most_rows; /* in the table for people; 0 = all; what is left out is said */
  size_t width;     /* characters a line of that table may have; 0 = any. What is wider is cut, or goes on below */
} muster_sheet_style;

/** Writes the sheet. @param style  may be NULL */
MUSTER_CHECK muster_status muster_sheet_write(muster_sheet *sheet, muster_form format, const muster_sheet_style *style,
                                              muster_buf *out, muster_error *err);

/** A CSV file in the making: a sheet that streams into `csv` passes through it in pieces. */
typedef struct muster_sheet_file {
  muster_draft *draft;
  muster_buf csv;
} muster_sheet_file;

/** Begins the file; muster_sheet_save ends it.
 * @param mode  of the file: 0600 where it names pupils */
MUSTER_CHECK muster_status muster_sheet_begin(muster_sheet_file *file, const char *folder, const char *name, int mode,
                                              muster_error *err);

/** Writes what is left of the sheet as CSV and ends the file, all or nothing; `file` is freed either way.
 * @param sheet  NULL, as after a failed muster_sheet_new, is no memory
 * @retval MUSTER_IO  it could not be written */
MUSTER_CHECK muster_status muster_sheet_save(muster_sheet_file *file, muster_sheet *sheet, muster_error *err);

MUSTER_END_DECLS
#endif
