/* Keys and signatures, against ourselves and against stock minisign. */
#include "support.h"

static const char *the_password(void *context) { return context; }

static void a_key_comes_back_from_its_file(void **state) {
  (void)state;
  char folder[64];
  new_folder(folder);
  muster_secret_key made, back;
  muster_public_key public_key;
  assert_int_equal(muster_key_make(&made, NULL), MUSTER_OK);
  for (int protected = 0; protected < 2; protected ++) {
    const char *path = in(folder, protected ? "p.key" : "u.key");
    char password[] = "correct horse";
    assert_int_equal(muster_secret_key_write(&made, path, protected ? password : NULL, NULL), MUSTER_OK);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(muster_secret_key_read(path, the_password, password, &back, NULL), MUSTER_OK);
    assert_memory_equal(&back, &made, sizeof made);
    muster_error err;
    assert_int_equal(muster_secret_key_write(&made, path, NULL, &err), MUSTER_IO);
    assert_non_null(strstr(err.what, "never overwritten"));
  }
  muster_error err;
  char wrong[] = "incorrect horse";
  assert_int_equal(muster_secret_key_read(in(folder, "p.key"), the_password, wrong, &back, &err), MUSTER_USAGE);
  assert_string_equal(err.what, "the password is wrong");
  for (size_t i = 0; i < sizeof back.key; i++) assert_int_equal(back.key[i], 0);
  assert_int_equal(muster_secret_key_read(in(folder, "p.key"), NULL, NULL, &back, &err), MUSTER_USAGE);
  assert_int_equal(muster_public_key_write(&made.public_key, in(folder, "u.pub"), NULL), MUSTER_OK);
  assert_int_equal(muster_public_key_read(in(folder, "u.pub"), &public_key, NULL), MUSTER_OK);
  assert_memory_equal(&public_key, &made.public_key, sizeof public_key);
  remove_folder(folder);
}

static void what_is_no_key_is_refused(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",
      "untrusted comment: x\n",
      "untrusted comment: x\nnot base64!\n",
      "untrusted comment: x\nRWQ=\n",
      "comment: x\nRWRadqfWpydq0mRr0q3GqDbNLPZOMdLVUjy0t7L72hHDceLCcBmvlWh/\n",
      "untrusted comment: x\nRWRadqfWpydq0mRr0q3GqDbNLPZOMdLVUjy0t7L72hHDceLCcBmvlWh/\nmore\n",
      "untrusted comment: x\nRURadqfWpydq0mRr0q3GqDbNLPZOMdLVUjy0t7L72hHDceLCcBmvlWh/\n"};
  char folder[64];
  new_folder(folder);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    put(folder, "x.key", bad[i]);
    muster_public_key public_key;
    muster_secret_key secret;
    muster_error err;
    assert_int_equal(muster_public_key_read(in(folder, "x.key"), &public_key, &err), MUSTER_DATA);
    assert_string_equal(err.where, in(folder, "x.key"));
    assert_int_equal(muster_secret_key_read(in(folder, "x.key"), NULL, NULL, &secret, &err), MUSTER_DATA);
  }
  put(folder, "good.pub", "untrusted comment: x\r\nRWRadqfWpydq0mRr0q3GqDbNLPZOMdLVUjy0t7L72hHDceLCcBmvlWh/\r\n");
  muster_public_key key;
  char id[MUSTER_KEY_ID_TEXT];
  assert_int_equal(muster_public_key_read(in(folder, "good.pub"), &key, NULL), MUSTER_OK);
  assert_string_equal(muster_key_id_format(key.id, id), "D26A27A7D6A7765A");
  remove_folder(folder);
}

/* Any one character of a secret key's base64 that is changed is found, whether or not it is encrypted. */
static void a_damaged_key_is_found(void **state) {
  (void)state;
  char folder[64], text[512];
  new_folder(folder);
  muster_secret_key made, back;
  assert_int_equal(muster_key_make(&made, NULL), MUSTER_OK);
  assert_int_equal(muster_secret_key_write(&made, in(folder, "u.key"), NULL, NULL), MUSTER_OK);
  get(folder, "u.key", text, sizeof text);
  char *body = strchr(text, '\n') + 1;
  char *key = body + 4 * ((2 + 2 + 2 + 32 + 8 + 8 + 8) / 3 + 1); /* well in the key itself */
  *key = *key == 'A' ? 'B' : 'A';
  put(folder, "damaged.key", text);
  muster_error err;
  assert_int_equal(muster_secret_key_read(in(folder, "damaged.key"), NULL, NULL, &back, &err), MUSTER_DATA);
  assert_non_null(strstr(err.what, "damaged"));
  remove_folder(folder);
}

