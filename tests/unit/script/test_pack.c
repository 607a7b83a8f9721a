/* Loading packs: what is read, and for everything that can be wrong, where it is and what to do. */
#include <sys/stat.h>

#include "muster/script/uses.h"
#include "support.h"

static void a_pack_is_read(void **state) {
  (void)state;
  bench_pack b;
  size_t n;
  pack_begin(&b);
  pack_write(&b, "pack.lua",
             "return pack { name = \"trial\", version = \"1.2.3\", api = 1, licence = \"CC0\", authors = \"One\", "
             "about = \"About.\",\n"
             "  params = { judged = integer { 20, min = 1 } }, requires = { other = \"^1.2\" }, applies = { phase = { "
             "\"primary\", \"secondary\" } },\n"
             "  codes = { { code = \"+\", categories = { \"possible\", \"authorised\" }, from = \"2025-09-01\", "
             "meaning = \"trial\" } } }\n");
  pack_write(&b, "rules/one.lua",
             "--- The first line.\n--- The second.\nreturn rule { id = \"one\", title = \"One\", scope = \"group\", by "
             "= \"year_group\", level = \"watch\",\n"
             "  params = { share = rate { 0.1, min = 0.05, max = 0.5, doc = \"a share\" }, of = choice { \"a\", of = { "
             "\"a\", \"b\" } }, on = boolean { true },\n"
             "    text = string { \"x\" }, real = number { 1.5 }, over = window { \"this term\" }, marks = codes { \"G "
             "+ O\" } },\n"
             "  when = function() end, message = \"m\", for_ = \"3 school days\", hold = \"until half-term end\", "
             "rearm = \"2 school weeks\",\n"
             "  silence = \"2025-09-30\", inhibits = \"two\", plan = \"elsewhere\", authority = \"a law\" }\n");
  pack_rule(&b, "two", "scope = \"pupil\", message = \"m\"", "");
  muster_status status = muster_pack_load(b.folder, NULL, &b.pack, &b.err);
  if (status != MUSTER_OK) show(&b.err);
  assert_int_equal(status, MUSTER_OK);
  const muster_manifest *m = muster_pack_manifest(b.pack);
  assert_string_equal(m->name, "trial");
  assert_string_equal(m->version, "1.2.3");
  assert_string_equal(m->authors[0], "One");
  assert_null(m->authors[1]);
  assert_int_equal(m->requirement_count, 1);
  assert_string_equal(m->requires[0].versions, "^1.2");
  assert_string_equal(m->applies[0].values[1], "secondary");
  assert_int_equal(m->code_count, 1);
  assert_int_equal(m->codes[0].categories, MUSTER_POSSIBLE | MUSTER_AUTHORISED | MUSTER_MARKED);
  assert_string_equal(m->params[0].value, "20");
  const muster_rule_info *rules = muster_pack_rules(b.pack, &n);
  assert_int_equal(n, 2);
  assert_string_equal(rules[0].doc, "The first line. The second.");
  assert_string_equal(rules[0].authority, "a law");
  assert_int_equal(rules[0].level, MUSTER_WATCH);
  assert_int_equal(rules[0].param_count, 7);
  static const char *const values[] = {"G + O", "a",   "true", "this term",
                                       "1.5",   "0.1", "x"}; /* marks of on over real share text */
  for (size_t i = 0; i < 7; i++) assert_string_equal(rules[0].params[i].value, values[i]);
  assert_true(muster_pack_param(b.pack, "one.share")->min == 0.05);
  const char *const *files = muster_pack_files(b.pack, &n);
  assert_int_equal(n, 3);
  assert_string_equal(files[0], "pack.lua");
  assert_string_equal(files[1], "rules/one.lua");
  assert_int_equal(strlen(muster_pack_digest(b.pack)), 64);
  pack_end(&b);
}

