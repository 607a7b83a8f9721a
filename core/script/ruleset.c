/* From packs to one set of rules and plans for the engine. */
#include "ruleset.h"

#include <string.h>

#include "lint.h"

enum { SETS_MOST = 64 };

static ruleset *of(const muster_ruleset *set) { return (ruleset *)set; }

const muster_pack *muster_ruleset_pack(const muster_ruleset *set, uint32_t rule) {
  return of(set)->packs[of(set)->rules[rule].pack];
}

const muster_rule_info *muster_ruleset_info(const muster_ruleset *set, uint32_t rule) {
  return &muster_ruleset_pack(set, rule)->infos[of(set)->rules[rule].number];
}

/* ---- code sets ---- */

typedef struct collecting {
  ruleset *set;
  muster_code_set *sets;
  const muster_codes *codes;
  muster_error *err;
  muster_status status;
} collecting;

static bool collect(void *context, muster_text text) {
  collecting *c = context;
  size_t n = c->set->base.set_count;
  for (size_t i = 0; i < n; i++)
    if (muster_text_equal(text, muster_text_of(c->set->set_texts[i]))) return true;
  if (n == SETS_MOST) {
    c->status = muster_fail(c->err, MUSTER_PACK, "the rules count more than %d different sets of codes", SETS_MOST);
    return false;
  }
  c->status = muster_code_set_parse(c->codes, text, &c->sets[n], c->err);
  if (c->status != MUSTER_OK) return false;
  c->set->set_texts[n] = muster_arena_copy(&c->set->arena, text.at, text.n);
  if (!c->set->set_texts[n]) c->status = muster_fail_memory(c->err);
  if (c->status == MUSTER_OK) c->set->base.set_count++;
  return c->status == MUSTER_OK;
}

static bool collect_params(collecting *c, const muster_param *params, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (params[i].kind == MUSTER_PARAM_CODES && !collect(c, muster_text_of(params[i].value))) return false;
  return true;
}

static muster_status collect_codes(ruleset *set, const muster_codes *codes, muster_error *err) {
  muster_code_set *sets = muster_arena_alloc(&set->arena, SETS_MOST * sizeof *sets);
  set->set_texts = muster_arena_alloc(&set->arena, (SETS_MOST + 1) * sizeof *set->set_texts);
  if (!sets || !set->set_texts) return muster_fail_memory(err);
  collecting c = {.set = set, .sets = sets, .err = err, .status = MUSTER_OK};
  set->base.sets = sets;
  for (size_t p = 0; p < set->pack_count; p++) {
    const muster_pack *pack = set->packs[p];
    c.codes = codes ? codes : &pack->codes;
    const script_file *file = &pack->manifest_file;
    bool good = collect_params(&c, pack->manifest.params, pack->manifest.param_count);
    for (size_t i = 0; good && i < pack->rule_count; i++) {
      file = &pack->rules[i].file;
      good = collect_params(&c, pack->infos[i].params, pack->infos[i].param_count) &&
             lint_codes(file->source, collect, &c);
    }
    for (size_t i = 0; good && i < pack->library_count; i++) {
      file = &pack->libraries[i];
      good = lint_codes(file->source, collect, &c);
    }
    for (size_t i = 0; good && i < pack->plan_count; i++) {
      file = &pack->plan_files[i];
      good = lint_codes(file->source, collect, &c);
    }
    if (good) continue;
    if (c.status == MUSTER_PACK) {
      muster_error_where(err, "%s", file->name);
      muster_error_todo(err, "local codes are declared in pack.lua or source.lua");
    }
    return c.status;
  }
  return MUSTER_OK;
}

/* ---- rules and plans ---- */

static muster_status add_rules(ruleset *set, size_t total, muster_error *err) {
  muster_rule *rules = muster_arena_alloc(&set->arena, (total + 1) * sizeof *rules);
  set->rules = muster_arena_alloc(&set->arena, (total + 1) * sizeof *set->rules);
  if (!rules || !set->rules) return muster_fail_memory(err);
  size_t k = 0;
  for (uint32_t p = 0; p < set->pack_count; p++) {
    const muster_pack *pack = set->packs[p];
    const char *name = pack->manifest.name;
    for (uint32_t i = 0; i < pack->rule_count; i++, k++) {
      const muster_rule_info *info = &pack->infos[i];
      const pack_rule *rule = &pack->rules[i];
      const char *inhibits = rule->inhibits;
      if (inhibits && !strchr(inhibits, '/')) {
        inhibits = muster_arena_printf(&set->arena, "%s/%s", name, inhibits);
        if (!inhibits) return muster_fail_memory(err);
      }
      set->rules[k] = (ruleset_rule){p, i};
      rules[k] = (muster_rule){.id = muster_arena_printf(&set->arena, "%s/%s", name, info->id),
                               .pack = name,
                               .title = info->title,
                               .scope = info->scope,
                               .by = rule->by,
                               .level = info->level,
                               .plan = info->plan,
                               .for_ = rule->for_,
                               .hold = rule->hold,
                               .rearm = rule->rearm,
                               .silence = rule->silence,
                               .inhibits = inhibits,
                               .disabled = info->disabled};
      if (!rules[k].id) return muster_fail_memory(err);
    }
  }
  set->base.rules = rules;
  set->base.rule_count = k;
  return MUSTER_OK;
}

