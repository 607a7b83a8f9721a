/* Backtests and sweeps as sheets. */
#include "muster/report/backtest.h"

#include <math.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define SHARE(name) \
  {name, MUSTER_COLUMN_RATE, false}, {name "_low", MUSTER_COLUMN_RATE, true}, { name "_high", MUSTER_COLUMN_RATE, true }
#define SCORE                                                                                            \
  {"cases", MUSTER_COLUMN_COUNT, true}, {"positives", MUSTER_COLUMN_COUNT, true},                        \
      {"flagged", MUSTER_COLUMN_COUNT, false}, {"hits", MUSTER_COLUMN_COUNT, false}, SHARE("precision"), \
      SHARE("recall")

static void put_share(muster_sheet *sheet, const muster_share *share) {
  muster_sheet_number(sheet, share->value);
  muster_sheet_number(sheet, share->low);
  muster_sheet_number(sheet, share->high);
}

static void put_score(muster_sheet *sheet, const muster_score *score) {
  muster_sheet_count(sheet, (int64_t)score->cases);
  muster_sheet_count(sheet, (int64_t)score->positives);
  muster_sheet_count(sheet, (int64_t)score->flagged);
  muster_sheet_count(sheet, (int64_t)score->hits);
  put_share(sheet, &score->precision);
  put_share(sheet, &score->recall);
}

static void put_none(muster_sheet *sheet, int n) {
  while (n-- > 0) muster_sheet_none(sheet);
}

static void put_line(muster_sheet *sheet, const char *name, const muster_backtest_line *line, const char *source) {
  muster_sheet_borrow(sheet, muster_text_of(name));
  if (line->scored)
    put_score(sheet, &line->all);
  else
    put_none(sheet, 10);
  if (line->scored) {
    muster_sheet_number(sheet, line->lead.q25);
    muster_sheet_number(sheet, line->lead.median);
    muster_sheet_number(sheet, line->lead.q75);
    muster_sheet_count(sheet, (int64_t)line->lead.late);
  } else {
    put_none(sheet, 4);
  }
  muster_sheet_count(sheet, (int64_t)line->workload.total);
  muster_sheet_number(sheet, line->workload.mean);
  muster_sheet_count(sheet, line->workload.most);
  muster_sheet_count(sheet, (int64_t)line->alone);
  muster_sheet_count(sheet, (int64_t)line->alone_hits);
  muster_sheet_number(sheet, line->scored ? line->chance_precision : NAN);
  muster_sheet_number(sheet, line->scored ? line->chance_recall : NAN);
  muster_sheet_text(sheet, muster_text_of(source));
}

muster_sheet *muster_backtest_rules_sheet(const muster_ruleset *set, const muster_backtest *b, const char *source) {
  static const muster_column columns[] = {
      {"rule", MUSTER_COLUMN_TEXT, false},           SCORE,
      {"lead_q25", MUSTER_COLUMN_NUMBER, true},      {"lead_median", MUSTER_COLUMN_NUMBER, false},
      {"lead_q75", MUSTER_COLUMN_NUMBER, true},      {"late", MUSTER_COLUMN_COUNT, true},
      {"findings", MUSTER_COLUMN_COUNT, true},       {"new_per_tick", MUSTER_COLUMN_NUMBER, false},
      {"most_per_tick", MUSTER_COLUMN_COUNT, false}, {"alone", MUSTER_COLUMN_COUNT, false},
      {"alone_hits", MUSTER_COLUMN_COUNT, false},    {"chance_precision", MUSTER_COLUMN_RATE, true},
      {"chance_recall", MUSTER_COLUMN_RATE, true},   {"source", MUSTER_COLUMN_TEXT, true},
  };
  muster_sheet *sheet = muster_sheet_new(columns, COUNT(columns));
  for (size_t r = 0; sheet && r < b->rule_count; r++)
    if (!set->rules[r].disabled) put_line(sheet, set->rules[r].id, &b->rules[r], source);
  if (sheet) put_line(sheet, "pack", &b->pack, source);
  if (sheet) put_line(sheet, "threshold", &b->threshold, source);
  return sheet;
}

muster_sheet *muster_backtest_ticks_sheet(const muster_ruleset *set, const muster_backtest *b) {
  static const muster_column columns[] = {{"date", MUSTER_COLUMN_TEXT, false},
                                          {"rule", MUSTER_COLUMN_TEXT, false},
                                          {"new", MUSTER_COLUMN_COUNT, false},
                                          {"standing", MUSTER_COLUMN_COUNT, false}};
  muster_sheet *sheet = muster_sheet_new(columns, COUNT(columns));
  for (size_t t = 0; sheet && t < b->tick_count; t++)
    for (size_t r = 0; r < b->rule_count; r++) {
      if (set->rules[r].disabled) continue;
      muster_sheet_date(sheet, b->ticks[t]);
      muster_sheet_borrow(sheet, muster_text_of(set->rules[r].id));
      muster_sheet_count(sheet, b->rules[r].workload.fresh[t]);
      muster_sheet_count(sheet, b->rules[r].workload.standing[t]);
    }
  return sheet;
}

