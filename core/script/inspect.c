/* Reads the binary form in which the interpreter dumps its own functions (ldump.c, lopcodes.h of Lua 5.4). */
#include "inspect.h"

#include <string.h>

#include "dump.h"

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

enum { NO_LINE_DELTA = 0x80, DEEPEST = 64 };

/* Where each upvalue of a function is, seen from the function being inspected: an upvalue of its own, or something of
 * its making. */
enum { INSIDE = -1, NOWHERE = -2 };

/* A function, and the lines of its instructions. */
typedef struct function {
  dump_function head;
  const unsigned char *line_deltas;
  size_t line_count;
  dump_reader absolute;
  size_t absolute_count;
} function;

static int line_of(const function *f, size_t wanted) {
  long line = (long)f->head.first_line;
  dump_reader absolute = f->absolute;
  for (size_t pc = 0; pc <= wanted && pc < f->line_count; pc++) {
    if (f->line_deltas[pc] != NO_LINE_DELTA) {
      line += (signed char)f->line_deltas[pc];
      continue;
    }
    dump_number(&absolute);
    line = (long)dump_number(&absolute);
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
  return k < f->head.constant_count ? f->head.constants[k].text : (muster_text){"", 0};
}

static void look(const function *f, const int *upvalues, size_t upvalue_count, int environment, inspect *out) {
  int names = environment > 0 ? environment - 1 : NOWHERE;
  for (size_t pc = 0; pc < f->head.code_count; pc++) {
    uint32_t i = dump_instruction(&f->head, pc);
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
        if (outer == names && !out->environment_escapes) {
          out->environment_escapes = true;
          out->environment_line = line_of(f, pc);
        }
        break;
      case OP_SETUPVAL:
        if (outer >= 0 && outer < INSPECT_UPVALUES && !out->written[outer]) out->written[outer] = line_of(f, pc);
        break;
      case OP_GETTABUP:
        if (outer == names && out->read_count < INSPECT_NAMES)
          keep_name(&out->reads[out->read_count++], constant(f, c), line_of(f, pc));
        break;
      case OP_SETTABUP:
        if (outer == names && !out->write.line) keep_name(&out->write, constant(f, b), line_of(f, pc));
        break;
      default: break;
    }
  }
}

/* `above` says what the upvalues of the enclosing function are; NULL for the inspected function itself. */
static void walk(dump_reader *r, const int *above, size_t above_count, int environment, int depth, muster_arena *arena,
                 inspect *out) {
  if (depth > DEEPEST) r->bad = true;
  if (r->bad) return;
  function f = {0};
  dump_head(r, arena, &f.head);
  if (r->bad) return;
  out->instructions += f.head.code_count;
  if (f.head.constant_count > out->most_constants) out->most_constants = f.head.constant_count;
  size_t upvalue_count = dump_number(r);
  if (upvalue_count > 255) r->bad = true;
  int upvalues[256];
  for (size_t k = 0; k < upvalue_count && !r->bad; k++) {
    bool in_stack = dump_byte(r) != 0;
    unsigned index = dump_byte(r);
    dump_byte(r);
    if (depth == 0)
      upvalues[k] = (int)k;
    else
      upvalues[k] = in_stack || index >= above_count ? INSIDE : above[index];
  }
  size_t functions = dump_number(r);
  for (size_t k = 0; k < functions && !r->bad; k++)
    walk(r, upvalues, upvalue_count, environment, depth + 1, arena, out);
  f.line_count = dump_number(r);
  f.line_deltas = dump_skip(r, f.line_count);
  f.absolute_count = dump_number(r);
  f.absolute = *r;
  for (size_t k = 0; k < f.absolute_count && !r->bad; k++) dump_number(r), dump_number(r);
  size_t locals = dump_number(r);
  for (size_t k = 0; k < locals && !r->bad; k++) dump_string(r), dump_number(r), dump_number(r);
  size_t names = dump_number(r);
  for (size_t k = 0; k < names && !r->bad; k++) dump_string(r);
  if (!r->bad) look(&f, upvalues, upvalue_count, environment, out);
}

bool inspect_function(lua_State *L, int environment, inspect *out) {
  *out = (inspect){0};
  muster_buf code;
  muster_buf_init(&code, (size_t)4 << 20);
  dump_reader r;
  bool good = dump_open(L, &code, &r);
  if (good) {
    muster_arena arena = {0};
    walk(&r, NULL, 0, environment, 0, &arena, out);
    muster_arena_free(&arena);
    good = !r.bad && r.at == r.end;
  }
  muster_buf_free(&code);
  return good;
}
