/* One load, and one file of it being read row by row. */
#ifndef MUSTER_LOAD_READING_H
#define MUSTER_LOAD_READING_H

#include "books.h"
#include "columns.h"

/** Where a thing was first given and what the row said, so that a second row about it can be told apart. */
typedef struct muster_origin {
  uint64_t line, content; /* line 0 = never */
  uint32_t file;
} muster_origin;

typedef struct muster_loading {
  const char *folder;
  const muster_source *source;
  muster_load_options options;
  muster_register *reg;
  muster_ledger *ledger;
  bool schools_given, pupils_given, days_named, weekend_named;
  muster_map seen;        /* keys of the kind of file being read */
  muster_origin *origins; /* of those keys; of enrolments while pupils are read */
  size_t origin_capacity;
  uint8_t *children; /* of each pupil id: MUSTER_TWO_BIRTHS, MUSTER_CONTESTED */
  size_t children_capacity;
  uint64_t two_births;  /* pupil ids with it */
  uint64_t two_schools; /* rows of pupils that are at another school on those days */
  uint64_t known;       /* pupils enrolled because options.known knows them */
  muster_arena arena;
} muster_loading;

enum {
  MUSTER_TWO_BIRTHS = 1, /* the rows of pupils give it two birth dates */
  MUSTER_CONTESTED = 2   /* and on the same days: of one child the row was rejected, so marks must say whose they are */
};

/** people.c: number of a pupil id, MUSTER_NONE when nobody knows it. Without a file of pupils those who are known from
 * elsewhere are asked for, and enrolled. */
MUSTER_CHECK muster_status muster_find_pupil(muster_loading *load, muster_text id, uint32_t *number, muster_error *err);

static inline bool muster_is_contested(const muster_loading *load, uint32_t pupil_id) {
  return pupil_id < load->children_capacity && load->children[pupil_id] & MUSTER_CONTESTED;
}
#define MUSTER_WHICH_CHILD "two children have this pupil_id, and the row does not say at which school"

typedef struct muster_reading {
  muster_loading *load;
  const muster_source_file *how;
  muster_file_kind kind;
  muster_layout layout;
  muster_input input;
  muster_columns columns;
  uint32_t file;                /* in the ledger */
  muster_ledger_counts *counts; /* of the file; valid while no other file is opened */
  uint64_t line;                /* of the row at hand */
  char joined[MUSTER_JOINED_TEXT];
  uint64_t headers_again; /* rows that are the header once more */
} muster_reading;

/* ---- blocks in file order ---- */

/** Puts blocks in order: lines are counted on, and a row that a block leaves open goes in front of the next. */
typedef struct muster_sequence {
  uint64_t line; /* of the next block's first line */
  char *carry;
  size_t carry_n;
} muster_sequence;

/** Takes the next block.
 * @param[out] first_line  its first line
 * @param[out] joined      it was split again, because a row was open
 * @retval MUSTER_DATA and others: the block's trouble */
MUSTER_CHECK muster_status muster_sequence_take(muster_sequence *sequence, muster_input_block *block,
                                                const muster_input *input, bool last, uint64_t *first_line,
                                                bool *joined, muster_error *err);

/* ---- rows ---- */

typedef muster_status (*muster_row_taker)(muster_reading *reading, const muster_text *cells, muster_error *err);

/** Shows every row of the file to `take`, which accepts, rejects or counts it as a duplicate. Ragged rows and rows that
 * `where` leaves out are settled here. */
MUSTER_CHECK muster_status muster_read_rows(muster_reading *reading, muster_row_taker take, muster_error *err);

muster_text muster_reading_text(muster_reading *reading, int field, const muster_text *cells);

static inline muster_status muster_accept(muster_reading *reading) {
  reading->counts->read++;
  reading->counts->accepted++;
  return MUSTER_OK;
}

static inline muster_status muster_duplicate(muster_reading *reading) {
  reading->counts->read++;
  reading->counts->duplicate++;
  return MUSTER_OK;
}

