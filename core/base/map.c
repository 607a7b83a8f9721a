/* Open addressing with linear probing; names live in an arena and keep the order of their arrival. */
#include "muster/base/map.h"

#include <string.h>

static uint32_t hash_of(muster_text name) {
  uint64_t h = 0x9E3779B97F4A7C15ull ^ name.n;
  const char *at = name.at;
  size_t n = name.n;
  for (; n >= 8; at += 8, n -= 8) {
    uint64_t w;
    memcpy(&w, at, 8);
    h = (h ^ w) * 0xD6E8FEB86659FD93ull;
    h ^= h >> 32;
  }
  uint64_t rest = 0;
  memcpy(&rest, at, n);
  h = (h ^ rest) * 0xD6E8FEB86659FD93ull;
  return (uint32_t)(h ^ h >> 32);
}

static uint32_t find_hashed(const muster_map *map, muster_text name, uint32_t hash) {
  if (!map->slot_count) return MUSTER_NONE;
  for (size_t i = hash & (map->slot_count - 1);; i = (i + 1) & (map->slot_count - 1)) {
    uint32_t slot = map->slots[i];
    if (!slot) return MUSTER_NONE;
    uint32_t k = slot - 1;
    if (map->hashes[k] == hash && map->lengths[k] == name.n && memcmp(map->names[k], name.at, name.n) == 0) return k;
  }
}

uint32_t muster_map_find(const muster_map *map, muster_text name) {
  if (name.n == 0) name.at = "";
  return find_hashed(map, name, hash_of(name));
}

static void place(uint32_t *slots, size_t slot_count, uint32_t hash, uint32_t number) {
  size_t i = hash & (slot_count - 1);
  while (slots[i]) i = (i + 1) & (slot_count - 1);
  slots[i] = number + 1;
}

static bool more_slots(muster_map *map) {
  size_t wanted = map->slot_count ? map->slot_count * 2 : 32;
  uint32_t *slots = muster_alloc(wanted, sizeof *slots);
  if (!slots) return false;
  for (uint32_t k = 0; k < map->count; k++) place(slots, wanted, map->hashes[k], k);
  muster_free(map->slots);
  map->slots = slots;
  map->slot_count = wanted;
  return true;
}

static bool more_names(muster_map *map) {
  size_t wanted = map->capacity ? map->capacity * 2 : 16;
  const char **names = muster_realloc(map->names, wanted, sizeof *names);
  if (names) map->names = names;
  uint32_t *hashes = muster_realloc(map->hashes, wanted, sizeof *hashes);
  if (hashes) map->hashes = hashes;
  uint32_t *lengths = muster_realloc(map->lengths, wanted, sizeof *lengths);
  if (lengths) map->lengths = lengths;
  if (!names || !hashes || !lengths) return false;
  map->capacity = wanted;
  return true;
}

uint32_t muster_map_add(muster_map *map, muster_text name, bool *added) {
  if (name.n == 0) name.at = "";
  uint32_t hash = hash_of(name), number = find_hashed(map, name, hash);
  if (added) *added = false;
  if (number != MUSTER_NONE) return number;
  if (name.n >= UINT32_MAX || map->count >= MUSTER_NONE - 1) return MUSTER_NONE;
  if (map->count == map->capacity && !more_names(map)) return MUSTER_NONE;
  if ((map->count + 1) * 2 > map->slot_count && !more_slots(map)) return MUSTER_NONE;
  char *copy = muster_arena_copy(&map->arena, name.at, name.n);
  if (!copy) return MUSTER_NONE;
  number = (uint32_t)map->count++;
  map->names[number] = copy;
  map->hashes[number] = hash;
  map->lengths[number] = (uint32_t)name.n;
  place(map->slots, map->slot_count, hash, number);
  if (added) *added = true;
  return number;
}

muster_text muster_map_name(const muster_map *map, uint32_t number) {
  return number < map->count ? (muster_text){map->names[number], map->lengths[number]} : (muster_text){"", 0};
}

void muster_map_free(muster_map *map) {
  muster_free(map->slots);
  muster_free(map->hashes);
  muster_free(map->names);
  muster_free(map->lengths);
  muster_arena_free(&map->arena);
  *map = (muster_map){0};
}
