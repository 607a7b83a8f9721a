/* A school's year lived again: every open day its rules are asked, lives move on at their ticks, and at the ticks of
 * the backtest what would be reported is noted. */
#include "replay.h"

#include <string.h>

#include "muster/engine/lifecycle.h"
#include "muster/engine/run.h"
#include "muster/register/lanes.h"
#include "past.h"

/* The rules of one cast and all their subjects of the year. Tables have a row of `n` a rule of the cast. */
typedef struct stage {
  const muster_cast *cast;
  muster_subject *subjects;
  size_t n;
  muster_life *lives;
  bool *truth, *shown, *now;
  muster_date *first; /* pupils: first flag, a row of `n` a rule and case; 0 = none */
} stage;

typedef struct replay {
  muster_asker *asker;
  const muster_replay_plan *plan;
  const muster_register *reg;
  const muster_ruleset *set;
  uint32_t school;
  muster_counters *counters;
  stage *stages;
  uint32_t *slot_of; /* of a rule within its cast */
  uint32_t *asked_rules;
  muster_subject *asked;
  uint32_t *places;
  muster_date *dates;
  stage *pupils; /* the stage of pupils; made even when no rule is about them */
  bool *on_roll; /* pupils: at a tick within the case; a row of n a case */
  bool *over;    /* pupils: past the plain threshold at the tick before */
  muster_date *first_over;
  muster_date week_before; /* last open day of the school week before */
  muster_arena arena;
} replay;

/* ---- room ---- */

static void *room(replay *r, size_t n, size_t size) { return muster_arena_alloc(&r->arena, (n + 1) * size); }

static muster_status open_stage(replay *r, stage *s, const muster_cast *cast, muster_error *err) {
  muster_subjects list = {0};
  muster_status status = muster_subjects_of(r->reg, cast, r->school, MUSTER_NO_DATE, &list, err);
  *s = (stage){.cast = cast, .n = list.count};
  size_t cells = cast->rule_count * list.count;
  bool pupils = cast->scope == MUSTER_SUBJECT_PUPIL;
  s->subjects = room(r, list.count, sizeof *s->subjects);
  s->lives = room(r, cells, sizeof *s->lives);
  s->truth = room(r, cells, sizeof *s->truth);
  s->shown = room(r, cells, sizeof *s->shown);
  s->now = room(r, cells, sizeof *s->now);
  s->first = room(r, pupils ? cells * r->plan->cases.count : 0, sizeof *s->first);
  bool ok = s->subjects && s->lives && s->truth && s->shown && s->now && s->first;
  if (status == MUSTER_OK && !ok) status = muster_fail_memory(err);
  if (status == MUSTER_OK && list.count) memcpy(s->subjects, list.at, list.count * sizeof *list.at);
  for (size_t i = 0; status == MUSTER_OK && i < cells; i++) s->lives[i] = muster_life_new();
  muster_free(list.at);
  return status;
}

static muster_status open_replay(replay *r, muster_error *err) {
  const muster_replay_plan *plan = r->plan;
  static const muster_cast nobody = {.scope = MUSTER_SUBJECT_PUPIL};
  r->stages = room(r, plan->cast_count + 1, sizeof *r->stages);
  if (!r->stages) return muster_fail_memory(err);
  size_t most = 1;
  for (size_t c = 0; c <= plan->cast_count; c++) {
    bool extra = c == plan->cast_count;
    if (extra && r->pupils) break;
    MUSTER_TRY(open_stage(r, &r->stages[c], extra ? &nobody : &plan->casts[c], err));
    if (r->stages[c].cast->scope == MUSTER_SUBJECT_PUPIL) r->pupils = &r->stages[c];
    if (r->stages[c].n > most) most = r->stages[c].n;
  }
  r->slot_of = room(r, r->set->rule_count, sizeof *r->slot_of);
  r->asked_rules = room(r, r->set->rule_count, sizeof *r->asked_rules);
  r->asked = room(r, most, sizeof *r->asked);
  r->places = room(r, most, sizeof *r->places);
  r->dates = room(r, most, sizeof *r->dates);
  r->on_roll = room(r, r->pupils->n * plan->cases.count, sizeof *r->on_roll);
  r->over = room(r, r->pupils->n, sizeof *r->over);
  r->first_over = room(r, r->pupils->n * plan->cases.count, sizeof *r->first_over);
  if (!r->slot_of || !r->asked_rules || !r->asked || !r->places || !r->dates || !r->on_roll || !r->over ||
      !r->first_over)
    return muster_fail_memory(err);
  for (size_t c = 0; c < plan->cast_count; c++)
    for (size_t k = 0; k < plan->casts[c].rule_count; k++) r->slot_of[plan->casts[c].rules[k]] = (uint32_t)k;
  return MUSTER_OK;
}

