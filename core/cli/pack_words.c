/* Telling two packs apart: by what they say of themselves, then by the text of their files. */
#include "pack_words.h"

#include <stdarg.h>
#include <string.h>

#include "code_words.h"
#include "muster/report/findings.h"
#include "pack_facts.h"

typedef struct telling {
  const muster_pack *old, *new_;
  muster_arena *arena;
  muster_buf *out;
  size_t lines;
} telling;

static void line(telling *t, const char *fmt, ...) MUSTER_PRINTF(2, 3);

static void line(telling *t, const char *fmt, ...) {
  char text[600], *whole = text;
  va_list args;
  va_start(args, fmt);
  int n = vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  if (n >= (int)sizeof text && (whole = muster_arena_alloc(t->arena, (size_t)n + 1))) { /* an authority can be long */
    va_start(args, fmt);
    vsnprintf(whole, (size_t)n + 1, fmt, args);
    va_end(args);
  }
  if (!whole) t->out->failed = true;
  if (whole) muster_buf_printf(t->out, "%s\n", whole);
  t->lines++;
}

static bool same(const char *a, const char *b) { return strcmp(a ? a : "", b ? b : "") == 0; }

/* "WHAT: was OLD, is NEW", when they differ. */
static void text_changed(telling *t, const char *of, const char *what, const char *a, const char *b) {
  if (same(a, b)) return;
  line(t, "%s: %s was %s, is %s", of, what, a && *a ? a : "none", b && *b ? b : "none");
}

/* ---- parameters ---- */

static const muster_param *param_named(const muster_param *params, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(params[i].name, name) == 0) return &params[i];
  return NULL;
}

static void param_changed(telling *t, const char *of, const muster_param *a, const muster_param *b) {
  char what[128];
  snprintf(what, sizeof what, "the parameter %s", b->name);
  text_changed(t, of, what, a->value, b->value);
  snprintf(what, sizeof what, "the kind of %s", b->name);
  text_changed(t, of, what, muster_param_kind_text(a->kind), muster_param_kind_text(b->kind));
  const char *before = cli_param_bounds(a, t->arena), *after = cli_param_bounds(b, t->arena);
  snprintf(what, sizeof what, "the bounds of %s", b->name);
  if (before && after) text_changed(t, of, what, before, after);
}

static void params_changed(telling *t, const char *of, const muster_param *a, size_t n, const muster_param *b,
                           size_t m) {
  for (size_t i = 0; i < n; i++)
    if (!param_named(b, m, a[i].name)) line(t, "%s: the parameter %s is gone; it was %s", of, a[i].name, a[i].value);
  for (size_t i = 0; i < m; i++) {
    const muster_param *before = param_named(a, n, b[i].name);
    if (before)
      param_changed(t, of, before, &b[i]);
    else
      line(t, "%s: there is a new parameter %s, %s", of, b[i].name, b[i].value);
  }
}

/* ---- files ---- */

/* Are a file's bytes the same in both packs. What cannot be read any more counts as changed. */
static bool same_file(const telling *t, const char *file) {
  char digest[2][MUSTER_DIGEST_TEXT];
  const muster_pack *packs[] = {t->old, t->new_};
  for (int i = 0; i < 2; i++) {
    const char *path = muster_path_join(t->arena, muster_pack_folder(packs[i]), file);
    if (!path || muster_digest_file(path, digest[i], NULL) != MUSTER_OK) return false;
  }
  return strcmp(digest[0], digest[1]) == 0;
}

/* ---- rules ---- */

static const muster_rule_info *rule_named(const muster_pack *pack, const char *id) {
  size_t n;
  const muster_rule_info *rules = muster_pack_rules(pack, &n);
  for (size_t i = 0; i < n; i++)
    if (strcmp(rules[i].id, id) == 0) return &rules[i];
  return NULL;
}

static const char *lasting_text(muster_lasting l, char out[48]) {
  static const char *const words[] = {"none",           "school days",   "school weeks", "until half-term end",
                                      "until term end", "until year end"};
  if (l.kind == MUSTER_LASTS_SCHOOL_DAYS || l.kind == MUSTER_LASTS_SCHOOL_WEEKS)
    snprintf(out, 48, "%d %s", l.n, words[l.kind]);
  else
    snprintf(out, 48, "%s", words[l.kind]);
  return out;
}

static void lasting_changed(telling *t, const char *of, const char *what, muster_lasting a, muster_lasting b) {
  char was[48], is[48];
  text_changed(t, of, what, lasting_text(a, was), lasting_text(b, is));
}

/* Functions, and then what is left of a file that is not the same. */
static void code_changed(telling *t, const char *of, const char *file, size_t before) {
  if (same_file(t, file)) return;
  t->lines += cli_code_words(t->old, t->new_, of, file, t->arena, t->out);
  if (t->lines == before) line(t, "%s: only comments or the layout of %s changed", of, file);
}

