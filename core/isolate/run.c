/* A child, its cage, and the pipe between the two. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "muster/isolate.h"

enum { ENDING = 255, MOST_KIND = 200 };
enum { HEADER = 9 }; /* kind, and the parcel's length */

struct muster_post {
  int fd;
  pthread_mutex_t lock;
};

/* ---- the child ---- */

static bool write_out(int fd, const char *bytes, size_t n) {
  for (size_t done = 0; done < n;) {
    ssize_t put = write(fd, bytes + done, n - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    done += (size_t)put;
  }
  return true;
}

static muster_status send_parcel(muster_post *post, unsigned kind, const muster_buf *parcel, muster_error *err) {
  char header[HEADER] = {(char)kind};
  uint64_t n = parcel->n;
  if (parcel->failed) return muster_fail_memory(err);
  memcpy(header + 1, &n, sizeof n);
  pthread_mutex_lock(&post->lock);
  bool good = write_out(post->fd, header, HEADER) && write_out(post->fd, parcel->at, parcel->n);
  pthread_mutex_unlock(&post->lock);
  return good ? MUSTER_OK : muster_fail(err, MUSTER_IO, "cannot send to the parent process: %s", strerror(errno));
}

muster_status muster_post_send(muster_post *post, unsigned kind, const muster_buf *parcel, muster_error *err) {
  return kind == 0 || kind > MOST_KIND ? muster_fail(err, MUSTER_DEFECT, "a parcel of no kind")
                                       : send_parcel(post, kind, parcel, err);
}

static void live(const muster_isolated *what, int fd, volatile int *refused, pid_t parent) {
  muster_post post = {.fd = fd, .lock = PTHREAD_MUTEX_INITIALIZER};
  muster_error err = {0};
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != parent) _exit(1);
  muster_status status = muster_cage_enter(&what->cage, fd, refused, &err);
  if (status == MUSTER_OK) status = what->work(what->context, &post, &err);
  muster_buf last;
  muster_buf_init(&last, 1 << 16);
  muster_parcel_put_number(&last, status);
  muster_parcel_put_words(&last, err.what);
  muster_parcel_put_words(&last, err.where);
  muster_parcel_put_words(&last, err.expected);
  muster_parcel_put_words(&last, err.todo);
  _exit(send_parcel(&post, ENDING, &last, NULL) == MUSTER_OK ? 0 : 1);
}

/* ---- the parent ---- */

typedef struct listening {
  const muster_isolated *what;
  int fd;
  double until; /* when a child that only stands still is ended */
  muster_buf got;
  bool ended, late, forged;
  muster_status status; /* of the work, or of taking */
  muster_error *err;
} listening;

static double seconds_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static muster_status unreadable(listening *l) {
  l->forged = true;
  return l->status = muster_fail(l->err, MUSTER_PACK, "the process of the pack sent what cannot be read");
}

static void copy_part(muster_parcel *parcel, char *out, size_t size, muster_arena *arena) {
  const char *words = muster_parcel_line(parcel, arena);
  size_t n = words ? strlen(words) : 0;
  if (n >= size) n = size - 1;
  memcpy(out, words ? words : "", n);
  out[n] = '\0';
}

static muster_status take_ending(listening *l, muster_parcel *parcel) {
  muster_error err = {0};
  muster_arena arena = {0};
  l->status = err.status = (muster_status)muster_parcel_number_within(parcel, MUSTER_OK, MUSTER_DEFECT);
  copy_part(parcel, err.what, sizeof err.what, &arena);
  copy_part(parcel, err.where, sizeof err.where, &arena);
  copy_part(parcel, err.expected, sizeof err.expected, &arena);
  copy_part(parcel, err.todo, sizeof err.todo, &arena);
  muster_arena_free(&arena);
  if (!muster_parcel_done(parcel)) return unreadable(l);
  if (l->status != MUSTER_OK && l->err) *l->err = err;
  l->ended = true;
  return MUSTER_OK;
}

/* Takes the parcels that are whole. */
static muster_status take_all(listening *l) {
  size_t at = 0;
  while (l->got.n - at >= HEADER) {
    unsigned kind = (unsigned char)l->got.at[at];
    uint64_t n;
    memcpy(&n, l->got.at + at + 1, sizeof n);
    if (l->ended || n > l->got.limit) return unreadable(l);
    if (n > l->got.n - at - HEADER) break;
    muster_parcel parcel = {.rest = {l->got.at + at + HEADER, (size_t)n}};
    if (kind == ENDING)
      MUSTER_TRY(take_ending(l, &parcel));
    else if (kind == 0 || kind > MOST_KIND)
      return unreadable(l);
    else if ((l->status = l->what->take(l->what->context, kind, &parcel, l->err)) != MUSTER_OK)
      return l->status;
    at += HEADER + (size_t)n;
  }
  if (at) memmove(l->got.at, l->got.at + at, l->got.n - at), l->got.n -= at;
  return MUSTER_OK;
}

