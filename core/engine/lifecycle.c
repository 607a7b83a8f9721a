/* The life of a finding. Time is passed in; nothing here looks at marks. */
#include "muster/engine/lifecycle.h"

#include "muster/register/lanes.h"

/* What has passed by the end of `day`: the end of a hold, the end of a disarmed time. */
static void let_pass(muster_life *life, const muster_rule *rule, const muster_register *reg, uint32_t school,
                     muster_date day) {
  bool reports = muster_life_reports(life);
  if (life->last_true == MUSTER_NO_DATE) return;
  if (reports && muster_lasting_passed(reg, school, life->last_true, rule->hold, day) > 0) {
    life->since = MUSTER_NO_DATE;
    life->disarmed = rule->rearm.kind != MUSTER_LASTS_NOT;
  }
  if (life->disarmed && muster_lasting_passed(reg, school, life->last_true, rule->rearm, day) >= 0)
    life->disarmed = false;
}

void muster_life_step(muster_life *life, const muster_rule *rule, const muster_register *reg, uint32_t school,
                      muster_date tick, bool truth, muster_date true_from) {
  bool was_true = life->true_since != MUSTER_NO_DATE;
  if (!truth) {
    life->true_since = MUSTER_NO_DATE;
    let_pass(life, rule, reg, school, tick);
    return;
  }
  if (!was_true) {
    let_pass(life, rule, reg, school, true_from - 1);
    life->true_since = true_from;
  }
  life->last_true = tick;
  if (muster_life_reports(life) || life->disarmed) return;
  if (muster_lasting_passed(reg, school, life->true_since, rule->for_, tick) >= 0) life->since = life->true_since;
}

bool muster_rule_daily(const muster_rule *rule) {
  return rule->for_.kind == MUSTER_LASTS_SCHOOL_DAYS || rule->hold.kind == MUSTER_LASTS_SCHOOL_DAYS ||
         rule->rearm.kind == MUSTER_LASTS_SCHOOL_DAYS;
}

bool muster_rule_remembers(const muster_rule *rule) {
  return rule->for_.kind != MUSTER_LASTS_NOT || rule->hold.kind != MUSTER_LASTS_NOT ||
         rule->rearm.kind != MUSTER_LASTS_NOT;
}

size_t muster_ticks(const muster_register *reg, uint32_t school, muster_date as_of, bool daily,
                    muster_date ticks[MUSTER_MOST_TICKS]) {
  const muster_open_days *open = &reg->schools[school].open;
  muster_date first = muster_date_of(muster_date_school_year(as_of), 8, 1);
  muster_range year = muster_range_of(first, as_of);
  size_t n = 0;
  for (int32_t week = muster_week_of(first), last = muster_week_of(as_of); week <= last; week++) {
    uint16_t lane = muster_open_lane(open, week) & muster_lane_mask(week, year);
    if (!lane) continue;
    int end = (31 - __builtin_clz(lane)) / 2;
    for (int day = daily ? 0 : end; day <= end; day++)
      if (lane >> 2 * day & 3) ticks[n++] = muster_week_monday(week) + day;
  }
  return n;
}

bool muster_school_closed(const muster_register *reg, uint32_t school, muster_date as_of) {
  if (!reg->calendar_given) return false; /* marks that have not come yet are not a closure */
  const muster_half_term *half_term = muster_half_term_at(reg, as_of);
  if (!half_term || as_of > half_term->end) return false; /* in the holidays what is known stands */
  int32_t week = muster_week_of(as_of);
  muster_date monday = muster_week_monday(week);
  if (monday < half_term->start || monday + 4 > half_term->end) return false; /* training days at an end of the term */
  const muster_open_days *open = &reg->schools[school].open;
  bool covered = week >= open->first_week && week < open->first_week + open->weeks;
  return covered && !muster_open_lane(open, week);
}
