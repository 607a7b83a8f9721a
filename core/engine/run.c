/* A run: every school by itself on any thread, then all of them put in order. */
#include "muster/engine/run.h"

#include <stdlib.h>
#include <string.h>

#include "past.h"
#include "run_private.h"

typedef struct running {
  const muster_register *reg;
  const muster_ruleset *set;
  const muster_run_options *options;
  muster_cast *casts;
  size_t cast_count;
  muster_asker *askers; /* one a worker */
  muster_subjects *subjects;
  muster_school_run *schools;
  muster_arena arena;
} running;

/* ---- what is true at the as-of date ---- */

typedef struct gathering {
  running *run;
  muster_school_run *out;
  const muster_subject *subjects;
} gathering;

static muster_status take_finding(void *context, size_t subject, const muster_verdict *verdict, muster_error *err) {
  gathering *g = context;
  muster_school_run *out = g->out;
  if (!MUSTER_GROW(out->findings, out->capacity, out->count)) return muster_fail_memory(err);
  const char *message = verdict->message ? verdict->message : "",
             *evidence = verdict->evidence ? verdict->evidence : "{}";
  muster_school_finding *f = &out->findings[out->count];
  *f = (muster_school_finding){.place = (uint32_t)subject};
  muster_date as_of = g->run->options->as_of;
  f->finding = (muster_finding){.rule = verdict->rule, .subject = g->subjects[subject], .since = as_of, .as_of = as_of};
  f->finding.message = muster_arena_copy(&out->texts, message, strlen(message));
  f->finding.evidence = muster_arena_copy(&out->texts, evidence, strlen(evidence));
  if (!f->finding.message || !f->finding.evidence) return muster_fail_memory(err);
  out->count++;
  return MUSTER_OK;
}

