/* Whatever happens to an import, the store is as it was or as it should be. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "support.h"

/* Two states of a store: what is there, and an import that touches most of it. */
typedef struct bench {
  shelf s;
  char kept[96]; /* a copy of the store as it was */
  muster_register *reg[2];
  muster_ledger *ledger[2];
  muster_register *old_state, *new_state;
} bench;

enum { PUPILS = 400 };

static void write_folder(shelf *s, int days, const char *year_group, char odd) {
  static char pupils[1 << 18], marks[1 << 20];
  size_t n = (size_t)sprintf(pupils, "pupil_id,school_id,year_group,house\n");
  size_t m = (size_t)sprintf(marks, "pupil_id,start_date,marks\n");
  for (int p = 0; p < PUPILS; p++) {
    n += (size_t)sprintf(pupils + n, "p%03d,S%d,%s,house of %s%d\n", p, p % 3, year_group, odd == 'N' ? "red" : "blue",
                         p % 5);
    m += (size_t)sprintf(marks + m, "p%03d,2025-09-01,", p);
    for (int d = 0; d < days; d++) m += (size_t)sprintf(marks + m, "%c\\", (p + d) % 11 ? '/' : odd);
    m += (size_t)sprintf(marks + m, "\n");
  }
  shelf_file(s, "pupils.csv", pupils);
  shelf_file(s, "marks.csv", marks);
  shelf_file(s, "calendar.csv",
             "school_id,date,kind\n,2025-09-01,open\n,2025-09-02,open\n,2025-09-03,open\n,2025-09-04,open\n"
             ",2025-09-05,open\n,2025-09-08,open\n,2025-09-09,open\n,2025-09-10,open\n");
}

static void copy_file(const char *from, const char *to) {
  char *bytes;
  size_t n;
  muster_error err;
  bytes_of(from, &bytes, &n);
  assert_int_equal(muster_file_write(to, bytes, n, 0600, &err), MUSTER_OK);
  muster_free(bytes);
}

static void remove_store(const shelf *s) {
  static const char *const tails[] = {"", "-wal", "-shm", "-journal", ".new", ".new-wal"};
  for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
    char path[128];
    snprintf(path, sizeof path, "%s%s", s->store, tails[i]);
    unlink(path);
  }
}

static void bench_begin(bench *b) {
  memset(b, 0, sizeof *b);
  shelf_begin(&b->s);
  snprintf(b->kept, sizeof b->kept, "%s/kept.db", b->s.folder);
  write_folder(&b->s, 6, "8", 'N');
  b->reg[0] = shelf_read(&b->s, &b->ledger[0]);
  shelf_import(&b->s, "2025-09-08");
  b->old_state = shelf_load(&b->s);
  copy_file(b->s.store, b->kept);
  write_folder(&b->s, 8, "9", 'I');
  b->reg[1] = shelf_read(&b->s, &b->ledger[1]);
  shelf_import(&b->s, "2025-09-10");
  b->new_state = shelf_load(&b->s);
}

static void bench_end(bench *b) {
  for (int i = 0; i < 2; i++) {
    muster_register_free(b->reg[i]);
    muster_ledger_free(b->ledger[i]);
  }
  muster_register_free(b->old_state);
  muster_register_free(b->new_state);
  shelf_end(&b->s);
}

static muster_status import_into(bench *b, int which, const char *on, muster_error *err) {
  muster_import_options options = {.on = day(on)};
  return muster_store_import(b->s.store, b->reg[which], b->ledger[which], &options, NULL, err);
}

static void back_to_old(bench *b) {
  remove_store(&b->s);
  copy_file(b->kept, b->s.store);
}

static bool holds_new(bench *b) {
  muster_register *reg = shelf_load(&b->s);
  bool is_new = reg->last_mark == b->new_state->last_mark;
  same_register(reg, is_new ? b->new_state : b->old_state);
  muster_register_free(reg);
  return is_new;
}

