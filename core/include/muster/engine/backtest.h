/* muster/engine/backtest.h - what the rules would have said, week after week, and how often they would have been right.
 *
 * Every school year is replayed day by day through the lifecycle of live runs, each day seeing nothing after it. What
 * is reported at the end of each tick is what a run at that date would report. Only the outcome looks at the whole
 * year. A case is one enrolment (for the outcome of the next half term: one enrolment and half term) that was on roll
 * at a tick and has the possible sessions that the outcome is about; it is flagged by a rule that reported it at a
 * tick. Intervals are Wilson's (1927, Journal of the American Statistical Association 22, 209-212), 95%. */
#ifndef MUSTER_ENGINE_BACKTEST_H
#define MUSTER_ENGINE_BACKTEST_H

#include "muster/engine/rule.h"

MUSTER_BEGIN_DECLS

typedef enum muster_every { MUSTER_EVERY_WEEK, MUSTER_EVERY_DAY, MUSTER_EVERY_HALF_TERM } muster_every;

/** "week", "day", "half-term". False for another text. */
bool muster_every_parse(muster_text text, muster_every *every) MUSTER_CHECK;

/** What a flag is meant to foresee, and the day on which it is settled. */
typedef enum muster_outcome {
  MUSTER_OUTCOME_PERSISTENT, /* absent for 10% of the school year's possible sessions: settled when the absences reach
                                that number */
  MUSTER_OUTCOME_SEVERE,     /* the same at 50% */
  MUSTER_OUTCOME_TEN_NEXT_HALF_TERM, /* ten absent sessions in the half term after the one of the flag: settled at the
                                        tenth */
  MUSTER_OUTCOME_UNAUTHORISED_10 /* ten unauthorised sessions in ten school weeks: settled on the first day of that */
} muster_outcome;

/** "persistent", "severe", "ten-sessions-next-half-term", "unauthorised-10". */
const char *muster_outcome_text(muster_outcome outcome);
/** @retval MUSTER_USAGE  none of them; the error names them */
MUSTER_CHECK muster_status muster_outcome_parse(muster_text text, muster_outcome *outcome, muster_error *err);

/** A share with its interval; value, low and high are NaN when `of` is 0. */
typedef struct muster_share {
  uint64_t n, of;
  double value, low, high;
} muster_share;
muster_share muster_share_of(uint64_t n, uint64_t of);

/** How a rule did on some cases. */
typedef struct muster_score {
  uint64_t cases, positives; /* cases, and those with the outcome */
  uint64_t flagged, hits;    /* flagged cases, and those of them with the outcome */
  muster_share precision;    /* hits of flagged */
  muster_share recall;       /* hits of positives */
} muster_score;

/** School days from the first flag of a hit to the day its outcome was settled; negative when the flag came after. */
typedef struct muster_lead {
  uint64_t n, late;        /* hits; those flagged after the outcome was settled */
  double q25, median, q75; /* NaN without hits */
} muster_lead;

typedef struct muster_workload {
  uint32_t *fresh, *standing; /* at each tick: findings that are new, and all there are */
  uint64_t total;             /* new findings over all ticks */
  double mean;                /* a tick */
  uint32_t most;
} muster_workload;

typedef struct muster_backtest_line {
  bool scored; /* the rule is about pupils */
  muster_score all;
  muster_score *groups; /* one a group of the backtest */
  muster_lead lead;
  muster_workload workload;
  uint64_t alone, alone_hits; /* cases flagged by this rule of the pack and no other: what the pack misses without it */
  double chance_precision, chance_recall; /* as many cases flagged by lot */
} muster_backtest_line;

/** Cases that share a value of an attribute. */
typedef struct muster_backtest_group {
  const char *attribute, *value;
} muster_backtest_group;

typedef struct muster_backtest {
  muster_date *ticks;
  size_t tick_count;
  muster_backtest_group *groups; /* by attribute as asked for, then value */
  size_t group_count;
  muster_backtest_line *rules; /* one a rule of the set, in its order; disabled ones are empty */
  size_t rule_count;
  muster_backtest_line pack; /* flagged by any rule about pupils */
  muster_backtest_line
      threshold; /* baseline: absent for 10% of this year's possible sessions so far, at the same ticks */
  muster_date from, to;
  muster_every every;
  muster_outcome outcome;
  muster_arena arena; /* owns everything above */
} muster_backtest;

typedef struct muster_backtest_options {
  muster_date from, to; /* within one school year, both inclusive */
  muster_every every;
  muster_outcome outcome;
  const char *const
      *by; /* attributes of pupils, NULL-terminated; NULL = fsm, sen, sex, ethnicity where they are present */
  unsigned jobs;
  const muster_progress *progress;
} muster_backtest_options;

/** Replays. The answer does not depend on `jobs`.
 * @retval MUSTER_USAGE  dates the wrong way round or of two school years, or no open day between them
 * @retval MUSTER_DATA   an outcome of half terms in a year that has fewer than two
 * @retval MUSTER_PACK   a rule failed */
MUSTER_CHECK muster_status muster_backtest_run(const muster_register *reg, const muster_ruleset *set,
                                               const muster_backtest_options *options, muster_backtest *out,
                                               muster_error *err);
void muster_backtest_free(muster_backtest *backtest);

MUSTER_END_DECLS
#endif
