/* muster/pack/version.h - versions of packs, and ranges of them.
 * Reference: Semantic Versioning 2.0.0 (semver.org); the forms ^ and ~ as package managers of other languages use them.
 */
#ifndef MUSTER_PACK_VERSION_H
#define MUSTER_PACK_VERSION_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

enum { MUSTER_VERSION_TEXT = 80 };

/** MAJOR.MINOR.PATCH, and what comes before a release ("rc.1"), or "". Build metadata is read and left out. */
typedef struct muster_version {
  uint32_t number[3];
  char before[40];
} muster_version;

/** Reads "1.2.0", "1.2.0-rc.1", "1.2.0+build". @retval MUSTER_USAGE  it is no such version */
MUSTER_CHECK muster_status muster_version_parse(muster_text text, muster_version *version, muster_error *err);

/** Precedence: below 0, 0, above 0. "1.0.0-rc.1" comes before "1.0.0". */
int muster_version_compare(const muster_version *a, const muster_version *b);

/** "1.2.0" into `out`. @return `out` */
const char *muster_version_format(const muster_version *version, char out[MUSTER_VERSION_TEXT]);

typedef enum muster_version_bound_sign {
  MUSTER_AT_LEAST,
  MUSTER_ABOVE,
  MUSTER_AT_MOST,
  MUSTER_BELOW
} muster_version_bound_sign;

typedef struct muster_version_bound {
  muster_version_bound_sign sign;
  muster_version version;
} muster_version_bound;

enum { MUSTER_MOST_BOUNDS = 16 };

/** All bounds hold; none = any version. */
typedef struct muster_version_range {
  muster_version_bound bounds[MUSTER_MOST_BOUNDS];
  size_t count;
} muster_version_range;

/** Reads a range: terms separated by blanks, all of which must hold.
 *
 *   *             any version
 *   1.2  1  =1.2  any 1.2.x, any 1.x.y; with three numbers that version alone
 *   ^1.2          from 1.2.0, below the next change of the first number that is not 0
 *   ~1.2.3        from 1.2.3, below 1.3.0; ~1 below 2.0.0
 *   >=1.0 <2.0    numbers left out are 0
 *   >1.2  <=1.2   above, or up to, every 1.2.x
 *
 * @retval MUSTER_USAGE  it is no range */
MUSTER_CHECK muster_status muster_version_range_parse(muster_text text, muster_version_range *range, muster_error *err);

/** Is a version in a range. One that comes before a release is only in a range that names one of the same release. */
bool muster_version_range_has(const muster_version_range *range, const muster_version *version);

MUSTER_END_DECLS
#endif