static bool has_plan(const ruleset *set, const char *id) {
  for (size_t i = 0; i < set->base.plan_count; i++)
    if (strcmp(set->base.plans[i].id, id) == 0) return true;
  return false;
}

static muster_status no_plan(const script_file *file, const char *id, muster_error *err) {
  muster_fail(err, MUSTER_PACK, "there is no plan \"%s\"", id);
  muster_error_where(err, "%s", file->name);
  muster_error_todo(err, "add plans/%s.lua, or run it with the pack that has it", id);
  return MUSTER_PACK;
}

static muster_status add_plans(ruleset *set, size_t total, muster_error *err) {
  muster_plan *plans = muster_arena_alloc(&set->arena, (total + 1) * sizeof *plans);
  set->plans = muster_arena_alloc(&set->arena, (total + 1) * sizeof *set->plans);
  if (!plans || !set->plans) return muster_fail_memory(err);
  set->base.plans = plans;
  for (uint32_t p = 0; p < set->pack_count; p++) {
    const muster_pack *pack = set->packs[p];
    for (uint32_t i = 0; i < pack->plan_count; i++) {
      if (has_plan(set, pack->plans[i].id)) {
        muster_fail(err, MUSTER_PACK, "two packs have a plan \"%s\"", pack->plans[i].id);
        muster_error_where(err, "%s", pack->plan_files[i].name);
        muster_error_todo(err, "run the packs one after the other");
        return MUSTER_PACK;
      }
      set->plans[set->base.plan_count] = (ruleset_rule){p, i};
      plans[set->base.plan_count++] = pack->plans[i];
    }
  }
  for (size_t k = 0; k < set->base.rule_count; k++) {
    const char *plan = set->base.rules[k].plan;
    if (plan && !has_plan(set, plan))
      return no_plan(&set->packs[set->rules[k].pack]->rules[set->rules[k].number].file, plan, err);
  }
  for (size_t k = 0; k < set->base.plan_count; k++) {
    const char *next = plans[k].escalate;
    if (next && !has_plan(set, next))
      return no_plan(&set->packs[set->plans[k].pack]->plan_files[set->plans[k].number], next, err);
  }
  return MUSTER_OK;
}

static muster_status make(ruleset *set, const muster_codes *codes, muster_error *err) {
  size_t rules = 0, plans = 0;
  set->limits = set->packs[0]->limits;
  for (size_t p = 0; p < set->pack_count; p++) {
    rules += set->packs[p]->rule_count;
    plans += set->packs[p]->plan_count;
    for (size_t q = 0; q < p; q++) {
      if (strcmp(set->packs[p]->manifest.name, set->packs[q]->manifest.name) != 0) continue;
      muster_fail(err, MUSTER_PACK, "two packs are named \"%s\"", set->packs[p]->manifest.name);
      muster_error_where(err, "%s", set->packs[p]->folder);
      return MUSTER_PACK;
    }
  }
  MUSTER_TRY(add_rules(set, rules, err));
  MUSTER_TRY(add_plans(set, plans, err));
  return collect_codes(set, codes, err);
}

muster_status muster_ruleset_make(muster_pack *const *packs, size_t n, const muster_codes *codes, muster_ruleset **out,
                                  muster_error *err) {
  *out = NULL;
  if (n == 0) return muster_fail(err, MUSTER_PACK, "no pack was given");
  ruleset *set = muster_alloc(1, sizeof *set);
  if (!set) return muster_fail_memory(err);
  set->base.class_ = &evaluate_class;
  muster_pack **copy = muster_arena_alloc(&set->arena, n * sizeof *copy);
  muster_status status = copy ? MUSTER_OK : muster_fail_memory(err);
  if (copy) {
    memcpy(copy, packs, n * sizeof *copy);
    set->packs = copy;
    set->pack_count = n;
    status = make(set, codes, err);
  }
  if (status != MUSTER_OK) {
    muster_ruleset_free(&set->base);
    return status;
  }
  *out = &set->base;
  return MUSTER_OK;
}

void muster_ruleset_free(muster_ruleset *set) {
  if (!set) return;
  muster_arena_free(&of(set)->arena);
  muster_free(set);
}
