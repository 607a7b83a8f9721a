/* Following the code of a rule. Semantics are those of lvm.c of Lua 5.4 for the values that are known here. */
#include "reckon_code.h"

enum {
  TRIED_ENOUGH = 1000,
  EXACT = 1 << 30,
  WEEKS_MOST = 100, /* broken ones, whose work a call is sure to be allowed: see reckon_read.c */
  WEEKDAYS_MOST = 2 /* tables of them in one call */
};

/* Why a walk ends. */
typedef enum step { STEP_ON, STEP_FALSE, STEP_TRUE, STEP_EVIDENCE, STEP_LOST } step;

typedef struct walk {
  reckon *r;
  const subject_context *context;
  const muster_subject *pupil;
  size_t pc;
  int top; /* behind the results of a call that gave as many as there were */
  reckon_value at[RECKON_REGISTERS + 4];
  int weekdays_count;
  muster_weekday_counts weekdays[WEEKDAYS_MOST];
} walk;

static bool is_number(const reckon_value *v) { return v->type == IS_WHOLE || v->type == IS_NUMBER; }
static bool is_true(const reckon_value *v) { return v->type > IS_FALSE; }
static double number_of(const reckon_value *v) { return v->type == IS_WHOLE ? (double)v->whole : v->number; }

/* Whole numbers that turn into others without loss, so that both kinds can be compared. */
static bool exact(const reckon_value *v) { return v->type == IS_NUMBER || (v->whole <= EXACT && v->whole >= -EXACT); }

static void set(reckon_value *v, reckon_type type) { *v = (reckon_value){.type = type}; }
static void set_whole(reckon_value *v, int64_t whole) { *v = (reckon_value){.type = IS_WHOLE, .whole = whole}; }
static void set_number(reckon_value *v, double number) { *v = (reckon_value){.type = IS_NUMBER, .number = number}; }

/* ---- questions ---- */

static int kind_at(const walk *w, const reckon_value *v) {
  return v->type == IS_TEXT ? w->r->texts[v->whole].kind : -1;
}

/* The window an argument names; absent, it is the year. */
static bool window_at(const walk *w, const reckon_value *v, uint32_t *window) {
  *window = w->context->year;
  if (v->type == IS_NIL) return true;
  if (v->type != IS_TEXT) return false;
  reckon_text *text = &w->r->texts[v->whole];
  if (text->text.n > SUBJECT_WINDOW_TEXT) return false;
  if (text->window == MUSTER_NONE &&
      muster_desk_window(w->context->desk, text->text, &text->window, NULL) != MUSTER_OK) {
    text->window = MUSTER_NONE;
    return false;
  }
  *window = text->window;
  return *window < SUBJECT_WINDOWS;
}

static void set_spell(reckon_value *v, const muster_spell *spell) {
  *v = (reckon_value){.type = IS_SPELL, .whole = (int64_t)spell->sessions | (int64_t)spell->days << 32};
}

/* Answers a question into `out` (two values); the arguments behind the subject are at `args`. */
static bool answer(walk *w, reckon_method method, const reckon_value args[2], reckon_value out[2]) {
  muster_desk *desk = w->context->desk;
  const muster_subject *s = w->pupil;
  bool of_kind = method != ASK_PERSISTENT && method != ASK_SEVERE && method != ASK_BROKEN_WEEKS;
  bool of_window = method != ASK_PROJECTED && method != ASK_CURRENT;
  int kind = of_kind ? kind_at(w, &args[0]) : 0;
  uint32_t window = w->context->year;
  if (kind < 0 || (of_window && !window_at(w, &args[of_kind], &window))) return false;
  uint64_t yes, all;
  double number, possible;
  muster_spell spell;
  set(&out[0], IS_NIL);
  set(&out[1], IS_NIL);
  switch (method) {
    case ASK_COUNT: set_whole(&out[0], (int64_t)muster_desk_count(desk, s, kind, window, NULL)); return true;
    case ASK_RATE:
      if (muster_desk_rate(desk, s, kind, window, &number)) set_number(&out[0], number);
      return true;
    case ASK_PERSISTENT:
    case ASK_SEVERE:
      if (method == ASK_SEVERE)
        muster_desk_severe(desk, s, window, &yes, &all);
      else
        muster_desk_persistent(desk, s, window, &yes, &all);
      set(&out[0], yes ? IS_TRUE : IS_FALSE);
      return true;
    case ASK_PROJECTED:
      if (!muster_desk_projected(desk, s, kind, &number, &possible)) return true;
      set_number(&out[0], number);
      set_number(&out[1], possible);
      return true;
    case ASK_LONGEST:
      spell = muster_view_longest(muster_desk_view(desk, s), kind, muster_desk_range(desk, s, window));
      set_spell(&out[0], &spell);
      return true;
    case ASK_CURRENT:
      spell = muster_view_current(muster_desk_view(desk, s), kind, muster_desk_range(desk, s, window));
      set_spell(&out[0], &spell);
      return true;
    case ASK_BROKEN_WEEKS:
      out[0] = (reckon_value){
          .type = IS_WEEKS,
          .whole = muster_view_broken_weeks(muster_desk_view(desk, s), muster_desk_range(desk, s, window), NULL, 0)};
      return out[0].whole <= WEEKS_MOST;
    case ASK_WEEKDAYS:
      if (w->weekdays_count == WEEKDAYS_MOST) return false;
      muster_desk_weekdays(desk, s, kind, window, &w->weekdays[w->weekdays_count]);
      out[0] = (reckon_value){.type = IS_WEEKDAYS, .whole = w->weekdays_count++};
      return true;
    case ASK_NOTHING: break;
  }
  return false;
}

