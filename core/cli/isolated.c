/* --isolate: the parent finds packs, reads their bytes, loads the data, and writes; children run the packs' code.
 *
 * Two children, because data can only be read when it is known which codes the packs add: the first opens the packs and
 * says so; the second opens them again, evaluates, and posts every file, line and record that the command would have
 * written itself. A child may have been taken over, so what it posts is held against what this command may write. */
#include "isolated.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/chart.h"
#include "muster/isolate.h"
#include "posted_run.h"
#include "terminal.h"

enum { POST_CODE = 1, POST_NEED, POST_PUT, POST_NOTE, POST_PROGRESS, POST_STAGE, POST_WRITE, POST_MAKE, POST_RECORD };

enum { MOST_FOUND = 2 * CLI_MOST_PACKS, MOST_NOTES = 64, MOST_ARGUMENTS_FILE = 1 << 20 };
static const uint64_t most_posted = (uint64_t)4 << 30;

/* A pack that was looked for, and what came of it. */
typedef struct found {
  const char *text;
  bool required;
  muster_status status;
  muster_error err;
  muster_opened opened;
} found;

/* Something that is done when the child has ended well. */
typedef struct deed {
  unsigned kind;
  const char *path;
  int mode;
  muster_text bytes;
} deed;

typedef struct cli_isolation {
  cli_call *call;
  const cli_pack_work *work;
  void *job;
  muster_shelf shelf;
  found found[MOST_FOUND];
  size_t found_count;
  bool opening; /* the first child: it only opens packs */
  muster_code codes[MUSTER_MOST_CODES];
  size_t code_count;
  const char *notes[MOST_NOTES]; /* of opening: shown when no further pack is asked for */
  size_t note_count;
  const char *need; /* a pack that is required and has not been looked for */
  deed *deeds;
  size_t deed_count, deed_capacity;
  uint64_t posted;
  muster_asked *asked; /* shared with the child */
  muster_arena arena;
} cli_isolation;

/* ---- the child's side ---- */

static muster_post *post; /* set in children */

static muster_status send(unsigned kind, muster_buf *parcel, muster_error *err) {
  muster_status status = muster_post_send(post, kind, parcel, err);
  muster_buf_free(parcel);
  return status;
}

static muster_buf parcel_new(void) {
  muster_buf parcel;
  muster_buf_init(&parcel, most_posted);
  return parcel;
}

static muster_status post_put(const char *bytes, size_t n, muster_error *err) {
  muster_buf parcel = parcel_new();
  muster_parcel_put_text(&parcel, (muster_text){bytes, n});
  return send(POST_PUT, &parcel, err);
}

static void post_words(unsigned kind, const char *words) {
  muster_buf parcel = parcel_new();
  muster_parcel_put_words(&parcel, words);
  muster_status unheard = send(kind, &parcel, NULL); /* a line that is lost changes no answer */
  (void)unheard;
}

static void post_note(const char *text) { post_words(POST_NOTE, text); }

static void say_nothing(const char *text) { (void)text; }

static void post_stage(const char *name) { post_words(POST_STAGE, name); }

static void post_progress(const char *what, uint64_t done, uint64_t total) {
  muster_buf parcel = parcel_new();
  muster_parcel_put_words(&parcel, what);
  muster_parcel_put_number(&parcel, (int64_t)done);
  muster_parcel_put_number(&parcel, (int64_t)total);
  muster_status unheard = send(POST_PROGRESS, &parcel, NULL);
  (void)unheard;
}

static muster_status post_write(void *context, const char *path, const char *bytes, size_t n, int mode,
                                muster_error *err) {
  (void)context;
  muster_buf parcel = parcel_new();
  muster_parcel_put_words(&parcel, path);
  muster_parcel_put_number(&parcel, mode);
  muster_parcel_put_text(&parcel, (muster_text){bytes, n});
  return send(POST_WRITE, &parcel, err);
}

static muster_status post_make(void *context, const char *path, muster_error *err) {
  (void)context;
  muster_buf parcel = parcel_new();
  muster_parcel_put_words(&parcel, path);
  return send(POST_MAKE, &parcel, err);
}

