/* muster/pack/tried.h - backtest.json of a pack: what its rules found on a past year, and how often they were right.
 *
 * `muster backtest --record` makes it, sums and signature cover it, `muster pack info` shows it. It holds the digest of
 * the rules it was made with: with other rules it is stale. Groups of fewer than ten cases are left out, since a pack
 * travels further than its data. */
#ifndef MUSTER_PACK_TRIED_H
#define MUSTER_PACK_TRIED_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

#define MUSTER_TRIED_FILE "backtest.json"
enum { MUSTER_TRIED_BYTES = 1 << 20, MUSTER_TRIED_LEAST = 10, MUSTER_TRIED_TEXT = 300 };

/** A share with its interval; NaN = none. */
typedef struct muster_tried_share {
  double value, low, high;
} muster_tried_share;

typedef struct muster_tried_score {
  int64_t cases, positives, flagged, hits;
  muster_tried_share precision, recall;
} muster_tried_score;

/** Cases that share a value of an attribute. */
typedef struct muster_tried_group {
  const char *attribute, *value;
  muster_tried_score score;
} muster_tried_group;

typedef struct muster_tried_line {
  const char *name; /* a rule without its pack, "pack" or "threshold" */
  int64_t findings; /* over the year */
  double mean;      /* new ones at a tick */
  int64_t most;     /* at one tick */
  bool scored;      /* about pupils, so that what follows is known */
  muster_tried_score score;
  double lead_q25, lead_median, lead_q75; /* school days; NaN = none */
  int64_t late, alone, alone_hits;
  const muster_tried_group *groups;
  size_t group_count;
} muster_tried_line;

typedef struct muster_tried {
  const char *pack, *version, *rules; /* rules: digest of the pack's behaviour */
  const char *data, *data_digest;     /* in words; of the register */
  const char *from, *to, *every, *outcome;
  int64_t ticks, pupils, schools;
  const muster_tried_line *lines; /* rules in the order of their files, then "pack", then "threshold" */
  size_t line_count;
} muster_tried;

/** The record as JSON with sorted keys; the same record gives the same bytes. */
void muster_tried_json(const muster_tried *tried, muster_buf *out);

/** The record for people. `stale` says that it was made with other rules. */
void muster_tried_human(const muster_tried *tried, bool stale, muster_buf *out);

/** Reads the record of a pack's folder. Texts are the arena's, and fit to be shown.
 * @param found  false when there is none
 * @retval MUSTER_PACK  it is no such record, or too large
 * @retval MUSTER_IO    it cannot be read */
MUSTER_CHECK muster_status muster_tried_read(const char *folder, muster_arena *arena, muster_tried *tried, bool *found,
                                             muster_error *err);

MUSTER_END_DECLS
#endif
