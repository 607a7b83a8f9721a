/* Schools and enrolments, as they were known. */
#include <string.h>

#include "loading.h"
#include "standard.h"

static muster_status bad(muster_fetch *f, muster_error *err) {
  return muster_db_damaged(f->db, err, "a school or a pupil makes no sense");
}

/* ---- names of attributes ---- */

typedef struct attribute_names {
  char **at; /* by number in the store; NULL = none, or of the other kind of subject */
  uint32_t *columns;
  size_t count, capacity, column_capacity;
  muster_arena arena;
} attribute_names;

static muster_status add_name(attribute_names *names, int64_t number, muster_text text, muster_error *err) {
  while ((int64_t)names->count <= number) {
    if (!MUSTER_GROW(names->at, names->capacity, names->count) ||
        !MUSTER_GROW(names->columns, names->column_capacity, names->count))
      return muster_fail_memory(err);
    names->columns[names->count] = MUSTER_NONE;
    names->at[names->count++] = NULL;
  }
  names->at[number] = muster_arena_copy(&names->arena, text.at, text.n);
  return names->at[number] ? MUSTER_OK : muster_fail_memory(err);
}

static void free_names(attribute_names *names) {
  muster_free(names->at);
  muster_free(names->columns);
  muster_arena_free(&names->arena);
}

static muster_status read_names(muster_fetch *f, const char *subject, attribute_names *names, muster_error *err) {
  sqlite3_stmt *stmt = NULL;
  MUSTER_TRY(muster_db_prepare(f->db, "SELECT attribute, name FROM attribute_row WHERE subject = ? ORDER BY attribute",
                               &stmt, err));
  muster_db_bind_name(f->db, stmt, 1, muster_text_of(subject));
  muster_status status;
  for (bool row; (status = muster_db_next(f->db, stmt, &row, err)) == MUSTER_OK && row;) {
    bool good = true;
    int64_t number = muster_db_range(stmt, 0, 0, 65535, &good);
    muster_text text = muster_db_text(stmt, 1);
    if (!good || !muster_is_name(text, false)) status = bad(f, err);
    if (status == MUSTER_OK) status = add_name(names, number, text, err);
    if (status != MUSTER_OK) break;
  }
  sqlite3_finalize(stmt);
  return status;
}

/* Columns come into being with their first value; the store knows the order in which they were given. */
static muster_status put_in_order(muster_attributes *attributes, const attribute_names *names, muster_error *err) {
  if (attributes->count < 2) return MUSTER_OK;
  muster_attribute *sorted = muster_alloc(attributes->count, sizeof *sorted);
  if (!sorted) return muster_fail_memory(err);
  size_t n = 0;
  for (size_t i = 0; i < names->count; i++) {
    const muster_attribute *column = names->at[i] ? muster_attribute_find(attributes, names->at[i]) : NULL;
    bool placed = false;
    for (size_t k = 0; k < n; k++) placed |= column && sorted[k].values == column->values;
    if (column && !placed) sorted[n++] = *column;
  }
  if (n == attributes->count) memcpy(attributes->columns, sorted, n * sizeof *sorted);
  muster_free(sorted);
  return MUSTER_OK;
}

/* ---- schools ---- */

static muster_status read_schools(muster_fetch *f, sqlite3_stmt *stmt, muster_error *err) {
  muster_db_bind_int(f->db, stmt, 1, f->known);
  muster_fetch_bind_schools(f, stmt, 2);
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(f->db, stmt, &row, err));
    if (!row) return MUSTER_OK;
    bool good = true, added = false;
    int64_t number = muster_db_range(stmt, 0, 1, UINT32_MAX - 1, &good);
    muster_text id = muster_db_text(stmt, 1);
    if (!good || !muster_is_name(id, true)) return bad(f, err);
    uint32_t school = muster_register_school(f->reg, id, &added);
    if (school == MUSTER_NONE) return muster_fail_memory(err);
    if (!added) return bad(f, err);
    if (!muster_numbers_add(&f->schools, number, school)) return muster_fail_memory(err);
  }
}

