/* The long layout as most systems export it, one mark after the other: what a row needs is found in caches and tables,
 * and any row that is not plain goes the general way, which alone rejects. test_same_answer.c and the fuzzers hold both
 * ways against each other.
 *
 * The loops keep what they know of the pupil in a local, which no store through a pointer can touch. */
#include <string.h>

#include "marks.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* The four cells of a row, with readable bytes behind each. */
typedef struct plain_row {
  const char *id, *date, *session, *code;
  size_t id_n, date_n, session_n, code_n;
} plain_row;

/* The pupil of the last row, when there is just one enrolment and the id fits; else n is SIZE_MAX. */
typedef struct last_pupil {
  uint64_t low, high, low_mask, high_mask;
  size_t n;
  uint32_t pupil, school;
  muster_date start, end;
} last_pupil;

ALWAYS_INLINE uint64_t load8(const char *at) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

/* A mask for the first n bytes (0 to 8) of a word in memory order. */
ALWAYS_INLINE uint64_t first_bytes(size_t n) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return n >= 8 ? ~UINT64_C(0) : ~(~UINT64_C(0) >> (8 * n));
#else
  return n >= 8 ? ~UINT64_C(0) : (UINT64_C(1) << (8 * n)) - 1;
#endif
}

static last_pupil last_of(const mark_scratch *s) {
  last_pupil last = {.n = SIZE_MAX};
  if (s->id_n > 16 || s->several) return last;
  char id[16] = {0};
  memcpy(id, s->id, s->id_n);
  return (last_pupil){load8(id),
                      load8(id + 8),
                      first_bytes(s->id_n),
                      first_bytes(s->id_n > 8 ? s->id_n - 8 : 0),
                      s->id_n,
                      s->pupil,
                      s->school,
                      s->start,
                      s->end};
}

/* Not the pupil of the last row: the one who follows in the file of pupils, or any other by name. Never rejects. */
static bool turn_to_pupil(mark_parse *p, const char *at, size_t n) {
  mark_scratch *s = p->scratch;
  const muster_loading *load = p->rules->reading->load;
  const muster_register *reg = p->rules->reg;
  muster_text id = {at, n};
  uint32_t next = s->pupil_id + 1; /* MUSTER_NONE + 1 is the first */
  if (n <= MARK_ID && next < reg->pupil_ids.count && muster_text_equal(muster_map_name(&reg->pupil_ids, next), id)) {
    if (muster_is_contested(load, next)) return false;
    mark_enrolment(reg, s, next, id);
    return true;
  }
  uint32_t number = muster_map_find(&reg->pupil_ids, id);
  if (number == MUSTER_NONE || muster_is_contested(load, number)) return false;
  return mark_find_pupil(p, id, (muster_text){"", 0});
}

/* A date that is not that of the last row nor the one that came after it: looked up by its text, or read and added.
 * NULL when it is for the general way: no date, or one too many. */
static mark_day *turn_to_day(mark_parse *p, const char *at, size_t n, uint64_t low, uint64_t high) {
  mark_scratch *s = p->scratch;
  const size_t slots = (size_t)1 << MARK_DAY_BITS;
  uint64_t hash = (low ^ high * UINT64_C(0xD6E8FEB86659FD93)) * UINT64_C(0x9E3779B97F4A7C15);
  size_t slot = hash >> (64 - MARK_DAY_BITS);
  for (; s->day_at[slot]; slot = (slot + 1) & (slots - 1)) {
    mark_day *day = &s->days[s->day_at[slot] - 1];
    if (day->low == low && day->high == high) return day;
  }
  muster_date date;
  if (s->day_count == MARK_DAYS) return NULL;
  if (muster_when_read(p->rules->reading->how->date_format, (muster_text){at, n}, &date) != MUSTER_WHEN_OK) return NULL;
  int year = muster_row_year(date);
  if (year < MARKS_FIRST_YEAR || year > MARKS_LAST_YEAR) return NULL;
  mark_day *day = &s->days[s->day_count++];
  s->day_at[slot] = (uint16_t)s->day_count;
  mark_day_set(p->rules, date, day);
  day->low = low;
  day->high = high;
  return day;
}

/* What the loops look up without asking: taken out of the rules once, so that it can stay in registers. */
typedef struct tables {
  const uint8_t *session;
  bool plain_sessions, check_days;
  uint8_t closure;
} tables;

static tables tables_of(const mark_parse *p) {
  const mark_rules *r = p->rules;
  return (tables){r->session, r->plain_sessions, r->check_days, r->closure};
}

