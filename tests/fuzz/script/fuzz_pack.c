/* Any bytes as the parts of a pack, form feeds between them: manifest, rule, plan, chart, tests, overlay. What loads is
 * run over a small register and tested; what does not has a place and a reason; nothing crashes and nothing outruns its
 * limits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/script/chart.h"
#include "muster/script/functions.h"
#include "muster/script/tests.h"
#include "muster/script/uses.h"

static char folder[] = "/tmp/muster-fuzz-pack-XXXXXX";
static muster_register *reg;

static void expect(bool good) {
  if (!good) abort();
}

/* An error of a pack says what is wrong, and where. */
static muster_status sane(muster_status status, const muster_error *err) {
  expect(status == MUSTER_OK || (err->what[0] && (status == MUSTER_FAILED || err->where[0])));
  expect(status != MUSTER_DEFECT && status != MUSTER_DATA);
  return status;
}

static const char *part(const char *name, const uint8_t **data, size_t *n, const char *otherwise) {
  static char path[160];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  const uint8_t *end = *n ? memchr(*data, '\f', *n) : NULL;
  size_t size = end ? (size_t)(end - *data) : *n;
  unlink(path);
  if (size || otherwise) {
    FILE *file = fopen(path, "wb");
    expect(file != NULL);
    if (size)
      expect(fwrite(*data, 1, size, file) == size);
    else
      expect(fputs(otherwise, file) >= 0);
    expect(fclose(file) == 0);
  }
  *data += size + (end != NULL);
  *n -= size + (end != NULL);
  return path;
}

static void run(muster_pack *pack, muster_error *err) {
  muster_ruleset *set;
  if (sane(muster_ruleset_make(&pack, 1, &reg->codes, &set, err), err) != MUSTER_OK) return;
  muster_run result;
  muster_run_options options = {.as_of = muster_date_of(2025, 9, 12), .jobs = 1};
  if (sane(muster_run_rules(reg, set, &options, &result, err), err) == MUSTER_OK) muster_run_free(&result);
  muster_ruleset_free(set);
  muster_test_results results;
  if (sane(muster_pack_test(pack, NULL, &results, err), err) == MUSTER_OK) muster_test_results_free(&results);
  if (!muster_pack_chart_count(pack)) return;
  muster_chart_script chart;
  const char *name;
  sane(muster_pack_chart(pack, 0, reg, options.as_of, &chart, &name, err), err);
  muster_chart_script_free(&chart);
}

/* What is read of a file without running it. */
static void look(const muster_pack *pack) {
  static const char *const files[] = {"rules/r.lua", "plans/p.lua", "lib/l.lua"};
  for (int i = 0; i < 3; i++) {
    muster_arena arena = {0};
    muster_functions functions;
    muster_uses uses;
    muster_status status = muster_pack_functions(pack, files[i], &arena, &functions, NULL);
    expect(status == MUSTER_OK || status == MUSTER_USAGE);
    status = muster_pack_uses(pack, files[i], &arena, &uses, NULL);
    expect(status == MUSTER_OK || status == MUSTER_USAGE);
    muster_arena_free(&arena);
  }
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  static const char *const folders[] = {"rules", "plans", "charts", "lib"};
  muster_error err;
  char path[160];
  expect(mkdtemp(folder) != NULL);
  for (int i = 0; i < 4; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
    expect(muster_folder_make(path, &err) == MUSTER_OK);
  }
  reg = muster_register_new();
  uint32_t school = muster_register_school(reg, MUSTER_TEXT("s"), NULL), pupil;
  for (int p = 0; p < 3; p++) {
    char id[2] = {(char)('a' + p), '\0'};
    expect(muster_register_enrol(reg, muster_text_of(id), school, MUSTER_NO_DATE, MUSTER_NO_DATE, &pupil, &err) ==
           MUSTER_OK);
    for (muster_date d = muster_date_of(2025, 9, 1); d <= muster_date_of(2025, 9, 12); d++) {
      muster_place place;
      expect(muster_register_place(reg, d, &place, &err) == MUSTER_OK);
      if (muster_date_weekday(d) < 5)
        muster_register_row(reg, pupil, place.year)[place.offset] =
            muster_codes_mark(&reg->codes, (d + p) % 3 ? MUSTER_TEXT("/") : MUSTER_TEXT("I"), d);
    }
  }
  expect(muster_register_seal(reg, &err) == MUSTER_OK);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  muster_error err = {0};
  muster_limits limits = {.instructions = 20000, .memory = (size_t)8 << 20, .seconds = 1};
  muster_pack *pack;
  part("rules/r.lua", &data, &n,
       "return rule { id = \"r\", title = \"t\", scope = \"pupil\", level = \"info\", message = \"m\", when = "
       "function(s) return { n = s:count(\"absent\") } end }");
  part("rules/r_test.lua", &data, &n, NULL);
  part("plans/p.lua", &data, &n, NULL);
  part("charts/c.lua", &data, &n, NULL);
  part("lib/l.lua", &data, &n, NULL);
  part("pack.lua", &data, &n, "return pack { name = \"f\", version = \"1.0.0\", api = 1, licence = \"x\" }");
  const char *overlay = part("local.lua", &data, &n, NULL);
  if (sane(muster_pack_load(folder, &limits, &pack, &err), &err) != MUSTER_OK) return 0;
  if (muster_is_file(overlay)) sane(muster_pack_overlay(pack, overlay, &err), &err);
  look(pack);
  run(pack, &err);
  muster_pack_free(pack);
  return 0;
}
