/* From a compiled function to what reckon.c follows: instructions apart, constants, texts and what they name. */
#include <string.h>

#include "dump.h"
#include "freeze.h"
#include "host.h"
#include "reckon_code.h"

/* A question is charged less than this, windows and up to 100 broken weeks included. */
enum { WORK_OF_A_QUESTION = 1000, OFFSET_SBX = 65535, OFFSET_SJ = 0xFFFFFF };

static reckon_method method_of(muster_text name) {
  static const char *const names[] = {"count",   "rate",    "persistent",   "severe",  "projected",
                                      "longest", "current", "broken_weeks", "weekdays"};
  for (int m = 0; m < ASK_NOTHING; m++)
    if (muster_text_equal(name, muster_text_of(names[m]))) return (reckon_method)m;
  return ASK_NOTHING;
}

static int field_of(muster_text name) {
  if (muster_text_equal(name, MUSTER_TEXT("sessions"))) return FIELD_SESSIONS;
  if (muster_text_equal(name, MUSTER_TEXT("days"))) return FIELD_DAYS;
  if (muster_text_equal(name, MUSTER_TEXT("first")) || muster_text_equal(name, MUSTER_TEXT("last")))
    return FIELD_DATE_OF_SPELL;
  bool week = muster_text_equal(name, MUSTER_TEXT("start")) || muster_text_equal(name, MUSTER_TEXT("absent")) ||
              muster_text_equal(name, MUSTER_TEXT("attended"));
  if (week) return FIELD_OF_WEEK;
  for (int i = 0; i < 10; i++)
    if (muster_text_equal(name, muster_text_of(subject_weekday_names[i]))) return FIELD_OF_WEEKDAYS + i;
  return -1;
}

static int kind_of(const char *name, const char *const *set_texts) {
  size_t prefix = strlen(HOST_CODES);
  for (size_t i = 0; muster_kind_names[i]; i++)
    if (strcmp(muster_kind_names[i], name) == 0) return muster_kind_of(name);
  if (strncmp(name, HOST_CODES, prefix) != 0) return -1;
  for (size_t i = 0; set_texts && set_texts[i]; i++)
    if (strcmp(set_texts[i], name + prefix) == 0) return MUSTER_KIND_CODES + (int)i;
  return -1;
}

/* ---- values ---- */

typedef struct reading {
  lua_State *L;
  reckon *r;
  muster_arena *arena;
  int params;
  bool failed;
} reading;

static uint32_t add_text(reading *in, muster_text text) {
  reckon *r = in->r;
  for (uint32_t i = 0; i < r->text_count; i++)
    if (muster_text_equal(r->texts[i].text, text)) return i;
  const char *copy = muster_arena_copy(in->arena, text.at, text.n);
  if (r->text_count == RECKON_TEXTS || !copy || memchr(copy, 0, text.n)) {
    in->failed = true;
    return 0;
  }
  muster_text own = {copy, text.n};
  r->texts[r->text_count] = (reckon_text){.text = own,
                                          .method = method_of(own),
                                          .kind = kind_of(copy, subject_context_of(in->L)->set_texts),
                                          .field = field_of(own),
                                          .window = MUSTER_NONE,
                                          .as_codes = MUSTER_NONE,
                                          .param = {.type = IS_BEYOND}};
  return (uint32_t)r->text_count++;
}

static reckon_value text_value(reading *in, muster_text text) {
  uint32_t place = add_text(in, text);
  return (reckon_value){.type = in->failed ? IS_BEYOND : IS_TEXT, .whole = place};
}

/* The value on top of the stack. [-1, +0, -] */
static reckon_value take(reading *in) {
  lua_State *L = in->L;
  reckon_value v = {.type = IS_BEYOND};
  switch (lua_type(L, -1)) {
    case LUA_TNIL: v.type = IS_NIL; break;
    case LUA_TBOOLEAN: v.type = lua_toboolean(L, -1) ? IS_TRUE : IS_FALSE; break;
    case LUA_TNUMBER:
      v.type = lua_isinteger(L, -1) ? IS_WHOLE : IS_NUMBER;
      if (v.type == IS_WHOLE)
        v.whole = lua_tointeger(L, -1);
      else
        v.number = lua_tonumber(L, -1);
      break;
    case LUA_TSTRING: {
      muster_text text;
      text.at = lua_tolstring(L, -1, &text.n);
      v = text_value(in, text);
      break;
    }
    default: break;
  }
  lua_pop(L, 1);
  return v;
}

/* The parameter of that name. [-0, +0, m] */
static reckon_value parameter(reading *in, const char *name) {
  reckon_value v = {.type = IS_BEYOND};
  if (!frozen(in->L, in->params)) return v;
  lua_pushstring(in->L, name);
  lua_rawget(in->L, -2);
  v = take(in);
  if (v.type == IS_NIL) v.type = IS_BEYOND;
  lua_pop(in->L, 1);
  return v;
}

