/* A thread's evaluator: rules asked about blocks of subjects, one entry into the interpreter for a block. */
#include <ctype.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "applies.h"
#include "evidence.h"
#include "freeze.h"
#include "lex.h"
#include "message.h"
#include "muster/script/asked.h"
#include "reckon.h"
#include "ruleset.h"
#include "settle.h"

/* A function of a rule or plan. */
typedef struct entry {
  int function; /* in the registry; LUA_NOREF = none */
  bool ends;    /* by itself, within the limit */
} entry;

typedef struct evaluator {
  script script; /* first: script_of finds it */
  subject_context context;
  const ruleset *set;
  entry *rules;     /* one a rule */
  int *params;      /* frozen tables in the registry, one a rule */
  reckon **reckons; /* one a rule, NULL where the interpreter is needed */
  entry **steps;    /* one a step of each plan */
  entry *successes; /* one a plan */
  applies *applies; /* one a pack */
  uint32_t fit_school;
  muster_date fit_as_of;
  bool *fit;       /* by pack: does it apply to that school on that date */
  bool limited;    /* some pack does not apply everywhere */
  int subjects[3]; /* userdata in the registry, reused, one a scope */
  muster_buf message, evidence;
  muster_arena arena;
  uint64_t calls;
  uint32_t asked;  /* rule or plan that is being asked; MUSTER_NONE = none yet */
  uint32_t *shown; /* the same for a rule, plus one; 0 = none: see muster/script/asked.h */
  uint32_t unseen; /* where that is when nobody looks */
} evaluator;

enum { TEXT_BYTES = 1 << 20 };

/* ---- who looks on ---- */

static struct {
  muster_asked *at;
  atomic_uint next;
} shown;

void muster_script_show_asked(muster_asked *asked) { shown.at = asked; }

static void show(evaluator *e) {
  e->shown = &e->unseen;
  if (!shown.at) return;
  unsigned place = atomic_fetch_add(&shown.next, 1);
  e->shown = &shown.at->now[place % MUSTER_ASKED_THREADS];
  for (size_t k = 0; place == 0 && k < e->set->base.rule_count && k < MUSTER_ASKED_RULES; k++)
    snprintf(shown.at->rules[k], MUSTER_ASKED_TEXT, "%s", e->set->base.rules[k].id);
}

static const muster_pack *pack_of(const evaluator *e, ruleset_rule at) { return e->set->packs[at.pack]; }

/* ---- opening ---- */

static entry keep(lua_State *L, int table, const char *key, const script_file *file, uint64_t limit) {
  lua_pushstring(L, key);
  if (lua_rawget(L, table) != LUA_TFUNCTION) {
    lua_pop(L, 1);
    return (entry){LUA_NOREF, false};
  }
  settled s = {.name = file->name, .source = file->source};
  settle(L, -1, &s);
  bool ends = settled_ends_within(&s, limit);
  return (entry){luaL_ref(L, LUA_REGISTRYINDEX), ends};
}

/* Upvalue: the parameters there are. */
static int unknown_param(lua_State *L) {
  script *s = script_of(L);
  const char *names[128];
  size_t n = 0;
  const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
  for (lua_pushnil(L); lua_next(L, lua_upvalueindex(1)) && n < 127; lua_pop(L, 1)) names[n++] = lua_tostring(L, -2);
  names[n] = NULL;
  const char *near = muster_nearest(name, names);
  muster_fail(&s->error, MUSTER_PACK, "there is no parameter \"%.60s\"", name);
  if (near)
    muster_error_todo(&s->error, "did you mean \"%s\"?", near);
  else
    muster_error_todo(&s->error, "add it to the params of the rule or the pack");
  return script_raise(L);
}

static int params_of(lua_State *L, const muster_pack *pack, const muster_rule_info *info) {
  lua_createtable(L, 0, (int)(info->param_count + pack->manifest.param_count));
  for (size_t i = 0; i < pack->manifest.param_count; i++) {
    pack_param_push(L, &pack->manifest.params[i]);
    lua_setfield(L, -2, pack->manifest.params[i].name);
  }
  for (size_t i = 0; i < info->param_count; i++) {
    pack_param_push(L, &info->params[i]);
    lua_setfield(L, -2, info->params[i].name);
  }
  freeze_as(L, "params");
  frozen(L, -1);
  lua_createtable(L, 0, 1);
  lua_pushvalue(L, -2);
  lua_pushcclosure(L, unknown_param, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2); /* of the table behind the frozen one */
  lua_pop(L, 1);
  return luaL_ref(L, LUA_REGISTRYINDEX);
}

