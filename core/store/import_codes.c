/* The store's own table of codes: a byte of a packed row means the same for ever, whatever table a later version of the
 * program has. */
#include <string.h>

#include "importing.h"

enum { READ, ADD, RENEW, COUNT };
static const char *const sql[COUNT] = {
    [READ] = "SELECT byte, code, categories, valid_from, valid_to, meaning FROM code_row ORDER BY byte",
    [ADD] = "INSERT INTO code_row (byte, code, categories, valid_from, valid_to, meaning) VALUES (?, ?, ?, ?, ?, ?)",
    [RENEW] = "UPDATE code_row SET categories = ?2, meaning = ?3 WHERE byte = ?1"};

static bool same_code(sqlite3_stmt *row, const muster_code *code) {
  bool good = true;
  return muster_text_equal(muster_db_text(row, 1), muster_text_of(code->text)) &&
         muster_db_date(row, 3, &good) == code->from && muster_db_date(row, 4, &good) == code->to && good;
}

/* Finds the byte of each code that the store knows, and notes which of them are counted otherwise by now. */
static muster_status match(muster_importing *imp, sqlite3_stmt *read, bool outdated[256], muster_error *err) {
  const muster_codes *codes = &imp->reg->codes;
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(imp->db, read, &row, err));
    if (!row) return MUSTER_OK;
    muster_text byte = muster_db_text(read, 0);
    if (byte.n != 1 || (uint8_t)byte.at[0] != imp->most_byte + 1)
      return muster_db_damaged(imp->db, err, "its codes have gaps");
    imp->most_byte++;
    for (size_t i = 0; i < codes->count; i++) {
      if (!same_code(read, &codes->codes[i])) continue;
      imp->bytes[i + 1] = imp->most_byte;
      outdated[i + 1] = sqlite3_column_int(read, 2) != codes->codes[i].categories ||
                        !muster_text_equal(muster_db_text(read, 5), muster_text_of(codes->codes[i].meaning));
    }
  }
}

static muster_status add(muster_importing *imp, sqlite3_stmt *add_code, const muster_code *code, uint8_t *byte,
                         muster_error *err) {
  if (imp->most_byte == MUSTER_MOST_CODES) {
    muster_fail(err, MUSTER_DATA, "the store and the import have more than %d codes between them", MUSTER_MOST_CODES);
    muster_error_where(err, "%s", imp->db->path);
    return MUSTER_DATA;
  }
  *byte = ++imp->most_byte;
  muster_db_bind_blob(imp->db, add_code, 1, byte, 1);
  muster_db_bind_name(imp->db, add_code, 2, muster_text_of(code->text));
  muster_db_bind_int(imp->db, add_code, 3, code->categories);
  muster_db_bind_date(imp->db, add_code, 4, code->from);
  muster_db_bind_date(imp->db, add_code, 5, code->to);
  muster_db_bind_name(imp->db, add_code, 6, muster_text_of(code->meaning));
  imp->changed = true;
  return muster_db_run(imp->db, add_code, err);
}

static muster_status renew(muster_importing *imp, sqlite3_stmt *stmt, const muster_code *code, uint8_t *byte,
                           muster_error *err) {
  muster_db_bind_blob(imp->db, stmt, 1, byte, 1);
  muster_db_bind_int(imp->db, stmt, 2, code->categories);
  muster_db_bind_name(imp->db, stmt, 3, muster_text_of(code->meaning));
  imp->changed = true;
  return muster_db_run(imp->db, stmt, err);
}

muster_status muster_import_codes(muster_importing *imp, muster_error *err) {
  sqlite3_stmt *stmts[COUNT];
  MUSTER_TRY(muster_db_prepare_all(imp->db, sql, COUNT, stmts, err));
  bool outdated[256] = {false};
  muster_status status = match(imp, stmts[READ], outdated, err);
  const muster_codes *codes = &imp->reg->codes;
  for (size_t m = 1; m <= codes->count && status == MUSTER_OK; m++) {
    const muster_code *code = &codes->codes[m - 1];
    if (!imp->bytes[m])
      status = add(imp, stmts[ADD], code, &imp->bytes[m], err);
    else if (outdated[m])
      status = renew(imp, stmts[RENEW], code, &imp->bytes[m], err);
    imp->bytes_differ |= imp->bytes[m] != m;
  }
  muster_db_finalize_all(stmts, COUNT);
  return status;
}