/* What the texts of the function name beside themselves: a parameter, codes. [-0, +0, m] */
static void read_names(reading *in) {
  reckon *r = in->r;
  for (size_t i = 0, n = r->text_count; i < n && !in->failed; i++) {
    r->texts[i].param = parameter(in, r->texts[i].text.at);
    const char *codes = muster_arena_printf(in->arena, HOST_CODES "%s", r->texts[i].text.at);
    if (!codes) in->failed = true;
    if (codes && kind_of(codes, subject_context_of(in->L)->set_texts) >= 0)
      r->texts[i].as_codes = add_text(in, muster_text_of(codes));
  }
}

static reckon_value constant(reading *in, const dump_constant *k) {
  switch (k->tag) {
    case DUMP_NIL: return (reckon_value){.type = IS_NIL};
    case DUMP_FALSE: return (reckon_value){.type = IS_FALSE};
    case DUMP_TRUE: return (reckon_value){.type = IS_TRUE};
    case DUMP_INTEGER: return (reckon_value){.type = IS_WHOLE, .whole = k->integer};
    case DUMP_FLOAT: return (reckon_value){.type = IS_NUMBER, .number = k->number};
    default: return text_value(in, k->text);
  }
}

static void read_constants(reading *in, const dump_function *f) {
  reckon *r = in->r;
  r->constants = muster_arena_alloc(in->arena, (f->constant_count + 1) * sizeof *r->constants);
  if (!r->constants) in->failed = true;
  for (size_t k = 0; k < f->constant_count && !in->failed; k++) r->constants[k] = constant(in, &f->constants[k]);
  r->constant_count = f->constant_count;
}

/* What the function carries with it never changes (settle.h). The environment is followed to the one name. */
static void read_upvalues(reading *in, int function) {
  reckon *r = in->r;
  lua_State *L = in->L;
  r->environment = -1;
  r->upvalues = muster_arena_alloc(in->arena, 256 * sizeof *r->upvalues);
  if (!r->upvalues) in->failed = true;
  const char *name;
  while (!in->failed && r->upvalue_count < 256 && (name = lua_getupvalue(L, function, (int)r->upvalue_count + 1))) {
    if (strcmp(name, "_ENV") != 0) {
      r->upvalues[r->upvalue_count++] = take(in);
      continue;
    }
    if (frozen(L, -1)) {
      lua_pushliteral(L, "codes");
      lua_rawget(L, -2);
      if (lua_tocfunction(L, -1) == host_codes) r->environment = (int)r->upvalue_count;
      lua_pop(L, 2);
    }
    lua_pop(L, 1);
    r->upvalues[r->upvalue_count++] = (reckon_value){.type = IS_BEYOND};
  }
}

/* ---- instructions ---- */

static reckon_instruction decode(uint32_t i) {
  reckon_instruction out = {.op = i & 0x7F, .a = i >> 7 & 0xFF, .b = i >> 16 & 0xFF, .c = i >> 24, .k = i >> 15 & 1};
  switch (out.op) {
    case OP_LOADI:
    case OP_LOADF: out.x = (int32_t)(i >> 15) - OFFSET_SBX; break;
    case OP_LOADK: out.x = (int32_t)(i >> 15); break;
    case OP_JMP: out.x = (int32_t)(i >> 7) - OFFSET_SJ; break;
    default: break;
  }
  return out;
}

/* Instructions apart; false when one leads back, for then nobody knows that they end. */
static bool read_code(reading *in, const dump_function *f, uint64_t limit) {
  reckon *r = in->r;
  uint64_t work = f->code_count;
  r->code = muster_arena_alloc(in->arena, (f->code_count + 1) * sizeof *r->code);
  if (!r->code) return false;
  for (size_t pc = 0; pc < f->code_count; pc++) {
    reckon_instruction *i = &r->code[pc];
    *i = decode(dump_instruction(f, pc));
    if (i->op == OP_JMP && i->x < 0) return false;
    if (i->op == OP_CALL || i->op == OP_TAILCALL) work += WORK_OF_A_QUESTION;
  }
  r->count = f->code_count;
  return work <= limit;
}

reckon *reckon_read(lua_State *L, int function, int params, uint64_t limit, muster_arena *arena) {
  luaL_checkstack(L, 12, NULL);
  reckon *r = muster_arena_alloc(arena, sizeof *r);
  reckon_text *texts = muster_arena_alloc(arena, RECKON_TEXTS * sizeof *texts);
  if (!r || !texts) return NULL;
  *r = (reckon){.texts = texts};
  reading in = {L, r, arena, lua_absindex(L, params), false};
  function = lua_absindex(L, function);
  lua_pushvalue(L, function);
  muster_buf bytes; /* nothing raises while it is held */
  muster_buf_init(&bytes, (size_t)1 << 20);
  dump_reader reader;
  dump_function f = {0};
  bool good = dump_open(L, &bytes, &reader);
  if (good) dump_head(&reader, arena, &f);
  good = good && !reader.bad && f.parameters <= 2 && !f.varargs && f.registers <= RECKON_REGISTERS &&
         f.code_count <= RECKON_INSTRUCTIONS && read_code(&in, &f, limit);
  if (good) read_constants(&in, &f);
  muster_buf_free(&bytes);
  lua_pop(L, 1);
  if (!good || in.failed) return NULL;
  read_upvalues(&in, function);
  if (!in.failed) read_names(&in);
  return in.failed ? NULL : r;
}
