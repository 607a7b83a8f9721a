/* What a desk is made of, for the files that answer its questions. */
#ifndef MUSTER_ENGINE_DESK_PRIVATE_H
#define MUSTER_ENGINE_DESK_PRIVATE_H

#include "muster/engine/desk.h"
#include "subjects.h"

/* What is counted stays true for one epoch: until the as-of date, the plan or a supposition changes. */
typedef struct muster_range_slot {
  uint32_t epoch, school;
  muster_range range;
} muster_range_slot;

/* One count a pupil of a school, in the school's order, and the place each pupil on roll takes by rate. */
typedef struct muster_column {
  uint32_t epoch, school, window;
  int kind;
  uint32_t *counts;
  uint32_t *ranks; /* 0 = no rate */
  uint32_t ranked; /* pupils with a rate */
  bool has_ranks;
} muster_column;

/* The same over all schools. */
typedef struct muster_school_column {
  uint32_t epoch, window;
  int kind;
  uint64_t *counts, *possible;
  uint32_t *ranks, ranked;
} muster_school_column;

enum { MUSTER_MOST_COLUMNS = 64, MUSTER_FEATURES = 4 };

/* What views of a school's pupils show of the whole register, kept while one school is looked at on many dates. */
typedef struct muster_deck {
  const muster_register *reg; /* whose bitmaps these are; NULL = there is no deck */
  uint32_t school;
  size_t words;   /* of one view */
  uint64_t *bits; /* `words` a pupil, in the school's order */
  bool *filled;
  size_t capacity; /* pupils there is room for */
  uint32_t next;   /* the place after the one last turned to: most turns go there */
} muster_deck;

typedef struct muster_supposed {
  muster_register reg; /* like the given one but for one school and year */
  muster_date known;   /* nothing given after this day is seen */
  uint8_t ***rows;     /* own copies of the years' row pointers */
  bool *copied;        /* which schools' later marks are out of sight */
  muster_arena arena;
} muster_supposed;

struct muster_desk {
  const muster_register *given, *reg; /* reg is `supposed->reg` while something is supposed */
  const muster_ruleset *set;
  muster_supposed *supposed;
  muster_view view; /* of the subject asked about */
  muster_view pool; /* moved over the pupils of a school */
  bool pool_open;
  muster_deck deck;
  uint32_t view_epoch, pool_epoch; /* what the views show is of this epoch */
  muster_date as_of, plan_start;
  uint32_t epoch;
  uint32_t left_epoch, left_school; /* sessions left of the school year */
  int left;

  muster_map window_names;
  muster_window *windows;
  muster_range_slot *ranges;
  size_t window_capacity;

  muster_column columns[MUSTER_MOST_COLUMNS];
  size_t column_count, next_column;
  uint32_t largest_school;
  muster_school_column *school_columns;
  size_t school_column_count, school_column_capacity;
  double *features; /* of schools, for similar(): MUSTER_FEATURES a school */
  uint32_t features_epoch;

  uint32_t *total_order, *total_first; /* totals of school k: order[first[k] .. first[k+1]-1] */
  uint32_t *response_order, *response_first, *response_school_order, *response_school_first;
  bool responses_indexed;

  muster_week_counts *weeks;
  size_t week_capacity;

  muster_verdict *verdicts;
  size_t verdict_count, verdict_capacity;
  muster_arena texts;
  bool wants_texts, asks_anew, failed;

  const struct muster_plan_memory *plans;
  int last_kind; /* asked about since the last telling, or -1 */
  muster_desk_witness witness;
  void *witness_context;
};

enum { MUSTER_WINDOW_OF_YEAR = 0 }; /* the number every desk gives to "year" */

/** The view for pooling, turned to a pupil; NULL when there is no memory. */
muster_view *muster_desk_pool(muster_desk *desk, uint32_t pupil);

/** Turns a view to a pupil at the desk's as-of date, from the deck when it is kept. */
void muster_desk_turn(muster_desk *desk, muster_view *view, uint32_t pupil);
void muster_desk_free_deck(muster_desk *desk);

/** The place of an enrolment within its school's order. */
uint32_t muster_place_in_school(const muster_register *reg, uint32_t school, uint32_t pupil);

/** Range of a window for a school. */
muster_range muster_desk_school_range(muster_desk *desk, uint32_t school, uint32_t window);

/** Counts of a kind for each pupil of a school, or NULL (the desk has failed). Stays valid for the next
 * MUSTER_MOST_COLUMNS - 1 calls. */
muster_column *muster_desk_column(muster_desk *desk, uint32_t school, int kind, uint32_t window);

/** The day up to which acts and plans are known: the as-of date, or the day of the first supposition. */
muster_date muster_desk_known(const muster_desk *desk);

/** Is pupil number `pupil` one of the subject's (for groups and schools). */
bool muster_desk_belongs(const muster_desk *desk, const muster_subject *s, uint32_t pupil);

/** Does the subject's answer come from totals. */
bool muster_desk_from_totals(const muster_desk *desk, const muster_subject *s);

/** Totals of a school for a window, summed; false when the window is not one that totals have. Missing numbers are -1.
 */
bool muster_desk_total(muster_desk *desk, uint32_t school, uint32_t window, muster_total *total);

/** Forgets the indexes a supposition cannot change but a closed desk must free. */
void muster_desk_free_schools(muster_desk *desk);
void muster_desk_free_acts(muster_desk *desk);
void muster_desk_free_totals(muster_desk *desk);

/** Makes the index of totals; called once. */
MUSTER_CHECK muster_status muster_desk_index_totals(muster_desk *desk, muster_error *err);

#endif