static muster_status read_school_facts(muster_fetch *f, sqlite3_stmt *stmt, attribute_names *names, muster_error *err) {
  muster_setter *setter = muster_alloc(1, sizeof *setter);
  if (!setter) return muster_fail_memory(err);
  setter->reg = f->reg;
  setter->attributes = &f->reg->school_attributes;
  muster_db_bind_int(f->db, stmt, 1, f->known);
  muster_fetch_bind_schools(f, stmt, 2);
  muster_status status;
  for (bool row; (status = muster_db_next(f->db, stmt, &row, err)) == MUSTER_OK && row;) {
    bool good = true;
    uint32_t school = muster_numbers_find(&f->schools, sqlite3_column_int64(stmt, 0));
    int64_t attribute = muster_db_range(stmt, 1, 0, 65535, &good);
    muster_text value = muster_db_text(stmt, 2);
    const char *name = good && attribute < (int64_t)names->count ? names->at[attribute] : NULL;
    if (school == MUSTER_NONE || !name || !muster_is_name(value, false)) {
      status = bad(f, err);
      break;
    }
    if (strcmp(name, "name") == 0) {
      uint32_t number = muster_map_add(&f->reg->texts, value, NULL);
      f->reg->schools[school].name = number;
      if (number == MUSTER_NONE) status = muster_fail_memory(err);
    } else {
      status = muster_setter_put(setter, name, &names->columns[attribute], school, value, &good, err);
    }
    if (status != MUSTER_OK) break;
  }
  muster_free(setter);
  return status;
}

muster_status muster_fetch_schools(muster_fetch *f, muster_error *err) {
  static const char *const sql[] = {
      "SELECT school, school_id FROM school_row WHERE known_from <= ?1 AND school BETWEEN ?2 AND ?3 ORDER BY school",
      "SELECT school, attribute, value FROM school_fact WHERE known_from <= ?1 AND (known_to IS NULL OR known_to > ?1) "
      "AND school BETWEEN ?2 AND ?3 ORDER BY school, attribute"};
  attribute_names names = {0};
  sqlite3_stmt *stmts[2] = {NULL};
  muster_status status = read_names(f, "school", &names, err);
  if (status == MUSTER_OK) status = muster_db_prepare_all(f->db, sql, 2, stmts, err);
  if (status == MUSTER_OK) status = read_schools(f, stmts[0], err);
  if (status == MUSTER_OK) status = read_school_facts(f, stmts[1], &names, err);
  if (status == MUSTER_OK) status = put_in_order(&f->reg->school_attributes, &names, err);
  muster_db_finalize_all(stmts, 2);
  free_names(&names);
  return status;
}

/* ---- profiles ---- */

typedef struct profile {
  bool read;
  uint32_t values[MUSTER_STANDARD]; /* texts of the register, MUSTER_NONE = none */
} profile;

typedef struct profiles {
  profile *at; /* by number in the store */
  size_t count, capacity;
  int64_t most; /* the largest number there can be: they have no gaps */
  sqlite3_stmt *one;
} profiles;

static muster_status take_profile(muster_fetch *f, sqlite3_stmt *stmt, muster_setter *setter, profiles *list,
                                  muster_error *err) {
  bool good = true;
  size_t number = (size_t)muster_db_range(stmt, 0, 0, (int64_t)list->count, &good);
  if (!good) return bad(f, err); /* numbers have no gaps; the list is grown before a single one is read */
  if (number == list->count) {
    if (!MUSTER_GROW(list->at, list->capacity, list->count)) return muster_fail_memory(err);
    list->count++;
  }
  profile *p = &list->at[number];
  p->read = true;
  for (int i = 0; i < MUSTER_STANDARD; i++) {
    muster_text value = muster_db_text(stmt, 1 + i);
    p->values[i] = MUSTER_NONE;
    if (!value.n) continue;
    MUSTER_TRY(muster_setter_text(setter, value, &p->values[i], err));
    if (p->values[i] == MUSTER_NONE) return bad(f, err);
  }
  return MUSTER_OK;
}

static muster_status grow_to(profiles *list, size_t count, muster_error *err) {
  while (list->count < count) {
    if (!MUSTER_GROW(list->at, list->capacity, list->count)) return muster_fail_memory(err);
    list->at[list->count++].read = false;
  }
  return MUSTER_OK;
}

