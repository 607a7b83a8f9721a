/* pack.sums, and folders that are no packs. */
#include "support.h"

static void sums_are_those_of_sha256sum(void **state) {
  (void)state;
  char pack[64], text[1024];
  new_pack(pack);
  put(pack, "README.md", "");
  put(pack, ".gitignore", "*.png\n");
  put(pack, ".git/config", "not of the pack\n");
  put(pack, "charts/a b.lua", "a blank in its name\n");
  assert_int_equal(muster_sums_write(pack, NULL), MUSTER_OK);
  get(pack, "pack.sums", text, sizeof text);
  assert_non_null(strstr(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  README.md\n"));
  assert_null(strstr(text, "config"));
  assert_null(strstr(text, "pack.sums"));
  const char *order[] = {".gitignore\n", "README.md\n",     "charts/a b.lua\n",
                         "pack.lua\n",   "rules/one.lua\n", "rules/two.lua\n"};
  const char *at = text;
  for (size_t i = 0; i < 6; i++) {
    const char *found = strstr(at, order[i]);
    assert_non_null(found);
    at = found;
  }
  if (has_tool("sha256sum")) {
    assert_int_equal(shell("cd %s && sha256sum --quiet --strict -c pack.sums", pack), 0);
    put(pack, "rules/one.lua", "another\n");
    assert_int_not_equal(shell("cd %s && sha256sum --quiet -c pack.sums >/dev/null 2>&1", pack), 0);
  }
  remove_folder(pack);
}

static void writing_sums_takes_an_old_signature_away(void **state) {
  (void)state;
  char pack[64];
  new_pack(pack);
  put(pack, "pack.sums.minisig", "of something else\n");
  assert_int_equal(muster_sums_write(pack, NULL), MUSTER_OK);
  assert_false(is_there(pack, "pack.sums.minisig"));
  assert_true(is_there(pack, "pack.sums"));
  remove_folder(pack);
}

static void changed_missing_and_extra_files_are_named(void **state) {
  (void)state;
  char pack[64], text[200];
  new_pack(pack);
  muster_sums before, after;
  muster_differences d;
  assert_int_equal(muster_sums_take(pack, &before, NULL), MUSTER_OK);
  put(pack, "rules/one.lua", "One\n");
  put(pack, "a.txt", "new\n");
  put(pack, "z/z.txt", "new\n");
  assert_int_equal(unlink(in(pack, "rules/two.lua")), 0);
  assert_int_equal(muster_sums_take(pack, &after, NULL), MUSTER_OK);
  assert_int_equal(muster_sums_compare(&before, &after, &d, NULL), MUSTER_OK);
  assert_int_equal(d.count, 4);
  muster_differences_format(&d, text, sizeof text);
  assert_string_equal(text, "a.txt extra, rules/one.lua changed, rules/two.lua missing, z/z.txt extra");
  muster_differences_free(&d);
  assert_int_equal(muster_sums_compare(&before, &before, &d, NULL), MUSTER_OK);
  assert_int_equal(d.count, 0);
  muster_differences_free(&d);
  muster_sums_free(&before);
  muster_sums_free(&after);
  remove_folder(pack);
}

static void many_differences_are_counted(void **state) {
  (void)state;
  muster_difference list[9];
  for (size_t i = 0; i < 9; i++) list[i] = (muster_difference){MUSTER_FILE_EXTRA, "a-file"};
  muster_differences d = {.list = list, .count = 9};
  char text[100], tiny[12];
  assert_non_null(strstr(muster_differences_format(&d, text, sizeof text), ", and 5 more"));
  assert_string_equal(muster_differences_format(&d, tiny, sizeof tiny), "a-file extr");
}

static void paths_lead_downwards(void **state) {
  (void)state;
  static const char *const good[] = {"a", "a/b.lua", ".gitignore", "a b.txt", "x+y_z-1.2", "...a"};
  static const char *const bad[] = {"",           "/a",          "a/",  "a//b", ".",    "..",   "../a", "a/../b",
                                    "a/.",        "./a",         " a",  "a ",   "a.",   "a\\b", "a\nb", "a\tb",
                                    "a\033[31mb", "caf\xc3\xa9", "a:b", "a*",   "C:/x", "~",    "a\x7f"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    if (!muster_sums_path_ok(muster_text_of(good[i]))) fail_msg("'%s' was refused", good[i]);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (muster_sums_path_ok(muster_text_of(bad[i]))) fail_msg("'%s' was taken", bad[i]);
  assert_false(muster_sums_path_ok((muster_text){"a\0b", 3}));
  char longest[MUSTER_PACK_PATH + 2];
  memset(longest, 'a', sizeof longest);
  assert_true(muster_sums_path_ok((muster_text){longest, MUSTER_PACK_PATH}));
  assert_false(muster_sums_path_ok((muster_text){longest, MUSTER_PACK_PATH + 1}));
}

#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void a_pack_sums_of_another_make_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int line;
  } bad[] = {{HASH "  a", 1},   /* no end */
             {HASH " a\n", 1},  /* one blank */
             {HASH " *a\n", 1}, /* binary mode */
             {"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855  a\n", 1},
             {"e3b0c4  a\n", 1},
             {HASH "  \n", 1},
             {"\n", 1},
             {HASH "  a\n" HASH "  a\n", 2}, /* twice */
             {HASH "  b\n" HASH "  a\n", 2}, /* not in order */
             {HASH "  ../a\n", 1},
             {HASH "  /etc/passwd\n", 1},
             {HASH "  a\r\n", 1},
             {HASH "  pack.sums\n", 1},
             {HASH "  pack.sums.minisig\n", 1},
             {"\\" HASH "  a\\nb\n", 1}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    muster_sums sums;
    muster_error err;
    char where[64];
    snprintf(where, sizeof where, "p/pack.sums:%d", bad[i].line);
    if (muster_sums_parse(muster_text_of(bad[i].text), "p/pack.sums", &sums, &err) != MUSTER_PACK)
      fail_msg("taken: %s", bad[i].text);
    assert_string_equal(err.where, where);
  }
  muster_sums sums;
  assert_int_equal(muster_sums_parse(MUSTER_TEXT(HASH "  a\n" HASH "  b/c\n"), "p", &sums, NULL), MUSTER_OK);
  assert_int_equal(sums.count, 2);
  muster_sums_free(&sums);
  assert_int_equal(muster_sums_parse(MUSTER_TEXT(""), "p", &sums, NULL), MUSTER_OK);
  assert_int_equal(sums.count, 0);
}

/* ---- hostile folders ---- */

static void refused(const char *pack, const char *what, const char *where) {
  muster_sums sums;
  muster_error err;
  assert_int_equal(muster_sums_take(pack, &sums, &err), MUSTER_PACK);
  if (!strstr(err.what, what)) fail_msg("'%s' is not in '%s'", what, err.what);
  if (!strstr(err.where, where)) fail_msg("'%s' is not in '%s'", where, err.where);
  for (const char *c = err.where; *c; c++) assert_true(*c >= ' ' && *c <= '~'); /* fit for a terminal */
}

static void links_and_devices_are_refused(void **state) {
  (void)state;
  char pack[64];
  new_pack(pack);
  assert_int_equal(symlink("/etc/passwd", in(pack, "rules/three.lua")), 0);
  refused(pack, "symbolic link", "rules/three.lua");
  assert_int_equal(unlink(in(pack, "rules/three.lua")), 0);
  assert_int_equal(symlink("rules", in(pack, "more")), 0);
  refused(pack, "symbolic link", "more");
  assert_int_equal(unlink(in(pack, "more")), 0);
  assert_int_equal(symlink("nowhere", in(pack, "more")), 0);
  refused(pack, "symbolic link", "more");
  assert_int_equal(unlink(in(pack, "more")), 0);
  assert_int_equal(mkfifo(in(pack, "pipe"), 0600), 0); /* which would wait for a writer for ever */
  refused(pack, "neither a file nor a folder", "pipe");
  remove_folder(pack);
}

static void names_that_play_tricks_are_refused(void **state) {
  (void)state;
  static const char *const names[] = {"a\nb.lua",     "a\033[2Jb.lua", "a\\b.lua", "caf\xc3\xa9.lua",
                                      "\xff\xfe.lua", " a.lua",        "a.lua "};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char pack[64];
    new_pack(pack);
    put(pack, names[i], "x\n");
    refused(pack, "a name that a pack cannot have", pack);
    remove_folder(pack);
  }
}

