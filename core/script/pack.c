/* Loading a pack: its files, their descriptions, and what has to agree between them. */
#include <stdio.h>
#include <string.h>

#include "freeze.h"
#include "lex.h"
#include "libraries.h"
#include "lint.h"
#include "pack_private.h"
#include "require.h"
#include "settle.h"

/* What is being read, for the functions that run inside the interpreter. */
typedef struct reading {
  muster_pack *pack;
  const script_file *file;
  size_t number;
} reading;

int pack_level_of(const char *text) {
  for (int level = MUSTER_INFO; level <= MUSTER_URGENT; level++)
    if (strcmp(text, muster_level_text((muster_level)level)) == 0) return level;
  return -1;
}

static muster_lasting lasting(lua_State *L, int table, const char *key, muster_arena *arena) {
  muster_lasting read = {0};
  const char *text = describe_text(L, table, key, arena);
  if (text) script_check(L, muster_lasting_parse(muster_text_of(text), &read, &script_of(L)->error));
  return read;
}

/* ---- pack.lua ---- */

static void read_requires(lua_State *L, int made, muster_arena *arena, muster_manifest *manifest) {
  if (!describe_table(L, made, "requires")) return;
  int table = lua_gettop(L);
  library_sorted_keys(L, table);
  size_t n = lua_rawlen(L, -1);
  muster_requirement *list = describe_alloc(L, arena, n, sizeof *list);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, table + 1, (lua_Integer)i + 1);
    list[i].pack = describe_copy(L, arena, lua_tostring(L, -1));
    lua_pop(L, 1);
    list[i].versions = describe_text_or_empty(L, table, list[i].pack, arena);
  }
  lua_settop(L, table - 1);
  manifest->requires = list;
  manifest->requirement_count = n;
}

static void read_applies(lua_State *L, int made, muster_arena *arena, muster_manifest *manifest) {
  if (!describe_table(L, made, "applies")) return;
  int table = lua_gettop(L);
  library_sorted_keys(L, table);
  size_t n = lua_rawlen(L, -1);
  muster_condition *list = describe_alloc(L, arena, n, sizeof *list);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, table + 1, (lua_Integer)i + 1);
    describe_readable(L, -1, "applies");
    list[i].name = describe_copy(L, arena, lua_tostring(L, -1));
    lua_pop(L, 1);
    list[i].values = describe_texts(L, table, list[i].name, arena);
  }
  lua_settop(L, table - 1);
  manifest->applies = list;
  manifest->condition_count = n;
}

static void read_codes(lua_State *L, int made, muster_pack *pack) {
  if (!describe_table(L, made, "codes")) return;
  int list = lua_gettop(L);
  size_t n = lua_rawlen(L, list);
  muster_code *codes = describe_alloc(L, &pack->arena, n, sizeof *codes);
  for (size_t i = 0; i < n && describe_item(L, list, (lua_Integer)i + 1); i++) {
    int item = lua_gettop(L);
    snprintf(codes[i].text, sizeof codes[i].text, "%s", describe_text_or_empty(L, item, "code", &pack->arena));
    codes[i].meaning = describe_text_or_empty(L, item, "meaning", &pack->arena);
    codes[i].from = describe_date(L, item, "from");
    codes[i].to = describe_date(L, item, "to");
    codes[i].categories = MUSTER_MARKED;
    const char *const *names = describe_texts(L, item, "categories", &pack->arena);
    for (size_t k = 0; names && names[k]; k++) codes[i].categories |= muster_category_of(names[k]);
    if (muster_codes_add(&pack->codes, &codes[i], &script_of(L)->error) != MUSTER_OK) {
      script_of(L)->error.status = MUSTER_PACK;
      script_of(L)->path[0] = "codes";
      script_of(L)->path_length = 1;
      script_raise(L);
    }
    lua_settop(L, list);
  }
  lua_settop(L, list - 1);
  pack->manifest.codes = codes;
  pack->manifest.code_count = n;
}