static void a_signature_is_of_one_text_one_comment_and_one_key(void **state) {
  (void)state;
  muster_secret_key key = a_key(0), other = a_key(1);
  muster_signature s, back;
  muster_text text = MUSTER_TEXT("what is signed\n");
  assert_int_equal(muster_signature_make(&key, text, "pack a 1.0.0", &s, NULL), MUSTER_OK);
  muster_buf file;
  muster_buf_init(&file, 4096);
  muster_signature_text(&s, &file);
  assert_int_equal(muster_signature_parse((muster_text){file.at, file.n}, &back, NULL), MUSTER_OK);
  assert_memory_equal(&back, &s, sizeof s);
  assert_true(muster_signature_verify(&back, &key.public_key, text));
  assert_false(muster_signature_verify(&back, &key.public_key, MUSTER_TEXT("what is signed")));
  assert_false(muster_signature_verify(&back, &other.public_key, text));
  muster_public_key same_id = other.public_key;
  memcpy(same_id.id, key.public_key.id, MUSTER_KEY_ID);
  assert_false(muster_signature_verify(&back, &same_id, text));
  for (size_t bit = 0; bit < 64 * 8; bit++) {
    back = s;
    back.signature[bit / 8] ^= (unsigned char)(1 << bit % 8);
    assert_false(muster_signature_verify(&back, &key.public_key, text));
    back = s;
    back.global[bit / 8] ^= (unsigned char)(1 << bit % 8);
    assert_false(muster_signature_verify(&back, &key.public_key, text));
  }
  back = s;
  strcpy(back.comment, "pack a 1.0.1");
  assert_false(muster_signature_verify(&back, &key.public_key, text));
  back = s;
  back.prehashed = false;
  assert_false(muster_signature_verify(&back, &key.public_key, text));
  muster_buf_free(&file);
}

static void the_same_bytes_every_time(void **state) {
  (void)state;
  muster_secret_key key = a_key(0);
  muster_signature a, b;
  assert_int_equal(muster_signature_make(&key, MUSTER_TEXT("x"), "pack a 1.0.0", &a, NULL), MUSTER_OK);
  assert_int_equal(muster_signature_make(&key, MUSTER_TEXT("x"), "pack a 1.0.0", &b, NULL), MUSTER_OK);
  assert_memory_equal(&a, &b, sizeof a);
}

static void what_is_no_signature_is_refused(void **state) {
  (void)state;
  muster_secret_key key = a_key(0);
  muster_signature s;
  muster_buf file;
  muster_buf_init(&file, 4096);
  assert_int_equal(muster_signature_make(&key, MUSTER_TEXT("x"), "pack a 1.0.0", &s, NULL), MUSTER_OK);
  muster_signature_text(&s, &file);
  for (size_t n = 0; n + 1 < file.n; n++) /* every beginning of a good one; the last line end may be missing */
    assert_int_equal(muster_signature_parse((muster_text){file.at, n}, &s, NULL), MUSTER_PACK);
  muster_buf_puts(&file, "more\n");
  assert_int_equal(muster_signature_parse((muster_text){file.at, file.n}, &s, NULL), MUSTER_PACK);
  muster_buf_free(&file);
  muster_error err;
  assert_int_equal(muster_signature_make(&key, MUSTER_TEXT("x"), "two\nlines", &s, &err), MUSTER_USAGE);
  char longest[MUSTER_SIGNATURE_COMMENT + 1];
  memset(longest, 'a', sizeof longest);
  longest[MUSTER_SIGNATURE_COMMENT] = '\0';
  assert_int_equal(muster_signature_make(&key, MUSTER_TEXT("x"), longest, &s, &err), MUSTER_USAGE);
}

/* ---- stock minisign ---- */

static void minisign_verifies_what_is_signed_here(void **state) {
  (void)state;
  if (!has_tool("minisign")) return;
  char folder[64];
  new_pack(folder);
  muster_secret_key key;
  assert_int_equal(muster_key_make(&key, NULL), MUSTER_OK);
  assert_int_equal(muster_public_key_write(&key.public_key, in(folder, "k.pub"), NULL), MUSTER_OK);
  assert_int_equal(muster_provenance_sign(folder, "sample", "1.0.0", &key, NULL), MUSTER_OK);
  assert_int_equal(shell("cd %s && minisign -q -V -m pack.sums -p k.pub", folder), 0);
  assert_int_equal(shell("cd %s && test \"$(minisign -Q -V -m pack.sums -p k.pub)\" = 'pack sample 1.0.0'", folder), 0);
  put(folder, "pack.sums", "another\n");
  assert_int_not_equal(shell("cd %s && minisign -q -V -m pack.sums -p k.pub 2>/dev/null", folder), 0);
  remove_folder(folder);
}

