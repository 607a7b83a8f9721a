/* One import while it runs: what its parts share. All of it happens in one transaction. */
#ifndef MUSTER_STORE_IMPORTING_H
#define MUSTER_STORE_IMPORTING_H

#include "database.h"
#include "muster/store/import.h"

/** An enrolment of the register, and the one of the store that its marks belong to. */
typedef struct muster_assignment {
  uint32_t school, enrolment; /* numbers in the store */
  uint32_t pupil;             /* number in the register */
  bool is_new;                /* the store learns of the enrolment now */
} muster_assignment;

enum { MUSTER_FACT_KNOWN, MUSTER_FACT_CLOSE, MUSTER_FACT_PUT, MUSTER_FACT_COUNT };

typedef struct muster_importing {
  muster_db *db;
  const muster_register *reg;
  const muster_ledger *ledger;
  const muster_import_options *options;
  muster_import_report *report;
  uint32_t number;        /* of this import */
  int64_t last_enrolment; /* the largest number in use */
  bool fresh;             /* there was nothing in the store */
  bool changed;           /* something was written that was not known */
  uint8_t bytes[256];     /* of each mark of the register */
  uint8_t most_byte;
  bool bytes_differ; /* not every mark is its own byte */
  uint32_t *schools; /* number in the store of each school */
  uint32_t *pupils;  /* of each pupil id: number in the store of the pupil's first enrolment; MUSTER_NONE = none */
  muster_assignment *assignments;
  size_t assignment_count, assignment_capacity;
  muster_map attributes[2]; /* names of attributes of pupils and of schools, in the order of the next */
  uint32_t *attribute_numbers[2];
  size_t attribute_capacity[2];
  const muster_attribute **columns; /* attributes of pupils that have no column in the tables */
  uint32_t *column_numbers;         /* their numbers in the store */
  size_t column_count;
  sqlite3_stmt *fact_stmts[MUSTER_FACT_COUNT];
  muster_map profiles; /* texts of the profiles seen so far, in the order of the next */
  uint32_t *profile_numbers;
  size_t profile_capacity;
  muster_buf profile_key;
  sqlite3_stmt *profile_stmts[2];
} muster_importing;

enum { MUSTER_OF_PUPILS, MUSTER_OF_SCHOOLS };

/** Writes what an attribute of an enrolment or a school is from this import on, unless that is known; an empty value is
 * none. Sets `changed` when something was written.
 * @param stmts  by MUSTER_FACT_KNOWN to MUSTER_FACT_PUT; parameters 1 and 2 are subject and attribute, 3 the import */
MUSTER_CHECK muster_status muster_import_value(muster_importing *imp, sqlite3_stmt *const stmts[MUSTER_FACT_COUNT],
                                               uint32_t subject, uint32_t attribute, bool is_new, muster_text value,
                                               bool *changed, muster_error *err);

/** Makes sure the store knows the codes of the register, and fills `bytes`. */
MUSTER_CHECK muster_status muster_import_codes(muster_importing *imp, muster_error *err);

/** Number in the store of an attribute's name, made when it is new. */
MUSTER_CHECK muster_status muster_import_attribute(muster_importing *imp, int of, const char *name, uint32_t *number,
                                                   muster_error *err);

/** Schools, and what is known of them. Fills `schools`. */
MUSTER_CHECK muster_status muster_import_schools(muster_importing *imp, muster_error *err);

/** Enrolments, and what is known of pupils. Fills `assignments` and `pupils`. */
MUSTER_CHECK muster_status muster_import_pupils(muster_importing *imp, muster_error *err);

/** Number in the store of the profile with these texts (MUSTER_STANDARD of them), made when it is new. */
MUSTER_CHECK muster_status muster_import_profile(muster_importing *imp, const muster_text *standard, uint32_t *profile,
                                                 muster_error *err);
void muster_import_profiles_free(muster_importing *imp);

/** Names of the attributes of pupils; finds those that have no column of their own and are kept. Once, before: */
MUSTER_CHECK muster_status muster_import_columns(muster_importing *imp, muster_error *err);

/** Those attributes of an enrolment. @param is_new  nothing is known of it yet  @param[out] changed  something was */
MUSTER_CHECK muster_status muster_import_pupil_facts(muster_importing *imp, uint32_t pupil, uint32_t enrolment,
                                                     bool is_new, bool *changed, muster_error *err);
void muster_import_columns_free(muster_importing *imp);

/** Calendars and half terms. Before the marks. */
MUSTER_CHECK muster_status muster_import_calendars(muster_importing *imp, muster_error *err);

/** Marks, their packing, and what they were before. */
MUSTER_CHECK muster_status muster_import_marks(muster_importing *imp, muster_error *err);

/** Marks that were replaced within the import. After the marks. */
MUSTER_CHECK muster_status muster_import_superseded(muster_importing *imp, muster_error *err);

/** Interventions, responses, totals. */
MUSTER_CHECK muster_status muster_import_facts(muster_importing *imp, muster_error *err);

#endif
