/* Reading dumped functions. */
#include "dump.h"

#include <string.h>

const unsigned char *dump_skip(dump_reader *r, size_t n) {
  if (r->bad || (size_t)(r->end - r->at) < n) {
    r->bad = true;
    return (const unsigned char *)"";
  }
  const unsigned char *was = r->at;
  r->at += n;
  return was;
}

unsigned dump_byte(dump_reader *r) { return dump_skip(r, 1)[0]; }

size_t dump_number(dump_reader *r) {
  size_t value = 0;
  for (int i = 0; i < 10; i++) {
    unsigned b = dump_byte(r);
    value = value << 7 | (b & 0x7F);
    if (b & 0x80 || r->bad) return value;
  }
  r->bad = true;
  return 0;
}

muster_text dump_string(dump_reader *r) {
  size_t n = dump_number(r);
  if (n == 0) return (muster_text){"", 0};
  const unsigned char *at = dump_skip(r, n - 1);
  return r->bad ? (muster_text){"", 0} : (muster_text){(const char *)at, n - 1};
}

static dump_constant constant(dump_reader *r) {
  dump_constant k = {.tag = dump_byte(r), .text = {"", 0}};
  if (k.tag == DUMP_SHORT || k.tag == DUMP_LONG) k.text = dump_string(r);
  if (k.tag != DUMP_INTEGER && k.tag != DUMP_FLOAT) return k;
  const unsigned char *at = dump_skip(r, 8);
  if (r->bad) return k;
  if (k.tag == DUMP_INTEGER)
    memcpy(&k.integer, at, sizeof k.integer);
  else
    memcpy(&k.number, at, sizeof k.number);
  return k;
}

void dump_head(dump_reader *r, muster_arena *arena, dump_function *f) {
  *f = (dump_function){0};
  dump_string(r); /* source */
  f->first_line = dump_number(r);
  dump_number(r);
  f->parameters = dump_byte(r);
  f->varargs = dump_byte(r);
  f->registers = dump_byte(r);
  f->code_count = dump_number(r);
  f->code = dump_skip(r, f->code_count * 4);
  f->constant_count = dump_number(r);
  if (f->constant_count > (size_t)(r->end - r->at)) r->bad = true;
  if (r->bad) return;
  f->constants = muster_arena_alloc(arena, (f->constant_count + 1) * sizeof *f->constants);
  if (!f->constants) r->bad = true;
  for (size_t k = 0; k < f->constant_count && !r->bad; k++) f->constants[k] = constant(r);
}

static int append(lua_State *L, const void *bytes, size_t n, void *context) {
  (void)L;
  muster_buf_add(context, bytes, n);
  return ((muster_buf *)context)->failed;
}

bool dump_open(lua_State *L, muster_buf *bytes, dump_reader *r) {
  static const char head[] = "\x1bLua\x54\0\x19\x93\r\n\x1a\n\4\10\10";
  const size_t rest = 16 + 1; /* a number of each kind, the number of upvalues */
  bool good = lua_dump(L, append, bytes, 0) == 0 && !bytes->failed && bytes->n > sizeof head - 1 + rest &&
              memcmp(bytes->at, head, sizeof head - 1) == 0;
  if (!good) return false;
  *r = (dump_reader){(const unsigned char *)bytes->at + sizeof head - 1 + rest,
                     (const unsigned char *)bytes->at + bytes->n, false};
  return true;
}
