/* muster/store/import.h - a loaded register into a store, new or not.
 *
 * What an import says wins over what the store knew, session by session: a mark replaces a mark, no mark says nothing.
 * What was there before stays in the history, with the number of the import that replaced it, so that the store can
 * answer as it would have on any earlier day. An import that would change nothing writes nothing. */
#ifndef MUSTER_STORE_IMPORT_H
#define MUSTER_STORE_IMPORT_H

#include "muster/load.h"

MUSTER_BEGIN_DECLS

/** A key for pseudonyms. The same key gives the same pupil the same pseudonym in every store. */
enum { MUSTER_STORE_KEY_BYTES = 32 };
typedef struct muster_store_key {
  unsigned char bytes[MUSTER_STORE_KEY_BYTES];
} muster_store_key;

/** Reads a key file: 64 hexadecimal digits and a line end.
 * @retval MUSTER_IO    it cannot be read, or others than its owner may read it (mode 0600 is asked for)
 * @retval MUSTER_DATA  it holds something else */
MUSTER_CHECK muster_status muster_store_key_read(const char *path, muster_store_key *key, muster_error *err);

/** Makes a key file with a new random key, mode 0600. @retval MUSTER_IO  there is a file already, or it cannot be made
 */
MUSTER_CHECK muster_status muster_store_key_make(const char *path, muster_error *err);

/** The pseudonym of an identifier: 26 letters and digits, the keyed BLAKE2b-128 of the identifier in base 32. */
#define MUSTER_PSEUDONYM_TEXT 27
void muster_store_pseudonym(const muster_store_key *key, muster_text id, char out[MUSTER_PSEUDONYM_TEXT]);

typedef struct muster_import_options {
  muster_date on;              /* the day of the import; must be given */
  const muster_store_key *key; /* pupils get pseudonyms and births are cut to the month; NULL = as they are */
  const char *const *keep;     /* with a key: pupil attributes to keep beside the standard ones */
  size_t keep_count;
  unsigned wait;                   /* milliseconds to wait while another process writes; 0 = 5000 */
  const muster_progress *progress; /* may be NULL */
} muster_import_options;

typedef struct muster_import_report {
  uint32_t number; /* of this import, or of the latest when nothing changed */
  bool created;    /* there was no store before */
  bool unchanged;  /* all of it was known: the store was not written to */
  uint64_t schools_new, schools_changed;
  uint64_t pupils_new, pupils_changed; /* enrolments */
  uint64_t pupils_moved;               /* enrolments that ended because the pupil is now at another school */
  uint64_t two_births;                 /* new enrolments of pupils who have another birth date at another school */
  uint64_t marks_new, marks_changed, marks_unchanged;
  uint64_t marks_on_closed_days;     /* of the new ones: on days that a given calendar calls closed. They are kept, and
                                        counted */
  uint64_t facts_new, facts_changed; /* half terms, calendars, interventions, responses, totals */
  uint64_t attributes_left_out;      /* columns that a pseudonymous store does not keep */
} muster_import_report;

/** The pupils of the store at `path`, as muster_load asks for them in a folder of marks without a file of pupils: its
 * marks then belong to the store's enrolments by school and date, and rows that fit none are rejected, as they are
 * beside a file of pupils. A store that is not there knows nobody. Nothing is opened before the first question; the
 * state then is the one that answers until the end, and an import of marks that were read against another state is
 * refused.
 * @param path     borrowed until the end
 * @param options  those of the import to come: its key and wait; the key is borrowed until the end */
MUSTER_CHECK muster_status muster_store_known_begin(const char *path, const muster_import_options *options,
                                                    muster_known_pupils *known, muster_error *err);
/** Before the import. */
void muster_store_known_end(muster_known_pupils *known);

/** Creates or updates the store at `path` with a sealed register, in one transaction.
 * A new store has the file mode 0600; while it is made it is called `path` + ".new". A store of pseudonyms says so for
 * ever: identifiers and pseudonyms do not mix.
 * @param reg     read only; marks without a file of pupils are read with muster_store_known_begin
 * @param ledger  of the same load; its files and counts are kept, and its superseded marks go to the history
 * @param report  may be NULL
 * @retval MUSTER_DATA   the register and the store cannot both be right: pupils on roll at two schools on the same day,
 *                       marks without a file of pupils that were read against other enrolments than the store has,
 *                       more than 255 codes; or a store with pseudonyms and an import without its key, or the reverse
 * @retval MUSTER_IO     see store.h; the store is as it was */
MUSTER_CHECK muster_status muster_store_import(const char *path, const muster_register *reg,
                                               const muster_ledger *ledger, const muster_import_options *options,
                                               muster_import_report *report, muster_error *err);

MUSTER_END_DECLS
#endif
