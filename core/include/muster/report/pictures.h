/* muster/report/pictures.h - standard charts of a register, for runs and pages: which pupils, which days, which words.
 * The chart borrows from `arena`, which must outlive it. */
#ifndef MUSTER_REPORT_PICTURES_H
#define MUSTER_REPORT_PICTURES_H

#include "muster/chart.h"
#include "muster/engine.h"

MUSTER_BEGIN_DECLS

/** Register strip of some pupils over the last `weeks` school weeks up to the as-of date.
 * @param title    NULL = written from the data
 * @param subject  what the pupils are, as it stands in a sentence: "Oakmoor Academy" */
MUSTER_CHECK muster_status muster_picture_register(muster_chart *chart, const muster_register *reg,
                                                   const uint32_t *pupils, size_t n, int weeks, muster_date as_of,
                                                   const char *title, const char *subject, muster_arena *arena,
                                                   muster_error *err);

/** Cumulative absence of some pupils of one school over the school year, against a tenth of its sessions. */
MUSTER_CHECK muster_status muster_picture_cumulative(muster_chart *chart, const muster_register *reg,
                                                     const uint32_t *pupils, size_t n, muster_date as_of,
                                                     const char *subject, muster_arena *arena, muster_error *err);

/** Absence of some pupils on every day of the school year, as a calendar. @param subject  as for the register strip */
MUSTER_CHECK muster_status muster_picture_calendar(muster_chart *chart, const muster_register *reg,
                                                   const uint32_t *pupils, size_t n, muster_date as_of,
                                                   const char *subject, muster_arena *arena, muster_error *err);

/** Funnel of the share of some pupils at each school who are persistently absent this school year; and their attendance
 * bands school by school. Schools with fewer than ten of them are left out, and counted in the source line.
 * @retval MUSTER_DATA  no school is left */
MUSTER_CHECK muster_status muster_picture_funnel(muster_chart *chart, const muster_register *reg,
                                                 const uint32_t *pupils, size_t n, muster_date as_of,
                                                 muster_arena *arena, muster_error *err);
MUSTER_CHECK muster_status muster_picture_bands(muster_chart *chart, const muster_register *reg, const uint32_t *pupils,
                                                size_t n, muster_date as_of, muster_arena *arena, muster_error *err);

/** The pupils of a school that a run reports, most urgent first, then by absence; at most `most`.
 * @param school  MUSTER_NONE = every school */
MUSTER_CHECK muster_status muster_pictured_pupils(const muster_register *reg, const muster_ruleset *set,
                                                  const muster_run *run, uint32_t school, size_t most, uint32_t *pupils,
                                                  size_t *n, muster_error *err);

/** The school with the most findings, or MUSTER_NONE. */
uint32_t muster_pictured_school(const muster_register *reg, const muster_run *run);

/** Pupils of a school on roll at the as-of date in the year group with the most findings; everybody where there are no
 * year groups.
 * @param pupils  room for all pupils of the school  @param year_group  its text, empty when there are none */
MUSTER_CHECK muster_status muster_pictured_year(const muster_register *reg, const muster_run *run, uint32_t school,
                                                muster_date as_of, uint32_t *pupils, size_t *n, muster_text *year_group,
                                                muster_error *err);

MUSTER_END_DECLS
#endif