/* Code in lib/ is read by every file that requires it, counts as theirs, and is part of what the pack is. */
static void rules_share_code(void **state) {
  (void)state;
  bench_pack b;
  size_t n;
  pack_begin(&b);
  b.reg = small_register();
  pack_write(
      &b, "lib/terms.lua",
      "local most = require \"most\"\n"
      "return { missed = function(pupil) return pupil:count(codes\"I O\") end, most = most, limit = integer { 2, "
      "min = 1, max = 9, doc = \"x\" } }\n");
  pack_write(&b, "lib/most.lua", "return { least = 1, fsm = function(pupil) return pupil.fsm end }\n");
  for (int i = 0; i < 2; i++) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "rules/r%d.lua", i);
    snprintf(
        text, sizeof text,
        "local terms = require(\"terms\")\nreturn rule { id = \"r%d\", title = \"t\", scope = \"pupil\", level = "
        "\"info\", message = \"{n}\",\n  params = { limit = terms.limit },\n  when = function(pupil, p)\n    local n "
        "= terms.missed(pupil)\n    if n >= p.limit + terms.most.least * %d then return { n = n } end\n  end }\n",
        i, i * 3);
    pack_write(&b, path, text);
  }
  pack_write(
      &b, "plans/p.lua",
      "local terms = require \"terms\"\nreturn plan { id = \"p\", steps = { { id = \"s\", action = \"a\", owner = "
      "\"o\", due = \"1 school day\", when = function(pupil) return terms.missed(pupil) > 0 end } } }\n");
  pack_write(&b, "rules/r0_test.lua",
             "local terms = require \"terms\"\nreturn tests \"r0\" { calendar = { from = \"2025-09-01\", to = "
             "\"2025-09-05\" }, case \"c\" { given = { ann = \"/IO\" }, expect = { { subject = \"ann\", n = 1 + "
             "terms.most.least } } } }");
  muster_status status = pack_open(&b);
  if (status != MUSTER_OK) show(&b.err);
  assert_int_equal(status, MUSTER_OK);
  assert_true(muster_pack_param(b.pack, "r1.limit")->max == 9);
  const char *const *files = muster_pack_files(b.pack, &n);
  assert_int_equal(n, 6);
  assert_string_equal(files[0], "lib/most.lua");
  assert_string_equal(files[1], "lib/terms.lua");
  muster_run run = {0};
  assert_int_equal(pack_run(&b, muster_date_of(2025, 10, 10), &run), MUSTER_OK);
  assert_int_equal(run.finding_count, 3); /* ann has 4 of them, cat 12 */
  assert_string_equal(run.findings[0].evidence, "{\"n\":4}");
  muster_run_free(&run);
  muster_test_results results;
  assert_int_equal(muster_pack_test(b.pack, NULL, &results, &b.err), MUSTER_OK);
  assert_int_equal(results.failed, 0);
  muster_test_results_free(&results);
  muster_arena arena = {0};
  muster_uses uses;
  assert_int_equal(muster_pack_uses(b.pack, "rules/r1.lua", &arena, &uses, &b.err), MUSTER_OK);
  assert_string_equal(uses.methods[0], "count");
  assert_string_equal(uses.kinds[0], "codes I O");
  assert_string_equal(uses.attributes[0], "fsm");
  muster_arena_free(&arena);
  char digest[65];
  snprintf(digest, sizeof digest, "%s", muster_pack_digest(b.pack));
  muster_ruleset_free(b.set);
  muster_pack_free(b.pack);
  b.set = NULL;
  pack_write(&b, "lib/most.lua", "return { least = 2, fsm = function(pupil) return pupil.fsm end }\n");
  assert_int_equal(pack_open(&b), MUSTER_OK);
  assert_string_not_equal(muster_pack_digest(b.pack), digest);
  pack_end(&b);
}

/* A function within a rule that uses no name of the language reads and fills what is the rule's own. */
static void a_function_within_sees_the_rules_own(void **state) {
  (void)state;
  bench_pack b;
  pack_begin(&b);
  b.reg = small_register();
  pack_rule(&b, "r", "scope = \"pupil\", message = \"\", params = { n = integer { 4 } }",
            "    local found = {}\n    local function note(n) if n >= p.n then found.n = n end end\n"
            "    note(pupil:count(\"unauthorised\"))\n    return found.n and found");
  assert_int_equal(pack_open(&b), MUSTER_OK);
  muster_run run = {0};
  assert_int_equal(pack_run(&b, muster_date_of(2025, 10, 10), &run), MUSTER_OK);
  muster_run_free(&run);
  pack_end(&b);
}

