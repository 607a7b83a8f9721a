/* Counting over bitmaps: views, spells, broken weeks, tallies. */
#include "muster/register/measure.h"

#include <string.h>

#include "derive.h"
#include "muster/register/lanes.h"

/* Population counts by the best instruction the processor has, chosen when the program starts. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define POPCOUNT_CLONES __attribute__((target_clones("popcnt", "default")))
#else
#define POPCOUNT_CLONES
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "lanes are laid over 64-bit words in little-endian order"
#endif

int muster_kind_of(const char *name) {
  static const struct {
    const char *name;
    int kind;
  } kinds[] = {{"possible", MUSTER_KIND_POSSIBLE},
               {"present", MUSTER_KIND_PRESENT},
               {"approved", MUSTER_KIND_APPROVED},
               {"attended", MUSTER_KIND_ATTENDED},
               {"absent", MUSTER_KIND_ABSENT},
               {"authorised", MUSTER_KIND_AUTHORISED},
               {"unauthorised", MUSTER_KIND_UNAUTHORISED},
               {"late", MUSTER_KIND_LATE},
               {"illness", MUSTER_KIND_ILLNESS},
               {"missing", MUSTER_KIND_MISSING}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(name, kinds[i].name) == 0) return kinds[i].kind;
  return -1;
}

muster_status muster_code_set_parse(const muster_codes *codes, muster_text text, muster_code_set *set,
                                    muster_error *err) {
  memset(set, 0, sizeof *set);
  size_t found = 0;
  for (size_t i = 0; i < text.n;) {
    size_t start = i;
    while (i < text.n && text.at[i] != ' ' && text.at[i] != ',') i++;
    muster_text code = {text.at + start, i - start};
    while (i < text.n && (text.at[i] == ' ' || text.at[i] == ',')) i++;
    if (!code.n) continue;
    bool known = false;
    for (size_t k = 0; k < codes->count; k++)
      if (muster_text_equal(muster_text_of(codes->codes[k].text), code)) set->member[k + 1] = 1, known = true;
    if (!known) {
      muster_fail(err, MUSTER_PACK, "'%.*s' is not an attendance code", (int)code.n, code.at);
      muster_error_expected(err, "codes separated by blanks, such as \"G N O U\"");
      return MUSTER_PACK;
    }
    found++;
  }
  if (!found) return muster_fail(err, MUSTER_PACK, "a set of codes is empty");
  return MUSTER_OK;
}

enum { SETS_AT_ONCE = 8 }; /* derived together: a table of categories has room for eight */

static size_t groups_of(size_t set_count) { return (set_count + SETS_AT_ONCE - 1) / SETS_AT_ONCE; }

/* Sets as tables of categories, bit k for the k-th set of a group. */
static void lay_set_tables(muster_view *view) {
  for (size_t s = 0; s < view->set_count; s++)
    for (int mark = 0; mark < 256; mark++)
      view->set_tables[s / SETS_AT_ONCE][mark] |= (uint8_t)(view->sets[s].member[mark] << s % SETS_AT_ONCE);
}

muster_status muster_view_open(muster_view *view, const muster_register *reg, const muster_code_set *sets,
                               size_t set_count, muster_error *err) {
  *view = (muster_view){.reg = reg, .sets = sets, .set_count = set_count, .pupil = MUSTER_NONE};
  if (set_count > 64) return muster_fail(err, MUSTER_PACK, "more than 64 sets of codes");
  if (reg->year_count) {
    const muster_year *last = &reg->years[reg->year_count - 1];
    view->first_week = reg->years[0].first_week;
    view->weeks = muster_year_first_week(last->year + 1) - view->first_week;
  }
  view->words = ((size_t)view->weeks + 3) / 4;
  view->all_words = (MUSTER_KIND_CODES + groups_of(set_count) * SETS_AT_ONCE) * view->words;
  view->bits = muster_alloc(view->all_words + 1, sizeof *view->bits);
  view->set_tables = muster_alloc(groups_of(set_count), sizeof *view->set_tables);
  if (!view->bits || !view->set_tables) {
    muster_view_close(view);
    return muster_fail_memory(err);
  }
  lay_set_tables(view);
  return MUSTER_OK;
}