static int read_manifest(lua_State *L) {
  reading *r = lua_touserdata(L, 1);
  muster_arena *arena = &r->pack->arena;
  muster_manifest *m = &r->pack->manifest;
  describe_run(L, r->file, "pack");
  int made = lua_gettop(L);
  m->name = describe_text_or_empty(L, made, "name", arena);
  m->version = describe_text_or_empty(L, made, "version", arena);
  m->licence = describe_text_or_empty(L, made, "licence", arena);
  m->about = describe_text_or_empty(L, made, "about", arena);
  m->api = 1;
  m->authors = describe_texts(L, made, "authors", arena);
  if (!m->authors) m->authors = describe_alloc(L, arena, 1, sizeof *m->authors);
  read_requires(L, made, arena, m);
  read_applies(L, made, arena, m);
  read_codes(L, made, r->pack);
  m->params = pack_params_read(L, made, arena, &m->param_count);
  return 0;
}

/* ---- rules/NAME.lua ---- */

static void same_as_file(lua_State *L, const script_file *file, const char *id) {
  const char *slash = strrchr(file->path, '/');
  const char *base = slash ? slash + 1 : file->path;
  size_t n = strlen(id);
  if (strncmp(base, id, n) == 0 && strcmp(base + n, ".lua") == 0) return;
  script *s = script_of(L);
  muster_fail(&s->error, MUSTER_PACK, "the id is \"%s\" and the file is %s", id, base);
  muster_error_expected(&s->error, "both the same");
  s->path[0] = "id";
  s->path_length = 1;
  script_raise(L);
}

typedef struct code_check {
  lua_State *L;
  const muster_pack *pack;
} code_check;

static bool check_codes(void *context, muster_text text) {
  code_check *check = context;
  muster_code_set set;
  return muster_code_set_parse(&check->pack->codes, text, &set, &script_of(check->L)->error) == MUSTER_OK;
}

static void check_defaults(lua_State *L, const muster_pack *pack, const muster_param *params, size_t n) {
  script *s = script_of(L);
  for (size_t i = 0; i < n; i++) {
    if (pack_param_check(pack, &params[i], params[i].default_value, &s->error) == MUSTER_OK) continue;
    s->path[0] = "params";
    s->path[1] = params[i].name;
    s->path_length = 2;
    script_raise(L);
  }
}

static void settle_field(lua_State *L, int table, const char *key, const script_file *file) {
  lua_pushstring(L, key);
  if (lua_rawget(L, table) == LUA_TFUNCTION) settle(L, -1, &(settled){.name = file->name, .source = file->source});
  lua_pop(L, 1);
}

static int read_rule(lua_State *L) {
  reading *r = lua_touserdata(L, 1);
  muster_arena *arena = &r->pack->arena;
  muster_rule_info *info = &r->pack->infos[r->number];
  pack_rule *rule = &r->pack->rules[r->number];
  describe_run(L, r->file, "rule");
  int made = lua_gettop(L);
  info->id = describe_text_or_empty(L, made, "id", arena);
  same_as_file(L, r->file, info->id);
  info->file = r->file->path;
  info->doc = lex_doc(r->file->source, arena);
  if (!info->doc) script_check(L, muster_fail_memory(&script_of(L)->error));
  info->title = describe_text_or_empty(L, made, "title", arena);
  info->message = describe_text_or_empty(L, made, "message", arena);
  info->authority = describe_text_or_empty(L, made, "authority", arena);
  info->plan = describe_text(L, made, "plan", arena);
  const char *scope = describe_text_or_empty(L, made, "scope", arena);
  info->scope = strcmp(scope, "pupil") == 0   ? MUSTER_SUBJECT_PUPIL
                : strcmp(scope, "group") == 0 ? MUSTER_SUBJECT_GROUP
                                              : MUSTER_SUBJECT_SCHOOL;
  info->level = info->own_level = (muster_level)pack_level_of(describe_text_or_empty(L, made, "level", arena));
  info->params = pack_params_read(L, made, arena, &info->param_count);
  check_defaults(L, r->pack, info->params, info->param_count);
  rule->by = info->by = describe_text(L, made, "by", arena);
  rule->inhibits = info->inhibits = describe_text(L, made, "inhibits", arena);
  rule->for_ = info->for_ = lasting(L, made, "for_", arena);
  rule->hold = info->hold = lasting(L, made, "hold", arena);
  rule->rearm = info->rearm = lasting(L, made, "rearm", arena);
  rule->silence = describe_date(L, made, "silence");
  if (!lint_codes(r->file->source, check_codes, &(code_check){L, r->pack})) script_raise(L);
  settle_field(L, made, "when", r->file);
  return 0;
}

