/* From a row of marks to bitmaps: sixteen bytes a week become one lane of each category.
 * The categories of a byte are looked up, then the eight category bits of sixteen bytes are turned into eight 16-bit
 * lanes. Chosen at run time: a vector version for processors that have one, a portable one that gives the same lanes.
 */
#include "derive.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define HAVE_VECTORS 1
#else
#define HAVE_VECTORS 0
#endif

/* Transposes an 8x8 bit matrix; byte k of the result holds bit k of each byte. Hacker's Delight (2nd ed.), 7-3. */
static uint64_t transpose8(uint64_t x) {
  uint64_t t = (x ^ (x >> 7)) & 0x00AA00AA00AA00AAull;
  x = x ^ t ^ (t << 7);
  t = (x ^ (x >> 14)) & 0x0000CCCC0000CCCCull;
  x = x ^ t ^ (t << 14);
  t = (x ^ (x >> 28)) & 0x00000000F0F0F0F0ull;
  return x ^ t ^ (t << 28);
}

static void portable_weeks(const uint8_t *marks, int32_t weeks, const uint8_t categories[256],
                           uint16_t *const lanes[8]) {
  for (int32_t w = 0; w < weeks; w++, marks += MUSTER_LANE) {
    uint64_t half[2] = {0, 0};
    for (int i = 0; i < MUSTER_LANE; i++) half[i >> 3] |= (uint64_t)categories[marks[i]] << 8 * (i & 7);
    half[0] = transpose8(half[0]);
    half[1] = transpose8(half[1]);
    for (int k = 0; k < 8; k++) lanes[k][w] = (uint16_t)((half[0] >> 8 * k & 0xFF) | (half[1] >> 8 * k & 0xFF) << 8);
  }
}

#if HAVE_VECTORS
enum { VECTOR_CODES = 64 }; /* marks that four 16-entry shuffles can look up */

__attribute__((target("ssse3,sse4.1"))) static void vector_weeks(const uint8_t *marks, int32_t weeks,
                                                                 const uint8_t categories[256],
                                                                 uint16_t *const lanes[8]) {
  __m128i table[4];
  for (int k = 0; k < 4; k++) table[k] = _mm_loadu_si128((const __m128i *)(categories + 16 * k));
  const bool unmarked_means_nothing = categories[0] == 0;
  const __m128i low = _mm_set1_epi8(0x0F), beyond = _mm_set1_epi8(VECTOR_CODES - 1);
  for (int32_t w = 0; w < weeks; w++, marks += MUSTER_LANE) {
    __m128i m = _mm_loadu_si128((const __m128i *)marks);
    if (unmarked_means_nothing && _mm_movemask_epi8(_mm_cmpeq_epi8(m, _mm_setzero_si128())) == 0xFFFF) {
      for (int k = 0; k < 8; k++) lanes[k][w] = 0; /* a week of holidays */
      continue;
    }
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(m, beyond), beyond)) != 0xFFFF) {
      uint16_t *at[8];
      for (int k = 0; k < 8; k++) at[k] = lanes[k] + w;
      portable_weeks(marks, 1, categories, at);
      continue;
    }
    __m128i in = _mm_and_si128(m, low), high = _mm_and_si128(_mm_srli_epi16(m, 4), low), found = _mm_setzero_si128();
    for (int k = 0; k < 4; k++) {
      __m128i here = _mm_cmpeq_epi8(high, _mm_set1_epi8((char)k));
      found = _mm_or_si128(found, _mm_and_si128(here, _mm_shuffle_epi8(table[k], in)));
    }
    for (int k = 7; k >= 0; k--) {
      lanes[k][w] = (uint16_t)_mm_movemask_epi8(found);
      found = _mm_add_epi8(found, found);
    }
  }
}
#endif

void muster__derive_weeks(const uint8_t *marks, int32_t weeks, const uint8_t categories[256],
                          uint16_t *const lanes[8]) {
#if HAVE_VECTORS
  if (__builtin_cpu_supports("sse4.1")) {
    vector_weeks(marks, weeks, categories, lanes);
    return;
  }
#endif
  portable_weeks(marks, weeks, categories, lanes);
}

void muster__derive_weeks_portable(const uint8_t *marks, int32_t weeks, const uint8_t categories[256],
                                   uint16_t *const lanes[8]) {
  portable_weeks(marks, weeks, categories, lanes);
}