static void open_rule(lua_State *L, evaluator *e, size_t k) {
  ruleset_rule at = e->set->rules[k];
  const muster_pack *pack = pack_of(e, at);
  const script_file *file = &pack->rules[at.number].file;
  e->rules[k].function = LUA_NOREF;
  if (e->set->base.rules[k].disabled) return; /* is never asked */
  e->script.pack = pack;
  describe_run(L, file, "rule");
  e->rules[k] = keep(L, lua_gettop(L), "when", file, e->set->limits.instructions);
  e->params[k] = params_of(L, pack, &pack->infos[at.number]);
  lua_settop(L, 1);
  if (e->rules[k].function == LUA_NOREF || !e->rules[k].ends) return;
  lua_rawgeti(L, LUA_REGISTRYINDEX, e->rules[k].function);
  lua_rawgeti(L, LUA_REGISTRYINDEX, e->params[k]);
  e->reckons[k] = reckon_read(L, 2, 3, e->set->limits.instructions, &e->arena);
  lua_settop(L, 1);
}

static void open_plan(lua_State *L, evaluator *e, size_t k) {
  ruleset_rule at = e->set->plans[k];
  const script_file *file = &pack_of(e, at)->plan_files[at.number];
  const muster_plan *plan = &e->set->base.plans[k];
  uint64_t limit = e->set->limits.instructions;
  e->script.pack = pack_of(e, at);
  describe_run(L, file, "plan");
  int made = lua_gettop(L);
  e->successes[k] = (entry){LUA_NOREF, false};
  if (describe_table(L, made, "review")) e->successes[k] = keep(L, lua_gettop(L), "success", file, limit);
  lua_settop(L, made);
  if (describe_table(L, made, "steps")) {
    int list = lua_gettop(L);
    for (size_t i = 0; i < plan->step_count && describe_item(L, list, (lua_Integer)i + 1); i++) {
      e->steps[k][i] = keep(L, lua_gettop(L), "when", file, limit);
      lua_settop(L, list);
    }
  }
  lua_settop(L, 1);
}