void muster_view_close(muster_view *view) {
  muster_free(view->bits);
  muster_free(view->set_tables);
  view->bits = NULL;
  view->set_tables = NULL;
}

static uint64_t *bitmap(muster_view *view, int kind) { return view->bits + (size_t)kind * view->words; }

/* Bits of word `word` that lie in the range. */
static uint64_t word_mask(const muster_view *view, size_t word, muster_range range) {
  int64_t base = ((int64_t)view->first_week + 4 * (int64_t)word) * MUSTER_LANE;
  int64_t from = range.begin - base, to = range.end - base;
  if (from < 0) from = 0;
  if (to > 64) to = 64;
  if (from >= to) return 0;
  return (UINT64_MAX << from) & (UINT64_MAX >> (64 - to));
}

/* Drops the bits of a bitmap that lie after the as-of date. */
static void keep_seen(const muster_view *view, uint64_t *bits) {
  int64_t seen = (int64_t)view->end - (int64_t)view->first_week * MUSTER_LANE;
  size_t whole = seen <= 0 ? 0 : (size_t)(seen / 64);
  if (whole >= view->words) return;
  bits[whole] &= seen <= 0 ? 0 : ~(UINT64_MAX << seen % 64);
  for (size_t i = whole + 1; i < view->words; i++) bits[i] = 0;
}

static int32_t lanes_to_derive(const muster_view *view) {
  int32_t through = muster_session_week(view->end - 1) - view->first_week + 1;
  return through < 0 ? 0 : through > view->weeks ? view->weeks : through;
}

/* Lanes of a bitmap as they lie in memory: little-endian words keep weeks in order. */
static uint16_t *lanes_of(muster_view *view, int kind) { return (uint16_t *)(void *)bitmap(view, kind); }

/* Eight bitmaps, from `first_kind`, of the categories in a table. */
static void derive_into(muster_view *view, const uint8_t table[256], int first_kind) {
  const muster_register *reg = view->reg;
  int32_t through = lanes_to_derive(view);
  memset(bitmap(view, first_kind), 0, 8 * view->words * sizeof *view->bits);
  for (size_t y = 0; y < reg->year_count; y++) {
    const muster_year *year = &reg->years[y];
    int32_t first = year->first_week - view->first_week,
            weeks = muster_year_first_week(year->year + 1) - year->first_week;
    if (first + weeks > through) weeks = through - first;
    if (weeks <= 0) break;
    const uint8_t *row = year->rows[view->pupil];
    uint16_t *lanes[8];
    for (int k = 0; k < 8; k++) lanes[k] = lanes_of(view, first_kind + k) + first;
    if (row) muster__derive_weeks(row, weeks, table, lanes);
  }
  for (int k = 0; k < 8; k++) keep_seen(view, bitmap(view, first_kind + k));
}

_Static_assert(MUSTER_KIND_MARKED == 7, "the first eight kinds are the categories of a code, bit by bit");

static void turn(muster_view *view, uint32_t pupil, muster_date as_of, const uint64_t *full) {
  view->pupil = pupil;
  view->as_of = as_of;
  view->end = muster_session_of(as_of + 1);
  view->full = full;
  view->ready_kinds = 0;
  view->ready_sets = 0;
}

