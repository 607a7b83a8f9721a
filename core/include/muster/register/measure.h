/* muster/register/measure.h - counting: bitmaps over a pupil's sessions, and what can be read off them.
 *
 * A view holds one bitmap for each category of one enrolment's marks, derived from the row of marks and clipped at the
 * as-of date: bits after it are zero, so nothing that reads a view can look ahead. A count over a window is a mask and
 * a population count. Views are working space: each thread has its own and moves it from pupil to pupil. */
#ifndef MUSTER_REGISTER_MEASURE_H
#define MUSTER_REGISTER_MEASURE_H

#include "muster/register/window.h"

MUSTER_BEGIN_DECLS

/** Bitmaps of a view, in this order. */
typedef enum muster_kind {
  MUSTER_KIND_POSSIBLE,
  MUSTER_KIND_PRESENT,
  MUSTER_KIND_APPROVED,
  MUSTER_KIND_AUTHORISED,
  MUSTER_KIND_UNAUTHORISED,
  MUSTER_KIND_LATE,
  MUSTER_KIND_ILLNESS,
  MUSTER_KIND_MARKED,
  MUSTER_KIND_ABSENT,   /* authorised or unauthorised */
  MUSTER_KIND_ATTENDED, /* present or approved */
  MUSTER_KIND_MISSING,  /* open, on roll, no mark */
  MUSTER_KIND_CODES     /* first of the sets of codes a view was made with */
} muster_kind;

/** The kind with this name, or -1. */
int muster_kind_of(const char *name);

/** A set of marks of a code table, for kinds such as codes"G N O U". */
typedef struct muster_code_set {
  uint8_t member[256]; /* 1 for marks in the set */
} muster_code_set;

/** Reads codes separated by blanks or commas; all periods of each code are members.
 * @retval MUSTER_PACK  an unknown code */
MUSTER_CHECK muster_status muster_code_set_parse(const muster_codes *codes, muster_text text, muster_code_set *set,
                                                 muster_error *err);

typedef struct muster_view {
  const muster_register *reg;
  const muster_code_set *sets; /* borrowed */
  size_t set_count;
  uint32_t pupil;
  muster_date as_of;
  muster_session end;         /* first session after the as-of date */
  int32_t first_week, weeks;  /* lanes 0 .. weeks-1 are weeks of the register */
  size_t words;               /* 64-bit words a bitmap */
  size_t all_words;           /* of all bitmaps */
  uint64_t *bits;             /* MUSTER_KIND_CODES bitmaps, then one a set, rounded up to groups of eight */
  uint8_t (*set_tables)[256]; /* the sets of a group as bits of one byte */
  const uint64_t *full;       /* bitmaps to cut from, or NULL */
  uint32_t ready_kinds;       /* which bitmaps show this pupil and date already; the others are made when asked for */
  uint64_t ready_sets;
} muster_view;

/** Makes room for a view of any pupil of a sealed register.
 * @param sets  code sets to have beside the categories; borrowed, at most 64 */
MUSTER_CHECK muster_status muster_view_open(muster_view *view, const muster_register *reg, const muster_code_set *sets,
                                            size_t set_count, muster_error *err);
void muster_view_close(muster_view *view);

/** Turns the view to an enrolment as it was known at the end of `as_of`. */
void muster_view_set(muster_view *view, uint32_t pupil, muster_date as_of);

/** Derives all bitmaps of an enrolment, for any date, into `full` (room for `all_words`); the view is turned to it,
 * with no as-of date. For registers that are looked at on many dates. */
void muster_view_keep(muster_view *view, uint32_t pupil, uint64_t *full);

/** Turns the view to an enrolment and date as muster_view_set does, cutting what muster_view_keep made: a bitmap is
 * copied without the bits after `as_of` when it is first asked for. `full` is borrowed until the next turn. */
void muster_view_cut(muster_view *view, uint32_t pupil, muster_date as_of, const uint64_t *full);

/** Supposes a mark: shows it in session `s` until the view is set anew. For "what if" questions.
 * @retval false  the session is outside the register's years or after the as-of date; nothing changed */
bool muster_view_put(muster_view *view, muster_session s, uint8_t mark);