static int open_all(lua_State *L) {
  evaluator *e = lua_touserdata(L, 1);
  subject_open(L, &e->context);
  for (int kind = 0; kind < 3; kind++) {
    muster_subject subject = {.kind = (muster_subject_kind)kind};
    subject_push(L, &subject);
    e->subjects[kind] = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  for (size_t k = 0; k < e->set->base.rule_count; k++) open_rule(L, e, k);
  for (size_t k = 0; k < e->set->base.plan_count; k++) open_plan(L, e, k);
  return 0;
}

static bool make_room(evaluator *e) {
  const muster_ruleset *base = &e->set->base;
  e->rules = muster_arena_alloc(&e->arena, (base->rule_count + 1) * sizeof *e->rules);
  e->params = muster_arena_alloc(&e->arena, (base->rule_count + 1) * sizeof *e->params);
  e->reckons = muster_arena_alloc(&e->arena, (base->rule_count + 1) * sizeof *e->reckons);
  e->successes = muster_arena_alloc(&e->arena, (base->plan_count + 1) * sizeof *e->successes);
  e->steps = muster_arena_alloc(&e->arena, (base->plan_count + 1) * sizeof *e->steps);
  e->applies = muster_arena_alloc(&e->arena, (e->set->pack_count + 1) * sizeof *e->applies);
  e->fit = muster_arena_alloc(&e->arena, e->set->pack_count + 1);
  if (!e->applies || !e->fit) return false;
  for (size_t p = 0; p < e->set->pack_count; p++) {
    if (!applies_open(e->set->packs[p], e->context.reg, &e->arena, &e->applies[p])) return false;
    e->limited = e->limited || (!e->applies[p].always && !e->set->anywhere);
  }
  e->fit_school = MUSTER_NONE;
  if (!e->rules || !e->params || !e->reckons || !e->successes || !e->steps) return false;
  for (size_t k = 0; k < base->plan_count; k++) {
    e->steps[k] = muster_arena_alloc(&e->arena, (base->plans[k].step_count + 1) * sizeof **e->steps);
    if (!e->steps[k]) return false;
    for (size_t i = 0; i < base->plans[k].step_count; i++) e->steps[k][i].function = LUA_NOREF;
  }
  return true;
}

static void evaluator_close(void *state) {
  evaluator *e = state;
  if (!e) return;
  script_close(&e->script);
  recall_close(&e->context.recall);
  muster_buf_free(&e->message);
  muster_buf_free(&e->evidence);
  muster_arena_free(&e->arena);
  muster_free(e);
}

static muster_status evaluator_open(const muster_ruleset *base, muster_desk *desk, void **state, muster_error *err) {
  *state = NULL;
  evaluator *e = muster_alloc(1, sizeof *e);
  if (!e) return muster_fail_memory(err);
  e->set = (const ruleset *)base;
  e->context =
      (subject_context){.desk = desk, .reg = muster_desk_register(desk), .set = base, .set_texts = e->set->set_texts};
  show(e);
  muster_buf_init(&e->message, TEXT_BYTES);
  muster_buf_init(&e->evidence, TEXT_BYTES);
  muster_status status = make_room(e) ? script_open(&e->script, &e->set->limits, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    e->script.owner = &e->context;
    recall_open(&e->context.recall, desk, base->rule_count);
    status = script_call(&e->script, open_all, e, err);
  }
  if (status != MUSTER_OK) {
    evaluator_close(e);
    return status;
  }
  *state = e;
  return MUSTER_OK;
}

/* ---- asking ---- */

/* The value of a placeholder: evidence, then an attribute of the subject, then p.NAME. On top: the answer of the rule.
 */
static bool push_placeholder(lua_State *L, evaluator *e, int answer, const muster_subject *subject, uint32_t rule,
                             muster_text name) {
  lua_pushlstring(L, name.at, name.n);
  if (lua_istable(L, answer)) {
    lua_pushvalue(L, -1);
    if (lua_gettable(L, answer) != LUA_TNIL) return true;
    lua_pop(L, 1);
  }
  if (subject_field(L, subject, lua_tostring(L, -1))) {
    if (!lua_isnil(L, -1)) return true;
    lua_pop(L, 1);
  } else if (name.n > 2 && name.at[0] == 'p' && name.at[1] == '.') {
    lua_rawgeti(L, LUA_REGISTRYINDEX, e->params[rule]);
    if (lua_getfield(L, -1, lua_tostring(L, -2) + 2) != LUA_TNIL) return true;
  }
  return false;
}

static void write_message(lua_State *L, evaluator *e, int answer, const muster_subject *subject, uint32_t rule) {
  muster_text message = muster_text_of(muster_ruleset_info(&e->set->base, rule)->message);
  muster_buf_clear(&e->message);
  message_part part;
  int top = lua_gettop(L);
  for (size_t at = 0; message_next(message, &at, &part);) {
    if (!part.is_name) {
      muster_buf_add(&e->message, part.text.at, part.text.n);
      continue;
    }
    if (!push_placeholder(L, e, answer, subject, rule, part.text)) {
      if (e->set->strict_messages)
        script_refuse(L, "the message says {%.*s}, and neither evidence nor subject has it", (int)part.text.n,
                      part.text.at);
      muster_buf_puts(&e->message, "unknown");
    } else if (lua_type(L, -1) == LUA_TNUMBER) {
      message_number(&e->message, &part, lua_tonumber(L, -1), lua_isinteger(L, -1));
    } else if (lua_type(L, -1) == LUA_TSTRING) {
      muster_text text;
      text.at = lua_tolstring(L, -1, &text.n);
      message_text(&e->message, &part, text);
    } else if (lua_type(L, -1) == LUA_TBOOLEAN) {
      muster_buf_puts(&e->message, lua_toboolean(L, -1) ? "yes" : "no");
    } else {
      script_refuse(L, "the message says {%.*s}, which is a %s", (int)part.text.n, part.text.at, luaL_typename(L, -1));
    }
    lua_settop(L, top);
  }
}

/* What the answer on top says; raises when it is none. [-0, +0, e] */
static bool truth_of(lua_State *L) {
  if (lua_toboolean(L, -1) && !lua_isboolean(L, -1) && !lua_istable(L, -1))
    script_refuse(L, "when answers with a %s; it answers with nothing, true, or a table of evidence",
                  luaL_typename(L, -1));
  return lua_toboolean(L, -1);
}

/* The answer on top as a verdict. [-0, +0, e] */
static void flag(lua_State *L, evaluator *e, const muster_subject *subject, uint32_t place, uint32_t rule) {
  int answer = lua_gettop(L);
  int type = lua_type(L, answer);
  const char *message = NULL, *evidence = NULL;
  if (muster_desk_wants_texts(e->context.desk)) {
    muster_buf_clear(&e->evidence);
    if (type == LUA_TTABLE)
      evidence_json(L, answer, &e->evidence);
    else
      muster_buf_puts(&e->evidence, "{}");
    write_message(L, e, answer, subject, rule);
    if (e->message.failed || e->evidence.failed) script_check(L, muster_fail_memory(&e->script.error));
    message = e->message.n ? e->message.at : "";
    evidence = e->evidence.at;
  }
  if (!muster_desk_flag(e->context.desk, rule, place, message, evidence))
    script_check(L, muster_fail_memory(&e->script.error));
}

typedef struct block {
  evaluator *e;
  const muster_subject *subjects;
  size_t n;
  const uint32_t *rules;
  size_t rule_count;
} block;

/* Does the pack of a rule apply to the school of a subject on the date of the desk. */
static bool pack_applies(evaluator *e, uint32_t rule, const muster_subject *s) {
  muster_date as_of = muster_desk_as_of(e->context.desk);
  if (s->school != e->fit_school || as_of != e->fit_as_of) {
    for (size_t p = 0; p < e->set->pack_count; p++)
      e->fit[p] = applies_to(&e->applies[p], e->context.reg, s->school, as_of);
    e->fit_school = s->school;
    e->fit_as_of = as_of;
  }
  return e->fit[e->set->rules[rule].pack];
}

/* What the rule will say, where that is known without calling it. Evidence, where it is wanted, needs the call. */
static recall_verdict known_verdict(evaluator *e, uint32_t rule, const muster_subject *s) {
  if (s->kind != MUSTER_SUBJECT_PUPIL || muster_desk_asks_anew(e->context.desk)) return RECALL_UNKNOWN;
  recall_verdict verdict = reckon_ask(e->reckons[rule], &e->context, s);
  if (verdict == RECALL_UNKNOWN) verdict = recall_ask(&e->context.recall, rule, s);
  return verdict == RECALL_TRUE && muster_desk_wants_texts(e->context.desk) ? RECALL_UNKNOWN : verdict;
}

/* The rule has said true of the subject, or would have. */
static void flag_known(lua_State *L, const block *b, size_t i, uint32_t rule) {
  b->e->context.subject = b->subjects[i];
  lua_pushboolean(L, 1);
  flag(L, b->e, &b->subjects[i], (uint32_t)i, rule);
}

/* Calls one rule about the subject on the stack. */
static void call_rule(lua_State *L, const block *b, size_t i, size_t r, int subject) {
  evaluator *e = b->e;
  uint32_t rule = b->rules[r];
  *e->shown = rule + 1;
  e->context.call = ++e->calls;
  e->context.subject = b->subjects[i];
  subject_turn(L, subject, &b->subjects[i]);
  budget_begin(&e->script.budget, e->set->limits.instructions, !e->rules[rule].ends);
  lua_pushvalue(L, subject + 1 + 2 * (int)r);
  lua_pushvalue(L, subject);
  lua_pushvalue(L, subject + 2 + 2 * (int)r);
  lua_call(L, 2, 1);
  bool truth = truth_of(L); /* a wrong answer is nothing to remember */
  recall_end(&e->context.recall, truth);
  if (truth) flag(L, e, &b->subjects[i], (uint32_t)i, rule);
}

/* Functions and parameters of all rules stand on the stack while the block runs. */
static int run_block(lua_State *L) {
  const block *b = lua_touserdata(L, 1);
  evaluator *e = b->e;
  if (b->n == 0) return 0;
  luaL_checkstack(L, 2 * (int)b->rule_count + 16, "too many rules");
  lua_rawgeti(L, LUA_REGISTRYINDEX, e->subjects[b->subjects[0].kind]);
  int subject = lua_gettop(L);
  for (size_t r = 0; r < b->rule_count; r++) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, e->rules[b->rules[r]].function);
    lua_rawgeti(L, LUA_REGISTRYINDEX, e->params[b->rules[r]]);
  }
  int top = lua_gettop(L);
  for (size_t i = 0; i < b->n; i++) {
    for (size_t r = 0; r < b->rule_count; r++) {
      uint32_t rule = b->rules[r];
      e->asked = rule;
      if (e->limited && !pack_applies(e, rule, &b->subjects[i])) continue;
      recall_verdict known = known_verdict(e, rule, &b->subjects[i]);
      if (known == RECALL_UNKNOWN)
        call_rule(L, b, i, r, subject);
      else if (known != RECALL_FALSE)
        flag_known(L, b, i, rule);
      lua_settop(L, top);
    }
  }
  return 0;
}

