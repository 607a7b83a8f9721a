/* muster/base/memory.h - allocation, arenas and growing arrays.
 * All memory of the engine comes through muster_alloc, so that a test can make the n-th allocation fail. */
#ifndef MUSTER_BASE_MEMORY_H
#define MUSTER_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/status.h"

MUSTER_BEGIN_DECLS

/** `n` elements of `size` bytes, zeroed. NULL when there is no memory or the product overflows. Free with muster_free.
 */
void *muster_alloc(size_t n, size_t size) __attribute__((malloc));

/** Resizes to `n` elements of `size` bytes; new bytes are not zeroed. On failure NULL, and `old` stays valid. */
void *muster_realloc(void *old, size_t n, size_t size);

/** Frees; NULL is fine. */
void muster_free(void *p);

/** For tests: the `nth` allocation from now (1 = the next) and all after it fail; 0 switches that off. */
void muster_alloc_fail_at(long nth);

/** Makes room for one more in a growing array: doubles `*items` (element size `size`) when `count == *capacity`.
 * @retval false  no memory; the array is unchanged */
bool muster_grow(void **items, size_t *capacity, size_t count, size_t size) MUSTER_CHECK;

#define MUSTER_GROW(items, capacity, count) muster_grow((void **)&(items), &(capacity), (count), sizeof *(items))

/** A bump allocator: many small things that live and die together. Zero-initialise, then use. Not thread-safe. */
typedef struct muster_arena {
  struct muster_arena_block *block;
  size_t used; /* bytes handed out, for reports */
} muster_arena;

/** `size` zeroed bytes, aligned for any type, owned by the arena. NULL when there is no memory. */
void *muster_arena_alloc(muster_arena *arena, size_t size) __attribute__((malloc));

/** A terminated copy of `n` bytes, owned by the arena. */
char *muster_arena_copy(muster_arena *arena, const char *bytes, size_t n);

/** Printf into the arena. NULL when there is no memory. */
char *muster_arena_printf(muster_arena *arena, const char *fmt, ...) MUSTER_PRINTF(2, 3);

/** Takes over all that `from` holds, so that it lives as long as `into`; `from` is empty afterwards. */
void muster_arena_adopt(muster_arena *into, muster_arena *from);

/** Frees everything handed out; the arena can be used again. */
void muster_arena_free(muster_arena *arena);

MUSTER_END_DECLS
#endif
