/* From stored plan steps to the engine's memory of plans, and from a run back to the store. */
#include "memory.h"

#include <string.h>

#include "isolated.h"

static muster_subject_kind scope_of(const char *text) {
  if (strcmp(text, "group") == 0) return MUSTER_SUBJECT_GROUP;
  return strcmp(text, "school") == 0 ? MUSTER_SUBJECT_SCHOOL : MUSTER_SUBJECT_PUPIL;
}

muster_status cli_memory_open(const char *path, muster_date as_of, cli_memory *memory, muster_error *err) {
  *memory = (cli_memory){.path = path};
  MUSTER_TRY(muster_store_plans(path, as_of, &memory->steps, err));
  size_t n = memory->steps.count;
  muster_plan_record *records = muster_arena_alloc(&memory->arena, (n + 1) * sizeof *records);
  muster_plan_step_record *steps = muster_arena_alloc(&memory->arena, (n + 1) * sizeof *steps);
  if (!records || !steps) return muster_fail_memory(err);
  for (size_t i = 0; i < n; i++) {
    const muster_stored_step *s = &memory->steps.at[i];
    bool same_plan = i && memory->steps.at[i - 1].number == s->number;
    if (!same_plan)
      records[memory->plans.count++] =
          (muster_plan_record){s->plan, s->rule, scope_of(s->scope), s->school, s->subject, s->start, &steps[i], 0};
    records[memory->plans.count - 1].step_count++;
    steps[i] = (muster_plan_step_record){s->step, s->done_on, s->status == MUSTER_STORED_DROPPED};
  }
  memory->plans.records = records;
  return muster_plan_memory_index(&memory->plans, err);
}

void cli_memory_close(cli_memory *memory) {
  muster_plan_memory_free(&memory->plans);
  muster_stored_steps_free(&memory->steps);
  muster_arena_free(&memory->arena);
}

/* One digest for all packs and what was tailored: a run of the same at the same date replaces the former. */
static const char *name_of_packs(cli_memory *memory, const cli_packs *packs) {
  muster_buf all;
  muster_buf_init(&all, 1 << 20);
  for (size_t i = 0; i < packs->count; i++) {
    size_t rules;
    const muster_rule_info *info = muster_pack_rules(packs->packs[i], &rules);
    const muster_manifest *m = muster_pack_manifest(packs->packs[i]);
    muster_buf_printf(&all, "%s\n", muster_pack_digest(packs->packs[i]));
    for (size_t k = 0; k < m->param_count; k++)
      if (m->params[k].changed) muster_buf_printf(&all, "pack.%s=%s\n", m->params[k].name, m->params[k].value);
    for (size_t r = 0; r < rules; r++) {
      muster_buf_printf(&all, "%s %d %d\n", info[r].id, info[r].disabled, (int)info[r].level);
      for (size_t k = 0; k < info[r].param_count; k++)
        if (info[r].params[k].changed)
          muster_buf_printf(&all, "%s=%s\n", info[r].params[k].name, info[r].params[k].value);
    }
  }
  char digest[MUSTER_DIGEST_TEXT];
  muster_digest(all.at, all.n, digest);
  bool failed = all.failed;
  muster_buf_free(&all);
  return failed ? NULL : muster_arena_copy(&memory->arena, digest, sizeof digest - 1);
}

muster_status cli_memory_record(cli_memory *memory, const cli_packs *packs, const muster_register *reg,
                                const muster_ruleset *set, const muster_run *run, muster_date as_of,
                                const char *run_json, muster_error *err) {
  muster_stored_finding *findings = muster_arena_alloc(&memory->arena, (run->finding_count + 1) * sizeof *findings);
  muster_stored_step *steps = muster_arena_alloc(&memory->arena, (run->plan_row_count + 1) * sizeof *steps);
  const char *name = name_of_packs(memory, packs);
  if (!findings || !steps || !name) return muster_fail_memory(err);
  for (size_t i = 0; i < run->finding_count; i++) {
    const muster_finding *f = &run->findings[i];
    const muster_rule *rule = &set->rules[f->rule];
    findings[i] = (muster_stored_finding){rule->id,
                                          muster_scope_text(rule->scope),
                                          muster_subject_id(reg, &f->subject).at,
                                          muster_school_id(reg, f->subject.school).at,
                                          muster_level_text(rule->level),
                                          f->since,
                                          f->message,
                                          f->evidence};
  }
  for (size_t i = 0; i < run->plan_row_count; i++) {
    const muster_plan_row *row = &run->plan_rows[i];
    const muster_plan *plan = &set->plans[row->plan];
    const muster_step *step = &plan->steps[row->step];
    steps[i] = (muster_stored_step){.plan = plan->id,
                                    .rule = set->rules[row->rule].id,
                                    .scope = muster_scope_text(row->subject.kind),
                                    .subject = muster_subject_id(reg, &row->subject).at,
                                    .school = muster_school_id(reg, row->subject.school).at,
                                    .start = row->start,
                                    .step = step->id,
                                    .action = step->action,
                                    .owner = step->owner,
                                    .due = row->due,
                                    .status = (muster_stored_status)row->status,
                                    .done_on = row->done};
  }
  muster_stored_run stored = {as_of, name, run_json, findings, run->finding_count, steps, run->plan_row_count};
  return cli_store_record(memory->path, &stored, err);
}