/* ---- a day ---- */

typedef struct day_of {
  muster_date date, next; /* `next` is the open day after it */
  bool week_end, report;
} day_of;

static bool asked_on(const muster_rule *rule, const day_of *d) {
  return d->week_end || d->report || muster_rule_daily(rule);
}

typedef struct noting {
  const replay *r;
  stage *s;
} noting;

static muster_status note_truth(void *context, size_t subject, const muster_verdict *verdict, muster_error *err) {
  const noting *n = context;
  (void)err;
  n->s->truth[n->r->slot_of[verdict->rule] * n->s->n + n->r->places[subject]] = true;
  return MUSTER_OK;
}

static muster_status ask_stage(replay *r, stage *s, const day_of *d, muster_error *err) {
  size_t rules = 0, subjects = 0;
  for (size_t k = 0; k < s->cast->rule_count; k++)
    if (asked_on(&r->set->rules[s->cast->rules[k]], d)) r->asked_rules[rules++] = s->cast->rules[k];
  memset(s->truth, 0, s->cast->rule_count * s->n * sizeof *s->truth);
  if (!rules) return MUSTER_OK;
  for (uint32_t i = 0; i < s->n; i++) {
    if (!muster_subject_present(r->reg, &s->subjects[i], d->date)) continue;
    r->places[subjects] = i;
    r->asked[subjects++] = s->subjects[i];
  }
  noting n = {r, s};
  return muster_ask(r->asker, d->date, r->asked, subjects, r->asked_rules, rules, note_truth, &n, err);
}

/* Where truth that was not there at the tick before began; only rules that remember need the very day. */
static muster_status beginnings(replay *r, stage *s, size_t slot, const day_of *d, muster_date *from,
                                muster_error *err) {
  uint32_t rule = s->cast->rules[slot];
  const muster_life *lives = s->lives + slot * s->n;
  const bool *truth = s->truth + slot * s->n;
  size_t n = 0;
  for (uint32_t i = 0; i < s->n; i++) {
    from[i] = d->date;
    if (!truth[i] || lives[i].true_since != MUSTER_NO_DATE) continue;
    r->places[n] = i;
    r->asked[n++] = s->subjects[i];
  }
  const muster_rule *about = &r->set->rules[rule];
  if (!n || muster_rule_daily(about) || !muster_rule_remembers(about)) return MUSTER_OK;
  muster_date *found = muster_alloc(n, sizeof *found);
  if (!found) return muster_fail_memory(err);
  muster_status status = muster_true_from(r->asker, rule, r->school, r->week_before, d->date, r->asked, n, found, err);
  for (size_t i = 0; status == MUSTER_OK && i < n; i++) from[r->places[i]] = found[i];
  muster_free(found);
  return status;
}

