/* The grammar: each production takes a byte to choose by, and what lies deep is short. */
#include "bodies.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_LOCALS = 24, DEEPEST = 4, BLOCKS = 3, ROOM_FOR_A_STATEMENT = 16384 };

typedef enum sort { NUMBER, TRUTH, SPELL, WEEKS, WEEKDAYS, EVIDENCE } sort;

typedef struct writer {
  const uint8_t *bytes;
  size_t n, next;
  char *out;
  size_t length;
  sort locals[MOST_LOCALS]; /* named v0, v1, ... */
  int count;
} writer;

static unsigned pick(writer *w, unsigned of) { return w->next < w->n ? w->bytes[w->next++] % of : 0; }

static void put(writer *w, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int n = vsnprintf(w->out + w->length, BODY_TEXT - w->length, format, args);
  va_end(args);
  w->length += n > 0 && w->length + (size_t)n < BODY_TEXT ? (size_t)n : 0;
  w->out[w->length] = '\0';
}

#define PUT_ONE_OF(w, texts) put(w, "%s", (texts)[pick(w, sizeof(texts) / sizeof *(texts))])

/* A local of this sort; -1 = there is none. */
static int some_local(writer *w, sort wanted) {
  int found[MOST_LOCALS], n = 0;
  for (int i = 0; i < w->count; i++)
    if (w->locals[i] == wanted) found[n++] = i;
  return n ? found[pick(w, (unsigned)n)] : -1;
}

static void number(writer *w, int depth);
static void truth(writer *w, int depth);

/* ---- questions ---- */

static void kind(writer *w) {
  static const char *const kinds[] = {
      "\"absent\"", "\"possible\"", "\"unauthorised\"", "\"authorised\"", "\"late\"",   "\"attended\"", "\"missing\"",
      "\"absent\"", "codes\"G O\"", "codes\"I\"",       "codes(\"G\")",   "p.c",        "sickness",     "\"present\"",
      "\"absent\"", "\"absent\"",   "\"possible\"",     "codes \"I M\"",  "\"absent\"", "\"absent\""};
  static const char *const wrong[] = {"p.s", "absence", "nil", "3", "codes(p.s)", "strange", "p.w"};
  if (pick(w, 60) == 59)
    PUT_ONE_OF(w, wrong);
  else
    PUT_ONE_OF(w, kinds);
}

static void window(writer *w) {
  static const char *const windows[] = {"\"year\"",
                                        "\"this half-term\"",
                                        "\"last 2 school weeks\"",
                                        "\"last 10 days\"",
                                        "\"all\"",
                                        "\"last year\"",
                                        "\"this term\"",
                                        "\"since 2025-09-10\"",
                                        "\"2025-09-08..2025-09-19\"",
                                        "\"HT1\"",
                                        "p.w",
                                        "recent",
                                        "\"this week\"",
                                        "nil",
                                        "\"since plan\"",
                                        "\"last 5 school days\"",
                                        "\"Last Half Term\""};
  static const char *const wrong[] = {"p.s", "fortnight", "3", "never", "true", "p.c", "long"};
  if (pick(w, 60) == 59)
    PUT_ONE_OF(w, wrong);
  else
    PUT_ONE_OF(w, windows);
}

static void ask(writer *w, const char *method, bool of_kind, bool of_window) {
  put(w, "pupil:%s(", method);
  if (of_kind) kind(w);
  if (of_window && pick(w, 2)) {
    put(w, of_kind ? ", " : "");
    window(w);
  }
  put(w, ")");
}

static void spell(writer *w) {
  int local = some_local(w, SPELL);
  if (local >= 0 && pick(w, 4))
    put(w, "v%d", local);
  else
    pick(w, 2) ? ask(w, "longest", true, true) : ask(w, "current", true, false);
}

static void weeks(writer *w) {
  int local = some_local(w, WEEKS);
  if (local >= 0 && pick(w, 4))
    put(w, "v%d", local);
  else
    ask(w, "broken_weeks", false, true);
}

static void weekdays(writer *w) {
  int local = some_local(w, WEEKDAYS);
  if (local >= 0 && pick(w, 4))
    put(w, "v%d", local);
  else
    ask(w, "weekdays", true, true);
}