static void minisign_signs_with_a_key_made_here(void **state) {
  (void)state;
  if (!has_tool("minisign")) return;
  char folder[64];
  new_pack(folder);
  muster_secret_key key;
  assert_int_equal(muster_key_make(&key, NULL), MUSTER_OK);
  assert_int_equal(muster_public_key_write(&key.public_key, in(folder, "k.pub"), NULL), MUSTER_OK);
  assert_int_equal(muster_secret_key_write(&key, in(folder, "u.key"), NULL, NULL), MUSTER_OK);
  assert_int_equal(muster_secret_key_write(&key, in(folder, "p.key"), "secret", NULL), MUSTER_OK);
  assert_int_equal(shell("cd %s && minisign -W -S -s u.key -m pack.lua >/dev/null", folder), 0);
  assert_int_equal(shell("cd %s && minisign -q -V -p k.pub -m pack.lua", folder), 0);
  assert_int_equal(
      shell("cd %s && rm pack.lua.minisig && echo secret | minisign -S -s p.key -m pack.lua >/dev/null 2>&1", folder),
      0);
  assert_int_equal(shell("cd %s && minisign -q -V -p k.pub -m pack.lua", folder), 0);
  assert_int_not_equal(shell("cd %s && echo wrong | minisign -S -s p.key -m pack.lua >/dev/null 2>&1", folder), 0);
  remove_folder(folder);
}

static void signatures_of_minisign_are_verified_here(void **state) {
  (void)state;
  if (!has_tool("minisign")) return;
  char folder[64];
  new_pack(folder);
  assert_int_equal(shell("cd %s && minisign -G -W -p k.pub -s k.key >/dev/null", folder), 0);
  muster_secret_key secret;
  muster_public_key key;
  assert_int_equal(muster_secret_key_read(in(folder, "k.key"), NULL, NULL, &secret, NULL), MUSTER_OK);
  assert_int_equal(muster_public_key_read(in(folder, "k.pub"), &key, NULL), MUSTER_OK);
  assert_memory_equal(&key, &secret.public_key, sizeof key);
  static const char *const ways[] = {"", "-t 'a comment'", "-l"}; /* the last one as minisign did before 0.10 */
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(shell("cd %s && minisign -W -S %s -s k.key -m pack.lua >/dev/null", folder, ways[i]), 0);
    char file[1024], text[256];
    get(folder, "pack.lua.minisig", file, sizeof file);
    get(folder, "pack.lua", text, sizeof text);
    muster_signature s;
    assert_int_equal(muster_signature_parse(muster_text_of(file), &s, NULL), MUSTER_OK);
    assert_int_equal(s.prehashed, i != 2);
    assert_true(muster_signature_verify(&s, &key, muster_text_of(text)));
    assert_false(muster_signature_verify(&s, &key, MUSTER_TEXT("other")));
  }
  remove_folder(folder);
}

static void protected_keys_of_minisign_are_read_here(void **state) {
  (void)state;
  if (!has_tool("minisign")) return;
  char folder[64];
  new_folder(folder);
  char password[] = "secret";
  assert_int_equal(
      shell("cd %s && printf 'secret\\nsecret\\n' | minisign -G -p k.pub -s k.key >/dev/null 2>&1", folder), 0);
  muster_secret_key secret;
  muster_public_key key;
  muster_error err;
  muster_status status = muster_secret_key_read(in(folder, "k.key"), the_password, password, &secret, &err);
  if (status == MUSTER_MEMORY) {
    printf("SKIPPED: the gigabyte that minisign's keys take to decrypt is not there\n");
  } else {
    assert_int_equal(status, MUSTER_OK);
    assert_int_equal(muster_public_key_read(in(folder, "k.pub"), &key, NULL), MUSTER_OK);
    assert_memory_equal(&key, &secret.public_key, sizeof key);
  }
  remove_folder(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_comes_back_from_its_file),
      cmocka_unit_test(what_is_no_key_is_refused),
      cmocka_unit_test(a_damaged_key_is_found),
      cmocka_unit_test(a_signature_is_of_one_text_one_comment_and_one_key),
      cmocka_unit_test(the_same_bytes_every_time),
      cmocka_unit_test(what_is_no_signature_is_refused),
      cmocka_unit_test(minisign_verifies_what_is_signed_here),
      cmocka_unit_test(minisign_signs_with_a_key_made_here),
      cmocka_unit_test(signatures_of_minisign_are_verified_here),
      cmocka_unit_test(protected_keys_of_minisign_are_read_here),
  };
  return cmocka_run_group_tests_name("signatures", tests, NULL, NULL);
}
