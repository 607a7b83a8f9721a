/* Waiting for files to be saved: inotify, and signals that are let in only while waiting. */
#include "watch.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

static volatile sig_atomic_t asked_to_stop;

static void on_stop(int signal) {
  (void)signal;
  asked_to_stop = 1;
}

muster_status cli_watch_open(cli_watch *watch, muster_error *err) {
  *watch = (cli_watch){.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
  if (watch->fd < 0) return muster_fail(err, MUSTER_IO, "cannot watch files: %s", strerror(errno));
  struct sigaction stop = {.sa_handler = on_stop};
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  sigprocmask(SIG_BLOCK, &stops, &watch->before);
  sigaction(SIGINT, &stop, NULL);
  sigaction(SIGTERM, &stop, NULL);
  return MUSTER_OK;
}

void cli_watch_close(cli_watch *watch) {
  if (watch->fd < 0) return;
  close(watch->fd);
  sigprocmask(SIG_SETMASK, &watch->before, NULL);
  watch->fd = -1;
}

static void add(cli_watch *watch, const char *folder, const char *name) {
  const uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR;
  int number = inotify_add_watch(watch->fd, folder, events);
  if (number < 0) return;
  for (size_t i = 0; i < watch->count; i++) {
    const char *known = watch->at[i].name;
    if (watch->at[i].folder == number && (known == name || (known && name && strcmp(known, name) == 0))) return;
  }
  if (watch->count == CLI_MOST_WATCHED) return;
  watch->at[watch->count].folder = number;
  watch->at[watch->count++].name = name;
}

void cli_watch_folder(cli_watch *watch, const char *path) { add(watch, path, NULL); }

void cli_watch_file(cli_watch *watch, const char *path) {
  const char *slash = strrchr(path, '/');
  char folder[PATH_MAX] = ".";
  if (slash && (size_t)(slash - path) + 2 > sizeof folder) return;
  if (slash) snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
  add(watch, folder, slash ? slash + 1 : path);
}

static bool is_lua(const char *name) {
  size_t n = strlen(name), tail = strlen(".lua");
  return name[0] != '.' && n > tail && strcmp(name + n - tail, ".lua") == 0;
}

/* A file counts when its bytes or its name are settled; a folder, when it comes or goes. */
static bool matters(const cli_watch *watch, const struct inotify_event *event) {
  if (event->mask & (IN_Q_OVERFLOW | IN_IGNORED)) return true;
  if (!event->len) return false;
  bool folder = (event->mask & IN_ISDIR) != 0;
  if (!folder && (event->mask & IN_CREATE)) return false;
  for (size_t i = 0; i < watch->count; i++) {
    if (watch->at[i].folder != event->wd) continue;
    const char *name = watch->at[i].name;
    if (name ? strcmp(name, event->name) == 0 : folder || is_lua(event->name)) return true;
  }
  return false;
}

/* Takes what has been reported; was there something that matters. */
static bool take(const cli_watch *watch) {
  union {
    struct inotify_event first; /* for its alignment */
    char bytes[16384];
  } events;
  bool found = false;
  for (ssize_t n; (n = read(watch->fd, events.bytes, sizeof events.bytes)) > 0;)
    for (const char *at = events.bytes; at < events.bytes + n;) {
      struct inotify_event event;
      memcpy(&event, at, sizeof event);
      found = matters(watch, (const struct inotify_event *)(const void *)at) || found;
      at += sizeof event + event.len;
    }
  return found;
}

/* One save is over when it is reported; where more comes, somebody is still at it. */
static const struct timespec soon = {.tv_nsec = 20 * 1000 * 1000}, quiet = {.tv_nsec = 50 * 1000 * 1000};

static bool wait_from(cli_watch *watch, int changes) {
  while (!asked_to_stop) {
    struct pollfd ready = {.fd = watch->fd, .events = POLLIN};
    int n = ppoll(&ready, 1, changes > 1 ? &quiet : changes ? &soon : NULL, &watch->before);
    if (n == 0) return true;
    if (n > 0 && take(watch)) changes++;
    if (n < 0 && errno != EINTR) return false;
  }
  return false;
}

bool cli_watch_wait(cli_watch *watch) { return wait_from(watch, 0); }

bool cli_watch_goes_on(cli_watch *watch) {
  struct pollfd ready = {.fd = watch->fd, .events = POLLIN};
  return ppoll(&ready, 1, &quiet, &watch->before) > 0 && take(watch) && wait_from(watch, 2);
}