/* Moves lives on at a tick, and at a tick of the backtest between two of theirs looks what they would be. */
static muster_status live_stage(replay *r, stage *s, const day_of *d, muster_error *err) {
  for (size_t slot = 0; slot < s->cast->rule_count; slot++) {
    const muster_rule *rule = &r->set->rules[s->cast->rules[slot]];
    bool tick = d->week_end || muster_rule_daily(rule);
    if (!tick && !d->report) continue;
    MUSTER_TRY(beginnings(r, s, slot, d, r->dates, err));
    for (size_t i = 0; i < s->n; i++) {
      size_t cell = slot * s->n + i;
      muster_life life = s->lives[cell];
      muster_life_step(&life, rule, r->reg, r->school, d->date, s->truth[cell], r->dates[i]);
      s->now[cell] = muster_life_reports(&life) && muster_subject_present(r->reg, &s->subjects[i], d->date);
      if (tick) s->lives[cell] = life;
    }
  }
  return MUSTER_OK;
}

/* ---- a tick of the backtest ---- */

static bool silenced(const muster_rule *rule, muster_date date) {
  return rule->silence != MUSTER_NO_DATE && date <= rule->silence;
}

static bool has_pupils(const replay *r, const muster_subject *s, muster_date date) {
  const muster_school *school = &r->reg->schools[r->school];
  for (uint32_t i = 0; i < school->count; i++) {
    uint32_t pupil = r->reg->by_school[school->first + i];
    const muster_attribute *by = &r->reg->pupil_attributes.columns[s->by];
    bool member = muster_attribute_number(by, pupil) == s->group;
    if (member && muster_on_roll(&r->reg->pupils[pupil], date)) return true;
  }
  return false;
}

/* What is reported, less what is silenced or inhibited, as in a run. */
static void leave_out(const replay *r, stage *s, muster_date date) {
  const muster_cast *cast = s->cast;
  bool *reported = s->truth; /* no longer needed for this day */
  memcpy(reported, s->now, cast->rule_count * s->n * sizeof *reported);
  for (size_t slot = 0; slot < cast->rule_count; slot++) {
    uint32_t rule = cast->rules[slot], lesser = muster_rule_inhibited(r->set, rule);
    if (silenced(&r->set->rules[rule], date)) {
      memset(s->now + slot * s->n, 0, s->n * sizeof *s->now);
      continue;
    }
    bool same_cast = lesser != MUSTER_NONE && lesser != rule && !r->set->rules[lesser].disabled &&
                     r->set->rules[lesser].scope == cast->scope;
    size_t other = same_cast ? r->slot_of[lesser] : 0;
    if (!same_cast || other >= cast->rule_count || cast->rules[other] != lesser) continue;
    for (size_t i = 0; i < s->n; i++)
      if (reported[slot * s->n + i]) s->now[other * s->n + i] = false;
  }
}

static void tally_stage(replay *r, stage *s, muster_date date, size_t tick) {
  bool pupils = s->cast->scope == MUSTER_SUBJECT_PUPIL, groups = s->cast->scope == MUSTER_SUBJECT_GROUP;
  muster_counter *pack = &r->counters->lines[r->set->rule_count];
  leave_out(r, s, date);
  for (size_t i = 0; groups && i < s->n; i++) {
    if (has_pupils(r, &s->subjects[i], date)) continue;
    for (size_t slot = 0; slot < s->cast->rule_count; slot++) s->now[slot * s->n + i] = false;
  }
  for (size_t slot = 0; slot < s->cast->rule_count; slot++) {
    muster_counter *line = &r->counters->lines[s->cast->rules[slot]];
    for (size_t i = 0; i < s->n; i++) {
      size_t cell = slot * s->n + i;
      bool fresh = s->now[cell] && !s->shown[cell];
      s->shown[cell] = s->now[cell];
      line->standing[tick] += s->now[cell];
      line->fresh[tick] += fresh;
      pack->standing[tick] += s->now[cell];
      pack->fresh[tick] += fresh;
      for (size_t k = 0; pupils && s->now[cell] && k < r->plan->cases.count; k++) {
        const muster_case *about = &r->plan->cases.at[k];
        muster_date *first = &s->first[(slot * r->plan->cases.count + k) * s->n + i];
        if (about->from <= date && date <= about->to && !*first) *first = date;
      }
    }
  }
}

