/* muster/report/study.h - what a study writes: CSV, study.json, charts, a page, and a frozen plan.
 * The same study gives the same bytes; no pupil is named. */
#ifndef MUSTER_REPORT_STUDY_H
#define MUSTER_REPORT_STUDY_H

#include "muster/chart.h"
#include "muster/report/record.h"
#include "muster/study.h"

MUSTER_BEGIN_DECLS

/** A study that was run. All borrowed. */
typedef struct muster_study_record {
  const muster_study *study;
  const muster_study_data *data;
  const muster_study_results *results;
  const muster_record_word *versions;
  size_t version_count;
  const char *plan_file;   /* preregistration compared with, or NULL */
  const char *plan_digest; /* SHA-256 of that file */
  const char *plan_says;   /* in words: what matches and what does not */
  bool plan_matches;
  const char *few; /* muster_study_few: why nothing of it may be passed on, or NULL */
} muster_study_record;

/** Of a study of pupils: whether its files count so few of them (1 to 9) that they are for those who may see the
 * register only. Treated, not treated, those who started together, and what a row of the estimates is about are counted.
 * @param results  NULL before the outcomes
 * @param says     out, in `arena`: "3 treated pupils; ...", or NULL when there is nothing to say */
MUSTER_CHECK muster_status muster_study_few(const muster_study_data *data, const muster_study_results *results,
                                            muster_arena *arena, const char **says, muster_error *err);

/** balance.csv and warnings.csv, with their headers. */
void muster_study_balance_csv(const muster_study_record *record, muster_buf *out);
void muster_study_warnings_csv(const muster_study_record *record, muster_buf *out);

/** study.json: versions, digests, seed, every choice, what was found and what the guards say. */
void muster_study_json(const muster_study_record *record, muster_buf *out);

/** What may be said of a finding: "effect", "difference" (a guard is severe), "no evidence of effect" (nothing was
 * compared). */
const char *muster_study_label(const muster_study_finding *finding);

/** "absence rate" for absence_rate. */
const char *muster_study_words(const char *outcome, muster_arena *arena);

typedef enum muster_study_picture {
  MUSTER_STUDY_TRENDS,
  MUSTER_STUDY_EVENTS,
  MUSTER_STUDY_BALANCE,
  MUSTER_STUDY_SERIES,
  MUSTER_STUDY_PICTURES
} muster_study_picture;

/** "trends", "event-study", "balance", "interrupted-series", with "-outcome" where there are several outcomes. */
const char *muster_study_picture_name(const muster_study_record *record, size_t finding, muster_study_picture which,
                                      muster_arena *arena);

/** Draws one picture of a finding. @param drawn  out: false when the study has nothing for it, and then there is no
 * chart to free. The chart borrows from `arena` and the record. */
MUSTER_CHECK muster_status muster_study_draw(const muster_study_record *record, size_t finding,
                                             muster_study_picture which, muster_arena *arena, muster_chart *chart,
                                             bool *drawn, muster_error *err);

/** The page: design, comparison, balance, before the start, effect with interval, what would overturn it. */
MUSTER_CHECK muster_status muster_study_page(const muster_study_record *record, muster_buf *out, muster_error *err);

/** A plan before its outcomes: the script's digest and choices, and what a blind read of the data saw. */
MUSTER_CHECK muster_status muster_study_plan(const muster_study *study, const muster_study_data *blind,
                                             const muster_study_design *design, muster_buf *out, muster_error *err);

/** Compares a plan file's text with a study and a blind read of its data.
 * @param says  out, in `arena`: one sentence
 * @retval MUSTER_DATA  the file is no plan */
MUSTER_CHECK muster_status muster_study_plan_compare(const char *name, muster_text plan, const muster_study *study,
                                                     const muster_study_data *blind, muster_arena *arena, bool *matches,
                                                     const char **says, muster_error *err);

MUSTER_END_DECLS
#endif
