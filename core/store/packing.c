/* Packing rows of marks against the usual marks of their school year. */
#include "packing.h"

#include <string.h>

void muster_packing_make(muster_packing *p, const uint8_t lanes[MUSTER_YEAR_MARKS], uint8_t most) {
  p->count = 0;
  p->most = most;
  memcpy(p->lanes, lanes, MUSTER_YEAR_MARKS);
  for (uint16_t slot = 0; slot < MUSTER_YEAR_MARKS; slot++) {
    p->places[slot] = lanes[slot] ? (uint16_t)p->count : MUSTER_NO_PLACE;
    if (lanes[slot]) p->slots[p->count++] = slot;
  }
}

static uint16_t two_bytes(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

bool muster_packing_read(muster_packing *p, const uint8_t *sessions, size_t sessions_n, const uint8_t *usual,
                         size_t usual_n, uint8_t most) {
  if (usual_n > MUSTER_YEAR_MARKS || sessions_n != 2 * usual_n) return false;
  uint8_t lanes[MUSTER_YEAR_MARKS] = {0};
  int before = -1;
  for (size_t i = 0; i < usual_n; i++) {
    int slot = two_bytes(sessions + 2 * i);
    if (slot <= before || slot >= MUSTER_YEAR_MARKS || !usual[i] || usual[i] > most) return false;
    lanes[slot] = usual[i];
    before = slot;
  }
  muster_packing_make(p, lanes, most);
  return true;
}

void muster_packing_write(const muster_packing *p, uint8_t *sessions, uint8_t *usual) {
  for (size_t i = 0; i < p->count; i++) {
    sessions[2 * i] = (uint8_t)(p->slots[i] >> 8);
    sessions[2 * i + 1] = (uint8_t)p->slots[i];
    usual[i] = p->lanes[p->slots[i]];
  }
}

static size_t put_run(uint8_t *at, size_t first, size_t length, uint8_t mark) {
  at[0] = (uint8_t)(first >> 8);
  at[1] = (uint8_t)first;
  at[2] = (uint8_t)length;
  at[3] = mark;
  return MUSTER_RUN_BYTES;
}

/* The first slot at or after `from` where the two rows differ: most of a row is alike, so eight at a time. */
static size_t next_difference(const uint8_t *a, const uint8_t *b, size_t from) {
  for (size_t word = from & ~(size_t)7; word < MUSTER_YEAR_MARKS; word += 8) {
    uint64_t x, y;
    memcpy(&x, a + word, 8);
    memcpy(&y, b + word, 8);
    if (x == y) continue;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    x ^= y;
    if (word < from) x &= ~(uint64_t)0 << 8 * (from - word);
    if (x) return word + (size_t)__builtin_ctzll(x) / 8;
#else
    for (size_t i = word < from ? from : word; i < word + 8; i++)
      if (a[i] != b[i]) return i;
#endif
  }
  return MUSTER_YEAR_MARKS;
}

void muster_row_pack(const muster_packing *p, const uint8_t row[MUSTER_YEAR_MARKS], uint8_t *bytes,
                     muster_packed *packed) {
  size_t n = 0;
  bool short_enough = true;
  for (size_t slot = next_difference(row, p->lanes, 0); slot < MUSTER_YEAR_MARKS;) {
    size_t first = p->places[slot], end = first + 1;
    uint8_t mark = row[slot];
    for (size_t i = end; i < p->count && i - first < MUSTER_MOST_RUN && row[p->slots[i]] == mark; i++)
      if (p->lanes[p->slots[i]] != mark) end = i + 1;
    if (n + MUSTER_RUN_BYTES > p->count) {
      short_enough = false;
      break;
    }
    n += put_run(bytes + n, first, end - first, mark);
    slot = next_difference(row, p->lanes, p->slots[end - 1] + 1u);
  }
  if (short_enough) {
    *packed = (muster_packed){bytes, NULL, n};
    return;
  }
  for (size_t i = 0; i < p->count; i++) bytes[i] = row[p->slots[i]];
  *packed = (muster_packed){NULL, bytes, p->count};
}

static bool unpack_plain(const muster_packing *p, const muster_packed *packed, uint8_t *row) {
  if (packed->n != p->count) return false;
  memset(row, 0, MUSTER_YEAR_MARKS);
  for (size_t i = 0; i < p->count; i++) {
    if (packed->plain[i] > p->most) return false;
    row[p->slots[i]] = packed->plain[i];
  }
  return true;
}

bool muster_row_unpack(const muster_packing *p, const muster_packed *packed, uint8_t row[MUSTER_YEAR_MARKS]) {
  if (packed->plain) return unpack_plain(p, packed, row);
  if (packed->n % MUSTER_RUN_BYTES) return false;
  memcpy(row, p->lanes, MUSTER_YEAR_MARKS);
  for (const uint8_t *run = packed->runs, *end = run + packed->n; run < end; run += MUSTER_RUN_BYTES) {
    size_t first = two_bytes(run), length = run[2];
    if (first + length > p->count || run[3] > p->most) return false;
    for (size_t i = first; i < first + length; i++) row[p->slots[i]] = run[3];
  }
  return true;
}

size_t muster_runs_write(const muster_packing *p, const uint8_t change[MUSTER_YEAR_MARKS],
                         const uint8_t mark[MUSTER_YEAR_MARKS], uint8_t *bytes) {
  size_t n = 0;
  for (size_t i = 0; i < p->count; i++) {
    size_t first = p->slots[i], last = first;
    if (!change[first]) continue;
    while (i + 1 < p->count && change[p->slots[i + 1]] && mark[p->slots[i + 1]] == mark[first] &&
           p->slots[i + 1] - first < MUSTER_MOST_RUN)
      last = p->slots[++i];
    n += put_run(bytes + n, first, last - first + 1, mark[first]);
  }
  return n;
}

bool muster_runs_put(const muster_packing *p, const uint8_t *bytes, size_t n, uint8_t row[MUSTER_YEAR_MARKS]) {
  if (n % MUSTER_RUN_BYTES) return false;
  for (const uint8_t *run = bytes, *end = run + n; run < end; run += MUSTER_RUN_BYTES) {
    size_t first = two_bytes(run), length = run[2];
    if (first + length > MUSTER_YEAR_MARKS || run[3] > p->most) return false;
    for (size_t slot = first; slot < first + length; slot++)
      if (p->lanes[slot]) row[slot] = run[3];
  }
  return true;
}
