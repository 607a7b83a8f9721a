/* Charts from scripts: rows and options into the chart room's own shapes. */
#include "muster/script/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart_frame.h"
#include "freeze.h"
#include "lex.h"
#include "libraries.h"
#include "pack_private.h"
#include "subject.h"

enum { DATA_FACTOR = 100, LIST_MOST = 64 }; /* what a function that gives the rows may use, in calls of a rule */

typedef struct drawing {
  script script; /* first */
  subject_context context;
  const script_file *file;
  const char *folder;
  muster_date as_of;
  muster_chart_script *out;
  uint64_t instructions;
} drawing;

/* ---- options ---- */

static const muster_chart_value *value_of(lua_State *L, drawing *d) {
  muster_chart_value *value = describe_alloc(L, &d->out->arena, 1, sizeof *value);
  switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN:
      value->kind = MUSTER_VALUE_FLAG;
      value->flag = lua_toboolean(L, -1);
      break;
    case LUA_TNUMBER:
      value->kind = MUSTER_VALUE_NUMBER;
      value->number = lua_tonumber(L, -1);
      break;
    case LUA_TSTRING:
      value->kind = MUSTER_VALUE_TEXT;
      value->text = chart_text(L, &d->out->arena);
      break;
    default: {
      size_t n = (size_t)luaL_len(L, -1);
      if (n > LIST_MOST) script_refuse(L, "a list of %zu values; at most %d", n, LIST_MOST);
      muster_chart_value *items = describe_alloc(L, &d->out->arena, n, sizeof *items);
      for (size_t i = 0; i < n; i++) {
        lua_geti(L, -1, (lua_Integer)i + 1);
        items[i] = *value_of(L, d);
        lua_pop(L, 1);
      }
      *value = (muster_chart_value){.kind = MUSTER_VALUE_LIST, .items = items, .count = n};
    }
  }
  return value;
}

/* A wrong option: at its key, `first` and `second` being the way to it. */
static void wrong(lua_State *L, const char *first, const char *second) {
  script *s = script_of(L);
  s->path_length = 0;
  if (first) s->path[s->path_length++] = first;
  if (second) s->path[s->path_length++] = second;
  script_raise(L);
}

static void put(lua_State *L, drawing *d, muster_chart_layer *layer, const char *place, const char *option,
                const char *key) {
  muster_error *err = &script_of(L)->error;
  const muster_chart_value *value = value_of(L, d);
  muster_status status =
      layer ? muster_chart_layer_set(layer, option, value, err) : muster_chart_set(&d->out->chart, option, value, err);
  if (status != MUSTER_OK) wrong(L, layer ? place : key, layer ? key : NULL);
}

/* Is the table on top a list: also an empty one. */
static bool is_list(lua_State *L) {
  int top = lua_gettop(L);
  lua_pushvalue(L, top);
  describe_unfreeze(L);
  bool list = true;
  for (lua_pushnil(L); lua_next(L, top + 1); lua_pop(L, 1)) list = list && lua_type(L, -2) == LUA_TNUMBER;
  lua_settop(L, top);
  return list;
}

/* The options of the table on top; x = { unit = "%" } is the option "x.unit". [-1, +0, e] */
static void put_options(lua_State *L, drawing *d, muster_chart_layer *layer, const char *place) {
  describe_unfreeze(L);
  int options = lua_gettop(L);
  library_sorted_keys(L, options);
  size_t n = lua_rawlen(L, options + 1);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, options + 1, (lua_Integer)i + 1);
    const char *key = describe_copy(L, &d->out->arena, lua_tostring(L, -1));
    lua_rawget(L, options);
    if (lua_type(L, -1) == LUA_TFUNCTION) {
      lua_settop(L, options + 1);
      continue; /* a label: given row by row, see put_labels */
    }
    if (lua_type(L, -1) != LUA_TTABLE || is_list(L)) {
      put(L, d, layer, place, key, key);
    } else {
      describe_unfreeze(L);
      int inner = lua_gettop(L);
      library_sorted_keys(L, inner);
      for (lua_Integer k = 1; k <= (lua_Integer)lua_rawlen(L, inner + 1); k++) {
        lua_rawgeti(L, inner + 1, k);
        const char *option = lua_pushfstring(L, "%s.%s", key, luaL_tolstring(L, -1, NULL));
        option = describe_copy(L, &d->out->arena, option);
        lua_rawgeti(L, inner + 1, k);
        lua_rawget(L, inner);
        put(L, d, layer, place, option, key);
        lua_settop(L, inner + 1);
      }
    }
    lua_settop(L, options + 1);
  }
  lua_settop(L, options - 1);
}