static int by_rule_and_place(const void *a, const void *b) {
  const muster_school_finding *x = a, *y = b;
  if (x->finding.rule != y->finding.rule) return x->finding.rule < y->finding.rule ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

static void order_findings(muster_school_run *out) {
  for (size_t i = 1; i < out->count; i++) {
    if (by_rule_and_place(&out->findings[i - 1], &out->findings[i]) <= 0) continue;
    qsort(out->findings, out->count, sizeof *out->findings, by_rule_and_place);
    return;
  }
}

/* ---- lives ---- */

/* Findings of one cast and rule: findings[from .. to-1] are true now. */
typedef struct slice {
  size_t from, to;
} slice;

static slice slice_of(const muster_school_run *out, uint32_t rule) {
  slice s = {0, 0};
  while (s.from < out->count && out->findings[s.from].finding.rule < rule) s.from++;
  for (s.to = s.from; s.to < out->count && out->findings[s.to].finding.rule == rule; s.to++) {}
  return s;
}

typedef struct lives {
  muster_subject *subjects;
  uint32_t *places;
  bool *truth;
  muster_life *lives;
  size_t n;
} lives;

static void free_lives(lives *l) {
  muster_free(l->subjects);
  muster_free(l->places);
  muster_free(l->truth);
  muster_free(l->lives);
}

/* Whose past is wanted: those flagged now, and with a hold everyone. */
static muster_status list_candidates(const muster_school_run *out, slice now, const muster_rule *rule,
                                     const muster_subjects *all, lives *l, muster_error *err) {
  bool everyone = rule->hold.kind != MUSTER_LASTS_NOT;
  l->n = everyone ? all->count : now.to - now.from;
  l->subjects = muster_alloc(l->n, sizeof *l->subjects);
  l->places = muster_alloc(l->n, sizeof *l->places);
  l->truth = muster_alloc(l->n, sizeof *l->truth);
  l->lives = muster_alloc(l->n, sizeof *l->lives);
  if (!l->subjects || !l->places || !l->truth || !l->lives) return muster_fail_memory(err);
  for (uint32_t i = 0; everyone && i < all->count; i++) {
    l->subjects[i] = all->at[i];
    l->places[i] = i;
  }
  for (size_t i = now.from; i < now.to; i++) {
    const muster_school_finding *f = &out->findings[i];
    size_t at = everyone ? f->place : i - now.from;
    l->subjects[at] = f->finding.subject;
    l->places[at] = f->place;
    l->truth[at] = true;
  }
  return MUSTER_OK;
}

/* A finding that is held: what was said of it on the last day it was true. */
static muster_status add_held(running *run, muster_asker *asker, uint32_t rule, const lives *l, size_t i,
                              muster_school_run *out, muster_error *err) {
  size_t before = out->count;
  gathering g = {run, out, &l->subjects[i]};
  MUSTER_TRY(muster_ask(asker, l->lives[i].last_true, &l->subjects[i], 1, &rule, 1, take_finding, &g, err));
  if (out->count == before)
    return muster_fail(err, MUSTER_DEFECT, "rule %s does not say the same twice", run->set->rules[rule].id);
  muster_school_finding *f = &out->findings[before];
  f->place = l->places[i];
  f->finding.since = l->lives[i].since;
  f->finding.held = true;
  return MUSTER_OK;
}

/* Gives findings their first day, takes away those that are pending, adds those that are held. */
static muster_status live_rule(running *run, muster_asker *asker, uint32_t rule, uint32_t school,
                               const muster_subjects *all, muster_school_run *out, muster_error *err) {
  slice now = slice_of(out, rule);
  lives l = {0};
  muster_status status = list_candidates(out, now, &run->set->rules[rule], all, &l, err);
  if (status == MUSTER_OK && l.n)
    status = muster_lives_at(asker, rule, school, run->options->as_of, l.subjects, l.n, l.truth, l.lives, err);
  size_t next = now.from;
  for (size_t i = 0; status == MUSTER_OK && i < l.n; i++) {
    const muster_life *life = &l.lives[i];
    if (l.truth[i]) {
      muster_school_finding *f = &out->findings[next++];
      f->finding.since = life->since;
    } else if (muster_life_held(life)) {
      status = add_held(run, asker, rule, &l, i, out, err);
    }
  }
  free_lives(&l);
  return status;
}

static void drop_pending(muster_school_run *out) {
  size_t kept = 0;
  for (size_t i = 0; i < out->count; i++) {
    if (out->findings[i].finding.since == MUSTER_NO_DATE) {
      out->pending++;
      continue;
    }
    out->findings[kept++] = out->findings[i];
  }
  out->count = kept;
}

/* ---- what is left out ---- */

static const char *local_name(const char *id) {
  const char *slash = strrchr(id, '/');
  return slash ? slash + 1 : id;
}

static bool same_pack(const muster_rule *a, const muster_rule *b) {
  return (a->pack == b->pack) || (a->pack && b->pack && strcmp(a->pack, b->pack) == 0);
}

uint32_t muster_rule_inhibited(const muster_ruleset *set, uint32_t rule) {
  const muster_rule *self = &set->rules[rule];
  if (!self->inhibits) return MUSTER_NONE;
  for (uint32_t r = 0; r < set->rule_count; r++)
    if (strcmp(set->rules[r].id, self->inhibits) == 0) return r;
  for (uint32_t r = 0; r < set->rule_count; r++)
    if (same_pack(&set->rules[r], self) && strcmp(local_name(set->rules[r].id), self->inhibits) == 0) return r;
  return MUSTER_NONE;
}

uint32_t muster_plan_named(const muster_ruleset *set, uint32_t rule, const char *name) {
  const muster_rule *self = &set->rules[rule];
  if (!name) return MUSTER_NONE;
  for (uint32_t p = 0; p < set->plan_count; p++)
    if (strcmp(set->plans[p].id, name) == 0) return p;
  for (uint32_t p = 0; p < set->plan_count; p++) {
    const char *id = set->plans[p].id, *local = local_name(id);
    bool of_pack = local == id || !self->pack ||
                   (strlen(self->pack) == (size_t)(local - id - 1) && strncmp(id, self->pack, strlen(self->pack)) == 0);
    if (of_pack && strcmp(local, name) == 0) return p;
  }
  return MUSTER_NONE;
}

static void inhibit(const muster_ruleset *set, muster_school_run *out) {
  for (size_t i = 0; i < out->count; i++) {
    const muster_school_finding *by = &out->findings[i];
    uint32_t lesser = by->silenced ? MUSTER_NONE : muster_rule_inhibited(set, by->finding.rule);
    if (lesser == MUSTER_NONE || lesser == by->finding.rule) continue;
    slice s = slice_of(out, lesser);
    for (size_t k = s.from; k < s.to; k++)
      if (muster_same_subject(&out->findings[k].finding.subject, &by->finding.subject))
        out->findings[k].inhibited = true;
  }
}

static void leave_out(const muster_ruleset *set, muster_date as_of, muster_school_run *out) {
  for (size_t i = 0; i < out->count; i++) {
    muster_date silence = set->rules[out->findings[i].finding.rule].silence;
    out->findings[i].silenced = silence != MUSTER_NO_DATE && as_of <= silence;
  }
  inhibit(set, out);
  size_t kept = 0;
  for (size_t i = 0; i < out->count; i++) {
    const muster_school_finding *f = &out->findings[i];
    out->silenced += f->silenced;
    out->inhibited += f->inhibited && !f->silenced;
    if (!f->silenced && !f->inhibited) out->findings[kept++] = *f;
  }
  out->count = kept;
}

/* ---- one school ---- */

static void *fitted(void *items, size_t n, size_t size) {
  void *less = n ? muster_realloc(items, n, size) : NULL;
  return less ? less : items;
}

/* Gives back the room that was made for more: a trust has many schools. */
static void fit(muster_school_run *out) {
  out->findings = fitted(out->findings, out->count, sizeof *out->findings);
  out->plans = fitted(out->plans, out->plan_count, sizeof *out->plans);
  out->rows = fitted(out->rows, out->row_count, sizeof *out->rows);
}

static muster_status run_cast(running *run, muster_asker *asker, muster_subjects *subjects, const muster_cast *cast,
                              uint32_t school, muster_school_run *out, muster_error *err) {
  const muster_run_options *options = run->options;
  MUSTER_TRY(muster_subjects_of(run->reg, cast, school, options->as_of, subjects, err));
  out->subjects[cast->scope] += subjects->count;
  gathering g = {run, out, subjects->at};
  size_t before = out->count;
  MUSTER_TRY(muster_ask(asker, options->as_of, subjects->at, subjects->count, cast->rules, cast->rule_count,
                        take_finding, &g, err));
  bool remembers = false;
  for (size_t r = 0; r < cast->rule_count; r++) remembers |= muster_rule_remembers(&run->set->rules[cast->rules[r]]);
  if (options->without_lifecycle || (out->count == before && !remembers)) return MUSTER_OK;
  for (size_t r = 0; r < cast->rule_count; r++) {
    order_findings(out);
    MUSTER_TRY(live_rule(run, asker, cast->rules[r], school, subjects, out, err));
  }
  return MUSTER_OK;
}

static muster_status run_school(void *context, unsigned worker, size_t item, muster_error *err) {
  running *run = context;
  const muster_run_options *options = run->options;
  muster_asker *asker = &run->askers[worker];
  muster_school_run *out = &run->schools[item];
  uint32_t school = (uint32_t)item;
  muster_progress_tell(options->progress, "asking the rules", item, run->reg->school_count);
  out->closed = muster_school_closed(run->reg, school, options->as_of);
  if (out->closed) return MUSTER_OK;
  MUSTER_TRY(muster_asker_open(asker, run->reg, run->set, err));
  muster_desk_set_plans(asker->desk, options->plans);
  if (!options->without_lifecycle) muster_desk_keep(asker->desk, school);
  for (size_t c = 0; c < run->cast_count; c++)
    MUSTER_TRY(run_cast(run, asker, &run->subjects[worker], &run->casts[c], school, out, err));
  drop_pending(out);
  order_findings(out);
  leave_out(run->set, options->as_of, out);
  if (!options->without_lifecycle) MUSTER_TRY(muster_school_plans(asker, options, school, out, err));
  fit(out);
  return MUSTER_OK;
}

/* ---- all schools ---- */

static void count_up(const running *r, muster_run *run, size_t sizes[3]) {
  for (size_t s = 0; s < r->reg->school_count; s++) {
    const muster_school_run *school = &r->schools[s];
    for (int k = 0; k < 3; k++) run->subjects[k] += school->subjects[k];
    run->inhibited += school->inhibited;
    run->silenced += school->silenced;
    run->pending += school->pending;
    run->closed += school->closed;
    sizes[0] += school->count;
    sizes[1] += school->plan_count;
    sizes[2] += school->row_count;
  }
}

/* Findings by rule; each school's are in order, so a pass over the schools for each rule keeps them so. */
static void merge_findings(const running *r, muster_run *run, size_t *cursors) {
  for (uint32_t rule = 0; rule < r->set->rule_count; rule++) {
    for (size_t s = 0; s < r->reg->school_count; s++) {
      const muster_school_run *school = &r->schools[s];
      for (; cursors[s] < school->count && school->findings[cursors[s]].finding.rule == rule; cursors[s]++)
        run->findings[run->finding_count++] = school->findings[cursors[s]].finding;
    }
  }
}

/* Plans by plan, then rule, as each school has them; rows by those of their plans. */
static void merge_plans(const running *r, muster_run *run, size_t *cursors) {
  for (uint32_t plan = 0; plan < r->set->plan_count; plan++)
    for (uint32_t rule = 0; rule < r->set->rule_count; rule++)
      for (size_t s = 0; s < r->reg->school_count; s++) {
        const muster_school_run *school = &r->schools[s];
        for (size_t *i = &cursors[s]; *i < school->plan_count; ++*i) {
          if (school->plans[*i].plan != plan || school->plans[*i].rule != rule) break;
          run->plans[run->plan_count++] = school->plans[*i];
        }
      }
}

static void merge_rows(const running *r, muster_run *run, size_t *cursors) {
  for (uint32_t plan = 0; plan < r->set->plan_count; plan++)
    for (uint32_t rule = 0; rule < r->set->rule_count; rule++)
      for (size_t s = 0; s < r->reg->school_count; s++) {
        const muster_school_run *school = &r->schools[s];
        for (size_t *i = &cursors[s]; *i < school->row_count; ++*i) {
          if (school->rows[*i].plan != plan || school->rows[*i].rule != rule) break;
          run->plan_rows[run->plan_row_count++] = school->rows[*i];
        }
      }
}

/* Texts stay where they are, and what has been merged is given back before the next is: a run is never held twice. */
static muster_status merge(const running *r, muster_run *run, muster_error *err) {
  size_t sizes[3] = {0, 0, 0}, n = r->reg->school_count;
  count_up(r, run, sizes);
  size_t *cursors = muster_arena_alloc(&run->arena, (3 * n + 1) * sizeof *cursors);
  run->findings = muster_arena_alloc(&run->arena, (sizes[0] + 1) * sizeof *run->findings);
  if (!cursors || !run->findings) return muster_fail_memory(err);
  memset(cursors, 0, 3 * n * sizeof *cursors);
  merge_findings(r, run, cursors);
  for (size_t s = 0; s < n; s++) {
    muster_arena_adopt(&run->arena, &r->schools[s].texts);
    muster_free(r->schools[s].findings);
    r->schools[s].findings = NULL;
  }
  run->plans = muster_arena_alloc(&run->arena, (sizes[1] + 1) * sizeof *run->plans);
  if (!run->plans) return muster_fail_memory(err);
  merge_plans(r, run, cursors + n);
  for (size_t s = 0; s < n; s++) {
    muster_free(r->schools[s].plans);
    r->schools[s].plans = NULL;
  }
  run->plan_rows = muster_arena_alloc(&run->arena, (sizes[2] + 1) * sizeof *run->plan_rows);
  if (!run->plan_rows) return muster_fail_memory(err);
  merge_rows(r, run, cursors + 2 * n);
  return MUSTER_OK;
}

static void close_askers(running *r, unsigned jobs) {
  for (unsigned j = 0; r->askers && j < jobs; j++) muster_asker_close(&r->askers[j]);
}

static void free_running(running *r, unsigned jobs) {
  close_askers(r, jobs);
  for (unsigned j = 0; r->subjects && j < jobs; j++) muster_free(r->subjects[j].at);
  for (size_t s = 0; r->schools && s < r->reg->school_count; s++) {
    muster_free(r->schools[s].findings);
    muster_free(r->schools[s].plans);
    muster_free(r->schools[s].rows);
    muster_arena_free(&r->schools[s].texts);
  }
  muster_free(r->askers);
  muster_free(r->subjects);
  muster_free(r->schools);
  muster_arena_free(&r->arena);
}

muster_status muster_run_rules(const muster_register *reg, const muster_ruleset *set, const muster_run_options *options,
                               muster_run *run, muster_error *err) {
  running r = {.reg = reg, .set = set, .options = options};
  unsigned jobs = options->jobs ? options->jobs : 1;
  *run = (muster_run){0};
  if (options->as_of == MUSTER_NO_DATE) {
    muster_fail(err, MUSTER_USAGE, "there is no as-of date");
    muster_error_todo(err, "name one: the data has no marks to take it from");
    return MUSTER_USAGE;
  }
  muster_status status = muster_casts_of(reg, set, &r.arena, &r.casts, &r.cast_count, err);
  r.askers = muster_alloc(jobs, sizeof *r.askers);
  r.subjects = muster_alloc(jobs, sizeof *r.subjects);
  r.schools = muster_alloc(reg->school_count, sizeof *r.schools);
  if (status == MUSTER_OK && (!r.askers || !r.subjects || !r.schools)) status = muster_fail_memory(err);
  if (status == MUSTER_OK) status = muster_parallel(jobs, reg->school_count, run_school, &r, err);
  close_askers(&r, jobs); /* what they kept makes room for what is merged */
  if (status == MUSTER_OK) status = merge(&r, run, err);
  free_running(&r, jobs);
  if (status != MUSTER_OK) muster_run_free(run);
  return status;
}

void muster_run_free(muster_run *run) {
  muster_arena_free(&run->arena);
  *run = (muster_run){0};
}