/* What a rule says of its failure is shown to people and kept in logs; whom it was asked about is not. */
static void redact(const evaluator *e, muster_error *err) {
  muster_text id = muster_subject_id(e->context.reg, &e->context.subject);
  if (!err || !id.n || e->context.subject.kind != MUSTER_SUBJECT_PUPIL) return;
  char text[sizeof err->what];
  size_t n = 0, length = strlen(err->what);
  for (size_t i = 0; i < length && n + 10 < sizeof text;) {
    bool starts = i == 0 || !isalnum((unsigned char)err->what[i - 1]);
    bool here = starts && length - i >= id.n && memcmp(err->what + i, id.at, id.n) == 0 &&
                !isalnum((unsigned char)err->what[i + id.n]);
    if (here)
      memcpy(text + n, "(pupil)", 7), n += 7, i += id.n;
    else
      text[n++] = err->what[i++];
  }
  text[n] = '\0';
  memcpy(err->what, text, n + 1);
}

static muster_status ask(evaluator *e, lua_CFunction function, void *context, bool plan, muster_error *err) {
  e->asked = MUSTER_NONE;
  muster_status status = script_call(&e->script, function, context, err);
  e->context.call = 0;
  *e->shown = 0;
  recall_stop(&e->context.recall); /* a call that failed */
  if (status != MUSTER_PACK || e->asked == MUSTER_NONE) return status;
  ruleset_rule at = plan ? e->set->plans[e->asked] : e->set->rules[e->asked];
  const muster_pack *pack = pack_of(e, at);
  redact(e, err);
  muster_error_wrap(err, "%s %s/%s", plan ? "plan" : "rule", pack->manifest.name,
                    plan ? pack->plans[at.number].id : pack->infos[at.number].id);
  if (err && err->where[0]) return status;
  const script_file *file = plan ? &pack->plan_files[at.number] : &pack->rules[at.number].file;
  int line = plan ? 0 : lex_locate(file->source, &(const char *){"when"}, 1);
  if (line)
    muster_error_where(err, "%s:%d", file->name, line);
  else
    muster_error_where(err, "%s", file->name);
  return status;
}

