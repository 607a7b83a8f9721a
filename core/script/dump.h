/* The binary form in which the interpreter dumps its own functions (ldump.c of Lua 5.4), read piece by piece.
 *
 * Reading past the end, or what is not understood, marks the reader as bad; pieces that follow are empty. */
#ifndef SCRIPT_DUMP_H
#define SCRIPT_DUMP_H

#include <lua.h>

#include "muster/base.h"

typedef struct dump_reader {
  const unsigned char *at, *end;
  bool bad;
} dump_reader;

/* A constant of a function: one of these, by its tag; texts are empty for all others. */
enum {
  DUMP_NIL = 0,
  DUMP_FALSE = 1,
  DUMP_TRUE = 17,
  DUMP_INTEGER = 3,
  DUMP_FLOAT = 19,
  DUMP_SHORT = 4,
  DUMP_LONG = 20
};

typedef struct dump_constant {
  unsigned tag;
  muster_text text;
  lua_Integer integer;
  lua_Number number;
} dump_constant;

/* The pieces of a function up to its constants. */
typedef struct dump_function {
  size_t first_line;
  unsigned parameters, varargs, registers;
  const unsigned char *code; /* four bytes an instruction, in the order of the machine */
  size_t code_count;
  dump_constant *constants; /* in the arena */
  size_t constant_count;
} dump_function;

/** Dumps the Lua function on top of the stack into `bytes` and starts reading it. False when it is not in the form
 * this understands, or there is no memory. */
bool dump_open(lua_State *L, muster_buf *bytes, dump_reader *r);

const unsigned char *dump_skip(dump_reader *r, size_t n);
unsigned dump_byte(dump_reader *r);
size_t dump_number(dump_reader *r);
muster_text dump_string(dump_reader *r);

/** Reads a function up to and with its constants; upvalues, inner functions and lines follow. */
void dump_head(dump_reader *r, muster_arena *arena, dump_function *f);

static inline uint32_t dump_instruction(const dump_function *f, size_t pc) {
  uint32_t i;
  __builtin_memcpy(&i, f->code + pc * 4, 4);
  return i;
}

#endif
