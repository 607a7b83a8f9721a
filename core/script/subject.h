/* What rules are asked about: pupils, groups and schools as values of the rule language.
 *
 * A subject is a full userdata that a script can read and call, and not keep: it answers only during the call it was
 * made for. Names of attributes, kinds and windows are known by the address of their string, which the interpreter
 * keeps once; an unknown address is looked up by its text. */
#ifndef SCRIPT_SUBJECT_H
#define SCRIPT_SUBJECT_H

#include "muster/engine.h"
#include "recall.h"
#include "state.h"

enum {
  POINTER_SLOTS = 1024,
  POINTERS_MOST = 700,
  SUBJECT_METHODS = 64,
  SUBJECT_COLUMNS = 16,
  SUBJECT_WINDOW_TEXT = 64,
  SUBJECT_WINDOWS = 50000 /* different ones at one desk */
};

/** Addresses of strings that are anchored in the registry, and a number for each. */
typedef struct pointer_map {
  const void *keys[POINTER_SLOTS];
  uint32_t values[POINTER_SLOTS];
  size_t count;
} pointer_map;

typedef enum value_kind { VALUE_TEXT, VALUE_NUMBER, VALUE_FLAG, VALUE_KINDS } value_kind;

/** What bindings work for: one thread's interpreter at one desk. */
typedef struct subject_context {
  muster_desk *desk;
  const muster_register *reg;
  const muster_ruleset *set;
  recall recall;
  const char *const *set_texts; /* of the set's code sets, as codes"..." has them */
  uint64_t call;                /* number of the call in progress; 0 between calls */
  muster_subject subject;       /* of that call */
  uint32_t year;                /* the window "year" */
  lua_CFunction methods[SUBJECT_METHODS];
  const muster_attribute *known[SUBJECT_COLUMNS]; /* columns of the usual names, NULL where there is none */
  pointer_map members, kinds, windows, columns[2];
  int values[VALUE_KINDS]; /* registry: number of a text -> value, so that a text is read once */
  int anchors, dates;      /* registry: strings kept alive; day -> its text */
} subject_context;

static inline subject_context *subject_context_of(lua_State *L) { return script_of(L)->owner; }

/** Makes the metatables and the names. `context` has its desk. [-0, +0, e] */
void subject_open(lua_State *L, subject_context *context);

/** Pushes a subject for the call in progress. [-0, +1, m] */
muster_subject *subject_push(lua_State *L, const muster_subject *subject);

/** Turns a subject pushed before to another of the same scope, for the call in progress. */
void subject_turn(lua_State *L, int index, const muster_subject *subject);

/** The subject at an argument; raises when it is none or is no longer there. */
const muster_subject *subject_check(lua_State *L, int arg);

enum { OF_PUPIL = 1, OF_GROUP = 2, OF_SCHOOL = 4, OF_ANY = 7 };

/** The same, and of these scopes; `method` is for the message. */
const muster_subject *subject_of(lua_State *L, int scopes, const char *method);

/** Charges a question: `work`, and a share of the pupils of a group or school, or of those a subject is compared with.
 */
void subject_charge(lua_State *L, const muster_subject *subject, uint64_t work, bool compared);

/** What the method at work has read of its subject, so that the same answer need not be given to the script again. A
 * method that does not say so is simply called each time. */
static inline void subject_note(lua_State *L, const muster_subject *s, recall_what what, int argument,
                                uint32_t window) {
  recall *r = &subject_context_of(L)->recall;
  if (recall_keeping(r)) recall_note(r, s, (recall_question){(uint16_t)what, (uint16_t)argument, window});
}

/** Kind and window as arguments; an absent window is "year". Raise for what they do not know. */
int subject_kind(lua_State *L, int arg);
void subject_kind_unknown(lua_State *L, const char *name); /* fills the error, does not raise */
uint32_t subject_window(lua_State *L, int arg);

/** Pushes what a placeholder of a message means of a subject: its attribute of that name. False when it has no such
 * attribute, and nothing is pushed. [-0, +(0|1), m] */
bool subject_field(lua_State *L, const muster_subject *subject, const char *name);

/** A method of subjects. */
typedef struct subject_method {
  const char *name;
  lua_CFunction call;
  int scopes;
  int kind_arg, window_arg; /* places among its arguments (the first is 1); 0 = none */
} subject_method;

extern const subject_method subject_counts[], subject_spells[], subject_patterns[], subject_acts[], subject_others[];

/** All methods, one table after the other; NULL at the end. */
extern const subject_method *const subject_methods[];
const subject_method *subject_method_find(muster_text name);

/** Names of the attributes of a scope; NULL-terminated. */
const char *const *subject_attribute_names(muster_subject_kind kind);

/** The sessions of the week from Monday morning to Friday afternoon, as s:weekdays names them. */
extern const char *const subject_weekday_names[10];

/** Is it the name of an attribute of some scope? */
bool subject_is_attribute(muster_text name);

void subject_push_date(lua_State *L, muster_date date);
void subject_set_date(lua_State *L, const char *key, muster_date date);
void subject_set_whole(lua_State *L, const char *key, uint64_t value);
void subject_set_number(lua_State *L, const char *key, double value);

#endif