/* Two packs with a library of one name each get their own, also in one interpreter. */
static void libraries_are_the_packs_own(void **state) {
  (void)state;
  bench_pack a, b;
  pack_begin(&a);
  pack_begin(&b);
  pack_write(&b, "pack.lua", "return pack { name = \"other\", version = \"1.0.0\", api = 1, licence = \"CC0\" }\n");
  bench_pack *both[] = {&a, &b};
  for (int i = 0; i < 2; i++) {
    pack_write(both[i], "lib/one.lua", i ? "return { n = 1 }\n" : "return { n = 0 }\n");
    pack_write(
        both[i], "rules/r.lua",
        "local one = require \"one\"\nreturn rule { id = \"r\", title = \"t\", scope = \"school\", level = \"info\", "
        "message = \"\", when = function() return { n = one.n } end }\n");
    assert_int_equal(muster_pack_load(both[i]->folder, NULL, &both[i]->pack, &both[i]->err), MUSTER_OK);
  }
  a.reg = small_register();
  muster_pack *packs[] = {a.pack, b.pack};
  assert_int_equal(muster_ruleset_make(packs, 2, NULL, &a.set, &a.err), MUSTER_OK);
  muster_run run = {0};
  assert_int_equal(pack_run(&a, muster_date_of(2025, 10, 10), &run), MUSTER_OK);
  assert_int_equal(run.finding_count, 2);
  assert_string_equal(run.findings[0].evidence, "{\"n\":0}");
  assert_string_equal(run.findings[1].evidence, "{\"n\":1}");
  muster_run_free(&run);
  pack_end(&a);
  pack_end(&b);
}

static void a_misspelt_parameter_is_named(void **state) {
  (void)state;
  bench_pack b;
  pack_begin(&b);
  b.reg = small_register();
  pack_rule(&b, "one", "scope = \"pupil\", message = \"m\", params = { weeks = integer { 2 } }",
            "    return p.week > 2");
  assert_int_equal(pack_open(&b), MUSTER_OK);
  muster_run run = {0};
  assert_int_equal(pack_run(&b, muster_date_of(2025, 10, 10), &run), MUSTER_PACK);
  assert_string_equal(b.err.what, "rule trial/one: there is no parameter \"week\"");
  assert_string_equal(b.err.todo, "did you mean \"weeks\"?");
  assert_non_null(strstr(b.err.where, "rules/one.lua:5"));
  pack_end(&b);
}

static void the_digest_is_of_what_it_does(void **state) {
  (void)state;
  bench_pack b;
  char first[MUSTER_DIGEST_TEXT];
  pack_begin(&b);
  pack_rule(&b, "two", "scope = \"pupil\", message = \"m\"", "");
  assert_int_equal(pack_open(&b), MUSTER_OK);
  snprintf(first, sizeof first, "%s", muster_pack_digest(b.pack));
  muster_ruleset_free(b.set);
  muster_pack_free(b.pack);
  b.set = NULL;
  pack_write(&b, "rules/two_test.lua", "");
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  assert_string_equal(muster_pack_digest(b.pack), first); /* tests are not part of it */
  muster_pack_free(b.pack);
  pack_rule(&b, "two", "scope = \"pupil\", message = \"n\"", "");
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  assert_string_not_equal(muster_pack_digest(b.pack), first);
  pack_end(&b);
}

/* ---- what verdicts depend on ---- */

#define VERDICTS_RULE(title, params, body)                      \
  "--- " title "\nreturn rule { id = \"one\", title = \"" title \
  "\", scope = \"pupil\", level = \"info\",\n"                  \
  "  params = { " params " }, message = \"" title "\",\n  when = function(pupil, p)\n" body "\n  end }\n"
#define VERDICTS_BODY "local n, title = pupil:count(\"absent\"), 1\n    return n >= p.n + title"

