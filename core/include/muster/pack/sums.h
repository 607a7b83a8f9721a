/* muster/pack/sums.h - the files of a pack and their digests, as `pack.sums` has them: the format of sha256sum, so that
 * `sha256sum -c pack.sums` in the folder checks a pack without muster.
 *
 * Every file counts but pack.sums, pack.sums.minisig and a .git at the top. What could be something else on another
 * machine is refused: symbolic links, devices, names with other characters than letters, digits, blank and . _ - +
 * of ASCII, paths that lead out of the folder, and more than a pack can need. */
#ifndef MUSTER_PACK_SUMS_H
#define MUSTER_PACK_SUMS_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

#define MUSTER_SUMS_FILE "pack.sums"
#define MUSTER_SUMS_SIGNATURE "pack.sums.minisig"

/** What a pack may have at most. */
enum {
  MUSTER_PACK_FILES = 2000,
  MUSTER_PACK_FILE_BYTES = 16 << 20,
  MUSTER_PACK_BYTES = 64 << 20,
  MUSTER_PACK_DEPTH = 8,
  MUSTER_PACK_PATH = 200
};

typedef struct muster_sum {
  const char *path; /* within the pack, with / between folders */
  char digest[MUSTER_DIGEST_TEXT];
} muster_sum;

/** Sorted by the bytes of the paths. Free with muster_sums_free. */
typedef struct muster_sums {
  muster_sum *files;
  size_t count;
  muster_arena arena;
} muster_sums;

/** Can `path` be that of a file of a pack: relative, downwards, of the characters and lengths above. */
bool muster_sums_path_ok(muster_text path);

/** Walks a folder and digests every file.
 * @retval MUSTER_IO    something cannot be read
 * @retval MUSTER_PACK  something in the folder is refused: the error names it */
MUSTER_CHECK muster_status muster_sums_take(const char *folder, muster_sums *sums, muster_error *err);

/** Reads the text of a pack.sums. @param name  what errors call it
 * @retval MUSTER_PACK  a line is not as this room writes it: digest, two blanks, path, in order */
MUSTER_CHECK muster_status muster_sums_parse(muster_text text, const char *name, muster_sums *sums, muster_error *err);

/** Adds the text of a pack.sums to a buffer. */
void muster_sums_text(const muster_sums *sums, muster_buf *out);

void muster_sums_free(muster_sums *sums);

/** Takes the sums of a folder and writes its pack.sums. A signature that was there is taken away first: it would be one
 * of something else. */
MUSTER_CHECK muster_status muster_sums_write(const char *folder, muster_error *err);

typedef enum muster_difference_kind {
  MUSTER_FILE_CHANGED,
  MUSTER_FILE_MISSING,
  MUSTER_FILE_EXTRA
} muster_difference_kind;

/** "changed", "missing", "extra". */
const char *muster_difference_text(muster_difference_kind kind);

typedef struct muster_difference {
  muster_difference_kind kind;
  const char *path;
} muster_difference;

/** In the order of the paths. Free with muster_differences_free. */
typedef struct muster_differences {
  muster_difference *list;
  size_t count;
  muster_arena arena;
} muster_differences;

/** What differs between the sums that were written down and those taken of a folder. */
MUSTER_CHECK muster_status muster_sums_compare(const muster_sums *written, const muster_sums *taken,
                                               muster_differences *differences, muster_error *err);
void muster_differences_free(muster_differences *differences);

/** "rules/a.lua changed, rules/b.lua missing, and 3 more" into `out`. @return `out` */
const char *muster_differences_format(const muster_differences *differences, char *out, size_t size);

MUSTER_END_DECLS
#endif