static bool on_shelf_file(void *shelf, const char *path) { return muster_shelf_is_file(shelf, path); }
static bool on_shelf_folder(void *shelf, const char *path) { return muster_shelf_is_folder(shelf, path); }
static bool on_shelf_link(void *shelf, const char *path) { return muster_shelf_is_link(shelf, path); }

static muster_status from_shelf(void *shelf, const char *path, size_t limit, char **bytes, size_t *n,
                                muster_error *err) {
  return muster_shelf_read(shelf, path, limit, bytes, n, err);
}

static muster_status list_shelf(void *shelf, const char *path, const char *suffix, muster_arena *arena,
                                const char ***names, size_t *count, muster_error *err) {
  return muster_shelf_list(shelf, path, suffix, arena, names, count, err);
}

muster_status cli_isolated_find(const cli_call *call, const char *text, bool required, muster_opened *opened,
                                muster_error *err) {
  const cli_isolation *iso = call->isolation;
  for (size_t i = 0; i < iso->found_count; i++) {
    const found *f = &iso->found[i];
    if (f->required != required || strcmp(f->text, text) != 0) continue;
    *opened = f->opened;
    if (f->status != MUSTER_OK && err) *err = f->err;
    return f->status;
  }
  post_words(POST_NEED, text);
  return muster_fail(err, MUSTER_IO, "has not been looked for yet");
}

muster_status cli_store_record(const char *path, const muster_stored_run *run, muster_error *err) {
  if (!post) return muster_store_record(path, run, NULL, err);
  muster_buf parcel = parcel_new();
  posted_run_put(&parcel, run);
  return send(POST_RECORD, &parcel, err);
}

static muster_status post_codes(const cli_packs *packs, muster_error *err) {
  for (size_t i = 0; i < packs->code_count; i++) {
    const muster_code *code = &packs->codes[i];
    muster_buf parcel = parcel_new();
    muster_parcel_put_words(&parcel, code->text);
    muster_parcel_put_words(&parcel, code->meaning);
    muster_parcel_put_number(&parcel, code->categories);
    muster_parcel_put_number(&parcel, code->from);
    muster_parcel_put_number(&parcel, code->to);
    MUSTER_TRY(send(POST_CODE, &parcel, err));
  }
  return MUSTER_OK;
}

static muster_status open_packs(cli_call *call, const cli_pack_work *work, muster_error *err) {
  return work->as_written ? cli_packs_open_as_written(call, call->arguments[0], work->packs, err)
                          : cli_packs_open(call, call->arguments[0], work->packs, err);
}

static muster_status in_child(void *context, muster_post *to, muster_error *err) {
  cli_isolation *iso = context;
  static cli_voice voice = {post_put, post_note, post_progress, post_stage};
  static muster_files files = {on_shelf_file, on_shelf_folder, on_shelf_link, from_shelf,
                               list_shelf,    post_write,      post_make,     NULL};
  post = to;
  files.context = &iso->shelf;
  cli_voice_set(&voice);
  muster_script_show_asked(iso->asked);
  muster_files_set(&files);
  voice.note = iso->opening ? post_note : say_nothing;
  MUSTER_TRY(open_packs(iso->call, iso->work, err));
  voice.note = post_note;
  return iso->opening ? post_codes(iso->work->packs, err) : iso->work->evaluate(iso->call, iso->job, err);
}

/* ---- the parent's side: what may be posted ---- */

static bool is_plain_name(const char *name, size_t n) {
  if (n == 0 || name[0] == '.') return false;
  for (size_t i = 0; i < n; i++)
    if (!isalnum((unsigned char)name[i]) && !strchr("._-", name[i])) return false;
  return true;
}

/* Is a path the one of --out, or plain names below it. */
static bool may_write(const cli_call *call, const char *path) {
  const char *out = cli_value(call, "out");
  size_t n = out ? strlen(out) : 0;
  if (!n || strncmp(path, out, n) != 0) return false;
  if (!path[n]) return true;
  for (const char *at = path + n; *at;) {
    if (*at == '/') at++;
    size_t length = strcspn(at, "/");
    if (!is_plain_name(at, length) || (at == path + n && out[n - 1] != '/')) return false;
    at += length;
  }
  return true;
}

