/* muster/script/applies.h - does a pack apply: what its `applies` asks of data and schools, and whether it is so.
 *
 *   applies = { phase = "secondary", pupils = { "year_group", "fsm" }, data = "interventions", weeks = 6,
 *               from = "2024-08-19" }
 *
 * `pupils` names columns that pupils must have, `data` kinds of data that must be there ("marks", "calendar", "terms",
 * "interventions", "responses", "counts"): a pack that misses one of these applies nowhere. Everything else is asked of
 * each school: `weeks`, so many school weeks since 1 August or the first mark, whichever is later; `from` and `to`, the
 * first and last as-of date; and any other name is a column of schools with the values that are meant, compared without
 * case. A school of which the data does not say it is not left out for it. */
#ifndef MUSTER_SCRIPT_APPLIES_H
#define MUSTER_SCRIPT_APPLIES_H

#include "muster/script/pack.h"

MUSTER_BEGIN_DECLS

/** How a pack fits data on a day. Texts are the arena's. */
typedef struct muster_fitting {
  size_t schools, fitting; /* all there are; those the pack applies to on that day */
  const char *lacks;       /* what the data lacks, in words, or NULL */
  const char *why;         /* why the first school that does not fit does not, in words, or NULL */
  const char *unsaid;      /* conditions on columns that no school has: "country England", or NULL */
} muster_fitting;

/** Does it apply anywhere. */
static inline bool muster_fits(const muster_fitting *fit) { return !fit->lacks && (fit->fitting || !fit->schools); }

/** Looks. @retval MUSTER_MEMORY */
MUSTER_CHECK muster_status muster_pack_fit(const muster_pack *pack, const muster_register *reg, muster_date as_of,
                                           muster_arena *arena, muster_fitting *fit, muster_error *err);

/** Lets the rules of a set speak of every school on every date, whatever their packs apply to. A set asks a rule only
 * about schools that its pack applies to on the date in question, in runs, explanations and backtests alike. */
void muster_ruleset_apply_anywhere(muster_ruleset *set);

MUSTER_END_DECLS
#endif
