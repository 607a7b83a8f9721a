/* The code of a rule as reckon.c follows it: made by reckon_read.c. */
#ifndef SCRIPT_RECKON_CODE_H
#define SCRIPT_RECKON_CODE_H

#include "reckon.h"

enum { RECKON_REGISTERS = 48, RECKON_TEXTS = 128, RECKON_INSTRUCTIONS = 512 };

/* lopcodes.h of Lua 5.4; the same in all its releases. */
typedef enum reckon_op {
  OP_MOVE = 0,
  OP_LOADI = 1,
  OP_LOADF = 2,
  OP_LOADK = 3,
  OP_LOADFALSE = 5,
  OP_LFALSESKIP = 6,
  OP_LOADTRUE = 7,
  OP_LOADNIL = 8,
  OP_GETUPVAL = 9,
  OP_GETTABUP = 11,
  OP_GETTABLE = 12,
  OP_GETI = 13,
  OP_GETFIELD = 14,
  OP_SETFIELD = 18,
  OP_NEWTABLE = 19,
  OP_SELF = 20,
  OP_ADDI = 21,
  OP_ADDK = 22,
  OP_SUBK = 23,
  OP_MULK = 24,
  OP_DIVK = 27,
  OP_ADD = 34,
  OP_SUB = 35,
  OP_MUL = 36,
  OP_DIV = 39,
  OP_UNM = 49,
  OP_NOT = 51,
  OP_LEN = 52,
  OP_JMP = 56,
  OP_EQ = 57,
  OP_LT = 58,
  OP_LE = 59,
  OP_EQK = 60,
  OP_EQI = 61,
  OP_LTI = 62,
  OP_LEI = 63,
  OP_GTI = 64,
  OP_GEI = 65,
  OP_TEST = 66,
  OP_TESTSET = 67,
  OP_CALL = 68,
  OP_TAILCALL = 69,
  OP_RETURN = 70,
  OP_RETURN0 = 71,
  OP_RETURN1 = 72
} reckon_op;

typedef enum reckon_method {
  ASK_COUNT,
  ASK_RATE,
  ASK_PERSISTENT,
  ASK_SEVERE,
  ASK_PROJECTED,
  ASK_LONGEST,
  ASK_CURRENT,
  ASK_BROKEN_WEEKS,
  ASK_WEEKDAYS,
  ASK_NOTHING /* that is known here */
} reckon_method;

/* A value of the rule, as far as it matters. */
typedef enum reckon_type {
  IS_NIL, /* nil and false are the first two: what counts as untrue */
  IS_FALSE,
  IS_TRUE,
  IS_WHOLE,
  IS_NUMBER,
  IS_TEXT,    /* `whole` is its place in the texts */
  IS_SUBJECT, /* the pupil */
  IS_PARAMS,
  IS_METHOD, /* `whole` is a reckon_method */
  IS_CODES,  /* the function codes"..." */
  IS_SPELL,  /* `whole`: sessions, and days above them */
  IS_WEEKS,  /* `whole` is how many */
  IS_WEEK,
  IS_WEEKDAYS, /* `whole` is its place among those of the call */
  IS_TABLE,    /* that the rule made: evidence */
  IS_OPAQUE,   /* a text that is only passed on */
  IS_BEYOND    /* anything else: not to be touched */
} reckon_type;

typedef struct reckon_value {
  reckon_type type;
  union {
    int64_t whole;
    double number;
  };
} reckon_value;

typedef struct reckon_text {
  muster_text text; /* with a nought behind it */
  reckon_method method;
  int kind;           /* of session; -1 = none */
  int field;          /* of a spell, a week or weekdays, below; -1 = none */
  uint32_t window;    /* at the desk; MUSTER_NONE = not looked up yet */
  uint32_t as_codes;  /* place of the text that codes makes of it; MUSTER_NONE = none */
  reckon_value param; /* the parameter of that name */
} reckon_text;

enum { FIELD_SESSIONS, FIELD_DAYS, FIELD_DATE_OF_SPELL, FIELD_OF_WEEK, FIELD_OF_WEEKDAYS /* and nine after it */ };

typedef struct reckon_instruction {
  uint8_t op, a, b, c;
  bool k;
  int32_t x; /* Bx, sBx or sJ */
} reckon_instruction;

struct reckon {
  reckon_instruction *code;
  size_t count;
  reckon_value *constants, *upvalues;
  size_t constant_count, upvalue_count;
  int environment; /* the upvalue with the names; -1 = none */
  reckon_text *texts;
  size_t text_count;
  uint32_t tried, known; /* so that code which leads nowhere is left alone */
};

#endif