void muster_view_set(muster_view *view, uint32_t pupil, muster_date as_of) {
  const muster_register *reg = view->reg;
  turn(view, pupil, as_of, NULL);
  view->ready_kinds = UINT32_MAX;
  if (!view->words) return;
  derive_into(view, reg->codes.categories, MUSTER_KIND_POSSIBLE);

  const muster_pupil *p = &reg->pupils[pupil];
  const muster_open_days *open = &reg->schools[p->school].open;
  muster_range roll = {p->start == MUSTER_NO_DATE ? INT32_MIN : muster_session_of(p->start),
                       p->end == MUSTER_NO_DATE ? INT32_MAX : muster_session_of(p->end + 1)};
  uint64_t *absent = bitmap(view, MUSTER_KIND_ABSENT), *attended = bitmap(view, MUSTER_KIND_ATTENDED);
  uint64_t *missing = bitmap(view, MUSTER_KIND_MISSING);
  missing[view->words - 1] = 0;
  int32_t shift = view->first_week - open->first_week; /* a school's calendar covers at least the weeks of the marks */
  memcpy(missing, open->lanes + shift, (size_t)view->weeks * sizeof *open->lanes);
  for (size_t i = 0; i < view->words; i++) {
    absent[i] = bitmap(view, MUSTER_KIND_AUTHORISED)[i] | bitmap(view, MUSTER_KIND_UNAUTHORISED)[i];
    attended[i] = bitmap(view, MUSTER_KIND_PRESENT)[i] | bitmap(view, MUSTER_KIND_APPROVED)[i];
    missing[i] &= ~bitmap(view, MUSTER_KIND_MARKED)[i] & word_mask(view, i, roll);
  }
  keep_seen(view, missing);
}

void muster_view_keep(muster_view *view, uint32_t pupil, uint64_t *full) {
  muster_view_set(view, pupil, muster_week_monday(view->first_week + view->weeks));
  for (size_t k = 0; k < view->set_count; k++) muster_view_bits(view, MUSTER_KIND_CODES + (int)k);
  memcpy(full, view->bits, view->all_words * sizeof *full);
}

void muster_view_cut(muster_view *view, uint32_t pupil, muster_date as_of, const uint64_t *full) {
  turn(view, pupil, as_of, full);
}

/* A bitmap that nobody has asked for yet: out of the kept ones, or derived with the other sets of its group. */
static void make_bits(muster_view *view, int kind) {
  if (view->full) {
    uint64_t *bits = bitmap(view, kind);
    memcpy(bits, view->full + (size_t)kind * view->words, view->words * sizeof *bits);
    keep_seen(view, bits);
    if (kind < MUSTER_KIND_CODES)
      view->ready_kinds |= 1u << kind;
    else
      view->ready_sets |= 1ull << (kind - MUSTER_KIND_CODES);
    return;
  }
  int group = (kind - MUSTER_KIND_CODES) / SETS_AT_ONCE;
  derive_into(view, view->set_tables[group], MUSTER_KIND_CODES + group * SETS_AT_ONCE);
  view->ready_sets |= 0xFFull << group * SETS_AT_ONCE;
}

static bool ready(const muster_view *view, int kind) {
  return kind < MUSTER_KIND_CODES ? view->ready_kinds >> kind & 1 : view->ready_sets >> (kind - MUSTER_KIND_CODES) & 1;
}

const uint64_t *muster_view_bits(muster_view *view, int kind) {
  if (!ready(view, kind)) make_bits(view, kind);
  return bitmap(view, kind);
}

static void put_bit(const muster_view *view, uint64_t *bits, muster_session s, bool set) {
  int64_t i = s - (int64_t)view->first_week * MUSTER_LANE;
  uint64_t bit = 1ull << (i & 63);
  bits[i >> 6] = set ? bits[i >> 6] | bit : bits[i >> 6] & ~bit;
}

