/* Findings and plans as sheets. */
#include "muster/report/findings.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *muster_scope_text(muster_subject_kind kind) {
  static const char *const texts[] = {"pupil", "group", "school"};
  return texts[kind];
}

static void put_subject(muster_sheet *sheet, const muster_register *reg, const muster_subject *subject) {
  muster_sheet_borrow(sheet, muster_subject_id(reg, subject));
  muster_sheet_borrow(sheet, muster_school_id(reg, subject->school));
}

muster_sheet *muster_findings_sheet(const muster_register *reg, const muster_ruleset *set, const muster_run *run,
                                    muster_buf *csv) {
  static const muster_column columns[] = {
      {"rule", MUSTER_COLUMN_TEXT, false},    {"scope", MUSTER_COLUMN_TEXT, true},
      {"subject", MUSTER_COLUMN_TEXT, false}, {"school", MUSTER_COLUMN_TEXT, false},
      {"level", MUSTER_COLUMN_TEXT, false},   {"since", MUSTER_COLUMN_TEXT, false},
      {"as_of", MUSTER_COLUMN_TEXT, true},    {"message", MUSTER_COLUMN_TEXT, false},
      {"evidence", MUSTER_COLUMN_JSON, true},
  };
  muster_sheet *sheet = muster_sheet_new(columns, COUNT(columns));
  if (sheet && csv) muster_sheet_stream(sheet, csv);
  for (size_t i = 0; sheet && i < run->finding_count; i++) {
    const muster_finding *f = &run->findings[i];
    const muster_rule *rule = &set->rules[f->rule];
    muster_sheet_borrow(sheet, muster_text_of(rule->id));
    muster_sheet_borrow(sheet, muster_text_of(muster_scope_text(rule->scope)));
    put_subject(sheet, reg, &f->subject);
    muster_sheet_borrow(sheet, muster_text_of(muster_level_text(rule->level)));
    muster_sheet_date(sheet, f->since);
    muster_sheet_date(sheet, f->as_of);
    muster_sheet_borrow(sheet, muster_text_of(f->message));
    muster_sheet_borrow(sheet, muster_text_of(f->evidence));
  }
  return sheet;
}

muster_sheet *muster_plans_sheet(const muster_register *reg, const muster_ruleset *set, const muster_run *run,
                                 muster_buf *csv) {
  static const muster_column columns[] = {
      {"plan", MUSTER_COLUMN_TEXT, false},    {"rule", MUSTER_COLUMN_TEXT, false},
      {"subject", MUSTER_COLUMN_TEXT, false}, {"school", MUSTER_COLUMN_TEXT, false},
      {"step", MUSTER_COLUMN_TEXT, false},    {"action", MUSTER_COLUMN_TEXT, false},
      {"owner", MUSTER_COLUMN_TEXT, false},   {"due", MUSTER_COLUMN_TEXT, false},
      {"status", MUSTER_COLUMN_TEXT, false},
  };
  muster_sheet *sheet = muster_sheet_new(columns, COUNT(columns));
  if (sheet && csv) muster_sheet_stream(sheet, csv);
  for (size_t i = 0; sheet && i < run->plan_row_count; i++) {
    const muster_plan_row *row = &run->plan_rows[i];
    const muster_plan *plan = &set->plans[row->plan];
    const muster_step *step = &plan->steps[row->step];
    muster_sheet_borrow(sheet, muster_text_of(plan->id));
    muster_sheet_borrow(sheet, muster_text_of(set->rules[row->rule].id));
    put_subject(sheet, reg, &row->subject);
    muster_sheet_borrow(sheet, muster_text_of(step->id));
    muster_sheet_borrow(sheet, muster_text_of(step->action));
    muster_sheet_borrow(sheet, muster_text_of(step->owner));
    muster_sheet_date(sheet, row->due);
    muster_sheet_borrow(sheet, muster_text_of(row->missing ? "missing" : muster_step_status_text(row->status)));
  }
  return sheet;
}

muster_sheet *muster_rules_sheet(const muster_register *reg, const muster_ruleset *set, const muster_run *run) {
  static const muster_column columns[] = {
      {"rule", MUSTER_COLUMN_TEXT, false},     {"title", MUSTER_COLUMN_TEXT, false},
      {"level", MUSTER_COLUMN_TEXT, false},    {"findings", MUSTER_COLUMN_COUNT, false},
      {"schools", MUSTER_COLUMN_COUNT, false},
  };
  muster_sheet *sheet = muster_sheet_new(columns, COUNT(columns));
  uint32_t *seen = muster_alloc(reg->school_count, sizeof *seen); /* rule + 1 that last had a finding there */
  if (!sheet || !seen) {
    muster_sheet_free(sheet);
    muster_free(seen);
    return NULL;
  }
  size_t i = 0;
  for (uint32_t r = 0; r < set->rule_count; r++) {
    const muster_rule *rule = &set->rules[r];
    int64_t findings = 0, schools = 0;
    for (; i < run->finding_count && run->findings[i].rule == r; i++) {
      uint32_t *last = &seen[run->findings[i].subject.school];
      schools += *last != r + 1;
      *last = r + 1;
      findings++;
    }
    muster_sheet_borrow(sheet, muster_text_of(rule->id));
    muster_sheet_borrow(sheet, muster_text_of(rule->title));
    muster_sheet_borrow(sheet, muster_text_of(rule->disabled ? "disabled" : muster_level_text(rule->level)));
    muster_sheet_count(sheet, findings);
    muster_sheet_count(sheet, schools);
  }
  muster_free(seen);
  return sheet;
}