static void take_verdicts(bench_pack *b, char digest[MUSTER_DIGEST_TEXT]) {
  muster_status status = muster_pack_load(b->folder, NULL, &b->pack, &b->err);
  if (status != MUSTER_OK) show(&b->err);
  assert_int_equal(status, MUSTER_OK);
  assert_int_equal(muster_pack_verdicts(b->pack, digest, &b->err), MUSTER_OK);
}

/* A file of a pack is replaced; whether verdicts may differ, and back. */
static void verdicts_of_changed_files(void **state) {
  (void)state;
  static const struct {
    const char *path, *text;
    bool same;
  } changes[] = {
      {"charts/c.lua",
       "return chart { title = \"C\", data = function() return {} end, line { x = \"a\", y = \"b\" } }\n", true},
      {"rules/one_test.lua", "-- nothing yet\n", true},
      {"pack.lua",
       "return pack { name = \"trial\", version = \"2.0.0\", api = 1, licence = \"MIT\", about = \"More.\", authors = "
       "\"A\" }\n",
       true},
      {"pack.lua",
       "return pack { name = \"trial\", version = \"1.0.0\", api = 1, licence = \"CC0\", params = { z = integer { 1 } "
       "} }\n",
       false},
      {"pack.lua",
       "return pack { name = \"trial\", version = \"1.0.0\", api = 1, licence = \"CC0\", applies = { weeks = 6 } }\n",
       false},
      {"pack.lua",
       "return pack { name = \"trial\", version = \"1.0.0\", api = 1, licence = \"CC0\", requires = { o = \"^1.0\" } "
       "}\n",
       false},
      {"rules/one.lua", VERDICTS_RULE("Two", "n = integer { 3 }", VERDICTS_BODY), true},
      {"rules/one.lua", VERDICTS_RULE("One", "n = integer { 3, min = 1, max = 9, doc = \"d\" }", VERDICTS_BODY), true},
      {"rules/one.lua", VERDICTS_RULE("One", "n = integer { 4 }", VERDICTS_BODY), false},
      {"rules/one.lua", VERDICTS_RULE("One", "n = number { 3 }", VERDICTS_BODY), false},
      {"rules/one.lua", VERDICTS_RULE("One", "n = integer { 3 }", "-- why\n  " VERDICTS_BODY), true},
      {"rules/one.lua", VERDICTS_RULE("One", "n = integer { 3 }", VERDICTS_BODY " + 1"), false},
      {"rules/one.lua",
       VERDICTS_RULE("One", "n = integer { 3 }",
                     "local n, title = pupil:count(\"absent\"), 2\n    return n >= p.n + title"),
       false},
      {"rules/one.lua", /* without a title, with a hold */
       "return rule { id = \"one\", scope = \"pupil\", level = \"watch\", title = (\"a\"), hold = \"2 school days\",\n"
       "  params = { n = integer { 3 } }, message = \"m\", when = function(pupil, p) " VERDICTS_BODY " end }\n",
       false},
      {"rules/one.lua", /* all that is for people, and where it stands */
       "return rule { authority = \"a law\"; id = \"one\"; scope = \"pupil\", level = \"watch\", title = (\"a\"),\n"
       "  when = function(pupil, p) " VERDICTS_BODY
       " end, message = \"{p.n}\" .. \"!\", params = { n = integer { 3 } }, }\n",
       true},
      {"rules/one.lua", /* a constructor of its own, which could read the title */
       "local rule = rule\nreturn rule { id = \"one\", title = \"One\", scope = \"pupil\", level = \"info\",\n"
       "  params = { n = integer { 3 } }, message = \"One\", when = function(pupil, p) " VERDICTS_BODY " end }\n",
       false},
      {"lib/more.lua", "return { a = 1 }\n", false},
      {"plans/p.lua",
       "return plan { id = \"p\", steps = { { id = \"s\", action = \"a\", owner = \"o\", due = \"1 school day\" } } "
       "}\n",
       false},
  };
  bench_pack b;
  char first[MUSTER_DIGEST_TEXT], then[MUSTER_DIGEST_TEXT];
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    pack_begin(&b);
    pack_write(&b, "rules/one.lua", VERDICTS_RULE("One", "n = integer { 3 }", VERDICTS_BODY));
    take_verdicts(&b, first);
    muster_pack_free(b.pack);
    pack_write(&b, changes[i].path, changes[i].text);
    take_verdicts(&b, then);
    if ((strcmp(first, then) == 0) != changes[i].same) print_message("change %zu\n", i);
    assert_true((strcmp(first, then) == 0) == changes[i].same);
    pack_end(&b);
  }
}

