/* A DATA folder from a plan. Schools are made on all threads and written in order: a thread waits for its turn before
 * it writes, and holds at most one buffer of rows until then. Files get their names when all of them are complete. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "layout.h"
#include "muster/base/file.h"
#include "tables.h"

enum { BUFFER_BYTES = 16 << 20, TABLE_LIMIT = 1 << 30, TABLES = SYNTH_FILE_INTERVENTIONS + 1 };

typedef struct output {
  const char *name, *path, *part; /* NULL where there is no such file */
  int fd;
} output;

/* One thread's school, its rows, and the tables beside them. */
typedef struct writer {
  muster_synth_school school;
  synth_truth truth;
  synth_layout layout;
  char *rows;
  size_t n, capacity;
  muster_buf tables[TABLES];
} writer;

typedef struct folder_job {
  const muster_synth_plan *plan;
  const muster_progress *progress;
  output outputs[SYNTH_FILES];
  writer *writers;
  synth_truth truth;
  uint64_t pupils_done;
  pthread_mutex_t lock;
  pthread_cond_t turned;
  size_t turn;    /* school that may write */
  size_t stopped; /* lowest school that failed: those after it stop, those before it go on */
} folder_job;

static muster_status io_fail(muster_error *err, const char *verb, const char *path) {
  int code = errno;
  (void)muster_fail(err, MUSTER_IO, "cannot %s: %s", verb, strerror(code));
  muster_error_where(err, "%s", path);
  return MUSTER_IO;
}

