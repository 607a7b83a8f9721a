/* Files of marks: parsed block by block on any thread into records, applied to the register in file order.
 *
 * Parsing reads the register's pupils, schools and days and changes nothing; applying alone writes. */
#ifndef MUSTER_LOAD_MARKS_H
#define MUSTER_LOAD_MARKS_H

#include "reading.h"

enum {
  MARKS_PUPIL,
  MARKS_DATE,
  MARKS_SESSION,
  MARKS_CODE,
  MARKS_START,
  MARKS_MARKS,
  MARKS_WEEK,
  MARKS_MON_AM, /* ... to Sunday PM, fourteen */
  MARKS_SCHOOL = MARKS_MON_AM + 14,
  MARKS_MINUTES,
  MARKS_AM, /* of the day layout */
  MARKS_PM
};

/** School years that rows of marks can be of: as many as a register holds. */
enum { MARKS_FIRST_YEAR = 1990, MARKS_LAST_YEAR = 2053 };

/** A set bit in `pupil` makes it the number of a newcomer of the block. */
#define MARKS_NEWCOMER 0x80000000u

typedef struct mark_record {
  uint32_t pupil, line;
  uint16_t year, offset;
  uint8_t mark;
} mark_record;

typedef struct mark_reject {
  uint32_t line;
  int field;
  const char *key;
  size_t value, value_n; /* in the texts of the slot */
  size_t reason;         /* terminated; SIZE_MAX = the key says it all */
} mark_reject;

/** A pupil who is not in the register yet, where marks make pupils. */
typedef struct mark_newcomer {
  size_t id, id_n, school, school_n; /* in the texts of the slot */
  uint32_t line;
} mark_newcomer;

/** One stretch between dates at which the meaning of a code changes: mark by code. */
typedef struct mark_era {
  muster_date from;
  uint8_t one[256];
  uint8_t *two; /* by 256 x first + second byte */
} mark_era;

/** What the parsing of a file needs to know, the same for all its blocks and threads. */
typedef struct mark_rules {
  muster_reading *reading;
  const muster_register *reg;
  mark_era *eras;
  size_t era_count;
  uint8_t session[256]; /* of sessions of one character: 1 + (0 AM, 1 PM), 0 unknown */
  bool plain_sessions;  /* AM and PM mean what they say */
  bool whole_days;      /* a row may be of a day, morning and afternoon; without a column of sessions each is */
  bool make_pupils, check_days;
  uint32_t default_school; /* of pupils made, when the file names none: if it is in the register already */
  const char *default_id;  /* and its id; NULL = the file names them */
  uint8_t closure;         /* the mark of a planned closure */
  bool plain_long;         /* four single columns and nothing else to look at: the fast way */
  bool usual_order;        /* and no column but these, in this order */
  uint32_t pupil_at, date_at, session_at, code_at;
} mark_rules;

/** A date as it is written and what follows from it. */
typedef struct mark_day {
  uint64_t low, high; /* the text, up to 16 bytes, padded with NUL */
  const mark_era *era;
  muster_date date;
  uint16_t year, offset; /* of the morning */
  uint32_t open_at;      /* a school that is known to be open then; MARK_NO_SCHOOL = none yet */
} mark_day;

#define MARK_NO_SCHOOL (MUSTER_NONE - 1)

enum { MARK_DAYS = 4096, MARK_DAY_BITS = 14, MARK_EXPECTED = 1024, MARK_ID = 40 };

/** A day on which a school was asked about. */
typedef struct mark_expected {
  uint32_t school;
  muster_date date;
  bool known, open;
} mark_expected;

/** Caches of a thread. */
typedef struct mark_scratch {
  mark_day days[MARK_DAYS + 1]; /* dates as written, in order of first appearance; the last is never filled */
  size_t day_count;
  uint16_t day_at[1 << MARK_DAY_BITS]; /* number + 1 by hash, open addressing */
  mark_expected expected[MARK_EXPECTED];
  muster_text *cells;
  /* the pupil of the last row */
  char id[MARK_ID];
  size_t id_n;
  uint32_t pupil_id, pupil, school; /* MUSTER_NONE when there was none */
  bool several;                     /* enrolments */
  muster_error failed;
  muster_date start, end; /* on roll, open ends as far as dates go */
  /* the school days that a strip runs over */
  uint32_t days_school;
  muster_date days_start, days_reached;
  mark_day *strip_days;
  size_t strip_day_count, strip_day_capacity;
} mark_scratch;

