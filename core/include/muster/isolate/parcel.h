/* muster/isolate/parcel.h - numbers and texts in a row, for a pipe between two processes of one program. */
#ifndef MUSTER_ISOLATE_PARCEL_H
#define MUSTER_ISOLATE_PARCEL_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** Puts things into a buffer, to be taken out in the same order. NULL is not the same as an empty text. */
void muster_parcel_put_number(muster_buf *out, int64_t number);
void muster_parcel_put_text(muster_buf *out, muster_text text);
void muster_parcel_put_words(muster_buf *out, const char *terminated);

/** Bytes that are read from the front. After the first thing that does not fit, `broken`, and all that follows is 0 or
 * empty. */
typedef struct muster_parcel {
  muster_text rest;
  bool broken;
} muster_parcel;

int64_t muster_parcel_number(muster_parcel *parcel);
/** The same, broken unless it is from `least` to `most`. */
int64_t muster_parcel_number_within(muster_parcel *parcel, int64_t least, int64_t most);
/** A text within the parcel. */
muster_text muster_parcel_text(muster_parcel *parcel);
/** A terminated copy in the arena; NULL when NULL was put in, or when there is no memory, which breaks the parcel. */
const char *muster_parcel_words(muster_parcel *parcel, muster_arena *arena);
/** The same, for a terminal: without the bytes that would move its cursor or do worse. */
const char *muster_parcel_line(muster_parcel *parcel, muster_arena *arena);
/** Is all of it read, and was it whole. */
bool muster_parcel_done(const muster_parcel *parcel);

MUSTER_END_DECLS
#endif
