/* Attributes: their names, and what they are of an enrolment or a school from some import on. */
#include "importing.h"

static const char *const subject_words[] = {"pupil", "school"};

static muster_status remember(muster_importing *imp, int of, muster_text name, uint32_t number, muster_error *err) {
  if (!MUSTER_GROW(imp->attribute_numbers[of], imp->attribute_capacity[of], imp->attributes[of].count))
    return muster_fail_memory(err);
  uint32_t place = muster_map_add(&imp->attributes[of], name, NULL);
  if (place == MUSTER_NONE) return muster_fail_memory(err);
  imp->attribute_numbers[of][place] = number;
  return MUSTER_OK;
}

muster_status muster_import_attribute(muster_importing *imp, int of, const char *name, uint32_t *number,
                                      muster_error *err) {
  muster_text text = muster_text_of(name);
  uint32_t place = muster_map_find(&imp->attributes[of], text);
  if (place != MUSTER_NONE) return *number = imp->attribute_numbers[of][place], MUSTER_OK;
  static const char *const sql[] = {"SELECT attribute FROM attribute_row WHERE subject = ? AND name = ?",
                                    "INSERT INTO attribute_row (subject, name) VALUES (?, ?)"};
  sqlite3_stmt *stmts[2];
  MUSTER_TRY(muster_db_prepare_all(imp->db, sql, 2, stmts, err));
  for (int i = 0; i < 2; i++) {
    muster_db_bind_name(imp->db, stmts[i], 1, muster_text_of(subject_words[of]));
    muster_db_bind_name(imp->db, stmts[i], 2, text);
  }
  bool there = false;
  muster_status status = muster_db_next(imp->db, stmts[0], &there, err);
  if (there) *number = (uint32_t)sqlite3_column_int64(stmts[0], 0);
  if (status == MUSTER_OK && !there) {
    status = muster_db_run(imp->db, stmts[1], err);
    *number = (uint32_t)sqlite3_last_insert_rowid(imp->db->handle);
    imp->changed = true;
  }
  muster_db_finalize_all(stmts, 2);
  return status == MUSTER_OK ? remember(imp, of, text, *number, err) : status;
}

muster_status muster_import_value(muster_importing *imp, sqlite3_stmt *const stmts[MUSTER_FACT_COUNT], uint32_t subject,
                                  uint32_t attribute, bool is_new, muster_text value, bool *changed,
                                  muster_error *err) {
  for (int i = 0; i < MUSTER_FACT_COUNT; i++) {
    muster_db_bind_int(imp->db, stmts[i], 1, subject);
    muster_db_bind_int(imp->db, stmts[i], 2, attribute);
  }
  bool known = false, same = is_new && value.n == 0;
  if (!is_new) {
    MUSTER_TRY(muster_db_next(imp->db, stmts[MUSTER_FACT_KNOWN], &known, err));
    same = known ? muster_text_equal(muster_db_text(stmts[MUSTER_FACT_KNOWN], 0), value) : value.n == 0;
    sqlite3_reset(stmts[MUSTER_FACT_KNOWN]);
  }
  if (same) return MUSTER_OK;
  *changed = imp->changed = true;
  if (known) {
    muster_db_bind_int(imp->db, stmts[MUSTER_FACT_CLOSE], 3, imp->number);
    MUSTER_TRY(muster_db_run(imp->db, stmts[MUSTER_FACT_CLOSE], err));
  }
  if (!value.n) return MUSTER_OK;
  muster_db_bind_int(imp->db, stmts[MUSTER_FACT_PUT], 3, imp->number);
  muster_db_bind_name(imp->db, stmts[MUSTER_FACT_PUT], 4, value);
  return muster_db_run(imp->db, stmts[MUSTER_FACT_PUT], err);
}