bool muster_view_put(muster_view *view, muster_session s, uint8_t mark) {
  int64_t i = s - (int64_t)view->first_week * MUSTER_LANE;
  if (i < 0 || i >= (int64_t)view->weeks * MUSTER_LANE || s >= view->end) return false;
  int kinds = MUSTER_KIND_CODES + (int)view->set_count;
  for (int k = 0; k < kinds; k++) muster_view_bits(view, k);
  uint8_t categories = view->reg->codes.categories[mark];
  for (int k = 0; k < MUSTER_KIND_ABSENT; k++) put_bit(view, bitmap(view, k), s, categories >> k & 1);
  put_bit(view, bitmap(view, MUSTER_KIND_ABSENT), s, categories & MUSTER_ABSENT);
  put_bit(view, bitmap(view, MUSTER_KIND_ATTENDED), s, categories & MUSTER_ATTENDED);
  if (mark) put_bit(view, bitmap(view, MUSTER_KIND_MISSING), s, false);
  for (int k = MUSTER_KIND_CODES; k < kinds; k++)
    put_bit(view, bitmap(view, k), s, view->sets[k - MUSTER_KIND_CODES].member[mark]);
  return true;
}

POPCOUNT_CLONES static uint32_t count_bits(const uint64_t *bits, size_t n, uint64_t first_mask, uint64_t last_mask) {
  if (n == 1) return (uint32_t)__builtin_popcountll(bits[0] & first_mask & last_mask);
  uint32_t count = (uint32_t)__builtin_popcountll(bits[0] & first_mask);
  for (size_t i = 1; i + 1 < n; i++) count += (uint32_t)__builtin_popcountll(bits[i]);
  return count + (uint32_t)__builtin_popcountll(bits[n - 1] & last_mask);
}

/* A range that ends by the as-of date is counted in the kept bitmap itself: nothing need be cut. */
uint32_t muster_view_count(muster_view *view, int kind, muster_range range) {
  int64_t base = (int64_t)view->first_week * MUSTER_LANE, most = (int64_t)view->words * 64;
  if (range.end > view->end) range.end = view->end;
  int64_t first = range.begin - base, last = range.end - base - 1;
  if (first < 0) first = 0;
  if (last >= most) last = most - 1;
  if (first > last) return 0;
  size_t from = (size_t)first / 64, to = (size_t)last / 64;
  bool kept = view->full && !ready(view, kind);
  const uint64_t *bits = kept ? view->full + (size_t)kind * view->words : muster_view_bits(view, kind);
  return count_bits(bits + from, to - from + 1, UINT64_MAX << first % 64, UINT64_MAX >> (63 - last % 64));
}

/* ---- spells ---- */

static bool bit_at(const muster_view *view, const uint64_t *bits, muster_session s) {
  int64_t i = s - (int64_t)view->first_week * MUSTER_LANE;
  return bits[i >> 6] >> (i & 63) & 1;
}

static muster_range clip(const muster_view *view, muster_range range) {
  muster_session begin = view->first_week * MUSTER_LANE, end = begin + (muster_session)view->weeks * MUSTER_LANE;
  if (end > view->end) end = view->end;
  if (range.begin < begin) range.begin = begin;
  if (range.end > end) range.end = end;
  return range;
}

/* First session at or after `from` whose bit is set, or `end`. */
static muster_session next_bit(const muster_view *view, const uint64_t *bits, muster_session from, muster_session end) {
  int64_t base = (int64_t)view->first_week * MUSTER_LANE;
  for (int64_t i = from - base; i < end - base;) {
    uint64_t rest = bits[i >> 6] >> (i & 63);
    if (rest) {
      int64_t s = base + i + __builtin_ctzll(rest);
      return s < end ? (muster_session)s : end;
    }
    i = (i | 63) + 1;
  }
  return end;
}

bool muster_view_spell(muster_view *view, int kind, muster_range range, muster_session *from, muster_spell *spell) {
  const uint64_t *bits = muster_view_bits(view, kind);
  const uint64_t *possible = muster_view_bits(view, MUSTER_KIND_POSSIBLE),
                 *missing = muster_view_bits(view, MUSTER_KIND_MISSING);
  range = clip(view, range);
  if (*from > range.begin) range.begin = *from;
  if (range.begin >= range.end) return false;
  muster_session at = next_bit(view, bits, range.begin, range.end);
  if (at == range.end) return false;
  *spell = (muster_spell){.first = at};
  muster_date day = MUSTER_NO_DATE;
  for (; at < range.end; at++) {
    if (bit_at(view, bits, at)) {
      spell->last = at;
      spell->sessions++;
      if (muster_session_date(at) != day) spell->days++, day = muster_session_date(at);
    } else if (bit_at(view, possible, at) || bit_at(view, missing, at)) {
      break;
    }
  }
  *from = at;
  return true;
}