/* The plain threshold: absent for a tenth of this year's possible sessions so far. */
static void tally_threshold(replay *r, muster_date date, size_t tick) {
  muster_counter *line = &r->counters->lines[r->set->rule_count + 1];
  muster_desk *desk = r->asker->desk;
  muster_range year = muster_range_of(muster_date_of(r->plan->year, 8, 1), date);
  muster_desk_set_as_of(desk, date);
  for (size_t i = 0; i < r->pupils->n; i++) {
    const muster_subject *s = &r->pupils->subjects[i];
    bool present = muster_subject_present(r->reg, s, date), over = false;
    if (present) {
      muster_view *view = muster_desk_view(desk, s);
      over = muster_persistent(muster_view_count(view, MUSTER_KIND_ABSENT, year),
                               muster_view_count(view, MUSTER_KIND_POSSIBLE, year));
    }
    line->standing[tick] += over;
    line->fresh[tick] += over && !r->over[i];
    r->over[i] = over;
    for (size_t k = 0; present && k < r->plan->cases.count; k++) {
      const muster_case *about = &r->plan->cases.at[k];
      if (date < about->from || date > about->to) continue;
      r->on_roll[k * r->pupils->n + i] = true;
      muster_date *first = &r->first_over[k * r->pupils->n + i];
      if (over && !*first) *first = date;
    }
  }
}

static void tally(replay *r, size_t stages, muster_date date, size_t tick) {
  for (size_t c = 0; c < stages; c++) tally_stage(r, &r->stages[c], date, tick);
  tally_threshold(r, date, tick);
}

/* ---- the year ---- */

static muster_status live_day(replay *r, const day_of *d, muster_error *err) {
  for (size_t c = 0; c < r->plan->cast_count; c++) {
    MUSTER_TRY(ask_stage(r, &r->stages[c], d, err));
    MUSTER_TRY(live_stage(r, &r->stages[c], d, err));
  }
  return MUSTER_OK;
}

static muster_date next_open(const muster_open_days *open, muster_date after) {
  for (int32_t week = muster_week_of(after); week < open->first_week + open->weeks; week++) {
    uint16_t lane =
        muster_open_lane(open, week) & muster_lane_mask(week, (muster_range){muster_session_of(after + 1), INT32_MAX});
    if (lane) return muster_week_monday(week) + __builtin_ctz(lane) / 2;
  }
  return INT32_MAX;
}

static muster_status live_year(replay *r, muster_error *err) {
  const muster_replay_plan *plan = r->plan;
  const muster_open_days *open = &r->reg->schools[r->school].open;
  size_t tick = 0;
  day_of d = {.next = next_open(open, muster_date_of(plan->year, 8, 1) - 1)};
  r->week_before = MUSTER_NO_DATE;
  while (d.next <= plan->to) {
    d.date = d.next;
    d.next = next_open(open, d.date);
    d.week_end = d.next == INT32_MAX || muster_week_of(d.next) != muster_week_of(d.date);
    while (tick < plan->tick_count && plan->ticks[tick] < d.date) tick++;
    d.report = false;
    for (size_t t = tick; t < plan->tick_count && plan->ticks[t] < d.next; t++)
      d.report |= !muster_school_closed(r->reg, r->school, plan->ticks[t]);
    if (!d.week_end && !d.report && !plan->any_daily) continue;
    MUSTER_TRY(live_day(r, &d, err));
    for (; tick < plan->tick_count && plan->ticks[tick] < d.next; tick++)
      if (!muster_school_closed(r->reg, r->school, plan->ticks[tick])) tally(r, plan->cast_count, d.date, tick);
    if (d.week_end) r->week_before = d.date;
  }
  return MUSTER_OK;
}

/* ---- what became of them ---- */