static void too_much_is_refused(void **state) {
  (void)state;
  char pack[64];
  new_pack(pack);
  assert_int_equal(shell("cd %s && mkdir m && cd m && seq -f f%%.0f 10000 | xargs touch", pack), 0);
  refused(pack, "too many files", pack);
  assert_int_equal(
      shell("cd %s && rm -r m && for i in 1 2 3 4 5 6; do mkdir m$i; (cd m$i && seq -f f%%.0f 400 | xargs touch); done",
            pack),
      0);
  refused(pack, "too many files", pack);
  assert_int_equal(shell("cd %s && rm -r m? && truncate -s 17M big.lua", pack), 0);
  refused(pack, "the file is too large", "big.lua");
  assert_int_equal(shell("cd %s && for i in 1 2 3 4 5; do truncate -s 15M big$i.lua; done; rm big.lua", pack), 0);
  refused(pack, "the folder is too large", pack);
  assert_int_equal(shell("cd %s && rm big* && mkdir -p a/b/c/d/e/f/g/h/i && touch a/b/c/d/e/f/g/h/i/j", pack), 0);
  refused(pack, "folders stand too deep", "a/b/c/d/e/f/g/h/i");
  remove_folder(pack);
}

static void what_cannot_be_read_is_named(void **state) {
  (void)state;
  muster_sums sums;
  muster_error err;
  assert_int_equal(muster_sums_take("/tmp/there-is-no-such-folder", &sums, &err), MUSTER_IO);
  assert_string_equal(err.where, "/tmp/there-is-no-such-folder");
  if (geteuid() == 0) {
    printf("SKIPPED: root can read everything\n");
    return;
  }
  char pack[64];
  new_pack(pack);
  assert_int_equal(chmod(in(pack, "rules/one.lua"), 0), 0);
  assert_int_equal(muster_sums_take(pack, &sums, &err), MUSTER_IO);
  assert_non_null(strstr(err.where, "rules/one.lua"));
  remove_folder(pack);
}