/* A call of a method of the pupil or of codes"...", its results from register a on: so many, or with fewer than
 * nought as many as there are. */
static bool call(walk *w, const reckon_instruction *i, int wanted) {
  reckon_value *f = &w->at[i->a], out[2] = {{.type = IS_NIL}, {.type = IS_NIL}}, args[2] = {out[0], out[0]};
  int given = i->b ? i->b : w->top - i->a; /* the function, and its arguments */
  if (given < 2) return false;
  if (f->type == IS_CODES) {
    if (f[1].type != IS_TEXT || w->r->texts[f[1].whole].as_codes == MUSTER_NONE) return false;
    out[0] = (reckon_value){.type = IS_TEXT, .whole = w->r->texts[f[1].whole].as_codes};
  } else {
    if (f->type != IS_METHOD || f[1].type != IS_SUBJECT) return false;
    for (int k = 0; k < 2 && k + 2 < given; k++) args[k] = f[2 + k];
    if (!answer(w, (reckon_method)f->whole, args, out)) return false;
  }
  int results = wanted >= 0 ? wanted : out[1].type == IS_NIL ? 1 : 2;
  if (i->a + results > RECKON_REGISTERS) return false;
  for (int k = 0; k < results; k++) {
    if (k < 2)
      f[k] = out[k];
    else
      set(&f[k], IS_NIL);
  }
  w->top = i->a + results;
  return true;
}

/* ---- tables and texts ---- */

/* The rate of a session of the week; no other name has a value. */
static void rate_of(const muster_weekday_counts *of, int which, reckon_value *out) {
  int i = which - FIELD_OF_WEEKDAYS;
  if (i < 0 || !of->possible[i])
    set(out, IS_NIL);
  else
    set_number(out, (double)of->count[i] / (double)of->possible[i]);
}

static bool field(const walk *w, const reckon_value *of, const reckon_value *name, reckon_value *out) {
  if (name->type != IS_TEXT) return false;
  const reckon_text *text = &w->r->texts[name->whole];
  switch (of->type) {
    case IS_PARAMS: *out = text->param; return out->type != IS_BEYOND;
    case IS_SPELL: {
      uint64_t sessions = (uint64_t)of->whole & UINT32_MAX, days = (uint64_t)of->whole >> 32;
      int which = text->field;
      if (which == FIELD_DATE_OF_SPELL)
        set(out, sessions ? IS_OPAQUE : IS_NIL);
      else
        set_whole(out, (int64_t)(which == FIELD_SESSIONS ? sessions : days));
      return which == FIELD_DATE_OF_SPELL || which == FIELD_SESSIONS || which == FIELD_DAYS;
    }
    case IS_WEEK: set(out, IS_OPAQUE); return text->field == FIELD_OF_WEEK;
    case IS_WEEKDAYS: rate_of(&w->weekdays[of->whole], text->field, out); return true;
    default: return false;
  }
}

static bool item(const reckon_value *of, int64_t place, reckon_value *out) {
  if (of->type != IS_WEEKS) return false;
  set(out, place >= 1 && place <= of->whole ? IS_WEEK : IS_NIL);
  return true;
}

/* ---- sums ---- */

/* Whole numbers wrap around as the interpreter's do. */
static bool sum(int op, const reckon_value *x, const reckon_value *y, reckon_value *out) {
  if (!is_number(x) || !is_number(y)) return false;
  if (x->type == IS_WHOLE && y->type == IS_WHOLE && op != OP_DIV) {
    uint64_t a = (uint64_t)x->whole, b = (uint64_t)y->whole;
    set_whole(out, (int64_t)(op == OP_ADD ? a + b : op == OP_SUB ? a - b : a * b));
    return true;
  }
  double a = number_of(x), b = number_of(y);
  set_number(out, op == OP_ADD ? a + b : op == OP_SUB ? a - b : op == OP_MUL ? a * b : a / b);
  return true;
}