static muster_status put(const output *o, const char *bytes, size_t n, muster_error *err) {
  while (n) {
    ssize_t got = write(o->fd, bytes, n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_fail(err, "write", o->path);
    bytes += got;
    n -= (size_t)got;
  }
  return MUSTER_OK;
}

static muster_status put_buf(const output *o, muster_buf *buf, muster_error *err) {
  if (buf->failed) return muster_fail_memory(err);
  return put(o, buf->at, buf->n, err);
}

/* Waits until school `index` may write. False when an earlier school failed, whose turn nobody takes. */
static bool await_turn(folder_job *job, size_t index) {
  pthread_mutex_lock(&job->lock);
  while (job->turn != index && index < job->stopped) pthread_cond_wait(&job->turned, &job->lock);
  bool ours = index < job->stopped;
  pthread_mutex_unlock(&job->lock);
  return ours;
}

static void end_turn(folder_job *job, size_t index, bool stop) {
  pthread_mutex_lock(&job->lock);
  if (stop && index < job->stopped) job->stopped = index;
  if (!stop) job->turn = index + 1;
  pthread_cond_broadcast(&job->turned);
  pthread_mutex_unlock(&job->lock);
}

/* The school before this one failed, and its error is the one to be heard. */
static muster_status out_of_turn(muster_error *err) {
  return muster_fail(err, MUSTER_FAILED, "stopped, since an earlier school failed");
}

static muster_status flush_rows(folder_job *job, writer *w, size_t index, muster_error *err) {
  if (!await_turn(job, index)) return out_of_turn(err);
  MUSTER_TRY(put(&job->outputs[SYNTH_FILE_MARKS], w->rows, w->n, err));
  w->n = 0;
  return MUSTER_OK;
}

static muster_status write_rows(folder_job *job, writer *w, size_t index, muster_error *err) {
  synth_layout_start(&w->layout, job->plan->spec.layout, &w->school);
  size_t most = synth_layout_most(&w->layout, &w->school), wanted = most * w->school.pupil_count;
  if (wanted > BUFFER_BYTES) wanted = most > BUFFER_BYTES ? most : BUFFER_BYTES;
  if (w->capacity < wanted) {
    muster_free(w->rows);
    w->rows = muster_alloc(wanted, 1);
    w->capacity = w->rows ? wanted : 0;
    if (!w->rows) return muster_fail_memory(err);
  }
  w->n = 0;
  for (size_t i = 0; i < w->school.pupil_count; i++) {
    if (w->capacity - w->n < most) MUSTER_TRY(flush_rows(job, w, index, err));
    w->n = (size_t)(synth_layout_pupil(&w->layout, &w->school, i, w->rows + w->n) - w->rows);
  }
  return flush_rows(job, w, index, err);
}

static void add_truth(synth_truth *sum, const synth_truth *one) {
  sum->eligible += one->eligible;
  for (int k = 0; k < SYNTH_COHORTS_MOST; k++) {
    sum->cohort[k].pupils += one->cohort[k].pupils;
    sum->cohort[k].possible += one->cohort[k].possible;
    sum->cohort[k].absent_without += one->cohort[k].absent_without;
    sum->cohort[k].absent_with += one->cohort[k].absent_with;
  }
}

static muster_status write_school(folder_job *job, writer *w, size_t index, muster_error *err) {
  const muster_synth_plan *plan = job->plan;
  w->truth = (synth_truth){0};
  MUSTER_TRY(synth_school_make(plan, index, &w->school, &w->truth, err));
  for (int k = 0; k < TABLES; k++) muster_buf_clear(&w->tables[k]);
  synth_table_schools(&w->school, &w->tables[SYNTH_FILE_SCHOOLS]);
  synth_table_pupils(&w->school, &w->tables[SYNTH_FILE_PUPILS]);
  synth_table_calendar(&w->school, &w->tables[SYNTH_FILE_CALENDAR]);
  if (plan->spec.responses) synth_table_responses(plan, &w->school, &w->tables[SYNTH_FILE_RESPONSES]);
  synth_table_interventions(plan, &w->school, &w->tables[SYNTH_FILE_INTERVENTIONS]);
  MUSTER_TRY(write_rows(job, w, index, err));
  for (int k = 0; k < TABLES; k++)
    if (job->outputs[k].name) MUSTER_TRY(put_buf(&job->outputs[k], &w->tables[k], err));
  add_truth(&job->truth, &w->truth);
  job->pupils_done += w->school.pupil_count;
  muster_progress_tell(job->progress, "pupils", job->pupils_done, plan->spec.pupils);
  return MUSTER_OK;
}

static muster_status school_work(void *context, unsigned number, size_t index, muster_error *err) {
  folder_job *job = context;
  muster_status status = write_school(job, &job->writers[number], index, err);
  end_turn(job, index, status != MUSTER_OK);
  return status;
}

/* Data that someone else put there is never written over: our own folders carry a truth.json that says synthetic. */
static muster_status check_folder(const char *folder, muster_arena *arena, muster_error *err) {
  static const char *const files[] = {"marks.csv",    "absences.csv", "pupils.csv",    "schools.csv",
                                      "calendar.csv", "terms.csv",    "responses.csv", "interventions.csv",
                                      "counts.csv",   "source.lua",   "README.txt"};
  char *truth = muster_path_join(arena, folder, "truth.json");
  if (!truth) return muster_fail_memory(err);
  if (muster_is_file(truth)) {
    char *bytes;
    size_t n;
    MUSTER_TRY(muster_file_read(truth, 1 << 20, &bytes, &n, err));
    bool ours = strstr(bytes, "\"synthetic\": true") != NULL;
    muster_free(bytes);
    if (ours) return MUSTER_OK;
  }
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char *path = muster_path_join(arena, folder, files[i]);
    if (!path) return muster_fail_memory(err);
    if (!muster_is_file(path)) continue;
    (void)muster_fail(err, MUSTER_USAGE, "the folder holds data that is not synthetic, and is left as it is");
    muster_error_where(err, "%s", path);
    muster_error_expected(err, "an empty folder, or one that muster synth made");
    return MUSTER_USAGE;
  }
  return MUSTER_OK;
}

