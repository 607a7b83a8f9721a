/* The attributes of pupils that have a column of their own. Pupils who share all of them share a profile; other
 * attributes are facts of each pupil. */
#ifndef MUSTER_STORE_STANDARD_H
#define MUSTER_STORE_STANDARD_H

/* Of profile_row, in the order of the names. */
#define MUSTER_STANDARD_COLUMNS "year_group, \"group\", sex, fsm, sen, eal, ethnicity"
enum { MUSTER_STANDARD = 7 };

extern const char *const muster_standard_names[MUSTER_STANDARD];

/** Place of a name among them, without case, or -1. */
int muster_standard_of(const char *name);

#endif
