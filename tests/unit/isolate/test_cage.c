/* The cage holds: what is not on the list ends the process, what evaluating needs works, limits are limits. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "muster/isolate.h"

typedef struct trial {
  void (*act)(void);
  muster_buf told;
  int takes;
} trial;

enum { WORD = 1, REACHED = 2 };

static muster_status work(void *context, muster_post *post, muster_error *err) {
  trial *t = context;
  t->act();
  muster_buf empty;
  muster_buf_init(&empty, 16);
  return muster_post_send(post, REACHED, &empty, err);
}

static muster_status take(void *context, unsigned kind, muster_parcel *parcel, muster_error *err) {
  trial *t = context;
  (void)parcel;
  (void)err;
  t->takes += kind == REACHED;
  return MUSTER_OK;
}

static muster_status try_it(void (*act)(void), bool threads, muster_isolated_end *end, bool *survived) {
  trial t = {.act = act};
  muster_error err = {0};
  muster_isolated what = {{.seconds = 2, .memory = 256 << 20, .threads = threads}, work, take, &t};
  muster_status status = muster_isolate_run(&what, end, &err);
  *survived = t.takes == 1;
  if (status != MUSTER_OK) assert_true(err.what[0]);
  return status;
}

static void refused(void (*act)(void)) {
  for (int threads = 0; threads < 2; threads++) {
    muster_isolated_end end;
    bool survived;
    assert_int_equal(try_it(act, threads != 0, &end, &survived), MUSTER_PACK);
    assert_int_equal(end, MUSTER_ENDED_BY_CALL);
    assert_false(survived);
  }
}

static void allowed(void (*act)(void)) {
  muster_isolated_end end;
  bool survived;
  assert_int_equal(try_it(act, true, &end, &survived), MUSTER_OK);
  assert_int_equal(end, MUSTER_ENDED);
  assert_true(survived);
}

/* ---- what a stranger would try ---- */

static void fails(int fd) {
  if (fd != -1 || errno != EPERM) _exit(1);
}

static void open_files(void) {
  fails(open("/etc/passwd", O_RDONLY));
  fails(open("left-behind", O_WRONLY | O_CREAT, 0600));
  fails(open("/proc/self/mem", O_RDWR));
  fails(open("/dev/tty", O_RDWR));
  fails((int)syscall(SYS_openat, AT_FDCWD, "/", O_PATH));
  if (opendir("/")) _exit(1);
}

static void do_open_otherwise(void) { (void)!syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", NULL, 0); }
static void do_open_by_ring(void) { (void)!syscall(SYS_io_uring_setup, 1, NULL); }
static void do_unlink(void) { (void)!unlink("nothing-there"); }
static void do_rename(void) { (void)!rename("nothing-there", "nor-there"); }
static void do_stat(void) { (void)!access("/etc/passwd", R_OK); }
static void do_read(void) {
  char byte;
  (void)!read(0, &byte, 1);
}
static void do_write_elsewhere(void) { (void)!write(2, "", 0); }
static void do_socket(void) { (void)!socket(AF_INET, SOCK_STREAM, 0); }
static void do_socketpair(void) {
  int ends[2];
  (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}
static void do_fork(void) { (void)!fork(); }
static void do_vfork(void) { (void)!syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0); }
static void do_execute(void) {
  char *const words[] = {(char *)"true", NULL};
  execv("/bin/true", words);
}
static void do_kill(void) { (void)!kill(1, 0); }
static void do_trace(void) { (void)!ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
static void do_unlimit(void) {
  struct rlimit most = {RLIM_INFINITY, RLIM_INFINITY};
  (void)!setrlimit(RLIMIT_CPU, &most);
}
static void do_make_code(void) {
  (void)!mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static void do_turn_into_code(void) {
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  (void)!mprotect(page, 4096, PROT_READ | PROT_EXEC);
}
static void do_map_file(void) { (void)!mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0); }
static void do_catch(void) { signal(SIGSYS, SIG_IGN); }
static void do_name(void) {
  char name[256];
  (void)!gethostname(name, sizeof name);
}

static void files_are_out_of_reach(void **state) {
  (void)state;
  allowed(open_files); /* to try, that is */
  refused(do_open_otherwise);
  refused(do_open_by_ring);
  refused(do_unlink);
  refused(do_rename);
  refused(do_stat);
  refused(do_read);
  refused(do_write_elsewhere);
  refused(do_map_file);
  assert_int_equal(access("left-behind", F_OK), -1);
}

static void the_network_is_out_of_reach(void **state) {
  (void)state;
  refused(do_socket);
  refused(do_socketpair);
  refused(do_name);
}

static void other_programs_are_out_of_reach(void **state) {
  (void)state;
  refused(do_fork);
  refused(do_vfork);
  refused(do_execute);
  refused(do_kill);
  refused(do_trace);
}

static void the_cage_cannot_be_opened(void **state) {
  (void)state;
  refused(do_unlimit);
  refused(do_make_code);
  refused(do_turn_into_code);
  refused(do_catch);
}

/* ---- what evaluating does ---- */

static int by_value(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static void use_memory(void) {
  int *values = muster_alloc(1 << 20, sizeof *values);
  if (!values) _exit(1);
  for (int i = 0; i < 1 << 20; i++) values[i] = -i;
  qsort(values, 1 << 20, sizeof *values, by_value);
  if (values[0] != 1 - (1 << 20)) _exit(1);
  muster_free(values);
}

static muster_status use_memory_in(void *context, unsigned worker, size_t item, muster_error *err) {
  (void)context;
  (void)worker;
  (void)item;
  (void)err;
  use_memory();
  return MUSTER_OK;
}

static void use_threads(void) {
  if (muster_parallel(4, 16, use_memory_in, NULL, NULL) != MUSTER_OK) _exit(1);
}

static void *nothing(void *argument) { return argument; }

static void need_a_thread(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, nothing, NULL) != 0) _exit(1);
  pthread_join(thread, NULL);
}

static void evaluating_works(void **state) {
  (void)state;
  allowed(use_memory);
  allowed(use_threads);
  allowed(need_a_thread);
}

static void threads_only_where_they_were_allowed(void **state) {
  (void)state;
  muster_isolated_end end;
  bool survived;
  assert_int_equal(try_it(need_a_thread, false, &end, &survived), MUSTER_PACK);
  assert_false(survived);
}

/* ---- limits ---- */

static void spin(void) {
  for (volatile unsigned i = 0;; i++) {}
}

static void hang(void) {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&lock);
  pthread_mutex_lock(&lock);
}

