/* calendar.h - the year of one school: its weekdays in term, which of them are open, and the festivals in them. */
#ifndef SYNTH_CALENDAR_H
#define SYNTH_CALENDAR_H

#include "muster/synth.h"
#include "random.h"

enum { SYNTH_DAYS_MOST = 220, SYNTH_SESSIONS_MOST = 2 * SYNTH_DAYS_MOST };

typedef struct synth_calendar {
  muster_synth_day days[SYNTH_DAYS_MOST];
  size_t day_count;
  muster_date open[SYNTH_DAYS_MOST];
  uint8_t half_term[SYNTH_DAYS_MOST];           /* of each open day, 0 to 5 */
  uint16_t first_open[MUSTER_SYNTH_HALF_TERMS]; /* open days of half term h: first_open[h] .. end_open[h]-1 */
  uint16_t end_open[MUSTER_SYNTH_HALF_TERMS];
  size_t open_count;
  uint16_t census;      /* first open day on or after the third Thursday of January */
  uint16_t festival[4]; /* open days that are Eid */
  size_t festivals;
} synth_calendar;

void synth_calendar_make(const muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS], synth_random *r,
                         synth_calendar *out);

#endif
