/* muster run --watch: the rules are asked again at every save, and who came and who went is said.
 * Ids are shown: this is the author's own terminal, and they are the answer. */
#include <stdlib.h>
#include <string.h>

#include "run_job.h"
#include "terminal.h"
#include "watch.h"

enum { NAMED = 20 }; /* subjects of a rule who are named on a line */

/* Who was found by which rule, sorted by both. */
typedef struct sighting {
  const char *rule, *subject;
} sighting;

typedef struct sightings {
  sighting *at;
  size_t count;
  muster_arena arena;
} sightings;

typedef struct watching {
  cli_call *call;
  run_job *job;
  cli_watch files;
  muster_code codes[MUSTER_MOST_CODES]; /* the data was read with */
  size_t code_count;
  sightings before;
  int64_t runs;
  bool compared; /* there was a run before */
} watching;

/* ---- what was found ---- */

static int by_rule_and_subject(const void *a, const void *b) {
  const sighting *x = a, *y = b;
  int rule = strcmp(x->rule, y->rule);
  return rule ? rule : strcmp(x->subject, y->subject);
}

static const char *name_of(muster_arena *arena, const muster_register *reg, const muster_subject *subject) {
  muster_text id = muster_subject_id(reg, subject), school = muster_school_id(reg, subject->school);
  if (subject->kind == MUSTER_SUBJECT_SCHOOL || reg->school_count == 1) return muster_arena_copy(arena, id.at, id.n);
  return muster_arena_printf(arena, "%.*s (%.*s)", (int)id.n, id.at, (int)school.n, school.at);
}

static muster_status see(const run_job *job, sightings *now, muster_error *err) {
  const muster_run *run = &job->run;
  now->at = muster_arena_alloc(&now->arena, (run->finding_count + 1) * sizeof *now->at);
  if (!now->at) return muster_fail_memory(err);
  for (size_t i = 0; i < run->finding_count; i++) {
    const muster_finding *f = &run->findings[i];
    const char *rule = job->set->rules[f->rule].id;
    now->at[i] = (sighting){muster_arena_copy(&now->arena, rule, strlen(rule)),
                            name_of(&now->arena, job->data.reg, &f->subject)};
    if (!now->at[i].rule || !now->at[i].subject) return muster_fail_memory(err);
  }
  now->count = run->finding_count;
  if (now->count) qsort(now->at, now->count, sizeof *now->at, by_rule_and_subject);
  return MUSTER_OK;
}

/* ---- what became of it ---- */

static const sighting *from_rule(const sightings *s, const char *rule, size_t *n) {
  size_t from = 0;
  while (from < s->count && strcmp(s->at[from].rule, rule) != 0) from++;
  for (*n = 0; from + *n < s->count && strcmp(s->at[from + *n].rule, rule) == 0;) ++*n;
  return s->at + from;
}

/* Those of `these` who are not among `those`. */
static size_t list_new(const sighting *these, size_t n, const sighting *those, size_t m, const char *word,
                       muster_buf *out) {
  size_t found = 0;
  for (size_t i = 0; i < n; i++) {
    if (m && bsearch(&these[i], those, m, sizeof *those, by_rule_and_subject)) continue;
    if (found++ == 0) muster_buf_printf(out, "    %s", word);
    if (found <= NAMED) muster_buf_printf(out, "%s %s", found > 1 ? "," : "", these[i].subject);
  }
  if (found > NAMED) muster_buf_printf(out, " and %zu more", found - NAMED);
  if (found) muster_buf_putc(out, '\n');
  return found;
}

/* One rule: how many, and who came and went; nothing when all is as it was. */
static bool tell_rule(const watching *w, const sightings *now, const char *rule, muster_buf *out) {
  size_t n, m;
  const sighting *these = from_rule(now, rule, &n), *those = from_rule(&w->before, rule, &m);
  muster_buf who;
  muster_buf_init(&who, 1 << 24);
  size_t came = list_new(these, n, those, m, "came:", &who), went = list_new(those, m, these, n, "went:", &who);
  bool changed = came || went;
  if (!w->compared) {
    muster_buf_printf(out, "  %s: %zu\n", rule, n);
  } else if (changed) {
    muster_buf_printf(out, "  %s: %zu, was %zu\n", rule, n, m);
    muster_buf_add(out, who.at, who.n);
  }
  if (who.failed) out->failed = true;
  muster_buf_free(&who);
  return changed;
}

static bool has_rule(const run_job *job, const char *id) {
  for (size_t r = 0; r < job->set->rule_count; r++)
    if (!job->set->rules[r].disabled && strcmp(job->set->rules[r].id, id) == 0) return true;
  return false;
}

static muster_status tell(const watching *w, const sightings *now, muster_error *err) {
  const run_job *job = w->job;
  bool changed = false;
  muster_buf out;
  muster_buf_init(&out, 1 << 26);
  char as_of[MUSTER_DATE_TEXT];
  muster_buf_printf(&out, "run %lld, as of %s: %zu findings\n", (long long)w->runs,
                    muster_date_format(job->as_of, as_of), now->count);
  for (size_t r = 0; r < job->set->rule_count; r++)
    if (!job->set->rules[r].disabled) changed = tell_rule(w, now, job->set->rules[r].id, &out) || changed;
  for (size_t i = 0; i < w->before.count; i++) { /* rules that are gone, or disabled now */
    const char *rule = w->before.at[i].rule;
    if ((i == 0 || strcmp(w->before.at[i - 1].rule, rule) != 0) && !has_rule(job, rule))
      changed = tell_rule(w, now, rule, &out) || changed;
  }
  if (w->compared && !changed) muster_buf_puts(&out, "  nobody came, nobody went\n");
  muster_status status = out.failed ? muster_fail_memory(err) : cli_put(out.at, out.n, err);
  muster_buf_free(&out);
  return status;
}

