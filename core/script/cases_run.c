/* Running the cases of a pack: each twice, in interpreters with different hash seeds. */
#include <stdio.h>
#include <string.h>

#include "applies.h"
#include "cases.h"
#include "lex.h"
#include "ruleset.h"

/* ---- parameters ---- */

static muster_param *param_of(const muster_pack *pack, const test_case *c, const char *name) {
  const muster_rule_info *info = &pack->infos[c->rule];
  for (size_t i = 0; i < info->param_count; i++)
    if (strcmp(info->params[i].name, name) == 0) return (muster_param *)&info->params[i]; /* the pack's own memory */
  for (size_t i = 0; i < pack->manifest.param_count; i++)
    if (strcmp(pack->manifest.params[i].name, name) == 0) return (muster_param *)&pack->manifest.params[i];
  return NULL;
}

muster_status case_params_apply(muster_pack *pack, const test_case *c, case_saved *saved, muster_error *err) {
  saved->n = 0;
  for (size_t i = 0; i < c->params.n && i < sizeof saved->values / sizeof *saved->values; i++) {
    muster_param *param = param_of(pack, c, c->params.at[i].name);
    muster_status status = MUSTER_PACK;
    if (!param)
      muster_fail(err, status, "the rule %s has no parameter \"%.60s\"", pack->infos[c->rule].id, c->params.at[i].name);
    else
      status = pack_param_check(pack, param, c->params.at[i].value, err);
    if (status != MUSTER_OK) {
      case_params_restore(pack, c, saved);
      muster_error_where(err, "%s:%d", c->file->name, c->line);
      return status;
    }
    saved->values[saved->n++] = param->value;
    param->value = c->params.at[i].value;
  }
  return MUSTER_OK;
}

void case_params_restore(muster_pack *pack, const test_case *c, const case_saved *saved) {
  for (size_t i = saved->n; i-- > 0;) param_of(pack, c, c->params.at[i].name)->value = saved->values[i];
}

/* ---- one run ---- */

static bool is_asked(const test_case *c, size_t rule) {
  for (size_t i = 0; i < c->with_count; i++)
    if (c->with[i] == rule) return true;
  return rule == c->rule;
}

/* The pack's rules with only the case's own switched on, and those it names. */
static muster_status only_rules(const muster_pack *pack, const test_case *c, const muster_register *reg,
                                muster_ruleset **set, muster_error *err) {
  muster_pack *one = (muster_pack *)pack;
  MUSTER_TRY(muster_ruleset_make(&one, 1, &reg->codes, set, err));
  muster_rule *rules = (muster_rule *)(*set)->rules; /* of this set's arena */
  for (size_t i = 0; i < (*set)->rule_count; i++) rules[i].disabled = !is_asked(c, i);
  ((ruleset *)*set)->strict_messages = true;
  muster_ruleset_apply_anywhere(*set); /* a case is of marks, and need not say what school they are of */
  return MUSTER_OK;
}

static muster_status copy_findings(const muster_register *reg, const muster_run *run, muster_arena *arena,
                                   uint32_t rule, case_findings *found, muster_error *err) {
  found->inhibited = run->inhibited;
  found->at = muster_arena_alloc(arena, (run->finding_count + 1) * sizeof *found->at);
  if (!found->at) return muster_fail_memory(err);
  for (size_t i = 0; i < run->finding_count; i++) {
    const muster_finding *f = &run->findings[i];
    if (f->rule != rule) continue;
    muster_text id = muster_subject_id(reg, &f->subject);
    case_finding *copy = &found->at[found->n++];
    copy->at = f->subject;
    copy->since = f->since;
    copy->held = f->held;
    copy->subject = muster_arena_copy(arena, id.at, id.n);
    copy->message = muster_arena_copy(arena, f->message ? f->message : "", f->message ? strlen(f->message) : 0);
    copy->evidence = muster_arena_copy(arena, f->evidence ? f->evidence : "{}", f->evidence ? strlen(f->evidence) : 2);
    if (!copy->subject || !copy->message || !copy->evidence) return muster_fail_memory(err);
  }
  return MUSTER_OK;
}

