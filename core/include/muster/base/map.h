/* muster/base/map.h - names to small numbers, in order of first appearance.
 * The one hash map of the engine: pupil ids, school ids, codes and column names are interned here. */
#ifndef MUSTER_BASE_MAP_H
#define MUSTER_BASE_MAP_H

#include "muster/base/text.h"

MUSTER_BEGIN_DECLS

#define MUSTER_NONE UINT32_MAX

/** Zero-initialise, then use. Names are copied. Not thread-safe for adding; lookups of a finished map are. */
typedef struct muster_map {
  uint32_t *slots; /* index + 1, open addressing */
  uint32_t *hashes;
  const char **names;
  uint32_t *lengths;
  size_t count, capacity, slot_count;
  muster_arena arena;
} muster_map;

/** Number of `name`, or MUSTER_NONE. */
uint32_t muster_map_find(const muster_map *map, muster_text name);

/** Number of `name`, added when new (`*added` says so; may be NULL). MUSTER_NONE when there is no memory. */
uint32_t muster_map_add(muster_map *map, muster_text name, bool *added);

/** Name of a number below `count`; terminated, owned by the map. */
muster_text muster_map_name(const muster_map *map, uint32_t number);

void muster_map_free(muster_map *map);

MUSTER_END_DECLS
#endif
