/* Tailoring a pack: overlays and single settings, checked against the pack's own bounds before anything changes. */
#include <stdio.h>
#include <string.h>

#include "lex.h"
#include "libraries.h"
#include "pack_private.h"

/* A parameter by "rule.param", "pack/rule.param" or "pack.param"; NULL when there is none. */
static muster_param *find_param(const muster_pack *pack, const char *name) {
  const char *dot = strrchr(name, '.');
  char owner[160];
  if (!dot || (size_t)(dot - name) >= sizeof owner) return NULL;
  snprintf(owner, sizeof owner, "%.*s", (int)(dot - name), name);
  const muster_param *params = pack->manifest.params;
  size_t n = pack->manifest.param_count;
  uint32_t rule = pack_rule_find(pack, owner);
  if (rule != MUSTER_NONE) {
    params = pack->infos[rule].params;
    n = pack->infos[rule].param_count;
  } else if (strcmp(owner, pack->manifest.name) != 0) {
    return NULL;
  }
  for (size_t i = 0; i < n; i++)
    if (strcmp(params[i].name, dot + 1) == 0) return (muster_param *)&params[i]; /* the pack's own memory */
  return NULL;
}

const muster_param *muster_pack_param(const muster_pack *pack, const char *name) { return find_param(pack, name); }

/* "rule.param" for every parameter, NULL-terminated. NULL when there is no memory. */
static const char **all_params(muster_pack *pack) {
  size_t n = pack->manifest.param_count;
  for (size_t i = 0; i < pack->rule_count; i++) n += pack->infos[i].param_count;
  const char **names = muster_arena_alloc(&pack->arena, (n + 1) * sizeof *names);
  size_t k = 0;
  for (size_t i = 0; names && i < pack->manifest.param_count; i++)
    names[k++] = muster_arena_printf(&pack->arena, "%s.%s", pack->manifest.name, pack->manifest.params[i].name);
  for (size_t i = 0; names && i < pack->rule_count; i++)
    for (size_t p = 0; p < pack->infos[i].param_count; p++)
      names[k++] = muster_arena_printf(&pack->arena, "%s.%s", pack->infos[i].id, pack->infos[i].params[p].name);
  for (size_t i = 0; i < k; i++)
    if (!names[i]) return NULL;
  return names;
}

static muster_status unknown_param(muster_pack *pack, const char *name, muster_error *err) {
  const char **names = all_params(pack);
  if (!names) return muster_fail_memory(err);
  muster_fail(err, MUSTER_PACK, "the pack %s has no parameter \"%.100s\"", pack->manifest.name, name);
  muster_error_expected(err, "rule.param");
  const char *near = muster_nearest(name, names);
  if (near)
    muster_error_todo(err, "did you mean %s?", near);
  else
    muster_error_todo(err, "muster pack info %s lists them", pack->folder);
  return MUSTER_PACK;
}

static muster_status unknown_rule(muster_pack *pack, const char *name, muster_error *err) {
  const char **names = muster_arena_alloc(&pack->arena, (pack->rule_count + 1) * sizeof *names);
  if (!names) return muster_fail_memory(err);
  for (size_t i = 0; i < pack->rule_count; i++) names[i] = pack->infos[i].id;
  muster_fail(err, MUSTER_PACK, "the pack %s has no rule \"%.100s\"", pack->manifest.name, name);
  const char *near = muster_nearest(name, names);
  if (near) muster_error_todo(err, "did you mean %s?", near);
  return MUSTER_PACK;
}

/* Is it the rule or parameter of some other pack, named in full. */
static bool of_another_pack(const muster_pack *pack, const char *name) {
  const char *slash = strchr(name, '/');
  size_t n = slash ? (size_t)(slash - name) : 0;
  return slash && !(strlen(pack->manifest.name) == n && strncmp(name, pack->manifest.name, n) == 0);
}

/* One change, found and checked before any is made. */
typedef struct change {
  enum { CHANGE_PARAM, CHANGE_DISABLE, CHANGE_LEVEL, CHANGE_SILENCE } what;
  muster_param *param;
  const char *value;
  uint32_t rule;
  muster_level level;
  muster_date until;
} change;

typedef struct overlaying {
  muster_pack *pack;
  const script_file *file;
  change *changes;
  size_t count;
} overlaying;

static void refuse_at(lua_State *L, const char *section, const char *key) {
  script *s = script_of(L);
  s->path[0] = section;
  s->path[1] = key;
  s->path_length = 2;
  script_raise(L);
}