/* All of them for a whole store; one by one, as they are needed, for a part. */
static muster_status open_profiles(muster_fetch *f, muster_setter *setter, profiles *list, muster_error *err) {
  MUSTER_TRY(grow_to(list, 1, err)); /* there is no number 0 */
  MUSTER_TRY(muster_db_int(f->db, "SELECT count(*) FROM profile_row", &list->most, err));
  MUSTER_TRY(muster_db_prepare(f->db, "SELECT profile, " MUSTER_STANDARD_COLUMNS " FROM profile_row WHERE profile = ?",
                               &list->one, err));
  if (!f->everything) return MUSTER_OK;
  sqlite3_stmt *all = NULL;
  MUSTER_TRY(muster_db_prepare(f->db, "SELECT profile, " MUSTER_STANDARD_COLUMNS " FROM profile_row ORDER BY profile",
                               &all, err));
  muster_status status;
  for (bool row; (status = muster_db_next(f->db, all, &row, err)) == MUSTER_OK && row;)
    if ((status = take_profile(f, all, setter, list, err)) != MUSTER_OK) break;
  sqlite3_finalize(all);
  return status;
}

static void close_profiles(profiles *list) {
  sqlite3_finalize(list->one);
  muster_free(list->at);
}

static muster_status find_profile(muster_fetch *f, muster_setter *setter, profiles *list, int64_t number,
                                  const profile **found, muster_error *err) {
  if (number >= (int64_t)list->count || !list->at[number].read) {
    bool there;
    muster_db_bind_int(f->db, list->one, 1, number);
    MUSTER_TRY(muster_db_next(f->db, list->one, &there, err));
    if (!there) return bad(f, err);
    muster_status status = grow_to(list, (size_t)number + 1, err);
    if (status == MUSTER_OK) status = take_profile(f, list->one, setter, list, err);
    sqlite3_reset(list->one);
    if (status != MUSTER_OK) return status;
  }
  *found = &list->at[number];
  return MUSTER_OK;
}

/* ---- enrolments ---- */

#define COLUMNS(t) t ".start_date, " t ".end_date, " t ".birth_date, " t ".profile"

static const char *const now_sql =
    "SELECT e.enrolment, e.pupil_id, e.school, " COLUMNS("e") " FROM enrolment_row e ORDER BY e.enrolment";
static const char *const part_sql = "SELECT e.enrolment, e.pupil_id, e.school, " COLUMNS(
    "e") " FROM enrolment_row e WHERE e.school BETWEEN ?2 AND ?3 ORDER BY e.enrolment";
/* What an import replaced holds for the time up to it: of those after the day, the first. */
static const char *const then_sql = "SELECT e.enrolment, e.pupil_id, e.school, " COLUMNS(
    "e") " FROM enrolment_row e WHERE e.known_from <= ?1 AND e.school BETWEEN ?2 AND ?3 AND NOT EXISTS "
         "(SELECT 1 FROM enrolment_before b WHERE b.enrolment = e.enrolment AND b.known_to > ?1) "
         "UNION ALL SELECT e.enrolment, e.pupil_id, e.school, " COLUMNS(
             "b") " FROM enrolment_row e JOIN enrolment_before b USING (enrolment) WHERE e.known_from <= ?1 AND "
                  "e.school BETWEEN ?2 AND ?3 AND b.known_to = (SELECT min(x.known_to) FROM enrolment_before x WHERE "
                  "x.enrolment = e.enrolment AND x.known_to > ?1) ORDER BY 1";

typedef struct pupils_fetch {
  muster_setter *setter;
  profiles profiles;
  uint32_t columns[MUSTER_STANDARD];
} pupils_fetch;

static muster_status take_pupil(muster_fetch *f, sqlite3_stmt *stmt, pupils_fetch *w, muster_error *err) {
  bool good = true;
  int64_t number = muster_db_range(stmt, 0, 1, UINT32_MAX - 1, &good);
  muster_text id = muster_db_text(stmt, 1);
  uint32_t school = muster_numbers_find(&f->schools, sqlite3_column_int64(stmt, 2)), pupil;
  muster_date start = muster_db_date(stmt, 3, &good), end = muster_db_date(stmt, 4, &good);
  muster_date birth = muster_db_date(stmt, 5, &good);
  int64_t profile_number = muster_db_range(stmt, 6, 1, w->profiles.most, &good);
  if (!good || school == MUSTER_NONE || !muster_is_name(id, false)) return bad(f, err);
  muster_error overlap;
  muster_status status = muster_register_enrol(f->reg, id, school, start, end, &pupil, &overlap);
  if (status == MUSTER_DATA) return bad(f, err);
  if (status != MUSTER_OK) return muster_fail_memory(err);
  f->reg->pupils[pupil].birth = birth;
  if (!muster_numbers_add(&f->pupils, number, pupil)) return muster_fail_memory(err);
  const profile *p = NULL;
  MUSTER_TRY(find_profile(f, w->setter, &w->profiles, profile_number, &p, err));
  for (int i = 0; i < MUSTER_STANDARD; i++)
    if (p->values[i] != MUSTER_NONE)
      MUSTER_TRY(muster_setter_number(w->setter, muster_standard_names[i], &w->columns[i], pupil, p->values[i], err));
  return MUSTER_OK;
}

