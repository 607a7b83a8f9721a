/* muster pack check: everything that can be said of a pack before it is shared. */
#include <stdio.h>
#include <string.h>

#include "muster/script/uses.h"
#include "packs.h"
#include "terminal.h"

static const muster_column columns[] = {
    {"verdict", MUSTER_COLUMN_TEXT, false}, {"what", MUSTER_COLUMN_TEXT, false}, {"says", MUSTER_COLUMN_TEXT, false}};

typedef enum verdict { GOOD, NOTE, WRONG } verdict;

typedef struct checking {
  const cli_call *call;
  const char *folder;
  muster_limits limits;
  muster_sheet *sheet; /* for programs */
  muster_buf lines;    /* for people, who want every word */
  muster_pack *pack;   /* NULL when it does not load */
  muster_arena arena;
  bool strict;
  size_t wrong;
  muster_status worst; /* PACK before FAILED */
} checking;

static void say(checking *c, verdict v, const char *what, const char *says) {
  static const char *const words[] = {"good", "note", "wrong"};
  muster_sheet_text(c->sheet, muster_text_of(words[v]));
  muster_sheet_text(c->sheet, muster_text_of(what));
  muster_sheet_text(c->sheet, muster_text_of(says));
  muster_buf_printf(&c->lines, "%-6s %-12s %s\n", words[v], what, says);
}

static void wrong(checking *c, muster_status status, const char *what, const char *says) {
  say(c, WRONG, what, says);
  c->wrong++;
  if (c->worst == MUSTER_OK || status == MUSTER_PACK) c->worst = status;
}

/* What a pack lacks for its readers: a note, and with --strict a thing to be mended. */
static void lacks(checking *c, const char *what, const char *says) {
  if (c->strict)
    wrong(c, MUSTER_FAILED, what, says);
  else
    say(c, NOTE, what, says);
}

static void wrong_error(checking *c, muster_status status, const char *what, const muster_error *found) {
  char text[1300];
  muster_error_format(found, text, sizeof text);
  wrong(c, status, what, text);
}

/* What is no fault of the pack ends the command. */
static bool is_ours(muster_status status) { return status != MUSTER_PACK && status != MUSTER_FAILED; }

static muster_status check_loads(checking *c, muster_error *err) {
  muster_error found = {0};
  muster_status status = muster_pack_load(c->folder, &c->limits, &c->pack, &found);
  if (status == MUSTER_OK) {
    size_t rules, plans;
    char text[200];
    muster_pack_rules(c->pack, &rules);
    muster_pack_plans(c->pack, &plans);
    const muster_manifest *m = muster_pack_manifest(c->pack);
    snprintf(text, sizeof text, "%s %s, %zu rule%s, %zu plan%s", m->name, m->version, rules, rules == 1 ? "" : "s",
             plans, plans == 1 ? "" : "s");
    say(c, GOOD, "loads", text);
    if (!rules) wrong(c, MUSTER_PACK, "rules", "there is none");
    return MUSTER_OK;
  }
  if (is_ours(status)) return *err = found, status;
  wrong_error(c, MUSTER_PACK, "loads", &found);
  return MUSTER_OK;
}

static muster_status check_requires(checking *c, muster_error *err) {
  (void)err;
  const muster_manifest *m = muster_pack_manifest(c->pack);
  for (size_t i = 0; i < m->requirement_count; i++) {
    muster_version_range range;
    muster_error found = {0};
    char text[200];
    if (muster_version_range_parse(muster_text_of(m->requires[i].versions), &range, &found) != MUSTER_OK) {
      wrong_error(c, MUSTER_PACK, "requires", &found);
      continue;
    }
    snprintf(text, sizeof text, "%s %s", m->requires[i].pack, m->requires[i].versions);
    say(c, NOTE, "requires", text);
  }
  return MUSTER_OK;
}

static muster_status check_coverage(checking *c, const muster_test_results *results, muster_error *err) {
  size_t lacking = 0;
  for (size_t i = 0; i < results->coverage_count; i++) {
    const muster_coverage *r = &results->coverage[i];
    const char *text = muster_arena_printf(&c->arena, "%s lacks", r->rule);
    size_t before = lacking;
    if (text && !r->fires) lacking++, text = muster_arena_printf(&c->arena, "%s a case that fires,", text);
    if (text && !r->silent) lacking++, text = muster_arena_printf(&c->arena, "%s a case that does not,", text);
    for (size_t k = 0; text && r->no_boundary && r->no_boundary[k]; k++)
      lacking++, text = muster_arena_printf(&c->arena, "%s a case at the edge of %s,", text, r->no_boundary[k]);
    if (!text) return muster_fail_memory(err);
    if (lacking == before) continue;
    char *end = (char *)text + strlen(text) - 1; /* our own, in the arena */
    *end = '\0';
    wrong(c, MUSTER_FAILED, "coverage", text);
  }
  for (size_t i = 0; i < results->coverage_count; i++) {
    const muster_coverage *r = &results->coverage[i];
    char text[300];
    if (!r->unshown) continue;
    snprintf(text, sizeof text, "%s inhibits %s, and no case of %s shows it: with = \"%s\"", r->rule, r->unshown,
             r->unshown, r->rule);
    lacks(c, "inhibition", text);
  }
  if (!lacking) say(c, GOOD, "coverage", "every rule fires, is silent, and is tried at every boundary");
  return MUSTER_OK;
}