static muster_status open_outputs(folder_job *job, const char *folder, muster_arena *arena, muster_error *err) {
  for (int k = 0; k < SYNTH_FILES; k++) {
    output *o = &job->outputs[k];
    const char *name = synth_table_name(&job->plan->spec, (enum synth_file)k);
    if (!name) continue;
    o->path = muster_path_join(arena, folder, name);
    o->part = o->path ? muster_arena_printf(arena, "%s.part", o->path) : NULL;
    if (!o->part) return muster_fail_memory(err);
    o->fd = open(o->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (o->fd < 0) return io_fail(err, "write", o->path);
    o->name = name;
    const char *header = synth_table_header(&job->plan->spec, (enum synth_file)k);
    MUSTER_TRY(put(o, header, strlen(header), err));
  }
  return MUSTER_OK;
}

static muster_status write_rest(folder_job *job, muster_error *err) {
  muster_buf text;
  muster_buf_init(&text, TABLE_LIMIT);
  muster_status status = MUSTER_OK;
  for (int k = TABLES; k < SYNTH_FILES && status == MUSTER_OK; k++) {
    if (!job->outputs[k].name) continue;
    muster_buf_clear(&text);
    switch (k) {
      case SYNTH_FILE_TERMS: synth_table_terms(job->plan, &text); break;
      case SYNTH_FILE_SOURCE: synth_table_source(&text); break;
      case SYNTH_FILE_README: synth_table_readme(job->plan, &text); break;
      default: status = synth_truth_json(job->plan, &job->truth, &text, err); break;
    }
    if (status == MUSTER_OK) status = put_buf(&job->outputs[k], &text, err);
  }
  muster_buf_free(&text);
  return status;
}

/* Closes every file; then, when all is well, gives them their names, and takes away what an earlier run left that this
 * one has not. truth.json comes last. */
static muster_status finish(folder_job *job, const char *folder, muster_arena *arena, muster_status status,
                            muster_error *err) {
  for (int k = 0; k < SYNTH_FILES; k++) {
    output *o = &job->outputs[k];
    if (o->name && close(o->fd) != 0 && status == MUSTER_OK) status = io_fail(err, "write", o->path);
  }
  static const char *const sometimes[] = {"marks.csv", "absences.csv", "responses.csv", "interventions.csv",
                                          "source.lua"};
  for (size_t i = 0; status == MUSTER_OK && i < sizeof sometimes / sizeof *sometimes; i++) {
    bool kept = false;
    for (int k = 0; k < SYNTH_FILES; k++)
      kept = kept || (job->outputs[k].name && strcmp(job->outputs[k].name, sometimes[i]) == 0);
    char *path = muster_path_join(arena, folder, sometimes[i]);
    if (!path) status = muster_fail_memory(err);
    if (path && !kept && unlink(path) != 0 && errno != ENOENT) status = io_fail(err, "remove", path);
  }
  for (int k = 0; k < SYNTH_FILES; k++) {
    output *o = &job->outputs[k];
    if (!o->name) continue;
    if (status == MUSTER_OK && rename(o->part, o->path) != 0) status = io_fail(err, "replace", o->path);
    if (status != MUSTER_OK) unlink(o->part);
  }
  return status;
}

static muster_status write_folder(folder_job *job, const char *folder, unsigned jobs, muster_arena *arena,
                                  muster_error *err) {
  MUSTER_TRY(check_folder(folder, arena, err));
  MUSTER_TRY(muster_folder_make(folder, err));
  muster_status status = open_outputs(job, folder, arena, err);
  if (status == MUSTER_OK) status = muster_parallel(jobs, job->plan->spec.schools, school_work, job, err);
  if (status == MUSTER_OK) status = write_rest(job, err);
  return finish(job, folder, arena, status, err);
}

muster_status muster_synth_write(const muster_synth_spec *spec, const char *folder, unsigned jobs,
                                 const muster_progress *progress, muster_error *err) {
  muster_synth_plan *plan;
  MUSTER_TRY(muster_synth_plan_make(spec, &plan, err));
  if (jobs < 1) jobs = 1;
  if (jobs > 256) jobs = 256; /* as many as muster_parallel takes */
  if (jobs > spec->schools) jobs = (unsigned)spec->schools;
  folder_job job = {.plan = plan,
                    .progress = progress,
                    .stopped = SIZE_MAX,
                    .lock = PTHREAD_MUTEX_INITIALIZER,
                    .turned = PTHREAD_COND_INITIALIZER,
                    .writers = muster_alloc(jobs, sizeof *job.writers)};
  muster_arena arena = {0};
  muster_status status = MUSTER_OK;
  if (!job.writers) {
    status = muster_fail_memory(err);
  } else {
    for (unsigned i = 0; i < jobs; i++)
      for (int k = 0; k < TABLES; k++) muster_buf_init(&job.writers[i].tables[k], TABLE_LIMIT);
    status = write_folder(&job, folder, jobs, &arena, err);
    for (unsigned i = 0; i < jobs; i++) {
      muster_synth_school_free(&job.writers[i].school);
      muster_free(job.writers[i].rows);
      for (int k = 0; k < TABLES; k++) muster_buf_free(&job.writers[i].tables[k]);
    }
  }
  muster_free(job.writers);
  muster_arena_free(&arena);
  muster_synth_plan_free(plan);
  return status;
}