/* ---- data ---- */

static void push_schools(lua_State *L, drawing *d) {
  const muster_register *reg = d->context.reg;
  lua_createtable(L, (int)reg->school_count, 0);
  for (uint32_t s = 0; s < reg->school_count; s++) {
    subject_push(L, &(muster_subject){.kind = MUSTER_SUBJECT_SCHOOL, .school = s});
    lua_rawseti(L, -2, (lua_Integer)s + 1);
  }
}

static const muster_chart_frame *file_frame(lua_State *L, drawing *d) {
  script *s = script_of(L);
  describe_unfreeze(L);
  const char *name = describe_text_or_empty(L, -1, "file", &d->out->arena);
  lua_pop(L, 1);
  if (!d->folder) script_refuse(L, "csv \"%.80s\": a chart of a pack reads no files", name);
  if (name[0] == '/' || strstr(name, ".."))
    script_refuse(L, "csv \"%.80s\" is not below the folder of the script", name);
  const char *path = muster_path_join(&d->out->arena, d->folder, name);
  if (!path) script_check(L, muster_fail_memory(&s->error));
  const muster_chart_frame *frame = NULL;
  script_check(L, chart_frame_csv(path, &d->out->arena, &frame, &s->error));
  return frame;
}

/* The frame of the value on top, which is replaced by its rows (nil for a file). [-1, +1, e] */
static const muster_chart_frame *data_frame(lua_State *L, drawing *d) {
  const char *kind = frozen_kind(L, -1);
  if (kind && strcmp(kind, "csv") == 0) {
    const muster_chart_frame *frame = file_frame(L, d);
    lua_pushnil(L);
    return frame;
  }
  if (lua_type(L, -1) == LUA_TFUNCTION) {
    budget_begin(&d->script.budget, d->instructions * DATA_FACTOR, true);
    push_schools(L, d);
    lua_call(L, 1, 1);
  }
  if (lua_type(L, -1) != LUA_TTABLE) script_refuse(L, "data is a %s; it is a list of rows", luaL_typename(L, -1));
  lua_pushvalue(L, -1);
  return chart_frame(L, &d->out->arena);
}

/* Pushes the rows of the field "data" and gives its frame; nil and NULL when there is none. [-0, +1, e] */
static const muster_chart_frame *field_frame(lua_State *L, drawing *d, int table, const char *field) {
  lua_pushstring(L, field);
  if (lua_rawget(L, table) == LUA_TNIL) return NULL;
  return data_frame(L, d);
}

/* label = function(row) ... end becomes a column. */
static void put_labels(lua_State *L, drawing *d, muster_chart_layer *layer, const char *place, int options, int rows) {
  static const char *const labels[] = {"label", "sub"};
  for (size_t k = 0; k < 2; k++) {
    int top = lua_gettop(L);
    lua_pushstring(L, labels[k]);
    if (lua_rawget(L, options) == LUA_TFUNCTION) {
      const muster_chart_frame *frame = layer->data ? layer->data : d->out->chart.data;
      if (!frame || lua_isnil(L, rows)) {
        muster_fail(&script_of(L)->error, MUSTER_PACK,
                    "a function labels rows, and this layer has none of its own script");
        wrong(L, place, labels[k]);
      }
      const char *name = muster_arena_printf(&d->out->arena, "%s of layer %s", labels[k], place);
      if (!name) script_check(L, muster_fail_memory(&script_of(L)->error));
      layer->data = chart_frame_with(L, &d->out->arena, frame, rows, top + 1, name);
      lua_settop(L, top);
      lua_pushstring(L, name);
      put(L, d, layer, place, labels[k], labels[k]);
    }
    lua_settop(L, top);
  }
}

static void read_layers(lua_State *L, drawing *d, int made, int rows) {
  if (!describe_table(L, made, "layers")) return;
  int list = lua_gettop(L);
  size_t n = lua_rawlen(L, list);
  for (size_t i = 0; i < n && describe_item(L, list, (lua_Integer)i + 1); i++) {
    int item = lua_gettop(L);
    const char *place = muster_arena_printf(&d->out->arena, "%zu", i + 1);
    if (!place) script_check(L, muster_fail_memory(&script_of(L)->error));
    muster_chart_layer *layer =
        muster_chart_add(&d->out->chart, muster_chart_mark_of(describe_text_or_empty(L, item, "mark", &d->out->arena)));
    layer->data = field_frame(L, d, item, "data");
    int own = layer->data ? lua_gettop(L) : rows;
    if (describe_table(L, item, "options")) {
      int options = lua_gettop(L);
      lua_pushvalue(L, options);
      put_options(L, d, layer, place);
      put_labels(L, d, layer, place, options, own);
    }
    lua_settop(L, list);
  }
  lua_settop(L, list - 1);
}