muster_status case_run(const muster_pack *pack, const test_case *c, const muster_register *reg, muster_arena *arena,
                       case_findings *found, muster_error *err) {
  *found = (case_findings){.as_of = c->as_of == MUSTER_NO_DATE ? muster_last_known(reg) : c->as_of};
  muster_ruleset *set;
  MUSTER_TRY(only_rules(pack, c, reg, &set, err));
  muster_run run = {0};
  muster_run_options options = {.as_of = found->as_of, .jobs = 1};
  muster_status status = muster_run_rules(reg, set, &options, &run, err);
  if (status == MUSTER_OK) {
    status = copy_findings(reg, &run, arena, c->rule, found, err);
    muster_run_free(&run);
  }
  muster_ruleset_free(set);
  return status;
}

/* ---- a case ---- */

static bool same(const case_findings *a, const case_findings *b) {
  if (a->n != b->n) return false;
  for (size_t i = 0; i < a->n; i++) {
    const case_finding *x = &a->at[i], *y = &b->at[i];
    if (strcmp(x->subject, y->subject) || strcmp(x->message, y->message) || strcmp(x->evidence, y->evidence) ||
        x->since != y->since || x->held != y->held)
      return false;
  }
  return true;
}

/* The second run happens while another interpreter holds the memory of the first, and so has other hash seeds. */
static muster_status run_again(const muster_pack *pack, const test_case *c, const muster_register *reg,
                               muster_arena *arena, case_findings *found, muster_error *err) {
  budget spare;
  lua_State *L = budget_open(&spare, &pack->limits);
  if (!L) return muster_fail_memory(err);
  muster_status status = case_run(pack, c, reg, arena, found, err);
  lua_close(L);
  return status;
}

static muster_status compare(muster_pack *pack, const test_case *c, const muster_register *reg, muster_case *result,
                             muster_arena *arena, muster_error *err) {
  case_findings first, second;
  muster_buf out;
  MUSTER_TRY(case_run(pack, c, reg, arena, &first, err));
  MUSTER_TRY(run_again(pack, c, reg, arena, &second, err));
  muster_buf_init(&out, 1 << 20);
  if (!same(&first, &second))
    muster_buf_puts(&out, "two runs of the rule differ: it depends on something it was not given\n");
  case_differences(pack, c, reg, &first, &out);
  result->passed = out.n == 0 && !out.failed;
  result->findings = first.n;
  if (out.failed)
    result->difference = "so many findings differ that they are not listed\n";
  else
    result->difference = muster_arena_copy(arena, out.n ? out.at : "", out.n);
  muster_buf_free(&out);
  return result->difference ? MUSTER_OK : muster_fail_memory(err);
}

/* A rule that fails, or marks that cannot be, fail the case and not the tests. */
static muster_status run_case(muster_pack *pack, const test_case *c, muster_case *result, muster_arena *arena,
                              muster_error *err) {
  *result = (muster_case){.file = muster_arena_copy(arena, c->file->path, strlen(c->file->path)),
                          .line = c->line,
                          .rule = pack->infos[c->rule].id,
                          .name = c->name,
                          .difference = ""};
  if (!result->file) return muster_fail_memory(err);
  case_saved saved;
  muster_register *reg = NULL;
  muster_error problem = {0};
  muster_status status = case_params_apply(pack, c, &saved, &problem);
  if (status == MUSTER_OK) {
    status = case_register(pack, c, &reg, &problem);
    if (status == MUSTER_OK) status = compare(pack, c, reg, result, arena, &problem);
    muster_register_free(reg);
    case_params_restore(pack, c, &saved);
  }
  if (status == MUSTER_OK) return MUSTER_OK;
  if (status == MUSTER_MEMORY || status == MUSTER_DEFECT) {
    if (err) *err = problem;
    return status;
  }
  char text[1024];
  muster_error_format(&problem, text, sizeof text);
  result->difference = muster_arena_printf(arena, "%s\n", text);
  result->findings = SIZE_MAX;
  return result->difference ? MUSTER_OK : muster_fail_memory(err);
}

