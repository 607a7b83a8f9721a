/* Finding every delimiter and line feed of a block: 64 bytes at a time by vector compares where the machine has them.
 * Quotes, carriage returns that no line feed follows, bytes above 127 and NULs are only noticed: they decide who reads
 * the block. The three ways give the same answer; test_split.c holds them against each other. */
#include <string.h>

#include "input.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define HAVE_VECTORS 1
#endif

/* What one stretch of 64 bytes holds, a bit a byte. */
typedef struct masks {
  uint64_t delimiter, feed, quote, carriage, nul, high;
} masks;

typedef struct progress {
  muster_split found;
  uint64_t quote, high, nul, bare;
  uint64_t carry; /* 1 when the stretch before ended in a carriage return */
} progress;

/* Without `ends` positions are not noted; the callers are inlined, so that costs nothing. */
static inline __attribute__((always_inline)) void take(progress *p, const masks *m, uint32_t base, uint32_t *ends) {
  p->quote |= m->quote;
  p->high |= m->high;
  p->nul |= m->nul;
  p->bare |= ((m->carriage << 1) | p->carry) & ~m->feed;
  p->carry = m->carriage >> 63;
  p->found.lines += (uint32_t)__builtin_popcountll(m->feed);
  if (!ends) return;
  uint64_t left = m->delimiter | m->feed;
  size_t k = p->found.ends;
  while (left) {
    ends[k++] = base + (uint32_t)__builtin_ctzll(left);
    left &= left - 1;
  }
  p->found.ends = k;
}

/* The padding may be read; bits of bytes past the end are dropped. */
static inline void keep_first(masks *m, size_t n) {
  if (n >= 64) return;
  uint64_t kept = ((uint64_t)1 << n) - 1;
  m->delimiter &= kept;
  m->feed &= kept;
  m->quote &= kept;
  m->carriage &= kept;
  m->nul &= kept;
  m->high &= kept;
}

static inline muster_split finish(const progress *p) {
  muster_split found = p->found;
  found.quote = p->quote != 0;
  found.high = p->high != 0;
  found.nul = p->nul != 0;
  found.bare_return = (p->bare | p->carry) != 0;
  return found;
}

static inline __attribute__((always_inline)) muster_split run_portable(const char *bytes, size_t n, char delimiter,
                                                                       uint32_t *ends) {
  progress p = {0};
  for (size_t at = 0; at < n; at += 64) {
    masks m = {0};
    size_t here = n - at < 64 ? n - at : 64;
    for (size_t i = 0; i < here; i++) {
      unsigned char c = (unsigned char)bytes[at + i];
      m.delimiter |= (uint64_t)(c == (unsigned char)delimiter) << i;
      m.feed |= (uint64_t)(c == '\n') << i;
      m.quote |= (uint64_t)(c == '"') << i;
      m.carriage |= (uint64_t)(c == '\r') << i;
      m.nul |= (uint64_t)(c == 0) << i;
      m.high |= (uint64_t)(c >> 7) << i;
    }
    take(&p, &m, (uint32_t)at, ends);
  }
  return finish(&p);
}

static muster_split split_portable(const char *bytes, size_t n, char delimiter, uint32_t *ends) {
  return run_portable(bytes, n, delimiter, ends);
}

static muster_split look_portable(const char *bytes, size_t n) { return run_portable(bytes, n, '\n', NULL); }

#ifdef HAVE_VECTORS
static inline uint64_t equal_sse2(const __m128i v[4], char c) {
  __m128i wanted = _mm_set1_epi8(c);
  uint64_t mask = 0;
  for (int i = 0; i < 4; i++) mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], wanted)) << (16 * i);
  return mask;
}

static inline __attribute__((always_inline)) muster_split run_sse2(const char *bytes, size_t n, char delimiter,
                                                                   uint32_t *ends) {
  progress p = {0};
  for (size_t at = 0; at < n; at += 64) {
    __m128i v[4];
    uint64_t high = 0;
    for (int i = 0; i < 4; i++) {
      v[i] = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at + 16 * i));
      high |= (uint64_t)(uint32_t)_mm_movemask_epi8(v[i]) << (16 * i);
    }
    masks m = {equal_sse2(v, delimiter), equal_sse2(v, '\n'), equal_sse2(v, '"'),
               equal_sse2(v, '\r'),      equal_sse2(v, 0),    high};
    keep_first(&m, n - at);
    take(&p, &m, (uint32_t)at, ends);
  }
  return finish(&p);
}

static muster_split split_sse2(const char *bytes, size_t n, char delimiter, uint32_t *ends) {
  return run_sse2(bytes, n, delimiter, ends);
}

static muster_split look_sse2(const char *bytes, size_t n) { return run_sse2(bytes, n, '\n', NULL); }

#define AVX2 __attribute__((target("avx2,bmi,lzcnt,popcnt")))

AVX2 static inline uint64_t equal_avx2(__m256i a, __m256i b, char c) {
  __m256i wanted = _mm256_set1_epi8(c);
  uint64_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, wanted));
  uint64_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, wanted));
  return low | high << 32;
}

AVX2 static inline __attribute__((always_inline)) muster_split run_avx2(const char *bytes, size_t n, char delimiter,
                                                                        uint32_t *ends) {
  progress p = {0};
  for (size_t at = 0; at < n; at += 64) {
    __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + at));
    __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + at + 32));
    uint64_t high = (uint64_t)(uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
    masks m = {equal_avx2(a, b, delimiter), equal_avx2(a, b, '\n'), equal_avx2(a, b, '"'),
               equal_avx2(a, b, '\r'),      equal_avx2(a, b, 0),    high};
    keep_first(&m, n - at);
    take(&p, &m, (uint32_t)at, ends);
  }
  return finish(&p);
}

AVX2 static muster_split split_avx2(const char *bytes, size_t n, char delimiter, uint32_t *ends) {
  return run_avx2(bytes, n, delimiter, ends);
}

AVX2 static muster_split look_avx2(const char *bytes, size_t n) { return run_avx2(bytes, n, '\n', NULL); }
#endif

static muster_parser parser_here(muster_parser parser) {
  if (parser == MUSTER_PARSER_BEST) parser = MUSTER_PARSER_AVX2;
#ifdef HAVE_VECTORS
  if (parser == MUSTER_PARSER_AVX2 && !(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")))
    return MUSTER_PARSER_SSE2;
  return parser;
#else
  return parser == MUSTER_PARSER_LIBCSV ? parser : MUSTER_PARSER_PORTABLE;
#endif
}

muster_splitter muster_splitter_for(muster_parser parser) {
#ifdef HAVE_VECTORS
  if (parser_here(parser) == MUSTER_PARSER_AVX2) return split_avx2;
  if (parser_here(parser) == MUSTER_PARSER_SSE2) return split_sse2;
#endif
  return split_portable;
}

muster_split muster_look_through(muster_parser parser, const char *bytes, size_t n) {
  if (parser == MUSTER_PARSER_LIBCSV) parser = MUSTER_PARSER_BEST; /* looking is not parsing */
#ifdef HAVE_VECTORS
  if (parser_here(parser) == MUSTER_PARSER_AVX2) return look_avx2(bytes, n);
  if (parser_here(parser) == MUSTER_PARSER_SSE2) return look_sse2(bytes, n);
#endif
  return look_portable(bytes, n);
}

const char *muster_parser_name(muster_parser parser) {
  switch (parser_here(parser)) {
    case MUSTER_PARSER_LIBCSV: return "libcsv";
    case MUSTER_PARSER_AVX2: return "avx2";
    case MUSTER_PARSER_SSE2: return "sse2";
    default: return "portable";
  }
}
