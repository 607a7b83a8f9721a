/* muster/isolate/shelf.h - files held as bytes, to stand in for a file system that is out of reach. */
#ifndef MUSTER_ISOLATE_SHELF_H
#define MUSTER_ISOLATE_SHELF_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** Zero-initialise; free with muster_shelf_free. */
typedef struct muster_shelf {
  struct muster_shelved *items;
  size_t count, capacity;
  muster_arena arena;
} muster_shelf;

/** Takes one file as it is now, of at most `limit` bytes. One that is a link, too large, or cannot be read is
 * remembered as such, and is so for readers. @retval MUSTER_MEMORY */
MUSTER_CHECK muster_status muster_shelf_file(muster_shelf *shelf, const char *path, size_t limit, muster_error *err);

/** Takes a folder's files that end in `suffix`, and those of the folders `inner` of it (NULL-terminated).
 * @retval MUSTER_MEMORY */
MUSTER_CHECK muster_status muster_shelf_folder(muster_shelf *shelf, const char *path, const char *const *inner,
                                               const char *suffix, size_t limit, muster_error *err);
void muster_shelf_free(muster_shelf *shelf);

/** What it was when it was taken; false for what never was. */
bool muster_shelf_is_file(const muster_shelf *shelf, const char *path);
bool muster_shelf_is_folder(const muster_shelf *shelf, const char *path);
bool muster_shelf_is_link(const muster_shelf *shelf, const char *path);

/** As muster_file_read and muster_folder_list. @retval MUSTER_IO  also for what was never taken */
MUSTER_CHECK muster_status muster_shelf_read(const muster_shelf *shelf, const char *path, size_t limit, char **bytes,
                                             size_t *n, muster_error *err);
MUSTER_CHECK muster_status muster_shelf_list(const muster_shelf *shelf, const char *path, const char *suffix,
                                             muster_arena *arena, const char ***names, size_t *count,
                                             muster_error *err);

MUSTER_END_DECLS
#endif
