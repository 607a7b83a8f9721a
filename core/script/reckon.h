/* Verdicts that are reckoned without the interpreter.
 *
 * Most rules ask a few questions of a pupil, do sums and compare. Their compiled code is short and has no way back, so
 * it can be followed here, instruction by instruction, with the questions put to the desk directly. What comes out is
 * the verdict; the evidence of a flagged pupil is still the interpreter's.
 *
 * Only what is understood in full is followed: whole and other numbers, comparisons, parameters, and the methods below.
 * Wherever a call would raise an error, or do anything else, there is no verdict and the call is made. */
#ifndef SCRIPT_RECKON_H
#define SCRIPT_RECKON_H

#include "subject.h"

typedef struct reckon reckon;

/** Reads the function of a rule; its parameters are the frozen table at `params`. NULL when there is something it can
 * never follow: code with loops, many registers, more questions than fit into `limit` instructions. [-0, +0, m]
 * @param arena  of what is answered */
reckon *reckon_read(lua_State *L, int function, int params, uint64_t limit, muster_arena *arena);

/** What the rule will say of a pupil at the desk's date, or RECALL_UNKNOWN. */
recall_verdict reckon_ask(reckon *r, const subject_context *context, const muster_subject *pupil);

#endif
