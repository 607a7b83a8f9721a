/* Guessing what a CSV file is from its header and first rows, for `muster check` alone: no load ever guesses. */
#ifndef MUSTER_LOAD_GUESS_H
#define MUSTER_LOAD_GUESS_H

#include "reading.h"

enum { GUESS_FIELDS = 32, GUESS_VALUES = 24, GUESS_CODES = 64 };

typedef struct guess_values {
  muster_text at[GUESS_VALUES];
  size_t count;
  bool total; /* "Total" is among them */
} guess_values;

typedef struct guess {
  muster_file_kind kind; /* MUSTER_FILE_KINDS when it could not be placed */
  muster_layout layout;
  char delimiter;
  size_t skip_lines;
  uint32_t at[GUESS_FIELDS]; /* column of each of our names, or MUSTER_NONE */
  const char *date_format;   /* static; NULL for ISO or when there is no date */
  bool date_unsure;          /* the day could be the month */
  bool date_unread;          /* there are dates that no known format reads */
  muster_text am, pm;        /* words for the sessions other than AM and PM; empty when there are none */
  muster_text missing[GUESS_VALUES];
  size_t missing_count;
  const char *level; /* the level of rows that is wanted where there are several; static, NULL = all */
  uint32_t unit,
      unit_of;   /* of totals without a unit_id: columns of the place and of its kind of school, or MUSTER_NONE */
  uint32_t part; /* of totals: the column of a part of the year, or MUSTER_NONE */
  guess_values kinds, parts; /* the values of unit_of and part that are not "Total", where there is such a sum */
  bool no_sessions;          /* of marks: no column tells morning from afternoon */
  bool lessons;              /* of marks: what should tell it names lessons */
  muster_text codes[GUESS_CODES]; /* of marks: texts that are no code, each once; one may be empty */
  size_t code_count;
  bool more_codes; /* than fit */
} guess;

/** Our name that a name of theirs is likely to stand for, as a number into muster_source_columns(kind); -1 for none.
 * @param[out] rank  0 when it is ours, else the likelier the smaller; may be NULL */
int muster_guess_field(muster_file_kind kind, muster_text theirs, int *rank);

/** The standard attribute of pupils that a name of theirs is likely to stand for, or NULL. */
const char *muster_guess_attribute(muster_text theirs);

/** guess_codes.c: the code that a text is likely to stand for, "-" for no mark, NULL when none comes to mind. Static.
 * @param[out] sure  the text itself names the code: "Late (L)" */
const char *muster_guess_code(muster_text theirs, bool *sure);

/** Notes what a cell of marks holds beside codes. */
void muster_guess_see_code(guess *g, muster_text text);

/** Letters and digits in lower case, terminated; as many as there is room for. @return how many */
size_t muster_guess_squeeze(muster_text name, char *out, size_t room);

/** Place of a word in a list with blanks between the words, from 1 on; 0 when it is not there. */
int muster_guess_among(const char *word, size_t n, const char *list);

/** Looks at an opened file with the split block of its first rows. Texts in the guess point into the block. */
void muster_guess_file(guess *g, const muster_input *input, const muster_input_block *block, muster_text *cells);

#endif