/* Imports in a process of its own that dies at its nth write. @return false when there is no such write */
static bool import_and_die(bench *b, int which, muster_store_fault fault, long nth) {
  pid_t child = fork();
  if (child == 0) {
    muster_error err;
    muster_store_fail_at(fault, nth);
    _exit(import_into(b, which, which ? "2025-09-10" : "2025-09-08", &err) == MUSTER_OK ? 0 : 9);
  }
  int how;
  assert_int_equal(waitpid(child, &how, 0), child);
  if (WIFEXITED(how))
    assert_int_equal(WEXITSTATUS(how), 0);
  else
    assert_int_equal(WTERMSIG(how), SIGKILL);
  return WIFSIGNALED(how);
}

/* Forking under the address sanitizer costs twenty times as much: there every fifth write, and all in the other build.
 */
#ifdef __SANITIZE_ADDRESS__
enum { EVERY = 5 };
#else
enum { EVERY = 1 };
#endif

static const muster_store_fault deaths[] = {MUSTER_FAULT_KILL_BEFORE, MUSTER_FAULT_KILL_HALFWAY,
                                            MUSTER_FAULT_KILL_AFTER};

static void an_import_killed_at_any_write_leaves_one_state_or_the_other(void **state) {
  (void)state;
  bench b;
  bench_begin(&b);
  int killed = 0, old = 0;
  for (int d = 0; d < 3; d++)
    for (long nth = 1;; nth += EVERY) {
      back_to_old(&b);
      bool died = import_and_die(&b, 1, deaths[d], nth);
      bool is_new = holds_new(&b);
      if (!died) {
        assert_true(is_new);
        break;
      }
      killed++;
      old += !is_new;
      if (killed % 20 == 0) must(&b.s, muster_store_verify(b.s.store, &b.s.err));
    }
  print_message("killed at %d points, %d before the commit\n", killed, old);
  assert_true(killed >= 300 / EVERY);
  assert_true(old > 0 && old < killed);
  bench_end(&b);
}

static void a_first_import_killed_at_any_write_leaves_no_store_or_all_of_it(void **state) {
  (void)state;
  bench b;
  bench_begin(&b);
  int killed = 0;
  for (int d = 0; d < 3; d++)
    for (long nth = 1;; nth += EVERY) {
      if (nth % 3 == 1) remove_store(&b.s); /* else what the former one left behind is still there */
      unlink(b.s.store);
      if (!import_and_die(&b, 0, deaths[d], nth)) break;
      killed++;
      if (access(b.s.store, F_OK) == 0) assert_false(holds_new(&b));
    }
  unlink(b.s.store);
  must(&b.s, import_into(&b, 0, "2025-09-08", &b.s.err));
  assert_false(holds_new(&b));
  print_message("killed at %d points\n", killed);
  assert_true(killed >= 150 / EVERY);
  bench_end(&b);
}

/* Killed by the clock rather than at a write: in the middle of anything. */
static void an_import_killed_at_any_time_leaves_one_state_or_the_other(void **state) {
  (void)state;
  bench b;
  bench_begin(&b);
  for (int i = 0; i < 60; i++) {
    back_to_old(&b);
    pid_t child = fork();
    if (child == 0) {
      muster_error err;
      _exit(import_into(&b, 1, "2025-09-10", &err) == MUSTER_OK ? 0 : 9);
    }
    usleep((useconds_t)(i * 300));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    (void)holds_new(&b);
  }
  bench_end(&b);
}