static void rate_of_a_session(writer *w) {
  static const char *const names[] = {"mon_am", "tue_pm", "wed_am", "fri_am", "fri_pm", "thu_pm", "sat_am", "first"};
  weekdays(w);
  put(w, ".%s", names[pick(w, pick(w, 6) ? 6 : 8)]);
}

/* ---- values ---- */

static void literal(writer *w) {
  static const char *const usual[] = {"0", "1", "2", "3", "4", "5", "6", "10", "12", "20", "0.1", "0.5", "0.9", "1.5"};
  static const char *const edges[] = {"0.0",
                                      "-0.0",
                                      "2.0",
                                      "10.0",
                                      "-1",
                                      "127",
                                      "128",
                                      "129",
                                      "-127",
                                      "-128",
                                      "-129",
                                      "255",
                                      "256",
                                      "65535",
                                      "65536",
                                      "131071",
                                      "1073741824",
                                      "1073741825",
                                      "-1073741825",
                                      "9007199254740992",
                                      "9007199254740993",
                                      "9007199254740993.0",
                                      "9223372036854775807",
                                      "(-9223372036854775807 - 1)",
                                      "9223372036854775807.0",
                                      "1e300",
                                      "-1e300",
                                      "1e308",
                                      "1e309",
                                      "-1e309",
                                      "5e-324",
                                      "(0/0)",
                                      "0x7fffffffffffffff",
                                      "75.5",
                                      "3.0000000000000004"};
  if (pick(w, 3))
    PUT_ONE_OF(w, usual);
  else
    PUT_ONE_OF(w, edges);
}

static void number_of_data(writer *w) {
  static const char *const known[] = {"p.n", "p.r", "p.big", "few", "half", "many", "none"};
  static const char *const beyond[] = {"pupil.year_group", "pupil.attr.score", "pupil.attr.nothing", "#p.s",
                                       "math.max(p.n, 3)", "math.huge",        "bounds.least",       "tonumber(p.s)"};
  switch (pick(w, 8)) {
    case 0:
    case 1: PUT_ONE_OF(w, known); break;
    case 6: rate_of_a_session(w); break;
    case 7: put(w, "("), rate_of_a_session(w), put(w, " or 0)"); break;
    case 2: ask(w, "rate", true, true); break;
    case 3: spell(w), put(w, pick(w, 2) ? ".sessions" : ".days"); break;
    case 4: put(w, "#"), weeks(w); break;
    default:
      if (pick(w, 4) == 0)
        PUT_ONE_OF(w, beyond);
      else
        put(w, "("), ask(w, "rate", true, true), put(w, " or 0)");
  }
}

static void number(writer *w, int depth) {
  static const char *const operators[] = {"+", "-", "*", "/", "+", "-", "*", "/", "%", "//", "^", "&"};
  static const char *const wrong[] = {"nil",
                                      "p.s",
                                      "true",
                                      "\"3\"",
                                      "pupil",
                                      "pupil:count(\"absent\", pupil:rate(\"absent\"))",
                                      "pupil:count(codes(p.s), nil, pupil:projected(\"absent\"))",
                                      "p",
                                      "p.nothing",
                                      "pupil:projected(\"absent\")"};
  int local = some_local(w, NUMBER);
  switch (depth >= DEEPEST ? pick(w, 4) : pick(w, 10)) {
    case 0: ask(w, "count", true, true); break;
    case 1:
      if (local >= 0) {
        put(w, "v%d", local);
        break;
      } /* fall through */
    case 2: literal(w); break;
    case 3: number_of_data(w); break;
    case 4:
    case 5:
    case 6:
      put(w, "("), number(w, depth + 1);
      put(w, " %s ", operators[pick(w, pick(w, 6) ? 8 : 12)]);
      number(w, depth + 1), put(w, ")");
      break;
    case 7: put(w, "-"), put(w, "("), number(w, depth + 1), put(w, ")"); break;
    case 8:
      put(w, "("), truth(w, depth + 1), put(w, " and "), number(w, depth + 1), put(w, " or ");
      number(w, depth + 1), put(w, ")");
      break;
    default:
      if (pick(w, 8) == 0)
        PUT_ONE_OF(w, wrong);
      else
        ask(w, "count", true, true);
  }
}