/* ---- pictures ---- */

typedef struct shown {
  uint32_t pupil;
  double rate;
} shown;

static int by_absence(const void *a, const void *b) {
  const shown *x = a, *y = b;
  if (x->rate != y->rate) return x->rate > y->rate ? -1 : 1;
  return (x->pupil > y->pupil) - (x->pupil < y->pupil);
}

static bool matches(const muster_register *reg, uint32_t pupil, const char *const *names, const char *const *values,
                    size_t n) {
  for (size_t i = 0; i < n; i++) {
    const muster_attribute *column = muster_attribute_find(&reg->pupil_attributes, names[i]);
    muster_text value = muster_attribute_value(reg, column, pupil);
    bool truth = strcmp(values[i], "true") == 0, lie = strcmp(values[i], "false") == 0;
    bool same = truth ? muster_text_is_true(value)
                : lie ? muster_text_is_false(value)
                      : muster_text_equal(value, muster_text_of(values[i]));
    if (!same) return false;
  }
  return true;
}

/* Pupils on roll who match, most absent first, at most `most` (0 = all). */
static void choose_pupils(lua_State *L, drawing *d, int made, size_t most) {
  enum { NAMES_MOST = 8 };
  const muster_register *reg = d->context.reg;
  const char *names[NAMES_MOST], *values[NAMES_MOST];
  size_t n = 0, count = 0;
  if (describe_table(L, made, "where")) {
    int where = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, where); lua_pop(L, 1), n++) {
      if (n == NAMES_MOST) script_refuse(L, "where takes at most %d attributes", NAMES_MOST);
      names[n] = describe_copy(L, &d->out->arena, lua_tostring(L, -2));
      values[n] = describe_copy(L, &d->out->arena, luaL_tolstring(L, -1, NULL));
      lua_pop(L, 1);
    }
    lua_settop(L, where - 1);
  }
  shown *all = describe_alloc(L, &d->out->arena, reg->pupil_count, sizeof *all);
  for (uint32_t p = 0; p < reg->pupil_count; p++) {
    if (d->out->school != MUSTER_NONE && reg->pupils[p].school != d->out->school) continue;
    if (!muster_on_roll(&reg->pupils[p], d->as_of) || !matches(reg, p, names, values, n)) continue;
    muster_subject s = {.kind = MUSTER_SUBJECT_PUPIL, .school = reg->pupils[p].school, .pupil = p};
    all[count].pupil = p;
    if (!muster_desk_rate(d->context.desk, &s, MUSTER_KIND_ABSENT, d->context.year, &all[count].rate)) continue;
    count++;
  }
  qsort(all, count, sizeof *all, by_absence);
  if (most && count > most) count = most;
  uint32_t *who = describe_alloc(L, &d->out->arena, count, sizeof *who);
  for (size_t i = 0; i < count; i++) who[i] = all[i].pupil;
  d->out->who = who;
  d->out->who_count = count;
}

static muster_chart_picture picture_of(const char *name) {
  static const struct {
    const char *name;
    muster_chart_picture kind;
  } pictures[] = {{"register_chart", MUSTER_PICTURE_REGISTER},
                  {"cumulative_chart", MUSTER_PICTURE_CUMULATIVE},
                  {"calendar_chart", MUSTER_PICTURE_CALENDAR},
                  {"funnel_chart", MUSTER_PICTURE_FUNNEL},
                  {"bands_chart", MUSTER_PICTURE_BANDS}};
  for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++)
    if (strcmp(pictures[i].name, name) == 0) return pictures[i].kind;
  return MUSTER_PICTURE_NONE;
}

static const char *words_of(lua_State *L, drawing *d, int made, const char *key) {
  lua_pushstring(L, key);
  const char *text = lua_rawget(L, made) == LUA_TSTRING ? chart_text(L, &d->out->arena) : NULL;
  lua_pop(L, 1);
  return text;
}

