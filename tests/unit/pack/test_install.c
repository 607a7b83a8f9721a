/* Installing, upgrading, going back, and every way in which that can fail. The checks that Lua would make are made here
 * by a line of pack.lua: "NAME VERSION", then "needs PACK RANGE", "broken" or "failing". */
#include <fcntl.h>
#include <sys/wait.h>

#include "support.h"

typedef struct reader {
  char name[64], version[64], need[64], range[64];
  muster_need needs[1];
  bool failing;
  const char *stop_at; /* step at which the process ends, as if it was killed */
} reader;

static muster_status load(void *context, const char *folder, muster_install_facts *facts, muster_error *err) {
  reader *r = context;
  char text[512];
  get(folder, "pack.lua", text, sizeof text);
  if (strstr(text, "broken")) return muster_fail(err, MUSTER_PACK, "it does not load");
  r->failing = strstr(text, "failing") != NULL;
  assert_int_equal(sscanf(text, "%63s %63s", r->name, r->version), 2);
  const char *needs = strstr(text, "needs ");
  if (needs) assert_int_equal(sscanf(needs, "needs %63s %63s", r->need, r->range), 2);
  r->needs[0] = (muster_need){r->need, r->range};
  *facts = (muster_install_facts){r->name, r->version, r->needs, needs != NULL};
  return MUSTER_OK;
}

static muster_status test(void *context, muster_error *err) {
  const reader *r = context;
  return r->failing ? muster_fail(err, MUSTER_FAILED, "1 of 2 cases failed") : MUSTER_OK;
}

static muster_status overlay(void *context, const char *path, muster_error *err) {
  (void)context;
  char *bytes;
  size_t n;
  MUSTER_TRY(muster_file_read(path, 1024, &bytes, &n, err));
  bool good = strstr(bytes, "good") != NULL;
  muster_free(bytes);
  return good ? MUSTER_OK : muster_fail(err, MUSTER_PACK, "out of bounds");
}

static void tell(void *context, const char *step) {
  const reader *r = context;
  if (r->stop_at && strcmp(r->stop_at, step) == 0) _exit(9);
}

static muster_status install_with(const char *packs, const char *source, const muster_install_options *more, reader *r,
                                  muster_error *err) {
  muster_install_options options = *more;
  options.packs = packs;
  options.source = source;
  options.checks = (muster_install_checks){load, test, overlay, r};
  options.tell = tell;
  options.tell_context = r;
  muster_install_result result;
  muster_status status = muster_pack_install(&options, &result, err);
  muster_install_free(&result);
  return status;
}

static muster_status install(const char *packs, const char *source, muster_error *err) {
  reader r = {.failing = false};
  return install_with(packs, source, &(muster_install_options){.packs = NULL}, &r, err);
}

static void installed(const char *packs, const char *source) {
  muster_error err;
  if (install(packs, source, &err) != MUSTER_OK) fail_msg("%s: %s; %s", err.where, err.what, err.todo);
}

/* A signed pack in a new folder. */
static void new_signed(char out[64], const char *text) {
  muster_secret_key key = a_key(0);
  new_pack(out);
  put(out, "pack.lua", text);
  assert_int_equal(muster_provenance_sign(out, "x", "1", &key, NULL), MUSTER_OK);
}

static void new_packs(char out[64]) {
  muster_secret_key key = a_key(0);
  new_folder(out);
  trust(out, &key, "anna");
}

/* The version in use and how it is signed; fails when it cannot be opened. */
static void in_use(const char *packs, const char *name, const char *version, const char *signature) {
  muster_opened o;
  muster_error err;
  if (muster_home_open(packs, name, false, &o, &err) != MUSTER_OK) fail_msg("%s: %s", err.where, err.what);
  assert_string_equal(o.version, version);
  assert_string_equal(o.signature, signature);
  assert_true(is_there(o.folder, "rules/one.lua"));
  muster_opened_free(&o);
}

#define SIGNED "signed by anna (key 0101010101010101)"

static size_t left_overs(const char *packs) {
  return (size_t)shell("test -z \"$(find %s -maxdepth 1 -name '.new-*')\"", packs);
}