static muster_status forged(muster_error *err) {
  return muster_fail(err, MUSTER_PACK, "its process sent something that this command does not write, and was ended");
}

static muster_status keep_code(cli_isolation *iso, muster_parcel *parcel, muster_error *err) {
  if (!iso->opening || iso->code_count == MUSTER_MOST_CODES) return forged(err);
  muster_code *code = &iso->codes[iso->code_count];
  const char *text = muster_parcel_words(parcel, &iso->arena);
  code->meaning = muster_parcel_words(parcel, &iso->arena);
  code->categories = (uint8_t)muster_parcel_number_within(parcel, 0, UINT8_MAX);
  code->from = (muster_date)muster_parcel_number_within(parcel, INT32_MIN, INT32_MAX);
  code->to = (muster_date)muster_parcel_number_within(parcel, INT32_MIN, INT32_MAX);
  if (!muster_parcel_done(parcel) || !text || !code->meaning || strlen(text) >= sizeof code->text) return forged(err);
  memcpy(code->text, text, strlen(text) + 1);
  iso->code_count++;
  return MUSTER_OK;
}

static muster_status keep_deed(cli_isolation *iso, unsigned kind, muster_parcel *parcel, muster_error *err) {
  deed d = {.kind = kind};
  if (kind == POST_WRITE || kind == POST_MAKE) {
    d.path = muster_parcel_words(parcel, &iso->arena);
    if (!d.path || !may_write(iso->call, d.path)) return forged(err);
  }
  if (kind == POST_WRITE) d.mode = (int)muster_parcel_number_within(parcel, 0, 0666);
  muster_text bytes = {"", 0};
  if (kind == POST_RECORD) /* read when it is used */
    bytes = parcel->rest, parcel->rest.n = 0;
  else if (kind != POST_MAKE)
    bytes = muster_parcel_text(parcel);
  bool store = iso->work->data && iso->work->data->is_store && !cli_value(iso->call, "known-at");
  if (!muster_parcel_done(parcel) || iso->opening || (kind == POST_RECORD && !store)) return forged(err);
  d.bytes = (muster_text){muster_arena_copy(&iso->arena, bytes.at, bytes.n), bytes.n};
  if (!d.bytes.at || !MUSTER_GROW(iso->deeds, iso->deed_capacity, iso->deed_count)) return muster_fail_memory(err);
  iso->deeds[iso->deed_count++] = d;
  return MUSTER_OK;
}

static muster_status in_parent(void *context, unsigned kind, muster_parcel *parcel, muster_error *err) {
  cli_isolation *iso = context;
  const muster_progress *progress = &iso->call->progress;
  iso->posted += parcel->rest.n;
  if (iso->posted > most_posted) return muster_fail(err, MUSTER_PACK, "its process sent too much, and was ended");
  if (kind == POST_CODE) return keep_code(iso, parcel, err);
  if (kind == POST_PUT || kind == POST_WRITE || kind == POST_MAKE || kind == POST_RECORD)
    return keep_deed(iso, kind, parcel, err);
  const char *words = muster_parcel_line(parcel, &iso->arena);
  if (!words) return forged(err);
  if (kind == POST_NEED) {
    iso->need = words;
  } else if (kind == POST_NOTE) {
    if (!iso->opening)
      cli_note("%s", words);
    else if (iso->note_count < MOST_NOTES)
      iso->notes[iso->note_count++] = words;
  } else if (kind == POST_STAGE) {
    if (!iso->opening) cli_stage(iso->call, words);
  } else if (kind == POST_PROGRESS) {
    uint64_t done = (uint64_t)muster_parcel_number(parcel), total = (uint64_t)muster_parcel_number(parcel);
    muster_progress_tell(progress, words, done, total);
  } else {
    return forged(err);
  }
  return muster_parcel_done(parcel) ? MUSTER_OK : forged(err);
}