/* Overlays and settings count by what they change. */
static void verdicts_of_a_tailored_pack(void **state) {
  (void)state;
  static const struct {
    const char *overlay;
    bool same;
  } overlays[] = {{"params = { [\"one.n\"] = 3 }", true},
                  {"params = { [\"one.n\"] = 5 }", false},
                  {"level = { one = \"urgent\" }", true},
                  {"disable = { \"one\" }", false},
                  {"silence = { one = \"2025-10-24\" }", false}};
  bench_pack b;
  char first[MUSTER_DIGEST_TEXT], then[MUSTER_DIGEST_TEXT], path[96], text[128];
  for (size_t i = 0; i < sizeof overlays / sizeof *overlays; i++) {
    pack_begin(&b);
    pack_write(&b, "rules/one.lua", VERDICTS_RULE("One", "n = integer { 3 }", VERDICTS_BODY));
    snprintf(text, sizeof text, "return overlay { %s }\n", overlays[i].overlay);
    pack_write(&b, "local.lua", text);
    snprintf(path, sizeof path, "%s/local.lua", b.folder);
    take_verdicts(&b, first);
    assert_int_equal(muster_pack_overlay(b.pack, path, &b.err), MUSTER_OK);
    assert_int_equal(muster_pack_verdicts(b.pack, then, &b.err), MUSTER_OK);
    assert_true((strcmp(first, then) == 0) == overlays[i].same);
    pack_end(&b);
  }
}

typedef struct wrong {
  const char *file, *text;
  int line; /* 0 = none */
  const char *says, *todo;
} wrong;

#define HEAD "return rule { id = \"x\", title = \"t\", scope = \"pupil\", level = \"info\",\n"
#define TAIL "message = \"m\",\nwhen = function(pupil, p)\n return nil\nend }\n"

