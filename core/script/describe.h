/* Reading what a file describes: from sealed tables of the interpreter to C, text by text, into an arena. */
#ifndef SCRIPT_DESCRIBE_H
#define SCRIPT_DESCRIBE_H

#include "state.h"

typedef struct script_file {
  const char *path; /* within the pack: "rules/broken-weeks.lua" */
  const char *name; /* as errors call it, and, with one "@" before it, as the interpreter does */
  muster_text source;
} script_file;

/** Loads a file's text and runs its description. Pushes the table behind what it returned, which must be of `kind` (or
 * of no kind, when that is NULL). Functions in it see the rule environment. [-0, +1, e] */
void describe_run(lua_State *L, const script_file *file, const char *kind);

/** Begins the budget of a description. [-0, +0, -] */
void describe_begin(lua_State *L);

/** The same within a description that runs already, without a budget of its own: pushes what the file returned, as it
 * is. [-0, +1, e] */
void describe_chunk(lua_State *L, const script_file *file, const char *kind);

/** script_call, with the line of a wrong key in `err` when a constructor refused it. */
MUSTER_CHECK muster_status describe_call(script *s, lua_CFunction function, void *context, const script_file *file,
                                         muster_error *err);

/** Reads a file from disk: at most MUSTER_SCRIPT_BYTES, no symbolic link. Texts are the arena's. */
MUSTER_CHECK muster_status describe_read(const char *folder, const char *path, muster_arena *arena, script_file *file,
                                         muster_error *err);

/* Fields of the plain table at `table`. */

/** A copy of a text; NULL when there is none. */
const char *describe_text(lua_State *L, int table, const char *key, muster_arena *arena);
/** The same, with "" for none. */
const char *describe_text_or_empty(lua_State *L, int table, const char *key, muster_arena *arena);
bool describe_number(lua_State *L, int table, const char *key, double *number);
/** A date; MUSTER_NO_DATE when there is none. */
muster_date describe_date(lua_State *L, int table, const char *key);
/** Pushes the plain table of a field; false, and nothing pushed, when there is none. */
bool describe_table(lua_State *L, int table, const char *key);
/** The same for an item of a list. */
bool describe_item(lua_State *L, int list, lua_Integer place);
/** Pushes the plain table behind the frozen one on top, in its place. */
void describe_unfreeze(lua_State *L);
/** A list of texts, NULL-terminated; NULL when there is no such field. */
const char *const *describe_texts(lua_State *L, int table, const char *key, muster_arena *arena);

/** Raises, naming the key, for a text that is no UTF-8 or has control characters other than breaks of lines and tabs:
 * what files say of themselves is shown on terminals. [-0, +0, e] */
void describe_readable(lua_State *L, int index, const char *key);

/** Arena memory inside a call into Lua: raises when there is none. */
void *describe_alloc(lua_State *L, muster_arena *arena, size_t n, size_t size);
char *describe_copy(lua_State *L, muster_arena *arena, const char *text);

#endif