static void read_picture(lua_State *L, drawing *d, int made, const char *name) {
  muster_chart_script *out = d->out;
  double number;
  size_t most = 0;
  out->picture = picture_of(name);
  out->title = words_of(L, d, made, "title");
  out->subtitle = words_of(L, d, made, "subtitle");
  out->source = words_of(L, d, made, "source");
  if (describe_number(L, made, "weeks", &number)) out->weeks = (size_t)number;
  if (out->picture == MUSTER_PICTURE_REGISTER) most = describe_number(L, made, "pupils", &number) ? (size_t)number : 26;
  const char *school = describe_text(L, made, "school", &out->arena);
  if (school) {
    out->school = muster_map_find(&d->context.reg->school_ids, muster_text_of(school));
    if (out->school == MUSTER_NONE) {
      muster_fail(&script_of(L)->error, MUSTER_PACK, "the data has no school \"%.60s\"", school);
      wrong(L, "school", NULL);
    }
  }
  choose_pupils(L, d, made, most);
}

/* ---- the whole ---- */

static int draw(lua_State *L) {
  drawing *d = lua_touserdata(L, 1);
  muster_chart_script *out = d->out;
  subject_open(L, &d->context);
  d->context.call = 1; /* one call: what it is given lasts until it is over */
  describe_run(L, d->file, "chart");
  int made = lua_gettop(L);
  const char *preset = describe_text(L, made, "preset", &out->arena),
             *picture = describe_text(L, made, "picture", &out->arena);
  out->preset = MUSTER_PRESET_SLIDE;
  out->preset_given = preset && muster_preset_of(preset, &out->preset);
  muster_date as_of = describe_date(L, made, "as_of");
  if (as_of != MUSTER_NO_DATE) d->as_of = as_of;
  out->as_of = d->as_of;
  muster_desk_set_as_of(d->context.desk, d->as_of);
  if (picture) {
    read_picture(L, d, made, picture);
    return 0;
  }
  out->chart.data = field_frame(L, d, made, "data");
  int rows = lua_gettop(L);
  out->chart.table = field_frame(L, d, made, "table");
  read_layers(L, d, made, rows);
  if (describe_table(L, made, "options")) put_options(L, d, NULL, NULL);
  script_check(L, muster_chart_check(&out->chart, &script_of(L)->error));
  return 0;
}

static muster_status run(const muster_pack *pack, const script_file *file, const char *folder,
                         const muster_register *reg, muster_date as_of, const muster_limits *limits,
                         muster_chart_script *out, muster_error *err) {
  drawing *d = muster_alloc(1, sizeof *d);
  if (!d) return muster_fail_memory(err);
  d->file = file;
  d->folder = folder;
  d->as_of = as_of;
  d->out = out;
  d->instructions = limits->instructions;
  muster_status status = muster_desk_open(&d->context.desk, reg, NULL, err);
  if (status == MUSTER_OK) {
    d->context.reg = reg;
    status = script_open(&d->script, limits, err);
    if (status == MUSTER_OK) {
      d->script.owner = &d->context;
      d->script.pack = pack;
      status = describe_call(&d->script, draw, d, file, err);
      script_close(&d->script);
    }
    muster_desk_close(d->context.desk);
  }
  muster_free(d);
  return status;
}

static void begin(muster_chart_script *out) {
  *out = (muster_chart_script){.school = MUSTER_NONE};
  muster_chart_init(&out->chart);
}

muster_status muster_script_chart(const char *path, const char *folder, const muster_register *reg, muster_date as_of,
                                  const muster_limits *limits, muster_chart_script *out, muster_error *err) {
  begin(out);
  muster_limits own = limits ? *limits : muster_limits_default();
  script_file file;
  MUSTER_TRY(describe_read("", path, &out->arena, &file, err));
  return run(NULL, &file, folder, reg, as_of, &own, out, err);
}

size_t muster_pack_chart_count(const muster_pack *pack) { return pack->chart_count; }

muster_status muster_pack_chart(const muster_pack *pack, size_t k, const muster_register *reg, muster_date as_of,
                                muster_chart_script *out, const char **name, muster_error *err) {
  begin(out);
  const script_file *file = &pack->charts[k];
  const char *slash = strrchr(file->path, '/');
  size_t n = strlen(slash ? slash + 1 : file->path);
  *name = muster_arena_copy(&out->arena, slash ? slash + 1 : file->path, n > 4 ? n - 4 : n);
  if (!*name) return muster_fail_memory(err);
  return run(pack, file, NULL, reg, as_of, &pack->limits, out, err);
}

void muster_chart_script_free(muster_chart_script *chart) {
  muster_chart_free(&chart->chart);
  muster_arena_free(&chart->arena);
  *chart = (muster_chart_script){0};
}
