/* What if: a register that differs from the given one in the marks of one pupil and the calendar of one school. The
 * given register is never touched; the desk simply asks the other one. */
#include <string.h>

#include "desk_private.h"

static void look_at(muster_desk *desk, const muster_register *reg) {
  desk->reg = reg;
  desk->view.reg = reg;
  desk->deck.reg = NULL; /* what was kept shows other marks */
  if (desk->pool_open) desk->pool.reg = reg;
  desk->epoch++;
}

static muster_supposed *begin(muster_desk *desk) {
  const muster_register *given = desk->given;
  muster_supposed *made = muster_alloc(1, sizeof *made);
  if (!made) return NULL;
  muster_arena *arena = &made->arena;
  made->reg = *given;
  made->known = desk->as_of;
  made->rows = muster_arena_alloc(arena, (given->year_count + 1) * sizeof *made->rows);
  made->copied = muster_arena_alloc(arena, given->school_count + 1);
  made->reg.schools = muster_arena_alloc(arena, (given->school_count + 1) * sizeof *given->schools);
  made->reg.years = muster_arena_alloc(arena, (given->year_count + 1) * sizeof *given->years);
  if (!made->rows || !made->copied || !made->reg.schools || !made->reg.years) {
    muster_arena_free(arena);
    muster_free(made);
    return NULL;
  }
  if (given->school_count) memcpy(made->reg.schools, given->schools, given->school_count * sizeof *given->schools);
  if (given->year_count) memcpy(made->reg.years, given->years, given->year_count * sizeof *given->years);
  return made;
}

static bool own_rows(muster_supposed *supposed, uint32_t year) {
  muster_year *y = &supposed->reg.years[year];
  if (supposed->rows[year]) return true;
  size_t n = supposed->reg.pupil_count;
  uint8_t **rows = muster_arena_alloc(&supposed->arena, n * sizeof *rows);
  if (!rows) return false;
  memcpy(rows, y->rows, n * sizeof *rows);
  supposed->rows[year] = y->rows = rows;
  return true;
}

/* Marks of a row after the known day are taken out of a copy. */
static bool own_row(muster_supposed *supposed, uint32_t year, uint32_t pupil) {
  muster_year *y = &supposed->reg.years[year];
  uint8_t *row = muster_arena_alloc(&supposed->arena, MUSTER_YEAR_MARKS);
  if (!row) return false;
  int64_t known = (int64_t)muster_session_of(supposed->known + 1) - (int64_t)y->first_week * MUSTER_LANE;
  if (known > MUSTER_YEAR_MARKS) known = MUSTER_YEAR_MARKS;
  if (y->rows[pupil] && known > 0) memcpy(row, y->rows[pupil], (size_t)known);
  y->rows[pupil] = row;
  return true;
}

/* The school's rows and inferred open days as they were known. */
static bool own_school(muster_supposed *supposed, const muster_register *given, uint32_t school) {
  if (supposed->copied[school]) return true;
  const muster_school *at = &given->schools[school];
  for (uint32_t y = 0; y < given->year_count; y++) {
    if (!own_rows(supposed, y)) return false;
    for (uint32_t i = 0; i < at->count; i++)
      if (!own_row(supposed, y, given->by_school[at->first + i])) return false;
  }
  muster_open_days *open = &supposed->reg.schools[school].open;
  uint16_t *lanes = muster_arena_alloc(&supposed->arena, ((size_t)open->weeks + 1) * sizeof *lanes);
  if (!lanes) return false;
  for (int32_t w = 0; w < open->weeks; w++) {
    int32_t week = open->first_week + w;
    uint16_t seen = muster_lane_mask(week, (muster_range){INT32_MIN, muster_session_of(supposed->known + 1)});
    for (int day = 0; day < 7; day++) {
      uint16_t bits = (uint16_t)(3u << 2 * day);
      muster_date date = muster_week_monday(week) + day;
      bool ahead = date > supposed->known && date <= muster_calendar_end(given, school) &&
                   muster_open_ahead(given, school, date, supposed->known);
      if (ahead) seen |= bits;
      if (ahead || (open->lanes[w] & seen & bits)) lanes[w] |= bits;
    }
  }
  open->lanes = lanes;
  supposed->copied[school] = true;
  return true;
}

static uint32_t year_of(const muster_register *reg, muster_session s) {
  int year = muster_row_year(muster_session_date(s));
  for (uint32_t y = 0; y < reg->year_count; y++)
    if (reg->years[y].year == year) return y;
  return MUSTER_NONE;
}

static void open_day(muster_supposed *supposed, uint32_t school, muster_session s) {
  muster_open_days *open = &supposed->reg.schools[school].open;
  int32_t week = muster_session_week(s), i = week - open->first_week;
  if (i >= 0 && i < open->weeks) open->lanes[i] |= (uint16_t)(3u << ((s - week * MUSTER_LANE) & ~1));
}

bool muster_desk_suppose_mark(muster_desk *desk, uint32_t pupil, muster_session s, uint8_t mark) {
  uint32_t year = year_of(desk->given, s), school = desk->given->pupils[pupil].school;
  if (year == MUSTER_NONE) return false;
  if (!desk->supposed) desk->supposed = begin(desk);
  muster_supposed *supposed = desk->supposed;
  if (!supposed || !own_school(supposed, desk->given, school)) return false;
  muster_year *y = &supposed->reg.years[year];
  y->rows[pupil][s - (muster_session)y->first_week * MUSTER_LANE] = mark;
  if (mark) open_day(supposed, school, s);
  look_at(desk, &supposed->reg);
  return true;
}

bool muster_desk_suppose(muster_desk *desk, uint32_t pupil, muster_session s, uint8_t categories) {
  const muster_codes *codes = &desk->given->codes;
  muster_date date = muster_session_date(s);
  uint8_t mark = 0;
  categories &= (uint8_t)~MUSTER_MARKED;
  for (size_t i = 0; categories && !mark && i < codes->count; i++) {
    const muster_code *c = &codes->codes[i];
    bool valid = (c->from == MUSTER_NO_DATE || c->from <= date) && (c->to == MUSTER_NO_DATE || date <= c->to);
    if (valid && (c->categories & (uint8_t)~MUSTER_MARKED) == categories) mark = (uint8_t)(i + 1);
  }
  return muster_desk_suppose_mark(desk, pupil, s, mark);
}

void muster_desk_suppose_nothing(muster_desk *desk) {
  if (!desk->supposed) return;
  look_at(desk, desk->given);
  muster_arena_free(&desk->supposed->arena);
  muster_free(desk->supposed);
  desk->supposed = NULL;
}
