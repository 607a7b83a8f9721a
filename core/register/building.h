/* What a register needs only while it is being filled: slabs for rows, and the days that a calendar named. */
#ifndef MUSTER_REGISTER_BUILDING_H
#define MUSTER_REGISTER_BUILDING_H

#include "muster/register/register.h"

/* Days named open and days named closed or INSET, as lanes over the weeks seen so far. A day is in one of them at most.
 */
typedef struct muster_named_days {
  int32_t first_week, weeks;
  uint16_t *open, *closed;
  bool names_open; /* it says which days are open, so others are not */
} muster_named_days;

typedef struct muster_register_building {
  uint8_t *slab;
  size_t slab_rows, slab_left;
  muster_named_days every;    /* for every school */
  muster_named_days *schools; /* by school number */
  size_t school_capacity;
} muster_building;

void muster_building_free(muster_building *building);

/** Is an open day of this school named, for it or for every school. */
bool muster_building_names(const muster_building *building, uint32_t school);

/** May this day be open by the named days alone: 1 yes, 0 no, -1 nothing is said. */
int muster_building_says(const muster_building *building, uint32_t school, muster_date date);

#endif