static void a_signed_pack_is_installed_and_found(void **state) {
  (void)state;
  char packs[64], pack[64], text[2048];
  new_packs(packs);
  new_signed(pack, "a 1.0.0");
  installed(packs, pack);
  in_use(packs, "a", "1.0.0", SIGNED);
  in_use(packs, "a@1.0.0", "1.0.0", SIGNED);
  assert_true(is_there(packs, "a/1.0.0/pack.sums.minisig"));
  assert_int_equal(left_overs(packs), 0);
  get(packs, "muster.lock", text, sizeof text);
  assert_non_null(strstr(text, "\"current\": \"1.0.0\""));
  assert_non_null(strstr(text, "\"key\": \"0101010101010101\""));
  assert_non_null(strstr(text, "\"allowed_by_flag\": false"));
  installed(packs, pack); /* once more is no harm, and changes nothing */
  char again[2048];
  get(packs, "muster.lock", again, sizeof again);
  assert_string_equal(text, again);
  muster_error err;
  muster_opened o;
  assert_int_equal(muster_home_open(packs, "b", false, &o, &err), MUSTER_IO);
  assert_int_equal(muster_home_open(packs, "a@2.0.0", false, &o, &err), MUSTER_IO);
  assert_string_equal(err.expected, "one of 1.0.0");
  remove_folder(packs);
  remove_folder(pack);
}

static void versions_are_kept_and_one_can_go_back(void **state) {
  (void)state;
  char packs[64], one[64], ten[64], two[64];
  new_packs(packs);
  new_signed(one, "a 1.9.0");
  new_signed(ten, "a 1.10.0");
  new_signed(two, "a 2.0.0");
  installed(packs, one);
  installed(packs, ten);
  installed(packs, two);
  in_use(packs, "a", "2.0.0", SIGNED);
  in_use(packs, "a@1.9.0", "1.9.0", SIGNED);
  muster_lock lock;
  assert_int_equal(muster_lock_read(packs, &lock, NULL), MUSTER_OK);
  assert_int_equal(lock.packs[0].version_count, 3);
  assert_string_equal(lock.packs[0].versions[1].version, "1.10.0");
  muster_lock_free(&lock);
  muster_install_result result;
  muster_error err;
  assert_int_equal(muster_pack_rollback(packs, "a", &result, &err), MUSTER_OK);
  assert_string_equal(result.version, "1.10.0");
  assert_string_equal(result.before, "2.0.0");
  muster_install_free(&result);
  in_use(packs, "a", "1.10.0", SIGNED);
  assert_int_equal(muster_pack_rollback(packs, "a", &result, &err), MUSTER_OK);
  muster_install_free(&result);
  in_use(packs, "a", "1.9.0", SIGNED);
  assert_int_equal(muster_pack_rollback(packs, "a", &result, &err), MUSTER_IO);
  assert_string_equal(err.what, "a has had no version before this one");
  assert_int_equal(muster_pack_rollback(packs, "b", &result, &err), MUSTER_IO);
  installed(packs, two); /* which is there already */
  in_use(packs, "a", "2.0.0", SIGNED);
  put(packs, "a/1.9.0/rules/one.lua", "changed\n"); /* no way back to what was changed */
  assert_int_equal(muster_pack_rollback(packs, "a", &result, &err), MUSTER_PACK);
  in_use(packs, "a", "2.0.0", SIGNED);
  remove_folder(packs);
  remove_folder(one);
  remove_folder(ten);
  remove_folder(two);
}