/* Numbers that are told apart only when both kinds are compared as they are. */
static void close_numbers(writer *w, const char *operator) {
  static const char *const whole[] = {"9007199254740992", "9223372036854775807", "1073741824", "4503599627370497",
                                      "(-9223372036854775807 - 1)"};
  static const char *const number[] = {"9007199254740992.0", "9223372036854775808.0", "1073741824.0",
                                       "4503599627370497.0", "-9223372036854775808.0"};
  unsigned which = pick(w, 5);
  put(w, "%s + ", whole[which]), ask(w, "count", true, true), put(w, " %s %s", operator, number[which]);
}

static void comparison(writer *w, int depth) {
  static const char *const operators[] = {"<", "<=", ">", ">=", "==", "~="};
  if (pick(w, 12) == 11) {
    close_numbers(w, operators[pick(w, 6)]);
    return;
  }
  number(w, depth + 1);
  put(w, " %s ", operators[pick(w, 6)]);
  if (pick(w, 3))
    literal(w);
  else
    number(w, depth + 1);
}

static void truth_of_data(writer *w) {
  static const char *const known[] = {"p.b",
                                      "p.s == \"some\"",
                                      "p.s ~= \"all\"",
                                      "\"some\" == p.s",
                                      "p.w == recent",
                                      "true",
                                      "false",
                                      "nil",
                                      "p.n == p.r",
                                      "yes",
                                      "p.b == true",
                                      "not p.s"};
  static const char *const beyond[] = {"pupil.fsm == true",       "pupil.sen == \"K\"", "pupil.as_of >= \"2025-09-20\"",
                                       "pupil:had(\"mentor\")",   "p.s < \"t\"",        "pupil.attr.score == \"007\"",
                                       "text.starts(p.s, \"so\")"};
  switch (pick(w, 7)) {
    case 0: ask(w, "persistent", false, true); break;
    case 1: ask(w, "severe", false, true); break;
    case 2: spell(w), put(w, pick(w, 2) ? ".first ~= nil" : ".last == nil"); break;
    case 3: weeks(w), put(w, "[%u]%s", pick(w, 4), pick(w, 5) ? " ~= nil" : ".absent ~= nil"); break;
    case 4:
      if (pick(w, 5) == 0)
        PUT_ONE_OF(w, beyond);
      else
        ask(w, "rate", true, true);
      break;
    default: PUT_ONE_OF(w, known);
  }
}

static void truth(writer *w, int depth) {
  int local = some_local(w, TRUTH);
  switch (depth >= DEEPEST ? pick(w, 3) : pick(w, 10)) {
    case 0:
      if (local >= 0) {
        put(w, "v%d", local);
        break;
      } /* fall through */
    case 1: truth_of_data(w); break;
    case 2:
    case 3:
    case 4: comparison(w, depth); break;
    case 5: put(w, "not ("), truth(w, depth + 1), put(w, ")"); break;
    case 6:
    case 7: put(w, "("), truth(w, depth + 1), put(w, " and "), truth(w, depth + 1), put(w, ")"); break;
    case 8: put(w, "("), truth(w, depth + 1), put(w, " or "), truth(w, depth + 1), put(w, ")"); break;
    default: number(w, depth + 1), put(w, pick(w, 2) ? " == nil" : " ~= nil"); break;
  }
}

/* ---- statements ---- */

static void block(writer *w, int depth);

static void evidence(writer *w, int depth) {
  put(w, "{ n = "), number(w, depth + 1);
  if (pick(w, 2)) put(w, ", rate = "), ask(w, "rate", true, true);
  if (pick(w, 3) == 0) put(w, ", is = "), truth(w, depth + 1);
  if (pick(w, 5) == 0) put(w, ", first = "), spell(w), put(w, ".first");
  if (pick(w, 8) == 0) put(w, ", "), number(w, depth + 1);
  put(w, " }");
}