/* ---- a pack ---- */

static muster_status read_all(muster_pack *pack, test_cases *cases, muster_error *err) {
  script s;
  MUSTER_TRY(script_open(&s, &pack->limits, err));
  s.pack = pack;
  muster_status status = MUSTER_OK;
  for (size_t i = 0; i < pack->test_file_count && status == MUSTER_OK; i++) {
    script_file *file = muster_arena_alloc(cases->arena, sizeof *file);
    status = file ? describe_read(pack->folder, pack->test_files[i], cases->arena, file, err) : muster_fail_memory(err);
    if (status == MUSTER_OK) status = cases_read(&s, pack, file, cases, err);
  }
  script_close(&s);
  return status;
}

static void keep_rule(const muster_pack *pack, test_cases *cases, const char *rule) {
  size_t kept = 0;
  for (size_t i = 0; i < cases->n; i++)
    if (pack_rule_find(pack, rule) == cases->at[i].rule) cases->at[kept++] = cases->at[i];
  cases->n = kept;
}

static muster_status nothing_to_run(const muster_pack *pack, const char *rule, muster_error *err) {
  muster_fail(err, MUSTER_FAILED, "there is no test to run%s%s", rule ? " of the rule " : "", rule ? rule : "");
  muster_error_where(err, "%s", pack->folder);
  muster_error_todo(err, "write rules/NAME_test.lua beside the rule");
  return MUSTER_FAILED;
}

static muster_status cover(muster_pack *pack, const test_cases *cases, muster_test_results *results,
                           muster_error *err) {
  size_t *fired = muster_alloc(cases->n, sizeof *fired);
  results->coverage = muster_arena_alloc(&results->arena, (pack->rule_count + 1) * sizeof *results->coverage);
  muster_status status = fired && results->coverage ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    for (size_t i = 0; i < cases->n; i++) fired[i] = results->cases[i].findings;
    results->coverage_count = pack->rule_count;
    status = cases_coverage(pack, cases, fired, &results->arena, results->coverage, &results->uncovered, err);
  }
  muster_free(fired);
  return status;
}

static muster_status run_all(muster_pack *pack, const muster_test_options *options, test_cases *cases,
                             muster_test_results *results, muster_error *err) {
  MUSTER_TRY(read_all(pack, cases, err));
  if (options && options->rule) keep_rule(pack, cases, options->rule);
  if (cases->n == 0) return nothing_to_run(pack, options ? options->rule : NULL, err);
  results->cases = muster_arena_alloc(&results->arena, cases->n * sizeof *results->cases);
  if (!results->cases) return muster_fail_memory(err);
  for (size_t i = 0; i < cases->n; i++) {
    MUSTER_TRY(run_case(pack, &cases->at[i], &results->cases[i], &results->arena, err));
    results->case_count++;
    if (!results->cases[i].passed) results->failed++;
  }
  return options && options->coverage ? cover(pack, cases, results, err) : MUSTER_OK;
}

muster_status muster_pack_test(muster_pack *pack, const muster_test_options *options, muster_test_results *results,
                               muster_error *err) {
  *results = (muster_test_results){0};
  muster_limits own = pack->limits;
  if (options && options->limits) pack->limits = *options->limits;
  test_cases cases = {.arena = &results->arena};
  muster_status status = run_all(pack, options, &cases, results, err);
  pack->limits = own;
  muster_free(cases.at);
  for (size_t i = 0; i < results->case_count; i++)
    if (results->cases[i].findings == SIZE_MAX) results->cases[i].findings = 0;
  if (status != MUSTER_OK) muster_test_results_free(results);
  return status;
}

void muster_test_results_free(muster_test_results *results) {
  muster_arena_free(&results->arena);
  *results = (muster_test_results){0};
}
