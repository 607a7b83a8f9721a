/* The filter of system calls, as a program for the kernel (classic BPF over struct seccomp_data).
 *
 * What is on the list is what evaluating needs: anonymous memory that cannot be executed, threads of this process and
 * their locks, the clock that budgets look at, writing to one descriptor, ending. Opening a file is refused, and the
 * process goes on: C libraries look into /proc and /sys when it suits them (glibc, before it gives memory back) and do
 * without. Everything else raises SIGSYS. */
#include "filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

/* Whatever their arguments. */
static const int plain[] = {
    SYS_brk,
    SYS_munmap,
    SYS_mremap,
    SYS_madvise,
    SYS_futex,
    SYS_sched_yield,
    SYS_exit,
    SYS_exit_group,
    SYS_clock_gettime,
    SYS_rt_sigprocmask,
    SYS_rseq,
    SYS_sched_getaffinity,
    SYS_getpid,
    SYS_gettid,
    SYS_sysinfo,
    SYS_set_robust_list,
    SYS_restart_syscall,
#ifdef __SANITIZE_ADDRESS__
    SYS_sigaltstack,
#endif
};

static const int refused[] = {
    SYS_openat,
    SYS_getrandom,
#ifdef SYS_open
    SYS_open,
#endif
};

enum { MOST_STEPS = 128 };

typedef struct program {
  struct sock_filter at[MOST_STEPS];
  unsigned short n;
} program;

static void step(program *p, struct sock_filter s) { p->at[p->n++] = s; }

static void answer(program *p, uint32_t action) { step(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action)); }

static void load(program *p, size_t offset) {
  step(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* Goes on with the next step when the loaded word is `value`, else passes over `n` steps. */
static void unless_equal_skip(program *p, uint32_t value, unsigned char n) {
  step(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, n));
}

/* Both architectures have the low half of an argument first. */
static size_t low(int argument) { return offsetof(struct seccomp_data, args) + 8u * (unsigned)argument; }

/* Each of these is a block that is passed over for other calls, and always answers for its own. */

static void allow(program *p, int call) {
  unless_equal_skip(p, (uint32_t)call, 1);
  answer(p, SECCOMP_RET_ALLOW);
}

/* Allowed where the argument, masked, is `value`. */
static void allow_masked(program *p, int call, int argument, uint32_t mask, uint32_t value) {
  unless_equal_skip(p, (uint32_t)call, 5);
  load(p, low(argument));
  step(p, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
  unless_equal_skip(p, value, 1);
  answer(p, SECCOMP_RET_ALLOW);
  answer(p, SECCOMP_RET_TRAP);
}

/* New memory: of no file, and not to be executed. */
static void allow_mmap(program *p) {
  unless_equal_skip(p, SYS_mmap, 8);
  load(p, low(2));
  step(p, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, PROT_EXEC));
  unless_equal_skip(p, 0, 4);
  load(p, low(3));
  step(p, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, MAP_ANONYMOUS));
  unless_equal_skip(p, MAP_ANONYMOUS, 1);
  answer(p, SECCOMP_RET_ALLOW);
  answer(p, SECCOMP_RET_TRAP);
}

static void refuse(program *p, int call, uint32_t error) {
  unless_equal_skip(p, (uint32_t)call, 1);
  answer(p, SECCOMP_RET_ERRNO | error);
}

/* The flags of clone3 lie in memory, which a filter cannot see: libraries fall back to clone. */
static void allow_threads(program *p) {
  const uint32_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
  allow_masked(p, SYS_clone, 0, thread | CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID, thread);
  refuse(p, SYS_clone3, ENOSYS);
}

static void write_program(program *p, int fd, bool threads) {
  load(p, offsetof(struct seccomp_data, arch));
  step(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
  answer(p, SECCOMP_RET_KILL_PROCESS);
  load(p, offsetof(struct seccomp_data, nr));
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) allow(p, plain[i]);
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) refuse(p, refused[i], EPERM);
  allow_masked(p, SYS_write, 0, UINT32_MAX, (uint32_t)fd);
  allow_masked(p, SYS_mprotect, 2, PROT_EXEC, 0);
  allow_mmap(p);
  if (threads) allow_threads(p);
  answer(p, SECCOMP_RET_TRAP);
}

bool filter_enter(int fd, bool threads) {
  program p = {.n = 0};
  write_program(&p, fd, threads);
  struct sock_fprog handed = {.len = p.n, .filter = p.at};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &handed) == 0;
}

bool filter_possible(void) {
  uint32_t action = SECCOMP_RET_TRAP;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

#else

bool filter_enter(int fd, bool threads) {
  (void)fd;
  (void)threads;
  errno = ENOSYS;
  return false;
}

bool filter_possible(void) { return false; }

#endif