/* Everything that may make an upgrade fail: the version before stays in use, and nothing is left behind. */
static void a_failed_upgrade_keeps_the_last_good_version(void **state) {
  (void)state;
  char packs[64], good[64], lock[4096], now[4096];
  new_packs(packs);
  new_signed(good, "a 1.0.0");
  installed(packs, good);
  get(packs, "muster.lock", lock, sizeof lock);
  static const struct {
    const char *text, *what;
    muster_status status;
    void (*spoil)(const char *pack);
  } cases[] = {
      {"a 1.1.0 broken", "does not load", MUSTER_PACK, NULL},
      {"a 1.1.0 failing", "cases failed", MUSTER_FAILED, NULL},
      {"a 1.1.0 needs b ^1.2", "a needs b ^1.2", MUSTER_PACK, NULL},
      {"a 1.1.0 needs b latest", "is not a range", MUSTER_PACK, NULL},
      {"a 1.1", "is not a version", MUSTER_PACK, NULL},
      {"../a 1.1.0", "cannot be installed under the name", MUSTER_PACK, NULL},
      {"trusted 1.1.0", "cannot be installed under the name", MUSTER_PACK, NULL},
      {"A 1.1.0", "cannot be installed under the name", MUSTER_PACK, NULL},
      {"a 1.0.0 with-other-content", "is installed already", MUSTER_PACK, NULL},
  };
  muster_error err;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char bad[64];
    new_signed(bad, cases[i].text);
    assert_int_equal(install(packs, bad, &err), cases[i].status);
    if (!strstr(err.what, cases[i].what)) fail_msg("'%s' is not in '%s'", cases[i].what, err.what);
    in_use(packs, "a", "1.0.0", SIGNED);
    get(packs, "muster.lock", now, sizeof now);
    assert_string_equal(now, lock);
    assert_int_equal(left_overs(packs), 0);
    assert_false(is_there(packs, "a/1.1.0"));
    remove_folder(bad);
  }
  remove_folder(packs);
  remove_folder(good);
}

static void what_nobody_vouches_for_is_refused_without_the_flag(void **state) {
  (void)state;
  muster_secret_key other = a_key(2);
  static const char *const said[] = {"not signed", "not trusted here", "rules/one.lua changed", "signature is not one"};
  static const char *const recorded[] = {
      "unsigned, allowed by flag", "signed by an unknown key (0303030303030303), allowed by flag",
      "changed since it was signed, allowed by flag", "signature not good, allowed by flag"};
  for (int i = 0; i < 4; i++) {
    char packs[64], good[64], bad[64], lock[4096];
    new_packs(packs);
    new_signed(good, "a 1.0.0");
    new_signed(bad, "a 1.1.0");
    installed(packs, good);
    if (i == 0) assert_int_equal(unlink(in(bad, "pack.sums")) | unlink(in(bad, "pack.sums.minisig")), 0);
    if (i == 1) assert_int_equal(muster_provenance_sign(bad, "a", "1.1.0", &other, NULL), MUSTER_OK);
    if (i == 2) put(bad, "rules/one.lua", "changed\n");
    if (i == 3) assert_int_equal(shell("cp %s/pack.sums.minisig %s/", good, bad), 0);
    muster_error err;
    assert_int_equal(install(packs, bad, &err), MUSTER_PACK);
    if (!strstr(err.what, said[i])) fail_msg("'%s' is not in '%s'", said[i], err.what);
    assert_string_equal(err.where, bad);
    in_use(packs, "a", "1.0.0", SIGNED);
    reader r = {.failing = false};
    assert_int_equal(install_with(packs, bad, &(muster_install_options){.allow_unsigned = true}, &r, &err), MUSTER_OK);
    get(packs, "muster.lock", lock, sizeof lock);
    assert_non_null(strstr(lock, recorded[i]));
    muster_opened o;
    assert_int_equal(muster_home_open(packs, "a", false, &o, &err), MUSTER_OK);
    assert_non_null(strstr(o.doubt, "--allow-unsigned"));
    assert_non_null(strstr(o.signature, "allowed by flag"));
    muster_opened_free(&o);
    remove_folder(packs);
    remove_folder(good);
    remove_folder(bad);
  }
}

