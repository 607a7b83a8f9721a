/* tables.h - the small files of a DATA folder: what is written beside the marks. */
#ifndef SYNTH_TABLES_H
#define SYNTH_TABLES_H

#include "plan.h"

enum synth_file {
  SYNTH_FILE_MARKS,
  SYNTH_FILE_PUPILS,
  SYNTH_FILE_SCHOOLS,
  SYNTH_FILE_CALENDAR,
  SYNTH_FILE_RESPONSES,
  SYNTH_FILE_INTERVENTIONS,
  SYNTH_FILE_TERMS,
  SYNTH_FILE_SOURCE,
  SYNTH_FILE_README,
  SYNTH_FILE_TRUTH,
  SYNTH_FILES
};

/* Name, and header row for the tables; the name is NULL where the spec asks for no such file. */
const char *synth_table_name(const muster_synth_spec *spec, enum synth_file file);
const char *synth_table_header(const muster_synth_spec *spec, enum synth_file file);

/* Rows of one school. */
void synth_table_schools(const muster_synth_school *school, muster_buf *out);
void synth_table_pupils(const muster_synth_school *school, muster_buf *out);
void synth_table_calendar(const muster_synth_school *school, muster_buf *out);
void synth_table_responses(const muster_synth_plan *plan, const muster_synth_school *school, muster_buf *out);
void synth_table_interventions(const muster_synth_plan *plan, const muster_synth_school *school, muster_buf *out);

/* Whole files. */
void synth_table_terms(const muster_synth_plan *plan, muster_buf *out);
void synth_table_source(muster_buf *out);
void synth_table_readme(const muster_synth_plan *plan, muster_buf *out);
muster_status synth_truth_json(const muster_synth_plan *plan, const synth_truth *truth, muster_buf *out,
                               muster_error *err);

#endif
