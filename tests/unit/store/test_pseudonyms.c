/* A store with pseudonyms holds nobody's identifier. */
#include "support.h"

static void make_key(const shelf *s, const char *name, char path[128], muster_store_key *key) {
  snprintf(path, 128, "%s/%s", s->folder, name);
  muster_error err;
  if (muster_store_key_make(path, &err) != MUSTER_OK || muster_store_key_read(path, key, &err) != MUSTER_OK)
    fail_msg("%s", err.what);
}

static void a_key_is_for_its_owner(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  char path[128];
  muster_store_key key, again;
  muster_error err;
  struct stat st;
  make_key(&s, "key", path, &key);
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(st.st_size, 65);
  assert_int_equal(muster_store_key_make(path, &err), MUSTER_IO); /* never over another */
  assert_int_equal(muster_store_key_read(path, &again, &err), MUSTER_OK);
  assert_memory_equal(&key, &again, sizeof key);
  assert_int_equal(chmod(path, 0640), 0);
  assert_int_equal(muster_store_key_read(path, &again, &err), MUSTER_IO);
  assert_non_null(strstr(err.todo, "600"));
  char other[160];
  snprintf(other, sizeof other, "%s/other", s.folder);
  assert_int_equal(muster_file_write(other, "0123456789", 10, 0600, &err), MUSTER_OK);
  assert_int_equal(muster_store_key_read(other, &again, &err), MUSTER_DATA);
  assert_null(strstr(err.what, "0123"));
  snprintf(other, sizeof other, "%s/none", s.folder);
  assert_int_equal(muster_store_key_read(other, &again, &err), MUSTER_IO);
  shelf_end(&s);
}

/* The 16-byte keyed BLAKE2b of "A0001" under the key 00 01 .. 1f, by Python's hashlib.blake2b and base64.b32encode. */
static void pseudonyms_are_the_documented_hash(void **state) {
  (void)state;
  muster_store_key key;
  for (int i = 0; i < MUSTER_STORE_KEY_BYTES; i++) key.bytes[i] = (unsigned char)i;
  char out[MUSTER_PSEUDONYM_TEXT];
  muster_store_pseudonym(&key, muster_text_of("A0001"), out);
  assert_string_equal(out, "HE5A6ILUJCQUJDTJL4QAUH5LYE");
  muster_store_pseudonym(&key, muster_text_of(""), out);
  assert_string_equal(out, "HWXZPPHHRCH5LF3TYZV7MR2FTQ");
}

static void folder(shelf *s) {
  shelf_file(s, "pupils.csv",
             "pupil_id,school_id,surname,house,birth_date,fsm\nUPN0001,S1,Featherstone,Red,2012-09-30,true\n"
             "UPN0002,S1,Cholmondeley,Blue,2011-12-31,false\n");
  shelf_file(s, "marks.csv", "pupil_id,date,session,code\nUPN0001,2025-09-01,AM,/\nUPN0002,2025-09-01,AM,N\n");
  shelf_file(
      s, "responses.csv",
      "respondent,pupil_id,school_id,date,instrument,item,value\nparent@home.example,UPN0001,,2025-09-10,w,q1,4\n");
  shelf_file(s, "interventions.csv", "subject_kind,subject_id,kind,start_date\npupil,UPN0002,mentor,2025-09-02\n");
}

static bool file_holds(const char *path, const char *text) {
  char *bytes;
  size_t n, m = strlen(text);
  bool found = false;
  bytes_of(path, &bytes, &n);
  for (size_t i = 0; i + m <= n && !found; i++) found = memcmp(bytes + i, text, m) == 0;
  muster_free(bytes);
  return found;
}

static void no_identifier_reaches_the_file(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  folder(&s);
  char path[128], pseudonym[MUSTER_PSEUDONYM_TEXT];
  muster_store_key key;
  make_key(&s, "key", path, &key);
  const char *keep[] = {"House"};
  muster_import_options options = {.on = day("2025-09-20"), .key = &key, .keep = keep, .keep_count = 1};
  must(&s, shelf_try_import_with(&s, &options));
  assert_int_equal(s.report.attributes_left_out, 1);
  static const char *const secrets[] = {"UPN0001", "UPN0002", "Featherstone", "Cholmondeley", "parent@home", "surname"};
  for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) assert_false(file_holds(s.store, secrets[i]));
  muster_register *reg = shelf_load(&s);
  muster_store_pseudonym(&key, muster_text_of("UPN0001"), pseudonym);
  same_text(muster_pupil_id(reg, 0), muster_text_of(pseudonym));
  assert_int_equal(reg->pupils[0].birth, day("2012-09-01"));
  assert_int_equal(reg->pupils[1].birth, day("2011-12-01"));
  assert_string_equal(code_of(reg, pseudonym, "2025-09-01", 0), "/");
  same_text(muster_attribute_value(reg, muster_attribute_find(&reg->pupil_attributes, "house"), 1),
            muster_text_of("Blue"));
  same_text(muster_attribute_value(reg, muster_attribute_find(&reg->pupil_attributes, "fsm"), 0),
            muster_text_of("true"));
  assert_null(muster_attribute_find(&reg->pupil_attributes, "surname"));
  assert_int_equal(reg->responses[0].pupil, reg->pupils[0].id);
  assert_int_equal(reg->interventions[0].subject, reg->pupils[1].id);
  muster_register_free(reg);
  /* The same again is known again. */
  must(&s, shelf_try_import_with(&s, &options));
  assert_true(s.report.unchanged);
  muster_store_info info;
  must(&s, muster_store_look(s.store, &info, &s.err));
  assert_true(info.pseudonymous);
  muster_store_info_free(&info);
  shelf_end(&s);
}

static void identifiers_and_pseudonyms_do_not_mix(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  folder(&s);
  char path[128];
  muster_store_key key, other;
  make_key(&s, "key", path, &key);
  make_key(&s, "other", path, &other);
  muster_import_options with = {.on = day("2025-09-20"), .key = &key}, wrong = {.on = day("2025-09-20"), .key = &other};
  must(&s, shelf_try_import_with(&s, &with));
  assert_int_equal(shelf_try_import(&s, "2025-09-21"), MUSTER_DATA);
  assert_non_null(strstr(s.err.what, "pseudonyms"));
  assert_int_equal(shelf_try_import_with(&s, &wrong), MUSTER_DATA);
  assert_non_null(strstr(s.err.what, "another key"));
  unlink(s.store);
  shelf_import(&s, "2025-09-20");
  assert_int_equal(shelf_try_import_with(&s, &with), MUSTER_DATA);
  assert_non_null(strstr(s.err.what, "as they are"));
  shelf_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_is_for_its_owner),
      cmocka_unit_test(pseudonyms_are_the_documented_hash),
      cmocka_unit_test(no_identifier_reaches_the_file),
      cmocka_unit_test(identifiers_and_pseudonyms_do_not_mix),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