static muster_status evaluator_evaluate(void *state, const muster_subject *subjects, size_t n, const uint32_t *rules,
                                        size_t rule_count, muster_error *err) {
  block b = {state, subjects, n, rules, rule_count};
  return ask(state, run_block, &b, false, err);
}

/* ---- plans ---- */

typedef struct plan_question {
  evaluator *e;
  const muster_subject *subject;
  const entry *entry;
  uint32_t rule, plan;
  bool answer;
} plan_question;

static int run_plan(lua_State *L) {
  plan_question *q = lua_touserdata(L, 1);
  evaluator *e = q->e;
  e->asked = q->plan;
  e->context.call = ++e->calls;
  e->context.subject = *q->subject;
  luaL_checkstack(L, 8, NULL);
  lua_rawgeti(L, LUA_REGISTRYINDEX, q->entry->function);
  lua_rawgeti(L, LUA_REGISTRYINDEX, e->subjects[q->subject->kind]);
  subject_turn(L, -1, q->subject);
  lua_rawgeti(L, LUA_REGISTRYINDEX, e->params[q->rule]);
  budget_begin(&e->script.budget, e->set->limits.instructions, !q->entry->ends);
  lua_call(L, 2, 1);
  q->answer = lua_toboolean(L, -1);
  return 0;
}

static muster_status ask_plan(plan_question *q, muster_date start, bool *answer, muster_error *err) {
  evaluator *e = q->e;
  muster_desk_set_plan_start(e->context.desk, start);
  muster_status status = ask(e, run_plan, q, true, err);
  muster_desk_set_plan_start(e->context.desk, MUSTER_NO_DATE);
  *answer = q->answer;
  return status;
}

static muster_status evaluator_step(void *state, const muster_subject *subject, uint32_t rule, uint32_t plan,
                                    uint32_t step, muster_date start, bool *wanted, muster_error *err) {
  evaluator *e = state;
  plan_question q = {e, subject, &e->steps[plan][step], rule, plan, true};
  *wanted = true;
  return q.entry->function == LUA_NOREF ? MUSTER_OK : ask_plan(&q, start, wanted, err);
}

static muster_status evaluator_review(void *state, const muster_subject *subject, uint32_t rule, uint32_t plan,
                                      muster_date start, bool *success, muster_error *err) {
  evaluator *e = state;
  plan_question q = {e, subject, &e->successes[plan], rule, plan, false};
  *success = false;
  return q.entry->function == LUA_NOREF ? MUSTER_OK : ask_plan(&q, start, success, err);
}

const muster_ruleset_class evaluate_class = {.open = evaluator_open,
                                             .evaluate = evaluator_evaluate,
                                             .step_wanted = evaluator_step,
                                             .review_success = evaluator_review,
                                             .close = evaluator_close};
