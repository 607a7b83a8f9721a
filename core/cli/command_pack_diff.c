/* muster pack diff: what another version of a pack changes, in words, and on this school's own data. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "fit.h"
#include "muster/report/findings.h"
#include "pack_words.h"
#include "terminal.h"

/* One side: a pack, and what it finds. */
typedef struct side {
  muster_opened opened;
  muster_pack *pack;
  cli_data data;
  muster_ruleset *set;
  muster_run run;
} side;

static void close_side(side *s) {
  muster_run_free(&s->run);
  muster_ruleset_free(s->set);
  cli_data_close(&s->data);
  muster_pack_free(s->pack);
  muster_opened_free(&s->opened);
}

/* A finding as both sides know it: the rule without its pack, and the subject by its names. */
typedef struct found {
  const muster_finding *finding;
  const muster_register *reg;
  const muster_rule *rule;
  muster_text rule_id, school, subject;
} found;

static muster_text subject_text(const muster_register *reg, const muster_subject *s) {
  if (s->kind == MUSTER_SUBJECT_PUPIL) return muster_pupil_id(reg, s->pupil);
  if (s->kind == MUSTER_SUBJECT_GROUP) return muster_map_name(&reg->texts, s->group);
  return muster_school_id(reg, s->school);
}

static int by_name(const void *a, const void *b) {
  const found *x = a, *y = b;
  int order = muster_text_compare(x->rule_id, y->rule_id);
  if (!order) order = muster_text_compare(x->school, y->school);
  if (!order) order = muster_text_compare(x->subject, y->subject);
  return order;
}

static muster_status gather(const side *s, found **out, muster_error *err) {
  found *list = muster_alloc(s->run.finding_count + 1, sizeof *list);
  if (!list) return muster_fail_memory(err);
  for (size_t i = 0; i < s->run.finding_count; i++) {
    const muster_finding *f = &s->run.findings[i];
    const muster_rule *rule = &s->set->rules[f->rule];
    const char *slash = strrchr(rule->id, '/');
    list[i] = (found){f,
                      s->data.reg,
                      rule,
                      muster_text_of(slash ? slash + 1 : rule->id),
                      muster_school_id(s->data.reg, f->subject.school),
                      subject_text(s->data.reg, &f->subject)};
  }
  if (s->run.finding_count) qsort(list, s->run.finding_count, sizeof *list, by_name);
  *out = list;
  return MUSTER_OK;
}

static const muster_column columns[] = {{"change", MUSTER_COLUMN_TEXT, false}, {"rule", MUSTER_COLUMN_TEXT, false},
                                        {"scope", MUSTER_COLUMN_TEXT, false},  {"subject", MUSTER_COLUMN_TEXT, false},
                                        {"school", MUSTER_COLUMN_TEXT, false}, {"level", MUSTER_COLUMN_TEXT, false},
                                        {"since", MUSTER_COLUMN_TEXT, false},  {"message", MUSTER_COLUMN_TEXT, false}};

static void put_found(muster_sheet *sheet, const char *change, const found *f) {
  muster_sheet_text(sheet, muster_text_of(change));
  muster_sheet_text(sheet, f->rule_id);
  muster_sheet_text(sheet, muster_text_of(muster_scope_text(f->finding->subject.kind)));
  muster_sheet_text(sheet, f->subject);
  muster_sheet_text(sheet, f->school);
  muster_sheet_text(sheet, muster_text_of(muster_level_text(f->rule->level)));
  muster_sheet_date(sheet, f->finding->since);
  muster_sheet_text(sheet, muster_text_of(f->finding->message));
}

typedef struct tally {
  size_t appear, disappear, stay, level, words;
} tally;

static void compare(const found *a, size_t n, const found *b, size_t m, muster_sheet *sheet, tally *t) {
  for (size_t i = 0, k = 0; i < n || k < m;) {
    int order = i == n ? 1 : k == m ? -1 : by_name(&a[i], &b[k]);
    if (order < 0) {
      put_found(sheet, "disappears", &a[i++]);
      t->disappear++;
    } else if (order > 0) {
      put_found(sheet, "appears", &b[k++]);
      t->appear++;
    } else {
      t->words += strcmp(a[i].finding->message, b[k].finding->message) != 0 ||
                  strcmp(a[i].finding->evidence, b[k].finding->evidence) != 0;
      if (a[i].rule->level != b[k].rule->level) {
        put_found(sheet, "another level", &b[k]);
        t->level++;
      }
      t->stay++;
      i++;
      k++;
    }
  }
}

static muster_status run_side(cli_call *call, side *s, const char *path, muster_date *as_of, bool quiet,
                              muster_error *err) {
  const muster_manifest *m = muster_pack_manifest(s->pack);
  cli_data_needs needs = {.codes = m->codes, .code_count = m->code_count, .quiet = quiet};
  MUSTER_TRY(cli_data_open(call, path, &needs, &s->data, err));
  if (!quiet) MUSTER_TRY(cli_as_of(call, &s->data, as_of, err));
  MUSTER_TRY(cli_pack_note_fit(s->pack, s->data.reg, *as_of, err));
  MUSTER_TRY(muster_ruleset_make(&s->pack, 1, &s->data.reg->codes, &s->set, err));
  muster_run_options options = {.as_of = *as_of, .progress = &call->progress};
  MUSTER_TRY(cli_jobs(call, &options.jobs, err));
  return muster_run_rules(s->data.reg, s->set, &options, &s->run, err);
}