/* Until the child closes its end. False when it is to be ended. */
static bool listen_to(listening *l) {
  enum { PIECE = 1 << 16 };
  char *piece = muster_alloc(PIECE, 1);
  bool good = piece != NULL;
  if (!good) l->status = muster_fail_memory(l->err);
  while (good) {
    double left = l->until - seconds_now();
    struct pollfd ready = {.fd = l->fd, .events = POLLIN};
    int n = left > 0 ? poll(&ready, 1, left > 1e6 ? -1 : (int)(left * 1000) + 1) : 0;
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) l->late = true;
    ssize_t got = n > 0 ? read(l->fd, piece, PIECE) : -1;
    if (got < 0 && n > 0 && errno == EINTR) continue;
    if (got == 0) break;
    good = got > 0;
    if (!good) break;
    muster_buf_add(&l->got, piece, (size_t)got);
    if (l->got.failed) l->status = muster_fail_memory(l->err);
    good = !l->got.failed && take_all(l) == MUSTER_OK;
  }
  muster_free(piece);
  return good;
}

static muster_status ended(const listening *l, int how, int refused, muster_isolated_end *end) {
  muster_error *err = l->err;
  const char *what = "its process was ended from outside";
  *end = MUSTER_ENDED_BY_FAULT;
  if (refused) {
    *end = MUSTER_ENDED_BY_CALL;
    return muster_fail(err, MUSTER_PACK, "it made the system call %d, which no evaluation needs, and was ended",
                       refused - 1);
  }
  if (l->late || (WIFSIGNALED(how) && (WTERMSIG(how) == SIGXCPU))) {
    *end = MUSTER_ENDED_BY_TIME;
    muster_fail(err, MUSTER_PACK, "it used up the processor time that all its rules have together, and was ended");
    muster_error_expected(err, "at most %g seconds", l->what->cage.seconds);
    return MUSTER_PACK;
  }
  if (WIFSIGNALED(how) && (WTERMSIG(how) == SIGSEGV || WTERMSIG(how) == SIGBUS || WTERMSIG(how) == SIGILL))
    what = "it broke the interpreter, and its process was ended";
  if (WIFSIGNALED(how) && WTERMSIG(how) == SIGSYS) {
    *end = MUSTER_ENDED_BY_CALL;
    what = "it made a system call that no evaluation needs, and was ended";
  }
  return muster_fail(err, MUSTER_PACK, "%s", what);
}

static muster_status parent(const muster_isolated *what, int fd, pid_t child, const volatile int *refused,
                            muster_isolated_end *end, muster_error *err) {
  /* Processor time is the kernel's to watch; this is for a child that waits for ever. */
  listening l = {.what = what, .fd = fd, .err = err, .until = seconds_now() + 4 * what->cage.seconds + 10};
  muster_buf_init(&l.got, (size_t)1 << 32);
  bool good = listen_to(&l);
  muster_buf_free(&l.got);
  if (!good) kill(child, SIGKILL);
  int how = 0; /* and so it stays where a caller lets the system wait for its children */
  while (waitpid(child, &how, 0) < 0 && errno == EINTR) {}
  *end = MUSTER_ENDED;
  if (good && l.ended && WIFEXITED(how) && WEXITSTATUS(how) == 0) {
    if (l.status != MUSTER_MEMORY) return l.status;
    *end = MUSTER_ENDED_BY_MEMORY;
    return muster_fail(err, MUSTER_PACK, "it used up the memory of its process, and was ended");
  }
  if (l.status != MUSTER_OK && (l.forged || !l.ended) && !*refused) {
    if (l.forged) *end = MUSTER_ENDED_BY_FAULT;
    return l.status;
  }
  return ended(&l, how, *refused, end);
}

void *muster_shared_new(size_t size) {
  void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return at == MAP_FAILED ? NULL : at;
}

void muster_shared_free(void *shared, size_t size) {
  if (shared) munmap(shared, size);
}

muster_status muster_isolate_run(const muster_isolated *what, muster_isolated_end *end, muster_error *err) {
  *end = MUSTER_ENDED;
  MUSTER_TRY(muster_cage_possible(err));
  int ends[2];
  int *refused = muster_shared_new(sizeof *refused);
  if (!refused) return muster_fail_memory(err);
  if (pipe(ends) != 0) {
    muster_shared_free(refused, sizeof *refused);
    return muster_fail(err, MUSTER_IO, "cannot make a pipe: %s", strerror(errno));
  }
  muster_hash_ready();
  pid_t self = getpid(), child = fork();
  if (child == 0) {
    close(ends[0]);
    live(what, ends[1], refused, self);
  }
  close(ends[1]);
  muster_status status = child < 0 ? muster_fail(err, MUSTER_IO, "cannot start a process: %s", strerror(errno))
                                   : parent(what, ends[0], child, refused, end, err);
  close(ends[0]);
  muster_shared_free(refused, sizeof *refused);
  return status;
}
