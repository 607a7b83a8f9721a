/* What the weekly page may not show: counts of few pupils, and what would give them away.
 *
 * Three sums could. Pupils by part and by free school meals, with totals; persistent and severe absentees by part, with
 * theirs; and findings about pupils, by part and by rule. Each is a table for muster_suppress. */
#include <string.h>

#include "weekly_page.h"

/* ---- pupils, and counts of some of them ---- */

static uint64_t some(int64_t count) { return count > 0 ? (uint64_t)count : 0; }

static void add_up(uint64_t *counts, size_t rows, size_t columns) {
  uint64_t *total = counts + (rows - 1) * columns;
  for (size_t c = 0; c < columns; c++) {
    total[c] = 0;
    for (size_t r = 0; r + 1 < rows; r++) total[c] += counts[r * columns + c];
  }
}

/* A row of the table of pupils: all of them, or those with free school meals, the others, all. */
static void count_pupils(const writing *w, uint64_t *row, const muster_measure *m) {
  const muster_measure *fsm = w->has_fsm ? page_measure_of(&w->disadvantaged, m->id) : NULL;
  uint64_t all = some(m->pupils), yes = fsm ? some(fsm->pupils) : 0;
  if (yes > all) yes = all;
  if (w->has_fsm) row[0] = yes, row[1] = all - yes;
  row[w->small.columns - 1] = all;
}

static muster_status hide_absentees(writing *w, muster_arena *arena, muster_error *err) {
  page_small *small = &w->small;
  size_t rows = small->rows, cells = rows * small->columns, last = small->columns - 1;
  uint64_t *pupils = muster_arena_alloc(arena, cells * sizeof *pupils),
           *all = muster_arena_alloc(arena, rows * sizeof *all),
           *persistent = muster_arena_alloc(arena, rows * sizeof *persistent),
           *severe = muster_arena_alloc(arena, rows * sizeof *severe);
  uint8_t *of_all = muster_arena_alloc(arena, rows);
  if (!pupils || !all || !persistent || !severe || !of_all) return muster_fail_memory(err);
  for (size_t i = 0; i < w->parts.count; i++) {
    const muster_measure *m = &w->parts.rows[i];
    count_pupils(w, pupils + i * small->columns, m);
    persistent[i] = some(m->persistent);
    severe[i] = some(m->severe);
  }
  add_up(pupils, rows, small->columns);
  add_up(persistent, rows, 1);
  add_up(severe, rows, 1);
  MUSTER_TRY(muster_suppress(pupils, rows, small->columns, &small->rule, small->pupils, err));
  for (size_t i = 0; i < rows; i++) {
    all[i] = pupils[i * small->columns + last];
    of_all[i] = small->pupils[i * small->columns + last];
  }
  MUSTER_TRY(muster_suppress_some(persistent, all, of_all, rows, 1, &small->rule, small->persistent, err));
  return muster_suppress_some(severe, all, of_all, rows, 1, &small->rule, small->severe, err);
}

/* ---- findings ---- */

/* The part that a finding is counted in, or parts.count: findings about a year group are in none. */
static size_t part_of(const writing *w, const muster_finding *f, const muster_attribute *years) {
  if (!w->by_school && f->subject.kind != MUSTER_SUBJECT_PUPIL) return w->parts.count;
  muster_text id = w->by_school ? muster_school_id(w->reg, f->subject.school)
                                : muster_attribute_value(w->reg, years, f->subject.pupil);
  const muster_measure *part = page_measure_of(&w->parts, id);
  return part ? (size_t)(part - w->parts.rows) : w->parts.count;
}

/* Of some findings: how many there are, how many are about a pupil, and about how many pupils. */
typedef struct tally {
  uint64_t *about_pupils, *pupils;
} tally;

static muster_status hide_counts(const page_small *small, tally t, size_t rows, uint8_t *hidden, muster_error *err) {
  add_up(t.about_pupils, rows, 1);
  add_up(t.pupils, rows, 1);
  for (size_t i = 0; i < rows; i++) hidden[i] = t.pupils[i] > 0 && t.pupils[i] < small->rule.least;
  return muster_suppress(t.about_pupils, rows, 1, &small->rule, hidden, err);
}

static muster_status hide_findings(writing *w, muster_arena *arena, muster_error *err) {
  const muster_attribute *years = muster_attribute_find(&w->reg->pupil_attributes, "year_group");
  page_small *small = &w->small;
  size_t rules = w->set->rule_count + 1, rows = small->rows;
  tally by_part = {muster_arena_alloc(arena, rows * sizeof(uint64_t)),
                   muster_arena_alloc(arena, rows * sizeof(uint64_t))},
        by_rule = {muster_arena_alloc(arena, rules * sizeof(uint64_t)),
                   muster_arena_alloc(arena, rules * sizeof(uint64_t))};
  uint8_t *seen = muster_arena_alloc(arena, w->reg->pupil_count + 1);
  if (!by_part.about_pupils || !by_part.pupils || !by_rule.about_pupils || !by_rule.pupils || !seen)
    return muster_fail_memory(err);
  for (size_t i = 0; i < w->run->finding_count; i++) {
    const muster_finding *f = &w->run->findings[i];
    size_t part = part_of(w, f, years);
    if (part < w->parts.count) small->findings_of[part]++;
    if (f->subject.kind != MUSTER_SUBJECT_PUPIL) continue;
    by_rule.about_pupils[f->rule]++;
    by_rule.pupils[f->rule]++; /* a rule finds a pupil once */
    if (part == w->parts.count) continue;
    by_part.about_pupils[part]++;
    by_part.pupils[part] += !seen[f->subject.pupil];
    seen[f->subject.pupil] = 1;
  }
  MUSTER_TRY(hide_counts(small, by_part, rows, small->findings, err));
  MUSTER_TRY(hide_counts(small, by_rule, rules, small->rules, err));
  small->about_pupils = by_rule.about_pupils[rules - 1];
  /* The few pupils of a single part are the few of the whole, however many rules found them. */
  if (small->findings[rows - 1]) small->rules[rules - 1] = 1;
  return MUSTER_OK;
}

muster_status page_small_find(writing *w, muster_error *err) {
  page_small *small = &w->small;
  small->rule = (muster_small_rule){.least = w->page->least};
  small->rows = w->parts.count + 1;
  small->columns = w->has_fsm ? 3 : 1;
  muster_arena *arena = &small->arena;
  small->pupils = muster_arena_alloc(arena, small->rows * small->columns);
  small->persistent = muster_arena_alloc(arena, small->rows);
  small->severe = muster_arena_alloc(arena, small->rows);
  small->findings = muster_arena_alloc(arena, small->rows);
  small->findings_of = muster_arena_alloc(arena, small->rows * sizeof *small->findings_of);
  small->rules = muster_arena_alloc(arena, w->set->rule_count + 1);
  if (!small->pupils || !small->persistent || !small->severe || !small->findings || !small->findings_of ||
      !small->rules)
    return muster_fail_memory(err);
  MUSTER_TRY(hide_absentees(w, arena, err));
  return hide_findings(w, arena, err);
}

bool page_hides_count(const writing *w, uint64_t pupils) { return pupils > 0 && pupils < w->small.rule.least; }

bool page_hides_pupils(const writing *w, size_t row, page_who who) {
  size_t column = w->small.columns == 1 ? 0 : (size_t)who;
  return w->small.pupils[row * w->small.columns + column] != 0;
}
