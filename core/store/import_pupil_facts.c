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

enum { KNOWN, CLOSE, FACT, COUNT };
static const char *const sql[COUNT] = {
    [KNOWN] = "SELECT value FROM pupil_fact WHERE enrolment = ? AND attribute = ? AND known_to IS NULL",
    [CLOSE] = "UPDATE pupil_fact SET known_to = ?3 WHERE enrolment = ?1 AND attribute = ?2 AND known_to IS NULL",
    [FACT] = "INSERT INTO pupil_fact (enrolment, attribute, known_from, value) VALUES (?, ?, ?, ?)"};

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
  return imp->column_count ? muster_db_prepare_all(imp->db, sql, COUNT, imp->fact_stmts, err) : MUSTER_OK;
}

void muster_import_columns_free(muster_importing *imp) {
  muster_db_finalize_all(imp->fact_stmts, COUNT);
  muster_free(imp->columns);
  muster_free(imp->column_numbers);
}

static muster_status put_fact(muster_importing *imp, uint32_t enrolment, uint32_t attribute, bool is_new,
                              muster_text value, bool *changed, muster_error *err) {
  sqlite3_stmt **stmts = imp->fact_stmts;
  for (int i = 0; i < COUNT; i++) {
    muster_db_bind_int(imp->db, stmts[i], 1, enrolment);
    muster_db_bind_int(imp->db, stmts[i], 2, attribute);
  }
  bool known = false, same = is_new && value.n == 0;
  if (!is_new) {
    MUSTER_TRY(muster_db_next(imp->db, stmts[KNOWN], &known, err));
    same = known ? muster_text_equal(muster_db_text(stmts[KNOWN], 0), value) : value.n == 0;
    sqlite3_reset(stmts[KNOWN]);
  }
  if (same) return MUSTER_OK;
  *changed = imp->changed = true;
  if (known) {
    muster_db_bind_int(imp->db, stmts[CLOSE], 3, imp->number);
    MUSTER_TRY(muster_db_run(imp->db, stmts[CLOSE], err));
  }
  if (!value.n) return MUSTER_OK;
  muster_db_bind_int(imp->db, stmts[FACT], 3, imp->number);
  muster_db_bind_name(imp->db, stmts[FACT], 4, value);
  return muster_db_run(imp->db, stmts[FACT], err);
}

muster_status muster_import_pupil_facts(muster_importing *imp, uint32_t pupil, uint32_t enrolment, bool is_new,
                                        bool *changed, muster_error *err) {
  for (size_t i = 0; i < imp->column_count; i++)
    MUSTER_TRY(put_fact(imp, enrolment, imp->column_numbers[i], is_new,
                        muster_attribute_value(imp->reg, imp->columns[i], pupil), changed, err));
  return MUSTER_OK;
}