static muster_status diff_findings(cli_call *call, side *a, side *b, muster_error *err) {
  muster_date as_of = MUSTER_NO_DATE;
  MUSTER_TRY(run_side(call, a, call->arguments[2], &as_of, false, err));
  MUSTER_TRY(run_side(call, b, call->arguments[2], &as_of, true, err));
  found *old = NULL, *new_ = NULL;
  tally t = {0};
  muster_sheet *sheet = muster_sheet_new(columns, sizeof columns / sizeof *columns);
  muster_status status = sheet ? gather(a, &old, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) status = gather(b, &new_, err);
  if (status == MUSTER_OK) {
    compare(old, a->run.finding_count, new_, b->run.finding_count, sheet, &t);
    status = cli_put_sheet(call, sheet, err);
  }
  if (status == MUSTER_OK) {
    char day[MUSTER_DATE_TEXT];
    char words[64] = "";
    if (t.words) snprintf(words, sizeof words, ", %zu with other words or evidence", t.words);
    cli_note("as of %s: %zu findings appear, %zu disappear, %zu stay%s%s", muster_date_format(as_of, day), t.appear,
             t.disappear, t.stay, t.level ? ", some at another level" : "", words);
  }
  muster_free(old);
  muster_free(new_);
  muster_sheet_free(sheet);
  return status;
}

static muster_status say_words(const cli_call *call, const side *a, const side *b, muster_form form,
                               muster_error *err) {
  muster_arena arena = {0};
  muster_buf out;
  muster_buf_init(&out, 64 << 20);
  (void)call;
  size_t lines = cli_pack_words(a->pack, b->pack, &arena, &out);
  if (!lines) muster_buf_puts(&out, "the two packs are the same\n");
  muster_status status = MUSTER_OK;
  if (out.failed)
    status = muster_fail_memory(err);
  else if (form == MUSTER_FORM_TABLE)
    status = cli_put(out.at, out.n, err);
  muster_buf_free(&out);
  muster_arena_free(&arena);
  return status;
}

/* A folder is held against an installed pack as it would be when installed: with the overlay it would take over. */
static muster_status tailor_alike(const cli_call *call, side *a, side *b, muster_error *err) {
  const char *params = cli_value(call, "params"), *inherited = NULL;
  side *heir = NULL;
  if (a->opened.overlay && !b->opened.name) heir = b, inherited = a->opened.overlay;
  if (b->opened.overlay && !a->opened.name) heir = a, inherited = b->opened.overlay;
  if (heir) {
    muster_status status = muster_pack_overlay(heir->pack, inherited, err);
    if (status != MUSTER_OK) {
      muster_error_wrap(err, "the overlay of the installed pack does not fit the other one");
      return status;
    }
  }
  if (!params) return MUSTER_OK;
  MUSTER_TRY(muster_pack_overlay(a->pack, params, err));
  return muster_pack_overlay(b->pack, params, err);
}

static muster_status do_diff(cli_call *call, side *a, side *b, muster_error *err) {
  muster_limits limits;
  muster_form form;
  static const char *const of_data[] = {"as-of", "known-at", "source", "strict", "jobs", NULL};
  MUSTER_TRY(cli_format(call, &form, err));
  if (call->argument_count < 3) MUSTER_TRY(cli_refuse(call, of_data, "is about DATA, and there is none", err));
  if (call->argument_count < 3 && form != MUSTER_FORM_TABLE) {
    muster_fail(err, MUSTER_USAGE, "--format: csv and json list findings, and there is no DATA to find anything in");
    muster_error_todo(err, "name DATA behind the two packs, or leave --format out");
    return MUSTER_USAGE;
  }
  MUSTER_TRY(cli_limits(call, &limits, err));
  MUSTER_TRY(cli_pack_find(call, call->arguments[0], &a->opened, err));
  MUSTER_TRY(cli_pack_load(&limits, true, &a->opened, &a->pack, err));
  MUSTER_TRY(cli_pack_find(call, call->arguments[1], &b->opened, err));
  MUSTER_TRY(cli_pack_load(&limits, true, &b->opened, &b->pack, err));
  MUSTER_TRY(tailor_alike(call, a, b, err));
  MUSTER_TRY(say_words(call, a, b, form, err));
  if (call->argument_count < 3) return MUSTER_OK;
  return diff_findings(call, a, b, err);
}

static muster_status run(cli_call *call, muster_error *err) {
  side a = {.pack = NULL}, b = {.pack = NULL};
  muster_status status = do_diff(call, &a, &b, err);
  close_side(&a);
  close_side(&b);
  return status;
}

static const cli_option options[] = {
    CLI_AS_OF,
    CLI_PACKS_OPTION,
    CLI_UNSIGNED_OPTION,
    {"params", "FILE", "overlay applied to both: the school's own, to see whether it still fits"},
    CLI_RULE_LIMITS,
    CLI_KNOWN_AT,
    CLI_SOURCE,
    CLI_STRICT,
    CLI_FORMAT,
    CLI_JOBS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_pack_diff = {
    .name = "pack diff",
    .arguments = "OLD NEW [DATA]",
    .summary = "what another version of a pack changes, in words and on own data",
    .details =
        "Tells which rules, thresholds, levels, plans and functions differ: of a condition or a success test, the "
        "lines that came and went, what it asks of pupils and which parameters it reads now and no longer. With DATA, "
        "both packs are run as of the same day, and the findings that appear and disappear are listed; --format csv or "
        "json then gives that list alone. A folder that is held against an installed pack gets the overlay it would "
        "take over, so that it is seen as it would be used here.",
    .examples =
        "  muster pack diff early-warning@1.0.0 downloads/early-warning\n"
        "  muster pack diff early-warning downloads/early-warning trust/ --as-of 2025-11-28",
    .options = options,
    .least = 2,
    .most = 3,
    .run = run,
};