static void every_use_looks_again(void **state) {
  (void)state;
  char packs[64], pack[64];
  new_packs(packs);
  new_signed(pack, "a 1.0.0");
  installed(packs, pack);
  muster_opened o;
  muster_error err;
  put(packs, "a/1.0.0/rules/one.lua", "changed\n");
  assert_int_equal(muster_home_open(packs, "a", false, &o, &err), MUSTER_PACK);
  assert_non_null(strstr(err.what, "rules/one.lua changed"));
  assert_string_equal(err.where, "a 1.0.0");
  assert_int_equal(muster_home_open(packs, "a", true, &o, &err), MUSTER_OK);
  assert_non_null(strstr(o.doubt, "changed after it was installed"));
  assert_string_equal(o.signature, "changed since it was installed, allowed by flag");
  muster_opened_free(&o);
  /* Sums that were made to fit again are not those of the lock. */
  assert_int_equal(muster_sums_write(in(packs, "a/1.0.0"), NULL), MUSTER_OK);
  assert_int_equal(muster_home_open(packs, "a", false, &o, &err), MUSTER_PACK);
  installed(packs, pack); /* mends it */
  in_use(packs, "a", "1.0.0", SIGNED);
  /* A key that is trusted no more. */
  assert_int_equal(unlink(in(packs, "trusted/anna.pub")), 0);
  assert_int_equal(muster_home_open(packs, "a", false, &o, &err), MUSTER_PACK);
  assert_non_null(strstr(err.what, "any more"));
  assert_int_equal(shell("rm -r %s/a/1.0.0 && ln -s /tmp %s/a/1.0.0", packs, packs), 0);
  assert_int_equal(muster_home_open(packs, "a", false, &o, &err), MUSTER_PACK);
  remove_folder(packs);
  remove_folder(pack);
}

static void requirements_are_met_by_what_is_in_use(void **state) {
  (void)state;
  char packs[64], base1[64], base2[64], top[64];
  new_packs(packs);
  new_signed(base1, "base 1.2.0");
  new_signed(base2, "base 2.0.0");
  new_signed(top, "top 1.0.0 needs base ^1.1");
  muster_error err;
  assert_int_equal(install(packs, top, &err), MUSTER_PACK);
  assert_string_equal(err.what, "top needs base ^1.1");
  assert_string_equal(err.todo, "install base first");
  installed(packs, base1);
  installed(packs, top);
  assert_int_equal(install(packs, base2, &err), MUSTER_PACK); /* which would break top */
  assert_string_equal(err.what, "top needs base ^1.1");
  assert_string_equal(err.expected, "another version than 2.0.0");
  in_use(packs, "base", "1.2.0", SIGNED);
  remove_folder(packs);
  remove_folder(base1);
  remove_folder(base2);
  remove_folder(top);
}

static void an_overlay_is_pinned_and_carried_over(void **state) {
  (void)state;
  char packs[64], one[64], two[64], local[64];
  new_packs(packs);
  new_folder(local);
  new_signed(one, "a 1.0.0");
  new_signed(two, "a 1.1.0");
  put(local, "local.lua", "good\n");
  put(local, "bad.lua", "bad\n");
  reader r = {.failing = false};
  muster_error err;
  char path[128];
  snprintf(path, sizeof path, "%s/bad.lua", local);
  assert_int_equal(install_with(packs, one, &(muster_install_options){.overlay = path}, &r, &err), MUSTER_PACK);
  assert_non_null(strstr(err.what, "does not fit a 1.0.0: out of bounds"));
  assert_false(is_there(packs, "muster.lock"));
  snprintf(path, sizeof path, "%s/local.lua", local);
  assert_int_equal(install_with(packs, one, &(muster_install_options){.overlay = path}, &r, &err), MUSTER_OK);
  put(local, "local.lua", "changed later, which is not seen\n");
  muster_opened o;
  char *bytes;
  size_t n;
  assert_int_equal(muster_home_open(packs, "a", false, &o, &err), MUSTER_OK);
  assert_int_equal(muster_file_read(o.overlay, 100, &bytes, &n, &err), MUSTER_OK);
  assert_string_equal(bytes, "good\n");
  muster_free(bytes);
  muster_opened_free(&o);
  installed(packs, two);
  assert_int_equal(muster_home_open(packs, "a", false, &o, &err), MUSTER_OK);
  assert_string_equal(o.version, "1.1.0");
  assert_non_null(o.overlay);
  assert_int_equal(shell("echo good too > %s", o.overlay), 0);
  muster_opened_free(&o);
  assert_int_equal(muster_home_open(packs, "a", false, &o, &err), MUSTER_PACK);
  assert_non_null(strstr(err.what, "overlay was changed"));
  assert_int_equal(muster_home_open(packs, "a", true, &o, &err), MUSTER_OK);
  assert_non_null(strstr(o.doubt, "overlay was changed"));
  muster_opened_free(&o);
  assert_int_equal(install(packs, two, &err), MUSTER_PACK); /* what was changed is not carried over */
  assert_int_equal(install_with(packs, two, &(muster_install_options){.without_overlay = true}, &r, &err), MUSTER_OK);
  assert_int_equal(muster_home_open(packs, "a", false, &o, &err), MUSTER_OK);
  assert_null(o.overlay);
  muster_opened_free(&o);
  remove_folder(packs);
  remove_folder(one);
  remove_folder(two);
  remove_folder(local);
}

