/* A palette of our own: gd's quantisers either move white or take seconds. */
#include <string.h>

#include "paint.h"

enum { SLOTS = 1 << 16, MOST = 1 << 15, FIRST = 64 };

typedef struct colour_count {
  uint32_t rgb, count;
} colour_count;

typedef struct colour_run {
  uint32_t number, length;
} colour_run;

typedef struct census {
  uint32_t *slots; /* number + 1 */
  colour_count *colours;
  uint8_t *nearest; /* palette entry of each */
  uint32_t *error;
  uint32_t count;
  colour_run *runs; /* the pixels, row by row */
  size_t run_count, run_capacity;
} census;

static uint32_t slot_of(const census *c, uint32_t rgb) {
  uint32_t at = (rgb * 2654435761u) >> 16 & (SLOTS - 1);
  while (c->slots[at] && c->colours[c->slots[at] - 1].rgb != rgb) at = (at + 1) & (SLOTS - 1);
  return at;
}

/* Where the run of one colour that begins at `x` ends; four pixels at a time, since most runs are long. */
static int run_end(const int *row, int x, int n) {
  const uint64_t pair = (uint64_t)(uint32_t)row[x] << 32 | (uint32_t)row[x];
  int end = x + 1;
  for (uint64_t four[2]; end + 4 <= n; end += 4) {
    memcpy(four, row + end, sizeof four);
    if ((four[0] ^ pair) | (four[1] ^ pair)) break;
  }
  while (end < n && row[end] == row[x]) end++;
  return end;
}

/* False when there are too many colours; `*good` turns false when there is no memory. */
static bool take_census(census *c, gdImagePtr image, bool *good) {
  for (int y = 0; y < image->sy; y++) {
    const int *row = image->tpixels[y];
    for (int x = 0; x < image->sx;) {
      int end = run_end(row, x, image->sx);
      uint32_t rgb = (uint32_t)row[x], at = slot_of(c, rgb), length = (uint32_t)(end - x);
      if (!c->slots[at]) {
        if (c->count == MOST) return false;
        c->colours[c->count] = (colour_count){rgb, 0};
        c->slots[at] = ++c->count;
      }
      uint32_t number = c->slots[at] - 1;
      c->colours[number].count += length;
      *good = MUSTER_GROW(c->runs, c->run_capacity, c->run_count);
      if (!*good) return false;
      c->runs[c->run_count++] = (colour_run){number, length};
      x = end;
    }
  }
  return true;
}

static uint32_t distance(uint32_t a, uint32_t b) {
  int r = (int)(a >> 16 & 255) - (int)(b >> 16 & 255), g = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
  int bl = (int)(a & 255) - (int)(b & 255);
  return (uint32_t)(r * r + g * g + bl * bl);
}

static void choose(census *c, uint32_t number, uint32_t entry, uint32_t palette[PALETTE]) {
  palette[entry] = c->colours[number].rgb;
  for (uint32_t i = 0; i < c->count; i++) {
    uint32_t d = distance(c->colours[i].rgb, palette[entry]);
    if (d < c->error[i]) c->error[i] = d, c->nearest[i] = (uint8_t)entry;
  }
}

static uint32_t fill_palette(census *c, uint32_t palette[PALETTE]) {
  memset(c->error, 0xFF, c->count * sizeof *c->error);
  uint32_t entries = c->count < PALETTE ? c->count : PALETTE;
  for (uint32_t e = 0; e < entries; e++) {
    uint64_t most = 0;
    uint32_t best = 0;
    for (uint32_t i = 0; i < c->count; i++) { /* first seen wins a tie: the order is that of the pixels */
      uint64_t error = e < FIRST ? (c->error[i] ? 1 : 0) : c->error[i], gain = error * c->colours[i].count;
      if (gain > most) most = gain, best = i;
    }
    if (most == 0) return e;
    choose(c, best, e, palette);
  }
  return entries;
}

static bool index_pixels(const census *c, gdImagePtr image, indexed *out) {
  out->pixels = muster_alloc((size_t)image->sx * (size_t)image->sy, 1);
  if (!out->pixels) return false;
  uint8_t *at = out->pixels;
  for (size_t i = 0; i < c->run_count; at += c->runs[i++].length)
    memset(at, c->nearest[c->runs[i].number], c->runs[i].length);
  return true;
}

muster_status palette_of(gdImagePtr image, indexed *out, muster_error *err) {
  *out = (indexed){.pixels = NULL};
  census c = {.slots = muster_alloc(SLOTS, sizeof *c.slots),
              .colours = muster_alloc(MOST, sizeof *c.colours),
              .nearest = muster_alloc(MOST, 1),
              .error = muster_alloc(MOST, sizeof *c.error)};
  bool good = c.slots && c.colours && c.nearest && c.error;
  if (good && take_census(&c, image, &good) && good) {
    out->count = fill_palette(&c, out->colours);
    good = index_pixels(&c, image, out);
  }
  muster_free(c.slots);
  muster_free(c.colours);
  muster_free(c.nearest);
  muster_free(c.error);
  muster_free(c.runs);
  return good ? MUSTER_OK : muster_fail_memory(err);
}
