/* muster/script/asked.h - which rules are being asked at this moment, for whoever has to say so when they never answer.
 */
#ifndef MUSTER_SCRIPT_ASKED_H
#define MUSTER_SCRIPT_ASKED_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

enum { MUSTER_ASKED_RULES = 256, MUSTER_ASKED_THREADS = 64, MUSTER_ASKED_TEXT = 96 };

/** Plain memory, so that it can be shared with another process. Zero-initialise. */
typedef struct muster_asked {
  char rules[MUSTER_ASKED_RULES][MUSTER_ASKED_TEXT]; /* full ids; those beyond the table are not told apart */
  uint32_t now[MUSTER_ASKED_THREADS];                /* number of the rule plus one; 0 = none */
} muster_asked;

/** Evaluators that are opened from now on keep `asked` up to date; NULL = none does. Set while there is one thread. */
void muster_script_show_asked(muster_asked *asked);

MUSTER_END_DECLS
#endif
