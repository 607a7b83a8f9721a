/* muster run: findings, plans and charts at a date. */
#include <stdio.h>
#include <string.h>

#include "fit.h"
#include "isolated.h"
#include "pictures.h"
#include "run_job.h"
#include "terminal.h"

/* ---- what a run writes ---- */

typedef muster_sheet *(*make_sheet)(const muster_register *reg, const muster_ruleset *set, const muster_run *run,
                                    muster_buf *csv);

static muster_status write_sheet(run_job *job, const char *name, make_sheet make, muster_error *err) {
  muster_sheet_file file;
  MUSTER_TRY(muster_sheet_begin(&file, job->folder, name, 0600, err));
  muster_sheet *sheet = make(job->data.reg, job->set, &job->run, &file.csv);
  muster_status status = muster_sheet_save(&file, sheet, err);
  muster_sheet_free(sheet);
  return status;
}

/* Parameters that are not the pack's own, as --set takes them. */
static muster_status changed_params(run_job *job, const muster_pack *pack, muster_record_pack *record,
                                    muster_error *err) {
  size_t rules, n = 0, most = 0;
  const muster_rule_info *info = muster_pack_rules(pack, &rules);
  const muster_manifest *manifest = muster_pack_manifest(pack);
  for (size_t r = 0; r < rules; r++) most += info[r].param_count + 2;
  muster_record_word *words = muster_arena_alloc(&job->arena, (most + manifest->param_count + 1) * sizeof *words);
  if (!words) return muster_fail_memory(err);
  for (size_t i = 0; i < manifest->param_count; i++)
    if (manifest->params[i].changed)
      words[n++] =
          (muster_record_word){muster_arena_printf(&job->arena, "%s.%s", manifest->name, manifest->params[i].name),
                               manifest->params[i].value};
  for (size_t r = 0; r < rules; r++) {
    for (size_t i = 0; i < info[r].param_count; i++)
      if (info[r].params[i].changed)
        words[n++] = (muster_record_word){muster_arena_printf(&job->arena, "%s.%s", info[r].id, info[r].params[i].name),
                                          info[r].params[i].value};
    if (info[r].disabled)
      words[n++] = (muster_record_word){muster_arena_printf(&job->arena, "%s (rule)", info[r].id), "disabled"};
    if (info[r].level != info[r].own_level)
      words[n++] = (muster_record_word){muster_arena_printf(&job->arena, "%s (level)", info[r].id),
                                        muster_level_text(info[r].level)};
  }
  for (size_t i = 0; i < n; i++)
    if (!words[i].name) return muster_fail_memory(err);
  record->params = words;
  record->param_count = n;
  return MUSTER_OK;
}

static muster_status describe(cli_call *call, run_job *job, muster_buf *out, muster_error *err) {
  const muster_record_word versions[] = {{"lua", muster_script_version()}, {"libraries", MUSTER_LIBRARIES}};
  muster_record_pack packs[CLI_MOST_PACKS];
  for (size_t i = 0; i < job->packs.count; i++) {
    const muster_manifest *m = muster_pack_manifest(job->packs.packs[i]);
    packs[i] = (muster_record_pack){.name = m->name,
                                    .version = m->version,
                                    .digest = muster_pack_digest(job->packs.packs[i]),
                                    .signature = cli_pack_signature(&job->packs, i),
                                    .schools = job->packs.fitting[i],
                                    .allowed_unfit = cli_flag(call, "allow-unfit")};
    MUSTER_TRY(changed_params(job, job->packs.packs[i], &packs[i], err));
  }
  char source[80];
  cli_data_source(&job->data, job->data.reg->first_mark == MUSTER_NO_DATE, source);
  muster_record record = {.as_of = job->as_of,
                          .known_at = MUSTER_NO_DATE,
                          .versions = versions,
                          .version_count = 2,
                          .packs = packs,
                          .pack_count = job->packs.count,
                          .data_source = source,
                          .run = &job->run};
  MUSTER_TRY(cli_date(call, "known-at", MUSTER_NO_DATE, &record.known_at, err));
  MUSTER_TRY(cli_data_digests(call, &job->data, &job->arena, &record, err));
  record.timing_count = cli_stages(call, &job->arena, &record.timings);
  muster_record_json(&record, out);
  return out->failed ? muster_fail_memory(err) : MUSTER_OK;
}

