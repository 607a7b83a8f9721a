/* muster/pack/facts.h - the transparency record of a pack: what it reads, where its thresholds come from and whom it is
 * about, for those who decide whether to use it. Plain data, filled by who knows the pack; written for people and as
 * JSON. After the headings of the UK Algorithmic Transparency Recording Standard, as far as a pack can answer them. */
#ifndef MUSTER_PACK_FACTS_H
#define MUSTER_PACK_FACTS_H

#include "muster/pack/tried.h"

MUSTER_BEGIN_DECLS

/** A parameter: a threshold that a school can move within bounds. Texts are "" where there is nothing to say. */
typedef struct muster_fact_param {
  const char *name, *kind, *value, *bounds, *doc;
} muster_fact_param;

/** What a rule or a plan reads. Lists are NULL-terminated and sorted. */
typedef struct muster_fact_reads {
  const char *const *methods;    /* "count", "rate" */
  const char *const *kinds;      /* "absent", "codes G N O U" */
  const char *const *attributes; /* "fsm", "attr.house" */
} muster_fact_reads;

typedef struct muster_fact_rule {
  const char *id, *title, *scope, *level, *doc, *authority, *plan;
  muster_fact_reads reads;
  const muster_fact_param *params;
  size_t param_count;
  size_t cases; /* of its tests */
  bool covered; /* a firing, a silent and a boundary case */
} muster_fact_rule;

typedef struct muster_fact_plan {
  const char *id, *title;
  size_t steps;
  muster_fact_reads reads;
} muster_fact_plan;

typedef struct muster_fact_pair {
  const char *name, *value;
} muster_fact_pair;

typedef struct muster_pack_facts {
  const char *name, *version, *licence, *about, *digest, *signature;
  const char *const *authors;
  const muster_fact_pair *needs, *applies; /* other packs and versions; where it is meant to be used */
  size_t need_count, apply_count;
  const muster_fact_param *params; /* of the whole pack */
  size_t param_count;
  const muster_fact_rule *rules;
  size_t rule_count;
  const muster_fact_plan *plans;
  size_t plan_count;
  size_t cases, failed;      /* of its tests; none = it has none that could be run */
  const muster_tried *tried; /* its recorded backtest, or NULL */
  bool tried_stale;          /* made with other rules */
  bool tried_tailored;       /* an overlay is in force that changes verdicts, and the record is without it */
  const muster_tried *here;  /* what a backtest on the reader's own data finds, or NULL */
} muster_pack_facts;

/** Is an attribute a characteristic of a person that decisions must not rest on unseen: sex, fsm, sen, eal, ethnicity,
 * birth_date. (Those of the Equality Act 2010 that registers hold, and free school meals.) */
bool muster_fact_personal(const char *attribute);

/** The record for people. The buffer fails when there is no memory. */
void muster_facts_human(const muster_pack_facts *facts, bool colour, muster_buf *out);

/** The record as JSON with sorted keys. */
void muster_facts_json(const muster_pack_facts *facts, muster_buf *out);

MUSTER_END_DECLS
#endif
