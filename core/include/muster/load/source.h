/* muster/load/source.h - how a folder's files are to be read: source.lua as plain data.
 * The script room turns the table of source.lua into calls of muster_source_put; without one the default source reads
 * the file and column names of the documentation. */
#ifndef MUSTER_LOAD_SOURCE_H
#define MUSTER_LOAD_SOURCE_H

#include "muster/register.h"

MUSTER_BEGIN_DECLS

/** Kinds of file, in the order in which they are read. */
typedef enum muster_file_kind {
  MUSTER_FILE_SCHOOLS,
  MUSTER_FILE_PUPILS,
  MUSTER_FILE_CALENDAR,
  MUSTER_FILE_TERMS,
  MUSTER_FILE_MARKS,
  MUSTER_FILE_INTERVENTIONS,
  MUSTER_FILE_RESPONSES,
  MUSTER_FILE_COUNTS,
  MUSTER_FILE_KINDS
} muster_file_kind;

/** Shapes of a file of marks. */
typedef enum muster_layout {
  MUSTER_LAYOUT_ANY, /* found from the header */
  MUSTER_LAYOUT_LONG,
  MUSTER_LAYOUT_STRIP,
  MUSTER_LAYOUT_WEEK,
  MUSTER_LAYOUT_DAY,
  MUSTER_LAYOUT_ABSENCES /* never found, always declared, or a file named absences.csv */
} muster_layout;

/** One of our names and the texts of the file that stand for it.
 * columns: our column and theirs, "-" when the file has none; the values of several are joined with " / ", empty ones
 * left out.
 * where: a column of the file and the values that are kept. sessions, codes: their text and ours (one value);
 * a session is AM, PM or DAY, both; columns.session "-" makes each row a whole day. */
typedef struct muster_mapping {
  const char *name;
  const char **values;
  size_t count, capacity;
} muster_mapping;

typedef struct muster_mappings {
  muster_mapping *at;
  size_t count, capacity;
} muster_mappings;

typedef struct muster_texts {
  const char **at;
  size_t count, capacity;
} muster_texts;

/** How the files of one kind are read. */
typedef struct muster_source_file {
  muster_texts file;       /* names in the folder, * and ? allowed; empty = the usual name */
  bool declared;           /* the source speaks of this kind: a named file that is not there is an error */
  char delimiter;          /* 0 = comma */
  size_t skip_lines;       /* lines before the header */
  muster_layout layout;    /* marks only */
  const char *date_format; /* NULL = ISO */
  muster_mappings columns, sessions, codes, where;
  muster_texts missing;    /* texts that stand for a missing number, beside empty */
  muster_texts attributes; /* columns of the file that become attributes */
  bool attributes_given;   /* else every column that has no other use does */
} muster_source_file;

/** A source. Owned by whoever made it, read-only while loading. */
typedef struct muster_source {
  muster_source_file files[MUSTER_FILE_KINDS];
  muster_code *codes; /* local codes, added to the national ones */
  size_t code_count, code_capacity;
  muster_arena arena; /* owns every text above */
} muster_source;

/** The default source. NULL when there is no memory. Free with muster_source_free. */
muster_source *muster_source_new(void);
void muster_source_free(muster_source *source);

/** Sets one value: a word of source.lua, `kind.key` or `kind.key.name`.
 *
 *   put(s, "marks", "file", NULL, "Export.csv")          put(s, "marks", "columns", "pupil_id", "UPN")
 *   put(s, "marks", "skip_lines", NULL, "2")             put(s, "counts", "missing", NULL, ":")
 *
 * Keys that hold lists (file, missing, attributes) and names that hold lists (columns.NAME, where.NAME) take one call a
 * value, in order. For an empty list call with `value` NULL. Texts are copied.
 * @param kind  name of a file kind, see muster_source_kinds
 * @param name  key within columns, sessions, codes and where; NULL for the other keys
 * @retval MUSTER_DATA  an unknown kind or key (the error names the nearest), or a value that cannot be meant; nothing
 * changed */
MUSTER_CHECK muster_status muster_source_put(muster_source *source, const char *kind, const char *key, const char *name,
                                             const char *value, muster_error *err);

/** Adds a local code, as `codes = { { code = "+", categories = { "possible", "authorised" }, from = ..., to = ... } }`.
 * @param categories  MUSTER_* bits; MUSTER_MARKED is added
 * @param meaning     may be empty */
MUSTER_CHECK muster_status muster_source_code(muster_source *source, const char *text, uint8_t categories,
                                              muster_date from, muster_date to, const char *meaning, muster_error *err);

/** What a source may say: NULL-terminated names, for hints and checks. */
extern const char *const muster_source_kinds[];     /* in the order of muster_file_kind; then NULL */
extern const char *const muster_source_keys[];      /* keys within a kind */
extern const char *const muster_layout_names[];     /* in the order of muster_layout: "", "long", ... */
extern const char *const muster_source_code_keys[]; /* keys within a local code: code, categories, from, to, meaning */

/** Our columns of a kind, required ones first; NULL-terminated. */
const char *const *muster_source_columns(muster_file_kind kind);

/** Does the key hold a table of name = value (columns, sessions, codes, where), or a list (file, missing, attributes).
 */
bool muster_source_key_is_table(const char *key);
bool muster_source_key_is_list(const char *key);

MUSTER_END_DECLS
#endif