static const wrong wrongs[] = {
    {"rules/x.lua", HEAD "inhibits = \"x\",\n" TAIL, 2, "x inhibits itself", ""},
    {"rules/x.lua", HEAD "mesage = \"m\",\nwhen = function() end }", 2, "rule does not know \"mesage\"",
     "did you mean \"message\"?"},
    {"rules/x.lua", HEAD "when = function() end }", 1, "says nothing of message", ""},
    {"rules/x.lua",
     "return rule { id = \"x\", title = \"t\", scope = \"pupils\",\nlevel = \"info\", message = \"m\", when = "
     "function() end }",
     1, "scope is \"pupils\"", "did you mean \"pupil\"?"},
    {"rules/x.lua",
     "return rule { id = \"x\", title = \"t\", scope = \"pupil\",\nlevel = 3, message = \"m\", when = function() end }",
     2, "level is 3", ""},
    {"rules/x.lua",
     "return rule { id = \"y\", title = \"t\", scope = \"pupil\", level = \"info\", message = \"m\", when = function() "
     "end }",
     1, "the file is x.lua", ""},
    {"rules/x.lua", HEAD TAIL "x", 6, "<eof>", ""},
    {"rules/x.lua", HEAD "params = {\n weeks = integer { 2, min = 3 } },\n" TAIL, 3, "below min", ""},
    {"rules/x.lua", HEAD "params = {\n weeks = integer { 2.5 } },\n" TAIL, 3, "2.5", ""},
    {"rules/x.lua", HEAD "params = {\n share = rate { 10 } },\n" TAIL, 3, "is 10", ""},
    {"rules/x.lua", HEAD "params = {\n weeks = integer { 2, minimum = 3 } },\n" TAIL, 3, "does not know \"minimum\"",
     ""},
    {"rules/x.lua", HEAD "params = {\n weeks = 2 },\n" TAIL, 3, "weeks is 2", ""},
    {"rules/x.lua", HEAD "params = {\n over = window { \"last half-trem\" } },\n" TAIL, 3, "last half-trem", ""},
    {"rules/x.lua", HEAD "params = {\n marks = codes { \"G QQ\" } },\n" TAIL, 3, "QQ", ""},
    {"rules/x.lua", HEAD "params = {\n of = choice { \"c\", of = { \"a\", \"b\" } } },\n" TAIL, 3, "\"c\"", ""},
    {"rules/x.lua", HEAD "hold = \"3 days\",\n" TAIL, 2, "3 days", ""},
    {"rules/x.lua", HEAD "silence = \"1/9/2025\",\n" TAIL, 2, "1/9/2025", ""},
    {"rules/x.lua", HEAD "by = \"sex\",\n" TAIL, 2, "by is for rules of scope", ""},
    {"rules/x.lua", HEAD "plan = \"pannel\",\n" TAIL, 2, "there is no plan \"pannel\"", "did you mean \"panel\"?"},
    {"rules/x.lua", HEAD "inhibits = \"z\",\n" TAIL, 2, "there is no rule \"z\"", ""},
    {"rules/x.lua",
     "return rule { id = \"x\", title = \"t\", scope = \"pupil\", level = \"info\", when = function() end,\nmessage = "
     "\"{weeks broken\" }",
     2, "a brace stands alone", ""},
    {"rules/x.lua",
     "return rule { id = \"x\", title = \"t\", scope = \"pupil\", level = \"info\", when = function() end,\nmessage = "
     "\"{x:percentage}\" }",
     2, "no format \"percentage\"", ""},
    {"rules/x.lua",
     HEAD "message = \"m\",\nwhen = function(pupil, p)\n if false then\n  return pupil:rate(\"absnt\") end end }", 5,
     "\"absnt\" is no kind", "did you mean \"absent\"?"},
    {"rules/x.lua",
     HEAD "message = \"m\",\nwhen = function(pupil, p)\n if false then\n  return pupil:rate(\"absent\", \"last "
          "halfterm\") end end }",
     5, "last halfterm", ""},
    {"rules/x.lua",
     HEAD "message = \"m\",\nwhen = function(pupil, p)\n if false then\n  return tabel.concat({}) end end }", 5,
     "there is no \"tabel\"", "did you mean table?"},
    {"rules/x.lua", HEAD "message = \"m\",\nwhen = function(pupil, p)\n return pupil:count(codes\"QX\") end }", 0, "QX",
     ""},
    {"rules/x.lua", "local n = nil\nlocal k = n.x\nreturn rule {}", 2, "attempt to index a nil value", ""},
    {"rules/x.lua", "\n\nreturn ruel { id = \"x\" }", 3, "there is no \"ruel\"", ""},
    {"rules/x.lua", "", 0, "returns a nil", ""},
    {"plans/p.lua",
     "return plan { id = \"p\", steps = {\n { id = \"a\", action = \"b\", owner = \"c\",\n due = \"soon\" } } }", 3,
     "soon", ""},
    {"plans/p.lua", "return plan { id = \"p\", steps = {} }", 1, "without steps", ""},
    {"plans/p.lua",
     "return plan { id = \"p\", steps = { { id = \"a\", action = \"b\", owner = \"c\", due = \"1 school day\" } },\n "
     "escalate = \"q\" }",
     2, "escalates when its review fails", ""},
    {"pack.lua", "return pack { name = \"trial\",\n version = \"1.0\", api = 1, licence = \"x\" }", 2, "1.0", ""},
    {"pack.lua", "return pack { name = \"trial\", version = \"1.0.0\",\n api = 2, licence = \"x\" }", 2, "api is 2",
     "version 1"},
    {"pack.lua", "return pack { name = \"Trial Pack\", version = \"1.0.0\", api = 1, licence = \"x\" }", 1,
     "Trial Pack", ""},
    {"pack.lua",
     "return pack { name = \"trial\", version = \"1.0.0\", api = 1, licence = \"x\",\n codes = {\n { code = \"/\", "
     "categories = { \"possible\" } } } }",
     2, "/", ""},
};