/* Is x less than y, or with `or_equal` no greater. */
static bool less(const reckon_value *x, const reckon_value *y, bool or_equal, bool *is) {
  if (!is_number(x) || !is_number(y)) return false;
  if (x->type == IS_WHOLE && y->type == IS_WHOLE) {
    *is = or_equal ? x->whole <= y->whole : x->whole < y->whole;
    return true;
  }
  if (!exact(x) || !exact(y)) return false;
  double a = number_of(x), b = number_of(y);
  *is = or_equal ? a <= b : a < b;
  return true;
}

static bool equal(const walk *w, const reckon_value *x, const reckon_value *y, bool *is) {
  if (x->type == IS_BEYOND || y->type == IS_BEYOND) return false;
  if (x->type <= IS_TRUE || y->type <= IS_TRUE) {
    *is = x->type == y->type;
    return true;
  }
  if (is_number(x) && is_number(y)) {
    bool whole = x->type == IS_WHOLE && y->type == IS_WHOLE;
    if (!whole && (!exact(x) || !exact(y))) return false;
    *is = whole ? x->whole == y->whole : number_of(x) == number_of(y);
    return true;
  }
  if (x->type != IS_TEXT || y->type != IS_TEXT) return false;
  *is = muster_text_equal(w->r->texts[x->whole].text, w->r->texts[y->whole].text);
  return true;
}

/* ---- the walk ---- */

static step returned(const reckon_value *v) {
  switch (v->type) {
    case IS_NIL:
    case IS_FALSE: return STEP_FALSE;
    case IS_TRUE: return STEP_TRUE;
    case IS_TABLE:
    case IS_SPELL:
    case IS_WEEKS:
    case IS_WEEKDAYS: return STEP_EVIDENCE;
    default: return STEP_LOST; /* no answer of a rule: the interpreter says so */
  }
}

/* A comparison is followed by the jump it decides: taken when the answer is the one asked for. */
static void decide(walk *w, bool is, bool wanted) { w->pc += is == wanted ? (size_t)w->r->code[w->pc].x + 1 : 1; }

static bool compare(walk *w, const reckon_instruction *i) {
  const reckon_value *a = &w->at[i->a];
  const reckon_value number = {.type = IS_WHOLE, .whole = (int)i->b - 127};
  bool is = false, known = false;
  switch (i->op) {
    case OP_EQ: known = equal(w, a, &w->at[i->b], &is); break;
    case OP_LT: known = less(a, &w->at[i->b], false, &is); break;
    case OP_LE: known = less(a, &w->at[i->b], true, &is); break;
    case OP_EQK: known = equal(w, a, &w->r->constants[i->b], &is); break;
    case OP_EQI:
      known = is_number(a) || a->type <= IS_TRUE;
      if (is_number(a)) known = equal(w, a, &number, &is);
      break;
    case OP_LTI: known = less(a, &number, false, &is); break;
    case OP_LEI: known = less(a, &number, true, &is); break;
    case OP_GTI: known = less(&number, a, false, &is); break;
    default: known = less(&number, a, true, &is); break;
  }
  if (known) decide(w, is, i->k);
  return known;
}

static bool add(walk *w, const reckon_instruction *i) {
  static const uint8_t of_constant[] = {OP_ADD, OP_SUB, OP_MUL, 0, 0, OP_DIV};
  const reckon_value number = {.type = IS_WHOLE, .whole = (int)i->c - 127};
  bool done;
  if (i->op == OP_ADDI)
    done = sum(OP_ADD, &w->at[i->b], &number, &w->at[i->a]);
  else if (i->op < OP_ADD)
    done = sum(of_constant[i->op - OP_ADDK], &w->at[i->b], &w->r->constants[i->c], &w->at[i->a]);
  else
    done = sum(i->op, &w->at[i->b], &w->at[i->c], &w->at[i->a]);
  w->pc++; /* what would be called if they were no numbers */
  return done;
}

static bool negate(reckon_value *out, const reckon_value *v) {
  if (v->type == IS_WHOLE)
    set_whole(out, (int64_t)(0 - (uint64_t)v->whole));
  else if (v->type == IS_NUMBER)
    set_number(out, -v->number);
  else
    return false;
  return true;
}

static bool method(walk *w, const reckon_instruction *i) {
  const reckon_value *name = &w->r->constants[i->c], subject = w->at[i->b];
  if (!i->k || name->type != IS_TEXT || subject.type != IS_SUBJECT) return false;
  reckon_method m = w->r->texts[name->whole].method;
  w->at[i->a + 1] = subject;
  w->at[i->a] = (reckon_value){.type = IS_METHOD, .whole = m};
  return m != ASK_NOTHING;
}