static void read_change(lua_State *L, overlaying *o, const char *section, const char *key) {
  muster_pack *pack = o->pack;
  muster_error *err = &script_of(L)->error;
  change *c = &o->changes[o->count];
  *c = (change){0};
  const char *name = describe_copy(L, &pack->arena, key);
  if (of_another_pack(pack, name)) return;
  if (strcmp(section, "params") == 0) {
    c->what = CHANGE_PARAM;
    c->param = find_param(pack, name);
    c->value = describe_copy(L, &pack->arena, luaL_tolstring(L, -1, NULL));
    lua_pop(L, 1);
    if (!c->param) unknown_param(pack, name, err), refuse_at(L, section, name);
    if (pack_param_check(pack, c->param, c->value, err) != MUSTER_OK) refuse_at(L, section, name);
  } else {
    c->rule = pack_rule_find(pack, name);
    if (c->rule == MUSTER_NONE) unknown_rule(pack, name, err), refuse_at(L, section, name);
    const muster_rule_info *info = &pack->infos[c->rule];
    if (strcmp(section, "disable") == 0) {
      c->what = CHANGE_DISABLE;
    } else if (strcmp(section, "level") == 0) {
      c->what = CHANGE_LEVEL;
      c->level = (muster_level)pack_level_of(lua_tostring(L, -1));
      if (c->level < info->own_level) {
        muster_fail(err, MUSTER_PACK, "the level of %s is %s in the pack, and %s is lower", name,
                    muster_level_text(info->own_level), muster_level_text(c->level));
        muster_error_expected(err, "the same or a higher level");
        muster_error_todo(err, "raise it, or disable the rule");
        refuse_at(L, section, name);
      }
    } else {
      c->what = CHANGE_SILENCE;
      if (!muster_date_parse(muster_text_of(lua_tostring(L, -1)), &c->until)) refuse_at(L, section, name);
    }
  }
  o->count++;
}

static int read_overlay(lua_State *L) {
  static const char *const sections[] = {"params", "disable", "level", "silence"};
  overlaying *o = lua_touserdata(L, 1);
  describe_run(L, o->file, "overlay");
  int made = lua_gettop(L);
  size_t n = 0;
  for (size_t s = 0; s < 4; s++) {
    if (!describe_table(L, made, sections[s])) continue;
    library_sorted_keys(L, -1);
    n += lua_rawlen(L, -1);
    lua_settop(L, made);
  }
  o->changes = describe_alloc(L, &o->pack->arena, n, sizeof *o->changes);
  for (size_t s = 0; s < 4; s++) {
    if (!describe_table(L, made, sections[s])) continue;
    int table = lua_gettop(L);
    library_sorted_keys(L, table);
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, table + 1); i++) {
      lua_rawgeti(L, table + 1, i);
      lua_pushvalue(L, -1);
      lua_rawget(L, table);
      bool listed = s == 1; /* disable is a list of names */
      const char *key = lua_tostring(L, listed ? -1 : -2);
      if (key) read_change(L, o, sections[s], key);
      lua_settop(L, table + 1);
    }
    lua_settop(L, made);
  }
  return 0;
}

static void apply(muster_pack *pack, const change *c) {
  muster_rule_info *info = &pack->infos[c->rule];
  switch (c->what) {
    case CHANGE_PARAM:
      c->param->value = c->value;
      c->param->changed = true;
      break;
    case CHANGE_DISABLE: info->disabled = true; break;
    case CHANGE_LEVEL: info->level = c->level; break;
    case CHANGE_SILENCE: pack->rules[c->rule].silence = c->until; break;
  }
}

muster_status muster_pack_overlay(muster_pack *pack, const char *path, muster_error *err) {
  script_file file;
  MUSTER_TRY(describe_read("", path, &pack->arena, &file, err));
  script s;
  MUSTER_TRY(script_open(&s, &pack->limits, err));
  overlaying o = {.pack = pack, .file = &file};
  muster_status status = describe_call(&s, read_overlay, &o, &file, err);
  script_close(&s);
  for (size_t i = 0; status == MUSTER_OK && i < o.count; i++) apply(pack, &o.changes[i]);
  return status;
}

muster_status muster_pack_set(muster_pack *pack, const char *setting, muster_error *err) {
  const char *equals = strchr(setting, '=');
  if (!equals) {
    muster_fail(err, MUSTER_USAGE, "\"%.100s\" sets nothing", setting);
    muster_error_expected(err, "rule.param=value");
    return MUSTER_USAGE;
  }
  const char *name = muster_arena_copy(&pack->arena, setting, (size_t)(equals - setting));
  const char *value = muster_arena_copy(&pack->arena, equals + 1, strlen(equals + 1));
  if (!name || !value) return muster_fail_memory(err);
  muster_param *param = find_param(pack, name);
  muster_status status = param ? pack_param_check(pack, param, value, err) : unknown_param(pack, name, err);
  if (status == MUSTER_MEMORY) return status;
  if (status != MUSTER_OK) {
    muster_error_where(err, "--set %s", name);
    if (err) err->status = MUSTER_USAGE;
    return MUSTER_USAGE;
  }
  apply(pack, &(change){.what = CHANGE_PARAM, .param = param, .value = value});
  return MUSTER_OK;
}