static void killed_at(const char *step, const char *expected_version) {
  char packs[64], one[64], two[64];
  new_packs(packs);
  new_signed(one, "a 1.0.0");
  new_signed(two, "a 1.1.0");
  installed(packs, one);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    reader r = {.stop_at = step};
    muster_error err;
    _exit(install_with(packs, two, &(muster_install_options){.packs = NULL}, &r, &err) == MUSTER_OK ? 0 : 1);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status >> 8, 9);
  in_use(packs, "a", expected_version, SIGNED);
  installed(packs, two); /* clears away what was left, and ends what was begun */
  in_use(packs, "a", "1.1.0", SIGNED);
  assert_int_equal(left_overs(packs), 0);
  remove_folder(packs);
  remove_folder(one);
  remove_folder(two);
}

static void killed_at_any_step_the_last_good_version_stays(void **state) {
  (void)state;
  static const char *const steps[] = {"copying",
                                      "checking the signature",
                                      "loading",
                                      "checking what it needs",
                                      "testing",
                                      "checking the overlay",
                                      "putting it in place",
                                      "writing the lock file"};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) killed_at(steps[i], "1.0.0");
}

static void a_short_write_anywhere_changes_nothing(void **state) {
  (void)state;
  char packs[64], one[64], two[64], lock[4096], now[4096];
  new_packs(packs);
  new_signed(one, "a 1.0.0");
  new_signed(two, "a 1.1.0");
  installed(packs, one);
  get(packs, "muster.lock", lock, sizeof lock);
  muster_status status = MUSTER_IO;
  long nth = 1;
  for (; status != MUSTER_OK && nth < 100; nth++) {
    muster_error err;
    muster_write_fail_at(nth);
    status = install(packs, two, &err);
    muster_write_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_IO);
    in_use(packs, "a", "1.0.0", SIGNED);
    get(packs, "muster.lock", now, sizeof now);
    assert_string_equal(now, lock);
    assert_int_equal(left_overs(packs), 0);
    assert_false(is_there(packs, "a/1.1.0"));
  }
  assert_int_equal(nth, 7); /* five files and the lock */
  in_use(packs, "a", "1.1.0", SIGNED);
  remove_folder(packs);
  remove_folder(one);
  remove_folder(two);
}

static void two_installs_do_not_meet(void **state) {
  (void)state;
  char packs[64], pack[64];
  new_packs(packs);
  new_signed(pack, "a 1.0.0");
  int ready[2], go[2];
  assert_int_equal(pipe(ready) | pipe(go), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) { /* holds the folder as an install does */
    int fd = open(in(packs, ".busy"), O_RDWR | O_CREAT, 0666);
    struct flock hold = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char c = fcntl(fd, F_SETLK, &hold) == 0 ? 'y' : 'n';
    if (write(ready[1], &c, 1) != 1 || read(go[0], &c, 1) != 1) _exit(1);
    _exit(0);
  }
  char c;
  assert_int_equal(read(ready[0], &c, 1), 1);
  assert_int_equal(c, 'y');
  muster_error err;
  assert_int_equal(install(packs, pack, &err), MUSTER_IO);
  assert_non_null(strstr(err.what, "another install"));
  assert_int_equal(write(go[1], "x", 1), 1);
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  installed(packs, pack);
  remove_folder(packs);
  remove_folder(pack);
}