static void no_allocation_is_taken_for_granted(void **state) {
  (void)state;
  char pack[64];
  new_pack(pack);
  muster_status status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 1000; nth++) {
    muster_sums a, b = {.count = 0};
    muster_differences d = {.count = 0};
    muster_buf text;
    muster_buf_init(&text, 1 << 20);
    muster_alloc_fail_at(nth);
    status = muster_sums_take(pack, &a, NULL);
    if (status == MUSTER_OK) muster_sums_text(&a, &text);
    if (status == MUSTER_OK && text.failed) status = MUSTER_MEMORY;
    if (status == MUSTER_OK) status = muster_sums_parse((muster_text){text.at, text.n}, "s", &b, NULL);
    if (status == MUSTER_OK) a.files[0].digest[0] ^= 1, status = muster_sums_compare(&b, &a, &d, NULL);
    if (status == MUSTER_OK) status = muster_sums_write(pack, NULL);
    muster_alloc_fail_at(0);
    muster_differences_free(&d);
    muster_sums_free(&b);
    muster_sums_free(&a);
    muster_buf_free(&text);
  }
  assert_int_equal(status, MUSTER_OK);
  remove_folder(pack);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sums_are_those_of_sha256sum),
      cmocka_unit_test(writing_sums_takes_an_old_signature_away),
      cmocka_unit_test(changed_missing_and_extra_files_are_named),
      cmocka_unit_test(many_differences_are_counted),
      cmocka_unit_test(paths_lead_downwards),
      cmocka_unit_test(a_pack_sums_of_another_make_is_refused),
      cmocka_unit_test(links_and_devices_are_refused),
      cmocka_unit_test(names_that_play_tricks_are_refused),
      cmocka_unit_test(too_much_is_refused),
      cmocka_unit_test(what_cannot_be_read_is_named),
      cmocka_unit_test(no_allocation_is_taken_for_granted),
  };
  return cmocka_run_group_tests_name("sums", tests, NULL, NULL);
}