static step follow(walk *w) {
  reckon *r = w->r;
  const reckon_instruction *i = &r->code[w->pc++];
  reckon_value *at = w->at, *a = &at[i->a];
  bool done = true;
  switch (i->op) {
    case OP_MOVE: *a = at[i->b]; break;
    case OP_LOADI: set_whole(a, i->x); break;
    case OP_LOADF: set_number(a, i->x); break;
    case OP_LOADK: *a = r->constants[i->x]; break;
    case OP_LFALSESKIP: w->pc++; /* fall through */
    case OP_LOADFALSE: set(a, IS_FALSE); break;
    case OP_LOADTRUE: set(a, IS_TRUE); break;
    case OP_LOADNIL:
      for (int k = 0; k <= i->b && i->a + k < RECKON_REGISTERS; k++) set(&a[k], IS_NIL);
      break;
    case OP_GETUPVAL: *a = r->upvalues[i->b]; break;
    case OP_GETTABUP:
      done = i->b == r->environment && r->constants[i->c].type == IS_TEXT &&
             muster_text_equal(r->texts[r->constants[i->c].whole].text, MUSTER_TEXT("codes"));
      set(a, IS_CODES);
      break;
    case OP_GETFIELD: done = field(w, &at[i->b], &r->constants[i->c], a); break;
    case OP_GETI: done = item(&at[i->b], i->c, a); break;
    case OP_GETTABLE: done = at[i->c].type == IS_WHOLE && item(&at[i->b], at[i->c].whole, a); break;
    case OP_NEWTABLE:
      set(a, IS_TABLE);
      w->pc++; /* the rest of its size */
      break;
    case OP_SETFIELD: done = a->type == IS_TABLE && (i->k || at[i->c].type != IS_BEYOND); break;
    case OP_SELF: done = method(w, i); break;
    case OP_ADDI:
    case OP_ADDK:
    case OP_SUBK:
    case OP_MULK:
    case OP_DIVK:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV: done = add(w, i); break;
    case OP_UNM: done = negate(a, &at[i->b]); break;
    case OP_NOT:
      done = at[i->b].type != IS_BEYOND;
      set(a, is_true(&at[i->b]) ? IS_FALSE : IS_TRUE);
      break;
    case OP_LEN:
      done = at[i->b].type == IS_WEEKS;
      set_whole(a, at[i->b].whole);
      break;
    case OP_JMP: w->pc += (size_t)i->x; break;
    case OP_EQ:
    case OP_LT:
    case OP_LE:
    case OP_EQK:
    case OP_EQI:
    case OP_LTI:
    case OP_LEI:
    case OP_GTI:
    case OP_GEI: done = compare(w, i); break;
    case OP_TEST:
      done = a->type != IS_BEYOND;
      if (done) decide(w, is_true(a), i->k);
      break;
    case OP_TESTSET:
      done = at[i->b].type != IS_BEYOND;
      if (!done) break;
      if (is_true(&at[i->b]) == i->k) *a = at[i->b];
      decide(w, is_true(&at[i->b]), i->k);
      break;
    case OP_CALL: done = call(w, i, i->c - 1); break;
    case OP_TAILCALL: return call(w, i, 1) ? returned(a) : STEP_LOST;
    case OP_RETURN:
      if (i->b == 0) return STEP_LOST;
      return i->b == 1 ? STEP_FALSE : returned(a);
    case OP_RETURN0: return STEP_FALSE;
    case OP_RETURN1: return returned(a);
    default: return STEP_LOST;
  }
  return done ? STEP_ON : STEP_LOST;
}

recall_verdict reckon_ask(reckon *r, const subject_context *context, const muster_subject *pupil) {
  if (!r || (r->tried >= TRIED_ENOUGH && r->known < r->tried / 4)) return RECALL_UNKNOWN;
  r->tried++;
  walk w;
  w.r = r;
  w.context = context;
  w.pupil = pupil;
  w.pc = 0;
  w.top = 0;
  w.weekdays_count = 0;
  set(&w.at[0], IS_SUBJECT);
  set(&w.at[1], IS_PARAMS);
  step now = STEP_ON;
  while (now == STEP_ON) now = w.pc < r->count ? follow(&w) : STEP_LOST;
  if (now == STEP_LOST) return RECALL_UNKNOWN;
  r->known++;
  return now == STEP_FALSE ? RECALL_FALSE : now == STEP_TRUE ? RECALL_PLAIN : RECALL_TRUE;
}
