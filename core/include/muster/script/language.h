/* muster/script/language.h - every name of the rule language, as the interpreter itself has them. */
#ifndef MUSTER_SCRIPT_LANGUAGE_H
#define MUSTER_SCRIPT_LANGUAGE_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** Walks the environments and the methods and lists what is there, sorted by bytes:
 *
 *   constructor rule        function pairs         function math.floor    number math.pi
 *   method pupil:rate       attribute pupil.id
 *
 * Constructors are seen by descriptions, functions by both. What is not in this list cannot be reached by a script.
 * @param names  `*n` texts owned by `arena` */
MUSTER_CHECK muster_status muster_language_names(muster_arena *arena, const char ***names, size_t *n,
                                                 muster_error *err);

MUSTER_END_DECLS
#endif
