/* Cells of the room's CSV files, each with the comma before it; within the room. */
#ifndef MUSTER_IMPACT_CELLS_H
#define MUSTER_IMPACT_CELLS_H

#include "muster/base.h"

/** The shortest of 15 to 17 significant digits that reads back as the same double; NaN is blank. */
void muster_cell_number(muster_buf *out, double value);
void muster_cell_text(muster_buf *out, const char *text);
void muster_cell_count(muster_buf *out, size_t count); /* 0 is blank */

#endif