static void a_damaged_lock_is_never_overwritten(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",
      "{",
      "[]",
      "{\"muster_lock\": 2, \"packs\": {}}",
      "{\"muster_lock\": 1}",
      "{\"muster_lock\": 1, \"packs\": {\"../x\": {}}}",
      "{\"muster_lock\": 1, \"packs\": {\"a\": {\"current\": \"1.0.0\", \"before\": [], \"versions\": {}}}}",
      "{\"muster_lock\": 1, \"packs\": {\"a\": {\"current\": \"1.0.0\", \"before\": [], \"versions\": {\"1.0.0\": "
      "{\"sums\": \"x\", \"key\": \"\", \"signature\": \"\", \"allowed_by_flag\": false, \"overlay\": null, "
      "\"requires\": {}}}}}}",
      "{\"muster_lock\": 1, \"packs\": {\"a\": {\"current\": \"1.0.0\", \"before\": [], \"versions\": {\"../..\": "
      "{\"sums\": \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\", \"key\": \"\", \"signature\": "
      "\"\","
      "\"allowed_by_flag\": false, \"overlay\": null, \"requires\": {}}}}}}"};
  char packs[64], pack[64], now[1024];
  new_packs(packs);
  new_signed(pack, "a 1.0.0");
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    put(packs, "muster.lock", bad[i]);
    muster_error err;
    muster_lock lock;
    if (muster_lock_read(packs, &lock, &err) != MUSTER_PACK) fail_msg("taken: %s", bad[i]);
    assert_string_equal(err.where, in(packs, "muster.lock"));
    assert_int_equal(install(packs, pack, &err), MUSTER_PACK);
    get(packs, "muster.lock", now, sizeof now);
    assert_string_equal(now, bad[i]);
  }
  remove_folder(packs);
  remove_folder(pack);
}

static void names_of_installed_packs(void **state) {
  (void)state;
  static const char *const good[] = {"a", "early-warning", "x2@1.0.0", "a@1.0.0-rc.1"};
  static const char *const bad[] = {"",       "A",       "a/b", "..",  "a@",           "a@1",
                                    "@1.0.0", "trusted", "-a",  "a b", "a@1.0.0@1.0.0"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(muster_home_names(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(muster_home_names(bad[i]));
}

static void no_allocation_is_taken_for_granted(void **state) {
  (void)state;
  char packs[64], one[64], two[64];
  new_packs(packs);
  new_signed(one, "a 1.0.0");
  new_signed(two, "a 1.1.0 needs a ^1.0");
  installed(packs, one);
  muster_status status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 5000; nth++) {
    muster_error err;
    muster_alloc_fail_at(nth);
    status = install(packs, two, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_MEMORY) in_use(packs, "a", "1.0.0", SIGNED);
  }
  assert_int_equal(status, MUSTER_OK);
  status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 5000; nth++) {
    muster_opened o;
    muster_alloc_fail_at(nth);
    status = muster_home_open(packs, "a", false, &o, NULL);
    muster_alloc_fail_at(0);
    muster_opened_free(&o);
  }
  assert_int_equal(status, MUSTER_OK);
  remove_folder(packs);
  remove_folder(one);
  remove_folder(two);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_signed_pack_is_installed_and_found),
      cmocka_unit_test(versions_are_kept_and_one_can_go_back),
      cmocka_unit_test(a_failed_upgrade_keeps_the_last_good_version),
      cmocka_unit_test(what_nobody_vouches_for_is_refused_without_the_flag),
      cmocka_unit_test(every_use_looks_again),
      cmocka_unit_test(requirements_are_met_by_what_is_in_use),
      cmocka_unit_test(an_overlay_is_pinned_and_carried_over),
      cmocka_unit_test(killed_at_any_step_the_last_good_version_stays),
      cmocka_unit_test(a_short_write_anywhere_changes_nothing),
      cmocka_unit_test(two_installs_do_not_meet),
      cmocka_unit_test(a_damaged_lock_is_never_overwritten),
      cmocka_unit_test(names_of_installed_packs),
      cmocka_unit_test(no_allocation_is_taken_for_granted),
  };
  return cmocka_run_group_tests_name("installing", tests, NULL, NULL);
}
