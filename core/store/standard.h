/* The attributes of pupils that have a column of their own in the tables; all others are facts. */
#ifndef MUSTER_STORE_STANDARD_H
#define MUSTER_STORE_STANDARD_H

#define MUSTER_STANDARD_COLUMNS "year_group, \"group\", sex, fsm, sen, eal, ethnicity"
enum { MUSTER_STANDARD = 7 };

extern const char *const muster_standard_names[MUSTER_STANDARD];

/** Place of a name among them, without case, or -1. */
int muster_standard_of(const char *name);

#endif