static void errors_say_where_and_what(void **state) {
  (void)state;
  size_t failed = 0;
  for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
    const wrong *w = &wrongs[i];
    bench_pack b;
    char where[256];
    pack_begin(&b);
    pack_write(&b, "plans/panel.lua",
               "return plan { id = \"panel\", steps = { { id = \"a\", action = \"b\", owner = \"c\", due = \"1 school "
               "day\" } } }");
    pack_write(&b, w->file, w->text);
    muster_status status = muster_pack_load(b.folder, NULL, &b.pack, &b.err);
    snprintf(where, sizeof where, w->line ? "%s/%s:%d" : "%s/%s", b.folder, w->file, w->line);
    bool good = status == MUSTER_PACK && strstr(b.err.what, w->says) && strstr(b.err.todo, w->todo) &&
                strncmp(b.err.where, where, strlen(where)) == 0 && (!w->line || b.err.where[strlen(where)] == '\0');
    if (!good) {
      print_error("wanted %s: %s; %s\n   got ", where, w->says, w->todo);
      show(&b.err);
      failed++;
    }
    pack_end(&b);
  }
  assert_int_equal(failed, 0);
}

static void folders_that_are_no_pack(void **state) {
  (void)state;
  muster_pack *pack;
  muster_error err;
  assert_int_equal(muster_pack_load("/nowhere/at/all", NULL, &pack, &err), MUSTER_IO);
  assert_null(pack);
  assert_int_equal(muster_pack_load("/tmp", NULL, &pack, &err), MUSTER_PACK);
  assert_non_null(strstr(err.what, "pack.lua"));
}

static void two_packs_make_one_set(void **state) {
  (void)state;
  bench_pack a, b;
  pack_begin(&a);
  pack_begin(&b);
  pack_write(&b, "pack.lua",
             "return pack { name = \"second\", version = \"1.0.0\", api = 1, licence = \"CC0\", requires = { trial = "
             "\"1\" } }");
  pack_rule(&a, "one", "scope = \"pupil\", message = \"m\"", "");
  pack_write(&a, "plans/panel.lua",
             "return plan { id = \"panel\", steps = { { id = \"a\", action = \"b\", owner = \"c\", due = \"1 school "
             "day\" } } }");
  pack_rule(&b, "one", "scope = \"pupil\", message = \"m\", plan = \"panel\", inhibits = \"trial/one\"", "");
  assert_int_equal(muster_pack_load(a.folder, NULL, &a.pack, &a.err), MUSTER_OK);
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  muster_ruleset *set;
  assert_int_equal(muster_ruleset_make((muster_pack *[]){a.pack, b.pack}, 2, NULL, &set, &a.err), MUSTER_OK);
  assert_int_equal(set->rule_count, 2);
  assert_string_equal(set->rules[1].id, "second/one");
  assert_string_equal(set->rules[1].inhibits, "trial/one");
  assert_ptr_equal(muster_ruleset_pack(set, 1), b.pack);
  assert_string_equal(muster_ruleset_info(set, 1)->id, "one");
  muster_ruleset_free(set);
  assert_int_equal(muster_ruleset_make((muster_pack *[]){b.pack}, 1, NULL, &set, &a.err), MUSTER_PACK);
  assert_non_null(strstr(a.err.what, "panel"));
  assert_int_equal(muster_ruleset_make((muster_pack *[]){a.pack, a.pack}, 2, NULL, &set, &a.err), MUSTER_PACK);
  pack_end(&a);
  pack_end(&b);
}

