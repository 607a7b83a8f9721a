/* Reads the binary form in which the interpreter dumps its own functions (ldump.c, lopcodes.h of Lua 5.4). */
#include "inspect.h"

#include <string.h>

/* Only what is looked at here. The same in all releases of 5.4. */
enum {
  OP_GETUPVAL = 9,
  OP_SETUPVAL = 10,
  OP_GETTABUP = 11,
  OP_SETTABUP = 15,
  OP_JMP = 56,
  OP_FORLOOP = 73,
  OP_TFORCALL = 76,
  OP_TFORLOOP = 77,
  OP_CLOSURE = 79
};

enum { TAG_INTEGER = 3, TAG_FLOAT = 19, TAG_SHORT = 4, TAG_LONG = 20 };
enum { NO_LINE_DELTA = 0x80, DEEPEST = 64 };

typedef struct reader {
  const unsigned char *at, *end;
  bool bad;
} reader;

static const unsigned char *skip(reader *r, size_t n) {
  if (r->bad || (size_t)(r->end - r->at) < n) {
    r->bad = true;
    return (const unsigned char *)"";
  }
  const unsigned char *was = r->at;
  r->at += n;
  return was;
}

static unsigned byte(reader *r) { return skip(r, 1)[0]; }

static size_t number(reader *r) {
  size_t value = 0;
  for (int i = 0; i < 10; i++) {
    unsigned b = byte(r);
    value = value << 7 | (b & 0x7F);
    if (b & 0x80 || r->bad) return value;
  }
  r->bad = true;
  return 0;
}

static muster_text string(reader *r) {
  size_t n = number(r);
  if (n == 0) return (muster_text){"", 0};
  const unsigned char *at = skip(r, n - 1);
  return r->bad ? (muster_text){"", 0} : (muster_text){(const char *)at, n - 1};
}

/* Where each upvalue of a function is, seen from the function being inspected: an upvalue of its own, or something of
 * its making. */
enum { INSIDE = -1 };

typedef struct function {
  const unsigned char *code;
  size_t code_count;
  muster_text *constants; /* texts; others are empty */
  size_t constant_count;
  const unsigned char *line_deltas;
  size_t line_count;
  reader absolute;
  size_t absolute_count;
  size_t first_line;
} function;

static uint32_t instruction(const function *f, size_t pc) {
  uint32_t i;
  memcpy(&i, f->code + pc * 4, 4);
  return i;
}

static int line_of(const function *f, size_t wanted) {
  long line = (long)f->first_line;
  reader absolute = f->absolute;
  for (size_t pc = 0; pc <= wanted && pc < f->line_count; pc++) {
    if (f->line_deltas[pc] != NO_LINE_DELTA) {
      line += (signed char)f->line_deltas[pc];
      continue;
    }
    number(&absolute);
    line = (long)number(&absolute);
  }
  return (int)line;
}

static void keep_name(inspect_name *name, muster_text text, int line) {
  size_t n = text.n < sizeof name->text ? text.n : sizeof name->text - 1;
  memcpy(name->text, text.at, n);
  name->text[n] = '\0';
  name->line = line;
}

static muster_text constant(const function *f, unsigned k) {
  return k < f->constant_count ? f->constants[k] : (muster_text){"", 0};
}

static void look(const function *f, const int *upvalues, size_t upvalue_count, int environment, inspect *out) {
  for (size_t pc = 0; pc < f->code_count; pc++) {
    uint32_t i = instruction(f, pc);
    unsigned op = i & 0x7F, a = i >> 7 & 0xFF, b = i >> 16 & 0xFF, c = i >> 24;
    unsigned up = op == OP_SETTABUP ? a : b;
    int outer = up < upvalue_count ? upvalues[up] : INSIDE;
    switch (op) {
      case OP_FORLOOP:
      case OP_TFORCALL:
      case OP_TFORLOOP: out->loops = true; break;
      case OP_JMP:
        if ((long)(i >> 7) - 0xFFFFFF < 0) out->loops = true;
        break;
      case OP_CLOSURE: out->makes_functions = true; break;
      case OP_GETUPVAL:
        if (outer != INSIDE && outer == environment - 1 && !out->environment_escapes) {
          out->environment_escapes = true;
          out->environment_line = line_of(f, pc);
        }
        break;
      case OP_SETUPVAL:
        if (outer >= 0 && outer < INSPECT_UPVALUES && !out->written[outer]) out->written[outer] = line_of(f, pc);
        break;
      case OP_GETTABUP:
        if (outer == environment - 1 && out->read_count < INSPECT_NAMES)
          keep_name(&out->reads[out->read_count++], constant(f, c), line_of(f, pc));
        break;
      case OP_SETTABUP:
        if (outer == environment - 1 && !out->write.line) keep_name(&out->write, constant(f, b), line_of(f, pc));
        break;
      default: break;
    }
  }
}