/* Ends a block. */
static void leave(writer *w, int depth) {
  static const char *const odd[] = {"nil",
                                    "3",
                                    "p.s",
                                    "pupil",
                                    "p",
                                    "p.n",
                                    "codes",
                                    "1, true",
                                    "true, 2",
                                    "false, {}",
                                    "(pupil:projected(\"absent\"))"};
  put(w, "return ");
  switch (pick(w, 12)) {
    case 0: break;
    case 1: put(w, "false"); break;
    case 2:
    case 3: put(w, "true"); break;
    case 4:
    case 5: truth(w, depth); break;
    case 6:
    case 7: evidence(w, depth); break;
    case 8: truth(w, depth), put(w, " and "), evidence(w, depth); break;
    case 9: pick(w, 2) ? ask(w, "persistent", false, true) : ask(w, "severe", false, true); break;
    case 10: pick(w, 2) ? spell(w) : pick(w, 2) ? weeks(w) : weekdays(w); break;
    default:
      if (pick(w, 3) == 0)
        PUT_ONE_OF(w, odd);
      else
        comparison(w, depth);
  }
  put(w, "\n");
}

static int declare(writer *w, sort s) {
  w->locals[w->count] = s;
  return w->count++;
}

static void condition(writer *w, int depth) {
  put(w, "if "), truth(w, 1), put(w, " then\n"), block(w, depth + 1);
  if (pick(w, 4) == 0) put(w, "elseif "), truth(w, 1), put(w, " then\n"), block(w, depth + 1);
  if (pick(w, 3) == 0) put(w, "else\n"), block(w, depth + 1);
  put(w, "end\n");
}

static void declaration(writer *w) {
  if (w->count + 2 > MOST_LOCALS) return;
  switch (pick(w, 12)) {
    case 0:
      put(w, "local v%d, v%d = ", w->count, w->count + 1), ask(w, "projected", true, false), put(w, "\n");
      declare(w, NUMBER), declare(w, NUMBER);
      break;
    case 1:
      put(w, "local v%d, v%d = ", w->count, w->count + 1), number(w, 1), put(w, ", "), number(w, 1), put(w, "\n");
      declare(w, NUMBER), declare(w, NUMBER);
      break;
    case 2: put(w, "local v%d = ", w->count), spell(w), put(w, "\n"), declare(w, SPELL); break;
    case 3: put(w, "local v%d = ", w->count), weeks(w), put(w, "\n"), declare(w, WEEKS); break;
    case 8: put(w, "local v%d = ", w->count), weekdays(w), put(w, "\n"), declare(w, WEEKDAYS); break;
    case 4: put(w, "local v%d = ", w->count), truth(w, 1), put(w, "\n"), declare(w, TRUTH); break;
    case 5: put(w, "local v%d = ", w->count), evidence(w, 2), put(w, "\n"), declare(w, EVIDENCE); break;
    case 6: put(w, "local v%d\n", w->count), declare(w, pick(w, 2) ? NUMBER : TRUTH); break;
    case 7: put(w, "local v%d <const> = ", w->count), literal(w), put(w, "\n"), declare(w, TRUTH); break;
    default: put(w, "local v%d = ", w->count), number(w, 1), put(w, "\n"), declare(w, NUMBER);
  }
}

/* Much work in one call: what a small limit does not allow. */
static void much(writer *w) {
  unsigned dear = pick(w, 2);
  if (w->count + 1 > MOST_LOCALS) return;
  put(w, "local v%d = 0", w->count);
  for (unsigned n = pick(w, 24); n > 0; n--)
    put(w, dear ? " + (pupil:projected(\"absent\") or 1)" : " + #pupil:broken_weeks(\"all\")");
  put(w, "\n");
  declare(w, NUMBER);
}

static void assignment(writer *w) {
  int one = some_local(w, NUMBER), other = some_local(w, NUMBER), table = some_local(w, EVIDENCE);
  if (table >= 0 && pick(w, 2)) {
    put(w, "v%d.%s = ", table, pick(w, 2) ? "n" : "of");
    pick(w, 3) ? number(w, 1) : pick(w, 2) ? truth(w, 1) : put(w, "p.s");
    put(w, "\n");
  } else if (one < 0) {
    declaration(w);
  } else {
    switch (pick(w, 4)) {
      case 0: put(w, "v%d, v%d = v%d, v%d\n", one, other, other, one); break;
      case 1: put(w, "v%d, v%d = ", one, other), ask(w, "projected", true, false), put(w, "\n"); break;
      default: put(w, "v%d = ", one), number(w, 1), put(w, "\n");
    }
  }
}