static muster_status do_deeds(cli_isolation *iso, muster_error *err) {
  for (size_t i = 0; i < iso->deed_count; i++) {
    const deed *d = &iso->deeds[i];
    switch (d->kind) {
      case POST_PUT: MUSTER_TRY(cli_put(d->bytes.at, d->bytes.n, err)); break;
      case POST_MAKE: MUSTER_TRY(muster_folder_make(d->path, err)); break;
      case POST_WRITE: MUSTER_TRY(muster_file_write(d->path, d->bytes.at, d->bytes.n, d->mode, err)); break;
      default: MUSTER_TRY(posted_run_record(d->bytes, iso->work->data->path, err));
    }
  }
  return MUSTER_OK;
}

/* ---- the parent's side: what children are given ---- */

static const char *const pack_folders[] = {"lib", "rules", "plans", "charts", "tests", NULL};

static muster_status look_for(cli_isolation *iso, const char *text, bool required, muster_error *err) {
  if (iso->found_count == MOST_FOUND) return muster_fail(err, MUSTER_USAGE, "more than %d packs", CLI_MOST_PACKS);
  found *f = &iso->found[iso->found_count++];
  *f = (found){.text = text, .required = required};
  f->status = required ? cli_pack_find_installed(iso->call, text, &f->opened, &f->err)
                       : cli_pack_find(iso->call, text, &f->opened, &f->err);
  if (f->status != MUSTER_OK) return MUSTER_OK; /* the child says so, in its place */
  MUSTER_TRY(muster_shelf_folder(&iso->shelf, f->opened.folder, pack_folders, ".lua", MUSTER_SCRIPT_BYTES, err));
  return f->opened.overlay ? muster_shelf_file(&iso->shelf, f->opened.overlay, MUSTER_SCRIPT_BYTES, err) : MUSTER_OK;
}

/* What libraries fetch from the system the first time, they fetch now: fonts, and a seed for JSON objects. */
static muster_status warm_up(muster_error *err) {
  muster_buf unused;
  muster_buf_init(&unused, 1 << 16);
  muster_ledger *empty = muster_ledger_new();
  muster_status status = empty ? muster_charts_hold_fonts(err) : muster_fail_memory(err);
  if (empty) muster_ledger_json(empty, &unused);
  muster_ledger_free(empty);
  muster_buf_free(&unused);
  return status;
}

static muster_status prepare(cli_isolation *iso, muster_error *err) {
  const cli_call *call = iso->call;
  MUSTER_TRY(muster_cage_possible(err));
  MUSTER_TRY(warm_up(err));
  MUSTER_TRY(look_for(iso, call->arguments[0], false, err));
  for (size_t k = 0; cli_nth(call, "also", k); k++) MUSTER_TRY(look_for(iso, cli_nth(call, "also", k), false, err));
  for (size_t k = 0; cli_nth(call, "params", k); k++)
    MUSTER_TRY(muster_shelf_file(&iso->shelf, cli_nth(call, "params", k), MOST_ARGUMENTS_FILE, err));
  return MUSTER_OK;
}

static muster_status cage_of(const cli_call *call, muster_cage *cage, muster_error *err) {
  int64_t seconds;
  unsigned jobs = 1;
  muster_limits limits;
  MUSTER_TRY(cli_number(call, "limit-total", 1, 1000000, 600, &seconds, err));
  MUSTER_TRY(cli_limits(call, &limits, err));
  MUSTER_TRY(cli_jobs(call, &jobs, err));
  /* What the engine makes of the answers; and of each thread its interpreter, its stack and its share of the heap. */
  const uint64_t shared = (uint64_t)2 << 30, thread = (uint64_t)192 << 20;
  *cage = (muster_cage){(double)seconds, shared + jobs * (thread + limits.memory), jobs > 1};
  return MUSTER_OK;
}

/* ---- both ---- */

