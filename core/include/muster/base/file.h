/* muster/base/file.h - files and folders: whole reads, writes that are all or nothing, digests. */
#ifndef MUSTER_BASE_FILE_H
#define MUSTER_BASE_FILE_H

#include <stdio.h>

#include "muster/base/text.h"

MUSTER_BEGIN_DECLS

/** Is there a file, a folder at `path`. */
bool muster_is_file(const char *path);
bool muster_is_folder(const char *path);

/** Reads a whole file of at most `limit` bytes into `*bytes` (terminated; free with muster_free).
 * @retval MUSTER_IO    cannot be opened or read
 * @retval MUSTER_DATA  larger than `limit` */
MUSTER_CHECK muster_status muster_file_read(const char *path, size_t limit, char **bytes, size_t *n, muster_error *err);

/** Writes `n` bytes so that `path` holds either the old content or all of the new: temporary file, sync, rename.
 * @param mode  permissions of the new file, such as 0644
 * @retval MUSTER_IO  nothing was replaced */
MUSTER_CHECK muster_status muster_file_write(const char *path, const char *bytes, size_t n, int mode,
                                             muster_error *err);

/** A file in the making: its pieces go to a temporary file beside it, and `path` is replaced when all of them are there.
 * A draft is owned by the caller until it is ended or dropped. */
typedef struct muster_draft muster_draft;
MUSTER_CHECK muster_status muster_draft_begin(const char *path, int mode, muster_draft **draft, muster_error *err);

/** A muster_sink: adds a piece. @param draft  a muster_draft; after a failure it takes no more */
bool muster_draft_add(void *draft, const char *bytes, size_t n);

/** Syncs, replaces `path` and frees the draft. @retval MUSTER_IO  a piece or this failed; nothing was replaced */
MUSTER_CHECK muster_status muster_draft_end(muster_draft *draft, muster_error *err);

/** Frees the draft and leaves `path` as it was. NULL is fine. */
void muster_draft_drop(muster_draft *draft);

/** Makes a folder and those above it; fine when it is there. */
MUSTER_CHECK muster_status muster_folder_make(const char *path, muster_error *err);

/** Names in a folder ending in `suffix` (NULL = all but dot files), sorted by bytes.
 * @param names  `*count` terminated names, all owned by `arena` */
MUSTER_CHECK muster_status muster_folder_list(const char *path, const char *suffix, muster_arena *arena,
                                              const char ***names, size_t *count, muster_error *err);

/** "folder/name" in the arena; `name` alone when it is absolute or `folder` is empty. NULL when there is no memory. */
char *muster_path_join(muster_arena *arena, const char *folder, const char *name);

/** SHA-256 in hex of bytes, and of a file's content. */
#define MUSTER_DIGEST_TEXT 65
void muster_digest(const void *bytes, size_t n, char out[MUSTER_DIGEST_TEXT]);
MUSTER_CHECK muster_status muster_digest_file(const char *path, char out[MUSTER_DIGEST_TEXT], muster_error *err);

/** BLAKE2b-256 of many pieces, for what is too large to hold at once. */
typedef struct muster_hash {
  unsigned char state[512];
} muster_hash;
void muster_hash_begin(muster_hash *hash);

/** Finds the fastest way to hash here, which asks the system; the first muster_hash_begin does it too, unless it comes
 * too late because the process may no longer ask. */
void muster_hash_ready(void);
void muster_hash_add(muster_hash *hash, const void *bytes, size_t n);
void muster_hash_end(muster_hash *hash, char out[MUSTER_DIGEST_TEXT]);

/** Is there a link at `path` itself. */
bool muster_is_link(const char *path);

/** What stands in for the file system of a process that may not touch the real one. Each function answers as the one
 * above that it stands for. */
typedef struct muster_files {
  bool (*is_file)(void *context, const char *path);
  bool (*is_folder)(void *context, const char *path);
  bool (*is_link)(void *context, const char *path);
  muster_status (*read)(void *context, const char *path, size_t limit, char **bytes, size_t *n, muster_error *err);
  muster_status (*list)(void *context, const char *path, const char *suffix, muster_arena *arena, const char ***names,
                        size_t *count, muster_error *err);
  muster_status (*write)(void *context, const char *path, const char *bytes, size_t n, int mode, muster_error *err);
  muster_status (*make)(void *context, const char *path, muster_error *err);
  void *context;
} muster_files;

/** From now on `files` answers in the place of the system; NULL = the system again. Set while there is one thread. */
void muster_files_set(const muster_files *files);

/** For tests: the `nth` write to a file from now writes only half of its bytes, then fails; 0 switches that off. */
void muster_write_fail_at(long nth);

MUSTER_END_DECLS
#endif