/* The day of the last row, the one that came after it before, or any other. */
ALWAYS_INLINE mark_day *find_day(mark_parse *p, mark_day *last, const char *at, size_t n) {
  if (n - 1 >= 16) return NULL;
  uint64_t low = load8(at), high = load8(at + 8);
  if (n == 10) { /* ISO */
    high &= first_bytes(2);
  } else {
    low &= first_bytes(n);
    high = n > 8 ? high & first_bytes(n - 8) : 0;
  }
  if (last->low == low && last->high == high) return last;
  if (last[1].low == low && last[1].high == high) return last + 1;
  return turn_to_day(p, at, n, low, high);
}

ALWAYS_INLINE int session_of(const tables *t, const char *at, size_t n) {
  if (n == 2 && t->plain_sessions) {
    int first = at[0] | 0x20;
    return (at[1] | 0x20) != 'm' ? -1 : first == 'a' ? 0 : first == 'p' ? 1 : -1;
  }
  return n == 1 ? (int)t->session[(unsigned char)at[0]] - 1 : -1;
}

ALWAYS_INLINE uint8_t mark_of(const mark_era *era, const char *at, size_t n) {
  if (n == 1) return era->one[(unsigned char)at[0]];
  return n == 2 ? era->two[(unsigned char)at[0] << 8 | (unsigned char)at[1]] : 0;
}

/* Is the pupil's school open that day. It mostly is, and was when the row before was looked at. */
ALWAYS_INLINE bool school_open(mark_parse *p, const tables *t, const last_pupil *last, mark_day *day, uint8_t mark) {
  if (day->open_at == last->school || !t->check_days || mark == t->closure) return true;
  if (!mark_expects(p, last->school, day->date)) return false;
  day->open_at = last->school;
  return true;
}

/* Takes a row when all of it is plain. */
ALWAYS_INLINE bool take_plain(mark_parse *p, const tables *t, const plain_row *row, last_pupil *last,
                              mark_day **last_day, uint32_t line, mark_record *record) {
  mark_day *day = find_day(p, *last_day, row->date, row->date_n);
  int session = session_of(t, row->session, row->session_n);
  if (!day || session < 0) return false;
  *last_day = day;
  uint64_t differs =
      ((load8(row->id) ^ last->low) & last->low_mask) | ((load8(row->id + 8) ^ last->high) & last->high_mask);
  if (row->id_n != last->n || differs) {
    if (!turn_to_pupil(p, row->id, row->id_n)) return false;
    *last = last_of(p->scratch);
    if (last->n != row->id_n) return false;
  }
  if (day->date < last->start || day->date > last->end) return false;
  uint8_t mark = mark_of(day->era, row->code, row->code_n);
  if (!mark) return false;
  if (!school_open(p, t, last, day, mark)) return false;
  *record = (mark_record){last->pupil, line, day->year, (uint16_t)(day->offset + session), mark};
  return true;
}

static bool record_room(mark_slot *slot, size_t n) {
  if (n <= slot->record_capacity) return true;
  muster_free(slot->records);
  slot->record_capacity = 0;
  slot->records = muster_alloc(n, sizeof *slot->records);
  if (slot->records) slot->record_capacity = n;
  slot->no_memory = !slot->records;
  return slot->records != NULL;
}

/* ---- blocks split by vectors ---- */

typedef struct where_columns {
  uint32_t count, pupil, date, session, code;
} where_columns;

/* Has every row as many cells as the header? Then every so-manyth end, and no other, is a line feed. */
static bool all_whole(const muster_input_block *block, size_t columns) {
  if (block->end_count != (size_t)block->lines * columns) return false;
  bool whole = true;
  for (size_t i = columns - 1; i < block->end_count; i += columns) whole &= block->bytes[block->ends[i]] == '\n';
  return whole;
}

ALWAYS_INLINE bool is_whole(const muster_input_block *block, const uint32_t *ends, size_t left, uint32_t columns) {
  if (left < columns || block->bytes[ends[columns - 1]] != '\n') return false;
  for (uint32_t k = 0; k + 1 < columns; k++)
    if (block->bytes[ends[k]] == '\n') return false;
  return true;
}

ALWAYS_INLINE const char *cell(const char *bytes, const uint32_t *ends, size_t at, size_t row_end, uint32_t k,
                               const where_columns *c, size_t *n) {
  size_t from = k ? ends[k - 1] + 1 : at, to = k + 1 == c->count ? row_end : ends[k];
  *n = to - from;
  return bytes + from;
}

/* A row for the general way. */
static bool take_odd(mark_parse *p, muster_rows *rows, size_t columns) {
  size_t count;
  if (!muster_rows_next(rows, p->scratch->cells, columns, &count, &p->line)) return false;
  mark_take_cells(p, p->scratch->cells, count);
  return true;
}

