/* Writing into a ledger: only while loading. */
#ifndef MUSTER_LOAD_BOOKS_H
#define MUSTER_LOAD_BOOKS_H

#include "muster/load/ledger.h"

/** Opens the account of a file. MUSTER_NONE when there is no memory. */
uint32_t muster_books_file(muster_ledger *ledger, const char *name, muster_file_kind kind);

/** Notes one rejected unit, and counts it as read and rejected.
 * @param key     the reason without what differs from row to row, for counting; borrowed
 * @param reason  the reason in full */
MUSTER_CHECK muster_status muster_books_reject(muster_ledger *ledger, uint32_t file, uint64_t line, muster_text column,
                                               muster_text value, const char *key, const char *reason,
                                               muster_error *err);

MUSTER_CHECK muster_status muster_books_fact(muster_ledger *ledger, const char *id, uint32_t file, muster_error *err,
                                             const char *text, ...) MUSTER_PRINTF(5, 6);

MUSTER_CHECK muster_status muster_books_unknown_code(muster_ledger *ledger, muster_text code, muster_error *err);

MUSTER_CHECK muster_status muster_books_superseded(muster_ledger *ledger, const muster_superseded *mark,
                                                   muster_error *err);

/** Adds up the files. */
void muster_books_close(muster_ledger *ledger);

/* spool.c */
typedef struct muster_spool muster_spool;
muster_spool *muster_spool_new(void);
void muster_spool_free(muster_spool *spool);
/** Room to append one record; call muster_spool_end after it. */
muster_buf *muster_spool_begin(muster_spool *spool);
MUSTER_CHECK muster_status muster_spool_end(muster_spool *spool, muster_error *err);
/** Shows the spooled bytes in order, in pieces of whole records. */
MUSTER_CHECK muster_status muster_spool_each(const muster_spool *spool,
                                             muster_status (*show)(void *context, const char *bytes, size_t n,
                                                                   muster_error *err),
                                             void *context, muster_error *err);

#endif