/* What a child may not: rejected rows are copied from where reading spooled them, and old pictures are removed. */
static muster_status write_beside(cli_call *call, void *context, muster_error *err) {
  run_job *job = context;
  (void)call;
  MUSTER_TRY(cli_pictures_clear(job->data.reg, job->folder, err));
  return job->data.ledger ? muster_ledger_write(job->data.ledger, job->folder, err) : MUSTER_OK;
}

muster_status run_write(cli_call *call, run_job *job, muster_error *err) {
  cli_stage(call, "writing findings and plans");
  MUSTER_TRY(muster_folder_make(job->folder, err));
  MUSTER_TRY(write_sheet(job, "findings.csv", muster_findings_sheet, err));
  MUSTER_TRY(write_sheet(job, "plans.csv", muster_plans_sheet, err));
  if (!call->isolation) MUSTER_TRY(write_beside(call, job, err));
  cli_stage(call, "drawing");
  MUSTER_TRY(cli_pictures(call, &job->packs, job->data.reg, job->set, &job->run, job->as_of, job->folder, err));
  cli_stage(call, "recording the run");
  muster_buf json;
  muster_buf_init(&json, 64 << 20);
  const char *path = muster_path_join(&job->arena, job->folder, "run.json");
  muster_status status = path ? describe(call, job, &json, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) status = muster_file_write(path, json.at, json.n, 0644, err);
  if (status == MUSTER_OK && job->data.is_store && !job->unrecorded)
    status = cli_memory_record(&job->memory, &job->packs, job->data.reg, job->set, &job->run, job->as_of, json.at, err);
  muster_buf_free(&json);
  return status;
}

static muster_status summarise(cli_call *call, run_job *job, muster_error *err) {
  muster_sheet *sheet = muster_rules_sheet(job->data.reg, job->set, &job->run);
  if (!sheet) return muster_fail_memory(err);
  muster_status status = cli_put_sheet(call, sheet, err);
  muster_sheet_free(sheet);
  const muster_run *run = &job->run;
  cli_note("%zu findings among %zu pupils in %zu school%s%s%s, written to %s", run->finding_count,
           run->subjects[MUSTER_SUBJECT_PUPIL], job->data.reg->school_count,
           job->data.reg->school_count == 1 ? "" : "s", run->plan_count ? ", with plans" : "",
           run->inhibited ? "; lesser findings left out" : "", job->folder);
  if (run->closed)
    cli_note("%zu school%s closed by %s calendar for the week of the as-of date: nothing is reported of %s",
             run->closed, run->closed == 1 ? " is" : "s are", run->closed == 1 ? "its" : "their",
             run->closed == 1 ? "it" : "them");
  return status;
}

muster_status run_open_data(cli_call *call, void *context, const cli_data_needs *needs, muster_error *err) {
  run_job *job = context;
  MUSTER_TRY(cli_data_open(call, call->arguments[1], needs, &job->data, err));
  MUSTER_TRY(cli_as_of(call, &job->data, &job->as_of, err));
  return job->data.is_store ? cli_memory_open(job->data.path, job->as_of, &job->memory, err) : MUSTER_OK;
}

muster_status run_ask(cli_call *call, run_job *job, muster_error *err) {
  MUSTER_TRY(cli_packs_fit(call, &job->packs, job->data.reg, job->as_of, err));
  MUSTER_TRY(cli_rules_make(call, &job->packs, job->data.reg, &job->set, err));
  muster_run_options options = {.as_of = job->as_of, .progress = &call->progress};
  MUSTER_TRY(cli_jobs(call, &options.jobs, err));
  options.plans = job->data.is_store ? &job->memory.plans : NULL;
  cli_stage(call, "asking the rules");
  return muster_run_rules(job->data.reg, job->set, &options, &job->run, err);
}