static void put_groups(muster_sheet *sheet, const muster_backtest *b, const char *name,
                       const muster_backtest_line *line) {
  for (size_t g = 0; line->scored && g < b->group_count; g++) {
    muster_sheet_borrow(sheet, muster_text_of(name));
    muster_sheet_borrow(sheet, muster_text_of(b->groups[g].attribute));
    muster_sheet_borrow(sheet, muster_text_of(b->groups[g].value));
    put_score(sheet, &line->groups[g]);
  }
}

muster_sheet *muster_backtest_groups_sheet(const muster_ruleset *set, const muster_backtest *b) {
  static const muster_column columns[] = {{"rule", MUSTER_COLUMN_TEXT, false},
                                          {"attribute", MUSTER_COLUMN_TEXT, false},
                                          {"value", MUSTER_COLUMN_TEXT, false},
                                          SCORE};
  muster_sheet *sheet = muster_sheet_new(columns, COUNT(columns));
  for (size_t r = 0; sheet && r < b->rule_count; r++)
    if (!set->rules[r].disabled) put_groups(sheet, b, set->rules[r].id, &b->rules[r]);
  if (sheet) put_groups(sheet, b, "pack", &b->pack);
  if (sheet) put_groups(sheet, b, "threshold", &b->threshold);
  return sheet;
}

muster_sheet *muster_sweep_sheet(const char *const *values, const muster_sweep *sweep, const char *source) {
  static const muster_column columns[] = {{"value", MUSTER_COLUMN_TEXT, false},
                                          {"findings", MUSTER_COLUMN_COUNT, false},
                                          SCORE,
                                          {"lead_median", MUSTER_COLUMN_NUMBER, false},
                                          {"new_per_tick", MUSTER_COLUMN_NUMBER, false},
                                          {"most_per_tick", MUSTER_COLUMN_COUNT, false},
                                          {"source", MUSTER_COLUMN_TEXT, true}};
  muster_sheet *sheet = muster_sheet_new(columns, COUNT(columns));
  for (size_t i = 0; sheet && i < sweep->count; i++) {
    const muster_sweep_point *p = &sweep->points[i];
    muster_sheet_borrow(sheet, muster_text_of(values[i]));
    muster_sheet_count(sheet, (int64_t)p->findings);
    if (p->scored)
      put_score(sheet, &p->score);
    else
      put_none(sheet, 10);
    muster_sheet_number(sheet, p->scored ? p->lead.median : NAN);
    muster_sheet_number(sheet, p->scored ? p->per_tick : NAN);
    if (p->scored)
      muster_sheet_count(sheet, p->most);
    else
      muster_sheet_none(sheet);
    muster_sheet_text(sheet, muster_text_of(source));
  }
  return sheet;
}

muster_status muster_backtest_chart(muster_chart *chart, const muster_ruleset *set, const muster_backtest *b,
                                    muster_arena *arena, muster_error *err) {
  static const char *const outcomes[] = {"future persistent absentees", "future severe absentees",
                                         "pupils who will miss ten sessions next half term",
                                         "pupils who will reach ten unauthorised sessions"};
  muster_chart_init(chart);
  muster_recipe_rule *rules = muster_arena_alloc(arena, (b->rule_count + 1) * sizeof *rules);
  if (!rules) return muster_fail_memory(err);
  muster_recipe_rules in = {.words = {.source = "Source: backtest on school registers."},
                            .outcome = outcomes[b->outcome],
                            .rules = rules,
                            .recommended = SIZE_MAX};
  for (size_t r = 0; r < b->rule_count; r++) {
    const muster_backtest_line *line = &b->rules[r];
    if (!line->scored || !line->all.flagged || !line->lead.n) continue;
    rules[in.count++] = (muster_recipe_rule){set->rules[r].title, line->all.recall.value, line->all.precision.value,
                                             line->lead.median,   line->lead.q25,         line->lead.q75};
  }
  const muster_backtest_line *plain = &b->threshold;
  if (plain->lead.n)
    rules[in.count++] = (muster_recipe_rule){"Plain 10% threshold", plain->all.recall.value, plain->all.precision.value,
                                             plain->lead.median,    plain->lead.q25,         plain->lead.q75};
  in.prevalence = b->pack.all.cases ? (double)b->pack.all.positives / (double)b->pack.all.cases : NAN;
  if (!in.count)
    return muster_fail(err, MUSTER_DATA,
                       "no rule flagged anybody who came to the outcome, so there is nothing to draw");
  return muster_recipe_draw_rules(chart, &in, err);
}