static void crash(void) {
  volatile char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *page = 1;
}

static void time_is_limited(void **state) {
  (void)state;
  trial t = {.act = spin};
  muster_isolated_end end;
  muster_isolated what = {{.seconds = 1, .memory = 64 << 20, .threads = false}, work, take, &t};
  muster_error err = {0};
  assert_int_equal(muster_isolate_run(&what, &end, &err), MUSTER_PACK);
  assert_int_equal(end, MUSTER_ENDED_BY_TIME);
  assert_non_null(strstr(err.what, "processor time"));
}

static void standing_still_is_limited(void **state) {
  (void)state;
  trial t = {.act = hang};
  muster_isolated_end end;
  muster_isolated what = {{.seconds = 0.1, .memory = 64 << 20, .threads = false}, work, take, &t};
  muster_error err = {0};
  assert_int_equal(muster_isolate_run(&what, &end, &err), MUSTER_PACK);
  assert_int_equal(end, MUSTER_ENDED_BY_TIME);
}

static muster_status eat(void *context, muster_post *post, muster_error *err) {
  (void)context;
  (void)post;
  for (size_t i = 0; i < 4096; i++) {
    char *piece = muster_alloc(1 << 20, 1);
    if (!piece) return muster_fail_memory(err);
    for (size_t k = 0; k < 1 << 20; k += 4096) piece[k] = 1;
  }
  return MUSTER_OK;
}

static void memory_is_limited(void **state) {
  (void)state;
#ifdef __SANITIZE_ADDRESS__
  skip();
#endif
  trial t = {0};
  muster_isolated_end end;
  muster_isolated what = {{.seconds = 20, .memory = 128 << 20, .threads = false}, eat, take, &t};
  muster_error err = {0};
  assert_int_equal(muster_isolate_run(&what, &end, &err), MUSTER_PACK);
  assert_int_equal(end, MUSTER_ENDED_BY_MEMORY);
}

static void a_crash_is_told_apart(void **state) {
  (void)state;
  muster_isolated_end end;
  bool survived;
  assert_int_equal(try_it(crash, false, &end, &survived), MUSTER_PACK);
  assert_int_equal(end, MUSTER_ENDED_BY_FAULT);
  assert_false(survived);
}

int main(void) {
  muster_error err = {0};
  if (muster_cage_possible(&err) != MUSTER_OK) {
    print_message("SKIPPED: %s\n", err.what);
    return 0;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_are_out_of_reach),
      cmocka_unit_test(the_network_is_out_of_reach),
      cmocka_unit_test(other_programs_are_out_of_reach),
      cmocka_unit_test(the_cage_cannot_be_opened),
      cmocka_unit_test(evaluating_works),
      cmocka_unit_test(threads_only_where_they_were_allowed),
      cmocka_unit_test(time_is_limited),
      cmocka_unit_test(standing_still_is_limited),
      cmocka_unit_test(memory_is_limited),
      cmocka_unit_test(a_crash_is_told_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