static muster_status evaluate(cli_call *call, void *context, muster_error *err) {
  run_job *job = context;
  MUSTER_TRY(run_ask(call, job, err));
  MUSTER_TRY(run_write(call, job, err));
  return summarise(call, job, err);
}

void run_close_packs(run_job *job) {
  muster_run_free(&job->run);
  muster_ruleset_free(job->set);
  job->set = NULL;
  cli_packs_close(&job->packs);
}

void run_close_data(run_job *job) {
  cli_memory_close(&job->memory);
  cli_data_close(&job->data);
  job->memory = (cli_memory){0};
}

static muster_status check_watch(const cli_call *call, bool watch, muster_error *err) {
  const char *format = cli_value(call, "format");
  if (!watch && !cli_value(call, "watch-runs")) return MUSTER_OK;
  if (!watch) return muster_fail(err, MUSTER_USAGE, "--watch-runs goes with --watch");
  if (cli_flag(call, "isolate")) {
    muster_fail(err, MUSTER_USAGE, "--watch is for the author of a pack, and --isolate for a pack from a stranger");
    muster_error_todo(err, "give one of them");
    return MUSTER_USAGE;
  }
  if (format && strcmp(format, "table") != 0)
    return muster_fail(err, MUSTER_USAGE, "--watch writes lines for people, not %s", format);
  return MUSTER_OK;
}

static muster_status run(cli_call *call, muster_error *err) {
  run_job job = {.folder = cli_value(call, "out"), .unrecorded = cli_value(call, "known-at") != NULL};
  bool watch = cli_flag(call, "watch");
  bool none, every;
  MUSTER_TRY(check_watch(call, watch, err));
  MUSTER_TRY(cli_pictures_choice(call, &none, &every, err));
  if (!job.folder && !watch) {
    muster_fail(err, MUSTER_USAGE, "run: --out is missing");
    muster_error_expected(err, "--out DIR, where findings.csv, plans.csv, run.json and charts go");
    return MUSTER_USAGE;
  }
  muster_form format;
  MUSTER_TRY(cli_format(call, &format, err));
  const cli_pack_work work = {
      .packs = &job.packs, .data = &job.data, .open = run_open_data, .evaluate = evaluate, .beside = write_beside};
  if (!watch) cli_stage(call, "reading the pack");
  muster_status status = watch ? run_watch(call, &job, err) : cli_pack_work_do(call, &work, &job, err);
  run_close_packs(&job);
  run_close_data(&job);
  muster_arena_free(&job.arena);
  return status;
}

static const cli_option options[] = {
    CLI_AS_OF,
    {"out", "DIR", "where findings.csv, plans.csv, run.json and charts go"},
    CLI_PACK_OPTIONS,
    CLI_ISOLATE_OPTIONS,
    {"watch", NULL, "run again whenever a file of the pack is saved, and say who came and went; needs no --out"},
    {"watch-runs", "N", "with --watch: end after N runs"},
    {"charts", "WHICH", "some (default), schools (two for every school), or none"},
    {"known-at", "DATE", "of a store: only what had been imported by that day; nothing is recorded"},
    CLI_SOURCE,
    CLI_STRICT,
    CLI_FORMAT,
    CLI_JOBS,
    CLI_TIMINGS,
    CLI_HELP,
    CLI_END};

const cli_command cli_run = {
    .name = "run",
    .arguments = "PACK DATA --as-of DATE --out DIR",
    .summary = "findings, plans and charts",
    .details =
        "Asks every rule about every subject as things were known at the end of the as-of day. Prints how many "
        "findings each rule has; writes findings.csv, plans.csv, charts/*.png, ledger.json and rejects.csv (of a "
        "folder), and run.json, which says from what the run was made. The same inputs give the same bytes, whatever "
        "--jobs. In a store, plans live on from run to run.",
    .examples =
        "  muster run rules/early-warning trust/ --as-of 2025-11-28 --out findings/\n"
        "  muster run rules/early-warning trust.db --set broken-weeks.weeks=3 --out findings/\n"
        "  muster run my-pack trust/ --watch",
    .options = options,
    .least = 2,
    .most = 2,
    .run = run,
};