/** Bitmap of a kind; lane k of it is week first_week + k. */
const uint64_t *muster_view_bits(muster_view *view, int kind);

static inline uint16_t muster_view_lane(const uint64_t *bits, int32_t lane) {
  return (uint16_t)(bits[lane >> 2] >> ((lane & 3) * MUSTER_LANE));
}

/** Sessions of a kind in a range. */
uint32_t muster_view_count(muster_view *view, int kind, muster_range range);

/** A run of sessions of one kind. Sessions that are not possible (closures, weekends, dual registration) neither break
 * nor count; a possible session of another kind, or an open session without a mark, ends it. */
typedef struct muster_spell {
  muster_session first, last; /* both inclusive */
  uint32_t sessions, days;    /* counted sessions, and dates among them */
} muster_spell;

/** Next spell of `kind` within `range` that begins at or after *from; *from moves past it.
 * @retval false  none left */
bool muster_view_spell(muster_view *view, int kind, muster_range range, muster_session *from, muster_spell *spell);

/** The longest spell in a range, the first of equals; sessions == 0 when there is none. */
muster_spell muster_view_longest(muster_view *view, int kind, muster_range range);

/** The spell that has not ended at the as-of date; sessions == 0 when there is none. */
muster_spell muster_view_current(muster_view *view, int kind, muster_range range);

/** Weeks of a range with some absence and some attendance. Calls are made in order; `week` is a week number.
 * @param weeks  room for `most` week numbers, or NULL  @return how many there are */
uint32_t muster_view_broken_weeks(muster_view *view, muster_range range, int32_t *weeks, uint32_t most);

/** Are 10 x absent >= possible, 2 x absent >= possible, with possible > 0. */
static inline bool muster_persistent(uint64_t absent, uint64_t possible) {
  return possible > 0 && 10 * absent >= possible;
}
static inline bool muster_severe(uint64_t absent, uint64_t possible) { return possible > 0 && 2 * absent >= possible; }

/** Pooled counts of one or many enrolments. */
typedef struct muster_tally {
  uint64_t pupils, possible, present, approved, authorised, unauthorised, late, illness, missing;
  uint64_t persistent, severe;
} muster_tally;

static inline uint64_t muster_tally_absent(const muster_tally *t) { return t->authorised + t->unauthorised; }

/** Counts of the view's pupil over a range; `pupils` is 1 when anything was possible, and the tests are the plain ones.
 */
muster_tally muster_view_tally(muster_view *view, muster_range range);
void muster_tally_add(muster_tally *into, const muster_tally *from);

/** Who counts and where the line is. */
typedef struct muster_definition {
  const char *id, *title, *authority;
  uint32_t persistent_parts, severe_parts; /* persistent when parts x absent >= possible x of; 10 of 1, 2 of 1 */
  uint32_t persistent_of, severe_of;
  bool strictly_more; /* > in place of >= */
  bool ages_5_to_15;  /* on 31 August, from birth date or year group where known */
  bool year_11_without_half_term_6;
  bool late_joiners_out;      /* enrolments that begin in half term 6 or in the break before it */
  bool leavers_out;           /* enrolments that ended before the period did */
  bool pupils_not_enrolments; /* a mover's are put together, with the first that has a day in the period */
  bool missing_is_present;    /* an open session without a mark counts as attended */
  uint32_t least_days;        /* days on roll in the period below which an enrolment does not count */
  uint32_t least_possible;    /* the same in possible sessions */
  uint32_t late_weight;       /* hundredths of a session of absence that a late mark (attending) counts */
} muster_definition;

/** The definitions there are, "dfe" first. */
const muster_definition *muster_definitions(size_t *n);
const muster_definition *muster_definition_find(const char *id);

/** Counts of the view's pupil by a definition; `pupils`, `persistent` and `severe` are 0 or 1. Counts are given even
 * for an enrolment that the definition leaves out, with pupils = 0. */
muster_tally muster_view_measure(muster_view *view, muster_range range, const muster_definition *definition);

/** Why the definition does not count the view's pupil, in words (static), or NULL when it does. */
const char *muster_view_left_out(muster_view *view, muster_range range, const muster_definition *definition);

MUSTER_END_DECLS
#endif
