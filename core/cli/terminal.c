/* What is shown, and where. */
#include "terminal.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static const cli_voice *voice;

void cli_voice_set(const cli_voice *given) { voice = given; }

/* Looked at once: later the process may not be able to. */
static bool is_terminal(int fd) {
  static enum { UNKNOWN, NO, YES } known[3];
  if (fd < 0 || fd > 2) return false;
  if (known[fd] == UNKNOWN) known[fd] = isatty(fd) ? YES : NO;
  return known[fd] == YES;
}

/* Of the terminal that stdout is, looked at once with it; 0 where it is none or does not say. */
static size_t stdout_width;

bool cli_stdout_is_terminal(void) {
  static bool looked;
  struct winsize size;
  if (!looked && is_terminal(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) stdout_width = size.ws_col;
  looked = true;
  return is_terminal(STDOUT_FILENO);
}

bool cli_colour(int fd) {
  const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
  return is_terminal(fd) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

muster_status cli_put(const char *bytes, size_t n, muster_error *err) {
  if (voice) return voice->put(bytes, n, err);
  cli_progress_end();
  if (fwrite(bytes, 1, n, stdout) == n && fflush(stdout) == 0) return MUSTER_OK;
  if (errno == EPIPE) return MUSTER_OK; /* the reader had enough */
  return muster_fail(err, MUSTER_IO, "cannot write to standard output: %s", strerror(errno));
}

muster_status cli_put_sheet(const cli_call *call, muster_sheet *sheet, muster_error *err) {
  muster_buf out;
  muster_buf_init(&out, SIZE_MAX / 2);
  return cli_put_streamed(call, sheet, &out, err);
}

muster_status cli_put_streamed(const cli_call *call, muster_sheet *sheet, muster_buf *out, muster_error *err) {
  muster_form format;
  MUSTER_TRY(cli_format(call, &format, err));
  bool terminal = cli_stdout_is_terminal();
  muster_sheet_style style = {
      .colour = cli_colour(STDOUT_FILENO), .most_rows = terminal ? 60 : 0, .width = stdout_width};
  muster_status status = muster_sheet_write(sheet, format, &style, out, err);
  if (status == MUSTER_OK) status = cli_put(out->at, out->n, err);
  muster_buf_free(out);
  return status;
}

/* ---- progress ---- */

static struct {
  pthread_mutex_t lock;
  double begun, shown;
  bool visible;
} bar = {.lock = PTHREAD_MUTEX_INITIALIZER};

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { BAR_CELLS = 30 };

static void tell(void *context, const char *what, uint64_t done, uint64_t total) {
  (void)context;
  double now = seconds();
  pthread_mutex_lock(&bar.lock);
  if (now - bar.begun > 1 && now - bar.shown > 0.1) {
    bar.shown = now;
    if (voice) {
      voice->progress(what, done, total);
      pthread_mutex_unlock(&bar.lock);
      return;
    }
    bar.visible = true;
    double share = total ? (double)done / (double)total : 0;
    if (share > 1) share = 1;
    char cells[BAR_CELLS + 1];
    for (int i = 0; i < BAR_CELLS; i++) cells[i] = (i + 1) <= share * BAR_CELLS ? '#' : '.';
    cells[BAR_CELLS] = '\0';
    if (total)
      fprintf(stderr, "\r\033[K%s [%s] %3.0f%%", what, cells, 100 * share);
    else
      fprintf(stderr, "\r\033[K%s %llu", what, (unsigned long long)done);
  }
  pthread_mutex_unlock(&bar.lock);
}

muster_progress cli_progress(void) {
  bar.begun = seconds();
  bool shown = is_terminal(STDERR_FILENO);
  (void)cli_stdout_is_terminal();
  return (muster_progress){shown ? tell : NULL, NULL};
}

void cli_progress_end(void) {
  pthread_mutex_lock(&bar.lock);
  if (bar.visible) fputs("\r\033[K", stderr);
  bar.visible = false;
  pthread_mutex_unlock(&bar.lock);
}

void cli_note(const char *fmt, ...) {
  cli_progress_end();
  va_list args;
  va_start(args, fmt);
  char text[4096];
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  muster_text_tame(text);
  if (voice)
    voice->note(text);
  else
    fprintf(stderr, "muster: note: %s\n", text);
}

void cli_complain(muster_status status, const muster_error *err) {
  char text[1300];
  muster_error_format(err, text, sizeof text);
  cli_progress_end();
  fprintf(stderr, "%smuster:%s %s\n", cli_colour(STDERR_FILENO) ? "\033[1m" : "",
          cli_colour(STDERR_FILENO) ? "\033[0m" : "", text[0] ? text : muster_status_text(status));
}

/* ---- timings ---- */

enum { MOST_STAGES = 16 };

static struct {
  char name[32];
  double begun;
} stages[MOST_STAGES];
static int stage_count;

static double stage_length(int i, double now) {
  return (i + 1 < stage_count ? stages[i + 1].begun : now) - stages[i].begun;
}

void cli_stage(cli_call *call, const char *name) {
  double now = seconds();
  if (name && stage_count < MOST_STAGES) {
    snprintf(stages[stage_count].name, sizeof stages->name, "%s", name);
    stages[stage_count++].begun = now;
    if (voice) voice->stage(name);
  }
  if (name || !call->timings) return;
  cli_progress_end();
  for (int i = 0; i < stage_count; i++) fprintf(stderr, "%8.3f s  %s\n", stage_length(i, now), stages[i].name);
  if (stage_count) fprintf(stderr, "%8.3f s  in all\n", now - stages[0].begun);
}

void cli_stages_clear(void) { stage_count = 0; }

size_t cli_stages(const cli_call *call, muster_arena *arena, const muster_record_word **words) {
  *words = NULL;
  muster_record_word *list = call->timings ? muster_arena_alloc(arena, MOST_STAGES * sizeof *list) : NULL;
  if (!list) return 0;
  double now = seconds();
  for (int i = 0; i < stage_count; i++) {
    list[i].name = stages[i].name;
    list[i].value = muster_arena_printf(arena, "%.3f", stage_length(i, now));
  }
  *words = list;
  return (size_t)stage_count;
}