static muster_status check_tests(checking *c, muster_error *err) {
  muster_test_options options = {.limits = &c->limits, .coverage = true};
  muster_test_results results = {0};
  muster_error found = {0};
  muster_status status = muster_pack_test(c->pack, &options, &results, &found);
  char text[200];
  if (status == MUSTER_OK) {
    snprintf(text, sizeof text, "%zu of %zu cases pass", results.case_count - results.failed, results.case_count);
    if (results.failed)
      wrong(c, MUSTER_FAILED, "tests", text);
    else
      say(c, GOOD, "tests", text);
    status = check_coverage(c, &results, err);
  } else if (is_ours(status)) {
    *err = found;
  } else {
    wrong_error(c, status, "tests", &found);
    status = MUSTER_OK;
  }
  muster_test_results_free(&results);
  return status;
}

static void lint_params(checking *c, const char *owner, const muster_param *params, size_t n) {
  char text[200];
  for (size_t i = 0; i < n; i++) {
    if (params[i].doc && params[i].doc[0]) continue;
    snprintf(text, sizeof text, "%s.%s says nothing of what it is: doc = \"...\"", owner, params[i].name);
    lacks(c, "parameters", text);
  }
}

/* What makes a pack worse to use and is no error. */
static muster_status lint(checking *c, muster_error *err) {
  size_t n;
  const muster_rule_info *rules = muster_pack_rules(c->pack, &n);
  const muster_manifest *m = muster_pack_manifest(c->pack);
  char text[256];
  for (size_t i = 0; i < n; i++) {
    muster_uses uses;
    MUSTER_TRY(muster_pack_uses(c->pack, rules[i].file, &c->arena, &uses, err));
    snprintf(text, sizeof text, "%s does not say what its thresholds rest on: authority = \"...\"", rules[i].id);
    if (!uses.authority[0]) lacks(c, "authority", text);
    snprintf(text, sizeof text, "%s has no line of --- at its top that says what it is for", rules[i].id);
    if (!rules[i].doc[0]) lacks(c, "comments", text);
    for (size_t k = 0; uses.attributes[k]; k++) {
      if (!muster_fact_personal(uses.attributes[k])) continue;
      snprintf(text, sizeof text, "%s reads %s", rules[i].id, uses.attributes[k]);
      say(c, NOTE, "personal", text);
    }
    lint_params(c, rules[i].id, rules[i].params, rules[i].param_count);
  }
  lint_params(c, m->name, m->params, m->param_count);
  const char *readme = muster_path_join(&c->arena, c->folder, "README.md");
  if (!readme) return muster_fail_memory(err);
  if (!muster_is_file(readme)) lacks(c, "README.md", "there is none; those who get the pack read it first");
  if (!m->about[0]) lacks(c, "about", "pack.lua does not say what the pack is for: about = \"...\"");
  return MUSTER_OK;
}

static muster_status check_signature(checking *c, muster_error *err) {
  muster_trust trust;
  muster_provenance p;
  muster_error found = {0};
  const char *trusted = muster_path_join(&c->arena, cli_packs_home(c->call), "trusted");
  if (!trusted) return muster_fail_memory(err);
  MUSTER_TRY(muster_trust_read(trusted, &trust, err));
  muster_status status = muster_provenance_look(c->folder, &trust, &p, &found);
  char text[500], list[300];
  if (status == MUSTER_PACK) {
    wrong_error(c, MUSTER_PACK, "files", &found);
    status = MUSTER_OK;
  } else if (status != MUSTER_OK) {
    *err = found;
  } else {
    if (p.differences.count)
      wrong(c, MUSTER_PACK, "sums", muster_differences_format(&p.differences, list, sizeof list));
    else
      say(c, p.has_sums ? GOOD : NOTE, "sums",
          p.has_sums ? "every file is as pack.sums says" : "there is no pack.sums");
    muster_provenance_format(&p, text, sizeof text);
    if (p.vouched == MUSTER_BAD_SIGNATURE || p.vouched == MUSTER_CHANGED)
      wrong(c, MUSTER_PACK, "signature", text);
    else
      say(c, p.vouched == MUSTER_VOUCHED ? GOOD : NOTE, "signature", text);
    muster_provenance_free(&p);
  }
  muster_trust_free(&trust);
  return status;
}