/* Two rules that take each other's findings away are no pack; a chain of rules is. */
static void rules_inhibit_in_one_direction(void **state) {
  (void)state;
  bench_pack b;
  pack_begin(&b);
  pack_rule(&b, "one", "scope = \"pupil\", message = \"m\", inhibits = \"two\"", "");
  pack_rule(&b, "two", "scope = \"pupil\", message = \"m\", inhibits = \"three\"", "");
  pack_rule(&b, "three", "scope = \"pupil\", message = \"m\"", "");
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
  muster_pack_free(b.pack);
  b.pack = NULL;
  pack_rule(&b, "three", "scope = \"pupil\", message = \"m\", inhibits = \"trial/one\"", "");
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_PACK);
  assert_non_null(strstr(b.err.what, "neither would be reported"));
  assert_non_null(strstr(b.err.where, "rules/one.lua:"));
  pack_end(&b);
}

/* A pipe would be waited for without end, and a linked folder is somebody else's. */
static void a_pack_has_plain_files_in_its_own_folders(void **state) {
  (void)state;
  bench_pack b;
  char path[128], other[128];
  pack_begin(&b);
  pack_rule(&b, "one", "scope = \"pupil\", message = \"m\"", "");
  snprintf(path, sizeof path, "%s/rules/pipe.lua", b.folder);
  assert_int_equal(mkfifo(path, 0644), 0);
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_PACK);
  assert_non_null(strstr(b.err.expected, "no folder, pipe or device"));
  assert_int_equal(unlink(path), 0);
  snprintf(path, sizeof path, "%s/lib", b.folder);
  snprintf(other, sizeof other, "%s/rules", b.folder);
  assert_int_equal(symlink(other, path), 0);
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_PACK);
  assert_non_null(strstr(b.err.what, "is a symbolic link"));
  pack_end(&b);
}

/* Each allocation of load, ruleset, run and tests fails in turn: always MUSTER_MEMORY, never a crash, nothing lost. */
static void memory_runs_out(void **state) {
  (void)state;
  bench_pack b;
  pack_begin(&b);
  pack_write(&b, "lib/terms.lua", "return { missed = function(pupil) return pupil:count(codes\"I\") end }\n");
  b.reg = small_register();
  pack_rule(&b, "one", "scope = \"pupil\", message = \"{n}\", params = { least = integer { 1 } }",
            "    return { n = pupil:count(codes\"G\"), w = pupil:weeks() }");
  pack_write(&b, "rules/one_test.lua",
             "return tests \"one\" { calendar = { from = \"2025-09-01\", to = \"2025-09-05\" }, case \"c\" { given = { "
             "ann = \"/G\" }, expect = { { subject = \"ann\", n = 1 } } } }");
  long at = 1, step = 1;
  for (;; at += step, step = at / 60 + 1) {
    muster_run run = {0};
    muster_test_results results = {0};
    muster_alloc_fail_at(at);
    muster_status status = pack_open(&b);
    if (status == MUSTER_OK) status = pack_run(&b, muster_date_of(2025, 10, 10), &run);
    if (status == MUSTER_OK) {
      muster_run_free(&run);
      status = muster_pack_test(b.pack, NULL, &results, &b.err);
    }
    muster_alloc_fail_at(0);
    muster_test_results_free(&results);
    muster_ruleset_free(b.set);
    muster_pack_free(b.pack);
    b.set = NULL;
    b.pack = NULL;
    if (status == MUSTER_OK) break;
    if (status != MUSTER_MEMORY) show(&b.err);
    assert_int_equal(status, MUSTER_MEMORY);
  }
  assert_true(at > 1000);
  pack_end(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_pack_is_read),
      cmocka_unit_test(rules_share_code),
      cmocka_unit_test(a_function_within_sees_the_rules_own),
      cmocka_unit_test(libraries_are_the_packs_own),
      cmocka_unit_test(a_misspelt_parameter_is_named),
      cmocka_unit_test(the_digest_is_of_what_it_does),
      cmocka_unit_test(verdicts_of_changed_files),
      cmocka_unit_test(verdicts_of_a_tailored_pack),
      cmocka_unit_test(errors_say_where_and_what),
      cmocka_unit_test(folders_that_are_no_pack),
      cmocka_unit_test(two_packs_make_one_set),
      cmocka_unit_test(rules_inhibit_in_one_direction),
      cmocka_unit_test(a_pack_has_plain_files_in_its_own_folders),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