ALWAYS_INLINE void parse_ends(mark_parse *p, const where_columns c) {
  mark_slot *slot = p->slot;
  const muster_input_block *block = &slot->block;
  const char *const bytes = block->bytes;
  const uint32_t *const all_ends = block->ends;
  const size_t end_count = block->end_count;
  const tables t = tables_of(p);
  const bool whole = all_whole(block, c.count);
  last_pupil last = {.n = SIZE_MAX};
  mark_day *day = p->scratch->days;
  size_t next = 0, at = 0, plain = 0;
  uint32_t line = 0;
  mark_record *record = slot->records;
  while (next < end_count) {
    const uint32_t *ends = all_ends + next;
    if (whole || is_whole(block, ends, end_count - next, c.count)) {
      size_t end = ends[c.count - 1], row_end = end;
      if (row_end > at && bytes[row_end - 1] == '\r') row_end--;
      plain_row row;
      row.id = cell(bytes, ends, at, row_end, c.pupil, &c, &row.id_n);
      row.date = cell(bytes, ends, at, row_end, c.date, &c, &row.date_n);
      row.session = cell(bytes, ends, at, row_end, c.session, &c, &row.session_n);
      row.code = cell(bytes, ends, at, row_end, c.code, &c, &row.code_n);
      if (take_plain(p, &t, &row, &last, &day, line, record)) {
        record++;
        plain++;
        next += c.count;
        at = end + 1;
        line++;
        continue;
      }
    }
    muster_rows rows = {.block = block, .next = next, .at = at, .line = line};
    slot->record_count = (size_t)(record - slot->records);
    if (!take_odd(p, &rows, c.count)) break;
    last = last_of(p->scratch);
    record = slot->records + slot->record_count;
    next = rows.next;
    at = rows.at;
    line = rows.line;
  }
  slot->record_count = (size_t)(record - slot->records);
  slot->rows += plain;
}

static void parse_usual_order(mark_parse *p) { parse_ends(p, (where_columns){4, 0, 1, 2, 3}); }

static void parse_any_order(mark_parse *p) {
  const mark_rules *r = p->rules;
  parse_ends(p,
             (where_columns){(uint32_t)r->reading->input.columns, r->pupil_at, r->date_at, r->session_at, r->code_at});
}

/* ---- blocks that need no splitting ---- */

/* `id,2025-09-01,AM,/` with the id of the last row: where that id and its delimiter stand, ten bytes of a known date
 * and the delimited session follow, the code can only begin at one place. Quotes were looked for before. */
typedef struct shape {
  uint64_t low, high, low_mask, high_mask; /* the id and the delimiter behind it */
  size_t n;                                /* of the id; SIZE_MAX when no row can have the shape */
  uint32_t session[2];                     /* ",AM," and ",PM," in memory order */
} shape;

static void shape_of(shape *s, const last_pupil *last, char delimiter) {
  s->n = last->n <= 15 ? last->n : SIZE_MAX;
  if (s->n == SIZE_MAX) return;
  char id[16] = {0};
  memcpy(id, &last->low, 8);
  memcpy(id + 8, &last->high, 8);
  id[last->n] = delimiter;
  s->low = load8(id);
  s->high = load8(id + 8);
  s->low_mask = first_bytes(last->n + 1);
  s->high_mask = last->n + 1 > 8 ? first_bytes(last->n - 7) : 0;
}

static uint32_t session_word(char first, char delimiter) {
  char text[4] = {delimiter, first, 'M', delimiter};
  uint32_t word;
  memcpy(&word, text, sizeof word);
  return word;
}