static void a_failed_write_is_an_error_and_changes_nothing(void **state) {
  (void)state;
  static const muster_store_fault faults[] = {MUSTER_FAULT_FULL, MUSTER_FAULT_SHORT, MUSTER_FAULT_ERROR};
  bench b;
  bench_begin(&b);
  for (int f = 0; f < 3; f++)
    for (int make = 0; make < 2; make++) {
      int failed = 0;
      for (long nth = 1;; nth += nth < 30 ? 1 : 7) {
        if (make)
          remove_store(&b.s);
        else
          back_to_old(&b);
        long before = muster_store_writes();
        muster_error err = {0};
        muster_store_fail_at(faults[f], nth);
        muster_status status = import_into(&b, 1, "2025-09-10", &err);
        bool reached = muster_store_writes() - before >= nth;
        muster_store_fail_at(faults[f], 0);
        if (status == MUSTER_OK) { /* after the commit there is nothing left to lose */
          assert_true(holds_new(&b) || make);
        } else {
          failed++;
          assert_int_equal(status, MUSTER_IO);
          assert_int_equal(muster_status_exit(status), 5);
          assert_true(err.what[0] && err.where[0] && err.todo[0]);
          if (faults[f] == MUSTER_FAULT_FULL) assert_non_null(strstr(err.what, "disk is full"));
          if (make)
            assert_int_equal(access(b.s.store, F_OK), -1);
          else
            assert_false(holds_new(&b));
        }
        if (!reached) break;
      }
      assert_true(failed > 20);
    }
  bench_end(&b);
}

static void a_file_size_limit_is_an_error_and_changes_nothing(void **state) {
  (void)state;
  bench b;
  bench_begin(&b);
  back_to_old(&b);
  pid_t child = fork();
  if (child == 0) {
    struct rlimit limit = {20000, 20000};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    muster_error err = {0};
    muster_status status = import_into(&b, 1, "2025-09-10", &err);
    _exit(status == MUSTER_IO && err.todo[0] ? 0 : 9);
  }
  int how;
  assert_int_equal(waitpid(child, &how, 0), child);
  assert_true(WIFEXITED(how));
  assert_int_equal(WEXITSTATUS(how), 0);
  assert_false(holds_new(&b));
  bench_end(&b);
}

static void no_memory_is_an_error_and_changes_nothing(void **state) {
  (void)state;
  bench b;
  bench_begin(&b);
  for (int make = 0; make < 2; make++) {
    int failed = 0;
    for (long nth = 1;; nth += nth < 200 ? 1 : 97) {
      if (make)
        remove_store(&b.s);
      else
        back_to_old(&b);
      muster_error err = {0};
      muster_alloc_fail_at(nth);
      muster_status status = import_into(&b, 1, "2025-09-10", &err);
      muster_alloc_fail_at(0);
      if (status == MUSTER_OK) break;
      failed++;
      if (status != MUSTER_MEMORY) fail_msg("allocation %ld: %s", nth, err.what);
      if (make)
        assert_int_equal(access(b.s.store, F_OK), -1);
      else if (nth % 10 == 0)
        assert_false(holds_new(&b));
    }
    assert_true(failed > 200);
    assert_true(holds_new(&b) || make);
  }
  for (long nth = 1;; nth += nth < 200 ? 1 : 97) {
    muster_register *reg;
    muster_error err = {0};
    muster_store_options options = muster_store_everything();
    options.jobs = 1 + (unsigned)nth % 2;
    muster_alloc_fail_at(nth);
    muster_status status = muster_store_load(b.s.store, &options, &reg, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) {
      muster_register_free(reg);
      break;
    }
    assert_null(reg);
    if (status != MUSTER_MEMORY) fail_msg("allocation %ld: %s", nth, err.what);
  }
  bench_end(&b);
}

/* Runs `act` as a user without rights, because root may write everywhere. @return its exit status */
static int as_nobody(bench *b, int (*act)(bench *)) {
  pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(99);
    _exit(act(b));
  }
  int how;
  assert_int_equal(waitpid(child, &how, 0), child);
  assert_true(WIFEXITED(how));
  return WEXITSTATUS(how);
}

static int try_import(bench *b) {
  muster_error err = {0};
  muster_status status = import_into(b, 1, "2025-09-10", &err);
  if (status != MUSTER_IO || !err.todo[0]) return 9;
  return strstr(err.what, "read-only") || strstr(err.what, "Permission denied") ? 0 : 8;
}

static int try_load(bench *b) {
  muster_register *reg;
  muster_error err = {0};
  return muster_store_load(b->s.store, NULL, &reg, &err) == MUSTER_OK ? 0 : 9;
}

