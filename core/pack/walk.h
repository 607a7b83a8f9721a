/* A walk over the files of a strange folder. It follows no link and opens nothing but regular files. */
#ifndef PACK_WALK_H
#define PACK_WALK_H

#include "muster/pack/sums.h"

/** Is handed each file: its path within the folder and what is in it. */
typedef muster_status (*walk_visit)(void *context, const char *path, const char *bytes, size_t n, muster_error *err);

/** Visits every file of a pack, folder by folder in the order of the names. With `all`, pack.sums and its signature
 * too.
 * @retval MUSTER_PACK  something in it is refused
 * @retval MUSTER_IO    it cannot be read */
MUSTER_CHECK muster_status walk_folder(const char *folder, bool all, walk_visit visit, void *context,
                                       muster_error *err);

/** Removes a folder and all in it, links as links. What cannot be removed stays. */
void walk_remove(const char *folder);

/** The same of everything in a folder whose name begins with `prefix`. */
void walk_remove_begun(const char *folder, const char *prefix);

/** A name from a stranger, fit to be shown: other bytes than printable ASCII become "?". @return `out` */
const char *walk_printable(const char *name, char out[MUSTER_PACK_PATH + 1]);

#endif