static muster_status read_pupils(muster_fetch *f, muster_setter *setter, muster_error *err) {
  sqlite3_stmt *stmt = NULL;
  const char *sql = f->historical ? then_sql : f->everything ? now_sql : part_sql;
  pupils_fetch w = {.setter = setter};
  memset(w.columns, 0xFF, sizeof w.columns);
  muster_status status = open_profiles(f, setter, &w.profiles, err);
  if (status == MUSTER_OK) status = muster_db_prepare(f->db, sql, &stmt, err);
  if (status == MUSTER_OK && sql == then_sql) muster_db_bind_int(f->db, stmt, 1, f->known);
  if (status == MUSTER_OK && sql != now_sql) muster_fetch_bind_schools(f, stmt, 2);
  for (bool row; status == MUSTER_OK && (status = muster_db_next(f->db, stmt, &row, err)) == MUSTER_OK && row;)
    status = take_pupil(f, stmt, &w, err);
  sqlite3_finalize(stmt);
  close_profiles(&w.profiles);
  return status;
}

static muster_status read_pupil_facts(muster_fetch *f, muster_setter *setter, attribute_names *names,
                                      muster_error *err) {
  static const char all[] =
      "SELECT enrolment, attribute, value FROM pupil_fact WHERE known_from <= ?1 AND (known_to IS NULL OR known_to > "
      "?1)";
  static const char some[] =
      "SELECT p.enrolment, p.attribute, p.value FROM enrolment_row e JOIN pupil_fact p USING (enrolment) WHERE "
      "e.school BETWEEN ?2 AND ?3 AND e.known_from <= ?1 AND p.known_from <= ?1 AND (p.known_to IS NULL OR p.known_to "
      "> ?1)";
  sqlite3_stmt *stmt = NULL;
  MUSTER_TRY(muster_db_prepare(f->db, f->everything ? all : some, &stmt, err));
  muster_db_bind_int(f->db, stmt, 1, f->known);
  if (!f->everything) muster_fetch_bind_schools(f, stmt, 2);
  muster_status status;
  for (bool row; (status = muster_db_next(f->db, stmt, &row, err)) == MUSTER_OK && row;) {
    bool good = true;
    uint32_t pupil = muster_numbers_find(&f->pupils, sqlite3_column_int64(stmt, 0));
    int64_t attribute = muster_db_range(stmt, 1, 0, 65535, &good);
    muster_text value = muster_db_text(stmt, 2);
    const char *name = good && attribute < (int64_t)names->count ? names->at[attribute] : NULL;
    if (pupil == MUSTER_NONE || !name || !value.n) status = bad(f, err);
    if (status == MUSTER_OK)
      status = muster_setter_put(setter, name, &names->columns[attribute], pupil, value, &good, err);
    if (status == MUSTER_OK && !good) status = bad(f, err);
    if (status != MUSTER_OK) break;
  }
  sqlite3_finalize(stmt);
  return status;
}

muster_status muster_fetch_pupils(muster_fetch *f, muster_error *err) {
  attribute_names names = {0};
  muster_setter *setter = muster_alloc(1, sizeof *setter);
  muster_status status = setter ? read_names(f, "pupil", &names, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    setter->reg = f->reg;
    setter->attributes = &f->reg->pupil_attributes;
    status = read_pupils(f, setter, err);
  }
  if (status == MUSTER_OK) status = read_pupil_facts(f, setter, &names, err);
  if (status == MUSTER_OK) status = put_in_order(&f->reg->pupil_attributes, &names, err);
  free_names(&names);
  muster_free(setter);
  return status;
}
