/* muster/register/codes.h - attendance codes, what they mean and from when to when.
 * A mark is one byte: the number of a (code, period of validity) pair in the register's own code table, so that J in
 * 2023 and J1 in 2025 are different marks and no later step has to look at a date again.
 * Sources: School Attendance (Pupil Registration) (England) Regulations 2024 (SI 2024/208), reg. 10, in force from
 * 19 August 2024; before that the Education (Pupil Registration) (England) Regulations 2006 and the Department for
 * Education's code lists; which sessions are possible: the Department's absence statistics methodology. */
#ifndef MUSTER_REGISTER_CODES_H
#define MUSTER_REGISTER_CODES_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** What a mark counts as, a set of bits. Absent is authorised or unauthorised. */
enum {
  MUSTER_POSSIBLE = 1 << 0,     /* a possible session: the denominator of every rate */
  MUSTER_PRESENT = 1 << 1,      /* in school: / \ L */
  MUSTER_APPROVED = 1 << 2,     /* approved educational activity: counts as attending */
  MUSTER_AUTHORISED = 1 << 3,   /* authorised absence */
  MUSTER_UNAUTHORISED = 1 << 4, /* unauthorised absence */
  MUSTER_LATE = 1 << 5,         /* L (attends) and U (absent) */
  MUSTER_ILLNESS = 1 << 6,      /* I */
  MUSTER_MARKED = 1 << 7        /* any mark at all */
};
#define MUSTER_ABSENT (MUSTER_AUTHORISED | MUSTER_UNAUTHORISED)
#define MUSTER_ATTENDED (MUSTER_PRESENT | MUSTER_APPROVED)

enum { MUSTER_CODE_TEXT = 8, MUSTER_MOST_CODES = 255 };

/** One code over one period. Either end may be MUSTER_NO_DATE for "always". */
typedef struct muster_code {
  char text[MUSTER_CODE_TEXT];
  uint8_t categories;
  muster_date from, to; /* both inclusive */
  const char *meaning;  /* static, or owned by the table */
} muster_code;

/** The national codes, old and new, in a fixed order. @param n  how many */
const muster_code *muster_national_codes(size_t *n);

/** A code table. Zero-initialise and call muster_codes_init. Mark m (1..count) is codes[m - 1]; mark 0 is no mark. */
typedef struct muster_codes {
  muster_code codes[MUSTER_MOST_CODES];
  size_t count;
  uint8_t categories[256]; /* of each mark; 0 for mark 0 */
} muster_codes;

/** Fills the table with the national codes. */
void muster_codes_init(muster_codes *codes);

/** Adds a local code. It must not overlap a code of the same text.
 * @param meaning  borrowed for the life of the table
 * @retval MUSTER_DATA  empty or too long a text, an overlap, or the table is full */
MUSTER_CHECK muster_status muster_codes_add(muster_codes *codes, const muster_code *code, muster_error *err);

/** The mark for a code on a date, or 0 when the code is not valid then. Case matters: codes are written in capitals. */
uint8_t muster_codes_mark(const muster_codes *codes, muster_text code, muster_date date);

/** Why a code has no mark on that date, in words for a reject: unknown, or the period it was valid in. */
void muster_codes_explain(const muster_codes *codes, muster_text code, muster_date date, char out[160]);

/** Categories for the names "possible", "present", "approved", "attended", "absent", "authorised", "unauthorised",
 * "late", "illness"; 0 for any other name ("missing" is not a property of a mark). */
uint8_t muster_category_of(const char *name);

/** The names muster_category_of knows, and "missing"; NULL-terminated. */
extern const char *const muster_kind_names[];

MUSTER_END_DECLS
#endif
