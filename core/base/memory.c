/* Allocation with a switch for tests, arenas, growing arrays. */
#include "muster/base/memory.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static atomic_long fail_at; /* 0 = never */

static bool refused(void) {
  if (atomic_load_explicit(&fail_at, memory_order_relaxed) == 0) return false;
  long left = atomic_fetch_sub(&fail_at, 1);
  if (left > 1) return false;
  atomic_store(&fail_at, 1); /* and all after it */
  return true;
}

void muster_alloc_fail_at(long nth) { atomic_store(&fail_at, nth); }

void *muster_alloc(size_t n, size_t size) {
  if (refused()) return NULL;
  return calloc(n ? n : 1, size ? size : 1);
}

void *muster_realloc(void *old, size_t n, size_t size) {
  size_t bytes;
  if (refused() || __builtin_mul_overflow(n, size, &bytes)) return NULL;
  return realloc(old, bytes ? bytes : 1);
}

void muster_free(void *p) { free(p); }

bool muster_grow(void **items, size_t *capacity, size_t count, size_t size) {
  if (count < *capacity) return true;
  size_t wanted = *capacity ? *capacity * 2 : 16;
  void *grown = muster_realloc(*items, wanted, size);
  if (!grown) return false;
  *items = grown;
  *capacity = wanted;
  return true;
}

enum { BLOCK_BYTES = 64 * 1024, LARGE_BYTES = 4 * 1024 * 1024 };

struct muster_arena_block {
  struct muster_arena_block *older;
  size_t used, size;
  _Alignas(max_align_t) unsigned char bytes[];
};

/* Millions of small pages cost more to get than what is then done with them. Where large ones are not to be had,
 * nothing is lost. */
static void prefer_large_pages(void *bytes, size_t n) {
#ifdef MADV_HUGEPAGE
  size_t page = (size_t)sysconf(_SC_PAGESIZE), before = (page - (uintptr_t)bytes % page) % page;
  if (n >= LARGE_BYTES) (void)madvise((char *)bytes + before, (n - before) / page * page, MADV_HUGEPAGE);
#else
  (void)bytes, (void)n;
#endif
}

static void *take(muster_arena *arena, size_t size, size_t alignment) {
  if (size > SIZE_MAX / 2) return NULL;
  struct muster_arena_block *block = arena->block;
  size_t at = block ? (block->used + alignment - 1) & ~(alignment - 1) : 0;
  if (!block || at > block->size || block->size - at < size) {
    size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
    block = muster_alloc(1, sizeof *block + room);
    if (!block) return NULL;
    prefer_large_pages(block, sizeof *block + room);
    block->size = room;
    block->older = arena->block;
    arena->block = block;
    at = 0;
  }
  block->used = at + size;
  arena->used += size;
  return block->bytes + at;
}

void *muster_arena_alloc(muster_arena *arena, size_t size) { return take(arena, size, _Alignof(max_align_t)); }

char *muster_arena_copy(muster_arena *arena, const char *bytes, size_t n) {
  char *copy = n < SIZE_MAX ? take(arena, n + 1, 1) : NULL;
  if (copy && n) memcpy(copy, bytes, n);
  return copy;
}

char *muster_arena_printf(muster_arena *arena, const char *fmt, ...) {
  va_list args, again;
  va_start(args, fmt);
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, fmt, args);
  va_end(args);
  char *out = n < 0 ? NULL : take(arena, (size_t)n + 1, 1);
  if (out) vsnprintf(out, (size_t)n + 1, fmt, again);
  va_end(again);
  return out;
}

void muster_arena_adopt(muster_arena *into, muster_arena *from) {
  if (!from->block) return;
  struct muster_arena_block *oldest = from->block;
  while (oldest->older) oldest = oldest->older;
  if (into->block) { /* behind the block in use, which may still have room */
    oldest->older = into->block->older;
    into->block->older = from->block;
  } else {
    into->block = from->block;
  }
  into->used += from->used;
  *from = (muster_arena){0};
}

void muster_arena_free(muster_arena *arena) {
  while (arena->block) {
    struct muster_arena_block *older = arena->block->older;
    muster_free(arena->block);
    arena->block = older;
  }
  arena->used = 0;
}