static void rule_changed(telling *t, const muster_rule_info *a, const muster_rule_info *b) {
  char of[128];
  size_t before = t->lines;
  snprintf(of, sizeof of, "rule %s", b->id);
  if (a->disabled != b->disabled) line(t, "%s: is now %s", of, b->disabled ? "disabled" : "in use");
  text_changed(t, of, "the title", a->title, b->title);
  text_changed(t, of, "it", muster_scope_text(a->scope), muster_scope_text(b->scope));
  text_changed(t, of, "the level", muster_level_text(a->level), muster_level_text(b->level));
  text_changed(t, of, "the plan", a->plan, b->plan);
  text_changed(t, of, "the message", a->message, b->message);
  text_changed(t, of, "the authority", a->authority, b->authority);
  params_changed(t, of, a->params, a->param_count, b->params, b->param_count);
  text_changed(t, of, "what it inhibits", a->inhibits, b->inhibits);
  text_changed(t, of, "the attribute of its groups", a->by, b->by);
  lasting_changed(t, of, "how long before it is reported", a->for_, b->for_);
  lasting_changed(t, of, "the hold", a->hold, b->hold);
  lasting_changed(t, of, "the time until it is armed again", a->rearm, b->rearm);
  code_changed(t, of, b->file, before);
}

static void rules_changed(telling *t) {
  size_t n, m;
  const muster_rule_info *a = muster_pack_rules(t->old, &n), *b = muster_pack_rules(t->new_, &m);
  for (size_t i = 0; i < n; i++)
    if (!rule_named(t->new_, a[i].id)) line(t, "rule %s is gone: %s", a[i].id, a[i].title);
  for (size_t i = 0; i < m; i++) {
    const muster_rule_info *before = rule_named(t->old, b[i].id);
    if (before)
      rule_changed(t, before, &b[i]);
    else
      line(t, "rule %s is new (%s, %s): %s", b[i].id, muster_scope_text(b[i].scope), muster_level_text(b[i].level),
           b[i].title);
  }
}

/* ---- plans ---- */

static const muster_plan *plan_named(const muster_pack *pack, const char *id) {
  size_t n;
  const muster_plan *plans = muster_pack_plans(pack, &n);
  for (size_t i = 0; i < n; i++)
    if (strcmp(plans[i].id, id) == 0) return &plans[i];
  return NULL;
}

static const muster_step *step_named(const muster_plan *plan, const char *id) {
  for (size_t i = 0; i < plan->step_count; i++)
    if (strcmp(plan->steps[i].id, id) == 0) return &plan->steps[i];
  return NULL;
}

static void plan_changed(telling *t, const muster_plan *a, const muster_plan *b) {
  char of[128], what[128], was[48], is[48], file[128];
  size_t before = t->lines;
  snprintf(of, sizeof of, "plan %s", b->id);
  text_changed(t, of, "the title", a->title, b->title);
  for (size_t i = 0; i < a->step_count; i++)
    if (!step_named(b, a->steps[i].id)) line(t, "%s: the step %s is gone", of, a->steps[i].id);
  for (size_t i = 0; i < b->step_count; i++) {
    const muster_step *now = &b->steps[i], *then = step_named(a, now->id);
    if (!then) {
      line(t, "%s: the step %s is new: %s, by %s, within %s", of, now->id, now->action, now->owner,
           lasting_text(now->due, is));
      continue;
    }
    snprintf(what, sizeof what, "the action of %s", now->id);
    text_changed(t, of, what, then->action, now->action);
    snprintf(what, sizeof what, "the owner of %s", now->id);
    text_changed(t, of, what, then->owner, now->owner);
    snprintf(what, sizeof what, "the time for %s", now->id);
    text_changed(t, of, what, lasting_text(then->due, was), lasting_text(now->due, is));
  }
  text_changed(t, of, "the review after", lasting_text(a->review_after, was), lasting_text(b->review_after, is));
  text_changed(t, of, "what it escalates to", a->escalate, b->escalate);
  snprintf(file, sizeof file, "plans/%s.lua", b->id);
  code_changed(t, of, file, before);
}

static void plans_changed(telling *t) {
  size_t n, m;
  const muster_plan *a = muster_pack_plans(t->old, &n), *b = muster_pack_plans(t->new_, &m);
  for (size_t i = 0; i < n; i++)
    if (!plan_named(t->new_, a[i].id)) line(t, "plan %s is gone: %s", a[i].id, a[i].title);
  for (size_t i = 0; i < m; i++) {
    const muster_plan *before = plan_named(t->old, b[i].id);
    if (before)
      plan_changed(t, before, &b[i]);
    else
      line(t, "plan %s is new: %s, %zu steps", b[i].id, b[i].title, b[i].step_count);
  }
}

/* ---- lib/ ---- */

static bool has_file(const muster_pack *pack, const char *file) {
  size_t n;
  const char *const *files = muster_pack_files(pack, &n);
  for (size_t i = 0; i < n; i++)
    if (strcmp(files[i], file) == 0) return true;
  return false;
}