/** Rejects the row at hand; the reason is the same for every such row. @param field  ours, or -1 for the whole row */
MUSTER_CHECK muster_status muster_reject_row(muster_reading *reading, int field, muster_text value, const char *reason,
                                             muster_error *err);

/** The same with a reason that differs from row to row; `key` is what they share. */
MUSTER_CHECK muster_status muster_reject_as(muster_reading *reading, int field, muster_text value, const char *key,
                                            muster_error *err, const char *reason, ...) MUSTER_PRINTF(6, 7);

/** Reason and key for a row with the wrong number of cells. */
void muster_ragged_reason(const muster_reading *reading, size_t cells, bool cut_short, char out[160]);
#define MUSTER_RAGGED "the row has another number of cells than the header"

/** Is the row the header once more, as in exports that were put together or print it on each page? */
bool muster_is_header(const muster_input *input, const muster_text *cells);

/** spreadsheet.c: is the identifier a number that lost its digits, 1.23E+11? */
bool muster_is_shortened(muster_text id);
#define MUSTER_SHORTENED "the pupil_id was shortened by a spreadsheet (as 1.23E+11): its digits are lost"

/** The reason why no pupil is known by the id; says so when one is but for leading zeros. Static. */
const char *muster_unknown_pupil(const muster_register *reg, muster_text id);

/** Does the text stand for a missing number. */
bool muster_is_missing(const muster_source_file *how, muster_text text);

/* ---- dates ---- */

typedef enum muster_when { MUSTER_WHEN_OK, MUSTER_WHEN_BAD, MUSTER_WHEN_AMBIGUOUS } muster_when;

/** Reads a date in a format, NULL = ISO. Ambiguous: no format, and a date that only a format can explain. */
muster_when muster_when_read(const char *format, muster_text text, muster_date *date);

/** The error that refuses a file for a date. */
muster_status muster_when_refuse(const muster_input *input, uint64_t line, muster_text column, muster_text text,
                                 muster_error *err);

/** Reads the date of a field. Empty is MUSTER_NO_DATE when `optional`. When the row had to be rejected *good is false.
 */
MUSTER_CHECK muster_status muster_reading_date(muster_reading *reading, int field, const muster_text *cells,
                                               bool optional, muster_date *date, bool *good, muster_error *err);

/* ---- the files ---- */

MUSTER_CHECK muster_status muster_read_schools(muster_reading *reading, muster_error *err);
MUSTER_CHECK muster_status muster_read_pupils(muster_reading *reading, muster_error *err);
MUSTER_CHECK muster_status muster_read_calendar(muster_reading *reading, muster_error *err);
MUSTER_CHECK muster_status muster_read_terms(muster_reading *reading, muster_error *err);
MUSTER_CHECK muster_status muster_read_marks(muster_reading *reading, muster_error *err);
MUSTER_CHECK muster_status muster_read_interventions(muster_reading *reading, muster_error *err);
MUSTER_CHECK muster_status muster_read_responses(muster_reading *reading, muster_error *err);
MUSTER_CHECK muster_status muster_read_counts(muster_reading *reading, muster_error *err);

/** Remembers the row at hand as the origin of `number`. */
MUSTER_CHECK muster_status muster_origin_set(muster_reading *reading, uint32_t number, const muster_text *cells,
                                             muster_error *err);

/** Settles the row at hand when `key` was given before: a duplicate when the row says the same, else rejected as `what`
 * with the place of the first. Else remembers it. @param[out] settled  there is nothing more to do for the row */
MUSTER_CHECK muster_status muster_once(muster_reading *reading, const void *key, size_t n, int field, const char *what,
                                       const muster_text *cells, bool *settled, muster_error *err);

/** Settles the row as a second one about `number`, whose origin is known. */
MUSTER_CHECK muster_status muster_again(muster_reading *reading, uint32_t number, int field, const char *what,
                                        const muster_text *cells, muster_error *err);

/** A fingerprint of a row's cells. */
uint64_t muster_row_content(const muster_reading *reading, const muster_text *cells);

#endif