static void a_read_only_folder_can_be_read_and_not_written(void **state) {
  (void)state;
  bench b;
  bench_begin(&b);
  back_to_old(&b);
  assert_int_equal(chmod(b.s.store, 0444), 0);
  assert_int_equal(chmod(b.s.folder, 0555), 0);
  assert_int_equal(as_nobody(&b, try_load), 0);
  assert_int_equal(as_nobody(&b, try_import), 0);
  unlink(b.s.store);
  assert_int_equal(as_nobody(&b, try_import), 0); /* nor made */
  assert_int_equal(chmod(b.s.folder, 0755), 0);
  bench_end(&b);
}

static void a_store_that_another_process_writes_to_is_waited_for_and_then_refused(void **state) {
  (void)state;
  bench b;
  bench_begin(&b);
  back_to_old(&b);
  int ready[2], done[2];
  assert_int_equal(pipe(ready), 0);
  assert_int_equal(pipe(done), 0);
  pid_t child = fork();
  if (child == 0) { /* the stock shell holds the write lock until it is told to go */
    dup2(done[0], 0);
    dup2(ready[1], 1);
    close(done[1]);
    execlp("sqlite3", "sqlite3", b.s.store, (char *)NULL);
    _exit(127);
  }
  close(done[0]);
  close(ready[1]);
  static const char begin[] = "BEGIN IMMEDIATE;\nSELECT 'held';\n";
  char said[8] = "";
  assert_int_equal(write(done[1], begin, sizeof begin - 1), sizeof begin - 1);
  if (read(ready[0], said, 4) != 4) {
    print_message("SKIPPED: there is no sqlite3 shell\n");
    waitpid(child, NULL, 0);
    bench_end(&b);
    return;
  }
  muster_error err = {0};
  muster_import_options options = {.on = day("2025-09-10"), .wait = 100};
  assert_int_equal(muster_store_import(b.s.store, b.reg[1], b.ledger[1], &options, NULL, &err), MUSTER_IO);
  assert_non_null(strstr(err.what, "locked"));
  assert_non_null(strstr(err.todo, "wait"));
  assert_false(holds_new(&b)); /* reading goes on all the while */
  close(done[1]);
  waitpid(child, NULL, 0);
  close(ready[0]);
  must(&b.s, import_into(&b, 1, "2025-09-10", &b.s.err));
  assert_true(holds_new(&b));
  bench_end(&b);
}

static void a_reader_during_an_import_sees_the_state_before(void **state) {
  (void)state;
  bench b;
  bench_begin(&b);
  back_to_old(&b);
  pid_t child = fork();
  if (child == 0) {
    muster_error err;
    for (int i = 0; i < 40; i++)
      if (import_into(&b, i % 2 ? 0 : 1, "2025-09-10", &err) != MUSTER_OK) _exit(9);
    _exit(0);
  }
  int how, reads = 0;
  while (waitpid(child, &how, WNOHANG) == 0) {
    muster_register *reg = shelf_load(&b.s);
    assert_int_equal(reg->pupil_count, PUPILS);
    const muster_attribute *year = muster_attribute_find(&reg->pupil_attributes, "year_group");
    muster_text first = muster_attribute_value(reg, year, 0);
    for (uint32_t p = 1; p < PUPILS; p++) same_text(muster_attribute_value(reg, year, p), first);
    muster_register_free(reg);
    reads++;
  }
  assert_int_equal(WEXITSTATUS(how), 0);
  assert_true(reads > 3);
  bench_end(&b);
}

static muster_status refusal(const char *path, muster_error *err) {
  muster_register *reg;
  muster_status status = muster_store_load(path, NULL, &reg, err);
  assert_null(reg);
  return status;
}

static void shell(const char *sql, const shelf *s) {
  char command[512];
  snprintf(command, sizeof command, "sqlite3 '%s' \"%s\" >/dev/null", s->store, sql);
  if (system(command) != 0) fail_msg("cannot run: %s", command);
}