/* A change in a library is one in every rule that requires it. */
static void libraries_changed(telling *t) {
  size_t n, m;
  const char *const *a = muster_pack_files(t->old, &n), *const *b = muster_pack_files(t->new_, &m);
  for (size_t i = 0; i < n; i++)
    if (strncmp(a[i], "lib/", 4) == 0 && !has_file(t->new_, a[i])) line(t, "library %s is gone", a[i]);
  for (size_t i = 0; i < m; i++) {
    char of[160], name[128];
    if (strncmp(b[i], "lib/", 4) != 0) continue;
    snprintf(name, sizeof name, "%.*s", (int)(strlen(b[i]) - strlen("lib/.lua")), b[i] + 4);
    snprintf(of, sizeof of, "library %s", name);
    const char *users = cli_code_users(t->new_, name, t->arena);
    if (!has_file(t->old, b[i])) {
      line(t, "%s is new, required by %s", of, *users ? users : "nothing");
    } else if (!same_file(t, b[i])) {
      size_t before = t->lines;
      code_changed(t, of, b[i], before);
      line(t, "%s: is required by %s", of, *users ? users : "nothing");
    }
  }
}

/* ---- the pack ---- */

static const char *values_of(telling *t, const muster_manifest *m, const char *name) {
  for (size_t i = 0; i < m->condition_count; i++) {
    if (strcmp(m->applies[i].name, name) != 0) continue;
    const char *all = "";
    for (size_t k = 0; all && m->applies[i].values[k]; k++)
      all = muster_arena_printf(t->arena, "%s%s%s", all, k ? ", " : "", m->applies[i].values[k]);
    return all;
  }
  return NULL;
}

static void applies_changed(telling *t, const muster_manifest *a, const muster_manifest *b) {
  char what[128];
  const muster_manifest *both[] = {a, b};
  for (size_t p = 0; p < 2; p++)
    for (size_t i = 0; i < both[p]->condition_count; i++) {
      const char *name = both[p]->applies[i].name, *was = values_of(t, a, name);
      if (p && was) continue; /* said already */
      snprintf(what, sizeof what, "the %s it applies to", name);
      text_changed(t, "pack", what, was, values_of(t, b, name));
    }
}

static const char *range_of(const muster_manifest *m, const char *pack) {
  for (size_t i = 0; i < m->requirement_count; i++)
    if (strcmp(m->requires[i].pack, pack) == 0) return m->requires[i].versions;
  return NULL;
}

/* ---- codes of its own ---- */

static const muster_code *code_like(const muster_manifest *m, const muster_code *code) {
  for (size_t i = 0; i < m->code_count; i++)
    if (strcmp(m->codes[i].text, code->text) == 0 && m->codes[i].from == code->from) return &m->codes[i];
  return NULL;
}

/* What marks mean decides every verdict. */
static void codes_changed(telling *t, const muster_manifest *a, const muster_manifest *b) {
  for (size_t i = 0; i < a->code_count; i++)
    if (!code_like(b, &a->codes[i])) line(t, "pack: its code %s is gone", a->codes[i].text);
  for (size_t i = 0; i < b->code_count; i++) {
    const muster_code *is = &b->codes[i], *was = code_like(a, is);
    if (!was)
      line(t, "pack: there is a new code %s, %s", is->text,
           is->meaning && *is->meaning ? is->meaning : "without a meaning");
    else if (was->categories != is->categories || was->to != is->to)
      line(t, "pack: its code %s counts as something else, or until another day", is->text);
    else if (!same(was->meaning, is->meaning))
      text_changed(t, "pack", is->text, was->meaning, is->meaning);
  }
}

static void manifest_changed(telling *t) {
  const muster_manifest *a = muster_pack_manifest(t->old), *b = muster_pack_manifest(t->new_);
  text_changed(t, "pack", "the name", a->name, b->name);
  text_changed(t, "pack", "the version", a->version, b->version);
  text_changed(t, "pack", "the licence", a->licence, b->licence);
  text_changed(t, "pack", "what it is for", a->about, b->about);
  codes_changed(t, a, b);
  char what[128];
  for (size_t i = 0; i < a->requirement_count; i++)
    if (!range_of(b, a->requires[i].pack)) line(t, "pack: it no longer requires %s", a->requires[i].pack);
  for (size_t i = 0; i < b->requirement_count; i++) {
    snprintf(what, sizeof what, "what it requires of %s", b->requires[i].pack);
    text_changed(t, "pack", what, range_of(a, b->requires[i].pack), b->requires[i].versions);
  }
  applies_changed(t, a, b);
  params_changed(t, "pack", a->params, a->param_count, b->params, b->param_count);
}

size_t cli_pack_words(const muster_pack *old, const muster_pack *new_, muster_arena *arena, muster_buf *out) {
  telling t = {old, new_, arena, out, 0};
  manifest_changed(&t);
  libraries_changed(&t);
  rules_changed(&t);
  plans_changed(&t);
  return t.lines;
}