/** A block on its way from the file into the register. */
typedef struct mark_slot {
  muster_input_block block;
  mark_record *records;
  size_t record_count, record_capacity;
  mark_reject *rejects;
  size_t reject_count, reject_capacity;
  mark_newcomer *newcomers;
  size_t newcomer_count, newcomer_capacity;
  char *texts;
  size_t text_n, text_capacity;
  uint64_t rows, left_out, headers_again;
  bool no_memory;
  muster_error *failed; /* why known pupils could not be asked for; NULL = they could */
  bool refused;         /* a date refuses the file */
  uint32_t refused_line;
  int refused_field;
  size_t refused_text, refused_text_n;
} mark_slot;

/** Parsing one block. */
typedef struct mark_parse {
  const mark_rules *rules;
  mark_scratch *scratch;
  mark_slot *slot;
  uint32_t line;
  muster_text date_text; /* of a long row, as written */
  char joined[MUSTER_JOINED_TEXT];
} mark_parse;

enum { MARKS_YEARS = MARKS_LAST_YEAR - MARKS_FIRST_YEAR + 1 };

/** Applies the blocks of a file one after the other. */
typedef struct mark_applier {
  muster_reading *reading;
  const mark_rules *rules;
  mark_scratch *scratch; /* for blocks that are split again */
  muster_sequence sequence;
  uint32_t year_at[MARKS_YEARS]; /* a year's place in the register, or MUSTER_NONE */
  uint64_t made;                 /* pupils */
} mark_applier;

/* marks_apply.c */
void mark_applier_begin(mark_applier *applier, const mark_rules *rules, mark_scratch *scratch);
MUSTER_CHECK muster_status mark_apply(mark_applier *applier, mark_slot *slot, bool last, muster_error *err);

/* mark_rules.c */
MUSTER_CHECK muster_status mark_rules_make(mark_rules *rules, muster_reading *reading, muster_arena *arena,
                                           muster_error *err);
const mark_era *mark_era_of(const mark_rules *rules, muster_date date);
/** Mark of a code as the file writes it; 0 when it has none that day, `*none` when it stands for no mark: a hyphen, or
 * what the source says so of. */
uint8_t mark_of_code(const mark_rules *rules, muster_text code, muster_date date, bool *none);
/** Is the cell of a session one that says nothing: empty, a blank or a hyphen that the source gives no other meaning.
 */
bool mark_blank(const mark_rules *rules, muster_text code);
enum { MARK_WHOLE_DAY = 2 };
/** 0 AM, 1 PM, MARK_WHOLE_DAY both, -1 neither. */
int mark_session(const mark_rules *rules, muster_text text);

/** Turns the scratch to a known pupil, at the first of the enrolments. */
void mark_enrolment(const muster_register *reg, mark_scratch *scratch, uint32_t pupil_id, muster_text id);

/* mark_parse.c: the parts of a row; false when the row was rejected and there is nothing more to do */
bool mark_find_pupil(mark_parse *p, muster_text id, muster_text school);
bool mark_find_day(mark_parse *p, int field, muster_text text, mark_day *day);
void mark_day_set(const mark_rules *rules, muster_date date, mark_day *day);
void mark_put(mark_parse *p, int field, muster_text code, const mark_day *day, int session, muster_text school,
              bool named);
void mark_reject_text(mark_parse *p, int field, muster_text value, const char *key, const char *reason);
bool mark_expects(mark_parse *p, uint32_t school, muster_date date);
bool mark_texts(mark_slot *slot, muster_text text, size_t *at);
mark_record *mark_record_room(mark_slot *slot);

/* one file a layout: a row's marks, from its cells */
void mark_take_long(mark_parse *p, const muster_text *cells);
void mark_take_strip(mark_parse *p, const muster_text *cells);
void mark_take_week(mark_parse *p, const muster_text *cells);
void mark_take_day(mark_parse *p, const muster_text *cells);

/** Forgets what has been parsed of a block. */
void mark_parse_clear(mark_parse *p);

/** Parses a split block: any layout, any way of splitting. */
void mark_parse_block(const mark_rules *rules, mark_scratch *scratch, mark_slot *slot);
/** marks_fast.c: the same for plain long files, faster. */
void mark_parse_fast(mark_parse *p);
/** One row by the general way; rows.next has been called. */
void mark_take_cells(mark_parse *p, const muster_text *cells, size_t count);

#endif