typedef struct verdict_of_case {
  size_t groups[MUSTER_MOST_GROUPINGS + 1], group_count;
  bool positive;
  muster_date settled;
} verdict_of_case;

static void list_groups(const replay *r, uint32_t pupil, verdict_of_case *v) {
  const muster_replay_plan *plan = r->plan;
  v->group_count = 0;
  for (size_t a = 0; a < plan->grouping_count; a++) {
    uint32_t value = muster_attribute_number(plan->groupings[a], pupil);
    if (value != MUSTER_NONE && plan->group_of[a][value] != MUSTER_NONE)
      v->groups[v->group_count++] = plan->group_of[a][value];
  }
  v->groups[v->group_count++] = plan->group_count;
}

static void count_line(const replay *r, muster_counter *line, const verdict_of_case *v, muster_date first) {
  if (!first) return;
  for (size_t g = 0; g < v->group_count; g++) {
    line->groups[v->groups[g]][0]++;
    line->groups[v->groups[g]][1] += v->positive;
  }
  if (!v->positive) return;
  int lead = muster_open_days_between(&r->reg->schools[r->school].open, first, v->settled);
  if (lead < -MUSTER_MOST_LEAD) lead = -MUSTER_MOST_LEAD;
  if (lead > MUSTER_MOST_LEAD) lead = MUSTER_MOST_LEAD;
  line->lead[lead + MUSTER_MOST_LEAD]++;
}

static void count_case(replay *r, size_t i, size_t k, const verdict_of_case *v) {
  const stage *s = r->pupils;
  muster_counter *lines = r->counters->lines, *only = NULL;
  size_t rules = r->set->rule_count, flagged_by = 0;
  muster_date earliest = 0;
  for (size_t g = 0; g < v->group_count; g++) {
    r->counters->cases[v->groups[g]][0]++;
    r->counters->cases[v->groups[g]][1] += v->positive;
  }
  for (size_t slot = 0; slot < s->cast->rule_count; slot++) {
    muster_date first = s->first[(slot * r->plan->cases.count + k) * s->n + i];
    count_line(r, &lines[s->cast->rules[slot]], v, first);
    if (!first) continue;
    flagged_by++;
    only = &lines[s->cast->rules[slot]];
    if (!earliest || first < earliest) earliest = first;
  }
  count_line(r, &lines[rules], v, earliest);
  count_line(r, &lines[rules + 1], v, r->first_over[k * s->n + i]);
  if (flagged_by != 1) return;
  only->alone++;
  only->alone_hits += v->positive;
}

static void settle(replay *r) {
  const muster_replay_plan *plan = r->plan;
  muster_desk_set_as_of(r->asker->desk, muster_date_of(plan->year + 1, 7, 31));
  for (size_t i = 0; i < r->pupils->n; i++) {
    muster_view *view = muster_desk_view(r->asker->desk, &r->pupils->subjects[i]);
    verdict_of_case v;
    list_groups(r, r->pupils->subjects[i].pupil, &v);
    for (size_t k = 0; k < plan->cases.count; k++) {
      if (!r->on_roll[k * r->pupils->n + i] || !muster_case_counts(&plan->cases, k, view, &v.settled)) continue;
      v.positive = v.settled != MUSTER_NO_DATE;
      count_case(r, i, k, &v);
    }
  }
}

muster_status muster_replay_school(muster_asker *asker, const muster_replay_plan *plan, uint32_t school,
                                   muster_counters *counters, muster_error *err) {
  replay r = {.asker = asker, .plan = plan, .reg = plan->reg, .set = plan->set, .school = school, .counters = counters};
  muster_desk_set_wants_texts(asker->desk, false);
  muster_desk_keep(asker->desk, school);
  muster_status status = open_replay(&r, err);
  if (status == MUSTER_OK) status = live_year(&r, err);
  if (status == MUSTER_OK) settle(&r);
  muster_arena_free(&r.arena);
  return status;
}