/* What is not followed, or ends the walk in the middle. */
static void rarity(writer *w, int depth) {
  int local = w->count;
  switch (pick(w, 12)) {
    case 10: much(w); break;
    case 0: put(w, "for i = 1, 3 do\n"), block(w, depth + 1), put(w, "end\n"); break;
    case 1: put(w, "do local c <close> = nil\n"), block(w, depth + 1), put(w, "end\n"); break;
    case 2: put(w, "repeat\n"), block(w, depth + 1), put(w, "until true\n"); break;
    case 3:
      put(w, "for _, week in ipairs("), weeks(w), put(w, ") do if week.absent > "), literal(w),
          put(w, " then return true end end\n");
      break;
    case 4: put(w, "do do goto done end\ndo\n"), block(w, depth + 1), put(w, "end\n::done:: end\n"); break;
    case 5: put(w, "assert("), truth(w, 2), put(w, ", \"so it goes\")\n"); break;
    case 6: put(w, "if "), truth(w, 2), put(w, " then error(\"of its own\") end\n"); break;
    case 7:
      if (local + 1 > MOST_LOCALS) break;
      put(w, "local function f() return "), number(w, 2), put(w, " end\nlocal v%d = f()\n", local);
      declare(w, NUMBER);
      break;
    case 8: put(w, "if pupil:school() and "), truth(w, 2), put(w, " then return true end\n"); break;
    default: put(w, "do\n"), block(w, depth + 1), put(w, "end\n");
  }
}

static void statement(writer *w, int depth) {
  if (w->length > BODY_TEXT - ROOM_FOR_A_STATEMENT) return;
  unsigned which = pick(w, 16);
  if (which < 7)
    declaration(w);
  else if (which < 9)
    assignment(w);
  else if (which < 15 && depth < BLOCKS)
    condition(w, depth);
  else if (depth < BLOCKS && pick(w, 3) == 0)
    rarity(w, depth);
}

static void block(writer *w, int depth) {
  int outer = w->count;
  for (unsigned n = pick(w, depth ? 3 : 6); n > 0; n--) statement(w, depth);
  if (pick(w, 4)) leave(w, 2);
  w->count = outer;
}

void body_write(const uint8_t *bytes, size_t n, const char *id, bool plain, char out[BODY_TEXT]) {
  writer w = {.bytes = bytes, .n = n, .out = out};
  unsigned header = pick(&w, 32);
  put(&w,
      "local few, half, many, yes, none = 3, 0.5, 1e15, true, nil\n"
      "local sickness, recent, bounds = codes\"I M\", \"last 2 school weeks\", { least = 2 }\n"
      "local absence, fortnight, strange = \"absence\", \"fortnight\", \"codes\" .. \" X\"\n"
      "local never, long = \"last 0 days\", \"a text that is far too long to be a window of any kind, which somebody "
      "says\"\n"
      "return rule {\n  id = \"%s\", title = \"a trial\", level = \"info\", scope = \"pupil\", message = \"{id}, {p.n}: {n}\",\n"
      "  params = { n = integer { 2 }, r = rate { 0.1 }, big = number { 9007199254740993 }, "
      "w = window { \"last 2 school weeks\" }, c = codes { \"G O\" }, "
      "s = choice { \"some\", of = { \"some\", \"all\" } }, b = boolean { true } },\n"
      "  when = function(pupil, p%s) %s\n",
      id,
      header == 31   ? ", ..."
      : header == 30 ? ", more"
                     : "",
      plain ? "" : "local lost = #\"lost\"");
  block(&w, 0);
  put(&w, "  end,\n}\n");
}

/* splitmix64 (Steele, Lea and Flood 2014). */
void body_bytes(uint64_t seed, uint8_t *bytes, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint64_t z = seed += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    bytes[i] = (uint8_t)((z ^ z >> 31) >> 24);
  }
}
