/* How a pupil's year of marks is written down.
 *
 * A school year has a list of the sessions on which anyone there has a mark, and the usual mark of each. A pupil's row
 * then says only where it differs, as runs of equal marks, or, when that would be longer, holds a byte a session. Most
 * pupils attend most of the time, so most rows are short: about a fifth of a byte a mark. */
#ifndef MUSTER_STORE_PACKING_H
#define MUSTER_STORE_PACKING_H

#include "muster/register.h"

enum { MUSTER_RUN_BYTES = 4, MUSTER_NO_PLACE = 0xFFFF, MUSTER_MOST_RUN = 255 };

/** A session is known by its slot, its offset in the register's row of the year, and by its place in the list. */
typedef struct muster_packing {
  size_t count;
  uint16_t slots[MUSTER_YEAR_MARKS];  /* of each place, ascending */
  uint16_t places[MUSTER_YEAR_MARKS]; /* of each slot, or MUSTER_NO_PLACE */
  uint8_t lanes[MUSTER_YEAR_MARKS];   /* the usual mark of each slot; 0 where there is no session */
  uint8_t most;                       /* the largest mark there is */
} muster_packing;

/** A packed row. One of the two is NULL, the other may be empty. */
typedef struct muster_packed {
  const uint8_t *runs, *plain;
  size_t n;
} muster_packed;

/** Makes a packing of the sessions whose usual mark in `lanes` is not 0. @param most  the largest mark there is */
void muster_packing_make(muster_packing *packing, const uint8_t lanes[MUSTER_YEAR_MARKS], uint8_t most);

/** Reads the columns `sessions` (two bytes a session, larger first) and `usual`. False when they make no sense. */
bool muster_packing_read(muster_packing *packing, const uint8_t *sessions, size_t sessions_n, const uint8_t *usual,
                         size_t usual_n, uint8_t most) MUSTER_CHECK;

/** Writes them. @param sessions  room for 2 * MUSTER_YEAR_MARKS  @param usual  room for MUSTER_YEAR_MARKS */
void muster_packing_write(const muster_packing *packing, uint8_t *sessions, uint8_t *usual);

/** Packs a row, which must be 0 outside the packing's sessions.
 * A run is: place (two bytes, larger first), number of sessions, mark.
 * @param bytes  room for MUSTER_YEAR_MARKS; what `packed` points into */
void muster_row_pack(const muster_packing *packing, const uint8_t row[MUSTER_YEAR_MARKS], uint8_t *bytes,
                     muster_packed *packed);

/** Unpacks a row. False when it makes no sense; `row` is then anything. */
bool muster_row_unpack(const muster_packing *packing, const muster_packed *packed,
                       uint8_t row[MUSTER_YEAR_MARKS]) MUSTER_CHECK;

/** Runs of slots: slot (two bytes, larger first), number of slots, mark. They speak of sessions of the packing only, so
 * a run may reach over nights and holidays. Writes down `mark[slot]` for each slot with change[slot].
 * @param bytes  room for MUSTER_RUN_BYTES * MUSTER_YEAR_MARKS  @return bytes used */
size_t muster_runs_write(const muster_packing *packing, const uint8_t change[MUSTER_YEAR_MARKS],
                         const uint8_t mark[MUSTER_YEAR_MARKS], uint8_t *bytes);

/** Puts such runs over a row: slots of the packing's sessions get the runs' marks. False when they make no sense. */
bool muster_runs_put(const muster_packing *packing, const uint8_t *bytes, size_t n,
                     uint8_t row[MUSTER_YEAR_MARKS]) MUSTER_CHECK;

#endif