/* ---- plans/NAME.lua ---- */

static int read_plan(lua_State *L) {
  reading *r = lua_touserdata(L, 1);
  muster_arena *arena = &r->pack->arena;
  muster_plan *plan = &r->pack->plans[r->number];
  describe_run(L, r->file, "plan");
  int made = lua_gettop(L);
  plan->id = describe_text_or_empty(L, made, "id", arena);
  same_as_file(L, r->file, plan->id);
  plan->title = describe_text(L, made, "title", arena);
  if (!plan->title) plan->title = plan->id;
  plan->escalate = describe_text(L, made, "escalate", arena);
  if (describe_table(L, made, "review")) {
    plan->review_after = lasting(L, lua_gettop(L), "after", arena);
    plan->reviewed = true;
    settle_field(L, lua_gettop(L), "success", r->file);
    lua_pop(L, 1);
  }
  if (!describe_table(L, made, "steps")) return script_refuse(L, "a plan without steps");
  int list = lua_gettop(L);
  plan->step_count = lua_rawlen(L, list);
  muster_step *steps = describe_alloc(L, arena, plan->step_count, sizeof *steps);
  for (size_t i = 0; i < plan->step_count && describe_item(L, list, (lua_Integer)i + 1); i++) {
    int item = lua_gettop(L);
    steps[i].id = describe_text_or_empty(L, item, "id", arena);
    steps[i].action = describe_text_or_empty(L, item, "action", arena);
    steps[i].owner = describe_text_or_empty(L, item, "owner", arena);
    steps[i].due = lasting(L, item, "due", arena);
    lua_pushliteral(L, "when");
    steps[i].conditional = lua_rawget(L, item) == LUA_TFUNCTION;
    settle_field(L, item, "when", r->file);
    lua_settop(L, list);
  }
  plan->steps = steps;
  return 0;
}

/* ---- charts/NAME.lua ---- */

/* Only what it says: it is drawn when there is data. */
static int check_chart(lua_State *L) {
  const reading *r = lua_touserdata(L, 1);
  describe_run(L, r->file, "chart");
  return 0;
}

/* ---- lib/NAME.lua ---- */

/* Also of those that nothing requires. */
static int read_library(lua_State *L) {
  const reading *r = lua_touserdata(L, 1);
  describe_begin(L);
  require_read(L, r->number);
  if (!lint_codes(r->file->source, check_codes, &(code_check){L, r->pack})) script_raise(L);
  return 0;
}

/* ---- the folder ---- */

static bool is_test(const char *name) {
  size_t n = strlen(name), tail = strlen("_test.lua");
  return n > tail && strcmp(name + n - tail, "_test.lua") == 0;
}

/* Paths "under/NAME.lua" in a sub-folder; none when it is not there. */
static muster_status list(muster_pack *pack, const char *under, const char ***paths, size_t *n, muster_error *err) {
  *n = 0;
  const char *folder = muster_path_join(&pack->arena, pack->folder, under);
  if (!folder) return muster_fail_memory(err);
  if (muster_is_link(folder)) {
    muster_fail(err, MUSTER_PACK, "is a symbolic link, and what it leads to is not part of the pack");
    muster_error_where(err, "%s", folder);
    muster_error_todo(err, "put the folder itself there");
    return MUSTER_PACK;
  }
  if (!muster_is_folder(folder)) return MUSTER_OK;
  const char **names;
  MUSTER_TRY(muster_folder_list(folder, ".lua", &pack->arena, &names, n, err));
  for (size_t i = 0; i < *n; i++) {
    names[i] = muster_path_join(&pack->arena, under, names[i]);
    if (!names[i]) return muster_fail_memory(err);
  }
  *paths = names;
  return MUSTER_OK;
}

