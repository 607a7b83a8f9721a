/* Bytes of a store into marks of a register. */
#include <string.h>

#include "loading.h"

static uint8_t exact(const muster_codes *codes, muster_text text, muster_date from, muster_date to) {
  for (size_t i = 0; i < codes->count; i++) {
    const muster_code *code = &codes->codes[i];
    if (code->from == from && code->to == to && muster_text_equal(muster_text_of(code->text), text))
      return (uint8_t)(i + 1);
  }
  return 0;
}

static bool same_text(const muster_codes *codes, muster_text text) {
  for (size_t i = 0; i < codes->count; i++)
    if (muster_text_equal(muster_text_of(codes->codes[i].text), text)) return true;
  return false;
}

/* A code that the register does not know is local, and is taken as the store has it. One that it knows over other
 * periods was divided by a newer table, which decides for each date. */
static muster_status take(muster_fetch *f, uint8_t byte, muster_text text, int categories, muster_date from,
                          muster_date to, muster_text meaning, muster_error *err) {
  muster_codes *codes = &f->reg->codes;
  memcpy(f->codes[byte], text.at, text.n);
  f->marks[byte] = exact(codes, text, from, to);
  if (!f->marks[byte] && !same_text(codes, text)) {
    muster_code code = {.categories = (uint8_t)categories, .from = from, .to = to};
    memcpy(code.text, text.at, text.n);
    code.meaning = muster_arena_copy(&f->reg->arena, meaning.at, meaning.n);
    if (!code.meaning) return muster_fail_memory(err);
    MUSTER_TRY(muster_codes_add(codes, &code, err));
    f->marks[byte] = (uint8_t)codes->count;
  }
  f->marks_differ |= f->marks[byte] != byte;
  return MUSTER_OK;
}

static muster_status read_codes(muster_fetch *f, sqlite3_stmt *stmt, muster_error *err) {
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(f->db, stmt, &row, err));
    if (!row) return MUSTER_OK;
    bool good = true;
    muster_text byte = muster_db_text(stmt, 0), text = muster_db_text(stmt, 1);
    int categories = (int)muster_db_range(stmt, 2, 0, 255, &good);
    muster_date from = muster_db_date(stmt, 3, &good), to = muster_db_date(stmt, 4, &good);
    good = good && byte.n == 1 && (uint8_t)byte.at[0] == f->most_byte + 1;
    good = good && text.n > 0 && text.n < MUSTER_CODE_TEXT && muster_text_utf8(text, NULL);
    if (!good) return muster_db_damaged(f->db, err, "a code makes no sense");
    MUSTER_TRY(take(f, ++f->most_byte, text, categories, from, to, muster_db_text(stmt, 5), err));
  }
}

muster_status muster_fetch_codes(muster_fetch *f, muster_error *err) {
  for (size_t i = 0; i < f->options->code_count; i++)
    MUSTER_TRY(muster_codes_add(&f->reg->codes, &f->options->codes[i], err));
  sqlite3_stmt *stmt = NULL;
  MUSTER_TRY(muster_db_prepare(
      f->db, "SELECT byte, code, categories, valid_from, valid_to, meaning FROM code_row ORDER BY byte", &stmt, err));
  muster_status status = read_codes(f, stmt, err);
  sqlite3_finalize(stmt);
  return status;
}