ALWAYS_INLINE uint32_t load4(const char *at) {
  uint32_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

/* Bytes that a row of the shape takes, 0 when it is not of it. */
ALWAYS_INLINE size_t take_shaped(mark_parse *p, const tables *t, const shape *s, const char *at, const last_pupil *last,
                                 mark_day **last_day, uint32_t line, mark_record *record) {
  if (((load8(at) ^ s->low) & s->low_mask) | ((load8(at + 8) ^ s->high) & s->high_mask)) return 0;
  const char *date = at + s->n + 1, *session = date + 10, *code = session + 4;
  mark_day *day = find_day(p, *last_day, date, 10);
  uint32_t word = load4(session);
  if (!day || (word != s->session[0] && word != s->session[1])) return 0;
  *last_day = day;
  if (day->date < last->start || day->date > last->end) return 0;
  size_t n = code[1] == '\n' || code[1] == '\r' ? 1 : 2;
  const char *end = code + n;
  end += *end == '\r';
  uint8_t mark = mark_of(day->era, code, n);
  if (*end != '\n' || !mark) return 0;
  if (!school_open(p, t, last, day, mark)) return 0;
  *record = (mark_record){last->pupil, line, day->year, (uint16_t)(day->offset + (word == s->session[1])), mark};
  return (size_t)(end - at) + 1;
}

/* The next row when it is not of the shape: split on its own. */
static void take_line(mark_parse *p, const char *at, size_t n, uint32_t line) {
  mark_slot *slot = p->slot;
  const muster_input *input = &p->rules->reading->input;
  muster_input_block own = {.bytes = (char *)at, .n = n, .lines = 1, .ends = slot->block.ends};
  own.end_count = muster_splitter_for(input->parser)(at, n, input->delimiter, own.ends).ends;
  muster_rows rows = muster_rows_of(&own, input);
  size_t count;
  uint32_t first;
  p->line = line;
  if (muster_rows_next(&rows, p->scratch->cells, input->columns, &count, &first))
    mark_take_cells(p, p->scratch->cells, count);
}

/* Pupils change and rows may be odd; more than that means that the file has another shape. */
static bool wrong_shape(size_t odd, size_t shaped) { return odd > 64 && odd > shaped / 4; }

/* False when the block is to be split and taken the other way, from its beginning. */
static bool parse_unsplit(mark_parse *p) {
  mark_slot *slot = p->slot;
  const muster_input_block *block = &slot->block;
  const char delimiter = p->rules->reading->input.delimiter;
  const tables t = tables_of(p);
  last_pupil last = {.n = SIZE_MAX};
  shape s = {.n = SIZE_MAX, .session = {session_word('A', delimiter), session_word('P', delimiter)}};
  mark_day *day = p->scratch->days;
  mark_record *record = slot->records;
  size_t shaped = 0, odd = 0;
  uint32_t line = 0;
  for (const char *at = block->bytes, *end = at + block->n; at < end; line++) {
    size_t n = s.n != SIZE_MAX ? take_shaped(p, &t, &s, at, &last, &day, line, record) : 0;
    if (n) {
      record++;
      shaped++;
      at += n;
      continue;
    }
    n = (size_t)((const char *)memchr(at, '\n', (size_t)(end - at)) - at) + 1;
    slot->record_count = (size_t)(record - slot->records);
    take_line(p, at, n, line);
    at += n;
    if (wrong_shape(++odd, shaped)) return false;
    last = last_of(p->scratch);
    shape_of(&s, &last, delimiter);
    record = slot->records + slot->record_count;
  }
  slot->record_count = (size_t)(record - slot->records);
  slot->rows += shaped;
  return true;
}

/* ---- blocks split by libcsv ---- */

static void parse_cells(mark_parse *p) {
  const mark_rules *rules = p->rules;
  mark_slot *slot = p->slot;
  const muster_input_block *block = &slot->block;
  const size_t columns = rules->reading->input.columns;
  const tables t = tables_of(p);
  last_pupil last = {.n = SIZE_MAX};
  mark_day *day = p->scratch->days;
  muster_rows rows = muster_rows_of(block, &rules->reading->input);
  while (rows.next < block->row_count) {
    const muster_cell_row *at = &block->rows[rows.next];
    if (at->count == columns) {
      const muster_cell *cells = block->cells + at->first;
      const muster_cell id = cells[rules->pupil_at], date = cells[rules->date_at], session = cells[rules->session_at],
                        code = cells[rules->code_at];
      plain_row row = {block->text + id.at,
                       block->text + date.at,
                       block->text + session.at,
                       block->text + code.at,
                       id.n,
                       date.n,
                       session.n,
                       code.n};
      if (take_plain(p, &t, &row, &last, &day, at->line, slot->records + slot->record_count)) {
        slot->record_count++;
        slot->rows++;
        rows.next++;
        continue;
      }
    }
    if (!take_odd(p, &rows, columns)) break;
    last = last_of(p->scratch);
  }
}

void mark_parse_fast(mark_parse *p) {
  const mark_rules *r = p->rules;
  muster_input_block *block = &p->slot->block;
  if (!record_room(p->slot, block->by_libcsv ? block->row_count : block->lines)) return;
  if (block->by_libcsv) {
    parse_cells(p);
    return;
  }
  if (block->unsplit) {
    if (!muster_input_block_end_room(block)) {
      p->slot->no_memory = true;
      return;
    }
    if (parse_unsplit(p)) return;
    mark_parse_clear(p);
    if (!muster_input_block_ends(block, &r->reading->input)) return; /* there is room */
  }
  if (r->usual_order)
    parse_usual_order(p);
  else
    parse_any_order(p);
}