static muster_status make_room(muster_pack *pack, size_t libraries, size_t rules, size_t plans, size_t charts,
                               size_t tests, muster_error *err) {
  muster_arena *a = &pack->arena;
  pack->libraries = muster_arena_alloc(a, (libraries + 1) * sizeof *pack->libraries);
  pack->infos = muster_arena_alloc(a, (rules + 1) * sizeof *pack->infos);
  pack->rules = muster_arena_alloc(a, (rules + 1) * sizeof *pack->rules);
  pack->plans = muster_arena_alloc(a, (plans + 1) * sizeof *pack->plans);
  pack->plan_files = muster_arena_alloc(a, (plans + 1) * sizeof *pack->plan_files);
  pack->charts = muster_arena_alloc(a, (charts + 1) * sizeof *pack->charts);
  pack->test_files = muster_arena_alloc(a, (tests + 1) * sizeof *pack->test_files);
  pack->files = muster_arena_alloc(a, (libraries + rules + plans + charts + 2) * sizeof *pack->files);
  bool good = pack->libraries && pack->infos && pack->rules && pack->plans && pack->plan_files && pack->charts &&
              pack->test_files && pack->files;
  return good ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status read_files(muster_pack *pack, muster_error *err) {
  const char **libraries = NULL, **rules = NULL, **plans = NULL, **charts = NULL, **tests = NULL;
  size_t library_count, rule_count, plan_count, chart_count, test_count;
  MUSTER_TRY(list(pack, "lib", &libraries, &library_count, err));
  if (library_count > MUSTER_PACK_LIBRARIES)
    return muster_fail(err, MUSTER_PACK, "lib/ has %zu files; expected at most %d", library_count,
                       MUSTER_PACK_LIBRARIES);
  MUSTER_TRY(list(pack, "rules", &rules, &rule_count, err));
  MUSTER_TRY(list(pack, "plans", &plans, &plan_count, err));
  MUSTER_TRY(list(pack, "charts", &charts, &chart_count, err));
  MUSTER_TRY(list(pack, "tests", &tests, &test_count, err));
  MUSTER_TRY(make_room(pack, library_count, rule_count, plan_count, chart_count, rule_count + test_count, err));
  for (size_t i = 0; i < library_count; i++)
    MUSTER_TRY(describe_read(pack->folder, libraries[i], &pack->arena, &pack->libraries[pack->library_count++], err));
  for (size_t i = 0; i < rule_count; i++) {
    if (is_test(rules[i])) {
      pack->test_files[pack->test_file_count++] = rules[i];
      continue;
    }
    MUSTER_TRY(describe_read(pack->folder, rules[i], &pack->arena, &pack->rules[pack->rule_count++].file, err));
  }
  for (size_t i = 0; i < plan_count; i++)
    MUSTER_TRY(describe_read(pack->folder, plans[i], &pack->arena, &pack->plan_files[pack->plan_count++], err));
  for (size_t i = 0; i < chart_count; i++)
    MUSTER_TRY(describe_read(pack->folder, charts[i], &pack->arena, &pack->charts[pack->chart_count++], err));
  for (size_t i = 0; i < test_count; i++) pack->test_files[pack->test_file_count++] = tests[i];
  return MUSTER_OK;
}

/* Files in byte order of their paths, and the digest over them: charts/, lib/, pack.lua, plans/, rules/. */
static muster_status take_digest(muster_pack *pack, muster_error *err) {
  muster_buf all;
  muster_buf_init(&all, (size_t)256 << 20);
  const script_file *groups[] = {pack->charts, pack->libraries, &pack->manifest_file, pack->plan_files, NULL};
  size_t counts[] = {pack->chart_count, pack->library_count, 1, pack->plan_count, pack->rule_count};
  for (size_t g = 0; g < sizeof counts / sizeof *counts; g++) {
    for (size_t i = 0; i < counts[g]; i++) {
      const script_file *file = groups[g] ? &groups[g][i] : &pack->rules[i].file;
      pack->files[pack->file_count++] = file->path;
      muster_buf_printf(&all, "%s\n%zu\n", file->path, file->source.n);
      muster_buf_add(&all, file->source.at, file->source.n);
    }
  }
  bool failed = all.failed;
  if (!failed) muster_digest(all.at, all.n, pack->digest);
  muster_buf_free(&all);
  return failed ? muster_fail_memory(err) : MUSTER_OK;
}

/* ---- what has to agree ---- */

static muster_status disagree(const script_file *file, const char *key, muster_error *err) {
  muster_error_where(err, "%s:%d", file->name, lex_locate(file->source, &key, 1));
  return MUSTER_PACK;
}

static bool has_plan(const muster_pack *pack, const char *id) {
  for (size_t i = 0; i < pack->plan_count; i++)
    if (strcmp(pack->plans[i].id, id) == 0) return true;
  return false;
}

static void hint(const char *wanted, const char *const *names, muster_error *err) {
  const char *near = muster_nearest(wanted, names);
  if (near) muster_error_todo(err, "did you mean \"%s\"?", near);
}

/* Rules that take each other's findings away would leave none, and nobody would know. */
static muster_status check_circles(const muster_pack *pack, uint32_t rule, muster_error *err) {
  uint32_t next = rule;
  for (size_t steps = 0; steps < pack->rule_count; steps++) {
    const char *inhibits = pack->rules[next].inhibits;
    next = inhibits ? pack_rule_find(pack, inhibits) : MUSTER_NONE;
    if (next == MUSTER_NONE) return MUSTER_OK;
    if (next != rule) continue;
    if (steps == 0)
      muster_fail(err, MUSTER_PACK, "%s inhibits itself", pack->infos[rule].id);
    else
      muster_fail(err, MUSTER_PACK, "%s inhibits %s, which inhibits %s in turn: neither would be reported",
                  pack->infos[rule].id, pack->rules[rule].inhibits, pack->infos[rule].id);
    muster_error_expected(err, "the rule that says more to inhibit the one that says less");
    return disagree(&pack->rules[rule].file, "inhibits", err);
  }
  return MUSTER_OK; /* a circle further on: found from a rule that is in it */
}

static muster_status check_references(muster_pack *pack, muster_error *err) {
  const char **plans = muster_arena_alloc(&pack->arena, (pack->plan_count + 1) * sizeof *plans);
  const char **rules = muster_arena_alloc(&pack->arena, (pack->rule_count + 1) * sizeof *rules);
  if (!plans || !rules) return muster_fail_memory(err);
  for (size_t i = 0; i < pack->plan_count; i++) plans[i] = pack->plans[i].id;
  for (size_t i = 0; i < pack->rule_count; i++) rules[i] = pack->infos[i].id;
  bool alone = pack->manifest.requirement_count == 0; /* else a plan may be another pack's */
  for (size_t i = 0; i < pack->rule_count; i++) {
    const char *plan = pack->infos[i].plan, *inhibits = pack->rules[i].inhibits;
    if (plan && alone && !has_plan(pack, plan)) {
      muster_fail(err, MUSTER_PACK, "there is no plan \"%s\" in plans/", plan);
      hint(plan, plans, err);
      return disagree(&pack->rules[i].file, "plan", err);
    }
    if (inhibits && !strchr(inhibits, '/') && pack_rule_find(pack, inhibits) == MUSTER_NONE) {
      muster_fail(err, MUSTER_PACK, "there is no rule \"%s\" to inhibit", inhibits);
      hint(inhibits, rules, err);
      return disagree(&pack->rules[i].file, "inhibits", err);
    }
    MUSTER_TRY(check_circles(pack, (uint32_t)i, err));
  }
  for (size_t i = 0; i < pack->plan_count; i++) {
    const char *next = pack->plans[i].escalate;
    if (!next || !alone || has_plan(pack, next)) continue;
    muster_fail(err, MUSTER_PACK, "there is no plan \"%s\" to escalate to", next);
    hint(next, plans, err);
    return disagree(&pack->plan_files[i], "escalate", err);
  }
  return MUSTER_OK;
}

static muster_status describe_all(muster_pack *pack, script *s, muster_error *err) {
  reading r = {.pack = pack, .file = &pack->manifest_file};
  MUSTER_TRY(describe_call(s, read_manifest, &r, r.file, err));
  s->pack = pack;
  for (r.number = 0; r.number < pack->library_count; r.number++) {
    r.file = &pack->libraries[r.number];
    MUSTER_TRY(describe_call(s, read_library, &r, r.file, err));
  }
  for (r.number = 0; r.number < pack->rule_count; r.number++) {
    r.file = &pack->rules[r.number].file;
    MUSTER_TRY(describe_call(s, read_rule, &r, r.file, err));
  }
  for (r.number = 0; r.number < pack->plan_count; r.number++) {
    r.file = &pack->plan_files[r.number];
    MUSTER_TRY(describe_call(s, read_plan, &r, r.file, err));
  }
  for (r.number = 0; r.number < pack->chart_count; r.number++) {
    r.file = &pack->charts[r.number];
    MUSTER_TRY(describe_call(s, check_chart, &r, r.file, err));
  }
  return MUSTER_OK;
}

static muster_status load(muster_pack *pack, muster_error *err) {
  if (!muster_is_folder(pack->folder)) {
    muster_fail(err, MUSTER_IO, "is not a folder");
    muster_error_where(err, "%s", pack->folder);
    muster_error_expected(err, "the folder of a pack, with pack.lua in it");
    return MUSTER_IO;
  }
  const char *manifest = muster_path_join(&pack->arena, pack->folder, "pack.lua");
  if (!manifest) return muster_fail_memory(err);
  if (!muster_is_file(manifest)) {
    muster_fail(err, MUSTER_PACK, "there is no pack.lua in the folder");
    muster_error_where(err, "%s", pack->folder);
    muster_error_todo(err, "give the folder of a pack, or make one with: muster pack new NAME");
    return MUSTER_PACK;
  }
  MUSTER_TRY(describe_read(pack->folder, "pack.lua", &pack->arena, &pack->manifest_file, err));
  MUSTER_TRY(read_files(pack, err));
  MUSTER_TRY(take_digest(pack, err));
  script s;
  MUSTER_TRY(script_open(&s, &pack->limits, err));
  muster_status status = describe_all(pack, &s, err);
  script_close(&s);
  return status == MUSTER_OK ? check_references(pack, err) : status;
}

muster_status muster_pack_load(const char *folder, const muster_limits *limits, muster_pack **out, muster_error *err) {
  *out = NULL;
  muster_pack *pack = muster_alloc(1, sizeof *pack);
  if (!pack) return muster_fail_memory(err);
  pack->limits = limits ? *limits : muster_limits_default();
  muster_codes_init(&pack->codes);
  pack->folder = muster_arena_copy(&pack->arena, folder, strlen(folder));
  muster_status status = pack->folder ? load(pack, err) : muster_fail_memory(err);
  if (status != MUSTER_OK) {
    muster_pack_free(pack);
    return status;
  }
  *out = pack;
  return MUSTER_OK;
}

void muster_pack_free(muster_pack *pack) {
  if (!pack) return;
  muster_arena_free(&pack->arena);
  muster_free(pack);
}

const muster_manifest *muster_pack_manifest(const muster_pack *pack) { return &pack->manifest; }

const muster_rule_info *muster_pack_rules(const muster_pack *pack, size_t *n) {
  *n = pack->rule_count;
  return pack->infos;
}

const muster_plan *muster_pack_plans(const muster_pack *pack, size_t *n) {
  *n = pack->plan_count;
  return pack->plans;
}

const char *muster_pack_folder(const muster_pack *pack) { return pack->folder; }

const char *const *muster_pack_files(const muster_pack *pack, size_t *n) {
  *n = pack->file_count;
  return pack->files;
}

const char *muster_pack_digest(const muster_pack *pack) { return pack->digest; }

uint32_t pack_rule_find(const muster_pack *pack, const char *id) {
  size_t n = strlen(pack->manifest.name);
  if (strncmp(id, pack->manifest.name, n) == 0 && id[n] == '/') id += n + 1;
  for (uint32_t i = 0; i < pack->rule_count; i++)
    if (strcmp(pack->infos[i].id, id) == 0) return i;
  return MUSTER_NONE;
}