/* `above` says what the upvalues of the enclosing function are; NULL for the inspected function itself. */
static void walk(reader *r, const int *above, size_t above_count, int environment, int depth, muster_arena *arena,
                 inspect *out) {
  if (depth > DEEPEST) r->bad = true;
  if (r->bad) return;
  function f = {0};
  string(r); /* source */
  f.first_line = number(r);
  number(r);
  skip(r, 3); /* parameters, varargs, stack size */
  f.code_count = number(r);
  f.code = skip(r, f.code_count * 4);
  out->instructions += f.code_count;
  f.constant_count = number(r);
  if (f.constant_count > (size_t)(r->end - r->at)) r->bad = true;
  if (r->bad) return;
  if (f.constant_count > out->most_constants) out->most_constants = f.constant_count;
  f.constants = muster_arena_alloc(arena, (f.constant_count + 1) * sizeof *f.constants);
  if (!f.constants) r->bad = true;
  for (size_t k = 0; k < f.constant_count && !r->bad; k++) {
    unsigned tag = byte(r);
    if (tag == TAG_INTEGER || tag == TAG_FLOAT) skip(r, 8);
    if (tag == TAG_SHORT || tag == TAG_LONG) f.constants[k] = string(r);
  }
  size_t upvalue_count = number(r);
  if (upvalue_count > 255) r->bad = true;
  int upvalues[256];
  for (size_t k = 0; k < upvalue_count && !r->bad; k++) {
    bool in_stack = byte(r) != 0;
    unsigned index = byte(r);
    byte(r);
    if (depth == 0)
      upvalues[k] = (int)k;
    else
      upvalues[k] = in_stack || index >= above_count ? INSIDE : above[index];
  }
  size_t functions = number(r);
  for (size_t k = 0; k < functions && !r->bad; k++)
    walk(r, upvalues, upvalue_count, environment, depth + 1, arena, out);
  f.line_count = number(r);
  f.line_deltas = skip(r, f.line_count);
  f.absolute_count = number(r);
  f.absolute = *r;
  for (size_t k = 0; k < f.absolute_count && !r->bad; k++) number(r), number(r);
  size_t locals = number(r);
  for (size_t k = 0; k < locals && !r->bad; k++) string(r), number(r), number(r);
  size_t names = number(r);
  for (size_t k = 0; k < names && !r->bad; k++) string(r);
  if (!r->bad) look(&f, upvalues, upvalue_count, environment, out);
}

static int append(lua_State *L, const void *bytes, size_t n, void *context) {
  (void)L;
  muster_buf_add(context, bytes, n);
  return ((muster_buf *)context)->failed;
}

bool inspect_function(lua_State *L, int environment, inspect *out) {
  static const char head[] = "\x1bLua\x54\0\x19\x93\r\n\x1a\n\4\10\10";
  *out = (inspect){0};
  muster_buf code;
  muster_buf_init(&code, (size_t)4 << 20);
  bool good = lua_dump(L, append, &code, 0) == 0 && !code.failed && code.n > sizeof head + 16 &&
              memcmp(code.at, head, sizeof head - 1) == 0;
  if (good) {
    reader r = {(const unsigned char *)code.at + sizeof head - 1 + 16 + 1, (const unsigned char *)code.at + code.n,
                false};
    muster_arena arena = {0};
    walk(&r, NULL, 0, environment, 0, &arena, out);
    muster_arena_free(&arena);
    good = !r.bad && r.at == r.end;
  }
  muster_buf_free(&code);
  return good;
}
