/* muster/pack/home.h - where packs are installed, and the lock file that pins them.
 *
 *   PACKS/muster.lock          which version of which pack is in use, and the digests of all that are kept
 *   PACKS/trusted/NAME.pub     public keys that are trusted
 *   PACKS/NAME/VERSION/...     the packs
 *   PACKS/NAME/overlays/...    overlays that were installed with them, named by their content
 *
 * The lock file is what counts: a folder it does not name is not there. */
#ifndef MUSTER_PACK_HOME_H
#define MUSTER_PACK_HOME_H

#include "muster/pack/provenance.h"
#include "muster/pack/version.h"

MUSTER_BEGIN_DECLS

#define MUSTER_LOCK_FILE "muster.lock"

/** A pack that another one needs, and a range of its versions. */
typedef struct muster_need {
  const char *pack, *versions;
} muster_need;

/** A version that is kept. */
typedef struct muster_kept {
  const char *version;
  const char *digest;    /* of its sums */
  const char *key_id;    /* "" when it had no signature that could be read */
  const char *signature; /* what was said of it when it was installed: "signed by NAME (key ID)", "unsigned, ..." */
  bool by_flag;          /* nobody trusted vouches for it */
  const char *overlay;   /* within the packs folder, or NULL */
  const char *overlay_digest;
  const muster_need *needs;
  size_t need_count;
} muster_kept;

typedef struct muster_installed {
  const char *name;
  muster_kept *versions; /* in the order of versions */
  size_t version_count;
  const char *current;
  const char **before; /* versions that were current before, the last one last */
  size_t before_count;
} muster_installed;

/** In the order of the names. Free with muster_lock_free. */
typedef struct muster_lock {
  muster_installed *packs;
  size_t count;
  muster_arena arena;
} muster_lock;

/** Reads the lock file; none is an empty one.
 * @retval MUSTER_IO    it cannot be read
 * @retval MUSTER_PACK  it is damaged */
MUSTER_CHECK muster_status muster_lock_read(const char *packs, muster_lock *lock, muster_error *err);

/** Writes it, whole or not at all. */
MUSTER_CHECK muster_status muster_lock_write(const char *packs, const muster_lock *lock, muster_error *err);
void muster_lock_free(muster_lock *lock);

muster_installed *muster_lock_find(const muster_lock *lock, const char *name);         /* or NULL */
muster_kept *muster_installed_find(const muster_installed *pack, const char *version); /* or NULL */

/** Puts a version in: a new one in its place, or over that of the same number. All texts are copied.
 * @retval MUSTER_MEMORY  the lock may only be freed */
MUSTER_CHECK muster_status muster_lock_put(muster_lock *lock, const char *name, const muster_kept *version,
                                           muster_error *err);

/** Makes a kept version the current one, and notes which one was before it. */
MUSTER_CHECK muster_status muster_lock_turn(muster_lock *lock, const char *name, const char *version,
                                            muster_error *err);

/** Are the needs of a version met by the current versions of a lock, and would it do for those that need it.
 * @retval MUSTER_PACK  the error says which pack and range */
MUSTER_CHECK muster_status muster_lock_fits(const muster_lock *lock, const char *name, const char *version,
                                            const muster_need *needs, size_t n, muster_error *err);

/** Can this be the name of a pack: small letters, digits and "-", and not "trusted". */
bool muster_pack_name_ok(muster_text name);

/** Does a PACK argument name an installed pack: NAME or NAME@VERSION. */
bool muster_home_names(const char *text);

/** An installed pack, ready to be loaded. Free with muster_opened_free. */
typedef struct muster_opened {
  const char *folder, *overlay; /* overlay: NULL = none */
  const char *name, *version;
  const char *signature; /* for the record of a run */
  const char *doubt;     /* why it was used only because it was asked for, as words; NULL = vouched for */
  muster_arena arena;
} muster_opened;

/** Finds NAME or NAME@VERSION and looks at all its bytes again: they must be those of the lock file, and the signature
 * one of a key that is trusted today, unless the pack was installed by flag.
 * @param allow  use it whatever is found, and say so in `doubt`
 * @retval MUSTER_IO    there is no such pack, or it cannot be read
 * @retval MUSTER_PACK  it was changed, or is not vouched for */
MUSTER_CHECK muster_status muster_home_open(const char *packs, const char *text, bool allow, muster_opened *opened,
                                            muster_error *err);
void muster_opened_free(muster_opened *opened);

MUSTER_END_DECLS
#endif
