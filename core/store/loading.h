/* One load of a store while it runs. */
#ifndef MUSTER_STORE_LOADING_H
#define MUSTER_STORE_LOADING_H

#include "database.h"
#include "muster/store/read.h"

/** Numbers of the store, ascending, and what they are in the register: place i of both lists is one thing. */
typedef struct muster_numbers {
  int64_t *stored;
  uint32_t *here;
  size_t count, stored_capacity, here_capacity;
} muster_numbers;

/** A calendar of a school's year that was given. */
typedef struct muster_given_year {
  uint32_t school; /* in the register */
  int year;
  int last_open; /* slot; -1 = it opens on no day */
} muster_given_year;

typedef struct muster_fetch {
  muster_db *db;
  const muster_store_options *options;
  muster_register *reg;
  int64_t latest;  /* import of the store */
  int64_t known;   /* the last import whose word counts */
  bool historical; /* it is not the latest */
  bool everything; /* all schools are wanted */
  int64_t first_school, last_school, from_year, to_year;
  muster_numbers schools, pupils;

  uint8_t marks[256]; /* of the register, for each byte of the store; 0 = depends on the date */
  char codes[256][MUSTER_CODE_TEXT];
  uint8_t most_byte;
  bool marks_differ; /* not every byte is its own mark */

  muster_given_year *given; /* by school, then year */
  size_t given_count, given_capacity;
} muster_fetch;

MUSTER_CHECK muster_status muster_fetch_codes(muster_fetch *f, muster_error *err);
MUSTER_CHECK muster_status muster_fetch_schools(muster_fetch *f, muster_error *err);
MUSTER_CHECK muster_status muster_fetch_pupils(muster_fetch *f, muster_error *err);
MUSTER_CHECK muster_status muster_fetch_calendars(muster_fetch *f, muster_error *err); /* before the marks */
struct muster_reading_rows;                                                            /* load_rows.h */
MUSTER_CHECK muster_status muster_fetch_marks(muster_fetch *f, struct muster_reading_rows *reading, muster_error *err);
MUSTER_CHECK muster_status muster_fetch_facts(muster_fetch *f, muster_error *err);

/** Adds a pair. @retval false  no memory, or not ascending */
bool muster_numbers_add(muster_numbers *numbers, int64_t stored, uint32_t here) MUSTER_CHECK;
/** What a number of the store is in the register, or MUSTER_NONE. */
uint32_t muster_numbers_find(const muster_numbers *numbers, int64_t stored);
void muster_numbers_free(muster_numbers *numbers);

/** Values of one kind of subject, set quickly. */
typedef struct muster_setter {
  muster_register *reg;
  muster_attributes *attributes;
  struct {
    uint64_t key;
    uint32_t number;
  } recent[256]; /* texts seen of late, by their bytes */
} muster_setter;

/** Sets an attribute. `*column` is its place in the attributes, MUSTER_NONE until it has a value. A value that is no
 * text makes *good false. */
MUSTER_CHECK muster_status muster_setter_put(muster_setter *setter, const char *name, uint32_t *column,
                                             uint32_t subject, muster_text value, bool *good, muster_error *err);

/** Texts go into names and files: they are UTF-8 without NUL and of reasonable length, or the store is damaged. */
bool muster_is_name(muster_text text, bool may_be_empty);

/** The same by the number of a text of the register. */
MUSTER_CHECK muster_status muster_setter_number(muster_setter *setter, const char *name, uint32_t *column,
                                                uint32_t subject, uint32_t number, muster_error *err);

/** Number of a text in the register, MUSTER_NONE when it is no text that a register may hold. */
MUSTER_CHECK muster_status muster_setter_text(muster_setter *setter, muster_text value, uint32_t *number,
                                              muster_error *err);

/** Binds the range of schools to parameters `at` and `at` + 1. */
static inline void muster_fetch_bind_schools(muster_fetch *f, sqlite3_stmt *stmt, int at) {
  muster_db_bind_int(f->db, stmt, at, f->first_school);
  muster_db_bind_int(f->db, stmt, at + 1, f->last_school);
}

#endif
