/* muster/study/spec.h - a study as plain data: what its script says, and nothing that was found.
 *
 * A study has parts: `study` itself, one `panel`, and estimators such as `twfe` in the order in which they were
 * written. Each part is a closed list of keys with values; which keys there are, what they take and what they mean when
 * left out stands in one table (muster_study_forms), which the reader of scripts, the runner and the documentation
 * share.
 */
#ifndef MUSTER_STUDY_SPEC_H
#define MUSTER_STUDY_SPEC_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

typedef enum muster_given_kind {
  MUSTER_GIVEN_FLAG,
  MUSTER_GIVEN_NUMBER,
  MUSTER_GIVEN_TEXT,
  MUSTER_GIVEN_LIST, /* of values */
  MUSTER_GIVEN_MAP   /* of values with names, by name */
} muster_given_kind;

/** What a key was given. */
typedef struct muster_given {
  const char *name; /* within a map; else NULL */
  muster_given_kind kind;
  bool flag;
  double number;
  const char *text;
  const struct muster_given *items;
  size_t count;
} muster_given;

/** What a key takes. */
typedef enum muster_takes {
  MUSTER_TAKES_FLAG,
  MUSTER_TAKES_NUMBER, /* within least .. most */
  MUSTER_TAKES_WHOLE,  /* the same, without a fraction */
  MUSTER_TAKES_TEXT,   /* not empty */
  MUSTER_TAKES_CHOICE, /* one of the words in `choices` */
  MUSTER_TAKES_DATE,
  MUSTER_TAKES_TEXTS,   /* a list of texts; one text is a list of one */
  MUSTER_TAKES_VALUES,  /* a list of numbers and texts; one is a list of one */
  MUSTER_TAKES_MAP,     /* name = number, text or flag */
  MUSTER_TAKES_TREATED, /* a column's name, or a map with the keys of intervention{} */
  MUSTER_TAKES_FORM,    /* a map with the keys of the form in `choices` */
  MUSTER_TAKES_PART,    /* a part of its own, see muster_study_part */
} muster_takes;

typedef struct muster_study_key {
  const char *name;
  muster_takes kind;
  const char *choices; /* "never notyet": words separated by blanks; the first is the default */
  double least, most;  /* of numbers, both inclusive */
} muster_study_key;

/** A kind of part. */
typedef struct muster_part_form {
  const char *name;
  bool estimator;
  const muster_study_key *keys; /* ends with a key without a name */
} muster_part_form;

/** All of them, estimators in the order of the documentation; ends with a form without a name. */
extern const muster_part_form muster_study_forms[];

/** The form of that name, or NULL. */
const muster_part_form *muster_study_form(const char *name);

typedef struct muster_setting {
  const muster_study_key *key;
  muster_given value;
} muster_setting;

typedef struct muster_part {
  const muster_part_form *form;
  muster_setting *settings; /* in the order of the form */
  size_t count, capacity;
} muster_part;

/** A study. Owned; free with muster_study_free. */
typedef struct muster_study {
  const char *id;                  /* the script's file name without .lua: the first column of every output */
  const char *folder;              /* of the script: CSV files are looked for there */
  char digest[MUSTER_DIGEST_TEXT]; /* SHA-256 of the script's text; "" without one */
  muster_part self, panel;
  bool has_panel;
  muster_part *estimators;
  size_t estimator_count, estimator_capacity;
  muster_arena arena; /* owns every text above */
} muster_study;

/** An empty study, NULL when there is no memory. @param id, folder  copied */
muster_study *muster_study_new(const char *id, const char *folder);
void muster_study_free(muster_study *study);

/** The part to fill: "study" and "panel" are there once; with the name of an estimator one is added.
 * The pointer is good until the next call.
 * @retval MUSTER_PACK  no such part (the error names the nearest), or a second panel */
MUSTER_CHECK muster_status muster_study_part(muster_study *study, const char *name, muster_part **part,
                                             muster_error *err);

/** Sets a key. The value is copied, all of it.
 * @retval MUSTER_PACK  an unknown key (the error names the nearest), or a value that cannot be meant */
MUSTER_CHECK muster_status muster_study_put(muster_study *study, muster_part *part, const char *key,
                                            const muster_given *value, muster_error *err);

/** Is everything there that a study needs, and does it agree with itself.
 * @param part, key  out: where the fault is: a part's name ("estimators" for none of them) and a key, or NULL
 * @retval MUSTER_PACK  what is missing or contradicts itself */
MUSTER_CHECK muster_status muster_study_check(const muster_study *study, const char **part, const char **key,
                                              muster_error *err);

/* Values of a part; what is given when the key was not. */

const muster_given *muster_part_given(const muster_part *part, const char *key); /* NULL = not given */
double muster_part_number(const muster_part *part, const char *key, double otherwise);
size_t muster_part_count(const muster_part *part, const char *key, size_t otherwise);
bool muster_part_flag(const muster_part *part, const char *key, bool otherwise);
const char *muster_part_text(const muster_part *part, const char *key); /* NULL = not given */

/** Place of the choice among the words of its key; 0, the default, when it was not given. */
size_t muster_part_choice(const muster_part *part, const char *key);

MUSTER_END_DECLS
#endif
