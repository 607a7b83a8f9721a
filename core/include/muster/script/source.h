/* muster/script/source.h - source.lua: how a real export is to be read. It is data: functions in it are refused. */
#ifndef MUSTER_SCRIPT_SOURCE_H
#define MUSTER_SCRIPT_SOURCE_H

#include "muster/load.h"
#include "muster/script/limits.h"

MUSTER_BEGIN_DECLS

/** Reads `path` into a new source. Free with muster_source_free.
 * @retval MUSTER_IO    cannot be read
 * @retval MUSTER_DATA  not a source: the error names file and line, the wrong key and the nearest right one */
MUSTER_CHECK muster_status muster_script_source(const char *path, muster_source **source, muster_error *err);

/** The same from text. @param name  what errors call it */
MUSTER_CHECK muster_status muster_script_source_text(const char *name, muster_text text, muster_source **source,
                                                     muster_error *err);

MUSTER_END_DECLS
#endif