/* A record that was made with other rules says of these what is not known. */
static muster_status check_backtest(checking *c, muster_error *err) {
  muster_tried tried;
  bool recorded;
  char verdicts[MUSTER_DIGEST_TEXT];
  muster_error found = {0};
  MUSTER_TRY(muster_pack_verdicts(c->pack, verdicts, err));
  muster_status status = muster_tried_read(c->folder, &c->arena, &tried, &recorded, &found);
  if (status != MUSTER_OK && is_ours(status)) return *err = found, status;
  char text[900];
  if (status != MUSTER_OK) {
    wrong_error(c, status, "backtest", &found);
  } else if (!recorded) {
    say(c, NOTE, "backtest", "none is recorded: muster backtest PACK DATA --out DIR --record \"what the data is\"");
  } else if (strcmp(tried.rules, verdicts) != 0) {
    snprintf(text, sizeof text, "%s was made with other rules, of %s %s; record it anew", MUSTER_TRIED_FILE, tried.pack,
             tried.version);
    wrong(c, MUSTER_FAILED, "backtest", text);
  } else {
    snprintf(text, sizeof text, "recorded on %s", tried.data);
    say(c, GOOD, "backtest", text);
  }
  return MUSTER_OK;
}

static muster_status put_answer(checking *c, muster_error *err) {
  muster_form form;
  MUSTER_TRY(cli_format(c->call, &form, err));
  if (form != MUSTER_FORM_TABLE) return cli_put_sheet(c->call, c->sheet, err);
  return c->lines.failed ? muster_fail_memory(err) : cli_put(c->lines.at, c->lines.n, err);
}

static muster_status check_all(checking *c, muster_error *err) {
  MUSTER_TRY(check_loads(c, err));
  if (c->pack) {
    MUSTER_TRY(check_requires(c, err));
    MUSTER_TRY(check_tests(c, err));
    MUSTER_TRY(check_backtest(c, err));
    MUSTER_TRY(lint(c, err));
  }
  MUSTER_TRY(check_signature(c, err));
  MUSTER_TRY(put_answer(c, err));
  if (!c->wrong) return MUSTER_OK;
  return muster_fail(err, c->worst,
                     c->wrong == 1 ? "%zu thing is wrong with the pack" : "%zu things are wrong with the pack",
                     c->wrong);
}

static muster_status run(cli_call *call, muster_error *err) {
  muster_form form;
  checking c = {.call = call, .strict = cli_flag(call, "strict"), .worst = MUSTER_OK};
  MUSTER_TRY(cli_format(call, &form, err));
  MUSTER_TRY(cli_limits(call, &c.limits, err));
  muster_opened opened;
  MUSTER_TRY(cli_pack_find(call, call->arguments[0], &opened, err));
  c.folder = opened.folder;
  muster_buf_init(&c.lines, 16 << 20);
  c.sheet = muster_sheet_new(columns, sizeof columns / sizeof *columns);
  muster_status status = c.sheet ? check_all(&c, err) : muster_fail_memory(err);
  muster_sheet_free(c.sheet);
  muster_buf_free(&c.lines);
  muster_pack_free(c.pack);
  muster_opened_free(&opened);
  muster_arena_free(&c.arena);
  return status;
}

static const cli_option options[] = {
    {"strict", NULL,
     "what its readers will miss is a fault too: cases of inhibition, authority, comments, doc, README.md"},
    CLI_PACKS_OPTION,
    CLI_UNSIGNED_OPTION,
    CLI_RULE_LIMITS,
    CLI_FORMAT,
    CLI_HELP,
    CLI_END};

const cli_command cli_pack_check = {
    .name = "pack check",
    .arguments = "PACK",
    .summary = "what is right and wrong with a pack",
    .details =
        "Loads the pack, runs its tests with coverage, looks for what its readers will miss, and checks sums and "
        "signature. Notes are no faults, unless --strict takes those of them that a word in the pack would mend for "
        "faults: a rule that inhibits another without a case that shows it, thresholds that do not say what they rest "
        "on, parameters without doc, rules without a comment, no README.md. Status 4 when the pack itself is wrong, 1 "
        "when only its tests fail, do not cover its rules, or --strict finds something.",
    .examples = "  muster pack check my-pack\n  muster pack check my-pack --strict",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
