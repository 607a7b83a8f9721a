/* Schools and what is known of them. */
#include "importing.h"

enum { FIND, ADD, KNOWN, COUNT = KNOWN + MUSTER_FACT_COUNT };
static const char *const sql[COUNT] = {
    [FIND] = "SELECT school FROM school_row WHERE school_id = ?",
    [ADD] = "INSERT INTO school_row (school_id, known_from) VALUES (?, ?)",
    [KNOWN + MUSTER_FACT_KNOWN] =
        "SELECT value FROM school_fact WHERE school = ? AND attribute = ? AND known_to IS NULL",
    [KNOWN + MUSTER_FACT_CLOSE] =
        "UPDATE school_fact SET known_to = ?3 WHERE school = ?1 AND attribute = ?2 AND known_to IS NULL",
    [KNOWN + MUSTER_FACT_PUT] = "INSERT INTO school_fact (school, attribute, known_from, value) VALUES (?, ?, ?, ?)"};

static muster_status put_fact(muster_importing *imp, sqlite3_stmt **stmts, uint32_t school, bool is_new,
                              const char *name, muster_text value, bool *changed, muster_error *err) {
  uint32_t attribute;
  MUSTER_TRY(muster_import_attribute(imp, MUSTER_OF_SCHOOLS, name, &attribute, err));
  return muster_import_value(imp, stmts + KNOWN, school, attribute, is_new, value, changed, err);
}

/* A school of which the import says nothing but its id keeps what is known of it. */
static bool says_something(const muster_register *reg, uint32_t school) {
  if (reg->schools[school].name != MUSTER_NONE) return true;
  for (size_t i = 0; i < reg->school_attributes.count; i++)
    if (muster_attribute_value(reg, &reg->school_attributes.columns[i], school).n) return true;
  return false;
}

static muster_status put_facts(muster_importing *imp, sqlite3_stmt **stmts, uint32_t school, bool is_new,
                               muster_error *err) {
  const muster_register *reg = imp->reg;
  uint32_t number = imp->schools[school], name = reg->schools[school].name;
  bool changed = false;
  if (!says_something(reg, school)) return MUSTER_OK;
  if (name != MUSTER_NONE)
    MUSTER_TRY(put_fact(imp, stmts, number, is_new, "name", muster_map_name(&reg->texts, name), &changed, err));
  for (size_t i = 0; i < reg->school_attributes.count; i++) {
    const muster_attribute *column = &reg->school_attributes.columns[i];
    muster_text value = muster_attribute_value(reg, column, school);
    if (is_new && !value.n) continue;
    MUSTER_TRY(put_fact(imp, stmts, number, is_new, column->name, value, &changed, err));
  }
  if (changed && !is_new) imp->report->schools_changed++;
  return MUSTER_OK;
}

static muster_status put_school(muster_importing *imp, sqlite3_stmt **stmts, uint32_t school, muster_error *err) {
  muster_text id = muster_school_id(imp->reg, school);
  bool known = false;
  if (!imp->fresh) {
    muster_db_bind_name(imp->db, stmts[FIND], 1, id);
    MUSTER_TRY(muster_db_next(imp->db, stmts[FIND], &known, err));
    if (known) imp->schools[school] = (uint32_t)sqlite3_column_int64(stmts[FIND], 0);
    sqlite3_reset(stmts[FIND]);
  }
  if (!known) {
    muster_db_bind_name(imp->db, stmts[ADD], 1, id);
    muster_db_bind_int(imp->db, stmts[ADD], 2, imp->number);
    MUSTER_TRY(muster_db_run(imp->db, stmts[ADD], err));
    imp->schools[school] = (uint32_t)sqlite3_last_insert_rowid(imp->db->handle);
    imp->report->schools_new++;
    imp->changed = true;
  }
  return put_facts(imp, stmts, school, !known, err);
}

muster_status muster_import_schools(muster_importing *imp, muster_error *err) {
  imp->schools = muster_alloc(imp->reg->school_count, sizeof *imp->schools);
  if (!imp->schools) return muster_fail_memory(err);
  sqlite3_stmt *stmts[COUNT];
  MUSTER_TRY(muster_db_prepare_all(imp->db, sql, COUNT, stmts, err));
  muster_status status = MUSTER_OK;
  for (uint32_t s = 0; s < imp->reg->school_count && status == MUSTER_OK; s++) status = put_school(imp, stmts, s, err);
  muster_db_finalize_all(stmts, COUNT);
  return status;
}
