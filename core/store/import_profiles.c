/* Profiles: the standard attributes of pupils, once for all pupils who share them. */
#include "importing.h"
#include "standard.h"

static muster_status find_or_add(muster_importing *imp, const muster_text *standard, uint32_t *profile,
                                 muster_error *err) {
  static const char *const sql[] = {
      "SELECT profile FROM profile_row WHERE (" MUSTER_STANDARD_COLUMNS ") = (?, ?, ?, ?, ?, ?, ?)",
      "INSERT INTO profile_row (" MUSTER_STANDARD_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)"};
  if (!imp->profile_stmts[0]) MUSTER_TRY(muster_db_prepare_all(imp->db, sql, 2, imp->profile_stmts, err));
  for (int i = 0; i < 2; i++)
    for (int k = 0; k < MUSTER_STANDARD; k++) muster_db_bind_name(imp->db, imp->profile_stmts[i], k + 1, standard[k]);
  bool there = false;
  MUSTER_TRY(muster_db_next(imp->db, imp->profile_stmts[0], &there, err));
  if (there) *profile = (uint32_t)sqlite3_column_int64(imp->profile_stmts[0], 0);
  sqlite3_reset(imp->profile_stmts[0]);
  if (there) return MUSTER_OK;
  MUSTER_TRY(muster_db_run(imp->db, imp->profile_stmts[1], err));
  *profile = (uint32_t)sqlite3_last_insert_rowid(imp->db->handle);
  return MUSTER_OK;
}

muster_status muster_import_profile(muster_importing *imp, const muster_text *standard, uint32_t *profile,
                                    muster_error *err) {
  muster_buf *key = &imp->profile_key;
  if (!key->limit) muster_buf_init(key, 1 << 20);
  muster_buf_clear(key);
  for (int i = 0; i < MUSTER_STANDARD; i++) {
    muster_buf_add(key, standard[i].at, standard[i].n);
    muster_buf_putc(key, '\0');
  }
  if (key->failed) return muster_fail_memory(err);
  muster_text text = {key->at, key->n};
  uint32_t place = muster_map_find(&imp->profiles, text);
  if (place != MUSTER_NONE) return *profile = imp->profile_numbers[place], MUSTER_OK;
  MUSTER_TRY(find_or_add(imp, standard, profile, err));
  if (!MUSTER_GROW(imp->profile_numbers, imp->profile_capacity, imp->profiles.count)) return muster_fail_memory(err);
  place = muster_map_add(&imp->profiles, text, NULL);
  if (place == MUSTER_NONE) return muster_fail_memory(err);
  imp->profile_numbers[place] = *profile;
  return MUSTER_OK;
}

void muster_import_profiles_free(muster_importing *imp) {
  muster_db_finalize_all(imp->profile_stmts, 2);
  muster_map_free(&imp->profiles);
  muster_free(imp->profile_numbers);
  if (imp->profile_key.limit) muster_buf_free(&imp->profile_key);
}
