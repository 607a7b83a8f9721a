/* muster/pack/install.h - putting a pack into the packs folder, so that it is there whole or not at all. */
#ifndef MUSTER_PACK_INSTALL_H
#define MUSTER_PACK_INSTALL_H

#include "muster/pack/home.h"

MUSTER_BEGIN_DECLS

/** What a pack says of itself; texts live until the install has ended. */
typedef struct muster_install_facts {
  const char *name, *version;
  const muster_need *needs;
  size_t need_count;
} muster_install_facts;

/** Checks that this room cannot make, asked in this order of the copy that will be put in place. */
typedef struct muster_install_checks {
  muster_status (*load)(void *context, const char *folder, muster_install_facts *facts, muster_error *err);
  muster_status (*test)(void *context, muster_error *err);
  muster_status (*overlay)(void *context, const char *path, muster_error *err); /* does it fit the pack */
  void *context;
} muster_install_checks;

typedef struct muster_install_options {
  const char *packs;    /* the packs folder; made when it is not there */
  const char *source;   /* the folder to install */
  const char *overlay;  /* NULL = that of the version in use, when there is one */
  bool without_overlay; /* not even that one */
  bool allow_unsigned;  /* install what nobody trusted vouches for, and note that it was so */
  muster_install_checks checks;
  void (*tell)(void *context, const char *step); /* told of each step as it begins; may be NULL */
  void *tell_context;
} muster_install_options;

/** What was installed. Free with muster_install_free. */
typedef struct muster_install_result {
  const char *name, *version, *signature;
  const char *before; /* the version in use until now, or NULL */
  bool by_flag, has_overlay;
  muster_arena arena;
} muster_install_result;

/** Installs: copies into a folder beside, checks the copy (signature, loads, requirements, tests, overlay), puts it in
 * place and rewrites the lock file, in that order. Whatever fails, and if the process is killed at any moment, the
 * version in use before stays in use; left-overs are cleared away by the next install.
 * @retval MUSTER_IO      a file cannot be read or written, or another install is at work
 * @retval MUSTER_PACK    the pack is refused
 * @retval MUSTER_FAILED  its tests fail */
MUSTER_CHECK muster_status muster_pack_install(const muster_install_options *options, muster_install_result *result,
                                               muster_error *err);

/** Goes back to the version that was in use before the present one.
 * @retval MUSTER_IO    there is no such pack, or no version before
 * @retval MUSTER_PACK  that version was changed, or others need the present one */
MUSTER_CHECK muster_status muster_pack_rollback(const char *packs, const char *name, muster_install_result *result,
                                                muster_error *err);
void muster_install_free(muster_install_result *result);

MUSTER_END_DECLS
#endif