muster_spell muster_view_longest(muster_view *view, int kind, muster_range range) {
  muster_spell longest = {0}, spell;
  for (muster_session from = INT32_MIN; muster_view_spell(view, kind, range, &from, &spell);)
    if (spell.sessions > longest.sessions) longest = spell;
  return longest;
}

muster_spell muster_view_current(muster_view *view, int kind, muster_range range) {
  const uint64_t *bits = muster_view_bits(view, kind);
  const uint64_t *possible = muster_view_bits(view, MUSTER_KIND_POSSIBLE),
                 *missing = muster_view_bits(view, MUSTER_KIND_MISSING);
  muster_spell spell = {0};
  muster_date day = MUSTER_NO_DATE;
  range = clip(view, range);
  for (muster_session at = range.end - 1; at >= range.begin; at--) {
    if (bit_at(view, bits, at)) {
      if (!spell.sessions++) spell.last = at;
      spell.first = at;
      if (muster_session_date(at) != day) spell.days++, day = muster_session_date(at);
    } else if (bit_at(view, possible, at) || bit_at(view, missing, at)) {
      break;
    }
  }
  return spell;
}

/* ---- weeks ---- */

uint32_t muster_view_broken_weeks(muster_view *view, muster_range range, int32_t *weeks, uint32_t most) {
  const uint64_t *absent = muster_view_bits(view, MUSTER_KIND_ABSENT),
                 *attended = muster_view_bits(view, MUSTER_KIND_ATTENDED);
  range = clip(view, range);
  uint32_t n = 0;
  if (range.begin >= range.end) return 0;
  for (int32_t week = muster_session_week(range.begin); week <= muster_session_week(range.end - 1); week++) {
    uint16_t mask = muster_lane_mask(week, range);
    int32_t lane = week - view->first_week;
    if (!(muster_view_lane(absent, lane) & mask) || !(muster_view_lane(attended, lane) & mask)) continue;
    if (weeks && n < most) weeks[n] = week;
    n++;
  }
  return n;
}

/* ---- tallies ---- */

muster_tally muster_view_tally(muster_view *view, muster_range range) {
  muster_tally t = {.possible = muster_view_count(view, MUSTER_KIND_POSSIBLE, range),
                    .present = muster_view_count(view, MUSTER_KIND_PRESENT, range),
                    .approved = muster_view_count(view, MUSTER_KIND_APPROVED, range),
                    .authorised = muster_view_count(view, MUSTER_KIND_AUTHORISED, range),
                    .unauthorised = muster_view_count(view, MUSTER_KIND_UNAUTHORISED, range),
                    .late = muster_view_count(view, MUSTER_KIND_LATE, range),
                    .illness = muster_view_count(view, MUSTER_KIND_ILLNESS, range),
                    .missing = muster_view_count(view, MUSTER_KIND_MISSING, range)};
  t.pupils = t.possible > 0;
  t.persistent = muster_persistent(muster_tally_absent(&t), t.possible);
  t.severe = muster_severe(muster_tally_absent(&t), t.possible);
  return t;
}

void muster_tally_add(muster_tally *into, const muster_tally *from) {
  into->pupils += from->pupils;
  into->possible += from->possible;
  into->present += from->present;
  into->approved += from->approved;
  into->authorised += from->authorised;
  into->unauthorised += from->unauthorised;
  into->late += from->late;
  into->illness += from->illness;
  into->missing += from->missing;
  into->persistent += from->persistent;
  into->severe += from->severe;
}
