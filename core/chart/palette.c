/* A palette of our own: gd's quantisers either move white or take seconds. */
#include <string.h>

#include "paint.h"

enum { SLOTS = 1 << 16, MOST = 1 << 15, FIRST = 64, PALETTE = 256 };

typedef struct colour_count {
  uint32_t rgb, count;
} colour_count;

typedef struct census {
  uint32_t *slots; /* number + 1 */
  colour_count *colours;
  uint8_t *nearest; /* palette entry of each */
  uint32_t *error;
  uint32_t count;
} census;

static uint32_t slot_of(const census *c, uint32_t rgb) {
  uint32_t at = (rgb * 2654435761u) >> 16 & (SLOTS - 1);
  while (c->slots[at] && c->colours[c->slots[at] - 1].rgb != rgb) at = (at + 1) & (SLOTS - 1);
  return at;
}

static bool take_census(census *c, gdImagePtr image) {
  for (int y = 0; y < image->sy; y++) {
    const int *row = image->tpixels[y];
    for (int x = 0; x < image->sx;) {
      int run = x + 1;
      while (run < image->sx && row[run] == row[x]) run++;
      uint32_t at = slot_of(c, (uint32_t)row[x]);
      if (!c->slots[at]) {
        if (c->count == MOST) return false;
        c->colours[c->count] = (colour_count){(uint32_t)row[x], 0};
        c->slots[at] = ++c->count;
      }
      c->colours[c->slots[at] - 1].count += (uint32_t)(run - x);
      x = run;
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

static gdImagePtr with_palette(const census *c, gdImagePtr image, const uint32_t *palette, uint32_t entries) {
  gdImagePtr out = gdImageCreatePalette(image->sx, image->sy);
  if (!out) return NULL;
  for (uint32_t e = 0; e < entries; e++)
    gdImageColorAllocate(out, (int)(palette[e] >> 16 & 255), (int)(palette[e] >> 8 & 255), (int)(palette[e] & 255));
  for (int y = 0; y < image->sy; y++) {
    const int *row = image->tpixels[y];
    for (int x = 0; x < image->sx;) {
      int run = x + 1;
      while (run < image->sx && row[run] == row[x]) run++;
      uint32_t number = c->slots[slot_of(c, (uint32_t)row[x])] - 1;
      memset(out->pixels[y] + x, c->nearest[number], (size_t)(run - x));
      x = run;
    }
  }
  return out;
}

muster_status palette_of(gdImagePtr image, gdImagePtr *palette, muster_error *err) {
  *palette = NULL;
  census c = {.slots = muster_alloc(SLOTS, sizeof *c.slots),
              .colours = muster_alloc(MOST, sizeof *c.colours),
              .nearest = muster_alloc(MOST, 1),
              .error = muster_alloc(MOST, sizeof *c.error)};
  muster_status status = MUSTER_OK;
  if (!c.slots || !c.colours || !c.nearest || !c.error) {
    status = muster_fail_memory(err);
  } else if (take_census(&c, image)) {
    uint32_t entries[PALETTE], count = fill_palette(&c, entries);
    *palette = with_palette(&c, image, entries, count);
    if (!*palette) status = muster_fail_memory(err);
  }
  muster_free(c.slots);
  muster_free(c.colours);
  muster_free(c.nearest);
  muster_free(c.error);
  return status;
}
