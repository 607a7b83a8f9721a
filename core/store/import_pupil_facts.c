/* Attributes of pupils that have no column of their own. */
#include <string.h>

#include "importing.h"
#include "standard.h"

/* Nobody can tell whether an unknown column holds a name or a telephone number: a store with pseudonyms keeps only
 * those that it is told to. */
static bool left_out(const muster_importing *imp, const char *name) {
  if (!imp->options->key) return false;
  for (size_t i = 0; i < imp->options->keep_count; i++)
    if (muster_text_equal_nocase(muster_text_of(imp->options->keep[i]), muster_text_of(name))) return false;
  return true;
}

static const char *const sql[MUSTER_FACT_COUNT] = {
    [MUSTER_FACT_KNOWN] = "SELECT value FROM pupil_fact WHERE enrolment = ? AND attribute = ? AND known_to IS NULL",
    [MUSTER_FACT_CLOSE] =
        "UPDATE pupil_fact SET known_to = ?3 WHERE enrolment = ?1 AND attribute = ?2 AND known_to IS NULL",
    [MUSTER_FACT_PUT] = "INSERT INTO pupil_fact (enrolment, attribute, known_from, value) VALUES (?, ?, ?, ?)"};

muster_status muster_import_columns(muster_importing *imp, muster_error *err) {
  const muster_attributes *all = &imp->reg->pupil_attributes;
  imp->columns = muster_alloc(all->count, sizeof *imp->columns);
  imp->column_numbers = muster_alloc(all->count, sizeof *imp->column_numbers);
  if (!imp->columns || !imp->column_numbers) return muster_fail_memory(err);
  for (size_t i = 0; i < all->count; i++) {
    const muster_attribute *column = &all->columns[i];
    bool standard = muster_standard_of(column->name) >= 0;
    if (!standard && left_out(imp, column->name)) {
      imp->report->attributes_left_out++;
      continue;
    }
    uint32_t number;
    MUSTER_TRY(muster_import_attribute(imp, MUSTER_OF_PUPILS, column->name, &number, err));
    if (standard) continue;
    imp->columns[imp->column_count] = column;
    imp->column_numbers[imp->column_count++] = number;
  }
  return imp->column_count ? muster_db_prepare_all(imp->db, sql, MUSTER_FACT_COUNT, imp->fact_stmts, err) : MUSTER_OK;
}

void muster_import_columns_free(muster_importing *imp) {
  muster_db_finalize_all(imp->fact_stmts, MUSTER_FACT_COUNT);
  muster_free(imp->columns);
  muster_free(imp->column_numbers);
}

muster_status muster_import_pupil_facts(muster_importing *imp, uint32_t pupil, uint32_t enrolment, bool is_new,
                                        bool *changed, muster_error *err) {
  for (size_t i = 0; i < imp->column_count; i++)
    MUSTER_TRY(muster_import_value(imp, imp->fact_stmts, enrolment, imp->column_numbers[i], is_new,
                                   muster_attribute_value(imp->reg, imp->columns[i], pupil), changed, err));
  return MUSTER_OK;
}