static void what_is_no_store_is_refused_by_name(void **state) {
  (void)state;
  bench b;
  bench_begin(&b);
  muster_error err;
  char path[128];
  snprintf(path, sizeof path, "%s/none.db", b.s.folder);
  assert_int_equal(refusal(path, &err), MUSTER_IO);
  assert_non_null(strstr(err.what, "no such store"));
  assert_int_equal(refusal(b.s.folder, &err), MUSTER_IO);
  snprintf(path, sizeof path, "%s/marks.csv", b.s.csv);
  assert_int_equal(refusal(path, &err), MUSTER_IO);
  assert_non_null(strstr(err.what, "no store"));
  muster_import_options options = {.on = day("2025-09-10")};
  char *before, *after;
  size_t n, m;
  bytes_of(path, &before, &n);
  assert_int_equal(muster_store_import(path, b.reg[1], NULL, &options, NULL, &err), MUSTER_IO);
  bytes_of(path, &after, &m);
  assert_int_equal(n, m);
  assert_memory_equal(before, after, n);
  muster_free(before);
  muster_free(after);

  back_to_old(&b);
  shell("PRAGMA application_id = 7", &b.s);
  assert_int_equal(refusal(b.s.store, &err), MUSTER_IO);
  assert_non_null(strstr(err.what, "no store"));
  assert_false(muster_is_store(b.s.store));
  back_to_old(&b);
  shell("PRAGMA user_version = 99", &b.s);
  assert_int_equal(refusal(b.s.store, &err), MUSTER_IO);
  assert_non_null(strstr(err.what, "newer version"));
  assert_int_equal(muster_store_import(b.s.store, b.reg[1], NULL, &options, NULL, &err), MUSTER_IO);
  bench_end(&b);
}

static void a_damaged_page_is_found(void **state) {
  (void)state;
  bench b;
  bench_begin(&b);
  char *bytes;
  size_t n;
  muster_error err;
  bytes_of(b.kept, &bytes, &n);
  int found = 0;
  for (size_t page = 0; page < n / 4096; page++) {
    char *kept = muster_alloc(n, 1);
    memcpy(kept, bytes, n);
    size_t skip = page == 0 ? 100 : 0; /* the file's own head stays */
    memset(kept + page * 4096 + skip, 0x5A, 4096 - skip);
    remove_store(&b.s);
    assert_int_equal(muster_file_write(b.s.store, kept, n, 0600, &err), MUSTER_OK);
    muster_free(kept);
    muster_status status = muster_store_verify(b.s.store, &err);
    found += status == MUSTER_IO;
    if (status != MUSTER_OK) assert_true(err.what[0] && err.todo[0]);
    /* Import refuses or repairs nothing; it never crashes. */
    muster_status import = import_into(&b, 1, "2025-09-10", &err);
    assert_true(import == MUSTER_OK || import == MUSTER_IO || import == MUSTER_DATA);
  }
  assert_int_equal(found, n / 4096);
  for (size_t cut = n - 4096; cut > 8192; cut -= cut / 3) { /* a copy that was cut short */
    remove_store(&b.s);
    assert_int_equal(muster_file_write(b.s.store, bytes, cut, 0600, &err), MUSTER_OK);
    assert_int_equal(muster_store_verify(b.s.store, &err), MUSTER_IO);
  }
  muster_free(bytes);
  bench_end(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_import_killed_at_any_write_leaves_one_state_or_the_other),
      cmocka_unit_test(a_first_import_killed_at_any_write_leaves_no_store_or_all_of_it),
      cmocka_unit_test(an_import_killed_at_any_time_leaves_one_state_or_the_other),
      cmocka_unit_test(a_failed_write_is_an_error_and_changes_nothing),
      cmocka_unit_test(a_file_size_limit_is_an_error_and_changes_nothing),
      cmocka_unit_test(no_memory_is_an_error_and_changes_nothing),
      cmocka_unit_test(a_read_only_folder_can_be_read_and_not_written),
      cmocka_unit_test(a_store_that_another_process_writes_to_is_waited_for_and_then_refused),
      cmocka_unit_test(a_reader_during_an_import_sees_the_state_before),
      cmocka_unit_test(what_is_no_store_is_refused_by_name),
      cmocka_unit_test(a_damaged_page_is_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
