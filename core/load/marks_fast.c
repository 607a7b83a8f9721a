/* The long layout as most systems export it, one mark after the other: what a row needs is found in caches and tables,
 * and any row that is not plain goes the general way, which alone rejects. test_same_cells.c and the fuzzer hold both
 * ways against each other. */
#include <string.h>

#include "marks.h"

static inline uint64_t load8(const char *at) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

/* The first n bytes (at most 8) of a word in memory order. */
static inline uint64_t first_bytes(uint64_t word, size_t n) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return n >= 8 ? word : n ? word & ~(~UINT64_C(0) >> (8 * n)) : 0;
#else
  return n >= 8 ? word : word & ((UINT64_C(1) << (8 * n)) - 1);
#endif
}

/* The day for a text of up to 16 bytes; NULL when it is for the general way. The padding of a block makes the loads safe. */
static inline const mark_day *find_day(mark_parse *p, const char *at, size_t n) {
  if (n > 16 || n == 0) return NULL;
  uint64_t low = first_bytes(load8(at), n), high = n > 8 ? first_bytes(load8(at + 8), n - 8) : 0;
  uint64_t hash = (low ^ high * UINT64_C(0xD6E8FEB86659FD93)) * UINT64_C(0x9E3779B97F4A7C15);
  mark_day *day = &p->scratch->days[hash >> 54]; /* the top ten bits: MARK_DAYS */
  if (day->low == low && day->high == high) return day;
  muster_date date;
  if (muster_when_read(p->rules->reading->how->date_format, (muster_text){at, n}, &date) != MUSTER_WHEN_OK) return NULL;
  int year = muster_row_year(date);
  if (year < MARKS_FIRST_YEAR || year > MARKS_LAST_YEAR) return NULL;
  mark_day_set(p->rules, date, day);
  day->low = low;
  day->high = high;
  return day;
}

/* The pupil of the last row; else the one who follows in the file of pupils; else by name. Never rejects. */
static inline bool find_pupil(mark_parse *p, const char *at, size_t n) {
  mark_scratch *s = p->scratch;
  if (n == s->id_n && memcmp(at, s->id, n) == 0) return true;
  const muster_register *reg = p->rules->reg;
  uint32_t next = s->pupil_id + 1; /* MUSTER_NONE + 1 is the first */
  if (next < reg->pupil_ids.count && n <= MARK_ID && muster_text_equal(muster_map_name(&reg->pupil_ids, next), (muster_text){at, n})) {
    mark_enrolment(p->rules->reg, s, next, (muster_text){at, n});
    return true;
  }
  if (muster_map_find(&reg->pupil_ids, (muster_text){at, n}) == MUSTER_NONE) return false;
  return mark_find_pupil(p, (muster_text){at, n}, (muster_text){"", 0});
}

static inline int session_of(const mark_rules *rules, const char *at, size_t n) {
  if (n == 2 && rules->plain_sessions) {
    if ((at[1] | 0x20) != 'm') return -1;
    return (at[0] | 0x20) == 'a' ? 0 : (at[0] | 0x20) == 'p' ? 1 : -1;
  }
  return n == 1 ? (int)rules->session[(unsigned char)at[0]] - 1 : -1;
}

static inline uint8_t mark_of(const mark_era *era, const char *at, size_t n) {
  if (n == 1) return era->one[(unsigned char)at[0]];
  return n == 2 ? era->two[(unsigned char)at[0] << 8 | (unsigned char)at[1]] : 0;
}

/* A row of exactly as many cells as the header: `ends` are its ends, it begins at `at` and its last cell is `last`. */
typedef struct plain_row {
  const char *bytes;
  const uint32_t *ends;
  size_t at, last;
} plain_row;

static inline const char *cell(const plain_row *row, uint32_t k, size_t *n) {
  size_t from = k ? row->ends[k - 1] + 1 : row->at, to = row->ends[k];
  if (k == row->last && to > from && row->bytes[to - 1] == '\r') to--;
  *n = to - from;
  return row->bytes + from;
}

static inline bool whole_row(const plain_row *row, size_t ends_left) {
  if (row->last >= ends_left || row->bytes[row->ends[row->last]] != '\n') return false;
  for (size_t k = 0; k < row->last; k++)
    if (row->bytes[row->ends[k]] == '\n') return false;
  return true;
}

/* Takes a row when all of it is plain. */
static inline bool take_plain(mark_parse *p, const plain_row *row, uint32_t line) {
  const mark_rules *rules = p->rules;
  mark_scratch *s = p->scratch;
  size_t n;
  const char *at = cell(row, rules->date_at, &n);
  const mark_day *day = find_day(p, at, n);
  if (!day) return false;
  at = cell(row, rules->session_at, &n);
  int session = session_of(rules, at, n);
  if (session < 0) return false;
  at = cell(row, rules->pupil_at, &n);
  if (!find_pupil(p, at, n) || s->several || day->date < s->start || day->date > s->end) return false;
  at = cell(row, rules->code_at, &n);
  uint8_t mark = mark_of(day->era, at, n);
  if (!mark || (rules->check_days && mark != rules->closure && !mark_expects(p, s->school, day->date))) return false;
  mark_slot *slot = p->slot;
  slot->records[slot->record_count++] = (mark_record){s->pupil, line, day->year, (uint16_t)(day->offset + session), mark};
  return true;
}

void mark_parse_fast(mark_parse *p) {
  mark_slot *slot = p->slot;
  const muster_block *block = &slot->block;
  const muster_input *input = &p->rules->reading->input;
  if (slot->record_capacity < block->lines) {
    muster_free(slot->records);
    slot->record_capacity = 0;
    slot->records = muster_alloc(block->lines, sizeof *slot->records);
    if (!slot->records) {
      slot->no_memory = true;
      return;
    }
    slot->record_capacity = block->lines;
  }
  muster_rows rows = muster_rows_of(block, input);
  plain_row row = {.bytes = block->bytes, .last = input->columns - 1};
  while (rows.next < block->end_count) {
    row.ends = block->ends + rows.next;
    row.at = rows.at;
    if (whole_row(&row, block->end_count - rows.next) && take_plain(p, &row, rows.line)) {
      slot->rows++;
      rows.next += input->columns;
      rows.at = row.ends[row.last] + 1;
      rows.line++;
      continue;
    }
    size_t count;
    if (!muster_rows_next(&rows, p->scratch->cells, input->columns, &count, &p->line)) return;
    mark_take_cells(p, p->scratch->cells, count);
  }
}