/* ---- one round ---- */

static bool same_codes(const watching *w, const cli_packs *packs) {
  if (w->code_count != packs->code_count) return false;
  for (size_t i = 0; i < w->code_count; i++) {
    const muster_code *a = &w->codes[i], *b = &packs->codes[i];
    if (strcmp(a->text, b->text) != 0 || a->categories != b->categories || a->from != b->from || a->to != b->to)
      return false;
  }
  return true;
}

/* The data is read once, and again only when packs change which codes there are. */
static muster_status open_data(watching *w, muster_error *err) {
  run_job *job = w->job;
  const cli_packs *packs = &job->packs;
  if (job->data.reg && same_codes(w, packs)) return MUSTER_OK;
  run_close_data(job);
  cli_data_needs needs = {.codes = packs->codes, .code_count = packs->code_count};
  MUSTER_TRY(run_open_data(w->call, job, &needs, err));
  memcpy(w->codes, packs->codes, packs->code_count * sizeof *w->codes);
  w->code_count = packs->code_count;
  return MUSTER_OK;
}

/* What is installed is never saved: there would be nothing to wait for. */
static muster_status check_folder(const char *pack, muster_error *err) {
  if (muster_is_folder(pack)) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "--watch: %s is not a folder", pack);
  muster_error_expected(err, "the folder of a pack that is being written: an installed pack does not change");
  return MUSTER_USAGE;
}

static muster_status check_folders(const cli_call *call, muster_error *err) {
  MUSTER_TRY(check_folder(call->arguments[0], err));
  for (size_t k = 0; cli_nth(call, "also", k); k++) MUSTER_TRY(check_folder(cli_nth(call, "also", k), err));
  return MUSTER_OK;
}

/* What cannot be mended by saving a file of the pack ends the command, by way of `*ends`. */
static muster_status run_once(watching *w, bool *ends, muster_error *err) {
  run_job *job = w->job;
  sightings now = {0};
  cli_stages_clear();
  cli_stage(w->call, "reading the pack");
  *ends = false;
  MUSTER_TRY(cli_packs_open(w->call, w->call->arguments[0], &job->packs, err));
  *ends = true;
  MUSTER_TRY(check_folders(w->call, err));
  MUSTER_TRY(open_data(w, err));
  *ends = false;
  MUSTER_TRY(run_ask(w->call, job, err));
  *ends = true;
  if (job->folder) MUSTER_TRY(run_write(w->call, job, err));
  cli_stage(w->call, "comparing");
  muster_status status = see(job, &now, err);
  if (status == MUSTER_OK) status = tell(w, &now, err);
  muster_arena_free(&w->before.arena);
  w->before = now;
  w->compared = true;
  return status;
}

static const char *const pack_folders[] = {"", "lib", "rules", "plans", "charts", NULL};

/* Before each round, so that no save is missed, and folders that are new are seen. */
static muster_status watch_files(watching *w, const char *pack, muster_error *err) {
  for (const char *const *inner = pack_folders; *inner; inner++) {
    const char *folder = **inner ? muster_path_join(&w->job->arena, pack, *inner) : pack;
    if (!folder) return muster_fail_memory(err);
    if (muster_is_folder(folder)) cli_watch_folder(&w->files, folder);
  }
  return MUSTER_OK;
}

static muster_status watch_all(watching *w, muster_error *err) {
  const cli_call *call = w->call;
  MUSTER_TRY(watch_files(w, call->arguments[0], err));
  for (size_t k = 0; cli_nth(call, "also", k); k++) MUSTER_TRY(watch_files(w, cli_nth(call, "also", k), err));
  for (size_t k = 0; cli_nth(call, "params", k); k++) cli_watch_file(&w->files, cli_nth(call, "params", k));
  return MUSTER_OK;
}

static muster_status rounds(watching *w, int64_t most, muster_error *err) {
  for (;;) {
    bool ends = false;
    MUSTER_TRY(watch_all(w, err));
    w->runs++;
    muster_error trouble = {0};
    muster_status status = run_once(w, &ends, &trouble);
    run_close_packs(w->job);
    muster_arena_free(&w->job->arena);
    if (status == MUSTER_MEMORY || status == MUSTER_DEFECT || (status != MUSTER_OK && (ends || !w->files.count))) {
      if (err) *err = trouble;
      return status;
    }
    if (status != MUSTER_OK && cli_watch_goes_on(&w->files)) {
      w->runs--;
      continue;
    }
    if (status != MUSTER_OK) cli_complain(status, &trouble);
    cli_stage(w->call, NULL);
    cli_stages_clear();
    if (w->runs == most) return MUSTER_OK;
    if (w->runs == 1) cli_note("waiting for %s to be saved; Ctrl-C ends", w->call->arguments[0]);
    if (!cli_watch_wait(&w->files)) return MUSTER_OK;
  }
}

muster_status run_watch(cli_call *call, run_job *job, muster_error *err) {
  watching *w = muster_alloc(1, sizeof *w);
  if (!w) return muster_fail_memory(err);
  w->call = call;
  w->job = job;
  w->files.fd = -1;
  job->unrecorded = true;
  int64_t most = 0;
  muster_status status = cli_number(call, "watch-runs", 1, 1000000, 0, &most, err);
  if (status == MUSTER_OK) status = cli_watch_open(&w->files, err);
  if (status == MUSTER_OK) status = rounds(w, most, err);
  cli_watch_close(&w->files);
  muster_arena_free(&w->before.arena);
  muster_free(w);
  return status;
}
