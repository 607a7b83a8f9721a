/* random.h - the room's own random numbers, so that bytes depend on no library's version.
 * Reference: Blackman and Vigna (2021), "Scrambled linear pseudorandom number generators" (xoshiro256**), seeded by
 * splitmix64 (Steele, Lea and Flood 2014). Floating point is +, -, *, / and sqrt alone, which IEEE 754 fixes. */
#ifndef SYNTH_RANDOM_H
#define SYNTH_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct synth_random {
  uint64_t s[4];
} synth_random;

/* What a stream of numbers is for; two purposes never share one. */
enum synth_stream {
  SYNTH_STREAM_PLAN,
  SYNTH_STREAM_SCHOOL,
  SYNTH_STREAM_PUPIL,
  SYNTH_STREAM_EFFECT,
  SYNTH_STREAM_SURVEY
};

static inline uint64_t synth_mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ x >> 27) * 0x94D049BB133111EBull;
  return x ^ x >> 31;
}

static inline synth_random synth_random_of(uint64_t seed, enum synth_stream stream, uint64_t item) {
  uint64_t x = synth_mix(synth_mix(seed) ^ synth_mix((uint64_t)stream << 56 | item));
  synth_random r;
  for (int i = 0; i < 4; i++) r.s[i] = synth_mix(x + (uint64_t)i * 0x9E3779B97F4A7C15ull);
  return r;
}

static inline uint64_t synth_next(synth_random *r) {
  uint64_t *s = r->s, fives = s[1] * 5, result = (fives << 7 | fives >> 57) * 9, t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = s[3] << 45 | s[3] >> 19;
  return result;
}

/* Uniform on [0, 1). */
static inline double synth_unit(synth_random *r) { return (double)(synth_next(r) >> 11) * 0x1p-53; }

/* Uniform on 0 .. n-1, `n` below 2^32; the bias of under n / 2^32 does not matter here. */
static inline uint32_t synth_below(synth_random *r, uint32_t n) {
  return (uint32_t)((synth_next(r) >> 32) * (uint64_t)n >> 32);
}

static inline bool synth_chance(synth_random *r, double p) { return synth_unit(r) < p; }

/* Uniform on low .. high. */
static inline unsigned synth_between(synth_random *r, unsigned low, unsigned high) {
  return low + synth_below(r, high - low + 1);
}

/* Near-normal with mean 0 and variance 1: the sum of twelve uniforms less six. */
static inline double synth_bell(synth_random *r) {
  double sum = -6;
  for (int i = 0; i < 12; i++) sum += synth_unit(r);
  return sum;
}

/* Whole number with mean `x`: the part after the point is settled by chance. */
static inline unsigned synth_round(synth_random *r, double x) {
  double whole = (double)(unsigned)x;
  return (unsigned)x + synth_chance(r, x - whole);
}

#endif