/* Says of which pack, and which rules it was being asked. */
static void name_rules(const cli_isolation *iso, muster_error *err) {
  char text[200] = "";
  size_t n = 0;
  for (size_t i = 0; iso->asked && i < MUSTER_ASKED_THREADS; i++) {
    uint32_t rule = iso->asked->now[i];
    char id[MUSTER_ASKED_TEXT];
    if (rule == 0 || rule > MUSTER_ASKED_RULES) continue;
    memcpy(id, iso->asked->rules[rule - 1], sizeof id);
    id[sizeof id - 1] = '\0';
    for (char *at = id; *at; at++)
      if (!isalnum((unsigned char)*at) && !strchr("-_/.", *at)) *at = '?';
    if (id[0] && !strstr(text, id) && n + strlen(id) + 3 < sizeof text)
      n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? ", " : "", id);
  }
  muster_error_wrap(err, "pack %s", iso->call->arguments[0]);
  if (n) muster_error_where(err, "while asking %s", text);
}

/* One child; again as long as it asks for a further pack. */
static muster_status run_child(cli_isolation *iso, bool opening, muster_error *err) {
  muster_isolated what = {.work = in_child, .take = in_parent, .context = iso};
  MUSTER_TRY(cage_of(iso->call, &what.cage, err));
  iso->opening = opening;
  for (;;) {
    muster_isolated_end end;
    iso->need = NULL;
    iso->code_count = iso->note_count = 0;
    muster_status status = muster_isolate_run(&what, &end, err);
    for (size_t i = 0; !iso->need && i < iso->note_count; i++) cli_note("%s", iso->notes[i]);
    if (end != MUSTER_ENDED) {
      name_rules(iso, err);
      return status;
    }
    if (!iso->need) return status;
    MUSTER_TRY(look_for(iso, iso->need, true, err));
  }
}

static muster_status isolated(cli_isolation *iso, muster_error *err) {
  MUSTER_TRY(prepare(iso, err));
  MUSTER_TRY(run_child(iso, true, err));
  cli_data_needs needs = {.codes = iso->codes, .code_count = iso->code_count};
  if (iso->work->open) MUSTER_TRY(iso->work->open(iso->call, iso->job, &needs, err));
  muster_status status = run_child(iso, false, err);
  if (status != MUSTER_OK && status != MUSTER_FAILED) return status;
  muster_error first = err ? *err : (muster_error){0}; /* a test that fails has shown its answer all the same */
  if (status == MUSTER_OK && iso->work->beside) MUSTER_TRY(iso->work->beside(iso->call, iso->job, err));
  MUSTER_TRY(do_deeds(iso, err));
  if (err && status != MUSTER_OK) *err = first;
  return status;
}

static void isolation_free(cli_isolation *iso) {
  for (size_t i = 0; i < iso->found_count; i++) muster_opened_free(&iso->found[i].opened);
  muster_shared_free(iso->asked, sizeof *iso->asked);
  muster_shelf_free(&iso->shelf);
  muster_free(iso->deeds);
  muster_arena_free(&iso->arena);
  muster_free(iso);
}

muster_status cli_pack_work_do(cli_call *call, const cli_pack_work *work, void *job, muster_error *err) {
  if (cli_flag(call, "isolate")) {
    cli_isolation *iso = muster_alloc(1, sizeof *iso);
    if (!iso) return muster_fail_memory(err);
    iso->call = call;
    iso->work = work;
    iso->job = job;
    iso->asked = muster_shared_new(sizeof *iso->asked); /* without it rules are not named */
    call->isolation = iso;
    muster_status status = isolated(iso, err);
    call->isolation = NULL;
    isolation_free(iso);
    return status;
  }
  if (cli_value(call, "limit-total")) {
    muster_fail(err, MUSTER_USAGE, "--limit-total goes with --isolate");
    return MUSTER_USAGE;
  }
  MUSTER_TRY(open_packs(call, work, err));
  cli_data_needs needs = {.codes = work->packs->codes, .code_count = work->packs->code_count};
  if (work->open) MUSTER_TRY(work->open(call, job, &needs, err));
  return work->evaluate(call, job, err);
}
